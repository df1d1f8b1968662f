"""What was found for one field, and how it gets into the record."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from aliquot.drivers.lines.address import take_address, take_city_state, take_street
from aliquot.drivers.lines.draft import Draft
from aliquot.drivers.lines.field_text import FieldText
from aliquot.drivers.lines.label_denied import Denials
from aliquot.drivers.lines.label_text import FlatText
from aliquot.drivers.lines.label_values import behind_label, read_value
from aliquot.drivers.lines.layouts import Kind
from aliquot.drivers.lines.numbers import NumberKind, classify, digits
from aliquot.drivers.lines.street import is_direction
from aliquot.drivers.lines.values import class_code

ROLES = frozenset(("first_number", "second_number", "callback", "pani"))
_CALLERS = frozenset(("first_number", "callback"))
_PHONE = re.compile(rf"(?:{behind_label(Kind.TELEPHONE).pattern})(?![A-Za-z0-9-])")
_GAP = re.compile(r" {2,}")
_COLUMNS = 32
_LABELLED = re.compile(r"[A-Za-z#]{2,12}[=:]")
_AGENCY = re.compile(r"(?:POL|POLICE|LAW|FIR|FIRE|EMS|MED|MEDICAL)[=:]", re.IGNORECASE)
_RESPONDERS = ("law", "fire", "ems")
# Providers whose codes stand where an agency should stand.
PROVIDERS = frozenset(
    (
        *("VZW", "ATTMO", "SPPCS", "TMOB", "USCC", "CZNE", "WTC", "VERIZ", "TRDO"),
        *("CHTR", "BELSO", "BELS", "AMTCH", "TWCBL", "ONSTA", "CMCST", "SPPC"),
        *("ATTM", "ATTIS"),
    )
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A label or a place of a shape, and the text that stands there."""

    name: str
    kind: Kind
    piece: FieldText
    at: int
    rule: str
    wrong: bool = False  # something stands there that is no such value
    cut: bool = False  # the same, and it is the end of the text
    marked: bool = True  # its label has its mark
    unsure: bool = False  # it may be somebody else's

    @property
    def blank(self) -> bool:
        return self.piece.blank


def take(one: Taken, flat: FlatText, draft: Draft) -> None:
    """Reads what was found and puts it, with what is to be said of it."""
    draft.rule = one.rule
    if one.unsure and not one.blank:
        draft.warn("label_guessed")
    if one.wrong:
        draft.warn("cut" if one.cut else "bad_value")
        if one.kind is Kind.CLASS_OF_SERVICE:
            draft.warn("class_not_readable")
    value = one.piece.strip(" ,;\n")
    if not value.blank:
        _warn_of_repair(value, flat, draft)
        _put(one, value, draft)
    draft.rule = ""


def without_denied(taken: list[Taken], denials: Denials, draft: Draft) -> list[Taken]:
    """Without numbers that the text says are none to call, so that another one counts;
    those of which it leaves doubt may be somebody else's."""
    if not denials.denied and not denials.doubtful:
        return taken
    kept: list[Taken] = []
    for one in taken:
        number = digits(one.piece.text.strip(" ,;\n")) if one.name in _CALLERS else None
        if number in denials.denied:
            draft.warn("callback_denied")
        else:
            unsure = one.unsure or number in denials.doubtful
            kept.append(replace(one, unsure=unsure))
    return kept


def without_doubtful(taken: list[Taken]) -> list[Taken]:
    """Without numbers that may be somebody else's, or have a label without its mark,
    where a number with a label that leaves no doubt is there."""
    numbers = [one for one in taken if one.name in _CALLERS and not one.blank]
    sure = any(not one.unsure for one in numbers)
    marked = {one.name for one in numbers if one.marked and not one.unsure}

    def counts(one: Taken) -> bool:
        if one.name not in _CALLERS or one.blank:
            return True
        return (one.marked or one.name not in marked) and not (one.unsure and sure)

    return [one for one in taken if counts(one)]


def _warn_of_repair(value: FieldText, flat: FlatText, draft: Draft) -> None:
    begin, end = value.index[0], value.index[-1]
    if any(begin < flat.index[at] <= end for at in flat.joined if at < len(flat.index)):
        draft.warn("token_repaired")


def _put(one: Taken, value: FieldText, draft: Draft) -> None:
    if one.name in ROLES:
        if one.name not in draft.roles:
            draft.take_role(one.name, value)
    elif one.kind is Kind.ADDRESS:
        take_address(value, draft)
    elif one.kind is Kind.STREET:
        if "street_name" not in draft.fields:
            take_street(value, draft)
    elif one.kind is Kind.RESPONDERS:
        _put_responders(one.piece, draft)
    elif one.kind is Kind.TYPE_POSITION:
        draft.put("position", value.text[1:], value[1:])
    elif one.kind is Kind.CITY_STATE:
        take_city_state(value, draft)
    elif one.name == "location" and _is_number(value):
        _put_number_for_location(value, draft)
    elif one.name == "customer_name" and (number := _PHONE.match(value.text)):
        _put_number_for_name(one, value, number.end(), draft)
    elif one.name not in draft.fields:
        _put_value(one, value, draft)
    elif one.kind in (Kind.TEXT, Kind.LINE) and one.name in ("note", "location"):
        draft.add_text(one.name, value)


def _put_value(one: Taken, value: FieldText, draft: Draft) -> None:
    if one.kind is Kind.SUFFIX_OR_DIRECTION:
        name = "prefix_directional" if is_direction(value.text) else one.name
        draft.put(name, value.text, value)
        return
    if one.name == "law" and is_direction(value.text):  # PD is both in address forms
        if "prefix_directional" not in draft.fields:
            draft.put("prefix_directional", value.text, value)
        return
    found = read_value(one.kind, value.text)
    draft.warn(*found.warnings)
    if found.value is not None:
        draft.put(one.name, found.value, value)


def _is_number(value: FieldText) -> bool:
    return classify(value.text)[1] is not None


def _put_number_for_location(value: FieldText, draft: Draft) -> None:
    """A wireless call's number may stand where the location should stand."""
    if "callback" not in draft.roles:
        draft.take_role("callback", value)
        kind = classify(value.text)[0]
        draft.warn(*(("label_guessed",) if kind is NumberKind.PLAIN else ()))


def _put_number_for_name(one: Taken, value: FieldText, end: int, draft: Draft) -> None:
    """``CALLER: 617-555-0142 WPH2``: a number stands where a name should stand."""
    if not draft.roles.keys() & _CALLERS:
        draft.take_role("first_number", value[:end])
        draft.warn("label_guessed")
    rest = value[end:].strip(" ,;/-")
    if not rest.blank and class_code(rest.text) is None:
        _put_value(one, rest, draft)


def _put_responders(whole: FieldText, draft: Draft) -> None:
    """Three lines of 32 columns, or what became of them: glued, cut, with a provider.

    Text that cannot be told apart is kept as a note; what has a label in front is
    taken by that.
    """
    parts = _chunks(whole)
    if any(_AGENCY.match(part.text) for part in parts):
        return
    in_columns = _on_columns(whole)
    words = [part for part in parts if not _LABELLED.match(part.text)]
    in_columns = in_columns and len(words) == len(parts)
    if words and words[0].text in PROVIDERS:
        if "company_id" not in draft.fields:
            draft.put("company_id", words[0].text, words[0])
        words, in_columns = words[1:], False
    names = [part for part in words if any(c.isalpha() for c in part.text)]
    if in_columns or len(names) == len(_RESPONDERS):
        for name, part in zip(_RESPONDERS, names, strict=False):
            if name not in draft.fields:
                draft.put(name, part.text, part)
        return
    for part in words:
        if any(c.isalnum() for c in part.text):
            draft.add_text("note", part)


def _chunks(whole: FieldText) -> list[FieldText]:
    parts: list[FieldText] = []
    at = 0
    for gap in _GAP.finditer(whole.text):
        parts.append(whole[at : gap.start()].strip())
        at = gap.end()
    parts.append(whole[at:].strip())
    return [part for part in parts if not part.blank]


def _on_columns(whole: FieldText) -> bool:
    """Every stretch begins on a border of 32 columns."""
    text = whole.text.rstrip()
    begins = [0, *(gap.end() for gap in _GAP.finditer(text))]
    borders = {0, _COLUMNS, 2 * _COLUMNS}
    return len(begins) > 1 and set(begins) <= borders
