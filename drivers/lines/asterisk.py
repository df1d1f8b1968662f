"""The driver of Asterisk's manager interface: a line that says what calls do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aliquot.drivers.lines.api import Decoder, Framer, LineSettings
from aliquot.drivers.lines.asterisk_decoder import LAYOUT, ManagerDecoder
from aliquot.drivers.lines.asterisk_framer import ManagerFramer

_HEAD = re.compile(rb"\s*(?:Asterisk Call Manager/|(?:Event|Response): )")


@dataclass(frozen=True, slots=True)
class AsteriskDriver:
    """``LineDriver`` for manager events."""

    name: str = "asterisk"

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return ManagerFramer(settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        return ManagerDecoder()

    def claims(self, head: bytes) -> bool:
        """Whether a stream that begins so is of this kind."""
        return _HEAD.match(head) is not None

    def layout_names(self) -> tuple[str, ...]:
        return (LAYOUT,)


DRIVER = AsteriskDriver()
