"""How a tour goes on, stops and says where: with hands that only pretend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from aliquot.console.clock import ManualClock
from aliquot.console.demo.tour import Guide, Stop, make
from aliquot.console.demo.tour_calls import first_record, rebid, use_new
from aliquot.console.demo.tour_stops import STOPS
from aliquot.console.domain.ports import ReleasingDesk, Views
from aliquot.console.domain.rows import CallRow
from aliquot.console.problems import EXIT_NO, KnownProblem


class PretendedHands:
    """Keeps what was pressed; a condition that does not hold at once never will."""

    def __init__(self) -> None:
        self.pressed: list[str] = []
        self.missing = ""

    def press(self, *keys: str) -> None:
        self.pressed.extend(keys)

    def type(self, text: str) -> None:
        self.pressed.extend(text)

    def tab_to(self, name: str) -> None:
        self.pressed.append("Tab")

    def until(
        self, what: str, condition: Callable[[], bool], timeout_s: float = 1.0
    ) -> None:
        if not condition():
            raise TimeoutError(what)

    def settle(self) -> str:
        return self.missing

    def picture(self, path: Path) -> None:
        path.write_bytes(b"PNG")

    def resize(self, width: int, height: int) -> None:
        pass

    def take_up(self) -> None:
        self.pressed.append("taken up")

    def focused(self) -> str:
        return ""

    def text(self, name: str) -> str:
        return ""

    def says(self, part: str) -> bool:
        return False

    def has(self, name: str) -> bool:
        return False

    def map_state(self) -> str:
        return "ready"

    def kill_map(self) -> None:
        pass


CLOCK = ManualClock()


class EmptyDesk:
    clock = CLOCK

    def views(self) -> None:
        return None

    def releases(self) -> None:
        return None


@pytest.fixture
def guide(tmp_path: Path) -> Guide:
    desk = cast(ReleasingDesk, EmptyDesk())
    hands = PretendedHands()
    return Guide(
        hands, desk, tmp_path / "tour", unplug=lambda: None, beside=PretendedHands
    )


def look(name: str) -> Stop:
    return lambda guide: guide.see(name, "F2", f"One sees {name}.")


def never(guide: Guide) -> None:
    guide.until("the moon is green", lambda: False)


def test_pictures_are_numbered_and_listed(guide: Guide) -> None:
    make(guide, [("one", look("first-sight")), ("two", look("second"))])
    names = sorted(p.name for p in guide.folder.iterdir())
    assert names == ["01-first-sight.png", "02-second.png", "index.md"]
    index = (guide.folder / "index.md").read_text()
    assert "## First sight\n\n`F2`: One sees first-sight.\n" in index
    assert index.index("01-first-sight.png") < index.index("02-second.png")


def test_a_stop_that_is_not_reached_is_named(guide: Guide) -> None:
    with pytest.raises(KnownProblem, match=r"'the moon'.*moon is green") as caught:
        make(guide, [("one", look("first")), ("the moon", never), ("x", look("x"))])
    assert caught.value.exit_code == EXIT_NO
    names = {p.name for p in guide.folder.iterdir()}
    assert names == {"01-first.png", "99-stopped.png", "index.md"}
    assert "Stopped at the moon" in (guide.folder / "index.md").read_text()


def test_old_pictures_do_not_stay(guide: Guide) -> None:
    guide.folder.mkdir()
    (guide.folder / "07-old.png").write_bytes(b"")
    (guide.folder / "mine.png").write_bytes(b"")
    make(guide, [("one", look("first"))])
    names = {p.name for p in guide.folder.iterdir()}
    assert names == {"01-first.png", "index.md", "mine.png"}


def test_one_can_turn_to_the_other_window_and_back(guide: Guide) -> None:
    first, second = guide.hands, guide.beside()
    guide.sit_at(second)
    guide.hands.press("F11")
    guide.sit_at(guide.first)
    guide.hands.press("F2")
    assert cast(PretendedHands, second).pressed == ["taken up", "F11"]
    assert cast(PretendedHands, first).pressed == ["taken up", "F2"]


def test_a_picture_that_was_taken_too_early_says_so(guide: Guide) -> None:
    hands = cast(PretendedHands, guide.hands)

    def slow(guide: Guide) -> None:
        hands.missing = "the streets were not drawn"
        look("slow")(guide)
        hands.missing = ""

    make(guide, [("one", slow), ("two", look("quick"))])
    index = (guide.folder / "index.md").read_text()
    assert index.count("Taken too early") == 1
    assert "*Taken too early: the streets were not drawn.*\n\n![slow]" in index


@dataclass
class HeldCall:
    """Views of a desk at which one calls as soon as the line is let go."""

    said: list[str]
    record: bool = True

    def waiting_calls(self) -> tuple[CallRow, ...]:
        if "go on" not in self.said:
            return ()
        call = CallRow(
            call_id="c",
            state="reported",
            line="ali",
            first_at_us=0,
            last_at_us=0,
            ours=True,
            waiting=True,
            has_record=self.record,
        )
        return (call,)


def held(guide: Guide, record: bool = True) -> list[str]:
    """What is done with the lines of a guide, in order."""
    said: list[str] = []
    guide.hold = lambda: said.append("hold")
    guide.go_on = lambda: said.append("go on")
    guide.views = cast(Views, HeldCall(said, record))
    guide.folder.mkdir()
    return said


def test_nothing_comes_during_a_picture(guide: Guide) -> None:
    said = held(guide)
    first_record(guide)
    assert said == ["go on", "hold"]
    assert [p.file for p in guide.pictures] == ["01-record-waits.png"]


def test_a_call_without_its_record_is_not_the_first_picture(guide: Guide) -> None:
    held(guide, record=False)
    with pytest.raises(TimeoutError, match="a record waits"):
        first_record(guide)


@dataclass
class RebidInForm:
    def recent_calls(self) -> tuple[CallRow, ...]:
        call = CallRow(
            call_id="c",
            state="reported",
            line="ali",
            first_at_us=0,
            last_at_us=1,
            ours=True,
            waiting=False,
            has_record=True,
            records=2,
            form_id="f",
        )
        return (call,)


def test_a_rebid_that_is_not_shown_ends_the_tour(guide: Guide) -> None:
    guide.views = cast(Views, RebidInForm())
    guide.folder.mkdir()
    with pytest.raises(TimeoutError, match="beside the first"):
        rebid(guide)


def test_on_a_slow_machine_nothing_is_compared(guide: Guide) -> None:
    """The form began with the second record, and the tour goes on."""
    guide.views, guide.late = cast(Views, RebidInForm()), True
    guide.folder.mkdir()
    for stop in (rebid, use_new):
        stop(guide)
    assert [p.file for p in guide.pictures] == ["01-rebid-came-first.png"]
    assert cast(PretendedHands, guide.hands).pressed == []


def test_lines_are_held_but_while_they_are_waited_for(guide: Guide) -> None:
    said = held(guide)
    guide.hear("it is there already", lambda: True)
    assert said == []
    guide.hear("the lines go on", lambda: bool(said))
    assert said == ["go on", "hold"]


def test_the_stops_have_names_of_their_own() -> None:
    names = [name for name, _ in STOPS]
    assert len(set(names)) == len(names) > 15
