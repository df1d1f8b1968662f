"""`aliquot calls`: incidents in by hand, and out as JSON."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import click

from aliquot.console.cli.answers import done_or_raise, iso_time, read_views
from aliquot.console.cli.calls_import import import_
from aliquot.console.cli.output import say
from aliquot.console.clock import SystemClock
from aliquot.console.domain.commands import OpenIncident
from aliquot.console.domain.events import INCIDENT_FIELDS, Json
from aliquot.console.domain.ports import Views
from aliquot.console.domain.rebid import as_json, differences
from aliquot.console.domain.rows import ForeignMark, IncidentRow, NoteRow
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem
from aliquot.console.profile import Profile

_NOT_FIELDS = {"form_id", "call_id", "note"}
_OTHER_NAMES = {"address": "place"}
# What `calls export` prints of an incident's own history: not for a new one.
_READ_ONLY = {
    "incident_id",
    "number",
    "state",
    "opened_at",
    "changed_at",
    "closed_at",
    "disposition",
    "units",
    "narrative",
    "foreign",
    "rebids",
}
_EVERY = 10**9


@click.group()
def calls() -> None:
    """Add, import and export incidents."""


@calls.command()
@click.argument("incident", metavar="JSON|-")
@click.option("--json", "as_json", is_flag=True, help="As always: one JSON object.")
@click.pass_context
def add(ctx: click.Context, incident: str, as_json: bool) -> None:
    """Open an incident and print {"incident_id": …}.

    JSON is an object with any of the incident's fields (type_code, priority, place,
    latitude, longitude, caller_name, callback_number …), and note, form_id, call_id.
    address is another name of place; telephone numbers are brought to ten digits.
    What `calls export --json` prints is taken, too, but for its history. The same
    form_id twice is the same incident. - reads standard input.

    \b
    Examples:
      aliquot calls add '{"type_code": "FSTRU", "place": "212 Elm St"}'
      aliquot calls add - < incident.json
    """
    from aliquot.console.remote import carry_out

    profile = Profile.open(ctx.obj["profile"])
    text = sys.stdin.read() if incident == "-" else incident
    command = _command(text)
    result = done_or_raise(carry_out(profile, SystemClock(), command))
    click.echo(json.dumps({"incident_id": result["incident_id"]}))


def _command(text: str) -> OpenIncident:
    try:
        given = json.loads(text)
    except ValueError as why:
        raise _usage(f"This is no JSON: {why}.") from why
    if not isinstance(given, dict):
        raise _usage("Give one JSON object.")
    given = _known_fields(given)
    rest = {key: given.pop(key) for key in _NOT_FIELDS & set(given)}
    for key, value in rest.items():
        if not isinstance(value, str | None):
            raise _usage(f"{key} must be text.")
    return OpenIncident(fields=given, **rest)


def _known_fields(given: dict[str, Any]) -> dict[str, Any]:
    """Under their own names, without the history of an exported incident."""
    if ignored := sorted(_READ_ONLY & set(given)):
        # A call is one incident's: the copy of an exported one has none.
        ignored += [key for key in ("call_id",) if key in given]
        text = f"Not taken, they come of themselves: {', '.join(ignored)}."
        say(text)
    fields: dict[str, Any] = {}
    for key, value in given.items():
        if key in ignored:
            continue
        name = _OTHER_NAMES.get(key, key)
        if fields.get(name, value) != value:
            raise _usage(f"{key} is another name of {name}; give one of the two.")
        fields[name] = value
    if unknown := sorted(set(fields) - set(INCIDENT_FIELDS) - _NOT_FIELDS):
        what = "field" if len(unknown) == 1 else "fields"
        known = ", ".join((*INCIDENT_FIELDS, *sorted(_NOT_FIELDS)))
        text = f"There is no {what} {', '.join(unknown)}. There are: {known}."
        raise _usage(text)
    if isinstance(number := fields.get("callback_number"), str) and number.strip():
        fields["callback_number"] = _ten_digits(number)
    return fields


def _ten_digits(number: str) -> str:
    """A number of the North American plan as its ten digits."""
    digits = re.sub(r"[\s().+/-]", "", number)
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    if not re.fullmatch(r"[0-9]{10}", digits):
        text = (
            f"callback_number: {number!r} is no telephone number of ten digits. "
            "Write it as 3155550100."
        )
        raise KnownProblem("bad_field", text, EXIT_NO)
    return digits


def _usage(text: str) -> KnownProblem:
    return KnownProblem("bad_json", text, EXIT_USAGE)


calls.add_command(import_)


@calls.command()
@click.option("--json", "as_json", is_flag=True, help="One incident a line as JSON.")
@click.pass_context
def export(ctx: click.Context, as_json: bool) -> None:
    """Print all incidents by number, with their units and narrative.

    It reads while a console runs.

    \b
    Examples:
      aliquot calls export
      aliquot calls export --json | jq .place
    """
    with read_views(Profile.open(ctx.obj["profile"])) as views:
        rows = views.board(closed_limit=_EVERY) if views is not None else ()
        for row in sorted(rows, key=lambda row: row.number):
            assert views is not None
            if as_json:
                said = _said(row, views.narrative(row.incident_id))
                if rebids := _rebids(views, row.call_id):
                    said["rebids"] = rebids
                click.echo(json.dumps(said))
            else:
                click.echo(_line(row))


def _said(row: IncidentRow, notes: tuple[NoteRow, ...]) -> dict[str, Any]:
    said = {
        "incident_id": row.incident_id,
        "number": row.number,
        "state": row.state,
        "opened_at": iso_time(row.opened_at_us),
        "changed_at": iso_time(row.changed_at_us),
        "closed_at": iso_time(row.closed_at_us),
        "disposition": row.disposition,
        "call_id": row.call_id,
        **row.fields,
        "foreign": None if row.foreign is None else _foreign(row.foreign),
        "units": [
            {"unit_id": u.unit_id, "status": u.status, "since": iso_time(u.since_us)}
            for u in row.units
        ],
        "narrative": [_note(note) for note in notes],
    }
    return {key: value for key, value in said.items() if value is not None}


def _foreign(mark: ForeignMark) -> dict[str, Any]:
    """Of an incident of another CAD."""
    said = {
        "source": mark.source,
        "id": mark.source_id,
        "type_text": mark.type_text,
        "units": list(mark.units) or None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _rebids(views: Views, call_id: str | None) -> list[dict[str, Any]]:
    """What each further record of the call said otherwise: field -> [old, new, kind],
    and metres where the point moved."""
    detail = views.call(call_id) if call_id else None
    found: list[dict[str, Any]] = []
    before: dict[str, Json] | None = None
    for record in detail.records if detail is not None else ():
        if record.join is None:  # a signal, no record
            continue
        if before is not None and record.join == "rebid":
            changes = as_json(differences(before, record.fields))
            found.append({"at": iso_time(record.at_us), "changes": changes})
        before = record.fields
    return found


def _note(note: NoteRow) -> dict[str, Any]:
    said: dict[str, Any] = {
        "at": iso_time(note.at_us),
        "person": note.person,
        "text": note.text,
    }
    for flag in ("system", "struck"):
        if getattr(note, flag):
            said[flag] = True
    return said


def _line(row: IncidentRow) -> str:
    parts = (row.number, row.state, iso_time(row.opened_at_us))
    what = (row.fields.get("type_code"), row.fields.get("place"))
    return "\t".join("" if part is None else str(part) for part in (*parts, *what))
