"""The driver of Asterisk's manager interface: a line that says what calls do, and that
dials when it is told to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aliquot.drivers.lines.api import Decoder, Framer, LineSettings
from aliquot.drivers.lines.asterisk_decoder import LAYOUT, ManagerDecoder
from aliquot.drivers.lines.asterisk_framer import ManagerFramer
from aliquot.drivers.lines.asterisk_options import ManagerOptions
from aliquot.drivers.lines.asterisk_pages import OPTIONS, READS, TITLE, sample
from aliquot.drivers.lines.asterisk_talk import ManagerConversation
from aliquot.drivers.lines.plugins import OptionSpec
from aliquot.drivers.lines.talk import AskKind, Conversation

_HEAD = re.compile(rb"\s*(?:Asterisk Call Manager/|(?:Event|Response): )")


@dataclass(frozen=True, slots=True)
class AsteriskDriver:
    """``LineDriver`` for manager events; with a user it logs in."""

    name: str = "asterisk"
    title: str = TITLE
    reads: str = READS

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return ManagerFramer(settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        return ManagerDecoder(settings)

    def conversation(self, settings: LineSettings) -> Conversation:
        """ValueError for options that will not do."""
        return ManagerConversation(settings)

    def able(self, settings: LineSettings) -> frozenset[AskKind]:
        options = ManagerOptions.of(settings.options)
        if not options.user:
            return frozenset()
        return frozenset(
            {AskKind.TEST} | ({AskKind.DIAL} if options.can_dial else set())
        )

    def claims(self, head: bytes) -> bool:
        """Whether a stream that begins so is of this kind."""
        return _HEAD.match(head) is not None

    def options(self) -> tuple[OptionSpec, ...]:
        return OPTIONS

    def sample(self) -> bytes:
        return sample()

    def layout_names(self) -> tuple[str, ...]:
        return (LAYOUT,)


DRIVER = AsteriskDriver()
