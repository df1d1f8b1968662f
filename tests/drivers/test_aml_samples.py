"""The sample messages, each with what a person reads in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from aml_hear import FORM, bytes_of, hear, record

from aliquot.drivers.lines.api import AliRecord, FieldValue, LineSettings

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared/data/lines/aml"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the samples of ../shared are not there"
)


def sample(name: str) -> str:
    lines = (SAMPLES / "samples.txt").read_text().splitlines()
    return dict(x.split("\t") for x in lines if not x.startswith("#"))[name]


Expected = tuple[str, dict[str, FieldValue], set[str]]

TEXTS: dict[str, Expected] = {
    "aml-lib-test-ml126": (
        "aml_v1",
        {
            "latitude": 48.82639,
            "longitude": -2.36619,
            "uncertainty_m": 52,
            "confidence_pct": 68,
            "location_time": "2019-11-12T11:29:28Z",
            "location_method": "gnss",
            "note": "network 208-20",
        },
        {"old_position"},
    ),
    "aml-lib-v2": (
        "aml_v2",
        {
            "latitude": -37.42175,
            "longitude": -122.08461,
            "uncertainty_m": 2000.1,
            "confidence_pct": 68,
            "altitude_m": -100.1,
            "location_time": "2020-06-26T13:13:10Z",
            "location_method": "gnss",
            "note": "network 310-260, language en-US",
        },
        {"old_position"},
    ),
    "french-app": (
        "aml_v1",
        {
            "latitude": 48.902963,
            "longitude": 2.516582,
            "uncertainty_m": 1964,
            "confidence_pct": 95,
            "location_time": "2022-02-10T13:46:54Z",
            "location_method": "gnss",
            "note": "network 208-01",
        },
        {"old_position"},
    ),
    "php-1-no-Aquote": (
        "aml_v1",
        {
            "latitude": 54.76397,
            "longitude": 0.18305,
            "uncertainty_m": 50,
            "confidence_pct": 90,
            "location_time": "2013-07-17T14:19:35Z",
            "location_method": "wifi",
            "note": "network 234-30",
        },
        {"old_position", "length_wrong"},
    ),
    "php-2-no-Aquote": (
        "aml_v1",
        {
            "latitude": 55.74297,
            "longitude": -4.2688,
            "uncertainty_m": 10,
            "confidence_pct": 95,
            "location_time": "2013-07-17T17:53:29Z",
            "location_method": "gnss",
            "note": "network 234-30",
        },
        {"old_position", "length_wrong"},
    ),
    "google-els-nolocation": (
        "aml_v1",
        {"note": "network 234-15"},
        {"no_fix"},
    ),
    "google-els-computed": (
        "aml_v1",
        {
            "latitude": 51.53321,
            "longitude": -0.12601,
            "uncertainty_m": 14,
            "confidence_pct": 68,
            "location_time": "2022-01-31T17:17:48Z",
            "location_method": "wifi",
            "note": "network 234-15",
        },
        {"old_position", "length_wrong"},
    ),
}
CALLER: dict[str, FieldValue] = {"callback_number": "5555550100"}


@needs_samples
@pytest.mark.parametrize("name", TEXTS)
def test_text_samples(name: str) -> None:
    layout, fields, warnings = TEXTS[name]
    found = record(sample(name))
    assert found.layout == layout
    assert dict(found.fields) == fields | CALLER
    assert set(found.warnings) == warnings


@needs_samples
def test_every_text_of_the_file_is_tested_and_read_from_one_message() -> None:
    heard = hear((SAMPLES / "samples.txt").read_bytes())
    assert len(heard) == len(TEXTS)
    assert b"".join(h.raw for h in heard).endswith(b"ml=126\n")
    for found, (layout, fields, _) in zip(heard, TEXTS.values(), strict=True):
        assert isinstance(found, AliRecord)
        assert (found.layout, dict(found.fields)) == (layout, fields | CALLER)
        if "latitude" in fields:
            assert float(bytes_of(found, "latitude")) == fields["latitude"]


@needs_samples
@pytest.mark.parametrize("as_hex", [True, False])
def test_data_sms_sample(as_hex: bool) -> None:
    written = (SAMPLES / "data_sms_hex_aml-lib.txt").read_bytes()
    body = written if as_hex else bytes.fromhex(written.decode().strip())
    found = record(body, kind="application/octet-stream")
    assert found.layout == "aml_v1"
    assert found.fields["latitude"] == 37.42175
    assert found.fields["longitude"] == -122.08461
    assert found.fields["uncertainty_m"] == 20
    assert found.fields["location_time"] == "2015-06-13T01:09:48Z"
    assert found.warnings == ("old_position",)


@needs_samples
def test_form_samples(tmp_path: Path) -> None:
    key = tmp_path / "aml.secret"
    key.write_text("AML\n")
    signed = LineSettings(options={"secret_file": str(key)})
    lines = (SAMPLES / "https_forms_aml-lib.txt").read_bytes().splitlines()
    first, second = (record(line, "/aml", FORM, signed) for line in lines)
    assert first.layout == second.layout == "aml_https"
    assert dict(first.fields) == {
        "latitude": 55.85732,
        "longitude": -4.26325,
        "uncertainty_m": 10.4,
        "confidence_pct": 83,
        "location_time": "2016-10-11T12:37:24Z",
        "location_method": "gnss",
        "floor": "5",
        "note": "from +447477593102",
    }
    assert "signature_wrong" in first.warnings  # it has none, and one is wanted
    assert second.fields["latitude"] == 0.85732
    assert second.fields["location_time"] == "2020-11-09T08:55:21Z"
    assert "signature_wrong" not in second.warnings


@needs_samples
def test_sample_that_gammu_wrote() -> None:
    (path,) = (SAMPLES / "gammu_smsd_inbox").iterdir()
    found = record(path.read_bytes(), f"/{path.name}")
    assert found.fields["callback_number"] == "5555550100"
    assert found.fields["latitude"] == 48.82639
