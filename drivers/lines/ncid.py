"""The driver of NCID, a network server of caller ID (TCP, port 3333).

On the wire, lines of text ended by LF; in them ``*KEY*VALUE*`` pairs::

    CID: *DATE*05032026*TIME*1842*LINE*POTS*NMBR*6175550142*MESG*NONE*NAME*ALDER ROSE*
    CIDINFO: *LINE*POTS*RING*2*TIME*18:42:13*

``CIDINFO`` counts the rings of a line: 0 says that the ringing stopped, -1 that the
call was given up and -2 that it was hung up after the answer. A ``CID`` without ``NMBR`` is
trouble of the call on its line. ``HUP`` is a call that
the server itself hung up, ``OUT`` one that goes out. Lines ``…LOG`` are of the past:
the server tells them to each new client, and they are no calls of now.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aliquot.drivers.lines.api import (
    CallSignal,
    Decoder,
    FieldValue,
    Frame,
    Framer,
    Heard,
    LineSettings,
    OpenCall,
    SignalKind,
)
from aliquot.drivers.lines.plugins import OptionSpec
from aliquot.drivers.lines.said import Said, Text, noise_of
from aliquot.drivers.lines.smdr_lines import LineFramer

LAYOUT = "ncid"
MOST_OPEN = 256

_LINE = re.compile(rb"(?P<kind>[A-Z]{2,8}): ?(?P<rest>.*)")
_STATUS = re.compile(rb"\d{3} .*")
_PAIR = re.compile(rb"\*(DATE|TIME|LINE|NMBR|MESG|NAME|RING|MTYPE)\*([^*]*)")
_CALLS = frozenset({"CID", "HUP", "BLK"})
_OF_NO_USE = frozenset(
    ("OUT", "PID", "MSG", "NOT", "WID", "ACK", "RLY", "CALLINFO", "END", "OPT", "INFO")
)


@dataclass(slots=True)
class _Open:
    key: str
    named: bool = False
    fields: dict[str, FieldValue] = field(default_factory=dict)


class NcidDecoder:
    """A ``Decoder`` that remembers the call that rings on each line."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        for call in open_calls:
            line = call.call_key.rpartition("-")[0].rpartition("-")[0]
            self._open[line] = _Open(call.call_key)

    def decode(self, frame: Frame) -> Sequence[Heard]:
        found = _LINE.fullmatch(frame.payload)
        if found is None:
            blank = _STATUS.fullmatch(frame.payload) or frame.payload[:1] == b"#"
            return [] if blank else [noise_of(frame)]
        kind = found["kind"].decode()
        if kind in _OF_NO_USE or kind.endswith("LOG"):
            return []
        items = _items(frame)
        if kind in _CALLS and "NMBR" in items:
            return self._call(frame, kind, items)
        if kind == "CIDINFO" and "RING" in items:
            return self._rings(frame, items)
        if kind in _CALLS and "LINE" in items:
            return [self._numberless(frame, items)]
        return [noise_of(frame)]

    def _numberless(self, frame: Frame, items: dict[str, Text]) -> CallSignal:
        """Somebody calls on that line, and the number did not come: it was cut, or the
        gateway lost it. The call goes on and is told of by its rings."""
        line = _line(items)
        call = self._open.get(line) or self._new(line, frame)
        said = _read(frame, items)
        said.warnings |= {"no_callback", "bad_value"}
        said.note("the caller's number did not come")
        return self._tell(SignalKind.TROUBLE, call, said)

    def _call(self, frame: Frame, kind: str, items: dict[str, Text]) -> list[Heard]:
        line = _line(items)
        said = _read(frame, items)
        before: list[Heard] = []
        call = self._open.get(line)
        if call is not None and call.named:
            before.append(self._over(SignalKind.ENDED, line, frame))
            call = None
        call = call or self._new(line, frame)
        call.named = True
        offered = self._tell(SignalKind.OFFERED, call, said)
        if kind == "CID":
            return [*before, offered]
        return [*before, offered, self._over(SignalKind.ENDED, line, frame)]

    def _rings(self, frame: Frame, items: dict[str, Text]) -> list[Heard]:
        line, count = _line(items), items["RING"].text
        if line not in self._open:
            if not count.isdecimal() or count == "0":
                return []
            said = Said(frame)
            _put_line(said, items)
            return [self._tell(SignalKind.OFFERED, self._new(line, frame), said)]
        if count == "-2":
            return [self._over(SignalKind.ENDED, line, frame)]
        if count in ("0", "-1"):
            return [self._over(SignalKind.ABANDONED, line, frame)]
        return []

    def _new(self, line: str, frame: Frame) -> _Open:
        while len(self._open) >= MOST_OPEN:
            self._open.pop(next(iter(self._open)))
        call = self._open[line] = _Open(f"{line}-{frame.utc_us}-{frame.start}")
        return call

    def _over(self, kind: SignalKind, line: str, frame: Frame) -> CallSignal:
        return self._tell(kind, self._open.pop(line), Said(frame))

    def _tell(self, kind: SignalKind, call: _Open, said: Said) -> CallSignal:
        signal = said.signal(kind, call.key, LAYOUT, call.fields.items())
        call.fields = dict(signal.fields)
        return signal


def _items(frame: Frame) -> dict[str, Text]:
    """Values by key; of a key that comes twice the first."""
    items: dict[str, Text] = {}
    at = frame.payload_at
    pos = 0
    while found := _PAIR.search(frame.payload, pos):
        begin, end = found.span(2)
        key = found[1].decode()
        items.setdefault(key, Text.of(frame.raw, at + begin, at + end))
        pos = end
    return items


def _line(items: dict[str, Text]) -> str:
    return items["LINE"].text if "LINE" in items else "-"


def _put_line(said: Said, items: dict[str, Text]) -> None:
    line = items.get("LINE")
    if line is not None and line.text.strip("- "):
        said.put("trunk", line.text, line)


def _read(frame: Frame, items: dict[str, Text]) -> Said:
    said = Said(frame)
    said.number(items.get("NMBR"))
    said.name(items.get("NAME"))
    _put_line(said, items)
    day, clock = items.get("DATE"), items.get("TIME")
    if day is None or clock is None:
        return said
    try:
        moment = datetime.strptime(day.text + clock.text, "%m%d%Y%H%M")  # noqa: DTZ007
    except ValueError:
        said.warnings.add("bad_value")
        return said
    said.at(moment, day, clock, seconds=False)
    return said


@dataclass(frozen=True, slots=True)
class NcidDriver:
    """``LineDriver`` for the lines of an NCID server."""

    name: str = "ncid"
    title: str = "NCID, a network server of caller ID"
    reads: str = "Lines of an NCID server (tcp://HOST:3333): who rings, on which line."

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return LineFramer(settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        return NcidDecoder()

    def claims(self, head: bytes) -> bool:
        """Whether a stream that begins so is of this kind."""
        form = rb"(?:CID|HUP|OUT|BLK|PID)(?:LOG|INFO)?: \*|\d{3} \S*erver: .*NCID"
        return any(re.match(form, line) for line in head.splitlines()[:16])

    def layout_names(self) -> tuple[str, ...]:
        return (LAYOUT,)

    def options(self) -> tuple[OptionSpec, ...]:
        return ()

    def sample(self) -> bytes:
        """One call, and how its ringing stopped."""
        return (
            b"CIDINFO: *LINE*POTS*RING*1*TIME*18:42:07*\n"
            b"CID: *DATE*05032026*TIME*1842*LINE*POTS*NMBR*6175550142*MESG*NONE"
            b"*NAME*ALDER ROSE*\n"
            b"CIDINFO: *LINE*POTS*RING*0*TIME*18:42:31*\n"
        )


DRIVER = NcidDriver()
