"""How mandates grew since 1948: a row a year of what the Council asked of operations.

Counted are resolutions that act on an operation. A year without one has no row; a measure that
cannot be known is None.
"""

from __future__ import annotations

import csv
import statistics
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

# Tasks that protect people from violence or its consequences, as the series counts them.
PROTECTION_TASKS = frozenset(
    {"protection-of-civilians", "child-protection", "sexual-violence", "humanitarian-access"}
)


@dataclass(frozen=True, slots=True)
class MandateSize:
    """One resolution that acts on an operation: when, how long, what it asks.

    `tasks` are those of the operation that is given most; a resolution on several operations is
    not larger for it.
    """

    year: int
    symbol: str
    words: int
    paragraphs: int
    tasks: frozenset[str]
    chapter_vii: bool
    establishes: bool


@dataclass(frozen=True, slots=True)
class MandateYear:
    """The mandates of one year.

    `tasks_mean` is over resolutions that give at least one task (a renewal that only refers to an
    earlier text gives none); `tasks_most` is the largest mandate, `largest` its symbol.
    """

    year: int
    resolutions: int
    establishing: int
    giving_tasks: int
    words_median: int
    paragraphs_median: float
    tasks_mean: float | None
    tasks_most: int
    largest: str
    chapter_vii_share: float
    protection_share: float | None
    partial: bool = False


def list_mandate_years(
    mandates: Iterable[MandateSize], partial: Container[int] = ()
) -> tuple[MandateYear, ...]:
    """One row a year, oldest first; `partial` are the years of which not all texts are at hand."""
    by_year: dict[int, list[MandateSize]] = defaultdict(list)
    for mandate in mandates:
        by_year[mandate.year].append(mandate)
    return tuple(_row_of(year, by_year[year], year in partial) for year in sorted(by_year))


def list_partial_years(texts: Mapping[int, int]) -> frozenset[int]:
    """Years whose texts break off, of the numbers at hand and their years.

    The Council numbers its resolutions through: a year is whole where its last number is followed
    by the first of the next; one that is missing there (an undated text) is no break.
    """
    last = {texts[number]: number for number in sorted(texts)}
    return frozenset(year for year, n in last.items() if n + 1 not in texts and n + 2 not in texts)


def _row_of(year: int, mandates: Sequence[MandateSize], partial: bool) -> MandateYear:
    giving = [m for m in mandates if m.tasks]
    largest = max(mandates, key=lambda m: (len(m.tasks), m.symbol))
    protecting = [m for m in giving if m.tasks & PROTECTION_TASKS]
    return MandateYear(
        year=year,
        resolutions=len(mandates),
        establishing=sum(m.establishes for m in mandates),
        giving_tasks=len(giving),
        words_median=round(statistics.median(m.words for m in mandates)),
        paragraphs_median=float(statistics.median(m.paragraphs for m in mandates)),
        tasks_mean=round(statistics.fmean(len(m.tasks) for m in giving), 1) if giving else None,
        tasks_most=len(largest.tasks),
        largest=largest.symbol if largest.tasks else "",
        chapter_vii_share=round(sum(m.chapter_vii for m in mandates) / len(mandates), 3),
        protection_share=round(len(protecting) / len(giving), 3) if giving else None,
        partial=partial,
    )


def write_mandate_years(rows: Iterable[MandateYear], path: Path) -> None:
    """The series as CSV; an unknown measure is an empty cell."""
    names = [f.name for f in fields(MandateYear)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            cells = asdict(row)
            cells["partial"] = int(row.partial)
            writer.writerow({k: "" if v is None else v for k, v in cells.items()})


def read_mandate_years(path: Path) -> tuple[MandateYear, ...]:
    """The series back from CSV."""
    whole = ("year", "resolutions", "establishing", "giving_tasks", "words_median", "tasks_most")
    with path.open(encoding="utf-8", newline="") as file:
        rows = []
        for cells in csv.DictReader(file):
            values: dict[str, object] = {}
            for name, cell in cells.items():
                if name == "largest":
                    values[name] = cell
                elif name == "partial":
                    values[name] = cell == "1"
                elif name in whole:
                    values[name] = int(cell)
                else:
                    values[name] = float(cell) if cell else None
            rows.append(MandateYear(**values))  # type: ignore[arg-type]
        return tuple(rows)
