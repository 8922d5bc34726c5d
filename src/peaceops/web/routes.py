"""The pages of the portal in one table: where each lies, what makes it, what it may be asked.

HTML pages, their JSON twins under `/api/v1/`, the description of the API, the static export and
the tests of every page all follow from this table. `docs/portal.md` shows how to add one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from peaceops.errors import NotFound, Problem, UsageError
from peaceops.web import (
    chain_page,
    contribution_pages,
    correction_pages,
    mandate_pages,
    mandate_reader,
    mandate_series,
    pages,
    plan_change_page,
    plan_curve_page,
    plan_others_page,
    plan_pages,
    plan_simulation_page,
    plan_template_page,
    presence_pages,
    text_pages,
)
from peaceops.web.charts import Chart
from peaceops.web.languages import LABELS, mark
from peaceops.web.mandate_process import Reading
from peaceops.web.view import View


@dataclass(frozen=True)
class Parameter:
    """One thing a reader may choose, in the query of an address."""

    name: str
    description: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageRoute:
    """One page: `/{language}{path}` as HTML, `/api/v1{data_path}` as JSON.

    `keys` lists the values of the path for which the page exists, for export and tests.
    `menu` is the name of the page in the navigation, where it has a place there. `reading` says
    what must first be read in a process of its own; the page is then given the answer as `read`.
    """

    name: str
    path: str
    page: Callable[..., Any]
    record: type
    template: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    keys: Callable[[View], Iterable[dict[str, str]]] = field(default=lambda _: [{}])
    menu: str = ""
    dated: bool = True
    has_data: bool = True
    reading: Callable[..., Reading | None] | None = None

    @property
    def data_path(self) -> str:
        """Where the JSON twin lies, below `/api/v1`."""
        return "/home" if self.path == "/" else self.path

    def check(self, view: View) -> None:
        """Raise `UsageError` where a parameter's value is none of its choices."""
        problems = [
            Problem(p.name, "", mark("this value is not one of the choices"), ", ".join(p.choices))
            for p in self.parameters
            if p.choices and view.choice(p.name) and view.choice(p.name) not in p.choices
        ]
        if problems:
            raise UsageError(problems)


def _operations(view: View) -> Iterable[dict[str, str]]:
    return [{"operation_id": key} for key in view.facts.operations]


def _mandated(view: View) -> Iterable[dict[str, str]]:
    return [{"operation_id": o.id} for o in view.facts.operations.values() if o.decisions]


def _countries(view: View) -> Iterable[dict[str, str]]:
    lines = pages.countries_page(view)
    found = {c.iso3 for c in (*lines.with_folder, *lines.contributors, *lines.hosts)}
    return [{"iso3": iso3} for iso3 in sorted(found)]


def _frameworks(view: View) -> Iterable[dict[str, str]]:
    return [{"framework": f} for f in contribution_pages.known_frameworks(view)]


def _nowhere(_: View) -> Iterable[dict[str, str]]:
    """Pages on imported texts need the server, and texts are not passed on by an export."""
    return []


_TEXT = Parameter("text", "Language of the text.", text_pages.TEXT_LANGUAGES)

PAGES: tuple[PageRoute, ...] = (
    PageRoute(
        "home", "/", pages.home_page, pages.HomePage, "home.html",
        "What exists on the date at a glance, and since 1948.",
    ),
    PageRoute(
        "operations", "/operations", pages.operations_page, pages.OperationsPage,
        "operations.html", "Operations on the date, narrowed by facets.",
        (
            Parameter("framework", "Only operations of this framework.", pages.FRAMEWORKS),
            Parameter("kind", "Only operations of this kind.", tuple(LABELS["kind"])),
            Parameter("host", "Only operations hosted by this country, ISO 3166 alpha-3."),
            Parameter("status", "Only operations of this status on the date.", pages.STATUSES),
            Parameter("q", "Only operations with these words in one of their names."),
            Parameter("show", "`map` adds a map to the list.", ("list", "map")),
        ),
        menu=mark("Operations"),
    ),
    PageRoute(
        "operation", "/operations/{operation_id}", pages.operation_page, pages.OperationPage,
        "operation.html", "All that is known of one operation on the date.",
        keys=_operations,
    ),
    PageRoute(
        "mandates-of", "/operations/{operation_id}/mandates", chain_page.chain_page,
        chain_page.ChainPage, "chain.html",
        "Every decision on an operation by the date, and what each changed.",
        keys=_mandated,
    ),
    PageRoute(
        "calendar", "/calendar", mandate_pages.calendar_page, mandate_pages.CalendarPage,
        "calendar.html", "What falls due after the date: mandates, endings, reports, reviews.",
        (
            Parameter("days", "How many days ahead.", mandate_pages.DAYS),
            Parameter("framework", "Only operations of this framework.", pages.FRAMEWORKS),
            Parameter("country", "Only operations in which this country takes part, ISO3."),
        ),
        menu=mark("Calendar"),
    ),
    PageRoute(
        "mandates", "/mandates", mandate_series.mandates_page, mandate_series.MandatesPage,
        "mandates.html", "Mandates of the Security Council in force on the date.",
        menu=mark("Mandates"),
    ),
    PageRoute(
        "read", "/mandates/read", mandate_reader.read_page, mandate_reader.ReadPage, "read.html",
        "A resolution sent by the reader, coded as a mandate.",
        dated=False, has_data=False,
    ),
    PageRoute(
        "compare", "/mandates/compare", text_pages.pick_page, text_pages.StoredComparison,
        "compare.html", "Two resolutions, picked or sent, compared paragraph by paragraph.",
        (Parameter("operation", "The operation whose decisions are listed, by id."),),
        dated=False, has_data=False,
    ),
    PageRoute(
        "compare-of", "/operations/{operation_id}/mandates/compare", text_pages.compare_of_page,
        text_pages.StoredComparison, "compare.html",
        "Two decisions on an operation whose texts were imported, compared.",
        (
            Parameter("a", "The earlier resolution, by number."),
            Parameter("b", "The later resolution, by number."),
            _TEXT,
        ),
        keys=_nowhere, dated=False, reading=text_pages.compare_of_reading,
    ),
    PageRoute(
        "search", "/mandates/search", text_pages.search_page, text_pages.SearchPage, "search.html",
        "Paragraphs of the imported resolutions that hold the words asked for.",
        (
            Parameter("q", "Words, all of which must stand in the paragraph; \"side by side\"."),
            Parameter("operation", "Only decisions on this operation, by id."),
            Parameter("year", "Only resolutions of this year."),
            _TEXT,
            Parameter("page", "Which 25 paragraphs, from 1 on."),
        ),
        dated=False,
    ),
    PageRoute(
        "resolution", "/resolutions/{number}", text_pages.resolution_page,
        text_pages.ResolutionPage, "resolution.html",
        "An imported resolution: its paragraphs, with what each gives or decides beside it.",
        (_TEXT,), keys=_nowhere, dated=False, reading=text_pages.resolution_reading,
    ),
    PageRoute(
        "correct", "/resolutions/{number}/correct", correction_pages.correct_page,
        correction_pages.CorrectPage, "correct.html",
        "The form that marks a statement of a coding as wrong, or adds one.",
        (
            Parameter("mark", "The statement, such as acts_on:0, or tasks:new for a missing one."),
            _TEXT,
        ),
        keys=_nowhere, dated=False, has_data=False, reading=text_pages.resolution_reading,
    ),
    PageRoute(
        "growth", "/mandates/growth", mandate_series.growth_page, mandate_series.GrowthPage,
        "growth.html", "How mandates grew since 1948, up to the year of the date.",
    ),
    PageRoute(
        "accuracy", "/mandates/accuracy", mandate_series.accuracy_page,
        mandate_series.AccuracyPage, "accuracy.html",
        "How right the program reads mandates, by field, year and task.",
        dated=False,
    ),
    PageRoute(
        "countries", "/countries", pages.countries_page, pages.CountriesPage, "countries.html",
        "Countries that take part, and countries that host operations on the date.",
        menu=mark("Countries"),
    ),
    PageRoute(
        "country", "/countries/{iso3}", pages.country_page, pages.CountryPage, "country.html",
        "Where a country takes part on the date, and where it did before.",
        keys=_countries,
    ),
    PageRoute(
        "presence", "/countries/{iso3}/presence", presence_pages.presence_page,
        presence_pages.PresencePage, "presence.html",
        "How much a country is present on the date: each component, beside other countries.",
        tuple(
            Parameter(name, "Another country to lay beside it, ISO 3166 alpha-3"
                      + ("; several with commas." if name == "compare" else "."))
            for name in presence_pages.COMPARE
        ),
        keys=_countries,
    ),
    PageRoute(
        "contributions-of", "/countries/{iso3}/contributions",
        contribution_pages.contributions_page, contribution_pages.ContributionsPage,
        "contributions.html",
        "What a country contributes up to the date: by operation, month, category and sex; deaths.",
        keys=_countries,
    ),
    PageRoute(
        "contributors", "/operations/{operation_id}/contributions",
        contribution_pages.contributors_page, contribution_pages.ContributorsPage,
        "contributors.html",
        "Who contributes to an operation up to the date, its strength, ceilings and deaths.",
        keys=_operations,
    ),
    PageRoute(
        "framework", "/frameworks/{framework}", contribution_pages.framework_page,
        contribution_pages.FrameworkPage, "framework.html",
        "Military, police and civilian people of a framework, and its operations, by year.",
        keys=_frameworks,
    ),
    PageRoute(
        "differences", "/data/differences", contribution_pages.differences_page,
        contribution_pages.DifferencesPage, "differences.html",
        "Figures that several sources give, side by side, and which one is preferred.",
        (
            Parameter("country", "Figures of this country, ISO 3166 alpha-3."),
            Parameter("operation", "Figures of this operation, by id."),
        ),
    ),
    PageRoute(
        "hotspots", "/hotspots", presence_pages.hotspots_page, presence_pages.HotspotsPage,
        "hotspots.html",
        "Countries by conflict deaths in the 12 months before the date, with operations there.",
        (Parameter("country", "Where this country is present, ISO 3166 alpha-3."),),
        menu=mark("Hot spots"),
    ),
    PageRoute(
        "review", "/review", pages.review_page, pages.ReviewPage, "review.html",
        "An existing page read back: what in it is no longer true on the date.",
        (Parameter("country", "Whose page it is, ISO 3166 alpha-3; else told from the text."),),
        menu=mark("Review a page"), has_data=False,
    ),
    PageRoute(
        "plan", "/plan", plan_pages.plan_page, plan_pages.PlanPage, "plan.html",
        "A planning problem sent, checked and solved: who fills which post when.",
        (Parameter("forgotten", "Says that a plan was forgotten.", ("1",)),),
        menu=mark("Plan"), has_data=False, dated=False,
    ),
    PageRoute(
        "plan-template", "/plan/template", plan_template_page.template_page,
        plan_template_page.TemplatePage, "plan_template.html",
        "A planning workbook drawn from the catalogue: operations, posts and their values.",
        (
            Parameter("first", "The first month planned, such as 2027-01."),
            Parameter("last", "The last month planned."),
            Parameter("framework", "Only operations of this framework."),
            Parameter("country", "Only operations in which this country takes part, ISO3."),
            Parameter("host", "Only operations in this country, ISO 3166 alpha-3."),
            *(Parameter(f"w-{name}", f"The weight {name}.") for name in plan_template_page.WEIGHTS),
        ),
        dated=False,
    ),
    PageRoute(
        "data", "/data", pages.data_page, pages.DataPage, "data.html",
        "Where the facts come from, how new they are, how far they were checked.",
        menu=mark("Data"),
    ),
    PageRoute(
        "sources", "/sources", pages.sources_page, pages.SourcesPage, "sources.html",
        "Every source a fact cites.",
        (Parameter("trust", "Only sources read so far.", tuple(LABELS["trust"])),),
        dated=False,
    ),
    PageRoute(
        "about", "/about", pages.about_page, pages.TextPage, "about.html",
        "What this is, how to cite it, under which terms.",
        menu=mark("About"), dated=False,
    ),
    PageRoute(
        "accessibility", "/accessibility", pages.accessibility_page, pages.TextPage,
        "accessibility.html", "How usable the portal is for everybody.",
        dated=False,
    ),
)  # fmt: skip

# A visitor's own problem and plan: made by `plan_portal`, never exported, never cached.
PLAN_VISIT = PageRoute(
    "plan-visit", "/plan/{plan_id}", plan_pages.visit_page, plan_pages.VisitPage,
    "plan_visit.html", "A problem that was sent, and its plan.", dated=False,
)  # fmt: skip

# The same form on a text that a visitor sent: made by `correction_portal`.
CORRECT_SENT = PageRoute(
    "correct-sent", "/mandates/correct", correction_pages.marked_page,
    correction_pages.CorrectPage, "correct.html", "A statement of a coding marked as wrong.",
    dated=False, has_data=False,
)  # fmt: skip

# What can be asked of the plans of a visit: made by `plan_studies`, likewise.
PLAN_STUDIES = {
    "simulate": PageRoute(
        "plan-simulate", "/plan/{plan_id}/simulate", plan_simulation_page.simulation_page,
        plan_simulation_page.SimulationPage, "plan_simulation.html",
        "What a plan meets, and what stays filled.", dated=False,
    ),
    "curves": PageRoute(
        "plan-curves", "/plan/{plan_id}/curves", plan_curve_page.curve_page,
        plan_curve_page.CurvePage, "plan_curves.html",
        "Value against people and against money.", dated=False,
    ),
    "plans": PageRoute(
        "plan-plans", "/plan/{plan_id}/plans", plan_others_page.others_page,
        plan_others_page.OthersPage, "plan_others.html", "The plans of a visit.", dated=False,
    ),
    "what-if": PageRoute(
        "plan-what-if", "/plan/{plan_id}/what-if", plan_change_page.change_page,
        plan_change_page.ChangePage, "plan_change.html", "What happens to a plan.", dated=False,
    ),
}  # fmt: skip
PLAN_COMPARE = PageRoute(
    "plan-compare", "/plan/{plan_id}/compare", plan_others_page.compare_page,
    plan_others_page.ComparePage, "plan_compare.html", "Two plans side by side.", dated=False,
)  # fmt: skip

BY_NAME = {
    route.name: route
    for route in (*PAGES, PLAN_VISIT, CORRECT_SENT, *PLAN_STUDIES.values(), PLAN_COMPARE)
}

# Charts that can be taken out of the portal: name → function of a view and a key.
CHARTS: dict[str, Callable[[View, str], Chart | None]] = {
    "operation-figures": pages.operation_figures,
    "country-people": pages.country_people,
    "mandate-growth": mandate_series.growth_chart,
    "presence-people": presence_pages.presence_people,
    "presence-reach": presence_pages.presence_reach,
    "presence-slope": presence_pages.presence_slope,
    "presence-ranking": presence_pages.presence_ranking,
    **{n: contribution_pages.country_chart(n) for n in contribution_pages.COUNTRY_CHARTS},
    **{n: contribution_pages.operation_chart(n) for n in contribution_pages.OPERATION_CHARTS},
    **{n: contribution_pages.framework_chart(n) for n in contribution_pages.FRAMEWORK_CHARTS},
}


def make_chart(view: View, name: str, key: str) -> Chart:
    """One chart by name and key; raises `NotFound`."""
    chart = CHARTS[name](view, key) if name in CHARTS else None
    if chart is None:
        raise NotFound(Problem(f"{name}/{key}", "", mark("there is no such chart")))
    return chart
