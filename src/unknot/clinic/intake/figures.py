"""The figure as the page's script needs it: outlines, zones and their names, pictures."""

from __future__ import annotations

import hashlib
import json
import tomllib
from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.urls import reverse

from unknot.atlas.body import BUILDS, load_body


@cache
def document(build: str) -> bytes:
    """One build as JSON; zones are [id, label, side]."""
    body = load_body(build)
    views = {
        name: {
            "width": view.width,
            "height": view.height,
            "leftAt": view.left_at,
            "outline": view.outline,
            "cut": view.cut,
            "lines": view.lines,
            "zones": dict(view.zones),
            "centres": dict(view.centres),
            "shade": static(f"body/{build}/shade-{name}.webp"),
        }
        for name, view in body.views.items()
    }
    zones = [[zone.id, zone.label, zone.side, zone.region] for zone in body.zones]
    return json.dumps(
        {"build": build, "views": views, "zones": zones}, separators=(",", ":")
    ).encode()


@cache
def revision(build: str) -> str:
    return hashlib.sha256(document(build)).hexdigest()[:12]


@cache
def for_page() -> dict:
    """Where each build that is shipped is found, and what the page offers to choose from."""
    builds = {}
    for build in BUILDS:
        try:
            where = reverse("intake:figure", args=[build, revision(build)])
        except FileNotFoundError:
            continue
        builds[build] = where
    choices = tomllib.loads((Path(__file__).parent / "choices.toml").read_text("utf-8"))
    return {"builds": builds, "zero_to_ten": [str(n) for n in range(11)], **choices}
