"""What falls due: mandates that run out, endings decided, reports and reviews asked for.

Everything is seen from one date: only what had been decided by then is in the calendar. An entry
is known by a `uid` that does not contain its date, so that a renewal moves the entry instead of
adding another.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from peaceops.analysis.facts import DutyFact, Facts, OperationFacts, SourceRef, read_facts
from peaceops.analysis.participation import (
    FRAMEWORKS,
    CountryDecision,
    CountryParticipation,
    show_country,
)
from peaceops.errors import Problem, UsageError
from peaceops.model import first_day, last_day
from peaceops.store import Database

What = Literal["expiry", "ending", "report", "review", "national"]
WHATS: tuple[What, ...] = ("expiry", "ending", "report", "review", "national")
MOST_DAYS = 3660
_YEAR = 366


@dataclass(frozen=True)
class CalendarEntry:
    """Something that falls due, and the decision it rests on.

    `date` is as precise as the source, `day` the last day it can mean. `estimated` marks a day
    counted from an interval ("every 90 days") and not named in the text. `sequence` grows with
    each decision that moves the entry. `words` is how a resolution begins to ask for a report or
    review, in its own words.
    """

    uid: str
    what: What
    date: str
    day: str
    estimated: bool
    operation: str
    framework: str
    country: str | None
    decision: str
    decided: str
    action: str
    every: str | None
    sequence: int
    source: SourceRef
    words: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The entry in `show calendar --json`."""
        out = {k: v for k, v in self.__dict__.items() if k != "source"}
        return {**out, "sources": [self.source.__dict__]}


def list_due(
    db: Database,
    as_of: date,
    days: int,
    *,
    framework: str | None = None,
    country: str | None = None,
) -> tuple[CalendarEntry, ...]:
    """What falls due from a date to `days` later, soonest first.

    `country` keeps the operations in which that country takes part on the date, and adds what its
    own government or parliament decided until when. Raises `NotFound` for a code that is no
    country and `UsageError` for a number of days that cannot be meant.
    """
    if not 0 <= days <= MOST_DAYS:
        raise UsageError(
            Problem("days", "", f"{days} is not between 0 and {MOST_DAYS}", "Ten years at most.")
        )
    facts = read_facts(db)
    part = show_country(db, country, as_of) if country else None
    first, last = as_of.isoformat(), (as_of + timedelta(days=days)).isoformat()
    wanted = (
        {p.operation for parts in part.current.values() for p in parts}
        if part
        else set(facts.operations)
    )
    found: list[CalendarEntry] = []
    for operation in facts.operations.values():
        if operation.id not in wanted or operation.status(as_of) != "active":
            continue
        if not framework or operation.framework == framework:
            found += _entries(operation, as_of)
    if part:
        found += _national(facts, part, framework)
    return tuple(
        sorted(
            (e for e in _once(found) if first <= e.day <= last),
            key=lambda e: (e.day, WHATS.index(e.what), e.operation, e.uid),
        )
    )


def _entries(operation: OperationFacts, as_of: date) -> Iterator[CalendarEntry]:
    ending = _decided_ending(operation, as_of)
    if ending:
        yield ending
    else:
        expiry = _expiry(operation, as_of)
        if expiry:
            yield expiry
    yield from _duties(operation, as_of)


def _once(entries: Iterable[CalendarEntry]) -> Iterator[CalendarEntry]:
    """Entries without the second mention of a report asked for two operations in one paragraph."""
    seen: set[tuple[str, str, str]] = set()
    for e in sorted(entries, key=lambda e: (FRAMEWORKS.index(e.framework), e.operation)):
        key = (e.decision, e.source.at, e.day)
        if e.what in ("report", "review"):
            if key in seen:
                continue
            seen.add(key)
        yield e


def _duties(operation: OperationFacts, as_of: date) -> Iterator[CalendarEntry]:
    """Reports and reviews asked for by then.

    A named day stands until it has passed, whatever is decided later. An interval runs under the
    mandate that sets it; where a mandate sets none, under the one before, for a year.
    """
    known = [d for d in operation.duties if d.date <= as_of.isoformat()]
    mandate = operation.mandate_on(as_of)
    since = mandate.date if mandate else ""
    running = [d for d in known if d.every and d.date >= since]
    if not running:
        earlier = [d for d in known if d.every and (as_of - first_day(d.date)).days <= _YEAR]
        last = max((d.date for d in earlier), default="")
        running = [d for d in earlier if d.date == last]
    until = last_day(mandate.until) if mandate and mandate.until else as_of + timedelta(_YEAR)
    places: Counter[tuple[str, str, str]] = Counter()
    for duty in known:
        place = (duty.kind, duty.symbol, duty.source.at)
        places[place] += 1
        days = [(first_day(d), False) for d in duty.due]
        if duty.every and duty in running:
            start = first_day(duty.due[0] if duty.due else duty.date)
            days = [(d, not (duty.due and d == start)) for d in _every(start, duty, until)]
        for number, (day, estimated) in enumerate(days, 1):
            if day < as_of:
                continue
            yield _duty_entry(operation, duty, f"{places[place]}.{number}", day, estimated)


def _every(start: date, duty: DutyFact, until: date) -> Iterator[date]:
    """The days of an interval, from its named first day or one interval after the decision."""
    amount, unit = (duty.every or "").split()
    for n in range(0 if duty.due else 1, 1000):
        if unit in ("days", "weeks"):
            day = start + timedelta(days=int(amount) * n * (7 if unit == "weeks" else 1))
        else:
            months = int(amount) * n * (12 if unit == "years" else 1)
            year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
            day = date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
        if day > until:
            return
        yield day


def _duty_entry(
    operation: OperationFacts, duty: DutyFact, number: str, day: date, estimated: bool
) -> CalendarEntry:
    name = re.sub(r"[^a-z0-9]+", "-", f"{duty.symbol} {duty.source.at}".lower()).strip("-")
    return CalendarEntry(
        uid=f"{duty.kind}.{operation.id}.{name}.{number}",
        what="review" if duty.kind == "review" else "report",
        date=day.isoformat(),
        day=day.isoformat(),
        estimated=estimated,
        operation=operation.id,
        framework=operation.framework,
        country=None,
        decision=duty.symbol,
        decided=duty.date,
        action="",
        every=duty.every,
        sequence=0,
        source=duty.source,
        words=duty.words,
    )


def _expiry(operation: OperationFacts, as_of: date) -> CalendarEntry | None:
    """The end of the mandate in force."""
    mandate = operation.mandate_on(as_of)
    until = operation.mandate_until(as_of)
    if mandate is None or until is None:
        return None
    return CalendarEntry(
        uid=f"mandate.{operation.id}",
        what="ending" if mandate.action == "terminate" else "expiry",
        date=until,
        day=last_day(until).isoformat(),
        estimated=False,
        operation=operation.id,
        framework=operation.framework,
        country=None,
        decision=mandate.symbol,
        decided=mandate.date,
        action=mandate.action,
        every=None,
        sequence=_decisions_by(operation, as_of),
        source=mandate.source,
    )


def _decided_ending(operation: OperationFacts, as_of: date) -> CalendarEntry | None:
    """An end that lies ahead and that a decision or a source of the time had announced."""
    day = as_of.isoformat()
    for d in reversed(operation.decisions):
        if d.action == "terminate" and d.date <= day:
            end, symbol, decided, source = d.until or d.date, d.symbol, d.date, d.source
            break
    else:
        known = [
            f
            for f in operation.dates
            if f.what == "end" and f.preferred and f.source.date and f.source.date <= day
        ]
        if not known:
            return None
        end, source = known[0].date, known[0].source
        symbol, decided = source.title, source.date or ""
    if last_day(end) < as_of:
        return None
    return CalendarEntry(
        uid=f"mandate.{operation.id}",
        what="ending",
        date=end,
        day=last_day(end).isoformat(),
        estimated=False,
        operation=operation.id,
        framework=operation.framework,
        country=None,
        decision=symbol,
        decided=decided,
        action="terminate",
        every=None,
        sequence=_decisions_by(operation, as_of),
        source=source,
    )


def _decisions_by(operation: OperationFacts, as_of: date) -> int:
    return sum(d.date <= as_of.isoformat() for d in operation.decisions)


def _national(
    facts: Facts, part: CountryParticipation, framework: str | None
) -> Iterator[CalendarEntry]:
    """Until when a country decided to take part: its latest decision on each operation."""
    latest: dict[str, list[CountryDecision]] = {}
    for d in part.decisions:
        if d.operation and d.action in ("join", "extend", "change", "end"):
            latest.setdefault(d.operation, []).append(d)
    for operation_id, decisions in latest.items():
        operation = facts.operations[operation_id]
        last = max(decisions, key=lambda d: d.date)
        if not last.until or (framework and operation.framework != framework):
            continue
        yield CalendarEntry(
            uid=f"national.{part.country.lower()}.{operation_id}",
            what="national",
            date=last.until,
            day=last_day(last.until).isoformat(),
            estimated=False,
            operation=operation_id,
            framework=operation.framework,
            country=part.country,
            decision=last.body,
            decided=last.date,
            action=last.action,
            every=None,
            sequence=len(decisions),
            source=last.source,
        )
