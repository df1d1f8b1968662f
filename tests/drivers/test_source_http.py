"""The HTTP endpoint: whole messages, an answer only when they are kept, limits."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Callable, Iterator
from time import monotonic

import httpx
import pytest

from aliquot.drivers.lines.api import Chunk, Frame, LineSettings, LineState, SourceError
from aliquot.drivers.lines.envelope import MOST_BODY, EnvelopeFramer, Message, unwrap
from aliquot.drivers.lines.http_source import MOST_CLIENTS, HttpSource
from aliquot.drivers.lines.sources import make_source

LONG_S = 30.0


@contextlib.contextmanager
def endpoint(**options: float) -> Iterator[HttpSource]:
    source = HttpSource("127.0.0.1", 0, **options)  # type: ignore[arg-type]
    source.open()
    try:
        yield source
    finally:
        source.close()


@contextlib.contextmanager
def client_of(source: HttpSource) -> Iterator[socket.socket]:
    with socket.create_connection(source.address, LONG_S) as link:
        yield link


def message_of(data: bytes) -> Message:
    (frame,) = EnvelopeFramer(LineSettings()).feed(Chunk(data, 0, 0))
    assert isinstance(frame, Frame)
    message = unwrap(frame)
    assert message is not None
    return message


def post(body: bytes, path: str = "/aml", more: str = "") -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def something_came(link: socket.socket) -> bool:
    """Bytes, or the end."""
    return bool(select.select([link], [], [], 0)[0])


def attend(source: HttpSource, enough: Callable[[], bool]) -> None:
    """Reads, and nothing comes, until it is enough."""
    ends = monotonic() + LONG_S
    while not enough():
        assert source.read(0.01) == b""
        assert monotonic() < ends, "it takes too long"


def attend_until_gone(source: HttpSource, link: socket.socket) -> None:
    """Reads, and nothing comes, until it has dealt with this client and let it go."""
    attend(source, lambda: something_came(link))
    attend(source, lambda: not source._clients)


def answers(link: socket.socket, count: int) -> bytes:
    """So many of them, in as many pieces as they come."""
    got = b""
    while got.count(b" 204 ") < count:
        piece = link.recv(9000)
        assert piece, got
        got += piece
    return got


def silent(link: socket.socket) -> bool:
    """Whether nothing was sent to it."""
    link.settimeout(0.05)
    try:
        return link.recv(1) != b"" and False
    except TimeoutError:
        return True
    finally:
        link.settimeout(LONG_S)


def all_of(link: socket.socket) -> bytes:
    """What is sent until the other side closes."""
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while data := link.recv(65_536):
            got += data
    return got


def test_the_answer_comes_when_the_reader_comes_back() -> None:
    with endpoint() as source, client_of(source) as link:
        more = "Content-Type: text/plain; x=1\r\nX-Hub-Signature: s\r\nAuthorization: p\r\n"
        link.sendall(post(b"v=1&x=2", "/aml?x=1", more))
        message = message_of(source.read(LONG_S))
        assert (message.method, message.path) == ("POST", "/aml?x=1")
        assert (message.body, message.content_type) == (b"v=1&x=2", "text/plain")
        assert message.headers["x-hub-signature"] == "s"
        assert "authorization" not in message.headers
        assert silent(link)
        assert source.read(0.01) == b""
        assert link.recv(1000).startswith(b"HTTP/1.1 204 ")


def test_one_client_sends_several_and_several_clients_one_each() -> None:
    with endpoint() as source, client_of(source) as one, client_of(source) as two:
        one.sendall(post(b"1") + post(b"2") + post(b"3"))  # does not wait for answers
        two.sendall(post(b"4"))
        bodies = [message_of(source.read(LONG_S)).body for _ in range(4)]
        assert [b for b in bodies if b != b"4"] == [b"1", b"2", b"3"]
        assert b"4" in bodies
        assert source.read(0.01) == b""
        assert answers(one, 3).count(b" 204 ") == 3
        assert answers(two, 1).count(b" 204 ") == 1


def test_bytes_that_drip_and_a_chunked_body() -> None:
    head = b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with endpoint() as source, client_of(source) as link:
        for byte in head + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n":
            assert source.read(0) == b""
            link.sendall(bytes([byte]))
        assert message_of(source.read(LONG_S)).body == b"abcde"


def test_get_says_what_it_is_and_the_client_may_stay() -> None:
    with endpoint() as source, client_of(source) as link:
        link.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + post(b"after"))
        assert message_of(source.read(LONG_S)).body == b"after"
        answer = link.recv(9000)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"dispatcher console" in answer


def test_a_client_that_asks_first_is_told_to_go_on() -> None:
    with endpoint() as source, client_of(source) as link:
        whole = post(b"body", more="Expect: 100-continue\r\n")
        link.sendall(whole[:-4])
        attend(source, lambda: something_came(link))
        assert link.recv(1000).startswith(b"HTTP/1.1 100 ")
        link.sendall(whole[-4:])
        assert message_of(source.read(LONG_S)).body == b"body"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (
            b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
            % (MOST_BODY + 1),
            413,
        ),
        (b"DELETE /x HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        (b"POST /" + b"x" * 3000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 100 + b"Host: x\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 20_000, 431),
        (b"nonsense\r\n\r\n", 400),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            400,
        ),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
    ],
)
def test_what_is_not_taken_is_told_and_the_client_let_go(
    request_: bytes, status: int
) -> None:
    with endpoint() as source, client_of(source) as link:
        link.sendall(request_)
        attend_until_gone(source, link)
        assert all_of(link).startswith(b"HTTP/1.1 %d " % status)


def test_a_slow_client_is_cut_and_holds_up_nobody() -> None:
    with endpoint(request_s=0.2, idle_s=0.2) as source, client_of(source) as slow:
        slow.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
        assert source.read(0.01) == b""
        with client_of(source) as quick:
            quick.sendall(post(b"quick"))
            assert message_of(source.read(LONG_S)).body == b"quick"
            while source._clients:  # until both have had their time
                source.read(0.05)
            assert all_of(slow) == b""


def test_clients_beyond_the_limit_are_turned_away() -> None:
    with endpoint() as source, contextlib.ExitStack() as links:
        for _ in range(MOST_CLIENTS):
            links.enter_context(client_of(source))
            source.read(0.01)
        attend(source, lambda: len(source._clients) == MOST_CLIENTS)
        late = links.enter_context(client_of(source))
        attend(source, lambda: something_came(late))
        assert all_of(late) == b""


def test_a_client_that_went_away_costs_nothing() -> None:
    with endpoint() as source:
        with client_of(source) as link:
            link.sendall(post(b"and gone"))
        assert message_of(source.read(LONG_S)).body == b"and gone"
        with client_of(source) as link:
            link.sendall(post(b"next"))
            assert message_of(source.read(LONG_S)).body == b"next"


def test_what_was_not_answered_when_it_closes_gets_no_answer() -> None:
    with endpoint() as source, client_of(source) as link:
        link.sendall(post(b"x"))
        assert source.read(LONG_S)
        source.close()
        assert all_of(link) == b""


def test_cancel_wakes_a_read() -> None:
    with endpoint() as source:
        timer = threading.Timer(0.05, source.cancel)
        timer.start()
        assert source.read(LONG_S) == b""
        timer.join()


def test_a_usual_client_is_served() -> None:
    """httpx in a thread of its own, as another program would be."""
    with endpoint() as source:
        url = "http://{}:{}/locate/x".format(*source.address)
        codes: list[int] = []

        def ask() -> None:
            with httpx.Client(trust_env=False, timeout=LONG_S) as client:
                for n in range(5):
                    codes.append(client.post(url, data={"n": str(n)}).status_code)

        thread = threading.Thread(target=ask)
        thread.start()
        bodies: list[bytes] = []
        while thread.is_alive():
            if data := source.read(0.05):
                bodies.append(message_of(data).body)
        thread.join()
        assert bodies == [b"n=%d" % n for n in range(5)]
        assert codes == [204] * 5


def test_it_listens_here_only() -> None:
    for host in ("0.0.0.0", "::"):
        with pytest.raises(SourceError, match="allow_remote") as caught:
            HttpSource(host, 0).open()
        assert caught.value.state is LineState.DENIED
    source = HttpSource("0.0.0.0", 0, allow_remote=True)
    source.open()
    source.close()


def test_a_port_that_is_taken_is_busy() -> None:
    with endpoint() as first:
        second = HttpSource(*first.address)
        with pytest.raises(SourceError, match="choose another port") as caught:
            second.open()
        assert caught.value.state is LineState.BUSY


def test_how_it_is_named() -> None:
    source = make_source("listen:127.0.0.1:8071")
    assert isinstance(source, HttpSource)
    assert (source.host, source.port) == ("127.0.0.1", 8071)
    six = make_source("listen:[::1]:8071?allow_remote=1")
    assert isinstance(six, HttpSource)
    assert six.host == "::1"
    for bad in (
        "listen:",
        "listen:8071",
        "listen:h:x",
        "listen:h:1/p",
        "listen:h:1?x=1",
    ):
        with pytest.raises(ValueError, match="listen:"):
            make_source(bad)
