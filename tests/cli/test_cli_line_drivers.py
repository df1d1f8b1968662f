"""`aliquot line drivers` and `line test`, and the hint at another driver."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from aliquot.console.cli.main import run
from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.recording import RecordingWriter
from aliquot.drivers.lines.recording_format import Header

T0 = 1_795_282_936_000_000
Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def aliquot(capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*words: object) -> tuple[int, list[dict[str, Any]], str]:
        code = run([str(word) for word in words])
        out, err = capfd.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return call


@contextmanager
def modem(answers: dict[bytes, bytes]) -> Iterator[str]:
    """A pseudo-terminal that answers commands; "" in ``answers`` comes first."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.write(ours, answers.get(b"", b""))

    def answer() -> None:
        held = b""
        while True:
            try:
                held += os.read(ours, 100)
            except OSError:
                return
            *lines, held = held.split(b"\r")
            for line in lines:
                os.write(ours, answers.get(line, b""))

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield os.ttyname(theirs)
    finally:
        os.close(theirs)
        thread.join(10)
        os.close(ours)


OK = b"\r\nOK\r\n"
GOOD = {b"ATZ": b"ATZ\r" + OK, b"AT+VCID=1": OK, b"ATE0": OK, b"AT": OK}


def test_a_modem_that_answers_is_alive(aliquot: Run) -> None:
    with modem(GOOD) as port:
        code, said, _ = aliquot(
            "line", "test", port, "--driver", "modem", "--seconds", "0.6", "--json"
        )
    assert code == 0
    assert said[0]["state"] == "up"
    assert said[0]["asked"] is True
    assert said[0]["bytes"] > 20
    assert "trouble" not in said[0]
    assert "answered" in said[0]["message"]


def test_a_modem_that_is_deaf_to_the_test_is_said_in_words(aliquot: Run) -> None:
    with modem({}) as port:
        code, said, _ = aliquot(
            "line", "test", port, "--driver", "modem", "--seconds", "3.3", "--json"
        )
    assert code == 1
    assert "does not answer to ATZ" in said[0]["trouble"]
    assert "switched on" in said[0]["message"]


def test_a_ring_during_the_test_is_counted(aliquot: Run) -> None:
    ring = {b"AT": OK + b"\r\nRING\r\n"}
    with modem(GOOD | ring) as port:
        code, said, _ = aliquot(
            "line", "test", port, "--driver", "modem", "--seconds", "0.6", "--json"
        )
    assert (code, said[0]["calls"], said[0]["claimed"]) == (0, 1, True)


def test_bytes_of_another_kind_are_said_to_be(aliquot: Run) -> None:
    with modem({b"": b"\x02214 (850) 555-0101 RESD 08/14\r\x03"}) as port:
        code, said, _ = aliquot(
            "line", "test", port, "--driver", "ncid", "--seconds", "0.3", "--json"
        )
    assert code == 1
    assert said[0]["claimed"] is False
    assert said[0]["asked"] is False
    assert "not of this driver's kind" in said[0]["message"]


def test_silence_is_no_fault(aliquot: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        code, said, _ = aliquot(
            "line", "test", port, "--driver", "ncid", "--seconds", "0.2", "--json"
        )
    assert code == 0
    assert said[0]["bytes"] == 0
    assert "claimed" not in said[0]
    assert "nothing came" in said[0]["message"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["/dev/no-such-port", "--driver", "modem"], 4),
        (["tcp://127.0.0.1:1", "--driver", "ncid"], 4),
        (["/dev/null", "--driver", "nobody"], 2),
        (["tcp://nowhere", "--driver", "ncid"], 2),
        (["/dev/null", "--driver", "modem", "--option", "speed=9"], 2),
        (["/dev/null", "--driver", "modem", "--option", "ring_stop_s=soon"], 2),
        (["/dev/null", "--driver", "modem", "--option", "ringing_stops=never"], 2),
    ],
)
def test_what_cannot_be_tried_is_said(
    aliquot: Run, words: list[str], code: int
) -> None:
    got, said, err = aliquot("line", "test", *words, "--json")
    assert got == code
    assert (said[0]["message"] if code == 4 else err).strip()


def test_drivers_are_listed_for_people_and_for_programs(
    aliquot: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    code, said, _ = aliquot("line", "drivers", "--json")
    assert code == 0
    assert [one["name"] for one in said] == list(plugins.plugins())
    options = {
        o["name"]: o for o in next(x for x in said if x["name"] == "modem")["options"]
    }
    assert options["ringing_stops"]["choices"] == ["abandoned", "answered"]
    assert options["ring_stop_s"]["kind"] == "number"
    assert run(["line", "drivers"]) == 0
    text = capfd.readouterr().out
    assert "Modem with caller ID" in text
    assert "ring_stop_s [7.0]" in text


def recorded(path: Path, data: bytes, driver: str) -> Path:
    with RecordingWriter(path, Header(driver=driver)) as writer:
        writer.append(Direction.RECEIVED, T0, data)
    return path


def test_the_wrong_driver_is_answered_with_a_hint(aliquot: Run, tmp_path: Path) -> None:
    data = plugins.sample(plugins.driver("ncid"))
    wrong = recorded(tmp_path / "wrong.rec", data, "smdr_hipath")
    code, said, err = aliquot("line", "replay", wrong, "--json")
    assert code == 0
    assert {one["kind"] for one in said} == {"noise"}
    assert "It begins as ncid does: try --driver ncid." in err
    right = recorded(tmp_path / "right.rec", data, "ncid")
    assert aliquot("line", "replay", right, "--json")[2] == ""


def test_a_recording_of_a_modem_tells_the_silence_by_recorded_time(
    aliquot: Run, tmp_path: Path
) -> None:
    path = tmp_path / "modem.rec"
    with RecordingWriter(path, Header(driver="modem")) as writer:
        for at_s in (0, 6, 12, 60):
            writer.append(Direction.RECEIVED, T0 + at_s * 10**6, b"\r\nRING\r\n")
    code, said, _ = aliquot("line", "replay", path, "--json")
    assert code == 0
    assert [(one["at"][14:19], one["fields"]["event"]) for one in said] == [
        ("42:16", "offered"),
        ("42:35", "abandoned"),
        ("43:16", "offered"),
        ("43:23", "abandoned"),
    ]


def test_the_command_line_shows_outgoing_calls_too(
    aliquot: Run, tmp_path: Path
) -> None:
    path = tmp_path / "calls.txt"
    path.write_bytes(b"N 027 00 DN7425 T052000 04/04 14:03 00:01:32\r\n5551212\r\n")
    code, said, _ = aliquot("line", "parse", path, "--driver", "smdr_nortel", "--json")
    assert code == 0
    assert [one["fields"]["note"][:16] for one in said] == ["outgoing, dialle"]


@pytest.mark.parametrize("words", [["--json"], []])
def test_who_does_not_read_the_list_ends_it_quietly(words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "aliquot.console.cli.main", "line", "drivers"]
    with os.fdopen(writer, "wb") as pipe:
        done = subprocess.run(
            [*command, *words],
            check=False,
            stdout=pipe,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_list_for_a_person_has_no_control_characters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A carriage return is the usual end of a request; on a terminal it overwrites."""
    assert run(["line", "drivers"]) == 0
    said = capsys.readouterr().out
    assert "request_end [\\r]" in said
    assert all(line.isprintable() for line in said.split("\n"))
