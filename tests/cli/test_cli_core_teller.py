"""What `aliquot core` says: in order, and never at the cost of the log."""

from __future__ import annotations

import json
import os
import threading
from contextlib import redirect_stdout, suppress
from types import SimpleNamespace
from typing import Any

import pytest

from aliquot.console.cli.core import _Teller
from aliquot.console.domain.ports import Changed

NEWS = Changed(frozenset({"line:ali"}))


class Views:
    def __init__(self) -> None:
        self.state = "up"

    def lines(self) -> tuple[Any, ...]:
        return (SimpleNamespace(line="ali", state=self.state, message=""),)

    def log_status(self) -> Any:
        return SimpleNamespace(site="s", n=1, problem=None)


def _fill(pipe: int) -> None:
    os.set_blocking(pipe, False)
    with suppress(BlockingIOError):
        while os.write(pipe, bytes(1 << 16)):
            pass
    os.set_blocking(pipe, True)


@pytest.fixture
def views() -> Views:
    return Views()


@pytest.fixture
def teller(views: Views) -> _Teller:
    desk: Any = SimpleNamespace(views=lambda: views)
    return _Teller(desk, as_json=True)


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    lines = map(json.loads, capsys.readouterr().out.splitlines())
    return [str(one.get("core") or one.get("state") or one["log"]) for one in lines]


def test_the_first_line_is_that_it_runs_and_the_last_that_it_ends(
    teller: _Teller, views: Views, capsys: pytest.CaptureFixture[str]
) -> None:
    teller.changed(NEWS)  # a line was quicker
    teller.begin(threading.Event())
    for state in ("lost", "lost", "up"):
        views.state = state
        teller.changed(NEWS)
    teller.end()
    assert said(capsys) == ["running", "up", "ok", "lost", "up", "stopping"]


def test_the_writer_never_waits_for_who_reads(
    teller: _Teller, capsys: pytest.CaptureFixture[str]
) -> None:
    teller.changed(NEWS)
    assert said(capsys) == []
    teller.tell(0)
    assert said(capsys) == ["up", "ok"]


def test_a_console_ends_though_nobody_reads(teller: _Teller) -> None:
    reader, writer = os.pipe()
    with open(reader, "rb"), open(writer, "w") as full:
        _fill(writer)
        stopping = threading.Event()
        stopping.set()
        with redirect_stdout(full):
            teller.begin(stopping)
            teller.end()
