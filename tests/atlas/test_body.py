"""The figure: zones partition the skin, views agree, nothing is on the wrong side."""

from __future__ import annotations

import csv
import hashlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from unknot.atlas.areas import load_areas
from unknot.atlas.body import BUILDS, VIEWS, Body, Build, load_body
from unknot.atlas.source import AtlasError

ROOT = Path(__file__).parents[2]
DATA = ROOT / "src" / "unknot" / "atlas" / "data"
OTHER = {"left": "right", "right": "left", "midline": "midline"}


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body()


# --- zones and leaves ---------------------------------------------------------------------------


def test_leaves_partition_the_zones(body: Body) -> None:
    areas = load_areas(DATA / "areas")
    assert set(body.nodes) == set(areas.nodes)
    spread = [zone for zones in body.zones_of_leaf.values() for zone in zones]
    assert sorted(spread) == list(range(1, len(body.zones) + 1))
    assert all(body.leaf_of_zone[z.id] == (z.leaf, z.side) for z in body.zones)


def test_halves_have_equal_area(body: Body) -> None:
    for zone in body.zones:
        assert zone.area_cm2 > 1
        if zone.side == "left":
            twin = body.zone(zone.slug, "right")
            assert abs(zone.area_cm2 - twin.area_cm2) <= 0.1, zone.slug
            assert zone.label == twin.label


def test_skin_is_as_large_as_a_person(body: Body) -> None:
    assert 15_000 < body.areas_cm2.sum() < 19_000


def test_labels_tell_zones_apart(body: Body) -> None:
    labels = [(z.label, z.side) for z in body.zones]
    assert len(labels) == len(set(labels))


def test_shipped_areas_are_those_of_the_rules(body: Body, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that moves a border by more than a fiftieth of its zone needs a rebuild."""
    if not (ROOT / "tools" / "atlas" / "body").is_dir():
        pytest.skip("no generator here")
    monkeypatch.syspath_prepend(str(ROOT))
    from tools.atlas.body import geometry, zones

    registry = zones.sided_ids(zones.read_registry())
    sides = {"R": "right", "L": "left", "M": "midline"}
    assert [(r.slug, sides[s]) for r, s in registry] == [(z.slug, z.side) for z in body.zones]
    fresh = zones.areas_cm2(geometry.make_figure(geometry.read_rigs(), "neutral"))
    np.testing.assert_allclose(body.areas_cm2, fresh, rtol=0.02, atol=0.1)


# --- views --------------------------------------------------------------------------------------


@pytest.mark.parametrize("build", BUILDS)
def test_every_zone_can_be_seen(build: Build) -> None:
    body = load_body(build)
    assert tuple(body.views) == VIEWS
    seen = set().union(*(np.unique(body.ids(view)).tolist() for view in VIEWS))
    assert seen == set(range(len(body.zones) + 1))


@pytest.mark.parametrize("build", BUILDS)
def test_rasters_paths_and_centres_agree(build: Build) -> None:
    body = load_body(build)
    for name, view in body.views.items():
        ids = body.ids(name)
        assert ids.shape == (view.height, view.width)
        in_raster = set(np.unique(ids).tolist()) - {0}
        assert in_raster == set(view.centres) <= set(view.zones)
        for zone, (x, y) in view.centres.items():
            assert ids[y, x] == zone
            assert view.zones[zone].startswith("M")
        assert not ids[[0, -1]].any(), f"{build} {name} runs out of its box"
        assert not ids[:, [0, -1]].any(), f"{build} {name} runs out of its box"


@pytest.mark.parametrize("view", ["front", "back", "soles", "feet-top"])
def test_views_are_mirror_images_of_themselves(body: Body, view: str) -> None:
    ids = body.ids(view)
    twin = np.array([0, *(body.zone(z.slug, OTHER[z.side]).id for z in body.zones)])  # type: ignore[arg-type]
    assert (twin[ids[:, ::-1]] == ids).mean() > 0.99


@pytest.mark.parametrize("view", VIEWS)
def test_left_is_where_the_view_says(body: Body, view: str) -> None:
    v, ids = body.views[view], body.ids(view)
    left = np.isin(ids, [z.id for z in body.zones if z.side == "left"])
    right = np.isin(ids, [z.id for z in body.zones if z.side == "right"])
    if v.left_at is None:
        facing = left if view.endswith("left") else right
        assert facing.sum() > 0.8 * (left.sum() + right.sum())
        return
    x_left, x_right = np.nonzero(left)[1].mean(), np.nonzero(right)[1].mean()
    assert (x_left > x_right) == (v.left_at == "right")
    assert (
        v.left_at == {"front": "right", "back": "left", "soles": "right", "feet-top": "left"}[view]
    )


@pytest.mark.parametrize("view", ["left", "right", "inner-left", "inner-right"])
def test_the_front_is_where_the_view_says(body: Body, view: str) -> None:
    side = "left" if view.endswith("left") else "right"
    toe = body.zone_point(body.zone("foot.great-toe-dorsal", side), view)  # type: ignore[arg-type]
    heel = body.zone_point(body.zone("foot.heel-posterior", side), view)  # type: ignore[arg-type]
    assert toe is not None
    assert heel is not None
    assert (toe[0] < heel[0]) == (body.views[view].front_at == "left")


def test_the_far_side_is_not_shown(body: Body) -> None:
    far = body.zone("thigh.lateral-middle", "right")
    assert body.zone_point(far, "left") is None
    assert body.best_view(far) == "right"


BELOW = [  # each on the view named, from head to foot
    ("back", "occiput", "suboccipital region", "back of neck, upper third",
     "back of neck, lower third", "superior angle of scapula", "inferior angle of scapula",
     "lower thoracic back, T9-T12",
     "low back, upper half", "low back, lower half", "sacroiliac joint", "ischial tuberosity",
     "posterior thigh, upper third", "back of knee, lateral half", "Achilles tendon", "heel, back"),
    ("front", "forehead", "eyebrow", "around eye", "maxilla", "upper lip", "lower lip", "chin",
     "collarbone region", "upper chest", "breast and nipple", "costal margin", "lower abdomen",
     "groin", "anterior thigh, middle third", "above kneecap", "kneecap, centre", "below kneecap",
     "anterior leg, upper third", "front of ankle, medial"),
    ("right", "side of head above ear", "outer ear", "side of neck, upper third", "acromion",
     "side of chest", "lower ribs, side", "flank", "iliac crest", "greater trochanter",
     "lateral thigh, upper third", "lateral knee", "lateral leg, upper third", "lateral ankle",
     "lateral border of foot"),
]  # fmt: skip


@pytest.mark.parametrize("row", BELOW, ids=[row[0] for row in BELOW])
def test_landmarks_stand_in_order(body: Body, row: tuple[str, ...]) -> None:
    view, *terms = row
    heights = [
        np.nonzero(np.isin(body.ids(view), body.zones_of_leaf[t, "right"]))[0].mean() for t in terms
    ]
    for (upper, lower), (a, b) in zip(pairwise(terms), pairwise(heights), strict=True):
        assert a < b, f"{upper} stands below {lower}"


# --- anchors ------------------------------------------------------------------------------------


def test_an_anchor_is_mirrored(body: Body) -> None:
    for slug in ("gluteal.middle-lateral", "back.paraspinal-l1-l2", "chest.pectoral-upper-medial"):
        left = body.resolve_anchor(slug, "left", 0.2, 0.7)
        right = body.resolve_anchor(slug, "right", 0.2, 0.7)
        view = next(iter(left))
        assert abs(left[view][0] + right[view][0] - (body.views[view].width - 1)) <= 2
        assert abs(left[view][1] - right[view][1]) <= 1


def test_u_runs_outwards_and_from_front_to_back(body: Body) -> None:
    def x(slug: str, view: str, u: float) -> int:
        return body.resolve_anchor(slug, "right", u)[view][0]

    assert x("gluteal.middle-lateral", "back", 0) < x("gluteal.middle-lateral", "back", 1)
    assert x("chest.pectoral-upper-medial", "front", 0) > x(
        "chest.pectoral-upper-medial", "front", 1
    )
    assert x("abdomen.flank", "right", 0) > x("abdomen.flank", "right", 1)


def test_an_anchor_lies_on_its_zone_in_every_view(body: Body) -> None:
    for zone in body.zones:
        found = body.resolve_anchor(zone.slug, zone.side)
        assert next(iter(found)) == body.best_view(zone)
        for view, (x, y) in found.items():
            assert body.ids(view)[y, x] == zone.id


def test_unknown_names_are_refused(body: Body) -> None:
    with pytest.raises(KeyError):
        body.zone("thigh.nowhere", "left")
    with pytest.raises(KeyError):
        body.ids("top")
    with pytest.raises(AtlasError, match="no build"):
        load_body("giant")  # type: ignore[arg-type]


# --- files --------------------------------------------------------------------------------------


def test_shipped_files_are_what_was_generated() -> None:
    folder = DATA / "body"
    listed = {}
    for line in (folder / "checksums.txt").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        listed[name] = digest
    present = {
        p.relative_to(folder).as_posix()
        for p in folder.rglob("*")
        if p.is_file() and p.name != "checksums.txt"
    }
    assert present == set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("build", BUILDS)
def test_a_build_is_at_most_400_kb(build: Build) -> None:
    files = [p for p in (DATA / "body" / build).iterdir() if p.name != "blocks.txt"]
    assert sum(p.stat().st_size for p in files) <= 400_000


def test_zone_table_is_readable_by_a_person() -> None:
    with (DATA / "body" / "zones.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "slug", "side", "region", "label", "area_cm2"]
    assert {row["side"] for row in rows} == {"R", "L", "M"}
