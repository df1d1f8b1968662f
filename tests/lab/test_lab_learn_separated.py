"""Counties whose records are one line with a character between the fields, and what is
said of labels that cannot be learned."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from aliquot.console.domain.lab import Learned, NotLearned, Sample
from aliquot.console.lab import own_layout
from aliquot.console.lab.learn import learn
from aliquot.console.lab.learn_columns import Window, cuts
from aliquot.console.lab.learn_samples import read
from aliquot.console.lab.learn_try import decode_all
from aliquot.drivers.lines.api import AliRecord

NAMES = ("OKAFOR ADA", "HALDEN GRANGE HALL", "NG", "MARTINEZ-DELACROIX JOSEPHINE")
STREETS = ("ORCHARD HILL RD", "MAIN ST", "OLD COUNTY LINE RD", "PINE LN")
TOWNS = ("KEENE", "NORTH RANGE", "HALDEN", "ST ALBANS BAY")
ORDER = (
    *("mark", "time", "position", "callback_number", "class_of_service"),
    *("customer_name", "house_number", "street", "community", "state", "esn"),
    *("latitude", "longitude", "uncertainty_m"),
)


def county(rng: random.Random, wireless: bool) -> dict[str, str]:
    """The cells of a record in their order; empty ones are there too."""
    values = {
        "mark": "$ALI",
        "time": f"20260223{rng.randrange(10, 24)}0511",
        "position": f"{rng.randrange(1, 9):02}",
        "callback_number": f"315555{rng.randrange(100, 200):04}",
        "class_of_service": rng.choice(("WPH2",) if wireless else ("RESD", "BUSN")),
        "customer_name": rng.choice(NAMES),
        "house_number": str(rng.randrange(1, 30000)),
        "street": rng.choice(STREETS),
        "community": rng.choice(TOWNS),
        "state": "NY",
        "esn": f"{rng.randrange(1, 999):05}",
    }
    if wireless:
        values["latitude"] = f"43.9{rng.randrange(10000, 99999)}"
        values["longitude"] = f"-75.4{rng.randrange(10000, 99999)}"
        values["uncertainty_m"] = str(rng.randrange(10, 400))
    return {name: values.get(name, "") for name in ORDER}


def line_of(cells: dict[str, str], sign: str, checked: bool) -> bytes:
    text = sign.join(cells.values())
    total = 0
    for byte in text[1:].encode():
        total ^= byte
    return (text + (f"*{total:02X}" if checked else "") + "\r\n").encode()


def sample_of(cells: dict[str, str], sign: str, checked: bool, n: int) -> Sample:
    wanted = [(k, v) for k, v in cells.items() if v and k not in ("mark", "time")]
    return Sample(f"{n}", line_of(cells, sign, checked), labels=tuple(wanted))


def five(sign: str, checked: bool) -> list[Sample]:
    rng = random.Random(3)
    each = [county(rng, wireless=n in (2, 4)) for n in range(5)]
    return [sample_of(one, sign, checked, n) for n, one in enumerate(each)]


def decoded(toml: str, lines: Sequence[bytes]) -> list[AliRecord | None]:
    layout = own_layout.read(toml)
    reads = [read(Sample("x", line)) for line in lines]
    return decode_all(layout, reads)  # type: ignore[arg-type]


@pytest.mark.parametrize("checked", [True, False], ids=["check", "bare"])
@pytest.mark.parametrize("sign", [";", "|", ",", "^"])
def test_five_records_teach_the_others(sign: str, checked: bool) -> None:
    found = learn(five(sign, checked), "parted")
    assert isinstance(found, Learned)
    assert found.notes == (
        f"The fields of a record are parted by {sign!r}; it goes by these.",
    )
    rng = random.Random(7)
    others = [county(rng, wireless=n % 3 == 0) for n in range(20)]
    lines = [line_of(one, sign, checked) for one in others]
    for cells, record in zip(others, decoded(found.toml, lines), strict=True):
        assert record is not None
        said = record.fields
        assert said["callback_number"] == cells["callback_number"]
        assert said["customer_name"] == cells["customer_name"]
        assert said["community"] == cells["community"]
        assert said["esn"] == cells["esn"]
        assert ("latitude" in said) == bool(cells["latitude"])
        if cells["latitude"]:
            assert said["longitude"] == float(cells["longitude"])
            assert said["uncertainty_m"] == float(cells["uncertainty_m"])


def test_a_record_that_lacks_a_sign_is_not_read_one_field_further_on() -> None:
    found = learn(five(";", True), "parted")
    assert isinstance(found, Learned)
    whole = line_of(county(random.Random(9), wireless=True), ";", True)
    for at in [n for n, byte in enumerate(whole) if byte == ord(";")]:
        assert decoded(found.toml, [whole[:at] + whole[at + 1 :]]) == [None]


def test_a_class_that_is_none_known_leaves_the_rest() -> None:
    found = learn(five(";", True), "parted")
    assert isinstance(found, Learned)
    cells = county(random.Random(9), wireless=False) | {"class_of_service": "ZZTOPX"}
    (record,) = decoded(found.toml, [line_of(cells, ";", True)])
    assert record is not None
    assert "class_not_readable" in record.warnings
    assert record.fields["callback_number"] == cells["callback_number"]
    assert record.fields["esn"] == cells["esn"]


def test_a_part_between_two_signs_is_refused_with_what_to_do() -> None:
    samples = [
        Sample(one.name, one.raw, labels=(*one.labels, ("record_date", "20260223")))
        for one in five(";", True)
    ]
    found = learn(samples, "parted")
    assert isinstance(found, NotLearned)
    assert {one.field for one in found.problems} == {"record_date"}
    assert all("leave it out of the labels" in one.reason for one in found.problems)


# --- records of lines ---------------------------------------------------------------


def printed(number: str, street: str, esn: str, law: str, tail: str = "") -> bytes:
    lines = (
        "** E911 CALL **",
        f"TEL (315) 555-{number}",
        street,
        "KEENE, NY",
        f"ZONE {esn} PD {law} FD 20",
        tail,
    )
    return "\r\n".join(lines).rstrip().encode() + b"\r\n"


def labelled(n: int, raw: bytes, **labels: str) -> Sample:
    return Sample(f"record {n}", raw, labels=tuple(labels.items()))


def test_other_text_in_the_columns_is_named() -> None:
    samples = [
        labelled(
            n,
            printed(f"010{n}", street + unit, "899", "10"),
            callback_number=f"(315) 555-010{n}",
            address=street,
        )
        for n, (street, unit) in enumerate(
            [("22875 OLD COUNTY LINE RD", ""), ("7 MAIN ST", "  #2B"), ("9 ELM ST", "")]
        )
    ]
    found = learn(samples, "printed")
    assert isinstance(found, NotLearned)
    reasons = {one.reason for one in found.problems if one.field == "address"}
    assert len(reasons) == 1
    assert "in record 1 '#2B' stands in them too" in reasons.pop()


def test_columns_that_do_not_fit_another_record_are_not_learned() -> None:
    samples = [
        labelled(
            n,
            printed(f"010{n}", "7 MAIN ST", esn, "1"),
            **{"callback_number": f"(315) 555-010{n}"} | ({"fire": "20"} if n else {}),
        )
        for n, esn in enumerate(["000899", "899", "412"])
    ]
    found = learn(samples, "printed")
    assert isinstance(found, Learned)
    assert found.notes == ("The samples have no columns in common; it goes by labels.",)
    assert [
        r and r.fields.get("fire")
        for r in decoded(found.toml, [one.raw for one in samples])
    ] == ["20"] * 3


def test_the_record_that_columns_do_not_fit_is_named() -> None:
    raws = [printed("0100", "7 MAIN ST", esn, "1") for esn in ("08999", "899")]
    reads = [read(labelled(0, raws[0])), read(labelled(1, raws[1], fire="20"))]
    window = Window("fire", 4, 16, 40)
    assert "do not fit record 0" in cuts(window, reads)
    assert cuts(window, [read(labelled(0, raws[1])), reads[1]]) == ""


@pytest.mark.parametrize("unit", ["", "M", " M", " METERS"])
def test_a_label_may_have_its_unit(unit: str) -> None:
    samples = [
        labelled(
            n,
            printed(
                f"010{n}",
                "7 MAIN ST",
                "899",
                "10",
                f"LAT 43.91847{n} LON -075.45444{n} UNC {40 + n}{unit}",
            ),
            callback_number=f"(315) 555-010{n}",
            latitude=f"43.91847{n}",
            longitude=f"-075.45444{n}",
            uncertainty_m=f"{40 + n}{unit}",
        )
        for n in range(4)
    ]
    found = learn(samples, "printed")
    assert isinstance(found, Learned), found.problems
