"""Whether a hydrant is in service, from the columns that say it in one way or another.

Agencies write it as a flag of either sense, or as a word of a list of their own.
"""

from __future__ import annotations

from collections.abc import Callable

YES = frozenset(("y", "yes", "true", "t", "1"))
NO = frozenset(("n", "no", "false", "f", "0"))
OUT = frozenset((
    "out", "oos", "outofservice", "outservice", "notinservice", "ooservice", "inoperable",
    "inoperative", "notoperable", "notoperational", "nonoperational", "outoforder",
    "broken", "damaged", "defective", "dead", "dry", "closed", "shutoff", "off",
    "inactive", "disabled", "removed", "abandoned", "retired", "decommissioned",
    "unavailable", "notworking", "unusable", "bagged",
))  # fmt: skip
IN = frozenset((
    "in", "is", "inservice", "service", "active", "operable", "operational", "operating",
    "working", "ok", "okay", "good", "fair", "open", "available", "normal", "usable",
    "functional", "existing", "ready", "enabled",
))  # fmt: skip


def in_service(text: Callable[[str], str | None]) -> tuple[bool | None, str | None]:
    """``text`` gives the text of a column of a row, None where there is none.

    Returns whether it is in service, None where nothing says so; and a text of its
    state that is not understood. What says that it is out goes before what does not.
    """
    odd: str | None = None
    said: list[bool] = []
    for column, yes, no in (
        ("OutOfService", OUT | YES, IN | NO),
        ("InService", OUT | NO, IN | YES),
        ("Status", OUT, IN),
    ):
        given = text(column)
        plain = "".join(c for c in (given or "").casefold() if c.isalnum())
        if plain in yes or plain.startswith(("outofservice", "oos")):
            said.append(False)
        elif plain in no or plain.startswith("inservice"):
            said.append(True)
        elif plain:
            odd = given
    return (all(said) if said else None), odd
