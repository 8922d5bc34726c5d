"""Options that several commands share, and how their answers are printed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from peaceops.build import build_database, is_current
from peaceops.model import EARLIEST_DAY, LATEST_DAY, check_partial_date, last_day
from peaceops.places import default_database
from peaceops.store import Database, open_database

F = TypeVar("F", bound=Callable[..., Any])


class DayType(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A day as 2021-06-30; a month or a year means its last day. 1945 to 2099, as on the portal."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            day = last_day(check_partial_date(str(value)))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not EARLIEST_DAY <= day <= LATEST_DAY:
            self.fail(f"'{value}' is not a date between 1945 and 2099", param, ctx)
        return day


def today() -> date:
    """Today in UTC."""
    return datetime.now(UTC).date()


def with_database(function: F) -> F:
    """Adds `--db FILE`."""
    return click.option(
        "--db", type=click.Path(path_type=Path), help="The database (default: the user's own)."
    )(function)


def with_day(function: F) -> F:
    """Adds `--as-of DATE`."""
    return click.option(
        "--as-of", type=DayType(), default=None, help="The date to answer for (default: today)."
    )(function)


def with_json(function: F) -> F:
    """Adds `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")(function)


def with_csv(function: F) -> F:
    """Adds `--csv`."""
    return click.option("--csv", "as_csv", is_flag=True, help="Answer as CSV.")(function)


def open_for_reading(db: Path | None) -> Database:
    """The database asked for; the user's own is first made anew where the catalogue changed."""
    path = db or default_database()
    if db is None and not is_current(path):
        click.echo("bringing the database up to date", err=True)
        build_database(path)
    return open_database(path)


def plain(value: Any) -> Any:
    """Dataclasses, dates and tuples as JSON can carry them."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_json(value: Any) -> None:
    """A value as indented JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=plain))


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows as CSV with a header; lists are joined by ';'."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([";".join(map(str, c)) if isinstance(c, list | tuple) else c for c in row])
    click.echo(out.getvalue(), nl=False)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows as aligned text."""
    cells = [[("" if c is None else str(c)) for c in row] for row in rows]
    widths = [max([len(head), *(len(row[i]) for row in cells)]) for i, head in enumerate(columns)]
    for line in ([*columns], *cells):
        click.echo("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip())
