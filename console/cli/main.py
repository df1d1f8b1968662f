"""`aliquot`: the command line, and the integrator's manual.

Sub-commands are imported when they are called, so that no command pays for what
another needs: only `console` and `demo` ever import Qt.
"""

from __future__ import annotations

import errno
import importlib
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click

from aliquot.console.cli.pipes import (
    leave_quietly,
    output_lost,
    reader_is_gone,
    whole_streams,
)
from aliquot.console.crash import no_core_dump
from aliquot.console.problems import (
    EXIT_INTERRUPTED,
    EXIT_UNAVAILABLE,
    EXIT_USAGE,
    KnownProblem,
    in_words,
)

_COMMANDS: dict[str, tuple[str, str]] = {
    "console": ("aliquot.console.cli.window:console", "Open the window on a profile."),
    "demo": (
        "aliquot.console.cli.window:demo",
        "Open a throw-away profile with the demonstration county.",
    ),
    "line": ("aliquot.console.cli.line:line", "Read, play and record lines."),
    "locate": (
        "aliquot.console.cli.locate:locate",
        "Read a location that was sent or pasted.",
    ),
    "log": (
        "aliquot.console.cli.log:log",
        "Verify, rebuild, export; erase what must not be kept.",
    ),
    "people": ("aliquot.console.cli.people:people", "People, roles and their keys."),
    "calls": ("aliquot.console.cli.calls:calls", "Add and export incidents."),
    "mappings": (
        "aliquot.console.cli.mappings:mappings",
        "List the mappings for exports of other CADs.",
    ),
    "positions": (
        "aliquot.console.cli.positions:positions",
        "Listen to a source of unit positions.",
    ),
    "release": (
        "aliquot.console.cli.release:release",
        "What leaves, and what would.",
    ),
    "core": (
        "aliquot.console.cli.core:core",
        "Run the console without a screen on a profile.",
    ),
    "eido": (
        "aliquot.console.cli.eido:eido",
        "Incidents to and from other agencies.",
    ),
    "feed": ("aliquot.console.cli.feed:feed", "Receive deliveries, to try them."),
    "geofile": ("aliquot.console.cli.geofile:geofile", "Import streets and places."),
    "cameras": (
        "aliquot.console.cli.cameras:cameras",
        "Import cameras; list those near a place.",
    ),
    "doctor": ("aliquot.console.cli.doctor:doctor", "Check machine and profile."),
}


# Of a write, which tells no name.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PROFILE_HELP = "Profile directory. Else $ALIQUOT_PROFILE, else the default one."
_DEBUG_HELP = "Show a traceback when something fails."


def _remember(
    ctx: click.Context, parameter: click.Parameter, value: str | bool | None
) -> None:
    """What is said after a command counts for all, and over what came before it."""
    if value and isinstance(ctx.obj, dict):
        ctx.obj[parameter.name] = value


def _take_everywhere(command: click.Command) -> None:
    """Let a command and all below it take --profile and --debug after its name."""
    if not any(parameter.name == "profile" for parameter in command.params):
        command.params += [
            click.Option(
                ["--profile"],
                metavar="DIR",
                help=_PROFILE_HELP,
                expose_value=False,
                callback=_remember,
            ),
            click.Option(
                ["--debug"],
                is_flag=True,
                help=_DEBUG_HELP,
                expose_value=False,
                callback=_remember,
            ),
        ]
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _take_everywhere(inner)


class _PipeBroke(Exception):  # noqa: N818 - carries it past click
    """click makes exit 1 of a broken pipe; it is for ``run`` to judge."""

    def __init__(self, why: BrokenPipeError) -> None:
        super().__init__(str(why))
        self.why = why


@contextmanager
def _past_click() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as why:
        raise _PipeBroke(why) from why


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are asked for."""

    def make_context(self, *words: Any, **more: Any) -> click.Context:
        with _past_click():  # --help is printed here
            return super().make_context(*words, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with _past_click():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        _take_everywhere(command)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """The list of commands, from the table: importing all would be slow."""
        with formatter.section("Commands"):
            formatter.write_dl([(n, _COMMANDS[n][1]) for n in self.list_commands(ctx)])


def _version() -> str:
    try:
        return version("aliquot")
    except PackageNotFoundError:
        return "unknown"


@click.group(cls=LazyGroup, invoke_without_command=True)
@click.option("--profile", metavar="DIR", help=_PROFILE_HELP)
@click.option("--debug", is_flag=True, help=_DEBUG_HELP)
@click.version_option(_version(), prog_name="aliquot")
@click.pass_context
def cli(ctx: click.Context, profile: str | None, debug: bool) -> None:
    """Aliquot, a dispatcher console. Without a command it opens the window.

    --profile and --debug may stand before or after the command.
    With --json standard output is JSON only; messages go to standard error.
    Exit: 0 done, 1 the answer is no, 2 usage or unreadable file, 3 profile
    locked, 4 peer, port or privilege unavailable, 130 interrupted.
    """
    ctx.obj = {"profile": profile, "debug": debug}
    if ctx.invoked_subcommand is None:
        command = ctx.command
        assert isinstance(command, click.Group)
        window = command.get_command(ctx, "console")
        assert window is not None
        ctx.invoke(window)


def main(arguments: list[str] | None = None) -> None:
    """Run, and leave with the exit code of the contract."""
    whole_streams()
    if "--debug" not in (sys.argv if arguments is None else arguments):
        no_core_dump()
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """The exit code. Who reads standard output may stop (`| head`): that is an end
    and no fault, with 0, or with the answer where that is known already. Output that a
    full disk does not take is a fault."""
    code = _run(arguments)
    lost = output_lost()
    if lost is None or isinstance(lost, BrokenPipeError):
        return code
    return code or _not_done(lost, False)


def _run(arguments: list[str] | None) -> int:
    args = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in args
    try:
        result = cli.main(args, prog_name="aliquot", standalone_mode=False)
    except KnownProblem as problem:
        return _say(str(problem), problem.exit_code, debug)
    except click.exceptions.Abort:
        return _say("Interrupted.", EXIT_INTERRUPTED, False)
    except click.ClickException as problem:
        with suppress(OSError):
            problem.show()
        return EXIT_USAGE
    except KeyboardInterrupt:
        return _say("Interrupted.", EXIT_INTERRUPTED, False)
    except _PipeBroke as broke:
        if reader_is_gone():
            return leave_quietly()
        return _not_done(broke.why, debug)
    except OSError as why:
        return _not_done(why, debug)
    except Exception as bug:  # noqa: BLE001 - the last resort, said and exited
        text = f"This is a fault of aliquot: {type(bug).__name__}: {bug}"
        return _say(text + ". Run again with --debug and report it.", 1, debug)
    return result if isinstance(result, int) else 0


def _not_done(why: OSError, debug: bool) -> int:
    if not why.filename and why.errno in _NO_ROOM:
        text = f"Standard output or a file cannot be written: {in_words(why)}."
        more = (
            " What was asked for may be done all the same: look before you repeat it."
        )
        return _say(text + more, EXIT_UNAVAILABLE, debug)
    file = f"{why.filename}: " if why.filename else ""
    missing = isinstance(why, FileNotFoundError | NotADirectoryError)
    code = EXIT_USAGE if missing else EXIT_UNAVAILABLE
    return _say(f"Not done: {file}{in_words(why)}.", code, debug)


def _say(text: str, code: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    with suppress(OSError):  # nobody hears it; the exit code says it
        print(text, file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    main()
