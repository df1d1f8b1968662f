"""What may enter a release, and what the modules that make one may know."""

from __future__ import annotations

import ast
import dataclasses
import typing
from enum import Enum
from pathlib import Path

import pytest

from aliquot.console.release.codes import Category, Channel, Phrase, Status
from aliquot.console.release.input import ReleaseInput

FOLDER = Path(__file__).resolve().parents[2] / "console" / "release"
OURS = "aliquot.console.release."


def textual(cls: type) -> list[str]:
    """Fields of a dataclass that are not an int and not an enum of ints."""
    hints = typing.get_type_hints(cls)
    found = []
    for field in dataclasses.fields(cls):
        kind = hints[field.name]
        number = kind is int
        coded = isinstance(kind, type) and issubclass(kind, Enum)
        if not number and not (coded and all(type(m.value) is int for m in kind)):
            found.append(field.name)
    return found


def test_the_input_has_no_text() -> None:
    assert textual(ReleaseInput) == []
    assert ReleaseInput.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_text_would_be_found() -> None:
    @dataclasses.dataclass(frozen=True)
    class Leaking:
        region: int
        note: str
        maybe: int | str
        anything: typing.Any

    assert textual(Leaking) == ["note", "maybe", "anything"]


def imports(module: str) -> set[str]:
    """All that a module imports, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((FOLDER / f"{module}.py").read_bytes())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(str(node.module))
    return found - {"__future__", "collections.abc", "dataclasses", "enum"}


ALLOWED = {
    "codes": set(),
    "input": {OURS + "codes"},
    "constants": {"datetime"},
    "render": {OURS + "codes", OURS + "constants", OURS + "input"},
    "encode": {OURS + "codes", OURS + "render", "rfc8785"},
}


@pytest.mark.parametrize("module", ALLOWED)
def test_what_makes_bytes_knows_codes_and_constants_only(module: str) -> None:
    assert imports(module) <= ALLOWED[module]


@pytest.mark.parametrize("module", ["render", "encode"])
def test_what_makes_bytes_reads_nothing(module: str) -> None:
    called = {
        node.func.id
        for node in ast.walk(ast.parse((FOLDER / f"{module}.py").read_bytes()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"open", "eval", "exec", "__import__", "globals", "vars"}


@pytest.mark.parametrize("bucket", [-1, 48])
def test_a_bucket_is_an_hour_of_two_days(bucket: int) -> None:
    with pytest.raises(ValueError, match="bucket"):
        ReleaseInput(
            Category.THEFT, Phrase.PLAIN, 1, 1, bucket, Channel.CAP, Status.REPORTED
        )


OUTSIDE = {"os", "io", "pathlib", "sys", "socket", "time", "random", "secrets", "click"}
PURE = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "sources")


@pytest.mark.parametrize("module", PURE)
def test_only_sources_reach_outside(module: str) -> None:
    found = imports(module)
    assert not found & OUTSIDE
    rooms = ("aliquot.console.store", "aliquot.drivers", "aliquot.widgets", "PySide6")
    assert [name for name in found if name.startswith(rooms)] == []
