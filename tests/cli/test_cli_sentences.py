"""What is said when nothing can be done: what it is, where, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from aliquot.console.cli.main import run


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["line", "set", "ali-1", "baud=9600"], 1, 'then name = "ali-1" and source'),
        (
            ["cameras", "near", "43.9", "-75.4", "--radius", "90"],
            1,
            "No listed camera within 90 m of 43.9, -75.4.",
        ),
        (["geofile", "import", "-"], 2, "standard input cannot be one"),
        (["line", "learn", "-", "--labels", "none.jsonl"], 2, "give files"),
    ],
    ids=lambda one: "-".join(one[:2]) if isinstance(one, list) else None,
)
def test_a_refusal_is_a_sentence_of_its_own(
    words: list[str],
    code: int,
    said: str,
    own_home: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(words) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_bare_bytes_that_are_a_recording_are_told_to_be_one(
    own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo = Path(__file__).parents[2] / "resources" / "demo" / "halden.rec"
    assert run(["line", "parse", str(demo)]) == 0
    assert "is a recording: `aliquot line replay`" in capsys.readouterr().err


def test_a_text_that_is_guessed_at_is_shown_beside_it(
    own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.txt"
    file.write_text("TEL (315) 555-0101\nOKAFOR ADA\n")
    assert run(["line", "parse", str(file)]) == 0
    out = capsys.readouterr().out
    assert "(generic_layout)" in out
    assert "    | OKAFOR ADA\\n" in out


def test_a_layout_that_takes_nothing_says_why(
    own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layout = tmp_path / "mine.toml"
    layout.write_text(
        'kind = "labelled"\nname = "mine"\ntitle = "M"\n[match]\nall = ["CBN="]\n'
        '[[field]]\nname = "callback"\nlabels = ["CBN"]\n'
    )
    file = tmp_path / "one.txt"
    file.write_text("$ALI;3155550101;OKAFOR ADA\n")
    assert run(["line", "parse", str(file), "--layout", str(layout)]) == 0
    assert "'CBN=' is not in '$ALI;3155550101" in capsys.readouterr().err
