"""A call whose number only ``Newchannel`` tells."""

from __future__ import annotations

import pytest
from asterisk_help import block

from aliquot.drivers.lines.api import CallSignal, Chunk, Frame, LineSettings
from aliquot.drivers.lines.asterisk import DRIVER
from aliquot.drivers.lines.asterisk_block import MOST_CHANNELS
from aliquot.drivers.lines.asterisk_decoder import ManagerDecoder

KEY = "1795282936.62"


def hear(data: bytes, decoder: ManagerDecoder | None = None) -> list[CallSignal]:
    framer = DRIVER.framer(LineSettings())
    decoder = decoder or ManagerDecoder(LineSettings())
    found = [*framer.feed(Chunk(data, 1, 1)), *framer.flush()]
    said = [h for one in found if isinstance(one, Frame) for h in decoder.decode(one)]
    assert all(isinstance(one, CallSignal) for one in said)
    return [one for one in said if isinstance(one, CallSignal)]


FULL = {
    "Channel": "PJSIP/trunk-0000000a",
    "ChannelState": "4",
    "Uniqueid": KEY,
    "Linkedid": KEY,
}


@pytest.mark.parametrize("number", [None, "", "<unknown>"])
def test_the_hang_up_knows_the_number_of_the_new_channel(number: str | None) -> None:
    said = {} if number is None else {"CallerIDNum": number}
    data = block("Newchannel", **FULL, CallerIDNum="8505550101", CallerIDName="ROSE")
    offered, abandoned = hear(data + block("Hangup", **FULL, **said))
    assert (offered.kind.value, abandoned.kind.value) == ("offered", "abandoned")
    for one in (offered, abandoned):
        assert one.fields["callback_number"] == "8505550101"
        assert one.fields["customer_name"] == "ROSE"
        assert "no_callback" not in one.warnings
        assert "callback_number" not in one.spans  # it stands in another frame


def test_written_by_hand_with_few_keys() -> None:
    data = block("Newchannel", Uniqueid="7.1", CallerIDNum="8505550101")
    offered, abandoned = hear(data + block("Hangup", Uniqueid="7.1"))
    assert (offered.kind.value, abandoned.kind.value) == ("offered", "abandoned")
    assert offered.call_key == "7.1"
    assert offered.fields == {"callback_number": "8505550101"}


def test_another_channel_and_a_position_are_no_calls() -> None:
    leg = {"Channel": "PJSIP/pos1-0000000b", "Uniqueid": "7.2"}
    assert hear(block("Newchannel", **leg) + block("Hangup", Uniqueid="7.2")) == []
    down = {"Uniqueid": "7.3", "ChannelState": "0"}
    assert hear(block("Newchannel", **down) + block("Hangup", Uniqueid="7.3")) == []
    assert hear(block("Hangup", Uniqueid="7.4")) == []


def test_what_is_known_of_channels_is_bounded() -> None:
    decoder = ManagerDecoder(LineSettings())
    first = block("Newchannel", Uniqueid="0", CallerIDNum="8505550101")
    many = b"".join(
        block("Newchannel", Uniqueid=f"1.{n}") for n in range(MOST_CHANNELS)
    )
    hear(first + many, decoder)
    assert hear(block("Hangup", Uniqueid="0"), decoder) == []
    assert hear(block("Hangup", Uniqueid="1.9"), decoder) != []
