"""Forms of numbers and points that counties use, beside the usual ones."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.ali import DRIVER, parse_bytes
from aliquot.drivers.lines.api import AliRecord, Chunk, Frame, LineSettings
from aliquot.drivers.lines.numbers import NumberKind, classify


def parsed(text: str) -> AliRecord:
    (record,) = parse_bytes(text.encode("latin-1"))
    assert isinstance(record, AliRecord)
    return record


@pytest.mark.parametrize(
    "said",
    [
        *("911-2345-6789", "911 2345 6789", "91123456789", "(911)2345-6789"),
        *("911-234-5678", "1-911-234-5678", "+19112345678"),
    ],
)
def test_a_handset_without_service_has_seven_or_eight_digits(said: str) -> None:
    assert classify(said)[0] is NumberKind.UNINITIALISED
    got = parsed(f"CALLBACK: {said} COS: WPH2 P#: 212-511-0022 LAT: 40.1 LON: -74.1")
    assert "callback_number" not in got.fields
    assert {"uninitialised_handset", "no_callback"} <= set(got.warnings)
    assert got.fields["pani"] == "2125110022"


@pytest.mark.parametrize("digit", "23456789")
def test_one_digit_ten_times_fills_a_field(digit: str) -> None:
    number = f"{digit * 3}-{digit * 3}-{digit * 4}"
    assert classify(number)[0] is NumberKind.NOT_DIALABLE
    assert classify(f"{digit * 3}-{digit * 3}-{digit * 3}1")[0] is not (
        NumberKind.NOT_DIALABLE
    )
    got = parsed(f"CALLBACK: {number} COS: WRLS NAME: TMOBILE")
    assert "callback_number" not in got.fields
    assert "callback_not_dialable" in got.warnings


@pytest.mark.parametrize(
    "said",
    [
        *("CALLBACK: sip:+12125550147@example.net", "CALLBACK: tel:+1-212-555-0147"),
        *("CALLING NO: 212-555-0147", "CALLING PARTY NUMBER: 2125550147"),
        *("CALLER NUMBER: 212-555-0147", "CB 212-555-0147", "CB #: (212) 555-0147"),
        "CLASS: VOIP NAME: SPRINT CALLBACK: 212-5\r\n55-0147",
        "CLASS: VOIP NAME: SPRINT CALLBACK: 212-55\r\n5-0147",
    ],
)
def test_a_callback_in_another_form(said: str) -> None:
    got = parsed(f"{said} COS: VOIP LAT: 40.7128 LON: -74.0060")
    assert got.fields["callback_number"] == "2125550147"
    assert ("token_repaired" in got.warnings) == ("\r\n" in said)


@pytest.mark.parametrize(
    "said",
    [
        *("TN: 212-555-01\r\n47 MAIN ST", "TN: 212-555\r\n4755 MAIN ST"),
        *("TN: 212-5\r\n55 0147 MAIN ST", "TN: 212-55\r\n5 MAIN ST"),
    ],
)
def test_a_house_is_no_rest_of_a_number(said: str) -> None:
    for one in parse_bytes(f"{said}\r\nCLASS: RESD\r\nNAME: SMITH\r\n".encode()):
        assert isinstance(one, AliRecord)
        assert "callback_number" not in one.fields


@pytest.mark.parametrize(
    "said",
    [
        *("40.7128N 74.0060W", "N40.7128 W74.0060", "40.7128 N, 74.0060 W"),
        *("LAT/LON 40.7128, -74.0060", "LAT/LONG: 40.7128/-74.0060"),
        *("LAT: 4042.768N LON: 07400.360W", "LAT: 4042.7680 N LON: 07400.3600 W"),
        "LAT: 40.7\r\n128 LON: -74.0060",
    ],
)
def test_a_point_in_another_form(said: str) -> None:
    got = parsed(f"CALLBACK: 212-555-0147 {said} COS: WPH2")
    assert got.fields["latitude"] == 40.7128
    assert got.fields["longitude"] == -74.006
    assert got.fields["callback_number"] == "2125550147"


@pytest.mark.parametrize(
    "said",
    [
        *("LAT: 4062.768N LON: 07400.360W", "LAT: 4042.768 LON: 07400.360"),
        *("TOWER 40.7128N 74.0060W", "40.7128N 74.0060W 40.8128N 74.1060W"),
    ],
)
def test_what_is_no_point_of_the_caller(said: str) -> None:
    got = parsed(f"CALLBACK: 212-555-0147 {said} COS: WPH2")
    assert not got.fields.keys() & {"latitude", "longitude"}


@pytest.mark.parametrize(
    "said",
    [
        *("LAT: 40.71\r\n2800 LON: -74.0\r\n060", "LAT: +40.7\r\n12 LON: -74.00600"),
        *("LAT: 40.712\r\n8 LON: -74.0061", "LON: -74.00600 LAT: N40.7\r\n12"),
    ],
)
def test_a_point_that_a_wrap_has_cut_is_whole_or_said_to_be_cut(said: str) -> None:
    got = parsed(f"CALLBACK: 212-555-0147 {said}\r\nCOS: WPH2")
    whole = got.fields.get("latitude") == 40.7128 and "token_repaired" in got.warnings
    assert whole or "cut" in got.warnings


def test_a_house_below_a_point_cuts_nothing() -> None:
    got = parsed("CALLBACK: 212-555-0147 LAT: 40.7128 LON: -74.0060\r\n12 MAIN ST\r\n")
    assert "cut" not in got.warnings
    assert (got.fields["latitude"], got.fields["longitude"]) == (40.7128, -74.006)


def test_a_label_behind_the_position_is_no_class() -> None:
    got = parsed("PSAP=DALLAS  POS#04  CO=ATTMO  COS=WPH2 X=-096.797000 Y=+032.776700")
    assert got.fields["class_of_service"] == "WPH2"
    assert got.fields["company_id"] == "ATTMO"
    assert got.fields["position"] == "04"


def test_a_number_and_a_class_in_the_first_line_of_a_known_family() -> None:
    lines = "(423) 555-0142  WPH2  11/20 14:22\r\nVERIZON\r\nP# (423) 511-4410\r\n"
    got = parsed(f"{lines}X=-085.309677 Y=+035.045631 UNC=00044 CNF=90\r\n")
    assert got.fields["callback_number"] == "4235550142"
    assert got.fields["pani"] == "4235114410"
    assert got.fields["class_of_service"] == "WPH2"
    assert "label_guessed" in got.warnings
    got = parsed(f"{lines[:-20]}X=-085.309677 Y=+035.045631 UNC=00044 CNF=90\r\n")
    assert "callback_number" not in got.fields


def test_a_direction_behind_pd_is_no_police() -> None:
    got = parsed("TN: 212-555-0147 COS: RESD HNO: 123 PD: N STREET: MAIN ST")
    assert got.fields["prefix_directional"] == "N"
    assert "law" not in got.fields
    got = parsed("TN: 212-555-0147 COS: RESD HNO: 123 PD: NORTH RIVER")
    assert got.fields["law"] == "NORTH RIVER"


_SCREEN = (
    "(214) 555-0187  14:05  11/20/2026",
    "PSAP=DALLAS PD  POS#04  CO=ATTMO",
    "   1500     MARILLA ST",
    "DALLAS                TX",
    "(214) 511-8822  WPH2",
    "ALT#=2145550187   TELCO=ATTMO",
    "X=-096.797000     CNF=90",
    "Y=+032.776700     UNC=0299",
    "ESN=00044",
)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_of_a_screen_are_no_rest_of_one_run_of_columns(end: str) -> None:
    data = "".join(line + end for line in _SCREEN).encode()
    framer, decoder = DRIVER.framer(LineSettings()), DRIVER.decoder(LineSettings())
    frames = [*framer.feed(Chunk(data, 1, 1)), *framer.flush()]
    assert all(isinstance(one, Frame) for one in frames)
    (record,) = (
        x for one in frames if isinstance(one, Frame) for x in decoder.decode(one)
    )
    assert isinstance(record, AliRecord)
    assert record.fields["callback_number"] == "2145550187"
    assert record.fields["latitude"] == 32.7767
    assert record.fields["longitude"] == -96.797
    assert record.fields["uncertainty_m"] == 299
