"""`aliquot log`: verify, rebuild, export and erase in the log of a profile."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from aliquot.console import paths
from aliquot.console.cli.log_erase import erase
from aliquot.console.cli.output import say
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem
from aliquot.console.store.export import export as exported
from aliquot.console.store.lock import WriterLock
from aliquot.console.store.rebuild import Rebuilt
from aliquot.console.store.rebuild import rebuild as rebuilt
from aliquot.console.store.verify import Fault, Report
from aliquot.console.store.verify import verify as verified

_json = click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")


@click.group()
def log() -> None:
    """Verify, rebuild and export the log; erase what must not be kept."""


@log.command()
@_json
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> int:
    """Check every head, body and table. Exit 1 if anything is wrong.

    Reads only, and works while a console runs on the profile.

    \b
    Examples:
      aliquot log verify
      aliquot --profile /srv/desk log verify --json
    """
    report = verified(_there(ctx))
    if as_json:
        _print(
            {
                "ok": report.ok,
                "events": report.events,
                "erased": report.erased,
                "first_bad": _fault(report.first_bad),
            }
        )
    else:
        click.echo(_sentence(report))
    return 0 if report.ok else EXIT_NO


@log.command()
@_json
@click.pass_context
def rebuild(ctx: click.Context, as_json: bool) -> int:
    """Make all tables anew from the log, compare, and put them in place.

    Exit 1 if the old tables differed (they are replaced all the same), or if the
    log itself is wrong (nothing is replaced); 3 while a console runs.

    \b
    Examples:
      aliquot log rebuild
      aliquot --profile /srv/desk log rebuild --json
    """
    path = _there(ctx)
    with WriterLock(path.with_name(paths.LOCK_NAME)):
        result = rebuilt(path)
    if as_json:
        _print(
            {
                "ok": result.ok,
                "events": result.events,
                "difference": result.difference,
                "first_bad": _fault(result.fault),
            }
        )
    else:
        click.echo(_outcome(result))
    return 0 if result.ok else EXIT_NO


@log.command()
@_json
@click.pass_context
def export(ctx: click.Context, as_json: bool) -> int:
    """Print the log, one JSON object an entry, by site and number.

    An erased body is null and has "erased": true. --json is the only form.

    \b
    Examples:
      aliquot log export --json > log.jsonl
      aliquot log export | grep incident.opened
    """
    for line in exported(_there(ctx)):
        _print(line)
    return 0


log.add_command(erase)


def _log_path(ctx: click.Context) -> Path:
    chosen = ctx.obj["profile"] if ctx.obj else None
    return paths.profile_dir(chosen) / paths.LOG_NAME


def _there(ctx: click.Context) -> Path:
    """The log of a profile that is there; that it is empty is said.

    Raises ``KnownProblem`` ``no_profile`` (exit 2) for what is no profile.
    """
    path = _log_path(ctx)
    folder = path.parent
    if not path.exists():
        if not (folder / paths.SETTINGS_NAME).is_file():
            text = f"{folder} is no profile: there is no log in it to read."
            raise KnownProblem("no_profile", text, EXIT_USAGE)
        say(f"There is no log in {folder} yet: nothing was ever logged.")
    return path


def _print(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _fault(fault: Fault | None) -> dict[str, object] | None:
    if fault is None:
        return None
    return {
        "site": fault.site,
        "n": fault.n,
        "part": fault.part,
        "reason": fault.reason,
    }


def _sentence(report: Report) -> str:
    count = f"{report.events} entries, {report.erased} erased"
    if report.first_bad is None:
        return f"The log is in order: {count}."
    bad = report.first_bad
    return f"The log is NOT in order: entry {bad.n}, {bad.part}: {bad.reason}. {count}."


def _outcome(result: Rebuilt) -> str:
    if result.fault is not None:
        bad = result.fault
        return f"Nothing rebuilt: entry {bad.n}, {bad.part}: {bad.reason}."
    if result.difference is not None:
        return (
            f"Rebuilt from {result.events} entries. It differed: {result.difference}."
        )
    return f"Rebuilt from {result.events} entries; nothing differed."
