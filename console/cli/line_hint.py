"""When nothing of a recording was understood: which driver might."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from aliquot.drivers.lines import plugins
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

    def __call__(self, heard: Heard) -> None:
        self.show(heard)
        self.head += heard.raw[: _HEAD - len(self.head)]
        if isinstance(heard, Noise):
            self.noise += heard.reason not in _QUIET
        elif "generic_layout" in heard.warnings:  # a guess, of any text at all
            self.noise += 1
        else:
            self.understood += 1

    def hint(self, used: LineDriver) -> str | None:
        """A sentence, when all was noise and another driver claims how it begins."""
        if self.understood or not self.noise:
            return None
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
