"""The recorded stream: what is written is read back, and damage is told."""

from __future__ import annotations

import io
import random
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.recording import (
    RecordingError,
    RecordingReader,
    chunks,
    read_recording,
)
from aliquot.drivers.lines.recording_format import (
    MAX_CHUNK,
    MAX_LINE,
    Damage,
    Entry,
    Header,
    StreamDecoder,
    encode_entry,
    encode_header,
    escape,
    format_time,
    parse_time,
    unescape,
)

T0 = 1_795_282_936_000_000
TIMES = st.integers(min_value=0, max_value=253_402_300_799_999_999)
ENTRIES = st.lists(
    st.tuples(st.sampled_from(Direction), TIMES, st.binary(max_size=80)), max_size=8
)


def recording(*pieces: bytes) -> bytes:
    head = encode_header(Header(line="ali-1", driver="ali", baud=9600, format="8N1"))
    return head + b"".join(
        encode_entry(Direction.RECEIVED, T0 + i, p) for i, p in enumerate(pieces)
    )


def data_of(raw: bytes, **options: bool) -> list[bytes]:
    return [e.data for e in read_recording(io.BytesIO(raw), **options)]


@given(st.binary())
def test_escaped_bytes_are_printable_ascii_and_come_back(data: bytes) -> None:
    text = escape(data)
    assert text.isascii()
    assert text.isprintable()
    assert unescape(text.encode()) == data


@given(TIMES)
def test_a_time_comes_back_to_the_microsecond(utc_us: int) -> None:
    assert parse_time(format_time(utc_us)) == utc_us


def test_a_time_is_read_in_utc_only() -> None:
    assert parse_time("2026-11-21T17:42:24Z") == 1_795_282_944_000_000
    for text in ("2026-11-21T17:42:24+01:00", "2026-11-21 17:42:24Z", "", "noon"):
        with pytest.raises(ValueError, match="UTC"):
            parse_time(text)


@given(ENTRIES, st.integers(min_value=1, max_value=40))
def test_entries_come_back_however_the_file_is_cut_into_reads(
    entries: list[tuple[Direction, int, bytes]], step: int
) -> None:
    raw = encode_header(Header(line="a b\\c é", baud=9600))
    raw += b"".join(encode_entry(*e) for e in entries)
    decoder = StreamDecoder()
    items = [
        i for at in range(0, len(raw), step) for i in decoder.feed(raw[at : at + step])
    ]
    assert decoder.finish() == []
    assert items[0] == Header(line="a b\\c é", baud=9600)
    got = [i for i in items[1:] if isinstance(i, Entry)]
    assert [(e.direction, e.utc_us, e.data) for e in got] == entries
    received = [len(d) for way, _, d in entries if way is Direction.RECEIVED]
    assert decoder.offset == sum(received)


def test_the_example_of_the_specification_is_what_is_written() -> None:
    lines = recording(b"\x02214 D\\G\r\n\x03\xbd").splitlines()
    body = rb"< 2026-11-21T17:42:16.000000Z 12 \x02214 D\\G\r\n\x03\xbd"
    assert lines[1] == body + b" *%08x" % zlib.crc32(body)
    head = b"aliquot-recording 1 line=ali-1 baud=9600 format=8N1 driver=ali"
    assert lines[0] == head + b" *%08x" % zlib.crc32(head)


def test_a_tail_torn_at_any_byte_is_told_and_the_rest_is_read() -> None:
    raw = recording(b"first\r", b"second * \x03")
    body = len(recording(b"first\r"))
    for cut in range(body + 1, len(raw) - 1):
        damages: list[Damage] = []
        stream = io.BytesIO(raw[:cut])
        got = [e.data for e in read_recording(stream, on_damage=damages.append)]
        assert got == [b"first\r"], cut
        assert [d.torn for d in damages] == [True], cut
        with pytest.raises(RecordingError, match="line 3: the last line is torn"):
            data_of(raw[:cut], strict=True)


def test_only_the_line_end_missing_loses_nothing() -> None:
    raw = recording(b"first", b"second")
    assert data_of(raw[:-1], strict=True) == [b"first", b"second"]


def test_a_torn_header_alone_is_an_empty_recording_with_damage() -> None:
    raw = recording()
    for cut in range(1, len(raw) - 1):
        reader = RecordingReader(io.BytesIO(raw[:cut]))
        assert list(reader) == []
        assert reader.damaged == 1, cut


@given(st.data())
def test_one_changed_byte_is_told_or_changes_nothing_that_is_read(
    data: st.DataObject,
) -> None:
    pieces = [b"alpha", b"beta \x02\xff", b"gamma"]
    raw = bytearray(recording(*pieces))
    first = len(recording())
    at = data.draw(st.integers(min_value=first, max_value=len(raw) - 1))
    value = data.draw(st.integers(min_value=0, max_value=255))
    changed = raw[at] != value
    raw[at] = value
    reader = RecordingReader(io.BytesIO(bytes(raw)))
    got = [e.data for e in reader]
    assert all(piece in pieces for piece in got)
    assert len(got) + 2 * reader.damaged >= len(pieces)
    if not changed:
        assert (got, reader.damaged) == (pieces, 0)


def test_a_damaged_line_is_named_and_the_lines_round_it_are_read() -> None:
    raw = recording(b"one", b"two", b"three").replace(b"two", b"tvo")
    damages: list[Damage] = []
    stream = io.BytesIO(raw)
    entries = list(read_recording(stream, "x.rec", on_damage=damages.append))
    assert [(e.data, e.offset, e.number) for e in entries] == [
        (b"one", 0, 2),
        (b"three", 3, 4),
    ]
    assert [(d.number, d.torn) for d in damages] == [(3, False)]
    with pytest.raises(RecordingError, match=r"^x\.rec, line 3: the line is damaged"):
        list(read_recording(io.BytesIO(raw), "x.rec", strict=True))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (rb"< 2026-11-21T17:42:16.000000Z 9 abc", "says 9 bytes and holds 3"),
        (rb"< 2026-11-21T17:42:16.000000Z 3 a\qc", "escape"),
        (b"< 2026-11-21T17:42:16.000000Z 3 a\xbdc", "escape"),
        (rb"< yesterday 3 abc", "no time"),
        (rb"? 2026-11-21T17:42:16.000000Z 3 abc", "neither a header nor an entry"),
        (b"aliquot-recording", "without a version"),
        (b"aliquot-recording 1 Line=x", "key=value"),
        (b"aliquot-recording 1 baud=fast", "fast"),
    ],
)
def test_a_line_that_is_wrong_in_itself_says_how(body: bytes, words: str) -> None:
    raw = recording(b"one") + body + b" *%08x\n" % zlib.crc32(body)
    with pytest.raises(RecordingError, match="line 3: .*" + words):
        data_of(raw, strict=True)


def test_comments_empty_lines_and_dos_line_ends_are_read_over() -> None:
    raw = b"## made by hand\n\n" + recording(b"one").replace(b"\n", b"\r\n")
    assert data_of(raw, strict=True) == [b"one"]


def test_a_second_session_goes_on_counting_and_can_set_the_offset() -> None:
    raw = recording(b"one") + recording(b"two")
    again = encode_header(Header(start=1000)) + encode_entry(
        Direction.RECEIVED, T0, b"x"
    )
    entries = list(read_recording(io.BytesIO(raw + again)))
    assert [e.offset for e in entries] == [0, 3, 1000]


def test_unknown_header_words_are_kept() -> None:
    raw = encode_header(Header(line="x", more={"site": "north"}))
    reader = RecordingReader(io.BytesIO(raw))
    assert reader.header == Header(line="x", more={"site": "north"})


def test_another_version_is_refused_with_advice() -> None:
    body = b"aliquot-recording 2 line=x"
    raw = body + b" *%08x\n" % zlib.crc32(body)
    with pytest.raises(RecordingError, match=r"version 2.*reads version 1"):
        data_of(raw)


def test_bare_bytes_are_no_recording_and_an_empty_file_is_an_empty_one() -> None:
    with pytest.raises(RecordingError, match=r"no recording.*line parse"):
        data_of(b"(850) 555-0101\r\nSMITH, JOHN\r\n")
    assert data_of(b"") == []


def test_a_damaged_header_does_not_take_the_entries_with_it() -> None:
    raw = b"X" + recording(b"one")[1:]
    reader = RecordingReader(io.BytesIO(raw))
    assert reader.header == Header()
    assert [e.data for e in reader] == [b"one"]
    assert reader.damaged == 1


def test_a_line_without_end_is_bounded_and_told_once() -> None:
    decoder = StreamDecoder()
    items = [i for _ in range(40) for i in decoder.feed(b"x" * 8192)]
    items += decoder.feed(b"\n" + encode_entry(Direction.RECEIVED, T0, b"ok"))
    assert [type(i) for i in items] == [Damage, Entry]
    assert str(MAX_LINE) in items[0].reason  # type: ignore[union-attr]


def test_a_chunk_is_at_most_as_long_as_a_line_may_be() -> None:
    worst = encode_entry(Direction.RECEIVED, T0, b"\xff" * MAX_CHUNK)
    assert len(worst) < MAX_LINE
    with pytest.raises(ValueError, match="at most"):
        encode_entry(Direction.RECEIVED, T0, b"\xff" * (MAX_CHUNK + 1))


def test_random_bytes_never_break_the_reader() -> None:
    dice = random.Random(7)
    for _ in range(200):
        raw = recording(b"one") + dice.randbytes(dice.randrange(200)) + b"\n"
        assert data_of(raw + recording(b"two"))[-1] == b"two"


def test_chunks_have_received_bytes_only_and_time_never_goes_back() -> None:
    entries = [
        Entry(Direction.RECEIVED, T0, b"a"),
        Entry(Direction.SENT, T0 + 5, b"ack"),
        Entry(Direction.RECEIVED, T0 + 10, b"b"),
        Entry(Direction.RECEIVED, T0 - 1_000_000, b"c"),  # the wall clock was set back
        Entry(Direction.RECEIVED, T0 - 999_993, b"d"),
        Entry(Direction.RECEIVED, T0 - 999_000, b""),
    ]
    got = [(c.data, c.utc_us - T0, c.mono_ns) for c in chunks(entries)]
    assert got == [
        (b"a", 0, 0),
        (b"b", 10, 10_000),
        (b"c", -1_000_000, 10_000),
        (b"d", -999_993, 17_000),
    ]


def test_the_specification_shows_a_true_recording() -> None:
    page = Path(__file__).parents[2] / "docs" / "recorded-stream.md"
    example = page.read_text().split("```")[1].strip("\n").encode()
    assert data_of(example, strict=True) == [
        b"\x02214 D\\G\r\n\x03\xbd",
        b"\x06",
        b"\x02214 END\x03",
    ]


def test_the_writer_in_the_specification_writes_what_ours_does() -> None:
    page = Path(__file__).parents[2] / "docs" / "recorded-stream.md"
    source = page.read_text().split("```python")[1].split("```")[0]
    theirs: dict[str, Any] = {}
    exec(source, theirs)  # noqa: S102 - our own page
    data = bytes(range(256))
    when = datetime(2026, 11, 21, 17, 42, 16, 277_123, tzinfo=UTC)
    ours = encode_entry(Direction.SENT, parse_time("2026-11-21T17:42:16.277123Z"), data)
    assert theirs["entry"](">", when, data).encode() == ours


def test_a_day_that_is_none_is_said_in_words() -> None:
    with pytest.raises(ValueError, match="no such day or time: 2026-13-01"):
        parse_time("2026-13-01T00:00:00Z")
