"""`line learn`: a layout from samples and what their fields are."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aliquot.console.cli.line_check import read_text, tell_seven_bits, usable
from aliquot.console.cli.output import say
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem

if TYPE_CHECKING:
    from aliquot.console.domain.lab import NotLearned, Sample

_HELP = """Write a layout that decodes samples to what their labels say.

SAMPLES are files: bare text of one record each, or recordings. FILE says what
stands in them, one JSON object a line or a list of them:

\b
  {"file": "a.txt", "fields": {"callback_number": "315-555-0163", "esn": "00899"}}

"fields" are names of fields and their texts as they stand in the sample, or their
values. An "address" is house number and street, a "street" all but the number, and
"city_state" town and state in one stretch. "file" is a sample's path or name; for
one that holds several records add "record": N, from 1, and a label for each that is
to be learned from. A line of seven bits is read without its parity.

The layout (TOML) goes to standard output. It was tried: it decodes each sample to
its labels. What was assumed is said on standard error. Exit 1 names every label
that cannot be placed: the text does not occur, or stands elsewhere in each sample.

Take five records or more, of several classes of service, with short and long names.

\b
Examples:
  aliquot line learn a.txt b.txt c.txt --labels labels.jsonl > county.toml
  aliquot line learn site.rec --labels labels.jsonl --name county > county.toml
"""


@click.command("learn", help=_HELP)
@click.argument("samples", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--labels",
    required=True,
    type=click.Path(path_type=str),
    metavar="FILE",
    help="What stands in the samples, as JSON; - is standard input.",
)
@click.option(
    "--name",
    default="learned",
    show_default=True,
    metavar="NAME",
    help="Name of the layout: small letters, digits and _.",
)
def learn(samples: tuple[Path, ...], labels: str, name: str) -> int:
    from aliquot.console.domain.lab import Learned
    from aliquot.console.lab.learn import learn as find_layout

    if re.fullmatch(r"[a-z0-9_]+", name) is None:
        text = f"--name {name}: use small letters, digits and _ only."
        raise KnownProblem("usage", text, EXIT_USAGE)
    if Path("-") in samples:
        text = "Standard input cannot be a sample, for labels name a file: give files."
        raise KnownProblem("usage", text, EXIT_USAGE)
    with usable():
        given = list(_labelled(samples, _labels(read_text(labels), labels)))
    outcome = find_layout(given, name)
    if isinstance(outcome, Learned):
        for note in outcome.notes:
            say(note)
        sys.stdout.write(outcome.toml)
        return 0
    _say_why(outcome)
    return EXIT_NO


def _say_why(outcome: NotLearned) -> None:
    say("No layout was found:")
    for one in outcome.problems:
        where = ": ".join(part for part in (one.sample, one.field) if part)
        text = f" {one.text.strip()!r}" if one.text.strip() else ""
        say(f"  {where}{text}: {one.reason}.")


@dataclass(frozen=True, slots=True)
class _Label:
    file: str
    record: int | None
    fields: tuple[tuple[str, str], ...]


def _labels(text: str, name: str) -> list[_Label]:
    """JSON lines, or one list. ``KnownProblem`` (exit 2) when it is neither."""
    return [_label(one, f"{name}, {where}") for where, one in _objects(text, name)]


def _objects(text: str, name: str) -> Iterator[tuple[str, Any]]:
    if text.lstrip().startswith("["):
        found = _parsed(text, name)
        yield from ((f"object {n}", one) for n, one in enumerate(found, 1))
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield f"line {number}", _parsed(line, f"{name}, line {number}")


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as bad:
        raise _unusable(f"{where}: no JSON: {bad}.") from None


def _label(one: Any, where: str) -> _Label:
    if not isinstance(one, dict) or not isinstance(one.get("file"), str):
        raise _unusable(f'{where}: give {{"file": name, "fields": {{name: text}}}}.')
    fields = one.get("fields")
    good = isinstance(fields, dict) and all(
        isinstance(v, str | int | float) and not isinstance(v, bool)
        for v in fields.values()
    )
    if not good:
        raise _unusable(f'{where}: "fields" must be an object of texts or numbers.')
    record = one.get("record")
    if record is not None and (type(record) is not int or record < 1):
        raise _unusable(f'{where}: "record" is {record!r}; records count from 1.')
    assert isinstance(fields, dict)
    return _Label(one["file"], record, tuple((k, str(v)) for k, v in fields.items()))


def _unusable(text: str) -> KnownProblem:
    return KnownProblem("labels", text, EXIT_USAGE)


def _labelled(paths: tuple[Path, ...], labels: list[_Label]) -> Iterator[Sample]:
    """Each label with the bytes it is about. Samples without a label are not used."""
    from aliquot.console.domain.lab import Sample

    parts = {path: list(_records(path)) for path in paths}
    used: set[Path] = set()
    for label in labels:
        path = _path_of(label.file, paths)
        used.add(path)
        records = parts[path]
        if label.record is None and len(records) > 1:
            raise _unusable(
                f'{path} holds {len(records)} records: add "record": 1 to '
                f"{len(records)} to each of its labels."
            )
        number = label.record or 1
        if number > len(records):
            raise _unusable(f"{path}: there is no record {number} of {len(records)}.")
        name = path.name if len(records) == 1 else f"{path.name} record {number}"
        yield Sample(name, records[number - 1], labels=label.fields)
    for path in paths:
        if path not in used:
            say(f"{path} has no label: it is not used.")


def _path_of(name: str, paths: tuple[Path, ...]) -> Path:
    exact = [path for path in paths if str(path) == name]
    found = exact or [path for path in paths if path.name == Path(name).name]
    if len(found) != 1:
        what = "is none of the samples" if not found else "is the name of several"
        raise _unusable(f"The labels speak of {name}, which {what}.")
    return found[0]


def _records(path: Path) -> Iterator[bytes]:
    """The records of a recording as its frames are; of bare text by form feeds."""
    from aliquot.drivers.lines.parity import Parity, seen_as, strip

    data = path.read_bytes()
    if data.lstrip(b"\r\n").startswith(b"aliquot-recording"):
        yield from _frames(path)
        return
    if seen_as(data) is not Parity.NONE:
        say(f"{path} is of a line of seven bits: it is read without its parity.")
        data = strip(data)
    parts = [part for part in data.split(b"\f") if part.strip()]
    yield from parts or [data]


def _frames(path: Path) -> Iterator[bytes]:
    from aliquot.console.lab.analysis import listen, load
    from aliquot.console.lab.bench import Bench
    from aliquot.console.lab.words import HARMLESS
    from aliquot.drivers.lines.api import Noise
    from aliquot.drivers.lines.parity import Parity, seen_as, strip

    recording = load(str(path))
    bench = Bench(recording.driver, recording.settings)
    seen = listen(recording, bench)
    tell_seven_bits(heard for one in seen for heard in one.heard)
    for one in (part.one for part in seen):
        if not (isinstance(one, Noise) and one.reason.value in HARMLESS):
            seven = bench.seven or seen_as(one.raw) is not Parity.NONE
            yield strip(one.raw) if seven else one.raw
