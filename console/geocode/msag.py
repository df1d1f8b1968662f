"""Holds an MSAG beside the geofile: is every range of it on the map?

A row of a Master Street Address Guide (NENA-STA-015) is a street, a range of house
numbers with a parity, a community and an ESN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aliquot.console.geocode.communities import community_key
from aliquot.console.geocode.gazetteer import Gazetteer, SideRange
from aliquot.console.geocode.names import StreetName, parse_name

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "direction": ("dir", "predir", "prefixdirectional", "prefixdirection", "stpredir"),
    "street": ("street", "streetname", "stname", "name", "roadname"),
    "type": ("suffix", "type", "streetsuffix", "sttype", "stpostyp", "streettype"),
    "post": ("postdir", "postdirectional", "stposdir", "suffixdirectional"),
    "low": ("low", "lowrange", "from", "fromaddr", "lowaddress", "lowrng"),
    "high": ("high", "highrange", "to", "toaddr", "highaddress", "highrng"),
    "community": ("community", "msagcommunity", "comm", "city", "msagcomm"),
    "parity": ("parity", "oe", "oddeven", "evenodd", "oddevenboth"),
    "esn": ("esn", "emergencyservicenumber"),
}
REQUIRED = ("street", "low", "high")
_SOME = 3  # numbers that are told of a range that is not covered


@dataclass(frozen=True, slots=True)
class MsagRow:
    """``parity``: O, E or B. ``row``: its number in the file, from 1."""

    row: int
    street: str
    low: int
    high: int
    parity: str = "B"
    community: str = ""
    esn: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a row; ``code``: unknown_street, not_covered, other_parity,
    other_esn, other_community or bad_row."""

    row: int
    code: str
    text: str


def columns_of(names: Iterable[str]) -> dict[str, str]:
    """Which column is which, by their names."""
    plain = {"".join(c for c in n.lower() if c.isalnum()): n for n in names}
    found = {}
    for wanted, known in COLUMNS.items():
        for name in known:
            if name in plain:
                found[wanted] = plain[name]
                break
    return found


def row_of(n: int, values: Mapping[str, str], columns: Mapping[str, str]) -> MsagRow:
    """Raises ``ValueError`` for a row whose range is no numbers."""

    def text(name: str) -> str:
        return (values.get(columns.get(name, ""), "") or "").strip()

    street = " ".join(filter(None, map(text, ("direction", "street", "type", "post"))))
    parity = text("parity").upper()[:1]
    return MsagRow(
        row=n,
        street=street,
        low=int(text("low")),
        high=int(text("high")),
        parity=parity if parity in ("O", "E") else "B",
        community=text("community").upper(),
        esn=text("esn").lstrip("0"),
    )


def check(gazetteer: Gazetteer, row: MsagRow) -> list[Finding]:
    """What is wrong with a row; nothing when the geofile has all of it."""
    name = parse_name(row.street)
    streets = gazetteer.by_name.get(name, []) if name else []
    if not streets and name:
        streets = gazetteer.by_alias.get(name, [])
    if not streets:
        known = _like(gazetteer, name)
        text = f"{row.street} is not in the geofile{known}."
        return [Finding(row.row, "unknown_street", text)]
    ranges = [r for s in streets for r in gazetteer.ranges_of(s)]
    here = [r for r in ranges if _in_community(gazetteer, r, row.community)]
    if not here and ranges:
        text = f"{row.street} has no numbers in {row.community}."
        return [Finding(row.row, "other_community", text)]
    return [*_covered(row, here), *_esn(gazetteer, row, here)]


def _like(gazetteer: Gazetteer, name: StreetName | None) -> str:
    same = gazetteer.by_base.get(name.base, ()) if name else ()
    names = [gazetteer.names[s] for s in same][:3]
    return f"; it has {', '.join(names)}" if names else ""


def _in_community(gazetteer: Gazetteer, found: SideRange, community: str) -> bool:
    segment = gazetteer.segments[found.segment]
    side = 1 if found.side == "right" else 0
    here = {c for c in (segment.community[side], segment.msag[side]) if c}
    asked = community_key(community)
    return not asked or not here or asked in map(community_key, here)


def _covered(row: MsagRow, ranges: list[SideRange]) -> list[Finding]:
    """Numbers at the ends of the row must be in a range; those between need not all
    be, for there are gaps between blocks."""
    asked = [n for n in _ends(row) if n > 0]
    out = [n for n in asked if not any(r.low <= n <= r.high for r in ranges)]
    if out:
        said = ", ".join(map(str, out[:_SOME]))
        text = f"{row.street} {row.low}-{row.high}: {said} lies in no range."
        return [Finding(row.row, "not_covered", text)]
    wrong = [n for n in asked if not any(_takes(r, n) for r in ranges)]
    if wrong:
        text = f"{row.street} {row.low}-{row.high}: {wrong[0]} is of the other parity."
        return [Finding(row.row, "other_parity", text)]
    return []


def _ends(row: MsagRow) -> tuple[int, ...]:
    """The first and last number of the row's own parity."""
    low, high = row.low, row.high
    if row.parity != "B":
        odd = row.parity == "O"
        low += (low % 2 == 1) != odd
        high -= (high % 2 == 1) != odd
    return (low, high) if low <= high else ()


def _takes(found: SideRange, number: int) -> bool:
    if not found.low <= number <= found.high:
        return False
    if found.parity == "B" or found.start % 2 != found.end % 2:
        return True
    return number % 2 == found.start % 2


def _esn(gazetteer: Gazetteer, row: MsagRow, ranges: list[SideRange]) -> list[Finding]:
    if not row.esn:
        return []
    within = [r for r in ranges if r.low <= row.high and r.high >= row.low]
    numbers = {_esn_of(gazetteer, r) for r in within} - {""}
    if numbers and row.esn not in numbers:
        text = f"{row.street} {row.low}-{row.high}: ESN {row.esn}, here {'/'.join(sorted(numbers))}."
        return [Finding(row.row, "other_esn", text)]
    return []


def _esn_of(gazetteer: Gazetteer, found: SideRange) -> str:
    segment = gazetteer.segments[found.segment]
    return (segment.esn[1 if found.side == "right" else 0] or "").lstrip("0")
