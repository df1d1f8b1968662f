"""The sender: what it sends, and what it makes of every answer."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from feed_harness import ReceiverProcess, ScriptedServer, ServedReceiver, plain
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.feeds.api import (
    Confirmed,
    Delivery,
    Outcome,
    Reason,
    Refused,
    Retry,
    item_delivery,
    retraction_delivery,
)
from aliquot.drivers.feeds.http_feed import HttpFeed, TimeOuts, asked_seconds
from aliquot.drivers.feeds.receipt import judge_receipt

ITEM = item_delivery("abc", "application/json", b'{"text": "a"}')
NOTICE = retraction_delivery("abc", "application/cap+xml", b"<alert/>")
AT = "2026-08-14T13:05:00Z"


def receipt(**other: object) -> bytes:
    said = {"id": "abc", "sha256": ITEM.sha256, "received_at": AT, "seen": False}
    return json.dumps({**said, **other}).encode()


def one_try(answer: bytes | None, delivery: Delivery = ITEM) -> Outcome:
    with ScriptedServer(lambda _: answer) as server, HttpFeed(server.url) as feed:
        return feed.deliver(delivery)


@pytest.mark.parametrize("delivery", [ITEM, NOTICE])
@pytest.mark.parametrize("signed", [False, True])
def test_nothing_but_the_wire_needs_is_in_the_head(
    delivery: Delivery, signed: bool
) -> None:
    key = Ed25519PrivateKey.generate()
    sign = key.sign if signed else None
    with ScriptedServer(lambda _: plain("500 no")) as server:
        with HttpFeed(server.url, sign=sign, unix_s=lambda: 1_786_000_000.9) as feed:
            feed.deliver(delivery)
        head, _, body = server.requests[0].partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    tail = "/retraction" if delivery is NOTICE else ""
    assert first == f"POST /items/abc{tail} HTTP/1.1"
    assert body == delivery.body
    signature = headers.pop("webhook-signature", "")
    assert headers == {
        "host": server.url.split("/")[2],
        "accept": "application/json",
        "accept-encoding": "identity",
        "connection": "keep-alive",
        "user-agent": "aliquot",
        "content-length": str(len(delivery.body)),
        "content-type": delivery.content_type,
        "idempotency-key": delivery.key,
        "webhook-id": delivery.key,
        **({"webhook-timestamp": "1786000000"} if signed else {}),
    }
    assert bool(signature) is signed
    if signed:
        text = head.decode().partition("ignature: v1a,")[2].split("\r\n")[0]
        signed_bytes = f"{delivery.key}.1786000000.".encode() + delivery.body
        key.public_key().verify(base64.b64decode(text), signed_bytes)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (plain("200 ok"), Retry(Reason.NO_RECEIPT)),
        (plain("204 none"), Retry(Reason.NO_RECEIPT)),
        (plain("200 ok", b"<html>"), Retry(Reason.NO_RECEIPT)),
        (plain("200 ok", b"[" * 90_000), Retry(Reason.NO_RECEIPT)),
        (plain("200 ok", receipt(received_at="soon")), Retry(Reason.NO_RECEIPT)),
        (
            plain("200 ok", receipt(received_at="2026-08-14T13:05:00")),
            Retry(Reason.NO_RECEIPT),
        ),
        (plain("200 ok", receipt(sha256="0" * 64)), Retry(Reason.WRONG_RECEIPT)),
        (plain("200 ok", receipt(id="other")), Retry(Reason.WRONG_RECEIPT)),
        (plain("200 ok", receipt())[:-1], Retry(Reason.CUT)),
        (None, Retry(Reason.CUT)),
        (b"SSH-2.0-OpenSSH\r\n", Retry(Reason.CUT)),
        (plain("302 there", Location="http://[:::"), Retry(Reason.CUT)),
        (plain("302 there", Location="/items"), Refused(Reason.REDIRECTED, 302)),
        (plain("304 same"), Refused(Reason.REDIRECTED, 304)),
        (plain("400 bad"), Refused(Reason.REJECTED, 400)),
        (plain("401 who"), Refused(Reason.NOT_ALLOWED, 401)),
        (plain("403 no"), Refused(Reason.NOT_ALLOWED, 403)),
        (plain("404 what"), Refused(Reason.REJECTED, 404)),
        (plain("408 slow"), Retry(Reason.BUSY)),
        (plain("409 other"), Refused(Reason.CONFLICT, 409)),
        (plain("410 gone"), Refused(Reason.GONE, 410)),
        (plain("413 big"), Refused(Reason.TOO_LARGE, 413)),
        (plain("429 wait", Retry_After="7"), Retry(Reason.BUSY, 7.0)),
        (plain("503 busy", Retry_After="999999999"), Retry(Reason.BUSY, 86400.0)),
        (plain("500 oh"), Retry(Reason.SERVER_ERROR)),
        (plain("599 oh", Retry_After="soon"), Retry(Reason.SERVER_ERROR)),
    ],
)
def test_every_answer_has_its_outcome(answer: bytes | None, outcome: Outcome) -> None:
    assert one_try(answer) == outcome


def test_a_retraction_of_what_was_never_there() -> None:
    assert one_try(plain("404 no"), NOTICE) == Refused(Reason.NOT_THERE, 404)
    assert one_try(plain("410 gone"), NOTICE) == Refused(Reason.GONE, 410)


def test_a_receipt_confirms() -> None:
    raw = receipt(seen=True, sha256=ITEM.sha256.upper(), more=[1])
    outcome = one_try(plain("202 ok", raw))
    assert isinstance(outcome, Confirmed)
    assert outcome.receipt.raw == raw
    said = outcome.receipt
    assert (said.id, said.sha256, said.received_at) == ("abc", ITEM.sha256, AT)
    assert said.seen


@given(at=st.integers(0, len(receipt()) - 1), value=st.integers(0, 255))
def test_a_tampered_receipt_never_stands_for_other_bytes(at: int, value: int) -> None:
    raw = bytearray(receipt())
    raw[at] = value
    outcome = judge_receipt(ITEM, bytes(raw))
    if isinstance(outcome, Confirmed):
        told = json.loads(raw)
        assert (told["id"], told["sha256"].lower()) == ("abc", ITEM.sha256)
    else:
        assert outcome.reason in (Reason.NO_RECEIPT, Reason.WRONG_RECEIPT)


@given(st.binary(max_size=300))
def test_any_bytes_may_come_back(noise: bytes) -> None:
    assert isinstance(judge_receipt(ITEM, noise), Retry)


_ANSWERS = st.one_of(
    st.binary(min_size=1, max_size=200),
    st.builds(
        lambda start, rest: b"HTTP/1.1 " + start + b"\r\n" + rest,
        st.sampled_from([b"200 ok", b"302 x", b"500", b"204 \xff", b"99 x", b"abc"]),
        st.lists(
            st.sampled_from(
                [
                    *(b"Location: http://\xff\r\n", b"Location: //[\r\n"),
                    *(b"Content-Length: -1\r\n", b"Content-Length: 5\r\n"),
                    *(b"Transfer-Encoding: chunked\r\n", b"\r\n", b"zz\r\n", b"3\r\n"),
                    *(
                        b"Set-Cookie: a=b; Expires=\xff\r\n",
                        b"Content-Encoding: gzip\r\n",
                    ),
                    *(b"Retry-After: Mon, 99 Xxx\r\n", b"Retry-After: \xe9\r\n"),
                ]
            ),
            max_size=5,
        ).map(b"".join),
    ),
)


def test_no_answer_makes_it_raise() -> None:
    answers: list[bytes] = []
    with (
        ScriptedServer(lambda _: answers[-1]) as server,
        HttpFeed(server.url) as feed,
    ):

        @given(_ANSWERS)
        def any_answer(answer: bytes) -> None:
            answers.append(answer)
            assert not isinstance(feed.deliver(ITEM), Confirmed)

        any_answer()
    assert len(answers) > 50


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with HttpFeed(f"http://127.0.0.1:{port}") as feed:
        assert feed.deliver(ITEM) == Retry(Reason.UNREACHABLE)


def test_an_answer_that_never_comes_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with HttpFeed(url, time_outs=TimeOuts(piece_s=0.05)) as feed:
            assert feed.deliver(ITEM) == Retry(Reason.TIMED_OUT)


def test_a_dripping_answer_is_given_up() -> None:
    long = receipt(pad="x" * 50_000)
    limits = TimeOuts(answer_s=0.0)
    with (
        ScriptedServer(lambda _: plain("200 ok", long)) as server,
        HttpFeed(server.url, time_outs=limits) as feed,
    ):
        assert feed.deliver(ITEM) == Retry(Reason.TIMED_OUT)


def test_no_cookie_goes_back() -> None:
    answer = plain("500 no", Set_Cookie="who=me; Path=/")
    with ScriptedServer(lambda _: answer) as server, HttpFeed(server.url) as feed:
        feed.deliver(ITEM)
        feed.deliver(ITEM)
        assert len(server.requests) == 2
        assert not any(b"who=me" in request for request in server.requests)


def test_the_environment_has_no_say(
    monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    (own_home / ".netrc").write_text("default login user password secret\n")
    with ScriptedServer(lambda _: plain("200 ok")) as other:
        monkeypatch.setenv("HTTP_PROXY", other.url)
        monkeypatch.setenv("ALL_PROXY", other.url)
        with ScriptedServer(lambda _: plain("500 no")) as server:
            with HttpFeed(server.url) as feed:
                assert feed.deliver(ITEM) == Retry(Reason.SERVER_ERROR)
            assert b"uthorization" not in server.requests[0]
        assert other.requests == []


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://127.0.0.1/", "127.0.0.1:80", "http://", "http://partner.example/in"),
        *("https://a@partner.example/", "https://partner.example/?a=1"),
        *("https://partner.example/#a", "http://127.0.0.1:0/", "http://127.0.0.1:x/"),
    ],
)
def test_an_address_that_will_not_do(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        HttpFeed(url)


def test_plain_http_elsewhere_is_a_decision() -> None:
    HttpFeed("http://partner.example/in", allow_plain=True).close()
    HttpFeed("https://partner.example/in").close()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("0", 0.0), ("120", 120.0), (" 5 ", 5.0), ("", None), ("-5", None)),
        *(("1.5", None), ("٣", None), ("9" * 30, None), ("Fri", None)),
        ("Thu, 01 Jan 1970 00:16:50 GMT", 10.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Fri, 02 Jan 2026 00:00:00 GMT", 86400.0),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert asked_seconds(text, 1000.0) == seconds


@given(st.text(max_size=60))
def test_retry_after_may_be_anything(text: str) -> None:
    seconds = asked_seconds(text, 1000.0)
    assert seconds is None or 0 <= seconds <= 86400


@pytest.mark.parametrize(
    "make",
    [
        lambda: Delivery("a.1", "a", "text/plain", b""),
        lambda: Delivery("", "a", "text/plain", b""),
        lambda: Delivery("a:", "a", "text/plain", b""),
        lambda: Delivery("a:1", "../a", "text/plain", b""),
        lambda: Delivery("a:1", "a", "text/plain\r\nX: y", b""),
        lambda: Delivery("a:1\n", "a", "text/plain", b""),
    ],
)
def test_nothing_can_be_smuggled_into_a_head(make: Callable[[], Delivery]) -> None:
    with pytest.raises(ValueError, match=r"^no "):
        make()


def test_a_whole_life_at_the_receiver(receiver: ServedReceiver) -> None:
    """Item, repeat, other bytes, correction, retraction, too late."""
    corrected = item_delivery("abc", "application/json", b"{}", revision=2)
    other = Delivery(ITEM.key, "abc", "application/json", b"other")
    with HttpFeed(receiver.url) as feed:
        first, again = feed.deliver(ITEM), feed.deliver(ITEM)
        assert isinstance(first, Confirmed)
        assert isinstance(again, Confirmed)
        assert (first.receipt.seen, again.receipt.seen) == (False, True)
        assert first.receipt.received_at == again.receipt.received_at
        assert feed.deliver(other) == Refused(Reason.CONFLICT, 409)
        assert isinstance(feed.deliver(corrected), Confirmed)
        assert isinstance(feed.deliver(NOTICE), Confirmed)
        assert isinstance(feed.deliver(NOTICE), Confirmed)
        late = item_delivery("abc", "application/json", b"late", revision=3)
        assert feed.deliver(late) == Refused(Reason.GONE, 410)
    (row,) = receiver.items()
    assert (row["id"], row["state"]) == ("abc", "retracted")
    assert row["sha256"] == corrected.sha256
    assert receiver.faults() == []


def test_signatures_are_verified_by_the_receiver(
    tmp_path: Path, processes: list[ReceiverProcess]
) -> None:
    key, stranger = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    file = tmp_path / "agency.pub"
    file.write_text("whpk_" + base64.b64encode(public).decode() + "\n")
    process = ReceiverProcess(tmp_path / "received", "--key", str(file))
    processes.append(process)
    with HttpFeed(process.url) as feed:
        assert feed.deliver(ITEM) == Refused(Reason.NOT_ALLOWED, 401)
    with HttpFeed(process.url, sign=stranger.sign) as feed:
        assert feed.deliver(ITEM) == Refused(Reason.NOT_ALLOWED, 401)
    with HttpFeed(process.url, sign=key.sign, unix_s=lambda: 1e9) as feed:
        assert feed.deliver(ITEM) == Refused(Reason.NOT_ALLOWED, 401)
    with HttpFeed(process.url, sign=key.sign) as feed:
        assert isinstance(feed.deliver(ITEM), Confirmed)
        assert isinstance(feed.deliver(NOTICE), Confirmed)
    assert process.end() == (0, "", "")
