"""The product against records framed by code that is not the product's."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from aliquot.drivers.lines.ali import DRIVER
from aliquot.drivers.lines.api import AliRecord, Chunk, Heard, LineSettings, Noise

ROOT = Path(__file__).parents[2]
FOLDER = ROOT.parent / "shared" / "data" / "lines" / "ali"
WIRELESS = ("MOBL", "WRLS", "WPH1", "WPH2", "VOIP")

# What the columns say and the record does not, each on purpose.
KNOWN = {
    ("ny_jefferson_mobl", "house_number", "0"),  # 0 is no house number
    ("03_wa_okanogan_resd_2", "esn", "0"),  # the sample ends in its middle
}

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no samples: {FOLDER} is not there"
)


def load() -> ModuleType:
    path = Path(__file__).with_name("independent_framing.py")
    spec = importlib.util.spec_from_file_location("independent_framing", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


independent = load()


def hear(pieces: list[tuple[float, bytes]], step: int) -> list[Heard]:
    """Everything the driver makes of the pieces, fed ``step`` bytes at a time."""
    settings = LineSettings()
    framer, decoder = DRIVER.framer(settings), DRIVER.decoder(settings)
    heard: list[Heard] = []
    now = 0
    for delay, data in pieces:
        now += round(delay * 1e9)
        for at in range(0, len(data), step):
            for got in framer.feed(Chunk(data[at : at + step], now // 1000, now)):
                heard += [got] if isinstance(got, Noise) else decoder.decode(got)
    for got in framer.flush():
        heard += [got] if isinstance(got, Noise) else decoder.decode(got)
    return heard


def only_digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def words(text: str) -> list[str]:
    return sorted(text.replace("-", " ").split())


def compare(sent: Any, record: AliRecord) -> list[tuple[str, str, object]]:
    """Field, what the column says, and what the record says, where they differ."""
    expected = dict(sent.sample.expected)
    fields = record.fields
    wrong: list[tuple[str, str, object]] = []

    def check(name: str, said: str, got: object, same: bool) -> None:
        if not same:
            wrong.append((name, said, got))

    numbers = {only_digits(expected.pop(k, "")) for k in ("first", "labelled")}
    second = only_digits(expected.pop("second", ""))
    callback = str(fields.get("callback_number"))
    check("callback_number", str(numbers), callback, callback in numbers)
    check("callback_number", "no 511", callback, callback[3:6] != "511")
    if "511" in second[3:6] or sent.sample.name == "ny_jefferson_mobl":
        check("pani", second, fields.get("pani"), fields.get("pani") == second)
    else:
        check("pani", "none", fields.get("pani"), "pani" not in fields)
    month, day = expected.pop("date").split("/")
    date = str(fields.get("record_date"))
    check("record_date", f"{month}-{day}", date, date.endswith(f"-{month}-{day}"))
    said = expected.pop("street_words") + " " + expected.pop("location_words", "")
    names = ("prefix_directional", "street_name", "street_suffix")
    names += ("post_directional", "location")
    parts = " ".join(str(fields[n]) for n in names if n in fields)
    check("street", said, parts, words(said.replace(",", " ")) == words(parts))
    for name in ("latitude", "longitude", "uncertainty_m", "confidence_pct"):
        got = fields.get(name)
        text = expected.pop(name, None)
        same = got is None if text is None else got == float(text)
        check(name, str(text), got, same)
    for name, text in expected.items():
        check(name, text, fields.get(name), fields.get(name) == text)
    if sent.position:
        got = fields.get("position")
        check("position", sent.position, got, got == sent.position)
    return wrong


@pytest.mark.parametrize("step", [1, 7, 4096])
@pytest.mark.parametrize("kind", independent.KINDS)
def test_every_field_is_what_the_columns_say(
    kind: str, step: int, capsys: pytest.CaptureFixture[str]
) -> None:
    line = independent.line(FOLDER, kind)
    heard = hear([(s.delay, s.data) for s in line.sent], step)
    assert b"".join(h.raw for h in heard) == b"".join(s.data for s in line.sent)
    records = [h for h in heard if isinstance(h, AliRecord)]
    expected = [s for s in line.sent if s.sample is not None]
    assert len(records) == len(expected) == 9
    found = set()
    for sent, record in zip(expected, records, strict=True):
        assert record.raw == sent.data
        for name, said, got in compare(sent, record):
            found.add((sent.sample.name, name, said))
            with capsys.disabled():
                print(f"\n  mismatch {kind} {sent.sample.name}: {name}: ", end="")
                print(f"the columns say {said!r}, the record {got!r}", end="")
    assert found == KNOWN


def test_the_mixed_stream_for_the_demonstration_is_understood() -> None:
    pieces = independent.stream(FOLDER)
    heard = hear(pieces, 16)
    sent = [data for _, data in pieces if len(data) > 50]
    records = [h for h in heard if isinstance(h, AliRecord)]
    assert [record.raw for record in records] == sent
    assert len(records) == 18


def test_the_script_shares_no_code_with_the_product() -> None:
    text = Path(__file__).with_name("independent_framing.py").read_text("utf-8")
    assert "aliquot" not in text


def test_spans_hold_what_the_value_was_made_from() -> None:
    for kind in independent.KINDS:
        line = independent.line(FOLDER, kind)
        for record in hear([(s.delay, s.data) for s in line.sent], 64):
            if not isinstance(record, AliRecord):
                continue
            assert record.spans.keys() == record.fields.keys()
            for name, value in record.fields.items():
                begin, end = record.spans[name]
                piece = record.raw[begin:end].decode("latin-1")
                assert_made_from(name, value, piece)


def assert_made_from(name: str, value: object, piece: str) -> None:
    if isinstance(value, int | float):
        assert float(piece) == value
    elif name in ("callback_number", "pani"):
        assert only_digits(piece) == value
    elif name == "record_date":
        assert piece.replace("/", "-") in str(value)
    else:
        # A line end may stand in the middle of a word, or for a blank.
        assert "".join(piece.split()) == str(value).replace(" ", "")
