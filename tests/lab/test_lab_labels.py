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
