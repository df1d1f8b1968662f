"""Bytes without framing: files, wrapped text, damage, and the samples."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from ali_records import WIRELESS, WIRELINE, lines, one
from hypothesis import given, settings
from hypothesis import strategies as st

from aliquot.drivers.lines.ali import DRIVER, parse_bytes, split_records
from aliquot.drivers.lines.api import (
    FIELD_NAMES,
    AliRecord,
    Frame,
    Framing,
    LineSettings,
    Noise,
    NoiseReason,
    Warnings,
)
from aliquot.drivers.lines.layouts import LayoutError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT.parent / "shared" / "data" / "lines" / "ali"
samples = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no samples: {FOLDER} is not there"
)


def test_only_the_layouts_that_are_set() -> None:
    (heard,) = parse_bytes(lines(WIRELESS), LineSettings(layouts=("ali_30w",)))
    assert isinstance(heard, Noise)
    with pytest.raises(LayoutError, match="ali_30w"):
        DRIVER.decoder(LineSettings(layouts=("no_such",)))
    with pytest.raises(LayoutError, match="no_such"):
        DRIVER.framer(LineSettings(layouts=("no_such",)))


def test_split_records() -> None:
    first, second = lines(WIRELESS), lines(WIRELINE)
    assert split_records(b"") == [(0, 0)]
    assert split_records(b"any text") == [(0, 8)]
    assert split_records(first + second) == [
        (0, len(first)),
        (len(first), len(first + second)),
    ]
    assert len(split_records(b"one\ftwo\f\r\n")) == 2
    assert split_records(b"x" * 5000) == [(0, 4096), (4096, 5000)]
    assert split_records(b"\r\n\f" + first) == [(0, 3 + len(first))]
    framed = b"\x02201" + first + b"\x03\x11"
    assert split_records(framed * 2) == [
        (0, len(framed)),
        (len(framed), 2 * len(framed)),
    ]
    assert one(framed).fields["ems"] == "VERIFY LOCATION"
    assert one(framed).fields["position"] == "01"


def test_parse_gives_at_least_one_object() -> None:
    for data in (b"", b" ", b"\r\n", b"\x00", b"x"):
        (noise,) = parse_bytes(data)
        assert isinstance(noise, Noise)
        assert noise.raw == data
    (noise,) = parse_bytes(b"hello")
    assert isinstance(noise, Noise)
    assert noise.reason is NoiseReason.UNKNOWN_LAYOUT


def wrapped(data: bytes, width: int) -> bytes:
    """As a program shows a text: words kept whole, the blank at a wrap swallowed."""
    out = b""
    for row in data.split(b"\r"):
        while len(row) > width:
            cut = row.rfind(b" ", 0, width + 1)
            cut = cut if cut > 0 else width
            out += row[:cut] + b"\n"
            row = row[cut + 1 :] if row[cut : cut + 1] == b" " else row[cut:]
        out += row + b"\n"
    return out


@pytest.mark.parametrize("width", [40, 64, 72, 80, 100, 132])
@pytest.mark.parametrize("base", [WIRELESS, WIRELINE])
def test_a_wrapped_record_is_repaired_and_said(
    base: dict[int, str], width: int
) -> None:
    plain = lines(base)
    rows = plain.split(b"\r\n")
    stream = b"".join(rows[:7]) + b"\r" + rows[7] + b"\r" + b"".join(rows[8:])
    want, got = one(plain), one(wrapped(stream, width))
    assert dict(got.fields) == dict(want.fields)
    assert set(got.warnings) == {*want.warnings, "reflowed"}


def sane(heard: AliRecord) -> None:
    assert set(heard.fields) <= set(FIELD_NAMES)
    assert heard.fields.keys() == heard.spans.keys()
    assert set(heard.warnings) <= set(Warnings().known)
    assert list(heard.warnings) == sorted(set(heard.warnings))
    for name, (begin, end) in heard.spans.items():
        assert 0 <= begin < end <= len(heard.raw), name
        assert heard.fields[name] != ""
    for name in ("callback_number", "pani"):
        assert len(str(heard.fields.get(name, "0123456789"))) == 10


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([WIRELESS, WIRELINE]))
def test_damaged_records_never_raise(rng: random.Random, base: dict[int, str]) -> None:
    data = bytearray(lines(base))
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(30, len(data))
        data[at : at + rng.randint(0, 2)] = rng.randbytes(rng.randint(0, 3))
    for heard in parse_bytes(bytes(data)):
        if isinstance(heard, AliRecord):
            sane(heard)
    stamped = Frame(bytes(data), bytes(data), 0, len(data), 10**15, 0, Framing.GAP)
    for got in DRIVER.decoder(LineSettings()).decode(stamped):
        if isinstance(got, AliRecord):
            sane(got)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_give_an_object_that_covers_them(data: bytes) -> None:
    heard = parse_bytes(data)
    assert heard
    assert b"".join(got.raw for got in heard) == data


@samples
@pytest.mark.parametrize("family", ["01", "03"])
def test_samples_of_the_known_families_are_decoded(family: str) -> None:
    paths = sorted(FOLDER.glob(f"{family}_*.txt"))
    assert len(paths) == {"01": 9, "03": 3}[family]
    for path in paths:
        record = one(path.read_bytes())
        sane(record)
        assert "callback_number" in record.fields, path.name


@samples
def test_samples_wrapped_by_a_cad_are_the_same_as_at_32_columns() -> None:
    for path in sorted((FOLDER / "reflowed_32col").glob("*.txt")):
        twin = FOLDER / f"01_{path.name}"
        want, got = one(path.read_bytes()), one(twin.read_bytes())
        assert dict(got.fields) == dict(want.fields), path.name
        assert set(got.warnings) - {"reflowed"} == set(want.warnings)
    wph1 = one((FOLDER / "01_ny_jefferson_wph1.txt").read_bytes())
    assert "reflowed" in wph1.warnings


@samples
def test_the_fragmented_sample_is_decoded_with_warnings() -> None:
    record = one((FOLDER / "01_ny_jefferson_wph2_fragmented.txt").read_bytes())
    assert {"cut", "reflowed"} <= set(record.warnings)
    assert record.fields["position"] == "01"
    assert record.fields["street_name"] == "STONEY CREEK"
    assert record.fields["location"] == "NE SECTOR"
    assert record.fields["community"] == "HENDERSON"
