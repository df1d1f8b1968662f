"""Cards of people and providers: xCard (RFC 6351) and jCard (RFC 7095), in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from aliquot.drivers.ng911.xml_node import Node

MOST_ITEMS = 200


@dataclass(slots=True)
class Card:
    """``name`` as it is said; ``telephones`` and the rest with their kinds."""

    name: str = ""
    telephones: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    organization: str = ""
    languages: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        said = [f"Organization: {self.organization}"] if self.organization else []
        said += [f"Address: {one}" for one in self.addresses]
        said += [f"Telephone: {one}" for one in self.telephones]
        said += [f"E-mail: {one}" for one in self.emails]
        if self.languages:
            said.append(f"Languages: {', '.join(self.languages)}")
        return said


def read_xcard(node: Node) -> Card:
    """Of a ``vcard`` element."""
    card = Card()
    card.name = _first_text(node, "fn") or _structured_name(node.child("n"))
    card.organization = _first_text(node, "org")
    for tel in node.all("tel"):
        number = (tel.text_of("uri") or tel.text_of("text")).removeprefix("tel:")
        card.telephones += [_kind(number, _types(tel))] if number else []
    for adr in node.all("adr"):
        names = ("pobox", "ext", "street", "locality", "region", "code", "country")
        words = [adr.text_of(name) for name in names]
        line = ", ".join(word for word in words if word)
        card.addresses += [_kind(line, _types(adr))] if line else []
    for email in node.all("email"):
        card.emails += [_kind(email.text_of("text"), _types(email))]
    for lang in node.all("lang"):
        card.languages += [lang.text_of("language-tag")]
    return card


def _first_text(node: Node, name: str) -> str:
    found = node.child(name)
    return found.text_of("text") if found else ""


def _structured_name(node: Node | None) -> str:
    if node is None:
        return ""
    names = ("prefix", "given", "additional", "surname", "suffix")
    words = (part.text for name in names for part in node.all(name))
    return " ".join(word for word in words if word)


def _types(node: Node) -> list[str]:
    parameters = node.child("parameters")
    kind = parameters.child("type") if parameters else None
    return [text.text for text in kind.all("text")] if kind else []


def _kind(text: str, types: list[str]) -> str:
    return f"{text} ({', '.join(types)})" if types else text


def read_jcard(value: object) -> Card | None:
    """Of parsed JSON: ``["vcard", [[name, parameters, type, value…], …]]``."""
    if not (isinstance(value, list) and len(value) > 1 and value[0] == "vcard"):
        return None
    card = Card()
    structured = ""
    for name, types, said in _properties(value[1]):
        text = ", ".join(part for part in said if part)
        match name:
            case "fn":
                card.name = text
            case "n":
                order = [said[i] for i in (3, 1, 2, 0, 4) if i < len(said)]
                structured = " ".join(word for word in order if word)
            case "org":
                card.organization = text
            case "tel":
                card.telephones.append(_kind(text.removeprefix("tel:"), types))
            case "adr":
                card.addresses.append(_kind(text, types))
            case "email":
                card.emails.append(_kind(text, types))
            case "lang":
                card.languages.append(text)
    card.name = card.name or structured
    return card


def _properties(given: object) -> Iterator[tuple[str, list[str], list[str]]]:
    """Name, kinds, texts of each property that has the form of one."""
    for item in given[:MOST_ITEMS] if isinstance(given, list) else ():
        if not (isinstance(item, list) and len(item) > 3 and isinstance(item[0], str)):
            continue
        parameters = item[1] if isinstance(item[1], dict) else {}
        kinds = parameters.get("type", [])
        types = [kinds] if isinstance(kinds, str) else _texts(kinds)
        values = item[3] if len(item) == 4 else item[3:]
        said = [values] if isinstance(values, str) else _texts(values)
        yield item[0].lower(), types, said


def _texts(value: object) -> list[str]:
    """Texts of a list; a list in it is one text, with blanks between."""
    if not isinstance(value, list):
        return []
    found = []
    for one in value[:MOST_ITEMS]:
        if isinstance(one, list):
            found.append(" ".join(part for part in one if isinstance(part, str)))
        else:
            found.append(one if isinstance(one, str) else "")
    return found
