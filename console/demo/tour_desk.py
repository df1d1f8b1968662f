"""The stops round the desk: panels, faults, looks and sizes."""

from __future__ import annotations

from aliquot.console.demo.tour import Guide
from aliquot.drivers.lines.api import LineState

LOCATION_LINE = "ali"


def all_keys(guide: Guide) -> None:
    guide.hands.press("F1")
    guide.until("the list of keys is there", lambda: guide.hands.says("Show all keys"))
    guide.see("all-keys", "F1", "Every key on one page; no mouse is needed anywhere.")
    guide.hands.press("Esc")


def palette(guide: Guide) -> None:
    guide.hands.press("Ctrl+K")
    guide.hands.type("theme")
    guide.see("palette", "Ctrl+K", "Whoever forgot a key types what he wants to do.")
    guide.hands.press("Esc")


def heard(guide: Guide) -> None:
    guide.hear(
        "noise was heard",
        lambda: any(n.reason != "heartbeat" for n in guide.views.noise()),
    )
    guide.hands.press("F10", "Tab", "Home")
    guide.see(
        "heard-calls",
        "F10",
        "All that the lines said: calls of other positions stand apart and never "
        "alert, and bytes that are no record are kept as text to be used by hand.",
    )
    guide.hands.press("Esc")


def lines_checked(guide: Guide) -> None:
    guide.hands.press("F9")
    guide.until("the page of lines is there", lambda: guide.hands.has("Lines"))
    guide.see(
        "lines-checked",
        "F9",
        "Each line says in words how it stands, what can be set of it, and whether it "
        "answers.",
    )
    guide.hands.press("Esc")
    guide.until("the page of lines is closed", lambda: not guide.hands.has("Lines"))


def abandoned(guide: Guide) -> None:
    guide.hear(
        "a caller gave up",
        lambda: any(c.state == "abandoned" for c in guide.views.recent_calls()),
    )
    guide.see(
        "caller-gave-up",
        "",
        "The exchange says that somebody rang and gave up before anybody answered. "
        "Only a source that knows of ringing may say so.",
    )


def units(guide: Guide) -> None:
    guide.hands.press("Alt+3")
    guide.hands.press("Down")
    guide.see("units", "Alt+3", "Units by service, with status and how long.")


def cameras(guide: Guide) -> None:
    placed = [
        row.number
        for row in guide.views.board()
        if row.state != "closed" and row.fields.get("latitude") is not None
    ]
    guide.hands.press("Ctrl+L")
    guide.hands.type(f"show {min(placed)}")
    guide.hands.press("Enter")
    guide.hands.press("Alt+5")
    guide.until(
        "listed cameras stand in the dock",
        lambda: guide.hands.focused() == "Listed cameras near",
    )
    guide.see(
        "cameras",
        "Alt+5",
        "The listed cameras near the place on hand, those known to face it first. "
        "A camera whose owner did not list it does not exist here.",
    )
    guide.hands.press("Alt+3")


def map_dies(guide: Guide) -> None:
    hands = guide.hands
    hands.press("Alt+1")
    before = hands.focused()
    guide.until("the map is drawn", lambda: hands.map_state() == "ready")
    hands.settle()
    hands.kill_map()
    gone = ("restarting", "stopped")
    guide.until("the map is seen to be gone", lambda: hands.map_state() in gone)
    guide.see(
        "map-process-killed",
        "kill -9",
        "The process that draws the map was killed. The desk says so, and the cursor "
        "stays where it was.",
        settled=False,
    )
    guide.until("the map is back", lambda: hands.map_state() == "ready")
    if hands.focused() != before:
        raise RuntimeError(f"the focus went from {before!r} to {hands.focused()!r}")
    guide.see("map-back", "", "A moment later the map is back, by itself.")


def cable_out(guide: Guide) -> None:
    guide.unplug()
    guide.until("the location line is known to be lost", lambda: _line(guide) != "up")
    guide.see(
        "line-pulled-out",
        "",
        "The location line's cable is out: what happened, since when, what it means "
        "and what to do, in the status bar. The desk goes on.",
    )


def light(guide: Guide) -> None:
    guide.hands.press("Ctrl+Shift+T")
    guide.until("the map is drawn", lambda: guide.hands.map_state() == "ready")
    guide.see("light-theme", "Ctrl+Shift+T", "The same desk by day.")
    guide.hands.press("Ctrl+2")
    guide.see("light-releases", "Ctrl+2", "The release desk by day.")
    guide.hands.press("Ctrl+1")
    guide.hands.press("Ctrl+Shift+T")


def twice_as_large(guide: Guide) -> None:
    guide.hands.press(*["Ctrl++"] * 5)
    guide.see("two-hundred-percent", "Ctrl++", "At 200 % everything is still there.")
    guide.hands.press("Ctrl+0")


def small_screen(guide: Guide) -> None:
    guide.hands.resize(1366, 768)
    guide.until("the map is drawn", lambda: guide.hands.map_state() == "ready")
    guide.see(
        "small-screen",
        "",
        "At 1366 x 768 units fold into the board's row; nothing is clipped.",
    )
    guide.hands.press("Ctrl+2")
    guide.see("small-releases", "Ctrl+2", "The release desk on the same small screen.")
    guide.hands.press("Ctrl+1")
    guide.hands.resize(1920, 1080)


def _line(guide: Guide) -> str:
    for row in guide.views.lines():
        if row.line == LOCATION_LINE:
            return row.state
    return LineState.OPENING.value
