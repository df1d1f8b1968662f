"""The report of an import, as the command line prints it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from aliquot.console.geo.geofile_checks import Finding, findings, told
from aliquot.console.geo.geofile_fields import EXPECTED, SIDES, Kind
from aliquot.console.geo.geofile_map import BaseMap
from aliquot.console.geo.geofile_read import Notice
from aliquot.console.geo.geofile_rows import OTHERS, Rows
from aliquot.console.geo.geofile_tiles import TilesMade
from aliquot.console.geo.model import Grown, LevelReport, NoTree
from aliquot.console.geo.progress import Tell, silent

_LISTS = {  # columns of sides, and of address points
    "municipal": ("A3", "A3"),
    "msag": ("MSAGComm", None),
    "postal": ("PostComm", "Post_Comm"),
    "unincorporated": ("A4", "A4"),
    "neighborhood": ("A5", "A5"),
}


@dataclass(slots=True)
class Report:
    """Filled step by step; ``as_json`` at any time."""

    source: str
    sha256: str
    rows: Rows
    layers: dict[Kind, str]
    broken: list[Notice] = field(default_factory=list)
    tree: Grown | NoTree | None = None
    tree_state: str = "none"  # active, candidate, unchanged, kept or none
    tree_sha256: str | None = None
    base_map: BaseMap | None = None
    tiles: TilesMade | None = None
    version: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def check(self, tell: Tell = silent) -> None:
        """Look for what is wrong with ranges and addresses."""
        streets = self.layers.get(Kind.STREETS, Kind.STREETS.value)
        points = self.layers.get(Kind.POINTS, Kind.POINTS.value)
        self.findings = findings(self.rows, streets, points, tell)

    @property
    def usable(self) -> bool:
        """A file of which a layer is broken is not used in part: what it lacks would
        be missing from the geofile that is in use now."""
        return not self.broken and bool(self.rows.segments or self.rows.sites)

    def as_json(self) -> dict[str, Any]:
        rows = self.rows
        return {
            "source": self.source,
            "sha256": self.sha256,
            "usable": self.usable,
            "geofile": self.version,
            "counts": {
                "streets": len({s.name for s in rows.segments if s.name}),
                "segments": len(rows.segments),
                "addresses": len(rows.sites),
                "areas": dict(Counter(a.kind.value for a in rows.areas)),
                "hydrants": len(rows.hydrants),
                "hydrants_out_of_service": sum(
                    one.in_service is False for one in rows.hydrants
                ),
            },
            "layers": rows.counts,
            "communities": _communities(rows),
            "missing": [k.value for k in EXPECTED if k not in self.layers],
            "broken": [_notice(n) for n in self.broken],
            "notices": [
                _notice(n)
                for n in (
                    *rows.notices,
                    *_nameless(rows),
                    *_townless(rows),
                    *_odd_words(rows),
                    *_left_out(self.tiles),
                )
            ],
            "unmatched": unmatched(rows),
            "checks": told(self.findings),
            "rejected": [
                {k: v for k, v in asdict(r).items() if v is not None}
                for r in rows.rejected
            ],
            **_tree(self),
            "base_map": _base_map(self.base_map),
            "tiles": self.tiles.as_json() if self.tiles else None,
            "seconds": {k: round(v, 2) for k, v in self.seconds.items()},
        }


def _notice(notice: Notice) -> dict[str, str]:
    return asdict(notice)


def _nameless(rows: Rows) -> list[Notice]:
    count = sum(not s.name for s in rows.segments)
    if not count:
        return []
    text = f"{count} street segments have no name; they are on the map only."
    return [Notice(Kind.STREETS.value, "nameless_street", text)]


def _townless(rows: Rows) -> list[Notice]:
    named = _communities(rows) or any(site.community for site in rows.sites)
    if named or not (rows.segments or rows.sites):
        return []
    text = (
        "It names no town, so no place is sure whose address names one. A mapping file"
        ' can say it: community = "Halden".'
    )
    return [Notice(Kind.STREETS.value, "no_community", text)]


_TAKEN = {
    "hydrant_state": "taken for in service",
    "parity_word": "taken from the ends of the range",
}
_MOST_WORDS = 20


def _odd_words(rows: Rows) -> list[Notice]:
    """What stands for the state of hydrants, or for a parity, and is not understood."""
    return [
        Notice(layer, code, f"{count} times {word}: {_TAKEN[code]}.")
        for (layer, code, word), count in rows.odd_words.most_common(_MOST_WORDS)
    ]


def _left_out(made: TilesMade | None) -> list[Notice]:
    """What the map lacks, or draws from the plain map instead."""
    failed = made.failed if made else {}
    return [Notice(name, "tiles_left_out", why) for name, why in failed.items()]


def _communities(rows: Rows) -> dict[str, list[str]]:
    """The names that a town may be typed by, by the list that they stand in; a list
    that has none is left out."""
    found: dict[str, set[str]] = {}
    for name, (column, of_sites) in _LISTS.items():
        at = SIDES.index(column)
        sides = (text for s in rows.segments if s.sides for text in s.sides[at])
        names = {text for text in sides if text}
        if of_sites is not None:
            at = OTHERS.index(of_sites)
            names |= {text for s in rows.sites if (text := s.others[at])}
        found[name] = names
    return {name: sorted(names) for name, names in found.items() if names}


def unmatched(rows: Rows) -> dict[str, Any]:
    """Address points of which no street has the name, by that name."""
    known = {s.name.casefold() for s in rows.segments}
    lost = Counter(s.street for s in rows.sites if s.street.casefold() not in known)
    streets = [
        {"street": name, "addresses": count}
        for name, count in sorted(lost.items(), key=lambda item: (-item[1], item[0]))
    ]
    return {
        "addresses": lost.total(),
        "streets": streets,
        "rows": len(rows.rejected),
    }


def _tree(report: Report) -> dict[str, Any]:
    found = report.tree
    if isinstance(found, NoTree) or found is None:
        reason = {} if found is None else {"code": found.code, "reason": found.message}
        return {
            "place_tree": {"state": report.tree_state, **reason},
            "k": {},
            "displacement_m": {},
        }
    tree = found.tree
    levels = tree.reports
    return {
        "place_tree": {
            "state": report.tree_state,
            "sha256": report.tree_sha256,
            "version": tree.version,
            "kind": tree.source.kind,
            "parcels": sum(r.parcels for r in tree.at_level(1)),
            "parcels_outside": found.outside,
            "levels": [_level(level) for level in levels],
        },
        "k": {str(level.level): level.min_parcels for level in levels},
        "displacement_m": {
            str(level.level): asdict(level.displacement) for level in levels
        },
    }


def _level(level: LevelReport) -> dict[str, int]:
    found = asdict(level)
    del found["displacement"]
    return found


def _base_map(made: BaseMap | None) -> dict[str, Any] | None:
    if made is None:
        return None
    return {
        "bytes": len(made.body),
        "features": made.features,
        "tolerance_m": made.tolerance_m,
        "left_out": list(made.left_out),
    }
