"""What an operation's decisions add up to: the tasks and ceilings in force after each of them.

A text that sets out a mandate replaces what was asked before; any other adds to it, and a renewal
that only refers to an earlier text changes nothing. After the text that ends an operation only
what that text asks is left; if it asks nothing, the tasks stand until the last day it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peaceops.analysis.facts import DecisionFact, Figure

_CEILING = re.compile(r"([a-z-]+)=([+-]\d+|\d+)(?:\(([+-]\d+)\))?$")


@dataclass(frozen=True)
class TaskInForce:
    """A task the operation has, and the decision whose text gave it last."""

    task: str
    symbol: str
    date: str


@dataclass(frozen=True)
class TaskStep:
    """The tasks in force after a decision, and what it added and ended."""

    in_force: tuple[TaskInForce, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]


def follow_tasks(decisions: Sequence[DecisionFact]) -> tuple[TaskStep, ...]:
    """One step a decision, oldest first; decisions must be in order."""
    steps: list[TaskStep] = []
    standing: dict[str, TaskInForce] = {}
    for d in decisions:
        before = standing
        given = {t: TaskInForce(t, d.symbol, d.date) for t in d.tasks}
        ends = d.action == "terminate"
        if given:
            standing = given if d.sets_out or ends else standing | given
        elif ends and not (d.until and d.until > d.date):
            standing = {}
        steps.append(
            TaskStep(
                tuple(standing.values()),
                tuple(t for t in standing if t not in before),
                tuple(t for t in before if t not in standing),
            )
        )
    return tuple(steps)


def tasks_after(decisions: Sequence[DecisionFact], symbol: str) -> dict[str, str] | None:
    """The tasks in force after one of an operation's decisions, each with the symbol of the one
    that gave it last; None where the operation has no such decision.
    """
    for decision, step in zip(decisions, follow_tasks(decisions), strict=True):
        if decision.symbol == symbol:
            return {task.task: task.symbol for task in step.in_force}
    return None


@dataclass(frozen=True)
class CeilingStep:
    """A ceiling as a decision sets it: the level, the change, or both."""

    kind: str
    persons: int | None
    change: int | None


def read_ceiling(text: str) -> CeilingStep | None:
    """A ceiling as the chain writes it.

    >>> read_ceiling("military=13000(-2000)"), read_ceiling("police=+940")
    (CeilingStep(kind='military', persons=13000, change=-2000), CeilingStep(kind='police', persons=None, change=940))
    """  # noqa: E501
    match = _CEILING.match(text)
    if not match:
        return None
    kind, number, change = match.groups()
    if number[0] in "+-":
        return CeilingStep(kind, None, int(number))
    return CeilingStep(kind, int(number), int(change) if change else None)


def list_ceilings(
    figures: Iterable[Figure], decisions: Iterable[DecisionFact]
) -> tuple[Figure, ...]:
    """Every ceiling known, oldest first: those stated in the catalogue and those read in the texts.

    Of one kind and decision the catalogue's goes before the program's reading.
    """
    found = {(f.kind, f.date): f for f in figures if f.what == "ceiling"}
    stated = set(found)
    for d in decisions:
        for text in d.ceilings:
            step = read_ceiling(text)
            if step is None or step.persons is None or (step.kind, d.date) in stated:
                continue
            found[step.kind, d.date] = Figure("ceiling", step.kind, step.persons, d.date, d.source)
    return tuple(sorted(found.values(), key=lambda f: (f.date, f.kind)))
