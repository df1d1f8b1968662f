"""The receiver from outside: a plain socket, and nothing of the sender."""

from __future__ import annotations

import ast
import hashlib
import http.client
import json
import socket
from pathlib import Path

import pytest
from feed_harness import (
    LONG_S,
    ServedReceiver,
    exchange,
    json_of,
    rest_of,
    status_of,
)
from feed_harness import (
    http as request,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aliquot.drivers.peers.receiver import MAX_BODY_BYTES
from aliquot.drivers.peers.receiver_faults import Fault, Faults

BODY = b"\x00\xffany bytes\r\n\r\n"


def ask(
    served: ServedReceiver,
    method: str,
    path: str,
    body: bytes | None = None,
    **headers: str,
) -> bytes:
    return exchange(served.port, request(method, path, body, **headers))


def content(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_body_is_kept_as_it_came(receiver: ServedReceiver, method: str) -> None:
    kind = "application/geo+json; charset=utf-8"
    answer = ask(receiver, method, "/items/a1", BODY, Content_Type=kind)
    assert status_of(answer) == 201
    said = json_of(answer)
    digest = hashlib.sha256(BODY).hexdigest()
    assert (said["id"], said["sha256"], said["seen"]) == ("a1", digest, False)
    got = ask(receiver, "GET", "/items/a1")
    assert content(got) == BODY
    assert f"Content-Type: {kind}".encode() in got
    assert [p.read_bytes() for p in receiver.folder.rglob("*.body")] == [BODY]
    assert receiver.items() == [
        {
            "id": "a1",
            "sha256": digest,
            "received_at": said["received_at"],
            "state": "received",
            "content_type": kind,
        }
    ]


@pytest.mark.parametrize("path", ["/", "/items", "/items/?a=b"])
@pytest.mark.parametrize(
    ("headers", "item_id"),
    [
        ({"Idempotency_Key": "a1:2"}, "a1"),
        ({"Idempotency_Key": '"a1:2"', "webhook_id": "a1:2"}, "a1"),
        (
            {"webhook_id": "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"},
            "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
        ),
        ({}, hashlib.sha256(BODY).hexdigest()[:32]),
    ],
)
def test_an_id_comes_from_the_key_when_the_path_has_none(
    receiver: ServedReceiver, path: str, headers: dict[str, str], item_id: str
) -> None:
    assert json_of(ask(receiver, "POST", path, BODY, **headers))["id"] == item_id
    again = ask(receiver, "POST", path, BODY, **headers)
    assert status_of(again) == 200
    assert json_of(again)["seen"] is True


def test_repeats_change_nothing(receiver: ServedReceiver) -> None:
    first = json_of(ask(receiver, "POST", "/items/a", BODY, Idempotency_Key="a:1"))
    for _ in range(3):
        more = json_of(ask(receiver, "POST", "/items/a", BODY, Idempotency_Key="a:1"))
        assert more == {**first, "seen": True}
    assert len(list(receiver.folder.rglob("*.body"))) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [("/items/a", b"other"), ("/items/b", BODY), ("/items/a/retraction", BODY)],
)
def test_a_key_stands_for_one_delivery(
    receiver: ServedReceiver, path: str, body: bytes
) -> None:
    ask(receiver, "POST", "/items/a", BODY, Idempotency_Key="a:1")
    answer = ask(receiver, "POST", path, body, Idempotency_Key="a:1")
    assert status_of(answer) == 409
    assert "another" in json_of(answer)["error"]
    assert [row["state"] for row in receiver.items()] == ["received"]


def test_a_new_key_replaces_the_body(receiver: ServedReceiver) -> None:
    ask(receiver, "POST", "/items/a", b"one", Idempotency_Key="a:1")
    ask(receiver, "POST", "/items/a", b"two", Idempotency_Key="a:2")
    assert content(ask(receiver, "GET", "/items/a")) == b"two"
    assert len(receiver.items()) == 1


@pytest.mark.parametrize("how", ["POST", "DELETE"])
def test_a_retraction_takes_an_item_away(receiver: ServedReceiver, how: str) -> None:
    ask(receiver, "POST", "/items/a", BODY)
    if how == "POST":
        answer = ask(receiver, "POST", "/items/a/retraction", b"gone")
        assert content(ask(receiver, "GET", "/items/a/retraction")) == b"gone"
    else:
        answer = ask(receiver, "DELETE", "/items/a")
    assert status_of(answer) == 201
    (row,) = receiver.items()
    assert row["state"] == "retracted"
    assert row["retracted_at"] >= row["received_at"]
    gone = ask(receiver, "GET", "/items/a")
    assert status_of(gone) == 410
    assert BODY not in gone
    assert status_of(ask(receiver, "POST", "/items/a", b"late")) == 410


def test_a_retraction_that_overtakes_its_item_holds(receiver: ServedReceiver) -> None:
    assert status_of(ask(receiver, "DELETE", "/items/a")) == 404
    assert status_of(ask(receiver, "POST", "/items/a/retraction", b"gone")) == 201
    assert status_of(ask(receiver, "POST", "/items/a", BODY)) == 410
    assert [row["state"] for row in receiver.items()] == ["retracted"]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 400),
        (b"GET /items HTTP/3.0\r\n\r\n", 400),
        (b"BREW /items HTTP/1.1\r\n\r\n", 405),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nA: " + b"a" * 70_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
        (request("GET", "/elsewhere"), 404),
        (request("GET", "/items/no-such"), 404),
        (request("GET", "/items/a/retraction"), 404),
        (request("GET", "/items/a/b/c"), 404),
        (request("GET", "/items/..%2f..%2fetc"), 400),
        (request("GET", "/items/.lock"), 400),
        (request("POST", "/items/a%00", b""), 400),
        (request("POST", "/items/" + "a" * 129, b""), 400),
        (request("POST", "/items/a/else", b""), 404),
        (request("POST", "/items/a"), 411),
        (request("POST", "/items/a", Transfer_Encoding="chunked"), 411),
        (request("POST", "/items/a", Content_Length="-1"), 400),
        (request("POST", "/items/a", Content_Length="1e3"), 400),
        (request("POST", "/items/a", b"abc", Content_Length="2"), 400),
        (request("POST", "/items/a", Content_Length=str(MAX_BODY_BYTES + 1)), 413),
        (request("POST", "/items/a", Content_Length="9" * 15), 413),
        (request("POST", "/items/a", b"", Idempotency_Key="../x"), 400),
        (request("POST", "/items/a", b"", Idempotency_Key="a:1", webhook_id="b"), 400),
        (request("POST", "/items", b"", Idempotency_Key="a" * 200), 400),
        (request("POST", "/items/a", b"", Content_Type="text"), 400),
        (request("POST", "/items/a", b"", Content_Type="a/b\x7f;\x01"), 400),
    ],
)
def test_what_is_wrong_is_said(
    receiver: ServedReceiver, data: bytes, status: int
) -> None:
    answer = exchange(receiver.port, data)
    assert status_of(answer) == status
    assert json_of(answer)["error"]
    assert receiver.items() == []
    assert receiver.faults() == []


def test_the_largest_body_fits_and_one_more_byte_is_refused(
    receiver: ServedReceiver,
) -> None:
    """The refused one is sent whole: its answer must not be lost in a reset."""
    big = bytes(MAX_BODY_BYTES)
    assert status_of(ask(receiver, "POST", "/items/a", big)) == 201
    assert content(ask(receiver, "GET", "/items/a")) == big
    assert status_of(ask(receiver, "POST", "/items/b", big + b"x")) == 413
    assert status_of(ask(receiver, "POST", "/items/b", big * 8)) == 413
    assert [row["id"] for row in receiver.items()] == ["a"]


def test_slow_clients_hold_up_nobody(tmp_path: Path) -> None:
    """Half a head, half a body, nothing at all: others are served meanwhile, and the
    slow ones are let go."""
    whole = request("POST", "/items/slow", bytes(100))
    with ServedReceiver(tmp_path / "received", patience_s=1.0) as served:
        slow = [
            socket.create_connection(("127.0.0.1", served.port), timeout=LONG_S)
            for _ in range(3)
        ]
        slow[0].sendall(whole[:20])
        slow[1].sendall(whole[:-50])
        assert status_of(ask(served, "POST", "/items/quick", BODY)) == 201
        answers = [rest_of(connection) for connection in slow]
        for connection in slow:
            connection.close()
        assert answers[0] == answers[2] == b""
        assert status_of(answers[1]) == 408
        assert [row["id"] for row in served.items()] == ["quick"]
        assert served.faults() == []


def test_a_client_that_goes_away_leaves_nothing(receiver: ServedReceiver) -> None:
    data = request("POST", "/items/a", bytes(100))[:-1]
    assert exchange(receiver.port, data) == b""
    assert receiver.items() == []


def test_a_connection_that_stays_is_served_no_more_when_it_has_ended(
    tmp_path: Path,
) -> None:
    with ServedReceiver(tmp_path) as receiver:
        client = http.client.HTTPConnection("127.0.0.1", receiver.port, LONG_S)
        client.request("GET", "/items")
        assert client.getresponse().read() == b"[]\n"
        receiver.receiver.stop()
        receiver._thread.join(LONG_S)

        def late() -> None:
            client.request("POST", "/items/a", b"", {"Content-Type": "text/plain"})
            client.getresponse()

        with pytest.raises((OSError, http.client.HTTPException)):
            late()
        client.close()
    assert not list(tmp_path.glob("*/*"))


def test_too_many_connections_are_turned_away(tmp_path: Path) -> None:
    with ServedReceiver(tmp_path / "received", max_connections=2) as served:
        held = [http.client.HTTPConnection("127.0.0.1", served.port) for _ in "ab"]
        for one in held:
            one.request("GET", "/items")
            assert one.getresponse().read() == b"[]\n"
        with socket.create_connection(("127.0.0.1", served.port)) as third:
            assert status_of(rest_of(third)) == 503
        for one in held:
            one.request("GET", "/items")
            assert one.getresponse().read() == b"[]\n"
            one.close()


def test_head_has_no_body_and_the_connection_is_kept(receiver: ServedReceiver) -> None:
    one = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=LONG_S)
    one.request("POST", "/items/a", BODY)
    assert one.getresponse().read()
    one.request("HEAD", "/items/a")
    answer = one.getresponse()
    assert (answer.status, answer.read()) == (200, b"")
    assert answer.getheader("Content-Length") == str(len(BODY))
    assert "Python" not in str(answer.headers)
    one.request("GET", "/items/a")
    assert one.getresponse().read() == BODY
    one.close()


def _heads() -> st.SearchStrategy[bytes]:
    words = st.sampled_from(
        [
            *(b"GET ", b"POST ", b"PUT ", b"DELETE ", b"/items/a", b"/items", b"/%ff"),
            *(b"//[", b" HTTP/1.1", b" HTTP/1.0", b" HTTP/0.9", b"\r\n", b"\n", b" "),
            *(b"Content-Length: 3", b"Content-Length: \xff", b"Expect: 100-continue"),
            *(b"webhook-id: a", b"Idempotency-Key: \x00", b"Content-Type: \xc3\xa9/x"),
            *(b"Transfer-Encoding: chunked", b": ", b"abc", b"\x00", b"\xff"),
        ]
    )
    return st.lists(words | st.binary(max_size=8), max_size=14).map(b"".join)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400) | _heads())
def test_no_bytes_break_it(receiver: ServedReceiver, data: bytes) -> None:
    answer = exchange(receiver.port, data)
    if answer.startswith(b"HTTP/1.1 "):
        assert status_of(answer) < 500
    assert receiver.faults() == []
    assert status_of(exchange(receiver.port, request("GET", "/items"))) == 200


def faulty(folder: Path, fault: Fault) -> ServedReceiver:
    class Always(Faults):
        def draw(self) -> Fault | None:
            return fault

    return ServedReceiver(folder, faults=Always(longest_delay_s=0.01))


@pytest.mark.parametrize(
    ("fault", "stored"),
    [
        *((Fault.RESET, False), (Fault.ERROR, False), (Fault.SILENT, True)),
        *((Fault.CUT, True), (Fault.DELAY, True), (Fault.WRONG_RECEIPT, True)),
    ],
)
def test_each_fault_is_what_it_is_called(
    tmp_path: Path, fault: Fault, stored: bool
) -> None:
    with faulty(tmp_path / "received", fault) as served:
        answer = ask(served, "POST", "/items/a", BODY)
        assert [row["id"] for row in served.items()] == ["a"] * stored
        assert served.faults() == []
    right = hashlib.sha256(BODY).hexdigest()
    match fault:
        case Fault.RESET | Fault.SILENT:
            assert answer == b""
        case Fault.ERROR:
            assert status_of(answer) == 500
        case Fault.CUT:
            with pytest.raises(ValueError, match=r"."):
                json_of(answer)
        case Fault.DELAY:
            assert json_of(answer)["sha256"] == right
        case Fault.WRONG_RECEIPT:
            assert json_of(answer)["sha256"] != right


def test_faults_are_as_many_as_asked_and_the_same_for_a_seed() -> None:
    draws = [[Faults(0.2, seed).draw() for _ in range(1)] for seed in range(2000)]
    hit = [fault for (fault,) in draws if fault]
    assert 300 < len(hit) < 500
    assert set(hit) == set(Fault)
    one, other = Faults(0.5, 7), Faults(0.5, 7)
    assert [one.draw() for _ in range(50)] == [other.draw() for _ in range(50)]
    assert Faults().draw() is None
    with pytest.raises(ValueError, match="rate"):
        Faults(1.1)


def test_receiver_and_sender_share_no_code(project_root: Path) -> None:
    def imports(folder: str) -> set[str]:
        found: set[str] = set()
        for path in (project_root / "drivers" / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module)
                elif isinstance(node, ast.Import):
                    found.update(alias.name for alias in node.names)
        return {name for name in found if name.startswith("aliquot")}

    receiver, sender = imports("peers"), imports("feeds")
    assert receiver
    assert sender
    assert {n for n in receiver if not n.startswith("aliquot.drivers.peers")} == set()
    assert {n for n in sender if not n.startswith("aliquot.drivers.feeds")} == set()


def test_the_notes_are_readable(receiver: ServedReceiver) -> None:
    ask(receiver, "POST", "/items/a", BODY, Idempotency_Key="a:1")
    note = json.loads((receiver.folder / "a" / "1.json").read_text())
    assert (note["key"], note["kind"], note["bytes"]) == ("a:1", "item", len(BODY))
