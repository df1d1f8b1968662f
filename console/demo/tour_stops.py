"""All stops of the tour in their order; the recording gives the beat."""

from __future__ import annotations

from aliquot.console.demo import tour_calls as calls
from aliquot.console.demo import tour_desk as desk
from aliquot.console.demo.tour import Stop

STOPS: tuple[tuple[str, Stop], ...] = (
    ("a record waits", calls.first_record),
    ("take it", calls.take_it),
    ("fill the form in", calls.fill_it_in),
    ("a rebid", calls.rebid),
    ("use the newer place", calls.use_new),
    ("place and note", calls.use_place_and_note),
    ("create the incident", calls.create),
    ("dispatch", calls.dispatch),
    ("a second call", calls.second_call),
    ("an entry by hand", calls.by_hand),
    ("the command line", calls.command_line),
    ("heard calls", desk.heard),
    ("a caller who gave up", desk.abandoned),
    ("the lines", desk.lines_checked),
    ("the units", desk.units),
    ("more calls", calls.more_calls),
    ("all keys", desk.all_keys),
    ("the palette", desk.palette),
    ("close", calls.close),
    ("the map dies", desk.map_dies),
    ("light theme", desk.light),
    ("200 %", desk.twice_as_large),
    ("the cable out", desk.cable_out),
    ("a small screen", desk.small_screen),
)
