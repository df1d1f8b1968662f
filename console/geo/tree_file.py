"""The two files of a frozen place tree: the public part and the private one.

Each is canonical JSON (RFC 8785) of ``body`` with its SHA-256 beside it. The public
body holds the hash of the private one, so neither can be changed or exchanged
unseen. The format is described in docs/place-tree.md.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import msgspec

from aliquot.console.geo.model import (
    ALGORITHM,
    FORMAT,
    Displacement,
    Grown,
    LevelReport,
    ParcelIndex,
    PlaceTree,
    Region,
    Source,
)
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem
from aliquot.console.store.canonical import canonical

TREE_NAME = "place_tree.json"
INDEX_NAME = "place_tree.parcels.json"
INDEX_FORMAT = "aliquot.place-tree.parcels/1"


def index_body(index: ParcelIndex) -> dict[str, Any]:
    rows = zip(index.points, index.regions, strict=True)
    return {
        "format": INDEX_FORMAT,
        "points": [[a, b, region] for (a, b), region in rows],
        "boundary": [[list(spot) for spot in ring] for ring in index.boundary],
    }


def tree_body(tree: PlaceTree) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "algorithm": ALGORITHM,
        "version": tree.version,
        "source": asdict(tree.source),
        "parameters": dict(tree.parameters),
        "levels": list(tree.levels),
        "regions": [_region_body(region) for region in tree.regions],
        "report": [asdict(report) for report in tree.reports],
        "parcels_sha256": tree.index_sha256,
    }


def _region_body(region: Region) -> dict[str, Any]:
    body = {
        "id": region.id,
        "level": region.level,
        "parent": region.parent,
        "parcels": region.parcels,
        "label": region.label,
        "label_point": list(region.label_point),
        "on_street": region.on_street,
        "district": region.district or None,
        "outline": [[list(spot) for spot in ring] for ring in region.outline],
        "reviewed": region.reviewed,
    }
    return {key: value for key, value in body.items() if value is not None}


def sha256(body: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(body)).hexdigest()


def frozen(grown: Grown) -> Grown:
    """The same, with the hash of the private part in the public one."""
    index_sha256 = sha256(index_body(grown.index))
    return replace(grown, tree=replace(grown.tree, index_sha256=index_sha256))


def tree_sha256(tree: PlaceTree) -> str:
    """The hash that stands for the tree: what an approver signs, what a log names."""
    return sha256(tree_body(tree))


def same_but_version(one: PlaceTree, other: PlaceTree) -> bool:
    """Whether two trees differ in nothing but their version and reviews."""
    return _unversioned(one) == _unversioned(other)


def _unversioned(tree: PlaceTree) -> PlaceTree:
    regions = tuple(replace(region, reviewed=False) for region in tree.regions)
    source = replace(tree.source, sha256="")
    return replace(tree, version="", regions=regions, source=source)


def write(folder: Path, grown: Grown, created_at: str) -> str:
    """Write both files into an existing folder; returns the tree's hash.

    ``created_at`` (ISO 8601, UTC) lies beside the hashed bodies. The private file is
    readable by its owner only.
    """
    whole = frozen(grown)
    _write(folder / INDEX_NAME, index_body(whole.index), created_at, 0o600)
    return _write(folder / TREE_NAME, tree_body(whole.tree), created_at, 0o644)


def _write(path: Path, body: dict[str, Any], created_at: str, mode: int) -> str:
    whole: dict[str, Any] = {
        "body": body,
        "created_at": created_at,
        "sha256": sha256(body),
    }
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, mode), "wb") as file:
        file.write(canonical(whole) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return str(whole["sha256"])


def load_tree(path: Path) -> PlaceTree:
    """The public part. Raises ``KnownProblem``: ``no_tree``, ``tree_changed`` (the
    hash is not that of the body), ``tree_unknown`` (of a newer Aliquot)."""
    return _tree(_checked(path, FORMAT))


def load(folder: Path) -> Grown:
    """Both parts. Raises as ``load_tree``; ``tree_changed`` also when they are not
    of one tree."""
    tree = load_tree(folder / TREE_NAME)
    index = _index(_checked(folder / INDEX_NAME, INDEX_FORMAT))
    if sha256(index_body(index)) != tree.index_sha256:
        text = f"{folder / INDEX_NAME} belongs to another place tree."
        raise KnownProblem("tree_changed", text, EXIT_NO)
    return Grown(tree, index)


def _checked(path: Path, wanted: str) -> dict[str, Any]:
    """The body of a file whose hash and format are right."""
    try:
        whole = msgspec.json.decode(path.read_bytes())
        body: dict[str, Any] = whole["body"]
        said = whole["sha256"]
        known, same = body["format"] == wanted, sha256(body) == said
    except OSError as why:
        text = f"The place tree {path} cannot be read: {why.strerror}."
        raise KnownProblem("no_tree", text, EXIT_USAGE) from why
    except (ValueError, KeyError, TypeError) as why:
        text = f"{path} is no place tree."
        raise KnownProblem("no_tree", text, EXIT_USAGE) from why
    if not same:
        text = f"{path} was changed: its SHA-256 is not the one it was frozen with."
        raise KnownProblem("tree_changed", text, EXIT_NO)
    if not known:
        text = f"{path} has a format that this Aliquot does not know."
        raise KnownProblem("tree_unknown", text)
    return body


def _tree(body: dict[str, Any]) -> PlaceTree:
    return PlaceTree(
        version=body["version"],
        source=Source(**body["source"]),
        parameters=tuple(body["parameters"].items()),
        levels=tuple(body["levels"]),
        regions=tuple(_region(r) for r in body["regions"]),
        reports=tuple(_report(r) for r in body["report"]),
        index_sha256=body["parcels_sha256"],
    )


def _region(body: dict[str, Any]) -> Region:
    latitude, longitude = body["label_point"]
    return Region(
        id=body["id"],
        level=body["level"],
        parent=body.get("parent"),
        parcels=body["parcels"],
        label=body["label"],
        label_point=(float(latitude), float(longitude)),
        on_street=body["on_street"],
        district=body.get("district", ""),
        outline=tuple(
            tuple((float(a), float(b)) for a, b in r) for r in body["outline"]
        ),
        reviewed=body["reviewed"],
    )


def _report(body: dict[str, Any]) -> LevelReport:
    figures = {name: float(value) for name, value in body["displacement"].items()}
    return LevelReport(**body | {"displacement": Displacement(**figures)})


def _index(body: dict[str, Any]) -> ParcelIndex:
    return ParcelIndex(
        points=tuple((a, b) for a, b, _ in body["points"]),
        regions=tuple(region for _, _, region in body["points"]),
        boundary=tuple(tuple((a, b) for a, b in ring) for ring in body["boundary"]),
    )
