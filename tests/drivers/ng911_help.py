"""What the tests of NG9-1-1 documents have in common."""

from __future__ import annotations

from pathlib import Path

import pytest

from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import AliRecord, Chunk, Heard, LineSettings, Noise

ROOT = Path(__file__).resolve().parents[2]
LINES = ROOT.parent / "shared" / "data" / "lines"
ARRIVED_US = 1_784_000_000_000_000  # 2026-07-14


def sample(*parts: str) -> bytes:
    path = LINES.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no sample data at {LINES}")
    return path.read_bytes()


def hear(
    driver: str, data: bytes, settings: LineSettings | None = None, at_us: int = 0
) -> list[Heard]:
    """What a driver says of bytes that came at once, then a silence."""
    one = plugins.driver(driver)
    settings = settings or LineSettings()
    framer, decoder = one.framer(settings), one.decoder(settings)
    pieces = [*framer.feed(Chunk(data, at_us, 0)), *framer.flush()]
    heard: list[Heard] = []
    for piece in pieces:
        heard += [piece] if isinstance(piece, Noise) else decoder.decode(piece)
    return heard


def record(
    driver: str, data: bytes, settings: LineSettings | None = None, at_us: int = 0
) -> AliRecord:
    """The one record of the bytes."""
    (one,) = hear(driver, data, settings, at_us)
    assert isinstance(one, AliRecord), one
    return one


def located(inner: str, more: str = "", entity: str = "pres:a@example.com") -> bytes:
    """A document with one tuple around what stands in its ``location-info``."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<presence xmlns="urn:ietf:params:xml:ns:pidf"'
        ' xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"'
        ' xmlns:gml="http://www.opengis.net/gml"'
        ' xmlns:gs="http://www.opengis.net/pidflo/1.0"'
        ' xmlns:ca="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"'
        ' xmlns:con="urn:ietf:params:xml:ns:geopriv:conf"'
        f' entity="{entity}"><tuple id="t"><status><gp:geopriv>'
        f"<gp:location-info>{inner}</gp:location-info><gp:usage-rules/>{more}"
        "</gp:geopriv></status></tuple></presence>"
    ).encode()


def measure(name: str, value: float | str, uom: str = "9001") -> str:
    return f'<gs:{name} uom="urn:ogc:def:uom:EPSG::{uom}">{value}</gs:{name}>'


def shaped(kind: str, inner: str, srs: str = "urn:ogc:def:crs:EPSG::4326") -> str:
    space = "gml" if kind in ("Point", "Polygon") else "gs"
    return f'<{space}:{kind} srsName="{srs}">{inner}</{space}:{kind}>'


def pos(*numbers: float | str) -> str:
    return f"<gml:pos>{' '.join(str(number) for number in numbers)}</gml:pos>"
