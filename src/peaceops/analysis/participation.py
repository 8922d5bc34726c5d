"""Where a country takes part on a date, and where it did before.

A country is *currently* in an operation on a date when the operation is not known to have ended,
and the country's own facts show it there: an interval that covers the date, or the latest sign of
its presence (a count, a start, a government's decision) no older than `EVIDENCE_YEARS` with no
later departure. Anything older is past, marked `unconfirmed` where no source says that it ended.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from peaceops.analysis.facts import Facts, OperationFacts, SourceRef, Status, read_facts
from peaceops.model import first_day, last_day
from peaceops.store import Database, Row

EVIDENCE_YEARS = 4
STALE_DAYS = 365
FRAMEWORKS = ("un", "nato", "eu", "osce", "au", "other")
# categories that count the people of others again
_SUMS = ("total",)
_EXPERTS = ("justice-expert", "corrections-expert")


@dataclass(frozen=True)
class ParticipationFigure:
    """One stated figure: how many, of which category, when, and what kind of figure it is."""

    persons: int
    counted_on: str
    category: str
    measure: str
    source: SourceRef


@dataclass(frozen=True)
class OperationParticipation:
    """A country in one operation, as known on a date (the contract's P, and what stands behind)."""

    operation: str
    persons: int | None
    counted_on: str | None
    stale: bool
    categories: dict[str, int]
    functions: tuple[str, ...]
    start: str | None
    end: str | None
    current: bool
    unconfirmed: bool
    last_known: str | None
    operation_status: Status
    figures: tuple[ParticipationFigure, ...]
    sources: tuple[SourceRef, ...]

    def as_contract(self) -> dict[str, Any]:
        """The JSON of the contract's P."""
        return {
            "operation": self.operation,
            "persons": self.persons,
            "counted_on": self.counted_on,
            **({"stale": True} if self.stale else {}),
            "categories": self.categories,
            "functions": list(self.functions),
            "from": self.start,
            "to": self.end,
            "unconfirmed": self.unconfirmed,
            "last_known": self.last_known,
            "operation_status": self.operation_status,
            "sources": [s.__dict__ for s in self.sources],
        }


@dataclass(frozen=True)
class Command:
    operation: str
    post: str
    holder: str
    start: str | None
    end: str | None
    source: SourceRef


@dataclass(frozen=True)
class CountryDecision:
    operation: str | None
    date: str
    body: str
    action: str
    until: str | None
    persons: int | None
    summary: str
    source: SourceRef


@dataclass(frozen=True)
class CountryDeath:
    operation: str | None
    date: str | None
    persons: int
    category: str | None
    cause: str | None
    source: SourceRef


@dataclass(frozen=True)
class FrameworkTotal:
    """People of a country in all of a framework's operations on one date."""

    framework: str
    date: str
    persons: int
    categories: dict[str, int]
    source: SourceRef


@dataclass(frozen=True)
class CountryParticipation:
    """`show country ISO3`: participation by framework, current and past."""

    country: str
    as_of: str
    last_updated: str | None
    has_folder: bool
    links: dict[str, str]
    compare_with: tuple[str, ...]
    current: dict[str, tuple[OperationParticipation, ...]]
    past: dict[str, tuple[OperationParticipation, ...]]
    commands: tuple[Command, ...]
    decisions: tuple[CountryDecision, ...]
    deaths: tuple[CountryDeath, ...]
    totals: tuple[FrameworkTotal, ...]

    def as_contract(self) -> dict[str, Any]:
        """The JSON of the contract, extended by commands, decisions, deaths and totals."""
        return {
            "country": self.country,
            "as_of": self.as_of,
            "last_updated": self.last_updated,
            "frameworks": {
                f: {
                    "current": [p.as_contract() for p in self.current.get(f, ())],
                    "past": [p.as_contract() for p in self.past.get(f, ())],
                }
                for f in FRAMEWORKS
                if f in FRAMEWORKS[:4] or f in self.current or f in self.past
            },
            "commands": [_plain(c) for c in self.commands],
            "decisions": [_plain(d) for d in self.decisions],
            "deaths": [_plain(d) for d in self.deaths],
            "totals": [_plain(t) for t in self.totals],
        }


def _plain(record: Any) -> dict[str, Any]:
    return {k: v.__dict__ if isinstance(v, SourceRef) else v for k, v in record.__dict__.items()}


@dataclass(frozen=True)
class _Sign:
    """One row about a country in an operation, from its folder or a published table."""

    category: str
    functions: tuple[str, ...]
    start: str | None
    end: str | None
    persons: int | None
    counted_on: str | None
    measure: str
    source: SourceRef


def show_country(db: Database, iso3: str, as_of: date) -> CountryParticipation:
    """Where a country is, and was, in peace operations on a date.

    Raises `NotFound` for a code that is no country.
    """
    facts = read_facts(db)
    country = facts.country(iso3).iso3
    day = as_of.isoformat()
    cite = facts.sources_by_citation
    signs: dict[str, list[_Sign]] = {}
    for row in db.ask("participation_of_country", country=country):
        if row["operation_id"]:
            signs.setdefault(row["operation_id"], []).extend(_signs(row, cite))
    for row in db.ask("contributions_of_country", country=country, day=day):
        signs.setdefault(row["operation_id"], []).append(
            _Sign(
                row["category"], (), None, None, row["persons"], row["date"], "present",
                cite[row["citation_id"]],
            )
        )  # fmt: skip
    decisions = tuple(
        CountryDecision(
            r["operation_id"], r["date"], r["body"], r["action"], r["until"], r["persons"],
            r["summary"], cite[r["citation_id"]],
        )
        for r in db.ask("decisions_of_country", country=country)
        if r["date"] <= day
    )  # fmt: skip
    commands = tuple(
        Command(r["operation_id"], r["post"], r["holder"], r["start_date"], r["end_date"],
                cite[r["citation_id"]])
        for r in db.ask("commands_of_country", country=country)
        if not r["start_date"] or first_day(r["start_date"]) <= as_of
    )  # fmt: skip
    current: dict[str, list[OperationParticipation]] = {}
    past: dict[str, list[OperationParticipation]] = {}
    for operation_id in {*signs, *(c.operation for c in commands)}:
        operation = facts.operations[operation_id]
        part = _participation(
            operation,
            [s for s in signs.get(operation_id, []) if _known_by(s, operation, as_of)],
            [d for d in decisions if d.operation == operation_id],
            [c for c in commands if c.operation == operation_id],
            as_of,
        )
        if part is not None:
            (current if part.current else past).setdefault(operation.framework, []).append(part)
    deaths = tuple(
        CountryDeath(r["operation_id"], r["date"], r["persons"], r["category"], r["cause"],
                     cite[r["citation_id"]])
        for r in db.ask("deaths_of_country", country=country)
        if not r["date"] or first_day(r["date"]) <= as_of
    )  # fmt: skip
    folder = db.ask_one("contributor", country=country)
    totals = _totals(db, facts, country, day)
    return CountryParticipation(
        country=country,
        as_of=day,
        last_updated=_newest(current, past, decisions, commands, totals, as_of),
        has_folder=folder is not None,
        links=json.loads(folder["links"]) if folder else {},
        compare_with=tuple(c for c in folder["compare_with"].split(";") if c) if folder else (),
        current={f: _by_size(parts) for f, parts in current.items()},
        past={f: _by_time(parts) for f, parts in past.items()},
        commands=commands,
        decisions=decisions,
        deaths=deaths,
        totals=totals,
    )


def _signs(row: Row, cite: dict[int, SourceRef]) -> Iterator[_Sign]:
    """One row of a country's table as what it shows: a time there, a count, or both.

    The two are told apart because a count is known only on its day, a stay from its start.
    """
    source = cite[row["citation_id"]]
    functions = tuple(row["functions"].split(";")) if row["functions"] else ()
    counted = row["persons"] is not None
    if row["start_date"] or row["end_date"] or not counted:
        yield _Sign(row["category"], functions, row["start_date"], row["end_date"], None,
                    None if counted else row["counted_on"], row["measure"], source)  # fmt: skip
    if counted:
        yield _Sign(row["category"], functions, None, None, row["persons"], row["counted_on"],
                    row["measure"], source)  # fmt: skip


def _known_by(sign: _Sign, operation: OperationFacts, as_of: date) -> bool:
    """Whether a row speaks of a time up to the date; undated rows follow their operation."""
    day = sign.start or sign.counted_on
    if day:
        return first_day(day) <= as_of
    if sign.end:
        return last_day(sign.end) <= as_of
    return operation.first_day is None or operation.first_day <= as_of


def _participation(
    operation: OperationFacts,
    signs: list[_Sign],
    decisions: list[CountryDecision],
    commands: list[Command],
    as_of: date,
) -> OperationParticipation | None:
    if not signs and not commands:
        return None
    status = operation.status(as_of)
    if status == "not-yet":
        return None
    present = [
        s for s in signs if s.measure == "present" and s.persons is not None and s.counted_on
    ]
    gone = _departure(signs, decisions, as_of)
    seen = _last_seen(signs, decisions, commands, as_of)
    covered = any(
        s.end and last_day(s.end) >= as_of and (not s.start or first_day(s.start) <= as_of)
        for s in signs
    )
    latest_zero = _latest_is_zero(present)
    fresh = seen is not None and (as_of - seen).days <= EVIDENCE_YEARS * 366
    running = status in ("active", "unconfirmed")
    left = gone is not None and (seen is None or last_day(gone) >= seen) and last_day(gone) < as_of
    current = running and not latest_zero and (covered or (fresh and not left))
    starts = [s.start for s in signs if s.start] + [c.start for c in commands if c.start]
    counted = [s.counted_on for s in present if s.counted_on and s.persons]
    if starts and counted:  # counted there before the first start that a source states
        starts.append(min(counted, key=first_day))
    day, categories, count_sources = _latest_count(present)
    persons = None
    if day is not None:
        persons = categories["total"] if "total" in categories else sum(categories.values())
    # seen there after the last known departure: when it left for good is not known
    later = seen is not None and gone is not None and last_day(gone) < seen
    end = None if current or later else gone
    relevant = [s for s in signs if s.functions]
    functions = tuple(dict.fromkeys(f for s in relevant for f in s.functions))
    sources = dict.fromkeys(
        [*count_sources, *(s.source for s in signs), *(c.source for c in commands)]
    )
    return OperationParticipation(
        operation=operation.id,
        persons=persons,
        counted_on=day,
        stale=day is not None and (as_of - last_day(day)).days > STALE_DAYS,
        categories={k: v for k, v in categories.items() if k not in _SUMS},
        functions=functions,
        start=min(starts, key=lambda s: (first_day(s), -len(s))) if starts else None,
        end=end,
        current=current,
        unconfirmed=(current and (status == "unconfirmed" or not (covered or _recent(seen, as_of))))
        or (not current and end is None and status != "ended"),
        last_known=seen.isoformat() if seen else None,
        operation_status=status,
        figures=tuple(
            ParticipationFigure(s.persons, s.counted_on, s.category, s.measure, s.source)
            for s in sorted(signs, key=lambda s: s.counted_on or "")
            if s.persons is not None and s.counted_on
        ),
        sources=tuple(sources),
    )


def _recent(seen: date | None, as_of: date) -> bool:
    return seen is not None and (as_of - seen).days <= STALE_DAYS


def _latest_is_zero(present: list[_Sign]) -> bool:
    """Whether the latest count says nobody is left."""
    if not present:
        return False
    latest = max(s.counted_on or "" for s in present)
    return all(s.persons == 0 for s in present if s.counted_on == latest)


def _departure(signs: list[_Sign], decisions: list[CountryDecision], as_of: date) -> str | None:
    """The latest day a source says the country left, up to the date."""
    ends = [s.end for s in signs if s.end and last_day(s.end) < as_of]
    ends += [d.until or d.date for d in decisions if d.action == "end"]
    ends = [e for e in ends if last_day(e) < as_of]
    return max(ends, key=last_day) if ends else None


def _last_seen(
    signs: list[_Sign], decisions: list[CountryDecision], commands: list[Command], as_of: date
) -> date | None:
    """The latest day up to the date on which anything shows the country there.

    A decision to join or extend counts to its last day; an interval counts to its end.
    """
    days: list[date] = []
    for s in signs:
        if s.counted_on and s.measure in ("present", "peak", "decided") and s.persons != 0:
            days.append(first_day(s.counted_on))
        if s.start:
            days.append(first_day(s.start))
        if s.end:
            days.append(min(as_of, last_day(s.end)))
    for d in decisions:
        if d.action in ("join", "extend", "change"):
            days.append(first_day(d.date))
            if d.until:
                days.append(min(as_of, last_day(d.until)))
    for c in commands:
        if c.start:
            days.append(first_day(c.start))
        if c.end:
            days.append(min(as_of, last_day(c.end)))
    past = [d for d in days if d <= as_of]
    return max(past) if past else None


def _latest_count(present: list[_Sign]) -> tuple[str | None, dict[str, int], list[SourceRef]]:
    """The newest count: its day, people by category, and who says so.

    Where two sources count the same category on the same day, the better checked one is taken.
    """
    if not present:
        return None, {}, []
    # experts of governments stand in a table of their own, with a date of its own
    experts = [s for s in present if s.category in _EXPERTS]
    rest = [s for s in present if s.category not in _EXPERTS] or experts
    latest = max((s.counted_on or "" for s in rest), key=last_day)
    near = [
        s for s in experts
        if abs((last_day(s.counted_on or "") - last_day(latest)).days) <= STALE_DAYS
    ]  # fmt: skip
    newest = max((s.counted_on or "" for s in near), key=last_day, default="")
    order = {"verified": 0, "partial": 1, "unverified": 2}
    chosen: dict[str, _Sign] = {}
    for s in present:
        if s.counted_on == latest or (s.counted_on == newest and s.category in _EXPERTS):
            best = chosen.get(s.category)
            if best is None or order[s.source.trust] < order[best.source.trust]:
                chosen[s.category] = s
    return (
        latest,
        {category: s.persons or 0 for category, s in chosen.items()},
        [s.source for s in chosen.values()],
    )


def _totals(db: Database, facts: Facts, country: str, day: str) -> tuple[FrameworkTotal, ...]:
    found: dict[tuple[str, str], tuple[dict[str, int], SourceRef]] = {}
    for row in db.ask("totals_of_country", country=country, day=day):
        categories, _ = found.setdefault(
            (row["framework"], row["date"]), ({}, facts.sources_by_citation[row["citation_id"]])
        )
        categories[row["category"]] = row["persons"]
    return tuple(
        FrameworkTotal(
            framework, on, categories.get("total", sum(categories.values())), categories, source
        )
        for (framework, on), (categories, source) in found.items()
    )


def _newest(
    current: dict[str, list[OperationParticipation]],
    past: dict[str, list[OperationParticipation]],
    decisions: tuple[CountryDecision, ...],
    commands: tuple[Command, ...],
    totals: tuple[FrameworkTotal, ...],
    as_of: date,
) -> str | None:
    """The date of the newest fact shown: what the page may call its last update."""
    days = [d.date for d in decisions] + [t.date for t in totals]
    days += [c.start for c in commands if c.start]
    for parts in (*current.values(), *past.values()):
        for p in parts:
            days += [f.counted_on for f in p.figures]
            days += [d for d in (p.start, p.end) if d]
    past_days = [d for d in days if last_day(d) <= as_of]
    return max(past_days, key=last_day) if past_days else None


def _by_size(parts: list[OperationParticipation]) -> tuple[OperationParticipation, ...]:
    return tuple(sorted(parts, key=lambda p: (-(p.persons or -1), p.operation)))


def _by_time(parts: list[OperationParticipation]) -> tuple[OperationParticipation, ...]:
    return tuple(
        sorted(parts, key=lambda p: (p.end or p.last_known or "", p.operation), reverse=True)
    )
