"""`aliquot feed receive` as a script sees it."""

from __future__ import annotations

import hashlib
import http.client
import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from aliquot.console.cli.main import run

LONG_S = 60.0
Process = subprocess.Popen[bytes]


def receive(*words: str | Path) -> Process:
    line = [sys.executable, "-m", "aliquot.console", "feed", "receive"]
    pipe = subprocess.PIPE
    return subprocess.Popen([*line, *map(str, words)], stdout=pipe, stderr=pipe)


@pytest.fixture
def begun() -> Iterator[list[Process]]:
    processes: list[Process] = []
    yield processes
    for process in processes:
        process.terminate()  # so that its folder goes, too
        process.communicate(timeout=LONG_S)


def first_line(process: Process) -> str:
    assert process.stdout
    return process.stdout.readline().decode().strip()


def send(port: int, path: str, body: bytes) -> dict[str, object]:
    url = f"http://127.0.0.1:{port}{path}"
    with urllib.request.urlopen(
        urllib.request.Request(url, data=body), timeout=LONG_S
    ) as answer:
        said: dict[str, object] = json.loads(answer.read())
    return said


def ended(process: Process, number: int) -> tuple[str, str]:
    process.send_signal(number)
    out, err = process.communicate(timeout=LONG_S)
    assert process.returncode == 0
    return out.decode(), err.decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_receives_until_it_is_interrupted(
    tmp_path: Path, begun: list[Process], own_home: Path, number: int
) -> None:
    process = receive("0", "--dir", tmp_path / "d")
    begun.append(process)
    port = int(first_line(process))
    assert send(port, "/items/a", b"\x00body")["id"] == "a"
    out, err = ended(process, number)
    assert out == ""
    assert f"http://127.0.0.1:{port}/items" in err
    assert [p.read_bytes() for p in (tmp_path / "d").rglob("*.body")] == [b"\x00body"]
    assert [p.name for p in own_home.rglob("*")] == ["run"]  # no profile, no settings


def test_json_says_where(tmp_path: Path, begun: list[Process]) -> None:
    process = receive("0", "--dir", tmp_path / "d", "--json")
    begun.append(process)
    said = json.loads(first_line(process))
    assert said["dir"] == str(tmp_path / "d")
    assert said["url"] == f"http://127.0.0.1:{said['port']}/items"
    assert ended(process, signal.SIGINT) == ("", "")


def test_it_listens_on_this_machine_only(begun: list[Process]) -> None:
    process = receive("0")
    begun.append(process)
    port = int(first_line(process))
    with socket.socket() as other, pytest.raises(OSError, match=r"."):
        other.connect(("127.0.0.2", port))


def test_without_a_folder_nothing_stays(begun: list[Process]) -> None:
    process = receive("0", "--json")
    begun.append(process)
    said = json.loads(first_line(process))
    send(said["port"], "/items/a", b"x")
    assert (Path(said["dir"]) / "a" / "1.body").read_bytes() == b"x"
    ended(process, signal.SIGTERM)
    assert not Path(said["dir"]).exists()


def test_verbose_tells_of_each_request(begun: list[Process]) -> None:
    process = receive("0", "--verbose")
    begun.append(process)
    port = int(first_line(process))
    send(port, "/items/a", b"x")
    out, err = ended(process, signal.SIGINT)
    assert out == ""
    assert "item a new" in err


def test_faults_are_injected(begun: list[Process]) -> None:
    process = receive("0", "--fail", "1", "--seed", "3", "--max-delay", "0.01")
    begun.append(process)
    port = int(first_line(process))
    right, kinds = hashlib.sha256(b"x").hexdigest(), set()
    for n in range(30):
        try:
            said = send(port, f"/items/a{n}", b"x")
            kinds.add("sound" if said["sha256"] == right else "wrong receipt")
        except (OSError, http.client.HTTPException) as problem:
            kinds.add(type(problem).__name__)
    # A delay ends in a sound receipt, the other five do not.
    assert {"sound", "wrong receipt", "HTTPError", "IncompleteRead"} <= kinds
    assert {"ConnectionResetError", "RemoteDisconnected"} & kinds
    _, err = ended(process, signal.SIGTERM)
    assert "Traceback" not in err


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run(["feed", "receive", str(taken.getsockname()[1])]) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert "Address already in use" in said.err


@pytest.mark.parametrize(
    "words",
    [
        *(["70000"], ["-1"], ["a"], [], ["0", "--fail", "2"], ["0", "--fail", "x"]),
        *(["0", "--key", "no-key"], ["0", "--key", __file__], ["0", "--dir", __file__]),
    ],
)
def test_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["feed", "receive", *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err


def test_a_folder_in_use(
    tmp_path: Path, begun: list[Process], capsys: pytest.CaptureFixture[str]
) -> None:
    process = receive("0", "--dir", tmp_path)
    begun.append(process)
    first_line(process)
    assert run(["feed", "receive", "0", "--dir", str(tmp_path)]) == 2
    assert "Another receiver" in capsys.readouterr().err


def test_damage_is_said(tmp_path: Path, begun: list[Process]) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.json").write_text("{}")
    process = receive("0", "--dir", tmp_path, "--json")
    begun.append(process)
    first_line(process)
    assert "a/1.json" in ended(process, signal.SIGTERM)[1]


def test_the_receiver_loads_no_sender_and_no_screen() -> None:
    code = (
        "import sys, aliquot.console.cli.feed, aliquot.drivers.peers.receiver\n"
        "print(*sys.modules)"
    )
    line = [sys.executable, "-c", code]
    done = subprocess.run(line, check=True, capture_output=True, text=True, cwd="/")
    loaded = set(done.stdout.split())
    assert not loaded & {"httpx", "PySide6", "sqlcipher3", "aliquot.drivers.feeds"}
    assert "aliquot.console.store" not in loaded
