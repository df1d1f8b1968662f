"""Whether a map shows all that it has to, so that a picture of it may be taken.

Nothing here counts on a machine's speed: the page is asked, and each question goes the
way that streets, names and letters come, and waits for two frames to be drawn.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from aliquot.widgets.map.model import MapState
from aliquot.widgets.map.panel import MapPanel

if TYPE_CHECKING:
    from aliquot.widgets.map.engine import MapEngine

MOST_S = 60.0
ANSWER_S = 5.0  # a page that died with the question in it never answers
LOOK_MS = 20
EMPTY_LOOKS = 10
"""So often one colour all over is not believed: a frame that was drawn is not shown at
once. After that there is nothing more to see."""

# Names are written 16 ms after what they are written on has come.
ASK = """
(() => {
  const seen = (globalThis.stillness ??= { asked: 0, done: 0 });
  const asked = (seen.asked += 1);
  const frame = () => new Promise(requestAnimationFrame);
  const written = () => new Promise((done) => setTimeout(done, 25));
  document.fonts.ready
    .then(() => fetch("source.json?v=" + aliquot.page.ground.version))
    .catch(() => null)
    .then(written).then(frame).then(frame)
    .then(() => (seen.done = asked));
  return asked;
})()
"""
ANSWER = """
(() => {
  const { ground } = aliquot.page;
  const layer = ground.base && ground.base.layer;
  return JSON.stringify({
    done: globalThis.stillness ? stillness.done : -1,
    letters: [...document.fonts].every((face) => /^(loaded|error)$/.test(face.status)),
    tiles: !(layer && layer.isLoading && layer.isLoading()),
  });
})()
"""

Rest = Callable[[int], None]


def settle(panel: MapPanel, rest: Rest, most_s: float = MOST_S) -> str:
    """Wait until the map looks the same twice with nothing on its way.

    ``rest`` lets the window live for some milliseconds. Gives an empty text, else
    what was still missing after ``most_s`` seconds.
    """
    ends = time.monotonic() + most_s
    seen, empty = QImage(), 0
    while True:
        wanting = missing(panel, rest)
        if not wanting:
            now = panel.grab().toImage()
            empty += _is_empty(now)
            if now == seen and (not _is_empty(now) or empty > EMPTY_LOOKS):
                return ""
            seen, wanting = now, "the map did not stand still"
        if time.monotonic() > ends:
            return wanting
        rest(LOOK_MS)


def missing(panel: MapPanel, rest: Rest) -> str:
    """What of all that the map has to show is not there now; empty if nothing."""
    if panel.status.state is MapState.STOPPED:
        return ""  # says so in words, and nothing more will come
    engine = panel.engine
    if engine is None or panel.status.state is not MapState.READY:
        return "the map was not there"
    if not panel.is_current():
        return "the newest was not on the map"
    if not panel.base_is_drawn:
        return "the streets were not drawn"
    return _unfinished(engine, rest)


def _unfinished(engine: MapEngine, rest: Rest) -> str:
    """One question to the page, and its answer once two frames are drawn."""
    ends = time.monotonic() + ANSWER_S
    asked = _ask(engine, ASK, rest)
    while isinstance(asked, float | int) and time.monotonic() < ends:
        said = _ask(engine, ANSWER, rest)
        found = json.loads(said) if isinstance(said, str) else {"done": -1}
        if found["done"] < 0:
            break  # it is another page already
        if found["done"] < asked:
            rest(LOOK_MS)
        elif not found["letters"]:
            return "the letters of the map had not come"
        else:
            return "" if found["tiles"] else "the streets were not drawn"
    return "the map did not answer"


def _ask(engine: MapEngine, script: str, rest: Rest) -> object:
    answers: list[object] = []
    ends = time.monotonic() + ANSWER_S
    engine.page.runJavaScript(script, answers.append)
    while not answers and time.monotonic() < ends:
        rest(LOOK_MS)
    return answers[0] if answers else None


def _is_empty(image: QImage) -> bool:
    """Whether an image is one colour all over, or nearly."""
    small = image.scaled(48, 48)
    seen = {small.pixel(x, y) for x in range(4, 44) for y in range(4, 44)}
    return len(seen) < 3
