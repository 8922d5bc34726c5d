"""Which operations exist on a date, and all that is known of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from peaceops.analysis.facts import (
    DateFact,
    DecisionFact,
    Facts,
    Figure,
    HostFact,
    OperationFacts,
    Seat,
    SourceRef,
    Status,
    read_facts,
)
from peaceops.analysis.mandate_chain import TaskInForce, follow_tasks, list_ceilings
from peaceops.store import Database


@dataclass(frozen=True)
class OperationSummary:
    """One line of `show operations`, as in the contract, and where to look further."""

    id: str
    framework: str
    kind: str
    acronym: dict[str, str]
    name: dict[str, str]
    hosts: tuple[str, ...]
    area: str
    start: str | None
    start_trust: str | None
    end: str | None
    end_trust: str | None
    status: Status
    mandate_until: str | None
    unconfirmed_since: str | None
    last_confirmed: str | None
    official_page: str | None
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True)
class OperationDetail:
    """`show operation ID`: all that is known of one operation on a date."""

    summary: OperationSummary
    as_of: str
    aliases: tuple[str, ...]
    host_facts: tuple[HostFact, ...]
    seats: tuple[Seat, ...]
    dates: tuple[DateFact, ...]
    decisions: tuple[DecisionFact, ...]
    later_decisions: tuple[DecisionFact, ...]
    tasks: tuple[TaskInForce, ...]
    ceilings: tuple[Figure, ...]
    strengths: tuple[Figure, ...]
    predecessors: tuple[OperationSummary, ...]
    successors: tuple[OperationSummary, ...]
    contributors: tuple[Contributor, ...]
    note: str


@dataclass(frozen=True)
class Contributor:
    """A country's latest figure in an operation up to the date."""

    country: str
    persons: int | None
    counted_on: str | None
    categories: dict[str, int]
    source: SourceRef


def summarise_operation(operation: OperationFacts, as_of: date) -> OperationSummary:
    """An operation as it is known on a date; an end that lies ahead is shown as decided."""
    status = operation.status(as_of)
    mandate = operation.mandate_on(as_of)
    seen = operation.last_confirmed(as_of)
    sources = [d.source for d in operation.dates if d.what in ("start", "end") and d.preferred]
    if mandate:
        sources.append(mandate.source)
    return OperationSummary(
        id=operation.id,
        framework=operation.framework,
        kind=operation.kind,
        acronym=operation.acronym_by_lang,
        name=operation.name_by_lang,
        hosts=tuple(dict.fromkeys(h.country for h in operation.hosts_on(as_of))),
        area=operation.area,
        start=operation.start,
        start_trust=operation.start_trust,
        end=operation.ending,
        end_trust=operation.end_trust,
        status=status,
        mandate_until=None if status == "ended" else operation.mandate_until(as_of),
        unconfirmed_since=operation.unconfirmed_since(as_of),
        last_confirmed=seen.isoformat() if seen else None,
        official_page=operation.official_page,
        sources=tuple(dict.fromkeys(sources)),
    )


def list_operations(
    db: Database,
    as_of: date,
    *,
    include_ended: bool = False,
    framework: str | None = None,
    host: str | None = None,
    kind: str | None = None,
) -> tuple[OperationSummary, ...]:
    """Operations that exist on the date (active or unconfirmed), oldest first.

    `include_ended` adds those that had ended by then and those still to come.
    """
    facts = read_facts(db)
    if host:
        host = facts.country(host).iso3
    return tuple(
        summary
        for operation in facts.operations.values()
        if (not framework or operation.framework == framework)
        and (not kind or operation.kind == kind)
        and (not host or host in {h.country for h in operation.hosts_on(as_of)})
        and (
            (summary := summarise_operation(operation, as_of)).status in ("active", "unconfirmed")
            or include_ended
        )
    )


def show_operation(db: Database, operation_id: str, as_of: date) -> OperationDetail:
    """All that is known of one operation, with what was decided after the date set apart.

    Raises `NotFound`.
    """
    facts = read_facts(db)
    operation = facts.operation(operation_id)
    day = as_of.isoformat()
    known = [d for d in operation.decisions if d.date <= day]
    return OperationDetail(
        summary=summarise_operation(operation, as_of),
        as_of=day,
        aliases=operation.aliases,
        host_facts=operation.hosts,
        seats=operation.seats,
        dates=operation.dates,
        decisions=tuple(known),
        later_decisions=tuple(d for d in operation.decisions if d.date > day),
        tasks=follow_tasks(known)[-1].in_force if known else (),
        ceilings=list_ceilings((f for f in operation.figures if f.date <= day), known),
        strengths=tuple(f for f in operation.figures if f.what == "strength" and f.date <= day),
        predecessors=_summaries(facts, operation.predecessors, as_of),
        successors=_summaries(facts, operation.successors, as_of),
        contributors=_contributors(db, facts, operation_id, day),
        note=operation.note,
    )


def _summaries(facts: Facts, ids: Iterable[str], as_of: date) -> tuple[OperationSummary, ...]:
    return tuple(summarise_operation(facts.operations[i], as_of) for i in ids)


def _contributors(
    db: Database, facts: Facts, operation_id: str, day: str
) -> tuple[Contributor, ...]:
    """Latest published figure of each contributor up to a day, most people first."""
    found: dict[str, Contributor] = {}
    for row in db.ask("contributors_of_operation", operation_id=operation_id, day=day):
        country = row["country_iso3"]
        earlier = found.get(country)
        if earlier and earlier.counted_on != row["date"]:
            continue
        categories = dict(earlier.categories) if earlier else {}
        categories[row["category"]] = categories.get(row["category"], 0) + row["persons"]
        total = categories.get("total")
        persons = total if total is not None else sum(categories.values())
        source = facts.sources_by_citation[row["citation_id"]]
        found[country] = Contributor(country, persons, row["date"], categories, source)
    return tuple(sorted(found.values(), key=lambda c: (-(c.persons or 0), c.country)))
