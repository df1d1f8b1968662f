"""The tables of codes: whole, disjoint, and what the source was made from."""

from __future__ import annotations

import csv
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from aliquot.console.domain.incident_types import incident_types
from aliquot.console.release import apco, codes
from aliquot.console.release.codes import Category, Phrase, Status

ROOT = Path(__file__).resolve().parents[2]
CROSSWALK = ROOT.parent / "shared" / "data" / "release" / "category_crosswalk.csv"


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    path = ROOT / "packaging" / "make_release_codes.py"
    spec = importlib.util.spec_from_file_location("make_release_codes", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["codes", "apco"])
def test_the_source_is_made_from_the_tables(maker: ModuleType, name: str) -> None:
    made = getattr(maker, f"{name}_text")(maker.tables())
    current = (ROOT / "console" / "release" / f"{name}.py").read_text()
    assert current == made, "run packaging/make_release_codes.py"


def test_a_code_has_one_class() -> None:
    tables = (apco.NEVER, apco.APPROVE, apco.HOLD)
    assert sum(map(len, tables)) == len(set().union(*tables))
    assert not set(apco.APPROVE.values()) & set(apco.HOLD.values())


def test_every_category_has_codes_and_all_its_words() -> None:
    assert {*apco.APPROVE.values(), *apco.HOLD.values()} == set(Category)
    for table in (codes.CATEGORY_LABELS, codes.CATEGORY_KINDS, codes.FINEST_LEVELS):
        assert set(table) == set(Category)
    assert set(codes.PHRASE_TEXTS) == set(codes.PHRASE_KINDS) == set(Phrase)
    assert set(codes.SENTENCES) == set(codes.STATUS_LABELS) == set(Status)
    assert len(set(codes.TIME_WORDS)) == 48


def test_levels_follow_the_harm() -> None:
    levels = codes.FINEST_LEVELS
    assert levels[Category.BURGLARY] == levels[Category.VEHICLE_THEFT] == 1
    for violent in (Category.ROBBERY, Category.SHOOTING, Category.STABBING):
        assert levels[violent] == 2
    assert levels[Category.DWELLING_FIRE] == 2
    assert levels[Category.ASSAULT] == levels[Category.HOSTAGE] == 3


def test_the_consoles_types_all_have_a_class() -> None:
    known = {*apco.NEVER, *apco.APPROVE, *apco.HOLD}
    assert set(incident_types()) <= known


@pytest.mark.parametrize(
    "code",
    [
        "PERSUSP",
        "VEHSUSP",
        "SUSP",
        "DVA",
        "JUV",
        "SEXOFFNS",
        "SUICIDE",
        "EDP",
        "ALIEN",
        "WELFARE",
        "WARRANT",
        "ALRBA",
        "CARDIAC",
        "CU1",
        "CU2",
        "TSTOP",
        "911H",
        "SAR",
        "HOMICIDE",
        "PANDEMIC",
        "THREATS",
    ],
)
def test_these_can_never_leave(code: str) -> None:
    assert code in apco.NEVER


def test_no_words_of_a_release_claim_or_blame() -> None:
    words = [*codes.CATEGORY_LABELS.values(), *codes.PHRASE_TEXTS.values()]
    words += [*codes.SENTENCES.values(), *codes.TIME_WORDS]
    blame = re.compile(
        r"\b(suspect|suspicious|criminal|victim|dangerous|armed)", re.IGNORECASE
    )
    assert [text for text in words if blame.search(text)] == []


@pytest.mark.skipif(not CROSSWALK.exists(), reason="../shared is not here")
def test_we_are_nowhere_laxer_than_the_crosswalk() -> None:
    strict = {"NEVER": 2, "HOLD_UNTIL_CLOSED": 1, "APPROVE": 0}
    ours = {**dict.fromkeys(apco.NEVER, 2), **dict.fromkeys(apco.HOLD, 1)}
    with CROSSWALK.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["apco_code"] for row in rows} == {
        *apco.NEVER, *apco.APPROVE, *apco.HOLD,
    }  # fmt: skip
    laxer = [
        row["apco_code"]
        for row in rows
        if ours.get(row["apco_code"], 0) < strict[row["default_release_class"]]
    ]
    assert laxer == []
