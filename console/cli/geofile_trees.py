"""`aliquot geofile tree` and `activate`: which place tree is in use, and the change of
it by two owners."""

from __future__ import annotations

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
from aliquot.console.domain.tree_change import TreeState
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem
from aliquot.console.profile import Profile

if TYPE_CHECKING:
    from aliquot.console.domain.rows import PersonRow
    from aliquot.console.domain.tree_change import TreeChange
    from aliquot.console.geo.geofile_folder import GeofileFolder

_VOID = (
    "; void, for another candidate lies there now: aliquot geofile activate --withdraw"
)
_SAID = {
    TreeState.ASKED: "Asked. It is in use when a second owner does the same.",
    TreeState.ACTIVATED: "The place tree is in use from now on.",
    TreeState.WITHDRAWN: "Nobody asks for it any more.",
    TreeState.LAPSED: "It was asked for under a tree that is not in use any more.",
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def tree(ctx: click.Context, as_json: bool) -> int:
    """Show which place tree is in use, which one is a candidate, and who asked for it.

    Prints {"active", "candidate", "change", "last", "lapsed"}, each absent if there is
    none: of a tree sha256, version, parcels, k (least parcels of a region) and
    displacement_m by level. A change that nobody can confirm any more has "void":
    candidate_changed (another one lies there now) or tree_changed. Exit 1 when one of the two cannot be used, 2 without a geofile.

    \b
    Example:
      aliquot geofile tree --json
    """
    profile = Profile.open(ctx.obj["profile"])
    said = _standing(profile)
    if as_json:
        emit(said)
    else:
        _show(said)
    bad = [name for name in ("active", "candidate") if "problem" in said.get(name, {})]
    return EXIT_NO if bad else 0


@click.command()
@click.option("--as", "name", required=True, metavar="NAME", help="Who signs.")
@click.option(
    "--password-file",
    required=True,
    metavar="F",
    help="File whose first line is the password; - is standard input.",
)
@click.option("--sha256", metavar="HEX", help="Refuse unless this is the candidate.")
@click.option("--withdraw", is_flag=True, help="Take back what was asked for.")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@click.pass_context
def activate(
    ctx: click.Context,
    name: str,
    password_file: str,
    sha256: str | None,
    withdraw: bool,
    as_json: bool,
) -> int:
    """Sign for the candidate: the first owner asks, a second one puts it in use.

    Owners are supervisors and administrators. Prints {"sha256", "state", "asked_by"};
    state is asked, activated or withdrawn. What was proposed under the old tree and
    has not left is void, and so is every other change asked for under it ("lapsed").
    A refusal is {"refused": reason}, exit 1: same_person, not_allowed, no_candidate,
    sign_in_refused, candidate_changed, tree_changed, nothing_asked.

    \b
    Examples:
      aliquot geofile activate --as Ann --password-file ann.txt
      aliquot geofile activate --as Bea --password-file bea.txt --json
      aliquot geofile activate --as Ann --password-file ann.txt --withdraw
    """
    from aliquot.console.cli.people import read_password
    from aliquot.console.clock import SystemClock
    from aliquot.console.domain.tree_commands import ActivateTreeAs
    from aliquot.console.remote import carry_out

    password = read_password(password_file)
    profile = Profile.open(ctx.obj["profile"])
    command = ActivateTreeAs(
        name=name, password=password, tree_sha256=sha256, withdraw=withdraw
    )
    outcome = carry_out(profile, SystemClock(), command)
    if isinstance(outcome, Refused):
        return tell_refusal(outcome, as_json)
    result = done_or_raise(outcome)
    _settle(profile)
    if as_json:
        emit(result)
    else:
        click.echo(f"{result['sha256']}\t{result['state']}")
    say(_SAID[TreeState(str(result["state"]))])
    return 0


def _settle(profile: Profile) -> None:
    """The folder follows the log; a console would do it, but none may run."""
    from aliquot.console.geo.tree_settling import settle
    from aliquot.console.store.tree_views import decided_in

    settle(_folder(profile), decided_in(profile.log_path))


def _folder(profile: Profile) -> GeofileFolder:
    from aliquot.console.geo.geofile_folder import FOLDER, GeofileFolder

    return GeofileFolder(profile.folder / FOLDER)


def _standing(profile: Profile) -> dict[str, Any]:
    """What the folder has and what the log says of it. Raises ``KnownProblem``
    ``no_geofile`` (exit 2)."""
    from aliquot.console.geo.tree_settling import state_now
    from aliquot.console.store.tree_views import TreeTables, decided_in

    folder = _folder(profile)
    decided = decided_in(profile.log_path)
    state = state_now(folder, decided)
    if state is None:
        text = f"There is no geofile in {folder.root}. Run: aliquot geofile import"
        raise KnownProblem("no_geofile", text, EXIT_USAGE)
    found: dict[str, Any] = {
        "active": _tree(folder, state.tree),
        "candidate": _tree(folder, state.candidate),
    }
    if decided is not None:
        with read_views(profile) as views:
            assert views is not None
            trees, people = TreeTables(views.connection), views.people()
            found["change"] = _change(trees.open(), people, state.candidate)
            found["lapsed"] = [_change(change, people) for change in trees.lapsed()]
            found["last"] = _change(trees.last_activated(), people)
    return {key: value for key, value in found.items() if value not in (None, [])}


def _tree(folder: GeofileFolder, sha256: str | None) -> dict[str, Any] | None:
    from aliquot.console.geo.tree_summary import summary

    if sha256 is None:
        return None
    try:
        return {"sha256": sha256, **summary(folder.public_part(sha256))}
    except KnownProblem as why:
        return {"sha256": sha256, "problem": str(why)}


def _change(
    change: TreeChange | None,
    people: tuple[PersonRow, ...],
    candidate: str | None = None,
) -> dict[str, Any] | None:
    from aliquot.console.service.trees import owns

    if change is None:
        return None
    names = {person.person_id: person.name for person in people}
    said: dict[str, Any] = {
        "sha256": change.tree_sha256,
        "replaces": change.replaces,
        "state": change.state.value,
        "asked_by": names.get(change.asked.person, change.asked.person),
        "asked_at": iso_time(change.asked.at_us),
    }
    if (second := change.confirmed) is not None:
        said["confirmed_by"] = names.get(second.person, second.person)
        said["confirmed_at"] = iso_time(second.at_us)
    if change.state is TreeState.ASKED:
        others = [p for p in people if p.person_id != change.asked.person and owns(p)]
        stands = change.tree_sha256 == candidate
        said["may_confirm"] = [person.name for person in others] if stands else []
        said["void"] = None if stands else "candidate_changed"
    elif change.state is TreeState.LAPSED:
        said["void"] = "tree_changed"
    return {key: value for key, value in said.items() if value is not None}


def _show(said: dict[str, Any]) -> None:
    for name in ("active", "candidate"):
        _show_tree(name, said.get(name))
    if (change := said.get("change")) is not None:
        others = ", ".join(change["may_confirm"]) or "nobody yet"
        stands = f"; may confirm: {others}" if "void" not in change else _VOID
        click.echo(f"asked      {_asked(change)}{stands}")
    elif "candidate" in said:
        click.echo("It waits for two owners: aliquot geofile activate")
    if (last := said.get("last")) is not None:
        click.echo(
            f"in use     by {last['asked_by']} and {last['confirmed_by']}"
            f" since {last['confirmed_at']}"
        )
    for change in said.get("lapsed", ()):
        click.echo(f"lapsed     {_asked(change)}, under a tree not in use any more")


def _asked(change: dict[str, Any]) -> str:
    return f"by {change['asked_by']} at {change['asked_at']} for {change['sha256']}"


def _show_tree(name: str, found: dict[str, Any] | None) -> None:
    if found is None:
        click.echo(f"{name:<10} none")
        return
    click.echo(f"{name:<10} {found['sha256']}")
    if "problem" in found:
        click.echo(f"  {found['problem']}")
        return
    click.echo(
        f"  import {found['version']}, {found['parcels']} parcels of {found['kind']}"
    )
    for level in found["levels"]:
        away = found["displacement_m"][str(level["level"])]
        click.echo(
            f"  level {level['level']}: {level['regions']} regions of "
            f"{level['min_parcels']} parcels or more; displacement median "
            f"{away['median']} m, p95 {away['p95']} m, max {away['max']} m"
        )
