"""The plan as JSON, CSV and text; `workbook` and `note` make the files people print."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from peaceops.errors import Problem as Mistake
from peaceops.errors import UsageError
from peaceops.planner.problem import Plan, Problem, month_spans, month_text

SUFFIXES = (".xlsx", ".docx", ".json")
SIMULATION_SUFFIXES = (".xlsx", ".csv", ".json")


def check_output(path: Path | None, suffixes: Sequence[str] = SUFFIXES) -> None:
    """UsageError when a plan cannot be written there; asked before any work is done."""
    if path is None:
        return
    if path.suffix.casefold() not in suffixes:
        raise UsageError(
            Mistake(str(path), "", "no such kind of file", f"Kinds are {', '.join(suffixes)}.")
        )
    if not path.parent.is_dir():
        raise UsageError(Mistake(str(path), "", "its folder does not exist"))


def plan_as_dict(problem: Problem, plan: Plan) -> dict[str, Any]:
    """The plan as `plan --json` gives it."""
    answer: dict[str, Any] = {
        "status": plan.status,
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "seconds": round(plan.seconds, 3),
        "assignments": [a.as_dict() for a in plan.assignments],
        "unfilled": [
            {"post": u.post, "months": [month_text(m) for m in u.months], "reason": u.reason}
            for u in plan.unfilled
        ],
        "binding": [
            {"limit": b.limit, "worth": b.worth, "per": b.per, "how": b.kind} for b in plan.binding
        ],
        "clashes": list(plan.clashes),
        "people": plan.people,
        "people_at_least": plan.people_bound,
        "stopped_by": plan.stopped_by,
        "notes": [*problem.notes, *plan.notes],
    }
    if problem.weights:
        answer["weights"] = [
            {"kind": w.kind, "key": w.key, "weight": w.weight} for w in problem.weights
        ]
        answer["values"] = {post.post: post.value for post in problem.posts}
    return answer


def plan_as_csv(plan: Plan) -> str:
    """The assignments, one a line."""
    out = io.StringIO()
    writer = csv.DictWriter(out, ["person", "post", "arrive", "start", "end"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(a.as_dict() for a in plan.assignments)
    return out.getvalue()


def plan_as_text(problem: Problem, plan: Plan) -> str:
    """The plan for a terminal."""
    lines: list[str] = []
    if plan.status == "infeasible":
        lines.append("No plan is possible. These requirements cannot stand together:")
        lines += [f"  - {clash}" for clash in plan.clashes]
        return "\n".join(lines)
    if plan.objective is None or plan.bound is None:
        return "No plan was found in the time given, and none was proved impossible."
    gap = plan.gap or 0.0
    proof = (
        "proved best" if plan.status == "optimal" else f"at most {100 * gap:.3f} % from the best"
    )
    lines.append(
        f"{plan.objective:,.1f} points, {proof}; {plan.people} people, "
        f"{len(plan.assignments)} tours, {plan.seconds:.1f} s"
    )
    posts = plan.by_post()
    for post in problem.posts:
        lines.append(f"{post.post}  {post.operation}  {post.function}".rstrip())
        for a in posts.get(post.post, ()):
            early = f" (arrives {month_text(a.arrive)})" if a.arrive < a.start else ""
            lines.append(f"    {month_text(a.start)} to {month_text(a.end)}  {a.person}{early}")
        for u in plan.unfilled:
            if u.post == post.post:
                spans = ", ".join(
                    f"{month_text(a)} to {month_text(b)}" for a, b in month_spans(u.months)
                )
                lines.append(f"    empty {spans}: {u.reason}")
    if plan.binding:
        lines.append("Limits that bind:")
        for b in plan.binding:
            worth = "" if b.worth is None else f": {b.worth:,.1f} points for {b.per} ({b.kind})"
            lines.append(f"  - {b.limit}{worth}")
    lines += [f"note: {note}" for note in plan.notes]
    return "\n".join(lines)


def write_plan(
    problem: Problem, plan: Plan, path: Path, changes: list[dict[str, str]] | None = None
) -> None:
    """The plan as a file of the kind its name asks for; written beside, then moved into place."""
    kind = path.suffix.casefold()
    if kind == ".json":
        answer = plan_as_dict(problem, plan)
        if changes is not None:
            answer["changes"] = changes
        data = (json.dumps(answer, indent=1, ensure_ascii=False) + "\n").encode()
    elif kind == ".docx":
        from peaceops.planner.note import plan_note

        data = plan_note(problem, plan)
    else:
        from peaceops.planner.workbook import plan_workbook

        data = plan_workbook(problem, plan, changes)
    write_whole(path, data)


SIMULATION_TABLES = {
    "posts": ("post", "operation", "planned", "mean", "p5", "p50", "p95"),
    "operations": (
        *("operation", "planned", "mean", "p5", "p50", "p95"),
        *("risk_of_losing_presence", "risk_while_open"),
    ),
}


def simulation_as_csv(result: dict[str, Any], table: str = "posts") -> str:
    """Posts (or operations) of a simulation, one a line."""
    return _as_csv(SIMULATION_TABLES[table], result[table])


def curve_as_csv(points: Iterable[dict[str, Any]]) -> str:
    """Points of a curve, one a line."""
    return _as_csv(("limit", "objective", "bound", "people", "status"), points)


def _as_csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_simulation(result: dict[str, Any], path: Path) -> None:
    """A simulation as .xlsx, .csv (the posts) or .json; written beside, then moved into place."""
    kind = path.suffix.casefold()
    if kind == ".json":
        data = (json.dumps(result, indent=1, ensure_ascii=False) + "\n").encode()
    elif kind == ".csv":
        data = simulation_as_csv(result).encode()
    else:
        from peaceops.planner.simulation_book import simulation_workbook

        data = simulation_workbook(result)
    write_whole(path, data)


def simulation_as_text(result: dict[str, Any]) -> str:
    """A simulation for a terminal."""
    o = result["objective"]
    lines = [
        f"{result['runs']:,} runs: {o['mean']:,.1f} points on average of {o['planned']:,.1f} "
        f"planned ({o['p5']:,.1f} to {o['p95']:,.1f} in nine runs of ten)",
        f"{result['vacancies_per_run']:.1f} vacancies a run, "
        f"{result['replaced_per_run']:.1f} filled again",
        "",
        f"{'operation':<24}  planned   mean    p5   p95   risk of losing presence (while open)",
    ]
    for row in result["operations"]:
        risk = f"{row['risk_of_losing_presence']:.1%} ({row['risk_while_open']:.1%})"
        lines.append(
            f"{row['operation']:<24}{row['planned']:>9}{row['mean']:>7.1f}{row['p5']:>6}"
            f"{row['p95']:>6}   {risk}"
        )
    lines += ["", "post                      planned   mean    p5   p95"]
    for row in result["posts"]:
        lines.append(
            f"{row['post']:<24}{row['planned']:>9}{row['mean']:>7.1f}{row['p5']:>6}{row['p95']:>6}"
        )
    lines += ["", "Rates:"]
    lines += [f"  {r['cause']}: {r['rate']:g} ({r['source']})" for r in result["rates"]]
    return "\n".join(lines)


def write_whole(path: Path, data: bytes) -> None:
    """The file, all of it or nothing."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
