"""What leaves is a function of the coded keys: nothing else changes one byte.

The property is stated once and tried on the product, where it must hold, and on
mutants, where it must fail.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aliquot.console.release import preview as previewing
from aliquot.console.release.apco import APPROVE, HOLD
from aliquot.console.release.constants import Constants, Frozen
from aliquot.console.release.facts import CODED_KEYS, Facts
from aliquot.console.release.input import ReleaseInput
from aliquot.console.release.places import TreePlaces
from aliquot.console.release.policy import Policy
from aliquot.console.release.render import Item, render

PAGES = Path(__file__).resolve().parents[3] / "shared" / "data" / "release"
PAGES_FILE = PAGES / "dispatch_pages.jsonl"
EXAMPLES, PAIRS_EACH = 100, 200
Record = dict[str, Any]
Answer = Callable[[Mapping[str, Any]], bytes]

UNCODED = (
    *("narrative", "caller_name", "callback_number", "place_note", "units", "priority"),
    *("disposition", "call_type", "city", "cross_street", "apartment", "incident_id"),
    *("text", "TYPE_CODE", "type_code ", "location", "item", "release_id", "agency"),
)
WILD: list[Any] = [
    *(None, "", 0, -1, 1e308, True, [], {}, [[[]]], {"type_code": "DVA"}),
    *(
        "\u202e\u200b\x00",
        "<alert/>]]>&amp;",
        "{agency}{place}",
        "'; DROP TABLE",
        "=1+1",
    ),
    *("845-555-0143", "913 MCFARLAND AVE", "x" * 10_000, {"latitude": 1.0}, "\ud800"),
]


def _pages() -> list[Record]:
    """Fields and texts of real pages with invented identifiers, else our own few."""
    if not PAGES_FILE.exists():
        return [{"INFO": "MRS DOE AT 845-555-0143 FELL", "ADDR": "913 MCFARLAND AVE"}]
    rows = (json.loads(line) for line in PAGES_FILE.read_text().splitlines())
    return [{**row["fields"], "text": row["text"]} for row in rows]


PAGE_ROWS = _pages()


def garbage(rng: random.Random) -> Record:
    """Uncoded keys: now many, now none, in an order of their own."""
    page = rng.choice(PAGE_ROWS)
    values = [*page.values(), *rng.sample(WILD, 4)]
    keys = [*page, *rng.sample(UNCODED, rng.randrange(len(UNCODED)))]
    rng.shuffle(keys)
    return {
        key: rng.choice(values)
        for key in keys[: rng.randrange(len(keys) + 1)]
        if key not in CODED_KEYS
    }


def mixed(coded: Record, rng: random.Random) -> Record:
    """The coded keys among others, in any order."""
    pairs = [*coded.items(), *garbage(rng).items()]
    rng.shuffle(pairs)
    return dict(pairs)


def check(answer: Answer, coded: Record, seed: int, pairs: int) -> int:
    """The property, for so many pairs. Returns how many there were."""
    rng = random.Random(seed)
    for _ in range(pairs):
        one, other = answer(mixed(coded, rng)), answer(mixed(coded, rng))
        assert one == other
    return pairs


@pytest.fixture
def answer(policy: Policy, places: TreePlaces, now_us: int) -> Answer:
    """All bytes of an answer, in the order in which they are printed."""

    def answered(record: Mapping[str, Any]) -> bytes:
        said = previewing.preview(record, policy, places, now_us)
        return json.dumps(said).encode()

    return answered


def test_nothing_uncoded_changes_a_byte(
    answer: Answer, places: TreePlaces, incident: Record
) -> None:
    """20,000 pairs."""
    count = 0
    eligible: set[bool] = set()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(
        seed=st.integers(0, 2**32),
        code=st.sampled_from(["DVA", "SUSP", None, *sorted({**APPROVE, **HOLD})]),
        status=st.sampled_from(["active", "closed", "closed", None]),
        hour=st.integers(20, 22),
        address=st.sampled_from([None, "110 MILL RD APT 4", "1 Nowhere Ln"]),
    )
    def holds(seed: int, **coded: Any) -> None:
        nonlocal count
        at = f"2026-05-01T{coded.pop('hour')}:30:00Z"
        record = {**incident, "type_code": coded["code"], "apco_code": coded["code"],
                  "received_at": at, "status": coded["status"],
                  "address": coded["address"]}  # fmt: skip
        count += check(answer, record, seed, PAIRS_EACH)
        eligible.add(json.loads(answer(record))["eligible"])

    holds()
    assert count >= EXAMPLES * PAIRS_EACH == 20_000
    assert eligible == {True, False}


def test_every_page_in_every_uncoded_key(answer: Answer, incident: Record) -> None:
    bare = answer(incident)
    for page, key in zip(PAGE_ROWS, itertools.cycle(UNCODED), strict=False):
        assert (
            answer({**page, **incident, key: page.get("INFO") or page["text"]}) == bare
        )


Leak = Callable[[Record, Item], Item]
MUTANTS: dict[str, Leak] = {
    "text": lambda record, item: {**item, "text": f"{item['text']}{record.get('text')}"},
    "presence": lambda record, item: {**item, "level": 9 if "units" in record else 1},
    "length": lambda record, item: {**item, "time": " " * len(record)},
    "order": lambda record, item: {
        key: item[key] for key in sorted(item, reverse=list(record)[:1] == ["status"])
    },
    "coordinate": lambda record, item: {
        **item, "latitude": round(item["latitude"] + 1e-4 * len(str(record)), 4)
    },
}  # fmt: skip


@pytest.mark.parametrize("leak", MUTANTS)
def test_a_leak_makes_the_property_fail(
    leak: str, answer: Answer, incident: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A render that can see the record: the rule taken away."""
    seen: list[Record] = []
    real = previewing.facts_of

    def remembering(record: Record) -> Facts:
        seen.append(record)
        return real(record)

    def leaking(given: ReleaseInput, constants: Constants, frozen: Frozen) -> Item:
        return MUTANTS[leak](seen[-1], render(given, constants, frozen))

    monkeypatch.setattr(previewing, "facts_of", remembering)
    monkeypatch.setattr(previewing.rendering, "render", leaking)
    with pytest.raises(AssertionError):
        check(answer, incident, 1, PAIRS_EACH)
