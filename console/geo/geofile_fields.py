"""Names of layers and columns: NENA-STA-006 version 3, and what came before it.

Names are compared without case, blanks and underscores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum


class Kind(Enum):
    """Layers that are read. The value is the name of version 3 of the standard."""

    STREETS = "RoadCenterLine"
    POINTS = "SiteStructureAddressPoint"
    POLICE = "PolicePolygon"
    FIRE = "FirePolygon"
    EMS = "EmsPolygon"
    PSAP = "PsapPolygon"
    PROVISIONING = "ProvisioningPolygon"
    WATER = "HydrologyPolygon"
    PARK = "ParkPolygon"  # not of the standard; many agencies add it
    CAMPUS = "CampusPolygon"  # as well


BOUNDARIES = (Kind.POLICE, Kind.FIRE, Kind.EMS, Kind.PSAP, Kind.PROVISIONING)
AREAS = (Kind.WATER, Kind.PARK, Kind.CAMPUS)
EXPECTED = (Kind.STREETS, Kind.POINTS, *BOUNDARIES)  # what the standard requires

_LAYERS: dict[Kind, tuple[str, ...]] = {
    Kind.STREETS: ("RoadCenterLines", "Centerline", "StreetCenterline", "RCL"),
    Kind.POINTS: ("AddressPoint", "AddressPoints", "SiteStructureAddressPoints",
                  "SiteAddressPoint", "SSAP"),
    Kind.POLICE: ("Police", "LawPolygon", "LawEnforcementPolygon", "LawEnforcement"),
    Kind.FIRE: ("Fire", "FireBoundary"),
    Kind.EMS: ("Ems", "EmergencyMedicalServicesPolygon", "EmsBoundary"),
    Kind.PSAP: ("Psap", "PsapBoundary"),
    Kind.PROVISIONING: ("Provisioning", "ProvisioningBoundary", "AuthoritativePolygon"),
    Kind.WATER: ("Hydrology", "Hydro", "HydroPoly", "WaterBodies"),
    Kind.PARK: ("Parks", "OpenSpace"),
    Kind.CAMPUS: ("Campus", "Campuses"),
}  # fmt: skip

# Version 3 -> the names of versions 2 and 1 for the same thing.
_COLUMNS: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.STREETS: {
        "NGUID": ("RCL_NGUID", "NENA_GUID"),
        "LSt_Typ": ("LSt_Type",),
        "A3_L": ("IncMuni_L", "Inc_Muni_L"),
        "A3_R": ("IncMuni_R", "Inc_Muni_R"),
        "PostCode_L": ("Zip_L", "ZipL"),
        "PostCode_R": ("Zip_R", "ZipR"),
    },
    Kind.POINTS: {
        "NGUID": ("Site_NGUID", "SSAP_NGUID", "NENA_GUID"),
        "LSt_Typ": ("LSt_Type",),
        "A3": ("Inc_Muni", "IncMuni"),
        "Site": ("LandmkName",),
        "Structure": ("Building",),
    },
}
_BOUNDARY_COLUMNS = {
    "NGUID": ("ES_NGUID", "NENA_GUID"),
    "DsplayName": ("DisplayName", "Dsply_Name", "Name"),
}
_AREA_COLUMNS = {"NGUID": ("HP_NGUID",), "HP_Name": ("DsplayName", "Name")}

NAME = (
    "St_PreMod",
    "St_PreDir",
    "St_PreTyp",
    "St_PreSep",
    "St_Name",
    "St_PosTyp",
    "St_PosDir",
    "St_PosMod",
)
LEGACY = ("LSt_PreDir", "LSt_Name", "LSt_Typ", "LSt_PosDir")
_RANGES = ("FromAddr_L", "ToAddr_L", "FromAddr_R", "ToAddr_R", "Parity_L", "Parity_R")
_SIDES = ("ESN", "MSAGComm", "A3", "PostCode")

WANTED: dict[Kind, tuple[str, ...]] = {
    Kind.STREETS: (
        "NGUID",
        *NAME,
        *LEGACY,
        *_RANGES,
        *(f"{name}_{side}" for name in _SIDES for side in "LR"),
        *("RoadClass", "OneWay"),
    ),
    Kind.POINTS: (
        *("NGUID", "AddNum_Pre", "Add_Number", "AddNum_Suf", "AddNum_Cmp"),
        *NAME,
        *LEGACY,
        *("ESN", "MSAGComm", "A3", "Post_Code", "Unit", "UnitValue", "Site"),
    ),
    **{kind: ("NGUID", "DsplayName") for kind in BOUNDARIES},
    **{kind: ("NGUID", "HP_Name") for kind in AREAS},
}


def plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def layer_kinds(names: Iterable[str]) -> dict[Kind, str]:
    """Which layer of a source is which; a name of version 3 wins over an alias."""
    found: dict[Kind, str] = {}
    by_plain = {plain(name): name for name in names}
    for kind in Kind:
        for name in (kind.value, *_LAYERS[kind]):
            if plain(name) in by_plain:
                found[kind] = by_plain[plain(name)]
                break
    return found


def columns(kind: Kind, names: Iterable[str]) -> dict[str, str]:
    """The source's name of each column that is wanted and there."""
    by_plain = {plain(name): name for name in names}
    aliases = _aliases(kind)
    found: dict[str, str] = {}
    for wanted in WANTED[kind]:
        for name in (wanted, *aliases.get(wanted, ())):
            if plain(name) in by_plain:
                found[wanted] = by_plain[plain(name)]
                break
    return found


def _aliases(kind: Kind) -> Mapping[str, tuple[str, ...]]:
    if kind in BOUNDARIES:
        return _BOUNDARY_COLUMNS
    return _AREA_COLUMNS if kind in AREAS else _COLUMNS[kind]
