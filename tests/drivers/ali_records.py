"""Records and framings that several tests of the ALI side are made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import xor

from aliquot.drivers.lines.ali import DRIVER, parse_bytes
from aliquot.drivers.lines.api import (
    AliRecord,
    Chunk,
    Frame,
    Framer,
    Framing,
    LineSettings,
    Noise,
    NoiseReason,
)

MS = 1_000_000
Out = list[Frame | Noise]


def record(number: str = "315-778-0000", name: str = "TEST CELL", cof: str = "299"):
    """The lines of one wireless record, each at its full width."""
    lines = [
        f"{number} 03/07 06:56:39  095",
        "",
        f"{name:<28}WPH2",
        "    4178         NYS RTE 193 - N",
        "E SECTOR",
        "ELLISBURG                     NY",
        "",
        "MUNICIPAL",
        "LAT:+043.800000  LON:-076.110000",
        f"ELV:+00000 COF:{cof:<10}COP:090",
        "MTN:315-511-4631       CPF:VZW  ",
        "-911ai.com-            ESN:01315",
        "WIRELESS CALL",
        "VERIFY CALLER'S NUMBER",
        "VERIFY LOCATION",
    ]
    widths = [32] * 6 + [30, 20] + [32] * 7
    return [line.ljust(width) for line, width in zip(lines, widths, strict=True)]


def spill(lines: Sequence[str], end: bytes = b"\r") -> bytes:
    out = b""
    for number, line in enumerate(lines, start=1):
        out += line.encode("latin-1") + (end if number in (7, 8) else b"")
    return out


def in_lines(lines: Sequence[str], end: bytes = b"\r") -> bytes:
    return b"".join(line.encode("latin-1") + end for line in lines)


def block(text: bytes, check: str = "none", head: bytes = b"201") -> bytes:
    body = head + text + b"\x03"
    total = reduce(xor, body)
    tail = {"none": b"", "without": bytes([total]), "with": bytes([total ^ 2])}
    return b"\x02" + body + tail[check]


def feed(framer: Framer, data: bytes, now: int = 0, step: int = 0) -> Out:
    out: Out = []
    step = step or max(len(data), 1)
    for at in range(0, len(data), step):
        out += framer.feed(Chunk(data[at : at + step], now // 1000, now))
    return out


def frames(out: Iterable[Frame | Noise]) -> list[Frame]:
    return [got for got in out if isinstance(got, Frame)]


def reasons(out: Iterable[Frame | Noise]) -> list[NoiseReason]:
    return [got.reason for got in out if isinstance(got, Noise)]


def hear(data: bytes, step: int = 0, **options: object) -> Out:
    framer = DRIVER.framer(LineSettings(**options))  # type: ignore[arg-type]
    return feed(framer, data, step=step) + list(framer.flush())


def decode(frame: Frame, **options: object) -> AliRecord:
    (heard,) = DRIVER.decoder(LineSettings(**options)).decode(frame)  # type: ignore[arg-type]
    assert isinstance(heard, AliRecord), heard
    return heard


SHAPES = {
    "stx": block(spill(record())),
    "stx_check": block(spill(record()), "without"),
    "stx_check_with_stx": block(spill(record()), "with"),
    "stx_lines": block(in_lines(record(), b"\r\n")),
    "cr": in_lines(record()),
    "crlf": in_lines(record(), b"\r\n"),
    "lf": in_lines(record(), b"\n"),
    "spill": spill(record()),
    "spill_crlf": spill(record(), b"\r\n"),
    "spill_position": b"01" + spill(record()),
}


WIRELESS = {
    1: "315-778-0000 03/07 06:56:39  095",
    3: "TEST CELL                   WPH2",
    4: "    4178         NYS RTE 193 - N",
    5: "E SECTOR",
    6: "ELLISBURG                     NY",
    9: "LAT:+043.809389  LON:-076.116285",
    10: "ELV:+00000 COF:299       COP:090",
    11: "MTN:315-511-4631       CPF:VZW  ",
    12: "-911ai.com-            ESN:01315",
    13: "WIRELESS CALL",
    14: "VERIFY CALLER'S NUMBER",
    15: "VERIFY LOCATION",
}
WIRELINE = WIRELESS | {
    3: "XXXXX, X                    RESD",
    4: "      12         N MAIN ST E   ",
    5: "",
    9: "LAT:             LON:           ",
    10: "ELV:       COF:          COP:   ",
    11: "MTN:315-778-0000       CPF:CZNE ",
}


def lines(base: dict[int, str], changes: dict[int, str] | None = None) -> bytes:
    rows = base | (changes or {})
    widths = [32] * 6 + [30, 20] + [32] * 7
    made = [rows.get(n, "").ljust(w) for n, w in enumerate(widths, start=1)]
    return "".join(row + "\r\n" for row in made).encode("latin-1")


def one(data: bytes, **options: object) -> AliRecord:
    (heard,) = parse_bytes(data, LineSettings(**options))  # type: ignore[arg-type]
    assert isinstance(heard, AliRecord), heard
    return heard


def arrived(data: bytes, when: datetime, **options: object) -> AliRecord:
    stamp = round(when.timestamp() * 1e6)
    frame = Frame(data, data, 0, len(data), stamp, 0, Framing.GAP)
    decoder = DRIVER.decoder(LineSettings(**options))  # type: ignore[arg-type]
    (heard,) = decoder.decode(frame)
    assert isinstance(heard, AliRecord)
    return heard
