"""Read the client's own words for danger signs: deterministic, and able only to raise.

A phrase pattern is written so that a clinician can read it::

    numb* / no feeling / can't feel + wipe / between my legs

Groups are joined by ``+`` and must all occur in one sentence, in any order; ``/`` separates
alternatives; ``*`` stands for any letters; ``..`` skips up to three words; ``#`` is a number.
Denials ("no", "isn't", "… is normal") are looked for around every group; a pattern with a group
that is only ever denied does nothing: words never answer a question with no.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from unknot.atlas.rules import Knowledge, NamedClass, Question, Reading

Match = Literal["said", "hinted", "denied"]

_SENTENCE_END = re.compile(r"(?<!\d)[.!?;\n]+|[.!?;\n]+(?!\d)")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|[,:()/–—]|-(?=\s)")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_SAME = {
    "cannot": "can't",
    "cant": "can't",
    "wont": "won't",
    "dont": "don't",
    "doesnt": "doesn't",
    "didnt": "didn't",
    "isnt": "isn't",
    "arent": "aren't",
    "wasnt": "wasn't",
    "havent": "haven't",
    "hasnt": "hasn't",
    "couldnt": "couldn't",
    "ive": "i've",
    "im": "i'm",
}
_START, _END = r"(?<![^ ])", r"(?![^ ])"


@dataclass(frozen=True)
class Sentence:
    """One sentence: as written, and as words parted by single spaces."""

    text: str
    plain: str


@dataclass(frozen=True)
class _Pattern:
    groups: tuple[re.Pattern[str], ...]


@dataclass
class WordsRead:
    """What was read, by question id or class id, with the sentence it stands in."""

    said: dict[str, str] = field(default_factory=dict)
    hinted: dict[str, str] = field(default_factory=dict)
    denied: dict[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, tuple[float, str]] = field(default_factory=dict)
    regions: frozenset[str] = frozenset()
    sentences: tuple[Sentence, ...] = ()
    unread: tuple[str, ...] = ()


def sentences(text: str) -> tuple[Sentence, ...]:
    """Split ``text`` into sentences of plain words; marks that part clauses become commas."""
    found = []
    for part in _SENTENCE_END.split(text):
        shown = part.strip()
        words = []
        for token in _TOKEN.findall(shown.translate(_APOSTROPHES).lower()):
            word = "," if token in ",()–—-" else token
            words.append(_SAME.get(word, word))
        plain = " ".join(words).replace("can not", "can't")
        if any(letter.isalnum() for letter in plain):
            found.append(Sentence(shown, plain))
    return tuple(found)


def read_words(text: str | None, knowledge: Knowledge) -> WordsRead:
    """Read ``text`` against every question, class and region the atlas knows.

    Parameters
    ----------
    text
        The client's own words, or None.
    knowledge
        The atlas's screening knowledge.
    """
    result = WordsRead(sentences=sentences(text or ""))
    if not result.sentences:
        return result
    understood: set[str] = set()
    regions: set[str] = set()
    for sentence in result.sentences:
        for question in knowledge.questions.values():
            if _read_question(sentence, question, knowledge.reading, result):
                understood.add(sentence.text)
        for entry in knowledge.classes.values():
            if entry.in_words and _read_class(sentence, entry, knowledge.reading, result):
                understood.add(sentence.text)
        for region, patterns in knowledge.region_words.items():
            if any(_spans(sentence, pattern) for pattern in patterns):
                regions.add(region)
    result.regions = frozenset(regions)
    result.unread = tuple(
        sentence.text for sentence in result.sentences if sentence.text not in understood
    )
    return result


def match(
    sentence: Sentence, patterns: Iterable[str], reading: Reading, *, past_counts: bool = False
) -> Match | None:
    """Say whether one of ``patterns`` is said, hinted at or denied in ``sentence``, best first."""
    found: Match | None = None
    for pattern in patterns:
        spans = _spans(sentence, pattern)
        if spans is None:
            continue
        if any(
            all(_denied(sentence.plain, span, spans, reading) for span in group) for group in spans
        ):
            found = found or "denied"
            continue
        if _is_soft(sentence, reading, past_counts):
            found = "hinted"
            continue
        return "said"
    return found


def _is_soft(sentence: Sentence, reading: Reading, past_counts: bool) -> bool:
    if any(_spans(sentence, one) for one in reading.softens):
        return True
    long_ago = not past_counts and any(_spans(sentence, one) for one in reading.past)
    return long_ago and not any(_spans(sentence, one) for one in reading.recent)


def _read_question(
    sentence: Sentence, question: Question, reading: Reading, result: WordsRead
) -> bool:
    touched = False
    verdict = match(sentence, question.says, reading, past_counts=question.past_counts)
    softer = match(sentence, question.softened_by, reading, past_counts=True)
    if verdict == "said" and softer not in (None, "denied"):
        verdict = "hinted"
    if verdict is None:
        hint = match(sentence, question.hints, reading, past_counts=True)
        verdict = "hinted" if hint == "said" else hint
    if verdict is not None:
        touched = True
        target = {"said": result.said, "hinted": result.hinted, "denied": result.denied}[verdict]
        target.setdefault(question.id, sentence.text)
    for pattern in question.numbers:
        for number in re.findall(_number_regex(pattern), sentence.plain):
            low, high = question.range or (0.0, 0.0)
            if low <= float(number) <= high:
                result.numbers.setdefault(question.id, (float(number), sentence.text))
                touched = True
    return touched


def _read_class(sentence: Sentence, entry: NamedClass, reading: Reading, result: WordsRead) -> bool:
    verdict = match(sentence, entry.names, reading, past_counts=True)
    over = entry.kind == "medicine" and any(_spans(sentence, one) for one in reading.stopped)
    if verdict == "said" and not over:
        result.classes.setdefault(entry.id, sentence.text)
    elif verdict is not None and verdict != "denied":
        for question in (*entry.implies, *entry.asks):
            result.hinted.setdefault(question, sentence.text)
    return verdict is not None


def class_of(text: str, classes: Iterable[NamedClass]) -> tuple[NamedClass, ...]:
    """Return the classes whose names occur in one entry of a list ("apixaban 5 mg, twice")."""
    plain = " ".join(sentence.plain for sentence in sentences(text))
    whole = Sentence(text, plain)
    return tuple(entry for entry in classes if any(_spans(whole, name) for name in entry.names))


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> _Pattern:
    return _Pattern(
        tuple(
            re.compile(f"{_START}(?:{'|'.join(_inner(text) for text in group.split(' / '))}){_END}")
            for group in pattern.lower().replace("-", " ").split(" + ")
        )
    )


def _alternative(text: str) -> str:
    return f"{_START}{_inner(text)}{_END}"


def _inner(text: str) -> str:
    pieces: list[str] = []
    gap = False
    for word in text.split():
        if word == "..":
            gap = True
            continue
        piece = re.escape(word).replace(r"\*", r"[^ ,]*")
        if pieces:
            pieces.append(r"(?: [^ ]+){0,3} " if gap else " ")
        pieces.append(piece)
        gap = False
    return "".join(pieces)


@lru_cache(maxsize=256)
def _number_regex(pattern: str) -> str:
    words = (r"(\d+(?:\.\d+)?)" if word == "#" else re.escape(word) for word in pattern.split())
    return f"{_START}{' '.join(words)}{_END}"


def _spans(sentence: Sentence, pattern: str) -> list[list[tuple[int, int]]] | None:
    """Return, per group, where it occurs; None unless every group does."""
    found = []
    for group in _compiled(pattern).groups:
        spans = [hit.span() for hit in group.finditer(sentence.plain)]
        if not spans:
            return None
        found.append(spans)
    return found


def _denied(
    plain: str, head: tuple[int, int], spans: list[list[tuple[int, int]]], reading: Reading
) -> bool:
    covered = [span for group in spans for span in group]
    return (
        _denied_before(plain, head, covered, reading)
        or _denied_after(plain, head, reading)
        or _of_a_relative(plain, head, reading)
    )


def _denied_before(
    plain: str, head: tuple[int, int], covered: list[tuple[int, int]], reading: Reading
) -> bool:
    position = head[0]
    following = ""
    next_word = plain[head[0] : head[1]].split(" ")[0]
    for _ in range(reading.reach):
        start = plain.rfind(" ", 0, max(position - 1, 0)) + 1
        if start >= position:
            return False
        word = plain[start : position - 1]
        if word == "," and _among(following or next_word, reading.subjects):
            return False
        if _among(word, reading.breaks):
            return False
        is_covered = any(low <= start < high for low, high in covered)
        if (
            _among(word, reading.deny)
            and not is_covered
            and not _among(following or next_word, reading.not_denying)
        ):
            return True
        following, position = word, start
        if start == 0:
            return False
    return False


def _denied_after(plain: str, head: tuple[int, int], reading: Reading) -> bool:
    rest = plain[head[1] :].strip().split(" ")
    clause: list[str] = []
    for index, word in enumerate(rest):
        opens_an_answer = index == 0 and word == ":"
        if not opens_an_answer and (word == "," or _among(word, reading.breaks)):
            break
        clause.append(word)
    text = " ".join(clause)
    for phrase in reading.deny_after:
        hit = re.search(_alternative(phrase), text)
        if hit and len(text[: hit.start()].split()) <= 3:
            after = text[hit.end() :].strip().split(" ")[0]
            if not _among(after, reading.unless_then):
                return True
    return False


def _of_a_relative(plain: str, head: tuple[int, int], reading: Reading) -> bool:
    """Somebody else has it: "my dad had a stroke", but not "my wife noticed my face drooping"."""
    hit = _relative_has(reading.relatives, reading.relatives_do).search(plain[: head[0]].rstrip())
    return hit is not None and not any(
        _among(word, reading.not_having) for word in hit.group("between").split()
    )


@lru_cache(maxsize=8)
def _relative_has(relatives: tuple[str, ...], doing: tuple[str, ...]) -> re.Pattern[str]:
    who = "|".join(_alternative(one) for one in relatives)
    does = "|".join(_alternative(one) for one in doing)
    return re.compile(rf"(?:{who})(?: [^ ,]+){{0,2}} (?:{does})(?P<between>(?: [^ ,]+){{0,3}})$")


def _among(word: str, patterns: tuple[str, ...]) -> bool:
    return bool(word) and any(
        word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern
        for pattern in patterns
    )
