"""Every contributor by operation, category and month in the International Peace Institute's wide
form: `full_data`, its monthly archive, and the hub's `DPPADPO-UCPre2010`, which took it over.

A police figure is given by kind (formed units, individual officers) or, in older months, as
`Civilian_Police` alone; `Observers` repeats `Experts_on_Mission`. A part is used once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from peaceops.importers.cells import read_count, read_day
from peaceops.importers.names import NameTable
from peaceops.importers.reading import (
    Collector,
    Importer,
    Reading,
    SeriesKey,
    stop_if_too_long,
    stop_if_unreadable,
)
from peaceops.importers.sheet import Form, Sheet

_FIGURES = (
    "experts_on_mission", "formed_police_units", "individual_police", "civilian_police",
    "troops", "observers", "total",
)  # fmt: skip
_BLOCS = tuple(
    "un_bloc p5g4a3 nam g77 au arab_league oic cis g20 eu nato g8 oecd asean oas shanghai gcc uma"  # noqa: SIM905
    " comesa censad eac eccas ecowas igad sadc continent region".split()
)
FORM = Form(
    required=("date", "contributor", "mission", "troops", "total"),
    optional=(
        "id", "contributor_iso_3", *_FIGURES, "last_update", "mission_country",
        "mission_country_iso_3", "mission_hq", "mission_hq_longitude", "mission_hq_latitude",
        "contributor_capital", "contributor_capital_latitude", "contributor_capital_longitude",
        *(f"contributor_{b}" for b in _BLOCS), *(f"mission_{b}" for b in _BLOCS),
    ),
    spelled={
        "inidividual_police": "individual_police",
        "formed_police_unit": "formed_police_units",
        "police": "civilian_police",
    },
)  # fmt: skip


@contextmanager
def read(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """Each row as up to five observations, one a category."""
    sheet.use_form(FORM)
    gathered, rows, taken, unknown = Collector(), 0, 0, 0
    order = sheet.day_order("date")
    for number, row in sheet.rows_once({"id"}):
        rows = number
        stop_if_too_long(sheet, number)
        day = read_day(row["date"], order)
        if day is None:
            sheet.aside.add("not a date", "date", row["date"], number)
            continue
        parts = _parts(sheet, row, number)
        if parts is None:
            continue
        country = names.country(row["contributor"], row.get("contributor_iso_3", ""))
        operation = names.operation(row["mission"], day, "un")
        taken += 1
        unknown += country is None or operation is None
        for category, persons in parts.items():
            key = SeriesKey(row["contributor"], row["mission"], country, operation, "un", category)
            gathered.add(key, day, persons)
    stop_if_unreadable(sheet, rows, taken)
    yield gathered.fill(Reading(rows, "months", sheet.aside, rows_unknown=unknown))


def _parts(sheet: Sheet, row: dict[str, str], number: int) -> dict[str, int] | None:
    """People by category; None where a figure cannot be read or there is none."""
    counts: dict[str, int | None] = {}
    for column in _FIGURES:
        value = read_count(row.get(column, ""))
        if isinstance(value, str):
            sheet.aside.add(value, column, row[column], number)
            return None
        counts[column] = value
    units, officers, police = (
        counts["formed_police_units"], counts["individual_police"], counts["civilian_police"],
    )  # fmt: skip
    experts = (
        counts["observers"]
        if counts["experts_on_mission"] is None
        else counts["experts_on_mission"]
    )
    parts = {"contingent-troops": counts["troops"], "military-expert": experts}
    if units is None and officers is None:
        parts["police"] = police
    else:
        parts["formed-police-unit"], parts["individual-police"] = units, officers
        if police is not None and police != (units or 0) + (officers or 0):
            sheet.aside.note("civilian_police", "differs from formed units and officers together")
    found = {category: n for category, n in parts.items() if n is not None}
    if not found:
        if counts["total"] is None:
            sheet.aside.add("no figure", "total", "", number)
            return None
        found = {"total": counts["total"]}
    elif counts["total"] is not None and counts["total"] != sum(found.values()):
        sheet.aside.note("total", "differs from the sum of its parts; the parts are used")
    return found


def _is_hub(sheet: Sheet) -> float:
    return 1.0 if any("id" in (c.casefold() for c in row) for row in sheet.head[:10]) else 0.6


IPI_FULL = Importer("ipi-full-data", FORM, read, lambda s: 1.6 - _is_hub(s), "un")
HUB_PRE_2010 = Importer("un-dppadpo-ucpre2010", FORM, read, _is_hub, "un")
