"""`aliquot feed`: the other end of a delivery, to try the sender against."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aliquot.console.cli.output import emit, say
from aliquot.console.problems import EXIT_UNAVAILABLE, EXIT_USAGE, KnownProblem
from aliquot.console.workers.signals import asked_to_stop

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from aliquot.drivers.peers.receiver import Receiver, Settings


@click.group()
def feed() -> None:
    """Deliveries to partners."""


@feed.command()
@click.argument("port", type=click.IntRange(0, 65535))
@click.option(
    "--dir",
    "folder",
    metavar="D",
    type=click.Path(path_type=Path),
    help="Keep bodies here. Else in a folder that goes with the program.",
)
@click.option(
    "--fail",
    "rate",
    metavar="RATE",
    type=click.FloatRange(0, 1),
    default=0.0,
    help="Share of deliveries that meet a fault, 0 to 1.",
)
@click.option("--seed", type=int, help="Draw the same faults again.")
@click.option(
    "--max-delay",
    metavar="S",
    type=click.FloatRange(0, 3600),
    default=2.0,
    show_default=True,
    help="Longest delay among the faults, seconds.",
)
@click.option(
    "--key",
    metavar="PUBKEY",
    help="Want signatures by this key: whpk_…, 64 hex digits, or a file of either.",
)
@click.option("--verbose", is_flag=True, help="A line for each request on stderr.")
@click.option("--json", "as_json", is_flag=True, help="Port and folder as JSON.")
def receive(
    port: int,
    folder: Path | None,
    rate: float,
    seed: int | None,
    max_delay: float,
    key: str | None,
    verbose: bool,
    as_json: bool,
) -> None:
    """Receive deliveries on 127.0.0.1, until interrupted.

    The first line of standard output is the port; PORT 0 takes a free one. Bodies
    are kept exactly as they come, each key once. GET /items lists them. SIGINT and
    SIGTERM end it with exit 0. It uses no profile.

    \b
    Examples:
      aliquot feed receive 8080 --dir received
      aliquot feed receive 0 --fail 0.2 --seed 1 --json
    """
    from aliquot.drivers.peers.receiver import Settings
    from aliquot.drivers.peers.receiver_faults import Faults

    public = _public_key(key) if key else None
    with _folder(folder) as kept_in:
        settings = Settings(
            folder=kept_in,
            port=port,
            faults=Faults(rate, seed, max_delay),
            key=public,
            report=say if verbose else _nothing,
        )
        receiver = _open(settings)
        with asked_to_stop(receiver.stop):
            _announce(receiver, kept_in, as_json)
            receiver.serve()


def _nothing(text: str) -> None:
    """Not verbose."""


def _announce(receiver: Receiver, folder: Path, as_json: bool) -> None:
    for note in receiver.store.damaged:
        say(f"Passed over, for its body is damaged or gone: {note}")
    url = f"http://127.0.0.1:{receiver.port}/items"
    if as_json:
        emit({"port": receiver.port, "url": url, "dir": str(folder.absolute())})
        return
    click.echo(receiver.port)
    say(f"Receiving at {url}, keeping in {folder}. Ctrl+C ends it.")


def _open(settings: Settings) -> Receiver:
    from aliquot.drivers.peers.receiver import Receiver
    from aliquot.drivers.peers.receiver_store import StoreError

    try:
        return Receiver(settings)
    except StoreError as problem:
        raise KnownProblem("folder", str(problem), EXIT_USAGE) from None
    except OSError as problem:
        text = f"Cannot listen on port {settings.port}: {problem.strerror}."
        raise KnownProblem("port", text, EXIT_UNAVAILABLE) from None


def _public_key(text: str) -> Ed25519PublicKey:
    from aliquot.drivers.peers.receiver_signature import public_key

    try:
        path = Path(text)
        return public_key(path.read_text("ascii") if path.is_file() else text)
    except (OSError, ValueError) as problem:
        raise KnownProblem("key", f"--key {text}: {problem}.", EXIT_USAGE) from None


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="aliquot-feed-") as name:
        yield Path(name)
