"""Caller ID of modems: who rings, and the silence that means they gave up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.drivers.lines.api import (
    CallSignal,
    Chunk,
    Decoder,
    Framer,
    Heard,
    LineSettings,
    Noise,
    OpenCall,
    Option,
    SignalKind,
)
from aliquot.drivers.lines.modem import DRIVER

FOLDER = Path(__file__).parents[2].parent / "shared/data/lines/callerid"
S = 1_000_000_000
UTC = 1_795_285_276_000_000  # 2026-11-21 18:21:16
RING = b"\r\nRING\r\n"
BURST = (
    b"\r\nDATE=1121\r\n\r\nTIME=1821\r\n\r\nNAME=CALLER B\r\n\r\nNMBR=8505550102\r\n"
)
OFFERED, ABANDONED = SignalKind.OFFERED, SignalKind.ABANDONED
ANSWERED, ENDED = SignalKind.ANSWERED, SignalKind.ENDED


class Line:
    """A modem's line: what came at which second, and what it says."""

    def __init__(self, start: int = 0, **options: Option) -> None:
        settings = LineSettings(options=options)
        self.framer: Framer = DRIVER.framer(settings, start)
        self.decoder: Decoder = DRIVER.decoder(settings)
        self.heard: list[Heard] = []

    def came(self, at_s: float, data: bytes) -> list[SignalKind]:
        """Kinds of the signals that these bytes, or the silence before, bring."""
        before = self.wait(at_s)
        chunk = Chunk(data, UTC + round(at_s * 1e6), round(at_s * S))
        return before + self._take(self.framer.feed(chunk))

    def wait(self, until_s: float) -> list[SignalKind]:
        kinds: list[SignalKind] = []
        while (due := self.framer.deadline_ns) is not None and due <= until_s * S:
            kinds += self._take(self.framer.tick(UTC + due // 1000, due))
        return kinds

    def end(self) -> list[SignalKind]:
        return self._take(self.framer.flush())

    def _take(self, found: Iterable[object]) -> list[SignalKind]:
        new: list[Heard] = []
        for one in found:
            if isinstance(one, Noise):
                new.append(one)
            else:
                new += self.decoder.decode(one)  # type: ignore[arg-type]
        self.heard += new
        return [one.kind for one in new if isinstance(one, CallSignal)]

    @property
    def signals(self) -> list[CallSignal]:
        return [one for one in self.heard if isinstance(one, CallSignal)]


def test_a_call_is_offered_at_its_first_ring_and_abandoned_when_rings_stop() -> None:
    line = Line()
    assert line.came(0, RING) == [OFFERED]
    assert line.came(6, RING) == []
    assert line.came(12, RING) == []
    assert line.wait(18.9) == []
    assert line.wait(19.0) == [ABANDONED]
    offered, abandoned = line.signals
    assert offered.call_key == abandoned.call_key
    assert abandoned.utc_us == UTC + 19_000_000
    assert line.came(60, RING) == [OFFERED]
    assert line.signals[2].call_key != offered.call_key


def test_the_time_without_ring_is_an_option() -> None:
    line = Line(ring_stop_s=4)
    line.came(0, RING)
    assert line.wait(3.9) == []
    assert line.wait(4) == [ABANDONED]
    wrong = Line(ring_stop_s="soon")
    wrong.came(0, RING)
    assert wrong.wait(6.9) == []
    assert wrong.wait(7) == [ABANDONED]


def test_caller_id_before_the_first_ring_makes_one_offer() -> None:
    line = Line()
    assert line.came(0, BURST) == []  # more of the burst may come
    assert line.came(0.1, RING) == [OFFERED]
    assert line.came(5, RING) == []
    assert line.wait(12) == [ABANDONED]
    offered = line.signals[0]
    assert offered.fields == {
        "callback_number": "8505550102",
        "customer_name": "CALLER B",
        "record_date": "2026-11-21",
        "record_time": "18:21",
    }
    for name, text in (
        ("callback_number", b"8505550102"),
        ("customer_name", b"CALLER B"),
    ):
        begin, end = offered.spans[name]
        assert offered.raw[begin:end] == text
    assert line.signals[1].fields == offered.fields


def test_caller_id_alone_is_a_call_too() -> None:
    line = Line()
    line.came(0, BURST)
    assert line.wait(1) == [OFFERED]
    assert line.wait(8) == [ABANDONED]


def test_caller_id_after_the_first_ring_adds_the_number_to_the_same_call() -> None:
    line = Line()
    assert line.came(0, RING) == [OFFERED]
    line.came(2, BURST)
    assert line.wait(3) == [OFFERED]
    assert line.came(6, RING) == []
    assert line.came(6.1, BURST) == []  # some lines send it with every ring
    assert line.wait(20) == [ABANDONED]
    assert len({signal.call_key for signal in line.signals}) == 1
    assert "callback_number" not in line.signals[0].fields
    assert line.signals[1].fields["callback_number"] == "8505550102"


def test_another_caller_id_is_another_call() -> None:
    line = Line()
    line.came(0, BURST + RING)
    other = BURST.replace(b"8505550102", b"8505550109")
    assert line.came(5, other + RING) == [ABANDONED, OFFERED]
    first, _, second = line.signals
    assert second.call_key != first.call_key
    assert second.fields["callback_number"] == "8505550109"


@pytest.mark.parametrize(
    "answer", [b"\r\nCONNECT 9600\r\n", b"\r\nVCON\r\n", b"ATA\r\r\nOK\r\n"]
)
def test_an_answered_call_is_not_abandoned(answer: bytes) -> None:
    line = Line()
    line.came(0, RING)
    assert line.came(3, answer) == [ANSWERED]
    assert line.wait(30) == []
    assert line.came(40, b"\r\nNO CARRIER\r\n") == [ENDED]
    assert line.came(50, RING) == [OFFERED]


def test_where_a_telephone_answers_beside_the_modem_silence_is_an_answer() -> None:
    line = Line(ringing_stops="answered")
    line.came(0, RING)
    assert line.wait(10) == [ANSWERED]
    assert line.came(300, RING) == [ENDED, OFFERED]


def test_results_of_other_commands_say_nothing_of_a_call() -> None:
    line = Line()
    said = b"ATZ\r\r\nOK\r\n\r\nERROR\r\nAT+VCID=1\r\r\nOK\r\n\r\n0,1\r\n\r\nBUSY\r\n"
    assert line.came(0, said) == []
    assert line.end() == []
    assert [one for one in line.heard if one.raw.strip()] == []


def test_what_no_modem_says_is_noise_and_is_kept() -> None:
    line = Line()
    line.came(0, b"\r\nRXNG\r\n\xff\xfe\r\nNMBR\r\n")
    assert line.signals == []
    assert (
        b"".join(one.raw for one in line.heard) == b"\r\nRXNG\r\n\xff\xfe\r\nNMBR\r\n"
    )


def test_a_line_that_is_broken_off_is_cut_after_a_while() -> None:
    line = Line()
    line.came(0, b"\r\nCONN")
    assert line.wait(5) == []
    assert [one.raw for one in line.heard] == [b"\r\nCONN"]
    assert line.framer.pending == 0


def test_a_modem_that_ends_lines_in_cr_alone_is_heard() -> None:
    line = Line()
    line.came(0, b"RING\r")
    assert line.wait(0.5) == [OFFERED]
    assert line.wait(9) == [ABANDONED]


def test_a_restart_while_it_rings_neither_forgets_nor_doubles_the_call() -> None:
    before = Line()
    before.came(0, BURST + RING)
    before.came(5, RING)
    held = before.framer.pending
    assert held == 1  # the recording keeps it, with its time, for the next start
    key = before.signals[0].call_key

    again = Line(start=1000)
    again.decoder.restore([OpenCall(key, answered=False)])
    assert again.came(5, b"\n") == []
    assert again.came(10, RING) == []
    assert again.wait(30) == [ABANDONED]
    assert again.signals[0].call_key == key

    gone = Line(start=1000)
    gone.decoder.restore([OpenCall(key, answered=False)])
    gone.came(5, b"\n")
    assert gone.came(40, RING) == [ABANDONED, OFFERED]
    assert gone.signals[0].call_key == key != gone.signals[1].call_key


def test_an_answered_call_of_before_a_restart_ends_at_the_next_ring() -> None:
    line = Line(start=77)
    line.decoder.restore([OpenCall("old", True), OpenCall("newer", True)])
    assert line.came(0, RING) == [ENDED, ENDED, OFFERED]
    assert [s.call_key for s in line.signals[:2]] == ["old", "newer"]


def test_a_call_that_rang_an_hour_ago_is_not_this_one() -> None:
    first = Line()
    first.came(0, RING)
    line = Line(start=77)
    line.decoder.restore([OpenCall(first.signals[0].call_key, False)])
    assert line.came(3600, RING) == [ABANDONED, OFFERED]


@pytest.mark.parametrize(
    ("burst", "fields", "warnings"),
    [
        (
            b"DATE = 1119\r\nTIME = 0934\r\nNMBR = P\r\nNAME = P\r\n",
            {
                "record_date": "2026-11-19",
                "record_time": "09:34",
                "note": "number withheld",
            },
            {"no_callback"},
        ),
        (b"NMBR = O\r\n", {"note": "number not available"}, {"no_callback"}),
        (
            b"NMBR=\r\nNAME=\r\nANID=<NONE>\r\nNDID=915\r\n",
            {"note": "dialled 915"},
            {"no_callback"},
        ),
        (b"DDN_NMBR = 9415557218\r\n", {"callback_number": "9415557218"}, set()),
        (b"NMBR = 14075552120\r\n", {"callback_number": "4075552120"}, set()),
        (
            b"NMBR = 5552120\r\n",
            {"note": "number sent: 5552120"},
            {"no_callback", "callback_not_dialable"},
        ),
        (
            b"NMBR = 2120\r\n",
            {"note": "number sent: 2120"},
            {"no_callback", "callback_not_dialable"},
        ),
        (
            b"NMBR = 9115550142\r\n",
            {"note": "number sent: 9115550142"},
            {"no_callback", "uninitialised_handset"},
        ),
        (
            b"NMBR = 3155114631\r\n",
            {"pani": "3155114631"},
            {"no_callback", "callback_is_pani"},
        ),
        (b"NMBR=\r\nANID=6175550142\r\n", {"callback_number": "6175550142"}, set()),
        (
            b"TIME = 12541\r\nNMBR = 6305551500\r\n",
            {"callback_number": "6305551500"},
            {"bad_value"},
        ),
        (
            b"DATE = 1332\r\nTIME = 2423\r\nNMBR = 6305551500\r\n",
            {"callback_number": "6305551500"},
            {"bad_value"},
        ),
        (
            b"DATE =\r\nTIME=\r\nNMBR = 6305551500\r\n",
            {"callback_number": "6305551500"},
            set(),
        ),
        (
            "NMBR = 9085555002\r\nNAME = Vähälä\r\n".encode(),
            {"callback_number": "9085555002", "customer_name": "Vähälä"},
            set(),
        ),
        (
            b"NAME = V\xe4h\xe4\r\nNMBR = 9085555002\r\n",
            {"callback_number": "9085555002", "customer_name": "Vähä"},
            {"undecodable_bytes"},
        ),
        (
            b"TIME: 11-18 10:15\r\nCALLER NUMBER: 6175550142\r\nCALLER NAME: ROSE\r\n",
            {
                "callback_number": "6175550142",
                "customer_name": "ROSE",
                "record_date": "2026-11-18",
                "record_time": "10:15",
            },
            set(),
        ),
        (
            b"REASON FOR NO CALLER NUMBER: OUT OF AREA\r\n",
            {"note": "number not available"},
            {"no_callback"},
        ),
        (
            b"DATE=1119 TIME=0934 NMBR=6175550142 NAME=ROSE A\r\n",
            {
                "callback_number": "6175550142",
                "customer_name": "ROSE A",
                "record_date": "2026-11-19",
                "record_time": "09:34",
            },
            set(),
        ),
    ],
)
def test_odd_modems(burst: bytes, fields: dict[str, str], warnings: set[str]) -> None:
    line = Line()
    line.came(0, burst.replace(b"\r\n", b"\r\n\r\n"))
    assert line.wait(1) == [OFFERED]
    offered = line.signals[0]
    assert offered.fields == fields
    assert set(offered.warnings) - {"year_inferred", "future_date"} == warnings
    again = Line()
    for at in range(len(burst)):
        again.came(0, burst[at : at + 1])
    again.wait(1)
    assert [s.fields for s in again.signals] == [fields]


@given(
    rings=st.lists(st.integers(1, 20), min_size=1, max_size=30),
    step=st.integers(1, 12),
)
def test_calls_are_told_apart_by_the_silence_between_rings(
    rings: Sequence[int], step: int
) -> None:
    line, at = Line(), 0
    calls = 0
    for n, gap in enumerate(rings):
        at += gap
        calls += n == 0 or gap >= 7
        for part in range(0, len(RING), step):
            line.came(at, RING[part : part + step])
    line.wait(at + 7)
    kinds = [signal.kind for signal in line.signals]
    assert kinds == [OFFERED, ABANDONED] * calls
    assert all(isinstance(one, CallSignal) for one in line.heard)


def captured(name: str) -> bytes:
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"captured bytes of modems are not beside this folder: {name}")
    return path.read_bytes().replace(b"\\n", b"\r\n")


@pytest.mark.parametrize(
    ("name", "fields", "warnings"),
    [
        ("iaxmodem_vcid0.bin", {}, set()),
        (
            "iaxmodem_vcid1_two_rings_then_abandoned.bin",
            {
                "callback_number": "8505550102",
                "customer_name": "CALLER B",
                "record_date": "2026-11-21",
                "record_time": "18:21",
                "note": "dialled 914",
            },
            {"year_inferred"},
        ),
        (
            "iaxmodem_vcid1_withheld.bin",
            {
                "record_date": "2026-11-21",
                "record_time": "18:22",
                "note": "dialled 915",
            },
            {"year_inferred", "no_callback"},
        ),
    ],
)
def test_bytes_captured_from_a_modem(
    name: str, fields: dict[str, str], warnings: set[str]
) -> None:
    data = captured(name)
    for step in (len(data), 1, 7):
        line = Line()
        for at in range(0, len(data), step):
            line.came(0, data[at : at + step])
        line.wait(8)
        assert [signal.kind for signal in line.signals] == [OFFERED, ABANDONED]
        assert line.signals[0].fields == fields
        assert set(line.signals[0].warnings) == warnings
        assert [one for one in line.heard if isinstance(one, Noise)] == []


# Number and name of each burst of ncid/test-modem-calls.data, in order.
ODD_CALLS = [
    (None, None),
    ("9415557218", "SARASOTA,FL"),
    (None, "NO DATE"),
    (None, "PrivDirOff"),
    ("9085555002", "Vähälä"),
    ("4075552120", "TIME WARNER COM"),
    (None, "PrivDirOff"),
    ("6305551500", "ELMHURST, IL"),
    ("8175558399", "EULESS, TX"),
    ("4075552120", None),
    ("4075552120", "eleven digits"),
    ("4075552120", "ten digits"),
    (None, "nine digits"),
    (None, "eight digits"),
    (None, "seven digits"),
    (None, "four digits"),
    (None, None),
]


def test_the_data_of_odd_modems_decode() -> None:
    line, at = Line(), 0
    for burst in captured("ncid/test-modem-calls.data").split(b"\n\n"):
        at += 60 if b"=" in burst else 5
        line.came(at, burst.strip() + b"\r\n")
    line.wait(at + 10)
    offers = [signal for signal in line.signals if signal.kind is OFFERED]
    said = [
        (s.fields.get("callback_number"), s.fields.get("customer_name")) for s in offers
    ]
    assert said == ODD_CALLS
    assert [one for one in line.heard if isinstance(one, Noise)] == []
    assert offers[0].fields["record_time"] == "09:34"
    assert [s.kind for s in line.signals] == [OFFERED, ABANDONED] * len(ODD_CALLS)
