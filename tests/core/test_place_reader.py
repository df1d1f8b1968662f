"""The geofile read beside the desk, and what people pick for texts of places."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain.commands import (
    Actor,
    AddPerson,
    Done,
    EraseBodies,
    PickPlace,
    Refused,
)
from aliquot.console.domain.geocoding import Geocoder
from aliquot.console.geo.geofile_folder import FOLDER, STATE_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.store.rebuild import rebuild
from aliquot.console.workers import places

Ways = list[tuple[str, tuple[float, float], tuple[float, float]]]
STREETS: Ways = [
    ("Elm", (-71.0, 42.0), (-71.0, 42.002)),
    ("Oak", (-71.0, 42.002), (-71.004, 42.002)),
    ("Mill", (-71.004, 42.002), (-71.004, 42.004)),
]
OLD_MILL = PickPlace(
    text="the old  mill",
    address="150 Mill Street",
    kind="range",
    latitude=42.003,
    longitude=-71.004,
)


def geojson(path: Path, streets: Ways) -> Path:
    """Streets with odd numbers on the left, 101 to 199, and even ones on the right."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "NGUID": f"urn:{name}",
                "St_Name": name,
                "St_PosTyp": "Street",
                "FromAddr_L": 101,
                "ToAddr_L": 199,
                "Parity_L": "O",
                "FromAddr_R": 100,
                "ToAddr_R": 198,
                "Parity_R": "E",
            },
            "geometry": {"type": "LineString", "coordinates": [a, b]},
        }
        for name, a, b in streets
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture
def county(tmp_path: Path) -> Callable[[Core, Ways], None]:
    """Imports streets into the geofile of a core's profile."""

    def make(core: Core, streets: Ways = STREETS) -> None:
        source = geojson(tmp_path / "streets.geojson", streets)
        folder = GeofileFolder(core.profile.folder / FOLDER)
        import_geofile(source, folder, SystemClock())

    return make


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "LOOK_S", 0.05)


def first(core: Core, text: str) -> str | None:
    town = core.places()
    found = town.geocode(text) if town is not None else ()
    return found[0].address if found else None


def test_without_a_geofile_there_is_no_geocoder(core: Core) -> None:
    assert core.places() is None
    assert isinstance(core.call(OLD_MILL), Done)


def test_a_geofile_is_read_and_told(core: Core, watch, county) -> None:
    eye = watch(core)
    county(core)
    eye.until(lambda: any("geofile" in news.subjects for news in eye.heard))
    assert first(core, "150 elm st") == "150 Elm Street"


def test_another_one_takes_its_place(core: Core, watch, county) -> None:
    eye = watch(core)
    county(core)
    eye.until(lambda: core.places() is not None)
    old = core.places()
    county(core, [("Birch", a, b) for _, a, b in STREETS[:1]])
    eye.until(lambda: core.places() is not old)
    assert first(core, "150 birch st") == "150 Birch Street"
    assert first(core, "150 elm st") is None


@pytest.mark.expects_log("No geocoder")
def test_one_that_is_broken_leaves_the_old_one(core: Core, watch, county) -> None:
    eye = watch(core)
    county(core)
    eye.until(lambda: core.places() is not None)
    state = core.profile.folder / FOLDER / STATE_NAME
    state.with_name("new").write_text("{broken")
    state.with_name("new").replace(state)
    book = core.beside.place_book
    assert book is not None
    eye.until(lambda: book.problem is not None)
    assert first(core, "150 elm st") == "150 Elm Street"


def test_what_is_picked_is_known_at_once_and_after_a_start(
    make_core, watch, county
) -> None:
    core = make_core()
    eye = watch(core)
    county(core)
    eye.until(lambda: core.places() is not None)
    assert isinstance(core.call(OLD_MILL), Done)
    eye.until(lambda: bool(picked(core, "THE OLD MILL")))
    assert core.stop() == []
    again = make_core()
    eye = watch(again)
    eye.until(lambda: again.places() is not None)
    (found,) = (c for c in picked(again, "the old mill"))
    assert found.address == "150 Mill Street"
    assert found.cross_streets == ("Oak Street",)  # as this geofile has it


def picked(core: Core, text: str):
    town: Geocoder | None = core.places()
    assert town is not None
    return [c for c in town.geocode(text) if "picked_before" in c.why]


def test_the_same_again_adds_nothing_and_another_choice_counts(core: Core) -> None:
    assert isinstance(core.call(OLD_MILL), Done)
    before = core.views().log_status().n
    assert isinstance(core.call(OLD_MILL), Done)
    assert core.views().log_status().n == before
    other = PickPlace(
        text="The Old Mill", address="9 Oak", kind="point", latitude=1, longitude=2
    )
    assert isinstance(core.call(other), Done)
    rows = core.views().connection.execute("SELECT text, address FROM picked_places")
    assert rows.fetchall() == [("THE OLD MILL", "9 Oak")]
    assert core.stop() == []
    assert rebuild(core.profile.log_path).difference is None


def test_it_can_be_erased(core: Core) -> None:
    core.call(OLD_MILL)
    status = core.views().log_status()
    sue = core.call(AddPerson(name="Sue", role="supervisor", password="correct horse"))
    assert isinstance(sue, Done)
    erase = EraseBodies(targets=((status.site, status.n),), reason="r", authority="a")
    actor = Actor(str(sue.result["person_id"]), "01")
    assert isinstance(core.call(erase, actor=actor), Done)
    run = core.views().connection.execute
    head = run("SELECT body, subject FROM heads WHERE type = 'place.picked'")
    assert head.fetchall() == [(None, "places")]  # what is never erased names nothing
    assert run("SELECT count(*) FROM picked_places").fetchone() == (0,)
    assert core.stop() == []
    assert rebuild(core.profile.log_path).difference is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "  "},
        {"address": ""},
        {"kind": "tower"},
        {"latitude": 91.0},
        {"text": "x" * 3000},
    ],
)
def test_what_cannot_be_is_refused(core: Core, wrong: dict) -> None:
    fields = {name: getattr(OLD_MILL, name) for name in OLD_MILL.__slots__} | wrong
    outcome = core.call(PickPlace(**fields))
    assert isinstance(outcome, Refused)
    assert outcome.code == "bad_place"
