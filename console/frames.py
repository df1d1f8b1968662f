"""What a second window and the running console say to each other, as bytes.

A frame is four bytes of length, most significant first, and so many bytes of JSON:
an object with its ``kind``. The first frame of a client is ``Hello`` with the
version that it speaks. No frame of a client names who acts: that is known to the
console alone, for each connection, since a password was proved on it.

Passwords are in frames of ``Ask`` only; no frame shows its fields in its ``repr``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_type_hints

import msgspec

from aliquot.console.domain import commands as cmd
from aliquot.console.domain import events
from aliquot.console.domain.handover import HandOverIncident
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.settings_commands import ChangeLineSettings

VERSION = 1
LARGEST_FRAME = 1 << 20
ALL = "*"
_MOST_SUBJECTS = 2_000
_LENGTH = 4


class BadFrame(ValueError):  # noqa: N818 - an answer, not a fault
    """Bytes that are no frame; says why, without the bytes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Frame(msgspec.Struct, tag_field="kind", frozen=True, forbid_unknown_fields=True):
    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Hello(_Frame, tag="hello", frozen=True):
    """Client: I speak version ``v``."""

    v: int


class Ask(_Frame, tag="ask", frozen=True):
    """Client: carry out a command. ``id`` comes back in the answer."""

    id: int
    command: str
    fields: dict[str, Any]


class Welcome(_Frame, tag="welcome", frozen=True):
    """Console: the client's ``position`` from now on, beside the one at ``desk``."""

    v: int
    desk: str
    position: str


class Who(_Frame, tag="who", frozen=True):
    """Console: this person is now signed in on this connection."""

    person: str


class News(_Frame, tag="news", frozen=True):
    """Console: a commit changed these subjects; see ``ports.Changed``.

    ``ALL`` as the only one: more than can be said; read everything anew.
    """

    subjects: list[str]
    stamp_ns: int | None = None


class Answer(_Frame, tag="answer", frozen=True):
    """Console: the outcome of a command. ``outcome``: done, refused or failed."""

    id: int
    outcome: str
    code: str = ""
    message: str = ""
    result: dict[str, Any] = {}


class Bad(_Frame, tag="bad", frozen=True):
    """Console: what came makes no sense; the connection is closed after this."""

    code: str
    message: str


FromClient = Hello | Ask
FromConsole = Welcome | Who | News | Answer | Bad

_encode = msgspec.json.Encoder().encode
_FROM_CLIENT: msgspec.json.Decoder[FromClient] = msgspec.json.Decoder(FromClient)
_FROM_CONSOLE: msgspec.json.Decoder[FromConsole] = msgspec.json.Decoder(FromConsole)


def encode(frame: FromClient | FromConsole) -> bytes:
    """Raises ``BadFrame`` ``too_large``, ``not_json``."""
    try:
        data = _encode(frame)
    except (TypeError, ValueError, OverflowError, RecursionError) as why:
        raise BadFrame("not_json", "This cannot be said in JSON.") from why
    if len(data) > LARGEST_FRAME:
        raise BadFrame("too_large", f"More than {LARGEST_FRAME >> 20} MiB at once.")
    return len(data).to_bytes(_LENGTH, "big") + data


class Cutter:
    """Cuts bytes, as they come, into the JSON of frames. Holds one frame at most."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are whole now. Raises ``BadFrame`` ``too_large``."""
        self._held += data
        found: list[bytes] = []
        start = 0
        while len(self._held) - start >= _LENGTH:
            size = int.from_bytes(self._held[start : start + _LENGTH], "big")
            if size > LARGEST_FRAME:
                raise BadFrame("too_large", f"A frame of {size} bytes is too large.")
            end = start + _LENGTH + size
            if end > len(self._held):
                break
            found.append(bytes(self._held[start + _LENGTH : end]))
            start = end
        del self._held[:start]
        return found


def from_client(data: bytes) -> FromClient:
    """Raises ``BadFrame``."""
    frame: FromClient = _decode(_FROM_CLIENT, data)
    return frame


def from_console(data: bytes) -> FromConsole:
    """Raises ``BadFrame``."""
    frame: FromConsole = _decode(_FROM_CONSOLE, data)
    return frame


def _decode(decoder: msgspec.json.Decoder[Any], data: bytes) -> Any:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # Not the reason: it may quote what came, and that may be a password.
        raise BadFrame("bad_frame", "This is no frame of this version.") from None


_ERRANDS: tuple[type[cmd.Command], ...] = (ChangeLineSettings, HandOverIncident)


def _asked_for() -> Mapping[str, type[cmd.Command]]:
    found = {
        name: kind
        for name, kind in vars(cmd).items()
        if isinstance(kind, type) and issubclass(kind, cmd.Command)
    }
    del found["Command"]
    return MappingProxyType(found | {kind.__name__: kind for kind in _ERRANDS})


COMMANDS: Mapping[str, type[cmd.Command]] = _asked_for()
"""All that a person can ask for. What each may ask is decided by rights, later."""

_HINTS = {
    name: get_type_hints(kind, {**vars(cmd), **vars(events), "Json": Any})
    for name, kind in COMMANDS.items()
}


def ask(number: int, command: cmd.Command) -> Ask:
    """Raises ``BadFrame`` ``not_json`` for a number that is none (infinite, NaN):
    JSON has no word for it, and it would arrive as absent; ``no_such_command`` for
    what nobody asks for at a second window."""
    name = type(command).__name__
    if COMMANDS.get(name) is not type(command):
        raise BadFrame("no_such_command", f"{name} is for the desk of the lines.")
    fields = {n: getattr(command, n) for n in _HINTS[name]}
    plain = msgspec.to_builtins(fields)
    if not _sayable(plain):
        raise BadFrame("not_json", "A number in it is infinite or none at all.")
    return Ask(number, name, plain)


def _sayable(value: object) -> bool:
    match value:
        case dict():
            return all(map(_sayable, value.values()))
        case list() | tuple():
            return all(map(_sayable, value))
        case float():
            return math.isfinite(value)
    return True


def command_of(frame: Ask) -> cmd.Command:
    """Raises ``BadFrame``, never with a value of a field in its text."""
    kind, hints = COMMANDS.get(frame.command), _HINTS.get(frame.command, {})
    if kind is None:
        raise BadFrame("no_such_command", "There is no such command.")
    if unknown := frame.fields.keys() - hints.keys():
        raise BadFrame("bad_command", f"{frame.command} has no {min(unknown)[:40]!r}.")
    try:
        given = {n: msgspec.convert(v, hints[n]) for n, v in frame.fields.items()}
        return kind(**given)
    except (msgspec.MsgspecError, TypeError, ValueError):
        text = f"A field of {frame.command} is missing or is not what it must be."
        raise BadFrame("bad_command", text) from None


def news(changed: Changed) -> News:
    if len(changed.subjects) > _MOST_SUBJECTS:
        return News([ALL], changed.stamp_ns)
    return News(sorted(changed.subjects), changed.stamp_ns)


_WORDS: Mapping[type, str] = {
    cmd.Done: "done",
    cmd.Refused: "refused",
    cmd.Failed: "failed",
}


def answer(number: int, outcome: cmd.Outcome) -> Answer:
    word = _WORDS[type(outcome)]
    if isinstance(outcome, cmd.Done):
        return Answer(number, word, result=outcome.result)
    return Answer(number, word, outcome.code, outcome.message)


def outcome_of(frame: Answer) -> cmd.Outcome:
    """Raises ``BadFrame``."""
    match frame.outcome:
        case "done":
            return cmd.Done(frame.result)
        case "refused":
            return cmd.Refused(frame.code, frame.message)
        case "failed":
            return cmd.Failed(frame.code, frame.message)
    raise BadFrame("bad_frame", "The answer is no outcome.")
