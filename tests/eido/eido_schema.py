"""Validators of NENA's published schemas, where they are at hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "lines" / "eido"
NIEM = ("ncPersonType", "ncOrganizationType", "ncVehicleType", "ncItemType")

_FORMATS = jsonschema.FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value).tzinfo)


@_FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or value.partition(":")[1] == ":"


def _document(*parts: str) -> dict[str, Any]:
    path = SAMPLES.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no sample data at {SAMPLES}")
    text = path.read_text(encoding="utf-8")
    # A slip of the published file: a comma after a number makes it a text.
    found = yaml.safe_load(text.replace("minItems: 1,", "minItems: 1"))
    assert isinstance(found, dict)
    return found


def validator(file: str, schema: str) -> jsonschema.protocols.Validator:
    """Of one schema in a file of ``nena911``. The NIEM files were not published with
    it: what stands for them accepts any object."""
    whole = _document("nena911", file)
    stub = {"components": {"schemas": {name: {"type": "object"} for name in NIEM}}}
    resources = [
        ("urn:schema", Resource.from_contents(whole, DRAFT4)),
        ("NIEMComponents/nc.yaml", Resource.from_contents(stub, DRAFT4)),
        ("urn:NIEMComponents/nc.yaml", Resource.from_contents(stub, DRAFT4)),
    ]
    root = {"$ref": f"urn:schema#/components/schemas/{schema}"}
    kind = jsonschema.Draft4Validator
    return kind(
        root, registry=Registry().with_resources(resources), format_checker=_FORMATS
    )


def schemas(file: str) -> dict[str, Any]:
    found = _document("nena911", file)["components"]["schemas"]
    assert isinstance(found, dict)
    return found


def complaints(one: jsonschema.protocols.Validator, value: object) -> list[str]:
    return [f"{e.json_path}: {e.message}"[:200] for e in one.iter_errors(value)]
