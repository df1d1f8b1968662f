"""Files of cameras are read as streams: the same rows as from the whole text."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.cameras.features import CHUNK, MOST, features
from aliquot.console.cameras.mapping import guess
from aliquot.console.cameras.source import read_file, read_table, twice
from aliquot.console.problems import KnownProblem

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def streamed(text: str, at_once: int = 1 << 30) -> tuple[list[Any], dict[str, Any]]:
    """``at_once``: no more characters than that are given at a time."""
    held = io.StringIO(text)
    members: dict[str, Any] = {}
    found = list(features(lambda n: held.read(min(n, at_once)), members))
    return found, members


@given(
    st.lists(JSON, max_size=5),
    st.dictionaries(st.text(max_size=4).filter(lambda k: k != "features"), JSON),
    st.integers(1, 40),
    st.sampled_from([None, 1]),
)
def test_what_is_read_in_pieces_is_what_the_whole_says(
    listed: list[Any], others: dict[str, Any], at_once: int, indent: int | None
) -> None:
    text = json.dumps(others | {"features": listed} | others, indent=indent)
    found, members = streamed(text, at_once)
    assert found == listed
    assert members == others | {"features": True}


@pytest.mark.parametrize("at_once", [1, 2, 3, 7, 1 << 20])
def test_numbers_are_not_cut_where_a_piece_ends(at_once: int) -> None:
    text = '{"features": [-1.5e+30, 12345678901234567890, 0.25, true, null]}'
    assert streamed(text, at_once)[0] == json.loads(text)["features"]


@pytest.mark.parametrize(
    "text",
    [
        '{"features": [1, 2',
        '{"features": [1 2]}',
        '{"features": [1,]}',
        '{"features": [1]',
        '{"features": [1]} x',
        '{"features": [1]}{}',
        '{"features": [], "features": []}',
        '{1: 2}',
        '{"a" 1}',
        '{"a": "\n"}',
        "[]",
        "{",
    ],
)  # fmt: skip
def test_what_is_no_object_of_features(text: str) -> None:
    with pytest.raises(ValueError, match=r"xpect|two lists|follows|name|nvalid"):
        streamed(text)


def test_a_value_without_end_is_given_up_early() -> None:
    asked = 0

    def read(count: int) -> str:
        nonlocal asked
        asked += count
        return "x" * count

    began = iter(['{"features": ["'])
    with pytest.raises(ValueError, match="more than"):
        list(features(lambda n: next(began, "") or read(n), {}))
    assert asked < 3 * MOST


def collection(count: int) -> bytes:
    whole = [
        {
            "type": "Feature",
            "id": n,
            "properties": {"azimuth": n % 360, "note": "é" * (n % 90)},
            "geometry": {"type": "Point", "coordinates": [-75.4, 43 + n / 1e6]},
        }
        for n in range(count)
    ]
    found = {"type": "FeatureCollection", "features": whole, "crs": None}
    return json.dumps(found, ensure_ascii=False).encode()


def test_a_file_gives_the_rows_of_its_bytes(tmp_path: Path) -> None:
    data = collection(2_000)
    path = tmp_path / "cameras.geojson"
    path.write_bytes(data)
    assert len(data) > 2 * CHUNK
    with path.open("rb") as file:
        one, other = read_file(file, "f"), read_table(data, "f")
        assert one.columns == other.columns
        assert (len(one.rows), one.crs) == (2_000, other.crs)
        assert list(one.rows) == list(other.rows)
        assert guess(one) == guess(other)
        pairs = list(zip(one.rows, one.rows, strict=True))  # two at a time
        assert all(a == b for a, b in pairs)


def test_rows_of_a_stream_are_not_held(tmp_path: Path) -> None:
    path = tmp_path / "cameras.geojson"
    path.write_bytes(collection(20_000))
    size = path.stat().st_size
    with path.open("rb") as file:
        tracemalloc.start()
        table = read_file(file, "f")
        assert sum(1 for _ in table.rows) == 20_000
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < size / 2  # decoded as a whole it is ten times the size of the file


def test_what_comes_through_a_pipe_is_read_more_than_once(tmp_path: Path) -> None:
    data = collection(30)
    ours, theirs = os.pipe()
    with os.fdopen(theirs, "wb") as out:
        out.write(data)
    with os.fdopen(ours, "rb") as pipe, twice(pipe) as file:
        table = read_file(file, "-")
        assert list(table.rows) == list(table.rows) == list(read_table(data, "f").rows)


def test_a_file_that_is_cut_meanwhile_is_said(tmp_path: Path) -> None:
    path = tmp_path / "cameras.geojson"
    path.write_bytes(collection(5_000))
    with path.open("rb") as file:
        rows = iter(read_file(file, "f").rows)
        next(rows)
        os.truncate(path, 200_000)
        with pytest.raises(KnownProblem, match="changed"):
            list(rows)


def test_members_may_come_in_any_order() -> None:
    text = (
        '{"features": [{"type": "Feature", "properties": null, "geometry":'
        ' {"type": "Point", "coordinates": [1, 2]}}, 7], "crs": {"properties":'
        ' {"name": "EPSG:2249"}}, "type": "FeatureCollection"}'
    )
    table = read_table(text.encode(), "f")
    assert (table.crs, len(table.rows)) == ("EPSG:2249", 2)
    assert table.rows[1].fault == "no feature"


@pytest.mark.parametrize("give", ["file", "-"])
def test_the_command_reads_a_stream(give: str, tmp_path: Path) -> None:
    data = collection(300)
    path = tmp_path / "cameras.geojson"
    path.write_bytes(data)
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        '[columns]\ncamera_id = "(feature) id"\nlatitude = "(point) latitude"\n'
        'longitude = "(point) longitude"\nazimuth_deg = "azimuth"\n'
    )
    done = subprocess.run(
        [sys.executable, "-m", "aliquot.console", "--profile", str(tmp_path / "p"),
         "cameras", "import", str(path) if give == "file" else "-",
         "--mapping", str(mapping), "--json"],
        input=data if give == "-" else b"", capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["read"], report["imported"]) == (300, 300)
