"""`aliquot release`: what leaves, decided and shown without a window."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from aliquot.console import paths
from aliquot.console.cli import release_acts, release_policy, release_protected
from aliquot.console.cli.output import emit
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem

if TYPE_CHECKING:
    from aliquot.console.release.policy import Policy
    from aliquot.console.release.sources import Ground


@click.group()
def release() -> None:
    """What leaves the agency: a measured part, agreed to by two people."""


for _act in (
    *release_acts.COMMANDS,
    release_protected.protected,
    release_policy.policy,
):
    release.add_command(_act)


@release.command()
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path))
@click.option(
    "--geofile",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of a geofile with its place tree. Else the profile's.",
)
@click.option(
    "--policy",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A policy file. Else the profile's, else the one that comes along.",
)
@click.option("--now", metavar="T", help="ISO 8601 with Z or offset. Else the clock.")
@click.option("--phrase", default="plain", metavar="CODE", help="Else plain.")
@click.option("--json", "as_json", is_flag=True, help="One answer a line as JSON.")
@click.pass_context
def preview(
    context: click.Context,
    file: Path,
    geofile: Path | None,
    policy: Path | None,
    now: str | None,
    phrase: str,
    as_json: bool,
) -> int:
    """Show what would leave of each incident, one JSON object a line; - reads stdin.

    Coded keys: type_code, apco_code, latitude, longitude, address, received_at,
    status. Any other key may hold anything and changes no byte of the answer. The
    answer has eligible, reasons, item, withheld, policy, and encodings: the bodies
    for neighbors, cap, geojson, atom and socrata as text. The id and the time of
    publication in them are placeholders.

    Without a place tree all is withheld. A line that is no object gives {"error"}
    in its place, and exit 1 at the end.

    \b
    Example:
      aliquot release preview incidents.jsonl --geofile geo --json
    """
    from aliquot.console.release.lines import BadLine, incident_of
    from aliquot.console.release.preview import preview as answer
    from aliquot.console.release.sources import read_policy

    chosen = _phrase(phrase)
    rules = (
        read_policy(policy, piped=True) if policy is not None else _in_force(context)
    )
    ground, now_us = _ground(context, geofile), _now(now)
    places = ground.places if ground is not None else None
    bad = False
    for line in _lines(file):
        try:
            said = answer(incident_of(line), rules, places, now_us, chosen)
            said["tree"] = ground.sha256 if ground is not None else None
        except BadLine as why:
            bad, said = True, {"error": str(why)}
        emit(said) if as_json else click.echo(_words(said))
    return EXIT_NO if bad else 0


def _phrase(code: str) -> Any:
    from aliquot.console.release.codes import Phrase

    known = {phrase.name.lower(): phrase for phrase in Phrase}
    if code not in known:
        text = f"There is no phrase {code!r}. There are: {', '.join(known)}."
        raise KnownProblem("no_phrase", text, EXIT_USAGE)
    return known[code]


def _now(given: str | None) -> int:
    from aliquot.console.clock import SystemClock
    from aliquot.console.release.facts import moment_us

    if given is None:
        return SystemClock().now().utc_us
    if (us := moment_us(given)) is None:
        text = f"--now {given!r} is no time. Write it as 2026-05-01T18:00:00Z."
        raise KnownProblem("bad_time", text, EXIT_USAGE)
    return us


def _ground(context: click.Context, geofile: Path | None) -> Ground | None:
    """The tree of the folder, else that of the profile if it has one."""
    from aliquot.console.release.sources import protected_problem, read_ground

    if geofile is not None:
        return read_ground(geofile)
    profile = paths.profile_dir((context.obj or {}).get("profile"))
    own = profile / "geofile"
    if not own.is_dir():
        return None
    from aliquot.console.store.release_protected import ProtectedIn
    from aliquot.console.store.tree_views import decided_in

    log = profile / paths.LOG_NAME
    ground = read_ground(own, decided_in(log))
    there = ground.places.protected if ground is not None else ()
    if problem := protected_problem(own, there, ProtectedIn(log).in_force()):
        raise KnownProblem("protected_missing", problem, EXIT_USAGE)
    return ground


def _in_force(context: click.Context) -> Policy:
    """The profile's own, if it is in nothing looser than what its log says."""
    from aliquot.console.release.policy_force import policy_problem
    from aliquot.console.release.sources import read_policy
    from aliquot.console.store.release_policies import PoliciesIn

    rules = read_policy(_own_policy(context))
    profile = paths.profile_dir((context.obj or {}).get("profile"))
    known = PoliciesIn(profile / paths.LOG_NAME).in_force()
    if problem := policy_problem(rules, known):
        raise KnownProblem("policy_looser", problem, EXIT_USAGE)
    return rules


def _own_policy(context: click.Context) -> Path | None:
    """The one that the profile names, if it is there and names one."""
    from aliquot.console.profile import Profile

    folder = paths.profile_dir((context.obj or {}).get("profile"))
    if not (folder / paths.SETTINGS_NAME).exists():
        return None
    named = Profile.open(folder).settings.release.policy
    return folder / named if named else None


def _lines(file: Path) -> Iterator[bytes]:
    if str(file) == "-":
        yield from _stripped(sys.stdin.buffer)
        return
    try:
        with file.open("rb") as stream:
            yield from _stripped(stream)
    except OSError as why:
        text = f"{file} cannot be read: {why.strerror}."
        raise KnownProblem("unreadable", text, EXIT_USAGE) from why


def _stripped(stream: BinaryIO) -> Iterator[bytes]:
    for number, line in enumerate(stream):
        mark = b"\xef\xbb\xbf" if number == 0 else b""
        yield line.removeprefix(mark).rstrip(b"\r\n")


def _words(said: dict[str, Any]) -> str:
    if "error" in said:
        return f"error      {said['error']}"
    if not said["eligible"]:
        return f"withheld   {', '.join(said['reasons'])}"
    channels = [name for name, body in said["encodings"].items() if body is not None]
    return f"would leave  {said['item']['text']}  [{', '.join(channels)}]"
