"""After a connection was made anew: which calls are still there, and which are new.

The client asks for all channels (``CoreShowChannels``) on each log-in. What happens
while the list is being told comes between its parts, as events of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from aliquot.drivers.lines.asterisk_block import Block

MOST_LISTED = 16_384


class Listing:
    """``known``: keys of the calls that were open when the connection was made. Of
    them those are gone whose caller's channel is neither listed nor heard of."""

    def __init__(self, known: Iterable[str]) -> None:
        self._doubtful = dict.fromkeys(known)
        self._listed: dict[str, Block] = {}

    def heard(self, block: Block) -> None:
        """An event of a call since then. A hang-up ends its channel's place."""
        key = block.get("Uniqueid")
        if block.event == "Hangup":
            self._listed.pop(key, None)
        elif block.is_first_leg:
            self._doubtful.pop(key, None)

    def add(self, block: Block) -> None:
        key = block.get("Uniqueid")
        if key and len(self._listed) < MOST_LISTED:
            self._listed[key] = block
            self._doubtful.pop(key, None)

    @property
    def gone(self) -> tuple[str, ...]:
        return tuple(self._doubtful)

    @property
    def callers(self) -> tuple[Block, ...]:
        """The first channels of calls, in the order of the list."""
        return tuple(b for b in self._listed.values() if b.is_first_leg)

    def partners(self, caller: Block) -> tuple[Block, ...]:
        """Legs of the caller's own call in the bridge that the caller is in."""
        bridge = caller.get("BridgeId")
        if not bridge:
            return ()
        return tuple(
            leg
            for leg in self._listed.values()
            if leg is not caller
            and leg.get("BridgeId") == bridge
            and leg.call_key == caller.call_key
        )
