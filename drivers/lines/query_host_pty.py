"""The simulated host of a query link on a pseudo-terminal, and its records."""

from __future__ import annotations

import errno
import os
import select
import time
from collections.abc import Callable, Iterable, Mapping

from aliquot.drivers.lines.ali import DRIVER, split_records
from aliquot.drivers.lines.api import (
    AliRecord,
    Chunk,
    Decoder,
    Frame,
    Framing,
    LineSettings,
)
from aliquot.drivers.lines.detect import Starts
from aliquot.drivers.lines.framer_frames import payload_bounds
from aliquot.drivers.lines.layouts import choose
from aliquot.drivers.lines.pacing import BITS_A_BYTE
from aliquot.drivers.lines.query_host import QueryHost
from aliquot.drivers.lines.query_link_wire import Request
from aliquot.drivers.lines.simulator import PtySimulator

_LONGEST_S = 0.5
_BURST_S = 0.004

Texts = dict[str, bytes]


class HostSimulator(PtySimulator):
    """One pseudo-terminal with a host at its far end. ``baud`` 0: no pacing."""

    def __init__(self, host: QueryHost, baud: int = 9600) -> None:
        super().__init__(baud)
        self._host = host
        self._byte_ns = BITS_A_BYTE * 10**9 // baud if baud else 0
        self._burst = max(1, int(_BURST_S * baud / BITS_A_BYTE)) if baud else 4096
        self._unsent = bytearray()
        self._free_ns = 0  # when the wire is free again

    def serve(self, hang_up_after: int | None = None) -> bool:
        """Answers until ``stop()`` (False), or until so many records were given and
        the line is hung up in the middle of the next (True)."""
        self._unsent += self._host.opened(time.monotonic_ns())
        while not self._stopped:
            self._wait()
            now = time.monotonic_ns()
            self._unsent += self._host.tick(now)
            if self._over(hang_up_after):
                del self._unsent[len(self._unsent) // 2 :]
                self._write(bytes(self._unsent))
                return True
            self._send_some(now)
        return False

    def _over(self, after: int | None) -> bool:
        """A record is about to go out, and it is one too many."""
        return (
            after is not None
            and self._host.answered >= after
            and len(self._unsent) > self._burst
        )

    def _wait(self) -> None:
        now = time.monotonic_ns()
        due = self._free_ns if self._unsent else self._host.deadline_ns
        wait_s = _LONGEST_S if due is None else (due - now) / 1e9
        watched = [self._master, self._wake_read]
        wait_s = min(max(wait_s, 0.0), _LONGEST_S)
        readable, _, _ = select.select(watched, [], [], wait_s)
        if self._master not in readable:
            return
        try:
            data = os.read(self._master, 4096)
        except OSError as problem:
            if problem.errno not in {errno.EIO, errno.EAGAIN}:
                raise
            self._sleep(0.01)
            return
        stamp = time.monotonic_ns()
        self._unsent += self._host.heard(Chunk(data, time.time_ns() // 1000, stamp))

    def _send_some(self, now: int) -> None:
        if not self._unsent or now < self._free_ns:
            return
        sent = self._write(bytes(self._unsent[: self._burst]))
        del self._unsent[:sent]
        self._free_ns = now + max(sent * self._byte_ns, 0 if sent else 10**7)

    def _write(self, data: bytes) -> int:
        try:
            return os.write(self._master, data) if data else 0
        except OSError as problem:
            if problem.errno not in {errno.EAGAIN, errno.EIO}:
                raise
            return 0


# --- records by number -----------------------------------------------------------


def texts_of_chunks(chunks: Iterable[Chunk]) -> Texts:
    """Bare text of the records of a recorded line, by callback number and pANI."""
    framer, decoder = DRIVER.framer(LineSettings()), DRIVER.decoder(LineSettings())
    texts: Texts = {}
    for chunk in chunks:
        _keep(framer.feed(chunk), decoder, texts)
    _keep(framer.flush(), decoder, texts)
    return texts


def texts_of_bytes(data: bytes) -> Texts:
    """The same of a file of bare records."""
    decoder, starts = DRIVER.decoder(LineSettings()), Starts(choose(()))
    texts: Texts = {}
    for begin, end in split_records(data):
        raw = data[begin:end]
        bounds = payload_bounds(raw, starts)
        payload = raw[bounds.begin : bounds.end]
        frame = Frame(payload, raw, begin, end, 0, 0, Framing.WHOLE)
        _keep([frame], decoder, texts)
    return texts


def _keep(cut: Iterable[object], decoder: Decoder, texts: Texts) -> None:
    for frame in cut:
        if not isinstance(frame, Frame):
            continue
        for heard in decoder.decode(frame):
            if isinstance(heard, AliRecord):
                for name in ("callback_number", "pani"):
                    if name in heard.fields:
                        texts[str(heard.fields[name])] = frame.payload


def look_up(texts: Mapping[str, bytes]) -> Callable[[Request], bytes]:
    """A number that is not there has the record that says so."""

    def look(request: Request) -> bytes:
        number = request.number
        written = f"{number[:3]}-{number[3:6]}-{number[6:]} NO RECORD FOUND"
        return texts.get(number) or (written.ljust(32) + "\r").encode("ascii")

    return look
