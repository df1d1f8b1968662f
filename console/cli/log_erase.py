"""`aliquot log erase`: bodies of entries, by a person who may and by an authority."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from aliquot.console.cli.answers import done_or_raise, iso_time, read_views
from aliquot.console.cli.output import emit, say
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem
from aliquot.console.profile import Profile

if TYPE_CHECKING:
    from aliquot.console.store.views import SqlViews

_RANGE = re.compile(r"([1-9][0-9]{0,17})(?:-([1-9][0-9]{0,17}))?")
_HEADS = (
    "SELECT site, n, utc_us, type, subject FROM heads WHERE body IS NOT NULL"
    " AND type <> 'log.bodies_erased' AND "
)

Row = tuple[str, int, int, str, str]


@click.command()
@click.argument("entries", nargs=-1, metavar="[N|N-M]...")
@click.option(
    "--incident",
    "incidents",
    multiple=True,
    metavar="ID",
    help="All of an incident and of its call. May be given again.",
)
@click.option("--reason", metavar="TEXT", help="Why; it stays in the log.")
@click.option("--authority", metavar="TEXT", help="By whose order; it stays, too.")
@click.option("--as", "name", metavar="NAME", help="Who erases.")
@click.option(
    "--password-file",
    metavar="F",
    help="File whose first line is the password; - is standard input.",
)
@click.option("--dry-run", is_flag=True, help="Only print what would be erased.")
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")
@click.pass_context
def erase(
    ctx: click.Context,
    entries: tuple[str, ...],
    incidents: tuple[str, ...],
    reason: str | None,
    authority: str | None,
    name: str | None,
    password_file: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Erase the bodies of entries for good; their heads stay in the chain.

    Supervisors and administrators may. Prints {"erased", "entries": [n, ...]}; with
    --dry-run a line for each entry instead: {"n", "at", "type", "subject"}. What was
    erased before is passed over; exit 1 when nothing is left to erase, and for an
    incident that is not closed. Copies elsewhere (backups, exports, documents that were handed over) are not reached.

    \b
    Examples:
      aliquot log erase 12 15-17 --dry-run
      aliquot log erase --incident ID --reason "kept for 90 days" \\
        --authority "retention schedule 7" --as Ann --password-file ann.txt
    """
    from aliquot.console.cli.people import read_password

    password = read_password(password_file) if password_file else ""
    rows = _chosen(Profile.open(ctx.obj["profile"]), entries, incidents)
    if dry_run:
        for row in rows:
            _show(row, as_json)
    else:
        given = (reason, authority, name, password_file)
        missing = [o for o, v in zip(_NEEDED, given, strict=True) if not v]
        if missing:
            raise click.UsageError(f"{missing[0]} is missing (or --dry-run).")
    if not rows:
        say("There is nothing to erase there.")
        return EXIT_NO
    if not dry_run:
        _erase(ctx, rows, str(reason), str(authority), str(name), password)
        numbers = [n for _, n, *_ in rows]
        if as_json:
            emit({"erased": len(numbers), "entries": numbers})
        count = "1 entry" if len(numbers) == 1 else f"{len(numbers)} entries"
        say(f"Erased: the bodies of {count}. The heads stay.")
    return 0


_NEEDED = ("--reason", "--authority", "--as", "--password-file")


def _erase(
    ctx: click.Context,
    rows: Iterable[Row],
    reason: str,
    authority: str,
    name: str,
    password: str,
) -> None:
    from aliquot.console.clock import SystemClock
    from aliquot.console.domain.erasing import EraseBodiesAs
    from aliquot.console.remote import carry_out

    command = EraseBodiesAs(
        targets=tuple((site, n) for site, n, *_ in rows),
        reason=reason,
        authority=authority,
        name=name,
        password=password,
    )
    profile = Profile.open(ctx.obj["profile"])
    done_or_raise(carry_out(profile, SystemClock(), command))


def _chosen(
    profile: Profile, entries: Iterable[str], incidents: Iterable[str]
) -> list[Row]:
    """The entries that can be erased, in order. Raises ``KnownProblem`` (exit 2, or 1
    for an entry or an incident that is not there)."""
    spans = [_span(text) for text in entries]
    wanted = list(incidents)
    if not spans and not wanted:
        raise click.UsageError("Say which: numbers of entries, or --incident.")
    with read_views(profile) as views:
        if views is None:
            return []
        found: set[Row] = set()
        for first, last in spans:
            found.update(_between(views, first, last))
        for incident_id in wanted:
            found.update(_of_incident(views, incident_id))
    return sorted(found, key=lambda row: row[1])


def _span(text: str) -> tuple[int, int]:
    found = _RANGE.fullmatch(text)
    if found is None:
        raise click.UsageError(f"{text} is no number of an entry, nor N-M.")
    return int(found[1]), int(found[2] or found[1])


def _between(views: SqlViews, first: int, last: int) -> list[Row]:
    newest = views.log_status().n
    if last < first:
        raise KnownProblem("no_entry", f"{first}-{last} is no range.", EXIT_USAGE)
    if last > newest:
        text = f"The log has no entry {last}: the last one is {newest}."
        raise KnownProblem("no_entry", text, EXIT_NO)
    return _read(views, f"{_HEADS} n BETWEEN ? AND ?", first, last)


def _of_incident(views: SqlViews, incident_id: str) -> list[Row]:
    row = views.incident(incident_id)
    if row is not None and row.state != "closed":
        text = f"Incident {incident_id} is {row.state}: close it first."
        raise KnownProblem("incident_open", text, EXIT_NO)
    subjects = [f"incident:{incident_id}"]
    if row is not None and row.call_id is not None:
        subjects.append(f"call:{row.call_id}")
    marks = ", ".join("?" * len(subjects))
    found = _read(views, f"{_HEADS} subject IN ({marks})", *subjects)
    if row is None and not found:
        text = f"There is no incident {incident_id}, or all of it is erased."
        raise KnownProblem("no_such_incident", text, EXIT_NO)
    return found


def _read(views: SqlViews, query: str, *values: Any) -> list[Row]:
    rows = views.connection.execute(query, values).fetchall()
    return [(site, n, utc_us, kind, subject) for site, n, utc_us, kind, subject in rows]


def _show(row: Row, as_json: bool) -> None:
    _, n, utc_us, kind, subject = row
    at = iso_time(utc_us)
    if as_json:
        emit({"n": n, "at": at, "type": kind, "subject": subject})
    else:
        click.echo(f"{n}\t{at}\t{kind}\t{subject}")
