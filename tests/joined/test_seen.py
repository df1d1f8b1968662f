"""What a person sees at a second window: the filter over the read side."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from aliquot.console.domain import rows
from aliquot.console.domain.commands import NOBODY
from aliquot.console.domain.people import SEES_JOINED, Role, Sight
from aliquot.console.domain.ports import Views
from aliquot.console.domain.release_rows import Releases
from aliquot.console.domain.seen import (
    HIDDEN,
    SeenReleases,
    SeenViews,
    noise_seen,
    unit_seen,
)

SECRETS = ("Jane Doe", "6175550142", "1 Elm", "she said", "42.37", "+-Doe-6175550142")

PEOPLE = tuple(
    rows.PersonRow(person_id=r.value, name=r.value, role=r.value, public_key=b"k")
    for r in Role
)
CALL = rows.CallRow(
    call_id="c1",
    state="waiting",
    line="ali",
    first_at_us=1,
    last_at_us=1,
    ours=True,
    waiting=True,
    has_record=True,
    customer_name="Jane Doe",
    callback_number="6175550142",
    raw=b"+-Doe-6175550142",
)
INCIDENT = rows.IncidentRow(
    incident_id="i1",
    number=142,
    state="active",
    opened_at_us=1,
    changed_at_us=1,
    fields={"place": "1 Elm", "caller_name": "Jane Doe"},
)
UNIT = rows.UnitRow(
    unit_id="2A11",
    service="law",
    kind="patrol",
    status="on_scene",
    since_us=1,
    incident_id="i1",
    incident_number=142,
    latitude=42.37,
    longitude=-71.1,
)
NOISE = rows.NoiseRow(line="ali", at_us=1, reason="cut", raw=b"+-Doe-6175550142")
LINE = rows.LineRow(line="ali", state="up", message="", since_us=1, noise=1)
COUNTS = rows.HeardCounts(abandoned=2, elsewhere=3, noise={"cut": 4})
NOTE = rows.NoteRow(note_id="n", at_us=1, person="dispatcher", text="she said")
DRAFTS = tuple(
    rows.DraftRow(form_id=form, saved_at_us=1, body={"place": "1 Elm"})
    for form in ("mine", "other")
)
STATUS = rows.LogStatus(site="s", n=1, last_at_us=1, free_bytes=1)
CAMERA: Any = "a listed camera"


class _All:
    """The read side with something in each part."""

    def waiting_calls(self) -> Any:
        return (CALL,)

    def recent_calls(self, limit: int = 50) -> Any:
        return (CALL,)

    def heard_counts(self, limit: int = 200) -> Any:
        return COUNTS

    def call(self, call_id: str) -> Any:
        return rows.CallDetail(row=CALL, records=())

    def board(self, closed_limit: int = 50) -> Any:
        return (INCIDENT,)

    def incident(self, incident_id: str) -> Any:
        return INCIDENT

    def narrative(self, incident_id: str) -> Any:
        return (NOTE,)

    def units(self) -> Any:
        return (UNIT,)

    def lines(self) -> Any:
        return (LINE,)

    def noise(self, limit: int = 50) -> Any:
        return (NOISE,)

    def drafts(self) -> Any:
        return DRAFTS

    def people(self) -> Any:
        return PEOPLE

    def log_status(self) -> Any:
        return STATUS

    def cameras_near(self, *given: Any) -> Any:
        return (CAMERA,)

    def cameras_within(self, *given: Any) -> Any:
        return (CAMERA,)

    def cameras_listed(self, *given: Any) -> Any:
        return (CAMERA,)


def _seen(person: str) -> SeenViews:
    return SeenViews(_All, lambda: person, lambda form: form == "mine")


READS: dict[str, tuple[Any, ...]] = {
    "waiting_calls": (),
    "recent_calls": (),
    "heard_counts": (),
    "call": ("c1",),
    "board": (),
    "incident": ("i1",),
    "narrative": ("i1",),
    "units": (),
    "lines": (),
    "noise": (),
    "drafts": (),
    "people": (),
    "log_status": (),
    "cameras_near": (42.0, -71.0, 300.0),
    "cameras_within": (42.0, -71.1, 42.1, -71.0),
    "cameras_listed": (),
}


def _read(views: SeenViews) -> dict[str, Any]:
    return {name: getattr(views, name)(*given) for name, given in READS.items()}


def _methods(protocol: type) -> set[str]:
    found = inspect.getmembers(protocol, inspect.isfunction)
    return {name for name, _ in found if not name.startswith("_")}


def test_every_read_is_decided_on() -> None:
    assert READS.keys() == _methods(Views) <= _methods(SeenViews)
    assert _methods(Releases) == _methods(SeenReleases)


@pytest.mark.parametrize("person", ["dispatcher", "supervisor"])
def test_who_takes_and_oversees_calls_sees_all_but_others_drafts(person: str) -> None:
    everything = {name: getattr(_All(), name)(*given) for name, given in READS.items()}
    assert _read(_seen(person)) == everything | {"drafts": DRAFTS[:1]}


@pytest.mark.parametrize("person", ["integrator", "administrator"])
def test_who_sets_up_sees_no_name_no_number_no_place(person: str) -> None:
    found = _read(_seen(person))
    for name in ("waiting_calls", "recent_calls", "board", "narrative", "drafts"):
        assert found[name] == ()
    assert (found["call"], found["incident"]) == (None, None)
    assert found["lines"] == (LINE,)
    assert found["heard_counts"] == rows.HeardCounts(noise={"cut": 4})
    assert [len(row.raw) for row in found["noise"]] == [len(NOISE.raw)]
    assert found["units"][0].status == "on_scene"
    assert found["cameras_near"] == found["cameras_listed"] == (CAMERA,)
    told = repr(found)
    assert [secret for secret in SECRETS if secret in told] == []
    assert "i1" not in told
    assert "142" not in told


def test_people_are_the_administrators_to_see_and_everybody_sees_himself() -> None:
    assert _seen("administrator").people() == PEOPLE
    (me,) = _seen("integrator").people()
    assert me.name == "integrator"


@pytest.mark.parametrize("person", [NOBODY, "somebody who was removed"])
def test_nobody_sees_nothing(person: str) -> None:
    found = _read(_seen(person))
    assert found.pop("log_status") == STATUS
    assert found.pop("heard_counts") == rows.HeardCounts()
    assert {name for name, rows in found.items() if rows} == set()


def test_every_role_is_decided_on() -> None:
    assert SEES_JOINED.keys() == {*Role, None}
    assert SEES_JOINED[None] == frozenset()


def test_noise_keeps_its_length_and_loses_its_bytes() -> None:
    assert noise_seen(NOISE, set()).raw == bytes(16)
    assert noise_seen(NOISE, {Sight.CALLS}) == NOISE


def test_a_unit_keeps_its_status_and_loses_where_and_why() -> None:
    bare = unit_seen(UNIT, set())
    assert (bare.incident_id, bare.incident_number) == (None, None)
    assert (bare.latitude, bare.longitude) == (None, None)
    assert (bare.unit_id, bare.status) == ("2A11", "on_scene")
    assert unit_seen(UNIT, {Sight.INCIDENTS}) == UNIT


class _Queue:
    def problem(self) -> str | None:
        return None

    def queue(self, limit: int = 200) -> Any:
        return ("a release",)

    def candidates(self, limit: int = 100) -> Any:
        return ("a candidate",)

    def preview(self, incident_id: str, phrase: str | None = None) -> Any:
        return "a preview"

    def detail(self, release_id: str) -> Any:
        return "a detail"

    def region(self, region_id: int) -> Any:
        return "a region"

    def tree_waiting(self) -> Any:
        return "a tree"


def _desk(sights: frozenset[Sight]) -> list[Any]:
    seen = SeenReleases(_Queue, lambda: sights)
    first = [seen.problem(), seen.queue(), seen.candidates()]
    more = [seen.preview("i"), seen.detail("r"), seen.region(1)]
    return [*first, *more, seen.tree_waiting()]


def test_releases_are_seen_by_who_has_them_in_sight() -> None:
    """The release desk shows what the desk knows beside what leaves."""
    everything = [None, ("a release",), ("a candidate",)]
    everything += ["a preview", "a detail", "a region", "a tree"]
    for role in (Role.DISPATCHER, Role.SUPERVISOR):
        assert _desk(SEES_JOINED[role]) == everything
    for other in (Role.INTEGRATOR, Role.ADMINISTRATOR, None):
        assert _desk(SEES_JOINED[other]) == [HIDDEN, (), (), *[None] * 4]
