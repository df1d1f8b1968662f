"""What a recording said, kept small: a record in memory takes ten times its bytes.

Of the newest few all is at hand; the rest lies packed in blocks, which are unpacked
when somebody looks at one of them.
"""

from __future__ import annotations

import pickle
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import overload

from aliquot.drivers.lines.api import Frame, Heard

Source = Heard | Frame
BLOCK = 32  # sources packed together
_OPEN = 8  # blocks that lie unpacked
_QUICK = 1  # of zlib's levels: the others cost more than they save


class Kept(Sequence[Source]):
    """Grows at its end, in one thread; is read in any, while it grows too."""

    def __init__(self) -> None:
        self._packed: list[bytes | tuple[Source, ...]] = []
        self._rest: list[Source] = []
        self._open: OrderedDict[int, tuple[Source, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def append(self, source: Source) -> None:
        with self._lock:
            self._rest.append(source)
            if len(self._rest) == BLOCK:
                self._packed.append(_packed(self._rest))
                self._rest = []

    def __len__(self) -> int:
        with self._lock:
            return len(self._packed) * BLOCK + len(self._rest)

    @overload
    def __getitem__(self, index: int) -> Source: ...

    @overload
    def __getitem__(self, index: slice) -> list[Source]: ...

    def __getitem__(self, index: int | slice) -> Source | list[Source]:
        if isinstance(index, slice):
            return [self[n] for n in range(*index.indices(len(self)))]
        size = len(self)
        at = index + size if index < 0 else index
        if not 0 <= at < size:
            raise IndexError(index)
        return self._block(at // BLOCK)[at % BLOCK]

    def __iter__(self) -> Iterator[Source]:
        for block in range(-(-len(self) // BLOCK)):
            yield from self._block(block)

    def _block(self, number: int) -> Sequence[Source]:
        with self._lock:
            if number == len(self._packed):
                return tuple(self._rest)
            found = self._open.pop(number, None)
            if found is None:
                block = self._packed[number]
                found = block if isinstance(block, tuple) else _unpacked(block)
            self._open[number] = found
            if len(self._open) > _OPEN:
                self._open.popitem(last=False)
            return found


def _packed(sources: Sequence[Source]) -> bytes | tuple[Source, ...]:
    """What a plug-in made of things that do not pack stays as it is."""
    try:
        whole = pickle.dumps(tuple(sources), pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, TypeError, AttributeError):
        return tuple(sources)
    return zlib.compress(whole, _QUICK)


def _unpacked(block: bytes) -> tuple[Source, ...]:
    """Of nothing but what this process packed."""
    found: tuple[Source, ...] = pickle.loads(zlib.decompress(block))
    return found
