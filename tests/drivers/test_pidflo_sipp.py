"""A call as SIPp sends it, with a place in its INVITE: a SIP peer that is not ours."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from ng911_help import hear, located, measure, pos, shaped

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import AliRecord, Chunk, LineSettings

SIPP = shutil.which("sipp")
PATIENCE_S = 30.0

pytestmark = pytest.mark.skipif(
    SIPP is None, reason="no SIPp here: apt install sip-tester"
)

SCENARIO = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="a call with a place">
  <send retrans="500"><![CDATA[

    INVITE urn:service:sos SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:+13155550109@osp.example.com>;tag=[pid]SIPp[call_number]
    To: <urn:service:sos>
    Call-ID: [call_id]
    CSeq: 1 INVITE
    Contact: sip:caller@[local_ip]:[local_port]
    P-Asserted-Identity: <tel:+13155550100>
    Geolocation: <cid:here@example.com>
    Max-Forwards: 70
    Content-Type: multipart/mixed; boundary=cut-here
    Content-Length: [len]

    --cut-here
    Content-Type: application/sdp

    v=0
    o=- 1 1 IN IP[local_ip_type] [local_ip]
    s=-
    c=IN IP[media_ip_type] [media_ip]
    t=0 0
    m=audio [media_port] RTP/AVP 0
    --cut-here
    Content-Type: application/pidf+xml
    Content-ID: <here@example.com>

    {place}
    --cut-here--

  ]]></send>
  <recv response="486"/>
  <send><![CDATA[

    ACK urn:service:sos SIP/2.0
    Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    From: <sip:+13155550109@osp.example.com>;tag=[pid]SIPp[call_number]
    [last_To:]
    Call-ID: [call_id]
    CSeq: 1 ACK
    Content-Length: 0

  ]]></send>
</scenario>
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    place = located(shaped("Circle", pos(42.1, -88.2) + measure("radius", 25)))
    path = tmp_path / "call.xml"
    path.write_text(SCENARIO.replace("{place}", place.decode()))
    return path


def caller(scenario: Path, transport: str, port: int) -> subprocess.Popen[bytes]:
    assert SIPP is not None
    return subprocess.Popen(
        [
            *(SIPP, "-sf", str(scenario), "-m", "1", "-i", "127.0.0.1"),
            *("-t", transport, "-nostdin", f"127.0.0.1:{port}"),
        ],
        cwd=scenario.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def busy(invite: bytes) -> bytes:
    """The answer that ends it: the headers that SIP wants back, as they came."""
    wanted = (b"via:", b"from:", b"to:", b"call-id:", b"cseq:")
    head = invite.partition(b"\r\n\r\n")[0].split(b"\r\n")
    back = [row for row in head if row.lower().startswith(wanted)]
    rows = [b"SIP/2.0 486 Busy Here", *back, b"Content-Length: 0", b"", b""]
    return b"\r\n".join(rows)


def by_datagram(scenario: Path) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as desk:
        desk.bind(("127.0.0.1", 0))
        desk.settimeout(PATIENCE_S)
        with caller(scenario, "u1", desk.getsockname()[1]) as calling:
            invite, where = desk.recvfrom(65_536)
            desk.sendto(busy(invite), where)
            assert calling.wait(PATIENCE_S) == 0, calling.communicate()
    return invite


def received(link: socket.socket) -> Iterator[bytes]:
    """Pieces of one message, until its end."""
    had = b""
    while not had.rstrip().endswith(b"--cut-here--"):
        piece = link.recv(97)
        assert piece, "the caller has hung up"
        had += piece
        yield piece


def by_stream(scenario: Path) -> list[bytes]:
    with socket.create_server(("127.0.0.1", 0)) as desk:
        desk.settimeout(PATIENCE_S)
        with caller(scenario, "t1", desk.getsockname()[1]) as calling:
            link, _ = desk.accept()
            with link:
                link.settimeout(PATIENCE_S)
                pieces = list(received(link))
                link.sendall(busy(b"".join(pieces)))
                assert calling.wait(PATIENCE_S) == 0, calling.communicate()
    return pieces


def looks_right(one: object) -> None:
    assert isinstance(one, AliRecord)
    assert (one.fields["latitude"], one.fields["longitude"]) == (42.1, -88.2)
    assert one.fields["uncertainty_m"] == 25
    assert one.fields["callback_number"] == "3155550100"
    start, end = one.spans["latitude"]
    assert one.raw[start:end] == b"42.1 -88.2"


def test_a_call_in_one_datagram(scenario: Path) -> None:
    (one,) = hear("pidflo", by_datagram(scenario))
    looks_right(one)


def test_a_call_in_pieces_of_a_stream(scenario: Path) -> None:
    driver, settings = plugins.driver("pidflo"), LineSettings()
    framer, decoder = driver.framer(settings), driver.decoder(settings)
    frames = []
    for number, piece in enumerate(by_stream(scenario)):
        frames += framer.feed(Chunk(piece, number, number * 1_000_000))
    frames += framer.flush()
    (frame,) = frames
    assert hasattr(frame, "raw")
    (one,) = decoder.decode(frame)  # type: ignore[arg-type]
    looks_right(one)
