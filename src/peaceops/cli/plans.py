"""`plan` and `simulate`."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

import peaceops
from peaceops.cli.plan_template import Drawing, read_numbers, with_draw_options
from peaceops.errors import Problem as Mistake
from peaceops.errors import UsageError
from peaceops.planner import report
from peaceops.planner.problem import Assignment, Plan, Problem, month_number
from peaceops.planner.reading import read_problem


def known_operations() -> list[str] | None:
    """Ids of the operations in the catalogue, from the names of its files; None without one."""
    package = Path(peaceops.__file__).parent
    for catalogue in (package / "_catalogue", package.parents[1] / "catalogue"):
        folder = catalogue / "operations"
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


def _month(text: str, option: str) -> int:
    try:
        return month_number(text)
    except ValueError as error:
        raise UsageError(
            Mistake(option, "", f"'{text}' is not a month", "Write a month as 2026-03.")
        ) from error


def _months_by_name(pairs: tuple[str, ...], option: str) -> dict[str, int]:
    found = {}
    for pair in pairs:
        name, colon, month = pair.rpartition(":")
        if not colon or not name:
            raise UsageError(Mistake(option, "", f"'{pair}'", "Write NAME:YYYY-MM."))
        found[name] = _month(month, option)
    return found


def _read(path: Path) -> Problem:
    problem = read_problem(path, operations=known_operations())
    for note in problem.notes:
        click.echo(f"note: {note}", err=True)
    return problem


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=1, ensure_ascii=False))


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
@click.option(
    "--seconds",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0.1, 86_400),
    help="Stop searching after so many seconds.",
)
@click.option(
    "--gap",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Stop at this gap; 0.01 is one per cent.",
)
@click.option("--seed", default=0, show_default=True, help="Same input and seed, same plan.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@click.option("--no-reasons", is_flag=True, help="Leave out why posts are empty and what binds.")
@click.option("--alternatives", is_flag=True, help="Two more plans, clearly different.")
@click.option(
    "--from",
    "from_plan",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Plan anew from this plan (JSON), changing little.",
)
@click.option("--served-until", help="With --from: tours begun up to this month stay (YYYY-MM).")
@click.option("--close", multiple=True, metavar="POST:YYYY-MM", help="A post ends before a month.")
@click.option(
    "--out", multiple=True, metavar="PERSON:YYYY-MM", help="A person is out from a month on."
)
@click.option(
    "--disturbance",
    type=click.FloatRange(min=0),
    help="With --from: points a changed tour must be worth.",
)
@click.option(
    "--versus",
    type=click.Path(path_type=Path),
    help="A second problem; both are solved and compared.",
)
@click.option(
    "--curve",
    type=click.Choice(["people", "money"]),
    help="Value against people deployed at once, or against euros a year.",
)
@click.option("--steps", default=8, show_default=True, type=click.IntRange(2, 50))
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    help="Write a filled example problem to a folder (CSV) or an .xlsx, and stop.",
)
@with_draw_options
def plan_command(
    problem: Path | None,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
    seconds: float,
    gap: float,
    seed: int,
    quiet: bool,
    no_reasons: bool,
    alternatives: bool,
    from_plan: Path | None,
    served_until: str | None,
    close: tuple[str, ...],
    out: tuple[str, ...],
    disturbance: float | None,
    versus: Path | None,
    curve: str | None,
    steps: int,
    template: Path | None,
    **drawing: Any,
) -> None:
    """Who fills which post when: the best plan under the limits, with proof.

    PROBLEM is a folder of CSV, a ZIP of it, or one .xlsx with the tables posts, people (or
    strength, for numbers without names), operations, limits, budget and rules. Ctrl-C keeps the
    best plan so far.
    """
    draw = Drawing(**drawing)
    draw.check(template)
    if template is not None:
        for written in draw.write(template):
            click.echo(str(written))
        return
    if problem is None:
        hint = "See --template for an example to start from."
        raise UsageError(
            Mistake("plan", "PROBLEM", "give a folder of CSV or an .xlsx workbook", hint)
        )
    report.check_output(output)
    if from_plan is None and (served_until is not None or disturbance is not None):
        raise UsageError(Mistake("plan", "", "--served-until and --disturbance go with --from"))
    closed, gone = _months_by_name(close, "--close"), _months_by_name(out, "--out")
    served = None if served_until is None else _month(served_until, "--served-until")
    read = _read(problem)
    search = _Search(seconds=seconds, gap=gap, seed=seed, quiet=quiet)
    if curve is not None:
        _show_curve(read, curve, steps, search, as_json=as_json)
        return
    if versus is not None:
        _compare(read, _read(versus), search, as_json=as_json)
        return
    changes: list[dict[str, str]] | None = None
    if from_plan is not None:
        read, plan, changes = _plan_anew(read, from_plan, search, served, closed, gone, disturbance)
    else:
        if closed or gone:
            from peaceops.planner.whatif import close_posts, take_people_out

            read = take_people_out(close_posts(read, closed), gone)
        plan = search.solve(read)
    others: list[Plan] = []
    with _stop_on_interrupt() as stopped:
        if not no_reasons:
            from peaceops.planner.reasons import explain_plan

            plan = explain_plan(
                read, plan, seconds=max(2.0, seconds / 4), seed=seed, should_stop=stopped
            )
        if alternatives and plan.objective is not None and from_plan is None:
            from peaceops.planner.reasons import find_alternatives

            others = find_alternatives(
                read, plan, seconds=seconds / 2, seed=seed, should_stop=stopped
            )
    if output is not None:
        report.write_plan(read, plan, output, changes)
    if as_json:
        answer = report.plan_as_dict(read, plan)
        if changes is not None:
            answer["changes"] = changes
        if alternatives:
            answer["alternatives"] = [report.plan_as_dict(read, other) for other in others]
        _print_json(answer)
    elif as_csv:
        click.echo(report.plan_as_csv(plan), nl=False)
    else:
        click.echo(report.plan_as_text(read, plan))
        for change in changes or ():
            click.echo(f"changed  {change['post']}: {change['kind']}: {change['change']}")
        for number, other in enumerate(others, start=2):
            click.echo(f"\nAlternative {number}\n{report.plan_as_text(read, other)}")
    if plan.objective is None:
        sys.exit(1)


class _Search:
    """How to search, from the options."""

    def __init__(self, *, seconds: float, gap: float, seed: int, quiet: bool):
        self.seconds, self.gap, self.seed, self.quiet = seconds, gap, seed, quiet

    def solve(self, problem: Problem) -> Plan:
        from peaceops.planner.solve import solve_plan

        with _stop_on_interrupt() as stopped:
            return solve_plan(
                problem,
                seconds=self.seconds,
                gap=self.gap,
                seed=self.seed,
                on_progress=None if self.quiet else _show_progress,
                should_stop=stopped,
            )


def _plan_anew(
    problem: Problem,
    from_plan: Path,
    search: _Search,
    served: int | None,
    closed: dict[str, int],
    gone: dict[str, int],
    disturbance: float | None,
) -> tuple[Problem, Plan, list[dict[str, str]]]:
    from peaceops.planner.whatif import read_plan, replan

    before = read_plan(from_plan, problem)
    with _stop_on_interrupt() as stopped:
        result = replan(
            problem,
            before,
            served_until=served,
            closed=closed,
            out=gone,
            disturbance=disturbance,
            seconds=search.seconds,
            seed=search.seed,
            on_progress=None if search.quiet else _show_progress,
            should_stop=stopped,
        )
    changes = [change.as_dict() for change in result.changes]
    return result.problem, result.plan, changes


def _show_curve(problem: Problem, kind: str, steps: int, search: _Search, *, as_json: bool) -> None:
    from peaceops.planner.whatif import money_curve, people_curve

    with _stop_on_interrupt() as stopped:
        find = people_curve if kind == "people" else money_curve
        points = find(
            problem, steps=steps, seconds=search.seconds, seed=search.seed, should_stop=stopped
        )
    if as_json:
        _print_json([point.as_dict() for point in points])
        return
    unit = "people at once" if kind == "people" else "EUR a year"
    for point in points:
        worth = "no plan" if point.objective is None else f"{point.objective:,.1f} points"
        click.echo(f"{point.limit:>14,.0f} {unit}  {worth}, {point.people} people ({point.status})")


def _compare(first: Problem, second: Problem, search: _Search, *, as_json: bool) -> None:
    from peaceops.planner.compare import compare_plans

    plans = [(problem, search.solve(problem)) for problem in (first, second)]
    answer = compare_plans(plans[0], plans[1])
    if as_json:
        _print_json(answer)
        return
    for name in ("status", "objective", "bound", "people", "tours"):
        click.echo(f"{name:<12}{answer['first'][name]!s:>16}{answer['second'][name]!s:>16}")
    for change in answer["changes"]:
        click.echo(f"{change['post']}: {change['kind']}: {change['change']}")


@click.command("simulate")
@click.argument("problem", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The result as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="The posts as CSV.")
@click.option(
    "--from",
    "from_plan",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The plan (JSON); without it the problem is solved first.",
)
@click.option("--runs", default=10_000, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--seconds", default=30.0, show_default=True, help="For the plan, where there is none yet."
)
@click.option("--no-reserve", is_flag=True, help="Nobody the plan leaves at home steps in.")
@click.option("--replan", is_flag=True, help="People of the plan step in between their tours.")
@click.option(
    "--delay",
    default=2,
    show_default=True,
    type=click.IntRange(0, 60),
    help="Months until a replacement arrives.",
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 256))
@click.option("--rate", "rates", multiple=True, metavar="CAUSE=RATE",
              help="Another rate, such as refusal=0.05.")  # fmt: skip
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the result to a file: .xlsx, .csv or .json.",
)
@click.option("--cluster", help="Address of a Dask scheduler, such as tcp://host:8786.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def simulate_command(
    problem: Path,
    as_json: bool,
    as_csv: bool,
    from_plan: Path | None,
    runs: int,
    seed: int,
    seconds: float,
    no_reserve: bool,
    replan: bool,
    delay: int,
    workers: int,
    rates: tuple[str, ...],
    output: Path | None,
    cluster: str | None,
    quiet: bool,
) -> None:
    """What a plan meets: early returns, refusals, late visas, closures; what stays filled."""
    from peaceops.planner.rates import change_rates
    from peaceops.planner.simulate import Policy, simulate_plan

    report.check_output(output, report.SIMULATION_SUFFIXES)
    read = change_rates(_read(problem), read_numbers(rates, "--rate"))
    assignments: tuple[Assignment, ...]
    if from_plan is not None:
        from peaceops.planner.whatif import read_plan

        assignments = tuple(read_plan(from_plan, read))
    else:
        plan = _Search(seconds=seconds, gap=0.0, seed=seed, quiet=quiet).solve(read)
        if plan.objective is None:
            from peaceops.planner.reasons import explain_plan

            click.echo(report.plan_as_text(read, explain_plan(read, plan)), err=True)
            sys.exit(1)
        assignments = plan.assignments
    result = simulate_plan(
        read,
        assignments,
        runs=runs,
        seed=seed,
        policy=replace(Policy(), reserve=not no_reserve, replan=replan, delay=delay),
        workers=workers,
        cluster=cluster,
    )
    if output is not None:
        report.write_simulation(result, output)
    if as_json:
        _print_json(result)
    elif as_csv:
        click.echo(report.simulation_as_csv(result), nl=False)
    else:
        click.echo(report.simulation_as_text(result))
