"""Muscles worth treating, their points, and what may be done at each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from unknot.atlas import Atlas, Muscle, MusclePart, Node
from unknot.atlas.body import Body
from unknot.atlas.muscles import Point
from unknot.atlas.techniques import Bundle, Dose, Technique
from unknot.case import CauseRow, Differential, LeftOut, Limit, LimitArea
from unknot.case.assessment import CauseSide
from unknot.case.case import Position
from unknot.drawing.resolved import ResolvedCase
from unknot.planning.permission import Allowed, Refused, permission
from unknot.planning.reach import FINGER_CM, HAND_CM, Reach, reach_of


@dataclass(frozen=True, eq=False)
class Spot:
    """One point of a muscle that may be pressed: how likely it is the source, and its skin."""

    part: MusclePart
    point: Point
    probability: float
    reach: Reach


@dataclass(frozen=True)
class Site:
    """One muscle on one side that may be treated; ``spots`` are its points, likeliest first."""

    muscle: Muscle
    side: CauseSide
    probability: float
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Move:
    """One technique with one dose over some skin, within what the limits allow.

    ``spots`` are the points it is for: one where the hand stays, all treated ones where it
    travels. ``care`` is the manner in which limits allow it.
    """

    technique: Technique
    dose: Dose
    spots: tuple[Spot, ...]
    reach: Reach
    pain_target: float
    pain_ceiling: float
    max_kpa: float
    minutes: tuple[tuple[Limit, float], ...]
    care: tuple[str, ...]


Known = dict[tuple[str, tuple[Spot, ...]], Move | Refused]
"""What may be done, by step of a bundle and points, at one site in one position."""


@dataclass(frozen=True)
class Place:
    """How the client lies: a position and, on the side, which side is up."""

    position: Position
    up: CauseSide | None = None


@dataclass(frozen=True)
class Option:
    """A bundle of moves at a site in one position, with its time in seconds and its worth."""

    site: int
    place: Place
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
    """Whether so much of the body hurts that a first session must stay light.

    A coarse word counts in full: who names nine regions is as widespread as who paints them.
    """
    return len(resolved.painful) >= atlas.planning.ceiling.widespread_from_leaves


def own_limits(resolved: ResolvedCase, atlas: Atlas) -> tuple[Limit, ...]:
    """Return what the case itself forbids, whoever forgot to pass it on as a limit.

    Nothing presses for long, rubs or stretches where the client cannot feel, and nothing touches
    where the client does not want to be touched.
    """
    found = []
    if resolved.do_not_touch:
        found.append(
            Limit(
                areas=_areas(resolved.do_not_touch),
                forbid=("contact",),
                because="The client does not want to be touched here.",
                source="client",
            )
        )
    numb = resolved.numb | frozenset(
        node for one in resolved.sensations if one.kind == "numbness" for node in one.nodes
    )
    if numb:
        rule = atlas.planning.numb
        found.append(
            Limit(areas=_areas(numb), forbid=rule.forbid, because=rule.because, source="client")
        )
        limbs = _same_limb(numb, rule.limbs, atlas)
        if limbs:
            found.append(
                Limit(
                    areas=_areas(limbs),
                    forbid=rule.forbid_in_limb,
                    because=rule.because,
                    source="client",
                )
            )
    return tuple(found)


def _same_limb(
    numb: Iterable[Node], limbs: Iterable[tuple[str, ...]], atlas: Atlas
) -> frozenset[Node]:
    """Return every leaf of the limbs that are numb in part, on the numb side."""
    found: set[Node] = set()
    body_regions = {node: _region(node, atlas) for node in atlas.areas.nodes}
    for node in numb:
        for limb in limbs:
            if body_regions.get(node) in limb:
                found |= {n for n, r in body_regions.items() if r in limb and n[1] == node[1]}
    return frozenset(found)


def _region(node: Node, atlas: Atlas) -> str:
    region = atlas.areas[node[0]].region
    return "arm" if region == "upper arm" else region


def _areas(nodes: Iterable[Node]) -> tuple[LimitArea, ...]:
    return tuple(LimitArea(area=term, side=side) for term, side in sorted(nodes))


def sites_of(
    differential: Differential, atlas: Atlas, body: Body, scope: Iterable[str]
) -> tuple[list[Site], list[LeftOut]]:
    """Return the muscles worth treating, likeliest first, and what was left out for its scope.

    A muscle counts by the probability that any of its points is active on that side: hands look
    for the point, the differential only says where to look first.
    """
    sites: list[Site] = []
    left_out: list[LeftOut] = []
    allowed = {word.lower() for word in scope}
    candidates = _candidates(differential, atlas)
    likeliest = max((probability for _, _, probability, _ in candidates), default=0.0)
    numbers = atlas.planning.session
    local = [
        probability
        for row in differential.structures
        for side, probability in row.sides.items()
        if side != "global"
    ]
    least = max(
        numbers.site_probability,
        numbers.site_share * likeliest,
        numbers.site_share_of_any * max(local, default=0.0),
    )
    for muscle, side, probability, parts in candidates:
        if probability < least:
            continue
        missing = _missing_scope(muscle, atlas, allowed)
        if missing is not None and muscle.palpation.internal == "only":
            why = f"reaching it needs the scope {missing!r}, which this practitioner has not given"
            left_out.append(LeftOut(structure=muscle.name, side=side, because=why))
            continue
        spots = tuple(
            Spot(part, part.point, share, reach_of([part.point], side, body))
            for part, share in parts
            if part.point is not None
        )
        if not spots:
            why = "its trigger point has no place on the figure yet"
            left_out.append(LeftOut(structure=muscle.name, side=side, because=why))
            continue
        sites.append(Site(muscle, side, probability, spots))
    sites.sort(key=lambda site: (-site.probability, site.muscle.id, site.side))
    return sites, left_out


def _candidates(
    differential: Differential, atlas: Atlas
) -> list[tuple[Muscle, CauseSide, float, list[tuple[MusclePart, float]]]]:
    """Every muscle and side of the differential, with its parts, likeliest first."""
    by_part: dict[tuple[str, CauseSide], dict[str, float]] = {}
    for cause in differential.causes:
        if cause.kind == "trigger_point":
            muscle_id, part_id = cause.id.rpartition(":")[0].split("/")
            by_part.setdefault((muscle_id, cause.side), {})[part_id] = cause.probability
    whole: dict[tuple[str, CauseSide], float] = {}
    for row in differential.structures:
        if row.kind == "trigger_point":
            for side, probability in row.sides.items():
                whole[row.id, side] = probability
    for key, known in by_part.items():
        if key not in whole:
            whole[key] = _any_of(known.values())
    found = []
    for (muscle_id, side), probability in whole.items():
        muscle = atlas.muscles[muscle_id]
        known = by_part.get((muscle_id, side), {})
        rest = max(0.0, probability - _any_of(known.values()))
        unknown = [part for part in muscle.part if part.id not in known]
        share = {part.id: rest / len(unknown) for part in unknown} | known
        parts = sorted(
            ((part, share[part.id]) for part in muscle.part),
            key=lambda pair: (-pair[1], pair[0].rare, muscle.part.index(pair[0])),
        )
        found.append((muscle, side, probability, parts))
    return found


def _any_of(probabilities: Iterable[float]) -> float:
    none = 1.0
    for one in probabilities:
        none *= 1 - one
    return 1 - none


def general_sites(atlas: Atlas) -> Differential:
    """The usual stress-held muscles, offered as comfort work and not as a finding."""
    rows = []
    for name in atlas.planning.general.muscles:
        muscle = atlas.muscles[name]
        for side in ("left", "right"):
            rows.append(
                CauseRow(
                    id=f"{name}/{muscle.part[0].id}:{side}",
                    kind="trigger_point",
                    structure=muscle.name,
                    side="left" if side == "left" else "right",
                    probability=0.5,
                )
            )
    return Differential(causes=tuple(rows), unexplained=1.0)


def _missing_scope(muscle: Muscle, atlas: Atlas, allowed: set[str]) -> str | None:
    """Return the scope that work inside the body needs and that was not given."""
    if not muscle.palpation.internal:
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
    scope: Iterable[str],
    atlas: Atlas,
    body: Body,
) -> tuple[list[Option], str | None]:
    """Return every bundle allowed at a site, or why there is none.

    The likeliest point that may be treated comes first; a bundle may take the next one along.
    """
    offered = set(positions)
    ways = (site.muscle.palpation.position, *site.muscle.palpation.also)
    possible = [position for position in dict.fromkeys(ways) if position in offered]
    if not possible:
        needed = " or ".join(dict.fromkeys(ways))
        return [], f"it is reached {needed}, which is not possible today"
    inside = _missing_scope(site.muscle, atlas, {word.lower() for word in scope}) is None
    rules = atlas.planning.session
    options: list[Option] = []
    refusals: dict[str, None] = {}
    for position in possible:
        place = Place(position, site.side if position == "side-lying" else None)
        known: Known = {}
        for bundle in bundles:
            too_firm = _is_deep(bundle.steps, atlas) and site.probability < rules.deep_from
            if too_firm or not _suits(bundle.steps, site.muscle, position, inside, atlas):
                continue
            done: list[Spot] = []
            for spot in site.spots:
                if len(done) == rules.points_per_muscle:
                    break
                treated = (*done, spot)
                made = _moves(
                    bundle.steps, site, treated, position, limits, ceiling, known, atlas, body
                )
                if isinstance(made, Refused):
                    refusals[made.because] = None
                    continue
                if _presses_too_long(made, atlas):
                    break
                done.append(spot)
                options.append(_option(index, site, place, bundle.id, treated, made, atlas))
    return options, None if options else "; ".join(refusals) or "no technique suits it"


def _suits(
    steps: tuple[str, ...], muscle: Muscle, position: Position, inside: bool, atlas: Atlas
) -> bool:
    """Whether the muscle can be worked so in this position, from outside unless ``inside``.

    Pincer work needs a muscle that can be held; flat pressure one that can be pressed; a stretch
    one that can be done on the table, in the position the client is in.
    """
    reached = muscle.palpation.technique.lower()
    for step in steps:
        technique = atlas.techniques[step.partition(":")[0]]
        presses = "sustained_pressure" in technique.uses
        if technique.pincer and ("pincer" not in reached or not _outside(muscle, inside)):
            return False
        if presses and not technique.pincer and "flat" not in reached:
            return False
        if "stretch" in technique.uses and not _stretches(muscle, position, inside, atlas):
            return False
    return True


def _is_deep(steps: Iterable[str], atlas: Atlas) -> bool:
    used = (atlas.techniques[step.partition(":")[0]] for step in steps)
    return any("deep_pressure" in technique.uses for technique in used)


def _outside(muscle: Muscle, inside: bool) -> bool:
    """A muscle that may be reached inside too is pinched from inside."""
    return inside or not muscle.palpation.internal


def _stretches(muscle: Muscle, position: Position, inside: bool, atlas: Atlas) -> bool:
    said = muscle.stretch.lower()
    if not said or said.startswith(("none", "little")) or said == "relaxation":
        return False
    if "inside" in said and not inside:
        return False
    return all(
        position in posture.positions
        for posture in atlas.planning.posture
        if any(word in said for word in posture.words)
        and (not posture.regions or muscle.region in posture.regions)
    )


def _moves(
    steps: Iterable[str],
    site: Site,
    spots: tuple[Spot, ...],
    position: Position,
    limits: tuple[Limit, ...],
    ceiling: float,
    known: Known,
    atlas: Atlas,
    body: Body,
) -> tuple[Move, ...] | Refused:
    """Every move of a bundle, or the first refusal; ``known`` holds what was asked before."""
    moves: list[Move] = []
    for step in steps:
        technique_id, _, dose_id = step.partition(":")
        technique = atlas.techniques[technique_id]
        dose = next(dose for dose in technique.dose if dose.id == dose_id)
        groups = [(spot,) for spot in spots] if technique.reach == "point" else [spots]
        for group in groups:
            made = known.get((step, group))
            if made is None:
                made = move_at(technique, dose, site, group, position, limits, ceiling, atlas, body)
                known[step, group] = made
            if isinstance(made, Refused):
                return made
            moves.append(made)
    return tuple(moves)


def move_at(
    technique: Technique,
    dose: Dose,
    site: Site,
    spots: tuple[Spot, ...],
    position: Position,
    limits: tuple[Limit, ...],
    ceiling: float,
    atlas: Atlas,
    body: Body,
) -> Move | Refused:
    """Return the widest way in which a technique may be done at these points, or why not.

    A travelling hand keeps to a finger's width where a limit lies under a hand's.
    """
    widths = [FINGER_CM]
    if technique.reach == "muscle" and site.muscle.region not in atlas.planning.fine_regions:
        widths.insert(0, HAND_CM)
    allowed: list[tuple[Reach, Allowed]] = []
    refused = Refused("no technique suits it")
    for width in widths:
        reach = _reach(site, spots, width, body)
        answer = permission(technique, site.muscle, position, reach, limits, atlas, body)
        if isinstance(answer, Refused):
            refused = answer
        else:
            allowed.append((reach, answer))
    if not allowed:
        return refused
    reach, best = next((pair for pair in allowed if not pair[1].care), allowed[-1])
    cap = min(ceiling, best.max_pain)
    if cap < technique.needs_ceiling:
        return Refused(f"{technique.name} needs more than {cap:g} of 10")
    return Move(
        technique=technique,
        dose=dose,
        spots=spots,
        reach=reach,
        pain_target=min(dose.pain_target, cap),
        pain_ceiling=cap,
        max_kpa=best.max_kpa,
        minutes=best.max_minutes,
        care=best.care,
    )


def _reach(site: Site, spots: tuple[Spot, ...], half_cm: float, body: Body) -> Reach:
    if len(spots) == 1 and half_cm == FINGER_CM:
        return spots[0].reach
    return reach_of([spot.point for spot in spots], site.side, body, half_cm=half_cm)


def _presses_too_long(moves: Iterable[Move], atlas: Atlas) -> bool:
    held = sum(m.dose.seconds for m in moves if "sustained_pressure" in m.technique.uses)
    return held > atlas.planning.session.pressure_seconds_per_site


def _option(
    index: int,
    site: Site,
    place: Place,
    bundle: str,
    spots: tuple[Spot, ...],
    moves: tuple[Move, ...],
    atlas: Atlas,
) -> Option:
    rules = atlas.planning.session
    at_spots = sum(_relief(moves, spot) * spot.probability for spot in spots)
    elsewhere = max(0.0, site.probability - sum(spot.probability for spot in spots))
    relief = min(at_spots + elsewhere * _relief(moves, None), site.probability)
    comfort = 1.0
    for move in moves:
        comfort *= 1 - move.dose.discomfort * _held_back(move)
    cost = rules.discomfort_cost * (1 - comfort)
    if place.position != site.muscle.palpation.position:
        relief *= 1 - rules.second_position_cost
    return Option(
        site=index,
        place=place,
        bundle=bundle,
        moves=moves,
        seconds=rules.check_seconds + sum(move.dose.seconds for move in moves),
        worth=relief - cost,
    )


def _relief(moves: Iterable[Move], spot: Spot | None) -> float:
    """Expected relief if ``spot`` is the source; None: another point of the muscle is."""
    pain_left = 1.0
    for move in moves:
        if move.technique.reach == "point" and spot not in move.spots:
            continue
        pain_left *= 1 - move.dose.effect * (0.5 + 0.5 * _held_back(move))
    return 1 - pain_left


def _held_back(move: Move) -> float:
    return move.pain_target / move.dose.pain_target if move.dose.pain_target else 1.0
