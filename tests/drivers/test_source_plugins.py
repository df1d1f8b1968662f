"""Line drivers by entry point; a broken one stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest

from aliquot.drivers.lines import asterisk, plugins
from aliquot.drivers.lines.plugins import GROUP, DriverError

POINTS = [
    EntryPoint("asterisk", "aliquot.drivers.lines.asterisk:DRIVER", GROUP),
    EntryPoint("broken", "aliquot.drivers.lines.no_such_module:DRIVER", GROUP),
    EntryPoint("wrong", "math:pi", GROUP),
]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(plugins, "entry_points", lambda group: POINTS)
    plugins.plugins.cache_clear()
    yield
    plugins.plugins.cache_clear()


@pytest.mark.usefixtures("found")
def test_a_broken_driver_is_listed_with_its_error_and_the_others_work() -> None:
    listed = plugins.plugins()
    assert list(listed) == ["asterisk", "broken", "wrong"]
    assert listed["asterisk"].driver is asterisk.DRIVER
    assert "no_such_module" in (listed["broken"].error or "")
    assert listed["wrong"].error == "it is no LineDriver"
    assert plugins.driver("asterisk") is asterisk.DRIVER


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(
    ("name", "words"),
    [("broken", "cannot be loaded"), ("wrong", "no LineDriver"), ("none", "there are")],
)
def test_a_driver_that_is_not_there_says_why(name: str, words: str) -> None:
    with pytest.raises(DriverError, match=words):
        plugins.driver(name)


def test_the_bundled_drivers_load() -> None:
    listed = plugins.plugins()
    assert {"ali", "asterisk"} <= set(listed)
    assert [p.error for p in listed.values() if p.error] == []


def test_what_a_stream_begins_with_tells_its_driver() -> None:
    assert plugins.guess(b"Asterisk Call Manager/5.0.4\r\n") == "asterisk"
    assert plugins.guess(b"Event: Newchannel\r\n") == "asterisk"
    assert plugins.guess(b"\x02214 (850) 555-0101") == "ali"
    assert plugins.guess(b"") == "ali"
    assert plugins.layout_names(asterisk.DRIVER) == ("asterisk",)
