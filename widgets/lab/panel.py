"""The lab's dock: its questions, its work, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from aliquot.console.domain.lab import (
    Cancelled,
    Lab,
    LabFailed,
    LayoutProblem,
    Learned,
    NotLearned,
)
from aliquot.console.domain.lab_result import LabResult
from aliquot.console.domain.ports import Changed
from aliquot.widgets import qt_classes
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.arrangement import Arrangement
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.lab import quiet, words
from aliquot.widgets.lab.ask import AskRow
from aliquot.widgets.lab.bench import Arrived, Bench, Busy, Doing, Shown
from aliquot.widgets.lab.body import LabBody
from aliquot.widgets.lab.buttons import PlainButton
from aliquot.widgets.lab.editor import LayoutChosen, TryWanted
from aliquot.widgets.lab.idle import Idle
from aliquot.widgets.lab.keys import act_on, find
from aliquot.widgets.lab.plots import bring
from aliquot.widgets.lab.questions import Questions
from aliquot.widgets.lines.live import LiveLines
from aliquot.widgets.parts import label, restyle
from aliquot.widgets.theme.look import Look

NO_LAB = "The line lab is not part of this window. It is in the first one."
NO_MARKS = (
    "Nothing is marked. Choose bytes of a record with Shift and the arrows, press "
    "Enter and name the field; mark the same fields in three records or more."
)
LATER = "It is tried as soon as all of the recording is read."
MOST_DAMAGED = 2
_OF_A_LAYOUT = (Doing.TRY, Doing.USE)  # has its own place for what comes of it
FRESH_MS = 120  # when all plots are drawn, in a turn of its own


class LabPanel(QWidget):
    """Built when it is first turned to: plots cost time that a desk has no need of."""

    def __init__(
        self,
        lab: Lab | None,
        bridge: Bridge,
        book: ActionBook,
        look: Look,
        live: LiveLines | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._bridge, self._book, self._look = bridge, book, look
        self.live = live or LiveLines()
        self.bench = Bench(lab, self) if lab is not None else None
        self.body: LabBody | None = None
        self._kind = Arrangement.WIDE
        self._later: TryWanted | LayoutChosen | None = None
        self.said = label(wrap=True, name="said")
        self.said.setAccessibleName("Answer of the line lab")
        self.none = label(NO_LAB, name="empty", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.questions = Questions(self, AskRow(look))
        self.ask = self.questions.row
        self.stop = PlainButton(look, "Stop", "Esc", "Stop the work")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("How far the work is")
        self._fresh = QTimer(self)
        self._fresh.setSingleShot(True)
        self._fresh.timeout.connect(self._on_fresh)
        self._unmade = list(qt_classes.MODULES)
        self._brought: bool | None = None  # what takes long to import
        self._answer = ("", False)  # stands again when the work is done
        self._build()
        self._idle = Idle(self._step, self) if lab is not None else None

    def _build(self) -> None:
        gap = self._look.space(2)
        work = QHBoxLayout()
        work.setContentsMargins(0, 0, 0, 0)
        work.setSpacing(gap)
        work.addWidget(self.said, 1)
        work.addWidget(self._bar)
        work.addWidget(self.stop)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(gap, gap, gap, gap)
        self._box.setSpacing(self._look.space())
        self._box.addWidget(self.ask)
        self._box.addLayout(work)
        self._box.addWidget(self.none, 1)
        self.none.setVisible(self.bench is None)
        self._bar.setFixedWidth(self._look.px(160))
        for part in (self._bar, self.stop):  # what comes and goes moves nothing
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
            part.hide()
        self.stop.clicked.connect(self._stop)
        if self.bench is not None:
            self.bench.busy.connect(self._on_busy)
            self.bench.arrived.connect(self._on_arrived)

    def _make_body(self) -> LabBody:
        assert self.bench is not None
        body = LabBody(
            *(self.bench, self._bridge, self._book, self._look),
            *(self.live, self._kind),
        )
        body.layout_pane.wanted.connect(self._on_try)
        body.layout_pane.chosen.connect(self._on_layout)
        self._box.addWidget(body, 1)
        body.transport.fault.clicked.connect(self._next_fault)
        self.bench.shown.connect(self._on_shown)
        return body

    # content of a panel

    def refresh(self, changed: Changed | None) -> None:
        """Lines are read once a second, not with every change."""

    def tick(self, now_us: int) -> None:
        if self.body is not None and self.isVisible():
            self.body.plots.tick()

    # the window

    def set_kind(self, kind: Arrangement) -> None:
        self._kind = kind
        if self.body is not None:
            self.body.set_kind(kind)

    def entered(self) -> None:
        """Turned to: the focus goes where work goes on."""
        if self.bench is None:
            return
        self._ensure().home.setFocus()

    def _ensure(self) -> LabBody:
        if self.body is None:
            self.body = self._make_body()
        return self.body

    def _step(self) -> bool:
        """One step of building the page; False: it stands."""
        if self.bench is None:
            return False
        if self._unmade:  # before the lab's thread imports what uses them
            qt_classes.make(self._unmade.pop(0))
        elif self._brought is None:
            self._brought = False
            quiet.work_begins()
            self.bench.lab.prepare(partial(self._bring, self.bench.lab))
        elif self._brought and self.body is None:
            if not self.bench.is_busy:
                quiet.work_ends()
            self._ensure()
        elif self.body is not None:
            return self.body.plots.make_one()
        return True

    def _bring(self, lab: Lab) -> None:
        """In the lab's thread: what is long to import or to read, and kept then."""
        bring()
        lab.layouts()
        self._brought = True

    def open_path(self, path: str) -> None:
        if self.bench is not None:
            self._ensure()
            self.questions.last_path = path
            self.bench.open(path)

    def do(self, act: Act) -> None:
        acts: dict[Act, Callable[[], None]] = {
            Act.LAB_OPEN: self.questions.ask_open,
            Act.LAB_LEARN: self._learn,
            Act.LAB_SAVE: self.questions.ask_save,
            Act.LAB_CASE: self.questions.ask_case,
            Act.LAB_REPORT: self.questions.ask_report,
        }
        if self.bench is None:
            self.say(NO_LAB, bad=True)
        elif act is not Act.LAB_OPEN and self.bench.result is None:
            key = self._book.key_text(Act.LAB_OPEN)
            self.say(f"No recording is open. {key} opens one.", bad=True)
        else:
            acts[act]()

    def back(self) -> bool:
        """Esc; False when there was nothing to leave."""
        if self.ask.leave():
            return True
        if self.bench is not None and self.bench.cancel():
            return True
        focus = QApplication.focusWidget()
        if self.body is None or focus is None or focus is self.body.items:
            return False
        if not self.isAncestorOf(focus):
            return False
        home = self.body.bytes if focus.parent() is self.body.mark_row.name else None
        (home or self.body.items).setFocus()
        return True

    def say(self, text: str, bad: bool = False) -> None:
        """Nothing to say: which recording is open."""
        self._answer = (text, bad)
        self._show_said(text, "danger" if bad else "")

    def _show_said(self, text: str, tone: str = "") -> None:
        result = self.bench.result if self.bench is not None else None
        if not text and result is not None:
            text, tone = result.recording.path, "muted"
        self.said.setText(text)
        if self.said.property("tone") != tone:
            restyle(self.said, tone=tone)

    # work

    def _learn(self) -> None:
        assert self.bench is not None
        assert self.body is not None
        samples = self.body.marks.samples()
        if samples:
            self.bench.learn(samples, "learned")
        else:
            self.say(NO_MARKS, bad=True)

    @Slot()
    def _stop(self) -> None:
        if self.bench is not None:
            self.bench.cancel()

    @Slot()
    def _next_fault(self) -> None:
        if self.bench is not None:
            find(Qt.Key.Key_F, self.bench, self.say)

    @Slot(object)
    def _on_try(self, wanted: TryWanted) -> None:
        self._decode(wanted)

    @Slot(object)
    def _on_layout(self, chosen: LayoutChosen) -> None:
        self._decode(chosen)

    def _decode(self, wanted: TryWanted | LayoutChosen) -> None:
        """Not while a recording is being opened: that would end it."""
        assert self.bench is not None
        assert self.body is not None
        if self.bench.opening:
            self._later = wanted
            self.body.layout_pane.say(LATER)
        elif self.bench.result is None:
            return
        elif isinstance(wanted, TryWanted):
            self.bench.try_layout(wanted.text, wanted.alone)
        else:
            self.bench.use(wanted.name)

    @Slot(object)
    def _on_busy(self, busy: Busy) -> None:
        on = busy.doing is not None
        self._bar.setVisible(on)
        self.stop.setVisible(on)
        if busy.doing is None:
            self.say(*self._answer)
            return
        if busy.doing not in _OF_A_LAYOUT or self._answer[1]:
            self._answer = ("", False)
        self._bar.setRange(0, 100 if busy.share is not None else 0)
        share = ""
        if busy.share is not None:
            self._bar.setValue(round(busy.share * 100))
            share = f": {busy.share:.0%}, {busy.items} items"
        self._show_said(f"{busy.doing.value}{share}. Esc stops it.")

    @Slot(object)
    def _on_shown(self, shown: Shown) -> None:
        """The parts have it already: they listen since they were made."""
        assert self.body is not None
        if shown.fresh:
            self._fresh.start(FRESH_MS)
            if self.bench is not None and not self.bench.is_busy:
                self.say(*self._answer)

    @Slot()
    def _on_fresh(self) -> None:
        assert self.body is not None
        assert self.bench is not None
        result = self.bench.result
        if result is None:
            return
        pane = self.body.layout_pane
        if pane.changed_by_hand:
            pane.try_again()
            return
        outline = self.bench.outline
        name = outline.layout if outline is not None else None
        pane.name_in_force(result.layout)
        if name is not None:
            pane.show_bundled(name)
            pane.say(f"Most records were read by {name}. Change it, and see.")

    @Slot(object)
    def _on_arrived(self, arrived: Arrived) -> None:
        outcome = arrived.outcome
        if arrived.doing is Doing.OPEN and self._later is not None:
            wanted, self._later = self._later, None
            self._decode(wanted)
        if isinstance(outcome, LabFailed):
            self._failed(arrived.doing, outcome.text)
        elif isinstance(outcome, LayoutProblem) and self.body is not None:
            self.body.layout_pane.show_problem(outcome)
        elif isinstance(outcome, LabResult):
            self._came(arrived, outcome)
        elif isinstance(outcome, Learned) and self.body is not None:
            self.body.layout_pane.show_written(outcome.toml)
            self.body.show_layout()
            notes = " ".join(outcome.notes)
            self.say(f"A layout is written and stands below as TOML. {notes}".strip())
        elif isinstance(outcome, Cancelled) and arrived.partly and self.bench:
            self.say(words.stopped_text(self.bench.result))
        else:
            said = words.outcome_text(outcome)
            self.say(said, bad=isinstance(outcome, NotLearned))

    def _failed(self, doing: Doing, text: str) -> None:
        if doing is Doing.TRY and self.body is not None:
            self.body.layout_pane.say(text)
            return
        self.say(text, bad=True)

    def _came(self, arrived: Arrived, result: LabResult) -> None:
        assert self.body is not None
        pane = self.body.layout_pane
        if arrived.doing is Doing.TRY and arrived.difference is not None:
            pane.clear_problem()
            counts = arrived.said.rpartition(": ")[2]
            pane.say(f"{words.difference_text(arrived.difference)} Now {counts}.")
        elif arrived.doing is Doing.USE:
            pane.clear_problem()
            pane.say(f"Now {arrived.said.rpartition(': ')[2]}.")
        damaged = result.recording.damaged
        if arrived.doing is Doing.OPEN and damaged:
            left = len(damaged) - MOST_DAMAGED
            more = f" And {left} more." if left > 0 else ""
            shown = " ".join(damaged[:MOST_DAMAGED])
            self.say(f"Parts of the file are damaged. {shown}{more}", bad=True)
        elif arrived.doing is Doing.OPEN and result.recording.left_out:
            self.say(result.recording.left_out, bad=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Comes here only when no field wanted the key."""
        if self.body is None or not act_on(event, self.body, self.say):
            super().keyPressEvent(event)
