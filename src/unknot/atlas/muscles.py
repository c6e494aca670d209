"""Muscles: trigger-point parts, where each refers pain, how hands reach it and with what care."""

from __future__ import annotations

from typing import Annotated, Literal, Protocol

from pydantic import Field

from unknot.atlas.areas import Areas, LeafSide, Node
from unknot.atlas.source import Entry, Statement
from unknot.case.case import Position, Side

Role = Literal["essential", "spillover", "rare"]
ROLES: tuple[Role, ...] = ("essential", "spillover", "rare")
"""From the strongest to the weakest."""
RelativeSide = Literal["same", "opposite", "both", "midline", "left", "right"]
"""Side of a referred area: relative to the source, or absolute for unpaired organs."""
Share = Annotated[float, Field(ge=0, le=1)]
WHOLE = "whole"
"""Id of the only part of a muscle that is not divided."""


class Referral(Statement):
    """Pain sent to one area. ``frequency`` is a measured share of subjects, with its ``n``.

    A textbook source vouches for the area; the role is judgement unless ``frequency`` is given.
    """

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
    rare: bool = Field(
        default=False,
        description="Exceptional, or met far less often than the muscle's other points.",
    )
    referral: tuple[Referral, ...]

    @property
    def fibres(self) -> str | None:
        """The part's name where a muscle has several, None where it is the whole muscle."""
        return None if self.id == WHOLE else self.name


class Palpation(Statement):
    """How hands reach it. ``caution`` is for hands only; needle hazards are not hand hazards."""

    position: Position
    also: tuple[Position, ...] = Field(
        default=(), description="Other positions in which hands reach it about as well."
    )
    technique: str
    caution: str = ""
    internal: Literal["", "optional", "only"] = Field(
        default="",
        description="Whether it is reached inside the mouth or pelvis: as a choice, or only there.",
    )


class Prevalence(Statement):
    """Share of people with a complaint whose muscle holds an active trigger point.

    Where a review gives only a range, ``low`` and ``high`` are its ends and ``share`` lies
    between them. ``n`` is None where it was not published.
    """

    complaint: str
    share: Share
    low: Share | None = None
    high: Share | None = None
    n: int | None = None
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


class Refers(Protocol):
    """Anything with a referral pattern of its own: a muscle's part, or another cause."""

    @property
    def referral(self) -> tuple[Referral, ...]:
        """The areas it sends pain to."""
        ...


def referral_levels(
    entry: Muscle | Refers, side: LeafSide | None, areas: Areas
) -> dict[Node, Role]:
    """Return every leaf node the source's pain may reach, with the strongest role it has there.

    Parameters
    ----------
    entry
        A muscle (all its parts together), one part, or a cause.
    side
        Side of the source; None or ``midline`` for a source that has no side, whose ``same``
        and ``opposite`` then mean both.
    areas
        The named areas, to divide coarse and deep terms into leaves.

    Raises
    ------
    KeyError
        If a referral names an unknown area.
    """
    rows = (
        [row for part in entry.part for row in part.referral]
        if isinstance(entry, Muscle)
        else entry.referral
    )
    levels: dict[Node, Role] = {}
    for row in rows:
        for node in areas.nodes_of(row.area, side_of(row.side, side)):
            known = levels.get(node)
            if known is None or ROLES.index(row.role) < ROLES.index(known):
                levels[node] = row.role
    return levels


def side_of(relative: RelativeSide, side: LeafSide | None) -> Side:
    """Return the side of a referred area for a source on ``side``."""
    if relative == "same" or relative == "opposite":
        if side == "left" or side == "right":
            other: Side = "right" if side == "left" else "left"
            return side if relative == "same" else other
        return "both"
    return relative
