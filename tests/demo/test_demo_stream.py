"""The recorded stream has what an evening has, in the layout it claims."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import xor
from pathlib import Path
from types import ModuleType

import pytest

from aliquot.console.demo import stream
from aliquot.console.demo.ali_text import dashed
from aliquot.console.demo.county import halden
from aliquot.console.demo.stream import BYTE_S, TOUR, Piece, pieces, twenty_minutes

ROOT = Path(__file__).resolve().parents[2]
WHEN = re.compile(rb"\d{3}-\d{3}-\d{4} (\d\d/\d\d \d\d:\d\d:\d\d)")


@pytest.fixture(scope="module", params=["tour", "long"])
def made(request: pytest.FixtureRequest) -> tuple[Piece, ...]:
    plan = TOUR if request.param == "tour" else twenty_minutes()
    return pieces(plan, halden())


def records(made: tuple[Piece, ...]) -> list[Piece]:
    return [p for p in made if p.line == "ali" and len(p.data) == 474]


def test_a_whole_record_has_the_columns_of_its_layout(made: tuple[Piece, ...]) -> None:
    for piece in records(made):
        text = piece.data[4:-2].decode("ascii")
        assert len(text) == 6 * 32 + 31 + 21 + 7 * 32
        assert text[222] == "\r"
        assert text[243] == "\r"
        assert text[244:248].strip() in {"LAT:", ""}
        assert text[222 - 32 : 222 - 30].strip() in {"NY", ""}


def test_block_checks_hold_but_for_the_damaged_one(made: tuple[Piece, ...]) -> None:
    wrong = [p for p in records(made) if reduce(xor, p.data[1:-1]) != p.data[-1]]
    assert len(wrong) == 1


def test_only_numbers_that_nobody_has(made: tuple[Piece, ...]) -> None:
    fictional = re.compile(rb"(315-555-01\d\d|315-511-\d{4}|315-211-\d{4})")
    for piece in records(made):
        for number in re.findall(rb"\d{3}-\d{3}-\d{4}", piece.data):
            assert fictional.fullmatch(number), number
    cti = b"".join(p.data for p in made if p.line == "cti")
    ani = re.findall(rb"ANI: (\d+)", cti)
    assert ani
    assert all(n.startswith(b"31555501") for n in ani)


def test_every_kind_of_trouble_comes(made: tuple[Piece, ...]) -> None:
    ali = b"".join(p.data for p in made if p.line == "ali")
    positions = Counter(p.data[2:4] for p in records(made))
    assert {b"01", b"02"} < set(positions)
    assert b"NO RECORD FOUND" in ali
    for kind in (b"WPH1", b"WPH2", b"RESD", b"BUSN", b"VOIP", b"LOT "):
        assert kind in ali
    assert any(len(p.data) == 37 for p in made if p.line == "ali")
    assert sum(p.data == b"H\r" for p in made) >= 3
    cut = [p for p in made if p.data[:1] == b"\x02" and p.data[-2] != 3]
    assert len(cut) == 1
    repeated = Counter(p.data for p in records(made))
    assert 2 in repeated.values()


def test_a_rebid_brings_a_better_place_for_the_same_number() -> None:
    made = records(pieces(TOUR, halden()))
    first = made[0].data
    again = [p.data for p in made[1:] if p.data[4:16] == first[4:16]]
    assert b"WPH1" in first
    assert len(again) == 1
    assert b"WPH2" in again[0]


def test_the_exchange_tells_the_same_callers() -> None:
    made = pieces(TOUR, halden())
    cti = b"".join(p.data for p in made if p.line == "cti")
    told = {dashed(n) for n in re.findall(r"ANI: (\d{10})", cti.decode())}
    shown = {p.data[4:16].decode() for p in records(made)}
    assert len(told & shown) >= 8
    assert len(told - shown) == 1  # who gave up before any record came
    assert cti.count(b"DialStatus: CANCEL") == 1
    assert b"\r\n\r\n\r\n" not in cti


def test_the_first_call_comes_within_five_seconds() -> None:
    assert records(pieces(TOUR, halden()))[0].seconds < 5
    assert records(pieces(twenty_minutes(), halden()))[0].seconds < 5


def test_the_wire_is_never_asked_to_hurry(made: tuple[Piece, ...]) -> None:
    """A piece's last byte is late enough for all its bytes after the one before."""
    before = 0.0
    for piece in (p for p in made if p.line == "ali"):
        assert piece.seconds - before >= len(piece.data) * BYTE_S
        before = piece.seconds


@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_records_show_the_time_at_which_they_arrive(speed: float) -> None:
    base = datetime(2027, 12, 31, 23, 58, 30, tzinfo=UTC)
    seen: set[bytes] = set()
    shown = 0
    for piece in records(pieces(TOUR, halden(), base, speed)):
        found = WHEN.search(piece.data)
        if found is None or piece.data in seen:
            continue
        seen.add(piece.data)
        arrives = base + timedelta(seconds=piece.seconds / speed)
        near = {f"{arrives - timedelta(seconds=s):%m/%d %H:%M:%S}" for s in (0, 1)}
        assert found[1].decode() in near
        shown += 1
    assert shown > 10


def _make_demo() -> ModuleType:
    path = ROOT / "packaging" / "make_demo.py"
    spec = importlib.util.spec_from_file_location("make_demo", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_files_in_resources_are_what_the_generator_makes(tmp_path: Path) -> None:
    for path in _make_demo().make(tmp_path):
        kept = ROOT / "resources" / "demo" / path.name
        assert kept.read_bytes() == path.read_bytes(), path.name


def test_twenty_minutes_are_twenty_minutes() -> None:
    plan = twenty_minutes()
    assert plan.length_s == 1200
    assert 35 < len(plan.scenes) < 50
    last = pieces(plan, halden())[-1].seconds
    assert 1000 < last <= 1200 + 1
    assert stream.FIXED_BASE.tzinfo is UTC


def test_the_documentation_says_what_occurs() -> None:
    text = (ROOT / "docs" / "demonstration.md").read_text(encoding="utf-8")
    rows = re.findall(r"\| `(\w+)` \| (\d+) \| (\d+) \|", text)
    plans = (twenty_minutes(), TOUR)
    for column, plan in enumerate(plans, 1):
        said = {row[0]: int(row[column]) for row in rows if int(row[column])}
        assert said == Counter(scene.kind for scene in plan.scenes)
    others = [sum(s.position != stream.OURS for s in p.scenes) for p in plans]
    assert others == [7, 2]
    assert "Seven of the calls of the twenty minutes" in text


def test_what_is_rare_is_seen_at_our_own_desk() -> None:
    for plan in (twenty_minutes(), TOUR):
        rare = {"given_up", "no_record", "broken", "noise", "nobody", "twice"}
        places = {s.position for s in plan.scenes if s.kind in rare}
        assert places == {stream.OURS}
