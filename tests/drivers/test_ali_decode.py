"""What the decoder makes of records, field by field."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ali_records import WIRELESS, WIRELINE, arrived, lines, one

from aliquot.drivers.lines.ali import DRIVER, layout_names, parse_bytes
from aliquot.drivers.lines.api import (
    FIELD_NAMES,
    AliRecord,
    Extent,
    Framing,
    LineDriver,
)


def test_the_driver_is_one() -> None:
    assert isinstance(DRIVER, LineDriver)
    assert DRIVER.name == "ali"
    names = layout_names()
    assert {"ali_30w", "ali_32x15", "ali_nws", "generic_labelled"} <= set(names)
    assert len(set(names)) == len(names)


def test_a_wireless_record() -> None:
    record = one(lines(WIRELESS))
    assert record.layout == "ali_32x15"
    assert dict(record.fields) == {
        "callback_number": "3157780000",
        "pani": "3155114631",
        "class_of_service": "WPH2",
        "customer_name": "TEST CELL",
        "house_number": "4178",
        "street_name": "NYS RTE 193",
        "community": "ELLISBURG",
        "state": "NY",
        "location": "NE SECTOR",
        "esn": "01315",
        "company_id": "VZW",
        "latitude": 43.809389,
        "longitude": -76.116285,
        "uncertainty_m": 299,
        "confidence_pct": 90,
        "trunk": "095",
        "record_date": "--03-07",
        "record_time": "06:56:39",
        "law": "WIRELESS CALL",
        "fire": "VERIFY CALLER'S NUMBER",
        "ems": "VERIFY LOCATION",
    }
    assert record.warnings == ("wireless_address_is_tower",)
    assert record.framing is Framing.WHOLE
    assert list(record.fields) == [n for n in FIELD_NAMES if n in record.fields]


def test_a_wireline_record_has_nothing_to_warn_of() -> None:
    record = one(lines(WIRELINE))
    assert record.warnings == ()
    assert "pani" not in record.fields
    names = ("prefix_directional", "street_name", "street_suffix", "post_directional")
    assert [record.fields[n] for n in names] == ["N", "MAIN", "ST", "E"]


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("PATRICK RD", {"street_name": "PATRICK", "street_suffix": "RD"}),
        ("I 81", {"street_name": "I 81"}),
        ("FRANKLIN", {"street_name": "FRANKLIN"}),
        ("W END AVE", {"street_name": "W END AVE"}),
        ("MAIN ST & ELM ST", {"street_name": "MAIN ST & ELM ST"}),
        ("AVENUE ST", {"street_name": "AVENUE ST"}),
        ("ST", {"street_name": "ST"}),
        ("1 MI SE OF TOWN RD", {"street_name": "1 MI SE OF TOWN RD"}),
        ("E ST", {"street_name": "E", "street_suffix": "ST"}),
    ],
)
def test_a_street_is_split_only_where_there_is_one_way(
    street: str, expected: dict[str, str]
) -> None:
    padded = street.ljust(47)
    rows = {4: "      12         " + padded[:15], 5: padded[15:]}
    fields = one(lines(WIRELINE, rows)).fields
    got = {n: v for n, v in fields.items() if "street" in n or "direct" in n}
    assert got == expected


def test_a_street_broken_in_a_word_is_joined_and_its_span_covers_it() -> None:
    record = one(lines(WIRELINE, {4: "      12         LONG STREET NAM", 5: "ES RD"}))
    assert record.fields["street_name"] == "LONG STREET NAMES"
    begin, end = record.spans["street_name"]
    assert record.raw[begin:end] == b"LONG STREET NAM\r\nES"


@pytest.mark.parametrize(
    ("text", "sector"),
    [
        ("CO RTE 189 - N SECTOR", "N SECTOR"),
        ("STATE ROUTE 3  -NW SECTOR", "NW SECTOR"),
        ("COUNTY HILL SECTORW", "SECTORW"),
        ("MAIN ST OMNI", "OMNI"),
    ],
)
def test_the_sector_of_a_tower_is_a_location(text: str, sector: str) -> None:
    padded = text.ljust(47)
    rows = {4: "      12         " + padded[:15], 5: padded[15:]}
    record = one(lines(WIRELESS, rows))
    assert record.fields["location"] == sector
    assert "SECTOR" not in str(record.fields["street_name"])
    assert "wireless_address_is_tower" in record.warnings


def test_house_numbers() -> None:
    record = one(lines(WIRELINE, {4: "38890-94         MAIN ST"}))
    assert record.fields["house_number"] == "38890-94"
    assert record.warnings == ("house_number_range",)
    record = one(lines(WIRELINE, {4: "      12 1/2     MAIN ST"}))
    assert record.fields["house_number_suffix"] == "1/2"
    record = one(lines(WIRELINE, {4: "      12 NE      MAIN ST"}))
    assert record.fields["prefix_directional"] == "NE"
    assert "house_number_suffix" not in record.fields
    assert "house_number" not in one(lines(WIRELINE, {4: "       0  "})).fields


@pytest.mark.parametrize(
    ("number", "warning"),
    [
        ("911-123-4567", "uninitialised_handset"),
        ("315-511-4631", "callback_is_pani"),
        ("315-211-4501", "callback_is_pani"),
        ("911-0012    ", "ani_failure"),
        ("315-911-0012", "ani_failure"),
        ("000-000-0000", "no_callback"),
    ],
)
def test_what_must_not_be_dialled_is_no_callback(number: str, warning: str) -> None:
    first = number + " 03/07 06:56:39  095"
    record = one(lines(WIRELESS, {1: first}))
    assert "callback_number" not in record.fields
    assert {warning, "no_callback"} <= set(record.warnings)


def test_the_second_number() -> None:
    own = one(lines(WIRELINE, {11: "MTN:315-999-0000       CPF:CZNE "}))
    assert "pani" not in own.fields
    other = one(lines(WIRELESS, {11: "MTN:315-999-0000       CPF:VZW  "}))
    assert other.fields["pani"] == "3159990000"
    same = one(lines(WIRELESS, {11: "MTN:315-778-0000       CPF:VZW  "}))
    assert "pani" not in same.fields
    voip = {3: "TEST                        VOIP"}
    assert "pani" in one(lines(WIRELESS, voip)).fields


@pytest.mark.parametrize(
    ("text", "fields", "warning"),
    [
        ("COF:          COP:090", {"confidence_pct": 90}, "uncertainty_not_given"),
        ("COF:0         COP:000", {}, "confidence_not_given"),
        ("COF:4043      COP:100", {"uncertainty_m": 4043}, "area_only"),
        ("COF:103526    COP:090", {"uncertainty_m": 103526}, "uncertainty_useless"),
        ("COF:xx        COP:090", {"confidence_pct": 90}, "bad_value"),
        ("COF:299       COP:190", {"uncertainty_m": 299}, "bad_value"),
    ],
)
def test_unknown_radius_is_absent_and_never_0(
    text: str, fields: dict[str, int], warning: str
) -> None:
    record = one(lines(WIRELESS, {10: "ELV:+00000 " + text}))
    names = ("uncertainty_m", "confidence_pct")
    got = {n: record.fields[n] for n in names if n in record.fields}
    assert got.items() >= fields.items()
    assert 0 not in got.values()
    assert warning in record.warnings


def test_points_are_judged() -> None:
    extent = Extent(43.5, -76.5, 44.5, -75.0)
    good = one(lines(WIRELESS), extent=extent)
    assert "outside_extent" not in good.warnings
    swapped = {9: "LAT:-076.116285  LON:+043.809389"}
    record = one(lines(WIRELESS, swapped), extent=extent)
    assert record.fields["latitude"] == 43.809389
    assert "lat_lon_swapped" in record.warnings
    begin, end = record.spans["latitude"]
    assert record.raw[begin:end] == b"+043.809389"
    unsigned = one(lines(WIRELESS, {9: "LAT:043.809389   LON:076.116285"}))
    assert unsigned.fields["longitude"] == -76.116285
    assert "west_sign_missing" in unsigned.warnings
    far = one(lines(WIRELESS, {9: "LAT:+040.400000  LON:-074.400000"}), extent=extent)
    assert far.fields["latitude"] == 40.4
    assert "outside_extent" in far.warnings
    plane = one(lines(WIRELESS, {9: "LAT:1869354      LON:6452132   "}))
    assert "latitude" not in plane.fields
    assert "not_wgs84" in plane.warnings
    null = one(lines(WIRELESS, {9: "LAT:+000.000000  LON:+000.000000"}))
    assert "no_fix" in null.warnings
    blank = one(lines(WIRELESS, {9: WIRELINE[9], 10: WIRELINE[10]}))
    assert "no_fix" in blank.warnings
    cut = one(lines(WIRELESS, {9: "LAT:+043.8 09    LON:-076.116285"}))
    assert "bad_value" in cut.warnings
    assert "longitude" not in cut.fields


def test_no_record_found() -> None:
    text = "800-932-3822 NO RECORD FOUND"
    blank = dict.fromkeys(range(1, 16), "") | {1: text, 12: "-911ai.com-"}
    for data in (lines(blank), text.encode(), text.encode() + b"\r"):
        record = one(data)
        assert dict(record.fields) == {"callback_number": "8009323822"}
        assert record.warnings == ("no_record_found",)


@pytest.mark.parametrize(
    ("service", "warning"),
    [("UNKN", "no_record_found"), ("FAIL", "ani_failure")],
)
def test_classes_that_say_that_something_failed(service: str, warning: str) -> None:
    record = one(lines(WIRELINE, {3: f"{'':<28}{service}"}))
    assert record.fields["class_of_service"] == service
    assert warning in record.warnings


@pytest.mark.parametrize("service", ["", "R"])
def test_empty_and_one_letter_classes(service: str) -> None:
    record = one(lines(WIRELINE, {3: f"{'MOBILITY, AT&T':<28}{service}"}))
    assert record.fields.get("class_of_service", "") == service
    assert record.fields["customer_name"] == "MOBILITY, AT&T"
    assert record.warnings == ()


@pytest.mark.parametrize(
    ("first", "when", "date"),
    [
        ("12/31 23:59:50", datetime(2026, 1, 1, 5, 0, 5, tzinfo=UTC), "2025-12-31"),
        ("01/01 00:00:10", datetime(2025, 12, 31, 23, 59, tzinfo=UTC), "2026-01-01"),
        ("03/07 06:56:39", datetime(2026, 3, 7, 11, 57, tzinfo=UTC), "2026-03-07"),
        ("02/29 06:56:39", datetime(2027, 3, 1, 11, 57, tzinfo=UTC), "2028-02-29"),
    ],
)
def test_the_year_nearest_to_the_arrival(first: str, when: datetime, date: str) -> None:
    data = lines(WIRELINE, {1: f"315-778-0000 {first}  095"})
    record = arrived(data, when)
    assert record.fields["record_date"] == date
    assert "year_inferred" in record.warnings
    assert str(one(data).fields["record_date"]).startswith("--")


def test_a_day_that_is_none_is_said() -> None:
    data = lines(WIRELINE, {1: "315-778-0000 02/30 06:56:39  095"})
    record = arrived(data, datetime(2026, 3, 1, tzinfo=UTC))
    assert "bad_value" in record.warnings


def test_stale_needs_the_zone_or_more_than_a_day() -> None:
    data = lines(WIRELINE)
    zone = "America/New_York"  # UTC-5 on 7 March
    at = datetime(2026, 3, 7, 11, 57, tzinfo=UTC)
    assert "stale" not in arrived(data, at, time_zone=zone).warnings
    late = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
    assert "stale" in arrived(data, late, time_zone=zone).warnings
    assert "stale" not in arrived(data, late).warnings
    assert "stale" in arrived(data, datetime(2026, 3, 9, tzinfo=UTC)).warnings
    assert "stale" not in arrived(data, late, time_zone="No/Where").warnings


def test_bytes_outside_ascii_are_kept_and_said() -> None:
    latin = one(lines(WIRELINE, {4: "      12 \xbd       MAIN ST"}))
    assert latin.fields["house_number_suffix"] == "½"
    assert "undecodable_bytes" in latin.warnings
    cp437 = one(lines(WIRELINE, {4: "      12 \xab       MAIN ST"}))
    assert cp437.fields["house_number_suffix"] == "½"


def test_a_cut_record_keeps_what_it_has() -> None:
    data = lines(WIRELESS)
    record = one(data[:150])
    assert record.fields["callback_number"] == "3157780000"
    assert "cut" in record.warnings
    for end in range(28, len(data)):
        (heard,) = parse_bytes(data[:end])
        assert isinstance(heard, AliRecord)


def test_30w() -> None:
    rows = (
        "(509) 511-7516 WPH1 01/13 13:19",
        "TEST MOBILITY               ",
        "       123U      P#509-511-7516",
        "E  MAIN ST              ",
        " N Sector           ",
        "CALLBK=(509)560-0000ATTMO 02948",
        "WA TONASKET",
    )
    record = one("\r".join(rows).encode() + b"\r")
    assert dict(record.fields) == {
        "callback_number": "5095600000",
        "pani": "5095117516",
        "class_of_service": "WPH1",
        "customer_name": "TEST MOBILITY",
        "house_number": "123",
        "house_number_suffix": "U",
        "prefix_directional": "E",
        "street_name": "MAIN",
        "street_suffix": "ST",
        "community": "TONASKET",
        "state": "WA",
        "location": "N Sector",
        "esn": "02948",
        "company_id": "ATTMO",
        "record_date": "--01-13",
        "record_time": "13:19",
    }


def test_a_line_that_is_too_long_does_not_lose_the_record() -> None:
    data = lines(WIRELESS).replace(b"TEST CELL  ", b"TEST CELL     ")
    record = one(data)
    assert record.fields["latitude"] == 43.809389
    assert "bad_value" in record.warnings


def test_a_date_that_is_yet_to_come_is_said() -> None:
    data = lines(WIRELINE, {1: "315-778-0000 06/20 06:56:39  095"})
    at = datetime(2026, 3, 7, 11, 57, tzinfo=UTC)
    assert "future_date" in arrived(data, at).warnings
    soon = lines(WIRELINE, {1: "315-778-0000 03/09 06:56:39  095"})
    assert "future_date" not in arrived(soon, at).warnings
