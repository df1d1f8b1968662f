"""F8 on the desk: one line that says what would leave, where the command line was."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QWidget

from aliquot.console.domain.commands import Done, Outcome, ProposeRelease
from aliquot.console.domain.release_rows import PreviewRow
from aliquot.widgets import words
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.cells import draw_shape
from aliquot.widgets.parts import label
from aliquot.widgets.release import saying
from aliquot.widgets.release.ask import Answered, Choice
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.statuses import Shape
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone


@dataclass(frozen=True, slots=True)
class ProposeSaid:
    """What came of it, for the message line."""

    text: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class ProposeOpened:
    """The line is open, with this region; None: it is closed again."""

    region_id: int | None


class ProposeLine(QWidget):
    """Enter proposes, Esc leaves; the focus goes back to where it was."""

    said = SignalOf[ProposeSaid](object)
    opened = SignalOf[ProposeOpened](object)

    def __init__(self, bridge: Bridge, look: Look) -> None:
        super().__init__()
        self.setObjectName("propose")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bridge, self._look = bridge, look
        self._found: PreviewRow | None = None
        self._before: QWidget | None = None
        self.text = label(tone="release", wrap=True)
        self.text.setAccessibleName("What would leave")
        wide, given = QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored
        self.text.setSizePolicy(wide, given)
        self.choice = Choice()
        self.choice.setAccessibleName("Phrase")
        self._hint = label(saying.hint("proposes"), tone="muted")
        box = QHBoxLayout(self)
        gap = look.space()
        box.setContentsMargins(look.px(26), gap, gap * 2, gap)
        box.setSpacing(gap * 3)
        box.addWidget(self.text, 5)
        box.addWidget(label("Phrase", tone="muted"))
        box.addWidget(self.choice, 2)
        box.addWidget(self._hint)
        self.choice.taken.connect(self._taken)
        self.choice.currentIndexChanged.connect(self._turned)
        look.changed.connect(self._rescale)
        self._rescale(None)
        self.hide()

    @Slot(object)
    def _rescale(self, _changed: object) -> None:
        """At least as high as the command line in whose place it stands; closed it
        takes no room from it."""
        policy = QSizePolicy.Policy
        down = policy.Preferred if self.is_open else policy.Ignored
        self.setSizePolicy(policy.Preferred, down)
        high = self._look.px(self._look.tokens.control_px) + 2 * self._look.space()
        self.setMinimumHeight(high + self._look.px(2) if self.is_open else 0)
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """All that would leave is read; what is not asked takes no room."""
        return self.is_open and super().hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        return super().heightForWidth(width) if self.is_open else -1

    @property
    def is_open(self) -> bool:
        return self._found is not None

    def begin(self, incident_id: str) -> str | None:
        """Open it for an incident; the sentence that says why not, or None."""
        found = self._bridge.releases.preview(incident_id)
        if found is None:
            return "This incident is not known to the release desk."
        if not found.eligible:
            number = words.incident_text(found.incident_number)
            why = " ".join(saying.reason_text(r, found.words) for r in found.reasons)
            return f"{number} may not leave. {why}"
        if self._found is None:
            self._before = QApplication.focusWidget()
        self._found = found
        offered = [(c, t or "no phrase beside it") for c, t in found.phrases]
        self.choice.offer(offered or [("", "no phrase")])
        self._say()
        self._rescale(None)
        self.opened.emit(ProposeOpened(found.region_id))
        self.choice.setFocus(Qt.FocusReason.OtherFocusReason)
        return None

    def leave(self) -> bool:
        """False when it was not open."""
        if self._found is None:
            return False
        mine = self.choice.hasFocus()
        self._found = None
        self._rescale(None)
        self.opened.emit(ProposeOpened(None))
        if mine and self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        size = self._look.px(9)
        box = QRect(self._look.px(8), (self.height() - size) // 2, size, size)
        colour = self._look.colour(Tone.RELEASE)
        draw_shape(painter, box, Shape.DIAMOND, colour, self._look.px(1.5))
        painter.fillRect(QRect(0, 0, self._look.px(3), self.height()), colour)
        painter.end()

    def _say(self) -> None:
        found = self._found
        if found is None:
            return
        number = words.incident_text(found.incident_number)
        region = self._bridge.releases.region(found.region_id or -1)
        size = f" ({saying.k_text(region.k)})" if region is not None else ""
        text = saying.value_text(found.leaves.get("text"))
        self.text.setText(f"Of {number} would leave{size}: {text}")
        self.text.setToolTip(self.text.text())

    @Slot(int)
    def _turned(self, _index: int) -> None:
        if self._found is None:
            return
        code = self.choice.code or None
        self._found = (
            self._bridge.releases.preview(self._found.incident_id, code) or self._found
        )
        self._say()

    @Slot(object)
    def _taken(self, answered: Answered) -> None:
        if self._found is None:
            return
        command = ProposeRelease(
            incident_id=self._found.incident_id, phrase=answered.value or None
        )
        self._bridge.submit(command, self._proposed)

    def _proposed(self, outcome: Outcome) -> None:
        if isinstance(outcome, Done):
            self.leave()
            text = (
                "Proposed. A second person must sign it on the release desk (Ctrl+2)."
            )
            self.said.emit(ProposeSaid(text))
        else:
            self.said.emit(ProposeSaid(outcome.message, bad=True))
            self.leave()
