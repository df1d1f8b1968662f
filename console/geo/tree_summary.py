"""A place tree in figures, for who is to decide about it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aliquot.console.geo.model import PlaceTree


def summary(tree: PlaceTree) -> dict[str, Any]:
    """Keys as in the report of an import: ``k`` and ``displacement_m`` (metres from a
    parcel to the label point of its region) by level, ``parcels``, ``levels``."""
    return {
        "version": tree.version,
        "kind": tree.source.kind,
        "parcels": sum(region.parcels for region in tree.at_level(1)),
        "k": {str(level.level): level.min_parcels for level in tree.reports},
        "displacement_m": {
            str(level.level): asdict(level.displacement) for level in tree.reports
        },
        "levels": [
            {
                "level": level.level,
                "regions": level.regions,
                "min_parcels": level.min_parcels,
                "max_parcels": level.max_parcels,
            }
            for level in tree.reports
        ],
    }
