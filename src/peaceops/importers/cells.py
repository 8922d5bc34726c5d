"""What stands in a cell of a published table → a number or a date, or the reason why not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Literal

MISSING = frozenset({"", "na", "n/a", "n.a.", "nan", "null", "none", "-", "--", "..", "…", "#n/a"})

_WHOLE = re.compile(r"0*\d{1,8}")
_GROUPED = re.compile(r"\d{1,3}(?:([,\u00a0\u202f ’'])\d{3})(?:\1\d{3})*")
_POINTED = re.compile(r"(\d{1,8})\.0+")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no figure. Missing is not zero."""
    return text.strip().casefold() in MISSING


def read_count(text: str) -> int | str | None:
    """A number of people: a whole number ≥ 0; None where the cell is empty; else what is wrong.

    >>> read_count("1,234"), read_count("12.0"), read_count("N/A")
    (1234, 12, None)
    >>> read_count("-3")
    'is negative'
    """
    cell = text.strip()
    if _WHOLE.fullmatch(cell):
        return int(cell)
    if is_missing(cell):
        return None
    if _GROUPED.fullmatch(cell):
        grouped = int(re.sub(r"\D", "", cell))
        return grouped if grouped < 10**8 else "is too large"
    pointed = _POINTED.fullmatch(cell)
    if pointed:
        return int(pointed[1])
    if cell.isdigit():
        return "is too large"
    if cell[0] in "-−" and re.fullmatch(r"[-−][\d,. ]+", cell):
        return "is negative"
    return "is not a whole number"


def read_number(text: str) -> float | str | None:
    """An amount, a coordinate: any number, thousands marked by ',' or not; None where empty."""
    cell = text.strip().replace("−", "-")
    if is_missing(cell):
        return None
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", cell):
        cell = cell.replace(",", "")
    if re.fullmatch(r"\(\d[\d,.]*\)", cell):
        cell = "-" + cell[1:-1].replace(",", "")
    if re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?", cell):
        return float(cell)
    return "is not a number"


DayOrder = Literal["dmy", "mdy", ""]

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: .*)?")
_YEAR_FIRST = re.compile(r"(\d{4})/(\d{2})/(\d{2})(?: .*)?")
_WORDS = re.compile(r"(\d{1,2})[ -]([A-Za-z]+)\.?[ -](\d{4}|\d{2})")
_WORDS_US = re.compile(r"([A-Za-z]+)\.? (\d{1,2}), ?(\d{4})")


def tell_day_order(texts: Iterable[str]) -> DayOrder:
    """Whether a column's 03/04/2021 means April or March: one value above 12 tells.

    Empty where no value tells, or where some tell one thing and some the other.
    """
    found: Counter[DayOrder] = Counter()
    for text in texts:
        match = _SLASHED.fullmatch(text.strip())
        if match:
            first, second = int(match[1]), int(match[2])
            if first > 12 >= second:
                found["dmy"] += 1
            elif second > 12 >= first:
                found["mdy"] += 1
    return next(iter(found)) if len(found) == 1 else ""


def read_day(text: str, order: DayOrder = "") -> str | None:
    """A day as ISO text, from any of the forms publishers use; None where it is not one.

    >>> read_day("2014-03-31"), read_day("31/03/2014", "dmy"), read_day("31-Mar-14")
    ('2014-03-31', '2014-03-31', '2014-03-31')
    """
    cell = text.strip()
    parts: tuple[int, int, int] | None = None
    if match := _ISO.fullmatch(cell) or _COMPACT.fullmatch(cell) or _YEAR_FIRST.fullmatch(cell):
        parts = (int(match[1]), int(match[2]), int(match[3]))
    elif match := _SLASHED.fullmatch(cell):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        if second > 12 or order == "mdy":
            parts = (year, first, second)
        elif first > 12 or order == "dmy" or first == second:
            parts = (year, second, first)
    elif match := _WORDS.fullmatch(cell):
        month = _MONTHS.get(match[2].casefold())
        year = int(match[3])
        if year < 100:
            year += 1900 if year > 45 else 2000
        parts = (year, month, int(match[1])) if month else None
    elif match := _WORDS_US.fullmatch(cell):
        month = _MONTHS.get(match[1].casefold())
        parts = (int(match[3]), month, int(match[2])) if month else None
    if parts is None or not 1900 <= parts[0] <= 2200:
        return None
    try:
        return date(*parts).isoformat()
    except ValueError:
        return None


def find_cell(lat: float, lon: float) -> int:
    """The PRIO-GRID cell (half a degree wide) that holds a point.

    >>> find_cell(4.147059, 22.462899)
    135765
    """
    row = min(max(int((lat + 90) * 2), 0), 359)
    column = min(max(int((lon + 180) * 2), 0), 719)
    return row * 720 + column + 1
