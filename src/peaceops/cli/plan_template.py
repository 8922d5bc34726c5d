"""`plan --template`: the example, or posts drawn from the catalogue as it is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from peaceops.cli.options import DayType, open_for_reading, today
from peaceops.errors import Problem, UsageError
from peaceops.planner.problem import month_number

F = TypeVar("F", bound=Callable[..., Any])


def with_draw_options(function: F) -> F:
    """Adds the options by which posts are drawn from the catalogue."""
    for option in reversed((
        click.option("--draw", is_flag=True,
                     help="With --template: posts drawn from the operations of the catalogue."),
        click.option("--months", metavar="FIRST:LAST",
                     help="With --draw: the months planned (default: the next two years)."),
        click.option("--framework", "frameworks", multiple=True,
                     help="With --draw: only operations of this framework; may be repeated."),
        click.option("--host", "hosts", multiple=True, metavar="ISO3",
                     help="With --draw: only operations in this country; may be repeated."),
        click.option("--country", metavar="ISO3",
                     help="With --draw: only operations in which this country takes part."),
        click.option("--weight", "weights", multiple=True, metavar="KIND[:KEY]=NUMBER",
                     help="With --draw: another weight, such as hot-spot=2 or framework:eu=1.5."),
        click.option("--as-of", "as_of", type=DayType(),
                     help="With --draw: operations as known on this date (default: today)."),
        click.option("--db", type=click.Path(path_type=Path),
                     help="With --draw: the database (default: the user's own)."),
    )):  # fmt: skip
        function = option(function)
    return function


@dataclass(frozen=True)
class Drawing:
    """How a template is drawn, from the options."""

    draw: bool
    months: str | None
    frameworks: tuple[str, ...]
    hosts: tuple[str, ...]
    country: str | None
    weights: tuple[str, ...]
    as_of: date | None
    db: Path | None

    def check(self, template: Path | None) -> None:
        """`UsageError` for options that have nothing to act on."""
        if self.draw and template is None:
            raise UsageError(Problem("plan", "--draw", "goes with --template"))
        chosen = (self.months, self.frameworks, self.hosts, self.country, self.weights,
                  self.as_of, self.db)  # fmt: skip
        if any(chosen) and not self.draw:
            hint = "Add --draw, which draws posts from the catalogue."
            raise UsageError(Problem("plan", "", "these options go with --draw", hint))

    def write(self, path: Path) -> list[Path]:
        """The template written; the files."""
        from peaceops.planner.template import example_problem, write_problem, write_tables

        if not self.draw:
            return write_problem(example_problem(), path)
        from peaceops.web.plan_drawing import Choice, draw_tables, read_offers

        day = self.as_of or today()
        first, last = self._horizon(day)
        choice = Choice(first, last, self.country, self.frameworks, self.hosts,
                        read_numbers(self.weights, "--weight"))  # fmt: skip
        offers = read_offers(open_for_reading(self.db), day, choice)
        if not offers.has_deaths:
            click.echo("note: no conflict data are imported, so nothing is a hot spot", err=True)
        if offers.lapsed:
            names = ", ".join(offers.lapsed)
            click.echo(f"note: left out, mandate lapsed over a year ago: {names}", err=True)
        return write_tables(draw_tables(offers.operations, choice), path)

    def _horizon(self, day: date) -> tuple[int, int]:
        from peaceops.web.plan_drawing import usual_months

        if self.months is None:
            return usual_months(day)
        first, _, last = self.months.partition(":")
        try:
            return month_number(first), month_number(last)
        except ValueError:
            hint = "Write them as 2027-01:2028-12."
            raise UsageError(Problem("--months", "", f"'{self.months}'", hint)) from None


def read_numbers(pairs: tuple[str, ...], option: str) -> dict[str, float]:
    """`NAME=NUMBER` of an option, by name; whole numbers as such.

    `UsageError` names every one that is none.
    """
    found: dict[str, float] = {}
    mistakes = []
    for pair in pairs:
        name, _, text = pair.partition("=")
        try:
            value = float(text)
        except ValueError:
            mistakes.append(Problem(option, "", f"'{pair}'", "Write NAME=NUMBER."))
            continue
        found[name.strip()] = int(value) if value.is_integer() else value
    if mistakes:
        raise UsageError(mistakes)
    return found
