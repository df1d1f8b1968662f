"""What the page may ask for: bytes of the files in use, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.widgets.map.documents import Documents
from aliquot.widgets.map.sources import MOST_BYTES, BaseFiles, BaseMap


class Photo:
    """A raster of one tile."""

    mime = "image/png"
    zooms = (3, 12)

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        return b"PNG" if (zoom, x, y) == (3, 1, 2) else None


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    (tmp_path / "streets.pmtiles").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "secret").write_text("not for the page")
    made = Documents()
    made.put_base(
        BaseMap(
            b"{}",
            {"streets": tmp_path / "streets.pmtiles", "gone": tmp_path / "gone"},
            (1.0, 2.0, 3.0, 4.0),
            {"photo": Photo()},
        )
    )
    return made


def body(documents: Documents, name: str, query: str = "") -> bytes | None:
    found = documents.get(name, query)
    return None if found is None else found[1]


def test_parts_of_a_file_are_served(documents: Documents) -> None:
    assert body(documents, "range/streets", "v=1&o=3&l=4") == bytes([3, 4, 5, 6])
    assert body(documents, "range/streets", "o=2040&l=400") == bytes(range(248, 256))


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("range/streets", "o=2048&l=1"),
        ("range/streets", "o=-1&l=4"),
        ("range/streets", "o=0&l=0"),
        ("range/streets", f"o=0&l={MOST_BYTES + 1}"),
        ("range/streets", "o=0"),
        ("range/streets", "o=zero&l=4"),
        ("range/streets", "o=٣&l=4"),
        ("range/streets", "o=0&l=" + "9" * 300),
        ("range/secret", "o=0&l=4"),
        ("range/../secret", "o=0&l=4"),
        ("range/gone", "o=0&l=4"),
        ("range/", "o=0&l=4"),
        ("tiles/photo/3/1/3", ""),
        ("tiles/photo/3/8/0", ""),
        ("tiles/photo/99/0/0", ""),
        ("tiles/other/3/1/2", ""),
        ("tiles/photo/3/1/2/0", ""),
        ("tiles/../photo/3/1/2", ""),
    ],
)
def test_anything_else_does_not_exist(
    documents: Documents, name: str, query: str
) -> None:
    assert documents.get(name, query) is None


def test_a_tile_of_a_photo(documents: Documents) -> None:
    assert documents.get("tiles/photo/3/1/2") == (b"image/png", b"PNG")


def test_the_page_is_told_of_what_is_there_only(documents: Documents) -> None:
    told = json.loads(body(documents, "source.json") or b"")
    assert told == {
        "tiles": ["streets"],
        "towns": [1.0, 2.0, 3.0, 4.0],
        "rasters": {"photo": {"zooms": [3, 12]}},
    }


def test_without_streets_no_tiles_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "beats").write_bytes(b"x")
    files = BaseFiles(BaseMap(tiles={"beats": tmp_path / "beats"}))
    assert json.loads(files.index)["tiles"] == []
    files.close()


def test_what_was_exchanged_is_no_longer_served(documents: Documents) -> None:
    documents.put_base(BaseMap(b"{}"))
    assert documents.get("range/streets", "o=0&l=1") is None
    assert body(documents, "base.json") == b"{}"


def test_a_file_that_is_replaced_stays_the_one_that_was_opened(
    documents: Documents, tmp_path: Path
) -> None:
    (tmp_path / "new").write_bytes(b"other bytes, other map")
    (tmp_path / "new").replace(tmp_path / "streets.pmtiles")
    assert body(documents, "range/streets", "o=0&l=3") == bytes([0, 1, 2])


@given(
    name=st.text(alphabet="./\\%abcrangetiles0123456789-", max_size=40),
    query=st.text(alphabet="ol=&0123456789-+.e", max_size=40),
)
def test_nothing_made_up_raises_or_leads_out(
    tmp_path_factory: pytest.TempPathFactory, name: str, query: str
) -> None:
    files = BaseFiles(BaseMap(rasters={"photo": Photo()}))
    for prefix in ("range/", "tiles/", "tiles/photo/"):
        found = files.answer(prefix + name, query)
        assert found is None or found[1] == b"PNG"
