"""Caller ID of odd modems, and bytes that were captured from a real one."""

from __future__ import annotations

from pathlib import Path

import pytest
from modem_line import ABANDONED, OFFERED, Line

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import Noise

FOLDER = Path(__file__).parents[2].parent / "shared/data/lines/callerid"


@pytest.mark.parametrize(
    ("burst", "fields", "warnings"),
    [
        (
            b"DATE = 1119\r\nTIME = 0934\r\nNMBR = P\r\nNAME = P\r\n",
            {
                "record_date": "2026-11-19",
                "record_time": "09:34",
                "note": "number withheld",
            },
            {"no_callback"},
        ),
        (b"NMBR = O\r\n", {"note": "number not available"}, {"no_callback"}),
        (
            b"NMBR=\r\nNAME=\r\nANID=<NONE>\r\nNDID=915\r\n",
            {"note": "dialled 915"},
            {"no_callback"},
        ),
        (b"DDN_NMBR = 9415557218\r\n", {"callback_number": "9415557218"}, set()),
        (b"NMBR = 14075552120\r\n", {"callback_number": "4075552120"}, set()),
        (
            b"NMBR = 5552120\r\n",
            {"note": "number sent: 5552120"},
            {"no_callback", "callback_not_dialable"},
        ),
        (
            b"NMBR = 2120\r\n",
            {"note": "number sent: 2120"},
            {"no_callback", "callback_not_dialable"},
        ),
        (
            b"NMBR = 9115550142\r\n",
            {"note": "number sent: 9115550142"},
            {"no_callback", "uninitialised_handset"},
        ),
        (
            b"NMBR = 3155114631\r\n",
            {"pani": "3155114631"},
            {"no_callback", "callback_is_pani"},
        ),
        (b"NMBR=\r\nANID=6175550142\r\n", {"callback_number": "6175550142"}, set()),
        (
            b"TIME = 12541\r\nNMBR = 6305551500\r\n",
            {"callback_number": "6305551500"},
            {"bad_value"},
        ),
        (
            b"DATE = 1332\r\nTIME = 2423\r\nNMBR = 6305551500\r\n",
            {"callback_number": "6305551500"},
            {"bad_value"},
        ),
        (
            b"DATE =\r\nTIME=\r\nNMBR = 6305551500\r\n",
            {"callback_number": "6305551500"},
            set(),
        ),
        (
            "NMBR = 9085555002\r\nNAME = Vähälä\r\n".encode(),
            {"callback_number": "9085555002", "customer_name": "Vähälä"},
            set(),
        ),
        (
            b"NAME = V\xe4h\xe4\r\nNMBR = 9085555002\r\n",
            {"callback_number": "9085555002", "customer_name": "Vähä"},
            {"undecodable_bytes"},
        ),
        (
            b"TIME: 11-18 10:15\r\nCALLER NUMBER: 6175550142\r\nCALLER NAME: ROSE\r\n",
            {
                "callback_number": "6175550142",
                "customer_name": "ROSE",
                "record_date": "2026-11-18",
                "record_time": "10:15",
            },
            set(),
        ),
        (
            b"REASON FOR NO CALLER NUMBER: OUT OF AREA\r\n",
            {"note": "number not available"},
            {"no_callback"},
        ),
        (
            b"DATE=1119 TIME=0934 NMBR=6175550142 NAME=ROSE A\r\n",
            {
                "callback_number": "6175550142",
                "customer_name": "ROSE A",
                "record_date": "2026-11-19",
                "record_time": "09:34",
            },
            set(),
        ),
    ],
)
def test_odd_modems(burst: bytes, fields: dict[str, str], warnings: set[str]) -> None:
    line = Line()
    line.came(0, burst.replace(b"\r\n", b"\r\n\r\n"))
    assert line.wait(1) == [OFFERED]
    offered = line.signals[0]
    assert offered.fields == fields
    assert set(offered.warnings) - {"year_inferred", "future_date"} == warnings
    again = Line()
    for at in range(len(burst)):
        again.came(0, burst[at : at + 1])
    again.wait(1)
    assert [s.fields for s in again.signals] == [fields]


def captured(name: str) -> bytes:
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"captured bytes of modems are not beside this folder: {name}")
    return path.read_bytes().replace(b"\\n", b"\r\n")


@pytest.mark.parametrize(
    ("name", "fields", "warnings"),
    [
        ("iaxmodem_vcid0.bin", {}, set()),
        (
            "iaxmodem_vcid1_two_rings_then_abandoned.bin",
            {
                "callback_number": "8505550102",
                "customer_name": "CALLER B",
                "record_date": "2026-11-21",
                "record_time": "18:21",
                "note": "dialled 914",
            },
            {"year_inferred"},
        ),
        (
            "iaxmodem_vcid1_withheld.bin",
            {
                "record_date": "2026-11-21",
                "record_time": "18:22",
                "note": "dialled 915",
            },
            {"year_inferred", "no_callback"},
        ),
    ],
)
def test_bytes_captured_from_a_modem(
    name: str, fields: dict[str, str], warnings: set[str]
) -> None:
    data = captured(name)
    for step in (len(data), 1, 7):
        line = Line()
        for at in range(0, len(data), step):
            line.came(0, data[at : at + step])
        line.wait(8)
        assert [signal.kind for signal in line.signals] == [OFFERED, ABANDONED]
        assert line.signals[0].fields == fields
        assert set(line.signals[0].warnings) == warnings
        assert [one for one in line.heard if isinstance(one, Noise)] == []


# Number and name of each burst of ncid/test-modem-calls.data, in order.
ODD_CALLS = [
    (None, None),
    ("9415557218", "SARASOTA,FL"),
    (None, "NO DATE"),
    (None, "PrivDirOff"),
    ("9085555002", "Vähälä"),
    ("4075552120", "TIME WARNER COM"),
    (None, "PrivDirOff"),
    ("6305551500", "ELMHURST, IL"),
    ("8175558399", "EULESS, TX"),
    ("4075552120", None),
    ("4075552120", "eleven digits"),
    ("4075552120", "ten digits"),
    (None, "nine digits"),
    (None, "eight digits"),
    (None, "seven digits"),
    (None, "four digits"),
    (None, None),
]


def test_the_data_of_odd_modems_decode() -> None:
    line, at = Line(), 0
    for burst in captured("ncid/test-modem-calls.data").split(b"\n\n"):
        at += 60 if b"=" in burst else 5
        line.came(at, burst.strip() + b"\r\n")
    line.wait(at + 10)
    offers = [signal for signal in line.signals if signal.kind is OFFERED]
    said = [
        (s.fields.get("callback_number"), s.fields.get("customer_name")) for s in offers
    ]
    assert said == ODD_CALLS
    assert [one for one in line.heard if isinstance(one, Noise)] == []
    assert offers[0].fields["record_time"] == "09:34"
    assert [s.kind for s in line.signals] == [OFFERED, ABANDONED] * len(ODD_CALLS)


@pytest.mark.parametrize(
    "head",
    [
        b"openapi: 3.0.1\r\ninfo:\r\n  contact:\r\n    name: NENA\r\n",
        b"    name: NENA\r\n",
        b"name: NENA\r\n",
        b"NAME=ALDER ROSE\r\n",
        b"RING ROAD\r\nRING\r\n",
        b"[settings]\r\nDATE=2026\r\nUSER=me\r\n",
        b"RINGING\r\n",
        b"",
    ],
)
def test_what_is_no_modem_is_not_claimed(head: bytes) -> None:
    assert plugins.guess(head) != "modem"


@pytest.mark.parametrize(
    "head",
    [
        b"\r\nRING\r\n",
        b"ATE0\r\nOK\r\nRING\r\n\r\nDATE = 1119\r\nNMBR = P\r\n",
        b"NMBR = 6175550142\r\n",
        b"RING DATE=1119 TIME=0934 NMBR=6175550142\r\n",
        b"TIME: 11-18 10:15\r\nCALLER NUMBER: 6175550142\r\nRING\r\n",
        b"RING A\r\nRING\r\n",
        b"DATE = 0103\\nTIME = 1254\\nDDN_NMBR = 9415557218\\n\nRING\\n\n",
    ],
)
def test_what_a_modem_says_is_claimed(head: bytes) -> None:
    assert plugins.guess(head) == "modem"


def test_a_road_does_not_ring() -> None:
    line = Line()
    assert OFFERED not in line.came(0, b"RING ROAD\r\n")
    assert OFFERED in line.came(1, b"RING B\r\n")
