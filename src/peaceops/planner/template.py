"""A problem written as tables, and a filled example to start from.

The example has the size of Belgium's effort: about thirty posts in operations that exist, and 120
people who do not. Costs, posts and people are invented; operations are real. Values come from the
table of weights, where hot spots and mandate scores are examples for the user to replace.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from peaceops.errors import DataError, UsageError, did_you_mean
from peaceops.errors import Problem as Mistake
from peaceops.planner.problem import (
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
from peaceops.planner.rates import CAUSES
from peaceops.planner.reading import COLUMNS
from peaceops.planner.report import write_whole
from peaceops.planner.values import DEFAULT_WEIGHTS, value_of_post

RANKS = ("of1", "of2", "of3", "of4", "of5", "of6")


@dataclass(frozen=True)
class Offered:
    """An operation posts may be drawn for; months None where it runs on."""

    operation: str
    framework: str
    hosts: tuple[str, ...] = ()
    hot_spot: bool = False
    mandate_score: Number = 0
    first: int | None = None
    last: int | None = None
    languages: tuple[str, ...] = ("en",)
    kind: str = ""


EXAMPLE_OPERATIONS: tuple[Offered, ...] = (
    Offered("minusca", "un", ("CAF",), True, 6, languages=("fr",)),
    Offered("monusco", "un", ("COD",), True, 6, languages=("fr",)),
    Offered("unmiss", "un", ("SSD",), True, 5),
    Offered("unisfa", "un", ("SDN", "SSD"), True, 3),
    Offered("untso", "un", ("ISR", "LBN", "SYR"), True, 2),
    Offered("undof", "un", ("SYR",), True, 2),
    Offered("unficyp", "un", ("CYP",), False, 2),
    Offered("minurso", "un", ("ESH",), False, 2, languages=("en", "fr")),
    Offered("kfor", "nato", ("XKX",), False, 3),
    Offered("nmi", "nato", ("IRQ",), True, 2),
    Offered("eulex-kosovo", "eu", ("XKX",), False, 2),
    Offered("eumm-georgia", "eu", ("GEO",), False, 3),
    Offered("euam-ukraine", "eu", ("UKR",), True, 3),
    Offered("eufor-althea", "eu", ("BIH",), False, 3),
    Offered("mission-to-moldova", "osce", ("MDA",), False, 2),
)

# framework → what a post there may be: function, category, ranks, skills, EUR a month
POST_KINDS: dict[str, tuple[tuple[str, str, str, str, str, int], ...]] = {
    "un": (
        ("observation", "military-expert", "of2", "of4", "", 7_500),
        ("staff", "staff-officer", "of2", "of5", "logistics", 8_000),
        ("policing", "individual-police", "of2", "of4", "", 7_000),
    ),
    "nato": (
        ("staff", "staff-officer", "of2", "of5", "", 7_000),
        ("training", "staff-officer", "of2", "of4", "training", 8_500),
    ),
    "eu": (
        ("justice", "civilian-expert", "", "", "legal", 9_500),
        ("observation", "civilian-expert", "", "", "monitoring", 9_000),
    ),
    "osce": (("liaison", "civilian-expert", "", "", "monitoring", 8_500),),
    # by framework and kind of operation, where the kind is known
    "un/special-political": (
        ("staff", "civilian-expert", "", "", "political", 9_000),
        ("liaison", "military-expert", "of3", "of5", "", 8_000),
    ),
    "un/support-office": (("support", "staff-officer", "of2", "of4", "logistics", 8_000),),
    "eu/military": (("staff", "staff-officer", "of2", "of5", "", 7_500),),
    "eu/maritime": (("staff", "staff-officer", "of2", "of5", "", 7_500),),
    "eu/military-training": (
        ("training", "staff-officer", "of2", "of4", "training", 8_500),
        ("staff", "staff-officer", "of2", "of5", "", 7_500),
    ),
    "eu/police": (("policing", "individual-police", "of2", "of4", "", 8_000),),
    "eu/observer": (("observation", "civilian-expert", "", "", "monitoring", 9_000),),
    "nato/air": (("staff", "staff-officer", "of2", "of4", "", 7_000),),
    "nato/maritime": (("staff", "staff-officer", "of2", "of4", "", 7_000),),
    "nato/support": (("liaison", "staff-officer", "of3", "of5", "", 7_000),),
}


def draw_posts(
    operations: Iterable[Offered],
    first: int,
    last: int,
    *,
    weights: Sequence[Weight] = DEFAULT_WEIGHTS,
    tour: int = 6,
    handover: int = 1,
) -> tuple[Post, ...]:
    """Posts of the usual kinds for every operation that runs in the months first to last.

    An operation that begins later or ends earlier gives posts for its own months only; the value
    of a month comes from the weights.
    """
    posts = []
    for offered in operations:
        start = first if offered.first is None else max(first, offered.first)
        end = last if offered.last is None else min(last, offered.last)
        if start > end:
            continue
        facts = operation_facts(offered)
        for number, kind in enumerate(kinds_of_posts(offered), start=1):
            function, category, low, high, skill, cost = kind
            length = min(12 if category == "civilian-expert" else tour, end - start + 1)
            posts.append(
                Post(
                    post=f"{offered.operation}-{function}-{number}",
                    operation=offered.operation,
                    category=category,
                    first=start,
                    last=end,
                    tour=length,
                    min_tour=max(1, length - 2),
                    handover=min(handover, length) if category != "civilian-expert" else 0,
                    cost=cost,
                    value=value_of_post(function, facts, weights),
                    function=function,
                    rank_min=low,
                    rank_max=high,
                    languages=frozenset(offered.languages),
                    skills=frozenset([skill] if skill else []),
                )
            )
    return tuple(posts)


def kinds_of_posts(offered: Offered) -> tuple[tuple[str, str, str, str, str, int], ...]:
    """What posts an operation may offer: by framework and kind, else by framework; may be none."""
    by_kind = POST_KINDS.get(f"{offered.framework}/{offered.kind}")
    return by_kind if by_kind is not None else POST_KINDS.get(offered.framework, ())


def operation_facts(offered: Offered) -> dict[str, str | Number]:
    """What the value of a post takes from its operation."""
    return {
        "framework": offered.framework,
        "hot_spot": int(offered.hot_spot),
        "mandate_score": offered.mandate_score,
    }


POLICE_WITH = ("minusca", "monusco", "unmiss")
MOST_WEIGHT = 1_000


def example_problem(
    first: str = "2027-01", last: str = "2028-12", *, seed: int = 1, people: int = 120
) -> Problem:
    """The filled example."""
    begin, end = month_number(first), month_number(last)
    posts = tuple(
        post
        for post in draw_posts(EXAMPLE_OPERATIONS, begin, end)
        if post.function != "policing" or post.operation in POLICE_WITH
    )
    return _fill_up(EXAMPLE_OPERATIONS, posts, begin, end, DEFAULT_WEIGHTS, seed, people, 28)


def drawn_problem(
    operations: Sequence[Offered],
    first: int,
    last: int,
    *,
    weights: Sequence[Weight] = DEFAULT_WEIGHTS,
    people: int | None = None,
    seed: int = 1,
) -> Problem:
    """A problem to start from over operations drawn from a catalogue, valued by the weights.

    Costs, ranks and people are invented (four people a post unless `people` says how many), the
    limit is nine posts in ten and the budget three quarters of what all posts cost. DataError
    where no operation runs in the months or none has posts of a known kind.
    """
    posts = draw_posts(operations, first, last, weights=weights)
    if not posts:
        raise DataError(
            Mistake(
                "template", "", "no operation of this choice runs in these months",
                "Choose other months, frameworks or hosts."
            )
        )  # fmt: skip
    offered = [o for o in operations if any(p.operation == o.operation for p in posts)]
    count = 4 * len(posts) if people is None else people
    cap = max(1, round(0.9 * len(posts)))
    return _fill_up(offered, posts, first, last, weights, seed, count, cap)


def _fill_up(
    operations: Sequence[Offered],
    posts: tuple[Post, ...],
    begin: int,
    end: int,
    weights: Sequence[Weight],
    seed: int,
    people: int,
    cap: int,
) -> Problem:
    """Posts with invented people, limits and a budget around them."""
    chance = random.Random(seed)  # noqa: S311
    total = {
        year: sum(p.cost * sum(m // 12 == year for m in p.months) for p in posts)
        for year in range(begin // 12, end // 12 + 1)
    }
    return Problem(
        posts=posts,
        people=tuple(_invent_person(chance, n, begin, end) for n in range(1, people + 1)),
        rules=Rules(begin, end, dwell_ratio=2, training=1, ranks=RANKS),
        presence={o.operation: 15 if o.hot_spot else 8 for o in operations},
        limits=(Limit("*", begin, end, cap), Limit("individual-police", begin, end, 5)),
        budget={year: round(money * 0.75, -4) for year, money in total.items()},
        weights=tuple(weights),
        rates=tuple(Rate(name, cause.rate, cause.source) for name, cause in CAUSES.items()),
    )


def change_weights(changed: Mapping[str, float]) -> tuple[Weight, ...]:
    """The default weights with some replaced, each named `kind` or `kind:key`.

    DataError names every weight that is none or negative.

    >>> [w.weight for w in change_weights({"hot-spot": 3}) if w.kind == "hot-spot"]
    [3]
    """
    known = {weight_name(w): w for w in DEFAULT_WEIGHTS}
    mistakes = []
    for name, value in changed.items():
        if name not in known:
            hint = did_you_mean(name, known) or f"Weights are {', '.join(known)}."
            mistakes.append(Mistake("weight", name, "no such weight", hint))
        elif not 0 <= value <= MOST_WEIGHT:
            hint = f"From 0 to {MOST_WEIGHT:,}."
            mistakes.append(Mistake("weight", name, f"{value:g} is no such weight", hint))
    if mistakes:
        raise DataError(mistakes)
    return tuple(replace(w, weight=changed.get(weight_name(w), w.weight)) for w in DEFAULT_WEIGHTS)


def weight_name(weight: Weight) -> str:
    """How a weight is called: `hot-spot`, `function:staff`."""
    return f"{weight.kind}:{weight.key}" if weight.key else weight.kind


def _invent_person(chance: random.Random, number: int, begin: int, end: int) -> Person:
    category = chance.choices(
        ["staff-officer", "military-expert", "individual-police", "civilian-expert"],
        [45, 30, 20, 25],
    )[0]
    uniformed = category != "civilian-expert"
    skill_odds = {
        "staff-officer": (("logistics", 0.45), ("training", 0.3)),
        "civilian-expert": (("legal", 0.45), ("monitoring", 0.5)),
    }
    languages = [
        lang for lang, odds in (("en", 0.9), ("fr", 0.65), ("nl", 0.6)) if chance.random() < odds
    ]
    away = chance.random() < 0.35
    return Person(
        person=f"P{number:03d}",
        category=category,
        rank=chance.choices(RANKS, [1, 4, 5, 3, 2, 1])[0] if uniformed else "",
        languages=frozenset(languages),
        skills=frozenset(s for s, odds in skill_odds.get(category, ()) if chance.random() < odds),
        sex=chance.choice("fm"),
        available_from=begin + chance.randrange(1, 9) if chance.random() < 0.1 else None,
        available_to=end - chance.randrange(1, 9) if chance.random() < 0.1 else None,
        home_since=begin - chance.randrange(1, 12) if away else None,
        last_tour=chance.choice([4, 6, 6]) if away else 0,
    )


# --- writing -----------------------------------------------------------------------------------


def problem_tables(
    problem: Problem,
    operations: Iterable[Offered] = EXAMPLE_OPERATIONS,
    *,
    by_weights: bool = False,
) -> dict[str, list[dict[str, Any]]]:
    """Every table as rows of plain values; months as text, what is empty as None.

    `by_weights` leaves the value of a post empty, so that it follows the weights when they change.
    """

    def listed(values: Iterable[str]) -> str | None:
        return ";".join(sorted(values)) or None

    def month(value: int | None) -> str | None:
        return None if value is None else month_text(value)

    facts = {o.operation: operation_facts(o) for o in operations}
    tables: dict[str, list[dict[str, Any]]] = {
        "posts": [
            {
                "post": p.post,
                "operation": p.operation,
                "function": p.function or None,
                "category": p.category,
                "rank_min": p.rank_min or None,
                "rank_max": p.rank_max or None,
                "languages": listed(p.languages),
                "skills": listed(p.skills),
                "first_month": month(p.first),
                "last_month": month(p.last),
                "tour_months": p.tour,
                "min_tour_months": p.min_tour,
                "handover_months": p.handover,
                "cost_per_month_eur": p.cost,
                "value_per_month": None if by_weights else p.value,
                "must_fill": int(p.must_fill),
            }
            for p in problem.posts
        ],
        "people": [
            {
                "person": p.person,
                "category": p.category,
                "rank": p.rank or None,
                "languages": listed(p.languages),
                "skills": listed(p.skills),
                "sex": p.sex or None,
                "available_from": month(p.available_from),
                "available_to": month(p.available_to),
                "home_since": month(p.home_since),
                "last_tour_months": p.last_tour if p.home_since is not None else None,
            }
            for p in problem.people
        ],
        "operations": [
            {
                "operation": name,
                "presence_value_per_month": value,
                **(facts.get(name, {}) if problem.weights else {}),
            }
            for name, value in problem.presence.items()
        ],
        "limits": [
            {
                "category": limit.category,
                "from_month": month(limit.first),
                "to_month": month(limit.last),
                "max_deployed": limit.max_deployed,
            }
            for limit in problem.limits
        ],
        "budget": [{"year": y, "budget_eur": money} for y, money in problem.budget.items()],
        "rules": [
            {"rule": "ranks", "value": ";".join(problem.rules.ranks) or None},
            {"rule": "dwell_ratio", "value": problem.rules.dwell_ratio},
            {"rule": "training_months", "value": problem.rules.training},
            {"rule": "horizon_first", "value": month_text(problem.rules.first)},
            {"rule": "horizon_last", "value": month_text(problem.rules.last)},
        ],
    }
    if problem.weights:
        tables["weights"] = [
            {"kind": w.kind, "key": w.key or None, "weight": w.weight} for w in problem.weights
        ]
    if problem.rates:
        tables["rates"] = [
            {"cause": r.cause, "rate": r.rate, "source": r.source or None} for r in problem.rates
        ]
    return tables


def write_problem(problem: Problem, path: Path) -> list[Path]:
    """The problem as a folder of CSV, or as one .xlsx where the name ends so."""
    return write_tables(problem_tables(problem), path)


def write_tables(tables: dict[str, list[dict[str, Any]]], path: Path) -> list[Path]:
    """The tables as a folder of CSV, or as one .xlsx where the name ends so. Overwrites nothing."""
    if path.suffix.casefold() == ".xlsx":
        if path.exists():
            raise UsageError(Mistake(str(path), "", "exists already", "Choose another name."))
        if not path.parent.is_dir():
            raise UsageError(Mistake(str(path), "", "its folder does not exist"))
        write_whole(path, problem_workbook(tables))
        return [path]
    if path.is_file() or (path.is_dir() and any(path.iterdir())):
        raise UsageError(Mistake(str(path), "", "exists already", "Choose an empty folder."))
    if path.suffix and not path.is_dir():
        raise UsageError(Mistake(str(path), "", "give a folder, or a name that ends in .xlsx"))
    path.mkdir(parents=True, exist_ok=True)
    written = []
    for name, rows in tables.items():
        out = io.StringIO()
        writer = csv.DictWriter(out, _columns(name, rows), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        file = path / f"{name}.csv"
        write_whole(file, out.getvalue().encode())
        written.append(file)
    return written


def _columns(name: str, rows: list[dict[str, Any]]) -> list[str]:
    present = {column for row in rows for column in row}
    required = COLUMNS[name] if name != "operations" else COLUMNS[name][:2]
    return [c for c in COLUMNS[name] if c in present or c in required]


HINTS = {
    "posts": "One row a seat. Months are the first and the last that count. Lists are split by ;",
    "people": "One row a person; use codes, not names. home_since empty: nothing to rest from.",
    "operations": "Points for being present at all in a month; hot spots and scores are examples.",
    "limits": "Most people deployed at once, of a category or of all (*).",
    "budget": "EUR a calendar year; a year without a row has no limit.",
    "rules": "Ranks lowest first; months home for each month out; the months planned.",
    "weights": "Clear value_per_month in posts to have it computed from these weights.",
    "rates": "For simulate: how often things go wrong. Replace by your own figures.",
}


def problem_workbook(tables: dict[str, list[dict[str, Any]]]) -> bytes:
    """The tables as one workbook, months as dates, with drop-down lists where a list exists."""
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        columns = _columns(name, rows)
        sheet.append(columns)
        for row in rows:
            sheet.append([_as_cell(row.get(c)) for c in columns])
        for number, column in enumerate(columns, start=1):
            cell = sheet.cell(1, number)
            cell.font = Font(bold=True, color="FFFFFF")
            cell.fill = PatternFill("solid", fgColor="1F3864")
            longest = max([len(column), *(len(str(row.get(column) or "")) for row in rows)])
            sheet.column_dimensions[get_column_letter(number)].width = min(50, longest + 3)
            for place in range(2, len(rows) + 2):
                value = sheet.cell(place, number)
                if isinstance(value.value, dt.date):
                    value.number_format = "yyyy-mm"
                elif column.endswith("_eur"):
                    value.number_format = "#,##0"
        sheet.cell(1, 1).comment = Comment(HINTS[name], "peaceops")
        sheet.freeze_panes = "B2"
        sheet.auto_filter.ref = sheet.dimensions
        if name == "posts":
            letter = get_column_letter(columns.index("must_fill") + 1)
            either = DataValidation(type="list", formula1='"0,1"', allow_blank=True)
            sheet.add_data_validation(either)
            either.add(f"{letter}2:{letter}{len(rows) + 200}")
            known = len(tables["operations"]) + 200
            ids = DataValidation(type="list", formula1=f"operations!$A$2:$A${known}")
            ids.showErrorMessage = False
            sheet.add_data_validation(ids)
            letter = get_column_letter(columns.index("operation") + 1)
            ids.add(f"{letter}2:{letter}{len(rows) + 200}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _as_cell(value: Any) -> Any:
    if isinstance(value, str) and len(value) == 7:
        try:
            month = month_number(value)
        except ValueError:
            return value
        return dt.date(month // 12, month % 12 + 1, 1)
    return value
