"""Where samples have no columns in common, labels are learned."""

from __future__ import annotations

import random

from aliquot.console.domain.lab import Learned, Sample
from aliquot.console.lab import own_layout
from aliquot.console.lab.learn import learn
from aliquot.console.lab.learn_kinds import found_in, same
from aliquot.console.lab.learn_samples import read
from aliquot.console.lab.learn_try import decode_all

NAMES = ("LI, WEN", "OKAFOR, ADA", "NORTH RANGE WIRELESS")


def values(rng: random.Random) -> dict[str, str]:
    return {
        "callback_number": f"315-555-{rng.randrange(100, 200):04}",
        "class_of_service": rng.choice(("WPH2", "WRLS", "VOIP", "RESD")),
        "latitude": f"+{rng.uniform(43, 44):.6f}",
        "longitude": f"-{rng.uniform(74, 76):.6f}",
        "uncertainty_m": str(rng.choice((9, 46, 2510))),
        "esn": f"{rng.randrange(1, 999):05}",
    }


def text(rng: random.Random, v: dict[str, str]) -> bytes:
    """A different number of words in front, so that no column holds."""
    name = rng.choice(NAMES) + " " * rng.randrange(3)
    return (
        f"ALI NAME: {name} CALLBACK: {v['callback_number']} COS: {v['class_of_service']}"
        f" LAT: {v['latitude']} LON: {v['longitude']} UNC: {v['uncertainty_m']}"
        f" ESN={v['esn']}\r\n"
    ).encode()


def test_labelled_records_teach_the_rest() -> None:
    rng = random.Random(4)
    known = [values(rng) for _ in range(5)]
    samples = [
        Sample(f"s{n}", text(rng, v), labels=tuple(v.items()))
        for n, v in enumerate(known)
    ]
    learned = learn(samples, "labels_county")
    assert isinstance(learned, Learned), learned
    assert 'kind = "labelled"' in learned.toml
    layout = own_layout.parse_any(learned.toml, "learned")
    others = [values(rng) for _ in range(50)]
    reads = [read(Sample(str(n), text(rng, v))) for n, v in enumerate(others)]
    for want, record in zip(others, decode_all(layout, reads), strict=True):
        assert record is not None
        for name, said in want.items():
            assert same(name, found_in(record, name, said), said), (name, said, record)


STREETS = ("LONG MEADOW", "ELM", "LATHAM", "CO LINE", "MAIN", "UNCAS")
CLASSES = ("RESIDENCE", "BUSINESS", "WIRELESS", "COIN PHONE")


def worded(n: int) -> Sample:
    """Values that begin with usual labels, and classes in words."""
    said = {
        "callback_number": f"315-555-{100 + n:04}",
        "street_name": STREETS[n % len(STREETS)],
        "class_of_service": CLASSES[n % len(CLASSES)],
        "esn": f"{n + 100:05}",
    }
    name = ("LI, WEN", "OKAFOR, ADA", "NORTH RANGE")[n % 3]
    text = (
        f"NM={name} TEL={said['callback_number']} STREET={said['street_name']} "
        f"CLS={said['class_of_service']} ESN={said['esn']}\r\n"
    )
    return Sample(f"s{n}", text.encode(), labels=tuple(said.items()))


def test_values_that_begin_with_a_usual_label_and_classes_in_words() -> None:
    learned = learn([worded(n) for n in range(6)], "words_county")
    assert isinstance(learned, Learned), learned
    assert "begin = 'NM='" in learned.toml
    assert "own_labels_only" not in learned.toml
    layout = own_layout.parse_any(learned.toml, "learned")
    others = [read(worded(n)) for n in range(6, 30)]
    for one, record in zip(others, decode_all(layout, others), strict=True):
        assert record is not None
        for name, said in one.wanted:
            assert same(name, found_in(record, name, said), said), (name, said)
        assert record.fields["class_of_service"] in ("RESD", "BUSN", "WRLS", "COIN")


def test_where_usual_labels_stand_in_values_only_the_marked_ones_are_read() -> None:
    """``ESN 12`` in a name is a usual label with a number behind it."""
    texts = [
        Sample(
            f"s{n}",
            f"WHO={'X' * n} CREW ESN 12345 GO NUM=315-555-{n:04}\r\n".encode(),
            labels=(
                ("customer_name", f"{'X' * n} CREW ESN 12345 GO"),
                ("callback_number", f"315-555-{n:04}"),
            ),
        )
        for n in range(1, 5)
    ]
    learned = learn(texts, "own_county")
    assert isinstance(learned, Learned), learned
    assert "own_labels_only = true" in learned.toml
    assert any("only the labels that were marked" in note for note in learned.notes)
