"""`aliquot eido`: hand over, take, check, serve; and that nothing leaves by itself."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from eido_schema import SAMPLES, complaints, validator
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from aliquot.console.cli.main import run
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain.commands import Done, Refused, SignIn
from aliquot.console.domain.handover import HandOverIncident
from aliquot.console.profile import Profile
from aliquot.drivers.ng911.sta024 import write

ALIQUOT = (sys.executable, "-m", "aliquot.console")
PATIENCE_S = 30.0
AGENCY = "psap.halden.example"
INCIDENT = {
    "type_code": "FSTRU",
    "place": "212 Elm St",
    "latitude": 42.2,
    "longitude": -88.3,
    "caller_name": "Ann Lee",
    "callback_number": "3155550100",
    "note": "Smoke on the 2nd floor",
}

Capture = pytest.CaptureFixture[str]


def out(capsys: Capture) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def password(own_home: Path, tmp_path: Path, capsys: Capture) -> Path:
    """Of Ann, a dispatcher in a profile that knows one subscriber."""
    folder = own_home / "profile"
    assert run(["calls", "export", "--json"]) == 0
    (folder / "eido.toml").write_text(
        f'agency = "{AGENCY}"\n[[subscriber]]\nname = "Next County"\n'
        'secret_file = "next.secret"\n'
    )
    secret = folder / "next.secret"
    secret.write_text("open sesame\n")
    secret.chmod(0o600)
    file = tmp_path / "password"
    file.write_text("correct horse\n", encoding="utf-8")
    words = ["people", "add", "Ann", "--role", "dispatcher", "--password-file"]
    assert run([*words, str(file)]) == 0
    capsys.readouterr()
    return file


@pytest.fixture
def incident(password: Path, capsys: Capture) -> str:
    assert run(["calls", "add", json.dumps(INCIDENT)]) == 0
    return str(out(capsys)[0]["incident_id"])


def export(incident: str, password: Path, *more: str) -> int:
    words = ["eido", "export", incident, "--as", "Ann", "--json"]
    return run([*words, "--password-file", str(password), "--to", "Next County", *more])


def log(capsys: Capture) -> list[dict[str, Any]]:
    assert run(["log", "export", "--json"]) == 0
    return out(capsys)


def handed_over(capsys: Capture) -> list[dict[str, Any]]:
    return [one for one in log(capsys) if one["type"] == "incident.handed_over"]


def test_a_hand_over_is_valid_and_in_the_log(
    incident: str, password: Path, capsys: Capture
) -> None:
    assert export(incident, password) == 0
    said = capsys.readouterr()
    text = said.out.removesuffix("\n")
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert digest in said.err
    one = validator("openapi.yaml", "EmergencyIncidentDataObjectType")
    assert complaints(one, json.loads(text)) == []
    (entry,) = handed_over(capsys)
    body = entry["body"]
    assert (body["to"], body["sha256"]) == ("Next County", digest)
    assert body["eido"] == text
    people = [e for e in log(capsys) if e["type"] == "person.added"]
    assert entry["actor"] == people[0]["body"]["person_id"]
    assert run(["log", "verify", "--json"]) == 0
    capsys.readouterr()
    assert run(["calls", "export", "--json"]) == 0
    notes = [note["text"] for note in out(capsys)[0]["narrative"]]
    assert f"handed over to Next County (sha256 {digest[:16]})" in notes


def test_without_a_right_password_nothing_is_handed_over(
    incident: str, password: Path, capsys: Capture
) -> None:
    password.write_text("wrong horse\n")
    assert export(incident, password) == 1
    assert capsys.readouterr().out == ""
    assert handed_over(capsys) == []


@pytest.mark.parametrize("left_out", ["--to", "--as", "--password-file"])
def test_who_and_to_whom_must_be_said(
    incident: str, password: Path, capsys: Capture, left_out: str
) -> None:
    given = {"--to": "X", "--as": "Ann", "--password-file": str(password)}
    del given[left_out]
    words = [word for pair in given.items() for word in pair]
    assert run(["eido", "export", incident, *words]) == 2
    assert handed_over(capsys) == []


def test_who_may_not_is_refused(incident: str, password: Path, capsys: Capture) -> None:
    add = ["people", "add", "Ida", "--role", "integrator", "--password-file"]
    assert run([*add, str(password)]) == 0
    words = ["eido", "export", incident, "--as", "Ida", "--to", "Next County"]
    assert run([*words, "--password-file", str(password)]) == 1
    assert handed_over(capsys) == []


def test_nobody_at_the_desk_hands_nothing_over(
    incident: str, password: Path, own_home: Path
) -> None:
    core = Core(Profile.open(own_home / "profile"), SystemClock())
    core.start()
    try:
        command = HandOverIncident(incident_id=incident, to="X", agency=AGENCY)
        refused = core.call(command)
        assert isinstance(refused, Refused)
        assert refused.code == "not_allowed"
        signed = core.call(SignIn(name="Ann", password="correct horse"))
        assert isinstance(signed, Done)
        done = core.call(command)
        assert isinstance(done, Done)
        assert json.loads(str(done.result["eido"]))["eidoVersion"] == "1.0"
        # From the command line, while the console runs.
        assert export(incident, password) == 0
    finally:
        assert core.stop() == []


def test_out_and_in_is_the_same_incident(
    incident: str, password: Path, tmp_path: Path, capsys: Capture
) -> None:
    assert export(incident, password) == 0
    file = tmp_path / "one.json"
    file.write_text(capsys.readouterr().out)
    assert run(["eido", "validate", str(file), "--json"]) == 0, out(capsys)
    assert out(capsys)[0]["ok"] is True
    theirs = ["--json", "--profile", str(tmp_path / "theirs")]
    assert run(["eido", "import", str(file), *theirs]) == 0
    (taken,) = out(capsys)
    wanted = {k: v for k, v in INCIDENT.items() if k != "note"}
    assert {k: taken["fields"][k] for k in wanted} == wanted
    assert run(["eido", "import", str(file), *theirs]) == 0
    assert out(capsys)[0]["incident_id"] == taken["incident_id"]
    assert run(["calls", "export", *theirs]) == 0
    (row,) = out(capsys)
    text = "\n".join(note["text"] for note in row["narrative"])
    assert "Smoke on the 2nd floor" in text


def test_a_dry_run_opens_nothing(own_home: Path, capsys: Capture) -> None:
    path = SAMPLES / "nena911" / "Sample call transfer EIDO.json"
    if not path.exists():
        pytest.skip(f"no sample data at {SAMPLES}")
    assert run(["eido", "import", str(path), "--dry-run", "--json"]) == 0
    (said,) = out(capsys)
    assert said["fields"]["callback_number"] == "8195551212"
    assert said["fields"]["caller_place"] == "42 W Cellular Street Wilmington"
    assert "incident_id" not in said
    assert run(["calls", "export", "--json"]) == 0
    assert out(capsys) == []


def test_what_is_wrong_is_named(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "bad.json"
    file.write_text('{"eidoVersion": "2.0", "callComponent": [{"$id": "a"}]}')
    assert run(["eido", "validate", str(file), "--json"]) == 1
    (said,) = out(capsys)
    assert "the version is not 1.0" in said["problems"]
    assert "callComponent has no direction" in said["problems"]
    file.write_text("[]")
    assert run(["eido", "validate", str(file)]) == 1
    assert run(["eido", "validate", str(tmp_path / "none.json")]) == 2


# --- serve


@contextmanager
def served(*more: str) -> Iterator[int]:
    """`aliquot eido serve` on the test's profile; its port."""
    command = [*ALIQUOT, "eido", "serve", "0", "--json", *more]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield int(json.loads(process.stdout.readline())["port"])
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0


def subscribe(client: ClientConnection) -> None:
    body = {"requestId": "r", "requestType": "EIDO", "requestSubType": "new"}
    client.send(write("subscribe", **body))
    assert json.loads(client.recv())["subscribeResponse"]["statusCode"] == 200


def test_a_subscriber_gets_what_was_handed_over_to_him_and_no_more(
    incident: str, password: Path, capsys: Capture
) -> None:
    other = ["eido", "export", incident, "--as", "Ann", "--to", "Somebody else"]
    assert run([*other, "--password-file", str(password)]) == 0
    with served() as port:
        url = f"ws://Next%20County:open%20sesame@127.0.0.1:{port}/"
        with connect(url, compression=None) as client:
            subscribe(client)
            capsys.readouterr()
            assert export(incident, password) == 0
            document = json.loads(capsys.readouterr().out)
            event = json.loads(client.recv(PATIENCE_S))["event"]
            assert event["notification"] == [document]
        wrong = f"ws://Next%20County:guess@127.0.0.1:{port}/"
        with pytest.raises(InvalidStatus), connect(wrong):
            pass


def test_serving_needs_subscribers_and_other_addresses_need_tls(
    password: Path, own_home: Path, capsys: Capture
) -> None:
    assert run(["eido", "serve", "0", "--host", "0.0.0.0"]) == 2
    assert "--cert" in capsys.readouterr().err
    (own_home / "profile" / "next.secret").chmod(0o644)
    assert run(["eido", "serve", "0"]) == 2
    assert "chmod 600" in capsys.readouterr().err
    (own_home / "profile" / "eido.toml").unlink()
    assert run(["eido", "serve", "0"]) == 2
    assert "no subscriber" in capsys.readouterr().err
