"""Messages that carry locations: SIP, MIME, envelopes; and the framing of them all."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ng911_help import ARRIVED_US, hear, located, measure, pos, record, sample, shaped

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import (
    FIELD_NAMES,
    AliRecord,
    CallSignal,
    Chunk,
    Frame,
    Framing,
    LineSettings,
    Noise,
    NoiseReason,
    Warnings,
)
from aliquot.drivers.lines.envelope import MOST_BODY, wrap
from aliquot.drivers.ng911.framer import DocumentFramer

DRIVERS = ("pidflo", "held", "eido")
CIRCLE = shaped("Circle", pos(42.1, -88.2) + measure("radius", 25))
OTHER = shaped("Point", pos(41.5, -88.9))
REFERENCE = "https://lis.example.net/held/7a5f"
SERVICE = (
    b'<s:EmergencyCallData.ServiceInfo xmlns:s="urn:ietf:params:xml:ns:'
    b'EmergencyCallData:ServiceInfo"><s:ServiceEnvironment>Residence'
    b"</s:ServiceEnvironment><s:ServiceType>VOIP</s:ServiceType>"
    b"</s:EmergencyCallData.ServiceInfo>"
)


def invite(headers: str, *parts: tuple[str, str, bytes]) -> bytes:
    """An INVITE with these parts: content type, content id, body."""
    head = (
        "INVITE urn:service:sos SIP/2.0\r\n"
        "Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1\r\n"
        'From: "Caller" <sip:+13155550109@osp.example.com>;tag=1\r\n'
        f"{headers}"
        "Content-Type: multipart/mixed; boundary=cut-here\r\n\r\n"
    ).encode()
    body = b""
    for kind, identity, data in parts:
        lines = f"--cut-here\r\nContent-Type: {kind}\r\nContent-ID: <{identity}>\r\n"
        body += lines.encode() + b"\r\n" + data + b"\r\n"
    return head + body + b"--cut-here--\r\n"


TWO_HEADERS = (
    "P-Asserted-Identity: <tel:+13155550100>\r\n"
    "Geolocation: <cid:here@example.com>\r\n"
    f"Geolocation: <{REFERENCE}>\r\n"
)
SDP = ("application/sdp", "sdp", b"v=0\r\no=- 1 1 IP4 192.0.2.1\r\n")


def test_two_geolocation_headers_are_value_and_reference() -> None:
    pidf = ("application/pidf+xml", "here@example.com", located(CIRCLE))
    one = record("pidflo", invite(TWO_HEADERS, SDP, pidf))
    assert one.fields["latitude"] == 42.1
    assert one.fields["uncertainty_m"] == 25
    assert one.fields["location_reference"] == REFERENCE
    assert one.fields["callback_number"] == "3155550100"
    assert "several_locations" in one.warnings
    start, end = one.spans["latitude"]
    assert one.raw[start:end] == b"42.1 -88.2"


def test_the_part_that_a_header_names_comes_first() -> None:
    other = ("application/pidf+xml", "other@example.com", located(OTHER))
    pidf = ("application/pidf+xml", "here@example.com", located(CIRCLE))
    one = record("pidflo", invite(TWO_HEADERS, other, pidf))
    assert one.fields["latitude"] == 42.1


def test_a_reference_alone_is_kept_and_the_lack_is_said() -> None:
    one = record("pidflo", invite(f"Geolocation: <{REFERENCE}>\r\n", SDP))
    assert one.fields["location_reference"] == REFERENCE
    assert "latitude" not in one.fields
    assert one.warnings == ("location_not_read",)
    assert one.fields["callback_number"] == "3155550109"


def test_blocks_beside_the_location_and_by_reference() -> None:
    headers = (
        "Geolocation: <cid:here@example.com>\r\n"
        "Call-Info: <cid:svc>;purpose=EmergencyCallData.ServiceInfo,\r\n"
        " <https://adr.example.com/7>;purpose=EmergencyCallData.SubscriberInfo\r\n"
    )
    pidf = ("application/pidf+xml", "here@example.com", located(CIRCLE))
    service = ("application/EmergencyCallData.ServiceInfo+xml", "svc", SERVICE)
    one = record("pidflo", invite(headers, pidf, service))
    assert one.fields["class_of_service"] == "VRES"
    note = str(one.fields["note"])
    assert "SubscriberInfo by reference: https://adr.example.com/7" in note
    assert "cid:" not in note


@pytest.mark.parametrize(
    ("number", "field", "warning"),
    [
        ("+13155110042", "pani", "callback_is_pani"),
        ("911-555-0123", None, "uninitialised_handset"),
        ("anonymous", None, None),
    ],
)
def test_what_must_not_be_called_is_no_callback(
    number: str, field: str | None, warning: str | None
) -> None:
    headers = f"P-Asserted-Identity: <sip:{number}@osp.example.com>\r\n"
    pidf = ("application/pidf+xml", "x", located(CIRCLE))
    data = invite(headers, pidf).replace(b"+13155550109", number.encode())
    one = record("pidflo", data)
    assert "callback_number" not in one.fields
    assert field is None or field in one.fields
    assert warning is None or warning in one.warnings


def test_a_message_in_an_envelope_keeps_its_places() -> None:
    data = wrap("/inbox/7", located(CIRCLE), "application/pidf+xml")
    one = record("pidflo", data)
    start, end = one.spans["uncertainty_m"]
    assert one.raw[start:end] == b"25"
    assert one.framing is Framing.MESSAGE


def test_a_multipart_body_in_an_envelope() -> None:
    whole = invite("", ("application/pidf+xml", "a", located(CIRCLE)))
    body = whole.partition(b"\r\n\r\n")[2]
    data = wrap("/in", body, 'multipart/mixed; boundary="cut-here"')
    one = record("pidflo", data)
    assert one.fields["latitude"] == 42.1
    start, end = one.spans["longitude"]
    assert one.raw[start:end] == b"42.1 -88.2"


def test_age_is_judged_by_the_arrival() -> None:
    tuples = located(CIRCLE)
    for said, warning in (
        ("2026-07-14T03:33:20Z", None),
        ("2026-07-14T03:20:00Z", "stale"),
        ("2026-07-14T05:33:20+02:00", None),
        ("2026-07-15T03:33:20Z", "future_date"),
        ("2026-07-14T03:33:20", "bad_value"),
    ):
        stamp = f"<timestamp>{said}</timestamp></tuple>".encode()
        data = tuples.replace(b"</tuple>", stamp)
        one = record("pidflo", data, at_us=ARRIVED_US)
        extra = set(one.warnings) - {"confidence_not_given"}
        assert extra == ({warning} if warning else set()), said


CASES = {
    "VEDS 20180824.xml": ("rolled over", "Ford Mustang plate ABC123", "Janet Sponder"),
    "VEDS Example 2.xml": ("2015 Saab 9-5", "fuel leaking"),
}


@pytest.mark.parametrize("name", CASES)
def test_crash_data_in_words(name: str) -> None:
    one = record("pidflo", sample("telematics", "veds", name))
    for words in CASES[name]:
        assert words in str(one.fields["note"])
    if name == "VEDS 20180824.xml":
        assert one.fields["latitude"] == 37.09024
        assert one.fields["longitude"] == -95.712891
        assert one.fields["location"] == "Near Blue Silo"


BLOCKS = {
    "Comment1.xml": ({}, "This is an example of a comment."),
    "DeviceInfo1.xml": ({}, "Nokia, Lumia 800, IMEI 35788104"),
    "ProvInfo1.xml": ({"company_id": "ID123"}, "Smith Telecom Inc."),
    "ServiceInfo1.xml": ({"class_of_service": "WRLS"}, "wireless"),
    "SubInfo1.xml": ({"customer_name": "John Smith"}, "+1 630 681 0001 (cell)"),
    "XcardType1.xml": ({"customer_name": "Simon Perreault"}, "G1V 2M2"),
    "Xcards1.xml": ({"customer_name": "Simon Perreault"}, "Viagenie"),
    "Rfc7095Jcard1.json": ({"customer_name": "John Doe"}, ""),
    "Rfc7095Jcard2.json": ({"customer_name": "Simon Perreault"}, "Suite D2-630"),
    "PidfLoProvidedByByReference.xml": (
        {"house_number": "311"},
        "DeviceInfo by reference: https://example.com/ref5",
    ),
    "PidfLoProvidedByByValue.xml": (
        {"customer_name": "Bill Jones", "class_of_service": "PBX"},
        "Smith Telecom Inc.",
    ),
    "tamu_HTTP_ADR/EmergencyCallData.ServiceInfo": (
        {"class_of_service": "VBUS"},
        "VOIP",
    ),
    "tamu_HTTP_ADR/EmergencyCallData.ProviderInfo": ({}, "+12025551212"),
    "tamu_HTTP_ADR/EmergencyCallData.DeviceInfo": ({}, "laptop"),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_says_what_it_says(name: str) -> None:
    data = sample("additional_data", *name.split("/"))
    assert plugins.guess(data[:4096]) == "pidflo"
    one = record("pidflo", data)
    fields, words = BLOCKS[name]
    assert {field: one.fields.get(field) for field in fields} == fields
    assert words in str(one.fields.get("note", ""))
    assert "callback_number" not in one.fields  # a subscriber's number is none


@pytest.mark.parametrize("kind", ["DeviceInfo", "ProviderInfo", "ServiceInfo"])
def test_malformed_blocks_are_noise(kind: str) -> None:
    name = f"Malformed_EmergencyCallData.{kind}"
    (one,) = hear("pidflo", sample("additional_data", "tamu_HTTP_ADR", name))
    assert isinstance(one, Noise)


# --- framing


def pieces(data: bytes, cuts: list[int]) -> list[Frame | Noise]:
    framer = DocumentFramer(LineSettings(), 100)
    found: list[Frame | Noise] = []
    edges = [0, *sorted(c % (len(data) + 1) for c in cuts), len(data)]
    for begin, end in itertools.pairwise(edges):
        if begin < end:
            found += framer.feed(Chunk(data[begin:end], 5, 7))
    return [*found, *framer.flush()]


def said(found: list[Frame | Noise]) -> list[bytes]:
    """Frames apart, noise joined: that it comes in pieces makes no difference."""
    joined: list[bytes] = []
    before: Frame | Noise | None = None
    for one in found:
        if isinstance(one, Noise) and isinstance(before, Noise):
            joined[-1] += one.raw
        else:
            joined.append(one.raw)
        before = one
    return joined


@given(st.binary(max_size=60), st.lists(st.integers(0, 400), max_size=6))
def test_chunking_changes_nothing(body: bytes, cuts: list[int]) -> None:
    for data in (body, wrap("/a", body) + wrap("/b", body[:7]) + b"left"):
        once, often = pieces(data, []), pieces(data, cuts)
        assert said(often) == said(once)
        for found in (once, often):
            assert b"".join(one.raw for one in found) == data
            ends = [100, *(one.end for one in found)]
            assert [one.start for one in found] == ends[:-1]


def test_silence_parts_bare_documents() -> None:
    settings = LineSettings(gap_ms=200)
    framer = DocumentFramer(settings)
    assert framer.feed(Chunk(b"<a/>", 1, 0)) == []
    assert framer.deadline_ns == 200_000_000
    assert framer.pending == 4
    (first,) = framer.feed(Chunk(b"<b/>", 2, 200_000_000))
    assert first.raw == b"<a/>"
    (second,) = framer.tick(3, 400_000_000)
    assert (second.raw, second.start, second.end) == (b"<b/>", 4, 8)
    assert framer.deadline_ns is None
    assert framer.flush() == ()


def test_too_much_is_noise_in_bounded_memory() -> None:
    framer, block = DocumentFramer(LineSettings()), bytes(65_536)
    found: list[Frame | Noise] = []
    for n in range(2 * MOST_BODY // len(block) + 2):
        found += framer.feed(Chunk(block, n, n))
        assert framer.pending <= MOST_BODY
    assert {type(one) for one in found} == {Noise}
    assert {one.reason for one in found if isinstance(one, Noise)} == {
        NoiseReason.OVERSIZE
    }


# --- anything at all

bits = st.sampled_from(
    [located(CIRCLE), located(OTHER), SERVICE, invite(TWO_HEADERS, SDP), b"{", b"\0"]
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good document with some bytes changed, cut out or put in."""
    data = bytearray(draw(bits))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        piece = draw(st.binary(max_size=4))
        data[at : at + draw(st.integers(0, 9))] = piece
    return bytes(data)


@given(st.one_of(st.binary(max_size=400), damaged()), st.booleans())
def test_nothing_raises(data: bytes, wrapped: bool) -> None:
    given = wrap("/x", data, "multipart/mixed; boundary=a") if wrapped else data
    for name in DRIVERS:
        heard = hear(name, given, at_us=ARRIVED_US)
        for one in heard:
            assert one.start < one.end
            if isinstance(one, AliRecord | CallSignal):
                assert all(0 <= a < b <= len(one.raw) for a, b in one.spans.values())
                assert list(one.warnings) == sorted(set(one.warnings))
                assert "" not in one.fields.values()
                assert set(one.fields) <= set(FIELD_NAMES)
                assert set(one.warnings) <= set(Warnings().known)


# SIP that says no place

REGISTERED = (
    b"SIP/2.0 200 OK\r\n"
    b"From: 321-249-7722 <sip:13215557722@m.example.com:10000>;tag=3c68o0\r\n"
    b"To: 321-249-7722 <sip:13215557722@m.example.com:10000>\r\n"
    b"CSeq: 1540 REGISTER\r\nContent-Length: 0\r\n\r\n"
)
CALLED = (
    b"INVITE sip:13215557722@192.0.2.21:10000 SIP/2.0\r\n"
    b'From: "Somebody" <sip:14075555191@192.0.2.145>;tag=3381\r\n'
    b"Content-Type: application/sdp\r\n\r\nv=0\r\n"
)


@pytest.mark.parametrize("data", [REGISTERED, CALLED, REGISTERED + CALLED])
def test_a_log_of_sip_without_a_location_is_none_of_ours(data: bytes) -> None:
    assert plugins.guess(data) not in DRIVERS
    (heard,) = hear("pidflo", data)
    assert isinstance(heard, Noise)


def test_only_who_invites_is_the_caller() -> None:
    pidf = ("application/pidf+xml", "x", located(CIRCLE))
    data = invite("", pidf)
    assert plugins.guess(data) == "pidflo"
    assert record("pidflo", data).fields["callback_number"] == "3155550109"
    other = record("pidflo", data.replace(b"INVITE ", b"NOTIFY ", 1))
    assert other.fields["latitude"] == 42.1
    assert "callback_number" not in other.fields


def test_an_emergency_call_without_a_location_says_so() -> None:
    one = record("pidflo", invite("", SDP))
    assert one.warnings == ("location_not_read",)
    assert one.fields["callback_number"] == "3155550109"
