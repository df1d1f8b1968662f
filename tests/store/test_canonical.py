"""Canonical bytes are those of RFC 8785, whichever way they were made."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from log_samples import a_day, record

from aliquot.console.domain.events import Event, Json, LineRecordReceived
from aliquot.console.store.canonical import (
    NotCanonical,
    canonical,
    decoded,
    plain_bytes,
)
from aliquot.console.store.entry import write_body

texts = st.text(st.characters(exclude_categories=["Cs"]))
names = st.one_of(st.sampled_from(["a", "B", "_", "é", "\U0001f600", "\ue000"]), texts)
numbers = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-180, 180),
    st.sampled_from([0.0, -0.0, 1e-4, 9.9e-5, 1e15, 1e16, 1e21, 5e-324, 1e-7, 120.0]),
)
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=6
)


@given(st.dictionaries(names, values))
def test_same_bytes_as_the_reference(value: dict[str, object]) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(st.dictionaries(names, values))
def test_plain_means_read_back_the_same(value: dict[str, object]) -> None:
    body = plain_bytes(value, [value])  # type: ignore[list-item]
    if body is not None:
        # repr tells 5 from 5.0 and -0.0 from 0.0, which == does not
        assert repr(sorted(decoded(body).items())) == repr(
            sorted(json.loads(json.dumps(value)).items())
        )


@given(numbers)
def test_any_number(number: float) -> None:
    assert canonical({"x": number}) == rfc8785.dumps({"x": number})


def test_the_fast_way_is_taken_for_a_record() -> None:
    spans: Json = {"esn": [1, 2]}
    value: dict[str, Json] = {"latitude": 46.99, "spans": spans, "text": "é"}
    value["ours"] = True
    body = plain_bytes(value, [value])
    assert (
        body
        == '{"latitude":46.99,"ours":true,"spans":{"esn":[1,2]},"text":"é"}'.encode()
    )


@pytest.mark.parametrize(
    "value",
    [
        {"x": float("nan")},
        {"x": float("inf")},
        {"x": 2**53},
        {"x": "\ud800"},
        {"x": [{"\ud800": 1}]},
        {"x": b"bytes"},
        {1: "x"},
    ],
)
def test_what_has_no_canonical_form_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff", b'{"a":\xff}'])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(NotCanonical):
        decoded(body)


@pytest.mark.parametrize("event", a_day(), ids=lambda event: event.TYPE)
def test_an_event_has_the_bytes_of_its_fields(event: Event) -> None:
    """Though msgspec is given the event itself where it can be."""
    body, told = write_body(event)
    assert body == rfc8785.dumps(asdict(event))
    assert told == event


def test_an_event_is_told_as_it_is_read_back() -> None:
    body, told = write_body(record(latitude=46.0, altitude_m=2**53 - 1, bias=1e-9))
    assert b'"latitude":46,' in body
    assert isinstance(told, LineRecordReceived)
    assert type(told.fields["latitude"]) is int
    assert body == rfc8785.dumps(asdict(told))
