"""Serial ports: a pseudo-terminal, read by the real pyserial."""

from __future__ import annotations

import errno
import os
import socket
import threading
import tty
from collections.abc import Iterator
from contextlib import closing

import pytest

from aliquot.drivers.lines.api import ByteSource, LineState, SourceError
from aliquot.drivers.lines.parity import Parity, add
from aliquot.drivers.lines.serial_source import SerialSource

LONG_S = 30.0


class Port:
    """A pseudo-terminal: ``path`` is the port, ``master`` the far end of the cable."""

    def __init__(self) -> None:
        self.master, slave = os.openpty()
        self.path = os.ttyname(slave)
        tty.setraw(slave)
        os.close(slave)

    def pull_out(self) -> None:
        if self.master >= 0:
            os.close(self.master)
            self.master = -1


@pytest.fixture
def port() -> Iterator[Port]:
    one = Port()
    yield one
    one.pull_out()


def read_exactly(source: ByteSource, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = source.read(LONG_S)
        assert piece, "nothing came"
        data += piece
    return data


def refusal(source: ByteSource) -> SourceError:
    with pytest.raises(SourceError) as caught:
        source.open()
    return caught.value


def test_every_byte_goes_through_both_ways(port: Port) -> None:
    source = SerialSource(port.path, 115_200)
    source.open()
    data = bytes(range(256)) * 3
    os.write(port.master, data)
    assert read_exactly(source, len(data)) == data
    source.write(data[:256])
    assert os.read(port.master, 4096) == data[:256]
    source.close()


def test_what_came_before_the_port_was_opened_is_read(port: Port) -> None:
    """The record of a caller who rang while the program was being started again."""
    early = b"\x02" + bytes(range(32, 127)) * 5 + b"\r\x03"
    for source in (SerialSource(port.path), SerialSource(port.path, format="7E1")):
        os.write(port.master, early)
        source.open()
        found = read_exactly(source, len(early))
        assert bytes(byte & 0x7F for byte in found) == early
        source.close()


@pytest.mark.parametrize(
    ("format", "kind"),
    [("7E1", Parity.EVEN), ("7O1", Parity.ODD), ("7M1", Parity.MARK)],
)
def test_a_port_that_knows_no_seven_bits_gives_them_all_the_same(
    port: Port, format: str, kind: Parity
) -> None:
    """The eighth bit is set where the parity does not fit, and only there."""
    source = SerialSource(port.path, format=format)
    source.open()
    sent = bytearray(add(b"\x02 214 SMITH\r\x03", kind))
    sent[5] ^= 0x80
    os.write(port.master, bytes(sent))
    assert read_exactly(source, len(sent)) == b"\x02 214\xa0SMITH\r\x03"
    source.close()


def test_what_a_port_server_says_at_once_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that kept what came while nobody was connected sends it on connecting."""
    early, said = b"\x02a record that waited\r\x03", threading.Event()
    on_the_way = "serial.urlhandler.protocol_socket.Serial._update_dtr_state"
    monkeypatch.setattr(on_the_way, lambda _port: said.wait(LONG_S))
    with socket.create_server(("127.0.0.1", 0)) as server:
        source = SerialSource(f"socket://127.0.0.1:{server.getsockname()[1]}")
        accepting = threading.Thread(target=_say_at_once, args=(server, early, said))
        accepting.start()
        with closing(source):
            source.open()
            assert read_exactly(source, len(early)) == early
        accepting.join(LONG_S)


def _say_at_once(server: socket.socket, data: bytes, said: threading.Event) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(data)
        said.set()
        connection.recv(1)  # until the other side leaves


def test_nothing_in_time_is_empty_and_not_the_end(port: Port) -> None:
    source = SerialSource(port.path)
    source.open()
    assert source.read(0.01) == b""
    os.write(port.master, b"late")
    assert read_exactly(source, 4) == b"late"
    source.close()


@pytest.mark.parametrize("format", ["7E1", "8N1", "8N2", "7O1", "7M1"])
def test_formats_of_the_field_open(port: Port, format: str) -> None:
    source = SerialSource(port.path, 1200, format)
    source.open()
    source.close()


@pytest.mark.parametrize("format", ["", "8X1", "9N1", "8N", "8N1 "])
def test_a_format_that_is_none_is_refused(format: str) -> None:
    with pytest.raises(ValueError, match="8N1 or 7E1"):
        SerialSource("/dev/null", format=format)


def test_pulling_out_is_lost_and_says_what_to_look_at(port: Port) -> None:
    source = SerialSource(port.path)
    source.open()
    port.pull_out()
    with pytest.raises(SourceError, match="pulled out") as caught:
        source.read(LONG_S)
    assert caught.value.state is LineState.LOST
    with pytest.raises(SourceError) as caught:
        source.write(b"x")
    assert caught.value.state is LineState.LOST
    source.close()
    assert refusal(SerialSource(port.path)).state is LineState.MISSING


def test_a_port_that_somebody_has_is_busy_and_opens_when_it_is_free(
    port: Port,
) -> None:
    first, second = SerialSource(port.path), SerialSource(port.path)
    first.open()
    problem = refusal(second)
    assert problem.state is LineState.BUSY
    assert f"fuser -v {port.path}" in str(problem)
    first.close()
    second.open()
    second.close()


@pytest.mark.parametrize(
    ("url", "state", "words"),
    [
        ("/dev/no-such-port", LineState.MISSING, "no such port"),
        ("/dev/null", LineState.MISSING, "is no serial port"),
        ("/dev", LineState.MISSING, "is no serial port"),
        ("socket://127.0.0.1:1", LineState.MISSING, "Nothing answers"),
        ("nonsense://x", LineState.MISSING, "nonsense"),
    ],
)
def test_what_cannot_be_opened_says_so(url: str, state: LineState, words: str) -> None:
    problem = refusal(SerialSource(url))
    assert problem.state is state
    assert words in str(problem)
    assert str(problem).startswith(f"Cannot open {url}. ")


def test_a_port_without_the_right_is_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's answer is made up, because root may open everything."""
    real = os.open

    def denied(path: str, flags: int, *rest: int) -> int:
        if path == "/dev/ttyS0":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", denied)
    problem = refusal(SerialSource("/dev/ttyS0"))
    assert problem.state is LineState.DENIED
    assert "dialout" in str(problem)


def test_a_url_of_pyserial_is_a_port() -> None:
    source = SerialSource("loop://")
    source.open()
    source.write(b"echo")
    assert read_exactly(source, 4) == b"echo"
    source.cancel()
    source.close()


def test_cancel_ends_a_waiting_read(port: Port) -> None:
    source = SerialSource(port.path)
    source.open()
    waiting = threading.Event()
    got: list[bytes] = []

    def wait() -> None:
        waiting.set()
        got.append(source.read(LONG_S))

    reader = threading.Thread(target=wait)
    reader.start()
    waiting.wait(LONG_S)
    source.cancel()  # kept by the port if it comes before the wait
    reader.join(LONG_S / 2)
    assert not reader.is_alive()
    assert got == [b""]
    source.close()


def test_before_opening_and_after_closing_it_is_not_open(port: Port) -> None:
    source = SerialSource(port.path)
    with pytest.raises(SourceError, match="not open"):
        source.read(0)
    source.cancel()
    source.open()
    source.close()
    source.close()
    with pytest.raises(SourceError, match="not open"):
        source.write(b"")
