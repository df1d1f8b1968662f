"""`line report`: what a line sends, and what it never sent, to hand to the county."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from aliquot.console.cli.line_check import loaded, usable
from aliquot.console.cli.output import say
from aliquot.console.cli.pipes import quiet_pipe
from aliquot.console.problems import EXIT_USAGE, KnownProblem, in_words

_HELP = """Write a conformance report of a recording.

RECORDING may be -, standard input. Says what the line sent: records by framing,
layout and class of service, how often each field was there and what it looks like,
warnings and noise with their meaning and where each came first, times between
records, the layout with the SHA-256 of its file; and what was never seen, so that a
test call can be asked for it.

Numbers, names and places of callers are masked unless --unmasked. The page needs no
network and no script, and prints.

\b
Examples:
  aliquot line report site.rec --html site.html
  aliquot line report site.rec --layout county.toml --html site.html --json
"""


@click.command("report", help=_HELP)
@click.argument("recording", type=click.Path(path_type=str))
@click.option(
    "--layout",
    default="auto",
    show_default=True,
    metavar="NAME|FILE|auto",
    help="Take records of this layout only: a name, or a layout file.",
)
@click.option("--driver", metavar="NAME", help="Line driver, instead of the header's.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the page here; an existing file is replaced.",
)
@click.option("--unmasked", is_flag=True, help="Show numbers, names and places.")
@click.option("--json", "as_json", is_flag=True, help="One object on standard output.")
def report(
    recording: str,
    layout: str,
    driver: str | None,
    html: Path | None,
    unmasked: bool,
    as_json: bool,
) -> None:
    from aliquot.console.lab.analysis import decode
    from aliquot.console.lab.report import make, to_json
    from aliquot.console.lab.report_html import to_html

    if html is None and not as_json:
        text = "Nothing to write: give --html FILE, or --json, or both."
        raise KnownProblem("usage", text, EXIT_USAGE)
    with usable():
        data, bench = loaded(recording, layout, driver)
        own = Path(layout).read_text(encoding="utf-8") if bench.own else None
    found = make(data, bench, decode(data, bench), own, masked=not unmasked)
    if html is not None:
        _write(html, to_html(found))
        say(
            f"{found.records} records, {found.signals} call signals: {html} is written."
        )
    if as_json:
        with quiet_pipe():
            sys.stdout.write(to_json(found) + "\n")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as why:
        said = f"{path} cannot be written: {in_words(why)}."
        raise KnownProblem("unwritable", said, EXIT_USAGE) from None
