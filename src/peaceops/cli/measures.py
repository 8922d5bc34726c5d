"""`show contributions`, `presence`, `hotspots`, `reconciliation`, `imports`: what is measured."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from peaceops.analysis.contributions import (
    compare_countries,
    show_contributions,
    show_framework,
    show_operation_contributions,
)
from peaceops.analysis.facts import read_facts
from peaceops.analysis.hotspots import list_hotspots
from peaceops.analysis.presence import show_presence
from peaceops.analysis.reconcile import reconcile_country, reconcile_operation
from peaceops.cli.options import (
    open_for_reading,
    print_csv,
    print_json,
    print_table,
    today,
    with_csv,
    with_database,
    with_day,
    with_json,
)
from peaceops.store import Database
from peaceops.texts import SOURCE as TEXTS


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _codes(text: str) -> tuple[str, ...]:
    return tuple(c.strip().upper() for c in text.split(",") if c.strip())


def _say_missing(missing: tuple[str, ...]) -> None:
    for line in missing:
        click.echo(f"missing: {line}", err=True)


@click.command("contributions")
@click.argument("country", required=False)
@click.option("--operation", help="Who contributes to one operation, instead of a country.")
@click.option("--framework", help="Military, police and civilian people of a framework by year.")
@click.option("--compare", default="", help="Up to five more countries, split by ','.")
@with_database
@with_day
@with_json
@with_csv
def contributions_command(
    country: str | None,
    operation: str | None,
    framework: str | None,
    compare: str,
    db: Path | None,
    as_of: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Who sends whom: a COUNTRY by month and operation, an operation, or a framework."""
    if sum(x is not None for x in (country, operation)) != 1 and framework is None:
        raise click.UsageError("Name a country, or --operation ID, or --framework ID.")
    database, day = open_for_reading(db), as_of or today()
    if operation:
        _operation(database, operation, day, as_json, as_csv)
    elif country is None:
        assert framework is not None
        _framework(database, framework, day, as_json, as_csv)
    elif compare:
        _compare(database, (country, *_codes(compare)), day, framework or "un", as_json, as_csv)
    else:
        _country(database, country, day, as_json, as_csv)


def _country(database: Database, country: str, day: date, as_json: bool, as_csv: bool) -> None:
    answer = show_contributions(database, country, day)
    if as_json:
        print_json(answer)
        return
    columns = ("framework", "month", "persons", "women", "military", "police", "civilian",
               "operations", "place", "contributors", "share", "source")  # fmt: skip
    rows = [
        (m.framework, m.month, m.persons, m.female, m.military, m.police, m.civilian, m.operations,
         m.place, m.contributors, m.share if as_csv else _share(m.share), m.source.id)
        for m in answer.months
    ]  # fmt: skip
    if as_csv:
        print_csv(columns, rows)
        return
    click.echo(f"{read_facts(database).country(country).name('en')} up to {answer.as_of}")
    last: dict[tuple[Any, ...], tuple[Any, ...]] = {(r[0], r[1][:4]): r for r in rows}
    print_table(columns, last.values())
    click.echo(f"({len(rows)} months are known; the last of each year is shown, --csv gives all)")
    for framework, gaps in answer.gaps.items():
        months = sum(g.months for g in gaps)
        if months:
            click.echo(f"{framework}: {months} months between the first and the last are not known")
    if answer.latest:
        click.echo(f"\nby operation, {answer.latest[0].date}")
        print_table(
            ("operation", "persons", "women", "of all there", "share", "categories"),
            [(o.operation, o.persons, o.female, o.total, _share(o.share),
              ", ".join(f"{n} {c}" for c, n in o.categories.items())) for o in answer.latest],
        )  # fmt: skip
    if answer.women:
        click.echo("\nwomen among uniformed people, against the UN's target")
        print_table(
            ("group", "date", "women", "of", "share", "target", "year", "basis", "met"),
            [(w.group, w.date, w.female, w.persons, _share(w.share), _share(w.target),
              w.target_year, w.basis, {True: "yes", False: "no", None: ""}[w.met])
             for w in answer.women],
        )  # fmt: skip
    if answer.deaths:
        sums: dict[tuple[str | None, str], int] = {}
        for d in answer.deaths:
            sums[d.operation, d.cause] = sums.get((d.operation, d.cause), 0) + d.persons
        click.echo(f"\ndeaths: {sum(sums.values())}")
        print_table(
            ("operation", "cause", "persons"),
            [(o or "not told", c, n) for (o, c), n in sorted(sums.items(), key=str)],
        )
    _say_missing(answer.missing)


def _operation(database: Database, operation: str, day: date, as_json: bool, as_csv: bool) -> None:
    answer = show_operation_contributions(database, operation, day)
    if as_json:
        print_json(answer)
        return
    columns = ("country", "persons", "women", "share", "categories", "source")
    rows = [
        (c.country, c.persons, c.female, c.share if as_csv else _share(c.share),
         " ".join(f"{k}:{n}" for k, n in c.categories.items()), c.source.id)
        for c in answer.contributors
    ]  # fmt: skip
    if as_csv:
        print_csv(columns, rows)
        return
    click.echo(f"{operation}: contributors on {answer.counted_on or 'no known date'}")
    print_table(columns, rows)
    if answer.strengths:
        click.echo("\nstrength (the last month of each year) and the ceilings then in force")
        last = {s.month[:4]: s for s in answer.strengths}
        print_table(
            ("month", "persons", "women", "military", "police", "civilian", "ceilings", "source"),
            [(s.month, s.persons, s.female, s.military, s.police, s.civilian,
              " ".join(f"{k}:{n}" for k, n in s.ceilings.items()), s.source.id)
             for s in last.values()],
        )  # fmt: skip
    if answer.deaths:
        causes: dict[str, int] = {}
        for d in answer.deaths:
            causes[d.cause] = causes.get(d.cause, 0) + d.persons
        click.echo("\ndeaths: " + ", ".join(f"{n} {c}" for c, n in causes.items()))
    _say_missing(answer.missing)


def _framework(database: Database, framework: str, day: date, as_json: bool, as_csv: bool) -> None:
    years = show_framework(database, framework, day)
    if as_json:
        print_json(years)
        return
    columns = ("year", "month", "persons", "military", "police", "civilian", "women",
               "contributors", "operations", "stated_strengths", "source")  # fmt: skip
    rows = [
        (y.year, y.date, y.persons, y.military, y.police, y.civilian, y.female, y.contributors,
         " ".join(f"{k}:{n}" for k, n in sorted(y.operations.items())),
         " ".join(f"{s.operation}:{s.persons}" for s in y.strengths),
         y.source.id if y.source else "")
        for y in years
    ]  # fmt: skip
    (print_csv if as_csv else print_table)(columns, rows)


def _compare(
    database: Database, countries: tuple[str, ...], day: date, framework: str, as_json: bool,
    as_csv: bool,
) -> None:  # fmt: skip
    answer = compare_countries(database, countries, day, framework)
    if as_json:
        print_json(answer)
        return
    months = sorted({m.month for series in answer.months.values() for m in series})
    rows: list[tuple[Any, ...]]
    by_month = {c: {m.month: m.persons for m in s} for c, s in answer.months.items()}
    rows = [(month, *(by_month[c].get(month) for c in answer.countries)) for month in months]
    if not as_csv:
        rows = list({str(r[0])[:4]: r for r in rows}.values())
    (print_csv if as_csv else print_table)(("month", *answer.countries), rows)


@click.command("presence")
@click.argument("country")
@click.option("--compare", default="", help="Up to five countries beside it, split by ','.")
@click.option("--years", is_flag=True, help="Over the years instead of on the date.")
@with_database
@with_day
@with_json
@with_csv
def presence_command(
    country: str,
    compare: str,
    years: bool,
    db: Path | None,
    as_of: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """How few people count: reach, functions, hot spots covered; each with its meaning."""
    database = open_for_reading(db)
    answer = show_presence(database, country, as_of or today(), _codes(compare))
    if as_json:
        print_json(answer)
        return
    if years:
        columns = ("country", "framework", "year", "persons", "operations", "police", "civilian",
                   "per_100", "source")  # fmt: skip
        rows = [
            (c.country, y.framework, y.year, y.persons, y.operations, y.police, y.civilian,
             None if y.per_100 is None else round(y.per_100, 1), y.source.id)
            for c in answer.countries
            for y in c.years
        ]  # fmt: skip
        (print_csv if as_csv else print_table)(columns, rows)
        return
    names = [c.country for c in answer.countries]
    table = []
    for component in answer.countries[0].components:
        values = [c.value(component.id) for c in answer.countries]
        shown = [
            v if v is None or as_csv
            else f"{v:.1%}" if component.unit == "share"
            else f"{v:,.1f}".removesuffix(".0")
            for v in values
        ]  # fmt: skip
        table.append((component.id, component.unit, *shown, component.definition))
    (print_csv if as_csv else print_table)(("component", "unit", *names, "meaning"), table)
    if not as_csv:
        for c in answer.countries:
            if c.oldest_count:
                click.echo(f"{c.country}: counts from {c.oldest_count} to {c.newest_count}")
        _say_missing(answer.missing)


@click.command("hotspots")
@click.option("--country", help="Whose presence to lay beside them, as ISO 3166 alpha-3.")
@click.option("--cells", is_flag=True, help="By PRIO-GRID cell instead of by country.")
@click.option("--acled", is_flag=True, help="Your own export in place of the public data; private.")
@with_database
@with_day
@with_json
@with_csv
def hotspots_command(
    country: str | None,
    cells: bool,
    acled: bool,
    db: Path | None,
    as_of: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Conflict deaths of the 12 months before the date, and the operations there."""
    answer = list_hotspots(open_for_reading(db), as_of or today(), country, private=acled)
    if as_json:
        print_json(answer)
        return
    if cells:
        columns: tuple[str, ...] = ("cell", "lat", "lon", "country", "deaths", "civilians",
                                    "events", "operations")  # fmt: skip
        rows: list[tuple[Any, ...]] = [
            (c.cell, c.lat, c.lon, c.country, c.deaths, c.civilians, c.events,
             " ".join(c.operations))
            for c in answer.cells
        ]  # fmt: skip
    else:
        columns = ("country", "name", "deaths", "low", "high", "civilians", "share", "operations",
                   "present")  # fmt: skip
        rows = [
            (c.country, c.name, c.deaths, c.low, c.high, c.civilians,
             c.share if as_csv else _share(c.share),
             " ".join(o.operation for o in c.operations),
             {True: "yes", False: "no", None: ""}[c.present])
            for c in answer.countries
        ]  # fmt: skip
    if as_csv:
        print_csv(columns, rows)
    elif rows:
        late = ", where the data end" if answer.is_late else ""
        click.echo(f"{answer.deaths:,} deaths from {answer.first} to {answer.last}{late}")
        print_table(columns, rows)
        if answer.without_operation:
            click.echo(f"no operation: {' '.join(answer.without_operation)}")
        if answer.without_country:
            click.echo(f"an operation, without {answer.country}: "
                       + " ".join(answer.without_country))  # fmt: skip
    _say_missing(answer.missing)


@click.command("reconciliation")
@click.argument("country", required=False)
@click.option("--operation", help="One operation instead of a country.")
@with_database
@with_day
@with_json
@with_csv
def reconciliation_command(
    country: str | None,
    operation: str | None,
    db: Path | None,
    as_of: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """The same quantity from several sources side by side, and the one that is used."""
    if (country is None) == (operation is None):
        raise click.UsageError("Name a country, or --operation ID.")
    database, day = open_for_reading(db), as_of or today()
    if country is not None:
        answer = reconcile_country(database, country, day)
    else:
        answer = reconcile_operation(database, str(operation), day)
    if as_json:
        print_json(answer)
        return
    columns = ("what", "operation", "month", "difference", "persons", "used", "on", "source")
    rows = [
        (q.what, q.operation, q.month, q.difference, s.persons, "used" if s.preferred else "",
         s.date, s.source.id)
        for q in answer.quantities
        for s in q.statements
    ]  # fmt: skip
    if as_csv:
        print_csv(columns, rows)
        return
    print_table(columns, [r for r in rows if r[3]])
    click.echo(f"{answer.compared} quantities with several sources, {answer.differing} of them"
               " differ (only those are shown; --csv gives all)")  # fmt: skip
    click.echo(answer.rule)


@click.command("imports")
@with_database
@with_json
@with_csv
def imports_command(db: Path | None, as_json: bool, as_csv: bool) -> None:
    """Imported files: rows read, taken, set aside and waiting for a name.

    Texts of resolutions stand in one line a language.
    """
    database = open_for_reading(db)
    found = [dict(r) for r in database.ask("all_imports")]
    found += [
        {
            "import_id": None, "source_id": TEXTS, "file": f"texts ({r['language']})",
            "rows_read": r["texts"], "rows_taken": r["texts"], "rows_set_aside": 0,
            "rows_unknown": 0, "first_date": r["first_date"], "last_date": r["last_date"],
            "imported_at": r["imported_at"],
        }
        for r in database.ask("text_totals")
    ]  # fmt: skip
    if as_json:
        aside: dict[int, list[dict[str, Any]]] = {}
        for r in database.ask("all_set_aside"):
            aside.setdefault(r["import_id"], []).append(
                {k: r[k] for k in ("reason", "field", "value", "rows", "first_row")}
            )
        print_json([{**f, "set_aside": aside.get(f["import_id"], [])} for f in found])
        return
    columns = ("source_id", "file", "rows_read", "rows_taken", "rows_set_aside", "rows_unknown",
               "first_date", "last_date", "imported_at")  # fmt: skip
    (print_csv if as_csv else print_table)(columns, [tuple(f[c] for c in columns) for f in found])


MEASURES = (
    contributions_command,
    presence_command,
    hotspots_command,
    reconciliation_command,
    imports_command,
)
