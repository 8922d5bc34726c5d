"""Who contributes whom: one country over time, one operation, one framework, and comparisons.

Figures are those of the preferred source of each month (docs/decisions/imports.md). A month that no
source speaks of is a gap; a month in which a source names every contributor and not the country is
a stated zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from peaceops.analysis.facts import Facts, SourceRef, read_facts
from peaceops.errors import Problem, UsageError
from peaceops.model import last_day
from peaceops.store import Database

MOST_COMPARED = 6

# group of the UN's parity targets → the categories it measures
PARITY_GROUPS = {
    "contingent-troops": ("contingent-troops",),
    "staff-and-experts": ("staff-officer", "military-expert"),
    "formed-police-unit": ("formed-police-unit",),
    "individual-police": ("individual-police",),
}


@dataclass(frozen=True)
class MonthTotal:
    """A country's people in all operations of a framework at the end of one month.

    `persons` is 0 where a source names every contributor of the month and not the country.
    `place` and `world` are known only where a source names every contributor. Shares are 0 to 1.
    """

    framework: str
    month: str
    date: str
    persons: int
    female: int | None
    military: int | None
    police: int | None
    civilian: int | None
    operations: int | None
    place: int | None
    contributors: int | None
    world: int | None
    share: float | None
    source: SourceRef


@dataclass(frozen=True)
class Gap:
    """Months, both included, of which no source speaks."""

    first: str
    last: str
    months: int


@dataclass(frozen=True)
class OperationMonth:
    """A country's people in one operation on the day of a count, by category.

    `total` is all contributors' people there, `share` the country's part of them (0 to 1).
    """

    operation: str
    framework: str
    date: str
    persons: int
    female: int | None
    categories: dict[str, int]
    total: int | None
    share: float | None
    source: SourceRef


@dataclass(frozen=True)
class WomenShare:
    """Women among a country's uniformed people of a group, against the UN's target of the year.

    `basis` says where the target is from: 'stated' for the year itself; 'between' where it lies on
    the straight line between two stated years, which is this program's inference; 'goal' where
    only the final goal of a later year is known.
    """

    group: str
    date: str
    persons: int
    female: int
    share: float
    target: float | None
    target_year: int | None
    basis: str
    met: bool | None
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True)
class DeathCount:
    """Deaths of a country's people, or in an operation, of one cause in one year."""

    operation: str | None
    cause: str
    category: str | None
    year: str
    persons: int
    source: SourceRef


@dataclass(frozen=True)
class CountryContributions:
    """`show contributions ISO3`: what a country sends, by month and by operation.

    `deaths` are the UN's list where it is imported, else those of the country's own folder.
    """

    country: str
    as_of: str
    months: tuple[MonthTotal, ...]
    gaps: dict[str, tuple[Gap, ...]]
    latest: tuple[OperationMonth, ...]
    by_operation: tuple[OperationMonth, ...]
    women: tuple[WomenShare, ...]
    deaths: tuple[DeathCount, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class ContributorShare:
    """One contributor's people in an operation in one month."""

    country: str
    persons: int
    female: int | None
    categories: dict[str, int]
    share: float | None
    source: SourceRef


@dataclass(frozen=True)
class OperationStrength:
    """All contributors' people in an operation in one month, beside the ceiling then in force."""

    month: str
    date: str
    persons: int
    female: int | None
    military: int | None
    police: int | None
    civilian: int | None
    ceilings: dict[str, int]
    source: SourceRef


@dataclass(frozen=True)
class BudgetYear:
    """What an operation was given and spent in a budget year, in thousands of US dollars."""

    start: str
    end: str
    apportioned_kusd: float | None
    spent_kusd: float | None
    document: str
    source: SourceRef


@dataclass(frozen=True)
class OperationContributions:
    """`show contributions --operation ID`: who contributes, strength over time, deaths, money."""

    operation: str
    as_of: str
    counted_on: str | None
    contributors: tuple[ContributorShare, ...]
    strengths: tuple[OperationStrength, ...]
    gaps: tuple[Gap, ...]
    deaths: tuple[DeathCount, ...]
    budgets: tuple[BudgetYear, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class StatedStrength:
    """One operation's people on a day, as a source states them."""

    operation: str
    operation_kind: str
    kind: str
    persons: int
    date: str
    source: SourceRef


@dataclass(frozen=True)
class FrameworkYear:
    """People and operations of a framework at the end of a year.

    `persons` adds up what the preferred source states of every contributor; `military`, `police`
    and `civilian` are known where it tells them apart. `operations` counts the catalogue's active
    operations by kind; `strengths` are those of them for which a source states a strength in the
    two years before: a part of the whole, never added up to it.
    """

    framework: str
    year: str
    date: str | None
    persons: int | None
    military: int | None
    police: int | None
    civilian: int | None
    female: int | None
    contributors: int | None
    complete: bool
    operations: dict[str, int]
    strengths: tuple[StatedStrength, ...]
    source: SourceRef | None


@dataclass(frozen=True)
class Comparison:
    """Up to six countries side by side: each one's months in one framework."""

    framework: str
    as_of: str
    countries: tuple[str, ...]
    months: dict[str, tuple[MonthTotal, ...]]


def show_contributions(db: Database, iso3: str, as_of: date) -> CountryContributions:
    """What a country contributes, up to a date. Raises `NotFound` for a code that is no country."""
    facts = read_facts(db)
    country = facts.country(iso3).iso3
    day = as_of.isoformat()
    months = list_months(db, country, as_of)
    by_operation = _by_operation(db, facts, country, as_of)
    latest_day = max((o.date[:7] for o in by_operation), default="")
    latest = tuple(
        sorted(
            (o for o in by_operation if o.date[:7] == latest_day and o.persons),
            key=lambda o: -o.persons,
        )
    )
    deaths = tuple(
        DeathCount(r["operation_id"], r["cause"], r["category"], r["year"], r["persons"],
                   facts.sources_by_citation[r["citation_id"]])
        for r in db.ask("deaths_by_nationality", country=country, day=day)
    ) or tuple(
        DeathCount(r["operation_id"], r["cause"] or "not told", r["category"],
                   (r["date"] or "")[:4], r["persons"],
                   facts.sources_by_citation[r["citation_id"]])
        for r in db.ask("deaths_of_country", country=country)
        if not r["date"] or last_day(r["date"]) <= as_of
    )  # fmt: skip
    return CountryContributions(
        country=country,
        as_of=day,
        months=months,
        gaps={
            f: find_gaps([m.month for m in months if m.framework == f])
            for f in sorted({m.framework for m in months})
        },
        latest=latest,
        by_operation=by_operation,
        women=_women(db, facts, country, as_of),
        deaths=deaths,
        missing=_missing(db, as_of, bool(deaths)),
    )


def list_months(
    db: Database, iso3: str, as_of: date, framework: str | None = None
) -> tuple[MonthTotal, ...]:
    """A country's people month by month in each framework, or in one, up to a date."""
    facts = read_facts(db)
    country = facts.country(iso3).iso3
    last = as_of.isoformat()[:7]
    sources = _sources(db, facts)
    stated = {
        (r["framework"], r["month"]): r
        for r in db.ask("months_of_country", country=country, month=last)
        if last_day(r["date"]) <= as_of
    }
    first: dict[str, str] = {}
    for f, month in stated:
        first[f] = min(month, first.get(f, month))
    out = [
        MonthTotal(
            f, month, r["date"], r["persons"], r["female"], r["military"], r["police"],
            r["civilian"], r["operations"], r["place"], r["contributors"], r["world"],
            r["persons"] / r["world"] if r["world"] else None, sources[r["source_id"]],
        )
        for (f, month), r in stated.items()
    ]  # fmt: skip
    for r in db.ask("complete_months", month=last):
        key = (r["framework"], r["month"])
        if key in stated or r["framework"] not in first or r["month"] < first[r["framework"]]:
            continue
        if last_day(r["date"]) <= as_of:
            out.append(
                MonthTotal(
                    *key, r["date"], 0, 0, 0, 0, 0, 0, None, r["contributors"], r["world"], 0.0,
                    sources[r["source_id"]],
                )
            )  # fmt: skip
    return tuple(
        sorted(
            (m for m in out if framework in (None, m.framework)),
            key=lambda m: (m.framework, m.month),
        )
    )


def compare_countries(
    db: Database, countries: Sequence[str], as_of: date, framework: str = "un"
) -> Comparison:
    """Two to six countries month by month in one framework; raises `UsageError` for more."""
    facts = read_facts(db)
    codes = tuple(dict.fromkeys(facts.country(c).iso3 for c in countries))
    if len(codes) > MOST_COMPARED:
        raise UsageError(
            Problem("--compare", "", f"{len(codes)} countries",
                    f"Compare at most {MOST_COMPARED}, the first included.")
        )  # fmt: skip
    return Comparison(
        framework, as_of.isoformat(), codes,
        {c: list_months(db, c, as_of, framework) for c in codes},
    )  # fmt: skip


def find_gaps(months: Sequence[str]) -> tuple[Gap, ...]:
    """Runs of months missing between the first and the last.

    >>> find_gaps(["2013-11", "2014-02"])
    (Gap(first='2013-12', last='2014-01', months=2),)
    """
    numbers = sorted({int(m[:4]) * 12 + int(m[5:7]) - 1 for m in months if len(m) >= 7})
    out = []
    for before, after in pairwise(numbers):
        if after - before > 1:
            out.append(Gap(_month(before + 1), _month(after - 1), after - before - 1))
    return tuple(out)


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _sources(db: Database, facts: Facts) -> dict[str, SourceRef]:
    """One reference to each source as a whole."""
    return {
        r["source_id"]: facts.sources_by_citation[r["citation_id"]]
        for r in db.ask("source_citations")
    }


def _by_operation(
    db: Database, facts: Facts, country: str, as_of: date
) -> tuple[OperationMonth, ...]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for r in db.ask("figures_of_country", country=country, day=as_of.isoformat()):
        if last_day(r["date"]) > as_of:
            continue
        one = found.setdefault(
            (r["operation_id"], r["date"]),
            {"framework": r["framework"], "all": {}, "women": {}, "cite": r["citation_id"]},
        )
        one["all"][r["category"]] = r["persons"]
        one["women"][r["category"]] = r["female"] if r["by_sex"] else None
    totals = _operation_totals(db, {d[:7] for _, d in found})
    out = []
    for (operation, day), one in found.items():
        parts = {c: n for c, n in one["all"].items() if c != "total"}
        persons = sum(parts.values()) if parts else one["all"]["total"]
        women = [one["women"][c] for c in (parts or one["all"])]
        total = totals.get((operation, day[:7]))
        out.append(
            OperationMonth(
                operation, one["framework"], day, persons,
                sum(women) if all(w is not None for w in women) else None, parts,
                total, persons / total if total else None,
                facts.sources_by_citation[one["cite"]],
            )
        )  # fmt: skip
    return tuple(sorted(out, key=lambda o: (o.operation, o.date)))


def _operation_totals(db: Database, months: set[str]) -> dict[tuple[str, str], int]:
    """All contributors' people by (operation, month)."""
    if not months:
        return {}
    return {
        (r["operation_id"], r["month"]): r["persons"]
        for r in db.ask("totals_by_operation_and_month", first=min(months), last=max(months))
    }


def _women(db: Database, facts: Facts, country: str, as_of: date) -> tuple[WomenShare, ...]:
    """The latest month told by sex in each year, group by group."""
    counts: dict[tuple[str, str], tuple[int, int, int]] = {}
    group_of = {c: g for g, categories in PARITY_GROUPS.items() for c in categories}
    for r in db.ask("figures_of_country", country=country, day=as_of.isoformat()):
        group = group_of.get(r["category"])
        if group and r["by_sex"] and r["framework"] == "un":
            n, f, _ = counts.get((group, r["date"]), (0, 0, 0))
            counts[group, r["date"]] = (n + r["persons"], f + r["female"], r["citation_id"])
    targets = read_targets(db)
    latest: dict[tuple[str, str], str] = {}
    for group, day in counts:
        key = (group, day[:4])
        latest[key] = max(day, latest.get(key, day))
    out = []
    for (group, year), day in sorted(latest.items()):
        persons, female, citation = counts[group, day]
        if not persons:
            continue
        percent, target_year, basis, sources = find_target(targets, facts, group, int(year))
        share = female / persons
        out.append(
            WomenShare(
                group, day, persons, female, share,
                percent / 100 if percent is not None else None, target_year, basis,
                None if percent is None or basis == "goal" else share >= percent / 100,
                (facts.sources_by_citation[citation], *sources),
            )
        )  # fmt: skip
    return tuple(out)


def read_targets(db: Database) -> dict[str, dict[int, tuple[float, int]]]:
    """Group → year → (percent, citation)."""
    out: dict[str, dict[int, tuple[float, int]]] = {}
    for r in db.ask("all_parity_targets"):
        out.setdefault(r["category"], {})[r["year"]] = (r["percent"], r["citation_id"])
    return out


def find_target(
    targets: dict[str, dict[int, tuple[float, int]]], facts: Facts, group: str, year: int
) -> tuple[float | None, int | None, str, tuple[SourceRef, ...]]:
    """The target of a year: (percent, the year it belongs to, basis, sources)."""
    stated = targets.get(group, {})
    if year in stated:
        percent, cite = stated[year]
        return percent, year, "stated", (facts.sources_by_citation[cite],)
    before = [y for y in stated if y < year]
    after = [y for y in stated if y > year]
    if before and after:
        y0, y1 = max(before), min(after)
        (p0, c0), (p1, c1) = stated[y0], stated[y1]
        percent = p0 + (p1 - p0) * (year - y0) / (y1 - y0)
        return (
            round(percent, 1), year, "between",
            (facts.sources_by_citation[c0], facts.sources_by_citation[c1]),
        )  # fmt: skip
    if after:
        goal = min(after)
        percent, cite = stated[goal]
        return percent, goal, "goal", (facts.sources_by_citation[cite],)
    if before:
        goal = max(before)
        percent, cite = stated[goal]
        return percent, goal, "stated", (facts.sources_by_citation[cite],)
    return None, None, "", ()


def show_operation_contributions(
    db: Database, operation_id: str, as_of: date
) -> OperationContributions:
    """Who contributes to an operation, its strength against its ceilings, deaths and money.

    Raises `NotFound` for an id that is no operation.
    """
    facts = read_facts(db)
    operation = facts.operation(operation_id)
    day = as_of.isoformat()
    sources = _sources(db, facts)
    kinds = _kinds(db, operation_id, day)
    ceilings = [f for f in operation.figures if f.what == "ceiling"]
    strengths = tuple(
        OperationStrength(
            month=r["month"],
            date=r["date"],
            persons=r["persons"],
            female=r["female"],
            military=kinds.get(r["date"], {}).get("military"),
            police=kinds.get(r["date"], {}).get("police"),
            civilian=kinds.get(r["date"], {}).get("civilian"),
            ceilings={
                f.kind: f.persons
                for f in sorted(ceilings, key=lambda f: f.date)
                if f.date <= r["date"]
            },
            source=sources[r["source_id"]],
        )
        for r in db.ask("months_of_operation", operation_id=operation_id, month=day[:7])
        if last_day(r["date"]) <= as_of
    )
    counted, contributors = _contributors(db, facts, operation_id, day)
    deaths = tuple(
        DeathCount(operation_id, r["cause"], None, r["year"], r["persons"],
                   facts.sources_by_citation[r["citation_id"]])
        for r in db.ask("deaths_in_operation", operation_id=operation_id, day=day)
    )  # fmt: skip
    budgets = tuple(
        BudgetYear(r["start_date"], r["end_date"], r["apportioned_kusd"], r["spent_kusd"],
                   r["document"], facts.sources_by_citation[r["citation_id"]])
        for r in db.ask("budgets_of_operation", operation_id=operation_id, day=day)
    )  # fmt: skip
    return OperationContributions(
        operation_id, day, counted, contributors, strengths,
        find_gaps([s.month for s in strengths]), deaths, budgets,
        _missing(db, as_of, bool(deaths)) if operation.framework == "un" else _NOT_UN,
    )  # fmt: skip


_KIND_OF = {
    "contingent-troops": "military", "staff-officer": "military", "military-expert": "military",
    "military": "military", "formed-police-unit": "police", "individual-police": "police",
    "police": "police", "justice-expert": "civilian", "corrections-expert": "civilian",
    "civil-protection-expert": "civilian", "civilian-expert": "civilian", "civilian": "civilian",
}  # fmt: skip


def _kinds(db: Database, operation_id: str, day: str) -> dict[str, dict[str, int]]:
    """Day → military, police and civilian people."""
    out: dict[str, dict[str, int]] = {}
    for r in db.ask("categories_of_operation", operation_id=operation_id, day=day):
        kind = _KIND_OF.get(r["category"])
        if kind:
            sums = out.setdefault(r["date"], {})
            sums[kind] = sums.get(kind, 0) + r["persons"]
    return out


def _contributors(
    db: Database, facts: Facts, operation_id: str, day: str
) -> tuple[str | None, tuple[ContributorShare, ...]]:
    """The latest month with contributors: its last day of counting, and each contributor."""
    row = db.ask_one("last_month_with_contributors", operation_id=operation_id, day=day)
    if row is None or row["date"] is None:
        return None, ()
    month = str(row["date"])[:7]
    found: dict[str, dict[str, Any]] = {}
    for r in db.ask("contributors_in_month", operation_id=operation_id, first=month,
                    last=f"{month}-99"):  # fmt: skip
        one = found.setdefault(r["country_iso3"], {"all": {}, "women": [], "c": r["citation_id"]})
        one["all"][r["category"]] = r["persons"]
        if r["category"] != "total":
            one["women"].append(r["female"] if r["by_sex"] else None)
    people = {
        c: sum(n for k, n in o["all"].items() if k != "total") or o["all"].get("total", 0)
        for c, o in found.items()
    }
    world = sum(people.values())
    out = [
        ContributorShare(
            c, people[c],
            sum(o["women"]) if o["women"] and None not in o["women"] else None,
            {k: n for k, n in o["all"].items() if k != "total"},
            people[c] / world if world else None, facts.sources_by_citation[o["c"]],
        )
        for c, o in found.items()
    ]  # fmt: skip
    return str(row["date"]), tuple(sorted(out, key=lambda c: (-c.persons, c.country)))


def show_framework(db: Database, framework: str, as_of: date) -> tuple[FrameworkYear, ...]:
    """Military, police and civilian people of a framework year by year, and its operations by kind.

    Raises `UsageError` for a framework the catalogue does not have.
    """
    facts = read_facts(db)
    known = sorted({o.framework for o in facts.operations.values()})
    if framework not in known:
        raise UsageError(
            Problem("--framework", "", f"no framework '{framework}'", f"Write {', '.join(known)}.")
        )
    sources = _sources(db, facts)
    by_year: dict[str, Any] = {}
    for r in db.ask("framework_by_month", month=as_of.isoformat()[:7]):
        if r["framework"] == framework and last_day(r["date"]) <= as_of:
            best = by_year.get(r["month"][:4])
            if best is None or (r["is_complete"], r["month"], r["contributors"]) > (
                best["is_complete"], best["month"], best["contributors"]
            ):  # fmt: skip
                by_year[r["month"][:4]] = r
    mine = [o for o in facts.operations.values() if o.framework == framework]
    starts = [o.first_day.year for o in mine if o.first_day]
    first = min([*starts, *(int(y) for y in by_year)], default=as_of.year)
    out = []
    for year in range(first, as_of.year + 1):
        end = min(date(year, 12, 31), as_of)
        kinds: dict[str, int] = {}
        strengths: list[StatedStrength] = []
        for o in mine:
            if o.first_day and o.first_day <= end and o.status(end) == "active":
                kinds[o.kind] = kinds.get(o.kind, 0) + 1
                stated = {
                    f.kind: StatedStrength(o.id, o.kind, f.kind, f.persons, f.date, f.source)
                    for f in sorted(o.figures, key=lambda f: f.date)
                    if f.what == "strength" and f"{year - 1}" <= f.date and last_day(f.date) <= end
                }
                strengths += stated.values()
        found = by_year.get(str(year))
        out.append(
            FrameworkYear(
                framework=framework,
                year=str(year),
                date=found["month"] if found else None,
                persons=found["persons"] if found else None,
                military=found["military"] if found else None,
                police=found["police"] if found else None,
                civilian=found["civilian"] if found else None,
                female=found["female"] if found else None,
                contributors=found["contributors"] if found else None,
                complete=bool(found and found["is_complete"]),
                operations=kinds,
                strengths=tuple(strengths),
                source=sources[found["source_id"]] if found else None,
            )
        )
    return tuple(out)


_NOT_UN = (
    "No publisher gives contributors to this framework's operations month by month; figures that"
    " exist on paper can be entered with: peaceops import desk-table FILE (docs/imports.md)",
)


def _missing(db: Database, as_of: date, has_deaths: bool) -> tuple[str, ...]:
    """Which data would say more, and how to get them."""
    have = {r["source_id"]: r["last_date"] for r in db.ask("all_imports")}
    out = []
    hub = have.get("un-dpo-uchistorical")
    if hub is None:
        out.append(
            "Every month by operation, category and sex since 2010: peaceops sync"
            " un-dpo-uchistorical"
        )
        if "un-dppadpo-ucpre2010" not in have:
            out.append("Every month by operation before 2010: peaceops sync un-dppadpo-ucpre2010")
    elif (as_of - last_day(hub)).days > 120:
        out.append(f"The UN's months end on {hub}: peaceops sync un-dpo-uchistorical")
    if not has_deaths and "un-dppadposs-fatalities" not in have:
        out.append("Deaths by cause since 1948: peaceops sync un-dppadposs-fatalities")
    return tuple(out)
