"""Differences are named one by one, and one that lacks shifts none behind it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.lab.compare import ExpectedError, compare, read_expected


def ali(number: int, at: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "kind": "ali",
        "at": f"2026-01-01T00:00:{at:02}.000000Z",
        "layout": "ali_30w",
        "fields": {"callback_number": f"31555501{number:02}", "state": "NY"},
        "spans": {"state": [1, 3]},
        "warnings": ["year_inferred"],
        "raw": f"{number}",
    } | more


FIVE = [ali(n, n) for n in range(5)]


def paths(
    expected: list[dict[str, Any]], got: list[dict[str, Any]], **how: bool
) -> list[Any]:
    return [(d.what, d.expected_at, d.got_at) for d in compare(expected, got, **how)]


def test_the_same_has_no_difference() -> None:
    assert compare(FIVE, [dict(one) for one in FIVE], strict=True) == []


def test_a_missing_object_is_one_difference() -> None:
    assert paths(FIVE, FIVE[:1] + FIVE[2:]) == [("missing", 2, None)]


def test_an_extra_object_is_one_difference() -> None:
    assert paths(FIVE, [*FIVE[:2], ali(77, 40), *FIVE[2:]]) == [("extra", None, 3)]


def test_a_changed_value_is_named_with_both_texts() -> None:
    other = ali(2, 2, fields={"callback_number": "3155550102", "esn": "00899"})
    (esn, state) = sorted(
        compare(FIVE, [*FIVE[:2], other, *FIVE[3:]]), key=lambda d: d.what
    )
    assert (esn.what, esn.expected, esn.got) == ("fields.esn", None, "00899")
    assert (state.what, state.expected, state.got) == ("fields.state", "NY", None)
    assert 'expected "NY", got nothing' in state.as_text()
    assert "object 3, 2026-01-01T00:00:02.000000Z, ali 3155550102" in state.as_text()


def test_a_changed_object_beside_a_missing_one_is_still_paired() -> None:
    changed = ali(3, 3, warnings=["stale"])
    found = paths(FIVE, [FIVE[0], FIVE[1], changed, FIVE[4]])
    assert found == [("missing", 3, None), ("warnings", 4, 3)]


def test_times_bytes_and_spans_count_when_strict_only() -> None:
    moved = [ali(n, n, spans={"state": [2, 4]}, raw="x") for n in range(5)]
    assert compare(FIVE, moved) == []
    strict = compare(FIVE[:1], moved[:1], strict=True)
    assert {d.what for d in strict} == {"raw", "spans.state"}


def test_the_order_of_warnings_is_none() -> None:
    one, two = ali(1, warnings=["a", "b"]), ali(1, warnings=["b", "a"])
    assert compare([one], [two]) == []


def test_noise_of_another_reason_differs() -> None:
    one = {"kind": "noise", "at": "t", "reason": "cut", "raw": "QQ=="}
    assert paths([one], [one | {"reason": "parity"}]) == [("reason", 1, 1)]


@given(
    st.lists(st.integers(0, 30), max_size=12), st.lists(st.integers(0, 30), max_size=12)
)
def test_every_object_is_accounted_for(left: list[int], right: list[int]) -> None:
    """Missing and extra ones make up the difference in number, and none is twice."""
    found = compare([ali(n, n) for n in left], [ali(n, n) for n in right])
    missing = sum(d.what == "missing" for d in found)
    extra = sum(d.what == "extra" for d in found)
    assert len(left) - missing == len(right) - extra
    assert (found == []) == (left == right)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "line 1: no JSON"),
        ('{"kind": "ali"}\n[]', "line 2: no object"),
        ("3", "line 1: no object"),
        ('{"at": "x"}', "no object with a `kind`"),
    ],
)
def test_what_cannot_be_expected_is_said_with_its_line(text: str, words: str) -> None:
    with pytest.raises(ExpectedError, match=words):
        read_expected(text, "site.jsonl")
