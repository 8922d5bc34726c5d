"""From one plan to another: re-plan with least disturbance, compare, trade off."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from peaceops.errors import DataError, RefusedFile
from peaceops.errors import Problem as Mistake
from peaceops.planner.problem import (
    ANY,
    Assignment,
    Limit,
    Plan,
    Problem,
    month_number,
    span_text,
)
from peaceops.planner.solve import Effort, Progress, solve_plan

MAX_PLAN_BYTES = 50_000_000


@dataclass(frozen=True)
class Change:
    """One difference between two plans: kept ones are not changes."""

    kind: str  # dropped, new, moved, shortened
    post: str
    words: str

    def as_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "post": self.post, "change": self.words}


def read_plan(path: Path, problem: Problem | None = None) -> list[Assignment]:
    """The assignments of a plan written by `plan --json` or `-o plan.json`.

    DataError names every assignment that cannot be read, or that names a post or a person which
    `problem` does not have.
    """
    if not path.is_file() or path.stat().st_size > MAX_PLAN_BYTES:
        raise RefusedFile(Mistake(str(path), "", "no such file, or too big to be a plan"))
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        rows = data["assignments"]
        assert isinstance(rows, list)
    except (ValueError, KeyError, TypeError, AssertionError, RecursionError) as error:
        raise RefusedFile(
            Mistake(str(path), "", "not a plan", "Give the JSON that `plan --json` wrote.")
        ) from error
    mistakes: list[Mistake] = []
    found: list[Assignment] = []
    for number, row in enumerate(rows, start=1):
        where = f"{path.name}, assignment {number}"
        try:
            a = Assignment(
                post=str(row["post"]),
                start=month_number(str(row["start"])),
                end=month_number(str(row["end"])),
                person=str(row["person"]),
                arrive=month_number(str(row["arrive"])),
            )
        except (KeyError, TypeError, ValueError) as error:
            mistakes.append(Mistake(where, "", f"cannot be read: {error}"))
            continue
        if problem is not None and a.post not in problem.post_by_id:
            hint = "Keep the post in the table and close it with --close POST:MONTH."
            mistakes.append(Mistake(where, "post", f"'{a.post}': no such post", hint))
        elif problem is not None and a.person not in problem.person_by_id:
            hint = "Keep the person in the table and take them out with --out PERSON:MONTH."
            mistakes.append(Mistake(where, "person", f"'{a.person}': no such person", hint))
        else:
            found.append(a)
    if mistakes:
        raise DataError(mistakes)
    return sorted(found)


def close_posts(problem: Problem, closed: Mapping[str, int]) -> Problem:
    """The problem with posts that end before the given months; a post never begun goes."""
    missing = [name for name in closed if name not in problem.post_by_id]
    if missing:
        raise DataError(Mistake("--close", name, "no such post") for name in missing)
    posts = []
    for post in problem.posts:
        last = min(post.last, closed[post.post] - 1) if post.post in closed else post.last
        if last >= post.first:
            posts.append(post if last == post.last else replace(post, last=last))
    return replace(problem, posts=tuple(posts))


def take_people_out(problem: Problem, out: Mapping[str, int]) -> Problem:
    """The problem with people who are no longer available from the given months."""
    missing = [name for name in out if name not in problem.person_by_id]
    if missing:
        raise DataError(Mistake("--out", name, "no such person") for name in missing)
    people = tuple(
        replace(
            p,
            available_to=min(
                out[p.person] - 1, p.available_to if p.available_to is not None else out[p.person]
            ),
        )
        if p.person in out
        else p
        for p in problem.people
    )
    return replace(problem, people=people)


@dataclass(frozen=True)
class Replan:
    """A plan made from another, and what changed."""

    plan: Plan
    problem: Problem
    changes: tuple[Change, ...]
    kept: int
    served: tuple[Assignment, ...]


def replan(
    problem: Problem,
    before: Sequence[Assignment],
    *,
    served_until: int | None = None,
    closed: Mapping[str, int] | None = None,
    out: Mapping[str, int] | None = None,
    disturbance: float | None = None,
    seconds: float = 60.0,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Replan:
    """A new plan that changes little of the one before.

    Tours that began (arrival included) up to `served_until` stay, cut short only where their post
    closes or their person falls out. Each later tour left exactly as it was counts `disturbance`
    points, by default a month of an average post; so a tour is changed only for more than that.
    """
    closed, out = dict(closed or {}), dict(out or {})
    changed = take_people_out(close_posts(problem, closed), out)
    served: list[Assignment] = []
    later: list[Assignment] = []
    for a in before:
        if served_until is not None and a.arrive <= served_until:
            end = a.end
            if a.post in closed:
                end = min(end, closed[a.post] - 1)
            if a.person in out:
                end = min(end, out[a.person] - 1)
            if end >= a.start:
                served.append(replace(a, end=end))
        elif a.post in changed.post_by_id:
            later.append(a)
    if disturbance is None:
        values = [float(post.value) for post in changed.posts]
        disturbance = round(sum(values) / len(values), 2) if values else 0.0
    half = seconds / 2
    plan = solve_plan(
        changed,
        seed=seed,
        on_progress=on_progress,
        should_stop=should_stop,
        served=served,
        served_until=served_until,
        keep=later,
        keep_bonus=disturbance,
        effort=Effort(seconds=half),
    )
    notes = list(plan.notes)
    if plan.objective is not None:
        # How good a plan could be that need not resemble the one before.
        fresh = solve_plan(
            changed,
            seed=seed,
            should_stop=should_stop,
            served=served,
            served_until=served_until,
            effort=Effort(seconds=half, fewer_people=False),
        )
        bound = plan.bound if fresh.bound is None else max(fresh.bound, plan.objective)
        assert bound is not None
        equal = bound - plan.objective <= 1e-6 * max(1.0, abs(bound))
        notes.append(
            f"a tour that is changed counts {disturbance:g} points; without regard to the plan "
            f"before, up to {bound:,.1f} points could be had"
        )
        plan = replace(
            plan,
            bound=bound,
            status="optimal" if equal and plan.status == "optimal" else "feasible",
            notes=tuple(notes),
        )
    changes = tuple(list_changes(before, plan.assignments))
    kept = len(set(before) & set(plan.assignments))
    return Replan(plan, changed, changes, kept, tuple(served))


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


# --- two scenarios


def compare_plans(first: tuple[Problem, Plan], second: tuple[Problem, Plan]) -> dict[str, Any]:
    """Two plans side by side: points, people, months held by operation, cost by year, changes."""

    def figures(problem: Problem, plan: Plan) -> dict[str, Any]:
        months: Counter[str] = Counter()
        cost: Counter[int] = Counter()
        present: set[tuple[str, int]] = set()
        for a in plan.assignments:
            post = problem.post_by_id[a.post]
            months[post.operation] += len(a.held)
            present.update((post.operation, m) for m in a.held)
            for month in a.deployed:
                cost[month // 12] += post.cost  # type: ignore[assignment]
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

    changes = list_changes(first[1].assignments, second[1].assignments)
    return {
        "first": figures(*first),
        "second": figures(*second),
        "changes": [c.as_dict() for c in changes],
    }


# --- curves


@dataclass(frozen=True)
class CurvePoint:
    """The best plan under one limit more."""

    limit: float
    objective: float | None
    bound: float | None
    people: int
    status: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "limit": self.limit,
            "objective": self.objective,
            "bound": self.bound,
            "people": self.people,
            "status": self.status,
        }


def people_curve(
    problem: Problem,
    *,
    limits: Sequence[int] | None = None,
    steps: int = 8,
    seconds: float = 60.0,
    seed: int = 0,
    should_stop: Callable[[], bool] | None = None,
) -> list[CurvePoint]:
    """Value against the most people deployed at once, on top of the problem's own limits."""
    if limits is None:
        most = min(len(problem.posts), len(problem.people))
        limits = sorted({max(1, round(most * n / steps)) for n in range(1, steps + 1)})
    points = []
    for limit in limits:
        extra = Limit(ANY, problem.rules.first, problem.rules.last, limit)
        changed = replace(problem, limits=(*problem.limits, extra))
        points.append(_point(changed, limit, seconds / len(limits), seed, should_stop))
    return points


def money_curve(
    problem: Problem,
    *,
    budgets: Sequence[float] | None = None,
    steps: int = 8,
    seconds: float = 60.0,
    seed: int = 0,
    should_stop: Callable[[], bool] | None = None,
) -> list[CurvePoint]:
    """Value against euros a year, instead of the problem's own budget."""
    years = range(problem.rules.first // 12, problem.rules.last // 12 + 1)
    if budgets is None:
        most = max(
            sum(float(p.cost) * sum(m // 12 == year for m in p.months) for p in problem.posts)
            for year in years
        )
        budgets = [round(most * n / steps, -3) for n in range(1, steps + 1)]
    points = []
    for budget in budgets:
        changed = replace(problem, budget=dict.fromkeys(years, budget))
        points.append(_point(changed, budget, seconds / len(budgets), seed, should_stop))
    return points


def _point(
    problem: Problem,
    limit: float,
    seconds: float,
    seed: int,
    should_stop: Callable[[], bool] | None,
) -> CurvePoint:
    effort = Effort(seconds=seconds, gap=1e-4)
    plan = solve_plan(problem, seed=seed, should_stop=should_stop, effort=effort)
    return CurvePoint(limit, plan.objective, plan.bound, plan.people, plan.status)
