"""What benchmarks of the map share: waiting, saying, and a page that answers."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer

from aliquot.widgets.map.engine import MapEngine

SIZE = (1280, 860)
MOST_S = 180.0


def rest(ms: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def until(what: str, condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + MOST_S
    while not condition():
        if time.monotonic() > ends:
            sys.exit(f"{what}: not within {MOST_S:.0f} s")
        rest(5)


def say(name: str, figure: str, goal: str = "") -> None:
    print(f"  {name:<58} {figure:>16}  {goal}", flush=True)


@dataclass
class Asked:
    """A page that answers expressions."""

    engine: MapEngine

    def run(self, script: str) -> None:
        self.engine.page.runJavaScript(script)

    def ask(self, expression: str) -> Any:
        answers: list[str] = []
        script = f"JSON.stringify({expression})"
        self.engine.page.runJavaScript(script, answers.append)
        until("an answer of the page", lambda: bool(answers))
        return json.loads(answers[0])

    def mark(self, name: str) -> float | None:
        """When the page set a mark last, in its own milliseconds."""
        found = self.ask(
            f"performance.getEntriesByName('{name}').map(m => m.startTime)"
        )
        return float(found[-1]) if found else None
