"""Records of a county that nobody knows yet, as they are in the field."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines import parity
from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord, LineSettings, Noise
from aliquot.drivers.lines.checks import check_point


def one(text: str, **options: object) -> AliRecord:
    settings = LineSettings(**options)  # type: ignore[arg-type]
    (heard,) = parse_bytes(text.encode("latin-1"), settings)
    assert isinstance(heard, AliRecord), text
    return heard


@pytest.mark.parametrize(
    ("sent", "point", "country"),
    [
        ((81.6312, 38.3512), (38.3512, -81.6312), "US"),
        ((66.97, 44.91), (44.91, -66.97), "US"),
        ((119.42, 48.75), (48.75, -119.42), "US"),
        ((79.38, 43.65), (43.65, -79.38), "CA"),
        ((63.57, 44.65), (44.65, -63.57), "CA"),
    ],
)
def test_a_swapped_point_without_any_sign_is_put_right_and_told(
    sent: tuple[float, float], point: tuple[float, float], country: str
) -> None:
    found = check_point(*sent, None, country)
    assert (found.latitude, found.longitude) == point
    assert set(found.warnings) == {"lat_lon_swapped", "west_sign_missing"}


@pytest.mark.parametrize(
    ("sent", "country"), [((44.91, 66.97), "US"), ((82.5, 62.35), "CA")]
)
def test_an_unsigned_point_in_its_country_is_not_swapped(
    sent: tuple[float, float], country: str
) -> None:
    found = check_point(*sent, None, country)
    assert (found.latitude, found.longitude) == (sent[0], -sent[1])
    assert found.warnings == ("west_sign_missing",)


@pytest.mark.parametrize(
    "sent", [(-38.1, -81.1), (81.6, -38.3), (38.3, 38.3), (38.3, -8.1)]
)
def test_a_point_off_the_continent_is_told_without_an_extent_too(
    sent: tuple[float, float],
) -> None:
    assert "outside_extent" in check_point(*sent, None, "US").warnings
    assert "outside_extent" not in check_point(*sent, None, "NZ").warnings


def test_a_point_in_the_next_country_is_not_far() -> None:
    assert check_point(46.24, -63.13, None, "US").warnings == ()


ROWS = [
    "(509) 511-7516 WPH2 01/13 13:19",
    "AT&T MOBILITY               ",
    "                 P#509-511-7516",
    "   1 MI SE OF ELLISFORD -",
    " N Sector           ",
    "CALLBK=(509)555-0142  814 02948",
    "WA TONASKET",
]


def in_rows(rows: list[str]) -> AliRecord:
    return one("".join(f"{row}\r\n" for row in rows))


def test_lines_all_padded_to_one_width_are_the_lines() -> None:
    usual = in_rows(ROWS)
    padded = in_rows([row.ljust(40) for row in ROWS])
    assert padded.layout == usual.layout == "ali_30w"
    assert padded.fields == usual.fields
    assert padded.warnings == usual.warnings


def test_lines_behind_the_last_one_do_not_touch_the_record() -> None:
    usual = in_rows(ROWS)
    more = in_rows([*ROWS, "X-119.421234 Y+048.751234", "UNC=00048 CNF=90"])
    assert usual.fields.items() <= more.fields.items()
    assert {"damaged", "generic_layout"} <= set(more.warnings)
    point = ("latitude", "longitude", "uncertainty_m", "confidence_pct")
    assert [more.fields[name] for name in point] == [48.751234, -119.421234, 48, 90]
    assert more.rules["latitude"] == "label Y"
    start, end = more.spans["latitude"]
    assert more.raw[start:end] == b"+048.751234"


def test_further_lines_without_labels_are_no_fields() -> None:
    usual = in_rows(ROWS)
    more = in_rows([*ROWS, "SESSION 4471", "QUEUE 1"])
    assert more.fields == usual.fields
    assert "damaged" in more.warnings


FIXED = {
    0: "203",
    4: "01-",
    16: "ESN=38",
    35: "(606) 555-0142",
    50: "14:36",
    56: "09/22/2016",
    67: "910",
    83: "KY HWY 39",
    118: "UNIT=",
    142: "CRAB ORCHARD",
    170: "KY",
    173: "(859) 511-0433",
    188: "WPH2",
    198: "T-MOBILE USA",
    230: "ALT#=",
    250: "TELCO=TMOB",
    262: "X=-084.512345",
    280: "CNF=90",
    294: "Y=+037.471234",
    312: "UNC=48",
    326: "Z=",
    358: "VERIFY LOCATION",
    390: "VERIFY CALLBK#",
}


def fixed_455() -> str:
    text = [" "] * 455
    for at, value in FIXED.items():
        text[at : at + len(value)] = value
    return "".join(text)


@pytest.mark.parametrize("width", [80, 76, 100, 132])
def test_a_record_cut_at_one_width_is_joined_without_a_blank(width: int) -> None:
    whole = fixed_455()
    cut = [whole[at : at + width] for at in range(0, len(whole), width)]
    usual, record = one(whole), in_rows(cut)
    assert record.fields == usual.fields
    assert record.fields["fire"] == "VERIFY CALLBK#"
    assert "reflowed" in record.warnings


def test_no_record_found_in_one_run_is_told() -> None:
    record = one(fixed_455()[:67] + "NO RECORD FOUND")
    assert record.fields["callback_number"] == "6065550142"
    assert "no_record_found" in record.warnings
    assert "cut" not in record.warnings


def test_where_the_ends_of_all_lines_are_cut_no_value_is_half_of_one() -> None:
    rows = [
        *("315-778-0142 03/07 06:56:39  095", "", "TEST CELL".ljust(28) + "WPH2"),
        *("    4178         NYS RTE 193 - N", "E SECTOR", "ELLISBURG".ljust(30) + "NY"),
        *("", "", "LAT:+043.809389  LON:-076.116285"),
        *("ELV:+00000 COF:299       COP:090", "MTN:315-511-4631       CPF:VZW  "),
        *("-911ai.com-            ESN:01315", "WIRELESS CALL", "", ""),
    ]
    cut = in_rows([row.ljust(32)[:30] for row in rows])
    assert cut.layout == "ali_32x15"
    assert "damaged" in cut.warnings
    assert not {"longitude", "esn", "confidence_pct"} & cut.fields.keys()
    assert cut.fields["callback_number"] == "3157780142"
    assert cut.fields["pani"] == "3155114631"


def test_the_towers_longitude_is_not_the_callers() -> None:
    record = one(
        "CBN=3045550142 COS=WPH2 TWR LAT=38.40 TWR LON=-81.70 "
        "LAT=38.351234 LON=-81.631234"
    )
    assert record.fields["longitude"] == -81.631234
    assert record.fields["tower_longitude"] == -81.7


def test_usual_labels_in_their_other_forms() -> None:
    record = one(
        "TELEPHONE #: 304-555-0142 CLASS SVC: RESD CITY: HALDEN ESN#: 177 ZIP: 13601\r\n"
        "CARRIER: US CELLULAR"
    )
    got = {name: record.fields.get(name) for name in ("callback_number", "esn")}
    assert got == {"callback_number": "3045550142", "esn": "177"}
    assert record.fields["postal_code"] == "13601"
    assert record.fields["company_id"] == "US CELLULAR"


def test_a_class_and_a_provider_behind_the_point_of_a_cell() -> None:
    record = one("CELL = 12  SECTOR = 3 -074.011234 041.931234 WPH2 VZW")
    assert record.layout == "ali_broome"
    assert record.fields["class_of_service"] == "WPH2"
    assert record.fields["company_id"] == "VZW"


def point_of(text: str) -> tuple[object, object]:
    record = one(f"CALLBACK=(304)555-0142 {text} CLASS=WPH2")
    return record.fields.get("latitude"), record.fields.get("longitude")


@pytest.mark.parametrize(
    "text",
    [
        "LAT: 38 21 04.40 N LON: 081 37 52.44 W",
        "LAT: 38-21-04.40 LON: -081-37-52.44",
        "LAT:38 21.07333N LON:081 37.87400W",
        "LAT:38:21:04.40N LON:W081:37:52.44",
    ],
)
def test_degrees_in_minutes_and_seconds_are_whole(text: str) -> None:
    latitude, longitude = point_of(text)
    assert latitude == pytest.approx(38.3512222, abs=1e-6)
    assert longitude == pytest.approx(-81.6312333, abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "LAT: 38,351234 LON: -81,631234",
        "LAT: 38 LON: -81",
        "LAT: 38. LON: -81.",
        "LAT: 38 61 04.4 N LON: 081 37 52.4 W",
        "LAT: 38 LON: -81.631234",
    ],
)
def test_the_whole_degrees_of_something_else_are_no_point(text: str) -> None:
    record = one(f"CALLBACK=(304)555-0142 {text} CLASS=WPH2")
    assert not {"latitude", "longitude"} & record.fields.keys()
    assert {"bad_value", "no_fix"} <= set(record.warnings)


def test_a_radius_in_another_unit_is_not_taken_for_metres() -> None:
    for unit in ("98 FT", "98FT", "98 feet"):
        record = one(f"CALLBACK=(304)555-0142 LAT=+38.351234 LON=-81.631234 UNC={unit}")
        assert "uncertainty_m" not in record.fields
        assert {"bad_value", "cut"} & set(record.warnings)


def test_a_label_that_touches_the_text_before_it_is_one_where_degrees_follow() -> None:
    record = one("CLASS:WPH1ADDR:100 STATE ST - N SECTORLAT:+046.485289LON:-095.123456")
    assert record.fields["latitude"] == 46.485289
    assert record.fields["longitude"] == -95.123456
    assert record.fields["location"] == "N SECTOR"
    flat = one("NAME: FLAT: ROCK DINER CLASS: BUSN ANI: 304-555-0142")
    assert "latitude" not in flat.fields


@pytest.mark.parametrize(
    "text",
    [
        "COS: WPH2 LAT:-119.421234 LON: 048.751234",
        "COS: WPH2 LAT: 119.421234 LON: 048.751234",
    ],
)
def test_a_swapped_point_is_put_right_where_west_has_no_sign_too(text: str) -> None:
    record = one(text)
    assert record.layout == "ali_orange"
    assert record.fields["latitude"] == 48.751234
    assert record.fields["longitude"] == -119.421234
    assert "lat_lon_swapped" in record.warnings


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("LAT=+048.75\r\n1234 LON=-119.421234", (48.751234, -119.421234)),
        ("LAT=+048.75 1234 LON=-119.421234", (48.751234, -119.421234)),
        ("LAT=+048.751234 LON=-119.4\n21234", (48.751234, -119.421234)),
        ("LAT=+048.75\r\n1234 LON=-119.42\r\n1234", (48.751234, -119.421234)),
    ],
)
def test_a_wrap_within_a_coordinate_of_any_layout_is_joined_and_told(
    text: str, point: tuple[float, float]
) -> None:
    record = one(f"CALLBACK=(509)555-0142 {text} UNC=98")
    assert (record.fields["latitude"], record.fields["longitude"]) == point
    assert "token_repaired" in record.warnings


@pytest.mark.parametrize(
    ("text", "latitude"),
    [
        ("LAT=+048.75 1234 MAIN ST LON=-119.421234", 48.75),
        ("LAT=+048.75\r\n1234 MAIN ST\r\nLON=-119.421234", 48.75),
        ("LAT=+048.75 12 LON=-119.421234", 48.75),
        ("LAT=+048.75 LON=-119.421234", 48.75),
    ],
)
def test_what_is_no_rest_of_a_coordinate_is_not_joined_but_its_lack_is_told(
    text: str, latitude: float
) -> None:
    record = one(f"CALLBACK=(509)555-0142 {text} UNC=98")
    assert record.fields["latitude"] == latitude
    assert "cut" in record.warnings
    assert "token_repaired" not in record.warnings


def test_one_zero_less_at_the_end_is_no_cut() -> None:
    record = one("CALLBACK=(509)555-0142 LAT=48.75123 LON=-119.421234 UNC=98")
    assert "cut" not in record.warnings


@pytest.mark.parametrize(
    "cut", ["(509)555-\r\n0142", "509-555-\n0142", "509-\n555-0142"]
)
def test_a_wrap_within_a_number_is_joined_and_told(cut: str) -> None:
    record = one(f"CALLBACK={cut} LAT=48.751234 LON=-119.421234 UNC=98")
    assert record.fields["callback_number"] == "5095550142"
    assert "token_repaired" in record.warnings


def test_a_wrap_makes_no_routing_number_one_to_be_called() -> None:
    record = one("CALLBACK=(509)511-\n0142 LAT=48.751234 LON=-119.421234 UNC=98")
    assert "callback_number" not in record.fields
    assert record.fields["pani"] == "5095110142"


def test_beside_the_routing_number_the_first_one_is_the_callers() -> None:
    text = (
        "315-555-0142 03/07 06:56:39 095 VERIZON WPH2 4178 NYS RTE 193 ELLISBURG NY "
        "LAT:+043.809389 LON:-076.116285 ELV:+00000 COF:299 COP:090 "
        "MTN:315-{}-4631 CPF:VZW -911ai.com- ESN:01315"
    )
    told = one(text.format("511"))
    assert told.fields["callback_number"] == "3155550142"
    assert told.fields["pani"] == "3155114631"
    assert "label_guessed" in told.warnings
    assert "callback_number" not in one(text.format("555")).fields


LABELLED = "CALLBACK=(509)555-0142 LAT=+048.751234 LON=-119.421234 UNC=98 CLASS=WPH2"


@pytest.mark.parametrize("text", [fixed_455(), "\r\n".join(ROWS), LABELLED])
def test_a_file_with_the_parity_of_the_line_in_it_is_read_without(text: str) -> None:
    plain = text.encode()
    (usual,), (record,) = parse_bytes(plain), parse_bytes(parity.add(plain))
    assert isinstance(usual, AliRecord)
    assert isinstance(record, AliRecord)
    assert record.fields == usual.fields
    assert record.spans == usual.spans
    assert record.raw == parity.add(plain), "kept as it came"
    assert set(record.warnings) == {*usual.warnings, "undecodable_bytes"}


def test_with_one_wrong_parity_it_is_shown_raw() -> None:
    data = bytearray(parity.add(fixed_455().encode()))
    data[200] ^= 0x80
    (heard,) = parse_bytes(bytes(data))
    assert isinstance(heard, Noise)
    assert heard.raw == data


def test_a_later_answer_without_a_point_does_not_pass_for_one() -> None:
    record = one(
        "COS: WPH2 LAT:38.351234 LON:-81.631234 UNC:12,[2] COS: WPH1 LAT: LON: UNC:"
    )
    assert record.fields["class_of_service"] == "WPH1"
    assert record.fields["latitude"] == 38.351234
    assert "old_position" in record.warnings


def test_two_latitudes_in_one_text_are_told() -> None:
    record = one(
        "CALLBACK=(509)555-0142 LAT=+048.7512CALLBACK=(509)555-0177 "
        "LAT=+048.751234 LON=-119.421234 UNC=98"
    )
    assert "several_locations" in record.warnings
