"""What every test may use: a browser, and Django's settings where the clinic is."""

from __future__ import annotations

import importlib.util
import os
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Playwright

# A property that fails must fail for everybody, so `make test` shows the same examples every time;
# UNKNOT_EXPLORE=1 looks for new ones.
hypothesis_settings.register_profile("steady", derandomize=True, print_blob=True)
if not os.environ.get("UNKNOT_EXPLORE"):
    hypothesis_settings.load_profile("steady")

ROOT = Path(__file__).resolve().parent.parent


if (ROOT / "src/unknot/clinic/settings.py").exists():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unknot.clinic.settings")


def pytest_configure() -> None:
    """Read Django's settings before pytest-django looks whether there are any."""
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        from django.conf import settings

        assert settings.DATABASES


def load_tool(name: str) -> ModuleType:
    """Import tools/<name>.py, which is a script and not part of the package."""
    spec = importlib.util.spec_from_file_location(f"unknot_tools_{name}", ROOT / f"tools/{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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


@contextmanager
def watched(browser: Browser, **options: Any) -> Iterator[Page]:
    """Open a fresh page; at the end, fail on a script error or a request to another machine."""
    context = browser.new_context(**options)
    context.set_default_timeout(10_000)
    asked: list[str] = []
    errors: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("weberror", lambda error: errors.append(str(error.error)))
    try:
        yield context.new_page()
    finally:
        context.close()
    home = {"localhost", "127.0.0.1", "::1", None}
    foreign = [url for url in asked if urlsplit(url).hostname not in home]
    assert not foreign, f"the page asked other machines: {foreign}"
    assert not errors, f"the page's scripts failed: {errors}"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh, watched page on a desk."""
    with watched(chromium, viewport={"width": 1280, "height": 900}) as page:
        yield page


@pytest.fixture
def phone(chromium: Browser, playwright_driver: Playwright) -> Iterator[Page]:
    """A fresh, watched page on a phone with a touch screen."""
    with watched(chromium, **playwright_driver.devices["Pixel 7"]) as page:
        yield page
