"""Read a case from text or bytes; every problem is named with its place and a way out."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from unknot.case.case import Case
from unknot.case.errors import InvalidCase

MAX_BYTES = 1_000_000
_KINDS: dict[type, str] = {
    list: "a list",
    str: "text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}


def read_case(source: str | bytes | dict[str, Any], *, max_bytes: int = MAX_BYTES) -> Case:
    """Read one ``unknot/case/1`` document.

    Parameters
    ----------
    source
        JSON text, UTF-8 bytes, or an already parsed object.
    max_bytes
        Largest accepted size; a case is a few kB, so more is a mistake.

    Raises
    ------
    InvalidCase
        With every problem found, each with its path and what to do.
    """
    text = _as_json(source) if isinstance(source, dict) else _checked(source, max_bytes)
    try:
        return Case.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise InvalidCase(_problems(error)) from None


def _as_json(source: dict[str, Any]) -> str:
    try:
        return json.dumps(source, default=str)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidCase(
            [(None, f"this cannot be written as JSON: {error}", "give plain values")]
        ) from None


def _checked(source: str | bytes, max_bytes: int) -> str:
    """Return the text of one JSON object, without what JSON lets pass in silence."""
    raw = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    if len(raw) > max_bytes:
        raise InvalidCase(
            [(None, f"the document is larger than {max_bytes / 1e6:g} MB", "send one case")]
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidCase([(None, "this is not UTF-8 text", "give a UTF-8 JSON file")]) from None
    if not text.strip():
        raise InvalidCase([(None, "there is nothing in it", 'start with {"schema": …')])
    try:
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except RecursionError:
        raise InvalidCase([(None, "the JSON is nested too deeply", "give a plain case")]) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise InvalidCase(
            [(place, f"this is not JSON: {error.msg}", "check brackets, commas and quotes there")]
        ) from None
    except ValueError:
        raise InvalidCase(
            [(None, "a number has too many digits", "give a finite number")]
        ) from None
    if not isinstance(data, dict):
        raise InvalidCase(
            [
                (
                    None,
                    f"a case is a JSON object, not {_KINDS[type(data)]}",
                    'start with {"schema": …',
                )
            ]
        )
    return text


def _no_constant(name: str) -> float:
    raise InvalidCase([(None, f"{name} is not a number JSON allows", "give a finite number")])


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise InvalidCase([(key, f"{key!r} is given twice", "keep one of them")])
        seen[key] = value
    return seen


def _problems(error: ValidationError) -> list[tuple[str | None, str, str | None]]:
    """Every problem, once per place: a value that fits none of several types is one problem."""
    found: dict[tuple[int | str, ...], tuple[str | None, str, str | None]] = {}
    for item in error.errors():
        location, kind = _place(item)
        found.setdefault(location, _explain(item, location, kind))
    inside = {location[:2] for location in found if len(location) > 2}
    return [
        problem
        for location, problem in found.items()
        if not (location[0:1] == ("answers",) and location in inside)
    ]


def _place(item: Any) -> tuple[tuple[int | str, ...], str]:
    """Where, without pydantic's names of the types it tried, and what kind of error."""
    location = tuple(step for step in item["loc"] if step != "[key]")
    kind: str = item["type"]
    if len(location) < 3 or location[0] != "answers":
        return location, kind
    tried, rest = location[2], location[3:]
    if tried == "Answer" and rest[:1] == ("value",) and len(rest) > 1:
        return (*location[:2], "value"), "answer"
    if tried == "Answer" and rest:
        return (*location[:2], *rest), kind
    return location[:2], "answer"


def _explain(
    item: Any, location: tuple[int | str, ...], kind: str
) -> tuple[str | None, str, str | None]:
    path = _path(location) or None
    value = item.get("input")
    limits: dict[str, Any] = item.get("ctx", {})
    if kind == "extra_forbidden":
        return path, "unknown field", _did_you_mean(str(location[-1]), _fields_at(location[:-1]))
    if kind == "missing":
        return path, "missing", 'add "schema": "unknot/case/1"' if path == "schema" else "add it"
    if kind == "literal_error":
        expected = limits["expected"]
        return path, f"{_shown(value)} is not one of {expected}", _nearest_of(value, expected)
    if kind == "value_error":
        return path, str(limits["error"]), None
    if kind == "string_pattern_mismatch" and not str(value).strip():
        kind = "string_too_short"
    if kind == "json_invalid":
        return None, f"this is not JSON: {limits['error']}", "check the text there"
    if kind in _SAID:
        words, hint = _SAID[kind]
        hint = None if hint == _UNQUOTED and not isinstance(value, str) else hint
        return path, f"{_shown(value)} {words.format(**limits)}", hint
    return path, f"{_shown(value)}: {item['msg'][0].lower()}{item['msg'][1:]}", None


_ANSWER = (
    "give true, false, a number up to a million, text up to 500 characters (a date, a choice, "
    '"not_sure", "declined"), or an object with "value"'
)
_UNQUOTED = "without quotes"
_DATE = "write it like 2026-11-22"
_SAID: dict[str, tuple[str, str | None]] = {
    "answer": ("is not an answer", _ANSWER),
    "string_pattern_mismatch": ("has a control character", "remove it"),
    "string_too_short": ("is empty", "write words"),
    "string_too_long": ("is longer than {max_length} characters", "shorten it"),
    "string_type": ("is not text", "write it in quotes"),
    "less_than_equal": ("must be at most {le:g}", None),
    "greater_than_equal": ("must be at least {ge:g}", None),
    "greater_than": ("must be more than {gt:g}", None),
    "finite_number": ("is not a finite number", None),
    "bool_type": ("must be true or false", _UNQUOTED),
    "int_type": ("must be a whole number", _UNQUOTED),
    "int_from_float": ("must be a whole number", None),
    "int_parsing_size": ("has too many digits", None),
    "float_type": ("must be a number", _UNQUOTED),
    "date_type": ("is not a date", _DATE),
    "date_from_datetime_parsing": ("is not a date", _DATE),
    "date_parsing": ("is not a date", _DATE),
    "model_type": ("must be an object", "write it in {}"),
    "model_attributes_type": ("must be an object", "write it in {}"),
    "dict_type": ("must be an object", "write it in {}"),
    "tuple_type": ("must be a list", "write it in []"),
    "too_short": ("needs at least {min_length}", None),
    "too_long": ("has {actual_length}, more than {max_length}", "leave some out"),
}


def _nearest_of(value: Any, expected: str) -> str | None:
    near = difflib.get_close_matches(str(value).lower(), re.findall(r"'([^']+)'", expected), n=1)
    return f"did you mean {near[0]!r}?" if near else None


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _path(location: Sequence[int | str]) -> str:
    text = ""
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _fields_at(location: Sequence[int | str]) -> list[str]:
    model: type[BaseModel] = Case
    for step in location:
        if isinstance(step, int):
            continue
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        found = fields.get(step)
        inner = _model_in(found.annotation) if found is not None else None
        if inner is None:
            continue
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def _did_you_mean(word: str, options: list[str]) -> str:
    near = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return "known fields are " + ", ".join(options)
