"""`aliquot eido`: incidents to and from other agencies, as EIDO documents."""

from __future__ import annotations

import json
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aliquot.console.cli.answers import done_or_raise
from aliquot.console.cli.output import emit, say
from aliquot.console.clock import SystemClock
from aliquot.console.problems import (
    EXIT_NO,
    EXIT_UNAVAILABLE,
    EXIT_USAGE,
    KnownProblem,
    in_words,
)
from aliquot.console.profile import Profile

if TYPE_CHECKING:
    from aliquot.drivers.ng911.eido_read import Eido
    from aliquot.drivers.ng911.sta024_desk import HandedOver

json_option = click.option(
    "--json", "as_json", is_flag=True, help="JSON on standard output, an object a line."
)


@click.group()
def eido() -> None:
    """Incidents to and from other agencies (EIDO, NENA-STA-021).

    A hand-over is no release: it holds all of an incident, for one agency, and it is
    the act of a person. Nothing here sends anything by itself.
    """


@eido.command()
@click.argument("incident_id", metavar="INCIDENT_ID")
@click.option("--to", required=True, metavar="NAME", help="Who gets it.")
@click.option("--as", "name", required=True, metavar="NAME", help="Who hands over.")
@click.option(
    "--password-file",
    required=True,
    metavar="F",
    help="File whose first line is the password; - is standard input.",
)
@click.option("--agency", metavar="ID", help="Our own id. Else that of eido.toml.")
@click.option(
    "--folder", metavar="DIR", help="Write the document there, for its owner alone."
)
@click.option("--send", is_flag=True, help="Give it to the receiver NAME of eido.toml.")
@json_option
@click.pass_context
def export(
    ctx: click.Context,
    incident_id: str,
    to: str,
    name: str,
    password_file: str,
    agency: str | None,
    folder: str | None,
    send: bool,
    as_json: bool,
) -> None:
    """Hand an incident over: its EIDO on standard output, and an entry in the log.

    The log keeps who did, to whom, and the SHA-256 of the document (without the line
    end that is printed after it). A subscriber called NAME of `eido serve` gets it,
    too. With --json the document is one line, exactly the bytes that were logged.

    With --folder or --send it is delivered as well, and the log says so; then one
    object is printed: {"handover_id", "incident_id", "to", "sha256", "how":
    "file"|"post", "where"}. Exit 4: it is logged, and the receiver does not have it.
    A partner of releases is no receiver: exit 1.

    \b
    Examples:
      aliquot eido export 3f2a… --to "Next County" --as Ann --password-file ann.txt
      aliquot eido export 3f2a… --to "Next County" --send --as Ann --password-file F
      aliquot eido export 3f2a… --to "State" --folder ~/out --as Ann --password-file F
    """
    from aliquot.console.cli.people import read_password
    from aliquot.console.domain.handover import HandOverAs
    from aliquot.console.eido.settings import read_settings
    from aliquot.console.remote import carry_out

    profile = Profile.open(ctx.obj["profile"])
    password = read_password(password_file)
    agency = agency or read_settings(profile.folder).agency
    if not agency:
        text = 'Say who we are: --agency, or agency = "…" in eido.toml of the profile.'
        raise KnownProblem("no_agency", text, EXIT_USAGE)
    command = HandOverAs(
        incident_id=incident_id,
        to=to,
        agency=agency,
        name=name,
        password=password,
        folder=str(Path(folder).expanduser().absolute()) if folder else "",
        send=send,
    )
    result = done_or_raise(carry_out(profile, SystemClock(), command))
    if folder or send:
        _say_delivered(result, as_json)
        return
    text = str(result["eido"])
    click.echo(text if as_json else json.dumps(json.loads(text), indent=2))
    say(f"Handed over to {result['to']}, sha256 {result['sha256']}.")


def _say_delivered(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        emit({key: value for key, value in result.items() if key != "eido"})
    else:
        click.echo(result["where"])
    say(f"Handed over to {result['to']}, sha256 {result['sha256']}.")


@eido.command("import")
@click.argument("file", metavar="FILE|-")
@click.option("--dry-run", is_flag=True, help="Say what would be taken, open nothing.")
@json_option
@click.pass_context
def import_(ctx: click.Context, file: str, dry_run: bool, as_json: bool) -> None:
    """Open an incident of each EIDO in a file: a document, an array, or a message.

    Prints {"incident_id", "number", "eido", "fields", "warnings", "problems"} for
    each; with --dry-run without the first two. The same document again opens
    nothing. What the schema asks for and is missing is said; the rest is taken.

    \b
    Examples:
      aliquot eido import transfer.json
      aliquot eido import - --dry-run --json < transfer.json
    """
    from aliquot.console.eido.export import to_bytes
    from aliquot.console.eido.taking import opening
    from aliquot.console.remote import carry_out

    profile = Profile.open(ctx.obj["profile"])
    for document, one in _read(file):
        command = opening(one, to_bytes(document))
        said: dict[str, Any] = {}
        if not dry_run:
            result = done_or_raise(carry_out(profile, SystemClock(), command))
            said = {key: result[key] for key in ("incident_id", "number")}
        said |= {
            "eido": one.identity,
            "fields": command.fields,
            "warnings": sorted(one.draft.warnings),
            "problems": one.problems,
        }
        if as_json:
            emit(said)
        else:
            _in_words(said)


def _in_words(said: dict[str, Any]) -> None:
    number = said.get("number")
    click.echo(f"incident {number}" if number else "not opened")
    for name, value in said["fields"].items():
        click.echo(f"    {name:<22} {value}")
    for problem in said["problems"]:
        say(f"    {problem}")


@eido.command()
@click.argument("file", metavar="FILE|-")
@json_option
def validate(file: str, as_json: bool) -> int:
    """Check EIDOs: what must be there, references, locations. Exit 1 for a fault.

    Prints {"eido", "ok", "problems"} for each. It checks what a reader needs; for
    all of it take NENA's published schema and any validator.

    \b
    Example:
      aliquot eido validate transfer.json --json
    """
    from aliquot.console.eido.checking import FAULTS

    faults = 0
    for _, one in _read(file):
        problems = [*one.problems, *sorted(one.draft.warnings & FAULTS)]
        faults += bool(problems)
        if as_json:
            emit({"eido": one.identity, "ok": not problems, "problems": problems})
        else:
            click.echo(f"{one.identity}\t{'; '.join(problems) or 'ok'}")
    return EXIT_NO if faults else 0


def _read(file: str) -> Iterator[tuple[dict[str, Any], Eido]]:
    """Documents with what was read of each. Exit 2 for no file, 1 for no EIDO."""
    from aliquot.drivers.ng911.documents import load_json
    from aliquot.drivers.ng911.eido_parts import eidos_in
    from aliquot.drivers.ng911.eido_read import read_eidos
    from aliquot.drivers.ng911.ground import Ground

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as why:
        text = f"Cannot read {file}: {in_words(why)}."
        raise KnownProblem("unreadable", text, EXIT_USAGE) from None
    documents = [dict(one) for one in eidos_in(load_json(data))]
    if not documents:
        raise KnownProblem("no_eido", f"There is no EIDO in {file}.", EXIT_NO)
    for document in documents:
        for one in read_eidos(document, Ground()):
            yield document, one


@eido.command()
@click.argument("port", type=click.IntRange(0, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS")
@click.option("--cert", metavar="F", help="Certificate chain (PEM): wss:// not ws://.")
@click.option("--key", metavar="F", help="Its private key (PEM).")
@click.option(
    "--hours",
    type=click.FloatRange(min=0),
    default=24.0,
    show_default=True,
    help="What was handed over longer ago is not conveyed.",
)
@json_option
@click.pass_context
def serve(
    ctx: click.Context,
    port: int,
    host: str,
    cert: str | None,
    key: str | None,
    hours: float,
    as_json: bool,
) -> None:
    """Convey what persons handed over, over WebSocket (NENA-STA-024).

    Subscribers stand in eido.toml of the profile, each with a name and a secret
    file; whoever has not proved both gets nothing. A subscriber gets the documents
    that `eido export --to` his name handed over, and no other. The first line of
    standard output is the port; PORT 0 takes a free one. Runs until it is
    interrupted, beside a console or alone. Another address than this machine's own
    needs --cert and --key.

    \b
    Example:
      aliquot eido serve 8443 --host 0.0.0.0 --cert psap.pem --key psap.key
    """
    from aliquot.console.eido.settings import FILE_NAME, read_settings, secrets_of
    from aliquot.console.workers.signals import asked_to_stop
    from aliquot.drivers.ng911.sta024_server import ConveyanceServer

    profile = Profile.open(ctx.obj["profile"])
    secrets = secrets_of(read_settings(profile.folder), profile.folder)
    if not secrets:
        text = f"There is no subscriber in {profile.folder / FILE_NAME}."
        raise KnownProblem("no_subscriber", text, EXIT_USAGE)
    tls = _tls(host, cert, key)
    with _handed_over(profile, hours) as fetch:
        try:
            server = ConveyanceServer((host, port), secrets, fetch, report=say, tls=tls)
        except OSError as why:
            text = f"Cannot listen on {host}:{port}: {in_words(why)}."
            raise KnownProblem("port", text, EXIT_UNAVAILABLE) from None
        with asked_to_stop(server.stop):
            scheme = "ws" if tls is None else "wss"
            url = f"{scheme}://{host}:{server.port}/"
            if as_json:
                emit({"port": server.port, "url": url})
            else:
                click.echo(server.port)
            server.serve()


def _tls(host: str, cert: str | None, key: str | None) -> ssl.SSLContext | None:
    if cert is None:
        if host not in ("127.0.0.1", "::1", "localhost"):
            text = f"{host} is not this machine alone: give --cert and --key."
            raise KnownProblem("no_tls", text, EXIT_USAGE)
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key)
    except OSError as why:
        text = f"Certificate and key cannot be used: {why}."
        raise KnownProblem("bad_cert", text, EXIT_USAGE) from None
    return context


@contextmanager
def _handed_over(profile: Profile, hours: float) -> Iterator[Any]:
    """What the server fetches with. The log may begin to exist later."""
    from aliquot.console.store.handovers import HandOvers
    from aliquot.drivers.ng911.sta024_desk import HandedOver

    reader: list[HandOvers] = []
    clock = SystemClock()
    read_to = 0

    def fetch(after: int) -> list[HandedOver]:
        nonlocal read_to
        if not reader:
            if not profile.log_path.exists():
                return []
            reader.append(HandOvers(profile.log_path))
        oldest_us = clock.now().utc_us - round(hours * 3600e6)
        found = reader[0].after(max(after, read_to))
        read_to = max((n for n, _ in found), default=read_to)
        return [
            HandedOver(n, event.to, event.handover_id, event.eido)
            for n, event in found
            if event.at_us >= oldest_us
        ]

    try:
        yield fetch
    finally:
        for one in reader:
            one.close()
