"""The same quantity from several sources side by side, and which one is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from peaceops.analysis.contributions import Gap, find_gaps
from peaceops.analysis.facts import SourceRef, read_facts
from peaceops.model import last_day
from peaceops.store import Database

RULE = (
    "Of several sources for one month a table that names every contributor goes before one that"
    " does not; among equals the lowest rank: the UN's own files (10 to 14), then their"
    " transcriptions (20 to 24), then a desk's own table (40), then the catalogue's figures by how"
    " far each was checked (60 to 80), press last (+5). The others are kept and shown."
)


@dataclass(frozen=True)
class Statement:
    """What one source says: how many people on which day, and whether it is the one used."""

    persons: int
    date: str
    preferred: bool
    source: SourceRef


@dataclass(frozen=True)
class Quantity:
    """One quantity of which several sources speak.

    `what`: 'country' (its people in all operations of a framework), 'operation' (all contributors'
    people), 'country-in-operation'. `difference` is the largest statement less the smallest.
    """

    what: str
    country: str | None
    operation: str | None
    framework: str
    month: str
    statements: tuple[Statement, ...]
    difference: int

    @property
    def agree(self) -> bool:
        """Whether all sources say the same."""
        return self.difference == 0


@dataclass(frozen=True)
class Reconciliation:
    """`show reconciliation`: quantities with several sources, and months of which none speaks."""

    rule: str
    quantities: tuple[Quantity, ...]
    compared: int
    differing: int
    gaps: tuple[Gap, ...]


def reconcile_country(db: Database, iso3: str, as_of: date) -> Reconciliation:
    """A country's figures of which several sources speak, up to a date.

    Beside the monthly tables stand the counts of the country's own folder (ministry, press): the
    people present in an operation, laid beside the table's figure of the same month.
    """
    facts = read_facts(db)
    country = facts.country(iso3).iso3
    sources = _sources(db)
    groups: dict[tuple[str, str], list[Statement]] = {}
    for r in db.ask("several_sources_by_country", country=country):
        if last_day(r["date"]) <= as_of:
            groups.setdefault((r["framework"], r["month"]), []).append(
                Statement(r["persons"], r["date"], bool(r["is_preferred"]), sources[r["source_id"]])
            )
    found = [
        _quantity("country", country, None, framework, month, statements)
        for (framework, month), statements in groups.items()
    ]
    by_operation: dict[tuple[str, str], list[Statement]] = {}
    for r in db.ask("counts_by_operation_and_source", country=country, day=as_of.isoformat()):
        by_operation.setdefault((r["operation_id"], r["date"][:7]), []).append(
            Statement(r["persons"], r["date"], bool(r["is_preferred"]),
                      facts.sources_by_citation[r["citation_id"]])
        )  # fmt: skip
    national: dict[tuple[str, str], dict[tuple[str, int], int]] = {}
    for r in db.ask("participation_of_country", country=country):
        on = r["counted_on"]
        if (
            r["operation_id"] and r["persons"] is not None and on and len(on) >= 7
            and r["measure"] == "present" and last_day(on) <= as_of
        ):  # fmt: skip
            counts = national.setdefault((r["operation_id"], on[:7]), {})
            key = (on, r["citation_id"])
            counts[key] = counts.get(key, 0) + r["persons"]
    for at, counts in national.items():
        by_operation.setdefault(at, []).extend(
            Statement(n, on, False, facts.sources_by_citation[cite])
            for (on, cite), n in counts.items()
        )
    for (operation, month), statements in by_operation.items():
        if len({s.source.id for s in statements}) > 1:
            framework = facts.operations[operation].framework
            found.append(
                _quantity("country-in-operation", country, operation, framework, month, statements)
            )
    months = [
        r["month"]
        for r in db.ask("months_of_country", country=country, month=as_of.isoformat()[:7])
        if r["framework"] == "un"
    ]
    return _answer(found, find_gaps(months))


def reconcile_operation(db: Database, operation_id: str, as_of: date) -> Reconciliation:
    """All contributors' people in one operation, where several sources give them."""
    operation = read_facts(db).operation(operation_id)
    sources = _sources(db)
    groups: dict[str, list[Statement]] = {}
    for r in db.ask("several_sources_by_operation", operation_id=operation_id):
        if last_day(r["date"]) <= as_of:
            groups.setdefault(r["month"], []).append(
                Statement(r["persons"], r["date"], bool(r["is_preferred"]), sources[r["source_id"]])
            )
    found = [
        _quantity("operation", None, operation_id, operation.framework, month, statements)
        for month, statements in groups.items()
    ]
    months = [
        r["month"]
        for r in db.ask(
            "months_of_operation", operation_id=operation_id, month=as_of.isoformat()[:7]
        )
    ]
    return _answer(found, find_gaps(months))


def _sources(db: Database) -> dict[str, SourceRef]:
    facts = read_facts(db)
    return {
        r["source_id"]: facts.sources_by_citation[r["citation_id"]]
        for r in db.ask("source_citations")
    }


def _quantity(
    what: str,
    country: str | None,
    operation: str | None,
    framework: str,
    month: str,
    statements: list[Statement],
) -> Quantity:
    counts = [s.persons for s in statements]
    ordered = tuple(sorted(statements, key=lambda s: (not s.preferred, s.source.id, s.date)))
    return Quantity(
        what, country, operation, framework, month, ordered, max(counts) - min(counts)
    )  # fmt: skip


def _answer(found: list[Quantity], gaps: tuple[Gap, ...]) -> Reconciliation:
    found.sort(key=lambda q: (q.agree, q.month, q.operation or ""))
    differing = sum(not q.agree for q in found)
    return Reconciliation(RULE, tuple(found), len(found), differing, gaps)
