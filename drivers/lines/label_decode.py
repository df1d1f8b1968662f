"""Makes an ALI record of labelled text by one layout."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from aliquot.drivers.lines.api import AliRecord, Frame, LineSettings
from aliquot.drivers.lines.decode import RECORD_TYPES, ordered, put_position
from aliquot.drivers.lines.draft import Draft
from aliquot.drivers.lines.field_text import undecodable
from aliquot.drivers.lines.judge import judge
from aliquot.drivers.lines.label_denied import denials
from aliquot.drivers.lines.label_front import values_in_front
from aliquot.drivers.lines.label_guess import (
    guess,
    guess_class_in_front,
    guess_front,
    guess_point,
    guess_routing,
)
from aliquot.drivers.lines.label_layout import GENERIC, LabelLayout
from aliquot.drivers.lines.label_points import (
    drop_cut_percent,
    part_towers,
    place_points,
    take_bids,
    warn_of_copy,
    warn_of_cut_points,
    warn_of_wraps,
    without_cut_numbers,
)
from aliquot.drivers.lines.label_repair import join_by_twin, join_cut, join_labels
from aliquot.drivers.lines.label_scan import (
    Found,
    LabelFinder,
    TokenFinder,
    text_end,
)
from aliquot.drivers.lines.label_take import (
    Taken,
    take,
    without_denied,
    without_doubtful,
)
from aliquot.drivers.lines.label_text import FlatText, flatten
from aliquot.drivers.lines.label_values import behind_label
from aliquot.drivers.lines.label_whose import Whose, whose, with_its_other_half
from aliquot.drivers.lines.layouts import Kind
from aliquot.drivers.lines.values import class_code

_SMALL = "abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïñòóôõöøùúûü"
_UPPER = {ord(c): ord(c) - 32 for c in _SMALL}
# A type digit and a position right in front of a text that begins unmistakably.
_PREFIX = re.compile(
    r"(?P<type>[0-9])?(?P<position>[0-9]{2})"
    r"(?:\n|(?=[>(]|[A-Za-z][A-Za-z0-9#]{1,14}[ ]{0,2}[=:]|\d{10}(?!\d)|\d{3}-\d{3}-\d{4}))"
    r"|(?P<type2>[0-9])(?P<position2>[0-9]{2}) (?=\(\d{3}\)|\d{3}-\d{3}-\d{4})"
)
# The same behind a start-of-text mark, where a text never begins with digits itself.
_MARKED_PREFIX = re.compile(
    r"(?P<type>[1-3])(?P<position>[0-9]{2})(?=[A-Za-z>(+])|(?P<type2>(?!))(?P<position2>(?!))"
)
_VALUE_AT = re.compile(r"[ ]{0,80}")
_NEXT_LINE = re.compile(r"[ ]{0,80}\n(?P<indent>[ ]{0,80})")
# What may be a class that is not known: kept, and said to be not readable.
_CLASS_LIKE = re.compile(r"[A-Za-z][A-Za-z0-9$]{0,5}[ ,;]{0,80}")
_BEGINS_NUMBER = re.compile(r"[-+.(\d]")
_SCHEME = re.compile(
    r"(?:sips?|tel):|(?:(?:UN|NOT )?VERIFIED|UNCONFIRMED)[ :-]{1,3}", re.IGNORECASE
)
_MOST_GAP = 8
_TEXTS = frozenset((Kind.TEXT, Kind.LINE, Kind.ADDRESS, Kind.STREET, Kind.CITY_STATE))
_ACROSS_LINES = frozenset((Kind.DEGREES, Kind.TELEPHONE, Kind.CLASS_OF_SERVICE))
_NOTHING = frozenset(("no_record_found", "ani_failure"))
_LAST = frozenset(("customer_name", "location"))
_WORDS = ("customer_name", "street_name", "location", "community")
_GENERIC_NEEDS = frozenset(
    ("latitude", "callback_number", "pani", "class_of_service", "uncertainty_m")
)


def upper(text: str) -> str:
    """Letters of Latin-1 as capitals: the length stays."""
    return text.translate(_UPPER)


class LabelReader:
    """Reads texts by one layout. Holds nothing between texts."""

    def __init__(self, layout: LabelLayout) -> None:
        self.layout = layout
        self._labels = LabelFinder(layout)
        self._names = layout.names
        self._said = TokenFinder(text for _, text in layout.says)

    def read(self, frame: Frame, settings: LineSettings) -> AliRecord | None:
        """The record in a frame, or None when it is not of this layout."""
        draft = Draft(frame.payload_at)
        flat = _without_prefix(flatten(frame.payload), frame, draft)
        if flat.foreign:
            return None
        as_sent = flat
        if self.layout.quirks.cut_tokens:
            flat = join_cut(flat)
        flat = join_by_twin(flat)
        flat, cut_labels = join_labels(flat, self._labels.rule_of)
        if cut_labels:
            draft.warn("label_guessed")
        taken = self._shapes(flat)
        if taken is None:
            return None
        taken = self._behind_labels(flat, taken)
        taken = without_cut_numbers(taken, as_sent, draft)
        draft.denials = denials(upper(flat.text))
        taken = without_denied(taken, draft.denials, draft)
        taken = part_towers(without_doubtful(taken), flat.text)
        taken = take_bids(taken, self.layout.quirks.bids, draft)
        if not self._enough(taken):
            return None
        # A number in the place of a text counts behind all other numbers.
        for one in sorted(taken, key=lambda one: one.name in _LAST):
            take(one, flat, draft)
        if self.layout.name == GENERIC:
            guess(flat, taken, draft)
            if _NOTHING & self._heard(flat):
                guess_front(flat, draft)
        else:
            guess_class_in_front(flat, draft)
            guess_point(flat, draft)
        guess_routing(flat, draft)
        place_points(self.layout.quirks, draft)
        warn_of_copy(flat, draft)
        warn_of_cut_points(taken, _end_of(flat), draft)
        warn_of_wraps(taken, flat, draft)
        if self.layout.quirks.three_digit_percent:
            drop_cut_percent(taken, _end_of(flat), draft)
        self._finish(frame, flat, draft, settings)
        return self._record(frame, draft) if self._tells(draft) else None

    # --- finding ----------------------------------------------------------------

    def _shapes(self, flat: FlatText) -> list[Taken] | None:
        """Fields of the shapes; None when one that must be there is not."""
        taken: list[Taken] = []
        missing = False
        met = False
        for shape in self.layout.shapes:
            found = shape.pattern.search(flat.text)
            missing = missing or (shape.required and found is None)
            met = met or (shape.required and found is not None)
            if found is None:
                continue
            rule = f"shape {shape.number}"
            before = {one.name for one in taken} - {"note"}
            for name, kind in shape.fields:
                if found[name] is not None and name not in before:
                    piece = flat.piece(*found.span(name))
                    taken.append(Taken(name, kind, piece, found.start(name), rule))
        # Of several shapes that must be there one will do.
        return None if missing and not met else taken

    def _behind_labels(self, flat: FlatText, shaped: list[Taken]) -> list[Taken]:
        """With what shapes have taken, but for what a label says is another's."""
        labels = self._standing(flat.text)
        capitals = upper(flat.text)
        owners = [
            whose(capitals, label, before)
            for label, before in zip(labels, [None, *labels], strict=False)
        ]
        owners = with_its_other_half(labels, owners)
        in_front = values_in_front(flat.text, labels)
        ends = [*(at for _, at in owners[1:]), len(flat.text)]
        taken: list[Taken] = []
        others: set[int] = set()
        for label, end, (owner, _) in zip(labels, ends, owners, strict=False):
            one, unsure = self._value(flat, label, end), owner is Whose.UNSURE
            if label.at in in_front:
                piece = flat.piece(*in_front[label.at])
                words = f"label {label.label} behind its value"
                one = Taken(label.rule.name, label.rule.kind, piece, label.at, words)
                unsure = True
            if owner is not Whose.OTHER:
                taken.append(replace(one, unsure=unsure, marked=label.marked))
            else:
                others.update(one.piece.strip().index[:1])
        mine = [x for x in shaped if others.isdisjoint(x.piece.strip().index[:1])]
        return mine + taken

    def _standing(self, text: str) -> list[Found]:
        """The labels, without words that only look like one: ``STREET=LONG MEADOW``.

        A bare label in another one's text counts only where the value behind it is
        a number of its kind; behind some words of that text also a word may follow.
        """
        labels: list[Found] = []
        for label in self._labels.find(text, upper(text)):
            before = labels[-1] if labels else None
            if before is None or label.marked or self._ends(text, before, label):
                labels.append(label)
        return labels

    def _ends(self, text: str, before: Found, label: Found) -> bool:
        """Whether a bare label ends the text of the label before it."""
        at = _begin(text, before, label.at)
        if before.marked and before.rule.kind is Kind.CLASS_OF_SERVICE:
            return class_code(text[at : label.end]) is None  # PAY PHONE
        if not before.marked or before.rule.kind not in _TEXTS:
            return True
        if at - before.end > 1 or text_end(text, at, label.at) < label.at:
            return True  # that one has ended before
        kind = label.rule.kind
        if kind in _TEXTS or kind is Kind.CODE:
            return label.at > at
        at = _begin(text, label, len(text))
        return behind_label(kind, False).match(text, at) is not None

    def _value(self, flat: FlatText, label: Found, limit: int) -> Taken:
        kind, words = label.rule.kind, f"label {label.label}"
        at = _begin(flat.text, label, limit)
        if kind in _TEXTS:
            if at - label.end > _MOST_GAP and "\n" not in flat.text[label.end : at]:
                limit = at  # columns: this one is blank, and the next begins
            end = text_end(flat.text, at, limit)
            return Taken(label.rule.name, kind, flat.piece(at, end), label.at, words)
        if kind is Kind.TELEPHONE and (scheme := _SCHEME.match(flat.text, at)):
            at = scheme.end()
        pattern = behind_label(kind, self.layout.quirks.glued_class)
        found = pattern.match(flat.text, at, max(limit, at))
        if found is not None and not (kind is Kind.CODE and self._is_label(found[0])):
            piece = flat.piece(at, found.end())
            return Taken(label.rule.name, kind, piece, label.at, words)
        rest = flat.text[at : text_end(flat.text, at, limit)]
        if kind is Kind.CLASS_OF_SERVICE and (
            _CLASS_LIKE.fullmatch(rest) or class_code(rest.strip(" ,;"))
        ):
            piece = flat.piece(at, at + len(rest))
            return Taken(label.rule.name, Kind.CLASS_WORD, piece, label.at, words)
        wrong = bool(_BEGINS_NUMBER.match(rest)) and any(c.isdigit() for c in rest)
        wrong = wrong or (kind is Kind.CLASS_OF_SERVICE and rest.strip(" ,") != "")
        cut = wrong and at + len(rest.rstrip()) >= len(flat.text.rstrip())
        none = flat.piece(at, at)
        return Taken(label.rule.name, kind, none, label.at, words, wrong, cut)

    def _is_label(self, text: str) -> bool:
        return self._labels.knows(upper(text))

    # --- judging ----------------------------------------------------------------

    def _enough(self, taken: list[Taken]) -> bool:
        there = {one.name for one in taken if one.piece.text.strip()}
        return not self.layout.needs or not there.isdisjoint(self.layout.needs)

    def _finish(
        self, frame: Frame, flat: FlatText, draft: Draft, settings: LineSettings
    ) -> None:
        layout = self.layout
        self._drop_words(draft)
        judge(layout, self._names, draft, frame.utc_us, settings)
        if layout.name == GENERIC:
            draft.warn("generic_layout")
        draft.warn(*frame.warnings)
        draft.warn(*self._heard(flat))
        if undecodable(frame.payload):
            draft.warn("undecodable_bytes")
        if flat.parted:
            draft.warn("reflowed")
        if flat.damaged:
            draft.warn("damaged")
        if frame.type_digit not in RECORD_TYPES:
            draft.warn("type_digit")

    def _drop_words(self, draft: Draft) -> None:
        """``NAME: NO RECORD FOUND`` is no name."""
        said = {text.strip() for code, text in self.layout.says if code in _NOTHING}
        for name in _WORDS:
            if upper(str(draft.fields.get(name, ""))).strip(" *.-") in said:
                draft.drop(name)

    def _heard(self, flat: FlatText) -> frozenset[str]:
        """The warnings whose texts stand there."""
        found = self._said.find(upper(flat.text))
        return frozenset(code for code, text in self.layout.says if text in found)

    def _tells(self, draft: Draft) -> bool:
        """Whether there is anything in the record that a dispatcher can use."""
        if self.layout.name == GENERIC:
            nothing = draft.warnings & _NOTHING and "note" in draft.fields
            return bool(nothing) or not draft.fields.keys().isdisjoint(_GENERIC_NEEDS)
        return bool(draft.fields.keys() - {"position"})

    def _record(self, frame: Frame, draft: Draft) -> AliRecord:
        return AliRecord(
            layout=self.layout.name,
            fields=ordered(draft.fields),
            spans=ordered(draft.spans),
            warnings=tuple(sorted(draft.warnings)),
            raw=frame.raw,
            start=frame.start,
            end=frame.end,
            utc_us=frame.utc_us,
            mono_ns=frame.mono_ns,
            framing=frame.framing,
            rules=ordered(draft.rules, draft.fields),
        )


@cache
def reader_of(layout: LabelLayout) -> LabelReader:
    """The reader of a layout, made once."""
    return LabelReader(layout)


def _begin(text: str, label: Found, limit: int) -> int:
    """Where the value behind a label begins; it may be on the next line."""
    found = _VALUE_AT.match(text, label.end, limit)
    at = found.end() if found else label.end
    line = _NEXT_LINE.match(text, label.end, limit)
    if line is not None and (line["indent"] or label.rule.kind in _ACROSS_LINES):
        return line.end()
    return at


def _without_prefix(flat: FlatText, frame: Frame, draft: Draft) -> FlatText:
    """The text behind a type digit and a position, which are put."""
    if frame.position is not None:
        put_position(frame, draft)
        draft.rule = ""
        return flat
    marked = b"\x02" in bytes(value & 0x7F for value in frame.raw[: frame.payload_at])
    found = _PREFIX.match(flat.text) or (marked and _MARKED_PREFIX.match(flat.text))
    if not found:
        return flat
    kind = found["type"] or found["type2"]
    name = "position" if found["position"] else "position2"
    if kind not in RECORD_TYPES:
        return flat
    draft.rule = "in front of the text"
    draft.put("position", found[name], flat.piece(*found.span(name)))
    draft.rule = ""
    end = found.end()
    joined = tuple(at - end for at in flat.joined)
    return FlatText(
        flat.text[end:], flat.index[end:], flat.parted, joined, flat.damaged
    )


def _end_of(flat: FlatText) -> int:
    """Index of the byte behind the last character that is not blank."""
    end = len(flat.text.rstrip())
    return flat.index[end - 1] + 1 if end else 0
