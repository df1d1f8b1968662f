"""Asterisk's manager interface over a real connection: cut anywhere, nothing lost that
can be known, nothing told twice."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fake_manager import FakeManager, Part, blocks_of, keys
from manager_line import Line

from aliquot.console.demo import manager_text
from aliquot.console.demo.manager_text import Exchange

CALL = Exchange("8505550101", "01", 1_795_282_936, 62)
ANSWERED = (
    manager_text.offered(CALL)
    + manager_text.chatter(1)
    + manager_text.answered(CALL)
    + manager_text.ended(CALL)
)
ABANDONED = manager_text.offered(CALL) + manager_text.abandoned(CALL)


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[list[Line]]:
    made: list[Line] = []
    yield made
    for line in made:
        line.stop()


@dataclass(frozen=True)
class Marks:
    """Where in the blocks of a call things happen, from a run without a gap."""

    begins: int
    offered: int
    answered: int
    parts: int  # the bridge is left
    ends: int


def marks(blocks: list[bytes]) -> Marks:
    caller = keys(next(b for b in blocks if b.startswith(b"Event: Newchannel")))
    key = caller["Uniqueid"]
    named = [(n, keys(b)) for n, b in enumerate(blocks)]
    of = [(n, k["Event"], k) for n, k in named if k.get("Uniqueid") == key]
    begins = next(n for n, event, _ in of if event == "Newchannel")
    offered = next(n for n, event, k in of if event == "UserEvent" and "ANI" in k)
    ends = next(n for n, event, _ in of if event == "Hangup")
    never = len(blocks)
    answers = (n for n, k in named if k.get("DialStatus") == "ANSWER")
    leaves = (n for n, k in named if k["Event"] == "BridgeLeave")
    return Marks(begins, offered, next(answers, never), next(leaves, ends), ends)


def expected(at: Marks, cut: int, missed: int) -> list[str]:
    """What can be known of the call when ``missed`` blocks from ``cut`` on are lost."""
    back = cut + missed
    told = at.offered < cut
    if not told and back > at.ends:
        return []  # it came and went while nobody listened
    missed_answer = cut <= at.answered < back
    answered = back <= at.parts if missed_answer else at.answered <= at.ends
    return ["offered", "answered", "ended"] if answered else ["offered", "abandoned"]


def play(folder: Path, blocks: list[bytes], cut: int, missed: int, torn: bool) -> Line:
    gap = blocks[cut : cut + missed]
    half = gap[0][: len(gap[0]) // 2] if torn and gap else b""
    parts = [Part(blocks[:cut], half, gap), Part(blocks[cut + missed :])]
    line = Line(folder, FakeManager(parts))
    line.until_played()
    return line


def captured(shared_data: Path, name: str) -> list[bytes]:
    path = shared_data / "lines" / "asterisk" / f"{name}.txt"
    return blocks_of(path.read_bytes())


def check_every_boundary(folder: Path, blocks: list[bytes], missed: int) -> None:
    at = marks(blocks)
    for cut in range(len(blocks) + 1):
        where = folder / f"{cut}-{missed}"
        where.mkdir()
        line = play(where, blocks, cut, missed, torn=bool(cut % 2))
        line.stop()
        assert line.kinds == expected(at, cut, missed), (cut, missed)
        assert len({s.call_key for s in line.signals}) <= 1
        shutil.rmtree(where)


@pytest.mark.parametrize("missed", [0, 1, 2, 3, 5, 9])
@pytest.mark.parametrize("text", [ANSWERED, ABANDONED], ids=["answered", "abandoned"])
def test_a_connection_cut_at_any_block(
    tmp_path: Path, text: bytes, missed: int
) -> None:
    check_every_boundary(tmp_path, blocks_of(text), missed)


@pytest.mark.parametrize("missed", [0, 25])
@pytest.mark.parametrize("name", ["ami_answered", "ami_abandoned"])
def test_a_real_capture_cut_at_any_block(
    tmp_path: Path, shared_data: Path, name: str, missed: int
) -> None:
    check_every_boundary(tmp_path, captured(shared_data, name), missed)


def test_a_call_that_began_while_nobody_listened_is_offered_once(
    tmp_path: Path, lines: list[Line]
) -> None:
    blocks = blocks_of(ANSWERED)
    line = play(tmp_path, blocks, 0, 5, torn=False)
    lines.append(line)
    assert line.kinds == ["offered", "answered", "ended"]
    assert line.signals[0].fields["callback_number"] == "8505550101"


def test_two_calls_one_ended_in_the_gap(tmp_path: Path, lines: list[Line]) -> None:
    other = Exchange("8505550202", "02", 1_795_282_940, 70)
    first = manager_text.offered(CALL) + manager_text.answered(CALL)
    first += manager_text.offered(other)
    parts = [
        Part(blocks_of(first), b"", blocks_of(manager_text.ended(CALL))),
        Part(blocks_of(manager_text.answered(other))),
    ]
    line = Line(tmp_path, FakeManager(parts))
    lines.append(line)
    line.until_played()
    key, key2 = CALL.caller.unique_id, other.caller.unique_id
    assert [(s.kind.value, s.call_key) for s in line.signals] == [
        ("offered", key),
        ("answered", key),
        ("offered", key2),
        ("ended", key),
        ("answered", key2),
    ]


def test_the_parts_of_a_gap_cover_the_call() -> None:
    """The expectation itself says all three things somewhere."""
    at = marks(blocks_of(ANSWERED))
    seen = {
        tuple(expected(at, cut, missed))
        for cut, missed in itertools.product(range(at.ends + 1), range(at.ends + 2))
    }
    assert seen == {
        (),
        ("offered", "abandoned"),
        ("offered", "answered", "ended"),
    }
