"""Points that a likely root, joint or headache makes in its own segment.

Locating lets such a cause reach its secondary muscles' areas itself, so that a muscle does not
explain it away. For the hands these points are as real as any other, so planning counts them.
"""

from __future__ import annotations

from unknot.atlas import Atlas, Muscle, MusclePart, Node, referral_levels
from unknot.case import CauseRow, Differential, StructureRow
from unknot.case.assessment import CauseSide
from unknot.drawing.resolved import ResolvedCase

Key = tuple[str, CauseSide]


def with_secondary_points(
    differential: Differential, resolved: ResolvedCase, atlas: Atlas
) -> Differential:
    """Return the differential with secondary trigger points added to its muscles.

    P(active) becomes ``1 - (1 - own) * prod(1 - P(cause) * weight)`` over the causes that make
    points in that muscle. Only muscles that reach the reported pain count, on the cause's side,
    or for a cause without a side on every side that hurts. Serious causes add nothing, nor do
    the kinds of ``no_secondary_from`` in ``planning.toml``: pressing in an irritated nerve's
    territory waits.
    """
    quiet = _stays_quiet(differential, resolved, atlas)
    if not quiet:
        return differential
    structures = {row.id: row for row in differential.structures}
    causes = {row.id: row for row in differential.causes}
    for (muscle_id, side), none in quiet.items():
        muscle = atlas.muscles[muscle_id]
        known = structures.get(muscle_id)
        sides = dict(known.sides) if known else {}
        sides[side] = 1 - (1 - sides.get(side, 0.0)) * none
        structures[muscle_id] = _structure(muscle, sides, known)
        parts = _reaching(muscle, side, resolved.painful, atlas)
        for part in parts:
            identity = f"{muscle_id}/{part.id}:{side}"
            own = causes[identity].probability if identity in causes else 0.0
            share = 1 - (1 - own) * none ** (1 / len(parts))
            causes[identity] = _cause(identity, muscle, part, side, share)
    return differential.model_copy(
        update={
            "structures": tuple(
                sorted(structures.values(), key=lambda row: (-row.probability, row.id))
            ),
            "causes": tuple(sorted(causes.values(), key=lambda row: (-row.probability, row.id))),
        }
    )


def _stays_quiet(
    differential: Differential, resolved: ResolvedCase, atlas: Atlas
) -> dict[Key, float]:
    """P(no likely cause makes a point there), by muscle and side."""
    quiet: dict[Key, float] = {}
    for row in differential.structures:
        if row.serious or row.kind in ("trigger_point", *atlas.planning.no_secondary_from):
            continue
        for secondary in atlas.causes[row.id].secondary:
            muscle = atlas.muscles[secondary.muscle]
            for side, probability in row.sides.items():
                for on in _sides_of(side):
                    if _reaching(muscle, on, resolved.painful, atlas):
                        key = (muscle.id, on)
                        factor = 1 - probability * secondary.weight
                        quiet[key] = quiet.get(key, 1.0) * factor
    return quiet


def _sides_of(side: CauseSide) -> tuple[CauseSide, ...]:
    return (side,) if side in ("left", "right") else ("left", "right")


def _reaching(
    muscle: Muscle, side: CauseSide, painful: frozenset[Node], atlas: Atlas
) -> list[MusclePart]:
    """Parts of a muscle whose referral meets the reported pain."""
    where = None if side == "global" else side
    return [
        part
        for part in muscle.part
        if part.point is not None and painful & referral_levels(part, where, atlas.areas).keys()
    ]


def _structure(
    muscle: Muscle, sides: dict[CauseSide, float], known: StructureRow | None
) -> StructureRow:
    none = 1.0
    for probability in sides.values():
        none *= 1 - probability
    if known is not None:
        return known.model_copy(update={"sides": sides, "probability": 1 - none})
    return StructureRow(
        id=muscle.id,
        kind="trigger_point",
        structure=muscle.name,
        probability=1 - none,
        sides=sides,
    )


def _cause(
    identity: str, muscle: Muscle, part: MusclePart, side: CauseSide, probability: float
) -> CauseRow:
    return CauseRow(
        id=identity,
        kind="trigger_point",
        structure=muscle.name,
        part=part.name if len(muscle.part) > 1 else None,
        side=side,
        probability=probability,
    )
