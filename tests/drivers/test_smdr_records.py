"""Call records: who called, when, where it was answered, and whether at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from aliquot.drivers.lines.api import (
    CallSignal,
    Chunk,
    Heard,
    LineDriver,
    LineSettings,
    Noise,
    OpenCall,
    Option,
    SignalKind,
)
from aliquot.drivers.lines.ncid import DRIVER as NCID
from aliquot.drivers.lines.smdr_asterisk import DRIVER as ASTERISK
from aliquot.drivers.lines.smdr_hipath import DRIVER as HIPATH
from aliquot.drivers.lines.smdr_nec import DRIVER as NEC
from aliquot.drivers.lines.smdr_nortel import DRIVER as NORTEL

SHARED = Path(__file__).parents[2].parent / "shared/data/lines"
UTC = 1_795_285_276_000_000  # 2026-11-21
OFFERED, ANSWERED = SignalKind.OFFERED, SignalKind.ANSWERED
ENDED, ABANDONED = SignalKind.ENDED, SignalKind.ABANDONED


def hear(
    driver: LineDriver, data: bytes, step: int = 0, **options: Option
) -> list[Heard]:
    settings = LineSettings(options=options)
    framer, decoder = driver.framer(settings), driver.decoder(settings)
    found = []
    for at in range(0, len(data), step or len(data)):
        found += framer.feed(Chunk(data[at : at + (step or len(data))], UTC, 0))
    found += framer.flush()
    assert b"".join(one.raw for one in found) == data
    heard: list[Heard] = []
    for one in found:
        heard += [one] if isinstance(one, Noise) else decoder.decode(one)
    return heard


def signals(
    driver: LineDriver, data: bytes, step: int = 0, **options: Option
) -> list[CallSignal]:
    """All that is said, when all is understood."""
    heard = hear(driver, data, step, **options)
    assert [
        one.raw for one in heard if isinstance(one, Noise) and one.raw.strip()
    ] == []
    return [one for one in heard if isinstance(one, CallSignal)]


def told(said: list[CallSignal], *names: str) -> list[tuple[object, ...]]:
    return [(one.kind, *(one.fields.get(name) for name in names)) for one in said]


def file(name: str) -> bytes:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"call records are not beside this folder: {name}")
    return path.read_bytes()


def test_asterisk_records() -> None:
    data = file("cdr/asterisk16_Master.csv")
    said = signals(ASTERISK, data)
    wanted = ("callback_number", "customer_name", "position", "record_time")
    assert told(said, *wanted) == [
        (ENDED, "8505550101", "CALLER A", "01", "17:42:16"),
        (ABANDONED, "8505550102", "CALLER B", "01", "17:42:25"),
        (ABANDONED, None, None, None, "17:43:38"),
        (ABANDONED, None, None, None, "17:43:38"),
        (ABANDONED, None, None, None, "17:43:58"),
        (ABANDONED, None, None, None, "17:43:58"),
        (ABANDONED, "8505550102", "CALLER B", None, "18:21:16"),
        (ABANDONED, "8505550102", "CALLER B", None, "18:21:46"),
        (ABANDONED, None, None, None, "18:21:56"),  # two steps of one call
        (ABANDONED, "8505550102", "CALLER B", None, "18:22:07"),
        (ABANDONED, None, None, None, "18:22:32"),
    ]
    assert {one.fields["record_date"] for one in said} == {"2026-11-21"}
    assert said[0].call_key == "1795282936.62"  # as the manager interface names it
    assert said[0].fields["note"] == "dialled 911, rang 0:00, talked 0:01"
    assert said[0].fields["trunk"] == "PJSIP/anonymous"
    assert said[8].fields["note"] == "number withheld, dialled 914, rang 0:00"
    assert len({one.call_key for one in said}) == len(said)
    assert signals(ASTERISK, data, step=1) == said


def test_an_asterisk_call_that_somebody_answered_in_the_end_is_not_abandoned() -> None:
    first, second = ASTERISK.sample().splitlines(keepends=True)
    one = second.replace(b"1777833849.80", b"1777833727.62")
    said = signals(ASTERISK, one + first)
    assert [(s.kind, s.call_key) for s in said] == [(ENDED, "1777833727.62")]
    assert [s.kind for s in signals(ASTERISK, second + first)] == [ABANDONED, ENDED]


def test_a_position_that_calls_out_is_nobody_who_called() -> None:
    line = ASTERISK.sample().splitlines(keepends=True)[0]
    out = line.replace(b"PJSIP/trunk-a-0000000a", b"PJSIP/pos2-0000000a")
    assert signals(ASTERISK, out) == []
    assert signals(ASTERISK, out, all_calls=True)[0].fields["position"] == "02"


@pytest.mark.parametrize("cut", [1, 30, 90, 200])
def test_a_torn_asterisk_line_is_kept_as_noise(cut: int) -> None:
    first, second = ASTERISK.sample().splitlines(keepends=True)
    heard = hear(ASTERISK, first[:cut] + b"\n" + second)
    assert isinstance(heard[0], Noise)
    assert [s.kind for s in heard if isinstance(s, CallSignal)] == [ABANDONED]


def test_names_with_commas_and_quotes_and_extensions_that_are_positions() -> None:
    line = ASTERISK.sample().splitlines(keepends=True)[0]
    odd = line.replace(b'""ALDER ROSE""', b'""ALDER, ""ROSE""""')
    odd = odd.replace(b"PJSIP/pos1-0000000b", b"PJSIP/2221-0000000b")
    said = signals(ASTERISK, odd, positions="2221=07")[0]
    assert said.fields["position"] == "07"
    assert said.fields["callback_number"] == "6175550142"
    assert "ALDER" in str(said.fields["customer_name"])


def test_nec_records() -> None:
    incoming = signals(NEC, file("cdr/nec/KLrecord.smdr"))
    assert incoming[0].kind is ENDED
    assert incoming[0].fields == {
        "callback_number": "7325551212",
        "trunk": "002001023201",
        "position": "20000",
        "record_date": "2019-09-08",
        "record_time": "21:57:41",
        "note": "dialled 7325551212, talked 0:07",
    }
    assert incoming[0].warnings == ()
    for name, note in (
        ("KK", "outgoing, dialled 17325551212, talked 1:01:01"),
        ("KM", "internal, dialled 7325551212, talked 0:07"),
    ):
        data = file(f"cdr/nec/{name}record.smdr")
        assert signals(NEC, data) == []
        said = signals(NEC, data, all_calls=True)
        assert [(s.kind, s.fields["note"]) for s in said] == [(ENDED, note)]
        assert said[0].warnings == ("length_wrong",)  # as the sample itself is


def test_nec_check_byte_and_a_record_that_was_broken_off() -> None:
    record = NEC.sample()
    check = 0
    for byte in record[1:]:
        check ^= byte
    good = signals(NEC, record + bytes([check]) + record + bytes([check]))
    assert [s.warnings for s in good] == [(), ()]
    wrong = signals(NEC, record + bytes([check ^ 0x40]) + record)
    assert [s.warnings for s in wrong] == [("block_check_unsure",), ()]
    assert len(wrong[0].raw) == len(record) + 1
    cut = hear(NEC, record[:40] + record)
    assert isinstance(cut[0], Noise)
    assert cut[0].raw == record[:40]
    assert [s.kind for s in cut[1:] if isinstance(s, CallSignal)] == [ENDED]
    no_answer = record.replace(b"20260503184339000", b"20260503184207000")
    assert signals(NEC, no_answer)[0].kind is ABANDONED
    withheld = record.replace(b"161116175550142", b"161126175550142")
    assert "callback_number" not in signals(NEC, withheld)[0].fields


def test_nortel_sl1_records() -> None:
    data = file("cdr/nortel_bcm_sl1.txt")
    said = signals(NORTEL, data)
    names = ("position", "trunk", "record_date", "record_time", "note")
    assert told(said, *names) == [
        (ENDED, "2221", "047", "2027-04-04", "14:22", "talked 12:04"),
    ]
    every = signals(NORTEL, data, step=3, all_calls=True)
    notes = [one.fields["note"] for one in every]
    assert notes == [
        "outgoing, dialled 5551212, talked 1:32",
        "talked 12:04",
        "outgoing, dialled nothing, time is that of the end",
    ]


def test_nortel_abandoned_and_caller_lines_and_headings() -> None:
    data = (
        b"\x0cSTATION MESSAGE DETAIL\r\n\r\n"
        b"B 029 00 T047000 DN2221 11/20 18:56 00:00:21\r\n"
        b"N 030 00 T047000 DN2221 11/20 18:58:10 00:01:00\r\n & 6175550142\r\n"
        b"N 031 00 T04"
    )
    heard = hear(NORTEL, data)
    said = [one for one in heard if isinstance(one, CallSignal)]
    assert told(said, "callback_number", "record_date", "note") == [
        (ABANDONED, None, "2026-11-20", "rang 0:21"),
        (ENDED, "6175550142", "2026-11-20", "talked 1:00"),
    ]
    noise = b"".join(one.raw for one in heard if isinstance(one, Noise))
    assert b"STATION MESSAGE DETAIL" in noise
    assert b"N 031 00 T04" in noise


def test_norstar_lines() -> None:
    said = signals(NORTEL, file("cdr/nortel_norstar_realtime_lines.txt"))
    assert told(said, "note") == [
        (ENDED, "rang 0:04"),
        (ABANDONED, "rang 0:22"),
        (ABANDONED, None),
    ]
    assert "bad_value" in said[0].warnings  # letters stand for the digits


NORSTAR = (
    b"-------- 05/03/26 18:57:10 LINE = 0019 STN = 2221\r\n"
    b"CALLING NUMBER 6175550142\r\nNAME ALDER ROSE\r\nBC = SPEECH\r\n"
    b"00:00:00 INCOMING CALL RINGING 0:32\r\n00:00:39 HOLD\r\n"
    b"00:01:12 UNHOLD\r\n00:02:47 CALL RELEASED\r\n"
)


def test_a_norstar_report_begins_when_it_began_to_ring() -> None:
    for step in (0, 1, 5):
        said = signals(NORTEL, NORSTAR, step)
        assert [one.kind for one in said] == [ENDED]
        assert said[0].fields == {
            "callback_number": "6175550142",
            "customer_name": "ALDER ROSE",
            "trunk": "0019",
            "position": "2221",
            "record_date": "2026-05-03",
            "record_time": "18:56:38",
            "note": "rang 0:32",
        }
    unanswered = NORSTAR.replace(b"INCOMING CALL RINGING", b"NO ANSWER RINGING")
    assert signals(NORTEL, unanswered)[0].kind is ABANDONED
    outgoing = NORSTAR.replace(b"INCOMING CALL RINGING 0:32", b"OUTGOING CALL")
    assert signals(NORTEL, outgoing) == []


@pytest.mark.parametrize(
    ("number", "note"),
    [
        (b"/1234567890", "part of the number sent: 1234567890"),
        (b"1234567890x", "part of the number sent: 1234567890"),
        (b"UNKNOWN", "number not available"),
    ],
)
def test_a_norstar_number_that_is_not_whole_is_no_callback(
    number: bytes, note: str
) -> None:
    said = signals(NORTEL, NORSTAR.replace(b"6175550142", number))[0]
    assert "callback_number" not in said.fields
    assert str(said.fields["note"]).startswith(note)


LIVE = (
    b"*112126 182100 0019         6175550142 ALDER ROSE      U G\r\n"
    b"*112126 182100 0019         6175550142 4032632300      U D\r\n"
    b"*112126 182108 0019    7343 6175550142 ALDER ROSE      U A\r\n"
    b"*112126 182131 0019    7440 6175550142 ALDER ROSE      U T\r\n"
    b"*112126 182300 0019    7440 6175550142 ALDER ROSE      U R\r\n"
)


def test_norstar_real_time_lines_tell_a_call_from_ring_to_end() -> None:
    said = signals(NORTEL, LIVE)
    wanted = ("callback_number", "customer_name", "position", "record_time")
    who = ("6175550142", "ALDER ROSE")
    assert told(said, *wanted) == [
        (OFFERED, *who, None, "18:21:00"),
        (ANSWERED, *who, "7343", "18:21:00"),
        (SignalKind.TRANSFERRED, *who, "7440", "18:21:00"),
        (ENDED, *who, "7440", "18:21:00"),
    ]
    assert len({one.call_key for one in said}) == 1
    report = NORSTAR.replace(b"05/03/26 18:57:10", b"11/21/26 18:21:08")
    both = signals(NORTEL, LIVE + report)
    assert {one.call_key for one in both} == {said[0].call_key}  # no second call


def test_norstar_real_time_lines_go_on_after_a_restart() -> None:
    lines = LIVE.splitlines(keepends=True)
    key = signals(NORTEL, lines[0])[0].call_key
    decoder = NORTEL.decoder(LineSettings())
    decoder.restore([OpenCall(key, False)])
    framer = NORTEL.framer(LineSettings())
    frames = framer.feed(Chunk(lines[4], UTC, 0))
    said = [one for frame in frames for one in decoder.decode(frame)]  # type: ignore[arg-type]
    assert [(s.kind, s.call_key) for s in said if isinstance(s, CallSignal)] == [
        (ENDED, key)
    ]


def test_hipath_records() -> None:
    said = signals(HIPATH, file("cdr/siemens_hipath_serial.txt"))
    wanted = ("trunk", "position", "record_date", "record_time", "note")
    assert told(said, *wanted) == [
        (
            ENDED,
            *("3", "048", "2019-02-22", "23:11:41"),
            "number sent: 0248873711, direction not given",
        )
    ]
    assert "callback_not_dialable" in said[0].warnings


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            b"03.05.2618:42:07  3    4800:0600:01:326175550142            1",
            (ENDED, "6175550142", "18:40:29", "rang 0:06, talked 1:32"),
        ),
        (
            b"22.11.19 14:00:00 01 21 00:14 00:01:34 6175550142 1",
            (ENDED, "6175550142", "13:58:12", "rang 0:14, talked 1:34"),
        ),
        (
            b"03.05.26 18:44:30   3     48 00:21          6175550143            1",
            (ABANDONED, "6175550143", "18:44:09", "rang 0:21"),
        ),
        (
            b"01.01.26 00:00:05   3     48 00:21          6175550143            *",
            (ABANDONED, "6175550143", "23:59:44", "rang 0:21"),
        ),
    ],
)
def test_hipath_columns_that_touch_or_not(
    line: bytes, expected: tuple[object, ...]
) -> None:
    said = signals(HIPATH, b"\x0cDatum    Zeit\r\n\r\n" + line + b"\r\n")
    assert told(said, "callback_number", "record_time", "note") == [expected]


def test_a_hipath_call_out_is_nobody_who_called() -> None:
    line = b"22.11.19 14:00:00 01 21 00:14 00:01:34 6175550142 2\r\n"
    assert signals(HIPATH, line) == []
    assert signals(HIPATH, line, all_calls=True)[0].kind is ENDED
    bad = hear(HIPATH, line.replace(b"22.11.19", b"32.13.19"))
    assert [one.raw for one in bad] == [line.replace(b"22.11.19", b"32.13.19")]


def test_ncid_lines() -> None:
    heard = hear(NCID, file("callerid/ncid/test-client.data"))
    said = [one for one in heard if isinstance(one, CallSignal)]
    assert [
        one.raw for one in heard if isinstance(one, Noise) and one.raw.strip()
    ] == []
    offers = [one for one in said if one.kind is OFFERED]
    assert len({one.call_key for one in offers}) == 17
    names = ("callback_number", "customer_name", "trunk", "record_time")
    assert told(said, *names)[1:3] == [
        (OFFERED, "9415557218", "SARASOTA, FL", None, "12:54"),
        (ABANDONED, "9415557218", "SARASOTA, FL", None, "12:54"),
    ]
    ended = [one for one in said if one.fields.get("customer_name") == "Vähälä"]
    assert [one.kind for one in ended] == [OFFERED, ENDED]  # RING -2: after the answer


def test_ncid_tells_a_ring_first_and_the_number_to_the_same_call() -> None:
    said = signals(NCID, NCID.sample())
    assert [one.kind for one in said] == [OFFERED, OFFERED, ABANDONED]
    assert len({one.call_key for one in said}) == 1
    assert said[1].fields["callback_number"] == "6175550142"
    two = NCID.sample().replace(b"POTS", b"FAX")
    first, *rest = NCID.sample().splitlines(keepends=True)
    mixed = signals(NCID, first + two + b"".join(rest), step=9)
    assert len({one.call_key for one in mixed}) == 2
    past = (
        b"CIDLOG: *DATE*06022002*TIME*0923*LINE*-*NMBR*4075551212*MESG*NONE*NAME*A*\n"
    )
    assert signals(NCID, b"200 Server: NCID\n" + past + b"250 end of call log\n") == []
