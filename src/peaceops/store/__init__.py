"""The embedded store: hides SQL and SQLite from everybody else.

`open_database` gives a read-only `Database`; questions are files in `queries/`, asked by name;
`checks/` holds the rules that rows of different tables must obey together.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from peaceops.errors import Problem, StoreError

Row = sqlite3.Row


@cache
def read_query(name: str) -> str:
    """The text of `queries/<name>.sql`."""
    return (resources.files(__package__) / "queries" / f"{name}.sql").read_text("utf-8")


def read_step(name: str) -> str:
    """The text of `steps/<name>.sql`: what follows from rows already written."""
    return (resources.files(__package__) / "steps" / f"{name}.sql").read_text("utf-8")


def run_step(connection: sqlite3.Connection, name: str, **parameters: Any) -> None:
    """Run the statements of `steps/<name>.sql` inside the transaction at hand."""
    lines = (line.split("--", 1)[0] for line in read_step(name).splitlines())
    for statement in "\n".join(lines).split(";"):
        if statement.strip():
            connection.execute(statement, parameters)


def read_schema() -> str:
    """The text of `schema.sql`."""
    return (resources.files(__package__) / "schema.sql").read_text("utf-8")


def schema_version() -> str:
    """A short hash of the schema: databases of another one are made anew."""
    return hashlib.sha256(read_schema().encode()).hexdigest()[:12]


def list_checks() -> dict[str, str]:
    """Rule → SQL of every file in `checks/`; each returns the rows that should not exist."""
    folder = resources.files(__package__) / "checks"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return {f.name.removesuffix(".sql"): f.read_text("utf-8") for f in files}


@dataclass(eq=False)
class Database:
    """A database file opened read-only; may be used from any thread."""

    path: Path

    def __post_init__(self) -> None:
        self._local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's own connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            connection.row_factory = sqlite3.Row
            connection.execute("pragma query_only = 1")
            connection.execute("pragma mmap_size = 67108864")
            self._local.connection = connection
        return connection

    def ask(self, question: str, **parameters: Any) -> list[sqlite3.Row]:
        """The rows that answer `queries/<question>.sql`."""
        return self.connection.execute(read_query(question), parameters).fetchall()

    def ask_one(self, question: str, **parameters: Any) -> sqlite3.Row | None:
        """The first row that answers `queries/<question>.sql`, or None."""
        row: sqlite3.Row | None = self.connection.execute(
            read_query(question), parameters
        ).fetchone()
        return row

    def meta(self, key: str) -> str:
        """One value of the `meta` table, such as `built_at` or `version`."""
        row = self.connection.execute("select value from meta where key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None


def open_database(path: Path) -> Database:
    """A built database, read-only.

    Raises `StoreError` when there is none, or when another version of peaceops made it.
    """
    if not path.is_file():
        raise StoreError(Problem(str(path), "", "no database here", "Make it with: peaceops build"))
    database = Database(path)
    try:
        version = database.meta("schema_version")
    except sqlite3.DatabaseError:
        database.close()
        raise StoreError(
            Problem(str(path), "", "not a peaceops database", "Make it with: peaceops build")
        ) from None
    if version != schema_version():
        database.close()
        raise StoreError(
            Problem(
                str(path), "", f"made by another version (schema {version or 'unknown'})",
                "Make it anew with: peaceops build",
            )
        )  # fmt: skip
    return database


def create_tables(connection: sqlite3.Connection) -> None:
    """An empty store in a new file, tuned for one writer and no crash safety."""
    tune_for_writing(connection)
    connection.executescript("begin;" + read_schema() + "commit;")


@contextlib.contextmanager
def hold_for_writing(path: Path) -> Iterator[None]:
    """Holds off a second build or import of the same database; let go even when killed."""
    lock = sqlite3.connect(path.with_name(f".{path.name}.lock"), timeout=60)
    try:
        try:
            lock.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise StoreError(
                Problem(str(path), "", "another build or import is at work",
                        "Wait until it is done.")
            ) from None  # fmt: skip
        for left in path.parent.glob(f".{path.name}.*.part"):
            left.unlink(missing_ok=True)  # of a writer that was killed: there is only one
        yield
    finally:
        lock.close()


def tune_for_writing(connection: sqlite3.Connection) -> None:
    """No crash safety: the file is thrown away unless it is finished."""
    connection.executescript(
        "pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off;"
        "pragma temp_store = memory; pragma cache_size = -65536;"
    )


def insert_rows(
    connection: sqlite3.Connection,
    table: str,
    columns: Iterable[str],
    rows: Iterable[tuple[Any, ...]],
) -> int:
    """Append rows to a table; returns how many."""
    names = tuple(columns)
    marks = ", ".join("?" * len(names))
    sql = f"insert into {table} ({', '.join(names)}) values ({marks})"  # noqa: S608
    return connection.executemany(sql, rows).rowcount


def find_violations(connection: sqlite3.Connection) -> Iterator[Problem]:
    """Rows that break a foreign key or a rule of `checks/`."""
    for table, rowid, parent, _ in connection.execute("pragma foreign_key_check"):
        yield Problem(f"table {table}", "", f"row {rowid} names a missing {parent}")
    for rule, sql in list_checks().items():
        for row in connection.execute(sql):
            yield Problem(rule, "", ", ".join(str(cell) for cell in row))
