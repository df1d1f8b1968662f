"""Both ends of query links over real pseudo-terminals, and as the command line has
them."""

from __future__ import annotations

import contextlib
import json
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from query_links import text_of

from aliquot.drivers.lines.api import AliRecord, Chunk, Frame, LineSettings, SourceError
from aliquot.drivers.lines.query_host import Faults, QueryHost
from aliquot.drivers.lines.query_host_pty import HostSimulator
from aliquot.drivers.lines.query_link import Failure, QueryLink
from aliquot.drivers.lines.query_link_driver import DRIVER
from aliquot.drivers.lines.query_link_table import LinkTable, load_table
from aliquot.drivers.lines.query_link_wire import Request
from aliquot.drivers.lines.serial_source import SerialSource

LONG_S = 30.0
QUICK = {"times.ack_ms": 1000, "times.answer_ms": 2000, "times.cut_ms": 150}
SLOW = {"times.ack_ms": 20_000, "times.answer_ms": 20_000, "times.cut_ms": 20_000}
TABLE = load_table("generic", SLOW)  # where all comes, however late
BAD_TABLE = load_table("generic", QUICK)  # where something is waited for in vain


@contextlib.contextmanager
def serving(
    faults: Faults,
    baud: int = 0,
    hang_up_after: int | None = None,
    table: LinkTable = TABLE,
) -> Iterator[str]:
    host = QueryHost(table, text_of, faults)
    simulator = HostSimulator(host, baud)
    simulator.hold()
    thread = threading.Thread(target=lambda: serve(simulator, hang_up_after))
    thread.start()
    try:
        yield simulator.path
    finally:
        simulator.stop()
        thread.join(LONG_S)
        simulator.close()
    assert not thread.is_alive()


def serve(simulator: HostSimulator, hang_up_after: int | None) -> None:
    if simulator.serve(hang_up_after):
        simulator.drain()
        simulator.close()


class Desk:
    """This end, on a real port and by the real clock."""

    def __init__(self, path: str, table: LinkTable = TABLE) -> None:
        self.source = SerialSource(path, exclusive=False)
        self.source.open()
        self.link = QueryLink(table)
        self.framer = DRIVER.framer(LineSettings())
        self.decoder = DRIVER.decoder(LineSettings())
        self.records: list[AliRecord] = []
        self.source.write(self.link.opened(time.monotonic_ns()))

    def until_over(self) -> Failure | None:
        """Reads and speaks until the request has ended."""
        end = time.monotonic() + LONG_S
        while not (over := self.link.outcomes()):
            assert time.monotonic() < end, "it hangs"
            self.turn()
        return over[0].failure

    def turn(self) -> None:
        due = self.link.deadline_ns
        now = time.monotonic_ns()
        wait_s = 0.05 if due is None else min(max((due - now) / 1e9, 0), 0.05)
        data = self.source.read(wait_s)
        now = time.monotonic_ns()
        out = b""
        if data:
            chunk = Chunk(data, now // 1000, now)
            self.take(self.framer.feed(chunk))
            out = self.link.heard(chunk)
        self.take(self.framer.tick(now // 1000, now))
        out += self.link.tick(now)
        if out:
            self.source.write(out)

    def take(self, cut) -> None:
        for one in cut:
            if isinstance(one, Frame):
                said = self.decoder.decode(one)
                self.records += [h for h in said if isinstance(h, AliRecord)]

    def ask(self, number: str) -> Failure | None:
        assert self.link.put(Request(number, "02"), time.monotonic_ns())
        return self.until_over()


@pytest.mark.parametrize("baud", [0, 38400])
def test_requests_over_a_pty(baud: int) -> None:
    with serving(Faults(delay_ms=20), baud) as path:
        desk = Desk(path)
        for n in range(3):
            assert desk.ask(f"315555{n:04d}") is None
        numbers = [record.fields["callback_number"] for record in desk.records]
        assert numbers == [f"315555{n:04d}" for n in range(3)]
        desk.source.close()


def test_a_bad_host_over_a_pty() -> None:
    faults = Faults(
        nak_rate=0.3, lose_rate=0.15, cut_rate=0.2, damage_rate=0.2, delay_ms=5
    )
    with serving(faults, table=BAD_TABLE) as path:
        desk = Desk(path, BAD_TABLE)
        ended = {f"315555{n:04d}": desk.ask(f"315555{n:04d}") for n in range(8)}
        got = [str(record.fields["callback_number"]) for record in desk.records]
        assert len(set(got)) == len(got)
        assert {number for number, why in ended.items() if why is None} <= set(got)
        assert None in ended.values()
        desk.source.close()


def test_a_line_that_drops_in_mid_record() -> None:
    with serving(Faults(delay_ms=5), 38400, hang_up_after=1) as path:
        desk = Desk(path)
        assert desk.ask("3155550001") is None
        with pytest.raises(SourceError, match="gone"):
            desk.ask("3155550002")
        desk.link.lost(time.monotonic_ns())
        (outcome,) = desk.link.outcomes()
        assert outcome.failure is Failure.LINK_DOWN
        assert len(desk.records) == 1


# --- the command line -------------------------------------------------------------


def aliquot(*words: str) -> list[str]:
    return [sys.executable, "-m", "aliquot.console.cli.main", *words]


@contextlib.contextmanager
def simulated(*words: str) -> Iterator[str]:
    command = aliquot("line", "link", "simulate", "--delay", "5", *words)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], LONG_S)
        assert ready, "it says no path"
        try:
            yield process.stdout.readline().strip()
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(LONG_S) == 0


def query(*words: str) -> subprocess.CompletedProcess[str]:
    command = aliquot("line", "link", "query", *words)
    return subprocess.run(
        command, capture_output=True, text=True, timeout=LONG_S, check=False
    )


def test_a_query_on_the_command_line() -> None:
    with simulated() as path:
        done = query(path, "--number", "315-555-0163", "--position", "02", "--json")
        said = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 0
        (record,) = [one for one in said if one["kind"] == "ali"]
        assert record["fields"]["callback_number"] == "3155550163"
        assert record["fields"]["position"] == "02"
        last = said[-1]
        assert (last["kind"], last["outcome"], last["tries"]) == ("link", "answered", 1)


def test_a_failure_has_its_name_and_exit_1() -> None:
    with simulated("--silent-after", "0") as path:
        done = query(
            path, "--number", "3155550163", "--json", "--set", "times.ack_ms=50"
        )
        assert done.returncode == 1
        assert json.loads(done.stdout.splitlines()[-1])["outcome"] == "no_ack"
        assert "acknowledge" in done.stderr


def test_two_links_on_the_command_line() -> None:
    with simulated("--nak", "1") as first, simulated() as second:
        done = query(first, "--other", second, "--number", "3155550163", "--json")
        assert done.returncode == 0
        last = json.loads(done.stdout.splitlines()[-1])
        assert (last["link"], last["outcome"]) == ("B", "answered")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--number", "911"), 2, "no request"),
        (("--number", "3155550163", "--set", "times.ack_ms=x"), 2, "times.ack_ms"),
        (("--number", "3155550163", "--link", "nobody"), 2, "generic"),
        (("--number", "3155550163"), 4, "no such port"),
    ],
)
def test_what_cannot_be_asked(words: tuple[str, ...], code: int, said: str) -> None:
    done = query("/dev/no-such-port", *words)
    assert done.returncode == code
    assert said in done.stderr


def test_the_table_is_shown_and_is_marked_experimental() -> None:
    shown = subprocess.run(
        aliquot("line", "link", "show"), capture_output=True, text=True, check=True
    )
    assert 'name = "generic"' in shown.stdout
    for words in (("link",), ("link", "query"), ("link", "simulate"), ("link", "show")):
        command = aliquot("line", *words, "--help")
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "experimental" in told.stdout.lower()
