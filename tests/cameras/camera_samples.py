"""Cameras, and a geodesic written independently of the product."""

from __future__ import annotations

import math
from pathlib import Path

from aliquot.console.clock import ManualClock
from aliquot.console.domain import events as ev
from aliquot.console.domain.commands import Actor
from aliquot.console.store.log import LocalLog

AT = 1_770_000_000_000_000
DESK = Actor("nobody", "01")
TERMS = "ab" * 32
SITE = "11111111-2222-4333-8444-555555555555"


def registered(
    camera_id: str = "c1",
    latitude: float = 43.9,
    longitude: float = -75.4,
    **more: object,
) -> ev.CameraRegistered:
    return ev.CameraRegistered(
        camera_id=camera_id,
        latitude=latitude,
        longitude=longitude,
        at_us=AT,
        **more,  # type: ignore[arg-type]
    )


def listed(camera_id: str = "c1", channel: str = "import") -> ev.CameraListed:
    return ev.CameraListed(
        camera_id=camera_id,
        terms_sha256=TERMS,
        said_by="o1",
        channel=channel,
        at_us=AT + 1,
    )


def unlisted(camera_id: str = "c1", channel: str = "owner") -> ev.CameraUnlisted:
    return ev.CameraUnlisted(
        camera_id=camera_id, said_by="o1", channel=channel, reason="asked", at_us=AT + 2
    )


def new_log(folder: Path) -> LocalLog:
    return LocalLog.open(folder / "log.sqlite", ManualClock(), SITE)


def vincenty(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> tuple[float, float, float]:
    """Metres, direction from the first to the second, and back, degrees 0 to 360.

    Vincenty's inverse formula on WGS84; it converges for all but antipodes.
    """
    a, f = 6_378_137.0, 1 / 298.257223563
    b = a * (1 - f)
    u1 = math.atan((1 - f) * math.tan(math.radians(lat1)))
    u2 = math.atan((1 - f) * math.tan(math.radians(lat2)))
    span = math.radians((lon2 - lon1 + 540.0) % 360.0 - 180.0)
    s1, c1, s2, c2 = math.sin(u1), math.cos(u1), math.sin(u2), math.cos(u2)
    turn = span
    for _ in range(100):
        sl, cl = math.sin(turn), math.cos(turn)
        ss = math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl)
        if ss == 0:
            return 0.0, 0.0, 0.0
        cs = s1 * s2 + c1 * c2 * cl
        sigma = math.atan2(ss, cs)
        sa = c1 * c2 * sl / ss
        ca2 = 1 - sa * sa
        cm = cs - 2 * s1 * s2 / ca2 if ca2 > 1e-15 else 0.0
        big = f / 16 * ca2 * (4 + f * (4 - 3 * ca2))
        old, turn = (
            turn,
            span
            + (1 - big)
            * f
            * sa
            * (sigma + big * ss * (cm + big * cs * (2 * cm * cm - 1))),
        )
        if abs(turn - old) < 1e-13:
            break
    up = ca2 * (a * a - b * b) / (b * b)
    one = 1 + up / 16384 * (4096 + up * (-768 + up * (320 - 175 * up)))
    two = up / 1024 * (256 + up * (-128 + up * (74 - 47 * up)))
    inner = cs * (2 * cm * cm - 1) - two / 6 * cm * (4 * ss * ss - 3) * (
        4 * cm * cm - 3
    )
    metres = b * one * (sigma - two * ss * (cm + two / 4 * inner))
    sl, cl = math.sin(turn), math.cos(turn)
    out = math.atan2(c2 * sl, c1 * s2 - s1 * c2 * cl)
    back = math.atan2(-c1 * sl, s1 * c2 - c1 * s2 * cl)
    return metres, math.degrees(out) % 360.0, math.degrees(back) % 360.0
