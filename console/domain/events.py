"""What can happen. Every event of the log is one of these, and only these.

An event is a frozen dataclass in the past tense. Its ``TYPE`` and ``VERSION`` are
in the head of the log entry, its fields are the body. Fields are JSON-ready
(str, int, float, bool, None, list, dict with str keys); raw bytes are base64.
``subject`` names what the event is about: ``call:…``, ``incident:…``, ``unit:…``,
``camera:…``, ``line:…``, ``person:…``, ``release:…``, ``tree:…``, ``places``,
``protected_places`` or ``log``.

Times inside a body (``at_us``) are UTC microseconds of when the thing happened:
for line events the stamp of the last byte, never the time of the append.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from aliquot.console.domain.event_base import Event, Json
from aliquot.console.domain.events_cameras import (
    CameraListed,
    CameraRegistered,
    CameraUnlisted,
)
from aliquot.console.domain.events_foreign import ForeignIncidentReceived
from aliquot.console.domain.events_handover import (
    HandOverDelivered,
    HandOverNotDelivered,
    IncidentHandedOver,
)
from aliquot.console.domain.events_lines import (
    CallSetAside,
    CallSignalled,
    CallTaken,
    LineAsked,
    LineAskFailed,
    LineNoiseHeard,
    LineRecordReceived,
    LineStateChanged,
)
from aliquot.console.domain.events_locating import (
    LocationLinkAsked,
    LocationLinkFailed,
)
from aliquot.console.domain.events_places import PlacePicked
from aliquot.console.domain.events_policies import (
    POLICY_EVENTS,
    ReleasePolicyConfirmed,
    ReleasePolicyNoted,
)
from aliquot.console.domain.events_protected import (
    PROTECTED_EVENTS,
    ProtectedPlacesConfirmed,
    ProtectedPlacesNoted,
)
from aliquot.console.domain.events_releases import (
    RELEASE_EVENTS,
    ReleaseApproved,
    ReleaseConfirmed,
    ReleaseDelivered,
    ReleaseDeliveryFailed,
    ReleaseDied,
    ReleaseEmbargoBegan,
    ReleaseHappened,
    ReleaseProposed,
    ReleaseRefused,
    ReleaseRetracted,
    ReleaseSent,
    ReleaseVoided,
    ReleaseWithdrawn,
)
from aliquot.console.domain.events_settings import (
    LineSettingsChanged,
    LineSettingsFailed,
)
from aliquot.console.domain.events_signin import SIGN_IN_EVENTS, PersonNotProved
from aliquot.console.domain.events_trees import (
    TREE_EVENTS,
    TreeChangeAsked,
    TreeChangeConfirmed,
    TreeChangeWithdrawn,
)

__all__ = [
    "EVENTS",
    "INCIDENT_FIELDS",
    "BodiesErased",
    "CallSetAside",
    "CallSignalled",
    "CallTaken",
    "CameraListed",
    "CameraRegistered",
    "CameraUnlisted",
    "Event",
    "ForeignIncidentReceived",
    "HandOverDelivered",
    "HandOverNotDelivered",
    "IncidentChanged",
    "IncidentClosed",
    "IncidentHandedOver",
    "IncidentNoted",
    "IncidentOpened",
    "IncidentReopened",
    "Json",
    "LineAskFailed",
    "LineAsked",
    "LineNoiseHeard",
    "LineRecordReceived",
    "LineSettingsChanged",
    "LineSettingsFailed",
    "LineStateChanged",
    "LocationLinkAsked",
    "LocationLinkFailed",
    "PersonAdded",
    "PersonNotProved",
    "PersonSignedIn",
    "PersonSignedOut",
    "PlacePicked",
    "ProtectedPlacesConfirmed",
    "ProtectedPlacesNoted",
    "ReleaseApproved",
    "ReleaseConfirmed",
    "ReleaseDelivered",
    "ReleaseDeliveryFailed",
    "ReleaseDied",
    "ReleaseEmbargoBegan",
    "ReleaseHappened",
    "ReleasePolicyConfirmed",
    "ReleasePolicyNoted",
    "ReleaseProposed",
    "ReleaseRefused",
    "ReleaseRetracted",
    "ReleaseSent",
    "ReleaseVoided",
    "ReleaseWithdrawn",
    "TreeChangeAsked",
    "TreeChangeConfirmed",
    "TreeChangeWithdrawn",
    "UnitRegistered",
    "UnitStatusChanged",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(Event):
    """An incident was created. ``fields`` has names of ``INCIDENT_FIELDS`` only."""

    TYPE: ClassVar[str] = "incident.opened"
    incident_id: str
    number: int
    call_id: str | None
    form_id: str | None
    fields: dict[str, Json]
    at_us: int

    @property
    def subject(self) -> str:
        return f"incident:{self.incident_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChanged(Event):
    """Fields changed: name -> [old, new]; absent is None."""

    TYPE: ClassVar[str] = "incident.changed"
    incident_id: str
    changes: dict[str, Json]
    at_us: int

    @property
    def subject(self) -> str:
        return f"incident:{self.incident_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNoted(Event):
    """A line of narrative. ``struck`` names an earlier note that this one strikes."""

    TYPE: ClassVar[str] = "incident.noted"
    incident_id: str
    note_id: str
    text: str
    at_us: int
    strikes: str | None = None

    @property
    def subject(self) -> str:
        return f"incident:{self.incident_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(Event):
    TYPE: ClassVar[str] = "incident.closed"
    incident_id: str
    disposition: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"incident:{self.incident_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReopened(Event):
    TYPE: ClassVar[str] = "incident.reopened"
    incident_id: str
    reason: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"incident:{self.incident_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRegistered(Event):
    """A unit exists. ``service``: law, fire or ems. Home in WGS84 degrees."""

    TYPE: ClassVar[str] = "unit.registered"
    unit_id: str
    service: str
    kind: str
    latitude: float | None = None
    longitude: float | None = None
    at_us: int

    @property
    def subject(self) -> str:
        return f"unit:{self.unit_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStatusChanged(Event):
    """A unit's status; ``incident_id`` is the incident it works, None when free.

    ``latitude``, ``longitude`` (WGS84 degrees) and ``fix_at_us`` are where it was
    then and when it was there, if a source of positions tells."""

    TYPE: ClassVar[str] = "unit.status_changed"
    unit_id: str
    status: str
    incident_id: str | None
    at_us: int
    latitude: float | None = None
    longitude: float | None = None
    fix_at_us: int | None = None

    @property
    def subject(self) -> str:
        return f"unit:{self.unit_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdded(Event):
    """``public_key`` is a raw Ed25519 key in base64; the private half is not here."""

    TYPE: ClassVar[str] = "person.added"
    person_id: str
    name: str
    role: str
    public_key: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"person:{self.person_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSignedIn(Event):
    TYPE: ClassVar[str] = "person.signed_in"
    person_id: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"person:{self.person_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSignedOut(Event):
    TYPE: ClassVar[str] = "person.signed_out"
    person_id: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"person:{self.person_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodiesErased(Event):
    """Bodies and salts of entries were erased, by authority and for a reason.

    ``targets`` is a list of ``[site, n]``. ``marks`` is filled in by the log itself:
    what must outlive the bodies and names nobody, which is how far each line was
    read (``lines``: line -> offset), the numbers of incidents (``numbers``: incident
    id -> number) and, if there are, ``leaves`` of the release log.
    """

    TYPE: ClassVar[str] = "log.bodies_erased"
    targets: list[Json]
    reason: str
    authority: str
    at_us: int
    marks: dict[str, Json] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return "log"


EVENTS: tuple[type[Event], ...] = (
    LineRecordReceived,
    CallSignalled,
    LineNoiseHeard,
    LineStateChanged,
    LineAsked,
    LineAskFailed,
    LocationLinkAsked,
    LocationLinkFailed,
    CallTaken,
    CallSetAside,
    IncidentOpened,
    IncidentChanged,
    IncidentNoted,
    IncidentClosed,
    IncidentReopened,
    IncidentHandedOver,
    HandOverDelivered,
    HandOverNotDelivered,
    LineSettingsChanged,
    LineSettingsFailed,
    ForeignIncidentReceived,
    PlacePicked,
    UnitRegistered,
    UnitStatusChanged,
    CameraRegistered,
    CameraListed,
    CameraUnlisted,
    PersonAdded,
    PersonSignedIn,
    PersonSignedOut,
    BodiesErased,
    *RELEASE_EVENTS,
    *TREE_EVENTS,
    *PROTECTED_EVENTS,
    *POLICY_EVENTS,
    *SIGN_IN_EVENTS,
)

INCIDENT_FIELDS: tuple[str, ...] = (
    "type_code",
    "priority",
    "place",
    "place_verified",
    "place_note",
    "latitude",
    "longitude",
    "caller_name",
    "callback_number",
    "caller_place",
    "caller_latitude",
    "caller_longitude",
    "caller_uncertainty_m",
    "place_address",
    "place_score",
)
"""Names in ``IncidentOpened.fields``. ``place``/``latitude``/``longitude`` are where
help is wanted; the ``caller_*`` ones are where the caller is: two places, always.
``place`` is the dispatcher's own text. ``place_address`` is how the geofile writes
what it means, ``place_score`` (0 to 100) how surely the geocoder found it, and
``place_verified`` that it was sure or that a person chose it."""
