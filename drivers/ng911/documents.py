"""From a frame to the documents in it, and from those to one record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aliquot.drivers.lines.api import Frame, Heard, Noise, NoiseReason
from aliquot.drivers.lines.envelope import unwrap
from aliquot.drivers.ng911.additional import add_block, add_blocks, add_card, is_block
from aliquot.drivers.ng911.cards import read_jcard
from aliquot.drivers.ng911.ground import Ground
from aliquot.drivers.ng911.message import Part, SipMessage, parts_of, read_message
from aliquot.drivers.ng911.pidflo import add_presence, presences
from aliquot.drivers.ng911.record import Draft, noise, shifted, telephone
from aliquot.drivers.ng911.xml_node import Node, parse_xml

PIDF_LO = "pidf_lo"
ADDITIONAL = "additional_data"
MOST_JSON = 4 * 1024 * 1024
_LETTER = re.compile(rb"[\s\xef\xbb\xbf]*[<\[{]")


@dataclass(frozen=True, slots=True)
class Bodies:
    """The parts of a frame; ``message`` where they came in a SIP message."""

    parts: list[Part]
    message: SipMessage | None = None


def bodies(frame: Frame) -> Bodies:
    """At least one part. Places count from the first byte of ``frame.raw``."""
    envelope = unwrap(frame)
    body, at = frame.payload, frame.payload_at
    if envelope is not None:
        body, at = envelope.body, envelope.body_at
        if envelope.content_type.startswith("multipart/"):
            said = envelope.headers["content-type"]
            return Bodies([_moved(part, at) for part in parts_of(said, body)])
    message = read_message(body)
    if message is not None:
        return Bodies([_moved(part, at) for part in message.parts], message)
    return Bodies([Part("", "", body, at)])


def _moved(part: Part, by: int) -> Part:
    return Part(part.content_type, part.content_id, part.body, part.at + by)


def load_json(data: bytes) -> object:
    """Parsed JSON; None for what is none, or is larger than any message."""
    if len(data) > MOST_JSON:
        return None
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def decode_location(frame: Frame, ground: Ground) -> Heard:
    """PIDF-LO and additional data of one frame as one record; else noise."""
    found = bodies(frame)
    draft, seen = Draft(), False
    located = False
    if found.message is not None:
        seen = _add_message(draft, found.message)
    for part in _preferred(found):
        one = Draft(draft.fields, {}, draft.warnings, draft.notes)
        kind = _add_part(one, part, ground, frame.utc_us)
        located = located or kind == PIDF_LO
        seen = seen or kind is not None
        for name, span in shifted(one.spans, part.at).items():
            draft.spans.setdefault(name, span)
    if not seen:
        return _unread(frame)
    if not located and found.message is not None and "latitude" not in draft.fields:
        draft.warnings.add("location_not_read")
    if not draft.fields and not draft.notes and not draft.warnings:
        return noise(frame)
    return draft.record(PIDF_LO if located or found.message else ADDITIONAL, frame)


def _unread(frame: Frame) -> Noise:
    return noise(frame, NoiseReason.UNKNOWN_LAYOUT)


def _preferred(found: Bodies) -> Iterable[Part]:
    """The parts that a Geolocation header names first, in the order of the headers."""
    named = found.message.by_value if found.message else []
    order = {identity: rank for rank, identity in enumerate(named)}
    return sorted(found.parts, key=lambda part: order.get(part.content_id, len(order)))


def _add_message(draft: Draft, message: SipMessage) -> bool:
    """Who called and what can be asked for. Whether it is of an emergency call: any
    other says who called, and no more than that is nothing of ours."""
    said = message.is_emergency_call
    for uri in message.callers():
        number = telephone(uri)
        if number is not None and draft.number(number):
            break
    for uri in message.references:
        draft.put("location_reference", uri)
        draft.note(f"Location by reference: {uri}")
        said = True
    for block, uri in message.data_references:
        draft.note(f"{block} by reference: {uri}")
        said = True
    if len(message.references) + len(message.by_value) > 1:
        draft.warnings.add("several_locations")
    return said


def _add_part(draft: Draft, part: Part, ground: Ground, arrived_us: int) -> str | None:
    """What kind of document a part is; None for one that is none of ours."""
    if not _LETTER.match(part.body):
        return None
    if part.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        card = read_jcard(load_json(part.body))
        if card is None:
            return None
        add_card(draft, card)
        return ADDITIONAL
    root = parse_xml(part.body)
    return None if root is None else add_tree(draft, root, ground, arrived_us)


def add_tree(draft: Draft, root: Node, ground: Ground, arrived_us: int) -> str | None:
    """A document by its root element, whichever it is."""
    found = presences(root)
    for presence in found:
        add_presence(draft, presence, ground, arrived_us)
    if found:
        _add_beside(draft, root)
        return PIDF_LO
    if add_block(draft, root):
        return ADDITIONAL
    if any(_blocks(root)):
        add_blocks(draft, root)
        return ADDITIONAL
    return None


def _blocks(root: Node) -> Iterator[Node]:
    return (node for node in root.children if is_block(node))


def _add_beside(draft: Draft, root: Node) -> None:
    """Blocks that stand beside a location, not inside of it."""
    for node in _blocks(root):
        add_block(draft, node)
