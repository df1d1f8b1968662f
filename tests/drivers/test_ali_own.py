"""A line reads a layout of its own, and what that does not know by the others."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from aliquot.drivers.lines import ali, plugins
from aliquot.drivers.lines.api import (
    AliRecord,
    Chunk,
    Frame,
    Heard,
    LineSettings,
    Noise,
)
from aliquot.drivers.lines.layouts import LayoutError

OWN = """
name = "county"
title = "A county's own"
[framing]
start = 'CALL [0-9]{3}-[0-9]{3}-[0-9]{4}'
start_bytes = 17
widths = [17, 40]
stream_breaks = []
required_lines = 2
[match]
tokens = ["CALL "]
[quirks]
first_number = "callback"
second_number = "none"
[[field]]
name = "first_number"
kind = "telephone"
pieces = [[1, 5, 16]]
[[field]]
name = "customer_name"
kind = "text"
pieces = [[2, 0, 39]]
"""
LABELS = """
kind = "labelled"
name = "county_labels"
title = "A county's own labels"
[match]
all = ["RINGBACK:"]
[[field]]
name = "callback"
labels = ["RINGBACK"]
[[field]]
name = "customer_name"
labels = ["WHO"]
"""
MINE = b"\x02CALL 315-555-0101\rOKAFOR, ADA\r\x03"
HOUSE = (
    b"\x02(509) 555-0102 RESD 02/23 08:05\rLI, WEN\r       111       P#509-555-0102\r"
    b"E  7TH ST\r\r                      814 04275\rWA TONASKET\r\x03"
)


def heard(settings: LineSettings, *records: bytes) -> list[Heard]:
    framer, decoder = ali.DRIVER.framer(settings), ali.DRIVER.decoder(settings)
    cut: list[Frame | Noise] = []
    for n, record in enumerate(records):
        cut += framer.feed(Chunk(record, n * 1_000_000, n * 1_000_000_000))
    cut += framer.flush()
    found: list[Heard] = []
    for one in cut:
        found += [one] if isinstance(one, Noise) else decoder.decode(one)
    return found


@pytest.fixture
def own(tmp_path: Path) -> LineSettings:
    path = tmp_path / "county.toml"
    path.write_text(OWN, "utf-8")
    return LineSettings(options={"layout_file": str(path)})


def names(found: list[Heard]) -> list[str]:
    return [one.layout for one in found if isinstance(one, AliRecord)]


def test_the_own_layout_and_the_bundled_ones_are_read(own: LineSettings) -> None:
    found = heard(own, MINE, HOUSE)
    assert names(found) == ["county", "ali_30w"]
    assert isinstance(found[0], AliRecord)
    assert found[0].fields["customer_name"] == "OKAFOR, ADA"
    assert names(heard(LineSettings(), MINE)) != ["county"]


def test_a_layout_of_labels_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "labels.toml"
    path.write_text(LABELS, "utf-8")
    settings = LineSettings(options={"layout_file": str(path)})
    (one,) = heard(settings, b"\x02RINGBACK: 315-555-0101 WHO: OKAFOR\r\x03")
    assert isinstance(one, AliRecord)
    assert one.layout == "county_labels"
    assert one.fields["callback_number"] == "3155550101"


def test_an_own_layout_takes_the_place_of_one_of_its_name(tmp_path: Path) -> None:
    text = (files("aliquot.resources") / "layouts" / "ali_30w.toml").read_text("utf-8")
    path = tmp_path / "ours.toml"
    path.write_text(
        text.replace("pieces = [[7, 3, 30]]", "pieces = [[7, 3, 7]]"), "utf-8"
    )
    settings = LineSettings(options={"layout_file": str(path)})
    (one,) = heard(settings, HOUSE)
    assert isinstance(one, AliRecord)
    assert one.fields["community"] == "TONAS"


def test_a_file_that_will_not_do_is_said(own: LineSettings, tmp_path: Path) -> None:
    missing = replace(own, options={"layout_file": str(tmp_path / "none.toml")})
    with pytest.raises(LayoutError, match=r"none\.toml: layout_file: cannot be read"):
        ali.DRIVER.decoder(missing)
    broken = tmp_path / "broken.toml"
    broken.write_text(OWN.replace("telephone", "telefone"), "utf-8")
    wrong = replace(own, options={"layout_file": str(broken)})
    with pytest.raises(LayoutError, match=r"broken\.toml: field\[0\]\.kind"):
        ali.DRIVER.framer(wrong)


def test_the_option_is_told_to_a_settings_page() -> None:
    assert [spec.name for spec in plugins.options(ali.DRIVER)] == ["layout_file"]
