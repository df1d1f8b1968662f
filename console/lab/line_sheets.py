"""Lines, drivers and their options as plain values, for a window's settings page."""

from __future__ import annotations

from dataclasses import replace

from aliquot.console import paths
from aliquot.console.domain.line_sheet import (
    LineSheet,
    LineSheets,
    OptionSheet,
    Value,
)
from aliquot.console.profile import Profile
from aliquot.console.settings import BadLine, LineConfig
from aliquot.console.settings_read import line_table
from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import LineDriver, LineSettings

_BARE = LineSettings()
_ALI = "ali"
_SAID_NO = "Its options cannot be listed: {}."


def line_sheets(profile: Profile) -> LineSheets:
    """The lines of a profile with all that can be set; entries that will not do are
    there with their problem."""
    settings = profile.settings
    lines = [sheet_of(line) for line in settings.lines]
    lines += [_bad_sheet(profile, bad) for bad in settings.bad_lines]
    broken = tuple(
        (found.name, found.error)
        for found in plugins.plugins().values()
        if found.error is not None
    )
    return LineSheets(str(profile.folder / paths.SETTINGS_NAME), tuple(lines), broken)


def _bad_sheet(profile: Profile, bad: BadLine) -> LineSheet:
    """What can be set of a line whose entry will not do, so that it can be mended."""
    table = line_table(profile.folder, bad.name)
    bare = LineSheet(line=bad.name, driver="", title="", problem=bad.problem)
    if table is None:
        return bare
    named = table.get("driver", _ALI)
    usual = LineConfig(name=bad.name, source="")
    known = named if isinstance(named, str) and _loads(named) else _ALI
    sheet = sheet_of(replace(usual, driver=known))
    given = table.get("options")
    options = given if isinstance(given, dict) else {}
    said = tuple(
        replace(one, value=_plain((options if one.own else table).get(one.name)))
        for one in sheet.options
    )
    source = str(table.get("source", ""))
    return replace(sheet, options=said, source=source, problem=bad.problem)


def _loads(driver: str) -> bool:
    found = plugins.plugins().get(driver)
    return found is not None and found.driver is not None


def _plain(value: object) -> Value | None:
    return value if isinstance(value, str | int | float | bool) else None


def sheet_of(line: LineConfig) -> LineSheet:
    """All that can be set of one line."""
    try:
        driver = plugins.driver(line.driver)
    except plugins.DriverError as why:
        return LineSheet(
            line=line.name,
            driver=line.driver,
            title=line.driver,
            source=_source(line),
            options=_common(line),
            problem=str(why),
        )
    own, problem = _own(driver, line)
    return LineSheet(
        line=line.name,
        driver=line.driver,
        title=plugins.title(driver),
        reads=plugins.reads(driver),
        source=_source(line),
        speaks=plugins.talks(driver),
        options=own + _common(line),
        problem=problem,
    )


def _own(
    driver: LineDriver, line: LineConfig
) -> tuple[tuple[OptionSheet, ...], str | None]:
    """A foreign driver may raise when it is asked for its options."""
    try:
        specs = plugins.options(driver)
    except Exception as why:  # noqa: BLE001 - the page is shown all the same
        return (), _SAID_NO.format(f"{type(why).__name__}: {why}")
    found = tuple(
        OptionSheet(
            name=spec.name,
            kind=spec.kind.value,
            default=spec.default,
            text=spec.text,
            choices=spec.choices,
            value=line.reading.options.get(spec.name),
        )
        for spec in specs
    )
    known = {spec.name for spec in specs}
    unknown = [name for name in line.reading.options if name not in known]
    said = f"The driver has no option {', '.join(unknown)}." if unknown else None
    return found, said


def _source(line: LineConfig) -> str:
    serial = "://" not in line.source and ":" not in line.source
    return f"{line.source}, {line.baud} {line.format}" if serial else line.source


def _common(line: LineConfig) -> tuple[OptionSheet, ...]:
    """Where the bytes come from; and settings of every ALI line, at which other
    drivers do not look."""
    wanted = _COMMON if line.driver.startswith(_ALI) else ()
    return _of_source(line) + tuple(
        OptionSheet(
            name=name,
            kind=kind,
            default=getattr(_BARE, name),
            text=text,
            choices=choices,
            value=_unless_default(line.reading, name),
            own=False,
        )
        for name, kind, text, choices in wanted
    )


def _of_source(line: LineConfig) -> tuple[OptionSheet, ...]:
    """The source and what is read from it; the driver is one of those that load."""
    known = tuple(
        name for name, found in plugins.plugins().items() if found.driver is not None
    )
    usual = LineConfig(name="", source="")
    return tuple(
        OptionSheet(
            name=name,
            kind=kind,
            default=getattr(usual, name),
            text=text,
            choices=known if name == "driver" else (),
            value=None
            if getattr(line, name) == getattr(usual, name)
            else getattr(line, name),
            own=False,
        )
        for name, kind, text in _SOURCE
    )


def _unless_default(reading: LineSettings, name: str) -> str | int | None:
    value: str | int = getattr(reading, name)
    return None if value == getattr(_BARE, name) else value


_SOURCE: tuple[tuple[str, str, str], ...] = (
    ("source", "text", "Device, tcp://HOST:PORT, or another kind of source."),
    ("baud", "number", "Speed of a serial port, in bits a second."),
    ("format", "text", "Data bits, parity and stop bits of a serial port: 8N1, 7E1."),
    ("driver", "choice", "What reads the line."),
)
_FRAMINGS = ("auto", "stx_etx", "lines", "length", "gap")
_PARITIES = ("none", "strip_even", "strip_odd", "strip_mark")
_COMMON: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("framing", "choice", "How the end of a record is seen.", _FRAMINGS),
    ("block_check", "choice", "The check behind a record.", ("auto", "none", "xor")),
    ("gap_ms", "number", "Silence in ms that ends a record without an end mark.", ()),
    ("cut_ms", "number", "Silence in ms after which a begun record is cut.", ()),
    ("parity", "choice", "7E1, 7O1 or 7M1 that is read as 8 bits.", _PARITIES),
    ("site_country", "text", "Country of the site, two capital letters.", ()),
    ("time_zone", "text", "Time zone of the clock in the records.", ()),
)
