"""Where a record without marks ends, line end by line end."""

from __future__ import annotations

import pytest
from ali_records import record, spill

from aliquot.drivers.lines.detect import Starts
from aliquot.drivers.lines.framer_ends import RecordEnd, Shape
from aliquot.drivers.lines.framer_frames import Bounds, payload_bounds
from aliquot.drivers.lines.layouts import bundled

LAYOUT = next(one for one in bundled() if one.name == "ali_32x15")
STARTS = Starts((LAYOUT,))
ENDS = [b"\r\n", b"\n\r", b"\r", b"\n"]


def watched(data: bytes, at: int = 0) -> tuple[RecordEnd, list[bool]]:
    """After these bytes, with what was said at each byte of a line end."""
    end = RecordEnd(LAYOUT, at)
    said = [
        end.take(n, data[n - 1] if n else 0, byte)
        for n, byte in enumerate(data)
        if byte in b"\r\n"
    ]
    return end, said


def in_lines(end: bytes, lines: list[str] | None = None) -> bytes:
    return b"".join(line.encode() + end for line in lines or record())


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("at", [0, 3])
def test_full_lines_are_complete_at_the_first_byte_of_the_last_end(
    end: bytes, at: int
) -> None:
    data = b"201"[:at] + in_lines(end)
    before, _ = watched(data[: -len(end)], at)
    assert before.shape is Shape.LINES
    assert not before.lines_complete
    first, _ = watched(data[: len(data) - len(end) + 1], at)
    assert first.lines_complete
    assert watched(data, at)[0].lines_complete


@pytest.mark.parametrize("end", ENDS)
def test_of_two_bytes_the_first_says_that_one_more_comes(end: bytes) -> None:
    _, said = watched(in_lines(end))
    size = len(end)
    # At the first line nobody knows yet.
    assert said[:size] == [False] * size
    assert said[size:] == ([True, False] if size == 2 else [False]) * 14


def test_a_blank_line_between_two_ends_is_a_line() -> None:
    lines = record()
    lines[1] = ""
    for end in ENDS:
        assert watched(in_lines(end, lines))[0].lines_complete, end
        assert not watched(in_lines(end, lines[:1] + lines[2:]))[0].lines_complete


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("line", [3, 14])
def test_a_line_of_one_byte_too_many_is_no_line(end: bytes, line: int) -> None:
    lines = record()
    lines[line] += "X"
    found, _ = watched(in_lines(end, lines))
    assert found.shape is Shape.OTHER
    assert not found.lines_complete


@pytest.mark.parametrize("end", ENDS)
def test_lines_that_run_together_have_a_length(end: bytes) -> None:
    data = spill(record(), end)
    found, _ = watched(data)
    assert found.shape is Shape.STREAM
    assert found.target == len(data)
    assert not found.lines_complete
    shifted, _ = watched(b"01" + data, 2)
    assert shifted.target == len(data) + 2


def test_a_byte_lost_from_lines_that_run_together_leaves_no_length() -> None:
    data = spill(record())
    first = data.index(b"\r")
    found, _ = watched(data[: first - 5] + data[first - 4 :])
    assert (found.shape, found.target) == (Shape.LINES, None) or found.target is None
    second = data.index(b"\r", first + 1)
    found, _ = watched(data[: second - 5] + data[second - 4 :])
    assert (found.shape, found.target) == (Shape.OTHER, None)


def test_a_line_end_too_many_leaves_no_length() -> None:
    data = spill(record())
    found, _ = watched(data[:-20] + b"\r" + data[-20:])
    assert (found.shape, found.target) == (Shape.OTHER, None)


@pytest.mark.parametrize("end", ENDS)
def test_lines_that_begin_too_long_are_no_lines_later(end: bytes) -> None:
    lines = record()
    lines[0] += "XXXX"
    found, _ = watched(in_lines(end, [lines[0], *["X"] * 20]))
    assert found.shape is Shape.OTHER
    assert not found.lines_complete


@pytest.mark.parametrize("end", [b"\r\n", b"\n\r"])
def test_of_an_end_that_has_lost_its_first_byte_no_more_comes(end: bytes) -> None:
    data = in_lines(end, record()[:3]) + b"X" + end[1:]
    assert watched(data)[1] == [False, False, True, False, True, False, False]


def test_the_payload_is_what_stands_between_the_marks() -> None:
    text = in_lines(b"\r").rstrip(b"\r")
    ends = 4 + len(text)
    for tail in (b"\x03", b"\r\x03", b"\r\n\x03A", b"\x03\r", b"\x03", b"", b"\r"):
        found = payload_bounds(b"\x02201" + text + tail, STARTS)
        whole = text + tail[: tail.find(b"\x03")] if tail.endswith(b"A") else text
        assert found == Bounds(4, 4 + len(whole), True, "2", "01"), tail
    # Without its beginning mark nothing says that the other is one.
    found = payload_bounds(b"201" + text + b"\x03A", STARTS)
    assert found == Bounds(3, ends + 1, True, "2", "01")


def test_a_position_on_a_line_of_its_own_counts_only_behind_a_mark() -> None:
    text = in_lines(b"\r").rstrip(b"\r")
    for own in (b"201\r", b"201 \r\n", b"01\r"):
        found = payload_bounds(b"\x02" + own + text + b"\x03", STARTS)
        at = 1 + len(own)
        digit = "2" if own.startswith(b"2") else None
        assert found == Bounds(at, at + len(text), True, digit, "01"), own
        assert payload_bounds(own + text, STARTS).known is False
        other = payload_bounds(b"\x02" + own + b"A TEXT\x03", STARTS)
        assert other == Bounds(1, 1 + len(own) + 6, known=False)
