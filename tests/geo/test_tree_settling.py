"""The log decides which place tree is in use; the geofile's own file follows it."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from geo_samples import point_shapes, scattered, write_points
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.clock import ManualClock
from aliquot.console.geo.geofile_folder import LOCK_NAME, GeofileFolder, State
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.geo.tree_settling import settle, settled, state_now

A, B, C = "a" * 64, "b" * 64, "c" * 64

# (tree, candidate) of the file, what the log says, whether that is there -> both now
TABLE = [
    ((A, None), None, False, (A, None)),
    ((A, B), None, False, (A, B)),
    ((A, B), A, True, (A, B)),
    ((A, B), B, True, (B, None)),  # killed between the entry and the file
    ((A, C), B, True, (B, C)),  # an import ended in between
    ((C, None), A, True, (A, None)),  # by hand
    ((C, B), A, True, (A, B)),
    ((B, None), B, True, (B, None)),
    ((C, None), A, False, (A, C)),  # lost and imported anew: nobody signed for it
    ((C, B), A, False, (A, B)),
    ((A, None), A, False, (A, None)),
]


@pytest.mark.parametrize(("file", "decided", "there", "now"), TABLE)
def test_what_is_in_use(
    file: tuple[str, str | None],
    decided: str | None,
    there: bool,
    now: tuple[str, str | None],
) -> None:
    assert settled(State("7", *file), decided, there) == State("7", *now)


trees = st.sampled_from([A, B, C])


@given(st.none() | trees, st.none() | trees, st.none() | trees, st.booleans())
def test_settling_again_changes_nothing(
    tree: str | None, candidate: str | None, decided: str | None, there: bool
) -> None:
    once = settled(State("1", tree, candidate), decided, there)
    assert settled(once, decided, there) == once
    assert decided is None or once.tree == decided
    assert decided is None or once.candidate != decided


@pytest.fixture
def folder(tmp_path: Path) -> GeofileFolder:
    return GeofileFolder(tmp_path / "geofile")


def imported(
    folder: GeofileFolder, count: int, decided: str | None = None
) -> tuple[str, str]:
    """What the report says of the tree: its state and its name."""
    source = folder.root.with_name(f"of-{count}.gpkg")
    write_points(source, point_shapes(scattered(count, 1)))
    report = import_geofile(source, folder, ManualClock(), decided=decided)
    tree = report["place_tree"]
    return tree["state"], tree["sha256"]


def test_the_file_follows_the_log(folder: GeofileFolder) -> None:
    _, old = imported(folder, 60)
    _, new = imported(folder, 90)
    assert not settle(folder, None)
    assert not settle(folder, old)
    assert folder.in_use() == State("0002", old, new)
    assert settle(folder, new)
    assert folder.in_use() == State("0002", new)
    assert not settle(folder, new)


def test_nothing_is_written_while_an_import_is_at_work(folder: GeofileFolder) -> None:
    _, old = imported(folder, 60)
    _, new = imported(folder, 90)
    with (folder.root / LOCK_NAME).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not settle(folder, new)
    assert folder.in_use().tree == old
    assert settle(folder, new)


def test_a_disk_that_does_not_take_it_is_no_fault(
    folder: GeofileFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(folder, 60)
    _, new = imported(folder, 90)

    def full(*_: object) -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr(GeofileFolder, "put_in_use", full)
    assert not settle(folder, new)
    found = state_now(folder, new)
    assert found is not None
    assert found.tree == new


def test_no_geofile_is_left_alone(folder: GeofileFolder) -> None:
    assert not settle(folder, A)
    assert state_now(folder, A) is None
    assert not folder.root.exists()


def test_the_same_candidate_again_keeps_its_name(folder: GeofileFolder) -> None:
    """So that a signature for it goes on to count."""
    imported(folder, 60)
    state, candidate = imported(folder, 90)
    assert state == "candidate"
    assert imported(folder, 90) == ("candidate", candidate)
    assert folder.in_use().version == "0003"
    assert folder.in_use().candidate == candidate


def test_a_damaged_candidate_gives_way_to_a_new_one(folder: GeofileFolder) -> None:
    imported(folder, 60)
    _, candidate = imported(folder, 90)
    (folder.tree_folder(candidate) / "place_tree.parcels.json").write_text("{}")
    state, again = imported(folder, 90)
    assert state == "candidate"
    assert again != candidate


def test_an_import_after_a_change_that_the_file_missed(folder: GeofileFolder) -> None:
    imported(folder, 60)
    _, new = imported(folder, 90)
    assert imported(folder, 90, decided=new) == ("unchanged", new)
    assert folder.in_use() == State("0003", new)


def test_a_folder_that_was_lost_is_not_imported_for_the_first_time(
    folder: GeofileFolder,
) -> None:
    state, made = imported(folder, 60, decided=A)
    assert state == "candidate"
    assert folder.in_use() == State("0001", A, made)
