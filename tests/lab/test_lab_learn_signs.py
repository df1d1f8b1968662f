"""Counties with signs of their own, and with several fields behind one label: five
records teach fifty."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aliquot.console.domain.lab import Learned, Mark, NotLearned, Sample
from aliquot.console.lab import own_layout
from aliquot.console.lab.learn import learn
from aliquot.console.lab.learn_samples import read
from aliquot.console.lab.learn_try import decode_all
from aliquot.drivers.lines.api import AliRecord

NAMES = (
    *("OKAFOR, ADA", "PELLETIER, JEAN-MARC", "HALDEN GRANGE HALL", "LI, WEN"),
    *("NORTH RANGE WIRELESS", "ST CLAIR-MONTGOMERY, ANN"),
)
# Street as it is written, and the fields that it has.
STREETS = (
    ("ORCHARD HILL RD", ("", "ORCHARD HILL", "RD", "")),
    ("MAIN ST", ("", "MAIN", "ST", "")),
    ("N MAPLE AVE", ("N", "MAPLE", "AVE", "")),
    ("ELM ST APT 3", ("", "ELM", "ST", "APT 3")),
    ("OLD COUNTY LINE RD", ("", "OLD COUNTY LINE", "RD", "")),
    ("W RIVER LN UNIT 12B", ("W", "RIVER", "LN", "UNIT 12B")),
)
PARTS = ("prefix_directional", "street_name", "street_suffix", "unit")
TOWNS = ("KEENE", "NORTH RANGE", "ST ALBANS BAY", "HALDEN", "LO")
SIGNS = (
    *(
        ":",
        "=",
        ": ",
        "-",
        " - ",
        ">",
        " > ",
        "/",
        "  ",
        "    ",
        "..",
        ".....",
        "::",
    ),
    *("...: ", "->", "=> ", "|", "~", "* "),
)


@dataclass(frozen=True)
class Person:
    """What the record must say; empty parts are absent."""

    fields: dict[str, str]

    @property
    def street(self) -> str:
        return " ".join(self.fields[p] for p in PARTS if p in self.fields)


def person(rng: random.Random) -> Person:
    _, parts = rng.choice(STREETS)
    fields = {
        "callback_number": f"315555{rng.randrange(100, 200):04}",
        "class_of_service": rng.choice(("RESD", "BUSN", "VOIP", "CNTX")),
        "customer_name": rng.choice(NAMES),
        "house_number": str(rng.choice((7, 18, 410, 1210, 22875))),
        **{name: text for name, text in zip(PARTS, parts, strict=True) if text},
        "community": rng.choice(TOWNS),
        "state": rng.choice(("NY", "NH", "VT")),
        "esn": f"{rng.randrange(1, 1000):05}",
    }
    return Person(fields)


@dataclass(frozen=True)
class County:
    sign: str
    end: str  # between one value and the next label
    order: tuple[int, ...]
    marks: str  # how the pairs were marked

    def record(self, one: Person) -> bytes:
        f = one.fields
        number = f["callback_number"]
        parts = (
            ("CALLER", f"{number[:3]}-{number[3:6]}-{number[6:]}"),
            ("COS", f["class_of_service"]),
            ("SUBSCR", f["customer_name"]),
            ("PREMISE", f"{f['house_number']} {one.street}"),
            ("TOWNSHIP", f"{f['community']} {f['state']}"),
            ("ZONE", f["esn"]),
        )
        said = [f"{parts[n][0]}{self.sign}{parts[n][1]}" for n in self.order]
        return ("ALI RECORD" + self.end + self.end.join(said) + "\r\n").encode()

    def labels(self, one: Person) -> tuple[tuple[str, str], ...]:
        f = one.fields
        names = ("callback_number", "class_of_service", "customer_name", "esn")
        plain = [(name, f[name]) for name in names]
        address = f"{f['house_number']} {one.street}"
        pairs = {
            "apart": (
                ("house_number", f["house_number"]),
                ("street", one.street),
                ("community", f["community"]),
                ("state", f["state"]),
            ),
            "together": (
                ("address", address),
                ("city_state", f"{f['community']} {f['state']}"),
            ),
            "street": (("street", address), ("community", f["community"])),
        }
        return (*plain, *pairs[self.marks])


@st.composite
def counties(draw: st.DrawFn) -> County:
    return County(
        draw(st.sampled_from(SIGNS)),
        draw(st.sampled_from(("  ", "   ", "\r\n"))),
        tuple(draw(st.permutations(range(6)))),
        draw(st.sampled_from(("apart", "together", "street"))),
    )


def taught(county: County, people: list[Person]) -> Learned | NotLearned:
    samples = [
        Sample(f"s{n}", county.record(one), labels=county.labels(one))
        for n, one in enumerate(people)
    ]
    return learn(samples, "county")


def records(toml: str, county: County, people: list[Person]) -> list[AliRecord | None]:
    layout = own_layout.parse_any(toml, "learned")
    reads = [read(Sample(str(n), county.record(p))) for n, p in enumerate(people)]
    return decode_all(layout, reads)


def five(rng: random.Random) -> list[Person]:
    """As a careful person picks them: they differ in names, streets and towns."""
    people = [person(rng) for _ in range(5)]
    for n, one in enumerate(people):
        one.fields["customer_name"] = NAMES[n]
        one.fields["community"] = TOWNS[n]
    return people


FIRST = tuple(range(6))


@settings(max_examples=12, deadline=None)
@example(County("-", "  ", FIRST, "apart"), 1)
@example(County(">", "\r\n", FIRST, "together"), 2)
@example(County("/", "  ", FIRST, "street"), 3)
@example(County("    ", "\r\n", FIRST, "apart"), 4)
@example(County(".....", "  ", FIRST, "together"), 5)
@given(counties(), st.integers(0, 10_000))
def test_five_records_of_any_sign_teach_fifty(county: County, seed: int) -> None:
    rng = random.Random(seed)
    learned = taught(county, five(rng))
    assert isinstance(learned, Learned), learned
    people = [person(rng) for _ in range(50)]
    for one, found in zip(people, records(learned.toml, county, people), strict=True):
        assert found is not None
        wanted = dict(one.fields)
        if county.marks == "street":
            wanted = {n: v for n, v in wanted.items() if n != "state"}
            found = without(found, "state")
        assert dict(found.fields) == wanted, learned.toml


def without(record: AliRecord, name: str) -> AliRecord:

    return replace(record, fields={n: v for n, v in record.fields.items() if n != name})


# --- one thing at a time ------------------------------------------------------------


def test_the_minus_in_front_of_degrees_is_theirs() -> None:
    """``LON-075.4`` is west; where all labels have ``-`` behind them nothing is said
    of the side, and what the site's country says of it has a warning."""
    for form, west in (
        ("NAME={} LAT{} LON-{}", True),
        ("NAME-{} LAT-{} LON-{}", False),
    ):
        samples = []
        for n in range(5):
            lat, lon = f"43.{n}1234", f"75.{n}5123"
            raw = form.format(NAMES[n], lat, lon).encode() + b"\r\n"
            said = ("-" if west else "") + lon
            labels = (("customer_name", NAMES[n]), ("latitude", lat))
            samples.append(Sample(f"s{n}", raw, labels=(*labels, ("longitude", said))))
        learned = learn(samples, "minus")
        assert isinstance(learned, Learned), learned
        layout = own_layout.parse_any(learned.toml, "learned")
        for n, record in enumerate(decode_all(layout, [read(s) for s in samples])):
            assert record is not None
            size = float(f"75.{n}5123")
            assert record.fields["latitude"] == float(f"43.{n}1234")
            assert record.fields["longitude"] == -size
            assert ("west_sign_missing" in record.warnings) is not west


@pytest.mark.parametrize("marks", ["apart", "together", "street"])
def test_pairs_in_columns_are_taken_apart(marks: str) -> None:
    """The house number has no columns of its own, nor has the state."""
    rng = random.Random(9)
    county = County("", "", FIRST, marks)
    people = five(rng)

    def lines(one: Person) -> bytes:
        f = one.fields
        number = f["callback_number"]
        address = f"{f['house_number']} {one.street}"
        return (
            f"({number[:3]}) {number[3:6]}-{number[6:]} {f['class_of_service']}\r\n"
            f"{f['customer_name']:<30}{address:<36}{f['esn']}\r\n"
            f"{f['community']} {f['state']}\r\n"
        ).encode()

    samples = []
    for n, one in enumerate(people):
        labels = dict(county.labels(one))
        if marks == "street":
            town = labels.pop("community")
            labels["city_state"] = f"{town} {one.fields['state']}"
        samples.append(Sample(f"s{n}", lines(one), labels=tuple(labels.items())))
    learned = learn(samples, "columns")
    assert isinstance(learned, Learned), learned
    assert "[framing]" in learned.toml
    assert 'kind = "address"' in learned.toml
    layout = own_layout.parse_any(learned.toml, "learned")
    others = [person(rng) for _ in range(50)]
    reads = [read(Sample(str(n), lines(p))) for n, p in enumerate(others)]
    for one, record in zip(others, decode_all(layout, reads), strict=True):
        assert record is not None
        for name in ("house_number", *PARTS):
            assert record.fields.get(name) == one.fields.get(name)
        assert record.fields["community"] == one.fields["community"]
        assert record.fields["state"] == one.fields["state"]


def test_a_marked_street_may_hold_house_number_and_unit() -> None:
    samples = []
    for n, text in enumerate(("12 ELM ST APT 3", "7 MAIN ST", "410 ORCHARD HILL RD")):
        raw = f"NM={NAMES[n]} AD={text} NO={n}\r\n".encode()
        at = raw.index(b"AD=") + 3
        mark = Mark("street", at, at + len(text))
        samples.append(Sample(f"s{n}", raw, (mark,), (("customer_name", NAMES[n]),)))
    learned = learn(samples, "unit")
    assert isinstance(learned, Learned), learned
    assert any(note.startswith("street: the house number") for note in learned.notes)
    layout = own_layout.parse_any(learned.toml, "learned")
    (record, *_) = decode_all(layout, [read(s) for s in samples])
    assert record is not None
    fields = {name: record.fields.get(name) for name in ("house_number", *PARTS)}
    assert fields == {
        "house_number": "12",
        "prefix_directional": None,
        "street_name": "ELM",
        "street_suffix": "ST",
        "unit": "APT 3",
    }


def test_numbered_streets_are_no_house_numbers() -> None:
    samples = []
    for n, street in enumerate(("9 MILE RD", "12 CORNERS ST", "MAIN ST", "5TH ST")):
        house = str(100 + n)
        raw = f"NM={NAMES[n]}  HOUSE={house}  AD={street}\r\n".encode()
        labels = (("house_number", house), ("street", street))
        samples.append(Sample(f"s{n}", raw, labels=labels))
    learned = learn(samples, "numbered")
    assert isinstance(learned, Learned), learned
    layout = own_layout.parse_any(learned.toml, "learned")
    (record, *_) = decode_all(layout, [read(s) for s in samples])
    assert record is not None
    assert record.fields["house_number"] == "100"
    assert record.fields["street_name"] == "9 MILE"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("city", "community"),
        ("Adress", "address"),
        ("lat", "latitude"),
        ("ESN#", "esn"),
    ],
)
def test_a_name_that_is_none_is_told_with_the_nearest(name: str, near: str) -> None:
    refused = learn([Sample("s", b"ESN=00123\r\n", labels=((name, "00123"),))], "x")
    assert isinstance(refused, NotLearned)
    (problem,) = refused.problems
    assert "there is no such field; the nearest are: " in problem.reason
    assert near in problem.reason.partition(": ")[2].split(", ")


BEHIND_ONE = (
    (
        "NAME={customer_name} GPS={latitude},{longitude} ACC={uncertainty_m}\r\n",
        ("customer_name", "latitude", "longitude", "uncertainty_m"),
    ),
    (
        "WHO: {class_of_service} {customer_name} ZN: {esn}\r\n",
        ("class_of_service", "customer_name", "esn"),
    ),
    (
        "CALL > {callback_number} {class_of_service}  LOC > {community} {state} {esn}\r\n",
        ("callback_number", "class_of_service", "community", "state", "esn"),
    ),
)


@pytest.mark.parametrize(("form", "names"), BEHIND_ONE)
def test_fields_behind_one_label_are_told_apart(
    form: str, names: tuple[str, ...]
) -> None:
    rng = random.Random(12)

    def values(n: int) -> dict[str, str]:
        said = {name: str(text) for name, text in person(rng).fields.items()}
        said |= {"customer_name": NAMES[n % len(NAMES)], "community": TOWNS[n % 5]}
        said |= {"latitude": f"+{rng.uniform(43, 44):.6f}"}
        said |= {"longitude": f"-{rng.uniform(74, 76):.6f}"}
        return said | {"uncertainty_m": str(rng.choice((9, 46, 2510)))}

    def raw(said: dict[str, str]) -> bytes:
        return form.format(**said).encode()

    known = [values(n) for n in range(5)]
    samples = [
        Sample(f"s{n}", raw(v), labels=tuple((name, v[name]) for name in names))
        for n, v in enumerate(known)
    ]
    learned = learn(samples, "behind_one")
    assert isinstance(learned, Learned), learned
    layout = own_layout.parse_any(learned.toml, "learned")
    others = [values(n) for n in range(50)]
    reads = [read(Sample(str(n), raw(v))) for n, v in enumerate(others)]
    for said, record in zip(others, decode_all(layout, reads), strict=True):
        assert record is not None
        for name in names:
            got = record.fields.get(name)
            assert got is not None, (name, learned.toml)
            text = said[name]
            assert got == text or float(got) == float(text), (name, learned.toml)
