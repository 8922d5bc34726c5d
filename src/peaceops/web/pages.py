"""What each page shows: one function, one frozen dataclass, rendered as HTML and as JSON alike.

A page function takes a `View` (database, language, date, what the reader chose) and the values of
its path; it raises `NotFound` or `UsageError` for what cannot be shown. Dates, codes and numbers
stay as the catalogue writes them; templates put them in the reader's words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from peaceops.analysis.facts import OperationFacts, SourceRef
from peaceops.analysis.operations import (
    OperationDetail,
    OperationSummary,
    list_operations,
    show_operation,
    summarise_operation,
)
from peaceops.analysis.participation import show_country
from peaceops.analysis.review import REASONS
from peaceops.errors import NotFound, Problem, did_you_mean
from peaceops.web.charts import Chart, Series, Source
from peaceops.web.country_page import write_country_page
from peaceops.web.documents import Document
from peaceops.web.languages import LABELS, mark, sort_key
from peaceops.web.maps import Marker, OperationMap
from peaceops.web.view import View

FRAMEWORKS = ("un", "nato", "eu", "osce", "au", "other")
STATUSES = ("existing", "active", "unconfirmed", "ended", "not-yet", "all")
FIRST_YEAR = 1948
_DAY = re.compile(r"\d{4}-\d\d(-\d\d)?")


@dataclass(frozen=True)
class FrameworkCount:
    """How many operations of a framework exist on the date, and how many of them for certain."""

    framework: str
    active: int
    unconfirmed: int


@dataclass(frozen=True)
class YearCount:
    """Operations that existed on 31 December of a year (on the date itself for its year)."""

    year: int
    date: str
    frameworks: dict[str, int]
    total: int


@dataclass(frozen=True)
class Event:
    """A decision as one line of a list: what it did to which operation."""

    date: str
    operation: str
    acronym: str
    name: str
    framework: str
    action: str
    symbol: str
    until: str | None
    source: SourceRef


@dataclass(frozen=True)
class HomePage:
    """What exists on the date, at a glance, since 1948."""

    title: str
    counts: tuple[FrameworkCount, ...]
    active: int
    unconfirmed: int
    hosts: int
    operations: tuple[OperationSummary, ...]
    map: OperationMap
    years: tuple[YearCount, ...]
    decided: tuple[Event, ...]
    due: tuple[Event, ...]


def home_page(view: View) -> HomePage:
    """The start page on a date; before 1948 the years begin with the date's own."""
    say = view.language.say
    operations = list_operations(view.db, view.as_of)
    return HomePage(
        title=say("Peace operations on %(date)s", date=view.language.date(view.as_of)),
        counts=_count_by_framework(operations),
        active=sum(o.status == "active" for o in operations),
        unconfirmed=sum(o.status == "unconfirmed" for o in operations),
        hosts=len({h for o in operations for h in o.hosts}),
        operations=operations,
        map=map_operations(view, operations),
        years=count_by_year(view),
        decided=_events(view, view.as_of - timedelta(days=366), view.as_of)[:6],
        due=_due(view, 120)[:6],
    )


def _count_by_framework(operations: tuple[OperationSummary, ...]) -> tuple[FrameworkCount, ...]:
    count = Counter((o.framework, o.status) for o in operations)
    return tuple(
        FrameworkCount(f, count[f, "active"], count[f, "unconfirmed"])
        for f in FRAMEWORKS
        if count[f, "active"] or count[f, "unconfirmed"] or f in FRAMEWORKS[:4]
    )


def count_by_year(view: View) -> tuple[YearCount, ...]:
    """Operations existing at the end of each year since 1948, up to the later of date and today."""
    last = max(view.as_of.year, view.today.year)
    years = []
    for year in range(min(FIRST_YEAR, view.as_of.year), last + 1):
        day = view.as_of if year == view.as_of.year else date(year, 12, 31)
        if year == view.today.year and year != view.as_of.year:
            day = view.today
        count = Counter(
            o.framework
            for o in view.facts.operations.values()
            if o.status(day) in ("active", "unconfirmed")
        )
        frameworks = {f: count[f] for f in FRAMEWORKS if count[f]}
        years.append(YearCount(year, day.isoformat(), frameworks, sum(count.values())))
    return tuple(years)


def map_operations(view: View, operations: tuple[OperationSummary, ...]) -> OperationMap:
    """Every operation at its headquarters, or inside its first host."""
    lang = view.language.content
    markers = []
    for o in operations:
        facts = view.facts.operations[o.id]
        seat = facts.seat_on(view.as_of)
        host = view.facts.countries.get(o.hosts[0]) if o.hosts else None
        if seat and (not o.hosts or seat.country in o.hosts):
            lat, lon = seat.lat, seat.lon
        elif host and host.lat is not None and host.lon is not None:
            lat, lon = host.lat, host.lon
        elif seat:
            lat, lon = seat.lat, seat.lon
        else:
            continue
        where = ", ".join(view.country(h) for h in o.hosts) or o.area
        markers.append(
            Marker(o.id, facts.acronym(lang), f"{facts.name(lang)} ({where})" if where
                   else facts.name(lang), o.framework, o.status, lat, lon)
        )  # fmt: skip
    return OperationMap(
        markers=tuple(markers), hosts=tuple(sorted({h for o in operations for h in o.hosts}))
    )


def _event(view: View, operation: OperationFacts, index: int) -> Event:
    decision = operation.decisions[index]
    lang = view.language.content
    return Event(
        decision.date, operation.id, operation.acronym(lang), operation.name(lang),
        operation.framework, decision.action, decision.symbol, decision.until, decision.source,
    )  # fmt: skip


def _events(view: View, first: date, last: date) -> tuple[Event, ...]:
    """Decisions taken between two days, newest first."""
    found = [
        _event(view, o, i)
        for o in view.facts.operations.values()
        for i, d in enumerate(o.decisions)
        if first.isoformat() <= d.date <= last.isoformat()
    ]
    return tuple(sorted(found, key=lambda e: (e.date, e.operation), reverse=True))


def _due(view: View, days: int) -> tuple[Event, ...]:
    """Mandates of existing operations that run out in the next days, soonest first."""
    first, last = view.as_of.isoformat(), (view.as_of + timedelta(days=days)).isoformat()
    found = []
    for o in view.facts.operations.values():
        if o.status(view.as_of) != "active":
            continue
        mandate = o.mandate_on(view.as_of)
        if mandate and mandate.until and first <= mandate.until <= last:
            found.append(_event(view, o, o.decisions.index(mandate)))
    return tuple(sorted(found, key=lambda e: (e.until or "", e.operation)))


# Operations ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    """One value a reader may choose in a facet, and how many operations it would show."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list."""

    parameter: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class OperationGroup:
    """How many of the operations are of one framework."""

    framework: str
    operations: int


@dataclass(frozen=True)
class OperationsPage:
    """The list of operations on the date, narrowed as the reader chose."""

    title: str
    total: int
    search: str
    facets: tuple[Facet, ...]
    narrowed: bool
    show: str
    groups: tuple[OperationGroup, ...]
    operations: tuple[OperationSummary, ...]
    map: OperationMap | None


def operations_page(view: View) -> OperationsPage:
    """Operations on a date by framework, kind, host, status and words of their names."""
    status = view.choice("status") or "existing"
    everything = list_operations(view.db, view.as_of, include_ended=True)
    search = view.choice("q")
    wanted = {
        "status": status,
        "framework": view.choice("framework"),
        "kind": view.choice("kind"),
        "host": view.choice("host").upper(),
    }
    if wanted["host"]:
        view.facts.country(wanted["host"])
    matching = [o for o in everything if _has_words(view.facts.operations[o.id], search)]
    found = tuple(o for o in matching if all(_fits(o, k, v) for k, v in wanted.items()))
    facets = tuple(_facet(view, name, wanted, matching) for name in wanted)
    by_framework = Counter(o.framework for o in found)
    show = view.choice("show") or "list"
    return OperationsPage(
        title=view.language.say("Operations"),
        total=len(found),
        search=search,
        facets=facets,
        narrowed=bool(search or any(v for k, v in wanted.items() if k != "status"))
        or status != "existing",
        show=show,
        groups=tuple(OperationGroup(f, by_framework[f]) for f in FRAMEWORKS if by_framework[f]),
        operations=found,
        map=map_operations(view, found) if show == "map" else None,
    )


def _fits(operation: OperationSummary, parameter: str, value: str) -> bool:
    if not value:
        return True
    if parameter == "status":
        if value == "existing":
            return operation.status in ("active", "unconfirmed")
        return value == "all" or operation.status == value
    if parameter == "host":
        return value in operation.hosts
    return bool(getattr(operation, parameter) == value)


def _has_words(operation: OperationFacts, search: str) -> bool:
    """Whether every word searched for occurs in the operation's names, without accents."""
    if not search:
        return True
    text = sort_key(
        " ".join(
            [operation.id, *(f"{n.name} {n.acronym}" for n in operation.names), *operation.aliases]
        )
    )
    return all(word in text for word in sort_key(search).split())


def _facet(
    view: View, parameter: str, wanted: dict[str, str], operations: list[OperationSummary]
) -> Facet:
    """A facet whose counts keep what was chosen in the other facets."""
    others = {k: v for k, v in wanted.items() if k != parameter}
    left = [o for o in operations if all(_fits(o, k, v) for k, v in others.items())]
    language = view.language
    count: Counter[str] = Counter()
    labels: dict[str, str] = {}
    if parameter == "status":
        names = {
            "existing": language.say("existing on the date"),
            "all": language.say("all since 1948"),
        }
        for value in STATUSES:
            labels[value] = names.get(value) or language.label("status", value)
            count[value] = sum(_fits(o, "status", value) for o in left)
    elif parameter == "host":
        count.update(h for o in left for h in o.hosts)
        labels = {h: view.country(h) for h in sorted({*count, wanted["host"]} - {""})}
        labels = dict(sorted(labels.items(), key=lambda item: sort_key(item[1])))
    else:
        count.update(getattr(o, parameter) for o in left)
        labels = {
            code: language.label(parameter, code)
            for code in LABELS[parameter]
            if count[code] or code == wanted[parameter]
        }
    title = {
        "status": language.say("Status"),
        "framework": language.say("Framework"),
        "kind": language.say("Kind"),
        "host": language.say("Host country"),
    }[parameter]
    return Facet(
        parameter,
        title,
        tuple(Option(v, text, count[v], v == wanted[parameter]) for v, text in labels.items()),
    )


@dataclass(frozen=True)
class OperationPage:
    """All that is known of one operation on the date."""

    title: str
    acronym: str
    detail: OperationDetail
    host_map: OperationMap
    figures: Chart | None
    unconfirmed: str
    trust: dict[str, int]


def operation_page(view: View, operation_id: str) -> OperationPage:
    """One operation; raises `NotFound`."""
    if operation_id not in view.facts.operations:
        raise NotFound(
            Problem(operation_id, "", mark("there is no operation of this name"),
                    did_you_mean(operation_id.lower(), view.facts.operations))
        )  # fmt: skip
    detail = show_operation(view.db, operation_id, view.as_of)
    facts = view.facts.operations[operation_id]
    lang = view.language.content
    sources = _sources_of(detail)
    return OperationPage(
        title=facts.name(lang),
        acronym=facts.acronym(lang),
        detail=detail,
        host_map=map_operations(view, (summarise_operation(facts, view.as_of),)),
        figures=operation_figures(view, operation_id),
        unconfirmed=facts.unconfirmed_since(view.as_of) or "",
        trust=dict(Counter(s.trust for s in sources)),
    )


def _sources_of(detail: OperationDetail) -> tuple[SourceRef, ...]:
    found = [
        *(h.source for h in detail.host_facts),
        *(d.source for d in detail.dates),
        *(d.source for d in detail.decisions),
        *(f.source for f in (*detail.ceilings, *detail.strengths)),
        *(c.source for c in detail.contributors),
    ]
    return tuple(dict.fromkeys(found))


def operation_figures(view: View, operation_id: str) -> Chart | None:
    """Ceilings and strengths of an operation over time; None where no figure is known."""
    language = view.language
    detail = show_operation(view.db, operation_id, view.as_of)
    day = view.as_of.isoformat()
    ceilings = [f for f in detail.ceilings if f.date <= day]
    strengths = [f for f in detail.strengths if f.date <= day]
    if not ceilings and not strengths:
        return None
    name = view.facts.operations[operation_id].acronym(language.content)
    end = detail.summary.end if detail.summary.end and detail.summary.end <= day else day
    series = []
    for kind in dict.fromkeys(f.kind for f in ceilings):
        points = [(f.date, float(f.persons)) for f in ceilings if f.kind == kind]
        series.append(
            Series(
                language.say("authorised: %(people)s", people=language.label("persons", kind)),
                (*points, (end, points[-1][1])) if points[-1][0] < end else tuple(points),
                step=True,
            )
        )
    for kind in dict.fromkeys(f.kind for f in strengths):
        series.append(
            Series(
                language.say("present: %(people)s", people=language.label("persons", kind)),
                tuple((f.date, float(f.persons)) for f in strengths if f.kind == kind),
            )
        )
    sources = dict.fromkeys((f.source.title, f.source.url) for f in (*ceilings, *strengths))
    return Chart(
        kind="line",
        title=language.say("%(operation)s: people authorised and present", operation=name),
        description=language.say(
            "People authorised by the mandate and people counted, up to %(date)s.",
            date=language.date(view.as_of),
        ),
        unit=language.say("people"),
        x_title=language.say("Date"),
        series=tuple(series),
        sources=tuple(Source(title, url) for title, url in sources),
        since=detail.summary.start or "",
        until=end,
    )


# Countries -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CountryLine:
    """A country of the index: whether its desk keeps a folder, what it hosts on the date."""

    iso3: str
    name: str
    has_folder: bool
    newest_figure: str | None
    hosted: tuple[str, ...]


@dataclass(frozen=True)
class CountriesPage:
    """Countries that take part, and countries that host operations on the date."""

    title: str
    with_folder: tuple[CountryLine, ...]
    contributors: tuple[CountryLine, ...]
    hosts: tuple[CountryLine, ...]


def countries_page(view: View) -> CountriesPage:
    """The index of countries."""
    hosted: dict[str, list[str]] = {}
    for o in list_operations(view.db, view.as_of):
        for host in o.hosts:
            hosted.setdefault(host, []).append(o.id)
    known = {row["iso3"]: row for row in view.db.ask("countries_with_figures")}
    lines = [
        CountryLine(
            iso3,
            view.country(iso3),
            bool(known[iso3]["has_folder"]) if iso3 in known else False,
            known[iso3]["newest"] if iso3 in known else None,
            tuple(hosted.get(iso3, ())),
        )
        for iso3 in {*known, *hosted}
    ]
    lines.sort(key=lambda line: sort_key(line.name))
    return CountriesPage(
        title=view.language.say("Countries"),
        with_folder=tuple(line for line in lines if line.has_folder),
        contributors=tuple(line for line in lines if line.newest_figure and not line.has_folder),
        hosts=tuple(line for line in lines if line.hosted),
    )


@dataclass(frozen=True)
class CountryPage:
    """A country's public page on the date, its figures over time, and what it hosts."""

    title: str
    iso3: str
    has_folder: bool
    document: Document
    hosted: tuple[OperationSummary, ...]
    people: Chart | None


def country_page(view: View, iso3: str) -> CountryPage:
    """A country's own page; raises `NotFound`."""
    if iso3 not in view.facts.countries:
        raise NotFound(
            Problem(iso3, "", mark("there is no country of this code"),
                    did_you_mean(iso3.upper(), view.facts.countries))
        )  # fmt: skip
    document = _name_sources_of_totals(
        write_country_page(view.db, iso3, view.language.content, view.as_of)
    )
    return CountryPage(
        title=document.title,
        iso3=iso3,
        has_folder=view.db.ask_one("contributor", country=iso3) is not None,
        document=document,
        hosted=list_operations(view.db, view.as_of, host=iso3),
        people=country_people(view, iso3),
    )


def _name_sources_of_totals(document: Document) -> Document:
    """The document with the sources of its monthly totals named by id, address and trust only.

    A table of four hundred months cites one publisher four hundred times; the cards themselves
    are on the page of sources.
    """
    facts = document.about["facts"]
    totals = [
        {**t, "source": {k: t["source"][k] for k in ("id", "url", "at", "trust")}}
        for t in facts["totals"]
    ]
    return replace(document, about={**document.about, "facts": {**facts, "totals": totals}})


def country_people(view: View, iso3: str) -> Chart | None:
    """People of a country in all operations of a framework, over time; None where not known."""
    language = view.language
    totals = show_country(view.db, iso3, view.as_of).totals
    by_framework: dict[str, list[tuple[str, float | None]]] = {}
    sources: dict[tuple[str, str], None] = {}
    for total in sorted(totals, key=lambda t: t.date):
        by_framework.setdefault(total.framework, []).append((total.date, float(total.persons)))
        sources[total.source.title, total.source.url] = None
    if max((len(points) for points in by_framework.values()), default=0) < 2:
        return None
    return Chart(
        kind="line",
        title=language.say("%(country)s: people in peace operations", country=view.country(iso3)),
        description=language.say(
            "People in all operations of a framework together, as counted on the days shown, up"
            " to %(date)s.",
            date=language.date(view.as_of),
        ),
        unit=language.say("people"),
        x_title=language.say("Date"),
        series=tuple(
            Series(language.label("framework", f), tuple(by_framework[f]))
            for f in FRAMEWORKS
            if f in by_framework
        ),
        sources=tuple(Source(title, url) for title, url in sources),
    )


# Review ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """One thing a page says, with the verdict and its reason in the reader's language."""

    verdict: str
    line: int
    text: str
    sentence: str
    what: str
    operation: str
    reason: str
    sources: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class ReviewPage:
    """The form for a review, and once a page was sent what was found in it."""

    title: str
    countries: tuple[tuple[str, str], ...]
    reviewed: str
    country: str
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    problems: tuple[Problem, ...] = ()
    text: str = ""


def review_page(view: View) -> ReviewPage:
    """The empty form."""
    return ReviewPage(
        title=view.language.say("Review a page"),
        countries=_countries_with_folder(view),
        reviewed="",
        country=view.choice("country").upper(),
        findings=(),
        counts={},
    )


def _countries_with_folder(view: View) -> tuple[tuple[str, str], ...]:
    lines = countries_page(view).with_folder
    return tuple((c.iso3, c.name) for c in lines)


def reviewed_page(view: View, answer: Mapping[str, Any], text: str) -> ReviewPage:
    """The findings of a review (the contract's JSON), worst first, as they stand in the page."""
    findings = []
    for m in answer["mentions"]:
        name = view.facts.operations[m["operation"]].acronym(view.language.content)
        values = {**m["reason_values"], "name": name}
        findings.append(
            Finding(
                m["verdict"], m["line"], m["text"], m["sentence"],
                view.language.label("claim", m["claim"]), m["operation"],
                say_reason(view, m["reason_code"], values), tuple(m["sources"]),
            )
        )  # fmt: skip
    for c in answer["claims"]:
        kind = view.language.label("claim-kind", c["kind"])
        findings.append(
            Finding(
                c["verdict"], c["line"], c["text"], "", kind,
                "", say_reason(view, c["reason_code"], c["reason_values"]), (),
            )
        )  # fmt: skip
    order = {"stale": 0, "check": 1, "ok": 2}
    findings.sort(key=lambda f: (order[f.verdict], f.line))
    empty = review_page(view)
    return replace(
        empty,
        reviewed=answer["page"],
        country=answer["country"] or "",
        findings=tuple(findings),
        counts=dict(Counter(f.verdict for f in findings)),
        text=text,
    )


def say_reason(view: View, code: str, values: Mapping[str, str]) -> str:
    """Why a verdict was given, in the reader's language."""
    told = {k: view.language.date(v) if _DAY.fullmatch(v) else v for k, v in values.items()}
    return view.language.say(REASONS[code], **told)


# Texts -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SourceCount:
    """How far the facts of a framework's operations were checked."""

    framework: str
    operations: int
    verified: int
    partial: int
    unverified: int
    dates_to_check: int


@dataclass(frozen=True)
class Freshness:
    """The newest decision, figure or date up to the date, of a framework's operations."""

    framework: str
    newest: str | None


@dataclass(frozen=True)
class SetAside:
    """Rows of an imported file that were not taken, for one reason."""

    reason: str
    field: str
    rows: int
    example: str


@dataclass(frozen=True)
class ImportedFile:
    """A published data file that was taken in, and what became of its rows."""

    source: str
    title: str
    url: str
    file: str
    imported_at: str
    first_date: str | None
    last_date: str | None
    rows_read: int
    rows_taken: int
    rows_set_aside: int
    rows_unknown: int
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True)
class DataPage:
    """Where the facts come from, how new they are, how far they were checked."""

    title: str
    built_at: str
    version: str
    facts: tuple[SourceCount, ...]
    freshness: tuple[Freshness, ...]
    sources: int
    publishers: tuple[tuple[str, int], ...]
    imported: tuple[ImportedFile, ...]
    texts: tuple[tuple[str, int], ...]
    unconfirmed: tuple[OperationSummary, ...]


def _imported_files(view: View) -> tuple[ImportedFile, ...]:
    reasons: dict[int, list[SetAside]] = {}
    for row in view.db.ask("rows_set_aside"):
        reasons.setdefault(row["import_id"], []).append(
            SetAside(row["reason"], row["field"], row["rows"], row["example"])
        )
    return tuple(
        ImportedFile(
            row["source_id"], row["title"], row["url"], row["file"], row["imported_at"],
            row["first_date"], row["last_date"], row["rows_read"], row["rows_taken"],
            row["rows_set_aside"], row["rows_unknown"], tuple(reasons.get(row["import_id"], ())),
        )
        for row in view.db.ask("imported_files")
    )  # fmt: skip


def data_page(view: View) -> DataPage:
    """Sources, freshness and checking by framework."""
    cards = {s.id: s for s in view.facts.sources_by_citation.values()}
    publishers = Counter(s.publisher for s in cards.values())
    operations = view.facts.operations.values()
    counts, fresh = [], []
    for framework in FRAMEWORKS:
        mine = [o for o in operations if o.framework == framework]
        if not mine:
            continue
        trust = Counter(s.trust for o in mine for s in _facts_sources(o))
        to_check = sum((o.start_trust, o.end_trust).count("unverified") for o in mine)
        counts.append(
            SourceCount(framework, len(mine), trust["verified"], trust["partial"],
                        trust["unverified"], to_check)
        )  # fmt: skip
        days = [d.date for o in mine for d in o.decisions]
        days += [f.date for o in mine for f in o.figures] + [d.date for o in mine for d in o.dates]
        known = [day for day in days if day <= view.as_of.isoformat()]
        fresh.append(Freshness(framework, max(known) if known else None))
    existing = list_operations(view.db, view.as_of)
    return DataPage(
        title=view.language.say("Data and sources"),
        built_at=view.db.meta("built_at"),
        version=view.db.meta("version"),
        facts=tuple(counts),
        freshness=tuple(fresh),
        sources=len(cards),
        publishers=tuple(publishers.most_common()),
        imported=_imported_files(view),
        texts=tuple((r["language"], r["texts"]) for r in view.db.ask("text_totals")),
        unconfirmed=tuple(o for o in existing if o.status == "unconfirmed"),
    )


def _facts_sources(operation: OperationFacts) -> list[SourceRef]:
    return [
        *(h.source for h in operation.hosts),
        *(s.source for s in operation.seats),
        *(d.source for d in operation.dates),
        *(d.source for d in operation.decisions),
        *(f.source for f in operation.figures),
    ]


@dataclass(frozen=True)
class SourcesPage:
    """Every source a fact cites, and how far it was read."""

    title: str
    sources: tuple[SourceRef, ...]


def sources_page(view: View) -> SourcesPage:
    """All sources, by publisher and date; `trust` narrows them."""
    trust = view.choice("trust")
    cards: dict[str, SourceRef] = {}
    for source in view.facts.sources_by_citation.values():
        if not trust or source.trust == trust:
            cards.setdefault(source.id, source)
    return SourcesPage(
        title=view.language.say("Sources"),
        sources=tuple(
            sorted(cards.values(), key=lambda s: (sort_key(s.publisher), s.date or "", s.id))
        ),
    )


@dataclass(frozen=True)
class TextPage:
    """A page of fixed text; its template holds it."""

    title: str


def about_page(view: View) -> TextPage:
    """What this is, how to cite it, under which terms."""
    return TextPage(view.language.say("About and how to cite"))


def accessibility_page(view: View) -> TextPage:
    """How usable the portal is for everybody, and what is not yet."""
    return TextPage(view.language.say("Accessibility statement"))
