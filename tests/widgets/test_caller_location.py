"""The caller's location: offered in line, used by one key, asked for by a link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from aliquot.console.domain.commands import Done, Failed, SendLocationLink
from aliquot.console.domain.dialling import digits_of
from aliquot.console.domain.rows import RecordRow
from aliquot.widgets.intake.caller import ground_of, of_record, of_text

K = Qt.Key
SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
Seat = Any
LINK = "I am here https://maps.google.com/?q=42.9012,-71.9021"


def paste(seat: Seat, text: str) -> None:
    seat.form.fields.entries["caller_place"].setFocus()
    QApplication.clipboard().setText(text)
    seat.key(K.Key_V, CTRL)


def record(**more: Any) -> RecordRow:
    fields = {
        "latitude": 42.95,
        "longitude": -71.95,
        "uncertainty_m": 8.0,
        "location_method": "gnss",
    }
    given = {
        "at_us": 5,
        "kind": "ali",
        "join": "located",
        "layout": "aml_v1",
        "fields": fields,
        "warnings": (),
        "raw": b"x",
    }
    return RecordRow(**{**given, **more})


def test_a_pasted_link_is_offered_and_one_key_makes_it_the_callers(seat: Seat) -> None:
    seat.key(K.Key_F2)
    paste(seat, f"{LINK} ±30 m")
    offer = seat.form.fields.offer
    assert offer.isVisible()
    assert "42.90120, -71.90210 ±30 m" in offer.shown_text
    assert seat.form.data.caller is None, "nothing is used before the key"
    seat.key(K.Key_F4, SHIFT)
    caller = seat.form.data.caller
    assert (caller.latitude, caller.longitude, caller.uncertainty_m) == (
        42.9012,
        -71.9021,
        30.0,
    )
    assert seat.text("caller_place") == "42.90120, -71.90210"
    assert seat.form.data.point is None, "the incident is not where the caller is"
    assert not offer.isVisible()


def test_it_is_in_the_incident_and_the_incidents_place_only_by_its_own_key(
    seat: Seat,
) -> None:
    seat.key(K.Key_F2)
    paste(seat, "geo:42.9012,-71.9021;u=15")
    seat.key(K.Key_F4, SHIFT)
    seat.key(K.Key_F4)
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    (incident,) = seat.desk.incidents.values()
    assert incident.fields["caller_latitude"] == 42.9012
    assert incident.fields["caller_longitude"] == -71.9021
    assert incident.fields["caller_uncertainty_m"] == 15.0
    assert incident.fields["latitude"] == 42.9012


def test_without_that_key_the_incident_has_no_point(seat: Seat) -> None:
    seat.key(K.Key_F2)
    paste(seat, "geo:42.9012,-71.9021;u=15")
    seat.key(K.Key_F4, SHIFT)
    seat.form.fields.entries["place"].setFocus()
    seat.type("Market Sq")
    seat.key(K.Key_Return, CTRL)
    seat.settle()
    (incident,) = seat.desk.incidents.values()
    assert incident.fields["caller_uncertainty_m"] == 15.0
    assert "latitude" not in incident.fields


def test_the_focus_stays_where_it_is(seat: Seat) -> None:
    seat.key(K.Key_F2)
    paste(seat, LINK)
    assert seat.focus is seat.form.fields.entries["caller_place"]
    seat.key(K.Key_F4, SHIFT)
    assert seat.focus is seat.form.fields.entries["caller_place"]


def test_plain_words_are_no_location_and_the_key_says_so(seat: Seat) -> None:
    seat.key(K.Key_F2)
    paste(seat, "behind the old mill, 2nd floor")
    assert not seat.form.fields.offer.isVisible()
    seat.key(K.Key_F4, SHIFT)
    assert seat.text("caller_place") == "behind the old mill, 2nd floor"
    assert seat.form.data.caller is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("///filled.count.soap", "Three words"),
        ("https://maps.app.goo.gl/AbCd", "A short link"),
    ],
)
def test_what_cannot_be_resolved_is_said_and_has_no_key(
    seat: Seat, text: str, said: str
) -> None:
    seat.key(K.Key_F2)
    paste(seat, text)
    offer = seat.form.fields.offer
    assert offer.shown_text.startswith(said)
    assert not offer.key.isVisible()
    seat.key(K.Key_F4, SHIFT)
    assert seat.form.data.caller is None


def test_more_than_one_location_is_said() -> None:
    offer = of_text("42.9012, -71.9021 or 43.9012, -72.9021")
    assert offer is not None
    assert "other locations" in offer.said


HALDEN = (42.95, -71.95)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("42.9012, 71.9021", "the minus of the longitude was missing"),
        ("-71.9021, 42.9012", "the wrong way round"),
        ("W32X+F5 Peterborough", "nearest to here"),
    ],
)
def test_what_lies_far_away_is_put_right_by_where_we_are(text: str, said: str) -> None:
    offer = of_text(text, lambda: HALDEN)
    assert offer is not None
    assert said in offer.said
    assert offer.point is not None
    assert offer.point.latitude == pytest.approx(42.9012, abs=0.01)
    assert offer.point.longitude == pytest.approx(-71.9021, abs=0.01)


def test_where_we_are_is_not_asked_for_what_is_no_location() -> None:
    def never() -> tuple[float, float] | None:
        raise AssertionError

    assert of_text("12 Elm St", never) is None


def test_the_homes_of_the_units_say_where_we_are(seat: Seat) -> None:
    assert ground_of(seat.bridge.views.units()) is None
    for number, home in enumerate((HALDEN, (42.9, -71.9), (0.1, 0.1))):
        seat.desk.add_unit(f"2A1{number}", "law")
        unit = seat.desk.units[f"2A1{number}"]
        north, east = home
        moved = replace(unit, latitude=north, longitude=east)
        seat.desk.units[unit.unit_id] = moved
    assert ground_of(seat.bridge.views.units()) == (42.9, -71.9)
    seat.key(K.Key_F2)
    paste(seat, "42.9012, 71.9021")  # as it is read out: no minus
    offer = seat.form.fields.offer.offered
    assert offer is not None
    assert offer.point is not None
    assert offer.point.longitude == -71.9021
    assert "minus" in offer.said


@pytest.mark.parametrize(
    ("typed", "point", "said"),
    [
        ("42.9012, 71.9021", (42.9012, -71.9021), "the minus of the longitude"),
        ("42.9012, -71.9021", (42.9012, -71.9021), ""),
        ("10.5012, 20.9021", (10.5012, 20.9021), "far from here: check the place"),
    ],
)
def test_a_pair_typed_as_the_place_is_judged_by_where_we_are(
    seat: Seat, typed: str, point: tuple[float, float], said: str
) -> None:
    seat.desk.add_unit("2A1", "law")
    home = replace(seat.desk.units["2A1"], latitude=HALDEN[0], longitude=HALDEN[1])
    seat.desk.units["2A1"] = home
    seat.key(K.Key_N, Qt.KeyboardModifier.ControlModifier)
    seat.form.fields.place.setFocus()
    seat.type(typed)
    found = seat.form.data.point
    assert found is not None
    assert (found.latitude, found.longitude) == point
    assert seat.form.fields.verified.text() == "a point, not verified"
    assert said in seat.form.fields.found.text()
    assert bool(said) == bool(seat.form.fields.found.text())


def test_an_old_location_of_the_telephone_is_the_last_known() -> None:
    offer = of_record(record(warnings=("old_position",)))
    assert "last known" in offer.said
    assert "42.95000, -71.95000 ±8 m" in offer.said
    none = of_record(record(fields={}, warnings=("no_fix",)))
    assert none.point is None


def test_what_the_telephone_says_is_offered_in_the_form_of_its_call(
    seat: Seat,
) -> None:
    seat.ring()
    seat.key(K.Key_F2)
    before = seat.form.data.caller
    detail = seat.bridge.views.call(seat.form.data.call_id)
    seat.form.fields.offer.told(
        type(detail)(row=detail.row, records=(*detail.records, record()))
    )
    assert seat.form.data.caller == before, "nothing is used before the key"
    seat.key(K.Key_F4, SHIFT)
    assert seat.form.data.caller.latitude == 42.95
    seat.form.fields.offer.told(
        type(detail)(row=detail.row, records=(*detail.records, record()))
    )
    assert not seat.form.fields.offer.isVisible(), "the same is not offered again"


def links(seat: Seat) -> list[SendLocationLink]:
    return [c for c in seat.desk.commands if isinstance(c, SendLocationLink)]


SENT = Done({"number": "6175550142"})
NO = Failed("gateway_failed", "The link was not sent: gateway ended with code 1.")


@pytest.mark.parametrize(("outcome", "said"), [(SENT, "is sent to"), (NO, "code 1")])
def test_a_key_sends_a_link_to_the_number_of_the_form(
    seat: Seat, outcome: Any, said: str
) -> None:
    seat.desk.refuse[SendLocationLink] = outcome
    seat.ring()
    seat.key(K.Key_F2)
    seat.key(K.Key_L, ALT)
    seat.settle()
    (command,) = links(seat)
    assert command.call_id == seat.form.data.call_id == "c1"
    assert digits_of(command.number) == "6175550142"
    assert said in seat.said


@pytest.mark.parametrize("number", ["911-555-0123", "603-511-0123", "", "12"])
def test_no_link_to_a_number_that_reaches_nobody(seat: Seat, number: str) -> None:
    seat.key(K.Key_F2)
    seat.form.fields.entries["callback_number"].setFocus()
    seat.type(number)
    seat.key(K.Key_L, ALT)
    seat.settle()
    assert links(seat) == []
    assert "No link is sent" in seat.said
