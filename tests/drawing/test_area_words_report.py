"""The report on the development cases' words: each reading that stands was judged."""

from __future__ import annotations

from tools.reports.area_words import CASES, JUDGEMENTS, UNJUDGED, VERDICTS, judged, phrases, report

from unknot.atlas import load_atlas


def test_every_reading_of_a_published_phrase_has_been_judged() -> None:
    rows = judged(phrases(CASES), load_atlas(), JUDGEMENTS)
    assert len(rows) > 80
    changed = [row.phrase.said for row in rows if row.agrees == UNJUDGED]
    assert not changed, "judge these readings again in tools/reports/area_words.csv"
    assert {row.agrees for row in rows} <= set(VERDICTS)
    assert all(row.because for row in rows if row.agrees != "yes"), "doubt needs a reason"


def test_no_area_of_a_published_case_is_read_wrongly() -> None:
    rows = judged(phrases(CASES), load_atlas(), JUDGEMENTS)
    wrong = [row.phrase.said for row in rows if row.phrase.kind == "area" and row.agrees == "no"]
    assert not wrong


def test_the_report_counts_what_it_lists() -> None:
    rows = judged(phrases(CASES), load_atlas(), JUDGEMENTS)
    text = report(rows, load_atlas())
    for kind, name in (("area", "areas"), ("finding", "findings that name a place")):
        mine = [row for row in rows if row.phrase.kind == kind]
        yes = sum(row.agrees == "yes" for row in mine)
        assert f"| {name} | {yes} | " in text
        assert all(f"| {row.phrase.said} |" in text for row in mine)
