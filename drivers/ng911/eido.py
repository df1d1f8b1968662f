"""The line driver of EIDOs: files, requests, and what a conveyance brings.

Options of a line: ``agency``, our own agency's id. With it the position in an EIDO
is only taken where its agent is ours; another agency's position is a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aliquot.drivers.lines.api import (
    Decoder,
    Frame,
    Framer,
    Heard,
    LineSettings,
    OpenCall,
)
from aliquot.drivers.ng911.documents import bodies, load_json
from aliquot.drivers.ng911.eido_read import read_eidos, spans_of
from aliquot.drivers.ng911.framer import DocumentFramer
from aliquot.drivers.ng911.ground import Ground
from aliquot.drivers.ng911.record import noise, shifted
from aliquot.drivers.ng911.sta024 import is_chatter

LAYOUT = "eido"
_EVIDENCE = re.compile(
    rb"\"eidoVersion\"|\"updatedByAgencyReference\"|emergency\.eido|"
    rb"\{\s*\"(?:subscribe|unsubscribe|event|terminate|requestForService)(?:Response)?\""
    rb"\s*:\s*\{"
)


@dataclass(frozen=True, slots=True)
class EidoDecoder:
    """A ``Decoder`` without memory: an EIDO says all that is known."""

    settings: LineSettings

    def decode(self, frame: Frame) -> Sequence[Heard]:
        """A record for each EIDO; nothing for messages that only manage."""
        agency = str(self.settings.options.get("agency", ""))
        ground, heard = Ground.of(self.settings), []
        chatter = False
        for part in bodies(frame).parts:
            value = load_json(part.body)
            chatter = chatter or is_chatter(value)
            for eido in read_eidos(value, ground, frame.utc_us, agency):
                spans = spans_of(part.body, eido.draft.fields)
                eido.draft.spans = shifted(spans, part.at)
                heard.append(eido.draft.record(LAYOUT, frame))
        return heard or ([] if chatter else [noise(frame)])

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        """Nothing is kept between EIDOs."""


@dataclass(frozen=True, slots=True)
class EidoDriver:
    """``LineDriver`` for EIDOs."""

    name: str = "eido"

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return DocumentFramer(settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        return EidoDecoder(settings)

    def claims(self, head: bytes) -> bool:
        """Whether a stream that begins so is of this kind."""
        return _EVIDENCE.search(head) is not None

    def layout_names(self) -> tuple[str, ...]:
        return (LAYOUT,)


DRIVER = EidoDriver()
