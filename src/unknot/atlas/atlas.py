"""The atlas: what is known, loaded from reviewable text, validated by one loader."""

from __future__ import annotations

import hashlib
from functools import cache, cached_property
from pathlib import Path

from unknot.atlas.areas import Areas, load_areas
from unknot.atlas.base_rates import BaseRate, load_base_rates
from unknot.atlas.causes import Cause
from unknot.atlas.findings import FindingEntry, Group, Groups
from unknot.atlas.muscles import Muscle
from unknot.atlas.source import read_folder, read_toml

DATA = Path(__file__).parent / "data"


class Atlas:
    """Everything unknot knows, section by section; each section is read when first needed.

    Parameters
    ----------
    root
        Folder with the atlas's text files.
    """

    def __init__(self, root: Path = DATA) -> None:
        self.root = root

    @cached_property
    def revision(self) -> str:
        """Twelve hex digits over every file of the atlas: same text, same revision."""
        digest = hashlib.sha256()
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and path.suffix in {".toml", ".csv"}:
                digest.update(path.relative_to(self.root).as_posix().encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:12]

    @cached_property
    def areas(self) -> Areas:
        """Named body areas."""
        return load_areas(self.root / "areas")

    @cached_property
    def muscles(self) -> dict[str, Muscle]:
        """Muscles by id."""
        return read_folder(self.root / "muscles", Muscle)

    @cached_property
    def causes(self) -> dict[str, Cause]:
        """Other causes by id."""
        return read_folder(self.root / "causes", Cause)

    @cached_property
    def findings(self) -> dict[str, FindingEntry]:
        """Findings by id."""
        return read_folder(self.root / "findings", FindingEntry)

    @cached_property
    def groups(self) -> dict[str, Group]:
        """Named groups of muscles by id, in the file's order."""
        file = read_toml(self.root / "groups.toml", Groups)
        return {group.id: group for group in file.group}

    @cached_property
    def base_rates(self) -> dict[str, tuple[BaseRate, ...]]:
        """Published shares of complaints and sources, by table."""
        return load_base_rates(self.root / "base_rates")

    @property
    def reviewed(self) -> bool:
        """True only if a named clinician signed every muscle, cause and finding."""
        entries = [*self.muscles.values(), *self.causes.values(), *self.findings.values()]
        return all(entry.reviewed_by for entry in entries)


@cache
def load_atlas(root: Path = DATA) -> Atlas:
    """Return the atlas at ``root`` (the shipped one by default)."""
    return Atlas(root)
