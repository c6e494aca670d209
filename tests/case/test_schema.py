"""The published JSON Schemas say what the models accept."""

from __future__ import annotations

import copy
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from unknot.assess import assess
from unknot.atlas import load_atlas
from unknot.audience import Audience
from unknot.case import InvalidCase, json_schemas, read_case
from unknot.cli.run import to_json

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "tests/cases/documents").glob("case-1-*.json"))
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))
FULL = json.loads((ROOT / "tests/cases/documents/case-1-full.json").read_text())


@cache
def validator(name: str) -> Draft202012Validator:
    text = (ROOT / f"docs/schemas/{name}.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker())


def agree(document: Any) -> bool:
    """Whether schema and model say the same of a document; return what they say."""
    try:
        read_case(json.dumps(document))
    except InvalidCase as error:
        read, why = False, str(error)
    else:
        read, why = True, ""
    valid = validator("case-1").is_valid(document)
    assert valid == read, (
        document,
        why,
        [e.message for e in validator("case-1").iter_errors(document)],
    )
    return valid


@pytest.mark.parametrize("name", sorted(json_schemas()))
def test_the_schemas_in_the_docs_are_the_ones_the_code_makes(name: str) -> None:
    path = ROOT / f"docs/schemas/{name}.schema.json"
    assert json.loads(path.read_text(encoding="utf-8")) == json_schemas()[name], (
        "run `unknot schemas docs/schemas`"
    )
    Draft202012Validator.check_schema(json_schemas()[name])


def test_no_other_schema_is_published() -> None:
    published = {path.name for path in (ROOT / "docs/schemas").iterdir()}
    assert published == {f"{name}.schema.json" for name in json_schemas()}


@pytest.mark.parametrize("path", [*SAMPLES, *EXAMPLES], ids=lambda path: path.stem)
def test_samples_and_examples_are_valid(path: Path) -> None:
    assert agree(json.loads(path.read_text(encoding="utf-8")))


def _all_paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += _all_paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += _all_paths(inner, (*path, index))
    return found


BAD_AND_GOOD = [
    None, True, False, 0, 1, -1, 5, 7.5, 11, 120, 121, 500, 3001, 1e7, "", "  ", "x", "left",
    "pain", "not_sure", "x" * 201, "x" * 600, "bell\x07", "2026-02-01", "2026-02-30", "kPa", [],
    ["x"], [1], ["prone"], [[1, 2]], {}, {"value": True}, {"value": None}, {"x": 1},
]  # fmt: skip


@pytest.mark.parametrize("path", _all_paths(FULL), ids=lambda path: ".".join(map(str, path)))
def test_schema_and_model_agree_on_every_field(path: tuple[Any, ...]) -> None:
    verdicts = set()
    for value in BAD_AND_GOOD:
        document = copy.deepcopy(FULL)
        inner: Any = document
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
        verdicts.add(agree(document))
    assert False in verdicts, "every field refuses something"


@settings(max_examples=100, deadline=None)
@given(
    path=st.sampled_from(_all_paths(FULL)),
    extra=st.text("abcdefgh_", min_size=1, max_size=8),
    remove=st.booleans(),
)
def test_schema_and_model_agree_on_missing_and_unknown_fields(
    path: tuple[Any, ...], extra: str, remove: bool
) -> None:
    document = copy.deepcopy(FULL)
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    if remove:
        del inner[path[-1]]
    elif isinstance(inner, dict):
        inner[extra] = 1
    agree(document)


READERS: list[tuple[str, Audience]] = [
    *((path.stem, "practitioner") for path in EXAMPLES),
    ("low-back", "client"),
    ("low-back", "provider"),
    ("stop-cauda-equina", "client"),
    ("stop-cauda-equina", "provider"),
]


@pytest.mark.parametrize(("example", "audience"), READERS)
def test_answers_are_valid_for_every_reader(example: str, audience: Audience) -> None:
    case = read_case((ROOT / f"examples/{example}.json").read_bytes())
    answer = assess(case, load_atlas(), audience=audience, as_of=case.as_of or date(2026, 11, 22))
    line = to_json(answer)
    assert "\n" not in line
    errors = [error.message for error in validator("assessment-1").iter_errors(json.loads(line))]
    assert not errors
