"""Location messages without an envelope, and forms that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from aml_hear import ARRIVED, FORM, hear, record
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.aml import DRIVER
from aliquot.drivers.lines.aml_framer import MOST_LINE
from aliquot.drivers.lines.api import AliRecord, Chunk, Frame, Heard, LineSettings
from aliquot.drivers.lines.envelope import wrap

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared/data/lines/aml"
ONE = (
    b'A"ML=1;lt=+42.95128;lg=-71.90417;rd=24;top=20261121182330;lc=68;pm=W;'
    b"si=310260000000000;ei=350000000000000;mcc=310;mnc=260;ml=129"
)
TWO = (
    b'A"ML=2;en=+16035550123;et=1795285410;lo=42.5,-71.5,12;lt=-9;lc=68;ls=G;'
    b"nc=310260;lg=en-US"
)
FORMED = (
    b"v=1&device_number=%2B16035550123&location_latitude=42.5"
    b"&location_longitude=-71.5&location_accuracy=10.4&location_time=1795285410000"
)
HEX = (
    b"415193D98BEDD8F4DEECE6A2C962B7DA8E7DEEB56232990B86A3D9623B39B92783EDE86F784F06"
    b"8BD560B6D80C1683E568B81D7BDCB3E176F076EFB89BA77B39DCCD56A3C966B15D39DD9BD570B2"
    b"590E56CBC168B21A4DB66B8FC7BD590CB66BBBC73D990DB66BB37B31D90C"
)
ALL = {"aml_v1": ONE, "aml_v2": TWO, "aml_https": FORMED}


def hear_bare(*pieces: bytes, apart_ns: int = 0) -> list[Heard]:
    settings = LineSettings()
    framer, decoder = DRIVER.framer(settings), DRIVER.decoder(settings)
    found = []
    for number, data in enumerate(pieces):
        at = number * apart_ns
        found += framer.feed(Chunk(data, ARRIVED + at // 1000, at))
    found += framer.flush()
    return [
        heard
        for one in found
        for heard in (decoder.decode(one) if isinstance(one, Frame) else [one])
    ]


def layouts(heard: list[Heard]) -> list[str]:
    return [one.layout if isinstance(one, AliRecord) else "noise" for one in heard]


@pytest.mark.parametrize("layout", ALL)
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_bare_message_is_read_and_claimed(layout: str, end: bytes) -> None:
    data = ALL[layout] + end
    assert plugins.guess(data) == "aml"
    (heard,) = hear_bare(data)
    assert isinstance(heard, AliRecord)
    assert heard.layout == layout
    assert heard.fields["longitude"] in (-71.90417, -71.5)
    assert heard.raw == data


def test_packed_digits_are_read_and_claimed() -> None:
    assert plugins.guess(HEX) == "aml"
    assert layouts(hear_bare(HEX)) == ["aml_v1"]
    assert layouts(hear_bare(HEX + b"\n" + HEX + b"\n")) == ["aml_v1", "aml_v1"]


def test_a_file_of_several_is_one_record_a_line() -> None:
    data = b"# of a test\none\t" + ONE + b"\r\n\r\ntwo\t" + TWO + b"\n" + FORMED
    assert plugins.guess(data) == "aml"
    assert layouts(hear_bare(data)) == ["noise", *ALL]


def test_messages_that_follow_after_a_silence_are_parted() -> None:
    assert layouts(hear_bare(ONE, TWO, apart_ns=400_000_000)) == ["aml_v1", "aml_v2"]


@given(st.data())
def test_chunks_do_not_matter(data: st.DataObject) -> None:
    """Bare lines, what is nothing, and envelopes, one after another."""
    parts = [ONE + b"\n", b"help\r\n", wrap("/a.txt", TWO), FORMED + b"\n", HEX + b"\n"]
    whole = b"".join(data.draw(st.lists(st.sampled_from(parts), max_size=6)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    said, again = hear_bare(whole), hear_bare(*pieces)
    assert [one.raw for one in said] == [one.raw for one in again]
    assert layouts(said) == layouts(again)
    assert b"".join(one.raw for one in said) == whole


def test_a_line_without_end_is_not_kept() -> None:
    framer = DRIVER.framer(LineSettings())
    found = framer.feed(Chunk(b"x" * (MOST_LINE + 1), ARRIVED, 0))
    assert [len(one.raw) for one in found] == [MOST_LINE + 1]
    assert framer.pending == 0


@pytest.mark.parametrize(
    "head",
    [
        b"name: NENA\n",
        b"XML=1;lt=1",
        b"see AML=1;lt=+1;lg=+2 in the handbook",
        b"DEADBEEFDEADBEEFDEADBEEF",
        b"a=1&b=2",
    ],
)
def test_what_it_does_not_claim(head: bytes) -> None:
    assert not DRIVER.claims(head)


@pytest.mark.parametrize("kind", [FORM, "text/plain", "", "application/octet-stream"])
@pytest.mark.parametrize("layout", ALL)
def test_the_body_says_what_it_is_not_its_type(kind: str, layout: str) -> None:
    found = record(ALL[layout], kind=kind)
    assert found.layout == layout
    assert "latitude" in found.fields


def test_a_form_of_other_things_is_none() -> None:
    assert layouts(hear(b"name=Alder&size=2", kind=FORM)) == ["noise"]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of ../shared are absent")
@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("samples.txt", 7),
        ("https_forms_aml-lib.txt", 2),
        ("data_sms_hex_aml-lib.txt", 1),
        ("gammu_smsd_inbox/IN20261121_182336_00_+15555550100_00.txt", 1),
    ],
)
def test_the_files_as_they_are(name: str, records: int) -> None:
    data = (SAMPLES / name).read_bytes()
    assert plugins.guess(data[:4096]) == "aml"
    found = layouts(hear_bare(data))
    assert len(found) - found.count("noise") == records
    assert found.count("noise") == (name == "samples.txt")
