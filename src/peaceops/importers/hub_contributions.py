"""UN Peace and Security Data Hub, `DPO-UCHISTORICAL`: uniformed personnel of each contributor, by
operation, category, sex and month, since 2010.

About 450,000 rows, read by columns: each distinct text is understood once, and the rows become
numbers inside DuckDB.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from peaceops.importers.cells import is_missing, read_count, read_day, tell_day_order
from peaceops.importers.names import NameTable
from peaceops.importers.reading import (
    Columns,
    Importer,
    Reading,
    SeriesKey,
    stop_if_unreadable,
)
from peaceops.importers.sheet import Form, Sheet, normalise

FORM = Form(
    required=(
        "contributing_country", "mission_acronym", "personnel_type",
        "female_personnel", "male_personnel", "last_reporting_date",
    ),
    optional=("contribution_id", "isocode3", "m49_code", "last_update", "id"),
)  # fmt: skip

# personnel_type, normalised → category
CATEGORIES = {
    "troops": "contingent-troops",
    "contingent_troops": "contingent-troops",
    "contingent_troop": "contingent-troops",
    "troop": "contingent-troops",
    "staff_officer": "staff-officer",
    "staff_officers": "staff-officer",
    "experts_on_mission": "military-expert",
    "expert_on_mission": "military-expert",
    "experts_on_missions": "military-expert",
    "individual_police": "individual-police",
    "individual_police_officer": "individual-police",
    "individual_police_officers": "individual-police",
    "formed_police_units": "formed-police-unit",
    "formed_police_unit": "formed-police-unit",
}

_COLUMNS = ("isocode3", "m49_code", *FORM.required, "contribution_id")
_CHUNK = 200_000


def _learn(con: Any, table: str, texts: Iterable[str], values: Iterable[int | None]) -> None:
    """A lookup table text → number inside DuckDB."""
    con.execute(
        f"create table {table} as select unnest(?::varchar[]) as t, unnest(?::integer[]) as v",
        [list(texts), list(values)],
    )


@contextmanager
def read(sheet: Sheet, names: NameTable, _day: str) -> Iterator[Reading]:
    """All rows that can be read, as observations in the order of series and month."""
    import duckdb

    sheet.use_form(FORM)
    with tempfile.TemporaryDirectory(prefix="peaceops-") as folder:
        con = duckdb.connect(config={"temp_directory": folder, "memory_limit": "1GB"})
        try:
            yield _read(con, sheet, names)
        finally:
            con.close()


def _distinct(con: Any, columns: str) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = con.execute(f"select distinct {columns} from raw").fetchall()  # noqa: S608
    return rows


def _set_aside(con: Any, sheet: Sheet, reason: str, column: str, texts: list[str]) -> None:
    """Count the rows whose column holds one of the texts that cannot be read, and drop them."""
    if not texts:
        return
    for text, rows, first in con.execute(
        f"select {column}, count(*), min(rowid) from raw where {column} in"  # noqa: S608
        " (select unnest(?::varchar[])) group by 1 order by 2 desc",
        [texts],
    ).fetchall():
        sheet.aside.add(reason, column, text, int(first) + 1, int(rows))
    con.execute(f"delete from raw where {column} in (select unnest(?::varchar[]))", [texts])  # noqa: S608


def _read(con: Any, sheet: Sheet, names: NameTable) -> Reading:
    present = [c for c in _COLUMNS if c in sheet.header]
    rows_read = sheet.load(con, "raw", present)
    for column in _COLUMNS:
        if column not in present:
            con.execute(f"alter table raw add column {column} varchar default ''")
    last_row = con.execute("select last_reporting_date from raw where rowid ="
                           " (select max(rowid) from raw)").fetchone()  # fmt: skip

    # the header again, and rows with nothing in them
    repeated = [t for (t,) in _distinct(con, "personnel_type") if normalise(t) == "personnel_type"]
    _set_aside(con, sheet, "the header again", "personnel_type", repeated)
    con.execute("delete from raw where contributing_country = '' and mission_acronym = ''"
                " and last_reporting_date = '' and female_personnel = ''")  # fmt: skip

    dates = [t for (t,) in _distinct(con, "last_reporting_date")]
    order = tell_day_order(dates)
    days = {t: read_day(t, order) for t in dates}
    wrong = [t for t, d in days.items() if d is None]
    if last_row and last_row[0] in wrong:
        sheet.refuse_if_cut(rows_read, rows_read, "last_reporting_date", last_row[0])
    _set_aside(con, sheet, "not a date", "last_reporting_date", wrong)

    types = {t: CATEGORIES.get(normalise(t)) for (t,) in _distinct(con, "personnel_type")}
    _set_aside(con, sheet, "unknown category", "personnel_type",
               [t for t, c in types.items() if c is None])  # fmt: skip

    for column in ("female_personnel", "male_personnel"):
        counts = {t: read_count(t) for (t,) in _distinct(con, column)}
        for reason in ("is negative", "is not a whole number"):
            _set_aside(con, sheet, reason, column, [t for t, c in counts.items() if c == reason])
        _set_aside(con, sheet, "no figure", column, [t for t in counts if is_missing(t)])
        good = {t: c for t, c in counts.items() if isinstance(c, int)}
        grouped = sum(not t.strip().isdigit() for t in good)
        if grouped:
            sheet.aside.note(column, "figures with thousands marked or decimals", grouped)
        _learn(con, column, good, good.values())

    sorted_days = sorted({d for d in days.values() if d})
    day_number = {d: i for i, d in enumerate(sorted_days)}
    _learn(con, "days", [t for t, d in days.items() if d],
           [day_number[d] for d in days.values() if d])  # fmt: skip

    series: list[SeriesKey] = []
    numbers: dict[SeriesKey, int] = {}
    triples = _distinct(con, "contributing_country, isocode3, m49_code")
    countries = {t: names.country(*t) for t in triples}
    for (text, code, m49), found in countries.items():
        if found is None and names.country("", code, m49) and names.country(text):
            sheet.aside.note("isocode3", f"'{code}' is not the code of '{text}'")
    operations: dict[tuple[str, str], str | None] = {
        (mission, t): names.operation(mission, days[t] or "", "un")
        for mission, t in _distinct(con, "mission_acronym, last_reporting_date")
    }
    # series by text; an acronym that changes meaning with time makes several
    by_meaning: dict[str, set[str | None]] = {}
    for (mission, _), found in operations.items():
        by_meaning.setdefault(mission, set()).add(found)
    keys = _distinct(
        con, "contributing_country, isocode3, m49_code, mission_acronym, personnel_type"
    )
    rows: list[tuple[str, str, str, str, str, int, int]] = []
    split = [m for m, found in by_meaning.items() if len(found) > 1]
    for name, code, m49, mission, kind in sorted(keys):
        for number, meaning in enumerate(sorted(by_meaning[mission], key=str)):
            key = SeriesKey(name, mission, countries[name, code, m49], meaning, "un",
                            types[kind] or "")  # fmt: skip
            if key not in numbers:
                numbers[key] = len(series)
                series.append(key)
            rows.append((name, code, m49, mission, kind, number, numbers[key]))
    types_of = ["varchar"] * 5 + ["integer"] * 2
    cells = ", ".join(f"unnest(?::{t}[]) as k{i}" for i, t in enumerate(types_of))
    con.execute(
        f"create table keys as select {cells}",
        [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 7,
    )
    con.execute("create table meaning (mission varchar, day varchar, number integer)")
    if split:
        order_of = {m: sorted(by_meaning[m], key=str) for m in split}
        con.execute(
            "insert into meaning"
            " select unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::integer[])",
            [
                [m for (m, _) in operations if m in order_of],
                [t for (m, t) in operations if m in order_of],
                [order_of[m].index(f) for (m, _), f in operations.items() if m in order_of],
            ],
        )
        number_sql = (
            "coalesce((select number from meaning where mission = r.mission_acronym"
            " and day = r.last_reporting_date), 0)"
        )
    else:
        number_sql = "0"
    con.execute(
        "create table coded as select k.k6 as s, d.v as d, f.v + m.v as p, f.v as f,"  # noqa: S608
        " r.contribution_id as id, r.rowid as r from raw r"
        " join keys k on k.k0 = r.contributing_country and k.k1 = r.isocode3 and k.k2 = r.m49_code"
        f" and k.k3 = r.mission_acronym and k.k4 = r.personnel_type and k.k5 = {number_sql}"
        " join days d on d.t = r.last_reporting_date"
        " join female_personnel f on f.t = r.female_personnel"
        " join male_personnel m on m.t = r.male_personnel order by s, d"
    )
    con.execute("drop table raw")
    _settle_repeats(con, sheet)
    taken = int(con.execute("select count(*) from coded").fetchone()[0])
    stop_if_unreadable(sheet, rows_read, taken)
    unknown_series = [i for i, k in enumerate(series) if not k.country or not k.operation]
    unknown = int(
        con.execute(
            "select count(*) from coded where s in (select unnest(?::integer[]))", [unknown_series]
        ).fetchone()[0]
    )
    return Reading(
        rows_read, "months", sheet.aside, series, sorted_days, _observations(con, taken),
        rows_unknown=unknown,
    )  # fmt: skip


def _settle_repeats(con: Any, sheet: Sheet) -> None:
    """The same row twice counts once; two different rows for one series and month add up."""
    if not con.execute("select 1 from coded group by s, d having count(*) > 1 limit 1").fetchone():
        return
    before = con.execute("select count(*) from coded").fetchone()[0]
    con.execute(
        "create table once as select s, d, p, f, id, min(r) as r from coded group by s, d, p, f, id"
    )
    after = con.execute("select count(*) from once").fetchone()[0]
    if after < before:
        sheet.aside.note("", "rows that stand in the file twice were counted once", before - after)
    added = (
        after - con.execute("select count(*) from (select distinct s, d from once)").fetchone()[0]
    )
    if added:
        sheet.aside.note("", "several rows for one contributor, category and month were added up",
                         added)  # fmt: skip
    con.execute("drop table coded")
    con.execute(
        "create table coded as select s, d, sum(p)::integer as p, sum(f)::integer as f from once"
        " group by s, d order by s, d"
    )


def _observations(con: Any, count: int) -> Iterator[Columns]:
    for start in range(0, count, _CHUNK):
        found = con.execute(
            "select s, d, p, f from coded where rowid between ? and ? order by rowid",
            [start, start + _CHUNK - 1],
        ).fetchnumpy()
        yield Columns(*(found[c].tolist() for c in "sdpf"))


HUB_CONTRIBUTIONS = Importer("un-dpo-uchistorical", FORM, read, framework="un")
