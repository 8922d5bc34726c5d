"""The reports and reviews that mandates ask for, kept as data: what falls due, and how often.

`list_duties` takes them from one coded resolution; `write_duties` keeps those of all texts as
`catalogue/mandate_duties.csv`, so that the calendar works where the texts are not.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from peaceops.errors import PeaceopsError, Problem
from peaceops.places import catalogue_dir
from peaceops.resolutions.clauses import Duty
from peaceops.resolutions.coder import CodedMandate, code_resolution
from peaceops.resolutions.decisions import read_day
from peaceops.resolutions.document import read_document
from peaceops.resolutions.lexicon import DATE_SOURCE, Lexicon, load_lexicon

COLUMNS = ("operation", "symbol", "date", "kind", "paragraph", "due", "every", "words")
_WORDS = 150  # signs of the text kept with a duty
_DAY = re.compile(DATE_SOURCE, re.I)
# Only what the Council requires is a duty; others are urged and encouraged to tell it.
_INVITED = re.compile(
    r"^(?:and\s+)?(?:\w+\s+)?(?:urges|encourages|invites|calls\s+(?:on|upon))\b", re.I
)
_INTERVALS = {"monthly": "1 months", "quarterly": "3 months", "semi-annual": "6 months"}
_AND = re.compile(r"\s*(?:,|;|and|,\s*and)\s*(?:by|on|in)?\s*(?:the\s+)?$", re.I)
_NAMED = re.compile(
    r"\b(?:update|report|brief|assessment|review|options|strategy|recommendations|findings|plan\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class MandateDutyRow:
    """One duty of one operation: days the text names or counts, an interval, or both.

    `words` is how the paragraph begins to ask for it, cut after some 150 signs.
    """

    operation: str
    symbol: str
    date: dt.date
    kind: str
    paragraph: str
    due: tuple[dt.date, ...]
    every: str | None
    words: str = ""


def list_duties(mandate: CodedMandate, lexicon: Lexicon | None = None) -> list[MandateDutyRow]:
    """The duties of a coded resolution that have a day or an interval, for each operation.

    A duty belongs to the operations named in its words, else to all that the resolution acts on.
    """
    document = mandate.document
    if document.date is None:
        return []
    acted = [a.operation for a in mandate.acts_on]
    lexicon = lexicon or load_lexicon()
    found: dict[tuple[str, str, str, tuple[dt.date, ...], str | None], MandateDutyRow] = {}
    for kind, duties in (("report", mandate.reports), ("review", mandate.reviews)):
        for duty in duties:
            every = duty.every or _INTERVALS.get(duty.basis or "")
            if _INVITED.match(duty.quote) or not (duty.due or every):
                continue
            listed = "(" in duty.paragraph  # an item of what a report is to hold
            if kind == "report" and not listed and not _NAMED.search(duty.quote):
                continue
            due = named_days(duty, document.date)
            named = [o for o in acted if _names(lexicon, o, duty.quote)]
            for operation in named or acted:
                row = MandateDutyRow(
                    operation, document.symbol, document.date, kind, duty.paragraph, due,
                    every, _begin(duty.quote),
                )  # fmt: skip
                found.setdefault((operation, kind, duty.paragraph, due, every), row)
    return list(found.values())


def _begin(quote: str) -> str:
    """The first words of a quote, whole ones, with an ellipsis where it goes on."""
    if len(quote) <= _WORDS:
        return quote
    return quote[: quote.rfind(" ", 0, _WORDS)].rstrip(" ,;:") + " …"


def _names(lexicon: Lexicon, operation: str, text: str) -> bool:
    """Whether a text names an operation by one of its acronyms."""
    acronyms = lexicon.operations[operation].acronyms
    return any(re.search(rf"\b{re.escape(a)}\b", text) for a in acronyms)


def named_days(duty: Duty, adopted: dt.date) -> tuple[dt.date, ...]:
    """The days of a list ("by 4 July 2025 and 5 January 2026"), or the one day the text counts.

    A duty at intervals has no day of its own here: its days follow from the interval.
    """
    named = list(_DAY.finditer(duty.quote))
    for place, match in enumerate(named):
        if read_day(match) != duty.due:
            continue
        days = [duty.due]
        end = match.end()
        for following in named[place + 1 :]:
            day = read_day(following)
            if not _AND.match(duty.quote[end : following.start()]) or day is None:
                break
            days.append(day)
            end = following.end()
        return tuple(sorted({d for d in days if d and d > adopted}))
    return () if duty.every or duty.due is None else (duty.due,)


def build_duties(
    folders: Sequence[Path], lexicon: Lexicon | None = None
) -> tuple[list[MandateDutyRow], list[Problem]]:
    """Every duty in the texts of some folders, by operation and date; and unreadable files."""
    lexicon = lexicon or load_lexicon()
    rows: list[MandateDutyRow] = []
    problems: list[Problem] = []
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in (".xml", ".txt")):
            try:
                rows += list_duties(code_resolution(read_document(path), lexicon), lexicon)
            except PeaceopsError as error:
                problems += error.problems
    return sorted(rows, key=lambda r: (r.operation, r.date, r.symbol)), problems


def write_duties(rows: Iterable[MandateDutyRow], path: Path | None = None) -> None:
    """The duties as CSV; days are joined by ';', an interval is a number and a unit."""
    path = path or catalogue_dir() / "mandate_duties.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for r in rows:
            days = ";".join(d.isoformat() for d in r.due)
            writer.writerow(
                [r.operation, r.symbol, r.date, r.kind, r.paragraph, days, r.every or "", r.words]
            )
