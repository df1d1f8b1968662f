"""What may be said of a place that the geocoder found. Words only, no widget."""

from __future__ import annotations

from collections.abc import Mapping

from aliquot.console.domain.geocoding import Candidate, MatchKind

KINDS: Mapping[MatchKind, str] = {
    MatchKind.POINT: "address",
    MatchKind.RANGE: "by range",
    MatchKind.RANGE_OTHER_SIDE: "other side",
    MatchKind.INTERSECTION: "crossing",
    MatchKind.PLACE: "place",
    MatchKind.MILE_MARKER: "mile marker",
    MatchKind.BLOCK: "block",
    MatchKind.NEAREST_RANGE: "no such number",
    MatchKind.STREET: "street alone",
    MatchKind.NONE: "",
}
_WHY: Mapping[str, str] = {
    "typo": "spelled otherwise",
    "spacing": "spaced otherwise",
    "short": "cut short",
    "part": "a part of the name",
    "no_type": "no type typed",
    "other_type": "other type",
    "no_direction": "no direction typed",
    "other_direction": "other direction",
    "alias": "other name",
    "other_class": "other class",
    "other_community": "other community",
    "similar_community": "similar community",
    "unknown_community": "unknown community",
    "cross_street_elsewhere": "cross is elsewhere",
    "point_and_range_disagree": "point and range differ",
    "picked_before": "picked before",
}
_DISTRICTS = (("police", "beat"), ("fire", "fire"), ("ems", "EMS"))


def sureness(candidate: Candidate) -> str:
    """The score in a word, and what differs from the text."""
    word = next(word for least, word in _SURE if candidate.score >= least)
    why = [_WHY.get(code, code.replace("_", " ")) for code in candidate.why]
    return ", ".join((word, *why[:1]))


_SURE = ((97.0, "sure"), (90.0, "likely"), (75.0, "possible"), (0.0, "doubtful"))


def whole_address(candidate: Candidate) -> str:
    """As the geofile writes it, with its community."""
    return ", ".join(p for p in (candidate.address, candidate.community) if p)


def score_text(score: float) -> str:
    return f"✓ {score:g}"


def districts_text(districts: Mapping[str, str]) -> str:
    """``Beat 7 · Engine 2 · EMS 1``; a bare number is said with its kind."""
    return " · ".join(_named(districts[k], w) for k, w in _DISTRICTS if k in districts)


def beat_text(districts: Mapping[str, str]) -> str:
    police = districts.get("police")
    return _named(police, "beat") if police else ""


def _named(name: str, word: str) -> str:
    return name if any(c.isalpha() for c in name) and " " in name else f"{word} {name}"


def where_text(candidate: Candidate) -> str:
    """Community and beat, for the list."""
    parts = (candidate.community, beat_text(candidate.districts))
    return " · ".join(p for p in parts if p)


def found_text(candidate: Candidate, typed: str) -> str:
    """The line under a verified place: how the geofile writes it, unless that is
    what was typed, who comes there, and the streets at both ends of the block."""
    address = whole_address(candidate)
    same = typed.strip().casefold() in (
        address.casefold(),
        candidate.address.casefold(),
    )
    cross = " / ".join(candidate.cross_streets)
    parts = (
        "" if same else address,
        districts_text(candidate.districts),
        f"cross {cross}" if cross else "",
    )
    return " · ".join(p for p in parts if p)


def many_text(count: int) -> str:
    if not count:
        return "nothing in the geofile fits: it stays as typed"
    fits = "one place may be meant" if count == 1 else f"{count} places may be meant"
    return f"{fits}: Down and Enter choose"
