"""A location server can be asked again where somebody is, and nothing else."""

from __future__ import annotations

from aliquot.drivers.lines.api import LineSettings
from aliquot.drivers.lines.plugins import driver
from aliquot.drivers.lines.talk import AbleDriver, AskKind


def test_held_offers_no_dialling() -> None:
    held = driver("held")
    assert isinstance(held, AbleDriver)
    assert held.able(LineSettings()) == {AskKind.REBID}
