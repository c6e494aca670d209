"""``unknot/assessment/1``: one envelope that holds the parts that were asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import Field, PlainSerializer

from unknot.case.case import Position, Side
from unknot.case.document import OutputPart

Verdict = Literal[
    "emergency",
    "urgent_referral",
    "provider_clearance_first",
    "not_screened",
    "modify",
    "proceed",
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
Kind = Literal[
    "trigger_point",
    "nerve_root",
    "nerve_entrapment",
    "joint",
    "bone",
    "disc",
    "tendon",
    "bursa",
    "fascia",
    "vascular",
    "visceral",
    "headache",
    "systemic",
    "psychological",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
CauseSide = Literal["left", "right", "midline", "global"]

SixDecimals = Annotated[
    float, PlainSerializer(lambda value: round(value, 6), return_type=float, when_used="json")
]
Probability = Annotated[SixDecimals, Field(ge=0, le=1)]
ThreeDecimals = Annotated[
    float, PlainSerializer(lambda value: round(value, 3), return_type=float, when_used="json")
]


def worst_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of several verdicts; of none, ``proceed``."""
    return min(verdicts, key=VERDICTS.index, default="proceed")


class ResolvedWords(OutputPart):
    """What words in the case were taken to mean."""

    path: str
    said: str
    terms: tuple[str, ...]
    side: Side | None = None
    note: str | None = None


class Reason(OutputPart):
    """Why the verdict is what it is, and what to do: by when, to whom, in which words."""

    rule: str
    verdict: Verdict
    because: str
    source: str
    act_within: str | None = None
    to: str | None = None
    say: str | None = None


class Ask(OutputPart):
    """A question still open, and the worst verdict its answer could bring."""

    question: str
    words: str
    could_become: Verdict


class LimitArea(OutputPart):
    """An area a limit applies to, with a margin around it in cm."""

    area: str
    side: Side | None = None
    margin_cm: float = 0.0


Forbidden = Literal[
    "contact",
    "sustained_pressure",
    "deep_pressure",
    "friction",
    "stretch",
    "heat",
    "movement",
    "position",
    "technique",
]


class Limit(OutputPart):
    """One limit on what hands may do, whoever wrote it: rule, clearance, consent, client.

    Applies to areas, a movement, a position, a structure, or (all empty) the whole body.
    """

    areas: tuple[LimitArea, ...] = ()
    movement: str | None = None
    position: Position | None = None
    structure: str | None = None
    whole_body: bool = False
    forbid: tuple[Forbidden, ...] = ()
    max_pain: float | None = None
    max_kpa: float | None = None
    max_minutes: float | None = None
    only_technique: str | None = None
    until: date | None = None
    because: str
    source: str


class Screening(OutputPart):
    """Is it safe? ``complete`` is false while a question that matters has no yes or no."""

    verdict: Verdict
    complete: bool
    reasons: tuple[Reason, ...] = ()
    ask: tuple[Ask, ...] = ()
    limits: tuple[Limit, ...] = ()
    words_to_read: tuple[str, ...] = Field(
        default=(), description="The client's words no rule understood; a person must read them."
    )


class EvidenceBits(OutputPart):
    """A reason for or against a cause: log2 P(finding | cause on) / P(finding | cause off)."""

    evidence: str
    bits: ThreeDecimals


class CauseRow(OutputPart):
    """One candidate source, with its posterior probability and reasons."""

    id: str
    kind: Kind
    structure: str
    part: str | None = None
    side: CauseSide
    probability: Probability
    interval: tuple[Probability, Probability] | None = None
    for_: tuple[EvidenceBits, ...] = Field(default=(), alias="for")
    against: tuple[EvidenceBits, ...] = ()


class StructureRow(OutputPart):
    """Parts and sides of one structure merged: P(at least one is active)."""

    id: str
    kind: Kind
    structure: str
    probability: Probability
    sides: dict[CauseSide, Probability] = Field(default_factory=dict)
    parts: tuple[str, ...] = ()
    serious: bool = False
    interval: tuple[Probability, Probability] | None = None
    for_: tuple[EvidenceBits, ...] = Field(default=(), alias="for")
    against: tuple[EvidenceBits, ...] = ()


class SeriousRow(OutputPart):
    """A serious cause kept in sight: scored with muscles forbidden to explain it away."""

    id: str
    structure: str
    kind: Kind
    triage: Probability
    threshold: Probability
    raised: bool
    verdict: Verdict
    act_within: str
    to: str
    rule_out: str


class Differential(OutputPart):
    """Which sources explain the pain, how sure, and how much stays unexplained.

    ``probability`` means the share of experienced examiners who would name this source.
    ``missing_mass`` bounds the posterior mass not enumerated; ``exact`` is false when the
    answer is a labelled approximation, and then ``method`` says which.
    """

    causes: tuple[CauseRow, ...] = ()
    structures: tuple[StructureRow, ...] = ()
    unexplained: Probability
    missing_mass: float = 0.0
    exact: bool = True
    method: str = "elimination"
    error: float | None = None
    serious: tuple[SeriousRow, ...] = ()
    overlaps: tuple[tuple[str, ...], ...] = Field(
        default=(), description="Groups of structures that explain the pain about equally."
    )
    note: str | None = None


class WouldChange(OutputPart):
    """What a finding would change."""

    if_: str = Field(alias="if")
    then: str


class NextFinding(OutputPart):
    """A finding worth looking for next."""

    finding: str
    side: CauseSide | None = None
    about: str
    bits: ThreeDecimals
    minutes: float
    discomfort: float
    would_change: tuple[WouldChange, ...] = ()


class PlanStep(OutputPart):
    """One step of a session: where, what, how hard (0-10 scale), how long, when to stop."""

    n: int
    position: Position
    technique: str
    structure: str | None = None
    part: str | None = None
    side: CauseSide | None = None
    areas: tuple[str, ...] = ()
    path: str
    pain_target: float | None = None
    pain_ceiling: float
    kpa: float | None = None
    hold_s: float | None = None
    repetitions: int | None = None
    rest_s: float | None = None
    seconds: float
    stop_if: tuple[str, ...]
    source: str
    certainty: str = "expert"


class LeftOut(OutputPart):
    """A site the plan does not treat, and why."""

    structure: str
    side: CauseSide | None = None
    because: str


class Plan(OutputPart):
    """A session plan, or null steps with the reason it was withheld."""

    minutes_used: float
    minutes_offered: float
    steps: tuple[PlanStep, ...]
    left_out: tuple[LeftOut, ...] = ()
    aftercare: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Assessment(OutputPart):
    """The answer: only the parts asked for are present."""

    schema_: Literal["unknot/assessment/1"] = Field(default="unknot/assessment/1", alias="schema")
    id: str | None = None
    as_of: date | None = None
    atlas: str
    audience: Literal["client", "practitioner", "provider"] = "practitioner"
    reviewed: bool = Field(
        default=False, description="True only when a named clinician reviewed the atlas used."
    )
    resolved: tuple[ResolvedWords, ...] = ()
    unused: tuple[str, ...] = Field(
        default=(), description="Findings and words that no part of the atlas understood."
    )
    screening: Screening | None = None
    differential: Differential | None = None
    next_findings: tuple[NextFinding, ...] | None = None
    plan: Plan | None = None
    withheld_because: str | None = None
    messages: tuple[str, ...] = Field(
        default=(), description="Plain sentences for a client or provider, most important first."
    )
