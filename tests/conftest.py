"""The house's rules for every test.

Qt draws nowhere, a forgotten ``@Slot`` fails, nobody's home folder is touched, a
warning in the program's log fails, and so does a thread that outlives its test.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from patient_bot import PatientBot
    from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.pyside.libpyside.warning=true")
if os.geteuid() == 0:
    # Chromium refuses its sandbox to root; the product itself never sets this.
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

# A shell that starts us in the background has SIGINT ignored, and what we start would
# inherit that: programs that tests interrupt would never hear of it.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[1]
THREAD_GRACE_S = 30.0
TRIED_ONCE = {"kill", "fuzz"}  # folders

sys.path.insert(0, str(Path(__file__).parent))  # for patient_bot

# Neither a slow example nor slow making of examples fails a test: both say how busy
# the machine is, not what the code does.
settings.register_profile(
    "desk",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "expects_log(*patterns): log records of WARNING and above whose message "
        "matches one of the regular expressions are expected; none given: all are",
    )
    config.addinivalue_line(
        "markers", "leaves_threads: threads of this test may outlive it; say why"
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """What a process of tests tells the first one goes at once: two short messages in
    a row would wait for each other, 40 ms a test."""
    told = getattr(getattr(session.config, "failures_db", None), "sock", None)
    if told is not None and hasattr(session.config, "workerinput"):
        told.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that fails is tried once more, and the report says so (decision 0012);
    not where one loss in many tries, or one example, is just what is looked for."""
    again = pytest.mark.flaky(reruns=1)
    for item in items:
        made_up = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if not made_up and not TRIED_ONCE & set(item.path.parts):
            item.add_marker(again)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of its own for each test; yields it. Nothing else may be written."""
    home = tmp_path_factory.mktemp("home")
    folders = {
        "HOME": home,
        "XDG_DATA_HOME": home / "data",
        "XDG_CONFIG_HOME": home / "config",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_STATE_HOME": home / "state",
        "XDG_RUNTIME_DIR": home / "run",
        "ALIQUOT_PROFILE": home / "profile",
    }
    folders["XDG_RUNTIME_DIR"].mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        for name, folder in folders.items():
            patch.setenv(name, str(folder))
        yield home


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.levelname} {record.name}: {record.getMessage()}"
        self.messages.append(text)


def _unexpected(messages: list[str], marker: pytest.Mark | None) -> list[str]:
    if marker is None:
        return messages
    patterns = marker.args or (".*",)
    return [m for m in messages if not any(re.search(p, m) for p in patterns)]


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """A record of WARNING or above fails the test, unless ``expects_log`` has it."""
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    yield
    logging.getLogger().removeHandler(collector)
    marker = request.node.get_closest_marker("expects_log")
    if left := _unexpected(collector.messages, marker):
        pytest.fail("unexpected in the log:\n" + "\n".join(left), pytrace=False)


def _still_alive(before: set[threading.Thread]) -> list[threading.Thread]:
    """Threads begun since and not ended. Foreign ones (of Qt) have no Python end."""
    deadline = time.monotonic() + THREAD_GRACE_S
    new = [t for t in threading.enumerate() if t not in before]
    own = [t for t in new if not isinstance(t, threading._DummyThread)]
    for thread in own:
        thread.join(max(0.0, deadline - time.monotonic()))
    return [t for t in own if t.is_alive()]


@pytest.fixture(autouse=True)
def no_thread_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A thread that a test began and did not end fails it, by name."""
    before = set(threading.enumerate())
    yield
    if request.node.get_closest_marker("leaves_threads"):
        return
    if left := _still_alive(before):
        names = ", ".join(t.name for t in left)
        pytest.fail(f"threads still alive after the test: {names}", pytrace=False)


@pytest.fixture(autouse=True)
def taken_apart_in_its_thread(request: pytest.FixtureRequest) -> None:
    """What a window leaves behind is taken apart in the window's own thread, never in
    that of a later test's worker: there it ends the process. Nothing is collected from
    the first use of Qt until the next test begins; what lives then is kept for good."""
    if not gc.isenabled():
        gc.collect()
        gc.freeze()
        gc.enable()
    if "qapp" in request.fixturenames:
        gc.disable()


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The application class. The map's scheme must be known before one is made,
    whichever test is the first to ask for it."""
    from PySide6.QtWidgets import QApplication

    from aliquot.widgets.map.scheme import register_scheme

    register_scheme()
    return QApplication


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """pytest-qt's, in no hurry."""
    from patient_bot import PatientBot

    return PatientBot(request)


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real records that lie beside the checkout and are never copied into it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real records (../shared/data) are not beside this checkout")
    return folder
