"""New identifiers: in the order of time, and never twice."""

from __future__ import annotations

import uuid

from aliquot.console.clock import SystemClock
from aliquot.console.remote import new_id


def test_they_are_uuids_that_begin_with_the_time() -> None:
    before = SystemClock().now().utc_us // 1000
    made = uuid.UUID(new_id())
    after = SystemClock().now().utc_us // 1000
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after


def test_all_other_bits_are_by_chance() -> None:
    made = [uuid.UUID(new_id()).int for _ in range(400)]
    assert len(set(made)) == len(made)
    chance = [n & ((1 << 76) - 1) for n in made]
    fixed = [bit for bit in range(76) if len({n >> bit & 1 for n in chance}) == 1]
    assert fixed == [62, 63]
