"""May this technique be used here? Every limit is asked, and the strictest holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from unknot.atlas import Atlas, Muscle
from unknot.atlas.body import Body
from unknot.atlas.techniques import Technique
from unknot.case import Limit
from unknot.case.case import Position
from unknot.planning.reach import Reach, touches


@dataclass(frozen=True)
class Allowed:
    """The step may be done, up to these caps (0-10 scale; kPa); the minutes are shared."""

    max_pain: float
    max_kpa: float
    max_minutes: tuple[tuple[Limit, float], ...] = ()


@dataclass(frozen=True)
class Refused:
    """The step may not be done, and why."""

    because: str


def permission(
    technique: Technique,
    muscle: Muscle,
    position: Position,
    reach: Reach,
    limits: Iterable[Limit],
    atlas: Atlas,
    body: Body,
) -> Allowed | Refused:
    """Ask every limit about one technique on one muscle in one position.

    A limit applies if it is for the whole body, its areas meet the whole path of the hand, or it
    names the muscle, the position, or a movement the technique makes.
    """
    ceiling = atlas.planning.ceiling
    max_pain, max_kpa = ceiling.hard_maximum, ceiling.hard_maximum_kpa
    minutes: list[tuple[Limit, float]] = []
    for limit in limits:
        if not _applies(limit, technique, muscle, position, reach, atlas, body):
            continue
        if limit.position == position and _is_bare(limit):
            return Refused(limit.because)
        if limit.movement is not None and not limit.forbid and _moves(limit, technique, muscle):
            return Refused(limit.because)
        if _forbids(limit, technique):
            return Refused(limit.because)
        if limit.only_technique is not None and not _is_named(technique, limit.only_technique):
            return Refused(limit.because)
        if limit.max_pain is not None:
            max_pain = min(max_pain, limit.max_pain)
        if limit.max_kpa is not None:
            max_kpa = min(max_kpa, limit.max_kpa)
        if limit.max_minutes is not None:
            minutes.append((limit, limit.max_minutes))
    return Allowed(max_pain, max_kpa, tuple(minutes))


def _applies(
    limit: Limit,
    technique: Technique,
    muscle: Muscle,
    position: Position,
    reach: Reach,
    atlas: Atlas,
    body: Body,
) -> bool:
    if limit.structure is not None and _same_structure(limit.structure, muscle, atlas):
        return True
    if limit.position is not None:
        return limit.position == position
    if limit.movement is not None:
        return _moves(limit, technique, muscle)
    if limit.areas:
        return touches(reach, limit.areas, atlas, body)
    return limit.whole_body or limit.structure is None


def _is_bare(limit: Limit) -> bool:
    """A limit on a position that says nothing else forbids the position itself."""
    caps = (limit.max_pain, limit.max_kpa, limit.max_minutes, limit.only_technique)
    return "position" in limit.forbid or (not limit.forbid and all(cap is None for cap in caps))


def _forbids(limit: Limit, technique: Technique) -> bool:
    forbidden = set(limit.forbid)
    if "contact" in forbidden or "technique" in forbidden:
        return True
    if "movement" in forbidden and "stretch" in technique.uses:
        return True
    return bool(forbidden & set(technique.uses))


def _moves(limit: Limit, technique: Technique, muscle: Muscle) -> bool:
    """Whether a lengthening technique could make the limited movement; when unsure, yes."""
    if "stretch" not in technique.uses:
        return False
    words = set(re.findall(r"[a-z]{4,}", (limit.movement or "").lower()))
    text = f"{muscle.stretch} {muscle.action} {muscle.region} {muscle.sign}".lower()
    return not words or any(word[:5] in text for word in words)


def _same_structure(name: str, muscle: Muscle, atlas: Atlas) -> bool:
    lowered = name.lower()
    if lowered in (muscle.id, muscle.name.lower(), *(alias.lower() for alias in muscle.aliases)):
        return True
    group = next(
        (g for g in atlas.groups.values() if lowered in (g.id, g.name.lower(), *g.aliases)), None
    )
    return group is not None and muscle.id in group.members


def _is_named(technique: Technique, only: str) -> bool:
    lowered = only.lower()
    if technique.id in lowered or technique.name in lowered:
        return True
    return technique.pincer and "pincer" in lowered
