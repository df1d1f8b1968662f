"""`aliquot line check`, `learn` and `report`, as their contract says."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_hands import Run, put

from aliquot.console.cli.output import iso
from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.recording import RecordingWriter
from aliquot.drivers.lines.recording_format import Header

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo" / "halden.rec"
T0 = 1_795_282_936_000_000


@pytest.fixture
def expected(aliquot: Run, tmp_path: Path) -> Path:
    """What the demonstration's ALI line says."""
    path = tmp_path / "expected.jsonl"
    code, out, _ = aliquot("line", "replay", DEMO, "--json")
    assert code == 0
    path.write_text(out, encoding="utf-8")
    return path


def objects(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


# --- check --------------------------------------------------------------------------


def test_what_replay_says_is_the_same(aliquot: Run, expected: Path) -> None:
    assert aliquot("line", "check", DEMO, expected, "--strict")[:2] == (0, "")


def test_one_left_out_is_one_difference(aliquot: Run, expected: Path) -> None:
    rows = objects(expected)
    put(expected, rows[:5] + rows[6:])
    code, out, err = aliquot("line", "check", DEMO, expected)
    assert code == 1
    assert len(out.splitlines()) == 1
    assert out.startswith("object 6, ")
    assert "not expected" in out
    assert "1 differences" in err


def test_differences_as_json_say_where(aliquot: Run, expected: Path) -> None:
    rows = objects(expected)
    rows[1]["fields"]["state"] = "VT"
    rows[1]["at"] = iso(0)
    put(expected, rows)
    code, out, _ = aliquot("line", "check", DEMO, expected, "--json")
    assert code == 1
    (one,) = [json.loads(line) for line in out.splitlines()]
    assert (one["what"], one["expected"], one["got"]) == ("fields.state", "VT", "NY")
    assert (one["expected_object"], one["got_object"]) == (2, 2)
    code, out, _ = aliquot("line", "check", DEMO, expected, "--json", "--strict")
    assert {json.loads(line)["what"] for line in out.splitlines()} == {
        "fields.state",
        "at",
    }


@pytest.mark.parametrize("text", ["{", "[1]\n", '{"kind": 3}\n', "\xff"])
def test_what_is_no_expected_file_is_exit_2(
    aliquot: Run, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_bytes(text.encode("latin-1"))
    code, out, err = aliquot("line", "check", DEMO, path)
    assert (code, out) == (2, "")
    assert "broken.jsonl" in err or "UTF-8" in err


def test_missing_files_are_exit_2(aliquot: Run, expected: Path, tmp_path: Path) -> None:
    none = tmp_path / "none"
    assert aliquot("line", "check", DEMO, none)[0] == 2
    assert aliquot("line", "check", none, expected)[0] == 2
    assert aliquot("line", "check", DEMO)[0] == 2
    assert aliquot("line", "check", tmp_path)[0] == 2
    assert aliquot("line", "check", expected, expected)[0] == 2


def test_cases_are_run_from_their_folder(
    aliquot: Run, tmp_path: Path, make_case: Callable[[Path], Path]
) -> None:
    one, two = make_case(tmp_path / "cases" / "a"), make_case(tmp_path / "cases" / "b")
    assert aliquot("line", "check", one, "--strict")[:2] == (0, "")
    rows = objects(two / "expected.jsonl")
    rows[0]["fields"]["state"] = "VT"
    put(two / "expected.jsonl", rows)
    code, out, err = aliquot("line", "check", tmp_path / "cases", "--json")
    assert code == 1
    (found,) = [json.loads(line) for line in out.splitlines()]
    assert found["case"] == str(two)
    assert found["what"] == "fields.state"
    assert "The same: 2 objects." in err


@pytest.fixture
def make_case() -> Callable[[Path], Path]:
    from aliquot.console.lab.analysis import load
    from aliquot.console.lab.bench import Bench
    from aliquot.console.lab.cases import save

    def make(folder: Path) -> Path:
        recording = load(str(DEMO))
        bench = Bench(recording.driver, recording.settings)
        return save(recording, bench, (2, 950), folder).folder

    return make


def test_a_case_with_a_setting_that_is_none_is_exit_2(
    aliquot: Run, tmp_path: Path, make_case: Callable[[Path], Path]
) -> None:
    case = make_case(tmp_path / "a")
    text = (case / "case.toml").read_text("utf-8")
    for wrong in ("colour = 1", 'gap_ms = "x"', "layouts = []"):
        (case / "case.toml").write_text(f"{text}\n{wrong}\n", "utf-8")
        code, _, err = aliquot("line", "check", case)
        assert code == 2
        assert wrong.split()[0] in err


# --- learn --------------------------------------------------------------------------

RECORDS = (
    ("(315) 555-0101", "RESD", "OKAFOR, ADA", "KEENE", "00899"),
    ("(315) 555-0102", "BUSN", "HALDEN GRANGE HALL", "NORTH RANGE", "00412"),
    ("(315) 555-0103", "VOIP", "LI, WEN", "HALDEN", "01315"),
)
NAMES = ("callback_number", "class_of_service", "customer_name", "community", "esn")


def text_of(one: tuple[str, ...]) -> bytes:
    number, service, name, town, esn = one
    lines = (f"{number} {service}", f"{name:<25}", f"{town:<20}  ESN:{esn}")
    return "\r\n".join(lines).encode() + b"\r\n"


@pytest.fixture
def samples(tmp_path: Path) -> tuple[list[Path], Path]:
    paths, labels = [], []
    for n, one in enumerate(RECORDS):
        path = tmp_path / f"{n}.txt"
        path.write_bytes(text_of(one))
        paths.append(path)
        fields = dict(zip(NAMES, one, strict=True))
        labels.append({"file": path.name, "fields": fields})
    put(tmp_path / "labels.jsonl", labels)
    return paths, tmp_path / "labels.jsonl"


def test_a_learned_layout_reads_a_line(
    aliquot: Run, samples: tuple[list[Path], Path], tmp_path: Path
) -> None:
    paths, labels = samples
    code, toml, _ = aliquot(
        "line", "learn", *paths, "--labels", labels, "--name", "county"
    )
    assert code == 0
    layout = tmp_path / "county.toml"
    layout.write_text(toml, "utf-8")
    other = ("(315) 555-0177", "RESD", "ST CLAIR-MONTGOMERY, ANN", "LO", "00007")
    with RecordingWriter(tmp_path / "site.rec", Header(driver="ali")) as writer:
        for n, one in enumerate((*RECORDS, other)):
            data = b"\x02" + text_of(one) + b"\x03"
            writer.append(Direction.RECEIVED, T0 + n * 10_000_000, data)
    code, out, _ = aliquot(
        "line", "replay", tmp_path / "site.rec", "--layout", layout, "--json"
    )
    found = [json.loads(line) for line in out.splitlines()]
    assert [one["layout"] for one in found] == ["county"] * 4
    assert found[-1]["fields"] == {
        "callback_number": "3155550177",
        "class_of_service": "RESD",
        "customer_name": "ST CLAIR-MONTGOMERY, ANN",
        "community": "LO",
        "esn": "00007",
    }


def test_a_learned_layout_reads_bare_text_too(
    aliquot: Run, samples: tuple[list[Path], Path], tmp_path: Path
) -> None:
    paths, labels = samples
    layout = tmp_path / "county.toml"
    _, toml, _ = aliquot("line", "learn", *paths, "--labels", labels, "--name", "own")
    layout.write_text(toml, "utf-8")
    one, all_ = paths[0], tmp_path / "all.txt"
    all_.write_bytes(b"".join(path.read_bytes() for path in paths))
    for file, count in ((one, 1), (all_, 3)):
        code, out, _ = aliquot("line", "parse", file, "--layout", layout, "--json")
        assert code == 0
        found = [json.loads(line) for line in out.splitlines()]
        assert [said["layout"] for said in found] == ["own"] * count
        assert found[-1]["fields"]["esn"] == RECORDS[count - 1][-1]
    assert aliquot("line", "parse", one, "--layout", tmp_path / "no.toml")[0] == 2
    code, _, err = aliquot(
        "line", "parse", one, "--layout", layout, "--driver", "asterisk"
    )
    assert code == 2
    assert "asterisk" in err


def test_labels_may_be_a_list_and_records_of_a_recording(
    aliquot: Run, samples: tuple[list[Path], Path], tmp_path: Path
) -> None:
    with RecordingWriter(tmp_path / "site.rec", Header(driver="ali")) as writer:
        for n, one in enumerate(RECORDS):
            data = b"\x02" + text_of(one) + b"\x03"
            writer.append(Direction.RECEIVED, T0 + n * 10_000_000, data)
    rows = [
        {"file": "site.rec", "record": n, "fields": dict(zip(NAMES, one, strict=True))}
        for n, one in enumerate(RECORDS, 1)
    ]
    labels = tmp_path / "list.json"
    labels.write_text(json.dumps(rows), "utf-8")
    code, toml, _ = aliquot("line", "learn", tmp_path / "site.rec", "--labels", labels)
    assert code == 0
    assert 'name = "first_number"' in toml
    del rows[0]["record"]
    labels.write_text(json.dumps(rows), "utf-8")
    code, _, err = aliquot("line", "learn", tmp_path / "site.rec", "--labels", labels)
    assert code == 2
    assert "holds 3 records" in err


def test_labels_that_cannot_be_placed_are_exit_1_and_named(
    aliquot: Run, samples: tuple[list[Path], Path]
) -> None:
    paths, labels = samples
    rows = objects(labels)
    rows[0]["fields"]["community"] = "NOWHERE"
    rows[1]["fields"]["esn"] = "00413"
    put(labels, rows)
    code, out, err = aliquot("line", "learn", *paths, "--labels", labels)
    assert (code, out) == (1, "")
    assert "0.txt: community 'NOWHERE'" in err
    assert "1.txt: esn '00413'" in err
    assert "2.txt" not in err


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[{}]",
        '{"file": "0.txt"}',
        '{"file": "9.txt", "fields": {}}',
        '{"file": "0.txt", "fields": {"esn": [1]}}',
        '{"file": "0.txt", "record": 2, "fields": {"esn": "1"}}',
    ],
)
def test_labels_that_cannot_be_read_are_exit_2(
    aliquot: Run, samples: tuple[list[Path], Path], text: str
) -> None:
    paths, labels = samples
    labels.write_text(text, "utf-8")
    assert aliquot("line", "learn", *paths, "--labels", labels)[:2] == (2, "")


# --- report -------------------------------------------------------------------------


def test_the_report_counts_what_replay_says(
    aliquot: Run, expected: Path, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    code, out, _ = aliquot("line", "report", DEMO, "--html", page, "--json")
    assert code == 0
    (report,) = [json.loads(line) for line in out.splitlines()]
    rows = objects(expected)
    records = [row for row in rows if row["kind"] == "ali"]
    assert report["records"] == len(records)
    for field in report["fields"]:
        assert field["count"] == sum(field["name"] in r["fields"] for r in records)
    for warning in report["warnings"]:
        assert warning["count"] == sum(
            warning["code"] in r["warnings"] for r in records
        )
        first = next(r["at"] for r in records if warning["code"] in r["warnings"])
        assert warning["first"]["at"] == first
    assert sum(n["count"] for n in report["noise"]) == len(rows) - len(records)
    assert "PBX (a switchboard)" in report["never"]["classes"]
    assert "a rebid: a second record of the same call" not in report["never"]["events"]
    assert len(report["layouts"][0]["sha256"]) == 64


def test_a_report_shows_no_caller_unless_asked(aliquot: Run, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    _, masked, _ = aliquot("line", "report", DEMO, "--html", page, "--json")
    _, bare, _ = aliquot("line", "report", DEMO, "--unmasked", "--json")
    assert "3155550163" in bare
    assert "NORTH RANGE WIRELESS" in bare
    for text in (masked, page.read_text("utf-8")):
        assert "3155550163" not in text
        assert "NORTH RANGE WIRELESS" not in text
        assert "ORCHARD" not in text


def test_a_report_needs_something_to_write(aliquot: Run, tmp_path: Path) -> None:
    assert aliquot("line", "report", DEMO)[0] == 2
    assert aliquot("line", "report", DEMO, "--html", tmp_path / "no" / "x.html")[0] == 2


# --- standard input, and a file of no bytes ------------------------------------------


class _Pipe:
    """Stands for ``sys.stdin``."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def test_check_and_report_read_standard_input(
    aliquot: Run, expected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", _Pipe(DEMO.read_bytes()))
    assert aliquot("line", "check", "-", expected, "--strict")[:2] == (0, "")
    monkeypatch.setattr("sys.stdin", _Pipe(DEMO.read_bytes()))
    code, out, _ = aliquot("line", "report", "-", "--json")
    assert code == 0
    said = json.loads(out)
    assert said["records"] > 0
    assert said["sha256"] == hashlib.sha256(DEMO.read_bytes()).hexdigest()
    assert aliquot("line", "check", "-", "-")[0] == 2
    monkeypatch.setattr("sys.stdin", _Pipe(b""))
    assert aliquot("line", "report", "-", "--json")[0] == 2


def test_the_digest_is_of_the_file_that_was_given(aliquot: Run) -> None:
    _, out, _ = aliquot("line", "report", DEMO, "--json")
    assert json.loads(out)["sha256"] == hashlib.sha256(DEMO.read_bytes()).hexdigest()


def test_where_nothing_was_recorded_nothing_began(aliquot: Run, tmp_path: Path) -> None:
    path, page = tmp_path / "silent.rec", tmp_path / "silent.html"
    RecordingWriter(path, Header(line="a", driver="ali")).close()
    code, out, _ = aliquot("line", "report", path, "--json", "--html", page)
    assert code == 0
    assert not {"began", "ended"} & set(json.loads(out))
    assert "nothing recorded" in page.read_text("utf-8")
    assert "1970" not in page.read_text("utf-8")
