"""Choose sites, techniques and doses that relieve most within the minutes, inside every limit."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from unknot.atlas import Atlas
from unknot.atlas.body import Body, load_body
from unknot.atlas.techniques import Bundle
from unknot.case import CauseRow, Differential, LeftOut, Limit, Plan, PlanStep
from unknot.case.case import Position
from unknot.drawing.resolved import ResolvedCase
from unknot.planning.permission import Refused, permission
from unknot.planning.sites import (
    Move,
    Option,
    Site,
    is_widespread,
    options_at,
    pain_ceiling,
    sites_of,
)

ORDER: tuple[Position, ...] = ("prone", "side-lying", "supine", "seated")
"""The order in which a client turns least: over the side, then up."""


def plan_session(
    resolved: ResolvedCase, differential: Differential, limits: tuple[Limit, ...], atlas: Atlas
) -> Plan:
    """Return a session plan that keeps every limit, or an empty one that says why.

    Relief expected is probability times effect; discomfort and turning over cost. Solved as a
    mixed-integer programme (HiGHS), so the choice is the best within the model, not a heuristic.

    Parameters
    ----------
    resolved
        The case; minutes, positions, tolerance and scope are read from it.
    differential
        Sources with probabilities; only trigger points are treated by hand.
    limits
        Everything that must not be done.
    atlas
        Techniques, doses and session rules.
    """
    body = load_body()
    case = resolved.case
    ceiling = pain_ceiling(resolved, atlas)
    causes: Iterable[CauseRow] = differential.causes
    general = not resolved.pains
    sites, left_out = sites_of(
        _general_causes(atlas) if general else causes, atlas, body, case.practitioner.scope
    )
    bundles = atlas.planning.bundle
    if general:
        ceiling = min(ceiling, atlas.planning.general.pain_ceiling)
        bundles = (Bundle(id="general", steps=atlas.planning.general.steps),)
    options: list[Option] = []
    for index, site in enumerate(sites):
        positions = case.session.positions
        found, refusal = options_at(
            index, site, positions, limits, ceiling, bundles, atlas, body
        )
        options.extend(found)
        if refusal is not None:
            left_out.append(_left_out(site, refusal))
    minutes = _minutes(case.session.hands_on_minutes, limits)
    at_most = atlas.planning.session.sites_at_most
    if is_widespread(resolved, atlas):
        at_most = min(at_most, atlas.planning.ceiling.widespread_sites)
    chosen = _choose(options, sites, minutes * 60, at_most, atlas)
    left_out.extend(_unchosen(sites, options, chosen))
    left_out.extend(_not_for_hands(differential))
    steps, seconds = _steps(chosen, sites, resolved, atlas, body, limits, ceiling)
    return Plan(
        minutes_used=round(seconds / 60, 1),
        minutes_offered=case.session.hands_on_minutes,
        steps=tuple(steps),
        left_out=tuple(_once(left_out)),
        aftercare=tuple(
            dict.fromkeys(
                move.technique.aftercare
                for option in chosen
                for move in option.moves
                if move.technique.aftercare
            )
        ),
        notes=tuple(_notes(chosen, sites, general, ceiling)),
    )


def _general_causes(atlas: Atlas) -> list[CauseRow]:
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
                    side=side,
                    probability=0.5,
                )
            )
    return rows


def _minutes(offered: float, limits: tuple[Limit, ...]) -> float:
    caps = [limit.max_minutes for limit in limits if limit.whole_body and limit.max_minutes]
    return min([offered, *caps])


def _choose(
    options: list[Option], sites: list[Site], seconds: float, at_most: int, atlas: Atlas
) -> list[Option]:
    if not options:
        return []
    rules = atlas.planning.session
    positions = sorted({option.position for option in options}, key=ORDER.index)
    regions = sorted({_region(option, sites) for option in options})
    n, p, r = len(options), len(positions), len(regions)
    cost = np.concatenate(
        [
            [-option.worth for option in options],
            np.full(p, rules.turn_cost),
            np.full(r, 1e-6),
        ]
    )
    rows: list[tuple[dict[int, float], float]] = []
    by_site: dict[int, dict[int, float]] = defaultdict(dict)
    for index, option in enumerate(options):
        by_site[option.site][index] = 1.0
        rows.append(({index: 1.0, n + positions.index(option.position): -1.0}, 0.0))
        rows.append(({index: 1.0, n + p + regions.index(_region(option, sites)): -1.0}, 0.0))
    rows.extend((row, 1.0) for row in by_site.values())
    rows.append((dict.fromkeys(range(n), 1.0), float(at_most)))
    time = {index: option.seconds for index, option in enumerate(options)}
    for place in range(p):
        time[n + place] = rules.turn_seconds + rules.close_seconds
    for place in range(r):
        time[n + p + place] = rules.warm_seconds
    rows.append((time, seconds))
    rows.extend(_shared_minutes(options))
    matrix = lil_array((len(rows), n + p + r))
    for line, (row, _) in enumerate(rows):
        for column, value in row.items():
            matrix[line, column] = value
    result = milp(
        cost,
        constraints=LinearConstraint(matrix.tocsr(), -np.inf, [limit for _, limit in rows]),
        integrality=np.ones(n + p + r),
        bounds=Bounds(0, 1),
    )
    if result.x is None:
        return []
    return [option for index, option in enumerate(options) if result.x[index] > 0.5]


def _shared_minutes(options: list[Option]) -> list[tuple[dict[int, float], float]]:
    """A limit of minutes on an area is shared by every step that passes over it."""
    used: dict[int, dict[int, float]] = defaultdict(dict)
    cap: dict[int, float] = {}
    for index, option in enumerate(options):
        for move in option.moves:
            for limit, minutes in move.minutes:
                if limit.whole_body:
                    continue
                key = id(limit)
                cap[key] = minutes * 60
                used[key][index] = used[key].get(index, 0.0) + move.dose.seconds
    return [(row, cap[key]) for key, row in used.items()]


def _region(option: Option, sites: list[Site]) -> tuple[str, str, str]:
    site = sites[option.site]
    return (option.position, site.muscle.region, site.side)


def _steps(
    chosen: list[Option],
    sites: list[Site],
    resolved: ResolvedCase,
    atlas: Atlas,
    body: Body,
    limits: tuple[Limit, ...],
    ceiling: float,
) -> tuple[list[PlanStep], float]:
    steps: list[PlanStep] = []
    seconds = 0.0
    rules = atlas.planning.session
    ordered = sorted(
        chosen,
        key=lambda o: (ORDER.index(o.position), _region(o, sites)[1:], -sites[o.site].probability),
    )
    for position, group in itertools.groupby(ordered, key=lambda option: option.position):
        options = list(group)
        seconds += rules.turn_seconds
        warmed: set[tuple[str, str]] = set()
        for option in options:
            site = sites[option.site]
            place = (site.muscle.region, site.side)
            if place not in warmed:
                warmed.add(place)
                steps.extend(
                    _framing("warming-strokes", site, position, limits, ceiling, atlas, body)
                )
            for move in option.moves:
                steps.append(_step(move, site, position, resolved))
            seconds += rules.check_seconds
        last = sites[options[-1].site]
        steps.extend(_framing("closing-strokes", last, position, limits, ceiling, atlas, body))
    seconds += sum(step.seconds for step in steps)
    return [step.model_copy(update={"n": n}) for n, step in enumerate(steps, start=1)], seconds


def _framing(
    technique_id: str,
    site: Site,
    position: Position,
    limits: tuple[Limit, ...],
    ceiling: float,
    atlas: Atlas,
    body: Body,
) -> list[PlanStep]:
    """Warming or closing strokes around a site, left out where a limit forbids them."""
    technique = atlas.techniques[technique_id]
    answer = permission(technique, site.muscle, position, site.whole, limits, atlas, body)
    if isinstance(answer, Refused):
        return []
    dose = technique.dose[0]
    cap = min(ceiling, answer.max_pain)
    move = Move(technique, dose, min(dose.pain_target, cap), cap, answer.max_kpa, ())
    return [_step(move, site, position, None)]


def _step(move: Move, site: Site, position: Position, resolved: ResolvedCase | None) -> PlanStep:
    reach = site.point if move.technique.reach == "point" else site.whole
    return PlanStep(
        n=0,
        position=position,
        technique=move.technique.name,
        structure=site.muscle.name,
        part=site.part.name if len(site.muscle.part) > 1 else None,
        side=site.side,
        areas=tuple(sorted({f"{term}, {side}" for term, side in reach.nodes})),
        path=f"{move.technique.hands}; {_where(move, site)}",
        pain_target=move.pain_target,
        pain_ceiling=move.pain_ceiling,
        kpa=_kpa(move, site, resolved),
        hold_s=move.dose.hold_s,
        repetitions=move.dose.repetitions,
        rest_s=move.dose.rest_s,
        seconds=move.dose.seconds,
        stop_if=move.technique.stop_if,
        source=move.dose.source or "judgement of the authors, not clinically reviewed",
        certainty=move.dose.certainty,
    )


def _where(move: Move, site: Site) -> str:
    if move.technique.reach == "point":
        caution = site.muscle.palpation.caution
        return f"{site.part.location}" + (f" (care: {caution})" if caution else "")
    return f"along {site.muscle.name}"


def _kpa(move: Move, site: Site, resolved: ResolvedCase | None) -> float | None:
    """Pressure in kPa only from the client's own threshold measured there, never above a cap."""
    share = move.technique.share_of_threshold
    if resolved is None or share is None:
        return None
    measured = [
        resolved.thresholds[node] for node in site.point.nodes if node in resolved.thresholds
    ]
    if not measured:
        return None
    return round(min(min(measured) * share, move.max_kpa), 0)


def _left_out(site: Site, because: str) -> LeftOut:
    return LeftOut(structure=site.muscle.name, side=site.side, because=because)


def _unchosen(sites: list[Site], options: list[Option], chosen: list[Option]) -> list[LeftOut]:
    done = {option.site for option in chosen}
    possible = {option.site for option in options}
    return [
        _left_out(site, "the minutes are better spent on likelier places")
        for index, site in enumerate(sites)
        if index in possible and index not in done
    ]


def _not_for_hands(differential: Differential) -> list[LeftOut]:
    return [
        LeftOut(structure=row.structure, because="not a muscle: test it or ask, do not press it")
        for row in differential.structures[:8]
        if row.kind != "trigger_point" and row.probability >= 0.1
    ]


def _once(rows: list[LeftOut]) -> list[LeftOut]:
    seen: dict[tuple[str, str | None, str], LeftOut] = {}
    for row in rows:
        seen.setdefault((row.structure, row.side, row.because), row)
    return list(seen.values())


def _notes(chosen: list[Option], sites: list[Site], general: bool, ceiling: float) -> list[str]:
    notes = [f"Agree the scale first: nothing above {ceiling:g} of 10, and the client can stop it."]
    if not chosen:
        notes.insert(0, "Nothing is likely enough, and allowed, to press today.")
    elif general:
        notes.insert(0, "Nothing to locate: light work on places that often hold tension.")
    if any(sites[o.site].probability < 0.3 for o in chosen):
        notes.append("Press to find out first: several of these places are only possible.")
    return notes
