"""What a dispatcher types for a place, taken apart. Pure; nothing is looked up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from aliquot.console.geocode.units import cut_unit, unit_first, unit_of
from aliquot.console.geocode.words import tokens, words

_BETWEEN = re.compile(r"\b(?:BETWEEN|BTWN|BTW|BET)\b", re.IGNORECASE)
_AND = re.compile(
    r"""\s*(?:&|@|\+|(?<!\d)/|/(?!\d)|\\
        |(?<=[A-Z.])\s-{1,2}\s
        |\b(?:CROSS\s+(?:ST(?:REET)?\s+)?OF|AND|AT|CORNER\s+OF|COR\s+OF)\b
        |(?<=[A-Z.]\s)X(?=\s+\w))
        (?:\s*(?:THE\s+)?(?:CORNER|COR)\s+OF\b)?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_CORNER = re.compile(r"^\s*(?:CORNER|COR|INTERSECTION|INT)\s+(?:OF\s+)?", re.IGNORECASE)
_NEAR = re.compile(
    r"""\s*\b(?:NEAR|NR|BY|OFF(?:\s+OF)?|OPPOSITE|OPP|ACROSS\s+FROM|BEHIND|NEXT\s+TO
        |(?:JUST\s+)?(?:N|S|E|W|NORTH|SOUTH|EAST|WEST)(?:\s+OF|/O|/OF))\b\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_BLOCK = re.compile(
    r"""^\s*(\d+)\s*-?\s*(?:(?:HUNDRED|HUND)\s+)?
        (?:BLOCK|BLK|BLCK|BLOCKS)\b\.?(?:\s+OF\b)?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_BLOCK_LAST = re.compile(
    r"^([^,;]*?[A-Z.])\s+(\d+)\s*-?\s*((?:HUNDRED\s+|HUND\s+)?(?:BLOCK|BLK))\b\.?",
    re.IGNORECASE,
)
_MILE = re.compile(
    r"""\b(?:MILE\s*(?:MARKER|MKR|POST|PT)|MM|MP|MI\s*MKR)\s*\#?\s*(\d+(?:\.\d+)?)
        |(?<=\d\s)AT\s+MILE\s+(\d+(?:\.\d+)?)
        |(?<=\d\s)(?:[NSEW]B\s+)?MILE\s+(\d+(?:\.\d+)?)(?=\s*(?:$|,|[NSEW]B?\b))
        |(?<![\w.])(\d+(?:\.\d+)?)\s*(?:MM|MP|MILE\s*(?:MARKER|POST))\b(?!\s*\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_OF_ROUTE = re.compile(r"\b(?:ON|NEAR|OF|AT)\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"""^\s*0*(?P<low>\d{1,6})(?:\.\d+(?=\s))?
        (?:\s*(?P<both>[-/&])\s*(?P<second>\d{1,5})(?!/))?
        (?P<half>(?:\s+|-)?1/2(?!\d))?
        -?
        (?:-?(?P<letter>[A-Z])(?![A-Z]))?
        (?:\s+(?P<half2>1/2)(?!\d))?
        (?=\s|$|,|\#)""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMA = re.compile(r"[,;]")
_ADDRESS = re.compile(r"\d+\w?\s+(?![NSEW]$)[\w.]+", re.IGNORECASE)
_WITHIN = re.compile(r"(?<=[A-Z'.)&@/,:-]\s)\d{1,6}[A-Z]?\s+(?=\w)", re.IGNORECASE)
_ZIP = re.compile(r"\b\d{5}(?:-\d{4})?\s*$")
_STATE = re.compile(r"\b[A-Za-z]{2}\s*$")
_LEAD = re.compile(
    r"""^(?:\s*(?:@
        |\#(?=\s*\d)
        |(?:NO|NUM|NUMBER|ADDR|ADDRESS|LOC|LOCATION)\b\s*[.:]?(?=\s*\d)
        |THE(?=\s+\d+\s)
        |(?:IFO|I/F/O|I/O|R/O)(?=\s)
        |(?:IN\s+)?(?:THE\s+)?(?:FRONT|REAR|AREA|VICINITY|VIC|INSIDE|OUTSIDE)\s+OF\b
        |(?:AT|IN|INSIDE|OUTSIDE|REAR)(?=\s+[\w@\#])
        |ON(?=\s+(?!RAMP)[\w@\#])
        )\s*)+(?:THE\s+(?=COR|INT))?""",
    re.IGNORECASE | re.VERBOSE,
)
_GLUED = re.compile(r"^(\d{1,6})(?=[A-Za-z]{3})")  # 528Huron Ave
_ONE_WORD = re.compile(r"[A-Z]{4,}", re.IGNORECASE)
_NOTE = re.compile(r"\([^()]*\)")
_HALF_WORD = re.compile(r"(?<=\d)\s+(?:AND\s+A\s+)?HALF\b", re.IGNORECASE)
_UNDERSTOOD = (_NEAR, _BETWEEN, _AND)  # what begins so behind a comma is no community


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """``value``: the number that ranges are asked for. ``suffix``: a letter or 1/2.
    ``second``: what stands behind a hyphen, of a range or of a number such as 45-12."""

    value: int
    suffix: str = ""
    second: int | None = None

    @property
    def text(self) -> str:
        joined = (
            f"{self.value}" if self.second is None else f"{self.value}-{self.second}"
        )
        blank = " " if "/" in self.suffix else ""
        return f"{joined}{blank}{self.suffix}"


@dataclass(frozen=True, slots=True)
class Query:
    """The parts of a text. ``streets``: the words of one street, or of those that
    cross; ``block``: the text names a hundred block; ``mile``: of a mile marker;
    ``postal``: five digits of a postal code;
    ``between``: streets at the ends of the block that is meant. ``bare``: the text
    without community, and without such as "behind" in front. ``hints``: what else is
    named beside an address, as behind AT."""

    text: str
    streets: tuple[tuple[str, ...], ...] = ()
    number: HouseNumber | None = None
    block: bool = False
    mile: float | None = None
    unit: str | None = None
    community: str = ""
    postal: str = ""
    near: tuple[str, ...] = ()
    between: tuple[tuple[str, ...], ...] = ()
    bare: str = ""
    hints: tuple[tuple[str, ...], ...] = ()


def parse(text: str) -> Query:
    """Never fails; a text without any word gives a query without streets."""
    tidied, ahead = _tidy(text)
    body, community, postal, behind = _commas(tidied)
    bare = body = _CORNER.sub("", body)
    mile = _MILE.search(body)
    if mile:
        rest = _AND.sub(" ", body[: mile.start()] + " " + body[mile.end() :])
        route = tuple(tokens(_OF_ROUTE.sub(" ", rest)))
        at = float(next(filter(None, mile.groups())))
        streets: tuple[tuple[str, ...], ...] = (route,) if route else ()
        return Query(text, streets, mile=at, community=community, postal=postal)
    near = _NEAR.split(body, maxsplit=1)
    beside = tuple(tokens(near[1])) if len(near) == 2 and near[0].strip() else ()
    if len(near) == 2:
        body = near[0] if near[0].strip() else near[1]
        bare = bare if near[0].strip() else body
    between = _BETWEEN.split(body, maxsplit=1)
    ends = _crossing(between[1]) if len(between) == 2 else ()
    number, block, rest = _numbered(between[0])
    roads = _sides(rest)
    hints: tuple[tuple[str, ...], ...] = ()
    if number is not None and len(roads) > 1:
        # 12 ELM ST AT OAK AVE: the address; the other street is a hint
        left, noted = unit_of(roads[1])
        if not left:
            behind, roads = _joined(noted, behind), (roads[0], *roads[2:])
        hints = tuple(tuple(tokens(road)) for road in roads[1:])
        ends, roads = ends or hints, roads[:1]
    first, cut = (
        cut_unit(roads[0], numbered=number is not None) if roads else ("", None)
    )
    streets = tuple(tuple(tokens(road)) for road in (first, *roads[1:]))
    found = tuple(filter(None, streets))
    unit = _joined(ahead, cut, behind)
    return Query(
        text,
        found,
        number,
        block,
        None,
        unit,
        community,
        postal,
        beside,
        ends,
        bare,
        hints,
    )


def _joined(*units: str | None) -> str | None:
    return ", ".join(filter(None, units)) or None


def _tidy(text: str) -> tuple[str, str | None]:
    """Without what stands in front of a place, and without a note in brackets; and
    the unit that stood in front."""
    text = " ".join(text.replace("½", " 1/2 ").split())
    text = _BLOCK_LAST.sub(r"\2 \3 \1", _HALF_WORD.sub(" 1/2", text))
    noted = " ".join(_NOTE.sub(_of_note, text).split())
    text, unit = unit_first(noted or text)
    if unit is None:
        text, unit = unit_first(_LEAD.sub("", text))
    return _GLUED.sub(r"\1 ", text), unit


def _of_note(match: re.Match[str]) -> str:
    """Of a note the unit, and the one word that may be a town."""
    note = match[0][1:-1].strip()
    _, unit = unit_of(note)
    if unit is not None:
        return f", {unit}"
    behind = match.string[: match.start()]
    address = behind[:1].isdigit() or len(_sides(behind)) > 1
    return f", {note}" if address and _ONE_WORD.fullmatch(note) else ""


_SPOKEN = {
    word: n
    for n, word in enumerate(
        [
            "ONE",
            "TWO",
            "THREE",
            "FOUR",
            "FIVE",
            "SIX",
            "SEVEN",
            "EIGHT",
            "NINE",
            "TEN",
            "ELEVEN",
            "TWELVE",
        ],
        1,
    )
}


def spoken_number(query: Query) -> Query | None:
    """ONE BROADWAY as 1 BROADWAY; None when no number is spelled out in front."""
    first = query.streets[0] if query.streets else ()
    if query.number or len(first) < 2 or first[0] not in _SPOKEN:
        return None
    number = HouseNumber(_SPOKEN[first[0]])
    return replace(query, number=number, streets=(first[1:], *query.streets[1:]))


def address_within(query: Query) -> Query | None:
    """DUNKIN DONUTS 170 ERIE ST as 170 ERIE ST; None where no number follows words."""
    match = _WITHIN.search(query.text) if query.number is None else None
    return parse(query.text[match.start() :]) if match else None


def of_fields(fields: Mapping[str, object]) -> Query:
    """The same of the fields of an ALI record."""

    def text(name: str) -> str:
        value = fields.get(name)
        return str(value).strip() if value is not None else ""

    street = " ".join(
        filter(
            None,
            (
                text("prefix_directional"),
                text("street_name"),
                text("street_suffix"),
                text("post_directional"),
            ),
        )
    )
    digits = f"{text('house_number')}{_suffix(text('house_number_suffix'))} "
    whole = f"{digits if digits.strip() else ''}{street}"
    if not street:  # some systems send the whole address in one field
        whole = text("location")
    found = parse(whole)
    return replace(
        found,
        text=whole,
        unit=text("unit") or found.unit,
        community=_town(text("community").upper()) or found.community,
        postal=text("postal_code")[:5] or found.postal,
    )


def _town(text: str) -> str:
    """HALDEN NY as HALDEN."""
    town, _, state = text.rpartition(" ")
    return town.rstrip(" ,") if town and state in words().states else text


def _suffix(text: str) -> str:
    if "/" in text:
        return f" {text}"
    return f"-{text}" if text[:1].isdigit() else text


def _commas(text: str) -> tuple[str, str, str, str | None]:
    """What stands before a comma, the community and the postal code behind it, and a
    unit among it."""
    first, *rest = (part.strip() for part in _COMMA.split(text))
    unit: str | None = None
    community = ""
    postal = ""
    if rest and re.fullmatch(r"[\d\s/-]+[A-Za-z]?", first):  # 12, ELM ST
        first = f"{first} {rest.pop(0)}"
    elif rest and first[:1].isalpha() and _ADDRESS.match(rest[0]):
        behind = tokens(first)
        if behind and behind[-1] in words().types:  # OAK AVE, 12 ELM ST
            first = f"{rest.pop(0)} & {first}"
        else:  # OTHERVILLE, 12 ELM ST
            community, first = first, rest.pop(0)
    for part in rest:
        if any(sign.match(part) for sign in _UNDERSTOOD):
            first = f"{first} {part}"
            continue
        cut, found = unit_of(part)
        unit = _joined(unit, found)
        code = _ZIP.search(part)
        postal = postal or (code[0].strip()[:5] if code else "")
        bare = _ZIP.sub("", part).strip()
        if found is None and bare and not _STATE.fullmatch(bare):
            town = _STATE.sub("", bare).strip() or bare
            community = community or (town if cut else "")
    return first, community.upper(), postal, unit


def _numbered(text: str) -> tuple[HouseNumber | None, bool, str]:
    block = _BLOCK.match(text)
    if block:
        return HouseNumber(int(block[1])), True, text[block.end() :]
    match = _NUMBER.match(text)
    if match is None or not text[match.end() :].strip(" ,#"):
        return None, False, text
    low, letter = int(match["low"]), (match["letter"] or "").upper()
    rest = text[match.end() :]
    first, *others = _crossing(rest) or ((),)
    if others and len(first) == 1 and first[0] in words().directions:
        return None, False, text  # 400 E & 300 S: two streets of a grid
    if match["both"] == "&" and set(tokens(rest)) <= words().types.keys():
        return None, False, text  # 42 & 8 AVE: two streets
    if letter and letter in "NSEW":
        rest, letter = f"{letter} {rest}", ""
    second = int(match["second"]) if match["second"] else None
    half = "1/2" if match["half"] or match["half2"] else ""
    return HouseNumber(low, letter or half, second), False, rest


def _sides(text: str) -> tuple[str, ...]:
    """What stands between the signs of a crossing, as far as there are words in it."""
    return tuple(part for part in _AND.split(text) if tokens(part))


def _crossing(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(tokens(part)) for part in _sides(text))
