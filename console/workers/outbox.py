"""The threads that deliver: one a partner, in the order of the outbox.

What is to be delivered lies in the log; here is only when it is tried again. A
process that is killed between a delivery and its record tries once more under the
same key, and the partner answers what it keeps already.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from aliquot.console.clock import Clock
from aliquot.console.domain.commands import Command, Done, Outcome
from aliquot.console.domain.events import Json
from aliquot.console.domain.release_commands import RecordDelivery
from aliquot.console.domain.release_rows import PartnerRow
from aliquot.console.release.codes import Channel
from aliquot.console.release.encode import CONTENT_TYPES
from aliquot.console.release.release_record import OutboxRow
from aliquot.console.settings import PartnerConfig
from aliquot.console.store.release_views import ReleaseTables
from aliquot.drivers.feeds.api import (
    Confirmed,
    Delivery,
    DeliveryKind,
    Feed,
    Reason,
    Receipt,
    Refused,
    Retry,
    item_delivery,
    retraction_delivery,
)
from aliquot.drivers.feeds.schedule import ITEMS, RETRACTIONS, GiveUp, Schedule

_log = logging.getLogger(__name__)

IDLE_S = 5.0  # how often an outbox is looked at without a hint
HOLD_S = 0.5  # how often a policy is looked for that was not read yet
BATCH = 5_000
EXPIRED = "expired"  # it grew too old while it waited
NOT_AS_APPROVED = "not_as_approved"  # the outbox holds what the log does not say
OFFLINE = Schedule(cap_s=20.0)
"""While nobody answers at all, one delivery is tried for all the others."""

MakeFeed = Callable[[PartnerConfig], Feed]
Expiry = Callable[[str], int | None]


def http_feed(partner: PartnerConfig) -> Feed:
    """Patient, but for less time than a console that leaves waits for its threads: a
    whole try takes at most ``connect_s`` and ``answer_s`` together."""
    from aliquot.drivers.feeds.http_feed import HttpFeed, TimeOuts

    limits = TimeOuts(connect_s=3.0, piece_s=6.0, answer_s=6.0)
    return HttpFeed(partner.url, time_outs=limits, allow_plain=partner.allow_plain)


@dataclass(slots=True)
class _Tries:
    failures: int = 0
    next_ns: int = 0
    late: bool = False


@dataclass(frozen=True, slots=True)
class Schedules:
    """When deliveries are tried again, by what they are."""

    items: Schedule = ITEMS
    retractions: Schedule = RETRACTIONS
    offline: Schedule = OFFLINE


_Key = tuple[str, str, bool]  # release, channel, whether it is taken back


class Outbox(threading.Thread):
    """Delivers to one partner. ``call`` and ``tables`` as in ``EmbargoWatch``."""

    def __init__(
        self,
        partner: PartnerConfig,
        clock: Clock,
        tables: Callable[[], ReleaseTables],
        call: Callable[[Command], Outcome],
        make_feed: MakeFeed = http_feed,
        schedules: Schedules | None = None,
        expiry: Expiry | None = None,
    ) -> None:
        """``expiry``: see ``Book.expiry_us``."""
        super().__init__(name=f"outbox {partner.name}", daemon=True)
        self._partner = partner
        self._clock = clock
        self._tables = tables
        self._call = call
        self._make_feed = make_feed
        self._schedules = schedules or Schedules()
        self._expiry = expiry
        self._feed: Feed | None = None
        self._tries: dict[_Key, _Tries] = {}
        self._offline = _Tries()
        self._problem: str | None = None
        self._stopping = False
        self._woken = threading.Event()

    @property
    def partner_name(self) -> str:
        return self._partner.name

    def wake(self) -> None:
        """There may be something to deliver. From any thread."""
        self._woken.set()

    def stop(self) -> None:
        """From any thread; a delivery under way is let end."""
        self._stopping = True
        self._woken.set()

    def status(self, waiting: int) -> PartnerRow:
        """For the status bar. From any thread."""
        tries = tuple(self._tries.values())
        return PartnerRow(
            partner=self._partner.name,
            channel=self._partner.channel,
            waiting=waiting,
            offline=self._offline.failures > 0,
            problem=self._problem,
            late=any(t.late for t in tries),
        )

    def attempts(self, release_id: str, channel: str) -> int:
        """Failed tries since the program began. From any thread."""
        found = [self._tries.get((release_id, channel, back)) for back in (True, False)]
        return sum(tries.failures for tries in found if tries is not None)

    def run(self) -> None:
        try:
            while not self._stopping:
                self._wait(self._guarded_turn())
        finally:
            if self._feed is not None:
                self._feed.close()

    def _guarded_turn(self) -> float:
        try:
            return self._turn()
        except Exception as bug:  # noqa: BLE001 - what waits, waits; it is said
            _log.exception("Deliveries to %s failed.", self._partner.name)
            self._problem = f"fault: {type(bug).__name__}"
            return IDLE_S

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self._woken.wait(seconds)
        self._woken.clear()

    def _turn(self) -> float:
        """Deliver what is due; seconds until the next is."""
        rows = self._tables().outbox(self._partner.name, BATCH)
        keys = [_key(row) for row in rows]
        self._tries = {key: t for key, t in self._tries.items() if key in set(keys)}
        if not rows:
            self._problem = None
            return IDLE_S
        for row in rows:
            if self._stopping or self._left_s(self._offline) > 0:
                break
            if self._left_s(self._tries.get(_key(row))) <= 0:
                self._deliver(row)
        soonest = min(self._left_s(self._tries.get(key)) for key in keys)
        return min(IDLE_S, max(self._left_s(self._offline), soonest))

    def _left_s(self, tries: _Tries | None) -> float:
        if tries is None:
            return 0.0
        return max(0.0, (tries.next_ns - self._clock.now().mono_ns) / 1e9)

    def _deliver(self, seen: OutboxRow) -> None:
        named = (seen.release_id, seen.channel, seen.partner)
        row = self._tables().delivery(*named)
        if row is None or row.state != seen.state:
            return  # taken back since it was seen
        if not is_retraction(row) and (self._too_early(row) or self._kept_back(row)):
            return
        body = self._tables().leaving(row)
        if body is None:
            _log.error("Release %s is not in the log as it is to leave.", named[0])
            self._record(row, problem=NOT_AS_APPROVED, final=True)
            return
        if self._feed is None:
            self._feed = self._make_feed(self._partner)
        outcome = self._feed.deliver(delivery_of(replace(row, body=body)))
        match outcome:
            case Confirmed():
                self._confirmed(row, outcome.receipt)
            case Refused(Reason.NOT_THERE | Reason.GONE) if is_retraction(row):
                self._confirmed(row, None)  # it has it not, or no more
            case Refused() if is_retraction(row):
                self._failed(row, Retry(outcome.reason))  # what it keeps must go
            case Refused():
                self._reached()
                self._record(row, problem=outcome.reason.value, final=True)
            case Retry():
                self._failed(row, outcome)

    def _too_early(self, row: OutboxRow) -> bool:
        """Before the time that the item itself gives it waits, whoever sent it."""
        now, published_us = self._clock.now(), self._tables().published_us(row)
        if published_us is None or now.utc_us >= published_us:
            return False
        tries = self._tries.setdefault(_key(row), _Tries())
        tries.next_ns = now.mono_ns + round(HOLD_S * 1e9)
        return True

    def _kept_back(self, row: OutboxRow) -> bool:
        """Without a policy it waits; older than its channel takes, it stays here."""
        if self._expiry is None:
            return False
        now, most_us = self._clock.now(), self._expiry(row.channel)
        if most_us is None:
            tries = self._tries.setdefault(_key(row), _Tries())
            tries.next_ns = now.mono_ns + round(HOLD_S * 1e9)
            return True
        if now.utc_us - self._tables().received_us(row.release_id) <= most_us:
            return False
        self._record(row, problem=EXPIRED, final=True)
        return True

    def _confirmed(self, row: OutboxRow, receipt: Receipt | None) -> None:
        self._reached()
        self._problem = None
        said: dict[str, Json] | None = None
        if receipt is not None:
            said = {
                "id": receipt.id,
                "sha256": receipt.sha256,
                "received_at": receipt.received_at,
                "seen": receipt.seen,
            }
        self._record(row, receipt=said)

    def _failed(self, row: OutboxRow, outcome: Retry) -> None:
        tries = self._tries.setdefault(_key(row), _Tries())
        tries.failures += 1
        self._problem = outcome.reason.value
        now = self._clock.now()
        age_s = max(0.0, (now.utc_us - row.since_us) / 1e6)
        back = is_retraction(row)
        schedule = self._schedules.retractions if back else self._schedules.items
        tries.late = schedule.is_late(age_s)
        dice = random.random()
        after = schedule.next_try(tries.failures, age_s, dice, outcome.after_s)
        if isinstance(after, GiveUp):
            self._record(row, problem="given_up", final=True)
            return
        tries.next_ns = now.mono_ns + round(after.seconds * 1e9)
        if outcome.reason is Reason.UNREACHABLE:
            self._pause(now.mono_ns, dice)
        else:
            self._reached()
        if row.problem is None and tries.failures == 1:
            self._record(row, problem=outcome.reason.value)

    def _pause(self, now_ns: int, dice: float) -> None:
        """Nobody is there: the others wait with this one."""
        self._offline.failures += 1
        after = self._schedules.offline.next_try(self._offline.failures, 0.0, dice)
        seconds = 0.0 if isinstance(after, GiveUp) else after.seconds
        self._offline.next_ns = now_ns + round(seconds * 1e9)

    def _reached(self) -> None:
        if self._offline.failures:
            for tries in self._tries.values():
                tries.next_ns = 0  # what waited for the network waits no more
        self._offline = _Tries()

    def _record(
        self,
        row: OutboxRow,
        problem: str | None = None,
        final: bool = False,
        receipt: dict[str, Json] | None = None,
    ) -> None:
        kind = DeliveryKind.RETRACTION if is_retraction(row) else DeliveryKind.ITEM
        command = RecordDelivery(
            release_id=row.release_id,
            channel=row.channel,
            partner=row.partner,
            kind=kind.value,
            problem=problem,
            final=final,
            receipt=receipt,
        )
        if not isinstance(self._call(command), Done):
            tries = self._tries.setdefault(_key(row), _Tries())
            later_ns = self._clock.now().mono_ns + round(IDLE_S * 1e9)
            tries.next_ns = max(tries.next_ns, later_ns)


def is_retraction(row: OutboxRow) -> bool:
    return row.state == "retraction_waiting"


def delivery_of(row: OutboxRow) -> Delivery:
    """The frozen bytes, under a key that is the same at every try."""
    content_type = CONTENT_TYPES[Channel[row.channel.upper()]]
    make = retraction_delivery if is_retraction(row) else item_delivery
    return make(row.release_id, content_type, row.body)


def _key(row: OutboxRow) -> _Key:
    return row.release_id, row.channel, is_retraction(row)
