"""Lists in the documentation have all that they list."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from aliquot.console.cli.main import LazyGroup, cli

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
BLOCK = re.compile(r"^```.*?^```|(?:^    .*\n)+", re.MULTILINE | re.DOTALL)
IN_BLOCK = re.compile(r"^\s*(?:\.venv/bin/)?aliquot(?: (.*?))?(?:  .*)?$", re.MULTILINE)
IN_PROSE = re.compile(r"`(?:\.venv/bin/)?aliquot ([^`]+)`")


def run_time_packages() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["dependencies"]
    return [re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0] for line in wanted]


def all_packages() -> set[str]:
    """What comes with an installation: what is asked for and what that needs."""
    seen: set[str] = set()
    asked = [*run_time_packages()]
    while asked:
        name = canonicalize_name(asked.pop())
        if name in seen:
            continue
        seen.add(name)
        needs = map(Requirement, requires(name) or [])
        extra = {"extra": ""}
        asked += [n.name for n in needs if not n.marker or n.marker.evaluate(extra)]
    return seen


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


def test_what_comes_along_is_named_and_pinned() -> None:
    text = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    named = {canonicalize_name(word) for word in re.findall(r"[\w.-]*\w", text)}
    pins = (ROOT / "packaging" / "constraints.txt").read_text()
    pinned = {
        canonicalize_name(n) for n in re.findall(r"^([\w.-]+)==", pins, re.MULTILINE)
    }
    coming = all_packages()
    assert len(coming) > 40
    assert coming - named == set()
    assert coming - pinned - {"pip"} == set()


def shown_commands(page: Path) -> list[str]:
    """What stands after ``aliquot`` in each command of the page."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    blocks = "\n".join(BLOCK.findall(text))
    return [*IN_BLOCK.findall(blocks), *IN_PROSE.findall(BLOCK.sub("", text))]


def words_of(line: str) -> list[str]:
    """As a shell takes them, without what follows a pipe or a redirection."""
    return shlex.split(re.split(r" (?:[|<>]|#) ?", line)[0].replace("...", ""))


def what_is_wrong(words: list[str]) -> Iterator[str]:
    command: click.Command = cli
    context = click.Context(cli)
    while words and isinstance(command, click.Group):
        if words[0].startswith("--"):
            words = words[2:]
            continue
        name = words.pop(0).split("|")[0]
        found = command.get_command(context, name)
        if found is None:
            yield f"no command {name}"
            return
        command = found
    known = {word for option in command.params for word in option.opts} | {"--help"}
    for word in words:
        if word.startswith("--") and word.partition("=")[0] not in known:
            yield f"{command.name} has no {word}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_shown_exists(page: Path) -> None:
    wrong = [
        f"aliquot {line}: {what}"
        for line in shown_commands(page)
        for what in what_is_wrong(words_of(line))
    ]
    assert wrong == []


def test_commands_that_do_not_exist_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Try `aliquot line dance`, `aliquot line`:\n\n    aliquot log verify --fast\n"
    )
    assert shown_commands(page) == ["log verify --fast", "line dance", "line"]
    found = [what for n in shown_commands(page) for what in what_is_wrong(words_of(n))]
    assert found == ["verify has no --fast", "no command dance"]


def test_the_commands_of_the_readme_are_all_that_there_are() -> None:
    assert isinstance(cli, LazyGroup)
    shown = {words_of(line)[0] for line in shown_commands(ROOT / "README.md") if line}
    assert set(cli.list_commands(click.Context(cli))) - shown - {"console"} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
