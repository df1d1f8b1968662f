"""The lab's parts laid out, and what links them: hover a field, its bytes light."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from aliquot.console.domain.lab_result import ItemDetail
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.arrangement import NARROW, Arrangement
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.lab import words
from aliquot.widgets.lab.bench import Bench, Moved, Shown
from aliquot.widgets.lab.bytes_view import BytesView, Chosen, PointedAt
from aliquot.widgets.lab.editor import LayoutPane
from aliquot.widgets.lab.fields import FieldsPane, SpanWanted
from aliquot.widgets.lab.items import ItemList
from aliquot.widgets.lab.marks import MarkRow, Marks, Named
from aliquot.widgets.lab.plots import KINDS, PlotRail
from aliquot.widgets.lab.transport import Transport
from aliquot.widgets.lines.live import LiveLines
from aliquot.widgets.parts import label
from aliquot.widgets.theme.look import Look

ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
_TITLES = ("Bytes and fields", "Layout", "Plots")


class LabBody(QWidget):
    """All there is once a recording is open."""

    def __init__(
        self,
        bench: Bench,
        bridge: Bridge,
        book: ActionBook,
        look: Look,
        live: LiveLines,
        kind: Arrangement,
    ) -> None:
        super().__init__()
        self.bench, self._book = bench, book
        self.marks = Marks()
        self.transport = Transport(bench, book, look)
        self.items = ItemList(bench, look)
        self.bytes = BytesView(look)
        self.mark_row = MarkRow(book, look, bench.lab.field_names())
        self.fields = FieldsPane(look)
        self.layout_pane = LayoutPane(bench.lab, book, look)
        self.plots = PlotRail(bench, bridge, look, live)
        self._kind: Arrangement | None = None
        self._shares = [1, 1, 1]
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._share)
        self._shown: ItemDetail | None = None
        self._build(look, kind)
        self._connect()

    def _build(self, look: Look, kind: Arrangement) -> None:
        left = QWidget()
        below = QVBoxLayout(left)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(look.space())
        below.addWidget(self.bytes, 1)
        below.addWidget(self.mark_row)
        self._found = QSplitter(ACROSS)
        for part in (self.items, left, self.fields):
            self._found.addWidget(part)
        key = self._book.key_text(Act.LAB_OPEN)
        self.empty = label(words.EMPTY.format(open=key), name="empty", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.empty)
        self._middle.addWidget(self._found)
        self._foot = QSplitter(ACROSS)
        self._tabs = QTabWidget()
        self._tabs.setAccessibleName("Parts of the lab")
        self._tabs.tabBar().setAccessibleName("Parts of the lab")
        self._halves = QSplitter(DOWN)
        for split in (self._found, self._foot, self._halves):
            split.setChildrenCollapsible(False)
            split.setHandleWidth(look.space(2))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(look.space())
        box.addWidget(self.transport)
        box.addWidget(self._halves, 1)
        self.set_kind(kind)

    def _connect(self) -> None:
        self.bench.moved.connect(self._on_moved)
        self.bench.shown.connect(self._on_shown)
        self.bytes.pointed.connect(self._on_pointed)
        self.bytes.chosen.connect(self._on_chosen)
        self.bytes.named.connect(self._on_named)
        self.fields.table.wanted.connect(self._on_span)
        self.mark_row.named.connect(self._on_mark)

    # room

    def set_kind(self, kind: Arrangement) -> None:
        """Wide: all at once. Compact: layout and plots share a place. Narrow: one
        at a time."""
        if kind is self._kind:
            return
        self._kind = kind
        for part in (self._middle, self.layout_pane, self.plots):
            part.setParent(None)
        self._tabs.clear()
        self._foot.setParent(None)
        self._tabs.setParent(None)
        if kind is Arrangement.WIDE:
            self._put_wide()
        else:
            self._put_tabs(narrow=kind in NARROW)
        wide, narrow = kind is Arrangement.WIDE, kind in NARROW
        self.plots.set_columns(1 if wide else len(KINDS))
        self.transport.set_narrow(narrow)
        self.items.set_narrow(narrow)
        self.fields.set_narrow(narrow)

    def _put_wide(self) -> None:
        self._foot.addWidget(self.layout_pane)
        self._foot.addWidget(self.plots)
        self._foot.setSizes([1350, 500])
        self._halves.addWidget(self._middle)
        self._halves.addWidget(self._foot)
        for part in (self._foot, self._middle, self.layout_pane, self.plots):
            part.show()
        self._halves.setSizes([460, 400])
        self._shares = [480, 700, 700]
        self._soon.start()

    def _put_tabs(self, narrow: bool) -> None:
        parts = [self._middle, self.layout_pane, self.plots]
        for part, title in list(zip(parts, _TITLES, strict=True))[not narrow :]:
            self._tabs.addTab(part, title)
        if not narrow:
            self._halves.addWidget(self._middle)
            self._middle.show()
        self._halves.addWidget(self._tabs)
        self._tabs.show()
        self._halves.setSizes([1] if narrow else [300, 260])
        self._shares = [300, 350, 330] if narrow else [420, 450, 480]
        self._soon.start()

    @Slot()
    def _share(self) -> None:
        """The width among items, bytes and fields, when there is one to be shared."""
        whole, width = sum(self._shares), self._found.width()
        self._found.setSizes([width * share // whole for share in self._shares])

    def show_part(self, part: QWidget) -> None:
        """Bring one to the front where they are tabs."""
        at = self._tabs.indexOf(part)
        if at >= 0:
            self._tabs.setCurrentIndex(at)

    def show_layout(self) -> None:
        self.show_part(self.layout_pane)

    @property
    def home(self) -> QWidget:
        """Where the focus goes when the lab is turned to."""
        return self.items if self.bench.result is not None else self.transport.strip

    def show_bytes(self) -> None:
        self.show_part(self._middle)

    # links

    @Slot(object)
    def _on_shown(self, shown: Shown) -> None:
        if shown.fresh:
            self.marks.clear()
        if self._middle.currentWidget() is self.empty:
            self._middle.setCurrentWidget(self._found)
            self._soon.start()
            self.items.setFocus()
        self._shown = None

    @Slot(object)
    def _on_moved(self, _moved: Moved) -> None:
        detail = self.bench.detail()
        if detail is self._shown and detail is not None:
            return
        self._shown = detail
        self.bytes.show_detail(detail)
        self.fields.show_detail(detail)
        self.mark_row.offer(detail, None)
        self._show_marks()

    @Slot(object)
    def _on_pointed(self, pointed: PointedAt) -> None:
        detail = self.bench.detail()
        self.fields.light_byte(pointed.index)
        if detail is None or pointed.index is None:
            self.bytes.light(None)
            return
        found = detail.fields_at(pointed.index)
        self.bytes.light(found[0].span if found else None)

    @Slot(object)
    def _on_span(self, wanted: SpanWanted) -> None:
        self.bytes.light(wanted.span)

    # marks

    @Slot(object)
    def _on_chosen(self, chosen: Chosen) -> None:
        self.mark_row.offer(self.bench.detail(), chosen)

    @Slot(object)
    def _on_named(self, chosen: Chosen) -> None:
        """Enter in the bytes: on to the name."""
        self.mark_row.offer(self.bench.detail(), chosen)
        self.mark_row.name.begin()

    @Slot(object)
    def _on_mark(self, named: Named) -> None:
        detail = self.bench.detail()
        if detail is None:
            return
        self.marks.put(detail, named.name, named.chosen.start, named.chosen.end)
        self._show_marks()
        self.bytes.setFocus()

    def drop_mark(self) -> bool:
        """The one that the byte cursor stands in; False: there is none."""
        detail = self.bench.detail()
        if detail is None or self.marks.drop(detail, self.bytes.cursor_at) is None:
            return False
        self._show_marks()
        return True

    def _show_marks(self) -> None:
        detail = self.bench.detail()
        here = self.marks.of(detail)
        self.bytes.show_marks(here)
        self.mark_row.say(self.marks.text(detail), here)
