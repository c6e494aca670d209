"""``python -m tools.atlas.body.sheet OUT.png``: every area on the right side, for looking over."""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from unknot.atlas.body import Body, load_body

TILE = (188, 214)


def tile(body: Body, node: tuple[str, str]) -> Image.Image:
    """One area, right side or midline, in the view that shows most of it."""
    zones = body.zones_of_leaf[node]  # type: ignore[index]
    view = max(body.views, key=lambda name: int(np.isin(body.ids(name), zones).sum()))
    ids = body.ids(view)
    hit = np.isin(ids, zones)
    with Image.open(io.BytesIO(body.shade(view))) as shade:
        dark = np.asarray(shade.convert("L").resize(ids.shape[::-1]), float)[..., None] / 255
    body_colour = np.array([236, 223, 212]) * (1 - 0.8 * dark)
    rgb = np.where((ids > 0)[..., None], body_colour, 255)
    rgb = np.where(hit[..., None], 0.3 * rgb + 0.7 * np.array([200, 16, 46]), rgb)
    border = np.zeros(ids.shape, bool)
    border[:, 1:] |= ids[:, 1:] != ids[:, :-1]
    border[1:] |= ids[1:] != ids[:-1]
    rgb[border] *= 0.82
    ys, xs = np.nonzero(hit)
    half = max(np.ptp(xs), np.ptp(ys), 40) * 0.75 + 24
    cx, cy = (xs.min() + xs.max()) / 2, (ys.min() + ys.max()) / 2
    pad = 200
    rgb = np.pad(rgb, ((pad, pad), (pad, pad), (0, 0)), constant_values=255)
    cx, cy = cx + pad, cy + pad
    box = tuple(int(v) for v in (cx - half, cy - half, cx + half, cy + half))
    side = TILE[0] - 8
    picture = (
        Image.fromarray(rgb.clip(0, 255).astype(np.uint8))
        .crop(box)
        .resize((side, side), Image.Resampling.LANCZOS)
    )
    out = Image.new("RGB", TILE, "white")
    out.paste(picture, (4, 30))
    words = node[0] if len(node[0]) < 30 else node[0][:30] + "\n" + node[0][30:]
    ImageDraw.Draw(out).text((4, 1), f"{words} [{view}]", fill="black")
    return out


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.atlas.body.sheet", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--from", dest="first", type=int, default=0, help="first area")
    parser.add_argument("--count", type=int, default=9999)
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--build", default="neutral")
    args = parser.parse_args()
    body = load_body(args.build)
    nodes = [n for n in body.nodes if n[1] != "left"][args.first : args.first + args.count]
    rows = -(-len(nodes) // args.columns)
    sheet = Image.new("RGB", (args.columns * TILE[0], rows * TILE[1]), "white")
    for i, node in enumerate(nodes):
        sheet.paste(tile(body, node), (i % args.columns * TILE[0], i // args.columns * TILE[1]))
    sheet.save(args.out)


if __name__ == "__main__":
    main()
