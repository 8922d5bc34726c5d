"""The textbook model: one column for each person, post, start and kind of arrival, all given to
HiGHS.

Written straight from the rules, without classes, prices or networks, to measure against and to test
against. It needs some rest between deployments (dwell_ratio or training above 0): without any, one
person could follow themself, which this model does not know.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from peaceops.planner.mip import new_highs
from peaceops.planner.problem import Assignment, Problem


@dataclass(frozen=True)
class PlainAnswer:
    """What the textbook model found, and in what time."""

    status: str
    objective: float | None
    bound: float
    seconds: float
    columns: int
    rows: int
    assignments: tuple[Assignment, ...]


def solve_plainly(problem: Problem, *, seconds: float = 300.0, threads: int = 1) -> PlainAnswer:
    """The problem by the textbook model."""
    import highspy

    began = time.monotonic()
    rules = problem.rules
    if rules.rest(1) == 0:
        raise ValueError("the textbook model needs some rest between deployments")
    tours: list[
        tuple[int, int, int, int, int, bool]
    ] = []  # person, post, start, end, arrive, direct
    cost: list[float] = []
    for j, post in enumerate(problem.posts):
        able = [i for i, p in enumerate(problem.people) if problem.qualifies(p, post)]
        for start in post.months:
            end = min(start + post.tour - 1, post.last)
            if end - start + 1 < min(post.tour, post.min_tour):
                continue
            for direct in (False, True) if post.handover else (False,):
                arrive = start - post.handover if direct else start
                if direct and start - post.tour < post.first:
                    continue
                for i in able:
                    person = problem.people[i]
                    earliest = problem.earliest_arrival(person)
                    if earliest is not None and arrive < earliest:
                        continue
                    if person.available_to is not None and end > person.available_to:
                        continue
                    tours.append((i, j, start, end, arrive, direct))
                    cost.append(float(post.value) * (end - start + 1))
    rows: dict[tuple[object, ...], dict[int, float]] = defaultdict(dict)
    high: dict[tuple[object, ...], float] = {}
    low: dict[tuple[object, ...], float] = {}
    for n, (i, j, start, end, arrive, direct) in enumerate(tours):
        post = problem.posts[j]
        for month in range(start, end + 1):
            rows["post", j, month][n] = 1.0
            high["post", j, month] = 1.0
        if post.handover:
            if direct:
                rows["follow", j, start][n] = 1.0
                high["follow", j, start] = 0.0
            else:
                rows["fresh", j, start][n] = 1.0
                high["fresh", j, start] = 1.0
            if end < post.last:
                rows["follow", j, end + 1][n] = -1.0
                high["follow", j, end + 1] = 0.0
                rows["fresh", j, end + 1][n] = 1.0
                high["fresh", j, end + 1] = 1.0
        for month in range(arrive, min(end + rules.rest(end - arrive + 1), rules.last) + 1):
            rows["person", i, month][n] = 1.0
            high["person", i, month] = 1.0
        for month in range(arrive, end + 1):
            for number, limit in enumerate(problem.limits):
                if limit.covers(post.category, month):
                    rows["limit", number, month][n] = 1.0
                    high["limit", number, month] = limit.max_deployed
            year = month // 12
            if year in problem.budget and post.cost:
                row = rows["budget", year]
                row[n] = row.get(n, 0.0) + float(post.cost) / 1000
                high["budget", year] = float(problem.budget[year]) / 1000
    columns = len(tours)
    for post in problem.posts:
        if float(problem.presence.get(post.operation, 0)):
            for month in post.months:
                if ("present", post.operation, month) not in rows:
                    rows["present", post.operation, month][columns] = 1.0
                    high["present", post.operation, month] = 0.0
                    cost.append(float(problem.presence[post.operation]))
                    columns += 1
    for n, (_, j, start, end, _, _) in enumerate(tours):
        for month in range(start, end + 1):
            key = ("present", problem.posts[j].operation, month)
            if key in rows:
                rows[key][n] = -1.0
    for j, post in enumerate(problem.posts):
        if post.must_fill:
            for month in post.months:
                rows["post", j, month].update({})
                high["post", j, month] = low["post", j, month] = 1.0
    keys = list(rows)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, len(keys)
    lp.col_cost_ = np.array(cost)
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.ones(columns)
    lp.row_lower_ = np.array([low.get(key, -1e30) for key in keys])
    lp.row_upper_ = np.array([high[key] for key in keys])
    lp.sense_ = highspy.ObjSense.kMaximize
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = columns, len(keys)
    lengths = [len(rows[key]) for key in keys]
    matrix.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    matrix.index_ = np.array([n for key in keys for n in rows[key]], dtype=np.int32)
    matrix.value_ = np.array([v for key in keys for v in rows[key].values()])
    whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    lp.integrality_ = [whole] * len(tours) + [real] * (columns - len(tours))
    highs = new_highs()
    highs.setOptionValue("threads", threads)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("time_limit", max(0.1, seconds - (time.monotonic() - began)))
    highs.passModel(lp)
    highs.run()
    info = highs.getInfo()
    states = highspy.HighsModelStatus
    state = highs.getModelStatus()
    found: tuple[Assignment, ...] = ()
    if info.primal_solution_status == 2:
        values = highs.getSolution().col_value
        found = tuple(
            Assignment(problem.posts[j].post, start, end, problem.people[i].person, arrive)
            for value, (i, j, start, end, arrive, _) in zip(values, tours, strict=False)
            if value > 0.5
        )
    status = "feasible" if info.primal_solution_status == 2 else "unknown"
    if state == states.kOptimal:
        status = "optimal"
    elif state in (states.kInfeasible, states.kUnboundedOrInfeasible):
        status = "infeasible"
    has_plan = status in ("optimal", "feasible")
    return PlainAnswer(
        status=status,
        objective=float(info.objective_function_value) if has_plan else None,
        bound=float(info.mip_dual_bound),
        seconds=time.monotonic() - began,
        columns=columns,
        rows=len(keys),
        assignments=tuple(sorted(found)),
    )
