"""Published data files taken into the database: checked, counted, and never half-way.

The new database is written beside the old one and moved into its place, so a refused file or a
killed program leaves the old one as it was. How imported rows live, and which source is preferred
where several speak, is written down in docs/decisions/imports.md.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from peaceops.errors import Problem, RefusedFile, StoreError, UsageError, did_you_mean
from peaceops.importers.names import NameTable, Spelling
from peaceops.importers.reading import ALL, Columns, Importer, Reading, SeriesKey
from peaceops.importers.registry import IMPORTERS
from peaceops.importers.sheet import Sheet, open_sheet
from peaceops.model import DataCard
from peaceops.store import hold_for_writing, insert_rows, run_step, tune_for_writing

Progress = Callable[[str], None]

COMPLETE_FROM = 20  # countries a month must name before a complete source counts as complete in it

# category → what kind of people, for the growth of civilian means
KINDS = {
    "contingent-troops": "military",
    "staff-officer": "military",
    "military-expert": "military",
    "military": "military",
    "formed-police-unit": "police",
    "individual-police": "police",
    "police": "police",
    "justice-expert": "civilian",
    "corrections-expert": "civilian",
    "civil-protection-expert": "civilian",
    "civilian-expert": "civilian",
    "civilian": "civilian",
}


@dataclass(frozen=True)
class Imported:
    """What became of one file: taken in, or already there."""

    source: str
    file: str
    status: str
    rows_read: int = 0
    rows_taken: int = 0
    rows_set_aside: int = 0
    rows_unknown: int = 0
    first_date: str | None = None
    last_date: str | None = None
    notes: tuple[str, ...] = ()
    set_aside: tuple[tuple[str, str, str, int], ...] = ()
    unknown: tuple[tuple[str, str, int], ...] = field(default=())


def import_files(
    database: Path,
    source: str,
    files: Sequence[Path],
    *,
    day: str = "",
    progress: Progress = lambda _: None,
) -> tuple[Imported, ...]:
    """Take published files into a database; all of them, or none.

    `source` is a card's id, the publisher's id of the data set, or 'auto' to tell each file by its
    content. `day` dates a file that bears no date. Raises `RefusedFile` with every problem of
    every file, `UsageError` for an unknown source; the database is then as it was.
    """
    cards = read_cards(database)
    wanted = _wanted(source, cards)
    with hold_for_writing(database):
        return _import(database, cards, wanted, files, day, progress)


def read_cards(database: Path) -> dict[str, DataCard]:
    """The cards of all data files, by id."""
    with contextlib.closing(_open(database)) as old:
        return {
            key: DataCard.model_validate_json(text)
            for key, text in old.execute("select source_id, card from data_card")
        }


def _open(database: Path) -> sqlite3.Connection:
    if not database.is_file():
        raise StoreError(
            Problem(str(database), "", "no database here", "Make it with: peaceops build")
        )
    return sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)


def _wanted(source: str, cards: dict[str, DataCard]) -> tuple[Importer, ...]:
    """The importers a name stands for: one source's, or all of them for 'auto'."""
    if source == "auto":
        return IMPORTERS
    names = {i.id: i.id for i in IMPORTERS}
    for key, card in cards.items():
        if card.dataset and key in names:
            names.setdefault(card.dataset.casefold(), key)
    found = names.get(source.casefold())
    if found is None:
        raise UsageError(
            Problem(source, "", "no data source has this id",
                    did_you_mean(source.casefold(), names)
                    or f"Write auto, or one of: {', '.join(sorted(set(names.values())))}.")
        )  # fmt: skip
    return tuple(i for i in IMPORTERS if i.id == found)


def tell_importer(sheet: Sheet, among: Sequence[Importer] = IMPORTERS) -> Importer:
    """The published file that a table is, by its columns and content.

    Raises `RefusedFile` naming what is missing, or the source it belongs to instead.
    """
    best = max(among, key=lambda i: (i.fits(sheet), len(i.form.required)))
    if best.fits(sheet):
        return best
    other = max(IMPORTERS, key=lambda i: (i.fits(sheet), len(i.form.required)))
    if other.fits(sheet):
        raise RefusedFile(
            Problem(sheet.name, "", f"this is a file of '{other.id}', not of '{best.id}'",
                    f"Import it with: peaceops import {other.id} {sheet.name}")
        )  # fmt: skip
    best = max(among, key=lambda i: sheet.score(i.form))
    if len({i.id for i in among}) == 1:
        sheet.use_form(best.form)  # raises, naming each column that is missing
    raise RefusedFile(_not_recognised(sheet))


def _import(
    database: Path,
    cards: dict[str, DataCard],
    wanted: tuple[Importer, ...],
    files: Sequence[Path],
    day: str,
    progress: Progress,
) -> tuple[Imported, ...]:
    with contextlib.closing(_open(database)) as old:
        names = read_names(old)
        known = {(s, h) for s, h in old.execute("select source_id, sha256 from import")}
    part = database.with_name(f".{database.name}.{os.getpid()}.part")
    done: list[Imported] = []
    problems: list[Problem] = []
    writer: _Writer | None = None
    try:
        for path in files:
            progress(f"reading {path.name}")
            try:
                with open_sheet(path) as sheet:
                    importer = tell_importer(sheet, wanted)
                    if importer.by_name:
                        sheet.sha256 = sha256(f"{sheet.name}\n{sheet.sha256}".encode()).hexdigest()
                    if (importer.id, sheet.sha256) in known:
                        done.append(Imported(importer.id, path.name, "already imported"))
                        continue
                    known.add((importer.id, sheet.sha256))
                    if writer is None and not problems:
                        shutil.copyfile(database, part)
                        writer = _Writer(part, cards)
                    when = day or _day_of_file(path)
                    with importer.read(sheet, names, when) as reading:
                        if writer is not None:
                            done.append(writer.take(importer, sheet, reading))
            except RefusedFile as error:
                problems.extend(error.problems)
        if problems:
            raise RefusedFile(problems)
        if writer is not None:
            progress("checking the database")
            writer.finish()
            writer.close()
            os.replace(part, database)  # noqa: PTH105 - one atomic step
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError(
            Problem(str(database), "", f"the database cannot be written: {error}")
        ) from None
    finally:
        if writer is not None:
            writer.close()
        part.unlink(missing_ok=True)
    return tuple(done)


def _day_of_file(path: Path) -> str:
    """The day a file was written: when it was fetched, where nothing says otherwise."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()


def _not_recognised(sheet: Sheet) -> Problem:
    best = max(IMPORTERS, key=lambda i: sheet.score(i.form))
    header = ", ".join(sheet.head[0]) if sheet.head else ""
    if sheet.score(best.form) >= 0.5:
        columns = {best.form.column(c) for row in sheet.head[:10] for c in row}
        missing = [c for c in best.form.required if c not in columns]
        return Problem(
            sheet.name, ", ".join(missing), f"missing; else it would be a file of '{best.id}'",
            f"The file has: {header[:300]}.",
        )  # fmt: skip
    return Problem(sheet.name, "", "no data source has these columns",
                   f"The file has: {header[:300]}.")  # fmt: skip


def read_names(connection: sqlite3.Connection) -> NameTable:
    """Every country and operation of a database under every name it holds."""
    table = NameTable()
    ask = connection.execute
    for row in ask("select iso3, iso2, m49, gw, cow, name_en, name_fr, name_nl, name_de"
                   " from country order by iso3"):  # fmt: skip
        table.add_country(row[0], row[1], row[2], row[3], row[4], row[5:])
    for name, iso3 in ask("select name, iso3 from country_name"):
        table.add_country_name(name, iso3)
    dated = {name.casefold() for (name,) in ask("select name from operation_spelling")}
    for key, framework in ask("select operation_id, framework from operation"):
        table.add_operation(Spelling(key, key, framework))
    framework_of = dict(ask("select operation_id, framework from operation"))
    for key, name in ask(
        "select operation_id, acronym from operation_name where acronym <> ''"
        " union select operation_id, name from operation_name"
        " union select operation_id, alias from operation_alias"
    ):
        if name.casefold() not in dated:
            table.add_operation(Spelling(name, key, framework_of[key]))
    for name, key, first, last in ask(
        "select name, operation_id, first_day, last_day from operation_spelling"
    ):
        table.add_operation(Spelling(name, key, framework_of[key], first, last))
    return table


class Summary:
    """Adds up one source's observations: by operation and month, by country and month."""

    def __init__(self, keys: Sequence[SeriesKey], days: Sequence[str]):
        import numpy

        self.np = numpy
        self.days = list(days)
        self.countries = sorted({k.country for k in keys if k.country})
        place = {c: i for i, c in enumerate(self.countries)}
        groups = sorted({(k.framework, k.operation or ALL) for k in keys
                         if k.operation or k.operation_text == ALL})  # fmt: skip
        group = {g: i for i, g in enumerate(groups)}
        self.groups = groups
        frameworks = sorted({k.framework for k in keys})
        self.frameworks = frameworks
        self.country_of = numpy.array([place.get(k.country or "", -1) for k in keys], dtype=int)
        self.everyone = numpy.array([k.country_text == ALL for k in keys], dtype=bool)
        self.group_of = numpy.array(
            [
                group.get((k.framework, k.operation or ALL), -1)
                if k.operation or k.operation_text == ALL
                else -1
                for k in keys
            ],
            dtype=int,
        )
        self.framework_of = numpy.array([frameworks.index(k.framework) for k in keys], dtype=int)
        kinds = ("military", "police", "civilian")
        kind_of = [KINDS.get(k.category, "") for k in keys]
        self.kind_of = numpy.array([kinds.index(k) if k else -1 for k in kind_of], dtype=int)
        operations = sorted({k.operation_text for k in keys})
        number = {o: i for i, o in enumerate(operations)}
        self.operation_of = numpy.array(
            [-1 if k.operation_text == ALL else number[k.operation_text] for k in keys], dtype=int
        )
        self.operations = len(operations)
        c, g, f, d = len(self.countries), len(groups), len(frameworks), len(self.days)
        self.by_group = {w: numpy.zeros((g, d)) for w in ("persons", "female", "known", "rows")}
        self.by_group_country = numpy.zeros((g, c, d), dtype=bool)
        self.by_country = {
            w: numpy.zeros((f, c, d))
            for w in ("persons", "female", "known", "rows", "military", "police", "civilian")
        }
        self.world = numpy.zeros((f, d))
        self.here = numpy.zeros((f, c, self.operations, d), dtype=bool)

    def add(self, columns: Columns) -> None:
        """Add a run of observations."""
        np = self.np
        s = np.asarray(columns.series, dtype=int)
        if not len(s):
            return
        d = np.asarray(columns.day, dtype=int)
        p = np.asarray(columns.persons, dtype=float)
        women = columns.female
        if isinstance(women, list):
            women = [-1 if x is None else x for x in women]
        f = np.asarray(women, dtype=float)
        known = (f >= 0).astype(float)
        f = np.where(f < 0, 0, f)
        one = np.ones(len(s))
        g, c, w = self.group_of[s], self.country_of[s], self.framework_of[s]
        ok = g >= 0
        for name, value in (("persons", p), ("female", f), ("known", known), ("rows", one)):
            np.add.at(self.by_group[name], (g[ok], d[ok]), value[ok])
        ok = (g >= 0) & (c >= 0)
        self.by_group_country[g[ok], c[ok], d[ok]] = True
        ok = ~self.everyone[s]
        np.add.at(self.world, (w[ok], d[ok]), p[ok])
        ok = c >= 0
        at = (w[ok], c[ok], d[ok])
        for name, value in (("persons", p), ("female", f), ("known", known), ("rows", one)):
            np.add.at(self.by_country[name], at, value[ok])
        for number, name in enumerate(("military", "police", "civilian")):
            of = ok & (self.kind_of[s] == number)
            np.add.at(self.by_country[name], (w[of], c[of], d[of]), p[of])
        o = self.operation_of[s]
        of = ok & (o >= 0) & (p > 0)
        self.here[w[of], c[of], o[of], d[of]] = True

    def coverage(self, source: str, origin: str, rank: int, complete: bool) -> Iterator[Any]:
        """Rows of `coverage`, one a month: the latest day of the month counts."""
        np = self.np
        latest = self._latest()
        for g, (framework, operation) in enumerate(self.groups):
            named = self.by_group_country[g].sum(axis=0)
            for month, d in latest(self.by_group["rows"][g]).items():
                whole = complete and (operation != ALL or named[d] >= COMPLETE_FROM)
                if whole or not named[d]:
                    rows, known = self.by_group["rows"][g, d], self.by_group["known"][g, d]
                    yield (
                        source, origin, framework, operation, "*", month, self.days[d],
                        int(self.by_group["persons"][g, d]),
                        int(self.by_group["female"][g, d]) if known == rows else None, rank,
                    )  # fmt: skip
                    continue
                days = [i for i, day in enumerate(self.days) if day[:7] == month]
                for c in np.flatnonzero(self.by_group_country[g][:, days].any(axis=1)):
                    last = max(i for i in days if self.by_group_country[g, c, i])
                    yield (
                        source, origin, framework, operation, self.countries[c], month,
                        self.days[last], None, None, rank,
                    )  # fmt: skip

    def country_months(self, source: str, origin: str, rank: int, complete: bool) -> Iterator[Any]:
        """Rows of `country_month`; a table of some operations says nothing of all of them."""
        np = self.np
        latest = self._latest()
        texts = [set(self.operation_of[self.country_of == c]) for c in range(len(self.countries))]
        for w, framework in enumerate(self.frameworks):
            sums = {name: table[w].astype(int).tolist() for name, table in self.by_country.items()}
            rows = self.by_country["rows"][w]
            operations = self.here[w].sum(axis=1).tolist()
            months = latest(rows.sum(axis=0))
            sent = (self.by_country["persons"][w] > 0).sum(axis=0)
            order = {d: np.sort(-self.by_country["persons"][w][:, d]) for d in months.values()}
            places = {
                d: np.searchsorted(order[d], -self.by_country["persons"][w][:, d]).tolist()
                for d in months.values()
            }
            for c, country in enumerate(self.countries):
                if not complete and -1 not in texts[c]:
                    continue
                told_by_operation = texts[c] != {-1}
                of_country = (months if complete else latest(rows[c])).items()
                for month, d in of_country:
                    if not sums["rows"][c][d]:
                        continue
                    n, whole = sums["persons"][c][d], complete and int(sent[d]) >= COMPLETE_FROM
                    parts = [sums[k][c][d] for k in ("military", "police", "civilian")]
                    yield (
                        source, origin, framework, country, month, self.days[d], n,
                        sums["female"][c][d] if sums["known"][c][d] == sums["rows"][c][d] else None,
                        *(parts if sum(parts) == n else (None, None, None)),
                        operations[c][d] if told_by_operation else None,
                        int(whole),
                        places[d][c] + 1 if whole and n else None,
                        int(sent[d]) if whole else None,
                        int(self.world[w, d]) if whole else None,
                        rank,
                    )  # fmt: skip

    def _latest(self) -> Callable[[Any], dict[str, int]]:
        def latest(rows: Any) -> dict[str, int]:
            return {self.days[d][:7]: int(d) for d in self.np.flatnonzero(rows)}

        return latest


COVERAGE = (
    "source_id", "origin", "framework", "operation_id", "country_iso3", "month", "date",
    "persons", "female", "rank",
)  # fmt: skip
COUNTRY_MONTH = (
    "source_id", "origin", "framework", "country_iso3", "month", "date", "persons", "female",
    "military", "police", "civilian", "operations", "is_complete", "place", "contributors",
    "world", "rank",
)  # fmt: skip


def write_summary(
    connection: sqlite3.Connection,
    summary: Summary,
    source: str,
    origin: str,
    rank: int,
    complete: bool,
) -> None:
    """Replace what is derived from one source by a new summary."""
    for table in ("coverage", "country_month"):
        connection.execute(
            f"delete from {table} where source_id = ? and origin = ?",  # noqa: S608
            (source, origin),
        )
    insert_rows(connection, "coverage", COVERAGE, summary.coverage(source, origin, rank, complete))
    insert_rows(
        connection, "country_month", COUNTRY_MONTH,
        summary.country_months(source, origin, rank, complete),
    )  # fmt: skip


def summarise_source(connection: sqlite3.Connection, source: str, origin: str) -> Summary:
    """A source's observations in the database, added up; totals beside their parts left out."""
    imported = "is not null" if origin == "import" else "is null"
    rows = connection.execute(
        "select series_id, country_text, operation_text, country_iso3, operation_id, framework,"  # noqa: S608
        f" category from series where source_id = ? and import_id {imported}",
        (source,),
    ).fetchall()
    keys = [SeriesKey(*row[1:]) for row in rows]
    number = {row[0]: i for i, row in enumerate(rows)}
    found = connection.execute(
        "select o.series_id, o.date, o.persons, o.female from observation o"  # noqa: S608
        " join series s using (series_id)"
        f" where s.source_id = ? and s.import_id {imported}",
        (source,),
    ).fetchall()
    parted = {
        (keys[number[s]][:2], d) for s, d, _, _ in found if keys[number[s]].category != "total"
    }
    found = [
        (number[s], d, p, f)
        for s, d, p, f in found
        if keys[number[s]].category != "total" or (keys[number[s]][:2], d) not in parted
    ]
    days = sorted({d for _, d, _, _ in found})
    place = {d: i for i, d in enumerate(days)}
    summary = Summary(keys, days)
    summary.add(
        Columns(
            [s for s, _, _, _ in found],
            [place[d] for _, d, _, _ in found],
            [p for _, _, p, _ in found],
            [f for _, _, _, f in found],
        )
    )
    return summary


def cite_card(connection: sqlite3.Connection, card: DataCard) -> int:
    """The citation of a data file as a whole, made where there is none."""
    key = (card.id, card.dataset, card.trust, "")
    connection.execute(
        "insert or ignore into citation (source_id, locator, trust, note) values (?, ?, ?, ?)", key
    )
    found = connection.execute(
        "select citation_id from citation where source_id = ? and locator = ? and trust = ?"
        " and note = ?", key,
    ).fetchone()  # fmt: skip
    return int(found[0])


class _Writer:
    """Takes readings into one copy of the database."""

    def __init__(self, path: Path, cards: dict[str, DataCard]):
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.cards = cards
        tune_for_writing(self.connection)
        self.connection.execute("begin")
        self.touched: dict[str, Summary | None] = {}
        self.events = False

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def take(self, importer: Importer, sheet: Sheet, reading: Reading) -> Imported:
        """One file's rows; what it replaces is removed first."""
        ask = self.connection.execute
        card = self.cards.get(importer.id)
        if card is None:
            raise RefusedFile(
                Problem(sheet.name, "", f"the catalogue has no card for '{importer.id}'",
                        "Make the database anew with: peaceops build")
            )  # fmt: skip
        citation = cite_card(self.connection, card)
        cursor = ask(
            "insert into import (source_id, file, sha256, bytes, imported_at, rows_read,"
            " rows_taken, rows_set_aside, rows_unknown, citation_id)"
            " values (?, ?, ?, ?, ?, ?, 0, 0, 0, ?)",
            (
                importer.id, sheet.name, sheet.sha256, sheet.size,
                datetime.now(UTC).isoformat(timespec="seconds"), reading.rows_read, citation,
            ),
        )  # fmt: skip
        number = int(cursor.lastrowid or 0)
        self._replace(importer, reading, number)
        summary = self._observations(importer, reading, number, citation)
        for table, (columns, rows) in reading.tables.items():
            extra = ("import_id",) if table in _UNCITED else ("import_id", "citation_id")
            values = (number,) if table in _UNCITED else (number, citation)
            self._rows(table, (*extra, *columns), (values + tuple(row) for row in rows))
        if "event" in reading.tables:
            self._settle_events(importer.id, number)
        only = ask("select count(*) from import where source_id = ?", (importer.id,)).fetchone()
        first = only[0] == 1 and importer.id not in self.touched
        if reading.series:
            self.touched[importer.id] = summary if first else None
        dates = self._dates(number, reading)
        aside = reading.aside
        notes = [
            (column, message, n) for (column, message), n in aside.notes.items()
        ] + self._expected(card, number)
        insert_rows(self.connection, "import_note", ("import_id", "field", "message", "rows"),
                    [(number, *note) for note in notes])  # fmt: skip
        insert_rows(
            self.connection, "set_aside",
            ("import_id", "reason", "field", "value", "rows", "first_row"),
            [(number, *key, n, aside.first[key]) for key, n in aside.rows.items()],
        )  # fmt: skip
        taken = reading.rows_read - aside.total
        ask(
            "update import set rows_taken = ?, rows_set_aside = ?, rows_unknown = ?,"
            " first_date = ?, last_date = ? where import_id = ?",
            (taken, aside.total, reading.rows_unknown, *dates, number),
        )
        return Imported(
            importer.id, sheet.name, "imported", reading.rows_read, taken, aside.total,
            reading.rows_unknown, *dates,
            notes=tuple(
                (f"{c}: {m}" if c else m) + (f" ({n:,})" if n > 1 else "") for c, m, n in notes
            ),
            set_aside=tuple((*key, n) for key, n in aside.rows.most_common()),
            unknown=self._unknown(number),
        )  # fmt: skip

    def _row_citation(self, source: str, text: str) -> int:
        """The citation of a row that names its own source: a card of the catalogue, or as told."""
        ask = self.connection.execute
        card = ask("select trust from source where source_id = ?", (text,)).fetchone()
        key = (text, "", card[0], "") if card else (source, text, "unverified", "")
        ask(
            "insert or ignore into citation (source_id, locator, trust, note) values (?, ?, ?, ?)",
            key,
        )
        found = ask(
            "select citation_id from citation where source_id = ? and locator = ? and trust = ?"
            " and note = ?", key,
        ).fetchone()  # fmt: skip
        return int(found[0])

    def _replace(self, importer: Importer, reading: Reading, number: int) -> None:
        """Remove what earlier files of the source say on what this file says."""
        ask = self.connection.execute
        older = [
            n
            for (n,) in ask(
                "select import_id from import where source_id = ? and import_id < ?",
                (importer.id, number),
            )
        ]
        if not older or reading.replaces == "events":
            return
        its = f"import_id in ({', '.join('?' * len(older))})"
        of_series = (
            "delete from observation where series_id in"  # noqa: S608
            f" (select series_id from series where {its}"
        )
        if reading.replaces == "all":
            for table in reading.tables:
                ask(f"delete from {table} where {its}", older)  # noqa: S608
        elif reading.replaces == "keys":
            self.connection.executemany(
                "delete from observation where date = ? and series_id in (select series_id from"  # noqa: S608
                f" series where {its} and category = ? and framework = ?"
                " and coalesce(operation_id, operation_text) = ?"
                " and coalesce(country_iso3, country_text) = ?)",
                [
                    (reading.days[d], *older, k.category, k.framework,
                     k.operation or k.operation_text, k.country or k.country_text)
                    for columns in reading.observations
                    for s, d in zip(columns.series, columns.day, strict=True)
                    for k in (reading.series[s],)
                ],
            )  # fmt: skip
        else:
            ask("create temp table month (month text primary key)")
            months = sorted({d[:7] for d in reading.days})
            self.connection.executemany("insert into month values (?)", [(m,) for m in months])
            texts: list[str] = []
            only = ""
            if reading.replaces == "country":
                texts = sorted({k.country or k.country_text for k in reading.series})
                marks = ", ".join("?" * len(texts))
                only = f" and coalesce(country_iso3, country_text) in ({marks})"
            ask(f"{of_series}{only}) and substr(date, 1, 7) in month", [*older, *texts])
            ask("drop table month")
        ask(
            f"delete from series where {its} and not exists"  # noqa: S608
            " (select 1 from observation o where o.series_id = series.series_id)",
            older,
        )

    def _observations(
        self, importer: Importer, reading: Reading, number: int, citation: int
    ) -> Summary:
        ask = self.connection.execute
        start = int(ask("select coalesce(max(series_id), 0) from series").fetchone()[0]) + 1
        insert_rows(
            self.connection,
            "series",
            ("series_id", "import_id", "source_id", "country_text", "operation_text",
             "country_iso3", "operation_id", "framework", "category", "citation_id"),
            [
                (
                    start + i, number, importer.id, *key[:-1],
                    self._row_citation(importer.id, key.cited) if key.cited else citation,
                )
                for i, key in enumerate(reading.series)
            ],
        )  # fmt: skip
        summary = Summary(reading.series, reading.days)
        days = reading.days
        for columns in reading.observations:
            s, d, p, f = (c if isinstance(c, list) else c.tolist() for c in columns)
            self.connection.executemany(
                "insert into observation (series_id, date, persons, female) values (?, ?, ?, ?)",
                zip([start + x for x in s], [days[x] for x in d], p, f, strict=True),
            )
            summary.add(columns)
        return summary

    def _rows(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        insert_rows(self.connection, table, columns, rows)

    def _settle_events(self, source: str, number: int) -> None:
        """A file that spans all that is known of its source is a new release; else it adds."""
        self.events = True
        span = (
            "select min(date_start), max(date_end), count(*), count(distinct country_text)"
            " from event where import_id"
        )
        older = self.connection.execute(
            f"{span} in (select import_id from import where source_id = ? and import_id < ?)",  # noqa: S608
            (source, number),
        ).fetchone()
        newer = self.connection.execute(f"{span} = ?", (number,)).fetchone()
        if older[2] and (
            newer[0] <= older[0] and newer[1] >= older[1] and newer[2] >= older[2]
            and newer[3] >= older[3]
        ):  # fmt: skip
            self.connection.execute(
                "delete from event where import_id in"
                " (select import_id from import where source_id = ? and import_id < ?)",
                (source, number),
            )
        elif older[2]:
            run_step(self.connection, "settle_events", source_id=source, import_id=number)

    def _dates(self, number: int, reading: Reading) -> tuple[str | None, str | None]:
        """The first and the last day of which a file speaks."""
        found = [min(reading.days), max(reading.days)] if reading.days else []
        for table, (first, last) in _DAYS.items():
            if table in reading.tables:
                row = self.connection.execute(
                    f"select min({first}), max({last}) from {table} where import_id = ?",  # noqa: S608
                    (number,),
                ).fetchone()
                found += [str(x) for x in row if x]
        return (min(found), max(found)) if found else (None, None)

    def _expected(self, card: DataCard, number: int) -> list[tuple[str, str, int]]:
        """Where the publisher prints a total for a day of the file: does the file add up to it?"""
        notes = []
        for total in card.expected:
            found = self.connection.execute(
                "select sum(o.persons) from observation o join series s using (series_id)"
                " where s.import_id = :number and o.date = :on"
                " and (:operation = '*' or s.operation_text = :operation)"
                " and (:category = '*' or s.category = :category)",
                {"number": number, "on": total.on, "operation": total.operation,
                 "category": total.category},
            ).fetchone()[0]  # fmt: skip
            if found is None:
                continue
            if found == total.persons:
                notes.append(("", f"adds up to the printed {total.persons:,} on {total.on}", 1))
            else:
                notes.append(
                    ("", f"adds up to {found:,} on {total.on}; {total.persons:,} is printed"
                     f" ({total.at})", 1)
                )  # fmt: skip
        return notes

    def _unknown(self, number: int) -> tuple[tuple[str, str, int], ...]:
        """(what, name as written, rows) of names no table knows, most frequent first."""
        found: dict[tuple[str, str], int] = {}
        for what, column in (("country", "country_iso3"), ("operation", "operation_id")):
            sql = (
                f"select {what}_text, (select count(*) from observation o"  # noqa: S608
                f" where o.series_id = s.series_id) from series s where import_id = ?"
                f" and {column} is null and {what}_text <> '*'"
            )
            rows = self.connection.execute(sql, (number,)).fetchall()
            for table in _NAMED[what]:
                sql = (
                    f"select {what}_text, count(*) from {table} where import_id = ?"  # noqa: S608
                    f" and {column} is null group by 1"
                )
                rows += self.connection.execute(sql, (number,)).fetchall()
            for name, n in rows:
                found[what, name] = found.get((what, name), 0) + n
        order = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return tuple((what, name, n) for (what, name), n in order)

    def finish(self) -> None:
        """What follows from all sources together; then the rules every row must obey."""
        for source, summary in self.touched.items():
            card = self.cards[source]
            if card.separate:
                continue
            write_summary(
                self.connection,
                summary or summarise_source(self.connection, source, "import"),
                source, "import", card.rank * 100, card.complete,
            )  # fmt: skip
        if self.touched:
            run_step(self.connection, "prefer")
        if self.events:
            run_step(self.connection, "prefer_events")
        self.connection.execute("commit")


_DAYS = {
    "death": ("date", "date"),
    "event": ("date_start", "date_end"),
    "private_event": ("date", "date"),
    "budget": ("start_date", "end_date"),
    "site": ("year", "year"),
    "site_contributor": ("year", "year"),
    "site_unit": ("year", "year"),
}
_NAMED = {
    "country": ("death", "event", "private_event", "site_contributor"),
    "operation": ("death", "operation_listing", "budget", "site", "site_unit"),
}
_UNCITED = ("event", "private_event")
