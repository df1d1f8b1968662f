"""Links the four folders under `.typing/aliquot` for type checkers.

Type checkers do not run the import hook of an editable install, so they need a
tree that has the shape of the installed package.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("console", "drivers", "resources", "widgets")


def main() -> None:
    tree = ROOT / ".typing" / "aliquot"
    tree.mkdir(parents=True, exist_ok=True)
    for folder in FOLDERS:
        link = tree / folder
        if not link.is_symlink():
            link.symlink_to(Path("..", "..", folder), target_is_directory=True)


if __name__ == "__main__":
    main()
