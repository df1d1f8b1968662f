"""NO RECORD FOUND in the words of any county; names and suffixes of streets."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord, Noise


def one(text: str) -> AliRecord:
    (heard,) = parse_bytes(text.encode("latin-1"))
    assert isinstance(heard, AliRecord), text
    return heard


@pytest.mark.parametrize(
    "text",
    [
        "(509) 555-0142\r\nNO RECORD FOUND\r\n",
        "(509) 555-0142 02/23 08:05\r\n*** NO ALI RECORD FOUND ***\r\n",
        "5095550142 RECORD NOT FOUND ESN 999",
        "RECORD NOT FOUND\r\n(509) 555-0142\r\n",
        "POS 03 509-555-0142 NO ALI FOUND\r\n",
        "509.555.0142\r\nALI NOT FOUND\r\n",
        "+1 509 555 0142\r\nNO ALI INFO\r\n",
    ],
)
def test_no_record_found_is_a_record_of_a_call_in_any_county(text: str) -> None:
    record = one(text)
    assert record.fields["callback_number"] == "5095550142"
    warned = {"no_record_found", "label_guessed", "class_not_readable"}
    assert warned <= set(record.warnings)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("911-0042\r\nANI FAILURE", "ani_failure"),
        ("(509) 911-0042 ANI FAILURE 02/23 08:05", "ani_failure"),
        ("911-0042\r\nPOS 03\r\nANI FAILURE\r\n", "ani_failure"),
        ("(000) 000-0000 NO RECORD FOUND", "no_record_found"),
    ],
)
def test_where_there_is_no_number_what_came_for_one_is_kept(
    text: str, code: str
) -> None:
    record = one(text)
    assert "callback_number" not in record.fields
    assert text.startswith(str(record.fields["note"]))
    assert {code, "no_callback"} <= set(record.warnings)


def test_no_record_found_makes_no_routing_number_one_to_be_called() -> None:
    for text in (
        "(509) 511-0142\r\nNO RECORD FOUND",
        "509-211-0142 NO ALI RECORD",
        "(911) 555-0142\r\nRECORD NOT FOUND",
        "(509) 555-0142 WPH1 NO RECORD FOUND",
        "NO RECORD FOUND\r\n509-511-0142",
        "NO RECORD FOUND\r\n(911) 555-0142",
        "509-511-0142 NO RECORD FOUND CALL 800-555-0142 FOR TROUBLE",
    ):
        assert "callback_number" not in one(text).fields, text


def test_of_two_numbers_nobody_knows_whose_record_was_not_found() -> None:
    (said,) = parse_bytes(b"NO RECORD FOUND\r\n509-555-0142\r\n509-555-0143")
    assert isinstance(said, Noise)


def test_a_notice_that_only_speaks_of_such_a_record_is_none() -> None:
    (notice,) = parse_bytes(b"UPDATE TONIGHT: CALLS MAY SHOW NO RECORD FOUND")
    assert isinstance(notice, Noise)


@pytest.mark.parametrize(
    ("street", "name", "suffix"),
    [
        ("OLD FRANKFORT PIKE", "OLD FRANKFORT", "PIKE"),
        ("PIKE ST", "PIKE", "ST"),
        ("THE LOT 4", "THE LOT 4", None),
    ],
)
def test_names_and_suffixes_of_streets(
    street: str, name: str, suffix: str | None
) -> None:
    record = one(f"CLASS: RESD ADDRESS: 12 {street}")
    assert record.fields["street_name"] == name
    assert record.fields.get("street_suffix") == suffix
