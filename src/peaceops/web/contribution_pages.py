"""The pages on contributions: of a country, to an operation, of a framework; and differences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from peaceops.analysis.contributions import (
    CountryContributions,
    FrameworkYear,
    Gap,
    MonthTotal,
    OperationContributions,
    OperationMonth,
    OperationStrength,
    WomenShare,
    show_contributions,
    show_framework,
    show_operation_contributions,
)
from peaceops.analysis.facts import SourceRef
from peaceops.analysis.reconcile import Quantity, reconcile_country, reconcile_operation
from peaceops.errors import NotFound, Problem, UsageError, did_you_mean
from peaceops.web import pages
from peaceops.web.charts import Chart, Series
from peaceops.web.languages import mark
from peaceops.web.presence_pages import check_country, list_choices, name_sources
from peaceops.web.view import View

CAUSES = {
    "malicious-act": mark("malicious act"),
    "illness": mark("illness"),
    "accident": mark("accident"),
    "self-inflicted": mark("self-inflicted"),
    "other": mark("other cause"),
    "unknown": mark("cause not known"),
    "to-be-determined": mark("cause to be determined"),
}
PARITY = {
    "contingent-troops": mark("Contingent troops"),
    "staff-and-experts": mark("Staff officers and military experts"),
    "formed-police-unit": mark("Formed police units"),
    "individual-police": mark("Individual police officers"),
}
# source a command fetches → what it would add
ADDS = {
    "un-dpo-uchistorical": mark("Every month by operation, category and sex since 2010."),
    "un-dppadpo-ucpre2010": mark("Every month by operation before 2010."),
    "un-dppadposs-fatalities": mark("Deaths by cause since 1948."),
}
COUNTRY_CHARTS = ("contributions-share", "contributions-operations", "contributions-women",
                  "contributions-deaths")  # fmt: skip
OPERATION_CHARTS = ("operation-strength", "operation-contributors", "operation-senders",
                    "operation-deaths")  # fmt: skip
FRAMEWORK_CHARTS = ("framework-people", "framework-operations")
MOST_LINES = 6
MOST_BARS = 15


@dataclass(frozen=True)
class Advice:
    """Data that would say more, and the command that fetches them."""

    text: str
    command: str


@dataclass(frozen=True)
class Deaths:
    """Deaths of one year, or in one operation, by cause."""

    name: str
    total: int
    causes: dict[str, int]


@dataclass(frozen=True)
class MonthLine:
    """A month's figure with its source by id; the sources stand beside the list."""

    framework: str
    month: str
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
    source: str


@dataclass(frozen=True)
class OperationMonthLine:
    """A country's people in one operation on a day, with the source by id."""

    operation: str
    date: str
    persons: int
    female: int | None
    categories: dict[str, int]
    total: int | None
    share: float | None
    source: str


@dataclass(frozen=True)
class ContributionsPage:
    """What a country contributes: newest figures, years, months, women, deaths."""

    title: str
    iso3: str
    counted_on: str | None
    latest: tuple[OperationMonth, ...]
    categories: tuple[str, ...]
    years: tuple[MonthLine, ...]
    months: tuple[MonthLine, ...]
    by_operation: tuple[OperationMonthLine, ...]
    with_civilian: bool
    gaps: dict[str, tuple[Gap, ...]]
    women: tuple[WomenShare, ...]
    deaths: tuple[Deaths, ...]
    deaths_by_operation: tuple[Deaths, ...]
    causes: tuple[str, ...]
    sources: tuple[SourceRef, ...]
    missing: tuple[Advice, ...]
    charts: tuple[tuple[str, Chart], ...]


def contributions_page(view: View, iso3: str) -> ContributionsPage:
    """A country's contributions up to the date; raises `NotFound`."""
    check_country(view, iso3)
    found = show_contributions(view.db, iso3, view.as_of)
    return ContributionsPage(
        title=view.language.say("Contributions of %(country)s", country=view.country(iso3)),
        iso3=iso3,
        counted_on=max((o.date for o in found.latest), default=None),
        latest=found.latest,
        categories=_categories(o.categories for o in found.latest),
        years=tuple(_month_line(m) for m in _last_of_years(found.months)),
        months=tuple(_month_line(m) for m in reversed(found.months)),
        by_operation=tuple(
            OperationMonthLine(
                o.operation, o.date, o.persons, o.female, o.categories, o.total, o.share,
                o.source.id,
            )
            for o in sorted(found.by_operation, key=lambda o: (o.date, o.operation), reverse=True)
        ),
        with_civilian=any(m.civilian for m in found.months),
        gaps=found.gaps,
        women=tuple(reversed(found.women)),
        deaths=_sum_deaths((d.year[:4], d.cause, d.persons) for d in found.deaths),
        deaths_by_operation=_sum_deaths(
            (d.operation or "", d.cause, d.persons) for d in found.deaths
        ),
        causes=_causes(d.cause for d in found.deaths),
        sources=_unique(
            [m.source for m in found.months]
            + [o.source for o in found.by_operation]
            + [s for w in found.women for s in w.sources]
            + [d.source for d in found.deaths]
        ),
        missing=_advise(view, found.missing),
        charts=_charts(COUNTRY_CHARTS, lambda name: _draw_country(view, name, found)),
    )  # fmt: skip


@dataclass(frozen=True)
class ContributorsPage:
    """Who contributes to an operation, its strength against its ceilings, deaths and money."""

    title: str
    found: OperationContributions
    categories: tuple[str, ...]
    years: tuple[OperationStrength, ...]
    deaths: tuple[Deaths, ...]
    causes: tuple[str, ...]
    sources: tuple[SourceRef, ...]
    missing: tuple[Advice, ...]
    charts: tuple[tuple[str, Chart], ...]


def contributors_page(view: View, operation_id: str) -> ContributorsPage:
    """The people of an operation up to the date; raises `NotFound`."""
    if operation_id not in view.facts.operations:
        raise NotFound(
            Problem(operation_id, "", mark("there is no operation of this name"),
                    did_you_mean(operation_id.lower(), view.facts.operations))
        )  # fmt: skip
    found = show_operation_contributions(view.db, operation_id, view.as_of)
    acronym = view.facts.operations[operation_id].acronym(view.language.content)
    years = {s.month[:4]: s for s in found.strengths}
    return ContributorsPage(
        title=view.language.say("Who contributes to %(operation)s", operation=acronym),
        found=found,
        categories=_categories(c.categories for c in found.contributors),
        years=tuple(reversed(years.values())),
        deaths=_sum_deaths((d.year[:4], d.cause, d.persons) for d in found.deaths),
        causes=_causes(d.cause for d in found.deaths),
        sources=_unique(
            [c.source for c in found.contributors]
            + [s.source for s in found.strengths]
            + [d.source for d in found.deaths]
            + [b.source for b in found.budgets]
        ),
        missing=_advise(view, found.missing),
        charts=_charts(OPERATION_CHARTS, lambda name: _draw_operation(view, name, found)),
    )


@dataclass(frozen=True)
class FrameworkPage:
    """People and operations of a framework over the years, its civilian means among them."""

    title: str
    framework: str
    years: tuple[FrameworkYear, ...]
    kinds: tuple[str, ...]
    with_civilian: bool
    with_people: bool
    sources: tuple[SourceRef, ...]
    charts: tuple[tuple[str, Chart], ...]


def framework_page(view: View, framework: str) -> FrameworkPage:
    """A framework up to the date; raises `NotFound`."""
    if framework not in known_frameworks(view):
        raise NotFound(
            Problem(framework, "", mark("there is no such framework"),
                    ", ".join(known_frameworks(view)))
        )  # fmt: skip
    years = show_framework(view.db, framework, view.as_of)
    return FrameworkPage(
        title=view.language.say(
            "Military, police and civilian means: %(framework)s",
            framework=view.language.label("framework", framework),
        ),
        framework=framework,
        years=tuple(reversed(years)),
        kinds=_kinds(years),
        with_civilian=any(y.civilian for y in years),
        with_people=any(y.persons is not None for y in years),
        sources=_unique([y.source for y in years if y.source]),
        charts=_charts(FRAMEWORK_CHARTS, lambda name: _draw_framework(view, name, years)),
    )


def known_frameworks(view: View) -> tuple[str, ...]:
    """The frameworks of which the catalogue has operations, in their usual order."""
    present = {o.framework for o in view.facts.operations.values()}
    return tuple(f for f in pages.FRAMEWORKS if f in present)


@dataclass(frozen=True)
class DifferenceCount:
    """How many figures of a country several sources give, and in how many they differ."""

    country: str
    compared: int
    differing: int


@dataclass(frozen=True)
class DifferencesPage:
    """The same quantity from several sources, side by side; gaps of which none speaks."""

    title: str
    country: str
    operation: str
    differing: tuple[Quantity, ...]
    compared: int
    agreeing: int
    gaps: tuple[Gap, ...]
    overview: tuple[DifferenceCount, ...]
    choices: tuple[tuple[str, str], ...]
    operations: tuple[tuple[str, str], ...]


def differences_page(view: View) -> DifferencesPage:
    """The figures of the country or operation chosen; without a choice, an overview."""
    country, operation = view.choice("country"), view.choice("operation")
    if country and operation:
        raise UsageError(
            Problem("operation", "", mark("choose a country or an operation, not both"))
        )
    found = None
    if country:
        country = check_country(view, country)
        found = reconcile_country(view.db, country, view.as_of)
    elif operation:
        view.facts.operation(operation)
        found = reconcile_operation(view.db, operation, view.as_of)
    overview = []
    if found is None:
        for line in pages.countries_page(view).with_folder:
            one = reconcile_country(view.db, line.iso3, view.as_of)
            overview.append(DifferenceCount(line.iso3, one.compared, one.differing))
    lang = view.language.content
    return DifferencesPage(
        title=view.language.say("Where sources differ"),
        country=country,
        operation=operation,
        differing=tuple(q for q in found.quantities if not q.agree) if found else (),
        compared=found.compared if found else 0,
        agreeing=found.compared - found.differing if found else 0,
        gaps=found.gaps if found else (),
        overview=tuple(overview),
        choices=list_choices(view, (country,) if country else ()),
        operations=tuple(sorted((o.id, o.acronym(lang)) for o in view.facts.operations.values())),
    )


# Charts ------------------------------------------------------------------------------------------


def country_chart(name: str) -> Callable[[View, str], Chart | None]:
    """The function that draws one of `COUNTRY_CHARTS` for a view and a country's code."""

    def draw(view: View, key: str) -> Chart | None:
        if key not in view.facts.countries:
            return None
        return _draw_country(view, name, show_contributions(view.db, key, view.as_of))

    return draw


def operation_chart(name: str) -> Callable[[View, str], Chart | None]:
    """The function that draws one of `OPERATION_CHARTS` for a view and an operation's id."""

    def draw(view: View, key: str) -> Chart | None:
        if key not in view.facts.operations:
            return None
        found = show_operation_contributions(view.db, key, view.as_of)
        return _draw_operation(view, name, found)

    return draw


def framework_chart(name: str) -> Callable[[View, str], Chart | None]:
    """The function that draws one of `FRAMEWORK_CHARTS` for a view and a framework."""

    def draw(view: View, key: str) -> Chart | None:
        if key not in known_frameworks(view):
            return None
        return _draw_framework(view, name, show_framework(view.db, key, view.as_of))

    return draw


def _charts(
    names: Sequence[str], draw: Callable[[str], Chart | None]
) -> tuple[tuple[str, Chart], ...]:
    drawn = ((name, draw(name)) for name in names)
    return tuple((name, chart) for name, chart in drawn if chart)


def _draw_country(view: View, name: str, found: CountryContributions) -> Chart | None:
    say, country = view.language.say, view.country(found.country)
    if name == "contributions-share":
        shares = [m for m in found.months if m.framework == "un" and m.share is not None]
        if len(shares) < 2:
            return None
        return Chart(
            kind="line",
            title=say("%(country)s: share of all uniformed people of the United Nations",
                      country=country),
            description=say("Only months of which a source names every contributor."),
            unit="%",
            x_title=say("Date"),
            series=(
                Series(
                    country, _broken([(m.date, round(100 * (m.share or 0), 2)) for m in shares])
                ),
            ),
            sources=name_sources([m.source for m in shares]),
        )  # fmt: skip
    if name == "contributions-operations":
        return _draw_operations(view, found)
    if name == "contributions-women":
        return _draw_women(view, found)
    return _draw_deaths(view, country, [(d.cause, d.persons, d.source) for d in found.deaths])


def _draw_operations(view: View, found: CountryContributions) -> Chart | None:
    say = view.language.say
    series: dict[str, list[tuple[str, float | None]]] = {}
    most: dict[str, int] = {}
    for o in found.by_operation:
        series.setdefault(o.operation, []).append((o.date, float(o.persons)))
        most[o.operation] = max(o.persons, most.get(o.operation, 0))
    several = [o for o in sorted(most, key=lambda o: -most[o]) if len(series[o]) > 1]
    chosen = several[:MOST_LINES]
    if not chosen:
        return None
    lang = view.language.content
    return Chart(
        kind="small-multiples",
        title=say("%(country)s: people in its largest operations",
                  country=view.country(found.country)),
        description=say("On the days of a count; all on the same scale."),
        unit=say("people"),
        x_title=say("Date"),
        series=tuple(
            Series(view.facts.operations[o].acronym(lang), _broken(series[o])) for o in chosen
        ),
        sources=name_sources([o.source for o in found.by_operation if o.operation in chosen]),
    )  # fmt: skip


def _draw_women(view: View, found: CountryContributions) -> Chart | None:
    """Women's share of the group with most years beside the target of each year."""
    say = view.language.say
    groups: dict[str, list[WomenShare]] = {}
    for w in found.women:
        groups.setdefault(w.group, []).append(w)
    if not groups:
        return None
    group, shares = max(groups.items(), key=lambda item: len(item[1]))
    if len(shares) < 2:
        return None
    targets = tuple(
        (w.date[:4], round(100 * w.target, 1) if w.target is not None and w.basis != "goal"
         else None)
        for w in shares
    )  # fmt: skip
    return Chart(
        kind="line",
        title=say("%(country)s: women among %(group)s", country=view.country(found.country),
                  group=say(PARITY[group])),
        description=say("The latest month of each year told by sex, beside the target of the year"
                        " where the United Nations set one."),
        unit="%",
        x_title=say("Year"),
        series=(
            Series(say("Women"), tuple((w.date[:4], round(100 * w.share, 1)) for w in shares)),
            *((Series(say("Target"), targets),) if any(y is not None for _, y in targets) else ()),
        ),
        sources=name_sources([s for w in shares for s in w.sources]),
    )  # fmt: skip


def _draw_deaths(view: View, whose: str, deaths: list[tuple[str, int, SourceRef]]) -> Chart | None:
    if not deaths:
        return None
    say = view.language.say
    counts: dict[str, int] = {}
    for cause, persons, _ in deaths:
        counts[cause] = counts.get(cause, 0) + persons
    return Chart(
        kind="bar",
        title=say("%(name)s: deaths in United Nations missions by cause", name=whose),
        description=say("All deaths recorded up to %(date)s.", date=view.language.date(view.as_of)),
        unit=say("people"),
        x_title=say("Cause"),
        series=(
            Series(
                say("Deaths"),
                tuple(
                    (name_cause(view, c), float(n))
                    for c, n in sorted(counts.items(), key=lambda item: -item[1])
                ),
            ),
        ),
        sources=name_sources([s for _, _, s in deaths]),
    )


def name_cause(view: View, cause: str) -> str:
    """A cause of death in the reader's language; the code in words where it has no name."""
    return view.language.say(CAUSES[cause]) if cause in CAUSES else cause.replace("-", " ")


def _draw_operation(view: View, name: str, found: OperationContributions) -> Chart | None:
    say = view.language.say
    acronym = view.facts.operations[found.operation].acronym(view.language.content)
    if name == "operation-deaths":
        return _draw_deaths(view, acronym, [(d.cause, d.persons, d.source) for d in found.deaths])
    if name == "operation-contributors":
        shown = found.contributors[:MOST_BARS]
        if len(shown) < 2:
            return None
        return Chart(
            kind="bar",
            title=say("%(operation)s: largest contributors", operation=acronym),
            description=say("People on %(date)s.", date=view.language.date(found.counted_on)),
            unit=say("people"),
            x_title=say("Country"),
            series=(
                Series(
                    say("People"),
                    tuple((view.country(c.country), float(c.persons)) for c in shown),
                ),
            ),
            sources=name_sources([c.source for c in shown]),
        )
    if len(found.strengths) < 2:
        return None
    if name == "operation-senders":
        return _draw_senders(view, found, acronym)
    kinds = sorted({k for s in found.strengths for k in s.ceilings})
    measures: list[tuple[str, Callable[[OperationStrength], int | None]]] = [
        (say("Military, present"), lambda s: s.military),
        (say("Police, present"), lambda s: s.police),
    ]
    dates = [s.date for s in found.strengths]
    series = []
    for label, measure in measures:
        series.append(Series(label, _with_holes([(s.date, measure(s)) for s in found.strengths],
                                                found.gaps)))  # fmt: skip
    for kind in kinds[: MOST_LINES - len(measures)]:
        points = tuple((d, s.ceilings.get(kind)) for d, s in zip(dates, found.strengths,
                                                                 strict=True))  # fmt: skip
        series.append(
            Series(say("Ceiling: %(kind)s", kind=view.language.label("ceiling", kind)), points,
                   step=True)
        )  # fmt: skip
    series = [s for s in series if any(y is not None for _, y in s.points)]
    if not series:
        return None
    return Chart(
        kind="line",
        title=say("%(operation)s: people present and ceilings", operation=acronym),
        description=say("People at the end of each month of which a source tells, beside what the"
                        " Security Council or another body allowed; a line breaks where none"
                        " does."),
        unit=say("people"),
        x_title=say("Date"),
        series=tuple(series),
        sources=name_sources([s.source for s in found.strengths]),
    )  # fmt: skip


def _draw_senders(view: View, found: OperationContributions, acronym: str) -> Chart | None:
    """The largest contributors of all years, each by the last month known of each year."""
    say = view.language.say
    years: dict[str, dict[str, int]] = {}
    sources: dict[str, SourceRef] = {}
    for s in reversed(found.strengths):
        if s.month[:4] in years:
            continue
        people: dict[str, dict[str, int]] = {}
        for r in view.db.ask("contributors_in_month", operation_id=found.operation,
                             first=s.month, last=f"{s.month}-99"):  # fmt: skip
            people.setdefault(r["country_iso3"], {})[r["category"]] = r["persons"]
            source = view.facts.sources_by_citation[r["citation_id"]]
            sources[source.id] = source
        if people:
            years[s.month[:4]] = {
                c: sum(n for k, n in by.items() if k != "total") or by.get("total", 0)
                for c, by in people.items()
            }
    if len(years) < 2:
        return None
    most: dict[str, int] = {}
    for people_of_year in years.values():
        for c, n in people_of_year.items():
            most[c] = most.get(c, 0) + n
    chosen = sorted(most, key=lambda c: (-most[c], c))[:MOST_LINES]
    every = range(int(min(years)), int(max(years)) + 1)
    return Chart(
        kind="small-multiples",
        title=say("%(operation)s: largest contributors over the years", operation=acronym),
        description=say("The last month of each year of which a source names the contributors; all"
                        " on the same scale. A line breaks where it does not name the country."),
        unit=say("people"),
        x_title=say("Year"),
        series=tuple(
            Series(
                view.country(c),
                tuple((str(y), years.get(str(y), {}).get(c))
                      for y in every),
            )
            for c in chosen
        ),
        sources=name_sources(list(sources.values())),
    )  # fmt: skip


def _with_holes(
    points: list[tuple[str, int | None]], gaps: Iterable[Gap]
) -> tuple[tuple[str, float | None], ...]:
    """The points with one of unknown height in each gap, so that the line breaks there."""
    out: list[tuple[str, float | None]] = [(d, None if n is None else float(n)) for d, n in points]
    out += [(g.first, None) for g in gaps]
    return tuple(sorted(out, key=lambda point: point[0]))


def _broken(points: Sequence[tuple[str, float | None]]) -> tuple[tuple[str, float | None], ...]:
    """The points with one of unknown height wherever more than a year lies between two."""
    out: list[tuple[str, float | None]] = []
    for day, value in sorted(points, key=lambda point: point[0]):
        if out and int(day[:4]) * 12 + int(day[5:7] or 12) > 13 + (
            int(out[-1][0][:4]) * 12 + int(out[-1][0][5:7] or 12)
        ):
            out.append((f"{int(out[-1][0][:4]) + 1}-{out[-1][0][5:7] or 12}", None))
        out.append((day, value))
    return tuple(out)


def _draw_framework(view: View, name: str, years: Sequence[FrameworkYear]) -> Chart | None:
    say = view.language.say
    framework = view.language.label("framework", years[0].framework) if years else ""
    if name == "framework-people":
        known = [y for y in years if y.persons is not None]
        if len(known) < 2:
            return None
        measures: list[tuple[str, Callable[[FrameworkYear], int | None]]] = [
            (say("Military"), lambda y: y.military),
            (say("Police"), lambda y: y.police),
        ]
        if any(y.civilian for y in known):
            measures.append((say("Civilian"), lambda y: y.civilian))
        first, last = int(known[0].year), int(known[-1].year)
        inside = [y for y in years if first <= int(y.year) <= last]
        return Chart(
            kind="line",
            title=say("%(framework)s: people by year", framework=framework),
            description=say("The last month of each year of which a source tells; a line breaks"
                            " where none does."),
            unit=say("people"),
            x_title=say("Year"),
            series=tuple(
                Series(label, tuple((y.year, measure(y)) for y in inside))
                for label, measure in measures
            ),
            sources=name_sources([y.source for y in known if y.source]),
        )  # fmt: skip
    kinds = _kinds(years)[:MOST_LINES]
    if len(years) < 2 or not kinds:
        return None
    return Chart(
        kind="line",
        title=say("%(framework)s: operations by kind and year", framework=framework),
        description=say("Operations of the catalogue at work at the end of each year."),
        unit=say("operations"),
        x_title=say("Year"),
        series=tuple(
            Series(view.language.label("kind", kind),
                   tuple((y.year, float(y.operations.get(kind, 0))) for y in years))
            for kind in kinds
        ),
    )  # fmt: skip


# Pieces ------------------------------------------------------------------------------------------


def _month_line(m: MonthTotal) -> MonthLine:
    return MonthLine(
        m.framework, m.month, m.persons, m.female, m.military, m.police, m.civilian, m.operations,
        m.place, m.contributors, m.world, m.share, m.source.id,
    )  # fmt: skip


def _last_of_years(months: Sequence[MonthTotal]) -> list[MonthTotal]:
    """The last month of each year and framework, newest first."""
    last = {(m.month[:4], m.framework): m for m in sorted(months, key=lambda m: m.month)}
    return [last[key] for key in sorted(last, reverse=True)]


def _kinds(years: Sequence[FrameworkYear]) -> tuple[str, ...]:
    """Kinds of operations, the one with most operation-years first."""
    counts: dict[str, int] = {}
    for y in years:
        for kind, n in y.operations.items():
            counts[kind] = counts.get(kind, 0) + n
    return tuple(sorted(counts, key=lambda k: (-counts[k], k)))


def _categories(found: Iterable[dict[str, int]]) -> tuple[str, ...]:
    """The categories that occur, the largest first."""
    counts: dict[str, int] = {}
    for categories in found:
        for category, n in categories.items():
            counts[category] = counts.get(category, 0) + n
    return tuple(sorted(counts, key=lambda c: (-counts[c], c)))


def _causes(found: Iterable[str]) -> tuple[str, ...]:
    present = set(found)
    return (*(c for c in CAUSES if c in present), *sorted(present - set(CAUSES)))


def _sum_deaths(found: Iterable[tuple[str, str, int]]) -> tuple[Deaths, ...]:
    """Deaths by name (a year, newest first, or an operation) and cause."""
    sums: dict[str, dict[str, int]] = {}
    for name, cause, persons in found:
        causes = sums.setdefault(name, {})
        causes[cause] = causes.get(cause, 0) + persons
    return tuple(
        Deaths(name, sum(sums[name].values()), sums[name]) for name in sorted(sums, reverse=True)
    )


def _unique(sources: Iterable[SourceRef]) -> tuple[SourceRef, ...]:
    return tuple({s.id: s for s in sources}.values())


def _advise(view: View, missing: Iterable[str]) -> tuple[Advice, ...]:
    """Each command that fetches more, with what it adds in the reader's language."""
    out = []
    for line in missing:
        command = re.search(r"peaceops sync ([a-z0-9-]+)", line)
        if command and command[1] in ADDS:
            out.append(Advice(view.language.say(ADDS[command[1]]), command[0]))
        elif "desk-table" in line:
            text = view.language.say("Figures that exist only on paper can be entered as a table.")
            out.append(Advice(text, "peaceops import desk-table FILE"))
    return tuple(out)
