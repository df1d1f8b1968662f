"""The release side of a desk that has none: nothing, and the sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aliquot.console.domain.release_rows import (
    PreviewRow,
    RegionRow,
    ReleaseDetail,
    ReleaseRow,
    Releases,
    TreeWaiting,
)

NONE_HERE = "This desk has no release side: nothing leaves from here."


class NoReleases:
    def problem(self) -> str | None:
        return NONE_HERE

    def queue(self, limit: int = 200) -> tuple[ReleaseRow, ...]:
        return ()

    def candidates(self, limit: int = 100) -> tuple[PreviewRow, ...]:
        return ()

    def preview(self, incident_id: str, phrase: str | None = None) -> PreviewRow | None:
        return None

    def detail(self, release_id: str) -> ReleaseDetail | None:
        return None

    def region(self, region_id: int) -> RegionRow | None:
        return None

    def tree_waiting(self) -> TreeWaiting | None:
        return None


if TYPE_CHECKING:
    _is_releases: type[Releases] = NoReleases
