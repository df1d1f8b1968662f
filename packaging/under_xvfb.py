"""Run a command on a screen of its own that nobody sees.

    python packaging/under_xvfb.py COMMAND [ARGUMENT …]

Xvfb chooses a free display itself (`-displayfd`), so any number of these can run at
once. The exit code is the command's; 4 when there is no Xvfb.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SCREEN = "1920x1080x24"
EXIT_UNAVAILABLE = 4
EXIT_USAGE = 2


class NoScreenError(Exception):
    """Xvfb is not installed or did not start."""


@contextmanager
def screen(size: str = SCREEN) -> Iterator[str]:
    """A display name such as ``:99`` that is there while the block runs."""
    program = shutil.which("Xvfb")
    if program is None:
        raise NoScreenError("Xvfb is not installed. Run: sudo apt-get install -y xvfb")
    reader, writer = os.pipe()
    command = [program, "-displayfd", str(writer), "-screen", "0", size]
    server = subprocess.Popen(
        [*tied(), *command, "-nolisten", "tcp", "-noreset"],
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
            raise NoScreenError("Xvfb did not start.")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def tied() -> list[str]:
    """What has the screen end when this program does, even by a kill -9; with it go
    the windows on it. Empty where nothing can do that."""
    program = shutil.which("setpriv")
    return [program, "--pdeathsig", "TERM", "--"] if program else []


def run(command: list[str]) -> int:
    with screen() as display:
        environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        environment.pop("WAYLAND_DISPLAY", None)
        child = subprocess.Popen(command, env=environment)

        def pass_on(number: int, _frame: FrameType | None) -> None:
            child.send_signal(number)

        # A terminal sends Ctrl-C to the child itself; only a kill is passed on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, pass_on)
        code = child.wait()
    return 128 - code if code < 0 else code


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return EXIT_USAGE
    try:
        return run(sys.argv[1:])
    except NoScreenError as problem:
        print(problem, file=sys.stderr)
        return EXIT_UNAVAILABLE


if __name__ == "__main__":
    sys.exit(main())
