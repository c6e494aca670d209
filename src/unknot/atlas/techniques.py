"""Techniques, their doses, and how a session is put together from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from unknot.atlas.muscles import Share
from unknot.atlas.source import Entry, Statement
from unknot.case.assessment import Forbidden

Seconds = Annotated[float, Field(ge=0, le=3600)]
ZeroToTen = Annotated[float, Field(ge=0, le=10)]
Purpose = Literal["warm", "prepare", "release", "friction", "lengthen", "close"]


class Dose(Statement):
    """One way to give a technique.

    ``pain_target`` is on the client's 0-10 scale; ``effect`` the expected relief relative to a
    full treatment of the right spot (0-1) and ``discomfort`` its cost on the same scale;
    ``seconds`` the whole time including rests.
    """

    id: str
    pain_target: ZeroToTen
    hold_s: Seconds | None = None
    repetitions: int | None = None
    rest_s: Seconds | None = None
    seconds: Seconds
    effect: Share
    discomfort: Share
    note: str = ""


class Technique(Entry):
    """One technique of the hands.

    ``uses`` says what it does in the words of limits; ``reach`` whether the hand stays on the
    point or travels the muscle; ``share_of_threshold`` which share of the client's own measured
    pressure-pain threshold it presses with, where there is one.
    """

    id: str
    name: str
    plain: str
    purpose: Purpose
    uses: tuple[Forbidden, ...]
    reach: Literal["point", "muscle"]
    hands: str
    pincer: bool = False
    share_of_threshold: Annotated[float, Field(gt=0, le=1.5)] | None = None
    aftercare: str = ""
    stop_if: tuple[str, ...]
    dose: tuple[Dose, ...]
    reviewed_by: str = ""


class Ceiling(Statement):
    """Caps on the client's 0-10 scale that hold whatever the client asks; pressure in kPa."""

    usual: ZeroToTen
    hard_maximum: ZeroToTen
    widespread: ZeroToTen
    widespread_from_leaves: int
    widespread_sites: int
    light_preference: ZeroToTen
    hard_maximum_kpa: float


class SessionRules(Statement):
    """Times in seconds, costs in units of expected relief."""

    site_probability: Share
    sites_at_most: int
    warm_seconds: Seconds
    close_seconds: Seconds
    check_seconds: Seconds
    turn_seconds: Seconds
    pressure_seconds_per_site: Seconds
    turn_cost: float
    discomfort_cost: float
    second_position_cost: float


class Bundle(Entry):
    """What may be done at one site, in order: ``technique:dose``."""

    id: str
    steps: tuple[str, ...]


class GeneralSession(Statement):
    """Light work on usual places when there is nothing to locate."""

    muscles: tuple[str, ...]
    steps: tuple[str, ...]
    pain_ceiling: ZeroToTen


class PlanningRules(Entry):
    """The file ``planning.toml``."""

    ceiling: Ceiling
    session: SessionRules
    bundle: tuple[Bundle, ...]
    internal_scope: dict[str, str] = Field(
        description="Scope needed for muscles reached only from inside, by their region."
    )
    general: GeneralSession
