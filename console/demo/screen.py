"""A screen that nobody sees, for a machine without one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from aliquot.console.problems import EXIT_UNAVAILABLE, KnownProblem

SIZE = "1920x1080x24"
WITHIN = "ALIQUOT_UNDER_XVFB"  # set in the child, so that it never starts another


def is_there(environment: Mapping[str, str]) -> bool:
    """Whether a window can be shown, or Qt was told to draw where nobody looks."""
    shown = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    platform = environment.get("QT_QPA_PLATFORM", "")
    return bool(shown) or platform in {"offscreen", "minimal", "vnc"}


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
    server = subprocess.Popen(
        [program, "-displayfd", str(writer), "-screen", "0", SIZE, "-nolisten", "tcp"],
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
