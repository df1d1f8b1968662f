"""Violet is what leaves the building, and nothing else."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from aliquot.widgets.map.model import Layers, MapRegion, Picture
from aliquot.widgets.release import saying
from aliquot.widgets.statuses import INCIDENT_STATES, UNIT_STATUSES
from aliquot.widgets.theme.tokens import Theme, Tone, load_tokens

ROOT = Path(__file__).resolve().parents[2]
WIDGETS = ROOT / "widgets"
USES = re.compile(
    r'Tone\.RELEASE|tone="release"|\$release|--release|\.release\b.*colou?r'
)
MAY_USE = {
    "status.py",  # the outbox
    "theme/tokens.py",  # its name
    "theme/qss.py",  # how a label or a frame of the release desk takes it
}


def test_only_release_widgets_take_the_violet() -> None:
    found = {
        str(path.relative_to(WIDGETS))
        for path in WIDGETS.rglob("*.py")
        if USES.search(path.read_text(encoding="utf-8"))
    }
    outside = {name for name in found if not name.startswith("release/")}
    assert outside <= MAY_USE
    assert any(name.startswith("release/") for name in found)


def test_the_style_sheet_gives_violet_to_release_parts_only() -> None:
    text = (WIDGETS / "theme" / "qss.py").read_text(encoding="utf-8")
    rules = [line for line in text.splitlines() if "$release" in line]
    allowed = ('QLabel[tone="release"]', "QWidget#leaves")
    assert rules
    assert all(line.startswith(allowed) for line in rules)


@pytest.mark.parametrize("theme", Theme)
def test_no_other_role_comes_near_it(theme: Theme) -> None:
    tokens = load_tokens(theme)
    own = tokens.colour(Tone.RELEASE)
    assert [t for t in Tone if tokens.colour(t) == own] == [Tone.RELEASE]


def test_units_and_incidents_have_other_tones() -> None:
    looks = [*UNIT_STATUSES.values(), *INCIDENT_STATES.values()]
    assert Tone.RELEASE not in {look.tone for look in looks}


def test_each_state_of_a_release_has_a_word_and_says_what_it_means() -> None:
    assert set(saying.STATES) == set(saying.MEANINGS)
    words = [look.word for look in saying.STATES.values()]
    assert len(set(words)) == len(words)
    grouped = [state for _, _, states in saying.GROUPS for state in states]
    assert sorted(grouped) == sorted(saying.STATES)


def test_the_region_is_violet_a_fifth_filled() -> None:
    pages = files("aliquot.resources").joinpath("map")
    drawn = pages.joinpath("region.js").read_text("utf-8")
    assert "color: colours.release" in drawn
    assert "fillOpacity: 0.2 " in drawn
    violet = [page.name for page in pages.iterdir()
              if page.name.endswith(".js") and ".release" in page.read_text("utf-8")]  # fmt: skip
    assert violet == ["region.js"]


def test_the_picture_carries_region_cameras_and_units() -> None:
    region = MapRegion(
        region_id=4,
        label="Elm St",
        words="1 of 13 parcels",
        point=(42.1, -71.1),
        rings=(((42.1, -71.1), (42.2, -71.1), (42.2, -71.2)),),
    )
    picture = Picture(
        number=1,
        colours={},
        base=0,
        calls=(),
        selected=None,
        look=None,
        layers=Layers(region=region),
    )
    body = json.loads(picture.to_json())
    layers = body["layers"]
    assert layers["region"]["words"] == "1 of 13 parcels"
    assert layers["cameras"] == []
    assert layers["units"] == []
