"""Text to locate: the link goes out by the gateway, the answer finds its call."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from free_port import free_port

from aliquot.console.cli.main import run
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import SendLocationLink
from aliquot.console.domain.locating import LIVES_US
from aliquot.console.domain.rows import CallDetail
from aliquot.console.problems import KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.settings import LineConfig, LocateSettings, Settings
from aliquot.console.settings_file import parse, render

NUMBER = "6035550123"
WRITES = "import sys; open(sys.argv[1], 'w').write('\\n'.join(sys.argv[2:]))"
AML = 'A"ML=1;lt=+42.90000;lg=-71.90000;rd=900;top=20261121182336;lc=68;pm=C;ml=70'


class Desk:
    """A core with an endpoint, a spool folder, and a gateway of its own."""

    def __init__(
        self, folder: Path, command: tuple[str, ...], timeout_s: float
    ) -> None:
        self.sent, self.inbox = folder / "sent", folder / "inbox"
        self.inbox.mkdir()
        self.port = free_port()
        profile = Profile.open(folder / "profile")
        profile.save_settings(
            Settings(
                lines=(
                    LineConfig(
                        name="web",
                        source=f"listen:127.0.0.1:{self.port}",
                        driver="aml",
                    ),
                    LineConfig(
                        name="sms",
                        source=f"spool:{self.inbox}?settle_ms=10&poll_ms=10",
                        driver="aml",
                    ),
                ),
                locate=LocateSettings(
                    command=command,
                    url="https://where.example.gov/{token}",
                    timeout_s=timeout_s,
                    number_prefix="+1",
                ),
            )
        )
        self.core = Core(profile, SystemClock())

    def post(self, path: str, body: str) -> int:
        url = f"http://127.0.0.1:{self.port}{path}"
        with httpx.Client(trust_env=False, timeout=30.0) as client:
            return client.post(url, content=body).status_code

    def call(self) -> CallDetail:
        (row,) = self.core.views().recent_calls()
        detail = self.core.views().call(row.call_id)
        assert detail is not None
        return detail


MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[MakeDesk]:
    made: list[Desk] = []

    def make(*words: str, timeout_s: float = 30.0) -> Desk:
        usual = (sys.executable, "-c", WRITES, str(tmp_path / "sent"))
        desk = Desk(tmp_path, (*(words or usual), "{number}", "{link}"), timeout_s)
        desk.core.start()
        made.append(desk)
        return desk

    yield make
    for desk in made:
        assert desk.core.stop() == []


def token_sent(desk: Desk) -> str:
    number, link = desk.sent.read_text().splitlines()
    assert number == f"+1{NUMBER}"
    start = "https://where.example.gov/"
    assert link.startswith(start)
    return link.removeprefix(start)


def sms(desk: Desk, watch: Any) -> str:
    """A call that a location message told of; gives its id."""
    seen = watch(desk.core)
    name = "IN20261121_182336_00_+16035550123_00.txt"
    (desk.inbox / "next.tmp").write_text(AML)
    (desk.inbox / "next.tmp").rename(desk.inbox / name)  # never seen by half
    seen.until(lambda: bool(desk.core.views().recent_calls()))
    return desk.call().row.call_id


def test_the_answer_is_a_record_of_the_call_and_takes_nothings_place(
    make_desk: MakeDesk, watch: Any
) -> None:
    desk = make_desk()
    call_id = sms(desk, watch)
    before = desk.call().row
    outcome = desk.core.call(SendLocationLink(number="603-555-0123", call_id=call_id))
    assert isinstance(outcome, cmd.Done)
    seen = watch(desk.core)
    body = '{"lat": 42.95, "lon": -71.95, "accuracy": 8}'
    assert desk.post(f"/locate/{token_sent(desk)}", body) == 204
    seen.until(lambda: len(desk.call().records) == 2)
    after = desk.call()
    answer = after.records[-1]
    assert (answer.join, answer.layout) == ("located", "locate_answer")
    assert answer.fields == {
        "latitude": 42.95,
        "longitude": -71.95,
        "uncertainty_m": 8.0,
        "callback_number": NUMBER,
    }
    assert (after.row.latitude, after.row.records) == (before.latitude, before.records)


def test_without_a_call_the_answer_opens_one_with_the_number(
    make_desk: MakeDesk, watch: Any
) -> None:
    desk = make_desk()
    outcome = desk.core.call(SendLocationLink(number=NUMBER))
    assert isinstance(outcome, cmd.Done)
    assert desk.core.views().recent_calls() == ()
    seen = watch(desk.core)
    token = token_sent(desk)
    assert desk.post(f"/locate/{token}", "lat=42.95&lon=-71.95&accuracy=8") == 204
    seen.until(lambda: bool(desk.core.views().recent_calls()))
    row = desk.call().row
    assert row.call_id == outcome.result["call_id"]
    assert (row.callback_number, row.uncertainty_m) == (NUMBER, 8.0)
    assert desk.post(f"/locate/{token}", "lat=42.96&lon=-71.95&accuracy=5") == 204
    seen.until(lambda: len(desk.call().records) == 2)
    assert token not in str(desk.call().records[-1].fields)


def test_an_answer_to_nothing_opens_no_call(make_desk: MakeDesk, watch: Any) -> None:
    desk = make_desk()
    seen = watch(desk.core)
    body = "lat=42.95&lon=-71.95&accuracy=8"
    assert desk.post("/locate/AAAAAAAAAAAAAAAAAAAAAA", body) == 204
    seen.until(lambda: bool(desk.core.views().noise()))
    assert desk.core.views().recent_calls() == ()
    assert desk.core.views().noise()[0].raw.endswith(body.encode())


def test_an_answer_that_is_too_late_opens_no_call(tmp_path: Path) -> None:
    from aliquot.console.domain.locating import LinkRow
    from aliquot.console.intake.answers import link_of
    from aliquot.drivers.lines.aml import DRIVER
    from aliquot.drivers.lines.api import AliRecord, Chunk, Frame, LineSettings
    from aliquot.drivers.lines.envelope import wrap

    class Links:
        def location_link(self, token_sha256: str) -> LinkRow | None:
            return LinkRow("c1", NUMBER, LIVES_US)

    def answered(at_us: int) -> LinkRow | None:
        settings, token = LineSettings(), "A" * 22
        raw = wrap(f"/locate/{token}", b"lat=1&lon=2", method="POST")
        (frame,) = DRIVER.framer(settings).feed(Chunk(raw, at_us, 0))
        assert isinstance(frame, Frame)
        (heard,) = DRIVER.decoder(settings).decode(frame)
        assert isinstance(heard, AliRecord)
        return link_of(heard, token, Links())

    assert answered(LIVES_US) is not None
    assert answered(LIVES_US + 1) is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("911", "emergency_number"),
        ("911-555-0123", "emergency_number"),
        ("603-511-0123", "routing_number"),
        ("603-211-0123", "routing_number"),
        ("12", "not_a_number"),
        ("", "no_number"),
        ("6035550123; reboot", "not_a_number"),
    ],
)
def test_no_link_goes_to_a_number_that_reaches_nobody(
    make_desk: MakeDesk, number: str, code: str
) -> None:
    desk = make_desk()
    outcome = desk.core.call(SendLocationLink(number=number))
    assert isinstance(outcome, cmd.Refused)
    assert outcome.code == code
    assert not desk.sent.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("/nowhere/gateway",), "/nowhere/gateway cannot be started"),
        ((sys.executable, "-c", "import sys; sys.exit('no credit')"), "no credit"),
        ((sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"), "by signal 9"),
    ],
)
def test_a_gateway_that_fails_is_told_in_words(
    make_desk: MakeDesk, words: tuple[str, ...], said: str
) -> None:
    desk = make_desk(*words)
    outcome = desk.core.call(SendLocationLink(number=NUMBER))
    assert isinstance(outcome, cmd.Failed)
    assert outcome.code == "gateway_failed"
    assert said in outcome.message


def test_a_gateway_that_hangs_is_ended(make_desk: MakeDesk) -> None:
    desk = make_desk(sys.executable, "-c", "import signal; signal.pause()", timeout_s=1)
    outcome = desk.core.call(SendLocationLink(number=NUMBER))
    assert isinstance(outcome, cmd.Failed)
    assert "did not end within 1 s" in outcome.message


def wait_for_end(number_file: Path) -> None:
    """Of the process whose number is in the file."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(int(number_file.read_text()))
        try:
            assert select.select([handle], [], [], 30.0)[0], "it lives"
        finally:
            os.close(handle)


CHILD = "sleep 1000 & echo $! > {path}; echo begun"


def test_a_gateway_that_hangs_is_ended_with_all_it_began(
    make_desk: MakeDesk, tmp_path: Path
) -> None:
    """Its child holds what it writes to open."""
    words = CHILD.replace("{path}", str(tmp_path / "child")) + "; wait"
    desk = make_desk("sh", "-c", words, timeout_s=1)
    outcome = desk.core.call(SendLocationLink(number=NUMBER))
    assert isinstance(outcome, cmd.Failed)
    assert "did not end within 1 s" in outcome.message
    wait_for_end(tmp_path / "child")


def test_a_gateway_may_leave_a_program_behind(
    make_desk: MakeDesk, tmp_path: Path
) -> None:
    words = CHILD.replace("{path}", str(tmp_path / "child"))
    desk = make_desk("sh", "-c", words)
    outcome = desk.core.call(SendLocationLink(number=NUMBER))
    os.kill(int((tmp_path / "child").read_text()), signal.SIGKILL)
    assert isinstance(outcome, cmd.Done)


def test_of_what_a_gateway_says_the_end_is_told(make_desk: MakeDesk) -> None:
    desk = make_desk("sh", "-c", "yes line | head -c 300000; echo no credit; exit 3")
    outcome = desk.core.call(SendLocationLink(number=NUMBER))
    assert isinstance(outcome, cmd.Failed)
    assert outcome.message.endswith("line line no credit.")


def test_a_console_that_is_closed_does_not_wait_for_it(make_desk: MakeDesk) -> None:
    desk = make_desk(sys.executable, "-c", "import signal; signal.pause()")
    told: list[cmd.Outcome] = []
    desk.core.submit(SendLocationLink(number=NUMBER), told.append)
    assert desk.core.stop() == []


def test_without_a_gateway_it_says_what_to_write(core: Core) -> None:
    outcome = core.call(SendLocationLink(number=NUMBER))
    assert isinstance(outcome, cmd.Refused)
    assert "[locate]" in outcome.message


# settings


def test_the_settings_are_written_and_read() -> None:
    text = """
[locate]
command = ["gammu-smsd-inject", "TEXT", "{number}", "-text", "Where are you? {link}"]
url = "https://where.example.gov/{token}"
number_prefix = "+1"
"""
    settings = parse(text, "profile.toml")
    assert settings.locate.command[0] == "gammu-smsd-inject"
    assert settings.locate.timeout_s == 20
    assert parse(render(settings), "again") == settings


@pytest.mark.parametrize(
    "line",
    [
        'command = "gammu-smsd-inject"',
        'command = ["gammu-smsd-inject", "{number}"]',
        'command = ["{link}", "{number}"]',
        'url = "where.example.gov/{token}"',
        'url = "https://where.example.gov/"',
        "timeout_s = 0",
        'number_prefix = "one"',
        'shell = "sh"',
    ],
)
def test_settings_that_will_not_do(line: str) -> None:
    with pytest.raises(KnownProblem, match=r"locate\."):
        parse(f"[locate]\n{line}\n", "profile.toml")


def test_a_file_that_cannot_be_read_is_named_in_the_lines_state(
    make_desk: MakeDesk, watch: Any
) -> None:
    desk = make_desk()
    seen = watch(desk.core)

    def state() -> tuple[str, str]:
        rows = [x for x in desk.core.views().lines() if x.line == "sms"]
        return (str(rows[0].state), str(rows[0].message)) if rows else ("", "")

    (desk.inbox / "bad.txt").symlink_to("/nowhere")
    seen.until(lambda: state()[0] == "trouble")
    assert "bad.txt" in state()[1]
    (desk.inbox / "bad.txt").unlink()
    seen.until(lambda: state()[0] == "up")


def test_links_are_rebuilt_from_the_log(
    make_desk: MakeDesk, watch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = make_desk()
    call_id = sms(desk, watch)
    desk.core.call(SendLocationLink(number=NUMBER, call_id=call_id))
    seen = watch(desk.core)
    desk.post(f"/locate/{token_sent(desk)}", "lat=42.95&lon=-71.95&accuracy=8")
    seen.until(lambda: len(desk.call().records) == 2)
    desk.core.stop()
    profile = str(desk.core.profile.folder)
    assert run(["--profile", profile, "log", "rebuild"]) == 0
    capsys.readouterr()
    assert run(["--profile", profile, "log", "verify", "--json"]) == 0
    assert '"ok":true' in capsys.readouterr().out.replace(" ", "")
