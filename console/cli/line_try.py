"""One line tried: opened, listened to, asked for a sign of life."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from aliquot.console.clock import Clock, Stamp, SystemClock
from aliquot.console.problems import EXIT_USAGE, KnownProblem
from aliquot.drivers.lines import plugins
from aliquot.drivers.lines.api import (
    ByteSource,
    CallSignal,
    Chunk,
    Frame,
    Heard,
    LineDriver,
    LineSettings,
    LineState,
    Noise,
    Option,
    SourceError,
)
from aliquot.drivers.lines.layouts import LayoutError
from aliquot.drivers.lines.parity import Parity, of_format, seen_as
from aliquot.drivers.lines.sources import make_source
from aliquot.drivers.lines.talk import Ask, AskKind, Conversation, TalkingDriver

_LOOK_S = 0.1
_HEAD = 4096
_FORMS = {Parity.EVEN: "7E1", Parity.ODD: "7O1", Parity.MARK: "7M1"}


@dataclass(slots=True)
class Trial:
    """What came of it. ``state`` is one of ``LineState``, ``claimed`` None when the
    driver cannot say of what kind bytes are, or none came."""

    seconds: float
    state: str = LineState.OPENING.value
    message: str = ""
    bytes: int = 0
    high_bytes: int = 0
    records: int = 0
    calls: int = 0
    noise_bytes: int = 0
    asked: bool = False
    claimed: bool | None = None
    trouble: str | None = None
    head: bytearray = field(default_factory=bytearray)

    def words(self, port: str) -> str:
        """For the person who tries it: what happened, and what to do."""
        if self.state != LineState.UP.value:
            return self.message
        if self.trouble:
            return f"{port} is open, but: {self.trouble}"
        if not self.bytes:
            return (
                f"{port} is open, and nothing came in {self.seconds:g} s. On a line "
                "that only speaks when somebody calls, that is as it should be; "
                "listen longer, or make a call."
            )
        heard = (
            f"{port} is open. {self.bytes} bytes came: {self.records} records, "
            f"{self.calls} signals of calls, {self.noise_bytes} bytes not understood."
        )
        seen = seen_as(bytes(self.head))
        if self.noise_bytes and seen is not Parity.NONE:
            form = _FORMS[seen]
            return heard + f" They are text of a {form} line: try --format {form}."
        if self.high_bytes * 3 > self.bytes:
            return heard + " Many have the eighth bit set: try --format 7E1."
        if self.claimed is False:
            return (
                heard + " They are not of this driver's kind: look at --baud, "
                "--format and --driver."
            )
        return heard + (" The other end answered." if self.asked else "")


def settings_of(form: str, options: Mapping[str, Option]) -> LineSettings:
    """Settings for a port that is opened with ``form``."""
    return LineSettings(parity=of_format(form).value, options=options)


def try_line(
    port: str,
    driver: LineDriver,
    settings: LineSettings,
    baud: int,
    form: str,
    seconds: float,
    clock: Clock | None = None,
) -> Trial:
    """Opens ``port`` and listens for ``seconds``. A port that cannot be opened or
    that goes away is a state of the answer; a wrong spec raises ``KnownProblem``."""
    trial = Trial(seconds)
    try:
        source = make_source(port, baud, form)
        talk = (
            driver.conversation(settings) if isinstance(driver, TalkingDriver) else None
        )
        ear = _Ear(driver, settings, trial)
    except (ValueError, LayoutError) as problem:
        raise KnownProblem("port", f"{problem}.", EXIT_USAGE) from None
    try:
        source.open()
        trial.state = LineState.UP.value
        _listen(source, ear, talk, trial, clock or SystemClock())
    except SourceError as problem:
        trial.state, trial.message = problem.state.value, str(problem)
    finally:
        with suppress(OSError, SourceError):
            source.close()
    _judge(driver, talk, trial)
    return trial


class _Ear:
    """Framer and decoder of the line, counting."""

    def __init__(
        self, driver: LineDriver, settings: LineSettings, trial: Trial
    ) -> None:
        self._framer = driver.framer(settings)
        self._decoder = driver.decoder(settings)
        self._trial = trial

    def hear(self, chunk: Chunk) -> None:
        trial = self._trial
        trial.bytes += len(chunk.data)
        trial.high_bytes += sum(byte > 0x7F for byte in chunk.data)
        trial.head += chunk.data[: _HEAD - len(trial.head)]
        self._take(self._framer.feed(chunk))

    def tick(self, now: Stamp) -> None:
        self._take(self._framer.tick(now.utc_us, now.mono_ns))

    def _take(self, found: Iterable[Frame | Noise]) -> None:
        for one in found:
            for heard in [one] if isinstance(one, Noise) else self._decoder.decode(one):
                self._count(heard)

    def _count(self, heard: Heard) -> None:
        if isinstance(heard, Noise):
            self._trial.noise_bytes += len(heard.raw)
        elif isinstance(heard, CallSignal):
            self._trial.calls += 1
        else:
            self._trial.records += 1


def _listen(
    source: ByteSource,
    ear: _Ear,
    talk: Conversation | None,
    trial: Trial,
    clock: Clock,
) -> None:
    end = time.monotonic() + trial.seconds
    if talk is not None:
        _write(source, talk.opened(clock.now().mono_ns))
    while (left := end - time.monotonic()) > 0:
        data = source.read(min(_LOOK_S, left))
        if data is None:
            return
        now = clock.now()
        if data:
            chunk = Chunk(data, now.utc_us, now.mono_ns)
            ear.hear(chunk)
            if talk is not None:
                _write(source, talk.heard(chunk))
        ear.tick(now)
        if talk is not None:
            _write(source, talk.tick(now.mono_ns))
            _ask(source.write, talk, trial, now)


def _write(source: ByteSource, data: bytes) -> None:
    if data:
        source.write(data)


def _ask(
    write: Callable[[bytes], None], talk: Conversation, trial: Trial, now: Stamp
) -> None:
    """Once, as soon as the other end has been greeted."""
    if trial.asked:
        return
    said = talk.ask(Ask(AskKind.TEST), now.mono_ns)
    if said is not None:
        trial.asked = True
        if said:
            write(said)


def _judge(driver: LineDriver, talk: Conversation | None, trial: Trial) -> None:
    if talk is not None:
        trial.trouble = talk.trouble
        if trial.trouble is None and trial.asked and not trial.bytes:
            trial.trouble = (
                f"it did not answer within {trial.seconds:g} s. Look whether the "
                "other end is switched on and the cable is in."
            )
    if not trial.bytes:
        return
    if trial.records or trial.calls:
        trial.claimed = True
    elif hasattr(driver, "claims") and talk is None:
        trial.claimed = plugins.claims(driver, bytes(trial.head))
