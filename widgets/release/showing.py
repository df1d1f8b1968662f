"""Rows of the read side as the two columns and the sentence above them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aliquot.console.domain.events import Json
from aliquot.console.domain.release_rows import (
    ChannelRow,
    PreviewRow,
    RegionRow,
    ReleaseDetail,
    ReleaseRow,
    Releases,
    TreeWaiting,
)
from aliquot.widgets import words
from aliquot.widgets.map.model import MapRegion
from aliquot.widgets.release import saying
from aliquot.widgets.release.endings import ending_label
from aliquot.widgets.release.sides import Pair


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on the desk: title, both columns, and on which ways it leaves."""

    title: str
    pair: Pair
    channels: tuple[ChannelRow, ...] = ()


def shown_release(detail: ReleaseDetail) -> Shown:
    row = detail.row
    kind = saying.category_name(row.category)
    title = f"{kind}  {words.incident_text(row.incident_number)}"
    return Shown(title, release_pair(detail), detail.channels)


def shown_candidate(found: PreviewRow, releases: Releases) -> Shown:
    kind = saying.value_text(found.leaves.get("category", "Incident"))
    title = f"{kind}  {words.incident_text(found.incident_number)}"
    region = releases.region(found.region_id or -1)
    return Shown(title, candidate_pair(found, region))


def tree_text(waiting: TreeWaiting | None) -> str:
    """One line: that another place tree waits, and what decides it; else empty."""
    if waiting is None:
        return ""
    return (
        f"{waiting.asker} asked for another place tree, {waiting.tree_sha256[:12]}…; "
        "a second owner decides: aliquot geofile activate puts it in use, with "
        "--withdraw it is taken back."
    )


def release_pair(detail: ReleaseDetail) -> Pair:
    return Pair(
        knows=detail.knows,
        leaves=detail.leaves,
        withheld=detail.withheld,
        became=detail.became,
        region=saying.k_text(detail.row.k),
    )


def candidate_pair(found: PreviewRow, region: RegionRow | None) -> Pair:
    """An incident that may be proposed, or that may not, with the reasons."""
    why = tuple(saying.reason_text(code, found.words) for code in found.reasons)
    leaves: dict[str, Json] = dict(found.leaves) if found.eligible else {}
    for name in ("release_id", "published_at"):
        if name in leaves:  # a placeholder until then
            leaves[name] = "made when it is proposed"
    return Pair(
        knows=found.knows,
        leaves=leaves,
        withheld=found.withheld,
        became=found.became if found.eligible else {},
        region=saying.k_text(region.k) if region is not None else "",
        why_nothing=() if found.eligible else (why or ("Nothing may leave.",)),
    )


def spot_of(knows: Mapping[str, Json]) -> tuple[float, float] | None:
    """The point of an incident as the desk knows it; None when it knows none."""
    at = knows.get("latitude"), knows.get("longitude")
    if isinstance(at[0], int | float) and isinstance(at[1], int | float):
        return float(at[0]), float(at[1])
    return None


def meaning_of(row: ReleaseRow | None, state: str, now_us: int, propose: str) -> str:
    """Who did what and since when, and what the state means."""
    meaning = saying.MEANINGS.get(state, "").format(propose=propose)
    if row is None:
        return meaning
    age = words.age_text(words.age_s(row.proposed_at_us, now_us))
    parts = [f"Proposed by {row.proposer} {age} ago."]
    if row.approver:
        at = words.clock_text(row.approved_at_us) if row.approved_at_us else ""
        parts.append(f"Signed by {row.approver} {at}.".replace(" .", "."))
    left = saying.embargo_left_s(row, now_us)
    if left:
        parts.append(f"Leaves in {words.age_text(left)}.")
    elif left is not None:
        parts.append(saying.DUE)
    if row.sent_at_us:
        parts.append(f"Sent {words.clock_text(row.sent_at_us)}.")
    if row.reason:
        parts.append(f"Reason: {ending_label(row.reason)}.")
    if row.replaced_by:
        parts.append(saying.REPLACED)
    return " ".join((*parts, meaning))


def map_region(row: RegionRow | None) -> MapRegion | None:
    """The region as the map draws it, its size said in words."""
    if row is None:
        return None
    return MapRegion(
        region_id=row.region_id,
        label=row.label,
        words=saying.k_text(row.k),
        point=row.point,
        rings=row.rings,
    )
