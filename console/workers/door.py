"""The local socket of a running console: commands of other processes come in here."""

from __future__ import annotations

import logging
import os
import select
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from aliquot.console.domain.commands import Command, Outcome, Refused
from aliquot.console.remote import (
    LARGEST_MESSAGE,
    BadMessage,
    SocketAddress,
    decode_command,
    encode_outcome,
)
from aliquot.console.workers.wake import peer_uid

_log = logging.getLogger(__name__)
_PATIENCE_S = 5.0


class Door(threading.Thread):
    """Answers one client after the other, of the same user only."""

    def __init__(self, path: Path, call: Callable[[Command], Outcome]) -> None:
        super().__init__(name="door", daemon=True)
        self._path = path
        self._call = call
        self._socket = socket.socket(socket.AF_UNIX)
        self._wake_read, self._wake_write = os.pipe()

    def open(self) -> None:
        """Listen; OSError when the profile's disk knows no sockets.

        Whoever opens holds the writer's lock, so what lies here is left over.
        """
        self._path.unlink(missing_ok=True)
        with SocketAddress(self._path) as address:
            self._socket.bind(address)
        os.chmod(self._path, 0o600)
        self._socket.listen(8)

    def stop(self) -> None:
        os.write(self._wake_write, b"!")

    def close(self) -> None:
        """After the thread has ended, or was never started."""
        self._socket.close()
        os.close(self._wake_read)
        os.close(self._wake_write)
        self._path.unlink(missing_ok=True)

    def run(self) -> None:
        watched = [self._socket.fileno(), self._wake_read]
        while True:
            ready, _, _ = select.select(watched, [], [])
            if self._wake_read in ready:
                return
            try:
                client, _ = self._socket.accept()
            except OSError as why:  # it has gone again, or too many files are open
                _log.info("A client could not come in: %s.", why)
                continue
            with client:
                try:
                    self._serve(client)
                except OSError as why:
                    _log.info("A client went away: %s.", why)
                except Exception:  # noqa: BLE001 - the next client waits
                    _log.exception("A client could not be served.")

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(_PATIENCE_S)
        if not _may_enter(client):
            return
        with client.makefile("rb") as asked:
            line = asked.readline(LARGEST_MESSAGE)
        try:
            outcome = self._call(decode_command(line))
        except BadMessage as why:
            outcome = Refused("bad_message", str(why))
        client.sendall(encode_outcome(outcome))


def _may_enter(client: socket.socket) -> bool:
    """The rights of the file say the same; this holds where they do not count."""
    return peer_uid(client) in (0, os.geteuid())
