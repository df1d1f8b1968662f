"""The cameras of Halden County: 400 registered, some of them listed by their owners.

Shops, doors and yards along the streets, the city's own at its corners. What an
owner said is drawn with the same seed, so that the demonstration is the same each
time. Nothing here is a real camera.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass

from aliquot.console.demo.county import SEED, Address, County
from aliquot.console.demo.ground import METRES_PER_DEGREE
from aliquot.console.domain.cameras import Camera
from aliquot.console.domain.commands import Command, ListCameras, RegisterCameras

CAMERAS = 400
LISTED = 150
TOLD = 240  # whose owners said where it looks, if it looks one way at all
TERMS = (
    "I let the dispatch centre of Halden County show on its map where this camera "
    "hangs and where it looks. Nobody may ask me for footage or start it because of "
    "this. I can end it at any time, and it ends at once."
)
TERMS_SHA256 = hashlib.sha256(TERMS.encode()).hexdigest()

# Kind, field of view in degrees, range in metres, share.
_MODELS = (
    ("fixed", 92.0, 25.0, 5),
    ("fixed", 68.0, 40.0, 3),
    ("doorbell", 150.0, 8.0, 5),
    ("dome", 360.0, 20.0, 2),
    ("ptz", 62.0, 80.0, 1),
)
_TOWN_SHARE = 0.82
_BATCH = 100


@dataclass(frozen=True, slots=True)
class DemoCamera:
    camera: Camera
    listed: bool


def cameras(county: County, seed: int = SEED) -> tuple[DemoCamera, ...]:
    """The cameras of a county, the same for the same seed."""
    rng = random.Random(f"cameras {seed}")
    homes = _homes(rng, county)
    known = set(rng.sample(range(CAMERAS), TOLD))
    listed = set(rng.sample(range(CAMERAS), LISTED))
    codes = rng.sample(range(1000, 10_000), CAMERAS)
    return tuple(
        DemoCamera(_camera(rng, codes[n], homes[n], n in known), n in listed)
        for n in range(CAMERAS)
    )


def _homes(rng: random.Random, county: County) -> list[Address]:
    """Where they hang: most in the town, no two at one address."""
    town = [a for a in county.addresses if a.community == county.addresses[0].community]
    land = [a for a in county.addresses if a.community != county.addresses[0].community]
    inner = round(CAMERAS * _TOWN_SHARE)
    return [*rng.sample(town, inner), *rng.sample(land, CAMERAS - inner)]


def _camera(rng: random.Random, code: int, home: Address, knows: bool) -> Camera:
    shares = [model[3] for model in _MODELS]
    kind, angle, reach, _ = rng.choices(_MODELS, shares)[0]
    north, east = rng.uniform(-6, 6), rng.uniform(-6, 6)  # metres from the door
    azimuth = float(rng.randrange(0, 360, 5))
    looks = knows and kind in ("fixed", "doorbell")
    return Camera(
        camera_id=f"HC-{code}",
        latitude=round(home.latitude + north / METRES_PER_DEGREE, 6),
        longitude=round(home.longitude + east / (METRES_PER_DEGREE * 0.72), 6),
        azimuth_deg=azimuth if looks else None,
        field_of_view_deg=angle if looks or kind == "dome" else None,
        range_m=reach,
        kind=kind,
        owner=f"owner-{rng.randrange(100_000, 1_000_000)}",
    )


def register_cameras(county: County, seed: int = SEED) -> Iterator[Command]:
    """What puts them into an empty registry, in the order of doing.

    Before a dispatcher signs in: a dispatcher may not register cameras.
    """
    made = cameras(county, seed)
    for start in range(0, CAMERAS, _BATCH):
        part = made[start : start + _BATCH]
        yield RegisterCameras(cameras=tuple(one.camera for one in part))
    ids = tuple(one.camera.camera_id for one in made if one.listed)
    yield ListCameras(camera_ids=ids, terms_sha256=TERMS_SHA256)
