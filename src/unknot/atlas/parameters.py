"""Numbers the locating network needs that no muscle, cause or finding file holds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from unknot.atlas.muscles import Role, Share
from unknot.atlas.source import Entry, Statement
from unknot.case.assessment import Kind, Verdict


class ReferralWeight(Statement):
    """P(an active source makes a leaf area painful), by the role the pattern gives the area."""

    essential: Share
    spillover: Share
    rare: Share
    coarse_few: Share
    coarse_many: Share
    deep: Share
    few_leaves: Annotated[int, Field(ge=1)]
    focal: Share
    focal_kinds: tuple[Kind, ...]
    local: Share
    rare_part: Share

    def of(self, role: Role) -> float:
        """Return the weight of ``role``, a probability."""
        return {"essential": self.essential, "spillover": self.spillover, "rare": self.rare}[role]


class Reporting(Statement):
    """P(a painful leaf is reported), when painted and when named in words.

    Silence in neighbouring places goes together, and nobody reports all of a wide pain at once:
    the silent leaves of one source together speak as loudly as ``silent_leaves`` of them, or as
    ``silent_share`` of them where that is more.
    """

    painted: Share
    named: Share
    silent_leaves: Annotated[float, Field(gt=0)]
    silent_share: Share

    def loudness(self, silent: int) -> float:
        """Return how much each of a source's ``silent`` leaves counts (0-1)."""
        return min(1.0, max(self.silent_leaves / silent, self.silent_share))


class Leak(Statement):
    """P(reported without any modelled source)."""

    area: Share
    sensation: Share
    quality_default: Share


class TriggerPointPrior(Statement):
    """P(an average muscle holds an active point on one side), by setting; its parts share it."""

    massage_practice: Share
    primary_care: Share
    pain_clinic: Share


class Commonness(Statement):
    """One line of ``commonness.csv``: a muscle's factor on the trigger-point prior."""

    muscle: str
    factor: Annotated[float, Field(gt=0, le=10)]
    note: str = ""


class SensationWeight(Statement):
    """P(an active source of a kind gives numbness or tingling where it refers), by kind."""

    trigger_point: Share
    nerve_root: Share
    nerve_entrapment: Share
    disc: Share
    vascular: Share
    systemic: Share
    visceral: Share
    headache: Share
    joint: Share
    bone: Share
    tendon: Share
    bursa: Share
    fascia: Share
    psychological: Share

    def of(self, kind: Kind) -> float:
        """Return the weight of ``kind``, a probability."""
        value: float = getattr(self, kind)
        return value


class TriageBackground(Statement):
    """Background a serious cause is scored against, with muscles forbidden to explain it."""

    background_pain: Share
    area_factor_cap: Annotated[float, Field(ge=1)]
    area_factor_floor: Annotated[float, Field(gt=0, le=1)]


class Needs(Statement):
    """A kind of source whose odds shrink by ``factor`` without pain in its own ``regions``."""

    kind: Kind
    regions: tuple[str, ...]
    factor: Annotated[float, Field(gt=0, le=1)]


class Budget(Entry):
    """How much computation an exact answer may cost before a labelled coarser one is given."""

    max_cells: int
    max_configurations: int
    work: int
    missing_mass: float
    tolerated_error: float
    shown_structures: int
    shown_causes: int


class LocatingParameters(Entry):
    """The file ``locating.toml``."""

    weight: ReferralWeight
    reporting: Reporting
    leak: Leak
    trigger_point_prior: TriggerPointPrior
    sensation: SensationWeight
    triage: TriageBackground
    needs: Needs
    budget: Budget


class Coverage(Statement):
    """When a painted stroke counts as pain in a leaf area."""

    share: Share
    cm2: Annotated[float, Field(gt=0)]
    at_least: Share


class DrawingParameters(Entry):
    """The file ``drawing.toml``."""

    coverage: Coverage


class ClientSentences(Entry):
    """The file ``client_sentences.toml``: what a client may read about an assessment."""

    may_be_involved: str
    not_known_yet: str
    not_a_diagnosis: str
    pattern_needs_checking: str
    verdict: dict[Verdict, str]
    muscles_of: dict[str, str]


class LikelihoodWord(Entry):
    """One line of ``likelihood_words.csv``: the word from a probability on."""

    at_least: Share
    practitioner: str
    provider: str
