"""A console that delivers to a partner who answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from release_town import done, town_in

from aliquot.console.clock import ManualClock, SystemClock
from aliquot.console.core import Core
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.release_rows import ReleaseDetail
from aliquot.console.settings import PartnerConfig
from aliquot.console.workers.outbox import Schedules
from aliquot.drivers.feeds import api
from aliquot.drivers.feeds.schedule import Schedule

PATIENCE_S = 30.0
AGO_S = 40 * 60
QUICK = Schedule(first_s=0.01, cap_s=0.05)
AT_ONCE = Schedules(items=QUICK, retractions=QUICK, offline=QUICK)


def an_hour_before_now() -> ManualClock:
    """So that embargoes are over when the machine's own clock goes on."""
    now = SystemClock().now()
    return ManualClock(now.utc_us - AGO_S * 10**6, now.mono_ns - AGO_S * 10**9)


class Partner:
    """A feed that answers as it is told, and keeps what it got."""

    def __init__(self) -> None:
        self.got: list[api.Delivery] = []
        self.answers: list[api.Outcome] = []
        self.closed = False
        self._tried = threading.Condition()

    def tried(self, times: int) -> None:
        """Wait until it was asked so often."""
        with self._tried:
            assert self._tried.wait_for(lambda: len(self.got) >= times, PATIENCE_S)

    def deliver(self, delivery: api.Delivery) -> api.Outcome:
        with self._tried:
            self.got.append(delivery)
            self._tried.notify_all()
        if self.answers:
            return self.answers.pop(0)
        receipt = api.Receipt(
            delivery.release_id, delivery.sha256, "2026-05-01T00:00:00Z", False, b""
        )
        return api.Confirmed(receipt)

    def close(self) -> None:
        self.closed = True


PARTNER = PartnerConfig(name="ring", channel="neighbors", url="http://127.0.0.1:1/i")
Ready = tuple[Path, list[str]]


@contextmanager
def running(folder: Path, feed: Partner | None = None) -> Iterator[Core]:
    from aliquot.console.profile import Profile

    core = Core(Profile.open(folder), SystemClock())
    core.releasing.schedules = AT_ONCE
    if feed is not None:
        core.releasing.make_feed = lambda partner: feed
    core.start()
    try:
        yield core
    finally:
        assert core.stop() == []


def until(core: Core, release: str, *states: str) -> ReleaseDetail:
    """Wait for a state of the release and of its delivery."""
    news = threading.Event()

    def heard(changed: Changed) -> None:
        if changed.any_of("release:"):
            news.set()

    end = core.subscribe(heard)
    try:
        while True:
            news.clear()
            found = core.releases().detail(release)
            assert found is not None
            deliveries = [c.state for c in found.channels if c.partner is not None]
            if [found.row.state, *deliveries] == list(states):
                return found
            assert news.wait(PATIENCE_S), (found.row, deliveries)
    finally:
        end()


def approved(folder: Path, count: int = 1, url: str = PARTNER.url) -> list[str]:
    partner = PartnerConfig(name="ring", channel="neighbors", url=url)
    with town_in(folder, an_hour_before_now(), partners=(partner,)) as town:
        releases = [town.proposed(town.open(column=n)) for n in range(count)]
        for release in releases:
            done(town.approve(release))
    return releases
