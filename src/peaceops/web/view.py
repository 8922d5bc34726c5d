"""What a page is made for: the database, the language, the date, what the reader chose.

`View` is all that a page function sees of a request. `Addresses` turns page names into links, for
the server here and for files in `export`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol
from urllib.parse import quote, urlencode

from peaceops.analysis.facts import Facts, read_facts
from peaceops.errors import Problem, UsageError
from peaceops.model import EARLIEST_DAY, LATEST_DAY
from peaceops.store import Database
from peaceops.web.languages import Language, mark


@dataclass(frozen=True)
class View:
    """One reader's question: which database, in which language, on which date, chosen how.

    `dated` says that the reader named the date; without it `as_of` is today and links carry none.
    """

    db: Database
    language: Language
    as_of: date
    today: date
    dated: bool = False
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        """The facts of the database, read once."""
        return read_facts(self.db)

    def country(self, iso3: str) -> str:
        """A country's name in the reader's language."""
        return self.facts.country(iso3).name(self.language.content)

    def acronym(self, operation: str) -> str:
        """An operation's acronym where the catalogue has it, else its id."""
        known = self.facts.operations.get(operation)
        return known.acronym(self.language.content) if known else operation

    def choice(self, parameter: str) -> str:
        """What the reader chose for a parameter; '' for nothing."""
        return self.query.get(parameter, "").strip()


class Addresses(Protocol):
    """How pages, their data, their files and static files are reached from a page."""

    @property
    def is_static(self) -> bool:
        """Whether the pages are files, where nothing can be asked of a server."""
        ...

    def page(
        self, name: str, language: str, day: date | None, query: Mapping[str, str], **path: str
    ) -> str:
        """A page; `day` is None where the link should follow today's date."""
        ...

    def data(
        self, name: str, language: str, day: date | None, query: Mapping[str, str], **path: str
    ) -> str:
        """The JSON twin of a page."""
        ...

    def file(self, name: str) -> str:
        """A file of the static folder."""
        ...

    def chart(self, name: str, key: str, kind: str, language: str, day: date | None) -> str:
        """A chart as a file: svg, png or csv."""
        ...

    def document(self, iso3: str, form: str, language: str, day: date | None) -> str:
        """A country's page as a file: docx, html or md."""
        ...

    def feed(self, kind: str, language: str, day: date | None, query: Mapping[str, str]) -> str:
        """The calendar as a file: ics or atom."""
        ...


def read_date(text: str, today: date) -> tuple[date, bool]:
    """The date a reader wrote (empty: today), and whether one was written.

    Raises `UsageError` for what is no date between 1945 and 2099.
    """
    text = text.strip()
    if not text:
        return today, False
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not EARLIEST_DAY <= day <= LATEST_DAY:
        raise UsageError(
            Problem("date", "", mark("this is not a date between 1945 and 2099"),
                    mark("Write the year, month and day, such as 2021-06-30."))
        )  # fmt: skip
    return day, True


def month_before(day: date, months: int) -> date:
    """The same day some months before (or after, for a negative number), or the month's last.

    >>> month_before(date(2024, 3, 31), 1)
    datetime.date(2024, 2, 29)
    """
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    start_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (start_of_next - timedelta(days=1)).day))


def query_string(day: date | None, query: Mapping[str, str]) -> str:
    """'?date=2021-06-30&framework=un', in a fixed order; '' where there is nothing to say."""
    pairs = [("date", day.isoformat())] if day else []
    pairs += sorted((k, v) for k, v in query.items() if v and k != "date")
    return "?" + urlencode(pairs) if pairs else ""


def fill_path(path: str, values: Mapping[str, str]) -> str:
    """'/operations/{operation_id}' with its values, quoted.

    >>> fill_path("/countries/{iso3}", {"iso3": "BEL"})
    '/countries/BEL'
    """
    for key, value in values.items():
        path = path.replace("{" + key + "}", quote(value, safe=""))
    return path
