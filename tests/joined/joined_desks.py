"""A console that runs in a process of its own and is told what to do, by lines."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aliquot.console.clock import SystemClock
from aliquot.console.core import Core
from aliquot.console.domain import commands as cmd
from aliquot.console.domain.people import Role
from aliquot.console.domain.ports import Changed, Desk
from aliquot.console.profile import Profile
from aliquot.console.remote import new_id
from aliquot.console.service import keys
from aliquot.console.service.people import EnterPerson
from aliquot.console.settings import Settings, StorageSettings

PATIENCE_S = 30.0
PASSWORD = "correct horse"
WEAK = keys.Kdf(memory_kib=64, passes=1, lanes=1)


def make_profile(folder: Path) -> Profile:
    profile = Profile.open(folder)
    storage = StorageSettings(reserve_mb=0)
    profile.save_settings(Settings(positions=("01",), desk="01", storage=storage))
    return profile


def quickly_sealed(core: Core) -> None:
    """A person of each role, called as the role, whose key costs little to open."""
    known = {person.name for person in core.views().people()}
    for role in Role:
        if role.value in known:
            continue
        person_id, folder = new_id(), core.profile.key_folder
        public = keys.make_key(folder, person_id, role.value, PASSWORD, WEAK)
        entered = EnterPerson(
            person_id=person_id, name=role.value, role=role.value, public_key=public
        )
        assert isinstance(core.call(entered), cmd.Done)


def sign_in(desk: Any, role: Role) -> str:
    """The person's id."""
    outcome = desk.call(cmd.SignIn(name=role.value, password=PASSWORD))
    assert isinstance(outcome, cmd.Done), outcome
    return str(outcome.result["person_id"])


def open_incident(desk: Any, place: str = "1 Elm") -> str:
    """The incident's id."""
    outcome = desk.call(cmd.OpenIncident(fields={"place": place}))
    assert isinstance(outcome, cmd.Done), outcome
    return str(outcome.result["incident_id"])


class Watch:
    """Waits until something of a desk is so, woken by what the desk publishes."""

    def __init__(self, desk: Desk) -> None:
        self._news = threading.Event()
        self.heard: list[Changed] = []
        desk.subscribe(self._changed)

    def _changed(self, changed: Changed) -> None:
        self.heard.append(changed)
        self._news.set()

    @property
    def subjects(self) -> frozenset[str]:
        return frozenset().union(*(changed.subjects for changed in self.heard))

    def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            assert self._news.wait(PATIENCE_S), "nothing changed any more"
            self._news.clear()


class ConsoleProcess:
    """Runs this file. ``tell`` sends one line and gives the line that answers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def _running(self) -> subprocess.Popen[str]:
        assert self._process is not None
        return self._process

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "running"

    def tell(self, what: str, *given: Any) -> Any:
        assert self._running.stdin is not None
        print(json.dumps([what, *given]), file=self._running.stdin, flush=True)
        return self._answer()

    def kill(self) -> None:
        """With -9."""
        self._running.kill()
        self.end()

    def end(self) -> None:
        """By the end of its input, unless it has ended; cleanly, unless killed."""
        if self._process is not None:
            self._process.communicate(timeout=PATIENCE_S)
            assert self._process.returncode in (0, -9)
            self._process = None

    def _answer(self) -> Any:
        assert self._running.stdout is not None
        return json.loads(self._running.stdout.readline())


class _Told:
    """What ``ConsoleProcess.tell`` may ask; each gives the answer."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._seen: dict[str, int] = {}
        self.watch = Watch(core)
        core.subscribe(self._stamp)

    def _stamp(self, changed: Changed) -> None:
        now_ns = time.monotonic_ns()
        for subject in changed.subjects:
            self._seen.setdefault(subject, now_ns)

    def sign_in(self, role: str) -> str:
        return sign_in(self._core, Role(role))

    def open(self, place: str) -> list[Any]:
        """When it was asked for, and the incident's id."""
        return [time.monotonic_ns(), open_incident(self._core, place)]

    def seen(self, subject: str) -> int:
        """When it was first published here."""
        self.watch.until(lambda: subject in self._seen)
        return self._seen[subject]

    def noters(self, incident_id: str) -> list[str]:
        return [n.person for n in self._core.views().narrative(incident_id)]

    def sessions(self, *positions: str) -> list[str | None]:
        return [self._core.views().signed_in(place) for place in positions]


def main() -> None:
    core = Core(Profile.open(sys.argv[1]), SystemClock())
    core.start()
    quickly_sealed(core)
    told = _Told(core)
    print(json.dumps("running"), flush=True)
    for line in sys.stdin:
        what, *given = json.loads(line)
        print(json.dumps(getattr(told, what)(*given)), flush=True)
    assert core.stop() == []


if __name__ == "__main__":
    main()
