"""What switches and servers say of calls that met with trouble."""

from __future__ import annotations

from pathlib import Path

import pytest

from aliquot.drivers.lines.api import (
    CallSignal,
    Chunk,
    LineDriver,
    LineSettings,
    Noise,
    SignalKind,
)
from aliquot.drivers.lines.ncid import DRIVER as NCID
from aliquot.drivers.lines.smdr_nortel import DRIVER as NORTEL

SHARED = Path(__file__).parents[2].parent / "shared/data/lines"
OFFERED, ABANDONED = SignalKind.OFFERED, SignalKind.ABANDONED
UTC = 1_795_285_276_000_000  # 2026-11-21


def signals(driver: LineDriver, data: bytes, step: int = 0) -> list[CallSignal]:
    """All that is said, when all is understood."""
    settings = LineSettings()
    framer, decoder = driver.framer(settings), driver.decoder(settings)
    cut = []
    for at in range(0, len(data), step or len(data)):
        cut += framer.feed(Chunk(data[at : at + (step or len(data))], UTC, 0))
    cut += framer.flush()
    said: list[CallSignal] = []
    for one in cut:
        assert not isinstance(one, Noise) or not one.raw.strip()
        heard = () if isinstance(one, Noise) else decoder.decode(one)
        for signal in heard:
            assert isinstance(signal, CallSignal)
            said.append(signal)
    return said


def told(said: list[CallSignal], *names: str) -> list[tuple[object, ...]]:
    return [(one.kind, *(one.fields.get(name) for name in names)) for one in said]


def file(name: str) -> bytes:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"logs are not beside this folder: {name}")
    return path.read_bytes()


CUT = b"CID: *DATE*05032026*TIME*1842*LINE*POTS*NM\n"


def test_an_ncid_call_whose_number_did_not_come_is_trouble_of_that_call() -> None:
    first, _, last = NCID.sample().splitlines(keepends=True)
    said = signals(NCID, first + CUT + last)
    assert [one.kind for one in said] == [OFFERED, SignalKind.TROUBLE, ABANDONED]
    assert len({one.call_key for one in said}) == 1
    trouble = said[1]
    assert trouble.fields["note"] == "the caller's number did not come"
    assert trouble.fields["trunk"] == "POTS"
    assert "callback_number" not in trouble.fields
    assert set(trouble.warnings) == {"bad_value", "no_callback"}
    (alone,) = signals(NCID, CUT)
    assert alone.kind is SignalKind.TROUBLE


DMS = (
    b"E911209 FEB03 13:05:24 0101 FAILURE TO SEND ALI RECORD PSAPNUM 3 POSNUM 12"
    b" MPC 1 MPCLINK 3\r\n"
    b"** E911202 MAR30 16:09:59 1300 INFO ANI TROUBLE ON E911 TRUNK CKT E911ICMF 3"
    b" CALL DEFAULT ROUTED PANI DIGITS = $\r\n"
)


@pytest.mark.parametrize("step", [0, 7])
def test_logs_of_a_dms_say_that_something_of_a_call_went_wrong(step: int) -> None:
    said = signals(NORTEL, DMS, step)
    assert told(said, "position", "trunk", "record_time") == [
        (SignalKind.TROUBLE, "12", None, "13:05:24"),
        (SignalKind.TROUBLE, None, "E911ICMF 3", "16:09:59"),
    ]
    assert len({one.call_key for one in said}) == 2
    assert str(said[0].fields["note"]).startswith("FAILURE TO SEND ALI RECORD")
    for one in said:
        for name, (begin, end) in one.spans.items():
            if name in ("position", "trunk", "record_time"):
                assert one.raw[begin:end].decode() == one.fields[name]
    assert NORTEL.claims(DMS)


def test_a_dms_log_that_only_tells_of_something_is_no_trouble() -> None:
    assert signals(NORTEL, b"E911231 FEB03 13:05:24 0102 INFO CALL ROUTED\r\n") == []


def test_the_dms_logs_of_the_shared_files_are_trouble() -> None:
    said = signals(NORTEL, file("ali/31_dms100_e911_logs.txt"))
    assert {one.kind for one in said} == {SignalKind.TROUBLE}
