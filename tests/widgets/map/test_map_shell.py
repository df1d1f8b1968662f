"""The page that folium builds, and the list of what it may load."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.widgets.map.documents import Documents, bundled
from aliquot.widgets.map.page import INLINE, build_shell
from aliquot.widgets.map.scheme import ORIGIN


@pytest.fixture(scope="module")
def shell() -> str:
    return build_shell()


@pytest.fixture(scope="module")
def documents(shell: str) -> Documents:
    return bundled(shell.encode())


def test_no_foreign_address_is_in_the_shell(shell: str) -> None:
    assert not re.search(r"(https?|wss?|ftp):|//cdn|@import", shell)
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)""", shell)
    assert addresses
    assert all(address.startswith(ORIGIN) for address in addresses)


def test_every_address_in_the_shell_is_served(shell: str, documents: Documents) -> None:
    for address in re.findall(r"""(?:src|href)=["']([^"']+)""", shell):
        assert documents.get(address.removeprefix(ORIGIN)), address


def test_own_scripts_and_styles_name_no_foreign_address(documents: Documents) -> None:
    own = [n for n in documents.files if "/" not in n]
    assert {"ground.js", "tiles.js", "calls.js", "console.js", "console.css"} <= {*own}
    for name in own:
        found = documents.get(name)
        assert found is not None
        assert not re.search(rb"https?:", found[1]), name


def test_the_policy_comes_first_and_allows_only_the_bundle(shell: str) -> None:
    head = shell.split("<head>", 1)[1].lstrip()
    match = re.match(
        r'<meta http-equiv="Content-Security-Policy" content="(.+?)">', head
    )
    assert match
    policy = dict(part.strip().split(" ", 1) for part in match[1].split(";"))
    assert policy["default-src"] == "'none'"
    for kind in ("script-src", "style-src", "img-src", "font-src", "connect-src"):
        assert not re.search(r"unsafe|http|\*|data:|blob:", policy[kind]), kind
    scripts = [text for kind, text in INLINE.findall(shell) if kind == "script"]
    assert policy["script-src"].count("'sha256-") == len(scripts) == 2


def test_mime_types(documents: Documents) -> None:
    kinds = {
        "index.html": b"text/html",
        "leaflet/leaflet.js": b"text/javascript",
        "leaflet/leaflet.css": b"text/css",
        "leaflet/images/layers.png": b"image/png",
        "fonts/Inter-400.ttf": b"font/ttf",
        "base.json": b"application/json",
        "qwebchannel.js": b"text/javascript",
    }
    for name, mime in kinds.items():
        found = documents.get(name)
        assert found is not None, name
        assert found[0] == mime
        assert found[1]


@pytest.mark.parametrize(
    "name",
    [
        "../map/console.js",
        "leaflet/../console.js",
        "leaflet/../../../pyproject.toml",
        "/etc/passwd",
        "..",
        "%2e%2e/console.js",
        "LEAFLET/leaflet.js",
        "vendor/manifest.json",
        "__init__.py",
        "",
    ],
)
def test_what_is_not_listed_does_not_exist(documents: Documents, name: str) -> None:
    assert documents.get(name) is None


@given(name=st.text(alphabet="./\\%abcjs-", max_size=40))
def test_no_made_up_name_is_served(documents: Documents, name: str) -> None:
    assert documents.get(name) is None
