"""`aliquot line`, as its contract says, run as a program runs it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_hands import T0, ended, program, write

from aliquot.console.cli.main import run
from aliquot.console.cli.output import iso

KEY = "1795282936.62"
RECORD = (
    b"\x02214 (850) 555-0101 RESD 08/14 13:05\r"
    b"no layout of the house looks like this\r\x03"
)

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


def event(name: str, **keys: str) -> bytes:
    said = {
        "Channel": "PJSIP/trunk-a-0000000a",
        "ChannelState": "4",
        "CallerIDNum": "8505550101",
        "CallerIDName": "OKAFOR, ADA",
        "Uniqueid": KEY,
        "Linkedid": KEY,
    } | keys
    lines = [f"Event: {name}", *(f"{k}: {v}" for k, v in said.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


CALL = (
    b"Asterisk Call Manager/7.0.3\r\n"
    + event("Newchannel")
    + event("UserEvent", Position="1", ANI="8505550101")
    + event("DialEnd", DialStatus="CANCEL")
    + event("Hangup", Cause="127")
)


@pytest.fixture
def call(tmp_path: Path) -> Path:
    pieces = [
        (n * 0.5, CALL[n * 100 : n * 100 + 100]) for n in range(1 + len(CALL) // 100)
    ]
    return write(tmp_path / "call.rec", pieces, line="cti", driver="asterisk")


@pytest.fixture
def aliquot(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    def go(*words: str | Path) -> tuple[int, list[dict[str, Any]], str]:
        code = run([str(w) for w in words])
        out, err = capfdbinary.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err.decode()

    return go


# --- replay


def test_a_call_replayed_as_json(aliquot: Run, call: Path) -> None:
    code, heard, err = aliquot("line", "replay", call, "--json")
    assert (code, err) == (0, "")
    assert [h["fields"]["event"] for h in heard] == ["offered", "abandoned"]
    offered = heard[0]
    assert list(offered) == [
        *("kind", "at", "layout", "fields", "spans", "warnings", "raw")
    ]
    assert (offered["kind"], offered["layout"]) == ("call", "asterisk")
    assert offered["fields"] == {
        "event": "offered",
        "call_key": KEY,
        "callback_number": "8505550101",
        "customer_name": "OKAFOR, ADA",
        "position": "01",
    }
    raw = base64.b64decode(offered["raw"])
    begin, end = offered["spans"]["callback_number"]
    assert raw[begin:end] == b"8505550101"
    last_byte = (CALL.index(raw) + len(raw) - 1) // 100
    assert offered["at"] == iso(T0 + last_byte * 500_000)


def test_times_are_utc_with_microseconds() -> None:
    assert iso(T0 + 5) == "2026-11-21T17:42:16.000005Z"
    assert iso(0) == "1970-01-01T00:00:00.000000Z"


def test_noise_is_done_and_says_why(aliquot: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "a.rec", [(0, RECORD), (60, b"\x15")], driver="ali")
    code, heard, _ = aliquot("line", "replay", path, "--json")
    assert code == 0
    assert {h["kind"] for h in heard} == {"noise"}
    none = {"fields": {}, "spans": {}, "warnings": []}
    assert heard[0].keys() == {"kind", "at", "reason", "raw"} | none.keys()
    assert none.items() <= heard[0].items()
    raws = b"".join(base64.b64decode(h["raw"]) for h in heard)
    assert raws == RECORD + b"\x15"


def test_the_output_is_the_same_at_any_speed(aliquot: Run, tmp_path: Path) -> None:
    """What a silence ends depends on recorded times alone."""
    pieces = [
        (0.0, RECORD[:40]),
        (0.02, RECORD[40:]),
        (6.0, RECORD[:30]),
        (12.0, RECORD),
    ]
    path = write(tmp_path / "a.rec", pieces, driver="ali")
    fast = aliquot("line", "replay", path, "--json")
    quick = aliquot("line", "replay", path, "--json", "--speed", "400")
    assert fast == quick
    assert fast[1]


def test_a_person_gets_lines_to_read(
    call: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["line", "replay", str(call), "--speed", "max"]) == 0
    out = capsys.readouterr().out
    assert "offered  call 1795282936.62  asterisk" in out
    assert "    customer_name        OKAFOR, ADA" in out
    assert run(["line", "parse", str(call)]) == 0
    assert "    | aliquot-recording 1 line=cti" in capsys.readouterr().out


def test_a_recording_comes_by_standard_input_too(call: Path) -> None:
    with call.open("rb") as stream:
        out, _ = ended(program("line", "replay", "-", "--json", stdin=stream))
    assert len(out.splitlines()) == 2


def test_damage_is_said_and_the_rest_is_replayed(aliquot: Run, call: Path) -> None:
    whole = call.read_bytes()
    call.write_bytes(whole + b"< 2026-11-21T17:59:59.00")
    number = len(whole.splitlines()) + 1
    code, heard, err = aliquot("line", "replay", call, "--json")
    assert (code, len(heard)) == (0, 2)
    assert f"{call}, line {number}: the last line is torn" in err


def test_the_driver_is_chosen_by_option_header_or_first_bytes(
    aliquot: Run, tmp_path: Path
) -> None:
    bare = write(tmp_path / "bare.rec", [(0, CALL)])
    wrong = write(tmp_path / "wrong.rec", [(0, CALL)], driver="ali")
    assert [h["kind"] for h in aliquot("line", "replay", bare, "--json")[1]] == [
        "call"
    ] * 2
    assert {h["kind"] for h in aliquot("line", "replay", wrong, "--json")[1]} == {
        "noise"
    }
    heard = aliquot("line", "replay", wrong, "--json", "--driver", "asterisk")[1]
    assert [h["kind"] for h in heard] == ["call"] * 2


@pytest.mark.parametrize("verb", ["replay", "parse", "simulate"])
def test_no_file_is_exit_2(aliquot: Run, tmp_path: Path, verb: str) -> None:
    for path in (tmp_path / "none.rec", tmp_path):
        code, heard, err = aliquot("line", verb, path)
        assert (code, heard) == (2, [])
        assert f"Cannot read {path}" in err


@pytest.mark.parametrize(
    "options",
    [
        ["--layout", "no_such_layout"],
        ["--driver", "no_such_driver"],
        ["--speed", "0"],
        ["--speed", "quick"],
        ["--no-such-option"],
    ],
)
def test_wrong_options_are_exit_2(aliquot: Run, call: Path, options: list[str]) -> None:
    code, heard, err = aliquot("line", "replay", call, *options)
    assert (code, heard) == (2, [])
    assert err


def test_what_is_no_recording_is_exit_2_with_advice(
    aliquot: Run, tmp_path: Path
) -> None:
    path = tmp_path / "bare.txt"
    path.write_bytes(RECORD)
    code, heard, err = aliquot("line", "replay", path, "--json")
    assert (code, heard) == (2, [])
    assert "line parse" in err


def test_who_stops_reading_ends_it_quietly(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"no record at all\f" * 20_000)
    process = program("line", "parse", path, "--json")
    assert process.stdout
    assert process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    _, err = ended(process)
    assert err == ""


# --- parse


def test_bare_bytes_parsed_have_no_time(aliquot: Run, tmp_path: Path) -> None:
    path = tmp_path / "call.txt"
    path.write_bytes(CALL)
    code, heard, _ = aliquot("line", "parse", path, "--json")
    assert code == 0
    assert [h["fields"]["event"] for h in heard] == ["offered", "abandoned"]
    assert not any("at" in h for h in heard)


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\xff" * 10_000, b"Event: Nothing\r\n\r\n"]
)
def test_at_least_one_object_whatever_the_bytes(
    aliquot: Run, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "bytes"
    path.write_bytes(data)
    code, heard, _ = aliquot("line", "parse", path, "--json")
    assert code == 0
    assert heard
    assert b"".join(base64.b64decode(h["raw"]) for h in heard) == data


def test_a_file_longer_than_a_block_keeps_every_byte(
    aliquot: Run, tmp_path: Path
) -> None:
    data = b"".join(b"record %d of no layout\r\n\f" % n for n in range(60_000))
    path = tmp_path / "long.txt"
    path.write_bytes(data)
    code, heard, _ = aliquot("line", "parse", path, "--json")
    assert code == 0
    assert b"".join(base64.b64decode(h["raw"]) for h in heard) == data
    assert len(heard) == 60_000


def test_real_ali_text_parses(aliquot: Run, shared_data: Path) -> None:
    for path in sorted((shared_data / "lines" / "ali").glob("*.txt")):
        code, heard, _ = aliquot("line", "parse", path, "--json")
        assert code == 0, path.name
        assert heard, path.name
        raw = b"".join(base64.b64decode(h["raw"]) for h in heard)
        assert raw == path.read_bytes(), path.name


@pytest.mark.parametrize("verb", ["replay", "parse", "simulate", "record"])
def test_help_is_a_manual_with_examples(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["line", verb, "--help"]) == 0
    out = capsys.readouterr().out
    assert "Examples:" in out
    assert f"aliquot line {verb}" in out


def test_nothing_is_glued_over_a_damaged_entry(aliquot: Run, tmp_path: Path) -> None:
    pieces = [(0.01 * n, RECORD[at : at + 20]) for n, at in enumerate(range(0, 60, 20))]
    path = write(tmp_path / "hole.rec", [*pieces, (2.0, RECORD)])
    lines = path.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2][:-12] + b"x" + lines[2][-11:]
    path.write_bytes(b"".join(lines))
    code, objects, err = aliquot("line", "replay", path, "--json")
    assert code == 0
    assert "line 3" in err
    assert objects[0]["reason"] == "cut"
    assert base64.b64decode(objects[0]["raw"]) == RECORD[:20]


@pytest.mark.parametrize("verb", ["replay", "simulate"])
def test_an_empty_file_is_exit_2(aliquot: Run, tmp_path: Path, verb: str) -> None:
    (tmp_path / "none.rec").touch()
    code, _, err = aliquot("line", verb, tmp_path / "none.rec")
    assert code == 2
    assert "empty" in err
