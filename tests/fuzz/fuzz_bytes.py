"""Bytes to try: samples of all that lines bring, and what is made of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from importlib.resources import files

from aliquot.drivers.lines.envelope import wrap

ALI = (
    b"\x02201315-778-0000 03/07 06:56:39  095                                "
    b"TEST CELL                   WPH2    4178         NYS RTE 193 - NE SECTOR"
    b"                        ELLISBURG                     NY"
    b"                              \rMUNICIPAL           \r"
    b"LAT:+043.800000  LON:-076.110000ELV:+00000 COF:299       COP:090"
    b"MTN:315-511-4631       CPF:VZW  -911ai.com-            ESN:01315"
    b"WIRELESS CALL                   VERIFY CALLER'S NUMBER          "
    b"VERIFY LOCATION                 \x03\x0e"
)
LABELLED = (
    b"CALLBACK=(817)555-0100 LAT=+32.450000 LON=-097.760000 UNC=95\r\n",
    b">E9< ADDR = 12 DIXIE ST\r\n>E9< LOC = P#225 555-0000 PTYPE = WPH2,ATTM\r\n",
    b"(509) 511-7516 WPH1 01/13 13:19\rCALLER\r       123U      P#509-511-7516\r",
    b"E911 Info - Class of Service: VOIP Special Response Info: FIRE\r\n",
)
CALLS = (
    b"Asterisk Call Manager/9.0.0\r\n",
    (
        b"Event: Newchannel\r\nPrivilege: call,all\r\nChannel: SIP/911-00000001\r\n"
        b"ChannelStateDesc: Ring\r\nCallerIDNum: 3155550100\r\nUniqueid: 1795.1\r\n"
        b"Linkedid: 1795.1\r\nExten: 911\r\n\r\n"
    ),
    b"RING\r\n\r\nDATE = 1121\r\nTIME = 1823\r\nNMBR = 3155550100\r\nNAME = DOE J\r\n",
    b"CID: *DATE*11212026*TIME*1823*LINE*1*NMBR*3155550100*MESG*NONE*NAME*DOE*\r\n",
    b"N 027 00 DN7425 T052000 04/04 14:03 00:01:32\r\n",
    b"22.02.1923:11:41 3 048 0248873711 0 4416\r\n",
    (
        b'"","3155550100","911","default","""DOE"" <3155550100>","SIP/1","","Dial","x",'
        b'"2026-11-21 18:23:36","","2026-11-21 18:23:40",4,0,"NO ANSWER","DOCUMENTATION"\r\n'
    ),
    b"\x020!KK01001002003004005006007\x0d\x03",
)
MESSAGES = (
    wrap("/a", b'A"ML=1;lt=+54.76397;lg=-0.18305;rd=50;top=20130717141935;lc=90;pm=W"'),
    wrap("/b", b'{"eido": {"incident": {}}}', "application/json"),
    wrap(
        "/c",
        b'<presence xmlns="urn:ietf:params:xml:ns:pidf"><tuple/></presence>',
        "application/pidf+xml",
    ),
)
WORDS = (
    *(bytes((n,)) for n in (0, 2, 3, 6, 7, 10, 12, 13, 21, 27, 127, 128, 255)),
    *(
        b"\r\n",
        b"\r\n\r\n",
        b"H\r",
        b"911",
        b"201",
        b"LAT:",
        b"LON=",
        b"NO RECORD FOUND",
    ),
    *(
        b"Event: ",
        b"Content-Length: 99999999\r\n",
        b"PUT / HTTP/1.1\r\n",
        b"<!DOCTYPE a [",
    ),
    *(
        b"<",
        b"{",
        b"[",
        b'"',
        b"\\u0000",
        b"&lol;",
        b"1e999",
        b"-0",
        b"NaN",
        b"\xff\xfe",
    ),
)


def seeds() -> list[bytes]:
    """Each begins with three bytes of settings, as targets want them."""
    demo = files("aliquot.resources") / "demo"
    recordings = [
        path.read_bytes()[:6000]
        for path in demo.iterdir()
        if path.name.endswith(".rec")
    ]
    wires = [ALI, *LABELLED, *CALLS, *MESSAGES]
    return [b"\x00\x02\x00" + wire * times for wire in wires for times in (1, 3)] + (
        recordings
    )


def spoilt(pool: Sequence[bytes], dice: random.Random) -> bytes:
    """One of the pool with a few changes, and other settings in front."""
    data = bytearray(dice.choice(pool))
    for _ in range(dice.choice((0, 1, 1, 2, 4, 16))):
        at = dice.randrange(len(data) + 1)
        kind = dice.randrange(6)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        elif kind == 1:
            data[at:at] = dice.choice(WORDS) * dice.choice((1, 1, 2, 40))
        elif kind == 2:
            del data[at : at + dice.choice((1, 2, 9, 200))]
        elif kind == 3:
            data[at:at] = dice.randbytes(dice.choice((1, 4, 64)))
        elif kind == 4:
            other = dice.choice(pool)
            cut = dice.randrange(len(other) + 1)
            data[at:] = other[cut : cut + 4000]
        else:
            piece = bytes(data[at : at + dice.choice((1, 8, 64))])
            data[at:at] = piece * dice.choice((1, 2, 30))
    if dice.random() < 0.8:
        data[:3] = dice.randbytes(3)
    return bytes(data[:20_000])


def heavy(size: int) -> dict[str, bytes]:
    """Bytes that might cost more than their length."""
    units = {
        "noise": b"",
        "stx": b"\x02",
        "blocks": b"\x02\x03",
        "digits": b"9",
        "line ends": b"\r",
        "blanks": b" ",
        "first lines": b"315-778-0000 03/07 06:56:39  095 ",
        "records": ALI,
        "labels": LABELLED[0],
        "labels without end": b"LAT:",
        "events": CALLS[1],
        "event without end": b"Event: x\r\n",
        "modem": CALLS[2],
        "envelopes": MESSAGES[0],
        "open envelopes": b"PUT / HTTP/1.1\r\n",
        "brackets": b"[",
        "tags": b"<a>",
    }
    dice = random.Random(size)
    return {
        name: (unit * (size // len(unit) + 1))[:size] if unit else dice.randbytes(size)
        for name, unit in units.items()
    }
