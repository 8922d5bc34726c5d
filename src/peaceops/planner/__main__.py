"""`python -m peaceops.planner`: the planner in a process of its own, spoken to by lines of JSON.

The first line on standard input is the order:

    {"problem": "FOLDER or FILE.xlsx", "seconds": 60, "seed": 0, "gap": 0, "reasons": true,
     "operations": ["untso"], "limits": [{"category": "*", "max_deployed": 20}], "output": "p.xlsx"}

`limits` (optional) are put in place of those of the problem, `budget` ({"2027": 1000000}) likewise.
Answers are lines: {"event": "problem", ...sizes and notes}, {"event": "progress", ...},
{"event": "plan", "plan": {...}}, or {"event": "mistakes", "problems": [...]}. A second line on
standard input, `stop`, ends the search and keeps the best plan, and so does the end of the input.
"""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from peaceops.errors import PeaceopsError
from peaceops.errors import Problem as Mistake
from peaceops.planner.problem import Limit, Problem


def say(event: str, **what: Any) -> None:
    """One line out."""
    sys.stdout.write(json.dumps({"event": event, **what}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def change_problem(problem: Problem, order: dict[str, Any]) -> Problem:
    """The problem with the order's own limits and budget."""
    if "limits" in order:
        limits = tuple(
            Limit(
                str(row["category"]),
                problem.rules.first,
                problem.rules.last,
                int(row["max_deployed"]),
            )
            for row in order["limits"]
        )
        problem = replace(problem, limits=limits)
    if "budget" in order:
        budget = {int(year): float(money) for year, money in order["budget"].items()}
        problem = replace(problem, budget=budget)
    return problem


def work(order: dict[str, Any], stop: threading.Event) -> int:
    """Does one order; the exit code."""
    from peaceops.planner.reading import read_problem
    from peaceops.planner.report import plan_as_dict, write_plan

    operations = order.get("operations")
    problem = change_problem(read_problem(Path(order["problem"]), operations=operations), order)
    say(
        "problem",
        posts=len(problem.posts),
        people=len(problem.people),
        months=problem.rules.last - problem.rules.first + 1,
        notes=list(problem.notes),
    )
    from peaceops.planner.reasons import explain_plan
    from peaceops.planner.solve import solve_plan

    plan = solve_plan(
        problem,
        seed=int(order.get("seed", 0)),
        seconds=float(order.get("seconds", 60)),
        gap=float(order.get("gap", 0)),
        on_progress=lambda progress: say("progress", **progress.as_dict()),
        should_stop=stop.is_set,
    )
    if order.get("reasons", True):
        plan = explain_plan(problem, plan, should_stop=stop.is_set)
    if order.get("output"):
        write_plan(problem, plan, Path(order["output"]))
    say("plan", plan=plan_as_dict(problem, plan))
    return 0


def main() -> int:
    """Reads the order, listens for `stop`, works."""
    stop = threading.Event()
    line = sys.stdin.readline()

    def listen() -> None:
        for _ in sys.stdin:
            break
        stop.set()

    try:
        order = json.loads(line)
        if not isinstance(order, dict) or "problem" not in order:
            raise ValueError("an order names its problem")
        threading.Thread(target=listen, daemon=True).start()
        return work(order, stop)
    except PeaceopsError as error:
        say("mistakes", problems=[problem.as_dict() for problem in error.problems])
        return error.exit_code
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        mistake = Mistake("order", "", f"cannot be understood: {error}")
        say("mistakes", problems=[mistake.as_dict()])
        return 2


if __name__ == "__main__":
    sys.exit(main())
