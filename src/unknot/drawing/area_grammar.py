"""Words for a place → segments: parts, aspects, levels and sides, and how they are joined.

Nothing here knows what a part covers; :mod:`unknot.drawing.area_words` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from unknot.atlas.area_vocabulary import ARTICLES, PhraseRow, Vocabulary, words_of
from unknot.case import Side

Joined = Literal["and", "or", "range", "between", "not"]
_JOINS: dict[str, Joined] = {
    "join": "and",
    "or": "or",
    "range": "range",
    "between": "between",
    "not": "not",
}
_SIDES: dict[str, Side] = {
    "left": "left",
    "right": "right",
    "both": "both",
    "midline": "midline",
}
# "Right above the knee" may not mean the right knee; "on the right above the knee" does.
_RIGHT_AS_JUST = frozenset(
    "above below under underneath beneath between in at next across down over around through "
    "where along near by up to into until".split()
)


@dataclass
class Segment:
    """What one stretch of words between joins says.

    ``also`` holds other readings of the parts, ``sides`` each side with whether it came after the
    part ("hip on the right"), ``relations`` pairs such as ("above", knee). ``plural`` is true of
    "knees", which are both unless a side is said.
    """

    joined: Joined = "and"
    comma: bool = False
    parts: list[PhraseRow] = field(default_factory=list)
    also: list[PhraseRow] = field(default_factory=list)
    aspects: list[str] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    centre: bool = False
    relations: list[tuple[str, PhraseRow]] = field(default_factory=list)
    sides: list[tuple[Side, bool]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    vague_side: bool = False
    plural: bool = False
    pending: str | None = None

    @property
    def names_place(self) -> bool:
        """Whether it names a part of the body, or a place next to one."""
        return bool(self.parts or self.relations)

    @property
    def refines(self) -> bool:
        """Whether it says which part of a part, naming none: "…, inner side"."""
        return not self.names_place and bool(self.aspects or self.levels or self.centre)

    @property
    def empty(self) -> bool:
        """Whether nothing in it was understood."""
        return not (self.names_place or self.refines or self.sides)

    def side(self) -> Side | None:
        """The side its own words say; two different sides are both."""
        said = {side for side, _ in self.sides}
        if {"left", "right"} <= said or "both" in said:
            return "both"
        return next((side for side in ("left", "right", "midline") if side in said), None)


def segments_of(words: str, vocabulary: Vocabulary) -> list[Segment]:
    """Split ``words`` into segments; the longest known phrase wins at every word."""
    return _Reader(words, vocabulary).read()


class _Reader:
    def __init__(self, words: str, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.tokens: list[str] = []
        self.after_article: set[int] = set()
        for token in words_of(words):
            if token in ARTICLES:
                self.after_article.add(len(self.tokens))
            else:
                self.tokens.append(token)
        self.segments = [Segment()]

    def read(self) -> list[Segment]:
        position = 0
        while position < len(self.tokens):
            position += self._step(position)
        return [segment for segment in self.segments if not segment.empty or segment.unknown]

    def _step(self, position: int) -> int:
        """Take one phrase; return how many tokens it used."""
        segment = self.segments[-1]
        rows, whole = self._longest(list(range(position, len(self.tokens))))
        side, length = self._side_at(position)
        if side is not None and length >= whole:
            self._take_side(segment, side, position, length)
            return length
        places = [i for i in self._without_sides(position) if i >= position]
        across, count = self._longest(places)
        if count > whole:
            rows, used = across, places[count - 1] + 1 - position
            for at in range(position, position + used):
                inside, long = self._side_at(at)
                if inside is not None and at not in places:
                    self._take_side(segment, inside, at, long)
        else:
            used = max(whole, 1)
        if not rows:
            segment.unknown.append(self.tokens[position])
            return 1
        self._take(self._fitting(rows, position + used), position + used)
        return used

    def _longest(self, places: list[int]) -> tuple[tuple[PhraseRow, ...], int]:
        """Return the longest phrase of the tokens at ``places``, and its number of words."""
        for length in range(min(self.vocabulary.longest, len(places)), 0, -1):
            rows = self.vocabulary.phrases.get(tuple(self.tokens[i] for i in places[:length]))
            if rows and not self._cuts_an_aspect(rows, places, length):
                return rows, length
        return (), 0

    def _cuts_an_aspect(self, rows: tuple[PhraseRow, ...], places: list[int], length: int) -> bool:
        """Whether the phrase ends inside one: "down the back" in "down the back of the leg"."""
        if length == len(places) or length == 1 or rows[0].kind not in ("part", "filler"):
            return False
        key = (self.tokens[places[length - 1]], self.tokens[places[length]])
        return key[1] == "of" and any(
            row.kind in ("aspect", "level") for row in self.vocabulary.phrases.get(key, ())
        )

    def _side_at(self, position: int) -> tuple[PhraseRow | None, int]:
        """Return the longest side phrase that starts here."""
        for length in range(min(5, len(self.tokens) - position), 0, -1):
            key = tuple(self.tokens[position : position + length])
            for row in self.vocabulary.phrases.get(key, ()):
                if row.kind == "side":
                    return row, length
        return None, 0

    def _without_sides(self, position: int) -> Iterator[int]:
        """Positions from here on, leaving out side phrases."""
        while position < len(self.tokens):
            side, length = self._side_at(position)
            if side is None:
                yield position
            position += length or 1

    def _take_side(self, segment: Segment, row: PhraseRow, position: int, length: int) -> None:
        following = self.tokens[position + length] if position + length < len(self.tokens) else ""
        if (
            row.means == "right"
            and length == 1
            and position not in self.after_article
            and following in _RIGHT_AS_JUST
        ):
            segment.vague_side = True
            return
        both_of = row.means == "both" and row.phrase.endswith(" of")
        ahead = {self._side_at(i)[0] for i in range(position + length, len(self.tokens))}
        if both_of and any(other is not None and other.means != "both" for other in ahead):
            return
        segment.sides.append((_SIDES[row.means], segment.names_place))
        self._keep_other_reading(segment, position, length)

    def _keep_other_reading(self, segment: Segment, position: int, length: int) -> None:
        """Keep both readings of "left side of the chest": its left half, and its side."""
        end = position + length
        if self.tokens[end - 2 : end] == ["side", "of"]:
            rows, words = self._longest(list(range(end - 2, len(self.tokens))))
            segment.also += [row for row in rows if row.kind == "part" and words > 2]

    def _fitting(self, rows: tuple[PhraseRow, ...], after: int) -> PhraseRow:
        """A word that is both a part and an aspect ("back") is an aspect where a part follows."""
        part = next((row for row in rows if row.kind == "part"), None)
        other = next((row for row in rows if row.kind not in ("part", "filler")), None)
        if part is None or other is None:
            return part or other or rows[0]
        rest = list(self._without_sides(after))
        follows, _ = self._longest(rest)
        kinds = {row.kind for row in follows}
        if kinds & {"join", "or"}:
            beyond, _ = self._longest(rest[1:])
            names_aspect = any(row.kind == "aspect" for row in beyond)
            is_aspect = names_aspect and not any(row.kind == "part" for row in beyond)
        else:
            is_aspect = "part" in kinds
        return other if is_aspect or self.segments[-1].parts else part

    def _take(self, row: PhraseRow, after: int) -> None:
        segment = self.segments[-1]
        if row.kind in _JOINS:
            self._join(_JOINS[row.kind], comma=row.phrase in (",", ";", "(", "\n", "."))
        elif row.kind == "part":
            segment.plural = segment.plural or row.plural
            if segment.pending is None:
                segment.parts.append(row)
            else:
                segment.relations.append((segment.pending, row))
                segment.pending = None
        elif row.kind == "relation":
            segment.pending = row.means
        elif row.kind == "aspect":
            segment.aspects.append(row.means)
        elif row.kind == "level":
            segment.levels.append(row.means)
        elif row.kind == "centre":
            segment.centre = True

    def _join(self, joined: Joined, *, comma: bool) -> None:
        """Start a new segment; of several joins in a row the one that says most counts."""
        last = self.segments[-1]
        last.pending = None
        if last.empty and not last.unknown:
            if joined != "and" or len(self.segments) == 1:
                last.joined = joined
            last.comma = last.comma and comma
            return
        self.segments.append(Segment(joined, comma=comma))
