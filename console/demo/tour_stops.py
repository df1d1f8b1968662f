"""All stops of the tour in their order; the recording gives the beat."""

from __future__ import annotations

from aliquot.console.demo import tour_calls as calls
from aliquot.console.demo import tour_desk as desk
from aliquot.console.demo import tour_lab as lab
from aliquot.console.demo import tour_map as map_
from aliquot.console.demo import tour_release as release
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
    ("cameras near the place", desk.cameras),
    ("a place is found", map_.search),
    ("a place is typed", map_.typed_place),
    ("hydrants", map_.hydrants),
    ("a way is measured", map_.measure),
    ("more calls", calls.more_calls),
    ("all keys", desk.all_keys),
    ("the palette", desk.palette),
    ("close", calls.close),
    ("close what may leave", release.close_what_may_leave),
    ("propose from the desk", release.propose_from_the_desk),
    ("the release desk", release.release_desk),
    ("propose on the release desk", release.propose_there),
    ("a second window", release.second_window),
    ("one's own cannot be signed", release.own_is_not_signed),
    ("the second person", release.second_person),
    ("sign", release.sign),
    ("the receipt", release.receipt),
    ("an embargo", release.embargo),
    ("the exact bytes", release.exact_bytes),
    ("retract", release.retract),
    ("retracted at the partner", release.retracted),
    ("back at the first window", release.back_at_the_desk),
    ("the line lab", lab.open_a_recording),
    ("noise in the line lab", lab.next_noise),
    ("a layout is changed", lab.change_the_layout),
    ("the map dies", desk.map_dies),
    ("light theme", desk.light),
    ("200 %", desk.twice_as_large),
    ("the map in light", map_.light),
    ("the map at 200 %", map_.twice_as_large),
    ("the cable out", desk.cable_out),
    ("a small screen", desk.small_screen),
    ("the map on a small screen", map_.small_screen),
)
