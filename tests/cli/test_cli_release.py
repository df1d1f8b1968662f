"""`aliquot release propose`, `approve` … as a program runs them."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "release"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import release_town as towns
from release_shell import Inside, Shell

from aliquot.console.clock import ManualClock, SystemClock
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.profile import Profile
from aliquot.console.remote import AT_THE_COMMAND_LINE
from aliquot.console.settings import PartnerConfig, ReleaseSettings
from aliquot.drivers.peers.receiver import Receiver, Settings

AGO_S = 40 * 60


@pytest.fixture
def inside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Inside:
    with towns.town_in(tmp_path / "profile"):
        pass
    return Inside(tmp_path / "profile", tmp_path, capsys)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    with towns.town_in(tmp_path / "profile"):
        pass
    return Shell(tmp_path / "profile", tmp_path)


@pytest.fixture
def incident(shell: Shell) -> str:
    given = json.dumps({**towns.CRASH, **towns.place()})
    _, (said,), _ = shell.run("calls", "add", given)
    return str(said["incident_id"])


def test_propose_approve_refuse_withdraw_list(shell: Shell, incident: str) -> None:
    leave, said = shell.act("propose", incident, towns.ANN)
    assert (leave, said.keys()) == (0, {"release_id", "state", "item"})
    assert said["state"] == "proposed"
    assert said["item"]["category"] == "Traffic crash"
    release = said["release_id"]
    leave, refused = shell.act("approve", release, towns.ANN)
    assert (leave, refused["refused"]) == (1, "same_person")
    leave, refused = shell.act("approve", release, towns.DEE)
    assert (leave, refused["refused"]) == (1, "not_allowed")
    leave, approved = shell.act("approve", release, towns.BEA)
    assert (leave, approved) == (0, {**said, "state": "approved"})
    leave, withdrawn = shell.act("withdraw", release, towns.ANN)
    assert (leave, withdrawn["state"]) == (0, "withdrawn")
    leave, rows, _ = shell.run("release", "list", "--json")
    assert (leave, [row["state"] for row in rows]) == (0, ["withdrawn"])
    assert rows[0]["release_id"] == release
    assert rows[0]["reason"] == "not_for_release"


def test_a_running_console_is_asked(shell: Shell, incident: str) -> None:
    """And it knows the one who asks by the password, not by who sits at it."""
    core = Core(Profile.open(shell.profile), SystemClock())
    core.start()
    try:
        towns.done(core.call(cmd.SignIn(name=towns.BEA, password=towns.PASSWORD)))
        leave, said = shell.act("propose", incident, towns.ANN, "--phrase", "plain")
        assert leave == 0
        release = said["release_id"]
        leave, refused = shell.act("approve", release, towns.ANN)
        assert (leave, refused["refused"]) == (1, "same_person")
        leave, ended = shell.act("refuse", release, towns.BEA, "--reason", "wrong_type")
        assert (leave, ended["state"]) == (0, "refused")
        (row,) = core.releases().queue()
        assert (row.state, row.reason, row.proposer) == (
            "refused",
            "wrong_type",
            towns.ANN,
        )
    finally:
        assert core.stop() == []


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (("approve", "a" * 32, towns.BEA), "no_such_release"),
        (("propose", "nothing", towns.ANN), "no_such_incident"),
        (("propose", "nothing", "Nobody Here"), "sign_in_refused"),
    ],
)
def test_refusals_are_json_and_exit_1(
    shell: Shell, words: tuple[str, str, str], refused: str
) -> None:
    leave, said = shell.act(*words)
    assert (leave, said["refused"]) == (1, refused)


def test_a_refusal_says_what_can_be_done(shell: Shell, incident: str) -> None:
    release = shell.act("propose", incident, towns.ANN)[1]["release_id"]
    _, again = shell.act("propose", incident, towns.ANN)
    assert release in again["message"]
    assert "second person" in again["message"]
    _, said = shell.act("retract", release, towns.BEA)
    assert "withdrawn" in said["message"]
    _, said = shell.act("refuse", release, towns.BEA, "--reason", "because")
    assert "wrong_place" in said["message"]
    _, said = shell.act("propose", incident, towns.ANN, "--phrase", "hurry")
    assert "avoid_area" in said["message"]
    given = json.dumps({"type_code": towns.NEVER_TYPE, **towns.place()})
    _, (added,), _ = shell.run("calls", "add", given)
    _, said = shell.act("propose", added["incident_id"], towns.ANN)
    assert "never released" in said["message"]


def test_the_list_says_what_each_waits_for_or_why_it_ended(
    shell: Shell, incident: str
) -> None:
    release = shell.act("propose", incident, towns.ANN)[1]["release_id"]
    _, (row,), _ = shell.run("release", "list", "--json")
    assert (row["incident_number"], row["parcels"]) == (1, 8)
    assert (row["proposer"], "approver" in row) == (towns.ANN, False)
    assert "second person" in row["waits_for"]
    signed = ("--item-sha256", row["item_sha256"])
    assert shell.act("approve", release, towns.BEA, *signed)[0] == 0
    (row,) = shell.run("release", "list", "--json")[1]
    assert (row["approver"], row["state"]) == (towns.BEA, "approved")
    assert "embargo" in row["waits_for"]
    shell.act("withdraw", release, towns.ANN, "--reason", "wrong_place")
    (row,) = shell.run("release", "list", "--json")[1]
    assert (row["ended_by"], row["reason_words"]) == (towns.ANN, "The place is wrong")
    assert "waits_for" not in row


def test_what_is_in_embargo_is_said_to_wait_for_its_time(tmp_path: Path) -> None:
    now = SystemClock().now()
    clock = ManualClock(now.utc_us, now.mono_ns)
    with towns.town_in(tmp_path / "profile", clock) as town:
        _, release = town.to_state("embargoed")
    shell = Shell(tmp_path / "profile", tmp_path)
    leave, _, said = shell.run("release", "deliver", "--seconds", "0.1", "--json")
    (row,) = shell.run("release", "list", "--json")[1]
    assert (leave, row["state"]) == (1, "embargoed")
    assert row["waits_for"] == f"its time, {row['embargo_until']}"
    assert f"{release} waits for its time" in said


def test_the_list_names_a_partner_that_is_none_any_more(tmp_path: Path) -> None:
    with towns.town_in(tmp_path / "profile") as town:
        _, release = town.to_state("sent")
        settings = replace(town.profile.settings, partners=())
        town.profile.save_settings(settings)
    shell = Shell(tmp_path / "profile", tmp_path)
    (row,) = shell.run("release", "list", "--json")[1]
    assert (row["release_id"], row["state"]) == (release, "sent")
    assert row["waits_for"] == "ring, which profile.toml names no more"


def test_the_list_says_that_nobody_takes_it(tmp_path: Path) -> None:
    with towns.town_in(tmp_path / "profile", partners=()) as town:
        town.to_state("embargoed")
    shell = Shell(tmp_path / "profile", tmp_path)
    (row,) = shell.run("release", "list", "--json")[1]
    assert "names none" in row["waits_for"]


def test_a_wrong_password_is_refused_and_in_the_log(inside: Inside) -> None:
    inside.password.write_text("wrong horse\n")
    for act, name in (("approve", towns.BEA), ("propose", "No Such Name")):
        leave, said = inside.act(act, "nothing", name)
        assert (leave, said["refused"]) == (1, "sign_in_refused")
    exported = inside.run("log", "export")[1]
    found = [row for row in exported if row.get("type") == "person.not_proved"]
    told = [(row["body"]["person_id"], row["body"]["act"]) for row in found]
    assert told == [(towns.BEA, "approve_release"), (None, "propose_release")]
    assert {row["position"] for row in found} == {AT_THE_COMMAND_LINE}
    assert "No Such Name" not in json.dumps(exported)
    assert "wrong horse" not in json.dumps(exported)


def test_what_may_never_leave_is_refused_by_its_reason(shell: Shell) -> None:
    given = json.dumps({"type_code": towns.NEVER_TYPE, **towns.place()})
    _, (said,), _ = shell.run("calls", "add", given)
    leave, refused = shell.act("propose", said["incident_id"], towns.ANN)
    assert (leave, refused["refused"]) == (1, "class_never")


def test_a_missing_password_file_is_usage(shell: Shell) -> None:
    shell.password.unlink()
    signed = ("--as", "x", "--password-file", str(shell.password), "--json")
    leave, lines, said = shell.run("release", "propose", "x", *signed)
    assert (leave, lines) == (2, [])
    assert "password" in said


def test_a_protected_place_stays_so_without_its_file(inside: Inside) -> None:
    """Until a supervisor signs that this is meant, by one more command."""
    given = json.dumps({**towns.CRASH, **towns.place()})
    incident = inside.run("calls", "add", given)[1][0]["incident_id"]
    file = inside.profile / "geofile" / "protected_places.toml"
    latitude, longitude = towns.spot(0, 0)
    file.write_text(f"[[place]]\nlatitude = {latitude}\nlongitude = {longitude}\n")
    leave, said = inside.act("propose", incident, towns.ANN)
    assert (leave, said["state"]) == (0, "proposed")
    file.unlink()
    leave, (said,), words = inside.run("release", "protected", "--json")
    assert (leave, said["missing"], str(file) in words) == (1, 1, True)
    release = inside.run("release", "list", "--json")[1][0]["release_id"]
    leave, said = inside.act("approve", release, towns.BEA)
    assert (leave, said["refused"]) == (1, "nothing_released")
    assert "release protected --confirm 1" in said["message"]
    rows = inside.profile / "rows.jsonl"
    rows.write_text("{}\n")
    leave, _, words = inside.run("release", "preview", str(rows), "--json")
    assert (leave, "1 protected place is missing" in words) == (2, True)
    signed = ("--as", towns.BEA, "--password-file", str(inside.password), "--json")
    leave, (said,), _ = inside.run("release", "protected", "--confirm", "1", *signed)
    assert (leave, said["confirmed_by"]) == (0, towns.BEA)
    leave, said = inside.act("approve", release, towns.BEA)
    assert (leave, said["state"]) == (0, "approved")


def test_a_looser_policy_wants_a_signature(inside: Inside) -> None:
    """And is named where somebody signs under it."""
    profile = Profile.open(inside.profile)
    own = ReleaseSettings(policy=towns.POLICY)
    profile.save_settings(replace(profile.settings, release=own))
    leave, (said,), _ = inside.run("release", "policy", "--json")
    assert (leave, said["changed"], said["embargo_minutes"]) == (0, [], 20)
    given = json.dumps({**towns.CRASH, **towns.place()})
    incident = inside.run("calls", "add", given)[1][0]["incident_id"]
    first = inside.act("propose", incident, towns.ANN)[1]["release_id"]
    text = towns.policy_text("embargo_minutes = 20", "embargo_minutes = 10")
    (inside.profile / towns.POLICY).write_text(text, encoding="utf-8")
    leave, (said,), words = inside.run("release", "policy", "--json")
    assert (leave, said["changed"]) == (1, ["embargo: 20 → 10 minutes"])
    assert "embargo: 20 → 10 minutes" in words
    (row,) = inside.run("release", "list", "--json")[1]
    assert "release policy" in row["waits_for"]
    leave, refused = inside.act("approve", first, towns.BEA)
    assert (leave, refused["message"]) == (1, said["problem"])
    rows = inside.profile / "rows.jsonl"
    rows.write_text("{}\n")
    leave, _, words = inside.run("release", "preview", str(rows), "--json")
    assert (leave, "made looser" in words) == (2, True)
    who = ("--as", towns.BEA, "--password-file", str(inside.password), "--json")
    found = said["policy_sha256"]
    leave, (said,), _ = inside.run("release", "policy", "--confirm", found[:8], *who)
    assert (leave, said["confirmed_by"]) == (0, towns.BEA)
    inside.act("withdraw", first, towns.ANN)
    inside.act("propose", incident, towns.ANN)
    row = next(
        r
        for r in inside.run("release", "list", "--json")[1]
        if r["release_id"] != first
    )
    assert row["policy_sha256"] == found
    words = f"policy {found[:8]}, version 1, signed by bea (embargo: 20 → 10 minutes)"
    assert row["policy"] == words


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    made = Receiver(Settings(folder=tmp_path / "came"))
    thread = threading.Thread(target=made.serve)
    thread.start()
    yield made
    made.stop()
    thread.join()


def test_deliver_and_retract(tmp_path: Path, receiver: Receiver) -> None:
    url = f"http://127.0.0.1:{receiver.port}/items"
    partner = PartnerConfig(name="ring", channel="neighbors", url=url)
    now = SystemClock().now()
    clock = ManualClock(now.utc_us - AGO_S * 10**6, now.mono_ns - AGO_S * 10**9)
    with towns.town_in(tmp_path / "profile", clock, partners=(partner,)) as town:
        release = town.proposed(town.open())
        towns.done(town.approve(release))
        body = town.get(release).bodies["neighbors"]
    shell = Shell(tmp_path / "profile", tmp_path)
    leave, (left,), _ = shell.run("release", "deliver", "--seconds", "60", "--json")
    assert (leave, left) == (0, {"confirmed": 1, "waiting": 0})
    assert (tmp_path / "came" / release / "1.body").read_bytes() == body
    leave, said = shell.act("retract", release, towns.BEA, "--reason", "wrong_place")
    assert (leave, said["state"]) == (0, "retracted")
    leave, (left,), _ = shell.run("release", "deliver", "--seconds", "60", "--json")
    assert (leave, left) == (0, {"retracted": 1, "waiting": 0})
    assert (tmp_path / "came" / release / "2.body").exists()
    _, (row,), _ = shell.run("release", "list", "--json")
    (delivery,) = row["deliveries"]
    assert (delivery["state"], delivery["receipt"]["id"]) == ("retracted", release)


def test_deliver_ends_with_1_when_a_partner_refused_for_good(
    tmp_path: Path, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which it said with 0 before. Taken back, it is no matter any more."""
    url = f"http://127.0.0.1:{receiver.port}/nothing/here"
    partner = PartnerConfig(name="ring", channel="neighbors", url=url)
    now = SystemClock().now()
    clock = ManualClock(now.utc_us - AGO_S * 10**6, now.mono_ns - AGO_S * 10**9)
    with towns.town_in(tmp_path / "profile", clock, partners=(partner,)) as town:
        _, release = town.to_state("approved")
    inside = Inside(tmp_path / "profile", tmp_path, capsys)
    for _ in range(2):
        leave, (left,), said = inside.run("release", "deliver", "--json")
        (missed,) = left["not_taken"]
        assert (leave, left["sent"], left["waiting"]) == (1, 1, 0)
        named = (missed["release_id"], missed["partner"], missed["problem"])
        assert named == (release, "ring", "rejected")
        assert f"{release} did not get to ring" in said
        assert missed["to_do"] in said
    assert inside.act("retract", release, towns.BEA)[0] == 0
    leave, (left,), _ = inside.run("release", "deliver", "--json")
    assert (leave, left) == (0, {"retracted": 1, "waiting": 0})


def test_the_list_says_what_took_the_place_of_what_ended(inside: Inside) -> None:
    given = json.dumps({**towns.CRASH, **towns.place()})
    incident = inside.run("calls", "add", given)[1][0]["incident_id"]
    first = inside.act("propose", incident, towns.ANN)[1]["release_id"]
    inside.act("withdraw", first, towns.ANN)
    second = inside.act("propose", incident, towns.ANN)[1]["release_id"]
    rows = {r["release_id"]: r for r in inside.run("release", "list", "--json")[1]}
    assert rows[first]["replaced_by"] == second
    assert "replaced_by" not in rows[second]


def test_deliver_does_not_cut_an_embargo_short(shell: Shell, incident: str) -> None:
    _, said = shell.act("propose", incident, towns.ANN)
    shell.act("approve", said["release_id"], towns.BEA)
    for seconds in ("1", "30"):  # until it is looked at, however busy the machine
        leave, (left,), _ = shell.run(
            "release", "deliver", "--seconds", seconds, "--json"
        )
        if left != {"approved": 1, "waiting": 0}:
            break
    assert (leave, left) == (1, {"embargoed": 1, "waiting": 0})


def test_preview_and_proposal_stand_on_the_profiles_own_policy(
    shell: Shell, incident: str, tmp_path: Path
) -> None:
    """A policy without crashes, in which a preview withholds what no proposal takes."""
    words = resources.files("aliquot.resources") / "policy" / "default.toml"
    text = words.read_text(encoding="utf-8").replace('"crash", ', "")
    (shell.profile / "own.toml").write_text(text, encoding="utf-8")
    profile = Profile.open(shell.profile)
    own = ReleaseSettings(policy="own.toml")
    profile.save_settings(replace(profile.settings, release=own))
    leave, said = shell.act("propose", incident, towns.ANN)
    assert (leave, said["refused"]) == (1, "not_in_policy")
    row = {"type_code": "MVA", **towns.place(), "received_at": "2026-05-01T22:10:00Z"}
    row["address"] = row.pop("place")
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(row) + "\n")
    now = ("--now", "2026-05-01T23:00:00Z", "--json")
    _, (answer,), _ = shell.run("release", "preview", str(file), *now)
    assert answer["reasons"] == ["not_in_policy"]
    (shell.profile / "own.toml").unlink()
    leave, said = shell.act("propose", incident, towns.ANN)
    assert (leave, said["refused"]) == (1, "nothing_released")
