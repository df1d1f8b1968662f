"""A recorded stream of mixed calls in Halden County, and the exchange's side of it.

A stream is made for a moment: the records show the time at which they will arrive,
so that nothing in a replay looks stale. The same plan, base and speed give the same
bytes. Entries are ``Piece(seconds, line, data)``: seconds from the beginning at
speed 1, of the moment the last byte comes; line is ``ali`` or ``cti``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from aliquot.console.demo import ali_text, manager_text, names
from aliquot.console.demo.ali_text import AliText, framed
from aliquot.console.demo.county import Address, County, Tower
from aliquot.console.demo.manager_text import Exchange

BYTE_S = 10 / 9600
OURS = "01"
FIXED_BASE = datetime(2026, 3, 14, 22, 40, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Piece:
    seconds: float
    line: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that happens on the lines. ``kind`` names a method of ``_Maker``.

    ``lasts_s``: from answering to the end of the call, for the exchange's side.
    """

    at_s: float
    kind: str
    position: str = OURS
    lasts_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    name: str
    seed: int
    length_s: float
    scenes: tuple[Scene, ...]


TOUR = Plan(
    "halden_tour",
    911,
    180.0,
    (
        Scene(2.2, "wireless_rebid", lasts_s=75.0),
        Scene(17.0, "residence", lasts_s=60.0),
        Scene(30.0, "business", "02"),
        Scene(38.0, "noise"),
        Scene(46.0, "voip", lasts_s=40.0),
        Scene(58.0, "business", lasts_s=45.0),
        Scene(70.0, "no_record"),
        Scene(79.0, "given_up"),
        Scene(92.0, "broken"),
        Scene(104.0, "wireless_two", lasts_s=50.0),
        Scene(117.0, "wrong_check"),
        Scene(129.0, "trailer", lasts_s=40.0),
        Scene(143.0, "wireless_far"),
        Scene(152.0, "residence", "03"),
        Scene(160.0, "twice"),
        Scene(171.0, "nobody"),
    ),
)


def twenty_minutes(seed: int = 1200) -> Plan:
    """Mixed calls as an evening brings them; every kind comes at least once."""
    rng = random.Random(seed)
    kinds = [
        "wireless_rebid", "residence", "noise", "voip", "business", "no_record",
        "given_up", "broken", "wireless_two", "wrong_check", "trailer",
        "wireless_far", "twice", "nobody", "broadcast",
    ]  # fmt: skip
    often = ["wireless_rebid", "wireless_two", "residence", "voip", "business"]
    drawn = kinds + [rng.choice(often) for _ in range(25)]
    rng.shuffle(drawn)
    drawn.insert(0, "wireless_rebid")
    gaps = [rng.expovariate(1.0) + 0.35 for _ in drawn]
    stretch = 1150.0 / sum(gaps)
    scenes, at = [], 3.0
    for kind, gap in zip(drawn, gaps, strict=True):
        place = OURS if rng.random() < 0.8 else rng.choice(("02", "03", "04"))
        place = place if kind in often else OURS  # what is rare is seen at the desk
        scenes.append(Scene(round(at, 2), kind, place, rng.uniform(25, 140)))
        at += gap * stretch
    return Plan("halden", seed, 1200.0, tuple(scenes))


def pieces(
    plan: Plan,
    county: County,
    base: datetime = FIXED_BASE,
    speed: float = 1.0,
) -> tuple[Piece, ...]:
    """All pieces of a plan in the order of time.

    ``base`` is when the replay begins, in the zone whose time the records show;
    ``speed`` how fast it is to run.
    """
    maker = _Maker(random.Random(plan.seed), county, base, speed)
    maker.put(0.2, "cti", manager_text.HELLO)
    for beat in range(int(plan.length_s // 60) + 1):
        maker.put(0.4 + 60.0 * beat, "ali", ali_text.HEARTBEAT)
        maker.put(5.0 + 60.0 * beat, "cti", manager_text.chatter(beat))
    for scene in plan.scenes:
        maker.play(scene)
    return _untangled(p for p in maker.made if p.seconds <= plan.length_s)


def quiet(begin_s: float, speed: float, hours: int = 12) -> Iterator[Piece]:
    """A line on which nobody calls: once a minute it says that it lives.

    What a simulator plays after the calls, so that its port stays there.
    """
    for minute in range(1, hours * 60):
        at = begin_s + minute * 60.0 * speed
        yield Piece(at, "ali", ali_text.HEARTBEAT)
        yield Piece(at, "cti", manager_text.chatter(minute))


def _untangled(made: Iterable[Piece]) -> tuple[Piece, ...]:
    """In order, and later where a line is still busy with the piece before."""
    free = {"ali": 0.0, "cti": 0.0}
    found = []
    for piece in sorted(made, key=lambda p: (p.seconds, p.line)):
        needs = len(piece.data) * BYTE_S if piece.line == "ali" else 0.001
        at = max(piece.seconds, free[piece.line] + needs + 0.02)
        free[piece.line] = at
        found.append(replace(piece, seconds=round(at, 3)))
    return tuple(sorted(found, key=lambda p: (p.seconds, p.line)))


class _Maker:
    """Draws callers and writes what the lines say of them."""

    def __init__(
        self, rng: random.Random, county: County, base: datetime, speed: float
    ) -> None:
        self.made: list[Piece] = []
        self._rng = rng
        self._base = base
        self._speed = speed
        self._county = county
        self._town = [a for a in county.addresses if a.unit is None]
        self._lots = [a for a in county.addresses if (a.unit or "").startswith("LOT")]
        self._numbers = [f"31555501{n:02d}" for n in range(100)]
        rng.shuffle(self._numbers)
        self._serial = 16
        self._kinds: dict[str, Callable[[Scene], None]] = {
            "wireless_rebid": self._wireless_rebid,
            "wireless_two": self._wireless_two,
            "wireless_far": self._wireless_far,
            "residence": self._residence,
            "business": self._business,
            "trailer": self._trailer,
            "voip": self._voip,
            "no_record": self._no_record,
            "given_up": self._given_up,
            "nobody": self._nobody,
            "twice": self._twice,
            "noise": self._noise,
            "broken": self._broken,
            "wrong_check": self._wrong_check,
            "broadcast": self._broadcast,
        }

    def put(self, at_s: float, line: str, data: bytes) -> None:
        self.made.append(Piece(at_s, line, data))

    def play(self, scene: Scene) -> None:
        self._kinds[scene.kind](scene)

    # What a scene is made of

    def _clock(self, at_s: float) -> datetime:
        return self._base + timedelta(seconds=at_s / self._speed)

    def _send(self, at_s: float, text: AliText, position: str) -> bytes:
        data = framed(ali_text.body(text, self._clock(at_s)), position)
        self.put(at_s, "ali", data)
        return data

    def _ring(self, at_s: float, number: str, scene: Scene) -> Exchange:
        began = int(self._clock(at_s).timestamp())
        call = Exchange(number, scene.position, began, self._serial)
        self._serial += 2
        self.put(at_s, "cti", manager_text.offered(call))
        return call

    def _talk(self, scene: Scene, number: str) -> None:
        """The exchange's side of a call that is answered."""
        call = self._ring(scene.at_s - 0.7, number, scene)
        answer = scene.at_s + self._rng.uniform(2.0, 5.0)
        self.put(answer, "cti", manager_text.answered(call))
        self.put(answer + scene.lasts_s, "cti", manager_text.ended(call))

    def _number(self) -> str:
        self._numbers.append(self._numbers.pop(0))
        return self._numbers[-1]

    def _wireline(self, place: Address, kind: str, name: str) -> AliText:
        city = place.beat in {"Beat 1", "Beat 2", "Beat 3", "Beat 4"}
        law = "HALDEN CITY POLICE" if city else "HALDEN COUNTY SHERIFF"
        return AliText(
            number=self._number(),
            class_of_service=kind,
            name=name,
            house=str(place.number),
            street=place.street.upper(),
            community=place.community,
            unit=place.unit or "",
            esn=place.esn,
            responders=(law, place.fire.upper(), "NORTH VALLEY AMBULANCE"),
            trunk=f"0{self._rng.randrange(10, 40)}",
        )

    def _wireless(self, near: Address) -> tuple[AliText, AliText]:
        """The tower's answer (phase I) and the handset's (phase II)."""
        tower = min(self._county.towers, key=lambda t: _apart(t, near))
        sector = self._rng.choice(("N SECTOR", "SE SECTOR", "SW SECTOR"))
        first = AliText(
            number=self._number(),
            class_of_service="WPH1",
            name=tower.name,
            house=str(tower.number),
            street=f"{tower.street.upper()} - {sector}",
            community=tower.community,
            pani=str(tower.pani + self._rng.randrange(3)),
            company=tower.company,
            esn="00899",
            latitude=tower.latitude,
            longitude=tower.longitude,
            uncertainty_m=self._rng.choice((1709, 2073, 2510)),
            confidence_pct=100,
            trunk=f"0{self._rng.randrange(60, 99)}",
        )
        shift = 0.0003
        second = replace(
            first,
            class_of_service="WPH2",
            latitude=near.latitude + self._rng.uniform(-shift, shift),
            longitude=near.longitude + self._rng.uniform(-shift, shift),
            uncertainty_m=round(10 * (1.1 ** self._rng.randrange(5, 20) - 1)),
            confidence_pct=90,
        )
        return first, second

    def _name(self) -> str:
        initials = "ABCDEFGHJKLMNPRSTW"
        surname = self._rng.choice(names.SURNAMES)
        return f"{surname}, {self._rng.choice(initials)} {self._rng.choice(initials)}"

    # Scenes

    def _wireless_rebid(self, scene: Scene) -> None:
        first, second = self._wireless(self._rng.choice(self._town))
        self._talk(scene, first.number)
        self._send(scene.at_s, first, scene.position)
        self._send(scene.at_s + self._rng.uniform(18, 24), second, scene.position)

    def _wireless_two(self, scene: Scene) -> None:
        _, second = self._wireless(self._rng.choice(self._town))
        self._talk(scene, second.number)
        self._send(scene.at_s, second, scene.position)

    def _wireless_far(self, scene: Scene) -> None:
        """So uncertain that only an area can be drawn."""
        first, _ = self._wireless(self._rng.choice(self._town))
        self._send(scene.at_s, replace(first, uncertainty_m=4043), scene.position)

    def _residence(self, scene: Scene) -> None:
        text = self._wireline(self._rng.choice(self._town), "RESD", self._name())
        self._talk(scene, text.number)
        self._send(scene.at_s, text, scene.position)

    def _business(self, scene: Scene) -> None:
        name = self._rng.choice(names.BUSINESSES)
        text = self._wireline(self._rng.choice(self._town), "BUSN", name)
        self._talk(scene, text.number)
        self._send(scene.at_s, replace(text, location="MAIN ENTRANCE"), scene.position)

    def _trailer(self, scene: Scene) -> None:
        place = self._rng.choice(self._lots)
        text = self._wireline(place, "RESD", self._name())
        self._talk(scene, text.number)
        self._send(scene.at_s, replace(text, location="PINE HOLLOW"), scene.position)

    def _voip(self, scene: Scene) -> None:
        text = self._wireline(self._rng.choice(self._town), "VOIP", self._name())
        pani = f"31521145{self._rng.randrange(10, 99)}"
        self._talk(scene, text.number)
        self._send(
            scene.at_s, replace(text, pani=pani, company="NVCBL"), scene.position
        )

    def _no_record(self, scene: Scene) -> None:
        number = self._number()
        self._talk(scene, number)
        data = framed(ali_text.no_record(number), scene.position)
        self.put(scene.at_s, "ali", data)

    def _given_up(self, scene: Scene) -> None:
        """Rings, and the caller gives up before anyone answers; no record comes."""
        call = self._ring(scene.at_s, self._number(), scene)
        self.put(scene.at_s + 9.0, "cti", manager_text.abandoned(call))

    def _nobody(self, scene: Scene) -> None:
        """A record that nobody takes; the exchange says nothing of it."""
        text = self._wireline(self._rng.choice(self._town), "RESD", self._name())
        self._send(scene.at_s, text, OURS)

    def _twice(self, scene: Scene) -> None:
        """The link sends the same bytes again two seconds later."""
        text = self._wireline(self._rng.choice(self._town), "RESD", self._name())
        self._talk(scene, text.number)
        data = self._send(scene.at_s, text, scene.position)
        self.put(scene.at_s + 2.0, "ali", data)

    def _noise(self, scene: Scene) -> None:
        """A burst on the wire: a modem's start, or lightning."""
        burst = bytes(self._rng.choice(range(0x20, 0xFF)) for _ in range(37))
        self.put(scene.at_s, "ali", burst)

    def _broken(self, scene: Scene) -> None:
        """A record that stops in its middle."""
        text = self._wireline(self._rng.choice(self._town), "RESD", self._name())
        data = framed(ali_text.body(text, self._clock(scene.at_s)), scene.position)
        self.put(scene.at_s, "ali", data[: self._rng.randrange(150, 300)])

    def _wrong_check(self, scene: Scene) -> None:
        """One bit of the house number fell over on the way."""
        text = self._wireline(self._rng.choice(self._town), "RESD", self._name())
        data = framed(ali_text.body(text, self._clock(scene.at_s)), scene.position)
        damaged = bytearray(data)
        damaged[80] ^= 0x04
        self.put(scene.at_s, "ali", bytes(damaged))

    def _broadcast(self, scene: Scene) -> None:
        """The host talks to all positions; it is no record."""
        words = "ALI HOST B OUT OF SERVICE FOR MAINTENANCE UNTIL 0400"
        self.put(scene.at_s, "ali", framed(words, "00", "4"))


def _apart(tower: Tower, near: Address) -> float:
    north = (tower.latitude - near.latitude) * 1.39
    return float(north**2 + (tower.longitude - near.longitude) ** 2)
