"""The last look: what it must catch, and what it must let pass."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from aliquot.console.release.codes import Category, Channel, Phrase, Status
from aliquot.console.release.constants import PLACEHOLDER, Constants
from aliquot.console.release.encode import encode
from aliquot.console.release.input import ReleaseInput
from aliquot.console.release.proposal import Under
from aliquot.console.release.render import Item, render
from aliquot.console.release.tripwire import Alarm, scan, scan_text

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "release"
PAGES = SHARED / "dispatch_pages.jsonl"


def item_of(constants: Constants) -> Item:
    region = min(constants.places)
    given = ReleaseInput(Category.THEFT, Phrase.LOCK_UP, region, 1, 18,
                         Channel.CAP, Status.REPORTED)  # fmt: skip
    return render(given, constants, PLACEHOLDER)


@pytest.fixture
def item(under: Under) -> Item:
    return item_of(under.constants)


def alarms(item: Item) -> set[Alarm]:
    return {hit.alarm for hit in scan(item, {c: encode(item, c) for c in Channel})}


PASSING = [
    "Elm St between 3rd St and 5th Ave",
    "around Route 2 and Concord Avenue",
    "Highway 12 near Mill Road",
    "North 4th Street, part 2",
    "O'Hara Lane near I-93",
    "Massachusetts Avenue between Route 16 and Day Street",
    "this evening, between 6 and 7 pm",
    "CPD RA 404 Sector 2 Route 4R",
    "area in Beat 7, North Hill Road",
]
PLANTED = [
    ("call 845-555-0143", Alarm.PHONE),
    ("(845) 555-0143", Alarm.PHONE),
    ("+1 845.555.0143", Alarm.PHONE),
    ("8455550143", Alarm.PHONE),
    ("８４５-555-0143", Alarm.PHONE),
    ("555-0143", Alarm.PHONE),
    ("913 MCFARLAND AVE", Alarm.HOUSE_NUMBER),
    ("at 12B Old Mill Rd", Alarm.HOUSE_NUMBER),
    ("70302 n preston avenue", Alarm.HOUSE_NUMBER),
    ("41-22 Broad Way", Alarm.HOUSE_NUMBER),
    ("1200 BROADWAY", Alarm.HOUSE_NUMBER),
    ("41.70123, -73.9", Alarm.DECIMALS),
    ("Elm\u200bSt", Alarm.HIDDEN_CHARACTER),
    ("\u202eevA", Alarm.HIDDEN_CHARACTER),
    ("Elm\x00", Alarm.HIDDEN_CHARACTER),
]


@pytest.mark.parametrize("label", PASSING)
def test_labels_of_regions_pass(item: Item, label: str) -> None:
    text = str(item["text"]).replace(str(item["place"]), label)
    assert alarms({**item, "place": label, "text": text}) == set()


@pytest.mark.parametrize(("text", "alarm"), PLANTED)
def test_what_is_planted_is_found(item: Item, text: str, alarm: Alarm) -> None:
    assert alarm in {hit.alarm for hit in scan_text("place", text)}
    for key in ("place", "text", "agency"):
        assert alarms({**item, key: text})


@pytest.mark.parametrize("key", ["text", "category", "agency", "time", "status"])
def test_no_digit_is_anywhere_but_in_hours_and_places(item: Item, key: str) -> None:
    assert Alarm.STRAY_NUMBER in alarms({**item, key: f"{item[key]} 7"})


def test_coordinates_that_say_too_much(item: Item) -> None:
    assert alarms({**item, "latitude": 41.70123}) == {Alarm.DECIMALS}


def test_a_body_is_looked_at_too(item: Item) -> None:
    for bad in (b"845-555-0143", b"41.7012345", b"\xe2\x80\x8b"):
        assert scan(item, {Channel.CAP: encode(item, Channel.CAP) + bad})


def test_what_was_found_is_not_repeated(item: Item) -> None:
    hits = scan({**item, "place": "913 Secret Ave"}, {})
    assert hits
    assert "Secret" not in repr(hits)


@pytest.mark.skipif(not PAGES.exists(), reason="../shared is not here")
def test_planted_identifiers_of_real_pages_are_caught(item: Item) -> None:
    """Telephones and addresses with a house number, in the place of a label."""
    planted = caught = 0
    for line in PAGES.read_text().splitlines():
        fields = json.loads(line)["fields"]
        values = [fields.get("PHONE", ""), fields.get("ADDR", "")]
        for value in values:
            if re.match(r"\(?\d{3}\)?[-. ]?\d{3}-?\d{4}$|\d+ [A-Z]", value):
                planted += 1
                caught += any(scan_text("place", value))
    assert planted > 3_000
    assert caught / planted >= 0.95
