"""Records on every kind of line under damage: what is whole is recovered, what can be
seen is not taken unsaid, and what cannot be seen is no more than the theory says.
"""

from __future__ import annotations

import math
import multiprocessing
import re
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import damage_theory
import pytest
from damage_records import can_tell, framed
from damage_trials import COLUMNS, KINDS, MODE, MODES, Tally, batch

SHORT = 3_000
LONG = 1_000_000
BATCH = 5_000
DOCUMENT = Path(__file__).parents[2] / "docs/undetected.md"


def judge(results: Iterable[tuple[str, Tally]]) -> Tally:
    total = Tally()
    for _, tally in results:
        total.add(tally)
        assert not tally.lost, tally.lost[0]
        assert not tally.wrong, tally.wrong[0]
        assert tally.recovered == tally.undamaged
    for name, layout in sorted({(key[0], key[1]) for key in total.counts}):
        judge_share(total, name, layout)
    return total


def judge_share(total: Tally, name: str, layout: str) -> None:
    """All together, and each kind of damage by itself."""
    for kind in ("", *KINDS):
        damaged, undetected = counted(total, name, layout, kind)
        most = damage_theory.of_mode(MODE[name], layout, kind or None)
        spread = 4 * math.sqrt(most * damaged) + 3
        told = (name, layout, kind, undetected, damaged, most)
        assert undetected <= most * damaged + spread, told


def counted(total: Tally, name: str, layout: str, kind: str = "") -> tuple[int, int]:
    """Damaged records, and those that were taken for whole ones and are not."""
    mine = {
        key: count
        for key, count in total.counts.items()
        if key[:2] == (name, layout) and kind in ("", key[2])
    }
    wrong = sum(count for key, count in mine.items() if key[3] == "undetected")
    return sum(mine.values()), wrong


def test_three_thousand_records_on_every_kind_of_line() -> None:
    count = SHORT // len(MODES)
    total = judge(batch((mode.name, count, 20)) for mode in MODES)
    assert total.frames >= SHORT
    assert total.recovered > SHORT / 3
    assert sum(total.counts.values()) > SHORT / 5


@pytest.mark.long
def test_a_million_records_on_every_kind_of_line() -> None:
    total = million(LONG)
    assert total.frames >= LONG


def million(count: int) -> Tally:
    """In two processes; a minute or a few."""
    batches = math.ceil(count / len(MODES) / BATCH)
    jobs = [(mode.name, BATCH, seed) for seed in range(batches) for mode in MODES]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        return judge(pool.map(batch, jobs))


@pytest.mark.parametrize("make", COLUMNS)
def test_what_can_be_told_is_told_by_the_trials_own_measure(make) -> None:
    """The measure itself is no sieve: it takes whole records and refuses others."""
    whole = framed(make(5), check=True)
    assert not can_tell(whole, whole.data)
    assert can_tell(whole, whole.data[:20] + whole.data[21:])
    assert can_tell(whole, whole.data[:-1] + bytes((whole.data[-1] ^ 1,)))
    seven = framed(make(5), parity=True)
    assert not can_tell(seven, seven.data)
    assert can_tell(
        seven, seven.data[:30] + bytes((seven.data[30] ^ 8,)) + seven.data[31:]
    )
    unchecked = framed(make(5))
    assert can_tell(unchecked, unchecked.data[:20] + unchecked.data[21:])


def test_the_published_theory_is_this_one() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for mode in MODES:
        for layout in sorted({make(0).layout for make in mode.makers}):
            share = f"{100 * damage_theory.of_mode(mode, layout):.3f} %"
            row = rf"\| {mode.name} \| {layout} \| .* \| {re.escape(share)} \|"
            assert re.search(row, text), (mode.name, layout, share)


def test_no_published_share_is_above_the_theory() -> None:
    rows = re.findall(
        r"\| \w+ \| \w+ \| ([\d,]+) \|.*\| ([\d.]+) % \| ([\d.]+) % \|",
        DOCUMENT.read_text(encoding="utf-8"),
    )
    assert len(rows) >= len(MODES)
    for damaged, measured, theory in rows:
        count = int(damaged.replace(",", ""))
        spread = 4 * math.sqrt(float(theory) / 100 / count) + 3 / count
        assert float(measured) / 100 <= float(theory) / 100 + spread


def report(total: Tally) -> str:
    """The tables of the document: by line and layout, and by kind of damage."""
    rows = []
    for name, layout in sorted({(key[0], key[1]) for key in total.counts}):
        damaged, wrong = counted(total, name, layout)
        ends = [
            sum(
                n
                for key, n in total.counts.items()
                if key[:2] == (name, layout) and key[3] == end
            )
            for end in ("noise", "flagged", "harmless")
        ]
        most = damage_theory.of_mode(MODE[name], layout)
        cells = [f"{damaged:,}", *(f"{100 * n / damaged:.2f} %" for n in ends)]
        cells += [f"{100 * wrong / damaged:.3f} %", f"{100 * most:.3f} %"]
        rows.append(f"| {name} | {layout} | {' | '.join(cells)} |")
    kinds = []
    for name in (mode.name for mode in MODES):
        cells = []
        for kind in KINDS:
            pairs = [
                counted(total, name, layout, kind)
                for layout in {key[1] for key in total.counts if key[0] == name}
            ]
            damaged = sum(pair[0] for pair in pairs)
            cells.append(f"{100 * sum(pair[1] for pair in pairs) / damaged:.3f} %")
        kinds.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([*rows, "", *kinds])


if __name__ == "__main__":
    import sys

    whole = million(int(sys.argv[1]))
    print(
        f"{whole.frames:,} sent, {whole.undamaged:,} whole, {whole.recovered:,} found"
    )
    print(report(whole))
