"""Bytes lost on the line: what is shown is right, or it is not shown."""

from __future__ import annotations

import pytest
from ali_records import in_lines, record, spill

from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import AliRecord, Frame, Framing, LineSettings

FULL = record()
NARROW = [
    "(509) 511-7516 WPH1 01/13 13:19",
    "AT&T MOBILITY".ljust(28),
    "       123       P#509-511-7516",
    "N  MAIN ST".ljust(25),
    "".ljust(20),
    "CALLBK=(509)560-0000  814 02948",
    "WA TONASKET",
]
SENT = {
    "stream": spill(FULL),
    "padded lines": in_lines(FULL),
    "padded lines, CR LF": in_lines(FULL, b"\r\n"),
    "30W, padded": in_lines(NARROW, b"\r\n"),
}


def read(payload: bytes) -> AliRecord | None:
    frame = Frame(payload, payload, 0, len(payload), 0, 0, Framing.STX_ETX)
    (heard,) = DRIVER.decoder(LineSettings()).decode(frame)
    return heard if isinstance(heard, AliRecord) else None


@pytest.mark.parametrize("shape", SENT)
@pytest.mark.parametrize("lost", [1, 4, 5, 16, 32, 33, 100])
def test_no_lost_stretch_puts_a_wrong_text_into_a_field(shape: str, lost: int) -> None:
    if (shape, lost) == ("30W, padded", 33):
        lost = 35  # at 33 two lines become one of the right width: that is not seen
    sent = SENT[shape]
    whole = read(sent)
    assert whole is not None
    assert not {"damaged", "reflowed"} & set(whole.warnings)
    # A loss within the last line of 30W, which has no width, cannot be seen.
    end = len(sent) - lost - (len(NARROW[-1]) + 2 if shape == "30W, padded" else 0)
    for at in range(31, end, 3):
        got = read(sent[:at] + sent[at + lost :])
        # Twelve whole lines are a record: that the others are lost cannot be seen.
        if got is None or len(got.raw.strip().splitlines()) == 12:
            continue
        wrong = dict(got.fields.items() - whole.fields.items())
        # Its two parts stand in different lines: one of them may be left.
        part = str(wrong.pop("location", ""))
        assert part in str(whole.fields.get("location", "")), at
        assert not wrong, at
        if len(got.fields) < len(whole.fields):
            assert {"damaged", "bad_value", "cut"} & set(got.warnings), at


def test_a_record_without_class_says_that_its_address_may_be_a_tower() -> None:
    rows = [*FULL]
    rows[2] = f"{'TEST CELL':<28}W?H2"
    got = read(spill(rows))
    assert got is not None
    assert "class_of_service" not in got.fields
    assert {"bad_value", "class_not_readable"} <= set(got.warnings)


def test_a_house_number_has_a_digit() -> None:
    rows = [*FULL]
    rows[3] = f"{'NYS RTE':>8}{'':<9}MAIN ST".ljust(32)
    got = read(spill(rows))
    assert got is not None
    assert "house_number" not in got.fields
    assert "bad_value" in got.warnings


def test_a_damaged_record_keeps_what_labels_prove() -> None:
    sent = spill(FULL)
    at = sent.index(b"TEST CELL") + 3
    got = read(sent[:at] + sent[at + 16 :])
    assert got is not None
    assert "damaged" in got.warnings
    assert got.fields["callback_number"] == "3157780000"
    assert got.fields["latitude"] == 43.8
    assert got.fields["ems"] == "VERIFY LOCATION"
    assert not {"house_number", "community", "street_name"} & got.fields.keys()
