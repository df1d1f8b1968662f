"""A partner who never ends, and one who is not who he says."""

from __future__ import annotations

import datetime
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from feed_harness import plain

from aliquot.drivers.feeds.api import Confirmed, Reason, Retry, item_delivery
from aliquot.drivers.feeds.http_feed import HttpFeed, TimeOuts

ITEM = item_delivery("abc", "application/json", b'{"text": "a"}')
AT = "2026-08-14T13:05:00Z"
RECEIPT = json.dumps({"id": "abc", "sha256": ITEM.sha256, "received_at": AT}).encode()
SHORT = TimeOuts(connect_s=1.0, piece_s=20.0, answer_s=0.2)
PATIENCE_S = 20.0


def _read_all(connection: socket.socket) -> bool:
    """The whole request: what is unread at the end would take the answer with it."""
    came = b""
    while ITEM.body not in came:
        piece = connection.recv(65536)
        if not piece:
            return False
        came += piece
    return True


@contextmanager
def served(
    answer: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    """One connection after the other; the port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with suppress(OSError), connection:
                if tls is not None:
                    connection = tls.wrap_socket(connection, server_side=True)
                connection.settimeout(PATIENCE_S)
                with connection:
                    if _read_all(connection):
                        answer(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def endless(piece: bytes, head: bytes = b"") -> Callable[[socket.socket], None]:
    """Sends pieces for as long as somebody listens, a little apart."""

    def answer(connection: socket.socket) -> None:
        gone = threading.Event()
        connection.sendall(head)
        while not gone.wait(0.005):
            connection.sendall(piece)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        endless(b"HTTP/1.1 100 Continue\r\n\r\n"),
        endless(b"x", b"HTTP/1.1 200 OK\r\nX-Long: "),
        endless(b"x", b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"),
    ],
    ids=["continue", "head", "body"],
)
def test_an_answer_without_an_end_is_given_up(
    answer: Callable[[socket.socket], None],
) -> None:
    """Each piece is in time; the whole never is."""
    with (
        served(answer) as port,
        HttpFeed(f"http://127.0.0.1:{port}/items", time_outs=SHORT) as feed,
    ):
        assert feed.deliver(ITEM) == Retry(Reason.TIMED_OUT)


def _receipt(connection: socket.socket) -> None:
    connection.sendall(plain("200 ok", RECEIPT))


def certificate(folder: Path, address: str) -> ssl.SSLContext:
    """A server's context with a certificate of its own making; trust.pem to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a partner")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "trust.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            pem,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "trust.pem", folder / "key.pem")
    return context


def test_a_partner_whose_certificate_is_trusted_confirms(tmp_path: Path) -> None:
    context = certificate(tmp_path, "127.0.0.1")
    trusting = ssl.create_default_context(cafile=tmp_path / "trust.pem")
    with (
        served(_receipt, context) as port,
        HttpFeed(f"https://127.0.0.1:{port}/items", tls=trusting) as feed,
    ):
        assert isinstance(feed.deliver(ITEM), Confirmed)


@pytest.mark.parametrize("trusted", [False, True], ids=["unknown", "of another"])
def test_nothing_goes_to_one_who_is_not_who_he_says(
    tmp_path: Path, trusted: bool
) -> None:
    """A certificate that nobody vouches for, and a good one for another address."""
    context = certificate(tmp_path, "127.0.0.2" if trusted else "127.0.0.1")
    trusting = ssl.create_default_context(cafile=tmp_path / "trust.pem")
    got: list[socket.socket] = []
    with (
        served(got.append, context) as port,
        HttpFeed(
            f"https://127.0.0.1:{port}/items", tls=trusting if trusted else None
        ) as feed,
    ):
        assert feed.deliver(ITEM) == Retry(Reason.UNREACHABLE)
    assert got == []
