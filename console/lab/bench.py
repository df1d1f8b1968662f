"""Framer and decoder of a line as it is tried on the bench: with layouts at hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from aliquot.drivers.lines import ali, plugins
from aliquot.drivers.lines.ali_own import AnyLayout, OwnDecoder, beside, own_framer
from aliquot.drivers.lines.api import Decoder, Framer, LineDriver, LineSettings
from aliquot.drivers.lines.layouts import Layout, choose
from aliquot.drivers.lines.parity import Parity, of_format
from aliquot.drivers.lines.recording_format import Header

ALI = ali.DRIVER.name


@dataclass(frozen=True, slots=True)
class Bench:
    """What a recording is heard with.

    ``own`` is a layout that is no bundled one; it is taken ``alone``, or with the
    bundled ones beside it.
    """

    driver: LineDriver
    settings: LineSettings = field(default_factory=LineSettings)
    own: AnyLayout | None = None
    alone: bool = True

    @property
    def is_ali(self) -> bool:
        return self.driver.name == ALI

    @property
    def seven(self) -> bool:
        """Whether what was received has a parity bit that is no part of the text."""
        return self.settings.parity != Parity.NONE.value

    @property
    def layout(self) -> str:
        """Name for people: of the layout, or ``auto``."""
        if self.own is not None:
            return self.own.name
        return ", ".join(self.settings.layouts) or "auto"

    def layouts(self) -> tuple[Layout, ...]:
        """Those of columns that a record may have; none for what is no ALI line."""
        if not self.is_ali:
            return ()
        if self.own is not None:
            return beside(self.own, self._bare(), self.alone)
        return choose(self.settings.layouts)

    def framer(self, start: int = 0) -> Framer:
        if self.own is None or not self.is_ali:
            return self.driver.framer(self.settings, start)
        return own_framer(self.own, self._bare(), start, self.alone)

    def decoder(self) -> Decoder:
        if self.own is None or not self.is_ali:
            return self.driver.decoder(self.settings)
        return OwnDecoder(self.own, self._bare(), self.alone)

    def _bare(self) -> LineSettings:
        """All bundled layouts may stand beside the own one."""
        return replace(self.settings, layouts=())


def settings_for(header: Header, driver: LineDriver | None = None) -> LineSettings:
    """Settings to read a recording with, by its header."""
    parity = of_format(header.format or "").value
    # Whoever reads a file wants all that is in it, outgoing calls too.
    specs = plugins.options(driver) if driver else ()
    options = {spec.name: True for spec in specs if spec.name == "all_calls"}
    return LineSettings(parity=parity, options=options)


def driver_for(header: Header, head: bytes, name: str | None = None) -> LineDriver:
    """By name, else by header, else by the first bytes. Raises ``DriverError``."""
    return plugins.driver(name or header.driver or plugins.guess(head))


__all__ = ["ALI", "AnyLayout", "Bench", "driver_for", "settings_for"]
