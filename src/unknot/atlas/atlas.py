"""The atlas: what is known, loaded from reviewable text, validated by one loader."""

from __future__ import annotations

import hashlib
from functools import cache, cached_property
from pathlib import Path

from unknot.atlas.area_vocabulary import Vocabulary, load_vocabulary
from unknot.atlas.areas import Areas, load_areas
from unknot.atlas.base_rates import BaseRate, load_base_rates
from unknot.atlas.causes import Cause
from unknot.atlas.findings import (
    FindingEntry,
    Group,
    Groups,
    PalpationAccuracy,
    load_findings,
)
from unknot.atlas.muscles import Muscle
from unknot.atlas.parameters import (
    ClientSentences,
    Commonness,
    DrawingParameters,
    LikelihoodWord,
    LocatingParameters,
)
from unknot.atlas.rules import (
    Knowledge,
    NamedClass,
    NoGo,
    Question,
    QuestionGroup,
    QuestionGroups,
    Reading,
    RegionWordsFile,
    Rule,
    WordLists,
    expanded,
)
from unknot.atlas.source import read_csv, read_folder, read_toml
from unknot.atlas.techniques import PlanningRules, Technique

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
    def vocabulary(self) -> Vocabulary:
        """The words people use for places."""
        return load_vocabulary(self.root / "areas", self.areas)

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
        return load_findings(self.root)

    @cached_property
    def palpation(self) -> PalpationAccuracy:
        """What pressing a point is worth as evidence."""
        return read_toml(self.root / "palpation.toml", PalpationAccuracy)

    @cached_property
    def locating(self) -> LocatingParameters:
        """Numbers the locating network needs."""
        return read_toml(self.root / "locating.toml", LocatingParameters)

    @cached_property
    def drawing(self) -> DrawingParameters:
        """When a painted stroke counts as pain in an area."""
        return read_toml(self.root / "drawing.toml", DrawingParameters)

    @cached_property
    def commonness(self) -> dict[str, float]:
        """How much more or less often a muscle holds an active point than the average one."""
        rows = read_csv(self.root / "commonness.csv", Commonness)
        return {row.muscle: row.factor for _, row in rows}

    @cached_property
    def groups(self) -> dict[str, Group]:
        """Named groups of muscles by id, in the file's order."""
        file = read_toml(self.root / "groups.toml", Groups)
        return {group.id: group for group in file.group}

    @cached_property
    def base_rates(self) -> dict[str, tuple[BaseRate, ...]]:
        """Published shares of complaints and sources, by table."""
        return load_base_rates(self.root / "base_rates")

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Screening questions by id."""
        return read_folder(self.root / "questions", Question)

    @cached_property
    def question_groups(self) -> dict[str, QuestionGroup]:
        """Screens that ask several questions at once, by id."""
        file = read_toml(self.root / "question_groups.toml", QuestionGroups)
        return {group.id: group for group in file.group}

    @cached_property
    def medicines(self) -> dict[str, NamedClass]:
        """Classes of medicines by id."""
        return read_folder(self.root / "medicines", NamedClass)

    @cached_property
    def conditions(self) -> dict[str, NamedClass]:
        """Classes of conditions, procedures and devices by id."""
        return read_folder(self.root / "conditions", NamedClass)

    @cached_property
    def no_go(self) -> dict[str, NoGo]:
        """Places where hands take care in everybody, by id."""
        return read_folder(self.root / "no_go", NoGo)

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Screening rules by id."""
        return read_folder(self.root / "rules", Rule)

    @cached_property
    def screening(self) -> Knowledge:
        """Everything screening reads, checked against itself and the areas."""
        regions = read_toml(self.root / "region_words.toml", RegionWordsFile)
        file = read_toml(self.root / "word_lists.toml", WordLists)
        lists = {entry.name: entry.words for entry in file.list}
        knowledge = Knowledge(
            questions={
                question.id: question.model_copy(
                    update={
                        name: expanded(getattr(question, name), lists, f"questions/{question.id}")
                        for name in ("says", "hints", "softened_by")
                    }
                )
                for question in self.questions.values()
            },
            groups=self.question_groups,
            rules=self.rules,
            classes={**self.medicines, **self.conditions},
            no_go=self.no_go,
            region_words={row.region: row.says for row in regions.region},
            reading=read_toml(self.root / "reading.toml", Reading),
        )
        knowledge.check(self.areas)
        return knowledge

    @cached_property
    def techniques(self) -> dict[str, Technique]:
        """Techniques of the hands by id."""
        return read_folder(self.root / "techniques", Technique)

    @cached_property
    def planning(self) -> PlanningRules:
        """How a session is put together."""
        return read_toml(self.root / "planning.toml", PlanningRules)

    @cached_property
    def client_sentences(self) -> ClientSentences:
        """Sentences a client may read about an assessment."""
        return read_toml(self.root / "client_sentences.toml", ClientSentences)

    @cached_property
    def _likelihood_words(self) -> tuple[LikelihoodWord, ...]:
        return tuple(row for _, row in read_csv(self.root / "likelihood_words.csv", LikelihoodWord))

    def likelihood_word(self, probability: float) -> str:
        """Return the word for a probability, e.g. "possible"."""
        for row in self._likelihood_words:
            if probability >= row.at_least:
                return row.practitioner
        return self._likelihood_words[-1].practitioner

    @property
    def reviewed(self) -> bool:
        """True only if a named clinician signed every muscle, cause and finding."""
        entries: list[Muscle | Cause | FindingEntry] = [
            *self.muscles.values(),
            *self.causes.values(),
            *self.findings.values(),
        ]
        return all(entry.reviewed_by for entry in entries)


@cache
def load_atlas(root: Path = DATA) -> Atlas:
    """Return the atlas at ``root`` (the shipped one by default)."""
    return Atlas(root)
