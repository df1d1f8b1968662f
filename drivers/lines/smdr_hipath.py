"""Call records of Siemens HiPath and Hicom, from the V.24 port.

One line a call, when it is over::

    DD.MM.YY HH:MM:SS TRK STATION RING CALLTIME NUMBER CHARGES I

In the compressed form no blanks stand between the columns, so that date and time
touch. Date and time are those of the end. ``I`` is 1 for an incoming and 2 for an
outgoing call, 5 to 8 for such that were transferred or conferences, and ``*`` marks a
caller who was not answered. Columns that are not supplied are blank.
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
from aliquot.drivers.lines.said import Said, Text, in_words, length_of, noise_of
from aliquot.drivers.lines.smdr_lines import (
    OPTIONS,
    LineFramer,
    RecordDecoder,
    Wanted,
)

LAYOUT = "smdr_hipath"
LONGEST = 256

_RECORD = re.compile(
    rb" *(?P<day>\d\d\.\d\d\.\d\d) *(?P<time>\d\d:\d\d:\d\d) *(?P<trunk>\d{1,3}) +"
    rb"(?P<station>\d{1,6}|\*+) *(?:(?P<ring>\d\d:\d\d)(?!:) *)?"
    rb"(?:(?P<talk>\d\d:\d\d:\d\d) *)?(?P<number>[\d*#?]{3,25})?(?P<rest>(?: .*)?)"
)
_HEADING = re.compile(rb" *(?:Date|Datum)\b[ -~\x80-\xff]*", re.IGNORECASE)
_OUTGOING = frozenset({"2", "6", "8"})
_INCOMING = frozenset({"1", "5", "7"})


@dataclass(frozen=True, slots=True)
class HipathDriver:
    """``LineDriver`` for the call records of HiPath and Hicom."""

    name: str = "smdr_hipath"
    title: str = "Call records of Siemens HiPath"
    reads: str = "A line for each call that is over, from the system's V.24 port."

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return LineFramer(settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        wanted = Wanted.of(settings)
        return RecordDecoder(lambda frame: read(frame, wanted))

    def claims(self, head: bytes) -> bool:
        """Whether a stream that begins so is of this kind."""
        return any(_RECORD.fullmatch(line[:LONGEST]) for line in head.splitlines()[:8])

    def layout_names(self) -> tuple[str, ...]:
        return (LAYOUT,)

    def options(self) -> tuple[OptionSpec, ...]:
        return OPTIONS

    def sample(self) -> bytes:
        """An answered and an unanswered call."""
        return (
            b"03.05.26 18:42:07   3     48 00:06 00:01:32 6175550142            1\r\n"
            b"03.05.26 18:44:30   3     48 00:21          6175550143            1\r\n"
        )


def read(frame: Frame, wanted: Wanted) -> Sequence[Heard]:
    """What one line says; nothing of outgoing calls unless they are wanted."""
    long = len(frame.payload) > LONGEST
    found = None if long else _RECORD.fullmatch(frame.payload)
    if found is None:
        return [] if _HEADING.fullmatch(frame.payload) else [noise_of(frame)]

    def text(name: str) -> Text:
        begin, end = found.span(name)
        at = frame.payload_at
        return Text.of(frame.raw, at + begin, at + end) if begin >= 0 else _NONE

    over = _moment(text("day").text, text("time").text)
    if over is None:
        return [noise_of(frame)]
    mark = _mark(text("rest").text)
    said = Said(frame)
    if mark in _OUTGOING:
        if not wanted.all_calls:
            return []
        said.note(f"outgoing, dialled {text('number').text or 'nothing'}")
    else:
        said.number(text("number"))
    ring, talk = length_of(text("ring").text), length_of(text("talk").text)
    begun = over - (ring or timedelta(0)) - (talk or timedelta(0))
    said.at(begun, text("day"), text("time"))
    said.put("trunk", text("trunk").text, text("trunk"))
    said.put("position", wanted.position(text("station").text), text("station"))
    for length, word in ((ring, "rang"), (talk, "talked")):
        if length is not None:
            said.note(f"{word} {in_words(length)}")
    if mark not in _OUTGOING | _INCOMING and "*" not in mark:
        said.note("direction not given")
    key = f"{over:%Y%m%d%H%M%S}-{text('trunk').text}-{text('station').text}"
    return [said.signal(_kind(mark, ring, talk), key, LAYOUT)]


_NONE = Text("", (0, 0))


def _kind(mark: str, ring: timedelta | None, talk: timedelta | None) -> SignalKind:
    """A caller who was spoken with did not give up."""
    if mark in _OUTGOING or talk:
        return SignalKind.ENDED
    unanswered = "*" in mark or ring is not None or talk is not None
    return SignalKind.ABANDONED if unanswered else SignalKind.ENDED


def _mark(rest: str) -> str:
    """Column I. Charges may stand before it; "" when it is not there."""
    for word in rest.split()[:2]:
        if word in _OUTGOING | _INCOMING or word.startswith("*"):
            return word
    return ""


def _moment(day: str, clock: str) -> datetime | None:
    try:
        return datetime.strptime(f"{day} {clock}", "%d.%m.%y %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return None


DRIVER = HipathDriver()
