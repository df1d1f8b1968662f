"""One thing said of a call while it is being made: fields, spans, warnings.

For sources whose text stands in bytes; what every one of them needs of numbers,
names and dates is here, so that all judge them alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from aliquot.drivers.lines.api import (
    CallSignal,
    FieldValue,
    Frame,
    Noise,
    NoiseReason,
    SignalKind,
)
from aliquot.drivers.lines.checks import infer_year, is_future
from aliquot.drivers.lines.numbers import NumberKind, classify

# English, as exchanges and ALI hosts write them.
MONTHS = (
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
)

Span = tuple[int, int]

LONGEST_NUMBER = 40  # characters; what is longer is looked at no further

WITHHELD = frozenset(
    {"p", "private", "privacy", "withheld", "restricted", "anonymous", "<private>"}
)
OUT_OF_AREA = frozenset(
    {"o", "out of area", "out-of-area", "unavailable", "unknown", "<unknown>"}
)
NOTHING = frozenset({"", "-", "<none>", "none", "no name", "noname", "nonmbr"})

_DIGITS = re.compile(r"\+?[\d*#(). -]+")
_REFUSED = {
    NumberKind.UNINITIALISED: "uninitialised_handset",
    NumberKind.ANI_FAILURE: "ani_failure",
}


@dataclass(frozen=True, slots=True)
class Text:
    """Some text and where it stands in ``raw``."""

    text: str
    span: Span
    whole: bool = True  # every byte could be read

    @staticmethod
    def of(raw: bytes, begin: int, end: int) -> Text:
        """UTF-8, else Latin-1, which is then only a guess."""
        data = raw[begin:end]
        try:
            return Text(data.decode("utf-8"), (begin, end))
        except UnicodeDecodeError:
            return Text(data.decode("latin-1"), (begin, end), data.isascii())

    @property
    def said(self) -> str:
        return self.text.strip().lower()


@dataclass(slots=True)
class Said:
    """Put things in, then ``signal``."""

    frame: Frame
    fields: dict[str, FieldValue] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    warnings: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def put(self, name: str, value: FieldValue, text: Text | None = None) -> None:
        if value == "":
            return
        self.fields[name] = value
        if text is not None:
            self.spans[name] = text.span
            if not text.whole:
                self.warnings.add("undecodable_bytes")

    def note(self, text: str) -> None:
        self.notes.append(text)

    def number(self, text: Text | None) -> None:
        """The caller's number, if it is one that can be dialled."""
        said = text.said if text else ""
        if text is None or said in NOTHING | WITHHELD | OUT_OF_AREA:
            self.warnings.add("no_callback")
            if said in WITHHELD:
                self.note("number withheld")
            elif said in OUT_OF_AREA:
                self.note("number not available")
            return
        if len(text.text) > LONGEST_NUMBER:
            self.warnings |= {"no_callback", "bad_value"}
            return
        kind, number = classify(text.text)
        if kind is NumberKind.PLAIN and number:
            self.put("callback_number", number, text)
            return
        self.warnings.add("no_callback")
        self._refuse(kind, number, text)

    def _refuse(self, kind: NumberKind, number: str | None, text: Text) -> None:
        if kind is NumberKind.PANI and number:
            self.put("pani", number, text)
            self.warnings.add("callback_is_pani")
        elif kind in _REFUSED:
            self.warnings.add(_REFUSED[kind])
            self.note(f"number sent: {text.text.strip()}")
        elif kind is not NumberKind.ABSENT and _DIGITS.fullmatch(text.text.strip()):
            self.warnings.add("callback_not_dialable")
            self.note(f"number sent: {text.text.strip()}")
        elif kind is not NumberKind.ABSENT:
            self.warnings.add("bad_value")

    def name(self, text: Text | None) -> None:
        if text is None or text.said in NOTHING | WITHHELD | OUT_OF_AREA:
            return
        self.put("customer_name", " ".join(text.text.split()), text)

    def at(self, moment: datetime, *texts: Text, seconds: bool = True) -> None:
        """The date and time at which the call began, by the source's own clock."""
        begin = min((t.span[0] for t in texts), default=None)
        end = max((t.span[1] for t in texts), default=0)
        span = None if begin is None else Text("", (begin, end))
        self.put("record_date", moment.date().isoformat(), span)
        form = "%H:%M:%S" if seconds else "%H:%M"
        self.put("record_time", moment.strftime(form), span)

    def signal(
        self,
        kind: SignalKind,
        call_key: str,
        layout: str,
        more: Iterable[tuple[str, FieldValue]] = (),
    ) -> CallSignal:
        """``more``: fields known from before, where this says nothing of them."""
        fields = dict(more) | self.fields
        if self.notes:
            fields["note"] = ", ".join(self.notes)
        frame = self.frame
        return CallSignal(
            kind=kind,
            call_key=call_key,
            layout=layout,
            fields=fields,
            spans=dict(self.spans),
            warnings=tuple(sorted(self.warnings)),
            raw=frame.raw,
            start=frame.start,
            end=frame.end,
            utc_us=frame.utc_us,
            mono_ns=frame.mono_ns,
        )


def noise_of(frame: Frame) -> Noise:
    """A frame that says nothing of what its kind of line may say."""
    return Noise(
        frame.raw,
        frame.start,
        frame.end,
        frame.utc_us,
        frame.mono_ns,
        NoiseReason.UNKNOWN_LAYOUT,
    )


@dataclass(frozen=True, slots=True)
class Day:
    """A date as a record gives it. ``inferred``: its year is the nearest one."""

    day: date
    inferred: bool = False


def day_of(month: int, day: int, clock: str, arrived_us: int) -> Day | None:
    """The date nearest to the arrival (UTC µs); None without an arrival, or for a
    day that there is not. ``clock``: ``HH:MM`` or longer, or anything."""
    if not arrived_us:
        return None
    hour, minute = 12, 0
    if re.match(r"(?:[01]\d|2[0-3]):[0-5]\d", clock):
        hour, minute = int(clock[:2]), int(clock[3:5])
    found = infer_year(month, day, hour, minute, arrived_us)
    return None if found is None else Day(found, inferred=True)


def month_day(said: Said, month: int, day: int, clock: str, text: Text) -> bool:
    """Puts ``record_date`` of a date that has no year; False when there is no such
    day. Without an arrival the year stays open: ``--MM-DD``."""
    try:
        date(2000, month, day)
    except ValueError:
        said.warnings.add("bad_value")
        return False
    found = day_of(month, day, clock, said.frame.utc_us)
    if found is None:
        said.put("record_date", f"--{month:02}-{day:02}", text)
        return True
    said.put("record_date", found.day.isoformat(), text)
    said.warnings.add("year_inferred")
    if is_future(found.day, said.frame.utc_us):
        said.warnings.add("future_date")
    return True


def length_of(clock: str) -> timedelta | None:
    """``H:MM:SS``, ``M:SS`` or seconds as a length of time, None for anything else."""
    if not re.fullmatch(r"\d{1,4}(?::[0-5]\d){0,2}", clock.strip()):
        return None
    seconds = 0
    for part in clock.strip().split(":"):
        seconds = seconds * 60 + int(part)
    return timedelta(seconds=seconds)


def in_words(length: timedelta) -> str:
    """``0:04`` or ``1:02:33``."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
