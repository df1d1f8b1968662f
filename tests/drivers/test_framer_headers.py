"""Type digit and position on a line of their own; EOT behind ETX."""

from __future__ import annotations

import pytest
from ali_records import MS, Out, block, decode, feed, frames, reasons, record, spill

from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import Frame, LineSettings, NoiseReason

_STX, _ETX, _EOT = b"\x02", b"\x03", b"\x04"


def heard(*sent: bytes) -> Out:
    framer = DRIVER.framer(LineSettings())
    out: Out = []
    for number, data in enumerate(sent):
        out += feed(framer, data, number * 1000 * MS)
    return out + list(framer.flush())


def bare() -> bytes:
    return spill(record(name="Q"))


@pytest.mark.parametrize("ends", [b"\r", b"\r\n", b"\n", b" \r\n"])
@pytest.mark.parametrize(
    ("header", "digit", "position"), [(b"204", "2", "04"), (b"04", None, "04")]
)
def test_the_header_may_be_a_line(
    header: bytes, digit: str | None, position: str, ends: bytes
) -> None:
    (frame,) = heard(_STX + header + ends + bare() + _ETX)
    assert isinstance(frame, Frame)
    assert (frame.type_digit, frame.position) == (digit, position)
    assert frame.payload.startswith(b"315-")
    got = decode(frame)
    assert got.layout == "ali_32x15"
    assert got.fields["position"] == position
    begin, end = got.spans["position"]
    assert got.raw[begin:end] == position.encode()


def test_a_line_end_among_the_digits_of_the_header_makes_no_position() -> None:
    (frame,) = heard(_STX + b"20\r4" + bare() + _ETX)
    assert isinstance(frame, Frame)
    assert frame.position is None


def test_without_a_mark_a_line_of_digits_is_not_of_the_next_record() -> None:
    out = heard(b"204\r" + bare())
    assert reasons(out) == [NoiseReason.NO_START]
    (frame,) = frames(out)
    assert frame.position is None


def test_an_end_of_transmission_behind_etx_is_no_wrong_block_check() -> None:
    sent = _STX + bare() + _ETX + _EOT
    out = heard(*[sent] * 4)
    assert len(frames(out)) == 4
    assert set(reasons(out)) == {NoiseReason.CONTROL}
    assert [frame.warnings for frame in frames(out)] == [
        *[("block_check_unsure",)] * 2,
        *[()] * 2,
    ]


def test_where_checks_are_known_an_end_of_transmission_is_a_wrong_one() -> None:
    good = block(bare(), "without")
    assert good[-1:] != _EOT
    out = heard(good, good, good[:-1] + _EOT)
    assert len(frames(out)) == 2
    assert reasons(out) == [NoiseReason.BLOCK_CHECK]
