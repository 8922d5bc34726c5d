"""Imported rows carried from an old database into one made anew from the catalogue.

Their names are looked up again, so a spelling added to the catalogue brings in the rows that were
waiting for it.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from peaceops.importers.names import NameTable
from peaceops.intake import read_names, summarise_source, write_summary
from peaceops.model import Catalogue
from peaceops.store import run_step
from peaceops.texts import index_texts

# tables with imported rows, in the order in which they refer to each other
TABLES = (
    "import", "set_aside", "import_note", "series", "observation", "operation_listing", "death",
    "budget", "event", "private_event", "site", "site_contributor", "site_unit",
    "resolution_text",
)  # fmt: skip
_WITH_OPERATION = ("operation_listing", "death", "budget", "site", "site_contributor", "site_unit")
_DAY_OF = {
    "death": "date",
    "budget": "start_date",
    "site": "year",
    "site_contributor": "year",
    "site_unit": "year",
    "operation_listing": "start_date",
}
_WITH_COUNTRY = ("death", "event", "private_event", "site", "site_contributor")


def count_imports(path: Path) -> int:
    """How many imported files a database holds; 0 where it is none that can hold imports."""
    if not path.is_file():
        return 0
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        files = int(connection.execute("select count(*) from import").fetchone()[0])
        if connection.execute("pragma table_info(resolution_text)").fetchone():
            files += int(connection.execute("select count(*) from resolution_text").fetchone()[0])
        return files
    except sqlite3.DatabaseError:
        return 0
    finally:
        connection.close()


def derive_all(connection: sqlite3.Connection, catalogue: Catalogue, old: Path | None) -> None:
    """Carry imports over from `old`, then derive what follows from all figures together.

    Must be called inside a transaction of a database that holds the whole catalogue; `old`, where
    given, is attached as `old`.
    """
    changed: set[str] = set()
    if old is not None:
        changed = _carry(connection)
        if connection.execute("select 1 from resolution_text limit 1").fetchone():
            index_texts(connection)
    cards = {c.id: c for c in catalogue.data_cards}
    complete = {s.id: s.complete for s in catalogue.sources}
    published = [
        source
        for (source,) in connection.execute(
            "select distinct source_id from series where import_id is null order by 1"
        ).fetchall()
    ]
    for place, source in enumerate(published):
        card = cards.get(source)
        write_summary(
            connection, summarise_source(connection, source, "catalogue"), source, "catalogue",
            card.rank * 100 + 1 if card else _rank(connection, source) * 100 + place,
            complete[source],
        )  # fmt: skip
    for source in changed:
        card = cards.get(source)
        if card is not None and not card.separate:
            write_summary(
                connection, summarise_source(connection, source, "import"), source, "import",
                card.rank * 100, card.complete,
            )  # fmt: skip
    run_step(connection, "prefer")
    if connection.execute("select 1 from event limit 1").fetchone():
        run_step(connection, "prefer_events")


def _rank(connection: sqlite3.Connection, source: str) -> int:
    """The rank of a source without a data card: checked before unchecked, press last."""
    trust, kind = connection.execute(
        "select trust, kind from source where source_id = ?", (source,)
    ).fetchone()
    order = {"verified": 60, "partial": 70, "unverified": 80}
    return order[trust] + (5 if kind == "press" else 0)


def _carry(connection: sqlite3.Connection) -> set[str]:
    """Copy the rows; returns the sources whose sums must be made anew."""
    ask = connection.execute
    # a database of an earlier version has no texts
    texts = ask("pragma old.table_info(resolution_text)").fetchone() is not None
    cited = (
        "select citation_id from old.import"
        " union select citation_id from old.series where import_id is not null"
    )
    if texts:
        cited += " union select citation_id from old.resolution_text"
    used = f"select source_id from old.citation where citation_id in ({cited})"  # noqa: S608
    for table in ("source", "data_card"):
        ask(f"insert or ignore into {table} select * from old.{table}"  # noqa: S608
            f" where source_id in (select source_id from old.import union {used})")  # fmt: skip
    ask(
        "insert or ignore into citation (source_id, locator, trust, note)"  # noqa: S608
        " select source_id, locator, trust, note from old.citation"
        f" where citation_id in ({cited})"
    )
    new_citation = dict(
        ask(
            "select o.citation_id, n.citation_id from old.citation o join citation n"  # noqa: S608
            " on n.source_id = o.source_id and n.locator = o.locator and n.trust = o.trust"
            f" and n.note = o.note where o.citation_id in ({cited})"
        )
    )
    offset = ask("select coalesce(max(series_id), 0) from series").fetchone()[0]
    for table in TABLES:
        if table == "resolution_text" and not texts:
            continue
        known = {row[1] for row in ask(f"pragma main.table_info({table})")}
        columns = [row[1] for row in ask(f"pragma old.table_info({table})") if row[1] in known]
        names = ", ".join(columns)
        picked = ", ".join(
            f"series_id + {offset}" if c == "series_id"
            else "case citation_id " + " ".join(f"when {a} then {b}" for a, b in
                                                new_citation.items()) + " end"
            if c == "citation_id" and new_citation
            else c
            for c in columns
        )  # fmt: skip
        where = {
            "series": " where import_id is not null",
            "observation": " where series_id in (select series_id from old.series"
            " where import_id is not null)",
        }.get(table, "")
        ask(f"insert into {table} ({names}) select {picked} from old.{table}{where}")  # noqa: S608
    kept = ("source_id, origin, framework, operation_id, country_iso3, month, date, persons,"
            " female, rank")  # fmt: skip
    ask(f"insert into coverage ({kept}) select {kept} from old.coverage where origin = 'import'")  # noqa: S608
    kept = (
        "source_id, origin, framework, country_iso3, month, date, persons, female, military,"
        " police, civilian, operations, is_complete, place, contributors, world, rank"
    )
    ask(f"insert into country_month ({kept}) select {kept} from old.country_month"  # noqa: S608
        " where origin = 'import'")  # fmt: skip
    changed = {s for (s,) in ask(
        "select n.source_id from data_card n join old.data_card o using (source_id)"
        " where n.card <> o.card and source_id in (select source_id from old.import)")}  # fmt: skip
    return changed | _look_up_again(connection)


def _look_up_again(connection: sqlite3.Connection) -> set[str]:
    ask = connection.execute
    names = read_names(connection)
    changed: set[str] = set()
    for column, table in (("operation_id", "operation"), ("country_iso3", "country")):
        key = "operation_id" if table == "operation" else "iso3"
        gone = f"{column} is not null and {column} not in (select {key} from {table})"  # noqa: S608
        changed |= {s for (s,) in ask(f"select distinct source_id from series where {gone}")}  # noqa: S608
        tables = _WITH_OPERATION if table == "operation" else _WITH_COUNTRY
        for name in ("series", *tables):
            ask(f"update {name} set {column} = null where {gone}")  # noqa: S608
    for table in ("series", *_WITH_COUNTRY):
        waiting = ask(
            f"select distinct country_text from {table}"  # noqa: S608
            " where country_iso3 is null and country_text <> '*'"
        ).fetchall()
        for (text,) in waiting:
            found = names.country(text)
            if found:
                if table == "series":
                    changed |= _sources(connection, "country_text", "country_iso3", text)
                ask(f"update {table} set country_iso3 = ? where country_iso3 is null"  # noqa: S608
                    " and country_text = ?", (found, text))  # fmt: skip
    changed |= _series_operations(connection, names)
    for table, day in _DAY_OF.items():
        waiting = ask(
            f"select distinct operation_text, {day} from {table} where operation_id is null"  # noqa: S608
        ).fetchall()
        for text, when in waiting:
            found = names.operation(text, str(when or ""), "un")
            if found:
                ask(f"update {table} set operation_id = ? where operation_id is null"  # noqa: S608
                    f" and operation_text = ? and {day} is ?", (found, text, when))  # fmt: skip
    return changed


def _sources(connection: sqlite3.Connection, text: str, key: str, value: str) -> set[str]:
    sql = f"select distinct source_id from series where {key} is null and {text} = ?"  # noqa: S608
    return {s for (s,) in connection.execute(sql, (value,))}


def _series_operations(connection: sqlite3.Connection, names: NameTable) -> set[str]:
    """Give series their operation; one whose name changed its meaning with time is split."""
    ask = connection.execute
    changed: set[str] = set()
    rows: list[Any] = ask(
        "select series_id, source_id, operation_text, framework from series"
        " where operation_id is null and operation_text <> '*'"
    ).fetchall()
    for series, source, text, framework in rows:
        if not names.operations:
            break
        days = [d for (d,) in ask("select date from observation where series_id = ?", (series,))]
        meanings: dict[str | None, list[str]] = {}
        for day in days:
            meanings.setdefault(names.operation(text, day, framework), []).append(day)
        for operation, its_days in meanings.items():
            if operation is None:
                continue
            changed.add(source)
            if len(meanings) == 1:
                ask("update series set operation_id = ? where series_id = ?", (operation, series))
                continue
            made = ask(
                "insert into series (import_id, source_id, country_text, operation_text,"
                " country_iso3, operation_id, framework, category, citation_id)"
                " select import_id, source_id, country_text, operation_text, country_iso3, ?,"
                " framework, category, citation_id from series where series_id = ?",
                (operation, series),
            ).lastrowid
            connection.executemany(
                "update observation set series_id = ? where series_id = ? and date = ?",
                [(made, series, d) for d in its_days],
            )
    return changed
