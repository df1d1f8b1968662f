"""`aliquot doctor`: what a machine and a profile need, checked and said in words.

It changes nothing: no profile is made and no lock is taken. The port of each line
is opened for a moment, unless a console has it.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from importlib import resources
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path

import click

from aliquot.console import paths
from aliquot.console.problems import EXIT_NO, KnownProblem, in_words
from aliquot.console.settings import LineConfig

PYTHON_FLOOR = (3, 11)
PYSIDE_FLOOR = (6, 10)
PYSIDE_BROKEN = ((6, 12, 0),)  # loses references to True and aborts
DISK_FULL_SOON = 200 * 2**20
DISK_LOW = 2 * 2**30

# What the window loads at start -> the Debian package that has it.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libXcomposite.so.1": "libxcomposite1",
    "libXdamage.so.1": "libxdamage1",
    "libXrandr.so.2": "libxrandr2",
    "libXtst.so.6": "libxtst6",
    "libasound.so.2": "libasound2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libgbm.so.1": "libgbm1",
    "libnss3.so": "libnss3",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbfile.so.1": "libxkbfile1",
}


# As Chromium, which draws the map, shuts its processes in.
SANDBOX_PROBE = ("unshare", "--user", "--pid", "--net", "--fork", "true")
SANDBOX_ADVICE = (
    "The desk works without its map. Allow users their namespaces: on Ubuntu sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0, on others "
    "kernel.unprivileged_userns_clone=1, in a container what its makers say of it."
)


class State(Enum):
    OK = "ok"
    NOTE = "note"  # works, but a person should know
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found, and what to do unless all is well."""

    name: str
    state: State
    found: str
    advice: str | None = None

    def as_json(self) -> dict[str, str]:
        row = {"name": self.name, "state": self.state.value, "found": self.found}
        return row | ({"advice": self.advice} if self.advice else {})


def check_python(found: tuple[int, ...]) -> Check:
    text = ".".join(map(str, found[:3]))
    if found >= PYTHON_FLOOR:
        return Check("python", State.OK, text)
    return Check("python", State.FAILED, text, "Install Python 3.11 or newer.")


def check_pyside(found: str | None) -> Check:
    """``found`` is the version of the installed package, None for none."""
    advice = "Run `make setup`; it installs the version that was tested."
    if found is None:
        return Check("pyside6", State.FAILED, "not installed", advice)
    release = tuple(int(part) for part in re.findall(r"\d+", found)[:3])
    good = release >= PYSIDE_FLOOR and release not in PYSIDE_BROKEN
    if good:
        return Check("pyside6", State.OK, found)
    return Check("pyside6", State.FAILED, found, advice)


def check_sqlite() -> Check:
    from aliquot.console.store import database

    found = database.sqlite_version()
    text = ".".join(map(str, found))
    try:
        database.refuse_old_sqlite(found)
    except KnownProblem as problem:
        return Check("sqlite", State.FAILED, text, str(problem))
    return Check("sqlite", State.OK, text)


def check_assets(vendor: Path) -> Check:
    """Every file that the manifest names is there; their sums are not computed."""
    advice = "Run `make setup`; it fetches fonts, icons and the map's script."
    try:
        named = json.loads((vendor / "manifest.json").read_bytes())["files"]
    except (OSError, ValueError, KeyError):
        return Check("assets", State.FAILED, "not installed", advice)
    gone = [name for name in named if not (vendor / name).is_file()]
    if gone:
        return Check("assets", State.FAILED, f"missing: {', '.join(gone)}", advice)
    return Check("assets", State.OK, f"{len(named)} files")


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def check_libraries(usable: Callable[[str], bool] = loads) -> Check:
    gone = [name for name in LIBRARIES if not usable(name)]
    if not gone:
        return Check("libraries", State.OK, f"{len(LIBRARIES)} found")
    packages = " ".join(LIBRARIES[name] for name in gone)
    advice = f"Run `make setup`, or: sudo apt-get install -y {packages}"
    return Check("libraries", State.FAILED, f"missing: {', '.join(gone)}", advice)


def check_drivers() -> Check:
    """A broken driver is named; it does not stop the others."""
    found = sorted(entry_points(group="aliquot.drivers.lines"), key=lambda e: e.name)
    broken = []
    for entry in found:
        try:
            entry.load()
        except Exception as problem:  # noqa: BLE001 - a plug-in may raise anything
            broken.append(f"{entry.name} ({type(problem).__name__}: {problem})")
    if broken:
        advice = "Install the driver again, or remove its package."
        return Check("drivers", State.FAILED, "; ".join(broken), advice)
    return Check("drivers", State.OK, ", ".join(entry.name for entry in found))


def existing(folder: Path) -> Path:
    """The folder, or the nearest parent that is there."""
    absolute = folder.absolute()
    # Not Path.exists, which raises for what stands behind a folder of others.
    return next(p for p in (absolute, *absolute.parents) if os.path.exists(p))


def check_profile(profile: Path) -> Check:
    there = existing(profile)
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        log = profile / paths.LOG_NAME
        if log.exists() and not os.access(log, os.R_OK | os.W_OK):
            advice = f"Be who owns {log}, or choose another --profile."
            return Check("profile", State.FAILED, f"{log} cannot be written", advice)
        state = "" if there == profile.absolute() else " (not made yet)"
        return Check("profile", State.OK, f"{profile}{state}")
    advice = f"Give yourself the right to write {there}, or choose another --profile."
    return Check("profile", State.FAILED, f"{profile} cannot be written", advice)


def is_locked(lock: Path) -> bool:
    """Whether a process holds the writer's lock. A moment's shared lock asks it."""
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def check_lock(profile: Path) -> Check:
    lock = profile / paths.LOCK_NAME
    if not is_locked(lock):
        return Check("lock", State.OK, "free")
    pid = lock.read_text(encoding="ascii", errors="replace").strip() or "unknown"
    advice = "Commands that write go to that process, or end it first."
    return Check("lock", State.NOTE, f"held by process {pid}", advice)


def check_disk(free: int) -> Check:
    """``free`` is in bytes, on the disk of the profile."""
    found = f"{free / 2**30:.1f} GiB free"
    if free >= DISK_LOW:
        return Check("disk", State.OK, found)
    state = State.FAILED if free < DISK_FULL_SOON else State.NOTE
    return Check("disk", state, found, "Make room, or move the profile.")


def check_people(profile: Path) -> Check:
    from aliquot.console.store import database

    advice = "Add one: aliquot people add NAME --role administrator --password-file F"
    log = profile / paths.LOG_NAME
    try:
        if not log.is_file():
            return Check("people", State.NOTE, "nobody yet", advice)
        opened = database.open_database(log, read_only=True)
    except KnownProblem as problem:
        return Check("people", State.FAILED, str(problem), "Run `aliquot log verify`.")
    except OSError as why:
        advice = f"Be who owns {profile}, or choose another --profile."
        found = f"{log} cannot be looked at: {in_words(why)}"
        return Check("people", State.FAILED, found, advice)
    count = opened["people"].count if "people" in opened.table_names() else 0
    opened.close()
    if count:
        return Check("people", State.OK, f"{count}")
    return Check("people", State.NOTE, "nobody yet", advice)


def serial_ports(devices: Path, terminals: Path) -> list[Path]:
    """Ports with hardware behind them. A UART of type 0 is an empty socket."""
    pluggable = [*devices.glob("ttyUSB*"), *devices.glob("ttyACM*")]
    kinds = terminals.glob("ttyS*/type")
    fixed = [devices / k.parent.name for k in kinds if k.read_text().strip() != "0"]
    return sorted({*pluggable, *(port for port in fixed if port.exists())})


def check_ports(ports: list[Path]) -> Check:
    if not ports:
        found = "none found"
        return Check("ports", State.NOTE, found, "A line may also come over TCP.")
    closed = [p for p in ports if not os.access(p, os.R_OK | os.W_OK)]
    names = ", ".join(map(str, ports))
    if not closed:
        return Check("ports", State.OK, names)
    refused = ", ".join(map(str, closed))
    advice = f"You may not open {refused}: sudo usermod -aG dialout $USER, then log in"
    return Check("ports", State.NOTE, names, advice)


def check_display(environment: dict[str, str]) -> Check:
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        if environment.get(name):
            return Check("display", State.OK, f"{name}={environment[name]}")
    advice = "The command line works; for pictures of the window run `make tour`."
    return Check("display", State.NOTE, "none", advice)


def check_settings(profile: Path) -> Check:
    """``profile.toml``, read as strictly as it can be."""
    from aliquot.console import settings_file

    file = profile / paths.SETTINGS_NAME
    try:
        text = file.read_text(encoding="utf-8")
        lines = settings_file.parse(text, paths.SETTINGS_NAME).lines
    except FileNotFoundError:
        return Check("settings", State.OK, "none yet; the usual ones hold")
    except (OSError, UnicodeDecodeError) as why:
        found = f"{file} cannot be read: {in_words(why)}"
        return Check("settings", State.FAILED, found, "Put profile.toml right.")
    except KnownProblem as why:
        return Check("settings", State.FAILED, str(why), "Correct profile.toml.")
    return Check("settings", State.OK, f"profile.toml, {len(lines)} lines")


def check_lines(profile: Path) -> Iterator[Check]:
    """Opens each line's port for a moment, unless a console reads it."""
    from aliquot.console import settings_file

    try:
        text = (profile / paths.SETTINGS_NAME).read_text(encoding="utf-8")
        lines = settings_file.parse_for_desk(text, paths.SETTINGS_NAME).lines
    except (OSError, UnicodeDecodeError, KnownProblem):
        return  # said by ``check_settings``
    running = is_locked(profile / paths.LOCK_NAME)
    for line in lines:
        yield check_line(line, running)


def check_line(line: LineConfig, running: bool) -> Check:
    from aliquot.drivers.lines.api import SourceError
    from aliquot.drivers.lines.sources import make_source

    name = f"line {line.name}"
    if running and Path(line.source).exists():
        return Check(name, State.OK, f"{line.source} (the running console has it)")
    if running and not line.source.startswith("/"):
        return Check(name, State.OK, f"{line.source} (the running console's)")
    try:
        source = make_source(line.source, line.baud, line.format)
        source.open()
        source.close()
    except (SourceError, ValueError, OSError) as why:
        advice = f"Put it right, or correct the source of {line.name} in profile.toml."
        return Check(name, State.FAILED, str(why), advice)
    return Check(name, State.OK, f"{line.source} can be opened")


def check_map(
    user: int, environment: dict[str, str], probe: tuple[str, ...] = SANDBOX_PROBE
) -> Check:
    """Whether Chromium can build its sandbox; else the window starts no map."""
    if environment.get("QTWEBENGINE_DISABLE_SANDBOX") == "1":
        advice = "QTWEBENGINE_DISABLE_SANDBOX is for trials: unset it at a real desk."
        return Check("map", State.NOTE, "without its sandbox", advice)
    if user == 0:
        advice = "Start the console as another user than root."
        return Check("map", State.NOTE, "does not run as root", advice)
    try:
        done = subprocess.run(probe, capture_output=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return Check("map", State.OK, "its sandbox could not be tried")
    if done.returncode:
        return Check("map", State.NOTE, "cannot build its sandbox", SANDBOX_ADVICE)
    return Check("map", State.OK, "can build its sandbox")


def installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def examine(profile: Path) -> Iterator[Check]:
    """All checks, in the order in which a fault of one makes the next moot."""
    yield check_python(sys.version_info[:3])
    yield check_pyside(installed("PySide6"))
    yield check_sqlite()
    with resources.as_file(resources.files("aliquot.resources") / "vendor") as vendor:
        yield check_assets(vendor)
    yield check_libraries()
    yield check_drivers()
    yield check_display(dict(os.environ))
    yield check_map(os.geteuid(), dict(os.environ))
    yield check_profile(profile)
    yield check_settings(profile)
    yield check_lock(profile)
    yield check_disk(shutil.disk_usage(existing(profile)).free)
    yield check_people(profile)
    yield check_ports(serial_ports(Path("/dev"), Path("/sys/class/tty")))
    yield from check_lines(profile)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> int:
    """Check machine and profile, and say what to do.

    Looks at Python, libraries, assets, disk, profile, settings, people and ports,
    and opens the port of each line for a moment. Changes nothing. Exit 1 if a check
    fails; a note is no failure.

    \b
    Examples:
      aliquot doctor
      aliquot --profile /srv/desk1 doctor --json
    """
    checks = list(examine(paths.profile_dir((context.obj or {}).get("profile"))))
    ok = all(check.state is not State.FAILED for check in checks)
    if as_json:
        rows = [check.as_json() for check in checks]
        click.echo(json.dumps({"ok": ok, "checks": rows}, ensure_ascii=False))
        return 0 if ok else EXIT_NO
    for check in checks:
        click.echo(f"{check.state.value:<7}{check.name:<11}{check.found}")
        if check.advice:
            click.echo(f"{'':<18}{check.advice}")
    return 0 if ok else EXIT_NO
