"""From codes to the canonical item. Imports nothing but codes and constants."""

from __future__ import annotations

from aliquot.console.release.codes import (
    CATEGORY_LABELS,
    PHRASE_TEXTS,
    SENTENCES,
    STATUS_LABELS,
    TIME_WORDS,
    Status,
)
from aliquot.console.release.constants import ITEM_FORMAT, Constants, Frozen, utc_text
from aliquot.console.release.input import ReleaseInput

Item = dict[str, str | int | float]


def render(given: ReleaseInput, constants: Constants, frozen: Frozen) -> Item:
    """The item that every channel encodes; the same for all channels.

    Raises ``KeyError`` when the region is not one of the tree. A retraction names
    neither what nor where nor when: it must say no more than that it is one.
    """
    item: Item = {
        "format": ITEM_FORMAT,
        "release_id": frozen.release_id,
        "published_at": utc_text(frozen.published_us),
        "agency": constants.agency,
        "agency_code": constants.agency_code,
        "policy_version": constants.policy_version,
        "status": STATUS_LABELS[given.status],
        "status_code": given.status.name.lower(),
        "text": _text(given, constants),
    }
    if given.status is not Status.RETRACTED:
        item |= _what_where_when(given, constants)
    if frozen.replaces is not None:
        item["replaces"] = frozen.replaces.release_id
        item["replaces_published_at"] = utc_text(frozen.replaces.published_us)
    return item


def _what_where_when(given: ReleaseInput, constants: Constants) -> Item:
    place = constants.places[given.region]
    return {
        "category": CATEGORY_LABELS[given.category],
        "category_code": given.category.name.lower(),
        "place": place.label,
        "region": given.region,
        "level": given.level,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "time": TIME_WORDS[given.bucket],
    }


def _text(given: ReleaseInput, constants: Constants) -> str:
    sentence = SENTENCES[given.status].format(
        category=CATEGORY_LABELS[given.category],
        place=constants.places[given.region].label,
        time=TIME_WORDS[given.bucket],
        agency=constants.agency,
    )
    said = given.status in (Status.REPORTED, Status.CORRECTED)
    phrase = PHRASE_TEXTS[given.phrase] if said else ""
    return f"{sentence} {phrase}" if phrase else sentence
