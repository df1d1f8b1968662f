"""Receivers to send to, scripted servers, and a plain socket to ask them with."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from aliquot.drivers.peers.receiver import Receiver, Settings

LONG_S = 60.0
SENDER = Path(__file__).with_name("feed_sender.py")


class ServedReceiver:
    """A receiver in a thread. ``url`` is where items go."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.said: list[str] = []
        settings.setdefault("report", self.said.append)
        self.receiver = Receiver(Settings(folder=folder, **settings))
        self.folder = folder
        self.port = self.receiver.port
        self.url = f"http://127.0.0.1:{self.port}/items"
        self._thread = threading.Thread(target=self.receiver.serve, name="receiver")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.receiver.stop()
        self._thread.join(LONG_S)

    def items(self) -> list[dict[str, str]]:
        return listed(self.url)

    def faults(self) -> list[str]:
        """Lines that tell of what should not happen inside."""
        return [line for line in self.said if line.startswith("a request failed")]


class ReceiverProcess:
    """``aliquot feed receive`` as a process."""

    def __init__(self, folder: Path, *options: str, port: int = 0) -> None:
        words = ["feed", "receive", str(port), "--dir", str(folder), "--json"]
        command = [sys.executable, "-m", "aliquot.console", *words, *options]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdout=pipe, stderr=pipe)
        assert self.process.stdout
        first = self.process.stdout.readline()
        if not first:
            raise AssertionError(self.process.communicate()[1].decode())
        self.port: int = json.loads(first)["port"]
        self.url: str = json.loads(first)["url"]

    def kill(self) -> None:
        """With -9, wherever it is."""
        self.process.kill()
        self.process.communicate(timeout=LONG_S)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Exit code, and what it wrote but the first line."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=LONG_S)
        return self.process.returncode, out.decode(), err.decode()


class Sender:
    """``feed_sender.py`` as a process. ``lines`` counts what it said by first word."""

    def __init__(self, url: str, outbox: Path, confirmed: Path) -> None:
        command = [sys.executable, str(SENDER), url, str(outbox), str(confirmed)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
        assert self.process.stdout
        self._out = self.process.stdout
        self.lines: dict[str, int] = {}

    def hear(self, count: int) -> bool:
        """Waits for so many lines; False when it ended before."""
        for _ in range(count):
            line = self._out.readline()
            if not line:
                return False
            word = line.decode().split()[0]
            self.lines[word] = self.lines.get(word, 0) + 1
        return True

    def kill_soon(self, dice: random.Random) -> None:
        """With -9, within some hundredths of a second."""
        pause(dice.uniform(0, 0.02))
        self.process.kill()
        self.process.wait(LONG_S)
        self._out.close()

    def finish(self) -> None:
        while self.hear(1):
            pass
        assert self.process.wait(LONG_S) == 0
        self._out.close()


def pause(seconds: float) -> None:
    """Only to choose a moment for a kill; nothing is expected to have happened."""
    select.select([], [], [], seconds)


def listed(url: str) -> list[dict[str, str]]:
    with urllib.request.urlopen(url, timeout=LONG_S) as answer:
        rows: list[dict[str, str]] = json.loads(answer.read())
    return rows


def exchange(port: int, data: bytes, *, hang_up: bool = True) -> bytes:
    """Send bytes, and all that comes back until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=LONG_S) as connection:
        try:
            connection.sendall(data)
            if hang_up:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it answered before all was sent
        return rest_of(connection)


def rest_of(connection: socket.socket) -> bytes:
    got = b""
    try:
        while piece := connection.recv(1 << 16):
            got += piece
    except ConnectionResetError:
        pass
    return got


def http(method: str, path: str, body: bytes | None = None, **headers: str) -> bytes:
    """A request that ends its connection. ``_`` in names stands for ``-``."""
    lines = [f"{method} {path} HTTP/1.1", "Host: here", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {text}" for name, text in headers.items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def status_of(answer: bytes) -> int:
    return int(answer.split()[1])


def json_of(answer: bytes) -> Any:
    return json.loads(answer.partition(b"\r\n\r\n")[2])


class ScriptedServer:
    """Answers each connection with what ``answer`` makes of the request's bytes.

    ``requests`` are those bytes, head and body. None closes without a word.
    """

    def __init__(self, answer: Callable[[bytes], bytes | None]) -> None:
        self.requests: list[bytes] = []
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/items"
        self._thread = threading.Thread(target=self._serve, name="scripted")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(LONG_S)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                request = _request(connection)
                self.requests.append(request)
                if answer := self._answer(request):
                    connection.sendall(answer)


def _request(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got and (piece := connection.recv(1 << 16)):
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while len(body) < sum(lengths) and (piece := connection.recv(1 << 16)):
        body += piece
    return head + b"\r\n\r\n" + body


def plain(status: str, body: bytes = b"", **headers: str) -> bytes:
    """An answer after which the connection is closed."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {text}" for name, text in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
