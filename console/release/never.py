"""What is of class never, however it is written.

An agency's own table of types names what may leave; it need not name what may not,
and it cannot make something else of it.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from aliquot.console.domain.incident_types import incident_types
from aliquot.console.release.apco import NEVER

LONGEST = 80


def never_code(word: str) -> str | None:
    """The code of class never that a type is: by its code or the label of it, whatever
    the case, the width and the marks between its letters. None for any other."""
    return _words().get(_plain(word)) if len(word) <= LONGEST else None


@cache
def _words() -> dict[str, str]:
    """A code goes before a label."""
    types = incident_types()
    labels = {_plain(types[code].label): code for code in NEVER if code in types}
    return labels | {_plain(code): code for code in NEVER}


def _plain(word: str) -> str:
    said = unicodedata.normalize("NFKC", word).casefold()
    return "".join(letter for letter in said if letter.isalnum())
