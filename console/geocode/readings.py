"""What a text means by the names that the geofile has: where the street ends and the
community begins, and to which a single letter belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from aliquot.console.geocode.gazetteer import Gazetteer
from aliquot.console.geocode.names import name_of
from aliquot.console.geocode.query import Query
from aliquot.console.geocode.words import words

_CODE = re.compile(r"\d{5}", re.ASCII)  # of the post

_UNIT = re.compile(r"\d{1,4}[A-Z]?|[A-Z]\d{1,4}", re.ASCII)


class Readings:
    """Of one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._all = gazetteer

    def of(self, query: Query) -> Query:
        return self._with_unit(self._with_letter(self._with_community(query)))

    def _with_unit(self, query: Query) -> Query:
        """17 ELM ST 3B: behind a street that ends in its type stands a unit."""
        parts = query.streets[0] if query.streets else ()
        if query.number is None or len(parts) < 2 or not _UNIT.fullmatch(parts[-1]):
            return query
        *head, unit = parts
        kind = words().types.get(head[-1], "")
        whole = name_of(head) in self._all.by_name  # BROADWAY
        if kind == "HWY" or not (whole or kind in words().usual_types):
            return query
        if self._known(parts) or not self._known(head):
            return query
        typed = re.findall(rf"\b{unit}\b", query.text, re.IGNORECASE)
        cut = typed[-1] if typed else unit
        return replace(
            query,
            streets=(tuple(head), *query.streets[1:]),
            unit=f"{cut}, {query.unit}" if query.unit else cut,
        )

    def _with_letter(self, query: Query) -> Query:
        """17 A SUFFOLK ST as 17A; not 17 A ST, nor a street that is called so."""
        number = query.number
        parts = query.streets[0] if query.streets else ()
        if number is None or number.suffix or query.block or len(parts) < 2:
            return query
        letter, rest = parts[0], parts[1:]
        if len(letter) > 1 or not letter.isalpha() or letter in words().directions:
            return query
        if rest[0] in words().types or self._known(parts) or not self._known(rest):
            return query
        suffixed = replace(number, suffix=letter)
        return replace(query, number=suffixed, streets=(rest, *query.streets[1:]))

    def _known(self, parts: Sequence[str]) -> bool:
        name = name_of(parts)
        return name is not None and (
            name.base in self._all.by_base or name.base in self._all.by_alias_base
        )

    def _with_community(self, query: Query) -> Query:
        """35 ROBERTS RD SPRINGFIELD MA 01101, without a comma: the tail is cut off
        where it is a community, and what stands before it is a street."""
        parts = query.streets[-1] if query.streets else ()
        if query.community or len(parts) < 2:
            return query
        end = len(parts)
        coded = end > 2 and _CODE.fullmatch(parts[end - 1])
        end -= bool(coded)
        end -= end > 2 and parts[end - 1] in words().states
        count = self._all.communities.at_end(parts[:end])
        known = coded and parts[-1] in self._all.postal_codes
        head = parts[: end - count]
        if not (count or known) or not head or not self._is_street(head, parts):
            return self._with_stranger(query, parts[:end], parts[-1] if coded else "")
        streets = (*query.streets[:-1], head)
        community = " ".join(parts[end - count : end])
        postal = parts[-1] if coded else query.postal
        return replace(query, streets=streets, community=community, postal=postal)

    def _with_stranger(
        self, query: Query, parts: tuple[str, ...], postal: str
    ) -> Query:
        """35 ROBERTS RD OTHERVILLE: behind a street with its type, and beside a number
        or another street, stands a town that the geofile does not have."""
        if query.number is None and len(query.streets) < 2:
            return query
        if len(parts) < 3 or parts[-1] in words().types or self._known(parts):
            return query
        for at in range(2, len(parts)):
            head, tail = parts[:at], parts[at:]
            if head[-1] in words().usual_types and self._known(head):
                break
        else:
            return query
        tail = tail[1:] if tail[0] == "IN" else tail
        if not all(word.isalpha() for word in tail) or tail[0] in words().directions:
            return query
        streets = (*query.streets[:-1], head)
        community = " ".join(tail)
        return replace(
            query, streets=streets, community=community, postal=postal or query.postal
        )

    def _is_street(self, head: Sequence[str], whole: Sequence[str]) -> bool:
        """Rather than the whole, which may be a street called after the town."""
        name = name_of(whole)
        if name is None or name.base in self._all.by_base:
            return False
        return self._known(head) or head[-1] in words().types
