"""The release desk by keys alone, from a proposal to a retraction."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit
from release_hands import (
    ANA,
    BEN,
    CTRL,
    FIELDS,
    SHIFT,
    K,
    Seat,
    answer,
    press,
    propose,
    sign_in,
    state,
)

from aliquot.console.domain import commands as c
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.release_rows import TreeWaiting
from aliquot.widgets.actions import Act
from aliquot.widgets.arrangement import Perspective
from aliquot.widgets.release.side import RegionShown


def test_from_proposal_to_retraction_by_two_people(release_seat: Seat) -> None:
    seat = release_seat
    release = propose(seat)
    assert state(seat) == "proposed"
    sign_in(seat, BEN)
    press(seat, K.Key_F11)
    seat.type("ben")
    press(seat, K.Key_Return)
    assert state(seat) == "embargoed"
    assert "Leaves in 20:00" in seat.window.release.detail.meaning.text()
    row = seat.window.release.queue.model.rows[-1].release
    assert row is not None
    assert row.approver == "Ben Cho"
    seat.desk.pass_time(1201)
    seat.settle()
    assert state(seat) == "sent"
    seat.desk.partner_fails(release, "the partner answered 503")
    seat.settle()
    said = seat.window.release.detail.channels.texts()
    assert "tried once: the partner answered 503. It is tried again" in said[0]
    seat.desk.partner_confirms(release)
    seat.settle()
    assert state(seat) == "confirmed"
    assert "delivered, receipt" in seat.window.release.detail.channels.texts()[0]
    press(seat, K.Key_F11, CTRL)
    assert seat.desk.released[release].row.state == "confirmed", "one key is not enough"
    assert "cannot be called back" in answer(seat)
    press(seat, K.Key_Return)
    assert state(seat) == "retracted"
    assert answer(seat) == "Corrected. What others copied cannot be called back."


def test_nobody_approves_what_he_proposed(release_seat: Seat) -> None:
    seat = release_seat
    release = propose(seat, BEN)
    press(seat, K.Key_F11)
    assert "second person" in answer(seat)
    assert not any(isinstance(x, c.ApproveRelease) for x in seat.desk.commands)
    button = seat.window.release.detail.answer.buttons[Act.APPROVE]
    assert button.property("off") == "true"
    assert "second person" in button.accessibleDescription()
    assert seat.desk.released[release].row.state == "proposed"


def test_a_dispatcher_does_not_sign_and_is_told_why(release_seat: Seat) -> None:
    seat = release_seat
    propose(seat, BEN)
    sign_in(seat, ANA)
    press(seat, K.Key_F11)
    assert (
        answer(seat)
        == "Only supervisors sign releases; you are signed in as dispatcher."
    )


def test_a_wrong_password_is_said_in_line_and_kept_nowhere(release_seat: Seat) -> None:
    seat = release_seat
    release = propose(seat)
    sign_in(seat, BEN)
    press(seat, K.Key_F11)
    seat.type("wrong-secret")
    press(seat, K.Key_Return)
    assert answer(seat) == "The password is not right."
    assert seat.focus is seat.window.release.detail.answer.ask.password
    for part in seat.window.findChildren(QLineEdit):
        assert "wrong-secret" not in part.text()
    press(seat, K.Key_Escape)
    assert seat.desk.released[release].row.state == "proposed"
    assert seat.focus is seat.window.release.queue.table


def test_esc_leaves_a_typed_password_nowhere(release_seat: Seat) -> None:
    seat = release_seat
    propose(seat)
    sign_in(seat, BEN)
    press(seat, K.Key_F11)
    seat.type("ben")
    press(seat, K.Key_Escape)
    assert seat.window.release.detail.answer.ask.password.text() == ""
    assert answer(seat) == "Left as it was."


def test_the_approver_signs_the_hash_he_saw(release_seat: Seat) -> None:
    seat = release_seat
    release = propose(seat)
    sign_in(seat, BEN)
    press(seat, K.Key_F11)
    seat.type("ben")
    press(seat, K.Key_Return)
    signed = [x for x in seat.desk.commands if isinstance(x, c.ApproveRelease)]
    assert [x.item_sha256 for x in signed] == [seat.desk.released[release].item_sha256]


@pytest.mark.parametrize(
    ("key", "modifier", "person", "ends"),
    [(K.Key_F11, SHIFT, BEN, "refused"), (K.Key_F8, SHIFT, ANA, "withdrawn")],
)
def test_refusing_and_withdrawing_ask_for_a_reason_in_line(
    release_seat: Seat, key: Any, modifier: Any, person: tuple[str, str], ends: str
) -> None:
    seat = release_seat
    release = propose(seat)
    if person != ANA:
        sign_in(seat, person)
    press(seat, key, modifier)
    assert isinstance(seat.focus, QComboBox)
    press(seat, K.Key_Down)
    press(seat, K.Key_Return)
    row = seat.desk.released[release].row
    assert row.state == ends
    assert row.reason == "names_someone"
    assert "It could point to a person" in seat.window.release.detail.meaning.text()


def test_the_phrase_that_is_shown_is_the_phrase_that_is_proposed(
    release_seat: Seat,
) -> None:
    seat = release_seat
    sign_in(seat, ANA)
    press(seat, K.Key_2, CTRL)
    press(seat, K.Key_F8)
    press(seat, K.Key_Down)
    pair = seat.window.release.detail.sides.pair
    assert pair is not None
    assert str(pair.leaves["text"]).endswith("Please lock doors and vehicles.")
    press(seat, K.Key_Return)
    assert next(iter(seat.desk.released.values())).row.phrase == "lock_up"


def test_f8_on_the_desk_shows_what_would_leave_and_enter_proposes(
    release_seat: Seat,
) -> None:
    seat = release_seat
    sign_in(seat, ANA)
    press(seat, K.Key_F8)
    assert "No incident is on hand" in seat.said
    seat.command("show 1")
    before = seat.focus
    press(seat, K.Key_F8)
    line = seat.window.release.line
    assert line.text.text().startswith("Of 0001 would leave (1 of 13 parcels)")
    press(seat, K.Key_Escape)
    assert not line.is_open
    assert seat.focus is before
    assert not seat.desk.released
    press(seat, K.Key_F8)
    press(seat, K.Key_Return)
    assert [d.row.state for d in seat.desk.released.values()] == ["proposed"]
    assert seat.focus is before
    board = seat.window.board
    assert board._columns.releases == {"i1": "proposed"}
    assert "1 waiting (1 to sign)" in seat.window.status.texts[-1]


def test_an_incident_that_may_not_leave_says_why(release_seat: Seat) -> None:
    seat = release_seat
    sign_in(seat, ANA)
    seat.command("show 2")
    press(seat, K.Key_F8)
    assert seat.said == "0002 may not leave. Fights never leave the building."
    assert not seat.window.release.line.is_open


def test_nobody_signed_in_proposes_nothing(release_seat: Seat) -> None:
    seat = release_seat
    press(seat, K.Key_2, CTRL)
    press(seat, K.Key_F8)
    assert "Sign in first (Ctrl+I)" in answer(seat)
    assert not seat.desk.released


def test_arriving_calls_and_changes_never_move_the_focus(release_seat: Seat) -> None:
    seat = release_seat
    release = propose(seat)
    sign_in(seat, BEN)
    press(seat, K.Key_F11)
    seat.type("be")
    password = seat.focus
    seat.ring("c7")
    seat.desk.partner_fails(release, "late")
    seat.desk.submit(c.OpenIncident(fields=FIELDS))
    seat.settle()
    assert seat.focus is password
    assert password.text() == "be"
    assert seat.window.strip.isVisible()
    assert len(seat.window.strip.model.rows) == 1


def test_what_was_picked_stays_picked_when_others_arrive(release_seat: Seat) -> None:
    seat = release_seat
    propose(seat)
    picked = seat.window.release.desk.picked
    seat.desk.submit(c.OpenIncident(fields=FIELDS))
    seat.settle()
    assert seat.window.release.desk.picked == picked
    assert seat.window.release.queue.table.current_key() == picked.key


def test_each_perspective_keeps_its_state_and_its_focus(release_seat: Seat) -> None:
    seat = release_seat
    press(seat, K.Key_N, CTRL)
    entry = seat.focus
    seat.type("burg")
    press(seat, K.Key_2, CTRL)
    assert seat.window.places.perspective is Perspective.RELEASES
    assert not seat.window.intake.isVisible()
    assert seat.window.strip.isVisible()
    assert seat.focus is seat.window.release.queue.table
    press(seat, K.Key_1, CTRL)
    assert seat.window.intake.isVisible()
    assert not seat.window.release.queue.isVisible()
    assert seat.focus is entry
    press(seat, K.Key_2, CTRL)
    assert not seat.window.board.isVisible()
    assert seat.window.release.queue.isVisible()


def test_the_exact_bytes_and_their_hash_can_be_opened(release_seat: Seat) -> None:
    seat = release_seat
    release = propose(seat)
    press(seat, K.Key_B, CTRL)
    page = seat.window.release.page
    detail = seat.desk.released[release]
    assert seat.window.drawer.shown is Act.BYTES
    assert page.text.toPlainText() == detail.item.decode()
    assert detail.item_sha256 in page.hash.text()
    press(seat, K.Key_Down)
    press(seat, K.Key_Down)
    assert "café" in page.text.toPlainText()
    assert detail.channels[1].sha256 in page.hash.text()
    press(seat, K.Key_Escape)
    assert seat.window.drawer.shown is None


def test_an_empty_queue_says_when_the_last_left_and_to_whom(release_seat: Seat) -> None:
    seat = release_seat
    press(seat, K.Key_2, CTRL)
    seat.desk.incidents.pop("i1")
    seat.window.release.queue.refresh(None)
    assert "Nothing has left this desk yet" in seat.window.release.queue._empty.text()


def test_the_last_to_leave_is_named_when_nothing_waits(release_seat: Seat) -> None:
    seat = release_seat
    release = propose(seat)
    sign_in(seat, BEN)
    press(seat, K.Key_F11)
    seat.type("ben")
    press(seat, K.Key_Return)
    seat.desk.pass_time(1201)
    seat.desk.partner_confirms(release)
    seat.settle()
    text = seat.window.release.queue._last.text()
    assert "The last to leave: Burglary 0001" in text
    assert text.endswith("to Neighbors, CAP alert.")


def test_why_nothing_can_be_released_stands_in_a_strip(release_seat: Seat) -> None:
    seat = release_seat
    sign_in(seat, ANA)
    press(seat, K.Key_2, CTRL)
    assert not seat.window.release.detail.problem.isVisible()
    seat.desk.problem = "There is no place tree."
    seat.desk._soon({"release:x"})
    seat.settle()
    assert seat.window.release.detail.problem.text() == "There is no place tree."
    press(seat, K.Key_F8)
    assert answer(seat) == "There is no place tree."


def test_the_map_is_asked_for_the_region_and_left_again(release_seat: Seat) -> None:
    seat = release_seat
    asked: list[RegionShown] = []
    seat.window.release.map_wanted.connect(asked.append)
    press(seat, K.Key_2, CTRL)
    region = asked[-1].region
    assert region is not None
    assert region.words == "1 of 13 parcels"
    assert asked[-1].plain
    press(seat, K.Key_1, CTRL)
    assert asked[-1].region is None
    assert not asked[-1].plain


def test_a_hidden_queue_looks_at_no_incident(
    release_seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = release_seat
    kind = type(seat.desk.releases())
    plain, asked = kind.candidates, []

    def counted(self: object, limit: int = 100) -> object:
        asked.append(limit)
        return plain(self, limit)

    press(seat, K.Key_1, CTRL)
    monkeypatch.setattr(kind, "candidates", counted)
    seat.desk._soon({"incident:x"})
    seat.settle()
    assert asked == []
    press(seat, K.Key_2, CTRL)
    assert asked


def test_a_tree_that_waits_for_its_second_signature_is_said(release_seat: Seat) -> None:
    seat = release_seat
    tree = seat.window.release.detail.tree
    seat.window.turn_to(Perspective.RELEASES)
    assert not tree.isVisible()
    seat.desk.tree = TreeWaiting(tree_sha256="3fa9c1d2e4b5" + "0" * 52, asker=BEN[0])
    seat.window.release.desk.refresh(Changed(frozenset({"tree:3fa9"})))
    assert tree.isVisible()
    assert tree.text() == (
        f"{BEN[0]} asked for another place tree, 3fa9c1d2e4b5…; a second owner "
        "decides: aliquot geofile activate puts it in use, with --withdraw it is "
        "taken back."
    )
    assert tree.toolTip() == tree.accessibleDescription() == tree.text()
    assert tree.height() < 2 * tree.fontMetrics().height(), "one line"
    seat.desk.tree = None
    seat.window.release.desk.refresh(Changed(frozenset({"tree:3fa9"})))
    assert not tree.isVisible()
