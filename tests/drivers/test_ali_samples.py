"""Real ALI text of many counties: what a dispatcher would read in each record."""

from __future__ import annotations

from pathlib import Path

import pytest
from ali_sample_fields import EXPECTED

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord, Noise, NoiseReason

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "lines" / "ali"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no samples: {FOLDER} is not there"
)

# Nothing in these that a dispatcher could use as a field: shown as they are.
RAW = (
    "18_ca_yolo_rebid_notice",
    "26_ok_mayes_cnf_unc_empty",
    "26_tn_warren_cnf_s_d",
    "31_dms100_e911_logs",
)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_a_dispatcher_reads_in_it(name: str) -> None:
    layout, fields, warnings = EXPECTED[name]
    heard = parse_bytes((FOLDER / f"{name}.txt").read_bytes())
    assert len(heard) == 1, "one file is one record"
    record = heard[0]
    assert isinstance(record, AliRecord)
    assert record.layout == layout
    got = {field: record.fields.get(field) for field in fields}
    assert got == fields
    assert set(warnings.split()) <= set(record.warnings)
    assert "generic_layout" not in record.warnings


@pytest.mark.parametrize("name", RAW)
def test_what_is_no_record_is_shown_as_it_came(name: str) -> None:
    data = (FOLDER / f"{name}.txt").read_bytes()
    (noise,) = parse_bytes(data)
    assert isinstance(noise, Noise)
    assert noise.reason is NoiseReason.UNKNOWN_LAYOUT
    assert noise.raw == data


def test_every_sample_is_accounted_for() -> None:
    names = {path.stem for path in FOLDER.glob("*.txt")}
    own = {name for name in names if name.startswith(("01_", "03_"))}
    assert len(names) >= 60
    assert names - own == {*EXPECTED, *RAW}


def test_no_sample_raises_and_none_offers_a_number_not_to_be_dialled() -> None:
    for path in sorted(FOLDER.rglob("*.txt")):
        data = path.read_bytes()
        heard = parse_bytes(data)
        assert b"".join(got.raw for got in heard) == data
        for got in heard:
            if not isinstance(got, AliRecord):
                continue
            number = str(got.fields.get("callback_number", ""))
            assert number[:3] not in ("911", "211", "511"), path.name
            assert number[3:6] not in ("911", "211", "511"), path.name


def test_each_sample_says_for_each_field_by_which_rule_it_was_found() -> None:
    for path in sorted(FOLDER.glob("*.txt")):
        for got in parse_bytes(path.read_bytes()):
            if isinstance(got, AliRecord):
                assert got.rules.keys() == got.fields.keys(), path.name
                assert all(got.rules.values()), path.name


def test_no_text_of_another_system_is_taken_for_a_record() -> None:
    """What switches, phones and web services say has labels too."""
    others = [
        path
        for path in sorted(FOLDER.parent.rglob("*"))
        if path.is_file() and FOLDER not in path.parents and path.suffix != ".md"
    ]
    assert len(others) > 100
    for path in others:
        for heard in parse_bytes(path.read_bytes()[:20_000]):
            assert isinstance(heard, Noise), (path.name, heard)
