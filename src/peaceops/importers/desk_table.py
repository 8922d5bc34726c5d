"""Our own simple table, for figures that exist only on paper: NATO placemats, OSCE and EU tables.

`organisation,operation,country,date,category,persons,source`, with `female` where known. Each row
is cited by its own `source`; '*' as the country means all contributors together, '*' as the
operation all of the organisation's operations. See docs/imports.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

from peaceops.importers.cells import read_count, read_day
from peaceops.importers.names import NameTable
from peaceops.importers.reading import (
    ALL,
    Collector,
    Importer,
    Reading,
    SeriesKey,
    stop_if_too_long,
    stop_if_unreadable,
)
from peaceops.importers.sheet import Form, Sheet, normalise
from peaceops.model import Category, FrameworkId, check_partial_date

FORM = Form(
    required=("organisation", "operation", "country", "date", "category", "persons", "source"),
    optional=("female", "note"),
    spelled={"organization": "organisation", "framework": "organisation", "women": "female"},
)
_FRAMEWORKS = {
    **{f: f for f in get_args(FrameworkId)},
    "united_nations": "un",
    "european_union": "eu",
    "african_union": "au",
}
_CATEGORIES = {normalise(c): c for c in get_args(Category)} | {
    "troops": "contingent-troops",
    "contingent": "contingent-troops",
    "staff": "staff-officer",
    "staff_officers": "staff-officer",
    "military_observer": "military-expert",
    "military_observers": "military-expert",
    "experts_on_mission": "military-expert",
    "civilians": "civilian",
    "all": "total",
}


@contextmanager
def read(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """Each row as one observation, cited by its own source."""
    sheet.use_form(FORM)
    gathered, taken, unknown = Collector(), 0, 0
    order = sheet.day_order("date")
    for number, row in sheet.rows_once():
        stop_if_too_long(sheet, number)
        framework = _FRAMEWORKS.get(normalise(row["organisation"]))
        category = _CATEGORIES.get(normalise(row["category"]))
        day = _partial(row["date"]) or read_day(row["date"], order)
        persons, women = read_count(row["persons"]), read_count(row.get("female", ""))
        if framework is None:
            sheet.aside.add("unknown organisation", "organisation", row["organisation"], number)
        elif category is None:
            sheet.aside.add("unknown category", "category", row["category"], number)
        elif day is None:
            sheet.aside.add("not a date", "date", row["date"], number)
        elif not isinstance(persons, int):
            sheet.aside.add(persons or "no figure", "persons", row["persons"], number)
        elif isinstance(women, str) or (women or 0) > persons:
            sheet.aside.add("cannot be read", "female", row["female"], number)
        elif not row["source"].strip():
            sheet.aside.add("no source", "source", "", number)
        else:
            everyone, everywhere = row["country"].strip() == ALL, row["operation"].strip() == ALL
            country = None if everyone else names.country(row["country"], row["country"])
            operation = None if everywhere else names.operation(row["operation"], day, framework)
            taken += 1
            unknown += (country is None and not everyone) or (operation is None and not everywhere)
            key = SeriesKey(
                row["country"].strip(), row["operation"].strip(), country, operation, framework,
                category, row["source"].strip(),
            )  # fmt: skip
            gathered.add(key, day, persons, women)
    stop_if_unreadable(sheet, sheet.count, taken)
    yield gathered.fill(Reading(sheet.count, "keys", sheet.aside, rows_unknown=unknown))


def _partial(text: str) -> str | None:
    try:
        return check_partial_date(text.strip())
    except ValueError:
        return None


DESK_TABLE = Importer("desk-table", FORM, read)
