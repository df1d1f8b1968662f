"""Places that were protected once stay so until a person signs that they do not."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from partner_desk import PATIENCE_S, running
from release_town import (
    ANN,
    BEA,
    DEE,
    OPEN,
    PASSWORD,
    UTC_US,
    Town,
    code,
    done,
    retract,
    spot,
    town_in,
)

from aliquot.console.domain import events as ev
from aliquot.console.domain.commands import Actor, Outcome, Refused
from aliquot.console.domain.ports import Changed
from aliquot.console.domain.protected_commands import (
    ConfirmProtectedAs,
    EnterProtected,
    NoteProtected,
)
from aliquot.console.release.protected import InForce, Known, marks, statement
from aliquot.console.remote import decode_command, encode_command, outside_actor
from aliquot.console.service.releases_book import Book, Rules
from aliquot.console.store.rebuild import rebuild
from aliquot.console.store.release_protected import ProtectedIn
from aliquot.console.store.verify import verify

FAR, FAR_TOO = spot(0, 0), spot(11, 15)
NEAR = spot(4, 5)  # where ``Town.open`` opens its incidents


def file_of(town: Town) -> Path:
    return town.profile.folder / "geofile" / "protected_places.toml"


def write(town: Town, *spots: tuple[float, float]) -> Rules:
    """The file as a person leaves it, and what the rules are when it was read."""
    rows = (f"[[place]]\nlatitude = {a}\nlongitude = {b}\n" for a, b in spots)
    file_of(town).write_text("".join(rows), encoding="utf-8")
    return town.book.fresh()


def protect(town: Town, *spots: tuple[float, float]) -> None:
    write(town, *spots)
    done(town.do(NoteProtected()))
    assert not town.book.fresh().unnoted


def unprotect(town: Town) -> Rules:
    file_of(town).unlink()
    return town.book.fresh()


def confirm(town: Town, missing: int, name: str = BEA) -> Outcome:
    command = ConfirmProtectedAs(name=name, password=PASSWORD, missing=missing)
    outcome = town.ask(command, "nobody")
    town.book.refresh()
    return outcome


def in_force(town: Town) -> InForce:
    return ProtectedIn(town.log.path).in_force()


# The file is taken away, emptied, cut short.


def test_without_its_file_a_protected_place_releases_nothing(town: Town) -> None:
    """It was red: the incident at the shelter's door could be proposed."""
    protect(town, NEAR)
    assert code(town.propose(town.open())) == "no_place"
    problem = unprotect(town).problem
    assert problem is not None
    assert "1 protected place is missing" in problem
    assert str(file_of(town)) in problem
    assert "aliquot release protected --confirm 1" in problem
    refused = town.propose(town.open())
    assert isinstance(refused, Refused)
    assert (refused.code, refused.message) == ("nothing_released", problem)


@pytest.mark.parametrize("left", [(), (FAR,)], ids=["none", "fewer"])
def test_a_shorter_file_is_a_missing_one(town: Town, left: tuple[Any, ...]) -> None:
    protect(town, NEAR, FAR)
    file_of(town).write_text("place = []\n", encoding="utf-8")
    if left:
        write(town, *left)
    problem = town.book.fresh().problem
    assert problem is not None
    assert f"--confirm {2 - len(left)}" in problem


def test_a_moved_place_is_missing_where_it_was(town: Town) -> None:
    protect(town, NEAR)
    rules = write(town, (NEAR[0] + 0.01, NEAR[1]))
    assert rules.under is None
    assert code(town.propose(town.open())) == "nothing_released"


@pytest.mark.parametrize("state", ["proposed", "approved", "embargoed"])
def test_what_has_not_left_is_held_and_goes_on_with_the_file(
    town: Town, state: str
) -> None:
    protect(town, FAR)
    _, release = town.to_state(state)
    unprotect(town)
    town.clock.advance(26 * 60)
    if state == "proposed":
        assert code(town.approve(release)) == "nothing_released"
    for _ in range(3):
        assert town.look(release) in OPEN
    write(town, FAR)
    if state == "proposed":
        done(town.approve(release))
    town.look(release)
    town.look(release)
    assert town.state(release) == "sent"


def test_what_has_left_can_be_taken_back_without_it(town: Town) -> None:
    protect(town, FAR)
    _, release = town.to_state("sent")
    unprotect(town)
    done(town.ask(retract(release), BEA))


def test_a_profile_that_never_had_one_is_as_before(town: Town) -> None:
    before = town.log.status().n
    done(town.do(NoteProtected()))
    assert town.log.status().n == before
    town.to_state("sent")
    assert in_force(town) == InForce()


# What the log knows of it.


def test_a_proposal_notes_what_nobody_noted(town: Town) -> None:
    assert write(town, FAR).unnoted
    town.proposed(town.open())
    assert unprotect(town).problem is not None


def test_more_places_are_noted_and_none_is_in_clear(town: Town) -> None:
    protect(town, FAR)
    n = town.log.status().n
    done(town.do(NoteProtected()))
    assert town.log.status().n == n
    protect(town, FAR, FAR_TOO)
    assert town.log.status().n == n + 1
    known = in_force(town)
    assert known.missing([FAR]) == 1
    assert known.missing([FAR, FAR_TOO]) == 0
    run = town.log._database.conn.execute
    bodies = [row[0] for row in run("SELECT body FROM heads")]
    assert len(bodies) > 2
    assert not any(str(FAR[0]).encode() in body for body in bodies)
    assert len({k.salt for k in known.known}) == 2


def test_an_erased_entry_stops_everything_until_somebody_signs(town: Town) -> None:
    protect(town, FAR)
    site, n = town.log.site, town.log.status().n
    erased = ev.BodiesErased(targets=[[site, n]], reason="r", authority="a", at_us=1)
    town.log.append([erased], Actor("nobody", "01"))
    # Nobody tells the book: it is read anew when a console begins.
    book = Book(None, file_of(town).parent, None, ProtectedIn(town.log.path))
    problem = book.fresh().problem
    assert problem is not None
    assert "erased" in problem
    assert code(confirm(town, 1)) == "other_number"
    done(confirm(town, 0))
    assert book.fresh().problem is None
    assert in_force(town).missing([]) == 1


def test_an_entry_by_hand_takes_nothing_away(town: Town) -> None:
    """Whoever can write to the log, and has no key."""
    protect(town, FAR)
    town.log.append(
        [ev.ProtectedPlacesNoted(salt="AAAA", places=[], at_us=1)], Actor("ann", "01")
    )
    assert unprotect(town).problem is not None
    forged = ev.ProtectedPlacesConfirmed(
        salt="AAAA",
        places=[],
        missing=1,
        by=BEA,
        after=in_force(town).head,
        statement="AAAA",
        signature="AAAA",
        at_us=1,
    )
    town.log.append([forged], Actor(BEA, "01"))
    assert in_force(town).lost
    assert town.book.fresh().problem is not None


def test_the_log_can_be_made_anew(town: Town) -> None:
    protect(town, FAR)
    unprotect(town)
    done(confirm(town, 1))
    assert verify(town.log.path).ok
    town.log.close()
    assert rebuild(town.log.path).ok
    assert in_force(town).missing([]) == 0


# A person signs.


def test_a_supervisor_signs_for_fewer(town: Town) -> None:
    protect(town, FAR, NEAR)
    write(town, FAR)
    refused = {
        "not_allowed": confirm(town, 1, DEE),
        "other_number": confirm(town, 2),
        "sign_in_refused": town.ask(
            ConfirmProtectedAs(name=BEA, password="wrong horse", missing=1), "nobody"
        ),
    }
    assert {name: code(outcome) for name, outcome in refused.items()} == {
        name: name for name in refused
    }
    said = done(confirm(town, 1))
    assert said == {"protected": 1, "missing": 1, "confirmed_by": BEA}
    assert code(confirm(town, 0)) == "nothing_to_confirm"
    town.proposed(town.open())
    assert unprotect(town).problem is not None  # what is left is guarded as before


def test_who_leaves_has_signed_all_the_same(town: Town) -> None:
    """And a key that came later signs nothing of before."""
    protect(town, FAR)
    unprotect(town)
    done(confirm(town, 1))
    added = ev.PersonAdded(
        person_id=BEA, name=BEA, role="dispatcher", public_key="AAAA", at_us=1
    )
    town.log.append([added], Actor("nobody", "01"))
    assert in_force(town).missing([]) == 0
    assert not in_force(town).lost


def _entered(town: Town, name: str, **other: Any) -> EnterProtected:
    """As if the helper had been gone round."""
    with town.log.work(Actor("nobody", "01")) as work:
        person = next(p for p in work.views.people() if p.person_id == name)
    key = town.vault.unseal(person, PASSWORD)
    assert not isinstance(key, Refused)
    salt = secrets.token_bytes(32)
    given: dict[str, Any] = {
        "salt": salt,
        "places": (),
        "missing": 1,
        "after": in_force(town).head,
        "at_us": UTC_US,
        **other,
    }
    said = statement(
        *(given[k] for k in ("salt", "places", "missing", "after")), name, UTC_US
    )
    return EnterProtected(**given, statement=said, signature=key.sign(said))


def test_the_writer_believes_only_the_person_s_own_signature(town: Town) -> None:
    protect(town, FAR)
    good = _entered(town, BEA)
    assert code(town.do(good, ANN)) == "bad_signature"
    assert code(town.do(good)) == "not_allowed"
    assert code(town.do(_entered(town, DEE), DEE)) == "not_allowed"
    assert code(town.do(_entered(town, BEA, after="00"), BEA)) == "protected_changed"
    done(town.do(good, BEA))
    assert code(town.do(good, BEA)) == "protected_changed"  # once only


def test_an_old_signature_counts_only_where_it_was_given(town: Town) -> None:
    """Copied to the end of the log by hand, when more is protected again."""
    protect(town, FAR)
    done(town.do(_entered(town, BEA), BEA))
    run = town.log._database.conn.execute
    (n,) = run("SELECT max(n) FROM heads").fetchone()
    body = run("SELECT body FROM heads WHERE n = ?", (n,)).fetchone()[0]
    protect(town, NEAR)
    from aliquot.console.store.entry import read_body

    old = read_body(ev.ProtectedPlacesConfirmed.TYPE, body)
    assert old is not None
    town.log.append([old], Actor(BEA, "01"))
    assert unprotect(town).problem is not None


# The file itself.


@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_what_is_no_file_is_no_empty_list(town: Town, kind: str) -> None:
    make = {
        "link": lambda path: path.symlink_to("nowhere"),
        "fifo": os.mkfifo,
        "folder": Path.mkdir,
    }
    make[kind](file_of(town))
    problem = town.book.fresh().problem
    assert problem is not None
    assert "is no file" in problem
    assert code(confirm(town, 0)) == "bad_protected_places"


def test_bytes_changed_in_place_with_the_old_time_are_read(town: Town) -> None:
    protect(town, NEAR)
    before = file_of(town).stat()
    data = file_of(town).read_bytes()
    with file_of(town).open("r+b") as file:
        file.write(data.replace(b"41.", b"11."))
    os.utime(file_of(town), ns=(before.st_atime_ns, before.st_mtime_ns))
    now = file_of(town).stat()
    assert (now.st_mtime_ns, now.st_size) == (before.st_mtime_ns, before.st_size)
    assert town.book.fresh().problem is not None


def test_after_a_start_it_is_as_before(tmp_path: Path) -> None:
    with town_in(tmp_path / "profile") as town:
        protect(town, FAR)
        file_of(town).unlink()
        folder, log = file_of(town).parent, town.log.path
        assert Book(None, folder, None, ProtectedIn(log)).fresh().problem is not None


def test_a_running_console_notes_stops_and_asks(tmp_path: Path) -> None:
    with town_in(tmp_path / "profile", partners=()) as town:
        write(town, FAR)
        file, log = file_of(town), town.log.path
    news = threading.Event()

    def heard(changed: Changed) -> None:
        news.set()

    with running(tmp_path / "profile") as core:
        end = core.subscribe(heard)

        def until(there: Callable[[], bool]) -> None:
            while not there():
                assert news.wait(PATIENCE_S)
                news.clear()

        until(lambda: ProtectedIn(log).in_force().missing([]) == 1)
        until(lambda: core.releases().problem() is None)
        file.unlink()
        until(lambda: "1 protected place" in str(core.releases().problem()))
        command = ConfirmProtectedAs(name=BEA, password=PASSWORD, missing=1)
        said = decode_command(encode_command(command))  # as it comes from outside
        assert done(core.call(said, actor=outside_actor()))["confirmed_by"] == BEA
        until(lambda: core.releases().problem() is None)
        end()


def test_hashes_of_one_place_differ_by_salt() -> None:
    known = Known(b"a" * 32, marks(b"a" * 32, [FAR, NEAR]))
    assert marks(b"b" * 32, [FAR]) != marks(b"a" * 32, [FAR])
    assert InForce((known,)).missing([FAR]) == 1
    assert InForce((known,)).knows([NEAR])
    assert not InForce((known,)).knows([NEAR, FAR_TOO])
