"""The demonstration's geofile: imported as an agency's would be, once, then copied.

Growing a place tree takes seconds, and the window must not wait for it. The first
demonstration on a machine has a process of its own import the county's GeoPackage
while the window opens; the result is kept in the cache folder under the hash of all
that made it, and later ones copy it in a moment.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from aliquot.console import paths
from aliquot.console.demo.tied import tie
from aliquot.console.geo.geofile_folder import FOLDER, STATE_NAME

CACHED = "halden-geofile-"
GEOPACKAGE = "halden.gpkg"
_MAKERS = (
    *("beats", "county", "gis", "grid", "ground", "names", "people", "points"),
    *("street_names", "streets"),
)
_LIBRARIES = ("numpy", "pyogrio", "pyproj", "scipy", "shapely")


def key() -> str:
    """Of all that the result is made by: generator, importer, libraries."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in _sources(here):
        digest.update(path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    return digest.hexdigest()[:16]


def _sources(here: Path) -> Iterator[Path]:
    yield from (here / f"{name}.py" for name in _MAKERS)
    yield from sorted((here.parent / "geo").glob("*.py"))


def cached() -> Path:
    """Where a finished geofile of this program is kept."""
    return paths.cache_dir() / f"{CACHED}{key()}"


def provide(profile: Path) -> subprocess.Popen[bytes] | None:
    """Put the geofile into a profile's folder.

    None: it is there. Else the process that makes it; it appears whole, at once,
    when that ends.
    """
    kept = cached()
    if (kept / STATE_NAME).is_file() and _copied(kept, profile):
        return None
    command = [sys.executable, "-m", "aliquot.console.demo.geofile", str(profile)]
    return subprocess.Popen(command, stdin=subprocess.PIPE)  # see ``tied``


def make_ready() -> None:
    """Have it made before anything begins: a tour's pictures show its streets."""
    if (cached() / STATE_NAME).is_file():
        return
    with tempfile.TemporaryDirectory(prefix="aliquot-geofile-") as name:
        make(Path(name))


def make(profile: Path) -> None:
    """Write the GeoPackage, import it, keep the result, copy it into the profile."""
    kept = cached()
    with tempfile.TemporaryDirectory(prefix="aliquot-geofile-", dir=profile) as name:
        made = _imported(Path(name))
        with suppress(OSError):  # without a cache each demonstration makes its own
            _keep(made, kept)
        _copied(made, profile)


def _imported(folder: Path) -> Path:
    from aliquot.console.clock import SystemClock
    from aliquot.console.demo.county import halden
    from aliquot.console.demo.gis import write_geopackage
    from aliquot.console.geo.geofile_folder import GeofileFolder
    from aliquot.console.geo.geofile_import import import_geofile

    source = folder / GEOPACKAGE
    write_geopackage(halden(), source)
    made = folder / FOLDER
    report = import_geofile(source, GeofileFolder(made), SystemClock())
    assert report["usable"], report
    return made


def _keep(made: Path, kept: Path) -> None:
    """Under its key, whole; what older programs kept goes."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with _new(kept.parent, f".{CACHED}") as new:
        shutil.copytree(made, new, dirs_exist_ok=True)
        with suppress(OSError):  # another demonstration was quicker
            new.rename(kept)
    for old in kept.parent.glob(f"{CACHED}*"):
        if old != kept:
            shutil.rmtree(old, ignore_errors=True)


def _copied(source: Path, profile: Path) -> bool:
    """Whole or not at all; False when the source went meanwhile."""
    try:
        with _new(profile, f".{FOLDER}-") as new:
            shutil.copytree(source, new, dirs_exist_ok=True)
            new.rename(profile / FOLDER)
    except OSError:
        return False
    return True


@contextmanager
def _new(within: Path, prefix: str) -> Iterator[Path]:
    """A folder to be renamed when it is whole; else nothing of it stays."""
    new = Path(tempfile.mkdtemp(prefix=prefix, dir=within))
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _leave(_number: int, _frame: object) -> None:
    sys.exit()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _leave)  # and nothing half made stays
    tie()
    os.nice(15)  # the window opens meanwhile, and comes first
    make(Path(sys.argv[1]))
