"""What a modem says to what happened to a call.

A call begins with its first ``RING``, or with a caller ID before it, and is told as
``offered`` once. When the caller ID comes after the first ``RING``, as on most North
American lines, ``offered`` is said of the same call again, now with the number.
Another caller ID than the one that is known is another call.

A modem beside a telephone cannot hear that somebody answers: the ringing stops in
both cases. The option ``ringing_stops`` says what that means on this line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aliquot.drivers.lines.api import (
    CallSignal,
    FieldValue,
    Frame,
    Heard,
    LineSettings,
    OpenCall,
    SignalKind,
)
from aliquot.drivers.lines.modem_framer import (
    CLIP,
    KEY,
    is_caller_id,
    is_chatter,
    is_ring,
)
from aliquot.drivers.lines.modem_packet import read_packet
from aliquot.drivers.lines.said import Said, Text, month_day, noise_of

LAYOUT = "modem"
LONGEST_RINGING_US = 10 * 60 * 10**6

_VALUE_END = re.compile(rb"\r|\n|\\n")
_ANSWERED = re.compile(rb"CONNECT\b.{0,60}|VCON", re.IGNORECASE)
_OVER = re.compile(rb"NO CARRIER|DISCONNECT", re.IGNORECASE)
_CLOCK = re.compile(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d)?")
_ZYXEL = re.compile(r"(\d{1,2})[-/](\d{1,2})\s+(\d{1,2}):(\d{2})")
_NUMBERS = ("NMBR", "DDN_NMBR", "DDN", "CALLER NUMBER")
_NO_NUMBER = "REASON FOR NO CALLER NUMBER"


@dataclass(slots=True)
class _Call:
    key: str
    began_us: int | None
    answered: bool = False
    caller_id: dict[str, str] = field(default_factory=dict)
    fields: dict[str, FieldValue] = field(default_factory=dict)


class ModemDecoder:
    """A ``Decoder`` whose memory is the one call that rings or is spoken on."""

    def __init__(self, settings: LineSettings) -> None:
        stops = settings.options.get("ringing_stops", "abandoned")
        self._stop_is_answer = stops == "answered"
        self._call: _Call | None = None
        self._left: list[_Call] = []
        self._answering = False

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        calls = [_Call(c.call_key, _began(c.call_key), c.answered) for c in open_calls]
        if calls:
            self._call = calls.pop()
            self._left = calls

    def decode(self, frame: Frame) -> Sequence[Heard]:
        line = frame.payload.strip()
        left = [self._end(call, frame) for call in self._left]
        self._left = []
        if not line:
            return left + self._silent(frame)
        if is_ring(line):
            return left + self._ring(frame)
        if is_caller_id(line):
            return left + self._caller_id(frame)
        return [*left, *self._result(line, frame)]

    def _silent(self, frame: Frame) -> list[CallSignal]:
        call = self._call
        if call is None or call.answered:
            return []
        if self._stop_is_answer:
            return [self._answer(call, frame)]
        self._call = None
        return [self._end(call, frame)]

    def _ring(self, frame: Frame) -> list[CallSignal]:
        call = self._call
        if call is not None and not call.answered and not _too_old(call, frame):
            return []
        before = [self._end(call, frame)] if call else []
        return [*before, self._offer(Said(frame), {}, frame)]

    def _caller_id(self, frame: Frame) -> list[CallSignal]:
        said, caller_id = _read(frame)
        call = self._call
        rings = call is not None and not call.answered and not _too_old(call, frame)
        if call and rings and _agree(call.caller_id, caller_id):
            return self._add(call, said, caller_id)
        before = [self._end(call, frame)] if call else []
        return [*before, self._offer(said, caller_id, frame)]

    def _add(
        self, call: _Call, said: Said, caller_id: dict[str, str]
    ) -> list[CallSignal]:
        """A caller ID after the first ``RING``, or a part of it, or once more."""
        if all(key in call.caller_id for key in caller_id):
            return []
        call.caller_id |= caller_id
        return [self._tell(SignalKind.OFFERED, call, said)]

    def _offer(self, said: Said, caller_id: dict[str, str], frame: Frame) -> CallSignal:
        key = f"ring-{frame.utc_us}-{frame.start}"
        self._call = _Call(key, frame.utc_us, caller_id=caller_id)
        return self._tell(SignalKind.OFFERED, self._call, said)

    def _tell(self, kind: SignalKind, call: _Call, said: Said) -> CallSignal:
        signal = said.signal(kind, call.key, LAYOUT, call.fields.items())
        call.fields = dict(signal.fields)
        return signal

    def _answer(self, call: _Call, frame: Frame) -> CallSignal:
        call.answered = True
        return self._tell(SignalKind.ANSWERED, call, Said(frame))

    def _end(self, call: _Call, frame: Frame) -> CallSignal:
        kind = SignalKind.ENDED if call.answered else SignalKind.ABANDONED
        return self._tell(kind, call, Said(frame))

    def _result(self, line: bytes, frame: Frame) -> list[Heard]:
        call = self._call
        answered = self._answering and line.upper() == b"OK"
        self._answering = line.upper() == b"ATA"
        if answered or _ANSWERED.fullmatch(line):
            return [self._answer(call, frame)] if call and not call.answered else []
        if _OVER.fullmatch(line):
            self._call = None
            return [self._end(call, frame)] if call else []
        return [] if is_chatter(line) else [noise_of(frame)]


def _agree(known: dict[str, str], new: dict[str, str]) -> bool:
    return all(known.get(key, text) == text for key, text in new.items())


def _began(call_key: str) -> int | None:
    found = re.fullmatch(r"ring-(\d{1,18})-\d+", call_key)
    return int(found[1]) if found else None


def _too_old(call: _Call, frame: Frame) -> bool:
    """Nothing rings that long: the recording has a hole in between."""
    if call.began_us is None:
        return False
    return frame.utc_us - call.began_us > LONGEST_RINGING_US


def _read(frame: Frame) -> tuple[Said, dict[str, str]]:
    """The fields of a burst, and its texts by key."""
    items = _items(frame)
    said = Said(frame)
    number = next((items[k] for k in _NUMBERS if k in items), None)
    if number is None or not number.said:
        number = _other_number(items) or number
    said.number(number)
    said.name(items.get("NAME") or items.get("CALLER NAME"))
    _put_time(said, items)
    called = items.get("NDID")
    if called is not None and called.text and called.said != "<none>":
        said.note(f"dialled {called.text}")
    return said, {key: text.text for key, text in items.items()}


def _other_number(items: dict[str, Text]) -> Text | None:
    for key in ("ANID", _NO_NUMBER):
        text = items.get(key)
        if text is not None and text.text and text.said != "<none>":
            return text
    return None


def _items(frame: Frame) -> dict[str, Text]:
    """Values by key in capitals; of a key that comes twice the first, and last what a
    packet of the exchange says."""
    if gsm := CLIP.fullmatch(frame.payload.strip(b"\r\n")):
        return _of_gsm(frame, gsm)
    found = list(KEY.finditer(frame.payload))
    items: dict[str, Text] = {}
    for at, one in enumerate(found):
        stop = _VALUE_END.search(frame.payload, one.end())
        end = stop.start() if stop else len(frame.payload)
        if at + 1 < len(found):
            end = min(end, found[at + 1].start())
        key = one[1].decode("ascii").upper().replace(" NMBR", "_NMBR")
        if key not in items:
            items[key] = _value(frame, key, one.end(), end)
    packet = items.get("MESG")
    for key, said in ((packet and read_packet(packet.text)) or {}).items():
        assert packet is not None
        items.setdefault(key, Text(said, packet.span, said.isascii()))
    return items


def _of_gsm(frame: Frame, found: re.Match[bytes]) -> dict[str, Text]:
    """Number and name of ``+CLIP``. Withheld: validity 1; not available: 2."""
    at = frame.payload_at + frame.payload.index(found[0])

    def text(group: str) -> Text:
        begin, end = found.span(group)
        return Text.of(frame.raw, at + begin, at + end)

    items = {"NMBR": text("number")}
    if not items["NMBR"].text and found["validity"] in (b"1", b"2"):
        letter = "P" if found["validity"] == b"1" else "O"
        items["NMBR"] = Text(letter, text("validity").span)
    if found["name"]:
        items["NAME"] = text("name")
    return items


def _value(frame: Frame, key: str, begin: int, end: int) -> Text:
    data = frame.payload[begin:end]
    if key != "NAME":  # a RING on the same line; in a name it may be the name
        data = _without_ring(data)
    begin += len(data) - len(data.lstrip(b" \t\x00"))
    stop = begin + len(data.strip(b" \t\x00,;"))
    return Text.of(frame.raw, frame.payload_at + begin, frame.payload_at + stop)


def _without_ring(data: bytes) -> bytes:
    blank = data.rstrip(b" \t")
    before = blank.removesuffix(b"RING")
    return before if before != blank and before[-1:] in (b" ", b"\t") else data


def _put_time(said: Said, items: dict[str, Text]) -> None:
    day, clock = items.get("DATE"), items.get("TIME")
    zyxel = _ZYXEL.fullmatch(clock.text) if clock else None
    if clock and zyxel:
        month, date, hour, minute = map(int, zyxel.groups())
        time = _put_clock(said, f"{hour:02}{minute:02}", clock)
        month_day(said, month, date, time, clock)
        return
    time = _put_clock(said, clock.text, clock) if clock else ""
    if day and re.fullmatch(r"\d{4}", day.text):
        month_day(said, int(day.text[:2]), int(day.text[2:]), time, day)
    elif day and day.text:
        said.warnings.add("bad_value")


def _put_clock(said: Said, text: str, where: Text) -> str:
    found = _CLOCK.fullmatch(text)
    if found is None:
        if text:
            said.warnings.add("bad_value")
        return ""
    time = ":".join(part for part in found.groups() if part)
    said.put("record_time", time, where)
    return time
