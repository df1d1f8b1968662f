"""How right and how quick the geocoder is, beside two plain ones in the same run.

* ``truth``: places as police officers typed them in a real city, with where they
  were. ``ceiling`` is the share of rows that lie within 150 m of anything of the
  street that is named: nobody can be better by that name.
* ``typos``: a generated county of 125,000 segments and 9,300 names; each text has
  one wrong, missing, added or exchanged letter in the street's name.

Peers: ``usaddress`` taking the text apart with ``rapidfuzz.process`` over all names,
and a full-text index of trigrams in SQLite; both look the number up in our ranges.
"""

from __future__ import annotations

import csv
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import shapely
import usaddress
from rapidfuzz import process
from sqlcipher3 import dbapi2

from aliquot.console.clock import SystemClock
from aliquot.console.geo.geofile_folder import SQLITE_NAME, GeofileFolder
from aliquot.console.geo.geofile_import import import_geofile
from aliquot.console.geocode.crossings import Crossings
from aliquot.console.geocode.districts import Districts
from aliquot.console.geocode.gazetteer import Gazetteer, Segment
from aliquot.console.geocode.geocoder import LocalGeocoder
from aliquot.console.geocode.load import load
from aliquot.console.geocode.numbers import locate
from aliquot.console.geocode.plane import METRES_PER_DEGREE, metres
from aliquot.console.geocode.query import HouseNumber, parse
from aliquot.console.geocode.streets import Resolver
from aliquot.console.geocode.weighing import SURE

ROOT = Path(__file__).resolve().parents[2]
GEO = ROOT.parent / "shared/data/geo"
Spot = tuple[float, float]
Answer = tuple[Spot, float, str] | None  # place, score, address
Ask = Callable[[str], Answer]

SYLLABLES = [
    "ba",
    "be",
    "bo",
    "ca",
    "co",
    "da",
    "de",
    "do",
    "fa",
    "fe",
    "ga",
    "go",
    "ha",
    "he",
    "ho",
    "ja",
    "jo",
    "ka",
    "ke",
    "la",
    "le",
    "lo",
    "ma",
    "me",
    "mo",
    "na",
    "ne",
    "no",
    "pa",
    "pe",
    "ra",
    "re",
    "ro",
    "sa",
    "se",
    "so",
    "ta",
    "te",
    "to",
    "va",
    "ve",
    "wa",
    "we",
    "wi",
    "yo",
    "za",
    "lin",
    "ber",
    "ton",
    "ham",
    "ford",
    "wick",
    "den",
    "mar",
    "win",
    "col",
    "bur",
    "stan",
    "ley",
    "wood",
    "mer",
    "rich",
]
TYPES = ["Street", "Avenue", "Road", "Drive", "Lane", "Court", "Place", "Circle", "Way"]


def ours(gazetteer: Gazetteer, districts: Districts) -> Ask:
    geocoder = LocalGeocoder(gazetteer, districts)

    def ask(text: str) -> Answer:
        found = geocoder.geocode(text)
        if not found:
            return None
        best = found[0]
        return (best.latitude, best.longitude), best.score, best.address

    return ask


class Peer:
    """``usaddress`` for the parts; ``names`` finds a street of ours by its name."""

    def __init__(
        self, gazetteer: Gazetteer, names: Callable[[str], str | None]
    ) -> None:
        self._all = gazetteer
        self._names = names
        self._at = {name: n for n, name in enumerate(gazetteer.names)}
        self._meet = Crossings(gazetteer)

    def __call__(self, text: str) -> Answer:
        try:
            parts, kind = usaddress.tag(text)
        except usaddress.RepeatedLabelError:
            return None
        if kind == "Intersection":
            return self._crossing(parts)
        street = self._street(parts, "")
        digits = "".join(c for c in parts.get("AddressNumber", "") if c.isdigit())
        if street is None or not digits:
            return None
        spot = locate(self._all, street, HouseNumber(int(digits[:6])))
        return (spot.at, 100.0, self._all.names[street]) if spot else None

    def _crossing(self, parts: dict[str, str]) -> Answer:
        one, other = self._street(parts, ""), self._street(parts, "Second")
        if one is None or other is None:
            return None
        met = self._meet.shared(one, other)
        return (met[0].at, 100.0, "") if met else None

    def _street(self, parts: dict[str, str], which: str) -> int | None:
        labels = ("PreDirectional", "PreType", "Name", "PostType", "PostDirectional")
        words = [parts.get(f"{which}StreetName{label[4:] if label == 'Name' else label}",
                           "") for label in labels]  # fmt: skip
        name = self._names(" ".join(filter(None, words)))
        return None if name is None else self._at[name]


def by_rapidfuzz(gazetteer: Gazetteer) -> Callable[[str], str | None]:
    names = {name.upper(): name for name in gazetteer.names}

    def find(text: str) -> str | None:
        found = process.extractOne(text.upper(), names.keys(), score_cutoff=60)
        return names[found[0]] if found else None

    return find


def by_trigrams(gazetteer: Gazetteer) -> Callable[[str], str | None]:
    connection = dbapi2.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE f USING fts5(name, tokenize='trigram')")
    connection.executemany("INSERT INTO f VALUES(?)", [(n,) for n in gazetteer.names])

    def find(text: str) -> str | None:
        plain = "".join(c for c in text.upper() if c.isalnum() or c == " ")
        grams = {plain[at : at + 3] for at in range(len(plain) - 2)}
        if not grams:
            return None
        asked = " OR ".join(f'"{gram}"' for gram in grams)
        row = connection.execute(
            "SELECT name FROM f WHERE f MATCH ? ORDER BY rank LIMIT 1", (asked,)
        ).fetchone()
        return row[0] if row else None

    return find


def city(folder: Path) -> tuple[Gazetteer, Districts]:
    source = GEO / "cambridge_ng911_sta006v3.gpkg"
    import_geofile(source, GeofileFolder(folder), SystemClock())
    path = GeofileFolder(folder).file(SQLITE_NAME)
    return load(path), Districts.load(path)


def truth(asks: dict[str, Ask], gazetteer: Gazetteer) -> None:
    with (GEO / "truth_locations.csv").open(newline="") as file:
        rows = [(r["loc_text"], (float(r["lat"]), float(r["lon"])))
                for r in csv.DictReader(file)]  # fmt: skip
    print(f"\ntruth, {len(rows)} rows; ceiling {ceiling(rows, gazetteer):.1%}")
    print(f"{'':<24}{'matched':>9}{'<= 150 m':>10}{'sure':>8}{'wrong of sure':>15}"
          f"{'mean ms':>9}{'p99 ms':>8}")  # fmt: skip
    for name, ask in asks.items():
        answers, taken = timed(ask, [text for text, _ in rows])
        told = [(a, spot) for a, (_, spot) in zip(answers, rows, strict=True) if a]
        near = sum(metres(a[0], spot) <= 150 for a, spot in told)
        sure = [(a, spot) for a, spot in told if a[1] >= SURE]
        wrong = sum(metres(a[0], spot) > 150 for a, spot in sure)
        print(f"{name:<24}{len(told) / len(rows):>9.1%}{near / len(rows):>10.1%}"
              f"{len(sure) / len(rows):>8.1%}{wrong / max(1, len(sure)):>15.1%}"
              f"{statistics.mean(taken):>9.3f}{p99(taken):>8.3f}")  # fmt: skip


def ceiling(rows: Iterable[tuple[str, Spot]], gazetteer: Gazetteer) -> float:
    """Rows within 150 m of a line or point of the streets they name."""
    resolver, found = Resolver(gazetteer), []
    for text, spot in rows:
        streets = [f.street for parts in parse(text).streets
                   for f in resolver.find(parts)[:1]]  # fmt: skip
        found.append(any(_away(gazetteer, s, spot) <= 150 for s in streets))
    return sum(found) / len(found)


def _away(gazetteer: Gazetteer, street: int, spot: Spot) -> float:
    narrow = float(np.cos(np.radians(spot[0])))
    scale = np.array([narrow, 1.0])
    here = shapely.Point(spot[1] * narrow, spot[0])
    paths = (gazetteer.path(gazetteer.segments[at]) * scale
             for at in gazetteer.of_street.get(street, ()))  # fmt: skip
    lines = (shapely.linestrings(path) for path in paths if len(path) > 1)
    return min((line.distance(here) for line in lines), default=9e9) * METRES_PER_DEGREE


def county(seed: int = 7) -> Gazetteer:
    """9,300 streets of thirteen or fourteen segments, 125,000 in all."""
    rng = random.Random(seed)
    names: set[str] = set()
    while len(names) < 9_300:
        count = rng.choice((2, 3, 3, 4))
        names.add("".join(rng.choice(SYLLABLES) for _ in range(count)).capitalize())
    streets = [f"{name} {rng.choice(TYPES)}" for name in sorted(names)]
    segments: list[Segment] = []
    vertices: list[tuple[float, float]] = []
    nodes: list[Spot] = []
    left = 125_000
    for at in range(len(streets)):
        count = left // (len(streets) - at)
        left -= count
        latitude, longitude = 43 + rng.random() * 0.8, -76 + rng.random() * 0.8
        first = rng.choice((0, 100, 200, 1000))
        for n in range(count):
            ends = [(longitude + 0.001 * (n + k), latitude) for k in (0, 1)]
            low = first + 100 * n
            segments.append(
                Segment(at, (low + 1, low + 99, "O"), (low + 2, low + 98, "E"),
                        len(vertices), len(vertices) + 2, len(nodes), len(nodes) + 1)
            )  # fmt: skip
            vertices += ends
            nodes += [(y, x) for x, y in ends]
    return Gazetteer(streets, segments, np.array(vertices), nodes)


def mistyped(rng: random.Random, word: str) -> str:
    at, letter = rng.randrange(1, len(word)), rng.choice("abcdefghijklmnopqrstuvwxyz")
    ways = (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
    )
    return rng.choice(ways)


def typos(asks: dict[str, Ask], gazetteer: Gazetteer, count: int) -> None:
    rng = random.Random(11)
    wanted = [rng.randrange(len(gazetteer.names)) for _ in range(count)]
    texts = []
    for street in wanted:
        base, kind = gazetteer.names[street].split()
        segment = gazetteer.segments[rng.choice(gazetteer.of_street[street])]
        number = segment.left[0] + 2 * rng.randrange(40)
        texts.append(f"{number} {mistyped(rng, base)} {kind}")
    print(f"\ntypos, {len(gazetteer.segments)} segments, {len(texts)} texts")
    print(f"{'':<24}{'right street':>13}{'mean ms':>9}{'p99 ms':>8}")
    for name, ask in asks.items():
        answers, taken = timed(ask, texts)
        right = sum(bool(a) and a[2].endswith(gazetteer.names[street])
                    for a, street in zip(answers, wanted, strict=True) if a)  # fmt: skip
        print(f"{name:<24}{right / count:>13.1%}{statistics.mean(taken):>9.3f}"
              f"{p99(taken):>8.3f}")  # fmt: skip


def timed(ask: Ask, texts: Sequence[str]) -> tuple[list[Answer], list[float]]:
    answers: list[Answer] = []
    taken: list[float] = []
    for text in texts:
        began = time.perf_counter()
        answers.append(ask(text))
        taken.append((time.perf_counter() - began) * 1e3)
    return answers, taken


def p99(values: Sequence[float]) -> float:
    return sorted(values)[int(0.99 * len(values))]


def asks_of(gazetteer: Gazetteer, districts: Districts) -> dict[str, Ask]:
    return {
        "aliquot": ours(gazetteer, districts),
        "usaddress + rapidfuzz": Peer(gazetteer, by_rapidfuzz(gazetteer)),
        "usaddress + trigrams": Peer(gazetteer, by_trigrams(gazetteer)),
    }


def main(count: int = 2_000) -> None:
    if GEO.exists():
        with tempfile.TemporaryDirectory() as folder:
            gazetteer, districts = city(Path(folder))
            truth(asks_of(gazetteer, districts), gazetteer)
            reverse(LocalGeocoder(gazetteer, districts), gazetteer)
    else:
        print("truth: not measured, the city's geofile is not beside the checkout")
    made = county()
    typos(asks_of(made, Districts([])), made, count)


def reverse(geocoder: LocalGeocoder, gazetteer: Gazetteer) -> None:
    rng = random.Random(3)
    points = rng.sample(list(gazetteer.points), 2_000)
    taken = []
    for point in points:
        began = time.perf_counter()
        geocoder.reverse(point.latitude, point.longitude)
        taken.append((time.perf_counter() - began) * 1e3)
    print(f"\nreverse: mean {statistics.mean(taken):.3f} ms, p99 {p99(taken):.3f} ms")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
