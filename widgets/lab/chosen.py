"""Bytes that are pointed at, chosen, or part of a field."""

from __future__ import annotations

from dataclasses import dataclass

from aliquot.console.domain.lab_result import ItemDetail


@dataclass(frozen=True, slots=True)
class PointedAt:
    """A byte under the mouse or the cursor; None: none is."""

    index: int | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Bytes ``start`` to ``end`` (half open) are chosen, to be named."""

    start: int
    end: int


def span_of(chosen: Chosen | None) -> tuple[int, int] | None:
    return None if chosen is None else (chosen.start, chosen.end)


def in_fields(detail: ItemDetail | None) -> bytes:
    """For each byte 1 when a field has it, else 0."""
    if detail is None:
        return b""
    found = bytearray(len(detail.raw))
    for view in detail.fields:
        if view.span is not None:
            start, end = view.span
            found[start:end] = b"\1" * (min(end, len(found)) - start)
    return bytes(found)
