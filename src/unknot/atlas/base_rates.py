"""How common complaints and their sources are, as published: raw material for priors."""

from __future__ import annotations

from pathlib import Path

from unknot.atlas.muscles import Share
from unknot.atlas.source import Statement, read_csv


class BaseRate(Statement):
    """The share of a population (``setting``, in words) in which ``quantity`` was found."""

    quantity: str
    setting: str
    share: Share
    n: int | None = None
    note: str = ""


def load_base_rates(folder: Path) -> dict[str, tuple[BaseRate, ...]]:
    """Read every table in ``folder``, by file name without its ending.

    Raises
    ------
    AtlasError
        If a row has a share outside 0-1 or an unknown column.
    """
    return {
        path.stem: tuple(row for _, row in read_csv(path, BaseRate))
        for path in sorted(folder.glob("*.csv"))
    }
