"""A record that only begins as one of columns does is not read by those columns."""

from __future__ import annotations

import pytest
from ali_records import MS, Out, feed

from aliquot.drivers.lines.ali import DRIVER, parse_bytes
from aliquot.drivers.lines.api import AliRecord, Heard, LineSettings, Noise

_FIRST = "(262) 555-0142 {} 03/09 11:22"
_NO_CALLBACK = " " * 22 + "CUD 00412"


def on_a_line(data: bytes) -> list[Heard]:
    framer, decoder = DRIVER.framer(LineSettings()), DRIVER.decoder(LineSettings())
    out: Out = [*feed(framer, data), *framer.tick(0, 60_000 * MS), *framer.flush()]
    heard: list[Heard] = []
    for one in out:
        heard += [one] if isinstance(one, Noise) else decoder.decode(one)
    return heard


def each_way(rows: list[str]) -> list[AliRecord]:
    data = "\r\n".join([*rows, ""]).encode()
    heard = [*parse_bytes(data), *on_a_line(data), *on_a_line(b"\x02" + data + b"\x03")]
    records = [one for one in heard if isinstance(one, AliRecord)]
    assert len(records) == len(heard) == 3
    return records


def test_labels_are_read_where_they_stand() -> None:
    rows = [_FIRST.format("VOIP").replace("555", "211"), "NORTH RANGE VOICE"]
    rows += ["  1200 N MAIN ST", "CUDAHY WI", "CALLBK=(262)555-0199", "ESN=412 CO=NRV"]
    for record in each_way(rows):
        assert record.layout == "generic_labelled"
        assert record.fields["callback_number"] == "2625550199"
        assert record.fields["esn"] == "412"
        # Nothing is cut out of the middle of words.
        cut = {"house_number", "street_name", "prefix_directional", "location"}
        assert not cut & record.fields.keys()


@pytest.mark.parametrize("service", ["RESD", "BUSN"])
def test_a_street_is_not_parted_by_columns_that_are_none(service: str) -> None:
    rows = [_FIRST.format(service), "DOE JANE", "12 ELM ST", "APT 4", "CUDAHY WI"]
    for record in each_way([*rows, "ESN=412 LAW=MPD"]):
        assert record.fields["callback_number"] == "2625550142"
        assert record.fields["law"] == "MPD"
        assert "generic_layout" in record.warnings
        assert not {"prefix_directional", "street_name"} & record.fields.keys()


def test_a_record_with_its_own_label_is_read_by_its_columns() -> None:
    rows = [_FIRST.format("RESD"), "DOE JANE", "        12       P#262-555-0142"]
    rows += ["N  ELM ST", "APT 4", _NO_CALLBACK, "WI CUDAHY"]
    for record in each_way(rows):
        assert record.layout == "ali_30w"
        assert record.fields["street_name"] == "ELM"
        assert record.fields["prefix_directional"] == "N"


@pytest.mark.parametrize("wrong", ["Q#", 'P"', "#P", "  P#"])
def test_a_damaged_label_leaves_what_else_is_certain(wrong: str) -> None:
    rows = [_FIRST.format("RESD"), "DOE JANE", f"        12       {wrong}262-555-0142"]
    rows += ["N  ELM ST", "APT 4", _NO_CALLBACK, "WI CUDAHY"]
    data = "\r\n".join([*rows, ""]).encode()
    for one in on_a_line(data):
        if isinstance(one, AliRecord):
            assert one.fields.get("callback_number") in (None, "2625550142")
            assert {"damaged", "generic_layout"} & set(one.warnings)
