"""`line set`: what can be set of a line, and setting it."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from aliquot.console import paths
from aliquot.console.cli.answers import done_or_raise
from aliquot.console.cli.output import emit, say
from aliquot.console.clock import SystemClock
from aliquot.console.domain.event_base import Json
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem
from aliquot.console.profile import Profile

if TYPE_CHECKING:
    from aliquot.console.domain.line_sheet import LineSheet, OptionSheet
    from aliquot.console.domain.settings_commands import ChangeLineSettings

_SET_HELP = """Set what a line is and how it is read, in profile.toml.

KEY is an option of the line's driver (`aliquot line drivers`), else a setting that
every line has (source, baud, format, driver, layouts, framing, …); `options.KEY` is
always the driver's. KEY= without a value takes it out, so that the default holds.
Lists and tables are written as TOML. Without KEY=VALUE, says what can be set and how
it is.

All else in the file stays as it was typed, comments too. The result is tried out
before it replaces the file; the file before is kept as profile.toml.1. The log has
what was changed and, with --as, who did it; without, it was whoever owns the files of
the profile. A dispatcher may not. A secret is never set here: it stands in a file of
its own, and an option that ends in secret_file names it.

While a console runs on the profile, that one line begins anew with the new settings,
two links that take turns together, and no other is touched; else they apply at the
next start. With --json, one object:

\b
  {"line", "changes": {KEY: [old, new]}, "applied": "now"|"next_start", "file",
   "backup", "why", "also_begun": [NAME]}

and without KEY=VALUE one for each setting: {"name", "kind", "value", "default",
"text", "choices"}. Exit 1: the value will not do, or the file was changed meanwhile.

\b
Examples:
  aliquot line set ali-1
  aliquot line set ali-1 baud=1200 format=7E1
  aliquot line set modem ring_stop_s=9 dial_prefix=9, --json
  aliquot line set ali-1 'layouts=["ny32"]' time_zone=
  aliquot line set ali-1 baud=1200 --as Ida --password-file ida.txt
"""


@click.command("set", help=_SET_HELP)
@click.argument("name")
@click.argument("settings", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--as", "person", metavar="PERSON", help="Who changes it, for the log.")
@click.option(
    "--password-file",
    metavar="F",
    help="File whose first line is PERSON's password; - is standard input.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")
@click.pass_context
def set_(
    ctx: click.Context,
    name: str,
    settings: tuple[str, ...],
    person: str | None,
    password_file: str | None,
    as_json: bool,
) -> None:
    from aliquot.console.cli.people import read_password

    password = None if password_file is None else read_password(password_file)
    profile = Profile.open(ctx.obj["profile"])
    if (person is None) != (password_file is None):
        text = "Give --as and --password-file together."
        raise KnownProblem("usage", text, EXIT_USAGE)
    if not settings:
        _show(_sheet(profile, name, None), as_json)
        return
    from aliquot.console.remote import carry_out

    pairs = dict(_pair(text) for text in settings)
    sheet = _sheet(profile, name, pairs.get("driver"))
    changes = {key: _value(sheet, key, text) for key, text in pairs.items()}
    command = _command(name, changes, person, password)
    result = done_or_raise(carry_out(profile, SystemClock(), command))
    if as_json:
        emit(result)
        return
    _say(result)


def _command(
    line: str, changes: dict[str, Json], person: str | None, password: str | None
) -> ChangeLineSettings:
    from aliquot.console.domain.settings_commands import (
        ChangeLineSettings,
        ChangeLineSettingsAs,
    )

    if person is None or password is None:
        return ChangeLineSettings(line=line, changes=changes)
    return ChangeLineSettingsAs(
        line=line, changes=changes, name=person, password=password
    )


def _pair(text: str) -> tuple[str, str]:
    key, mark, value = text.partition("=")
    if not mark or not key.strip():
        raise KnownProblem("usage", f"{text}: write KEY=VALUE.", EXIT_USAGE)
    return key.strip(), value


def _sheet(profile: Profile, name: str, driver: str | None) -> LineSheet:
    """What can be set of a line, with another driver if that is set too."""
    from aliquot.console.lab.line_sheets import line_sheets, sheet_of

    for line in profile.settings.lines:
        if line.name == name:
            return sheet_of(replace(line, driver=driver) if driver else line)
    found = line_sheets(profile).of(name)  # one whose entry will not do
    if found is None:
        known = ", ".join(sheet.line for sheet in line_sheets(profile).lines)
        text = f"There is no line {name}; there are: {known}."
        if not known:
            file = profile.log_path.with_name(paths.SETTINGS_NAME)
            text = (
                f"There is no line {name}, for {file} names none. Begin one there: "
                f'[[lines]], then name = "{name}" and source = "/dev/ttyUSB0".'
            )
        raise KnownProblem("no_such_line", text, EXIT_NO)
    return found


def _value(sheet: LineSheet, key: str, text: str) -> Json:
    from aliquot.console.domain.line_sheet import read_value

    if not text:
        return None
    option = _option(sheet, key)
    if option is None:
        return _as_toml(text)
    try:
        return read_value(option, text)
    except ValueError as why:
        raise KnownProblem("bad_value", f"{key}: {why}.", EXIT_NO) from None


def _option(sheet: LineSheet, key: str) -> OptionSheet | None:
    """The driver's own first, where two have one name."""
    own = key.removeprefix("options.")
    named = [o for o in sheet.options if o.name == own and (o.own or own == key)]
    return min(named, key=lambda o: not o.own, default=None)


def _as_toml(text: str) -> Json:
    """A list, a table, a number or a flag as TOML writes it; else it is a text."""
    try:
        value: Json = tomllib.loads(f"x = {text}")["x"]
    except (tomllib.TOMLDecodeError, KeyError):
        return text
    return value if isinstance(value, str | int | float | list | dict) else text


def _show(sheet: LineSheet, as_json: bool) -> None:
    for option in sheet.options:
        said: dict[str, Json] = {
            "name": option.name,
            "kind": option.kind,
            "default": option.default,
            "text": option.text,
        }
        if option.value is not None:
            said["value"] = option.value
        if option.choices:
            said["choices"] = list(option.choices)
        if as_json:
            emit(said)
        else:
            click.echo(_line_of(option))
    if sheet.problem:
        say(sheet.problem)


def _line_of(option: OptionSheet) -> str:
    from aliquot.console.domain.line_sheet import toml_value

    mark = " " if option.value is None else "*"
    return f"{mark} {option.name:<24} {toml_value(option.in_force):<24} {option.text}"


def _say(result: dict[str, Json]) -> None:
    changes = result["changes"]
    assert isinstance(changes, dict)
    if not changes:
        say(f"{result['line']} is set so already.")
        return
    for key, pair in changes.items():
        assert isinstance(pair, list)
        before, now = ("default" if one is None else one for one in pair)
        click.echo(f"{key}: {before} -> {now}")
    when = (
        "now" if result["applied"] == "now" else f"at the next start, {result['why']}"
    )
    also = result.get("also_begun")
    if isinstance(also, list):
        when += f", and {' and '.join(map(str, also))} has begun anew too"
    say(f"In force {when}. Before: {result['backup']}.")
