"""The wheel, made as a release is (source archive first) and installed elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("console", "drivers", "resources", "widgets")
FILES = (
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "MANIFEST.in", "Makefile"),
    *("README.md", "THIRD_PARTY.md", "package-lock.json", "package.json"),
    *("pyproject.toml", ".gitignore", ".npmrc"),
)
OTHERS = (".ci", "docs", "packaging", "tests")
NO_SOURCE = shutil.ignore_patterns("__pycache__", "*.egg-info")


def _run(command: list[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=kept,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def _source(folder: Path) -> Path:
    """A copy of what a release is made of: building leaves traces in the tree."""
    folder.mkdir()
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    for name in (*ROOMS, *OTHERS):
        shutil.copytree(ROOT / name, folder / name, ignore=NO_SOURCE)
    return folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of the wheel, built from the source archive, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    source = _source(folder / "source")
    line = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder]
    built = _run([*line, source], folder)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel in it; the libraries are lent by this one."""
    place = tmp_path_factory.mktemp("elsewhere") / "env"
    made = _run([sys.executable, "-m", "venv", "--without-pip", place], Path("/"))
    assert made.returncode == 0, made.stderr
    line = [sys.executable, "-m", "pip", "--python", place / "bin" / "python"]
    line += ["install", "-q", "--no-deps", "--no-index", "--no-cache-dir", wheel]
    installed = _run(line, Path("/"))
    assert installed.returncode == 0, installed.stderr
    # A path file inside a lent folder is not read, so the editable install of this
    # checkout stays out of sight.
    lent = sysconfig.get_path("purelib")
    (site_packages(place) / "lent.pth").write_text(lent + "\n")
    return place


def site_packages(place: Path) -> Path:
    (found,) = place.glob("lib/python3*/site-packages")
    return found


def _files(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_every_module_is_in_the_wheel(wheel: Path) -> None:
    source = {
        "aliquot/" + str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }
    assert source - set(_files(wheel)) == set()


def test_every_resource_is_in_the_wheel(wheel: Path) -> None:
    """Layouts, themes, code tables, and the third-party assets that git ignores."""
    folder = ROOT / "resources"
    wanted = {
        f"aliquot/resources/{path.relative_to(folder)}"
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - set(_files(wheel)) == set()


@pytest.mark.parametrize(
    "folder", ["layouts", "vendor/fonts", "vendor/leaflet", "codes"]
)
def test_the_wheel_has_data(folder: str, wheel: Path) -> None:
    start = f"aliquot/resources/{folder}/"
    assert [name for name in _files(wheel) if name.startswith(start)]


def test_the_wheel_has_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in _files(wheel)}
    assert tops == {"aliquot", wheel.name.split("-py3")[0] + ".dist-info"}
    assert [n for n in _files(wheel) if "__pycache__" in n or "/tests/" in n] == []


def test_the_source_archive_is_the_whole_source(wheel: Path) -> None:
    (archive,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        held = {n.partition("/")[2] for n in file.getnames() if "egg-info" not in n}
    source = wheel.parent / "source"
    wanted = {
        str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()
    }
    wanted = {name for name in wanted if "egg-info" not in name}
    assert wanted - held == set()
    made = {"", "PKG-INFO", "setup.cfg"}
    assert {n for n in held - wanted - made if not (source / n).is_dir()} == set()


def test_it_is_typed_and_licensed(wheel: Path) -> None:
    names = _files(wheel)
    for room in ("console", "drivers", "widgets"):
        assert f"aliquot/{room}/py.typed" in names
    for text in ("LICENSE", "THIRD_PARTY.md"):
        assert [name for name in names if name.endswith(f"licenses/{text}")]


def test_no_room_reaches_site_packages(elsewhere: Path) -> None:
    names = {path.name for path in site_packages(elsewhere).iterdir()}
    assert "aliquot" in names
    assert names & set(ROOMS) == set()


def test_it_is_the_wheel_that_runs(elsewhere: Path) -> None:
    code = "import aliquot.console as c; print(c.__file__)"
    said = _run([elsewhere / "bin" / "python", "-c", code], Path("/"))
    assert Path(said.stdout.strip()).is_relative_to(elsewhere), said.stderr


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["aliquot", "--help"], "doctor"),
        (["aliquot", "line", "--help"], "parse"),
        (["aliquot", "doctor", "--help"], "--json"),
        (["python", "-m", "aliquot.console", "--version"], "aliquot"),
    ],
    ids=["help", "line", "doctor", "module"],
)
def test_the_command_line_runs(line: list[str], expected: str, elsewhere: Path) -> None:
    said = _run([elsewhere / "bin" / line[0], *line[1:]], Path("/"))
    assert said.returncode == 0, said.stderr
    assert expected in said.stdout
