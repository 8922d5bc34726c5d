"""UN Peace and Security Data Hub, `DPO-JCS-GPP`: justice and corrections experts provided by
governments, by operation and sex. The file bears no date; it describes the day it is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from peaceops.importers.cells import read_count
from peaceops.importers.names import NameTable
from peaceops.importers.reading import (
    Collector,
    Importer,
    Reading,
    SeriesKey,
    stop_if_too_long,
    stop_if_unreadable,
)
from peaceops.importers.sheet import Form, Sheet, normalise

FORM = Form(
    required=("contributing_country", "mission_acronym", "gpp_type", "female", "male"),
    optional=("id", "iso_alpha3_code", "m49_code", "last_update"),
)
_KINDS = {"justice": "justice-expert", "corrections": "corrections-expert"}


def _category(text: str) -> str | None:
    words = [w for w in normalise(text).split("_") if w not in ("gpp", "personnel", "expert")]
    return _KINDS.get(words[0]) if len(words) == 1 else None


@contextmanager
def read(sheet: Sheet, names: NameTable, day: str) -> Iterator[Reading]:
    """Each row as one observation on the day given."""
    sheet.use_form(FORM)
    gathered, rows, taken, unknown = Collector(), 0, 0, 0
    for number, row in sheet.rows_once({"id"}):
        rows = number
        stop_if_too_long(sheet, number)
        category = _category(row["gpp_type"])
        if category is None:
            sheet.aside.add("unknown category", "gpp_type", row["gpp_type"], number)
            continue
        counts: dict[str, int] = {}
        for column in ("female", "male"):
            value = read_count(row[column])
            if isinstance(value, int):
                counts[column] = value
            else:
                sheet.aside.add(value or "no figure", column, row[column], number)
                break
        if len(counts) < 2:
            continue
        country = names.country(
            row["contributing_country"], row.get("iso_alpha3_code", ""), row.get("m49_code", "")
        )
        operation = names.operation(row["mission_acronym"], day, "un")
        taken += 1
        unknown += country is None or operation is None
        key = SeriesKey(
            row["contributing_country"], row["mission_acronym"], country, operation, "un", category
        )
        gathered.add(key, day, counts["female"] + counts["male"], counts["female"])
    stop_if_unreadable(sheet, rows, taken)
    sheet.aside.note("", f"the file bears no date; its figures are taken as of {day}")
    yield gathered.fill(Reading(rows, "months", sheet.aside, rows_unknown=unknown))


HUB_JUSTICE = Importer("un-dpo-jcs-gpp", FORM, read, framework="un")
