"""Names of time zones: whether the time zone database has one."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# What lies beside the zones in the database and is the name of none.
_OTHERS = ("posix/", "right/", "posixrules")


def known(name: object) -> bool:
    """Whether ``name`` is one, such as ``America/New_York``. Looks for that one only:
    to list them all takes the opening of six hundred files."""
    if not isinstance(name, str) or not name or name.startswith(_OTHERS):
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
