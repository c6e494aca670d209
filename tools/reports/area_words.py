"""Show what words for places in the development cases mean; write ``docs/reports/area-words.md``.

    python -m tools.reports.area_words

Every area phrase of the published cases is listed, and every finding phrase that says where
something is felt. Whether a clinician would agree is a judgement, kept in ``area_words.csv`` beside
this file together with the reading it was made for: when a reading changes, the report says that it
has to be judged again.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from unknot.atlas import Atlas, load_atlas
from unknot.case import Side, UnknotError
from unknot.drawing.area_words import match_area

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests/cases/locate.jsonl"
JUDGEMENTS = Path(__file__).with_suffix(".csv")
REPORT = ROOT / "docs/reports/area-words.md"
VERDICTS = ("yes", "partly", "no")
UNJUDGED = "to be judged"

# A finding names a place when it says where something is felt or pressed.
_FELT = re.compile(
    r"\b(tender|pain|painful|numb|numbness|pinprick|redness|trigger points?)\b", re.I
)


@dataclass(frozen=True)
class Phrase:
    """Words for a place in a published case, with the side field beside them."""

    kind: str
    said: str
    side: Side | None


@dataclass(frozen=True)
class Row:
    """A phrase, what it resolved to, and whether a clinician would agree."""

    phrase: Phrase
    means: str
    note: str
    agrees: str
    because: str


def phrases(cases: Path) -> list[Phrase]:
    """Every phrase once, areas first, in alphabetical order."""
    found: dict[Phrase, None] = {}
    for line in cases.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        for pain in case["pain"]:
            found[Phrase("area", pain["area"], pain["side"])] = None
        for finding in case["findings"]:
            if _FELT.search(finding["finding"]):
                found[Phrase("finding", finding["finding"], None)] = None
    return sorted(found, key=lambda one: (one.kind, one.said.lower(), one.side or ""))


def reading(phrase: Phrase, atlas: Atlas) -> tuple[str, str]:
    """What a phrase resolves to, in one line, and the note that comes with it."""
    try:
        match = match_area(phrase.said, phrase.side, atlas)
    except UnknotError as error:
        return "nothing", error.message
    places = (
        " or ".join(place.terms) + (f" ({place.side})" if place.side else "")
        for place in match.places
    )
    return "; ".join(places), match.note or ""


def judged(phrases: Iterable[Phrase], atlas: Atlas, judgements: Path) -> list[Row]:
    """Each phrase with its judgement, if there is one for just this reading."""
    with judgements.open(encoding="utf-8", newline="") as file:
        known = {
            (row["kind"], row["said"], row["side"], row["means"]): row
            for row in csv.DictReader(file)
        }
    rows = []
    for phrase in phrases:
        means, note = reading(phrase, atlas)
        row = known.get((phrase.kind, phrase.said, phrase.side or "", means), {})
        rows.append(Row(phrase, means, note, row.get("agrees", UNJUDGED), row.get("because", "")))
    return rows


def report(rows: list[Row], atlas: Atlas) -> str:
    """The whole report as Markdown."""
    lines = [
        "# Words for places in the development cases",
        "",
        f"Atlas {atlas.revision}. Made by `python -m tools.reports.area_words`. If a clinician "
        "would agree with a reading is our judgement; no clinician has been asked. It was made by "
        "reading each line, and these phrases were seen while the vocabulary was written, so new "
        "phrases will fare worse. A finding is read here only for the place it names; what it "
        "means as a finding is another matter.",
        "",
        "| phrases | yes | partly | no | to be judged | all |",
        "|---|---|---|---|---|---|",
    ]
    for kind, name in (("area", "areas"), ("finding", "findings that name a place")):
        counts = Counter(row.agrees for row in rows if row.phrase.kind == kind)
        cells = (counts[verdict] for verdict in (*VERDICTS, UNJUDGED))
        lines.append(f"| {name} | {' | '.join(map(str, cells))} | {counts.total()} |")
    for kind, name in (("area", "Areas"), ("finding", "Findings that name a place")):
        lines += ["", f"## {name}", "", "| said | side | read as | agrees | because |"]
        lines.append("|---|---|---|---|---|")
        for row in rows:
            if row.phrase.kind == kind:
                cells_ = (
                    row.phrase.said,
                    row.phrase.side or "",
                    row.means,
                    row.agrees,
                    row.because,
                )
                lines.append(f"| {' | '.join(cells_)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(";")[0])
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--to", type=Path, default=REPORT)
    asked = parser.parse_args()
    atlas = load_atlas()
    rows = judged(phrases(asked.cases), atlas, JUDGEMENTS)
    asked.to.parent.mkdir(parents=True, exist_ok=True)
    asked.to.write_text(report(rows, atlas), encoding="utf-8")
    print(
        f"{asked.to}: " + ", ".join(f"{v} {n}" for v, n in Counter(r.agrees for r in rows).items())
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
