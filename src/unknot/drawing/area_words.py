"""Free anatomical words → area terms, deterministically, saying what was understood.

Clinicians' words are usually broader than a term: an ambiguous phrase becomes the union of its
candidates, with a note. Only a phrase with no candidate is an error. Places joined by "and",
"into" or a comma are places of their own, each with its side.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache

from unknot.atlas import Area, Areas, Atlas, Node
from unknot.atlas.area_vocabulary import PhraseRow, Vocabulary, key_of
from unknot.atlas.body import load_body
from unknot.case import Side, UnknotError
from unknot.drawing.area_grammar import Segment, segments_of
from unknot.drawing.structure_words import structures_in

# An aspect in words is met by these aspects in the table, best first.
_ASPECTS: dict[str, tuple[frozenset[str], ...]] = {
    aspect: tuple(frozenset(step.split()) for step in steps.split("|"))
    for aspect, steps in {
        "posterior": "posterior|posterolateral posteromedial|dorsal",
        "anterior": "anterior|anterolateral anteromedial",
        "medial": "medial anteromedial posteromedial|ulnar",
        "lateral": "lateral anterolateral posterolateral|radial",
        "anteromedial": "anteromedial|anterior medial",
        "anterolateral": "anterolateral|anterior lateral",
        "posteromedial": "posteromedial|posterior medial",
        "posterolateral": "posterolateral|posterior lateral",
        "dorsal": "dorsal|posterior|superior",
        "palmar": "anterior",
        "plantar": "plantar",
        "radial": "radial|posterolateral",
        "ulnar": "ulnar",
        "deep": "deep",
    }.items()
}
_HAND_SIDES = {"radial": "thumb side", "ulnar": "little-finger side"}
_LEVELS = {"top": "upper", "bottom": "lower"}
_FALLBACK_LEVEL = {"above": "top", "below": "bottom"}
_FALLBACK_ASPECT = {"behind": "posterior", "in front": "anterior"}
_LIMBS = frozenset(
    "upper arm|forearm|elbow|wrist|hand|thigh|knee|lower leg|calf|ankle|foot|heel|leg, whole|"
    "arm, whole".split("|")
)


class UnknownArea(UnknotError):
    """No area matches the words; ``nearest`` holds up to three suggestions."""

    def __init__(self, words: str, nearest: tuple[str, ...], *, because: str | None = None) -> None:
        if because is not None:
            super().__init__(f"{words!r} {because}", hint="say where on the body")
        else:
            hint = f"did you mean {', '.join(repr(n) for n in nearest)}?" if nearest else None
            super().__init__(f"no body area matches {words!r}", hint=hint)
        self.nearest = nearest


class SideConflict(UnknotError):
    """The words say one side and the side field another."""

    def __init__(self, words: str, said: str, given: str, verb: str = "says") -> None:
        super().__init__(
            f"{words!r} {verb} {said} but the side says {given}", hint="make the two agree"
        )


@dataclass(frozen=True)
class AreaPlace:
    """One of the places that words name: terms whose union it is, on one side."""

    terms: tuple[str, ...]
    side: Side | None


@dataclass(frozen=True)
class AreaMatch:
    """What words were taken to mean.

    Attributes
    ----------
    terms
        The area term, or the terms whose union is meant.
    side
        Side from the words or the field; None when neither said one, ``both`` when the places
        are on different sides.
    note
        What was assumed, or None when the words are exactly a term.
    places
        The places the words join ("buttock and calf"), each hurting on its own account.
    """

    terms: tuple[str, ...]
    side: Side | None
    note: str | None
    places: tuple[AreaPlace, ...]


def match_area(words: str, side: Side | None, atlas: Atlas) -> AreaMatch:
    """Resolve ``words`` to area terms and a side.

    Raises
    ------
    UnknownArea
        If nothing matches; carries the three nearest names.
    SideConflict
        If the words name one side and ``side`` another.
    """
    exact = atlas.vocabulary.names.get(key_of(words))
    if exact is not None:
        own = _own_side((exact,), side, atlas.areas, words)
        note = None if key_of(words) == key_of(exact) else f"another name for {exact}"
        return AreaMatch((exact,), own, note, (AreaPlace((exact,), own),))
    try:
        return _Matcher(words, side, atlas).match()
    except UnknownArea:
        left_out, shorter = _without_an_aspect(words, atlas)
        if not left_out or not shorter:
            raise
        found = match_area(shorter, side, atlas)
        return replace(found, note=f"{left_out!r} could not be told apart here")


def _without_an_aspect(words: str, atlas: Atlas) -> tuple[str, str]:
    """Drop the first aspect, which swallowed the place behind it: "outer back pain" is back pain.

    Returns the dropped word and the rest; both empty if there is no aspect.
    """
    tokens = words.lower().split()
    for at, token in enumerate(tokens):
        if any(row.kind == "aspect" for row in atlas.vocabulary.phrases.get((token,), ())):
            return token, " ".join(tokens[:at] + tokens[at + 1 :])
    return "", ""


@dataclass
class _Found:
    """A place while it is being worked out."""

    leaves: tuple[str, ...]
    terms: tuple[str, ...]
    side: Side | None
    weak_both: bool = False


class _Matcher:
    def __init__(self, words: str, given: Side | None, atlas: Atlas) -> None:
        self.words, self.given, self.atlas = words, given, atlas
        self.areas, self.vocabulary = atlas.areas, atlas.vocabulary
        self.remarks: list[str] = []

    def match(self) -> AreaMatch:
        segments = [self._with_muscles(one) for one in segments_of(self.words, self.vocabulary)]
        unknown = [word for segment in segments for word in segment.unknown]
        wanted = _refined([one for one in segments if not one.empty], self.vocabulary)
        said = _with_sides([one for one in wanted if one.joined != "not"])
        left_out = [one for one in wanted if one.joined == "not"]
        places = self._places(said)
        if not places:
            raise self._nothing(segments)
        places = [self._agreed(place) for place in places]
        places = self._without([self._find(segment) for segment in left_out], places)
        if any(one.vague_side for one in segments) and not any(one.sides for one in said):
            self.remarks.append("'right' may not mean the side here, so it was not taken as one")
        if unknown:
            self.remarks.append(
                f"not understood and left out: {', '.join(map(self._typo, unknown))}"
            )
        return self._answer(places)

    def _with_muscles(self, segment: Segment) -> Segment:
        """Words no phrase knows may name a muscle: its trigger points say where it is."""
        if not segment.unknown:
            return segment
        named = [
            name
            for name in structures_in(" ".join(segment.unknown), self.atlas)
            if name in self.atlas.muscles
        ]
        leaves = _muscle_leaves(tuple(named), self.atlas)
        if not leaves:
            return segment
        names = ", ".join(self.atlas.muscles[name].name for name in named)
        self.remarks.append(f"taken as the place of {names}")
        part = PhraseRow(phrase=names, kind="part", means="|".join(leaves))
        return replace(segment, parts=[*segment.parts, part], unknown=[])

    def _places(self, segments: list[Segment]) -> list[_Found]:
        places: list[_Found] = []
        between: list[_Found] = []
        for segment in segments:
            found = self._find(segment)
            if found is None:
                continue
            if segment.joined == "between":
                between = [found]
                continue
            if between:
                places.append(self._between(between.pop(), found))
            elif segment.joined == "or" and places:
                places[-1] = self._either(places[-1], found)
            elif segment.joined == "range" and places:
                places += [*self._along(places[-1], found), found]
            else:
                places.append(found)
        return places + between

    def _find(self, segment: Segment) -> _Found | None:
        """The leaves of one segment, and how to name them."""
        parts = segment.parts or [part for _, part in segment.relations if not segment.parts]
        if not parts:
            return None
        pool = leaves = self._pool(segment)
        if not leaves:
            return None
        also = _leaves((term for row in segment.also for term in row.terms), self.areas)
        aspects = [(aspect, self._at_aspect) for aspect in segment.aspects]
        levels = [(level, self._at_level) for level in segment.levels]
        if segment.centre:
            levels.append(("middle", self._at_centre))
        means = segment.parts[0].terms if len(segment.parts) == 1 else ()
        plain = len(segment.parts) == 1 and not segment.relations
        for wanted, narrow in (*aspects, *levels):
            named = self._levelled(segment.parts, wanted) or self._compound(segment, wanted)
            if leaves != pool or segment.relations:
                named = tuple(leaf for leaf in named if leaf in leaves)
            narrowed = named or narrow(leaves, wanted, segment)
            plain = plain and narrowed == leaves
            leaves = narrowed
        if leaves == pool and set(also) - set(leaves):
            leaves, plain = _united((leaves, also)), False
        self._note_deep(means)
        side = segment.side()
        both = segment.plural
        return _Found(
            leaves=leaves,
            terms=means if plain else self._named(leaves),
            side="both" if side is None and both else side,
            weak_both=side is None and both,
        )

    def _note_deep(self, terms: tuple[str, ...]) -> None:
        deep = [term for term in terms if self.areas[term].kind == "deep"]
        if deep:
            verb = "is" if len(deep) == 1 else "are"
            self.remarks.append(f"{', '.join(deep)} {verb} felt deep and read on the skin over it")

    def _pool(self, segment: Segment) -> tuple[str, ...]:
        """Leaves of the parts, narrowed by what they are near to."""
        pool: tuple[str, ...] = ()
        for row in segment.parts:
            more = _leaves(row.terms, self.areas)
            pool = _narrower(pool, more)
        nearby: tuple[str, ...] = ()
        for relation, row in segment.relations:
            nearby = _united((nearby, self._by(relation, row)))
        if not segment.parts:
            return nearby
        inside = tuple(leaf for leaf in pool if leaf in nearby)
        if segment.relations and not inside:
            names = ", ".join(f"{rel} {row.phrase}" for rel, row in segment.relations)
            self.remarks.append(f"{names!r} could not be told apart here")
        return inside or pool

    def _by(self, relation: str, row: PhraseRow) -> tuple[str, ...]:
        """Leaves above, below or near a part."""
        means = "|".join(row.terms)
        places = self.vocabulary.near.get((means, relation))
        if places:
            return _united(
                self._at_level(_leaves((term,), self.areas), level)
                if level
                else _leaves((term,), self.areas)
                for term, level in places
            )
        leaves = _leaves(row.terms, self.areas)
        if relation in _FALLBACK_ASPECT:
            return self._at_aspect(leaves, _FALLBACK_ASPECT[relation])
        level = _FALLBACK_LEVEL.get(relation)
        return (self._levelled([row], level) or self._at_level(leaves, level)) if level else leaves

    def _levelled(self, parts: Iterable[PhraseRow], level: str) -> tuple[str, ...]:
        """What the table says a level of a large part is: the lower part of the leg."""
        found = [
            self.vocabulary.levelled[key]
            for row in parts
            if (key := ("|".join(row.terms), level)) in self.vocabulary.levelled
        ]
        return _united(_leaves(terms, self.areas) for terms in found)

    def _compound(self, segment: Segment, aspect: str) -> tuple[str, ...]:
        """Read "knee, inner side" as "medial knee", where that has a name of its own."""
        if len(segment.parts) != 1 or len(segment.aspects) != 1 or aspect not in segment.aspects:
            return ()
        words = (aspect, *key_of(segment.parts[0].terms[0]))
        rows = self.vocabulary.phrases.get(words, ()) if len(segment.parts[0].terms) == 1 else ()
        return _leaves((t for row in rows if row.kind == "part" for t in row.terms), self.areas)

    def _at_aspect(
        self, leaves: tuple[str, ...], aspect: str, segment: Segment | None = None
    ) -> tuple[str, ...]:
        rows = {leaf: self.areas[leaf] for leaf in leaves}
        for wanted in _ASPECTS[aspect]:
            met = tuple(leaf for leaf, area in rows.items() if wanted & set(area.aspect.split()))
            if met:
                return met
        level = _HAND_SIDES.get(aspect, aspect)
        near = tuple(leaf for leaf, area in rows.items() if level in area.level or aspect in leaf)
        if not near and aspect != "deep":
            self.remarks.append(f"{aspect!r} could not be told apart here")
        return near or leaves

    def _at_level(
        self, leaves: tuple[str, ...], level: str, segment: Segment | None = None
    ) -> tuple[str, ...]:
        wanted = _LEVELS.get(level, level)
        chosen = tuple(leaf for leaf in leaves if wanted in self.areas[leaf].level)
        if not chosen and level == "top":
            chosen = tuple(leaf for leaf in leaves if "superior" in self.areas[leaf].aspect)
        if not chosen:
            self.remarks.append(f"{level!r} could not be told apart here")
        return chosen or leaves

    def _at_centre(
        self, leaves: tuple[str, ...], level: str, segment: Segment | None = None
    ) -> tuple[str, ...]:
        """The middle of a limb is a level; of the trunk or head it is the midline."""
        midline = tuple(leaf for leaf in leaves if self.areas[leaf].laterality == "midline")
        if midline and segment is not None and not segment.sides:
            return midline
        if any("middle" in self.areas[leaf].level for leaf in leaves):
            return self._at_level(leaves, "middle")
        if segment is not None and not segment.sides:
            segment.sides.append(("midline", True))
        return leaves

    def _named(self, leaves: tuple[str, ...]) -> tuple[str, ...]:
        return _as_terms(leaves, self.atlas)

    def _found(self, leaves: tuple[str, ...], first: _Found, second: _Found) -> _Found:
        side = first.side if first.side == second.side else first.side or second.side
        return _Found(leaves, self._named(leaves), side, first.weak_both)

    def _either(self, first: _Found, second: _Found) -> _Found:
        return self._found(_united((first.leaves, second.leaves)), first, second)

    def _between(self, first: _Found, second: _Found) -> _Found:
        """What lies between two neighbours on a chain, or where the two meet."""
        inner = self._chain(first, second)
        if not inner:
            return self._either(first, second)
        return self._found(_united(_leaves((term,), self.areas) for term in inner), first, second)

    def _along(self, first: _Found, second: _Found) -> list[_Found]:
        """Add what hurts in between, "from the buttock to the calf"."""
        inner = self._chain(first, second)
        if not inner:
            return []
        self.remarks.append(f"with what lies between: {', '.join(inner)}")
        side = first.side or second.side
        return [_Found(_leaves((t,), self.areas), (t,), side, first.weak_both) for t in inner]

    def _chain(self, first: _Found, second: _Found) -> tuple[str, ...]:
        start, end = set(first.leaves), set(second.leaves)
        best: tuple[int, tuple[str, ...]] = (0, ())
        for chain in self.vocabulary.chains:
            covers = [set(_leaves((term,), self.areas)) for term in chain]
            fits = [
                (_overlap(start, a) + _overlap(end, b), i, j)
                for i, a in enumerate(covers)
                for j, b in enumerate(covers)
                if i != j and _fits(start, a) and _fits(end, b) and not (start & b or end & a)
            ]
            if not fits:
                continue
            score, i, j = max(fits, key=lambda fit: (fit[0], -fit[1], -fit[2]))
            inner = chain[i + 1 : j] if i < j else tuple(reversed(chain[j + 1 : i]))
            if round(score * 1000) > best[0]:
                best = (round(score * 1000), inner)
        taken = start | end
        return tuple(term for term in best[1] if not set(_leaves((term,), self.areas)) <= taken)

    def _agreed(self, place: _Found) -> _Found:
        """The side of a place, checked against the side that was given."""
        side = place.side
        if self.given is not None:
            if side is None or place.weak_both:
                side = self.given
            elif side != self.given:
                raise SideConflict(self.words, side, self.given)
        elif place.weak_both:
            self.remarks.append("the plural was read as both sides")
        return replace(place, side=_own_side(place.terms, side, self.areas, self.words))

    def _without(self, left_out: list[_Found | None], places: list[_Found]) -> list[_Found]:
        """Places less what the words say is free: "the whole arm but not the hand"."""
        free = {leaf for found in left_out if found for leaf in found.leaves}
        if not free:
            return places
        names = [term for found in left_out if found for term in found.terms]
        self.remarks.append(f"said not to be there, so left out: {', '.join(names)}")
        kept = []
        for place in places:
            leaves = tuple(leaf for leaf in place.leaves if leaf not in free)
            if leaves and leaves != place.leaves:
                place = replace(place, leaves=leaves, terms=self._named(leaves))
            kept.append(place)
        return kept

    def _answer(self, places: list[_Found]) -> AreaMatch:
        unique = list(dict.fromkeys(AreaPlace(place.terms, place.side) for place in places))
        terms = tuple(dict.fromkeys(term for place in unique for term in place.terms))
        sided = [
            place.side
            for place in unique
            if not all(self.areas[term].laterality == "midline" for term in place.terms)
        ] or [place.side for place in unique]
        same = len(set(sided)) == 1
        side = sided[0] if same else None if None in sided else "both"
        if not same:
            said = "; ".join(f"{', '.join(p.terms)}: {p.side or 'no side'}" for p in unique)
            self.remarks.insert(0, f"sides differ: {said}")
        if len(unique) > 1:
            self.remarks.insert(0, f"{len(unique)} places")
        if any(len(place.terms) > 1 for place in unique):
            self.remarks.insert(0, "broader than one area: taken as somewhere in these")
        read = f"read as {terms[0]}" if len(terms) == 1 else ""
        note = "; ".join(dict.fromkeys(self.remarks)) or read or None
        return AreaMatch(terms, side, note, tuple(unique))

    def _typo(self, word: str) -> str:
        near = difflib.get_close_matches(word, _known_words(self.atlas), n=1, cutoff=0.8)
        likely = near and len(word) > 2 and near[0] != word and near[0][0] == word[0]
        return f"{word} ({near[0]}?)" if likely else word

    def _nothing(self, segments: list[Segment]) -> UnknotError:
        unknown = any(one.unknown for one in segments)
        if not unknown and any(one.joined == "not" for one in segments):
            return UnknownArea(self.words, (), because="says only where it does not hurt")
        if not unknown and any(one.sides for one in segments):
            return UnknownArea(self.words, (), because="names a side but no place")
        return UnknownArea(self.words, _nearest(self.words, self.atlas))


def _overlap(place: set[str], link: set[str]) -> float:
    return len(place & link) / len(place | link)


def _fits(place: set[str], link: set[str]) -> bool:
    """Whether a place is a link of a chain, or one holds the other."""
    return place <= link or link <= place or _overlap(place, link) >= 0.3


def _refined(segments: list[Segment], vocabulary: Vocabulary) -> list[Segment]:
    """Give segments without a part the part they are about.

    "Front and back of the thigh" borrows from what follows, "right knee, inner side" refines what
    went before.
    """
    filled: list[Segment] = []
    following: Segment | None = None
    for at in range(len(segments) - 1, -1, -1):
        segment = segments[at]
        if segment.names_place:
            following = segment
        elif segment.refines and following is not None:
            rows = following.parts or [row for _, row in following.relations]
            bare = [_bare(row, vocabulary) for row in rows]
            earlier = any(one.names_place for one in segments[:at])
            if not (segment.comma and earlier) or bare != rows:
                segment = replace(segment, parts=bare)
        filled.append(segment)
    done: list[Segment] = []
    base: Segment | None = None
    refined = False
    for segment in reversed(filled):
        pair = len(segments) == 2 and base is not None and not _whole_limb(base)
        lone_back = base is not None and (refined or pair) and _lone_back(segment, base)
        if (segment.refines or lone_back) and base is not None:
            own = ["posterior"] if lone_back else segment.aspects
            start = done.pop() if done[-1] is base or (refined and segment.comma) else base
            done.append(
                replace(
                    start,
                    aspects=[*start.aspects, *own],
                    levels=[*start.levels, *segment.levels],
                    centre=start.centre or segment.centre,
                    sides=[*start.sides, *segment.sides],
                )
            )
            refined = True
            continue
        refined = False
        if segment.names_place:
            base = segment
        done.append(segment)
    return done


def _bare(row: PhraseRow, vocabulary: Vocabulary) -> PhraseRow:
    """The part in "back of thigh": what is left when a leading aspect is taken away."""
    words = row.phrase.split()
    for at in range(len(words) - 1, 0, -1):
        kinds = {known.kind for known in vocabulary.phrases.get(tuple(words[:at]), ())}
        if kinds & {"aspect", "level"}:
            for known in vocabulary.phrases.get(tuple(words[at:]), ()):
                if known.kind == "part":
                    return known
    return row


def _whole_limb(segment: Segment) -> bool:
    return any(term.endswith(", whole") for part in segment.parts for term in part.terms)


def _lone_back(segment: Segment, base: Segment) -> bool:
    """Whether "back" belongs to the part before: "thigh, back", but not "neck, back"."""
    if len(segment.parts) != 1 or segment.parts[0].phrase != "back":
        return False
    means = {term for part in base.parts for term in part.terms}
    plain = not (segment.aspects or segment.levels or segment.relations or base.aspects)
    return plain and segment.joined == "and" and bool(means) and means <= _LIMBS


def _with_sides(segments: list[Segment]) -> list[Segment]:
    """Spread sides: forwards to places without one, backwards only from behind a part.

    "Right hip and thigh" and "hip and thigh on the right" are both on the right; "neck and right
    shoulder" leaves the neck open.
    """
    alone = [one for one in segments if not one.names_place and one.sides]
    done: list[Segment] = []
    last: list[tuple[Side, bool]] = []
    plural = False
    for segment in segments:
        plural = (plural or segment.plural) and not segment.sides
        if not segment.names_place:
            if not any(one.sides for one in done if one.names_place):
                last = [(side, True) for side, _ in segment.sides]
                done = [replace(one, sides=list(last)) for one in done]
            else:
                last = [*last, *segment.sides]
                if done and segment in alone:
                    done[-1] = replace(done[-1], sides=[*done[-1].sides, *segment.sides])
            continue
        sides = segment.sides or list(last)
        if segment.sides:
            if all(after for _, after in segment.sides):
                done = [
                    one if one.sides else replace(one, sides=list(segment.sides)) for one in done
                ]
            last = segment.sides
        done.append(replace(segment, sides=sides, plural=plural and not sides))
    return done


def _own_side(terms: tuple[str, ...], side: Side | None, areas: Areas, words: str) -> Side | None:
    """The side a term has by itself, else ``side``; a contradiction is an error."""
    own = {areas[term].laterality for term in terms}
    if own == {"midline"}:
        return "midline"
    if own <= {"left", "right"} and len(own) == 1:
        fixed: Side = "left" if "left" in own else "right"
        if side in ("left", "right", "both") and side != fixed:
            raise SideConflict(words, f"on the {fixed}", str(side), "lies")
        return fixed
    if "global" in own and side not in ("left", "right"):
        return "both"
    return side


def _leaves(terms: Iterable[str], areas: Areas) -> tuple[str, ...]:
    return tuple(dict.fromkeys(leaf for term in terms for leaf, _ in areas.nodes_of(term, None)))


def _united(sets: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(leaf for leaves in sets for leaf in leaves))


def _narrower(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Of two parts in a row the one inside the other; two separate ones are united."""
    if not first or set(second) <= set(first):
        return second
    return first if set(first) <= set(second) else _united((first, second))


def _as_terms(leaves: tuple[str, ...], atlas: Atlas) -> tuple[str, ...]:
    """Name a union by as few terms as cover exactly these leaves, the largest first."""
    areas = atlas.areas
    left, named = set(leaves), []
    for term, cover in _covers(atlas):
        if len(left) > 1 and cover <= left:
            named.append(term)
            left -= cover
    found = (*named, *left)
    order = {leaf: at for at, leaf in enumerate(leaves)}
    first = {term: min(order[leaf] for leaf in _leaves((term,), areas)) for term in found}
    return tuple(sorted(found, key=lambda term: first[term]))


@lru_cache(maxsize=8)
def _covers(atlas: Atlas) -> tuple[tuple[str, frozenset[str]], ...]:
    """Coarse terms that take the side they are given, with their leaves; largest first."""
    areas = atlas.areas
    found = [
        (term, frozenset(_leaves((term,), areas)))
        for term, area in areas.by_term.items()
        if area.kind == "coarse" and _takes_side(area, areas)
    ]
    return tuple(sorted(found, key=lambda one: -len(one[1])))


def _takes_side(area: Area, areas: Areas) -> bool:
    leaves = _leaves((area.term,), areas)
    return area.laterality == "paired" or all(
        areas[leaf].laterality == "midline" for leaf in leaves
    )


@lru_cache(maxsize=256)
def _muscle_leaves(names: tuple[str, ...], atlas: Atlas) -> tuple[str, ...]:
    body = load_body()
    slugs = [
        part.point.zone
        for name in names
        for part in atlas.muscles[name].part
        if part.point is not None
    ]
    found: list[str] = []
    for slug in slugs:
        nodes: list[Node] = [zone.node for zone in body.zones if zone.slug == slug]
        found += [term for term, _ in nodes]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4)
def _known_words(atlas: Atlas) -> tuple[str, ...]:
    """Every word of a phrase that names a place or a side, to find a misspelt one."""
    found = {
        word: None
        for key, rows in atlas.vocabulary.phrases.items()
        for word in key
        if len(word) > 2 and any(row.kind in ("part", "side", "aspect") for row in rows)
    }
    return tuple(sorted(found))


@lru_cache(maxsize=4)
def _names(atlas: Atlas) -> dict[str, str]:
    """Names of places, and for each the one that a suggestion shows: the term where it is one."""
    shown: dict[tuple[str, ...], str] = {(term,): term for term in atlas.areas.by_term}
    names = {" ".join(key): term for key, term in atlas.vocabulary.names.items()}
    for key, rows in sorted(atlas.vocabulary.phrases.items()):
        for row in rows:
            if row.kind == "part":
                names.setdefault(" ".join(key), shown.setdefault(row.terms, " ".join(key)))
    return names


def _nearest(words: str, atlas: Atlas) -> tuple[str, ...]:
    """Up to three names of places: the words with misspelt ones mended, then similar names."""
    names, known = _names(atlas), _known_words(atlas)
    said = " ".join(key_of(words))
    mended = " ".join(
        (difflib.get_close_matches(word, known, n=1, cutoff=0.6) or [word])[0]
        for word in said.split()
    )
    found: dict[str, None] = {}
    if mended != said:
        with suppress(UnknotError):
            found.update(dict.fromkeys(match_area(mended, None, atlas).terms[:1]))
    for text in dict.fromkeys((mended, said)):
        near = difflib.get_close_matches(text, list(names), n=8, cutoff=0.6)
        found.update(dict.fromkeys(names[name] for name in near))
    return tuple(found)[:3]
