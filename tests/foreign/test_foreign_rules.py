"""What a report of another CAD does: the rules alone, and rows to incidents."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aliquot.console.domain.foreign import (
    Decided,
    ForeignNow,
    ForeignReport,
    NeverReported,
    decide,
)
from aliquot.console.domain.incident_types import incident_types
from aliquot.console.intake.foreign import report_of
from aliquot.console.intake.importing import ground_of
from aliquot.drivers.incidents.api import ForeignIncident, Unusable
from aliquot.drivers.incidents.convert import converter
from aliquot.drivers.incidents.mapping import (
    BadMapping,
    IncidentMapping,
    bundled_mappings,
    parse_mapping,
)

NOW = ForeignNow(
    incident_id="i",
    number=7,
    fields={"place": "Elm St", "type_code": "FVEH"},
    type_text="VEH FIRE",
    state="open",
    opened_at_us=10,
    closed_at_us=None,
    as_of_us=50,
    disposition=None,
    units=("E1",),
)


def report(**more: Any) -> ForeignReport:
    return ForeignReport(source_id="1", **more)


def test_the_first_report_opens() -> None:
    found = decide(None, report(fields={"place": "Elm St"}, opened_at_us=10))
    assert found == Decided("opened", {"place": [None, "Elm St"]}, None)


def test_the_end_of_what_was_never_reported_is_told() -> None:
    with pytest.raises(NeverReported):
        decide(None, report(state="closed"))


@pytest.mark.parametrize(
    ("said", "join"),
    [
        ({"fields": {"place": "Elm St"}}, "same"),
        ({"fields": {"place": "Oak St"}}, "changed"),
        ({"state": "open"}, "same"),
        ({"state": "closed"}, "changed"),
        ({"units": ("E1",)}, "same"),
        ({"units": ("E1",), "add_units": True}, "same"),
        ({"units": ("E2",), "add_units": True}, "changed"),
        ({"units": ()}, "changed"),
        ({"note": "cancelled by caller"}, "changed"),
        ({"fields": {"place": "Oak St"}, "as_of_us": 49}, "old"),
        ({"fields": {"place": "Oak St"}, "as_of_us": 50}, "changed"),
    ],
)
def test_later_reports(said: dict[str, Any], join: str) -> None:
    assert decide(NOW, report(**said)).join == join


def test_added_units_stand_beside_those_there_are() -> None:
    assert decide(NOW, report(units=("E2",), add_units=True)).units == ("E1", "E2")


def test_what_was_not_said_stays() -> None:
    found = decide(NOW, report(fields={"place": "Oak St"}))
    assert found.changes == {"place": ["Elm St", "Oak St"]}


def test_a_known_type_brings_its_priority_and_a_bad_value_is_left_out() -> None:
    said = ForeignIncident(
        source_id="1", type_code="FVEH", latitude=43.0, longitude=-200.0
    )
    found = report_of(said)
    assert found.fields == {
        "type_code": "FVEH",
        "priority": incident_types()["FVEH"].priority,
    }


MAPPING = """
source = "valley"
time_zone = "America/Denver"
formats = ["%m/%d/%Y %H:%M"]
[columns]
id = "No"
type = "Type"
place = ["Address", "City"]
latitude = "Lat"
longitude = "Lon"
received = "Call"
closed = "Clear"
state = "Status"
priority = "Pri"
units = "Units"
callback_number = "Phone"
[types]
"Veh Fire" = "FVEH"
[states]
"CLR" = "closed"
"ACT" = "open"
[priorities]
"Hi" = 1
"""
ROW = {
    "No": "19-1",
    "Type": "VEH FIRE",
    "Address": "1 Elm St",
    "City": "Halden",
    "Lat": "39.75",
    "Lon": "-105.02",
    "Call": "7/4/2026 18:30",
    "Status": "ACT",
    "Pri": "hi",
    "Units": "E1, T2 / M3",
    "Phone": "(303) 555-0142",
}


def convert(more: dict[str, str] | None = None, text: str = MAPPING) -> ForeignIncident:
    return converter(parse_mapping(text, "x"))(ROW | (more or {}))


def test_a_row() -> None:
    found = convert()
    assert found.source_id == "19-1"
    assert (found.type_code, found.type_text) == ("FVEH", "VEH FIRE")
    assert found.place == "1 Elm St, Halden"
    assert found.received_us == 1_783_211_400_000_000  # 2026-07-05T00:30:00Z
    assert (found.state, found.priority) == ("open", 1)
    assert found.units == ("E1", "T2", "M3")
    assert found.callback_number == "3035550142"
    assert found.repairs == ()


@pytest.mark.parametrize(
    ("more", "attribute", "value"),
    [
        ({"Lat": "-105.02", "Lon": "39.75"}, "latitude", 39.75),
        ({"Lat": "39,75"}, "latitude", 39.75),
        ({"Lat": "0", "Lon": "0"}, "latitude", None),
        ({"Lat": "39.75", "Lon": ""}, "longitude", None),
        ({"Lat": "high", "Lon": ""}, "latitude", None),
        ({"Lat": "139.75", "Lon": "-105.02"}, "latitude", None),
        ({"Clear": "7/4/2026 17:30"}, "closed_us", None),
        ({"Clear": "later"}, "closed_us", None),
        ({"Pri": "urgent"}, "priority", None),
        ({"Phone": "555"}, "callback_number", None),
        ({"Phone": "(303) 511-0142"}, "callback_number", None),
        ({"Phone": "911-555-1234"}, "callback_number", None),
        ({"Phone": "1-303-211-0142"}, "callback_number", None),
        ({"Address": "Tom &amp; Jerry Rd"}, "place", "Tom & Jerry Rd, Halden"),
        ({"Call": "3/8/2026 02:30"}, "received_us", 1_772_962_200_000_000),
        ({"Call": "11/1/2026 01:30"}, "received_us", 1_793_518_200_000_000),
    ],
)
def test_what_is_clear_is_repaired_and_told(
    more: dict[str, str], attribute: str, value: object
) -> None:
    found = convert(more)
    assert getattr(found, attribute) == value
    assert len(found.repairs) == 1


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"No": ""}, "no id"),
        ({"Call": "yesterday"}, "cannot be read"),
        ({"Call": "2026-07-04"}, "no hour"),
    ],
)
def test_what_is_not_clear_is_rejected(more: dict[str, str], why: str) -> None:
    with pytest.raises(Unusable, match=why):
        convert(more)


def test_an_unknown_type_keeps_its_words_and_gets_no_code() -> None:
    """A word of theirs that is a code of ours by chance means nothing."""
    found = convert({"Type": "TRAIN"})
    assert (found.type_code, found.type_text) == (None, "TRAIN")


def test_coordinates_of_another_system() -> None:
    text = MAPPING.replace("formats", 'crs = "EPSG:3857"\nformats')
    found = convert({"Lon": "-11665584.66", "Lat": "4810416.294"}, text)
    sphere = math.degrees(math.atan(math.sinh(4810416.294 / 6378137)))
    assert found.latitude == pytest.approx(sphere, abs=1e-6)
    assert found.longitude == pytest.approx(
        math.degrees(-11665584.66 / 6378137), abs=1e-6
    )


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('time_zone = "America/Denver"', "", "names no time_zone"),
        ("America/Denver", "Mars/Base", "no time zone"),
        ('id = "No"', "", "columns.id"),
        ('received = "Call"', "", "columns.received"),
        ('latitude = "Lat"', "", "go together"),
        ('type = "Type"', 'kind = "Type"', "has no kind"),
        ('"CLR" = "closed"', '"CLR" = "gone"', "open or closed"),
        ('"Hi" = 1', '"Hi" = 9', "1 to 5"),
        ("[columns]", "[columns", "no TOML"),
    ],
)
def test_a_wrong_mapping_is_told(old: str, new: str, why: str) -> None:
    with pytest.raises(BadMapping, match=why):
        parse_mapping(MAPPING.replace(old, new), "x")


def test_a_wrong_coordinate_system_is_told() -> None:
    mapping = parse_mapping(MAPPING.replace("formats", 'crs = "EPSG:0"\nformats'), "x")
    with pytest.raises(BadMapping, match="coordinate system"):
        converter(mapping)


@pytest.mark.parametrize("mapping", bundled_mappings().values(), ids=lambda m: m.name)
def test_bundled_mappings_name_types_that_there_are(mapping: IncidentMapping) -> None:
    assert set(mapping.types.values()) <= set(incident_types())
    assert mapping.title
    converter(mapping)


_TEXTS = st.text(max_size=30) | st.sampled_from(["nan", "1e400", "-0", "9" * 300])


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(ROW)), _TEXTS))
def test_no_row_breaks_it(more: dict[str, str]) -> None:
    try:
        found = convert(more)
    except Unusable:
        return
    kept = report_of(found)
    assert set(kept.fields) <= {
        *("type_code", "priority", "place", "latitude", "longitude"),
        "callback_number",
    }


@pytest.mark.parametrize(
    ("longitude", "zone", "wanted"),
    [
        ("105.02", "America/Denver", -105.02),
        ("-105.02", "America/Denver", -105.02),
        ("1.25", "Europe/London", 1.25),
    ],
)
def test_a_minus_that_is_missing_is_put_right_west_of_greenwich(
    longitude: str, zone: str, wanted: float
) -> None:
    mapping = parse_mapping(MAPPING.replace("America/Denver", zone), "x")
    found = converter(mapping, ground_of(mapping, None))(ROW | {"Lon": longitude})
    assert (found.latitude, found.longitude) == (39.75, wanted)
    mended = float(longitude) != wanted
    assert found.warnings == (("west_sign_missing",) if mended else ())
    assert bool(found.repairs) == mended


def test_what_is_warned_of_is_not_said_by_the_other_cad() -> None:
    """Else what was imported before would be imported once more."""
    said = convert()
    warned = replace(said, warnings=("outside_extent",))
    assert report_of(warned).digest == report_of(said).digest
    assert report_of(warned).warnings == ("outside_extent",)
