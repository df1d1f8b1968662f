"""The table of a query link: its settings, what is refused, and its document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from query_links import table_with

from aliquot.drivers.lines.layouts import LayoutError
from aliquot.drivers.lines.query_link_states import TRANSITIONS
from aliquot.drivers.lines.query_link_table import load_table, settings_keys, table_of


def test_the_bundled_table_says_every_setting_and_is_marked() -> None:
    path = Path(__file__).parents[2] / "resources/links/generic.toml"
    text = path.read_text()
    assert "EXPERIMENTAL" in text
    assert "experimental" in load_table("generic").title
    section, found = "", []
    for line in text.splitlines():
        if head := re.fullmatch(r"\[(\w+)\]", line):
            section = head[1]
        elif key := re.match(r"(\w+) =", line):
            found.append(f"{section}.{key[1]}".lstrip("."))
    assert set(found) - {"name", "title"} == set(settings_keys()) - {"request.npd"}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"bytes.stx": 65}, "bytes.stx"),
        ({"bytes.ack": 21}, "bytes"),
        ({"bytes.ack": 13}, "bytes"),
        ({"times.ack_ms": 0}, "times.ack_ms"),
        ({"times.ack_ms": True}, "times.ack_ms"),
        ({"times.tea_ms": 4}, "times.tea_ms"),
        ({"tea.ms": 4}, "tea"),
        ({"request.number": "npd"}, "request.npd"),
        ({"request.parts": ["position"]}, "request.parts"),
        ({"request.end": ""}, "request.end"),
        ({"request.position": "x"}, "request.position"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(changes: dict, where: str) -> None:
    with pytest.raises(LayoutError, match=re.escape(where)):
        table_with(**changes)


def test_a_table_of_the_site(tmp_path: Path) -> None:
    path = tmp_path / "county.toml"
    path.write_text('name = "county"\n[bytes]\nack = 0x10\n')
    assert table_of({"link_file": str(path)}).bytes.ack == 0x10
    with pytest.raises(LayoutError, match=r"county\.toml"):
        load_table(str(tmp_path / "no" / "county.toml"))
    with pytest.raises(LayoutError, match="generic"):
        load_table("nobody")
    with pytest.raises(LayoutError, match="options: tea"):
        table_of({"link": "generic", "tea": True})


def test_the_document_has_the_table_of_states_and_every_setting() -> None:
    text = (Path(__file__).parents[2] / "docs/query-link.md").read_text()
    for state, row in TRANSITIONS.items():
        for event, step in row.items():
            acts = ", ".join(act.value for act in step.acts) or "-"
            line = f"| {state.value} | {event.value} | {step.to.value} | {acts} |"
            assert line in text
    for key in settings_keys():
        assert f"`{key}`" in text
