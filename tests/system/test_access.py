"""Everybody can use it: no fault found by axe in any state, and nothing off the edge."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def faults(page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for fault in found
        for node in fault["nodes"]
    ]


def no_sideways_scroll(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_faults_on_a_desk(chromium, visit, leg, scheme):
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    try:
        hands = visit(page)
        assert faults(page) == [], "empty"
        hands.turn("back")
        hands.paint("back", *leg)
        hands.settled()
        page.locator(".group.current [data-some]").click()
        page.locator(".group.current [value=not_sure]").first.check(force=True)
        hands.settled()
        assert faults(page) == [], "painted, a set of questions open"
        page.check("[name=trained]")
        hands.settled()
        page.locator("[data-candidate] summary").first.click()
        assert faults(page) == [], "practitioner"
        page.locator("[name='q.bladder-change'][value=yes]").check(force=True)
        page.fill("#where", "floobleglorp")
        hands.settled()
        assert faults(page) == [], "emergency and a mistake"
    finally:
        context.close()


def test_no_faults_on_a_small_phone(chromium, visit, leg):
    context = chromium.new_context(
        viewport={"width": 320, "height": 640}, has_touch=True, bypass_csp=True
    )
    page = context.new_page()
    try:
        hands = visit(page)
        assert no_sideways_scroll(page)
        hands.turn("back")
        hands.paint("back", *leg)
        hands.answer_all_no()
        assert no_sideways_scroll(page)
        page.get_by_text("Choose from a list", exact=True).click()
        page.locator(".region summary").first.click()
        assert faults(page) == []
        assert no_sideways_scroll(page)
        page.check("[name=trained]", force=True)
        hands.settled()
        assert no_sideways_scroll(page)
        page.context.set_offline(True)
        page.fill("#age", "50")
        page.wait_for_selector("[data-lost]:not([hidden])")
        assert faults(page) == [], "error"
        assert no_sideways_scroll(page)
    finally:
        context.close()


def test_targets_are_large_enough_for_a_thumb(phone, visit):
    visit(phone)
    small = phone.locator("button:visible, select:visible, summary:visible").evaluate_all(
        "all => all.filter(e => { const b = e.getBoundingClientRect();"
        " return b.height < 43.5 || b.width < 43.5; }).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []


def test_results_do_not_push_the_page_about(page, visit, leg):
    hands = visit(page)
    page.evaluate(
        "() => { window.shift = 0; new PerformanceObserver(list => {"
        " for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value;"
        " }).observe({type: 'layout-shift', buffered: true}); }"
    )
    hands.turn("back")
    hands.paint("back", *leg)
    hands.settled()
    assert page.evaluate("window.shift") < 0.1


def test_the_answer_is_announced(page, visit, leg):
    hands = visit(page)
    hands.turn("back")
    hands.paint("back", *leg)
    hands.settled()
    assert "open" in page.locator("[data-status]").inner_text()


def test_the_figure_fits_its_budget(page, site):
    sizes = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    names = {}
    session.on(
        "Network.responseReceived",
        lambda event: names.update({event["requestId"]: event["response"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto(site)
    page.wait_for_selector("html[data-figure=ready]")
    figure = sum(
        size for key, size in sizes.items() if "figure" in names[key] or "shade" in names[key]
    )
    assert 50_000 < figure <= 400_000
