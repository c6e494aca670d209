"""JSON Schemas, generated from the documents so that they can never disagree."""

from __future__ import annotations

from typing import Any

from unknot.case.assessment import Assessment
from unknot.case.case import Case


def json_schemas() -> dict[str, dict[str, Any]]:
    """Return the published JSON Schemas by document name (``case-1``, ``assessment-1``)."""
    return {
        "case-1": _published(Case.model_json_schema(by_alias=True, mode="validation"), "case-1"),
        "assessment-1": _published(
            Assessment.model_json_schema(by_alias=True, mode="serialization"), "assessment-1"
        ),
    }


def _published(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Say which draft it is, and allow only the keys a pattern allows where there is one."""
    for part in (schema, *schema.get("$defs", {}).values()):
        for field in part.get("properties", {}).values():
            if "patternProperties" in field:
                field.setdefault("additionalProperties", False)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"unknot/{name.replace('-', '/')}",
        **{key: value for key, value in schema.items() if key != "title"},
    }
