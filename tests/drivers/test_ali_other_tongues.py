"""Labels in Spanish and French; more ways of writing a point or no record."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord, LineSettings


def parsed(text: str, country: str = "US") -> AliRecord:
    settings = LineSettings(site_country=country)
    (record,) = parse_bytes(text.encode("latin-1"), settings)
    assert isinstance(record, AliRecord), text
    return record


def test_a_record_in_spanish() -> None:
    got = parsed(
        "NUMERO DE RETORNO: 787-555-0142\r\nCLASE: WPH2\r\nNOMBRE: RIVERA, CARMEN\r\n"
        "DIRECCION: 12 CALLE LUNA\r\nPUEBLO: SAN JUAN\r\n"
        "LATITUD: 18.465500 LONGITUD: -66.105700\r\nINCERTIDUMBRE: 25 CONFIANZA: 90"
    ).fields
    assert got["callback_number"] == "7875550142"
    assert got["class_of_service"] == "WPH2"
    assert (got["customer_name"], got["house_number"]) == ("RIVERA, CARMEN", "12")
    assert got["community"] == "SAN JUAN"
    assert (got["latitude"], got["longitude"]) == (18.4655, -66.1057)
    assert (got["uncertainty_m"], got["confidence_pct"]) == (25, 90)


@pytest.mark.parametrize("label", ["No de rappel", "NUM\xc9RO DE RAPPEL", "Rappel"])
def test_a_record_in_french(label: str) -> None:
    got = parsed(
        f"{label}: 514-555-0142 Classe de service: WPH2\r\nNom: C\xd4T\xc9 JEAN\r\n"
        "Adresse: 45 RUE DES ERABLES\r\nVille: MONTREAL\r\n"
        "Latitude: 45.501700 Longitude: -73.567300\r\n"
        "Incertitude: 30 Niveau de confiance: 90",
        "CA",
    ).fields
    assert got["callback_number"] == "5145550142"
    assert (got["customer_name"], got["community"]) == ("C\xd4T\xc9 JEAN", "MONTREAL")
    assert (got["uncertainty_m"], got["confidence_pct"]) == (30, 90)


def test_small_letters_with_accents_are_letters() -> None:
    got = parsed("T\xe9l\xe9phone: 514-555-0142 Classe: RES", "CA")
    assert got.fields["callback_number"] == "5145550142"


def test_a_tower_in_another_tongue_is_no_caller() -> None:
    for word in ("TORRE", "TOUR", "ANTENNE"):
        got = parsed(f"RAPPEL: 514-555-0142 COS: WPH1\r\n{word}: 45.40010 -73.20020")
        assert "latitude" not in got.fields, word


@pytest.mark.parametrize(
    "said",
    [
        *("ALI NOT AVAILABLE", "RECORD NOT ON FILE", "NOT IN DATABASE", "*NRF*", "NRF"),
        *("NO ALI DATA AVAILABLE", "SUBSCRIBER NOT FOUND", "TN NOT FOUND"),
        *("REGISTRO NO ENCONTRADO", "AUCUN ENREGISTREMENT TROUVE"),
    ],
)
def test_no_record_in_other_words(said: str) -> None:
    got = parsed(f"(617) 555-0142\r\n{said}\r\nESN 199")
    assert "no_record_found" in got.warnings
    assert got.fields["callback_number"] == "6175550142"


def test_no_record_found_is_nobodys_name() -> None:
    got = parsed("TN: 617-555-0142 COS: RESD\r\nNAME: NO RECORD FOUND\r\nADDR: *NRF*")
    assert "customer_name" not in got.fields
    assert "street_name" not in got.fields


@pytest.mark.parametrize(
    "point",
    [
        "38 21 04.4 N 081 37 56.4 W",
        "XY: -81.632333, 38.351222",
        "LON/LAT: -81.632333/38.351222",
        "LATITUDE.....: 38.351222\r\nLONGITUDE....: -81.632333",
    ],
)
def test_points_written_in_other_ways(point: str) -> None:
    got = parsed(f"CALLBACK: 304-555-0142 COS: WPH2\r\n{point}")
    assert got.fields["latitude"] == pytest.approx(38.351222, abs=1e-6)
    assert got.fields["longitude"] == pytest.approx(-81.632333, abs=1e-6)


def test_a_radius_behind_plus_and_minus() -> None:
    got = parsed("CALLBACK: 304-555-0142\r\nGPS: 38.351222,-81.632333 (+/- 22 M)")
    assert got.fields["uncertainty_m"] == 22
    got = parsed("CALLBACK: 304-555-0142\r\nGPS: 38.351222,-81.632333 (+/- 22 FT)")
    assert "uncertainty_m" not in got.fields
