"""Muscles: trigger-point parts, where each refers pain, how hands reach it and with what care."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from unknot.atlas.source import Entry, Statement
from unknot.case.case import Position

Role = Literal["essential", "spillover", "rare"]
RelativeSide = Literal["same", "opposite", "both", "midline", "left", "right"]
"""Side of a referred area: relative to the source, or absolute for unpaired organs."""
Share = Annotated[float, Field(ge=0, le=1)]


class Referral(Statement):
    """Pain sent to one area. ``frequency`` is a measured share of subjects, with its ``n``."""

    area: str
    side: RelativeSide = "same"
    role: Role
    frequency: Share | None = None
    n: int | None = None
    note: str = ""


class Point(Statement):
    """Where a trigger point lies on the skin: a zone and a place in that zone's frame (0-1)."""

    zone: str
    u: Share = 0.5
    v: Share = 0.5


class MusclePart(Entry):
    """The fibres that hold one trigger point."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    location: str
    point: Point | None = None
    qualities: str = ""
    referral: tuple[Referral, ...]


class Palpation(Statement):
    """How hands reach it. ``caution`` is for hands only; needle hazards are not hand hazards."""

    position: Position
    technique: str
    caution: str = ""


class Prevalence(Statement):
    """Share of people with a complaint whose muscle holds an active trigger point."""

    complaint: str
    share: Share
    n: int
    controls: Share | None = None
    note: str = ""


class Muscle(Statement):
    """One muscle."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    groups: tuple[str, ...] = Field(
        default=(), description="Named groups it belongs to, e.g. 'lumbar paraspinals'."
    )
    region: str
    laterality: Literal["paired", "midline"] = "paired"
    origin: str
    insertion: str
    action: str
    nerve: str
    segments: tuple[str, ...] = ()
    fma: str = ""
    depth: Literal["superficial", "intermediate", "deep"]
    stretch: str = ""
    sign: str = Field(default="", description="Weakness or lost range that points to it.")
    perpetuators: tuple[str, ...] = ()
    reviewed_by: str = ""
    palpation: Palpation
    prevalence: tuple[Prevalence, ...] = ()
    part: tuple[MusclePart, ...]
