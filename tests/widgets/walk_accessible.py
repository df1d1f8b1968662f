"""Prints every name of the window's accessible tree, as a list in JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QLabel

sys.path.insert(0, str(Path(__file__).parent))
from fake_desk import FakeDesk

from aliquot.console.domain import commands as c
from aliquot.console.domain.rows import CallRow
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.codes import agency_types
from aliquot.widgets.main_window import MainWindow, WindowParts
from aliquot.widgets.theme.look import Look

DEEPEST = 24


def filled() -> FakeDesk:
    desk = FakeDesk()
    desk.add_unit("2A11", "law")
    desk.submit(c.OpenIncident(fields={"type_code": "FIGHT", "place": "12 Elm St"}))
    desk.submit(c.DispatchUnits(incident_id="i1", unit_ids=("2A11",)))
    desk.hear_call(
        CallRow(
            call_id="c1",
            state="reported",
            line="ali-1",
            first_at_us=desk.now(),
            last_at_us=desk.now(),
            ours=True,
            waiting=True,
            has_record=True,
            callback_number="6175550142",
        )
    )
    desk.settle()
    return desk


def names(window: MainWindow) -> list[str]:
    """Every wrapper is kept: one that is let go takes its node along."""
    kept: list[QAccessibleInterface] = []

    def walk(node: QAccessibleInterface | None, depth: int) -> None:
        if node is None or depth > DEEPEST:
            return
        kept.append(node)
        for number in range(node.childCount()):
            walk(node.child(number), depth + 1)

    walk(QAccessible.queryAccessibleInterface(window), 0)
    return sorted({node.text(QAccessible.Text.Name) for node in kept})


def main() -> None:
    app = QApplication([])
    look = Look()
    look.apply()
    desk = filled()
    bridge = Bridge(desk)
    window = MainWindow(WindowParts(bridge, look, agency_types(), QLabel("no map")))
    window.start()
    window.intake.open_form()
    window.resize(1920, 1080)
    window.show()
    app.processEvents()
    QAccessible.setActive(True)
    print(json.dumps(names(window)))
    window.leave()
    bridge.close()
    desk.stop()


if __name__ == "__main__":
    main()
