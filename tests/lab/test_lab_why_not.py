"""A layout that takes nothing: what of it does not fit, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from aliquot.console.domain.lab import LayoutProblem
from aliquot.console.lab import own_layout
from aliquot.console.lab.why_not import why_not

RECORD = b"\x02$ALI;0805;01;3155550101;ZZTOP;OKAFOR ADA\r\n\x03"
HEAD = 'kind = "labelled"\nname = "mine"\ntitle = "Mine"\n[match]\n'
COLUMNS = """
name = "mine"
title = "Mine"
family = "mine"
[framing]
start = '[0-9]{3}-[0-9]{4}'
start_bytes = 8
widths = [32]
stream_breaks = []
required_lines = 1
[match]
tokens = []
[quirks]
first_number = "callback"
second_number = "none"
[[field]]
name = "first_number"
kind = "telephone"
pieces = [[1, 0, 11]]
"""


def told(toml: str) -> str:
    layout = own_layout.read(toml)
    assert not isinstance(layout, LayoutProblem), layout.text
    return why_not(layout, RECORD)


def shaped(text: str, match: str = 'all = ["$ALI;"]') -> str:
    return told(f"{HEAD}{match}\n[[shape]]\ntext = '{text}'\nrequired = true\n")


@pytest.mark.parametrize(
    ("text", "fits", "then", "rest"),
    [
        ("^$ALI;<_|;>;<_|;>;<callback>;", "^", "$", "$ALI;0805"),
        (r"^\$ALI;<_|;>;<_|;>;<position>;", r"^\$ALI;<_|;>;<_|;>;", "<position>", "3155550101"),
        (r"^\$ALI;<_|;>;<_|;>;<callback>;<class_of_service>;",
         r"^\$ALI;<_|;>;<_|;>;<callback>;", "<class_of_service>", "ZZTOP"),
        (r"^\$ALI;<_|;>;<_|;>[;<esn>]x<callback>", r"^\$ALI;<_|;>;<_|;>[;<esn>]", "x", ";3155550101"),
    ],
)  # fmt: skip
def test_the_part_of_a_shape_that_does_not_fit_is_named(
    text: str, fits: str, then: str, rest: str
) -> None:
    said = shaped(text)
    assert f"as far as `{fits}`; then `{then}` does not fit '{rest}" in said


def test_a_text_that_must_be_there_and_is_not_is_named() -> None:
    said = shaped("<callback>", 'all = ["$ALI;", ["CBN", "TEL"]]')
    assert said.startswith("[match] all: 'CBN' or 'TEL' is not in '$ALI;0805")
    assert "all is empty" in shaped("<callback>", "none = []")
    assert "none: ';01;' is in" in shaped(
        "<callback>", 'all = ["$ALI;"]\nnone = [";01;"]'
    )


def test_a_first_line_that_columns_do_not_begin_with_is_shown() -> None:
    said = told(COLUMNS)
    assert said.startswith("[framing] start does not fit the first line, '$ALI;0805")


def test_an_empty_layout_file_is_said_to_be_empty(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("\n")
    with pytest.raises(own_layout.LayoutError, match="is empty"):
        own_layout.from_file(str(file))
