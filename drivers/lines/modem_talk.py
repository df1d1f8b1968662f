"""What a modem is told: set up, dialled, tried. See ``talk.Conversation``.

On the wire: one command a line, ended by CR alone; the modem answers each with
``OK`` or ``ERROR`` between CR LF, after an echo of the command while echo is on.
``ATZ`` puts echo back on, so ``ATE0`` comes last. A command is never sent before the
answer to the one before has come or is overdue: a character during a command stops
it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from aliquot.drivers.lines.api import Chunk, LineSettings
from aliquot.drivers.lines.modem_framer import is_ring, ring_stop_ns
from aliquot.drivers.lines.numbers import NumberKind, classify
from aliquot.drivers.lines.talk import Ask, AskKind

INIT = "ATZ AT+VCID=1|AT#CID=1 ATE0"

_SECOND = 1_000_000_000
_ANSWER_NS = 3 * _SECOND
_DIAL_NS = 60 * _SECOND
_AGAIN_NS = 30 * _SECOND
_MOST_HELD = 512
_COMMAND = re.compile(r"AT[!-~]{0,78}", re.IGNORECASE)
_PREFIX = re.compile(r"[0-9*#,]{0,16}")
_FINAL = re.compile(
    rb"OK|ERROR|NO CARRIER|NO DIAL ?TONE|BUSY|NO ANSWER|VCON|CONNECT\b.{0,60}"
    rb"|DELAYED|BLACKLISTED",
    re.IGNORECASE,
)


class _For(Enum):
    INIT = "init"
    DIAL = "dial"
    TEST = "test"
    HANG_UP = "hang_up"


@dataclass(frozen=True, slots=True)
class _Sent:
    command: str
    purpose: _For
    due_ns: int


class ModemConversation:
    """A ``Conversation`` with one modem."""

    def __init__(self, settings: LineSettings) -> None:
        options = settings.options
        self._steps = _steps(options.get("init", INIT))
        self._dial = str(options.get("dial_command", "ATDT"))
        self._prefix = str(options.get("dial_prefix", ""))
        self._voice = options.get("dial_voice", True) is not False
        self._hang_up_ns = _seconds(options.get("hang_up_s", 20.0))
        self._quiet_ns = ring_stop_ns(settings)
        self._step, self._choice = 0, 0
        self._sent: _Sent | None = None
        self._again_ns: int | None = None
        self._leave_ns: int | None = None
        self._rang_ns: int | None = None
        self._held = bytearray()
        self._silent = ""
        self._unknown = ""
        self._failed = ""

    @property
    def deadline_ns(self) -> int | None:
        due = self._sent.due_ns if self._sent else None
        times = (due, self._again_ns, self._leave_ns)
        return min((t for t in times if t is not None), default=None)

    @property
    def trouble(self) -> str | None:
        return self._silent or self._failed or self._unknown or None

    def opened(self, mono_ns: int) -> bytes:
        self._held.clear()
        self._sent = self._again_ns = self._leave_ns = self._rang_ns = None
        self._step, self._choice = 0, 0
        self._unknown = self._failed = ""
        return self._next(mono_ns)

    def heard(self, chunk: Chunk) -> bytes:
        out = b""
        self._held += chunk.data
        *lines, rest = re.split(rb"[\r\n]", self._held)
        self._held = bytearray(rest[-_MOST_HELD:])
        for line in lines:
            out += self._line(line.strip(), chunk.mono_ns)
        return out

    def tick(self, mono_ns: int) -> bytes:
        out = b""
        if self._sent and mono_ns >= self._sent.due_ns:
            out += self._overdue(self._sent, mono_ns)
        if self._again_ns is not None and mono_ns >= self._again_ns:
            self._again_ns, self._step, self._choice = None, 0, 0
            out += self._next(mono_ns)
        if self._leave_ns is not None and mono_ns >= self._leave_ns:
            if self._sent is None:
                self._leave_ns = None
                out += self._send("ATH", _For.HANG_UP, mono_ns)
            else:
                self._leave_ns = self._sent.due_ns
        return out

    def ask(self, ask: Ask, mono_ns: int) -> bytes | None:
        if self._sent is not None:
            return None
        if ask.kind is AskKind.TEST:
            self._again_ns = None
            return self._send("AT", _For.TEST, mono_ns)
        if ask.kind is AskKind.DIAL and not self._rings(mono_ns):
            return self._dial_number(ask.number or "", mono_ns)
        return None

    def _dial_number(self, number: str, mono_ns: int) -> bytes | None:
        kind, ten = classify(number)
        if kind is not NumberKind.PLAIN or ten is None or ten != number:
            return None
        if not _PREFIX.fullmatch(self._prefix) or not _COMMAND.fullmatch(self._dial):
            return None
        self._failed = ""
        end = ";" if self._voice else ""
        if self._voice and self._hang_up_ns:
            self._leave_ns = mono_ns + self._hang_up_ns
        command = f"{self._dial}{self._prefix}{ten}{end}"
        return self._send(command, _For.DIAL, mono_ns, _DIAL_NS)

    def _rings(self, mono_ns: int) -> bool:
        return self._rang_ns is not None and mono_ns - self._rang_ns < self._quiet_ns

    def _send(
        self, command: str, purpose: _For, mono_ns: int, wait_ns: int = _ANSWER_NS
    ) -> bytes:
        self._sent = _Sent(command, purpose, mono_ns + wait_ns)
        return command.encode("ascii") + b"\r"

    def _next(self, mono_ns: int) -> bytes:
        """The next command of the set-up, nothing when it is done."""
        if self._step >= len(self._steps):
            return b""
        command = self._steps[self._step][self._choice]
        return self._send(command, _For.INIT, mono_ns)

    def _line(self, line: bytes, mono_ns: int) -> bytes:
        if is_ring(line):
            self._rang_ns = mono_ns
        sent = self._sent
        if sent is None or not _FINAL.fullmatch(line):
            return b""
        self._sent = None
        self._silent = ""
        good = line.upper() == b"OK"
        if sent.purpose is _For.INIT:
            return self._set_up(good, mono_ns)
        self._judge(sent, line.upper())
        # A test also finds a modem that was switched off when the port was opened.
        undone = sent.purpose is _For.TEST and self._step < len(self._steps)
        return self._next(mono_ns) if undone else b""

    def _set_up(self, good: bool, mono_ns: int) -> bytes:
        choices = self._steps[self._step]
        if not good and self._choice + 1 < len(choices):
            self._choice += 1
            return self._next(mono_ns)
        if not good:
            self._unknown = (
                f"The modem does not know {' or '.join(choices)}. Calls may show "
                "without a number. Look up its command for caller ID, and put it "
                "into the line's option init."
            )
        self._step, self._choice = self._step + 1, 0
        return self._next(mono_ns)

    def _judge(self, sent: _Sent, line: bytes) -> None:
        if sent.purpose is _For.TEST:
            self._failed = "" if line == b"OK" else _refused(sent, line)
        elif sent.purpose is _For.DIAL and line.startswith(b"NO DIAL"):
            self._leave_ns = None
            self._failed = (
                "The modem hears no dial tone, so it did not dial. Look at the "
                "telephone cable, then dial by hand."
            )
        elif sent.purpose is _For.DIAL and line in (b"ERROR", b"DELAYED"):
            self._leave_ns = None
            self._failed = _refused(sent, line)

    def _overdue(self, sent: _Sent, mono_ns: int) -> bytes:
        self._sent = None
        if sent.purpose is _For.DIAL:
            return b""
        self._silent = (
            f"The modem does not answer to {sent.command}. Calls on this line will "
            "not show here. Look whether it is switched on and its cable is in."
        )
        self._step, self._choice = 0, 0
        self._again_ns = mono_ns + _AGAIN_NS
        return b""


def _refused(sent: _Sent, line: bytes) -> str:
    answer = line.decode("ascii", "replace")
    return (
        f"The modem refused {sent.command} with {answer}. Try again; if it goes on, "
        "switch the modem off and on."
    )


def _steps(said: object) -> tuple[tuple[str, ...], ...]:
    """Commands in order, each with its alternatives. What is no command is left out."""
    steps = []
    for step in str(said).split():
        choices = tuple(c for c in step.split("|") if _COMMAND.fullmatch(c))
        if choices:
            steps.append(choices)
    return tuple(steps)


def _seconds(said: object) -> int:
    """Nanoseconds; 0 for what is no number above 0."""
    if isinstance(said, bool) or not isinstance(said, int | float) or said <= 0:
        return 0
    return int(said * _SECOND)
