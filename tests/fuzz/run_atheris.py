"""Fuzzes one target with atheris: ``run_atheris.py TARGET SECONDS FOLDER``.

Its own process, because libFuzzer ends it. Exit 0 when nothing was found.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def tree(folder: Path) -> Path:
    """The parts under one parent, because atheris looks into no import hooks."""
    parent = folder / "tree" / "aliquot"
    parent.mkdir(parents=True, exist_ok=True)
    for name in ("console", "drivers", "resources", "widgets"):
        (parent / name).symlink_to(ROOT / name)
    return parent.parent


sys.path[:0] = [str(HERE), str(tree(Path(sys.argv[3])))]

with atheris.instrument_imports(include=["aliquot.drivers"]):
    from fuzz_targets import targets

    TARGET = targets()[sys.argv[1]]  # drivers are imported only now

from fuzz_bytes import seeds


def main() -> None:
    seconds, folder = sys.argv[2:4]
    corpus = Path(folder) / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(seeds()):
        (corpus / f"seed{number:03d}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", "-max_len=6000", "-verbosity=0"]
    options += ["-print_final_stats=0", f"-artifact_prefix={folder}/found-"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], TARGET)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
