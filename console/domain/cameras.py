"""Cameras: what is known of one, when it may be shown, what near and facing mean."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from aliquot.console.domain.rows import CameraNear

KINDS = ("fixed", "ptz", "dome", "doorbell", "unknown")

LOOK_RADIUS_M = 250.0
"""Three of four places that footage was asked of lie nearer to a camera than this."""
LOOK_CAP_M = 500.0
"""However unsure a call's place is, no camera farther away is looked for."""
TOUCHING_M = 0.5
"""Nearer than this a direction between camera and place means nothing."""

MOVED_M = 1_000.0
"""What lies farther from where a camera was is another camera of the same id."""

BY_IMPORT = "import"
BY_OWNER = "owner"
CHANNELS = (BY_IMPORT, BY_OWNER)
"""How the owner's word on the listing came: with an imported file, or by himself."""

_LONGEST_CODE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A camera as registered. Degrees WGS84, metres.

    ``azimuth_deg`` is where the middle of its view points, clockwise from true north,
    0 to below 360; ``field_of_view_deg`` is how wide it sees, above 0 to 360;
    ``range_m`` how far. None is unknown. ``owner`` is a code that stands for whoever
    may say yes and no for it.
    """

    camera_id: str
    latitude: float
    longitude: float
    azimuth_deg: float | None = None
    field_of_view_deg: float | None = None
    range_m: float | None = None
    kind: str = "unknown"
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A camera in the registry, and the owner's last word on its listing.

    ``channel`` is None while nothing was ever said.
    """

    camera: Camera
    listed: bool
    terms_sha256: str | None = None
    channel: str | None = None


def fault_of(camera: Camera) -> str | None:
    """Why a camera cannot be registered, in words; None when it can."""
    if not is_code(camera.camera_id):
        return f"the id of a camera has 1 to {_LONGEST_CODE} printable characters"
    if camera.owner is not None and not is_code(camera.owner):
        return f"the code of an owner has 1 to {_LONGEST_CODE} printable characters"
    if camera.kind not in KINDS:
        return f"kind is one of {', '.join(KINDS)}"
    if not _within(camera.latitude, -90, 90) or not _within(
        camera.longitude, -180, 180
    ):
        return "latitude and longitude are degrees within ±90 and ±180"
    return _fault_of_view(camera)


def _fault_of_view(camera: Camera) -> str | None:
    azimuth, angle = camera.azimuth_deg, camera.field_of_view_deg
    if azimuth is not None and not (_within(azimuth, 0, 360) and azimuth < 360):
        return "azimuth is 0 to below 360 degrees"
    if angle is not None and not (_within(angle, 0, 360) and angle > 0):
        return "field of view is above 0 to 360 degrees"
    reach = camera.range_m
    if reach is not None and not (math.isfinite(reach) and reach > 0):
        return "range is metres above 0"
    return None


def is_code(text: str) -> bool:
    trimmed = bool(text) and text == text.strip()
    return trimmed and len(text) <= _LONGEST_CODE and text.isprintable()


def _within(value: float, low: float, high: float) -> bool:
    return math.isfinite(value) and low <= value <= high


def elsewhere(known: Camera, given: Camera) -> bool:
    """Whether two places are too far apart for one camera that was put right or hung
    over: then one id stands for two cameras."""
    narrow = math.cos(math.radians(known.latitude))
    east = (given.longitude - known.longitude + 180.0) % 360.0 - 180.0
    north = given.latitude - known.latitude
    return math.hypot(east * narrow, north) * 111_195.0 > MOVED_M


def owner_spoke(known: Registered) -> bool:
    """Whether the last word is the owner's own: no file says yes against it."""
    return known.channel == BY_OWNER


def turn_deg(azimuth_deg: float, direction_deg: float) -> float:
    """How far a direction is off an azimuth, 0 to 180 degrees."""
    return abs((direction_deg - azimuth_deg + 180.0) % 360.0 - 180.0)


def faces(
    azimuth_deg: float | None,
    field_of_view_deg: float | None,
    direction_deg: float,
    distance_m: float,
) -> bool | None:
    """Whether a camera faces a place that lies in ``direction_deg`` of it.

    None: it is not known where it looks or how wide, or the place is the camera's own.
    """
    if azimuth_deg is None or field_of_view_deg is None or distance_m < TOUCHING_M:
        return None
    return turn_deg(azimuth_deg, direction_deg) <= field_of_view_deg / 2


def reach_m(
    radius_m: float, uncertainty_m: float | None, cap_m: float = LOOK_CAP_M
) -> float:
    """How far to look, metres: the radius and how unsure the place is.

    What is added for the uncertainty ends at ``cap_m``; a radius that is larger by
    itself is kept as it was asked for.
    """
    return max(radius_m, min(radius_m + max(uncertainty_m or 0.0, 0.0), cap_m))


def facing_first(cameras: Iterable[CameraNear]) -> tuple[CameraNear, ...]:
    """Those known to face the place, then the others; each nearest first."""
    return tuple(sorted(cameras, key=_facing_first))


def nearest_first(cameras: Iterable[CameraNear]) -> tuple[CameraNear, ...]:
    """By distance; of two at the same distance the one that faces goes first."""
    return tuple(sorted(cameras, key=_nearest_first))


def _facing_first(near: CameraNear) -> tuple[bool, float, str]:
    return near.facing is not True, near.distance_m, near.camera_id


def _nearest_first(near: CameraNear) -> tuple[float, bool, str]:
    return near.distance_m, near.facing is not True, near.camera_id
