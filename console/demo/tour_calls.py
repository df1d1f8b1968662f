"""The stops from a waiting record to a closed incident."""

from __future__ import annotations

from aliquot.console.demo.past import INCIDENTS
from aliquot.console.demo.tour import Guide
from aliquot.console.domain.rows import IncidentRow

TYPE = "Type of incident"
PLACE = "Place of the incident"
PLACE_NOTE = "Place note"
CALLER = "Name of the caller"
CALLER_PLACE = "Where the caller is"
REBID = "New record beside old and typed"
COMMAND_LINE = "Command line"


def _hear_record(guide: Guide) -> None:
    guide.hear(
        "a record waits",
        lambda: any(call.has_record for call in guide.views.waiting_calls()),
    )


def _incidents(guide: Guide) -> tuple[IncidentRow, ...]:
    """Those of this evening."""
    return tuple(row for row in guide.views.board() if row.number > INCIDENTS)


def _open_one(guide: Guide, count: int) -> IncidentRow:
    """Wait for so many incidents; gives the newest."""
    guide.until(
        f"{count} incidents are on the board", lambda: len(_incidents(guide)) >= count
    )
    return max(_incidents(guide), key=lambda row: row.number)


def _fill(guide: Guide, name: str, text: str) -> None:
    guide.hands.tab_to(name)
    guide.hands.press("Ctrl+A")
    guide.hands.type(text)


def first_record(guide: Guide) -> None:
    """Nobody calls before the map is drawn."""
    guide.hands.settle()
    _hear_record(guide)
    guide.see(
        "record-waits",
        "",
        "A record came down the line. It waits in the strip at the top and has "
        "written itself nowhere; the caller's whereabouts are a circle on the map.",
    )


def take_it(guide: Guide) -> None:
    guide.hands.press("F2")
    guide.until("the form has the focus", lambda: guide.hands.focused() == TYPE)
    guide.until(
        "the call is in a form",
        lambda: any(c.form_id for c in guide.views.recent_calls()),
    )
    guide.late = _rebid_came(guide)
    guide.see(
        "record-taken",
        "F2",
        "The record is in a form and the cursor stands where typing begins. A "
        "wireless record gives the caller's place; the incident's place stays empty.",
    )


def fill_it_in(guide: Guide) -> None:
    hands = guide.hands
    hands.type("burglary")
    hands.press("Tab")
    _fill(guide, CALLER, "Wren Calloway")
    _fill(guide, PLACE_NOTE, "rear door, third floor")
    guide.until(
        "the draft is on disk",
        lambda: any("third floor" in str(d.body) for d in guide.views.drafts()),
    )
    guide.see(
        "form-filled-in",
        "Tab",
        "Typed by hand, from field to field. The draft is on disk within a second "
        "and comes back after a crash.",
    )


def _rebid_came(guide: Guide) -> bool:
    return any(c.records > 1 and c.form_id for c in guide.views.recent_calls())


def rebid(guide: Guide) -> None:
    """The second record of the first call comes while its form is open, but on a
    machine so slow that the form began with it."""
    guide.hear("a rebid of the call in the form came", lambda: _rebid_came(guide))
    if guide.late:
        guide.see(
            "rebid-came-first",
            "",
            "The same caller, placed better. This machine was so slow that the better "
            "record was there before the call was taken, so nothing is compared.",
        )
        return
    guide.until("it stands beside the first", lambda: guide.hands.has(REBID))
    guide.see(
        "rebid-compared",
        "",
        "The same caller, placed better. Old, new and typed stand side by side, and "
        "no typed field was touched.",
    )


def use_new(guide: Guide) -> None:
    if guide.late:
        return
    before = guide.hands.text(CALLER_PLACE)
    guide.hands.tab_to(REBID)
    guide.hands.press("Home", "Return")
    guide.until(
        "the newer place is in the form",
        lambda: guide.hands.text(CALLER_PLACE) != before,
    )
    guide.see(
        "newer-place-used",
        "Tab, Enter",
        "A person decides: Enter on a row of the comparison uses the new value.",
    )


def use_place_and_note(guide: Guide) -> None:
    guide.hands.press("F4")
    guide.hands.press("F7")
    guide.hands.type("Caller hears glass break at the rear, one voice inside")
    guide.hands.press("Return")
    guide.see(
        "place-and-note",
        "F4, F7",
        "The caller's place was taken as the incident's by one key, and a first "
        "line of narrative is written before the incident exists.",
    )


def create(guide: Guide) -> None:
    guide.hands.press("Ctrl+Return")
    _open_one(guide, 1)
    guide.see(
        "incident-created",
        "Ctrl+Enter",
        "From any field the incident is created: it has a number, stands on the "
        "board as pending, and its narrative begins.",
    )


def dispatch(guide: Guide) -> None:
    guide.hands.press("F5")
    guide.until(
        "a unit is on the incident", lambda: any(i.units for i in _incidents(guide))
    )
    guide.see(
        "unit-dispatched",
        "F5",
        "The recommended unit is sent: blue on the board, on the unit list and in "
        "the narrative, each with its age.",
    )


def second_call(guide: Guide) -> None:
    _hear_record(guide)
    guide.hands.press("F2")
    guide.until("its form has the focus", lambda: guide.hands.focused() == TYPE)
    guide.hands.type("crash with")
    guide.hands.press("Tab")
    guide.hands.press("Ctrl+Return")
    _open_one(guide, 2)
    guide.see(
        "second-call",
        "F2, Ctrl+Enter",
        "A wireline record: here the address is where the telephone stands, so it "
        "is offered as the place.",
    )


def by_hand(guide: Guide) -> None:
    guide.hands.press("Ctrl+N")
    guide.until("an empty form has the focus", lambda: guide.hands.focused() == TYPE)
    guide.hands.type("animal complaint")
    guide.hands.press("Tab")
    _fill(guide, PLACE, "Main St & Grove St")
    guide.hands.press("Ctrl+Return")
    _open_one(guide, 3)
    guide.see(
        "manual-entry",
        "Ctrl+N",
        "A walk-in, without any line: an empty form, a type, a place, Ctrl+Enter. The "
        "place is verified by the agency's own streets.",
    )


def command_line(guide: Guide) -> None:
    newest = _open_one(guide, 3)
    guide.hands.press("Ctrl+L")
    guide.hands.type(f"d 1A12 {newest.number}")
    guide.see(
        "command-line-typed",
        "Ctrl+L",
        "Dispatch in one line, for hands that know the numbers.",
    )
    guide.hands.press("Return")
    guide.until(
        "1A12 is on the incident",
        lambda: any(u.unit_id == "1A12" for i in _incidents(guide) for u in i.units),
    )
    for order in ("en 1A11", "os 1A11"):
        guide.hands.press("Ctrl+L")
        guide.hands.type(order)
        guide.hands.press("Return")
    guide.until(
        "1A11 is on the scene",
        lambda: any(u.status == "on_scene" for i in _incidents(guide) for u in i.units),
    )
    guide.see(
        "command-line-done",
        "Enter",
        "And it is done, said in words; 1A11 went on to the scene the same way.",
    )
    guide.hands.press("Esc")


def more_calls(guide: Guide) -> None:
    """Take what waits until the desk is as full as on a Saturday."""
    for kind in ("structure fire", "chest pain", "fall"):
        _take_and_send(guide, kind)
    _hear_record(guide)
    guide.see(
        "busy-desk",
        "F2, F4, Ctrl+Enter, F5",
        "Three more calls, a word and five keys each, and a place where there was no "
        "record: fire, ambulance and police are out, and the next caller waits.",
    )
    guide.go_on()


def _take_and_send(guide: Guide, kind: str) -> None:
    _hear_record(guide)
    count = len(_incidents(guide))
    guide.hands.press("F2")
    guide.until("its form has the focus", lambda: guide.hands.focused() == TYPE)
    guide.hands.type(kind)
    guide.hands.press("Tab", "F4")
    if not guide.hands.text(PLACE):  # there was no record, so the caller was asked
        _fill(guide, PLACE, "Main St & Keyes Ave")
    guide.hands.press("Ctrl+Return")
    _open_one(guide, count + 1)
    guide.hands.press("F5")
    guide.until("a unit is sent", lambda: _manned(guide) > count)


def _manned(guide: Guide) -> int:
    """Incidents that are not waiting for a unit; one is left to wait on purpose."""
    return sum(bool(i.units) for i in _incidents(guide)) + 1


def close(guide: Guide) -> None:
    guide.hands.press("Alt+2")
    guide.hands.press("Home")
    guide.hands.press("F12")
    guide.until("it asks for it", lambda: guide.hands.focused() == COMMAND_LINE)
    guide.hands.press("End")
    guide.hands.type("report taken")
    guide.see(
        "closing",
        "F12",
        "Closing asks for the disposition where orders are typed, and waits.",
    )
    guide.hands.press("Return")
    guide.until(
        "the incident is closed",
        lambda: any(i.state == "closed" for i in _incidents(guide)),
    )
    guide.see("closed", "Enter", "Closed: its units are free again.")
