"""The map's keys stand in the table, on the sheet and in the pages about keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from aliquot.widgets.map.keys import HELP, LAYERS, MAP_KEYS, MapLayer, turned

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("page", ["keys.md", "map.md"])
def test_every_key_is_described(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    keys = [key for keys, _ in MAP_KEYS for key in keys.split()]
    for key in keys:
        shown = f"`{key}`" if key != "Arrows" else "arrows"
        assert shown in text or f"`Ctrl+{key}`" in text, key


def test_a_screen_reader_hears_all_of_them() -> None:
    assert all(means in HELP for _, means in MAP_KEYS)


def test_each_layer_has_a_letter_of_its_own() -> None:
    assert len({layer.key for layer in LAYERS}) == len(LAYERS)
    assert len({layer.name for layer in LAYERS}) == len(LAYERS)


@pytest.mark.parametrize(
    ("on", "zoom", "said"),
    [
        (False, 18.0, "Signs are off on the map."),
        (True, None, "Signs are on the map."),
        (True, 16.0, "Signs are on the map."),
        (True, 15.0, "Signs are on, and show from nearer: press + once."),
        (True, 13.0, "Signs are on, and show from nearer: press + 3 times."),
    ],
)
def test_the_sentence_after_a_layer_s_key(
    on: bool, zoom: float | None, said: str
) -> None:
    layer = MapLayer(LAYERS[0].key, "signs", "Signs", from_zoom=16)
    assert turned(layer, on, zoom) == said
