"""`aliquot locate parse`."""

from __future__ import annotations

import io
import json

import pytest

from aliquot.console.cli.main import run as run_command


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run_command(["locate", "parse", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_link_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    text = "here: geo:42.9012,-71.9021;u=15"
    code, out, err = run(capsys, text, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "kind": "geo_uri",
        "latitude": 42.9012,
        "longitude": -71.9021,
        "uncertainty_m": 15.0,
        "text": "geo:42.9012,-71.9021;u=15",
        "warnings": [],
    }


def test_words_without_quotes_and_a_minus_in_front(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = run(capsys, "-41.2865", "174.7762", "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["latitude"], found["longitude"]) == (-41.2865, 174.7762)
    assert "uncertainty_m" not in found
    assert err == ""


def test_standard_input_and_words_for_a_person(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("42 54 04.3 N\n71 54 07.6 W\n"))
    code, out, err = run(capsys, "-")
    assert (code, err) == (0, "")
    assert out.startswith("42.901194, -71.902111")
    assert "not given" in out


def test_near_puts_a_pair_right_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "42.9012, 71.9021", "--near", "43", "-72", "--json")
    assert code == 0
    assert json.loads(out)["longitude"] == -71.9021
    assert "minus" in err


def test_what_cannot_be_resolved_is_an_answer_of_no(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = run(capsys, "///filled.count.soap", "--json")
    assert code == 1
    assert json.loads(out)["warnings"] == ["not_resolvable"]
    assert "three words" in err


def test_no_location_is_exit_1_and_nothing_on_stdout(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(capsys, "12 Elm Street", "--json")[:2] == (1, "")


def test_no_text_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--json")[0] == 2
