"""From one plan to another: re-plan with least disturbance, compare, trade off."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from peaceops.errors import DataError, RefusedFile
from peaceops.errors import Problem as Mistake
from peaceops.planner.check import check_plan, count_people, plan_objective
from peaceops.planner.compare import Change, list_changes
from peaceops.planner.problem import (
    ANY,
    Assignment,
    Limit,
    Plan,
    Problem,
    month_number,
)
from peaceops.planner.solve import Effort, Progress, solve_plan

MAX_PLAN_BYTES = 50_000_000


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


def fit_tours(
    before: Sequence[Assignment], problem: Problem, served_until: int | None = None
) -> list[Assignment]:
    """The tours of a plan whose post and person the problem has.

    DataError names every tour that is history (begun up to `served_until`) and could not stay.
    """
    kept: list[Assignment] = []
    mistakes: list[Mistake] = []
    for a in before:
        no_post = a.post not in problem.post_by_id
        if not no_post and a.person in problem.person_by_id:
            kept.append(a)
        elif served_until is not None and a.arrive <= served_until:
            what, name = ("post", a.post) if no_post else ("person", a.person)
            hint = "It is part of months that are history; keep its row in the table."
            mistakes.append(Mistake("before", what, f"'{name}': no such {what}", hint))
    if mistakes:
        raise DataError(dict.fromkeys(mistakes))
    return kept


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
    plan = _at_least_as_before(changed, plan, served, later, served_until, disturbance)
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


def _at_least_as_before(
    problem: Problem,
    plan: Plan,
    served: Sequence[Assignment],
    later: Sequence[Assignment],
    served_until: int | None,
    disturbance: float,
) -> Plan:
    """The plan, or what still stands of the one before where the time was too short for better."""
    if plan.objective is None or plan.bound is None:
        return plan
    still = []
    for a in later:
        person = problem.person_by_id.get(a.person)
        ends = [problem.post_by_id[a.post].last]
        if person is None:
            continue
        if person.available_to is not None:
            ends.append(person.available_to)
        if a.end <= min(ends):
            still.append(a)
    ending = {(a.post, a.end + 1) for a in (*served, *still)}
    # Whom nobody precedes any more takes over from nobody, and so arrives in the first month.
    still = [a if (a.post, a.start) in ending else replace(a, arrive=a.start) for a in still]
    kept = tuple(sorted([*served, *still]))
    wrong = check_plan(problem, kept, served=served)
    if served_until is not None:
        wrong = [line for line in wrong if not line.startswith("rule 6")]
    value = float(plan_objective(problem, kept))

    def worth(objective: float, tours: Sequence[Assignment]) -> float:
        return objective + disturbance * len(set(later) & set(tours))

    if wrong or worth(value, kept) <= worth(plan.objective, plan.assignments):
        return plan
    return replace(plan, status="feasible", objective=value, bound=max(plan.bound, value),
                   assignments=kept, people=count_people(kept), people_bound=None)  # fmt: skip


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
    on_point: Callable[[CurvePoint, int], None] | None = None,
) -> list[CurvePoint]:
    """Value against the most people deployed at once, on top of the problem's own limits.

    `on_point` hears of each point as it is found and of how many there will be. Stopped early, the
    points found so far are the answer.
    """
    if limits is None:
        most = min(len(problem.posts), len(problem.people))
        limits = sorted({max(1, round(most * n / steps)) for n in range(1, steps + 1)})
    extra = [Limit(ANY, problem.rules.first, problem.rules.last, limit) for limit in limits]
    changed = [replace(problem, limits=(*problem.limits, one)) for one in extra]
    return _points(list(zip(limits, changed, strict=True)), seconds, seed, should_stop, on_point)


def money_curve(
    problem: Problem,
    *,
    budgets: Sequence[float] | None = None,
    steps: int = 8,
    seconds: float = 60.0,
    seed: int = 0,
    should_stop: Callable[[], bool] | None = None,
    on_point: Callable[[CurvePoint, int], None] | None = None,
) -> list[CurvePoint]:
    """Value against euros a year, instead of the problem's own budget; as `people_curve`."""
    years = range(problem.rules.first // 12, problem.rules.last // 12 + 1)
    if budgets is None:
        most = max(
            sum(float(p.cost) * sum(m // 12 == year for m in p.months) for p in problem.posts)
            for year in years
        )
        budgets = sorted({round(most * n / steps, -3) for n in range(1, steps + 1)})
    changed = [replace(problem, budget=dict.fromkeys(years, budget)) for budget in budgets]
    return _points(list(zip(budgets, changed, strict=True)), seconds, seed, should_stop, on_point)


def _points(
    problems: Sequence[tuple[float, Problem]],
    seconds: float,
    seed: int,
    should_stop: Callable[[], bool] | None,
    on_point: Callable[[CurvePoint, int], None] | None,
) -> list[CurvePoint]:
    points: list[CurvePoint] = []
    for limit, problem in problems:
        if should_stop is not None and should_stop():
            break
        effort = Effort(seconds=seconds / len(problems), gap=1e-4)
        plan = solve_plan(problem, seed=seed, should_stop=should_stop, effort=effort)
        if plan.status == "unknown" and plan.stopped_by == "user":
            break
        point = CurvePoint(limit, plan.objective, plan.bound, plan.people, plan.status)
        before = points[-1] if points else None
        if before is not None and before.limit <= limit and _is_better(before, point):
            # What was found under a tighter limit holds under this one too.
            point = replace(point, objective=before.objective, people=before.people,
                            bound=max(filter(None, (before.objective, point.bound)), default=None),
                            status="feasible")  # fmt: skip
        points.append(point)
        if on_point is not None:
            on_point(point, len(problems))
    return points


def _is_better(one: CurvePoint, other: CurvePoint) -> bool:
    if one.objective is None:
        return False
    return other.objective is None or one.objective > other.objective
