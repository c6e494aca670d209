"""The drawn figure says what it shows, on the right side, within a strict content policy."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from unknot.atlas.body import Body, load_body
from unknot.atlas.figure import Highlights, figure_blocks, figure_svg

SVG = "{http://www.w3.org/2000/svg}"
PAIN: Highlights = {
    ("posterior thigh, middle third", "right"): (0.7, "pain"),
    ("buttock, lower third", "right"): (0.9, "essential"),
    ("posterior leg, upper third", "right"): (0.5, "spillover"),
    ("lateral leg, lower third", "right"): (0.6, "numb"),
}


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_svg_is_well_formed_and_carries_no_style(body: Body, theme: str) -> None:
    text = figure_svg(body, PAIN, views=tuple(body.views), theme=theme)  # type: ignore[arg-type]
    root = ElementTree.fromstring(text)
    for element in root.iter():
        assert "style" not in element.attrib
        assert element.tag not in (f"{SVG}style", f"{SVG}script")
    assert set(re.findall(r'(?:href|src)="([^:"]*):', text)) == {"data"}


def test_svg_has_a_name_and_says_what_it_shows(body: Body) -> None:
    root = ElementTree.fromstring(figure_svg(body, PAIN, title="Where it hurts <now>"))
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == "Where it hurts <now>"
    said = root.findtext(f"{SVG}desc") or ""
    assert "right posterior thigh, middle third: pain, level 7 of 10" in said
    assert "numb or tingling" in said


def test_every_view_is_marked_left_and_right(body: Body) -> None:
    for view in body.views:
        root = ElementTree.fromstring(figure_svg(body, {}, views=(view,)))
        letters = [t.text for t in root.iter(f"{SVG}text") if t.text in ("L", "R")]
        expected = {
            "front": ["R", "L"],
            "back": ["L", "R"],
            "soles": ["R", "L"],
            "feet-top": ["L", "R"],
        }
        assert letters == expected.get(view, ["L" if view.endswith("left") else "R"])


def test_ids_begin_with_the_prefix(body: Body) -> None:
    text = figure_svg(body, PAIN, prefix="case7")
    assert all(i.startswith("case7-") for i in re.findall(r' id="([^"]+)"', text))


def test_a_mark_may_be_a_zone_or_a_point(body: Body) -> None:
    marks = [(body.zone("gluteal.middle-lateral", "left"), "1"), (("front", 100.0, 200.0), "2 <b>")]
    text = figure_svg(body, {}, marks=marks)
    assert "mark 1: left buttock, middle third, outer part" in text
    assert ">2 &lt;b&gt;</text>" in text


def test_a_leaf_without_skin_is_refused(body: Body) -> None:
    with pytest.raises(KeyError, match="no skin"):
        figure_svg(body, {("sternum", "left"): (1.0, "pain")})


def test_same_input_same_bytes(body: Body) -> None:
    assert figure_svg(body, PAIN) == figure_svg(body, dict(reversed(PAIN.items())))


def test_blocks_fit_and_show_the_area_on_its_side(body: Body) -> None:
    text = figure_blocks(
        body, {("posterior thigh, middle third", "right"): (1, "pain")}, markup="plain"
    )
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 40
    assert lines[0].split() == ["R", "Front", "L", "L", "Back", "R"]
    hits = [i for line in lines[1:] for i, sign in enumerate(line) if sign == "#"]
    back = lines[0].rindex("L"), lines[0].rindex("R")
    assert hits
    assert min(hits) > sum(back) / 2


def test_views_that_do_not_fit_stand_below(body: Body) -> None:
    text = figure_blocks(
        body, {}, views=("front", "back", "left", "right"), width=60, markup="plain"
    )
    assert max(map(len, text.splitlines())) <= 60
    assert all(word in text for word in ("Front", "Back", "Left side", "Right side"))


@pytest.mark.parametrize("markup", ["rich", "ansi", "plain"])
def test_the_smallest_area_gets_a_cell(body: Body, markup: str) -> None:
    empty = figure_blocks(body, {}, markup=markup)  # type: ignore[arg-type]
    for node in (
        ("bridge of nose", "midline"),
        ("chin", "left"),
        ("superior angle of scapula", "left"),
    ):
        assert figure_blocks(body, {node: (1.0, "pain")}, markup=markup) != empty  # type: ignore[dict-item,arg-type]
