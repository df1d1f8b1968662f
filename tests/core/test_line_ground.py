"""Points of a line and of another CAD, judged by the ground that the geofile has."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from aliquot.console.clock import SystemClock
from aliquot.console.domain.rows import IncidentRow
from aliquot.console.geo.geofile_extent import geofile_extent
from aliquot.console.geo.geofile_folder import FOLDER, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.settings import LineConfig
from aliquot.console.store.rebuild import rebuild
from aliquot.console.workers.recovery import reading_of
from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import AliRecord, Chunk, Extent, Frame, LineSettings
from aliquot.drivers.lines.envelope import wrap

sys.path.insert(0, str(Path(__file__).parent))
from conftest import MakeCore

STREET = {
    "type": "Feature",
    "properties": {
        "NGUID": "urn:1",
        "St_Name": "Elm",
        "St_PosTyp": "Street",
        "FromAddr_L": 101,
        "ToAddr_L": 199,
        "Parity_L": "O",
        "FromAddr_R": 100,
        "ToAddr_R": 198,
        "Parity_R": "E",
    },
    "geometry": {"type": "LineString", "coordinates": [[-71.0, 42.0], [-71.1, 42.2]]},
}
PIDF = (
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:a@example.com"'
    ' xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"'
    ' xmlns:gml="http://www.opengis.net/gml"><tuple id="t"><status><gp:geopriv>'
    '<gp:location-info><gml:Point srsName="urn:ogc:def:crs:EPSG::4326">'
    "<gml:pos>%s</gml:pos></gml:Point></gp:location-info><gp:usage-rules/>"
    "</gp:geopriv></status></tuple></presence>"
)
HEAD = "id,place,latitude,longitude,received_at,state\n"
AT = "2026-03-03T17:00:00Z,open\n"


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A profile's folder with one street."""
    source = tmp_path / "streets.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", "features": [STREET]}))
    folder = tmp_path / "profile"
    folder.mkdir()
    import_geofile(source, GeofileFolder(folder / FOLDER), SystemClock())
    return folder


def test_the_ground_is_that_of_the_streets_and_more(county: Path) -> None:
    found = geofile_extent(county)
    assert found is not None
    assert [found.south, found.west] == pytest.approx([41.5, -71.6], abs=1e-5)
    assert [found.north, found.east] == pytest.approx([42.7, -70.5], abs=1e-5)


def test_without_a_geofile_that_can_be_read_there_is_none(county: Path) -> None:
    assert geofile_extent(county.parent / "another") is None
    for file in county.rglob("geofile.sqlite"):
        file.write_bytes(b"no geofile" * 1000)
    assert geofile_extent(county) is None


def located(folder: Path, pos: str, extent: Extent | None = None) -> AliRecord:
    """What a line for documents says of a point."""
    line = LineConfig(
        name="where", source="spool:x", reading=LineSettings(extent=extent)
    )
    reading, driver = reading_of(line, folder), plugins.driver("pidflo")
    body = wrap("/x", (PIDF % pos).encode(), "application/pidf+xml")
    (frame,) = driver.framer(reading).feed(Chunk(body, 10**15, 0))
    assert isinstance(frame, Frame)
    (said,) = driver.decoder(reading).decode(frame)
    assert isinstance(said, AliRecord)
    return said


def test_a_point_far_from_the_streets_is_told_and_kept(county: Path) -> None:
    far, near = located(county, "44.9 -93.2"), located(county, "42.1 -71.9")
    assert "outside_extent" in far.warnings
    assert (far.fields["latitude"], far.fields["longitude"]) == (44.9, -93.2)
    assert "outside_extent" not in near.warnings
    mirrored = located(county, "42.1 71.05")
    assert "west_sign_missing" in mirrored.warnings
    assert mirrored.fields["longitude"] == -71.05


def test_what_the_settings_say_goes_before_the_streets(county: Path) -> None:
    lakes = Extent(south=44.0, west=-94.0, north=45.0, east=-93.0)
    assert "outside_extent" not in located(county, "44.9 -93.2", lakes).warnings
    assert "outside_extent" in located(county, "42.1 -71.05", lakes).warnings


def incidents(core: object, count: int) -> dict[str, IncidentRow]:
    found = core.views().board()  # type: ignore[attr-defined]
    return {row.foreign.source_id: row for row in found} if len(found) == count else {}


def test_incidents_of_another_cad(
    make_core: MakeCore, watch: type, county: Path, tmp_path: Path
) -> None:
    """A minus that is missing is put right and said, as of a caller's point."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    rows = ("A,Elm St,42.1,71.05", "B,Elm St,42.1,-71.05", "C,Lake,44.9,-93.2")
    text = HEAD + "".join(f"{row},{AT}" for row in (*rows, "D,Elm St,-71.05,42.1"))
    (inbox / "1.csv").write_text(text)
    source = f"spool:{inbox}?settle_ms=20&poll_ms=10"
    core = make_core(LineConfig(name="valley", source=source, driver="cad"))
    watch(core).until(lambda: bool(incidents(core, 4)))
    found = incidents(core, 4)
    points = {
        k: (r.fields["latitude"], r.fields["longitude"]) for k, r in found.items()
    }
    here = (42.1, -71.05)
    assert points == {"A": here, "B": here, "C": (44.9, -93.2), "D": here}
    said = {
        name: core.views().narrative(row.incident_id)[0].text
        for name, row in found.items()
    }
    assert "the minus of the longitude was missing: check the place" in said["A"]
    assert said["B"] == "valley: opened at Elm St"
    assert "the point is outside our area: check the place" in said["C"]
    assert "latitude and longitude were swapped: check the place" in said["D"]
    assert core.stop() == []
    assert rebuild(core.profile.log_path).difference is None
