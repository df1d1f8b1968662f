"""`line drivers` and `line test`: which kinds of line there are, and is one alive?"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from aliquot.console.cli.output import emit
from aliquot.console.cli.pipes import quiet_pipe
from aliquot.console.problems import EXIT_NO, EXIT_UNAVAILABLE, EXIT_USAGE, KnownProblem

if TYPE_CHECKING:
    from aliquot.console.cli.line_try import Trial
    from aliquot.drivers.lines.api import Option
    from aliquot.drivers.lines.plugins import OptionSpec, Plugin

_DRIVERS_HELP = """List the line drivers: what each reads, and what it can be told.

A driver comes with the program or with a package that is installed beside it. One
that cannot be loaded is listed with the reason, and stops nothing. The options are
for `options` of a line in the profile's settings.

With --json, one object a line: {"name", "target", "title", "reads", "talks",
"layouts", "options": [{"name", "kind", "default", "text", "choices"}]}, or {"name",
"target", "error"} for one that cannot be loaded.

\b
Examples:
  aliquot line drivers
  aliquot line drivers --json | jq -r 'select(.error) | .name + ": " + .error'
"""

_TEST_HELP = """Try a line: open it, listen, and ask the other end for a sign of life.

PORT is as in `line record`. Bytes are listened to for --seconds. A driver that
speaks on its line (a modem, a manager interface) first says what it says when the
console opens the line, then asks for a sign of life; any other sends nothing.

With --json, one object: {"port", "driver", "state", "message", "seconds", "bytes",
"records", "calls", "noise_bytes", "asked", "claimed", "trouble"}. "claimed" says
whether the bytes are of the driver's kind and is not there when that is not known.

Exit 0: open, and nothing is wrong; 1: open, but the other end does not answer or what
it says is not understood; 4: it cannot be opened.

\b
Examples:
  aliquot line test /dev/ttyUSB0 --driver modem
  aliquot line test /dev/ttyS0 --driver ali --baud 1200 --format 7E1 --seconds 60
  aliquot line test tcp://10.0.0.9:3333 --driver ncid --json
"""


@click.command("drivers", help=_DRIVERS_HELP)
@click.option(
    "--json", "as_json", is_flag=True, help="JSON on standard output, an object a line."
)
def drivers(as_json: bool) -> None:
    from aliquot.drivers.lines import plugins

    with quiet_pipe():
        for plugin in plugins.plugins().values():
            if as_json:
                emit(_described(plugin))
            else:
                click.echo("\n".join(_lines(plugin)))


def _described(plugin: Plugin) -> dict[str, object]:
    from aliquot.drivers.lines import ali, plugins

    said: dict[str, object] = {"name": plugin.name, "target": plugin.target}
    one = plugin.driver
    if one is None:
        return said | {"error": plugin.error}
    try:
        said |= {"title": plugins.title(one), "talks": plugins.talks(one)}
        if reads := plugins.reads(one):
            said["reads"] = reads
        names = ali.layout_names() if one is ali.DRIVER else plugins.layout_names(one)
        said["layouts"] = list(names)
        said["options"] = [_option(option) for option in plugins.options(one)]
    except Exception as bug:  # noqa: BLE001 - a foreign driver may raise anything
        said["error"] = f"{type(bug).__name__}: {bug}"
    return said


def _option(option: OptionSpec) -> dict[str, object]:
    said: dict[str, object] = {
        "name": option.name,
        "kind": option.kind.value,
        "default": option.default,
        "text": option.text,
    }
    return said | ({"choices": list(option.choices)} if option.choices else {})


def _lines(plugin: Plugin) -> list[str]:
    """For a person: a head line, what it reads, its options."""
    of = _described(plugin)
    lines = [f"{plugin.name:<14} {of.get('title', plugin.target)}"]
    if "error" in of:
        lines.append(f"    cannot be used: {of['error']}")
    if of.get("reads"):
        lines.append(f"    {of['reads']}")
    layouts = of.get("layouts")
    if isinstance(layouts, list) and layouts:
        lines.append(f"    layouts: {', '.join(layouts)}")
    options = of.get("options")
    for option in options if isinstance(options, list) else []:
        said = str(option["default"])
        plain = said if said.isprintable() else repr(said)[1:-1]
        default = f" [{plain}]" if said else ""
        lines.append(f"    {option['name']}{default}: {option['text']}")
    return lines


@click.command("test", help=_TEST_HELP)
@click.argument("port")
@click.option("--driver", required=True, metavar="NAME", help="Line driver to try.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1, max=3600),
    default=5.0,
    show_default=True,
    metavar="N",
    help="How long to listen.",
)
@click.option(
    "--baud",
    type=click.IntRange(min=50),
    default=9600,
    show_default=True,
    metavar="B",
    help="Bits a second of a serial port.",
)
@click.option(
    "--format",
    "form",
    default="8N1",
    show_default=True,
    help="Data bits, parity, stop bits of a serial port.",
)
@click.option(
    "--option",
    "said",
    multiple=True,
    metavar="NAME=VALUE",
    help="An option of the driver, as `line drivers` lists them; may come again.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")
@click.pass_context
def test(
    ctx: click.Context,
    port: str,
    driver: str,
    seconds: float,
    baud: int,
    form: str,
    said: tuple[str, ...],
    as_json: bool,
) -> None:
    from aliquot.console.cli import line_try
    from aliquot.drivers.lines import plugins

    try:
        one = plugins.driver(driver)
    except plugins.DriverError as problem:
        raise KnownProblem("driver", str(problem), EXIT_USAGE) from None
    options = options_of(plugins.options(one), said)
    settings = line_try.settings_of(form, options)
    trial = line_try.try_line(port, one, settings, baud, form, seconds)
    _tell(port, driver, trial, as_json)
    if trial.state != "up":
        ctx.exit(EXIT_UNAVAILABLE)
    if trial.trouble or trial.claimed is False:
        ctx.exit(EXIT_NO)


def _tell(port: str, driver: str, trial: Trial, as_json: bool) -> None:
    if not as_json:
        click.echo(trial.words(port))
        return
    found: dict[str, object] = {
        "port": port,
        "driver": driver,
        "state": trial.state,
        "message": trial.words(port),
        "seconds": trial.seconds,
        "bytes": trial.bytes,
        "records": trial.records,
        "calls": trial.calls,
        "noise_bytes": trial.noise_bytes,
        "asked": trial.asked,
    }
    if trial.claimed is not None:
        found["claimed"] = trial.claimed
    if trial.trouble:
        found["trouble"] = trial.trouble
    emit(found)


def options_of(
    known: tuple[OptionSpec, ...], said: tuple[str, ...]
) -> dict[str, Option]:
    """The values of ``--option``. Exit 2 for one that the driver does not have."""
    specs = {option.name: option for option in known}
    values: dict[str, Option] = {}
    for part in said:
        name, mark, value = part.partition("=")
        if not mark or name not in specs:
            names = ", ".join(specs) or "none"
            text = f"{part} is no option of this driver; it has: {names}."
            raise KnownProblem("option", text, EXIT_USAGE)
        values[name] = _value(specs[name], value)
    return values


def _value(option: OptionSpec, text: str) -> Option:
    from aliquot.drivers.lines.plugins import OptionKind

    flags = {"true": True, "yes": True, "false": False, "no": False}
    if option.kind is OptionKind.FLAG and text.lower() in flags:
        return flags[text.lower()]
    if option.kind is OptionKind.NUMBER:
        with suppress(ValueError):
            return float(text)
    is_text = option.kind in (OptionKind.TEXT, OptionKind.FILE)
    if is_text or text in option.choices:
        return text
    wanted = ", ".join(option.choices) or option.kind.value
    problem = f"{option.name}={text}: must be {wanted}."
    raise KnownProblem("option", problem, EXIT_USAGE)
