"""Records of every shape for the damage trials, with what may stand in each byte.

The masks are written from the description of the formats, not from the product's
layout files. Letters of a mask: ``L`` only this byte, ``D`` a digit, ``N`` a digit,
sign, point or blank, ``P`` any but a letter, as telephone numbers are parted, ``A`` any
printable character, ``~`` the same in a last line of any length, ``*`` any text that
could stand in a record without columns.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass, replace
from functools import reduce
from operator import xor

PRINTABLE = frozenset(range(0x20, 0x7F))
DIGITS = frozenset(b"0123456789")
ALLOWED = {
    "D": DIGITS,
    "N": frozenset(b"0123456789+-. "),
    "P": PRINTABLE - frozenset(string.ascii_letters.encode()),
    "A": PRINTABLE,
    "~": PRINTABLE,
    "*": frozenset(range(0x80)),
}
STX, ETX = b"\x02", b"\x03"
HEAD = b"201"
CONTROLS = bytes(range(0x20)) + b"\x7f"


@dataclass(frozen=True)
class Text:
    """The bare text of a record.

    ``fixed``: each byte has its column; ``lines``: each line has its own end, else all
    run together; ``required``: so many lines, or bytes of a run, must be there.
    """

    layout: str
    data: bytes
    mask: str
    fixed: bool = True
    lines: bool = True
    required: int = 0
    extra: int = 0  # a line more that may follow


def rows(
    layout: str, parts: list[tuple[str, str]], end: str = "\r", required: int = 0
) -> Text:
    """Lines that all end in ``end``."""
    data = "".join(text + end for text, _ in parts)
    mask = "".join(kinds + "L" * len(end) for _, kinds in parts)
    return Text(layout, data.encode(), mask, required=required or len(parts))


def plain(width: int, text: str = "") -> tuple[str, str]:
    return text.ljust(width), "A" * width


def joined(*cells: tuple[str, str]) -> tuple[str, str]:
    """Cells beside each other; a mask of one letter is for the whole cell."""
    text = "".join(cell for cell, _ in cells)
    mask = "".join(k * len(cell) if len(k) == 1 else k for cell, k in cells)
    return text, mask


def ali_32x15(n: int, end: str = "\r", stream: bool = False) -> Text:
    """As lines, or as a stream, where only lines 7 and 8 have an end."""
    number = (f"315-778-{n % 10000:04d}", "DDDLDDDLDDDD")
    parts = [
        joined(
            number,
            (" ", "A"),
            ("03/07", "DDLDD"),
            (" ", "A"),
            ("06:56:39", "DDLDDLDD"),
            ("  095", "A"),
        ),
        plain(32),
        plain(32, f"{f'CALLER {n:05d}':<28}WPH2"),
        plain(32, f"{n % 9000 + 100:8d}         NYS RTE 193 - N"),
        plain(32, "E SECTOR"),
        plain(32, "ELLISBURG                     NY"),
        plain(30),
        plain(20, "MUNICIPAL"),
        joined(
            ("LAT:", "L"),
            ("+043.800000", "N"),
            ("  ", "A"),
            ("LON:", "L"),
            ("-076.110000", "N"),
        ),
        joined(
            ("ELV:", "L"),
            ("+00000", "N"),
            (" ", "A"),
            ("COF:", "L"),
            ("299       ", "N"),
            ("COP:", "L"),
            ("090", "N"),
        ),
        joined(
            ("MTN:", "L"),
            ("315-511-4631", "P"),
            ("       ", "A"),
            ("CPF:", "L"),
            ("VZW  ", "A"),
        ),
        joined(("-911ai.com-", "L"), (" " * 12, "A"), ("ESN:", "L"), ("01315", "N")),
        plain(32, "WIRELESS CALL"),
        plain(32, "VERIFY CALLER'S NUMBER"),
        plain(32, "VERIFY LOCATION"),
    ]
    if not stream:
        return replace(rows("ali_32x15", parts, end, required=12), extra=1)
    ends = [end if number in (6, 7) else "" for number in range(len(parts))]
    data = "".join(text + tail for (text, _), tail in zip(parts, ends, strict=True))
    mask = "".join(
        kinds + "L" * len(tail) for (_, kinds), tail in zip(parts, ends, strict=True)
    )
    return Text("ali_32x15", data.encode(), mask, lines=False, required=370)


def ali_30w(n: int, end: str = "\r") -> Text:
    number = (f"(509) 511-{n % 10000:04d}", "LDDDLADDDLDDDD")
    parts = [
        joined(
            number,
            (" ", "A"),
            ("WPH1", "A"),
            (" ", "A"),
            ("01/13", "DDLDD"),
            (" ", "A"),
            ("13:19", "DDLDD"),
        ),
        plain(28, f"CALLER {n:05d}"),
        joined(
            (f"{n % 900 + 100:10d}U      ", "A"),
            ("P#", "A"),
            ("509-511-7516", "P"),
        ),
        plain(25, "E  MAIN ST"),
        plain(20, " N Sector"),
        joined(("CALLBK=", "A"), ("(509)560-0000", "P"), ("ATTMO 02948", "A")),
        ("WA TONASKET", "~" * 11),
    ]
    return rows("ali_30w", parts, end, required=6)


def ali_ky455(n: int) -> Text:
    """One run without a line end; the head is its own."""
    cells = (
        (" ", "A"),
        ("01-         ", "DDLLLLLLLLLL"),
        ("ESN=", "L"),
        (f"{n % 900 + 100}".ljust(15), "A"),
        (f"(606) 510-{n % 10000:04d}", "LDDDLLDDDLDDDD"),
        (" ", "L"),
        ("11:30", "DDLDD"),
        (" ", "L"),
        ("09/18/2016", "DDLDDLDDDD"),
        (" ", "A"),
        ("910".ljust(16), "A"),
        ("KY HWY 39 - SE".ljust(27), "A"),
        (" " * 8, "A"),
        ("UNIT=".ljust(24), "LLLLL" + "A" * 19),
        ("CRAB ORCHARD".ljust(23), "A"),
        ("079  KY ", "A"),
        ("(859) 556-0000", "P"),
        (" WRLS      ", "A"),
        (f"CALLER {n:05d}".ljust(32), "A"),
        ("ALT#=   -   -       ", "LLLLL" + "A" * 15),
        ("TELCO=VZW   ", "LLLLLL" + "A" * 6),
        ("X=-084.510000     ", "LL" + "N" * 16),
        ("CNF=90.00     ", "LLLL" + "N" * 10),
        ("Y=+037.470000     ", "LL" + "N" * 16),
        ("UNC=299       ", "LLLL" + "N" * 10),
        ("Z=".ljust(32), "LL" + "A" * 30),
        ("VERIFY LOCATION".ljust(32), "A"),
        ("VERIFY CALLBK#".ljust(32), "A"),
        (" " * 33, "A"),
    )
    text, mask = joined(*cells)
    return Text("ali_ky455", text.encode(), mask, lines=False, required=330)


def labelled(layout: str, text: str) -> Text:
    return Text(layout, text.encode(), "*" * len(text), fixed=False)


def callback_latlon(n: int) -> Text:
    number = f"(817)555-{n % 10000:04d}"
    text = f"CALLBACK={number} LAT=+32.450000 LON=-097.760000 UNC=95\r\n"
    return labelled("ali_callback_latlon", text)


def adsi(n: int) -> Text:
    text = (
        f">E9< ADDR = {n % 900 + 1} DIXIE ST   SECTOR SW\r\n"
        f">E9< LOC = P#225 555-{n % 10000:04d} PTYPE = WPH2,ATTM\r\n"
        ">E9< NAME = AT&T MOBILITY\r\n"
        ">LL< Lat=+30.500000 Long=-090.950000\r\n"
    )
    return labelled("ali_adsi", text)


def cof_cop(n: int) -> Text:
    text = f"LAT:+038.{n % 1000000:06d} LON:-081.610000 COF:299 COP:090\r\n"
    return labelled("ali_cof_cop", text)


def cnf_unc(n: int) -> Text:
    return labelled("ali_cnf_unc", f"CNF=90  UNC={n % 3000 + 20}\r\n")


# --- what is put round them ----------------------------------------------------------


@dataclass(frozen=True)
class Wire:
    """One framed record: the bytes on the line, and what they are made of."""

    text: Text
    data: bytes
    marks: bool = False
    check: bool = False
    parity: bool = False

    @property
    def layout(self) -> str:
        return self.text.layout


def framed(text: Text, check: bool = False, parity: bool = False) -> Wire:
    """Between STX and ETX, behind a type digit and a position."""
    body = HEAD + text.data + ETX
    data = STX + body + (bytes((reduce(xor, body),)) if check else b"")
    return Wire(text, even(data) if parity else data, True, check, parity)


def bare(text: Text) -> Wire:
    return Wire(text, text.data)


def even(data: bytes) -> bytes:
    return bytes(b | (b.bit_count() % 2) << 7 for b in data)


# --- what shows damage ----------------------------------------------------------------


def can_tell(wire: Wire, raw: bytes) -> bool:
    """Whether length, block check, parity or what may stand in a column shows that
    ``raw`` is not what such a line sends. Shares nothing with the product."""
    seen = raw
    if wire.parity:
        if any(byte.bit_count() % 2 for byte in raw):
            return True
        seen = bytes(byte & 0x7F for byte in raw)
    if wire.marks:
        at = seen.find(ETX)
        covered, rest = seen[1 : at + 1], seen[at + 1 :]
        if seen[:1] != STX or at < 0 or len(rest) != wire.check:
            return True
        if wire.check and reduce(xor, covered, 0) != rest[0]:
            return True
        seen = covered[:-1]
    if not wire.text.fixed:
        return any(byte >= 0x80 for byte in seen)
    # A form feed ends bare text; a run may have lost the blanks at its end, or have
    # them behind a line end.
    cut = seen.endswith(b"\f") and not wire.marks
    if not wire.text.lines and (end := re.search(rb"[^ ](?:[\r\n]+ *)?$", seen)):
        seen, cut = seen[: end.start() + 1], True
    head = re.match(rb"[0-9]{0,3}", seen) if wire.marks else None
    sizes = range(head.end() + 1) if head else (0,)
    return not any(fits(wire.text, seen[size:].lstrip(b" "), cut) for size in sizes)


def fits(text: Text, seen: bytes, cut: bool) -> bool:
    """Each byte may stand in its column and every column is there; the end of the last
    line may be any, and a form feed may cut the lines that need not be there."""
    seen = seen.rstrip(CONTROLS)
    want = text.data.rstrip(CONTROLS).lstrip(b" ")
    mask = text.mask[len(text.data) - len(text.data.lstrip(b" ")) :][: len(want)]
    if not text.lines:
        if cut and len(seen) >= text.required:
            want, mask = want[: len(seen)], mask[: len(seen)]
        return column_fits(want, mask, seen)
    got = re.split(rb"\r\n|\r|\n", seen)
    spans = lines_of(want)
    if len(got) == len(spans) + text.extra and PRINTABLE.issuperset(got[-1]):
        got = got[: len(spans)]
    # Lines that need not be there may lack; a form feed may stand within one.
    if not text.required <= len(got) <= len(spans):
        return False
    widest = max(end - begin for begin, end in spans)
    return all(
        column_fits(want[begin:end], mask[begin:end], line)
        or (end - begin < widest == len(line) and PRINTABLE.issuperset(line))
        or (cut and line is got[-1] and PRINTABLE.issuperset(line))
        for (begin, end), line in zip(spans, got, strict=False)
    )


def lines_of(data: bytes) -> list[tuple[int, int]]:
    spans, at = [], 0
    for found in re.finditer(rb"\r\n|\r|\n", data):
        spans.append((at, found.start()))
        at = found.end()
    return [*spans, (at, len(data))]


def column_fits(want: bytes, mask: str, got: bytes) -> bool:
    if mask.startswith("~"):
        return PRINTABLE.issuperset(got)
    if len(want) != len(got):
        return False
    return all(
        here == byte if kind == "L" else here in ALLOWED[kind]
        for byte, kind, here in zip(want, mask, got, strict=True)
    )
