"""The line driver of another CAD's incidents: its CSV files, JSON, or EIDOs.

A line whose source is a watched folder (``spool:FOLDER``) or an HTTP endpoint
(``listen:HOST:PORT``). Options of a line: ``source``, the other CAD's name;
``mapping``, a bundled mapping, or ``mapping_file``, one of the agency's own.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aliquot.drivers.incidents.api import ForeignHeard, ForeignIncident, Unusable
from aliquot.drivers.incidents.convert import converter
from aliquot.drivers.incidents.csv_rows import BadTable, CsvRows, is_wide
from aliquot.drivers.incidents.eido import incidents_of, is_any_eido
from aliquot.drivers.incidents.mapping import (
    BadMapping,
    IncidentMapping,
    bundled_mappings,
    parse_mapping,
)
from aliquot.drivers.lines.api import (
    Decoder,
    Frame,
    Framer,
    Heard,
    LineSettings,
    Noise,
    NoiseReason,
    OpenCall,
)
from aliquot.drivers.lines.plugins import DriverError, OptionKind, OptionSpec
from aliquot.drivers.ng911.documents import bodies, load_json
from aliquot.drivers.ng911.framer import DocumentFramer
from aliquot.drivers.ng911.ground import Ground

EIDO = "eido"
USUAL = "aliquot"
_OPTIONS = (
    OptionSpec(
        "source",
        OptionKind.TEXT,
        "",
        "Name of the other CAD, as incidents are marked; else the line's own name.",
    ),
    OptionSpec(
        "mapping",
        OptionKind.CHOICE,
        USUAL,
        "Which columns or JSON keys are what; EIDOs need none.",
        tuple(bundled_mappings()),
    ),
    OptionSpec(
        "mapping_file",
        OptionKind.FILE,
        "",
        "A mapping of the agency's own, TOML; it goes before a bundled one.",
    ),
)

_Said = ForeignIncident | None
_Piece = tuple[_Said, str, bytes]  # what was said, by whom, and in which bytes


class CadDecoder:
    """A ``Decoder`` without memory: each row stands for itself."""

    def __init__(self, settings: LineSettings) -> None:
        self._settings = settings
        self._mapping = _mapping_of(settings)
        self._convert = converter(self._mapping, Ground.of(settings))
        self._source = str(settings.options.get("source", ""))

    def decode(self, frame: Frame) -> Sequence[Heard]:
        """Each row or object, in order; noise for one that is none."""
        found: list[tuple[_Piece, str]] = []
        at = 0
        for part in bodies(frame).parts:
            before = frame.raw[at : part.at]
            pieces = self._pieces(part.body, frame.utc_us)
            for number, ((said, source, raw), layout) in enumerate(pieces):
                whole = before + raw if number == 0 else raw
                found.append(((said, source, whole), layout))
            at = part.at + len(part.body)
        found = [piece for piece in found if piece[0][0] is not None or piece[0][2]]
        if not found:
            return (_noise(frame, frame.raw),)
        (said, source, raw), layout = found[-1]
        found[-1] = ((said, source, raw + frame.raw[at:]), layout)
        return self._heard(frame, found)

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        """Nothing is kept between messages."""

    def _heard(self, frame: Frame, found: list[tuple[_Piece, str]]) -> list[Heard]:
        heard: list[Heard] = []
        for number, ((said, source, raw), layout) in enumerate(found, 1):
            end = frame.end if number == len(found) else frame.start
            if said is None:
                heard.append(_noise(frame, raw, end))
                continue
            heard.append(
                ForeignHeard(
                    incident=said,
                    source=self._source or source,
                    layout=layout,
                    warnings=said.warnings,
                    raw=raw,
                    start=frame.start,
                    end=end,
                    utc_us=frame.utc_us,
                    mono_ns=frame.mono_ns,
                )
            )
        return heard

    def _pieces(self, body: bytes, utc_us: int) -> Iterator[tuple[_Piece, str]]:
        if body.lstrip()[:1] in (b"{", b"[") or body.startswith(b"\xef\xbb\xbf{"):
            yield from self._of_json(body, utc_us)
        elif body.strip():
            for piece in self._of_csv(body):
                yield piece, self._mapping.name

    def _of_json(self, body: bytes, utc_us: int) -> Iterator[tuple[_Piece, str]]:
        """The first has the bytes of all: where others end in them is not known."""
        value, raw = load_json(body), body
        if is_any_eido(value):
            settings, types = self._settings, self._mapping.types
            for said, issuer in incidents_of(value, settings, types, utc_us):
                yield (said, issuer, raw), EIDO
                raw = b""
            return
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield (self._converted(_texts(one)), "", raw), self._mapping.name
                raw = b""

    def _of_csv(self, body: bytes) -> Iterator[_Piece]:
        """Rows that cannot be used and stand together are one piece."""
        lines = _Lines(body)
        try:
            for row in CsvRows(lines, self._mapping.needed):
                said = None if row.fault else self._converted(row.values)
                if said is None:
                    lines.set_aside()
                    continue
                raw = lines.taken()
                if unusable := lines.aside():
                    yield None, "", unusable
                yield said, "", raw
        except BadTable:
            pass
        if unusable := lines.aside():
            yield None, "", unusable

    def _converted(self, row: Mapping[str, str]) -> ForeignIncident | None:
        try:
            return self._convert(row)
        except Unusable:
            return None


class _Lines:
    """The lines of a text; ``taken`` gives the bytes of those since the last time."""

    def __init__(self, body: bytes) -> None:
        self._code, self._errors = "utf-8", "surrogateescape"
        if is_wide(body) and len(body) % 2 == 0:
            self._code = "utf-16-le" if body[:1] == b"\xff" else "utf-16-be"
            self._errors = "surrogatepass"
        text = self._decoded(body)
        self._lines = iter(io.StringIO(text, newline=""))
        self._given: list[str] = []
        self._aside: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._given.append(line)
        if self._errors == "surrogatepass":  # half a letter is no letter
            return line.encode("utf-8", "replace").decode()
        return line

    def taken(self) -> bytes:
        given, self._given = "".join(self._given), []
        return given.encode(self._code, self._errors)

    def set_aside(self) -> None:
        """Those since the last time, until ``aside`` asks for them."""
        self._aside += self._given
        self._given = []

    def aside(self) -> bytes:
        aside, self._aside = "".join(self._aside), []
        return aside.encode(self._code, self._errors)

    def _decoded(self, body: bytes) -> str:
        try:
            return body.decode(self._code, self._errors)
        except UnicodeDecodeError:  # half a pair
            self._code, self._errors = "utf-8", "surrogateescape"
            return body.decode(self._code, self._errors)


def _texts(one: Mapping[str, object]) -> dict[str, str]:
    """A JSON object as a row; what is nested is not read."""
    row: dict[str, str] = {}
    for key, value in one.items():
        if isinstance(value, list) and all(isinstance(x, str) for x in value):
            row[key] = " ".join(value)
        elif isinstance(value, str):
            row[key] = value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            row[key] = json.dumps(value)
    return row


def _noise(frame: Frame, raw: bytes, end: int | None = None) -> Noise:
    upto = frame.end if end is None else end
    where = frame.start, upto, frame.utc_us, frame.mono_ns
    return Noise(raw, *where, NoiseReason.UNKNOWN_LAYOUT)


def _mapping_of(settings: LineSettings) -> IncidentMapping:
    """Raises ``DriverError``."""
    own = settings.options.get("mapping_file")
    name = str(settings.options.get("mapping", USUAL))
    if own:
        path = Path(str(own))
        try:
            return parse_mapping(path.read_text(encoding="utf-8"), path.stem)
        except (OSError, UnicodeError, BadMapping) as why:
            raise DriverError(f"the mapping {path.name} will not do: {why}.") from why
    if name not in bundled_mappings():
        known = ", ".join(bundled_mappings())
        raise DriverError(f"there is no mapping {name}; there are {known}.")
    return bundled_mappings()[name]


@dataclass(frozen=True, slots=True)
class CadDriver:
    """``LineDriver`` of another CAD."""

    name: str = "cad"
    title: str = "Another CAD"
    reads: str = "Incidents of another CAD: CSV by a mapping, JSON, EIDO."

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return DocumentFramer(settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        """Raises ``DriverError`` for a mapping that is none."""
        return CadDecoder(settings)

    def claims(self, head: bytes) -> bool:
        """Never by itself: EIDOs are the callers' own, and CSV can be anything."""
        return False

    def layout_names(self) -> tuple[str, ...]:
        return (*bundled_mappings(), EIDO)

    def options(self) -> tuple[OptionSpec, ...]:
        return _OPTIONS

    def sample(self) -> bytes:
        return (
            b"id,type_code,place,received_at,state\n"
            b"F-1,FVEH,Elm St at 4th,2026-03-03T17:00:00Z,open\n"
        )


DRIVER = CadDriver()
