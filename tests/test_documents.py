"""Lists in the documentation have all that they list."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run_time_packages() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["dependencies"]
    return [re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0] for line in wanted]


def test_every_decision_has_its_row() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(p.name for p in folder.glob("[0-9]*.md"))
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert pages
    assert re.findall(r"^\| \[\d+\]\(([^)]+)\)", text, re.MULTILINE) == pages


def test_every_package_is_listed_with_a_licence() -> None:
    text = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    listed = dict(
        re.findall(r"^\| ([\w-]+) \| ([^|]+) \|[^|\n]*\|$", text, re.MULTILINE)
    )
    assert len(run_time_packages()) > 10
    assert [p for p in run_time_packages() if not listed.get(p, "").strip()] == []
