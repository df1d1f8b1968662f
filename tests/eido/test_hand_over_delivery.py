"""A hand-over delivered: to a folder, to a receiver; what is logged, what is refused."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from eido_schema import complaints, validator

from aliquot.console.cli.main import run
from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain.commands import Done, Failed, Outcome, Refused, SignIn
from aliquot.console.domain.handover import HandOverIncident
from aliquot.console.eido.settings import read_settings
from aliquot.console.problems import KnownProblem
from aliquot.console.profile import Profile

AGENCY = "psap.halden.example"
SECRET = "open sesame"
INCIDENT = {
    "type_code": "FSTRU",
    "place": "212 Elm St",
    "caller_name": "Ann Lee",
    "callback_number": "3155550100",
}
Capture = pytest.CaptureFixture[str]


class Psap:
    """Another agency: takes what is posted, or answers as it is told to."""

    def __init__(self) -> None:
        self.status = 202
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        psap = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                headers = {k.lower(): v for k, v in self.headers.items()}
                psap.got.append((self.path, headers, self.rfile.read(size)))
                said = b"" if psap.status < 300 else b"we do not know you\n"
                self.send_response(psap.status)
                if psap.status == 307:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/eido"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def psap() -> Iterator[Psap]:
    made = Psap()
    yield made
    made.close()


@pytest.fixture
def folder(own_home: Path, psap: Psap, capsys: Capture) -> Path:
    """A profile with a receiver, a folder, a partner of releases, and Ann."""
    folder = own_home / "profile"
    folder.mkdir()
    (folder / "profile.toml").write_text(
        '[storage]\nreserve_mb = 0\n[[partners]]\nname = "press"\nchannel = "cap"\n'
        'url = "http://127.0.0.1:9/feed"\n'
    )
    (folder / "eido.toml").write_text(
        f'agency = "{AGENCY}"\n[[receiver]]\nname = "Next County"\nurl = "{psap.url}"\n'
        'secret_file = "next.secret"\n[[receiver]]\nname = "State"\n'
        'folder = "to-state"\n[[receiver]]\nname = "Trap"\n'
        'url = "http://127.0.0.1:9/feed/x"\n'
    )
    (folder / "next.secret").write_text(f"{SECRET}\n")
    (folder / "next.secret").chmod(0o600)
    (own_home / "pw").write_text("correct horse\n")
    words = ["people", "add", "Ann", "--role", "dispatcher", "--password-file"]
    assert run([*words, str(own_home / "pw")]) == 0
    capsys.readouterr()
    return folder


@pytest.fixture
def incident(folder: Path, capsys: Capture) -> str:
    assert run(["calls", "add", json.dumps(INCIDENT)]) == 0
    return str(json.loads(capsys.readouterr().out)["incident_id"])


@pytest.fixture
def core(incident: str, folder: Path) -> Iterator[Core]:
    made = Core(Profile.open(folder), SystemClock())
    made.start()
    assert isinstance(made.call(SignIn(name="Ann", password="correct horse")), Done)
    yield made
    assert made.stop() == []


def export(home: Path, incident: str, to: str, *more: str) -> int:
    words = ["eido", "export", incident, "--as", "Ann", "--to", to, "--json", *more]
    return run([*words, "--password-file", str(home / "pw")])


def events(capsys: Capture) -> list[tuple[str, dict[str, Any]]]:
    capsys.readouterr()
    assert run(["log", "export", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    handed = [r for r in rows if "hand" in r["type"]]
    return [(r["type"].partition(".")[2], r["body"]) for r in handed]


def test_a_receiver_gets_exactly_what_is_logged(
    incident: str, own_home: Path, psap: Psap, capsys: Capture
) -> None:
    assert export(own_home, incident, "next county", "--send") == 0
    said = json.loads(capsys.readouterr().out)
    ((path, headers, document),) = psap.got
    assert path == "/eido"
    assert headers["authorization"] == f"Bearer {SECRET}"
    assert headers["content-type"] == "application/json"
    assert headers["idempotency-key"] == said["handover_id"]
    assert hashlib.sha256(document).hexdigest() == said["sha256"]
    one = validator("openapi.yaml", "EmergencyIncidentDataObjectType")
    assert complaints(one, json.loads(document)) == []
    (first, body), (then, delivered) = events(capsys)
    assert (first, then) == ("handed_over", "handover_delivered")
    assert body["eido"].encode() == document
    assert (delivered["how"], delivered["where"]) == ("post", psap.url)
    assert SECRET not in json.dumps([body, delivered])


@pytest.mark.parametrize("status", [401, 500, 307])
def test_who_does_not_take_it_is_said_and_logged(
    incident: str, own_home: Path, psap: Psap, capsys: Capture, status: int
) -> None:
    psap.status = status
    assert export(own_home, incident, "Next County", "--send") == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert f"answered {status}" in said.err
    assert len(psap.got) == 1, "a redirection is not followed, nothing is sent twice"
    (_, (kind, body)) = events(capsys)
    assert kind == "handover_not_delivered"
    assert str(status) in body["reason"]
    assert run(["calls", "export", "--json"]) == 0
    notes = json.loads(capsys.readouterr().out)["narrative"]
    assert any("NOT delivered" in note["text"] for note in notes)


def test_a_receiver_that_is_not_there(
    incident: str, own_home: Path, psap: Psap, folder: Path, capsys: Capture
) -> None:
    text = (folder / "eido.toml").read_text()
    (folder / "eido.toml").write_text(text.replace(psap.url, "http://127.0.0.1:1/x"))
    assert export(own_home, incident, "Next County", "--send") == 4
    assert "cannot be reached" in capsys.readouterr().err


@pytest.mark.parametrize("chosen", [True, False], ids=["chosen", "set up"])
def test_a_folder_gets_a_private_file(
    incident: str, own_home: Path, folder: Path, capsys: Capture, chosen: bool
) -> None:
    place = own_home / "out" if chosen else folder / "to-state"
    more = ("--folder", str(place)) if chosen else ("--send",)
    assert export(own_home, incident, "State", *more) == 0
    said = json.loads(capsys.readouterr().out)
    (file,) = place.iterdir()
    assert str(file) == said["where"]
    assert hashlib.sha256(file.read_bytes()).hexdigest() == said["sha256"]
    assert (file.stat().st_mode & 0o777, place.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [kind for kind, _ in events(capsys)] == ["handed_over", "handover_delivered"]


@pytest.mark.parametrize(
    ("to", "more"),
    [
        ("press", ("--folder", "x")),
        ("Press", ()),
        ("Trap", ("--send",)),
        ("Nobody", ("--send",)),
        ("State", ("--folder", "/proc/none/x")),
    ],
)
def test_a_feed_and_what_is_not_set_up_gets_nothing(
    incident: str, own_home: Path, capsys: Capture, to: str, more: tuple[str, ...]
) -> None:
    assert export(own_home, incident, to, *more) == 1
    assert capsys.readouterr().out == ""
    assert events(capsys) == []


def test_the_running_console_delivers_for_the_desk_and_for_the_command_line(
    core: Core, incident: str, own_home: Path, psap: Psap, folder: Path
) -> None:
    def ask(**more: Any) -> Outcome:
        return core.call(HandOverIncident(incident_id=incident, **more))

    done = ask(to="Next County", send=True)
    assert isinstance(done, Done), done
    assert done.result["where"] == psap.url
    assert isinstance(ask(to="State", folder="here"), Done)
    assert len(list((folder / "here").iterdir())) == 1
    refused = ask(to="press", folder="here")
    assert isinstance(refused, Refused)
    assert refused.code == "is_a_feed"
    psap.status = 403
    failed = ask(to="Next County", send=True)
    assert isinstance(failed, Failed)
    assert failed.code == "not_delivered"
    psap.status = 200
    assert export(own_home, incident, "Next County", "--send") == 0
    texts = [note.text for note in core.views().narrative(incident)]
    assert sum("NOT delivered" in text for text in texts) == 1
    assert sum(f"taken by {psap.url}" in text for text in texts) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "A"', "either a url or a folder"),
        ('name = "A"\nurl = "https://x/"\nfolder = "y"', "either a url or a folder"),
        ('name = "A"\nurl = "http://psap.example/"', "https://HOST"),
        ('name = "A"\nurl = "https://u:p@psap.example/"', "https://HOST"),
        ('name = "A"\nfolder = "y"\nsecret_file = "s"', "no user and no secret"),
        ('name = "A"\nurl = "https://x/"\nsecret = "hush"', "has a name"),
        ('name = "A"\nfolder = 3', "every value is a text"),
    ],
)
def test_settings_of_receivers_are_looked_at(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "eido.toml").write_text(f"[[receiver]]\n{text}\n")
    with pytest.raises(KnownProblem) as why:
        read_settings(tmp_path)
    assert said in str(why.value)
    assert "hush" not in str(why.value)
