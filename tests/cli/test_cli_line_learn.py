"""`aliquot line learn` of lines that are unlike the usual ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_hands import Run, put

from aliquot.drivers.lines.api import Direction
from aliquot.drivers.lines.recording import RecordingWriter
from aliquot.drivers.lines.recording_format import Header

T0 = 1_795_282_936_000_000


def with_parity(data: bytes) -> bytes:
    """Seven bits and an even one, as a port that is opened for eight has them."""
    return bytes(b | (b.bit_count() % 2 << 7) for b in data)


@pytest.mark.parametrize("sign", [":", "-", ".."])
def test_a_county_of_seven_bits_is_learned_and_read(
    aliquot: Run, tmp_path: Path, sign: str
) -> None:
    """From its recording and from bare text; both with parity, the labels without."""

    def text(n: int, town: str) -> bytes:
        parts = ("TEL", f"315-555-{n:04}"), ("AD", f"{n} ELM ST"), ("TN", f"{town} NY")
        said = "  ".join(f"{label}{sign}{value}" for label, value in parts)
        return with_parity(b"\x02" + said.encode() + b"\r\n\x03")

    towns = ("KEENE", "NORTH RANGE", "HALDEN", "LO", "ST ALBANS BAY")
    site, bare = tmp_path / "site.rec", tmp_path / "bare.txt"
    with RecordingWriter(site, Header(driver="ali", baud=1200, format="7E1")) as writer:
        for n, town in enumerate((*towns, "OTHER")):
            data = text(n * 31 + 5, town)
            writer.append(Direction.RECEIVED, T0 + n * 10_000_000, data)
    bare.write_bytes(b"\f".join(text(n * 31 + 5, t) for n, t in enumerate(towns)))
    rows = [
        {
            "record": n + 1,
            "fields": {
                "callback_number": f"315-555-{n * 31 + 5:04}",
                "house_number": str(n * 31 + 5),
                "street": "ELM ST",
                "city_state": f"{town} NY",
            },
        }
        for n, town in enumerate(towns)
    ]
    found = []
    for path in (site, bare):
        labels, layout = tmp_path / "labels.jsonl", tmp_path / "seven.toml"
        put(labels, [{"file": path.name, **row} for row in rows])
        code, toml, err = aliquot("line", "learn", path, "--labels", labels)
        assert code == 0, err
        assert toml.isascii()
        found.append(toml)
        layout.write_text(toml, "utf-8")
        code, out, _ = aliquot("line", "replay", site, "--layout", layout, "--json")
        said = [json.loads(line)["fields"] for line in out.splitlines()]
        assert len(said) == len(towns) + 1
        last = said[-1]
        assert last["callback_number"] == "3155550160"
        assert (last["house_number"], last["street_name"]) == ("160", "ELM")
        assert (last["community"], last["state"]) == ("OTHER", "NY")
    assert found[0] == found[1]


def test_seven_bits_read_as_eight_are_told_and_learned_all_the_same(
    aliquot: Run, tmp_path: Path
) -> None:
    """The port was opened for eight: every command says what the line is."""
    site, layout = tmp_path / "site.rec", tmp_path / "cnty.toml"
    towns = ("KEENE", "NORTH RANGE", "HALDEN", "LO", "ST ALBANS BAY")
    with RecordingWriter(site, Header(driver="ali", baud=1200, format="8N1")) as writer:
        for n, town in enumerate(towns):
            text = f"\x02TEL>315-555-{n * 31 + 5:04}  TOWN>{town} NY\r\n\x03"
            data = with_parity(text.encode())
            writer.append(Direction.RECEIVED, T0 + n * 10_000_000, data)
    code, out, err = aliquot("line", "replay", site, "--json")
    assert code == 0
    assert {json.loads(row)["reason"] for row in out.splitlines()} == {"seven_even"}
    assert "format=7E1" in err
    expected = tmp_path / "expected.jsonl"
    expected.write_text(out)
    code, _, err = aliquot("line", "check", site, expected)
    assert code == 0
    assert "format=7E1" in err
    rows = [
        {
            "file": site.name,
            "record": n + 1,
            "fields": {"callback_number": f"315-555-{n * 31 + 5:04}"},
        }
        for n in range(len(towns))
    ]
    put(tmp_path / "labels.jsonl", rows)
    code, out, err = aliquot(
        *("line", "learn", site, "--labels", tmp_path / "labels.jsonl"),
        *("--name", "cnty"),
    )
    assert code == 0, err
    assert "format=7E1" in err
    layout.write_text(out)
    seven = tmp_path / "seven.rec"
    with RecordingWriter(seven, Header(driver="ali", format="7E1")) as writer:
        data = with_parity(b"\x02TEL>315-555-0199  TOWN>KEENE NY\r\n\x03")
        writer.append(Direction.RECEIVED, T0, data)
    code, out, err = aliquot("line", "replay", seven, "--json", "--layout", layout)
    assert json.loads(out)["fields"]["callback_number"] == "3155550199"
    assert "7E1" not in err
