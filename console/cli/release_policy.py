"""`aliquot release policy`: which policy is in force, and whether the file is looser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from aliquot.console.cli.answers import (
    done_or_raise,
    iso_time,
    read_views,
    tell_refusal,
)
from aliquot.console.cli.output import emit, say
from aliquot.console.domain.commands import Refused
from aliquot.console.domain.policy_commands import ConfirmPolicyAs
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem
from aliquot.console.profile import Profile

if TYPE_CHECKING:
    from aliquot.console.release.policy import Policy
    from aliquot.console.release.policy_force import KnownPolicy

_MINUTE_US = 60 * 10**6


@click.command()
@click.option(
    "--confirm",
    "sha256",
    metavar="HASH",
    help="Sign that the policy of this hash is meant; 8 digits of it or more.",
)
@click.option("--as", "name", metavar="NAME", help="Who signs.")
@click.option(
    "--password-file",
    metavar="F",
    help="File whose first line is the password; - is standard input.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def policy(
    ctx: click.Context,
    sha256: str | None,
    name: str | None,
    password_file: str | None,
    as_json: bool,
) -> int:
    """Show the policy of the profile, and in what it is other than the one in force.

    The log knows the policies that were in force. One that is stricter needs nobody.
    While the file is looser in anything nothing is proposed, approved or sent; exit 1.
    Put the file back, or have a supervisor or an administrator sign with --confirm.

    Prints {"policy_sha256", "version", "agency", "embargo_minutes",
    "approval_minutes", "k", "channels", "categories", "in_force", "changed",
    "problem"}; with --confirm {"policy_sha256", "changed", "confirmed_by"}, or
    {"refused": code} and exit 1: not_allowed, sign_in_refused, nothing_to_confirm,
    other_policy, policy_changed.

    \b
    Examples:
      aliquot release policy --json
      aliquot release policy --confirm 3f9a12cd --as Bea --password-file bea.txt
    """
    from aliquot.console.cli.people import read_password

    password = read_password(password_file) if password_file is not None else None
    profile = Profile.open(ctx.obj["profile"])
    if (sha256, name, password) == (None, None, None):
        return _show(profile, as_json)
    if sha256 is None or name is None or password is None:
        text = "--confirm HASH, --as NAME and --password-file F go together."
        raise KnownProblem("who_signs", text, EXIT_USAGE)
    return _confirm(profile, sha256, name, password, as_json)


def _confirm(
    profile: Profile, sha256: str, name: str, password: str, as_json: bool
) -> int:
    from aliquot.console.clock import SystemClock
    from aliquot.console.remote import carry_out

    command = ConfirmPolicyAs(name=name, password=password, sha256=sha256)
    outcome = carry_out(profile, SystemClock(), command)
    if isinstance(outcome, Refused):
        return tell_refusal(outcome, as_json)
    result: dict[str, Any] = dict(done_or_raise(outcome))
    if as_json:
        emit(result)
    else:
        click.echo(f"{result['policy_sha256']}\tin force")
        for words in result["changed"]:
            click.echo(f"\t{words}")
    return 0


def _show(profile: Profile, as_json: bool) -> int:
    said = _standing(profile)
    problem = said.get("problem")
    if problem is not None:
        say(problem)
    if as_json:
        emit(said)
    elif "policy_sha256" in said:
        for line in _lines(said):
            click.echo(line)
    return EXIT_NO if problem is not None else 0


def _standing(profile: Profile) -> dict[str, Any]:
    from aliquot.console.release.policy_force import policy_problem
    from aliquot.console.release.sources import read_policy
    from aliquot.console.releasing import policy_path
    from aliquot.console.store.release_policies import PoliciesIn

    known = PoliciesIn(profile.log_path).in_force()
    try:
        there = read_policy(policy_path(profile))
    except KnownProblem as why:
        return {"problem": str(why)}
    said = _plain(there)
    if known.known:
        said["in_force"] = _in_force(profile, known.known[-1])
        said["changed"] = list(known.changed(there))
    if problem := policy_problem(there, known):
        said["problem"] = problem
    return said


def _plain(there: Policy) -> dict[str, Any]:
    return {
        "policy_sha256": there.sha256,
        "version": there.version,
        "agency": there.agency,
        "embargo_minutes": there.embargo_us // _MINUTE_US,
        "approval_minutes": there.approval_us // _MINUTE_US,
        "k": list(there.k),
        "channels": {
            channel.name.lower(): rule.expire_us // _MINUTE_US
            for channel, rule in there.channels.items()
        },
        "categories": sorted(c.name.lower() for c in there.categories),
    }


def _in_force(profile: Profile, known: KnownPolicy) -> dict[str, Any]:
    said: dict[str, Any] = {
        "policy_sha256": known.sha256,
        "version": known.policy.version,
        "since": iso_time(known.at_us),
    }
    if known.by is not None:
        with read_views(profile) as views:
            people = () if views is None else views.people()
        names = {p.person_id: p.name for p in people}
        said["confirmed_by"] = names.get(known.by, known.by)
    return said


def _lines(said: Mapping[str, Any]) -> list[str]:
    channels = ", ".join(
        f"{c} {minutes} min" for c, minutes in said["channels"].items()
    )
    approval, k = said["approval_minutes"], ", ".join(map(str, said["k"]))
    lines = [
        f"policy {said['policy_sha256']}, version {said['version']}, {said['agency']}",
        f"embargo {said['embargo_minutes']} min, an approval counts {approval} min",
        f"least parcels of a region of level 1, 2, 3: {k}",
        f"channels, and until when it is sent there: {channels or 'none'}",
        f"may leave: {', '.join(said['categories']) or 'nothing'}",
    ]
    if (known := said.get("in_force")) is None:
        return [*lines, "the log knows of no policy yet"]
    by = f", signed by {known['confirmed_by']}" if "confirmed_by" in known else ""
    lines.append(f"in force since {known['since']}: {known['policy_sha256']}{by}")
    return [*lines, *(f"other now: {words}" for words in said["changed"])]
