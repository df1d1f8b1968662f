"""The place of a form over a small town: typed, offered, chosen, overridden."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fake_desk import FakeDesk
from fake_views import FakeViews
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from aliquot.console.clock import ManualClock
from aliquot.console.domain import commands as c
from aliquot.console.domain.geocoding import Geocoder
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.rows import CallDetail, RecordRow
from aliquot.widgets.intake import place_words
from aliquot.widgets.intake.place_fits import PlaceFits, judge
from aliquot.widgets.pointing import PlacePointed

Key = Qt.Key
TOWN = Path(__file__).parents[1] / "geocode" / "geocode_town.py"


def _town() -> Geocoder:
    spec = importlib.util.spec_from_file_location("place_town", TOWN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["place_town"] = module
    spec.loader.exec_module(module)
    made: Geocoder = module.geocoder()
    return made


class TownDesk(FakeDesk):
    """A desk whose geofile is the town's, once it is given."""

    def __init__(self, town: Geocoder | None) -> None:
        super().__init__(ManualClock())
        self.town = town
        self.refuse[c.PickPlace] = c.Done()

    def places(self) -> Geocoder | None:
        return self.town

    def picked(self) -> list[c.PickPlace]:
        return [made for made in self.commands if isinstance(made, c.PickPlace)]


@pytest.fixture
def town() -> Geocoder:
    return _town()


@pytest.fixture
def here(make_seat, town):
    """A seat in the town, the cursor in the place of an empty form."""
    seat = make_seat(TownDesk(town))
    begin(seat)
    return seat


def begin(seat) -> None:
    seat.key(Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    seat.form.fields.place.setFocus()


def shown(seat) -> tuple[str, ...]:
    return seat.form.fields.place.suggested


def sign(seat) -> str:
    return seat.form.fields.verified.text()


def under(seat) -> str:
    return seat.form.fields.found.text()


def create(seat) -> dict:
    seat.key(Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    seat.settle()
    opened = [m for m in seat.desk.commands if isinstance(m, c.OpenIncident)]
    return opened[-1].fields


def test_twelve_characters_at_once_are_all_there(here) -> None:
    here.type("mount auburn")
    assert here.text("place") == "mount auburn"
    here.until(lambda: shown(here))
    here.type(" st")
    assert here.text("place") == "mount auburn st"


def test_a_sure_place_is_verified_by_itself(here) -> None:
    here.type("150 elm st")
    assert sign(here) == "✓ 100"
    assert "150 Elm Street" in under(here)
    assert "Beat 1" in under(here)
    assert "cross" in under(here)
    assert shown(here) == ()
    fields = create(here)
    assert fields["place"] == "150 elm st"
    assert fields["place_address"].startswith("150 Elm Street")
    assert fields["place_verified"] is True
    assert fields["place_score"] == 100
    assert fields["latitude"] == pytest.approx(43.0001)


def test_a_verified_place_is_shown_with_what_was_typed(here) -> None:
    """On the board as the geofile writes it; the own text stays beside, and in the
    form."""
    here.type("150 elm st")
    create(here)
    board = here.window.board
    where = [column.title for column in board.pending.model.columns].index("Place")
    make = board.pending.model.columns[where].make
    (row,) = board.pending.model.rows
    assert make(row, 0).text == row.fields["place_address"]
    assert row.fields["place_address"] in here.window.narrative._title.text()
    assert here.text("place") == "150 elm st"
    other = replace(row, fields={**row.fields, "place": "the old mill"})
    assert make(other, 0).text.endswith("(typed “the old mill”)")
    assert make(other, 0).ways[-1] == (row.fields["place_address"], "")
    bare = replace(row, fields={**other.fields, "place_verified": None})
    assert make(bare, 0).text == "the old mill"


def test_more_typing_takes_the_verification_away(here) -> None:
    here.type("150 elm st")
    here.type("eeple chase")
    assert here.form.data.placed is None
    assert "verified" in sign(here)
    fields = create(here)
    assert "place_verified" not in fields
    assert "latitude" not in fields


def test_nothing_that_fits_is_said_and_stops_nobody(here) -> None:
    here.type("zzyzx gulch")
    assert sign(here) == "not verified"
    assert under(here) == "nothing in the geofile fits: it stays as typed"
    assert create(here)["place"] == "zzyzx gulch"


def test_two_streets_of_a_name_are_a_choice(here) -> None:
    """Enter takes the line that is marked; the text is typed on to it."""
    here.type("150 oxford")
    here.until(lambda: len(shown(here)) >= 2)
    assert sign(here) == "not verified"
    assert "Down and Enter choose" in under(here)
    second = shown(here)[1]
    here.key(Key.Key_Down)
    here.key(Key.Key_Return)
    assert shown(here) == ()
    assert here.text("place") == second
    assert sign(here).endswith("picked")
    fields = create(here)
    assert fields["place_address"].startswith(second)
    assert fields["place_verified"] is True
    assert here.desk.picked() == []  # the text says it by itself


def test_a_key_right_after_typing_meets_what_was_typed(here) -> None:
    """Nothing was drawn yet; the list is that of the last letter all the same."""
    here.type("150 oxford")
    here.key(Key.Key_Return)
    assert here.text("place").startswith("150 Oxford ")


def test_escape_leaves_the_text_alone_and_down_brings_the_list_back(here) -> None:
    here.type("150 oxford")
    here.until(lambda: shown(here))
    here.key(Key.Key_Escape)
    assert shown(here) == ()
    assert here.text("place") == "150 oxford"
    assert here.focus is here.form.fields.place
    here.key(Key.Key_Down)
    first = shown(here)[0]
    here.key(Key.Key_Return)
    assert here.text("place") == first


def test_tab_leaves_the_text_as_it_is(here) -> None:
    here.type("150 oxford")
    here.until(lambda: shown(here))
    here.key(Key.Key_Tab)
    assert here.text("place") == "150 oxford"
    assert here.form.fields.place.suggested == ()
    assert here.focus is here.form.fields.entries["place_note"]
    assert sign(here) == "not verified"


def test_the_street_behind_the_sign_is_completed(here) -> None:
    here.type("elm & mou")
    here.until(lambda: shown(here))
    assert any("Mount Auburn Street" in line for line in shown(here))
    here.type("nt auburn street")
    assert here.form.data.placed is not None
    assert "Elm Street & Mount Auburn Street" in here.form.data.placed.address


def test_a_street_alone_is_typed_on_and_no_place(here) -> None:
    here.type("massach")
    here.until(lambda: shown(here))
    here.key(Key.Key_Return)
    assert here.text("place") == "Massachusetts Avenue"
    assert here.form.data.placed is None
    assert here.form.data.point is None


def test_what_was_picked_for_another_text_is_told_to_the_log(here, town) -> None:
    here.type("halden hgh skool")
    here.until(lambda: shown(here) == ("Halden High School",))
    here.key(Key.Key_Return)
    here.settle()
    assert here.text("place") == "halden hgh skool"
    (picked,) = here.desk.picked()
    assert (picked.text, picked.address) == ("halden hgh skool", "Halden High School")
    assert picked.kind == "place"
    assert here.form.data.placed.picked


def test_what_was_picked_before_is_asked_again_where_two_are_as_good(town) -> None:
    plain = judge(town, "150 oxford")
    one = plain.fits[0].candidate
    town.learn("150 oxford", one)
    again = judge(town, "150 oxford")
    assert again.sure is None
    assert again.fits[0].candidate.address == one.address
    town.learn("the old pump", one)
    sure = judge(town, "the old pump").sure
    assert sure is not None
    assert sure.address == one.address


def test_without_a_geofile_all_is_as_before(make_seat) -> None:
    seat = make_seat(TownDesk(None))
    begin(seat)
    seat.type("150 elm st")
    assert sign(seat) == "not verified"
    assert under(seat) == ""
    assert create(seat) == {"place": "150 elm st"}


def test_a_geofile_that_comes_later_verifies_what_is_typed(make_seat, town) -> None:
    desk = TownDesk(None)
    seat = make_seat(desk)
    begin(seat)
    seat.type("150 elm st")
    desk.town = town
    seat.window.intake.refresh(Changed(frozenset({"geofile"})))
    assert sign(seat) == "✓ 100"
    assert here_has_focus(seat)


def here_has_focus(seat) -> bool:
    return seat.focus is seat.form.fields.place


def test_a_geofile_that_comes_later_does_not_change_a_saved_incident(
    make_seat, town
) -> None:
    desk = TownDesk(None)
    seat = make_seat(desk)
    begin(seat)
    seat.type("150 elm st")
    create(seat)
    desk.town = town
    seat.window.intake.refresh(Changed(frozenset({"geofile"})))
    assert seat.form.data.placed is None
    assert sign(seat) == "not verified"


def test_a_wireline_record_brings_its_place_verified(make_seat, town, fixed) -> None:
    seat = make_seat(TownDesk(town))
    seat.ring(**{**fixed, "address": "150 ELM ST APT 3", "community": "HALDEN"})
    seat.key(Key.Key_F2)
    assert seat.text("place") == "150 ELM ST APT 3, HALDEN"
    assert sign(seat) == "✓ 100"
    assert here_has_focus(seat) is False
    assert shown(seat) == ()


def test_the_fields_of_the_record_are_asked_for_as_they_came(
    make_seat, town, fixed, monkeypatch
) -> None:
    """The line that a person reads may be cut short; the fields are not."""
    fields = {"house_number": "150", "street_name": "ELM", "street_suffix": "ST"}
    record = RecordRow(
        at_us=1, kind="ali", join="opened", layout="l", fields=fields, warnings=(),
        raw=b"",
    )  # fmt: skip
    seat = make_seat(TownDesk(town))
    row = seat.ring(**{**fixed, "address": "150 EL ..", "community": None})
    detail = CallDetail(row=row, records=(record,))
    monkeypatch.setattr(FakeViews, "call", lambda _views, _call_id: detail)
    seat.key(Key.Key_F2)
    assert seat.text("place") == "150 EL .."
    assert seat.form.data.placed.address == "150 Elm Street, Halden"


def test_a_tower_is_no_place(make_seat, town) -> None:
    """The record of a mobile telephone: its address is the tower's."""
    seat = make_seat(TownDesk(town))
    seat.ring(address="150 ELM ST", latitude=43.0003, longitude=-74.9992)
    seat.key(Key.Key_F2)
    assert seat.text("place") == ""
    assert seat.form.data.placed is None
    assert sign(seat) == ""
    near = seat.form.fields.near.text()
    assert "Elm Street" in near
    assert "Beat 1" in near


def test_the_callers_place_as_numbers_keeps_his_point(make_seat, town) -> None:
    seat = make_seat(TownDesk(town))
    seat.ring(latitude=43.0003, longitude=-74.9992)
    seat.key(Key.Key_F2)
    seat.key(Key.Key_F4)
    assert seat.form.data.placed is None
    assert seat.form.data.point.latitude == 43.0003
    assert sign(seat) == "with the caller's point"
    assert "Elm Street" in under(seat)


def test_distances_are_from_the_caller(make_seat, town) -> None:
    seat = make_seat(TownDesk(town))
    seat.ring(latitude=43.0003, longitude=-74.9992)
    seat.key(Key.Key_F2)
    seat.form.fields.place.setFocus()
    seat.type("150 oxford")
    rows = judge(town, "150 oxford", (43.0003, -74.9992)).fits
    assert all(row.away_m is not None for row in rows)
    seat.until(lambda: len(shown(seat)) >= 2)
    table = seat.window.findChild(PlaceFits)
    assert not table.isColumnHidden(4)
    assert table.fits.cell(0, 4).text.endswith("km")


def test_pointed_at_the_map(here) -> None:
    here.window.intake.place_pointed(PlacePointed(43.0001, -74.999))
    assert here.text("place") == "150 Elm Street"
    assert sign(here) == "✓ 100"
    here.window.intake.place_pointed(PlacePointed(43.0008, -74.9972))
    assert here.form.data.placed is None
    assert here.form.data.point.latitude == 43.0008
    assert sign(here) == "a point, not verified"
    assert shown(here) == ()


def test_a_draft_brings_it_back(here, make_seat) -> None:
    here.type("150 elm st")
    here.window.intake.flush()
    here.settle()
    again = make_seat(here.desk)
    form = again.window.intake.forms[0]
    assert form.data.placed == here.form.data.placed
    assert form.data.point == here.form.data.point
    assert form.fields.verified.text() == "✓ 100"


def test_a_saved_place_stays_until_its_text_is_changed(here) -> None:
    here.type("150 elm st")
    create(here)
    here.until(lambda: here.form.data.incident_id)
    here.type("x")
    here.key(Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    here.settle()
    (changed,) = [m for m in here.desk.commands if isinstance(m, c.ChangeIncident)]
    assert changed.fields["place_verified"] is None
    assert changed.fields["latitude"] is None
    assert changed.fields["place_address"] is None


def test_it_is_said_to_a_screen_reader(here) -> None:
    here.type("150 elm st")
    said = here.form.fields.place.accessibleDescription()
    assert said.startswith("verified 100")
    assert "Beat 1" in said


def test_how_sure_a_place_is_stands_there_whole(here) -> None:
    here.type("150 oxford")
    here.until(lambda: len(shown(here)) >= 2)
    table = here.window.findChild(PlaceFits)
    metrics = QFontMetrics(here.look.font())
    for word in ("possible", "doubtful"):
        for why in place_words._WHY.values():
            wide = metrics.horizontalAdvance(f"{word}, {why}")
            assert wide <= table.columnWidth(3) - 12, why
