"""What every document shares: frozen, versioned, unknown fields refused."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
TEXT = rf"^[^{_CONTROL}]*$"
"""Text without control characters other than tab and line break."""
VISIBLE = rf"^[^{_CONTROL}]*[^\s{_CONTROL}][^{_CONTROL}]*$"
"""The same, with at least one character that can be seen."""


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
