"""`aliquot calls import` and `aliquot mappings`, as a script sees them."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aliquot.console.cli.main import run
from aliquot.console.domain.commands import Command
from aliquot.console.domain.foreign_commands import ImportIncidents
from aliquot.console.domain.people import Role, may
from aliquot.console.intake.importing import AT_ONCE, import_rows
from aliquot.console.service.handlers import HANDLERS
from aliquot.drivers.incidents.csv_rows import Row
from aliquot.drivers.incidents.mapping import bundled_mappings

CALLS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "calls"
Out = pytest.CaptureFixture[str]
NOT_ALLOWED = (Role.DISPATCHER,)

CSV = """id,type_code,place,received_at,latitude,longitude,closed_at
A1,FVEH,1 Elm St,2026-03-03T17:00:00Z,43.9,-75.4,
A2,BURGLARY,2 Elm St,2026-03-03T12:00:00-05:00,,,2026-03-03T18:00:00Z
A3,MVA,3 Elm St,never,,,
A4,MVA
"""


def imported(capsys: Out, *words: str) -> tuple[int, dict[str, Any], str]:
    code = run(["calls", "import", *words, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else {}, err


def exported(capsys: Out) -> list[dict[str, Any]]:
    assert run(["calls", "export", "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "valley.csv"
    path.write_text(CSV)
    return str(path)


def test_without_json_the_object_is_printed_too_and_words_beside_it(
    file: str, capsys: Out
) -> None:
    assert run(["calls", "import", file, "--mapping", "aliquot"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["imported"] == 2
    assert "2 imported" in err
    assert "row 3 rejected" in err


def test_an_import(file: str, capsys: Out) -> None:
    code, report, _ = imported(capsys, file, "--mapping", "aliquot")
    assert code == 0
    assert (report["read"], report["imported"], report["repaired"]) == (4, 2, 0)
    assert report["rejected"] == [
        {"row": 3, "reason": "the time cannot be read: never"},
        {"row": 4, "reason": "2 values for 7 columns"},
    ]
    first, second = exported(capsys)
    assert (first["state"], second["state"]) == ("active", "closed")
    assert first["foreign"] == {"source": "aliquot", "id": "A1", "type_text": "FVEH"}
    assert first["opened_at"] == "2026-03-03T17:00:00.000000Z"
    assert (first["latitude"], first["longitude"]) == (43.9, -75.4)
    assert second["opened_at"] == "2026-03-03T17:00:00.000000Z"
    assert second["closed_at"] == "2026-03-03T18:00:00.000000Z"


def test_the_same_file_again_adds_nothing(file: str, capsys: Out) -> None:
    imported(capsys, file, "--mapping", "aliquot")
    before = exported(capsys)
    code, report, _ = imported(capsys, file, "--mapping", "aliquot")
    assert code == 0
    assert (report["imported"], report["unchanged"]) == (0, 2)
    assert exported(capsys) == before
    assert run(["log", "verify", "--json"]) == 0


def test_rows_of_one_number_that_differ_add_nothing_again(
    tmp_path: Path, capsys: Out
) -> None:
    path = tmp_path / "x.csv"
    head, time = "id,place,received_at\n", "2026-03-03T12:00:00Z"
    path.write_text(f"{head}1,Elm St,{time}\n1,Oak St,{time}\n")
    _, report, _ = imported(capsys, str(path), "--mapping", "aliquot")
    assert report["imported"] == 2
    before = exported(capsys)
    _, report, _ = imported(capsys, str(path), "--mapping", "aliquot")
    assert (report["imported"], report["unchanged"]) == (0, 2)
    assert exported(capsys) == before
    assert before[0]["place"] == "Oak St"


def test_later_rows_change_and_close(file: str, tmp_path: Path, capsys: Out) -> None:
    imported(capsys, file, "--mapping", "aliquot")
    later = tmp_path / "later.csv"
    later.write_text("id,place,received_at,state\nA1,9 Oak St,,closed\n")
    code, report, _ = imported(capsys, str(later), "--mapping", "aliquot")
    assert (code, report["imported"]) == (0, 1)
    first = exported(capsys)[0]
    assert (first["place"], first["state"], first["type_code"]) == (
        *("9 Oak St", "closed"),
        "FVEH",
    )
    assert "place changed 1 Elm St -> 9 Oak St" in first["narrative"][-1]["text"]


def test_columns_are_guessed_and_told(file: str, capsys: Out) -> None:
    code, report, err = imported(capsys, file)
    assert (code, report["imported"]) == (0, 2)
    assert 'received = "received_at"' in err


@pytest.mark.parametrize(
    ("header", "row", "why"),
    [
        ("id,address,received", "1,2 Elm,2026-03-03 12:00", "its time zone"),
        ("id,number,received", "1,2,2026-03-03T12:00:00Z", "id may be"),
        ("address,received", "2 Elm,2026-03-03T12:00:00Z", "like id"),
        ("id,received,x,y", "1,2026-03-03T12:00:00Z,9e6,9e6", "no degrees"),
    ],
)
def test_what_is_not_certain_is_not_done(
    header: str, row: str, why: str, tmp_path: Path, capsys: Out
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{header}\n{row}\n")
    code, report, err = imported(capsys, str(path))
    assert (code, report) == (2, {})
    assert why in err
    assert exported(capsys) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.csv", "--mapping", "aliquot"), "cannot be read"),
        (("FILE", "--mapping", "nothing"), "There is no mapping nothing"),
        (("FILE", "--mapping", "south-metro-fire"), "has no column"),
        (("EMPTY", "--mapping", "aliquot"), "it is empty"),
    ],
)
def test_what_cannot_be_begun_is_exit_2(
    words: tuple[str, ...], said: str, file: str, tmp_path: Path, capsys: Out
) -> None:
    (tmp_path / "empty.csv").write_text("\n")
    names = {"FILE": file, "EMPTY": str(tmp_path / "empty.csv")}
    code, _, err = imported(capsys, *(names.get(word, word) for word in words))
    assert code == 2
    assert said in err


def test_no_usable_row_is_exit_1(tmp_path: Path, capsys: Out) -> None:
    path = tmp_path / "x.csv"
    path.write_text("id,received_at\n,2026-03-03T12:00:00Z\n")
    assert imported(capsys, str(path), "--mapping", "aliquot")[0] == 1


def test_bytes_of_another_code_page(tmp_path: Path, capsys: Out) -> None:
    path = tmp_path / "x.csv"
    head = b"\xef\xbb\xbfid;place;received_at\r\n"
    path.write_bytes(head + b"1;Ca\xf1on Rd;2026-03-03T12:00:00Z\r\n")
    _, report, _ = imported(capsys, str(path), "--mapping", "aliquot")
    assert (report["imported"], report["repaired"]) == (1, 1)
    assert exported(capsys)[0]["place"] == "Cañon Rd"


_TABLE = "id{0}place{0}received_at\r\n1{0}Côte Rd{0}2026-03-03T12:00:00Z\r\n"


@pytest.mark.parametrize(
    "data",
    [
        ("sep=;\r\n" + _TABLE.format(";")).encode(),
        ("\ufeffsep=|\r\n\r\n" + _TABLE.format("|")).encode(),
        _TABLE.format("\t").encode("utf-16"),
        ("\ufeff" + _TABLE.format(",")).encode("utf-16-be"),
        ("Daily report, Valley\r\n\r\nshift A\r\n" + _TABLE.format(",")).encode(),
        _TABLE.format(",").replace("\r\n", "\r").encode(),
    ],
)
def test_tables_as_spreadsheets_and_reports_write_them(
    data: bytes, tmp_path: Path, capsys: Out
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    _, report, err = imported(capsys, str(path), "--mapping", "aliquot")
    assert (report.get("imported"), report.get("rejected")) == (1, []), err
    assert exported(capsys)[0]["place"] == "Côte Rd"


def test_what_is_foreign_is_not_changed_here(file: str, capsys: Out) -> None:
    from aliquot.console.clock import SystemClock
    from aliquot.console.domain import commands as cmd
    from aliquot.console.profile import Profile
    from aliquot.console.remote import carry_out

    imported(capsys, file, "--mapping", "aliquot")
    incident_id = exported(capsys)[0]["incident_id"]
    profile = Profile.open(None)
    for command in (
        cmd.ChangeIncident(incident_id=incident_id, fields={"place": "x"}),
        cmd.AddNote(incident_id=incident_id, text="x"),
        cmd.CloseIncident(incident_id=incident_id, disposition="01"),
        cmd.ReopenIncident(incident_id=incident_id, reason="x"),
        cmd.DispatchUnits(incident_id=incident_id, unit_ids=("2A11",)),
    ):
        outcome = carry_out(profile, SystemClock(), command)
        assert isinstance(outcome, cmd.Refused)
        assert outcome.code == "foreign_incident"


def test_mappings_are_listed(capsys: Out) -> None:
    assert run(["mappings", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["name"] for row in rows} == set(bundled_mappings())


def test_memory_does_not_grow_with_the_file() -> None:
    mapping = bundled_mappings()["aliquot"]
    largest = 0

    def rows(count: int) -> Iterator[Row]:
        for number in range(1, count + 1):
            values = {
                "id": f"I{number}",
                "type_code": "FVEH",
                "place": f"{number} Elm St",
                "received_at": "2026-03-03T17:00:00Z",
            }
            yield Row(number, values)

    def ask(command: Command) -> dict[str, Any]:
        nonlocal largest
        assert isinstance(command, ImportIncidents)
        largest = max(largest, len(command.reports))
        return {"imported": len(command.reports), "unchanged": 0, "rejected": []}

    def peak(count: int) -> int:
        gc.collect()  # empties what the interpreter keeps: reused, it is not counted
        tracemalloc.start()
        try:
            report = import_rows(rows(count), mapping, ask, lambda _: None)
            assert report.imported == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(AT_ONCE)  # caches are filled
    assert peak(3 * AT_ONCE) < 1.3 * peak(AT_ONCE)
    assert largest == AT_ONCE


REAL = {
    "dallas_pd_active_calls.csv": ("dallas-active-calls", 63, 0),
    "little_rock_pd.csv": ("little-rock-police", 1058, 0),
    "san_mateo_storm.csv": ("san-mateo-fire", 10183, 3),
    "south_metro_fire_2019_q4.csv": ("south-metro-fire", 4460, 0),
}


@pytest.mark.parametrize("name", REAL)
def test_real_exports(name: str, capsys: Out) -> None:
    path = CALLS / name
    if not path.exists():
        pytest.skip(f"{name} is not there: ../shared/data/calls is absent")
    mapping, read, rejected = REAL[name]
    code, first, _ = imported(capsys, str(path), "--mapping", mapping)
    assert code == 0
    assert (first["read"], len(first["rejected"])) == (read, rejected)
    assert first["imported"] + first["unchanged"] + rejected == read
    _, again, _ = imported(capsys, str(path), "--mapping", mapping)
    assert again["imported"] == 0
    assert again["rejected"] == first["rejected"]
    assert run(["log", "verify", "--json"]) == 0
    capsys.readouterr()
    rows = exported(capsys)
    assert all(row["foreign"]["source"] == mapping for row in rows)
    states = {row["state"] for row in rows}
    assert states == {"active"} if "active" in mapping else "closed" in states
    if name.startswith("san_mateo"):
        assert sum(row["state"] == "active" for row in rows) < 110
    if name.startswith("south"):
        where = [row for row in rows if "latitude" in row]
        assert len(where) > 4400
        assert all(39 < row["latitude"] < 40 for row in where)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(None, True), *((role, role not in NOT_ALLOWED) for role in Role)],
)
def test_who_may_import(role: Role | None, allowed: bool) -> None:
    act = HANDLERS[ImportIncidents][1]
    assert act is not None
    assert may(role, act, joined=False) is allowed


def test_an_import_goes_through_a_running_console(
    tmp_path: Path, own_home: Path, capsys: Out
) -> None:
    """Large rows too: a step is no larger than what the console takes at once."""
    from aliquot.console.clock import SystemClock
    from aliquot.console.core import Core
    from aliquot.console.profile import Profile

    path = tmp_path / "x.csv"
    rows = (f"I{n},2026-03-03T12:00:00Z,{'é' * 1900}\n" for n in range(1500))
    path.write_text("id,received_at,note\n" + "".join(rows))
    core = Core(Profile.open(None), SystemClock())
    core.start()
    try:
        code, report, _ = imported(capsys, str(path), "--mapping", "aliquot")
        assert (code, report["imported"]) == (0, 1500)
        assert len(core.views().board()) == 1500
    finally:
        assert core.stop() == []
