"""`aliquot console` and `aliquot demo`: the two commands that open the window."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from aliquot.console.problems import (
    EXIT_NO,
    EXIT_UNAVAILABLE,
    EXIT_USAGE,
    KnownProblem,
    in_words,
)

if TYPE_CHECKING:
    from aliquot.console.app import Application
    from aliquot.console.core import Core
    from aliquot.console.demo.stage import Stage
    from aliquot.console.demo.throw_away import Streams
    from aliquot.console.demo.tour import Hands
    from aliquot.console.joined import JoinedDesk

TOUR_FOLDER = Path("build") / "tour"
TOUR_SPEED = 4.0


@click.command()
@click.option("--as", "name", metavar="NAME", help="Sign this person in at once.")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="File whose first line is the password; - is standard input.",
)
@click.option(
    "--join",
    is_flag=True,
    help="Where a console runs on the profile, open a second window beside it.",
)
@click.pass_context
def console(
    ctx: click.Context,
    name: str | None = None,
    password_file: Path | None = None,
    join: bool = False,
) -> int:
    """Open the window on a profile.

    The profile is the one of --profile, else of $ALIQUOT_PROFILE, else the default
    one; a missing one is created, empty. Only one console writes to a profile at a
    time: a second one exits with 3 and names the first. With --join it opens a second
    window instead, for another person on the same machine, who signs in there and
    sees and does what that role may. Exit 4 when something that a line said could not
    be saved.

    \b
    Examples:
      aliquot console
      aliquot --profile /srv/desk2 console --as "R. Ashgrove" --password-file pw
      aliquot console --join
    """
    if (name is None) != (password_file is None):
        raise click.UsageError("--as and --password-file go together.")
    password = _password(password_file) if password_file else ""
    _need_a_screen()
    from aliquot.console import app
    from aliquot.console.clock import SystemClock
    from aliquot.console.profile import Profile
    from aliquot.console.seat import open_desk, take_desk

    clock = SystemClock()
    profile = Profile.open((ctx.obj or {}).get("profile"))
    desk = open_desk(profile, clock) if join else take_desk(profile, clock)
    try:
        if name is not None:
            _sign_in(desk, name, password)
        code = app.build(desk=desk, clock=clock).run()
    finally:
        desk.stop()
    lost = getattr(desk, "not_saved", None) is not None  # the desk has said it
    return code or (EXIT_UNAVAILABLE if lost else 0)


@click.command()
@click.option(
    "--tour",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Drive the window by keys and write pictures and index.md into DIR.",
)
@click.option(
    "--stream",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Play this recording on the location line instead.",
)
@click.option(
    "--cti",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="With --stream: play this recording of manager events as the exchange.",
)
@click.option("--speed", type=float, metavar="N", help="Times as fast. Default 1.")
@click.option("--seconds", type=float, metavar="N", help="Leave after so long.")
def demo(
    tour: Path | None,
    stream: Path | None,
    cti: Path | None,
    speed: float | None,
    seconds: float | None,
) -> int:
    """Open a throw-away profile with the demonstration county.

    A simulator, a process of its own, plays a recorded stream into a
    pseudo-terminal; calls arrive as at a desk. Everything is gone when the window
    is closed. The password of all its people is "halden-demo".

    Without a display it starts itself under Xvfb and makes the tour: a keyboard
    drives the window through a three-minute cut at four times its speed, and
    pictures of every stop are written, to build/tour unless --tour says where.

    \b
    Examples:
      aliquot demo
      aliquot demo --speed 4 --seconds 120
      aliquot demo --stream /var/tmp/site.rec
      aliquot demo --tour /tmp/pictures
    """
    from aliquot.console.demo import screen
    from aliquot.console.demo.throw_away import Streams

    if cti is not None and stream is None:
        raise click.UsageError("--cti goes with --stream.")
    if speed is not None and not 0 < speed <= 100:
        raise click.UsageError("--speed must be above 0 and at most 100.")
    if not screen.is_there(os.environ):
        return _without_screen(tour or TOUR_FOLDER)
    _need_an_answer()
    own = Streams(stream, cti) if stream is not None else None
    usual = TOUR_SPEED if tour is not None else 1.0
    return _demonstrate(tour, own, speed or usual, seconds)


def _without_screen(tour: Path) -> int:
    from aliquot.console.demo import screen

    print(
        "There is no display (DISPLAY and WAYLAND_DISPLAY are empty), so the window "
        "opens under Xvfb, where nobody sees it, and a tour of it is made. Pictures "
        f"and index.md go to {tour}.",
        file=sys.stderr,
    )
    code = screen.run_under_xvfb(["demo", "--tour", str(tour)])
    if code == 0:
        print(f"The tour is made: {tour / 'index.md'}", file=sys.stderr)
    return code


def _demonstrate(
    tour: Path | None, own: Streams | None, speed: float, seconds: float | None
) -> int:
    from aliquot.console.clock import SystemClock
    from aliquot.console.demo import geofile
    from aliquot.console.demo.stage import stage
    from aliquot.console.demo.stream import TOUR, twenty_minutes

    clock = SystemClock()
    plan = TOUR if tour is not None else twenty_minutes()
    if tour is not None:
        geofile.make_ready()
    for number in (signal.SIGTERM, signal.SIGHUP):  # as from the terminal
        signal.signal(number, signal.default_int_handler)
    whole = tour is not None  # its pictures show the streets
    with stage(clock, plan, speed, own, _load_window, whole=whole) as play:
        if tour is not None:
            play.hold()  # until somebody looks
        made = _open(play)
        try:
            if tour is not None:
                _make_tour(made, play, tour)
                return 0
            return _live(made, seconds)
        finally:
            made.shutdown()


def _load_window() -> None:
    """Takes a second; the processes of the demonstration come up meanwhile."""
    import aliquot.console.app  # noqa: F401


def _open(play: Stage) -> Application:
    from aliquot.console import app
    from aliquot.console.demo import stage

    made = app.build(
        play.profile, settings_path=play.window_settings, base_map=stage.base_map()
    )
    stage.man(made.core, play.problems)
    return made


def _live(made: Application, seconds: float | None) -> int:
    if seconds is not None:
        # The window's own clock ticks each second, so a signal is seen in time.
        signal.signal(signal.SIGALRM, lambda _number, _frame: made.application.quit())
        signal.setitimer(signal.ITIMER_REAL, seconds)
    return made.run()


def _make_tour(made: Application, play: Stage, folder: Path) -> None:
    from aliquot.console import app
    from aliquot.console.demo.tour import Guide, make
    from aliquot.console.demo.tour_stops import STOPS

    hands = app.hands(made)
    made.show()
    hands.resize(1920, 1080)
    with ExitStack() as after:
        beside = partial(_second_window, play, after)
        core = cast("Core", made.core)
        unplug, partner = play.ali.pull_out, play.partner.url
        lines = play.hold, play.go_on
        make(Guide(hands, core, folder, unplug, beside, partner, *lines), STOPS)


def _second_window(play: Stage, after: ExitStack) -> Hands:
    """A second desk on the profile, as `aliquot console --join` opens it."""
    from aliquot.console import app
    from aliquot.console.clock import SystemClock
    from aliquot.console.demo import stage
    from aliquot.console.joined import JoinedDesk

    clock = SystemClock()
    desk = JoinedDesk(play.profile, clock)
    desk.start()
    after.callback(desk.stop)
    looks = play.window_settings.with_name("second.toml")
    base = stage.base_map()
    made = app.build(desk=desk, clock=clock, settings_path=looks, base_map=base)
    after.callback(made.shutdown)
    hands = app.hands(made)
    made.show()
    hands.resize(1920, 1080)
    return hands


def _need_a_screen() -> None:
    from aliquot.console.demo import screen

    if not screen.is_there(os.environ):
        raise KnownProblem(
            "no_screen",
            "There is no display to open the window on: DISPLAY and WAYLAND_DISPLAY "
            "are empty. `aliquot core` runs the console without a window.",
            EXIT_UNAVAILABLE,
        )
    _need_an_answer()


def _need_an_answer() -> None:
    from aliquot.console.demo import screen

    if (display := screen.unanswered(os.environ)) is not None:
        raise KnownProblem(
            "no_screen",
            f"The window cannot be opened: nobody answers at DISPLAY={display}. "
            "Correct DISPLAY; `aliquot core` runs the console without a window.",
            EXIT_UNAVAILABLE,
        )


def _password(path: Path) -> str:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as why:
        text = f"The password file {path} cannot be read: {in_words(why)}."
        raise KnownProblem("unreadable", text, EXIT_USAGE) from why
    return text.split("\n", 1)[0].rstrip("\r")


def _sign_in(desk: Core | JoinedDesk, name: str, password: str) -> None:
    from aliquot.console.domain.commands import Done, SignIn

    outcome = desk.call(SignIn(name=name, password=password))
    if not isinstance(outcome, Done):
        raise KnownProblem(outcome.code, outcome.message, EXIT_NO)
