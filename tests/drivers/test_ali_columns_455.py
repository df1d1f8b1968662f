"""The layout of one run of 455 characters, in every framing, and with lost bytes."""

from __future__ import annotations

import random

import pytest
from ali_records import SHAPES, block, hear, one

from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import AliRecord, Chunk, Frame, LineSettings

PLACES = {
    0: "203",
    4: "01-",
    16: "ESN=38",
    35: "(606) 355-0100",
    50: "14:36",
    56: "09/22/2016",
    67: "111",
    83: "SIMPSON",
    110: "RD",
    115: "N",
    118: "UNIT=APT 4",
    142: "CRAB ORCHARD",
    165: "137",
    170: "KY",
    173: "(859) 556-0100",
    188: "WPH2",
    198: "VERIZON",
    230: "ALT#=   -   -",
    250: "TELCO=VZW",
    262: "X=-084.510000",
    280: "CNF=90",
    294: "Y=+037.470000",
    312: "UNC=22",
    326: "Z=",
    358: "LSO",
    390: "LS1,LS2",
    422: "EEA",
}
EXPECTED = {
    "callback_number": "6063550100",
    "pani": "8595560100",
    "class_of_service": "WPH2",
    "customer_name": "VERIZON",
    "house_number": "111",
    "street_name": "SIMPSON",
    "street_suffix": "RD",
    "post_directional": "N",
    "unit": "APT 4",
    "community": "CRAB ORCHARD",
    "state": "KY",
    "esn": "38",
    "company_id": "VZW",
    "latitude": 37.47,
    "longitude": -84.51,
    "uncertainty_m": 22,
    "confidence_pct": 90,
    "trunk": "01",
    "position": "03",
    "record_date": "2016-09-22",
    "record_time": "14:36",
    "law": "LSO",
    "fire": "LS1,LS2",
    "ems": "EEA",
}


def made(changes: dict[int, str] | None = None) -> bytes:
    text = [" "] * 455
    for at, value in (PLACES | (changes or {})).items():
        text[at : at + len(value)] = value
    return "".join(text).encode("latin-1")


def heard(data: bytes) -> list[AliRecord]:
    decoder = DRIVER.decoder(LineSettings())
    out: list[AliRecord] = []
    for got in hear(data):
        if isinstance(got, Frame):
            out += [one for one in decoder.decode(got) if isinstance(one, AliRecord)]
    return out


def test_all_columns() -> None:
    record = one(made())
    assert record.layout == "ali_ky455"
    assert dict(record.fields) == EXPECTED
    assert record.rules["longitude"] == "columns 1:258-275"


@pytest.mark.parametrize(
    "data",
    [
        block(made(), head=b""),
        block(made(), "without", head=b""),
        made() + b"\r",
        made() + b"\r\n",
        made(),
        made().rstrip(),
        made().rstrip() + b"\r\n",
    ],
    ids=["stx", "check", "cr", "crlf", "bare", "trimmed", "trimmed_crlf"],
)
def test_in_every_framing(data: bytes) -> None:
    (record,) = heard(data)
    assert dict(record.fields) == EXPECTED
    assert not {"damaged", "cut"} & set(record.warnings)


def test_two_back_to_back_are_two() -> None:
    both = heard(made() + b"\r" + made({35: "(606) 355-0199"}) + b"\r")
    assert [r.fields["callback_number"] for r in both] == ["6063550100", "6063550199"]


def test_blank_values_are_absent() -> None:
    blank = {262: "X=           ", 294: "Y=           ", 188: "RESD"}
    record = one(made(blank))
    assert "latitude" not in record.fields
    assert record.fields["class_of_service"] == "RESD"


def test_a_year_in_the_date_is_not_inferred_again() -> None:
    framer, decoder = DRIVER.framer(LineSettings()), DRIVER.decoder(LineSettings())
    stamp = 1_474_570_000_000_000  # 22 September 2016
    frames = [*framer.feed(Chunk(block(made(), head=b""), stamp, 0)), *framer.flush()]
    (frame,) = [got for got in frames if isinstance(got, Frame)]
    (record,) = decoder.decode(frame)
    assert isinstance(record, AliRecord)
    assert record.fields["record_date"] == "2016-09-22"
    assert "year_inferred" not in record.warnings


def test_a_lost_or_doubled_byte_never_makes_another_value_unsaid() -> None:
    rng = random.Random(3)
    plain = made()
    for _ in range(150):
        at = rng.randrange(70, 450)
        data = (
            plain[:at] + (plain[at : at + 1] * 2) * rng.randint(0, 1) + plain[at + 1 :]
        )
        for record in heard(block(data, head=b"")):
            wrong = {
                name
                for name, value in record.fields.items()
                if EXPECTED.get(name) != value
            }
            assert not wrong or {"damaged", "bad_value", "cut"} & set(record.warnings)


def test_labelled_text_comes_through_the_framer() -> None:
    text = b"CALLBACK=(509)429-0000 LAT=+048.750000\r\nLON=-119.420000 UNC=98"
    for data in (block(text), text, text + b"\r\n", block(text, "with")):
        (record,) = heard(data)
        assert record.layout == "ali_callback_latlon"
        assert record.fields["longitude"] == -119.42
        assert record.fields["callback_number"] == "5094290000"
    (record,) = heard(block(text))
    assert record.fields["position"] == "01"


@pytest.mark.parametrize("name", ["stx", "stx_lines"])
def test_what_is_left_of_columns_is_not_read_by_labels(name: str) -> None:
    """The first line is damaged; the labels further down must not be believed."""
    data = SHAPES[name].replace(b"315-778-0000", b"315-778\xff0000")
    assert heard(data) == []
