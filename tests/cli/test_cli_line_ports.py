"""`aliquot line simulate` and `record`: the two ends of a line."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import time
import tty
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_hands import LONG_S, ended, program, write

from aliquot.console.cli.main import run
from aliquot.drivers.lines import parity
from aliquot.drivers.lines.recording import read_recording
from aliquot.drivers.lines.serial_source import SerialSource

RECORD = b"\x02214 (850) 555-0101 RESD 08/14 13:05\r\x03"


@pytest.fixture
def call(tmp_path: Path) -> Path:
    return write(tmp_path / "call.rec", [(0, RECORD), (0.5, RECORD)])


def wait_for(process: subprocess.Popen[bytes], true: Callable[[], bool]) -> None:
    """Until the program has done something that only a file tells of."""
    deadline = time.monotonic() + LONG_S
    while not true():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        select.select([], [], [], 0.005)


def test_a_simulated_line_is_read_byte_for_byte(tmp_path: Path) -> None:
    data = bytes(range(128)) * 2
    path = write(
        tmp_path / "a.rec", [(0, data), (0.2, b"end")], baud=115_200, format="7E1"
    )
    process = program("line", "simulate", path, "--speed", "4", "--wait", "60")
    assert process.stdout
    source = SerialSource(process.stdout.readline().decode().strip(), 115_200)
    source.open()
    got = b""
    while len(got) < len(data) + 3:
        got += source.read(LONG_S)
    assert got == parity.add(data + b"end")
    ended(process)
    source.close()


def test_nobody_who_opens_the_simulated_line_is_exit_4(call: Path) -> None:
    out, err = ended(program("line", "simulate", call, "--wait", "0.05"), 4)
    assert out.startswith(b"/dev/")
    assert "Nobody opened" in err


def test_an_interrupted_simulation_is_exit_130(call: Path) -> None:
    process = program("line", "simulate", call)
    assert process.stdout
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)
    ended(process, 130)


def test_recording_a_port_until_interrupted(tmp_path: Path) -> None:
    master, slave = os.openpty()
    tty.setraw(slave)
    path = tmp_path / "site.rec"
    process = program("line", "record", os.ttyname(slave), path, "--driver", "ali")
    os.write(master, RECORD)
    wait_for(process, lambda: path.exists() and b"\\x03" in path.read_bytes())
    process.send_signal(signal.SIGINT)
    out, err = ended(process)
    assert out == b""
    assert f"{len(RECORD)} bytes recorded" in err
    os.close(master)
    os.close(slave)
    with path.open("rb") as stream:
        entries = list(read_recording(stream, strict=True))
    assert b"".join(e.data for e in entries) == RECORD
    assert b"baud=9600 format=8N1 driver=ali" in path.read_bytes()


def test_recording_over_tcp_until_the_peer_goes(tmp_path: Path) -> None:
    path = tmp_path / "site.rec"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        process = program("line", "record", port, path)
        peer, _ = server.accept()
        with peer:
            peer.sendall(RECORD)
            peer.shutdown(socket.SHUT_RDWR)
        _, err = ended(process, 4)
    assert "has closed the connection" in err
    with path.open("rb") as stream:
        got = b"".join(e.data for e in read_recording(stream, strict=True))
    assert got == RECORD


def test_recording_for_a_time_and_going_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "site.rec"
    words = ["line", "record", "loop://", str(path), "--seconds", "0.01"]
    assert run(words) == 0
    before = path.read_bytes()
    assert run(words) == 2
    assert "--append" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert run([*words, "--append"]) == 0
    assert path.read_bytes().startswith(before)
    assert path.read_bytes().count(b"aliquot-recording") == 2


@pytest.mark.parametrize(
    ("port", "code"),
    [
        ("/dev/no-such-port", 4),
        ("socket://127.0.0.1:1", 4),
        ("tcp://127.0.0.1:1", 4),
        ("tcp://nonsense", 2),
        ("", 2),
    ],
)
def test_a_port_that_is_not_there(
    tmp_path: Path, port: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "site.rec"
    assert run(["line", "record", port, str(path)]) == code
    assert capsys.readouterr().err
    assert not path.exists()


def test_a_file_that_is_no_recording_is_not_gone_on_with(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir,\n")
    code = run(["line", "record", "loop://", str(file), "--append", "--seconds", "0"])
    assert code == 2
    assert "is no recording" in capfd.readouterr().err
    assert file.read_text() == "Dear Sir,\n"


def test_seven_bits_with_parity_through_a_pseudo_terminal(
    call: Path, tmp_path: Path
) -> None:
    out = tmp_path / "seven.rec"
    playing = program("line", "simulate", call, "--format", "7E1", "--speed", "max")
    assert playing.stdout is not None
    port = playing.stdout.readline().decode().strip()
    recording = program("line", "record", port, out, "--format", "7E1")
    wait_for(recording, lambda: out.exists() and out.read_bytes().count(b"x03") == 2)
    ended(playing)
    ended(recording, 4)  # the other end of the line is gone
    with out.open("rb") as stream:
        got = b"".join(e.data for e in read_recording(stream, strict=True))
    assert got == RECORD * 2
