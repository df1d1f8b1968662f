"""What a text of a place may mean: asked of the geocoder, and shown in a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent

from aliquot.console.domain.geocoding import (
    Candidate,
    Geocoder,
    MatchKind,
    plain_text,
)
from aliquot.console.domain.rebid import distance_m
from aliquot.widgets import words
from aliquot.widgets.cells import Cell
from aliquot.widgets.intake import place_words
from aliquot.widgets.intake.entry import Entry
from aliquot.widgets.intake.suggestions import FitList
from aliquot.widgets.signals import SignalOf
from aliquot.widgets.tables import Column, KeyedModel
from aliquot.widgets.theme.look import Look
from aliquot.widgets.theme.tokens import Tone

SURE = 97.0  # may be taken without asking
_RIVAL = 90.0  # as good as this, and elsewhere: what was picked before is asked again
_APART_M = 150.0
_LIKELY = 90.0
_LEAST = 60.0  # a street without a number comes to 58
_SHORTEST = 2
_COMPLETED = 5
MOST_FITS = 7
DRAW_MS = 30

LatLon = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlaceFit:
    """One line of the list. ``completes``: the text that typing on would give;
    None: the text as it is means this. ``away_m``: from the caller's point."""

    candidate: Candidate
    completes: str | None = None
    away_m: float | None = None

    @property
    def key(self) -> str:
        c = self.candidate
        return f"{c.address}|{c.latitude:.4f}|{c.longitude:.4f}"

    @property
    def is_place(self) -> bool:
        """A street without a number is a text to go on with, and no place."""
        return (
            self.candidate.match_kind is not MatchKind.STREET
            or self.candidate.score >= _LEAST
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """``sure``: what is meant without asking. ``fits``: what else may be."""

    sure: Candidate | None = None
    fits: tuple[PlaceFit, ...] = ()


def judge(places: Geocoder, text: str, near: LatLon | None = None) -> Judged:
    """Some 2 ms: one question for the text, one for each of its completions."""
    if len(text.strip()) < _SHORTEST:
        return Judged()
    found = [c for c in places.geocode(text, near) if c.score >= _LEAST]
    sure = sure_of(found)
    if sure is not None:
        return Judged(sure)
    here = [PlaceFit(c, None, _away(c, near)) for c in found]
    likely = [fit for fit in here if fit.candidate.score >= _LIKELY]
    rest = [fit for fit in here if fit.candidate.score < _LIKELY]
    known = {fit.key: fit for fit in here}
    completed = [known.get(f.key, f) for f in _completions(places, text, near)]
    fits = {fit.key: fit for fit in (*likely, *completed, *rest)}
    return Judged(None, tuple(fits.values())[:MOST_FITS])


def sure_of(found: Sequence[Candidate]) -> Candidate | None:
    """The first, if nothing else is nearly as good somewhere else."""
    if not found or found[0].score < SURE:
        return None
    first = found[0]
    if first.match_kind is MatchKind.STREET:
        return None
    rivals = (c for c in found[1:] if c.score >= _RIVAL)
    learnt = "picked_before" in first.why
    if learnt and any(_apart(first, c) > _APART_M for c in rivals):
        return None
    return first


def _completions(
    places: Geocoder, text: str, near: LatLon | None
) -> Iterable[PlaceFit]:
    typed = plain_text(text)
    for whole in places.complete(text, _COMPLETED):
        if plain_text(whole) != typed:
            for found in places.geocode(whole, near, 1):
                yield PlaceFit(found, whole, _away(found, near))


def _away(candidate: Candidate, near: LatLon | None) -> float | None:
    if near is None:
        return None
    return distance_m(candidate.latitude, candidate.longitude, *near)


def _apart(a: Candidate, b: Candidate) -> float:
    return distance_m(a.latitude, a.longitude, b.latitude, b.longitude)


def _address(row: PlaceFit, _now: int) -> Cell:
    return Cell(row.candidate.address)


def _where(row: PlaceFit, _now: int) -> Cell:
    return Cell(place_words.where_text(row.candidate), Tone.MUTED)


def _kind(row: PlaceFit, _now: int) -> Cell:
    return Cell(place_words.KINDS[row.candidate.match_kind], Tone.MUTED)


def _sureness(row: PlaceFit, _now: int) -> Cell:
    """Of what only typing on would mean nothing is sure yet."""
    said = "" if row.completes is not None else place_words.sureness(row.candidate)
    return Cell(said)


def _distance(row: PlaceFit, _now: int) -> Cell:
    if row.away_m is None:
        return Cell("")
    return Cell(words.metres_text(row.away_m), Tone.MUTED, mono=True, right=True)


def _key(row: PlaceFit) -> str:
    return row.key


COLUMNS: tuple[Column[PlaceFit], ...] = (
    Column("", _address),
    Column("", _where, "Fairview · Beat 12"),
    Column("", _kind, "no such number"),
    Column("", _sureness, "possible, point and range differ"),
    Column("", _distance, "12.4 km", mono=True, right=True),
)
_KIND = 2
WIDE, NARROW = 820, 740  # narrower than that, the kind is left out


class PlaceFits(FitList):
    def __init__(self, field: Entry, look: Look) -> None:
        model: KeyedModel[PlaceFit] = KeyedModel(COLUMNS, _key)
        super().__init__(model, field, look, "Places that may be meant", WIDE)

    @property
    def shown_lines(self) -> tuple[str, ...]:
        if not self.isVisible():
            return ()
        return tuple(row.candidate.address for row in self.fits.rows)

    def set_away(self, known: bool) -> None:
        """Without a point of the caller there is no distance."""
        self.setColumnHidden(len(COLUMNS) - 1, not known)

    def _place(self) -> None:
        super()._place()
        self.setColumnHidden(_KIND, self.width() < self._look.px(NARROW))
        self.rescale()


class PlaceEntry(Entry):
    """The place of the incident. What it may mean stands in a list under it, which
    is a part of the window: Down and Up choose, Enter takes, Esc puts it away, and
    typing goes on. Tab leaves the text as it is."""

    chosen = SignalOf[object](object)

    def __init__(self, name: str, title: str, look: Look) -> None:
        super().__init__(name, title)
        self._list = PlaceFits(self, look)
        self._list.picked.connect(self._picked)
        self._rows: tuple[PlaceFit, ...] = ()
        self._drawn = QTimer(self)
        self._drawn.setSingleShot(True)
        self._drawn.setInterval(DRAW_MS)
        self._drawn.timeout.connect(self._draw)

    @property
    def suggested(self) -> tuple[str, ...]:
        return self._list.shown_lines

    def set_fits(self, rows: tuple[PlaceFit, ...], *, show: bool) -> None:
        """``show``: at the next drawing, if the cursor is here."""
        self._rows = rows
        self._drawn.stop()
        if show and rows:
            self._drawn.start()
        else:
            self._list.put_away()

    def dismiss(self) -> bool:
        """Put the list away; False when none was shown."""
        shown = self._list.isVisible() or self._drawn.isActive()
        self._drawn.stop()
        self._list.put_away()
        return shown

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.modifiers() and event.key() in _KEYS:
            self._draw_now(event.key() == Qt.Key.Key_Down)
            if self._list.handle(event.key()):
                return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.dismiss()

    def _draw_now(self, wanted: bool) -> None:
        """A key for the list meets what was typed, not what was drawn last. Down
        brings a list back that was put away, and stands on its first line then."""
        if self._drawn.isActive():
            self._drawn.stop()
            self._draw()
        elif wanted and not self._list.isVisible() and self._rows:
            self._draw()
            self._list.selectRow(self._list.fits.rowCount() - 1)  # Down: the first

    @Slot()
    def _draw(self) -> None:
        self._list.set_away(any(row.away_m is not None for row in self._rows))
        self._list.offer(self._rows if self.hasFocus() else ())

    @Slot(object)
    def _picked(self, fit: object) -> None:
        self._list.put_away()
        self.chosen.emit(fit)


_KEYS = frozenset((Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter))
