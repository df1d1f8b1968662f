"""NMEA 0183 and TAIP into fixes: what is right is read, what is not is counted."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aliquot.drivers.positions.api import Fix, Refusal
from aliquot.drivers.positions.decoder import FixDecoder, metres
from aliquot.drivers.positions.sentences import LONGEST

sys.path.insert(0, str(Path(__file__).parent))
from nmea_lines import nmea, rmc, tagged, taip

NOON_US = 1_772_557_200_000_000  # 2026-03-03T17:00:00Z
RMC = nmea(rmc())


def read(*parts: bytes, at_us: int = NOON_US, **more: object) -> list[Fix]:
    decoder = FixDecoder(**more)  # type: ignore[arg-type]
    return [fix for part in parts for fix in decoder.feed(part, at_us, 0)]


def refused(data: bytes) -> dict[Refusal, int]:
    decoder = FixDecoder()
    assert decoder.feed(data, NOON_US, 0) == []
    decoder.end(NOON_US, 0)
    return dict(decoder.refused)


def test_the_textbook_sentence() -> None:
    line = b"$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n"
    (fix,) = read(line, at_us=764_426_119_000_000)  # 1994-03-23T12:35:19Z
    assert fix.latitude == pytest.approx(48.1173)
    assert fix.longitude == pytest.approx(11.516667, abs=1e-6)
    assert fix.speed_mps == pytest.approx(22.4 * 1852 / 3600)
    assert fix.heading_deg == 84.4
    assert fix.utc_us == 764_426_119_000_000
    assert fix.warnings == ()
    assert fix.unit_key == "GP"


def test_the_textbook_taip_message() -> None:
    (fix,) = read(b">RPV15714+3739438-1220384601512612;ID=1234;*7F<")
    assert (fix.latitude, fix.longitude) == (37.39438, -122.03846)
    assert fix.speed_mps == pytest.approx(15 * 0.44704)
    assert fix.heading_deg == 126
    assert fix.unit_key == "1234"


def test_the_long_taip_message() -> None:
    body = (
        "RLN61200000+439050000-0754800000+001234560123+00000450"
        "0212AB34CD0000000000" + "12"
    )
    (fix,) = read(taip(body, "0042"))
    assert (fix.latitude, fix.longitude) == (43.905, -75.48)
    assert fix.speed_mps == pytest.approx(12.3 * 0.44704)
    assert fix.heading_deg == 45.0


@pytest.mark.parametrize(
    ("longitude", "degrees"),
    [("07528.800,W", -75.48), ("07528.800,E", 75.48)],
)
def test_hemispheres(longitude: str, degrees: float) -> None:
    (fix,) = read(nmea(rmc(longitude=longitude)))
    assert fix.longitude == pytest.approx(degrees)


def test_what_is_said_of_one_moment_is_put_together() -> None:
    fixes = read(
        nmea("GPVTG,045.0,T,,M,010.0,N,018.5,K,A"),
        nmea("GPGGA,170000.00,4354.300,N,07528.800,W,1,08,1.2,210,M,-34,M,,"),
        nmea("GPGLL,4354.300,N,07528.800,W,170000.00,A,A"),
    )
    assert [fix.accuracy_m for fix in fixes] == [6.0, 6.0]
    assert all(fix.heading_deg == 45.0 for fix in fixes)
    assert all(fix.speed_mps == pytest.approx(5.144, abs=1e-3) for fix in fixes)
    assert {fix.utc_us for fix in fixes} == {NOON_US}  # the time of a GGA has no date


def test_who_it_is_from() -> None:
    fixes = read(
        tagged(rmc(), "s:2A11,c:1772557200"),
        b"$UNIT,2A12," + RMC,
        nmea("UNIT,2A13"),
        RMC,
        nmea("GNRMC" + rmc()[5:]),
    )
    assert [fix.unit_key for fix in fixes] == ["2A11", "2A12", "2A13", "2A13"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (RMC.replace(b"4354.300", b"4354.301"), Refusal.CHECKSUM),
        (RMC[:-5] + b"\r\n", Refusal.NO_CHECKSUM),
        (nmea(rmc().replace(",A,4", ",V,4")), Refusal.VOID),
        (nmea("GPGGA,170000,4354.3,N,07528.8,W,0,00,99,0,M,0,M,,"), Refusal.VOID),
        (nmea(rmc("0000.000,N", "00000.000,E")), Refusal.NULL_ISLAND),
        (nmea(rmc(latitude="9154.300,N")), Refusal.OUT_OF_RANGE),
        (nmea(rmc(latitude="4354.300,X")), Refusal.UNREADABLE),
        (nmea(rmc(latitude="4364.300,N")), Refusal.UNREADABLE),
        (nmea("GPRMC,1,A"), Refusal.UNREADABLE),
        (nmea("GPGSV,1,1,00"), Refusal.IGNORED),
        (b"!AIVDM,1,1,,A,14eG;o@034o8sd<L9i:a;WF>062D,0*7D\r\n", Refusal.IGNORED),
        (taip("RPV61200+4390500-0754800001504500", "1"), Refusal.VOID),
        (taip("RPV61200+0000000+0000000001504532", "1"), Refusal.NULL_ISLAND),
        (taip("RPV99999+4390500-0754800001504532", "1"), Refusal.OUT_OF_RANGE),
        (taip("RST100000000000000", "1"), Refusal.IGNORED),
        (b"$" + b"A" * (LONGEST + 5) + b"\r\n", Refusal.OVERLONG),
        (b"login: ", Refusal.STRAY),
    ],
)
def test_what_is_not_used_is_counted(data: bytes, why: Refusal) -> None:
    assert refused(data) == {why: 1}


def test_a_cut_sentence_without_a_checksum_is_used_only_when_it_is_wanted() -> None:
    assert read(RMC[:-5] + b"\r\n", need_checksum=False)
    assert not read(RMC[:-5] + b"\r\n")


def test_a_sentence_after_damage_is_read() -> None:
    data = b"\xff\x00$GPRMC,17\x9900" + b"\r\n" + RMC + b"$GPRMC,cut" + b"\n" + RMC
    assert len(read(data)) == 2


@pytest.mark.parametrize("whole", [nmea(rmc()), tagged(rmc(), "s:2A11")])
@pytest.mark.parametrize("upto", [3, 20, 40, -5])
def test_a_sentence_in_the_line_of_one_that_was_broken_off(
    whole: bytes, upto: int
) -> None:
    decoder = FixDecoder(need_checksum=False)
    broken = tagged(rmc(latitude="4454.300,N"), "s:2A99").rstrip(b"\r\n")[:upto]
    fixes = decoder.feed(broken + whole, NOON_US, 0)
    unit = "2A11" if b"2A11" in whole else "GP"
    assert [(fix.unit_key, fix.raw) for fix in fixes] == [(unit, whole.strip())]
    assert decoder.refused == {Refusal.STRAY: 1}


def test_two_sentences_without_a_line_end_between_them() -> None:
    first, second = tagged(rmc(), "s:2A11"), b"$UNIT,2A12," + nmea(rmc())
    fixes = FixDecoder().feed(first.strip() + second, NOON_US, 0)
    assert [fix.unit_key for fix in fixes] == ["2A11", "2A12"]
    pv = taip("RPV61200+4390500-0754800002204512", "7")
    fixes = FixDecoder().feed(pv[:20] + pv, NOON_US, 0)
    assert [fix.unit_key for fix in fixes] == ["7"]


def test_warnings() -> None:
    (late,) = read(RMC, at_us=NOON_US + 120 * 10**6)
    assert late.warnings == ("late",)
    (ahead,) = read(RMC, at_us=NOON_US - 120 * 10**6)
    assert ahead.warnings == ("time_ahead",)
    (estimated,) = read(nmea(rmc()[:-1] + "E"))
    assert estimated.warnings == ("estimated",)
    (old,) = read(taip("RPV61200+4390500-0754800001504531", "1"))
    assert old.warnings == ("old_data",)
    turned_us = NOON_US - 1024 * 7 * 86_400 * 10**6
    (turned,) = read(nmea(rmc().replace("030326", "180706")))
    assert turned.warnings == ("week_rollover",)
    assert turned.utc_us == NOON_US
    assert turned_us // 86_400_000_000 == 13_347  # 2006-07-18: the date it had sent


def test_a_jump_is_flagged() -> None:
    decoder = FixDecoder()
    decoder.feed(RMC, NOON_US, 0)
    far = nmea(rmc(latitude="4454.300,N").replace("170000", "170010"))
    (fix,) = decoder.feed(far, NOON_US + 10**7, 10**10)
    assert "jump" in fix.warnings
    near = nmea(rmc(latitude="4454.500,N").replace("170000", "170020"))
    (fix,) = decoder.feed(near, NOON_US + 2 * 10**7, 2 * 10**10)
    assert "jump" not in fix.warnings


def test_a_time_without_a_date_at_midnight() -> None:
    midnight_us = 1_772_582_400_000_000  # 2026-03-04T00:00:00Z
    gga = nmea("GPGGA,235959.00,4354.300,N,07528.800,W,1,08,1.2,210,M,-34,M,,")
    (fix,) = read(gga, at_us=midnight_us + 10**6)
    assert abs(fix.utc_us - midnight_us) <= 2 * 10**6


_PIECES = st.sampled_from(
    [
        RMC,
        nmea("GPVTG,045.0,T,,M,010.0,N,018.5,K,A"),
        nmea("GPGLL,4354.301,N,07528.800,W,170001.00,A,A"),
        tagged(rmc(), "s:2A11"),
        taip("RPV61200+4390500-0754800001504532", "7"),
        b"$GPRMC,broken\r\n",
        b">R",
        b"\\s:",
        b"noise\xfe",
        b"$" * 40,
        b"<\r\n",
    ]
)
_STREAMS = st.lists(st.one_of(_PIECES, st.binary(max_size=40)), max_size=12)


@settings(max_examples=200, deadline=None)
@given(_STREAMS, st.data())
def test_any_chunking_gives_the_same(parts: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(parts)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=8).map(sorted))
    whole, chunked, single = FixDecoder(), FixDecoder(), FixDecoder()
    edges = [0, *cuts, len(stream)]
    pieces = [stream[a:b] for a, b in pairwise(edges)]
    one = whole.feed(stream, NOON_US, 0) + whole.end(NOON_US, 0)
    many = [f for p in pieces for f in chunked.feed(p, NOON_US, 0)]
    many += chunked.end(NOON_US, 0)
    bytewise = [
        f
        for n in range(len(stream))
        for f in single.feed(stream[n : n + 1], NOON_US, 0)
    ]
    bytewise += single.end(NOON_US, 0)
    assert one == many == bytewise
    assert whole.refused == chunked.refused == single.refused


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=3000))
def test_no_bytes_raise(data: bytes) -> None:
    decoder = FixDecoder(need_checksum=False)
    for fix in decoder.feed(data, NOON_US, 0) + decoder.end(NOON_US, 0):
        assert abs(fix.latitude) <= 90
        assert abs(fix.longitude) <= 180


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(RMC) - 3), st.integers(0, 7))
def test_no_flipped_bit_goes_unnoticed(at: int, bit: int) -> None:
    damaged = bytearray(RMC)
    damaged[at] ^= 1 << bit
    same = read(RMC)[0]
    for fix in read(bytes(damaged) + b"\r\n"):
        assert (fix.latitude, fix.longitude) == (same.latitude, same.longitude)


def test_a_megabyte_is_held_in_bounded_memory() -> None:
    decoder = FixDecoder()
    for _ in range(16):
        decoder.feed(b"$" + b"\\" * 65_535, NOON_US, 0)
    assert len(decoder._cutter._held) <= LONGEST
    assert len(decoder.feed(b"\r\n" + RMC, NOON_US, 0)) == 1


def test_metres() -> None:
    assert metres((0.0, 0.0), (0.0, 1.0)) == pytest.approx(111_195, rel=1e-3)
    assert metres((10.0, 179.9), (10.0, -179.9)) < 30_000
