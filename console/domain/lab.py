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

What a job gives of a recording, ``LabResult``, is in ``lab_result``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aliquot.console.domain.lab_result import AUTO, LabResult

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
    notes: tuple[str, ...] = ()  # where the stretch alone says something else


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
    """How far a job is. At most some twenty of them a second.

    ``so_far``: now and then, of a recording that is being opened, what is decoded
    already. Its items are the first ones of the ``LabResult`` to come.
    """

    done: int  # bytes of the recording
    of: int
    items: int
    so_far: LabResult | None = None

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
        """``LabResult`` | ``LabFailed`` (no such file, no recording, no layout).

        Cancelled in the middle, what was read so far stays open.
        """
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

    def prepare(self, work: Callable[[], None]) -> None:
        """In the lab's thread, when it has nothing else to do: what a screen will
        want, such as modules that take long to import. No outcome."""
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
