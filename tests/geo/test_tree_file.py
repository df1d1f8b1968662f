"""The frozen tree: the same bytes for the same tree, and no byte changed unseen."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from geo_samples import scattered, town

from aliquot.console.geo import tree_file
from aliquot.console.geo.model import Grown
from aliquot.console.geo.place_tree import place_tree_of
from aliquot.console.problems import KnownProblem

AT = "2026-03-01T12:00:00Z"


@pytest.fixture(scope="module")
def grown() -> Grown:
    parcels, streets = town()
    found = place_tree_of(parcels, streets)
    assert isinstance(found, Grown)
    return found


def test_written_and_read_it_is_the_same(grown: Grown, tmp_path: Path) -> None:
    sha256 = tree_file.write(tmp_path, grown, AT)
    loaded = tree_file.load(tmp_path)
    assert loaded == tree_file.frozen(grown)
    assert tree_file.tree_sha256(loaded.tree) == sha256
    assert tree_file.load_tree(tmp_path / tree_file.TREE_NAME) == loaded.tree


def test_the_hash_is_over_canonical_bytes_without_the_time(
    grown: Grown, tmp_path: Path
) -> None:
    """Computed by another implementation of RFC 8785 than the one that writes."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    sha256 = tree_file.write(tmp_path / "a", grown, AT)
    assert tree_file.write(tmp_path / "b", grown, "2027-01-01T00:00:00Z") == sha256
    for name in (tree_file.TREE_NAME, tree_file.INDEX_NAME):
        whole = json.loads((tmp_path / "a" / name).read_bytes())
        assert whole["created_at"] == AT
        digest = hashlib.sha256(rfc8785.dumps(whole["body"])).hexdigest()
        assert whole["sha256"] == digest


def test_the_order_of_the_parcels_changes_no_byte(tmp_path: Path) -> None:
    parcels, streets = town()
    rng = random.Random(3)
    hashes = set()
    for n in range(3):
        mixed = rng.sample(parcels, len(parcels))
        found = place_tree_of(mixed, rng.sample(streets, len(streets)))
        assert isinstance(found, Grown)
        (tmp_path / str(n)).mkdir()
        hashes.add(tree_file.write(tmp_path / str(n), found, AT))
    assert len(hashes) == 1


def test_the_public_file_has_no_fine_coordinate(grown: Grown, tmp_path: Path) -> None:
    tree_file.write(tmp_path, grown, AT)
    text = (tmp_path / tree_file.TREE_NAME).read_text()
    numbers: list[str] = []

    def note(number: str) -> float:
        numbers.append(number)
        return float(number)

    json.loads(text, parse_float=note)
    assert max(len(n.partition(".")[2]) for n in numbers) <= 4
    for a, b in grown.index.points:
        assert str(a) not in text
        assert str(b) not in text


def test_the_private_file_is_private(grown: Grown, tmp_path: Path) -> None:
    tree_file.write(tmp_path, grown, AT)
    assert (tmp_path / tree_file.INDEX_NAME).stat().st_mode & 0o077 == 0


def _label(body: dict[str, Any]) -> None:
    body["regions"][3]["label"] = "Elm St"


def _count(body: dict[str, Any]) -> None:
    body["regions"][0]["parcels"] += 1


def _outline(body: dict[str, Any]) -> None:
    body["regions"][0]["outline"][0][0][0] += 0.0001


@pytest.mark.parametrize("change", [_label, _count, _outline])
def test_a_changed_tree_is_refused(
    grown: Grown, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    tree_file.write(tmp_path, grown, AT)
    path = tmp_path / tree_file.TREE_NAME
    whole = json.loads(path.read_bytes())
    change(whole["body"])
    path.write_text(json.dumps(whole))
    with pytest.raises(KnownProblem, match="changed") as caught:
        tree_file.load(tmp_path)
    assert caught.value.code == "tree_changed"


def test_a_parcel_moved_to_another_region_is_refused(
    grown: Grown, tmp_path: Path
) -> None:
    """Even with its own hash put right: the public part names it."""
    tree_file.write(tmp_path, grown, AT)
    path = tmp_path / tree_file.INDEX_NAME
    whole = json.loads(path.read_bytes())
    points = whole["body"]["points"]
    points[0][2] = next(p[2] for p in points if p[2] != points[0][2])
    whole["sha256"] = tree_file.sha256(whole["body"])
    path.write_text(json.dumps(whole))
    with pytest.raises(KnownProblem, match="another place tree"):
        tree_file.load(tmp_path)


def test_parts_of_two_trees_do_not_fit(grown: Grown, tmp_path: Path) -> None:
    other = place_tree_of(scattered(60, 1))
    assert isinstance(other, Grown)
    for name, found in (("a", grown), ("b", other)):
        (tmp_path / name).mkdir()
        tree_file.write(tmp_path / name, found, AT)
    index = (tmp_path / "b" / tree_file.INDEX_NAME).read_bytes()
    (tmp_path / "a" / tree_file.INDEX_NAME).write_bytes(index)
    with pytest.raises(KnownProblem, match="another place tree"):
        tree_file.load(tmp_path / "a")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"body": 1}', b"\xff\x00"])
def test_what_is_no_tree_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / tree_file.TREE_NAME
    path.write_bytes(content)
    with pytest.raises(KnownProblem, match="no place tree") as caught:
        tree_file.load_tree(path)
    assert caught.value.code == "no_tree"


def test_a_missing_tree_is_said(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem, match="cannot be read"):
        tree_file.load(tmp_path)


def test_a_tree_of_a_newer_format_is_said(grown: Grown, tmp_path: Path) -> None:
    body = tree_file.tree_body(grown.tree) | {"format": "aliquot.place-tree/9"}
    whole = {"body": body, "sha256": tree_file.sha256(body), "created_at": AT}
    path = tmp_path / tree_file.TREE_NAME
    path.write_text(json.dumps(whole))
    with pytest.raises(KnownProblem, match="does not know"):
        tree_file.load_tree(path)


def test_same_but_version(grown: Grown) -> None:
    other = replace(grown.tree, version="2")
    assert tree_file.tree_sha256(other) != tree_file.tree_sha256(grown.tree)
    assert tree_file.same_but_version(grown.tree, other)
    regions = (replace(other.regions[0], label="Elm St"), *other.regions[1:])
    assert not tree_file.same_but_version(grown.tree, replace(other, regions=regions))
