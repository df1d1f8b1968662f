"""Sources of positions against real sockets, a real serial line, a real gpsd."""

from __future__ import annotations

import errno
import gc
import os
import pty
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from free_port import free_port

from aliquot.drivers.lines.api import LineState, SourceError
from aliquot.drivers.positions.api import PositionSource
from aliquot.drivers.positions.sources import (
    ListeningSource,
    UdpSource,
    make_position_source,
)
from aliquot.drivers.positions.streams import FixStreams, PeerFix

sys.path.insert(0, str(Path(__file__).parent))
from nmea_lines import nmea, rmc, tagged

PATIENCE = 300  # reads of at most 0.2 s
LOCAL = "127.0.0.1"


def fixes_of(source: PositionSource, count: int) -> list[PeerFix]:
    streams, found = FixStreams(), []
    for _ in range(PATIENCE):
        packets = source.read(0.2)
        assert packets is not None
        found += streams.feed(packets, 1_772_557_200_000_000, 0)
        if len(found) >= count:
            return found
    raise AssertionError(f"{len(found)} of {count} fixes came")


@contextmanager
def opened(source: PositionSource) -> Iterator[PositionSource]:
    source.open()
    with closing(source):
        yield source


def test_datagrams_of_two_units() -> None:
    source = UdpSource(LOCAL, 0)
    with opened(source), socket.socket(type=socket.SOCK_DGRAM) as radio:
        for unit in ("2A11", "2A12"):
            radio.sendto(tagged(rmc(), f"s:{unit}").strip(), (LOCAL, source.port))
        found = fixes_of(source, 2)
    assert [said.fix.unit_key for said in found] == ["2A11", "2A12"]
    assert {said.peer for said in found} == {LOCAL}


def test_connections_do_not_mix() -> None:
    source = ListeningSource(LOCAL, 0)
    with opened(source):
        first = socket.create_connection((LOCAL, source.port))
        other = socket.create_connection((LOCAL, source.port))
        line = nmea(rmc())
        with first, other:
            first.sendall(line[:20])
            other.sendall(line)
            first.sendall(line[20:])
            assert len(fixes_of(source, 2)) == 2


def test_a_connection_that_ends_completes_its_sentence() -> None:
    source = ListeningSource(LOCAL, 0)
    with opened(source):
        with socket.create_connection((LOCAL, source.port)) as link:
            link.sendall(nmea(rmc()).rstrip())
        assert fixes_of(source, 1)[0].peer == LOCAL


def test_a_port_in_use_is_said() -> None:
    with opened(ListeningSource(LOCAL, 0)) as source:
        again = ListeningSource(LOCAL, source.port)  # type: ignore[attr-defined]
        with pytest.raises(SourceError) as caught:
            again.open()
    assert caught.value.state is LineState.BUSY


@pytest.mark.parametrize("make", [UdpSource, ListeningSource])
def test_cancel_ends_a_wait(make: type[UdpSource]) -> None:
    with opened(make(LOCAL, 0)) as source:
        threading.Timer(0.05, source.cancel).start()
        assert source.read(30.0) == []


def _watchers() -> int:
    """How many descriptors of this process watch others."""
    found = []
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            found.append(os.readlink(f"/proc/self/fd/{name}"))
    return sum("eventpoll" in one for one in found)


@pytest.mark.parametrize("make", [UdpSource, ListeningSource])
def test_it_leaves_nothing_open(
    make: type[UdpSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor what only the taking apart of garbage would close."""

    def none_left() -> tuple[int, int]:
        raise OSError(errno.EMFILE, "Too many open files")

    enabled = gc.isenabled()
    gc.disable()
    before = _watchers()
    for _ in range(3):
        with opened(make(LOCAL, 0)):
            pass
    full = make(LOCAL, 0)
    with monkeypatch.context() as patch:
        patch.setattr(os, "pipe", none_left)
        with pytest.raises(SourceError, match="Too many"):
            full.open()
    with opened(full):
        pass
    assert _watchers() == before
    if enabled:
        gc.enable()


@pytest.mark.parametrize(
    "spec", ["udp://x", "tcp-listen://0.0.0.0", "gpsd://", "tcp://"]
)
def test_a_bad_source_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=r"must be|No port"):
        make_position_source(spec)


def test_a_serial_line() -> None:
    master, slave = pty.openpty()
    try:
        with opened(make_position_source(os.ttyname(slave))) as source:
            os.write(master, nmea(rmc()))
            assert fixes_of(source, 1)[0].fix.latitude == pytest.approx(43.905)
    finally:
        os.close(master)
        os.close(slave)


@pytest.fixture
def gpsd(tmp_path: Path) -> Iterator[int]:
    """The port of a real gpsd that a simulated receiver feeds."""
    if not (shutil.which("gpsd") and shutil.which("gpsfake")):
        pytest.skip("gpsd and gpsfake are not installed (gpsd, gpsd-clients)")
    log = tmp_path / "receiver.nmea"
    log.write_bytes(
        b"".join(
            nmea(rmc().replace("170000.00", f"1700{second:02}.00"))
            + nmea(
                f"GPGGA,1700{second:02}.00,4354.300,N,07528.800,W,1,08,1.2,210,M,-34,M,,"
            )
            for second in range(60)
        )
    )
    port = free_port()
    receiver = subprocess.Popen(
        ["gpsfake", "-q", "-c", "0.05", "-P", str(port), str(log)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield port
    finally:
        os.killpg(receiver.pid, 15)
        receiver.wait(10)


def test_a_real_gpsd(gpsd: int) -> None:
    source = make_position_source(f"gpsd://{LOCAL}:{gpsd}")
    for _ in range(PATIENCE):
        try:
            source.open()
        except SourceError:
            threading.Event().wait(0.1)  # it has not bound its port yet
            continue
        break
    with closing(source):
        found = fixes_of(source, 3)
    assert found[0].fix.latitude == pytest.approx(43.905, abs=1e-4)
    assert found[0].fix.longitude == pytest.approx(-75.48, abs=1e-4)
    assert found[0].fix.unit_key == "GP"


def test_socat_sends_a_recording_as_datagrams(tmp_path: Path) -> None:
    socat = shutil.which("socat")
    if socat is None:
        pytest.skip("socat is not installed")
    recording = tmp_path / "unit.nmea"
    recording.write_bytes(nmea(rmc()) * 3)
    with opened(UdpSource(LOCAL, 0)) as source:
        port = source.port  # type: ignore[attr-defined]
        subprocess.run(
            [socat, "-u", f"FILE:{recording}", f"UDP-SENDTO:{LOCAL}:{port}"],
            check=True,
            timeout=20,
        )
        assert len(fixes_of(source, 3)) == 3
