"""Every code and every word that a release can have.

Generated: change resources/codes/release_*.toml instead, and run
packaging/make_release_codes.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Kind(Enum):
    """What categories have in common."""

    CRIME = 1
    FIRE = 2
    HAZARD = 3
    TRAFFIC = 4
    RESCUE = 5


class Category(Enum):
    """What was reported."""

    BURGLARY = 1
    THEFT = 2
    VEHICLE_THEFT = 3
    VANDALISM = 4
    ROBBERY = 5
    SHOOTING = 6
    STABBING = 7
    ASSAULT = 8
    HOSTAGE = 9
    MAJOR_POLICE_INCIDENT = 10
    DWELLING_FIRE = 11
    ARSON = 12
    OUTDOOR_FIRE = 13
    VEHICLE_FIRE = 14
    OTHER_FIRE = 15
    SMOKE = 16
    EXPLOSION = 17
    GAS_LEAK = 18
    HAZARDOUS_MATERIAL = 19
    ELECTRICAL_HAZARD = 20
    WIRES_DOWN = 21
    ODOR = 22
    COLLAPSE = 23
    UTILITY = 24
    FIREWORKS = 25
    CRASH = 26
    TRAFFIC_HAZARD = 27
    VEHICLE_ON_ROAD = 28
    RAIL_OR_AIR = 29
    RESCUE = 30
    WATER_RESCUE = 31


class Phrase(Enum):
    """What a person chose to say beside it."""

    PLAIN = 1
    AVOID_AREA = 2
    EXPECT_DELAYS = 3
    KEEP_WINDOWS_CLOSED = 4
    STAY_AWAY_FROM_WIRES = 5
    LOCK_UP = 6


class Status(Enum):
    """What a release says of itself."""

    REPORTED = 1
    NO_LONGER_ACTIVE = 2
    CORRECTED = 3
    RETRACTED = 4


class Channel(Enum):
    """Where a release goes."""

    NEIGHBORS = 1
    CAP = 2
    GEOJSON = 3
    ATOM = 4
    SOCRATA = 5


CATEGORY_LABELS: Mapping[Category, str] = {
    Category.BURGLARY: "Burglary",
    Category.THEFT: "Theft",
    Category.VEHICLE_THEFT: "Vehicle theft",
    Category.VANDALISM: "Property damage",
    Category.ROBBERY: "Robbery",
    Category.SHOOTING: "Gunfire",
    Category.STABBING: "Stabbing",
    Category.ASSAULT: "Assault",
    Category.HOSTAGE: "Hostage situation",
    Category.MAJOR_POLICE_INCIDENT: "Large police response",
    Category.DWELLING_FIRE: "Building fire",
    Category.ARSON: "Fire that may have been set",
    Category.OUTDOOR_FIRE: "Outdoor fire",
    Category.VEHICLE_FIRE: "Vehicle fire",
    Category.OTHER_FIRE: "Fire",
    Category.SMOKE: "Smoke",
    Category.EXPLOSION: "Explosion",
    Category.GAS_LEAK: "Gas leak",
    Category.HAZARDOUS_MATERIAL: "Hazardous material",
    Category.ELECTRICAL_HAZARD: "Electrical hazard",
    Category.WIRES_DOWN: "Wires down",
    Category.ODOR: "Unusual smell",
    Category.COLLAPSE: "Collapse",
    Category.UTILITY: "Utility trouble",
    Category.FIREWORKS: "Fireworks",
    Category.CRASH: "Traffic crash",
    Category.TRAFFIC_HAZARD: "Traffic hazard",
    Category.VEHICLE_ON_ROAD: "Disabled or abandoned vehicle",
    Category.RAIL_OR_AIR: "Rail, air or transit incident",
    Category.RESCUE: "Technical rescue",
    Category.WATER_RESCUE: "Water rescue",
}

CATEGORY_KINDS: Mapping[Category, Kind] = {
    Category.BURGLARY: Kind.CRIME,
    Category.THEFT: Kind.CRIME,
    Category.VEHICLE_THEFT: Kind.CRIME,
    Category.VANDALISM: Kind.CRIME,
    Category.ROBBERY: Kind.CRIME,
    Category.SHOOTING: Kind.CRIME,
    Category.STABBING: Kind.CRIME,
    Category.ASSAULT: Kind.CRIME,
    Category.HOSTAGE: Kind.CRIME,
    Category.MAJOR_POLICE_INCIDENT: Kind.CRIME,
    Category.DWELLING_FIRE: Kind.FIRE,
    Category.ARSON: Kind.FIRE,
    Category.OUTDOOR_FIRE: Kind.FIRE,
    Category.VEHICLE_FIRE: Kind.FIRE,
    Category.OTHER_FIRE: Kind.FIRE,
    Category.SMOKE: Kind.FIRE,
    Category.EXPLOSION: Kind.HAZARD,
    Category.GAS_LEAK: Kind.HAZARD,
    Category.HAZARDOUS_MATERIAL: Kind.HAZARD,
    Category.ELECTRICAL_HAZARD: Kind.HAZARD,
    Category.WIRES_DOWN: Kind.HAZARD,
    Category.ODOR: Kind.HAZARD,
    Category.COLLAPSE: Kind.HAZARD,
    Category.UTILITY: Kind.HAZARD,
    Category.FIREWORKS: Kind.HAZARD,
    Category.CRASH: Kind.TRAFFIC,
    Category.TRAFFIC_HAZARD: Kind.TRAFFIC,
    Category.VEHICLE_ON_ROAD: Kind.TRAFFIC,
    Category.RAIL_OR_AIR: Kind.TRAFFIC,
    Category.RESCUE: Kind.RESCUE,
    Category.WATER_RESCUE: Kind.RESCUE,
}

FINEST_LEVELS: Mapping[Category, int] = {
    Category.BURGLARY: 1,
    Category.THEFT: 1,
    Category.VEHICLE_THEFT: 1,
    Category.VANDALISM: 1,
    Category.ROBBERY: 2,
    Category.SHOOTING: 2,
    Category.STABBING: 2,
    Category.ASSAULT: 3,
    Category.HOSTAGE: 3,
    Category.MAJOR_POLICE_INCIDENT: 3,
    Category.DWELLING_FIRE: 2,
    Category.ARSON: 2,
    Category.OUTDOOR_FIRE: 1,
    Category.VEHICLE_FIRE: 1,
    Category.OTHER_FIRE: 2,
    Category.SMOKE: 2,
    Category.EXPLOSION: 2,
    Category.GAS_LEAK: 1,
    Category.HAZARDOUS_MATERIAL: 1,
    Category.ELECTRICAL_HAZARD: 1,
    Category.WIRES_DOWN: 1,
    Category.ODOR: 1,
    Category.COLLAPSE: 1,
    Category.UTILITY: 1,
    Category.FIREWORKS: 1,
    Category.CRASH: 1,
    Category.TRAFFIC_HAZARD: 1,
    Category.VEHICLE_ON_ROAD: 1,
    Category.RAIL_OR_AIR: 1,
    Category.RESCUE: 2,
    Category.WATER_RESCUE: 2,
}

PHRASE_TEXTS: Mapping[Phrase, str] = {
    Phrase.PLAIN: "",
    Phrase.AVOID_AREA: "Please avoid the area.",
    Phrase.EXPECT_DELAYS: "Expect delays.",
    Phrase.KEEP_WINDOWS_CLOSED: "If you are near, keep windows and doors closed.",
    Phrase.STAY_AWAY_FROM_WIRES: "Stay away from wires and from what they touch.",
    Phrase.LOCK_UP: "Please lock doors and vehicles.",
}

PHRASE_KINDS: Mapping[Phrase, frozenset[Kind]] = {
    Phrase.PLAIN: frozenset(Kind),
    Phrase.AVOID_AREA: frozenset({Kind.FIRE, Kind.HAZARD, Kind.TRAFFIC, Kind.RESCUE}),
    Phrase.EXPECT_DELAYS: frozenset({Kind.FIRE, Kind.HAZARD, Kind.TRAFFIC}),
    Phrase.KEEP_WINDOWS_CLOSED: frozenset({Kind.FIRE, Kind.HAZARD}),
    Phrase.STAY_AWAY_FROM_WIRES: frozenset({Kind.HAZARD}),
    Phrase.LOCK_UP: frozenset({Kind.CRIME}),
}

STATUS_LABELS: Mapping[Status, str] = {
    Status.REPORTED: "Reported",
    Status.NO_LONGER_ACTIVE: "No longer active",
    Status.CORRECTED: "Corrected",
    Status.RETRACTED: "Retracted",
}

SENTENCES: Mapping[Status, str] = {
    Status.REPORTED: "{category} reported {time}. Place: {place}.",
    Status.NO_LONGER_ACTIVE: "{category} reported {time}. Place: {place}. No longer active.",
    Status.CORRECTED: "Corrected: {category} reported {time}. Place: {place}.",
    Status.RETRACTED: "{agency} has retracted this report.",
}

PUBLIC_CHANNELS = frozenset(
    {
        Channel.CAP,
        Channel.GEOJSON,
        Channel.ATOM,
        Channel.SOCRATA,
    }
)

TIME_WORDS: tuple[str, ...] = (
    "in the night, between midnight and 1 am",
    "in the night, between 1 and 2 am",
    "in the night, between 2 and 3 am",
    "early this morning, between 3 and 4 am",
    "early this morning, between 4 and 5 am",
    "early this morning, between 5 and 6 am",
    "this morning, between 6 and 7 am",
    "this morning, between 7 and 8 am",
    "this morning, between 8 and 9 am",
    "this morning, between 9 and 10 am",
    "this morning, between 10 and 11 am",
    "this morning, between 11 am and noon",
    "this afternoon, between noon and 1 pm",
    "this afternoon, between 1 and 2 pm",
    "this afternoon, between 2 and 3 pm",
    "this afternoon, between 3 and 4 pm",
    "this afternoon, between 4 and 5 pm",
    "this afternoon, between 5 and 6 pm",
    "this evening, between 6 and 7 pm",
    "this evening, between 7 and 8 pm",
    "this evening, between 8 and 9 pm",
    "this evening, between 9 and 10 pm",
    "tonight, between 10 and 11 pm",
    "tonight, between 11 pm and midnight",
    "the night before, between midnight and 1 am",
    "the night before, between 1 and 2 am",
    "the night before, between 2 and 3 am",
    "early yesterday morning, between 3 and 4 am",
    "early yesterday morning, between 4 and 5 am",
    "early yesterday morning, between 5 and 6 am",
    "yesterday morning, between 6 and 7 am",
    "yesterday morning, between 7 and 8 am",
    "yesterday morning, between 8 and 9 am",
    "yesterday morning, between 9 and 10 am",
    "yesterday morning, between 10 and 11 am",
    "yesterday morning, between 11 am and noon",
    "yesterday afternoon, between noon and 1 pm",
    "yesterday afternoon, between 1 and 2 pm",
    "yesterday afternoon, between 2 and 3 pm",
    "yesterday afternoon, between 3 and 4 pm",
    "yesterday afternoon, between 4 and 5 pm",
    "yesterday afternoon, between 5 and 6 pm",
    "yesterday evening, between 6 and 7 pm",
    "yesterday evening, between 7 and 8 pm",
    "yesterday evening, between 8 and 9 pm",
    "yesterday evening, between 9 and 10 pm",
    "last night, between 10 and 11 pm",
    "last night, between 11 pm and midnight",
)

AGENCIES: Mapping[str, str] = {
    "halden": "Halden County Emergency Communications",
    "agency": "Emergency Communications",
}

TABLES_SHA256 = "a4188ab9c59d751016ac06a5380a46e97caba233018e13b8b91675b71153ca50"
