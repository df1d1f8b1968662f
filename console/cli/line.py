"""`aliquot line`: read, play and record lines."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import click

from aliquot.console.cli.line_check import check
from aliquot.console.cli.line_drivers import drivers, test
from aliquot.console.cli.line_learn import learn
from aliquot.console.cli.line_link import link
from aliquot.console.cli.line_report import report
from aliquot.console.cli.line_set import set_
from aliquot.console.cli.output import say
from aliquot.console.cli.pipes import quiet_pipe

_REPLAY_HELP = """Say what is in a recording: ALI records, calls, noise.

FILE is a recording (docs/recorded-stream.md), as `aliquot line record` and the
console's spool make them; - is standard input. What is a record and what is not is
decided by the recorded times, so the output is the same at any speed.

With --json, one object a line:

\b
  {"kind": "ali", "at", "layout", "fields", "spans", "warnings", "raw"}
  {"kind": "call", …}   fields also has "event" (offered, answered,
                        abandoned, ended) and "call_key"
  {"kind": "noise", "at", "reason", "fields": {}, "spans": {}, "warnings": [],
   "raw"}

"at" is the recorded time of the last byte. "raw" is base64; "spans" gives for each
field where its text stands in raw, [start, end]. A field that is not known is not
there. Damaged lines of FILE are said on standard error; the rest is read.

\b
Examples:
  aliquot line replay site.rec
  aliquot line replay site.rec --speed max
  aliquot line replay site.rec --layout ali_32x15 --json | jq .fields.callback_number
  ssh site cat /var/spool/line.rec | aliquot line replay - --json
"""

_PARSE_HELP = """Say what is in a file of bare bytes, without framing or times.

FILE holds text as a printer or another program got it; - is standard input. A form
feed, or the first line of a new record, parts records; else one file is one record.
Prints at least one object, the same as `line replay` does, without "at". Bytes that
no layout recognises are printed as noise; that is no error.

\b
Examples:
  aliquot line parse sample.txt
  xclip -o | aliquot line parse - --json
  aliquot line parse capture.txt --driver asterisk --json
"""

_SIMULATE_HELP = """Play a recording into a pseudo-terminal, as a line would bring it.

The first line on standard output is the path to open. Nothing is sent until
somebody has opened it. Bytes take ten bits each at --baud; the recorded distances
between chunks are divided by --speed. A reader that is stopped and started again
loses nothing: what it has not read waits. Ends with 0 when all has been read.

\b
Examples:
  aliquot line simulate site.rec
  aliquot line simulate site.rec --speed 4 --loop
  aliquot line simulate site.rec --baud 1200 --format 7E1 --wait 30
"""

_RECORD_HELP = """Record what comes from a port, every byte with its time.

PORT is a device (/dev/ttyUSB0), any URL of pyserial (socket://host:port,
rfc2217://host:port), or tcp://host:port. It is opened for this program alone. Ctrl-C
closes the recording cleanly and ends with 0; so does the end of --seconds. An
existing FILE is gone on with --append only. Nothing is sent to the port.

\b
Examples:
  aliquot line record /dev/ttyUSB0 site.rec --baud 9600 --format 8N1
  aliquot line record socket://10.0.0.7:4001 site.rec --append
  aliquot line record tcp://pbx:5038 calls.rec --driver asterisk --seconds 600
"""


def _speed(text: str) -> float:
    """A number above 0, or ``max``."""
    from aliquot.drivers.lines.pacing import parse_speed

    try:
        return parse_speed(text)
    except ValueError:
        raise click.BadParameter(f"{text}: must be a number above 0, or max") from None


FORMAT = click.Choice(
    ["8N1", "7E1", "7O1", "7M1", "8E1", "8O1", "8N2", "7N1", "7N2"], False
)
layout_option = click.option(
    "--layout",
    default="auto",
    show_default=True,
    metavar="NAME|auto",
    help="Take records of this layout only; auto recognises all. A "
    "layout file (.toml) will do, too.",
)
driver_option = click.option(
    "--driver",
    metavar="NAME",
    help="Line driver (ali, asterisk, …) instead of what FILE says or looks like.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="JSON on standard output, an object a line."
)


@click.group()
def line() -> None:
    """Read, play and record lines.

    A line is where calls come from: the ALI port of a 9-1-1 controller, or the
    event stream of a telephone system.
    """


@line.command(help=_REPLAY_HELP)
@click.argument("file", type=click.Path(path_type=str))
@layout_option
@click.option(
    "--speed",
    type=_speed,
    metavar="N|max",
    help="Divides the recorded distances; max does not wait.  "
    "[default: max with --json, else 1]",
)
@driver_option
@json_option
def replay(
    file: str, layout: str, speed: float | None, driver: str | None, as_json: bool
) -> None:
    from aliquot.console.cli import line_hear

    if speed is None:
        speed = math.inf if as_json else 1.0
    show = line_hear.show_json(True) if as_json else line_hear.show_text(True)
    with quiet_pipe():
        choice = line_hear.Choice(layout, driver)
        line_hear.replay(file, choice, show, _pacer(speed))


@line.command(help=_PARSE_HELP)
@click.argument("file", type=click.Path(path_type=str))
@layout_option
@driver_option
@json_option
def parse(file: str, layout: str, driver: str | None, as_json: bool) -> None:
    from aliquot.console.cli import line_hear

    show = line_hear.show_json(False) if as_json else line_hear.show_text(False)
    with quiet_pipe():
        line_hear.parse(file, line_hear.Choice(layout, driver), show)


@line.command(help=_SIMULATE_HELP)
@click.argument("file", type=click.Path(path_type=str))
@click.option(
    "--speed",
    type=_speed,
    metavar="N|max",
    default="1",
    help="Divides the recorded distances between chunks.  [default: 1]",
)
@click.option(
    "--baud",
    type=click.IntRange(min=0),
    metavar="B",
    help="Bits a second; 0 sends as fast as it is read.  "
    "[default: as recorded, else 9600]",
)
@click.option(
    "--format",
    "form",
    type=FORMAT,
    help="7E1, 7O1, 7M1 put parity into the eighth bit.  [default: as recorded, else 8N1]",
)
@click.option("--loop", is_flag=True, help="Begin again at the end, until stopped.")
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(min=0),
    metavar="S",
    help="Give up with exit 4 when nobody opens the path in this many "
    "seconds; 0 sends at once.  [default: wait for ever]",
)
def simulate(
    file: str,
    speed: float,
    baud: int | None,
    form: str | None,
    loop: bool,
    wait_s: float | None,
) -> None:
    from aliquot.console.cli import line_ports

    with quiet_pipe():
        line_ports.run_simulation(
            file,
            speed=speed,
            baud=baud,
            format=form,
            loop=loop,
            wait_s=wait_s,
            announce=_announce,
        )


@line.command(help=_RECORD_HELP)
@click.argument("port")
@click.argument("file", type=click.Path(path_type=Path))
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
    type=FORMAT,
    default="8N1",
    show_default=True,
    help="Data bits, parity, stop bits of a serial port.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    metavar="N",
    help="Stop after this time.  [default: until Ctrl-C]",
)
@click.option("--append", is_flag=True, help="Go on with FILE if it exists.")
@click.option(
    "--driver",
    metavar="NAME",
    help="Line driver to name in the header: what the bytes are for.",
)
def record(
    port: str,
    file: Path,
    baud: int,
    form: str,
    seconds: float | None,
    append: bool,
    driver: str | None,
) -> None:
    from aliquot.console.cli import line_ports

    count = line_ports.run_recording(
        port,
        file,
        baud=baud,
        format=form,
        seconds=seconds,
        append=append,
        driver=driver,
    )
    say(f"{count} bytes recorded in {file}.")


line.add_command(check)
line.add_command(learn)
line.add_command(report)
line.add_command(link)


def _announce(path: str) -> None:
    print(path, flush=True)


def _pacer(speed: float) -> Callable[[int], object]:
    """Waits until a monotonic time of the recording, in ns from its beginning."""
    if math.isinf(speed):
        return lambda mono_ns: None
    from aliquot.drivers.lines.pacing import Pace

    pace = Pace(_sleep)
    return lambda mono_ns: pace.until(mono_ns / 1e9 / speed)


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


line.add_command(drivers)
line.add_command(test)
line.add_command(set_)
