"""``python -m tools.atlas.body``: rebuild the shipped figure from the frozen mesh."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import build, geometry

DATA = Path(__file__).parents[3] / "src" / "unknot" / "atlas" / "data"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.atlas.body", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=DATA / "body", help="folder for the figure files"
    )
    parser.add_argument(
        "--areas", type=Path, default=DATA / "areas", help="folder for area_zones.csv"
    )
    parser.add_argument(
        "--build", choices=geometry.BUILDS, action="append", help="only this build (repeatable)"
    )
    args = parser.parse_args()
    build.build_all(args.out, args.areas, tuple(args.build or geometry.BUILDS))


if __name__ == "__main__":
    main()
