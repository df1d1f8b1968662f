"""Faults on purpose, so that a sender shows what it does about them."""

from __future__ import annotations

import random
import threading
from enum import Enum


class Fault(Enum):
    """What goes wrong with one delivery."""

    RESET = "reset"  # the connection is reset before the body is read
    ERROR = "error"  # 500, and nothing is stored
    SILENT = "silent"  # stored, then closed without an answer
    CUT = "cut"  # stored, and the answer breaks off
    DELAY = "delay"  # it takes a while, then all is as it should be
    WRONG_RECEIPT = "wrong_receipt"  # stored, and a receipt for other bytes


class Faults:
    """Draws a fault, or none, for each delivery; any thread.

    ``rate``: the share of deliveries that get one, 0 to 1. ``seed``: the same seed
    draws the same faults in the same order. Delays are even from 0 to
    ``longest_delay_s``.
    """

    def __init__(
        self,
        rate: float = 0.0,
        seed: int | None = None,
        longest_delay_s: float = 2.0,
    ) -> None:
        if not 0 <= rate <= 1 or longest_delay_s < 0:
            raise ValueError("rate from 0 to 1, delay not below 0")
        self._rate = rate
        self._longest_s = longest_delay_s
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def draw(self) -> Fault | None:
        with self._lock:
            if self._random.random() >= self._rate:
                return None
            return self._random.choice(list(Fault))

    def delay_s(self) -> float:
        with self._lock:
            return self._random.uniform(0, self._longest_s)
