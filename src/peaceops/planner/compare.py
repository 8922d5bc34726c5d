"""Two plans side by side: what each holds and costs, and what is different, tour by tour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from peaceops.planner.problem import Assignment, Plan, Problem, span_text


@dataclass(frozen=True)
class Change:
    """One difference between two plans: kept ones are not changes."""

    kind: str  # dropped, new, moved, shortened
    post: str
    words: str

    def as_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "post": self.post, "change": self.words}


def list_changes(before: Iterable[Assignment], after: Iterable[Assignment]) -> list[Change]:
    """What is different, post by post, in words."""
    old, new = set(before), set(after)
    gone, come = sorted(old - new), sorted(new - old)
    found: list[Change] = []
    for a in gone:
        same = [
            b
            for b in come
            if b.post == a.post and b.person == a.person and b.start <= a.end and a.start <= b.end
        ]
        was = f"{a.person} {span_text(a.start, a.end)}"
        if same:
            b = same[0]
            come.remove(b)
            kind = "shortened" if b.start == a.start and b.end < a.end else "moved"
            found.append(Change(kind, a.post, f"{was}, now {span_text(b.start, b.end)}"))
            continue
        instead = [b for b in come if b.post == a.post and b.start <= a.end and a.start <= b.end]
        if instead:
            b = instead[0]
            come.remove(b)
            now = f"{b.person} {span_text(b.start, b.end)}"
            found.append(Change("replaced", a.post, f"{was}, now {now}"))
        else:
            found.append(Change("dropped", a.post, was))
    found += [Change("new", b.post, f"{b.person} {span_text(b.start, b.end)}") for b in come]
    return sorted(found, key=lambda c: (c.post, c.words))


def plan_figures(problem: Problem, plan: Plan) -> dict[str, Any]:
    """What a plan amounts to: points, people, months held by operation, euros by year."""
    months: Counter[str] = Counter()
    cost: dict[int, float] = {}
    present: set[tuple[str, int]] = set()
    for a in plan.assignments:
        post = problem.post_by_id[a.post]
        months[post.operation] += len(a.held)
        present.update((post.operation, m) for m in a.held)
        for month in a.deployed:
            cost[month // 12] = cost.get(month // 12, 0) + post.cost
    shown = Counter(operation for operation, _ in present)
    return {
        "status": plan.status,
        "objective": plan.objective,
        "bound": plan.bound,
        "people": plan.people,
        "tours": len(plan.assignments),
        "months_held": dict(sorted(months.items())),
        "months_present": dict(sorted(shown.items())),
        "cost_eur": {str(year): cost[year] for year in sorted(cost)},
    }


def compare_plans(first: tuple[Problem, Plan], second: tuple[Problem, Plan]) -> dict[str, Any]:
    """Two plans side by side: points, people, months held by operation, cost by year, changes."""
    return lay_side_by_side(
        plan_figures(*first), first[1].assignments, plan_figures(*second), second[1].assignments
    )


def lay_side_by_side(
    first: dict[str, Any],
    first_tours: Iterable[Assignment],
    second: dict[str, Any],
    second_tours: Iterable[Assignment],
) -> dict[str, Any]:
    """The same from figures made earlier, where the problems are not at hand any more."""
    changes = list_changes(first_tours, second_tours)
    return {"first": first, "second": second, "changes": [c.as_dict() for c in changes]}
