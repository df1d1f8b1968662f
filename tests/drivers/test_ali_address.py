"""A town with its state in one stretch, and signs that a layout names."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.address import take_city_state
from aliquot.drivers.lines.ali import parse_own
from aliquot.drivers.lines.api import AliRecord, LineSettings
from aliquot.drivers.lines.draft import Draft
from aliquot.drivers.lines.field_text import FieldText
from aliquot.drivers.lines.label_file import parse_label_layout
from aliquot.drivers.lines.layouts import LayoutError


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("KEENE NY", {"community": "KEENE", "state": "NY"}),
        ("ST ALBANS BAY, VT", {"community": "ST ALBANS BAY", "state": "VT"}),
        (
            "KEENE NY 03431-1200",
            {"community": "KEENE", "state": "NY", "postal_code": "03431-1200"},
        ),
        ("NORTH RANGE", {"community": "NORTH RANGE"}),
        ("NY", {"state": "NY"}),
        (" ", {}),
    ],
)
def test_a_town_is_parted_from_its_state(text: str, wanted: dict[str, str]) -> None:
    draft = Draft(0)
    take_city_state(FieldText(text, tuple(range(len(text)))), draft)
    assert draft.fields == wanted
    for name, (begin, end) in draft.spans.items():
        assert text[begin:end] == wanted[name]


LAYOUT = """
kind = "labelled"
name = "signs"
title = "A sign of its own"
[match]
all = ["ZONE="]
[quirks]
own_labels_only = true
[[field]]
name = "customer_name"
labels = ["NAME"]
sign = "{}"
[[field]]
name = "esn"
labels = ["ZONE"]
"""


@pytest.mark.parametrize(
    ("sign", "text", "name"),
    [
        ("-", "NAME-LI, JEAN-MARC ZONE=00123", "LI, JEAN-MARC"),
        ("-", "NAME   - BO ZONE=00123", "BO"),
        ("..", "NAME......BO ZONE=00123", "BO"),
        ("..", "NAME.BO ZONE=00123", None),
        ("  ", "NAME   BO ZONE=00123", "BO"),
        ("  ", "NAME BO ZONE=00123", None),
        (">", "NAME=BO ZONE=00123", None),
    ],
)
def test_only_the_named_sign_makes_the_label(
    sign: str, text: str, name: str | None
) -> None:
    layout = parse_label_layout(LAYOUT.format(sign), "signs")
    (heard,) = parse_own(text.encode() + b"\r\n", layout, LineSettings())
    assert isinstance(heard, AliRecord)
    assert heard.fields.get("customer_name") == name
    assert heard.fields["esn"] == "00123"


@pytest.mark.parametrize("sign", [" ", "x", "-" * 9])
def test_a_sign_that_is_none_is_refused(sign: str) -> None:
    with pytest.raises(LayoutError, match="sign"):
        parse_label_layout(LAYOUT.format(sign), "signs")
