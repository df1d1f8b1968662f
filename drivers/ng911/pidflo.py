"""PIDF-LO (RFC 4119, 5139, 5491, 6848, 7459): where a device or a person is.

A document may tell of several places. Per RFC 5491 the first is preferred; the
others stay in the note. One ``location-info`` with a shape and an address is one
place said twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from aliquot.drivers.lines.checks import check_confidence, check_uncertainty
from aliquot.drivers.ng911.additional import add_blocks
from aliquot.drivers.ng911.civic import Civic, read_civic
from aliquot.drivers.ng911.ground import Ground
from aliquot.drivers.ng911.record import Draft, telephone
from aliquot.drivers.ng911.shapes import Shape, is_shape, read_shape
from aliquot.drivers.ng911.xml_node import Node

_HOLDERS = ("tuple", "device", "person")
_SURE = 1e-9


@dataclass(slots=True)
class Place:
    """One ``location-info``: a shape, an address, or both of one place."""

    holder: str  # tuple, device or person
    shape: Shape | None = None
    civic: Civic | None = None
    more: list[Shape | Civic] = field(default_factory=list)
    confidence: Node | None = None
    method: Node | None = None
    timestamp: Node | None = None
    geopriv: Node | None = None
    problems: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        return self.shape is not None or self.civic is not None

    @property
    def line(self) -> str:
        """In words, for a note."""
        parts = [_shape_line(self.shape)] if self.shape else []
        parts += [self.civic.line] if self.civic else []
        said = f"{self.holder}, {self.method.text}" if self.method else self.holder
        return f"{'; '.join(parts)} ({said})"


def _shape_line(shape: Shape) -> str:
    line = f"{shape.centre[0]:.6f}, {shape.centre[1]:.6f}"
    return line if shape.radius_m is None else f"{line} within {shape.radius_m:.0f} m"


def presences(root: Node) -> list[Node]:
    """The ``presence`` documents in a tree, the root itself among them."""
    return [root] if root.name == "presence" else list(root.below("presence"))


def read_places(presence: Node, ground: Ground) -> list[Place]:
    """All places of a document in its order, those that could not be read too."""
    places = []
    for holder in presence.all(*_HOLDERS):
        for geopriv in holder.below("geopriv"):
            timestamp = holder.child("timestamp") or geopriv.child("timestamp")
            for info in geopriv.all("location-info"):
                place = _read_info(info, ground)
                place.holder = holder.name
                place.timestamp = timestamp
                place.method = geopriv.child("method")
                place.geopriv = geopriv
                places.append(place)
    return places


def _read_info(info: Node, ground: Ground) -> Place:
    place = Place("tuple", confidence=info.first_below("confidence"))
    for found in _said(info, ground):
        match found:
            case Shape() if place.shape is None:
                place.shape = found
            case Civic() if place.civic is None:
                place.civic = found
            case tuple():
                place.problems += found
            case _:
                place.more.append(found)
    return place


def _said(info: Node, ground: Ground) -> Iterator[Shape | Civic | tuple[str, ...]]:
    """Shapes and addresses, also inside GML's own ``location``."""
    for node in info.children:
        inside = node.children if node.name == "location" else [node]
        for one in inside:
            if is_shape(one):
                yield read_shape(one, ground)
            elif one.name in ("civicAddress", "civicLoc"):
                yield read_civic(one)


def add_presence(draft: Draft, presence: Node, ground: Ground, arrived_us: int) -> bool:
    """What one document says. Whether it told of a place."""
    places = read_places(presence, ground)
    known = [place for place in places if place.known]
    for place in places:
        if not place.known or place.problems:
            draft.warnings.update(place.problems)
    if known:
        _add_place(draft, known[0], ground)
    first = known[0] if known else next(iter(places), None)
    if first is not None:
        _add_about(draft, first, arrived_us)
    _add_others(draft, known)
    _add_identity(draft, presence)
    if not known:
        draft.warnings.add("location_not_read")
    for node in presence.below("provided-by"):
        add_blocks(draft, node)
    return bool(known)


def _add_place(draft: Draft, place: Place, ground: Ground) -> None:
    if place.shape is not None:
        _add_shape(draft, place.shape, ground)
        _add_confidence(draft, place.confidence)
    if place.civic is not None:
        for name, text in place.civic.fields.items():
            draft.put(name, text, place.civic.spans.get(name))
        for note in place.civic.notes:
            draft.note(note)


def _add_shape(draft: Draft, shape: Shape, ground: Ground) -> None:
    latitude, longitude = shape.centre
    draft.warnings.update(shape.warnings)
    if abs(latitude) < _SURE and abs(longitude) < _SURE:
        draft.warnings.add("no_fix")
        return
    if ground.far(latitude, longitude):
        draft.warnings.add("outside_extent")
    radius, warnings = check_uncertainty(shape.radius_m)
    draft.warnings.update(warnings)
    draft.put("latitude", latitude, shape.at)
    draft.put("longitude", longitude, shape.at)
    if shape.altitude_m is not None:
        draft.put("altitude_m", shape.altitude_m, shape.at)
    if radius is not None:
        draft.put("uncertainty_m", radius, shape.radius_at)
    if shape.json is not None:
        draft.put("shape", shape.json, shape.at)


def _add_confidence(draft: Draft, node: Node | None) -> None:
    """RFC 7459: a number of percent, or ``unknown``. Absent is not given."""
    text = node.text if node else ""
    if text.lower() in ("", "unknown"):
        draft.warnings.add("confidence_not_given")
        return
    try:
        percent = float(text)
    except ValueError:
        percent = float("nan")
    value, warnings = check_confidence(percent)
    draft.warnings.update(warnings)
    if value is not None and node is not None:
        draft.put("confidence_pct", value, node.inner)
        if (pdf := node.attributes.get("pdf", "")) not in ("", "unknown"):
            draft.note(f"Distribution of the uncertainty: {pdf}")


def _add_about(draft: Draft, place: Place, arrived_us: int) -> None:
    """How and when it was found, and what may be done with it."""
    if place.method is not None:
        draft.put("location_method", place.method.text, place.method.inner)
    if place.timestamp is not None:
        draft.time(place.timestamp.text, arrived_us, place.timestamp.inner)
    rules = place.geopriv.child("usage-rules") if place.geopriv else None
    if rules is None:
        return
    if rules.text_of("retransmission-allowed").lower() in ("no", "false"):
        draft.note("The source does not allow that its location is passed on.")
    if expiry := rules.text_of("retention-expiry"):
        draft.note(f"To be kept until {expiry}")


def _add_others(draft: Draft, known: list[Place]) -> None:
    more = [one for place in known for one in place.more]
    for one in more:
        line = one.line if isinstance(one, Civic) else _shape_line(one)
        draft.note(f"Another location: {line}")
    for place in known[1:]:
        draft.note(f"Another location: {place.line}")
    if more or len(known) > 1:
        draft.warnings.add("several_locations")


def _add_identity(draft: Draft, presence: Node) -> None:
    """A number in the entity, and what a moving thing says of its movement."""
    entity = presence.attributes.get("entity", "")
    number = telephone(entity)
    if number is not None:
        draft.number(number)
    for node in presence.below("Dynamic"):
        said = [f"{part.name} {part.text}" for part in node.children if part.text]
        draft.note("Movement: " + ", ".join(said))
    for node in presence.below("deviceID"):
        draft.note(f"Device: {node.text}")
