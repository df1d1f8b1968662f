"""What a modem is told, and a real (emulated) modem that is told it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from aliquot.drivers.lines.api import (
    ByteSource,
    Chunk,
    LineSettings,
    Option,
    SourceError,
)
from aliquot.drivers.lines.modem_talk import ModemConversation
from aliquot.drivers.lines.sources import make_source
from aliquot.drivers.lines.talk import Ask, AskKind

S = 1_000_000_000
DIAL = Ask(AskKind.DIAL, "6175550142")
TEST = Ask(AskKind.TEST)
OK, ERROR = b"\r\nOK\r\n", b"\r\nERROR\r\n"


def conversation(**options: Option) -> ModemConversation:
    return ModemConversation(LineSettings(options=options))


def says(talk: ModemConversation, data: bytes, at_s: float = 0) -> bytes:
    return talk.heard(Chunk(data, 0, round(at_s * S)))


def ready(**options: Option) -> ModemConversation:
    talk = conversation(**options)
    talk.opened(0)
    for _ in range(3):
        says(talk, OK)
    assert talk.deadline_ns is None
    assert talk.trouble is None
    return talk


def test_set_up_one_command_after_the_answer_to_the_one_before() -> None:
    talk = conversation()
    assert talk.opened(0) == b"ATZ\r"
    assert says(talk, b"ATZ\r") == b""  # its echo is no answer
    assert says(talk, OK[:4]) == b""
    assert says(talk, OK[4:]) == b"AT+VCID=1\r"
    assert says(talk, b"AT+VCID=1\r" + ERROR) == b"AT#CID=1\r"
    assert says(talk, OK) == b"ATE0\r"
    assert says(talk, OK) == b""
    assert talk.deadline_ns is None
    assert talk.trouble is None


def test_commands_of_the_site_take_the_place_of_the_usual_ones() -> None:
    talk = conversation(init="ATZ0 AT#CLS=8|AT+FCLASS=8 rm -rf ATE0")
    assert talk.opened(0) == b"ATZ0\r"
    assert says(talk, OK) == b"AT#CLS=8\r"
    assert says(talk, OK) == b"ATE0\r"


def test_a_modem_without_caller_id_is_said_in_words_and_still_used() -> None:
    talk = conversation()
    talk.opened(0)
    says(talk, OK)
    says(talk, ERROR)
    assert says(talk, ERROR) == b"ATE0\r"
    says(talk, OK)
    assert "does not know AT+VCID=1 or AT#CID=1" in (talk.trouble or "")
    assert talk.ask(DIAL, 0) is not None


def test_a_modem_that_does_not_answer_is_said_and_tried_again() -> None:
    talk = conversation()
    talk.opened(0)
    assert talk.deadline_ns == 3 * S
    assert talk.tick(2 * S) == b""
    assert talk.trouble is None
    assert talk.tick(3 * S) == b""
    assert "does not answer to ATZ" in (talk.trouble or "")
    assert talk.deadline_ns == 33 * S
    assert talk.tick(33 * S) == b"ATZ\r"
    says(talk, OK, 33)
    assert talk.trouble is None


def test_a_test_asks_for_a_sign_of_life() -> None:
    talk = ready()
    assert talk.ask(TEST, 0) == b"AT\r"
    assert talk.ask(TEST, 0) is None  # one at a time
    assert says(talk, OK) == b""
    assert talk.trouble is None
    assert talk.ask(TEST, 10 * S) == b"AT\r"
    talk.tick(13 * S)
    assert "does not answer to AT." in (talk.trouble or "")
    assert talk.ask(TEST, 14 * S) == b"AT\r"
    assert says(talk, OK, 14) == b"ATZ\r"  # it may have been switched off: set it up


def test_dialling_sends_digits_only_and_leaves_the_line_to_the_telephone() -> None:
    talk = ready()
    assert talk.ask(DIAL, 0) == b"ATDT6175550142;\r"
    says(talk, OK, 2)
    assert talk.deadline_ns == 20 * S
    assert talk.tick(20 * S) == b"ATH\r"
    says(talk, OK, 20)
    assert talk.deadline_ns is None


def test_how_to_dial_is_the_sites_own() -> None:
    talk = ready(dial_command="ATDP", dial_prefix="9,", dial_voice=False)
    assert talk.ask(DIAL, 0) == b"ATDP9,6175550142\r"
    assert says(talk, b"\r\nNO CARRIER\r\n", 9) == b""
    assert talk.deadline_ns is None
    unsafe = ready(dial_prefix="9;ATZ")
    assert unsafe.ask(DIAL, 0) is None


UNDIALLED = ("", "911", "9115550142", "6175110000", "6172110000", "6179110000")
MALFORMED = (
    "61755501",
    "617555014\r",
    "+16175550142",
    "617-555-0142",
    "6175550142;ATZ",
)


@pytest.mark.parametrize("number", [*UNDIALLED, *MALFORMED])
def test_what_cannot_or_must_not_be_dialled_is_not(number: str) -> None:
    assert ready().ask(Ask(AskKind.DIAL, number), 0) is None


def test_nothing_is_dialled_while_it_rings() -> None:
    talk = ready()
    says(talk, b"\r\nRING\r\n", 10)
    assert talk.ask(DIAL, 15 * S) is None
    assert talk.ask(DIAL, 18 * S) is not None


def test_no_dial_tone_is_said_and_the_line_not_hung_up_again() -> None:
    talk = ready()
    talk.ask(DIAL, 0)
    says(talk, b"\r\nNO DIALTONE\r\n", 3)
    assert "hears no dial tone" in (talk.trouble or "")
    assert talk.deadline_ns is None
    talk.ask(DIAL, 5 * S)
    assert talk.trouble is None


def test_a_rebid_is_nothing_a_modem_can_do() -> None:
    assert ready().ask(Ask(AskKind.REBID, "6175550142"), 0) is None


def test_bytes_without_end_cost_bounded_memory() -> None:
    talk = ready()
    for _ in range(200):
        says(talk, b"x" * 5000)
    assert says(talk, OK) == b""
    assert talk.ask(TEST, 0) == b"AT\r"


@pytest.fixture
def iaxmodem(tmp_path: Path) -> Iterator[Path]:
    """A running ``iaxmodem`` without a server; the path of its pseudo-terminal."""
    program = shutil.which("iaxmodem")
    folder = Path("/etc/iaxmodem")
    if program is None:
        pytest.skip("iaxmodem is not installed (Debian package iaxmodem)")
    if os.geteuid() != 0 or not os.access(folder, os.W_OK):
        pytest.skip("iaxmodem reads its settings from /etc/iaxmodem, as root only")
    name = f"aliquot-test-{os.getpid()}"
    device = Path(f"/dev/{name}")
    settings = folder / name
    owner = pwd.getpwuid(os.geteuid()).pw_name
    settings.write_text(
        f"device {device}\nowner {owner}:{owner}\nmode 660\nport 45{os.getpid() % 100:02}\n"
        "refresh 0\nserver 127.0.0.1\npeername aliquot\nsecret none\n"
        "cidname Aliquot\ncidnumber 6175550100\ncodec slinear\n"
    )
    running = subprocess.Popen(
        [program, name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + 10
        while not device.exists() and time.monotonic() < end:
            with suppress(subprocess.TimeoutExpired):
                running.wait(0.02)
                pytest.skip("iaxmodem does not run on this machine")
        if not device.exists():
            pytest.skip("iaxmodem made no pseudo-terminal")
        yield device
    finally:
        running.terminate()
        running.wait(10)
        settings.unlink()
        device.unlink(missing_ok=True)


def test_a_real_modem_is_set_up_and_answers_a_test(iaxmodem: Path) -> None:
    talk = conversation(init="ATZ AT+VCID=? AT+VCID=1 ATE0")
    source = make_source(str(iaxmodem))
    source.open()
    received = b""
    try:
        source.write(talk.opened(time.monotonic_ns()))
        received += converse(source, talk)
        assert talk.trouble is None
        assert talk.deadline_ns is None
        assert b"0,1" in received  # what it knows of caller ID
        asked = talk.ask(TEST, time.monotonic_ns())
        assert asked is not None
        source.write(asked)
        assert converse(source, talk).strip() == b"OK"  # and no echo any more
        assert talk.trouble is None
    finally:
        source.close()


def converse(source: ByteSource, talk: ModemConversation) -> bytes:
    """Hands on what is said until nothing is waited for."""
    received = b""
    end = time.monotonic() + 20
    while talk.deadline_ns is not None and time.monotonic() < end:
        try:
            data = source.read(0.2)
        except SourceError:
            break
        now = time.monotonic_ns()
        if data:
            received += data
            answer = talk.heard(Chunk(data, 0, now))
            if answer:
                source.write(answer)
        answer = talk.tick(now)
        if answer:
            source.write(answer)
    return received
