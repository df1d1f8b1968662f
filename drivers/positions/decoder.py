"""Sentences of one peer into fixes: what was said of one moment is put together."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from aliquot.drivers.positions import nmea, taip
from aliquot.drivers.positions.api import Fix, Refusal
from aliquot.drivers.positions.nmea import DAY_US, BadSentence, Said, Sentence
from aliquot.drivers.positions.sentences import Cut, SentenceCutter

FORMATS = ("auto", "nmea", "taip")
JUMP_MPS = 100.0
LATE_US = 60 * 10**6
GPS_AHEAD_US = 30 * 10**6  # GPS time and UTC are taken for one below this
TURN_US = 1024 * 7 * DAY_US
MOVED_NS = 2 * 10**9  # a speed is of the position that comes within this time
MOST_UNITS = 4096
EARTH_M = 6_371_008.8


@dataclass(slots=True)
class _Unit:
    """What was heard of one unit. ``date_us``: midnight of its newest date."""

    moved: Said | None = None
    moved_ns: int = 0
    epoch: tuple[int | None, tuple[float, float]] | None = None
    merged: Said = field(default_factory=Said)
    date_us: int | None = None
    date_at_us: int = 0
    last: Fix | None = None


class FixDecoder:
    """See ``PositionDecoder``. ``need_checksum``: without one a sentence is not used,
    because a cut one looks just the same."""

    def __init__(self, format: str = "auto", *, need_checksum: bool = True) -> None:
        if format not in FORMATS:
            raise ValueError(f"format is one of {', '.join(FORMATS)}")
        self._format = format
        self._need_checksum = need_checksum
        self._cutter = SentenceCutter()
        self._refused: dict[Refusal, int] = {}
        self._units: OrderedDict[str, _Unit] = OrderedDict()
        self._named = ""  # by a $UNIT line

    @property
    def refused(self) -> Mapping[Refusal, int]:
        return dict(self._refused)

    def feed(self, data: bytes, utc_us: int, mono_ns: int) -> list[Fix]:
        return self._fixes(self._cutter.feed(data), utc_us, mono_ns)

    def end(self, utc_us: int, mono_ns: int) -> list[Fix]:
        return self._fixes(self._cutter.end(), utc_us, mono_ns)

    def _fixes(self, cuts: Iterable[Cut], utc_us: int, mono_ns: int) -> list[Fix]:
        found: list[Fix] = []
        for cut in cuts:
            try:
                fix = self._fix(cut, utc_us, mono_ns)
            except BadSentence as why:
                refusal = Refusal(str(why))
                self._refused[refusal] = self._refused.get(refusal, 0) + 1
                continue
            if fix is not None:
                found.append(fix)
        return found

    def _fix(self, cut: Cut, utc_us: int, mono_ns: int) -> Fix | None:
        if cut.kind not in ("nmea", "taip"):
            raise BadSentence(cut.kind)
        if self._format not in ("auto", cut.kind):
            raise BadSentence("stray")
        read = _taip if cut.kind == "taip" else _nmea
        sentence, said, old = read(cut.raw)
        if sentence.alone:
            self._named = sentence.unit_key
            return None
        if self._need_checksum and not sentence.checked:
            raise BadSentence("no_checksum")
        key = sentence.unit_key or self._named or sentence.talker
        unit = self._unit(key)
        if said.position is None:
            unit.moved, unit.moved_ns = said, mono_ns
            return None
        if said.position == (0.0, 0.0):
            raise BadSentence("null_island")
        return self._made(unit, key, said, old, cut.raw, utc_us, mono_ns)

    def _unit(self, key: str) -> _Unit:
        """Bounded: what was not heard of for longest is forgotten."""
        unit = self._units.pop(key, None) or _Unit()
        self._units[key] = unit
        if len(self._units) > MOST_UNITS:
            self._units.popitem(last=False)
        return unit

    def _made(
        self,
        unit: _Unit,
        key: str,
        said: Said,
        old: bool,
        raw: bytes,
        utc_us: int,
        mono_ns: int,
    ) -> Fix:
        assert said.position is not None
        whole = _merged(unit, said, mono_ns)
        fix_us, turned = _believed(_moment(unit, said, utc_us), utc_us)
        warnings = {"estimated"} if whole.estimated else set()
        if turned:
            warnings.add("week_rollover")
        if old:
            warnings.add("old_data")
        if fix_us < utc_us - LATE_US:
            warnings.add("late")
        elif fix_us > utc_us + LATE_US:
            warnings.add("time_ahead")
        fix = Fix(
            unit_key=key,
            latitude=said.position[0],
            longitude=said.position[1],
            speed_mps=whole.speed_mps,
            heading_deg=whole.heading_deg,
            accuracy_m=whole.accuracy_m,
            utc_us=fix_us,
            mono_ns=mono_ns,
            warnings=(),
            raw=raw,
        )
        if unit.last is not None and _jumped(unit.last, fix):
            warnings.add("jump")
        unit.last = replace(fix, warnings=tuple(sorted(warnings)))
        return unit.last


def _nmea(raw: bytes) -> tuple[Sentence, Said, bool]:
    sentence = nmea.parse(raw)
    return sentence, Said() if sentence.alone else nmea.say(sentence), False


def _taip(raw: bytes) -> tuple[Sentence, Said, bool]:
    sentence = taip.parse(raw)
    return sentence, *taip.say(sentence)


def _merged(unit: _Unit, said: Said, mono_ns: int) -> Said:
    """With what other sentences said of the same moment and place."""
    assert said.position is not None
    before, same = unit.merged, False
    if unit.epoch is not None and said.day_us is not None:
        day_us, place = unit.epoch
        # GLL has fewer digits than GGA at some receivers: the moment decides.
        same = day_us == said.day_us and metres(place, said.position) < 100
    fresh = unit.moved is not None and mono_ns - unit.moved_ns <= MOVED_NS
    moved = unit.moved if fresh and unit.moved is not None else Said()
    whole = Said(
        position=said.position,
        speed_mps=_first(
            said.speed_mps,
            before.speed_mps if same else None,
            moved.speed_mps,
        ),
        heading_deg=_first(
            said.heading_deg,
            before.heading_deg if same else None,
            moved.heading_deg,
        ),
        accuracy_m=_first(said.accuracy_m, before.accuracy_m if same else None),
        estimated=said.estimated or (same and before.estimated),
    )
    unit.epoch, unit.merged = (said.day_us, said.position), whole
    return whole


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _moment(unit: _Unit, said: Said, utc_us: int) -> int:
    """UTC µs of the fix. A time without a date is on the day that puts it nearest
    to the unit's last date, else to the arrival."""
    if said.day_us is None:
        return utc_us
    if said.date_us is not None:
        unit.date_us, unit.date_at_us = said.date_us + said.day_us, utc_us
        return said.date_us + said.day_us
    near = utc_us
    if unit.date_us is not None:
        near = unit.date_us + (utc_us - unit.date_at_us)
    day = (near - said.day_us + DAY_US // 2) // DAY_US
    found = day * DAY_US + said.day_us
    return utc_us if abs(found - utc_us) <= GPS_AHEAD_US else found


def _believed(fix_us: int, utc_us: int) -> tuple[int, bool]:
    """Old receivers count weeks up to 1024 and begin again: their date is off by
    just that, their time of day is right."""
    turns = round((utc_us - fix_us) / TURN_US)
    mended = fix_us + turns * TURN_US
    turned = turns > 0 and abs(utc_us - mended) < DAY_US
    return (mended, True) if turned else (fix_us, False)


def _jumped(before: Fix, now: Fix) -> bool:
    """Over a way that no unit goes. Fixes of one moment may differ by a few metres."""
    seconds = max(
        abs(now.utc_us - before.utc_us) / 1e6, (now.mono_ns - before.mono_ns) / 1e9, 0.0
    )
    way = metres((before.latitude, before.longitude), (now.latitude, now.longitude))
    return way > 100 + JUMP_MPS * seconds


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The way between two (latitude, longitude) in degrees, on a sphere."""
    a, b = (math.radians(p[0]) for p in (one, other))
    lift = math.sin((b - a) / 2) ** 2
    turn = math.sin(math.radians(other[1] - one[1]) / 2) ** 2
    share = min(1.0, lift + math.cos(a) * math.cos(b) * turn)
    return 2 * EARTH_M * math.asin(math.sqrt(share))
