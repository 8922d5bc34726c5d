"""How right the coder was when last measured, kept as `catalogue/mandate_accuracy.csv`.

`python benchmarks/write_mandate_accuracy.py` measures and writes it; pages and documents read it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from peaceops.places import catalogue_dir

COLUMNS = ("part", "field", "year", "asked", "right", "false", "share")
# What the coder is measured against: the library, a reader where the library is not at hand,
# readers' labels of tasks, its own reading in French.
PARTS = ("library", "reading", "tasks", "headings", "languages", "readers")


@dataclass(frozen=True, slots=True)
class AccuracyRow:
    """Answers to one question; `share` stands alone where no answers are counted.

    `asked` is how many answers there are to give, `right` how many were given, `false` how many
    were given that are none.
    """

    part: str
    field: str
    year: int | None
    asked: int
    right: int
    false: int
    share: float | None = None

    @property
    def recall(self) -> float | None:
        """Share of the answers to give that were given."""
        if self.share is not None:
            return self.share
        return self.right / self.asked if self.asked else None

    @property
    def precision(self) -> float | None:
        """Share of the answers given that are right."""
        given = self.right + self.false
        return self.right / given if given and self.share is None else None


def write_accuracy(rows: Iterable[AccuracyRow], path: Path | None = None) -> None:
    """The measurements as CSV."""
    with (path or accuracy_path()).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for r in rows:
            share = "" if r.share is None else round(r.share, 4)
            writer.writerow(
                [r.part, r.field, r.year or "", r.asked, r.right, r.false, share]
            )  # fmt: skip


def read_accuracy(path: Path | None = None) -> tuple[AccuracyRow, ...]:
    """The measurements back; none where the catalogue has none."""
    path = path or accuracy_path()
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            AccuracyRow(
                row["part"], row["field"], int(row["year"]) if row["year"] else None,
                int(row["asked"]), int(row["right"]), int(row["false"]),
                float(row["share"]) if row["share"] else None,
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FirstSight:
    """What was right on texts that readers had read and the rules had not yet been tried on."""

    labels: str
    field: str
    asked: int
    right: int
    false: int


def read_first_sight(path: Path | None = None) -> tuple[FirstSight, ...]:
    """Every such measurement, oldest first, from `catalogue/lexicon/labels/first_sight.csv`."""
    path = path or catalogue_dir() / "lexicon" / "labels" / "first_sight.csv"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            FirstSight(
                row["set"], row["field"], int(row["asked"]), int(row["right"]), int(row["false"])
            )
            for row in csv.DictReader(file)
        )


def accuracy_path() -> Path:
    """Where the catalogue keeps the measurements."""
    return catalogue_dir() / "mandate_accuracy.csv"
