"""Labels that a wrap cuts, labels that stand behind their values."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord

_POINT = {"latitude": 42.3601, "longitude": -71.0589}


def parsed(text: str) -> AliRecord:
    (record,) = parse_bytes(text.encode("latin-1"))
    assert isinstance(record, AliRecord), text
    return record


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_a_label_cut_anywhere_is_read_and_told(end: str) -> None:
    whole = "COS: WPH2 CALLBACK: 617-555-0142 LATITUDE: 42.3601 LONGITUDE: -71.0589"
    for word in ("CALLBACK:", "LATITUDE:", "LONGITUDE:"):
        begin = whole.index(word)
        for at in range(begin + 1, begin + len(word)):
            got = parsed(whole[:at] + end + whole[at:])
            assert got.fields.get("callback_number") == "6175550142", (word, at)
            assert {**got.fields, **_POINT} == got.fields, (word, at)
            assert "label_guessed" in got.warnings


def test_a_label_of_two_words_may_end_its_line_between_them() -> None:
    got = parsed("COS: WPH2 CALL\r\nBACK: 617-555-0142\r\nESN: 123")
    assert got.fields["callback_number"] == "6175550142"
    got = parsed("TN: 617-555-0142 CLASS OF SERV\r\nICE: RESD NAME: A")
    assert got.fields["class_of_service"] == "RESD"


def test_a_short_label_is_joined_only_in_front_of_what_it_labels() -> None:
    got = parsed("CALLBACK: 617-555-0142 LA\r\nT: 42.3601 LO\r\nN: -71.0589")
    assert {**got.fields, **_POINT} == got.fields
    got = parsed("TN: 617-555-0142 COS: RESD NAME: SMITH L\r\nAT: 14 BEACON ST")
    assert "latitude" not in got.fields
    assert "bad_value" not in got.warnings


def test_a_whole_label_below_a_word_is_not_joined_to_it() -> None:
    got = parsed("COS: RESD SOURCE: PSAP\r\nPHONE: 617-555-0142\r\nNAME: SMITH")
    assert got.fields["callback_number"] == "6175550142"
    assert "label_guessed" not in got.warnings


def test_a_class_and_an_area_code_cut_by_a_wrap() -> None:
    got = parsed("CALLBACK: (617)\r\n555-0142 COS: WP\r\nH2 ESN: 123")
    assert got.fields["callback_number"] == "6175550142"
    assert got.fields["class_of_service"] == "WPH2"
    assert "token_repaired" in got.warnings


@pytest.mark.parametrize(
    "lines",
    [
        (
            "617-555-0142 CALLBACK",
            "WPH2 CLASS",
            "42.3601 LAT",
            "-71.0589 LON",
            "30 UNC",
        ),
        ("617-555-0142 CALLBACK  WPH2 COS", "42.3601 LAT  -71.0589 LON  30 UNC"),
        ("617-555-0142 CALLBACK WPH2 COS 42.3601 LAT -71.0589 LON 30 UNC",),
        (
            "(617) 555-0142 = CALLBACK",
            "WPH2 = COS",
            "42.3601 LAT -71.0589 LON",
            "30 UNC",
        ),
    ],
)
def test_values_in_front_of_their_labels(lines: tuple[str, ...]) -> None:
    got = parsed("\r\n".join(lines))
    want = {**_POINT, "callback_number": "6175550142", "class_of_service": "WPH2"}
    assert {**got.fields, **want, "uncertainty_m": 30} == got.fields
    assert "label_guessed" in got.warnings
    assert got.rules["callback_number"] == "label CALLBACK behind its value"


def test_each_number_in_front_of_its_own_label() -> None:
    got = parsed("617-511-0142 PANI\r\n617-555-0142 CALLBACK\r\nCOS: WPH2")
    assert got.fields["pani"] == "6175110142"
    assert got.fields["callback_number"] == "6175550142"


def test_where_the_value_may_be_on_the_next_line_it_is_that_one() -> None:
    got = parsed("617-555-0163 CALLBACK\r\n617-555-0142\r\nCOS: WPH2 LAT: 42.3601")
    assert got.fields.get("callback_number") != "6175550163"
    got = parsed("617-555-0163 CALLBACK:\r\nCOS: WPH2 LAT: 42.3601 LON: -71.0589")
    assert "callback_number" not in got.fields


def test_labels_in_front_of_their_values_stay_so() -> None:
    got = parsed("TN 617-555-0142 CALLBACK 617-555-0163 COS WPH2")
    assert got.fields["callback_number"] == "6175550163"
    got = parsed("BOSTON 617-555-0163 TN 617-555-0142 COS RESD")
    assert got.fields["callback_number"] == "6175550142"


def test_half_a_point_of_somebody_else_takes_the_other_half_along() -> None:
    own = "LAT: 42.3601 LON: -71.0589"
    for word in ("PSAP", "PREV", "CENTROID"):
        other = f"{word} LAT: 42.1111 LON: -71.2222"
        for lines in ((other, own), (own, other)):
            got = parsed("\r\n".join(("CALLBACK: 617-555-0142 COS: WPH2", *lines)))
            assert {**got.fields, **_POINT} == got.fields, lines


def test_how_sure_an_old_point_was_says_nothing_of_the_new_one() -> None:
    text = "CALLBACK: 617-555-0142 LAT: 42.3601 LON: -71.0589 UNC: 30 CNF: 90 "
    got = parsed(text + "PREV UNC: 1200 PREV CNF: 50")
    assert (got.fields["uncertainty_m"], got.fields["confidence_pct"]) == (30, 90)
    got = parsed(text + "ALT UNC: 4 CNF: 68")
    assert (got.fields["uncertainty_m"], got.fields["confidence_pct"]) == (30, 90)


def test_a_radius_in_no_metres_or_in_two_parts_is_not_given() -> None:
    text = "CALLBACK: 617-555-0142 COS: WPH2 LAT: 42.3601 LON: -71.0589 UNC: "
    for radius in (
        *("98'", '98"', "98 FT", "1,250", "1,250 M", "30 YDS", "36 (K)", "5000 CM"),
        *("30 IN", "2 NM", "2 BLOCKS", "30 SEC", "30%", "0.5MI", "2 MILLAS"),
    ):
        got = parsed(f"{text}{radius} CNF: 90")
        assert "uncertainty_m" not in got.fields, radius
        assert "uncertainty_not_given" in got.warnings
        assert got.fields["confidence_pct"] == 90
    got = parsed("CALLBACK: 617-555-0142 LAT: 42.3601 LON: -71.0589 ELEV: 1,024 FT")
    assert "altitude_m" not in got.fields


def test_colons_in_one_column_belong_to_their_labels() -> None:
    got = parsed(
        "CALLBACK NUMBER   : 617-555-0142\r\nCLASS OF SERVICE  : WPH2\r\n"
        "LATITUDE          : 42.3601\r\nLONGITUDE         : -71.0589\r\n"
        "UNCERTAINTY (M)   : 22\r\nCONFIDENCE (%)    : 90\r\n"
    )
    want = {**_POINT, "callback_number": "6175550142", "class_of_service": "WPH2"}
    assert {**got.fields, **want} == got.fields
    assert (got.fields["uncertainty_m"], got.fields["confidence_pct"]) == (22, 90)


_LONG = (
    "POS# 04 TN: 617-511-0142 CLASS OF SERVICE: WPH2 ADDR: 14 BEACON ST CITY: BOSTON "
    "CALLBACK: 617-555-0142 LATITUDE: 42.360100 LONGITUDE: -71.058900 "
    "UNCERTAINTY: 25 CONFIDENCE: 90 ESN: 00123 CPF: VZW"
)


def test_cut_at_any_width_no_number_is_another_one() -> None:
    want = {**_POINT, "callback_number": "6175550142", "pani": "6175110142"}
    want |= {"uncertainty_m": 25, "confidence_pct": 90, "esn": "00123"}
    want |= {"class_of_service": "WPH2"}
    assert {**parsed(_LONG).fields, **want} == parsed(_LONG).fields
    read = 0
    for width in range(16, 100):
        pieces = [_LONG[at : at + width] for at in range(0, len(_LONG), width)]
        got = parsed("\r\n".join(pieces))
        for name, value in want.items():
            found = got.fields.get(name, value)
            assert found == value or "cut" in got.warnings, (width, name, found)
            read += name in got.fields
    assert read > 84 * len(want) * 0.85


def test_a_line_of_digits_below_a_short_line_is_no_rest() -> None:
    point = "CALLBACK: 617-555-0142 LAT: 42.3601 LON: -71.0589"
    for text in (f"{point}\r\nUNC: 25\r\n14 ESN: 123", f"{point} UNC: 25\r\n14 ELM ST"):
        got = parsed(text)
        assert got.fields["uncertainty_m"] == 25, text
        assert "cut" not in got.warnings


def test_two_coordinates_cut_to_other_lengths_are_not_joined() -> None:
    text = "CALLBACK: 617-555-0142 LAT: 42.36\r\n{} LON: -71.05\r\n8900 ESN: 123"
    got = parsed(text.format("01"))
    assert (got.fields["latitude"], got.fields["longitude"]) == (42.36, -71.05)
    assert "cut" in got.warnings
    got = parsed(text.format("0100"))
    assert {**got.fields, **_POINT} == got.fields
    assert "token_repaired" in got.warnings
