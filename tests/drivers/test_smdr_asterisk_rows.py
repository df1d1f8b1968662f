"""Rows of Asterisk's call records: other columns, queues, positions by extension."""

from __future__ import annotations

import csv
import io

from aliquot.drivers.lines.api import (
    CallSignal,
    Chunk,
    Frame,
    LineSettings,
    Option,
    SignalKind,
)
from aliquot.drivers.lines.smdr_asterisk import DRIVER as ASTERISK

ABANDONED, ENDED = SignalKind.ABANDONED, SignalKind.ENDED


def signals(data: bytes, **options: Option) -> list[CallSignal]:
    settings = LineSettings(options=options)
    framer, decoder = ASTERISK.framer(settings), ASTERISK.decoder(settings)
    cut = [*framer.feed(Chunk(data, 10**15, 0)), *framer.flush()]
    frames = [one for one in cut if isinstance(one, Frame)]
    heard = [said for frame in frames for said in decoder.decode(frame)]
    return [said for said in heard if isinstance(said, CallSignal)]


def test_the_columns_of_cdr_custom() -> None:
    lines = ASTERISK.sample().decode().splitlines()
    rows = list(csv.reader(lines))
    custom = [
        [row[4], *row[1:4], *row[5:16], row[0], *row[16:], "", "3"] for row in rows
    ]
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(custom)
    usual = signals(ASTERISK.sample())
    said = signals(text.getvalue().encode())
    assert [(s.kind, s.call_key, s.fields) for s in said] == [
        (s.kind, s.call_key, s.fields) for s in usual
    ]
    assert ASTERISK.claims(text.getvalue().encode())


def test_an_extension_that_is_a_position_is_nobody_who_called() -> None:
    line = ASTERISK.sample().splitlines(keepends=True)[0]
    out = line.replace(b"PJSIP/trunk-a-0000000a", b"PJSIP/2221-0000000a")
    assert len(signals(out)) == 1
    assert signals(out, positions="2221=07") == []
    told_of = signals(out, positions="2221=07", all_calls=True)[0]
    assert told_of.fields["position"] == "07"


def test_who_only_a_queue_answered_gave_up() -> None:
    line = ASTERISK.sample().splitlines(keepends=True)[0]
    alone = line.replace(b'"PJSIP/pos1-0000000b","Dial"', b'"","Queue"')
    (said,) = signals(alone)
    assert said.kind is ABANDONED
    assert "waited 1:32" in str(said.fields["note"])
    (met,) = signals(alone.replace(b'"Queue"', b'"ConfBridge"'))
    assert met.kind is ENDED
    (both,) = signals(alone + line)  # the queue, then a position
    assert both.kind is ENDED
    assert both.fields["position"] == "01"
