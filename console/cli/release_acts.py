"""`aliquot release propose`, `approve` and so on: the release desk for scripts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from aliquot.console.cli.answers import done_or_raise, tell_refusal
from aliquot.console.cli.output import emit, say
from aliquot.console.cli.release_list import left_over, list_, read_tables
from aliquot.console.cli.release_undelivered import in_words, not_taken, too_old
from aliquot.console.clock import SystemClock
from aliquot.console.domain.commands import Refused
from aliquot.console.domain.release_commands import ReleaseAs
from aliquot.console.problems import EXIT_LOCKED, EXIT_NO, KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.release.endings import choices

_LOOK_S = 0.2

Command = Callable[..., Any]


def _signed(command: Command) -> Command:
    """The options of every act, and who does it."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="The answer as JSON."),
        click.option(
            "--password-file",
            required=True,
            metavar="F",
            help="File whose first line is the password; - is standard input.",
        ),
        click.option("--as", "name", required=True, metavar="NAME", help="Who acts."),
    ):
        command = option(command)
    return click.pass_context(command)


@click.command()
@click.argument("incident_id", metavar="INCIDENT_ID")
@click.option("--phrase", metavar="CODE", help="A phrase beside it. Else plain.")
@_signed
def propose(ctx: click.Context, incident_id: str, **given: Any) -> int:
    """Freeze what would leave of an incident, for a second person to sign.

    Prints {"release_id", "state", "item"}; what is not eligible is {"refused":
    reason}, exit 1.

    \b
    Example:
      aliquot release propose 3f2a… --as Ann --password-file ann.txt --json
    """
    return _act(ctx, "propose", incident_id=incident_id, **given)


@click.command()
@click.argument("release_id", metavar="RELEASE_ID")
@click.option(
    "--item-sha256", metavar="HEX", help="Refuse unless these are the item's bytes."
)
@_signed
def approve(ctx: click.Context, release_id: str, **given: Any) -> int:
    """Sign the frozen bytes of a proposal. Who proposed it is refused: same_person.

    \b
    Example:
      aliquot release approve RELEASE_ID --as Bea --password-file bea.txt --json
    """
    return _act(ctx, "approve", release_id=release_id, **given)


_ENDING = """{what}

--reason is one of: {codes}.

\b
Example:
  aliquot release {name} RELEASE_ID --as Bea --password-file bea.txt --json
"""


def _ending(name: str, what: str) -> click.Command:
    codes = ", ".join(ending.code for ending in choices(name))

    @click.command(name, help=_ENDING.format(name=name, what=what, codes=codes))
    @click.argument("release_id", metavar="RELEASE_ID")
    @click.option("--reason", metavar="CODE", help="Why. Else not_for_release.")
    @_signed
    def command(ctx: click.Context, release_id: str, **given: Any) -> int:
        return _act(ctx, name, release_id=release_id, **given)

    return command


refuse = _ending("refuse", "Say no to a proposal; it is a leaf of the release log.")
withdraw = _ending("withdraw", "Take a proposal back before it has left.")
retract = _ending(
    "retract",
    "Take a release back wherever it went. What others copied stays with them.",
)


def _act(
    ctx: click.Context,
    act: str,
    name: str,
    password_file: str,
    as_json: bool,
    **given: Any,
) -> int:
    from aliquot.console.cli.people import read_password
    from aliquot.console.remote import carry_out

    profile = Profile.open(ctx.obj["profile"])
    password = read_password(password_file)
    command = ReleaseAs(act=act, name=name, password=password, **given)
    outcome = carry_out(profile, SystemClock(), command)
    if isinstance(outcome, Refused):
        return tell_refusal(outcome, as_json)
    result = done_or_raise(outcome)
    if as_json:
        emit({key: result[key] for key in ("release_id", "state", "item")})
    else:
        click.echo(f"{result['release_id']}\t{result['state']}")
    return 0


@click.command()
@click.option("--seconds", type=click.FloatRange(min=0), help="End after so long.")
@click.option("--json", "as_json", is_flag=True, help="What is left as JSON.")
@click.pass_context
def deliver(ctx: click.Context, seconds: float | None, as_json: bool) -> int:
    """Let embargoes end and deliver, until nothing is approved, embargoed or on its
    way. Where a console runs, it does this; then this waits.

    Prints how many releases are in each state, and waiting: deliveries to be
    confirmed; exit 1 if something is left when the time is up, and on standard
    error what it waits for. Embargoes take their time. Exit 1 also while a partner
    did not take something of the last week for good, until that is retracted: named
    on standard error, with what can be done, and in "not_taken" as JSON.

    \b
    Examples:
      aliquot release deliver --seconds 30 --json
    """
    profile = Profile.open(ctx.obj["profile"])
    end = None if seconds is None else time.monotonic() + seconds
    told = too_old(profile)
    try:
        left = _by_ourselves(profile, end)
    except KnownProblem as locked:
        if locked.exit_code != EXIT_LOCKED:
            raise
        left = _until_done(profile, end)
    if _unfinished(left):
        for line in left_over(profile):
            say(line)
    missed = not_taken(profile, told)
    for row in missed:
        say(in_words(row))
    if as_json:
        emit({**left, "not_taken": missed} if missed else left)
    else:
        click.echo(", ".join(f"{name} {n}" for name, n in left.items()))
    return EXIT_NO if missed or _unfinished(left) else 0


def _by_ourselves(profile: Profile, end: float | None) -> dict[str, int]:
    """A console without lines: they are not ours to open."""
    from aliquot.console.core import Core

    alone = Profile(profile.folder, replace(profile.settings, lines=()))
    core = Core(alone, SystemClock())
    core.start()
    try:
        if problem := core.releasing.book.fresh().problem:
            say(problem)
        return _until_done(profile, end)
    finally:
        core.stop()


def _until_done(profile: Profile, end: float | None) -> dict[str, int]:
    with read_tables(profile) as tables:
        while True:
            left = {} if tables is None else tables.counts()
            if not _unfinished(left) or (end is not None and time.monotonic() >= end):
                return left
            time.sleep(_LOOK_S)


def _unfinished(left: dict[str, int]) -> bool:
    return any(left.get(name) for name in ("approved", "embargoed", "waiting"))


COMMANDS = (propose, approve, refuse, withdraw, retract, list_, deliver)
