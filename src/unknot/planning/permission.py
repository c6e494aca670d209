"""May this technique be used here? Every limit is asked, and the strictest holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from unknot.atlas import Atlas, Muscle
from unknot.atlas.body import Body
from unknot.atlas.techniques import Technique
from unknot.case import Limit
from unknot.case.case import Position
from unknot.planning.reach import Reach, touches


@dataclass(frozen=True)
class Allowed:
    """The step may be done, up to these caps (0-10 scale; kPa).

    ``max_minutes`` are shared with every other step under the same limit; ``care`` is the manner
    in which the limits allow it.
    """

    max_pain: float
    max_kpa: float
    max_minutes: tuple[tuple[Limit, float], ...] = ()
    care: tuple[str, ...] = ()


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
    names the muscle, the position, or a movement the technique makes. What it names in words the
    atlas does not know could be anywhere, so such a limit always applies.
    """
    ceiling = atlas.planning.ceiling
    max_pain, max_kpa = ceiling.hard_maximum, ceiling.hard_maximum_kpa
    minutes: list[tuple[Limit, float]] = []
    care: list[str] = []
    for limit in limits:
        if not _applies(limit, technique, muscle, position, reach, atlas, body):
            continue
        if _forbids(limit, technique, position):
            return Refused(limit.because)
        if limit.only_technique is not None:
            if not _is_named(technique, limit.only_technique, atlas):
                return Refused(limit.because)
            care.append(limit.only_technique)
        if limit.max_pain is not None:
            max_pain = min(max_pain, limit.max_pain)
        if limit.max_kpa is not None:
            if "deep_pressure" in technique.uses:  # what a hand presses is not measured
                return Refused(limit.because)
            max_kpa = min(max_kpa, limit.max_kpa)
            care.append(f"at most {limit.max_kpa:g} kPa")
        if limit.max_minutes is not None:
            minutes.append((limit, limit.max_minutes))
    if max_pain < technique.needs_ceiling:
        return Refused(f"it needs more than {max_pain:g} of 10, which is the most allowed here")
    return Allowed(max_pain, max_kpa, tuple(minutes), tuple(dict.fromkeys(care)))


def is_for_whole_body(limit: Limit) -> bool:
    """Whether a limit holds everywhere: it says so, or it names no place and no movement."""
    named = (limit.areas, limit.structure, limit.movement, limit.position)
    return limit.whole_body or not any(named)


def _applies(
    limit: Limit,
    technique: Technique,
    muscle: Muscle,
    position: Position,
    reach: Reach,
    atlas: Atlas,
    body: Body,
) -> bool:
    if is_for_whole_body(limit) or limit.position == position:
        return True
    if limit.structure is not None:
        members = _muscles_called(limit.structure, atlas)
        if muscle.id in members or not (members or limit.areas):
            return True
    if limit.movement is not None and _moves(limit.movement, technique, muscle, atlas):
        return True
    return touches(reach, limit.areas, atlas, body)


def _forbids(limit: Limit, technique: Technique, position: Position) -> bool:
    forbidden = set(limit.forbid)
    caps = (limit.max_pain, limit.max_kpa, limit.max_minutes, limit.only_technique)
    says_only_where = not forbidden and all(cap is None for cap in caps)
    if limit.position == position and ("position" in forbidden or says_only_where):
        return True
    if limit.movement is not None and not forbidden and "movement" in technique.uses:
        return True
    if says_only_where or forbidden & {"contact", "technique"}:
        return True
    return bool(forbidden & set(technique.uses))


def _moves(movement: str, technique: Technique, muscle: Muscle, atlas: Atlas) -> bool:
    """Whether a technique that moves a joint could make the limited movement; when unsure, yes."""
    if "movement" not in technique.uses:
        return False
    said = movement.lower()
    named = [joint for joint in atlas.planning.joint if any(word in said for word in joint.words)]
    if not named:
        return True
    text = f"{muscle.region} {muscle.action} {muscle.stretch}".lower()
    return any(word in text for joint in named for word in joint.moves)


@lru_cache(maxsize=512)
def _muscles_called(name: str, atlas: Atlas) -> frozenset[str]:
    """Ids of the muscles a structure's name stands for; empty when the atlas does not know."""
    wanted = name.strip().lower()
    found = {
        muscle.id
        for muscle in atlas.muscles.values()
        if wanted in _names(muscle.id, muscle.name, muscle.aliases)
        or wanted in (group.lower() for group in muscle.groups)
    }
    for group in atlas.groups.values():
        if wanted in _names(group.id, group.name, group.aliases):
            found |= set(group.members)
    return frozenset(found)


def _names(identity: str, name: str, aliases: Iterable[str]) -> set[str]:
    return {identity, name.lower(), *(alias.lower() for alias in aliases)}


def _is_named(technique: Technique, only: str, atlas: Atlas) -> bool:
    """Whether a limit's "only so" means this technique: by its name, or in a known manner."""
    said = only.strip().lower()
    for manner in atlas.planning.manner:
        if manner.says == said:
            return technique.id in manner.techniques
    return said in (technique.id, technique.name.lower())
