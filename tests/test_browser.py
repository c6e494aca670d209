"""The browser the tests use, and the watch that the fixtures keep over a page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import load_tool, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser; returns the one folder on its PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("UNKNOT_CHROMIUM", raising=False)
    monkeypatch.delenv("CI", raising=False)
    return tmp_path


def program(path: Path) -> str:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_a_named_browser_comes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = load_tool("browser")
    monkeypatch.setattr(browser, "PLACES", ())
    assert browser.find() is None
    on_path = program(bare / "chromium")
    assert browser.find() == on_path
    named = program(bare / "mine")
    monkeypatch.setenv("UNKNOT_CHROMIUM", named)
    assert browser.find() == named


def test_a_named_browser_that_is_not_there_is_an_error(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = load_tool("browser")
    program(bare / "chromium")
    monkeypatch.setenv("UNKNOT_CHROMIUM", str(bare / "gone"))
    with pytest.raises(browser.NoBrowser, match="UNKNOT_CHROMIUM"):
        browser.find()


@pytest.mark.parametrize(
    ("words", "ci", "installs"),
    [
        ([], "true", False),
        (["--ensure"], "", False),
        (["--ensure"], "true", True),
        (["--install"], "", True),
    ],
)
def test_a_browser_is_installed_only_when_asked(
    bare: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], ci: str, installs: bool
) -> None:
    browser = load_tool("browser")
    monkeypatch.setattr(browser, "PLACES", ())
    monkeypatch.setenv("CI", ci)
    asked = []
    monkeypatch.setattr(browser, "install", lambda: asked.append(program(bare / "chromium")))
    browser.main(words)
    assert bool(asked) is installs


def test_an_installation_that_brings_nothing_is_a_failure(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = load_tool("browser")
    monkeypatch.setattr(browser, "PLACES", ())
    monkeypatch.setattr(browser, "install", lambda: None)
    with pytest.raises(browser.NoBrowser, match="still not found"):
        browser.main(["--install"])


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no root here")
def test_the_sandbox_is_given_up_only_as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = load_tool("browser")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "--no-sandbox" not in browser.flags()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "--no-sandbox" in browser.flags()


@pytest.mark.browser
def test_a_page_opens_and_a_finger_works(phone: Page) -> None:
    phone.set_content("<button onclick=\"this.textContent='pressed'\">press</button>")
    phone.get_by_role("button").tap()
    assert phone.get_by_role("button").inner_text() == "pressed"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ("<img src='https://elsewhere.example/pixel.gif'>", "other machines"),
        ("<script>throw new Error('out of tune')</script>", "out of tune"),
    ],
)
def test_the_watch_reports_what_a_page_must_not_do(
    chromium: Browser, markup: str, complaint: str
) -> None:
    def visit() -> None:
        with watched(chromium) as page:
            page.route("**/*", lambda route: route.abort())
            page.set_content(markup)

    with pytest.raises(AssertionError, match=complaint):
        visit()
