"""What every test may use: a browser, and Django's settings where the clinic is."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

ROOT = Path(__file__).resolve().parent.parent


def load_tool(name: str) -> ModuleType:
    """Import tools/<name>.py, which is a script and not part of the package."""
    spec = importlib.util.spec_from_file_location(f"unknot_tools_{name}", ROOT / f"tools/{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """A browser's path. Without one: a failure under CI, elsewhere a skip that says what to do."""
    browser = load_tool("browser")
    path = browser.find()
    if path:
        return path
    if browser.in_ci():
        pytest.fail(browser.HINT, pytrace=False)
    pytest.skip(browser.HINT)


@pytest.fixture(scope="session")
def playwright_driver(chromium_path: str) -> Iterator[Playwright]:
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, from which Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright, chromium_path: str) -> Iterator[Browser]:
    """One running browser for the whole session. Mark the test `browser`."""
    flags = load_tool("browser").flags()
    browser = playwright_driver.chromium.launch(
        executable_path=chromium_path,
        args=flags,
        chromium_sandbox="--no-sandbox" not in flags,
    )
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page on a desk. The test fails on a script error or a request to another machine."""
    yield from _watched(chromium.new_context(viewport={"width": 1280, "height": 900}))


@pytest.fixture
def phone(chromium: Browser, playwright_driver: Playwright) -> Iterator[Page]:
    """The same on a phone with a touch screen."""
    yield from _watched(chromium.new_context(**playwright_driver.devices["Pixel 7"]))


def _watched(context: BrowserContext) -> Iterator[Page]:
    context.set_default_timeout(10_000)
    foreign: list[str] = []
    errors: list[str] = []
    at_home = {"localhost", "127.0.0.1", "::1", None}
    context.on(
        "request",
        lambda request: (
            foreign.append(request.url) if urlsplit(request.url).hostname not in at_home else None
        ),
    )
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert not foreign, f"the page asked other machines: {foreign}"
    assert not errors, f"the page's scripts failed: {errors}"
