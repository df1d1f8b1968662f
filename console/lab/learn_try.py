"""Decodes samples with a layout text, and says which labels it does not give."""

from __future__ import annotations

from collections.abc import Sequence

from aliquot.console.domain.lab import LayoutProblem, LearnProblem
from aliquot.console.lab import own_layout
from aliquot.console.lab.bench import Bench
from aliquot.console.lab.learn_kinds import found_in, same
from aliquot.console.lab.learn_samples import Read
from aliquot.drivers.lines import ali
from aliquot.drivers.lines.api import AliRecord, FieldValue, Frame, Framing
from aliquot.drivers.lines.detect import Starts
from aliquot.drivers.lines.framer_frames import payload_bounds
from aliquot.drivers.lines.label_layout import LabelLayout
from aliquot.drivers.lines.layouts import Layout


def decode_all(
    layout: Layout | LabelLayout, samples: Sequence[Read]
) -> list[AliRecord | None]:
    """A record for each sample, None where the layout does not take it."""
    decoder = Bench(ali.DRIVER, own=layout).decoder()
    starts = Starts((layout,) if isinstance(layout, Layout) else ())
    found: list[AliRecord | None] = []
    for sample in samples:
        heard = decoder.decode(_frame(sample, starts))
        one = heard[0] if heard else None
        found.append(one if isinstance(one, AliRecord) else None)
    return found


def _frame(sample: Read, starts: Starts) -> Frame:
    bounds = payload_bounds(sample.raw, starts)
    return Frame(
        payload=sample.raw[bounds.begin : bounds.end],
        raw=sample.raw,
        start=0,
        end=len(sample.raw),
        utc_us=0,
        mono_ns=0,
        framing=Framing.WHOLE,
        type_digit=bounds.type_digit,
        position=bounds.position,
        payload_at=bounds.begin,
    )


def problems(toml: str, samples: Sequence[Read]) -> list[LearnProblem]:
    """Every label that the layout does not give back; none: it is learned."""
    layout = own_layout.read(toml)
    if isinstance(layout, LayoutProblem):
        return [LearnProblem("", layout.key, "", f"the layout is wrong: {layout.text}")]
    found: list[LearnProblem] = []
    for sample, record in zip(samples, decode_all(layout, samples), strict=True):
        if record is None:
            text = sample.lines[0].strip()
            reason = "the record is not recognised by the layout that was found"
            found.append(LearnProblem(sample.name, "", text, reason))
            continue
        found += _wrong(sample, record)
    return found


def _wrong(sample: Read, record: AliRecord) -> list[LearnProblem]:
    found: list[LearnProblem] = []
    for name, text in sample.wanted:
        value = found_in(record, name, text)
        if value is None and _says_nothing(name, text):
            continue
        if not same(name, value, text):
            reason = _reason(name, value, record.warnings)
            found.append(LearnProblem(sample.name, name, text, reason))
    return found


def _reason(name: str, value: FieldValue | None, warnings: Sequence[str]) -> str:
    if (
        name == "class_of_service"
        and value is None
        and "class_not_readable" in warnings
    ):
        return (
            "no class of service is known by this name: leave it out of the labels of "
            "this record, and the records say class_not_readable"
        )
    what = "nothing" if value is None else repr(value)
    said = ", ".join(warnings)
    return f"it is read as {what}" + (f" ({said})" if said else "")


def _says_nothing(name: str, text: str) -> bool:
    """Zeros that mean not given, and numbers that are never offered."""
    if name in ("altitude_m", "house_number", "uncertainty_m", "confidence_pct"):
        return not text.strip("+-0. ")
    return name in ("latitude", "longitude") and not text.strip("+-0. ")
