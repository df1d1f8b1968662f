"""Puts framing round real ALI text, with code of its own.

This file shares nothing with the product: it slices columns by itself, makes the
control characters and block checks by itself, and imports only the standard
library. What it reads straight from the columns is what the product must find.

As a program: ``independent_framing.py FOLDER`` prints the stream it would send.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

STX, ETX, CR, LF = b"\x02", b"\x03", b"\r", b"\n"
KINDS = ("stx_bcc", "stx_plain", "cr_lines", "crlf_lines", "spill")
WIDTHS_32 = (32, 32, 32, 32, 32, 32, 30, 20, 32, 32, 32, 32, 32, 32, 32)
WIDTHS_30W = (31, 28, 31, 25, 20, 31)


@dataclass(frozen=True)
class Sample:
    """Lines of one record as found, and what its columns say."""

    name: str
    lines: tuple[str, ...]
    expected: dict[str, str]
    stream_lines: tuple[int, ...]  # lines with a line end when sent as a spill


@dataclass(frozen=True)
class Sent:
    """Bytes on the line, silence in seconds before them, and what they say."""

    delay: float
    data: bytes
    sample: Sample | None = None
    position: str | None = None


@dataclass
class Line:
    """All that goes over one line."""

    kind: str
    sent: list[Sent] = field(default_factory=list)

    def send(self, sample: Sample, position: str, delay: float = 2.0) -> None:
        data = frame(self.kind, sample, position)
        self.sent.append(Sent(delay, data, sample, position))

    def noise(self, data: bytes, delay: float = 2.0) -> None:
        self.sent.append(Sent(delay, data))


def samples(folder: Path) -> list[Sample]:
    """Families 01 (cut at 32 columns) and 03, whole records only."""
    found = [read_32(path) for path in sorted(folder.glob("reflowed_32col/*.txt"))]
    return found + [read_30w(path) for path in sorted(folder.glob("03_*.txt"))]


def read_lines(path: Path, widths: tuple[int, ...]) -> list[str]:
    rows = path.read_text(encoding="latin-1").split("\n")
    while rows and rows[-1] == "":
        rows.pop()
    padded = [row.ljust(w) for row, w in zip(rows, widths, strict=False)]
    return padded + rows[len(widths) :]


def read_32(path: Path) -> Sample:
    rows = read_lines(path, WIDTHS_32)
    one, three, four = rows[0], rows[2], rows[3]
    expected = {
        "first": one[0:12],
        "date": one[13:18],
        "record_time": one[19:27],
        "trunk": one[29:32],
        "customer_name": three[0:28],
        "class_of_service": three[28:32],
        "house_number": four[0:8],
        "street_words": four[17:32] + rows[4],
        "community": rows[5][0:30],
        "state": rows[5][30:32],
        "unit": rows[6],
        "location_words": rows[7],
        "latitude": rows[8][4:15],
        "longitude": rows[8][21:32],
        "uncertainty_m": rows[9][15:25],
        "confidence_pct": rows[9][29:32],
        "second": rows[10][4:16],
        "company_id": rows[10][27:32],
        "esn": rows[11][27:32],
        "law": rows[12],
        "fire": rows[13],
        "ems": rows[14],
    }
    return Sample(path.stem, tuple(rows), tidy(expected), (7, 8))


def read_30w(path: Path) -> Sample:
    rows = read_lines(path, WIDTHS_30W)
    last = rows[6] if len(rows) > 6 else ""
    expected = {
        "first": rows[0][0:14],
        "class_of_service": rows[0][15:19],
        "date": rows[0][20:25],
        "record_time": rows[0][26:31],
        "customer_name": rows[1],
        "house_number": rows[2][0:10],
        "second": rows[2][19:31],
        "street_words": rows[3] + rows[4],
        "labelled": rows[5][7:20] if rows[5].startswith("CALLBK=") else "",
        "company_id": rows[5][20:26],
        "esn": rows[5][26:31],
        "state": last[0:2],
        "community": last[3:],
    }
    return Sample(path.stem, tuple(rows), tidy(expected), (1, 2, 3, 4, 5, 6, 7))


def tidy(expected: dict[str, str]) -> dict[str, str]:
    return {name: text.strip() for name, text in expected.items() if text.strip()}


def frame(kind: str, sample: Sample, position: str) -> bytes:
    """One record as bytes. ``position`` has two digits, or none."""
    rows = [row.encode("latin-1") for row in sample.lines]
    if kind.startswith("stx"):
        return block(b"2" + position.encode() + spill(sample), kind == "stx_bcc")
    if kind == "cr_lines":
        return position.encode() + b"".join(row + CR for row in rows)
    if kind == "crlf_lines":
        return position.encode() + b"".join(row.rstrip() + CR + LF for row in rows)
    return position.encode() + spill(sample)


def spill(sample: Sample) -> bytes:
    """Lines run together; only some have a carriage return."""
    out = b""
    for number, row in enumerate(sample.lines, start=1):
        out += row.encode("latin-1")
        out += CR if number in sample.stream_lines else b""
    return out


def block(text: bytes, check: bool) -> bytes:
    body = text + ETX
    total = 0
    for value in body:
        total ^= value
    return STX + body + (bytes([total]) if check else b"")


def line(folder: Path, kind: str) -> Line:
    """All samples over one line of a kind, with what else is heard on it."""
    out = Line(kind)
    out.noise(b"H\r", 1.0)
    for number, sample in enumerate(samples(folder), start=1):
        out.send(sample, f"{number % 4 + 1:02d}")
        if number % 4 == 0:
            out.noise(b"H\r")
    return out


def stream(folder: Path) -> list[tuple[float, bytes]]:
    """Seconds of silence and the bytes after it, of all kinds after each other.

    Blocks have block checks. A heartbeat and some bytes of noise are between.
    """
    out: list[tuple[float, bytes]] = [(0.5, b"H\r")]
    kinds = ("stx_bcc", "cr_lines", "crlf_lines", "spill")
    for number, sample in enumerate(samples(folder) * 2):
        kind = kinds[number % len(kinds)]
        out.append((4.0, frame(kind, sample, f"{number % 2 + 1:02d}")))
        if number % 5 == 4:
            out.append((2.0, b"\x15\x15?\xff"))
    return out


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    for delay, data in stream(Path(arguments[0])):
        print(f"{delay:6.3f} {data!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
