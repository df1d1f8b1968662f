"""Layout files of labels: what is in them, what is refused, and their shapes."""

from __future__ import annotations

import pytest

from aliquot.drivers.lines.api import Warnings
from aliquot.drivers.lines.label_file import parse_alone, parse_label_layout
from aliquot.drivers.lines.label_layout import LabelLayout, labelled
from aliquot.drivers.lines.label_scan import TokenFinder
from aliquot.drivers.lines.label_shape import ShapeError, compile_shape
from aliquot.drivers.lines.layouts import LayoutError

GOOD = """
kind = "labelled"
name = "mine"
title = "Mine"

[match]
all = ["MINE"]
needs = ["latitude"]

[quirks]
first_number = "callback"
swap_lat_lon = true

[[shape]]
text = '<first_number> [<class_of_service> ]MINE'
required = true

[[field]]
name = "latitude"
labels = ["A"]
[[field]]
name = "longitude"
labels = ["B"]
"""


def test_a_layout_file_of_labels() -> None:
    layout = parse_alone(GOOD, "mine.toml")
    assert layout.names == {
        "first_number",
        "class_of_service",
        "latitude",
        "longitude",
    }
    assert layout.quirks.swap_lat_lon
    assert layout.all_of == (("MINE",),)


def test_a_layout_file_has_the_usual_labels_besides_unless_it_refuses() -> None:
    names = parse_label_layout(GOOD, "mine.toml").names
    assert {"esn", "uncertainty_m"} <= names
    alone = GOOD.replace("[quirks]", "[quirks]\nown_labels_only = true")
    assert "esn" not in parse_label_layout(alone, "mine.toml").names


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('name = "mine"', 'name = "My layout"', "name", "small letters"),
        ('title = "Mine"', "", "title", "is missing"),
        ("[match]", "[mtch]", "mtch", "not a key"),
        ('needs = ["latitude"]', 'needs = ["latitud"]', "needs", "no field name"),
        ('all = ["MINE"]', "all = [7]", "all", "list of texts"),
        ("swap_lat_lon = true", "swap_lat_lon = 1", "swap_lat_lon", "give bool"),
        ('"callback"', '"caller"', "first_number", "pani_or_callback"),
        ("<first_number>", "<number>", "text", "no field name"),
        ("<first_number>", "<first_number:egg>", "text", "no kind egg"),
        ("<first_number> ", "", "text", ""),
        ("<first_number> [", "[", "text", "cannot be read"),
        ('labels = ["A"]', "labels = []", "labels", "list of texts"),
        ('labels = ["B"]', 'labels = ["a"]', "field", "twice"),
        ('name = "longitude"', 'name = "longitud"', "name", "no field name"),
        ("[[field]]", "[[field", "file", "no TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_file_key_and_what_to_do(
    old: str, new: str, key: str, words: str
) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if old == "<first_number> ":
        text = GOOD.replace("<first_number> [<class_of_service> ]MINE", "MINE")
    if old == "<first_number> [":
        text = GOOD.replace("[<class_of_service> ]", "[<class_of_service> ")
    with pytest.raises(LayoutError) as refused:
        parse_label_layout(text, "mine.toml")
    assert refused.value.file == "mine.toml"
    assert key in refused.value.key
    assert words in str(refused.value)


def test_all_bundled_layouts_of_labels_can_be_read() -> None:
    layouts = labelled()
    families = {layout.family for layout in layouts}
    expected = {f"{n:02}" for n in range(2, 31)} - {"04"}
    assert expected <= families  # 04 is 03 in one line, 31 is no ALI text
    for layout in layouts:
        assert isinstance(layout, LabelLayout)
        assert layout.name == "generic_labelled" or layout.all_of
        assert {code for code, _ in layout.says} <= set(Warnings().known)


def test_shapes_say_what_is_wrong_with_them() -> None:
    with pytest.raises(ShapeError, match="no <field>"):
        compile_shape("only words", False)
    pattern, fields = compile_shape("{A|B\\|C}~<@note>X _</> [<esn>]", False)
    assert [name for name, _ in fields] == ["note", "esn"]
    found = pattern.search("b|c X why 123")
    assert found is not None
    assert found["note"] == "X why"
    assert found["esn"] == "123"


def test_tokens_are_found_whichever_begins_another() -> None:
    finder = TokenFinder(["LAT", "LATITUDE", "LON", "ATI"])
    assert finder.find("LATITUDE 4") == {"LAT", "LATITUDE", "ATI"}
    assert finder.find("LATLON") == {"LAT", "LON"}
    assert finder.find("none") == frozenset()
