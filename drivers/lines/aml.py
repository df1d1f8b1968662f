"""The driver of Advanced Mobile Location, and of answers to a location link.

Messages come in envelopes, from a spool folder or an HTTP endpoint, or bare, a line
each, from a file. A message that is none of these is given as noise: a text that somebody wrote to 911 can be read.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aliquot.drivers.lines.aml_answer import LAYOUT as ANSWER
from aliquot.drivers.lines.aml_answer import form, read_answer
from aliquot.drivers.lines.aml_framer import AmlFramer, claims_bare
from aliquot.drivers.lines.aml_sms import Letters, packed, plain
from aliquot.drivers.lines.aml_text import (
    Draft,
    Found,
    Site,
    callback,
    messages,
    read,
    read_form,
)
from aliquot.drivers.lines.api import (
    AliRecord,
    Decoder,
    Frame,
    Framer,
    Heard,
    LineSettings,
    Noise,
    NoiseReason,
    OpenCall,
)
from aliquot.drivers.lines.envelope import Message, unwrap, wrap
from aliquot.drivers.lines.plugins import OptionKind, OptionSpec

_OPTIONS = (
    OptionSpec(
        "secret_file",
        OptionKind.FILE,
        "",
        "File with the key of signed forms. A form whose signature is wrong or missing "
        "is shown with a warning.",
    ),
)
_MOST_TEXT = 65_536  # bytes of a message that are looked at
_SENDER = re.compile(r"IN\d{8}_\d{6}_\d{2}_(\+?[0-9]{3,15})_\d{2}\.\w+$")
_TEXT = re.compile(rb'\s*(?:A"?)?ML=\d{1,2};')
_FORM = re.compile(rb"\s*(?:v=\d|[\w.-]{1,40}=[^;\s]*&)")
_SIGNATURE = re.compile(rb"&hmac=([0-9A-Fa-f]{40})\s*$")
_CLAIM = re.compile(
    rb"(?:PUT|POST) \S+ HTTP/1\.1\r\n(?:[^\r\n]{1,2000}\r\n){0,40}\r\n"
    rb'\s*(?:A"?ML=\d|v=\d&|(?:[0-9A-F]{2})*4151?93D9)'
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A draft, its place in the frame's bytes, and its spans in them."""

    draft: Draft
    start: int
    spans: dict[str, tuple[int, int]]


class AmlDecoder:
    """``secret``: key of the form's signature; None checks none."""

    def __init__(self, settings: LineSettings, secret: bytes | None = None) -> None:
        self._settings = settings
        self._secret = secret

    def restore(self, open_calls: Iterable[OpenCall]) -> None:
        """Nothing is held from one message to the next."""

    def decode(self, frame: Frame) -> Sequence[Heard]:
        message = unwrap(frame)
        if message is None:
            at = frame.payload_at
            message = Message("PUT", "/", {}, frame.payload, at)
        pieces = list(self._pieces(message, Site(self._settings.extent, frame.utc_us)))
        if not pieces:
            return (_noise(frame),)
        borders = [0, *(p.start for p in pieces[1:]), len(frame.raw)]
        return [
            _record(frame, piece, begin, end)
            for piece, begin, end in zip(pieces, borders, borders[1:], strict=False)
        ]

    def _pieces(self, message: Message, site: Site) -> Iterator[_Piece]:
        body = message.body[:_MOST_TEXT]
        answer = read_answer(message, site)
        if answer is not None:
            yield _of_body(answer, message)
        elif _is_form(body):
            keys = form(body)
            if not any(name.startswith(("location_", "device_")) for name in keys):
                return
            draft = read_form(keys, site)
            self._check_signature(draft, message.body)
            yield _of_body(draft, message)
        else:
            yield from self._texts(message, packed(body) or plain(body), site)

    def _texts(
        self, message: Message, letters: Letters, site: Site
    ) -> Iterator[_Piece]:
        for text in messages(letters.text):
            draft = read(text, site)
            if draft is None:
                continue
            sender = _SENDER.search(message.path)
            callback(draft, Found(sender[1], (0, 0)) if sender else None)
            begin = message.body_at + letters.span(text.start, text.start + 1)[0]
            spans = {n: letters.span(*span) for n, span in draft.spans.items()}
            yield _Piece(draft, begin, _moved(spans, message.body_at))

    def _check_signature(self, draft: Draft, body: bytes) -> None:
        """SHA-1 by the key over the body as it was sent, up to ``&hmac=``."""
        if self._secret is None:
            return
        said = _SIGNATURE.search(body)
        signed = body[: said.start()] if said else body
        right = hmac.new(self._secret, signed, hashlib.sha1).hexdigest()
        given = said[1].decode().lower() if said else ""
        if not hmac.compare_digest(right, given):
            draft.warn("signature_wrong")


@dataclass(frozen=True, slots=True)
class AmlDriver:
    """``LineDriver`` for AML. Option ``secret_file``: the key of signed forms."""

    name: str = "aml"
    title: str = "Location of mobile telephones (AML)"
    reads: str = "AML texts, data messages and forms; answers to location links."

    def options(self) -> tuple[OptionSpec, ...]:
        return _OPTIONS

    def sample(self) -> bytes:
        """A text as the spool of a message receiver brings it."""
        text = (
            b'A"ML=1;lt=+42.95128;lg=-71.90417;rd=24;top=20260103120507;lc=68;pm=W;'
            b"si=310260000000000;ei=350000000000000;mcc=310;mnc=260;ml=129"
        )
        name = "/IN20260103_120512_00_+16035550123_00.txt"
        return wrap(name, text, "text/plain")

    def framer(self, settings: LineSettings, start: int = 0) -> Framer:
        return AmlFramer(settings, start)

    def decoder(self, settings: LineSettings) -> Decoder:
        """ValueError: the secret cannot be read; OSError is told in its words."""
        given, path = (settings.options.get(n) for n in ("secret", "secret_file"))
        if isinstance(given, str) and given.strip():  # the console read it
            return AmlDecoder(settings, given.strip().encode())
        if not path:
            return AmlDecoder(settings)
        try:
            secret = Path(str(path)).expanduser().read_bytes().strip()
        except OSError as why:
            raise ValueError(f"secret_file cannot be read: {why}") from None
        if not secret:
            raise ValueError(f"secret_file {path} is empty")
        return AmlDecoder(settings, secret)

    def claims(self, head: bytes) -> bool:
        """Whether a stream that begins so is of this kind."""
        return _CLAIM.match(head) is not None or claims_bare(head)

    def layout_names(self) -> tuple[str, ...]:
        return ("aml_v1", "aml_v2", "aml_https", ANSWER)


DRIVER = AmlDriver()


def _is_form(body: bytes) -> bool:
    """By the body alone: whoever posts a text often says that it is a form."""
    return _TEXT.match(body) is None and _FORM.match(body) is not None


def _of_body(draft: Draft, message: Message) -> _Piece:
    return _Piece(draft, 0, _moved(draft.spans, message.body_at))


def _moved(spans: dict[str, tuple[int, int]], by: int) -> dict[str, tuple[int, int]]:
    return {name: (a + by, b + by) for name, (a, b) in spans.items() if b > a}


def _record(frame: Frame, piece: _Piece, begin: int, end: int) -> AliRecord:
    draft = piece.draft
    if draft.notes:
        draft.fields["note"] = ", ".join(draft.notes)
    return AliRecord(
        layout=draft.layout,
        fields=draft.fields,
        spans=_moved(piece.spans, -begin),
        warnings=tuple(sorted(draft.warnings)),
        raw=frame.raw[begin:end],
        start=frame.start + begin,
        end=frame.start + end,
        utc_us=frame.utc_us,
        mono_ns=frame.mono_ns,
        framing=frame.framing,
    )


def _noise(frame: Frame) -> Noise:
    return Noise(
        frame.raw,
        frame.start,
        frame.end,
        frame.utc_us,
        frame.mono_ns,
        NoiseReason.UNKNOWN_LAYOUT,
    )
