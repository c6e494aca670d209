"""Read the atlas's text files; an error names file, line, what is wrong and what to do."""

from __future__ import annotations

import csv
import difflib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from unknot.case.errors import UnknotError

Certainty = Literal["measured", "textbook", "expert"]
"""How a statement is known: a measured figure, a textbook pattern, or judgement."""


class AtlasError(UnknotError):
    """A file of the atlas says something that cannot be right."""


class Entry(BaseModel):
    """A piece of knowledge: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Statement(Entry):
    """A piece of knowledge that says where it comes from and how sure it is.

    ``source`` is a DOI, a public page or a book; empty means nobody has given one yet, which
    only ``expert`` certainty allows.
    """

    source: str = ""
    certainty: Certainty = "expert"


E = TypeVar("E", bound=BaseModel)


def read_toml(path: Path, model: type[E]) -> E:
    """Read one TOML file into ``model``.

    Raises
    ------
    AtlasError
        With ``folder/file.toml:line`` as its path.
    """
    text = path.read_text(encoding="utf-8")
    name = f"{path.parent.name}/{path.name}"
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AtlasError(f"not TOML: {error}", path=name) from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        items = error.errors()
        # A misspelt key is both unknown and missing: the unknown one stands in the file.
        item = next((one for one in items if one["type"] == "extra_forbidden"), items[0])
        line = line_of(text, item["loc"])
        where = ".".join(str(step) for step in item["loc"])
        message = f"{where}: {item['msg']}"
        hint = None
        if item["type"] == "extra_forbidden":
            known = _fields_at(model, item["loc"][:-1])
            near = difflib.get_close_matches(str(item["loc"][-1]), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "remove it or fix its name"
        raise AtlasError(message, path=f"{name}:{line}", hint=hint) from None


def read_folder(folder: Path, model: type[E]) -> dict[str, E]:
    """Read every ``*.toml`` below ``folder``; the key is the entry's id, its file name.

    Raises
    ------
    AtlasError
        If an entry's ``id`` differs from its file's name, or two entries share one.
    """
    entries: dict[str, E] = {}
    for path in sorted(folder.rglob("*.toml")):
        entry = read_toml(path, model)
        identity = getattr(entry, "id", path.stem)
        if identity != path.stem:
            raise AtlasError(
                f"id {identity!r} differs from the file's name",
                path=f"{path.parent.name}/{path.name}:1",
                hint=f"rename the file to {identity}.toml or the id to {path.stem!r}",
            )
        if identity in entries:
            raise AtlasError(f"two files for {identity!r}", path=f"{path.parent.name}/{path.name}")
        entries[identity] = entry
    return entries


def read_csv(path: Path, model: type[E]) -> Iterator[tuple[int, E]]:
    """Yield ``(line, row)`` for each row of a CSV table; empty cells take the default.

    Raises
    ------
    AtlasError
        With ``folder/file.csv:line`` as its path.
    """
    name = f"{path.parent.name}/{path.name}"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            cells = {key: value for key, value in row.items() if value not in ("", None)}
            try:
                yield reader.line_num, model.model_validate(cells)
            except ValidationError as error:
                item = error.errors()[0]
                where = ".".join(str(step) for step in item["loc"])
                raise AtlasError(
                    f"{where}: {item['msg']}", path=f"{name}:{reader.line_num}"
                ) from None


def line_of(text: str, location: tuple[int | str, ...]) -> int:
    """Return the 1-based line a TOML location stands on, or of its nearest parent."""
    lines = text.splitlines()
    start, header = 0, ""
    best = 1
    position = 0
    steps = list(location)
    while position < len(steps):
        key = str(steps[position])
        number = 0
        if position + 1 < len(steps) and isinstance(steps[position + 1], int):
            number = int(steps[position + 1])
        full = f"{header}.{key}" if header else key
        table = re.compile(rf"^\s*\[\[?\s*{re.escape(full)}\s*\]\]?\s*(#.*)?$")
        tables = [i for i in range(start, len(lines)) if table.match(lines[i])]
        assignment = re.compile(rf"^\s*{re.escape(key)}\s*=")
        keys = [i for i in range(start, len(lines)) if assignment.match(lines[i])]
        if number < len(tables):
            start, header = tables[number], full
            best = start + 1
            position += (
                2
                if tables and position + 1 < len(steps) and isinstance(steps[position + 1], int)
                else 1
            )
            continue
        if keys:
            best = keys[0] + 1
        break
    return best


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    for step in location:
        field = model.model_fields.get(step) if isinstance(step, str) else None
        inner = _model_in(field.annotation) if field is not None else None
        model = inner or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(inner) for inner in get_args(annotation))
    return next((model for model in found if model is not None), None)
