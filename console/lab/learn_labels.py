"""Learns a layout of labels, where samples have no columns in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import product

from aliquot.console.domain.lab import Learned, LearnProblem, NotLearned
from aliquot.console.lab.learn_pairs import ADDRESS, CITY, PARTS, STREET
from aliquot.console.lab.learn_samples import NUMBERS, Read, Spot
from aliquot.console.lab.learn_shapes import TEXTS, Found, Label, Parts, find_shapes
from aliquot.console.lab.learn_start import pattern
from aliquot.console.lab.learn_try import problems
from aliquot.console.lab.toml_text import labelled_head, literal, quoted, value
from aliquot.drivers.lines.label_values import default_kind
from aliquot.drivers.lines.layouts import FirstNumber

# A name, its sign, and blanks up to the value; or a bare name and a blank. Blanks,
# two or more, may be the sign; a bracket in front is of the name.
_SIGNED = re.compile(
    r"(?P<name>[\[({<]?[A-Za-z#][A-Za-z0-9#/]*(?: [A-Za-z0-9#]+)?)"
    r"(?:[ ]{0,3}(?P<sign>[^\sA-Za-z0-9#,;'\"&(+]{1,40})[ ]*|(?P<blanks>[ ]{2,}))$"
)
_POINTS = {"latitude", "longitude", "tower_latitude", "tower_longitude", "altitude_m"}
_RUN = re.compile(r"(.)\1+")
_USUAL_SIGNS = ("=", ":")
_MOST_SIGN = 8
_BARE = re.compile(r"(?:^|(?<=[ ,;]))(?P<name>[A-Za-z]*[A-Za-z#])[ ]*$")
_FIRST_LABEL = re.compile(r"[A-Za-z#][A-Za-z0-9# ]{0,40}[=:]")
_JOINED = {"street": (*STREET, "unit"), **PARTS}
_ROLE_ORDER = {
    "callback_number": ("callback", "first_number"),
    "pani": ("pani", "first_number", "second_number"),
}


_BY_LABELS = "The samples have no columns in common; it goes by labels."
_OWN_ONLY = (
    "Usual labels stand in values of the samples as words, so only the labels that "
    "were marked are read (own_labels_only). Mark every field that is wanted."
)


def learn_labels(reads: Sequence[Read], name: str) -> Learned | NotLearned:
    """A layout of labels that holds for all samples, or what is wrong with the best."""
    single = _with_their_minus([_field(field, reads) for field in _names(reads)])
    least: list[LearnProblem] | None = None
    for fields in _joinings(single):
        shapes = list(find_shapes(fields))
        for own, roles, first in product((False, True), _roles(fields), FirstNumber):
            toml = _toml(reads, name, fields, shapes, roles, first.value, own)
            wrong = problems(toml, reads)
            if not wrong:
                return Learned(toml, (_BY_LABELS, _OWN_ONLY) if own else (_BY_LABELS,))
            if least is None or len(wrong) < len(least):
                least = wrong
    return NotLearned(tuple(least or ()))


def _with_their_minus(fields: Sequence[Found]) -> list[Found]:
    """The minus in front of degrees is theirs, unless it is the sign of others too."""
    county = {label.sign for f in fields if f.name not in _POINTS for label in f.labels}
    return [
        replace(f, labels=tuple(_without_minus(one, county) for one in f.labels))
        if f.name in _POINTS
        else f
        for f in fields
    ]


def _without_minus(label: Label, county: Collection[str]) -> Label:
    if label.sign in county or label.sign[-1:] not in ("+", "-"):
        return label
    sign = label.sign.rstrip("+-")
    usual = "" if sign in _USUAL_SIGNS else sign
    return replace(label, sign=usual, bare=not sign)


def _joinings(fields: Sequence[Found]) -> Iterator[list[Found]]:
    """The fields as they are; then those that one label may stand before all of: a
    street with its directions and suffix, an address with its house number."""
    for names in ((), ("street",), (ADDRESS,), (CITY,), ("street", CITY), PARTS):
        taken: list[Found] | None = list(fields)
        for name in names:
            taken = _as_one(name, taken) if taken else None
        if taken is not None:
            yield taken


def _as_one(name: str, fields: Sequence[Found]) -> list[Found] | None:
    parts = _JOINED[name]
    inside = [one for one in fields if one.name in parts]
    first = next((one for p in parts for one in inside if one.name == p), None)
    if first is None or not first.labels or any(f.name == name for f in fields):
        return None
    # What has a label of its own stands elsewhere: a unit behind UNIT=.
    apart = [one for one in inside if _apart(one, first)]
    rest = [one for one in fields if one not in inside or one in apart]
    spots = _stretches([one for one in inside if one not in apart])
    return [*rest, Found(name, first.labels, spots)]


def _stretches(inside: Sequence[Found]) -> tuple[tuple[Read, Spot], ...]:
    """From where the first of these begins to where the last of them ends."""
    each: dict[int, tuple[Read, Spot]] = {}
    for sample, spot in (pair for one in inside for pair in one.spots):
        _, had = each.get(id(sample), (sample, spot))
        first, stop = min(had.first, spot.first), max(had.stop, spot.stop)
        each[id(sample)] = sample, Spot(spot.line, first, stop)
    return tuple(each.values())


def _apart(one: Found, first: Found) -> bool:
    return one is not first and bool(one.labels) and not one.labels[0].bare


def _names(reads: Sequence[Read]) -> list[str]:
    return list(dict.fromkeys(field for r in reads for field, _ in r.wanted))


def _field(name: str, reads: Sequence[Read]) -> Found:
    having = [r for r in reads if r.text_of(name) is not None]
    common = _common(name, having)
    if common is not None:
        behind = tuple((r, _behind(common, r, r.spots(name))) for r in having)
        return Found(name, (common,), behind)
    each = [_labels(r, s) for r in having for s in r.spots(name)[:1]]
    if each and all(each):
        labels = dict.fromkeys(some[0] for some in each if not some[0].bare)
        alike = len({label.sign for label in labels}) == 1
        if alike and len(labels) < len(each) + 1 and not any(s[0].bare for s in each):
            return Found(name, tuple(labels), ())
    spots = tuple((r, r.spots(name)[0]) for r in having)
    return Found(name, (), spots)


def _behind(label: Label, sample: Read, spots: Sequence[Spot]) -> Spot:
    return next(spot for spot in spots if label in _labels(sample, spot))


def _common(name: str, having: Sequence[Read]) -> Label | None:
    """The label that stands in front of the text in all samples."""
    sets = [
        {label for spot in r.spots(name) for label in _labels(r, spot)} for r in having
    ]
    both = set.intersection(*sets) if sets else set()
    return min(both, key=_plainest(name), default=None)


def _plainest(name: str) -> Callable[[Label], tuple[int, int, str]]:
    """Labels with a sign first; a number behind blanks needs but one of them."""
    text = default_kind(name) in TEXTS and name not in NUMBERS

    def key(one: Label) -> tuple[int, int, str]:
        blanks = one.sign.isspace() and not text
        return 2 * blanks + one.bare, -len(one.text), one.text

    return key


def _labels(sample: Read, spot: Spot) -> list[Label]:
    before = sample.lines[spot.line][: spot.first]
    if found := _SIGNED.search(before):
        words = found["name"].split(" ")
        tails = [" ".join(words[n:]) for n in range(len(words))]
        end, taken = found.end("name"), _taken(sample, spot)
        free = [tail for tail in tails if end - len(tail) >= taken]
        signs = _signs(sample, spot, found)
        if signs is not None:
            bare = [Label(t, bare=True) for t in free if found["blanks"] and len(t) > 1]
            return [Label(tail, bare=False, sign=signs) for tail in free] + bare
    found = _BARE.search(before)
    if found and len(found["name"]) > 1 and found.start() >= _taken(sample, spot):
        return [Label(found["name"], bare=True)]
    return []


def _signs(sample: Read, spot: Spot, found: re.Match[str]) -> str | None:
    """The sign as a layout has it; None where it is a part of the value."""
    if found["blanks"]:
        return "  "
    sign = _RUN.sub(r"\1\1", found["sign"])
    if sign in _USUAL_SIGNS:
        return ""
    return sign if len(sign) <= _MOST_SIGN else None


def _taken(sample: Read, spot: Spot) -> int:
    """Column behind the last value in front of a spot that is surely another's: a
    label has no part of it."""
    ends = [0]
    for name, _ in sample.wanted:
        spots = sample.spots(name)
        if len(spots) == 1 and spots[0].line == spot.line:
            ends += [spots[0].stop] if spots[0].stop <= spot.first else []
    return max(ends)


# --- the file ---------------------------------------------------------------------


def _roles(fields: Sequence[Found]) -> Iterator[dict[str, str]]:
    names = [f.name for f in fields if f.name in _ROLE_ORDER]
    choices: list[dict[str, str]] = [{}]
    for name in names:
        choices = [
            old | {name: role}
            for old in choices
            for role in _ROLE_ORDER[name]
            if role not in old.values()
        ]
    yield from choices


def _toml(
    reads: Sequence[Read],
    name: str,
    fields: Sequence[Found],
    shapes: Sequence[Parts],
    roles: dict[str, str],
    first_number: str,
    own_only: bool,
) -> str:
    start = _start(reads, fields)
    begin = [f"begin = {literal(start)}"] if start else []
    lines = [
        *labelled_head(name, len(reads)),
        f"all = {value(_marks(reads, fields))}",
        *begin,
        "",
        "[quirks]",
        f"first_number = {quoted(first_number)}",
        'second_number = "pani_or_own"',
        *(["own_labels_only = true"] if own_only else []),
        "",
    ]
    for one in fields:
        if one.labels:
            lines += _rule(one, roles.get(one.name, one.name))
    for shape in shapes:
        text = "".join(
            part if isinstance(part, str) else f"<{roles.get(part[1], part[1])}>"
            for part in shape
        )
        lines += ["[[shape]]", f"text = {literal(text)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _marks_of(label: Label, blanks: str) -> Iterator[str]:
    for sign in (label.sign,) if label.sign else (":", "="):
        # Of a run as long as may be, the first two are there for certain.
        run = _RUN.search(sign)
        sure = sign[: run.end()] if run else sign
        yield label.text + (sure if sure.isspace() else f"{blanks}{sure}")


def _start(reads: Sequence[Read], fields: Sequence[Found]) -> str:
    """What all records begin with, up to the sign of the first label; else what their
    columns have in common."""
    for label in (label for one in fields for label in one.labels):
        if not label.bare and label.sign:
            for mark in _marks_of(label, ""), _marks_of(label, " "):
                text = "".join(mark)
                if all(r.lines[0].lstrip().startswith(text) for r in reads):
                    return re.escape(text).replace(r"\ ", " ")
    each = [_FIRST_LABEL.match(r.lines[0].lstrip()) for r in reads]
    texts = {found[0] if found else "" for found in each}
    if len(texts) == 1 and (text := texts.pop()):
        return re.escape(text).replace(r"\ ", " ")
    return pattern(reads, ())[0]


def _rule(one: Found, name: str) -> list[str]:
    bare = ["bare = true"] if any(label.bare for label in one.labels) else []
    signs = [f"sign = {quoted(sign)}"] if (sign := one.labels[0].sign) else []
    return [
        "[[field]]",
        f"name = {quoted(name)}",
        f"labels = {value([label.text for label in one.labels])}",
        *bare,
        *signs,
        "",
    ]


def _marks(reads: Sequence[Read], fields: Sequence[Found]) -> list[str]:
    """Labels with their sign that stand in all samples: by these it is known. Where
    no label has a sign, by those with a blank behind them."""
    found: list[str] = []
    for one in fields:
        for label in one.labels:
            for sign in ("", " ") if not label.bare else ():
                for mark in _marks_of(label, sign):
                    if _in_all(mark, reads):
                        found.append(mark)
    bare = (f"{label.text} " for one in fields for label in one.labels if label.bare)
    return list(dict.fromkeys(found or (mark for mark in bare if _in_all(mark, reads))))


def _in_all(mark: str, reads: Sequence[Read]) -> bool:
    return all(any(mark in line for line in r.lines) for r in reads)
