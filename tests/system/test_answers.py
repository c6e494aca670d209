"""What the page says back: safety first, words fit for the reader, and nothing entered is lost."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

NEVER = Path(__file__).parents[2] / "src/unknot/atlas/data/words/never_shown.csv"


def never_shown() -> list[str]:
    with NEVER.open(encoding="utf-8", newline="") as file:
        return [row["word"] for row in csv.DictReader(file)]


def words_a_client_must_not_meet(page) -> list[str]:
    text = page.locator("body").inner_text().lower()
    return [word for word in never_shown() if re.search(rf"\b{re.escape(word)}\b", text)]


def painted(page, visit, leg):
    hands = visit(page)
    hands.turn("back")
    page.locator("#intensity").fill("7")
    hands.paint("back", *leg)
    hands.settled()
    return hands


def test_open_questions_stay_open_until_each_is_answered(page, visit, leg):
    hands = painted(page, visit, leg)
    verdict = page.locator(".verdict")
    expect(verdict).to_have_attribute("data-level", "not_screened")
    hands.answer_all_no()
    page.fill("#age", "48")
    hands.settled()
    expect(verdict).to_have_attribute("data-level", re.compile("proceed|modify"))
    page.click("[data-step='-1']")
    page.wait_for_timeout(400)
    page.locator(".group.current [data-some]").click()
    page.locator(".group.current .pill:has([value=not_sure])").first.click()
    hands.settled()
    expect(verdict).to_have_attribute("data-level", "not_screened")


def test_leaving_a_set_open_answers_nothing(page, visit, leg):
    hands = painted(page, visit, leg)
    page.click("[data-step='1']")
    page.wait_for_timeout(400)
    page.click("[data-step='-1']")
    assert page.locator(".group.current :checked").count() == 0
    hands.settled()
    expect(page.locator(".verdict")).to_have_attribute("data-level", "not_screened")


def test_a_double_tap_answers_one_set_only(page, visit):
    visit(page)
    page.locator(".group.current [data-none]").dblclick()
    page.wait_for_timeout(100)
    assert page.locator(".group.current :checked").count() == 0


def test_an_emergency_comes_first_and_leaves_nothing_else(page, visit, leg):
    hands = painted(page, visit, leg)
    page.locator(".group.current [data-some]").click()
    page.locator("[name='q.bladder-change'][value=yes]").check(force=True)
    hands.settled()
    verdict = page.locator(".verdict[role=alert]")
    expect(verdict).to_have_attribute("data-level", "emergency")
    expect(verdict).to_contain_text("By when")
    expect(verdict).to_contain_text("You can say")
    expect(verdict).to_contain_text("This form is not watched")
    expect(verdict).to_be_in_viewport()
    expect(page.locator(".involved")).to_have_count(0)
    expect(page.locator("[data-candidate]")).to_have_count(0)
    assert words_a_client_must_not_meet(page) == []
    page.check("[name=trained]")
    hands.settled()
    expect(verdict).to_have_attribute("data-level", "emergency")
    expect(page.locator("[data-candidate], .plan-steps")).to_have_count(0)


def test_a_client_meets_no_ranking_no_numbers_and_no_forbidden_word(page, visit, leg):
    hands = painted(page, visit, leg)
    hands.answer_all_no()
    expect(page.locator("#results-title")).to_have_text("What may be involved")
    results = page.locator("#results").inner_text()
    assert "%" not in results
    assert not re.search(r"\bkPa\b|\bseconds\b", results)
    expect(page.locator("#results")).to_contain_text("not a diagnosis")
    assert words_a_client_must_not_meet(page) == []
    assert page.locator("#overlay").inner_text().count("zones") <= 1


def test_a_practitioner_sees_sources_reasons_and_their_referral(page, visit, leg):
    hands = painted(page, visit, leg)
    page.check("[name=trained]")
    hands.settled()
    results = page.locator("#results")
    expect(results).to_contain_text("share of experienced examiners")
    expect(results).to_contain_text("Not clinically reviewed")
    expect(results).to_contain_text("No plan")
    first = page.locator("[data-candidate]").first
    expect(first.locator(".share")).to_have_text(re.compile(r"^\d{1,2} % \w"))
    before = hands.canvas("back").screenshot()
    first.locator("summary").click()
    expect(first).to_contain_text("Speaks for it")
    page.wait_for_timeout(300)
    assert hands.canvas("back").screenshot() != before
    page.uncheck("[name=trained]")
    hands.settled()
    expect(page.locator("[data-candidate]")).to_have_count(0)


def test_a_lost_connection_keeps_everything_and_tries_again(page, visit, leg):
    hands = painted(page, visit, leg)
    page.context.set_offline(True)
    page.fill("#where", "left shoulder")
    expect(page.locator("[data-lost]")).to_be_visible()
    expect(page.locator("[data-lost]")).to_contain_text("still here")
    assert page.input_value("#where") == "left shoulder"
    page.context.set_offline(False)
    page.click("[data-retry]")
    hands.settled()
    expect(page.locator("[data-lost]")).to_be_hidden()
    assert any("Left" in line for line in hands.understood)
    assert any("thigh" in line for line in hands.understood)


def test_too_much_is_refused_in_words_and_kept(page, visit, leg):
    hands = painted(page, visit, leg)
    page.locator("#story").evaluate(
        "(field) => { field.removeAttribute('maxlength'); field.value = 'ache '.repeat(60000);"
        " field.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    expect(page.locator("[data-lost]")).to_contain_text("more than one case can hold")
    assert len(page.input_value("#story")) == 300_000
    page.locator("#story").evaluate(
        "(field) => { field.value = ''; field.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    hands.settled()
    expect(page.locator("[data-lost]")).to_be_hidden()
    assert hands.understood


def test_a_wrong_age_is_named_beside_its_field(page, visit, leg):
    hands = painted(page, visit, leg)
    hands.answer_all_no()
    page.fill("#age", "old")
    hands.settled()
    expect(page.locator("#age-mistake")).to_contain_text("Enter your age in whole years")
    assert page.input_value("#age") == "old"


def test_without_scripts_words_and_questions_still_work(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    try:
        page.goto(site)
        expect(page.locator("h1")).to_be_visible()
        page.fill("#where", "back of my right thigh\nfloobleglorp")
        page.select_option("#strength-words", "6")
        page.check("[name='q.bladder-change'][value=no]")
        page.click("text=Show what this may be")
        expect(page.locator(".understood")).to_contain_text("6 of 10")
        expect(page.locator(".understood")).to_contain_text("thigh")
        expect(page.locator(".mistakes")).to_contain_text("floobleglorp")
        assert page.input_value("#where") == "back of my right thigh\nfloobleglorp"
        assert page.is_checked("[name='q.bladder-change'][value=no]")
        expect(page.locator("#results-title")).to_have_text("What may be involved")
        assert words_a_client_must_not_meet(page) == []
    finally:
        context.close()
