"""Commands on cameras at a desk, what an import says, and who may."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest
from camera_samples import TERMS

from aliquot.console.cameras.importing import Watch, import_table
from aliquot.console.cameras.mapping import Mapping, guess
from aliquot.console.cameras.source import read_table
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.demo.cameras import CAMERAS, LISTED, cameras, register_cameras
from aliquot.console.demo.county import halden
from aliquot.console.demo.ground import degrees as spot_degrees
from aliquot.console.demo.ground import inside
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.cameras import Camera
from aliquot.console.domain.commands import Done, Refused
from aliquot.console.domain.events import Json
from aliquot.console.domain.people import Act, Role, may
from aliquot.console.domain.ports import Changed
from aliquot.console.profile import Profile
from aliquot.console.remote import BadMessage, decode_command, encode_command
from aliquot.console.settings import Settings, StorageSettings
from aliquot.console.store.database import open_database

PATIENCE_S = 20.0
EVERYWHERE = (-90.0, -180.0, 90.0, 180.0)


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    profile = Profile.open(tmp_path / "profile")
    profile.save_settings(
        Settings(positions=("01",), desk="01", storage=StorageSettings(reserve_mb=0))
    )
    core = Core(profile, SystemClock())
    core.start()
    yield core
    assert core.stop() == []


def camera(camera_id: str = "c1", latitude: float = 43.9, **more: object) -> Camera:
    made = Camera(camera_id=camera_id, latitude=latitude, longitude=-75.4, **more)  # type: ignore[arg-type]
    return made


def done(core: Core, command: cmd.Command) -> dict[str, Json]:
    outcome = core.call(command)
    assert isinstance(outcome, Done), outcome
    return outcome.result


def refused(core: Core, command: cmd.Command) -> str:
    before = core.views().log_status().n
    outcome = core.call(command)
    assert isinstance(outcome, Refused), outcome
    assert core.views().log_status().n == before
    return outcome.code


def shown(core: Core) -> list[str]:
    return [row.camera_id for row in core.views().cameras_within(*EVERYWHERE)]


def register(core: Core, *cameras: Camera) -> dict[str, Json]:
    return done(core, cmd.RegisterCameras(cameras=cameras))


def say_yes(core: Core, *ids: str) -> dict[str, Json]:
    return done(core, cmd.ListCameras(camera_ids=ids, terms_sha256=TERMS))


def say_no(core: Core, *ids: str, channel: str = "owner") -> dict[str, Json]:
    return done(core, cmd.UnlistCameras(camera_ids=ids, channel=channel, reason="so"))


def test_registered_is_not_listed_and_twice_is_once(core: Core) -> None:
    assert register(core, camera())["registered"] == ["c1"]
    n = core.views().log_status().n
    assert register(core, camera())["registered"] == []
    assert core.views().log_status().n == n
    assert shown(core) == []


def test_listed_with_a_yes_and_gone_with_a_no(core: Core) -> None:
    register(core, camera("c1"), camera("c2"))
    assert say_yes(core, "c1", "c2", "c1")["listed"] == ["c1", "c2"]
    assert say_yes(core, "c1")["listed"] == []
    assert shown(core) == ["c1", "c2"]
    assert say_no(core, "c1")["unlisted"] == ["c1"]
    assert shown(core) == ["c2"]
    assert say_no(core, "c1")["unlisted"] == []


def test_no_file_says_yes_against_the_owners_own_no(core: Core) -> None:
    register(core, camera())
    say_no(core, "c1")
    result = say_yes(core, "c1")
    assert (result["listed"], result["withheld"]) == ([], ["c1"])
    register(core, camera(latitude=43.9001))  # hung over by a few metres
    assert say_yes(core, "c1")["withheld"] == ["c1"]
    assert shown(core) == []


def test_a_file_may_take_back_what_a_file_said(core: Core) -> None:
    register(core, camera())
    say_yes(core, "c1")
    assert say_no(core, "c1", channel="import")["unlisted"] == ["c1"]
    assert say_no(core, "c1", channel="import")["unlisted"] == []
    assert say_yes(core, "c1")["listed"] == ["c1"]


def test_a_yes_under_other_terms_is_logged_anew(core: Core) -> None:
    register(core, camera())
    say_yes(core, "c1")
    n = core.views().log_status().n
    other = "f" * 64
    assert other != TERMS
    listing = cmd.ListCameras(camera_ids=("c1",), terms_sha256=other)
    assert done(core, listing)["listed"] == ["c1"]
    assert core.views().log_status().n == n + 1
    assert done(core, listing)["listed"] == []
    assert core.views().log_status().n == n + 1


def test_one_id_is_not_two_cameras(core: Core) -> None:
    register(core, camera("1"), camera("2"))
    say_yes(core, "1")
    result = register(core, camera("1", 43.92), camera("2", 43.9001))
    assert (result["taken"], result["registered"]) == (["1"], ["2"])
    assert shown(core) == ["1"]


def test_refusals_append_nothing(core: Core) -> None:
    bad = (
        camera(" c1"),
        camera(latitude=91),
        camera(latitude=float("nan")),
        camera(azimuth_deg=360.0),
        camera(field_of_view_deg=0.0),
        camera(range_m=float("inf")),
        camera(kind="eye"),
        camera(owner="\n"),
    )
    for one in bad:
        both = cmd.RegisterCameras(cameras=(camera("good"), one))
        assert refused(core, both) == "bad_camera"
    assert say_gone(core, "ghost") == ("no_such_camera", "no_such_camera")
    register(core, camera())
    wrong = cmd.ListCameras(camera_ids=("c1",), terms_sha256="AB" * 32)
    assert refused(core, wrong) == "bad_terms"
    for channel, reason, code in (("agency", "x", "channel"), ("owner", " ", "reason")):
        no = cmd.UnlistCameras(camera_ids=("c1",), channel=channel, reason=reason)
        assert code in refused(core, no)


def say_gone(core: Core, camera_id: str) -> tuple[str, str]:
    ids = (camera_id,)
    yes = cmd.ListCameras(camera_ids=ids, terms_sha256=TERMS)
    no = cmd.UnlistCameras(camera_ids=ids, channel="owner", reason="x")
    return refused(core, yes), refused(core, no)


def test_subscribers_hear_no_name(core: Core) -> None:
    heard: queue.SimpleQueue[Changed] = queue.SimpleQueue()
    core.subscribe(heard.put)
    register(core, camera("SECRET"))
    say_yes(core, "SECRET")
    say_no(core, "SECRET")
    told: list[frozenset[str]] = []
    while len(told) < 3:
        subjects = heard.get(timeout=PATIENCE_S).subjects - {"log", "release:rules"}
        told += [subjects] if subjects else []
    assert told == [{"cameras"}] * 3


def test_a_dispatcher_does_not_register() -> None:
    assert not may(Role.DISPATCHER, Act.REGISTER_CAMERAS)
    others = (Role.SUPERVISOR, Role.INTEGRATOR, Role.ADMINISTRATOR, None)
    assert all(may(role, Act.REGISTER_CAMERAS) for role in others)


@pytest.mark.parametrize(
    "command",
    [
        cmd.RegisterCameras(cameras=(camera(azimuth_deg=3.5, owner="o"), camera("c2"))),
        cmd.ListCameras(camera_ids=("a", "b"), terms_sha256=TERMS),
        cmd.UnlistCameras(camera_ids=("a",), channel="owner", reason="asked"),
    ],
)
def test_commands_come_through_the_door_as_they_were(command: cmd.Command) -> None:
    assert decode_command(encode_command(command)) == command


@pytest.mark.parametrize(
    "fields", ['{"cameras": 3}', '{"cameras": [{"camera_id": 3}]}', '{"cameras": [[]]}']
)
def test_what_is_no_camera_does_not_come_through(fields: str) -> None:
    line = f'{{"command": "RegisterCameras", "fields": {fields}}}\n'
    with pytest.raises(BadMessage):
        decode_command(line.encode())


# Imports

HEAD = "id,lat,lon,listed\n"
ROWS = HEAD + "a,43.9,-75.4,yes\nb,43.9,-75.401,no\nb,43.9,-75.401,yes\n,1,2,yes\n"


def bring(core: Core, text: str, *, consent: bool) -> dict[str, object]:
    table = read_table(text.encode(), "f")
    columns = {"camera_id": "id", "latitude": "lat", "longitude": "lon"}
    named = columns | ({"consent": "listed"} if consent else {})
    report = import_table(table, Mapping(columns=named), lambda c: done(core, c))
    return report.as_json()


def test_an_import_says_what_became_of_each_row(core: Core) -> None:
    said = bring(core, ROWS, consent=True)
    assert (said["read"], said["imported"], said["repaired"]) == (4, 2, 0)
    assert said["rejected"] == [
        {"row": 3, "reason": "the id of row 2 again"},
        {"row": 4, "reason": "no id"},
    ]
    assert shown(core) == ["a"]
    n = core.views().log_status().n
    again = bring(core, ROWS, consent=True)
    assert (again["imported"], again["unchanged"]) == (0, 2)
    assert core.views().log_status().n == n


def test_without_a_column_of_consent_nobody_is_listed(core: Core) -> None:
    bring(core, ROWS, consent=False)
    assert shown(core) == []


def test_a_later_file_takes_back_and_leaves_alone(core: Core) -> None:
    bring(core, ROWS, consent=True)
    bring(core, ROWS, consent=False)
    assert shown(core) == ["a"]
    said = bring(core, HEAD + "a,43.9,-75.4,\n", consent=True)
    assert (said["unlisted"], shown(core)) == (1, [])


def test_an_owners_no_outlives_all_files(core: Core) -> None:
    bring(core, ROWS, consent=True)
    say_no(core, "a")
    said = bring(core, HEAD + "a,43.9,-75.4,yes\n", consent=True)
    assert (said["withheld"], said["listed"], shown(core)) == (1, 0, [])


def test_more_than_one_batch(core: Core) -> None:
    rows = "".join(f"{n},43.9,{-75.4 - n / 1e4},yes\n" for n in range(600))
    said = bring(core, HEAD + rows, consent=True)
    assert (said["imported"], said["listed"]) == (600, 600)
    far = "".join(f"{n},{44.9 + n / 1e4},-75.4,yes\n" for n in range(600))
    said = bring(core, HEAD + far, consent=True)
    rejected = said["rejected"]
    assert isinstance(rejected, list)
    assert [row["row"] for row in rejected] == list(range(1, 601))
    assert all("prefix" in row["reason"] for row in rejected)


def test_an_import_that_is_ended_goes_on_with_the_same_file(core: Core) -> None:
    rows = HEAD + "".join(f"{n},43.9,{-75.4 - n / 1e4},yes\n" for n in range(25))
    table = read_table((rows + "x,,,yes\n").encode(), "f")
    columns = {"camera_id": "id", "latitude": "lat", "longitude": "lon"}
    mapping = Mapping(columns=columns | {"consent": "listed"})
    gone: list[int] = []
    watch = Watch(lambda: 10, lambda: len(gone) == 2, gone.append)
    report = import_table(table, mapping, lambda c: done(core, c), watch)
    assert (report.read, report.imported, report.left) == (26, 20, 6)
    assert (gone, report.rejected) == ([10, 20], [])
    assert len(shown(core)) == 20, "each with its consent"
    again = import_table(table, mapping, lambda c: done(core, c))
    assert (again.imported, again.unchanged, again.left) == (5, 20, 0)
    assert [row for row, _ in again.rejected] == [26]
    assert "left" not in again.as_json()
    assert len(shown(core)) == 25


def test_one_id_twice_in_a_command_is_one_camera(core: Core) -> None:
    first, second = camera("c1"), camera("c1", owner="o2")
    assert register(core, first, second, second)["registered"] == ["c1", "c1"]
    far = camera("c2", 43.9), camera("c2", 53.9)
    assert register(core, *far) == {"registered": ["c2"], "taken": ["c2"]}


def test_whole_numbers_are_logged_as_they_always_were(core: Core) -> None:
    """The body's bytes are those of RFC 8785, however the number came."""
    odd = camera("c1", 44.0, azimuth_deg=-0.0, range_m=1e300, field_of_view_deg=90.5)
    register(core, odd)
    assert register(core, odd)["registered"] == []
    database = open_database(core.profile.log_path, read_only=True)
    (body,) = database.conn.execute("SELECT body FROM heads WHERE n = 1").fetchone()
    database.conn.close()
    assert b'"azimuth_deg":0,' in body
    assert b'"latitude":44,' in body
    assert b'"range_m":1e+300' in body
    assert b'"field_of_view_deg":90.5,' in body


# Real files, where they are

FILES = {
    "detroit_project_green_light.csv": 766,
    "new_orleans_cameras.csv": 495,
    "osm_us_west_cctv_nodes.csv": 7433,
}


@pytest.mark.parametrize("name", FILES)
def test_real_files_are_imported_without_loss(
    core: Core, shared_data: Path, name: str
) -> None:
    file = shared_data / "cameras" / name
    if not file.exists():
        pytest.skip(f"no {name} beside the project")
    table = read_table(file.read_bytes(), name)
    understood = guess(table)
    assert understood.doubts == ()
    report = import_table(table, understood.mapping, lambda c: done(core, c))
    assert (report.read, report.imported) == (FILES[name], FILES[name])
    assert (report.rejected, report.repairs) == ([], [])
    assert shown(core) == []


def test_opted_in_ones_are_listed_and_no_others(core: Core, shared_data: Path) -> None:
    file = shared_data / "cameras" / "new_orleans_cameras.csv"
    if not file.exists():
        pytest.skip("no new_orleans_cameras.csv beside the project")
    table = read_table(file.read_bytes(), file.name)
    columns = {**guess(table).mapping.columns, "consent": "programme"}
    mapping = Mapping(columns=columns, yes=("SafeCam private, opted in",))
    import_table(table, mapping, lambda c: done(core, c))
    assert len(shown(core)) == 63
    assert all(camera_id.startswith("safecam") for camera_id in shown(core))


# The demonstration


def test_the_county_has_its_cameras(core: Core) -> None:
    for command in register_cameras(halden()):
        done(core, command)
    made = cameras(halden())
    assert len({one.camera.camera_id for one in made}) == CAMERAS == 400
    listed = {one.camera.camera_id for one in made if one.listed}
    assert len(listed) == LISTED == 150
    assert set(shown(core)) == listed
    rows = core.views().cameras_within(*EVERYWHERE)
    assert 40 < sum(row.azimuth_deg is not None for row in rows) < 130


def test_the_cameras_are_the_same_each_time_and_stand_in_the_county() -> None:
    county = halden()
    assert cameras(county) == cameras(county)
    assert cameras(county, 7) != cameras(county)
    (ring, *_) = [a.ring for a in county.areas if a.kind == "boundary"]
    border = [spot_degrees(spot) for spot in ring]
    for one in cameras(county):
        assert inside((one.camera.latitude, one.camera.longitude), border)
