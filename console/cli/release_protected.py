"""`aliquot release protected`: whether all protected places are still in their file."""

from __future__ import annotations

from typing import Any

import click

from aliquot.console.cli.answers import done_or_raise, tell_refusal
from aliquot.console.cli.output import emit, say
from aliquot.console.domain.commands import Refused
from aliquot.console.domain.protected_commands import ConfirmProtectedAs
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem
from aliquot.console.profile import Profile


@click.command()
@click.option(
    "--confirm",
    "missing",
    type=click.IntRange(min=0),
    metavar="N",
    help="Sign that the N places that are missing are to be protected no more.",
)
@click.option("--as", "name", metavar="NAME", help="Who signs.")
@click.option(
    "--password-file",
    metavar="F",
    help="File whose first line is the password; - is standard input.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def protected(
    ctx: click.Context,
    missing: int | None,
    name: str | None,
    password_file: str | None,
    as_json: bool,
) -> int:
    """Show how many places are protected, and how many have gone missing.

    The log knows, by hashes, the places that were once in the file
    geofile/protected_places.toml of the profile. While one of them is missing, or the
    file cannot be read, nothing is proposed, approved or sent; exit 1. Put the file
    back, or have a supervisor or an administrator sign with --confirm N.

    Prints {"protected", "missing", "new", "problem"}; with --confirm {"protected",
    "missing", "confirmed_by"}, or {"refused": code} and exit 1: not_allowed,
    sign_in_refused, nothing_to_confirm, other_number, protected_changed.

    \b
    Examples:
      aliquot release protected --json
      aliquot release protected --confirm 2 --as Bea --password-file bea.txt
    """
    from aliquot.console.cli.people import read_password

    password = read_password(password_file) if password_file is not None else None
    profile = Profile.open(ctx.obj["profile"])
    if (missing, name, password) == (None, None, None):
        return _show(profile, as_json)
    if missing is None or name is None or password is None:
        text = "--confirm N, --as NAME and --password-file F go together."
        raise KnownProblem("who_signs", text, EXIT_USAGE)
    return _confirm(profile, missing, name, password, as_json)


def _confirm(
    profile: Profile, missing: int, name: str, password: str, as_json: bool
) -> int:
    from aliquot.console.clock import SystemClock
    from aliquot.console.remote import carry_out

    command = ConfirmProtectedAs(name=name, password=password, missing=missing)
    outcome = carry_out(profile, SystemClock(), command)
    if isinstance(outcome, Refused):
        return tell_refusal(outcome, as_json)
    result = done_or_raise(outcome)
    if as_json:
        emit(result)
    else:
        click.echo(f"{result['protected']} protected\t{missing} no more")
    return 0


def _show(profile: Profile, as_json: bool) -> int:
    said = _standing(profile)
    problem = said.get("problem")
    if problem is not None:
        say(problem)
    if as_json:
        emit(said)
    elif "protected" in said:
        click.echo(
            f"{said['protected']} protected, {said['new']} of them new to the log,"
            f" {said['missing']} missing"
        )
    return EXIT_NO if problem is not None else 0


def _standing(profile: Profile) -> dict[str, Any]:
    from aliquot.console.geo.geofile_folder import FOLDER
    from aliquot.console.release.sources import protected_problem, read_protected
    from aliquot.console.store.release_protected import ProtectedIn

    folder = profile.folder / FOLDER
    known = ProtectedIn(profile.log_path).in_force()
    try:
        there = read_protected(folder)
    except KnownProblem as why:
        return {"problem": str(why)}
    new = sum(not known.knows([spot]) for spot in there)
    said: dict[str, Any] = {
        "protected": len(there),
        "missing": known.missing(there),
        "new": new,
    }
    if problem := protected_problem(folder, there, known):
        said["problem"] = problem
    return said
