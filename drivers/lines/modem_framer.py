"""Cuts what a Hayes modem says into lines, caller ID bursts, and silences.

On the wire: every result stands between CR LF and CR LF. When the line rings the
modem says ``RING``; the caller ID comes as a burst of ``KEY = value`` lines before
the first ``RING`` or between the first and the second. When the caller gives up the
modem says nothing at all, so a silence has to be heard like a line: after a ``RING``
or a burst the last byte of the line end is held back, and comes out alone when no
``RING`` followed in time. It is held in the recording too, so a console that was
started again in between goes on waiting from where it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from aliquot.drivers.lines.api import Chunk, Frame, LineSettings, Noise, NoiseReason
from aliquot.drivers.lines.line_buffer import LineBuffer, Stamp

MOST_LINE = 4096
MOST_BURST = 2048
RING_STOP_S = 7.0

KEYS = (
    rb"REASON FOR NO CALLER (?:NUMBER|NAME)|CALLER NUMBER|CALLER NAME"
    rb"|DDN[_ ]NMBR|DDN|DATE|TIME|NAME|NMBR|MESG|NDID|ANID|USER|PASS|CDID"
)
# Scripts that stand in for a modem often write a line end as the two characters \n.
KEY = re.compile(
    rb"(?:(?<![A-Za-z_])|(?<=\\n))(" + KEYS + rb")[ \t]*[=:]", re.IGNORECASE
)
_LEAD = re.compile(rb"(?:[\x00 \t\r\n]|\\n)*")
_LINE_END = re.compile(rb"\r?\n|\r(?=[^\n])|\\n")
# Distinctive ringing has a letter or a number; ISDN says what kind of call it is.
_RING = re.compile(
    rb"(?:RING(?:[ :/-]{1,2}(?:[A-F]|[0-9*#]{1,12}|VOICE|DATA|FAX))?|\+CRING:.{0,40})"
    rb"[ \t]*",
    re.IGNORECASE,
)
_SAYS_RING = re.compile(rb"RING|\+CRING: ?[A-Z ,]{1,20}", re.IGNORECASE)
_SAYS_TAG = re.compile(
    rb"(?:CALLER N[A-Z]{3,5}[ \t]*:|(?:RING[ \t,;]+)?(?:" + KEYS + rb")[ \t]*=)",
    re.IGNORECASE,
)
_SAYS_CALL = re.compile(
    rb"(?:RING\b.*|CALLER NUMBER:.*|REASON FOR NO CALLER.*|.*\b(?:NMBR|DATE)[ \t]*=.*)",
    re.IGNORECASE,
)
_CHATTER = re.compile(
    rb"OK|ERROR|NO DIAL ?TONE|NO ANSWER|NO CARRIER|BUSY|DELAYED|BLACKLISTED|RINGING"
    rb"|RINGBACK|AT[ -~]{0,80}|\(?\d[\d,()-]{0,20}\)?|CONNECT\b.{0,60}|VCON",
    re.IGNORECASE,
)
# A GSM modem says it after each RING: number, type of number, subaddress, its type,
# name in the telephone's book, validity.
CLIP = re.compile(
    rb'\+CLIP: ?"(?P<number>[+0-9*#]{0,24})",\d{1,3}'
    rb'(?:,[^,]{0,24}(?:,\d{0,3}(?:,"?(?P<name>[^",\r\n]{0,40})"?'
    rb"(?:,(?P<validity>\d))?)?)?)?[ \t]*"
)
_FIRST_LINES = 8
_BURST = re.compile(rb"(?:RING[ \t,;]+)?(?:" + KEYS + rb")[ \t]*[=:]", re.IGNORECASE)


class _Kind(Enum):
    RING = "ring"
    CALLER_ID = "caller_id"
    OTHER = "other"


def is_ring(line: bytes) -> bool:
    return _RING.fullmatch(line) is not None


def is_caller_id(line: bytes) -> bool:
    return _BURST.match(line) is not None or CLIP.fullmatch(line) is not None


def is_chatter(line: bytes) -> bool:
    """What a modem says besides, and the commands that it echoes."""
    return _CHATTER.fullmatch(line) is not None


def claims_head(head: bytes) -> bool:
    """Whether the first lines are a modem's, one of them of a call.

    A word such as ``name:`` stands in texts of all kinds, so anything that no modem
    says among them speaks against it.
    """
    lines = [
        one.rstrip() for one in head.strip(b"\x00").replace(b"\\n", b"\n").splitlines()
    ]
    said = [line for line in lines if line][:_FIRST_LINES]
    calls = any(
        _SAYS_RING.fullmatch(one) or (_SAYS_TAG.match(one) and _SAYS_CALL.match(one))
        for one in said
    )
    return calls and all(
        is_ring(one) or is_caller_id(one) or is_chatter(one) for one in said
    )


def ring_stop_ns(settings: LineSettings) -> int:
    """From the option ``ring_stop_s``; what is no usable number counts as absent."""
    said = settings.options.get("ring_stop_s", RING_STOP_S)
    if isinstance(said, bool) or not isinstance(said, int | float) or said <= 0:
        said = RING_STOP_S
    return int(said * 1e9)


class ModemFramer:
    """A ``Framer``. A frame without payload says that the ringing has stopped.

    The stamp of such a frame is that of the moment it was certain: of the last
    ``RING``, and ``ring_stop_s`` after it.
    """

    def __init__(self, settings: LineSettings, start: int = 0) -> None:
        self._held = LineBuffer(start)
        self._gap_ns = settings.gap_ms * 1_000_000
        self._cut_ns = settings.cut_ms * 1_000_000
        self._stop_ns = ring_stop_ns(settings)
        self._spent = 0  # bytes at the head that only carry the waiting
        self._searched = 0
        self._in_burst = False
        self._rang: Stamp | None = None
        self._fresh = start > 0

    @property
    def pending(self) -> int:
        return len(self._held)

    @property
    def deadline_ns(self) -> int | None:
        stop = self._rang.mono_ns + self._stop_ns if self._rang else None
        rest = self._rest_due()
        return min((due for due in (stop, rest) if due is not None), default=None)

    def feed(self, chunk: Chunk) -> Sequence[Frame | Noise]:
        out = list(self.tick(chunk.utc_us, chunk.mono_ns))
        self._held.add(chunk)
        if self._fresh and chunk.data:
            self._go_on(chunk)
        out += self._complete()
        return out

    def tick(self, utc_us: int, mono_ns: int) -> Sequence[Frame | Noise]:
        out: list[Frame | Noise] = []
        while (due := self.deadline_ns) is not None and due <= mono_ns:
            stop = self._rang.mono_ns + self._stop_ns if self._rang else None
            out += self._stopped() if due == stop else self._rest()
        return out

    def flush(self) -> Sequence[Frame | Noise]:
        out = self._rest() if self._has_content() else []
        if self._rang and self._lead():
            out += self._stopped()
        if len(self._held):
            self._spent = 0
            out.append(self._held.noise(len(self._held), NoiseReason.CONTROL))
        return out

    def _go_on(self, chunk: Chunk) -> None:
        """A line end at the very begin was held back when the console was stopped."""
        self._fresh = False
        if self._lead():
            self._rang = Stamp(chunk.utc_us, chunk.mono_ns)

    def _lead(self) -> int:
        """How many bytes at the head say nothing."""
        found = _LEAD.match(self._held.data, self._spent)
        assert found is not None
        return found.end()

    def _has_content(self) -> bool:
        return self._lead() < len(self._held)

    def _rest_due(self) -> int | None:
        if not len(self._held) or not self._has_content():
            return None
        data = self._held.data
        soon = data.endswith(b"\r") or self._in_burst
        return self._held.last.mono_ns + (self._gap_ns if soon else self._cut_ns)

    def _complete(self) -> list[Frame | Noise]:
        out: list[Frame | Noise] = []
        while (one := self._next()) is not None:
            out.append(one)
        return out

    def _next(self) -> Frame | Noise | None:
        data, begin = self._held.data, self._lead()
        self._in_burst = False
        if begin > MOST_LINE:
            return self._noise(begin, NoiseReason.CONTROL)
        if begin == len(data):
            return None
        end = _LINE_END.search(data, max(begin, self._searched))
        if end is None or end.start() - begin > MOST_LINE:
            self._searched = max(begin, len(data) - 1)
            long = len(data) - begin > MOST_LINE
            return (
                self._noise(begin + MOST_LINE, NoiseReason.OVERSIZE) if long else None
            )
        kind = _kind(bytes(data[begin : end.start()]))
        if kind is not _Kind.CALLER_ID:
            return self._line(kind, begin, end)
        last, over = self._burst(begin, end)
        self._in_burst = not over
        return self._line(kind, begin, last) if over else None

    def _burst(self, begin: int, end: re.Match[bytes]) -> tuple[re.Match[bytes], bool]:
        """The end of the last line of a burst, and whether nothing can follow."""
        data = self._held.data
        seen = _keys(bytes(data[begin : end.start()]))
        while True:
            lead = _LEAD.match(data, end.end())
            at = lead.end() if lead else len(data)
            after = _LINE_END.search(data, at) if at < len(data) else None
            if after is None:
                return end, len(data) - begin > MOST_BURST
            line = bytes(data[at : after.start()])
            keys = _keys(line)
            if not is_caller_id(line) or is_ring(line) or seen & keys:
                return end, True
            seen |= keys
            end = after

    def _line(self, kind: _Kind, begin: int, end: re.Match[bytes]) -> Frame | Noise:
        """A frame; the line end stays behind while there is something to wait for."""
        waits = kind is not _Kind.OTHER or self._rang is not None
        unit = 2 if end[0] == b"\\n" else 1
        size = end.end() - unit if waits else end.end()
        stop = end.start()
        frame = self._held.frame(size, begin, stop)
        self._spent, self._searched = (unit if waits else 0), 0
        if kind is not _Kind.OTHER:
            self._rang = Stamp(frame.utc_us, frame.mono_ns)
        return frame

    def _rest(self) -> list[Frame | Noise]:
        """What was begun does not go on: a line without its end, or a burst's end."""
        data, begin = self._held.data, self._lead()
        end = _LINE_END.search(data, begin)
        if end is not None:
            last, _ = self._burst(begin, end)
            self._in_burst = False
            return [self._line(_Kind.CALLER_ID, begin, last), *self._complete()]
        line = bytes(data[begin:]).rstrip(b"\r")
        kind = _kind(line)
        if kind is _Kind.OTHER and not data.endswith(b"\r"):
            return [self._noise(len(data), NoiseReason.CUT)]
        tail = len(data) - begin - len(line)
        keep = min(tail, 1) if kind is not _Kind.OTHER or self._rang else 0
        frame = self._held.frame(len(data) - keep, begin, begin + len(line))
        self._spent, self._searched = keep, 0
        if kind is not _Kind.OTHER:
            self._rang = Stamp(frame.utc_us, frame.mono_ns) if keep else None
        return [frame]

    def _stopped(self) -> list[Frame | Noise]:
        rang, self._rang = self._rang, None
        lead = self._lead()
        if rang is None or not lead:
            return []
        raw = self._held.frame(lead, lead, lead)
        self._spent, self._searched = 0, 0
        stop = rang.utc_us + self._stop_ns // 1000, rang.mono_ns + self._stop_ns
        return [
            Frame(
                payload=b"",
                raw=raw.raw,
                start=raw.start,
                end=raw.end,
                utc_us=stop[0],
                mono_ns=stop[1],
                framing=raw.framing,
                payload_at=lead,
            )
        ]

    def _noise(self, size: int, reason: NoiseReason) -> Noise:
        """Noise; its last byte stays behind while a silence is waited for."""
        keep = 1 if self._rang else 0
        noise = self._held.noise(size - keep, reason)
        self._spent, self._searched, self._in_burst = keep, 0, False
        return noise


def _kind(line: bytes) -> _Kind:
    if is_ring(line):
        return _Kind.RING
    return _Kind.CALLER_ID if is_caller_id(line) else _Kind.OTHER


def _keys(line: bytes) -> set[bytes]:
    return {found[1].upper() for found in KEY.finditer(line)}
