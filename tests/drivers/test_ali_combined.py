"""Texts made of usual parts at random: what is offered is right, or is not there.

Any label with any sign, parted by anything, in any order, in any form of number and
point, with a tower's point, a help desk's number and a routing number beside. Nothing
here is of any layout, so much may be missing; but no number to call is another one's,
and no point has one half from elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from aliquot.drivers.lines.ali import parse_bytes
from aliquot.drivers.lines.api import AliRecord

_CALLBACKS = ("CALLBACK", "CALLBK", "CB#", "CBN", "CALL BACK #", "RETURN CALL", "MDN")
_ROUTING = ("PANI", "pANI", "ESRK", "ESRD", "P#", "P-ANI", "ROUTING", "ESQK", "MTN")
_FIRST = ("TN", "ANI", "PHONE", "TEL", "CALLER TN", "TELEPHONE NUMBER", "Phone #")
_LABELS = (
    *(("LAT", "LON"), ("LAT", "LONG"), ("Latitude", "Longitude"), ("Y", "X")),
    *(("LATITUDE", "LONGITUDE"), ("GPS LAT", "GPS LON"), ("CALLER LAT", "CALLER LON")),
)
_SIGNS = ("=", ":", " = ", ": ", " : ", "  ")
_BETWEEN = ("\r\n", "\r", "\n", "  ", " ", ", ", "; ", "|", " | ", "\t", " / ")
_CLASSES = ("WPH2", "WPH1", "WRLS", "RESD", "BUSN", "VOIP", "", "W911", "CNTX")
_TOWERS = ("TOWER ", "TWR ", "SITE ", "CELL SITE ")
_NUMBERS = (
    *("{}-{}-{}", "({}) {}-{}", "({}){}-{}", "{}{}{}", "{}.{}.{}", "1-{}-{}-{}"),
    *("+1{}{}{}", "{} {} {}"),
)
_POINTS = (
    *(("{:.6f}", "-{:.6f}"), ("+{:.6f}", "-{:.6f}"), ("+0{:.6f}", "-0{:.6f}")),
    *(("N{:.6f}", "W{:.6f}"), ("{:.6f}N", "{:.6f}W"), ("{:.6f}", "{:.6f}")),
    ("{:.4f}", "-{:.4f}"),
)
_CALLER, _TOWER = (44.512345, 91.612345), (44.601234, 91.701234)
_KINDS = ("labelled", "both", "routing", "first", "first and routing", "no service")
_KINDS += ("blank and routing", "in front", "two in front", "help desk", "seven digits")


class Made:
    """A text, the number that may be called, and whether it has the caller's point."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._sign = dice.choice(_SIGNS)
        self._form = dice.choice(_NUMBERS)
        self.kind = dice.choice(_KINDS)
        self.number = (
            f"715{dice.choice(('555', '234', '867'))}{dice.randrange(10**4):04}"
        )
        self._routing = f"715{dice.choice(('511', '211'))}{dice.randrange(10**4):04}"
        self.point = dice.random() < 0.8
        self.text = dice.choice(_BETWEEN).join(self._parts())

    def _labelled(self, labels: Sequence[str], number: str) -> str:
        return f"{self._dice.choice(labels)}{self._sign}{self._number(number)}"

    def _number(self, number: str) -> str:
        return self._form.format(number[:3], number[3:6], number[6:])

    def _numbers(self) -> list[str]:
        number, routing = self.number, self._routing
        front = f"{self._number(routing)} {self._number(number)}"
        unknown = f"911{self._dice.randrange(10**7):07}"
        return {
            "labelled": [self._labelled(_CALLBACKS, number)],
            "both": [
                self._labelled(_ROUTING, routing),
                self._labelled(_CALLBACKS, number),
            ],
            "routing": [self._labelled(_ROUTING, routing)],
            "first": [self._labelled(_FIRST, number)],
            "first and routing": [
                self._labelled(_FIRST, number),
                self._labelled(_ROUTING, routing),
            ],
            "no service": [self._labelled(_CALLBACKS, unknown)],
            "blank and routing": [
                f"CALLBACK{self._sign.rstrip()} ",
                self._labelled(_ROUTING, routing),
            ],
            "in front": [self._number(number)],
            "two in front": [front],
            "help desk": [self._labelled(("HELP DESK",), "8005550142")],
            "seven digits": [f"CALLBACK{self._sign}555-{number[6:]}"],
        }[self.kind]

    def _pair(self, labels: tuple[str, str], at: tuple[float, float]) -> list[str]:
        forms = self._dice.choice(_POINTS)
        pair = [
            f"{label}{self._sign}{form.format(value)}"
            for label, form, value in zip(labels, forms, at, strict=True)
        ]
        return pair if self._dice.random() < 0.8 else pair[::-1]

    def _points(self) -> list[str]:
        labels = self._dice.choice(_LABELS)
        own = self._pair(labels, _CALLER) if self.point else []
        if self._dice.random() < 0.7:
            return own
        word = self._dice.choice(_TOWERS)
        plain = [label.split()[-1] for label in labels]
        other = word if self._dice.random() < 0.5 else ""
        tower = [
            f"{front}{label}{self._sign}{value:.6f}"
            for front, label, value in zip(
                (word, other), plain, (_TOWER[0], -_TOWER[1]), strict=True
            )
        ]
        return tower + own if self._dice.random() < 0.5 else own + tower

    def _parts(self) -> list[str]:
        dice, sign = self._dice, self._sign
        parts = self._numbers()
        service = dice.choice(_CLASSES)
        if service:
            label = dice.choice(("", f"COS{sign}", f"CLASS{sign}", f"SVC{sign}"))
            at = 1 if "front" in self.kind else dice.randrange(len(parts) + 1)
            parts.insert(at, f"{label}{service}")
        parts += self._points()
        for more in (f"UNC{sign}25", f"ESN{sign}00123", f"NOC{sign}888-555-0142"):
            if dice.random() < 0.3:
                parts.append(more)
        if dice.random() < 0.3:
            parts.insert(dice.randrange(1, len(parts) + 1), f"NAME{sign}NORTH RANGE")
        return parts


_HAS_NUMBER = {"labelled", "both", "first", "first and routing", "in front"}
_HAS_NUMBER |= {"two in front"}


@pytest.mark.parametrize("seed", range(6))
def test_what_is_offered_is_right_or_is_not_there(seed: int) -> None:
    dice = random.Random(seed)
    points = numbers = 0
    for _ in range(250):
        made = Made(dice)
        for record in parse_bytes(made.text.encode()):
            if not isinstance(record, AliRecord):
                continue
            said = record.fields
            if (called := said.get("callback_number")) is not None:
                assert made.kind in _HAS_NUMBER, made.text
                assert called == made.number, made.text
                numbers += 1
            at = said.get("latitude"), said.get("longitude")
            if at != (None, None):
                assert made.point, made.text
                assert at == pytest.approx((_CALLER[0], -_CALLER[1]), abs=1e-4), (
                    made.text
                )
                points += 1
    assert points > 150  # of 200
    assert numbers > 70  # of 136, of which some have a class that routes


@pytest.mark.parametrize("front", ["", "CALLBACK: 715-555-0142 ", "COS: WPH2 "])
@pytest.mark.parametrize("sign", [":", ": ", "=", " "])
@pytest.mark.parametrize("between", [" ", "\r\n", ", "])
@pytest.mark.parametrize("turned", [False, True])
def test_no_point_has_halves_of_two(
    front: str, sign: str, between: str, turned: bool
) -> None:
    points = [(44.6, -91.7), (44.5, -91.6)]
    parts = []
    for latitude, longitude in points:
        pair = [f"LAT{sign}{latitude:.6f}", f"LON{sign}{longitude:.6f}"]
        parts += pair[::-1] if turned else pair
    heard = parse_bytes((front + between.join(parts)).encode())
    records = [one for one in heard if isinstance(one, AliRecord)]
    assert len(records) == len(heard) <= 2
    for record in records:
        at = record.fields.get("latitude"), record.fields.get("longitude")
        assert at in points
        assert len(records) == 2 or "several_locations" in record.warnings
