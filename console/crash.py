"""A program that crashes leaves no picture of its memory: calls and keys are in it."""

from __future__ import annotations

from contextlib import suppress


def no_core_dump() -> None:
    """From here on this process, and what it starts, writes no core file.

    Where the system hands cores to a program of its own it decides itself what it
    keeps: that is set there. Without the system's consent nothing changes.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))
