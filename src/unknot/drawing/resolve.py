"""A case's words and strokes → the atlas's terms. The only place where words become ids."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from unknot.atlas import Atlas, Node
from unknot.atlas.findings import PalpationSignName
from unknot.case import Case, Finding, InvalidCase, ResolvedWords, Side, UnknotError
from unknot.case.case import Layer, SensationKind
from unknot.drawing.area_words import AreaMatch, AreaPlace, match_area
from unknot.drawing.finding_words import FindingWords
from unknot.drawing.resolved import AreaPain, AreaSensation, FindingEvidence, ResolvedCase
from unknot.drawing.strokes import painted_areas, painted_cm2
from unknot.drawing.structure_words import structures_in, structures_named

KPA_PER_KG_CM2 = 98.0665
NEWTON_PER_LBF = 4.44822
_CLEARANCE = "clearance:"
_PAINTED_SENSATIONS: tuple[tuple[Layer, SensationKind], ...] = (
    ("numb", "numbness"),
    ("tingling", "tingling"),
)
_PRESSED = re.compile(
    r"\b(trigger point|tender|taut band|knot|press|palpat|nodule|reproduc|compress)\w*", re.I
)
_PAIN_THERE = re.compile(
    r"(?:pain|ache|aching) (?:in|at|over|of) (?:the )?(.+)$|(.+?) (?:pain|ache|aching)$", re.I
)


@dataclass
class _Gathered:
    """Everything resolved so far, and every problem met on the way."""

    atlas: Atlas
    words: FindingWords
    resolved: list[ResolvedWords] = field(default_factory=list)
    problems: list[tuple[str | None, str, str | None]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    told_pains: list[AreaPain] = field(default_factory=list)
    painless: set[Node] = field(default_factory=set)

    def area(self, path: str, words: str, side: Side | None) -> AreaMatch | None:
        """Resolve words for a place; note a problem instead of stopping at the first."""
        try:
            found = match_area(words, side, self.atlas)
        except UnknotError as error:
            self.problems.append((path, error.message, error.hint))
            return None
        by_side: dict[Side | None, list[str]] = {}
        for place in found.places:
            by_side.setdefault(place.side, []).extend(place.terms)
        self.resolved += [
            ResolvedWords(
                path=path, said=words, terms=tuple(dict.fromkeys(terms)), side=on, note=found.note
            )
            for on, terms in by_side.items()
        ]
        return found

    def nodes(self, path: str, words: str, side: Side | None) -> frozenset[Node]:
        """Leaf areas the words cover; empty if they could not be resolved."""
        found = self.area(path, words, side)
        if found is None:
            return frozenset()
        return frozenset(
            node for place in found.places for node in self.nodes_of(place, place.side)
        )

    def nodes_of(self, place: AreaPlace, side: Side | None) -> frozenset[Node]:
        """Leaf areas of a place on ``side``."""
        areas = self.atlas.areas
        return frozenset(node for term in place.terms for node in areas.nodes_of(term, side))


def resolve(case: Case, atlas: Atlas) -> ResolvedCase:
    """Resolve every word and stroke of a case.

    ``both`` sides of a pain are two pains; a side that was not said is "left or right". A finding
    that resolves to nothing is kept in ``unused`` and never fails the case.

    Raises
    ------
    InvalidCase
        If an area matches nothing or contradicts its side; it lists every such place.
    """
    gathered = _Gathered(atlas, _finding_words(atlas))
    named = list(_named_pains(case, gathered))
    painted = painted_areas(case.drawing, atlas, "pain")
    sensations = list(_sensations(case, gathered))
    findings = [
        *_findings(case, gathered),
        *_told_about_pain(case, gathered),
        *_painted_qualities(painted, gathered),
    ]
    pains = _unite([*named, *gathered.told_pains], painted)
    do_not_touch = frozenset(
        node
        for index, place in enumerate(case.do_not_touch)
        for node in gathered.nodes(f"do_not_touch[{index}].area", place.area, place.side)
    ) | frozenset(
        node for pain in painted_areas(case.drawing, atlas, "do not touch") for node in pain.nodes
    )
    thresholds = _thresholds(case, gathered)
    if gathered.problems:
        raise InvalidCase(gathered.problems)
    return ResolvedCase(
        case=case,
        pains=tuple(pains),
        sensations=tuple(sensations),
        findings=tuple(_with_implied(findings, atlas)),
        do_not_touch=do_not_touch,
        numb=frozenset(n for s in sensations if s.kind == "numbness" for n in s.nodes),
        painless=frozenset(gathered.painless) - {n for pain in pains for n in pain.nodes},
        resolved=tuple(gathered.resolved),
        unused=tuple(dict.fromkeys(gathered.unused)),
        area_cm2=painted_cm2(case.drawing, case.person.height_cm) if case.drawing else None,
        thresholds=thresholds,
    )


@lru_cache(maxsize=8)
def _finding_words(atlas: Atlas) -> FindingWords:
    return FindingWords(atlas.findings)


@lru_cache(maxsize=8)
def _concepts(atlas: Atlas) -> dict[str, str]:
    """The finding that states the same fact as a question, by question id."""
    concepts = {question.id: question.concept for question in atlas.questions.values()}
    return {
        question: concept
        for question, concept in concepts.items()
        if concept and concept in atlas.findings
    }


def _named_pains(case: Case, gathered: _Gathered) -> Iterable[AreaPain]:
    for index, pain in enumerate(case.pain):
        match = gathered.area(f"pain[{index}].area", pain.area, pain.side)
        for place in match.places if match else ():
            for side in _sides(place, gathered):
                yield AreaPain(
                    nodes=gathered.nodes_of(place, side),
                    path=f"pain[{index}]",
                    said=pain.area if len(place.terms) > 1 else place.terms[0],
                    side=side,
                    intensity=pain.worst if pain.intensity is None else pain.intensity,
                    main=pain.main,
                    qualities=pain.qualities,
                )


def _sides(place: AreaPlace, gathered: _Gathered) -> tuple[Side | None, ...]:
    """Both sides of a paired place are two sites; "all over" stays one."""
    areas = gathered.atlas.areas
    if place.side == "both" and any(areas[term].laterality == "paired" for term in place.terms):
        return ("left", "right")
    return (place.side,)


def _unite(named: Iterable[AreaPain], painted: Iterable[AreaPain]) -> list[AreaPain]:
    """Unite words and drawing: the same place twice is one pain, the higher intensity wins."""
    by_place: dict[frozenset[Node], AreaPain] = {}
    for pain in (*named, *painted):
        known = by_place.get(pain.nodes)
        if known is None:
            by_place[pain.nodes] = pain
            continue
        stronger = max(
            known, pain, key=lambda one: -1.0 if one.intensity is None else one.intensity
        )
        by_place[pain.nodes] = AreaPain(
            nodes=pain.nodes,
            path=known.path,
            said=known.said,
            side=known.side,
            intensity=stronger.intensity,
            main=known.main or pain.main,
            qualities=tuple(dict.fromkeys(known.qualities + pain.qualities)),
            painted=known.painted or pain.painted,
        )
    return list(by_place.values())


def _sensations(case: Case, gathered: _Gathered) -> Iterable[AreaSensation]:
    for index, sensation in enumerate(case.sensations):
        path = f"sensations[{index}].area"
        nodes = gathered.nodes(path, sensation.area, sensation.side)
        if nodes:
            yield AreaSensation(nodes, f"sensations[{index}]", sensation.kind)
    for layer, kind in _PAINTED_SENSATIONS:
        for pain in painted_areas(case.drawing, gathered.atlas, layer):
            yield AreaSensation(pain.nodes, pain.path, kind)


def _told_about_pain(case: Case, gathered: _Gathered) -> Iterable[FindingEvidence]:
    """Qualities, what worsens and eases it, and yes-or-no answers, as findings."""
    for index, pain in enumerate(case.pain):
        phrases = [
            *((f"pain[{index}].qualities", quality, quality) for quality in pain.qualities),
            *((f"pain[{index}].worse_with", f"worse with {w}", w) for w in pain.worse_with),
            *((f"pain[{index}].eases_with", f"eased by {w}", w) for w in pain.eases_with),
        ]
        for path, phrase, said in phrases:
            yield from _from_words(phrase, True, path, said, None, False, gathered)
        if pain.onset:
            onset = f"{pain.onset} onset"
            yield from _from_words(
                onset, True, f"pain[{index}].onset", onset, None, False, gathered
            )
    for question, answer in case.answers.items():
        concept = _concepts(gathered.atlas).get(question)
        if question in gathered.atlas.findings:
            concept = concept or question
        elif question not in gathered.atlas.questions and not question.startswith(_CLEARANCE):
            near = difflib.get_close_matches(question, gathered.atlas.questions, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            gathered.unused.append(f"answers.{question}: no such question{hint}")
        if concept is not None and isinstance(answer.value, bool):
            yield FindingEvidence(concept, answer.value, f"answers.{question}", question)


def _painted_qualities(
    painted: Iterable[AreaPain], gathered: _Gathered
) -> Iterable[FindingEvidence]:
    """What painted pain is like, as findings."""
    first: dict[str, str] = {}
    for pain in painted:
        for quality in pain.qualities:
            first.setdefault(quality, pain.path)
    for quality, path in first.items():
        yield from _from_words(quality, True, f"{path}.quality", quality, None, False, gathered)


def _findings(case: Case, gathered: _Gathered) -> Iterable[FindingEvidence]:
    for index, finding in enumerate(case.findings):
        path = f"findings[{index}]"
        pressed = _palpation(finding, path, gathered)
        if pressed is not None:
            yield pressed
            continue
        said = finding.finding
        yield from _from_words(
            said, finding.present, path, said, finding.side, finding.ranking_shown_before, gathered
        )


def _from_words(
    phrase: str,
    present: bool,
    path: str,
    said: str,
    side: Side | None,
    shown_before: bool,
    gathered: _Gathered,
) -> Iterable[FindingEvidence]:
    matches = gathered.words.match(phrase)
    if not matches:
        if not _pain_somewhere(said, present, path, side, gathered):
            gathered.unused.append(f"{path}: {said}")
        return
    names = tuple(gathered.atlas.findings[match.finding].name for match in matches)
    gathered.resolved.append(ResolvedWords(path=path, said=said, terms=names, side=side))
    for match in matches:
        yield FindingEvidence(
            finding=match.finding,
            present=present != match.flipped,
            path=path,
            said=said,
            side=side or _side_in(said),
            ranking_shown_before=shown_before,
        )


def _pain_somewhere(
    said: str, present: bool, path: str, side: Side | None, gathered: _Gathered
) -> bool:
    """Read "low back pain" as a finding: pain there, or expressly none; False if it is neither."""
    match = _PAIN_THERE.match(said.strip())
    if match is None:
        return False
    try:
        found = match_area(match.group(1) or match.group(2), side, gathered.atlas)
    except UnknotError:
        return False
    for place in found.places:
        gathered.resolved.append(
            ResolvedWords(
                path=path,
                said=said,
                terms=place.terms,
                side=place.side,
                note="pain there" if present else "expressly no pain there",
            )
        )
        nodes = gathered.nodes_of(place, place.side)
        if present:
            gathered.told_pains.append(AreaPain(nodes, path, said, place.side))
        else:
            gathered.painless |= nodes
    return True


def _side_in(said: str) -> Side | None:
    left = re.search(r"\bleft\b", said, re.I) is not None
    right = re.search(r"\bright\b", said, re.I) is not None
    if left and right:
        return "both"
    return "left" if left else "right" if right else None


def _palpation(finding: Finding, path: str, gathered: _Gathered) -> FindingEvidence | None:
    """A pressed point: a structure given, or named in words about pressing."""
    felt = _felt(finding, path, gathered)
    structures = _structures(finding, gathered.atlas)
    if not structures:
        if finding.structure is not None:
            gathered.unused.append(f"{path}.structure: {finding.structure}")
        return None
    part = _part(finding, structures, gathered.atlas)
    if finding.part is not None and part is None:
        gathered.unused.append(f"{path}.part: {finding.part}")
    name = finding.structure or finding.finding
    gathered.resolved.append(
        ResolvedWords(path=path, said=name, terms=structures, side=finding.side)
    )
    return FindingEvidence(
        finding="palpation",
        present=finding.present,
        path=path,
        said=finding.finding,
        side=finding.side or _side_in(finding.finding),
        structures=structures,
        part=part,
        sign=_sign(finding),
        ranking_shown_before=finding.ranking_shown_before,
        felt=felt,
    )


def _felt(finding: Finding, path: str, gathered: _Gathered) -> frozenset[Node]:
    """Where it was felt while pressed; words that resolve to nothing are kept as unused."""
    nodes: frozenset[Node] = frozenset()
    for index, place in enumerate(finding.felt):
        at = f"{path}.felt[{index}].area"
        known = len(gathered.problems)
        nodes |= gathered.nodes(at, place.area, place.side)
        if len(gathered.problems) > known:
            del gathered.problems[known:]
            gathered.unused.append(f"{at}: {place.area}")
    return nodes


def _structures(finding: Finding, atlas: Atlas) -> tuple[str, ...]:
    if finding.structure is not None:
        return structures_named(finding.structure, atlas)
    if not _PRESSED.search(finding.finding):
        return ()
    return structures_in(finding.finding, atlas)


def _part(finding: Finding, structures: tuple[str, ...], atlas: Atlas) -> str | None:
    if finding.part is None or len(structures) != 1 or structures[0] not in atlas.muscles:
        return None
    wanted = finding.part.lower()
    for part in atlas.muscles[structures[0]].part:
        if wanted in (part.id, part.name.lower(), *(alias.lower() for alias in part.aliases)):
            return part.id
    return None


def _sign(finding: Finding) -> PalpationSignName:
    text = finding.finding.lower()
    if finding.reproduces == "mine" or "reproduc" in text or "familiar" in text:
        return "recognition"
    if finding.reproduces == "other":
        return "other_pain"
    if "twitch" in text:
        return "twitch"
    if "taut" in text:
        return "taut_band"
    if finding.felt or "refer" in text:
        return "referred_pain"
    return "point" if "trigger point" in text else "tenderness"


def _with_implied(findings: list[FindingEvidence], atlas: Atlas) -> list[FindingEvidence]:
    """Write out summaries: "neurological examination normal" denies what it covers."""
    said = {finding.finding for finding in findings}
    written = list(findings)
    for finding in findings:
        entry = atlas.findings.get(finding.finding)
        if entry is None or not finding.present:
            continue
        for absent in entry.implies_absent:
            if absent not in said:
                said.add(absent)
                written.append(
                    FindingEvidence(absent, False, finding.path, finding.said, finding.side)
                )
    return written


def _thresholds(case: Case, gathered: _Gathered) -> dict[Node, float]:
    """Measured pressure-pain thresholds in kPa; the lowest per leaf wins."""
    found: dict[Node, float] = {}
    for index, one in enumerate(case.tolerance.pressure_pain_threshold):
        path = f"tolerance.pressure_pain_threshold[{index}].area"
        kpa = {
            "kPa": one.value,
            "kg/cm2": one.value * KPA_PER_KG_CM2,
            "N": one.value / one.tip_cm2 * 10,
            "lbf": one.value * NEWTON_PER_LBF / one.tip_cm2 * 10,
        }[one.unit]
        for node in gathered.nodes(path, one.area, one.side):
            found[node] = min(kpa, found.get(node, kpa))
    return found
