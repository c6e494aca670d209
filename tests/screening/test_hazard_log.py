"""Every hazard names a control, and a test that exists and holds it."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
with (ROOT / "docs" / "safety" / "hazard-log.csv").open(encoding="utf-8", newline="") as file:
    HAZARDS = list(csv.DictReader(file))
SEVERITIES = ("negligible", "marginal", "critical", "catastrophic")
PROBABILITIES = ("improbable", "remote", "occasional", "probable", "frequent")


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_a_hazard_names_a_test_that_exists(hazard: dict[str, str]) -> None:
    path, _, name = hazard["test"].partition("::")
    assert (ROOT / path).is_file(), path
    assert not name or name in functions_of(ROOT / path), hazard["test"]


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard["id"])
def test_a_control_lowers_the_probability(hazard: dict[str, str]) -> None:
    assert hazard["severity"] in SEVERITIES
    assert hazard["control"]
    before = PROBABILITIES.index(hazard["probability_before"])
    assert PROBABILITIES.index(hazard["probability_after"]) < before


def test_hazards_are_numbered_once() -> None:
    ids = [hazard["id"] for hazard in HAZARDS]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 20
