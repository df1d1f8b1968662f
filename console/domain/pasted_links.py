"""Map links and ``geo:`` addresses, read without asking anybody. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aliquot.console.domain.pasted_pairs import pairs

_URL = re.compile(r"https?://[^\s<>\"]{3,4000}", re.IGNORECASE)
_GEO = re.compile(
    r"(?<![A-Za-z])geo:(?P<n>[+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?),"
    r"(?P<e>[+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?)(?:,[+-]?[0-9]{1,6}(?:\.[0-9]{1,15})?)?"
    r"(?P<rest>[;?][^\s<>\"]{0,400})?",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"[;?&]([A-Za-z]{1,12})=([^;&\s]{1,200})")
_SHORT = re.compile(
    r"https?://(?:maps\.app\.goo\.gl|goo\.gl/maps|g\.co/|maps\.apple/|apple\.co/"
    r"|maps\.apple\.com/p/|osm\.org/go/|bit\.ly/|(?:www\.)?waze\.com/ul/h"
    r"|(?:www\.)?bing\.com/maps\?[a-z=]*$)",
    re.IGNORECASE,
)
_N = r"([+-]?[0-9]{1,2}(?:\.[0-9]{1,18})?)"
_E = r"([+-]?[0-9]{1,3}(?:\.[0-9]{1,18})?)"
# In the order in which they are believed: a pin before the middle of the view.
_PINS = (
    re.compile(rf"!3d{_N}!4d{_E}"),
    re.compile(rf"[?&#]mlat={_N}&(?:amp;)?mlon={_E}"),
    re.compile(rf"[?&;]sp=point\.{_N}_{_E}"),
    re.compile(rf"[?&](?:lat|latitude)={_N}&(?:lon|lng|longitude)={_E}"),
    re.compile(
        r"[?&](?:q|query|ll|coordinate|destination|daddr|to|navigate|near|loc)="
        rf"(?:loc:|ll\.)?{_N}[, +]{{1,3}}{_E}"
    ),
    re.compile(rf"/(?:place|search|dir/[^/]{{0,80}})/{_N}[, +]{{1,3}}{_E}"),
)
_VIEWS = (
    re.compile(rf"/@{_N},{_E}"),
    re.compile(rf"#map=[0-9.]{{1,5}}/{_N}/{_E}"),
    re.compile(rf"[?&]cp={_N}~{_E}"),
    re.compile(rf"[?&](?:center|sll|spn|ll|map)={_N},{_E}"),
)
# These write the longitude first, whatever the name of the parameter.
_EAST_FIRST = re.compile(r"https?://(?:[\w-]{1,20}\.){0,3}yandex\.[a-z.]{2,8}/")
_EAST_PINS = re.compile(rf"[?&](?:pt|whatshere\[point\])={_E},{_N}")
_EAST_VIEW = re.compile(rf"[?&]ll={_E},{_N}")
_QUESTION = re.compile(r"[?&](?:q|query|daddr|destination)=([^&#]{1,300})")
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2}){1,400}")


@dataclass(frozen=True, slots=True)
class Link:
    """A point of a link, or None where only its owner knows where it leads."""

    point: tuple[float, float] | None
    uncertainty_m: float | None
    start: int
    end: int
    kind: str
    warnings: tuple[str, ...] = ()


def links(text: str) -> Iterator[Link]:
    """Of all links and addresses of a text; those that say no place are left out."""
    for found in _GEO.finditer(text):
        if (link := _geo(found)) is not None:
            yield link
    for found in _URL.finditer(text):
        url = _plain(found[0].rstrip(".,;:!?)]}'"))
        span = found.start(), found.end()
        point, warnings = _point(url)
        if point is not None:
            yield Link(point, None, *span, "link", warnings)
        elif _SHORT.match(url):
            yield Link(None, None, *span, "link", ("short_link",))


def _geo(found: re.Match[str]) -> Link | None:
    """RFC 5870; also Android's ``geo:0,0?q=lat,lon(name)``."""
    rest = _plain(found["rest"] or "")
    said = {name.lower(): value for name, value in _PARAMETER.findall(rest)}
    span = found.start(), found.end()
    if said.get("crs", "wgs84").lower() != "wgs84":
        return Link(None, None, *span, "geo_uri", ("not_wgs84",))
    point = float(found["n"]), float(found["e"])
    asked = re.match(rf"{_N},{_E}", said.get("q", ""))
    if asked and not any(point):
        point = float(asked[1]), float(asked[2])
    if not _sound(point):
        return None
    wide = said.get("u", "")
    known = re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", wide)
    return Link(point, float(wide) if known else None, *span, "geo_uri")


def _point(url: str) -> tuple[tuple[float, float] | None, tuple[str, ...]]:
    if _EAST_FIRST.match(url):
        return _east_first(url)
    for pattern in _PINS:
        found = list(pattern.finditer(url))[-1:]  # the last is where a way leads to
        for last in found:
            if _sound(point := (float(last[1]), float(last[2]))):
                return point, ()
    asked = _QUESTION.search(url)
    if asked:
        for pair in pairs(asked[1].replace("+", " ")):
            return (pair.latitude, pair.longitude), pair.warnings
    for pattern in _VIEWS:
        view = pattern.search(url)
        if view and _sound(point := (float(view[1]), float(view[2]))):
            return point, ("view_centre",)
    return None, ()


def _east_first(url: str) -> tuple[tuple[float, float] | None, tuple[str, ...]]:
    for pattern, warnings in ((_EAST_PINS, ()), (_EAST_VIEW, ("view_centre",))):
        found = pattern.search(url)
        if found and _sound(point := (float(found[2]), float(found[1]))):
            return point, warnings
    return None, ()


def _sound(point: tuple[float, float]) -> bool:
    return abs(point[0]) <= 90 and abs(point[1]) <= 180


def _plain(text: str) -> str:
    """Without percent signs; what is no UTF-8 stays as it is."""

    def letters(found: re.Match[str]) -> str:
        raw = bytes.fromhex(found[0].replace("%", ""))
        return raw.decode("utf-8", "replace")

    return _ESCAPED.sub(letters, text)
