"""Pieces of a stream as a recording: the file that a simulator or a replay plays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from aliquot.console.demo.stream import Piece
from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.recording import Header, RecordingWriter

_DRIVERS = {"ali": "ali", "cti": "asterisk"}


def write_recording(
    path: Path, pieces: Iterable[Piece], line: str, base: datetime
) -> None:
    """Write the pieces of one line (``ali`` or ``cti``) anew.

    ``base`` (aware) is the time of second 0. An existing file is replaced.
    """
    start = round((base - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1e6)
    path.unlink(missing_ok=True)
    with RecordingWriter(path, _header(line)) as writer:
        for piece in pieces:
            if piece.line == line:
                stamp = start + round(piece.seconds * 1e6)
                writer.append(Direction.RECEIVED, stamp, piece.data)


def _header(line: str) -> Header:
    serial = line == "ali"
    return Header(
        line=line,
        driver=_DRIVERS[line],
        baud=9600 if serial else None,
        format="8N1" if serial else None,
    )
