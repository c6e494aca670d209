"""Techniques, their doses, and how a session is put together from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from unknot.atlas.muscles import Share
from unknot.atlas.source import Entry, Statement
from unknot.case.assessment import Forbidden, Kind
from unknot.case.case import Position

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
    pressure-pain threshold it presses with, where there is one. ``hands_fine`` is how it is done
    where a forearm or knuckle has no place; ``needs_ceiling`` the ceiling (0-10) below which it is
    no longer what it is called, and is not used.
    """

    id: str
    name: str
    plain: str
    purpose: Purpose
    uses: tuple[Forbidden, ...]
    reach: Literal["point", "muscle"]
    hands: str
    hands_fine: str = ""
    needs_ceiling: ZeroToTen = 0.0
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
    """Times in seconds, costs in units of expected relief.

    ``second_position_cost`` is the share of the relief lost where a muscle is reached in a
    position that is possible but not its best.

    ``points_per_muscle`` is how many points of one muscle are pressed in one session.
    """

    site_probability: Share
    site_share: Share
    site_share_of_any: Share
    deep_from: Share
    sites_at_most: Annotated[int, Field(ge=1)]
    points_per_muscle: Annotated[int, Field(ge=1)]
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
    otherwise: tuple[str, ...]
    pain_ceiling: ZeroToTen
    sites_at_most: Annotated[int, Field(ge=1)]


class Manner(Statement):
    """What a limit's "only so" allows, where it is said as a manner and not as a technique.

    ``says`` are its words, exactly; ``techniques`` the ids that can be done in that manner.
    """

    says: str
    techniques: tuple[str, ...]


class Joint(Entry):
    """A part that moves: the words a limit names it by, and those that show a muscle moves it.

    ``moves`` is looked for in a muscle's region, action and stretch.
    """

    words: tuple[str, ...]
    moves: tuple[str, ...]


class Posture(Entry):
    """Words in a muscle's stretch, and the positions on the table in which it can be done so.

    ``regions`` narrows it to muscles of some regions.
    """

    words: tuple[str, ...]
    positions: tuple[Position, ...]
    regions: tuple[str, ...] = ()


class Numb(Statement):
    """What is not done where the client cannot feel, and along a limb that is numb in part.

    ``limbs`` are the regions that are lengthened together.
    """

    forbid: tuple[Forbidden, ...]
    forbid_in_limb: tuple[Forbidden, ...]
    limbs: tuple[tuple[str, ...], ...]
    because: str


class PlanningRules(Entry):
    """The file ``planning.toml``."""

    ceiling: Ceiling
    session: SessionRules
    bundle: tuple[Bundle, ...]
    internal_scope: dict[str, str] = Field(
        description="Scope needed for muscles reached only from inside, by their region."
    )
    fine_regions: tuple[str, ...] = Field(
        description="Regions of muscles that are worked with fingertips only."
    )
    warmed_together: tuple[tuple[str, ...], ...] = Field(
        description="Regions of muscles that one set of warming strokes serves."
    )
    no_secondary_from: tuple[Kind, ...] = Field(
        description="Kinds of cause whose secondary points are left alone."
    )
    general: GeneralSession
    manner: tuple[Manner, ...] = ()
    joint: tuple[Joint, ...] = ()
    posture: tuple[Posture, ...] = ()
    numb: Numb
