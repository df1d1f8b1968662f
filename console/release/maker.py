"""What this program makes of codes, as one number: with another the same codes would
give other bytes somewhere."""

from __future__ import annotations

import hashlib
from functools import cache

from aliquot.console.release.codes import Category, Channel, Phrase, Status
from aliquot.console.release.constants import PLACEHOLDER, Constants, PublicPlace
from aliquot.console.release.encode import canonical_item, encode
from aliquot.console.release.input import ReleaseInput
from aliquot.console.release.render import render

_DIGITS = 16
_PLACES = {1: PublicPlace(1, "Oak Street, part 1", 41.7, -73.9, 8, True)}
_CONSTANTS = Constants("Agency & Sons", "agency", 1, _PLACES)


@cache
def maker() -> str:
    """Of an item of each category on each channel: 16 digits of a SHA-256, hex."""
    found = hashlib.sha256()
    for category in Category:
        given = ReleaseInput(
            category, Phrase.PLAIN, 1, 1, 30, Channel.NEIGHBORS, Status.REPORTED
        )
        item = render(given, _CONSTANTS, PLACEHOLDER)
        found.update(canonical_item(item))
        for channel in Channel:
            found.update(encode(item, channel))
    return found.hexdigest()[:_DIGITS]
