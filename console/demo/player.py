"""A recording played into a pseudo-terminal, as `aliquot line simulate` does it, that
can be held: time stands still for it between SIGUSR1 and SIGUSR2.

    python -m aliquot.console.demo.player RECORDING SPEED BAUD WAIT_S

So several lines can be held at once and stay as far from each other as they are in
the recordings, however long a picture takes.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from aliquot.console.demo.tied import tie
from aliquot.drivers.lines.parity import of_format
from aliquot.drivers.lines.recording import RecordingReader
from aliquot.drivers.lines.simulator import PtySimulator, simulate

HOLD = signal.SIGUSR1
GO_ON = signal.SIGUSR2
USUAL_FORMAT = "8N1"


class Clock:
    """Monotonic seconds without those in which the program was held."""

    def __init__(self) -> None:
        self._held_s = 0.0

    def listen(self) -> None:
        """From now on the two signals are obeyed. GO_ON waits for its HOLD."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {GO_ON})
        signal.signal(HOLD, self.hold)

    def now(self) -> float:
        return time.monotonic() - self._held_s

    def hold(self, _number: int = 0, _frame: object = None) -> None:
        """Until GO_ON; SIGTERM ends the program. The next HOLD waits for the end of
        this one: it may come before GO_ON was heard, and counts for itself."""
        begun = time.monotonic()
        ends = {GO_ON, signal.SIGTERM}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {HOLD, *ends})
        told = signal.sigwait(ends)
        self._held_s += time.monotonic() - begun
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if told is signal.SIGTERM:
            sys.exit()


def play(recording: Path, speed: float, baud: int, wait_s: float) -> None:
    """To the end, once somebody has opened the path that is printed first.

    Raises ``OSError``; ``TimeoutError`` when nobody did.
    """
    clock = Clock()
    with recording.open("rb") as stream:
        reader = RecordingReader(stream, recording.name)
        parity = of_format(reader.header.format or USUAL_FORMAT)
        with PtySimulator(baud, speed=speed, parity=parity, now=clock.now) as simulator:
            clock.listen()
            print(simulator.path, flush=True)
            simulate(lambda: iter(reader), simulator, wait_s=wait_s)


if __name__ == "__main__":
    tie()
    _, _recording, _speed, _baud, _wait = sys.argv
    try:
        play(Path(_recording), float(_speed), int(_baud), float(_wait))
    except OSError as why:
        sys.exit(f"{_recording}: {why}")
