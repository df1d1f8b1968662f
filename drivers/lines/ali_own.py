"""An ALI line by a layout of one's own: a file that the line's options name.

The bundled layouts that the settings allow stand beside it, so that what the own one
does not know is read all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from aliquot.drivers.lines.ali_again import parted
from aliquot.drivers.lines.ali_decoder import AliDecoder, LabelDetector, unknown
from aliquot.drivers.lines.api import Decoder, Frame, Heard, LineSettings, OpenCall
from aliquot.drivers.lines.decode import decode_record
from aliquot.drivers.lines.detect import Detector
from aliquot.drivers.lines.field_text import decode_bytes
from aliquot.drivers.lines.framer import AliFramer
from aliquot.drivers.lines.label_decode import LabelReader
from aliquot.drivers.lines.label_file import parse_label_layout
from aliquot.drivers.lines.label_layout import LabelLayout
from aliquot.drivers.lines.layout_file import parse_layout
from aliquot.drivers.lines.layouts import Layout, LayoutError, choose, is_labelled
from aliquot.drivers.lines.screen import is_painted, read_painted

OPTION = "layout_file"
AnyLayout = Layout | LabelLayout


def parse_any(text: str, file: str) -> AnyLayout:
    """A layout of columns or of labels. Raises ``LayoutError``."""
    if is_labelled(text):
        return parse_label_layout(text, file)
    return parse_layout(text, file)


def layout_of(settings: LineSettings) -> AnyLayout | None:
    """The layout that the settings name a file of. Raises ``LayoutError``."""
    name = settings.options.get(OPTION)
    if not isinstance(name, str) or not name:
        return None
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        what = "cannot be read as text; give a layout file that is there"
        raise LayoutError(name, OPTION, what) from None
    return parse_any(text, name)


def beside(own: AnyLayout, settings: LineSettings, alone: bool) -> tuple[Layout, ...]:
    """The layouts of columns that count: the own one first, and the others."""
    mine = (own,) if isinstance(own, Layout) else ()
    if alone:
        return mine
    return (*mine, *(x for x in choose(settings.layouts) if x.name != own.name))


def own_framer(
    own: AnyLayout, settings: LineSettings, start: int = 0, alone: bool = False
) -> AliFramer:
    return AliFramer(settings, start, layouts=beside(own, settings, alone))


class OwnDecoder:
    """``Decoder`` by a layout of one's own; the bundled ones for the rest."""

    def __init__(
        self, own: AnyLayout, settings: LineSettings, alone: bool = False
    ) -> None:
        self._settings = settings
        columns = (own,) if isinstance(own, Layout) else ()
        self._labels = labels = (own,) if isinstance(own, LabelLayout) else ()
        self._detector = Detector(columns)
        self._ranked = LabelDetector(labels)
        self._readers = {layout.name: LabelReader(layout) for layout in labels}
        self._rest: Decoder | None = None if alone else AliDecoder(settings)

    def decode(self, frame: Frame) -> Sequence[Heard]:
        if is_painted(frame.payload):
            return list(read_painted(frame, self.decode))
        return [
            one for part in parted(frame, self._labels) for one in self._decode(part)
        ]

    def _decode(self, frame: Frame) -> Sequence[Heard]:
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
