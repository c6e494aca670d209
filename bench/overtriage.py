"""How often ordinary clients are stopped: verdict shares on a simulated caseload.

Each simulated client hurts where massage clients usually hurt and answers every question that
applies, yes with the question's own ``expected_yes_rate`` (judgement, unreviewed), independently.
Real answers cluster in fewer people, so the shares stopped are rather too high than too low.

    python bench/overtriage.py [number of clients] [seed]
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from datetime import date

from unknot.atlas import load_atlas
from unknot.atlas.rules import Question
from unknot.case import Case
from unknot.case.assessment import VERDICTS
from unknot.drawing.resolve import resolve
from unknot.drawing.resolved import ResolvedCase
from unknot.screening import questions_for, screen

TODAY = date(2026, 11, 22)
COMPLAINTS = {
    ("low back",): 30,
    ("neck", "top of shoulder"): 25,
    ("shoulder",): 12,
    ("interscapular region",): 8,
    ("temple", "back of neck"): 6,
    ("buttock", "posterior thigh"): 6,
    ("knee",): 5,
    ("calf",): 4,
    ("hip",): 4,
    (): 10,
}


def a_client(chance: random.Random, answers: dict[str, object]) -> dict[str, object]:
    areas = chance.choices(list(COMPLAINTS), weights=list(COMPLAINTS.values()))[0]
    age = min(90, max(16, round(chance.gauss(46, 15))))
    return {
        "schema": "unknot/case/1",
        "as_of": TODAY.isoformat(),
        "reason": "pain" if areas else "relaxation",
        "person": {"age": age, "sex": chance.choice(["female", "female", "male"])},
        "pain": [{"area": area} for area in areas],
        "answers": answers,
    }


def answer(question: Question, chance: random.Random) -> object:
    yes = chance.random() < question.expected_yes_rate
    return yes if question.type == "yes_no" else None


def answered(chance: random.Random) -> ResolvedCase:
    """Draw one client and let them answer until nothing new is asked."""
    atlas = load_atlas()
    case = a_client(chance, {})
    answers: dict[str, object] = {}
    while True:
        resolved = resolve(Case.model_validate({**case, "answers": answers}), atlas)
        new = {
            one.question.id: answer(one.question, chance)
            for one in questions_for(resolved, atlas, as_of=TODAY)
            if one.question.type == "yes_no" and one.question.id not in answers
        }
        if not new:
            return resolved
        answers |= new


def main(clients: int = 1000, seed: int = 1) -> None:
    chance = random.Random(seed)
    atlas = load_atlas()
    verdicts: Counter[str] = Counter()
    causes: dict[str, Counter[str]] = {verdict: Counter() for verdict in VERDICTS}
    screens: list[int] = []
    for _ in range(clients):
        resolved = answered(chance)
        screening = screen(resolved, atlas, as_of=TODAY)
        verdicts[screening.verdict] += 1
        groups = {one.question.group for one in questions_for(resolved, atlas, as_of=TODAY)}
        screens.append(len(groups - {"about-you"}))
        for reason in screening.reasons:
            if reason.verdict == screening.verdict:
                causes[screening.verdict][reason.rule] += 1
    print(f"{clients} simulated clients, seed {seed}, atlas {atlas.revision}")
    for verdict in VERDICTS:
        share = verdicts[verdict] / clients
        margin = 1.96 * (share * (1 - share) / clients) ** 0.5
        top = ", ".join(f"{rule} {n}" for rule, n in causes[verdict].most_common(8))
        print(f"{verdict:26}{share:6.1%} ±{margin:.1%}  {top}")
    screens.sort()
    print(f"question screens: median {screens[len(screens) // 2]}, at most {screens[-1]}")


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:]))
