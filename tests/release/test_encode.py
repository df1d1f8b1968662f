"""The five forms of one item, read by software of others."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import capvalidator
import feedparser
import pytest

from aliquot.console.release.codes import Category, Channel, Phrase, Status
from aliquot.console.release.constants import Frozen, PublicPlace
from aliquot.console.release.encode import (
    CONTENT_TYPES,
    ENCODERS,
    canonical_item,
    encode,
)
from aliquot.console.release.input import ReleaseInput
from aliquot.console.release.proposal import Under
from aliquot.console.release.render import Item, render

OLD = Frozen("b" * 32, 1_777_000_000_000_000)
NEW = Frozen("c" * 32, 1_777_676_400_000_000)
LABEL = 'O\'Hara <Lane> & "Dock" Street, São Part'
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ATOM = "{http://www.w3.org/2005/Atom}"


def item_of(under: Under, status: Status = Status.REPORTED) -> Item:
    place = PublicPlace(2, LABEL, 41.7012, -73.9, 23, True)
    constants = replace(under.constants, places={5: place})
    follows = status in (Status.CORRECTED, Status.RETRACTED)
    frozen = replace(NEW, replaces=OLD) if follows else NEW
    given = ReleaseInput(Category.DWELLING_FIRE, Phrase.AVOID_AREA, 5, 2, 18,
                         Channel.CAP, status)  # fmt: skip
    return render(given, constants, frozen)


@pytest.fixture
def item(under: Under) -> Item:
    return item_of(under)


@pytest.mark.parametrize("status", list(Status))
def test_cap_is_valid_by_the_schema_of_oasis(under: Under, status: Status) -> None:
    body = encode(item_of(under, status), Channel.CAP)
    result = capvalidator.check_schema(body)
    assert result.passed, result.message


def test_a_broken_cap_is_not_valid(item: Item) -> None:
    body = encode(item, Channel.CAP)
    cut = body.replace(b"<certainty>Unknown</certainty>\n", b"")
    assert cut != body
    assert not capvalidator.check_schema(cut).passed


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (Status.REPORTED, "Alert"),
        (Status.NO_LONGER_ACTIVE, "Alert"),
        (Status.CORRECTED, "Update"),
        (Status.RETRACTED, "Cancel"),
    ],
)
def test_cap_refers_to_what_it_replaces(
    under: Under, status: Status, kind: str
) -> None:
    alert = ET.fromstring(encode(item_of(under, status), Channel.CAP))
    assert alert.findtext(f"{CAP}msgType") == kind
    assert alert.findtext(f"{CAP}sent") == "2026-05-01T23:00:00-00:00"
    refers = alert.findtext(f"{CAP}references")
    wanted = f"halden,{OLD.release_id},2026-04-24T03:06:40-00:00"
    assert refers == (wanted if kind in ("Update", "Cancel") else None)
    assert (alert.find(f"{CAP}info") is None) == (kind == "Cancel")


def test_atom_is_read_by_another_reader(item: Item) -> None:
    feed = feedparser.parse(encode(item, Channel.ATOM))
    assert not feed.bozo
    (entry,) = feed.entries
    assert entry.title == f"Building fire: {LABEL}"
    assert entry.summary == item["text"]
    assert entry.id == f"urn:aliquot:release:{NEW.release_id}"
    assert entry["where"]["coordinates"] == (-73.9, 41.7012)


def test_a_retraction_is_a_tombstone_in_atom(under: Under) -> None:
    feed = ET.fromstring(encode(item_of(under, Status.RETRACTED), Channel.ATOM))
    (grave,) = feed.iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert grave.get("ref") == f"urn:aliquot:release:{OLD.release_id}"
    assert feed.find(f"{ATOM}entry") is None


def test_geojson(item: Item, under: Under) -> None:
    feature = json.loads(encode(item, Channel.GEOJSON))
    assert feature["geometry"] == {"type": "Point", "coordinates": [-73.9, 41.7012]}
    assert feature["id"] == NEW.release_id
    gone = json.loads(encode(item_of(under, Status.RETRACTED), Channel.GEOJSON))
    assert gone["geometry"] is None


def test_socrata_upserts_and_deletes_a_row(item: Item, under: Under) -> None:
    (row,) = json.loads(encode(item, Channel.SOCRATA))
    assert row["release_id"] == NEW.release_id
    (gone,) = json.loads(encode(item_of(under, Status.RETRACTED), Channel.SOCRATA))
    assert gone == {"release_id": OLD.release_id, ":deleted": True}


def test_neighbors_has_type_place_and_time(item: Item) -> None:
    body = json.loads(encode(item, Channel.NEIGHBORS))
    assert (body["type"], body["location"]) == ("Building fire", LABEL)
    assert body["time"] == "this evening, between 6 and 7 pm"


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize("status", list(Status))
def test_an_encoder_adds_nothing(
    under: Under, channel: Channel, status: Status
) -> None:
    """Change any value of the item, and no trace of the old one is in the body."""
    item = item_of(under, status)
    marked = {
        key: f"mark-{key}" if isinstance(value, str) and key[-5:] != "_code" else value
        for key, value in item.items()
    }
    body = encode(marked, channel).decode()
    for key, value in item.items():
        if isinstance(value, str) and key[-5:] != "_code" and len(value) > 9:
            assert value not in body, key
    assert LABEL.encode() not in body.encode()


@pytest.mark.parametrize("channel", list(Channel))
def test_the_same_item_gives_the_same_bytes(item: Item, channel: Channel) -> None:
    turned = dict(reversed(item.items()))
    assert encode(turned, channel) == encode(item, channel)
    assert canonical_item(turned) == canonical_item(item)


@pytest.mark.parametrize("channel", list(Channel))
def test_coordinates_have_four_decimals(item: Item, channel: Channel) -> None:
    body = encode(item, channel).decode()
    assert "41.7012" in body
    assert not re.search(r"\d\.\d{5}", body)


def test_every_channel_has_an_encoder_and_a_type() -> None:
    assert set(ENCODERS) == set(CONTENT_TYPES) == set(Channel)
