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
        for reason in ("is negative", "is too large", "is not a whole number"):
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
    kinds = [t for t, c in types.items() if c]
    _learn(con, "kinds", kinds, range(len(kinds)))
    missions = sorted(t for (t,) in _distinct(con, "mission_acronym"))
    _learn(con, "missions", missions, range(len(missions)))
    triples = sorted(_distinct(con, "contributing_country, isocode3, m49_code"))
    countries = [names.country(*t) for t in triples]
    for (text, code, m49), country in zip(triples, countries, strict=True):
        if country is None and names.country("", code, m49) and names.country(text):
            sheet.aside.note("isocode3", f"'{code}' is not the code of '{text}'")
    con.execute(
        "create table countries as select unnest(?::varchar[]) as n, unnest(?::varchar[]) as c,"
        " unnest(?::varchar[]) as m, unnest(?::integer[]) as v",
        [*([t[i] for t in triples] for i in range(3)), list(range(len(triples)))],
    )
    found = con.execute(
        "select c.v as c, o.v as o, k.v as k, d.v as d, f.v + m.v as p, f.v as f, r.rowid as r"
        " from raw r join countries c on c.n = r.contributing_country and c.c = r.isocode3"
        " and c.m = r.m49_code join missions o on o.t = r.mission_acronym"
        " join kinds k on k.t = r.personnel_type join days d on d.t = r.last_reporting_date"
        " join female_personnel f on f.t = r.female_personnel"
        " join male_personnel m on m.t = r.male_personnel"
    ).fetchnumpy()
    stop_if_unreadable(sheet, rows_read, len(found["c"]))
    return _number(
        con, sheet, names, found, rows_read, sorted_days,
        ([t[0] for t in triples], countries), missions, [types[k] or "" for k in kinds],
    )  # fmt: skip


def _number(
    con: Any,
    sheet: Sheet,
    names: NameTable,
    found: dict[str, Any],
    rows_read: int,
    days: list[str],
    countries: tuple[list[str], list[str | None]],
    missions: list[str],
    categories: list[str],
) -> Reading:
    """Give each combination of contributor, operation and category its series; sort by it."""
    import numpy as np

    # what each acronym means on each day it stands beside; most mean one operation only
    meanings: list[list[str | None]] = [[] for _ in missions]
    meaning = np.zeros((len(missions), len(days)), dtype=np.int64)
    pairs = np.unique(found["o"].astype(np.int64) * len(days) + found["d"])
    for pair in pairs.tolist():
        o, d = divmod(pair, len(days))
        one = names.operation(missions[o], days[d], "un")
        if one not in meanings[o]:
            meanings[o].append(one)
        meaning[o, d] = meanings[o].index(one)
    most = max(len(m) for m in meanings)
    code = found["c"].astype(np.int64)
    for part, size in (
        (found["o"], len(missions)),
        (meaning[found["o"], found["d"]], most),
        (found["k"], len(categories)),
    ):
        code = code * size + part
    distinct, number = np.unique(code, return_inverse=True)
    keys = []
    for key in distinct.tolist():
        key, k = divmod(key, len(categories))
        key, which = divmod(key, most)
        c, o = divmod(key, len(missions))
        keys.append(
            SeriesKey(
                countries[0][c], missions[o], countries[1][c], meanings[o][which], "un",
                categories[k],
            )
        )  # fmt: skip
    # two codes of one name, or two spellings of a category, make one series
    series = list(dict.fromkeys(keys))
    place = {key: i for i, key in enumerate(series)}
    number = np.array([place[key] for key in keys], dtype=np.int64)[number]
    at = number * len(days) + found["d"]
    order = np.argsort(at, kind="stable")
    at, persons, female, rows = (x[order] for x in (at, found["p"], found["f"], found["r"]))
    if bool((at[1:] == at[:-1]).any()):
        at, persons, female = _settle_repeats(con, sheet, at, persons, female, rows)
    series_of, day_of = np.divmod(at, len(days))
    lost = np.array([not k.country or not k.operation for k in series], dtype=bool)
    chunks = [
        Columns(*(x[start : start + _CHUNK] for x in (series_of, day_of, persons, female)))
        for start in range(0, len(at), _CHUNK)
    ]
    return Reading(
        rows_read, "months", sheet.aside, series, days, chunks,
        rows_unknown=int(lost[series_of].sum()),
    )  # fmt: skip


def _settle_repeats(
    con: Any, sheet: Sheet, at: Any, persons: Any, female: Any, rows: Any
) -> tuple[Any, Any, Any]:
    """The same row twice counts once; two different rows for one series and month add up."""
    import numpy as np

    known = con.execute(
        "select rowid as r, dense_rank() over (order by contribution_id) as id from raw"
        " order by rowid"
    ).fetchnumpy()
    ids = known["id"][np.searchsorted(known["r"], rows)]
    whole = np.unique(np.stack([at, persons, female, ids]), axis=1)
    again = len(at) - whole.shape[1]
    if again:
        sheet.aside.note("", "rows that stand in the file twice were counted once", again)
    distinct, number = np.unique(whole[0], return_inverse=True)
    added = whole.shape[1] - len(distinct)
    if added:
        sheet.aside.note("", "several rows for one contributor, category and month were added up",
                         added)  # fmt: skip
    sums = [np.bincount(number, weights=whole[i]).astype(np.int64) for i in (1, 2)]
    return distinct, sums[0], sums[1]


HUB_CONTRIBUTIONS = Importer("un-dpo-uchistorical", FORM, read, framework="un")
