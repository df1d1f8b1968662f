"""Finding a code from what a hurried person types."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from aliquot.console.domain.incident_types import (
    Disposition,
    IncidentType,
    dispositions,
    incident_types,
)


class TypeTable:
    """Finds a type by code, by label, or by the beginning of either, if only one."""

    def __init__(self, types: Iterable[IncidentType]) -> None:
        self.types = tuple(types)
        self._by_code = {t.code.lower(): t for t in self.types}
        self._by_label = {t.label.lower(): t for t in self.types}

    def by_code(self, code: object) -> IncidentType | None:
        return self._by_code.get(code.lower()) if isinstance(code, str) else None

    def find(self, text: str) -> IncidentType | None:
        """None when nothing fits or more than one does."""
        key = text.strip().lower()
        if not key:
            return None
        exact = self._by_code.get(key) or self._by_label.get(key)
        if exact is not None:
            return exact
        fits = self.beginning(text)
        return fits[0] if len(fits) == 1 else None

    def beginning(self, text: str) -> tuple[IncidentType, ...]:
        """All that the text may mean."""
        key = text.strip().lower()
        return tuple(t for t in self.types if key and _begins(t, key))

    def fitting(self, text: str) -> tuple[IncidentType, ...]:
        """To choose from: labels that begin so, the shortest first, then codes that
        do, then labels with such a word, then those that only contain it."""
        key = text.strip().lower()
        ranked = ((_rank(t, key), t) for t in self.types if key)
        found = [(rank, len(t.label), t) for rank, t in ranked if rank is not None]
        found.sort(key=itemgetter(0, 1))
        return tuple(t for _, _, t in found)

    def label(self, code: object) -> str:
        known = self.by_code(code)
        return known.label if known else str(code or "")


def _rank(kind: IncidentType, key: str) -> int | None:
    label = kind.label.lower()
    if key in (label, kind.code.lower()):
        return 0
    fits = (
        label.startswith(key),
        kind.code.lower().startswith(key),
        f" {key}" in label,
        key in label,
    )
    return fits.index(True) + 1 if True in fits else None


def _begins(kind: IncidentType, key: str) -> bool:
    return kind.label.lower().startswith(key) or kind.code.lower().startswith(key)


def agency_types() -> TypeTable:
    return TypeTable(incident_types().values())


def agency_dispositions() -> tuple[Disposition, ...]:
    return tuple(dispositions().values())


def find_disposition(text: str) -> Disposition | None:
    """By code, by label or by the only word of a label that begins so."""
    key = text.strip().lower()
    table = agency_dispositions()
    for known in table:
        if key in (known.code.lower(), known.label.lower()):
            return known
    fits = [d for d in table if key and _word_begins(d.label, key)]
    return fits[0] if len(fits) == 1 else None


def _word_begins(label: str, key: str) -> bool:
    label = label.lower()
    return label.startswith(key) or f" {key}" in label


ASIDE_REASONS: dict[str, str] = {
    "duplicate": "the same event is already known",
    "test": "a test call",
    "other": "needs no form",
}
