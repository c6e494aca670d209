"""Sites worth pressing, and what may be done at each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from unknot.atlas import Atlas, Muscle, MusclePart
from unknot.atlas.body import Body
from unknot.atlas.techniques import Bundle, Dose, Technique
from unknot.case import CauseRow, LeftOut, Limit
from unknot.case.assessment import CauseSide
from unknot.case.case import Position
from unknot.drawing.resolved import ResolvedCase
from unknot.planning.permission import Refused, permission
from unknot.planning.reach import Reach, muscle_reach, point_reach


@dataclass(frozen=True)
class Site:
    """One trigger point that may be treated: where, how likely, in which position."""

    muscle: Muscle
    part: MusclePart
    side: CauseSide
    probability: float
    point: Reach
    whole: Reach


@dataclass(frozen=True)
class Move:
    """One technique with one dose at a site, within what the limits allow."""

    technique: Technique
    dose: Dose
    pain_target: float
    pain_ceiling: float
    max_kpa: float
    minutes: tuple[tuple[Limit, float], ...]


@dataclass(frozen=True)
class Option:
    """A bundle of moves at a site in one position, with its time in seconds and its worth."""

    site: int
    position: Position
    bundle: str
    moves: tuple[Move, ...]
    seconds: float
    worth: float


def pain_ceiling(resolved: ResolvedCase, atlas: Atlas) -> float:
    """Return the ceiling on the 0-10 scale: the lowest of what the client, widespread pain and
    the atlas allow; never above the hard maximum.
    """
    numbers = atlas.planning.ceiling
    tolerance = resolved.case.tolerance
    ceiling = numbers.usual if tolerance.pain_ceiling is None else tolerance.pain_ceiling
    if tolerance.preference == "light":
        ceiling = min(ceiling, numbers.light_preference)
    if is_widespread(resolved, atlas):
        ceiling = min(ceiling, numbers.widespread)
    return min(ceiling, numbers.hard_maximum)


def is_widespread(resolved: ResolvedCase, atlas: Atlas) -> bool:
    """Whether so many leaf areas hurt that a first session must stay light."""
    singles = {n for pain in resolved.pains if len(pain.nodes) == 1 for n in pain.nodes}
    wide = any(
        len(pain.nodes) >= atlas.planning.ceiling.widespread_from_leaves for pain in resolved.pains
    )
    return wide or len(singles) >= atlas.planning.ceiling.widespread_from_leaves


def sites_of(
    causes: Iterable[CauseRow], atlas: Atlas, body: Body, scope: Iterable[str]
) -> tuple[list[Site], list[LeftOut]]:
    """Return the points worth treating, likeliest first, and what was left out for its scope."""
    sites: list[Site] = []
    left_out: list[LeftOut] = []
    allowed = {word.lower() for word in scope}
    for row in causes:
        if row.kind != "trigger_point":
            continue
        muscle = atlas.muscles[row.id.split("/")[0]]
        part = next(p for p in muscle.part if row.id.startswith(f"{muscle.id}/{p.id}:"))
        if row.probability < atlas.planning.session.site_probability:
            continue
        missing = _missing_scope(muscle, atlas, allowed)
        if missing is not None:
            why = f"reaching it needs the scope {missing!r}, which this practitioner has not given"
            left_out.append(LeftOut(structure=muscle.name, side=row.side, because=why))
            continue
        if part.point is None:
            why = "its trigger point has no place on the figure yet"
            left_out.append(LeftOut(structure=muscle.name, side=row.side, because=why))
            continue
        sites.append(
            Site(
                muscle=muscle,
                part=part,
                side=row.side,
                probability=row.probability,
                point=point_reach(part.point, row.side, body),
                whole=muscle_reach(muscle, row.side, body),
            )
        )
    return sites, left_out


def _missing_scope(muscle: Muscle, atlas: Atlas, allowed: set[str]) -> str | None:
    if muscle.palpation.internal != "only":
        return None
    needed = atlas.planning.internal_scope.get(muscle.region, "internal")
    return None if needed in allowed else needed


def options_at(
    index: int,
    site: Site,
    positions: Iterable[Position],
    limits: tuple[Limit, ...],
    ceiling: float,
    bundles: Iterable[Bundle],
    atlas: Atlas,
    body: Body,
) -> tuple[list[Option], str | None]:
    """Return every bundle allowed at a site, or why there is none."""
    offered = set(positions)
    ways = (site.muscle.palpation.position, *site.muscle.palpation.also)
    possible = [position for position in ways if position in offered]
    if not possible:
        needed = " or ".join(dict.fromkeys(ways))
        return [], f"it is reached {needed}, which is not possible today"
    options: list[Option] = []
    refusals: dict[str, None] = {}
    for position in dict.fromkeys(possible):
        for bundle in bundles:
            if not _suits(bundle.steps, site.muscle, atlas):
                continue
            moves: list[Move] = []
            refused = None
            for step in bundle.steps:
                answer = _move(step, site, position, limits, ceiling, atlas, body)
                if isinstance(answer, Refused):
                    refused = answer
                    break
                moves.append(answer)
            if refused is not None:
                refusals[refused.because] = None
                continue
            options.append(_option(index, site, position, bundle.id, tuple(moves), atlas))
    return options, None if options else "; ".join(refusals) or "no technique suits it"


def _suits(steps: tuple[str, ...], muscle: Muscle, atlas: Atlas) -> bool:
    """Pincer work needs a muscle that can be held; flat pressure one that can be pressed."""
    reached = muscle.palpation.technique.lower()
    for step in steps:
        technique = atlas.techniques[step.partition(":")[0]]
        if technique.pincer and "pincer" not in reached:
            return False
        presses = "sustained_pressure" in technique.uses and not technique.pincer
        if presses and "flat" not in reached:
            return False
    return True


def _move(
    step: str,
    site: Site,
    position: Position,
    limits: tuple[Limit, ...],
    ceiling: float,
    atlas: Atlas,
    body: Body,
) -> Move | Refused:
    technique_id, _, dose_id = step.partition(":")
    technique = atlas.techniques[technique_id]
    dose = next(dose for dose in technique.dose if dose.id == dose_id)
    reach = site.point if technique.reach == "point" else site.whole
    answer = permission(technique, site.muscle, position, reach, limits, atlas, body)
    if isinstance(answer, Refused):
        return answer
    cap = min(ceiling, answer.max_pain)
    return Move(
        technique=technique,
        dose=dose,
        pain_target=min(dose.pain_target, cap),
        pain_ceiling=cap,
        max_kpa=answer.max_kpa,
        minutes=answer.max_minutes,
    )


def _option(
    index: int,
    site: Site,
    position: Position,
    bundle: str,
    moves: tuple[Move, ...],
    atlas: Atlas,
) -> Option:
    rules = atlas.planning.session
    relief = 0.0
    discomfort = 0.0
    for move in moves:
        full = move.dose.pain_target or 1.0
        held_back = move.pain_target / full if move.dose.pain_target else 1.0
        relief = 1 - (1 - relief) * (1 - move.dose.effect * (0.5 + 0.5 * held_back))
        discomfort = max(discomfort, move.dose.discomfort * held_back)
    cost = rules.discomfort_cost * discomfort
    if position != site.muscle.palpation.position:
        cost += rules.second_position_cost
    return Option(
        site=index,
        position=position,
        bundle=bundle,
        moves=moves,
        seconds=rules.check_seconds + sum(move.dose.seconds for move in moves),
        worth=site.probability * relief - cost,
    )
