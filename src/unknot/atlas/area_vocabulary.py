"""The words people use for places: parts, aspects, levels, sides; and aliases of area terms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from unknot.atlas.areas import Areas
from unknot.atlas.source import AtlasError, Entry, read_csv

PhraseKind = Literal["part", "near", "aspect", "level", "side", "filler", "join"]


class PhraseRow(Entry):
    """One line of ``areas/vocabulary.csv``.

    ``means`` is area terms joined by ``|`` for a part, ``part:level`` for a relation such as
    "above the knee", and one word for an aspect, a level or a side.
    """

    phrase: str
    kind: PhraseKind
    means: str = ""


class AliasRow(Entry):
    """One line of ``areas/aliases.csv``: another name for exactly one term."""

    alias: str
    term: str


@dataclass(frozen=True)
class Vocabulary:
    """Phrases by their words, longest first, and aliases by their lower-case text."""

    phrases: dict[tuple[str, ...], tuple[PhraseRow, ...]]
    longest: int
    aliases: dict[str, str]


def load_vocabulary(folder: Path, areas: Areas) -> Vocabulary:
    """Read ``vocabulary.csv`` and ``aliases.csv``.

    Raises
    ------
    AtlasError
        If a phrase or alias means an unknown area term.
    """
    phrases: dict[tuple[str, ...], tuple[PhraseRow, ...]] = {}
    for line, row in read_csv(folder / "vocabulary.csv", PhraseRow):
        terms = row.means.split("|") if row.kind == "part" else ()
        if row.kind == "near":
            terms = [row.means.partition(":")[0]]
        for term in terms:
            if term not in areas:
                raise AtlasError(
                    f"{row.phrase!r} means an unknown area {term!r}",
                    path=f"areas/vocabulary.csv:{line}",
                )
        key = tuple(row.phrase.split())
        phrases[key] = (*phrases.get(key, ()), row)
    aliases: dict[str, str] = {}
    for term in areas.by_term:
        if "," not in term:
            phrases.setdefault(tuple(term.lower().split()), (_names(term, term),))
    for line, alias in read_csv(folder / "aliases.csv", AliasRow):
        if alias.term not in areas:
            raise AtlasError(
                f"{alias.alias!r} is an alias of an unknown area {alias.term!r}",
                path=f"areas/aliases.csv:{line}",
            )
        aliases[alias.alias.lower()] = alias.term
        words = tuple(alias.alias.lower().replace("-", " ").split())
        phrases.setdefault(words, (_names(alias.alias, alias.term),))
    return Vocabulary(phrases, max(map(len, phrases)), aliases)


def _names(phrase: str, term: str) -> PhraseRow:
    return PhraseRow(phrase=phrase, kind="part", means=term)
