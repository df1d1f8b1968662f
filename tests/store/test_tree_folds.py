"""What changes of the place tree make of the tables, erased or not."""

from __future__ import annotations

import itertools
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_samples import AT, erasure, new_log

from aliquot.console.domain import events as ev
from aliquot.console.domain import tree_change
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.tree_change import TreeEvent, TreeState
from aliquot.console.store.database import open_database
from aliquot.console.store.log import LocalLog
from aliquot.console.store.rebuild import rebuild
from aliquot.console.store.tree_views import TreeTables, decided_in
from aliquot.console.store.verify import verify

A, B, C = "a" * 64, "b" * 64, "c" * 64
SOME = b64encode(b"bytes").decode()


def asked(tree: str = B, by: str = "ann", replaces: str = A) -> ev.Event:
    return ev.TreeChangeAsked(
        tree_sha256=tree,
        replaces=replaces,
        by=by,
        statement=SOME,
        signature=SOME,
        at_us=AT,
    )


def confirmed(tree: str = B, by: str = "bea", replaces: str = A) -> ev.Event:
    return ev.TreeChangeConfirmed(
        tree_sha256=tree,
        replaces=replaces,
        by=by,
        statement=SOME,
        signature=SOME,
        at_us=AT + 1,
    )


def withdrawn(tree: str = B, by: str = "ann") -> ev.Event:
    return ev.TreeChangeWithdrawn(tree_sha256=tree, by=by, at_us=AT + 2)


def as_who(event: ev.Event) -> Actor:
    return Actor(getattr(event, "by", "nobody"), "01")


def happen(log: LocalLog, *events: ev.Event) -> None:
    for event in events:
        log.append([event], as_who(event))


@pytest.fixture
def trees(log: LocalLog) -> Iterator[TreeTables]:
    database = open_database(log.path, read_only=True)
    yield TreeTables(database.conn)
    database.conn.close()


PAIRS = list(itertools.product(TreeState, TreeEvent))
WAY: dict[TreeState, tuple[ev.Event, ...]] = {
    TreeState.ASKED: (asked(),),
    TreeState.ACTIVATED: (asked(), confirmed()),
    TreeState.WITHDRAWN: (asked(), withdrawn()),
    TreeState.LAPSED: (asked(), asked(C, "bea"), confirmed(C, "ann")),
}
SECOND: dict[TreeEvent, tuple[ev.Event, ...]] = {
    TreeEvent.CONFIRMED: (confirmed(by="cid"),),
    TreeEvent.WITHDRAWN: (withdrawn(),),
    TreeEvent.OTHER_ACTIVATED: (asked(C, "bea"), confirmed(C, "ann")),
}


@pytest.mark.parametrize(("state", "event"), PAIRS)
def test_every_pair_follows_the_table(
    log: LocalLog, trees: TreeTables, state: TreeState, event: TreeEvent
) -> None:
    happen(log, *WAY[state], *SECOND[event])
    (found,) = (change for change in trees.all() if change.tree_sha256 == B)
    assert found.state is (tree_change.next_state(state, event) or state)


def test_what_ended_stays_ended() -> None:
    ended = set(TreeState) - {TreeState.ASKED}
    left = {
        tree_change.next_state(state, event) for state in ended for event in TreeEvent
    }
    assert left == {None}


def test_one_signature_decides_nothing(log: LocalLog, trees: TreeTables) -> None:
    assert trees.decided() is None
    happen(log, asked())
    assert trees.decided() == A
    change = trees.open()
    assert change is not None
    assert (change.tree_sha256, change.asked.person) == (B, "ann")
    assert trees.last_activated() is None


def test_a_second_signature_of_the_same_person_is_none(
    log: LocalLog, trees: TreeTables
) -> None:
    happen(log, asked(by="ann"), confirmed(by="ann"))
    assert trees.decided() == A
    assert trees.open() is not None


def test_a_confirmation_that_nobody_asked_for(log: LocalLog, trees: TreeTables) -> None:
    happen(log, confirmed())
    assert trees.decided() is None
    assert trees.all() == ()


@pytest.mark.parametrize("gone", [None, 1, 2, 3])
def test_what_was_asked_for_under_another_tree_has_lapsed(
    log: LocalLog, trees: TreeTables, gone: int | None
) -> None:
    """Erased or not: its first signature is none under the tree that came into use."""
    happen(log, asked(B, "ann"), asked(C, "bea"), confirmed(C, "ann"))
    if gone is not None:
        happen(log, erasure(gone))
    assert trees.open() is None
    (lapsed,) = trees.lapsed()
    assert (lapsed.tree_sha256, lapsed.state) == (B, TreeState.LAPSED)
    assert lapsed.ended_by == "ann"
    happen(log, confirmed(B, "bea"))
    assert trees.decided() == C
    assert verify(log.path).ok


def test_there_and_back(log: LocalLog, trees: TreeTables) -> None:
    """The newest confirmation counts, not the newest tree."""
    happen(log, asked(), confirmed(), asked(A, replaces=B), confirmed(A, replaces=B))
    assert trees.decided() == A
    happen(log, asked(B, "bea"), withdrawn(B), asked(B, "cid"), confirmed(B, "ann"))
    assert trees.decided() == B
    assert [change.state.value for change in trees.all()] == [
        "activated",
        "activated",
        "withdrawn",
        "activated",
    ]


@pytest.mark.parametrize("n", [1, 2])
def test_erasing_a_signature_changes_no_tree(
    log: LocalLog, trees: TreeTables, n: int
) -> None:
    happen(log, asked(), confirmed())
    before = trees.last_activated()
    happen(log, erasure(n))
    after = trees.last_activated()
    assert before is not None
    assert after is not None
    assert trees.decided() == B
    assert after.confirmed is not None
    assert (after.asked.person, after.confirmed.person) == ("ann", "bea")
    gone = after.asked if n == 1 else after.confirmed
    assert (gone.statement, gone.signature) == (b"", b"")
    assert verify(log.path).ok


def test_an_erased_withdrawal_brings_nothing_back(
    log: LocalLog, trees: TreeTables
) -> None:
    happen(log, asked(), withdrawn(), erasure(2))
    assert trees.open() is None


names = st.sampled_from(["ann", "bea", "cid"])
hashes = st.sampled_from([A, B, C])
happenings = st.lists(
    st.one_of(
        st.builds(asked, hashes, names, hashes),
        st.builds(confirmed, hashes, names, hashes),
        st.builds(withdrawn, hashes, names),
        st.integers(1, 12),
    ),
    max_size=12,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(happened=happenings)
def test_a_rebuild_gives_the_same(
    tmp_path_factory: pytest.TempPathFactory, happened: list[ev.Event | int]
) -> None:
    log = new_log(tmp_path_factory.mktemp("log"))
    erasable: list[int] = []
    for event in happened:
        if isinstance(event, ev.Event):
            erasable.append(log.append([event], as_who(event)))
        elif erasable:
            happen(log, erasure(erasable.pop(event % len(erasable))))
    log.close()
    before = decided_in(log.path)
    assert verify(log.path).ok
    made = rebuild(log.path)
    assert made.ok, made
    assert decided_in(log.path) == before


def test_a_table_that_differs_from_the_log_is_found(log: LocalLog) -> None:
    happen(log, asked(), confirmed())
    log.close()
    database = open_database(log.path)
    database.conn.execute("UPDATE tree_changes SET tree_sha256 = ?", (C,))
    database.conn.close()
    found = verify(log.path)
    assert not found.ok
    assert found.first_bad is not None
    assert found.first_bad.part == "fold"
    assert "tree_changes" in found.first_bad.reason


def test_a_log_without_the_table(tmp_path: Path) -> None:
    """Of an older program: it knows of no tree."""
    assert decided_in(tmp_path / "none.sqlite") is None
    log = new_log(tmp_path)
    log.close()
    database = open_database(log.path)
    database.conn.execute("DROP TABLE tree_changes")
    database.conn.close()
    assert decided_in(log.path) is None
