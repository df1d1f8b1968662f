"""F9: each line with its health, its last record, its settings, and a test."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from aliquot.console.domain.commands import AskLine, Done, Outcome
from aliquot.console.domain.line_sheet import LineMeter, LineSheets
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import LineRow
from aliquot.widgets import words
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.cells import Cell
from aliquot.widgets.command.drawer import Page
from aliquot.widgets.lab.buttons import PlainButton
from aliquot.widgets.lines.facts import LOOKS, LineView, heard_text, view_of
from aliquot.widgets.lines.live import LiveLines
from aliquot.widgets.lines.options import OptionSaved, OptionsPane
from aliquot.widgets.parts import label, row
from aliquot.widgets.release.rights import role_here
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

NO_LINES = "No line is set up. Lines stand in profile.toml, one [[lines]] each."
HIDDEN = "At a second window lines are shown to who has signed in."
BROKEN = "The plug-in {} cannot be loaded: {}. The other drivers go on."
HEARD_S = 60
ANSWER_S = 15
NOISES = 200
FULL_PX = 1500  # across, at 100 %
ROOMY_PX = 1150
TIGHT_PX = 1000


def _line(view: LineView, _now: int) -> Cell:
    return Cell(view.line, bold=True)


def _level(view: LineView, _now: int) -> Cell:
    word, tone, shape = LOOKS[view.level]
    return Cell(word, tone, shape=shape)


def _driver(view: LineView, _now: int) -> Cell:
    return Cell(view.sheet.title if view.sheet is not None else "", Tone.MUTED)


def _record(view: LineView, now_us: int) -> Cell:
    return _age(view.row.last_record_us if view.row is not None else None, now_us)


def _silence(view: LineView, now_us: int) -> Cell:
    return _age(view.last_byte_us, now_us)


def _age(at_us: int | None, now_us: int) -> Cell:
    if at_us is None:
        return Cell(words.ABSENT, Tone.MUTED, right=True)
    return Cell(words.age_text(words.age_s(at_us, now_us)), mono=True, right=True)


def _errors(view: LineView, _now: int) -> Cell:
    if view.share is None:
        return Cell(words.ABSENT, Tone.MUTED, right=True)
    tone = Tone.DANGER if view.share > 0.5 else Tone.TEXT
    return Cell(f"{view.share:.0%}", tone, mono=True, right=True)


def _key(view: LineView) -> str:
    return view.line


COLUMNS: tuple[Column[LineView], ...] = (
    Column("Line", _line),
    Column("Health", _level, "doubtful XXX"),
    Column("Driver", _driver, "Modem with caller ID"),
    Column("Last record", _record, "00:00:00", ages=True, mono=True, right=True),
    Column("Silent for", _silence, "00:00:00", ages=True, mono=True, right=True),
    Column("Errors", _errors, "100 %", mono=True, right=True),
)
_SPARE = (2, 3)  # driver and last record: in the sentences beside it
_SILENT = 4


class LinesPage(Page):
    """It is read once a second while it is open; bytes are counted always."""

    title = "Lines: how each stands, its settings, and a test"
    height_px = 420

    def __init__(
        self,
        bridge: Bridge,
        look: Look,
        sheets: Callable[[], LineSheets] | None = None,
        meter: LineMeter | None = None,
    ) -> None:
        super().__init__()
        self._bridge, self._look = bridge, look
        self._read_sheets = sheets
        self._sheets: LineSheets | None = None
        self._stale = True  # what the file says is to be read
        self.live = LiveLines(meter)
        self._latency_ms: float | None = None
        self._asked_at: dict[str, tuple[int, int]] = {}  # line -> time, bytes by then
        self._tests: dict[str, str] = {}
        self.model: KeyedModel[LineView] = KeyedModel(COLUMNS, _key, self)
        self.table = Table(self.model, look, "Lines")
        self.said = label(NO_LINES, wrap=True)
        self.said.setAccessibleName("Health of the line")
        self.about = label(tone="muted", wrap=True)
        self.tested = label(wrap=True)
        self.tested.setAccessibleName("What the test says")
        self.broken = label(tone="danger", wrap=True)
        self.test = PlainButton(look, "Test the line", "Enter")
        self.options = OptionsPane(look, bridge)
        self._build(look)
        bridge.changed.connect(self._changed)

    def _build(self, look: Look) -> None:
        left, right = QWidget(), QWidget()
        one = QVBoxLayout(left)
        other = QVBoxLayout(right)
        for box in (one, other):
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(look.space())
        one.addWidget(self.table, 1)
        for text in (self.said, self.tested, self.broken):
            one.addWidget(text)
        one.addLayout(row(look, self.test, 1))
        other.addWidget(self.about)
        other.addWidget(self.options, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([310, 690])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(split)
        self.tested.hide()
        self.broken.hide()
        self.table.asked.connect(self._on_asked)
        self.test.clicked.connect(self._on_test)
        self.options.saved.connect(self._saved)
        look.changed.connect(self._on_look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Little room across: what the sentences say too is left out."""
        super().resizeEvent(event)
        across = event.size().width() / self._look.scale
        self.table.setColumnHidden(_SILENT, across < TIGHT_PX)
        for column in _SPARE:
            self.table.setColumnHidden(column, across < FULL_PX)
        self.options.set_narrow(across < ROOMY_PX)
        self.table.rescale()

    # life

    def opened(self) -> None:
        self._stale = True
        self.read()
        if self.table.current_key() is None and self.model.rows:
            self.table.choose(self.model.rows[0].line)
        self.table.setFocus()
        self._show()

    def tick(self, now_us: int) -> None:
        rows = self._bridge.views.lines()
        self.live.read(rows, now_us, self._latency_ms)
        self._latency_ms = None
        self._judge(now_us)
        if self.isVisible():
            self._read(rows, now_us)

    def read(self) -> None:
        self._read(self._bridge.views.lines(), self._bridge.now_us())

    @Slot(object)
    def _changed(self, changed: Changed) -> None:
        """From the byte that began it to here: what a person waits for. Settings may
        have been changed at another desk, and who sees them may be another."""
        self._stale |= changed.any_of("line:", "session")
        if changed.stamp_ns is not None:
            self._latency_ms = (self._bridge.mono_ns() - changed.stamp_ns) / 1e6

    def _read(self, rows: tuple[LineRow, ...], now_us: int) -> None:
        if self._stale and self._read_sheets is not None:
            self._sheets, self._stale = self._read_sheets(), False
        noise = self._bridge.views.noise(NOISES)
        sheets = self._sheets or LineSheets()
        names = {r.line for r in rows}
        views = [
            view_of(
                r,
                sheets.of(r.line),
                tuple(self.live.samples.get(r.line, ())),
                [n for n in noise if n.line == r.line],
                now_us,
            )
            for r in rows
        ]
        idle = [s for s in sheets.lines if s.line not in names]
        views += [view_of(None, sheet, (), (), now_us) for sheet in idle]
        self.model.set_rows(views, now_us)
        self.model.tick(now_us)
        self._show()

    # what is shown of the chosen line

    def view(self) -> LineView | None:
        key = self.table.current_key()
        return next((v for v in self.model.rows if v.line == key), None)

    def _show(self) -> None:
        view, sheets = self.view(), self._sheets or LineSheets()
        self.said.setText("" if self.model.rows else self._why_none())
        self.test.setVisible(view is not None)
        broken = " ".join(BROKEN.format(*one) for one in sheets.broken)
        self.broken.setText(broken)
        self.broken.setVisible(bool(broken))
        if view is None:
            self.about.clear()
            self.tested.hide()
            self.options.show_sheet(None, sheets.file, self._bridge.now_us())
            return
        self.said.setText(view.text)
        said = self._tests.get(view.line, "")
        self.tested.setText(said)
        self.tested.setVisible(bool(said))
        sheet = view.sheet
        self.about.setText(_about(view))
        self.options.show_sheet(sheet, sheets.file, self._bridge.now_us())

    def _why_none(self) -> str:
        hidden = self._bridge.actor.joined and role_here(self._bridge) is None
        return HIDDEN if hidden else NO_LINES

    @Slot(object)
    def _saved(self, _saved: OptionSaved) -> None:
        """The file says something else now."""
        self._stale = True
        self.read()

    @Slot(object)
    def _on_asked(self, asked: RowAsked) -> None:
        self._show()
        if asked.opened:
            self._on_test()

    # the test

    @Slot()
    def _on_test(self) -> None:
        view = self.view()
        if view is None:
            return
        now_us = self._bridge.now_us()
        if view.row is not None and "test" in view.row.asks:
            self._asked_at[view.line] = (now_us, self._octets(view.line))
            self._say(view.line, f"Asked at {words.clock_text(now_us)}; it is waited.")
            self._bridge.submit(
                AskLine(ask="test", line=view.line), partial(self._outcome, view.line)
            )
        else:
            samples = tuple(self.live.samples.get(view.line, ()))
            self._say(view.line, heard_text(view.line, samples, now_us, HEARD_S))

    def _outcome(self, line: str, outcome: Outcome) -> None:
        """Sent, or why not. What comes back is seen by ``_judge``."""
        if not isinstance(outcome, Done):
            self._asked_at.pop(line, None)
            self._say(line, outcome.message)

    def _judge(self, now_us: int) -> None:
        for line, (at_us, before) in list(self._asked_at.items()):
            came = self._octets(line) - before
            waited = (now_us - at_us) / 1e6
            if came > 0:
                said = f"{line} answers: {came} bytes came within {waited:.0f} s."
            elif waited >= ANSWER_S:
                said = (
                    f"{line} does not answer: nothing came in {ANSWER_S} s. Check the "
                    "cable, and whether the other end runs."
                )
            else:
                continue
            del self._asked_at[line]
            self._say(line, said)

    def _octets(self, line: str) -> int:
        kept = self.live.samples.get(line)
        return (kept[-1].octets or 0) if kept else 0

    def _say(self, line: str, text: str) -> None:
        self._tests[line] = text
        self._show()

    @Slot(object)
    def _on_look(self, _changed: object) -> None:
        self.table.rescale()


def _about(view: LineView) -> str:
    sheet = view.sheet
    if sheet is None:
        return "Its settings are not known in this window."
    two_way = "two-way" if sheet.speaks else "listens only"
    said = f"{sheet.title}, {sheet.source}, {two_way}." if sheet.title else ""
    return f"{said} {sheet.reads}".strip()
