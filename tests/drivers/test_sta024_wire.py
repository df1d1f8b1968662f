"""EIDO conveyance over real sockets, against each other and against the package's ends."""

from __future__ import annotations

import json
import socket
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from free_port import free_port
from ng911_help import hear
from sta024_help import SECRETS, code_of, eido, event
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import (
    AliRecord,
    Chunk,
    LineSettings,
    LineState,
    SourceError,
)
from aliquot.drivers.lines.sources import make_source
from aliquot.drivers.ng911 import sta024_server
from aliquot.drivers.ng911.sta024 import write
from aliquot.drivers.ng911.sta024_desk import HandedOver
from aliquot.drivers.ng911.sta024_server import ConveyanceServer
from aliquot.drivers.ng911.sta024_source import ConveyanceSource

PATIENCE_S = 30.0


class Running:
    """A notifier in a thread, and what is handed over to it."""

    def __init__(self, port: int = 0) -> None:
        self.given: list[HandedOver] = []
        self.news: list[str] = []
        self.server = ConveyanceServer(
            ("127.0.0.1", port),
            SECRETS,
            lambda after: [one for one in self.given if one.order > after],
            look_s=30.0,
            report=self.news.append,
        )
        self.port = self.server.port
        self._thread = threading.Thread(target=self.server.serve)
        self._thread.start()

    def hand_over(self, number: int, to: str = "Next County") -> None:
        self.given.append(HandedOver(number, to, f"h{number}", eido(number)))
        self.server.look()

    def stop(self) -> None:
        self.server.stop()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


@pytest.fixture
def running() -> Iterator[Running]:
    one = Running()
    yield one
    one.stop()


def test_who_hands_over_waits_for_nobody() -> None:
    """However often he says so while the server is at something else."""
    server = ConveyanceServer(("127.0.0.1", 0), SECRETS, lambda _after: [])

    def hand_over_many() -> None:
        for _ in range(2000):
            server.look()

    asking = threading.Thread(target=hand_over_many, daemon=True)
    asking.start()
    asking.join(PATIENCE_S)
    assert not asking.is_alive()
    server.stop()
    server.serve()


def source(port: int, name: str = "Next County", secret: str = "") -> ConveyanceSource:
    options = {"name": name, "secret": secret or SECRETS.get(name, "")}
    made = make_source(f"ws://127.0.0.1:{port}/eido", options=options)
    assert isinstance(made, ConveyanceSource)
    return made


def until(
    one: ConveyanceSource, enough: Callable[[bytes], bool], data: bytes = b""
) -> bytes:
    """Reads until it is enough; gives up after as many waits as would be patience."""
    for _ in range(int(PATIENCE_S * 10)):
        if enough(data):
            return data
        data += one.read(0.1)
    raise AssertionError(data)


def identities(data: bytes) -> list[str]:
    found = [one for one in hear("eido", data) if isinstance(one, AliRecord)]
    return [str(one.fields["callback_number"]) for one in found]


def subscribe(one: ConveyanceSource) -> bytes:
    """What came together with the word that it is subscribed."""
    one.open()
    return until(one, lambda _: one.subscriber.subscription is not None)


def test_what_is_handed_over_arrives_as_a_record(running: Running) -> None:
    one = source(running.port)
    subscribe(one)
    running.hand_over(1)
    running.hand_over(2, to="Other")
    running.hand_over(3)
    data = until(one, lambda data: data.count(b"WS /eido HTTP/1.1") == 2)
    assert identities(data) == ["3155550101", "3155550103"]
    one.close()


def test_two_subscribers_get_each_their_own(running: Running) -> None:
    first, second = source(running.port), source(running.port, "Other")
    subscribe(first)
    subscribe(second)
    running.hand_over(1)
    running.hand_over(2, to="Other")
    assert identities(until(first, bool)) == ["3155550101"]
    assert identities(until(second, bool)) == ["3155550102"]
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("name", "secret"),
    [("Next County", "wrong"), ("Nobody", "x"), ("Other", "open sesame"), ("", "")],
)
def test_who_does_not_prove_himself_is_not_let_in(
    running: Running, name: str, secret: str
) -> None:
    one = source(running.port, name, secret)
    with pytest.raises(SourceError) as refused:
        one.open()
    assert refused.value.state is LineState.DENIED
    one.close()


def test_a_lost_connection_is_said_and_nothing_comes_twice() -> None:
    first = Running(free_port())
    line = source(first.port)
    driver = plugins.driver("eido")
    framer, decoder = driver.framer(LineSettings()), driver.decoder(LineSettings())
    heard: list[str] = []

    def take(data: bytes) -> None:
        for frame in framer.feed(Chunk(data, 1, 1)):
            for one in decoder.decode(frame):
                assert isinstance(one, AliRecord)
                heard.append(str(one.fields["callback_number"]))

    subscribe(line)
    first.hand_over(1)
    take(until(line, bool))
    first.stop()
    with pytest.raises(SourceError) as lost:
        until(line, lambda data: False)
    assert lost.value.state is LineState.LOST
    line.close()
    # The other end comes back on its port and tells all again, and something new.
    second = Running(first.port)
    second.given = [*first.given]
    anew = source(second.port)
    early = subscribe(anew)
    second.hand_over(2)
    take(until(anew, lambda data: data.count(b"WS /eido") == 2, early))
    anew.close()
    second.stop()
    assert heard == ["3155550101", "3155550102"]


def test_nobody_there_is_missing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    one = source(port)
    with pytest.raises(SourceError) as missing:
        one.open()
    assert missing.value.state is LineState.MISSING


def test_another_kind_of_server_is_missing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            link, _ = listener.accept()
            with link:
                link.recv(65_536)
                link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

        thread = threading.Thread(target=answer)
        thread.start()
        one = source(listener.getsockname()[1])
        with pytest.raises(SourceError) as missing:
            one.open()
        thread.join(PATIENCE_S)
    assert missing.value.state is LineState.MISSING
    assert "200" in str(missing.value)
    one.close()


def test_cancel_wakes_a_waiting_read(running: Running) -> None:
    one = source(running.port)
    subscribe(one)
    waker = threading.Timer(0.05, one.cancel)
    waker.start()
    assert one.read(PATIENCE_S) == b""
    waker.join()
    one.close()


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("ws://a:b@host/x", {}),
        ("ws://", {}),
        ("ws://host:port/", {}),
        ("ws://host/", {"expires_s": "soon"}),
        ("ws://host/", {"expires_s": 0}),
    ],
)
def test_bad_addresses_and_options_are_said(url: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"ws://|expires_s|options"):
        make_source(url, options=options)


# --- against another implementation of the protocol below: the package's own ends


def test_our_client_with_another_server() -> None:
    seen: list[str] = []

    def handler(connection: ServerConnection) -> None:
        request = json.loads(connection.recv())["subscribe"]
        ids_ = {"requestId": request["requestId"], "subscriptionId": "s"}
        connection.send(
            write("subscribeResponse", **ids_, statusCode=200, statusText="OK")
        )
        text = event("t", eido(1), subscription="s")
        connection.send([text[:40], text[40:90], text[90:]])  # in three fragments
        seen.append(str(connection.recv()))

    with serve(handler, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        one = source(server.socket.getsockname()[1])
        one.open()
        assert identities(until(one, bool)) == ["3155550101"]
        one.close()
        server.shutdown()
        thread.join(PATIENCE_S)
    assert code_of(seen[0]) == 200


def test_another_client_with_our_server(running: Running) -> None:
    url = f"ws://Next%20County:open%20sesame@127.0.0.1:{running.port}/"
    with connect(url, compression=None) as client:
        client.send(
            write(
                "subscribe",
                requestId="r",
                requestType="EIDO",
                requestSubType="new",
                requestAccepts='application/emergency.eido+json; version="1"',
            )
        )
        name = json.loads(client.recv())["subscribeResponse"]["subscriptionId"]
        running.hand_over(1)
        told = json.loads(client.recv())["event"]
        assert told["subscriptionId"] == name
        ids_ = {"requestId": "q", "subscriptionId": name}
        client.send(write("unsubscribe", **ids_))
        assert code_of(str(client.recv())) == 200
        client.send("this is no JSON")
        assert code_of(str(client.recv())) == 400


def test_who_is_silent_is_asked_and_then_let_go(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that breaks says no farewell: else its place is taken for ever."""
    monkeypatch.setattr(sta024_server, "PING_S", 0.0)
    url = f"ws://Next%20County:open%20sesame@127.0.0.1:{running.port}/"
    with connect(url, compression=None) as alive:
        for _ in range(3):  # one that answers is asked again and again, and stays
            running.server.look()
            alive.ping().wait(PATIENCE_S)
    monkeypatch.setattr(sta024_server, "GONE_S", 0.0)
    proof = b64encode(b"Other:other secret").decode()
    with socket.create_connection(("127.0.0.1", running.port)) as silent:
        silent.sendall(
            b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"Authorization: Basic " + proof.encode() + b"\r\n\r\n"
        )
        assert all_of(silent, running).endswith(b"\x89\x00")  # a ping, the end
    assert any(said.endswith("Other is gone") for said in running.news)


def all_of(link: socket.socket, running: Running) -> bytes:
    """Until the server ends it; it is made to look again and again."""
    data, gone = b"", False
    link.settimeout(0.1)
    for _ in range(int(30 / 0.1)):
        running.server.look()
        with suppress(TimeoutError):
            piece = link.recv(4096)
            data, gone = data + piece, not piece
        if gone:
            return data
    raise AssertionError(data)


def test_the_profile_of_a_line_keeps_no_secret(tmp_path: Path) -> None:
    from aliquot.console.settings_options import check_options

    assert check_options({"name": "Next County", "secret_file": "eido.secret"}) is None
    assert check_options({"secret": "open sesame"}) is not None
