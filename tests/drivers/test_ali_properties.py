"""What must hold of any text: numbers never offered, spans, cost, no exception."""

from __future__ import annotations

import random
import re
import time
from functools import partial
from itertools import product

import pytest
from ali_family_records_more import CASES
from ali_records import WIRELESS, lines
from hypothesis import given, settings
from hypothesis import strategies as st
from linear import TRIES, stays_below

from aliquot.drivers.lines.ali import DRIVER, parse_bytes
from aliquot.drivers.lines.api import (
    FIELD_NAMES,
    AliRecord,
    Frame,
    Framing,
    LineSettings,
    Warnings,
)
from aliquot.drivers.lines.label_layout import generic, labelled

TEXTS = [text for _, text, _, _ in CASES]
LABELS = [label for rule in generic().rules for label in rule.labels]
NUMBER = re.compile(r"\(?\d{3}\)?[ ./-]{0,2}\d{3}[ .-]?\d{4}")
NOT_DIALLED = ("911", "211", "511")


def never_dialled(record: AliRecord) -> None:
    number = record.fields.get("callback_number")
    if number is None:
        return
    assert isinstance(number, str)
    assert re.fullmatch(r"[2-9]\d\d[2-9]\d{6}", number)
    assert number[:3] not in NOT_DIALLED
    assert number[3:6] not in NOT_DIALLED
    assert number != record.fields.get("pani")


def made_from(record: AliRecord) -> None:
    """Each value is what the bytes of its span say."""
    assert record.fields.keys() == record.spans.keys() == record.rules.keys()
    assert set(record.fields) <= set(FIELD_NAMES)
    assert set(record.warnings) <= set(Warnings().known)
    for name, value in record.fields.items():
        begin, end = record.spans[name]
        assert 0 <= begin < end <= len(record.raw)
        piece = bytes(b & 0x7F for b in record.raw[begin:end]).decode("ascii")
        said = re.sub(r"\s*\(Con't\) \d+ of \d+\s*", "", piece)
        if name in ("callback_number", "pani"):
            digits = re.sub(r"\D", "", said)
            assert digits[-10:] == value, name
        elif isinstance(value, float) and ":" not in said:
            number = re.sub(r"[^0-9.]", "", said)
            assert float(number) == pytest.approx(abs(value), abs=1e-9), name
        elif isinstance(value, str) and name in ("class_of_service", "esn", "state"):
            small = name == "class_of_service"  # small letters become capitals
            assert (said.upper() if small else said) == value, name


def sound(record: AliRecord) -> None:
    never_dialled(record)
    made_from(record)


def records(data: bytes) -> list[AliRecord]:
    heard = parse_bytes(data)
    assert b"".join(got.raw for got in heard) == data
    return [got for got in heard if isinstance(got, AliRecord)]


@pytest.mark.parametrize("text", TEXTS)
def test_spans_and_numbers_of_each_family(text: str) -> None:
    found = records(text.encode("latin-1"))
    assert found
    for record in found:
        sound(record)


number = st.builds(
    lambda npa, nxx, line, form: form.format(npa, nxx, line),
    st.sampled_from(["315", "911", "211", "511", "011", "802", "999"]),
    st.sampled_from(["511", "211", "911", "778", "555", "011", "411"]),
    st.integers(0, 9999).map("{:04}".format),
    st.sampled_from(
        ["({}) {}-{}", "({}){}-{}", "{}-{}-{}", "{}{}{}", "{} {}-{}", "{}/{}-{}"]
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TEXTS), st.lists(number, min_size=1, max_size=6))
def test_no_family_offers_a_number_that_must_not_be_dialled(
    text: str, numbers: list[str]
) -> None:
    """Every number of a record replaced by others, so all stand in all places."""
    give = iter(numbers * 20)
    for record in records(NUMBER.sub(lambda _: next(give), text).encode("latin-1")):
        never_dialled(record)


@settings(max_examples=100, deadline=None)
@given(number, number, st.sampled_from(["WPH1", "WPH2", "RESD", "VOIP", "WRLS"]))
def test_no_columns_offer_one_either(first: str, second: str, service: str) -> None:
    rows = {
        1: f"{first[:12]:<12} 03/07 06:56:39  095",
        3: f"{'TEST':<28}{service}",
        11: f"MTN:{second[:12]:<19}CPF:VZW  ",
    }
    for record in records(lines(WIRELESS, rows)):
        never_dialled(record)


value = st.one_of(
    number,
    st.sampled_from(["WPH2", "RESD", "R", "", "43.801", "-076.101", "0", "090%", "x"]),
    st.integers(-200, 10**7).map(str),
    st.text(alphabet="ABC -.,:=()#0159\n|", max_size=12),
)
part = st.tuples(
    st.sampled_from(LABELS),
    st.sampled_from(["=", ":", " ", ": ", " = ", ""]),
    value,
    st.sampled_from([" ", "", "\n", "  ", "\r\n", "," * 2]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(part, max_size=12))
def test_any_labels_with_any_values(parts: list[tuple[str, str, str, str]]) -> None:
    text = "".join("".join(one) for one in parts)
    for record in records(text.encode("latin-1")):
        sound(record)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TEXTS), st.randoms(use_true_random=False))
def test_damaged_text_of_any_family_never_raises(text: str, rng: random.Random) -> None:
    data = bytearray(text.encode("latin-1"))
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(data))
        data[at : at + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
    frame = Frame(bytes(data), bytes(data), 0, len(data), 10**15, 0, Framing.GAP)
    for got in DRIVER.decoder(LineSettings()).decode(frame):
        if isinstance(got, AliRecord):
            never_dialled(got)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TEXTS), st.integers(0, 300))
def test_a_text_cut_anywhere_claims_no_more_than_it_has(text: str, end: int) -> None:
    for record in records(text[:end].encode("latin-1")):
        sound(record)


def test_a_wireless_routing_number_by_its_label_is_never_the_callers() -> None:
    roles, classes = ("P#", "MTN:", "PANI=", "ESRK:"), ("WPH1", "WPH2", "WRLS", "W911")
    for role, service in product(roles, classes):
        text = f"CLASS:{service} {role}315-778-0000 LAT:43.8 LON:-76.1"
        (record,) = records(text.encode())
        assert "callback_number" not in record.fields
        assert record.fields["pani"] == "3157780000"


# --- cost ---------------------------------------------------------------------------

HARD = {
    "zeros": b"0",
    "blanks": b" ",
    "ends": b"\n",
    "labels": b"LAT:",
    "label_blanks": b"LAT:          ",
    "marks": b"=",
    "numbers": b"+038.877 010 ",
    "telephones": b"(315) 778-",
    "pipes": b"|RES|",
    "tags": b"<td ",
    "parts": b"(Con't) 4 of ",
    "cell": b"CELL = 1 SECTOR",
    "class": b"WPH2 -080.1 ",
    "adsi": b">E9< ADDR = LOC P# PTYPE",
    "nws": b"Special Response Info: Class of Service: ",
    "letters": b"A B ",
    "dates": b"06/26/2015 08:29 ",
    "ky": b"ESN= UNIT= TELCO= ALT#=",
    "adsi_name": b">E9<NAME=A",
    "commas": b", ",
}


def seconds(data: bytes) -> float:
    begin = time.process_time()
    parse_bytes(data)
    return time.process_time() - begin


@pytest.mark.parametrize("name", HARD)
def test_hard_text_costs_time_linear_in_its_length(name: str) -> None:
    unit = HARD[name]
    small = (unit * (1 << 16))[: 1 << 16]
    large = (unit * (1 << 18))[: 1 << 18]
    # Four times the length; sixteen times would be its square.
    assert stays_below(partial(seconds, small), partial(seconds, large), 9, 0.02)


@pytest.mark.long
@pytest.mark.parametrize("name", ["mixed", "random"])
def test_a_megabyte_of_any_bytes_costs_time_linear_in_its_length(name: str) -> None:
    rng = random.Random(5)
    mixed = [text.encode("latin-1") + b"\n" for text in TEXTS] + list(HARD.values())
    make = {
        "mixed": lambda size: b"".join(rng.choices(mixed, k=size // 20))[:size],
        "random": rng.randbytes,
    }[name]
    small, large = make(1 << 18), make(1 << 20)
    assert stays_below(partial(seconds, small), partial(seconds, large), 6, 0.05)


def quick(pattern: re.Pattern[str], text: str) -> bool:
    """Under a second of processor time, at one try at least."""
    for _ in range(TRIES):
        begin = time.process_time()
        pattern.search(text)
        if time.process_time() - begin < 1.0:
            return True
    return False


def test_no_shape_of_a_layout_costs_more_than_its_text_is_long() -> None:
    """Each shape alone on each hard text: twice the length, no more than thrice."""
    for layout, unit in product(labelled(), HARD.values()):
        small = (unit.decode("latin-1") * 2048)[:2048]
        for shape in layout.shapes:
            assert quick(shape.pattern, small), (layout.name, shape.source)
