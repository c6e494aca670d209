"""Drawing: strokes and words of a case → areas and findings of the atlas."""

from unknot.drawing.resolve import resolve
from unknot.drawing.resolved import AreaPain, AreaSensation, FindingEvidence, ResolvedCase

__all__ = ["AreaPain", "AreaSensation", "FindingEvidence", "ResolvedCase", "resolve"]
