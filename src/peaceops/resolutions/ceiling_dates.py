"""From when a ceiling applies: the days a clause names and the words that lead to them."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from peaceops.resolutions.lexicon import MONTHS


class Term(NamedTuple):
    """Days a clause names: `since` and `last` as precise as written.

    A level from a day on has `since`; one to be reached by a day has it too, and `reached`. `last`
    is the last day of a period or of what stays until then. `same` refers to the day before.
    """

    start: int
    end: int
    since: str | None
    last: str | None
    reached: bool = False
    same: bool = False


def find_terms(text: str, pattern: re.Pattern[str]) -> list[Term]:
    """The days a clause names after words that give a ceiling its time, in order.

    Days that do not exist, or that only tell the date of a paper, are none of them.
    """
    found: list[Term] = []
    for match in pattern.finditer(text):
        if match["same"]:
            named = next((t.last or t.since for t in reversed(found)), None)
            if named:
                found.append(Term(match.start(), match.end(), named, None, reached=True, same=True))
            continue
        last = _read_day(match, 2)
        first = _read_day(match, 1, last)
        if first is None or (match["between"] and last is None):
            continue
        if match["until"]:
            found.append(Term(match.start(), match.end(), None, first))
        elif match["by"]:
            found.append(Term(match.start(), match.end(), first, None, reached=True))
        else:
            found.append(Term(match.start(), match.end(), first, last))
    return found


def _read_day(match: re.Match[str], n: int, later: str | None = None) -> str | None:
    """The day as ISO 8601, a month as `2024-07`; the year is that of the later day if left out."""
    if match[f"mm{n}"]:
        return f"{match[f'yy{n}']}-{MONTHS[match[f'mm{n}'].lower()]:02}"
    day, month = match[f"d{n}"] or match[f"D{n}"], match[f"m{n}"] or match[f"M{n}"]
    year = match[f"y{n}"] or match[f"Y{n}"] or (later[:4] if later else None)
    try:
        return date(int(year), MONTHS[month.lower()], int(day)).isoformat() if year else None
    except ValueError:
        return None
