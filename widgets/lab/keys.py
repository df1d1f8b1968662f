"""Keys of the lab: plain ones too, so they act only where nothing is typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from aliquot.widgets.lab import words
from aliquot.widgets.lab.bench import Bench
from aliquot.widgets.lab.body import LabBody
from aliquot.widgets.lab.zoom import STEP

Say = Callable[[str], None]
_STEPS: dict[int, int] = {
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
}
_FINDS: dict[int, tuple[words.Wanted, str]] = {
    Qt.Key.Key_N: (words.is_trouble, "There is no noise in it."),
    Qt.Key.Key_W: (words.has_warning, "No item has a warning."),
    Qt.Key.Key_F: (words.is_fault, "There is no fault in it: nothing lost or damaged."),
}


def act_on(event: QKeyEvent, body: LabBody, say: Say) -> bool:
    """Do what a key asks for; False: it is none of the lab's."""
    shift = Qt.KeyboardModifier.ShiftModifier
    keypad = Qt.KeyboardModifier.KeypadModifier
    if event.modifiers() & ~(shift | keypad):
        return False
    key, bench = event.key(), body.bench
    if key in _STEPS:
        bench.step(_STEPS[key])
    elif key in _FINDS:
        find(key, bench, say, -1 if event.modifiers() & shift else 1)
    elif key == Qt.Key.Key_Z:
        transport = body.transport
        transport.zoom_out() if event.modifiers() & shift else transport.zoom_in()
    elif key == Qt.Key.Key_Delete:
        return body.drop_mark()
    elif event.text() in _PLAIN:
        _PLAIN[event.text()](body, bench)
    else:
        return False
    return True


def find(key: int, bench: Bench, say: Say, direction: int = 1) -> None:
    """To the next item of the sort that a key stands for."""
    wanted, none = _FINDS[key]
    found = bench.find(wanted, direction)
    say("" if found or bench.result is None else none)


def _all(_body: LabBody, bench: Bench) -> None:
    bench.zoom.all()


def _back(_body: LabBody, bench: Bench) -> None:
    bench.zoom.move(-STEP)


def _on(_body: LabBody, bench: Bench) -> None:
    bench.zoom.move(STEP)


def _play(_body: LabBody, bench: Bench) -> None:
    bench.play(not bench.playing)


def _faster(body: LabBody, _bench: Bench) -> None:
    body.transport.faster(1)


def _slower(body: LabBody, _bench: Bench) -> None:
    body.transport.faster(-1)


def _from_here(_body: LabBody, bench: Bench) -> None:
    bench.begin_stretch()


def _to_here(_body: LabBody, bench: Bench) -> None:
    bench.end_stretch()


_PLAIN: dict[str, Callable[[LabBody, Bench], None]] = {
    " ": _play,
    "+": _faster,
    "-": _slower,
    "[": _from_here,
    "]": _to_here,
    "a": _all,
    ",": _back,
    ".": _on,
}
