"""Read a case from text or bytes; every problem is named with its place and a way out."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from unknot.case.case import Case
from unknot.case.errors import InvalidCase

MAX_BYTES = 1_000_000


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
    data = source if isinstance(source, dict) else _parse(source, max_bytes)
    try:
        return Case.model_validate(data)
    except ValidationError as error:
        raise InvalidCase([_explain(item, data) for item in error.errors()]) from None


def _parse(source: str | bytes, max_bytes: int) -> dict[str, Any]:
    raw = source.encode("utf-8", "surrogateescape") if isinstance(source, str) else source
    if len(raw) > max_bytes:
        size = f"{len(raw) / 1e6:.1f} MB"
        raise InvalidCase(
            [(None, f"the document is {size}, more than {max_bytes / 1e6:g} MB", "send one case")]
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidCase(
            [(None, "this is not text but a binary file", "give a UTF-8 JSON file")]
        ) from None
    try:
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except RecursionError:
        raise InvalidCase([(None, "the JSON is nested too deeply", "give a plain case")]) from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise InvalidCase(
            [(place, f"this is not JSON: {error.msg}", "check brackets, commas and quotes there")]
        ) from None
    if not isinstance(data, dict):
        raise InvalidCase(
            [(None, f"a case is a JSON object, not {type(data).__name__}", 'start with {"schema": …')]
        )
    return data


def _no_constant(name: str) -> float:
    raise InvalidCase([(None, f"{name} is not a number JSON allows", "give a finite number")])


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise InvalidCase([(key, f"{key!r} is given twice", "keep one of them")])
        seen[key] = value
    return seen


def _explain(item: Any, data: dict[str, Any]) -> tuple[str | None, str, str | None]:
    location: tuple[int | str, ...] = item["loc"]
    path = _path(location)
    kind: str = item["type"]
    value = item.get("input")
    if kind == "extra_forbidden":
        return path, "unknown field", _did_you_mean(str(location[-1]), _fields_at(location[:-1]))
    if kind == "missing":
        if location == ("schema",):
            return path, "missing", 'add "schema": "unknot/case/1"'
        return path, "missing", "add it"
    if kind == "literal_error":
        expected = item["ctx"]["expected"]
        return path, f"{value!r} is not one of {expected}", None
    if kind == "value_error":
        return path or None, str(item["ctx"]["error"]), None
    return path, f"{_shown(value)}: {item['msg'][0].lower()}{item['msg'][1:]}", None


def _shown(value: Any) -> str:
    text = repr(value)
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
