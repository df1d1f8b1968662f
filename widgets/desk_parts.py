"""The panels of the desk, named, as they are handed to who works with them."""

from __future__ import annotations

from aliquot.widgets.board.board import BoardPanel
from aliquot.widgets.board.narrative import NarrativePanel
from aliquot.widgets.board.units import UnitsPanel
from aliquot.widgets.calls.strip import CallStrip
from aliquot.widgets.command.line import CommandLine
from aliquot.widgets.intake.tabs import IntakeTabs


class Parts:
    """The panels the operator works with."""

    def __init__(
        self,
        strip: CallStrip,
        tabs: IntakeTabs,
        board: BoardPanel,
        units: UnitsPanel,
        narrative: NarrativePanel,
        line: CommandLine,
    ) -> None:
        self.strip, self.tabs, self.board = strip, tabs, board
        self.units, self.narrative, self.line = units, narrative, line
