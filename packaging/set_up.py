"""Everything `make setup` does, in order; each step does nothing when it is done.

    python3 packaging/set_up.py

1. Debian packages: root installs them with apt-get, others through `sudo -n`; who
   may do neither is told the one line to run, and the exit code is 4.
2. The virtual environment `.venv`.
3. Python packages into it, at the versions of `packaging/constraints.txt`.
4. Third-party assets (fonts, icons, the map's script) into `resources/vendor`.
5. The links that type checkers need.

Nothing is started. Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXIT_UNAVAILABLE = 4
EXIT_INTERRUPTED = 130
ROOM_GB = 2  # what all of it takes


class SetUpError(Exception):
    """A step failed; the text says which command."""


class NeedsRootError(SetUpError):
    """Somebody else must act first; the text says how."""


def say(text: str) -> None:
    print(text, flush=True)


def run(command: Sequence[str | Path]) -> None:
    """Run a command whose failure ends the set-up."""
    done = subprocess.run(
        list(map(str, command)), cwd=ROOT, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        line = shlex.join(map(str, command))
        raise SetUpError(f"This failed with exit code {done.returncode}: {line}")


# --- 1. Debian packages -----------------------------------------------------------


def wanted_packages() -> list[str]:
    """The list beside this file, and what Python lacks to make an environment."""
    text = (ROOT / "packaging" / "debian-packages.txt").read_text()
    wanted = [line for line in text.splitlines() if line and line[0] != "#"]
    if importlib.util.find_spec("ensurepip") is None:
        wanted.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    return wanted


def installed_packages(names: Sequence[str]) -> set[str]:
    """Those of the names that dpkg has installed."""
    form = "${Package} ${db:Status-Status}\n"
    said = subprocess.run(
        ["dpkg-query", "--show", f"--showformat={form}", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    rows = (line.split() for line in said.stdout.splitlines())
    return {row[0] for row in rows if row[1:] == ["installed"]}


def missing_packages(wanted: Sequence[str]) -> list[tuple[str, ...]]:
    """What is not installed, each with all the names it goes by."""
    choices = [tuple(entry.split("|")) for entry in wanted]
    present = installed_packages([name for choice in choices for name in choice])
    return [choice for choice in choices if not present.intersection(choice)]


def has_candidate(name: str) -> bool:
    policy = subprocess.run(
        ["apt-cache", "policy", name], capture_output=True, text=True, check=False
    )
    return "Candidate:" in policy.stdout and "(none)" not in policy.stdout


def names_here(missing: Sequence[tuple[str, ...]]) -> list[str]:
    """One name each: the one this release of Debian knows, else the first."""
    return [next(filter(has_candidate, names), names[0]) for names in missing]


def how_to_be_root() -> list[str] | None:
    """The words before a command that only root may run; None: there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def install_packages(prefix: Sequence[str], missing: Sequence[tuple[str, ...]]) -> None:
    """A fresh machine may be updating itself, so its lock is waited for."""
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    apt += ["-o=DPkg::Lock::Timeout=300", "-o=Dpkg::Use-Pty=0"]
    try:
        run([*apt, "update"])
    except SetUpError:
        say("  not every list of packages is fresh; what is known will do, or not:")
    names = names_here(missing)
    say("  installing with apt-get: " + " ".join(names))
    run([*apt, "install", "-y", "--no-install-recommends", *names])


def line_for_root(names: Sequence[str]) -> str:
    """What a person types who may become root."""
    install = "apt-get install -y " + " ".join(names)
    if shutil.which("sudo"):
        return f"sudo apt-get update; sudo {install}"
    return f"su - -c 'apt-get update; {install}'"


def debian_packages() -> None:
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        say("  not a Debian system: install the counterparts of these yourself:")
        say("  " + " ".join(wanted_packages()))
        return
    missing = missing_packages(wanted_packages())
    if not missing:
        return
    prefix = how_to_be_root()
    if prefix is None:
        raise NeedsRootError(
            f"Only root may install what Debian still lacks ({len(missing)}). Run this "
            f"line, then the same command again:\n{line_for_root(names_here(missing))}"
        )
    install_packages(prefix, missing)


# --- 2. to 5. The environment and what goes into it --------------------------------


def environment_dir() -> Path:
    return ROOT / ".venv"


def environment_python() -> Path:
    return environment_dir() / "bin" / "python"


def environment_works() -> bool:
    """It may be left of a Python that is gone, half made, or moved from elsewhere."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        head = (environment_dir() / "bin" / "pip").read_bytes()[:1000]
        asked = subprocess.run(
            [environment_python(), "-c", probe], capture_output=True, check=False
        )
    except OSError:
        return False
    return asked.returncode == 0 and str(environment_dir()).encode() in head


def virtual_environment() -> None:
    if environment_works():
        return
    say(f"  making {environment_dir()} with {sys.executable}")
    run([sys.executable, "-m", "venv", "--clear", environment_dir()])


def fingerprint(paths: Sequence[Path]) -> str:
    """Changes when a file, the interpreter or the place of the checkout does."""
    total = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def python_packages() -> None:
    """The project itself is installed editable: its files are used where they lie."""
    constraints = ROOT / "packaging" / "constraints.txt"
    stamp = environment_dir() / "set-up.stamp"
    mark = fingerprint([ROOT / "pyproject.toml", constraints, Path(__file__)])
    if stamp.is_file() and stamp.read_text() == mark:
        return
    say("  installing; the first time some minutes")
    pip: list[str | Path] = [
        environment_python(),
        "-m",
        "pip",
        "install",
        "-q",
        "--no-user",
        "--progress-bar=off",
    ]
    pip += ["--disable-pip-version-check", "-c", constraints]
    run([*pip, "setuptools"])
    # Built with the pinned setuptools of this environment, not with the newest.
    run([*pip, "--no-build-isolation", "-e", f"{ROOT}[dev]"])
    stamp.write_text(mark)


def assets() -> None:
    vendor = ROOT / "packaging" / "vendor.py"
    run([environment_python(), vendor, "--install-node"])


def typing_links() -> None:
    run([environment_python(), ROOT / "packaging" / "typing_tree.py"])


STEPS: tuple[tuple[str, Callable[[], None]], ...] = (
    ("Debian packages", debian_packages),
    ("virtual environment", virtual_environment),
    ("Python packages", python_packages),
    ("fonts, icons, map script", assets),
    ("links for type checkers", typing_links),
)


def what_to_do(step: Callable[[], None]) -> str:
    """Said after the command's own words, which are often those of a consequence."""
    free = shutil.disk_usage(ROOT).free / 1e9
    room = f"{ROOT} must be yours to write, with {ROOM_GB} GB free ({free:.1f} are)."
    if step in (virtual_environment, typing_links):
        return room
    return (
        "Is there a network? Behind a proxy set https_proxy; apt, pip and npm use the "
        f"mirrors they are configured for. {room} Then run the same command again: "
        "it goes on where it stopped."
    )


def take(step: Callable[[], None]) -> int:
    """The exit code of one step; says what went wrong and what to do."""
    try:
        step()
    except NeedsRootError as problem:
        print(problem, file=sys.stderr)
    except (SetUpError, OSError) as problem:
        print(f"{problem}\n{what_to_do(step)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted. The same command goes on from here.", file=sys.stderr)
        return EXIT_INTERRUPTED
    else:
        return 0
    return EXIT_UNAVAILABLE


def main() -> int:
    began = time.monotonic()
    for number, (title, step) in enumerate(STEPS, start=1):
        say(f"[{number}/{len(STEPS)}] {title}")
        if code := take(step):
            return code
    say(f"Set up in {time.monotonic() - began:.1f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
