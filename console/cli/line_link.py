"""`aliquot line link`: the two-way ALI query link. EXPERIMENTAL."""

from __future__ import annotations

import click

_SIMULATE_HELP = """Answer requests on a pseudo-terminal, as an ALI host would.

EXPERIMENTAL: the bytes are those of a table (--link), not of a standard.

The first line on standard output is the path to open. FILE has the records: a
recording (docs/recorded-stream.md) or bare text; - is standard input; without it the
demonstration county's are taken. Each is found by its callback number and its pANI;
any other number gets NO RECORD FOUND. Runs until Ctrl-C.

\b
Examples:
  aliquot line link simulate
  aliquot line link simulate site.rec --nak 0.2 --cut 0.1 --seed 7
  aliquot line link simulate --silent-after 3 --set times.ack_ms=500
"""

_QUERY_HELP = """Ask the host of a query link for one record.

EXPERIMENTAL: the bytes are those of a table (--link), not of a standard. Do not use
it on a link that a controller owns.

PORT is as in `line record`. With --other, two links take turns, and a request that
fails on the one is sent over the other. Ends with 0 when the answer has come, with 1
when there is none, for the reason given. With --json, what is heard, an object a line
as `line replay` prints it, and last

\b
  {"kind": "link", "outcome": "answered"|"no_ack"|"refused"|"no_answer"|"damaged"|
   "link_down", "link": "A"|"B", "tries", "seconds"}

\b
Examples:
  aliquot line link query /dev/ttyS1 --number 3155550100 --position 01 --json
  aliquot line link query /dev/ttyS1 --other /dev/ttyS2 --number 3155550100
"""

_SHOW_HELP = """Print the table of a query link: every byte and time that can be set.

Copy it to a file of the site, change it, and give its path as --link (it ends in
.toml), or as the option `link_file` of the line in the profile. EXPERIMENTAL.

\b
Examples:
  aliquot line link show
  aliquot line link show generic > county.toml
"""

_link_option = click.option(
    "--link",
    "link_name",
    default="generic",
    show_default=True,
    metavar="NAME|FILE",
    help="Table of the link: a bundled one, or a .toml file.",
)
_set_option = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    help="Another value for one setting of the table, as in times.ack_ms=500.",
)
_rate = click.FloatRange(0, 1)
_format = click.Choice(["8N1", "7E1", "7O1"], False)
_format_option = click.option(
    "--format",
    "form",
    type=_format,
    default="8N1",
    show_default=True,
    help="Data bits, parity, stop bits.",
)


@click.group()
def link() -> None:
    """Ask on a two-way ALI query link (experimental)."""


@link.command(help=_SHOW_HELP)
@click.argument("name", default="generic")
def show(name: str) -> None:
    from aliquot.console.cli import line_link_run

    click.echo(line_link_run.table_text(name), nl=False)


@link.command(help=_SIMULATE_HELP)
@click.argument("file", type=click.Path(path_type=str), required=False)
@_link_option
@_set_option
@click.option("--baud", type=click.IntRange(min=0), default=9600, show_default=True)
@_format_option
@click.option("--nak", type=_rate, default=0, help="Share of requests refused.")
@click.option("--lose", type=_rate, default=0, help="Share of requests not heard.")
@click.option("--cut", type=_rate, default=0, help="Share of records sent by half.")
@click.option("--damage", type=_rate, default=0, help="Share with a bit turned over.")
@click.option(
    "--delay",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    metavar="MS",
    help="Between acknowledgement and record.",
)
@click.option(
    "--silent-after",
    type=click.IntRange(min=0),
    metavar="N",
    help="Requests, then nothing more is said.",
)
@click.option(
    "--hang-up-after",
    type=click.IntRange(min=0),
    metavar="N",
    help="Records, then the line drops in the middle of the next.",
)
@click.option("--seed", type=int, default=0, help="Of what is drawn by chance.")
def simulate(
    file: str | None,
    link_name: str,
    changes: tuple[str, ...],
    baud: int,
    form: str,
    nak: float,
    lose: float,
    cut: float,
    damage: float,
    delay: int,
    silent_after: int | None,
    hang_up_after: int | None,
    seed: int,
) -> None:
    from aliquot.console.cli import line_link_run
    from aliquot.drivers.lines.query_host import Faults

    line_link_run.simulate(
        file,
        line_link_run.table(link_name, changes),
        Faults(nak, lose, cut, damage, silent_after, delay),
        baud=baud,
        form=form,
        hang_up_after=hang_up_after,
        seed=seed,
    )


@link.command(help=_QUERY_HELP)
@click.argument("port")
@click.option("--other", metavar="PORT", help="The second link, B.")
@click.option("--number", required=True, metavar="N", help="Ten digits.")
@click.option("--position", default="", metavar="P", help="[default: the table's]")
@_link_option
@_set_option
@click.option("--baud", type=click.IntRange(min=50), default=9600, show_default=True)
@_format_option
@click.option(
    "--json", "as_json", is_flag=True, help="JSON on standard output, an object a line."
)
def query(
    port: str,
    other: str | None,
    number: str,
    position: str,
    link_name: str,
    changes: tuple[str, ...],
    baud: int,
    form: str,
    as_json: bool,
) -> None:
    from aliquot.console.cli import line_link_run

    ports = [port] if other is None else [port, other]
    table = line_link_run.table(link_name, changes)
    line_link_run.query(
        ports, table, number, position, baud=baud, form=form, as_json=as_json
    )
