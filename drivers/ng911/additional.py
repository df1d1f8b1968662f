"""Additional data of a call (RFC 7852) and crash data (VEDS, RFC 8148).

Their texts become a note; a class of service, a provider's code and a subscriber's
name become fields. A subscriber's telephone number is no callback number: it is of
the contract, and the call may come from another device of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from aliquot.drivers.ng911.cards import Card, read_xcard
from aliquot.drivers.ng911.record import Draft
from aliquot.drivers.ng911.veds import add_crash
from aliquot.drivers.ng911.xml_node import Node

_COMPANY = re.compile(
    r"(?:urn:nena:companyid:|urn:emergency:companyid:)?(\S{1,40})", re.IGNORECASE
)
_PLAIN_SERVICE: Mapping[tuple[str, str], str] = {
    ("pots", "residence"): "RESD",
    ("pots", "business"): "BUSN",
    ("voip", "residence"): "VRES",
    ("voip", "business"): "VBUS",
}
_SERVICE: Mapping[str, str] = {
    "wireless": "WRLS",
    "coin": "COIN",
    "voip": "VOIP",
    "mlts-hosted": "PBX",
    "mlts-local": "PBX",
}
_VOIP_MOVES: Mapping[str, str] = {"mobile": "VMBL", "nomadic": "VNOM"}


def is_block(node: Node) -> bool:
    """Whether an element is one of these blocks, or a card, on its own."""
    return _reader(node) is not None


def add_block(draft: Draft, node: Node) -> bool:
    """Adds what a block says. Whether it is one."""
    reader = _reader(node)
    if reader is not None:
        reader(draft, node)
    return reader is not None


def add_blocks(draft: Draft, node: Node) -> None:
    """All blocks anywhere below, and references to blocks that were not sent."""
    waiting = list(reversed(node.children))
    while waiting:
        one = waiting.pop()
        if one.name == "EmergencyCallDataReference":
            what = one.attributes.get("purpose", "").rpartition(".")[2] or "data"
            draft.note(f"{what} by reference: {one.attributes.get('ref', '')}")
        elif not add_block(draft, one):
            waiting += reversed(one.children)


def _reader(node: Node) -> Callable[[Draft, Node], None] | None:
    return _READERS.get(node.name.rpartition(".")[2])


def class_of_service(environment: str, service: str, mobility: str) -> str | None:
    """NENA's class of service, where there is one for it."""
    where, what, moves = environment.lower(), service.lower(), mobility.lower()
    exact = _PLAIN_SERVICE.get((what, where))
    if exact:
        return exact
    if what == "voip" and moves in _VOIP_MOVES:
        return _VOIP_MOVES[moves]
    return _SERVICE.get(what)


def _service(draft: Draft, node: Node) -> None:
    names = ("ServiceEnvironment", "ServiceType", "ServiceMobility")
    environment, service, mobility = (node.text_of(name) for name in names)
    found = class_of_service(environment, service, mobility)
    if found:
        said = node.child("ServiceType")
        draft.put("class_of_service", found, said.inner if said else None)
    words = [text for text in (service, environment, mobility) if text]
    if words:
        draft.note(f"Service: {', '.join(words)}")


def _provider(draft: Draft, node: Node) -> None:
    code = node.child("ProviderID")
    series = node.text_of("ProviderIDSeries").upper()
    found = _COMPANY.fullmatch(code.text) if code else None
    if found and code and series in ("", "NENA"):
        start = code.inner[1] - len(found[1].encode())
        draft.put("company_id", found[1], (start, code.inner[1]))
    words = [node.text_of("DataProviderString"), node.text_of("TypeOfProvider")]
    words.append(node.text_of("ContactURI").removeprefix("tel:"))
    said = ", ".join(word for word in words if word)
    if said:
        draft.note(f"Provider: {said}")


def _subscriber(draft: Draft, node: Node) -> None:
    if node.attributes.get("privacyRequested", "").lower() in ("true", "1"):
        draft.note("The subscriber asks that his data are kept private.")
    for vcard in node.below("vcard"):
        _card(draft, vcard)


def _card(draft: Draft, node: Node) -> None:
    name = node.child("fn")
    text = name.child("text") if name else None
    add_card(draft, read_xcard(node), text.inner if text else None)


def _cards(draft: Draft, node: Node) -> None:
    for vcard in node.all("vcard"):
        _card(draft, vcard)


def add_card(draft: Draft, card: Card, span: tuple[int, int] | None = None) -> None:
    """A card of the subscriber: his name, and the rest as a note."""
    if card.name:
        draft.put("customer_name", card.name, span)
    if card.lines:
        draft.note(
            f"Subscriber {card.name}: ".replace(" :", ":") + "; ".join(card.lines)
        )


def _device(draft: Draft, node: Node) -> None:
    names = ("DeviceClassification", "DeviceMfgr", "DeviceModelNr")
    words = [node.text_of(name) for name in names]
    for one in node.all("UniqueDeviceID"):
        kind = one.attributes.get("TypeOfDeviceID", "ID")
        words.append(f"{kind} {one.text}")
    said = ", ".join(word for word in words if word)
    if said:
        draft.note(f"Device: {said}")


def _comment(draft: Draft, node: Node) -> None:
    for one in node.all("Comment"):
        if one.text:
            draft.note(f"Comment: {one.text}")


_READERS: Mapping[str, Callable[[Draft, Node], None]] = {
    "ServiceInfo": _service,
    "ProviderInfo": _provider,
    "SubscriberInfo": _subscriber,
    "DeviceInfo": _device,
    "Comment": _comment,
    "AutomatedCrashNotification": add_crash,
    "vcard": _card,
    "vcards": _cards,
}
