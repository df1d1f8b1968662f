"""Numbers that the text itself says are none to call: ``NO CALLBACK: 617-555-0142``.

The words in front of a number's label, or right behind the number, count. ``NO`` behind
the label, ``TEL NO 617-555-0142``, is a number's own and denies nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from aliquot.drivers.lines.numbers import NumberKind, classify
from aliquot.drivers.lines.values import CLASSES


class Said(IntEnum):
    """What the words round one number say of it."""

    NOTHING = 0
    DOUBT = 1  # not verified, or the words may speak of something else
    ONCE = 2  # it was the number and is it no more
    DENIED = 3


@dataclass(frozen=True, slots=True)
class Denials:
    """Ten digits of the numbers of one text that are denied or in doubt."""

    denied: frozenset[str] = frozenset()
    doubtful: frozenset[str] = frozenset()
    none_there: bool = False  # the text says that there is no callback at all


_MOST = 64  # characters in front of a number and behind it that are looked at
_NUMBER = re.compile(
    r"(?<![\d-])(?:\+?1[ .-]?)?\(?\d{3}\)?[ ./-]{0,3}\d{3}[ .-]{0,3}\d{4}(?!\d)"
)
_BORDER = re.compile(r"\n|  |[|;]")
_PHONE = (
    r"(?:CALL(?:ER|ING|S)?[ -]?(?:BACK|BK)?S?|BACK|C/?B[NK]?|TN|ANI|MDN|PHONES?|TELEPHONE"
    r"|TEL|NUMBERS?|NUM|NBR|NO|DIAL(?:ING)?|RAPPEL(?:ER)?|RETORNO|TELEFONO|NUMERO)"
)
_ADDED = (
    r"(?:AN?|ANY|THE|VALID[EO]?|DIALL?ABLE|CALLABLE|GOOD|CURRENT|KNOWN|LONGER|AVAILABLE"
    r"|WORKING|RETURN|USABLE|CELL|CUSTOMER|HAY|WAY TO|OTHER|10[ -]DIGIT)"
)
_STRONG = (
    r"NO|NOT|NON|NEVER|CANNOT|CAN NOT|CAN'?T|UNABLE TO|DO NOT|DON'?T|W/O|WITHOUT"
    r"|SIN|SANS|AUCUNE?|PAS DE|NE PAS"
)
_WEAK = (
    r"INVALID[EO]?|BAD|WRONG|FAKE|DUMMY|BOGUS|UNKNOWN(?! CALL(?:ER|ING))|UNINITIALI[SZ]ED|PSEUDO|INCORRECT"
    r"|DISCONNECTED|DEFAULT|NON-?(?:DIALL?ABLE|CALLABLE|WORKING|INITIALI[SZ]ED)|UNUSABLE"
    r"|UNDIALL?ABLE|NOT (?:DIALL?ABLE|CALLABLE|VALID|AVAILABLE|WORKING|USABLE)"
)
_TO_NUMBER = rf"(?:{_PHONE}[ .#-]{{0,3}}(?:DE )?){{1,4}}[ :=#>(\"\[-]{{0,6}}\Z"
_FRONT = re.compile(
    rf"(?<![A-Z0-9&'/-])(?:(?P<strong>{_STRONG})|(?P<weak>{_WEAK}))"
    rf"(?:[ -]{{1,2}}{_ADDED}){{0,3}}[ -]{{1,2}}{_TO_NUMBER}"
)
_VERIFIED = r"(?:UN|NOT[ -]|NON[ -])(?:VERIF(?:IED|Y)?|CONFIRMED|VALIDATED)"
_DOUBT_FRONT = re.compile(rf"{_VERIFIED}[ .):=#-]{{0,4}}(?:{_TO_NUMBER}|\Z)")
# ``ACCT NO CALLBACK: ...``: the NO is of a blank in front.
_HAS_NUMBERS = re.compile(
    r"(?:TEL|TELEPHONE|PHONE|APT|ACCT|ACCOUNT|UNIT|LOT|HOUSE|REF|SEQ|TRUNK|TRK|POS|CALL"
    r"|ID|CUST|CUSTOMER|REC|RECORD|SUITE|STE|ROOM|RM|BLDG|ROUTE|RTE|TN|CB|CALLBACK)[.]? ?\Z"
)
_OF_A_NOTE = re.compile(
    r"(?:NOTES?|REMARKS?|COMMENTS?|INFO|STATUS|MSG|MESSAGE|WARNING|ALERT|CALL ?BACK)"
    r" ?[:=] ?\Z"
)
_MARK_BEFORE = re.compile(r"[:=] ?\Z")
_SIGN = r"[ ]{0,2}(?P<sign>[-*(/\[])?[-* ]{0,2}"
_END = r"(?:[ ]?(?:\n|[|;,.)\]*/-]|\Z)|  |[ ]{1,3}[A-Z#][A-Z0-9#]{0,14}[ ]{0,2}[=:])"
_BEHIND = re.compile(
    rf"{_SIGN}(?:(?:IS|TN|NUMBER|#)[ ])?(?:"
    r"(?P<denied>NOT (?:A )?(?:DIALL?ABLE|CALLABLE|WORKING|IN SERVICE)"
    r"|NON-?(?:DIALL?ABLE|CALLABLE|WORKING)"
    r"|(?:DO NOT|DON'?T|CANNOT|CAN NOT|CAN'?T|NEVER) (?:BE )?(?:CALL|DIAL)(?:ED)?"
    r"|(?:NO|NOT A) CALL ?-?BACK(?! ?(?:NUMBER|NO|TN)?[.#]? ?[:=]? ?\(?\d{3})"
    r"|UNABLE TO CALL|(?:INVALID|BAD|WRONG|DISCONNECTED) (?:NUMBER|TN|NO|#))\b"
    r"|(?P<doubt>"
    rf"{_VERIFIED}|DISCONNECTED)\b"
    rf"|(?:(?P<invalid>INVALID[EO]?|NOT (?:A )?VALID|OUT OF SERVICE)"
    r"|(?P<away>NOT AVAIL(?:ABLE)?|UNAVAIL(?:ABLE)?|NON DISPONIBLE|NO DISPONIBLE)"
    r"|(?P<light>N/?A|BAD|WRONG|P-?ANI|ESRK|ESQK|ESRD)"
    rf"|(?P<once>OLD|PREV(?:IOUS)?|PRIOR|EXPIRED|STALE))\b(?P<end>(?={_END}))?)"
)
_CALLBACK_LABEL = re.compile(
    r"(?:CALL ?-?BA?C?K|CBN?|CALLBK)[^:=\n]{0,12}[:= #-]{1,4}\Z"
)
_NONE_THERE = re.compile(
    r"(?<![A-Z])(?:NO (?:VALID )?CALL ?-?(?:BACK|BK)(?! ?(?:NUMBER|NO|#)? ?[:=] ?\d)"
    r"|(?:CALL ?-?(?:BACK|BK)|CBN?)(?: (?:NUMBER|NUM|NO|TN))?[.#]? ?[:=]? ?(?:IS )?"
    r"(?:NONE|N/A|NIL|NOT (?:AVAIL|PROVIDED|RECEIVED|GIVEN|SENT)|UNAVAIL))"
)


def denials(capitals: str) -> Denials:
    """What a text, in capitals, says of the numbers in it."""
    said: Mapping[str, list[Said]] = defaultdict(list)
    for found in _NUMBER.finditer(capitals):
        kind, digits = classify(found[0])
        if kind is NumberKind.PLAIN and digits is not None:
            said[digits].append(_said(capitals, found.start(), found.end()))
    none_there = _NONE_THERE.search(capitals) is not None
    if not none_there and not any(any(each) for each in said.values()):
        return Denials()
    denied = {
        digits
        for digits, each in said.items()
        # What was the number once may be it again.
        if Said.DENIED in each or min(each) >= Said.ONCE
    }
    doubtful = {digits for digits, each in said.items() if min(each) is Said.DOUBT}
    return Denials(frozenset(denied), frozenset(doubtful - denied), none_there)


def _said(text: str, begin: int, end: int) -> Said:
    front = text[max(begin - _MOST, 0) : begin]
    borders = [found.end() for found in _BORDER.finditer(front.rstrip(" \n"))]
    front = front[borders[-1] if borders else 0 :]
    return max(_front(front), _behind(text, end, front))


def _front(front: str) -> Said:
    met = _FRONT.search(front)
    if met is None:
        return Said.DOUBT if _DOUBT_FRONT.search(front) else Said.NOTHING
    before = front[: met.start()]
    if met["weak"]:
        return Said.DOUBT if _ends_a_value(before) else Said.DENIED
    if _MARK_BEFORE.search(before):  # TTY: NO CALLBACK: ...
        return Said.DENIED if _OF_A_NOTE.search(before) else Said.DOUBT
    strong = met["strong"]
    other = _HAS_NUMBERS.search(before) if strong == "NO" else None
    doubt = other or (strong == "NOT" and _ends_a_value(before))
    return Said.DOUBT if doubt else Said.DENIED


def _ends_a_value(before: str) -> bool:
    """``NAME: HARBOR BAD CALLBACK: ...``: the word may end another label's text, or
    speak of what stands in front: ``ADDRESS UNKNOWN CALLBACK: ...``."""
    words = before.rstrip().split(" ")
    last = words[-1]
    if last in CLASSES or not (last[-1:].isalpha() or last[-1:] in (":", "=", ",")):
        return False
    return not _OF_A_NOTE.search(before)


def _behind(text: str, end: int, front: str) -> Said:
    met = _BEHIND.match(text, end, min(end + _MOST, len(text)))
    if met is None:
        return Said.NOTHING
    if met["denied"]:
        return Said.DENIED
    if met["doubt"]:
        return Said.DOUBT
    if met["end"] is None:  # INVALID ADDRESS, OLD MILL RD: of what comes next
        return Said.DOUBT if met["invalid"] else Said.NOTHING
    if met["invalid"]:
        return Said.DENIED
    if met["away"]:
        own = met["sign"] or _CALLBACK_LABEL.search(front)
        return Said.DENIED if own else Said.DOUBT
    if met["sign"] is None or met["sign"] == "/":
        return Said.DOUBT
    return Said.ONCE if met["once"] else Said.DENIED
