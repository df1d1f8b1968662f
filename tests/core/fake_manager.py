"""The other end of a manager line: a server of our own that plays blocks of a call.

It greets, takes log-ins by challenge or plain, answers pings, and lists the channels
there are at that moment, as it has kept them from the blocks played and not played.
"""

from __future__ import annotations

import hashlib
import re
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

BANNER = b"Asterisk Call Manager/5.0.4\r\n"
USER, SECRET = "desk", "open sesame"
PATIENCE_S = 20.0


def blocks_of(capture: bytes) -> list[bytes]:
    """What comes after the log-in, block by block."""
    found = [b + b"\r\n\r\n" for b in capture.split(b"\r\n\r\n") if b.strip()]
    return [b for b in found if b.startswith(b"Event:")]


def keys(block: bytes) -> dict[str, str]:
    pairs = re.findall(rb"^([\w-]+): ?([^\r\n]*)\r?$", block, re.MULTILINE)
    return {name.decode(): text.decode() for name, text in reversed(pairs)}


@dataclass
class Channels:
    """The channels there are, as Asterisk would list them."""

    now: dict[str, dict[str, str]] = field(default_factory=dict)

    def see(self, block: bytes) -> None:
        said = keys(block)
        unique = said.get("Uniqueid")
        if not unique or "Linkedid" not in said:
            return
        if said["Event"] == "Hangup":
            self.now.pop(unique, None)
            return
        if said["Event"] == "Newchannel":
            self.now[unique] = {"BridgeId": ""}
        if unique not in self.now:
            return
        one = self.now[unique]
        for name in ("Channel", "ChannelState", "CallerIDNum", "CallerIDName"):
            one[name] = said.get(name, one.get(name, ""))
        for name in ("Context", "Exten", "Uniqueid", "Linkedid"):
            one[name] = said.get(name, one.get(name, ""))
        if said["Event"] == "BridgeEnter":
            one["BridgeId"] = said["BridgeUniqueid"]
        elif said["Event"] == "BridgeLeave":
            one["BridgeId"] = ""

    def listed(self, action: str) -> bytes:
        out = _block(Response="Success", ActionID=action, EventList="start")
        for one in self.now.values():
            out += _block(Event="CoreShowChannel", ActionID=action, **one)
        return out + _block(
            Event="CoreShowChannelsComplete",
            ActionID=action,
            EventList="Complete",
            ListItems=str(len(self.now)),
        )


def _block(**lines: str) -> bytes:
    return "".join(f"{k}: {v}\r\n" for k, v in lines.items()).encode() + b"\r\n"


@dataclass(frozen=True)
class Part:
    """One connection: after the log-in these blocks are played, and ``torn`` bytes of
    the next; then it is cut. ``missed``: blocks that happen while nobody is connected."""

    played: Sequence[bytes]
    torn: bytes = b""
    missed: Sequence[bytes] = ()


class FakeManager:
    """Serves ``parts``, one a connection; the last stays open until ``close``."""

    def __init__(self, parts: Sequence[Part], secret: str = SECRET) -> None:
        self._parts = list(parts)
        self._secret = secret
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._closing = threading.Event()
        self._link: socket.socket | None = None
        self.port: int = self._socket.getsockname()[1]
        self.channels = Channels()
        self.sent = 0
        self.actions: list[dict[str, str]] = []
        self.logins = 0
        self.played = threading.Event()
        self.asked = threading.Event()  # set at each action after the log-in
        self.deaf = False  # answers nothing any more
        self._thread = threading.Thread(target=self._serve, name="fake manager")
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        for link in (self._link, self._socket):
            if link is not None:
                with suppress(OSError):
                    link.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            self._link = link
            with link:
                try:
                    self._talk(link)
                except OSError:
                    continue

    def _talk(self, link: socket.socket) -> None:
        self._send(link, BANNER)
        held = b""
        nonce = ""
        while not self._closing.is_set():
            data = link.recv(4096)
            if not data:
                return
            held += data
            while b"\r\n\r\n" in held:
                one, held = held.split(b"\r\n\r\n", 1)
                said = keys(one + b"\r\n")
                self.actions.append(said)
                if said["Action"] == "Challenge":
                    nonce = str(len(self.actions) * 7919)
                if not self._answer(link, said, nonce):
                    return

    def _answer(self, link: socket.socket, said: dict[str, str], nonce: str) -> bool:
        if self.deaf:
            return True
        action = said.get("ActionID", "")
        match said["Action"]:
            case "Challenge":
                good = _block(Response="Success", ActionID=action, Challenge=nonce)
                self._send(link, good)
            case "Login":
                return self._log_in(link, said, nonce)
            case "CoreShowChannels":
                self._send(link, self.channels.listed(action))
                return self._play(link)
            case name:
                answer = "Pong" if name == "Ping" else ""
                extra = {"Ping": answer} if answer else {}
                self._send(link, _block(Response="Success", ActionID=action, **extra))
                self.asked.set()
        return True

    def _log_in(self, link: socket.socket, said: dict[str, str], nonce: str) -> bool:
        self.logins += 1
        action = said["ActionID"]
        proof = hashlib.md5((nonce + self._secret).encode()).hexdigest()
        good = said["Username"] == USER and (
            said.get("Key") == proof or said.get("Secret") == self._secret
        )
        if not good:
            bad = "Authentication failed"
            self._send(link, _block(Response="Error", ActionID=action, Message=bad))
            return False
        message = "Authentication accepted"
        self._send(link, _block(Response="Success", ActionID=action, Message=message))
        return True

    def _play(self, link: socket.socket) -> bool:
        """False: cut the connection now."""
        if not self._parts:
            return True
        part = self._parts.pop(0)
        for block in part.played:
            self.channels.see(block)
        self._send(link, b"".join(part.played) + part.torn)
        for block in part.missed:
            self.channels.see(block)
        if self._parts:
            return False
        self.played.set()
        return True

    def _send(self, link: socket.socket, data: bytes) -> None:
        link.sendall(data)
        self.sent += len(data)
