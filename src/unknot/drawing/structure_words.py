"""Names of muscles, causes and named groups in words → ids of the atlas."""

from __future__ import annotations

import re
from functools import lru_cache

from unknot.atlas import Atlas, Cause, Muscle


@lru_cache(maxsize=8)
def _names(atlas: Atlas) -> dict[str, tuple[str, ...]]:
    """Every name, lower case, with what it stands for; a shared name stands for all its owners."""
    names: dict[str, tuple[str, ...]] = {}
    entries: tuple[Muscle | Cause, ...] = (*atlas.muscles.values(), *atlas.causes.values())
    for entry in entries:
        for name in (entry.name, *entry.aliases):
            key = _plain(name)
            names[key] = tuple(dict.fromkeys((*names.get(key, ()), entry.id)))
    for group in atlas.groups.values():
        for name in (group.name, *group.aliases):
            names.setdefault(_plain(name), group.members)
    return names


@lru_cache(maxsize=8)
def _any_name(atlas: Atlas) -> re.Pattern[str]:
    longest_first = sorted(_names(atlas), key=lambda name: (-len(name), name))
    return re.compile(r"\b(" + "|".join(map(re.escape, longest_first)) + r")s?\b")


def structures_named(name: str, atlas: Atlas) -> tuple[str, ...]:
    """Return the ids ``name`` stands for, a group giving all its members; none if unknown."""
    key, names = _plain(name), _names(atlas)
    identity = name.strip().lower()
    if (identity in atlas.muscles or identity in atlas.causes) and identity not in names:
        return (identity,)
    if key in names:
        return names[key]
    return structures_in(name, atlas)


def structures_in(text: str, atlas: Atlas) -> tuple[str, ...]:
    """Return the ids of every structure or group named in ``text``, in order of appearance."""
    names = _names(atlas)
    found: dict[str, None] = {}
    for match in _any_name(atlas).finditer(_plain(text)):
        found.update(dict.fromkeys(names[match.group(1)]))
    return tuple(found)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s]", " ", text.lower())).strip()
