"""An address or a town in one stretch of text, taken apart into its fields.

It is the same behind a label and in columns.
"""

from __future__ import annotations

import re

from aliquot.drivers.lines.draft import Draft
from aliquot.drivers.lines.field_text import FieldText
from aliquot.drivers.lines.layouts import Kind
from aliquot.drivers.lines.street import cut_sector, cut_unit, split_street
from aliquot.drivers.lines.values import read

_HOUSE = re.compile(r"(\d{1,6}[A-Z]?(?:-\d{1,6}[A-Z]?)?)(?: +(1/2|½))?(?= +\S)")
_UNIT_AND_HOUSE = re.compile(r"(\d{1,5})[ -]+(?=\d{1,6} +[A-Za-z])")
_UNIT = re.compile(r"(?:APT|STE|SUITE|UNIT|LOT|RM|FLR|BLDG|#)\b|#", re.IGNORECASE)
# A state is two letters by themselves; behind it the postal code may stand.
_CITY_STATE = re.compile(
    r"(?:(?P<city>\S.{0,78}?)[ ,]+)?(?P<state>[A-Z]{2})"
    r"(?:[ ,]+(?P<code>\d{5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d))?"
)


def take_street(value: FieldText, draft: Draft) -> None:
    """Puts direction, name, suffix, unit and the sector of a tower."""
    street, sector = cut_sector(value)
    if "unit" not in draft.fields:
        street, unit = cut_unit(street)
        if unit is not None:
            draft.put("unit", unit.text, unit)
    parts = split_street(_without_prefix(street, draft))
    for name, part in parts.items():
        draft.put(name, part.text, part)
    if sector is not None:
        draft.add_text("location", sector)


def _without_prefix(street: FieldText, draft: Draft) -> FieldText:
    """The direction may stand behind the house number and here once more."""
    prefix = f"{draft.fields.get('prefix_directional', '')} "
    again = prefix != " " and street.text.startswith(prefix)
    rest = street[len(prefix) :].strip() if again else street
    return street if rest.blank else rest


def take_address(value: FieldText, draft: Draft) -> None:
    """Puts house number and street, with the unit or the town behind a comma."""
    if "street_name" in draft.fields or "house_number" in draft.fields:
        return
    unit = _UNIT_AND_HOUSE.match(value.text)
    if unit is not None and "-" not in unit[0]:
        draft.put("unit", unit[1], value[: unit.end(1)])
        draft.warn("label_guessed")
        value = value[unit.end() :]
    house = _HOUSE.match(value.text)
    if house is not None:
        number = value[: house.end(1)]
        found = read(Kind.HOUSE_NUMBER, number.text)
        draft.warn(*found.warnings)
        if found.value is not None:
            draft.put("house_number", found.value, number)
        if house[2]:
            draft.put("house_number_suffix", house[2], value[slice(*house.span(2))])
        value = value[house.end() :].strip()
    comma = value.text.find(",")
    if comma > 0:
        rest = value[comma + 1 :].strip(" ,")
        value = value[:comma].strip()
        name = "unit" if _UNIT.match(rest.text) else "community"
        if not rest.blank and name not in draft.fields:
            draft.put(name, rest.text, rest)
    take_street(value, draft)


def take_city_state(value: FieldText, draft: Draft) -> None:
    """Puts a town, and the state and the postal code where they are behind it."""
    value = value.strip(" ,")
    found = _CITY_STATE.fullmatch(value.text)
    if found is None:
        if not value.blank:
            draft.put("community", value.text, value)
        return
    names = {"community": "city", "state": "state", "postal_code": "code"}
    for name, group in names.items():
        if found[group] is not None and name not in draft.fields:
            part = value[found.start(group) : found.end(group)].strip(" ,")
            draft.put(name, part.text, part)
