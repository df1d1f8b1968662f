"""A profile with a small town's geofile, two supervisors and a dispatcher."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

from aliquot.console.clock import ManualClock
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.commands import Actor, Command, Done, Outcome
from aliquot.console.domain.protected_commands import NoteProtected
from aliquot.console.domain.release_commands import LookAtRelease, RecordDelivery
from aliquot.console.geo import geofile_store, tree_file
from aliquot.console.geo.geofile_folder import (
    SQLITE_NAME,
    TREES,
    VERSIONS,
    GeofileFolder,
    State,
)
from aliquot.console.geo.geofile_rows import Rows, Site
from aliquot.console.geo.model import Grown, Parcel, StreetLine
from aliquot.console.geo.place_tree import place_tree_of
from aliquot.console.profile import Profile
from aliquot.console.release.release_record import StoredRelease
from aliquot.console.remote import new_id
from aliquot.console.service.carry_out import carry_out
from aliquot.console.service.keys import Kdf, make_key
from aliquot.console.service.people import EnterPerson
from aliquot.console.service.releases_book import Book, ReleaseSide
from aliquot.console.service.releases_prepare import Preparer
from aliquot.console.service.releases_read import ReleaseReads
from aliquot.console.service.vault import Vault
from aliquot.console.settings import (
    LineConfig,
    PartnerConfig,
    Settings,
    StorageSettings,
)
from aliquot.console.store.log import LocalLog
from aliquot.console.store.release_policies import PoliciesIn
from aliquot.console.store.release_protected import ProtectedIn
from aliquot.console.store.tree_views import decided_in

SOUTH, WEST = 41.70, -73.90
ROW, COLUMN = 0.0004, 0.0005
NAMES = ("Oak Street", "Elm Street", "Mill Road", "Water Street", "North Avenue",
         "Hill Road")  # fmt: skip
COLUMNS = 16
FAST = Kdf(memory_kib=8, passes=1, lanes=1)
PASSWORD = "correct horse"
UTC_US = 1_777_662_000_000_000  # 2026-05-01T19:00:00Z: afternoon in New York
MINUTE_US = 60 * 10**6
ANN, BEA, DEE = "ann", "bea", "dee"  # two supervisors, one dispatcher
ROLES = {ANN: "supervisor", BEA: "supervisor", DEE: "dispatcher"}
PARTNER = PartnerConfig(
    name="ring", channel="neighbors", url="http://127.0.0.1:9/items"
)
CRASH = {"type_code": "MVA"}  # of class approve: may leave while it is open
NEVER_TYPE = "SUSP"
POLICY = "policy.toml"


def spot(row: int, column: int) -> tuple[float, float]:
    return round(SOUTH + row * ROW, 6), round(WEST + column * COLUMN, 6)


@cache
def grown() -> Grown:
    rows = range(2 * len(NAMES))
    parcels = [
        Parcel((spot(row, column),), NAMES[row // 2])
        for row in rows
        for column in range(COLUMNS)
    ]
    streets = [
        StreetLine(name, (spot(2 * n, -1), spot(2 * n, COLUMNS)))
        for n, name in enumerate(NAMES)
    ]
    made = place_tree_of(parcels, streets)
    assert isinstance(made, Grown)
    return tree_file.frozen(made)


def address(row: int, column: int) -> str:
    return f"{100 + 2 * column + row % 2} {NAMES[row // 2]}"


def place(row: int = 4, column: int = 5) -> dict[str, Any]:
    latitude, longitude = spot(row, column)
    return {
        "place": address(row, column),
        "latitude": latitude,
        "longitude": longitude,
    }


def write_geofile(folder: Path, tree: Grown | None = None) -> None:
    """What an import leaves, without its map and its report."""
    tree = tree or grown()
    sha256 = tree_file.tree_sha256(tree.tree)
    (folder / TREES / sha256).mkdir(parents=True)
    tree_file.write(folder / TREES / sha256, tree, "2026-05-01T00:00:00Z")
    version = folder / VERSIONS / "0001"
    if not version.exists():
        version.mkdir(parents=True)
        geofile_store.write(version / SQLITE_NAME, _rows(), {})
    GeofileFolder(folder).put_in_use(State("0001", sha256))


def _rows() -> Rows:
    sites = [
        Site(
            row=row * COLUMNS + column,
            nguid=None,
            number=address(row, column).partition(" ")[0],
            street=NAMES[row // 2],
            unit=None,
            community=None,
            esn=None,
            postal_code=None,
            place=None,
            latitude=spot(row, column)[0],
            longitude=spot(row, column)[1],
        )
        for row in range(2 * len(NAMES))
        for column in range(COLUMNS)
    ]
    return Rows(sites=sites)


def make_profile(
    folder: Path,
    partners: tuple[PartnerConfig, ...] = (PARTNER,),
    lines: tuple[LineConfig, ...] = (),
) -> Profile:
    profile = Profile.open(folder)
    profile.save_settings(
        Settings(
            positions=("01",),
            desk="01",
            lines=lines,
            storage=StorageSettings(reserve_mb=0),
            partners=partners,
        )
    )
    write_geofile(profile.folder / "geofile")
    return profile


@dataclass
class Town:
    """The services on a log, in this thread, under a clock that stands."""

    profile: Profile
    log: LocalLog
    clock: ManualClock
    book: Book
    side: ReleaseSide
    vault: Vault
    preparer: Preparer = field(init=False)

    def __post_init__(self) -> None:
        geofile = GeofileFolder(self.profile.folder / "geofile")
        policy = self.profile.folder / POLICY
        refresh = self.book.refresh
        self.preparer = Preparer(self.vault, self.clock, refresh, geofile, policy)

    def do(self, command: Command, person: str = "nobody") -> Outcome:
        actor = Actor(person, "01")
        outcome, _ = carry_out(self.log, self.clock, actor, new_id, command, self.side)
        return outcome

    def ask(self, command: Command, person: str) -> Outcome:
        """As the helper does: prepared first."""
        with self.log.work(Actor("nobody", "01")) as work:
            people, stored = work.views.people(), work.releases
            actor = Actor(person, "01")
            prepared = self.preparer.prepare(command, actor, people, stored)
        if not isinstance(prepared, tuple):
            return prepared
        return self.do(prepared[0], prepared[1].person)

    def open(self, row: int = 4, column: int = 5, **fields: Any) -> str:
        given = {**CRASH, **place(row, column), **fields}
        return done(self.do(cmd.OpenIncident(fields=given)))["incident_id"]

    def propose(
        self, incident_id: str, person: str = ANN, phrase: str | None = None
    ) -> Outcome:
        command = cmd.ProposeRelease(incident_id=incident_id, phrase=phrase)
        return self.ask(command, person)

    def proposed(self, incident_id: str, person: str = ANN) -> str:
        return str(done(self.propose(incident_id, person))["release_id"])

    def approve(
        self, release_id: str, person: str = BEA, password: str = PASSWORD
    ) -> Outcome:
        command = cmd.ApproveRelease(release_id=release_id, password=password)
        return self.ask(command, person)

    def look(self, release_id: str) -> str:
        """What time brings; the state after it."""
        self.book.refresh()
        self.do(LookAtRelease(release_id=release_id))
        return self.state(release_id)

    def deliver(self, release_id: str, kind: str = "item") -> Outcome:
        receipt = {
            "id": release_id,
            "sha256": "0" * 64,
            "received_at": "2026-05-01T19:30:00Z",
            "seen": False,
        }
        return self.do(
            RecordDelivery(
                release_id=release_id,
                channel=PARTNER.channel,
                partner=PARTNER.name,
                kind=kind,
                receipt=receipt,
            )
        )

    def change(self, incident_id: str, **fields: Any) -> Outcome:
        return self.do(cmd.ChangeIncident(incident_id=incident_id, fields=fields))

    def get(self, release_id: str) -> StoredRelease:
        with self.log.work(Actor("nobody", "01")) as work:
            found = work.releases.get(release_id)
        assert found is not None
        return found

    def state(self, release_id: str) -> str:
        return self.get(release_id).state.value

    def to_state(self, wanted: str, **fields: Any) -> tuple[str, str]:
        """(incident, release) in a state, by the way a release goes."""
        incident = self.open(**fields)
        release = self.proposed(incident)
        steps = {
            "approved": lambda: done(self.approve(release)),
            "embargoed": lambda: self.look(release),
            "sent": lambda: (self.clock.advance(26 * 60), self.look(release)),
            "confirmed": lambda: done(self.deliver(release)),
        }
        for name, step in steps.items():
            if self.state(release) == wanted:
                break
            step()
            assert self.state(release) == name
        assert self.state(release) == wanted
        return incident, release

    def reads(self) -> ReleaseReads:
        from aliquot.console.store.database import open_database
        from aliquot.console.store.views import SqlViews

        database = open_database(self.profile.log_path, read_only=True)
        return ReleaseReads(SqlViews(database), self.clock, self.side)


def done(outcome: Outcome) -> dict[str, Any]:
    assert isinstance(outcome, Done), outcome
    return outcome.result


def code(outcome: Outcome) -> str:
    assert isinstance(outcome, cmd.Refused), outcome
    return outcome.code


def enter_people(town: Town) -> None:
    for name, role in ROLES.items():
        key = make_key(town.profile.key_folder, name, name, PASSWORD, FAST)
        entered = EnterPerson(person_id=name, name=name, role=role, public_key=key)
        done(town.do(entered))


@contextmanager
def town_in(
    folder: Path, clock: ManualClock | None = None, **more: Any
) -> Iterator[Town]:
    profile = make_profile(folder, **more)
    clock = clock or ManualClock(UTC_US, 10**12)
    log = LocalLog.open(profile.log_path, clock)
    decided = partial(decided_in, profile.log_path)
    protected = ProtectedIn(profile.log_path)
    policies = PoliciesIn(profile.log_path)
    policy = profile.folder / POLICY
    if not policy.exists():
        policy.write_text(policy_text(), encoding="utf-8")
    geofile = profile.folder / "geofile"
    book = Book(policy, geofile, decided, protected, policies)
    book.refresh()
    side = ReleaseSide(book.now, profile.settings.partners)
    vault = Vault(profile.key_folder, clock, new_id, FAST)
    town = Town(profile, log, clock, book, side, vault)
    enter_people(town)
    done(town.do(NoteProtected()))
    book.refresh()
    try:
        yield town
    finally:
        log.close()


def without_tree(town: Town) -> None:
    (town.profile.folder / "geofile" / "geofile.json").unlink()
    town.book.refresh()


def without_rules(town: Town) -> None:
    """Neither policy nor tree can be read."""
    town.book = Book(town.profile.folder / "no_policy.toml", town.profile.folder / "no")
    town.book.refresh()
    town.side = ReleaseSide(town.book.now, town.profile.settings.partners)


def another_tree(town: Town) -> None:
    """The same town, whose regions a person has looked at."""
    tree = grown()
    regions = tuple(replace(r, reviewed=True) for r in tree.tree.regions)
    changed = replace(tree, tree=replace(tree.tree, regions=regions))
    write_geofile(town.profile.folder / "geofile", tree_file.frozen(changed))


def policy_text(old: str = "", new: str = "") -> str:
    """The default policy, with other words."""
    file = resources.files("aliquot.resources") / "policy" / "default.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


def another_policy(town: Town, old: str, new: str) -> None:
    """The default policy with other words, whoever has signed for it."""
    path = town.profile.folder / POLICY
    path.write_text(policy_text(old, new), encoding="utf-8")
    town.book = Book(path, town.profile.folder / "geofile")
    town.book.refresh()
    town.side = ReleaseSide(town.book.now, town.profile.settings.partners)


OPEN = ("proposed", "approved", "embargoed")
LIVE = (*OPEN, "sent", "confirmed")


def refuse(release: str) -> cmd.Command:
    return cmd.RefuseRelease(release_id=release, reason="wrong_place")


def withdraw(release: str) -> cmd.Command:
    return cmd.WithdrawRelease(release_id=release, reason="wrong_type")


def retract(release: str) -> cmd.Command:
    return cmd.RetractRelease(release_id=release, reason="proved_unfounded")


def at_state(town: Town, state: str) -> tuple[str, str]:
    """(incident, release) in any state but that of a candidate."""
    if state in LIVE:
        return town.to_state(state)
    if state == "retracted":
        incident, release = town.to_state("sent")
        done(town.ask(retract(release), BEA))
    else:
        incident, release = town.to_state("proposed")
        endings = {
            "refused": lambda: town.ask(refuse(release), BEA),
            "withdrawn": lambda: town.ask(withdraw(release), BEA),
            "voided": lambda: town.change(incident, **place(6, 9)),
            "dead": lambda: town.change(incident, type_code=NEVER_TYPE),
        }
        done(endings[state]())
    assert town.state(release) == state
    return incident, release
