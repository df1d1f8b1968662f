"""The client's half of Asterisk's manager interface: log in, ask, keep alive, dial.

On the wire: after the greeting the client sends ``Action`` blocks, each with an
``ActionID`` that comes back in its ``Response``. ``Challenge`` gives a text; its MD5
with the secret behind it is the key of the log-in, so the secret is never sent. After
a log-in that is refused Asterisk hangs up. ``CoreShowChannels`` lists the calls there
are, which tells what happened while nobody listened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from enum import Enum

from aliquot.drivers.lines.api import Chunk, Frame, LineSettings
from aliquot.drivers.lines.asterisk_block import BANNER, Block, parse_block
from aliquot.drivers.lines.asterisk_decoder import OURS
from aliquot.drivers.lines.asterisk_framer import ManagerFramer
from aliquot.drivers.lines.asterisk_options import ManagerOptions
from aliquot.drivers.lines.numbers import NumberKind, kind_of
from aliquot.drivers.lines.talk import Ask, AskKind

_SECOND = 1_000_000_000
_HIDDEN = b"\r\nSecret: "


class _Step(Enum):
    CLOSED = "closed"
    GREETING = "greeting"
    CHALLENGE = "challenge"
    LOGIN = "login"
    READY = "ready"
    REFUSED = "refused"


class ManagerConversation:
    """A ``Conversation`` as one user. Without a user it listens and is silent.

    At most one action of each kind waits for its response; ``tick`` finds out that
    one did not come.
    """

    def __init__(self, settings: LineSettings) -> None:
        self._settings = settings
        self._options = ManagerOptions.of(settings.options)
        self._framer = ManagerFramer(settings)
        self._step = _Step.CLOSED
        self._count = 0
        self._awaited: dict[str, Callable[[Block], bytes]] = {}
        self._heard_ns = 0
        self._due_ns: int | None = None  # an answer is overdue then
        self._trouble: str | None = None
        self._lacks: str | None = None  # a right, until the next log-in
        self._hang_up = False

    @property
    def deadline_ns(self) -> int | None:
        if self._due_ns is not None or self._step is not _Step.READY:
            return self._due_ns
        return self._heard_ns + round(self._options.ping_s * _SECOND)

    @property
    def trouble(self) -> str | None:
        return self._trouble or self._lacks

    @property
    def hang_up(self) -> bool:
        return self._hang_up

    def recorded(self, sent: bytes) -> bytes:
        """The secret of a plain log-in as so many stars."""
        begin = sent.find(_HIDDEN)
        if begin < 0:
            return sent
        begin += len(_HIDDEN)
        end = sent.index(b"\r\n", begin)
        return sent[:begin] + b"*" * (end - begin) + sent[end:]

    def opened(self, mono_ns: int) -> bytes:
        """What is wrong stays said until a log-in proves the contrary."""
        self._framer = ManagerFramer(self._settings)
        self._awaited.clear()
        self._hang_up = False
        self._heard_ns = mono_ns
        self._due_ns = None
        self._step = _Step.CLOSED
        if self._options.user:
            self._step = _Step.GREETING
            self._due_ns = self._soon(mono_ns)
        return b""

    def heard(self, chunk: Chunk) -> bytes:
        self._heard_ns = chunk.mono_ns
        out = b""
        for frame in self._framer.feed(chunk):
            if isinstance(frame, Frame) and self._options.user:
                out += self._frame(frame, chunk.mono_ns)
        return out

    def tick(self, mono_ns: int) -> bytes:
        if self._due_ns is not None:
            return self._overdue() if mono_ns >= self._due_ns else b""
        due = self.deadline_ns
        if self._step is not _Step.READY or due is None or mono_ns < due:
            return b""
        return self._ping(mono_ns)

    def ask(self, ask: Ask, mono_ns: int) -> bytes | None:
        if self._step is not _Step.READY:
            return None
        if ask.kind is AskKind.TEST:
            return self._ping(mono_ns)
        if ask.kind is AskKind.DIAL and self._options.can_dial:
            return self._dial(ask, mono_ns)
        return None

    # what comes in

    def _frame(self, frame: Frame, mono_ns: int) -> bytes:
        if frame.payload.startswith(BANNER):
            return self._greeted(mono_ns)
        block = parse_block(frame)
        if block is None:
            return b""
        if block.event == "OriginateResponse":
            self._dialled(block)
        answered = self._awaited.pop(block.get("ActionID"), None)
        if answered is None or not block.get("Response"):
            return b""
        if not self._awaited:
            self._due_ns = None
        return answered(block)

    def _greeted(self, mono_ns: int) -> bytes:
        if self._step is not _Step.GREETING:
            return b""
        if self._options.login == "plain":
            return self._log_in(mono_ns, {"Secret": self._options.secret})
        self._step = _Step.CHALLENGE
        return self._action(
            mono_ns, self._challenged, {"Action": "Challenge", "AuthType": "MD5"}
        )

    def _challenged(self, block: Block) -> bytes:
        challenge = block.get("Challenge")
        if not challenge:
            return self._refuse(f"gives no challenge: {_said(block)}")
        text = challenge + self._options.secret
        key = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        return self._log_in(self._heard_ns, {"AuthType": "MD5", "Key": key})

    def _log_in(self, mono_ns: int, proof: dict[str, str]) -> bytes:
        self._step = _Step.LOGIN
        who = {"Action": "Login", "Username": self._options.user}
        events = {"Events": self._options.events}
        return self._action(mono_ns, self._logged_in, {**who, **proof, **events})

    def _logged_in(self, block: Block) -> bytes:
        if block.get("Response") != "Success":
            user = self._options.user
            return self._refuse(
                f"refuses the log-in of {user}: {_said(block)}. Check user and "
                "secret_file, and manager.conf on the other side"
            )
        self._step, self._trouble, self._lacks = _Step.READY, None, None
        return self._action(
            self._heard_ns, self._listed, {"Action": "CoreShowChannels"}
        )

    def _listed(self, block: Block) -> bytes:
        if block.get("Response") != "Success":
            self._lacks = (
                f"Asterisk does not list its calls: {_said(block)}. A call that ended "
                "while the connection was away stays open here. Give the user "
                "write = system,reporting in manager.conf."
            )
        return b""

    def _refuse(self, why: str) -> bytes:
        self._step, self._due_ns = _Step.REFUSED, None
        self._awaited.clear()
        self._hang_up = True
        self._say(why)
        return b""

    def _say(self, why: str) -> None:
        self._trouble = f"Asterisk {why}."

    # what goes out

    def _ping(self, mono_ns: int) -> bytes:
        return self._action(mono_ns, self._alive, {"Action": "Ping"})

    def _alive(self, block: Block) -> bytes:
        self._trouble = None
        return b""

    def _overdue(self) -> bytes:
        waited = f"{self._options.answer_s:g} s"
        if self._step is _Step.GREETING:
            return self._refuse(
                f"did not greet within {waited}: is this the port of its manager?"
            )
        return self._refuse(f"did not answer within {waited}")

    def _dial(self, ask: Ask, mono_ns: int) -> bytes | None:
        number = ask.number or ""
        plain = len(number) == 10 and number.isascii() and number.isdecimal()
        if not plain or kind_of(number) is not NumberKind.PLAIN:
            return None
        position = (ask.position or "").lstrip("0")
        options = self._options
        if "{position}" in options.dial_channel and not position.isalnum():
            return None
        self._count += 1
        made = f"{OURS}dial-{mono_ns}-{self._count}"
        return self._action(
            mono_ns,
            self._dial_taken,
            {
                "Action": "Originate",
                "Channel": options.dial_channel.replace("{position}", position),
                "Context": options.dial_context,
                "Exten": options.dial_prefix + number,
                "Priority": "1",
                "Timeout": str(round(options.dial_wait_s * 1000)),
                "Async": "true",
                "ChannelId": made,
                "OtherChannelId": f"{made}-2",
                **(
                    {"CallerID": options.dial_caller_id}
                    if options.dial_caller_id
                    else {}
                ),
            },
        )

    def _dial_taken(self, block: Block) -> bytes:
        if block.get("Response") != "Success":
            self._say(f"refuses to dial: {_said(block)}")
        return b""

    def _dialled(self, block: Block) -> None:
        """Ours alone; that of another client is none of our business."""
        ours = block.get("ActionID").startswith(OURS)
        if ours and block.get("Response") != "Success":
            reason = block.get("Reason") or "not said"
            self._say(f"could not set up the call back, reason {reason}")

    def _action(
        self, mono_ns: int, then: Callable[[Block], bytes], keys: dict[str, str]
    ) -> bytes:
        """One action; its response is given to ``then``."""
        self._count += 1
        number = f"{OURS}{self._count}"
        self._awaited[number] = then
        if self._due_ns is None:
            self._due_ns = self._soon(mono_ns)
        lines = [f"{key}: {value}" for key, value in keys.items()]
        return ("\r\n".join((*lines, f"ActionID: {number}")) + "\r\n\r\n").encode()

    def _soon(self, mono_ns: int) -> int:
        return mono_ns + round(self._options.answer_s * _SECOND)


def _said(block: Block) -> str:
    return block.get("Message").strip().rstrip(".") or "no reason given"
