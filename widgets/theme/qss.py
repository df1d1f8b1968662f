"""The style sheet, made of tokens. Lengths are scaled here, nowhere else."""

from __future__ import annotations

from string import Template

from aliquot.widgets.theme.tokens import Tokens, Tone

_SHEET = Template("""
* { font-size: ${f0}px; }
QMainWindow, QWidget#ground { background: $background; }
QWidget { color: $text; }
QMainWindow::separator { background: $background; width: ${s1}px; height: ${s1}px; }
QMainWindow::separator:hover { background: $line; }
QDockWidget { color: $text; titlebar-close-icon: none; titlebar-normal-icon: none; }
QWidget#panel, QScrollArea, QStackedWidget, QWidget#viewport { background: $panel; }
QScrollArea { border: none; }
QWidget#title { background: $panel; border-bottom: 1px solid $line; }
QLabel { background: transparent; }
QLabel#heading { font-weight: 600; padding: 0 ${s1}px; }
QLabel[tone="muted"] { color: $muted; }
QLabel[tone="waiting"] { color: $waiting; }
QLabel[tone="pending"] { color: $pending; }
QLabel[tone="available"] { color: $available; }
QLabel[tone="danger"] { color: $danger; }
QLabel[tone="release"] { color: $release; }
QLabel[struck="true"] { text-decoration: line-through; }
QLabel#side { font-weight: 600; padding: 0 0 ${s1}px 0; }
QLabel#problem { background: $raised; border-left: ${s1}px solid $danger;
  padding: ${s2}px ${s3}px; }
QWidget#knows, QWidget#leaves { background: $panel; border: 1px solid $line;
  border-radius: ${corner}px; }
QWidget#leaves { border-color: $release; }
QLabel[step="small"] { font-size: ${fs}px; }
QLabel[step="large"] { font-size: ${f1}px; font-weight: 600; }
QLabel[mono="true"], QLineEdit[mono="true"], QPlainTextEdit[mono="true"] {
  font-family: $mono; }
QLabel#key { font-family: $mono; font-size: ${fs}px; color: $muted;
  border: 1px solid $line; border-radius: ${s05}px; padding: 0 ${s1}px; }
QLabel#sign { color: $ink; background: $pending; border-radius: ${corner}px;
  padding: 1px ${s2}px; font-weight: 600; }
QLabel#empty { color: $muted; padding: ${s3}px; }
QLabel#nothing { color: $muted; padding: 0 ${s3}px; }
QLineEdit, QPlainTextEdit, QComboBox { background: $raised; color: $text;
  border: 1px solid $edge; border-radius: ${corner}px; padding: 1px ${s2}px;
  min-height: ${field}px; selection-background-color: $focus;
  selection-color: $background; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {
  border: ${ring}px solid $focus; padding: 0 ${s2less}px; }
QLineEdit[wrong="true"] { border: ${ring}px solid $danger; padding: 0 ${s2less}px; }
QLineEdit:read-only { background: $panel; color: $muted; }
QComboBox::drop-down { border: none; width: ${s4}px; }
QComboBox QAbstractItemView, QListView#completions { background: $raised; color: $text;
  border: 1px solid $edge; selection-background-color: $focus;
  selection-color: $background; outline: none; }
QListView#completions::item { min-height: ${s6}px; padding: 0 ${s1}px; }
QPushButton { background: $raised; color: $text; border: 1px solid $edge;
  border-radius: ${corner}px; padding: 1px ${s2}px; min-height: ${field}px; }
QPushButton:hover { border-color: $muted; }
QPushButton:focus { border: ${ring}px solid $focus; padding: 0 ${s2less}px; }
QPushButton:pressed { background: $line; }
QPushButton[off="true"] { background: $panel; border-color: $line; }
QPushButton[off="true"] QLabel { color: $muted; }
QPushButton[main="true"] { background: $text; border-color: $text; }
QPushButton[main="true"] QLabel { color: $background; font-weight: 600; }
QPushButton[main="true"] QLabel#key { color: $background; border-color: $background;
  font-weight: 400; }
QPushButton[needs="true"] { background: $waiting; border-color: $waiting; }
QPushButton[needs="true"] QLabel { color: $ink; font-weight: 600; }
QPushButton[needs="true"] QLabel#key { color: $ink; border-color: $ink; }
QPushButton[flat="true"] { background: transparent; border-color: transparent; }
QPushButton[flat="true"]:hover { border-color: $line; }
QPushButton[flat="true"]:focus { border-color: $focus; }
QPushButton[chosen="true"] { border-color: $text; }
QTableView, QListView { background: $panel; color: $text; border: none; outline: none;
  gridline-color: $line; selection-background-color: $raised; selection-color: $text; }
QTableView, QListView { border: ${ring}px solid transparent; }
QScrollArea#sheet { border: ${ring}px solid transparent; }
QScrollArea#sheet:focus { border: ${ring}px solid $focus; }
QTableView:focus, QListView:focus { border: ${ring}px solid $focus; }
QTableView#completions { background: $raised; border: ${ring}px solid $edge; }
QHeaderView { background: $panel; border: none; }
QHeaderView::section { background: $panel; color: $muted; border: none;
  border-bottom: 1px solid $line; padding: 0 ${s1}px; font-size: ${fs}px; }
QTabBar { background: $panel; qproperty-drawBase: 0; }
QTabBar::tab { background: $panel; color: $muted; padding: 0 ${s3}px;
  min-height: ${field}px;
  border: none; border-bottom: ${ring}px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom: ${ring}px solid $text; }
QMainWindow > QTabBar::tab { padding: 0 ${s2}px; }
QTabBar::scroller { width: ${s6}px; }
QTabBar QToolButton { background: $raised; border: 1px solid $edge;
  border-radius: ${s05}px; }
QTabBar:focus { border: ${ring}px solid $focus; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QStatusBar, QWidget#foot { background: $panel; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
QToolBar { background: $panel; border: none; padding: 0; spacing: 0; }
QWidget#drawer { background: $raised; border: 1px solid $edge;
  border-radius: ${corner}px; }
QWidget#drawer QListView, QWidget#drawer QTableView { background: $raised; }
QWidget#drawer QLineEdit { background: $panel; }
QWidget#drawer QScrollArea, QWidget#drawer QScrollArea QWidget { background: $raised; }
QWidget#alarm { background: $danger; }
QWidget#alarm QLabel { color: $ink; font-weight: 600; }
QWidget#rule { background: $line; }
QScrollBar:vertical { background: $panel; width: ${s3}px; margin: 0; }
QScrollBar:horizontal { background: $panel; height: ${s3}px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: ${corner}px;
  min-height: ${s6}px; min-width: ${s6}px; }
QScrollBar::handle:hover { background: $edge; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QToolTip { background: $raised; color: $text; border: 1px solid $edge; }
""")


def style_sheet(tokens: Tokens, scale: float) -> str:
    """QSS for the whole application at ``scale`` (1.0 is 100 %)."""
    values = {tone.value: tokens.colour(tone) for tone in Tone}
    values.update(_lengths(tokens, scale))
    values["mono"] = ", ".join(f'"{name}"' for name in tokens.mono_fonts)
    return _SHEET.substitute(values)


def _lengths(tokens: Tokens, scale: float) -> dict[str, str]:
    def px(length: float) -> str:
        return str(max(1, round(length * scale)))

    step, base = tokens.space_px, tokens.base_px
    small = max(base / tokens.step, tokens.minimum_px)
    return {
        "f0": px(base),
        "fs": px(small),
        "f1": px(base * tokens.step),
        "s05": px(step / 2),
        "s1": px(step),
        "s2": px(step * 2),
        "s2less": px(step * 2 - 1),
        "s3": px(step * 3),
        "s4": px(step * 4),
        "s6": px(step * 6),
        "corner": px(tokens.corner_px),
        "ring": px(tokens.ring_px),
        "field": str(round(tokens.control_px * scale) - 4),
    }
