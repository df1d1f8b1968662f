"""HELD: answers that others wrote, and requests to a real server of this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from ng911_help import hear, located, measure, pos, record, sample, shaped

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import AliRecord, LineSettings, Noise, SourceError
from aliquot.drivers.lines.sources import make_source
from aliquot.drivers.lines.talk import Ask, AskKind, TalkingDriver
from aliquot.drivers.ng911.held import (
    HeldError,
    LocationResponse,
    ResponseTime,
    location_request,
    read_answer,
)
from aliquot.drivers.ng911.held_client import HeldClient, HeldProblem, HeldSource
from aliquot.drivers.ng911.xml_node import parse_xml

GRID = ("location_services", "gridgears")
TAMU = ("location_services", "tamu_held")
NO_CONFIDENCE = "confidence_not_given"
SAMPLES: dict[str, tuple[dict[str, object], tuple[str, ...]]] = {
    "amlData.xml": (
        {"latitude": -34.407, "longitude": 150.88001, "uncertainty_m": 12}
        | {"confidence_pct": 87, "location_time": "1970-01-01T00:00:10Z"},
        (),
    ),
    "amlDataUnparsablePositioningMethod.xml": (
        {"latitude": -34.407, "uncertainty_m": 12, "confidence_pct": 87},
        (),
    ),
    "cicleResponse.xml": (
        {"latitude": -34.407, "uncertainty_m": 30},
        (NO_CONFIDENCE,),
    ),
    "civic.xml": (
        {
            "street_name": "Northfield Avenue",
            "community": "Wollongong",
            "state": "NSW",
            "floor": "2",
            "postal_code": "2500",
            "location": "Gwynneville, Andrew Corporation, building 39, seat WS-183,"
            " University of Wollongong, PO box U40",
        },
        (),
    ),
    "multipleLocations.xml": (
        {"latitude": -34.407, "uncertainty_m": 30},
        (NO_CONFIDENCE, "several_locations"),
    ),
    "pointResponse.xml": (
        {"latitude": -34.407, "uncertainty_m": None},
        (NO_CONFIDENCE, "uncertainty_not_given"),
    ),
    "realResponse.xml": (
        {
            "latitude": 48.21532,
            "longitude": 16.29028,
            "uncertainty_m": 19,
            "confidence_pct": 68,
            "street_name": "Gallitzinstraße",
            "house_number": "31",
            "location_reference": "https://lis.gridgears.io/api/locref?ref="
            "f700cd99-910d-43de-8292-9d54ee25cd16",
        },
        (),
    ),
    "reference.xml": (
        {"location_reference": "https://ls.example.com:9768/357yc6s64ceyoiuy5ax3o"},
        (),
    ),
}
ERRORS = {
    "errorMessageAnyLanguage.xml": ("other language", "even another language"),
    "errorMessageDefaultLanguage.xml": ("errorMessage", "even another language"),
    "errorMessagePreferredLanguage.xml": ("errorMessage", "errorMessage"),
    "errorResponse.xml": ("errorMessage", "errorMessage"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_an_answer_says_what_it_says(name: str) -> None:
    data = sample(*GRID, name)
    assert plugins.guess(data[:4096]) == "held"
    one = record("held", data, LineSettings(site_country="AU"))
    fields, warnings = SAMPLES[name]
    assert {field: one.fields.get(field) for field in fields} == fields
    assert one.warnings == warnings
    assert one.layout == "held"


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_has_its_code_and_a_language(name: str) -> None:
    data = sample(*GRID, name)
    root = parse_xml(data)
    assert root is not None
    error = read_answer(root)
    assert isinstance(error, HeldError)
    plain, french = ERRORS[name]
    assert (error.code, error.text(), error.text("fr")) == (
        "locationUnknown",
        plain,
        french,
    )
    one = record("held", data)
    assert one.layout == "held_error"
    assert one.warnings == ("location_not_read",)
    assert f"locationUnknown {plain}" in str(one.fields["note"])


def test_the_preferred_language_comes_first() -> None:
    root = parse_xml(sample(*GRID, "errorMessagePreferredLanguage.xml"))
    assert root is not None
    error = read_answer(root)
    assert isinstance(error, HeldError)
    assert error.text("de", "fr") == "preferred language"


def test_when_a_reference_ends_is_said() -> None:
    root = parse_xml(sample(*GRID, "reference.xml"))
    assert root is not None
    answer = read_answer(root)
    assert isinstance(answer, LocationResponse)
    assert answer.expires == "2006-01-01T13:00:00.0Z"
    assert len(answer.uris) == 2
    note = str(record("held", sample(*GRID, "reference.xml")).fields["note"])
    assert "(until 2006-01-01T13:00:00.0Z)" in note
    assert "sip:9769+357yc6s64ceyoiuy5ax3o@ls.example.com" in note


def test_the_conformance_suites_answers() -> None:
    one = record("held", sample(*TAMU, "Location_response"))
    assert one.fields["latitude"] == 40.71668300756087
    default = record("pidflo", sample(*TAMU, "Default_location"))
    assert default.fields["longitude"] == -56.641464837236164
    assert "token_repaired" in default.warnings  # a comma between the two


@pytest.mark.parametrize(
    "name",
    [
        "Location_request",
        "Location_request_for_locationURI",
        "Location_request_with_device_URI",
    ],
)
def test_a_request_is_no_answer(name: str) -> None:
    (one,) = hear("held", sample(*TAMU, name))
    assert isinstance(one, Noise)


def test_aml_of_another_place_is_not_mixed_in() -> None:
    data = sample(*GRID, "amlData.xml").replace(
        b"<latitude>-34.407", b"<latitude>-35.407"
    )
    one = record("held", data)
    assert "uncertainty_m" not in one.fields


def test_a_request_in_xml() -> None:
    root = parse_xml(location_request("tel:+1<&>", 2500, ("geodetic",), exact=True))
    assert root is not None
    assert root.name == "locationRequest"
    assert root.attributes["responseTime"] == "2500"
    kinds = root.child("locationType")
    device = root.child("device")
    assert kinds is not None
    assert device is not None
    assert (kinds.text, kinds.attributes["exact"]) == ("geodetic", "true")
    assert device.text_of("uri") == "tel:+1<&>"


# --- against a server

CIRCLE = located(shaped("Circle", pos(42.1, -88.2) + measure("radius", 25)))
ANSWER = (
    b'<locationResponse xmlns="urn:ietf:params:xml:ns:geopriv:held">'
    + CIRCLE.partition(b"?>")[2]
    + b"</locationResponse>"
)


class Server(ThreadingHTTPServer):
    """Answers every request the same way, and keeps what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.kind = "application/held+xml; charset=utf-8"
        self.body = ANSWER
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.hold = threading.Event()
        self.hold.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/held"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {key.lower(): value for key, value in self.headers.items()}
        self.server.asked.append((self.path, headers, body))
        self.server.hold.wait(20)
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.kind)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as one:
        thread = threading.Thread(target=one.serve_forever)
        thread.start()
        yield one
        one.hold.set()
        one.shutdown()
        thread.join(20)


@pytest.fixture
def client(server: Server) -> Iterator[Callable[..., HeldClient]]:
    made: list[HeldClient] = []

    def make(**more: Any) -> HeldClient:
        made.append(HeldClient(server.url, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_location_is_asked_for(
    server: Server, client: Callable[..., HeldClient]
) -> None:
    reply = client(name="psap", secret="s3").locate("tel:+13155550100")
    assert record("held", reply.body).fields["latitude"] == 42.1
    ((path, headers, body),) = server.asked
    assert path == "/held"
    assert headers["content-type"].startswith("application/held+xml")
    assert headers["authorization"] == "Basic cHNhcDpzMw=="
    root = parse_xml(body)
    assert root is not None
    assert root.attributes["responseTime"] == "emergencyDispatch"
    device = root.child("device")
    assert device is not None
    assert device.text_of("uri") == "tel:+13155550100"


def test_a_reference_is_followed_on_hosts_that_are_allowed(
    server: Server, client: Callable[..., HeldClient]
) -> None:
    one = client(response_time=ResponseTime.EMERGENCY_ROUTING)
    reply = one.dereference(server.url + "/7a5f")
    assert reply.body == ANSWER
    assert server.asked[0][0] == "/held/7a5f"
    assert b"<device" not in server.asked[0][2]
    for foreign in (
        "https://lis.elsewhere.example/1",
        "http://192.0.2.7/x",
        "file:///etc/passwd",
        "https://[bad",
    ):
        with pytest.raises(HeldProblem):
            one.dereference(foreign)
    assert len(server.asked) == 1


def test_an_answer_that_does_not_come_ends(
    server: Server, client: Callable[..., HeldClient]
) -> None:
    server.hold.clear()
    with pytest.raises(HeldProblem, match=r"did not answer within 0\.2 s"):
        client(timeout_s=0.2).locate("tel:+13155550100")


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (500, "text/html", b"oops"),
        (302, "text/html", b""),
        (200, "application/held+xml", b""),
        (200, "application/held+xml", b" " * (2 << 20)),
    ],
)
def test_what_is_no_answer_is_a_problem(
    server: Server,
    client: Callable[..., HeldClient],
    status: int,
    kind: str,
    body: bytes,
) -> None:
    server.status, server.kind, server.body = status, kind, body
    with pytest.raises(HeldProblem):
        client().locate("tel:+13155550100")


@pytest.mark.parametrize("url", ["http://lis.example/held", "ftp://x/", "nothing"])
def test_only_https_beyond_this_machine(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        HeldClient(url)
    with pytest.raises(ValueError, match="https"):
        make_source(f"held:{url}")


def test_a_line_asks_when_it_is_asked(server: Server) -> None:
    driver = plugins.driver("held")
    assert isinstance(driver, TalkingDriver)
    talk = driver.conversation(LineSettings())
    source = make_source(f"held:{server.url}", options={"timeout_s": 30})
    assert isinstance(source, HeldSource)
    source.open()
    assert source.read(0) == b""
    assert talk.ask(Ask(AskKind.DIAL, "3155550100"), 0) is None
    request = talk.ask(Ask(AskKind.REBID, "3155550100"), 0)
    assert request is not None
    source.write(request)
    one = record("held", source.read(30))
    assert one.fields["latitude"] == 42.1
    assert b"tel:+13155550100" in server.asked[0][2]
    server.status, server.kind, server.body = 503, "text/plain", b"busy"
    source.write(request)
    failed = record("held", source.read(30))
    assert isinstance(failed, AliRecord)
    assert failed.layout == "held_error"
    assert "answered 503" in str(failed.fields["note"])
    source.close()
    with pytest.raises(SourceError):
        source.read(0)
