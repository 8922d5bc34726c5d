"""The planner beside the textbook model in HiGHS, on the same problems, in the same run.

    python benchmarks/bench_plan.py                       XS, S and M (about five minutes)
    python benchmarks/bench_plan.py L XL --seconds 300    the large ones, the planner alone
    python benchmarks/bench_plan.py L --plain             the textbook model too

Each solve runs in a process of its own, one after the other; `MB` is its peak memory. Every plan is
checked by plain arithmetic, and so is that no objective exceeds the other's bound.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
from collections.abc import Callable
from typing import Any

from peaceops.planner.check import check_plan, count_people, plan_objective
from peaceops.planner.generate import SIZES, generate_problem
from peaceops.planner.problem import relative_gap

SECONDS = {"XS": 30.0, "S": 60.0, "M": 120.0, "L": 60.0, "XL": 300.0}


def run_planner(size: str, tight: bool, seed: int, seconds: float) -> dict[str, Any]:
    """The planner on one problem."""
    from peaceops.planner.solve import solve_plan

    problem = generate_problem(size, tight=tight, seed=seed)
    plan = solve_plan(problem, seconds=seconds)
    assert check_plan(problem, plan.assignments) == []
    assert plan.objective is not None and plan.bound is not None
    return {
        "status": plan.status,
        "objective": plan.objective,
        "bound": plan.bound,
        "value_seconds": plan.value_seconds,
        "seconds": plan.seconds,
        "within_1_percent": plan.first_good,
        "people": plan.people,
    }


def run_plain(size: str, tight: bool, seed: int, seconds: float) -> dict[str, Any]:
    """The textbook model on one problem, with two threads."""
    from peaceops.planner.plain import solve_plainly

    problem = generate_problem(size, tight=tight, seed=seed)
    answer = solve_plainly(problem, seconds=seconds, threads=2)
    assert check_plan(problem, answer.assignments) == []
    return {
        "status": answer.status,
        "objective": float(plan_objective(problem, answer.assignments)),
        "bound": answer.bound,
        "value_seconds": answer.seconds,
        "seconds": answer.seconds,
        "within_1_percent": None,
        "people": count_people(answer.assignments),
    }


def _child(run: Callable[..., dict[str, Any]], arguments: tuple[Any, ...], answers: Any) -> None:
    result = run(*arguments)
    result["MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    answers.put(result)


def run_apart(run: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """The result of one run in a fresh process."""
    spawn = multiprocessing.get_context("spawn")
    answers = spawn.Queue()
    process = spawn.Process(target=_child, args=(run, arguments, answers))
    process.start()
    result: dict[str, Any] = answers.get()
    process.join()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", default=["XS", "S", "M"])
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--plain", action="store_true", help="the textbook model on L and XL too")
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()
    head = "size kind  seed model    status         objective        bound      gap   value s"
    print(f"{head}   total s  <1% at s     MB  people")
    rows = []
    for size in options.sizes:
        assert size in SIZES
        for tight in (False, True):
            for seed in map(int, options.seeds.split(",")):
                pair = {}
                models = [("planner", run_planner)]
                if size in ("XS", "S", "M") or options.plain:
                    models.append(("plain", run_plain))
                for name, run in models:
                    seconds = options.seconds or SECONDS[size]
                    result = run_apart(run, size, tight, seed, seconds)
                    pair[name] = result
                    rows.append(
                        {"size": size, "tight": tight, "seed": seed, "model": name} | result
                    )
                    show(size, tight, seed, name, result)
                if len(pair) == 2:
                    for one, other in (("planner", "plain"), ("plain", "planner")):
                        assert pair[one]["objective"] <= pair[other]["bound"] * (1 + 1e-6) + 1e-6
                    ratio = pair["plain"]["value_seconds"] / pair["planner"]["value_seconds"]
                    total = pair["plain"]["seconds"] / pair["planner"]["seconds"]
                    print(
                        f"     planner {ratio:.1f} times as fast ({total:.1f} with fewest people)"
                    )
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:  # noqa: PTH123
            json.dump(rows, file, indent=1)


def show(size: str, tight: bool, seed: int, name: str, r: dict[str, Any]) -> None:
    """One line of the table."""
    gap = relative_gap(r["bound"], r["objective"])
    good = "-" if r["within_1_percent"] is None else f"{r['within_1_percent']:.1f}"
    print(
        f"{size:<4} {'tight' if tight else 'easy':<5} {seed:>4} {name:<8} {r['status']:<9} "
        f"{r['objective']:>14,.1f} {r['bound']:>12,.1f} {100 * gap:>7.3f}% "
        f"{r['value_seconds']:>9.2f} "
        f"{r['seconds']:>9.2f} {good:>9} {r['MB']:>6} {r['people']:>7}",
        flush=True,
    )


if __name__ == "__main__":
    main()
