"""A case after its words and strokes were resolved: what the stations behind it read."""

from __future__ import annotations

from dataclasses import dataclass, field

from unknot.atlas import Node
from unknot.atlas.findings import PalpationSignName
from unknot.case import Case, ResolvedWords, Side


@dataclass(frozen=True)
class AreaPain:
    """Pain somewhere in ``nodes`` (one node: exactly there).

    ``path`` says where in the case it came from, ``said`` in which words.
    """

    nodes: frozenset[Node]
    path: str
    said: str
    side: Side | None
    intensity: float | None = None
    main: bool = False
    qualities: tuple[str, ...] = ()
    painted: bool = False


@dataclass(frozen=True)
class AreaSensation:
    """Numbness, tingling or the like, somewhere in ``nodes``."""

    nodes: frozenset[Node]
    path: str
    kind: str


@dataclass(frozen=True)
class FindingEvidence:
    """A finding of the atlas that was reported present or absent.

    ``finding`` is an id of ``atlas.findings``, or ``palpation`` for a point pressed in
    ``structure`` (a muscle or cause id, or several for a named group), ``part`` being its
    part's id, ``sign`` what the hand found there and ``felt`` where the person felt it.
    """

    finding: str
    present: bool
    path: str
    said: str
    side: Side | None = None
    structures: tuple[str, ...] = ()
    part: str | None = None
    sign: PalpationSignName = "point"
    ranking_shown_before: bool = False
    felt: frozenset[Node] = frozenset()


@dataclass(frozen=True)
class ResolvedCase:
    """The case, and what its words mean in the atlas's terms."""

    case: Case
    pains: tuple[AreaPain, ...] = ()
    sensations: tuple[AreaSensation, ...] = ()
    findings: tuple[FindingEvidence, ...] = ()
    do_not_touch: frozenset[Node] = frozenset()
    numb: frozenset[Node] = frozenset()
    painless: frozenset[Node] = frozenset()
    """Leaves where pain was expressly denied."""
    resolved: tuple[ResolvedWords, ...] = ()
    unused: tuple[str, ...] = ()
    area_cm2: float | None = None
    """Painted skin in cm2; None without a drawing."""
    thresholds: dict[Node, float] = field(default_factory=dict)
    """Measured pressure-pain threshold in kPa, by node."""

    @property
    def painful(self) -> frozenset[Node]:
        """Every node that any pain may touch."""
        return frozenset(node for pain in self.pains for node in pain.nodes)

    @property
    def main_pain(self) -> frozenset[Node]:
        """Nodes of the main pain: the ones marked main, else the strongest, else all."""
        marked = [pain for pain in self.pains if pain.main]
        if not marked and self.pains:
            strongest = max(pain.intensity or 0.0 for pain in self.pains)
            marked = [pain for pain in self.pains if (pain.intensity or 0.0) == strongest]
        return frozenset(node for pain in marked for node in pain.nodes)
