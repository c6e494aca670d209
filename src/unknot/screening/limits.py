"""Limits on what hands may do: from rules, from anatomy, from the client."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from unknot.atlas import Atlas, Node
from unknot.atlas.rules import LimitTemplate, NoGo, Rule
from unknot.case import Case, Limit, LimitArea, Side
from unknot.drawing.area_words import SideConflict, UnknownArea, match_area
from unknot.drawing.resolved import ResolvedCase
from unknot.screening.facts import Facts


def limits_of(
    fired: Iterable[Rule],
    resolved: ResolvedCase,
    facts: Facts,
    atlas: Atlas,
    *,
    as_of: date | None,
) -> tuple[Limit, ...]:
    """Return every limit that holds, each once: rules first, then the client's, then anatomy."""
    today = as_of or resolved.case.as_of
    found: list[Limit] = []
    for rule in fired:
        for template in rule.limit:
            found += _from_rule(rule, template, facts, atlas, today)
    found += _from_client(resolved)
    found += [_from_anatomy(zone) for zone in atlas.screening.no_go.values()]
    return tuple(dict.fromkeys(found))


def places_in(text: str, atlas: Atlas) -> list[tuple[str, Side | None]]:
    """Find the areas in a short answer such as "left ankle, both hands"; others are left out."""
    found: list[tuple[str, Side | None]] = []
    for piece in re.split(r"[,;/]| and | plus ", text):
        if not piece.strip():
            continue
        try:
            match = match_area(piece.strip(), None, atlas)
        except (UnknownArea, SideConflict):
            continue
        found += [(term, match.side) for term in match.terms]
    return found


def _from_rule(
    rule: Rule, template: LimitTemplate, facts: Facts, atlas: Atlas, today: date | None
) -> list[Limit]:
    until = today + timedelta(days=template.days) if today and template.days else None
    because = template.because
    placed: tuple[LimitArea, ...] = ()
    whole_body = template.where == "whole body" and not (
        template.movement or template.position or template.structure
    )
    forbid, max_pain = template.forbid, template.max_pain
    if template.where == "areas":
        placed = tuple(LimitArea(area=a, margin_cm=template.margin_cm) for a in template.areas)
    elif template.where == "painted":
        placed = _areas_of(facts.painful, template.margin_cm)
        whole_body = not placed
    elif template.where == "answer":
        answer = facts[template.question].value
        said = answer if isinstance(answer, str) else ""
        placed = tuple(
            LimitArea(area=area, side=side, margin_cm=template.margin_cm)
            for area, side in places_in(said, atlas)
        )
        if not placed:  # told, but not where: keep the whole session light until it is known
            whole_body = True
            forbid = ("deep_pressure", "friction")
            because = f"{because} Where: {said or 'not said yet'}; keep off it."
    return [
        Limit(
            areas=placed,
            movement=template.movement,
            position=template.position,
            structure=template.structure,
            whole_body=whole_body,
            forbid=forbid,
            max_pain=max_pain,
            max_minutes=template.max_minutes,
            only_technique=template.only_technique,
            until=until,
            because=because,
            source=f"rule:{rule.id}",
        )
    ]


def _from_client(resolved: ResolvedCase) -> list[Limit]:
    case: Case = resolved.case
    found = []
    if resolved.do_not_touch:
        found.append(
            Limit(
                areas=_areas_of(resolved.do_not_touch, 0.0),
                forbid=("contact",),
                because="You asked not to be touched here.",
                source="client",
            )
        )
    numb = set(resolved.numb)
    for sensation in resolved.sensations:
        if sensation.kind == "numbness":
            numb |= sensation.nodes
    if numb:
        found.append(
            Limit(
                areas=_areas_of(numb, 0.0),
                forbid=("sustained_pressure", "deep_pressure", "heat"),
                because="It is numb here, so too much pressure or heat would not be felt.",
                source="client",
            )
        )
    if case.tolerance.pain_ceiling is not None:
        found.append(
            Limit(
                whole_body=True,
                max_pain=case.tolerance.pain_ceiling,
                because="This is as much discomfort as you want.",
                source="client",
            )
        )
    return found


def _from_anatomy(zone: NoGo) -> Limit:
    return Limit(
        areas=tuple(LimitArea(area=area, margin_cm=zone.margin_cm) for area in zone.areas),
        structure=zone.structure,
        forbid=zone.forbid,
        only_technique=zone.only_technique,
        because=zone.because,
        source=f"no-go:{zone.id}",
    )


def _areas_of(nodes: Iterable[Node], margin_cm: float) -> tuple[LimitArea, ...]:
    return tuple(
        LimitArea(area=term, side=side, margin_cm=margin_cm) for term, side in sorted(nodes)
    )
