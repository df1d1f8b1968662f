"""What can be set of a query link in a line's options, as specs for a settings page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, fields
from functools import cache
from typing import Any

from aliquot.drivers.lines.api import Option
from aliquot.drivers.lines.plugins import OptionKind, OptionSpec
from aliquot.drivers.lines.query_link_table import (
    CHECKS,
    DEFAULT_LINK,
    MATCHES,
    NUMBERS,
    SECTIONS,
    bundled_links,
)

PAIR = "pair"

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "request_block_check": CHECKS,
    "request_number": NUMBERS,
    "answer_block_check": CHECKS,
    "answer_match": MATCHES,
}
_TEXTS: Mapping[str, str] = {
    "bytes_stx": "Begins a block",
    "bytes_etx": "Ends a block",
    "bytes_ack": "Heard and taken",
    "bytes_nak": "Heard and refused",
    "heartbeat_text": "What a heartbeat says",
    "heartbeat_end": "How a heartbeat ends",
    "heartbeat_send_ms": "Between our heartbeats; 0: none is sent",
    "heartbeat_expect_ms": "Between theirs; 0: none is expected",
    "heartbeat_missed": "So many missed in a row are trouble",
    "heartbeat_answered": "Each heartbeat is answered by ACK",
    "request_block": "A request stands between STX and ETX, else it is a bare line",
    "request_block_check": "Block check of a request",
    "request_position_digits": "Digits of the position, with leading zeros",
    "request_position": "Position where a question has none",
    "request_number": "How the number is written",
    "request_trunk_digits": "Digits of the trunk, with leading zeros",
    "request_trunk": "Trunk where a question has none",
    "request_end": "Stands behind the digits",
    "answer_block": "Records stand between STX and ETX",
    "answer_block_check": "Block check of a record",
    "answer_types": "First digits of records",
    "answer_broadcast": "First digit of a text to all positions",
    "answer_position_digits": "Digits of the position behind the type",
    "answer_match": "What makes a record the answer to a request",
    "answer_acknowledged": "Records are answered by ACK or NAK",
    "times_ack_ms": "From a request to its ACK, and from a record to its ACK",
    "times_answer_ms": "From the ACK to the record",
    "times_gap_ms": "Silence that ends a text",
    "times_cut_ms": "Silence that cuts a block",
    "times_repeat_ms": "Within which the same bytes are the same record",
    "tries_request": "Times that a request is sent on each link",
    "tries_answer": "Times that the other end sends a record",
    "tries_waiting": "Requests held while one is under way",
}


@cache
def link_options() -> tuple[OptionSpec, ...]:
    """Tables, the pair, and each single setting that is one value. The defaults are
    those of the bundled table ``generic``; another table has its own."""
    names = tuple(bundled_links())
    first = (
        OptionSpec(
            "link",
            OptionKind.CHOICE,
            DEFAULT_LINK,
            "Table of the link: what every byte and time is.",
            names,
        ),
        OptionSpec(
            "link_file", OptionKind.FILE, "", "File with a table, in place of `link`."
        ),
        OptionSpec(
            PAIR,
            OptionKind.TEXT,
            "",
            "A word that this line and one other have: two links to one host. They "
            "take turns, and what fails on one is asked on the other.",
        ),
    )
    single = (
        _spec(f"{section}_{key.name}", key)
        for section, kind in SECTIONS.items()
        for key in fields(kind)
        if isinstance(key.default, str | int)
    )
    return (*first, *single)


def _spec(name: str, key: Field[Any]) -> OptionSpec:
    choices = _CHOICES.get(name, ())
    default: Option = key.default  # type: ignore[assignment]
    kind = OptionKind.CHOICE if choices else _kind(default)
    what = f"{_TEXTS.get(name, name)}: {key.metadata['what']}."
    return OptionSpec(name, kind, default, what, choices)


def _kind(default: Option) -> OptionKind:
    if isinstance(default, bool):
        return OptionKind.FLAG
    return OptionKind.NUMBER if isinstance(default, int) else OptionKind.TEXT
