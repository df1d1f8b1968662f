"""One canonical item in the forms that channels want.

Each encoder takes the item and nothing else: it may drop a field, it has none to
add. Names of keys and elements are constants. The same item gives the same bytes,
always and everywhere: JSON is that of RFC 8785, XML is written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import rfc8785

from aliquot.console.release.codes import (
    CATEGORY_KINDS,
    Category,
    Channel,
    Kind,
    Status,
)
from aliquot.console.release.render import Item

CONTENT_TYPES: Mapping[Channel, str] = {
    Channel.NEIGHBORS: "application/json",
    Channel.CAP: "application/cap+xml",
    Channel.GEOJSON: "application/geo+json",
    Channel.ATOM: "application/atom+xml",
    Channel.SOCRATA: "application/json",
}

# OASIS CAP 1.2: <category> takes words of a closed list.
CAP_CATEGORIES: Mapping[Kind, str] = {
    Kind.CRIME: "Security",
    Kind.FIRE: "Fire",
    Kind.HAZARD: "Safety",
    Kind.TRAFFIC: "Transport",
    Kind.RESCUE: "Rescue",
}
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom"'
    ' xmlns:georss="http://www.georss.org/georss"'
    ' xmlns:at="http://purl.org/atompub/tombstones/1.0">\n'
)
_NEIGHBORS = {
    "release_id": "id",
    "published_at": "published_at",
    "status_code": "status",
    "category": "type",
    "place": "location",
    "latitude": "latitude",
    "longitude": "longitude",
    "time": "time",
    "agency": "agency",
    "text": "text",
    "replaces": "replaces",
}
_ROW = (
    *("release_id", "published_at", "status_code", "category_code", "category"),
    *("place", "latitude", "longitude", "time", "agency", "text", "replaces"),
)
_APART = ("latitude", "longitude", "release_id")  # GeoJSON has places of its own


def canonical_item(item: Item) -> bytes:
    """The bytes that stand for the item: what is hashed, logged and signed."""
    return rfc8785.dumps(dict(item))


def encode(item: Item, channel: Channel) -> bytes:
    """The body for a channel. Raises ``KeyError`` for what is no item."""
    return ENCODERS[channel](item)


def neighbors(item: Item) -> bytes:
    """Type, place and time, and the sentence that says so."""
    return rfc8785.dumps({new: item[old] for old, new in _NEIGHBORS.items()
                          if old in item})  # fmt: skip


def geojson(item: Item) -> bytes:
    """An RFC 7946 Feature; a retraction has no geometry."""
    place = None
    if "latitude" in item:
        spot = [item["longitude"], item["latitude"]]
        place = {"type": "Point", "coordinates": spot}
    return rfc8785.dumps(
        {
            "type": "Feature",
            "id": item["release_id"],
            "geometry": place,
            "properties": {k: v for k, v in item.items() if k not in _APART},
        }
    )


def socrata(item: Item) -> bytes:
    """A list of one row to upsert by ``release_id``; a retraction deletes its row."""
    if _status(item) is Status.RETRACTED:
        row = {"release_id": item.get("replaces", item["release_id"]), ":deleted": True}
        return rfc8785.dumps([row])
    return rfc8785.dumps([{key: item[key] for key in _ROW if key in item}])


def cap(item: Item) -> bytes:
    """A CAP 1.2 alert; a correction updates, a retraction cancels."""
    parts = [
        _element("identifier", item["release_id"]),
        _element("sender", item["agency_code"]),
        _element("sent", _cap_time(item["published_at"])),
        _element("status", "Actual"),
        _element("msgType", _cap_type(item)),
        _element("scope", "Public"),
    ]
    if "replaces" in item:
        sent = _cap_time(item["replaces_published_at"])
        named = f"{item['agency_code']},{item['replaces']},{sent}"
        parts.append(_element("references", named))
    if "category_code" in item:
        parts.append(_cap_info(item))
    inner = "".join(parts)
    start = '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\n'
    return f"{_XML}{start}{inner}</alert>\n".encode()


def _cap_type(item: Item) -> str:
    if _status(item) is Status.RETRACTED:
        return "Cancel"
    return "Update" if "replaces" in item else "Alert"


def _cap_info(item: Item) -> str:
    kind = CATEGORY_KINDS[Category[str(item["category_code"]).upper()]]
    spot = f"{item['latitude']:.4f},{item['longitude']:.4f} 0"
    area = _element("areaDesc", item["place"]) + _element("circle", spot)
    unknown = [_element(n, "Unknown") for n in ("urgency", "severity", "certainty")]
    parts = [
        _element("language", "en-US"),
        _element("category", CAP_CATEGORIES[kind]),
        _element("event", item["category"]),
        *unknown,
        _element("senderName", item["agency"]),
        _element("headline", item["category"]),
        _element("description", item["text"]),
        f"<area>\n{area}</area>\n",
    ]
    return f"<info>\n{''.join(parts)}</info>\n"


def _cap_time(text: str | float) -> str:
    """CAP forbids Z: an offset must be written."""
    return str(text).removesuffix("Z") + "-00:00"


def atom(item: Item) -> bytes:
    """A feed of one entry with its GeoRSS point; a retraction is a tombstone."""
    retracted = _status(item) is Status.RETRACTED
    entry = _tombstone(item) if retracted else _atom_entry(item)
    parts = [
        _FEED,
        _element("id", f"urn:aliquot:agency:{item['agency_code']}"),
        _element("title", item["agency"]),
        _element("updated", item["published_at"]),
        f"<author>\n{_element('name', item['agency'])}</author>\n",
        entry,
        "</feed>\n",
    ]
    return (_XML + "".join(parts)).encode()


def _atom_entry(item: Item) -> str:
    spot = f"{item['latitude']:.4f} {item['longitude']:.4f}"
    parts = [
        _element("id", _urn(item["release_id"])),
        _element("title", f"{item['category']}: {item['place']}"),
        _element("updated", item["published_at"]),
        _element("summary", item["text"]),
        f'<category term="{_escaped(item["category_code"])}"/>\n',
        _element("georss:point", spot),
    ]
    if "replaces" in item:
        link = f'<link rel="via" href="{_escaped(_urn(item["replaces"]))}"/>\n'
        parts.append(link)
    return f"<entry>\n{''.join(parts)}</entry>\n"


def _tombstone(item: Item) -> str:
    """RFC 6721."""
    ref = _escaped(_urn(item.get("replaces", item["release_id"])))
    when = _escaped(item["published_at"])
    comment = _element("at:comment", item["text"])
    start = f'<at:deleted-entry ref="{ref}" when="{when}">\n'
    return f"{start}{comment}</at:deleted-entry>\n"


def _urn(release_id: str | float) -> str:
    return f"urn:aliquot:release:{release_id}"


def _status(item: Item) -> Status:
    return Status[str(item["status_code"]).upper()]


def _element(name: str, text: str | float) -> str:
    return f"<{name}>{_escaped(text)}</{name}>\n"


def _escaped(text: str | float) -> str:
    return str(text).translate(_ESCAPES)


ENCODERS: Mapping[Channel, Callable[[Item], bytes]] = {
    Channel.NEIGHBORS: neighbors,
    Channel.CAP: cap,
    Channel.GEOJSON: geojson,
    Channel.ATOM: atom,
    Channel.SOCRATA: socrata,
}
