"""Write console/release/codes.py and apco.py from resources/codes/release_*.toml.

Run it after a reviewed change of a table; a test fails while they differ. The
tables become enums and constants in source, so that what a release can say is read
in one place, has types, and needs no file at run time.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TABLES = ROOT / "resources" / "codes"
NAMES = ("categories", "classes", "words", "agencies")
TARGET = ROOT / "console" / "release"

Row = Mapping[str, Any]

HEAD = '''"""{about}

Generated: change resources/codes/release_*.toml instead, and run
packaging/make_release_codes.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
'''


def tables() -> dict[str, dict[str, Any]]:
    return {name: tomllib.loads(_path(name).read_text()) for name in NAMES}


def _path(name: str) -> Path:
    return TABLES / f"release_{name}.toml"


def sources_sha256() -> str:
    """One hash over all tables: what a policy's hash takes in."""
    digest = hashlib.sha256()
    for name in NAMES:
        digest.update(hashlib.sha256(_path(name).read_bytes()).digest())
    return digest.hexdigest()


def _enum(name: str, about: str, rows: list[Row]) -> Iterator[str]:
    yield f'\n\nclass {name}(Enum):\n    """{about}"""\n\n'
    for row in rows:
        yield f"    {row['code'].upper()} = {row['id']}\n"


def _quoted(text: str) -> str:
    assert not set('"\\') & set(text), text
    return f'"{text}"'


def _mapping(name: str, kinds: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
    yield f"\n{name}: Mapping[{kinds}] = {{\n"
    for key, value in pairs:
        yield f"    {key}: {value},\n"
    yield "}\n"


def _of(enum: str, rows: list[Row], key: str) -> list[tuple[str, str]]:
    def said(value: Any) -> str:
        return _quoted(value) if isinstance(value, str) else str(value)

    return [(f"{enum}.{row['code'].upper()}", said(row[key])) for row in rows]


def _kinds(names: list[str]) -> str:
    inner = ", ".join(f"Kind.{name.upper()}" for name in names)
    return f"frozenset({{{inner}}})" if names else "frozenset(Kind)"


def codes_text(all_tables: Mapping[str, Mapping[str, Any]]) -> str:
    categories = all_tables["categories"]["category"]
    words = all_tables["words"]
    kinds = dict.fromkeys(row["kind"] for row in categories)
    kind_rows = [{"id": n, "code": kind} for n, kind in enumerate(kinds, 1)]
    parts = [HEAD.format(about="Every code and every word that a release can have.")]
    for name, about, rows in (
        ("Kind", "What categories have in common.", kind_rows),
        ("Category", "What was reported.", categories),
        ("Phrase", "What a person chose to say beside it.", words["phrase"]),
        ("Status", "What a release says of itself.", words["status"]),
        ("Channel", "Where a release goes.", words["channel"]),
    ):
        parts += _enum(name, about, rows)
    parts.append("\n")
    parts += _category_maps(categories)
    parts += _word_maps(words, all_tables["agencies"]["agencies"])
    return "".join(parts)


def _category_maps(rows: list[Row]) -> Iterator[str]:
    yield from _mapping(
        "CATEGORY_LABELS", "Category, str", _of("Category", rows, "label")
    )
    kinds = [(key, f"Kind.{value.strip(chr(34)).upper()}")
             for key, value in _of("Category", rows, "kind")]  # fmt: skip
    yield from _mapping("CATEGORY_KINDS", "Category, Kind", kinds)
    yield from _mapping(
        "FINEST_LEVELS", "Category, int", _of("Category", rows, "level")
    )


def _word_maps(words: Row, agencies: Mapping[str, str]) -> Iterator[str]:
    phrases, states = words["phrase"], words["status"]
    yield from _mapping("PHRASE_TEXTS", "Phrase, str", _of("Phrase", phrases, "text"))
    fits = [(f"Phrase.{row['code'].upper()}", _kinds(row["kinds"])) for row in phrases]
    yield from _mapping("PHRASE_KINDS", "Phrase, frozenset[Kind]", fits)
    yield from _mapping("STATUS_LABELS", "Status, str", _of("Status", states, "label"))
    said = [(f"Status.{code.upper()}", _quoted(text))
            for code, text in words["sentence"].items()]  # fmt: skip
    yield from _mapping("SENTENCES", "Status, str", said)
    public = [f"Channel.{row['code'].upper()}" for row in words["channel"]
              if row["public"]]  # fmt: skip
    inner = "".join(f"        {name},\n" for name in public)
    yield f"\nPUBLIC_CHANNELS = frozenset(\n    {{\n{inner}    }}\n)\n"
    hours = [*words["time"]["same_day"], *words["time"]["day_before"]]
    lines = "".join(f"    {_quoted(text)},\n" for text in hours)
    yield f"\nTIME_WORDS: tuple[str, ...] = (\n{lines})\n"
    names = [(_quoted(code), _quoted(name)) for code, name in agencies.items()]
    yield from _mapping("AGENCIES", "str, str", names)
    yield f'\nTABLES_SHA256 = "{sources_sha256()}"\n'


def apco_text(all_tables: Mapping[str, Mapping[str, Any]]) -> str:
    classes = all_tables["classes"]
    never = [{"id": n, "code": code} for n, code in enumerate(classes["never"], 1)]
    parts = [HEAD.format(about="The release class of every incident code.")]
    parts.append("\nfrom aliquot.console.release.codes import Category\n")
    parts += _enum("Never", "Why a code can never leave, under any policy.", never)
    parts.append("\n")
    for name, enum, groups in (
        ("NEVER", "Never", classes["never"]),
        ("APPROVE", "Category", classes["approve"]),
        ("HOLD", "Category", classes["hold"]),
    ):
        pairs = [(_quoted(code), f"{enum}.{group.upper()}")
                 for group, codes in groups.items() for code in codes]  # fmt: skip
        parts += _mapping(name, f"str, {enum}", pairs)
    return "".join(parts)


def main() -> None:
    read = tables()
    (TARGET / "codes.py").write_text(codes_text(read))
    (TARGET / "apco.py").write_text(apco_text(read))


if __name__ == "__main__":
    main()
