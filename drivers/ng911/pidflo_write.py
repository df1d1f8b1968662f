"""Writes a PIDF-LO of one place: a point or a circle, a text, or both."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SRS = "urn:ogc:def:crs:EPSG::4326"
_METRE = "urn:ogc:def:uom:EPSG::9001"
_SPACES = (
    'xmlns="urn:ietf:params:xml:ns:pidf"'
    ' xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"'
    ' xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"'
    ' xmlns:gml="http://www.opengis.net/gml"'
    ' xmlns:gs="http://www.opengis.net/pidflo/1.0"'
    ' xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"'
)


def write_pidflo(
    entity: str,
    place: tuple[float, float] | None = None,
    uncertainty_m: float | None = None,
    text: str | None = None,
    timestamp: str | None = None,
) -> str:
    """A document about a device. ``place``: latitude, longitude in WGS84 degrees.

    ``text`` is an address as somebody said it, not taken apart (civic ``LOC``);
    ``timestamp`` is ISO 8601. Numbers are written so that they are read the same.
    """
    said = []
    if place is not None:
        said.append(_shape(place, uncertainty_m))
    if text:
        said.append(f"<ca:civicAddress><ca:LOC>{_xml(text)}</ca:LOC></ca:civicAddress>")
    when = f"<dm:timestamp>{_xml(timestamp)}</dm:timestamp>" if timestamp else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<presence {_SPACES} entity={quoteattr(_clean(entity))}>"
        '<dm:device id="place"><gp:geopriv><gp:location-info>'
        f"{''.join(said)}"
        "</gp:location-info><gp:usage-rules/><gp:method>Manual</gp:method>"
        f"</gp:geopriv>{when}</dm:device></presence>"
    )


def _shape(place: tuple[float, float], uncertainty_m: float | None) -> str:
    position = f"<gml:pos>{place[0]!r} {place[1]!r}</gml:pos>"
    if uncertainty_m is None:
        return f'<gml:Point srsName="{_SRS}">{position}</gml:Point>'
    radius = f'<gs:radius uom="{_METRE}">{uncertainty_m!r}</gs:radius>'
    return f'<gs:Circle srsName="{_SRS}">{position}{radius}</gs:Circle>'


def _xml(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    """Without characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
