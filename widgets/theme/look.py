"""What every widget asks for colours, lengths and fonts; one object a window."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from aliquot.widgets.signals import SignalOf
from aliquot.widgets.theme.qss import style_sheet
from aliquot.widgets.theme.tokens import Theme, Tokens, Tone, load_tokens

SCALES = (0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)


@dataclass(frozen=True, slots=True)
class LookChanged:
    theme: Theme
    scale: float


class Look(QObject):
    """Theme and scale in force. ``changed`` comes after the application has it."""

    changed = SignalOf[LookChanged](object)

    def __init__(
        self,
        theme: Theme = Theme.DARK,
        scale: float = 1.0,
        reduced_motion: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.tokens: Tokens = load_tokens(theme)
        self.scale = scale
        self.reduced_motion = reduced_motion
        self._colours = _colours(self.tokens)

    def px(self, length: float) -> int:
        """Pixels for a length given at 100 %."""
        return max(1, round(length * self.scale))

    def space(self, steps: float = 1) -> int:
        return self.px(self.tokens.space_px * steps)

    def colour(self, tone: Tone) -> QColor:
        return self._colours[tone]

    def font(self, *, mono: bool = False, bold: bool = False, step: int = 0) -> QFont:
        """``step``: -1 small, 0 base, 1 large, 2 larger still."""
        font = QFont()
        font.setFamilies(list(self._families(mono)))
        font.setPixelSize(self.font_px(step))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def font_px(self, step: int = 0) -> int:
        size = self.tokens.base_px * self.tokens.step**step
        return self.px(max(size, self.tokens.minimum_px))

    def set_theme(self, theme: Theme) -> None:
        self.tokens = load_tokens(theme)
        self._colours = _colours(self.tokens)
        self.apply()

    def set_scale(self, scale: float) -> None:
        self.scale = min(max(scale, SCALES[0]), SCALES[-1])
        self.apply()

    def next_scale(self, direction: int) -> float:
        """The next larger (1) or smaller (-1) of ``SCALES``."""
        nearest = min(range(len(SCALES)), key=lambda i: abs(SCALES[i] - self.scale))
        return SCALES[min(max(nearest + direction, 0), len(SCALES) - 1)]

    def prepare(self) -> None:
        """Palette and font for widgets that are yet to be made. They are dressed all
        at once when they stand: under a style sheet each step of putting them together
        would look up the rules of all that is put in, and take four times as long."""
        app = _application()
        if not app.allWidgets():  # of those that are about Qt would lose track
            app.setStyleSheet("")
        app.setPalette(_palette(self._colours))
        app.setFont(self.font())

    def dress(self) -> None:
        """The style sheet, for what ``prepare`` came before."""
        _application().setStyleSheet(style_sheet(self.tokens, self.scale))

    def apply(self) -> None:
        """Give palette, font and style sheet to the application."""
        app = _application()
        app.setPalette(_palette(self._colours))
        app.setFont(self.font())
        self.dress()
        self.changed.emit(LookChanged(self.tokens.theme, self.scale))

    def _families(self, mono: bool) -> tuple[str, ...]:
        return self.tokens.mono_fonts if mono else self.tokens.text_fonts


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def load_fonts() -> tuple[str, ...]:
    """Register the bundled fonts; the families found, none when not installed."""
    folder = files("aliquot.resources").joinpath("vendor", "fonts")
    if not folder.is_dir():
        return ()
    families: list[str] = []
    for entry in folder.iterdir():
        if entry.name.lower().endswith((".ttf", ".otf")):
            with as_file(entry) as path:
                number = QFontDatabase.addApplicationFont(str(path))
            families += QFontDatabase.applicationFontFamilies(number)
    return tuple(dict.fromkeys(families))


def _colours(tokens: Tokens) -> dict[Tone, QColor]:
    return {tone: QColor(tokens.colour(tone)) for tone in Tone}


_PALETTE = {
    QPalette.ColorRole.Window: Tone.BACKGROUND,
    QPalette.ColorRole.WindowText: Tone.TEXT,
    QPalette.ColorRole.Base: Tone.PANEL,
    QPalette.ColorRole.AlternateBase: Tone.RAISED,
    QPalette.ColorRole.Text: Tone.TEXT,
    QPalette.ColorRole.Button: Tone.RAISED,
    QPalette.ColorRole.ButtonText: Tone.TEXT,
    QPalette.ColorRole.Highlight: Tone.FOCUS,
    QPalette.ColorRole.HighlightedText: Tone.INK,
    QPalette.ColorRole.PlaceholderText: Tone.MUTED,
    QPalette.ColorRole.ToolTipBase: Tone.RAISED,
    QPalette.ColorRole.ToolTipText: Tone.TEXT,
}


def _palette(colours: dict[Tone, QColor]) -> QPalette:
    palette = QPalette()
    for role, tone in _PALETTE.items():
        palette.setColor(role, colours[tone])
    return palette
