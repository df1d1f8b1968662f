"""The line lab as a screen sees it: plain values in, plain values out.

A screen opens a recording, draws the strip of what is in it, shows one item's bytes
beside its fields, edits a layout and sees the whole recording decoded anew, marks
fields on samples and gets a layout written, keeps a stretch as a regression case
and writes a report. The work is done by an implementation of ``Lab`` in a thread of
its own; see ``console/workers/lab.py``.

Threads: every method of ``Lab`` returns at once. ``done`` and ``progress`` are
called in the lab's thread, never in the caller's: a screen sends a Qt signal from
them and nothing else. ``done`` is called exactly once for each job, with one of the
outcomes, whatever happens. Everything handed over is frozen and may be kept.

Units: ``*_us`` UTC in microseconds since 1970, ``*_s`` seconds from the recording's
first entry, ``start``/``end`` absolute offsets of received bytes in the line's
stream (half open), spans are half open indices into the item's ``raw``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

Value = str | int | float
AUTO = "auto"  # in place of a layout's name: all layouts, detected


class ItemKind(Enum):
    """What a stretch of the strip is."""

    RECORD = "record"  # an ALI record
    SIGNAL = "signal"  # something said of a call
    FRAME = "frame"  # understood, and of no use to a console
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class StripItem:
    """One stretch of the stream. Items lie one behind the other, by ``start``.

    Several signals of one frame have the same ``start`` and ``end``.
    """

    index: int  # in ``LabResult.items``
    kind: ItemKind
    at_s: float  # of the stretch's last byte
    at_us: int
    start: int
    end: int
    title: str  # a few words: class and number, event and call, or noise in words
    layout: str | None = None
    warnings: tuple[str, ...] = ()
    reason: str | None = None  # of noise: its code
    framing: str | None = None  # how a record's end was seen: "stx_etx", "gap", ...
    latency_ms: float = 0.0  # silence waited for behind the last byte
    decode_us: float = 0.0  # computing time of the decoder, measured
    fingerprint: int = 0  # of kind, layout, fields and warnings: see ``changed``


@dataclass(frozen=True, slots=True)
class FieldView:
    """One decoded field, and which bytes of ``raw`` say so."""

    name: str
    value: Value
    text: str  # the value as shown to a person
    span: tuple[int, int] | None  # None: not from bytes of this item
    rule: str  # in words: "line 3, columns 28-31", "label LAT:", ...


@dataclass(frozen=True, slots=True)
class WarningView:
    """A warning's code and what it means, in a sentence."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """All of one item. ``advice`` says of noise what it is and what to do."""

    item: StripItem
    raw: bytes
    fields: tuple[FieldView, ...] = ()
    warnings: tuple[WarningView, ...] = ()
    advice: str = ""

    def fields_at(self, index: int) -> tuple[FieldView, ...]:
        """Fields that the byte ``raw[index]`` is part of, the narrowest first."""
        hit = [f for f in self.fields if f.span and f.span[0] <= index < f.span[1]]
        return tuple(sorted(hit, key=_width))

    def field(self, name: str) -> FieldView | None:
        return next((f for f in self.fields if f.name == name), None)


def _width(view: FieldView) -> int:
    begin, end = view.span or (0, 0)
    return end - begin


def byte_text(raw: bytes) -> str:
    """One character a byte, so that spans hold: what is not printable is a dot."""
    return "".join(chr(b) if 0x20 <= b < 0x7F else "·" for b in raw)


@dataclass(frozen=True, slots=True)
class ChunkMark:
    """Bytes that came, or were sent, at one moment: for the transport and plots."""

    at_s: float
    start: int
    end: int  # as ``start`` for bytes that were sent
    sent: bytes = b""


@dataclass(frozen=True, slots=True)
class Series:
    """Figures over time, one in each ``step_s`` from second 0.

    ``errors`` counts noise and records with a warning of damage. Latency has a
    point for each record or signal, at ``latency_at_s``.
    """

    step_s: float
    bytes_per_s: tuple[float, ...]
    frames_per_s: tuple[float, ...]
    errors: tuple[int, ...]
    latency_at_s: tuple[float, ...]
    latency_ms: tuple[float, ...]
    decode_us: tuple[float, ...]

    def at_s(self) -> tuple[float, ...]:
        """The beginning of each step."""
        return tuple(n * self.step_s for n in range(len(self.bytes_per_s)))


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """What a recording says of itself."""

    path: str
    line: str | None
    driver: str  # by its header, else guessed
    baud: int | None
    format: str | None
    began_us: int
    duration_s: float
    received_bytes: int
    damaged: tuple[str, ...] = ()  # a sentence for each damaged line of the file


@dataclass(frozen=True, slots=True)
class LabResult:
    """A whole recording, decoded one way. An outcome of ``open`` and ``try_layout``."""

    recording: RecordingInfo
    layout: str  # AUTO or the name
    items: tuple[StripItem, ...]
    chunks: tuple[ChunkMark, ...]
    series: Series
    took_ms: float
    look: Callable[[int], ItemDetail] = field(repr=False, compare=False)
    """``look(index)``: all of one item. Quick, from any thread, at any time."""

    def count(self, kind: ItemKind) -> int:
        return sum(item.kind is kind for item in self.items)

    def first_after(self, at_s: float) -> int:
        """Index of the first item later than ``at_s``: those before have played."""
        return bisect_right(self.items, at_s, key=_at_s)

    def item_at_byte(self, offset: int) -> StripItem | None:
        """The item that an offset of the stream lies in."""
        index = bisect_right(self.items, offset, key=_start) - 1
        item = self.items[index] if index >= 0 else None
        return item if item and item.start <= offset < item.end else None


def _at_s(item: StripItem) -> float:
    return item.at_s


def _start(item: StripItem) -> int:
    return item.start


def changed(before: LabResult, after: LabResult) -> tuple[int, ...]:
    """Indices in ``after`` of items that ``before`` did not have just so."""
    known = {(i.start, i.end, i.fingerprint) for i in before.items}
    return tuple(
        i.index for i in after.items if (i.start, i.end, i.fingerprint) not in known
    )


# --- layouts --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LayoutName:
    """A layout to choose from."""

    name: str
    title: str
    family: str


@dataclass(frozen=True, slots=True)
class FormRow:
    """One value of a layout's TOML, for a form. ``change`` writes it back.

    ``table`` is ``""``, ``framing``, ``field`` ..., ``number`` counts tables of an
    array from 0 (``field[3]`` is ``("field", 3)``), None where there is but one.
    ``value`` is the TOML text of the value as it stands; ``choices`` is not empty
    where only these may stand (without quotes).
    """

    table: str
    number: int | None
    key: str
    value: str
    line: int  # in the TOML text, from 1
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class LayoutProblem:
    """A layout text that cannot be used: an outcome of ``try_layout``."""

    text: str  # what is wrong and what to write instead
    key: str = ""  # "framing.widths", "field[3].kind", ...
    line: int | None = None  # in the TOML text, from 1


# --- learning -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A field marked with the mouse: ``raw[start:end]`` says ``name``."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One record to learn from. A field may be marked, or labelled by its value."""

    name: str  # for messages
    raw: bytes
    marks: tuple[Mark, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()  # (field, text or value of it)


@dataclass(frozen=True, slots=True)
class LearnProblem:
    """One label that cannot be placed, and why, in a sentence."""

    sample: str
    field: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Learned:
    """An outcome of ``learn``: decodes every sample to its labels, as was tried."""

    toml: str
    notes: tuple[str, ...] = ()  # what was assumed, for a person


@dataclass(frozen=True, slots=True)
class NotLearned:
    """An outcome of ``learn``: every label that cannot be placed."""

    problems: tuple[LearnProblem, ...]


# --- outcomes -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseSaved:
    """An outcome of ``save_case``: the folder, and what is in the stretch."""

    folder: str
    objects: int


@dataclass(frozen=True, slots=True)
class ReportWritten:
    """An outcome of ``report``. ``html`` and ``json`` are the whole texts."""

    html: str
    json: str
    saved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The job was cancelled, or a newer one of its kind took its place."""


@dataclass(frozen=True, slots=True)
class LabFailed:
    """The job cannot be done; ``text`` says what happened and what to do."""

    text: str


Outcome = (
    LabResult
    | LayoutProblem
    | Learned
    | NotLearned
    | CaseSaved
    | ReportWritten
    | Cancelled
    | LabFailed
)
Done = Callable[[Outcome], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. At most some twenty of them a second."""

    done: int  # bytes of the recording
    of: int
    items: int

    @property
    def share(self) -> float:
        """0.0 to 1.0."""
        return min(1.0, self.done / self.of) if self.of else 1.0


OnProgress = Callable[[Progress], None]


class Job(Protocol):
    """Something the lab was asked for."""

    def cancel(self) -> None:
        """Soon ``done(Cancelled())``, unless it was done before."""
        ...


class Lab(Protocol):
    """The bench. One recording is open at a time; jobs run one after the other.

    A newer ``open`` or ``try_layout`` cancels an older one that is not done, so an
    editor may call ``try_layout`` at every pause in typing.
    """

    def open(
        self,
        path: str,
        done: Done,
        progress: OnProgress | None = None,
        layout: str = AUTO,
    ) -> Job:
        """``LabResult`` | ``LabFailed`` (no such file, no recording, no layout)."""
        ...

    def try_layout(
        self,
        toml_text: str,
        done: Done,
        progress: OnProgress | None = None,
        alone: bool = True,
    ) -> Job:
        """The open recording anew: ``LabResult`` | ``LayoutProblem`` | ``LabFailed``.

        ``alone``: with this layout only; else with the bundled ones beside it, as a
        line would have it (one of the same name is replaced by it).
        """
        ...

    def use_layout(
        self, name: str, done: Done, progress: OnProgress | None = None
    ) -> Job:
        """The open recording anew with a bundled layout, or ``AUTO``."""
        ...

    def learn(
        self, samples: Sequence[Sample], done: Done, name: str = "learned"
    ) -> Job:
        """``Learned`` | ``NotLearned`` | ``LabFailed``."""
        ...

    def save_case(
        self,
        result: LabResult,
        first: int,
        last: int,
        folder: str,
        done: Done,
    ) -> Job:
        """Items ``first`` to ``last`` (indices, both in) as a regression case.

        ``folder`` is made and must not hold a case. ``CaseSaved`` | ``LabFailed``.
        ``aliquot line check FOLDER`` runs it.
        """
        ...

    def report(
        self,
        result: LabResult,
        done: Done,
        html_file: str | None = None,
        masked: bool = True,
    ) -> Job:
        """The conformance report: ``ReportWritten`` | ``LabFailed``."""
        ...

    def layouts(self) -> tuple[LayoutName, ...]:
        """The bundled layouts, by name."""
        ...

    def layout_text(self, name: str) -> str:
        """TOML of a bundled layout, comments and all. KeyError: there is none."""
        ...

    def form(self, toml_text: str) -> tuple[FormRow, ...]:
        """The values of a layout text, in its order; () where it is no TOML."""
        ...

    def change(self, toml_text: str, row: FormRow, value: str) -> str:
        """The text with one value changed, comments and all the rest as they were.

        ``value`` as in ``FormRow.value``; where the row has ``choices``, or its
        value is a quoted text, quotes are put round it when they are not there.
        """
        ...

    def field_names(self) -> tuple[str, ...]:
        """Names a mark or label may have."""
        ...

    def close(self) -> None:
        """Ends the thread; jobs that wait are cancelled. Waits for it, shortly."""
        ...
