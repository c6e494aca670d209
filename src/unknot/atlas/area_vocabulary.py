"""The words people use for places: parts, aspects, levels, sides; and aliases of area terms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from unknot.atlas.areas import Areas
from unknot.atlas.source import AtlasError, Entry, read_csv

PhraseKind = Literal[
    "part",
    "near",
    "relation",
    "aspect",
    "level",
    "centre",
    "side",
    "filler",
    "join",
    "or",
    "range",
    "between",
    "not",
    "levelled",
]
ARTICLES = frozenset("the my a an your his her our their this that these those".split())
_TOKEN = re.compile(r"[^\W_]+|[,;/>.→\n()]")
_SPINE_RANGE = re.compile(
    r"\b([clts])(\d{1,2})\s*(?:[-–—/]|to)\s*([clts]?)(\d{1,2})\b"
    r"((?:\s+(?:nerve )?(?:root )?(?:dermatome|distribution|pattern|territory))?)"
)


class PhraseRow(Entry):
    """One line of ``areas/vocabulary.csv``.

    What ``means`` holds depends on ``kind``: area terms joined by ``|`` for a part (``@both`` at
    the end for a plural that means both sides), one word for an aspect, a level, a side or a
    relation. ``levelled`` rows say what a level of a large part is (``leg, whole:upper`` means the
    thigh), ``near`` rows what lies above, below or near a part (``knee:above`` means
    ``thigh:lower``).
    """

    phrase: str
    kind: PhraseKind
    means: str = ""

    @property
    def terms(self) -> tuple[str, ...]:
        """Area terms a part or a levelled part stands for, or a relation starts from."""
        if self.kind in ("part", "levelled"):
            return tuple(self.means.removesuffix("@both").split("|"))
        return (self.means.partition(":")[0],) if self.kind == "near" else ()

    @property
    def plural(self) -> bool:
        """Whether the word is a plural that means both sides unless a side is said."""
        return self.means.endswith("@both")


class AliasRow(Entry):
    """One line of ``areas/aliases.csv``: another name for exactly one term."""

    alias: str
    term: str


class ChainRow(Entry):
    """One line of ``areas/chains.csv``: neighbours in order, so that "from A to B" has a middle."""

    chain: str
    parts: str


@dataclass(frozen=True)
class Vocabulary:
    """Phrases by their words, and exact names.

    Attributes
    ----------
    phrases
        What a run of words can mean.
    longest
        Number of words in the longest phrase.
    names
        Terms, their plain names and aliases, by their words: naming one is naming the term.
    levelled
        (part, level) → the terms that level of it is.
    near
        (part, relation) → the terms there, each with the level of it that is meant.
    chains
        Area terms in the order in which they follow each other along the body.
    """

    phrases: dict[tuple[str, ...], tuple[PhraseRow, ...]]
    longest: int
    names: dict[tuple[str, ...], str]
    levelled: dict[tuple[str, str], tuple[str, ...]]
    near: dict[tuple[str, str], tuple[tuple[str, str], ...]]
    chains: tuple[tuple[str, ...], ...]


def words_of(text: str) -> list[str]:
    """Split ``text`` into lower-case words and joining signs; articles stay, hyphens do not.

    "L4/5" and "C5-7" are written out as one vertebra or the next.
    """
    lowered = text.lower().replace("->", " → ").replace("’", "'")
    lowered = _SPINE_RANGE.sub(_vertebrae, lowered).replace("&", " and ").replace("+", " and ")
    lowered = re.sub(r"\s+[–—-]\s+", " , ", lowered)
    lowered = re.sub(r"(?<=\d)\.(?=\d)", " ", lowered).replace("'", "")
    return _TOKEN.findall(re.sub(r"[-–—]", " ", lowered))


def _vertebrae(found: re.Match[str]) -> str:
    letter, first, other, last, what = found.groups()
    start, end = int(first), int(last)
    if other in ("", letter) and start < end <= 12:
        names = [f"{letter}{number}" for number in range(start, end + 1)]
    else:
        names = [f"{letter}{start}", f"{other or letter}{end}"]
    return " " + " or ".join(name + what for name in names) + " "


def key_of(text: str) -> tuple[str, ...]:
    """Return the words that identify a name: no articles, commas or brackets."""
    return tuple(word for word in words_of(text) if word not in ARTICLES and word not in ",.()\n")


def load_vocabulary(folder: Path, areas: Areas) -> Vocabulary:
    """Read ``vocabulary.csv``, ``aliases.csv`` and ``chains.csv``.

    Raises
    ------
    AtlasError
        If a phrase, alias or chain means an unknown area, or the same words are given two places.
    """
    phrases: dict[tuple[str, ...], tuple[PhraseRow, ...]] = {}
    levelled: dict[tuple[str, str], tuple[str, ...]] = {}
    near: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    for line, row in read_csv(folder / "vocabulary.csv", PhraseRow):
        place = f"areas/vocabulary.csv:{line}"
        for term in row.terms:
            if term not in areas:
                raise AtlasError(f"{row.phrase!r} means an unknown area {term!r}", path=place)
        if row.kind == "levelled":
            term, _, level = row.phrase.rpartition(":")
            levelled[(term, level)] = row.terms
            continue
        if row.kind == "near":
            part, _, relation = row.phrase.rpartition(":")
            term, _, level = row.means.partition(":")
            near[(part, relation)] = (*near.get((part, relation), ()), (term, level))
            continue
        key = _phrase_key(row.phrase)
        if any(known.kind == row.kind for known in phrases.get(key, ())):
            raise AtlasError(f"{row.phrase!r} stands twice as {row.kind}", path=place)
        phrases[key] = (*phrases.get(key, ()), row)
    names, spelled = _names(folder, areas)
    for words, term in spelled.items():
        known = [row for row in phrases.get(words, ()) if row.kind == "part"]
        if known and known[0].means.removesuffix("@both") != term:
            raise AtlasError(
                f"{' '.join(words)!r} means {known[0].means!r} here but is a name of {term!r}",
                path="areas/vocabulary.csv",
            )
        if not known:
            named = PhraseRow(phrase=" ".join(words), kind="part", means=term)
            phrases[words] = (*phrases.get(words, ()), named)
    return Vocabulary(
        phrases, max(map(len, phrases)), names, levelled, near, _chains(folder, areas)
    )


def _phrase_key(phrase: str) -> tuple[str, ...]:
    """Signs matter in a phrase such as "left / right"; a phrase of one sign is that sign."""
    words = tuple(word for word in words_of(phrase) if word not in ARTICLES)
    return words or ("\n",)


def _names(
    folder: Path, areas: Areas
) -> tuple[dict[tuple[str, ...], str], dict[tuple[str, ...], str]]:
    """Return names by their words, and the same with their commas, as they stand in phrases."""
    names = {key_of(term): term for term in areas.by_term}
    texts = {term: term for term in areas.by_term}
    for line, alias in read_csv(folder / "aliases.csv", AliasRow):
        place = f"areas/aliases.csv:{line}"
        if alias.term not in areas:
            raise AtlasError(
                f"{alias.alias!r} is an alias of an unknown area {alias.term!r}", path=place
            )
        known = names.setdefault(key_of(alias.alias), alias.term)
        if known != alias.term:
            raise AtlasError(
                f"{alias.alias!r} is a name of both {known!r} and {alias.term!r}", path=place
            )
        texts[alias.alias] = alias.term
    for term, area in areas.by_term.items():
        if names.setdefault(key_of(area.plain), term) == term:
            texts[area.plain] = term
    spelled = dict(names)
    spelled.update({_phrase_key(text): term for text, term in texts.items()})
    return names, spelled


def _chains(folder: Path, areas: Areas) -> tuple[tuple[str, ...], ...]:
    chains = []
    for line, row in read_csv(folder / "chains.csv", ChainRow):
        parts = tuple(row.parts.split("|"))
        for term in parts:
            if term not in areas:
                raise AtlasError(
                    f"chain {row.chain!r} has an unknown area {term!r}",
                    path=f"areas/chains.csv:{line}",
                )
        chains.append(parts)
    return tuple(chains)
