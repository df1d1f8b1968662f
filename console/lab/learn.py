"""Writes a layout from samples and what their fields are.

First fixed columns are tried, for they prove themselves, unless a character parts the
fields; where the samples have no columns in common, labels. What was found is tried on the samples before it is given
out: a layout that is given decodes every sample to its labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product

from aliquot.console.domain.lab import Learned, LearnProblem, NotLearned, Sample
from aliquot.console.lab.learn_columns import Choice, Window, cuts, place, widen
from aliquot.console.lab.learn_kinds import FORMS, kind_for, must_be_read
from aliquot.console.lab.learn_labels import learn_labels
from aliquot.console.lab.learn_pairs import (
    ADDRESS,
    MARKS,
    joinings,
    unknown_name,
    with_numbers,
)
from aliquot.console.lab.learn_samples import NUMBERS, Read, Spot, read
from aliquot.console.lab.learn_separated import learn_separated
from aliquot.console.lab.learn_start import pattern
from aliquot.console.lab.learn_toml import Draft, anchors_of, write
from aliquot.console.lab.learn_try import problems
from aliquot.drivers.lines.layouts import FREE_LINE, FirstNumber

_MOST_WIDTH = 512
_SPARE = 40  # columns that a line without trailing blanks may be longer
_MOST_NUMBERS = 3
_ROLES = ("first_number", "second_number", "callback")
_WITH_NUMBER = (
    "street: the house number stands in it, so it is read as an address. A unit behind "
    "the street's suffix is taken off; another one stays in the name."
)
_WHOLE_NUMBERS = ("callback_number", "pani")  # whose place a class may decide


@dataclass(frozen=True, slots=True)
class _Placed:
    """Windows of fields and numbers, notes, and what could not be placed."""

    windows: list[Window]
    numbers: list[Window]
    notes: list[str]
    problems: list[LearnProblem]


def learn(samples: Sequence[Sample], name: str = "learned") -> Learned | NotLearned:
    """A layout that decodes all samples to their labels, or why there is none."""
    marked = [read(sample) for sample in samples]
    reads = with_numbers(marked)
    found = _learn(reads, name)
    return found if reads == marked else _as_marked(found)


def _as_marked(found: Learned | NotLearned) -> Learned | NotLearned:
    """The word for an address that was marked as a street is the person's own."""
    if isinstance(found, Learned):
        return replace(found, notes=(*found.notes, _WITH_NUMBER))
    return NotLearned(
        tuple(
            replace(one, field="street") if one.field == ADDRESS else one
            for one in found.problems
        )
    )


def _learn(reads: Sequence[Read], name: str) -> Learned | NotLearned:
    wrong = list(_unusable(reads))
    if wrong:
        return NotLearned(tuple(wrong))
    parted = learn_separated(reads, name)
    if isinstance(parted, Learned):
        return parted
    by_columns = _by_columns(reads, name)
    if isinstance(by_columns, Learned):
        return by_columns
    by_labels = learn_labels(reads, name)
    if isinstance(by_labels, Learned):
        return by_labels
    if parted is not None:
        return parted
    nearer = len(by_labels.problems) < len(by_columns.problems)
    return by_labels if nearer else by_columns


def _by_columns(reads: Sequence[Read], name: str) -> Learned | NotLearned:
    """As marked; else with the fields that stand together in the same columns."""
    least: NotLearned | None = None
    for taken in joinings(reads):
        found = _columns(taken, name, reads)
        if isinstance(found, Learned):
            return found
        if least is None or len(found.problems) < len(least.problems):
            least = found
    return least or NotLearned(())


def _unusable(reads: Sequence[Read]) -> Iterator[LearnProblem]:
    """Labels that no layout could give: unknown fields, texts that are not there."""
    if not any(sample.wanted for sample in reads):
        yield LearnProblem("", "", "", "no sample has a label")
    for sample in reads:
        for field, text in sample.wanted:
            if field not in MARKS:
                yield LearnProblem(sample.name, field, text, unknown_name(field))
            elif not text.strip():
                yield LearnProblem(
                    sample.name, field, text, "the label is empty: leave it out"
                )
            elif not sample.spots(field):
                yield LearnProblem(
                    sample.name, field, text, f"the text is not in {sample.name}"
                )


# --- columns ----------------------------------------------------------------------


def _columns(
    reads: Sequence[Read], name: str, asked: Sequence[Read]
) -> Learned | NotLearned:
    """``asked`` are the samples with the labels as they were given."""
    placed = _placed(reads)
    if placed.problems:
        return NotLearned(tuple(placed.problems))
    widths = _widths(reads)
    windows = widen([*placed.windows, *placed.numbers], reads, widths)
    if cut := list(_cut(windows, reads)):
        return NotLearned(tuple(cut))
    start, start_bytes = pattern(reads, windows)
    if not start:
        first = reads[0].lines[0].strip()
        reason = "the first lines have nothing in common by which a record is known"
        return NotLearned((LearnProblem(reads[0].name, "", first, reason),))
    draft = Draft(
        name=name,
        samples=len(reads),
        start=start,
        start_bytes=start_bytes,
        widths=widths,
        required_lines=max(1, min(_filled(r) for r in reads)),
        tokens=tuple(dict.fromkeys(w.label for w in windows if w.label)),
        anchors=anchors_of(windows),
        windows=tuple(windows),
    )
    return _first_that_holds(draft, asked, placed.notes)


def _cut(windows: Sequence[Window], reads: Sequence[Read]) -> Iterator[LearnProblem]:
    for window in windows:
        if reason := cuts(window, reads):
            marked = next((r for r in reads if r.text_of(window.name)), reads[0])
            text = marked.text_of(window.name) or ""
            yield LearnProblem(marked.name, window.name, text, reason)


def _filled(sample: Read) -> int:
    return len(sample.lines)


def _placed(reads: Sequence[Read]) -> _Placed:
    placed = _Placed([], [], [], [])
    for name in dict.fromkeys(field for r in reads for field, _ in r.wanted):
        having = [r for r in reads if r.text_of(name) is not None]
        if name in _WHOLE_NUMBERS:
            _place_numbers(name, having, placed)
            continue
        choice = place(name, having)
        if choice.window is None:
            placed.problems.extend(
                LearnProblem(r.name, name, r.text_of(name) or "", choice.reason)
                for r in having
            )
            continue
        texts = [_text_in(r, choice.window) for r in having]
        kind = "telephone" if name in NUMBERS else kind_for(name, texts).value
        if kind == "text" and must_be_read(name):
            reason = (
                f"it is written in no form that is known; {FORMS[name]}. Without this "
                "label the rest may be learned"
            )
            placed.problems.extend(
                LearnProblem(r.name, name, text, reason)
                for r, text in zip(having, texts, strict=True)
            )
            continue
        placed.windows.append(replace(choice.window, kind=kind))
        _note_others(name, choice, len(having), placed)
    return placed


def _text_in(sample: Read, window: Window) -> str:
    return sample.cut(window.line, window.first, window.stop).strip()


def _note_others(name: str, choice: Choice, samples: int, placed: _Placed) -> None:
    if choice.window is None or not choice.others:
        return
    window = choice.window
    here = Spot(window.line, window.first, window.stop).words
    there = " and ".join(spot.words for spot in choice.others[:3])
    placed.notes.append(
        f"{name}: taken from {here}; the same text also stands in {there} in "
        f"{'the only sample' if samples == 1 else 'all samples'}. A sample in which "
        "they differ would decide it."
    )


def _place_numbers(name: str, having: Sequence[Read], placed: _Placed) -> None:
    """One place, or a few of which the class of service decides."""
    left = list(having)
    for _ in range(_MOST_NUMBERS):
        choice = place(name, left)
        if choice.window is not None:
            _add_number(choice.window, placed)
            return
        group = _largest_group(name, left)
        window = place(name, group).window
        if window is None or len(group) == len(left):
            break
        _add_number(window, placed)
        left = [r for r in left if r not in group]
    reason = place(name, having).reason
    placed.problems.extend(
        LearnProblem(r.name, name, r.text_of(name) or "", reason) for r in having
    )


def _largest_group(name: str, left: Sequence[Read]) -> list[Read]:
    groups: dict[tuple[int, int], list[Read]] = {}
    for sample in left:
        for key in {(s.line, s.first) for s in sample.spots(name)}:
            groups.setdefault(key, []).append(sample)
    return max(groups.values(), key=len) if groups else []


def _add_number(window: Window, placed: _Placed) -> None:
    places = [w.place for w in placed.numbers]
    if window.place not in places:
        taken = replace(window, name=f"number {len(places)}", kind="telephone")
        placed.numbers.append(taken)


def _widths(reads: Sequence[Read]) -> tuple[int, ...]:
    """Columns of each line; wide where a line is sent without its trailing blanks."""
    padded = any(line.endswith(" ") for r in reads for line in r.lines)
    count = max(len(r.lines) for r in reads)
    widths: list[int] = []
    for n in range(count):
        lengths = {len(r.lines[n]) for r in reads if n < len(r.lines)}
        most = max(1, *lengths)
        spare = 0 if padded and len(lengths) == 1 else _SPARE
        last = n == count - 1
        widths.append(min(_MOST_WIDTH, most + (spare if not padded or last else 0)))
    if widths[-1] <= FREE_LINE:
        widths[-1] = 0
    return tuple(widths)


def _first_that_holds(
    draft: Draft, reads: Sequence[Read], notes: Sequence[str]
) -> Learned | NotLearned:
    """Which number is which is decided by trying, the plainest reading first."""
    least: list[LearnProblem] | None = None
    for one in _with_roles(draft):
        toml = write(one)
        wrong = problems(toml, reads)
        if not wrong:
            return Learned(toml, tuple(notes))
        if least is None or len(wrong) < len(least):
            least = wrong
    return NotLearned(tuple(least or ()))


def _with_roles(draft: Draft) -> Iterator[Draft]:
    named = [w.place for w in draft.windows if w.name.startswith("number ")]
    given = {w.name for w in draft.windows} & set(_ROLES)
    free = [role for role in _ROLES if role not in given]
    seconds = ("pani_or_own", "none") if named or given else ("none",)
    firsts = [one.value for one in FirstNumber] if named or given else ["callback"]
    for roles in permutations(free, len(named)):
        taken = dict(zip(named, roles, strict=True))
        for first, second in product(firsts, seconds):
            yield replace(draft, roles=taken, first_number=first, second_number=second)
