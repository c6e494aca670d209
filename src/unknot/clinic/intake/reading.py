"""What was entered → a case. One reader for the script's posts and for plain form posts."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict

from unknot.atlas import Atlas
from unknot.audience import Audience
from unknot.case import Case, InvalidCase, UnknotError, read_case
from unknot.drawing.area_words import UnknownArea, match_area

LISTS = ("medicines", "conditions")
LAYERS = ("pain", "numb", "tingling", "do not touch")
_KINDS = {"numb": "numbness", "tingling": "tingling"}


@dataclass(frozen=True)
class Problem:
    """Something that could not be read: the field it stands in, its kind, and what was said."""

    field: str
    kind: str
    said: str = ""
    nearest: tuple[str, ...] = ()
    detail: str = ""


@dataclass
class Entered:
    """A form as it was read. ``case`` is None when nothing usable was entered."""

    case: Case | None = None
    problems: list[Problem] = field(default_factory=list)
    audience: Audience = "client"


def read_form(post: QueryDict, atlas: Atlas, today: date) -> Entered:
    """Read a posted form; what cannot be read becomes a problem and the rest still counts."""
    entered = Entered(audience="practitioner" if post.get("trained") == "yes" else "client")
    document: dict[str, Any] = {
        "schema": "unknot/case/1",
        "as_of": today.isoformat(),
        "reason": post.get("reason") or "pain",
        "recall": post.get("recall") or "7d",
        "words": _text(post, "story", 5000),
        "person": _person(post, entered),
        "answers": _answers(post, atlas, entered),
    }
    for name in LISTS:
        document[name] = _several(post, name, entered)
    document.update(_places(post, atlas, entered))
    drawing = _json(post, "drawing", entered)
    if isinstance(drawing, dict) and drawing.get("strokes"):
        document["drawing"] = {**drawing, "atlas": atlas.revision}
    findings = _findings(post)
    if findings:
        document["findings"] = findings
    entered.case = _read(document, entered)
    return entered


def _read(document: dict[str, Any], entered: Entered) -> Case | None:
    """Read the case; a part that is wrong is named, left out, and the rest is read again."""
    for _ in range(8):
        try:
            return read_case({key: value for key, value in document.items() if value is not None})
        except InvalidCase as error:
            tops = set()
            for path, message, hint in error.problems:
                top = re.split(r"[.\[]", path or "")[0]
                tops.add(top)
                entered.problems.append(
                    Problem(top, "invalid", detail=f"{message}{'; ' + hint if hint else ''}")
                )
            known = tops & document.keys() - {"schema"}
            if not known:
                return None
            for top in known:
                del document[top]
    return None


def _text(post: QueryDict, name: str, longest: int) -> str | None:
    return post.get(name, "").strip()[:longest] or None


def _several(post: QueryDict, name: str, entered: Entered) -> list[str]:
    """Split a line of words at commas and line ends."""
    words = [part.strip() for part in re.split(r"[,;\n]", post.get(name, "")) if part.strip()]
    if len(words) > 50 or any(len(word) > 200 for word in words):
        entered.problems.append(Problem(name, "too_long"))
    return [word[:200] for word in words[:50]]


def _person(post: QueryDict, entered: Entered) -> dict[str, Any]:
    person: dict[str, Any] = {}
    if post.get("sex") in ("female", "male", "other"):
        person["sex"] = post["sex"]
    for name, low, high in (("age", 0, 120), ("pregnancy_weeks", 0, 45)):
        said = post.get(name, "").strip()
        if not said:
            continue
        if said.isdecimal() and low <= int(said) <= high:
            person[name] = int(said)
        else:
            entered.problems.append(Problem(name, "number", said[:20], detail=f"{low} to {high}"))
    return person


def _json(post: QueryDict, name: str, entered: Entered) -> Any:
    said = post.get(name, "")
    if not said:
        return None
    try:
        return json.loads(said)
    except (ValueError, RecursionError):
        entered.problems.append(Problem(name, "unreadable"))
        return None


def _places(post: QueryDict, atlas: Atlas, entered: Entered) -> dict[str, Any]:
    """Places chosen from the list or told in words, by what is felt there."""
    found: dict[str, list[dict[str, Any]]] = {"pain": [], "sensations": [], "do_not_touch": []}
    listed = _json(post, "places", entered)
    places = (
        [place for place in listed if isinstance(place, dict)] if isinstance(listed, list) else []
    )
    strength = post.get("strength", "")
    for line in post.get("where", "").splitlines()[:20]:
        if line.strip():
            places.append(
                {
                    "area": line.strip()[:200],
                    "intensity": int(strength) if strength.isdecimal() else None,
                }
            )
    for place in places[:60]:
        area, side = str(place.get("area", ""))[:200], place.get("side")
        try:
            match_area(area, side, atlas)
        except UnknownArea as error:
            entered.problems.append(Problem("where", "unknown_area", area, error.nearest))
            continue
        except UnknotError:
            entered.problems.append(Problem("where", "sides", area))
            continue
        layer = place.get("layer", "pain")
        where = {"area": area, "side": side}
        if layer == "do not touch":
            found["do_not_touch"].append(where)
        elif layer in _KINDS:
            found["sensations"].append({**where, "kind": _KINDS[layer]})
        else:
            quality = place.get("quality")
            found["pain"].append(
                {
                    **where,
                    "intensity": place.get("intensity"),
                    "qualities": [quality] if quality else [],
                }
            )
    return found


def _answers(post: QueryDict, atlas: Atlas, entered: Entered) -> dict[str, Any]:
    """Answers by question. "None of these" answers no for a group's own open questions."""
    answers: dict[str, Any] = {}
    for key in post:
        name = key.removeprefix("q.")
        question = atlas.screening.questions.get(name)
        said = post.get(key, "").strip()
        if name == key or question is None or not said:
            continue
        if said in ("not_sure", "declined"):
            answers[name] = said
        elif question.type == "yes_no":
            if said in ("yes", "no"):
                answers[name] = said == "yes"
        elif question.type == "number":
            try:
                value = float(said)
            except ValueError:
                value = float("nan")
            low, high = question.range or (value, value)
            if low <= value <= high:
                answers[name] = value
            else:
                entered.problems.append(
                    Problem(key, "number", said[:20], detail=f"{low:g} to {high:g}")
                )
        else:
            answers[name] = said[:500]
    groups = set(post.getlist("none"))
    asked = set(post.getlist("asked"))
    for name, question in atlas.screening.questions.items():
        if question.group in groups and name in asked and question.type == "yes_no":
            answers.setdefault(name, False)
    return answers


def _findings(post: QueryDict) -> list[dict[str, Any]]:
    """What a practitioner found after seeing the ranking: ``f.<finding>.<side>`` = yes or no."""
    found = []
    for key in post:
        parts = key.split(".")
        if len(parts) == 3 and parts[0] == "f" and post[key] in ("yes", "no"):
            found.append(
                {
                    "finding": parts[1].replace("-", " "),
                    "side": parts[2] if parts[2] in ("left", "right") else None,
                    "present": post[key] == "yes",
                    "ranking_shown_before": True,
                }
            )
    return found
