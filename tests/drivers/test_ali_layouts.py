"""Layout files: what is in them, what is refused, and what many of them cost."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from functools import partial
from importlib.resources import files

import pytest
from linear import stays_below

from aliquot.drivers.lines.ali_decoder import LabelDetector
from aliquot.drivers.lines.api import FIELD_NAMES
from aliquot.drivers.lines.detect import Detector
from aliquot.drivers.lines.label_file import parse_label_layout
from aliquot.drivers.lines.label_layout import LabelLayout
from aliquot.drivers.lines.layout_file import parse_layout
from aliquot.drivers.lines.layouts import Layout, LayoutError, bundled, choose
from aliquot.drivers.lines.start_tree import parts_of, tree_of

GOOD = (files("aliquot.resources") / "layouts" / "ali_30w.toml").read_text("utf-8")


def test_the_bundled_layouts_can_be_read() -> None:
    assert [layout.name for layout in bundled()] == [
        "ali_30w",
        "ali_32x15",
        "ali_ky455",
    ]
    for layout in bundled():
        assert layout.has("esn")
        assert layout.starts[-1] >= sum(layout.widths)
    assert choose(()) == bundled()
    assert [layout.name for layout in choose(("ali_32x15",))] == ["ali_32x15"]


def test_a_whole_record_has_the_length_the_table_says() -> None:
    (layout,) = choose(("ali_32x15",))
    assert layout.starts[-1] == 13 * 32 + 30 + 20
    for rule in layout.fields:
        for piece in rule.pieces:
            assert piece.last < layout.widths[piece.line - 1]


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('name = "ali_30w"', 'name = "ALI 30W"', "name", "small letters"),
        ('title = "30W, seven lines"', "", "title", "is missing"),
        ('title = "30W, seven lines"', "title = 5", "title", "give a text"),
        ("[framing]", "[faming]", "faming", "not a key"),
        ("start_bytes = 31", 'start_bytes = "x"', "framing.start_bytes", "number"),
        ("start_bytes = 31", "start_bytes = 900", "framing.start_bytes", "1 to 200"),
        ("start_bytes = 31", "start_bytes = true", "framing.start_bytes", "number"),
        ("start = '", "start = '(?:", "framing.start", "regular expression"),
        ("start = '", "start = '(x)", "framing.start", "(?:...)"),
        ("[31, 28, 31", "[0, 28, 31", "framing.widths", "only the last"),
        ("[31, 28, 31", '["31", 28, 31', "framing.widths", "no number"),
        ("stream_breaks = []", "stream_breaks = [3, 2]", "stream_breaks", "rising"),
        ("required_lines = 6", "required_lines = 9", "required_lines", "1 to 7"),
        ('tokens = ["P#", ', 'tokens = ["", ', "match.tokens", "empty"),
        ("column = 17", "column = 99", "anchor[0].column", "0 to 30"),
        ('"pani_or_own"', '"other"', "quirks.second_number", "pani_or_own, none"),
        ('kind = "esn"', 'kind = "egg"', "kind", "use one of"),
        ('name = "esn"', 'name = "ens"', "name", "no field name"),
        ('name = "esn"', 'name = "state"', "field", "twice"),
        ("[[1, 0, 13]]", "[[1, 0, 31]]", "pieces", "columns outside line 1"),
        ("[[1, 0, 13]]", "[[8, 0, 13]]", "pieces", "no line 8"),
        ("[[1, 0, 13]]", "[[1, 0]]", "pieces", "give [line, first, last]"),
        ("[[1, 0, 13]]", "[]", "pieces", "is empty"),
        ('spill = "location"', 'spill = "nowhere"', "spill", "no field name"),
        ("[quirks]", "[quirks", "file", "no TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_file_key_and_what_to_do(
    old: str, new: str, key: str, words: str
) -> None:
    assert old in GOOD
    with pytest.raises(LayoutError) as refused:
        parse_layout(GOOD.replace(old, new, 1), "mine.toml")
    assert refused.value.file == "mine.toml"
    assert key in refused.value.key
    assert words in str(refused.value)
    assert str(refused.value).startswith("mine.toml: ")


def test_rules_name_only_known_fields() -> None:
    roles = {"first_number", "second_number", "callback", "street"}
    for layout in bundled():
        assert {rule.name for rule in layout.fields} <= set(FIELD_NAMES) | roles


def many(count: int) -> list[Layout]:
    """The bundled layouts and others that begin alike or differently."""
    (base,) = choose(("ali_32x15",))
    out = list(bundled())
    for n in range(count):
        start = base.start if n % 3 == 0 else f"LAYOUT{n:02d} [0-9]+"
        token = f"TOKEN{n:02d}=".encode()
        name = f"other_{n}"
        out.append(replace(base, name=name, start=start, tokens=(token,)))
    return out


def test_detection_tries_few_of_many_and_finds_the_right_one() -> None:
    text = b"315-778-0000 03/07 06:56:39  095 ESN:01315 -911ai.com- MTN:"
    detector = Detector(many(60))
    ranked = detector.rank(text)
    assert ranked[0].name == "ali_32x15"
    assert len(ranked) <= 3
    assert detector.rank(b"LAYOUT01 55")[0].name == "other_1"
    assert detector.rank(b"no first line at all") == ()


def test_sixty_layouts_do_not_cost_sixty_times_as_much() -> None:
    text = b"201 01-  no layout of ours, but long enough to be read " * 40

    def seconds(detector: Detector) -> float:
        begin = time.process_time()
        for _ in range(300):
            detector.rank(text)
            detector.starts.search(text)
        return time.process_time() - begin

    few, lots = Detector(bundled()), Detector(many(60))
    assert stays_below(partial(seconds, few), partial(seconds, lots), 8)


def test_a_tree_of_first_lines_finds_what_an_alternation_finds() -> None:
    starts = [layout.start for layout in bundled()]
    starts += [
        "LAYOUT[0-9]{2} [^]x]+",
        "LAYOUT1(?:a|b\\))c",
        "x|y",
        "LAY\\(OUT",
        "x?z+",
    ]
    tree = re.compile(tree_of(starts).encode("latin-1"))
    texts = [b"LAYOUT12 abc", b"LAYOUT1b)c", b"LAYOUT1ac", b"y", b"LAY(OUT", b"xzz"]
    texts += [b"zz", b"nothing at all", b"LAYOUT", b"911-0012     03/07 06:56:39"]
    for text in texts:
        plain = [n for n, one in enumerate(starts) if re.match(one.encode(), text)]
        found = tree.match(text)
        assert (found is not None) == bool(plain), text
        if found is not None:
            assert int((found.lastgroup or "")[1:]) in plain


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("a[0-9]{3}b", ["a", "[0-9]{3}", "b"]),
        ("(?:a|(?:b[)]))+c", ["(?:a|(?:b[)]))+", "c"]),
        ("[]x]\\(?", ["[]x]", "\\(?"]),
        ("[^]x]*?y", ["[^]x]*?", "y"]),
        ("a|b", ["(?:a|b)"]),
    ],
)
def test_the_parts_of_a_pattern(pattern: str, parts: list[str]) -> None:
    assert parts_of(pattern) == parts


def test_sixty_layouts_of_labels_do_not_cost_sixty_times_as_much() -> None:
    text = "CALLBACK=(509)429-0000 LAT=+048.75 LON=-119.42 AALAT= AANUM: " * 7

    def seconds(count: int) -> float:
        detector = LabelDetector([made_up(n) for n in range(count)])
        assert [one.name for one in detector.rank(text)] == ["made_0"]
        begin = time.process_time()
        for _ in range(300):
            detector.rank(text)
        return time.process_time() - begin

    assert stays_below(partial(seconds, 1), partial(seconds, 60), 12)


def made_up(n: int) -> LabelLayout:
    word = chr(65 + n % 26) + chr(65 + n // 26)
    text = (
        f'name = "made_{n}"\ntitle = "Made up"\n[match]\n'
        f'all = ["{word}LAT=", "{word}NUM:"]\n[[field]]\nname = "latitude"\n'
        f'labels = ["{word}LAT"]\n'
    )
    return parse_label_layout(text, f"made_{n}.toml")
