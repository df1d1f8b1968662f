"""The line driver of EIDOs: files, requests, and what a conveyance brings.

Options of a line: ``agency``, our own agency's id. With it the position in an EIDO
is only taken where its agent is ours; another agency's position is a note.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aliquot.drivers.lines.api import (
    Decoder,
    Frame,
    Framer,
    Heard,
    LineSettings,
    OpenCall,
)
from aliquot.drivers.lines.plugins import OptionKind, OptionSpec
from aliquot.drivers.ng911.documents import bodies, load_json
from aliquot.drivers.ng911.drivers import CREDENTIALS
from aliquot.drivers.ng911.eido_parts import eidos_in
from aliquot.drivers.ng911.eido_read import read_eidos, spans_of
from aliquot.drivers.ng911.framer import DocumentFramer
from aliquot.drivers.ng911.ground import Ground
from aliquot.drivers.ng911.record import noise, shifted
from aliquot.drivers.ng911.samples import eido_sample
from aliquot.drivers.ng911.sta024 import MOST_REMEMBERED, is_chatter

LAYOUT = "eido"
_OPTIONS = (
    OptionSpec(
        "agency",
        OptionKind.TEXT,
        "",
        "Our own agency's id. With it, a position of another agency is a note only.",
    ),
    OptionSpec(
        "expires_s",
        OptionKind.NUMBER,
        3600,
        "Seconds that a subscription is asked for; it is renewed before.",
    ),
    OptionSpec(
        "incident_id", OptionKind.TEXT, "", "Ask for this one incident only, once."
    ),
    OptionSpec("filter", OptionKind.TEXT, "", "Filter that the other end knows."),
)
_EVIDENCE = re.compile(
    rb"\"eidoVersion\"|\"updatedByAgencyReference\"|emergency\.eido|"
    rb"\{\s*\"(?:subscribe|unsubscribe|event|terminate|requestForService)(?:Response)?\""
    rb"\s*:\s*\{"
)


@dataclass(frozen=True, slots=True)
class EidoDecoder:
    """A ``Decoder``: an EIDO says all that is known. What a conveyance brought before
    is not said again when the connection was lost and the other end repeats it."""

    settings: LineSettings
    had: OrderedDict[str, None] = field(default_factory=OrderedDict)

    def decode(self, frame: Frame) -> Sequence[Heard]:
        """A record for each EIDO; nothing for messages that only manage."""
        agency = str(self.settings.options.get("agency", ""))
        ground, heard = Ground.of(self.settings), []
        chatter = False
        for part in bodies(frame).parts:
            value = load_json(part.body)
            chatter = chatter or is_chatter(value)
            if is_chatter(value) and self._repeated(value):
                continue
            for eido in read_eidos(value, ground, frame.utc_us, agency):
                spans = spans_of(part.body, eido.draft.fields)
                eido.draft.spans = shifted(spans, part.at)
                heard.append(eido.draft.record(LAYOUT, frame))
        return heard or ([] if chatter else [noise(frame)])

    def _repeated(self, value: object) -> bool:
        """Whether all documents of a message came before."""
        marks = [json.dumps(one, sort_keys=True) for one in eidos_in(value)]
        digests = [hashlib.sha256(mark.encode()).hexdigest() for mark in marks]
        known = bool(digests) and all(digest in self.had for digest in digests)
        for digest in digests:
            self.had[digest] = None
            self.had.move_to_end(digest)
        while len(self.had) > MOST_REMEMBERED:
            self.had.popitem(last=False)
        return known

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        """Nothing is kept between EIDOs."""


@dataclass(frozen=True, slots=True)
class EidoDriver:
    """``LineDriver`` for EIDOs."""

    name: str = "eido"
    title: str = "Calls of another centre (EIDO)"
    reads: str = (
        "Emergency Incident Data Objects: files, requests, or with the source ws:// "
        "or wss:// what another centre conveys."
    )

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return DocumentFramer(settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        return EidoDecoder(settings)

    def claims(self, head: bytes) -> bool:
        """Whether a stream that begins so is of this kind."""
        return _EVIDENCE.search(head) is not None

    def options(self) -> tuple[OptionSpec, ...]:
        return (*_OPTIONS, *CREDENTIALS)

    def sample(self) -> bytes:
        return eido_sample()

    def layout_names(self) -> tuple[str, ...]:
        return (LAYOUT,)


DRIVER = EidoDriver()
