"""The thread that hands location links to the gateway: a program of the profile.

The program is started without a shell. It gets the number and the link as arguments
of its own, so nothing in them is ever obeyed.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue

from aliquot.console.domain.commands import (
    Done,
    Failed,
    Outcome,
    SendLocationLink,
)
from aliquot.console.domain.locating import (
    NOT_ASKED,
    EnterLocationLink,
    NoteLinkFailed,
    hash_of,
)
from aliquot.console.settings import LocateSettings
from aliquot.console.workers.helper import tell
from aliquot.console.workers.inbox import Asked, Inbox

_log = logging.getLogger(__name__)
TOKEN_BYTES = 16
_TELLS = 200  # characters of what the program says that are passed on
_LOOKS_AT = 4096  # bytes, its last ones
_DIES_IN_S = 5.0
_CLOSED = "the console was closed"


@dataclass(frozen=True, slots=True)
class _Send:
    item: Asked
    outcome: Done
    token: str


class Gateway(threading.Thread):
    """Sends one link after the other. ``ask`` from any thread; it never waits."""

    def __init__(self, settings: LocateSettings, inbox: Inbox) -> None:
        super().__init__(name="gateway", daemon=True)
        self._settings = settings
        self._inbox = inbox
        self._queue: SimpleQueue[_Send | None] = SimpleQueue()
        self._running: subprocess.Popen[bytes] | None = None
        self._guard = threading.Lock()
        self._stopping = False

    def ask(self, item: Asked) -> None:
        """Draw a token, have it logged, then send it. ``item.done`` is told at last."""
        command = item.command
        assert isinstance(command, SendLocationLink)
        if not self._settings.command or not self._settings.url:
            self._inbox.put(item)  # refused there, after a look at the rights
            return
        token = secrets.token_urlsafe(TOKEN_BYTES)
        entered = EnterLocationLink(
            number=command.number, call_id=command.call_id, token_sha256=hash_of(token)
        )
        self._inbox.put(Asked(entered, item.actor, partial(self._entered, item, token)))

    def stop(self) -> None:
        """A program that runs is ended; what waits is not sent."""
        with self._guard:
            self._stopping = True
            if self._running is not None:
                _kill(self._running)
            self._queue.put(None)

    def run(self) -> None:
        while (send := self._queue.get()) is not None:
            try:
                self._send(send)
            except Exception as bug:  # noqa: BLE001 - the next one must go out
                _log.exception("A location link could not be sent.")
                self._failed(send, f"a fault of the program: {bug!r}")

    def _entered(self, item: Asked, token: str, outcome: Outcome) -> None:
        """In the writer thread. The log has it that a link goes out: when none does,
        because the console is closed meanwhile, the log has to say that, too."""
        if not isinstance(outcome, Done):
            tell(item, outcome)
            return
        send = _Send(item, outcome, token)
        with self._guard:
            if not self._stopping:
                self._queue.put(send)
                return
        self._failed(send, _CLOSED)

    def _send(self, send: _Send) -> None:
        number = str(send.outcome.result["number"])
        link = self._settings.url.replace("{token}", send.token)
        words = [
            word.replace("{number}", self._settings.number_prefix + number).replace(
                "{link}", link
            )
            for word in self._settings.command
        ]
        why = _CLOSED if self._stopping else self._run(words)
        if why is None:
            tell(send.item, send.outcome)
        else:
            self._failed(send, why)

    def _run(self, words: list[str]) -> str | None:
        """None when the program ended with 0, else what was wrong, in words.

        What it says goes to memory, not through a pipe: what it has begun itself may
        hold that open long after its own end, or after it was ended.
        """
        with open(os.memfd_create("gateway", os.MFD_CLOEXEC), "w+b") as said:
            try:
                program = subprocess.Popen(
                    words,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as why:
                return f"{words[0]} cannot be started: {why.strerror}"
            with self._guard:
                self._running = program
                if self._stopping:
                    _kill(program)
            try:
                code = program.wait(self._settings.timeout_s)
            except subprocess.TimeoutExpired:
                _kill(program)
                with suppress(subprocess.TimeoutExpired):
                    program.wait(_DIES_IN_S)
                return f"{words[0]} did not end within {self._settings.timeout_s:g} s"
            finally:
                with self._guard:
                    self._running = None
            return _in_words(words[0], code, _last_of(said.fileno()))

    def _failed(self, send: _Send, why: str) -> None:
        noted = NoteLinkFailed(
            call_id=str(send.outcome.result["call_id"]),
            token_sha256=hash_of(send.token),
            reason=why,
        )
        self._inbox.put(Asked(noted, send.item.actor, None))
        tell(send.item, Failed("gateway_failed", f"{NOT_ASKED}{why}."))


def _kill(program: subprocess.Popen[bytes]) -> None:
    """And what it has begun: its group is its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(program.pid, signal.SIGKILL)


def _last_of(said: int) -> bytes:
    size = os.fstat(said).st_size
    return os.pread(said, _LOOKS_AT, max(0, size - _LOOKS_AT))


def _in_words(program: str, code: int, said: bytes) -> str | None:
    if code == 0:
        return None
    text = " ".join(said.decode("utf-8", "replace").split())[-_TELLS:]
    how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    return f"{program} {how}" + (f" and said: {text}" if text else "")
