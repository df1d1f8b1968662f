"""What is declared is what is there: packages, pins, lists, commands."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("console", "drivers", "resources", "widgets")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_every_package_is_declared() -> None:
    """A sub-package that is not in the list is left out of the wheel in silence."""
    found = {
        "aliquot." + ".".join(path.parent.relative_to(ROOT).parts)
        for room in ROOMS
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found


def test_every_folder_with_code_is_a_package() -> None:
    folders = {path.parent for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    assert [f for f in sorted(folders) if not (f / "__init__.py").is_file()] == []


def test_each_room_lies_at_the_root() -> None:
    mapping = PROJECT["tool"]["setuptools"]["package-dir"]
    assert mapping == {f"aliquot.{room}": room for room in ROOMS}


def _requirements() -> list[Requirement]:
    extras = PROJECT["project"]["optional-dependencies"]
    lines = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    for extra in extras.values():
        lines += extra
    return [Requirement(line) for line in lines]


def _pins() -> dict[str, str]:
    text = (ROOT / "packaging" / "constraints.txt").read_text()
    pairs = re.findall(r"^([\w.-]+)==(\S+)$", text, re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize("wanted", _requirements(), ids=lambda r: r.name)
def test_every_requirement_is_pinned_within_its_range(wanted: Requirement) -> None:
    pinned = _pins().get(canonicalize_name(wanted.name))
    assert pinned is not None, f"{wanted.name} is not in packaging/constraints.txt"
    assert wanted.specifier.contains(pinned)


def test_the_debian_list_is_sorted_and_each_once() -> None:
    text = (ROOT / "packaging" / "debian-packages.txt").read_text()
    names = [line for line in text.splitlines() if not line.startswith("#")]
    assert names == sorted(set(names))


@pytest.mark.parametrize("group", ["console_scripts", "gui_scripts"])
def test_commands_point_at_something(group: str) -> None:
    own = [e for e in entry_points(group=group) if e.value.startswith("aliquot.")]
    assert own
    for entry in own:
        module = entry.value.partition(":")[0].removeprefix("aliquot.")
        assert (ROOT / (module.replace(".", "/") + ".py")).is_file(), entry


def test_line_drivers_can_be_loaded() -> None:
    found = entry_points(group="aliquot.drivers.lines")
    assert {entry.name for entry in found} >= {"ali", "asterisk"}
    for entry in found:
        entry.load()


def test_type_checkers_see_the_package(tmp_path: Path) -> None:
    """The links have the shape of the installed package."""
    tool = ROOT / "packaging" / "typing_tree.py"
    copy = tmp_path / "packaging" / "typing_tree.py"
    copy.parent.mkdir()
    copy.write_text(tool.read_text())
    for room in ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text("")
    for _ in range(2):
        subprocess.run([sys.executable, copy], check=True)
    tree = tmp_path / ".typing" / "aliquot"
    assert sorted(p.name for p in tree.iterdir()) == sorted(ROOMS)
    assert all((tree / room / "__init__.py").is_file() for room in ROOMS)
