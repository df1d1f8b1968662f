"""The import rules of the rooms: each clause is one function, and each can fail.

The modules are read as syntax trees, not imported, so that a rule also sees imports
inside functions and behind conditions, and can be tried on a planted breach. (Of
the ready-made checkers, pytest-archon follows imports inside one package only; the
four rooms are four packages under one name, so it would lose the way from widgets
through console to drivers.)
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("console", "drivers", "resources", "widgets")

QT = ("PySide6", "shiboken6", "PyQt6", "pyqtgraph", "qasync", "qtpy")
SQLITE_DRIVERS = ("sqlite3", "sqlcipher3", "pysqlite3", "apsw", "aiosqlite")
SQLITE = (*SQLITE_DRIVERS, "sqlite_utils")
OUTSIDE = (
    *("os", "io", "sys", "socket", "pathlib", "time", "subprocess", "shutil"),
    *("threading", "multiprocessing", "concurrent", "asyncio", "queue", "signal"),
    *("tempfile", "logging", "random", "secrets", "urllib", "http", "select"),
    *("platformdirs", "serial", "httpx", "requests", "click", "importlib"),
    *SQLITE,
    *QT,
)
THREAD_MAKERS = frozenset(
    (
        *("threading.Thread", "threading.Timer", "_thread.start_new_thread"),
        *("concurrent.futures.ThreadPoolExecutor", "multiprocessing.Process"),
        *("concurrent.futures.ProcessPoolExecutor", "multiprocessing.Pool"),
        *("PySide6.QtCore.QThread", "PySide6.QtCore.QThreadPool"),
    )
)
WALL_CLOCKS = frozenset(
    (
        *("time.time", "time.time_ns", "datetime.date.today"),
        *("datetime.datetime.now", "datetime.datetime.utcnow"),
        *("datetime.datetime.today", "PySide6.QtCore.QDateTime.currentDateTime"),
        "PySide6.QtCore.QDateTime.currentDateTimeUtc",
    )
)


def under(name: str, *roots: str) -> bool:
    """Whether a dotted name is one of the roots or below one."""
    return any(name == root or name.startswith(root + ".") for root in roots)


@dataclass(frozen=True)
class Module:
    name: str
    path: Path
    tree: ast.Module

    @cached_property
    def bindings(self) -> dict[str, str]:
        """What the names that imports bind here stand for: local -> dotted."""
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    found[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    full = f"{self._base(node)}.{alias.name}"
                    found[alias.asname or alias.name] = full
        return found

    @cached_property
    def imports(self) -> frozenset[str]:
        """Dotted names of all imports, those inside functions too."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                found.update(f"{base}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.Call) and self.dotted(node.func) in IMPORTERS:
                found.update(literal_text(node.args[:1]))
        return frozenset(found)

    @cached_property
    def uses(self) -> frozenset[str]:
        """Dotted names that are read, with what imports bind put in full."""
        reads = (
            self.dotted(node)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Attribute | ast.Name)
        )
        return frozenset(name for name in reads if name)

    def dotted(self, node: ast.expr) -> str:
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value)
            return f"{base}.{node.attr}" if base else ""
        return self.bindings.get(node.id, node.id) if isinstance(node, ast.Name) else ""

    def _base(self, node: ast.ImportFrom) -> str:
        parts = self.name.split(".")
        if self.path.name != "__init__.py":
            parts = parts[:-1]
        parts = parts[: len(parts) - node.level + 1] if node.level else []
        return ".".join([*parts, *filter(None, [node.module])])


IMPORTERS = ("__import__", "importlib.import_module", "pytest.importorskip")


def literal_text(nodes: list[ast.expr]) -> list[str]:
    constants = [n.value for n in nodes if isinstance(n, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]


@dataclass(frozen=True)
class Project:
    """The modules of a checkout by dotted name."""

    modules: dict[str, Module]

    @classmethod
    def read(cls, root: Path) -> Project:
        found: dict[str, Module] = {}
        for room in ROOMS:
            for path in sorted((root / room).rglob("*.py")):
                parts = ("aliquot", *path.relative_to(root).with_suffix("").parts)
                name = ".".join(parts).removesuffix(".__init__")
                found[name] = Module(name, path, ast.parse(path.read_bytes()))
        return cls(found)

    def within(self, *roots: str) -> Iterator[Module]:
        return (m for m in self.modules.values() if under(m.name, *roots))

    def resolve(self, name: str) -> list[str]:
        """Our modules that importing a name runs: it or its parents."""
        parts = name.split(".")
        names = [".".join(parts[:n]) for n in range(2, len(parts) + 1)]
        return [name for name in names if name in self.modules]

    def chain_to(self, start: Module, forbidden: tuple[str, ...]) -> list[str]:
        """The modules through which one imports something forbidden, or []."""
        waiting, seen = [[start.name]], {start.name}
        while waiting:
            way = waiting.pop(0)
            for name in sorted(self.modules[way[-1]].imports):
                if under(name, *forbidden):
                    return [*way, name]
                for step in self.resolve(name):
                    if step not in seen:
                        seen.add(step)
                        waiting.append([*way, step])
        return []


Rule = Callable[[Project], list[str]]
RULES: dict[str, Rule] = {}


def rule(check: Callable[[Project], Iterator[str]]) -> Rule:
    """Name a clause by its function; the check yields one line a breach."""
    RULES[check.__name__] = lambda project: list(check(project))
    return RULES[check.__name__]


def reaching(
    project: Project, modules: Iterator[Module], forbidden: tuple[str, ...]
) -> Iterator[str]:
    for module in modules:
        if way := project.chain_to(module, forbidden):
            yield " -> ".join(way)


def importing(modules: Iterator[Module], forbidden: tuple[str, ...]) -> Iterator[str]:
    for module in modules:
        for name in sorted(n for n in module.imports if under(n, *forbidden)):
            yield f"{module.name} imports {name}"


def using(modules: Iterator[Module], names: frozenset[str]) -> Iterator[str]:
    for module in modules:
        for name in sorted(module.uses & names):
            yield f"{module.name} uses {name}"


def but(modules: Iterator[Module], *roots: str) -> Iterator[Module]:
    return (module for module in modules if not under(module.name, *roots))


@rule
def drivers_import_no_qt_console_or_widgets(project: Project) -> Iterator[str]:
    never = (*QT, "aliquot.console", "aliquot.widgets")
    yield from reaching(project, project.within("aliquot.drivers"), never)


@rule
def drivers_import_no_sqlite_but_for_peers(project: Project) -> Iterator[str]:
    drivers = but(project.within("aliquot.drivers"), "aliquot.drivers.peers")
    yield from reaching(project, drivers, SQLITE)


@rule
def console_imports_no_qt_but_in_the_root(project: Project) -> Iterator[str]:
    console = but(project.within("aliquot.console"), "aliquot.console.app")
    yield from importing(console, (*QT, "aliquot.widgets"))


@rule
def only_the_window_commands_import_the_root(project: Project) -> Iterator[str]:
    others = but(project.within("aliquot"), "aliquot.console.cli.window")
    yield from importing(others, ("aliquot.console.app",))


@rule
def widgets_import_no_drivers_sqlite_or_serial(project: Project) -> Iterator[str]:
    never = ("aliquot.drivers", "serial", *SQLITE)
    yield from reaching(project, project.within("aliquot.widgets"), never)


@rule
def widgets_know_only_the_domain_and_the_clock(project: Project) -> Iterator[str]:
    known = ("aliquot.console.domain", "aliquot.console.clock")
    known = (*known, "aliquot.widgets", "aliquot.resources")
    for module in project.within("aliquot.widgets"):
        for name in sorted(n for n in module.imports if under(n, "aliquot")):
            if not under(name, *known):
                yield f"{module.name} imports {name}"


@rule
def no_event_loop_beside_qts(project: Project) -> Iterator[str]:
    modules = project.within("aliquot.widgets", "aliquot.console.app")
    yield from importing(modules, ("asyncio", "qasync", "PySide6.QtAsyncio"))


@rule
def resources_are_data_only(project: Project) -> Iterator[str]:
    for module in project.within("aliquot.resources"):
        if module.path.name != "__init__.py":
            yield f"{module.name} is code"
        body = [n for n in module.tree.body if not isinstance(n, ast.Expr)]
        yield from (f"{module.name} has code in line {n.lineno}" for n in body)


@rule
def serial_is_imported_in_one_place(project: Project) -> Iterator[str]:
    others = but(project.within("aliquot"), "aliquot.drivers.lines.serial_source")
    yield from importing(others, ("serial",))


@rule
def one_module_opens_databases(project: Project) -> Iterator[str]:
    rest = but(
        project.within("aliquot"), "aliquot.console.store", "aliquot.drivers.peers"
    )
    yield from importing(rest, SQLITE)
    store = project.within("aliquot.console.store")
    openers = {f"{driver}.connect" for driver in SQLITE_DRIVERS}
    openers |= {f"{driver}.dbapi2.connect" for driver in SQLITE_DRIVERS}
    rest = but(store, "aliquot.console.store.database")
    yield from using(rest, frozenset(openers))


@rule
def sqlite_utils_never_opens_a_file(project: Project) -> Iterator[str]:
    """`Database("path")` would open it with the interpreter's own, old SQLite."""
    for module in project.within("aliquot"):
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            called = module.dotted(node.func)
            first = node.args[0] if node.args else None
            path = isinstance(first, ast.Constant | ast.JoinedStr) or first is None
            if called in ("sqlite_utils.Database", "sqlite_utils.db.Database") and path:
                yield f"{module.name}:{node.lineno} gives Database no connection"


@rule
def threads_are_begun_only_by_workers(project: Project) -> Iterator[str]:
    """A lock or an event may be anywhere, a thread may not; simulators excepted."""
    rest = but(project.within("aliquot"), "aliquot.console.workers")
    simulators = ("simulate", "simulator", "pacing")
    plain = (m for m in rest if not m.name.rpartition(".")[2].startswith(simulators))
    yield from using(plain, THREAD_MAKERS)


@rule
def the_domain_is_pure(project: Project) -> Iterator[str]:
    domain = list(project.within("aliquot.console.domain"))
    yield from importing(iter(domain), OUTSIDE)
    yield from using(iter(domain), WALL_CLOCKS | {"open", "input", "print"})
    own = ("aliquot.console.domain", "aliquot.console.clock")
    for module in domain:
        for name in sorted(n for n in module.imports if under(n, "aliquot")):
            if not under(name, *own):
                yield f"{module.name} imports {name}"


@rule
def the_clock_is_handed_in(project: Project) -> Iterator[str]:
    """Wall time comes from ``console.clock``; drivers' sources stamp their bytes."""
    rooms = project.within("aliquot.console", "aliquot.widgets")
    yield from using(but(rooms, "aliquot.console.clock"), WALL_CLOCKS)


@rule
def the_store_knows_nothing_above_it(project: Project) -> Iterator[str]:
    above = ("service", "workers", "cli", "demo", "app")
    names = tuple(f"aliquot.console.{name}" for name in above)
    yield from importing(project.within("aliquot.console.store"), names)


@rule
def nothing_but_the_entry_imports_the_command_line(project: Project) -> Iterator[str]:
    entry = ("aliquot.console.cli", "aliquot.console.__main__")
    yield from importing(but(project.within("aliquot"), *entry), entry[:1])


PLANTED = tomllib.loads((ROOT / "tests/architecture_breaches.toml").read_text())
SOUND: dict[str, str] = PLANTED["sound"]
BREACHES: list[dict[str, str]] = PLANTED["breach"]


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.read(ROOT)


def test_the_rooms_were_found(project: Project) -> None:
    assert {name.split(".")[1] for name in project.modules} == set(ROOMS)


@pytest.mark.parametrize("name", RULES)
def test_rule_holds(name: str, project: Project) -> None:
    assert RULES[name](project) == []


def test_every_rule_has_a_breach() -> None:
    assert {breach["rule"] for breach in BREACHES} == set(RULES)


def _plant(root: Path, files: dict[str, str]) -> Project:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Project.read(root)


def test_rules_are_silent_on_a_sound_tree(tmp_path: Path) -> None:
    sound = _plant(tmp_path, SOUND)
    assert {name: found for name in RULES if (found := RULES[name](sound))} == {}


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach["rule"])
def test_rule_finds_a_breach(breach: dict[str, str], tmp_path: Path) -> None:
    planted = _plant(tmp_path, SOUND | {breach["path"]: breach["text"]})
    assert RULES[breach["rule"]](planted) != []


def _modules_after(statements: str) -> set[str]:
    """Names of all modules that are loaded after the statements, in a new process."""
    code = f"import sys\n{statements}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd="/",
        env={k: v for k, v in os.environ.items() if not k.startswith("COV")},
    )
    return set(done.stdout.split())


COMMANDS = sorted(p.stem for p in (ROOT / "console" / "cli").glob("*.py"))


@pytest.mark.parametrize("name", [c for c in COMMANDS if c != "window"])
def test_command_loads_no_qt(name: str) -> None:
    loaded = _modules_after(f"import aliquot.console.cli.{name}")
    assert {m for m in loaded if under(m, *QT)} == set()


def test_the_console_without_a_screen_loads_no_qt(project: Project) -> None:
    screen = ("aliquot.console.app", "aliquot.console.cli", "aliquot.console.__main__")
    names = sorted(m.name for m in but(project.within("aliquot.console"), *screen))
    loaded = _modules_after("\n".join(f"import {name}" for name in names))
    assert {m for m in loaded if under(m, *QT)} == set()
