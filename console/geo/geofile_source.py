"""What a source is made of: a file of layers, a folder of files, a geodatabase."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from aliquot.console.geo.geofile_fields import (
    ALIAS_TABLE,
    Kind,
    kind_by_content,
    layer_kinds,
    plain,
)
from aliquot.console.geo.geofile_mapping import LayerMapping
from aliquot.console.geo.geofile_read import Notice, layer_names, layer_shape
from aliquot.console.problems import EXIT_USAGE, KnownProblem

_MACOS = "__MACOSX"
FILES = (".gpkg", ".shp", ".geojson", ".json", ".gdb", ".fgb", ".zip")


@dataclass(frozen=True, slots=True)
class Piece:
    """A layer to be read: where it lies and what it is."""

    path: Path
    name: str
    kind: Kind
    columns: Mapping[str, str] = field(default_factory=dict)
    crs: str | None = None
    community: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """``aliases``: a table of street aliases, if there is one."""

    pieces: list[Piece]
    aliases: tuple[Path, str] | None
    notices: list[Notice]


def contents(source: Path, mapping: Mapping[str, LayerMapping] | None) -> Contents:
    """Which layers of a source are used, and as what.

    Raises ``KnownProblem``: ``unreadable``, ``no_layer`` (both exit 2).
    """
    found = [(path, name) for path in files(source) for name in layer_names(path)]
    aliases = next((f for f in found if plain(f[1]) == plain(ALIAS_TABLE)), None)
    pieces = _recognised(found) if mapping is None else _mapped(source, found, mapping)
    used = {(piece.path, piece.name) for piece in pieces} | {aliases}
    notices = [
        _left_out(name, pieces, mapping is None)
        for path, name in found
        if (path, name) not in used
    ]
    return Contents(pieces, aliases, notices)


def _left_out(name: str, pieces: Sequence[Piece], by_name: bool) -> Notice:
    """A layer that is a second one of its kind is told apart from a strange one."""
    kind = next(iter(layer_kinds([name])), None)
    other = next((p for p in pieces if p.kind is kind), None)
    if by_name and other is not None and kind is not None:
        text = f"{other.name} of {other.path.name} is the {kind.value} that is used."
        return Notice(name, "duplicate_layer", text)
    text = "It was not recognised; a mapping file can name it."
    return Notice(name, "not_used", text)


def files(source: Path) -> list[Path]:
    """The files that hold layers. A file geodatabase is one, though a folder."""
    if source.suffix.lower() == ".zip":
        return _packed(source)
    if not source.is_dir() or source.suffix.lower() == ".gdb":
        return [source]
    found = sorted(p for p in source.iterdir() if p.suffix.lower() in FILES)
    if not found:
        text = f"{source} holds no {', '.join(FILES)}."
        raise KnownProblem("unreadable", text, EXIT_USAGE)
    return [one for path in found for one in ([path] if path.is_dir() else files(path))]


def _packed(source: Path) -> list[Path]:
    """What a zip holds, in whatever folder of it; not what macOS lays beside it. Files
    of JSON, which may be anything, only where nothing else is."""
    try:
        with zipfile.ZipFile(source) as opened:
            members = [PurePosixPath(name) for name in opened.namelist()]
    except (OSError, zipfile.BadZipFile) as why:
        text = f"{source} cannot be read: it is no whole zip file ({why})."
        raise KnownProblem("unreadable", text, EXIT_USAGE) from why
    own = [m for m in members if m.parts[:1] != (_MACOS,) and m.name[:2] != "._"]
    found = sorted({one for m in own if (one := _dataset(m)) is not None})
    found = [m for m in found if m.suffix.lower() != ".json"] or found
    if found:
        return [source / member for member in found]
    if any(m.suffix.lower() == ".gdbtable" for m in own):
        return [source]  # the inside of a file geodatabase
    text = f"{source} holds no {', '.join(k for k in FILES if k != '.zip')}."
    raise KnownProblem("unreadable", text, EXIT_USAGE)


def _dataset(member: PurePosixPath) -> PurePosixPath | None:
    """The file, or the folder around it that is a file geodatabase."""
    for place in reversed((member, *member.parents)):
        if place.suffix.lower() == ".gdb":
            return place
    known = member.suffix.lower() in FILES and member.suffix.lower() != ".zip"
    return member if known else None


def _recognised(found: list[tuple[Path, str]]) -> list[Piece]:
    """By name first, one layer a kind; then by what the others hold."""
    by_name = layer_kinds(name for _, name in found)
    pieces: list[Piece] = []
    for kind, name in by_name.items():
        path = next(p for p, n in found if n == name)
        pieces.append(Piece(path, name, kind))
    taken = {(piece.path, piece.name) for piece in pieces}
    for path, name in found:
        if (path, name) in taken or plain(name) == plain(ALIAS_TABLE):
            continue
        shape = layer_shape(path, name)
        kind_found = kind_by_content(name, *shape) if shape else None
        if kind_found is not None and kind_found not in by_name:
            by_name[kind_found] = name
            pieces.append(Piece(path, name, kind_found))
    return pieces


def _mapped(
    source: Path, found: list[tuple[Path, str]], mapping: Mapping[str, LayerMapping]
) -> list[Piece]:
    names = {name for _, name in found}
    missing = [name for name in mapping if name not in names]
    if missing:
        has = ", ".join(sorted(names))
        text = f"{source} has no layer {', '.join(missing)}; it has {has}."
        raise KnownProblem("no_layer", text, EXIT_USAGE)
    return [
        Piece(path, name, given.kind, given.columns, given.crs, given.community)
        for path, name in found
        if (given := mapping.get(name)) is not None
    ]
