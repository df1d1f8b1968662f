"""What commands print: one JSON object a line on stdout, words on stderr."""

from __future__ import annotations

import base64
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import msgspec

from aliquot.console.cli.pipes import unheard

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ENCODER = msgspec.json.Encoder()


def emit(obj: Any) -> None:
    """Prints ``obj`` as one line of JSON in UTF-8 and flushes it."""
    out = sys.stdout
    line = _ENCODER.encode(obj)
    buffer = getattr(out, "buffer", None)
    if buffer is None:  # a test's own stdout
        out.write(line.decode() + "\n")
    else:
        out.flush()
        buffer.write(line + b"\n")
    out.flush()


def iso(utc_us: int) -> str:
    """UTC in µs since 1970 as ISO 8601 with six decimals and ``Z``."""
    moment = _EPOCH + timedelta(microseconds=utc_us)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def base64_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def say(text: str) -> None:
    """A message for a person: standard error, so that stdout stays what it is. Where
    nobody reads it any more, what is said of goes on all the same."""
    try:
        click.echo(text, err=True)
    except OSError:
        unheard()
