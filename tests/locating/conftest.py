"""Cases in a few words, for the tests of locating."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from unknot.atlas import Atlas, load_atlas
from unknot.case import Case, Differential, read_case
from unknot.drawing.resolve import resolve
from unknot.locating import locate


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """The shipped atlas."""
    return load_atlas()


@pytest.fixture(scope="session")
def case_of() -> Callable[..., Case]:
    """Build a case from its fields."""

    def build(**fields: Any) -> Case:
        return read_case({"schema": "unknot/case/1", "as_of": "2026-11-22", **fields})

    return build


@pytest.fixture(scope="session")
def located(atlas: Atlas, case_of: Callable[..., Case]) -> Callable[..., Differential]:
    """Locate a case given by its fields."""

    def run(*, reasons: bool = False, **fields: Any) -> Differential:
        return locate(resolve(case_of(**fields), atlas), atlas, reasons=reasons)

    return run
