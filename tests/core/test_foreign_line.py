"""Another CAD on a line: a watched folder, an HTTP endpoint, its releases."""

from __future__ import annotations

import http.client
import json
import sys
from pathlib import Path

import pytest
from free_port import free_port

from aliquot.console.domain.commands import (
    Actor,
    AddNote,
    AddPerson,
    Done,
    EraseBodies,
    Refused,
)
from aliquot.console.domain.rows import IncidentRow
from aliquot.console.settings import LineConfig
from aliquot.console.store.rebuild import rebuild
from aliquot.drivers.incidents.api import ForeignHeard
from aliquot.drivers.incidents.cad import DRIVER
from aliquot.drivers.lines.api import Chunk, LineSettings, Noise
from aliquot.drivers.lines.envelope import wrap

sys.path.insert(0, str(Path(__file__).parent))
from conftest import MakeCore

EIDO = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "lines" / "eido"
HEAD = "id,type_code,place,received_at,state,units\n"
OPENED = HEAD + "F-1,FVEH,1 Elm St,2026-03-03T17:00:00Z,open,E1\n"
CLOSED = "id,state,disposition,received_at\nF-1,closed,out on arrival,\n"
OPTIONS = LineSettings(options={"source": "valley-fire"})


def rows(core: object) -> tuple[IncidentRow, ...]:
    return core.views().board()  # type: ignore[attr-defined, no-any-return]


def drop(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.tmp").write_text(text)
    (folder / f"{name}.tmp").rename(folder / name)


def test_a_watched_folder(make_core: MakeCore, watch: type, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    source = f"spool:{folder}?settle_ms=20&poll_ms=10"
    core = make_core(
        LineConfig(name="valley", source=source, driver="cad", reading=OPTIONS)
    )
    news = watch(core)
    drop(folder, "1.csv", OPENED)
    news.until(lambda: bool(rows(core)))
    (row,) = rows(core)
    assert row.foreign is not None
    assert (row.foreign.source, row.foreign.source_id) == ("valley-fire", "F-1")
    assert (row.state, row.fields["place"]) == ("active", "1 Elm St")
    assert row.foreign.units == ("E1",)
    drop(folder, "2.csv", CLOSED)
    news.until(lambda: rows(core)[0].state == "closed")
    (row,) = rows(core)
    assert (row.disposition, row.fields["place"]) == ("out on arrival", "1 Elm St")
    refusal = core.call(AddNote(incident_id=row.incident_id, text="x"))
    assert isinstance(refusal, Refused)
    assert refusal.code == "foreign_incident"
    texts = [note.text for note in core.views().narrative(row.incident_id)]
    assert texts[0] == "valley-fire: opened as Vehicle fire at 1 Elm St; units E1"
    assert core.stop() == []
    assert rebuild(core.profile.log_path).difference is None


def test_http(make_core: MakeCore, watch: type) -> None:
    port = free_port()
    core = make_core(
        LineConfig(
            name="valley",
            source=f"listen:127.0.0.1:{port}",
            driver="cad",
            reading=OPTIONS,
        )
    )
    news = watch(core)
    news.until(lambda: any(row.state == "up" for row in core.views().lines()))
    body = json.dumps(
        {"id": "F-9", "type_code": "MVA", "received_at": "2026-03-03T17:00:00Z"}
    )
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    link.request("POST", "/incidents", body, {"Content-Type": "application/json"})
    assert link.getresponse().status in (200, 201, 202, 204)
    link.close()
    news.until(lambda: bool(rows(core)))
    assert rows(core)[0].fields["type_code"] == "MVA"


def heard(body: bytes, kind: str = "text/csv") -> list[object]:
    framer, decoder = DRIVER.framer(OPTIONS), DRIVER.decoder(OPTIONS)
    raw = wrap("/x", body, kind)
    found = [
        said
        for frame in framer.feed(Chunk(raw, 10**15, 0))
        for said in decoder.decode(frame)  # type: ignore[arg-type]
    ]
    assert b"".join(said.raw for said in found) == raw
    assert found[-1].end == len(raw)
    return list(found)


def test_rows_that_are_none_are_noise() -> None:
    body = OPENED + 'F-2,"MVA\n",x\n' + "F-3,MVA,3 Elm,2026-03-03T17:00:00Z,open,\n"
    found = heard(body.encode())
    assert [isinstance(said, Noise) for said in found] == [False, True, False]


@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("title", ["", "Valley\n\n", "sep=,\n"])
def test_a_table_in_two_bytes_a_letter(code: str, title: str) -> None:
    body = ("\ufeff" + title + OPENED.replace("Elm", "Ulme \U0001f333")).encode(code)
    (said,) = heard(body)
    assert isinstance(said, ForeignHeard)
    assert "\U0001f333" in str(said.incident.place)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00\xd8i\x00",
        b"\xff\xfe\x00\xd8",
        b"{",
        b"[]",
        b'{"a": 1}',
        b"\xff\xfe\x00",
        b"id\n",
        b"[" * 100_000,
        b"id,id\n1",
    ],
)
def test_what_is_no_incident_is_noise(body: bytes) -> None:
    assert all(isinstance(said, Noise) for said in heard(body, "application/json"))


def test_a_mapping_that_is_none_is_told_of_its_line(
    make_core: MakeCore, watch: type, tmp_path: Path
) -> None:
    reading = LineSettings(options={"mapping": "nothing"})
    source = f"spool:{tmp_path}"
    core = make_core(
        LineConfig(name="valley", source=source, driver="cad", reading=reading)
    )
    news = watch(core)
    news.until(lambda: bool(core.views().lines()))
    (line,) = core.views().lines()
    assert line.state == "missing"
    assert "there is no mapping nothing" in line.message


def test_real_eidos() -> None:
    files = sorted(EIDO.rglob("*.json"))
    if not files:
        pytest.skip("../shared/data/lines/eido is absent")
    numbers = set()
    for file in files:
        for said in heard(file.read_bytes(), "application/json"):
            if not isinstance(said, Noise):
                numbers.add(said.incident.source_id)  # type: ignore[attr-defined]
    assert any("incidentid" in number.lower() for number in numbers)


def test_an_erased_report_leaves_its_number_and_no_words(
    make_core: MakeCore, watch: type, tmp_path: Path
) -> None:
    source = f"spool:{tmp_path}?settle_ms=20&poll_ms=10"
    core = make_core(
        LineConfig(name="valley", source=source, driver="cad", reading=OPTIONS)
    )
    news = watch(core)
    drop(tmp_path, "1.csv", OPENED)
    news.until(lambda: bool(rows(core)))
    find = "SELECT site, n FROM heads WHERE type = 'incident.foreign_received'"
    ((site, n),) = core.views().connection.execute(find).fetchall()
    add = AddPerson(name="Sue", role="supervisor", password="correct horse")
    sue = core.call(add)
    assert isinstance(sue, Done), sue
    actor = Actor(str(sue.result["person_id"]), "01")
    erase = EraseBodies(targets=((site, n),), reason="retention", authority="law")
    outcome = core.call(erase, actor=actor)
    assert isinstance(outcome, Done), outcome
    (row,) = rows(core)
    assert (row.number, row.state, row.fields) == (1, "closed", {})
    assert row.foreign is not None
    assert row.foreign.source == ""
    assert core.stop() == []
    assert rebuild(core.profile.log_path).difference is None
