"""A real Asterisk with a manager port and nothing else, where there is one."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fake_manager import SECRET, USER
from free_port import free_port

PATIENCE_S = 30.0
_FOLDERS = ("astetcdir", "astvarlibdir", "astdbdir", "astkeydir", "astdatadir")
_MORE = ("astagidir", "astspooldir", "astrundir", "astlogdir")


@contextmanager
def running(folder: Path) -> Iterator[int]:
    """The port of its manager. It ends with the block."""
    port = free_port()
    folder.mkdir(parents=True)
    _configure(folder, port)
    command = ["asterisk", "-f", "-C", str(folder / "asterisk.conf")]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _await(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _configure(folder: Path, port: int) -> None:
    lines = [f"{name} => {folder}" for name in (*_FOLDERS, *_MORE)]
    (folder / "asterisk.conf").write_text("\n".join(("[directories]", *lines)) + "\n")
    (folder / "modules.conf").write_text("[modules]\nautoload = no\n")
    (folder / "extensions.conf").write_text("[from-911]\nexten => 911,1,Answer()\n")
    (folder / "manager.conf").write_text(
        f"[general]\nenabled = yes\nport = {port}\nbindaddr = 127.0.0.1\n"
        f"[{USER}]\nsecret = {SECRET}\nread = all\nwrite = all\n"
    )


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert process.poll() is None, "asterisk ended by itself"
            assert time.monotonic() < ends, "asterisk does not listen"
            _moment(process)
        else:
            return


def _moment(process: subprocess.Popen[bytes]) -> None:
    """A moment, or until it has ended."""
    try:
        process.wait(0.1)
    except subprocess.TimeoutExpired:
        return
