"""Whether an address says that it lies in another town. Pure; nothing is looked up."""

from __future__ import annotations

from collections.abc import Iterable

from aliquot.console.geocode.communities import Communities
from aliquot.console.geocode.query import parse


def town_named(address: str) -> str:
    """The town that stands in an address, in capitals; "" when there is none."""
    return parse(address).community


def names_other_town(address: str, here: Iterable[str]) -> bool:
    """Whether an address says a town that is none of ``here``: of all the names of
    the town that it was found in.

    Where it was found in no town by name, a town that is said cannot be confirmed:
    True as well. A unit, a state and a postal code are no towns."""
    town = town_named(address)
    return bool(town) and not Communities(here).spelled_out(town)
