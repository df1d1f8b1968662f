"""Where OpenGL is computed, the map does not cost what the calls need."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from aliquot.widgets.map import drawing

CARDS = (
    "Mesa Intel(R) UHD Graphics 630 (CFL GT2)",
    "AMD Radeon RX 6600 (radeonsi, navi23, LLVM 15.0.6)",
    "NVIDIA GeForce RTX 3060/PCIe/SSE2",
)
PROCESSORS = (
    "llvmpipe (LLVM 15.0.6, 256 bits)",
    "softpipe",
    "Google SwiftShader",
    "Software Rasterizer",
)


@pytest.mark.parametrize("name", [*CARDS, None])
def test_a_card_draws_by_itself(
    name: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(drawing.BACKEND, raising=False)
    monkeypatch.setattr(drawing, "renderer", lambda: name)
    assert not drawing.spare_the_processor()
    assert drawing.BACKEND not in os.environ


@pytest.mark.parametrize("name", PROCESSORS)
def test_the_processor_is_spared(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(drawing.BACKEND, "")
    monkeypatch.delenv(drawing.BACKEND)
    monkeypatch.setattr(drawing, "renderer", lambda: name)
    assert drawing.spare_the_processor()
    assert os.environ[drawing.BACKEND] == "software"


def test_what_the_environment_says_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(drawing.BACKEND, "rhi")
    monkeypatch.setattr(drawing, "renderer", lambda: PROCESSORS[0])
    assert not drawing.spare_the_processor()
    assert os.environ[drawing.BACKEND] == "rhi"


_ASK = """
import os
from aliquot.console import app
made = app.application()
from aliquot.widgets.map.drawing import BACKEND, is_computed, renderer
name = renderer()
assert is_computed(name) == (os.environ.get(BACKEND) == "software"), name
print("asked")
"""


def test_the_real_application_asks_before_the_first_page() -> None:
    """Without OpenGL, as on the offscreen platform, nothing is changed or lost."""
    left = {k: v for k, v in os.environ.items() if k != drawing.BACKEND}
    done = subprocess.run(
        [sys.executable, "-c", _ASK],
        env=left,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "asked"), done.stderr
