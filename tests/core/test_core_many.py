"""Another CAD that tells of thousands of incidents at once: nobody else waits for it."""

from __future__ import annotations

import sys
from pathlib import Path

from aliquot.console.clock import ManualClock, Stamp
from aliquot.console.domain.commands import Done, Outcome, SignOut
from aliquot.console.domain.ports import Changed
from aliquot.console.settings import LineConfig
from aliquot.console.workers.inbox import StateSeen
from aliquot.console.workers.lanes import SMALL_PIECE, Lanes, Waiting
from aliquot.drivers.incidents.api import ForeignHeard, ForeignIncident
from aliquot.drivers.lines.api import LineState, Noise, NoiseReason

sys.path.insert(0, str(Path(__file__).parent))
from conftest import MakeCore

MANY = 4 * SMALL_PIECE
HEAD = "id,type_code,place,received_at,state\n"


def incident(number: int) -> Waiting:
    said = ForeignIncident(source_id=f"F-{number}")
    where = b"", number, number, 10**15, number
    return Waiting("cad", ForeignHeard(said, "", "aliquot", (), *where))


def noise(line: str, number: int) -> Waiting:
    where = number, number, 10**15, number
    return Waiting(line, Noise(b"", *where, NoiseReason.CUT))


def test_all_other_lines_go_before_it() -> None:
    lanes = Lanes(ManualClock())
    up = Waiting("cad", StateSeen("cad", LineState.UP, "", Stamp(10**15, 0)))
    many = [incident(number) for number in range(MANY)]
    lanes.waiting = [up, *many, noise("cad", MANY), noise("ali", 1), noise("ali", 2)]
    assert lanes.next_piece() == 2
    assert lanes.waiting[:2] == [noise("ali", 1), noise("ali", 2)]
    assert lanes.waiting[2:] == [up, *many, noise("cad", MANY)]  # in its own order
    lanes.logged(2)
    assert lanes.next_piece() == SMALL_PIECE


def test_who_reads_what_waits_never_sees_it_half_sorted() -> None:
    lanes = Lanes(ManualClock())
    lanes.waiting = [*map(incident, range(MANY)), noise("ali", 1)]
    seen, before = lanes.waiting, list(lanes.waiting)
    lanes.next_piece()
    assert seen == before


def test_what_is_not_much_goes_at_once() -> None:
    lanes = Lanes(ManualClock())
    few = [incident(number) for number in range(SMALL_PIECE - 1)]
    lanes.waiting = [*few, noise("ali", 1)]
    assert lanes.next_piece() == SMALL_PIECE
    assert lanes.waiting == [*few, noise("ali", 1)]
    lanes.waiting = [noise("ali", number) for number in range(MANY)]
    assert lanes.next_piece() == MANY


def test_a_command_waits_for_a_piece_and_none_is_lost(
    make_core: MakeCore, watch: type, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    source = f"spool:{inbox}?settle_ms=20&poll_ms=10"
    core = make_core(LineConfig(name="cad", source=source, driver="cad"))
    answers: list[tuple[Outcome, int]] = []

    def count() -> int:
        return len(core.views().board(10 * MANY))

    def ask(changed: Changed) -> None:
        """In the writer thread, after the first piece."""
        if not asked and any(s.startswith("incident:") for s in changed.subjects):
            asked.append(True)
            core.submit(SignOut(), lambda outcome: answers.append((outcome, count())))

    asked: list[bool] = []
    core.subscribe(ask)
    rows = (f"F-{n},FVEH,Elm St,2026-03-03T17:00:00Z,open\n" for n in range(MANY))
    (inbox / "1.tmp").write_text(HEAD + "".join(rows))
    eye = watch(core)
    (inbox / "1.tmp").rename(inbox / "1.csv")
    eye.until(lambda: count() == MANY)
    eye.until(lambda: bool(answers))
    ((outcome, known),) = answers
    assert isinstance(outcome, Done)
    assert known <= 2 * SMALL_PIECE
