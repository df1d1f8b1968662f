"""A change of a line's settings, from the wish to the file: checked, logged, written."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from aliquot.console import settings_file, settings_write
from aliquot.console.domain.commands import Command, Done, Failed, Outcome, Refused
from aliquot.console.domain.event_base import Json
from aliquot.console.domain.settings_commands import (
    NEXT_START,
    ActAs,
    ChangeLineSettings,
    ChangeLineSettingsAs,
    EnterLineSettings,
    NoteSettingsFailed,
)
from aliquot.console.problems import EXIT_NO, KnownProblem
from aliquot.console.settings import LineConfig
from aliquot.console.settings_options import with_files
from aliquot.console.settings_read import line_table
from aliquot.console.settings_write import OPTIONS, Staged
from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import LineDriver, LineSettings
from aliquot.drivers.lines.plugins import OptionKind, OptionSpec
from aliquot.drivers.lines.sources import make_source
from aliquot.drivers.lines.talk import TalkingDriver

Do = Callable[[Command], Outcome]
"""Has the log's owner carry out a command, and waits."""

NOT_RUNNING = "no console runs on this profile"
_FIXED = ("name", OPTIONS)
_WANTED: Mapping[OptionKind, tuple[tuple[type, ...], str]] = {
    OptionKind.TEXT: ((str,), "write a text"),
    OptionKind.FILE: ((str,), "write the name of a file in the profile's folder"),
    OptionKind.NUMBER: ((int, float), "write a number"),
    OptionKind.FLAG: ((bool,), "write true or false"),
    OptionKind.CHOICE: ((str,), "write one of"),
}


def change_line(folder: Path, command: ChangeLineSettings, do: Do) -> Outcome:
    """The change in the log and in the file of a profile; no line is begun anew.

    From any thread that may wait. Whatever is not ``Done`` has changed no file.
    """
    do = _as_named(command, do)
    try:
        staged = _staged(folder, command)
    except KnownProblem as why:
        return _refusal(why)
    if staged is None:
        return Done(_result(folder, command.line, None))
    entered = _entered(command.line, staged, do)
    if not isinstance(entered, Done):
        staged.drop()
        return entered
    try:
        staged.commit()
    except KnownProblem as why:
        reason = str(why)
        failed = NoteSettingsFailed(
            line=command.line, sha256=staged.sha256, reason=reason
        )
        do(failed)
        return _refusal(why)
    return Done(_result(folder, command.line, staged))


def _as_named(command: ChangeLineSettings, do: Do) -> Do:
    """Who proves a password acts; else whoever asks."""
    if not isinstance(command, ChangeLineSettingsAs):
        return do

    def do_as(act: Command) -> Outcome:
        return do(ActAs(act=act, name=command.name, password=command.password))

    return do_as


def _staged(folder: Path, command: ChangeLineSettings) -> Staged | None:
    table = line_table(folder, command.line)
    if table is None:
        text = f"There is no line {command.line} in the settings."
        raise KnownProblem("no_such_line", text, EXIT_NO)
    named = command.changes.get("driver", table.get("driver", plugins.DEFAULT))
    specs = _specs(str(named or plugins.DEFAULT))
    changes = dict(
        _placed(name, value, specs) for name, value in command.changes.items()
    )
    staged = settings_write.stage(folder, command.line, changes)
    if staged is not None:
        try:
            _try_out(folder, command.line, staged)
        except BaseException:
            staged.drop()
            raise
    return staged


def _entered(line: str, staged: Staged, do: Do) -> Outcome:
    return do(
        EnterLineSettings(line=line, changes=staged.changed, sha256=staged.sha256)
    )


def _specs(driver: str) -> Mapping[str, OptionSpec] | None:
    """By name; None for a driver that does not say what it knows."""
    try:
        found = plugins.driver(driver)
        if not hasattr(found, "options"):
            return None
        return {spec.name: spec for spec in plugins.options(found)}
    except plugins.DriverError as why:
        raise KnownProblem("bad_value", str(why), EXIT_NO) from None
    except Exception as why:
        text = f"Its options cannot be listed: {type(why).__name__}: {why}."
        raise KnownProblem("bad_value", text, EXIT_NO) from why


def _placed(
    name: str, value: Json, specs: Mapping[str, OptionSpec] | None
) -> tuple[str, Json]:
    """Where a setting belongs. Raises ``KnownProblem``."""
    own = name.removeprefix(f"{OPTIONS}.")
    if specs is not None and own in specs:
        _check_kind(specs[own], value)
        return f"{OPTIONS}.{own}", value
    if own == name and name in settings_file.LINE_KEYS and name not in _FIXED:
        return name, value
    if value is None or specs is None:
        return f"{OPTIONS}.{own}", value  # what is not known may be taken out
    known = [*(specs or ()), *(k for k in settings_file.LINE_KEYS if k not in _FIXED)]
    near = difflib.get_close_matches(own, known, 1)
    todo = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
    text = f"{name}: there is no such setting; {todo}"
    raise KnownProblem("no_such_option", text, EXIT_NO)


def _check_kind(spec: OptionSpec, value: Json) -> None:
    if value is None:
        return
    kinds, todo = _WANTED[spec.kind]
    fits = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
    if spec.kind is OptionKind.CHOICE and value not in spec.choices:
        fits, todo = False, f"{todo} {', '.join(spec.choices)}"
    if not fits:
        raise KnownProblem("bad_value", f"{spec.name}: {todo}.", EXIT_NO)


def _try_out(folder: Path, name: str, staged: Staged) -> None:
    """Make of the new settings all that a start makes of them. Raises
    ``KnownProblem`` ``bad_value``."""
    text = staged.after.decode()
    line = settings_file.parse_for_desk(text, str(staged.path)).line(name)
    for option, value in line.reading.options.items():
        if option.endswith("_file") and not (folder / str(value)).is_file():
            said = f"{option}: there is no file {value} in {folder}."
            raise KnownProblem("bad_value", said, EXIT_NO)
    try:
        line = replace(line, reading=with_files(line.reading, folder))
        driver = plugins.driver(line.driver)
    except KnownProblem as why:
        raise KnownProblem("bad_value", str(why), EXIT_NO) from None
    except plugins.DriverError as why:
        raise KnownProblem("bad_value", str(why), EXIT_NO) from None
    _try_source(line)
    _try_driver(driver, line.reading)


def _try_source(line: LineConfig) -> None:
    try:
        make_source(line.source, line.baud, line.format, options=line.reading.options)
    except ValueError as why:
        raise KnownProblem("bad_value", f"source: {why}.", EXIT_NO) from None


def _try_driver(driver: LineDriver, reading: LineSettings) -> None:
    try:
        driver.framer(reading, 0)
        driver.decoder(reading)
        if isinstance(driver, TalkingDriver):
            driver.conversation(reading)
    except Exception as why:  # noqa: BLE001 - a driver says so in its own way
        raise KnownProblem("bad_value", f"{why}", EXIT_NO) from None


def _refusal(why: KnownProblem) -> Outcome:
    if why.code in ("settings_unusable", "bad_settings"):
        return Failed(why.code, str(why))
    return Refused(why.code, str(why))


def _result(folder: Path, line: str, staged: Staged | None) -> dict[str, Any]:
    result: dict[str, Json] = {"line": line, "changes": {}, "applied": NEXT_START}
    if staged is not None:
        result |= {
            "changes": staged.changed,
            "file": str(staged.path),
            "backup": str(staged.backup),
            "why": NOT_RUNNING,
        }
    return result
