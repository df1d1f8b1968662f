"""What leaves the outbox: the approved bytes, once, in order, until it is confirmed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from partner_desk import (
    PARTNER,
    Partner,
    an_hour_before_now,
    approved,
    running,
    until,
)
from release_town import (
    BEA,
    MINUTE_US,
    NEVER_TYPE,
    Town,
    at_state,
    done,
    retract,
    town_in,
)

from aliquot.console.clock import ManualClock, SystemClock
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Actor
from aliquot.console.domain.events import RELEASE_EVENTS, ReleaseHappened
from aliquot.console.domain.release_commands import RecordDelivery
from aliquot.console.store.rebuild import rebuild
from aliquot.drivers.feeds import api
from aliquot.drivers.peers.receiver import Receiver, Settings


def test_the_bytes_at_the_partner_are_those_that_were_approved(tmp_path: Path) -> None:
    receiver = Receiver(Settings(folder=tmp_path / "came"))
    serving = threading.Thread(target=receiver.serve)
    serving.start()
    try:
        url = f"http://127.0.0.1:{receiver.port}/items"
        (release,) = approved(tmp_path / "profile", url=url)
        with running(tmp_path / "profile") as core:
            found = until(core, release, "confirmed", "delivered")
            (row,) = [c for c in found.channels if c.channel == "neighbors"]
            came = tmp_path / "came" / release
            assert (came / "1.body").read_bytes() == row.body
            assert row.receipt is not None
            assert row.receipt["sha256"] == row.sha256
            retract = cmd.RetractRelease(release_id=release, reason="wrong_place")
            done(core.call(retract, actor=Actor(BEA, "01")))
            until(core, release, "retracted", "retracted")
            notice = (came / "2.body").read_bytes()
            assert b"has retracted this report" in notice
            assert b"Mill" not in notice
    finally:
        receiver.stop()
        serving.join()


def test_a_delivery_is_tried_until_it_is_confirmed(tmp_path: Path) -> None:
    (release,) = approved(tmp_path / "profile")
    feed = Partner()
    feed.answers = [
        api.Retry(api.Reason.SERVER_ERROR),
        api.Retry(api.Reason.WRONG_RECEIPT),
        api.Retry(api.Reason.UNREACHABLE),
    ]
    with running(tmp_path / "profile", feed) as core:
        found = until(core, release, "confirmed", "delivered")
    assert len(feed.got) == 4
    assert len({(d.key, d.body, d.content_type) for d in feed.got}) == 1
    assert feed.closed
    what = [entry[2] for entry in found.history]
    assert what.count("delivery hangs: ring, server_error") == 1
    assert [w for w in what if w.startswith("delivery hangs")] == [
        "delivery hangs: ring, server_error"
    ]


def test_what_a_partner_refuses_is_not_tried_again(tmp_path: Path) -> None:
    first, second = approved(tmp_path / "profile", 2)
    feed = Partner()
    feed.answers = [api.Refused(api.Reason.REJECTED, 422)]
    with running(tmp_path / "profile", feed) as core:
        until(core, second, "confirmed", "delivered")
        found = until(core, first, "sent", "refused")
        assert core.releasing.partner_rows()[0].waiting == 0
    assert [d.release_id for d in feed.got] == [first, second]
    assert found.channels[0].last_problem == "rejected"


@pytest.mark.parametrize(
    "answer",
    [
        api.Refused(api.Reason.NOT_ALLOWED, 401),
        api.Refused(api.Reason.REDIRECTED, 302),
        api.Refused(api.Reason.CONFLICT, 409),
        api.Refused(api.Reason.REJECTED, 400),
    ],
)
def test_a_partner_who_refuses_a_retraction_is_asked_again(
    tmp_path: Path, answer: api.Refused
) -> None:
    """What it keeps must go; that it said no once is no end of it."""
    with town_in(
        tmp_path / "profile", an_hour_before_now(), partners=(PARTNER,)
    ) as town:
        _, release = town.to_state("confirmed")
        done(town.ask(retract(release), BEA))
    feed = Partner()
    feed.answers = [answer, answer, answer]
    with running(tmp_path / "profile", feed) as core:
        found = until(core, release, "retracted", "retracted")
    assert [d.kind for d in feed.got] == [api.DeliveryKind.RETRACTION] * 4
    what = [entry[2] for entry in found.history]
    assert f"delivery hangs: ring, {answer.reason.value}" in what


def test_what_grew_too_old_in_the_outbox_is_not_delivered(tmp_path: Path) -> None:
    """A partner who was away so long gets no news of yesterday."""
    now = SystemClock().now()
    early_us = 150 * MINUTE_US
    clock = ManualClock(now.utc_us - early_us, now.mono_ns - early_us * 1000)
    with town_in(tmp_path / "profile", clock, partners=(PARTNER,)) as town:
        _, release = town.to_state("sent")
    feed = Partner()
    with running(tmp_path / "profile", feed) as core:
        found = until(core, release, "sent", "refused")
        assert core.releasing.partner_rows()[0].waiting == 0
    assert feed.got == []
    assert found.channels[0].last_problem == "expired"


def test_without_a_policy_what_waits_to_be_delivered_waits(tmp_path: Path) -> None:
    """And a retraction goes: it only takes away."""
    folder = tmp_path / "profile"
    with town_in(folder, an_hour_before_now(), partners=(PARTNER,)) as town:
        _, waits = town.to_state("sent")
        _, goes = town.to_state("confirmed", column=9)
        done(town.ask(retract(goes), BEA))
    settings = folder / "profile.toml"
    settings.write_text(settings.read_text() + '\n[release]\npolicy = "none.toml"\n')
    feed = Partner()
    with running(folder, feed) as core:
        until(core, goes, "retracted", "retracted")
        until(core, waits, "sent", "waiting")
    assert [d.release_id for d in feed.got] == [goes]


def test_deliveries_go_in_order(tmp_path: Path) -> None:
    releases = approved(tmp_path / "profile", 6)
    feed = Partner()
    with running(tmp_path / "profile", feed) as core:
        until(core, releases[-1], "confirmed", "delivered")
    assert [d.release_id for d in feed.got] == releases


def test_who_is_offline_is_asked_with_one_delivery_for_all(tmp_path: Path) -> None:
    releases = approved(tmp_path / "profile", 4)
    feed = Partner()
    feed.answers = [api.Retry(api.Reason.UNREACHABLE)] * 3
    with running(tmp_path / "profile", feed) as core:
        until(core, releases[-1], "confirmed", "delivered")
    assert len(feed.got) == 3 + len(releases)
    assert len({d.release_id for d in feed.got[:3]}) <= 3


def test_while_nobody_answers_the_desk_is_told(tmp_path: Path) -> None:
    (release,) = approved(tmp_path / "profile")
    feed = Partner()
    feed.answers = [api.Retry(api.Reason.UNREACHABLE)] * 10_000
    with running(tmp_path / "profile", feed) as core:
        found = until(core, release, "sent", "waiting")
        feed.tried(3)  # so the second time is recorded
        (row,) = core.releasing.partner_rows()
        assert row.offline
        assert (row.partner, row.waiting, row.problem) == ("ring", 1, "unreachable")
        assert found.row.confirmed_at_us is None


def test_what_was_taken_back_before_it_arrived_does_not_arrive(tmp_path: Path) -> None:
    """Its notice is sent all the same: it may have come without our knowing."""
    with town_in(
        tmp_path / "profile", an_hour_before_now(), partners=(PARTNER,)
    ) as town:
        incident, release = town.to_state("sent")
        done(town.change(incident, type_code=NEVER_TYPE))
        assert town.state(release) == "retracted"
    feed = Partner()
    feed.answers = [api.Refused(api.Reason.NOT_THERE, 404)]
    with running(tmp_path / "profile", feed) as core:
        found = until(core, release, "retracted", "retracted")
    assert [d.kind for d in feed.got] == [api.DeliveryKind.RETRACTION]
    assert found.channels[0].receipt is None


def test_a_running_console_begins_and_ends_an_embargo(tmp_path: Path) -> None:
    """Nothing but time is needed: no key, no window."""
    (release,) = approved(tmp_path / "profile")
    with running(tmp_path / "profile", Partner()) as core:
        found = until(core, release, "confirmed", "delivered")
    what = [entry[2] for entry in found.history]
    assert what.index("embargo began") < what.index("sent") < what.index("confirmed")


def test_an_embargo_that_is_not_over_is_kept_by_a_running_console(
    tmp_path: Path,
) -> None:
    now = SystemClock().now()
    with town_in(
        tmp_path / "profile", ManualClock(now.utc_us, now.mono_ns), partners=(PARTNER,)
    ) as town:
        release = town.proposed(town.open())
        done(town.approve(release))
    feed = Partner()
    with running(tmp_path / "profile", feed) as core:
        found = until(core, release, "embargoed")
        assert found.row.embargo_until_us is not None
        assert found.row.embargo_until_us >= now.utc_us + 20 * 60 * 10**6
    assert feed.got == []


def test_the_log_says_what_the_tables_say(tmp_path: Path) -> None:
    """Rebuilt is the same as live, at every state."""

    def check(town: Town) -> None:
        for state in ("proposed", "approved", "embargoed", "sent", "confirmed"):
            town.to_state(state)
        _, release = town.to_state("confirmed")
        done(town.ask(cmd.RetractRelease(release_id=release, reason="duplicate"), BEA))
        town.deliver(release, "retraction")
        refused = town.proposed(town.open())
        done(town.ask(cmd.RefuseRelease(release_id=refused, reason="wrong_type"), BEA))

    with town_in(tmp_path / "profile") as town:
        check(town)
        path = town.profile.log_path
    assert rebuild(path).ok


@pytest.mark.parametrize("erased", ["release.sent", "release.approved"])
def test_what_was_erased_does_not_leave_again(tmp_path: Path, erased: str) -> None:
    """An erasure hides no leaf and sends nothing twice."""
    with town_in(tmp_path / "profile") as town:
        _, release = town.to_state("sent")
        with town.log.work(Actor("nobody", "01")) as work:
            before = work.releases.leaf_hashes()
        found = [e for e in town.log.read_after(0, 1000) if e.type == erased]
        command = cmd.EraseBodies(
            targets=tuple((e.site, e.n) for e in found), reason="law", authority="court"
        )
        done(town.do(command, BEA))
        with town.log.work(Actor("nobody", "01")) as work:
            assert work.releases.leaf_hashes() == before
        town.clock.advance(60)
        assert town.look(release) == ("sent" if erased == "release.sent" else "dead")
        with town.log.work(Actor("nobody", "01")) as work:
            assert work.releases.waiting() == {}
            assert len(work.releases.leaf_hashes()) == 1


def test_an_outbox_says_how_often_it_failed(tmp_path: Path) -> None:
    (release,) = approved(tmp_path / "profile")
    feed = Partner()
    feed.answers = [api.Retry(api.Reason.BUSY)] * 10_000
    with running(tmp_path / "profile", feed) as core:
        found = until(core, release, "sent", "waiting")
        feed.tried(4)
        found = until(core, release, "sent", "waiting")
        assert found.channels[0].attempts >= 3
        assert found.channels[0].last_problem == "busy"


def _everything(town: Town) -> None:
    """A release of every kind of ending, so that every event is in the log."""
    _, release = town.to_state("confirmed")
    done(town.ask(cmd.RetractRelease(release_id=release, reason="duplicate"), BEA))
    failed = RecordDelivery(
        release_id=release,
        channel="neighbors",
        partner="ring",
        kind="retraction",
        problem="busy",
    )
    done(town.do(failed))
    town.deliver(release, "retraction")
    for state in ("refused", "withdrawn", "voided", "dead"):
        at_state(town, state)


@pytest.mark.parametrize("kind", RELEASE_EVENTS)
def test_any_event_can_be_erased_and_the_tables_still_follow(
    tmp_path: Path, kind: type[ReleaseHappened]
) -> None:
    with town_in(tmp_path / "profile") as town:
        _everything(town)
        with town.log.work(Actor("nobody", "01")) as work:
            leaves = work.releases.leaf_hashes()
        entries = [e for e in town.log.read_after(0, 1000) if e.type == kind.TYPE]
        assert entries, kind
        command = cmd.EraseBodies(
            targets=tuple((e.site, e.n) for e in entries),
            reason="law",
            authority="court",
        )
        done(town.do(command, BEA))
        with town.log.work(Actor("nobody", "01")) as work:
            assert work.releases.leaf_hashes() == leaves
            assert work.releases.open() == ()
        _everything(town)
        path = town.profile.log_path
    assert rebuild(path).ok
