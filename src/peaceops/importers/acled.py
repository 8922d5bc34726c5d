"""ACLED: the user's own export. Its terms forbid passing it on, so the rows go into a table of
their own, which no page, export or API reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peaceops.importers.cells import find_cell, read_count, read_day, read_number
from peaceops.importers.names import NameTable
from peaceops.importers.reading import Importer, Reading, stop_if_too_long, stop_if_unreadable
from peaceops.importers.sheet import Form, Sheet

FORM = Form(
    required=("event_id_cnty", "event_date", "event_type", "country", "latitude", "longitude",
              "fatalities"),
    optional=tuple(
        "event_id_no_cnty data_id year time_precision disorder_type sub_event_type actor1"  # noqa: SIM905
        " assoc_actor_1 inter1 actor2 assoc_actor_2 inter2 interaction civilian_targeting iso"
        " iso3 region admin1 admin2 admin3 location geo_precision source source_scale notes tags"
        " timestamp population_1km population_2km population_5km population_best".split()
    ),
)  # fmt: skip
_COLUMNS = ("event_id", "date", "country_iso3", "country_text", "lat", "lon", "cell", "event_type",
            "deaths")  # fmt: skip


@contextmanager
def read(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """Rows of `private_event`."""
    sheet.use_form(FORM)
    found: dict[str, tuple[Any, ...]] = {}
    unknown = 0
    order = sheet.day_order("event_date")
    for number, row in sheet.rows():
        stop_if_too_long(sheet, number)
        day, deaths = read_day(row["event_date"], order), read_count(row["fatalities"])
        lat, lon = read_number(row["latitude"]), read_number(row["longitude"])
        if day is None:
            sheet.aside.add("not a date", "event_date", row["event_date"], number)
        elif not isinstance(deaths, int):
            sheet.aside.add(deaths or "no figure", "fatalities", row["fatalities"], number)
        elif not isinstance(lat, float) or not isinstance(lon, float):
            sheet.aside.add("no place", "latitude", row["latitude"], number)
        else:
            country = names.country(row["country"], "", row.get("iso", ""))
            unknown += country is None
            found[row["event_id_cnty"]] = (
                row["event_id_cnty"], day, country, row["country"], lat, lon, find_cell(lat, lon),
                row["event_type"], deaths,
            )  # fmt: skip
    stop_if_unreadable(sheet, sheet.count, len(found))
    yield Reading(sheet.count, "all", sheet.aside,
                  tables={"private_event": (_COLUMNS, list(found.values()))},
                  rows_unknown=unknown)  # fmt: skip


ACLED = Importer("acled", FORM, read)
