"""What the tests of query links share: a table, a record, and steps on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ali_records import MS, record, spill

from aliquot.drivers.lines.api import Chunk, Frame, Framer, Noise, Option
from aliquot.drivers.lines.query_host import QueryHost
from aliquot.drivers.lines.query_link import QueryLink
from aliquot.drivers.lines.query_link_states import State
from aliquot.drivers.lines.query_link_table import LinkTable, load_table
from aliquot.drivers.lines.query_link_wire import Request
from aliquot.drivers.lines.talk import Ask, AskKind, Conversation

Fate = str | tuple[str, float]

TABLE = load_table("generic")
REPEAT_NS = TABLE.times.repeat_ms * 1_000_000
RECORD = spill(record())


def table_with(**changes: Option) -> LinkTable:
    return load_table("generic", changes)


def at_ms(ms: int) -> int:
    return ms * MS


def heard(link: QueryLink, data: bytes, ms: int) -> bytes:
    return link.heard(Chunk(data, ms * 1000, at_ms(ms)))


def opened(link: QueryLink) -> None:
    """Up, with the first heartbeat sent and acknowledged."""
    link.opened(0)
    assert link.tick(0) == link.table.heartbeat.wire
    assert heard(link, bytes((link.table.bytes.ack,)), 1) == b""
    assert link.state is State.READY


def sent_request(link: QueryLink, number: str = "3157780000") -> bytes:
    assert link.put(Request(number, "01"), at_ms(10))
    return link.more()


def grant(link: QueryLink) -> None:
    assert heard(link, bytes((link.table.bytes.ack,)), 20) == b""


def text_of(request: Request) -> bytes:
    """The record of any number."""
    number = request.number
    return spill(record(f"{number[:3]}-{number[3:6]}-{number[6:]}"))


class World:
    """Links and their hosts on wires that do to bytes what ``fates`` says, in turn.

    A fate is ``"ok"``, ``"lose"``, ``"twice"``, or ``("flip" | "cut", where)`` with
    ``where`` from 0 to 1. When there are none left all bytes arrive. ``records`` has
    what framers took for records, ``noise`` the rest.
    """

    def __init__(
        self,
        ends: Sequence[tuple[Conversation, QueryHost, Framer]],
        spare: Callable[[bytes], bool] = lambda data: False,
    ) -> None:
        self.ends = ends
        self.spare = spare  # bytes that are not to be flipped
        self.now = 0
        self.fates: list[Fate] = []
        self.records: list[Frame] = []
        self.noise: list[Noise] = []
        self.sent = 0
        for talk, host, _ in ends:
            self.carry(talk, host, talk.opened(0), host.opened(0))

    def carry(
        self, talk: Conversation, host: QueryHost, there: bytes, back: bytes
    ) -> None:
        """Brings bytes to and fro until nobody says anything."""
        framer = next(f for t, _, f in self.ends if t is talk)
        for _ in range(200):
            if not there and not back:
                return
            self.sent += len(there)
            answers = [host.heard(c) for c in self.arriving(there)]
            replies = []
            for chunk in self.arriving(back):
                self.take(framer.feed(chunk))
                replies.append(talk.heard(chunk))
            there, back = b"".join(replies), b"".join(answers)
        raise AssertionError("they never stop")

    def arriving(self, data: bytes) -> Iterator[Chunk]:
        if not data:
            return
        fate = self.fates.pop(0) if self.fates else "ok"
        for one in mangled(data, fate, self.spare):
            yield Chunk(one, self.now // 1000, self.now)

    def take(self, cut: Iterable[Frame | Noise]) -> None:
        for one in cut:
            if isinstance(one, Frame):
                self.records.append(one)
            else:
                self.noise.append(one)

    def step(self, latest: int) -> None:
        """To the next moment at which somebody has something to do."""
        dues = [t.deadline_ns for t, _, _ in self.ends]
        dues += [h.deadline_ns for _, h, _ in self.ends]
        dues += [f.deadline_ns for _, _, f in self.ends]
        due = min((d for d in dues if d is not None), default=latest)
        self.now = min(max(due, self.now + MS), latest)
        for talk, host, framer in self.ends:
            self.take(framer.tick(self.now // 1000, self.now))
            self.carry(talk, host, talk.tick(self.now), host.tick(self.now))

    def advance(self, ms: int) -> None:
        latest = self.now + ms * MS
        while self.now < latest:
            self.step(latest)

    def ask(self, number: str, position: str = "01", at: int = 0) -> bool:
        talk, host, _ = self.ends[at]
        out = talk.ask(Ask(AskKind.REBID, number, position), self.now)
        if out is not None:
            self.carry(talk, host, out, b"")
        return out is not None

    def count(self, number: str) -> int:
        """Records whose first number is this. One that comes again when the time in
        which it counts as a repeat is over is news, and not counted here."""
        text = f"{number[:3]}-{number[3:6]}-{number[6:]}".encode()
        found = [frame for frame in self.records if frame.payload.startswith(text)]
        late = (
            any(
                one.raw == frame.raw and frame.mono_ns - one.mono_ns >= REPEAT_NS
                for one in found[:at]
            )
            for at, frame in enumerate(found)
        )
        return sum(not came_late for came_late in late)


def mangled(
    data: bytes, fate: Fate, spare: Callable[[bytes], bool]
) -> tuple[bytes, ...]:
    if fate == "lose":
        return ()
    if fate == "twice":
        return data, data
    if isinstance(fate, str):
        return (data,)
    kind, where = fate
    at = min(int(where * len(data)), len(data) - 1)
    if kind == "cut":
        return (data[:at],) if at else ()
    flipped = bytearray(data)
    flipped[at] ^= 1 << int(where * 7000) % 7
    return (data,) if spare(bytes(flipped)) else (bytes(flipped),)
