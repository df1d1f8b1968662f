"""Records painted on a terminal's screen by cursor codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from ali_records import MS
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.lines.ali import DRIVER, parse_bytes
from aliquot.drivers.lines.api import (
    AliRecord,
    Chunk,
    Heard,
    LineSettings,
    Noise,
)
from aliquot.drivers.lines.screen import paint

_LINES = (
    (1, 1, "TN: 212-555-0147"),
    (1, 40, "CLASS: WPH2"),
    (2, 1, "CALLBACK: (212) 555-0199"),
    (3, 1, "P#: 212-511-0022"),
    (4, 1, "LAT: +40.712800"),
    (4, 30, "LON: -074.006000"),
    (5, 1, "UNC: 44"),
)
_WANTED = {
    "callback_number": "2125550199",
    "pani": "2125110022",
    "class_of_service": "WPH2",
    "latitude": 40.7128,
    "longitude": -74.006,
    "uncertainty_m": 44,
}


def ansi(lines: Iterable[tuple[int, int, str]], final: str = "H") -> bytes:
    parts = (f"\x1b[{row};{column}{final}{text}" for row, column, text in lines)
    return "".join(parts).encode()


def vt52(lines: Iterable[tuple[int, int, str]]) -> bytes:
    parts = (f"\x1bY{chr(r + 31)}{chr(c + 31)}{text}" for r, c, text in lines)
    return ("\x1bH\x1bJ" + "".join(parts)).encode()


def letters(lines: Iterable[tuple[int, int, str]]) -> bytes:
    """Every letter painted by itself, the last one first."""
    each = [
        (row, column + at, letter)
        for row, column, text in lines
        for at, letter in enumerate(text)
    ]
    return ansi(reversed(each))


_WAYS = {
    "in order": ansi(_LINES),
    "with f": ansi(_LINES, "f"),
    "backwards": ansi(reversed(_LINES)),
    "letter by letter": letters(_LINES),
    "cleared first": b"\x1b[2J" + ansi(_LINES) + b"\x1b[24;1H",
    "home and erase": b"\x1b[H\x1b[J" + ansi(_LINES),
    "with colours": b"\x1b[0m" + ansi(_LINES).replace(b"LAT:", b"\x1b[1mLAT:\x1b[0;7m"),
    "vt52": vt52(_LINES),
}


def heard(data: bytes, pieces: Sequence[int] = ()) -> list[Heard]:
    """What the line says of bytes that come in pieces and then a silence."""
    settings = LineSettings()
    framer, decoder = DRIVER.framer(settings), DRIVER.decoder(settings)
    said: list[Heard] = []
    edges = [0, *pieces, len(data)]
    for begin, end in pairwise(edges):
        frames = framer.feed(Chunk(data[begin:end], begin, begin))
        said += [
            x
            for one in frames
            for x in ([one] if isinstance(one, Noise) else decoder.decode(one))
        ]
    for one in [*framer.tick(0, 60_000 * MS), *framer.flush()]:
        said += [one] if isinstance(one, Noise) else decoder.decode(one)
    return said


@pytest.mark.parametrize("way", _WAYS)
def test_what_stood_on_the_screen_is_read(way: str) -> None:
    data = _WAYS[way]
    (record,) = parse_bytes(data)
    assert isinstance(record, AliRecord)
    assert record.raw == data
    assert {name: record.fields.get(name) for name in _WANTED} == _WANTED
    assert "painted" in record.warnings
    assert "damaged" not in record.warnings


@pytest.mark.parametrize("way", _WAYS)
def test_a_line_gives_the_same_and_every_byte_once(way: str) -> None:
    data = _WAYS[way]
    said = heard(data, range(7, len(data), 7))
    assert b"".join(one.raw for one in said) == data
    (record,) = (one for one in said if isinstance(one, AliRecord))
    assert {name: record.fields.get(name) for name in _WANTED} == _WANTED
    assert "undecodable_bytes" not in record.warnings


def test_a_field_is_shown_where_its_bytes_are() -> None:
    (record,) = parse_bytes(_WAYS["backwards"])
    assert isinstance(record, AliRecord)
    shown = {name: record.raw[slice(*span)] for name, span in record.spans.items()}
    assert shown["callback_number"] == b"(212) 555-0199"
    assert shown["latitude"] == b"+40.712800"
    assert shown["pani"] == b"212-511-0022"


def test_a_marked_record_keeps_its_position_and_its_span() -> None:
    data = b"\x02203" + ansi(_LINES) + b"\x03"
    records = [one for one in heard(data) if isinstance(one, AliRecord)]
    assert [one.fields["callback_number"] for one in records] == ["2125550199"]
    assert b"".join(one.raw for one in heard(data)) == data


def test_each_cleared_screen_is_one_record() -> None:
    first, second = b"\x1b[1;1HTN: 212-555-0147\x1b[2;1HCLASS: RESD", b"\x1b[2J"
    second += b"\x1b[1;1HTN: 212-555-0163\x1b[2;1HCLASS: BUSN"
    for said in (parse_bytes(first + second), heard(first + second)):
        records = [one for one in said if isinstance(one, AliRecord)]
        assert b"".join(one.raw for one in said) == first + second
        assert [one.fields["callback_number"] for one in records] == [
            "2125550147",
            "2125550163",
        ]
        assert [one.fields["class_of_service"] for one in records] == ["RESD", "BUSN"]


def test_one_byte_that_became_esc_is_damage_and_no_code() -> None:
    sound = (
        b"CALLBACK: 212-555-0147 LAT: 40.712800 LON: -74.006000 COS: WPH2 UNC: 44\r\n"
    )
    for at in (8, 22, 31, 54):
        (record,) = parse_bytes(sound[:at] + b"\x1b" + sound[at + 1 :])
        assert isinstance(record, AliRecord)
        assert "painted" not in record.warnings
        assert "damaged" in record.warnings


def test_what_was_erased_is_not_read() -> None:
    data = ansi(_LINES) + b"\x1b[2;1H\x1b[K\x1b[3;1H\x1b[2K\x1b[5;1H\x1b[J"
    (record,) = parse_bytes(data)
    assert isinstance(record, AliRecord)
    assert not record.fields.keys() & {"pani", "uncertainty_m"}
    assert record.fields["callback_number"] == "2125550147"
    assert record.fields["latitude"] == 40.7128


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("K", [b"abc", b"de", b"ghi"]),
        ("0K", [b"abc", b"de", b"ghi"]),
        ("1K", [b"abc", b"  f", b"ghi"]),
        ("2K", [b"abc", b"", b"ghi"]),
        ("J", [b"abc", b"de"]),
        ("1J", [b"  f", b"ghi"]),
        ("2J", []),
    ],
)
def test_what_each_code_erases(code: str, left: list[bytes]) -> None:
    column = 3 if code in ("K", "0K", "J") else 2
    shown = paint(f"\x1b[1;1Habc\r\ndef\r\nghi\x1b[2;{column}H\x1b[{code}".encode())
    assert [line.rstrip() for line in shown.text.splitlines()] == left


def test_what_is_painted_over_is_said() -> None:
    data = b"\x1b[1;1HTN: 212-555-0147\x1b[2;1HCLASS: RESD\x1b[1;5H212-555-0163"
    (record,) = parse_bytes(data)
    assert isinstance(record, AliRecord)
    assert record.fields["callback_number"] == "2125550163"
    assert {"painted", "damaged"} <= set(record.warnings)


def test_moves_beside_places() -> None:
    shown = paint(b"\x1b[2;3HAB\x1b[2DC\x1b[1BD\x1b[1A\x1b[5GE\x1b[4dF\x08G\tH\rI")
    assert shown.text.split(b"\n") == [b"  CBE", b"   D", b"     G  H", b"I", b""]


@given(st.binary(max_size=300) | st.text("\x1b[;HJKYf0129mAB \r\n", max_size=300))
def test_any_bytes_give_a_bounded_screen_of_their_own_letters(
    data: bytes | str,
) -> None:
    data = data if isinstance(data, bytes) else data.encode()
    shown = paint(data)
    assert len(shown.text) == len(shown.index) <= 61 * (133 + len(data))
    for byte, at in zip(shown.text, shown.index, strict=True):
        assert data[at] == byte if at >= 0 else byte in b" \n"
    whole = b"\x1b[1;1H" + data
    assert b"".join(one.raw for one in parse_bytes(whole)) == whole
