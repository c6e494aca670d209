"""Free words of a clinician → findings of the atlas, by the patterns each finding carries.

Deterministic and without scoring by likeness: a phrase either satisfies a pattern or it does
not, so that a therapist can see why a phrase was understood as it was.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from unknot.atlas import FindingEntry

_CLAUSE = re.compile(r"[;\n]|[.!?](?=\s|$)|\b(?:but|however|although)\b")
_WORD = re.compile(
    r"[0-5][+-]?/5(?!\d)|\d+(?:st|nd|rd|th)\b|\d+(?:\.\d+)?|[^\W\d_]+(?:'[a-z]+)?\d*|,"
)
_GRADE = re.compile(r"[0-5][+-]?/5")
_PAINLESS = re.compile(r"\bpain(?:less|[ -]?free)\b")
_FILLERS = frozenset("the of a an with on in to at is are was were his her my their by for".split())
_BEFORE = frozenset("no not without denies denied deny never nil neither nor non free".split())
_AROUND = frozenset("negative absent normal unremarkable clear none ruled".split())
_LISTING = frozenset(["or", "nor"])
_OPENING = 2
_REACH = 5
"""How many words a leading negation reaches over."""


class WordMatch(NamedTuple):
    """A finding that words name.

    ``matched`` are the words it was recognised by. ``flipped`` is true where the words deny it
    ("Spurling negative", "no fever", "full external rotation"): presence is then the opposite
    of what was said of the phrase as a whole.
    """

    finding: str
    matched: tuple[str, ...]
    flipped: bool


class FindingWords:
    """The patterns of many findings, sorted once so that a phrase meets only likely ones.

    Parameters
    ----------
    findings
        The atlas's findings by id, their patterns written out (``Atlas.findings``).
    """

    def __init__(self, findings: Mapping[str, FindingEntry]) -> None:
        self._named: dict[str, str] = {}
        self._by_opening: dict[str, list[tuple[str, _Pattern]]] = {}
        for identity, entry in findings.items():
            names = (identity.replace("-", " "), entry.name, *entry.aliases)
            for name in names:
                self._named.setdefault(" ".join(_words(name)), identity)
            for pattern in (*map(_pattern, entry.patterns), *map(_as_phrase, names[1:])):
                for opening in pattern.rarest_openings:
                    self._by_opening.setdefault(opening, []).append((identity, pattern))

    def match(self, words: str) -> list[WordMatch]:
        """Return the findings that ``words`` name, most specific first.

        A phrase may name several ("hip flexion and knee extension weak"). A finding recognised
        only by words that a more specific one also used is left out. Words that are a
        finding's name or alias name that finding alone. Someone who knows what the phrase
        answers says so in it: ``worse with`` before what aggravates, ``eased by`` before what
        helps.
        """
        whole = _words(words)
        named = self._named.get(" ".join(whole))
        if named is not None:
            return [WordMatch(named, whole, False)]
        found: dict[str, tuple[int, int, WordMatch]] = {}
        for clause in _CLAUSE.split(_plain(words)):
            tokens = _words(clause)
            for match, places in self._in_clause(tokens):
                key = (len(places), sum(len(tokens[place]) for place in places))
                if match.finding not in found or found[match.finding][:2] < key:
                    found[match.finding] = (*key, match)
        ranked = sorted(found.values(), key=lambda item: (-item[0], -item[1], item[2].finding))
        return [match for _, _, match in ranked]

    def _in_clause(self, tokens: tuple[str, ...]) -> list[tuple[WordMatch, frozenset[int]]]:
        best: dict[str, tuple[frozenset[int], bool]] = {}
        for opening in sorted({token[:_OPENING] for token in tokens} | {""}):
            for identity, pattern in self._by_opening.get(opening, ()):
                places = pattern.find(tokens)
                if places and (identity not in best or len(places) > len(best[identity][0])):
                    best[identity] = (places, pattern.denies)
        return [
            (
                WordMatch(
                    identity,
                    tuple(tokens[place] for place in sorted(places)),
                    denies != _negated(tokens, places),
                ),
                places,
            )
            for identity, (places, denies) in best.items()
            if not any(places < other for other, _ in best.values())
        ]


def match_finding(
    words: str, findings: Mapping[str, FindingEntry] | FindingWords
) -> list[WordMatch]:
    """Return the findings that ``words`` name, most specific first; see ``FindingWords.match``.

    Give a ``FindingWords`` where many phrases are read.
    """
    known = findings if isinstance(findings, FindingWords) else FindingWords(findings)
    return known.match(words)


def _negated(tokens: tuple[str, ...], places: frozenset[int]) -> bool:
    """Say whether a word outside the match denies it.

    A leading negation reaches over a few words, and over a comma only in a list ("no fever,
    chills or weight loss"); a trailing one ("… negative") stands after the match, before the
    next comma.
    """
    first, last = min(places), max(places)
    listing = any(token in _LISTING for token in tokens)
    for place in range(max(0, first - _REACH), last):
        if place in places:
            continue
        between = tokens[place + 1 : max(first, place + 1)]
        if tokens[place] in _BEFORE and (listing or "," not in between):
            return True
        if tokens[place] in _AROUND and place >= first - 2 and "," not in between:
            return True
    for token in tokens[last + 1 :]:
        if token in (",", "positive"):
            break
        if token in _AROUND:
            return True
    return False


@dataclass(frozen=True)
class _Stem:
    """The beginning of a word, a whole word, or a comparison with a number."""

    text: str
    whole: bool = False
    compare: str = ""

    def matches(self, token: str) -> bool:
        if self.compare:
            try:
                number = float(token)
            except ValueError:
                return False
            limit = float(self.text)
            return number > limit if self.compare == ">" else number < limit
        return token == self.text if self.whole else token.startswith(self.text)


_Sequence = tuple[_Stem, ...]


@dataclass(frozen=True)
class _Pattern:
    slots: tuple[tuple[_Sequence, ...], ...]
    never: tuple[tuple[_Sequence, ...], ...] = ()
    denies: bool = False

    @property
    def rarest_openings(self) -> frozenset[str]:
        """How the words of one slot can begin, the slot with the fewest; a quick way to say no."""
        plain = [slot for slot in self.slots if not any(first.compare for first, *_ in slot)]
        openings = [frozenset(first.text[:_OPENING] for first, *_ in slot) for slot in plain]
        return min(openings, key=len, default=frozenset([""]))

    def find(self, tokens: tuple[str, ...]) -> frozenset[int] | None:
        """Return the places of the words that satisfy every slot, or None."""
        places: set[int] = set()
        for slot in self.slots:
            here = _longest(slot, tokens)
            if here is None:
                return None
            places.update(here)
        if any(_longest(slot, tokens) for slot in self.never):
            return None
        return frozenset(places)


def _longest(slot: tuple[_Sequence, ...], tokens: tuple[str, ...]) -> tuple[int, ...] | None:
    best: tuple[int, ...] | None = None
    for sequence in slot:
        for start, token in enumerate(tokens):
            if not sequence[0].matches(token):
                continue
            places = _follow(sequence, tokens, start)
            if places is not None:
                if best is None or len(places) > len(best):
                    best = places
                break
    return best


def _follow(sequence: _Sequence, tokens: tuple[str, ...], start: int) -> tuple[int, ...] | None:
    """Return the places of the sequence's words from ``start`` on; fillers may stand between."""
    places = [start]
    place = start + 1
    for stem in sequence[1:]:
        while place < len(tokens) and tokens[place] in _FILLERS and not stem.matches(tokens[place]):
            place += 1
        if place >= len(tokens) or not stem.matches(tokens[place]):
            return None
        places.append(place)
        place += 1
    return tuple(places)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return "".join(character for character in text if not unicodedata.combining(character))


def _words(text: str) -> tuple[str, ...]:
    """Return the words of ``text``; 4/5 on the MRC scale reads as weak, 5/5 as not weak."""
    words: list[str] = []
    for word in _WORD.findall(_PAINLESS.sub("not painful", _plain(text))):
        if _GRADE.fullmatch(word):
            words.extend(["not", "weak"] if word == "5/5" else ["weak"])
        else:
            words.append(word)
    return tuple(words)


@cache
def _pattern(text: str) -> _Pattern:
    denies = text.startswith("!")
    slots: list[tuple[_Sequence, ...]] = []
    never: list[tuple[_Sequence, ...]] = []
    for part in text.removeprefix("!").split():
        target = never if part.startswith("-") else slots
        alternatives = part.removeprefix("-").split("|")
        target.append(tuple(_sequence(alternative) for alternative in alternatives if alternative))
    return _Pattern(tuple(slots), tuple(never), denies)


def _sequence(alternative: str) -> _Sequence:
    return tuple(_stem(stem) for stem in _plain(alternative).split("_") if stem)


def _stem(text: str) -> _Stem:
    if text[0] in "<>":
        return _Stem(text[1:], compare=text[0])
    if text.endswith("."):
        return _Stem(text[:-1], whole=True)
    return _Stem(text)


@cache
def _as_phrase(name: str) -> _Pattern:
    return _Pattern(((tuple(_Stem(word, whole=True) for word in _words(name)),),))
