"""The pages on mandates: what falls due, an operation's chain of decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from peaceops.analysis.calendar import CalendarEntry, list_due
from peaceops.errors import NotFound, Problem, UsageError
from peaceops.web import pages
from peaceops.web.feeds import (
    ATOM_TYPE,
    ICS_TYPE,
    name_calendar,
    say_basis,
    say_title,
    write_atom,
    write_ics,
    write_notices,
)
from peaceops.web.languages import mark, sort_key
from peaceops.web.view import View

FEED_TYPES = {"ics": ICS_TYPE, "atom": ATOM_TYPE}
DAYS = ("30", "90", "180", "366", "731")
DEFAULT_DAYS = "180"
# A mandate that ran out longer ago than this is told on its operation's page only.
LAPSED_DAYS = 366


@dataclass(frozen=True)
class DueLine:
    """One entry of the calendar in the reader's words."""

    entry: CalendarEntry
    title: str
    basis: str
    days_left: int


@dataclass(frozen=True)
class DueMonth:
    """What falls due in one month ('2026-12')."""

    month: str
    lines: tuple[DueLine, ...]


@dataclass(frozen=True)
class Lapsed:
    """An operation whose last known mandate ran out without a known renewal or end."""

    operation: str
    date: str


@dataclass(frozen=True)
class CalendarPage:
    """What falls due after the date, by month, and what ran out without a known renewal."""

    title: str
    name: str
    days: int
    until: str
    framework: str
    country: str
    total: int
    months: tuple[DueMonth, ...]
    lapsed: tuple[Lapsed, ...]
    frameworks: tuple[str, ...]
    countries: tuple[tuple[str, str], ...]


def calendar_page(view: View) -> CalendarPage:
    """The calendar from the reader's date on; `days`, `framework` and `country` narrow it."""
    days = int(view.choice("days") or DEFAULT_DAYS)
    framework, country = view.choice("framework"), view.choice("country").upper()
    found = list_due(
        view.db, view.as_of, days, framework=framework or None, country=country or None
    )
    by_month: dict[str, list[DueLine]] = {}
    for entry in found:
        line = DueLine(
            entry,
            say_title(entry, view.facts, view.language),
            say_basis(entry, view.language, with_place=False),
            (date.fromisoformat(entry.day) - view.as_of).days,
        )
        by_month.setdefault(entry.day[:7], []).append(line)
    return CalendarPage(
        title=view.language.say("What falls due"),
        name=name_calendar(view.facts, view.language, framework or None, country or None),
        days=days,
        until=(view.as_of + timedelta(days=days)).isoformat(),
        framework=framework,
        country=country,
        total=len(found),
        months=tuple(DueMonth(month, tuple(lines)) for month, lines in by_month.items()),
        lapsed=() if country else _lapsed(view, framework),
        frameworks=pages.FRAMEWORKS,
        countries=_countries(view, country),
    )


def make_feed(view: View, kind: str, address: str = "") -> bytes:
    """The calendar as `ics` or `atom`, narrowed as the page is; stamped with the database's time.

    Raises `UsageError` for a choice that is none and `NotFound` for another kind.
    """
    if kind not in FEED_TYPES:
        raise NotFound(
            Problem(kind, "", mark("this value is not one of the choices"), ", ".join(FEED_TYPES))
        )
    problems = [
        Problem(name, "", mark("this value is not one of the choices"), ", ".join(choices))
        for name, choices in (("days", DAYS), ("framework", pages.FRAMEWORKS))
        if view.choice(name) and view.choice(name) not in choices
    ]
    if problems:
        raise UsageError(problems)
    framework, country = view.choice("framework") or None, view.choice("country").upper() or None
    days = int(view.choice("days") or DEFAULT_DAYS)
    found = list_due(view.db, view.as_of, days, framework=framework, country=country)
    notices = write_notices(found, view.facts, view.language)
    name = name_calendar(view.facts, view.language, framework, country)
    stamp = datetime.fromisoformat(view.db.meta("built_at"))
    if kind == "ics":
        return write_ics(notices, name, view.language.code, stamp, today=view.as_of)
    return write_atom(notices, name, view.language, stamp, address=address)


def _lapsed(view: View, framework: str) -> tuple[Lapsed, ...]:
    """Operations unconfirmed since their mandate ran out in the year before the date."""
    earliest = (view.as_of - timedelta(days=LAPSED_DAYS)).isoformat()
    found = []
    for o in view.facts.operations.values():
        if framework and o.framework != framework:
            continue
        since = o.unconfirmed_since(view.as_of)
        until = o.mandate_until(view.as_of)
        if since and until and since >= earliest:
            found.append(Lapsed(o.id, until))
    return tuple(sorted(found, key=lambda x: (x.date, x.operation)))


def _countries(view: View, chosen: str) -> tuple[tuple[str, str], ...]:
    """Countries that can be chosen: those that take part in an operation."""
    lines = pages.countries_page(view)
    found = {c.iso3: c.name for c in (*lines.with_folder, *lines.contributors)}
    if chosen:
        found[chosen] = view.country(chosen)
    return tuple(sorted(found.items(), key=lambda item: sort_key(item[1])))
