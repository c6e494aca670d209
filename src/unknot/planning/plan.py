"""Choose sites, techniques and doses that relieve most within the minutes, inside every limit."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from unknot.atlas import Atlas
from unknot.atlas.body import Body, load_body
from unknot.atlas.techniques import Bundle
from unknot.case import Differential, LeftOut, Limit, Plan, PlanStep
from unknot.case.case import Position, SessionFrame
from unknot.drawing.resolved import ResolvedCase
from unknot.planning.permission import Refused, is_for_whole_body
from unknot.planning.secondary import with_secondary_points
from unknot.planning.sites import (
    Move,
    Option,
    Place,
    Site,
    general_sites,
    is_widespread,
    move_at,
    options_at,
    own_limits,
    pain_ceiling,
    sites_of,
)

ORDER: tuple[Position, ...] = ("prone", "side-lying", "supine", "seated")
"""The order in which a client turns least: over the side, then up."""
UNSURE = 0.3
"""A place less likely than this is worth a look before it is worth a treatment."""


def plan_session(
    resolved: ResolvedCase, differential: Differential, limits: tuple[Limit, ...], atlas: Atlas
) -> Plan:
    """Return a session plan that keeps every limit, or an empty one that says why.

    Relief expected is probability times effect; discomfort and turning over cost. Solved as a
    mixed-integer programme (HiGHS), so the choice is the best within the model, not a heuristic.

    Parameters
    ----------
    resolved
        The case; minutes, positions, tolerance and scope are read from it, and what it forbids by
        itself (where it is numb, where not to touch) is held whatever ``limits`` says.
    differential
        Sources with probabilities; only trigger points are treated by hand.
    limits
        Everything that must not be done.
    atlas
        Techniques, doses and session rules.
    """
    body = load_body()
    case = resolved.case
    rules = atlas.planning
    limits = (*limits, *own_limits(resolved, atlas))
    ceiling = pain_ceiling(resolved, atlas)
    general = not resolved.pains and not differential.causes
    at_most = rules.session.sites_at_most
    bundles = rules.bundle
    if general:
        ceiling = min(ceiling, rules.general.pain_ceiling)
        at_most = rules.general.sites_at_most
        bundles = (
            Bundle(id="general", steps=rules.general.steps),
            Bundle(id="general, lighter", steps=rules.general.otherwise),
        )
    if is_widespread(resolved, atlas):
        at_most = min(at_most, rules.ceiling.widespread_sites)
    likely = with_secondary_points(differential, resolved, atlas)
    treated = general_sites(atlas) if general else likely
    sites, left_out = sites_of(treated, atlas, body, case.practitioner.scope)
    options: list[Option] = []
    for index, site in enumerate(sites):
        found, refusal = options_at(
            index,
            site,
            case.session.positions,
            limits,
            ceiling,
            bundles,
            case.practitioner.scope,
            atlas,
            body,
        )
        options.extend(found)
        if refusal is not None:
            left_out.append(_left_out(site, refusal))
    minutes = _minutes(case.session.hands_on_minutes, limits)
    chosen = choose(options, sites, minutes * 60, at_most, atlas)
    left_out.extend(_unchosen(sites, options, chosen, at_most))
    left_out.extend(_not_for_hands(differential))
    steps, seconds = _steps(chosen, sites, resolved, atlas, body, limits, ceiling)
    return Plan(
        minutes_used=min(round(seconds / 60, 1), case.session.hands_on_minutes),
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
        notes=tuple(_notes(chosen, sites, general, ceiling, minutes, case.session)),
    )


def _minutes(offered: float, limits: tuple[Limit, ...]) -> float:
    caps = [
        limit.max_minutes
        for limit in limits
        if limit.max_minutes is not None and is_for_whole_body(limit)
    ]
    return min([offered, *caps])


def choose(
    options: list[Option], sites: list[Site], seconds: float, at_most: int, atlas: Atlas
) -> list[Option]:
    """Return the options worth most together: one a muscle, within the time and ``at_most``.

    Every position costs its turn and its closing strokes, every region and side its warming.
    """
    if not options:
        return []
    rules = atlas.planning.session
    warm, close = _frame_seconds("warming-strokes", atlas), _frame_seconds("closing-strokes", atlas)
    places = sorted({option.place for option in options}, key=_place_order)
    regions = sorted({_region(option, sites, atlas) for option in options}, key=str)
    n, p, r = len(options), len(places), len(regions)
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
        rows.append(({index: 1.0, n + places.index(option.place): -1.0}, 0.0))
        rows.append(({index: 1.0, n + p + regions.index(_region(option, sites, atlas)): -1.0}, 0.0))
    rows.extend((row, 1.0) for row in by_site.values())
    rows.append((dict.fromkeys(range(n), 1.0), float(at_most)))
    time = {index: option.seconds for index, option in enumerate(options)}
    time |= {n + place: rules.turn_seconds + close for place in range(p)}
    time |= {n + p + region: warm for region in range(r)}
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
        options={"mip_rel_gap": 0.0},
    )
    if result.x is None:
        return []
    return [option for index, option in enumerate(options) if result.x[index] > 0.5]


def _frame_seconds(technique: str, atlas: Atlas) -> float:
    return atlas.techniques[technique].dose[0].seconds


def _shared_minutes(options: list[Option]) -> list[tuple[dict[int, float], float]]:
    """A limit of minutes on a place is shared by every step that passes over it."""
    used: dict[Limit, dict[int, float]] = defaultdict(dict)
    cap: dict[Limit, float] = {}
    for index, option in enumerate(options):
        for move in option.moves:
            for limit, minutes in move.minutes:
                if is_for_whole_body(limit):
                    continue
                cap[limit] = minutes * 60
                used[limit][index] = used[limit].get(index, 0.0) + move.dose.seconds
    return [(row, cap[limit]) for limit, row in used.items()]


def _place_order(place: Place) -> tuple[int, str]:
    return ORDER.index(place.position), place.up or ""


def _region(option: Option, sites: list[Site], atlas: Atlas) -> tuple[Place, str, str]:
    """What one set of warming strokes serves: neighbouring regions of one side."""
    site = sites[option.site]
    region = site.muscle.region
    together = next((one for one in atlas.planning.warmed_together if region in one), (region,))
    return (option.place, together[0], site.side)


def _steps(
    chosen: list[Option],
    sites: list[Site],
    resolved: ResolvedCase,
    atlas: Atlas,
    body: Body,
    limits: tuple[Limit, ...],
    ceiling: float,
) -> tuple[list[PlanStep], float]:
    """Put the options in order: least turning, the likeliest region first, warmed before."""
    steps: list[PlanStep] = []
    seconds = 0.0
    rules = atlas.planning.session
    by_region: dict[tuple[Place, str, str], list[Option]] = defaultdict(list)
    for option in sorted(chosen, key=lambda one: -sites[one.site].probability):
        by_region[_region(option, sites, atlas)].append(option)
    ordered = sorted(by_region.items(), key=lambda item: _place_order(item[0][0]))
    for place, group in itertools.groupby(ordered, key=lambda item: item[0][0]):
        seconds += rules.turn_seconds
        treated: list[Option] = []
        for _, options in group:
            treated.extend(options)
            steps.extend(_frame("warming-strokes", options, sites, atlas, body, limits, ceiling))
            for option in options:
                site = sites[option.site]
                seconds += rules.check_seconds
                for move in option.moves:
                    steps.append(_step(move, site, place, resolved, atlas))
        treated.reverse()
        steps.extend(_frame("closing-strokes", treated, sites, atlas, body, limits, ceiling))
    seconds += sum(step.seconds for step in steps)
    return [step.model_copy(update={"n": n}) for n, step in enumerate(steps, start=1)], seconds


def _frame(
    technique_id: str,
    options: list[Option],
    sites: list[Site],
    atlas: Atlas,
    body: Body,
    limits: tuple[Limit, ...],
    ceiling: float,
) -> list[PlanStep]:
    """Warming or closing strokes at the first site that allows them; none where none does.

    Where minutes are limited they are kept for the work itself.
    """
    technique = atlas.techniques[technique_id]
    if options[0].moves[0].technique.id == technique_id:
        return []
    for option in options:
        site = sites[option.site]
        spots = tuple(dict.fromkeys(spot for move in option.moves for spot in move.spots))
        move = move_at(
            technique,
            technique.dose[0],
            site,
            spots,
            option.place.position,
            limits,
            ceiling,
            atlas,
            body,
        )
        if isinstance(move, Refused) or any(not is_for_whole_body(one) for one, _ in move.minutes):
            continue
        return [_step(move, site, option.place, None, atlas)]
    return []


def _step(
    move: Move, site: Site, place: Place, resolved: ResolvedCase | None, atlas: Atlas
) -> PlanStep:
    several = len(site.muscle.part) > 1
    return PlanStep(
        n=0,
        position=place.position,
        technique=move.technique.name,
        structure=site.muscle.name,
        part=", ".join(spot.part.name for spot in move.spots) if several else None,
        side=site.side,
        areas=tuple(sorted({f"{term}, {side}" for term, side in move.reach.nodes})),
        path=_path(move, site, place, atlas),
        pain_target=move.pain_target,
        pain_ceiling=move.pain_ceiling,
        kpa=_kpa(move, resolved),
        hold_s=move.dose.hold_s,
        repetitions=move.dose.repetitions,
        rest_s=move.dose.rest_s,
        seconds=move.dose.seconds,
        stop_if=move.technique.stop_if,
        source=move.dose.source or "judgement of the authors, not clinically reviewed",
        certainty=move.dose.certainty,
    )


def _path(move: Move, site: Site, place: Place, atlas: Atlas) -> str:
    """Say where and how, in the order a hand needs it: lie, hand, place, care."""
    technique, muscle = move.technique, site.muscle
    narrow = muscle.region in atlas.planning.fine_regions or bool(move.care)
    fine = narrow and technique.hands_fine
    words = [technique.hands_fine if fine else technique.hands]
    if "stretch" in technique.uses:
        words.append(muscle.stretch)
    elif technique.reach == "point":
        words.append(move.spots[0].part.location)
    else:
        words.append(f"{muscle.name}, only over {_nodes(move)}")
    if place.up is not None:
        words.insert(0, f"{place.up} side up")
    care = [muscle.palpation.caution, *move.care]
    if muscle.palpation.internal == "optional":
        care.insert(0, "from outside only, unless work inside is agreed and within scope")
    cautions = "; ".join(dict.fromkeys(one for one in care if one))
    return "; ".join(words) + (f" (care: {cautions})" if cautions else "")


def _nodes(move: Move) -> str:
    terms = sorted({term for term, _ in move.reach.nodes})
    return ", ".join(
        f"{term.partition(', ')[0]} ({term.partition(', ')[2]})" if ", " in term else term
        for term in terms
    )


def _kpa(move: Move, resolved: ResolvedCase | None) -> float | None:
    """Pressure in kPa only from the client's own threshold measured there, never above a cap."""
    share = move.technique.share_of_threshold
    if resolved is None or share is None:
        return None
    measured = [
        resolved.thresholds[node] for node in move.reach.nodes if node in resolved.thresholds
    ]
    if not measured:
        return None
    return float(math.floor(min(min(measured) * share, move.max_kpa)))


def _left_out(site: Site, because: str) -> LeftOut:
    return LeftOut(structure=site.muscle.name, side=site.side, because=because)


def _unchosen(
    sites: list[Site], options: list[Option], chosen: list[Option], at_most: int
) -> list[LeftOut]:
    done = {option.site for option in chosen}
    best: dict[int, float] = {}
    for option in options:
        best[option.site] = max(option.worth, best.get(option.site, option.worth))
    left_out = []
    for index, site in enumerate(sites):
        if index in done or index not in best:
            continue
        if best[index] <= 0:
            why = "too unlikely to be worth the discomfort"
        elif len(chosen) >= at_most:
            why = "enough for one session; likelier places come first"
        else:
            why = "the minutes and the turn are better spent on likelier places"
        left_out.append(_left_out(site, why))
    return left_out


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


def _notes(
    chosen: list[Option],
    sites: list[Site],
    general: bool,
    ceiling: float,
    minutes: float,
    session: SessionFrame,
) -> list[str]:
    notes = [f"Agree the scale first: nothing above {ceiling:g} of 10, and the client can stop it."]
    if not chosen:
        notes.insert(0, "Nothing is likely enough, and allowed, to press today.")
    elif general:
        notes.insert(0, "Nothing to locate: light work on places that often hold tension.")
    elif any(sites[option.site].probability < UNSURE for option in chosen):
        notes.append("Press to find out first: several of these places are only possible.")
    if minutes < session.hands_on_minutes:
        notes.append(f"Kept to {minutes:g} minutes by a limit.")
    return notes
