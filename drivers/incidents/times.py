"""Local times of another CAD's exports to UTC, and what had to be put right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from aliquot.drivers.incidents.api import Unusable

# Tried after ISO 8601 when a mapping names none; month first is for the US.
USUAL_FORMATS = (
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%Y/%m/%d %H:%M:%S",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_LOW, _HIGH = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def read_time(
    text: str, zone: ZoneInfo, formats: Sequence[str]
) -> tuple[int, str | None]:
    """UTC µs since 1970, and a repair in words. A time with an offset keeps it.

    Raises ``Unusable``.
    """
    moment = _parsed(text.strip(), formats)
    repair: str | None = None
    if moment.tzinfo is None:
        moment, repair = _placed(moment, zone)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise Unusable(f"the time is out of range: {text[:40]}") from None
    if not _LOW <= moment < _HIGH:
        raise Unusable(f"the time is out of range: {text[:40]}")
    return (moment - _EPOCH) // timedelta(microseconds=1), repair


def _parsed(text: str, formats: Sequence[str]) -> datetime:
    for form in formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - placed below
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unusable(f"the time cannot be read: {text[:40]}") from None
    if len(text) < 11:
        raise Unusable(f"the time has no hour: {text[:40]}")
    return found


def _placed(moment: datetime, zone: ZoneInfo) -> tuple[datetime, str | None]:
    """In its zone: twice-told hours are the first, skipped ones are moved on."""
    placed = moment.replace(tzinfo=zone)
    offset, later = placed.utcoffset(), placed.replace(fold=1).utcoffset()
    if offset == later or offset is None or later is None:
        return placed, None
    if offset > later:
        return placed, "the hour came twice that night: the first is taken"
    return placed, "there was no such hour that night: it is moved on"
