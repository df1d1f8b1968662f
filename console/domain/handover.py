"""Handing an incident over to another agency, as a document. Not a release.

A release is for the public and holds codes only; a hand-over is for the one agency
that goes on with the call, and holds all of it. It is an act of a signed-in person,
for one incident and one receiver, never of a rule or a timer.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from aliquot.console.domain.commands import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverIncident(Command):
    """Make the document of an incident for ``to``, and log that it was handed over.

    ``to`` is the receiver's name, ``agency`` our own id, a domain name as a rule.
    Done: ``{"handover_id", "incident_id", "to", "sha256", "eido"}``; ``eido`` is the
    document as text, ``sha256`` the lower-case hex of its UTF-8. With ``folder`` the
    document is then written there, with ``send`` it is given to the receiver of that
    name in ``eido.toml``; then also ``{"how", "where"}``. Without either it is in the
    log, for a subscriber of that name to fetch. ``agency`` "": that of ``eido.toml``.

    Refused, with nothing logged: ``not_valid``, ``is_a_feed``, ``no_receiver``,
    ``no_folder``, ``no_agency``. Failed ``not_delivered``: it is logged as handed
    over and as not delivered.
    """

    incident_id: str
    to: str
    agency: str = ""
    folder: str = ""
    send: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverAs(Command):
    """The same from the command line: ``name`` proves the password."""

    incident_id: str
    to: str
    agency: str = ""
    name: str
    password: str = field(repr=False)
    folder: str = ""
    send: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterHandOver(Command):
    """The same when ``person_id`` has proved the password."""

    incident_id: str
    to: str
    agency: str
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHandOver(Command):
    """What became of a document: ``how`` and ``where`` it was delivered, else the
    ``reason`` why not. See ``events.HandOverDelivered``."""

    incident_id: str
    handover_id: str
    to: str
    how: str = ""
    where: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReceiverSheet:
    """One agency that can be handed to. ``where``: its folder or address."""

    name: str
    where: str


@dataclass(frozen=True, slots=True)
class HandOverSheet:
    """What a window may know for a hand-over. ``folder``: where a document is written
    for an agency that is not set up; ``problem``: why nothing can be handed over."""

    agency: str = ""
    receivers: tuple[ReceiverSheet, ...] = ()
    folder: str = ""
    problem: str | None = None

    def of(self, name: str) -> ReceiverSheet | None:
        wanted = name.strip().casefold()
        found = (one for one in self.receivers if one.name.casefold() == wanted)
        return next(found, None)
