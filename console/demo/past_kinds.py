"""What happens in Halden in a month, and what was written down of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PastKind:
    """``said``: the first line of narrative; ``reported``: a later one, or "". Both
    are filled with name, number, plate, other, born, street and phone."""

    type_code: str
    share: int
    said: str
    reported: str
    dispositions: tuple[str, ...]
    transported: bool = False


REPORT = "Report taken"
GONE = "Gone or not found"
SETTLED = "Settled on scene"
TAKEN = "Patient treated and taken by ambulance"

KINDS: tuple[PastKind, ...] = (
    PastKind(
        "LARCENY",
        13,
        "{name} says a bicycle is gone from the porch, last seen this morning, "
        "thinks it was {other} from {street}. Call back {phone}",
        "Serial number taken. {other} was at work, not involved",
        (REPORT, "No report needed", GONE),
    ),
    PastKind(
        "VEHSTLN",
        5,
        "{name}'s pickup is gone from the driveway, plate {plate}, keys were in it",
        "Entered as stolen. Owner born {born}, licence checked",
        (REPORT, "Broadcast to look out"),
    ),
    PastKind(
        "VANDAL",
        8,
        "Window of a parked car broken, plate {plate}. {name} saw two boys run "
        "toward {street}",
        "Photographs taken. Mother of one boy called from {phone}",
        (REPORT, GONE),
    ),
    PastKind(
        "BURGLARY",
        7,
        "{name} came home to the back door forced, nobody inside now. Alone in the "
        "house until nine",
        "Jewellery and a pistol missing. Owner reached at {phone}",
        (REPORT, "Follow-up report taken"),
    ),
    PastKind(
        "ROBBERY",
        1,
        "Clerk {name} held up with a knife, man in a green jacket went up {street}",
        "Camera of the shop seen with {other}. Till short by 310 dollars",
        (REPORT, "Broadcast to look out"),
    ),
    PastKind(
        "MVA",
        17,
        "Two cars, nobody hurt, one plate {plate}. {name} waits beside the road",
        "Drivers exchanged papers: {name}, {other} born {born}",
        (REPORT, "No report needed"),
    ),
    PastKind(
        "MVAINJY",
        5,
        "Car against a tree, {name} stopped to help, driver {other} holds her neck",
        "Driver born {born}, taken to Halden General, neck and wrist",
        (TAKEN, "Patient refused care"),
        transported=True,
    ),
    PastKind(
        "VEHASST",
        7,
        "{name} out of fuel on the shoulder, plate {plate}, child in the car",
        "",
        ("Transport or escort given", SETTLED),
    ),
    PastKind(
        "WIRES",
        4,
        "Wire down across the driveway, sparks when the wind moves it, says {name}",
        "Power company on scene, crew of {other}",
        ("Hazard dealt with",),
    ),
    PastKind(
        "GASLEAK",
        4,
        "{name} smells gas in the cellar, two cats inside, on oxygen at night",
        "Shut off at the meter. Tenant {other} may go back in",
        ("Hazard dealt with", "False alarm"),
    ),
    PastKind(
        "FSMOKE",
        5,
        "{name} sees smoke behind the barn of {other}, no flames",
        "Permitted burn, {other} has a form from the town",
        ("No report needed", "Fire put out"),
    ),
    PastKind(
        "FSTRU",
        2,
        "Flames from the kitchen, {name} is out, grandmother {other} walks with a frame",
        "All out. One treated for smoke, born {born}",
        ("Fire put out",),
    ),
    PastKind(
        "FTRASH",
        3,
        "Dumpster on fire behind the shop, {name} saw it from {street}",
        "",
        ("Fire put out",),
    ),
    PastKind(
        "WATER",
        1,
        "Canoe over at the millpond, {name} holds on to it, {other} swims for shore",
        "Both out, cold, {other} born {born}",
        (SETTLED,),
    ),
    PastKind(
        "FIREWRKS",
        4,
        "{name} hears fireworks from {street}, dog has run off",
        "",
        (GONE, "Citation or warning"),
    ),
    # Of class never: what they say leaves under no policy.
    PastKind(
        "DVA",
        8,
        "{name} says {other} pushed her and took the telephone, order of protection. "
        "Two children in the house",
        "{other} born {born} arrested. She stays with her sister, {phone}",
        ("Arrest made", REPORT),
    ),
    PastKind(
        "EDP",
        6,
        "{name}: brother {other} has stopped his pills and talks to the wall",
        "{other} born {born} taken in by his own will",
        (TAKEN, SETTLED),
        transported=True,
    ),
    PastKind(
        "OD",
        4,
        "{name} found {other} on the bathroom floor, blue, needle beside",
        "Naloxone twice, awake. Born {born}",
        (TAKEN,),
        transported=True,
    ),
    PastKind(
        "CHESPAIN",
        10,
        "{name}, chest pain for an hour, two stents, takes blood thinner",
        "Born {born}. Daughter {other} told, {phone}",
        (TAKEN, "Patient treated, not taken"),
        transported=True,
    ),
    PastKind(
        "FALL",
        10,
        "{name} fell in the hall, cannot get up, key under the flower pot",
        "Lifted to bed, born {born}",
        (TAKEN, "Patient refused care"),
        transported=True,
    ),
    PastKind(
        "RESP",
        6,
        "{name} short of breath, inhaler empty, door code 4471",
        "Born {born}, oxygen on the way",
        (TAKEN,),
        transported=True,
    ),
    PastKind(
        "PERSUSP",
        9,
        "{name} says a man in a hood looks into cars, does not belong here",
        "It is {other}, delivers newspapers",
        (GONE, "No report needed"),
    ),
    PastKind(
        "VEHSUSP",
        6,
        "Van parked since noon, plate {plate}, {name} does not know it",
        "Plumber at number across, {other}",
        ("No report needed",),
    ),
    PastKind(
        "WELFARE",
        7,
        "{name} has not heard from {other} since Sunday, number rings out",
        "{other} is well, was away. Asked us not to tell who called",
        (SETTLED,),
    ),
    PastKind(
        "NOISE",
        9,
        "Music from the upper flat, {name} works nights",
        "",
        ("Citation or warning", SETTLED),
    ),
    PastKind(
        "ALRBA",
        8,
        "Alarm company: back door, key holder {name}, code word given, {phone}",
        "",
        ("Building found secure", "False alarm"),
    ),
    PastKind(
        "RUNAWAY",
        2,
        "{name}'s daughter {other}, born {born}, left by the window",
        "Found at the house of a friend on {street}",
        (SETTLED, REPORT),
    ),
    PastKind(
        "ANIMAL",
        4,
        "Cow on the road, {name} knows whose it is: {other}",
        "",
        (SETTLED,),
    ),
)

RECENT_KINDS: tuple[str, ...] = (
    *("LARCENY", "CHESPAIN", "MVA", "VANDAL", "DVA", "WIRES", "PERSUSP", "BURGLARY"),
    *("FALL", "GASLEAK", "MVAINJY", "NOISE", "VEHSTLN", "FSMOKE"),
)
"""Of the last two hours, oldest first: some may be released, some never."""
