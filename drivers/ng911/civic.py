"""Civic addresses (RFC 5139, with the extensions of RFC 6848) as our fields.

What has a field of its own goes there; what says where in a building or beside a
road goes into ``location``; the rest, foreign extensions too, is a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aliquot.drivers.ng911.xml_node import Node, Span

CIVIC = "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"
CIVIC_EXTENSION = f"{CIVIC}:ext"

_OWN: Mapping[str, str] = {
    "country": "country",
    "A1": "state",
    "PRD": "prefix_directional",
    "STS": "street_suffix",
    "POD": "post_directional",
    "HNS": "house_number_suffix",
    "PC": "postal_code",
    "FLR": "floor",
    "UNIT": "unit",
}
# In the order in which they are said; with the word before them.
_LOCATION: Mapping[str, str] = {
    "NAM": "",
    "PLC": "",
    "BLD": "building",
    "ROOM": "room",
    "SEAT": "seat",
    "LOC": "",
    "LMK": "",
    "A5": "",
    "RDSEC": "section",
    "RDBR": "branch",
    "RDSUBBR": "sub-branch",
    "MP": "milepost",
    "PN": "pole",
    "POBOX": "PO box",
}
_NOTE: Mapping[str, str] = {"A2": "County", "ADDCODE": "Address code"}
_STREET = ("PRM", "STP", "RD", "POM")  # words of a street's name, in this order
_COMMUNITY = ("A3", "A4", "PCN")
_LINE = (
    *("house_number", "prefix_directional", "street_name", "street_suffix"),
    *("post_directional", "unit", "floor", "location", "community"),
    *("state", "postal_code", "country"),
)
_KNOWN = {
    *_OWN,
    *_LOCATION,
    *_NOTE,
    *_STREET,
    *_COMMUNITY,
    *("A6", "HNO", "HNP"),
}


@dataclass(slots=True)
class Civic:
    """``fields`` have names of ``FIELD_NAMES``; ``notes`` are sentences."""

    fields: dict[str, str] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The address in one line, for a note."""
        return " ".join(self.fields[name] for name in _LINE if name in self.fields)


def read_civic(node: Node) -> Civic:
    """Nothing in it gives a ``Civic`` without fields."""
    found = Civic()
    said: dict[str, Node] = {}
    for part in node.children:
        if not part.text:
            continue
        if part.name in _KNOWN:
            said.setdefault(part.name, part)
        else:
            found.notes.append(f"{part.name}: {part.text}")
    for name, own in _OWN.items():
        _put(found, own, said.get(name))
    _house(found, said)
    _street(found, said)
    _community(found, said)
    _words(found, said)
    return found


def _put(found: Civic, name: str, node: Node | None) -> None:
    if node is not None:
        found.fields[name] = node.text
        found.spans[name] = node.inner


def _house(found: Civic, said: Mapping[str, Node]) -> None:
    number, prefix = said.get("HNO"), said.get("HNP")
    _put(found, "house_number", number)
    if number and prefix:
        found.fields["house_number"] = prefix.text + number.text
        del found.spans["house_number"]


def _street(found: Civic, said: Mapping[str, Node]) -> None:
    """``A6`` is the street of RFC 4119, in older documents."""
    words = [said[name] for name in _STREET if name in said]
    if "RD" not in said and "A6" in said:
        words = [said["A6"]]
    if words:
        found.fields["street_name"] = " ".join(node.text for node in words)
        if len(words) == 1:
            found.spans["street_name"] = words[0].inner
    elif "street_suffix" in found.fields:  # the whole street stands in STS
        found.fields["street_name"] = found.fields.pop("street_suffix")
        found.spans["street_name"] = found.spans.pop("street_suffix")


def _community(found: Civic, said: Mapping[str, Node]) -> None:
    """The municipality; where there is none, the next smaller thing."""
    names = [name for name in _COMMUNITY if name in said]
    if names:
        _put(found, "community", said[names[0]])
    town = found.fields.get("community")
    if "A4" in names[1:] and said["A4"].text != town:
        found.fields["location"] = said["A4"].text
        found.spans["location"] = said["A4"].inner
    if "PCN" in names[1:] and said["PCN"].text != town:
        found.notes.append(f"Postal community: {said['PCN'].text}")


def _words(found: Civic, said: Mapping[str, Node]) -> None:
    words = [found.fields["location"]] if "location" in found.fields else []
    places = [found.spans["location"]] if words else []
    for name, word in _LOCATION.items():
        if name in said:
            words.append(f"{word} {said[name].text}".strip())
            places.append(said[name].inner)
    if words:
        found.fields["location"] = ", ".join(words)
        found.spans["location"] = places[0]
        if len(places) > 1:
            del found.spans["location"]
    for name, word in _NOTE.items():
        if name in said:
            found.notes.append(f"{word}: {said[name].text}")
