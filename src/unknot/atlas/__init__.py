"""What is known, as reviewable text under ``atlas/data``, and the one loader that validates it."""

from unknot.atlas.areas import Area, Areas, LeafSide, Node
from unknot.atlas.atlas import Atlas, load_atlas
from unknot.atlas.causes import Cause, CauseFinding, Danger, Modifier, Secondary
from unknot.atlas.findings import Accuracy, FindingEntry
from unknot.atlas.muscles import Muscle, MusclePart, Referral
from unknot.atlas.source import AtlasError

__all__ = [
    "Accuracy",
    "Area",
    "Areas",
    "Atlas",
    "AtlasError",
    "Cause",
    "CauseFinding",
    "Danger",
    "FindingEntry",
    "LeafSide",
    "Modifier",
    "Muscle",
    "MusclePart",
    "Node",
    "Referral",
    "Secondary",
    "load_atlas",
]
