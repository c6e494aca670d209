"""JSON Schemas, generated from the documents so that they can never disagree."""

from __future__ import annotations

from typing import Any

from unknot.case.assessment import Assessment
from unknot.case.case import Case


def json_schemas() -> dict[str, dict[str, Any]]:
    """Return the published JSON Schemas by document name (``case-1``, ``assessment-1``)."""
    return {
        "case-1": Case.model_json_schema(by_alias=True, mode="validation"),
        "assessment-1": Assessment.model_json_schema(by_alias=True, mode="serialization"),
    }
