"""Asterisk's call records: ``Master.csv``, one line a call when it is over.

Columns: accountcode, src, dst, dcontext, clid, channel, dstchannel, lastapp,
lastdata, start, answer, end, duration, billsec, disposition, amaflags, and, as it is
set up, uniqueid and userfield. A call that went through several steps has a line for
each, one right after the other with the same uniqueid; it is told once. The module
``cdr_custom`` has, as it is delivered, clid first and accountcode before uniqueid.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aliquot.drivers.lines.api import (
    Decoder,
    Frame,
    Framer,
    Heard,
    LineSettings,
    SignalKind,
)
from aliquot.drivers.lines.plugins import OptionSpec
from aliquot.drivers.lines.said import Said, Text, in_words, noise_of
from aliquot.drivers.lines.smdr_lines import (
    OPTIONS,
    LineFramer,
    RecordDecoder,
    Wanted,
)

LAYOUT = "cdr_asterisk"

_FIELD = re.compile(rb'"((?:[^"]|"")*)"(?=,|$)|([^,"]*)(?=,|$)')
_POSITION = re.compile(r"[^/]+/pos(?:ition)?[-_]?(\d{1,2})(?=[-@;]|$)", re.IGNORECASE)
_CHANNEL = re.compile(r"([^/\s]+/.+?)-[0-9a-f]{4,8}(?:;[12])?")
_NAME = re.compile(  # a user of the telephone system, by name
    r"(?!anonymous|restricted|private|unknown|unavailable)[A-Za-z][\w.@-]{0,60}",
    re.IGNORECASE,
)
_ANSWERED = "ANSWERED"
_KINDS = {
    "ANSWERED": SignalKind.ENDED,
    "NO ANSWER": SignalKind.ABANDONED,
    "BUSY": SignalKind.ABANDONED,
    "FAILED": SignalKind.ABANDONED,
    "CONGESTION": SignalKind.ABANDONED,
}
# What a dialplan does while a caller waits for somebody.
_ALONE = frozenset(
    ("Queue", "Playback", "BackGround", "WaitExten", "Wait", "MusicOnHold", "Read")
) | {"Hangup", "Busy", "Congestion", "Answer"}
_FEWEST, _MOST = 16, 24


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where a column stands, counted from 0; ``billsec`` is right behind ``duration``,
    ``dstchannel`` and ``lastapp`` behind ``channel``. The others are the same in all."""

    clid: int
    channel: int
    start: int
    duration: int
    disposition: int


_USUAL = _Columns(clid=4, channel=5, start=9, duration=12, disposition=14)
_CUSTOM = _Columns(clid=0, channel=4, start=8, duration=11, disposition=13)


@dataclass(frozen=True, slots=True)
class _Line:
    src: Text
    dst: Text
    clid: Text
    channel: Text
    dst_channel: Text
    start: Text
    spoken: Text
    duration: Text
    disposition: str
    unique_id: str
    app: str

    @property
    def with_somebody(self) -> bool:
        return self.disposition == _ANSWERED and bool(self.dst_channel.text)


@dataclass(frozen=True, slots=True)
class AsteriskCdrDriver:
    """``LineDriver`` for the lines of ``Master.csv``."""

    name: str = "cdr_asterisk"
    title: str = "Call records of Asterisk (Master.csv)"
    reads: str = "A line of comma-separated values for each call that is over."

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return LineFramer(settings, start, _opens, _joins)

    def decoder(self, settings: LineSettings) -> Decoder:
        wanted = Wanted.of(settings)
        return RecordDecoder(lambda frame: read(frame, wanted))

    def claims(self, head: bytes) -> bool:
        """Whether a stream that begins so is of this kind."""
        lines = [line for line in head.splitlines() if line.strip()][:4]
        return any(_parse(line, 0, line) is not None for line in lines)

    def layout_names(self) -> tuple[str, ...]:
        return (LAYOUT,)

    def options(self) -> tuple[OptionSpec, ...]:
        return OPTIONS

    def sample(self) -> bytes:
        """An answered and an unanswered call."""
        return (
            b'"","6175550142","911","from-911","""ALDER ROSE"" <6175550142>",'
            b'"PJSIP/trunk-a-0000000a","PJSIP/pos1-0000000b","Dial","PJSIP/pos1,20",'
            b'"2026-05-03 18:42:07","2026-05-03 18:42:13","2026-05-03 18:43:45",98,92,'
            b'"ANSWERED","DOCUMENTATION","1777833727.62"\n'
            b'"","6175550143","911","from-911","6175550143",'
            b'"PJSIP/trunk-a-0000000c","PJSIP/pos1-0000000d","Dial","PJSIP/pos1,20",'
            b'"2026-05-03 18:44:09",,"2026-05-03 18:44:30",21,0,'
            b'"NO ANSWER","DOCUMENTATION","1777833849.80"\n'
        )


def _opens(line: bytes) -> bool:
    parsed = _parse(line, 0, line)
    return parsed is not None and bool(parsed.unique_id)


def _joins(before: bytes, line: bytes) -> bool:
    first = before.strip(b"\r\n\f\x00").splitlines()[0]
    one, other = _parse(first, 0, first), _parse(line, 0, line)
    return bool(one and other and one.unique_id == other.unique_id)


def read(frame: Frame, wanted: Wanted) -> Sequence[Heard]:
    """What the lines of one call say."""
    lines: list[_Line] = []
    at = frame.payload_at
    for row in frame.payload.splitlines(keepends=True):
        line = _parse(row.rstrip(b"\r\n\f"), at, frame.raw)
        if line is not None:
            lines.append(line)
        at += len(row)
    if not lines:
        return [noise_of(frame)]
    call = next((one for one in lines if one.disposition == _ANSWERED), lines[0])
    call = next((one for one in lines if one.with_somebody), call)
    outgoing = _is_desk(call.channel, wanted)
    if outgoing and not wanted.all_calls:
        return []
    said = _said(frame, call, outgoing, wanted)
    key = call.unique_id or f"{call.start.text}-{call.channel.text}"
    kind = SignalKind.ENDED if outgoing else _kind(call)
    return [said.signal(kind, key, LAYOUT)]


def _kind(call: _Line) -> SignalKind:
    return SignalKind.ABANDONED if _is_alone(call) else _KINDS[call.disposition]


def _is_alone(call: _Line) -> bool:
    """Who was answered by a voice or a queue alone has spoken with nobody."""
    answered = call.disposition == _ANSWERED
    return answered and call.app in _ALONE and not call.dst_channel.text


def _is_desk(channel: Text, wanted: Wanted) -> bool:
    """A position's own channel: by its name, or by what is set for its extension."""
    named = _CHANNEL.fullmatch(channel.text)
    extension = named[1].partition("/")[2] if named else ""
    return extension in wanted.positions or _POSITION.match(channel.text) is not None


def _said(frame: Frame, call: _Line, outgoing: bool, wanted: Wanted) -> Said:
    said = Said(frame)
    if not outgoing and _NAME.fullmatch(call.src.text):
        said.warnings.add("no_callback")
        said.note(f"from {call.src.text}")
    elif not outgoing:
        said.number(call.src)
        name, mark, _ = call.clid.text.rpartition("<")
        name = name.strip().removeprefix('"').removesuffix('"').strip()
        if mark and name != call.src.text:
            said.name(Text(name, call.clid.span, call.clid.whole))
    moment = datetime.fromisoformat(call.start.text)
    said.at(moment, call.start)
    desk = call.channel if outgoing else call.dst_channel
    trunk = call.dst_channel if outgoing else call.channel
    _place(said, desk, trunk, wanted)
    said.note(f"dialled {call.dst.text}")
    spoken = timedelta(seconds=int(call.spoken.text))
    rang = timedelta(seconds=int(call.duration.text)) - spoken
    said.note(f"rang {in_words(max(rang, timedelta(0)))}")
    if spoken:
        word = "waited" if _is_alone(call) else "talked"
        said.note(f"{word} {in_words(spoken)}")
    return said


def _place(said: Said, desk: Text, trunk: Text, wanted: Wanted) -> None:
    position = _POSITION.match(desk.text)
    channel = _CHANNEL.fullmatch(desk.text)
    extension = channel[1].partition("/")[2] if channel else ""
    if extension in wanted.positions:
        said.put("position", wanted.position(extension), desk)
    elif position:
        said.put("position", position[1].zfill(2), desk)
    line = _CHANNEL.fullmatch(trunk.text)
    if line:
        said.put("trunk", line[1], trunk)


def _parse(line: bytes, at: int, raw: bytes) -> _Line | None:
    """None for what is no record. ``at``: where the line stands in ``raw``."""
    spans = _split(line)
    if not _FEWEST <= len(spans) <= _MOST:
        return None
    texts = [_text(raw, at + begin, at + end) for begin, end in spans]
    return _read_columns(texts, _USUAL) or _read_columns(texts, _CUSTOM)


def _read_columns(texts: list[Text], columns: _Columns) -> _Line | None:
    """None where these are not the columns."""
    disposition, start = texts[columns.disposition].text, texts[columns.start]
    duration, spoken = texts[columns.duration], texts[columns.duration + 1]
    if disposition not in _KINDS or not _is_time(start.text):
        return None
    if not (_is_count(duration.text) and _is_count(spoken.text)):
        return None
    unique_id = texts[16].text if len(texts) > 16 else ""
    channel = columns.channel
    return _Line(
        src=texts[1],
        dst=texts[2],
        clid=texts[columns.clid],
        channel=texts[channel],
        dst_channel=texts[channel + 1],
        start=start,
        spoken=spoken,
        duration=duration,
        disposition=disposition,
        unique_id=unique_id,
        app=texts[channel + 2].text,
    )


def _split(line: bytes) -> list[tuple[int, int]]:
    """Where the values stand, without their quotes; nothing for a torn line."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at <= len(line) and len(spans) <= _MOST:
        found = _FIELD.match(line, at)
        if found is None:
            return []
        spans.append(found.span(1) if found[1] is not None else found.span(2))
        at = found.end() + 1
    return spans


def _text(raw: bytes, begin: int, end: int) -> Text:
    text = Text.of(raw, begin, end)
    return Text(text.text.replace('""', '"'), text.span, text.whole)


def _is_time(text: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?", text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_count(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,7}", text) is not None


DRIVER = AsteriskCdrDriver()
