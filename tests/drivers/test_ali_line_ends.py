"""Line ends that some program between has doubled or turned round."""

from __future__ import annotations

import pytest
from ali_records import MS, Out, decode, feed, in_lines, record

from aliquot.drivers.lines.ali import DRIVER, parse_bytes
from aliquot.drivers.lines.api import AliRecord, Frame, LineSettings

_ODD = [b"\r\r\n", b"\n\r", b"\r\n\r\n", b"\r\r", b"\n\n"]
_30W = [
    "(435) 511-0142 WPH1 11/05 23:14",
    "NORTH RANGE WIRELESS        ",
    "      1200       P#435-511-0142",
    "S  HWY 191               ",
    "- NE SECTOR         ",
    "CALLBK=(801)555-0142   NRW 0231",
    "UT MOAB",
]


def on_a_line(data: bytes) -> list[AliRecord]:
    framer = DRIVER.framer(LineSettings())
    out: Out = [*feed(framer, data), *framer.tick(0, 60_000 * MS), *framer.flush()]
    return [decode(one) for one in out if isinstance(one, Frame)]


def both(data: bytes) -> list[AliRecord]:
    (parsed,) = parse_bytes(data)
    assert isinstance(parsed, AliRecord)
    return [parsed, *on_a_line(data), *on_a_line(b"\x02" + data + b"\x03")]


@pytest.mark.parametrize("end", _ODD)
@pytest.mark.parametrize("trimmed", [False, True])
@pytest.mark.parametrize("rows", [_30W, record()], ids=["30w", "32x15"])
def test_they_are_ends_of_lines_like_any(
    rows: list[str], trimmed: bool, end: bytes
) -> None:
    sent = [row.rstrip() if trimmed else row for row in rows]
    usual, *_ = on_a_line(in_lines(sent, b"\r\n"))
    assert usual.fields["callback_number"] in ("8015550142", "3157780000")
    for got in both(in_lines(sent, end)):
        assert got.layout == usual.layout
        assert got.fields == usual.fields
        assert "damaged" not in got.warnings
        for name, (begin, finish) in got.spans.items():
            usual_begin, usual_end = usual.spans[name]
            was = usual.raw[usual_begin:usual_end]
            assert got.raw[begin:finish].split() == was.split()


def test_one_empty_line_is_a_line() -> None:
    """A record of columns may have one; only where all are so is it an end."""
    rows = [row.rstrip() for row in record()]
    assert rows[1] == ""
    (got,) = on_a_line(in_lines(rows, b"\r\n"))
    assert got.fields["customer_name"] == "TEST CELL"
