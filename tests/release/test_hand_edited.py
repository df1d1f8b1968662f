"""Tables edited by hand: what the log does not say, and nobody signed, does not leave."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from partner_desk import PARTNER, Partner, an_hour_before_now, running, until
from release_town import ANN, BEA, PASSWORD, Town, code, done, retract, town_in

from aliquot.console.domain import commands as cmd
from aliquot.console.domain.release_commands import EnterApproval
from aliquot.console.release.signing import statement
from aliquot.console.service.people import EnterPerson
from aliquot.console.store.canonical import canonical
from aliquot.console.store.database import open_database
from aliquot.console.store.entry import SELECT, Entry, body_hash, head_hash
from aliquot.console.store.verify import verify
from aliquot.drivers.feeds import api


def edit(path: Path, statement: str, *values: Any) -> None:
    """As somebody does who has the file and another program."""
    database = open_database(path)
    try:
        database.conn.execute(statement, values)
        database.conn.commit()
    finally:
        database.conn.close()


def at(folder: Path, state: str) -> tuple[Path, str]:
    """The log of a console that is closed, and a release in a state."""
    with town_in(folder, an_hour_before_now(), partners=(PARTNER,)) as town:
        _, release = town.to_state(state)
        return town.profile.log_path, release


@pytest.mark.expects_log("not in the log")
def test_other_bytes_in_the_outbox_do_not_leave(tmp_path: Path) -> None:
    log, release = at(tmp_path / "profile", "sent")
    edit(log, "UPDATE release_bodies SET body = ?", b'{"caller":"John Doe"}')
    feed = Partner()
    with running(tmp_path / "profile", feed) as core:
        found = until(core, release, "sent", "refused")
    assert feed.got == []
    assert found.channels[0].last_problem == "not_as_approved"


@pytest.mark.expects_log("not in the log")
def test_a_row_that_no_sending_made_does_not_leave(tmp_path: Path) -> None:
    """Of a release that waits for its embargo, or for a second person."""
    log, release = at(tmp_path / "profile", "proposed")
    edit(
        log,
        "INSERT INTO release_outbox(key, place, release_id, channel, partner, state,"
        " since_us) VALUES(?, 1, ?, 'neighbors', 'ring', 'waiting', 1)",
        *(f"{release}/neighbors/ring", release),
    )
    feed = Partner()
    with running(tmp_path / "profile", feed) as core:
        until(core, release, "proposed", "refused")
    assert feed.got == []


@pytest.mark.expects_log("not in the log")
def test_what_was_taken_back_is_not_sent_again(tmp_path: Path) -> None:
    with town_in(
        tmp_path / "profile", an_hour_before_now(), partners=(PARTNER,)
    ) as town:
        _, release = town.to_state("confirmed")
        done(town.ask(retract(release), BEA))
        log = town.profile.log_path
    edit(log, "UPDATE release_outbox SET state = 'waiting'")
    feed = Partner()
    with running(tmp_path / "profile", feed) as core:
        until(core, release, "retracted", "refused")
    assert feed.got == []


def test_a_notice_leaves_as_the_log_has_it(tmp_path: Path) -> None:
    """Who spoils it in the table can neither stop it nor put words into it."""
    with town_in(
        tmp_path / "profile", an_hour_before_now(), partners=(PARTNER,)
    ) as town:
        _, release = town.to_state("confirmed")
        done(town.ask(retract(release), BEA))
        log = town.profile.log_path
        notice = town.get(release).retractions["neighbors"]
    edit(log, "UPDATE release_bodies SET retraction = ?", b"because it was domestic")
    feed = Partner()
    with running(tmp_path / "profile", feed) as core:
        until(core, release, "retracted", "retracted")
    assert [(d.kind, d.body) for d in feed.got] == [
        (api.DeliveryKind.RETRACTION, notice)
    ]


def rewrite(log: Path, release: str, body: bytes, with_hashes: bool) -> None:
    """The proposal in the log itself, and the table after it."""
    database = open_database(log)
    try:
        run = database.conn.execute
        run("DROP TRIGGER heads_no_update")
        row = run(f"{SELECT} WHERE type = 'release.proposed'").fetchone()
        entry = Entry._make(row)
        assert entry.body is not None
        assert entry.salt is not None
        said = json.loads(entry.body)
        said["bodies"]["neighbors"] = b64encode(body).decode()
        changed = entry._replace(body=canonical(said))
        if with_hashes:
            assert changed.body is not None
            changed = changed._replace(body_hash=body_hash(entry.salt, changed.body))
            changed = changed._replace(head=head_hash(changed))
        run(
            "UPDATE heads SET body = ?, body_hash = ?, head = ? WHERE n = ?",
            (changed.body, changed.body_hash, changed.head, entry.n),
        )
        run("UPDATE release_bodies SET body = ? WHERE channel = 'neighbors'", (body,))
        database.conn.commit()
    finally:
        database.conn.close()


@pytest.mark.expects_log("not in the log")
@pytest.mark.parametrize("with_hashes", [False, True])
def test_an_entry_that_was_rewritten_counts_for_nothing(
    tmp_path: Path, with_hashes: bool
) -> None:
    log, release = at(tmp_path / "profile", "sent")
    rewrite(log, release, b'{"caller":"John Doe"}', with_hashes)
    feed = Partner()
    with running(tmp_path / "profile", feed) as core:
        until(core, release, "sent", "refused")
    assert feed.got == []
    assert not verify(log).ok


def forge(town: Town, release: str) -> None:
    """Ann signs for Bea: her key in Bea's row, and what Bea would have signed."""
    key = town.vault.unseal(_person(town, ANN), PASSWORD)
    assert not isinstance(key, cmd.Refused)
    at_us = town.clock.now().utc_us
    said = statement(town.get(release).proposal(), BEA, at_us)
    path = town.profile.log_path
    edit(path, "UPDATE people SET public_key = ?", key.public_key().public_bytes_raw())
    edit(
        path,
        "UPDATE releases SET state = 'embargoed', approver = ?, approved_at_us = ?,"
        " statement = ?, signature = ?, until_us = 0, from_us = 0, from_mono_us = 0",
        *(BEA, at_us, said, key.sign(said)),
    )


def test_an_approval_that_is_not_in_the_log_is_none(town: Town) -> None:
    release = town.proposed(town.open(), ANN)
    forge(town, release)
    town.clock.advance(26 * 60)
    assert town.look(release) == "voided"
    assert town.get(release).reason == "approval_void"


def test_two_people_with_one_key_are_one(town: Town) -> None:
    """However it came about that a second name has the key of the first."""
    release = town.proposed(town.open(), ANN)
    public = _person(town, ANN).public_key
    done(town.do(_named_cy(public)))
    key = town.vault.unseal(_person(town, ANN), PASSWORD)
    assert not isinstance(key, cmd.Refused)
    at_us = town.clock.now().utc_us
    said = statement(town.get(release).proposal(), "cy", at_us)
    entered = EnterApproval(
        release_id=release, at_us=at_us, statement=said, signature=key.sign(said)
    )
    assert code(town.do(entered, "cy")) == "same_person"


def _named_cy(public: bytes) -> EnterPerson:
    return EnterPerson(person_id="cy", name="Cy", role="supervisor", public_key=public)


@pytest.mark.parametrize(
    "change",
    [
        "until_us = 0",
        "from_us = 0, until_us = 1",
        "from_mono_us = -1000000000000",
        "published_us = published_us - 3600000000",
        "facts = CAST('{}' AS BLOB)",
        "incident_id = 'another'",
        "proposer = 'dee'",
    ],
)
def test_a_release_that_the_log_has_otherwise_is_not_sent(
    town: Town, change: str
) -> None:
    _, release = town.to_state("embargoed")
    edit(town.profile.log_path, f"UPDATE releases SET {change}")
    town.clock.advance(26 * 60)
    assert town.look(release) in ("voided", "dead")


def _person(town: Town, person_id: str) -> Any:
    from aliquot.console.domain.commands import Actor

    with town.log.work(Actor("nobody", "01")) as work:
        found = work.views.people()
    return next(p for p in found if p.person_id == person_id)
