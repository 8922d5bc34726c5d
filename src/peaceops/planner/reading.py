"""A planning problem read from a folder of CSV or a workbook, every mistake reported at once."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

from peaceops.errors import DataError, did_you_mean
from peaceops.errors import Problem as Mistake
from peaceops.planner.problem import (
    ANY,
    Limit,
    Number,
    Person,
    Post,
    Problem,
    Rate,
    Rules,
    Weight,
    month_number,
    month_text,
)
from peaceops.planner.tables import Row, Tables, clean_text, read_bytes, read_tables
from peaceops.planner.values import OPERATION_FACTS, WEIGHT_KINDS, value_of_post

COLUMNS: dict[str, tuple[str, ...]] = {
    "posts": (
        *("post", "operation", "function", "category", "rank_min", "rank_max", "languages"),
        *("skills", "first_month", "last_month", "tour_months", "min_tour_months"),
        *("handover_months", "cost_per_month_eur", "value_per_month", "must_fill"),
    ),
    "people": (
        *("person", "category", "rank", "languages", "skills", "sex", "available_from"),
        *("available_to", "home_since", "last_tour_months"),
    ),
    "operations": ("operation", "presence_value_per_month", *OPERATION_FACTS),
    "limits": ("category", "from_month", "to_month", "max_deployed"),
    "budget": ("year", "budget_eur"),
    "rules": ("rule", "value"),
    "weights": ("kind", "key", "weight"),
    "rates": ("cause", "rate", "source"),
    "strength": ("category", "rank", "languages", "skills", "persons"),
}
REQUIRED = {
    "posts": (
        "post",
        "operation",
        "category",
        "first_month",
        "last_month",
        "tour_months",
        "value_per_month",
    ),
    "people": ("person", "category"),
    "operations": ("operation",),
    "limits": ("category", "max_deployed"),
    "budget": ("year", "budget_eur"),
    "rules": ("rule", "value"),
    "weights": ("kind", "key", "weight"),
    "rates": ("cause", "rate"),
    "strength": ("category", "persons"),
}
RULES = ("ranks", "dwell_ratio", "training_months", "horizon_first", "horizon_last")
MAX_HORIZON_MONTHS = 240
MAX_NUMBER = 1e12
T = TypeVar("T")


def read_problem(path: Path, *, operations: Collection[str] | None = None) -> Problem:
    """The problem in a folder of CSV, in a ZIP of such a folder, or in one .xlsx.

    `operations` are ids known beside those of the problem's own `operations` table (the
    catalogue's). DataError carries every mistake, with file or sheet, row and column.
    """
    return _problem_from(read_tables(path, COLUMNS), operations)


def read_problem_bytes(
    data: bytes, name: str, *, operations: Collection[str] | None = None
) -> Problem:
    """The problem in a workbook, or a ZIP of CSV, that was sent rather than stored."""
    return _problem_from(read_bytes(data, name, COLUMNS), operations)


class _Reader:
    """Takes cells out of rows and remembers everything that is wrong with them."""

    def __init__(self, mistakes: list[Mistake]):
        self.mistakes = mistakes

    def report(self, row: Row, column: str, message: str, hint: str = "") -> None:
        self.mistakes.append(Mistake(row.where, row.field(column) if column else "", message, hint))

    def text(self, row: Row, column: str, *, required: bool = False) -> str:
        cell = row.cells.get(column)
        value = clean_text(cell)
        if required and not value:
            self.report(row, column, "is empty")
        if value.startswith("#") and value.rstrip("!?").isupper() and "/" not in value[:2]:
            self.report(row, column, f"'{value}' is an error of the spreadsheet, not a value")
        return value

    def items(self, row: Row, column: str) -> frozenset[str]:
        parts = (part.strip().casefold() for part in self.text(row, column).split(";"))
        return frozenset(part for part in parts if part)

    def number(
        self,
        row: Row,
        column: str,
        *,
        default: Number | None = None,
        least: float = 0,
        whole: bool = False,
    ) -> Number:
        """A number, as an int where it is whole; a mistake gives the least allowed value."""
        cell = row.cells.get(column)
        shown = clean_text(cell)
        if not shown:
            if default is None:
                self.report(row, column, "is empty", "Write a number; 0 where it is nothing.")
                return int(least)
            return default
        hint = "Write a whole number." if whole else "Write a number such as 12000 or 0.5."
        if isinstance(cell, bool | dt.date):
            self.report(row, column, f"'{shown}' is not a number", hint)
            return int(least)
        value = float(cell) if isinstance(cell, int | float) else _number_from_text(shown)
        if value is None or not math.isfinite(value):
            self.report(row, column, f"'{shown}' is not a number", hint)
            return int(least)
        if value < least:
            message = "is negative" if value < 0 else f"is below {least:g}"
            self.report(row, column, f"{shown} {message}", f"At least {least:g} is accepted.")
            return int(least)
        if value > MAX_NUMBER:
            self.report(row, column, f"{shown} is beyond anything that can be meant")
            return int(least)
        if whole and not float(value).is_integer():
            self.report(row, column, f"{shown} is not a whole number", hint)
            return int(least)
        return int(value) if float(value).is_integer() else value

    def month(
        self, row: Row, column: str, *, required: bool = False, closing: bool = False
    ) -> int | None:
        """A month from YYYY-MM or from a date; `closing` months may be written as their last
        day.
        """
        cell = row.cells.get(column)
        shown = clean_text(cell)
        if not shown:
            if required:
                self.report(row, column, "is empty", "Write a month such as 2026-03.")
            return None
        if isinstance(cell, dt.datetime | dt.date):
            shown = cell.strftime("%Y-%m-%d")
        elif found := re.fullmatch(r"(\d{4}-\d{2}-\d{2})[ T]00:00(:00)?", shown):
            shown = found[1]
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", shown):
                day = dt.date.fromisoformat(shown)
                month = month_number(shown[:7])
                last = (day + dt.timedelta(days=1)).day == 1
                if day.day == 1 or (closing and last):
                    return month
                hint = f"Write the first month that counts, such as {shown[:7]}."
                self.report(row, column, f"'{shown}' is a day, not a month", hint)
                return None
            return month_number(shown)
        except ValueError:
            hint = "Write a month as 2026-03."
            self.report(row, column, f"'{shown}' is not a month", hint)
            return None

    def flag(self, row: Row, column: str) -> bool:
        cell = row.cells.get(column)
        value = clean_text(cell).casefold()
        if value in {"", "0", "false", "no", "n"}:
            return False
        if value in {"1", "true", "yes", "y", "x"}:
            return True
        self.report(row, column, f"'{clean_text(cell)}' is neither 1 nor 0")
        return False


def _number_from_text(shown: str) -> float | None:
    """A number written as text: 1250, 1250.5, 1 250, 1250,5; not 1,250, which may mean two
    things.
    """
    packed = re.sub(r"(?<=\d) (?=\d{3}\b)", "", shown)
    packed = re.sub(r"^(€|EUR)\s*|\s*(€|EUR)$", "", packed, flags=re.IGNORECASE)
    if re.fullmatch(r"-?\d+,(\d{1,2}|\d{4,})", packed):
        packed = packed.replace(",", ".")
    if not re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?", packed):
        return None
    return float(packed)


def _problem_from(found: Tables, operations: Collection[str] | None) -> Problem:
    mistakes = found.mistakes
    reader = _Reader(mistakes)
    strategic = "people" not in found.tables and "strength" in found.tables
    for name in ("posts", "strength" if strategic else "people", "rules"):
        if name not in found.tables and not any(m.where.startswith(name) for m in mistakes):
            hint = f"Columns: {', '.join(COLUMNS[name])}."
            mistakes.append(Mistake(found.where, name, "this table is missing", hint))
    has_weights = "weights" in found.tables
    for name, table in found.tables.items():
        for column in REQUIRED[name]:
            if column not in table.columns and not (column == "value_per_month" and has_weights):
                mistakes.append(Mistake(table.where, column, "this column is missing"))

    def rows(name: str) -> list[Row]:
        table = found.tables.get(name)
        if table is None or not set(REQUIRED[name]) - {"value_per_month"} <= set(table.columns):
            return []
        return table.rows

    rules = _read_rules(reader, rows("rules"), found)
    weights = tuple(_read_weight(reader, row) for row in rows("weights"))
    presence, facts = _read_operations(reader, rows("operations"))
    known = set(presence) | set(operations or ())
    check_operation = bool(presence) or operations is not None
    post_rows = rows("posts")
    posts = tuple(
        _read_post(reader, row, rules, weights, facts, has_weights=has_weights) for row in post_rows
    )
    if strategic:
        people = tuple(
            person
            for number, row in enumerate(rows("strength"), start=1)
            for person in _read_strength(reader, row, rules, number)
        )
    else:
        people = tuple(_read_person(reader, row, rules) for row in rows("people"))
        _report_twice(reader, rows("people"), "person")
    _report_twice(reader, post_rows, "post")
    if check_operation:
        for row, post in zip(post_rows, posts, strict=True):
            if post.operation and post.operation not in known:
                hint = did_you_mean(post.operation, known) or (
                    "Operations stand in the table operations"
                    + (" or in the catalogue." if operations is not None else ".")
                )
                reader.report(row, "operation", f"'{post.operation}': no such operation", hint)
    if operations:
        for row in rows("operations"):
            name = clean_text(row.cells.get("operation"))
            if name and name not in operations and not any(p.operation == name for p in posts):
                found.notes.append(f"{row.where}: operation '{name}' is not in the catalogue")
    limits = tuple(_read_limit(reader, row, rules) for row in rows("limits"))
    categories = {p.category for p in posts} | {p.category for p in people} | {ANY}
    for limit in limits:
        if limit.category not in categories:
            near = did_you_mean(limit.category, categories)
            found.notes.append(
                f"limit '{limit.name}': no post and nobody has this category. {near}".strip()
            )
    budget = _read_budget(reader, rows("budget"))
    rates = tuple(_read_rate(reader, row) for row in rows("rates"))
    if "posts" in found.tables and not post_rows:
        mistakes.append(Mistake(found.tables["posts"].where, "", "there is no post"))
    if mistakes:
        raise DataError(mistakes)
    for post in posts:
        if len(post.months) < post.min_tour:
            found.notes.append(
                f"post {post.post} exists {len(post.months)} months, less than its shortest "
                f"tour of {post.min_tour}: nobody can hold it"
            )
    return Problem(
        posts=posts,
        people=people,
        rules=rules,
        presence=presence,
        limits=limits,
        budget=budget,
        weights=weights,
        rates=rates,
        strategic=strategic,
        notes=tuple(found.notes),
    )


def _report_twice(reader: _Reader, rows: list[Row], column: str) -> None:
    first: dict[str, Row] = {}
    for row in rows:
        key = clean_text(row.cells.get(column))
        if key and key in first:
            reader.report(row, column, f"'{key}' stands twice", f"First at {first[key].where}.")
        first.setdefault(key, row)


def _read_rules(reader: _Reader, rows: list[Row], found: Tables) -> Rules:
    table = found.tables.get("rules")
    by_name: dict[str, Row] = {}
    for row in rows:
        name = clean_text(row.cells.get("rule")).casefold()
        if name in by_name:
            reader.report(row, "rule", f"'{name}' stands twice", f"First at {by_name[name].where}.")
        elif name not in RULES:
            hint = did_you_mean(name, RULES) or f"Rules are {', '.join(RULES)}."
            reader.report(row, "rule", f"'{name}': no such rule", hint)
        by_name.setdefault(name, row)

    def rule(name: str, take: Callable[[Row], T], otherwise: T) -> T:
        row = by_name.get(name)
        if row is None:
            if table is not None and name != "ranks":
                reader.mistakes.append(Mistake(table.where, name, "this rule is missing"))
            return otherwise
        return take(row)

    first = rule("horizon_first", lambda row: reader.month(row, "value", required=True), None)
    last = rule(
        "horizon_last", lambda row: reader.month(row, "value", required=True, closing=True), None
    )
    if first is not None and last is not None:
        if last < first:
            reader.report(by_name["horizon_last"], "value", "lies before horizon_first")
        elif last - first >= MAX_HORIZON_MONTHS:
            reader.report(
                by_name["horizon_last"],
                "value",
                f"a horizon of {last - first + 1} months",
                f"At most {MAX_HORIZON_MONTHS} are accepted.",
            )
    ranks = rule("ranks", lambda row: reader.text(row, "value"), "")
    names = tuple(part.strip() for part in ranks.split(";") if part.strip())
    if len({n.casefold() for n in names}) < len(names):
        reader.report(by_name["ranks"], "value", "a rank stands twice")
    nothing: Number = 0
    ratio = rule("dwell_ratio", lambda row: reader.number(row, "value"), nothing)
    training = rule("training_months", lambda row: reader.number(row, "value", whole=True), nothing)
    return Rules(
        first=first if first is not None else -1,
        last=last if last is not None else -1,
        dwell_ratio=ratio,
        training=int(training),
        ranks=names,
    )


def _read_rank(reader: _Reader, row: Row, column: str, rules: Rules) -> str:
    rank = reader.text(row, column)
    if rules.first < 0 and not rules.ranks:
        return ""  # the rules themselves could not be read; that is said already
    if rank and rank.casefold() not in {r.casefold() for r in rules.ranks}:
        hint = did_you_mean(rank, rules.ranks) or (
            f"Ranks are {'; '.join(rules.ranks)}." if rules.ranks else "The rule ranks is empty."
        )
        reader.report(row, column, f"'{rank}' is not in the list of ranks", hint)
        return ""
    return rank


def _read_post(
    reader: _Reader,
    row: Row,
    rules: Rules,
    weights: tuple[Weight, ...],
    facts: dict[str, dict[str, str | Number]],
    *,
    has_weights: bool,
) -> Post:
    first = reader.month(row, "first_month", required=True)
    last = reader.month(row, "last_month", required=True, closing=True)
    if first is not None and last is not None:
        if last < first:
            reader.report(row, "last_month", f"{month_text(last)} lies before first_month")
        elif rules.first >= 0 and rules.last >= rules.first:
            horizon = f"The horizon is {month_text(rules.first)} to {month_text(rules.last)}."
            if first < rules.first:
                reader.report(row, "first_month", f"{month_text(first)} lies outside", horizon)
            if last > rules.last:
                reader.report(row, "last_month", f"{month_text(last)} lies outside", horizon)
    tour = int(reader.number(row, "tour_months", least=1, whole=True))
    shortest = int(reader.number(row, "min_tour_months", default=tour, least=1, whole=True))
    if shortest > tour:
        reader.report(row, "min_tour_months", f"{shortest} is longer than tour_months, {tour}")
        shortest = tour
    handover = int(reader.number(row, "handover_months", default=0, whole=True))
    if handover > tour:
        reader.report(
            row,
            "handover_months",
            f"{handover} is longer than tour_months, {tour}",
            "A successor cannot arrive before the one to be relieved.",
        )
    low, high = (_read_rank(reader, row, c, rules) for c in ("rank_min", "rank_max"))
    order = {rank.casefold(): place for place, rank in enumerate(rules.ranks)}
    if low and high and order[low.casefold()] > order[high.casefold()]:
        reader.report(row, "rank_max", f"'{high}' is lower than rank_min '{low}'")
    operation = reader.text(row, "operation", required=True)
    function = reader.text(row, "function")
    value: Number
    if has_weights and not clean_text(row.cells.get("value_per_month")):
        value = value_of_post(function, facts.get(operation, {}), weights)
    else:
        value = reader.number(row, "value_per_month")
    return Post(
        post=reader.text(row, "post", required=True),
        operation=operation,
        function=function,
        category=reader.text(row, "category", required=True).casefold(),
        rank_min=low,
        rank_max=high,
        languages=reader.items(row, "languages"),
        skills=reader.items(row, "skills"),
        first=first if first is not None else 0,
        last=last if last is not None else -1,
        tour=tour,
        min_tour=shortest,
        handover=handover,
        cost=reader.number(row, "cost_per_month_eur", default=0),
        value=value,
        must_fill=reader.flag(row, "must_fill"),
    )


def _read_person(reader: _Reader, row: Row, rules: Rules) -> Person:
    available_from = reader.month(row, "available_from")
    available_to = reader.month(row, "available_to", closing=True)
    if available_from is not None and available_to is not None and available_to < available_from:
        reader.report(row, "available_to", f"{month_text(available_to)} lies before available_from")
    home_since = reader.month(row, "home_since")
    last_tour = int(reader.number(row, "last_tour_months", default=0, whole=True))
    if home_since is not None and not clean_text(row.cells.get("last_tour_months")):
        reader.report(
            row,
            "last_tour_months",
            "is empty, while home_since says when the last deployment ended",
            "Write its months; leave home_since empty when there was none.",
        )
    return Person(
        person=reader.text(row, "person", required=True),
        category=reader.text(row, "category", required=True).casefold(),
        rank=_read_rank(reader, row, "rank", rules),
        languages=reader.items(row, "languages"),
        skills=reader.items(row, "skills"),
        sex=reader.text(row, "sex"),
        available_from=available_from,
        available_to=available_to,
        home_since=home_since,
        last_tour=last_tour,
    )


def _read_strength(reader: _Reader, row: Row, rules: Rules, number: int) -> list[Person]:
    persons = int(reader.number(row, "persons", whole=True))
    if persons > 20_000:
        reader.report(row, "persons", f"{persons:,} is more than 20,000")
        persons = 0
    category = reader.text(row, "category", required=True).casefold()
    rank = _read_rank(reader, row, "rank", rules)
    languages, skills = reader.items(row, "languages"), reader.items(row, "skills")
    label = "/".join(filter(None, (category, rank, *sorted(languages), *sorted(skills))))
    return [
        Person(f"{label}#{number}.{n}", category, rank, languages, skills)
        for n in range(1, persons + 1)
    ]


def _read_operations(
    reader: _Reader, rows: list[Row]
) -> tuple[dict[str, Number], dict[str, dict[str, str | Number]]]:
    _report_twice(reader, rows, "operation")
    presence: dict[str, Number] = {}
    facts: dict[str, dict[str, str | Number]] = {}
    for row in rows:
        name = reader.text(row, "operation", required=True)
        presence[name] = reader.number(row, "presence_value_per_month", default=0)
        facts[name] = {
            "framework": reader.text(row, "framework").casefold(),
            "hot_spot": reader.number(row, "hot_spot", default=0),
            "mandate_score": reader.number(row, "mandate_score", default=0),
        }
    return presence, facts


def _read_limit(reader: _Reader, row: Row, rules: Rules) -> Limit:
    first = reader.month(row, "from_month")
    last = reader.month(row, "to_month", closing=True)
    first = rules.first if first is None else first
    last = rules.last if last is None else last
    if last < first:
        reader.report(row, "to_month", f"{month_text(last)} lies before from_month")
    return Limit(
        category=reader.text(row, "category", required=True).casefold(),
        first=first,
        last=last,
        max_deployed=int(reader.number(row, "max_deployed", whole=True)),
    )


def _read_budget(reader: _Reader, rows: list[Row]) -> dict[int, Number]:
    _report_twice(reader, rows, "year")
    budget: dict[int, Number] = {}
    for row in rows:
        year = int(reader.number(row, "year", whole=True))
        if not 1900 <= year <= 2200:
            reader.report(row, "year", f"{year} is not a year")
        budget[year] = reader.number(row, "budget_eur")
    return budget


def _read_weight(reader: _Reader, row: Row) -> Weight:
    kind = reader.text(row, "kind", required=True).casefold()
    if kind and kind not in WEIGHT_KINDS:
        hint = did_you_mean(kind, WEIGHT_KINDS) or f"Kinds are {', '.join(WEIGHT_KINDS)}."
        reader.report(row, "kind", f"'{kind}': no such kind", hint)
    return Weight(kind, reader.text(row, "key").casefold(), reader.number(row, "weight"))


def _read_rate(reader: _Reader, row: Row) -> Rate:
    from peaceops.planner.rates import CAUSES

    cause = reader.text(row, "cause", required=True).casefold().replace(" ", "-")
    if cause and cause not in CAUSES:
        hint = did_you_mean(cause, CAUSES) or f"Causes are {', '.join(CAUSES)}."
        reader.report(row, "cause", f"'{cause}': no such cause", hint)
    rate = reader.number(row, "rate")
    if cause in CAUSES and CAUSES[cause].is_probability and rate > 1:
        reader.report(row, "rate", f"{rate} is not a probability", "Write 0.02 for two per cent.")
    return Rate(cause, rate, reader.text(row, "source"))
