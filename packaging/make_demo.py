"""Writes `resources/demo`: the base map and the recordings of Halden County.

Everything is made by `aliquot.console.demo` from seeds; run again it writes the same
bytes. `aliquot demo` makes its own recordings for the moment it starts; the files
here are for `aliquot line replay`, for tests, and for reading.
"""

from __future__ import annotations

import sys
from pathlib import Path

from aliquot.console.demo import base_map, stream
from aliquot.console.demo.county import halden
from aliquot.console.demo.recordings import write_recording

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "demo"


def make(folder: Path) -> list[Path]:
    """Writes all files into ``folder`` and returns them."""
    folder.mkdir(parents=True, exist_ok=True)
    county = halden()
    base = folder / "base.json"
    base.write_bytes(base_map.encoded(county))
    made = [base]
    for plan in (stream.TOUR, stream.twenty_minutes()):
        pieces = stream.pieces(plan, county)
        for line, suffix in (("ali", ""), ("cti", "_cti")):
            path = folder / f"{plan.name}{suffix}.rec"
            write_recording(path, pieces, line, stream.FIXED_BASE)
            made.append(path)
    return made


def main() -> None:
    for path in make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER):
        print(f"{path.stat().st_size:>9,}  {path}")


if __name__ == "__main__":
    main()
