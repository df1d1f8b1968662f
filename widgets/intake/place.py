"""The place of a form: judged by the agency's streets while it is typed.

Nothing here stops anybody: without a geofile, or where nothing fits, the text stays
as it was typed and the incident is created with it, *not verified*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from aliquot.console.domain.commands import PickPlace
from aliquot.console.domain.geocoding import Candidate, Geocoder, Nearby
from aliquot.console.domain.pasted import parse_location
from aliquot.console.domain.rebid import distance_m
from aliquot.console.domain.rows import CallRow
from aliquot.widgets import words
from aliquot.widgets.bridge import Bridge
from aliquot.widgets.intake import fieldmap, place_words
from aliquot.widgets.intake.caller import ground_of
from aliquot.widgets.intake.place_fits import Judged, PlaceFit, judge, sure_of
from aliquot.widgets.intake.values import Placed, Point, offers
from aliquot.widgets.pointing import PlacePointed

if TYPE_CHECKING:
    from aliquot.widgets.intake.form import IntakeForm

SAME_ADDRESS_M = 30.0  # pointed at so near to an address point it is that address
_VAGUE_M = 1000.0  # a caller within more than this is near to nothing in particular
_ABOUT_M = 100.0


class PlaceJudge(QObject):
    """Belongs to a form. It alone sets where the form's place is, and whether that
    is verified; a record or a geofile that comes later never shows a list."""

    def __init__(self, bridge: Bridge, form: IntakeForm) -> None:
        super().__init__(form)
        self._bridge, self._form = bridge, form
        self._entry = form.fields.place
        self._found: Candidate | None = None  # of what is verified
        self._fits: tuple[PlaceFit, ...] = ()
        self._near: tuple[Point | None, str] = (None, "")
        self._doubt: tuple[Point | None, str] = (None, "")  # of what was typed
        self._entry.chosen.connect(self._chosen)

    @property
    def _places(self) -> Geocoder | None:
        return self._bridge.places

    # from the form

    def typed(self) -> None:
        """A person typed or put something there."""
        self._judge(self._entry.text(), show=self._entry.hasFocus())

    def offered(self, row: CallRow) -> None:
        """A record is in the form: its own fields are asked for, if it filled the
        place. A record whose address is a tower's never does."""
        if not self._entry.touched and self._entry.text() == offers(row).get("place"):
            self._judge_record(row)
        self.say()

    def take_caller_place(self) -> str | None:
        """F4. None when it was taken, else why not."""
        form = self._form
        text = form.fields.entries["caller_place"].text().strip()
        if not text:
            return "There is no caller's place to take: the record has none."
        self._entry.put(text)
        self._entry.dismiss()
        caller = form.data.caller
        same = text in (form.data.base.get("caller_place"), fieldmap.words_of(caller))
        if caller is not None and same and form.data.placed is None:
            point = Point(caller.latitude, caller.longitude)
            form.data = replace(form.data, point=point)
        self.say()
        return None

    def pointed(self, at: PlacePointed) -> None:
        """A point of the map: the address there, or the nearest one in words."""
        around = self._around(at.latitude, at.longitude)
        text = _text_of(around) or at.text
        if not text:
            text = words.point_text(at.latitude, at.longitude)
        self._entry.put(text)
        self._entry.dismiss()
        placed, found = self._form.data.placed, self._found
        near = around is not None and (around.address_m or 0.0) <= SAME_ADDRESS_M
        here = found is not None and _metres(found, at) <= 2 * SAME_ADDRESS_M
        if not (placed and near and here and around and around.address):
            self._found = None
            self._form.data = replace(
                self._form.data, point=Point(at.latitude, at.longitude), placed=None
            )
        self._fits = ()
        self._entry.set_fits((), show=False)
        self.say()

    def geofile_came(self) -> None:
        """Another geofile was read: what is typed and not verified is judged anew."""
        form = self._form
        known = form.data.placed is not None or form.data.point is not None
        if form.place_is_typed and not known and self._entry.text().strip():
            self._judge(self._entry.text(), show=False)
        self._near = (None, "")
        self.say()

    def say(self) -> None:
        """Beside the place, under it, and under the caller's."""
        sign, found = self._said()
        self._form.fields.say_place(sign, found, self._form.data.placed is not None)
        self._form.fields.say_near(self._near_text())

    # inside

    def _judge_record(self, row: CallRow) -> None:
        places, fields = self._places, self._fields_of(row)
        sure = sure_of(places.geocode_fields(fields) if places and fields else ())
        if sure is not None:
            self._settle(Judged(sure), show=False)
        else:
            self._judge(self._entry.text(), show=False)

    def _judge(self, text: str, *, show: bool) -> None:
        places = self._places
        near = self._form.data.caller
        spot = (near.latitude, near.longitude) if near is not None else None
        judged = Judged() if places is None else judge(places, text, spot)
        if judged.sure is None and not judged.fits:
            self._pasted(text)
        self._settle(judged, show=show)

    def _pasted(self, text: str) -> None:
        """A location as numbers is a point, which nobody verified. Where the homes of
        the units say where we are, a minus that is missing is put right, and said."""
        found = parse_location(text)
        here = ground_of(self._bridge.views.units()) if found is not None else None
        if here is not None:
            found = parse_location(text, here) or found
        if found and found.latitude is not None and found.longitude is not None:
            point = Point(found.latitude, found.longitude)
            self._form.data = replace(self._form.data, point=point)
            self._doubt = (point, found.said)

    def _settle(self, judged: Judged, *, show: bool) -> None:
        self._found, self._fits = judged.sure, judged.fits
        self._entry.set_fits(judged.fits, show=show)
        if judged.sure is not None:
            self._place(judged.sure, picked=False)

    def _place(self, found: Candidate, *, picked: bool) -> None:
        address = place_words.whole_address(found)
        self._form.data = replace(
            self._form.data,
            point=Point(found.latitude, found.longitude),
            placed=Placed(address, found.score, picked),
        )

    @Slot(object)
    def _chosen(self, fit: object) -> None:
        """Enter on the list. The text stays the person's own, unless the choice only
        types it on; then the place is verified, by him."""
        assert isinstance(fit, PlaceFit)
        typed, found = self._entry.text().strip(), fit.candidate
        whole = fit.completes or found.address
        typed_on = whole.casefold().startswith(typed.casefold())
        if typed_on and whole != typed:
            self._entry.put(whole)
        if not fit.is_place:
            self._entry.setCursorPosition(len(self._entry.text()))
            return
        self._found, self._fits = found, ()
        self._entry.set_fits((), show=False)
        self._place(found, picked=True)
        self.say()
        self._form.keep()
        if not typed_on:
            self._bridge.submit(
                PickPlace(
                    text=typed,
                    address=place_words.whole_address(found),
                    kind=found.match_kind.value,
                    latitude=found.latitude,
                    longitude=found.longitude,
                )
            )

    def _fields_of(self, row: CallRow) -> Mapping[str, object]:
        """Of the newest record that has a street, as it came."""
        detail = self._bridge.views.call(row.call_id)
        records: Sequence[Mapping[str, object]] = (
            [record.fields for record in detail.records] if detail else []
        )
        return next((f for f in reversed(records) if f.get("street_name")), {})

    def _said(self) -> tuple[str, str]:
        """The sign beside the place, and the line under it."""
        data, text = self._form.data, self._entry.text()
        if not text.strip():
            return "", ""
        if data.placed is not None:
            score = place_words.score_text(data.placed.score)
            sign = f"{score} picked" if data.placed.picked else score
            return sign, self._found_line(data.placed, data.point, text)
        if data.point is not None:
            around = self._around(data.point.latitude, data.point.longitude)
            caller = data.caller
            same = caller is not None and _same(caller, data.point)
            sign = "with the caller's point" if same else "a point, not verified"
            doubt = self._doubt[1] if data.point == self._doubt[0] else ""
            return sign, doubt or _nearby_text(around)
        if self._places is None or not self._form.place_is_typed:
            return "not verified", ""
        return "not verified", place_words.many_text(len(self._fits))

    def _found_line(self, placed: Placed, point: Point | None, text: str) -> str:
        known = self._found and place_words.whole_address(self._found)
        if known != placed.address:  # verified earlier, or by another window
            self._found = self._again(placed, point)
        if self._found is not None:
            return place_words.found_text(self._found, text)
        return "" if placed.address.casefold() == text.casefold() else placed.address

    def _again(self, placed: Placed, point: Point | None) -> Candidate | None:
        """What was verified earlier, for the words about it alone."""
        if self._places is None or point is None:
            return None
        spot = (point.latitude, point.longitude)
        for found in self._places.geocode(placed.address, spot):
            if _metres(found, point) <= SAME_ADDRESS_M:
                return found
        return None

    def _around(self, latitude: float, longitude: float) -> Nearby | None:
        places = self._places
        return None if places is None else places.reverse(latitude, longitude)

    def _near_text(self) -> str:
        """Near what the caller is; asked once for each point."""
        caller = self._form.data.caller
        if caller != self._near[0]:
            self._near = (caller, self._near_words(caller))
        return self._near[1]

    def _near_words(self, caller: Point | None) -> str:
        wide = (caller.uncertainty_m or 0.0) if caller is not None else 0.0
        if caller is None or wide > _VAGUE_M:
            return ""
        said = _nearby_text(self._around(caller.latitude, caller.longitude))
        return f"about {said}" if said and wide > _ABOUT_M else said


def _nearby_text(around: Nearby | None) -> str:
    if around is None:
        return ""
    parts = (around.text, place_words.beat_text(around.districts))
    return ", ".join(p for p in parts if p)


def _text_of(around: Nearby | None) -> str:
    """What goes into the field for a point."""
    if around is None:
        return ""
    if around.address and (around.address_m or 0.0) <= SAME_ADDRESS_M:
        return around.address
    return around.text or around.address or around.block or ""


def _metres(found: Candidate, at: Point | PlacePointed) -> float:
    return distance_m(found.latitude, found.longitude, at.latitude, at.longitude)


def _same(a: Point, b: Point) -> bool:
    return (a.latitude, a.longitude) == (b.latitude, b.longitude)
