"""What the read side gives to the screen: frozen rows, no rule in them."""

from __future__ import annotations

from dataclasses import dataclass, field

from aliquot.console.domain.events import Json
from aliquot.console.domain.positions import UnitFix


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One call as known now. ``state`` is of ``domain.calls.CallState``.

    ``raw`` are the bytes of the newest record. Degrees WGS84; metres; percent.
    ``first_at_us``: UTC µs of the stamp of the first byte batch that told of it.
    ``waiting`` is True while nobody took it or set it aside.
    """

    call_id: str
    state: str
    line: str
    first_at_us: int
    last_at_us: int
    ours: bool
    waiting: bool
    has_record: bool
    records: int = 0  # ALI records, rebids among them
    position: str | None = None
    callback_number: str | None = None
    pani: str | None = None
    class_of_service: str | None = None
    customer_name: str | None = None
    address: str | None = None  # one line, as the record says it
    community: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    uncertainty_m: float | None = None
    confidence_pct: float | None = None
    warnings: tuple[str, ...] = ()
    raw: bytes = b""
    taken_by: str | None = None
    form_id: str | None = None
    incident_id: str | None = None
    trouble: str | None = None  # what a source says is wrong with the call
    positions: tuple[str, ...] = ()  # where it is known to have been, newest first
    sources: tuple[str, ...] = ()  # lines whose source has a key of its own for it


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One thing a line said of a call, oldest first in ``CallDetail.records``."""

    at_us: int
    kind: str  # "ali" or a signal kind
    join: str | None
    layout: str
    fields: dict[str, Json]
    warnings: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDetail:
    row: CallRow
    records: tuple[RecordRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOnIncident:
    unit_id: str
    status: str
    since_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignMark:
    """Of an incident of another CAD, which is not edited here: the name of that CAD,
    its own number, its words for the type, and its units that work it."""

    source: str
    source_id: str
    type_text: str | None = None
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """One incident. ``state``: pending, active or closed. ``foreign``: it is another
    CAD's."""

    incident_id: str
    number: int
    state: str
    opened_at_us: int
    changed_at_us: int
    closed_at_us: int | None = None
    disposition: str | None = None
    call_id: str | None = None
    fields: dict[str, Json] = field(default_factory=dict)
    units: tuple[UnitOnIncident, ...] = ()
    foreign: ForeignMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """A line of narrative; ``system`` ones are made from events, not typed."""

    note_id: str
    at_us: int
    person: str
    text: str
    system: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    unit_id: str
    service: str
    kind: str
    status: str
    since_us: int
    incident_id: str | None = None
    incident_number: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    fix: UnitFix | None = None  # where it is; latitude and longitude are its home


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line. ``state`` is of ``drivers.lines.api.LineState``; ages come from µs."""

    line: str
    state: str
    message: str
    since_us: int
    last_record_us: int | None = None
    records: int = 0
    noise: int = 0
    asks: tuple[str, ...] = ()  # what a person can ask of it now: rebid, dial, test


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseRow:
    line: str
    at_us: int
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardCounts:
    """Of what was heard lately: our calls that were abandoned, calls of other
    positions, and bytes that were no record, by the reason of that."""

    abandoned: int = 0
    elsewhere: int = 0
    noise: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    form_id: str
    saved_at_us: int
    body: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    person_id: str
    name: str
    role: str
    public_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStatus:
    """State of the log for the status bar. ``problem`` is a sentence or None."""

    site: str
    n: int
    last_at_us: int | None
    free_bytes: int
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRow:
    """A camera whose owner lets it be listed. Degrees WGS84; None is unknown."""

    camera_id: str
    latitude: float
    longitude: float
    azimuth_deg: float | None = None
    field_of_view_deg: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraNear:
    """A listed camera near a place. Metres; degrees clockwise from true north.

    ``bearing_deg`` is from the place to the camera. ``facing`` says whether the
    place lies in its field of view; None when that cannot be known.
    """

    camera_id: str
    latitude: float
    longitude: float
    distance_m: float
    bearing_deg: float
    facing: bool | None
