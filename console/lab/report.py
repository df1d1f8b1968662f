"""The conformance report of a recording: what a line sends, and what it never sent.

To hand to the county and its data base's keeper. What callers said of themselves is
masked unless it is asked for: letters and digits of numbers, names and places.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from math import ceil
from pathlib import PurePath

from aliquot.console.domain.lab_result import ItemKind, LabResult, StripItem
from aliquot.console.lab import own_layout, words
from aliquot.console.lab.analysis import Recording
from aliquot.console.lab.bench import Bench
from aliquot.console.lab.objects import iso
from aliquot.console.lab.report_never import Never, never_seen
from aliquot.console.lab.strip import SAID, Look, Said, shown
from aliquot.drivers.lines.api import AliRecord, CallSignal
from aliquot.drivers.lines.recording_format import VERSION

# Codes and words of the county, none of them a caller's.
OPEN = frozenset(
    (
        *("class_of_service", "state", "country", "esn", "company_id", "community"),
        *("uncertainty_m", "confidence_pct", "altitude_m", "law", "fire", "ems"),
        *("position", "trunk", "location_method", "prefix_directional"),
        *("street_suffix", "post_directional"),
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is in a recording: its time, and its first byte's offset."""

    at: str
    offset: int


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field: in how many records, and what it looks like."""

    name: str
    count: int
    share: float  # 0 to 1, of all records
    example: str


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A warning or a reason of noise."""

    code: str
    sentence: str
    count: int
    share: float  # warnings: of the records; noise: of the received bytes
    first: Place
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class LayoutLine:
    """A layout that was used. ``sha256`` is of its file's text, "" without one."""

    name: str
    title: str
    records: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Spread:
    """Nearest-rank percentiles; None where there is nothing to measure."""

    n: int
    p50: float | None = None
    p95: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. Times are ISO 8601 UTC; None where nothing was recorded."""

    file: str
    sha256: str
    line: str | None
    driver: str
    baud: int | None
    format: str | None
    began: str | None
    ended: str | None
    duration_s: float
    received_bytes: int
    damaged_lines: int
    left_out: str  # a sentence, when the recording was not read to its end
    layout: str
    layouts: tuple[LayoutLine, ...]
    records: int
    signals: int
    unused_frames: int
    noise_stretches: int
    by_framing: Mapping[str, int]
    by_class: Mapping[str, int]
    by_event: Mapping[str, int]
    fields: tuple[FieldLine, ...]
    warnings: tuple[CodeLine, ...]
    noise: tuple[CodeLine, ...]
    never: Never
    latency_ms: Spread
    decode_us: Spread
    between_records_s: Spread
    longest_silence_s: float
    busiest_bytes_per_s: float
    masked: bool
    versions: Mapping[str, str]


NOT_ALL = "The recording was not read to its end: reading was stopped."


def make(
    recording: Recording,
    bench: Bench,
    result: LabResult,
    layout_text: str | None = None,
    masked: bool = True,
) -> Report:
    """The report of a result. ``layout_text``: of a layout that is no bundled one."""
    assert isinstance(result.look, Look)
    items = result.items
    said = [s for s in result.look.sources if isinstance(s, SAID)]
    records = [s for s in said if isinstance(s, AliRecord)]
    info = result.recording
    total = max(1, len(records) or len(said))
    return Report(
        file=PurePath(info.path).name,
        sha256=info.sha256,
        line=info.line,
        driver=info.driver,
        baud=info.baud,
        format=info.format,
        began=iso(info.began_us) if recording.entries else None,
        ended=_ended(recording),
        duration_s=info.duration_s,
        received_bytes=info.received_bytes,
        damaged_lines=len(info.damaged),
        left_out=info.left_out or ("" if result.whole else NOT_ALL),
        layout=result.layout,
        layouts=_layouts(said, bench, layout_text),
        records=len(records),
        signals=len(said) - len(records),
        unused_frames=result.count(ItemKind.FRAME),
        noise_stretches=result.count(ItemKind.NOISE),
        by_framing=_counted(i.framing for i in items if i.kind is not ItemKind.NOISE),
        by_class=_counted(r.fields.get("class_of_service") for r in records),
        by_event=_counted(s.kind.value for s in said if isinstance(s, CallSignal)),
        fields=_fields(said, total, masked),
        warnings=_warnings(items, total),
        noise=_noise(items, max(1, info.received_bytes)),
        never=never_seen(said, items, bench),
        latency_ms=spread([i.latency_ms for i in items if i.layout]),
        decode_us=spread([i.decode_us for i in items if i.layout]),
        between_records_s=spread(_gaps([i.at_s for i in items if i.layout])),
        longest_silence_s=max(_gaps([c.at_s for c in result.chunks]), default=0.0),
        busiest_bytes_per_s=max(result.series.bytes_per_s, default=0.0),
        masked=masked,
        versions=_versions(),
    )


def _ended(recording: Recording) -> str | None:
    info = recording.info
    end = info.began_us + round(info.duration_s * 1e6)
    return iso(end) if recording.entries else None


def _counted(values: Iterable[object]) -> dict[str, int]:
    """The most frequent first; what is absent is ``(none)``."""
    counts = Counter("(none)" if v is None else str(v) for v in values)
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _layouts(
    said: Sequence[Said], bench: Bench, text: str | None
) -> tuple[LayoutLine, ...]:
    counts = Counter(one.layout for one in said)
    if bench.own is not None:
        counts.setdefault(bench.own.name, 0)
    titles = {one.name: one.title for one in own_layout.names()}
    found: list[LayoutLine] = []
    for name, count in counts.most_common():
        mine = bench.own is not None and bench.own.name == name
        body = text if mine else own_layout.text_of(name) if name in titles else None
        title = bench.own.title if mine and bench.own else titles.get(name, "")
        found.append(LayoutLine(name, title, count, _text_hash(body)))
    return tuple(found)


def _text_hash(text: str | None) -> str:
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


def _fields(said: Sequence[Said], total: int, masked: bool) -> tuple[FieldLine, ...]:
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for one in said:
        for name, value in one.fields.items():
            counts[name] += 1
            examples.setdefault(name, shown(value))
    return tuple(
        FieldLine(name, count, count / total, masked_text(name, examples[name], masked))
        for name, count in counts.most_common()
    )


def masked_text(name: str, text: str, masked: bool = True) -> str:
    """Digits as ``#``, letters as ``x`` and ``X``; codes of the county as they are."""
    if not masked or name in OPEN:
        return text
    return "".join(map(_mask, text))


def _mask(char: str) -> str:
    if char.isdigit():
        return "#"
    if char.isalpha():
        return "X" if char.isupper() else "x"
    return char


def _warnings(items: Sequence[StripItem], total: int) -> tuple[CodeLine, ...]:
    counts = Counter(code for item in items for code in item.warnings)
    return tuple(
        CodeLine(code, words.warning(code), n, n / total, _first(items, code))
        for code, n in counts.most_common()
    )


def _first(items: Sequence[StripItem], code: str) -> Place:
    item = next(i for i in items if code in i.warnings or i.reason == code)
    return Place(iso(item.at_us), item.start)


def _noise(items: Sequence[StripItem], received: int) -> tuple[CodeLine, ...]:
    noise = [i for i in items if i.reason is not None]
    counts = Counter(str(i.reason) for i in noise)
    octets: Counter[str] = Counter()
    for item in noise:
        octets[str(item.reason)] += item.end - item.start
    return tuple(
        CodeLine(
            code,
            words.noise(code),
            n,
            octets[code] / received,
            _first(noise, code),
            octets[code],
        )
        for code, n in counts.most_common()
    )


def spread(values: Sequence[float]) -> Spread:
    if not values:
        return Spread(0)
    ranked = sorted(values)

    def at(share: float) -> float:
        return ranked[max(0, ceil(len(ranked) * share - 1e-9) - 1)]

    return Spread(len(ranked), at(0.5), at(0.95), ranked[-1])


def _gaps(times: Sequence[float]) -> list[float]:
    return [max(0.0, b - a) for a, b in pairwise(times)]


def _versions() -> dict[str, str]:
    try:
        own = version("aliquot")
    except PackageNotFoundError:
        own = "not installed"
    return {"aliquot": own, "recording format": str(VERSION)}


def to_json(report: Report) -> str:
    """One object, in one line; without what is not known of its times."""
    found = asdict(report)
    for name in ("began", "ended"):
        if found[name] is None:
            del found[name]
    return json.dumps(found, ensure_ascii=False)
