"""`aliquot core`: the console without a screen, in the foreground."""

from __future__ import annotations

import json
import select
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TextIO

import click

from aliquot.console.cli.pipes import leave_quietly
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain.ports import Changed
from aliquot.console.problems import EXIT_UNAVAILABLE, KnownProblem, in_words
from aliquot.console.profile import Profile
from aliquot.console.workers.signals import asked_to_stop

_LOOK_S = 0.2
_IDLE_LOOK_S = 0.05


@click.command()
@click.option("--seconds", type=click.FloatRange(min=0), help="End after so long.")
@click.option(
    "--until-idle",
    is_flag=True,
    help="End when every line is a replay that came to its end and all is logged.",
)
@click.option("--json", "as_json", is_flag=True, help="State as JSON lines on stdout.")
@click.pass_context
def core(
    ctx: click.Context, seconds: float | None, until_idle: bool, as_json: bool
) -> int:
    """Run the console without a screen on a profile, until it is interrupted.

    SIGINT and SIGTERM end it cleanly with exit 0; 4 when something that a line said
    could not be saved. With --json the first line says
    that it runs, one line follows for each state of a line or of the log, the last
    one says that it ended.

    \b
    Examples:
      aliquot core
      aliquot --profile /srv/desk2 core --json
      aliquot core --until-idle --json
    """
    desk = Core(Profile.open(ctx.obj["profile"]), SystemClock())
    teller = _Teller(desk, as_json)
    with asked_to_stop(teller.wake) as stopping:
        desk.start()
        try:
            end = desk.subscribe(teller.changed)
            teller.begin(stopping)
            _wait(desk, teller, stopping, seconds, until_idle)
            end()
            teller.end()
        finally:
            left = desk.stop()
    if left:
        raise KnownProblem("not_ended", f"These did not end: {', '.join(left)}.")
    return EXIT_UNAVAILABLE if desk.not_saved is not None else 0  # desk has said it


def _wait(
    desk: Core,
    teller: _Teller,
    stopping: threading.Event,
    seconds: float | None,
    until_idle: bool,
) -> None:
    end = None if seconds is None else time.monotonic() + seconds
    look_s = _IDLE_LOOK_S if until_idle else _LOOK_S
    while not stopping.is_set() and not (until_idle and desk.idle.is_set()):
        left = look_s if end is None else min(look_s, end - time.monotonic())
        if left <= 0:
            return
        teller.tell(left)


class _Teller:
    """Says on stdout what changed of the lines and of the log.

    The writer thread only leaves word: whoever reads our output may take his time.
    """

    def __init__(self, desk: Core, as_json: bool) -> None:
        self._desk = desk
        self._as_json = as_json
        self._stopping = threading.Event()
        self._said: dict[str, str] = {}
        self._guard = threading.Lock()
        self._news: SimpleQueue[Mapping[str, object] | None] = SimpleQueue()

    def changed(self, changed: Changed) -> None:  # in the writer thread, and in ours
        if not changed.any_of("line:", "log"):
            return
        views = self._desk.views()
        with self._guard:
            for row in views.lines():
                said = {"line": row.line, "state": row.state, "message": row.message}
                self._note(row.line, said)
            self._note("log", {"log": views.log_status().problem or "ok"})

    def wake(self) -> None:
        """From any thread: end a ``tell`` that waits."""
        self._news.put(None)

    def begin(self, stopping: threading.Event) -> None:
        """When ``stopping`` is set, output that nobody takes is waited for no longer."""
        self._stopping = stopping
        self._say("running")
        self.changed(Changed(frozenset({"log"})))
        self.tell(0)

    def end(self) -> None:
        self.changed(Changed(frozenset({"log"})))
        self.tell(0)
        self._say("stopping")

    def tell(self, wait_s: float) -> None:
        """What is new; waits for it."""
        with suppress(Empty):
            said = self._news.get(timeout=wait_s)
            while True:
                if said is not None:
                    self._print(said)
                said = self._news.get_nowait()

    def _say(self, state: str) -> None:
        status = self._desk.views().log_status()
        self._print({"core": state, "site": status.site, "n": status.n})

    def _note(self, key: str, said: Mapping[str, object]) -> None:
        text = json.dumps(said)
        if self._said.get(key) != text:
            self._said[key] = text
            self._news.put(said)

    def _print(self, said: Mapping[str, object]) -> None:
        if not self._has_room(sys.stdout if self._as_json else sys.stderr):
            return
        if self._as_json:
            self._print_json(json.dumps(said))
        else:
            text = ", ".join(f"{k} {v}" for k, v in said.items() if v)
            print(text, file=sys.stderr, flush=True)

    def _has_room(self, stream: TextIO) -> bool:
        """Waits until a line can be written. False when nobody reads and this ends."""
        poll = select.poll()
        try:
            poll.register(stream, select.POLLOUT)
        except (OSError, ValueError, TypeError):  # it is closed, or has no file
            return True
        while not poll.poll(round(_LOOK_S * 1000)):
            if self._stopping.is_set():
                return False
        return True

    def _print_json(self, text: str) -> None:
        """A disk that takes no more of this output ends the output, not the console:
        calls come in all the same."""
        try:
            print(text, flush=True)
        except BrokenPipeError:
            raise
        except OSError as why:
            leave_quietly()
            words = f"Standard output cannot be written: {in_words(why)}."
            print(f"{words} It goes on in silence.", file=sys.stderr, flush=True)
