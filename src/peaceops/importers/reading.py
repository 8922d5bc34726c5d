"""What an importer hands over: observations, rows of other tables, and what it left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from peaceops.errors import Problem, RefusedFile
from peaceops.importers.names import NameTable
from peaceops.importers.sheet import Aside, Form, Sheet

ALL = "*"


class SeriesKey(NamedTuple):
    """Who, in what, of which category, as written and as understood (None: not known)."""

    country_text: str
    operation_text: str
    country: str | None
    operation: str | None
    framework: str
    category: str
    cited: str = ""  # what the row itself names as its source


class Columns(NamedTuple):
    """Observations side by side, as lists or NumPy arrays of one length: number of the series,
    number of the day, persons, of them women (None, in a list, where not told)."""

    series: Any
    day: Any
    persons: Any
    female: Any


# what a new file of the same source takes the place of
Replaces = Literal["months", "country", "keys", "all", "events"]


@dataclass
class Reading:
    """One file, read. `observations` and the rows of `tables` may be read once only."""

    rows_read: int
    replaces: Replaces
    aside: Aside
    series: list[SeriesKey] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    observations: Iterable[Columns] = ()
    tables: dict[str, tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]] = field(
        default_factory=dict
    )
    rows_unknown: int = 0


@dataclass(frozen=True)
class Importer:
    """How one published file is told apart and read.

    `read(sheet, names, day)` is a context manager that yields a `Reading`; `day` dates a file
    that bears no date of its own.
    """

    id: str
    form: Form
    read: Callable[[Sheet, NameTable, str], AbstractContextManager[Reading]]
    # a file that has the columns may still be another source's: 0 no, 1 certainly
    recognise: Callable[[Sheet], float] = lambda _sheet: 1.0
    framework: str = ""
    # the file's name says what its content does not
    by_name: bool = False

    def fits(self, sheet: Sheet) -> float:
        """How surely a sheet is this file: 0 not at all."""
        whole = sheet.score(self.form) == 1.0 or self.bare(sheet)
        return self.recognise(sheet) if whole else 0.0

    # the file's releases without a header row, told by their first row
    bare: Callable[[Sheet], bool] = lambda _sheet: False


MAX_ROWS = 2_000_000  # of a table read row by row


@dataclass
class Collector:
    """Gathers observations row by row, giving each series one number."""

    numbers: dict[SeriesKey, int] = field(default_factory=dict)
    values: dict[tuple[int, str], tuple[int, int | None]] = field(default_factory=dict)
    repeated: int = 0

    def add(self, key: SeriesKey, day: str, persons: int, female: int | None = None) -> None:
        """One figure; a second one for the same series and day is added to the first."""
        at = (self.numbers.setdefault(key, len(self.numbers)), day)
        known = self.values.get(at)
        if known is not None:
            self.repeated += 1
            persons += known[0]
            female = None if female is None or known[1] is None else female + known[1]
        self.values[at] = (persons, female)

    def fill(self, reading: Reading) -> Reading:
        """Put all series and observations, in their order, into a reading."""
        if self.repeated:
            reading.aside.note("", "several rows for one series and day were added up",
                               self.repeated)  # fmt: skip
        reading.series = list(self.numbers)
        reading.days = sorted({day for _, day in self.values})
        number = {day: i for i, day in enumerate(reading.days)}
        order = sorted(self.values.items())
        reading.observations = [
            Columns(
                [s for (s, _), _ in order],
                [number[d] for (_, d), _ in order],
                [p for _, (p, _) in order],
                [f for _, (_, f) in order],
            )
        ]
        return reading


def stop_if_too_long(sheet: Sheet, row: int) -> None:
    """Refuse a table that cannot be the publisher's: it would fill the memory."""
    if row > MAX_ROWS:
        raise RefusedFile(
            Problem(sheet.name, "", f"more than {MAX_ROWS:,} rows; this table never has so many")
        )


def stop_if_unreadable(sheet: Sheet, rows: int, taken: int) -> None:
    """Refuse a file of which nothing, or less than half of many rows, can be read."""
    if rows == 0:
        raise RefusedFile(Problem(sheet.name, "", "a table without rows", "Fetch it again."))
    aside = sheet.aside.total
    if taken == 0 or (rows >= 100 and aside > rows / 2):
        worst = [
            Problem(f"{sheet.name}, row {sheet.aside.first[key]}", key[1],
                    f"{key[0]}: '{key[2]}'" if key[2] else key[0])
            for key, _ in sheet.aside.rows.most_common(5)
        ]  # fmt: skip
        raise RefusedFile(
            [Problem(sheet.name, "", f"{aside} of {rows} rows cannot be read"), *worst]
        )
