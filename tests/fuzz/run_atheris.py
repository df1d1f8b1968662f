"""Fuzzes one target with atheris: ``run_atheris.py TARGET SECONDS FOLDER``.

Its own process, because libFuzzer ends it. Exit 0 when nothing was found.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))

with atheris.instrument_imports(include=["aliquot.drivers"]):
    from fuzz_targets import targets

from fuzz_bytes import seeds


def main() -> None:
    name, seconds, folder = sys.argv[1:4]
    corpus = Path(folder)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed{number:03d}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", "-max_len=6000", "-verbosity=0"]
    options += ["-print_final_stats=0", f"-artifact_prefix={folder}/found-"]
    atheris.Setup([sys.argv[0], *options, folder], targets()[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
