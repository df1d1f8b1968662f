"""The line drivers of NG9-1-1 documents: PIDF-LO and HELD. See ``eido`` for EIDO."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from aliquot.drivers.lines.api import (
    Decoder,
    Frame,
    Framer,
    Heard,
    LineSettings,
    OpenCall,
)
from aliquot.drivers.lines.plugins import OptionKind, OptionSpec
from aliquot.drivers.lines.talk import AskKind, Conversation
from aliquot.drivers.ng911.documents import ADDITIONAL, PIDF_LO, bodies, decode_location
from aliquot.drivers.ng911.framer import DocumentFramer
from aliquot.drivers.ng911.ground import Ground
from aliquot.drivers.ng911.held import HeldError, add_answer, read_answer
from aliquot.drivers.ng911.record import Draft, shifted
from aliquot.drivers.ng911.samples import held_sample, pidflo_sample
from aliquot.drivers.ng911.xml_node import parse_xml

HELD = "held"
HELD_ERROR = "held_error"

_ANY_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE)\b")
_LOCATION = re.compile(
    rb"ns:pidf|EmergencyCallData|AutomatedCrashNotification|ns:vcard|"
    rb"\[\s*\"vcard\"|application/pidf\+xml|\AINVITE urn:(?:nena:)?service:sos\b|\nGeolocation:",
)
_HELD = re.compile(rb"<(?:\w+:)?locationResponse\b|ns:geopriv:held\b|held\+xml")

CREDENTIALS = (
    OptionSpec("name", OptionKind.TEXT, "", "Name we are known by at the other end."),
    OptionSpec(
        "secret_file", OptionKind.FILE, "", "File with the secret that goes with it."
    ),
)
_TIMEOUT = OptionSpec(
    "timeout_s", OptionKind.NUMBER, 5.0, "Seconds that an answer may take, up to 60."
)

Decode = Callable[[Frame, LineSettings], Heard]


@dataclass(frozen=True, slots=True)
class DocumentDecoder:
    """A ``Decoder`` without memory: each document stands for itself."""

    decode_one: Decode
    settings: LineSettings

    def decode(self, frame: Frame) -> Sequence[Heard]:
        return (self.decode_one(frame, self.settings),)

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        """Nothing is kept between documents."""


@dataclass(frozen=True, slots=True)
class DocumentDriver:
    """``LineDriver`` of one kind of document. ``evidence`` is sought in the head."""

    name: str
    title: str
    reads: str
    layouts: tuple[str, ...]
    decode_one: Decode
    evidence: re.Pattern[bytes]
    make_sample: Callable[[], bytes]
    fallback: re.Pattern[bytes] | None = None
    never: re.Pattern[bytes] | None = None

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return DocumentFramer(settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        return DocumentDecoder(self.decode_one, settings)

    def claims(self, head: bytes) -> bool:
        """Whether a stream that begins so is of this kind."""
        if self.never is not None and self.never.search(head):
            return False
        if self.evidence.search(head):
            return True
        return self.fallback is not None and self.fallback.match(head) is not None

    def layout_names(self) -> tuple[str, ...]:
        return self.layouts

    def sample(self) -> bytes:
        return self.make_sample()


@dataclass(frozen=True, slots=True)
class HeldDriver(DocumentDriver):
    """Also a ``TalkingDriver``: a rebid asks the location server."""

    def options(self) -> tuple[OptionSpec, ...]:
        return (*CREDENTIALS, _TIMEOUT)

    def conversation(self, settings: LineSettings) -> Conversation:
        from aliquot.drivers.ng911.held_client import HeldConversation

        return HeldConversation()

    def able(self, settings: LineSettings) -> frozenset[AskKind]:
        """A location server is asked where a device is; it rings nobody."""
        return frozenset((AskKind.REBID,))


def decode_pidflo(frame: Frame, settings: LineSettings) -> Heard:
    return decode_location(frame, Ground.of(settings))


def decode_held(frame: Frame, settings: LineSettings) -> Heard:
    """An answer of a location server; a PIDF-LO alone, as a dereference may give."""
    ground = Ground.of(settings)
    for part in bodies(frame).parts:
        root = parse_xml(part.body)
        answer = read_answer(root) if root is not None else None
        if answer is None:
            continue
        draft = Draft()
        if isinstance(answer, HeldError):
            draft.warnings.add("location_not_read")
            draft.note(f"No location: {answer.code} {answer.text()}".strip())
            return draft.record(HELD_ERROR, frame)
        add_answer(draft, answer, ground, frame.utc_us)
        draft.spans = shifted(draft.spans, part.at)
        return draft.record(HELD, frame)
    return decode_location(frame, ground)


PIDFLO_DRIVER = DocumentDriver(
    name="pidflo",
    title="Locations (PIDF-LO)",
    reads="Where a caller is, as NG9-1-1 documents say it: PIDF-LO alone, in a SIP "
    "message, with additional data of the call; crash data of vehicles.",
    make_sample=pidflo_sample,
    layouts=(PIDF_LO, ADDITIONAL),
    decode_one=decode_pidflo,
    evidence=_LOCATION,
    fallback=_ANY_XML,
    never=_HELD,
)
HELD_DRIVER = HeldDriver(
    name="held",
    title="Location server (HELD)",
    reads="Answers of a location server, by value and by reference. With the source "
    "held:https://… a rebid asks it.",
    make_sample=held_sample,
    layouts=(HELD, HELD_ERROR, PIDF_LO, ADDITIONAL),
    decode_one=decode_held,
    evidence=_HELD,
)
