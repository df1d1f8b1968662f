"""A dock, its title, and what it says when its own content fails."""

from __future__ import annotations

import logging
from typing import Protocol

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLayout,
    QStackedWidget,
    QWidget,
)

from aliquot.console.domain.ports import Changed
from aliquot.widgets.parts import label
from aliquot.widgets.theme.look import Look

_logger = logging.getLogger(__name__)


class Content(Protocol):
    """What stands in a panel. Each method may raise: only its panel says so."""

    def refresh(self, changed: Changed | None) -> None:
        """Read again what ``changed`` touches; None: read everything."""
        ...

    def tick(self, now_us: int) -> None:
        """A second has passed."""
        ...


class TitleBar(QWidget):
    """Takes no room while it is not wanted."""

    def __init__(self) -> None:
        super().__init__()
        self._wanted = True
        self.setObjectName("title")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def want(self, wanted: bool) -> None:
        self._wanted = wanted
        for part in self.findChildren(QWidget):
            part.setVisible(wanted)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return super().sizeHint() if self._wanted else QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint() if self._wanted else QSize(0, 0)


class Panel(QDockWidget):
    """Can be moved and torn off, not closed: a place for everything."""

    def __init__(
        self,
        name: str,
        title: str,
        body: QWidget,
        look: Look,
        content: Content | None = None,
        titled: bool = True,
        headed: bool = True,
    ) -> None:
        """Not ``titled``: no bar, as high as its body, in one place for good. Not
        ``headed``: no bar, because a tab names it already."""
        super().__init__(title)
        self.setObjectName(name)
        self.content = content
        self._look = look
        self._title = title
        self._broken = False
        self._body = body
        self._pages = QStackedWidget()
        self._pages.addWidget(body)
        self._trouble = label(name="empty", wrap=True)
        self._trouble.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pages.addWidget(self._trouble)
        self.setWidget(self._pages)
        self._heading = label(title, name="heading")
        self._side = label(tone="muted")
        self.setTitleBarWidget(
            self._title_bar() if titled and headed else self._no_bar()
        )
        self._fixed = not titled
        if self._fixed:
            look.changed.connect(self._fit)
            self._fit(None)
        features = QDockWidget.DockWidgetFeature
        free = features.DockWidgetMovable | features.DockWidgetFloatable
        self.setFeatures(free if titled else features.NoDockWidgetFeatures)

    def set_side(self, text: str) -> None:
        """Short text at the right of the title."""
        self._side.setText(text)

    def set_title(self, text: str) -> None:
        self._heading.setText(text)

    def set_headed(self, headed: bool) -> None:
        """Not where a tab names it already, and where height is scarce."""
        bar = self.titleBarWidget()
        if isinstance(bar, TitleBar):
            bar.want(headed)

    def forget_size(self) -> None:
        """What stands in it stands otherwise now: it is asked again for its size."""
        for layout in (*self._body.findChildren(QLayout), self._body.layout()):
            if layout is not None:
                layout.invalidate()
        for part in (self._body, self._pages, self):
            part.updateGeometry()
        outer = self.layout()
        if outer is not None:
            outer.invalidate()

    def deliver(self, changed: Changed | None) -> None:
        if self.content is not None:
            self._guarded("refresh", changed)

    def tick(self, now_us: int) -> None:
        if self.content is not None and not self._broken:
            self._guarded("tick", now_us)

    @Slot(object)
    def _fit(self, _changed: object) -> None:
        """As high as its body asks for: what is in it moves nothing else."""
        self.setFixedHeight(self._body.minimumHeight())

    def _guarded(self, step: str, argument: object) -> None:
        """A panel that fails says so in its own place; the others go on."""
        try:
            getattr(self.content, step)(argument)
        except Exception as problem:
            _logger.exception("panel %s", self.objectName())
            self._fail(problem)
        else:
            if self._broken and step == "refresh":
                self._broken = False
                self._pages.setCurrentIndex(0)

    def _fail(self, problem: Exception) -> None:
        self._broken = True
        self._trouble.setText(
            f"{self._title} cannot be shown now ({type(problem).__name__}: {problem}). "
            "The rest of the desk goes on. It is read again with the next change."
        )
        self._pages.setCurrentIndex(1)

    def _no_bar(self) -> QWidget:
        """It owns what it does not show: nothing outlives the panel."""
        bar = QWidget()
        for part in (self._heading, self._side):
            part.setParent(bar)
            part.hide()
        return bar

    def _title_bar(self) -> QWidget:
        bar = TitleBar()
        inner = QHBoxLayout(bar)
        gap = self._look.space()
        inner.setContentsMargins(gap, gap // 2, gap * 2, gap // 2)
        inner.addWidget(self._heading)
        inner.addStretch(1)
        inner.addWidget(self._side)
        for part in (self._heading, self._side):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return bar
