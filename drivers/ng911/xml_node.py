"""XML from outside as a small tree that knows where its texts stand in the bytes.

All XML comes through ``defusedxml``: a document type, an entity, an external
reference make it unreadable. Nothing here raises on what the other end sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

Span = tuple[int, int]

DEEPEST = 100  # a location document is 10 to 15 deep
MOST_NODES = 50_000
_TAG_END = re.compile(rb"(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_BOM = "\ufeff"


@dataclass(slots=True)
class Node:
    """An element. ``attributes`` by local name; ``inner`` is the content's place."""

    name: str
    namespace: str
    attributes: dict[str, str]
    inner: Span = (0, 0)
    parts: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The element's own text; runs of blanks and line ends are one blank."""
        return " ".join("".join(self.parts).split())

    def child(self, name: str) -> Node | None:
        return next(self.all(name), None)

    def all(self, *names: str) -> Iterator[Node]:
        """Children of these names, in the order of the document."""
        return (node for node in self.children if node.name in names)

    def below(self, *names: str) -> Iterator[Node]:
        """Elements of these names anywhere below, in the order of the document."""
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            if node.name in names:
                yield node
            waiting += reversed(node.children)

    def first_below(self, *names: str) -> Node | None:
        return next(self.below(*names), None)

    def text_of(self, name: str) -> str:
        """Text of the first child of that name, "" for none."""
        node = self.child(name)
        return node.text if node else ""


class _TooMuch(Exception):  # noqa: N818 - ends the reading
    """Deeper or with more elements than any document has."""


class _Builder:
    """Target of the parser: builds the tree, and notes byte places by its index."""

    def __init__(self) -> None:
        self.expat: Any = None
        self.root: Node | None = None
        self._open: list[Node] = []
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, name = _split(tag)
        at = self.expat.CurrentByteIndex
        local = {_split(key)[1]: value for key, value in attributes.items()}
        node = Node(name, namespace, local, (at, at))
        self._count += 1
        if self._count > MOST_NODES or len(self._open) > DEEPEST:
            raise _TooMuch
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1].parts.append(text)

    def end(self, tag: str) -> None:
        node = self._open.pop()
        node.inner = (node.inner[0], self.expat.CurrentByteIndex)

    def close(self) -> Node | None:
        return self.root


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition("}")
    return namespace.lstrip("{"), name


def parse_xml(data: bytes) -> Node | None:
    """The root element, None for what is no XML or is not safe to read."""
    skipped = len(data) - len(data.lstrip())
    builder = _Builder()
    try:
        parser = DefusedXMLParser(target=builder, forbid_dtd=True)
        builder.expat = parser.parser
        parser.feed(data[skipped:])
        parser.close()
    except (ParseError, DefusedXmlException, _TooMuch):
        return None
    except (ValueError, LookupError):  # an encoding that is unknown, or not kept to
        return None
    if builder.root is not None:
        _place(builder.root, data, skipped)
    return builder.root


def parse_xml_text(text: str) -> Node | None:
    """As ``parse_xml``, of a text: what it declares of its encoding does not count.

    Places are those in the text's UTF-8, without the declaration.
    """
    plain = _DECLARATION.sub("", text.lstrip(_BOM), count=1)
    return parse_xml(plain.encode("utf-8", "replace"))


def _place(root: Node, data: bytes, skipped: int) -> None:
    """From the place of the tag to that of the content, without blanks around it."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += node.children
        at, end = node.inner[0] + skipped, node.inner[1] + skipped
        found = None if node.children else _TAG_END.match(data, at)
        begin = min(found.end(), end) if found else at
        inside = data[begin:end]
        begin += len(inside) - len(inside.lstrip())
        node.inner = (begin, max(begin, begin + len(inside.strip())))
