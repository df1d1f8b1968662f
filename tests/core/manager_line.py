"""A reader on a fake manager, and what a desk would hear of it."""

from __future__ import annotations

from pathlib import Path

from fake_manager import PATIENCE_S, SECRET, USER, FakeManager

from aliquot.console.clock import SystemClock
from aliquot.console.core import open_source
from aliquot.console.intake.pipeline import Pipeline
from aliquot.console.settings import LineConfig
from aliquot.console.spool import Spool
from aliquot.console.workers.inbox import BytesRead, Inbox, StateSeen
from aliquot.console.workers.reader import LineReader
from aliquot.console.workers.talk import make_talk
from aliquot.drivers.lines.api import CallSignal, LineSettings, LineState
from aliquot.drivers.lines.asterisk import DRIVER

OPTIONS = {"user": USER, "secret": SECRET}


class Line:
    """A reader on a fake manager, and what a desk would hear."""

    def __init__(self, folder: Path, server: FakeManager, **options: object) -> None:
        settings = LineSettings(options={**OPTIONS, **options})  # type: ignore[dict-item]
        source = f"tcp://127.0.0.1:{server.port}"
        config = LineConfig(name="cti", source=source, driver="asterisk")
        self.server = server
        self.path = folder / "cti.rec"
        self.inbox = Inbox()
        self.pauses: list[float] = []
        self.most_pauses = 8
        self.states: list[StateSeen] = []
        self.signals: list[CallSignal] = []
        self.got = b""
        self._pipeline = Pipeline(DRIVER, settings)
        spool = Spool(self.path, config, 0, 0)
        talk = make_talk(DRIVER, settings, source)
        self.reader = LineReader(
            *(config, spool, self.inbox, SystemClock(), open_source),
            pause=self._pause,
            talk=talk,
        )
        self.spool = spool
        self.reader.start()

    def _pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return len(self.pauses) > self.most_pauses or self.reader._stopping.is_set()

    def take(self) -> None:
        for item in self.inbox.take(PATIENCE_S):
            if isinstance(item, StateSeen):
                self.states.append(item)
            elif isinstance(item, BytesRead):
                self.got += item.chunk.data
                said = self._pipeline.feed(item.chunk)
                self.signals += [s for s in said if isinstance(s, CallSignal)]

    def until_played(self) -> None:
        assert self.server.played.wait(PATIENCE_S)
        while len(self.got) < self.server.sent:
            self.take()

    def until(self, state: LineState) -> StateSeen:
        while not self.states or self.states[-1].state is not state:
            self.take()
        return self.states[-1]

    def stop(self) -> None:
        self.reader.stop()
        self.reader.join(PATIENCE_S)
        assert not self.reader.is_alive()
        self.server.close()

    @property
    def kinds(self) -> list[str]:
        return [signal.kind.value for signal in self.signals]
