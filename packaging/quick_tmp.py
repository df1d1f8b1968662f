"""Names a folder in memory for what tests write, when the machine has one to spare.

Each commit of the log waits for the disk. Tests write tens of thousands of them, into
folders that are gone a second later; no test asks what a disk does when the power goes
(`tests/store` simulates that inside SQLite). Prints nothing where there is no such
folder: then the usual one is taken.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
LEAST_FREE_BYTES = 8 << 30


def available_bytes() -> int:
    """Memory that can be had without swapping; 0 where nobody tells."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    found = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(found.get("MemAvailable", "0 kB").split()[0]) << 10


def usable(folder: Path) -> bool:
    """Whether tests may write gigabytes there, and run what they wrote."""
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return False
    if os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    return min(shutil.disk_usage(folder).free, available_bytes()) >= LEAST_FREE_BYTES


if __name__ == "__main__":
    if usable(SHARED_MEMORY):
        sys.stdout.write(f"{SHARED_MEMORY}\n")
