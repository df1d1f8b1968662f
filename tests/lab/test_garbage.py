"""What the start made is never looked at by a collection again."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from aliquot.console import garbage


@pytest.fixture
def restored() -> Iterator[None]:
    before, was_on = gc.get_threshold(), gc.isenabled()
    gc.enable()
    yield
    if not was_on:
        gc.disable()
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("restored")
def test_the_start_is_not_looked_at_again() -> None:
    kept = [[n] for n in range(1000)]
    assert any(kept is one for one in gc.get_objects())
    frozen = gc.get_freeze_count()
    garbage.settle()
    assert gc.get_freeze_count() > frozen + 1000
    assert not any(kept is one for one in gc.get_objects())
    assert gc.get_threshold() == garbage.THRESHOLDS
    assert gc.isenabled()
