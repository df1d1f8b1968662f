"""Line drivers are found by the entry point group ``aliquot.drivers.lines``.

A package that is installed beside this one may bring more. One that cannot be
loaded is listed with its error and stops nothing else.

A driver may also have, each read with the function of that name here:

``claims(head: bytes) -> bool``
    whether a stream that begins so is of its kind
``layout_names() -> tuple[str, ...]``
    names that its records may have as layout
``title: str`` and ``reads: str``
    its name for people, and a sentence on what it reads
``options() -> tuple[OptionSpec, ...]``
    what ``LineSettings.options`` may hold for it
``sample() -> bytes``
    bytes as such a line brings them, to try it with
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from aliquot.drivers.lines.api import LineDriver, Option
from aliquot.drivers.lines.talk import TalkingDriver

GROUP = "aliquot.drivers.lines"
DEFAULT = "ali"


class DriverError(Exception):
    """No such driver, or one that cannot be loaded; the text says what to do."""


class OptionKind(Enum):
    """What an option's value is, and so how a settings page asks for it."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"  # one of ``OptionSpec.choices``
    FILE = "file"  # a path, relative to the profile's folder


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One option of a driver. ``text``: a sentence for the person who sets it."""

    name: str
    kind: OptionKind
    default: Option
    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plugin:
    """A driver that was found; either ``driver`` or ``error`` is there."""

    name: str
    target: str  # as in the entry point: ``package.module:NAME``
    driver: LineDriver | None = None
    error: str | None = None


@cache
def plugins() -> Mapping[str, Plugin]:
    """All line drivers by name, the broken ones too.

    Of two with one name the one of this program is taken, else the first; the other
    is listed as broken, under its name and that of its package.
    """
    found: dict[str, Plugin] = {}
    for point in sorted(set(entry_points(group=GROUP)), key=_order):
        name = point.name
        if name in found and found[name].target == point.value:
            continue  # the same package, found twice
        if name in found:
            name = f"{name} ({_package(point)})"
            error = f"there is another driver {point.name}, {found[point.name].target}"
            found[name] = Plugin(name, point.value, error=error)
        else:
            found[name] = load(point)
    return dict(sorted(found.items()))


def _order(point: EntryPoint) -> tuple[bool, str, str]:
    return not point.value.startswith("aliquot."), point.name, point.value


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.module


def load(point: EntryPoint) -> Plugin:
    """Never raises: whatever a foreign module does on import is its error."""
    try:
        driver = point.load()
        good = isinstance(driver, LineDriver) and isinstance(driver.name, str)
    except KeyboardInterrupt:
        raise
    except BaseException as problem:  # noqa: BLE001 - even SystemExit stops nothing
        error = f"{type(problem).__name__}: {problem}"
        return Plugin(point.name, point.value, error=error)
    if not good:
        return Plugin(point.name, point.value, error="it is no LineDriver")
    return Plugin(point.name, point.value, driver)


def driver(name: str) -> LineDriver:
    """The driver of that name. Raises ``DriverError``."""
    plugin = plugins().get(name)
    if plugin is None:
        known = ", ".join(plugins())
        raise DriverError(f"There is no line driver {name}; there are: {known}.")
    if plugin.driver is None:
        raise DriverError(
            f"The line driver {name} ({plugin.target}) cannot be loaded: "
            f"{plugin.error}. Install its package anew, or remove it."
        )
    return plugin.driver


def guess(head: bytes) -> str:
    """Name of the driver that claims a stream that begins so; else ALI."""
    for name, plugin in plugins().items():
        if plugin.driver is not None and claims(plugin.driver, head):
            return name
    return DEFAULT


def claims(one: LineDriver, head: bytes) -> bool:
    """Whether the driver says that a stream that begins so is of its kind. A driver
    that fails at it says no."""
    said = getattr(one, "claims", None)
    if said is None:
        return False
    try:
        return bool(said(head))
    except Exception:  # noqa: BLE001 - a foreign driver may raise anything
        return False


def layout_names(one: LineDriver) -> tuple[str, ...]:
    """Names that the driver's records may have as layout; empty: it does not say."""
    names = getattr(one, "layout_names", None)
    return tuple(names()) if names is not None else ()


def title(one: LineDriver) -> str:
    """The driver's name for people."""
    return str(getattr(one, "title", "") or one.name)


def reads(one: LineDriver) -> str:
    """A sentence on what the driver reads; empty: it does not say."""
    return str(getattr(one, "reads", ""))


def options(one: LineDriver) -> tuple[OptionSpec, ...]:
    """What ``LineSettings.options`` may hold for this driver."""
    said = getattr(one, "options", None)
    return tuple(said()) if said is not None else ()


def sample(one: LineDriver) -> bytes:
    """Bytes as a line of this kind brings them; empty: it has none."""
    said = getattr(one, "sample", None)
    return bytes(said()) if said is not None else b""


def talks(one: LineDriver) -> bool:
    """Whether the driver also speaks on its line."""
    return isinstance(one, TalkingDriver)
