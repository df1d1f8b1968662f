"""Shapes that are made up: units, axes, circles around them, and broken ones."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ng911_help import hear, located, measure, pos, record, shaped
from pyproj import Geod

from aliquot.drivers.lines.api import AliRecord, Extent, LineSettings, Noise
from aliquot.drivers.ng911.geodesy import circle_around

GEOD = Geod(ellps="WGS84")
ANYWHERE = LineSettings(site_country="")
HOME = LineSettings(extent=Extent(south=41.0, west=-89.0, north=42.5, east=-87.0))

# Not on the equator: the point 0, 0 is no fix.
latitudes = st.one_of(st.floats(0.5, 80), st.floats(-80, -0.5)).map(
    lambda v: round(v, 6)
)
longitudes = st.floats(-179, 179).map(lambda v: round(v, 6))
metres = st.floats(1, 20_000).map(lambda v: round(v, 2))
angles = st.floats(0, 359).map(lambda v: round(v, 1))


def away(latitude: float, longitude: float, azimuth: float, far: float) -> list[float]:
    found = GEOD.fwd(longitude, latitude, azimuth, far)
    return [float(found[1]), float(found[0])]


def distance(one: AliRecord, latitude: float, longitude: float) -> float:
    here = float(one.fields["longitude"]), float(one.fields["latitude"])
    return float(GEOD.inv(*here, longitude, latitude)[2])


def shape_of(one: AliRecord) -> dict[str, object]:
    found = json.loads(str(one.fields["shape"]))
    assert isinstance(found, dict)
    return found


@given(latitudes, longitudes, metres)
def test_a_circle_comes_back(latitude: float, longitude: float, radius: float) -> None:
    inner = pos(latitude, longitude) + measure("radius", radius)
    one = record("pidflo", located(shaped("Circle", inner)), ANYWHERE)
    assert (one.fields["latitude"], one.fields["longitude"]) == (latitude, longitude)
    assert one.fields["uncertainty_m"] == radius


@given(latitudes, longitudes, metres, metres, angles, st.floats(1, 359))
def test_a_band_lies_in_its_circle(
    latitude: float,
    longitude: float,
    inner: float,
    more: float,
    start: float,
    opening: float,
) -> None:
    outer = inner + more
    said = pos(latitude, longitude) + measure("innerRadius", inner)
    said += measure("outerRadius", outer) + measure("startAngle", start, "9102")
    said += measure("openingAngle", opening, "9102")
    one = record("pidflo", located(shaped("ArcBand", said)), ANYWHERE)
    assert shape_of(one)["outer_m"] == outer
    radius = float(one.fields["uncertainty_m"])
    assert radius <= outer + 0.02
    steps = [start + opening * k / 24 for k in range(25)]
    ring = [away(latitude, longitude, a, r) for a in steps for r in (inner, outer)]
    assert max(distance(one, *point) for point in ring) <= radius * 1.0005 + 0.05
    # And no larger than it must be.
    _, least = circle_around([(lat, lon) for lat, lon in ring])
    assert radius <= least * 1.01 + 0.1


@given(latitudes, longitudes, metres, metres, angles)
def test_an_ellipse_lies_in_its_circle(
    latitude: float, longitude: float, a: float, b: float, turn: float
) -> None:
    major, minor = max(a, b), min(a, b)
    said = pos(latitude, longitude) + measure("semiMajorAxis", major)
    said += measure("semiMinorAxis", minor) + measure("orientation", turn, "9102")
    one = record("pidflo", located(shaped("Ellipse", said)), ANYWHERE)
    assert one.fields["uncertainty_m"] == major
    assert shape_of(one)["orientation_deg"] == turn
    assert shape_of(one)["semi_minor_m"] == minor


corners = st.lists(
    st.tuples(st.integers(-5000, 5000), st.integers(-5000, 5000)),
    min_size=3,
    max_size=12,
    unique=True,
)


@given(latitudes, longitudes, corners, st.booleans())
def test_a_polygon_lies_in_the_smallest_circle(
    latitude: float,
    longitude: float,
    offsets: list[tuple[int, int]],
    compact: bool,
) -> None:
    points = []
    for east, north in offsets:
        azimuth = math.degrees(math.atan2(east, north))
        far = math.hypot(east, north)
        points.append([round(v, 7) for v in away(latitude, longitude, azimuth, far)])
    ring = [*points, points[0]]
    said = "".join(pos(*point) for point in ring)
    if compact:
        numbers = " ".join(f"{lat} {lon}" for lat, lon in ring)
        said = f"<gml:posList>{numbers}</gml:posList>"
    inner = f"<gml:exterior><gml:LinearRing>{said}</gml:LinearRing></gml:exterior>"
    one = record("pidflo", located(shaped("Polygon", inner)), ANYWHERE)
    assert shape_of(one)["points"] == points
    radius = float(one.fields["uncertainty_m"])
    assert max(distance(one, *point) for point in points) <= radius + 1e-6
    # No circle is smaller than half of the longest way through it, or larger than
    # what Jung's theorem allows.
    longest = max(
        float(GEOD.inv(p[1], p[0], q[1], q[0])[2]) for p in points for q in points
    )
    assert longest / 2 - 0.02 <= radius <= longest / math.sqrt(3) * 1.001 + 0.05


@pytest.mark.parametrize(
    ("uom", "value", "degrees"),
    [("9102", 90.0, 90.0), ("9101", math.pi / 2, 90.0), ("9105", 100.0, 90.0)],
)
def test_angles_in_other_units(uom: str, value: float, degrees: float) -> None:
    said = pos(42, -73) + measure("semiMajorAxis", 20) + measure("semiMinorAxis", 10)
    said += measure("orientation", value, uom)
    one = record("pidflo", located(shaped("Ellipse", said)))
    assert shape_of(one)["orientation_deg"] == pytest.approx(degrees)


@pytest.mark.parametrize(
    ("uom", "value", "wanted"), [("9036", 1.5, 1500), ("9002", 100, 30.48)]
)
def test_lengths_in_other_units(uom: str, value: float, wanted: float) -> None:
    said = pos(42, -73) + measure("radius", value, uom)
    one = record("pidflo", located(shaped("Circle", said)))
    assert one.fields["uncertainty_m"] == pytest.approx(wanted)


def test_a_length_in_degrees_is_no_length() -> None:
    said = pos(42, -73) + measure("radius", 5, "9102")
    one = record("pidflo", located(shaped("Circle", said)))
    assert "uncertainty_m" not in one.fields
    assert {"bad_value", "uncertainty_not_given"} <= set(one.warnings)


@pytest.mark.parametrize(
    "srs",
    [
        "urn:ogc:def:crs:EPSG::4326",
        "urn:ogc:def:crs:EPSG::4979",
        "EPSG:4326",
        "epsg:4326",
        "urn:ogc:def:crs:EPSG:6.9:4326",
        "http://www.opengis.net/def/crs/EPSG/0/4326",
        "http://www.opengis.net/gml/srs/epsg.xml#4326",
    ],
)
def test_names_of_the_same_system(srs: str) -> None:
    one = record("pidflo", located(shaped("Point", pos(42.1, -88.2, 7), srs)))
    assert (one.fields["latitude"], one.fields["longitude"]) == (42.1, -88.2)
    assert one.fields["altitude_m"] == 7


def test_longitude_first_where_the_system_says_so() -> None:
    data = located(shaped("Point", pos(-88.2, 42.1), "urn:ogc:def:crs:OGC:1.3:CRS84"))
    one = record("pidflo", data)
    assert (one.fields["latitude"], one.fields["longitude"]) == (42.1, -88.2)


@pytest.mark.parametrize("srs", ["urn:ogc:def:crs:EPSG::26916", "nonsense", "4326x"])
def test_another_system_is_not_guessed(srs: str) -> None:
    one = record("pidflo", located(shaped("Point", pos(42.1, -88.2), srs)))
    assert "latitude" not in one.fields
    assert one.warnings == ("location_not_read", "not_wgs84")


def test_no_system_is_warned_of() -> None:
    data = located(f"<gml:Point>{pos(42.1, -88.2)}</gml:Point>")
    one = record("pidflo", data)
    assert one.fields["latitude"] == 42.1
    assert "schema_not_met" in one.warnings


@pytest.mark.parametrize(
    ("settings", "said", "warning"),
    [
        (LineSettings(), (-105.2, 40.0), "lat_lon_swapped"),  # no such latitude
        (LineSettings(), (-88.2, 41.9), "lat_lon_swapped"),  # nobody calls from there
        (HOME, (-88.2, 41.9), "lat_lon_swapped"),
        (HOME, (41.9, 88.2), "west_sign_missing"),
    ],
)
def test_wrong_axes_are_put_right_and_said(
    settings: LineSettings, said: tuple[float, float], warning: str
) -> None:
    one = record("pidflo", located(shaped("Point", pos(*said))), settings)
    assert warning in one.warnings
    assert 39 < float(one.fields["latitude"]) < 42.5
    assert -106 < float(one.fields["longitude"]) < -88


def test_a_shape_is_put_right_as_a_whole() -> None:
    ring = pos(-88.2, 41.9) + pos(-88.1, 41.9) + pos(-88.1, 42.0) + pos(-88.2, 41.9)
    inner = f"<gml:exterior><gml:LinearRing>{ring}</gml:LinearRing></gml:exterior>"
    one = record("pidflo", located(shaped("Polygon", inner)), HOME)
    assert shape_of(one)["points"] == [[41.9, -88.2], [41.9, -88.1], [42.0, -88.1]]


@pytest.mark.parametrize("said", [(-33.9, 18.4), (48.1, 14.5), (-34.4, 150.9)])
def test_other_continents_are_left_alone(said: tuple[float, float]) -> None:
    one = record("pidflo", located(shaped("Point", pos(*said))))
    assert (one.fields["latitude"], one.fields["longitude"]) == said
    assert one.warnings == ("confidence_not_given", "uncertainty_not_given")


def test_far_from_home_is_said() -> None:
    one = record("pidflo", located(shaped("Point", pos(30.0, -80.0))), HOME)
    assert "outside_extent" in one.warnings
    assert one.fields["latitude"] == 30.0


RING = "<gml:exterior><gml:LinearRing>{}</gml:LinearRing></gml:exterior>"
DEGENERATE = {
    "one corner": (pos(42, -73), ("bad_value",), None),
    "the same corner thrice": (pos(42, -73) * 3, ("bad_value",), None),
    "two corners": (pos(42, -73) + pos(42.01, -73), ("bad_value",), None),
    "not closed": (
        pos(42, -73) + pos(42.01, -73) + pos(42, -73.01),
        ("bad_value",),
        3,
    ),
    "on a line": (
        pos(42, -73) + pos(42.01, -73) + pos(42.02, -73) + pos(42, -73),
        (),
        3,
    ),
    "crossing itself": (
        pos(42, -73) + pos(42.01, -73.01) + pos(42.01, -73) + pos(42, -73.01)
        + pos(42, -73),
        (),
        4,
    ),
    "a word among it": (
        pos(42, -73) + pos(42.01, "x") + pos(42.01, -73) + pos(42, -73.01)
        + pos(42, -73),
        ("bad_value",),
        3,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_polygons(case: str) -> None:
    ring, warnings, corners_left = DEGENERATE[case]
    one = record("pidflo", located(shaped("Polygon", RING.format(ring))))
    assert set(warnings) <= set(one.warnings)
    assert float(one.fields["latitude"]) == pytest.approx(42, abs=0.02)
    if corners_left is None:
        assert "shape" not in one.fields
    else:
        points = shape_of(one)["points"]
        assert isinstance(points, list)
        assert len(points) == corners_left


def test_no_corner_is_no_polygon() -> None:
    one = record("pidflo", located(shaped("Polygon", RING.format(""))))
    assert one.warnings == ("location_not_read",)


BROKEN = {
    "a document type": b'<!DOCTYPE a [<!ENTITY b "c">]><presence>&b;</presence>',
    "a bomb": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "'
    + b"&a;" * 50
    + b'">]><presence>&b;</presence>',
    "an outside file": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><presence/>',
    "cut in the middle": located(shaped("Point", pos(42, -73)))[:-60],
    "an unknown encoding": b'<?xml version="1.0" encoding="x-none"?><presence/>',
    "nothing but a bracket": b"<",
    "too deep": b"<presence>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</presence>",
}


@pytest.mark.parametrize("case", BROKEN)
def test_unsafe_or_broken_is_noise(case: str) -> None:
    (one,) = hear("pidflo", BROKEN[case])
    assert isinstance(one, Noise)
    assert one.raw == BROKEN[case]


@pytest.mark.parametrize(
    "data",
    [
        b'<presence xmlns="urn:ietf:params:xml:ns:pidf"/>',
        b'<presence xmlns="urn:ietf:params:xml:ns:pidf"><tuple id="a"/></presence>',
        located(""),
        located("<gml:Point/>"),
        located(shaped("Circle", measure("radius", 5))),
        located(shaped("Point", pos("north", "south"))),
        located(shaped("Point", pos(95, 200))),
        located(shaped("Point", pos("1e400", "1e999"))),
    ],
)
def test_no_location_is_said(data: bytes) -> None:
    one = record("pidflo", data)
    assert "location_not_read" in one.warnings
    assert "latitude" not in one.fields


def test_null_island_is_no_fix() -> None:
    one = record("pidflo", located(shaped("Point", pos(0, 0))))
    assert "no_fix" in one.warnings
    assert "latitude" not in one.fields


@pytest.mark.parametrize(
    ("text", "value", "warning"),
    [
        ("95", 95, None),
        ("unknown", None, "confidence_not_given"),
        ("0", None, "confidence_not_given"),
        ("120", None, "bad_value"),
        ("high", None, "bad_value"),
    ],
)
def test_confidence(text: str, value: float | None, warning: str | None) -> None:
    inner = shaped("Circle", pos(42, -73) + measure("radius", 5))
    inner += f"<con:confidence>{text}</con:confidence>"
    one = record("pidflo", located(inner))
    assert one.fields.get("confidence_pct") == value
    assert one.warnings == (() if warning is None else (warning,))
