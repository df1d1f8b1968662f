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
    document as text, ``sha256`` the lower-case hex of its UTF-8.
    """

    incident_id: str
    to: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverAs(Command):
    """The same from the command line: ``name`` proves the password."""

    incident_id: str
    to: str
    agency: str
    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterHandOver(Command):
    """The same when ``person_id`` has proved the password."""

    incident_id: str
    to: str
    agency: str
    person_id: str
