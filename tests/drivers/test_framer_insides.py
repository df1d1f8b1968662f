"""What a framer is made of, each part by itself: stamps, parts, the block check."""

from __future__ import annotations

from aliquot.drivers.lines.api import Frame, Framing
from aliquot.drivers.lines.frame_parts import parts
from aliquot.drivers.lines.framer_check import BlockCheck, Verdict, xor_sums
from aliquot.drivers.lines.framer_stretch import Stretch
from aliquot.drivers.lines.parity import Parity

_BLOCK = b"\x02201 A TEXT\x03"


def stretch(*chunks: bytes) -> Stretch:
    """Chunk ``n`` has the stamp ``n``."""
    held = Stretch(100, Parity.NONE)
    for stamp, data in enumerate(chunks, start=1):
        held.add(data, data, stamp, stamp * 1000)
    return held


def taken(held: Stretch, count: int) -> tuple[bytes, int, int]:
    got = held.take(count)
    assert got.mono_ns == got.utc_us * 1000
    return got.raw, got.start, got.utc_us


def test_what_is_taken_has_the_stamp_of_its_last_byte() -> None:
    held = stretch(b"abc", b"defg", b"h")
    assert taken(held, 2) == (b"ab", 100, 1)
    assert taken(held, 1) == (b"c", 102, 1)
    assert taken(held, 2) == (b"de", 103, 2)
    assert taken(held, 3) == (b"fgh", 105, 3)
    held = stretch(b"abc", b"defg", b"h")
    assert taken(held, 4) == (b"abcd", 100, 2)
    assert taken(held, 3) == (b"efg", 104, 2)
    assert taken(held, 1) == (b"h", 107, 3)


def test_half_a_stamp_that_is_new_is_another_stamp() -> None:
    held = Stretch(0, Parity.NONE)
    for utc_us, mono_ns in ((1, 1), (1, 2), (2, 2)):
        held.add(b"x", b"x", utc_us, mono_ns)
    assert [(one.utc_us, one.mono_ns) for one in (held.take(1) for _ in "xxx")] == [
        (1, 1),
        (1, 2),
        (2, 2),
    ]


def test_what_is_put_back_takes_its_stamp_along() -> None:
    held = stretch(b"abc", b"defg")
    held.put_back(0)
    held.put_back(2)
    assert taken(held, 5) == (b"abcde", 100, 2)
    held = stretch(b"abc", b"defg")
    held.put_back(4)
    assert taken(held, 3) == (b"abc", 100, 1)
    held = stretch(b"abcd")
    held.put_back(3)
    held.add(b"x", b"x", 5, 5000)
    assert taken(held, 1) == (b"a", 100, 1)
    assert taken(held, 1) == (b"x", 101, 5)


def test_bytes_of_the_lines_own_parity_are_of_no_other() -> None:
    text = b"2125550142 WPH2 LAT 40.7128 LON -74.0060"
    even = bytes(value | 0x80 * (value.bit_count() % 2) for value in text)
    for line, other in ((Parity.EVEN, Parity.NONE), (Parity.ODD, Parity.EVEN)):
        held = Stretch(0, line)
        held.add(even, held.clean(even), 1, 1)
        got = held.take(len(even))
        assert got.seen == text
        assert got.other_parity is other
        assert got.parity_failed is (line is Parity.ODD)


def test_of_a_frame_in_parts_every_byte_is_in_one() -> None:
    raw = b"\x02201FIRST SECOND\x03"
    frame = Frame(
        payload=raw[4:-1],
        raw=raw,
        start=50,
        end=50 + len(raw),
        utc_us=1,
        mono_ns=1,
        framing=Framing.STX_ETX,
        type_digit="2",
        position="01",
        payload_at=4,
    )
    first, second = parts(frame, [6])
    assert (first.raw, second.raw) == (b"\x02201FIRST ", b"SECOND\x03")
    assert (first.payload, second.payload) == (b"FIRST ", b"SECOND")
    assert (first.start, first.end) == (50, second.start) == (50, 60)
    assert second.end == frame.end
    assert [one.payload_at for one in (first, second)] == [4, 0]
    assert [one.position for one in (first, second)] == ["01", None]
    assert [one.type_digit for one in (first, second)] == ["2", None]
    (whole,) = parts(frame, [])
    assert whole == frame


def learned(rights: int, which: int = 0) -> BlockCheck:
    check = BlockCheck("auto")
    for _ in range(rights):
        assert check.judge(_BLOCK, xor_sums(_BLOCK)[which]) is Verdict.CHECK
    return check


def test_one_wrong_byte_after_two_right_ones_is_wrong_and_asks_anew() -> None:
    check = learned(2)
    assert check.expected
    assert check.judge(_BLOCK, ord("~")) is Verdict.WRONG
    assert not check.expected
    assert check.judge(_BLOCK, ord("~")) is Verdict.DOUBT
    # What was wrong while a check was expected counts among the last eight.
    assert check.settle(ord("~"), alone=True) is Verdict.WRONG
    assert check.settle(ord("~"), alone=True) is Verdict.UNSURE


def test_a_line_that_was_sure_for_long_is_so_for_fifteen_wrong_ones() -> None:
    for lost in (ord("~"), None):
        check = learned(40)
        for _ in range(14):
            said = check.silence() if lost is None else check.judge(_BLOCK, lost)
            assert said is (Verdict.MISSING if lost is None else Verdict.WRONG)
        assert check.expected
        check.silence() if lost is None else check.judge(_BLOCK, lost)
        assert not check.expected


def test_two_blocks_with_nothing_behind_them_and_the_line_has_no_check() -> None:
    check = BlockCheck("auto")
    assert check.silence() is Verdict.NOT_PART
    assert not check.never
    assert check.judge(_BLOCK, 0x02) is Verdict.NOT_PART
    assert check.never
    check.stray(_BLOCK, ord("~"))
    assert check.never
    check.stray(_BLOCK, xor_sums(_BLOCK)[0])
    assert not check.never
    assert not check.expected


def test_a_next_block_is_no_check_of_a_line_that_has_shown_none() -> None:
    block = b"\x02A@\x03"  # its sum is STX
    assert xor_sums(block)[0] == 0x02
    assert BlockCheck("auto").judge(block, 0x02) is Verdict.NOT_PART
    assert learned(2).judge(block, 0x02) is Verdict.DOUBT
    assert learned(2).settle(0x02, alone=True) is Verdict.CHECK
    assert learned(2).settle(0x02, alone=False) is Verdict.MISSING


def test_a_stray_answer_is_no_check_though_it_is_the_sum() -> None:
    block = b"\x02AD\x03"  # its sum is ACK
    check = BlockCheck("auto")
    check.silence()
    check.silence()
    check.stray(block, 0x06)
    assert check.never


def test_a_right_byte_after_two_without_is_not_yet_two_in_a_row() -> None:
    check = BlockCheck("auto")
    check.silence()
    assert check.judge(_BLOCK, xor_sums(_BLOCK)[0]) is Verdict.CHECK
    assert not check.expected
    assert check.judge(_BLOCK, xor_sums(_BLOCK)[0]) is Verdict.CHECK
    assert check.expected
    check = learned(1)
    check.silence()
    assert not check.never
    check.silence()
    assert check.never


def test_the_other_sum_is_wrong_until_three_of_it_came_in_a_row() -> None:
    one, other = xor_sums(_BLOCK)
    check = learned(2)
    said = [check.judge(_BLOCK, byte) for byte in (other, other, one, other, other)]
    assert Verdict.CHECK not in (said[0], said[1], said[3], said[4])
    assert said[2] is Verdict.CHECK
    assert check.judge(_BLOCK, other) is Verdict.CHECK
    assert check.judge(_BLOCK, one) is not Verdict.CHECK


def test_where_the_sum_is_named_only_that_one_is_right() -> None:
    for mode, right in (("xor_after_stx", 0), ("xor_with_stx", 1)):
        check = BlockCheck(mode)
        sums = xor_sums(_BLOCK)
        assert check.expected
        for _ in range(4):
            assert check.judge(_BLOCK, sums[right]) is Verdict.CHECK
            assert check.judge(_BLOCK, sums[1 - right]) is Verdict.WRONG


def test_a_line_said_to_have_checks_has_them_whatever_comes() -> None:
    for mode in ("xor", "xor_after_stx", "xor_with_stx"):
        check = BlockCheck(mode)
        for _ in range(5):
            assert check.judge(_BLOCK, ord("~")) is Verdict.WRONG
            assert check.silence() is Verdict.MISSING
            assert check.expected
            assert not check.never


def test_a_majority_of_eight_decides_and_not_three_alone() -> None:
    check = learned(1)
    right = xor_sums(_BLOCK)[0]
    check.silence()  # so that two right ones are not in a row
    for _ in range(3):
        check.judge(_BLOCK, right)
        check.silence()
        check.silence()
    said = [check.settle(ord("~"), alone=True) for _ in range(5)]
    assert said == [Verdict.WRONG] * 4 + [Verdict.UNSURE]
