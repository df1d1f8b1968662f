"""The folder of a profile's geofile: what lies where, and which is in use.

::

    geofile.json                 names what is in use; the one file that is replaced
    versions/0001/               geofile.sqlite, base_map.json, report.json, tiles
    trees/<sha256>/              place_tree.json, place_tree.parcels.json

An import makes a new version beside the old and then replaces ``geofile.json`` in
one step. Trees stay: what was released names the tree it was released by.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from aliquot.console.geo import tree_file
from aliquot.console.geo.model import Grown, PlaceTree
from aliquot.console.problems import EXIT_USAGE, KnownProblem

FOLDER = "geofile"  # in the profile
STATE_NAME = "geofile.json"
LOCK_NAME = "import.lock"
VERSIONS = "versions"
TREES = "trees"
SQLITE_NAME = "geofile.sqlite"
MAP_NAME = "base_map.json"
REPORT_NAME = "report.json"
FORMAT = "aliquot.geofile/1"


@dataclass(frozen=True, slots=True)
class State:
    """``version``: the folder in use. ``tree``: SHA-256 of the active place tree.
    ``candidate``: of one that two owners may put in its place."""

    version: str
    tree: str | None = None
    candidate: str | None = None


@dataclass(frozen=True, slots=True)
class GeofileFolder:
    """Read side. Nothing here changes a file but ``put_in_use``."""

    root: Path

    @property
    def state(self) -> State | None:
        """What is in use, or None when nothing was imported yet.

        Raises ``KnownProblem`` ``bad_geofile`` (exit 2).
        """
        path = self.root / STATE_NAME
        try:
            found = json.loads(path.read_bytes())
            if found.pop("format") != FORMAT:
                raise ValueError("unknown format")
            return State(**found)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as why:
            text = f"{path} is damaged ({why}). Import the geofile again."
            raise KnownProblem("bad_geofile", text, EXIT_USAGE) from why

    def in_use(self) -> State:
        """Raises ``KnownProblem`` ``no_geofile`` (exit 2) when there is none."""
        if (state := self.state) is None:
            text = f"There is no geofile in {self.root}. Run: aliquot geofile import"
            raise KnownProblem("no_geofile", text, EXIT_USAGE)
        return state

    def file(self, name: str) -> Path:
        """A file of the version in use: SQLITE_NAME, MAP_NAME or REPORT_NAME."""
        return self.root / VERSIONS / self.in_use().version / name

    def tree_folder(self, sha256: str) -> Path:
        return self.root / TREES / sha256

    def active_tree(self) -> Grown | None:
        """The place tree in use, both parts, hashes checked. None: there is none."""
        state = self.state
        if state is None or state.tree is None:
            return None
        return self.whole_tree(state.tree)

    def candidate_tree(self) -> Grown | None:
        state = self.state
        if state is None or state.candidate is None:
            return None
        return self.whole_tree(state.candidate)

    def public_tree(self) -> PlaceTree | None:
        """The public part of the tree in use."""
        state = self.state
        if state is None or state.tree is None:
            return None
        return self.public_part(state.tree)

    def public_part(self, sha256: str) -> PlaceTree:
        """The public part of a tree. Raises as ``whole_tree``."""
        path = self.tree_folder(sha256) / tree_file.TREE_NAME
        return self._named(tree_file.load_tree(path), sha256)

    def whole_tree(self, sha256: str) -> Grown:
        """A tree, in use or not, both parts, hashes checked. Raises ``KnownProblem``:
        ``no_tree``, ``tree_changed``, ``tree_unknown``."""
        grown = tree_file.load(self.tree_folder(sha256))
        self._named(grown.tree, sha256)
        return grown

    def _named(self, tree: PlaceTree, sha256: str) -> PlaceTree:
        """A whole file in the place of another would have a hash of its own."""
        if tree_file.tree_sha256(tree) != sha256:
            text = f"The place tree in {self.tree_folder(sha256)} is another one."
            raise KnownProblem("tree_changed", text, EXIT_USAGE)
        return tree

    def put_in_use(self, state: State) -> None:
        """Replace ``geofile.json`` in one step; durable when it returns."""
        body = json.dumps({"format": FORMAT, **asdict(state)}, sort_keys=True)
        handle, name = tempfile.mkstemp(dir=self.root, prefix=STATE_NAME)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(body + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.root / STATE_NAME)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        sync(self.root)


def sync(folder: Path) -> None:
    """Make names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
