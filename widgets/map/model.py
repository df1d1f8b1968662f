"""What the map shows and what it says of itself. No Qt here."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

import msgspec

ThemeName = Literal["dark", "light"]
CallState = Literal["waiting", "taken", "incident"]

PIN_LIMIT_M = 3000.0  # a point less sure than this is drawn as an area only
RESTARTS = 3
RESTART_WINDOW_S = 300.0
MAX_ZOOM = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCall:
    """One call on the map. Degrees WGS84; metres, None when the record gave none.

    ``area_only``: the point stands for a tower or a sector and gets no pin.
    ``shape``: JSON of a shape that is more than a circle, as the record gave it;
    ``tower``: where the tower stands that has the call.
    """

    call_id: str
    latitude: float
    longitude: float
    uncertainty_m: float | None
    label: str
    state: CallState
    area_only: bool = False
    shape: str | None = None
    tower: tuple[float, float] | None = None

    @property
    def pinned(self) -> bool:
        """Whether the point is sure enough to be drawn as one."""
        wide = self.uncertainty_m is not None and self.uncertainty_m > PIN_LIMIT_M
        return not (self.area_only or wide)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRegion:
    """The region that a release gives as its place. Points are degrees WGS84,
    latitude first; ``words`` say its size."""

    region_id: int
    label: str
    words: str
    point: tuple[float, float]
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCamera:
    """A listed camera. Degrees WGS84 and from true north. ``near``: near the call
    that is chosen, so that its field of view is drawn."""

    camera_id: str
    latitude: float
    longitude: float
    azimuth_deg: float | None = None
    field_of_view_deg: float | None = None
    near: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MapUnit:
    """A unit; ``tone`` is a colour's name, ``shape`` one of ``statuses.Shape``."""

    unit_id: str
    latitude: float
    longitude: float
    tone: str
    shape: str
    word: str
    busy: bool = False
    heading_deg: float | None = None  # only of one that moves and is told of
    old: str | None = None  # the age of its position, in words, when that is old


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """What lies beside the calls; ``camera`` and ``unit`` are those chosen."""

    region: MapRegion | None = None
    spot: tuple[float, float] | None = None  # the place that the region stands for
    cameras: tuple[MapCamera, ...] = ()
    units: tuple[MapUnit, ...] = ()
    camera: str | None = None
    unit: str | None = None
    plain: bool = False  # no camera at all: only what leaves has colour


@dataclass(frozen=True, slots=True)
class MapBox:
    """Degrees WGS84."""

    south: float
    west: float
    north: float
    east: float


def box_of(look: Look, width: int, height: int, spare: float = 0.25) -> MapBox:
    """What a view of so many pixels shows, and a share of it around."""
    wide = 360 / (256 * 2**look.zoom) * width * (0.5 + spare)
    lean = math.cos(math.radians(min(abs(look.latitude), 85.0)))
    high = 360 / (256 * 2**look.zoom) * height * (0.5 + spare) * lean
    return MapBox(
        max(look.latitude - high, -90.0),
        max(look.longitude - wide, -180.0),
        min(look.latitude + high, 90.0),
        min(look.longitude + wide, 180.0),
    )


class MapState(Enum):
    STARTING = "starting"
    READY = "ready"
    BEHIND = "behind"
    RESTARTING = "restarting"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class MapStatus:
    """State of the map for the status bar; ``since_us`` is UTC in microseconds."""

    state: MapState
    since_us: int
    message: str


@dataclass(frozen=True, slots=True)
class Look:
    """Where the map looks: degrees WGS84 of the middle, Leaflet zoom level."""

    latitude: float
    longitude: float
    zoom: float


def checked_look(latitude: float, longitude: float, zoom: float) -> Look | None:
    """A view reported by the page, or None when it is no place on a map."""
    numbers = (latitude, longitude, zoom)
    if not all(math.isfinite(n) for n in numbers):
        return None
    inside = abs(latitude) <= 90 and abs(longitude) <= 180 and 0 <= zoom <= MAX_ZOOM
    return Look(latitude, longitude, zoom) if inside else None


def size_words(call: MapCall) -> str:
    """The uncertainty in words: ``±38 m``, ``±4.2 km``, ``uncertainty not given``."""
    if call.uncertainty_m is None:
        return "uncertainty not given"
    if call.uncertainty_m < 1000:
        return f"±{call.uncertainty_m:.0f} m"
    return f"±{call.uncertainty_m / 1000:.1f} km"


def call_words(call: MapCall) -> str:
    """The second line of a label. The state is said, not only coloured."""
    words = {"waiting": "waiting", "taken": "taken", "incident": "incident"}
    kind = "" if call.pinned else " · area only"
    return f"{words[call.state]} · {size_words(call)}{kind}"


Follow = Literal["none", "selected", "all"]
HIDDEN_AT_FIRST = frozenset({"hydrants"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSpot:
    """A place on the map that a person pointed at or searched. Degrees WGS84;
    ``text`` says what it is near to, empty when nothing knows."""

    latitude: float
    longitude: float
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a person does with the map. ``measure``: the points of a way and what is
    written at each, None while nothing is measured. ``crosshair``: keys point at the
    middle of the view. ``hidden``: names of layers that are off. ``foot``: how much of
    the bottom something lies over, in pixels of the page."""

    found: MapSpot | None = None
    measure: tuple[tuple[float, float, str], ...] | None = None
    crosshair: bool = False
    hidden: frozenset[str] = HIDDEN_AT_FIRST
    raster: str | None = None
    follow: Follow = "none"
    foot: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything the page needs to be right, so that no earlier message matters.

    ``look`` is where a restarted page starts to look, None for its own choice;
    ``fresh``: no page showed yet that this call is the selected one.
    ``base`` and ``cameras`` are versions of what the page fetches by itself.
    """

    number: int
    colours: dict[str, str]
    base: int
    calls: tuple[MapCall, ...]
    selected: str | None
    look: Look | None
    layers: Layers = field(default_factory=Layers)
    tools: Tools = field(default_factory=Tools)
    cameras: int = 0
    fresh: bool = False

    def to_json(self) -> str:
        calls = [
            msgspec.to_builtins(call)
            | {"pinned": call.pinned, "words": call_words(call)}
            for call in self.calls
            if math.isfinite(call.latitude) and math.isfinite(call.longitude)
        ]
        body = {
            "number": self.number,
            "colours": self.colours,
            "base": self.base,
            "field": self.cameras,
            "calls": calls,
            "selected": self.selected,
            "fresh": self.fresh,
            "look": self.look,
            "layers": self.layers,
            "tools": self.tools,
        }
        return msgspec.json.encode(body).decode()


def call_after(calls: tuple[MapCall, ...], selected: str | None) -> str | None:
    """The next call in the order given, round and round; None without calls."""
    ids = [call.call_id for call in calls]
    if not ids:
        return None
    if selected not in ids:
        return ids[0]
    return ids[(ids.index(selected) + 1) % len(ids)]


class RestartBudget:
    """At most ``limit`` restarts within ``window_s`` seconds of monotonic time."""

    def __init__(
        self, limit: int = RESTARTS, window_s: float = RESTART_WINDOW_S
    ) -> None:
        self.limit = limit
        self._window_ns = round(window_s * 1e9)
        self._spent: deque[int] = deque()

    def spend(self, mono_ns: int) -> bool:
        """Take one restart at this moment; False when none is left."""
        while self._spent and mono_ns - self._spent[0] >= self._window_ns:
            self._spent.popleft()
        if len(self._spent) >= self.limit:
            return False
        self._spent.append(mono_ns)
        return True

    def renew(self) -> None:
        """A person asked for another try."""
        self._spent.clear()
