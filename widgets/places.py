"""Looks and places of a window: theme, size of text, where the docks are; kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import shiboken6
from PySide6.QtCore import QByteArray, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QLayout, QMainWindow, QTabBar, QWidget

from aliquot.widgets.arrangement import (
    DOCKS,
    Arrangement,
    Perspective,
    arrange,
    arrangement_for,
    come_up,
    fits,
    share_room,
)
from aliquot.widgets.panel import Panel
from aliquot.widgets.settings import WindowSettings, save_settings
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Theme


@dataclass(frozen=True, slots=True)
class Arranged:
    """The docks stand otherwise now."""

    kind: Arrangement
    perspective: Perspective = Perspective.DESK


@dataclass(frozen=True, slots=True)
class _Left:
    """How a perspective stood when another one was turned to."""

    kind: Arrangement
    state: QByteArray
    focus: QWidget | None


class Places(QObject):
    """Each act gives the sentence that says what it did."""

    arranged = SignalOf[Arranged](object)

    def __init__(
        self,
        window: QMainWindow,
        panels: Mapping[str, Panel],
        look: Look,
        settings: WindowSettings,
        path: Path | None,
    ) -> None:
        super().__init__(window)
        self._window, self._panels, self._look = window, panels, look
        self._settings, self._path = settings, path
        self._kind: Arrangement | None = None
        self._shown = self._held = False
        self._state: QByteArray | None = None
        self.perspective = Perspective.DESK
        self._left: dict[Perspective, _Left] = {}

    @property
    def kind(self) -> Arrangement:
        return arrangement_for(self._window.width(), self._look.scale)

    # places

    def restore(self) -> None:
        """Where everything was when the window was left, if it still fits."""
        if self._settings.geometry:
            self._window.restoreGeometry(_bytes(self._settings.geometry))
        self.fit()
        if self._settings.state and self._settings.arrangement == self.kind.value:
            self._state = _bytes(self._settings.state)

    def shown(self) -> None:
        """Only once it is shown do the docks know how much room there is."""
        if not self._shown:
            self._shown = True
            QTimer.singleShot(0, self, self._first_shown)

    def fit(self) -> None:
        """After a change of width or of the size of text."""
        if not self._held:
            self._fit(self._window.width())

    def _fit(self, width: int) -> None:
        kind = arrangement_for(width, self._look.scale)
        if kind is not self._kind:
            self._arrange(kind)

    def put_back(self) -> str:
        self._arrange(self.kind)
        return "All panels are in their places."

    def turn_to(self, perspective: Perspective) -> bool:
        """Show another perspective as it was left, focus and all; False: it is
        shown already."""
        if perspective is self.perspective:
            return False
        focus = QApplication.focusWidget()
        state = self._window.saveState()
        self._left[self.perspective] = _Left(self.kind, state, focus)
        self.perspective = perspective
        self._arrange(self.kind)
        left = self._left.get(perspective)
        if left is None:
            return True
        if left.kind is self.kind:
            size = self._window.size()
            self._window.restoreState(left.state)
            self._hide_others()
            come_up(self._window, self._panels, perspective)
            layout = self._window.layout()
            if layout is not None:
                layout.activate()
            self._window.resize(size)  # all docks at once wanted more room
        if left.focus is not None and shiboken6.isValid(left.focus):
            left.focus.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def remember(self) -> None:
        desk = self._left.get(Perspective.DESK)
        state = self._window.saveState()
        if self.perspective is not Perspective.DESK and desk is not None:
            state = desk.state
        settings = replace(
            self._settings,
            theme=self._look.tokens.theme,
            scale=self._look.scale,
            reduced_motion=self._look.reduced_motion,
            geometry=_text(self._window.saveGeometry()),
            state=_text(state),
            arrangement=self.kind.value,
        )
        save_settings(self._path, settings)

    def bring_up(self, focus: QWidget | None) -> None:
        """A panel behind a tab comes to the front when the focus goes into it: nobody
        types where it is not seen."""
        for panel in self._panels.values():
            inside = focus is not None and panel.isAncestorOf(focus)
            if inside and panel.isVisible() and panel.visibleRegion().isEmpty():
                panel.raise_()

    # looks

    def step_size(self, direction: int) -> str:
        """Larger (1) or smaller (-1), as far as the desk still fits."""
        scale = self._look.next_scale(direction)
        room = fits(self._window.width(), self._window.height(), scale)
        if direction > 0 and not room:
            now = f"{self._look.scale:.0%}"
            return f"Text stays at {now}: there is no room for larger."
        return self.set_size(scale)

    def set_size(self, scale: float) -> str:
        with self._still() as size:
            self._look.set_scale(scale)
            self._fit(size.width())
        share_room(self._window, self._panels, self.kind, self.perspective)
        return f"Text at {self._look.scale:.0%}."

    def turn_theme(self) -> str:
        dark = self._look.tokens.theme is Theme.DARK
        self._look.set_theme(Theme.LIGHT if dark else Theme.DARK)
        return "Light theme." if dark else "Dark theme."

    def turn_motion(self) -> str:
        self._look.reduced_motion = not self._look.reduced_motion
        return "Flashing is off." if self._look.reduced_motion else "Flashing is on."

    @Slot()
    def _first_shown(self) -> None:
        if self._state is None or not self._window.restoreState(self._state):
            share_room(self._window, self._panels, self.kind, self.perspective)

    def _hide_others(self) -> None:
        """A state of a window names all its docks, those of other perspectives too."""
        for name, panel in self._panels.items():
            panel.setVisible(name in DOCKS[self.perspective])

    @contextmanager
    def _still(self) -> Iterator[QSize]:
        """The window keeps its size, which is given, while its docks move: on their
        way they want more room than before and after, and it would not shrink again."""
        window, layout = self._window, self._window.layout()
        size = window.size()
        if self._held or layout is None:
            yield size
            return
        self._held = True
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        try:
            yield size
        finally:
            layout.invalidate()
            layout.setSizeConstraint(QLayout.SizeConstraint.SetDefaultConstraint)
            layout.activate()
            if window.size() != size:
                window.resize(size)
            self._held = False

    def _arrange(self, kind: Arrangement) -> None:
        """Docks move; the focus does not."""
        focus = QApplication.focusWidget()
        self._kind = kind
        with self._still():
            arrange(self._window, self._panels, kind, self.perspective)
            self.arranged.emit(Arranged(kind, self.perspective))
            for panel in self._panels.values():
                tabbed = bool(self._window.tabifiedDockWidgets(panel))
                panel.set_headed(not tabbed and kind is not Arrangement.FOLDED)
                panel.forget_size()
        for bar in self._window.findChildren(QTabBar, options=_DIRECT):
            bar.setAccessibleName("Panels in one place")
        if focus is not None and focus.isVisible():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)


_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))


def _text(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode("ascii")
