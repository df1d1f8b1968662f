"""What decoding costs: each layout, and many of them.

For every layout one record is decoded over and over, with detection, checks and
warnings, as a line does it. Beside the layouts of columns stand two that do less:
slices written by hand for this one layout, and the `construct` package with a
declared structure. Neither repairs, judges, or tells where a value came from.

Then the cost of telling layouts apart, with 1 to 60 of them: the layouts are made up,
each with its own texts, and the text read is always the same.

    python tests/bench/bench_layouts.py [--seconds 0.4]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import construct

sys.path.insert(0, str(Path(__file__).parents[1] / "drivers"))

from ali_family_records_more import CASES
from ali_records import WIRELESS, lines
from test_ali_columns_455 import made

from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.ali_decoder import LabelDetector
from aliquot.drivers.lines.api import (
    AliRecord,
    Chunk,
    Frame,
    Framing,
    LineSettings,
)
from aliquot.drivers.lines.detect import Detector
from aliquot.drivers.lines.label_file import parse_label_layout
from aliquot.drivers.lines.label_layout import LabelLayout
from aliquot.drivers.lines.layouts import Layout, choose

NUMBERS = (1, 10, 30, 60)
Plain = Callable[[bytes], object]

THIRTY = (
    b"(509) 511-7516 WPH1 01/13 13:19\r"
    b"TEST MOBILITY               \r"
    b"       123U      P#509-511-7516\r"
    b"E  MAIN ST               \r"
    b" N Sector           \r"
    b"CALLBK=(509)560-0000ATTMO 02948\r"
    b"WA TONASKET"
)


def rate(work: Callable[[], object], seconds: float) -> float:
    """Calls a second: the best of three, each ``seconds`` long."""
    work()
    best = 0.0
    for _ in range(3):
        count, begin = 0, time.perf_counter()
        while (passed := time.perf_counter() - begin) < seconds / 3:
            for _ in range(20):
                work()
            count += 20
        best = max(best, count / passed)
    return best


def frame(data: bytes, at: int = 0) -> Frame:
    return Frame(data[at:], data, 0, len(data), 0, 0, Framing.WHOLE, payload_at=at)


# --- the same by hand, and by construct ------------------------------------------------

# Offsets in the text of one run: name, first, last (exclusive), label.
KY = (
    ("esn", 12, 31, "ESN="),
    ("first", 31, 45, ""),
    ("time", 46, 51, ""),
    ("date", 52, 62, ""),
    ("house", 63, 79, ""),
    ("street", 79, 106, ""),
    ("suffix", 106, 111, ""),
    ("post", 111, 114, ""),
    ("unit", 114, 138, "UNIT="),
    ("community", 138, 161, ""),
    ("state", 166, 168, ""),
    ("second", 169, 183, ""),
    ("class", 184, 188, ""),
    ("name", 194, 226, ""),
    ("telco", 246, 258, "TELCO="),
    ("longitude", 258, 276, "X="),
    ("confidence", 276, 290, "CNF="),
    ("latitude", 290, 308, "Y="),
    ("uncertainty", 308, 322, "UNC="),
    ("law", 354, 386, ""),
    ("fire", 386, 418, ""),
    ("ems", 418, 451, ""),
)
NY = (
    ("first", 0, 12, ""),
    ("date", 13, 18, ""),
    ("time", 19, 27, ""),
    ("trunk", 29, 32, ""),
    ("name", 64, 92, ""),
    ("class", 92, 96, ""),
    ("house", 96, 104, ""),
    ("street", 113, 160, ""),
    ("community", 160, 190, ""),
    ("state", 190, 192, ""),
    ("unit", 192, 222, ""),
    ("location", 222, 242, ""),
    ("latitude", 242, 257, "LAT:"),
    ("longitude", 259, 274, "LON:"),
    ("altitude", 274, 285, "ELV:"),
    ("uncertainty", 285, 299, "COF:"),
    ("confidence", 299, 306, "COP:"),
    ("second", 306, 322, "MTN:"),
    ("telco", 329, 338, "CPF:"),
    ("esn", 361, 370, "ESN:"),
    ("law", 370, 402, ""),
    ("fire", 402, 434, ""),
    ("ems", 434, 466, ""),
)
THIRTY_COLUMNS = (
    ("first", 0, 14, ""),
    ("class", 15, 19, ""),
    ("date", 20, 25, ""),
    ("time", 26, 31, ""),
    ("name", 31, 59, ""),
    ("house", 59, 69, ""),
    ("suffix", 69, 76, ""),
    ("second", 76, 90, "P#"),
    ("street", 93, 135, ""),
    ("callback", 135, 155, "CALLBK="),
    ("telco", 155, 161, ""),
    ("esn", 161, 166, ""),
    ("state", 166, 168, ""),
    ("community", 169, 197, ""),
)
Columns = tuple[tuple[str, int, int, str], ...]
_NUMBERS = ("latitude", "longitude", "uncertainty", "confidence")


def by_hand(columns: Columns) -> Plain:
    def read(data: bytes) -> dict[str, object]:
        text = data.replace(b"\r", b"").replace(b"\n", b"").decode("latin-1")
        out: dict[str, object] = {}
        for name, first, last, label in columns:
            value = text[first:last].strip().removeprefix(label).strip()
            if value:
                out[name] = float(value) if name in _NUMBERS else value
        return out

    return read


def by_construct(columns: Columns) -> Plain:
    fields: list[object] = []
    at = 0
    for name, first, last, _ in columns:
        if first > at:
            fields.append(construct.Padding(first - at))
        fields.append(name / construct.Bytes(last - first))
        at = last
    record = construct.Struct(*fields).compile()
    size = columns[-1][2]

    def read(data: bytes) -> object:
        plain = data.replace(b"\r", b"").replace(b"\n", b"").ljust(size)
        parsed = record.parse(plain)
        return {n: parsed[n].strip().removeprefix(b.encode()) for n, _, _, b in columns}

    return read


def compare(seconds: float) -> None:
    print("\nColumns: records a second, by Aliquot, by hand, by construct")
    fixed: tuple[tuple[str, bytes, Columns], ...] = (
        ("ali_30w", THIRTY, THIRTY_COLUMNS),
        ("ali_32x15", lines(WIRELESS), NY),
        ("ali_ky455", made()[4:], KY),
    )
    for name, data, columns in fixed:
        decoder = DRIVER.decoder(LineSettings())
        one = frame(data)
        (got,) = decoder.decode(one)
        assert isinstance(got, AliRecord)
        assert got.layout == name
        read, parse = by_hand(columns), by_construct(columns)
        ours = rate(lambda d=decoder, f=one: d.decode(f), seconds)
        hand = rate(lambda r=read, d=data: r(d), seconds)
        other = rate(lambda p=parse, d=data: p(d), seconds)
        print(
            f"  {name:<22}{ours:>9.0f} {hand:>9.0f} {other:>9.0f}"
            f"   {ours * len(data) / 1e6:6.2f} MB/s by Aliquot"
        )


def framed(seconds: float) -> None:
    data = b"".join(b"\x02201" + lines(WIRELESS) + b"\x03" for _ in range(20))

    def run() -> None:
        framer, decoder = DRIVER.framer(LineSettings()), DRIVER.decoder(LineSettings())
        for got in (*framer.feed(Chunk(data, 0, 0)), *framer.flush()):
            if isinstance(got, Frame):
                decoder.decode(got)

    calls = rate(run, seconds)
    print(
        f"\nFraming and decoding, STX to ETX: {calls * 20:.0f} records/s, "
        f"{calls * len(data) / 1e6:.2f} MB/s"
    )


def labelled_layouts(seconds: float) -> None:
    print("\nLabels: records a second, MB/s, bytes of the record")
    seen: set[str] = set()
    decoder = DRIVER.decoder(LineSettings())
    for name, text, _, _ in CASES:
        if name in seen:
            continue
        seen.add(name)
        data = text.encode("latin-1")
        one = frame(data)
        calls = rate(lambda f=one: decoder.decode(f), seconds)
        size = len(data)
        print(f"  {name:<22}{calls:>9.0f} {calls * size / 1e6:>7.2f} {size:>6}")


# --- many layouts --------------------------------------------------------------------


def columns_layouts(count: int) -> list[Layout]:
    (base,) = choose(("ali_32x15",))
    return [base, *(_columns(base, n) for n in range(count - 1))]


def _columns(base: Layout, n: int) -> Layout:
    start = base.start if n % 3 == 0 else f"LAYOUT{n:02d} [0-9]+"
    return replace(
        base, name=f"other_{n}", start=start, tokens=(f"TOKEN{n:02d}=".encode(),)
    )


def label_layouts(count: int) -> list[LabelLayout]:
    return [_labels(n) for n in range(count)]


def _labels(n: int) -> LabelLayout:
    word = chr(65 + n % 26) + chr(65 + n // 26)
    return parse_label_layout(
        f"""
        name = "made_{n}"
        title = "Made up"
        [match]
        all = [["{word}LAT=", "{word}LON="], "{word}NUM:"]
        [[field]]
        name = "latitude"
        labels = ["{word}LAT"]
        """,
        f"made_{n}.toml",
    )


def growth(seconds: float) -> None:
    print("\nTelling layouts apart: microseconds a record, by the number of layouts")
    print(f"  {'':<28}" + "".join(f"{n:>9}" for n in NUMBERS))
    ny = lines(WIRELESS)
    text = (" ".join(text for _, text, _, _ in CASES)[:440] + " AALAT= AANUM:")[:455]
    plain = b"201 01-  no layout of ours, but long enough to be read " * 8
    rows: tuple[tuple[str, Callable[[int], Callable[[], object]]], ...] = (
        ("columns, a record", lambda n: _rank(columns_layouts(n), ny)),
        ("columns, 440 other bytes", lambda n: _rank(columns_layouts(n), plain)),
        ("labels, 455 bytes", lambda n: _rank_labels(n, text)),
    )
    for name, make in rows:
        cost = [1e6 / rate(make(n), seconds) for n in NUMBERS]
        ratio = cost[-1] / cost[0]
        said = "".join(f"{one:>9.1f}" for one in cost)
        print(f"  {name:<28}{said}   60 layouts cost {ratio:.1f} times as much as 1")


def _rank(layouts: list[Layout], data: bytes) -> Callable[[], object]:
    detector = Detector(layouts)
    return lambda: (detector.rank(data), detector.starts.search(data, 1))


def _rank_labels(count: int, text: str) -> Callable[[], object]:
    detector = LabelDetector(label_layouts(count))
    return lambda: detector.rank(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.4, help="for each figure")
    given = parser.parse_args()
    print(f"Load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    compare(given.seconds)
    framed(given.seconds)
    labelled_layouts(given.seconds)
    growth(given.seconds)


if __name__ == "__main__":
    main()
