"""What may be typed into the command line. Pure: text in, one order out.

A unit is named by any beginning that is unique; an incident by its number. The
status may stand before or after the unit: ``en 2a14`` or ``2a14 en``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aliquot.console.domain.dialling import WHY_NOT, digits_of, why_not_dial
from aliquot.widgets.codes import ASIDE_REASONS, agency_dispositions, find_disposition


@dataclass(frozen=True, slots=True)
class Known:
    """What names can be meant: units, incident numbers, and the one on hand."""

    units: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    on_hand: int | None = None


@dataclass(frozen=True, slots=True)
class Dispatch:
    units: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Status:
    unit: str
    status: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Close:
    number: int
    disposition: str


@dataclass(frozen=True, slots=True)
class Reopen:
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Show:
    number: int


@dataclass(frozen=True, slots=True)
class Aside:
    reason: str


@dataclass(frozen=True, slots=True)
class Call:
    """Call a number back; ten digits."""

    number: str


@dataclass(frozen=True, slots=True)
class Where:
    """Show a place on the map; the text as it was typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Simple:
    """``new``, ``take``, ``help`` and others without a word after them."""

    name: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a line cannot be carried out; a sentence with what to type."""

    text: str


Order = Dispatch | Status | Note | Close | Reopen | Show | Aside | Call | Where | Simple
STATUS_WORDS = {
    "en": "en_route",
    "os": "on_scene",
    "tr": "transporting",
    "av": "available",
    "oos": "out_of_service",
}
ALSO = {
    "disp": "d",
    "er": "en",
    "enr": "en",
    "ar": "os",
    "arr": "os",
    "clr": "av",
    "rmk": "note",
}
"""What other desks type for the same; the hand has it from there."""
SIMPLE_WORDS = ("new", "take", "next", "lines", "heard", "help", "in", "out")


@dataclass(frozen=True, slots=True)
class Verb:
    """``form`` is how it is typed, ``means`` what it does."""

    word: str
    form: str
    means: str


VERBS: tuple[Verb, ...] = (
    Verb("d", "d UNIT… [NUMBER]", "dispatch units; also disp"),
    Verb("en", "en UNIT [NUMBER]", "unit is en route; also er, enr"),
    Verb("os", "os UNIT [NUMBER]", "unit is on scene; also ar, arr"),
    Verb("tr", "tr UNIT", "unit is transporting"),
    Verb("av", "av UNIT", "unit is available; also clr"),
    Verb("oos", "oos UNIT", "unit is out of service"),
    Verb("note", "note [NUMBER] TEXT", "add to the narrative; also rmk"),
    Verb("close", "close [NUMBER] DISPOSITION", "close an incident"),
    Verb("reopen", "reopen NUMBER REASON", "open a closed incident again"),
    Verb("show", "show NUMBER", "open an incident in a form"),
    Verb("aside", "aside duplicate|test|other", "set the waiting call aside"),
    Verb("call", "call NUMBER", "call a number back"),
    Verb("w", "w PLACE", "show a place on the map"),
    Verb("new", "new", "open an empty form"),
    Verb("take", "take", "take the waiting call"),
    Verb("next", "next", "choose the next pending incident"),
    Verb("lines", "lines", "say how each line stands"),
    Verb("heard", "heard", "calls heard, bytes not understood"),
    Verb("in", "in", "sign in"),
    Verb("out", "out", "sign out"),
    Verb("help", "help", "show all keys and commands"),
)
_FORMS = {v.word: v.form for v in VERBS}


def parse(text: str, known: Known) -> Order | Wrong:
    """One line as one order, or what is wrong with it."""
    words = text.split()
    if not words:
        return Wrong("Type a command; help shows them all.")
    verb, rest = _own(words[0]), words[1:]
    if verb in _FORMS:
        return _parse_verb(verb, rest, text, known)
    if rest and _own(rest[-1]) in STATUS_WORDS:
        return _status(_own(rest[-1]), words[:-1], known)
    return Wrong(f"“{words[0]}” is no command; help shows them all.")


def _own(word: str) -> str:
    """Our word for one that means the same."""
    low = word.lower()
    return ALSO.get(low, low)


def _parse_verb(
    verb: str, rest: Sequence[str], text: str, known: Known
) -> Order | Wrong:
    if verb in STATUS_WORDS:
        return _status(verb, rest, known)
    if verb in SIMPLE_WORDS:
        return Simple(verb) if not rest else Wrong(f"{verb} stands alone.")
    return _PARSERS[verb](rest, text, known)


def _status(verb: str, rest: Sequence[str], known: Known) -> Order | Wrong:
    if not rest or len(rest) > 2:
        return Wrong(f"Type {_FORMS[verb]}.")
    unit = find_unit(rest[0], known)
    if isinstance(unit, Wrong):
        return unit
    number = _number(rest[1], known) if len(rest) == 2 else None
    if isinstance(number, Wrong):
        return number
    return Status(unit, STATUS_WORDS[verb], number)


def _dispatch(rest: Sequence[str], _text: str, known: Known) -> Order | Wrong:
    names = list(rest)
    number: int | Wrong | None = known.on_hand
    if names and _is_number(names[-1], known):
        number = _number(names.pop(), known)
    if not names:
        return Wrong(f"Type {_FORMS['d']}.")
    units = [find_unit(n, known) for n in names]
    for unit in units:
        if isinstance(unit, Wrong):
            return unit
    if number is None:
        return Wrong("No incident is on hand: add its number at the end.")
    if isinstance(number, Wrong):
        return number
    return Dispatch(tuple(u for u in units if isinstance(u, str)), number)


def _note(rest: Sequence[str], text: str, known: Known) -> Order | Wrong:
    number, words = _leading_number(rest, known)
    if isinstance(number, Wrong):
        return number
    if not words:
        return Wrong(f"Type {_FORMS['note']}.")
    before = 1 + len(rest) - len(words)  # the verb, and the number if it was typed
    return Note(number, text.split(None, before)[before].strip())


def _close(rest: Sequence[str], _text: str, known: Known) -> Order | Wrong:
    if len(rest) == 1 and _is_number(rest[0], known):
        return Wrong(f"Add how it ended: {_dispositions_hint()}.")
    number, words = _leading_number(rest, known)
    if isinstance(number, Wrong):
        return number
    found = find_disposition(" ".join(words))
    if found is None:
        return Wrong(f"Say how it ended: {_dispositions_hint()}.")
    return Close(number, found.code)


def _reopen(rest: Sequence[str], _text: str, known: Known) -> Order | Wrong:
    number, words = _leading_number(rest, known)
    if isinstance(number, Wrong):
        return number
    if not words:
        return Wrong("Say why it is opened again.")
    return Reopen(number, " ".join(words))


def _show(rest: Sequence[str], _text: str, known: Known) -> Order | Wrong:
    if len(rest) != 1:
        return Wrong(f"Type {_FORMS['show']}.")
    number = _number(rest[0], known)
    return number if isinstance(number, Wrong) else Show(number)


def _aside(rest: Sequence[str], _text: str, _known: Known) -> Order | Wrong:
    fits = [r for r in ASIDE_REASONS if rest and r.startswith(rest[0].lower())]
    if len(rest) != 1 or len(fits) != 1:
        return Wrong(f"Say why: {', '.join(ASIDE_REASONS)}.")
    return Aside(fits[0])


def _call(rest: Sequence[str], _text: str, _known: Known) -> Order | Wrong:
    """Whether it may be called is decided where it is carried out, too."""
    number = "".join(rest)
    why = why_not_dial(number)
    if why is not None:
        return Wrong(WHY_NOT[why] if number else f"Type {_FORMS['call']}.")
    return Call(digits_of(number))


def _where(_rest: Sequence[str], text: str, _known: Known) -> Order | Wrong:
    place = place_typed(text)
    return Where(place) if place else Wrong(f"Type {_FORMS['w']}.")


def place_typed(text: str) -> str | None:
    """What stands after ``w`` so far, empty at first; None when it is another verb."""
    verb, blank, place = text.lstrip().partition(" ")
    return place.strip() if verb.lower() == "w" and blank else None


_PARSERS: dict[str, Callable[[Sequence[str], str, Known], Order | Wrong]] = {
    "d": _dispatch,
    "note": _note,
    "close": _close,
    "reopen": _reopen,
    "show": _show,
    "aside": _aside,
    "call": _call,
    "w": _where,
}


def find_unit(text: str, known: Known) -> str | Wrong:
    """The unit that is meant: its name, or the only one that begins so."""
    key = text.upper()
    if key in known.units:
        return key
    fits = [u for u in known.units if u.upper().startswith(key)]
    exact = [u for u in fits if u.upper() == key]
    if len(exact or fits) == 1:
        return (exact or fits)[0]
    if not fits:
        return Wrong(f"No unit begins with {key}.")
    return Wrong(f"{key} may be {', '.join(fits[:6])}: type more of it.")


def _is_number(text: str, known: Known) -> bool:
    """Digits that no unit is called by, or that an incident has."""
    number = _integer(text)
    if number is None:
        return False
    return number in known.numbers or isinstance(find_unit(text, known), Wrong)


def _number(text: str, known: Known) -> int | Wrong:
    number = _integer(text)
    if number is not None and number in known.numbers:
        return number
    return Wrong(f"There is no incident {text} on the board.")


def _integer(text: str) -> int | None:
    """Plain digits, as many as an incident can have."""
    plain = text.isascii() and text.isdecimal() and len(text) <= 9
    return int(text) if plain else None


def _leading_number(
    rest: Sequence[str], known: Known
) -> tuple[int | Wrong, Sequence[str]]:
    number = _integer(rest[0]) if rest else None
    if number is not None and number in known.numbers:
        return number, rest[1:]
    if known.on_hand is not None:
        return known.on_hand, rest
    return Wrong("No incident is on hand: begin with its number."), rest


def _dispositions_hint() -> str:
    shown = [f"{d.code} {d.label.lower()}" for d in agency_dispositions()[:4]]
    return ", ".join(shown) + " …"


def completions(text: str, known: Known) -> tuple[str, ...]:
    """Whole lines that the text may become, the likeliest first."""
    words = text.split()
    if not words or (len(words) == 1 and not text.endswith(" ")):
        begun = words[0].lower() if words else ""
        found = [v.word for v in VERBS if v.word.startswith(begun)]
        return tuple(f"{w} " if w not in SIMPLE_WORDS else w for w in found)
    head = head_of(text)
    begun = text[len(head) :]
    ends = _words_for(_own(words[0]), words, known)
    return tuple(f"{head}{w}" for w in ends if _starts(w, begun))


def head_of(text: str) -> str:
    """What stays of a line when its end is completed. A disposition has many words."""
    words = text.split()
    if words and words[0].lower() == "close":
        before = 2 if len(words) > 1 and _integer(words[1]) is not None else 1
        rest = text.split(None, before)
        begun = rest[before] if len(rest) > before else ""
    else:
        begun = "" if text.endswith(" ") or not words else words[-1]
    return text[: len(text) - len(begun)]


def _words_for(verb: str, words: Sequence[str], known: Known) -> list[str]:
    if verb == "close":
        return [d.label for d in agency_dispositions()]
    if verb == "aside":
        return list(ASIDE_REASONS)
    if verb in STATUS_WORDS or verb == "d":
        used = {w.upper() for w in words[1:-1]}
        return [u for u in known.units if u.upper() not in used]
    if verb in ("note", "reopen", "show"):
        return [str(n) for n in known.numbers]
    return []


def _starts(word: str, begun: str) -> bool:
    return word.lower().startswith(begun.lower()) and word.lower() != begun.lower()


def usage(text: str) -> str:
    """How the verb that was begun goes on; empty when there is none."""
    words = text.split()
    return _FORMS.get(_own(words[0]), "") if words else ""
