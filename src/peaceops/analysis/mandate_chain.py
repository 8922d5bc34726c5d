"""What an operation's decisions add up to: the tasks and ceilings in force after each of them.

A text that sets out a mandate replaces what was asked before; any other adds to it, and a renewal
that only refers to an earlier text changes nothing. After the text that ends an operation only
what that text asks is left; if it asks nothing, the tasks stand until the last day it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peaceops.analysis.facts import DecisionFact, Figure
from peaceops.resolutions.ceiling_cells import read_ceiling


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
class CeilingInForce:
    """A level of one kind, from the day (or month) it applies, and the decision that set it."""

    kind: str
    persons: int
    start: str
    decision: DecisionFact


def follow_ceilings(decisions: Iterable[DecisionFact]) -> tuple[CeilingInForce, ...]:
    """Every level the texts set, by the day from which it applies; decisions must be in order.

    A part of a number of its own kind is no level. A level still to come when a later decision
    sets its kind anew never applied, and is left out; of two that begin together the higher counts.
    """
    standing: dict[tuple[str, str], CeilingInForce] = {}
    for d in decisions:
        steps = [s for text in d.ceilings if (s := read_ceiling(text)) and s.persons is not None]
        whole = {s.kind for s in steps if s.within is None}
        set_here: dict[tuple[str, str], CeilingInForce] = {}
        for step in steps:
            if step.within == step.kind or (step.within and step.kind in whole):
                continue
            key = (step.kind, step.start or d.date)
            level = CeilingInForce(step.kind, step.persons or 0, key[1], d)
            if key not in set_here or set_here[key].persons < level.persons:
                set_here[key] = level
        kinds = {kind for kind, _ in set_here}
        standing = {
            key: level
            for key, level in standing.items()
            if not (level.kind in kinds and level.start > d.date)
        }
        standing |= set_here
    return tuple(sorted(standing.values(), key=lambda c: (c.start, c.kind)))


def list_ceilings(
    figures: Iterable[Figure], decisions: Iterable[DecisionFact]
) -> tuple[Figure, ...]:
    """Every ceiling known, by the day it applies: of the catalogue, and as read in the texts.

    Of one kind and day the catalogue's goes before the program's reading; so does the same level
    of the same decision from another day.
    """
    found = {(f.kind, f.date): f for f in figures if f.what == "ceiling"}
    stated = set(found)
    levels = {(f.kind, f.persons, f.source.id) for f in found.values()}
    for level in follow_ceilings(decisions):
        at, d = (level.kind, level.start), level.decision
        if at not in stated and (level.kind, level.persons, d.source.id) not in levels:
            found[at] = Figure("ceiling", level.kind, level.persons, level.start, d.source)
    return tuple(sorted(found.values(), key=lambda f: (f.date, f.kind)))
