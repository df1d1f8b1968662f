"""Commands on the registry of cameras, and on who lets his camera be listed.

The agency's people register; they never say yes in an owner's place. A yes comes
here only as a column of a file in which owners said so, and never against what the
owner himself said since.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aliquot.console.domain.cameras import (
    BY_IMPORT,
    CHANNELS,
    Camera,
    Registered,
    elsewhere,
    fault_of,
    owner_spoke,
)
from aliquot.console.domain.commands import (
    Done,
    ListCameras,
    Outcome,
    Refused,
    RegisterCameras,
    UnlistCameras,
)
from aliquot.console.domain.events import (
    CameraListed,
    CameraRegistered,
    CameraUnlisted,
    Json,
)
from aliquot.console.service.context import Context

_MOST = 2**53  # to here a float and an integer are the same number
_HASH = re.compile(r"[0-9a-f]{64}\Z")


def register_cameras(context: Context, command: RegisterCameras) -> Outcome:
    for camera in command.cameras:
        if fault := fault_of(camera):
            return Refused("bad_camera", f"{camera.camera_id!r}: {fault}.")
    registered: list[Json] = []
    taken: list[Json] = []
    now = _cameras_of(context, [camera.camera_id for camera in command.cameras])
    for camera in command.cameras:
        known = now.get(camera.camera_id)
        if known is not None and elsewhere(known, camera):
            taken.append(camera.camera_id)
        elif known != camera:
            context.work.append(_registration(camera, context.at_us))
            registered.append(camera.camera_id)
            now[camera.camera_id] = camera
    return Done({"registered": registered, "taken": taken})


def _cameras_of(context: Context, ids: Sequence[str]) -> dict[str, Camera]:
    found = context.work.lookup.cameras(ids)
    return {camera_id: known.camera for camera_id, known in found.items()}


def _registration(camera: Camera, at_us: int) -> CameraRegistered:
    return CameraRegistered(
        camera_id=camera.camera_id,
        latitude=_whole(camera.latitude),
        longitude=_whole(camera.longitude),
        azimuth_deg=_whole_if_known(camera.azimuth_deg),
        field_of_view_deg=_whole_if_known(camera.field_of_view_deg),
        range_m=_whole_if_known(camera.range_m),
        kind=camera.kind,
        owner=camera.owner,
        at_us=at_us,
    )


def _whole(value: float) -> float:
    """90.0 as 90, as the log writes it: told so, it writes it several times faster."""
    return int(value) if abs(value) < _MOST and value == int(value) else value


def _whole_if_known(value: float | None) -> float | None:
    return None if value is None else _whole(value)


def list_cameras(context: Context, command: ListCameras) -> Outcome:
    """The same word on the same terms again adds nothing."""
    if not _HASH.match(command.terms_sha256):
        return Refused("bad_terms", "The hash of the terms is 64 hexadecimal digits.")
    cameras = _known(context, command.camera_ids)
    if isinstance(cameras, Refused):
        return cameras
    listed: list[Json] = []
    withheld: list[Json] = []
    for known in cameras:
        camera = known.camera
        if owner_spoke(known):
            withheld += [] if known.listed else [camera.camera_id]
        elif not (known.listed and known.terms_sha256 == command.terms_sha256):
            _list(context, camera, command.terms_sha256)
            listed.append(camera.camera_id)
    return Done({"listed": listed, "withheld": withheld})


def _list(context: Context, camera: Camera, terms_sha256: str) -> None:
    context.work.append(
        CameraListed(
            camera_id=camera.camera_id,
            terms_sha256=terms_sha256,
            said_by=camera.owner,
            channel=BY_IMPORT,
            at_us=context.at_us,
        )
    )


def unlist_cameras(context: Context, command: UnlistCameras) -> Outcome:
    """An owner's no is logged of a camera that is not listed too: it stands against
    what a file may say later."""
    if command.channel not in CHANNELS:
        return Refused("bad_channel", f"Channel is one of {', '.join(CHANNELS)}.")
    if not command.reason.strip():
        return Refused("no_reason", "Say why the listing ends.")
    cameras = _known(context, command.camera_ids)
    if isinstance(cameras, Refused):
        return cameras
    unlisted: list[Json] = []
    for known in cameras:
        if _ends_something(known, command.channel):
            _unlist(context, known.camera, command)
            unlisted.append(known.camera.camera_id)
    return Done({"unlisted": unlisted})


def _ends_something(known: Registered, channel: str) -> bool:
    return known.listed or (channel != BY_IMPORT and known.channel != channel)


def _unlist(context: Context, camera: Camera, command: UnlistCameras) -> None:
    context.work.append(
        CameraUnlisted(
            camera_id=camera.camera_id,
            said_by=camera.owner,
            channel=command.channel,
            reason=command.reason.strip(),
            at_us=context.at_us,
        )
    )


def _known(context: Context, ids: tuple[str, ...]) -> list[Registered] | Refused:
    """All of them, each once, or a refusal that names the first that is missing."""
    wanted = tuple(dict.fromkeys(ids))
    known = context.work.lookup.cameras(wanted)
    for camera_id in wanted:
        if camera_id not in known:
            return Refused("no_such_camera", f"There is no camera {camera_id}.")
    return [known[camera_id] for camera_id in wanted]
