"""A real receiver of short messages writes, the driver reads what it wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from aml_writer import version_1

from aliquot.drivers.lines.aml import DRIVER
from aliquot.drivers.lines.api import AliRecord, Chunk, Frame, Heard, LineSettings
from aliquot.drivers.lines.spool_source import SpoolSource

SMSD = shutil.which("gammu-smsd")
PATIENCE_S = 60.0

pytestmark = pytest.mark.skipif(
    SMSD is None, reason="gammu-smsd is not installed (apt-get install gammu-smsd)"
)


def configured(folder: Path) -> Path:
    for name in ("inbox", "outbox", "sent", "error"):
        (folder / name).mkdir()
    # The dummy telephone keeps its messages as backup files in folders of its own.
    for name in ("1", "2", "3", "4", "5"):
        (folder / "phone" / "sms" / name).mkdir(parents=True)
    for name in ("calendar", "note", "todo", "fs", "alarm"):
        (folder / "phone" / name).mkdir()
    for memory in ("DC", "MC", "RC", "ON", "VM", "SM", "ME", "MT", "FD", "SL"):
        (folder / "phone" / "pbk" / memory).mkdir(parents=True)
    config = folder / "smsdrc"
    config.write_text(
        f"[gammu]\ndevice = {folder}/phone\nconnection = none\nmodel = dummy\n"
        "[smsd]\nservice = files\nlogfile = smsd.log\ndebuglevel = 1\nloopsleep = 1\n"
        f"inboxpath = {folder}/inbox/\noutboxpath = {folder}/outbox/\n"
        f"sentsmspath = {folder}/sent/\nerrorsmspath = {folder}/error/\n"
    )
    return config


def arrives(folder: Path, number: int, text: str) -> None:
    """A message in the telephone's memory, in gammu's own backup format."""
    lines = [
        *("; a message", "[SMSBackup000]", 'SMSC = "+15555550000"'),
        *("State = UnRead", 'Number = "+15555550100"', "Folder = 1"),
        *("DateTime = 20261121T182336", "Coding = Default_No_Compression"),
    ]
    written = text.encode("utf-16-be").hex().upper()
    pieces = [written[n : n + 200] for n in range(0, len(written), 200)]
    lines += [f"Text{n:02} = {piece}" for n, piece in enumerate(pieces)]
    lines += [f"Length = {len(text)}", "Class = -1", "ReplySMSC = False"]
    path = folder / "phone" / "sms" / "1" / f"{number}"
    path.with_suffix(".new").write_text("\n".join([*lines, ""]))
    os.rename(path.with_suffix(".new"), path)


def hear(source: SpoolSource, wanted: int) -> list[Heard]:
    framer = DRIVER.framer(LineSettings())
    decoder = DRIVER.decoder(LineSettings())
    heard: list[Heard] = []
    until = time.monotonic() + PATIENCE_S
    while len(heard) < wanted and time.monotonic() < until:
        data = source.read(0.5)
        now = time.time_ns() // 1000
        for frame in framer.feed(Chunk(data, now, 0)) if data else ():
            assert isinstance(frame, Frame)
            heard += decoder.decode(frame)
    return heard


@pytest.fixture
def smsd(tmp_path: Path) -> Path:
    return configured(tmp_path)


def test_what_gammu_smsd_writes_is_read(tmp_path: Path, smsd: Path) -> None:
    assert SMSD is not None
    text = version_1("+42.90000", "-71.90000", "14", method="W")
    arrives(tmp_path, 1, text)
    log = open(tmp_path / "out", "wb")  # noqa: SIM115 - closed below
    daemon = subprocess.Popen(
        [SMSD, "-c", str(smsd)], stdout=log, stderr=log, cwd=tmp_path
    )
    source = SpoolSource(tmp_path / "inbox", settle_s=0.2, poll_s=0.05)
    source.open()
    try:
        (found,) = hear(source, 1)
    finally:
        daemon.terminate()
        daemon.wait(PATIENCE_S)
        log.close()
    assert isinstance(found, AliRecord)
    assert found.layout == "aml_v1"
    assert found.fields["latitude"] == 42.9
    assert found.fields["longitude"] == -71.9
    assert found.fields["uncertainty_m"] == 14
    assert found.fields["location_method"] == "wifi"
    assert found.fields["callback_number"] == "5555550100"
    assert "length_wrong" not in found.warnings
    assert source.read(0) == b""
    assert [p.name for p in (tmp_path / "inbox").iterdir() if p.is_file()] == []
