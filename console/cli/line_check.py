"""`line check`: does a recording still say what it should?"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aliquot.console.cli.output import emit, say
from aliquot.console.cli.pipes import quiet_pipe
from aliquot.console.problems import EXIT_NO, EXIT_USAGE, KnownProblem, in_words

if TYPE_CHECKING:
    from aliquot.console.lab.analysis import Recording
    from aliquot.console.lab.bench import AnyLayout, Bench
    from aliquot.console.lab.compare import Difference

_HELP = """Compare what a recording says with what it should say.

RECORDING is a recording, EXPECTED what `line replay --json` wrote of it once (JSON
lines); one of the two may be -, standard input. Objects are aligned first: one that
is missing or too many is one difference. Compared are kind, layout, noise's reason,
fields and warnings; with --strict also at, raw and spans. Differences go to standard
output.

RECORDING may be a regression case instead, a folder with stretch.rec,
expected.jsonl and case.toml as the line lab saves them, or a folder of such
folders; then there is no EXPECTED.

With --json, one object a difference: {"what", "expected", "got",
"expected_object", "got_object", "at", "about"}, where what is "missing", "extra" or
the path of a value ("fields.esn"); for cases also "case".

Exit 0: the same; 1: different; 2: something cannot be read.

\b
Examples:
  aliquot line replay site.rec --json > site.jsonl
  aliquot line check site.rec site.jsonl
  aliquot line check site.rec site.jsonl --layout county.toml --strict --json
  aliquot line check cases/
"""


@click.command("check", help=_HELP)
@click.argument("recording", type=click.Path(path_type=str))
@click.argument("expected", type=click.Path(path_type=str), required=False)
@click.option(
    "--strict/--no-strict",
    default=None,
    help="Compare at, raw and spans too; for cases else as the case says.",
)
@click.option(
    "--layout",
    default="auto",
    show_default=True,
    metavar="NAME|FILE|auto",
    help="Take records of this layout only: a name, or a layout file.",
)
@click.option("--driver", metavar="NAME", help="Line driver, instead of the header's.")
@click.option("--json", "as_json", is_flag=True, help="JSON, an object a difference.")
def check(
    recording: str,
    expected: str | None,
    strict: bool | None,
    layout: str,
    driver: str | None,
    as_json: bool,
) -> int:
    folder = Path(recording)
    with usable():
        if folder.is_dir():
            if expected is not None:
                text = "A case has its own expected objects: leave EXPECTED out."
                raise KnownProblem("usage", text, EXIT_USAGE)
            found = _run_cases(folder, strict, as_json)
        else:
            found = _run_file(recording, expected, strict, layout, driver, as_json)
    return EXIT_NO if found else 0


def _run_file(
    name: str,
    expected: str | None,
    strict: bool | None,
    layout: str,
    driver: str | None,
    as_json: bool,
) -> int:
    from aliquot.console.lab.cases import heard_of
    from aliquot.console.lab.compare import compare, read_expected
    from aliquot.console.lab.objects import as_object

    if expected is None:
        text = f"EXPECTED is missing, and {name} is no folder of a case."
        raise KnownProblem("usage", text, EXIT_USAGE)
    if name == expected == "-":
        text = "RECORDING and EXPECTED cannot both be standard input."
        raise KnownProblem("usage", text, EXIT_USAGE)
    wanted = read_expected(read_text(expected), expected)
    recording, bench = loaded(name, layout, driver)
    heard = heard_of(recording, bench)
    got = [as_object(one, timed=True) for one in heard]
    found = compare(wanted, got, bool(strict))
    _show(found, as_json)
    tell_seven_bits(heard)
    say(_sum(len(found), len(wanted)))
    return len(found)


def _run_cases(folder: Path, strict: bool | None, as_json: bool) -> int:
    from aliquot.console.lab.cases import CaseError, cases_in, run

    cases = cases_in(folder)
    if not cases:
        raise CaseError(f"{folder} is no case, and there is none in it.")
    differences = 0
    for case in cases:
        done = run(case, strict)
        differences += len(done.differences)
        _show(done.differences, as_json, str(case) if case != folder else "")
        say(f"{case}: {_sum(len(done.differences), done.objects)}")
    return differences


def _show(found: Iterator[Difference] | object, as_json: bool, case: str = "") -> None:
    assert isinstance(found, list | tuple)
    with quiet_pipe():
        for one in found:
            if as_json:
                emit(({"case": case} if case else {}) | one.as_json())
            else:
                click.echo(f"{case}: {one.as_text()}" if case else one.as_text())


def _sum(differences: int, objects: int) -> str:
    if not differences:
        return f"The same: {objects} objects."
    return f"{differences} differences; {objects} objects expected."


def tell_seven_bits(heard: Iterable[object]) -> None:
    """Says so, where a line of seven bits was read as one of eight."""
    from aliquot.console.cli.line_hint import of_seven_bits
    from aliquot.drivers.lines.api import Noise

    hint = of_seven_bits({one.reason for one in heard if isinstance(one, Noise)})
    if hint is not None:
        say(hint)


# --- for all commands of the lab ------------------------------------------------


@contextmanager
def usable() -> Iterator[None]:
    """What cannot be read or used becomes exit 2."""
    from aliquot.console.lab.cases import CaseError
    from aliquot.console.lab.compare import ExpectedError
    from aliquot.drivers.lines.layouts import LayoutError
    from aliquot.drivers.lines.plugins import DriverError
    from aliquot.drivers.lines.recording import RecordingError

    known = (CaseError, ExpectedError, LayoutError, DriverError, RecordingError)
    try:
        yield
    except known as why:
        raise KnownProblem("unusable", str(why), EXIT_USAGE) from None
    except (OSError, UnicodeDecodeError) as why:
        name = getattr(why, "filename", None) or "A file"
        text = f"{name} cannot be read: {in_words(why)}."
        raise KnownProblem("unreadable", text, EXIT_USAGE) from None


def read_text(name: str) -> str:
    """UTF-8 text of a file, or of standard input for ``-``."""
    if name == "-":
        return sys.stdin.buffer.read().decode()
    return Path(name).read_text(encoding="utf-8")


def loaded(name: str, layout: str, driver: str | None) -> tuple[Recording, Bench]:
    """A recording, and what it is to be heard with."""
    from dataclasses import replace

    from aliquot.console.lab.analysis import load
    from aliquot.console.lab.bench import Bench, settings_for
    from aliquot.drivers.lines import plugins

    recording = _standard_input() if name == "-" else load(name)
    for sentence in recording.info.damaged:
        say(sentence)
    if not recording.entries and not recording.info.file_bytes:
        text = f"{name} is empty: nothing was recorded in it. Is it the right file?"
        raise KnownProblem("empty", text, EXIT_USAGE)
    if driver is not None:
        one = plugins.driver(driver)
        recording = replace(
            recording,
            driver=one,
            info=replace(recording.info, driver=one.name),
            settings=settings_for(recording.header, one),
        )
    own, names = own_layout(layout)
    settings = replace(recording.settings, layouts=names)
    return recording, Bench(recording.driver, settings, own)


def _standard_input() -> Recording:
    from aliquot.console.lab.analysis import Watch, load_stream

    return load_stream(sys.stdin.buffer, "-", Watch())


def own_layout(name: str) -> tuple[AnyLayout | None, tuple[str, ...]]:
    """A layout file read, or the names that ``--layout`` chooses."""
    from aliquot.console.lab.own_layout import from_file
    from aliquot.drivers.lines.layouts import choose

    if name == "auto":
        return None, ()
    if name.endswith(".toml"):
        return from_file(name), ()
    choose((name,))
    return None, (name,)
