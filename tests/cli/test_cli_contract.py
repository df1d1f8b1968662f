"""The contract of the command line, held by every command there is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from aliquot.console.cli import main
from aliquot.console.cli.main import cli, run

STAYS = ("console", "core", "demo")  # these run until they are ended
BROKEN: list[str] = []


def _leaves(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that lead to it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        try:
            command = group.get_command(context, name)
        except (ImportError, AttributeError) as problem:
            BROKEN.append(f"{name}: {problem}")
            continue
        assert command is not None
        if isinstance(command, click.Group):
            yield from _leaves(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(_leaves(cli))
IDS = {words: " ".join(words) for words in COMMANDS}
each_command = pytest.mark.parametrize("words", COMMANDS, ids=IDS.get)


def _reads_file(parameter: click.Parameter) -> bool:
    """Whether a parameter names a file that must be there already."""
    kind = parameter.type
    if "--profile" in parameter.opts:
        return False  # a missing profile is made
    if isinstance(kind, click.File):
        return kind.mode.startswith("r")
    names = {parameter.name, parameter.make_metavar(click.Context(cli)).lower()}
    words = ("file", "recording", "expected", "samples", "password_file")
    return not names.isdisjoint(words) or any("file" in str(n) for n in names)


def _filled(command: click.Command, missing: Path) -> list[str]:
    """Arguments that satisfy a command, but that each file it reads is missing."""
    line: list[str] = []
    for parameter in command.params:
        reads = _reads_file(parameter)
        if not parameter.required and not reads:
            continue
        kind = parameter.type
        value = kind.choices[0] if isinstance(kind, click.Choice) else "1"
        value = str(missing) if reads else str(value)
        option = parameter.opts[-1:] if isinstance(parameter, click.Option) else []
        line += [*option, value]
    return line


READERS = {
    words: command
    for words, command in COMMANDS.items()
    if words[-1] != "record" and any(map(_reads_file, command.params))
}
JSON_ALONE = [
    words
    for words, command in COMMANDS.items()
    if any("--json" in p.opts for p in command.params)
    and not any(p.required for p in command.params)
    and words[0] not in STAYS
]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        for line in text.splitlines():
            json.loads(line)
    return True


def test_every_command_can_be_imported() -> None:
    assert BROKEN == []


def test_every_entry_of_the_table_is_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["--help"]) == 0
    listed = capsys.readouterr().out
    assert [n for n in main._COMMANDS if f"  {n} " not in listed] == []


@each_command
def test_help_describes_and_shows_examples(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words, "--help"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert len((COMMANDS[words].help or "").split()) > 4
    example = f"aliquot {' '.join(words)}"
    shown = said.out.partition("xample")[2]
    assert example in shown or f" {' '.join(words)}" in shown


@each_command
def test_an_unknown_option_is_usage(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words, "--no-such-option"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "no-such-option" in said.err


@pytest.mark.parametrize("words", READERS, ids=IDS.get)
def test_a_missing_file_is_said(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "no-such-file"
    assert run([*words, *_filled(READERS[words], missing)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "no-such-file" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("words", JSON_ALONE, ids=IDS.get)
def test_json_is_alone_on_standard_output(words: tuple[str, ...]) -> None:
    """In a new process, so that output past Python's own streams is seen too."""
    said = _aliquot(*words, "--json")
    assert said.returncode in (0, 1, 2), said.stderr
    assert _is_json(said.stdout.decode())
    assert b"Traceback" not in said.stderr


def _aliquot(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    line = [sys.executable, "-m", "aliquot.console", *words]
    return subprocess.run(
        line,
        input=given,
        capture_output=True,
        check=False,
        cwd="/",
        env=dict(os.environ),
        timeout=60,
    )


def test_standard_input_is_a_dash() -> None:
    said = _aliquot("line", "parse", "-", "--json", given=b"no record at all")
    assert said.returncode == 0, said.stderr
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    assert [row["kind"] for row in rows] == ["noise"]
    assert "at" not in rows[0]


def test_nothing_is_asked_without_a_terminal() -> None:
    said = _aliquot("people", "add", "Ada", "--role", "administrator")
    assert said.returncode == 2
    assert said.stdout == b""


def test_an_unknown_command_is_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["no-such-command"]) == 2
    assert "no-such-command" in capsys.readouterr().err


def _fail_with(problem: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise problem

    monkeypatch.setattr(main.cli, "main", fail)


def test_an_interrupt_leaves_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _fail_with(KeyboardInterrupt(), monkeypatch)
    assert run(["doctor"]) == 130
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("debug", [False, True])
def test_a_traceback_needs_debug(
    debug: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _fail_with(ZeroDivisionError("by zero"), monkeypatch)
    assert run(["--debug"] if debug else []) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert ("Traceback" in said.err) is debug
    assert "ZeroDivisionError" in said.err


@each_command
def test_the_profile_may_be_named_after_every_command(words: tuple[str, ...]) -> None:
    names = {name for option in COMMANDS[words].params for name in option.opts}
    assert {"--profile", "--debug"} <= names


@pytest.mark.parametrize("place", range(3))
def test_the_profile_is_taken_wherever_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], place: int
) -> None:
    words = ["calls", "add", '{"place": "1 Elm St"}']
    folder = tmp_path / "desk"
    said = (0, 1, 3)[place]
    assert run([*words[:said], "--profile", str(folder), *words[said:]]) == 0
    assert (folder / "profile.toml").is_file()
    assert "incident_id" in capsys.readouterr().out


def test_the_profile_named_last_counts(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    before, after = str(tmp_path / "a"), str(tmp_path / "b")
    run(["--profile", before, "calls", "add", "{}", f"--profile={after}"])
    assert (tmp_path / "b" / "profile.toml").is_file()
    assert not (tmp_path / "a").exists()
