"""Pasted locations: every notation there and back, chance left alone, any text."""

from __future__ import annotations

import math
import time
from functools import partial

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from linear import stays_below

from aliquot.console.domain.grid import usng
from aliquot.console.domain.pasted import (
    SAID,
    PastedKind,
    PastedLocation,
    parse_location,
)

HERE = (42.9012, -71.9021)


def read(text: str) -> PastedLocation:
    found = parse_location(text)
    assert found is not None, text
    assert set(found.warnings) <= set(SAID)
    assert (found.latitude is None) is (found.longitude is None)
    return found


def is_here(found: PastedLocation, metres: float = 20.0) -> bool:
    assert found.latitude is not None
    assert found.longitude is not None
    north = (found.latitude - HERE[0]) * 111_320
    east = (found.longitude - HERE[1]) * 111_320 * math.cos(math.radians(HERE[0]))
    return math.hypot(north, east) < metres


WRITTEN = {
    "geo:42.9012,-71.9021": PastedKind.GEO_URI,
    "geo:42.9012,-71.9021,105.5;crs=wgs84;u=15": PastedKind.GEO_URI,
    "GEO:42.9012,-71.9021;CRS=WGS84": PastedKind.GEO_URI,
    "geo:0,0?q=42.9012,-71.9021(Where I am)": PastedKind.GEO_URI,
    "https://maps.google.com/?q=42.9012,-71.9021": PastedKind.LINK,
    "I'm here https://maps.google.com/maps?q=42.9012%2C-71.9021&z=17.": PastedKind.LINK,
    "https://www.google.com/maps/search/42.9012,+-71.9021?entry=tts": PastedKind.LINK,
    "https://www.google.com/maps/place/42%C2%B054'04.3%22N+71%C2%B054'07.6%22W/@42.95,"
    "-71.95,17z/data=!3m1!4b1!4m4!3m3!8m2!3d42.9012!4d-71.9021": PastedKind.LINK,
    "http://maps.google.com/?q=42%C2%B054%2704.3%22N+71%C2%B054%2707.6%22W": PastedKind.LINK,
    "https://maps.apple.com/?ll=42.9012,-71.9021&q=Dropped%20Pin": PastedKind.LINK,
    "https://maps.apple.com/place?coordinate=42.9012,-71.9021": PastedKind.LINK,
    "https://www.openstreetmap.org/?mlat=42.9012&mlon=-71.9021#map=9/42.1/-71.1": (
        PastedKind.LINK
    ),
    "https://www.bing.com/maps?sp=point.42.9012_-71.9021_x&cp=42.1~-71.1": PastedKind.LINK,
    "https://waze.com/ul?ll=42.9012%2C-71.9021&navigate=yes": PastedKind.LINK,
    "https://www.waze.com/live-map/directions?to=ll.42.9012%2C-71.9021": PastedKind.LINK,
    "https://example.org/share?lat=42.9012&lon=-71.9021": PastedKind.LINK,
    "42.9012,-71.9021": PastedKind.DECIMAL,
    "42.9012, -71.9021": PastedKind.DECIMAL,
    "42.9012 -71.9021": PastedKind.DECIMAL,
    "42.9012;-71.9021": PastedKind.DECIMAL,
    "42.9012\n-71.9021": PastedKind.DECIMAL,
    "(42.9012, −71.9021)": PastedKind.DECIMAL,
    "42,9012; -71,9021": PastedKind.DECIMAL,
    "42,9012 -71,9021": PastedKind.DECIMAL,
    "N42.9012 W71.9021": PastedKind.DECIMAL,
    "N 42.9012, W 71.9021": PastedKind.DECIMAL,
    "42.9012N 71.9021W": PastedKind.DECIMAL,
    "71.9021 W, 42.9012 N": PastedKind.DECIMAL,
    "+42.9012-071.9021/": PastedKind.DECIMAL,
    "lat 42.9012 lon -71.9021": PastedKind.DECIMAL,
    "Latitude: 42.9012, Longitude: -71.9021": PastedKind.DECIMAL,
    '{"lng": -71.9021, "lat": 42.9012}': PastedKind.DECIMAL,
    "42.9012° N, 71.9021° W": PastedKind.DMS,
    "42°54'04.3\"N 71°54'07.6\"W": PastedKind.DMS,
    "42° 54′ 04.3″ N, 71° 54′ 07.6″ W": PastedKind.DMS,
    "42º54'04.3''N71º54'07.6''W": PastedKind.DMS,
    "42 deg 54' 4.3\" N, 71 deg 54' 7.6\" W": PastedKind.DMS,
    "42 54 04.3 N 71 54 07.6 W": PastedKind.DMS,
    "42 54 04.3, -71 54 07.6": PastedKind.DMS,
    "42:54:04.3 -71:54:07.6": PastedKind.DMS,
    "42:54:04.3N 71:54:07.6W": PastedKind.DMS,
    "Location Saved by X - LL(42:54:04.3200,-71:54:07.5600)": PastedKind.DMS,
    "N42 54.072 W071 54.126": PastedKind.DMS,
    "42° 54.072' N 71° 54.126' W": PastedKind.DMS,
    "42-54-04.3N 071-54-07.6W": PastedKind.DMS,
    "425404.3N0715407.6W": PastedKind.DMS,
    "19T BH 63068 53929": PastedKind.USNG,
    "19TBH6306853929": PastedKind.USNG,
    "19tbh 6306 5392": PastedKind.USNG,
    'A"ML=1;lt=+42.901200;lg=-71.902100;rd=12;top=20261121182336;lc=68;pm=G;ml=1': (
        PastedKind.AML
    ),
    'A"ML=2;et=1593187189;lo=42.9012,-71.9021,12;lt=45;lg=en-US': PastedKind.AML,
}


@pytest.mark.parametrize("text", WRITTEN)
def test_as_people_and_programs_write_it(text: str) -> None:
    found = read(text)
    assert found.kind is WRITTEN[text]
    assert is_here(found)
    assert found.warnings == ()
    assert found.text in text


@pytest.mark.parametrize("text", WRITTEN)
def test_within_a_sentence_of_more_than_one_line(text: str) -> None:
    if "42,9012" in text:
        pytest.skip("a decimal comma in a sentence ends a word")
    found = read(f"Hello,\nthis is 5551: {text}\nsent 10:30:00")
    assert is_here(found)
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("geo:42.9012,-71.9021;u=15.5", 15.5),
        ("geo:42.9012,-71.9021;u=0", None),
        ("42.9012, -71.9021 ±30 m", 30),
        ("42.9012, -71.9021 (accuracy: 100 ft)", 30.48),
        ("42.9012, -71.9021 within 1.5 km", 1500),
        ("42.9012, -71.9021 accuracy 0", None),
        ("42.9012, -71.9021, 30 minutes ago", None),
        ('A"ML=1;lt=42.9012;lg=-71.9021;rd=77;pm=W', 77),
        ('A"ML=1;lt=42.9012;lg=-71.9021;rd=N;pm=W', None),
    ],
)
def test_the_uncertainty(text: str, metres: float | None) -> None:
    found = read(text)
    assert is_here(found)
    assert found.uncertainty_m == (metres and pytest.approx(metres))


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("https://www.google.com/maps/@42.9012,-71.9021,17z", "view_centre"),
        ("https://www.openstreetmap.org/#map=15/42.9012/-71.9021", "view_centre"),
        ("https://www.bing.com/maps?cp=42.9012~-71.9021&lvl=16", "view_centre"),
        ("-42.9012 S, 71.9021 W", "sign_and_letter"),
        ("42.9012, -71.9021 within 5 km", "area_only"),
        ("42.9012, -71.9021 or rather 42.9112, -71.9021", "several_locations"),
        ("geo:42.9012,-71.9021 https://maps.google.com/?q=43,-71", "several_locations"),
        ("-171.9021, 42.9012", "lat_lon_swapped"),
    ],
)
def test_what_is_to_be_said_of_it(text: str, warning: str) -> None:
    found = read(text)
    assert warning in found.warnings
    assert SAID[warning] in found.said
    assert found.usable


def test_the_same_point_twice_is_one() -> None:
    text = "42.9012, -71.9021 https://maps.google.com/?q=42.90121,-71.90209"
    assert read(text).warnings == ()


@pytest.mark.parametrize("text", ["-71.9021, 42.9012", "42.9012, 71.9021"])
def test_near_the_agency_a_pair_is_put_right(text: str) -> None:
    found = parse_location(text, near=(43.0, -72.0))
    assert found is not None
    assert is_here(found)
    assert found.warnings in (("lat_lon_swapped",), ("west_sign_missing",))
    far = parse_location(text, near=(10.0, 10.0))
    assert far is not None
    assert far.warnings == ("outside_extent",)


@pytest.mark.parametrize(
    ("text", "kind", "warning"),
    [
        ("///filled.count.soap", PastedKind.THREE_WORDS, "not_resolvable"),
        ("filled.count.soap", PastedKind.THREE_WORDS, "not_resolvable"),
        (
            "at https://what3words.com/filled.count.soap",
            PastedKind.THREE_WORDS,
            "not_r",
        ),
        ("https://maps.app.goo.gl/AbCdEf", PastedKind.LINK, "short_link"),
        ("geo:42.9,-71.9;crs=nad27", PastedKind.GEO_URI, "not_wgs84"),
        ('A"ML=1;lt=+00.00000;lg=+000.00000;rd=N;pm=N', PastedKind.AML, "no_fix"),
        ('A"ML=1;lt=42.9;lg=-71.9;rd=N;pm=N', PastedKind.AML, "no_fix"),
        ('A"ML=2;lt=42.9;lg=-71.9', PastedKind.AML, "no_fix"),
        ("0.00000, 0.00000", PastedKind.DECIMAL, "no_fix"),
    ],
)
def test_what_is_known_and_cannot_be_used(
    text: str, kind: PastedKind, warning: str
) -> None:
    found = read(text)
    assert found.kind is kind
    assert not found.usable
    assert found.warnings[0].startswith(warning)


def test_what_can_be_used_comes_before_what_cannot() -> None:
    assert is_here(read("https://maps.app.goo.gl/AbCdEf 42.9012, -71.9021"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12 Elm Street, apt 4",
        "603-555-0123 and 603 555 0124",
        "from 10:30:00, 11:30:00",
        "10:30 to 11:45",
        "3 apples, 4.50 dollars",
        "192.168.1.1",
        "version 3.11.7",
        "2026-11-21 18:23:36",
        "www.example.com",
        "I live at 1 N Main St, 2 W",
        "91.0001, 181.0001",
        "42 74 04.3 N 71 54 07.6 W",
        "18T II 52871 53957",
        "61T YN 52871 53957",
        "route 18 TWO exits",
        "geo:91,0",
        "https://example.org/page?q=12",
    ],
)
def test_chance_is_no_location(text: str) -> None:
    assert parse_location(text) is None


NORTH = st.floats(-89.9, 89.9).filter(lambda x: abs(x) > 0.001)
EAST = st.floats(-179.9, 179.9).filter(lambda x: abs(x) > 0.001)


def dms(value: float, sides: str, form: str) -> str:
    """One angle with a letter; ``form`` has the places d, m, s."""
    tenths = round(abs(value) * 36_000)
    degrees, rest = divmod(tenths, 36_000)
    minutes, seconds = divmod(rest, 600)
    text = form.format(d=degrees, m=minutes, s=seconds / 10)
    return f"{text}{sides[value < 0]}"


@given(
    NORTH,
    EAST,
    st.sampled_from(["{d}°{m}'{s}\"", "{d} {m} {s} ", "{d}:{m}:{s}", "{d}-{m}-{s}"]),
    st.sampled_from([" ", ", ", "; ", "\n"]),
)
def test_degrees_minutes_seconds_there_and_back(
    north: float, east: float, form: str, between: str
) -> None:
    found = read(dms(north, "NS", form) + between + dms(east, "EW", form))
    assert found.latitude == pytest.approx(north, abs=2e-5)
    assert found.longitude == pytest.approx(east, abs=2e-5)


@given(
    NORTH,
    EAST,
    st.sampled_from(
        [
            "{n:.6f},{e:.6f}",
            "{n:.6f} {e:.6f}",
            "geo:{n:.6f},{e:.6f};u=9",
            "https://maps.google.com/?q={n:.6f},{e:.6f}",
            "https://maps.google.com/@{n:.6f},{e:.6f},15z",
            "https://x.org/a!3d{n:.6f}!4d{e:.6f}",
            "http://osm.org/?mlat={n:.6f}&mlon={e:.6f}",
            'A"ML=1;lt={n:+.6f};lg={e:+.6f};rd=9;pm=G',
            "lat={n:.6f} lon={e:.6f}",
        ]
    ),
)
def test_decimal_degrees_there_and_back(north: float, east: float, form: str) -> None:
    found = read(form.format(n=north, e=east))
    assert found.latitude == pytest.approx(north, abs=1e-6)
    assert found.longitude == pytest.approx(east, abs=1e-6)


# grid references, against another implementation of the projection

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def mgrs(north: float, east: float, places: int) -> str:
    """The reference of a point, by PROJ's transverse Mercator."""
    zone = int((east + 180) // 6) + 1
    band = "CDEFGHJKLMNPQRSTUVWXX"[int((north + 80) // 8)]
    epsg = (32600 if north >= 0 else 32700) + zone
    to = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
    x, y = to.transform(east, north)
    column = LETTERS[(zone - 1) % 3 * 8 + int(x // 100_000) - 1]
    row = LETTERS[:20][(int(y // 100_000) + (5 if zone % 2 == 0 else 0)) % 20]
    step = 10 ** (5 - places)
    digits = [f"{int(v % 100_000 // step):0{places}}" if places else "" for v in (x, y)]
    return f"{zone}{band} {column}{row} {' '.join(digits)}".strip()


@given(st.floats(-79.9, 83.9), st.floats(-179.99, 179.99), st.integers(2, 5))
def test_grid_references_there_and_back(north: float, east: float, places: int) -> None:
    found = read(mgrs(north, east, places))
    assert found.kind is PastedKind.USNG
    assert found.latitude is not None
    assert found.longitude is not None
    assert found.uncertainty_m == pytest.approx(10 ** (5 - places) / math.sqrt(2))
    geod = pyproj.Geod(ellps="WGS84")
    _, _, metres = geod.inv(east, north, found.longitude, found.latitude)
    assert metres <= found.uncertainty_m * 1.002 + 0.01


@pytest.mark.parametrize(
    "digits", ["", "65", "6353", "630539", "63065392", "6306853929"]
)
def test_every_precision_says_how_wide_it_is(digits: str) -> None:
    found = read(f"USNG: 19T BH {digits}")
    size = 10 ** (5 - len(digits) // 2)
    assert found.uncertainty_m == pytest.approx(size / math.sqrt(2))
    assert is_here(found, found.uncertainty_m * 1.01 + 5)
    assert ("area_only" in found.warnings) is (size > 5000)


def test_a_plus_code() -> None:
    """The worked example of the notation's own documents: 20.3701135, 2.78223535."""
    found = read("7FG49QCJ+2VX")
    assert found.kind is PastedKind.PLUS_CODE
    assert found.latitude == pytest.approx(20.3701125, abs=1e-6)
    assert found.longitude == pytest.approx(2.782234375, abs=1e-6)
    assert found.uncertainty_m is not None
    assert 1 < found.uncertainty_m < 3


@given(
    st.integers(-5, 99),
    st.sampled_from(LETTERS),
    st.text(LETTERS, min_size=2, max_size=2),
    st.integers(0, 5).flatmap(
        lambda n: st.text("0123456789", min_size=2 * n, max_size=2 * n)
    ),
)
def test_any_reference_is_a_cell_on_the_globe_or_none(
    zone: int, band: str, square: str, digits: str
) -> None:
    cell = usng(zone, band, square, digits)
    if cell is not None:
        assert -81 <= cell.latitude <= 85
        assert -180 <= cell.longitude < 180


# any text at all

PIECES = st.sampled_from(
    ["42.9", ",", " ", "-71.9", "N", "°", "'", '"', ":", "geo:", "https://", "?q=", "18T",
     "YN", "52871", 'A"ML=1;', "lt=", "///", "a.b.c", "\n", "±", "m", "%C2%B0", "!3d", "/@"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_taken(text: str) -> None:
    found = parse_location(text)
    if found is not None and found.latitude is not None and found.longitude is not None:
        assert -90 <= found.latitude <= 90
        assert -180 <= found.longitude <= 180
        assert found.uncertainty_m is None or found.uncertainty_m > 0


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "1.", "42.9,", "-", "N", "a.", "geo:1,", "18T ", "https://", "lat 1 ",
     'A"ML=1;', "%41", " ", "1:", "1'", "/", "=1&", "(", "12 34 56 "],
)  # fmt: skip
def test_the_time_is_linear(piece: str) -> None:
    """Four times the text takes about four times as long, not sixteen."""

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        begun = time.process_time()
        parse_location(text)
        return time.process_time() - begun

    assert stays_below(partial(seconds, 25_000), partial(seconds, 100_000), 8, 0.01)
