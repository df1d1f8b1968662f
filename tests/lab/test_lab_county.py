"""An unknown county on a line of seven bits, from marks to a case that holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from aliquot.console.domain.lab import CaseSaved, Learned, Mark, Outcome, Sample
from aliquot.console.domain.lab_result import LabResult, byte_text
from aliquot.console.lab.cases import run
from aliquot.console.workers.lab import LabWorker

MakeRecording = Callable[..., Path]
PATIENCE_S = 60.0
PEOPLE = (
    ("0101", "RESD", "OKAFOR, ADA", "410", "ORCHARD HILL RD", "00899"),
    ("0102", "BUSN", "HALDEN GRANGE HALL", "7", "MAIN ST", "00412"),
    ("0103", "WPH2", "NORTH RANGE WIRELESS", "22875", "OLD COUNTY LINE RD", "01315"),
    ("0104", "VOIP", "PELLETIER, JEAN-MARC", "1205", "ELM ST", "00899"),
)
NAMES = (
    "callback_number",
    "class_of_service",
    "customer_name",
    "house_number",
    "street",
    "esn",
)


def with_parity(data: bytes) -> bytes:
    """Seven bits and an even one, as a port that is opened for eight has them."""
    return bytes(b | (b.bit_count() % 2 << 7) for b in data)


def columns(person: tuple[str, ...]) -> bytes:
    number, service, name, house, street, esn = person
    lines = [
        f"CBN 315 555-{number}   {service} 02/23/2026 10:40",
        f"{name:<30}{house:>8}",
        f"{street:<26}ZONE {esn}",
    ]
    return b"\x02" + "\r".join(lines).encode() + b"\r\x03"


@pytest.fixture
def county(make_recording: MakeRecording) -> Path:
    pieces = [(n * 40.0, with_parity(columns(p))) for n, p in enumerate(PEOPLE * 2)]
    return make_recording("county.rec", pieces, baud=1200, format="7E1")


def test_marks_on_seven_bits_become_a_layout_and_a_case(
    county: Path, tmp_path: Path
) -> None:
    lab = LabWorker()
    said: SimpleQueue[Outcome] = SimpleQueue()

    def next_of(kind: type[Any]) -> Any:
        found = said.get(timeout=PATIENCE_S)
        assert isinstance(found, kind), found
        return found

    lab.open(str(county), said.put)
    opened: LabResult = next_of(LabResult)
    samples = []
    for index, person in enumerate(PEOPLE):
        detail = opened.look(index)
        assert max(detail.raw) > 0x7F
        assert detail.seven
        text = byte_text(detail.plain)
        assert f"CBN 315 555-{person[0]}" in text
        values = (f"315 555-{person[0]}", *person[1:])
        spots = [(n, text.rindex(v), v) for n, v in zip(NAMES, values, strict=True)]
        marks = tuple(Mark(name, at, at + len(v)) for name, at, v in spots)
        samples.append(Sample(f"record {index}", detail.plain, marks))
    lab.learn(samples, said.put, "sable")
    learned: Learned = next_of(Learned)
    lab.try_layout(learned.toml, said.put)
    read: LabResult = next_of(LabResult)
    assert [i.layout for i in read.items] == ["sable"] * 8
    for index, person in enumerate(PEOPLE):
        detail = read.look(index)
        got = {f.name: f.text for f in detail.fields}
        assert got["callback_number"] == f"315555{person[0]}"
        assert got["customer_name"] == person[2]
        assert got["house_number"] == person[3]
        assert got["esn"] == person[5]
    lab.save_case(read, 0, 3, str(tmp_path / "case"), said.put)
    saved: CaseSaved = next_of(CaseSaved)
    assert saved.notes == ()
    lab.close()
    assert run(tmp_path / "case", strict=True).differences == ()


def test_a_line_of_eight_bits_keeps_its_eighth(make_recording: MakeRecording) -> None:
    from aliquot.console.lab.analysis import decode, load
    from aliquot.console.lab.bench import Bench

    path = make_recording("eight.rec", [(0.0, b"\x02\xc3AF\xc9\x03")], format="8N1")
    recording = load(str(path))
    bench = Bench(recording.driver, recording.settings)
    detail = decode(recording, bench).look(0)
    assert not detail.seven
    assert detail.plain == detail.raw
