"""A crash leaves no picture of memory, in which calls and keys are."""

from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest

from aliquot.console.cli import main


@pytest.fixture
def limit() -> Iterator[tuple[int, int]]:
    """As high as the system lets it be; afterwards as it was."""
    before = resource.getrlimit(resource.RLIMIT_CORE)
    highest = (before[1], before[1])
    resource.setrlimit(resource.RLIMIT_CORE, highest)
    yield highest
    resource.setrlimit(resource.RLIMIT_CORE, before)


@pytest.mark.parametrize("debug", [False, True])
def test_no_core_is_written_but_for_who_looks_for_a_fault(
    limit: tuple[int, int], debug: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []

    def run(arguments: list[str] | None) -> int:
        seen.append(resource.getrlimit(resource.RLIMIT_CORE))
        return 0

    monkeypatch.setattr(main, "run", run)
    with pytest.raises(SystemExit):
        main.main(["release", "list", *(["--debug"] if debug else [])])
    assert seen == [limit if debug else (0, limit[1])]
