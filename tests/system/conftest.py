"""The page in a real browser, served the way it ships, and hands to use it with."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Locator, Page

Point = tuple[float, float]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the application itself, not of a test server's idea of it."""
    os.environ.setdefault("UNKNOT_DATA", str(tmp_path_factory.mktemp("data")))
    from unknot.clinic.wsgi import application

    server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@dataclass
class Hands:
    """Someone using the page."""

    page: Page
    figure: dict[str, Any]

    # --- looking

    def settled(self) -> None:
        """Wait until the answer to the last change is on the page."""
        self.page.wait_for_timeout(300)
        self.page.wait_for_selector("html:not(.busy)", timeout=60_000)

    def canvas(self, view: str) -> Locator:
        return self.page.locator(f"canvas[data-canvas={view}]")

    def on_screen(self, view: str, point: Point) -> Point:
        shown = self.figure["views"][view]
        self.canvas(view).scroll_into_view_if_needed()
        box = self.canvas(view).bounding_box()
        assert box
        scale = min(box["width"] / shown["width"], box["height"] / shown["height"])
        return (
            box["x"] + box["width"] / 2 + (point[0] - shown["width"] / 2) * scale,
            box["y"] + box["height"] / 2 + (point[1] - shown["height"] / 2) * scale,
        )

    def zone(self, view: str, label: str, side: str) -> tuple[int, Point]:
        """Id and middle of a zone by its name."""
        for number, name, on, _ in self.figure["zones"]:
            if name == label and on == side:
                return number, tuple(self.figure["views"][view]["centres"][str(number)])
        raise LookupError(label)

    @property
    def understood(self) -> set[str]:
        """Lines of "we understood", as "layer side places"."""
        rows = self.page.locator(".understood li").all()
        return {
            " ".join([row.get_attribute("data-layer") or "", row.inner_text().replace("\n", " ")])
            for row in rows
        }

    # --- doing

    def turn(self, view: str) -> None:
        self.page.click(f"button[data-view={view}]")

    def paint(self, view: str, *points: Point) -> None:
        """Paint one stroke with the mouse."""
        first, *rest = (self.on_screen(view, point) for point in points)
        self.page.mouse.move(*first)
        self.page.mouse.down()
        for point in rest:
            self.page.mouse.move(*point, steps=6)
        self.page.mouse.up()

    def touch(self, view: str, *points: Point) -> None:
        """Paint one stroke with a finger."""
        spots = [self.on_screen(view, point) for point in points]
        session = self.page.context.new_cdp_session(self.page)
        send = lambda kind, at: session.send(  # noqa: E731
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in at]},
        )
        send("touchStart", spots[:1])
        for a, b in pairwise(spots):
            for k in range(1, 7):
                send("touchMove", [(a[0] + (b[0] - a[0]) * k / 6, a[1] + (b[1] - a[1]) * k / 6)])
        send("touchEnd", [])

    def answer_all_no(self) -> None:
        """Tap "none of these" until no set of questions is left."""
        for _ in range(40):
            none = self.page.locator(".group.current [data-none]")
            if self.page.locator(".group.current[data-own]").count():
                break
            if none.count() and none.get_attribute("aria-pressed") != "true":
                none.click()
            else:
                self.page.click("[data-step='1']")
            self.page.wait_for_timeout(380)
        self.settled()


@pytest.fixture
def visit(site: str) -> Callable[[Page], Hands]:
    """Open the page and wait for the figure."""

    def open_page(page: Page) -> Hands:
        with page.expect_response(lambda response: "/figure/" in response.url) as figure:
            page.goto(site)
        page.wait_for_selector("html[data-figure=ready]", timeout=20_000)
        return Hands(page, json.loads(figure.value.body()))

    return open_page


LEG = [(330, 500), (335, 560), (338, 640)]
"""Down the back of the right thigh, in the view from behind."""


@pytest.fixture
def leg() -> list[Point]:
    return list(LEG)
