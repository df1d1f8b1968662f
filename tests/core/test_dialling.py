"""Which numbers are ever dialled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.domain.dialling import WHY_NOT, NoDial, digits_of, why_not_dial

numbers = st.text("0123456789", min_size=10, max_size=10)
odd = st.text("0123456789 ()-.+,;*#pPwW\r\nABC", max_size=16)
NEVER = {"911", "211", "511"}


@given(numbers, st.sampled_from(["{}", "1{}", "+1 {}", "({})", " {} "]))
def test_no_service_code_is_ever_dialled(number: str, form: str) -> None:
    written = form.format(number)
    if why_not_dial(written) is None:
        assert number[:3] not in NEVER
        assert number[3:6] not in NEVER


@given(odd)
def test_only_ten_digits_are_dialled_whatever_is_written(text: str) -> None:
    if why_not_dial(text) is None:
        assert len(digits_of(text)) == 10
        assert not set(text) & set(",;*#pPwW\r\nABC")


@given(numbers)
def test_a_known_routing_number_is_never_dialled(number: str) -> None:
    assert why_not_dial(f"1{number}", (number,)) is NoDial.ROUTING_NUMBER


@given(
    st.from_regex(r"[2-9](?!11)\d\d[2-9](?!11)\d\d\d{4}", fullmatch=True).filter(
        str.isascii
    )
)
def test_numbers_of_subscribers_are_dialled(number: str) -> None:
    assert why_not_dial(number) is None


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (None, NoDial.NO_NUMBER),
        (" ", NoDial.NO_NUMBER),
        ("911", NoDial.EMERGENCY_NUMBER),
        ("9115550101", NoDial.EMERGENCY_NUMBER),
        ("8509110101", NoDial.EMERGENCY_NUMBER),
        ("911-0012", NoDial.EMERGENCY_NUMBER),
        ("211", NoDial.SERVICE_NUMBER),
        ("511", NoDial.SERVICE_NUMBER),
        ("5115550101", NoDial.SERVICE_NUMBER),
        ("8505110101", NoDial.ROUTING_NUMBER),
        ("8502110101", NoDial.ROUTING_NUMBER),
        ("0000000000", NoDial.NOT_A_NUMBER),
        ("555-0101", NoDial.NOT_A_NUMBER),
        ("850555010a", NoDial.NOT_A_NUMBER),
        ("8505550101,,9", NoDial.NOT_A_NUMBER),
    ],
)
def test_each_refusal_has_its_reason(number: str | None, why: NoDial) -> None:
    assert why_not_dial(number) is why
    assert WHY_NOT[why]
