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
    PLACES = "LocationMarkerPoint"
    MILES = "DistanceMarkerPoint"
    RAIL = "RailroadCenterLine"
    HYDRANTS = "HydrantPoint"  # not of the standard either


BOUNDARIES = (Kind.POLICE, Kind.FIRE, Kind.EMS, Kind.PSAP, Kind.PROVISIONING)
AREAS = (Kind.WATER, Kind.PARK, Kind.CAMPUS)
LINES = (Kind.STREETS, Kind.RAIL)
SPOTS = (Kind.POINTS, Kind.PLACES, Kind.MILES, Kind.HYDRANTS)
ALIAS_TABLE = "StreetNameAlias"  # without shapes: NGUID of the centreline, alias
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
    Kind.PLACES: ("LocationMarker", "Landmarks", "CommonPlaces", "Places", "POI",
                  "LandmarkPoint"),
    Kind.MILES: ("DistanceMarker", "MileMarkers", "MileMarkerLocation", "Mileposts",
                 "MileMarkerPoint"),
    Kind.RAIL: ("Railroad", "Railroads", "Rail"),
    Kind.HYDRANTS: ("Hydrants", "Hydrant", "FireHydrant", "FireHydrants",
                    "WaterHydrant", "WaterHydrants"),
}  # fmt: skip

# Version 3 -> the names of versions 2 and 1 for the same thing, of TIGER's ADDRFEAT,
# and those that cities use most.
_COLUMNS: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.STREETS: {
        "NGUID": ("RCL_NGUID", "NENA_GUID", "LINEARID", "GlobalID"),
        "St_Name": ("FULLNAME", "Street_Full", "FullStreetName", "Full_Name",
                    "Street", "StreetName", "RoadName"),
        "LSt_Typ": ("LSt_Type",),
        "A3_L": ("IncMuni_L", "Inc_Muni_L"),
        "A3_R": ("IncMuni_R", "Inc_Muni_R"),
        "A4_L": ("UnincCom_L", "UnincComm_L", "Uninc_Comm_L"),
        "A4_R": ("UnincCom_R", "UnincComm_R", "Uninc_Comm_R"),
        "A5_L": ("NbrhdCom_L", "NbrhdComm_L", "Nbrhd_Comm_L"),
        "A5_R": ("NbrhdCom_R", "NbrhdComm_R", "Nbrhd_Comm_R"),
        "PostCode_L": ("Zip_L", "ZipL", "ZIP_Left", "L_Zip", "Zip5_L", "PostalCode_L",
                       "ZipCode_L"),
        "PostCode_R": ("Zip_R", "ZipR", "ZIP_Right", "R_Zip", "Zip5_R", "PostalCode_R",
                       "ZipCode_R"),
        "PostComm_L": ("PostalComm_L", "PostCom_L", "PostalCommunity_L", "PostalCity_L",
                       "PostCity_L", "ZipName_L", "ZipNameL", "POName_L", "USPSCity_L"),
        "PostComm_R": ("PostalComm_R", "PostCom_R", "PostalCommunity_R", "PostalCity_R",
                       "PostCity_R", "ZipName_R", "ZipNameR", "POName_R", "USPSCity_R"),
        "FromAddr_L": ("LFROMHN", "L_F_ADD", "L_From", "FromLeft", "LeftFrom", "FAddL",
                       "FrAddr_L", "L_Add_From"),
        "ToAddr_L": ("LTOHN", "L_T_ADD", "L_To", "ToLeft", "LeftTo", "TAddL", "L_Add_To"),
        "FromAddr_R": ("RFROMHN", "R_F_ADD", "R_From", "FromRight", "RightFrom",
                       "FAddR", "FrAddr_R", "R_Add_From"),
        "ToAddr_R": ("RTOHN", "R_T_ADD", "R_To", "ToRight", "RightTo", "TAddR",
                     "R_Add_To"),
        "Parity_L": ("PARITYL", "LParity"),
        "Parity_R": ("PARITYR", "RParity"),
        "RoadClass": ("Road_Class", "MTFCC"),
        "Alias": ("St_Alias", "AliasName", "Alias_Name"),
    },
    Kind.POINTS: {
        "NGUID": ("Site_NGUID", "SSAP_NGUID", "NENA_GUID", "GlobalID"),
        "St_Name": ("FULLNAME", "Street_Full", "FullStreetName", "Street", "StreetName"),
        "Add_Number": ("Street_Number", "House_Number", "AddrNum", "AddressNumber"),
        "AddNum_Suf": ("Street_Number_Suffix", "House_Suffix"),
        "LSt_Typ": ("LSt_Type",),
        "A3": ("Inc_Muni", "IncMuni"),
        "A4": ("Uninc_Comm", "UnincComm", "UnincCom"),
        "A5": ("Nbrhd_Comm", "NbrhdComm", "NbrhdCom"),
        "Post_Code": ("PostCode", "Zip", "ZipCode", "Zip5", "PostalCode"),
        "Post_Comm": ("PostComm", "Post_Com", "PostalComm", "Postal_Community",
                      "PostalCity", "Post_City", "ZipName", "PO_Name", "USPS_City"),
        "Site": ("LandmkName",),
        "Structure": ("Building",),
    },
    Kind.PLACES: {
        "NGUID": ("LMK_NGUID", "NENA_GUID", "GlobalID"),
        "LMNamePart": ("LocMarker", "LandmkName", "CompLMName", "Name", "Place_Name",
                       "PlaceName", "Point_of_interest_name", "SITE_NAME", "Landmark"),
        "Place_Type": ("PlaceType", "Type", "Category", "Kind"),
        "Alias": ("AliasLMName", "Aliases", "AltName", "Alias_Name"),
        "Address": ("Full_Address", "FullAddress", "Addr"),
        "A3": ("Inc_Muni", "IncMuni", "City"),
        "Post_Comm": ("PostComm", "PostalComm", "Postal_Community", "PostalCity"),
    },
    Kind.MILES: {
        "NGUID": ("MM_NGUID", "NENA_GUID", "GlobalID"),
        "DM_Rte": ("MileMRte", "MileM_Rte", "Route", "Route_Name", "Rte"),
        "DM_MeasVal": ("MileMValue", "MileM_Valu", "Value", "Measure", "Mile",
                       "Milepost", "MileM_Ind", "DistMarker"),
    },
    Kind.HYDRANTS: {
        "NGUID": ("NENA_GUID", "Hydrant_ID", "HydrantID", "FacilityID", "AssetID",
                  "GlobalID"),
        "InService": ("IsInService", "Operable", "Operational", "IsOperable", "Working",
                      "Enabled", "ActiveFlag", "IsActive", "Active"),
        "OutOfService": ("OOS", "IsOOS", "IsOutOfService", "OutService", "OutOfServ",
                         "OutOfServi", "OutOfOrder", "Inoperable"),
        "Status": ("HydrantStatus", "HydStatus", "HydStat", "ServiceStatus", "ServStat",
                   "OperationalStatus", "OperStatus", "OpStatus",
                   "LifecycleStatus", "AssetStatus"),
    },
}  # fmt: skip
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
SIDES = ("ESN", "MSAGComm", "A3", "PostCode", "PostComm", "A4", "A5")

TOWNED = {  # kinds whose rows may name a town, and what the columns of it end in
    Kind.STREETS: ("_L", "_R"),
    Kind.POINTS: ("",),
    Kind.PLACES: ("",),
}
TOWN_NAMES = ("A3", "MSAGComm", "PostComm", "Post_Comm", "A4")

WANTED: dict[Kind, tuple[str, ...]] = {
    Kind.STREETS: (
        "NGUID",
        *NAME,
        *LEGACY,
        *_RANGES,
        *(f"{name}_{side}" for name in SIDES for side in "LR"),
        *("RoadClass", "OneWay", "Alias"),
    ),
    Kind.POINTS: (
        *("NGUID", "AddNum_Pre", "Add_Number", "AddNum_Suf", "AddNum_Cmp"),
        *NAME,
        *LEGACY,
        *("ESN", "MSAGComm", "A3", "A4", "A5", "Post_Code", "Post_Comm"),
        *("Unit", "UnitValue", "Site"),
    ),
    Kind.PLACES: (
        "NGUID",
        "LMNamePart",
        "Place_Type",
        "Alias",
        "Address",
        "A3",
        "Post_Comm",
    ),
    Kind.MILES: ("NGUID", "DM_Rte", "DM_MeasVal"),
    Kind.RAIL: ("NGUID",),
    Kind.HYDRANTS: ("NGUID", "InService", "OutOfService", "Status"),
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
    return _AREA_COLUMNS if kind in AREAS else _COLUMNS.get(kind, {})


def kind_by_content(name: str, geometry: str, names: Iterable[str]) -> Kind | None:
    """What a layer is whose name says nothing: by its shapes and columns."""
    said = plain(name)
    for word, kind in _WORDS.items():
        other = kind is Kind.HYDRANTS and any(w in said for w in _NOT_HYDRANTS)
        if word in said and not other and geometry in _SHAPES[_shape_of(kind)]:
            return kind
    given = list(names)
    if geometry in _SHAPES["line"]:
        found = columns(Kind.STREETS, given).keys()
        ranged = {"FromAddr_L", "ToAddr_L"} <= found or {
            "FromAddr_R",
            "ToAddr_R",
        } <= found
        return Kind.STREETS if ranged and "St_Name" in found else None
    if geometry in _SHAPES["point"]:
        found = columns(Kind.POINTS, given).keys()
        numbered = {"Add_Number", "AddNum_Cmp"} & found
        return Kind.POINTS if numbered and {"St_Name", "LSt_Name"} & found else None
    return None


_SHAPES = {
    "line": ("LineString", "MultiLineString", "Unknown"),
    "point": ("Point", "MultiPoint", "Unknown"),
    "area": ("Polygon", "MultiPolygon", "Unknown"),
}
_WORDS = {
    "hydrant": Kind.HYDRANTS,
    "centerline": Kind.STREETS,
    "addrfeat": Kind.STREETS,
    "addresspoint": Kind.POINTS,
    "police": Kind.POLICE,
    "fireresponse": Kind.FIRE,
    "firedistrict": Kind.FIRE,
    "emsdistrict": Kind.EMS,
    "waterbod": Kind.WATER,
    "openspace": Kind.PARK,
    "park": Kind.PARK,
    "milemarker": Kind.MILES,
    "landmark": Kind.PLACES,
}

_NOT_HYDRANTS = ("valve", "inspection", "flow", "test")  # what is kept about them


def _shape_of(kind: Kind) -> str:
    if kind in LINES:
        return "line"
    return "point" if kind in SPOTS else "area"
