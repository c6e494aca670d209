"""What is known, as reviewable text under ``atlas/data``, and the one loader that validates it."""

from unknot.atlas.areas import Area, Areas, LeafSide, Node
from unknot.atlas.atlas import Atlas, load_atlas
from unknot.atlas.causes import Cause, CauseFinding, Danger, Modifier, Secondary
from unknot.atlas.check import CheckReport, Problem, check_atlas
from unknot.atlas.findings import Accuracy, FindingEntry, Group
from unknot.atlas.muscles import Muscle, MusclePart, Referral, referral_levels
from unknot.atlas.source import AtlasError

__all__ = [
    "Accuracy",
    "Area",
    "Areas",
    "Atlas",
    "AtlasError",
    "Cause",
    "CauseFinding",
    "CheckReport",
    "Danger",
    "FindingEntry",
    "Group",
    "LeafSide",
    "Modifier",
    "Muscle",
    "MusclePart",
    "Node",
    "Problem",
    "Referral",
    "Secondary",
    "check_atlas",
    "load_atlas",
    "referral_levels",
]
