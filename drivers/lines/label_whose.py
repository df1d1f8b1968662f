"""Whose number, whose point a label speaks of: ``PSAP PHONE`` is no caller's.

A label that is known may be the end of a longer one that is not. What the words in
front of it say is somebody else's is never the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from aliquot.drivers.lines.label_scan import Found
from aliquot.drivers.lines.layouts import Kind
from aliquot.drivers.lines.values import CLASSES

_ROLES = frozenset(("first_number", "callback"))
_POINT = frozenset(("latitude", "longitude"))
_RADIUS = frozenset(("uncertainty_m", "confidence_pct"))
_OF_ANYTHING = frozenset(("NO", "NO."))  # ACCT NO: ...
_OTHER_HALF = {
    "latitude": "longitude",
    "longitude": "latitude",
    "uncertainty_m": "confidence_pct",
}
_TEXTS = frozenset((Kind.TEXT, Kind.LINE, Kind.ADDRESS, Kind.STREET, Kind.CITY_STATE))
_MOST = 48  # characters in front of a label that are looked at

# Words that are never the end of a caller's name or address.
_SURE = (
    *("PSAP", "CARRIER", "CARRIER'S", "PROVIDER", "NOC", "LEC", "TELCO", "24X7"),
    *("24 X 7", "24HR", "24 HR", "24 HOUR", "24-HOUR", "KEYHOLDER", "KEY HOLDER"),
    *("DISPATCH", "DISPATCHER", "FAX", "BILLING", "BILL TO", "CALLED", "DIALED"),
    *("DIALLED", "DESTINATION", "DEST", "TRANSFER", "XFER", "TRANSFERRED FROM"),
    *("ROUTING", "TRUNK", "PREVIOUS", "PREV", "PRIOR", "OLD", "SECONDARY"),
    *("EXPIRED", "STALE", "FORMER", "CRN", "VSP", "TSP", "ISP", "LRO", "ESRN"),
    *("ICE", "NEXT OF KIN", "NOK", "GUARDIAN", "HOTLINE", "REPAIR", "AFTER HOURS"),
    *("LEGAL", "EXIGENT", "SUBPOENA", "CENTRAL STATION", "24/7", "DESK SGT"),
    *("SUPERVISOR", "HELPDESK", "HELP DESK", "TOLL FREE", "CUSTOMER SERVICE"),
    *("SUPPORT", "CONTACT", "ALARM CO", "ALARM COMPANY", "MONITORING", "OPERATOR"),
    *("REFERRAL", "LAST", "MAIN", "PILOT", "WSP", "AGENCY", "RESPONDER"),
)
# Words that may be: they count where they are not behind one, ``NAME: CITY OFFICE``,
# and not in front of a label that says that the number can be called back.
_LIKELY = (
    *("OTHER", "COMPANY", "CO", "ALARM", "OWNER", "MANAGER", "MGR", "OFFICE"),
    *(
        "CENTER",
        "CENTRE",
        "CELL SITE",
        "SITE",
        "TOWER",
        "SECTOR",
        "POSITION",
        "SHERIFF",
    ),
    *(
        "POLICE",
        "LAW",
        "FIRE",
        "EMS",
        "AMBULANCE",
        "HOSPITAL",
        "SECURITY",
        "MAINTENANCE",
    ),
    *("EMERGENCY", "STATION", "COUNTY", "CITY", "STATE", "LANDLORD", "PROPERTY"),
    *("RELAY", "SERVICE", "DESK", "NEIGHBOR", "NEIGHBOUR", "SCHOOL", "BANK"),
)
# Another number of the same caller: it counts where there is no first one.
_SECOND = ("ALT", "ALTERNATE", "2ND", "SECOND", "ADDITIONAL")
_OTHER_POINT = (
    *("PSAP", "PREVIOUS", "PREV", "PRIOR", "OLD", "CENTROID", "COUNTY", "CITY"),
    *("STATION", "DISPATCH", "DESTINATION"),
)
_OTHER_RADIUS = (
    *("ALT", "ALTITUDE", "VERT", "VERTICAL", "V", "Z", "ELV", "ELEV", "ELEVATION"),
    *("HEIGHT", "SPEED", "BEARING", "HEADING", "TIME", "TOWER", "CELL"),
    *("PREVIOUS", "PREV", "PRIOR", "OLD", "PSAP", "CENTROID"),
)


def _ends_with(words: Sequence[str]) -> re.Pattern[str]:
    each = "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![A-Z0-9&'-])(?:{each}) ?[-/]? ?\Z")


_SURE_END = _ends_with(_SURE)
_SECOND_END = _ends_with(_SECOND)
_LIKELY_END = _ends_with(_LIKELY)
_POINT_END = _ends_with(_OTHER_POINT)
_RADIUS_END = _ends_with(_OTHER_RADIUS)
_WORD_END = re.compile(r"[A-Z][A-Z0-9.'-]* ?\Z")
_BORDER = re.compile(r"\n|  |\||[,;]")


class Whose(Enum):
    """Of whom a label speaks."""

    CALLER = "caller"
    UNSURE = "unsure"  # the words in front may be the end of another label's text
    OTHER = "other"


def whose(upper: str, label: Found, before: Found | None) -> tuple[Whose, int]:
    """Of whom ``label`` speaks in ``upper``, a text in capitals, and where the label
    begins with the words that say so. ``before``: the label in front of it."""
    name = label.rule.name
    start = max(label.at - _MOST, before.end if before else 0, 0)
    front = upper[start : label.at]
    borders = [found.end() for found in _BORDER.finditer(front)]
    own = borders[-1] if borders else 0
    front = front[own:]
    met: re.Match[str] | None = None
    if label.label in _OF_ANYTHING:
        met = _WORD_END.search(front)
        if met is not None and met[0].strip() in CLASSES:
            met = None
    elif name in _POINT:
        met = _POINT_END.search(front)
    elif name in _RADIUS:
        met = _RADIUS_END.search(front)
    elif name in _ROLES:
        met = _SURE_END.search(front)
        likely = name != "callback" and met is None
        if likely and (met := _LIKELY_END.search(front)) is not None:
            behind = before is not None and not borders
            if behind and before is not None and before.rule.kind in _TEXTS:
                return Whose.UNSURE, label.at
    if met is None:
        unsure = name in _ROLES and (
            (not label.marked and _is_note(upper, label, before))
            or _SECOND_END.search(front) is not None
        )
        return Whose.UNSURE if unsure else Whose.CALLER, label.at
    return Whose.OTHER, start + own + met.start()


def with_its_other_half(
    labels: Sequence[Found], owners: Sequence[tuple[Whose, int]]
) -> list[tuple[Whose, int]]:
    """``PSAP LAT: .. LON: ..``: both are somebody else's, or a point would be made of
    the one's longitude and the other's latitude. So is how sure a height is:
    ``ALT UNC: 4 CNF: 68``."""
    both = list(owners)
    for at, (label, (owner, _)) in enumerate(zip(labels, owners, strict=True)):
        name, beside = label.rule.name, at + 1
        half = _OTHER_HALF.get(name)
        if half is None or owner is not Whose.OTHER or beside >= len(labels):
            continue
        has_half = name in _POINT and at > 0 and labels[at - 1].rule.name == half
        if not has_half and labels[beside].rule.name == half:
            both[beside] = (Whose.OTHER, both[beside][1])
    return both


def _is_note(upper: str, label: Found, before: Found | None) -> bool:
    """``REMARKS: CALLBACK 212-555-0147 IF NO ANSWER``: what somebody once wrote."""
    noted = before is not None and before.rule.name == "note"
    return noted and before is not None and "\n" not in upper[before.end : label.at]
