"""Two calls that come in one burst are two records, whatever stands above the labels."""

from __future__ import annotations

import pytest
from ali_records import MS, feed

from aliquot.drivers.lines.ali import DRIVER, parse_bytes
from aliquot.drivers.lines.api import AliRecord, Heard, LineSettings, Noise

_END = "\r\n"
_CALLERS = (("5095550111", 46.611111), ("5095550122", 46.622222), ("5095550133", 46.63))
_HEADS = {
    "date": "03/09/2024 11:22:3{n} POS 0{n}",
    "banner": "*** E911 ALI ***",
    "rule and position": "--------------------\r\nPOSITION {n}",
    "name": "NORTH RANGE WIRELESS",
    "other names": "{name}",
    "class in front": "",
}
_NAMES = ("VERIZON WIRELESS", "T-MOBILE", "AT&T MOBILITY, INC")


def record(head: str, n: int) -> str:
    number, latitude = _CALLERS[n]
    top = _HEADS[head].format(n=n + 1, name=_NAMES[n])
    front = ("WPH2 ", "RESD ", "WPH2 ")[n] if head == "class in front" else ""
    rows = [
        *([top] if top else []),
        f"{front}CALLBACK: {number[:3]}-{number[3:6]}-{number[6:]}",
        f"ESN: 00{n}",
        f"LAT: {latitude} LON: -120.511133",
    ]
    return _END.join(rows) + _END


def on_a_line(text: str) -> list[Heard]:
    framer, decoder = DRIVER.framer(LineSettings()), DRIVER.decoder(LineSettings())
    cut = [*feed(framer, text.encode()), *framer.tick(0, 10_000 * MS), *framer.flush()]
    heard: list[Heard] = []
    for one in cut:
        heard += [one] if isinstance(one, Noise) else decoder.decode(one)
    return heard


@pytest.mark.parametrize("head", list(_HEADS))
@pytest.mark.parametrize("count", [1, 2, 3])
def test_each_call_keeps_its_own(head: str, count: int) -> None:
    texts = [record(head, n) for n in range(count)]
    for heard in (on_a_line("".join(texts)), parse_bytes("".join(texts).encode())):
        records = [one for one in heard if isinstance(one, AliRecord)]
        assert [one.raw.decode() for one in records] == texts
        for n, one in enumerate(records):
            number, latitude = _CALLERS[n]
            assert one.fields["callback_number"] == number
            assert one.fields["latitude"] == latitude
            assert one.fields["esn"] == f"00{n}"
            assert "several_locations" not in one.warnings


@pytest.mark.parametrize(
    "text",
    [
        (
            "03/09/2024 11:22\r\nCALLBACK: 509-555-0111\r\nCOS: WPH2\r\n"
            "LAT: 46.611111 LON: -120.5\r\nTOWER\r\nLAT: 46.6 LON: -120.4\r\n"
        ),
        (
            "E911 CALL\r\nCOS: WPH1\r\nCALLBACK: 509-555-0111\r\nCOS: WPH2\r\n"
            "LAT: 46.611111 LON: -120.5\r\n"
        ),
        (
            "E911 CALL\r\nNAME: DOE\r\nADDR: 12 ELM ST\r\nCALLBACK: 509-555-0111\r\n"
            "NAME: KEYHOLDER\r\nADDR: 14 ELM ST\r\n"
        ),
    ],
)
def test_a_label_that_comes_again_in_one_record_parts_it_not(text: str) -> None:
    (heard,) = on_a_line(text)
    assert isinstance(heard, AliRecord)
    assert heard.fields["callback_number"] == "5095550111"
