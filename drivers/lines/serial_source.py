"""A serial port, or anything pyserial has a URL for. The only importer of pyserial."""

from __future__ import annotations

import errno
import re
import termios
from contextlib import suppress
from typing import Any

import serial

from aliquot.drivers.lines.api import LineState, SourceError

FORMAT = re.compile(r"([5-8])([NEOMS])(1|1\.5|2)", re.ASCII)

_ODD_BITS = tuple(value.bit_count() % 2 for value in range(256))
# Seven data bits of eight that were read; the eighth is set where parity fails. A mark
# is an eighth bit that is always set.
_SEVEN = {
    "N": bytes(b & 0x7F for b in range(256)),
    "E": bytes((b & 0x7F) | (0x80 if odd else 0) for b, odd in enumerate(_ODD_BITS)),
    "O": bytes((b & 0x7F) | (0 if odd else 0x80) for b, odd in enumerate(_ODD_BITS)),
    "M": bytes(b ^ 0x80 for b in range(256)),
}

_STATES = {
    errno.ENOENT: LineState.MISSING,
    errno.ENXIO: LineState.MISSING,
    errno.ENODEV: LineState.MISSING,
    errno.EIO: LineState.MISSING,
    errno.ENOTTY: LineState.MISSING,
    errno.EISDIR: LineState.MISSING,
    errno.EBUSY: LineState.BUSY,
    errno.EAGAIN: LineState.BUSY,  # the lock of `exclusive`
    errno.EACCES: LineState.DENIED,
    errno.EPERM: LineState.DENIED,
}
_ADVICE = {
    LineState.MISSING: "There is no such port. Is it plugged in, and the name right? "
    "`ls -l /dev/serial/by-id` lists adapters by names that do not change.",
    LineState.BUSY: "Another program has the port. Close it there; `fuser -v {port}` "
    "names it.",
    LineState.DENIED: "This user may not open the port. Add the user to the group "
    "that owns it, mostly `dialout`, and sign in again.",
    LineState.LOST: "The port is gone. Is the adapter or its cable pulled out?",
}
_NOT_SERIAL = "{port} is there but is no serial port."
_NO_URL = (
    "That is no address of a port. Write a device such as /dev/ttyUSB0, or "
    "socket://host:port, rfc2217://host:port or tcp://host:port."
)
_NO_HOST = "Nothing answers there. Are host and port number right, is the server up?"


class SerialSource:
    """One port, opened for this process alone. See ``ByteSource``.

    ``url``: a device, or ``socket://``, ``rfc2217://``, ``loop://`` and so on;
    ``baud`` in bits a second; ``format`` such as ``8N1`` or ``7E1``. Where the port
    cannot do seven data bits itself (a pseudo-terminal, some adapters), it is read
    with eight and the parity is taken off here; a byte whose parity does not hold
    then has its eighth bit set. ``exclusive`` locks devices against others that
    lock; URLs know no lock.
    """

    def __init__(
        self, url: str, baud: int = 9600, format: str = "8N1", exclusive: bool = True
    ) -> None:
        match = FORMAT.fullmatch(format)
        if match is None:
            raise ValueError(f"format {format}: must be as in 8N1 or 7E1")
        self.url = url
        self._settings = {
            "baudrate": baud,
            "bytesize": int(match[1]),
            "parity": match[2],
            "stopbits": float(match[3]),
        }
        if exclusive and "://" not in url:
            self._settings["exclusive"] = True
        self._port: serial.SerialBase | None = None
        self._seven: bytes | None = None  # how eight bits read become seven

    def open(self) -> None:
        self._seven = None
        try:
            self._port = self._opening(self._settings)
        except (OSError, ValueError, termios.error) as problem:
            parity = str(self._settings["parity"])
            seven = self._settings["bytesize"] == 7 and parity in _SEVEN
            if not seven or _errno(problem) != errno.EINVAL:
                raise self._refused(problem) from None
            self._port = self._open_with_eight_bits()
            self._seven = _SEVEN[parity]

    def _open_with_eight_bits(self) -> serial.SerialBase:
        try:
            return self._opening(self._settings | {"bytesize": 8, "parity": "N"})
        except (OSError, ValueError, termios.error) as problem:
            raise self._refused(problem) from None

    def _opening(self, settings: dict[str, Any]) -> serial.SerialBase:
        port = serial.serial_for_url(self.url, timeout=0, do_not_open=True, **settings)
        # pyserial empties the input on opening. What came while this program
        # was being started again is a caller's record, not a leftover. A device is
        # emptied under the one name, a connection to a port server under the other.
        for emptying in ("_reset_input_buffer", "reset_input_buffer"):
            if hasattr(port, emptying):
                setattr(port, emptying, _keep_input)
        port.open()
        if settings["bytesize"] == 7:
            try:
                port.timeout = 0  # sets the port once more: only now it refuses
            except BaseException:
                port.close()
                raise
        return port

    def read(self, timeout_s: float) -> bytes:
        """``b""`` when nothing came in time. Raises ``SourceError``, state LOST."""
        port = self._opened()
        try:
            if port.timeout != timeout_s:
                port.timeout = timeout_s
            data: bytes = port.read(max(1, port.in_waiting))
        except (OSError, termios.error, TypeError) as problem:
            # pyserial reads from None when a closing thread overtakes it.
            raise self._lost(problem) from None
        return data if self._seven is None else data.translate(self._seven)

    def waiting(self) -> bool:
        """Whether bytes came before anybody read."""
        try:
            return self._port is not None and self._port.in_waiting > 0
        except (OSError, termios.error, TypeError):
            return False  # the next read says what is amiss

    def write(self, data: bytes) -> None:
        port = self._opened()
        try:
            port.write(data)
        except (OSError, termios.error, TypeError) as problem:
            raise self._lost(problem) from None

    def cancel(self) -> None:
        cancel = getattr(self._port, "cancel_read", None)
        if cancel is not None:
            cancel()

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            with suppress(OSError, termios.error):  # pulled out: it is closed
                port.close()

    def _opened(self) -> serial.SerialBase:
        if self._port is None:
            raise SourceError(LineState.LOST, f"{self.url} is not open.")
        return self._port

    def _refused(self, problem: Exception) -> SourceError:
        code = _errno(problem)
        state = _STATES.get(code or 0, LineState.MISSING)
        advice = _ADVICE[state]
        if code in {errno.ENOTTY, errno.EISDIR}:
            advice = _NOT_SERIAL
        elif "://" in self.url:
            known = isinstance(problem, OSError) and not isinstance(problem, ValueError)
            advice = _NO_HOST if known else _NO_URL
        text = f"Cannot open {self.url}. {advice.replace('{port}', self.url)}"
        return SourceError(state, f"{text} ({_why(problem, code)})")

    def _lost(self, problem: Exception) -> SourceError:
        advice = _ADVICE[LineState.LOST]
        if "://" in self.url:
            advice = "The other side has closed the connection."
        why = _why(problem, _errno(problem))
        return SourceError(LineState.LOST, f"Lost {self.url}. {advice} ({why})")


def _keep_input() -> None:
    """In the place of pyserial's emptying of the input."""


def _errno(problem: BaseException | None) -> int | None:
    """The system's number, which pyserial often has only in the cause."""
    while problem is not None:
        if isinstance(problem, OSError) and problem.errno:
            return problem.errno
        if isinstance(problem, termios.error):
            return int(problem.args[0])
        problem = problem.__cause__ or problem.__context__
    return None


def _why(problem: Exception, code: int | None) -> str:
    return errno.errorcode.get(code or 0, str(problem))
