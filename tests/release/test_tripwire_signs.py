"""Numbers that are written with other signs than digits are numbers to the tripwire."""

from __future__ import annotations

import unicodedata

import pytest

from aliquot.console.release.tripwire import Alarm, scan_text

SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"
CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"
WIDE = "０１２３４５６７８９"


def written(text: str, signs: str) -> str:
    return "".join(signs[int(c)] if c.isdigit() else c for c in text)


@pytest.mark.parametrize("signs", [SUPERSCRIPT, CIRCLED, WIDE])
def test_a_number_in_other_signs_is_found(signs: str) -> None:
    found = scan_text("label", f"Call {written('617-555-0142', signs)} now")
    assert {hit.alarm for hit in found} == {Alarm.PHONE}
    found = scan_text("label", f"At {written('15', signs)} Oak Court")
    assert {hit.alarm for hit in found} == {Alarm.HOUSE_NUMBER}


def test_other_signs_stand_for_the_digits() -> None:
    for signs in (SUPERSCRIPT, CIRCLED, WIDE):
        assert unicodedata.normalize("NFKC", signs) == "0123456789"
