"""What a line to Asterisk's manager interface can be told, under ``[lines.options]``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from aliquot.drivers.lines.api import Option

POSITION_CHANNEL = r"[^/]+/pos(?:ition)?[-_]?(\d{1,2})(?=[-@;]|$)"
_NO_LINE_END = re.compile(r"[^\r\n\0]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerOptions:
    """Times in seconds. Without ``user`` the line only listens and says nothing.

    ``login``: ``md5`` answers a challenge, so that the secret is never sent; ``plain``
    sends it. ``events``: classes of events that are wanted. ``contexts``: where calls
    come in, separated by commas; empty: everywhere. ``position_channel``: how the
    channels of positions are called, with the position's number as first group.

    To dial back: ``dial_channel`` is rung first, with ``{position}`` for the number of
    the position that asks, then the call goes into ``dial_context``.
    """

    user: str = ""
    secret: str = field(default="", repr=False)
    secret_file: str = ""
    login: str = "md5"
    events: str = "call,dialplan,user,agent"
    ping_s: float = 20.0
    answer_s: float = 10.0
    contexts: str = ""
    position_channel: str = POSITION_CHANNEL
    dial_channel: str = ""
    dial_context: str = ""
    dial_prefix: str = ""
    dial_caller_id: str = ""
    dial_wait_s: float = 30.0

    @classmethod
    def of(cls, options: Mapping[str, Option]) -> ManagerOptions:
        """ValueError says what is wrong with which option."""
        known = {f.name: f for f in fields(cls)}
        taken: dict[str, str | float] = {}
        for name, value in options.items():
            if name not in known:
                raise ValueError(
                    f"options.{name}: an asterisk line has no such option; it has "
                    f"{', '.join(n for n in known if n != 'secret')}."
                )
            taken[name] = _value(name, value, known[name].default)
        made = cls(**taken)  # type: ignore[arg-type]
        made._check()
        return made

    @property
    def known_contexts(self) -> frozenset[str]:
        return frozenset(filter(None, map(str.strip, self.contexts.split(","))))

    @property
    def can_dial(self) -> bool:
        return bool(self.user and self.dial_channel and self.dial_context)

    def _check(self) -> None:
        if self.login not in ("md5", "plain"):
            raise ValueError("options.login: write md5 or plain.")
        if self.user and not self.secret:
            raise ValueError(
                "options.secret_file: name the file with the secret of the user."
            )
        if bool(self.dial_channel) != bool(self.dial_context):
            raise ValueError("options: dialling needs dial_channel and dial_context.")
        if re.fullmatch(r"[0-9*#]{0,16}", self.dial_prefix) is None:
            raise ValueError("options.dial_prefix: write digits, * or #.")
        try:
            groups = re.compile(self.position_channel).groups
        except re.error as why:
            raise ValueError(f"options.position_channel: {why}.") from None
        if not groups:
            raise ValueError(
                "options.position_channel: put the position's number into brackets, "
                r"as in PJSIP/desk(\d+)."
            )


def _value(name: str, value: Option, usual: object) -> str | float:
    if isinstance(usual, float):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and 1 <= float(value) <= 3600:
            return float(value)
        raise ValueError(f"options.{name}: write 1 to 3600 seconds.")
    if not isinstance(value, str) or _NO_LINE_END.fullmatch(value) is None:
        raise ValueError(f"options.{name}: write a text of one line.")
    return value
