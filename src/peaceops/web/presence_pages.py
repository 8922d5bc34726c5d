"""The pages on presence: a country's beside others, and hot spots beside operations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from peaceops.analysis.contributions import MOST_COMPARED
from peaceops.analysis.facts import SourceRef
from peaceops.analysis.hotspots import HotspotCountry, Hotspots, list_hotspots
from peaceops.analysis.operations import list_operations
from peaceops.analysis.presence import (
    Component,
    CountryPresence,
    PresenceYear,
    show_presence,
)
from peaceops.errors import NotFound, Problem, UsageError, did_you_mean
from peaceops.web import pages
from peaceops.web.charts import Chart, Series, Source
from peaceops.web.languages import mark, sort_key
from peaceops.web.maps import OperationMap, place_on_map
from peaceops.web.view import View

# component → (what it is called, what it means), in the groups of the page
GROUPS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        mark("Reach"),
        (
            ("operations", mark("Operations"),
             mark("Operations in which the country is on the date.")),
            ("hosts", mark("Host countries"),
             mark("Countries that host those operations on the date.")),
            ("frameworks", mark("Frameworks"),
             mark("Frameworks (UN, NATO, EU, OSCE, others) of those operations.")),
        ),
    ),
    (
        mark("People"),
        (
            ("people", mark("People"),
             mark("People in those operations, each by its latest known count.")),
            ("counted", mark("Operations with a count"),
             mark("Operations for which a count is known; the others add nobody.")),
            ("per_100", mark("Operations for each 100 people"),
             mark("Operations with a count, divided by the people in them, times 100.")),
        ),
    ),
    (
        mark("What they do"),
        (
            ("command_posts", mark("Command posts"),
             mark("Command posts that nationals hold on the date.")),
            ("staff_share", mark("Staff"),
             mark("Staff officers among the people told apart by category.")),
            ("observation_share", mark("Observation and liaison"),
             mark("Military experts on mission (observers, liaison officers, advisers) among the"
                  " people told apart by category.")),
            ("police_share", mark("Police"),
             mark("Police among the people told apart by category.")),
            ("civil_share", mark("Civilian experts"),
             mark("Civilian, justice, corrections and civil protection experts among the people"
                  " told apart by category.")),
            ("operations_with_command", mark("Operations with a part in command"),
             mark("Operations in which a function is command.")),
            ("operations_with_staff", mark("Operations with a part in the staff"),
             mark("Operations with staff officers or a staff function.")),
            ("operations_with_observation", mark("Operations with observers or liaison"),
             mark("Operations with military experts, or the function observation or liaison.")),
        ),
    ),
    (
        mark("Hot spots covered"),
        (
            ("hotspots", mark("Hot spots"),
             mark("Countries with conflict deaths in the last 12 months of data that host an"
                  " operation the country is in.")),
            ("hotspot_deaths_share", mark("Hot spots, weighted by deaths"),
             mark("Part of all conflict deaths of those 12 months that fell in these countries.")),
        ),
    ),
)  # fmt: skip

COMPARE = ("compare", *(f"compare{n}" for n in range(2, MOST_COMPARED)))
PRESENCE_CHARTS = ("presence-people", "presence-reach", "presence-slope", "presence-ranking")
CELLS = 800


@dataclass(frozen=True)
class PresenceRow:
    """One component in the reader's words, and its value for each country in their order."""

    id: str
    label: str
    definition: str
    unit: str
    values: tuple[Component, ...]


@dataclass(frozen=True)
class PresenceGroup:
    """Components that belong together."""

    title: str
    rows: tuple[PresenceRow, ...]


@dataclass(frozen=True)
class PresencePage:
    """A country's presence on the date and over the years, beside those the reader chose."""

    title: str
    iso3: str
    compared: tuple[str, ...]
    countries: tuple[CountryPresence, ...]
    groups: tuple[PresenceGroup, ...]
    without_conflict_data: bool
    without_monthly_data: bool
    charts: tuple[tuple[str, Chart], ...]
    chart_key: str
    choices: tuple[tuple[str, str], ...]
    slots: int


def check_country(view: View, iso3: str) -> str:
    """The code in capitals; raises `NotFound` with what may have been meant."""
    code = iso3.strip().upper()
    if code not in view.facts.countries:
        raise NotFound(
            Problem(iso3, "", mark("there is no country of this code"),
                    did_you_mean(code, view.facts.countries))
        )  # fmt: skip
    return code


def list_choices(view: View, also: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """Countries a reader can choose, by name: those with figures, and `also`."""
    lines = pages.countries_page(view)
    found = {c.iso3: c.name for c in (*lines.with_folder, *lines.contributors)}
    found.update({iso3: view.country(iso3) for iso3 in also})
    return tuple(sorted(found.items(), key=lambda item: sort_key(item[1])))


def _read_compared(view: View, iso3: str) -> tuple[str, ...]:
    """The countries beside it, in the order chosen; raises `UsageError` for too many."""
    wished = [code for name in COMPARE for code in view.choice(name).replace(";", ",").split(",")]
    codes = dict.fromkeys(check_country(view, code) for code in wished if code.strip())
    codes.pop(iso3, None)
    if len(codes) >= MOST_COMPARED:
        raise UsageError(
            Problem("compare", "", mark("these are too many countries"),
                    view.language.say("Choose at most %(n)s besides the first.",
                                      n=MOST_COMPARED - 1))
        )  # fmt: skip
    return tuple(codes)


def presence_page(view: View, iso3: str) -> PresencePage:
    """How much a country is present, component by component; raises `NotFound`, `UsageError`."""
    check_country(view, iso3)
    compared = _read_compared(view, iso3)
    found = show_presence(view.db, iso3, view.as_of, compared)
    key = "-".join(c.country for c in found.countries)
    say = view.language.say
    groups = tuple(
        PresenceGroup(
            say(title),
            tuple(
                PresenceRow(
                    id, say(label), say(definition),
                    next(c.unit for c in found.countries[0].components if c.id == id),
                    tuple(next(c for c in f.components if c.id == id) for f in found.countries),
                )
                for id, label, definition in rows
            ),
        )
        for title, rows in GROUPS
    )  # fmt: skip
    charts = ((name, _draw(view, name, found.countries)) for name in PRESENCE_CHARTS)
    return PresencePage(
        title=say("Presence of %(country)s in peace operations", country=view.country(iso3)),
        iso3=iso3,
        compared=compared,
        countries=found.countries,
        groups=groups,
        without_conflict_data=any("UCDP" in m or "ucdp" in m for m in found.missing),
        without_monthly_data=any("un-dpo-uchistorical" in m for m in found.missing),
        charts=tuple((name, chart) for name, chart in charts if chart),
        chart_key=key,
        choices=list_choices(view, (iso3, *compared)),
        slots=len(COMPARE),
    )


def presence_chart(name: str, view: View, key: str) -> Chart | None:
    """One of the charts on countries joined by hyphens ('BEL-NLD'); None where not known."""
    codes = key.split("-")
    if len(codes) > MOST_COMPARED or not all(c in view.facts.countries for c in codes):
        return None
    return _draw(view, name, show_presence(view.db, codes[0], view.as_of, codes[1:]).countries)


def presence_people(view: View, key: str) -> Chart | None:
    """People in UN operations by year, one line a country."""
    return presence_chart("presence-people", view, key)


def presence_reach(view: View, key: str) -> Chart | None:
    """UN operations by year, one small chart a country."""
    return presence_chart("presence-reach", view, key)


def presence_slope(view: View, key: str) -> Chart | None:
    """Operations for each 100 people, from the first year to the last that all countries share."""
    return presence_chart("presence-slope", view, key)


def presence_ranking(view: View, key: str) -> Chart | None:
    """Operations and host countries on the date, most operations first."""
    return presence_chart("presence-ranking", view, key)


def _draw(view: View, name: str, countries: tuple[CountryPresence, ...]) -> Chart | None:
    if name == "presence-people":
        return _people(view, countries)
    if name == "presence-reach":
        return _reach(view, countries)
    if name == "presence-slope":
        return _slope(view, countries)
    return _ranking(view, countries)


def _un_years(country: CountryPresence) -> dict[int, PresenceYear]:
    return {int(y.year): y for y in country.years if y.framework == "un"}


def name_sources(sources: Sequence[SourceRef]) -> tuple[Source, ...]:
    """The sources of a chart, each once."""
    return tuple(dict.fromkeys(Source(s.title, s.url) for s in sources))


def _sources(countries: tuple[CountryPresence, ...]) -> tuple[Source, ...]:
    return name_sources([y.source for c in countries for y in c.years if y.framework == "un"])


def _by_year(
    view: View, countries: tuple[CountryPresence, ...], people: bool
) -> tuple[Series, ...]:
    """A value for each year from the first to the last of all; None where nothing is known."""
    years = [n for c in countries for n in _un_years(c)]
    out = []
    for c in countries:
        by_year = _un_years(c)
        points: list[tuple[str, float | None]] = []
        for n in range(min(years), max(years) + 1):
            y = by_year.get(n)
            value = None if y is None else y.persons if people else y.operations
            points.append((str(n), None if value is None else float(value)))
        if sum(v is not None for _, v in points) > 1:
            out.append(Series(view.country(c.country), tuple(points)))
    return tuple(out)


def _people(view: View, countries: tuple[CountryPresence, ...]) -> Chart | None:
    say = view.language.say
    if not any(_un_years(c) for c in countries):
        return None
    series = _by_year(view, countries, people=True)
    if not series:
        return None
    return Chart(
        kind="line",
        title=say("Uniformed people in operations of the United Nations"),
        description=say(
            "The last month of each year of which a source tells; a line breaks where none does."
        ),
        unit=say("people"),
        x_title=say("Year"),
        series=series,
        sources=_sources(countries),
    )


def _reach(view: View, countries: tuple[CountryPresence, ...]) -> Chart | None:
    say = view.language.say
    if not any(_un_years(c) for c in countries):
        return None
    series = _by_year(view, countries, people=False)
    if not series:
        return None
    return Chart(
        kind="small-multiples",
        title=say("Operations of the United Nations reached, by country"),
        description=say(
            "How many operations a country had people in, in the last month of each year of which a"
            " source tells; all on the same scale."
        ),
        unit=say("operations"),
        x_title=say("Year"),
        series=series,
        sources=_sources(countries),
    )


def _slope(view: View, countries: tuple[CountryPresence, ...]) -> Chart | None:
    say = view.language.say
    rates = {
        c.country: {n: y.per_100 for n, y in _un_years(c).items() if y.per_100 is not None}
        for c in countries
    }
    rates = {iso3: known for iso3, known in rates.items() if len(known) > 1}
    shared = sorted(set.intersection(*(set(k) for k in rates.values()))) if rates else []
    if len(rates) < 2 or len(shared) < 2:
        return None
    first, last = shared[0], shared[-1]
    return Chart(
        kind="slope",
        title=say("Operations of the United Nations for each 100 people sent"),
        description=say(
            "From %(first)s to %(last)s, the first and the last year known of all these countries:"
            " a rising line means more places reached with the same number of people.",
            first=first, last=last,
        ),
        unit=say("operations for each 100 people"),
        x_title=say("Year"),
        series=tuple(
            Series(view.country(iso3),
                   ((str(first), round(k[first], 1)), (str(last), round(k[last], 1))))
            for iso3, k in rates.items()
        ),
        sources=_sources(countries),
    )  # fmt: skip


def _ranking(view: View, countries: tuple[CountryPresence, ...]) -> Chart | None:
    say = view.language.say
    known = sorted(
        (c for c in countries if c.value("operations") is not None),
        key=lambda c: (-(c.value("operations") or 0), view.country(c.country)),
    )
    if len(known) < 2:
        return None
    return Chart(
        kind="bar",
        title=say("Reach on %(date)s, all frameworks", date=view.language.date(view.as_of)),
        description=say("Operations in which each country is, and countries that host them."),
        unit=say("number"),
        x_title=say("Country"),
        series=(
            Series(say("Operations"),
                   tuple((view.country(c.country), c.value("operations")) for c in known)),
            Series(say("Host countries"),
                   tuple((view.country(c.country), c.value("hosts")) for c in known)),
        ),
        sources=_sources(tuple(known)),
    )  # fmt: skip


# Hot spots ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HotspotsPage:
    """Countries by conflict deaths, with the operations there; the cells and sites of the map."""

    title: str
    found: Hotspots
    without_operation: tuple[HotspotCountry, ...]
    without_country: tuple[HotspotCountry, ...]
    without_sites: bool
    map: OperationMap
    frameworks: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]


def hotspots_page(view: View) -> HotspotsPage:
    """The twelve months before the date; `country` asks where that country is."""
    country = view.choice("country")
    iso3 = check_country(view, country) if country else None
    found = list_hotspots(view.db, view.as_of, iso3, cells=CELLS)
    operations = list_operations(view.db, view.as_of)
    say = view.language.say
    return HotspotsPage(
        title=say("Hot spots and operations"),
        found=found,
        without_operation=tuple(c for c in found.countries if c.deaths and not c.operations),
        without_country=tuple(
            c for c in found.countries if iso3 and c.deaths and c.operations and not c.present
        ),
        without_sites=not found.sites,
        map=pages.map_operations(view, operations),
        frameworks=tuple(f for f in pages.FRAMEWORKS if any(o.framework == f for o in operations)),
        choices=list_choices(view, (iso3,) if iso3 else ()),
    )


def draw_hotspots(found: Hotspots) -> Markup:
    """Deaths as circles, their surface by the number; sites of operations as small crosses."""
    most = max((c.deaths for c in found.cells), default=0)
    circles = []
    for cell in found.cells:
        if cell.deaths:
            x, y = place_on_map(cell.lat, cell.lon)
            r = 1.2 + 11 * math.sqrt(cell.deaths / most)
            circles.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>')
    places = {place_on_map(s.lat, s.lon) for s in found.sites}
    crosses = "".join(f"M{x - 1.4:.1f} {y:.1f}h2.8M{x:.1f} {y - 1.4:.1f}v2.8"
                      for x, y in sorted(places))  # fmt: skip
    return Markup(  # noqa: S704 - numbers only
        f'<g class="deaths" aria-hidden="true">{"".join(circles)}</g>'
        + (f'<path class="sites" aria-hidden="true" d="{crosses}"/>' if crosses else "")
    )
