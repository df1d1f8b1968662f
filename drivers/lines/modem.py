"""The driver of a modem with caller ID: it tells who rings, and can dial."""

from __future__ import annotations

from dataclasses import dataclass

from aliquot.drivers.lines.api import Decoder, Framer, LineSettings
from aliquot.drivers.lines.modem_decoder import LAYOUT, ModemDecoder
from aliquot.drivers.lines.modem_framer import ModemFramer, claims_head
from aliquot.drivers.lines.modem_talk import INIT, ModemConversation
from aliquot.drivers.lines.plugins import OptionKind, OptionSpec
from aliquot.drivers.lines.talk import AskKind, Conversation

_OPTIONS = (
    OptionSpec(
        "ring_stop_s",
        OptionKind.NUMBER,
        7.0,
        "Seconds without RING after which the ringing has stopped. It must be more "
        "than the time from one ring to the next, which is 6 s in North America.",
    ),
    OptionSpec(
        "ringing_stops",
        OptionKind.CHOICE,
        "abandoned",
        "What it means when the ringing stops: the caller gave up (abandoned), or "
        "somebody took the call at a telephone beside the modem (answered).",
        ("abandoned", "answered"),
    ),
    OptionSpec(
        "init",
        OptionKind.TEXT,
        INIT,
        "Commands sent when the port is opened, parted by blanks; | parts commands "
        "of which the modem needs to know one. ATZ puts echo on: ATE0 comes last.",
    ),
    OptionSpec(
        "dial_command",
        OptionKind.TEXT,
        "ATDT",
        "Command before the number to dial.",
    ),
    OptionSpec(
        "dial_prefix",
        OptionKind.TEXT,
        "",
        "Digits before every number, to get an outside line; a comma is a pause.",
    ),
    OptionSpec(
        "dial_voice",
        OptionKind.FLAG,
        True,
        "End the number with a semicolon, so that the modem dials only and a person "
        "speaks at the telephone beside it.",
    ),
    OptionSpec(
        "hang_up_s",
        OptionKind.NUMBER,
        20.0,
        "Seconds after dialling at which the modem leaves the line to the telephone "
        "beside it (ATH); 0: never.",
    ),
)


@dataclass(frozen=True, slots=True)
class ModemDriver:
    """``LineDriver`` and ``TalkingDriver`` for Hayes modems."""

    name: str = "modem"
    title: str = "Modem with caller ID"
    reads: str = (
        "What a Hayes modem on a serial port says when the telephone rings: RING, and "
        "the caller's number and name (AT+VCID=1, AT#CID=1)."
    )

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return ModemFramer(settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        return ModemDecoder(settings)

    def conversation(self, settings: LineSettings) -> Conversation:
        return ModemConversation(settings)

    def able(self, settings: LineSettings) -> frozenset[AskKind]:
        return frozenset({AskKind.DIAL, AskKind.TEST})

    def claims(self, head: bytes) -> bool:
        """Whether a stream that begins so is of this kind."""
        return claims_head(head)

    def layout_names(self) -> tuple[str, ...]:
        return (LAYOUT,)

    def options(self) -> tuple[OptionSpec, ...]:
        return _OPTIONS

    def sample(self) -> bytes:
        """One call with caller ID, as a modem writes it."""
        return (
            b"\r\nDATE=0503\r\n\r\nTIME=1842\r\n\r\nNAME=ALDER ROSE\r\n"
            b"\r\nNMBR=6175550142\r\n\r\nRING\r\n\r\nRING\r\n"
        )


DRIVER = ModemDriver()
