"""Where readers and store meet: the catalogue becomes a database, beside the old one, then in its
place. Killed at any moment, it leaves the old database as it was."""

from __future__ import annotations

import contextlib
import gc
import glob
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from peaceops import __version__
from peaceops.carry import count_imports, derive_all
from peaceops.catalogue import read_catalogue
from peaceops.errors import DataError, Problem, StoreError
from peaceops.model import Catalogue, Cited, DatedFact, Operation, first_day, last_day
from peaceops.places import catalogue_dir
from peaceops.resolutions.corrected_chain import correct_decisions
from peaceops.resolutions.corrections import Correction, corrections_path, load_corrections
from peaceops.store import (
    create_tables,
    find_violations,
    hold_for_writing,
    insert_rows,
    schema_version,
)

Progress = Callable[[str], None]


def build_database(
    path: Path, folder: Path | None = None, progress: Progress = lambda _: None
) -> dict[str, int]:
    """Make the database at `path` from a catalogue folder; returns rows by table.

    The file is written under another name in the same folder, checked, and moved into place in
    one step. Raises `DataError` for a catalogue with problems, `StoreError` where the folder
    cannot be written; the database that was there stays as it was.
    """
    folder = folder or catalogue_dir()
    # Tens of thousands of records are made and none is garbage: the collector finds nothing.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _build(path, folder, progress)
    finally:
        if collecting:
            gc.enable()


def _build(path: Path, folder: Path, progress: Progress) -> dict[str, int]:
    progress(f"reading {folder.name}")
    catalogue = read_catalogue(folder)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with hold_for_writing(path):
            for left in path.parent.glob(f".{glob.escape(path.name)}.*.part*"):
                left.unlink(missing_ok=True)  # of a build that was killed; nobody else writes now
            kept = count_imports(path)
            with contextlib.closing(sqlite3.connect(part)) as connection:
                create_tables(connection)
                progress("writing the database")
                if kept:
                    connection.execute("attach ? as old", (str(path),))
                with connection:
                    connection.execute("begin")
                    corrections = load_corrections(corrections_path(folder))
                    counts = _Writer(connection, catalogue, corrections).write()
                    _write_meta(connection, folder)
                    if kept:
                        progress(f"keeping {kept} imported files")
                    derive_all(connection, catalogue, path if kept else None)
                progress("checking it")
                problems = tuple(find_violations(connection))
                if problems:
                    raise DataError(problems)
                connection.execute("analyze")
            os.replace(part, path)  # noqa: PTH105 - one atomic step
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError(
            Problem(str(path), "", f"the database cannot be written: {error}",
                    "Choose another place with --db FILE or PEACEOPS_DATA.")
        ) from None  # fmt: skip
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return counts


def catalogue_fingerprint(folder: Path) -> str:
    """A short hash of names, sizes and times of a catalogue's files; changes when one changes."""
    digest = hashlib.sha256()
    for file in sorted(p for p in folder.rglob("*") if p.suffix in (".yaml", ".csv")):
        stat = file.stat()
        digest.update(f"{file.relative_to(folder)}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    digest.update(__version__.encode())
    return digest.hexdigest()[:16]


def is_current(path: Path, folder: Path | None = None) -> bool:
    """Whether the database at `path` was made from the catalogue folder as it is now."""
    if not path.is_file():
        return False
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        ) as db:
            values = dict(db.execute("select key, value from meta"))
    except sqlite3.DatabaseError:
        return False
    return values.get("schema_version") == schema_version() and values.get(
        "catalogue_fingerprint"
    ) == catalogue_fingerprint(folder or catalogue_dir())


def _write_meta(connection: sqlite3.Connection, folder: Path) -> None:
    insert_rows(
        connection,
        "meta",
        ("key", "value"),
        [
            ("schema_version", schema_version()),
            ("version", __version__),
            ("built_at", datetime.now(UTC).isoformat(timespec="seconds")),
            ("catalogue_fingerprint", catalogue_fingerprint(folder)),
        ],
    )


class _Writer:
    """Writes one catalogue into an empty store, giving each distinct citation one row."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        catalogue: Catalogue,
        corrections: Mapping[str, Sequence[Correction]],
    ):
        self.connection, self.catalogue = connection, catalogue
        self.decisions = correct_decisions(
            catalogue.mandate_decisions, corrections, {o.id for o in catalogue.operations}
        )
        self.source_trust = {s.id: s.trust for s in catalogue.sources}
        self.citations: dict[tuple[str, str, str, str], int] = {}
        self.framework = {o.id: o.framework for o in catalogue.operations}
        self.counts: dict[str, int] = {}

    def write(self) -> dict[str, int]:
        """All tables; returns rows by table."""
        catalogue = self.catalogue
        self._put(
            "source",
            "source_id title publisher kind url date trust licence note",
            (
                (s.id, s.title, s.publisher, s.kind, s.url, s.date, s.trust, s.licence, s.note)
                for s in catalogue.sources
            ),
        )
        self._put(
            "country",
            "iso3 iso2 m49 gw cow name_en name_fr name_nl name_de lat lon note",
            (
                (
                    c.iso3, c.iso2, c.m49, c.gw, c.cow, c.name_en, c.name_fr, c.name_nl, c.name_de,
                    c.lat, c.lon, c.note,
                )
                for c in catalogue.countries
            ),
        )  # fmt: skip
        self._put("country_name", "name iso3", ((n.name, n.iso3) for n in catalogue.country_names))
        self._put(
            "country_phrase",
            "iso3 in_fr in_nl in_de in_en subject_fr subject_nl subject_de subject_en plural",
            (
                (
                    p.iso3, p.in_fr, p.in_nl, p.in_de, p.in_en,
                    p.subject_fr, p.subject_nl, p.subject_de, p.subject_en, ";".join(p.plural),
                )
                for p in catalogue.country_phrases
            ),
        )  # fmt: skip
        self._concepts()
        self._operations()
        self._contributors()
        self._contributions()
        self._put(
            "parity_target",
            "category year percent citation_id",
            ((t.category, t.year, t.percent, self._cite(t)) for t in catalogue.parity_targets),
        )
        self._put(
            "data_card",
            "source_id card",
            ((c.id, c.model_dump_json()) for c in catalogue.data_cards),
        )
        self._put(
            "operation_spelling",
            "name operation_id first_day last_day",
            (
                (
                    s.name, s.operation,
                    first_day(s.first).isoformat() if s.first else "0000",
                    last_day(s.last).isoformat() if s.last else "9999",
                )
                for s in catalogue.operation_spellings
            ),
        )  # fmt: skip
        self._put(
            "citation",
            "citation_id source_id locator trust note",
            ((number, *key) for key, number in self.citations.items()),
        )
        return self.counts

    def _put(self, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self.counts[table] = insert_rows(self.connection, table, columns.split(), rows)

    def _cite(self, fact: Cited) -> int:
        return self._citation(fact.source, fact.at, fact.trust, fact.note)

    def _citation(self, source: str, at: str, trust: str | None, note: str) -> int:
        key = (source, at, trust or self.source_trust[source], note)
        return self.citations.setdefault(key, len(self.citations) + 1)

    def _contributions(self) -> None:
        """Published figures as series and observations; the two sexes make one observation."""
        series: dict[tuple[Any, ...], int] = {}
        figures: dict[tuple[int, str], dict[str, int]] = {}
        problems = []
        for c in self.catalogue.contributions:
            key = (
                c.source, c.country, c.operation, c.country,
                None if c.operation == "*" else c.operation,
                self.framework.get(c.operation, c.framework), c.category, self._cite(c),
            )  # fmt: skip
            at = (series.setdefault(key, len(series) + 1), c.on)
            by_sex = figures.setdefault(at, {})
            if c.sex in by_sex:
                problems.append(
                    Problem("contributions", "", f"{c.country}, {c.operation}, {c.on},"
                            f" {c.category} stands twice from '{c.source}'")
                )  # fmt: skip
            by_sex[c.sex] = c.persons
        if problems:
            raise DataError(problems)
        self._put(
            "series",
            "series_id source_id country_text operation_text country_iso3 operation_id framework"
            " category citation_id",
            ((number, *key) for key, number in series.items()),
        )
        self._put(
            "observation",
            "series_id date persons female",
            (
                (*at, sum(by_sex.values()), by_sex.get("f") if "" not in by_sex else None)
                for at, by_sex in sorted(figures.items())
            ),
        )

    def _concepts(self) -> None:
        languages = ("fr", "nl", "de", "en")
        self._put(
            "concept",
            "scheme concept_id position label_fr label_nl label_de label_en"
            " text_fr text_nl text_de text_en start_date end_date parent_id url citation_id",
            (
                (
                    scheme, c.id, position,
                    *(c.label[code] for code in languages),  # type: ignore[index]
                    *(c.text.get(code, "") for code in languages),  # type: ignore[call-overload]
                    c.start, c.end, c.parent, c.url, self._cite(c),
                )
                for scheme, concepts in self.catalogue.concepts.items()
                for position, c in enumerate(concepts, 1)
            ),
        )  # fmt: skip

    def _operations(self) -> None:
        operations = self.catalogue.operations
        self._put(
            "operation",
            "operation_id framework kind area official_page note"
            " start_date start_trust first_day end_date end_trust last_day",
            (
                (o.id, o.framework, o.kind, o.area, o.official_page, o.note, *self._dates(o))
                for o in operations
            ),
        )
        self._put(
            "operation_name",
            "operation_id position lang name acronym citation_id",
            (
                (o.id, i, n.lang, n.name, n.acronym, self._cite(n))
                for o in operations
                for i, n in enumerate(o.names)
            ),
        )
        self._put(
            "operation_alias",
            "operation_id alias",
            ((o.id, a) for o in operations for a in dict.fromkeys(o.aliases)),
        )
        self._put(
            "operation_host",
            "operation_id country_iso3 start_date end_date citation_id",
            ((o.id, h.country, h.start, h.end, self._cite(h)) for o in operations for h in o.hosts),
        )
        self._put(
            "headquarters",
            "operation_id place country_iso3 lat lon start_date end_date citation_id",
            (
                (o.id, h.place, h.country, h.lat, h.lon, h.start, h.end, self._cite(h))
                for o in operations
                for h in o.headquarters
            ),
        )
        self._put(
            "operation_date",
            "operation_id what date is_preferred why citation_id",
            (
                (o.id, what, f.date, int(f.preferred), f.why, self._cite(f))
                for o in operations
                for what, facts in (("start", o.start), ("end", o.end), ("active", o.active_on))
                for f in facts
            ),
        )
        self._put(
            "decision",
            "operation_id symbol date first_day action until is_open_ended summary"
            " summary_fr summary_nl summary_de tasks sets_out ceilings chapter_vii citation_id",
            self._decisions(),
        )
        self._put(
            "duty",
            "operation_id symbol date kind due every words citation_id",
            (
                (
                    d.operation, d.symbol, d.date, d.kind, ";".join(d.due), d.every, d.words,
                    self._resolution(d.symbol, d.paragraph),
                )
                for d in self.catalogue.mandate_duties
            ),
        )  # fmt: skip
        self._put(
            "ceiling",
            "operation_id kind persons start_date citation_id",
            (
                (o.id, c.kind, c.persons, c.start, self._cite(c))
                for o in operations
                for c in o.ceilings
            ),
        )
        self._put(
            "strength",
            "operation_id kind persons date citation_id",
            (
                (o.id, s.kind, s.persons, s.on, self._cite(s))
                for o in operations
                for s in o.strengths
            ),
        )
        self._put(
            "predecessor",
            "operation_id predecessor_id citation_id",
            ((o.id, p.operation, self._cite(p)) for o in operations for p in o.predecessors),
        )

    def _dates(self, operation: Operation) -> tuple[str | None, ...]:
        """start_date, start_trust, first_day, end_date, end_trust, last_day."""

        def preferred(facts: tuple[DatedFact, ...]) -> DatedFact | None:
            return next((f for f in facts if f.preferred), None)

        start, end = preferred(operation.start), preferred(operation.end)
        return (
            start.date if start else None,
            (start.trust or self.source_trust[start.source]) if start else None,
            first_day(start.date).isoformat() if start else None,
            end.date if end else None,
            (end.trust or self.source_trust[end.source]) if end else None,
            last_day(end.date).isoformat() if end else None,
        )

    def _decisions(self) -> Iterator[tuple[Any, ...]]:
        """The chain of each operation: what its file says, and what was read in the texts."""
        read = {(d.operation, _symbol_key(d.symbol)): d for d in self.decisions}
        told = {s.en: (s.fr, s.nl, s.de) for s in self.catalogue.decision_summaries}
        for o in self.catalogue.operations:
            for d in o.decisions:
                text = read.pop((o.id, _symbol_key(d.symbol)), None)
                given = text if text and text.tasks else d
                yield (
                    o.id, d.symbol, d.date, first_day(d.date).isoformat(), d.action,
                    d.until or (text.until if text and not d.open_ended else None),
                    int(d.open_ended), d.summary, *told.get(d.summary, ("", "", "")),
                    ";".join(given.tasks), int(given.sets_out),
                    ";".join(text.ceilings) if text else "",
                    None if (seven := (text or d).chapter_vii) is None else int(seven),
                    self._cite(d),
                )  # fmt: skip
        for r in read.values():
            yield (
                r.operation, r.symbol, r.date, first_day(r.date).isoformat(), r.action, r.until, 0,
                "", "", "", "", ";".join(r.tasks), int(r.sets_out), ";".join(r.ceilings),
                None if r.chapter_vii is None else int(r.chapter_vii),
                self._resolution(r.symbol, r.paragraph),
            )  # fmt: skip

    def _resolution(self, symbol: str, paragraph: str) -> int:
        """The citation of a paragraph that the program read."""
        number = symbol.removeprefix("S/RES/").split(" ")[0]
        where = f"para. {paragraph}" if paragraph else ""
        return self._citation(f"un-sc-res-{number}", where, None, "coded from the text by program")

    def _contributors(self) -> None:
        contributors = self.catalogue.contributors
        self._put(
            "contributor",
            "country_iso3 compare_with links",
            ((c.country, ";".join(c.compare_with), json.dumps(c.links, ensure_ascii=False))
             for c in contributors),
        )  # fmt: skip
        self._put(
            "policy_point",
            "country_iso3 position point_id section scheme text_fr text_nl text_de text_en"
            " start_date end_date citation_id",
            (
                (
                    c.country, i, p.id, p.section, p.scheme,
                    p.text["fr"], p.text["nl"], p.text["de"], p.text["en"],
                    p.start, p.end, self._cite(p),
                )
                for c in contributors
                for i, p in enumerate(c.policy)
            ),
        )  # fmt: skip
        self._put(
            "participation",
            "country_iso3 operation_id framework category functions start_date end_date"
            " persons counted_on measure citation_id",
            (
                (
                    c.country, None if p.operation == "*" else p.operation,
                    self.framework.get(p.operation, p.framework), p.category,
                    ";".join(p.functions), p.start, p.end, p.persons, p.counted_on, p.measure,
                    self._cite(p),
                )
                for c in contributors
                for p in c.participation
            ),
        )  # fmt: skip
        self._put(
            "command_post",
            "country_iso3 operation_id post holder start_date end_date citation_id",
            (
                (c.country, p.operation, p.post, p.holder, p.start, p.end, self._cite(p))
                for c in contributors
                for p in c.commands
            ),
        )
        self._put(
            "national_decision",
            "country_iso3 operation_id date body action until persons summary citation_id",
            (
                (
                    c.country, None if d.operation == "*" else d.operation, d.date, d.body,
                    d.action, d.until, d.persons, d.summary, self._cite(d),
                )
                for c in contributors
                for d in c.decisions
            ),
        )  # fmt: skip
        self._put(
            "national_death",
            "country_iso3 operation_id date persons category cause citation_id",
            (
                (
                    c.country, None if d.operation == "*" else d.operation, d.date, d.persons,
                    d.category, d.cause, self._cite(d),
                )
                for c in contributors
                for d in c.deaths
            ),
        )  # fmt: skip


def _symbol_key(symbol: str) -> str:
    """A symbol without spaces and year, so that 'S/RES/186(1964)' meets 'S/RES/186 (1964)'."""
    return symbol.replace(" ", "").split("(")[0].casefold()
