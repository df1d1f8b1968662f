"""A line of seven bits: read as one, taken for one of eight, taken for the other."""

from __future__ import annotations

import pytest
from ali_records import MS, SHAPES, block, decode, feed, record, spill
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.lines import parity
from aliquot.drivers.lines.ali import DRIVER, parse_bytes
from aliquot.drivers.lines.api import AliRecord, Frame, LineSettings, Noise, NoiseReason
from aliquot.drivers.lines.parity import Parity, of_format, seen_as

_SAYS = {
    Parity.EVEN: NoiseReason.SEVEN_EVEN,
    Parity.ODD: NoiseReason.SEVEN_ODD,
    Parity.MARK: NoiseReason.SEVEN_MARK,
}
_BOTH = pytest.mark.parametrize("kind", list(_SAYS))
_LABELLED = b"CALLBACK=(509)555-0133 COS=WPH2 LAT=46.602211 LON=-120.511133 UNC=14\r\n"


def heard(data: bytes, setting: Parity) -> list[AliRecord | Noise | object]:
    settings = LineSettings(parity=setting.value)
    framer, decoder = DRIVER.framer(settings), DRIVER.decoder(settings)
    cut = [*feed(framer, data), *framer.tick(0, 60_000 * MS), *framer.flush()]
    said: list[AliRecord | Noise | object] = []
    for one in cut:
        said += [one] if isinstance(one, Noise) else decoder.decode(one)
    return said


@_BOTH
@pytest.mark.parametrize("setting", list(Parity))
@pytest.mark.parametrize("shape", [*SHAPES, "labelled"])
def test_what_the_line_is_is_said_and_nothing_is_read_another_way(
    kind: Parity, setting: Parity, shape: str
) -> None:
    sent = parity.add(SHAPES.get(shape, _LABELLED), kind)
    said = heard(sent, setting)
    assert b"".join(one.raw for one in said) == sent  # type: ignore[attr-defined]
    if setting is kind:
        assert any(isinstance(one, AliRecord) for one in said)
        return
    assert all(isinstance(one, Noise) for one in said)
    long = [one for one in said if isinstance(one, Noise) and len(one.raw) > 40]
    assert long
    assert {one.reason for one in long} == {_SAYS[kind]}


@_BOTH
def test_one_wrong_bit_is_seen_and_is_no_other_kind_of_line(kind: Parity) -> None:
    sent = parity.add(block(spill(record())), kind)
    bad = bytearray(sent)
    bad[50] ^= 0x80 if kind is Parity.MARK else 0x10
    (noise,) = heard(bytes(bad), kind)
    assert isinstance(noise, Noise)
    assert noise.reason is NoiseReason.PARITY
    (taken,) = heard(sent, kind)
    assert isinstance(taken, AliRecord)
    assert taken.raw == sent
    assert taken.fields["latitude"] == 43.8


@_BOTH
def test_a_file_of_either_parity_is_read(kind: Parity) -> None:
    (usual,), (got,) = parse_bytes(_LABELLED), parse_bytes(parity.add(_LABELLED, kind))
    assert isinstance(usual, AliRecord)
    assert isinstance(got, AliRecord)
    assert got.fields == usual.fields


def test_what_the_port_has_stripped_needs_no_setting() -> None:
    for setting in Parity:
        framer = DRIVER.framer(LineSettings(parity=setting.value))
        (frame,) = [*feed(framer, SHAPES["stx"]), *framer.flush()]
        assert isinstance(frame, Frame)
        assert decode(frame).fields["latitude"] == 43.8


@given(st.binary(max_size=300))
def test_parity_is_put_on_and_taken_off(data: bytes) -> None:
    plain = parity.strip(data)
    for kind in _SAYS:
        sent = parity.add(plain, kind)
        assert parity.strip(sent) == plain
        assert parity.failures(sent, kind) == 0
        if kind is not Parity.MARK:
            other = Parity.ODD if kind is Parity.EVEN else Parity.EVEN
            assert parity.failures(sent, other) == len(sent)
        assert seen_as(sent) in (kind, Parity.NONE)
    assert parity.add(data, Parity.NONE) == data
    assert seen_as(plain) is Parity.NONE


@pytest.mark.parametrize(
    "text",
    [
        "NAME=MUÑOZ  ADDR=123½ PEÑA ST  LOC=CAFÉ  CÔTE  OÙ  ÉTÉ  ÀÀÀÀÀÀ",
        "ééééééééééééééééééééééééééééééé ",
        "CALLBACK: 212-555-0147 LAT: 40.7128 LON: -74.0060 COS: WPH2\n",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    ],
)
@pytest.mark.parametrize("code", ["latin-1", "cp437", "utf-8", "cp037"])
def test_text_with_accents_is_no_seven_bits(text: str, code: str) -> None:
    data = text.encode(code, "replace")
    assert seen_as(data) is Parity.NONE


def test_a_format_says_which_parity_its_bytes_have() -> None:
    formats = ("8N1", "7E1", "7o1", "7M1", "7S1", "")
    assert [of_format(form) for form in formats] == [
        *(Parity.NONE, Parity.EVEN, Parity.ODD, Parity.MARK, Parity.NONE, Parity.NONE),
    ]
