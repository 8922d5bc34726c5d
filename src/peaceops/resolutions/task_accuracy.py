"""How right the coding of tasks is: against readers, against the library, across languages.

Labels of readers lie in `catalogue/lexicon/labels/`, the mapping of the library's headings in
`catalogue/lexicon/heading_tasks.csv`. The coder sees neither.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from peaceops.errors import DataError, Problem
from peaceops.places import catalogue_dir
from peaceops.resolutions.tasks import TaskCoding

Pair = tuple[str, str]  # symbol, operation


@dataclass(frozen=True, slots=True)
class Label:
    """One task a reader found: how, how strongly and where it is given."""

    task: str
    mode: str
    strength: str
    paragraph: str


@dataclass(frozen=True)
class Labels:
    """What a reader found in each pair of resolution and operation; a pair may hold nothing."""

    pairs: Mapping[Pair, Mapping[str, Label]]
    parts: Mapping[Pair, str] = field(default_factory=dict)


def read_labels(path: Path | None = None) -> Labels:
    """Labels from CSV, by default the settled ones of the catalogue."""
    path = path or catalogue_dir() / "lexicon" / "labels" / "settled.csv"
    pairs: dict[Pair, dict[str, Label]] = {}
    parts: dict[Pair, str] = {}
    wanted = {"symbol", "operation", "task", "mode", "strength", "paragraph"}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        missing = wanted - set(rows.fieldnames or ())
        if missing:
            raise DataError(Problem(str(path), ", ".join(sorted(missing)), "column is missing"))
        for row in rows:
            pair = (row["symbol"], row["operation"])
            found = pairs.setdefault(pair, {})
            if row.get("part"):
                parts[pair] = row["part"]
            if row["task"]:
                found[row["task"]] = Label(
                    row["task"], row["mode"], row["strength"], row["paragraph"]
                )
    return Labels(pairs, parts)


@dataclass
class Tally:
    """Right, wrong (said, but not so) and missed (so, but not said)."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """Share of what was said that is so; None when nothing was said."""
        said = self.right + self.wrong
        return self.right / said if said else None

    @property
    def recall(self) -> float | None:
        """Share of what is so that was said; None when nothing is so."""
        so = self.right + self.missed
        return self.right / so if so else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two."""
        whole = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / whole if whole else None

    def add(self, said: Set[str], so: Set[str]) -> None:
        """Counts one set against another."""
        self.right += len(said & so)
        self.wrong += len(said - so)
        self.missed += len(so - said)


@dataclass
class TaskAccuracy:
    """Tallies at (operation, task), over all, by task and by part of the labelled set.

    `modes` and `strengths` are (agreeing, compared) over what was right.
    """

    overall: Tally = field(default_factory=Tally)
    by_task: dict[str, Tally] = field(default_factory=dict)
    by_part: dict[str, Tally] = field(default_factory=dict)
    modes: tuple[int, int] = (0, 0)
    strengths: tuple[int, int] = (0, 0)
    mistakes: list[tuple[str, str, str, Literal["wrong", "missed"]]] = field(default_factory=list)


def score_labels(labels: Labels, code: Callable[[Pair], Iterable[TaskCoding]]) -> TaskAccuracy:
    """What `code` says of each labelled pair against the labels."""
    result = TaskAccuracy()
    modes: Counter[bool] = Counter()
    strengths: Counter[bool] = Counter()
    for pair, so in labels.pairs.items():
        said: dict[str, list[TaskCoding]] = {}
        for coding in code(pair):
            if coding.operation == pair[1]:
                said.setdefault(coding.task, []).append(coding)
        result.overall.add(said.keys(), so.keys())
        part = result.by_part.setdefault(labels.parts.get(pair, ""), Tally())
        part.add(said.keys(), so.keys())
        for task in said.keys() | so.keys():
            tally = result.by_task.setdefault(task, Tally())
            tally.add(said.keys() & {task}, so.keys() & {task})
            if task in said and task in so:
                codings = said[task]
                modes[any(c.mode == so[task].mode for c in codings)] += 1
                strengths[any(c.strength == so[task].strength for c in codings)] += 1
            else:
                kind: Literal["wrong", "missed"] = "wrong" if task in said else "missed"
                result.mistakes.append((*pair, task, kind))
    result.modes = (modes[True], modes.total())
    result.strengths = (strengths[True], strengths.total())
    return result


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two readings agree at (resolution, operation, task)."""

    f1: float
    kappa: float
    pairs: int


def compare_readings(first: Labels, second: Labels, tasks: int) -> Agreement:
    """F1 and Cohen's kappa of two readings of the same pairs, over `tasks` possible tasks."""
    a = {(pair, t) for pair, found in first.pairs.items() for t in found}
    b = {(pair, t) for pair, found in second.pairs.items() for t in found}
    pairs = len(first.pairs.keys() | second.pairs.keys())
    whole = pairs * tasks
    both = len(a & b)
    observed = (both + whole - len(a | b)) / whole
    chance = (len(a) * len(b) + (whole - len(a)) * (whole - len(b))) / whole**2
    return Agreement(2 * both / (len(a) + len(b)), (observed - chance) / (1 - chance), pairs)


# --- the library's headings -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeadingRule:
    """A subject heading, the tasks of which any one meets it, and what it speaks of."""

    heading: str
    tasks: frozenset[str]
    speaks_of: Literal["task", "subject"]


def read_heading_rules(path: Path | None = None) -> Mapping[str, HeadingRule]:
    """The published mapping of headings to tasks, by heading."""
    path = path or catalogue_dir() / "lexicon" / "heading_tasks.csv"
    rules: dict[str, HeadingRule] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rules[row["heading"]] = HeadingRule(
                row["heading"],
                frozenset(row["tasks"].split(";")),
                "task" if row["speaks_of"] == "task" else "subject",
            )
    return rules


def recall_headings(
    rules: Mapping[str, HeadingRule],
    resolutions: Iterable[tuple[Iterable[str], Set[str]]],
    speaks_of: Iterable[str] = ("task",),
) -> tuple[Tally, dict[str, Tally]]:
    """Headings met by a task coded; each resolution is its headings and its tasks."""
    kinds = set(speaks_of)
    overall = Tally()
    by_heading: dict[str, Tally] = {}
    for headings, tasks in resolutions:
        for heading in headings:
            rule = rules.get(heading)
            if rule is None or rule.speaks_of not in kinds:
                continue
            met = bool(rule.tasks & tasks)
            for tally in (overall, by_heading.setdefault(heading, Tally())):
                tally.right += met
                tally.missed += not met
    return overall, by_heading


def compare_languages(first: Iterable[TaskCoding], second: Iterable[TaskCoding]) -> float | None:
    """Jaccard of the (operation, task) of two languages; None when neither has any."""
    a = {(c.operation, c.task) for c in first}
    b = {(c.operation, c.task) for c in second}
    return len(a & b) / len(a | b) if a | b else None
