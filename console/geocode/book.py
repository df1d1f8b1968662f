"""The geocoder of a profile: made of the geofile in use, made anew when that changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from aliquot.console.domain.geocoding import (
    Candidate,
    MatchKind,
    PickedPlace,
    plain_text,
)
from aliquot.console.geo.geofile_folder import SQLITE_NAME, STATE_NAME, GeofileFolder
from aliquot.console.problems import KnownProblem

if TYPE_CHECKING:
    from aliquot.console.geocode.geocoder import LocalGeocoder

_log = logging.getLogger(__name__)
_SAME_M = 150.0  # as far may the geofile have moved what was picked


class PlaceBook:
    """``load`` is called in a thread of its own, ``geocoder`` in the desk's alone,
    ``learn`` in any."""

    def __init__(self, folder: Path) -> None:
        """``folder``: the geofile's, in the profile."""
        self._folder = GeofileFolder(folder)
        self._guard = threading.Lock()
        self._geocoder: LocalGeocoder | None = None
        self._picked: dict[str, PickedPlace] = {}
        self._new: list[PickedPlace] = []
        self._made_of: tuple[int, int] | None = None
        self._problem: str | None = None

    @property
    def geocoder(self) -> LocalGeocoder | None:
        """None while there is no geofile, or until it is read. What was picked since
        it was asked for last is learnt now, in the thread that uses it."""
        with self._guard:
            found, new = self._geocoder, self._new
            if found is not None:
                self._new = []
        if found is not None:
            for picked in new:
                found.learn(picked.text, resolved(found, picked))
        return found

    @property
    def problem(self) -> str | None:
        """Why there is none, in words; None when there is one, or just no geofile."""
        return self._problem

    def learn(self, picked: Iterable[PickedPlace]) -> None:
        """What was picked for which text, the newest last."""
        with self._guard:
            for place in picked:
                self._picked[plain_text(place.text)] = place
                self._new.append(place)

    def load(self) -> bool:
        """Read the geofile if it is another than before; True when it was read.

        One that cannot be read leaves the one before in use."""
        mark = self._mark()
        if mark is None or mark == self._made_of:
            return False
        try:
            path = self._folder.file(SQLITE_NAME)
            made = _read(path)
        except KnownProblem as why:
            self._problem, self._made_of = str(why), mark
            _log.warning("No geocoder: %s", why)
            return False
        with self._guard:
            known, self._new = tuple(self._picked.values()), []
        for place in known:
            made.learn(place.text, resolved(made, place))
        with self._guard:
            self._geocoder = made
        self._problem, self._made_of = None, mark
        return True

    def _mark(self) -> tuple[int, int] | None:
        """Of the file that names what is in use: it is replaced as a whole."""
        try:
            found = (self._folder.root / STATE_NAME).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino


def _read(path: Path) -> LocalGeocoder:
    """What it needs is imported in the thread that reads: a start waits for none."""
    from aliquot.console.geocode.districts import Districts
    from aliquot.console.geocode.geocoder import LocalGeocoder
    from aliquot.console.geocode.load import load

    return LocalGeocoder(load(path), Districts.load(path))


def resolved(geocoder: LocalGeocoder, picked: PickedPlace) -> Candidate:
    """What was picked as this geofile has it; else where it was when it was picked."""
    from aliquot.console.geocode.plane import metres

    spot = (picked.latitude, picked.longitude)
    for found in geocoder.geocode(picked.address, spot):
        near = metres((found.latitude, found.longitude), spot) <= _SAME_M
        if found.match_kind.value == picked.kind and near:
            return found
    around = geocoder.reverse(*spot)
    return Candidate(
        match_kind=MatchKind(picked.kind),
        score=100.0,
        latitude=picked.latitude,
        longitude=picked.longitude,
        address=picked.address,
        esn=around.esn,
        districts=around.districts,
    )
