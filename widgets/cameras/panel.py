"""Listed cameras near what is on hand. Those not listed do not exist here."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from aliquot.console.domain.cameras import LOOK_RADIUS_M, facing_first
from aliquot.console.domain.ports import Changed, Views
from aliquot.console.domain.rows import CameraNear
from aliquot.widgets import words
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.cameras.words import FACING, bearing_text, found_text
from aliquot.widgets.cells import Cell
from aliquot.widgets.intake.fieldmap import point
from aliquot.widgets.intake.values import Point
from aliquot.widgets.parts import label
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.statuses import Shape
from aliquot.widgets.subject import OnHand, Subject
from aliquot.widgets.tables import Column, KeyedModel, RowAsked, Table
from aliquot.widgets.theme.look import Look, LookChanged
from aliquot.widgets.theme.tokens import Tone

_logger = logging.getLogger(__name__)

AREA_ONLY = frozenset(("area_only", "no_fix", "uncertainty_useless"))
NOTHING = "Nothing is on hand: no place to look from."
NO_PLACE = "What is on hand has no point: no place to look from."
AN_AREA = "The record gives an area, no point: no place to look from."


@dataclass(frozen=True, slots=True)
class CameraChosen:
    """A person chose a listed camera; None: none is chosen any more."""

    camera: CameraNear | None


def place_of(on_hand: OnHand, views: Views) -> Point | str:
    """Where to look from: where help is wanted, else where the caller is.

    A text says why there is no such place.
    """
    if on_hand.key is None and on_hand.call_id is None:
        return NOTHING
    if on_hand.incident_id is not None:
        row = views.incident(on_hand.incident_id)
        fields = row.fields if row is not None else {}
        found = point(fields, "") or point(fields, "caller_")
        if found is not None:
            return found
    return _place_of_call(on_hand.call_id, views)


def _place_of_call(call_id: str | None, views: Views) -> Point | str:
    detail = views.call(call_id) if call_id is not None else None
    row = detail.row if detail is not None else None
    if row is None or row.latitude is None or row.longitude is None:
        return NO_PLACE
    if not AREA_ONLY.isdisjoint(row.warnings):
        return AN_AREA
    return Point(row.latitude, row.longitude, row.uncertainty_m)


def _key(camera: CameraNear) -> str:
    return camera.camera_id


def _id(camera: CameraNear, _now: int) -> Cell:
    return Cell(camera.camera_id, mono=True)


def _distance(camera: CameraNear, _now: int) -> Cell:
    return Cell(words.metres_text(camera.distance_m), mono=True, right=True)


def _bearing(camera: CameraNear, _now: int) -> Cell:
    return Cell(bearing_text(camera.bearing_deg), mono=True)


_LOOKS: dict[bool | None, tuple[Tone, Shape]] = {
    True: (Tone.TEXT, Shape.DOT),
    False: (Tone.MUTED, Shape.BAR),
    None: (Tone.MUTED, Shape.RING),
}


def _facing(camera: CameraNear, _now: int) -> Cell:
    tone, shape = _LOOKS[camera.facing]
    return Cell(FACING[camera.facing], tone, shape=shape)


COLUMNS: tuple[Column[CameraNear], ...] = (
    Column("Camera", _id, mono=True),
    Column("Distance", _distance, "0000 m", mono=True, right=True),
    Column("Bearing", _bearing, "NW 000°", mono=True),
    Column("Facing", _facing, "unknown XX"),
)


class CamerasPanel(QWidget):
    """Read again when what is on hand, its place, or a listing changes."""

    camera_chosen = SignalOf[CameraChosen](object)

    def __init__(self, bridge: Bridge, look: Look, subject: Subject) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._bridge, self._subject = bridge, subject
        self.model: KeyedModel[CameraNear] = KeyedModel(COLUMNS, _key, self)
        self.table = Table(self.model, look, "Listed cameras near")
        self.said = label(NOTHING, wrap=True)
        self.said.setMinimumHeight(look.px(40))
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        gap = look.space(2)
        box.setContentsMargins(gap, gap, gap, gap)
        box.setSpacing(look.space())
        box.addWidget(self.said)
        box.addWidget(self.table, 1)
        self.table.hide()
        self.table.asked.connect(self._on_asked)
        subject.changed.connect(self._on_hand)
        look.changed.connect(self._on_look)

    def refresh(self, changed: Changed | None) -> None:
        if changed is None or changed.any_of("cameras", *_subjects(self._subject.now)):
            self._read()

    def tick(self, now_us: int) -> None:
        """No ages here."""

    def cameras(self) -> tuple[CameraNear, ...]:
        return self.model.rows

    def _read(self) -> None:
        """A read that fails leaves nothing old on the screen, and says so."""
        try:
            views = self._bridge.views
            place = place_of(self._subject.now, views)
            if isinstance(place, str):
                self._show((), place)
                return
            found = views.cameras_near(
                place.latitude, place.longitude, LOOK_RADIUS_M, place.uncertainty_m
            )
        except Exception as problem:
            _logger.exception("cameras near")
            self._show((), _trouble(problem))
        else:
            said = found_text(found, place.uncertainty_m)
            self._show(facing_first(found), said)

    def _show(self, cameras: tuple[CameraNear, ...], said: str) -> None:
        chosen = self.table.current_key()
        if chosen is not None and chosen not in {c.camera_id for c in cameras}:
            self.table.choose(None)  # first: else the next row would be taken for it
            self.camera_chosen.emit(CameraChosen(None))
        self.model.set_rows(cameras, self._bridge.now_us())
        self.table.setVisible(bool(cameras))
        self.said.setText(said)

    @Slot(object)
    def _on_hand(self, _on_hand: OnHand) -> None:
        self._read()

    @Slot(object)
    def _on_asked(self, asked: RowAsked) -> None:
        at = self.model.row_of(asked.key)
        if at is not None:
            self.camera_chosen.emit(CameraChosen(self.model.rows[at]))

    @Slot(object)
    def _on_look(self, _changed: LookChanged) -> None:
        self.table.rescale()


def _subjects(on_hand: OnHand) -> tuple[str, ...]:
    found = (("incident", on_hand.incident_id), ("call", on_hand.call_id))
    return tuple(f"{kind}:{key}" for kind, key in found if key is not None)


def _trouble(problem: Exception) -> str:
    return (
        "Cameras near cannot be shown now "
        f"({type(problem).__name__}: {problem}). The rest of the desk goes on; "
        "it is read again with the next change."
    )
