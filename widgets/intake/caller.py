"""Where the caller is, offered under its field: from what is typed or pasted there,
or from what the caller's telephone said. Nothing is used before a person's key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from aliquot.console.domain.pasted import SAID, PastedLocation, parse_location
from aliquot.console.domain.rows import CallDetail, RecordRow, UnitRow
from aliquot.widgets import words
from aliquot.widgets.actions import Act, ActionBook
from aliquot.widgets.intake.entry import Entry
from aliquot.widgets.intake.values import Point
from aliquot.widgets.parts import KeyButton, label, row
from aliquot.widgets.theme.look import Look

LOCATED = "located"  # how a record that only says where met its call
_METHODS = {"gnss": "satellite", "wifi": "Wi-Fi", "cell": "cell"}


@dataclass(frozen=True, slots=True)
class Offer:
    """``point`` None: known, and not to be resolved here. ``said`` is shown."""

    point: Point | None
    said: str


class CallerOffer(QWidget):
    """One line with one key. ``entry`` is the caller's field. ``units``: by their
    homes it is known where we are."""

    def __init__(
        self,
        book: ActionBook,
        look: Look,
        entry: Entry,
        units: Callable[[], Sequence[UnitRow]] = tuple,
    ) -> None:
        super().__init__()
        self._units = units
        self._entry = entry
        self._text = label(tone="pending", size="small", wrap=True)
        self._use = KeyButton(book, Act.CALLER_POINT, look, flat=True)
        box = row(look, self._text, self._use)
        box.setStretch(0, 1)
        self.setLayout(box)
        self.offered: Offer | None = None
        self._told_us = 0  # of the newest record that was looked at
        self._told: Offer | None = None
        entry.textEdited.connect(self._typed)
        self._show(None)

    @property
    def key(self) -> QWidget:
        return self._use

    @property
    def shown_text(self) -> str:
        return self._text.text() if self.offered is not None else ""

    def told(self, detail: CallDetail | None) -> None:
        """Something was heard of the call: the newest record that only says where."""
        found = [r for r in detail.records if r.join == LOCATED] if detail else []
        if not found or found[-1].at_us <= self._told_us:
            return
        self._told_us = found[-1].at_us
        self._told = of_record(found[-1])
        self._show(self._told)

    def take(self) -> Point | None:
        """What is offered, once; it goes into the field as text, too."""
        point = self.offered.point if self.offered is not None else None
        if point is not None:
            self._told = None
            self._entry.put(words.point_text(point.latitude, point.longitude))
            self._show(None)
        return point

    def withdraw(self) -> None:
        """What stands in the field came with its own uncertainty: nothing to offer."""
        self._show(self._told)

    @Slot(str)
    def _typed(self, text: str) -> None:
        """What a telephone said stands here again when nothing is typed."""
        self._show(of_text(text, self._ground) or self._told)

    def _ground(self) -> tuple[float, float] | None:
        return ground_of(self._units())

    def _show(self, offer: Offer | None) -> None:
        self.offered = offer
        self._text.setText(offer.said if offer is not None else "")
        self._use.setVisible(offer is not None and offer.point is not None)
        self.setVisible(offer is not None)


def ground_of(units: Sequence[UnitRow]) -> tuple[float, float] | None:
    """The middle of the units' homes, degrees; None where none is known."""
    homes = [
        (unit.latitude, unit.longitude)
        for unit in units
        if unit.latitude is not None and unit.longitude is not None
    ]
    if not homes:
        return None
    return median(home[0] for home in homes), median(home[1] for home in homes)


def of_text(
    text: str, ground: Callable[[], tuple[float, float] | None] = lambda: None
) -> Offer | None:
    """Of what stands in the field; None when that is no location. ``ground`` is asked
    only when there is one: a pair that is far from it, and near when put right, is."""
    found = parse_location(text)
    if found is None:
        return None
    near = ground()
    found = parse_location(text, near) or found if near is not None else found
    point = _point(found)
    if point is None:
        return Offer(None, _sentence("; ".join(SAID[code] for code in found.warnings)))
    said = f"A location: {_where(point)}"
    return Offer(point, f"{said}  ·  {found.said}" if found.said else said)


def of_record(record: RecordRow) -> Offer:
    """Of a record that only says where: AML, or an answer to a link."""
    fields = record.fields
    north, east = _number(fields.get("latitude")), _number(fields.get("longitude"))
    at = words.clock_text(record.at_us)
    if north is None or east is None:
        return Offer(None, f"The caller's telephone has no location, at {at}.")
    point = Point(north, east, _number(fields.get("uncertainty_m")))
    method = _METHODS.get(str(fields.get("location_method")), "")
    parts = [f"The caller's telephone at {at}: {_where(point)}", method]
    if "old_position" in record.warnings:
        parts[0] = parts[0].replace(": ", ", last known: ", 1)
    parts.append(words.warnings_text(record.warnings))
    return Offer(point, "  ·  ".join(p for p in parts if p))


def _point(found: PastedLocation) -> Point | None:
    if found.latitude is None or found.longitude is None:
        return None
    return Point(found.latitude, found.longitude, found.uncertainty_m)


def _where(point: Point) -> str:
    where = words.point_text(point.latitude, point.longitude)
    return f"{where} {words.uncertainty_text(point.uncertainty_m, None)}"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
