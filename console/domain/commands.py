"""What a person can ask for. Imperative, frozen, complete: no command reads a clock.

A command is handled by one function of ``console.service``, in the writer thread,
in one transaction, and gives an ``Outcome``. Refusals are outcomes, not exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from aliquot.console.domain.cameras import Camera
from aliquot.console.domain.events import Json


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and where. ``person`` is a person id, or ``nobody``.

    ``joined``: at a second window of the profile, where rights are narrower.
    """

    person: str
    position: str
    joined: bool = False


NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Base of all commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCall(Command):
    call_id: str
    form_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCallAside(Command):
    call_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLine(Command):
    """Ask a two-way line. ``ask``: ``rebid`` for the record of a call again, or
    ``test`` whether the other end answers. Without ``line``: the first that can.

    Done: ``{"line", "ask", "number"}`` when it was sent."""

    ask: str
    line: str | None = None
    call_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DialBack(Command):
    """Call a caller back through a line that can dial: the callback number of a call,
    or ``number``. Never a routing number nor 911, 211, 511: ``domain.dialling``.

    Refused with ``no_dialling_line`` where none can. Done: ``{"line", "number"}``."""

    call_id: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLocationLink(Command):
    """Send a location link to a number, through the gateway of the profile.

    ``call_id``: the call that the answer is for; None makes one of the answer."""

    number: str
    call_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident(Command):
    """``form_id`` names the draft that goes with it; the draft ends in the same
    transaction. The same ``form_id`` twice gives the same incident."""

    fields: dict[str, Json]
    form_id: str | None = None
    call_id: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeIncident(Command):
    incident_id: str
    fields: dict[str, Json]
    form_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(Command):
    incident_id: str
    text: str
    strikes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PickPlace(Command):
    """What a text means, as somebody chose: comes first when it is typed again.

    ``kind`` is a value of ``domain.geocoding.MatchKind``."""

    text: str
    address: str
    kind: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUnitStatus(Command):
    """``dispatched`` with an incident assigns; ``available`` frees. ``fixes``: unit ->
    [latitude, longitude, at_us], filled in by the console alone."""

    unit_id: str
    status: str
    incident_id: str | None = None
    fixes: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchUnits(Command):
    """``first``: refused where others have been sent meanwhile, by whomever."""

    incident_id: str
    unit_ids: tuple[str, ...]
    fixes: dict[str, Json] = field(default_factory=dict)
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIncident(Command):
    """Frees the units that work it."""

    incident_id: str
    disposition: str
    fixes: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenIncident(Command):
    incident_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterUnit(Command):
    unit_id: str
    service: str
    kind: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCameras(Command):
    """All or none. A camera that is known just so already adds nothing; one whose id
    is of a camera somewhere else is left out, and named in the result as ``taken``."""

    cameras: tuple[Camera, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCameras(Command):
    """Owners let cameras be listed, as an imported file says. ``terms_sha256``: what
    they agreed to. Cameras whose owners took their word back themselves stay out,
    and are named in the result as ``withheld``."""

    camera_ids: tuple[str, ...]
    terms_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlistCameras(Command):
    """Owners end the listing of cameras. ``channel``: ``domain.cameras.CHANNELS``."""

    camera_ids: tuple[str, ...]
    channel: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPerson(Command):
    name: str
    role: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(Command):
    name: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut(Command):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseBodies(Command):
    targets: tuple[tuple[str, int], ...]
    reason: str
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft(Command):
    """The state of a half-typed form; a table beside the log, not an event."""

    form_id: str
    body: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropDraft(Command):
    form_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRelease(Command):
    """Freeze the item and every channel's body. ``phrase`` is a phrase code.

    Done: ``{"release_id", "state", "item"}``."""

    incident_id: str
    phrase: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveRelease(Command):
    """The person at this desk signs those exact bytes with his sealed key.

    ``item_sha256`` is of what he saw; another hash is refused (``other_bytes``)."""

    release_id: str
    password: str = field(repr=False)
    item_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseRelease(Command):
    """``reason`` is a code of ``resources/codes/release_endings.toml``."""

    release_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRelease(Command):
    release_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractRelease(Command):
    """Said to every channel that got it. What others copied cannot be called back."""

    release_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """The command was carried out. ``result`` names what came of it, e.g.
    ``{"incident_id": …, "number": …}``."""

    result: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule said no. ``code`` is stable, ``message`` is for a person."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It could not be done (disk full, log closed). Nothing was written."""

    code: str
    message: str


Outcome = Done | Refused | Failed
