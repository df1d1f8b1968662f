"""Packets of any number of peers into fixes, each peer with a decoder of its own."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aliquot.drivers.positions.api import Fix, Packet, Refusal
from aliquot.drivers.positions.decoder import FixDecoder

MOST_DECODERS = 1024


@dataclass(frozen=True, slots=True)
class PeerFix:
    """A fix, and who sent it: an address without its port, "" of a serial port."""

    fix: Fix
    peer: str


class FixStreams:
    """``format`` and ``need_checksum`` as of ``FixDecoder``."""

    def __init__(self, format: str = "auto", *, need_checksum: bool = True) -> None:
        self._format, self._need = format, need_checksum
        self._decoders: OrderedDict[str, FixDecoder] = OrderedDict()
        self._gone: Counter[Refusal] = Counter()

    @property
    def refused(self) -> Mapping[Refusal, int]:
        """Of all peers, those that went away too."""
        total = Counter(self._gone)
        for decoder in self._decoders.values():
            total.update(decoder.refused)
        return total

    def feed(
        self, packets: Iterable[Packet], utc_us: int, mono_ns: int
    ) -> list[PeerFix]:
        found: list[PeerFix] = []
        for packet in packets:
            decoder = self._of(packet.peer)
            fixes = decoder.feed(packet.data, utc_us, mono_ns)
            if packet.whole or packet.gone:
                fixes += decoder.end(utc_us, mono_ns)
            host = packet.peer.partition("/")[0]
            found += [PeerFix(fix, host) for fix in fixes]
            if packet.gone:
                self._gone.update(self._decoders.pop(packet.peer).refused)
        return found

    def _of(self, peer: str) -> FixDecoder:
        decoder = self._decoders.pop(peer, None)
        if decoder is None:
            decoder = FixDecoder(self._format, need_checksum=self._need)
        self._decoders[peer] = decoder
        if len(self._decoders) > MOST_DECODERS:
            _, old = self._decoders.popitem(last=False)
            self._gone.update(old.refused)
        return decoder
