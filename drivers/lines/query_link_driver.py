"""The driver of an ALI line that is asked: ``ali_link``. EXPERIMENTAL.

Options of the line: ``link``, the name of a bundled table, or ``link_file``, the path
of one; single settings of it by their key, such as ``times_ack_ms``; and ``pair``,
which makes one of two lines: what fails on one link is asked on the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from aliquot.drivers.lines.ali import DRIVER as ALI
from aliquot.drivers.lines.api import Decoder, Framer, LineSettings
from aliquot.drivers.lines.layouts import bundled
from aliquot.drivers.lines.plugins import OptionSpec
from aliquot.drivers.lines.query_link import QueryLink
from aliquot.drivers.lines.query_link_options import PAIR, link_options
from aliquot.drivers.lines.query_link_pair import LinkPair
from aliquot.drivers.lines.query_link_table import table_of
from aliquot.drivers.lines.query_link_wire import LinkFramer
from aliquot.drivers.lines.talk import AskKind, Conversation


@dataclass(frozen=True, slots=True)
class AliLinkDriver:
    """``LineDriver`` and ``TalkingDriver``. All methods raise ``LayoutError`` for a
    table, setting or layout that there is not."""

    name: str = "ali_link"
    title: str = "Two-way ALI query link (experimental)"
    reads: str = "ALI records that are asked for, as well as those that come unasked."

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return LinkFramer(table_of(settings.options), settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        return ALI.decoder(settings)

    def conversation(self, settings: LineSettings) -> Conversation:
        return QueryLink(table_of(settings.options), settings)

    def pair_name(self, settings: LineSettings) -> str:
        """The word that two lines of one pair share; "" for a line alone."""
        return str(settings.options.get(PAIR, ""))

    def pair(self, settings: LineSettings) -> tuple[Conversation, Conversation]:
        """For two lines of one pair; ``settings`` are those of the first."""
        made = LinkPair(table_of(settings.options), settings)
        return made.a, made.b

    def able(self, settings: LineSettings) -> frozenset[AskKind]:
        return frozenset((AskKind.REBID, AskKind.TEST))

    def options(self) -> tuple[OptionSpec, ...]:
        return link_options()

    def layout_names(self) -> tuple[str, ...]:
        return tuple(layout.name for layout in bundled())


DRIVER = AliLinkDriver()
