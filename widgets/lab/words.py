"""How the lab says things: positions, times, kinds, differences. Pure text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aliquot.console.domain.lab import (
    CaseSaved,
    LearnProblem,
    NotLearned,
    Outcome,
    ReportWritten,
)
from aliquot.console.domain.lab_compare import Difference
from aliquot.console.domain.lab_result import (
    AUTO,
    FieldView,
    ItemDetail,
    ItemKind,
    LabResult,
    StripItem,
)
from aliquot.widgets import words
from aliquot.widgets.statuses import Shape
from aliquot.widgets.theme.tokens import Tone

KINDS: dict[ItemKind, tuple[str, Tone, Shape]] = {
    ItemKind.RECORD: ("record", Tone.AVAILABLE, Shape.SQUARE),
    ItemKind.SIGNAL: ("call event", Tone.PENDING, Shape.TRIANGLE),
    ItemKind.INCIDENT: ("incident", Tone.TEXT, Shape.DIAMOND),
    ItemKind.FRAME: ("no use", Tone.MUTED, Shape.RING),
    ItemKind.NOISE: ("noise", Tone.DANGER, Shape.CROSS),
}
LAB_KEYS = (
    ("Space, + and -", "Play or pause, faster, slower"),
    ("PgUp, PgDn", "Item before, next item"),
    ("N, W, F", "Next noise, warning, fault; Shift back"),
    ("Z, Shift+Z, A", "Strip: closer, wider, all of it"),
    (", and .", "Strip: move what is seen back, on"),
    ("[ and ]", "Stretch from here, to here"),
    ("Shift+arrows, Enter", "In bytes: choose, name a field"),
    ("Ctrl+Left, Ctrl+Right", "In bytes: word by word; Shift chooses"),
)
HARMLESS = frozenset(("heartbeat", "control", "broadcast", "repeat"))
FRAMINGS = {
    "stx_etx": "start and end marks",
    "lines": "the layout's lines",
    "length": "the layout's length",
    "gap": "silence",
    "block": "an empty line",
    "message": "whole messages",
    "whole": "whole files",
}
Wanted = Callable[[StripItem], bool]
EMPTY = (
    "No recording is open. {open} opens one: type its path and press Enter.\n\n"
    "A recording is made by a line that runs, or by `aliquot line record`. Then Space "
    "plays it, Page Up and Page Down go from item to item, N to the next noise, W to "
    "the next warning. Below, the layout can be changed and tried on all of it."
)


def is_trouble(item: StripItem) -> bool:
    """Noise by which something is lost."""
    return item.kind is ItemKind.NOISE and item.reason not in HARMLESS


def kind_look(item: StripItem) -> tuple[str, Tone, Shape]:
    """Noise that is only the link living is muted, and another shape."""
    if item.kind is ItemKind.NOISE and not is_trouble(item):
        return ("link", Tone.MUTED, Shape.BAR)
    return KINDS[item.kind]


def is_fault(item: StripItem) -> bool:
    return item.fault


def has_warning(item: StripItem) -> bool:
    return bool(item.warnings)


def first_worth(result: LabResult) -> int:
    """Where to begin: the first that is more than a sign of the link."""
    worth = (i.index for i in result.items if i.layout or is_trouble(i))
    return next(worth, 0)


def span_text(seconds: float) -> str:
    """``00:42.3``: minutes and seconds, tenths; from a day on ``2 d 03:10:05``."""
    tenths = round(max(0.0, seconds) * 10)
    whole, tenth = divmod(tenths, 10)
    days, rest = divmod(whole, 86_400)
    if days:
        return f"{days} d {rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{words.age_text(whole)}.{tenth}"


def position_text(result: LabResult, index: int | None, at_s: float) -> str:
    """Where the cursor is, in words."""
    info = result.recording
    clock = words.clock_text(info.began_us + round(at_s * 1e6))
    said = f"{span_text(at_s)} of {span_text(info.duration_s)}, {clock}"
    if index is None:
        return f"{said}, before the first of {len(result.items)} items"
    return f"{said}, item {index + 1} of {len(result.items)}"


def range_text(
    result: LabResult, begin: float, end: float, items: int, faults: int
) -> str:
    """Which part the strip shows, and what is in it. Places are 0 to 1."""
    whole = result.recording.duration_s
    found = (
        f"{plural(items, 'item')}, {plural(faults, 'fault') if faults else 'no fault'}"
    )
    if end - begin >= 1.0:
        return f"All of it is seen: {found}"
    if whole <= 0:
        return f"Seen: {begin:.0%} to {end:.0%}, {found}"
    return f"Seen: {span_text(begin * whole)} to {span_text(end * whole)}, {found}"


def speed_text(speed: float | None) -> str:
    return "as fast as it goes" if speed is None else f"{speed:g}x"


def recording_text(result: LabResult) -> str:
    """What the recording says of itself, and what was made of it."""
    info = result.recording
    port = f", {info.baud} {info.format}" if info.baud else ""
    line = f"line {info.line}, " if info.line else ""
    said = f"{line}driver {info.driver}{port}, {bytes_count(info.received_bytes)}"
    return f"{said}: {counts_text(result)}"


def counts_text(result: LabResult) -> str:
    """``44 records, 24 noise``: of each kind that is there."""
    if not result.items:
        return "nothing in it"
    noise = sum(is_trouble(item) for item in result.items)
    link = result.count(ItemKind.NOISE) - noise
    found = [
        (result.count(ItemKind.RECORD), "record"),
        (result.count(ItemKind.SIGNAL), "call event"),
        (result.count(ItemKind.INCIDENT), "incident"),
        (result.count(ItemKind.FRAME), "frame of no use"),
        (noise, "noise"),
        (link, "sign of the link"),
    ]
    return ", ".join(plural(n, name) for n, name in found if n)


def plural(count: int, name: str) -> str:
    if name == "noise" or count == 1:
        return f"{count} {name}"
    head, _, rest = name.partition(" of ")
    return f"{count} {head}s of {rest}" if rest else f"{count} {name}s"


def bytes_count(count: int) -> str:
    if count >= 10**6:
        return f"{count / 1e6:.1f} MB"
    return f"{count / 1e3:.1f} kB" if count >= 10**4 else plural(count, "byte")


def item_text(detail: ItemDetail) -> str:
    """The heading above the fields."""
    item = detail.item
    kind = kind_look(item)[0]
    parts = [f"{kind} {item.index + 1}", bytes_count(len(detail.raw))]
    if item.layout:
        parts.append(f"layout {item.layout}")
    if item.framing:
        parts.append(f"ended by {FRAMINGS.get(item.framing, item.framing)}")
    if item.reason:
        parts.append(words.NOISE_REASONS.get(item.reason, item.title))
    return ", ".join(parts)


def remarks_text(detail: ItemDetail) -> str:
    """Each warning with its sentence; of noise what it is."""
    said = [f"{w.code}: {w.sentence}" for w in detail.warnings]
    return "\n".join([detail.advice, *said] if detail.advice else said)


def byte_text(detail: ItemDetail, index: int) -> str:
    """One byte, and which fields it is part of by which rule."""
    value, plain = detail.raw[index], detail.plain[index]
    shown = f" '{chr(plain)}'" if 32 <= plain < 127 else ""
    fields = detail.fields_at(index)
    said = "; ".join(_field(f) for f in fields) or "in no field"
    return f"byte {index} of {len(detail.raw)}: 0x{value:02X}{shown}, {said}"


def _field(view: FieldView) -> str:
    return f"{view.name} ({view.rule})" if view.rule else view.name


def difference_text(found: Difference) -> str:
    """What an edit did to the whole recording."""
    if not found.differ:
        return f"No item changed; {found.same} are as before."
    parts = [
        f"{n} {name}"
        for n, name in (
            (found.better, "better"),
            (found.worse, "worse"),
            (found.other, "otherwise"),
        )
        if n
    ]
    left = found.differ - found.compared
    more = f" ({left} more changed and were not compared)" if left else ""
    said = f"{', '.join(parts)}, {found.same} as before{more}."
    for head, names in (
        ("New fields", found.appear),
        ("Fields gone", found.vanish),
        ("Other values", found.alter),
    ):
        if names:
            said += f" {head}: {names_text(names)}."
    return said


MOST_NAMES = 6


def names_text(names: Sequence[tuple[str, int]]) -> str:
    shown = [f"{name} in {count}" for name, count in names[:MOST_NAMES]]
    left = len(names) - len(shown)
    return ", ".join(shown) + (f" and {left} more" if left else "")


MOST_PROBLEMS = 3


def problems_text(problems: Sequence[LearnProblem]) -> str:
    """Why no layout could be written: of each field once, and of few."""
    first: dict[str, LearnProblem] = {}
    for one in problems:
        first.setdefault(one.field, one)
    said = [
        f"{p.field} in {p.sample}, “{p.text}”: {p.reason}."
        for p in list(first.values())[:MOST_PROBLEMS]
    ]
    left = len(first) - len(said)
    more = f" {plural(left, 'other field')} cannot be placed either." if left else ""
    return "No layout fits these marks. " + " ".join(said) + more


def outcome_text(outcome: Outcome) -> str:
    """What came of a job that shows itself in no other way; empty: nothing to say."""
    if isinstance(outcome, NotLearned):
        return problems_text(outcome.problems)
    if isinstance(outcome, CaseSaved):
        notes = " ".join(outcome.notes)
        said = f"{plural(outcome.objects, 'object')} saved in {outcome.folder}; "
        return (
            f"{said}`aliquot line check {outcome.folder}` tries them. {notes}".strip()
        )
    if isinstance(outcome, ReportWritten):
        masked = "Numbers, names and places in it are masked."
        return f"The report lies in {outcome.saved_to}. {masked}"
    return ""


def stopped_text(result: LabResult | None) -> str:
    """A recording was stopped while it was being opened."""
    count = len(result.items) if result is not None else 0
    return f"Stopped. The first {plural(count, 'item')} are open."


def layout_of(result: LabResult) -> str | None:
    """The layout most of the records were read by."""
    if result.layout != AUTO:
        return result.layout
    counts: dict[str, int] = {}
    for item in result.items:
        if item.layout and item.kind is ItemKind.RECORD:
            counts[item.layout] = counts.get(item.layout, 0) + 1
    return max(counts, key=lambda name: counts[name], default=None)


def stretch_text(result: LabResult, first: int, last: int) -> str:
    one, other = result.items[first], result.items[last]
    if first == last:
        return f"Stretch: item {first + 1}, at {span_text(one.at_s)}"
    times = f"{span_text(one.at_s)} to {span_text(other.at_s)}"
    return f"Stretch: items {first + 1} to {last + 1}, {times}"
