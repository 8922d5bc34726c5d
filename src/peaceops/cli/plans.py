"""`plan` and `simulate`."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

import peaceops
from peaceops.errors import Problem as Mistake
from peaceops.errors import UsageError
from peaceops.planner import report
from peaceops.planner.problem import Plan, Problem, month_number
from peaceops.planner.reading import read_problem


def _known_operations() -> list[str] | None:
    """Ids of the operations in the catalogue, from the names of its files."""
    package = Path(peaceops.__file__).parent
    for folder in (
        package / "_catalogue" / "operations",
        package.parents[1] / "catalogue" / "operations",
    ):
        if folder.is_dir():
            return sorted(path.stem for path in folder.glob("*.yaml"))
    return None


@contextmanager
def _stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Ctrl-C once asks the search to stop and keep its best plan; twice ends the program."""
    pressed: list[int] = []

    def press(number: int, _frame: Any) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)
        click.echo("stopping; the best plan so far is kept (again to give up)", err=True)

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


def _show_progress(progress: Any) -> None:
    objective = "-" if progress.objective is None else f"{progress.objective:,.1f}"
    bound = "-" if progress.bound is None else f"{progress.bound:,.1f}"
    gap = "-" if progress.gap is None else f"{100 * progress.gap:.3f} %"
    figures = f"plan {objective}  bound {bound}  gap {gap}"
    click.echo(f"{progress.seconds:7.1f} s  {progress.stage:<18} {figures}", err=True)


def _month(text: str | None, option: str) -> int | None:
    if text is None:
        return None
    try:
        return month_number(text)
    except ValueError as error:
        raise UsageError(
            Mistake(option, "", f"'{text}' is not a month", "Write a month as 2026-03.")
        ) from error


@click.command("plan")
@click.argument("problem", type=click.Path(path_type=Path), required=False)
@click.option("--json", "as_json", is_flag=True, help="The plan as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="The assignments as CSV.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the plan to a file: .xlsx, .docx or .json.",
)
@click.option("--seconds", default=60.0, show_default=True, help="Stop after so many seconds.")
@click.option("--gap", default=0.0, show_default=True, help="Stop at this gap; 0.01 is 1 %.")
@click.option("--seed", default=0, show_default=True, help="Same input and seed, same plan.")
@click.option("--quiet", is_flag=True, help="No progress on stderr.")
def plan_command(
    problem: Path | None,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
    seconds: float,
    gap: float,
    seed: int,
    quiet: bool,
) -> None:
    """Who fills which post when: the best plan under the limits, with proof."""
    if problem is None:
        raise UsageError(Mistake("plan", "PROBLEM", "give a folder of CSV or an .xlsx workbook"))
    report.check_output(output)
    read = read_problem(problem, operations=_known_operations())
    for note in read.notes:
        click.echo(f"note: {note}", err=True)
    plan = _solve(read, seconds=seconds, gap=gap, seed=seed, quiet=quiet)
    if output is not None:
        report.write_plan(read, plan, output)
    if as_json:
        click.echo(json.dumps(report.plan_as_dict(read, plan), indent=1, ensure_ascii=False))
    elif as_csv:
        click.echo(report.plan_as_csv(plan), nl=False)
    else:
        click.echo(report.plan_as_text(read, plan))
    if plan.status in ("infeasible", "unknown"):
        sys.exit(1)


def _solve(problem: Problem, *, seconds: float, gap: float, seed: int, quiet: bool) -> Plan:
    from peaceops.planner.solve import solve_plan

    with _stop_on_interrupt() as stopped:
        return solve_plan(
            problem,
            seconds=seconds,
            gap=gap,
            seed=seed,
            on_progress=None if quiet else _show_progress,
            should_stop=stopped,
        )
