"""The driver of Nortel's call records: SL-1, Norstar with its real-time lines, and
what a DMS-100 logs of 9-1-1 calls that met with trouble."""

from __future__ import annotations

from dataclasses import dataclass

from aliquot.drivers.lines.api import Decoder, Framer, LineSettings
from aliquot.drivers.lines.plugins import OptionSpec
from aliquot.drivers.lines.smdr_lines import OPTIONS, LineFramer, Wanted
from aliquot.drivers.lines.smdr_nortel_decoder import NortelDecoder
from aliquot.drivers.lines.smdr_nortel_e911 import LAYOUT as DMS_E911
from aliquot.drivers.lines.smdr_nortel_lines import (
    NORSTAR,
    NORSTAR_LIVE,
    SL1,
    joins,
    knows,
    opens,
)


@dataclass(frozen=True, slots=True)
class NortelDriver:
    """``LineDriver`` for the call records of BCM, Meridian and Norstar."""

    name: str = "smdr_nortel"
    title: str = "Call records of Nortel BCM, SL-1 and Norstar"
    reads: str = (
        "SL-1 lines and Norstar reports for each call that is over, and Norstar "
        "real-time lines, which also say that a call rings and is answered; E911 logs "
        "of a DMS-100, which say that something of a call went wrong."
    )

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return LineFramer(settings, start, opens, joins)

    def decoder(self, settings: LineSettings) -> Decoder:
        return NortelDecoder(Wanted.of(settings))

    def claims(self, head: bytes) -> bool:
        """Whether a stream that begins so is of this kind."""
        return any(knows(line) for line in head.splitlines()[:8])

    def layout_names(self) -> tuple[str, ...]:
        return (SL1, NORSTAR, NORSTAR_LIVE, DMS_E911)

    def options(self) -> tuple[OptionSpec, ...]:
        return OPTIONS

    def sample(self) -> bytes:
        """Two SL-1 records, one of a caller who gave up, and two of Norstar."""
        return (
            b"N 028 00 T047000 DN2221 05/03 18:42 00:12:04\r\n"
            b"B 029 00 T047000 DN2221 05/03 18:56 00:00:21\r\n"
            b"-------- 05/03/26 18:57:10 LINE = 0019 STN = 2221\r\n"
            b"CALLING NUMBER 6175550142\r\nNAME ALDER ROSE\r\n"
            b"00:00:00 INCOMING CALL RINGING 0:04\r\n00:02:47 CALL RELEASED\r\n"
            b"*050326 190000 0019         6175550143 CEDAR LYNN      U G\r\n"
            b"*050326 190021 0019    2221 6175550143 CEDAR LYNN      U N\r\n"
        )


DRIVER = NortelDriver()
