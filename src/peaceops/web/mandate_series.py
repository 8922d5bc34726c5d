"""Pages on all mandates together: the way in, how they grew, how right the program reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from peaceops.analysis.facts import SourceRef
from peaceops.model import last_day
from peaceops.places import catalogue_dir
from peaceops.resolutions.accuracy_table import (
    AccuracyRow,
    FirstSight,
    read_accuracy,
    read_first_sight,
)
from peaceops.resolutions.growth import MandateYear, read_mandate_years
from peaceops.web.charts import Chart, Series, Source
from peaceops.web.correction_notes import CorrectionNote, list_notes
from peaceops.web.languages import Language, mark
from peaceops.web.task_names import name_task
from peaceops.web.view import View

_TEXTS = Source("United Nations Security Council resolutions", "https://docs.un.org/en/S/RES/")
FIELDS = {
    "acts_on": mark("Operations the resolution acts on"),
    "action": mark("What it does to them"),
    "until": mark("Until when"),
    "mention_only": mark("Resolutions that only mention an operation"),
    "chapter_vii": mark("Chapter VII"),
    "ceilings": mark("Ceilings"),
    "tasks": mark("Tasks"),
}


@dataclass(frozen=True)
class RunningMandate:
    """The mandate in force of one operation of the United Nations or authorised by it."""

    operation: str
    acronym: str
    framework: str
    symbol: str
    date: str
    until: str | None
    chapter_vii: bool | None
    source: SourceRef


@dataclass(frozen=True)
class MandatesPage:
    """The way in: mandates in force on the date, and what can be done with resolutions."""

    title: str
    mandates: tuple[RunningMandate, ...]


def mandates_page(view: View) -> MandatesPage:
    """Mandates by the Security Council in force on the date, soonest end first."""
    found = []
    for o in view.facts.operations.values():
        mandate = o.mandate_on(view.as_of)
        if mandate is None or not mandate.symbol.startswith("S/RES/"):
            continue
        if o.status(view.as_of) != "active":
            continue
        found.append(
            RunningMandate(
                o.id, o.acronym(view.language.content), o.framework, mandate.symbol, mandate.date,
                o.mandate_until(view.as_of), mandate.chapter_vii, mandate.source,
            )
        )  # fmt: skip
    return MandatesPage(
        title=view.language.say("Mandates"),
        mandates=tuple(
            sorted(found, key=lambda m: (m.until is None, last_day(m.until or "9999"), m.acronym))
        ),
    )


# How mandates grew -------------------------------------------------------------------------------


@dataclass(frozen=True)
class GrowthPage:
    """How mandates grew since 1948: the series, and three charts of it."""

    title: str
    years: tuple[MandateYear, ...]
    charts: tuple[tuple[str, Chart], ...]


GROWTH_KEYS = ("tasks", "words", "shares")


def growth_page(view: View) -> GrowthPage:
    """The series up to the year of the reader's date."""
    charts = [(key, growth_chart(view, key)) for key in GROWTH_KEYS]
    return GrowthPage(
        title=view.language.say("How mandates grew"),
        years=_years(view),
        charts=tuple((key, chart) for key, chart in charts if chart),
    )


def _years(view: View) -> tuple[MandateYear, ...]:
    path = catalogue_dir() / "mandate_growth.csv"
    if not path.is_file():
        return ()
    return tuple(y for y in read_mandate_years(path) if y.year <= view.as_of.year)


def growth_chart(view: View, key: str) -> Chart | None:
    """One of the charts: tasks, words, or shares of mandates; None without figures."""
    years, say = _years(view), view.language.say
    if not years or key not in GROWTH_KEYS:
        return None
    measures: dict[str, tuple[tuple[str, Callable[[MandateYear], float | None]], ...]] = {
        "tasks": (
            (say("Largest mandate"), lambda y: y.tasks_most or None),
            (say("Mean of those with tasks"), lambda y: y.tasks_mean),
        ),
        "words": ((say("Words (median)"), lambda y: float(y.words_median)),),
        "shares": (
            (say("Under Chapter VII"), lambda y: round(100 * y.chapter_vii_share)),
            (
                say("Protecting people"),
                lambda y: None if y.protection_share is None else round(100 * y.protection_share),
            ),
        ),
    }
    titles = {
        "tasks": say("Tasks of a mandate"),
        "words": say("Length of a resolution"),
        "shares": say("Share of mandates under Chapter VII, and with tasks that protect people"),
    }
    units = {"tasks": say("tasks"), "words": say("words"), "shares": "%"}
    by_year = {y.year: y for y in years if not y.partial}
    every = range(years[0].year, years[-1].year + 1)
    return Chart(
        kind="line",
        title=titles[key],
        description=say(
            "Resolutions that act on an operation, by year from %(first)s to %(last)s; a line"
            " breaks where a year has none or its texts are not all at hand.",
            first=years[0].year, last=years[-1].year,
        ),
        unit=units[key],
        x_title=say("Year"),
        series=tuple(
            Series(
                name,
                tuple((str(n), measure(by_year[n]) if n in by_year else None) for n in every),
            )
            for name, measure in measures[key]
        ),
        sources=(_TEXTS,),
    )  # fmt: skip


# Accuracy ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FieldAccuracy:
    """One field: answers to give, given, false, and the two rates."""

    field: str
    label: str
    asked: int
    right: int
    false: int
    recall: float | None
    precision: float | None


@dataclass(frozen=True)
class YearAccuracy:
    """The rates of one year, in the order of the fields."""

    year: int
    rates: tuple[float | None, ...]


@dataclass(frozen=True)
class AccuracyPage:
    """How right the program was when last measured, by what and by year."""

    title: str
    fields: tuple[FieldAccuracy, ...]
    years: tuple[YearAccuracy, ...]
    reading: tuple[FieldAccuracy, ...]
    reading_years: tuple[int, ...]
    first_sight: tuple[FieldAccuracy, ...]
    tasks: tuple[FieldAccuracy, ...]
    all_tasks: FieldAccuracy | None
    headings: dict[str, FieldAccuracy]
    languages: tuple[FieldAccuracy, ...]
    agreement: dict[str, float]
    pairs: int
    corrections: tuple[CorrectionNote, ...]


def accuracy_page(view: View) -> AccuracyPage:
    """The figures as the benchmark left them; empty where it was never run."""
    rows, language = read_accuracy(), view.language
    library = [r for r in rows if r.part == "library"]
    reading = [r for r in rows if r.part == "reading"]
    names = [f for f in FIELDS if any(r.field == f for r in library)]
    tasks = [r for r in rows if r.part == "tasks"]
    headings = [r for r in rows if r.part == "headings"]
    readers = [r for r in rows if r.part == "readers"]
    years = sorted({r.year for r in library if r.year})
    cells = {(r.year, r.field): r.recall for r in library}
    by_size = sorted(tasks, key=lambda r: (-r.asked, r.field))
    return AccuracyPage(
        title=language.say("How right the program reads mandates"),
        fields=tuple(_sum([r for r in library if r.field == f], language) for f in names),
        years=tuple(YearAccuracy(y, tuple(cells.get((y, f)) for f in names)) for y in years),
        reading=tuple(_sum([r for r in reading if r.field == f], language) for f in names)
        if reading
        else (),
        reading_years=tuple(sorted({r.year for r in reading if r.year})),
        first_sight=_first_sight(language),
        tasks=tuple(
            _field(r, name_task(r.field, language.content)) for r in by_size if r.asked or r.false
        ),
        all_tasks=_sum(tasks, language) if tasks else None,
        headings={r.field: _field(r, r.field) for r in headings},
        languages=tuple(
            _field(r, language.say(FIELDS[r.field])) for r in rows if r.part == "languages"
        ),
        agreement={r.field: r.share for r in readers if r.share is not None},
        pairs=max((r.asked for r in readers), default=0),
        corrections=list_notes(view),
    )


def _first_sight(language: Language) -> tuple[FieldAccuracy, ...]:
    """What was right before the rules were mended, by field, on the set tried last."""
    last: dict[str, FirstSight] = {row.field: row for row in read_first_sight()}
    return tuple(
        _sum([AccuracyRow("first-sight", f, None, r.asked, r.right, r.false)], language)
        for f, r in last.items()
    )


def _field(row: AccuracyRow, label: str) -> FieldAccuracy:
    return FieldAccuracy(
        row.field, label, row.asked, row.right, row.false, row.recall, row.precision
    )


def _sum(rows: Iterable[AccuracyRow], language: Language) -> FieldAccuracy:
    """The rows of one field added up."""
    many = list(rows)
    total = AccuracyRow(
        many[0].part, many[0].field, None, sum(r.asked for r in many),
        sum(r.right for r in many), sum(r.false for r in many),
    )  # fmt: skip
    label = language.say(FIELDS[total.field]) if total.field in FIELDS else total.field
    return _field(total, label)
