"""Drivers of other packages, really installed: good, broken, and of a taken name."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aliquot.drivers.lines import plugins

GOOD = """
from aliquot.drivers.lines.asterisk import AsteriskDriver
DRIVER = AsteriskDriver(name="goodline")
"""
BROKEN = {
    "raises": "raise RuntimeError('no licence key was found')",
    "leaves": "import sys\nsys.exit(3)",
    "needs": "import a_package_that_is_not_there",
    "wrong": "DRIVER = 7",
    "hostile": (
        "class Hostile:\n"
        "    def __getattr__(self, name):\n"
        "        raise ZeroDivisionError(name)\n"
        "DRIVER = Hostile()\n"
    ),
}


def install(folder: Path, package: str, source: str, names: list[str]) -> None:
    """What an installer leaves behind: a module, and the metadata that names it."""
    (folder / f"{package}.py").write_text(source)
    about = folder / f"{package}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
    )
    points = "".join(f"{name} = {package}:DRIVER\n" for name in names)
    (about / "entry_points.txt").write_text(f"[{plugins.GROUP}]\n{points}")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(tmp_path)
    plugins.plugins.cache_clear()
    yield tmp_path
    plugins.plugins.cache_clear()


def test_broken_packages_are_listed_with_their_errors_and_stop_nothing(
    site: Path,
) -> None:
    for name, source in BROKEN.items():
        install(site, f"aliquot_test_{name}", source, [name])
    install(site, "aliquot_test_good", GOOD, ["goodline"])
    listed = plugins.plugins()
    errors = {name: listed[name].error or "" for name in BROKEN}
    assert errors["raises"] == "RuntimeError: no licence key was found"
    assert errors["leaves"].startswith("SystemExit")
    assert "a_package_that_is_not_there" in errors["needs"]
    assert errors["wrong"] == "it is no LineDriver"
    assert errors["hostile"]
    assert listed["goodline"].error is None
    assert plugins.driver("goodline").name == "goodline"
    assert plugins.driver("modem").name == "modem"
    assert plugins.guess(b"Event: Hangup\r\n") in {"asterisk", "goodline"}


def test_a_package_cannot_take_the_name_of_a_driver_of_this_program(
    site: Path,
) -> None:
    install(site, "aliquot_test_thief", GOOD, ["modem"])
    listed = plugins.plugins()
    assert listed["modem"].target == "aliquot.drivers.lines.modem:DRIVER"
    other = listed["modem (aliquot_test_thief)"]
    assert other.driver is None
    assert "another driver modem" in (other.error or "")


def test_a_driver_that_fails_when_asked_claims_nothing(site: Path) -> None:
    source = GOOD + "DRIVER.__class__\n"
    source += (
        "class Sly(AsteriskDriver):\n"
        "    def claims(self, head):\n"
        "        raise ValueError('never')\n"
        "DRIVER = Sly(name='aaa_sly')\n"
    )
    install(site, "aliquot_test_sly", source, ["aaa_sly"])
    assert plugins.plugins()["aaa_sly"].error is None
    assert plugins.guess(b"\r\nRING\r\n") == "modem"


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    start = (
        f"import sys; sys.path.insert(0, {str(folder)!r}); sys.argv[0] = 'aliquot'; "
    )
    start += "from aliquot.console.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", start, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        check=False,
    )


def test_the_command_line_lists_them_all_and_still_reads(tmp_path: Path) -> None:
    for name, source in BROKEN.items():
        install(tmp_path, f"aliquot_test_{name}", source, [name])
    done = command(tmp_path, "line", "drivers", "--json")
    assert done.returncode == 0, done.stderr
    listed: dict[str, dict[str, Any]] = {
        one["name"]: one for one in map(json.loads, done.stdout.splitlines())
    }
    assert set(BROKEN) <= {name for name, one in listed.items() if "error" in one}
    modem = listed["modem"]
    assert modem["talks"] is True
    assert modem["layouts"] == ["modem"]
    assert {"ring_stop_s", "init"} <= {one["name"] for one in modem["options"]}
    assert "ali_32x15" in listed["ali"]["layouts"]
    (tmp_path / "calls.txt").write_bytes(plugins.sample(plugins.driver("modem")))
    read = command(tmp_path, "line", "parse", "calls.txt", "--json")
    assert read.returncode == 0, read.stderr
    events = [json.loads(line)["fields"]["event"] for line in read.stdout.splitlines()]
    assert events == ["offered", "abandoned"]
    refused = command(
        tmp_path, "line", "parse", "calls.txt", "--driver", "raises", "--json"
    )
    assert refused.returncode == 2
    assert "no licence key" in refused.stderr
