"""Nortel's call records to what happened to a call. The lines: smdr_nortel_lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aliquot.drivers.lines.api import (
    CallSignal,
    FieldValue,
    Frame,
    Heard,
    OpenCall,
    SignalKind,
)
from aliquot.drivers.lines.said import (
    Said,
    Text,
    in_words,
    length_of,
    month_day,
    noise_of,
)
from aliquot.drivers.lines.smdr_lines import Wanted
from aliquot.drivers.lines.smdr_nortel_e911 import E911_LINE
from aliquot.drivers.lines.smdr_nortel_e911 import trouble as e911_trouble
from aliquot.drivers.lines.smdr_nortel_lines import (
    FIRST_EVENT,
    HEADER,
    LIVE,
    LIVE_REST,
    NAME,
    NORSTAR,
    NORSTAR_LIVE,
    NUMBER,
    SL1,
    SL1_CALLER,
    SL1_DIGITS,
    SL1_LINE,
    match,
)

MOST_OPEN = 512
REPORT_AFTER_US = 60 * 10**6
"""With "All records" a report follows the real-time lines of the same call."""

_LIVE_KINDS = {
    "G": SignalKind.OFFERED,
    "A": SignalKind.ANSWERED,
    "N": SignalKind.ABANDONED,
    "T": SignalKind.TRANSFERRED,
    "R": SignalKind.ENDED,
}
_OVER = (SignalKind.ENDED, SignalKind.ABANDONED)


@dataclass(slots=True)
class _Live:
    key: str
    fields: dict[str, FieldValue] = field(default_factory=dict)
    over_us: int | None = None


@dataclass(frozen=True, slots=True)
class _Parts:
    """The named groups of a match as texts with their places."""

    found: re.Match[bytes]
    raw: bytes
    at: int

    def __call__(self, name: str) -> Text:
        begin, end = self.found.span(name)
        if begin < 0:
            return Text("", (0, 0))
        return Text.of(self.raw, self.at + begin, self.at + end)


class NortelDecoder:
    """A ``Decoder`` that remembers which trunks were seized for outgoing calls, and
    the calls that real-time lines told of, by line."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._outgoing: set[str] = set()
        self._live: dict[str, _Live] = {}

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        for call in open_calls:
            line = call.call_key.partition("-")[0]
            self._live[line] = _Live(call.call_key)

    def decode(self, frame: Frame) -> Sequence[Heard]:
        first = frame.payload.splitlines()[0] if frame.payload else b""
        if found := match(SL1_LINE, first):
            return self._sl1(frame, _Parts(found, frame.raw, frame.payload_at))
        if match(HEADER, first) or match(FIRST_EVENT, first):
            return self._report(frame)
        if found := match(E911_LINE, first):
            return e911_trouble(frame, found)
        if found := match(LIVE, first):
            return self._live_line(frame, _Parts(found, frame.raw, frame.payload_at))
        return [noise_of(frame)]

    def _sl1(self, frame: Frame, part: _Parts) -> Sequence[Heard]:
        kind, origin, target = part("type").text, part("origin"), part("target")
        incoming = origin.text.startswith("T")
        trunk = origin if incoming else target
        line = trunk.text[1:4] if trunk.text.startswith("T") else ""
        if kind == "S" and not incoming:
            self._outgoing.add(line)
        if kind not in ("N", "B", "E"):
            return []
        if kind == "E" and line in self._outgoing:
            self._outgoing.discard(line)
            incoming = False
        if not incoming and not self._wanted.all_calls:
            return []
        said = Said(frame)
        self._sl1_parties(said, frame, part, incoming)
        self._sl1_time(said, part)
        if line:
            said.put("trunk", line, trunk)
        signal = SignalKind.ABANDONED if kind == "B" else SignalKind.ENDED
        day = f"{said.fields.get('record_date', '')}T{part('time').text}"
        key = f"sl1-{part('number').text}-{day}-{line}"
        return [said.signal(signal, key, SL1)]

    def _sl1_parties(
        self, said: Said, frame: Frame, part: _Parts, incoming: bool
    ) -> None:
        station = next(
            (p for p in (part("target"), part("origin")) if p.text[:2] == "DN"), None
        )
        if station is not None:
            said.put("position", self._wanted.position(station.text[2:]), station)
        caller, digits = _second_line(frame)
        digits = part("digits") if part("digits").text else digits
        if incoming:
            said.number(caller)
        else:
            said.note(f"outgoing, dialled {digits.text if digits else 'nothing'}")

    def _sl1_time(self, said: Said, part: _Parts) -> None:
        day, clock = part("day"), part("time")
        if month_day(said, int(day.text[:2]), int(day.text[3:]), clock.text, day):
            said.put("record_time", clock.text, clock)
        length = length_of(part("length").text)
        if part("type").text == "E":
            said.note("time is that of the end")
        elif length is not None:
            word = "rang" if part("type").text == "B" else "talked"
            said.note(f"{word} {in_words(length)}")

    def _report(self, frame: Frame) -> Sequence[Heard]:
        """A Norstar report. Its header may be lost: then the call has no place."""
        lines = _lines(frame)
        head = _first(lines, HEADER)
        event = _first(lines, FIRST_EVENT)
        if event is None:
            return [] if head else [noise_of(frame)]
        outgoing = bool(event("out").text)
        if outgoing and not self._wanted.all_calls:
            return []
        said = Said(frame)
        if outgoing:
            said.note("outgoing")
        else:
            self._report_caller(said, lines)
        line = head("line").text if head else ""
        if head:
            self._report_head(said, head, event)
        ring = length_of(event("ring").text)
        if ring is not None:
            said.note(f"rang {in_words(ring)}")
        known = self._told(line, frame.utc_us)
        answered = outgoing or bool(event("in").text)
        kind = SignalKind.ENDED if answered else SignalKind.ABANDONED
        when = _clean(f"{head('day').text}{head('time').text}") if head else ""
        key = known or f"{line or 'norstar'}-{when or frame.start}"
        return [said.signal(kind, key, NORSTAR)]

    def _report_head(self, said: Said, head: _Parts, event: _Parts) -> None:
        day, clock = head("day"), head("time")
        moment = _moment(day.text + clock.text, "%m/%d/%y%H:%M:%S")
        if moment is None:
            said.warnings.add("bad_value")
        else:
            ring = length_of(event("ring").text) if event("in").text else None
            said.at(moment - (ring or timedelta(0)), day, clock)
        for name, text in (("trunk", head("line")), ("position", head("station"))):
            if text.text.isdigit():
                given = name == "position" and head("kind").text == "STN"
                value = self._wanted.position(text.text) if given else text.text
                said.put(name, value, text)
            elif text.text:
                said.warnings.add("bad_value")

    def _report_caller(self, said: Said, lines: list[tuple[bytes, _Parts]]) -> None:
        number, name = _first(lines, NUMBER), _first(lines, NAME)
        _put_number(said, number("number") if number else None)
        if name:
            said.name(name("name"))

    def _told(self, line: str, utc_us: int) -> str | None:
        """Key of the call on that line that real-time lines have just told of."""
        live = self._live.get(line)
        if live is None:
            return None
        if live.over_us is not None and utc_us - live.over_us > REPORT_AFTER_US:
            return None
        return live.key

    def _live_line(self, frame: Frame, part: _Parts) -> Sequence[Heard]:
        event = part("event").text
        if part("type").text == "H":
            return []
        found = LIVE_REST.fullmatch(part("rest").text.encode("latin-1", "replace"))
        kind = _LIVE_KINDS.get(event)
        if found is None or (kind is None and event != "D"):
            return [noise_of(frame)]
        if kind is None:
            return []
        rest = _Parts(found, frame.raw, part("rest").span[0])
        said = Said(frame)
        moment = _moment(part("day").text + part("time").text, "%m%d%y%H%M%S")
        call = self._call_of(rest("line").text, kind, part, moment)
        if moment is None:
            said.warnings.add("bad_value")
        elif "record_time" not in call.fields:
            said.at(moment, part("day"), part("time"))
        self._live_fields(said, rest, call)
        return [self._live_signal(kind, call, said)]

    def _call_of(
        self, line: str, kind: SignalKind, part: _Parts, moment: datetime | None
    ) -> _Live:
        call = self._live.get(line)
        if call is None or kind is SignalKind.OFFERED or call.over_us is not None:
            while len(self._live) >= MOST_OPEN:
                self._live.pop(next(iter(self._live)))
            call = _Live(f"{line}-{part('day').text}{part('time').text}")
            self._live[line] = call
        return call

    def _live_fields(self, said: Said, rest: _Parts, call: _Live) -> None:
        said.put("trunk", rest("line").text, rest("line"))
        station = rest("station")
        if station.text:
            said.put("position", self._wanted.position(station.text), station)
        if "callback_number" not in call.fields:
            _put_number(said, rest("number"))
        if "customer_name" not in call.fields:
            said.name(rest("name"))

    def _live_signal(self, kind: SignalKind, call: _Live, said: Said) -> CallSignal:
        signal = said.signal(kind, call.key, NORSTAR_LIVE, call.fields.items())
        call.fields = dict(signal.fields)
        call.fields.pop("note", None)
        if kind in _OVER:
            call.over_us = said.frame.utc_us
        return signal


def _put_number(said: Said, text: Text | None) -> None:
    """``/`` before or ``x`` behind the digits: a part of the number is missing."""
    if text is not None and (text.text.startswith("/") or text.text.endswith("x")):
        said.warnings |= {"no_callback", "callback_not_dialable"}
        said.note(f"part of the number sent: {text.text.strip('/x')}")
    else:
        said.number(text)


def _lines(frame: Frame) -> list[tuple[bytes, _Parts]]:
    """The lines of a record; the second part carries where each stands."""
    lines: list[tuple[bytes, _Parts]] = []
    at = frame.payload_at
    for row in frame.payload.splitlines(keepends=True):
        line = row.rstrip(b"\r\n\f")
        anything = re.match(rb"", line)
        assert anything is not None
        lines.append((line, _Parts(anything, frame.raw, at)))
        at += len(row)
    return lines


def _first(lines: list[tuple[bytes, _Parts]], form: re.Pattern[bytes]) -> _Parts | None:
    for line, place in lines:
        found = match(form, line)
        if found:
            return _Parts(found, place.raw, place.at)
    return None


def _second_line(frame: Frame) -> tuple[Text | None, Text | None]:
    """The caller's number and the dialled digits of an SL-1 record."""
    lines = _lines(frame)[1:]
    caller, digits = _first(lines, SL1_CALLER), _first(lines, SL1_DIGITS)
    return (
        caller("caller") if caller else None,
        digits("digits") if digits else None,
    )


def _clean(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _moment(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return None
