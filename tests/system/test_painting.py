"""However a place is shown, the case says the same place, on the side the person meant."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_mouse_and_finger_say_the_same(page, phone, visit, leg):
    said = []
    for hands, stroke in ((visit(page), "paint"), (visit(phone), "touch")):
        hands.turn("back")
        getattr(hands, stroke)("back", *leg)
        hands.settled()
        said.append(hands.understood)
    assert said[0] == said[1]
    assert any("back of the thigh, middle third" in line for line in said[0])


def test_whole_area_by_tap_by_finger_and_by_keyboard_say_the_same(page, phone, visit):
    desk = visit(page)
    desk.turn("back")
    zones = desk.figure["views"]["back"]["centres"]
    number, middle = next(
        (key, tuple(zones[key]))
        for key in sorted(zones, key=int)
        if desk.figure["zones"][int(key) - 1][3] == "thigh"
        and desk.figure["zones"][int(key) - 1][2] == "left"
    )
    page.click("[data-tool=area]")
    desk.paint("back", middle)
    desk.settled()
    by_mouse = desk.understood

    hand = visit(phone)
    hand.turn("back")
    phone.click("[data-tool=area]")
    hand.touch("back", middle)
    hand.settled()
    by_finger = hand.understood

    keys = visit(page)
    keys.turn("back")
    label = f"left {keys.figure['zones'][int(number) - 1][1]}"
    walk_to(keys, "back", label)
    page.keyboard.press("Enter")
    keys.settled()
    assert by_mouse == by_finger == keys.understood
    assert by_mouse


def walk_to(hands, view: str, label: str) -> None:
    """Go to a place with the arrow keys alone, as somebody would who listens."""
    canvas = hands.canvas(view)
    canvas.focus()
    said = hands.page.locator("[data-said]")
    centres = {
        f"{side} {name}".removeprefix("midline "): tuple(
            hands.figure["views"][view]["centres"][str(number)]
        )
        for number, name, side, _ in hands.figure["zones"]
        if str(number) in hands.figure["views"][view]["centres"]
    }
    canvas.press("ArrowDown")
    for _ in range(80):
        at = said.inner_text()
        if at == label:
            return
        dx, dy = (b - a for a, b in zip(centres[at], centres[label], strict=True))
        keys = ["ArrowDown" if dy > 0 else "ArrowUp", "ArrowRight" if dx > 0 else "ArrowLeft"]
        if abs(dx) > abs(dy):
            keys.reverse()
        canvas.press(keys[0])
        if said.inner_text() == at:
            canvas.press(keys[1])
    raise AssertionError(f"the arrow keys did not reach {label!r}")


@pytest.mark.parametrize(
    ("view", "x", "side"),
    [
        ("front", 200, "right"),
        ("front", 340, "left"),
        ("back", 200, "left"),
        ("back", 340, "right"),
    ],
)
def test_left_is_the_persons_own_left(page, visit, view, x, side):
    hands = visit(page)
    hands.turn(view)
    hands.paint(view, (x, 560), (x, 620))
    hands.settled()
    sides = set(
        page.locator(".understood li[data-layer=pain]").evaluate_all(
            "rows => rows.map(row => row.dataset.side)"
        )
    )
    assert sides == {side}
    at_that_edge = "#side-left" if x < 270 else "#side-right"
    expect(page.locator(at_that_edge)).to_have_text(f"Your {side}")


@pytest.mark.parametrize("side", ["left", "right"])
def test_side_views_say_their_side(page, visit, side):
    hands = visit(page)
    hands.turn(side)
    x, y = next(
        hands.figure["views"][side]["centres"][str(number)]
        for number, _, on, region in hands.figure["zones"]
        if region == "thigh"
        and on == side
        and str(number) in hands.figure["views"][side]["centres"]
    )
    hands.paint(side, (x, y), (x, y + 60))
    hands.settled()
    sides = page.locator(".understood li").evaluate_all("rows => rows.map(r => r.dataset.side)")
    assert sides
    assert set(sides) == {side}


def test_undo_erase_and_clear_take_back(page, visit, leg):
    hands = visit(page)
    hands.turn("back")
    hands.paint("back", *leg)
    hands.settled()
    whole = hands.understood
    page.click("[data-tool=erase]")
    hands.paint("back", *leg[1:])
    hands.settled()
    assert hands.understood != whole
    page.click("[data-undo]")
    hands.settled()
    assert hands.understood == whole
    page.click("[data-clear]")
    hands.settled()
    assert hands.understood == set()
    page.click("[data-undo]")
    hands.settled()
    assert hands.understood == whole


def test_rubbing_all_along_leaves_nothing(page, visit, leg):
    hands = visit(page)
    hands.turn("back")
    hands.paint("back", *leg)
    page.click("[data-tool=erase]")
    page.click("[data-size='22']")
    hands.paint("back", (330, 470), *leg, (338, 680))
    hands.settled()
    assert hands.understood == set()


def test_each_pain_keeps_its_own_strength(page, visit, leg):
    hands = visit(page)
    hands.turn("back")
    page.locator("#intensity").fill("8")
    hands.paint("back", *leg)
    page.get_by_role("button", name="New pain").click()
    page.locator("#intensity").fill("3")
    hands.paint("back", (200, 200), (200, 240))
    hands.settled()
    text = " ".join(hands.understood)
    assert "8 of 10" in text
    assert "3 of 10" in text
    page.get_by_role("button", name="Pain 1", exact=True).click()
    page.locator("#intensity").fill("6")
    hands.settled()
    text = " ".join(hands.understood)
    assert "6 of 10" in text
    assert "8 of 10" not in text


@pytest.mark.parametrize(
    ("layer", "says"), [("numb", "numbness"), ("tingling", "tingling"), ("do not touch", "leave")]
)
def test_other_layers_are_not_pain(page, visit, leg, layer, says):
    hands = visit(page)
    hands.turn("back")
    page.locator(f"[name=layer][value='{layer}']").check(force=True)
    hands.paint("back", *leg)
    hands.settled()
    assert hands.understood
    assert all(says in line for line in hands.understood)


def test_feet_are_painted_from_above_and_below(page, visit):
    hands = visit(page)
    hands.turn("feet")
    for view, word in (("soles", "sole|heel|ball"), ("feet-top", "top of the foot")):
        shown = hands.figure["views"][view]
        centre = next(
            tuple(point)
            for key, point in shown["centres"].items()
            if re.search(word, hands.figure["zones"][int(key) - 1][1])
        )
        page.click("[data-tool=area]")
        hands.paint(view, centre)
        hands.settled()
        assert re.search("foot|sole|heel|ball", " ".join(hands.understood))
        page.click("[data-undo]")
        hands.settled()


def test_strength_can_be_set_from_the_figure(page, visit):
    hands = visit(page)
    hands.canvas("front").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(page.locator("[data-intensity]")).to_have_text("7")
    page.keyboard.press("-")
    expect(page.locator("[data-said]")).to_have_text("Strength 6 of 10")


def test_painting_when_zoomed_in_still_hits_the_right_place(page, visit):
    hands = visit(page)
    page.click("[data-closer='hand wrist'][data-side=left]")
    box = hands.canvas("front").bounding_box()
    page.click("[data-tool=area]")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    hands.settled()
    assert hands.understood
    assert all("Left" in line for line in hands.understood)
    assert re.search("hand|palm|wrist|finger|thumb", " ".join(hands.understood))


def test_a_finger_beside_the_figure_scrolls_the_page(phone, visit):
    hands = visit(phone)
    before = phone.evaluate("scrollY")
    hands.touch("front", (20, 700), (20, 500), (20, 300))
    phone.wait_for_timeout(400)
    assert phone.evaluate("scrollY") > before
    assert hands.understood == set()


def test_a_finger_on_the_figure_paints_and_does_not_scroll(phone, visit, leg):
    hands = visit(phone)
    hands.turn("back")
    hands.on_screen("back", leg[0])
    before = phone.evaluate("scrollY")
    hands.touch("back", *leg)
    hands.settled()
    assert phone.evaluate("scrollY") == before
    assert hands.understood


def test_places_from_the_list_count_like_painted_ones(page, visit):
    hands = visit(page)
    page.get_by_text("Choose from a list", exact=True).click()
    page.locator(".region summary", has_text=re.compile("^Thigh$")).click()
    page.get_by_role("button", name=re.compile("Right: back of the thigh, middle third")).click()
    hands.settled()
    assert any("Right: back of the thigh, middle third" in line for line in hands.understood)
    page.get_by_role("button", name=re.compile("^Remove")).click()
    hands.settled()
    assert hands.understood == set()


def test_words_are_echoed_and_misses_offer_a_way_out(page, visit):
    hands = visit(page)
    page.fill("#where", "back of my right thigh")
    hands.settled()
    assert any("Right:" in line and "thigh" in line for line in hands.understood)
    page.fill("#where", "back of my right thigh\nmy floobleglorp")
    hands.settled()
    expect(page.locator(".mistakes")).to_contain_text("floobleglorp")
    assert any("thigh" in line for line in hands.understood)
    assert page.input_value("#where") == "back of my right thigh\nmy floobleglorp"
