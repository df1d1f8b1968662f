"""TCP lines and how sources are named."""

from __future__ import annotations

import contextlib
import math
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from aliquot.drivers.lines.api import LineState, SourceError
from aliquot.drivers.lines.replay_source import ReplaySource
from aliquot.drivers.lines.serial_source import SerialSource
from aliquot.drivers.lines.sources import make_source
from aliquot.drivers.lines.tcp_source import TcpSource

LONG_S = 30.0


@contextlib.contextmanager
def connected() -> Iterator[tuple[TcpSource, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        source = make_source(f"tcp://127.0.0.1:{server.getsockname()[1]}")
        assert isinstance(source, TcpSource)
        source.open()
        peer, _ = server.accept()
        with peer:
            yield source, peer
        source.close()


def test_bytes_go_both_ways_and_a_time_out_is_no_end() -> None:
    with connected() as (source, peer):
        assert source.read(0.01) == b""
        peer.sendall(b"\x02abc\x03")
        assert source.read(LONG_S) == b"\x02abc\x03"
        source.write(b"Action: Login\r\n\r\n")
        assert peer.recv(100) == b"Action: Login\r\n\r\n"
        assert source.read(0.01) == b""


def test_the_peer_closing_is_lost_after_its_last_byte() -> None:
    with connected() as (source, peer):
        peer.sendall(b"last")
        peer.shutdown(socket.SHUT_RDWR)
        assert source.read(LONG_S) == b"last"
        with pytest.raises(SourceError, match="has closed") as caught:
            source.read(LONG_S)
        assert caught.value.state is LineState.LOST


def test_a_reset_is_lost() -> None:
    with connected() as (source, peer):
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        peer.close()
        with pytest.raises(SourceError) as caught:
            source.read(LONG_S)
        assert caught.value.state is LineState.LOST


@pytest.mark.parametrize("spec", ["tcp://127.0.0.1:1", "tcp://no-host.invalid:5038"])
def test_nobody_there_is_missing(spec: str) -> None:
    with pytest.raises(
        SourceError, match=r"Cannot connect to tcp://.*firewall"
    ) as caught:
        make_source(spec).open()
    assert caught.value.state is LineState.MISSING


def test_cancel_ends_a_waiting_read() -> None:
    with connected() as (source, _):
        got: list[bytes] = []
        reader = threading.Thread(target=lambda: got.append(source.read(LONG_S)))
        reader.start()
        source.cancel()
        reader.join(LONG_S / 2)
        assert not reader.is_alive()
        assert got == [b""]


def test_closed_it_says_so() -> None:
    source = TcpSource("::1", 5038)
    source.cancel()
    source.close()
    with pytest.raises(SourceError, match=r"tcp://\[::1\]:5038 is not open"):
        source.read(0)


def test_names_of_sources() -> None:
    for spec in ("/dev/ttyS0", "serial:/dev/ttyS0"):
        source = make_source(spec, 1200, "7E1")
        assert isinstance(source, SerialSource)
        assert source.url == "/dev/ttyS0"
    link = make_source("socket://127.0.0.1:7000")
    assert isinstance(link, SerialSource)
    tcp = make_source("tcp://pbx.example:5038")
    assert isinstance(tcp, TcpSource)
    assert (tcp.host, tcp.port) == ("pbx.example", 5038)
    replay = make_source("replay:a?b.rec?speed=max")
    assert isinstance(replay, ReplaySource)
    assert replay.path == Path("a?b.rec")
    assert replay._speed == math.inf


@pytest.mark.parametrize(
    "spec",
    [
        *("", "serial:", "tcp://host", "tcp://:5038", "tcp://host:port", "replay:"),
        *(
            "replay:x?speed=0",
            "replay:x?speed=-1",
            "replay:x?pace=2",
            "replay:x?speed=f",
        ),
    ],
)
def test_names_that_are_wrong(spec: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        make_source(spec)
