"""Line drivers are found by the entry point group ``aliquot.drivers.lines``.

A package that is installed beside this one may bring more. One that cannot be
loaded is listed with its error and stops nothing else.

A driver may also have ``claims(head: bytes) -> bool``, whether a stream that begins
so is of its kind, and ``layout_names() -> tuple[str, ...]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from aliquot.drivers.lines.api import LineDriver

GROUP = "aliquot.drivers.lines"
DEFAULT = "ali"


class DriverError(Exception):
    """No such driver, or one that cannot be loaded; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A driver that was found; either ``driver`` or ``error`` is there."""

    name: str
    target: str  # as in the entry point: ``package.module:NAME``
    driver: LineDriver | None = None
    error: str | None = None


@cache
def plugins() -> Mapping[str, Plugin]:
    """All line drivers by name, the broken ones too."""
    found = (load(point) for point in entry_points(group=GROUP))
    return {plugin.name: plugin for plugin in sorted(found, key=lambda p: p.name)}


def load(point: EntryPoint) -> Plugin:
    """Never raises: whatever a foreign module does on import is its error."""
    try:
        driver = point.load()
    except Exception as problem:  # noqa: BLE001 - a foreign module may raise anything
        error = f"{type(problem).__name__}: {problem}"
        return Plugin(point.name, point.value, error=error)
    if not isinstance(driver, LineDriver):
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
        claims = getattr(plugin.driver, "claims", None)
        if claims is not None and claims(head):
            return name
    return DEFAULT


def layout_names(one: LineDriver) -> tuple[str, ...]:
    """Names that the driver's records may have as layout; empty: it does not say."""
    names = getattr(one, "layout_names", None)
    return tuple(names()) if names is not None else ()
