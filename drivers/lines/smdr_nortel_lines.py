"""The lines of Nortel's call records, and which of them belong together.

SL-1, one line a record, with the dialled digits or the caller's number (behind
``&``) on a second one::

    TYPE NNN CC ORIGIN  TARGET MM/DD HH:MM HH:MM:SS DIGITS
    N    028 00 T047000 DN2221 04/04 14:22 00:12:04

``T`` is a trunk of three digits and a unit, ``DN`` a station. N is a call, B one that
was abandoned, S and E begin and end of one that was passed on; the others say nothing
of a call's end.

Norstar, a report of several lines a call. The time of an incoming call is that of the
answer, and what is behind RINGING is how long it rang before::

    -------- MM/DD/YY HH:MM:SS LINE = 0019 STN = 2221
    CALLING NUMBER 6175550142
    00:00:00 INCOMING CALL RINGING 0:04
    00:02:47 CALL RELEASED

Norstar in real time, a line a thing that happens; its last letter says what: G rings,
D number dialled, A answered, N not answered, T passed on, R over. H lines are of hotel
rooms.
"""

from __future__ import annotations

import re

from aliquot.drivers.lines.smdr_nortel_e911 import E911_LINE

SL1, NORSTAR, NORSTAR_LIVE = "smdr_sl1", "smdr_norstar", "smdr_norstar_live"

LONGEST = 256

_PARTY = rb"(?:T\d{3,6}|DN\d{1,7}|CF\d{1,6}|ATT\d{0,4})"
SL1_LINE = re.compile(
    rb" *(?P<type>[A-Z]) +(?P<number>\d{3}) +(?P<customer>\d\d) +"
    rb"(?P<origin>" + _PARTY + rb")(?: +(?P<target>" + _PARTY + rb"))? +"
    rb"(?P<day>\d\d/\d\d) +(?P<time>\d\d:\d\d(?::\d\d)?)"
    rb"(?: +(?P<length>\d\d:\d\d:\d\d))?(?: +(?P<digits>[A-D\d*#]{1,32}))? *"
)
SL1_DIGITS = re.compile(rb" *(?P<digits>[A-D\d*#]{1,32}) *")
SL1_CALLER = re.compile(rb" *& *(?P<caller>[\dxX*#]{1,16})?(?: +[\w*#-]{1,32})? *")

HEADER = re.compile(
    rb"-{8} +(?P<day>[\w/]{8}) +(?P<time>[\w:]{8}) +LINE *= *(?P<line>\w{1,6})"
    rb"(?: +(?P<kind>STN|LINE) *= *(?P<station>\w{1,7}))? *"
)
FIRST_EVENT = re.compile(
    rb" *00:00:00 +(?:(?P<in>INCOMING CALL)|(?P<out>OUTGOING CALL)|(?P<no>NO ANSWER)"
    rb"|(?P<busy>BUSY))\b(?:.*?RINGING +(?P<ring>\d{1,2}:\d\d(?::\d\d)?))?.*"
)
EVENT = re.compile(rb" *(?P<at>\d\d:\d\d:\d\d) +(?P<what>[A-Z][A-Z ]{1,30}\b).*")
NUMBER = re.compile(rb" *CALLING NUMBER +(?P<number>/?[\d*#]{1,16}x?|[A-Z]+) *")
NAME = re.compile(rb" *NAME +(?P<name>[^\r\n]{1,40}?) *")
DETAIL = re.compile(
    rb" *(?:BC *=|DIGITS DIALED|DNIS|CALL BY CALL|UNKNOWN|PRIVATE|RECORD RESTART).*"
)
LIVE = re.compile(
    rb"\*(?P<day>\d{6}) +(?P<time>\d{6}) +(?P<rest>[ -~\x80-\xff]*?)"
    rb" +(?P<type>[A-Z]) +(?P<event>[A-Z]) *"
)
_LIVE_NUMBER = rb"(?:/?[\d*#]{3,16}x?|UNKNOWN|PRIVATE)"
LIVE_REST = re.compile(
    rb"(?P<line>\d{3,5})(?: +(?P<station>\d{2,7})(?= +" + _LIVE_NUMBER + rb"(?: |$)))?"
    rb"(?: +(?P<number>" + _LIVE_NUMBER + rb")(?: +(?P<name>.*\S))?)? *"
)


def opens(line: bytes) -> bool:
    """Whether more lines may come that belong to this one."""
    return _fits(line, SL1_LINE, HEADER, FIRST_EVENT)


def joins(before: bytes, line: bytes) -> bool:
    """Whether ``line`` goes on with the record whose bytes are ``before``."""
    lines = before.strip(b"\r\n\f\x00").splitlines()
    if match(SL1_LINE, lines[0]):
        return len(lines) < 4 and _fits(line, SL1_DIGITS, SL1_CALLER)
    if match(FIRST_EVENT, line):
        return not any(match(FIRST_EVENT, one) for one in lines)
    return _fits(line, EVENT, NUMBER, NAME, DETAIL)


def knows(line: bytes) -> bool:
    """Whether the line begins a record of this kind."""
    return _fits(line, SL1_LINE, HEADER, LIVE, E911_LINE)


def match(form: re.Pattern[bytes], line: bytes) -> re.Match[bytes] | None:
    """A whole line, if it is no longer than lines of a printer are."""
    return form.fullmatch(line) if len(line) <= LONGEST else None


def _fits(line: bytes, *forms: re.Pattern[bytes]) -> bool:
    return len(line) <= LONGEST and any(form.fullmatch(line) for form in forms)
