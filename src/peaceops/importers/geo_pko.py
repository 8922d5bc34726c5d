"""Geo-PKO 2.x: where operations' people are stationed, read by its authors from the UN's maps.

Four forms: the data set itself (a row a place and map), and the three tables of its dashboard
(`FrontMap`, `TCCMap`, `TTMap`: a row a place and year). Sizes are standard unit sizes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peaceops.importers.cells import find_cell, read_count, read_number
from peaceops.importers.names import NameTable
from peaceops.importers.reading import Importer, Reading, stop_if_too_long, stop_if_unreadable
from peaceops.importers.sheet import Form, Sheet

_PLACE = ("mission", "year", "location", "latitude", "longitude")
SITES = Form((*_PLACE, "country", "hq", "ave_no_troops"),
             ("infantry", "notroops", "reserve", "unpol", "med", "av", "unmo"))  # fmt: skip
CONTRIBUTORS = Form((*_PLACE, "no_tcc", "year_overview"))
UNITS = Form((*_PLACE, "eng", "sig", "maint", "trans"), ("infantry", "med", "av", "riv"))
WHOLE = Form(
    (*_PLACE, "no_troops", "no_tcc", "hq", "nameoftcc_1", "notroopspertcc_1"),
    ("source", "month", "monthname", "country", "unmo_dummy", "unpol_dummy", "med", "avia",
     "he_sup", "eng", "sig", "maint", "trans", "prioid", "cow_code", "iso3c"),
)  # fmt: skip

_SITE = ("operation_text", "operation_id", "year", "place", "country_text", "country_iso3", "lat",
         "lon", "cell", "troops", "headquarters", "observers", "police", "medical",
         "aviation")  # fmt: skip
_CONTRIBUTOR = ("operation_text", "operation_id", "year", "place", "lat", "lon", "country_text",
                "country_iso3", "troops")  # fmt: skip
_UNIT = ("operation_text", "operation_id", "year", "place", "lat", "lon", "unit")
_FLAGS = {"hq": ("hq",), "unmo": ("unmo_dummy",), "unpol": ("unpol_dummy",), "med": ("med",),
          "av": ("avia", "he_sup")}  # fmt: skip
_PART = re.compile(r"\s*([^,()]+(?:\([^)\d]*\))?)\s*\((size unknown|unknown|[\d.]+)\)\s*(?:,|$)")


def _places(
    sheet: Sheet, names: NameTable
) -> Iterator[tuple[int, dict[str, str], tuple[Any, ...]]]:
    """(row number, cells, (mission, operation, year, place, lat, lon)) of rows with a place."""
    for number, row in sheet.rows_once():
        stop_if_too_long(sheet, number)
        year = read_count(row["year"])
        if not isinstance(year, int) or not 1945 <= year <= 2100:
            sheet.aside.add("not a year", "year", row["year"], number)
            continue
        lat, lon = read_number(row["latitude"]), read_number(row["longitude"])
        if not isinstance(lat, float) or not isinstance(lon, float):
            sheet.aside.add("no place", "latitude", f"{row['latitude']} {row['longitude']}", number)
            continue
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            sheet.aside.add("not a place on earth", "latitude", f"{lat} {lon}", number)
            continue
        operation = names.operation(row["mission"], str(year), "un")
        yield number, row, (row["mission"], operation, year, row["location"], lat, lon)


def _flag(text: str) -> int | None:
    value = read_number(text)
    return int(value) if isinstance(value, float) and 0 <= value < 10**6 else None


@contextmanager
def read_sites(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """`FrontMap`: rows of `site`, one a place and year."""
    sheet.use_form(SITES)
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    unknown = 0
    for _, row, place in _places(sheet, names):
        mission, operation, year, name, lat, lon = place
        country = names.country(row["country"])
        unknown += operation is None
        if country is None:
            sheet.aside.note("country", f"'{row['country']}' is no single country; kept by place")
        found[place] = (
            mission, operation, year, name, row["country"], country, lat, lon,
            find_cell(lat, lon), _flag(row["ave_no_troops"]), _flag(row["hq"]),
            _flag(row.get("unmo", "")), _flag(row.get("unpol", "")), _flag(row.get("med", "")),
            _flag(row.get("av", "")),
        )  # fmt: skip
    rows = sheet.count
    stop_if_unreadable(sheet, rows, len(found))
    yield Reading(rows, "all", sheet.aside, tables={"site": (_SITE, list(found.values()))},
                  rows_unknown=unknown)  # fmt: skip


@contextmanager
def read_contributors(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """`TCCMap`: rows of `site_contributor`, one a place, year and contributor."""
    sheet.use_form(CONTRIBUTORS)
    out: list[tuple[Any, ...]] = []
    unknown = 0
    for number, row, place in _places(sheet, names):
        parts = _PART.findall(row["year_overview"])
        if not parts:
            sheet.aside.add("no contributor", "year_overview", row["year_overview"], number)
            continue
        wanted = read_count(row["no_tcc"])
        if isinstance(wanted, int) and wanted != len(parts):
            sheet.aside.note("no_tcc", "differs from the contributors listed")
        for name, size in parts:
            country = names.country(name.strip())
            unknown += country is None
            out.append((*place, name.strip(), country, _flag(size)))
    rows = sheet.count
    stop_if_unreadable(sheet, rows, len(out))
    yield Reading(rows, "all", sheet.aside, tables={"site_contributor": (_CONTRIBUTOR, out)},
                  rows_unknown=unknown)  # fmt: skip


@contextmanager
def read_units(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """`TTMap`: rows of `site_unit`, one a place, year and type of unit present."""
    sheet.use_form(UNITS)
    kinds = {"infantry": "infantry", "eng": "engineering", "med": "medical", "sig": "signals",
             "av": "aviation", "riv": "riverine", "maint": "maintenance",
             "trans": "transport"}  # fmt: skip
    out: set[tuple[Any, ...]] = set()
    taken = unknown = 0
    for _, row, place in _places(sheet, names):
        taken += 1
        unknown += place[1] is None
        for column, kind in kinds.items():
            if (_flag(row.get(column, "")) or 0) > 0:
                out.add((*place, kind))
    rows = sheet.count
    stop_if_unreadable(sheet, rows, taken)
    yield Reading(rows, "all", sheet.aside, tables={"site_unit": (_UNIT, sorted(out, key=str))},
                  rows_unknown=unknown)  # fmt: skip


@contextmanager
def read_whole(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """The data set: sites by year (mean size), contributors by year (largest size on a map)."""
    sheet.use_form(WHOLE)
    sites: dict[tuple[Any, ...], dict[str, Any]] = {}
    people: dict[tuple[Any, ...], int | None] = {}
    numbers = [c.removeprefix("nameoftcc_") for c in sheet.header if c.startswith("nameoftcc_")]
    taken = unknown = 0
    for _, row, place in _places(sheet, names):
        taken += 1
        unknown += place[1] is None
        site = sites.setdefault(
            place, {"country": row.get("country", ""), "sizes": [], "flags": {}}
        )
        size = _flag(row["no_troops"])
        if size is not None:
            site["sizes"].append(size)
        for flag, columns in _FLAGS.items():
            values = [v for c in columns if (v := _flag(row.get(c, ""))) is not None]
            if values:
                site["flags"][flag] = max(*values, site["flags"].get(flag, 0))
        for n in numbers:
            name = row.get(f"nameoftcc_{n}", "").strip()
            if not name or name.casefold() in ("na", "none"):
                continue
            troops = _flag(row.get(f"notroopspertcc_{n}", ""))
            key = (*place, name)
            known = people.get(key)
            people[key] = known if troops is None else max(troops, known or 0)
    rows = sheet.count
    stop_if_unreadable(sheet, rows, taken)
    site_rows = [
        (
            *place[:4], s["country"], names.country(s["country"]), *place[4:],
            find_cell(place[4], place[5]),
            round(sum(s["sizes"]) / len(s["sizes"])) if s["sizes"] else None,
            *(s["flags"].get(f) for f in ("hq", "unmo", "unpol", "med", "av")),
        )
        for place, s in sites.items()
    ]  # fmt: skip
    contributor_rows = [(*k[:6], k[6], names.country(k[6]), n) for k, n in people.items()]
    yield Reading(
        rows, "all", sheet.aside,
        tables={
            "site": (_SITE, site_rows),
            "site_contributor": (_CONTRIBUTOR, contributor_rows),
        },
        rows_unknown=unknown,
    )  # fmt: skip


GEO_PKO = (
    Importer("geo-pko", SITES, read_sites, framework="un"),
    Importer("geo-pko", CONTRIBUTORS, read_contributors, framework="un"),
    Importer("geo-pko", UNITS, read_units, framework="un"),
    Importer("geo-pko", WHOLE, read_whole, framework="un"),
)
