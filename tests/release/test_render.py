"""All that can leave: every string from a table, every number of the tree."""

from __future__ import annotations

import itertools
import json
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aliquot.console.release.codes import Category, Channel, Phrase, Status
from aliquot.console.release.constants import (
    ITEM_KEYS,
    PLACEHOLDER,
    Constants,
    Frozen,
    release_id_of,
)
from aliquot.console.release.encode import encode
from aliquot.console.release.input import ReleaseInput
from aliquot.console.release.proposal import Under
from aliquot.console.release.render import Item, render
from aliquot.console.release.tripwire import scan

ROOT = Path(__file__).resolve().parents[2]
OLD = Frozen("b" * 32, 0)


@pytest.fixture(scope="module")
def constants(under: Under) -> Constants:
    return under.constants


def _table(name: str) -> dict[str, Any]:
    path = ROOT / "resources" / "codes" / f"release_{name}.toml"
    return tomllib.loads(path.read_text())


def sentences(constants: Constants) -> set[str]:
    """Every text there can be, built from the reviewed tables, not by ``render``."""
    words, names = _table("words"), _table("categories")["category"]
    times = [*words["time"]["same_day"], *words["time"]["day_before"]]
    found = set()
    for code, sentence in words["sentence"].items():
        phrases = [""]
        if code in ("reported", "corrected"):
            phrases = [row["text"] for row in words["phrase"]]
        ways = itertools.product(names, times, constants.places.values(), phrases)
        for row, time, place, phrase in ways:
            said = sentence.format(category=row["label"], time=time, place=place.label,
                                   agency=constants.agency)  # fmt: skip
            found.add(f"{said} {phrase}".strip())
    return found


def vocabulary(constants: Constants) -> set[str]:
    """Every string value that a JSON body or an XML document can hold."""
    words, names = _table("words"), _table("categories")["category"]
    labels = [place.label for place in constants.places.values()]
    found = {constants.agency, constants.agency_code, "aliquot.release/1", *labels}
    for row in (*names, *words["status"]):
        found |= {row["label"], row["code"]}
    found |= {*words["time"]["same_day"], *words["time"]["day_before"]}
    found |= {f"{row['label']}: {label}" for row in names for label in labels}
    for id_ in (PLACEHOLDER.release_id, OLD.release_id):
        found |= {id_, f"urn:aliquot:release:{id_}"}
    stamps = ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00-00:00")
    found |= {*stamps, f"urn:aliquot:agency:{constants.agency_code}", "via"}
    found.add(f"{constants.agency_code},{OLD.release_id},{stamps[1]}")
    found |= {"Feature", "Point", "Actual", "Public", "en-US", "Unknown"}
    found |= {"Alert", "Update", "Cancel"}
    found |= {"Security", "Fire", "Safety", "Transport", "Rescue"}
    for place in constants.places.values():
        spot = f"{place.latitude:.4f}", f"{place.longitude:.4f}"
        found |= {f"{spot[0]} {spot[1]}", f"{spot[0]},{spot[1]} 0"}
    return found


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def xml_strings(body: bytes) -> Iterator[str]:
    for node in ET.fromstring(body).iter():
        yield from (part.strip() for part in (node.text or "", node.tail or ""))
        yield from node.attrib.values()


def inputs(constants: Constants) -> Iterator[ReleaseInput]:
    """Categories x phrases x statuses x regions, hours in turn; then all hours."""
    hours = itertools.cycle(range(48))
    regions = sorted(constants.places)[::4]
    for c, p, s, r in itertools.product(Category, Phrase, Status, regions):
        level = constants.places[r].level
        yield ReleaseInput(c, p, r, level, next(hours), Channel.CAP, s)
    for bucket in range(48):
        yield ReleaseInput(Category.THEFT, Phrase.PLAIN, regions[0], 1, bucket,
                           Channel.CAP, Status.REPORTED)  # fmt: skip


def frozen_for(status: Status) -> Frozen:
    follows = status in (Status.CORRECTED, Status.RETRACTED)
    return replace(PLACEHOLDER, replaces=OLD) if follows else PLACEHOLDER


def test_every_output_is_of_the_closed_vocabulary(constants: Constants) -> None:
    known, texts = vocabulary(constants), sentences(constants)
    numbers = {place.latitude for place in constants.places.values()}
    numbers |= {place.longitude for place in constants.places.values()}
    count = 0
    for given in inputs(constants):
        item = render(given, constants, frozen_for(given.status))
        assert set(item) <= set(ITEM_KEYS)
        bodies = {channel: encode(item, channel) for channel in Channel}
        assert scan(item, bodies) == ()
        for channel, body in bodies.items():
            is_xml = channel in (Channel.CAP, Channel.ATOM)
            said = xml_strings(body) if is_xml else strings(json.loads(body))
            for text in said:
                assert text == "" or text in known or text in texts, (channel, text)
        for value in item.values():
            if isinstance(value, float):
                assert value in numbers
        count += 1
    assert count > 5_000


def test_a_foreign_word_would_be_found(constants: Constants) -> None:
    given = next(inputs(constants))
    leaky = replace(constants, agency="Jane Roe")
    body = encode(render(given, leaky, PLACEHOLDER), Channel.CAP)
    assert not set(xml_strings(body)) <= vocabulary(constants) | sentences(constants)


def test_the_item_is_the_same_for_every_channel(constants: Constants) -> None:
    given = next(inputs(constants))
    items = [render(replace(given, channel=c), constants, PLACEHOLDER) for c in Channel]
    assert all(item == items[0] for item in items)


def test_a_retraction_says_only_that_it_is_one(constants: Constants) -> None:
    found: list[Item] = []
    for given in inputs(constants):
        if given.status is Status.RETRACTED:
            found.append(render(given, constants, frozen_for(given.status)))
    assert len(found) > 1
    assert all(item == found[0] for item in found)
    assert set(found[0]) == set(ITEM_KEYS) - {
        *("category", "category_code", "place", "region", "level"),
        *("latitude", "longitude", "time"),
    }


def test_ids_have_no_digit_and_all_bits() -> None:
    ids = {release_id_of(bytes([n] * 16)) for n in range(256)}
    assert len(ids) == 256
    assert all(id_.isalpha() and len(id_) == 32 for id_ in ids)
    with pytest.raises(ValueError, match="16 bytes"):
        release_id_of(b"short")


@pytest.mark.parametrize("bad", ["", "a" * 31, "q" * 32, "1" * 32, "A" * 32])
def test_only_random_letters_are_an_id(bad: str) -> None:
    with pytest.raises(ValueError, match="release_id"):
        Frozen(bad, 0)


def test_a_region_that_is_not_in_the_tree(constants: Constants) -> None:
    given = replace(next(inputs(constants)), region=10**9)
    with pytest.raises(KeyError):
        render(given, constants, PLACEHOLDER)


def test_words_read_as_meant(constants: Constants) -> None:
    region = min(constants.places)
    here: Mapping[int, Any] = {
        region: replace(constants.places[region], label="Elm St near Oak St")
    }
    plain = ReleaseInput(Category.GAS_LEAK, Phrase.AVOID_AREA, region, 1, 18,
                         Channel.NEIGHBORS, Status.REPORTED)  # fmt: skip
    item = render(plain, replace(constants, places=here), PLACEHOLDER)
    assert item["text"] == (
        "Gas leak reported this evening, between 6 and 7 pm. Place: Elm St near Oak "
        "St. Please avoid the area."
    )
