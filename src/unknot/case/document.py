"""What every document shares: frozen, versioned, unknown fields refused."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A piece of an input document: frozen, and an unknown field is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False
    )


class OutputPart(BaseModel):
    """A piece of an output document: may gain fields within a version, never lose one."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", validate_by_name=True, validate_by_alias=True
    )
