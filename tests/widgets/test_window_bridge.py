"""The bridge between the threads, the item models, and what must not leak."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QEvent, QObject, Slot
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from aliquot.console.domain import commands as c
from aliquot.console.domain.ports import Changed
from aliquot.widgets.cells import Cell
from aliquot.widgets.intake.form import IntakeForm
from aliquot.widgets.intake.suggestions import Suggestions
from aliquot.widgets.tables import Column, KeyedModel

Seat = Any


# the bridge


class Listener(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Changed] = []
        self.outcomes: list[c.Outcome] = []
        self.threads: set[int] = set()

    @Slot(object)
    def hear(self, changed: Changed) -> None:
        self.heard.append(changed)
        self.threads.add(threading.get_ident())

    def done(self, outcome: c.Outcome) -> None:
        self.outcomes.append(outcome)
        self.threads.add(threading.get_ident())


def test_a_burst_is_one_signal_in_the_gui_thread(qtbot: QtBot, make_seat: Any) -> None:
    seat = make_seat(shown=False)
    listener = Listener()
    seat.bridge.changed.connect(listener.hear)
    for number in range(50):
        seat.desk.add_unit(f"U{number}", "law")
        order = c.SetUnitStatus(unit_id=f"U{number}", status="out_of_service")
        seat.bridge.submit(order, listener.done)
    seat.desk.settle()
    qtbot.waitUntil(lambda: len(listener.outcomes) == 50)
    assert len(listener.heard) <= 2
    together = frozenset().union(*(h.subjects for h in listener.heard))
    assert together == {f"unit:U{n}" for n in range(50)}
    assert listener.threads == {threading.get_ident()}


def test_the_first_stamp_of_a_burst_is_kept(qtbot: QtBot, make_seat: Any) -> None:
    seat = make_seat(shown=False)
    listener = Listener()
    seat.bridge.changed.connect(listener.hear)
    seat.bridge._on_changed(Changed(frozenset({"call:a"}), 7))
    seat.bridge._on_changed(Changed(frozenset({"call:b"}), 9))
    qtbot.waitUntil(lambda: bool(listener.heard))
    assert listener.heard == [Changed(frozenset({"call:a", "call:b"}), 7)]


def test_nothing_comes_after_close(make_seat: Any) -> None:
    seat = make_seat(shown=False)
    listener = Listener()
    seat.bridge.changed.connect(listener.hear)
    seat.bridge.submit(c.SignOut(), listener.done)
    seat.bridge.close()
    seat.bridge.close()
    seat.desk.settle()
    QApplication.processEvents()
    assert not listener.heard
    assert not listener.outcomes


def test_an_outcome_does_not_keep_its_asker_alive(make_seat: Any) -> None:
    seat = make_seat(shown=False)
    listener = Listener()
    gone = weakref.ref(listener)
    seat.desk.held.clear()
    seat.bridge.submit(c.SignOut(), listener.done)
    del listener
    gc.collect()
    assert gone() is None
    seat.desk.held.set()
    seat.settle()


# forms and windows do not leak


def test_a_hundred_forms_leave_none_alive(seat: Seat) -> None:
    forms: list[weakref.ref[IntakeForm]] = []
    for _ in range(100):
        form = seat.window.intake.open_form()
        form.begin()
        seat.type("f")
        seat.until(lambda form=form: form.fields.kind.suggested)
        forms.append(weakref.ref(form))
        del form
        assert seat.window.intake.close_current() is not None, "asked first"
        assert seat.window.intake.close_current() is None
    seat.settle()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert [f for f in forms if f() is not None] == []
    assert seat.window.findChildren(IntakeForm) == []
    assert seat.window.findChildren(Suggestions) == []


# the model

ROWS = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 3)),
    unique_by=lambda r: r[0],
    max_size=8,
)
Pair = tuple[str, int]


def _first(row: Pair) -> str:
    return row[0]


def _both(row: Pair, _now: int) -> Cell:
    return Cell(f"{row[0]}{row[1]}")


@given(st.lists(ROWS, min_size=1, max_size=6))
def test_rows_become_the_new_rows_whatever_they_were(steps: list[list[Pair]]) -> None:
    model: KeyedModel[Pair] = KeyedModel((Column("x", _both),), _first)
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    for rows in steps:
        model.set_rows(rows, 0)
        assert model.rows == tuple(rows)
        shown = [model.index(i, 0).data() for i in range(model.rowCount())]
        assert shown == [f"{k}{v}" for k, v in rows]
    assert isinstance(tester.model(), QAbstractItemModel)


class _Hearer(QObject):
    """Sets other rows as soon as one came or went, as a selection may."""

    def __init__(self, model: KeyedModel[Pair], rows: list[Pair]) -> None:
        super().__init__()
        self._model, self._rows = model, rows
        model.rowsInserted.connect(self._again)
        model.rowsRemoved.connect(self._again)

    @Slot()
    def _again(self) -> None:
        self._model.set_rows(self._rows, 0)


@given(ROWS, ROWS, ROWS)
def test_rows_that_are_set_from_within_are_the_last(
    first: list[Pair], second: list[Pair], within: list[Pair]
) -> None:
    model: KeyedModel[Pair] = KeyedModel((Column("x", _both),), _first)
    model.set_rows(first, 0)
    hearer = _Hearer(model, within)
    model.set_rows(second, 0)
    same = {row[0] for row in first} == {row[0] for row in second}
    assert model.rows == tuple(second if same else within)
    assert hearer.parent() is None


def test_of_two_rows_with_one_key_the_first_counts() -> None:
    model: KeyedModel[Pair] = KeyedModel((Column("x", _both),), _first)
    model.set_rows([("a", 1), ("b", 1), ("a", 2), ("c", 1)], 0)
    assert model.rows == (("a", 1), ("b", 1), ("c", 1))


def test_the_selected_row_stays_selected_when_others_come_and_go(seat: Seat) -> None:
    for number in range(6):
        seat.desk.submit(
            c.OpenIncident(fields={"type_code": "FIGHT", "priority": 1 + number % 5})
        )
    seat.settle()
    table = seat.window.board.pending.table
    seat.window._to_board()
    table.choose("i3")
    for other in ("i1", "i5", "i2"):
        order = c.CloseIncident(incident_id=other, disposition="05")
        seat.desk.submit(order)
    seat.desk.submit(c.ChangeIncident(incident_id="i3", fields={"priority": 1}))
    seat.settle()
    seat.window.board._mark("i3")
    assert table.current_key() == "i3"
