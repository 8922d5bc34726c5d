"""International Peace Institute, country files: one contributor's troops, police and experts on
mission, month by month, for all operations together. The file's name names the contributor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peaceops.errors import Problem, RefusedFile
from peaceops.importers.cells import read_count, read_day
from peaceops.importers.names import NameTable
from peaceops.importers.reading import (
    ALL,
    Collector,
    Importer,
    Reading,
    SeriesKey,
    stop_if_unreadable,
)
from peaceops.importers.sheet import Form, Sheet

FORM = Form(required=("date", "troops", "police", "experts"))
_CATEGORIES = {"troops": "contingent-troops", "police": "police", "experts": "military-expert"}


@contextmanager
def read(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """Each month as up to three observations; a month without any figure is a gap."""
    sheet.use_form(FORM)
    name = Path(sheet.name).stem.replace("_", " ")
    country = names.country(name)
    if country is None:
        raise RefusedFile(
            Problem(sheet.name, "", f"no country is called '{name}'",
                    "The file must bear its contributor's name, such as Belgium.csv.")
        )  # fmt: skip
    gathered, rows, taken = Collector(), 0, 0
    order = sheet.day_order("date")
    for number, row in sheet.rows_once():
        rows = number
        day = read_day(row["date"], order)
        if day is None:
            sheet.aside.add("not a date", "date", row["date"], number)
            continue
        counts = {column: read_count(row[column]) for column in _CATEGORIES}
        wrong = {c: n for c, n in counts.items() if isinstance(n, str)}
        if wrong:
            column, reason = next(iter(wrong.items()))
            sheet.aside.add(reason, column, row[column], number)
            continue
        taken += 1
        if all(n is None for n in counts.values()):
            sheet.aside.note("", "months without any figure: gaps, not zero")
        for column, category in _CATEGORIES.items():
            persons = counts[column]
            if isinstance(persons, int):
                gathered.add(SeriesKey(name, ALL, country, None, "un", category), day, persons)
    stop_if_unreadable(sheet, rows, taken)
    yield gathered.fill(Reading(rows, "country", sheet.aside))


def _recognise(sheet: Sheet) -> float:
    return 1.0 if max((len(row) for row in sheet.head), default=0) <= 6 else 0.0


IPI_COUNTRIES = Importer("ipi-countries", FORM, read, _recognise, "un", by_name=True)
