"""UN Peace and Security Data Hub, `DPO-PKBUDGET` and `DPO-PKEXP`: what peacekeeping missions were
given and spent each year, by class, in thousands of United States dollars."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peaceops.importers.cells import read_day, read_number
from peaceops.importers.names import NameTable
from peaceops.importers.reading import Importer, Reading, stop_if_too_long, stop_if_unreadable
from peaceops.importers.sheet import Form, Sheet

_OPTIONAL = ("id", "budget_class", "budget_subclass", "document_symbol", "variance", "last_update")
BUDGET = Form(
    required=("mission_acronym", "start_date", "end_date", "apportionment"),
    optional=(*_OPTIONAL, "expenditure"),
)
SPENDING = Form(
    required=("mission_acronym", "start_date", "end_date", "expenditure"),
    optional=(*_OPTIONAL, "apportionment"),
)
_COLUMNS = ("operation_text", "operation_id", "start_date", "end_date", "class", "subclass",
            "apportioned_kusd", "spent_kusd", "document")  # fmt: skip


def _read(form: Form, sheet: Sheet, names: NameTable) -> Reading:
    sheet.use_form(form)
    out: list[tuple[Any, ...]] = []
    rows, unknown = 0, 0
    order = sheet.day_order("start_date")
    for number, row in sheet.rows_once({"id"}):
        rows = number
        stop_if_too_long(sheet, number)
        dates = {c: read_day(row[c], order) for c in ("start_date", "end_date")}
        wrong = [c for c, d in dates.items() if d is None]
        if wrong:
            sheet.aside.add("not a date", wrong[0], row[wrong[0]], number)
            continue
        money = {c: read_number(row.get(c, "")) for c in ("apportionment", "expenditure")}
        bad = [c for c, v in money.items() if isinstance(v, str)]
        if bad:
            sheet.aside.add(str(money[bad[0]]), bad[0], row[bad[0]], number)
            continue
        if all(v is None for v in money.values()):
            sheet.aside.add("no figure", form.required[-1], "", number)
            continue
        variance = read_number(row.get("variance", ""))
        given, spent = money["apportionment"], money["expenditure"]
        if (
            isinstance(variance, float) and isinstance(given, float) and isinstance(spent, float)
            and abs(given - spent - variance) > 0.51
        ):  # fmt: skip
            sheet.aside.note("variance", "is not apportionment less expenditure")
        start = dates["start_date"] or ""
        operation = names.operation(row["mission_acronym"], start, "un")
        unknown += operation is None
        out.append(
            (
                row["mission_acronym"], operation, start, dates["end_date"],
                row.get("budget_class", ""), row.get("budget_subclass", ""), given, spent,
                row.get("document_symbol", ""),
            )
        )  # fmt: skip
    stop_if_unreadable(sheet, rows, len(out))
    return Reading(
        rows, "all", sheet.aside, tables={"budget": (_COLUMNS, out)}, rows_unknown=unknown
    )  # fmt: skip


@contextmanager
def read_budget(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """One row of `budget` a row."""
    yield _read(BUDGET, sheet, names)


@contextmanager
def read_spending(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """One row of `budget` a row."""
    yield _read(SPENDING, sheet, names)


HUB_BUDGET = Importer("un-dpo-pkbudget", BUDGET, read_budget, framework="un")
HUB_SPENDING = Importer("un-dpo-pkexp", SPENDING, read_spending, lambda _s: 0.9, framework="un")
