"""Free anatomical words → area terms, deterministically, saying what was understood.

Clinicians' words are usually broader than a term: an ambiguous phrase becomes the union of its
candidates, with a note. Only a phrase with no candidate is an error.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field

from unknot.atlas import Areas, Atlas
from unknot.atlas.area_vocabulary import PhraseRow, Vocabulary
from unknot.case import Side, UnknotError

# An aspect in words is met by these aspects in the table, best first.
_ASPECTS = {
    "posterior": ("posterior", "dorsal", "posterolateral", "posteromedial"),
    "anterior": ("anterior", "anterolateral", "anteromedial"),
    "medial": ("medial", "ulnar", "anteromedial", "posteromedial"),
    "lateral": ("lateral", "radial", "anterolateral", "posterolateral"),
    "dorsal": ("dorsal", "posterior", "superior"),
    "palmar": ("anterior",),
    "plantar": ("plantar",),
    "radial": ("radial", "posterolateral"),
    "ulnar": ("ulnar",),
}
_LEVEL_WORDS = {"radial": "thumb side", "ulnar": "little-finger side"}


class UnknownArea(UnknotError):
    """No area matches the words; ``nearest`` holds up to three suggestions."""

    def __init__(self, words: str, nearest: tuple[str, ...]) -> None:
        hint = f"did you mean {', '.join(repr(n) for n in nearest)}?" if nearest else None
        super().__init__(f"no body area matches {words!r}", hint=hint)
        self.nearest = nearest


class SideConflict(UnknotError):
    """The words say one side and the side field another."""


@dataclass(frozen=True)
class AreaMatch:
    """What words were taken to mean.

    Attributes
    ----------
    terms
        One area term if a term fits, else the leaves of the union.
    side
        Side from the words or the field; None when neither said one.
    note
        What was assumed, or None when the words are exactly a term.
    """

    terms: tuple[str, ...]
    side: Side | None
    note: str | None


@dataclass
class _Segment:
    parts: list[str] = field(default_factory=list)
    aspects: list[str] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    near: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def match_area(words: str, side: Side | None, atlas: Atlas) -> AreaMatch:
    """Resolve ``words`` to area terms and a side.

    Raises
    ------
    UnknownArea
        If nothing matches; carries the three nearest names.
    SideConflict
        If the words name one side and ``side`` another.
    """
    areas, vocabulary = atlas.areas, atlas.vocabulary
    exact = _exact(words, areas, vocabulary)
    if exact is not None:
        return AreaMatch((exact,), _own_side(exact, side, areas), _alias_note(words, exact))
    tokens, said_side = _tokens(words), None
    segments = [_Segment()]
    position = 0
    while position < len(tokens):
        rows, length = _longest(tokens, position, vocabulary, segments[-1])
        if not rows:
            segments[-1].unknown.append(tokens[position])
        for row in rows:
            if row.kind == "side":
                said_side = _join_sides(said_side, row.means)
            elif row.kind == "join":
                if segments[-1] != _Segment():
                    segments.append(_Segment())
            else:
                _note_phrase(segments[-1], row)
        position += length
    without_side = _exact(_without_sides(words, vocabulary), areas, vocabulary)
    final = _agree(said_side, side, words)
    if without_side is not None:
        return AreaMatch(
            (without_side,),
            _own_side(without_side, final, areas),
            _alias_note(_without_sides(words, vocabulary), without_side),
        )
    remarks: list[str] = []
    found = [_leaves_of(segment, areas, remarks) for segment in _spread(segments)]
    leaves = dict.fromkeys(
        leaf
        for inner in found
        if not any(other and set(other) < set(inner) for other in found)
        for leaf in inner
    )
    if not leaves:
        raise UnknownArea(words, _nearest(words, areas, vocabulary))
    unknown = [word for segment in segments for word in segment.unknown]
    if unknown:
        remarks.append(f"not understood and left out: {', '.join(unknown)}")
    terms = _as_terms(tuple(leaves), areas)
    if len(terms) > 1:
        remarks.insert(0, "broader than one area: taken as somewhere in these")
    note = "; ".join(dict.fromkeys(remarks)) or f"read as {terms[0]}"
    return AreaMatch(terms, _own_side(terms[0], final, areas), note)


def _exact(words: str, areas: Areas, vocabulary: Vocabulary) -> str | None:
    text = " ".join(words.strip().split())
    if text in areas:
        return text
    lowered = text.lower()
    for term in areas.by_term:
        if term.lower() == lowered or areas[term].plain.lower() == lowered:
            return term
    return vocabulary.aliases.get(lowered)


def _alias_note(words: str, term: str) -> str | None:
    return None if " ".join(words.split()) == term else f"another name for {term}"


def _tokens(words: str) -> list[str]:
    text = words.lower().replace("-", " ").replace("'s", "s")
    return re.findall(r"[a-zà-ÿ0-9]+|[,;/&]", text)


def _longest(
    tokens: list[str], position: int, vocabulary: Vocabulary, segment: _Segment
) -> tuple[tuple[PhraseRow, ...], int]:
    """Return the longest known phrase here; "back of the right thigh" reads across the side."""
    for length in range(min(vocabulary.longest, len(tokens) - position), 0, -1):
        rows = vocabulary.phrases.get(tuple(tokens[position : position + length]))
        if rows:
            return _fitting(rows, tokens, position + length, vocabulary, segment), length
    return (), 1


def _fitting(
    rows: tuple[PhraseRow, ...],
    tokens: list[str],
    after: int,
    vocabulary: Vocabulary,
    segment: _Segment,
) -> tuple[PhraseRow, ...]:
    """A word that is both a part and an aspect ("behind") is an aspect if a part follows."""
    kinds = {row.kind for row in rows}
    if len(kinds) == 1:
        return rows
    follows = any(
        row.kind in ("part", "near")
        for length in range(1, vocabulary.longest + 1)
        for start in range(after, len(tokens))
        for row in vocabulary.phrases.get(tuple(tokens[start : start + length]), ())
    )
    wanted = {"aspect", "level"} if follows or segment.parts else {"part", "near", "side"}
    chosen = tuple(row for row in rows if row.kind in wanted)
    return chosen or rows[:1]


def _note_phrase(segment: _Segment, row: PhraseRow) -> None:
    if row.kind == "part":
        segment.parts.append(row.means)
    elif row.kind == "aspect":
        segment.aspects.append(row.means)
    elif row.kind == "level":
        segment.levels.append(row.means)
    elif row.kind == "near":
        part, _, level = row.means.partition(":")
        segment.near.append((part, level))


def _spread(segments: list[_Segment]) -> list[_Segment]:
    """"Front and back of the thigh": a segment without a part borrows the next one's."""
    filled: list[_Segment] = []
    following: _Segment | None = None
    for segment in reversed(segments):
        if segment.parts or segment.near:
            following = segment
        elif following is not None and (segment.aspects or segment.levels):
            segment.parts = following.parts
        filled.append(segment)
    return list(reversed(filled))


def _leaves_of(segment: _Segment, areas: Areas, remarks: list[str]) -> list[str]:
    parts, levels = list(segment.parts), list(segment.levels)
    for part, level in segment.near:
        if not parts or _inside(parts, part, areas):
            levels = [level]
            parts = [part] if not parts or parts == ["leg, whole"] else parts
    if not parts:
        return []
    pool: dict[str, None] = {}
    for means in parts if len(parts) == 1 else _narrowest(parts, areas):
        for term in means.split("|"):
            for leaf, _ in areas.nodes_of(term, "right"):
                pool[leaf] = None
            if areas[term].kind == "deep":
                remarks.append(f"{term} is felt deep and read on the skin over it")
    if not pool:
        for means in parts:
            for term in means.split("|"):
                pool.update({leaf: None for leaf, _ in areas.nodes_of(term, None)})
    chosen = list(pool)
    for aspect in segment.aspects:
        chosen = _filtered(chosen, areas, aspect, remarks)
    for level in levels:
        chosen = _at_level(chosen, areas, level, remarks)
    return chosen


def _inside(parts: list[str], part: str, areas: Areas) -> bool:
    inner = {leaf for leaf, _ in areas.nodes_of(part, "right")}
    outer = {
        leaf
        for means in parts
        for term in means.split("|")
        for leaf, _ in areas.nodes_of(term, "right")
    }
    return bool(inner & outer)


def _narrowest(parts: list[str], areas: Areas) -> list[str]:
    """Several parts in one segment: keep the ones that are not wholly inside another's place."""
    sets = [
        (means, {leaf for term in means.split("|") for leaf, _ in areas.nodes_of(term, None)})
        for means in parts
    ]
    narrow = [
        means
        for means, leaves in sets
        if not any(other < leaves for _, other in sets)
    ]
    return narrow or parts


def _filtered(leaves: list[str], areas: Areas, aspect: str, remarks: list[str]) -> list[str]:
    rows = {leaf: areas[leaf] for leaf in leaves}
    best, *others = _ASPECTS[aspect]
    for wanted in ({best}, set(others)):
        met = [leaf for leaf, area in rows.items() if wanted & set(area.aspect.split())]
        if met:
            return met
    level = _LEVEL_WORDS.get(aspect, aspect)
    near = [leaf for leaf, area in rows.items() if level in area.level or aspect in area.aspect]
    if near:
        return near
    remarks.append(f"{aspect!r} could not be told apart here")
    return leaves


def _at_level(leaves: list[str], areas: Areas, level: str, remarks: list[str]) -> list[str]:
    chosen = [leaf for leaf in leaves if level in areas[leaf].level]
    if not chosen:
        remarks.append(f"{level!r} could not be told apart here")
    return chosen or leaves


def _as_terms(leaves: tuple[str, ...], areas: Areas) -> tuple[str, ...]:
    """Name the union by one term if one covers exactly these leaves."""
    wanted = set(leaves)
    if len(wanted) == 1:
        return leaves
    for term, area in areas.by_term.items():
        if area.kind == "coarse" and {leaf for leaf, _ in areas.nodes_of(term, None)} == wanted:
            return (term,)
    return leaves


def _join_sides(known: Side | None, means: str) -> Side | None:
    new: Side = (
        "left" if means == "left" else "right" if means == "right"
        else "both" if means == "both" else "midline"
    )
    if known in ("left", "right") and new in ("left", "right") and known != new:
        return "both"
    return new


def _agree(said: Side | None, given: Side | None, words: str) -> Side | None:
    if said is None or given is None or said == given or said == "midline":
        return given if given is not None else said
    raise SideConflict(
        f"{words!r} says {said} but the side says {given}", hint="make the two agree"
    )


def _own_side(term: str, side: Side | None, areas: Areas) -> Side | None:
    laterality = areas[term].laterality
    if laterality == "left" or laterality == "right":
        return laterality
    if laterality == "midline":
        return "midline"
    return "both" if laterality == "global" else side


def _without_sides(words: str, vocabulary: Vocabulary) -> str:
    sides = sorted(
        (" ".join(key) for key, rows in vocabulary.phrases.items() if rows[0].kind == "side"),
        key=len,
        reverse=True,
    )
    pattern = r"\b(" + "|".join(re.escape(side) for side in sides) + r")\b"
    text = re.sub(pattern, " ", words.lower().replace("-", " "))
    text = re.sub(r"\s+", " ", text).strip(" ,")
    return re.sub(r"\b(the|my)\s+", "", text)


def _nearest(words: str, areas: Areas, vocabulary: Vocabulary) -> tuple[str, ...]:
    names = {name.lower(): term for name, term in vocabulary.aliases.items()}
    names.update({term.lower(): term for term in areas.by_term})
    names.update({area.plain.lower(): term for term, area in areas.by_term.items()})
    for key, rows in vocabulary.phrases.items():
        if rows[0].kind == "part" and "|" not in rows[0].means:
            names.setdefault(" ".join(key), rows[0].means)
    near = difflib.get_close_matches(words.lower().strip(), list(names), n=8, cutoff=0.4)
    return tuple(dict.fromkeys(names[name] for name in near))[:3]
