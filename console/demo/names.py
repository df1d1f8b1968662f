"""Invented names for the demonstration county. None is a real place there."""

from __future__ import annotations

COUNTY = "Halden County"
CITY = "Halden"
RIVER = "Tannery River"
LAKE = "Ansel Lake"

OLD_TOWN_ALONG = (
    "Dock St",
    "Front St",
    "Court St",
    "Academy St",
    "Grove St",
    "Linden St",
    "Prospect St",
    "Sherman St",
    "Keyes Ave",
    "Holcomb St",
    "Winslow St",
    "Tamarack St",
    "Haddon Ave",
    "Ferncliff Ave",
)
OLD_TOWN_ACROSS = (
    "Foundry St",
    "Cooper St",
    "Sixth St",
    "Fifth St",
    "Fourth St",
    "Third St",
    "Second St",
    "Main St",
    "Church St",
    "Elm St",
    "Maple St",
    "Mill St",
    "Juniper St",
    "Hobart St",
    "Cedar St",
    "Sumac St",
)
WEST_ALONG = (
    "Bank St",
    "Depot St",
    "Tenney Ave",
    "Larch Ave",
    "Quarry Ave",
    "Roswell Ave",
    "Burdick Ave",
    "Granite Ave",
    "Westfield Ave",
)
WEST_ACROSS = (
    "Slate St",
    "Carding St",
    "Spindle St",
    "Loom St",
    "Main St",
    "Weaver St",
    "Dyer St",
    "Mill St",
    "Hemlock St",
    "Basswood St",
)
NORTH_ALONG = (
    "Vine St",
    "Cherry St",
    "Birch St",
    "Locust St",
    "Alder St",
    "Hickory St",
)
NORTH_ACROSS = ("Hawthorn Ave", "Laurel Ave", "Myrtle Ave", "Clover Ave", "Sorrel Ave")
SOUTH_ALONG = ("Kiln St", "Brickyard St", "Lime St", "Cinder St", "Plank St")
SOUTH_ACROSS = ("Turnpike Ave", "Toll St", "Carter St", "Wheelwright St")
ORCHARD = (
    "Winesap Dr",
    "Northern Spy Ln",
    "Russet Cir",
    "Cortland Way",
    "Orchard Hill Rd",
    "Cider Press Ln",
    "Greening Ct",
    "Pippin Ct",
    "Seckel Ct",
    "Quince Ct",
)
VILLAGES = {
    "Eastmere": (
        "Mere Rd",
        "Chapel St",
        "Schoolhouse Ln",
        "Ashery Rd",
        "Grange St",
    ),
    "Port Ansel": (
        "Harbor St",
        "Lighthouse Rd",
        "Boathouse Ln",
        "Pier St",
        "Cove Rd",
    ),
    "Corley Mills": (
        "Sawmill Rd",
        "Raceway St",
        "Millpond Ln",
        "Bobbin St",
        "Dam Rd",
    ),
}
COUNTY_ROADS = (
    "County Rte 14",
    "County Rte 22",
    "County Rte 37",
    "County Rte 51",
    "County Rte 63",
    "County Rte 8",
)
LANES = (
    "Stony Brook Rd",
    "Cobb Hill Rd",
    "Fiddlers Green Rd",
    "Hatchery Rd",
    "Beaver Meadow Rd",
    "Ten Acre Rd",
    "Sugarbush Rd",
    "Pulpit Rock Rd",
    "Swale Rd",
    "Larkspur Rd",
    "Old Turnpike Rd",
    "Gravel Pit Rd",
    "Lookout Rd",
    "Marsh Hawk Rd",
    "Three Bridges Rd",
    "Wagoner Rd",
    "Heron Rd",
    "Kettle Hole Rd",
)
SURNAMES = (
    "ALDERBROOK",
    "BASCOMBE",
    "CALLOWHILL",
    "DRUMMLE",
    "EVERGOOD",
    "FENNIMORE",
    "GRISWALD",
    "HOLLOWAY",
    "INGLEBY",
    "JESSUP",
    "KETTERING",
    "LOCKRIDGE",
    "MARCHBANK",
    "NETTLETON",
    "OAKSHOTT",
    "PENHALLOW",
    "QUILLFEATHER",
    "RAVENSCAR",
    "STARBUCKLE",
    "THISTLEWOOD",
    "UNDERCLIFF",
    "VANTERPOOL",
    "WHITLOCKE",
    "YARDLEY",
)
BUSINESSES = (
    "TANNERY RIVER DINER",
    "HALDEN HARDWARE",
    "NORTH BANK SAVINGS",
    "LOOM ST LAUNDRY",
    "ANSEL MARINE SUPPLY",
    "COUNTY FEED AND SEED",
    "MILL ST PHARMACY",
    "GRANITE AVE TIRE",
    "HALDEN COMMUNITY COLLEGE",
    "WINSLOW ST ARMS MOTEL",
)
