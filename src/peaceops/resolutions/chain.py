"""The chain of an operation's decisions, from founding to end, read from the texts.

`build_chain` codes every resolution of some folders and puts the decisions in order;
`write_chain` keeps them as `catalogue/mandate_decisions.csv`, so that pages, calendar and
comparison work where the texts are not.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from peaceops.errors import PeaceopsError, Problem
from peaceops.places import catalogue_dir
from peaceops.resolutions.ceiling_cells import CeilingStep, read_ceiling, write_ceiling
from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.document import read_document
from peaceops.resolutions.lexicon import Lexicon, load_lexicon
from peaceops.resolutions.mandate_lists import list_names, restates_mandate

COLUMNS = (
    "operation",
    "symbol",
    "date",
    "action",
    "until",
    "months",
    "paragraph",
    "ceilings",
    "tasks",
    "sets_out",
    "chapter_vii",
)
# The published texts at hand: 1946-1994 and from 2000; nothing between is claimed.
YEARS_WITHOUT_TEXTS = range(1995, 2000)


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One decision about one operation: what it did, until when, with what ceilings and tasks.

    `tasks` are ids of `catalogue/tasks.csv`; `sets_out` says that they are the whole mandate, so
    that what was asked before and is not here has lapsed.
    """

    operation: str
    symbol: str
    date: dt.date
    action: str
    until: dt.date | None
    months: int | None
    paragraph: str
    ceilings: tuple[CeilingStep, ...]
    tasks: tuple[str, ...]
    sets_out: bool
    chapter_vii: bool


def links_of(
    coded: Mapping[str, Any], sets_out: Callable[[str], bool] = lambda _: False
) -> list[ChainLink]:
    """The links one coded resolution adds, from the JSON of `read`; none without a date.

    `sets_out` tells of an operation whether the text lists its mandate; a founding text always
    does.
    """
    if not coded["date"]:
        return []
    return [
        ChainLink(
            operation=act["operation"],
            symbol=coded["symbol"],
            date=dt.date.fromisoformat(coded["date"]),
            action=act["action"],
            until=dt.date.fromisoformat(act["until"]) if act["until"] else None,
            months=act["months"],
            paragraph=act["paragraph"],
            ceilings=tuple(
                CeilingStep(c["kind"], c["persons"], c["change"], c["from"], c["within"])
                for c in coded["ceilings"]
                if c["operation"] == act["operation"]
            ),
            tasks=tuple(
                dict.fromkeys(
                    t["task"] for t in coded["tasks"] if t["operation"] == act["operation"]
                )
            ),
            sets_out=act["action"] == "establish" or sets_out(act["operation"]),
            chapter_vii=bool(coded["chapter_vii"]["value"]),
        )
        for act in coded["acts_on"]
    ]


def order_chain(links: Iterable[ChainLink]) -> list[ChainLink]:
    """Links by operation and date; an operation is founded once.

    A later text that sets up what exists already (a further contingent, a force made larger)
    changes it, or extends it if it says until when.
    """
    ordered = sorted(links, key=lambda link: (link.operation, link.date, _number(link.symbol)))
    founded: set[str] = set()
    result = []
    for link in ordered:
        if link.action == "establish" and link.operation in founded:
            link = replace(link, action="extend" if link.until else "amend")
        if link.action == "establish":
            founded.add(link.operation)
        result.append(link)
    return result


def _number(symbol: str) -> int:
    digits = symbol.removeprefix("S/RES/").partition(" ")[0]
    return int(digits) if digits.isdigit() else 0


def build_chain(
    folders: Sequence[Path], lexicon: Lexicon | None = None
) -> tuple[list[ChainLink], list[Problem]]:
    """Every decision in the texts of some folders, and the files that could not be read.

    An operation that the lexicon names but the catalogue has no file of is left out.
    """
    lexicon = lexicon or load_lexicon()
    kept = {path.stem for path in (catalogue_dir() / "operations").glob("*.yaml")}
    links: dict[tuple[str, str], ChainLink] = {}
    problems: list[Problem] = []
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in (".xml", ".txt")):
            try:
                document = read_document(path)
            except PeaceopsError as error:
                problems += error.problems
                continue
            for link in links_of(
                code_resolution(document, lexicon).as_dict(),
                lambda o, text=document: restates_mandate(text, list_names(o, lexicon)),  # type: ignore[misc]
            ):
                if link.operation in kept:
                    links.setdefault((link.operation, link.symbol), link)
    return order_chain(links.values()), problems


def chain_path() -> Path:
    """Where the catalogue keeps the chain."""
    return catalogue_dir() / "mandate_decisions.csv"


def write_chain(links: Iterable[ChainLink], path: Path) -> None:
    """The chain as CSV, one decision a row; lists inside a cell are split by `;`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for link in links:
            writer.writerow(
                (
                    link.operation,
                    link.symbol,
                    link.date.isoformat(),
                    link.action,
                    link.until.isoformat() if link.until else "",
                    link.months or "",
                    link.paragraph,
                    ";".join(write_ceiling(c) for c in link.ceilings),
                    ";".join(link.tasks),
                    int(link.sets_out),
                    int(link.chapter_vii),
                )
            )


def read_chain(path: Path | None = None) -> list[ChainLink]:
    """The chain as kept in the catalogue, or an empty list if there is none."""
    path = path or chain_path()
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            ChainLink(
                operation=row["operation"],
                symbol=row["symbol"],
                date=dt.date.fromisoformat(row["date"]),
                action=row["action"],
                until=dt.date.fromisoformat(row["until"]) if row["until"] else None,
                months=int(row["months"]) if row["months"] else None,
                paragraph=row["paragraph"],
                ceilings=tuple(
                    step for c in row["ceilings"].split(";") if (step := read_ceiling(c))
                ),
                tasks=tuple(t for t in row["tasks"].split(";") if t),
                sets_out=row["sets_out"] == "1",
                chapter_vii=row["chapter_vii"] == "1",
            )
            for row in csv.DictReader(file)
        ]
