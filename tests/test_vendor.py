"""The third-party assets: their list, their script, and what the wheel takes of them."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def vendor() -> ModuleType:
    path = ROOT / "packaging" / "vendor.py"
    spec = importlib.util.spec_from_file_location("aliquot_vendor", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def lock() -> dict[str, dict[str, str]]:
    body = json.loads((ROOT / "package-lock.json").read_text())
    packages: dict[str, dict[str, str]] = body["packages"]
    return {k.removeprefix("node_modules/"): v for k, v in packages.items() if k}


@pytest.fixture
def tree(tmp_path: Path, vendor: ModuleType) -> Path:
    """A small source tree with a node_modules that npm could have made."""
    (tmp_path / "resources" / "icons").mkdir(parents=True)
    (tmp_path / "resources" / "icons" / "icons.txt").write_text("# used\nphone\n")
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "package-lock.json").write_text("{}")
    for item in vendor.copies(["phone", "siren"]):
        source = tmp_path / "node_modules" / item.source
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(f"bytes of {item.source}")
    return tmp_path


def no_packages(places: object, npm: list[str]) -> None:
    """In place of npm: what it would install is already there."""


def test_the_lock_file_pins_and_names_no_registry(
    lock: dict[str, dict[str, str]],
) -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert not re.search(r"https?:|resolved", text)
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    found = {name: entry["version"] for name, entry in lock.items()}
    assert wanted.items() <= found.items()
    assert all(entry["integrity"].startswith("sha512-") for entry in lock.values())


def test_every_asset_package_is_listed_with_version_and_licence(
    lock: dict[str, dict[str, str]], vendor: ModuleType
) -> None:
    text = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    rows = {
        cells[0]: cells
        for line in text.splitlines()
        if line.startswith("|")
        and (cells := [c.strip() for c in line.split("|")[1:-1]])
    }
    for name, entry in lock.items():
        assert rows[name][1] == entry["version"], name
        for licence in entry["license"].split(" AND "):
            assert licence in rows[name][2], name
    for item in vendor.copies([]):
        if item.target.startswith("licenses/"):
            assert f"`{item.target.removeprefix('licenses/')}`" in text


def test_icon_names_ignore_comments_and_doubles(vendor: ModuleType) -> None:
    text = "# all\nphone\n\nsiren  # loud\nphone\n"
    assert vendor.icon_names(text) == ["phone", "siren"]


def test_copies_are_made_once_and_again_when_a_wish_changes(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    vendor: ModuleType,
    tree: Path,
) -> None:
    monkeypatch.setattr(vendor, "find_npm", lambda: ["npm"])
    monkeypatch.setattr(vendor, "install_packages", no_packages)
    places = vendor.Places(tree)
    icons = tree / "resources" / "vendor" / "icons"
    assert vendor.run(places, check=True, with_node=False) == 1
    assert vendor.run(places, check=False, with_node=False) == 0
    assert [p.name for p in icons.iterdir()] == ["phone.svg"]
    capsys.readouterr()
    assert vendor.run(places, check=False, with_node=False) == 0
    assert capsys.readouterr().out == "assets: up to date\n"
    (tree / "resources" / "icons" / "icons.txt").write_text("siren\n")
    assert vendor.run(places, check=True, with_node=False) == 1
    assert vendor.run(places, check=False, with_node=False) == 0
    assert [p.name for p in icons.iterdir()] == ["siren.svg"]


def test_a_changed_or_lost_copy_is_noticed(
    monkeypatch: pytest.MonkeyPatch, vendor: ModuleType, tree: Path
) -> None:
    monkeypatch.setattr(vendor, "find_npm", lambda: ["npm"])
    monkeypatch.setattr(vendor, "install_packages", no_packages)
    places = vendor.Places(tree)
    vendor.run(places, check=False, with_node=False)
    script = places.vendor / "leaflet" / "leaflet.js"
    script.write_text("changed")
    assert not vendor.up_to_date(places)
    vendor.run(places, check=False, with_node=False)
    assert vendor.up_to_date(places)
    script.unlink()
    assert not vendor.up_to_date(places)


def test_an_icon_that_the_set_does_not_have_is_named(
    monkeypatch: pytest.MonkeyPatch, vendor: ModuleType, tree: Path
) -> None:
    monkeypatch.setattr(vendor, "find_npm", lambda: ["npm"])
    monkeypatch.setattr(vendor, "install_packages", no_packages)
    (tree / "resources" / "icons" / "icons.txt").write_text("unicorn\n")
    with pytest.raises(vendor.VendorError, match=r"unicorn\.svg"):
        vendor.run(vendor.Places(tree), check=False, with_node=False)
    assert not (tree / "resources" / "vendor").exists()


def test_without_npm_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    vendor: ModuleType,
    tree: Path,
) -> None:
    monkeypatch.setattr(vendor, "ROOT", tree)
    monkeypatch.setattr(vendor, "find_npm", lambda: None)
    assert vendor.main([]) == 4
    said = capsys.readouterr().err
    assert "npm was not found" in said
    assert "--install-node" in said


def test_npm_beside_the_interpreter_is_found(
    monkeypatch: pytest.MonkeyPatch, vendor: ModuleType, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert vendor.find_npm() is None
    (tmp_path / "npm").write_text("#!/bin/sh\n")
    assert vendor.find_npm() == [str(tmp_path / "npm")]


def test_the_installed_assets_are_the_listed_ones(vendor: ModuleType) -> None:
    places = vendor.Places(ROOT)
    if not (places.vendor / "manifest.json").is_file():
        pytest.skip("the assets are not installed: python packaging/vendor.py")
    files = json.loads((places.vendor / "manifest.json").read_text())["files"]
    wanted = {
        item.target
        for item in vendor.copies(vendor.icon_names(places.icon_list.read_text()))
    }
    assert set(files) == wanted
    for name, sha in files.items():
        assert hashlib.sha256((places.vendor / name).read_bytes()).hexdigest() == sha
    fonts = {p.name for p in (places.vendor / "fonts").iterdir()}
    weights = (400, 500, 600, 700)
    assert fonts == {
        f"{f}-{w}.ttf" for f in ("Inter", "JetBrainsMono") for w in weights
    }
    for font in fonts:
        assert (places.vendor / "fonts" / font).read_bytes()[:4] == b"\0\1\0\0"


def test_assets_are_ignored_by_git_and_taken_by_the_wheel() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {"resources/vendor/", "node_modules/"} <= set(ignored)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    data = project["tool"]["setuptools"]["package-data"]["aliquot.resources"]
    assert "**/*" in data
