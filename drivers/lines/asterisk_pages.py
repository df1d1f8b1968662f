"""What the settings page of a manager line asks, and a call to try it with."""

from __future__ import annotations

from aliquot.drivers.lines.asterisk_options import POSITION_CHANNEL
from aliquot.drivers.lines.plugins import OptionKind, OptionSpec

TITLE = "Asterisk"
READS = (
    "What Asterisk's manager interface tells of calls: ringing, answered, on hold, "
    "transferred, given up, over; with a user it logs in, and can dial back."
)

_TEXT, _NUMBER = OptionKind.TEXT, OptionKind.NUMBER
OPTIONS = (
    OptionSpec("user", _TEXT, "", "User of manager.conf; without one it only listens."),
    OptionSpec(
        "secret_file",
        OptionKind.FILE,
        "",
        "File with the user's secret, in the profile's folder, readable by you alone.",
    ),
    OptionSpec(
        "login",
        OptionKind.CHOICE,
        "md5",
        "How the secret is proved: by a challenge (md5), or sent as it is (plain).",
        ("md5", "plain"),
    ),
    OptionSpec(
        "events",
        _TEXT,
        "call,dialplan,user,agent",
        "Classes of events that are asked for, separated by commas.",
    ),
    OptionSpec(
        "ping_s", _NUMBER, 20.0, "Seconds of silence after which it asks for a sign."
    ),
    OptionSpec("answer_s", _NUMBER, 10.0, "Seconds after which an answer is overdue."),
    OptionSpec(
        "contexts",
        _TEXT,
        "",
        "Contexts of the dialplan where calls come in, separated by commas; empty: all.",
    ),
    OptionSpec(
        "position_channel",
        _TEXT,
        POSITION_CHANNEL,
        "Pattern of the channels of positions; its first group is the number.",
    ),
    OptionSpec(
        "dial_channel",
        _TEXT,
        "",
        "Channel that rings first on a call back; {position} is the position's number.",
    ),
    OptionSpec(
        "dial_context", _TEXT, "", "Context of the dialplan that calls the number then."
    ),
    OptionSpec("dial_prefix", _TEXT, "", "Digits before every number."),
    OptionSpec(
        "dial_caller_id", _TEXT, "", "Caller ID that is shown to who is called."
    ),
    OptionSpec("dial_wait_s", _NUMBER, 30.0, "Seconds for which the own set may ring."),
)


def _block(**keys: str) -> str:
    return "".join(f"{key}: {value}\r\n" for key, value in keys.items()) + "\r\n"


def sample() -> bytes:
    """One call that is given up, with its place."""
    leg = {
        "Channel": "PJSIP/trunk911-0000000a",
        "ChannelState": "4",
        "CallerIDNum": "6175550142",
        "CallerIDName": "ALDER ROSE",
        "Context": "from-911",
        "Exten": "911",
        "Uniqueid": "1773528000.10",
        "Linkedid": "1773528000.10",
    }
    place = "shape=Circle,crs=2d,pos=42.3651 -71.1034,radius=38"
    said = {"UserEvent": "E911Call", "Position": "1", "LocInfo": place}
    text = "Asterisk Call Manager/7.0.3\r\n"
    text += _block(Event="Newchannel", **leg)
    text += _block(Event="UserEvent", **leg, **said)
    return (text + _block(Event="Hangup", **leg, Cause="127")).encode()
