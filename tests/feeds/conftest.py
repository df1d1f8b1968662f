"""Makes the harness beside this file importable; receivers for the tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from feed_harness import ReceiverProcess, ServedReceiver


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[ServedReceiver]:
    """A receiver in a thread of this process; each feature as it comes."""
    with ServedReceiver(tmp_path / "received") as served:
        yield served


@pytest.fixture
def processes() -> Iterator[list[ReceiverProcess]]:
    """Receivers in processes of their own; what is put in is ended."""
    begun: list[ReceiverProcess] = []
    yield begun
    for process in begun:
        process.kill()
