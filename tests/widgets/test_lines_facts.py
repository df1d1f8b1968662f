"""What the page of lines makes of the noise of a line."""

from __future__ import annotations

import pytest

from aliquot.console.domain.rows import LineRow, NoiseRow
from aliquot.widgets.lines.facts import facts_of
from aliquot.widgets.lines.live import Sample

T0 = 1_795_282_936_000_000


def noise(reason: str, seconds: int, size: int = 200) -> NoiseRow:
    return NoiseRow(
        line="ali-1", at_us=T0 + seconds * 10**6, reason=reason, raw=b"x" * size
    )


@pytest.mark.parametrize(
    ("heard", "form"),
    [
        ([noise("seven_even", 1)], "7E1"),
        ([noise("seven_odd", 1), noise("heartbeat", 2)], "7O1"),
        ([noise("seven_even", 1), noise("unknown_layout", 2)], ""),
        ([noise("unknown_layout", 1), noise("seven_even", 2)], "7E1"),
        ([noise("seven_even", -60)], ""),
        ([], ""),
    ],
)
def test_the_newest_noise_says_what_the_line_is(
    heard: list[NoiseRow], form: str
) -> None:
    row = LineRow(line="ali-1", state="up", message="", since_us=T0)
    samples = [
        Sample(at_us=T0 + at * 10**6, octets=at * 40, records=0, noise=0)
        for at in (0, 10)
    ]
    assert facts_of(row, samples, heard).format == form
