"""Posts drawn from the catalogue: what the database knows of operations, as a planner's problem.

The command line and the portal draw through the functions here. Only `draw_tables` loads the
planner's template, and only `draw_workbook` a writer of workbooks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from peaceops.analysis.offers import Offers, OperationOffer, list_offers
from peaceops.analysis.participation import FRAMEWORKS
from peaceops.errors import NotFound, Problem, UsageError
from peaceops.store import Database

LONGEST_MONTHS = 60


@dataclass(frozen=True)
class Choice:
    """Which operations, in which months (counted from year 0), valued by which weights."""

    first: int
    last: int
    country: str | None = None
    frameworks: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)


def usual_months(day: date) -> tuple[int, int]:
    """The two calendar years after a day."""
    return (day.year + 1) * 12, (day.year + 3) * 12 - 1


def read_offers(db: Database, as_of: date, choice: Choice) -> Offers:
    """The operations of a choice.

    Raises `UsageError` with all that cannot be chosen, `NotFound` for what is no country.
    """
    known = f"Frameworks are {', '.join(FRAMEWORKS)}."
    mistakes = [
        Problem("framework", "", f"'{f}' is no framework", known)
        for f in choice.frameworks
        if f not in FRAMEWORKS
    ]
    if choice.last < choice.first:
        mistakes.append(Problem("months", "", "the last month lies before the first"))
    elif choice.last - choice.first >= LONGEST_MONTHS:
        mistakes.append(
            Problem("months", "", f"more than {LONGEST_MONTHS} months", "Choose fewer.")
        )
    if mistakes:
        raise UsageError(mistakes)
    try:
        return list_offers(
            db, as_of, choice.first, choice.last, country=choice.country,
            only_present=choice.country is not None, frameworks=choice.frameworks,
            hosts=choice.hosts,
        )  # fmt: skip
    except NotFound as error:
        raise UsageError(error.problems) from error


def draw_tables(
    offers: Iterable[OperationOffer], choice: Choice
) -> dict[str, list[dict[str, Any]]]:
    """The tables of a problem over these operations; values follow from the table of weights.

    Raises `DataError` for a weight that is none, and where no operation offers a post.
    """
    from peaceops.planner.template import Offered, change_weights, drawn_problem, problem_tables

    offered = [
        Offered(o.operation, o.framework, o.hosts, o.hot_spot, o.mandate_score, o.first, o.last,
                o.languages, o.kind)
        for o in offers
    ]  # fmt: skip
    weights = change_weights(choice.weights)
    problem = drawn_problem(offered, choice.first, choice.last, weights=weights)
    return problem_tables(problem, offered, by_weights=True)
