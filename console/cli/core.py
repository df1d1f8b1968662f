"""`aliquot core`: the console without a screen, in the foreground."""

from __future__ import annotations

import json
import sys
import threading
import time

import click

from aliquot.console.cli.pipes import leave_quietly
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain.ports import Changed
from aliquot.console.problems import EXIT_UNAVAILABLE, KnownProblem, in_words
from aliquot.console.profile import Profile
from aliquot.console.workers.signals import asked_to_stop

_LOOK_S = 0.2


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
    with asked_to_stop() as stopping:
        desk.start()
        teller = _Teller(desk, as_json)
        try:
            end = desk.subscribe(teller.changed)
            teller.say("running")
            _wait(desk, stopping, seconds, until_idle)
            end()
            teller.say("stopping")
        finally:
            left = desk.stop()
    if left:
        raise KnownProblem("not_ended", f"These did not end: {', '.join(left)}.")
    return EXIT_UNAVAILABLE if desk.not_saved is not None else 0  # desk has said it


def _wait(
    desk: Core, stopping: threading.Event, seconds: float | None, until_idle: bool
) -> None:
    end = None if seconds is None else time.monotonic() + seconds
    while not stopping.is_set():
        left = _LOOK_S if end is None else min(_LOOK_S, end - time.monotonic())
        if left <= 0:
            return
        if until_idle and desk.idle.wait(left):
            return
        if not until_idle:
            stopping.wait(left)


class _Teller:
    """Says on stdout what changed of the lines and of the log."""

    def __init__(self, desk: Core, as_json: bool) -> None:
        self._desk = desk
        self._as_json = as_json
        self._said: dict[str, str] = {}
        self._guard = threading.Lock()

    def changed(self, changed: Changed) -> None:
        if not changed.any_of("line:", "log"):
            return
        views = self._desk.views()
        for row in views.lines():
            self._tell(
                row.line, {"line": row.line, "state": row.state, "message": row.message}
            )
        self._tell("log", {"log": views.log_status().problem or "ok"})

    def say(self, state: str) -> None:
        status = self._desk.views().log_status()
        self._print({"core": state, "site": status.site, "n": status.n})
        self.changed(Changed(frozenset({"log"})))

    def _tell(self, key: str, said: dict[str, object]) -> None:
        text = json.dumps(said)
        if self._said.get(key) != text:
            self._said[key] = text
            self._print(said)

    def _print(self, said: dict[str, object]) -> None:
        with self._guard:
            if self._as_json:
                self._print_json(json.dumps(said))
            else:
                text = ", ".join(f"{k} {v}" for k, v in said.items() if v)
                print(text, file=sys.stderr, flush=True)

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
