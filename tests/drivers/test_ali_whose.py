"""A number or a point whose label says that it is somebody else's."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord

_OTHERS = (
    *("PSAP PHONE", "CARRIER PHONE", "PROVIDER TEL", "NOC PHONE", "LEC PHONE"),
    *("CONTACT PHONE", "ALARM CO PHONE", "KEYHOLDER TEL", "AGENCY PHONE", "FAX TEL"),
    *("DISPATCH PHONE", "24X7 PHONE", "SUPPORT TELEPHONE", "COMPANY PHONE"),
    *("EMERGENCY CONTACT PHONE NUMBER", "SHERIFF TEL", "TRANSFER TN", "ROUTING TN"),
    *("BILLING TN", "PILOT TN", "MAIN TN", "DESTINATION TN", "CALLED PHONE"),
    *("PREVIOUS CALLBACK", "LAST CALLBACK", "SECONDARY CALLBACK", "CENTER PHONE"),
    *("CRN PHONE", "VSP TEL", "TSP PHONE", "ICE PHONE", "NEXT OF KIN TEL", "ISP TN"),
    *("REPAIR TEL", "CENTRAL STATION PHONE", "24/7 PHONE", "EXIGENT PHONE"),
)
_ONES_OWN = (
    *("HOME PHONE", "CELL PHONE", "CALLER PHONE", "CUSTOMER PHONE", "CALLING TN"),
    *("SUBSCRIBER PHONE", "WIRELESS PHONE", "MOBILE TN", "E911 TN", "USER CALLBACK"),
)


def parsed(text: str) -> AliRecord:
    (record,) = parse_bytes(text.encode("latin-1"))
    assert isinstance(record, AliRecord)
    return record


@pytest.mark.parametrize("end", ["\r\n", "   "])
def test_anothers_number_is_no_callback(end: str) -> None:
    for label in _OTHERS:
        before = f"CLASS: WPH2{end}P#: 212-511-0022{end}"
        got = parsed(f"{before}{label}: 800-555-0100{end}LAT: 40.7128 LON: -74.0060")
        assert "callback_number" not in got.fields, label
        assert "no_callback" in got.warnings
        assert got.fields["pani"] == "2125110022"
        assert got.fields["latitude"] == 40.7128


@pytest.mark.parametrize("blank", ["\r\n", "  ", " "])
def test_the_callers_number_counts_beside_it(blank: str) -> None:
    for label in _OTHERS:
        own, other = "TN: 212-555-0147", f"{label}: 800-555-0100"
        for first, last in ((own, other), (other, own)):
            got = parsed(blank.join((first, "CLASS: RESD", last, "NAME: SMITH")))
            assert got.fields["callback_number"] == "2125550147", label
            assert got.fields["customer_name"] == "SMITH", label


def test_the_callers_own_number_by_a_longer_label() -> None:
    for label in _ONES_OWN:
        got = parsed(f"{label}: 212-555-0147\r\nCLASS: RESD\r\nNAME: SMITH\r\n")
        assert got.fields["callback_number"] == "2125550147", label


def test_a_name_in_front_of_the_label_takes_no_number_away() -> None:
    got = parsed("CLASS: BUSN NAME: HARBOR CITY OFFICE PHONE: 212-555-0147 ESN: 123")
    assert got.fields["callback_number"] == "2125550147"
    assert "label_guessed" in got.warnings
    got = parsed("CLASS: BUSN NAME: CITY OFFICE  PSAP PHONE: 212-555-0147 ESN: 123")
    assert "callback_number" not in got.fields
    assert got.fields["customer_name"] == "CITY OFFICE"


def test_behind_a_comma_another_label_begins() -> None:
    for sign in (",", ";", "|"):
        text = f"CLASS: BUSN NAME: SMITH{sign} OFFICE PHONE: 800-555-0100 ESN: 123"
        assert "callback_number" not in parsed(text).fields, sign


def test_a_number_is_not_routed_by_itself() -> None:
    got = parsed("TN: 212-555-0147 COS: WPH2 P#: 212-555-0147 LAT: 40.1 LON: -74.1")
    assert got.fields["callback_number"] == "2125550147"
    assert "pani" not in got.fields


def test_the_words_in_front_are_no_part_of_the_name() -> None:
    got = parsed("TN: 212-555-0147 NAME: SMITH CARRIER PHONE: 800-555-0100 COS: RESD")
    assert got.fields["customer_name"] == "SMITH"


def test_a_word_without_its_mark_counts_less_than_a_label() -> None:
    got = parsed("TN: 212-555-0147 CLASS: RESD\r\nF1 HELP F2 REBID TEL 800-555-0100")
    assert got.fields["callback_number"] == "2125550147"


def test_a_number_in_a_note_counts_where_there_is_no_other() -> None:
    note = "COS: RESD {}\r\nREMARKS: CALLBACK 212-555-0163 IF NO ANSWER\r\n"
    got = parsed(note.format("TN: 212-555-0147"))
    assert got.fields["callback_number"] == "2125550147"
    got = parsed(note.format("NAME: SMITH"))
    assert got.fields["callback_number"] == "2125550163"
    assert "label_guessed" in got.warnings


@pytest.mark.parametrize("first", [True, False])
def test_anothers_point_is_not_the_callers(first: bool) -> None:
    for word in ("PREV", "PREVIOUS", "OLD", "CENTROID", "PSAP"):
        own = "LAT: 40.71280 LON: -74.00600"
        other = f"{word} LAT: 40.90001 {word} LON: -74.20001"
        lines = (other, own) if first else (own, other)
        got = parsed("\r\n".join(("CALLBACK: 212-555-0147 CLASS: WPH2", *lines)))
        assert got.fields["latitude"] == 40.7128, word
        assert got.fields["longitude"] == -74.006, word
        assert "several_locations" not in got.warnings


def test_how_sure_a_height_is_says_nothing_of_the_point() -> None:
    point = "CALLBACK: 212-555-0147 LAT: 40.7128 LON: -74.0060"
    for word in ("ALT", "VERT", "VERTICAL", "Z", "ELEV"):
        got = parsed(f"{point} {word} UNC: 4 CONF: 90")
        assert "uncertainty_m" not in got.fields, word
        got = parsed(f"{point} {word} UNC: 4 UNC: 30 CONF: 90")
        assert got.fields["uncertainty_m"] == 30, word


def test_the_routing_number_is_the_one_that_its_label_says() -> None:
    got = parsed("TEL: 509-555-0171 CLASS: WPH2 CBN: 509-555-0188 PANI: 509-511-0071")
    assert got.fields["callback_number"] == "5095550188"
    assert got.fields["pani"] == "5095110071"
    got = parsed("TN: 212-555-0147 CALLBACK: 212-511-0022 CLASS: WPH2")
    assert "callback_number" not in got.fields
    assert got.fields["pani"] == "2125110022"


def test_a_callback_that_a_label_says_to_be_for_routing_is_none() -> None:
    for label in ("ESRK", "PANI", "ESRD"):
        for first in ("CALLBACK", "TN"):
            text = f"{first}: 212-555-0147 COS: WPH2 {label}: (212) 555-0147 LAT: 40.1"
            got = parsed(f"{text} LON: -74.1")
            assert "callback_number" not in got.fields, (label, first)
            assert got.fields["pani"] == "2125550147"
            assert {"callback_is_pani", "no_callback"} <= set(got.warnings)


def test_a_second_number_of_the_caller_counts_where_there_is_no_first() -> None:
    for word in ("ALT", "ALTERNATE", "SECOND", "2ND"):
        other = f"{word} CALLBACK: 212-555-0163"
        for text in (f"CALLBACK: 212-555-0147 {other}", f"{other} TN: 212-555-0147"):
            got = parsed(f"{text} COS: WPH2 LAT: 40.7128 LON: -74.0060")
            assert got.fields["callback_number"] == "2125550147", text
        got = parsed(f"{other} COS: WPH2 LAT: 40.7128 LON: -74.0060")
        assert got.fields["callback_number"] == "2125550163"
        assert "label_guessed" in got.warnings


def test_a_number_in_the_place_of_the_name_is_a_number() -> None:
    point = "LAT: 40.7128 LON: -74.0060"
    got = parsed(f"CALLER: 212-555-0147 WPH2\r\n{point}")
    assert got.fields["callback_number"] == "2125550147"
    assert "customer_name" not in got.fields
    assert "label_guessed" in got.warnings
    got = parsed(f"CALLER: (212) 555-0163, SMITH JOHN\r\nTN: 212-555-0147\r\n{point}")
    assert got.fields["callback_number"] == "2125550147"
    assert got.fields["customer_name"] == "SMITH JOHN"
    got = parsed(f"TN: 212-555-0147\r\nNAME: 7 ELEVEN 4471\r\n{point}")
    assert got.fields["customer_name"] == "7 ELEVEN 4471"


def test_a_point_behind_lat_and_long_with_blanks_round_the_stroke() -> None:
    got = parsed("TN: 212-555-0147 COS: WPH2\r\nLat / Long: 40.71280 / -74.00600")
    assert (got.fields["latitude"], got.fields["longitude"]) == (40.7128, -74.006)


def test_only_a_bare_word_in_a_note_is_in_doubt() -> None:
    text = "COS: RESD NAME: SMITH REMARKS: {}"
    bare = parsed(text.format("CALLBACK 212-555-0147"))
    assert "label_guessed" in bare.warnings
    marked = parsed(text.format("CALLBACK: 212-555-0147"))
    assert "label_guessed" not in marked.warnings
    got = parsed("COS: RESD NAME: SMITH CALLBACK 212-555-0147")
    assert "label_guessed" not in got.warnings
    got = parsed("TN: 212-555-0147 REMARKS: LAT 40.7128 LON -74.0060")
    assert "label_guessed" not in got.warnings
    got = parsed("COS: RESD NAME: SMITH REMARKS:\r\nCALLBACK 212-555-0147")
    assert "label_guessed" not in got.warnings
    for one in (bare, marked):
        assert one.fields["callback_number"] == "2125550147"


def test_half_a_point_of_somebody_else_at_the_very_beginning() -> None:
    own = "CALLBACK: 212-555-0147 COS: WPH2 LAT: 40.7128 LON: -74.0060"
    got = parsed(f"PREV LAT: 40.1111 LON: -74.1111 {own}")
    assert (got.fields["latitude"], got.fields["longitude"]) == (40.7128, -74.006)
    assert "several_locations" not in got.warnings


def test_half_a_point_of_somebody_else_at_the_very_end() -> None:
    for end in ("PREV LAT: 40.1111", "PREV LON: -74.1111", "ALT UNC: 4", "PSAP TN:"):
        got = parsed(f"CALLBACK: 212-555-0147 COS: RESD {end}")
        assert got.fields.keys().isdisjoint(("latitude", "longitude", "uncertainty_m"))
        assert got.fields["callback_number"] == "2125550147"


def test_words_behind_a_value_that_is_no_text_are_the_labels() -> None:
    got = parsed("COS: BUSN ESN: 123 OFFICE PHONE: 800-555-0100")
    assert "callback_number" not in got.fields
    got = parsed("COS: BUSN NAME: SMITH OFFICE PHONE: 800-555-0100")
    assert got.fields["callback_number"] == "8005550100"
    assert "label_guessed" in got.warnings
    got = parsed("COS: BUSN SECURITY CALLBACK: 212-555-0147")
    assert got.fields["callback_number"] == "2125550147"
    assert "label_guessed" not in got.warnings
