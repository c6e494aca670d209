"""Reading a case: every problem named with its place and a way out, whatever is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from unknot.case import Case, InvalidCase, read_case

SAMPLES = sorted((Path(__file__).parents[1] / "cases/documents").glob("case-1-*.json"))
FULL = json.loads((SAMPLES[0].parent / "case-1-full.json").read_text())
LEAST = {"schema": "unknot/case/1", "reason": "other"}


def refused(source: Any) -> InvalidCase:
    with pytest.raises(InvalidCase) as caught:
        read_case(source)
    return caught.value


def case(**fields: Any) -> str:
    return json.dumps({**LEAST, **fields})


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_documents_of_every_day_stay_readable(path: Path) -> None:
    read = read_case(path.read_bytes())
    again = read.model_dump_json(by_alias=True)
    assert read_case(again) == read
    assert read_case(again).model_dump_json(by_alias=True) == again
    assert read_case(json.loads(path.read_text())) == read
    assert read_case(read.model_dump(mode="json", by_alias=True)) == read


def test_a_bare_answer_is_the_clients_on_the_day() -> None:
    read = read_case((SAMPLES[0].parent / "case-1-full.json").read_bytes())
    assert read.answers["fever"].value is False
    assert read.answers["fever"].answered_by == "client"
    assert read.answers["fever"].answered_on is None
    assert read.answers["temperature"].value == 37.2
    assert read.answers["bladder-change"].value == "not_sure"
    assert read.answers["cancer-ever"].answered_by == "provider"
    assert read_case(case(answers={"a": 1})).answers["a"].value == 1
    assert read_case(case(answers={"a": True})).answers["a"].value is True


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"", "there is nothing in it"),
        (b" \n", "there is nothing in it"),
        (b"\x00\xff\xfe", "this is not UTF-8 text"),
        ("{}".encode("utf-16"), "this is not UTF-8 text"),
        ("é".encode("latin-1"), "this is not UTF-8 text"),
        (b"[]", "a case is a JSON object, not a list"),
        (b"3", "not a number"),
        (b"null", "not null"),
        (b'"text"', "not text"),
        (b"true", "not true or false"),
        (b"{", "line 1 column 2: this is not JSON"),
        (b'{"schema": "unknot/case/1",}', "this is not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"schema": "unknot/case/1", "schema": "unknot/case/1"}', "'schema' is given twice"),
        ('{"schema":"unknot/case/1","person":{"age":NaN}}', "NaN is not a number JSON allows"),
        ('{"schema":"unknot/case/1","person":{"age":-Infinity}}', "-Infinity is not a number"),
        ('{"person":{"age":' + "9" * 5000 + "}}", "a number has too many digits"),
        (b"x" * 1_000_001, "larger than 1 MB"),
        ('{"schema":"unknot/case/1","id":"\ud800"}', "this is not UTF-8 text"),
        ('{"schema":"unknot/case/1","id":"\\ud800"}', "this is not JSON"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_case_is_one_sentence(source: Any, said: str) -> None:
    error = refused(source)
    assert said in str(error)
    assert error.hint


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_case(b"\xef\xbb\xbf" + case().encode()).reason == "other"


@pytest.mark.parametrize(
    ("fields", "path", "said"),
    [
        (
            {"pain": [{"area": "knee", "intensity": 11}]},
            "pain[0].intensity",
            "11 must be at most 10",
        ),
        (
            {"pain": [{"area": "knee", "intensity": -1}]},
            "pain[0].intensity",
            "-1 must be at least 0",
        ),
        ({"pain": [{"area": "knee", "worst": "9"}]}, "pain[0].worst", "'9' must be a number"),
        ({"pain": [{"area": "knee", "side": "up"}]}, "pain[0].side", "'up' is not one of 'left'"),
        ({"pain": [{"area": "knee", "side": "Left"}]}, "pain[0].side", "did you mean 'left'?"),
        ({"pain": [{"area": "  "}]}, "pain[0].area", "is empty"),
        ({"pain": [{"area": "x" * 201}]}, "pain[0].area", "longer than 200 characters"),
        ({"pain": [{"area": 5}]}, "pain[0].area", "5 is not text"),
        ({"pain": [{"side": "left"}]}, "pain[0].area", "missing"),
        ({"pain": {"area": "knee"}}, "pain", "must be a list"),
        ({"pain": ["knee"]}, "pain[0]", "must be an object"),
        ({"pain": [{"area": "knee"}] * 61}, "pain", "has 61, more than 60"),
        ({"pain": [{"area": "knee", "began_on": 5}]}, "pain[0].began_on", "5 is not a date"),
        ({"pain": [{"area": "a", "began_on": "2026-02-30"}]}, "pain[0].began_on", "is not a date"),
        ({"pain": [{"area": "a", "began_on": "1/5/26"}]}, "pain[0].began_on", "like 2026-11-22"),
        ({"as_of": "2026-11-22T10:00:00"}, "as_of", "is not a date"),
        ({"person": {"age": 121}}, "person.age", "must be at most 120"),
        ({"person": {"age": True}}, "person.age", "true must be a whole number"),
        ({"person": {"age": "48"}}, "person.age", "without quotes"),
        ({"person": {"age": 10**30}}, "person.age", "must be at most 120"),
        ({"person": None}, "person", "null must be an object"),
        ({"person": {"height_cm": 39}}, "person.height_cm", "must be at least 40"),
        ({"words": "a\x07b"}, "words", "has a control character"),
        ({"id": "\x1b[31m"}, "id", "has a control character"),
        ({"answers": {"fever": [1]}}, "answers.fever", "[1] is not an answer"),
        ({"answers": {"fever": None}}, "answers.fever", "null is not an answer"),
        ({"answers": {"fever": {"value": None}}}, "answers.fever.value", "null is not an answer"),
        ({"answers": {"fever": 10**12}}, "answers.fever", "is not an answer"),
        ({"answers": {"": True}}, "answers.", "is empty"),
        (
            {"answers": {"f": {"value": 1, "answered_on": "x"}}},
            "answers.f.answered_on",
            "not a date",
        ),
        (
            {"findings": [{"finding": "x", "present": "yes"}]},
            "findings[0].present",
            "true or false",
        ),
        ({"session": {"positions": []}}, "session.positions", "needs at least 1"),
        ({"session": {"hands_on_minutes": 4}}, "session.hands_on_minutes", "at least 5"),
        ({"medicines": "aspirin"}, "medicines", "must be a list"),
        ({"medicines": ["a"] * 51}, "medicines", "has 51, more than 50"),
        ({"recall": "1y"}, "recall", "'1y' is not one of"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_every_bound_names_the_place_and_the_value(
    fields: dict[str, Any], path: str, said: str
) -> None:
    error = refused(case(**fields))
    assert [where for where, *_ in error.problems] == [path]
    assert said in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    "stroke",
    [
        {"view": "top", "radius": 5, "points": [[1, 1]]},
        {"view": "front", "radius": 0.5, "points": [[1, 1]]},
        {"view": "front", "radius": 61, "points": [[1, 1]]},
        {"view": "front", "radius": 5, "points": []},
        {"view": "front", "radius": 5, "points": [[1]]},
        {"view": "front", "radius": 5, "points": [[1, 2, 3]]},
        {"view": "front", "radius": 5, "points": [[1e9, 1]]},
        {"view": "front", "radius": 5, "points": [[1, -201]]},
        {"view": "front", "radius": 5, "points": [[1, 1]], "layer": "joy"},
        {"view": "front", "radius": 5, "points": [[1, 1]] * 2001},
    ],
    ids=lambda stroke: str(stroke)[:50],
)
def test_a_stroke_off_the_paper_is_refused(stroke: dict[str, Any]) -> None:
    assert refused(case(drawing={"strokes": [stroke]})).path.startswith("drawing.strokes[0]")


def test_a_case_that_says_nothing_is_refused() -> None:
    for empty in (
        {},
        {"pain": []},
        {"drawing": {"strokes": []}},
        {"words": "ouch"},
        {"pain": None},
    ):
        refused({"schema": "unknot/case/1", **empty})
    assert "the case says nothing" in str(refused({"schema": "unknot/case/1"}))
    assert refused({"reason": "pain"}).path == "schema"
    assert "unknot/case/1" in str(refused({"schema": "unknot/case/9", "reason": "pain"}))


def _places(model: type[BaseModel], path: tuple[str | int, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in the full sample an object of some model stands."""
    found: list[tuple[Any, ...]] = [(model, path)]
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner is None:
            continue
        key: tuple[str | int, ...] = (*path, field.alias or name)
        value: Any = FULL
        for step in key:
            value = value[step]
        if isinstance(value, list):
            key = (*key, 0)
        elif isinstance(value, dict) and key[-1] == "answers":
            key = (*key, "cancer-ever")
        found += _places(inner, key)
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


@pytest.mark.parametrize("place", _places(Case), ids=lambda place: place[0].__name__)
def test_an_unknown_field_is_refused_at_any_depth_with_the_nearest_known(
    place: tuple[type[BaseModel], tuple[str | int, ...]],
) -> None:
    model, path = place
    names = [field.alias or name for name, field in model.model_fields.items()]
    for name in names:
        document = json.loads(json.dumps(FULL))
        inner = document
        for step in path:
            inner = inner[step]
        inner[f"{name}x"] = 1
        error = refused(document)
        assert error.path is not None
        assert error.path.endswith(f"{name}x")
        assert error.message == "unknown field"
        assert error.hint is not None
        assert name in error.hint


def test_every_problem_is_told_not_only_the_first() -> None:
    error = refused(case(pain=[{"area": "knee", "side": "up", "intensity": 12}], foo=1))
    assert {path for path, *_ in error.problems} == {"pain[0].side", "pain[0].intensity", "foo"}
    assert str(error).endswith("(and 2 more)")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(field=st.sampled_from(sorted(FULL)), value=json_values)
def test_any_value_anywhere_is_read_or_refused_in_one_line(field: str, value: Any) -> None:
    try:
        read = read_case({**FULL, field: value})
    except InvalidCase as error:
        text = str(error)
    else:
        text = ""
        assert read_case(read.model_dump_json(by_alias=True)) == read
    assert "\n" not in text.replace("\\n", "")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_bytes_or_text_are_refused_without_a_crash(source: bytes | str) -> None:
    refused(source)
