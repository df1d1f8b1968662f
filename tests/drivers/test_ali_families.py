"""Every family of labelled ALI text, in records made up here: lengths, order, gaps."""

from __future__ import annotations

import re

import pytest
from ali_family_records import Case
from ali_family_records_more import CASES

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.ali import parse_bytes, split_records
from aliquot.drivers.lines.api import AliRecord, Extent, LineSettings


def one(text: str, **options: object) -> AliRecord:
    data = text.encode("latin-1")
    heard = parse_bytes(data, LineSettings(**options))  # type: ignore[arg-type]
    assert len(heard) == 1
    assert isinstance(heard[0], AliRecord), text
    return heard[0]


def title(case: Case) -> str:
    return case[0].removeprefix("ali_")


@pytest.mark.parametrize("case", CASES, ids=title)
def test_records_of_a_family(case: Case) -> None:
    layout, text, fields, warnings = case
    record = one(text)
    assert record.layout == layout
    got = {name: record.fields.get(name) for name in fields}
    assert got == fields
    assert set(warnings.split()) <= set(record.warnings)
    assert record.rules.keys() == record.fields.keys()


@pytest.mark.parametrize("case", CASES, ids=title)
def test_the_same_in_a_frame_with_type_and_position(case: Case) -> None:
    """STX, type 2, position, text, ETX: as a controller puts it round a record."""
    _, text, fields, _ = case
    if not re.match("20[1-4][ \n]", text):  # some have it themselves
        text = "204" + text
    record = one("\x02" + text + "\x03")
    for name in ("latitude", "longitude", "class_of_service", "callback_number"):
        if name in fields:
            assert record.fields.get(name) == fields[name], name


def test_a_file_of_several_records_is_cut_where_one_begins() -> None:
    one_record = b"CALLBACK=(509)429-0000 LAT=+048.75 LON=-119.42 UNC=98\r\n"
    other = b"CALLBACK=(509)429-1111 LAT=+048.76 LON=-119.43 UNC=22\r\n"
    heard = parse_bytes(one_record + other)
    numbers = [h.fields["callback_number"] for h in heard if isinstance(h, AliRecord)]
    assert numbers == ["5094290000", "5094291111"]
    generic = b"ANI: 315-778-0000\nLAT: 43.8\nLON: -76.1\n"
    assert len(split_records(generic * 3)) == 3
    flat = (
        b"(801) 674-0000 RESD 06/12 21:07 A 656 P#801-674-0000 MAIN ST 621 02010 UT X"
    )
    assert len(split_records(flat + b"\n" + flat)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Ani: 352-555-1212\nClass: WPH2\nLocation: A\n\nLat: 28.5 Lon: -82.4\n",
        "COS: WRLS LAT:041.4 LON: 074.4\nCOS: WPH2 LAT:041.5 LON: 074.5\n",
        "LAT: 43.8\nLON: -76.1\nANI: 315-778-0000\nCLASS: WPH2\n",
    ],
)
def test_one_record_of_several_lines_is_one(text: str) -> None:
    one(text)


def test_records_in_frames_are_cut_at_their_marks() -> None:
    text = b"\x02201CALLBACK=(509)429-0000 LAT=+48.75 LON=-119.42\x03"
    heard = parse_bytes(text + text)
    assert [type(got) for got in heard] == [AliRecord, AliRecord]
    for got in heard:
        assert isinstance(got, AliRecord)
        assert got.fields["position"] == "01"


def test_a_site_outside_america_is_not_mirrored() -> None:
    text = "CALLBACK=(671)555-0100 LAT=+013.450000 LON=+144.780000 UNC=22"
    extent = Extent(13.2, 144.6, 13.7, 145.0)
    record = one(text, extent=extent)
    assert record.fields["longitude"] == 144.78
    assert "west_sign_missing" not in record.warnings


def test_a_point_outside_the_agencys_ground_is_said() -> None:
    text = "CALLBACK=(509)555-0100 LAT=+048.750000 LON=-119.420000 UNC=22"
    record = one(text, extent=Extent(40.0, -80.0, 41.0, -79.0))
    assert "outside_extent" in record.warnings
    assert record.fields["latitude"] == 48.75


@pytest.mark.parametrize("case", CASES, ids=title)
def test_a_file_of_a_family_is_taken_for_ali_text(case: Case) -> None:
    assert plugins.guess(case[1].encode("latin-1")) == "ali"
