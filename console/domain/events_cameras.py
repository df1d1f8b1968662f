"""What can happen to a camera. Part of ``domain.events``; import it from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aliquot.console.domain.event_base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraRegistered(Event):
    """A camera exists; by this alone it is listed to nobody.

    Units as in ``domain.cameras.Camera``. Registered again replaces what was known;
    at another place or of another owner it is another view of the world, so a
    listing of before does not hold for it.
    """

    TYPE: ClassVar[str] = "camera.registered"
    camera_id: str
    latitude: float
    longitude: float
    azimuth_deg: float | None = None
    field_of_view_deg: float | None = None
    range_m: float | None = None
    kind: str = "unknown"
    owner: str | None = None
    at_us: int

    @property
    def subject(self) -> str:
        return f"camera:{self.camera_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraListed(Event):
    """The owner consents to the camera's listing on the map, and to nothing else.

    ``terms_sha256``: lower-case hex of the terms he agreed to. ``said_by`` is the
    owner's code, None when the registry has none; ``channel``: one of
    ``domain.cameras.CHANNELS``.
    """

    TYPE: ClassVar[str] = "camera.listed"
    camera_id: str
    terms_sha256: str
    said_by: str | None
    channel: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"camera:{self.camera_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraUnlisted(Event):
    """The owner's consent to the listing ended; it is gone at once."""

    TYPE: ClassVar[str] = "camera.unlisted"
    camera_id: str
    said_by: str | None
    channel: str
    reason: str
    at_us: int

    @property
    def subject(self) -> str:
        return f"camera:{self.camera_id}"
