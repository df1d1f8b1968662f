"""Nothing leaves: a hostile page tries, and listeners on this machine must see none.

Each protection is tried with the others off: the page's own policy, the request guard,
and the flags below both. With all of them off the listeners do see the attack.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aliquot.widgets.map.panel import MapPanel

HOSTILE = Path(__file__).with_name("hostile_page.py")


def attack(*words: str) -> dict[str, Any]:
    environment = os.environ.copy()
    environment.pop("QTWEBENGINE_CHROMIUM_FLAGS", None)  # this process set its own
    done = subprocess.run(
        [sys.executable, str(HOSTILE), *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.usefixtures("web_engine")
def test_without_any_protection_the_listeners_see_the_attack() -> None:
    found = attack("peers")
    assert found["connections"] > 0
    assert found["datagrams"] > 0
    assert found["inline"]


@pytest.mark.usefixtures("web_engine")
def test_the_policy_alone_lets_no_request_out() -> None:
    found = attack("policy")
    assert (found["connections"], found["datagrams"]) == (0, 0)
    assert found["blocked"] == 0
    assert found["title"] == "tried"
    assert not found["inline"]


@pytest.mark.usefixtures("web_engine")
def test_the_guard_alone_lets_no_request_out() -> None:
    found = attack("guard")
    assert (found["connections"], found["datagrams"]) == (0, 0)
    assert found["blocked"] >= 6
    assert found["title"] == "tried"


@pytest.mark.usefixtures("web_engine")
def test_the_flags_alone_let_nothing_out_not_even_to_peers() -> None:
    found = attack("flags", "peers")
    assert (found["connections"], found["datagrams"]) == (0, 0)
    assert found["title"] == "tried"


@pytest.mark.usefixtures("web_engine")
def test_as_shipped_nothing_leaves() -> None:
    found = attack("policy", "guard", "flags", "peers")
    assert (found["connections"], found["datagrams"]) == (0, 0)
    assert found["title"] == "tried"
    assert not found["inline"]


def test_a_working_map_asks_for_nothing_outside(
    panel: MapPanel,
    calls: tuple[Any, ...],
    probe: Callable[[MapPanel], dict[str, Any]],
) -> None:
    panel.show_calls(calls)
    panel.select("near")
    panel.zoom_in()
    panel.fit()
    assert probe(panel)["selected"] == "near"
    assert panel.engine is not None
    assert panel.engine.guard.allowed >= 8  # the page, its scripts, styles and base
    assert panel.blocked_requests == 0


def test_sources_of_the_map_hold_no_address(project_root: Path) -> None:
    folders = (project_root / "widgets" / "map", project_root / "resources" / "map")
    files = [file for folder in folders for file in folder.rglob("*.*")]
    texts = [f for f in files if f.suffix in {".py", ".js", ".css", ".json"}]
    assert texts
    for file in texts:
        assert "http://" not in file.read_text(encoding="utf-8"), file.name
        assert "https://" not in file.read_text(encoding="utf-8"), file.name
