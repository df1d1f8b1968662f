"""Whatever is typed, marked or labelled: an outcome, never a raised exception."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from aliquot.console.domain.lab import (
    LayoutProblem,
    Learned,
    LearnProblem,
    Mark,
    NotLearned,
    Sample,
)
from aliquot.console.lab import form, own_layout
from aliquot.console.lab.analysis import decode, load
from aliquot.console.lab.bench import Bench
from aliquot.console.lab.learn import learn
from aliquot.console.lab.loading import Recording
from aliquot.drivers.lines.api import FIELD_NAMES

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo" / "halden.rec"
TEXT = (files("aliquot.resources") / "layouts" / "ali_30w.toml").read_text("utf-8")
LETTERS = st.sampled_from(list("AB19 :=-/.()\r\n\x02\x03#+")) | st.characters(
    max_codepoint=255
)


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    raw = draw(st.text(LETTERS, max_size=120)).encode("latin-1")
    ends = st.integers(0, len(raw))
    names = st.sampled_from((*FIELD_NAMES, "street", "first_number", "nonsense"))
    marks, labels = [], []
    for name in draw(st.lists(names, max_size=4, unique=True)):
        begin, end = sorted((draw(ends), draw(ends)))
        if draw(st.booleans()):
            marks.append(Mark(name, begin, end))
        else:
            labels.append((name, raw[begin:end].decode("latin-1")))
    return Sample(f"s{len(raw)}", raw, tuple(marks), tuple(labels))


@settings(max_examples=150, deadline=None)
@given(st.lists(samples(), max_size=3))
def test_learning_ends_in_a_layout_or_in_reasons(given_samples: list[Sample]) -> None:
    outcome = learn(given_samples)
    if isinstance(outcome, Learned):
        assert not isinstance(own_layout.read(outcome.toml), LayoutProblem)
    else:
        assert isinstance(outcome, NotLearned)
        assert outcome.problems
        assert all(isinstance(p, LearnProblem) and p.reason for p in outcome.problems)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(TEXT)),
    st.integers(0, 30),
    st.text(max_size=12) | st.sampled_from(("[", '"', "'''", "= 1", "\n[[field]]\n")),
)
def test_any_edit_of_a_layout_is_read_or_said(at: int, out: int, put: str) -> None:
    text = TEXT[:at] + put + TEXT[at + out :]
    found = own_layout.read(text)
    if isinstance(found, LayoutProblem):
        assert found.text
        assert found.line is None or 1 <= found.line <= text.count("\n") + 1
    for row in form.rows(text):
        assert form.change(text, row, row.value) == text


@cache
def _short() -> Recording:
    whole = load(str(DEMO))
    return replace(whole, entries=whole.entries[:12])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_kind_of_any_field_decodes_without_an_exception(
    data: st.DataObject,
) -> None:
    """A column read by a kind that does not suit it is a warning."""
    text = own_layout.text_of("ali_32x15")
    rows = [r for r in form.rows(text) if r.table == "field" and r.choices]
    for row in data.draw(st.lists(st.sampled_from(rows), min_size=1, max_size=4)):
        text = form.change(text, row, data.draw(st.sampled_from(row.choices)))
    layout = own_layout.read(text)
    if isinstance(layout, LayoutProblem):
        return  # a name that is there twice
    short = _short()
    found = decode(short, Bench(short.driver, short.settings, layout))
    assert [found.look(i.index).raw for i in found.items]
