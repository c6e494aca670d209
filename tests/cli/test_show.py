"""What a person sees in the terminal: readable at any width, with and without colour."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from unknot.assess import assess
from unknot.atlas import Node, load_atlas
from unknot.case import read_case
from unknot.cli import show
from unknot.cli.picture import picture

ROOT = Path(__file__).parents[2]
ATLAS = load_atlas()


def levels(term: str, side: str | None) -> dict[Node, tuple[float, str]]:
    return dict.fromkeys(ATLAS.areas.nodes_of(term, side), (0.8, "pain"))  # type: ignore[arg-type]


@pytest.mark.parametrize("term", list(ATLAS.areas.by_term)[::8])
@pytest.mark.parametrize("width", [40, 76])
def test_every_place_can_be_seen(term: str, width: int) -> None:
    drawn = picture(levels(term, "right"), width, colour=False).plain
    assert "#" in drawn.rsplit("\n", 1)[0]
    assert max(map(len, drawn.splitlines())) <= width
    assert len(drawn.splitlines()) <= 37


@pytest.mark.parametrize(
    ("term", "side", "view"),
    [
        ("low back", "left", "BACK"),
        ("kneecap, centre", "right", "FRONT"),
        ("heel, plantar", "left", "SOLES"),
        ("foot, dorsal", "left", "FEET FROM ABOVE"),
        ("temple", "left", "LEFT SIDE"),
        ("temple", "right", "RIGHT SIDE"),
    ],
)
def test_a_place_is_drawn_where_it_is_seen_best(term: str, side: str, view: str) -> None:
    assert view in picture(levels(term, side), 76, colour=False).plain.splitlines()[0]


@pytest.mark.parametrize(("term", "view"), [("buttock", "BACK"), ("breast and nipple", "FRONT")])
def test_left_and_right_are_where_they_are_written(term: str, view: str) -> None:
    place = levels(term, "left")
    place.update(dict.fromkeys(levels(term, "right"), (0.8, "numb")))
    head, *body = picture(place, 76, colour=False).plain.splitlines()
    assert view in head
    ends = head[: head.index("right" if head.startswith("left") else "left") + 5]
    columns = {
        sign: [at for line in body[:-1] for at, one in enumerate(line[: len(ends)]) if one == sign]
        for sign in "#o"
    }
    left, right = (sum(found) / len(found) for found in columns.values())
    assert (left < right) == head.startswith("left")


def test_a_small_place_is_enlarged_and_a_large_one_is_not() -> None:
    assert "(enlarged)" in picture(levels("elbow", "left"), 76, colour=False).plain
    assert "(enlarged)" not in picture(levels("leg, whole", "left"), 76, colour=False).plain


def test_nothing_with_skin_is_nothing_drawn() -> None:
    assert not picture({}, 76, colour=False)


def test_colour_and_signs_mark_the_same_cells() -> None:
    place = levels("calf", "left")
    coloured = picture(place, 76, colour=True)
    assert len(coloured.plain.splitlines()) == len(
        picture(place, 76, colour=False).plain.splitlines()
    )
    assert any("224,49,62" in str(span.style) for span in coloured.spans)


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("example", ["low-back", "stop-cauda-equina", "stress-only", "knee"])
def test_an_assessment_fits_the_terminal_and_begins_with_safety(
    example: str, width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    case = read_case((ROOT / f"examples/{example}.json").read_bytes())
    answer = assess(case, ATLAS, as_of=case.as_of)
    show.assessment(case, answer, ATLAS)
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= width
    assert answer.screening is not None
    verdict, _ = show.VERDICT_WORDS[answer.screening.verdict]
    assert verdict in text
    for later in ("What best explains it", "Session"):
        if later in text:
            assert text.index(verdict) < text.index(later)
    if answer.plan is not None:
        for step in answer.plan.steps:
            assert str(step.structure) in " ".join(text.split())


def test_what_people_type_is_never_markup(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "[bold red]x[/] [/nope] [link=http://x]y"
    case = read_case(
        {
            "schema": "unknot/case/1",
            "id": hostile,
            "words": hostile,
            "pain": [{"area": "knee", "qualities": [hostile]}],
            "medicines": [hostile],
        }
    )
    show.assessment(case, assess(case, ATLAS), ATLAS)
    text = capsys.readouterr().out
    assert text.count("[bold red]x[/]") >= 2


def test_a_terminal_without_colour_gets_signs() -> None:
    assert not show.draws_colour(Console(no_color=True, force_terminal=True, color_system=None))
    assert not show.draws_colour(Console(force_terminal=False))
