"""Every source that is not a muscle: roots, nerves, joints, viscera, headaches, danger."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from unknot.atlas.muscles import Referral, Share
from unknot.atlas.source import Statement
from unknot.case.assessment import Kind, Verdict

CauseLaterality = Literal["paired", "midline", "left", "right", "global"]
Setting = Literal["massage_practice", "primary_care", "pain_clinic"]


class Prior(Statement):
    """How common it is among people who come with pain, per setting (probability, per side)."""

    massage_practice: Share
    primary_care: Share
    pain_clinic: Share


class Modifier(Statement):
    """Multiplies the prior odds when ``when`` holds.

    ``when`` is one comparison on the person, ``age >= 50``, ``age < 18``, ``sex == female``,
    ``pregnancy_weeks >= 1``, or ``finding:ID`` for a history finding that is present.
    """

    when: str
    factor: Annotated[float, Field(gt=0, le=200)]


class CauseFinding(Statement):
    """Probability that the active cause produces this finding (``weight``).

    ``finding`` is the id of a file in ``findings/``.
    """

    finding: str
    weight: Share
    note: str = ""


class Secondary(Statement):
    """A muscle that such a cause makes tender in its segment: probability of a real point."""

    muscle: str
    weight: Share


class Danger(Statement):
    """What makes a cause serious: the verdict it raises, by when, to whom, what to say."""

    verdict: Verdict
    act_within: Literal["now", "same day", "2 days", "2 weeks"]
    to: str
    say: str
    threshold: Annotated[
        float, Field(gt=0, lt=1, description="Triage score at which the verdict is raised.")
    ]
    rule_out: str = Field(description="What would rule it out, in words.")
    aggravated_by: tuple[str, ...] = Field(
        default=(), description="Tests, movements or techniques it must not meet."
    )


class Cause(Statement):
    """One source of pain that is not a trigger point."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    kind: Kind
    region: str
    laterality: CauseLaterality
    level: str = Field(default="", description="Spinal segment or joint level, e.g. 'L5'.")
    plain: str = Field(description="What it is, in words a client understands; no diagnosis.")
    distinguishing: str = Field(description="What tells it apart, for a practitioner.")
    prior: Prior
    modifier: tuple[Modifier, ...] = ()
    referral: tuple[Referral, ...]
    finding: tuple[CauseFinding, ...] = ()
    secondary: tuple[Secondary, ...] = ()
    danger: Danger | None = None
    reviewed_by: str = ""

    @property
    def serious(self) -> bool:
        """Whether it is dangerous to miss."""
        return self.danger is not None
