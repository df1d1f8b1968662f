"""``LocInfo`` of a site's own event: the location that came with the call's INVITE.

On the wire it is what Asterisk's geolocation profile makes of a PIDF-LO: pairs of
``name=value`` between commas, ``shape=Circle,crs=2d,pos=…,radius=…`` or the names of a
civic address, ``A1=NSW,A3=Wollongong,…``. A value may hold a comma; a name follows a
comma and stands before ``=``. They are read as the document they were made of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aliquot.drivers.lines.api import FieldValue, LineSettings
from aliquot.drivers.lines.asterisk_block import Block, Value
from aliquot.drivers.lines.checks import check_confidence, check_uncertainty
from aliquot.drivers.ng911.civic import CIVIC, read_civic
from aliquot.drivers.ng911.ground import Ground
from aliquot.drivers.ng911.shapes import Shape, is_shape, read_shape
from aliquot.drivers.ng911.xml_node import Node

_PAIR = re.compile(r"(?:^|,)\s*([A-Za-z]\w*)=(.*?)(?=,\s*[A-Za-z]\w*=|$)", re.DOTALL)
_CRS = {"2d": "EPSG::4326", "3d": "EPSG::4979"}
_METRE, _DEGREE = "EPSG::9001", "EPSG::9102"
_LENGTHS = frozenset(
    ("radius", "semiMajorAxis", "semiMinorAxis", "verticalAxis", "innerRadius")
) | {"outerRadius", "height"}
_ANGLES = frozenset(("orientation", "startAngle", "openingAngle"))
_ANGLE = re.compile(r"([+-]?[\d.]+)\s*(radians?|degrees?)?", re.IGNORECASE)
_SURE = 1e-9


@dataclass(slots=True)
class Located:
    """What was read; ``fields`` is empty when nothing could be."""

    fields: dict[str, FieldValue] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    warnings: set[str] = field(default_factory=set)

    def put(self, name: str, value: FieldValue, span: tuple[int, int]) -> None:
        self.fields[name] = value
        self.spans[name] = span


def read_location(block: Block, settings: LineSettings) -> Located | None:
    """None when the block has no ``LocInfo``."""
    value = block.value("LocInfo")
    if value is None:
        return None
    found = Located()
    pairs = _pairs(value)
    if "shape" in pairs:
        _read_shape(pairs, found, Ground.of(settings))
        _confidence(block, found)
    else:
        _read_civic(pairs, found)
    method = block.value("Method")
    if found.fields and method is not None:
        found.put("location_method", method.text, method.span)
    return found


def _pairs(value: Value) -> dict[str, Value]:
    """In quotes where the dialplan put them; the first of a name counts."""
    pairs: dict[str, Value] = {}
    text = value.text.strip('"')
    ahead = len(value.text) - len(value.text.lstrip('"'))
    for match in _PAIR.finditer(text):
        said = match[2].strip().strip('"')
        if not said:
            continue
        span = value.span
        if value.text.isascii():
            begin = span[0] + ahead + match.start(2) + match[2].index(said)
            span = (begin, begin + len(said))
        pairs.setdefault(match[1], Value(said, span))
    return pairs


def _read_shape(pairs: Mapping[str, Value], found: Located, ground: Ground) -> None:
    node = _shape_node(pairs, found)
    shape = read_shape(node, ground) if is_shape(node) else ("location_not_read",)
    if not isinstance(shape, Shape):
        found.warnings.update(shape)
        return
    found.warnings.update(shape.warnings)
    latitude, longitude = shape.centre
    if abs(latitude) < _SURE and abs(longitude) < _SURE:
        found.warnings.add("no_fix")
        return
    if ground.far(latitude, longitude):
        found.warnings.add("outside_extent")
    found.put("latitude", latitude, shape.at)
    found.put("longitude", longitude, shape.at)
    if shape.altitude_m is not None:
        found.put("altitude_m", shape.altitude_m, shape.at)
    radius, warnings = check_uncertainty(shape.radius_m)
    found.warnings.update(warnings)
    if radius is not None:
        at = shape.radius_at or shape.at
        found.put("uncertainty_m", math.ceil(radius * 100) / 100, at)
    if shape.json is not None:
        found.put("shape", shape.json, shape.at)


def _shape_node(pairs: Mapping[str, Value], found: Located) -> Node:
    """The element that these pairs were made of."""
    crs = pairs["crs"].text.lower() if "crs" in pairs else "2d"
    srs = {"srsName": f"urn:ogc:def:crs:{_CRS.get(crs, crs)}"}
    children: list[Node] = []
    for name, value in pairs.items():
        if name == "posList":
            ring = Node("LinearRing", "", {}, value.span)
            ring.children = [_text_node(name, value, {})]
            children.append(ring)
        elif name == "pos":
            children.append(_text_node(name, value, {}))
        elif name in _LENGTHS:
            children.append(_text_node(name, value, {"uom": _METRE}))
        elif name in _ANGLES:
            children.append(_angle_node(name, value, found))
    return Node(pairs["shape"].text, "", srs, pairs["shape"].span, children=children)


def _text_node(name: str, value: Value, attributes: dict[str, str]) -> Node:
    return Node(name, "", attributes, value.span, [value.text])


def _angle_node(name: str, value: Value, found: Located) -> Node:
    """More radians than there are in a circle are degrees with the wrong word: that
    is how some releases of Asterisk write them."""
    match = _ANGLE.fullmatch(value.text)
    if match is None:
        return _text_node(name, value, {"uom": _DEGREE})
    radians = (match[2] or "").lower().startswith("radian")
    try:
        size = float(match[1])
    except ValueError:
        return _text_node(name, value, {"uom": _DEGREE})
    if radians and abs(size) <= 2 * math.pi:
        size = math.degrees(size)
    elif radians:
        found.warnings.add("token_repaired")
    return _text_node(name, Value(repr(size), value.span), {"uom": _DEGREE})


def _read_civic(pairs: Mapping[str, Value], found: Located) -> None:
    node = Node("civicAddress", CIVIC, {})
    node.children = [
        Node(name, CIVIC, {}, value.span, [value.text])
        for name, value in pairs.items()
        if name != "lang"
    ]
    civic = read_civic(node)
    if not civic.fields:
        found.warnings.add("location_not_read")
        return
    whole = _around([value.span for value in pairs.values()])
    for name, text in civic.fields.items():
        found.put(name, text, civic.spans.get(name, whole))


def _around(spans: list[tuple[int, int]]) -> tuple[int, int]:
    return min(s[0] for s in spans), max(s[1] for s in spans)


def _confidence(block: Block, found: Located) -> None:
    value = block.value("Confidence")
    if "latitude" not in found.fields:
        return
    if value is None:
        found.warnings.add("confidence_not_given")
        return
    text = _pairs(value).get("value", value).text
    try:
        percent = float(text)
    except ValueError:
        found.warnings.add("confidence_not_given")
        return
    sure, warnings = check_confidence(percent)
    found.warnings.update(warnings)
    if sure is not None:
        found.put("confidence_pct", sure, value.span)
