"""A log and its views for these tests; makes the helpers beside them importable:
log_samples, powercut.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aliquot.console.store.database import open_database
from aliquot.console.store.log import LocalLog
from aliquot.console.store.views import SqlViews

sys.path.insert(0, str(Path(__file__).parent))
from log_samples import new_log


@pytest.fixture
def log(tmp_path: Path) -> Iterator[LocalLog]:
    """One that is empty."""
    made = new_log(tmp_path)
    yield made
    made.close()


@pytest.fixture
def views(log: LocalLog) -> Iterator[SqlViews]:
    """Of that log, through a connection of their own."""
    made = SqlViews(open_database(log.path, read_only=True))
    yield made
    made.close()
