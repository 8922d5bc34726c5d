"""International Peace Institute, `data_mission.csv`: troops, police and observers of each operation
as a whole, month by month."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

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
from peaceops.importers.sheet import Form, Sheet

_BLOCS = "nam g77 au arab_league oic cis g20 eu continent region hq hq_longitude hq_latitude"
FORM = Form(
    required=("date", "mission", "number_of_contributors", "troops", "police", "observers",
              "total"),
    optional=(
        "country_of_mission", "country_of_mission_iso_3", *(f"mission_{b}" for b in _BLOCS.split()),
    ),
)  # fmt: skip
_CATEGORIES = {"troops": "contingent-troops", "police": "police", "observers": "military-expert"}


@contextmanager
def read(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """Each row as up to three observations of all contributors together."""
    sheet.use_form(FORM)
    gathered, rows, taken, unknown = Collector(), 0, 0, 0
    order = sheet.day_order("date")
    for number, row in sheet.rows_once():
        rows = number
        stop_if_too_long(sheet, number)
        day = read_day(row["date"], order)
        if day is None:
            sheet.aside.add("not a date", "date", row["date"], number)
            continue
        counts = {column: read_count(row[column]) for column in (*_CATEGORIES, "total")}
        wrong = {c: n for c, n in counts.items() if isinstance(n, str)}
        if wrong:
            column, reason = next(iter(wrong.items()))
            sheet.aside.add(reason, column, row[column], number)
            continue
        figures = {c: n for c, n in counts.items() if isinstance(n, int)}
        total = figures.pop("total", None)
        if not figures:
            sheet.aside.add("no figure", "total", row["total"], number)
            continue
        if total is not None and total != sum(figures.values()):
            sheet.aside.note("total", "differs from the sum of its parts; the parts are used")
        operation = names.operation(row["mission"], day, "un")
        taken += 1
        unknown += operation is None
        for column, persons in figures.items():
            key = SeriesKey(ALL, row["mission"], None, operation, "un", _CATEGORIES[column])
            gathered.add(key, day, persons)
    stop_if_unreadable(sheet, rows, taken)
    yield gathered.fill(Reading(rows, "months", sheet.aside, rows_unknown=unknown))


IPI_MISSIONS = Importer("ipi-missions", FORM, read, framework="un")
