"""Installs the programs that tests talk to, where that disturbs nobody.

Never fails: what cannot be installed is named, and its tests are skipped.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import set_up

SERVICES = Path("/run/systemd/system")


def wanted() -> list[str]:
    text = (set_up.ROOT / "packaging" / "peer-packages.txt").read_text()
    return [line for line in text.splitlines() if line and line[0] != "#"]


def main() -> int:
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        return 0
    missing = set_up.missing_packages(wanted())
    if not missing:
        return 0
    names = " ".join(set_up.names_here(missing))
    prefix = set_up.how_to_be_root()
    if prefix is None or SERVICES.exists():
        set_up.say(f"Some tests need and will skip without: {names}")
        return 0
    try:
        set_up.install_packages(prefix, missing)
    except set_up.SetUpError as problem:
        set_up.say(f"Not installed, so some tests skip: {names} ({problem})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
