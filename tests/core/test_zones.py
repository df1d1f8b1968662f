"""Names of time zones, one at a time, as the list of them all would say."""

from __future__ import annotations

import zoneinfo

import pytest

from aliquot.console import zones

ALL = sorted(zoneinfo.available_timezones())


def test_every_zone_is_known() -> None:
    assert [name for name in ALL if not zones.known(name)] == []


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", "America", "America/", "America/New York", "america/nowhere", "EDT"),
        *(
            "/etc/localtime",
            "../zoneinfo/UTC",
            "America/../UTC",
            "UTC\0",
            "é",
            "x" * 300,
        ),
        *("posix/UTC", "right/UTC", "posixrules", "tzdata.zi", "zone.tab"),
        *(None, 5, ["UTC"]),
    ],
)
def test_what_is_no_zone_is_not_known(name: object) -> None:
    assert name not in ALL if isinstance(name, str) else True
    assert not zones.known(name)
