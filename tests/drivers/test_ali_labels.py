"""Usual labels wherever they stand, the shapes, and the cases that go wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ali_records import arrived

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord, LineSettings, Noise


def one(text: str | bytes, **options: object) -> AliRecord:
    data = text if isinstance(text, bytes) else text.encode("latin-1")
    (heard,) = parse_bytes(data, LineSettings(**options))  # type: ignore[arg-type]
    assert isinstance(heard, AliRecord), text
    return heard


def is_noise(text: str) -> bool:
    return all(isinstance(h, Noise) for h in parse_bytes(text.encode("latin-1")))


# --- what no layout knows -----------------------------------------------------------


def test_usual_labels_and_by_which_rule_each_field_was_found() -> None:
    text = "ANI: 315-778-0000 LAT 43.8012 LON -76.1012 UNC 22 CNF 90 CLASS WPH2"
    record = one(text)
    assert record.layout == "generic_labelled"
    assert dict(record.fields) == {
        "callback_number": "3157780000",
        "class_of_service": "WPH2",
        "latitude": 43.8012,
        "longitude": -76.1012,
        "uncertainty_m": 22,
        "confidence_pct": 90,
    }
    assert dict(record.rules) == {
        "callback_number": "label ANI",
        "class_of_service": "label CLASS",
        "latitude": "label LAT",
        "longitude": "label LON",
        "uncertainty_m": "label UNC",
        "confidence_pct": "label CNF",
    }
    assert record.warnings == ("generic_layout",)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("LAT:+43.801LON:-76.101", "longitude", -76.101),
        ("LATITUDE=43.801 LONGITUDE=-76.101", "latitude", 43.801),
        ("Lat: N43.801 Lon: W076.101", "longitude", -76.101),
        ("LAT:43.801N LONG:76.101W", "longitude", -76.101),
        ("LAT:43:48:04.5 LON:-076:06:04.2", "latitude", 43.80125),
        ("X=-076.101 Y=+043.801", "latitude", 43.801),
        ("X:-76.101Y:43.801", "longitude", -76.101),
        ("LAT:\n43.801\nLON:\n-76.101\n", "latitude", 43.801),
        ("LAT 43.801 LON -76.101 COF 15380", "uncertainty_m", 15380),
        ("LAT 43.801 LON -76.101 Uncertainty: 0000592", "uncertainty_m", 592),
        ("LAT 43.801 LON -76.101 COP=90%", "confidence_pct", 90),
        ("LAT 43.801 LON -76.101 CF=68", "confidence_pct", 68),
        ("LAT 43.801 LON -76.101 ELV:+00123", "altitude_m", 123),
        ("CLASS OF SERVICE: RESD", "class_of_service", "RESD"),
        ("Service Class: W911", "class_of_service", "W911"),
        ("COS=BUSN", "class_of_service", "BUSN"),
        ("PTYPE = WPH1", "class_of_service", "WPH1"),
        ("CALLBACK#: (315) 778-0000", "callback_number", "3157780000"),
        ("CALLBK=3157780000", "callback_number", "3157780000"),
        ("ALT# 315-778-0000", "callback_number", "3157780000"),
        ("Ani: 315.778.0000", "callback_number", "3157780000"),
        ("CLASS:WPH2 MTN:315-778-0000", "pani", "3157780000"),
        ("CLASS:WPH2 P#315-778-0000", "pani", "3157780000"),
        ("CLASS:RESD TELCO=VZW ", "company_id", "VZW"),
        ("CLASS:RESD Carrier: VZW", "company_id", "VZW"),
        ("CLASS:RESD LEC:CHTR", "company_id", "CHTR"),
        ("CLASS:RESD ESN=01315", "esn", "01315"),
        ("CLASS:RESD NAME: DOE, JANE  ADDR: 12 OAK ST", "customer_name", "DOE, JANE"),
        ("CLASS:RESD NAME: DOE ADDR: 12 OAK ST", "house_number", "12"),
        ("CLASS:RESD ADDR: 12-16 OAK ST", "street_suffix", "ST"),
        ("CLASS:RESD Location: REAR DOOR", "location", "REAR DOOR"),
        ("CLASS:RESD POS#: 41", "position", "41"),
        ("CLASS:RESD POLICE: CITY PD FIRE: FD 3", "law", "CITY PD"),
        ("CLASS:RESD POLICE: CITY PD FIRE: FD 3", "fire", "FD 3"),
        ("CLASS:RESD UNIT: APT 4 CITY: SALEM", "unit", "APT 4"),
        ("CLASS:RESD PSAP=GJR", "note", "GJR"),
        ("PHONE=315-778-0000 DATE: 02/03/2024 TIME: 1:02", "record_date", "2024-02-03"),
        ("PHONE=315-778-0000 DATE: 02/03/2024 TIME: 1:02", "record_time", "01:02"),
        ("LAT 43.8 LON -76.1 TOWER LAT 43.9 TOWER LON -76.2", "tower_latitude", 43.9),
        ("Saved by LocateCall - LL(31:12:23.8,-97:17:40.5)", "latitude", 31.2066111),
    ],
)
def test_a_label_and_its_value(text: str, name: str, value: object) -> None:
    record = one(text)
    assert record.fields[name] == value
    assert "generic_layout" in record.warnings


def test_what_has_no_label_is_taken_only_with_a_word() -> None:
    record = one("TELCO=VZW +43.801200 -76.101200 UNC:22")
    assert record.fields["latitude"] == 43.8012
    assert record.rules["latitude"] == "a point without a label"
    assert {"label_guessed", "generic_layout"} <= set(record.warnings)
    record = one("TELCO=CZNE X= Y= RESD")
    assert record.fields["class_of_service"] == "RESD"
    assert "label_guessed" in record.warnings


@pytest.mark.parametrize(
    "text",
    [
        "A cellular re-bid has occurred, check the ANI/ALI Viewer for details.",
        "WAIT 30 REBID",
        "NO PHASE 2, STAYS PHASE 1 WHEN RE TRANSMITTED",
        "FAILURE TO SEND ALI RECORD PSAPNUM 3 POSNUM 12 MPC 1 MPCLINK 3",
        "INFO ANI TROUBLE ON E911 TRUNK CKT E911ICMF 3 PANI DIGITS = $",
        "Caller at 123 MAIN ST, name: JOHN. Class of 1998. Call 315-778-0000",
        "LAT: LON: UNC: CNF:",
        "FIRE: STATION 44 POLICE: CITY PD",
        "Lunch 12.50 and 13.75, see you at 5",
        "GET /?lat=43.8&lon=-76.1 HTTP/1.1\r\nHost: 10.0.0.1\r\n",
        "Event: UserEvent\r\nPosition: 1\r\nANI: 8505550101\r\n\r\n",
        '{"location": {"LAT": 43.8, "LON": -76.1}, "tel:": "tel:8195551212"}',
        "<?xml version='1.0'?><p><pos>43.801234 -76.101234</pos> RESD</p>",
        "location_latitude=55.85732&location_longitude=-4.26325&location_floor=5",
        "",
    ],
)
def test_a_text_without_location_number_or_class_stays_raw(text: str) -> None:
    assert is_noise(text)


def test_a_layout_that_is_set_is_the_only_one() -> None:
    text = "CALLBACK=(509)429-0000 LAT=+048.75 LON=-119.42 UNC=98"
    assert one(text).layout == "ali_callback_latlon"
    only = LineSettings(layouts=("ali_nws",))
    assert isinstance(parse_bytes(text.encode(), only)[0], Noise)
    assert one(text, layouts=("generic_labelled",)).layout == "generic_labelled"
    assert one(text, layouts=("ali_callback_latlon",)).fields["uncertainty_m"] == 98


# --- the cases of the reference, each by its name -----------------------------------


def test_case_empty_class() -> None:
    record = one(">E9< ADDR = 1 A ST .T \n >E9< LOC = P#661 778-0000 PTYPE = , \n")
    assert "class_of_service" not in record.fields
    assert "class_not_readable" not in record.warnings


def test_case_class_that_is_none() -> None:
    record = one("ANI: 315-778-0000 CLASS: WPHX")
    assert record.fields["class_of_service"] == "WPHX"
    assert "class_not_readable" in record.warnings
    long = one("ANI: 315-778-0000 CLASS: NOTHING KNOWN")
    assert "class_of_service" not in long.fields
    assert {"class_not_readable", "bad_value"} & set(long.warnings)


def test_case_one_letter_class() -> None:
    assert one("ANI: 315-778-0000 CLASS: R").fields["class_of_service"] == "R"


@pytest.mark.parametrize("code", ["UNKN", "FAIL"])
def test_case_unkn_and_fail(code: str) -> None:
    record = one(f"2505553105|{code}||||||||||||")
    assert record.fields["class_of_service"] == code
    warning = {"UNKN": "no_record_found", "FAIL": "ani_failure"}[code]
    assert warning in record.warnings


def test_case_no_record_found() -> None:
    record = one("ANI: 315-778-0000 NO RECORD FOUND")
    assert "no_record_found" in record.warnings
    assert record.fields["callback_number"] == "3157780000"


def test_case_ani_failure() -> None:
    record = one("CALLBACK=911-0012 LAT=43.8 LON=-76.1")
    assert "callback_number" not in record.fields
    assert {"ani_failure", "no_callback"} <= set(record.warnings)


def test_case_name_mobility_at_and_t() -> None:
    record = one("NAME: MOBILITY, AT&T CLASS: WPH1 ANI: 315-778-0000")
    assert record.fields["customer_name"] == "MOBILITY, AT&T"


def test_case_house_range() -> None:
    record = one("CLASS:RESD ADDR: 38890-94 STATE ROUTE 3")
    assert record.fields["house_number"] == "38890-94"
    assert "house_number_range" in record.warnings


def test_case_no_year_at_new_year() -> None:
    data = b"ANI: 315-778-0000 DATE: 12/31 TIME: 23:59:50"
    record = arrived(data, datetime(2026, 1, 1, 5, 0, 5, tzinfo=UTC))
    assert record.fields["record_date"] == "2025-12-31"
    assert "year_inferred" in record.warnings


def test_case_stale_and_future() -> None:
    data = b"ANI: 315-778-0000 DATE: 03/07/2026 TIME: 06:56:39"
    soon = datetime(2026, 3, 7, 12, 30, tzinfo=UTC)
    zone = "America/New_York"
    assert "stale" in arrived(data, soon, time_zone=zone).warnings
    before = datetime(2026, 3, 1, tzinfo=UTC)
    assert "future_date" in arrived(data, before).warnings


def test_case_labels_glued() -> None:
    record = one("LAT:+046.485289LON:-094.123456COF:22COP:090CALLBK:3157780000")
    assert record.fields["longitude"] == -94.123456
    assert record.fields["uncertainty_m"] == 22
    assert record.fields["confidence_pct"] == 90
    assert record.fields["callback_number"] == "3157780000"


def test_case_collapsed_blanks() -> None:
    wide = "LAT:+43.801      LON:-76.101      COF:299       COP:090"
    collapsed = " ".join(wide.split())
    assert dict(one(wide).fields) == dict(one(collapsed).fields)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", " "])
def test_case_part_marks_of_short_messages(end: str) -> None:
    text = f"LAT=+47.740000 LON=-117.020000{end}(Con't) 4 of 10{end}UNC=11"
    record = one(text)
    assert record.fields["uncertainty_m"] == 11
    assert record.fields["longitude"] == -117.02
    assert "reflowed" in record.warnings
    assert "token_repaired" not in record.warnings


def test_case_token_cut() -> None:
    record = one("+038.877 010 -082.130000 CO=ATTM O")
    assert record.fields["company_id"] == "ATTMO"
    assert record.fields["latitude"] == 38.87701
    assert "token_repaired" in record.warnings


def test_case_cof_of_six_digits() -> None:
    record = one("LAT:+43.801 LON:-76.101 COF:103526 COP:090")
    assert record.fields["uncertainty_m"] == 103526
    assert "uncertainty_useless" in record.warnings


def test_case_latitude_blank() -> None:
    record = one("CLASS:WPH2 LAT:             LON:           COF:          COP:   ")
    assert "latitude" not in record.fields
    assert {"no_fix", "uncertainty_not_given"} <= set(record.warnings)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("LAT:-076.101 LON:+043.801", "lat_lon_swapped"),
        ("LAT:043.801 LON:076.101", "west_sign_missing"),
        ("CLASS:WPH2 LAT:1869354 LON:6452132", "not_wgs84"),
        ("CLASS:WPH2 LAT:0.000000 LON:0.000000", "no_fix"),
        ("CLASS:WPH2 LAT:43.8x1 LON:-76.101", "bad_value"),
        ("CLASS:WPH2 LAT:43:99:04.5 LON:-076:06:04.2", "bad_value"),
    ],
)
def test_case_points_that_are_repaired_or_refused(text: str, warning: str) -> None:
    record = one(text)
    assert warning in record.warnings
    if warning in ("lat_lon_swapped", "west_sign_missing"):
        assert record.fields["latitude"] == 43.801
        assert record.fields["longitude"] == -76.101
    else:
        assert "latitude" not in record.fields
        assert "longitude" not in record.fields


@pytest.mark.parametrize(
    ("number", "warning"),
    [
        ("911-530-1234", "uninitialised_handset"),
        ("(315) 511-4631", "callback_is_pani"),
        ("3152114501", "callback_is_pani"),
        ("315-911-0012", "ani_failure"),
        ("911-0012", "ani_failure"),
        ("115-778-0000", "callback_not_dialable"),
        ("511-778-0000", "callback_not_dialable"),
        ("(765)) 5-11-5", "bad_value"),
    ],
)
@pytest.mark.parametrize("label", ["CALLBACK=", "CALLBK:", "ANI: ", "ALT#", "PHONE: "])
def test_case_numbers_that_must_not_be_dialled(
    label: str, number: str, warning: str
) -> None:
    record = one(f"{label}{number} CLASS:WPH2 LAT:43.801 LON:-76.101")
    assert "callback_number" not in record.fields
    assert {warning, "no_callback"} <= set(record.warnings)


def test_case_a_byte_outside_ascii() -> None:
    latin = one("CLASS:RESD ADDR: 12 \xbd OAK ST")
    assert latin.fields["house_number_suffix"] == "½"
    assert "undecodable_bytes" in latin.warnings
    assert one("CLASS:RESD ADDR: 12 \xab OAK ST").fields["house_number_suffix"] == "½"


def test_case_control_characters_within_are_said() -> None:
    assert "damaged" in one("CLASS:RESD\x00 ANI: 315-778-0000").warnings


def test_case_two_answers_for_one_call_the_last_counts() -> None:
    record = one("CLASS:WPH1 LAT:43.8 LON:-76.1,[2] CLASS:WPH2 LAT:43.9 LON:-76.2")
    assert record.fields["class_of_service"] == "WPH2"
    assert record.fields["latitude"] == 43.9
    assert "several_locations" in record.warnings


def test_case_a_second_answer_that_is_cut_does_not_mix_with_the_first() -> None:
    record = one("LAT:43.8 LON:-76.1 [2] LAT:43.9")
    assert (record.fields["latitude"], record.fields["longitude"]) == (43.8, -76.1)


def test_case_a_number_in_the_place_of_the_location() -> None:
    record = one("CLASS:WRLS LOC: 3157780000 LAT:43.8 LON:-76.1")
    assert record.fields["callback_number"] == "3157780000"
    assert "label_guessed" in record.warnings
    assert "location" not in record.fields
