"""The parts of an EIDO (NENA-STA-021.1a): components by id, what each must have."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Component = Mapping[str, object]

PROLOGUE = ("$id", "lastUpdateTimeStamp", "updatedByAgencyReference")
DOCUMENT = ("eidoVersion", "issuingElementIdentification", "agencyComponent")
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "callComponent": (
        *("callStateRegistryText", "standardPrimaryCallType"),
        *("direction", "callStartTimestamp"),
    ),
    "callbackComponent": (),
    "agencyComponent": ("agencyRoleDescriptionRegistryText", "agencyType"),
    "agentComponent": ("agentRoleRegistryText", "agencyReference"),
    "additionalDataComponent": (),
    "locationComponent": ("locationTypeDescriptionRegistryText",),
    "personComponent": ("personIncidentRoleRegistryText",),
    "incidentComponent": ("incidentTypeCommonRegistryText",),
    "notesComponent": ("notesActionComments",),
    "dispatchComponent": (),
    "emergencyResourceComponent": (
        *("agentReference", "emergencyResourceTypeCommonRegistryText"),
        *("primaryUnitStatusRegistryText", "resourceAttributeRegistryText"),
        "secondaryUnitStatusRegistryText",
    ),
}
MOST_COMPONENTS = 2_000
# Members under which messages of STA-024 carry EIDOs.
_CARRIERS = (
    *("event", "notification", "requestForService", "requestAwareness"),
    *("requestAwarenes", "resourceMessage", "eido"),
)

_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


@dataclass(slots=True)
class Parts:
    """An EIDO taken apart. ``problems``: what the schema asks for and is not there."""

    document: Component
    by_id: dict[str, Component] = field(default_factory=dict)
    kinds: dict[str, list[Component]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def all(self, kind: str) -> list[Component]:
        return self.kinds.get(f"{kind}Component", [])

    def linked(self, component: Component, name: str) -> list[Component]:
        """What a reference, or an array of them, points to. Each only once."""
        found: list[Component] = []
        given = component.get(name)
        for item in given if isinstance(given, list) else [given]:
            identity = item.get("$ref") if isinstance(item, dict) else None
            if not isinstance(identity, str):
                continue
            target = self.by_id.get(identity)
            if target is None:
                self.problems.append(f"{name} points to {identity[:80]}, not there")
            elif target not in found:
                found.append(target)
        return found


def is_eido(value: object) -> bool:
    """Whether parsed JSON has the form of one, complete or not."""
    if not isinstance(value, dict):
        return False
    named = any(isinstance(key, str) and key.endswith("Component") for key in value)
    return named and ("eidoVersion" in value or "$id" in value)


def eidos_in(value: object) -> Iterator[Component]:
    """The EIDOs of a document, a list of them, or a message that carries some."""
    waiting, seen = [value], 0
    while waiting and seen < MOST_COMPONENTS:
        one, seen = waiting.pop(0), seen + 1
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict) and is_eido(one):
            yield one
        elif isinstance(one, dict):
            waiting += [one[name] for name in _CARRIERS if name in one]


def take_apart(document: Component) -> Parts:
    """Components, found under their kinds and ids, and what is missing."""
    parts = Parts(document)
    _missing(parts, "EIDO", document, (*PROLOGUE, *DOCUMENT))
    if document.get("eidoVersion") not in (None, "1.0"):
        parts.problems.append("the version is not 1.0")
    for kind, given in document.items():
        if not kind.endswith("Component"):
            continue
        listed = given if isinstance(given, list) else [given]
        whole = [one for one in listed if isinstance(one, dict)][:MOST_COMPONENTS]
        if len(whole) < len(listed):
            parts.problems.append(f"{kind} has what is no object")
        parts.kinds[kind] = [dict(one) for one in whole]
        for one in parts.kinds[kind]:
            _missing(parts, kind, one, (*PROLOGUE, *REQUIRED.get(kind, ())))
            if isinstance(identity := one.get("$id"), str):
                parts.by_id.setdefault(identity, one)
    return parts


def _missing(parts: Parts, kind: str, one: Component, names: tuple[str, ...]) -> None:
    parts.problems += [f"{kind} has no {name}" for name in names if name not in one]


def text(component: Component, name: str) -> str:
    """A text, or the texts of an array with commas; "" for anything else."""
    return said(component.get(name))


def said(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return ", ".join(filter(None, (said(one) for one in value[:MOST_COMPONENTS])))
    return ""


def texts(component: Component, name: str) -> list[str]:
    value = component.get(name)
    listed = value if isinstance(value, list) else [value]
    return [one.strip() for one in listed if isinstance(one, str) and one.strip()]


def plain(markup: str) -> str:
    """HTML of a note as text."""
    without = _TAG.sub("", _BREAK.sub("\n", markup))
    lines = (" ".join(line.split()) for line in html.unescape(without).splitlines())
    return "\n".join(line for line in lines if line)


def person_name(person: Component) -> str:
    """The full name, or its parts; NIEM wraps each text in one way or another."""
    given: dict[str, str] = {}
    waiting: list[tuple[str, object]] = [("", person.get("ncPersonComponent"))]
    for _ in range(MOST_COMPONENTS):
        if not waiting:
            break
        key, value = waiting.pop(0)
        if isinstance(value, dict):
            waiting += [
                (k if not k.lower().endswith("value") else key, v)
                for k, v in value.items()
            ]
        elif isinstance(value, list):
            waiting += [(key, one) for one in value]
        elif isinstance(value, str) and value.strip():
            given.setdefault(key.rpartition("Person")[2], value.strip())
    if "FullName" in given:
        return given["FullName"]
    order = ("GivenName", "MiddleName", "SurName")
    return " ".join(given[name] for name in order if name in given)
