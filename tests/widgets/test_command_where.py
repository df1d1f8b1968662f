"""``w PLACE`` in the command line: typed, chosen, shown; the hands never leave it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from aliquot.console.clock import SystemClock
from aliquot.console.domain.geocoding import Candidate, Geocoder, MatchKind, Nearby
from aliquot.widgets.arrangement import Perspective
from aliquot.widgets.command import grammar
from aliquot.widgets.command.where import NO_MAP
from aliquot.widgets.map.desk import MapDesk
from aliquot.widgets.map.panel import MapPanel
from aliquot.widgets.map.search import NO_STREETS, NOTHING
from aliquot.widgets.map_help import MapHelp

Seat = Any
K = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = grammar.Known()


def candidate(address: str, latitude: float, score: float) -> Candidate:
    return Candidate(
        match_kind=MatchKind.POINT,
        score=score,
        latitude=latitude,
        longitude=-71.1,
        address=address,
        community="Halden",
    )


class Streets:
    """A geocoder that knows three places."""

    known = (
        candidate("212 Elm St", 42.1, 99.0),
        candidate("212 Elm Ave", 42.2, 98.0),
        candidate("1 Oak St", 42.3, 90.0),
    )

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[float, float] | None]] = []

    def geocode(
        self, text: str, near: tuple[float, float] | None = None, limit: int = 10
    ) -> Sequence[Candidate]:
        self.asked.append((text, near))
        return [
            c for c in self.known if c.address.casefold().startswith(text.casefold())
        ]

    def geocode_fields(
        self, fields: Mapping[str, object], limit: int = 10
    ) -> Sequence[Candidate]:
        return ()

    def complete(self, text: str, limit: int = 8) -> Sequence[str]:
        fits = text.casefold()
        return [c.address for c in self.known if c.address.casefold().startswith(fits)]

    def reverse(self, latitude: float, longitude: float) -> Nearby:
        return Nearby(text="near")


class Desk:
    """The window's hands, its map, and what its streets were asked."""

    def __init__(self, seat: Seat, streets: Geocoder | None) -> None:
        self.seat, self.streets = seat, streets
        self.map = MapDesk(MapPanel(SystemClock()), seat.window)
        MapHelp(self.map, seat.bridge, seat.look, seat.window, lambda: None)
        seat.window.line.where.places = lambda: streets
        self.list = seat.window.line.where

    def type(self, text: str) -> None:
        self.seat.key(K.Key_L, CTRL)
        self.seat.type(text)

    def listed(self, *lines: str) -> None:
        self.seat.until(lambda: self.list.lines() == list(lines))

    @property
    def looks(self) -> float:
        look = self.map.panel.look
        assert look is not None
        return look.latitude

    @property
    def typed(self) -> str:
        return str(self.seat.window.line.entry.text())


@pytest.fixture
def make(seat: Seat) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def one(streets: Geocoder | None) -> Desk:
        made.append(Desk(seat, streets))
        return made[-1]

    yield one
    for desk in made:
        desk.map.panel.shutdown()


@pytest.fixture
def desk(make: Callable[..., Desk]) -> Desk:
    return make(Streets())


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("w 212 Elm St", grammar.Where("212 Elm St")),
        ("W  main & grove ", grammar.Where("main & grove")),
        ("w 42.36, -71.1", grammar.Where("42.36, -71.1")),
        ("w", grammar.Wrong("Type w PLACE.")),
        ("w  ", grammar.Wrong("Type w PLACE.")),
    ],
)
def test_what_stands_behind_w_is_a_place(text: str, order: object) -> None:
    assert grammar.parse(text, NONE) == order


def test_other_lines_are_no_place() -> None:
    for text in ("we 2a14", "note 1 w elm", "", "x w elm"):
        assert grammar.place_typed(text) is None
    assert grammar.usage("w elm") == "w PLACE"
    assert grammar.completions("w 212 e", NONE) == ()


def test_one_sure_place_is_shown_at_once_and_the_focus_goes_back(desk: Desk) -> None:
    seat = desk.seat
    seat.key(K.Key_N, CTRL)
    before = seat.focus
    desk.type("w 1 oak")
    seat.key(K.Key_Return)
    assert desk.looks == 42.3
    found = desk.map.panel.tools.found
    assert found is not None
    assert found.text == "1 Oak St"
    assert seat.focus is before
    assert desk.typed == ""
    assert seat.said == "On the map: 1 Oak St. Alt+6, Enter takes it into the form."
    assert seat.text("place") == "", "nothing is typed into a form by looking"


def test_candidates_stand_over_the_line_and_enter_takes_the_chosen(desk: Desk) -> None:
    seat = desk.seat
    desk.type("w 212 elm")
    desk.listed("212 Elm St", "212 Elm Ave")
    seat.key(K.Key_Return)
    desk.listed(
        "212 Elm St, Halden  ·  point  ·  99", "212 Elm Ave, Halden  ·  point  ·  98"
    )
    assert seat.focus is seat.window.line.entry
    seat.key(K.Key_Down)
    seat.key(K.Key_Down)
    seat.key(K.Key_Return)
    assert desk.looks == 42.2
    assert not desk.list.shown


def test_of_a_name_that_was_only_begun_the_completions_are_offered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The geocoder itself knows whole names only."""
    known = Streets.known

    def whole(
        self: Streets,
        text: str,
        near: tuple[float, float] | None = None,
        limit: int = 10,
    ) -> Sequence[Candidate]:
        return [c for c in known if c.address == text]

    monkeypatch.setattr(Streets, "geocode", whole)
    desk.type("w 212 e")
    desk.seat.key(K.Key_Return)
    desk.listed(
        "212 Elm St, Halden  ·  point  ·  99", "212 Elm Ave, Halden  ·  point  ·  98"
    )
    desk.seat.key(K.Key_Return)
    assert desk.looks == 42.1


def test_a_completion_is_chosen_by_the_arrows(desk: Desk) -> None:
    seat = desk.seat
    desk.type("w 212 elm")
    desk.listed("212 Elm St", "212 Elm Ave")
    seat.key(K.Key_Down)
    seat.key(K.Key_Down)
    seat.key(K.Key_Up)
    seat.key(K.Key_Down)
    seat.key(K.Key_Return)
    assert desk.looks == 42.2


def test_tab_takes_a_completion_into_the_line(desk: Desk) -> None:
    seat = desk.seat
    desk.type("w 212")
    desk.listed("212 Elm St", "212 Elm Ave")
    seat.key(K.Key_Tab)
    assert desk.typed == "w 212 Elm St"
    assert seat.focus is seat.window.line.entry


def test_esc_puts_the_list_away_first_and_leaves_the_line_next(desk: Desk) -> None:
    seat = desk.seat
    seat.key(K.Key_N, CTRL)
    before = seat.focus
    desk.type("w 212")
    desk.listed("212 Elm St", "212 Elm Ave")
    seat.key(K.Key_Escape)
    assert not desk.list.shown
    assert desk.typed == "w 212"
    assert seat.focus is seat.window.line.entry
    seat.key(K.Key_Escape)
    assert seat.focus is before
    assert desk.typed == "w 212", "what was typed stays"


def test_the_list_goes_when_the_line_is_left_or_says_something_else(desk: Desk) -> None:
    seat = desk.seat
    desk.type("w 212")
    desk.listed("212 Elm St", "212 Elm Ave")
    seat.key(K.Key_Home)
    seat.type("note ")
    desk.listed()
    seat.window.line.entry.clear()
    seat.type("w 212")
    desk.listed("212 Elm St", "212 Elm Ave")
    seat.key(K.Key_N, CTRL)
    assert not desk.list.shown
    assert seat.text("place") == ""


def test_without_the_list_the_arrows_bring_earlier_lines(desk: Desk) -> None:
    seat = desk.seat
    desk.type("w 1 oak")
    seat.key(K.Key_Return)
    seat.key(K.Key_L, CTRL)
    seat.key(K.Key_Up)
    assert desk.typed == "w 1 Oak St"
    seat.key(K.Key_Return)
    assert desk.looks == 42.3


def test_the_list_stands_above_the_line_in_the_window(desk: Desk) -> None:
    desk.type("w 212")
    desk.listed("212 Elm St", "212 Elm Ave")
    window, entry = desk.seat.window, desk.seat.window.line.entry
    shown = desk.list._list
    assert shown is not None
    box = shown.geometry()
    assert window.rect().contains(box)
    assert box.bottom() <= entry.mapTo(window, entry.rect().topLeft()).y()
    assert box.height() >= 2 * shown.sizeHintForRow(0)


def test_a_point_needs_no_streets(make: Callable[..., Desk]) -> None:
    desk = make(None)
    desk.type("w 42.36, -71.1")
    desk.seat.key(K.Key_Return)
    assert desk.looks == 42.36
    assert "On the map: 42.36000, -71.10000." in desk.seat.said


@pytest.mark.parametrize("known", [True, False])
def test_what_is_not_found_is_said_and_stays_typed(
    make: Callable[..., Desk], known: bool
) -> None:
    desk = make(Streets() if known else None)
    desk.type("w nowhere at all")
    desk.seat.key(K.Key_Return)
    assert desk.seat.said == (NOTHING if known else NO_STREETS)
    assert desk.typed == "w nowhere at all"
    assert desk.seat.focus is desk.seat.window.line.entry


def test_a_window_without_a_map_says_so(seat: Seat) -> None:
    seat.key(K.Key_L, CTRL)
    seat.type("w elm")
    seat.key(K.Key_Return)
    assert seat.said == NO_MAP
    assert seat.window.line.entry.text() == "w elm"


def test_the_middle_of_the_map_counts_as_near(desk: Desk) -> None:
    desk.type("w 1 oak")
    desk.seat.key(K.Key_Return)
    desk.type("w 212 elm")
    desk.seat.key(K.Key_Return)
    assert isinstance(desk.streets, Streets)
    assert desk.streets.asked == [("1 oak", None), ("212 elm", (42.3, -71.1))]


def test_from_the_line_lab_it_turns_to_the_desk(desk: Desk) -> None:
    seat = desk.seat
    seat.key(K.Key_4, CTRL)
    assert seat.window.places.perspective is Perspective.LAB
    desk.type("w 1 oak")
    seat.key(K.Key_Return)
    assert seat.window.places.perspective is Perspective.DESK
    assert desk.looks == 42.3


@pytest.fixture
def placed(make_seat: Any) -> Iterator[Seat]:
    """A seat whose map stands in its place."""
    desk = MapDesk(MapPanel(SystemClock()))
    seat = make_seat(map_panel=desk)
    MapHelp(desk, seat.bridge, seat.look, seat.window, lambda: None)
    yield seat
    desk.panel.shutdown()


def test_alt_6_and_enter_take_it_into_the_form(placed: Seat) -> None:
    seat = placed
    seat.window.line.where.places = Streets
    seat.key(K.Key_N, CTRL)
    seat.key(K.Key_L, CTRL)
    seat.type("w 1 oak")
    seat.key(K.Key_Return)
    seat.key(K.Key_6, ALT)
    QTest.keyClick(seat.focus, K.Key_Return)
    assert seat.text("place") == "1 Oak St"
