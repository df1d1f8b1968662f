"""Framer and decoder of a line as it is tried on the bench: with layouts at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from aliquot.drivers.lines import ali, plugins
from aliquot.drivers.lines.ali_decoder import LabelDetector, unknown
from aliquot.drivers.lines.api import (
    Decoder,
    Frame,
    Framer,
    Heard,
    LineDriver,
    LineSettings,
    OpenCall,
)
from aliquot.drivers.lines.decode import decode_record
from aliquot.drivers.lines.detect import Detector, Starts
from aliquot.drivers.lines.field_text import decode_bytes
from aliquot.drivers.lines.framer import AliFramer
from aliquot.drivers.lines.framer_frames import Judge
from aliquot.drivers.lines.label_decode import LabelReader
from aliquot.drivers.lines.label_layout import LabelLayout
from aliquot.drivers.lines.layouts import Layout, bundled
from aliquot.drivers.lines.recording_format import Header

ALI = ali.DRIVER.name
AnyLayout = Layout | LabelLayout


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
    def layout(self) -> str:
        """Name for people: of the layout, or ``auto``."""
        if self.own is not None:
            return self.own.name
        return ", ".join(self.settings.layouts) or "auto"

    def layouts(self) -> tuple[Layout, ...]:
        """Those of columns that a record may have; none for what is no ALI line."""
        if not self.is_ali:
            return ()
        own = self.own
        if own is None:
            names = self.settings.layouts
            return tuple(x for x in bundled() if not names or x.name in names)
        mine = (own,) if isinstance(own, Layout) else ()
        if self.alone:
            return mine
        return (*mine, *(x for x in bundled() if x.name != own.name))

    def framer(self, start: int = 0) -> Framer:
        if self.own is None or not self.is_ali:
            return self.driver.framer(self.settings, start)
        return _OwnFramer(self.settings, self.layouts(), start)

    def decoder(self) -> Decoder:
        if self.own is None or not self.is_ali:
            return self.driver.decoder(self.settings)
        labels = self.own if isinstance(self.own, LabelLayout) else None
        return _OwnDecoder(self.settings, self.layouts(), labels, self.alone)


class _OwnFramer(AliFramer):
    """The ALI framer with layouts that are handed in."""

    def __init__(
        self, settings: LineSettings, layouts: Sequence[Layout], start: int
    ) -> None:
        super().__init__(replace(settings, layouts=()), start)
        starts = Starts(layouts)
        self._starts = Starts(()) if self._gap_only else starts
        self._judge = Judge(settings.framing, starts)


class _OwnDecoder:
    """``Decoder`` by layouts that are handed in; the house's own for the rest."""

    def __init__(
        self,
        settings: LineSettings,
        layouts: Sequence[Layout],
        labels: LabelLayout | None,
        alone: bool,
    ) -> None:
        self._settings = settings
        self._detector = Detector(layouts)
        own = () if labels is None else (labels,)
        self._ranked = LabelDetector(own)
        self._readers = {layout.name: LabelReader(layout) for layout in own}
        bare = replace(settings, layouts=())
        self._rest = None if alone else ali.DRIVER.decoder(bare)

    def decode(self, frame: Frame) -> Sequence[Heard]:
        for labels in self._ranked.rank(decode_bytes(frame.payload)):
            record = self._readers[labels.name].read(frame, self._settings)
            if record is not None:
                return (record,)
        for layout in self._detector.rank(frame.payload):
            record = decode_record(layout, frame, self._settings)
            if record is not None:
                return (record,)
        if self._rest is not None:
            return self._rest.decode(frame)
        return (unknown(frame),)

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        """An ALI line knows of no open calls."""


def settings_for(header: Header, driver: LineDriver | None = None) -> LineSettings:
    """Settings to read a recording with, by its header."""
    parity = "strip_even" if (header.format or "").upper().startswith("7E") else "none"
    # Whoever reads a file wants all that is in it, outgoing calls too.
    specs = plugins.options(driver) if driver else ()
    options = {spec.name: True for spec in specs if spec.name == "all_calls"}
    return LineSettings(parity=parity, options=options)


def driver_for(header: Header, head: bytes, name: str | None = None) -> LineDriver:
    """By name, else by header, else by the first bytes. Raises ``DriverError``."""
    return plugins.driver(name or header.driver or plugins.guess(head))
