"""Which column is what, read off the names of columns and checked against rows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aliquot.drivers.incidents.api import Unusable
from aliquot.drivers.incidents.convert import converter
from aliquot.drivers.incidents.csv_rows import Row
from aliquot.drivers.incidents.mapping import IncidentMapping

# Names without case and signs: what comes first is surer.
_NAMES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "id": (
        ("incidentid", "incidentnumber", "incidentnum", "incidentno", "eventnumber"),
        (
            "cadnumber",
            "cadnum",
            "cadid",
            "callnumber",
            "callid",
            "runnumber",
            "eventid",
        ),
        ("id", "number", "recordid"),
    ),
    "type": (
        ("typecode", "inctypecode", "incidenttypecode", "calltypecode"),
        ("incidenttype", "calltype", "natureofcall", "nature", "problem", "type"),
        ("category", "description"),
    ),
    "type_text": (("typetext", "typedescription", "inctypedesc", "calltypedesc"),),
    "priority": (("priority",),),
    "place": (("address", "place", "fulladdress"), ("location", "blockaddress")),
    "latitude": (("latitude", "lat"), ("y", "ycoord")),
    "longitude": (("longitude", "lon", "lng", "long"), ("x", "xcoord")),
    "received": (
        ("receivedat", "received", "callreceived", "timereceived", "receiveddate"),
        ("openedat", "opened", "calltime", "callreceivedtime", "createdat", "datetime"),
        ("911date", "dispatchtime", "timestamp", "incidentdate"),
    ),
    "closed": (("closedat", "closed", "timeclosed", "cleardate", "cleartime"),),
    "state": (("state", "status"),),
    "disposition": (("disposition", "dispo"),),
    "units": (("units", "unit", "unitnumber", "unitid"),),
    "note": (("note", "notes", "remarks", "comments"),),
}
NEEDED = ("id", "received")


@dataclass(frozen=True, slots=True)
class Guess:
    """``doubts``: why it is not certain, in words; empty when it is."""

    mapping: IncidentMapping
    doubts: tuple[str, ...]


def guess(columns: Sequence[str], rows: Sequence[Row], name: str) -> Guess:
    """``rows``: the first ones of the file. The time zone cannot be guessed: it is
    certain only where every time has an offset."""
    found: dict[str, tuple[str, ...]] = {}
    doubts: list[str] = []
    for field, tiers in _NAMES.items():
        named = _named(columns, tiers)
        if len(named) == 1:
            found[field] = (named[0],)
        elif named:
            doubts.append(f"{field} may be {' or '.join(named)}")
        elif field in NEEDED:
            doubts.append(f"no column is called like {field}")
    if ("latitude" in found) != ("longitude" in found):
        doubts.append("half a point has a column")
        found.pop("latitude", None)
        found.pop("longitude", None)
    states = {"open": "open", "pending": "open", "active": "open", "closed": "closed"}
    mapping = IncidentMapping(
        name="guessed",
        source=name,
        time_zone="UTC",
        columns=found,
        states=states,
        types_are_codes=found.get("type", ("",))[0].casefold() == "type_code",
    )
    if not doubts:
        doubts += _misfits(mapping, rows)
    return Guess(mapping, tuple(doubts))


def _named(columns: Sequence[str], tiers: tuple[tuple[str, ...], ...]) -> list[str]:
    for names in tiers:
        named = [c for c in columns if re.sub(r"[\W_]", "", c).lower() in names]
        if named:
            return named
    return []


def _misfits(mapping: IncidentMapping, rows: Sequence[Row]) -> list[str]:
    """What the values say against columns that are named as they should be."""
    whole = [row.values for row in rows if row.fault is None]
    misfits = []
    received = mapping.columns["received"][0]
    if not all(_has_offset(row.get(received, "")) for row in whole):
        misfits.append(f"{received} does not say its time zone")
    convert = converter(replace(mapping, columns=mapping.columns))
    bad = lost = points = 0
    for row in whole:
        try:
            said = convert(row)
        except Unusable:
            bad += 1
            continue
        if "latitude" in mapping.columns and row.get(mapping.columns["latitude"][0]):
            points += 1
            lost += said.latitude is None
    if whole and 2 * bad > len(whole):
        misfits.append(f"{bad} of the first {len(whole)} rows cannot be read so")
    if points and 20 * lost > points:
        misfits.append("latitude and longitude are no degrees")
    return misfits


def _has_offset(text: str) -> bool:
    """True, too, for what is no time at all: that row is rejected for it."""
    plain = text.strip()
    is_time = re.match(r"\d{1,4}[-/.]\d", plain) is not None
    return not is_time or bool(re.search(r"\d(Z|[+-]\d{2}:?\d{2})$", plain))


def as_toml(mapping: IncidentMapping) -> str:
    """A mapping as a file that can be corrected and given with ``--mapping``."""
    lines = [
        f"source = {json.dumps(mapping.source, ensure_ascii=False)}",
        f"time_zone = {json.dumps(mapping.time_zone)}",
        f"crs = {json.dumps(mapping.crs)}",
        "",
        "[columns]",
    ]
    for field, columns in mapping.columns.items():
        value: object = columns[0] if len(columns) == 1 else list(columns)
        lines.append(f"{field} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines)
