"""How long a test waits for what must come, at the least: a busy machine is no fault.

What comes is seen at once; only what never comes costs this time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

LEAST_MS = 30_000


class PatientBot(QtBot):
    """pytest-qt's, in no hurry: a shorter time to wait for something is prolonged."""

    def waitUntil(  # noqa: N802 - pytest-qt's name
        self, callback: Callable[[], bool | None], *, timeout: int = LEAST_MS
    ) -> None:
        super().waitUntil(callback, timeout=max(timeout, LEAST_MS))

    def waitSignal(  # noqa: N802
        self, signal: Any, *, timeout: int = LEAST_MS, **others: Any
    ) -> Any:
        if others.get("raising") is not False:  # else nothing need come
            timeout = max(timeout, LEAST_MS)
        return super().waitSignal(signal, timeout=timeout, **others)

    def waitExposed(  # noqa: N802
        self, widget: Any, *, timeout: int = LEAST_MS
    ) -> Any:
        return super().waitExposed(widget, timeout=timeout)
