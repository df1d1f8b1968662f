"""Size, shape and words of the source, as the house wants them."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = ("console", "drivers", "packaging", "resources", "tests", "widgets")
PRODUCT = ("console", "drivers", "resources", "widgets")
MAX_LINES = 400
MAX_MEDIAN = 9
LONG_FUNCTION = 45
SHARE_SHORT = 0.95

# Put together from parts, so that this file does not break its own rule.
REGISTRIES = ("pypi" + ".org", "python" + "hosted", "npm" + "js.org", "npm" + "js.com")
WORKPLACE = re.compile(r"(?<![\w./-])/(?:wo" + r"rk|tmp/h|ro" + r"ot)/")


def tracked() -> list[Path]:
    """Files of the project: all that git knows, else all that are not hidden."""
    try:
        listed = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return [p for folder in CODE for p in (ROOT / folder).rglob("*.py")]
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


FILES = tracked()
PYTHON = [
    p for p in FILES if p.suffix == ".py" and p.relative_to(ROOT).parts[0] in CODE
]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def in_rooms(path: Path, *rooms: str) -> bool:
    return path.relative_to(ROOT).parts[0] in rooms


def nodes(paths: list[Path]) -> Iterator[tuple[str, ast.AST]]:
    """All syntax nodes, each with ``file:line`` as far as it has a line."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_bytes())):
            yield f"{name_of(path)}:{getattr(node, 'lineno', 0)}", node


def function_lengths(paths: list[Path]) -> list[int]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [node for _, node in nodes(paths) if isinstance(node, kinds)]
    return [(n.end_lineno or n.lineno) - n.lineno + 1 for n in functions]


def lambdas_in_connect(paths: list[Path]) -> list[str]:
    return [
        place
        for place, node in nodes(paths)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "connect"
        and any(isinstance(arg, ast.Lambda) for arg in node.args)
    ]


def sleeps(paths: list[Path]) -> list[str]:
    """Calls of ``sleep`` and of pytest-qt's ``wait``, under whatever name."""
    found = []
    for place, node in nodes(paths):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if (
                called.rpartition(".")[2] in ("sleep", "qWait")
                or called == "qtbot.wait"
            ):
                found.append(f"{place} {called}")
    return found


def matches(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        lines = enumerate(text.splitlines(), start=1)
        found += [f"{name_of(path)}:{n}" for n, line in lines if pattern.search(line)]
    return found


def test_no_module_is_over_400_lines() -> None:
    sizes = {name_of(p): len(p.read_text().splitlines()) for p in PYTHON}
    assert {name: n for name, n in sizes.items() if n > MAX_LINES} == {}


def test_functions_are_short() -> None:
    lengths = function_lengths([p for p in PYTHON if in_rooms(p, *PRODUCT)])
    assert statistics.median(lengths) <= MAX_MEDIAN
    short = sum(length < LONG_FUNCTION for length in lengths)
    assert short / len(lengths) >= SHARE_SHORT


def test_no_lambda_is_connected() -> None:
    assert lambdas_in_connect(PYTHON) == []


def test_no_test_sleeps() -> None:
    assert sleeps([p for p in PYTHON if in_rooms(p, "tests")]) == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        name_of(path)
        for path in PYTHON
        if (tree := ast.parse(path.read_bytes())).body
        and ast.get_docstring(tree) is None
    ]
    assert silent == []


def test_no_registry_is_named() -> None:
    pattern = re.compile("|".join(map(re.escape, REGISTRIES)))
    assert matches(pattern, FILES) == []


def test_no_path_of_a_workplace_is_named() -> None:
    assert matches(WORKPLACE, FILES) == []


def dead_links(pages: list[Path]) -> list[str]:
    """Relative links of Markdown pages that lead to no file."""
    found = []
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            if not (page.parent / target).exists():
                found.append(f"{name_of(page)} -> {target}")
    return found


def test_links_lead_somewhere() -> None:
    assert dead_links([p for p in FILES if p.suffix == ".md"]) == []


def test_the_readmes_profile_is_understood() -> None:
    from aliquot.console import settings_file

    text = (ROOT / "README.md").read_text()
    example = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert example is not None
    settings = settings_file.parse(example[1], "README.md")
    assert settings.line("ali-1").baud == 9600
    assert settings.desk in settings.positions


@pytest.mark.parametrize(
    "line", ["x = '/wo" + "rk/main'", "see /tmp" + "/h/notes", "`/ro" + "ot/.cache`"]
)
def test_a_path_of_a_workplace_would_be_found(line: str) -> None:
    assert WORKPLACE.search(line)


@pytest.mark.parametrize("line", ["docs/work/x", "https://host/work/x", "network/"])
def test_other_paths_are_not_taken_for_one(line: str) -> None:
    assert not WORKPLACE.search(line)


def test_the_checks_find_what_they_look_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(
        "import time as t\n"
        "def f(button):\n"
        "    button.clicked.connect(lambda: None)\n"
        "    t.sleep(1)\n"
    )
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert lambdas_in_connect([bad]) == ["bad.py:3"]
    assert sleeps([bad]) == ["bad.py:4 t.sleep"]
    assert function_lengths([bad]) == [3]
    assert matches(re.compile("clicked"), [bad]) == ["bad.py:3"]
    page = tmp_path / "page.md"
    page.write_text("[a](page.md#top) [b](gone.md) [c](https://host/x)")
    assert dead_links([page]) == ["page.md -> gone.md"]
