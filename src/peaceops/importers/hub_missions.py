"""UN Peace and Security Data Hub, `DPPADPOSS-PKO` and `DPPA-POLITICALMISSIONS`: the UN's own lists
of its operations with dates, seats and lead departments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peaceops.importers.cells import is_missing, read_day, read_number
from peaceops.importers.names import NameTable
from peaceops.importers.reading import Importer, Reading, stop_if_too_long, stop_if_unreadable
from peaceops.importers.sheet import Form, Sheet

FORM = Form(
    required=("mission_acronym", "mission_name", "start_date"),
    optional=(
        "id", "end_date", "lead_department", "mission_isactive", "mission_latitude",
        "mission_location", "mission_longitude", "last_update",
    ),
)  # fmt: skip
_COLUMNS = ("operation_text", "operation_id", "name", "start_date", "end_date", "place", "lat",
            "lon", "is_active", "lead")  # fmt: skip


@contextmanager
def read(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """One row of `operation_listing` a row; an end that is empty or not a day stays unknown."""
    sheet.use_form(FORM)
    out: list[tuple[Any, ...]] = []
    rows, unknown = 0, 0
    order = sheet.day_order("start_date")
    for number, row in sheet.rows_once({"id"}):
        rows = number
        stop_if_too_long(sheet, number)
        if not row["mission_acronym"].strip() and not row["mission_name"].strip():
            sheet.aside.add("no name", "mission_acronym", "", number)
            continue
        dates: list[str | None] = []
        for column in ("start_date", "end_date"):
            text = row.get(column, "")
            day = None if is_missing(text) else read_day(text, order)
            if day is None and not is_missing(text):
                sheet.aside.note(column, f"'{text}' is not a date; left out")
            dates.append(day)
        place = [read_number(row.get(c, "")) for c in ("mission_latitude", "mission_longitude")]
        lat, lon = (p if isinstance(p, float) else None for p in place)
        if lat is not None and lon is not None and not (-90 <= lat <= 90 and -180 <= lon <= 180):
            sheet.aside.note("mission_latitude", "not a place on earth; left out")
            lat = lon = None
        known_as = (row["mission_acronym"], row["mission_name"])
        found = (names.operation(name, dates[0] or "", "un") for name in known_as)
        operation = next((o for o in found if o), None)
        unknown += operation is None
        out.append(
            (
                row["mission_acronym"], operation, row["mission_name"], *dates,
                row.get("mission_location", ""), lat, lon, row.get("mission_isactive", ""),
                row.get("lead_department", ""),
            )
        )  # fmt: skip
    stop_if_unreadable(sheet, rows, len(out))
    yield Reading(
        rows, "all", sheet.aside, tables={"operation_listing": (_COLUMNS, out)},
        rows_unknown=unknown,
    )  # fmt: skip


def _leads(sheet: Sheet) -> float:
    """Share of the first rows whose lead department is DPPA."""
    for index, row in enumerate(sheet.head[:10]):
        columns = [FORM.column(c) for c in row]
        if "lead_department" in columns:
            at = columns.index("lead_department")
            leads = [r[at].strip().upper() for r in sheet.head[index + 1 :] if len(r) > at]
            return sum(lead == "DPPA" for lead in leads) / max(len(leads), 1)
    return 0.0


HUB_PEACEKEEPING = Importer(
    "un-dppadposs-pko", FORM, read, lambda s: 1.0 if _leads(s) <= 0.5 else 0.5, "un"
)
HUB_POLITICAL = Importer(
    "un-dppa-politicalmissions", FORM, read, lambda s: 1.0 if _leads(s) > 0.5 else 0.5, "un"
)
