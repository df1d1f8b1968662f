"""Layouts learned from samples decode records that were not among them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aliquot.console.domain.lab import Learned, Mark, NotLearned, Sample
from aliquot.console.lab import own_layout
from aliquot.console.lab.learn import learn
from aliquot.console.lab.learn_kinds import found_in, same
from aliquot.console.lab.learn_samples import read
from aliquot.console.lab.learn_try import decode_all

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
ALI = SHARED / "data" / "lines" / "ali"
NAMES = ("OKAFOR, ADA", "LI, WEN", "HALDEN GRANGE HALL", "ST CLAIR, M", "BO, A")
STREETS = ("ORCHARD HILL RD", "MAIN ST", "OLD COUNTY LINE RD", "ELM ST", "RTE 9")
TOWNS = ("HALDEN", "NORTH RANGE", "LO", "ST ALBANS BAY", "KEENE")
CLASSES = ("RESD", "BUSN", "VOIP", "CNTX")


# --- counties of our own ----------------------------------------------------------


@dataclass(frozen=True)
class Slot:
    """A field in a line: how wide, at which end its text stands, its label."""

    name: str
    width: int
    right: bool = False
    label: str = ""


@dataclass(frozen=True)
class County:
    """Lines of slots with blanks between them."""

    lines: tuple[tuple[tuple[int, Slot], ...], ...]
    padded: bool
    line_end: str

    def record(self, values: dict[str, str]) -> bytes:
        out = []
        for line in self.lines:
            text = ""
            for gap, slot in line:
                value = values[slot.name]
                room = (
                    value.rjust(slot.width) if slot.right else value.ljust(slot.width)
                )
                text += " " * gap + slot.label + room
            out.append(text if self.padded else text.rstrip())
        return (self.line_end.join(out) + self.line_end).encode()


def values_of(rng: random.Random) -> dict[str, str]:
    number = f"({rng.choice((315, 509, 606))}) 555-{rng.randrange(100, 200):04}"
    return {
        "callback_number": number,
        "record_date": f"{rng.randrange(1, 13):02}/{rng.randrange(1, 29):02}/2026",
        "record_time": f"{rng.randrange(24):02}:{rng.randrange(60):02}",
        "class_of_service": rng.choice(CLASSES),
        "customer_name": rng.choice(NAMES),
        "house_number": str(rng.choice((7, 18, 410, 1210, 22875))),
        "street_name": rng.choice(STREETS),
        "community": rng.choice(TOWNS),
        "state": "NY",
        "esn": f"{rng.randrange(1000):05}",
        "latitude": f"+{rng.uniform(43, 44):010.6f}",
        "longitude": f"-{rng.uniform(74, 76):010.6f}",
        "uncertainty_m": str(rng.choice((9, 46, 299, 2510))),
    }


@st.composite
def counties(draw: st.DrawFn) -> County:
    first = [
        Slot("callback_number", 14),
        Slot("class_of_service", 4),
        Slot("record_date", 10),
        Slot("record_time", 5),
    ]
    rest = [
        Slot("customer_name", draw(st.integers(18, 30))),
        Slot("house_number", 8, right=draw(st.booleans())),
        Slot("street_name", draw(st.integers(18, 40))),
        Slot("community", draw(st.integers(14, 30))),
        Slot("state", 2),
        Slot("esn", 5, label=draw(st.sampled_from(("", "ESN:", "ESN=")))),
        Slot("latitude", 11, label=draw(st.sampled_from(("LAT:", "Y=", "")))),
        Slot("longitude", 11, label=draw(st.sampled_from(("LON:", "X=", "")))),
        Slot("uncertainty_m", 6, label=draw(st.sampled_from(("COF:", "UNC=")))),
    ]
    order = draw(st.permutations(rest))
    cuts = sorted(
        draw(st.lists(st.integers(1, 8), min_size=1, max_size=5, unique=True))
    )
    pieces = [first] if draw(st.booleans()) else []
    lone = not pieces
    edges = [0, *cuts, len(order)]
    for a, b in pairwise(edges):
        pieces.append((first if lone and a == 0 else []) + list(order[a:b]))
    gaps = st.integers(1, 3)
    lines = tuple(
        tuple((draw(gaps) if n else 0, slot) for n, slot in enumerate(piece))
        for piece in pieces
    )
    return County(
        lines, draw(st.booleans()), draw(st.sampled_from(("\r", "\r\n", "\n")))
    )


def wrong_in(toml: str, county: County, values: list[dict[str, str]]) -> list[str]:
    layout = own_layout.parse_any(toml, "learned")
    reads = [read(Sample(str(n), county.record(v))) for n, v in enumerate(values)]
    found = []
    for want, record in zip(values, decode_all(layout, reads), strict=True):
        if record is None:
            found.append("no record")
            continue
        for name, text in want.items():
            got = found_in(record, name, text)
            if not same(name, got, text):
                found.append(f"{name}: {text!r} read as {got!r}")
    return found


def five(rng: random.Random) -> list[dict[str, str]]:
    """Samples as a careful person picks them: short and long texts among them."""
    picked = [values_of(rng) for _ in range(5)]
    for n, one in enumerate(picked):
        one["customer_name"] = NAMES[n]
        one["street_name"] = STREETS[n]
        one["community"] = TOWNS[n]
        one["house_number"] = ("7", "22875", "410", "18", "1210")[n]
        one["uncertainty_m"] = ("9", "2510", "299", "46", "46")[n]
    return picked


@settings(max_examples=25, deadline=None)
@given(counties(), st.integers(0, 2**32))
def test_five_records_of_a_county_teach_the_rest(county: County, seed: int) -> None:
    rng = random.Random(seed)
    known = five(rng)
    samples = [
        Sample(f"s{n}", county.record(v), labels=tuple(v.items()))
        for n, v in enumerate(known)
    ]
    learned = learn(samples)
    assert isinstance(learned, Learned), learned
    assert wrong_in(learned.toml, county, [values_of(rng) for _ in range(50)]) == []


def test_long_names_beside_a_right_aligned_number_keep_their_columns() -> None:
    """The blanks between two neighbours go to the one that grows into them."""
    name, house = Slot("customer_name", 24), Slot("house_number", 8, right=True)
    first = Slot("callback_number", 14)
    county = County((((0, first),), ((0, name), (0, house))), True, "\r")
    rng = random.Random(1)
    keep = ("callback_number", "customer_name", "house_number")
    known = [{k: v[k] for k in keep} for v in five(rng)]
    known[2]["customer_name"] = "ST CLAIR, M"
    samples = [
        Sample(f"s{n}", county.record(v), labels=tuple(v.items()))
        for n, v in enumerate(known)
    ]
    learned = learn(samples)
    assert isinstance(learned, Learned)
    other = known[0] | {"customer_name": "HALDEN GRANGE HL", "house_number": "122875"}
    assert wrong_in(learned.toml, county, [other]) == []


# --- records that somebody else produced ------------------------------------------

REAL = {
    "03": (
        {
            "03_wa_okanogan_resd_1.txt": {
                "callback_number": "(509) 486-0000",
                "class_of_service": "RESD",
                "record_date": "02/23",
                "record_time": "08:05",
                "house_number": "111",
                "community": "TONASKET",
                "state": "WA",
                "esn": "04275",
            },
            "03_wa_okanogan_wph1_1.txt": {
                "callback_number": "(509)560-0000",
                "pani": "(509) 511-7516",
                "class_of_service": "WPH1",
                "customer_name": "AT&T MOBILITY",
                "esn": "02948",
                "company_id": "814",
            },
        },
        {
            "03_wa_okanogan_resd_2.txt": {
                "callback_number": "5094860000",
                "class_of_service": "RESD",
                "record_date": "02/08",
                "record_time": "10:11",
                "customer_name": "XXXXXXXX, XXXXX",
                "house_number": "111",
            }
        },
    ),
    "05": (
        {
            "05_in_franklin_caller_loc.txt": {
                "callback_number": "513-222-0000",
                "record_time": "13:19:4",
                "record_date": "03/28/2016",
                "customer_name": "Verizon Wireless",
                "house_number": "3140",
                "class_of_service": "WPH2",
                "company_id": "VZW",
                "community": "BROOKVILLE",
            },
        },
        {
            "05_in_franklin_tower_only.txt": {
                "callback_number": "5133130000",
                "record_time": "11:39:5",
                "record_date": "2016-03-24",
                "customer_name": "Verizon Wireless",
                "house_number": "11149",
                "class_of_service": "WRLS",
                "company_id": "VZW",
                "community": "BROOKVILLE",
            }
        },
    ),
    "02": (
        {
            "02_ky_lincoln_wrls_fixed455.txt": {
                "callback_number": "(859) 556-0000",
                "pani": "(606) 510-0000",
                "class_of_service": "WRLS",
                "record_date": "09/18/2016",
                "record_time": "11:30",
                "latitude": "+037.470000",
                "longitude": "-084.510000",
                "customer_name": "VERIZON",
                "community": "CRAB ORCHARD",
                "company_id": "VZW",
            }
        },
        {
            "02_ky_lincoln_resd_fixed455.txt": {
                "class_of_service": "RESD",
                "record_date": "2016-09-22",
                "record_time": "14:36",
                "customer_name": "XXXXX, XXXX",
                "community": "CRAB ORCHARD",
                "company_id": "BELSO",
            }
        },
    ),
}


@pytest.mark.parametrize("family", REAL)
def test_records_of_a_family_teach_those_held_out(family: str) -> None:
    if not ALI.is_dir():
        pytest.skip("the records of other systems are not here (../shared)")
    taught, held = REAL[family]
    samples = [
        Sample(name, _bytes(name, family), labels=tuple(fields.items()))
        for name, fields in taught.items()
    ]
    learned = learn(samples)
    assert isinstance(learned, Learned), learned
    layout = own_layout.parse_any(learned.toml, "learned")
    reads = [read(Sample(name, _bytes(name, family))) for name in held]
    records = decode_all(layout, reads)
    for (name, fields), record in zip(held.items(), records, strict=True):
        assert record is not None, name
        for field, text in fields.items():
            got = found_in(record, field, text)
            assert same(field, got, text), (name, field, text, got)


def _bytes(name: str, family: str) -> bytes:
    """Of family 05 the first line says what kind of bid it is: left out of a pair."""
    data = (ALI / name).read_bytes()
    if family == "05":
        data = data.replace(b"*Caller Loc*", b"*Tower only*")
    return data


# --- what cannot be learned -------------------------------------------------------


def record(first: str, second: str) -> bytes:
    return f"(315) 555-0101 RESD 08/14 13:05\r\n{first}\r\n{second}\r\n".encode()


def sample(name: str, raw: bytes, **fields: str) -> Sample:
    return Sample(name, raw, labels=tuple(fields.items()))


def test_a_text_that_is_not_there_is_named_with_its_sample() -> None:
    outcome = learn([sample("a.txt", record("HALDEN", "NY"), community="KEENE")])
    assert isinstance(outcome, NotLearned)
    (one,) = outcome.problems
    assert (one.sample, one.field, one.text) == ("a.txt", "community", "KEENE")
    assert "not in a.txt" in one.reason


def test_columns_that_contradict_are_named_with_both_places() -> None:
    outcome = learn(
        [
            sample("a.txt", record("HALDEN    XX", "OTHER"), community="HALDEN"),
            sample("b.txt", record("XX    KEENE ", "OTHER"), community="KEENE"),
        ]
    )
    assert isinstance(outcome, NotLearned)
    assert {p.sample for p in outcome.problems} == {"a.txt", "b.txt"}
    assert all("contradict" in p.reason for p in outcome.problems)
    assert "line 2, columns 0-5 of a.txt" in outcome.problems[0].reason
    assert "line 2, columns 6-10 of b.txt" in outcome.problems[0].reason


def test_several_places_without_agreement_are_said_so() -> None:
    outcome = learn(
        [
            sample("a.txt", record("HALDEN HALDEN", "XX"), community="HALDEN"),
            sample("b.txt", record("XX    KEENE", "KEENE YY"), community="KEENE"),
        ]
    )
    assert isinstance(outcome, NotLearned)
    assert "several places" in outcome.problems[0].reason


def test_an_unknown_field_is_refused() -> None:
    outcome = learn([sample("a.txt", record("HALDEN", "NY"), town="HALDEN")])
    assert isinstance(outcome, NotLearned)
    assert "no such field" in outcome.problems[0].reason


def test_marks_of_the_mouse_are_places_not_texts() -> None:
    """The same text twice: the mark says which."""
    raw = record("KEENE           KEENE", "NY")
    at = raw.rindex(b"KEENE")
    marked = Sample("a.txt", raw, marks=(Mark("community", at - 1, at + 5),))
    outcome = learn([marked])
    assert isinstance(outcome, Learned)
    other = record("SOMEWHERE       LONG MEADOW", "NY")
    layout = own_layout.parse_any(outcome.toml, "learned")
    (found,) = decode_all(layout, [read(Sample("b", other))])
    assert found is not None
    assert found.fields["community"] == "LONG MEADOW"


def test_a_label_may_be_the_value_in_place_of_the_text() -> None:
    """90 for 090, ten digits for a number with its signs."""
    raw = record("COP:090 CNT:1901", "NY")
    outcome = learn(
        [sample("a", raw, confidence_pct="90", callback_number="3155550101")]
    )
    assert isinstance(outcome, Learned)
    assert 'label = "COP:"' in outcome.toml


def test_frames_with_their_marks_are_samples_too() -> None:
    raw = b"\x02" + record("HALDEN", "NY").replace(b"\n", b"") + b"\x03\x55"
    outcome = learn([sample("a", raw, community="HALDEN", state="NY")])
    assert isinstance(outcome, Learned)
    assert "widths = [71, 46, 0]" in outcome.toml
