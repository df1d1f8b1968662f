"""What the map says of itself."""

from __future__ import annotations

STARTING = "The map is starting."
READY = "The map shows all calls."
BEHIND = (
    "The map has not drawn the newest calls yet; the call strip is right. "
    "Press {key} to start the map again."
)
RESTARTING = "The map stopped and is starting again. Calls are not affected."
GAVE_UP = (
    "The map stopped {count} times within five minutes and stays off. "
    "Calls, forms and units go on without it."
)
NO_ENGINE = "The map's web engine cannot be loaded: {why}. All else works."
BASE_BAD = "The map shows all calls. The street map could not be read."
