"""Every pair of state and event, written down a second time, by event."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from aliquot.console.release.states import (
    OPEN_STATES,
    OUTSIDE_STATES,
    TRANSITIONS,
    ReleaseEvent,
    ReleaseState,
    next_state,
)

S, E = ReleaseState, ReleaseEvent
ROOT = Path(__file__).resolve().parents[2]

# event -> what follows in the order of the states; - is refused, = stays.
ORDER = (
    *(S.CANDIDATE, S.PROPOSED, S.APPROVED, S.EMBARGOED, S.SENT, S.CONFIRMED),
    *(S.REFUSED, S.WITHDRAWN, S.VOIDED, S.RETRACTED, S.DEAD),
)
WANTED = {
    E.PROPOSED: "proposed - - - - - - - - - -",
    E.APPROVED: "- approved - - - - - - - - -",
    E.REFUSED: "- refused refused refused - - - - - - -",
    E.WITHDRAWN: "withdrawn withdrawn withdrawn withdrawn - - - - - - -",
    E.EMBARGO_BEGAN: "- - embargoed - - - - - - - -",
    E.CHANGED: "= voided voided voided = = = = = = =",
    E.BARRED: "dead dead dead dead retracted retracted = = = = =",
    E.EXPIRED: "dead dead dead dead = = = = = = =",
    E.SENT: "- - - sent - - - - - - -",
    E.CONFIRMED: "- - - - confirmed = - - - = -",
    E.RETRACTED: "- - - withdrawn retracted retracted - - - - -",
}
PAIRS = [
    (state, event, word)
    for event, words in WANTED.items()
    for state, word in zip(ORDER, words.split(), strict=True)
]


@pytest.mark.parametrize(("state", "event", "word"), PAIRS)
def test_every_pair(state: ReleaseState, event: ReleaseEvent, word: str) -> None:
    wanted = {"-": None, "=": state}[word] if word in "-=" else ReleaseState(word)
    assert next_state(state, event) is wanted


def test_no_pair_is_left_out() -> None:
    assert {(s, e) for s, e, _ in PAIRS} == {(s, e) for s in S for e in E}
    assert all(set(row) == set(E) for row in TRANSITIONS.values())
    assert set(TRANSITIONS) == set(S)


def reached(start: ReleaseState, without: ReleaseState | None) -> set[ReleaseState]:
    found, waiting = {start}, [start]
    while waiting:
        for follower in TRANSITIONS[waiting.pop()].values():
            if follower not in (None, without, *found):
                found.add(follower)
                waiting.append(follower)
    return found


@pytest.mark.parametrize("gate", [S.PROPOSED, S.APPROVED, S.EMBARGOED])
def test_nothing_leaves_past_a_gate(gate: ReleaseState) -> None:
    assert S.SENT in reached(S.CANDIDATE, None)
    assert not reached(S.CANDIDATE, gate) & OUTSIDE_STATES


def test_what_left_is_never_open_again() -> None:
    for state in OUTSIDE_STATES:
        assert not reached(state, None) & OPEN_STATES


def test_what_is_over_stays_over() -> None:
    for state in set(S) - OPEN_STATES - {S.SENT, S.CONFIRMED}:
        assert reached(state, None) == {state}


@pytest.mark.parametrize("state", list(S))
def test_a_type_that_became_never_ends_it_at_every_state(state: ReleaseState) -> None:
    after = next_state(state, E.BARRED)
    assert after is not None
    assert next_state(after, E.SENT) is None
    assert after not in OPEN_STATES | {S.SENT, S.CONFIRMED}


def test_the_page_is_drawn_from_the_table() -> None:
    path = ROOT / "packaging" / "draw_states.py"
    spec = importlib.util.spec_from_file_location("draw_states_for_release", path)
    assert spec is not None
    assert spec.loader is not None
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)
    page = (ROOT / "docs" / "release-states.md").read_text(encoding="utf-8")
    assert page == drawing.draw_release(), "run packaging/draw_states.py"
    assert "embargoed --> sent: sent" in page
