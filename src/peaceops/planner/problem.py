"""The planning problem and the plan: frozen records, months as integers.

A month is `year * 12 + month - 1`, so that months subtract and compare; `month_text` writes it as
`2026-03`. Money is in euros, values are in the user's own points. Numbers stay as they were
written; `exact` turns them into fractions, so that 1.1 x 10 months of rest is 11 and not 12.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any

ANY = "*"
MONTH = re.compile(r"(\d{4})-(\d{2})")
Number = int | float


def month_number(text: str) -> int:
    """The month written `YYYY-MM` as a number; ValueError when it is not one.

    >>> month_number("2026-03") - month_number("2025-12")
    3
    """
    found = MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12 or not 1900 <= int(found[1]) <= 2200:
        raise ValueError(text)
    return int(found[1]) * 12 + int(found[2]) - 1


def month_text(month: int) -> str:
    """The month as `YYYY-MM`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def exact(number: Number | Fraction) -> Fraction:
    """The number as it is written in decimals: `exact(0.1)` is one tenth."""
    if isinstance(number, Fraction):
        return number
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


@dataclass(frozen=True, slots=True)
class Post:
    """One seat, from its first month to its last, both included."""

    post: str
    operation: str
    category: str
    first: int
    last: int
    tour: int
    min_tour: int
    handover: int = 0
    cost: Number = 0
    value: Number = 0
    must_fill: bool = False
    function: str = ""
    rank_min: str = ""
    rank_max: str = ""
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()

    @property
    def months(self) -> range:
        """Every month the seat exists."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True, slots=True)
class Person:
    """One person who can be sent; `home_since` None means rested."""

    person: str
    category: str
    rank: str = ""
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    sex: str = ""
    available_from: int | None = None
    available_to: int | None = None
    home_since: int | None = None
    last_tour: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `max_deployed` people of a category (`*`: of all) in each month from first to
    last.
    """

    category: str
    first: int
    last: int
    max_deployed: int

    @property
    def name(self) -> str:
        who = "people of all categories" if self.category == ANY else f"'{self.category}'"
        return f"at most {self.max_deployed} {who}, {span_text(self.first, self.last)}"

    def covers(self, category: str, month: int) -> bool:
        """Whether a person of that category deployed in that month counts."""
        return self.category in (ANY, category) and self.first <= month <= self.last


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for everybody. `ranks` are lowest first; `dwell_ratio` months home per month
    out.
    """

    first: int
    last: int
    dwell_ratio: Number = 0
    training: int = 0
    ranks: tuple[str, ...] = ()

    def rest(self, months: int) -> int:
        """Months a person must be home after a deployment of `months` before the next arrival.

        Rounded up, and never shorter than the training, which happens at home.
        """
        return max(self.dwell(months), self.training)

    def dwell(self, months: int) -> int:
        """dwell_ratio x months, rounded up, in exact arithmetic."""
        return ceil(exact(self.dwell_ratio) * months)


@dataclass(frozen=True)
class Problem:
    """Everything a plan is made from."""

    posts: tuple[Post, ...]
    people: tuple[Person, ...]
    rules: Rules
    presence: Mapping[str, Number] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    budget: Mapping[int, Number] = field(default_factory=dict)
    # Optional tables: how values were made, what may go wrong, people without names.
    weights: tuple[Weight, ...] = ()
    rates: tuple[Rate, ...] = ()
    strategic: bool = False
    notes: tuple[str, ...] = ()

    @cached_property
    def post_by_id(self) -> dict[str, Post]:
        return {post.post: post for post in self.posts}

    @cached_property
    def person_by_id(self) -> dict[str, Person]:
        return {person.person: person for person in self.people}

    @cached_property
    def rank_order(self) -> dict[str, int]:
        return {rank.casefold(): place for place, rank in enumerate(self.rules.ranks)}

    def qualifies(self, person: Person, post: Post) -> bool:
        """Rule 3 without the dates: category, rank, all languages, all skills."""
        if person.category != post.category:
            return False
        if not (post.languages <= person.languages and post.skills <= person.skills):
            return False
        if not (post.rank_min or post.rank_max):
            return True
        rank = self.rank_order.get(person.rank.casefold(), None)
        if rank is None:
            return False
        low = self.rank_order[post.rank_min.casefold()] if post.rank_min else rank
        high = self.rank_order[post.rank_max.casefold()] if post.rank_max else rank
        return low <= rank <= high

    def earliest_arrival(self, person: Person) -> int | None:
        """The first month the person may arrive anywhere; None when nothing holds them back.

        Training and rest after the last deployment are both counted.
        """
        bounds = []
        if person.available_from is not None:
            bounds.append(person.available_from + self.rules.training)
        if person.home_since is not None:
            bounds.append(person.home_since + self.rules.rest(person.last_tour))
        return max(bounds, default=None)


@dataclass(frozen=True, slots=True)
class Weight:
    """One factor of a post's value: of what kind, for which key, how much."""

    kind: str  # base, function, hot-spot, framework, mandate
    key: str
    weight: Number


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something goes wrong, and where that number comes from."""

    cause: str
    rate: Number
    source: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Assignment:
    """A person on a post from `start` to `end`, both included; deployed from `arrive` to `end`."""

    post: str
    start: int
    end: int
    person: str
    arrive: int

    @property
    def held(self) -> range:
        """Months in which the post is held: what counts as value and presence."""
        return range(self.start, self.end + 1)

    @property
    def deployed(self) -> range:
        """Months that count in limits and cost money: handover included."""
        return range(self.arrive, self.end + 1)

    def as_dict(self) -> dict[str, Any]:
        return {
            "person": self.person,
            "post": self.post,
            "arrive": month_text(self.arrive),
            "start": month_text(self.start),
            "end": month_text(self.end),
        }


@dataclass(frozen=True, slots=True)
class Unfilled:
    """Months in which a post stands empty, and why."""

    post: str
    months: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit that binds, and what loosening it would add to the objective."""

    limit: str
    worth: float | None
    per: str = ""
    kind: str = ""  # "solved again" or "estimate"


@dataclass(frozen=True)
class Plan:
    """What the planner answers. `bound` is never below the best objective any plan can have."""

    status: str  # optimal, feasible, infeasible, unknown
    objective: float | None
    bound: float | None
    seconds: float
    assignments: tuple[Assignment, ...] = ()
    unfilled: tuple[Unfilled, ...] = ()
    binding: tuple[Binding, ...] = ()
    clashes: tuple[str, ...] = ()
    people: int = 0
    people_bound: int | None = None
    stopped_by: str = "proof"
    notes: tuple[str, ...] = ()
    prices: Any = None  # planner.prices.Prices of the last bound, for reasons and what-ifs
    first_good: float | None = None  # seconds until within one per cent of the bound
    value_seconds: float | None = None  # seconds until the value stood; the rest saved people

    @property
    def gap(self) -> float | None:
        """(bound - objective) / bound; 0 when both are 0."""
        if self.objective is None or self.bound is None:
            return None
        return relative_gap(self.bound, self.objective)

    def by_post(self) -> dict[str, list[Assignment]]:
        """Assignments of each post in order of time."""
        found: dict[str, list[Assignment]] = {}
        for assignment in sorted(self.assignments):
            found.setdefault(assignment.post, []).append(assignment)
        return found

    def by_person(self) -> dict[str, list[Assignment]]:
        """Assignments of each person in order of time."""
        found: dict[str, list[Assignment]] = {}
        for assignment in sorted(self.assignments, key=lambda a: a.arrive):
            found.setdefault(assignment.person, []).append(assignment)
        return found


def relative_gap(bound: float, objective: float) -> float:
    """(bound - objective) / bound, 0 where nothing is missing."""
    return 0.0 if bound <= objective or bound <= 0 else (bound - objective) / bound


def span_text(first: int, last: int) -> str:
    """Months from first to last in words."""
    if first == last:
        return f"in {month_text(first)}"
    return f"from {month_text(first)} to {month_text(last)}"


def month_spans(months: Iterator[int] | tuple[int, ...] | list[int]) -> list[tuple[int, int]]:
    """Runs of consecutive months: `[1, 2, 5]` becomes `[(1, 2), (5, 5)]`."""
    spans: list[tuple[int, int]] = []
    for month in sorted(months):
        if spans and spans[-1][1] == month - 1:
            spans[-1] = (spans[-1][0], month)
        else:
            spans.append((month, month))
    return spans
