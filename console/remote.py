"""Commands from another process: over the local socket to the running console,
or, when none runs, straight into the log.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aliquot.console.clock import Clock, SystemClock
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.cameras import Camera
from aliquot.console.domain.erasing import EraseBodiesAs, acted
from aliquot.console.domain.foreign import ForeignReport
from aliquot.console.domain.foreign_commands import ImportIncidents
from aliquot.console.domain.handover import HandOverAs
from aliquot.console.domain.policy_commands import ConfirmPolicyAs
from aliquot.console.domain.protected_commands import ConfirmProtectedAs, NoteProtected
from aliquot.console.domain.release_commands import ReleaseAs
from aliquot.console.domain.settings_commands import (
    ActAs,
    ChangeLineSettings,
    ChangeLineSettingsAs,
)
from aliquot.console.domain.tree_commands import ActivateTreeAs
from aliquot.console.problems import EXIT_LOCKED, KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.store.lock import WriterLock

if TYPE_CHECKING:
    from aliquot.console.service.releases_book import ReleaseSide
    from aliquot.console.service.releases_prepare import Preparer
    from aliquot.console.service.vault import Vault
    from aliquot.console.store.log import LocalLog

AT_THE_COMMAND_LINE = "cli"  # the position of who acts from outside the desk
LARGEST_MESSAGE = 4 << 20
ANSWER_TIMEOUT_S = 30.0
_LONGEST_ADDRESS = 100  # a socket's path has room for 107 bytes

# Who is at the desk is nobody else's to change, so signing in and out is not here.
REMOTE: Mapping[str, type[cmd.Command]] = {
    kind.__name__: kind
    for kind in (
        cmd.SetCallAside,
        cmd.OpenIncident,
        cmd.ChangeIncident,
        cmd.AddNote,
        cmd.SetUnitStatus,
        cmd.DispatchUnits,
        cmd.CloseIncident,
        cmd.ReopenIncident,
        ImportIncidents,
        cmd.RegisterUnit,
        cmd.RegisterCameras,
        cmd.ListCameras,
        cmd.UnlistCameras,
        cmd.AddPerson,
        cmd.EraseBodies,
        EraseBodiesAs,
        ChangeLineSettings,
        ChangeLineSettingsAs,
        HandOverAs,
        ReleaseAs,
        ActivateTreeAs,
        ConfirmProtectedAs,
        ConfirmPolicyAs,
    )
}


_PREPARED = (ReleaseAs, ActivateTreeAs, ConfirmProtectedAs, ConfirmPolicyAs)


class BadMessage(ValueError):  # noqa: N818 - an answer, not a fault
    """A message that is no command; says why."""


def outside_actor() -> cmd.Actor:
    """Who acts from the command line: nobody who has signed in."""
    return cmd.Actor(cmd.NOBODY, AT_THE_COMMAND_LINE)


def encode_command(command: cmd.Command) -> bytes:
    """One line of JSON, line end and all."""
    message = {"command": type(command).__name__, "fields": asdict(command)}
    return json.dumps(message).encode() + b"\n"


def decode_command(line: bytes) -> cmd.Command:
    """Raises ``BadMessage``."""
    try:
        message = json.loads(line)
        kind = REMOTE[message["command"]]
        given = message["fields"]
        known = {f.name: str(f.type) for f in fields(kind)}
        return kind(**{name: _cast(known[name], given[name]) for name in given})
    except (ValueError, KeyError, TypeError) as why:
        raise BadMessage(
            f"This is no command that may come from outside: {why}."
        ) from why


def _cast(kind: str, value: Any) -> Any:
    if value is None and kind.endswith("| None"):
        return None
    return _CASTS[kind.removesuffix(" | None")](value)


def _of_type(*kinds: type) -> Callable[[Any], Any]:
    def cast(value: Any) -> Any:
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise TypeError(f"{value!r} is not what it must be")
        return value

    return cast


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_of_type(str)(item) for item in _of_type(list)(value))


def _targets(value: Any) -> tuple[tuple[str, int], ...]:
    pairs = [_of_type(list)(item) for item in _of_type(list)(value)]
    return tuple((_of_type(str)(site), _of_type(int)(n)) for site, n in pairs)


def _cameras(value: Any) -> tuple[Camera, ...]:
    return tuple(_camera(_of_type(dict)(item)) for item in _of_type(list)(value))


def _camera(given: dict[str, Any]) -> Camera:
    known = {f.name: str(f.type) for f in fields(Camera)}
    return Camera(**{name: _cast(known[name], given[name]) for name in given})


def _reports(value: Any) -> tuple[ForeignReport, ...]:
    return tuple(_report(_of_type(dict)(item)) for item in _of_type(list)(value))


def _report(given: dict[str, Any]) -> ForeignReport:
    known = {f.name: str(f.type) for f in fields(ForeignReport)}
    return ForeignReport(**{name: _cast(known[name], given[name]) for name in given})


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is not what it must be")
    return value


_CASTS: Mapping[str, Callable[[Any], Any]] = {
    "str": _of_type(str),
    "float": _of_type(int, float),
    "dict[str, Json]": _of_type(dict),
    "tuple[str, ...]": _texts,
    "tuple[tuple[str, int], ...]": _targets,
    "tuple[Camera, ...]": _cameras,
    "tuple[ForeignReport, ...]": _reports,
    "int": _of_type(int),
    "bool": _flag,
}


def encode_outcome(outcome: cmd.Outcome) -> bytes:
    message = {"outcome": type(outcome).__name__, **asdict(outcome)}
    return json.dumps(message).encode() + b"\n"


def decode_outcome(line: bytes) -> cmd.Outcome:
    """Raises ``BadMessage``."""
    try:
        message = json.loads(line)
        match message.pop("outcome"):
            case "Done":
                return cmd.Done(**message)
            case "Refused":
                return cmd.Refused(**message)
            case "Failed":
                return cmd.Failed(**message)
    except (ValueError, KeyError, TypeError, AttributeError) as why:
        raise BadMessage(f"The console's answer is no outcome: {why}.") from why
    raise BadMessage("The console's answer is no outcome.")


class SocketAddress:
    """The address of a socket whose path may be too long for one.

    Used as a context: a folder is held open meanwhile, and the kernel is given a
    short path through that.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = -1

    def __enter__(self) -> str:
        if len(os.fsencode(self._path)) <= _LONGEST_ADDRESS:
            return str(self._path)
        flags = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
        self._folder = os.open(self._path.parent, flags)
        return f"/proc/self/fd/{self._folder}/{self._path.name}"

    def __exit__(self, *_: object) -> None:
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1


def send(path: Path, command: cmd.Command) -> cmd.Outcome:
    """Have the running console carry out ``command``.

    Raises OSError when no console listens at ``path``, ``BadMessage`` when the
    answer makes no sense.
    """
    with socket.socket(socket.AF_UNIX) as line, SocketAddress(path) as address:
        line.settimeout(ANSWER_TIMEOUT_S)
        line.connect(address)
        line.sendall(encode_command(command))
        with line.makefile("rb") as answer:
            return decode_outcome(answer.readline(LARGEST_MESSAGE))


def carry_out(profile: Profile, clock: Clock, command: cmd.Command) -> cmd.Outcome:
    """Carry out a command from the command line, whether a console runs or not.

    Raises ``KnownProblem``: ``profile_locked`` (exit 3) when the profile is in use
    and its holder does not answer, and what the log raises.
    """
    lock = WriterLock(profile.lock_path)
    try:
        lock.acquire()
    except KnownProblem as locked:
        return _ask_holder(profile, locked, command)
    try:
        return _straight(profile, clock, command)
    finally:
        lock.release()


def _ask_holder(
    profile: Profile, locked: KnownProblem, command: cmd.Command
) -> cmd.Outcome:
    if locked.exit_code != EXIT_LOCKED:
        raise locked
    try:
        return send(profile.socket_path, command)
    except (OSError, BadMessage):
        raise locked from None


def _straight(profile: Profile, clock: Clock, command: cmd.Command) -> cmd.Outcome:
    from aliquot.console.eido.handing import hand_over
    from aliquot.console.geo.geofile_folder import FOLDER, GeofileFolder
    from aliquot.console.line_change import change_line
    from aliquot.console.releasing import make_book, policy_path
    from aliquot.console.service.releases_book import ReleaseSide
    from aliquot.console.service.releases_prepare import Preparer
    from aliquot.console.service.vault import Vault
    from aliquot.console.store.log import LocalLog
    from aliquot.console.store.release_policies import PoliciesIn
    from aliquot.console.store.release_protected import ProtectedIn
    from aliquot.console.store.tree_views import decided_in

    log = LocalLog.open(profile.log_path, clock)
    try:
        vault = Vault(profile.key_folder, clock, new_id)
        protected = ProtectedIn(profile.log_path)
        policies = PoliciesIn(profile.log_path)
        decided = partial(decided_in, profile.log_path)
        book = make_book(profile, decided, protected, policies)
        side = ReleaseSide(book.fresh, profile.settings.partners)
        if isinstance(command, _PREPARED):
            geofile = GeofileFolder(profile.folder / FOLDER)
            policy = policy_path(profile)
            preparer = Preparer(vault, clock, book.refresh, geofile, policy)
            outcome = _release(log, clock, preparer, side, command)
            _note(log, clock, vault, command)
            return outcome

        def do(inner: cmd.Command) -> cmd.Outcome:
            outcome = _in_log(log, clock, vault, side, acted(inner))
            _note(log, clock, vault, inner)
            return outcome

        if isinstance(command, ChangeLineSettings):
            return change_line(profile.folder, command, do)
        if isinstance(command, HandOverAs):
            return hand_over(profile.folder, profile.settings.partners, command, do)
        return do(command)
    finally:
        log.close()


def _in_log(
    log: LocalLog, clock: Clock, vault: Vault, side: ReleaseSide, command: cmd.Command
) -> cmd.Outcome:
    from aliquot.console.service.carry_out import carry_out as carry_out_in
    from aliquot.console.service.carry_out import failure
    from aliquot.console.service.people import EnterPerson

    actor = outside_actor()
    with log.work(actor) as work:
        people = work.views.people()
    if isinstance(command, ActAs):
        proved = vault.act_as(command, actor, people)
        if not isinstance(proved, tuple):
            return proved
        command, actor = proved
    prepared = vault.prepare(command, people)
    if not isinstance(prepared, cmd.Command):
        return prepared
    try:
        outcome, _ = carry_out_in(log, clock, actor, new_id, prepared, side)
    except KnownProblem as why:
        outcome = failure(why)
    if isinstance(prepared, EnterPerson) and not isinstance(outcome, cmd.Done):
        vault.forget(prepared.person_id)
    return outcome


def _note(log: LocalLog, clock: Clock, vault: Vault, command: cmd.Command) -> None:
    """A password that failed is in the log before anybody is told that it did."""
    from aliquot.console.service.carry_out import carry_out as carry_out_in

    note = vault.to_note(command)
    if note is None:
        return
    with suppress(KnownProblem):  # the refusal stands, whatever became of it
        carry_out_in(log, clock, outside_actor(), new_id, note)


def _release(
    log: LocalLog,
    clock: Clock,
    preparer: Preparer,
    side: ReleaseSide,
    command: ReleaseAs | ActivateTreeAs | ConfirmProtectedAs | ConfirmPolicyAs,
) -> cmd.Outcome:
    from aliquot.console.service.carry_out import carry_out as carry_out_in
    from aliquot.console.service.carry_out import failure

    if isinstance(command, ReleaseAs) and side.rules().unnoted:
        try:
            carry_out_in(log, clock, outside_actor(), new_id, NoteProtected(), side)
        except KnownProblem as why:
            return failure(why)
    with log.work(outside_actor()) as work:
        prepared = preparer.prepare(
            command, outside_actor(), work.views.people(), work.releases
        )
    if not isinstance(prepared, tuple):
        return prepared
    inner, actor = prepared
    try:
        return carry_out_in(log, clock, actor, new_id, inner, side)[0]
    except KnownProblem as why:
        return failure(why)


def new_id() -> str:
    """A new identifier: 32 hexadecimal digits, a UUID of version 7 (RFC 9562).

    It begins with the milliseconds since 1970, so that rows that come after each
    other lie beside each other; 74 bits are random.
    """
    ms, chance = SystemClock().now().utc_us // 1000, int.from_bytes(os.urandom(10))
    version, variant = 7 << 76, 2 << 62
    first, rest = chance >> 68 << 64, chance & (1 << 62) - 1
    return f"{ms << 80 | version | first | variant | rest:032x}"
