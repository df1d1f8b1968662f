"""The stops in the line lab: a recording played, looked into, its layout changed."""

from __future__ import annotations

from importlib.resources import files

from aliquot.console.demo.tour import Guide

RECORDING = files("aliquot.resources").joinpath("demo", "halden.rec")
LISTED = "Items of the recording"
LAYOUT = "What the layout does"


def open_a_recording(guide: Guide) -> None:
    hands = guide.hands
    hands.press("Ctrl+4")
    guide.until("the lab is there", lambda: hands.has("Strip of the recording"))
    hands.press("Ctrl+O")
    hands.type(str(RECORDING))
    hands.press("Return")
    guide.until("it is decoded", lambda: hands.focused() == LISTED)
    hands.tab_to("Bytes")
    hands.press(*["Right"] * 8)
    guide.until("all is measured", lambda: hands.says("Latency: most"))
    guide.see(
        "line-lab",
        "Ctrl+4, Ctrl+O",
        "The line lab: a recording as a strip of frames, noise to the top; the bytes "
        "of one record beside its fields, and which rule found each. A byte lights its "
        "field, a field its bytes.",
        settled=False,
    )


def next_noise(guide: Guide) -> None:
    guide.hands.press("N")
    guide.until("noise is shown", lambda: guide.hands.says("noise 4"))
    guide.see(
        "line-lab-noise",
        "N",
        "The next noise: what it is, in a sentence, and what to look at.",
        settled=False,
    )


def change_the_layout(guide: Guide) -> None:
    hands = guide.hands
    hands.tab_to("Layout as TOML")
    hands.press("Ctrl+Home")
    hands.type("colour = 1")
    hands.press("Return")
    guide.until("it is refused", lambda: hands.text(LAYOUT).startswith("Not used."))
    guide.see(
        "line-lab-layout",
        "",
        "The layout as a form and as TOML: each pause in typing tries it on the whole "
        "recording. What is wrong is said with its line and key; nothing is lost.",
        settled=False,
    )
    hands.press(*["Ctrl+Z"] * 2)
    hands.press("Ctrl+1")
