"""The tour: a dispatcher with nothing but a keyboard, and a picture of every stop.

A stop waits for what it needs to see and never merely waits. One that cannot be
reached ends the tour with its name. Nothing here knows Qt: the hands are handed in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from aliquot.console.domain.ports import ReleasingDesk, Views
from aliquot.console.domain.release_rows import Releases
from aliquot.console.problems import EXIT_NO, KnownProblem

BOUND_S = 1800.0
"""The whole tour; a stop may use what is left of it. It takes three minutes on two idle
cores; a busy or slow machine shall see its end too."""
PATIENCE_S = 120.0  # with one step, as long: what never comes is known soon enough


class Hands(Protocol):
    """Keys into the window and eyes on it; see ``widgets.hands``."""

    def press(self, *keys: str) -> None: ...
    def type(self, text: str) -> None: ...
    def tab_to(self, name: str) -> None: ...
    def until(
        self, what: str, condition: Callable[[], bool], timeout_s: float = ...
    ) -> None: ...
    def settle(self) -> str: ...
    def picture(self, path: Path) -> None: ...
    def resize(self, width: int, height: int) -> None: ...
    def take_up(self) -> None: ...
    def focused(self) -> str: ...
    def text(self, name: str) -> str: ...
    def says(self, part: str) -> bool: ...
    def has(self, name: str) -> bool: ...
    def map_state(self) -> str: ...
    def kill_map(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Picture:
    file: str
    key: str
    sentence: str
    missing: str = ""  # what it does not show yet, though it was waited for


def _nothing() -> None:
    """Of lines that nobody can hold."""


@dataclass(slots=True)
class Guide:
    """What a stop works with. ``unplug`` pulls the location line's cable out,
    ``beside`` opens the second window, ``partner`` is where releases arrive; nothing
    comes from the lines before ``go_on`` and after ``hold``; ``late``: the first call
    was taken when its second record was there already."""

    hands: Hands
    desk: ReleasingDesk
    folder: Path
    unplug: Callable[[], None]
    beside: Callable[[], Hands]
    partner: str = ""
    hold: Callable[[], None] = _nothing
    go_on: Callable[[], None] = _nothing
    late: bool = False
    views: Views = field(init=False)
    releases: Releases = field(init=False)
    first: Hands = field(init=False)
    second: Hands | None = None
    pictures: list[Picture] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.views = self.desk.views()
        self.releases = self.desk.releases()
        self.first = self.hands

    def sit_at(self, hands: Hands) -> None:
        """Turn to the other window, as a person changes chairs."""
        self.hands = hands
        hands.take_up()

    def see(self, name: str, key: str, sentence: str, settled: bool = True) -> None:
        """Take a picture once the map shows all and stands still, or at once."""
        missing = self.hands.settle() if settled else ""
        file = f"{len(self.pictures) + 1:02d}-{name}.png"
        self.hands.picture(self.folder / file)
        self.pictures.append(Picture(file, key, sentence, missing))

    def until(
        self, what: str, condition: Callable[[], bool], most_s: float = PATIENCE_S
    ) -> None:
        left = BOUND_S - (time.monotonic() - self.begun)
        self.hands.until(what, condition, max(0.1, min(most_s, left)))

    def hear(
        self, what: str, condition: Callable[[], bool], most_s: float = PATIENCE_S
    ) -> None:
        """Let time go on on the lines until the condition holds, and hold them again:
        what comes, and in which order, does not depend on how long pictures take."""
        if condition():
            return
        self.go_on()
        self.until(what, condition, most_s)
        self.hold()


Stop = Callable[[Guide], None]


def make(guide: Guide, stops: Sequence[tuple[str, Stop]]) -> None:
    """Make all stops in order and write ``index.md``.

    Raises ``KnownProblem`` ``tour_stopped`` (exit 1) that names the stop that could
    not be reached; what was seen until then is kept, with a picture of the end.
    """
    guide.folder.mkdir(parents=True, exist_ok=True)
    for old in (*guide.folder.glob("[0-9][0-9]-*.png"), guide.folder / "index.md"):
        old.unlink(missing_ok=True)
    for name, stop in stops:
        try:
            stop(guide)
        except Exception as why:
            guide.hands.picture(guide.folder / "99-stopped.png")
            _write_index(guide, f"\n**Stopped at {name}: {why}**\n")
            raise KnownProblem(
                "tour_stopped",
                f"The tour could not reach its stop {name!r}: {why}. "
                f"See {guide.folder / '99-stopped.png'}.",
                EXIT_NO,
            ) from why
    _write_index(guide, "")


def _write_index(guide: Guide, end: str) -> None:
    lines = ["# The tour", "", "One window, one keyboard, one evening in Halden."]
    for picture in guide.pictures:
        title = picture.file[3:-4].replace("-", " ")
        pressed = f"`{picture.key}`: " if picture.key else ""
        lines += ["", f"## {title.capitalize()}", "", f"{pressed}{picture.sentence}"]
        if picture.missing:
            lines += ["", f"*Taken too early: {picture.missing}.*"]
        lines += ["", f"![{title}]({picture.file})"]
    text = "\n".join(lines) + "\n" + end
    (guide.folder / "index.md").write_text(text, encoding="utf-8")
