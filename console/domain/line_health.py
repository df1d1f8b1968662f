"""How well a line is, as far as its bytes tell. Pure: facts in, a sentence out.

A line that is silent may be broken or only quiet; which of the two cannot be heard.
How long a silence is suspicious is therefore the line's own setting: a line with a
heartbeat is never silent for a minute, a modem may be for a week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import Enum

MINUTE_US = 60 * 10**6


class Health(Enum):
    """Worst last. ``IDLE``: nothing is known to be wrong, and nothing came yet."""

    GOOD = "good"
    IDLE = "idle"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSettings:
    """When a line is suspicious.

    ``silent_minutes``: so long without a byte; 0: never. ``noise_share``: more than
    this share of the newest bytes was no record, of at least ``noise_bytes`` bytes.
    """

    silent_minutes: int = 30
    noise_share: float = 0.5
    noise_bytes: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """What is known of one line. Times are UTC microseconds.

    ``state`` is the value of a ``LineState`` (``up``, ``missing``, ``busy``, …) and
    ``message`` what was said with it; ``since_us`` is when it began. ``noise_bytes``
    of the newest ``seen_bytes`` were no record. ``trouble``: what the line's
    conversation says is wrong, in a sentence. ``format``: what the noise shows the
    line to be, where that is not how it is read (``7E1``).
    """

    name: str
    state: str
    since_us: int
    message: str = ""
    last_byte_us: int | None = None
    last_record_us: int | None = None
    seen_bytes: int = 0
    noise_bytes: int = 0
    trouble: str | None = None
    format: str = ""


@dataclass(frozen=True, slots=True)
class LineHealth:
    """``text``: what happened, what it means, what to do."""

    level: Health
    text: str


def health(
    line: LineFacts,
    now_us: int,
    settings: HealthSettings | None = None,
    zone: tzinfo = UTC,
) -> LineHealth:
    """Health of a line. Clock times in the text are in ``zone``."""
    wanted = settings or HealthSettings()
    if line.state == "finished":
        return LineHealth(Health.IDLE, f"{line.name}: the recording is at its end.")
    if line.state == "opening":
        return LineHealth(Health.IDLE, f"{line.name} is being opened.")
    if line.state != "up":
        return _down(line, now_us, zone)
    if line.trouble:
        return LineHealth(Health.RED, f"{line.name}: {line.trouble}")
    return (
        _silent(line, now_us, wanted, zone)
        or _noisy(line, wanted)
        or _well(line, now_us, zone)
    )


def noise_share(line: LineFacts) -> float:
    """0 to 1; 0 when nothing came."""
    return line.noise_bytes / line.seen_bytes if line.seen_bytes else 0.0


def _down(line: LineFacts, now_us: int, zone: tzinfo) -> LineHealth:
    why = f" {line.message}" if line.message else ""
    text = (
        f"{line.name} is not open since {_clock(line.since_us, zone, now_us)}.{why} "
        "Calls on it will not show here. It is tried again by itself; press F9 to "
        "test it."
    )
    return LineHealth(Health.RED, text)


def _silent(
    line: LineFacts, now_us: int, wanted: HealthSettings, zone: tzinfo
) -> LineHealth | None:
    since = line.since_us if line.last_byte_us is None else line.last_byte_us
    if not wanted.silent_minutes or now_us - since < wanted.silent_minutes * MINUTE_US:
        return None
    text = (
        f"{line.name} is silent since {_clock(since, zone, now_us)}. If it is broken, calls "
        "on it will not show here. Check the cable or press F9 to test it."
    )
    return LineHealth(Health.AMBER, text)


def _noisy(line: LineFacts, wanted: HealthSettings) -> LineHealth | None:
    share = noise_share(line)
    if line.format and share > wanted.noise_share:
        text = (
            f"{line.name} sends {line.format}, and is read another way: nothing of it "
            f"is understood, and calls show as raw text only. Set its format to "
            f"{line.format} (F9); where it is no serial port, set its parity."
        )
        return LineHealth(Health.AMBER, text)
    if line.seen_bytes < wanted.noise_bytes or share <= wanted.noise_share:
        return None
    text = (
        f"{line.name}: {round(share * 100)} % of what comes is not understood. Calls "
        "may show as raw text only. Check speed, parity and driver of the line, or "
        "look at it in the line lab."
    )
    return LineHealth(Health.AMBER, text)


def _well(line: LineFacts, now_us: int, zone: tzinfo) -> LineHealth:
    if line.last_byte_us is None:
        since = _clock(line.since_us, zone, now_us)
        text = f"{line.name} is open since {since}; nothing came yet."
        return LineHealth(Health.IDLE, text)
    if line.last_record_us is None:
        text = f"{line.name} is alive; no call came on it yet."
        return LineHealth(Health.GOOD, text)
    last = _clock(line.last_record_us, zone, now_us)
    return LineHealth(Health.GOOD, f"{line.name} is alive; last record {last}.")


def _clock(at_us: int, zone: tzinfo, now_us: int) -> str:
    """``18:40:12``; with the day before it when that is not the day of now."""
    at = datetime.fromtimestamp(at_us / 1e6, zone)
    same = datetime.fromtimestamp(now_us / 1e6, zone).date() == at.date()
    return f"{at:%H:%M:%S}" if same else f"{at:%Y-%m-%d %H:%M:%S}"
