"""The drawer: palette, keys, sign-in and what was heard open here, above the command
line and over the board. It is no window, blocks nothing, and Esc closes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QStackedLayout, QVBoxLayout, QWidget

from aliquot.widgets.actions import Act
from aliquot.widgets.parts import label, row
from aliquot.widgets.theme.look import Look

LEAST_PX = 420  # across, at 100 %: with less it opens over all the width
_NEW_CHILD = (QEvent.Type.ChildAdded, QEvent.Type.ChildPolished)


class Page(QWidget):
    """One thing the drawer can show."""

    title = ""
    hint = ""  # which keys count in it, for its head
    height_px = 300  # at 100 %

    def opened(self) -> None:
        """Read what is to be shown, and take the focus."""


class Drawer(QWidget):
    """Opens only by a person's key, and gives the focus back where it was."""

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("drawer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._look = look
        self._pages: dict[Act, Page] = {}
        self._open: Act | None = None
        self._before: QWidget | None = None
        self._bottom: QWidget | None = None
        self._spare: QWidget | None = None
        self._above: QWidget | None = None
        self._title = label(name="heading")
        self._hint = label(tone="muted")
        key = label("Esc", name="key")
        box = QVBoxLayout(self)
        gap = look.space(2)
        box.setContentsMargins(gap, gap, gap, gap)
        close = label("close", tone="muted")
        box.addLayout(row(look, self._title, self._hint, 1, close, key))
        self._stack = QStackedLayout()
        box.addLayout(self._stack, 1)
        window.installEventFilter(self)
        self.hide()

    @property
    def shown(self) -> Act | None:
        return self._open

    def stand_on(self, bottom: QWidget) -> None:
        """The widget above which the drawer opens."""
        self._bottom = bottom

    def stay_below(self, above: QWidget) -> None:
        """The widget that is always seen, where new things come."""
        self._above = above

    def leave_free(self, spare: QWidget) -> None:
        """The widget that is typed in: the drawer opens beside it."""
        self._spare = spare

    def add(self, act: Act, page: Page) -> None:
        self._pages[act] = page
        self._stack.addWidget(page)

    def toggle(self, act: Act) -> None:
        if self._open is act:
            self.close_drawer()
        else:
            self.open_drawer(act)

    def open_drawer(self, act: Act) -> None:
        focus = QApplication.focusWidget()
        if self._open is None and not (focus and self.isAncestorOf(focus)):
            self._before = focus
        page = self._pages[act]
        self._open = act
        self._title.setText(page.title)
        self._hint.setText(page.hint)
        self._hint.setVisible(bool(page.hint))
        self._stack.setCurrentWidget(page)
        self._place()
        self.show()
        self._stay_above()
        page.opened()

    def close_drawer(self) -> None:
        """The focus goes back, if the drawer had it."""
        if self._open is None:
            return
        focus = QApplication.focusWidget()
        mine = focus is None or focus is self or self.isAncestorOf(focus)
        self._open = None
        if mine and self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None
        for other in self._others():
            other.removeEventFilter(self)
        self.hide()

    def make_way(self, wanted: QWidget) -> None:
        """A key goes to ``wanted``: only beside what is left free it stays open."""
        if self._open is None or not (wanted is self._spare and self._is_beside()):
            self.close_drawer()

    def _is_beside(self) -> bool:
        window, spare = self.parentWidget(), self._spare
        if window is None or spare is None or not spare.isVisible():
            return False
        place = QRect(spare.mapTo(window, QPoint(0, 0)), spare.size())
        return not self.geometry().intersects(place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is not self.parentWidget():
            if kind == QEvent.Type.ZOrderChange:
                self.raise_()
        elif kind in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._place()
        elif self._open is not None and kind in _NEW_CHILD:
            self._stay_above(watch=kind == QEvent.Type.ChildPolished)
        return False

    def _stay_above(self, *, watch: bool = True) -> None:
        """A dock that is raised or put back would else lie over what is read here.
        A child that is only just added is not looked at: it may be half made."""
        if watch:
            for other in self._others():
                other.installEventFilter(self)
        self.raise_()

    def _others(self) -> list[QWidget]:
        window = self.parentWidget()
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        found = window.findChildren(QWidget, options=direct) if window else []
        return [part for part in found if part is not self and not part.isWindow()]

    def _least(self, page: Page) -> int:
        """Pixels of height without which a page cannot be read."""
        edges = self.contentsMargins()
        head = self._title.sizeHint().height() + 4 * self._look.space()
        return page.minimumSizeHint().height() + head + edges.top() + edges.bottom()

    def _place(self) -> None:
        window = self.parentWidget()
        if self._open is None or window is None or self._bottom is None:
            return
        floor = self._bottom.mapTo(window, self._bottom.rect().topLeft()).y()
        top = 0
        if self._above is not None and self._above.isVisible():
            top = self._above.mapTo(window, self._above.rect().bottomLeft()).y() + 1
        wanted = self._look.px(self._pages[self._open].height_px)
        least = self._least(self._pages[self._open])
        high = min(max(min(wanted, floor - top), least), floor)
        edge = self._look.space()
        left = edge
        if self._spare is not None and self._spare.isVisible():
            corner = self._spare.mapTo(window, self._spare.rect().topRight())
            if window.width() - corner.x() >= self._look.px(LEAST_PX):
                left = corner.x() + edge
        self.setGeometry(left, floor - high, window.width() - left - edge, high)
