"""`show`: one question each, answered for a date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import click

from peaceops.analysis.calendar import list_due
from peaceops.analysis.facts import read_facts
from peaceops.analysis.operations import OperationSummary, list_operations, show_operation
from peaceops.analysis.participation import FRAMEWORKS, show_country
from peaceops.cli.measures import MEASURES
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
from peaceops.model import FrameworkId, Kind


@click.group("show")
def show_command() -> None:
    """Operations, countries, presence, hot spots and the calendar on a date."""


for measure in MEASURES:
    show_command.add_command(measure)


def _summary_dict(o: OperationSummary) -> dict[str, Any]:
    out = dict(o.__dict__)
    out["sources"] = [s.__dict__ for s in o.sources]
    return out


@show_command.command("operations")
@click.option("--all", "include_ended", is_flag=True, help="Also ended and future ones.")
@click.option("--framework", type=click.Choice(get_args(FrameworkId), case_sensitive=False),
              help="Only this framework.")  # fmt: skip
@click.option("--host", help="A host country, as ISO 3166 alpha-3.")
@click.option("--kind", type=click.Choice(get_args(Kind), case_sensitive=False),
              help="Only this kind.")  # fmt: skip
@with_database
@with_day
@with_json
@with_csv
def operations_command(
    include_ended: bool,
    framework: str | None,
    host: str | None,
    kind: str | None,
    db: Path | None,
    as_of: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Operations that exist on the date."""
    found = list_operations(
        open_for_reading(db),
        as_of or today(),
        include_ended=include_ended,
        framework=framework,
        host=host,
        kind=kind,
    )
    if as_json:
        print_json([_summary_dict(o) for o in found])
        return
    columns = ("id", "framework", "kind", "hosts", "start", "end", "status", "mandate_until")
    rows = [
        (o.id, o.framework, o.kind, " ".join(o.hosts), o.start, o.end, o.status, o.mandate_until)
        for o in found
    ]
    (print_csv if as_csv else print_table)(columns, rows)
    if not as_csv:
        click.echo(f"{len(found)} operations")


@show_command.command("operation")
@click.argument("operation")
@with_database
@with_day
@with_json
def operation_command(operation: str, db: Path | None, as_of: date | None, as_json: bool) -> None:
    """One operation: names, hosts, decisions, tasks, ceilings and strengths, contributors."""
    detail = show_operation(open_for_reading(db), operation.lower(), as_of or today())
    if as_json:
        print_json(detail)
        return
    s = detail.summary
    click.echo(f"{s.acronym.get('en', s.id)}  {s.name.get('en', '')}")
    click.echo(f"{s.framework}, {s.kind}; hosts: {', '.join(s.hosts) or s.area or 'not known'}")
    until = f"; mandate until {s.mandate_until}" if s.mandate_until else ""
    since = f" since {s.unconfirmed_since}" if s.unconfirmed_since else ""
    click.echo(f"{s.start or '?'} – {s.end or ''}  {s.status}{since}{until}")
    for seat in detail.seats:
        click.echo(f"headquarters: {seat.place} ({seat.lat}, {seat.lon})")
    if detail.decisions:
        click.echo("\ndecisions")
        print_table(
            ("date", "symbol", "action", "until", "where"),
            [(d.date, d.symbol, d.action, d.until, d.source.at) for d in detail.decisions],
        )
    if detail.tasks:
        click.echo("\ntasks")
        print_table(("task", "given by"), [(t.task, t.symbol) for t in detail.tasks])
    for title, since, figures in (
        ("ceilings", "from", detail.ceilings),
        ("strengths", "date", detail.strengths),
    ):
        if figures:
            click.echo(f"\n{title}")
            print_table(
                (since, "kind", "persons", "source"),
                [(f.date, f.kind, f.persons, f.source.id) for f in figures],
            )
    if detail.contributors:
        click.echo("\ncontributors")
        print_table(
            ("country", "persons", "counted_on", "source"),
            [(c.country, c.persons, c.counted_on, c.source.id) for c in detail.contributors],
        )


@show_command.command("country")
@click.argument("country")
@with_database
@with_day
@with_json
@with_csv
def country_command(
    country: str, db: Path | None, as_of: date | None, as_json: bool, as_csv: bool
) -> None:
    """Participation of a country: current and past, by framework."""
    database = open_for_reading(db)
    answer = show_country(database, country, as_of or today())
    if as_json:
        print_json(answer.as_contract())
        return
    columns = ("framework", "when", "operation", "persons", "counted_on", "stale", "functions",
               "from", "to", "last_known")  # fmt: skip
    rows = [
        (
            framework, when, p.operation, p.persons, p.counted_on, "stale" if p.stale else "",
            " ".join(p.functions), p.start, p.end, p.last_known,
        )
        for framework in FRAMEWORKS
        for when, parts in (
            ("current", answer.current.get(framework, ())),
            ("past", answer.past.get(framework, ())),
        )
        for p in parts
    ]  # fmt: skip
    if as_csv:
        print_csv(columns, rows)
        return
    name = read_facts(database).country(country).name("en")
    click.echo(f"{name} on {answer.as_of} (newest fact: {answer.last_updated or 'none'})")
    print_table(columns, rows)


@show_command.command("calendar")
@click.option("--days", default=180, show_default=True, help="How many days ahead.")
@click.option("--framework", type=click.Choice(FRAMEWORKS), help="Only this framework.")
@click.option("--country", help="Only operations in which this country (ISO3) takes part.")
@click.option("--ics", type=click.Path(path_type=Path, dir_okay=False),
              help="Write an iCalendar file; one that is there is brought up to date.")  # fmt: skip
@click.option("--atom", type=click.Path(path_type=Path, dir_okay=False),
              help="Write an Atom feed; one that is there is brought up to date.")  # fmt: skip
@click.option("--lang", type=click.Choice(("fr", "nl", "de", "en")), default="en",
              show_default=True, help="The language of both files.")  # fmt: skip
@with_database
@with_day
@with_json
@with_csv
def calendar_command(
    days: int,
    framework: str | None,
    country: str | None,
    ics: Path | None,
    atom: Path | None,
    lang: str,
    db: Path | None,
    as_of: date | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """What falls due in the next days: mandates, endings, reports, reviews."""
    database = open_for_reading(db)
    day = as_of or today()
    found = list_due(database, day, days, framework=framework, country=country)
    if ics or atom:
        from peaceops.cli.tell import write_whole
        from peaceops.web.feeds import name_calendar, write_atom, write_ics, write_notices
        from peaceops.web.languages import read_languages

        facts, language = read_facts(database), read_languages()[lang]
        notices = write_notices(found, facts, language)
        name = name_calendar(facts, language, framework, country)
        now = datetime.now(UTC)
        if ics:
            old = ics.read_bytes() if ics.exists() else b""
            write_whole(ics, write_ics(notices, name, lang, now, today=day, earlier=old))
        if atom:
            old = atom.read_bytes() if atom.exists() else b""
            write_whole(atom, write_atom(notices, name, language, now, earlier=old))
    if as_json:
        print_json([e.as_dict() for e in found])
        return
    if as_csv or not (ics or atom):
        columns = ("date", "what", "operation", "framework", "decision", "decided", "where")
        rows = [
            (e.date, f"{e.what} (about)" if e.estimated and not as_csv else e.what, e.operation,
             e.framework, e.decision, e.decided, e.source.at)
            for e in found
        ]  # fmt: skip
        (print_csv if as_csv else print_table)(columns, rows)
    if not as_csv:
        files = " and ".join(str(f) for f in (ics, atom) if f)
        click.echo(f"{len(found)} due by {day + timedelta(days=days)}"
                   + (f", written to {files}" if files else ""))  # fmt: skip
