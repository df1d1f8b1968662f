"""The form of another CAD's incident: read here, changed there."""

from __future__ import annotations

from aliquot.console.domain.rows import IncidentRow
from aliquot.widgets.intake.form import IntakeForm


def foreign_words(row: IncidentRow) -> str:
    """Whose it is, what that CAD calls it, and that it cannot be changed here."""
    mark = row.foreign
    if mark is None:
        return ""
    parts = [f"This incident is of {mark.source}, number {mark.source_id} there."]
    if mark.type_text:
        parts.append(f"Its type there: {mark.type_text}.")
    if mark.units:
        parts.append(f"Units: {', '.join(mark.units)}.")
    parts.append("It is read here and changed there; it can be released.")
    return " ".join(parts)


def show_foreign(form: IntakeForm, row: IncidentRow) -> None:
    """After ``form.show_incident``: nothing in it can be typed over."""
    if row.foreign is not None:
        form.fields.set_enabled(False)
        form.say(foreign_words(row))
