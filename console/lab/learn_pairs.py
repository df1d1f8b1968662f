"""Fields that stand in one stretch: a house number with its street, a town with its
state. A person marks them one by one or together; either way one rule reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from itertools import pairwise, product

from aliquot.console.lab.learn_samples import Read, Spot
from aliquot.drivers.lines.layouts import known_names

STREET = ("prefix_directional", "street_name", "street_suffix", "post_directional")
ADDRESS, CITY = "address", "city_state"
# In the order in which they are written.
PARTS = {
    ADDRESS: (
        *("house_number", "house_number_suffix", STREET[0]),
        *("street", *STREET[1:], "unit"),
    ),
    CITY: ("community", "state", "postal_code"),
}
MARKS = (*known_names(), ADDRESS, CITY)
# What a rule of columns is called, whose fields are several.
RULE_NAMES = {ADDRESS: "street", CITY: "community"}
_USUAL = {
    "addr": ADDRESS,
    "full_address": ADDRESS,
    "city": "community",
    "town": "community",
    "municipality": "community",
    "csz": CITY,
    "house": "house_number",
    "name": "customer_name",
    "subscriber": "customer_name",
    "phone": "callback_number",
    "telephone": "callback_number",
    "number": "callback_number",
    "ani": "callback_number",
    "class": "class_of_service",
    "cos": "class_of_service",
    "lat": "latitude",
    "lon": "longitude",
    "long": "longitude",
    "lng": "longitude",
    "provider": "company_id",
    "apartment": "unit",
    "zip": "postal_code",
    "uncertainty": "uncertainty_m",
    "confidence": "confidence_pct",
    "altitude": "altitude_m",
    "date": "record_date",
    "time": "record_time",
}
_NUMBER_FIRST = re.compile(r"\d{1,6}[A-Z]?(?:-\d{1,6}[A-Z]?)? +\S")
_BETWEEN = re.compile(r",? {0,3}|(?<=-) ?")


def unknown_name(name: str) -> str:
    """Why a mark cannot have this name, with the names that are nearest."""
    low = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    near = [_USUAL[low]] if low in _USUAL else []
    near += get_close_matches(low, MARKS, n=3, cutoff=0.5)
    near += [one for one in MARKS if low and low in one.split("_")]
    said = ", ".join(dict.fromkeys(near[:4])) or ", ".join(MARKS)
    what = "the nearest are" if near else "there are"
    return f"there is no such field; {what}: {said}"


def with_numbers(reads: Sequence[Read]) -> list[Read]:
    """Where ``street`` was marked with the house number in it, it is an address."""
    texts = [(r.text_of("street"), r.text_of("house_number")) for r in reads]
    there = [(street.strip(), house) for street, house in texts if street]
    begun = [bool(_NUMBER_FIRST.match(street)) for street, _ in there]
    apart = any(h and not s.startswith(h.strip()) for s, h in there)
    if apart or sum(begun) * 2 <= len(begun):
        return list(reads)
    return [_renamed(r, "street", ADDRESS) for r in reads]


def _renamed(sample: Read, old: str, new: str) -> Read:
    return replace(
        sample,
        wanted=tuple((new if n == old else n, text) for n, text in sample.wanted),
        marked=tuple((new if n == old else n, spot) for n, spot in sample.marked),
    )


def joinings(reads: Sequence[Read]) -> Iterator[list[Read]]:
    """The samples as they are, then with pairs that stand together taken as one. An
    address comes first where nothing shows that its number has columns of its own."""
    orders: tuple[tuple[str, ...], ...] = ((), (ADDRESS,), (CITY,), (ADDRESS, CITY))
    if _undecided(reads):
        orders = ((ADDRESS,), (ADDRESS, CITY), (), (CITY,))
    for wanted in orders:
        taken: list[Read] | None = list(reads)
        for name in wanted:
            taken = _joined(name, taken) if taken else None
        if taken:
            yield taken


def _undecided(reads: Sequence[Read]) -> bool:
    """House numbers that all begin in one column, with one blank behind each."""
    seen: set[tuple[int, int]] = set()
    for sample in reads:
        house = sample.spots("house_number")
        if len(house) == 1:
            (spot,) = house
            after = sample.cut(spot.line, spot.stop, spot.stop + 2)
            seen.add((spot.line, spot.first))
            if after[:1] != " " or after[1:] == " ":
                return False
    return len(seen) == 1 and len(reads) > 1


def _joined(name: str, reads: Sequence[Read]) -> list[Read] | None:
    """None where the parts do not stand together, or where there is but one."""
    parts = PARTS[name]
    each = [[p for p in parts if r.text_of(p) is not None] for r in reads]
    if max(map(len, each)) < 2 or any(r.text_of(name) is not None for r in reads):
        return None
    found: list[Read] = []
    for sample, inside in zip(reads, each, strict=True):
        spot = _whole(sample, inside) if inside else None
        if inside and spot is None:
            return None
        found.append(_with(sample, name, inside, spot) if spot else sample)
    return found


def _whole(sample: Read, inside: Sequence[str]) -> Spot | None:
    """The stretch in which the parts stand one behind the other."""
    if len(inside) > 6:
        return None
    for chosen in product(*(sample.spots(name)[:6] for name in inside)):
        if all(_behind(sample, a, b) for a, b in pairwise(chosen)):
            return Spot(chosen[0].line, chosen[0].first, chosen[-1].stop)
    return None


def _behind(sample: Read, a: Spot, b: Spot) -> bool:
    if a.line != b.line or b.first <= a.stop:
        return False
    return _BETWEEN.fullmatch(sample.lines[a.line][a.stop : b.first]) is not None


def _with(sample: Read, name: str, inside: Sequence[str], spot: Spot) -> Read:
    text = sample.cut(spot.line, spot.first, spot.stop)
    kept = [(n, said) for n, said in sample.wanted if n not in inside]
    marks = [(n, at) for n, at in sample.marked if n not in inside]
    # A lone part may stand elsewhere too: then what is said is its text alone.
    sure = len(inside) > 1 or len(sample.spots(inside[0])) == 1
    return replace(
        sample,
        wanted=(*kept, (name, text)),
        marked=(*marks, *(((name, spot),) if sure else ())),
    )
