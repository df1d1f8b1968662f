"""The middle of the release desk: one release, both sides, channels, the answer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from aliquot.console.domain.release_rows import ChannelRow
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.cells import draw_shape
from aliquot.widgets.elided import ElidedLabel
from aliquot.widgets.parts import KeyButton, label, restyle
from aliquot.widgets.release import saying
from aliquot.widgets.release.ask import Ask
from aliquot.widgets.release.sides import Pair, Sides
from aliquot.widgets.statuses import Shape
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

LARGE_TEXT = 1.5
TIGHT_PX = 680  # high, at 100 %: with less no room is kept for what is not asked
FOLDED_ACROSS = 3
SELF_ATTESTED = (
    "Self-attested: signatures and log are this desk's own, no witness outside has "
    "seen them."
)
NOTHING_PICKED = (
    "Choose a line of the queue. What the desk knows stands beside what would leave; "
    "nothing leaves before a second person has signed the exact bytes."
)


class StateSign(QWidget):
    """The state of a release: a shape and its word."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._tone, self._shape = Tone.MUTED, Shape.HOLLOW_DIAMOND
        self.word = label(size="large")
        self._box = QHBoxLayout(self)
        self._box.addWidget(self.word)
        self.setAccessibleName("State of the release")
        look.changed.connect(self._rescale)
        self._rescale(None)

    @Slot(object)
    def _rescale(self, _changed: object) -> None:
        self._box.setContentsMargins(self._look.px(20), 0, 0, 0)

    def say(self, state: str) -> None:
        look = saying.state_look(state)
        self._tone, self._shape = look.tone, look.shape
        self.word.setText(look.word)
        restyle(self.word, tone=look.tone.value)
        self.setAccessibleDescription(look.word)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        size = self._look.px(11)
        box = self.rect()
        box.setRect(self._look.px(2), (self.height() - size) // 2, size, size)
        painter = QPainter(self)
        colour = self._look.colour(self._tone)
        draw_shape(painter, box, self._shape, colour, self._look.px(1.5))
        painter.end()


class Channels(QWidget):
    """Each channel: where it stands, its receipt, and what failed, in words."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: tuple[ChannelRow, ...] | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(look.space(3))
        self._grid.setVerticalSpacing(look.space(0.5))
        self.setAccessibleName("Channels")
        look.changed.connect(self._rescale)

    @Slot(object)
    def _rescale(self, _changed: object) -> None:
        shown, self._shown = self._shown, None
        self.show_channels(shown or ())

    def show_channels(self, channels: Sequence[ChannelRow]) -> None:
        if tuple(channels) == self._shown:
            return
        self._shown = tuple(channels)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for at, channel in enumerate(channels):
            self._line(at, channel)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(2, 1)
        self.setVisible(bool(channels))

    def texts(self) -> tuple[str, ...]:
        return tuple(_channel_text(c) for c in self._shown or ())

    def _line(self, at: int, channel: ChannelRow) -> None:
        word, tone, shape = saying.CHANNEL_STATES.get(
            channel.state, (channel.state, Tone.MUTED, Shape.BAR)
        )
        name = label(saying.channel_and_partner(channel), tone="release", wrap=True)
        name.setAccessibleDescription(_channel_text(channel))
        tries = saying.tries_text(channel)
        failing = channel.last_problem and channel.state in saying.ON_THE_WAY
        said = label(
            f"{saying.receipt_text(channel)} · "
            + (tries or f"sha256 {channel.sha256[:16]}…"),
            tone="danger" if tries and failing else "muted",
            mono=True,
            wrap=True,
        )
        sign = ShapeSign(self._look, tone, shape)
        state = label(word, tone=tone.value)
        parts: tuple[QWidget, ...] = (name, _beside(self._look, sign, state))
        for column, part in enumerate(parts):
            self._grid.addWidget(part, 2 * at, column, Qt.AlignmentFlag.AlignTop)
        if self._look.scale < LARGE_TEXT:
            self._grid.addWidget(said, 2 * at, 2, Qt.AlignmentFlag.AlignTop)
        else:  # below: side by side they would push what leaves out of sight
            self._grid.addWidget(said, 2 * at + 1, 0, 1, 3)


class ShapeSign(QWidget):
    """A shape alone, beside its word."""

    def __init__(self, look: Look, tone: Tone, shape: Shape) -> None:
        super().__init__()
        self._look, self._tone, self._shape = look, tone, shape
        self.setFixedSize(look.px(14), look.px(18))

    def paintEvent(self, _event: QPaintEvent) -> None:
        size = self._look.px(8)
        box = self.rect()
        box.setRect(self._look.px(2), (self.height() - size) // 2, size, size)
        painter = QPainter(self)
        colour = self._look.colour(self._tone)
        draw_shape(painter, box, self._shape, colour, self._look.px(1.5))
        painter.end()


def _beside(look: Look, *parts: QWidget) -> QWidget:
    made = QWidget()
    box = QHBoxLayout(made)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(look.space())
    for part in parts:
        box.addWidget(part)
    return made


def _channel_text(channel: ChannelRow) -> str:
    word = saying.CHANNEL_STATES.get(channel.state, (channel.state, None, None))[0]
    parts = (
        saying.channel_and_partner(channel),
        word,
        saying.receipt_text(channel),
        saying.tries_text(channel),
    )
    return ", ".join(p for p in parts if p)


class Answer(QWidget):
    """What can be done with the release, and the question in line."""

    ACTS = (Act.PROPOSE, Act.APPROVE, Act.REFUSE, Act.WITHDRAW, Act.RETRACT, Act.BYTES)

    def __init__(self, book: ActionBook, look: Look) -> None:
        super().__init__()
        self._look = look
        self.buttons = {
            act: KeyButton(book, act, look, flat=act is Act.BYTES) for act in self.ACTS
        }
        self.buttons[Act.PROPOSE].set_text("Propose")
        self.ask = Ask(look)
        self.message = label(wrap=True)
        self.message.setAccessibleName("Answer of the release desk")
        wide, most = QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum
        self.message.setSizePolicy(wide, most)
        self._tight, self._across = False, len(self.ACTS)
        self._offered: tuple[Act, ...] = ()
        self._keys = QWidget()
        self._line = QGridLayout(self._keys)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setHorizontalSpacing(look.space(2))
        self._line.setVerticalSpacing(look.space())
        self._line.setColumnStretch(len(self.ACTS), 1)
        self.offer(())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space())
        box.addWidget(self._keys)
        box.addWidget(self.ask)
        box.addWidget(self.message)
        look.changed.connect(self._rescale)
        self._rescale(None)

    @Slot(object)
    def _rescale(self, _changed: object) -> None:
        """Two lines of a sentence at 100 %, one where the text is large; none is kept
        free where there is little height."""
        lines = 2 if self._look.scale < LARGE_TEXT else 1
        kept = 0 if self._tight else self._look.px(17) * lines
        self.message.setMinimumHeight(kept)
        self.message.setVisible(not self._tight or bool(self.message.text()))
        self.ask.keep_room(not self._tight)

    def set_tight(self, tight: bool) -> None:
        """Little height: the question and what is said of it take their room only
        while they are there; what leaves has it else."""
        if tight is not self._tight:
            self._tight = tight
            self._rescale(None)

    def set_folded(self, folded: bool) -> None:
        """Little room across and down: the keys stand in rows, and a question in
        their place."""
        self._across = FOLDED_ACROSS if folded else len(self.ACTS)
        self.ask.stand_in_for(self._keys if folded else None)
        self.offer(self._offered)

    def offer(self, acts: Sequence[Act]) -> None:
        """Only what this state knows; what is not allowed is greyed, not gone."""
        self._offered = tuple(acts)
        shown = [act for act in self.buttons if act in acts]
        for act, button in self.buttons.items():
            self._line.removeWidget(button)
            at = shown.index(act) if act in shown else 0
            self._line.addWidget(button, at // self._across, at % self._across)
            button.setVisible(act in acts)

    def light(self, act: Act, allowed: bool) -> None:
        """The main act of a state stands out where it can be done."""
        restyle(self.buttons[act], main="true" if allowed else "false")

    def say(self, text: str, bad: bool = False, release: bool = False) -> None:
        tone = "danger" if bad else ("release" if release else "muted")
        restyle(self.message, tone=tone)
        self.message.setText(text)
        self.message.setVisible(not self._tight or bool(text))


class SidesArea(QScrollArea):
    """Makes room for the question below it, where there is little."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self._look.px(24))


class DetailPanel(QWidget):
    """Decides nothing: ``ReleaseDesk`` says what it shows."""

    def __init__(self, book: ActionBook, look: Look) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._look = look
        self.problem = label(name="problem", wrap=True)
        self.problem.setAccessibleName("Why nothing can be released")
        self.tree = ElidedLabel()
        self.tree.setProperty("tone", "pending")
        self.tree.setAccessibleName("Another place tree waits")
        self.tree.hide()
        self.title = label(size="large")
        self.state = StateSign(look)
        self.meaning = label(wrap=True)
        self.attested = label(tone="muted", size="small", wrap=True)
        self.sides = Sides(look)
        self.channels = Channels(look)
        self.answer = Answer(book, look)
        self.nothing = label(NOTHING_PICKED, name="empty", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._build(look)
        self.show_nothing()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(640), self._look.px(480))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.answer.set_tight(event.size().height() < self._look.px(TIGHT_PX))

    def _build(self, look: Look) -> None:
        self._scroll = SidesArea(look)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._scrolled(look))
        self._scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._scroll.setAccessibleName("What the desk knows beside what leaves")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.state)
        box = QVBoxLayout(self)
        gap = look.space(3)
        box.setContentsMargins(gap, look.space(2), gap, look.space(2))
        box.setSpacing(look.space(1.5))
        box.addWidget(self.problem)
        box.addWidget(self.tree)
        box.addLayout(head)
        box.addWidget(self.meaning)
        box.addWidget(self._scroll, 1)
        box.addWidget(self.nothing, 1)
        box.addWidget(self.answer)

    def _scrolled(self, look: Look) -> QWidget:
        """Both sides and the channels below them: as long as they need to be."""
        body = QWidget()
        body.setObjectName("panel")
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space(2))
        for part in (self.sides, self.channels, self.attested):
            box.addWidget(part)
        box.addStretch(1)
        return body

    def show_problem(self, problem: str | None) -> None:
        self.problem.setText(problem or "")
        self.problem.setVisible(bool(problem))

    def show_tree(self, said: str) -> None:
        """In one line; what is cut stands in its tip, and is heard."""
        self.tree.setText(said)
        self.tree.setToolTip(said)
        self.tree.setAccessibleDescription(said)
        self.tree.setVisible(bool(said))

    def show_nothing(self) -> None:
        self._turn(False)
        self.sides.show_pair(Pair())
        self.channels.show_channels(())
        self.answer.offer(())

    def show_release(
        self,
        title: str,
        state: str,
        meaning: str,
        pair: Pair,
        channels: Sequence[ChannelRow],
    ) -> None:
        self._turn(True)
        self.title.setText(title)
        self.state.say(state)
        self.meaning.setText(meaning)
        self.sides.show_pair(pair)
        self.channels.show_channels(channels)
        self.attested.setText(SELF_ATTESTED)
        self.attested.setVisible(bool(channels))

    def _turn(self, something: bool) -> None:
        self.nothing.setVisible(not something)
        for part in (self.title, self.state, self.meaning, self._scroll):
            part.setVisible(something)
        if not something:
            self.attested.hide()
