"""Imports an agency's GIS: all of it is ready before the old one is put aside.

Whatever goes wrong on the way, an interrupt included, leaves the folder as it was.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aliquot.console.clock import Clock
from aliquot.console.geo import geofile_store, tree_file
from aliquot.console.geo.geofile_folder import (
    LOCK_NAME,
    MAP_NAME,
    REPORT_NAME,
    SQLITE_NAME,
    TREES,
    VERSIONS,
    GeofileFolder,
    State,
    sync,
)
from aliquot.console.geo.geofile_map import base_map
from aliquot.console.geo.geofile_mapping import LayerMapping
from aliquot.console.geo.geofile_read import Layer, read_aliases, read_layer
from aliquot.console.geo.geofile_report import Report
from aliquot.console.geo.geofile_rows import Rows
from aliquot.console.geo.geofile_source import contents
from aliquot.console.geo.geofile_tiles import write_tiles
from aliquot.console.geo.geofile_tree import tree_of
from aliquot.console.geo.model import Grown, NoTree
from aliquot.console.geo.progress import Tell, silent
from aliquot.console.geo.tree_settling import state_now
from aliquot.console.problems import (
    EXIT_LOCKED,
    EXIT_UNAVAILABLE,
    EXIT_USAGE,
    KnownProblem,
)
from aliquot.console.store.database import LogFull

KEPT_VERSIONS = 2  # the one in use and the one before
NEW = ".new-"
BESIDE = ("-wal", "-shm", "-journal")


def import_geofile(
    source: Path,
    folder: GeofileFolder,
    clock: Clock,
    tell: Tell = silent,
    mapping: Mapping[str, LayerMapping] | None = None,
    decided: str | None = None,
) -> dict[str, Any]:
    """Read a source and put it in use; returns the report. ``mapping``: what its
    layers are, if their names do not say it. ``decided``: the place tree that the log
    of the profile says is in use, whatever the folder says.

    ``report["usable"]`` is False when there was neither a street nor an address, or
    when a layer is broken: then nothing changed. Raises ``KnownProblem``:
    ``unreadable``, ``source_changed`` (exit 2), ``geofile_busy`` (exit 3), ``geofile_disk`` (exit 4).
    """
    with _steps() as seconds:
        with seconds("read"):
            report = _read(source, mapping, tell)
        report.seconds = seconds.taken
        if not report.usable:
            return report.as_json()
        tell("checking ranges and addresses")
        with seconds("check"):
            report.check(tell)
        with _said(folder.root), _alone(folder.root):
            state = _before(folder, decided)
            number = _following(folder, state)
            with seconds("tree"):
                report.tree = tree_of(report.rows, report.sha256, number, tell)
            with seconds("write"):
                _put(folder, state, number, report, clock, tell)
    return report.as_json()


def _read(
    source: Path, mapping: Mapping[str, LayerMapping] | None, tell: Tell
) -> Report:
    before = _looks(source)
    found = contents(source, mapping)
    rows, broken, present = Rows(), [], {}
    for piece in found.pieces:
        tell(f"reading {piece.name}")
        layer = read_layer(piece.path, piece.name, piece.kind, piece.columns, piece.crs)
        if isinstance(layer, Layer):
            rows.add(layer.in_town(piece.community), tell)
            present[piece.kind] = piece.name
        else:
            broken.append(layer)
    rows.add_aliases(read_aliases(*found.aliases) if found.aliases else ())
    rows.notices += found.notices
    sha256 = sha256_of(source)
    if _looks(source) != before:
        text = f"{source} changed while it was read. Import it again."
        raise KnownProblem("source_changed", text, EXIT_USAGE)
    return Report(source.name, sha256, rows, present, broken)


def _looks(source: Path) -> dict[Path, tuple[int, int, int]]:
    """What shows that a file was written to; not what SQLite lays beside one."""
    files = source.rglob("*") if source.is_dir() else [source]
    whole = [p for p in files if p.is_file() and not p.name.endswith(BESIDE)]
    stats = {path: path.stat() for path in whole}
    return {p: (s.st_size, s.st_mtime_ns, s.st_ino) for p, s in stats.items()}


def sha256_of(source: Path) -> str:
    """Of a file; of a folder (a file geodatabase) over its files by name."""
    digest = hashlib.sha256()
    files = sorted(p for p in source.rglob("*") if p.is_file())
    for path in files if source.is_dir() else [source]:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()


def _before(folder: GeofileFolder, decided: str | None) -> State | None:
    """What is in use; None before the first import. A folder that was lost is not
    imported for the first time where the log knows of a tree."""
    found = state_now(folder, decided)
    return State("0", decided) if found is None and decided is not None else found


def _following(folder: GeofileFolder, state: State | None) -> str:
    taken = [int(p.name) for p in (folder.root / VERSIONS).glob("[0-9]*")]
    return f"{max([*taken, int(state.version) if state else 0]) + 1:04d}"


def _put(
    folder: GeofileFolder,
    state: State | None,
    number: str,
    report: Report,
    clock: Clock,
    tell: Tell,
) -> None:
    """Make the new version and the tree, then name them in one step."""
    at = _iso(clock)
    made: list[Path] = []
    try:
        following, grown = _chosen(folder, state, number, report)
        if grown is not None:
            made += _put_tree(folder, grown, at)
        made.append(_put_version(folder, number, report, at, tell))
        folder.put_in_use(following)
    except BaseException:
        # An interrupt may come when the new one is already named.
        if (now := folder.state) is None or now.version != number:
            for path in made:
                shutil.rmtree(path, ignore_errors=True)
        raise
    _prune(folder, number)


def _chosen(
    folder: GeofileFolder, state: State | None, number: str, report: Report
) -> tuple[State, Grown | None]:
    """What will be in use, and the tree to keep for that, if it is a new one.

    The first tree becomes active at once; a later one that differs is a candidate.
    The same candidate again keeps its name, so that a signature for it still counts.
    """
    active = state.tree if state else None
    report.version = number
    found = report.tree
    if found is None or isinstance(found, NoTree):
        report.tree_state = "kept" if active else "none"
        return State(number, active, state.candidate if state else None), None
    grown = tree_file.frozen(found)
    report.tree_sha256 = tree_file.tree_sha256(grown.tree)
    if active is None:
        report.tree_state = "active"
        return State(number, report.tree_sha256), grown
    old = _same(folder, active, grown)
    if old is not None:
        report.tree_state, report.tree_sha256 = "unchanged", active
        report.tree = replace(old, outside=found.outside)
        return State(number, active), None
    report.tree_state = "candidate"
    waiting = state.candidate if state else None
    if waiting is not None and (old := _same(folder, waiting, grown)) is not None:
        report.tree_sha256 = waiting
        report.tree = replace(old, outside=found.outside)
        return State(number, active, waiting), None
    return State(number, active, report.tree_sha256), grown


def _same(folder: GeofileFolder, sha256: str, grown: Grown) -> Grown | None:
    """The tree of that name, if it is whole and differs in no more than its version."""
    try:
        old = folder.whole_tree(sha256)
    except KnownProblem:
        return None
    return old if tree_file.same_but_version(old.tree, grown.tree) else None


def _put_tree(folder: GeofileFolder, grown: Grown, at: str) -> list[Path]:
    """The folder made for a tree; none when it was there already."""
    parent = folder.root / TREES
    parent.mkdir(exist_ok=True)
    goal = folder.tree_folder(tree_file.tree_sha256(grown.tree))
    if goal.exists():
        return []
    new = Path(tempfile.mkdtemp(dir=parent, prefix=NEW))
    try:
        tree_file.write(new, grown, at)
        _take_place(new, goal)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return [goal]


def _put_version(
    folder: GeofileFolder, number: str, report: Report, at: str, tell: Tell
) -> Path:
    parent = folder.root / VERSIONS
    parent.mkdir(exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=parent, prefix=NEW))
    try:
        tell("writing the plain map")
        report.base_map = base_map(report.rows)
        _write(new / MAP_NAME, report.base_map.body)
        meta = {"source": report.source, "sha256": report.sha256, "imported_at": at}
        geofile_store.write(new / SQLITE_NAME, report.rows, meta, tell)
        began = time.perf_counter()
        report.tiles = write_tiles(new, report.rows, tell)
        report.seconds["tiles"] = time.perf_counter() - began
        body = json.dumps(report.as_json() | {"imported_at": at}, ensure_ascii=False)
        _write(new / REPORT_NAME, body.encode())
        _take_place(new, parent / number)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return parent / number


def _take_place(new: Path, goal: Path) -> None:
    sync(new)
    new.rename(goal)
    sync(goal.parent)


def _write(path: Path, body: bytes) -> None:
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _prune(folder: GeofileFolder, number: str) -> None:
    """Old versions go, and what a killed import left; the one before stays."""
    versions = sorted((folder.root / VERSIONS).glob("[0-9]*"))
    for path in versions[:-KEPT_VERSIONS]:
        if path.name != number:
            shutil.rmtree(path, ignore_errors=True)
    for parent in (VERSIONS, TREES):
        for path in (folder.root / parent).glob(f"{NEW}*"):
            shutil.rmtree(path, ignore_errors=True)


def _iso(clock: Clock) -> str:
    moment = datetime.fromtimestamp(clock.now().utc_us / 1e6, UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


_LOOKS, _LOOK_S = 10, 0.02


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One import at a time in a folder. A console that notes down which tree is in
    use has the lock, too, for a moment."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (root / LOCK_NAME).open("w") as lock:
        for left in reversed(range(_LOOKS)):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as why:
                if not left:
                    text = f"Another import into {root} is at work. Wait for it to end."
                    raise KnownProblem("geofile_busy", text, EXIT_LOCKED) from why
                time.sleep(_LOOK_S)
        yield


@contextmanager
def _said(root: Path) -> Iterator[None]:
    try:
        yield
    except LogFull as why:
        text = f"The geofile in {root} cannot be written: the disk is full."
        raise KnownProblem("geofile_disk", text, EXIT_UNAVAILABLE) from why
    except OSError as why:
        text = f"The geofile in {root} cannot be written: {why.strerror}."
        raise KnownProblem("geofile_disk", text, EXIT_UNAVAILABLE) from why


class _Steps:
    """How long each step took, in seconds."""

    def __init__(self) -> None:
        self.taken: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.taken[name] = time.perf_counter() - began


@contextmanager
def _steps() -> Iterator[_Steps]:
    steps = _Steps()
    with steps("total"):
        yield steps
