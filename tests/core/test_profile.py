"""The profile: made when missing, private, and strict about its settings."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliquot.console import settings_file
from aliquot.console.problems import EXIT_USAGE, KnownProblem
from aliquot.console.profile import Profile
from aliquot.console.settings import LineConfig, Settings, StorageSettings
from aliquot.drivers.lines.api import Extent, LineSettings


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_missing_profile_is_made_empty_and_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        profile = Profile.open(tmp_path / "a" / "profile")
    finally:
        os.umask(before)
    assert profile.settings == Settings()
    assert [p.name for p in profile.folder.iterdir()] == ["profile.toml"]
    assert _mode(profile.folder) == 0o700
    assert _mode(profile.folder / "profile.toml") == 0o600


def test_the_default_profile_is_where_the_contract_says(own_home: Path) -> None:
    assert Profile.open().folder == own_home / "profile"


def test_settings_are_saved_and_read_again(tmp_path: Path) -> None:
    line = LineConfig(
        name="ali",
        source='replay:/tmp/a "quoted" name\\x.rec?speed=4',
        baud=1200,
        format="7E1",
        reading=LineSettings(
            layouts=("ali_30w",), gap_ms=400, extent=Extent(42.0, -71.5, 42.5, -71)
        ),
    )
    wanted = Settings(positions=("01", "02"), desk="02", lines=(line,))
    Profile.open(tmp_path).save_settings(wanted)
    assert Profile.open(tmp_path).settings == wanted
    assert _mode(tmp_path / "profile.toml") == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["profile.toml"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[console", "it is no TOML"),
        ('[consle]\npositions = ["01"]', "consle: there is no such setting; did you"),
        ("[console]\npositions = 1", "console.positions: 1 will not do; write a list"),
        ('[console]\ndesk = ""', "console.desk: '' will not do"),
        ("console = 1", "console: make it a table, [console]"),
        ("lines = 1", "lines: make each line a table of its own, [[lines]]"),
        ('[[lines]]\nname = "a"', "lines[1].source: it is missing"),
        ('[[lines]]\nname = "a"\nsource = "x"\nbaud = "9600"', "lines[1].baud"),
        ('[[lines]]\nname = "a"\nsource = "x"\nformat = "9X1"', "such as 8N1"),
        ('[[lines]]\nname = "A b"\nsource = "x"', "lines[1].name"),
        ('[[lines]]\nname = "a"\nsource = "x"\nextent = {south = 1}', "extent"),
        ('[[lines]]\nname = "a"\nsource = "x"\ntime_zone = "Mars"', "time_zone"),
        (
            '[[lines]]\nname = "a"\nsource = "x"\n[[lines]]\nname = "a"\nsource = "y"',
            "lines[2].name: 'a' is taken",
        ),
        ("[storage]\nreserve_mb = true", "storage.reserve_mb: True will not do"),
    ],
)
def test_a_bad_setting_is_named_with_what_to_do(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "profile.toml"
    with pytest.raises(KnownProblem) as caught:
        settings_file.parse(text, str(file))
    assert caught.value.exit_code == EXIT_USAGE
    assert str(caught.value).startswith(f"{file}: ")
    assert said in str(caught.value)


def test_all_complaints_come_at_once() -> None:
    text = "[console]\ndesc = 1\n[storage]\nreserve_mb = -1\n[[lines]]\n"
    with pytest.raises(KnownProblem) as caught:
        settings_file.parse(text, "p")
    assert len(str(caught.value).splitlines()) == 4


def test_a_file_is_no_profile(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(KnownProblem, match="it is a file"):
        Profile.open(tmp_path / "file")


_names = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,10}", fullmatch=True)
_texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")),
    min_size=1,
)
_lines = st.builds(
    LineConfig,
    name=_names,
    source=_texts,
    baud=st.integers(50, 4_000_000),
    reading=st.builds(
        LineSettings,
        layouts=st.lists(_texts, max_size=3).map(tuple),
        gap_ms=st.integers(10, 60_000),
    ),
)


@given(
    st.builds(
        Settings,
        positions=st.lists(_names, max_size=3).map(tuple),
        desk=st.just("01"),
        lines=st.lists(_lines, max_size=3, unique_by=lambda line: line.name).map(tuple),
        storage=st.builds(StorageSettings, reserve_mb=st.integers(0, 1000)),
    )
)
def test_what_is_written_is_read_as_the_same(settings: Settings) -> None:
    assert settings_file.parse(settings_file.render(settings), "p") == settings


def test_a_file_that_is_no_toml_opens_no_desk(tmp_path: Path) -> None:
    (tmp_path / "profile.toml").write_text("[console", encoding="utf-8")
    with pytest.raises(KnownProblem) as caught:
        Profile.open(tmp_path)
    assert caught.value.exit_code == EXIT_USAGE


def test_bad_lines_are_left_out_and_told(tmp_path: Path) -> None:
    text = """
[[lines]]
name = "a"
source = "x"
[[lines]]
name = "a"
source = "y"
[[lines]]
name = "c"
"""
    (tmp_path / "profile.toml").write_text(text, encoding="utf-8")
    found = Profile.open(tmp_path).settings
    assert [line.source for line in found.lines] == ["x"]
    assert [bad.name for bad in found.bad_lines] == ["line-2", "c"]
    assert "'a' is taken" in found.bad_lines[0].problem
    assert "lines[3].source: it is missing" in found.bad_lines[1].problem
