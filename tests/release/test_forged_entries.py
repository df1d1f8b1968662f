"""Entries written to the end of the log by who has the file and no key: the chain fits,
and yet nothing leaves that is not what the codes give."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import replace
from typing import Any

import pytest
from partner_desk import Partner
from release_town import ANN, BEA, PARTNER, PASSWORD, Town, code, done

from aliquot.console.domain import events as ev
from aliquot.console.domain.commands import Actor, Refused
from aliquot.console.release.maker import maker
from aliquot.console.release.release_record import OutboxRow
from aliquot.console.release.signing import Approval, approve
from aliquot.console.release.workflow import notice
from aliquot.console.store.entry import SELECT, Entry
from aliquot.console.store.release_views import ReleaseTables
from aliquot.console.store.verify import verify
from aliquot.console.workers.outbox import Outbox

SECRET = "Jane Doe fell at the blue door"
ANOTHER = "b" * 32


def said(town: Town, kind: type[ev.Event]) -> Any:
    """The last event of a kind."""
    run = town.log._database.conn.execute
    rest = "WHERE type = ? ORDER BY n DESC LIMIT 1"
    row = run(f"{SELECT} {rest}", (kind.TYPE,)).fetchone()
    return Entry._make(row).event


def write(town: Town, event: ev.Event, person: str = ANN) -> None:
    town.log.append([event], Actor(person, "01"))


def known(town: Town, event: ev.ReleaseHappened) -> None:
    """Written, and listed among what happened to it, which a fold would not do."""
    write(town, event)
    run = town.log._database.conn.execute
    (n,) = run("SELECT max(n) FROM heads").fetchone()
    row = (n, event.release_id, 1, ANN, "forged")
    run("INSERT OR REPLACE INTO release_history VALUES(?, ?, ?, ?, ?)", row)


def with_secret(body: str) -> str:
    data = json.loads(b64decode(body))
    data["text"] = SECRET
    return b64encode(json.dumps(data).encode()).decode()


def forged(town: Town, what: str) -> str:
    """A proposal that no console made: its id."""
    town.proposed(town.open())
    event = replace(said(town, ev.ReleaseProposed), release_id=ANOTHER)
    old, new = said(town, ev.ReleaseProposed).release_id.encode(), ANOTHER.encode()

    def anew(data: str) -> str:
        return b64encode(b64decode(data).replace(old, new)).decode()

    bodies = {name: anew(body) for name, body in event.bodies.items()}
    event = replace(event, item=anew(event.item), bodies=bodies)
    if what == "item":
        event = replace(event, item=with_secret(event.item))
    elif what == "body":
        neighbors = with_secret(event.bodies["neighbors"])
        event = replace(event, bodies={**event.bodies, "neighbors": neighbors})
    elif what == "label":
        event = replace(event, given={**event.given, "region": 10**6})
    write(town, event)
    return ANOTHER


def test_what_was_forged_faithfully_is_approved(town: Town) -> None:
    """Else the others here would be refused for another reason."""
    done(town.approve(forged(town, "nothing")))


@pytest.mark.parametrize("what", ["item", "body", "label"])
def test_a_proposal_that_the_codes_do_not_give_is_not_approved(
    town: Town, what: str
) -> None:
    """It was red: whoever signs without reading each body would have let it out."""
    assert code(town.approve(forged(town, what))) in {"other_bytes", "incident_changed"}
    assert verify(town.log.path).ok  # there is nothing else to find it by


def test_nor_is_it_sent_when_somebody_signed_it_elsewhere(town: Town) -> None:
    release = forged(town, "body")
    with town.log.work(Actor("nobody", "01")) as work:
        bea = next(p for p in work.views.people() if p.person_id == BEA)
    key = town.vault.unseal(bea, PASSWORD)
    assert not isinstance(key, Refused)
    now_us = town.clock.now().utc_us
    signed = approve(town.get(release).proposal(), BEA, key, now_us)
    assert isinstance(signed, Approval)
    event = ev.ReleaseApproved(
        release_id=release,
        approver=BEA,
        statement=b64encode(signed.statement).decode(),
        signature=b64encode(signed.signature).decode(),
        at_us=now_us,
    )
    write(town, event, BEA)
    assert town.look(release) == "voided"
    assert town.get(release).reason == "not_ours"


def leaving(town: Town, release: str) -> bytes | None:
    with town.log.work(Actor("nobody", "01")) as work:
        (row,) = work.releases.deliveries(release)
        assert isinstance(row, OutboxRow)
        assert row.state == "retraction_waiting"
        return work.releases.leaving(row)


def taken_back(town: Town, release: str) -> ev.ReleaseRetracted:
    """As a person's retraction would stand in the log."""
    made = notice(town.get(release).proposal(), ANOTHER, 7, BEA)
    bodies = {c.name.lower(): b64encode(body).decode() for c, body in made.bodies}
    leaf = said(town, ev.ReleaseSent).leaf
    return ev.ReleaseRetracted(
        release_id=release,
        by=BEA,
        reason="wrong_type",
        barred=False,
        notice_id=ANOTHER,
        item=b64encode(made.item).decode(),
        bodies=bodies,
        leaf={**leaf, "index": leaf["index"] + 1},
        maker=maker(),
        at_us=7,
    )


@pytest.mark.parametrize(
    "what", ["words", "another program's words", "agency", "nothing"]
)
def test_a_notice_has_no_words_but_the_console_s_own(town: Town, what: str) -> None:
    """It was red: nobody signs a notice, so whatever an entry held left with it."""
    _, release = town.to_state("confirmed")
    event = taken_back(town, release)
    neighbors = event.bodies["neighbors"]
    if what == "another program's words":  # they are made anew, and stay here
        event = replace(event, maker="", bodies={"neighbors": with_secret(neighbors)})
    elif what == "words":
        event = replace(event, bodies={"neighbors": with_secret(neighbors)})
    elif what == "agency":
        proposed = said(town, ev.ReleaseProposed)
        item = json.loads(b64decode(proposed.item))
        item["agency"] = "Jane Doe, 12 Mill Road"
        made = notice(
            replace(town.get(release).proposal(), item=json.dumps(item).encode()),
            *(ANOTHER, 7, BEA),
        )
        spoilt = {c.name.lower(): b64encode(b).decode() for c, b in made.bodies}
        known(
            town, replace(proposed, item=b64encode(json.dumps(item).encode()).decode())
        )
        event = replace(event, bodies=spoilt)
    write(town, event, BEA)
    good = what in ("nothing", "another program's words")
    assert leaving(town, release) == (b64decode(neighbors) if good else None)


def test_an_embargo_that_was_written_shorter_sends_nothing_early(town: Town) -> None:
    """The item says itself when it is published; before that it does not leave."""
    _, release = town.to_state("approved")
    assert town.look(release) == "embargoed"
    event = said(town, ev.ReleaseEmbargoBegan)
    known(town, replace(event, until_us=event.from_us))
    run = town.log._database.conn.execute
    run("UPDATE releases SET until_us = from_us WHERE release_id = ?", (release,))
    published_us = town.get(release).published_us
    left_s = (published_us - town.clock.now().utc_us) / 1e6
    town.clock.advance(left_s - 1)
    assert town.look(release) == "embargoed"
    town.clock.advance(1)
    assert town.look(release) == "sent"


def test_a_sending_that_was_written_early_is_not_delivered_early(town: Town) -> None:
    """Signed by two, and yet nobody sent it: it waits for the time that it says."""
    _, release = town.to_state("embargoed")
    feed, published_us = Partner(), town.get(release).published_us
    at_us = town.clock.now().utc_us
    leaf = {**dict.fromkeys(("leaf", "root", "record", "salt"), "AAAA"), "index": 0}
    sent = ev.ReleaseSent(
        release_id=release,
        leaf=leaf,
        deliveries=[["neighbors", PARTNER.name]],
        at_us=at_us,
    )
    write(town, sent)
    outbox = Outbox(
        PARTNER,
        town.clock,
        lambda: ReleaseTables(town.log._database.conn),
        lambda command: town.do(command),
        lambda partner: feed,
    )
    town.clock.advance((published_us - at_us) / 1e6 - 1)
    outbox._turn()
    assert feed.got == []
    town.clock.advance(1)
    outbox._turn()
    assert [delivery.release_id for delivery in feed.got] == [release]
    assert town.state(release) == "confirmed"
