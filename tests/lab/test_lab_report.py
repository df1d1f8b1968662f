"""The page: nothing in it runs, nothing is fetched, and nothing breaks out of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aliquot.console.lab.analysis import decode, load
from aliquot.console.lab.bench import Bench
from aliquot.console.lab.report import Report, make, masked_text, spread
from aliquot.console.lab.report_html import to_html

EVIL = b"<script>alert(1)</script>"
VOID = frozenset(("meta", "br"))


def report_of(path: Path, masked: bool = True) -> Report:
    recording = load(str(path))
    bench = Bench(recording.driver, recording.settings)
    return make(recording, bench, decode(recording, bench), masked=masked)


class Page(HTMLParser):
    """Notes the tags, and that each is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_script_in_a_record_is_text(
    make_recording: Callable[..., Path],
) -> None:
    lines = (
        b"(315) 555-0101 RESD 08/14 13:05",
        EVIL.ljust(28),
        b"       111       P#315-555-0101",
        b"E  7TH ST                ",
        b"                    ",
        b'                      8"4 04275',
        b"WA <b>TOWN</b>",
    )
    record = b"\x02" + b"\r".join(lines) + b"\r\x03"
    path = make_recording("<img src=x>.rec", [(0, record)], line="<i>line</i>")
    found = report_of(path, masked=False)
    assert found.records == 1
    text = to_html(found)
    page = Page(text)
    assert not page.tags & {"script", "img", "i", "b0", "link", "iframe", "object"}
    assert not any(name.startswith("on") for name in page.attributes)
    assert not page.attributes & {"src", "href"}
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&lt;i&gt;line&lt;/i&gt;" in text
    assert page.open == []


def test_a_report_of_nothing_says_so(make_recording: Callable[..., Path]) -> None:
    path = make_recording("noise.rec", [(0, b"?\r\n"), (9, b"H\r")], driver="ali")
    text = to_html(report_of(path))
    assert "No record was decoded." in text
    assert "None was recognised." in text
    assert Page(text).open == []


def test_calls_have_a_report_too(demo_calls: Path) -> None:
    found = report_of(demo_calls)
    assert found.records == 0
    assert found.signals == sum(found.by_event.values())
    assert found.by_event["abandoned"] > 0
    assert found.never.classes == ()
    assert "a call held" in found.never.events


def test_the_hash_is_of_the_layout_that_was_used(demo: Path) -> None:
    import hashlib
    from importlib.resources import files

    found = report_of(demo)
    (layout,) = found.layouts
    text = (files("aliquot.resources") / "layouts" / f"{layout.name}.toml").read_bytes()
    assert layout.sha256 == hashlib.sha256(text).hexdigest()


@given(st.text(max_size=40))
def test_what_is_masked_keeps_its_shape_and_no_letter(text: str) -> None:
    masked = masked_text("customer_name", text)
    assert len(masked) == len(text)
    assert not any(c.isdigit() for c in masked)
    assert not any(c.isalpha() and c not in "Xx" for c in masked)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_percentiles_are_nearest_rank(values: list[float]) -> None:
    found = spread(values)
    ranked = sorted(values)
    assert found.p50 == ranked[math.ceil(0.5 * len(values)) - 1]
    assert found.most == ranked[-1]
    assert found.n == len(values)
