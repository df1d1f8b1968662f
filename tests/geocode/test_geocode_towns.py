"""A town that is named with an address: which one holds, and which leaves nothing sure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from geocode_county import FAR, away, best, county
from geocode_town import Builder, districts, spot

from aliquot.console.geocode.gazetteer import Gazetteer
from aliquot.console.geocode.geocoder import LocalGeocoder
from aliquot.console.geocode.towns import names_other_town, town_named
from aliquot.console.geocode.weighing import SURE

OTHER_TOWNS = [
    "150 Fir St, Otherville",
    "150 Fir St, Otherville UT",
    "150 Fir St, SOMEWHERE ELSE, UT",
    "150 Fir St; Otherville",
    "150 Fir St - Otherville",
    "150 Fir St/Otherville",
    "150 Fir St (Otherville)",
    "150 Fir St in Otherville",
    "150 Fir St Otherville",
    "150 FIR ST OTHERVILLE UT 84001",
    "150 Fir St, town of Otherville",
    "150 Fir St, apt 3, Otherville",
    "Otherville, 150 Fir St",
    "150 Fir St, Birch Falls",
    "150 Fir St, Alder Creek",
    "100 block of Fir St, Otherville",
    "E 300 S & S 400 E, Otherville",
    "St Marys Hosp, Otherville",
    "I-80 MM 4, Otherville",
]


@pytest.mark.parametrize("text", OTHER_TOWNS)
def test_another_town_s_address_is_not_sure_and_says_so_first(text: str) -> None:
    found = best(text)
    assert found.score < SURE
    assert found.why[0] == "other_community"


def test_what_was_picked_for_another_town_comes_first_and_is_not_sure() -> None:
    geocoder = county()
    picked = geocoder.geocode("150 Fir St")[0]
    for text, sure in (("150 Fir St, Otherville", False), ("the old yard", True)):
        geocoder.learn(text, picked)
        found = geocoder.geocode(text)[0]
        assert (found.address, found.score >= SURE) == (picked.address, sure)
        assert "picked_before" in found.why


@pytest.mark.parametrize(
    "text",
    [
        "150 Fir St",
        "150 Fir St, Alder",
        "150 Fir St (Alder)",
        "150 Fir St - Alder",
        "150 Fir St in Alder",
        "Alder, 150 Fir St",
        "150 Fir St; Alder UT 84001",
        "St Marys Hosp, Alder",
        "I-80 MM 4, Alder",
    ],
)
def test_its_own_town_takes_nothing_off(text: str) -> None:
    assert best(text).score >= SURE


@pytest.mark.parametrize("town", ["Birch Fals", "Birhc Falls", "Birch"])
def test_a_town_that_is_spelled_otherwise_chooses_and_is_not_sure(town: str) -> None:
    found = best(f"150 Elm St, {town}")
    assert away(found, spot(FAR, 0.5)) < 60
    assert found.score < SURE
    assert found.why[0] == "similar_community"


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("150 Elm St at North Main St, Alder", True),
        ("150 Fir St at Ash St", False),
        ("Ash St, 150 Fir St", False),
    ],
)
def test_a_street_named_beside_an_address_must_be_near(text: str, sure: bool) -> None:
    assert (best(text).score >= SURE) is sure
    assert ("cross_street_elsewhere" in best(text).why) is not sure


def test_a_geofile_without_towns_confirms_none() -> None:
    made = Builder()
    made.street("Elm Street", [spot(0, c) for c in range(5)])
    nowhere = [
        replace(s, community=(None, None), postal=("84001", "84001"))
        for s in made.segments
    ]
    geocoder = LocalGeocoder(
        Gazetteer(made.names, nowhere, np.array(made.vertices), made.nodes, []),
        districts(),
    )
    assert geocoder.geocode("150 Elm St")[0].score >= SURE
    assert geocoder.geocode("150 Elm St, 84001")[0].score >= SURE
    assert geocoder.geocode("150 Elm St, Alder UT 84001")[0].score >= SURE
    found = geocoder.geocode("150 Elm St, Alder")[0]
    assert (found.score < SURE, found.why[0]) == (True, "unknown_community")


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("110 Mill Road", False),
        ("110 Mill Rd, apt 3", False),
        ("110 Mill Rd, MA 02139", False),
        ("110 Mill Rd, Halden", False),
        ("110 Mill Rd, City of Halden NY", False),
        ("110 Mill Rd, Haldon", True),
        ("110 Mill Rd, Otherville", True),
        ("110 Mill Rd, Otherville, Halden", True),
        ("110 Mill Rd; Otherville", True),
        ("Otherville, 110 Mill Rd", True),
        ("Mill Rd & Elm St, Otherville", True),
    ],
)
def test_whether_an_address_names_another_town(address: str, other: bool) -> None:
    assert names_other_town(address, ["Halden", "Town of Halden"]) is other
    assert names_other_town(address, []) is (town_named(address) != "")
