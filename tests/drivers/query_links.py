"""What the tests of query links share: a table, a record, and steps on the way."""

from __future__ import annotations

from ali_records import MS, record, spill

from aliquot.drivers.lines.api import Chunk, Option
from aliquot.drivers.lines.query_link import QueryLink
from aliquot.drivers.lines.query_link_states import State
from aliquot.drivers.lines.query_link_table import LinkTable, table_of
from aliquot.drivers.lines.query_link_wire import Request

TABLE = table_of({"link": "generic"})
RECORD = spill(record())


def table_with(**changes: Option) -> LinkTable:
    return table_of({"link": "generic"} | changes)


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
