"""UN Peace and Security Data Hub, `DPO-UCLATEST`: each contributor's uniformed people in all
operations in the latest month, by sex, with its rank."""

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

FORM = Form(
    required=("contributing_country", "total_uniformed_personnel", "last_reporting_date"),
    optional=(
        "id", "isocode3", "m49_code", "female_personnel", "male_personnel",
        "personnel_contribution_rank", "last_update",
    ),
)  # fmt: skip


@contextmanager
def read(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """Each row as one observation of all operations together."""
    sheet.use_form(FORM)
    gathered, rows, taken, unknown = Collector(), 0, 0, 0
    order = sheet.day_order("last_reporting_date")
    for number, row in sheet.rows_once({"id"}):
        rows = number
        stop_if_too_long(sheet, number)
        day = read_day(row["last_reporting_date"], order)
        if day is None:
            sheet.refuse_if_cut(number, number, "last_reporting_date", row["last_reporting_date"])
            sheet.aside.add("not a date", "last_reporting_date", row["last_reporting_date"], number)
            continue
        total = read_count(row["total_uniformed_personnel"])
        women = read_count(row.get("female_personnel", ""))
        men = read_count(row.get("male_personnel", ""))
        if not isinstance(total, int):
            sheet.aside.add(
                total or "no figure", "total_uniformed_personnel",
                row["total_uniformed_personnel"], number,
            )  # fmt: skip
            continue
        if isinstance(women, str) or isinstance(men, str):
            column = "female_personnel" if isinstance(women, str) else "male_personnel"
            sheet.aside.add(str(women if isinstance(women, str) else men), column, row[column],
                            number)  # fmt: skip
            continue
        if women is not None and men is not None and women + men != total:
            sheet.aside.note("total_uniformed_personnel",
                             "differs from women and men together; not told by sex")  # fmt: skip
            women = None
        country = names.country(
            row["contributing_country"], row.get("isocode3", ""), row.get("m49_code", "")
        )
        taken += 1
        unknown += country is None
        key = SeriesKey(row["contributing_country"], ALL, country, None, "un", "total")
        gathered.add(key, day, total, women if women is None or women <= total else None)
    stop_if_unreadable(sheet, rows, taken)
    yield gathered.fill(Reading(rows, "months", sheet.aside, rows_unknown=unknown))


HUB_LATEST = Importer("un-dpo-uclatest", FORM, read, framework="un")
