"""When nothing of a recording was understood: which driver might."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from aliquot.console.lab.why_not import why_not
from aliquot.console.lab.words import noise
from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.ali_own import AnyLayout
from aliquot.drivers.lines.api import Heard, LineDriver, Noise, NoiseReason

_HEAD = 4096
_QUIET = frozenset({NoiseReason.CONTROL, NoiseReason.HEARTBEAT})


@dataclass(slots=True)
class Tally:
    """Shows what is heard and counts it."""

    show: Callable[[Heard], None]
    understood: int = 0
    noise: int = 0
    head: bytearray = field(default_factory=bytearray)
    reasons: set[NoiseReason] = field(default_factory=set)
    first: bytes = b""  # what was not understood

    def __call__(self, heard: Heard) -> None:
        self.show(heard)
        self.head += heard.raw[: _HEAD - len(self.head)]
        if isinstance(heard, Noise):
            if heard.reason not in _QUIET:
                self.noise += 1
                self.first = self.first or heard.raw
            self.reasons.add(heard.reason)
        elif "generic_layout" in heard.warnings:  # a guess, of any text at all
            self.noise += 1
            self.first = self.first or heard.raw
        else:
            self.understood += 1

    def hint(self, used: LineDriver, own: AnyLayout | None = None) -> str | None:
        """A sentence, when all was noise and another driver claims how it begins, or
        when bytes of seven bits were read as eight. Of a layout of one's own that took
        nothing, what does not fit."""
        seven = of_seven_bits(self.reasons)
        if seven is not None or self.understood or not self.noise:
            return seven
        if own is not None:
            return (
                f"{own.name} takes none of these {self.noise} texts. Of the first: "
                f"{why_not(own, self.first)}."
            )
        names = [
            name
            for name, plugin in plugins.plugins().items()
            if plugin.driver is not None
            and name != used.name
            and plugins.claims(plugin.driver, bytes(self.head))
        ]
        if not names:
            return None
        return (
            f"Nothing of this was surely understood as {used.name}. It begins as "
            f"{' or '.join(names)} does: try --driver {names[0]}."
        )


def of_seven_bits(reasons: Iterable[NoiseReason]) -> str | None:
    """What to set, where a line of seven bits was read as one of eight."""
    for one in (NoiseReason.SEVEN_EVEN, NoiseReason.SEVEN_ODD):
        if one in reasons:
            return noise(one.value)
    return None
