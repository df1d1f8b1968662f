"""The queue: what may be proposed, what waits, what left, what ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from aliquot.console.domain.ports import Changed
from aliquot.console.domain.release_rows import PreviewRow, ReleaseDetail, ReleaseRow
from aliquot.widgets import words
from aliquot.widgets.arrangement import NARROW, Arrangement
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.cells import EMPTY, Cell, age_cell
from aliquot.widgets.parts import label
from aliquot.widgets.release import saying
from aliquot.widgets.release.saying import Picked, picked_from
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look, LookChanged
from aliquot.widgets.theme.tokens import Tone

MOST = 100
PROPOSED_LIMITS = (300.0, 900.0)  # seconds: warn, alert


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A release, an incident that may be proposed, or the heading of a group."""

    group: str
    title: str = ""
    release: ReleaseRow | None = None
    candidate: PreviewRow | None = None
    since_us: int | None = None  # when the incident of a candidate was opened

    @property
    def key(self) -> str:
        if self.release is not None:
            return Picked(release_id=self.release.release_id).key
        if self.candidate is not None:
            return Picked(incident_id=self.candidate.incident_id).key
        return f"group:{self.group}"


@dataclass(frozen=True, slots=True)
class QueuePicked:
    """A person chose a line (``opened``: with Enter or a double click)."""

    picked: Picked
    opened: bool


def lines_of(
    candidates: Sequence[PreviewRow],
    releases: Sequence[ReleaseRow],
    opened: Mapping[str, int],
) -> tuple[QueueLine, ...]:
    """Groups in the order of a release's life, each with its count."""
    out: list[QueueLine] = []
    for group, title, states in saying.GROUPS:
        rows: list[QueueLine] = []
        if group == "candidates":
            rows = [
                QueueLine(group, candidate=c, since_us=opened.get(c.incident_id))
                for c in candidates
            ]
        rows += [QueueLine(group, release=r) for r in releases if r.state in states]
        if rows:
            out += [QueueLine(group, f"{title}  {len(rows)}"), *rows]
    return tuple(out)


def last_left(rows: Sequence[ReleaseRow]) -> ReleaseRow | None:
    """The release that left last."""
    left = [r for r in rows if r.sent_at_us is not None]
    return max(left, key=_sent) if left else None


def empty_text(rows: Sequence[ReleaseRow], detail: ReleaseDetail | None) -> str:
    """What an empty queue says: when the last one left, and to whom."""
    row = last_left(rows)
    if row is None or row.sent_at_us is None:
        return "Nothing waits. Nothing has left this desk yet."
    channels = detail.channels if detail else ()
    names = dict.fromkeys(saying.channel_and_partner(c) for c in channels)
    to = ", ".join(names) or "its partners"
    at = words.clock_text(row.sent_at_us)
    number = words.incident_text(row.incident_number)
    kind = saying.category_name(row.category)
    return f"Nothing waits. The last to leave: {kind} {number}, {at}, to {to}."


def _sent(row: ReleaseRow) -> int:
    return row.sent_at_us or 0


def _heading(line: QueueLine) -> bool:
    return bool(line.title)


def _key(line: QueueLine) -> str:
    return line.key


def _age(line: QueueLine, now: int) -> Cell:
    row = line.release
    since_us = saying.began_us(row) if row is not None else line.since_us
    if since_us is None:
        return EMPTY
    seconds = words.age_s(since_us, now)
    limits = PROPOSED_LIMITS if row and row.state == saying.PROPOSED else None
    return age_cell(words.age_text(seconds), words.grade(seconds, limits))


def _number(line: QueueLine, _now: int) -> Cell:
    if line.title:
        return Cell(line.title, bold=True)
    known = line.release or line.candidate
    return (
        Cell(words.incident_text(known.incident_number), mono=True) if known else EMPTY
    )


def _category(line: QueueLine, _now: int) -> Cell:
    if line.release is not None:
        return Cell(saying.category_name(line.release.category))
    if line.candidate is not None:
        return Cell(str(line.candidate.leaves.get("category", words.ABSENT)))
    return EMPTY


def _state(line: QueueLine, now: int) -> Cell:
    if line.title:
        return EMPTY
    row = line.release
    look = saying.state_look(row.state if row else saying.CANDIDATE)
    if row is None:
        return Cell(look.word, look.tone, shape=look.shape)
    left = saying.embargo_left_s(row, now)
    text = look.word if left is None else f"{look.word} {words.age_text(left)}"
    share = saying.embargo_share(row, now)
    return Cell(text, look.tone, shape=look.shape, share=share)


def _proposer(line: QueueLine, _now: int) -> Cell:
    return Cell(line.release.proposer if line.release else "", Tone.MUTED)


COLUMNS: tuple[Column[QueueLine], ...] = (
    Column("No.", _number, "00000", mono=True),
    Column("Category", _category),
    Column("State", _state, "embargoed 00:00 m", ages=True),
    Column("Proposer", _proposer, "Robin Ashgroves"),
    Column("Age", _age, "0:00:00", ages=True, mono=True, right=True),
)
_PROPOSER = 3  # is named beside the two columns too
_STATE = 2  # so are state and embargo; and each group has its state as its name


class QueuePanel(QWidget):
    """Choosing a line shows it; nothing that arrives chooses one."""

    picked = SignalOf[QueuePicked](object)

    def __init__(self, bridge: Bridge, look: Look) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._bridge = bridge
        self._opened: dict[str, int] = {}
        self._stale = False
        self.model: KeyedModel[QueueLine] = KeyedModel(COLUMNS, _key, self)
        self.model.heading = _heading
        self.table = Table(self.model, look, "Queue of releases")
        self._last = label(wrap=True, tone="muted", name="last")
        self._empty = label(name="empty", wrap=True)
        body = QWidget()
        self._pages = QStackedLayout(body)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        box = QVBoxLayout(self)
        gap = look.space(2)
        box.setContentsMargins(gap, gap, gap, gap)
        box.setSpacing(look.space(2))
        box.addWidget(body, 1)
        box.addWidget(self._last)
        self.table.asked.connect(self._asked)
        look.changed.connect(self._on_look)

    def refresh(self, changed: Changed | None) -> None:
        if changed is not None and not changed.any_of(
            "release:", "incident:", "session"
        ):
            return
        self._stale = changed is not None and not self.isVisible()
        if not self._stale:
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while nobody could see it is read now."""
        super().showEvent(event)
        self.catch_up()

    def catch_up(self) -> None:
        """Looking at every incident takes its time: not while this is hidden."""
        if self._stale:
            self._stale = False
            self._read()

    def _read(self) -> None:
        reader = self._bridge.releases
        releases = reader.queue(MOST)
        candidates = reader.candidates(MOST)
        self._learn_times(candidates)
        lines = lines_of(candidates, releases, self._opened)
        self.model.set_rows(lines, self._bridge.now_us())
        self.table.clearSpans()
        for at, line in enumerate(lines):
            if line.title:
                self.table.setSpan(at, 0, 1, len(COLUMNS))
        row = last_left(releases)
        detail = reader.detail(row.release_id) if row else None
        text = empty_text(releases, detail)
        if not releases:
            text = reader.problem() or text
        self._say_last(text, bool(lines), lines)

    def _learn_times(self, candidates: Sequence[PreviewRow]) -> None:
        """When an incident was opened never changes: it is read once."""
        known = {c.incident_id: self._opened.get(c.incident_id) for c in candidates}
        for incident, since in known.items():
            if since is None:
                row = self._bridge.views.incident(incident)
                known[incident] = row.opened_at_us if row is not None else None
        self._opened = {i: since for i, since in known.items() if since is not None}

    def tick(self, now_us: int) -> None:
        self.model.tick(now_us)

    def set_kind(self, kind: Arrangement) -> None:
        """The less room, the fewer columns; the category is always read."""
        self.table.setColumnHidden(_PROPOSER, kind is not Arrangement.WIDE)
        self.table.setColumnHidden(_STATE, kind in NARROW)
        self.table.rescale()

    def choose(self, picked: Picked | None) -> None:
        self.table.choose(picked.key if picked else None)

    def first(self) -> Picked | None:
        """What needs a person first: the proposed, else what may be proposed."""
        self.catch_up()
        found = [x for x in self.model.rows if not x.title]
        waiting = [x for x in found if x.group == "proposed"]
        line = next(iter(waiting or found), None)
        return picked_from(line.key) if line else None

    def has(self, picked: Picked) -> bool:
        return self.model.row_of(picked.key) is not None

    def _say_last(self, text: str, any_line: bool, lines: Sequence[QueueLine]) -> None:
        going = any(x.group not in ("confirmed", "ended") for x in lines)
        self._empty.setText(text)
        self._pages.setCurrentIndex(0 if any_line else 1)
        self._last.setText("" if going else text)
        self._last.setVisible(any_line and not going)

    @Slot(object)
    def _asked(self, asked: RowAsked) -> None:
        if not asked.key.startswith("group:"):
            self.picked.emit(QueuePicked(picked_from(asked.key), asked.opened))

    @Slot(object)
    def _on_look(self, _changed: LookChanged) -> None:
        self.table.rescale()
