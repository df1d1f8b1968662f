"""The stops at the map: search, typed place, hydrants, a way measured. No mouse."""

from __future__ import annotations

from aliquot.console.demo.tour import Guide

FINDER = "Find a place on the map"
FOUND = "Places found"
TYPED = "Places for the command line"
MAP = "Map"
STREET = "fire station"


def search(guide: Guide) -> None:
    hands = guide.hands
    hands.press("Ctrl+F")
    guide.until("the map's search has the focus", lambda: hands.focused() == FINDER)
    hands.type("tannery")
    guide.until("places are offered", lambda: hands.has(FOUND))
    guide.see(
        "map-search",
        "Ctrl+F",
        "A place is looked for by any part of its name: streets, crossings and places "
        "of the agency's own data, with the cable out.",
    )
    hands.press("Down", "Return")
    guide.until("the place is marked", lambda: hands.says("Hospital  ·"))
    guide.see(
        "map-place-found",
        "Down, Enter",
        "The map goes there. What it is and where stands below; Enter once more takes "
        "it into the form, Esc leaves it.",
    )
    hands.press("Esc")


def typed_place(guide: Guide) -> None:
    hands = guide.hands
    hands.press("Ctrl+L")
    hands.type(f"w {STREET}")
    guide.until("places are offered", lambda: hands.has(TYPED))
    hands.press("Return")
    guide.until("candidates stand there", lambda: hands.has(TYPED))
    guide.see(
        "where-is-it-typed",
        "w PLACE, Enter",
        "The same from the command line. Where several places may be meant they stand "
        "above it, the likeliest first.",
    )
    hands.press("Down", "Return")
    guide.until("it is on the map", lambda: hands.says("On the map:"))
    guide.see(
        "where-it-is",
        "Down, Enter",
        "The map shows it, and the cursor is back where it was.",
    )


def hydrants(guide: Guide) -> None:
    hands = guide.hands
    hands.press("Alt+6")
    guide.until("the map has the focus", lambda: hands.focused() == MAP)
    hands.press("Esc", "Alt+6")
    hands.press("H")
    guide.until("hydrants are on", lambda: hands.says("Hydrants are on"))
    guide.see(
        "hydrants",
        "Alt+6, H",
        "Hydrants of the agency's own layer, by one letter while the map has the "
        "focus. They are off until somebody wants them.",
    )


def measure(guide: Guide) -> None:
    """From the middle of the view to the right and down, as hose would lie."""
    hands = guide.hands
    hands.press("M", "Space")
    hands.press("Right", "Space")
    hands.press("Down", "Space")
    guide.until("a length is said", lambda: hands.says("in all"))
    guide.see(
        "way-measured",
        "M, Space, arrows",
        "A way is measured with the arrows: each Space is a point of it.",
    )
    hands.press("Esc", "H", "Home", "Esc")
    guide.until("the map is left", lambda: hands.focused() != MAP)


def looks(guide: Guide, name: str, sentence: str) -> None:
    """The same tools in another light, size or width."""
    hands = guide.hands
    hands.press("Ctrl+L")
    hands.type(f"w {STREET}")
    guide.until("places are offered", lambda: hands.has(TYPED))
    hands.press("Return")
    guide.until("candidates stand there", lambda: hands.has(TYPED))
    guide.see(f"{name}-candidates", "w PLACE", f"Candidates above the line, {sentence}")
    hands.press("Return")
    guide.until("it is on the map", lambda: hands.says("On the map:"))
    hands.press("Alt+6", "H", "M", "Space", "Right", "Space")
    guide.until("a length is said", lambda: hands.says("in all"))
    guide.see(f"{name}-map", "H, M", f"Hydrants, and a way measured, {sentence}")
    hands.press("Esc", "H", "Home", "Esc")


def light(guide: Guide) -> None:
    guide.hands.press("Ctrl+Shift+T")
    looks(guide, "light", "by day.")
    guide.hands.press("Ctrl+Shift+T")


def twice_as_large(guide: Guide) -> None:
    guide.hands.press(*["Ctrl++"] * 5)
    looks(guide, "two-hundred-percent", "at 200 %.")
    guide.hands.press("Ctrl+0")


def small_screen(guide: Guide) -> None:
    guide.hands.resize(1366, 768)
    looks(guide, "small-screen", "at 1366 x 768.")
    guide.hands.press("Ctrl+Shift+T")
    looks(guide, "small-screen-light", "at 1366 x 768 by day.")
    guide.hands.press("Ctrl+Shift+T")
    guide.hands.resize(1920, 1080)
