"""Location messages as handsets write them, and what must never be one."""

from __future__ import annotations

from pathlib import Path

import pytest
from aml_hear import ARRIVED, FORM, TEN, bytes_of, hear, moment, record
from aml_writer import form, packed, version_1, with_header
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.lines.aml import DRIVER
from aliquot.drivers.lines.api import (
    AliRecord,
    Extent,
    Frame,
    Framing,
    LineSettings,
    Noise,
)
from aliquot.drivers.lines.envelope import wrap

IDENTITIES = ("234159000000000", "123456789012345")

# written messages


@given(
    st.floats(-89, 89).filter(lambda x: abs(x) > 0.001),
    st.floats(-179, 179).filter(lambda x: abs(x) > 0.001),
    st.integers(1, 3000),
    st.integers(1, 100),
    st.sampled_from(["text", "packed", "hex", "header", "loose header", "utf-16"]),
)
def test_round_trip(
    north: float, east: float, radius: int, sure: int, way: str
) -> None:
    lt, lg = f"{north:+.6f}", f"{east:+.6f}"
    text = version_1(lt, lg, str(radius), confidence=str(sure))
    body = {
        "text": text.encode,
        "packed": lambda: packed(text),
        "hex": lambda: packed(text).hex().upper().encode(),
        "header": lambda: with_header(text),
        "loose header": lambda: with_header(text, filled=False),
        "utf-16": lambda: b"\xfe\xff" + text.encode("utf-16-be"),
    }[way]()
    found = record(body, kind="application/octet-stream")
    assert found.warnings == ()
    assert found.fields["latitude"] == float(lt)
    assert found.fields["longitude"] == float(lg)
    assert found.fields["uncertainty_m"] == radius
    assert found.fields["confidence_pct"] == sure
    assert found.fields["location_time"] == "2026-11-21T18:23:36Z"
    assert all(found.raw[a:b] for a, b in found.spans.values())


def test_spans_are_the_bytes() -> None:
    found = record(version_1("+54.76397", "-002.18305"))
    assert bytes_of(found, "latitude") == b"+54.76397"
    assert bytes_of(found, "longitude") == b"-002.18305"
    assert bytes_of(found, "location_time") == b"20261121182336"


@given(
    st.fixed_dictionaries(
        {
            "v": st.just("1"),
            # A zero is what those send who know nothing.
            "location_latitude": st.floats(-89, 89)
            .filter(lambda value: abs(value) > 0.001)
            .map("{:.5f}".format),
            "location_longitude": st.floats(1, 179).map("{:.5f}".format),
            "location_accuracy": st.integers(1, 2999).map(str),
            "device_model": st.text(max_size=20),
        }
    ),
    st.binary(min_size=1, max_size=40).filter(lambda key: key == key.strip()),
    st.booleans(),
)
def test_form_round_trip_with_its_signature(
    tmp_path_factory: pytest.TempPathFactory,
    fields: dict[str, str],
    key: bytes,
    forged: bool,
) -> None:
    path = tmp_path_factory.getbasetemp() / "aml-key"
    path.write_bytes(key)
    settings = LineSettings(options={"secret_file": str(path)})
    body = form(fields, key + b"x" if forged else key)
    found = record(body, "/aml", FORM, settings)
    assert found.fields["latitude"] == float(fields["location_latitude"])
    assert found.fields["longitude"] == float(fields["location_longitude"])
    assert ("signature_wrong" in found.warnings) is forged


def test_a_signature_is_of_the_raw_body(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"k")
    settings = LineSettings(options={"secret_file": str(path)})
    body = form(
        {"location_latitude": "1.5", "location_longitude": "2", "x": "a b"}, b"k"
    )
    assert b"a+b" in body
    assert "signature_wrong" not in record(body, "/a", FORM, settings).warnings
    other = body.replace(b"a+b", b"a%20b")  # the same when decoded
    assert "signature_wrong" in record(other, "/a", FORM, settings).warnings


def test_a_secret_that_is_not_there_is_told(tmp_path: Path) -> None:
    settings = LineSettings(options={"secret_file": str(tmp_path / "none")})
    with pytest.raises(ValueError, match="secret_file cannot be read"):
        DRIVER.decoder(settings)


# what must never be taken for something else


def test_v2_lt_and_lg_are_no_position() -> None:
    text = 'A"ML=2;en=911;et=1795199000;lt=45.5;lg=2.5;ls=G;nc=310260'
    found = record(text)
    assert "latitude" not in found.fields
    assert "longitude" not in found.fields
    assert "no_fix" in found.warnings


@pytest.mark.parametrize(
    ("latitude", "longitude", "method"),
    [
        ("+00.00000", "+000.00000", "N"),
        ("+00.00000", "+000.00000", "G"),
        ("+48.82639", "+002.36619", "N"),
        ("", "", "U"),
    ],
)
def test_no_location_is_no_point(latitude: str, longitude: str, method: str) -> None:
    found = record(version_1(latitude, longitude, "N", method=method))
    assert "no_fix" in found.warnings
    assert not {"latitude", "longitude", "location_method"} & set(found.fields)


@pytest.mark.parametrize("radius", ["0", "N", ""])
def test_no_radius_is_never_an_exact_point(radius: str) -> None:
    found = record(version_1("+48.8", "+2.3", radius))
    assert "uncertainty_m" not in found.fields
    assert "uncertainty_not_given" in found.warnings


def test_radii_that_are_no_point() -> None:
    assert "area_only" in record(version_1("+48.8", "+2.3", "3001")).warnings
    assert "uncertainty_useless" in record(version_1("+48.8", "+2.3", "60000")).warnings


def test_a_sign_is_not_put_right_but_another_country_is_told() -> None:
    ground = Extent(south=42.7, west=-72.6, north=45.3, east=-70.6)
    found = record(version_1("+48.8", "+2.3"), settings=LineSettings(extent=ground))
    assert found.fields["longitude"] == 2.3
    assert "outside_extent" in found.warnings
    assert "west_sign_missing" not in found.warnings


@pytest.mark.parametrize(
    ("arrived", "expected"),
    [
        ("2026-11-21T18:26:36", ()),
        ("2026-11-21T18:26:37", ("old_position",)),
        ("2026-11-18T18:26:37", ("future_date",)),
    ],
)
def test_an_old_position_is_the_last_known(
    arrived: str, expected: tuple[str, ...]
) -> None:
    found = record(version_1("+48.8", "+2.3"), arrived=moment(arrived))
    assert found.warnings == expected


@pytest.mark.parametrize("length", [0, 1, 9999])
def test_a_wrong_length_is_a_warning(length: int) -> None:
    found = record(version_1("+48.8", "+2.3", length=length))
    assert found.warnings == ("length_wrong",)
    assert found.fields["latitude"] == 48.8


def test_a_message_without_its_end_says_so() -> None:
    text = version_1("+48.8", "+2.3")
    assert "cut" in record(text[: text.index(";mcc")]).warnings


@pytest.mark.parametrize("key", ["AML", "text", "form"])
def test_identities_of_the_device_stay_in_the_raw_bytes(key: str) -> None:
    fields = {
        "location_latitude": "1",
        "location_longitude": "2",
        "device_imei": IDENTITIES[1],
        "device_imsi": IDENTITIES[0],
        "device_iccid": IDENTITIES[0],
    }
    body = form(fields) if key == "form" else version_1("+1", "+2").encode()
    found = record(body, kind=FORM if key == "form" else "text/plain")
    said = " ".join(map(str, found.fields.values()))
    assert not any(number in said for number in IDENTITIES)
    assert all(number.encode() in found.raw for number in IDENTITIES)


@pytest.mark.parametrize(
    ("sender", "number", "warning"),
    [
        ("+15555550100", "5555550100", None),
        ("6035550123", "6035550123", None),
        ("9115550123", None, "callback_not_dialable"),
        ("+16035115123", None, "callback_is_pani"),
        ("6032115123", None, "callback_is_pani"),
        ("+447477593102", None, "callback_not_dialable"),
        ("911", None, "callback_not_dialable"),
    ],
)
def test_only_a_number_that_may_be_dialled_is_a_callback(
    sender: str, number: str | None, warning: str | None
) -> None:
    path = f"/IN20261121_182336_00_{sender}_00.txt"
    for found in (
        record(version_1("+48.8", "+2.3"), path),
        record(form({"device_number": sender, "v": "1"}), "/aml", FORM),
    ):
        assert found.fields.get("callback_number") == number
        assert (warning in found.warnings) is (warning is not None)
        assert ("no_callback" in found.warnings) is (number is None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"help there is a man in the house",
        b'A"ML=3;lt=+48.8;lg=+2.3',
        b"XML=1;lt=1;lg=2",
        b"\xff\xfe\x00",
        b"\xfe\xff" + "help".encode("utf-16-be"),
        bytes(range(256)),
    ],
)
def test_what_is_no_location_message_can_be_read(body: bytes) -> None:
    (heard,) = hear(body)
    assert isinstance(heard, Noise)
    assert heard.raw.endswith(body)


def test_a_frame_without_an_envelope_is_read_too() -> None:
    text = version_1("+48.8", "+2.3").encode()
    frame = Frame(text, text, 7, 7 + len(text), ARRIVED, 0, Framing.WHOLE)
    (found,) = DRIVER.decoder(LineSettings()).decode(frame)
    assert isinstance(found, AliRecord)
    assert bytes_of(found, "latitude") == b"+48.8"


# the answer to a link


@pytest.mark.parametrize(
    "body",
    [
        b"lat=42.9&lon=-71.9&accuracy=12.5&timestamp=1795285410000",
        b'{"lat": 42.9, "lon": -71.9, "accuracy": 12.5, "timestamp": 1795285410000}',
        b'{"coords": {"latitude": 42.9, "longitude": -71.9, "accuracy": 12.5}'
        + b', "timestamp": 1795285410000}',
    ],
)
def test_an_answer_to_a_link(body: bytes) -> None:
    found = record(body, "/locate/AbCdEfGhIjKlMnOpQrSt", FORM)
    assert found.layout == "locate_answer"
    assert dict(found.fields) == {
        "latitude": 42.9,
        "longitude": -71.9,
        "uncertainty_m": 12.5,
        "location_time": "2026-11-21T18:23:30Z",
        "locate_token": "AbCdEfGhIjKlMnOpQrSt",
    }
    assert found.warnings == ()


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"error=denied", b'{"lat": true}'])
def test_an_answer_without_a_point(body: bytes) -> None:
    found = record(body, "/locate/AbCdEfGhIjKlMnOpQrSt", "application/json")
    assert dict(found.fields) == {"locate_token": "AbCdEfGhIjKlMnOpQrSt"}
    assert "no_fix" in found.warnings


@pytest.mark.parametrize(
    "path", ["/locate/short", "/locate/", "/aml/AbCdEfGhIjKlMnOpQr"]
)
def test_other_paths_are_no_answers(path: str) -> None:
    heard = hear(b"lat=42.9&lon=-71.9", path, FORM)
    assert all(getattr(h, "layout", "") != "locate_answer" for h in heard)


# any bytes at all


@given(st.binary(max_size=300), st.sampled_from(["text/plain", FORM, ""]))
def test_any_bytes_are_taken(body: bytes, kind: str) -> None:
    assert len(hear(body, kind=kind)) >= 1


KEYS = st.sampled_from(
    ["lt", "lg", "rd", "top", "lc", "pm", "ml", "lo", "lz", "et", "ls", "nc"]
)
VALUES = st.one_of(st.text(max_size=12), st.floats().map(str), st.integers().map(str))


@given(st.sampled_from("12"), st.lists(st.tuples(KEYS, VALUES), max_size=12))
def test_any_values_are_taken(version: str, pairs: list[tuple[str, str]]) -> None:
    text = f'A"ML={version};' + ";".join(f"{k}={v}" for k, v in pairs)
    for found in hear(text.encode("utf-8", "replace")):
        assert isinstance(found, AliRecord | Noise)
        if isinstance(found, AliRecord) and "latitude" in found.fields:
            north = found.fields["latitude"]
            assert isinstance(north, float)
            assert -90 <= north <= 90


def test_it_claims_its_own_messages() -> None:
    text = version_1("+48.8", "+2.3").encode()
    assert DRIVER.claims(wrap(TEN, text))
    assert DRIVER.claims(wrap("/aml", b"v=1&device_number=1", FORM, method="POST"))
    assert not DRIVER.claims(wrap("/x", b"<presence/>"))
    assert not DRIVER.claims(text[:3])
