"""The command on places: what a text means, as a person chose."""

from __future__ import annotations

from aliquot.console.domain.commands import Done, Outcome, PickPlace, Refused
from aliquot.console.domain.events import PlacePicked
from aliquot.console.domain.geocoding import MatchKind, plain_text
from aliquot.console.domain.incidents import LONGEST_TEXT
from aliquot.console.service.context import Context

_KINDS = frozenset(kind.value for kind in MatchKind) - {MatchKind.NONE.value}


def pick_place(context: Context, command: PickPlace) -> Outcome:
    """Chosen again just so, it adds nothing."""
    if problem := _problem(command):
        return Refused("bad_place", problem)
    known = context.work.lookup.picked_place(plain_text(command.text))
    chosen = (command.address, command.kind, command.latitude, command.longitude)
    if known != chosen:
        context.work.append(
            PlacePicked(
                text=" ".join(command.text.split()),
                address=command.address,
                kind=command.kind,
                latitude=command.latitude,
                longitude=command.longitude,
                at_us=context.at_us,
            )
        )
    return Done()


def _problem(command: PickPlace) -> str | None:
    if not command.text.strip() or not command.address.strip():
        return "Name the text and the address that it means."
    if max(len(command.text), len(command.address)) > LONGEST_TEXT:
        return f"A place is longer than {LONGEST_TEXT} characters."
    if command.kind not in _KINDS:
        return f"{command.kind} is no kind of place."
    if not (-90 <= command.latitude <= 90 and -180 <= command.longitude <= 180):
        return "A place lies within 90 degrees of latitude, 180 of longitude."
    return None
