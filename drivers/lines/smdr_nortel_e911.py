"""Logs of a DMS-100 about 9-1-1 calls: something of a call went wrong.

One line each; the switch prints them to a log port beside its call records::

    E911209 FEB03 13:05:24 0101 FAILURE TO SEND ALI RECORD PSAPNUM 3 POSNUM 12 MPC 1
    E911202 MAR30 16:09:59 1300 INFO ANI TROUBLE ON E911 TRUNK CKT E911ICMF 3 ...

The number of the log, month and day, the time, a sequence number, and what happened.
They name a position or a trunk, never a caller.
"""

from __future__ import annotations

import re

from aliquot.drivers.lines.api import CallSignal, Frame, SignalKind
from aliquot.drivers.lines.said import MONTHS, Said, Text, month_day

LAYOUT = "dms_e911"
E911_LINE = re.compile(
    rb"[* ]{0,8}E911(?P<log>\d{3}) +(?P<month>"
    + "|".join(MONTHS).encode()
    + rb")(?P<day>\d\d) +(?P<time>\d\d:\d\d:\d\d) +(?P<number>\d{4}) +"
    rb"(?P<what>[ -~]{1,200}?) *"
)
_WRONG = re.compile(rb"\b(?:FAIL\w*|TROUBLE|TBL|LOST|ERROR|DOWN|OUT OF SERVICE)\b")
_POSITION = re.compile(rb"\bPOSNUM +(?P<position>\d{1,2})\b")
_TRUNK = re.compile(rb"\bCKT +(?P<trunk>[A-Z0-9]{1,16} +\d{1,4})\b")


def trouble(frame: Frame, found: re.Match[bytes]) -> list[CallSignal]:
    """A sign of trouble; nothing where the log only tells of something."""
    if _WRONG.search(found["what"]) is None:
        return []
    said, at = Said(frame), frame.payload_at
    day, clock = found["month"].decode(), found["time"].decode()
    month = MONTHS.index(day) + 1
    where = Text.of(frame.raw, at + found.start("month"), at + found.end("day"))
    if month_day(said, month, int(found["day"]), clock, where):
        time = Text.of(frame.raw, at + found.start("time"), at + found.end("time"))
        said.put("record_time", clock, time)
    _put(said, frame, "position", _POSITION, found["what"], found.start("what"))
    _put(said, frame, "trunk", _TRUNK, found["what"], found.start("what"))
    said.note(found["what"].decode("ascii"))
    key = f"e911-{found['log'].decode()}-{found['number'].decode()}-{frame.start}"
    return [said.signal(SignalKind.TROUBLE, key, LAYOUT)]


def _put(
    said: Said, frame: Frame, name: str, form: re.Pattern[bytes], what: bytes, at: int
) -> None:
    found = form.search(what)
    if found is None:
        return
    begin, end = found.span(name)
    at += frame.payload_at
    text = Text.of(frame.raw, at + begin, at + end)
    said.put(name, " ".join(text.text.split()), text)
