"""Uppsala Conflict Data Program: GED (yearly, reviewed) and Candidate (monthly, not yet reviewed).

Both come in the same 49 columns; some releases have no header row. Of each event is kept what the
questions need: when, where, how many died. Read by columns, so that 390,000 events stay small.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from peaceops.importers.cells import find_cell, read_day, tell_day_order
from peaceops.importers.names import NameTable
from peaceops.importers.reading import Importer, Reading, stop_if_unreadable
from peaceops.importers.sheet import Form, Sheet

COLUMNS = tuple(
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id"  # noqa: SIM905
    " conflict_name dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a"
    " side_b_dset_id side_b_new_id side_b number_of_sources source_article source_office"
    " source_date source_headline source_original where_prec where_coordinates where_description"
    " adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id region event_clarity"
    " date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high"
    " low gwnoa gwnob".split()
)
_NEEDED = ("id", "type_of_violence", "latitude", "longitude", "country", "country_id",
           "date_start", "date_end", "deaths_civilians", "best", "high", "low")  # fmt: skip
FORM = Form(
    required=_NEEDED,
    optional=tuple(c for c in COLUMNS if c not in _NEEDED),
    spelled={"best_est": "best", "low_est": "low", "high_est": "high"},
)
_CHUNK = 50_000
_EVENT = ("event_id", "date_start", "date_end", "country_iso3", "country_text", "cell", "lat",
          "lon", "violence", "best", "low", "high", "civilians")  # fmt: skip


def has_no_header(sheet: Sheet) -> bool:
    """Whether the first row is already an event in the 49 published columns."""
    row = sheet.head[0] if sheet.head else ()
    return (
        len(row) == len(COLUMNS)
        and row[0].strip().isdigit()
        and row[5].strip() in ("1", "2", "3")
        and row[COLUMNS.index("best")].strip().isdigit()
    )


def _use(sheet: Sheet) -> None:
    if has_no_header(sheet):
        sheet.use_header(COLUMNS)
        sheet.aside.note("", "no header row; read in the 49 published columns")
    else:
        sheet.use_form(FORM)


@contextmanager
def read(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """Rows of `event`, in the order of their ids."""
    import duckdb

    _use(sheet)
    with tempfile.TemporaryDirectory(prefix="peaceops-") as folder:
        con = duckdb.connect(config={"temp_directory": folder, "memory_limit": "300MB"})
        try:
            yield _read(con, sheet, names)
        finally:
            con.close()


def _read(con: Any, sheet: Sheet, names: NameTable) -> Reading:
    rows_read = sheet.load(con, "raw", _NEEDED)
    again = con.execute("select count(*), min(rowid) from raw where lower(id) = 'id'").fetchone()
    if again[0]:
        sheet.aside.add("the header again", "", "id", int(again[1]) + 1, int(again[0]))
        con.execute("delete from raw where lower(id) = 'id'")
    for table, column in (("starts", "date_start"), ("ends", "date_end")):
        texts = [t for (t,) in con.execute(f"select distinct {column} from raw").fetchall()]  # noqa: S608
        order = tell_day_order(texts)
        days = {t: read_day(t, order) for t in texts}
        con.execute(
            f"create table {table} as select unnest(?::varchar[]) as t, unnest(?::varchar[]) as v",
            [list(days), list(days.values())],
        )
    tests = {
        "id": "try_cast(id as bigint) is null",
        "type_of_violence": "trim(type_of_violence) not in ('1', '2', '3')",
        "date_start": "date_start in (select t from starts where v is null)",
        "date_end": "date_end in (select t from ends where v is null)",
        "best": "not regexp_full_match(trim(best), '\\d{1,8}')",
        "low": "not regexp_full_match(trim(low), '\\d{1,8}')",
        "high": "not regexp_full_match(trim(high), '\\d{1,8}')",
        "latitude": "not coalesce(try_cast(latitude as double) between -90 and 90, false)",
        "longitude": "not coalesce(try_cast(longitude as double) between -180 and 180, false)",
    }
    for column, test in tests.items():
        found = con.execute(
            f"select {column}, count(*), min(rowid), any_value(country) from raw where {test}"  # noqa: S608
            " group by 1 order by 2 desc"
        ).fetchall()
        if not found:
            continue
        for value, rows, first, _ in found:
            reason = "is negative" if str(value).strip().startswith("-") and column in (
                "best", "low", "high") else "cannot be read"  # fmt: skip
            sheet.aside.add(reason, column, str(value), int(first) + 1, int(rows))
        con.execute(f"delete from raw where {test}")  # noqa: S608
    twice = con.execute(
        "select count(*) - count(distinct try_cast(id as bigint)) from raw"
    ).fetchone()[0]
    if twice:
        sheet.aside.note("id", "events that stand in the file twice were counted once", int(twice))
    pairs = con.execute("select distinct country, country_id from raw").fetchall()
    countries = {pair: names.state(pair[1], pair[0]) for pair in pairs}
    con.execute(
        "create table places as select unnest(?::varchar[]) as n, unnest(?::varchar[]) as g,"
        " unnest(?::varchar[]) as iso3",
        [[n for n, _ in pairs], [g for _, g in pairs], [countries[p] for p in pairs]],
    )
    unknown = con.execute(
        "select count(*) from raw join places on n = country and g = country_id where iso3 is null"
    ).fetchone()[0]
    for (name, number), found in countries.items():
        if found is None:
            sheet.aside.note("country", f"'{name}' ({number}) is in no table; kept by place")
    taken = int(con.execute("select count(distinct id) from raw").fetchone()[0])
    stop_if_unreadable(sheet, rows_read, taken)
    latest = " qualify row_number() over (partition by id::bigint order by r.rowid desc) = 1"
    con.execute(
        "create table event as select id::bigint as id, s.v as ds, e.v as de, p.iso3, r.country,"  # noqa: S608
        " latitude::double as lat, longitude::double as lon,"
        " trim(type_of_violence)::integer as kind, best::integer as best,"
        " least(low::integer, best::integer) as low,"
        " greatest(high::integer, best::integer) as high,"
        " greatest(try_cast(deaths_civilians as integer), 0) as civ"
        " from raw r join starts s on s.t = r.date_start join ends e on e.t = r.date_end"
        " join places p on p.n = r.country and p.g = r.country_id"
        f"{latest if twice else ''} order by 1"
    )
    con.execute("drop table raw")
    return Reading(
        rows_read, "events", sheet.aside, tables={"event": (_EVENT, _events(con, taken))},
        rows_unknown=int(unknown),
    )  # fmt: skip


def _events(con: Any, count: int) -> Iterator[tuple[Any, ...]]:
    for start in range(0, count, _CHUNK):
        columns = con.execute(
            "select id, ds, de, iso3, country, lat, lon, kind, best, low, high,"
            " coalesce(civ, -1) as civ from event where rowid between ? and ? order by rowid",
            [start, start + _CHUNK - 1],
        ).fetchnumpy()
        lists = {
            k: (v.filled(None).tolist() if hasattr(v, "filled") and v.dtype == object
                else v.tolist())
            for k, v in columns.items()
        }  # fmt: skip
        for number, ds, de, iso3, name, lat, lon, kind, best, low, high, civ in zip(
            *lists.values(), strict=True
        ):
            yield (number, ds, de, iso3, name, find_cell(lat, lon), lat, lon, kind, best, low, high,
                   None if civ < 0 else civ)  # fmt: skip


def _candidate(sheet: Sheet) -> float:
    """Candidate events carry a status that reviewed ones no longer have, and one year at most."""
    columns = COLUMNS if has_no_header(sheet) else [FORM.column(c) for c in sheet.head[0]]
    rows = sheet.head if has_no_header(sheet) else sheet.head[1:]
    rows = tuple(r for r in rows if len(r) == len(columns))
    if "code_status" not in columns or not rows:
        return 0.4
    status, year = columns.index("code_status"), columns.index("year")
    checked = any("check" in r[status].casefold() for r in rows)
    return 1.0 if checked and len({r[year] for r in rows}) == 1 else 0.4


def _ged(_sheet: Sheet) -> float:
    return 0.7


UCDP_GED = Importer("ucdp-ged", FORM, read, _ged, bare=has_no_header)
UCDP_CANDIDATE = Importer("ucdp-candidate", FORM, read, _candidate, bare=has_no_header)
