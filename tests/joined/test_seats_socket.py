"""The console's side of the socket, asked by clients with bad manners."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joined_desks import PASSWORD, PATIENCE_S, Watch, open_incident, sign_in

from aliquot.console import frames
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.people import Role
from aliquot.console.domain.ports import Changed
from aliquot.console.joined import JoinedDesk
from aliquot.console.problems import KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.workers import seat_link, seats
from aliquot.console.workers.seats import POSITIONS

HELLO = frames.encode(frames.Hello(frames.VERSION))


class Client:
    """Says bytes as they are given, and reads frames."""

    def __init__(self, profile: Profile) -> None:
        self.line = socket.socket(socket.AF_UNIX)
        self.line.settimeout(PATIENCE_S)
        self.line.connect(str(profile.seats_path))
        self._cutter = frames.Cutter()
        self._found: list[frames.FromConsole] = []

    def say(self, data: bytes) -> None:
        self.line.sendall(data)

    def ask(self, number: int, command: cmd.Command) -> None:
        self.say(frames.encode(frames.ask(number, command)))

    def hear(self) -> frames.FromConsole | None:
        """The next frame, None at the end."""
        while not self._found:
            try:
                data = self.line.recv(1 << 16)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self._found += map(frames.from_console, self._cutter.feed(data))
        return self._found.pop(0)

    def answer(self) -> frames.Answer:
        """The next answer; what else comes before is passed over."""
        while not isinstance(frame := self.hear(), frames.Answer):
            assert frame is not None, "no answer came"
        return frame


@contextmanager
def client(core: Core, greet: bool = True) -> Iterator[Client]:
    one = Client(core.profile)
    with one.line:
        if greet:
            one.say(HELLO)
            assert isinstance(one.hear(), frames.Welcome)
        yield one


def works(core: Core) -> bool:
    """Whether another window is served."""
    with client(core) as other:
        other.ask(1, cmd.SignOut())
        return other.answer().outcome == "done"


def test_the_socket_is_the_owners_alone(core: Core) -> None:
    assert core.profile.seats_path.stat().st_mode & 0o777 == 0o600


def test_another_user_is_turned_away(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(seats, "peer_uid", lambda _: 54_321)
        with client(core, greet=False) as other:
            refused = other.hear()
            assert isinstance(refused, frames.Bad)
            assert refused.code == "turned_away"
            assert other.hear() is None
    assert works(core)


def test_a_client_that_says_who_acts_is_refused_and_cut(core: Core) -> None:
    supervisor = sign_in(core, Role.SUPERVISOR)
    before = core.views().log_status().n
    with client(core) as forger:
        fields = b'{"fields":{"place":"1 Elm"}}'
        forged = b'{"kind":"ask","id":1,"command":"OpenIncident","fields":%s,' % fields
        data = forged + b'"actor":{"person":"%s"}}' % supervisor.encode()
        forger.say(len(data).to_bytes(4, "big") + data)
        refused = forger.hear()
        assert isinstance(refused, frames.Bad)
        assert refused.code == "bad_frame"
        assert forger.hear() is None
    assert core.views().log_status().n == before
    assert works(core)


def test_a_client_that_says_it_has_proved_a_password_is_refused(core: Core) -> None:
    supervisor = sign_in(core, Role.SUPERVISOR)
    with client(core) as forger:
        ask = frames.Ask(1, "BeginSession", {"person_id": supervisor})
        forger.say(frames.encode(ask))
        assert forger.answer().code == "no_such_command"
        forger.say(frames.encode(frames.ask(2, cmd.OpenIncident(fields={}))))
        assert forger.answer().code == "not_allowed"
    assert core.views().signed_in("joined-1") is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"\xff\xff\xff\xff", "too_large"),
        (b"\x00\x00\x00\x01x", "bad_frame"),
        (b"\x00\x00\x00\x00", "bad_frame"),
        (frames.encode(frames.Hello(frames.VERSION + 1)), "other_version"),
        (frames.encode(frames.ask(1, cmd.SignOut())), "out_of_turn"),
        (HELLO + HELLO, "out_of_turn"),
        (b'{"command": "SignOut", "fields": {}}\n', "too_large"),
    ],
)
def test_bad_frames_are_answered_and_the_connection_ends(
    core: Core, said: bytes, code: str
) -> None:
    with client(core, greet=False) as bad:
        bad.say(said)
        frame = bad.hear()
        if isinstance(frame, frames.Welcome):
            frame = bad.hear()
        assert isinstance(frame, frames.Bad)
        assert frame.code == code
        assert bad.hear() is None
    assert works(core)


_garbage = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=300).map(lambda data: len(data).to_bytes(4, "big") + data),
    st.binary(max_size=60).map(lambda data: HELLO + data),
    st.integers(0, len(HELLO)).map(lambda end: HELLO[:end]),
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5)).map(
        lambda fields: HELLO + frames.encode(frames.Ask(1, "SignIn", fields))
    ),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(_garbage, max_size=3), polite=st.booleans())
def test_garbage_never_hurts(core: Core, said: list[bytes], polite: bool) -> None:
    with client(core, greet=False) as bad:
        try:
            for data in said:
                bad.say(data)
            if polite:
                bad.line.shutdown(socket.SHUT_WR)
                while bad.hear() is not None:
                    pass
        except (BrokenPipeError, ConnectionResetError):
            pass  # it was cut off
    assert works(core)
    assert core._seats is not None
    assert core._seats.is_alive()


def test_who_says_nothing_is_cut_off_after_a_while(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(seats, "PATIENCE_S", 0.02)
        with client(core, greet=False) as silent:
            assert silent.hear() is None
    assert works(core)


def test_a_slow_reader_is_cut_off_and_holds_nobody_up(core: Core) -> None:
    sign_in(core, Role.DISPATCHER)
    with client(core) as slow, client(core) as other:
        for each in (slow, other):
            each.ask(1, cmd.SignIn(name="supervisor", password=PASSWORD))
            assert each.answer().outcome == "done"
        incident = open_incident(core)
        assert core._seats is not None
        longest, rounds = 0.0, 0
        text = "x" * 100
        while core.views().signed_in("joined-1") is not None:
            for _ in range(50):
                began = time.monotonic()
                outcome = core.call(cmd.AddNote(incident_id=incident, text=text))
                longest = max(longest, time.monotonic() - began)
                assert isinstance(outcome, cmd.Done)
            _flood(core)
            _drain(other)
            rounds += 1
            assert rounds < 1_000, "the slow one was never cut off"
        print(f"longest commit beside a slow reader {longest * 1e3:.1f} ms")
        other.ask(2, cmd.SignOut())
        assert other.answer().outcome == "done", "the other one is served"
        assert _read_all(slow) < 8 << 20
    assert works(core)


def _flood(core: Core) -> None:
    """As after large commits."""
    many = frozenset(f"incident:{n:032x}" for n in range(1_000))
    for _ in range(5):
        core._listeners.publish(seats.Changed(many))


def _drain(fast: Client) -> None:
    """Read what has come until an answer to what is asked now."""
    fast.ask(9, cmd.AddNote(incident_id="none", text="x"))
    assert fast.answer().outcome == "refused"


def _read_all(slow: Client) -> int:
    """How much was kept for it: bounded."""
    total = 0
    try:
        while data := slow.line.recv(1 << 16):
            total += len(data)
    except ConnectionResetError:
        pass
    return total


@pytest.mark.expects_log("A fault in serving second windows")
def test_a_fault_in_one_thing_ends_no_second_window(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert core._seats is not None
    spread, failed = core._seats._spread, threading.Event()

    def fail_once(changed: Changed) -> None:
        if not failed.is_set():
            failed.set()
            raise RuntimeError("bug")
        spread(changed)

    with client(core) as one:
        monkeypatch.setattr(core._seats, "_spread", fail_once)
        core._seats.publish(Changed(frozenset({"log"})))
        assert failed.wait(PATIENCE_S)
        one.ask(1, cmd.SignIn(name="supervisor", password=PASSWORD))
        assert one.answer().outcome == "done"


def test_a_window_too_many_is_told(core: Core) -> None:
    clients = [Client(core.profile) for _ in POSITIONS]
    for one in clients:
        one.say(HELLO)
    welcomes = [one.hear() for one in clients]
    given_out = {w.position for w in welcomes if isinstance(w, frames.Welcome)}
    assert given_out == set(POSITIONS)
    late = JoinedDesk(core.profile, SystemClock())
    with pytest.raises(KnownProblem, match="no room"):
        late.start(patience_s=30)
    for one in clients:
        one.line.close()


class _Newer:
    """The frames of a later version, to a window."""

    VERSION = frames.VERSION + 1

    def __getattr__(self, name: str) -> object:
        return getattr(frames, name)


def test_what_is_asked_when_the_link_has_ended_is_answered(tmp_path: Path) -> None:
    away = cmd.Failed("console_away", "It is away.")

    def nothing(_said: object) -> None: ...

    ears = seat_link.Ears(nothing, nothing, nothing, nothing, lambda: away)
    link = seat_link.SeatLink(tmp_path / "none.sock", SystemClock(), ears)
    link.start()
    link.stop()
    link.join(PATIENCE_S)
    told: list[cmd.Outcome] = []
    link.ask(cmd.SignOut(), told.append)
    link.close()
    assert told == [away]


def test_a_window_of_another_version_is_told(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seat_link, "frames", _Newer())
    desk = JoinedDesk(core.profile, SystemClock())
    with pytest.raises(KnownProblem, match="speaks version"):
        desk.start(patience_s=PATIENCE_S)


def test_a_password_is_in_no_log(core: Core, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with client(core) as one:
        one.ask(1, cmd.SignIn(name="supervisor", password=PASSWORD))
        assert one.answer().outcome == "done"
        one.say(frames.encode(frames.Ask(2, "SignIn", {"password": PASSWORD})))
        assert one.answer().code == "bad_command"
        data = b'{"kind":"ask","password":"%s"}' % PASSWORD.encode()
        one.say(len(data).to_bytes(4, "big") + data)
        assert one.hear() is not None
        Watch(core).until(lambda: core.views().signed_in("joined-1") is None)
    assert PASSWORD not in caplog.text
    text = core.profile.log_path.read_bytes()
    assert PASSWORD.encode() not in text
