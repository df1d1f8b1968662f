"""Texts that went wrong when somebody tried them, and what they must say."""

from __future__ import annotations

import re

import pytest
from ali_records import decode, frames, hear, in_lines
from ali_records import record as a_record

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord, LineSettings


def one(text: str, **options: object) -> AliRecord:
    settings = LineSettings(**options)  # type: ignore[arg-type]
    (heard,) = parse_bytes(text.encode("latin-1"), settings)
    assert isinstance(heard, AliRecord), text
    return heard


@pytest.mark.parametrize("country", ["US", "GB"])
@pytest.mark.parametrize(
    "text",
    [
        "CALLBACK=(208)555-0100 LAT=+47.654321 LON=+000.000000 UNC=33",
        "LAT:+000.000000 LON:-081.610000 COF:5 COP:090",
        "ALT#=(217)555-0100 X=-089.123456 Y=+000.000000 TELCO=VZW",
    ],
)
def test_a_point_with_one_coordinate_of_zero_is_no_fix(text: str, country: str) -> None:
    record = one(text, site_country=country)
    assert not {"latitude", "longitude"} & record.fields.keys()
    assert "no_fix" in record.warnings


@pytest.mark.parametrize(
    "number",
    ["=12075550144", ": +1 207 555 0144", ": 1-207-555-0144", "=+1(207)555-0144"],
)
def test_a_one_in_front_of_ten_digits_is_no_part_of_the_number(number: str) -> None:
    record = one(f"CALLBACK{number} LAT=+44.654321 LON=-069.100000 UNC=33")
    assert record.fields["callback_number"] == "2075550144"
    assert "bad_value" not in record.warnings


@pytest.mark.parametrize("number", ["12075110144", "1-911-555-0144", "+1 207 211 0144"])
def test_behind_a_one_too_no_routing_number_is_to_be_called(number: str) -> None:
    record = one(f"CALLBACK={number} LAT=+44.654321 LON=-069.100000 UNC=33")
    assert "callback_number" not in record.fields
    assert {"callback_is_pani", "uninitialised_handset"} & set(record.warnings)


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        (
            "Bald Hill - NW Sector USCC WPH2Romney WV LAT:+039.320000 "
            + "LON:-078.430000 COF:25 COP:090",
            {"class_of_service": "WPH2", "company_id": "USCC", "confidence_pct": 90},
        ),
        (
            "Cooper Mtn USCC WPH2Romney WV LAT:+039.320000 LON:-078.430000 "
            + "COF:25 COP:090",
            {"location": "Cooper Mtn", "company_id": "USCC", "latitude": 39.32},
        ),
        (
            "123 Main St FRNT RESDRomney WV LAT: LON:",
            {"class_of_service": "RESD", "company_id": "FRNT"},
        ),
        ("Bald Hill USCC WPH2ROMNEY WV LAT: LON:", {"class_of_service": "WPH2"}),
    ],
)
def test_a_record_of_hampshire_with_all_its_labels(
    rest: str, expected: dict[str, object]
) -> None:
    record = one(f"201 (304)822-0000 06/26/2015 08:29 {rest}")
    common = {
        "callback_number": "3048220000",
        "state": "WV",
        "position": "01",
        "record_date": "2015-06-26",
        "record_time": "08:29",
    }
    assert common | expected == {
        name: record.fields[name] for name in common | expected
    }
    assert str(record.fields["community"]).upper() == "ROMNEY"
    assert "bad_value" not in record.warnings


def test_a_mountain_is_no_label() -> None:
    record = one("LOC: Cooper Mtn LAT: 39.321234 LON: -78.431234")
    assert "bad_value" not in record.warnings
    assert "pani" not in record.fields


def test_without_a_class_an_unreliable_number_has_a_warning() -> None:
    text = "Originating Phone (unreliable) 2055550144 for position 03"
    assert "class_not_readable" in one(text).warnings
    sure = one(f"Class of Service: RESD {text}")
    assert sure.fields["callback_number"] == "2055550144"
    assert "class_not_readable" not in sure.warnings


def test_few_decimals_are_a_point_with_a_warning() -> None:
    record = one("MOBILITY, AT&T (205) 555-0133 LAT: 34.123 LON: -87.9")
    assert (record.fields["latitude"], record.fields["longitude"]) == (34.123, -87.9)
    assert "cut" in record.warnings


def test_fewer_decimals_than_a_full_twin_are_the_rest_of_a_value() -> None:
    record = one("CLASS: WPH2 LAT: 34.123456 LON: -87.9")
    assert not {"latitude", "longitude"} & record.fields.keys()
    assert {"cut", "no_fix"} <= set(record.warnings)


SPILLMAN = """\
207
801-555-0143 11:41:01 12312015
VERIZON WIRELESS
4625 WPH2
LAKE PARK BLVD
PL LEC VZW
SALT LAKE CITY UT
BLDG
UNIT FLR ESN 319
P#801-511-1200 ALT#801-555-0177
X-111.651234 Y+40.231234 CF90
UNC25 Z ZUNC
SPILLMAN SHERIFF
SPILLMAN FIRE
SPILLMAN EMS
"""


def test_values_that_touch_their_short_labels() -> None:
    record = one(SPILLMAN)
    assert record.layout == "ali_spillman"
    expected = {
        "callback_number": "8015550177",
        "pani": "8015111200",
        "latitude": 40.231234,
        "longitude": -111.651234,
        "confidence_pct": 90,
        "uncertainty_m": 25,
        "law": "SPILLMAN SHERIFF",
        "ems": "SPILLMAN EMS",
    }
    assert expected == {name: record.fields.get(name) for name in expected}


def test_a_word_with_x_in_front_is_no_longitude() -> None:
    record = one("LOC: BOX-12 CLASS: RESD X-12 Y-4")
    assert not {"latitude", "longitude"} & record.fields.keys()
    assert "no_fix" not in record.warnings


@pytest.mark.parametrize(("last", "percent"), [("90", 90), ("100", 100), ("090", 90)])
def test_a_whole_percentage_at_the_very_end_is_a_value(last: str, percent: int) -> None:
    record = one(f"LAT:+038.877010 LON:-082.100000 COF:25 COP:{last}")
    assert record.fields["confidence_pct"] == percent
    assert "cut" not in record.warnings


@pytest.mark.parametrize("last", ["09", "10", "1"])
def test_the_beginning_of_a_percentage_of_three_digits_is_none(last: str) -> None:
    record = one(f"LAT:+038.877010 LON:-082.100000 COF:25 COP:{last}")
    assert "confidence_pct" not in record.fields
    assert "cut" in record.warnings


@pytest.mark.parametrize(
    ("text", "service", "known"),
    [
        ("CLASS: W LAT 43.8012 LON -76.1012", "W", False),
        ("CLASS: foob LAT 43.8012 LON -76.1012", "FOOB", False),
        ("class: wph2 LAT 43.8012 LON -76.1012", "WPH2", True),
        ("Class of Service: wph1 LAT 43.8012 LON -76.1012", "WPH1", True),
        ("CO=ATTMO PSAP 27 POS# 41 WPH -085.584123 42.291234", "WPH", False),
        ("CO=ATTMO PSAP 27 POS# 41 wph2 -085.584123 42.291234", "WPH2", True),
        ("WPH2 38.877010 -82.100000 CO=ATTMO", "WPH2", True),
        ("WPH2 N -122.7300 T 38.46000 METERS 1881 CHP", "WPH2", True),
        (
            "WPH2 CALLBACK=(208)555-0100 LAT=+47.654321 LON=-117.000000 UNC=33",
            "WPH2",
            True,
        ),
        ("WPH2 CELL = 17  SECTOR = 3 -075.912345 +042.101234", "WPH2", True),
    ],
)
def test_a_class_is_kept_and_one_that_is_none_known_is_told(
    text: str, service: str, known: bool
) -> None:
    record = one(text)
    assert record.fields["class_of_service"] == service
    assert ("class_not_readable" not in record.warnings) is known
    assert "latitude" in record.fields


def test_what_is_left_of_a_class_still_tells_that_the_number_is_for_routing() -> None:
    record = one("(269) 555-0123 CO=ATTMO PSAP 27 POS# 41 WPH -085.584123 42.291234")
    assert record.fields["pani"] == "2695550123"
    assert "callback_number" not in record.fields


def test_class_and_number_in_front_of_the_cell() -> None:
    text = "WPH2 607-555-0133 CELL = 17  SECTOR = 3 -075.912345 +042.101234"
    record = one(text)
    assert record.fields["callback_number"] == "6075550133"
    assert record.fields["class_of_service"] == "WPH2"
    routing = one(text.replace("555", "511"))
    assert "callback_number" not in routing.fields
    assert routing.fields["pani"] == "6075110133"


def test_a_wrap_within_a_coordinate_is_joined() -> None:
    for text in ("WPH2 -085.58\n4123 42.291234", "WPH2 -085.584123 42.2\n91234"):
        record = one(f"CO=ATTMO PSAP 27 POS# 41 {text}")
        assert record.fields["latitude"] == 42.291234
        assert record.fields["longitude"] == -85.584123
        assert "token_repaired" in record.warnings


def test_number_and_address_in_front_of_the_provider() -> None:
    record = one("(269) 555-0123 123 MAIN ST CO=CHTR PSAP 27 POS# 12 R")
    expected = {
        "callback_number": "2695550123",
        "class_of_service": "R",
        "house_number": "123",
        "street_name": "MAIN",
        "company_id": "CHTR",
    }
    assert expected == {name: record.fields.get(name) for name in expected}
    assert record.warnings == ()


def test_a_single_pair_behind_two_numbers_is_the_towers() -> None:
    record = one("(817) 511-1234 8175550133 -0000097.29460 +0000032.81234")
    assert record.fields["tower_latitude"] == 32.81234
    assert record.fields["tower_longitude"] == -97.2946
    assert not {"latitude", "longitude"} & record.fields.keys()
    assert "no_fix" in record.warnings
    assert record.fields["callback_number"] == "8175550133"


ADSI = (
    ">E9< ADDR=123 MAIN ST LOC= P#225 555-0133 PTYPE = WPH2,ATTM NAME=ATT "
    ">LL< Lat=+30.512345 Long=-090.954321 "
)


@pytest.mark.parametrize(
    ("copy", "other"),
    [("3151234/09195432", True), ("3051234/09095432", False), ("3051235/09095", False)],
)
def test_a_second_copy_of_the_point_that_is_another_one(copy: str, other: bool) -> None:
    record = one(f"{ADSI}({copy})")
    assert record.fields["latitude"] == 30.512345
    assert ("several_locations" in record.warnings) is other


def _columns() -> str:
    return in_lines(a_record(), b"\r\n").decode("latin-1")


@pytest.mark.parametrize(
    "text",
    [
        re.sub(" +", " ", _columns()),
        re.sub(r"\s+", " ", _columns()),
        re.sub("(?m)^", "  ", _columns()),
    ],
    ids=["blanks", "one line", "indented"],
)
def test_columns_that_mail_has_spoilt_are_read_by_their_labels(text: str) -> None:
    record = one(text)
    assert record.layout == "generic_labelled"
    expected = {
        "latitude": 43.8,
        "longitude": -76.11,
        "uncertainty_m": 299,
        "confidence_pct": 90,
        "pani": "3155114631",
        "esn": "01315",
    }
    assert expected == {name: record.fields.get(name) for name in expected}
    assert "customer_name" not in record.fields
    # The other number says by its digits that it is the one for routing.
    assert record.fields["callback_number"] == "3157780000"
    assert "label_guessed" in record.warnings


def test_columns_in_small_letters_are_columns_all_the_same() -> None:
    usual, small = one(_columns()), one(_columns().lower())
    assert small.layout == usual.layout == "ali_32x15"
    assert small.fields == usual.fields
    assert small.fields["class_of_service"] == "WPH2"
    assert small.spans == usual.spans
    assert small.raw == usual.raw.lower()


def record_with(street: str, service: str) -> str:
    return (
        f"NM=LI, WEN TEL=315-555-0177 STREET={street} CITY=HALDEN CLS={service} "
        "ESN=00177\r\n"
    )


@pytest.mark.parametrize(
    "street", ["LONG MEADOW", "LONG", "OLD LONG MEADOW", "CO LINE", "LAT HILL"]
)
def test_a_value_may_begin_with_what_is_a_label_elsewhere(street: str) -> None:
    record = one(record_with(street, "RESD"))
    said = " ".join(
        str(record.fields[name])
        for name in ("street_name", "street_suffix", "location")
        if name in record.fields
    )
    assert said == street


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("RESIDENCE", "RESD"),
        ("Business", "BUSN"),
        ("wireless phase ii", "WPH2"),
        ("PAY PHONE", "COIN"),
        ("COIN PHONE", "COIN"),
        ("VOIP", "VOIP"),
    ],
)
def test_a_class_that_is_written_out_is_that_class(said: str, code: str) -> None:
    record = one(record_with("ELM", said))
    assert record.fields["class_of_service"] == code
    assert "class_not_readable" not in record.warnings


@pytest.mark.parametrize("said", ["SPACESHIP", "RESIDENCESX"])
def test_a_word_that_is_no_class_is_none(said: str) -> None:
    record = one(record_with("ELM", said))
    assert "class_not_readable" in record.warnings


@pytest.mark.parametrize("position", ["", "01", "201"])
def test_a_blank_number_in_the_first_line_loses_nothing_else(position: str) -> None:
    rows = a_record(" " * 12)
    text = position + in_lines(rows, b"\r\n").decode("latin-1")
    record = one(text)
    assert record.layout == "ali_32x15"
    expected = {
        "pani": "3155114631",
        "customer_name": "TEST CELL",
        "house_number": "4178",
        "community": "ELLISBURG",
        "record_time": "06:56:39",
    }
    assert expected == {name: record.fields.get(name) for name in expected}
    assert "callback_number" not in record.fields
    assert "no_callback" in record.warnings
    (heard,) = frames(hear(b"\x02" + text.encode() + b"\x03"))
    assert decode(heard).fields["customer_name"] == "TEST CELL"


def test_a_direction_that_stands_twice_is_one() -> None:
    record = one(
        "(801) 511-0000 WPH1 02/23 08:05 VERIZON WIRELESS 1234 E P#801-511-1200 "
        "E 11400S N SECTOR CALLBK=(801)555-0177 VZW 00319 UT SANDY"
    )
    assert record.fields["prefix_directional"] == "E"
    assert record.fields["street_name"] == "11400S"


def test_a_unit_behind_the_suffix_of_a_street() -> None:
    record = one(
        "(801) 555-0000 RESD 02/23 08:05 DOE JANE 1234 P#801-555-1200 "
        "S MAIN ST STE 200 QWST 00319 UT SANDY"
    )
    expected = {
        "prefix_directional": "S",
        "street_name": "MAIN",
        "street_suffix": "ST",
        "unit": "STE 200",
    }
    assert expected == {name: record.fields.get(name) for name in expected}
