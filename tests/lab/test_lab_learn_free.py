"""Free-running text with a label in front of each value is learned too."""

from __future__ import annotations

import pytest

from aliquot.console.domain.lab import Learned, Sample
from aliquot.console.lab.learn import learn
from aliquot.drivers.lines.ali import parse_own
from aliquot.drivers.lines.ali_own import parse_any
from aliquot.drivers.lines.api import AliRecord, LineSettings

FREE = (
    ("6175550142", "RESD", "ALDER ROSE", "12", "ELM", "ST", "HALDEN"),
    ("6175550190", "BUSN", "CORNER BAKERY", "1204", "MAPLE", "AVE", "HALDEN"),
    ("6175550111", "VOIP", "B WU", "7", "OLD MILL", "RD", "EASTON"),
    ("6175550177", "RES", "MARTINEZ JOSE", "331", "RIVER", "ST", "NORTH HALDEN"),
    ("6175550123", "BUS", "TOWER COMPANY LLC", "45", "PINE", "CT", "WESTFORD"),
)
FREE_NAMES = (
    *("callback_number", "class_of_service", "customer_name", "house_number"),
    *("street_name", "street_suffix", "community"),
)
TWO_LINES = "TN={} CLS={} NAME={}\r\nHOUSE={} STREET={} {} CITY={}\r\n"
ADDRESS = "TN={} CLS={} NAME={}\r\nADDR={} {} {} CITY={}\r\n"


@pytest.mark.parametrize("form", [TWO_LINES, ADDRESS])
@pytest.mark.parametrize("left_out", [(), ("street_suffix",), ("community",)])
def test_values_behind_labels_are_learned_wherever_they_stand(
    form: str, left_out: tuple[str, ...]
) -> None:
    samples = []
    for number, one in enumerate(FREE):
        said = zip(FREE_NAMES, one, strict=True)
        labels = tuple((name, text) for name, text in said if name not in left_out)
        raw = form.format(*one).encode()
        samples.append(Sample(f"{number}.txt", raw, labels=labels))
    outcome = learn(samples)
    assert isinstance(outcome, Learned)
    assert 'kind = "labelled"' in outcome.toml
    # It is tried on a record that it has not seen.
    other = ("6175550199", "RESD", "LI WEN", "90210", "STONY MEADOW", "LN", "KEENE")
    wanted = dict(zip(FREE_NAMES, other, strict=True))
    own = parse_any(outcome.toml, "learned")
    (heard,) = parse_own(form.format(*other).encode(), own, LineSettings())
    assert isinstance(heard, AliRecord)
    for name in FREE_NAMES:
        if name not in left_out:
            assert heard.fields[name] == wanted[name]
