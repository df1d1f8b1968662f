"""Caller ID as the exchange sent it, in hex, and as GSM modems say it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.lines.api import CallSignal
from aliquot.drivers.lines.modem_packet import read_packet
from tests.drivers.modem_line import ABANDONED, OFFERED, Line


def packet(*parameters: tuple[int, bytes], kind: int = 0x80, check: int = 0) -> str:
    body = b"".join(bytes([k, len(v)]) + v for k, v in parameters)
    data = bytes([kind, len(body)]) + body
    return (data + bytes([(check - sum(data)) % 256])).hex().upper()


NAMED = packet((1, b"11211821"), (2, b"6175550142"), (7, b"ALDER ROSE"))
WITHHELD = packet((1, b"11211821"), (4, b"P"), (8, b"P"))
SINGLE = "0412" + b"112118216175550142".hex() + "55"


def hear(burst: bytes) -> CallSignal:
    line = Line()
    assert line.came(0, b"\r\nRING\r\n") == [OFFERED]
    assert line.came(2, burst) + line.wait(4) == [OFFERED]
    assert line.came(6, b"\r\nRING\r\n" + burst) == []
    assert line.wait(20) == [ABANDONED]
    said = line.heard[-1]
    assert isinstance(said, CallSignal)
    return said


@pytest.mark.parametrize(
    "text",
    [NAMED, NAMED.lower(), NAMED[:-2], SINGLE, " ".join([NAMED[:40], NAMED[40:]])],
)
def test_a_packet_in_hex_is_taken_apart(text: str) -> None:
    said = hear(b"\r\nMESG = " + text.encode() + b"\r\n")
    assert said.fields["callback_number"] == "6175550142"
    assert said.fields["record_time"] == "18:21"
    assert said.fields.get("customer_name", "ALDER ROSE") == "ALDER ROSE"


def test_a_withheld_number_in_a_packet_is_said_to_be() -> None:
    said = hear(b"\r\nMESG=" + WITHHELD.encode() + b"\r\n")
    assert said.fields["note"] == "number withheld"
    assert "callback_number" not in said.fields


@pytest.mark.parametrize(
    "text",
    [
        packet((2, b"6175550142"), check=1),
        packet((2, b"6175550142"), kind=0x82),
        NAMED[:-6],
        NAMED + "00",
        "110101",
        "800C020A363137353535",
    ],
)
def test_a_damaged_packet_gives_no_number(text: str) -> None:
    assert read_packet(text) is None
    said = hear(b"\r\nMESG = " + text.encode() + b"\r\n")
    assert "callback_number" not in said.fields


@given(st.binary(max_size=300))
def test_any_bytes_are_taken(data: bytes) -> None:
    found = read_packet(data.hex())
    assert found is None or all(isinstance(text, str) for text in found.values())


def test_a_gsm_modem_says_it_after_each_ring() -> None:
    said = hear(b'\r\n+CLIP: "+16175550142",145,"",,"ALDER ROSE",0\r\n')
    assert said.fields["callback_number"] == "6175550142"
    assert said.fields["customer_name"] == "ALDER ROSE"


@pytest.mark.parametrize(
    ("validity", "note"), [(1, "number withheld"), (2, "number not available")]
)
def test_a_gsm_modem_says_why_there_is_none(validity: int, note: str) -> None:
    said = hear(b'\r\n+CLIP: "",128,"",,"",%d\r\n' % validity)
    assert said.fields["note"] == note


def test_a_short_clip_will_do() -> None:
    assert hear(b'\r\n+CLIP: "6175550142",129\r\n').fields["callback_number"]
