"""Works on one planning problem in a process of its own, with bounded memory.

    python -m peaceops.web.plan_worker < order

An order is one line of JSON followed by the workbook's bytes; answers are lines of JSON, each with
an `event`: `mistakes`, `problem`, `progress`, `plan`, `file`, `point`, `simulation`, and `end` once
all was said. A line `stop` after the order ends the work and keeps what was found; the end of the
input before that ends the process, so that nothing goes on when the portal has gone. Nothing is
written anywhere.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, BinaryIO

from peaceops.errors import DataError, PeaceopsError
from peaceops.errors import Problem as Mistake
from peaceops.planner.problem import (
    ANY,
    Assignment,
    Limit,
    Plan,
    Problem,
    month_number,
    month_text,
)
from peaceops.planner.rates import change_rates, rates_in_force

MOST_MEMORY = 3 * 1024**3
REASON_SECONDS = 10.0
EXAMPLE = "example"


def tell_portal(event: str, **what: Any) -> None:
    """One line out."""
    sys.stdout.write(json.dumps({"event": event, **what}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def read_order(order: dict[str, Any], content: bytes) -> Problem:
    """The problem of an order, with what the order changes in it.

    Raises `DataError` with every mistake of the workbook.
    """
    if order["source"] == EXAMPLE:
        from peaceops.planner.template import example_problem

        problem = example_problem()
    else:
        from peaceops.planner.reading import read_problem_bytes

        problem = read_problem_bytes(content, order["name"], operations=order["operations"])
    changes = order.get("changes") or {}
    if "limits" in changes:
        problem = replace(
            problem,
            limits=tuple(
                replace(limit, max_deployed=int(most))
                for limit, most in zip(problem.limits, changes["limits"], strict=True)
            ),
        )
    if changes.get("cap") is not None:
        cap = Limit(ANY, problem.rules.first, problem.rules.last, int(changes["cap"]))
        problem = replace(problem, limits=(*problem.limits, cap))
    if "budget" in changes:
        budget = {int(year): money for year, money in changes["budget"].items()}
        problem = replace(problem, budget=budget)
    if changes.get("dwell_ratio") is not None:
        rules = replace(problem.rules, dwell_ratio=changes["dwell_ratio"])
        problem = replace(problem, rules=rules)
    if order.get("closed") or order.get("out"):
        from peaceops.planner.whatif import close_posts, take_people_out

        problem = take_people_out(
            close_posts(problem, order.get("closed") or {}), order.get("out") or {}
        )
    return problem


def describe_problem(problem: Problem) -> dict[str, Any]:
    """What the portal shows of a problem: its posts, limits and rules, how many people."""
    categories: dict[str, int] = {}
    for person in problem.people:
        categories[person.category] = categories.get(person.category, 0) + 1
    return {
        "first": problem.rules.first,
        "last": problem.rules.last,
        "dwell_ratio": problem.rules.dwell_ratio,
        "training_months": problem.rules.training,
        "people": len(problem.people),
        "persons": [p.person for p in problem.people],
        "categories": categories,
        "posts": describe_posts(problem),
        "limits": [
            {"category": x.category, "first": x.first, "last": x.last, "most": x.max_deployed}
            for x in problem.limits
        ],
        "budget": {str(year): money for year, money in sorted(problem.budget.items())},
        "rates": [
            {"cause": r.cause, "rate": r.rate, "source": r.source}
            for r in rates_in_force(problem.rates).values()
        ],
        "notes": list(problem.notes),
    }


def describe_posts(problem: Problem) -> list[dict[str, Any]]:
    """The posts as the portal shows them."""
    return [
        {
            "post": p.post,
            "operation": p.operation,
            "function": p.function,
            "category": p.category,
            "first": p.first,
            "last": p.last,
            "value": p.value,
            "cost": p.cost,
            "must_fill": p.must_fill,
        }
        for p in problem.posts
    ]


def describe_plan(problem: Problem, plan: Plan) -> dict[str, Any]:
    """The plan as the contract's JSON, with the last month each person then rests at home."""
    from peaceops.planner.report import plan_as_dict

    answer = plan_as_dict(problem, plan)
    for row, a in zip(answer["assignments"], plan.assignments, strict=True):
        row["home_until"] = month_text(a.end + problem.rules.rest(a.end - a.arrive + 1))
    return answer


def _read_assignments(rows: list[dict[str, str]]) -> list[Assignment]:
    return [
        Assignment(
            post=row["post"],
            start=month_number(row["start"]),
            end=month_number(row["end"]),
            person=row["person"],
            arrive=month_number(row["arrive"]),
        )
        for row in rows
    ]


def solve_order(order: dict[str, Any], problem: Problem, stop: threading.Event) -> None:
    """Solve it, say progress, the plan, what changed since the plan before, and the files.

    With `little`, and where months of the plan before are history, it is planned anew from that
    plan; `replan` always is, and a `scenario` never.
    """
    from peaceops.planner.compare import list_changes
    from peaceops.planner.reasons import explain_plan
    from peaceops.planner.solve import solve_plan
    from peaceops.planner.whatif import fit_tours, replan

    seconds, served = float(order["seconds"]), order.get("served_until")
    before = _read_assignments(order.get("before") or [])
    steady = order["task"] == "replan" or order.get("little")
    if order["task"] != "scenario" and before and (steady or served is not None):
        whole = read_order({**order, "closed": {}, "out": {}}, order["content"])
        again = replan(
            whole,
            fit_tours(before, whole, served),
            served_until=served,
            closed=order["closed"],
            out=order["out"],
            disturbance=order.get("disturbance") if steady else 0.0,
            seconds=seconds,
            on_progress=lambda p: tell_portal("progress", **p.as_dict()),
            should_stop=stop.is_set,
        )
        problem, plan = again.problem, again.plan
    else:
        plan = solve_plan(
            problem,
            seconds=seconds,
            on_progress=lambda p: tell_portal("progress", **p.as_dict()),
            should_stop=stop.is_set,
        )
    tell_portal(
        "progress",
        stage="reasons",
        seconds=round(plan.seconds, 2),
        objective=plan.objective,
        bound=plan.bound,
        gap=plan.gap,
        people=plan.people,
    )
    plan = explain_plan(problem, plan, seconds=REASON_SECONDS, should_stop=stop.is_set)
    changes = None
    if before and plan.objective is not None:
        changes = [change.as_dict() for change in list_changes(before, plan.assignments)]
    tell_plan(order, problem, plan, changes)


def tell_plan(
    order: dict[str, Any], problem: Problem, plan: Plan, changes: list[dict[str, str]] | None
) -> None:
    """A plan with its figures and files; the posts too where they are not those of the workbook."""
    from peaceops.planner.compare import plan_figures
    from peaceops.planner.note import plan_note
    from peaceops.planner.workbook import plan_workbook

    posts = describe_posts(problem) if order.get("closed") else None
    tell_portal(
        "plan",
        plan=describe_plan(problem, plan),
        figures=plan_figures(problem, plan),
        posts=posts,
        changes=changes,
    )
    tell_portal("file", kind="xlsx", data=_encode(plan_workbook(problem, plan, changes)))
    tell_portal("file", kind="docx", data=_encode(plan_note(problem, plan)))


def _plan_before(order: dict[str, Any], problem: Problem) -> Plan:
    """The plan an order starts from, as far as later questions need it."""
    from peaceops.planner.check import count_people, plan_objective

    tours = tuple(_read_assignments(order["before"]))
    value = float(plan_objective(problem, tours))
    return Plan("feasible", value, order["bound"], 0.0, tours, people=count_people(tours))


def alternatives_order(order: dict[str, Any], problem: Problem, stop: threading.Event) -> None:
    """Clearly different plans, each with its reasons, files and differences."""
    from peaceops.planner.compare import list_changes
    from peaceops.planner.reasons import explain_plan, find_alternatives

    before = _plan_before(order, problem)
    found: list[Plan] = []

    def keep(plan: Plan) -> None:
        found.append(plan)
        tell_portal("progress", stage="alternatives", done=len(found), of=2)

    tell_portal("progress", stage="alternatives", done=0, of=2)
    find_alternatives(
        problem, before, seconds=float(order["seconds"]), should_stop=stop.is_set, on_plan=keep
    )
    for plan in found:
        told = explain_plan(problem, plan, seconds=REASON_SECONDS / 2, should_stop=stop.is_set)
        changes = list_changes(before.assignments, plan.assignments)
        tell_plan(order, problem, told, [change.as_dict() for change in changes])


def curve_order(order: dict[str, Any], problem: Problem, stop: threading.Event) -> None:
    """Value against people or money, a point at a time."""
    from peaceops.planner.whatif import CurvePoint, money_curve, people_curve

    def tell(point: CurvePoint, of: int) -> None:
        done.append(point)
        tell_portal("point", point=point.as_dict(), of=of)
        tell_portal("progress", stage="curve", done=len(done), of=of)

    done: list[CurvePoint] = []
    tell_portal("progress", stage="curve", done=0, of=order["steps"])
    (people_curve if order["curve"] == "people" else money_curve)(
        problem,
        steps=int(order["steps"]),
        seconds=float(order["seconds"]),
        should_stop=stop.is_set,
        on_point=tell,
    )


def simulate_order(order: dict[str, Any], problem: Problem, stop: threading.Event) -> None:
    """What the plan meets; stopped, or after the time it may take, of the runs done by then."""
    from peaceops.planner.simulate import Policy, simulate_plan
    from peaceops.planner.simulation_book import simulation_workbook

    ask = order["simulation"]
    problem = change_rates(problem, ask["rates"])
    until = time.monotonic() + float(order["seconds"])
    told = [0.0]

    def tell(done: int, runs: int) -> None:
        if done == runs or time.monotonic() - told[0] > 0.5:
            told[0] = time.monotonic()
            tell_portal("progress", stage="simulation", done=done, of=runs)

    tell_portal("progress", stage="simulation", done=0, of=ask["runs"])
    result = simulate_plan(
        problem,
        _read_assignments(order["before"]),
        runs=ask["runs"],
        seed=ask["seed"],
        policy=Policy(ask["reserve"], ask["replan"], ask["delay"]),
        on_progress=tell,
        should_stop=lambda: stop.is_set() or time.monotonic() > until,
    )
    tell_portal("simulation", result=result)
    tell_portal("file", kind="simulation", data=_encode(simulation_workbook(result)))


def draw_order(order: dict[str, Any]) -> None:
    """A workbook drawn from operations of the catalogue."""
    from peaceops.analysis.offers import OperationOffer
    from peaceops.planner.template import problem_workbook
    from peaceops.web.plan_drawing import Choice, draw_tables

    offers = [OperationOffer(**offer) for offer in order["offers"]]
    tables = draw_tables(offers, Choice(**order["choice"]))
    tell_portal("file", kind="xlsx", data=_encode(problem_workbook(tables)))


WORKS: dict[str, Callable[[dict[str, Any], Problem, threading.Event], None]] = {
    "solve": solve_order,
    "replan": solve_order,
    "scenario": solve_order,
    "alternatives": alternatives_order,
    "simulate": simulate_order,
    "curve": curve_order,
}


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def work(order: dict[str, Any], content: bytes, stop: threading.Event) -> None:
    """Does one order: `check`, one of `WORKS`, or `example` or `draw` for a workbook."""
    if order["task"] == "draw":
        draw_order(order)
        return
    if order["task"] == "example":
        from peaceops.planner.template import example_problem, problem_tables, problem_workbook

        tables = problem_tables(example_problem())
        tell_portal("file", kind="xlsx", data=_encode(problem_workbook(tables)))
        return
    order["content"] = content
    problem = read_order(order, content)
    if len(problem.posts) > order["most_posts"] or len(problem.people) > order["most_people"]:
        raise DataError(
            Mistake(
                order["name"],
                "",
                f"{len(problem.posts):,} posts and {len(problem.people):,} people are more than "
                "is planned here",
                f"At most {order['most_posts']:,} posts and {order['most_people']:,} people; "
                "`peaceops plan` on your own machine has no such limit.",
            )
        )
    if order["task"] == "check":
        tell_portal("problem", problem=describe_problem(problem))
    else:
        WORKS[order["task"]](order, problem, stop)


def _listen(stream: BinaryIO, stop: threading.Event) -> None:
    """Waits for `stop`; when the portal is gone, so is this process."""
    while line := stream.readline():
        if line.strip() == b"stop":
            stop.set()
    os._exit(3)


def _limit_resources(seconds: float) -> None:
    try:
        import resource
    except ImportError:  # pragma: no cover - not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    cpu = int(4 * seconds + 240)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    os.nice(5)


def main() -> int:
    """Reads the order, listens for `stop`, works."""
    stream = sys.stdin.buffer
    order = json.loads(stream.readline())
    content = stream.read(int(order["size"]))
    _limit_resources(float(order["seconds"]))
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stream, stop), daemon=True).start()
    try:
        work(order, content, stop)
        tell_portal("end")
    except PeaceopsError as error:
        tell_portal("mistakes", problems=[problem.as_dict() for problem in error.problems])
    except MemoryError:
        mistake = Mistake(order["name"], "", "this problem needs more memory than there is for it")
        tell_portal("mistakes", problems=[mistake.as_dict()])
    sys.stdout.flush()
    # The thread that listens holds the input; leaving at once spares waiting for it.
    os._exit(0)


if __name__ == "__main__":
    main()
