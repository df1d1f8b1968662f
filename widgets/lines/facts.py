"""What is known of a line, put together for its health. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import pairwise

from aliquot.console.domain.line_health import Health, LineFacts, LineHealth, health
from aliquot.console.domain.line_sheet import LineSheet
from aliquot.console.domain.rows import LineRow, NoiseRow
from aliquot.widgets import words
from aliquot.widgets.lines.live import Sample
from aliquot.widgets.statuses import Shape
from aliquot.widgets.theme.tokens import Tone

LOOKS: dict[Health, tuple[str, Tone, Shape]] = {
    Health.GOOD: ("good", Tone.AVAILABLE, Shape.DOT),
    Health.IDLE: ("quiet", Tone.MUTED, Shape.RING),
    Health.AMBER: ("doubtful", Tone.WAITING, Shape.TRIANGLE),
    Health.RED: ("bad", Tone.DANGER, Shape.CROSS),
}
BAD_ENTRY = "{} Until then the line is not read."


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as the page shows it. ``row`` None: it is set up and not run."""

    line: str
    level: Health
    text: str
    row: LineRow | None
    sheet: LineSheet | None
    last_byte_us: int | None = None
    share: float | None = None  # of the newest bytes, not understood


def view_of(
    row: LineRow | None,
    sheet: LineSheet | None,
    samples: Sequence[Sample],
    noise: Iterable[NoiseRow],
    now_us: int,
) -> LineView:
    """``samples`` and ``noise`` of this line; noise in any order."""
    if row is None:
        assert sheet is not None
        said = sheet.problem or "The line is not read in this window."
        text = BAD_ENTRY.format(said) if sheet.problem else said
        return LineView(sheet.line, Health.RED, text, None, sheet)
    facts = facts_of(row, samples, noise)
    found = _health(facts, sheet, now_us)
    share = facts.noise_bytes / facts.seen_bytes if facts.seen_bytes else None
    return LineView(
        row.line, found.level, found.text, row, sheet, facts.last_byte_us, share
    )


def _health(facts: LineFacts, sheet: LineSheet | None, now_us: int) -> LineHealth:
    found = health(facts, now_us, zone=local_zone(now_us))
    if sheet is not None and sheet.problem:
        return LineHealth(Health.RED, f"{sheet.problem} {found.text}")
    return found


def facts_of(
    row: LineRow, samples: Sequence[Sample], noise: Iterable[NoiseRow]
) -> LineFacts:
    """A line in trouble is open: what its conversation says is the trouble."""
    trouble = row.state == "trouble"
    since = samples[0].at_us if samples else row.since_us
    trouble_noise = [
        n for n in noise if n.at_us >= since and n.reason not in words.NO_TROUBLE
    ]
    lost = sum(len(n.raw) for n in trouble_noise)
    seen = seen_bytes(samples)
    return LineFacts(
        name=row.line,
        state="up" if trouble else row.state,
        since_us=row.since_us,
        message=row.message,
        last_byte_us=last_byte_us(row, samples),
        last_record_us=row.last_record_us,
        seen_bytes=max(seen, lost),
        noise_bytes=lost,
        trouble=row.message if trouble else None,
        format=_format(trouble_noise),
    )


def _format(noise: Sequence[NoiseRow]) -> str:
    """What the newest noise shows the line to be; empty where it shows nothing."""
    newest = max(noise, key=_when, default=None)
    return words.FORMATS.get(newest.reason, "") if newest is not None else ""


def _when(noise: NoiseRow) -> int:
    return noise.at_us


def seen_bytes(samples: Sequence[Sample], since_us: int = 0) -> int:
    """Bytes that came while the line was watched, since a time."""
    counts = [s.octets for s in samples if s.octets is not None and s.at_us >= since_us]
    return counts[-1] - counts[0] if counts else 0


def last_byte_us(row: LineRow, samples: Sequence[Sample]) -> int | None:
    """As far as it was watched; else the last record."""
    newest = row.last_record_us
    for before, after in pairwise(samples):
        grew = (after.octets or 0) > (before.octets or 0)
        if grew and (newest is None or after.at_us > newest):
            newest = after.at_us
    return newest


def local_zone(now_us: int) -> tzinfo:
    """The zone of this machine's clock."""
    zone = datetime.fromtimestamp(now_us / 1e6, UTC).astimezone().tzinfo
    return zone or UTC


def heard_text(line: str, samples: Sequence[Sample], now_us: int, seconds: int) -> str:
    """What a test of a line that only listens can say."""
    watched = (now_us - samples[0].at_us) / 1e6 if samples else 0.0
    span = min(seconds, round(watched))
    came = seen_bytes(samples, now_us - span * 10**6)
    head = f"{line} only listens: it cannot be asked to answer."
    if span < 2:
        return f"{head} It is watched from now on; press again in a minute."
    if came:
        return f"{head} In the last {span} s {came} bytes came, so it is alive."
    return (
        f"{head} In the last {span} s no byte came. That is usual between calls; to be "
        "sure, have a test call made, or look at the cable."
    )
