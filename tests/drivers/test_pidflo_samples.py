"""Every PIDF-LO of the sample folder, with what a dispatcher must be told of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from ng911_help import LINES, hear, record, sample

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import FIELD_NAMES, Noise

NO_CONFIDENCE = "confidence_not_given"
NO_UNCERTAINTY = "uncertainty_not_given"
POINT = (NO_CONFIDENCE, NO_UNCERTAINTY)
CIRCLE = (NO_CONFIDENCE,)

Expected = tuple[Mapping[str, object], tuple[str, ...]]


def at(latitude: float, longitude: float, **more: object) -> dict[str, object]:
    return {"latitude": latitude, "longitude": longitude, **more}


DECKPORT = {"country": "UK", "state": "Devon", "community": "Monkokehampton"}
SAMPLES: dict[str, Expected] = {
    "dec112/civic-circle__location.xml": (
        at(48.123, 14.456, uncertainty_m=24, house_number="51A", postal_code="1120")
        | {"street_name": "Fockygasse", "community": "Meidling", "state": "Wien"},
        CIRCLE,
    ),
    "dec112/invalid-pidf-lo__invalid-full-1.xml": (
        {"latitude": None, "location_method": "GPS"},
        ("location_not_read",),
    ),
    "dec112/invalid-pidf-lo__invalid-part-1.xml": (
        {"latitude": None, "uncertainty_m": None, "location_time": None},
        ("bad_value", NO_CONFIDENCE, "no_fix", "schema_not_met"),
    ),
    "dec112/invalid-pidf-lo__invalid-part-2.xml": (
        {"latitude": None, "location_time": None},
        ("bad_value", NO_CONFIDENCE, "no_fix", "schema_not_met"),
    ),
    "dec112/multiple-locations__valid.xml": (
        at(12.345, 67.89, altitude_m=36.7, uncertainty_m=None),
        (NO_CONFIDENCE, "several_locations", NO_UNCERTAINTY),
    ),
    "dec112/rfc5491__point-example.xml": (
        at(-34.407, 150.883, location_time="2007-06-22T20:57:29Z"),
        POINT,
    ),
    "dec112/simple-circle-with-altitude__valid-circle.xml": (
        at(48.123, 14.456, altitude_m=20.7, uncertainty_m=24, shape=None),
        CIRCLE,
    ),
    "dec112/simple-circle__invalid-tuple.xml": (
        at(48.123, 14.456, uncertainty_m=24),
        CIRCLE,
    ),
    "dec112/simple-circle__valid-circle.xml": (
        at(48.123, 14.456, uncertainty_m=24, location_method="GPS"),
        CIRCLE,
    ),
    "dec112/simple-civic__valid-civic-address.xml": (
        {
            "country": "AT",
            "state": "Upper Austria",
            "community": "Schärding",
            "floor": "5",
            "location": "Hospital",
            "postal_code": "4780",
            "latitude": None,
        },
        (),
    ),
    "dec112/simple-point__valid-point.xml": (
        at(12.345, 67.89, altitude_m=36.7, location_method="Cell"),
        POINT,
    ),
    "dec112/wifi-location__location.xml": (
        at(48.197457, 14.482596, uncertainty_m=270, confidence_pct=85),
        (),
    ),
    "ng911lib/DeviceAndPerson.xml": (
        {
            "house_number": "311",
            "street_name": "Stonebrook",
            "street_suffix": "Street",
            "community": "Simi Valley",
            "state": "CA",
            "postal_code": "93065",
            "latitude": None,
            "location_time": "2015-07-09T20:57:29Z",
        },
        ("several_locations",),
    ),
    "ng911lib/DeviceCircleDynamic1.xml": (
        at(42.5463, -73.2512, uncertainty_m=100, location_method="gps"),
        CIRCLE,
    ),
    "ng911lib/DeviceCircleLocation.xml": (
        at(41.760537, -88.261914, uncertainty_m=50, location_method="802.11"),
        CIRCLE,
    ),
    "ng911lib/DeviceCircleWithConfidence.xml": (
        at(41.760537, -88.261914, uncertainty_m=50, confidence_pct=95),
        (),
    ),
    "ng911lib/DeviceCivicLocation.xml": (
        {
            "house_number": "2106",
            "prefix_directional": "E",
            "street_name": "NEW YORK",
            "street_suffix": "ST",
            "community": "AURORA",
            "state": "IL",
        },
        (),
    ),
    "ng911lib/DeviceDynamicOnly1.xml": (
        {"latitude": None, "location_method": "gps"},
        ("location_not_read",),
    ),
    "ng911lib/DevicePointLocation.xml": (at(41.772035, -88.473291), POINT),
    "ng911lib/PersonDeviceCivicCircleLocation.xml": (
        {"house_number": "1657", "street_name": "Kay", "latitude": None},
        ("several_locations",),
    ),
    "ng911lib/RFC5491TupleArcBandLocation.xml": (
        # The apex is no centre of it; half the way out at the outer corners' width.
        at(-43.54166, 153.24192, uncertainty_m=736.63, location_method="TA-NMR"),
        CIRCLE,
    ),
    "ng911lib/RFC5491TupleCircleLocation.xml": (
        at(42.5463, -73.2512, uncertainty_m=850.24),
        CIRCLE,
    ),
    "ng911lib/RFC5491TupleCivicLocation.xml": (
        {
            "house_number": "123",
            "street_name": "Broadway",
            "location": "Suite 75",
            "community": "New York",
            "postal_code": "10027-0401",
        },
        (),
    ),
    "ng911lib/RFC5491TupleEllipseLocation.xml": (
        at(42.5463, -73.2512, uncertainty_m=1275),
        CIRCLE,
    ),
    "ng911lib/RFC5491TupleEllipsoidLocation.xml": (
        at(42.5463, -73.2512, altitude_m=26.3, uncertainty_m=7.7156),
        CIRCLE,
    ),
    "ng911lib/RFC5491TuplePointLocation.xml": (
        at(37.775, -(122 + 25 / 60 + 10 / 3600)),
        (NO_CONFIDENCE, "schema_not_met", NO_UNCERTAINTY),
    ),
    "ng911lib/RFC5491TuplePolygonCompactLocation.xml": (
        at(43.26099, -73.272, uncertainty_m=17152.06),
        ("area_only", NO_CONFIDENCE),
    ),
    "ng911lib/RFC5491TuplePolygonLocation.xml": (
        at(43.26099, -73.272, uncertainty_m=17152.06),
        ("area_only", NO_CONFIDENCE),
    ),
    "ng911lib/RFC5491TuplePrismLocation.xml": (
        at(42.60683, -73.29816, altitude_m=36.6, uncertainty_m=6905.35),
        ("area_only", NO_CONFIDENCE),
    ),
    "ng911lib/RFC5491TupleSphereLocation.xml": (
        at(42.5463, -73.2512, altitude_m=26.3, uncertainty_m=850.24),
        CIRCLE,
    ),
    "ng911lib/RFC6848CivicExtendedExample1.xml": (
        DECKPORT | {"street_name": "Deckport", "street_suffix": "Cross"},
        (),
    ),
    "ng911lib/RFC6848Figure7Example.xml": (
        {"street_name": "I5", "location": "milepost 248, pole 22-109-689"},
        (),
    ),
    "ng911lib/RFC6848Figure8Example.xml": (
        {"street_name": "Boulevard Colorado", "house_number": "A223"},
        (),
    ),
    "ng911lib/RFC6848Section3.4Example.xml": (
        {"state": "CA", "country": "US", "street_name": None},
        (),
    ),
}
UNREADABLE = (
    "dec112/invalid-pidf-lo__invalid-full-2.xml",
    "freeswitch_issue1536_malformed_excerpt.txt",
    "ng911lib/XMLFile1.xml",
    "ng911lib/XMLFile2.xml",
)
NOTES = {
    "dec112/multiple-locations__valid.xml": "Another location: 48.123000, 14.456000 ",
    "ng911lib/DeviceAndPerson.xml": "34.247493, -118.791885 within 50 m (person",
    "ng911lib/DeviceDynamicOnly1.xml": "speed 24, heading 278",
    "ng911lib/DeviceCivicLocation.xml": "County: KANE",
    "ng911lib/RFC6848CivicExtendedExample1.xml": "bridge: 21451338",
    "ng911lib/RFC6848Section3.4Example.xml": "gate: 36B",
    "dec112/simple-point__valid-point.xml": "",
}
SHAPES: dict[str, Mapping[str, object]] = {
    "ArcBand": {"type": "arc_band", "inner_m": 3594, "outer_m": 4148}
    | {"start_deg": 20, "opening_deg": 20}
    | at(-43.5723, 153.2176),
    "Ellipse": {"type": "ellipse", "semi_major_m": 1275, "semi_minor_m": 670}
    | {"orientation_deg": 43.2}
    | at(42.5463, -73.2512),
    "Ellipsoid": {"type": "ellipsoid", "semi_major_m": 7.7156, "semi_minor_m": 3.31}
    | {"vertical_m": 28.7, "orientation_deg": 90, "altitude_m": 26.3}
    | at(42.5463, -73.2512),
    "Sphere": {"type": "sphere", "radius_m": 850.24, "altitude_m": 26.3}
    | at(42.5463, -73.2512),
    "Prism": {"type": "prism", "height_m": 2.4, "altitude_m": 36.6}
    | {
        "points": [
            [42.556844, -73.248157],
            [42.656844, -73.248157],
            [42.656844, -73.348157],
            [42.556844, -73.348157],
        ]
    },
    "Circle": {},
    "Point": {},
}


def test_every_sample_has_its_expectation() -> None:
    folder = LINES / "pidflo"
    if not folder.exists():
        pytest.skip(f"no sample data at {LINES}")
    found = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert found == {*SAMPLES, *UNREADABLE}
    assert len(found) == 38


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_says_what_it_says(name: str) -> None:
    data = sample("pidflo", *name.split("/"))
    assert plugins.guess(data[:4096]) == "pidflo"
    one = record("pidflo", data)
    fields, warnings = SAMPLES[name]
    for field, value in fields.items():
        got = one.fields.get(field)
        near = 0.02 if field == "uncertainty_m" else 1e-5
        wanted = pytest.approx(value, abs=near) if isinstance(value, float) else value
        assert got == wanted, field
    assert one.warnings == warnings
    assert one.layout == "pidf_lo"
    assert set(one.fields) <= set(FIELD_NAMES)
    assert NOTES.get(name, "") in str(one.fields.get("note", ""))


@pytest.mark.parametrize("name", SAMPLES)
def test_spans_stand_on_what_was_read(name: str) -> None:
    data = sample("pidflo", *name.split("/"))
    one = record("pidflo", data)
    for field, (start, end) in one.spans.items():
        said = data[start:end].decode()
        value = one.fields[field]
        if isinstance(value, str) and field not in ("shape", "location_time"):
            assert said == value, field
        assert said.strip() == said != ""


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_kept_as_noise(name: str) -> None:
    data = sample("pidflo", *name.split("/"))
    (one,) = hear("pidflo", data)
    assert isinstance(one, Noise)
    assert one.raw == data


@pytest.mark.parametrize("kind", SHAPES)
def test_a_shape_is_kept_whole(kind: str) -> None:
    data = sample("pidflo", "ng911lib", f"RFC5491Tuple{kind}Location.xml")
    text = record("pidflo", data).fields.get("shape")
    if not SHAPES[kind]:
        assert text is None
        return
    found = json.loads(str(text))
    assert found == SHAPES[kind]
    assert text == json.dumps(found, sort_keys=True, separators=(",", ":"))


def test_two_ways_to_write_a_polygon_are_one() -> None:
    first, second = (
        record("pidflo", sample("pidflo", "ng911lib", f"RFC5491TuplePolygon{w}.xml"))
        for w in ("Location", "CompactLocation")
    )
    assert first.fields["shape"] == second.fields["shape"]
