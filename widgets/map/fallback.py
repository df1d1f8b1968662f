"""What stands in the map's place when the map cannot run."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from aliquot.widgets.map.model import MapCall, call_words

SHOWN = 12


def place_words(call: MapCall) -> str:
    """One line that can be read out or typed elsewhere: label, state, degrees."""
    degrees = f"{call.latitude:.5f}, {call.longitude:.5f}"
    return f"{call.label}  ·  {call_words(call)}  ·  {degrees}"


class Fallback(QWidget):
    """Says what happened, what to do, and where the calls are, without a map."""

    retry = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mapFallback")
        self.words = self._label("mapFallbackWords")
        self.places = self._label("mapFallbackPlaces")
        select = Qt.TextInteractionFlag.TextSelectableByMouse
        self.places.setTextInteractionFlags(select)
        self.button = QPushButton("Start the map again", self)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.retry)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.words)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.places)
        layout.addStretch(1)

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return label

    def say(self, words: str, key: str, *, can_retry: bool) -> None:
        """Show a sentence; ``key`` is the shortcut that starts the map again."""
        self.words.setText(words)
        self.button.setText(f"Start the map again ({key})")
        self.button.setVisible(can_retry)

    def show_calls(self, calls: tuple[MapCall, ...]) -> None:
        lines = [place_words(call) for call in calls[:SHOWN]]
        if len(calls) > SHOWN:
            lines.append(f"and {len(calls) - SHOWN} more in the call strip")
        self.places.setText("\n".join(lines))
