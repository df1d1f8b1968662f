"""A screen that nobody sees, for a machine without one."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence

from aliquot.console.problems import EXIT_UNAVAILABLE, KnownProblem

SIZE = "1920x1080x24"
X_PORT = 6000
X_SOCKETS = "/tmp/.X11-unix"
ANSWER_S = 5.0
WITHIN = "ALIQUOT_UNDER_XVFB"  # set in the child, so that it never starts another


def is_there(environment: Mapping[str, str]) -> bool:
    """Whether a window can be shown, or Qt was told to draw where nobody looks."""
    shown = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    platform = environment.get("QT_QPA_PLATFORM", "")
    return bool(shown) or platform in {"offscreen", "minimal", "vnc"}


def unanswered(environment: Mapping[str, str]) -> str | None:
    """The X display that is named and at which nobody answers, else None.

    Qt ends the process with an abort when it meets one. Wayland, other platforms
    and names of another form are left to Qt.
    """
    platform = environment.get("QT_QPA_PLATFORM", "")
    display = environment.get("DISPLAY", "")
    found = re.fullmatch(r"(?:unix)?(?P<host>[^:/]*):(?P<n>\d+)(\.\d+)?", display)
    wayland = environment.get("WAYLAND_DISPLAY") and not platform.startswith("xcb")
    if found is None or wayland or platform not in ("", "xcb"):
        return None
    number = int(found["n"])
    ways: list[tuple[int, str | tuple[str, int]]]
    if host := found["host"]:
        families = (socket.AF_INET, socket.AF_INET6)
        ways = [(family, (host, X_PORT + number)) for family in families]
    else:
        path = f"{X_SOCKETS}/X{number}"
        ways = [(socket.AF_UNIX, f"\0{path}"), (socket.AF_UNIX, path)]
    return None if any(_answers(*way) for way in ways) else display


def _answers(family: int, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family) as line:
            line.settimeout(ANSWER_S)
            line.connect(address)
    except OSError:
        return False
    return True


def run_under_xvfb(arguments: Sequence[str]) -> int:
    """Run this program with other arguments on a display of its own.

    Gives its exit code. Raises ``KnownProblem`` ``no_screen`` (exit 4) when there
    is no Xvfb or it does not start.
    """
    program = shutil.which("Xvfb")
    if program is None or os.environ.get(WITHIN):
        raise KnownProblem(
            "no_screen",
            "There is no display, and Xvfb is not installed to stand in for one. "
            "Install it (Debian: apt-get install xvfb) or set DISPLAY.",
            EXIT_UNAVAILABLE,
        )
    reader, writer = os.pipe()
    command = [program, "-displayfd", str(writer), "-screen", "0", SIZE]
    server = subprocess.Popen(
        [*_tied(), *command, "-nolisten", "tcp"],
        pass_fds=(writer,),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        if not number:
            text = "Xvfb did not start, so there is no screen to draw on."
            raise KnownProblem("no_screen", text, EXIT_UNAVAILABLE)
        return _run_on(f":{number}", arguments)
    finally:
        server.terminate()
        server.wait()


def _tied() -> list[str]:
    """What stands before a command that is to end with this process, a kill -9 too.
    Without its screen the window ends by itself. Empty where nothing can do it."""
    program = shutil.which("setpriv")
    return [program, "--pdeathsig", "TERM", "--"] if program else []


def _run_on(display: str, arguments: Sequence[str]) -> int:
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        WITHIN: "1",
    }
    command = [sys.executable, "-m", "aliquot.console", *arguments]
    child = subprocess.Popen(command, env=environment)
    while True:
        try:
            code = child.wait()
            break
        except KeyboardInterrupt:
            continue  # the terminal told the child too; it ends in its own way
    return 128 - code if code < 0 else code
