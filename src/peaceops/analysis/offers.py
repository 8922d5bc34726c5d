"""Operations posts can be drawn for: what runs in the months ahead, where, and how hot it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from peaceops.analysis.facts import read_facts
from peaceops.analysis.hotspots import hotspot_weights
from peaceops.analysis.operations import OperationSummary, summarise_operation
from peaceops.analysis.participation import show_country
from peaceops.errors import Problem, UsageError
from peaceops.model import first_day
from peaceops.store import Database

# UCDP counts a conflict as active from 25 deaths a year on; so is a host a hot spot here.
HOT_SPOT_DEATHS = 25
TASKS_A_POINT, MOST_POINTS = 3, 10
LAPSED_DAYS = 365
# Hosts whose missions work in French; everywhere else English is asked for.
FRENCH_HOSTS = frozenset({"CAF", "COD", "MLI", "HTI", "BDI", "TCD", "NER", "BFA", "CIV", "GAB"})


@dataclass(frozen=True)
class OperationOffer:
    """An operation for which posts may be drawn. Months count from year 0; None: no end is known.

    `deaths` are conflict deaths in its hosts in the last twelve months known, None without data;
    from 25 on it is a hot spot. `mandate_score` is a point for every three tasks coded in the
    mandate in force, at most 10. `present` says whether the country asked for takes part.
    """

    operation: str
    framework: str
    kind: str
    hosts: tuple[str, ...]
    status: str
    first: int | None
    last: int | None
    mandate_until: str | None
    deaths: int | None
    hot_spot: bool
    tasks: int
    mandate_score: int
    languages: tuple[str, ...]
    present: bool | None


@dataclass(frozen=True)
class Offers:
    """The operations to draw posts for, what was left out because it lapsed, and what is missing.

    `lapsed` are operations whose mandate ran out more than a year ago without a known renewal or
    end. `has_deaths` is False where no conflict data are imported: then nothing is a hot spot.
    """

    operations: tuple[OperationOffer, ...]
    lapsed: tuple[str, ...]
    has_deaths: bool


def list_offers(
    db: Database,
    as_of: date,
    first: int,
    last: int,
    *,
    country: str | None = None,
    only_present: bool = False,
    frameworks: Collection[str] = (),
    hosts: Collection[str] = (),
) -> Offers:
    """Operations that run in the months from first to last, as far as is known on a date.

    One that ends earlier or begins later is offered for its own months; a mandate that only has to
    be renewed does not end it. Narrowed to frameworks and hosts, and with `only_present` to those
    in which `country` takes part. Raises `NotFound` for what is no country, `UsageError` where
    months run backwards or `only_present` names no country.
    """
    if last < first:
        raise UsageError(Problem("months", "", "the last month lies before the first"))
    if only_present and not country:
        raise UsageError(Problem("country", "", "name the country whose operations are meant"))
    facts = read_facts(db)
    wanted = {facts.country(h).iso3 for h in hosts}
    mine = _operations_with(db, country, as_of) if country else None
    deaths = hotspot_weights(db, as_of)
    found: list[OperationOffer] = []
    lapsed: list[str] = []
    for operation in facts.operations.values():
        o = summarise_operation(operation, as_of)
        if o.status == "ended" or (frameworks and o.framework not in frameworks):
            continue
        if wanted and not wanted & set(o.hosts):
            continue
        if only_present and mine is not None and o.id not in mine:
            continue
        begin, end = _month(o.start), _month(o.end)
        if (begin is not None and begin > last) or (end is not None and end < first):
            continue
        if _has_lapsed(o, as_of):
            lapsed.append(o.id)
            continue
        mandate = operation.mandate_on(as_of)
        tasks = len(mandate.tasks) if mandate else 0
        here = sum(deaths.get(h, 0) for h in o.hosts) if deaths else None
        found.append(
            OperationOffer(
                operation=o.id,
                framework=o.framework,
                kind=o.kind,
                hosts=o.hosts,
                status=o.status,
                first=begin if begin is not None and begin > first else None,
                last=end if end is not None and end < last else None,
                mandate_until=o.mandate_until,
                deaths=here,
                hot_spot=(here or 0) >= HOT_SPOT_DEATHS,
                tasks=tasks,
                mandate_score=min(MOST_POINTS, round(tasks / TASKS_A_POINT)),
                languages=("fr",) if set(o.hosts) & FRENCH_HOSTS else ("en",),
                present=None if mine is None else o.id in mine,
            )
        )
    return Offers(tuple(found), tuple(lapsed), bool(deaths))


def _month(day: str | None) -> int | None:
    if day is None or len(day) < 7:
        return None
    return int(day[:4]) * 12 + int(day[5:7]) - 1


def _has_lapsed(o: OperationSummary, as_of: date) -> bool:
    since = o.unconfirmed_since or o.mandate_until
    if o.status != "unconfirmed":
        return False
    return since is None or (as_of - first_day(since)).days > LAPSED_DAYS


def _operations_with(db: Database, country: str, as_of: date) -> set[str]:
    """Operations in which a country takes part on a date."""
    current = show_country(db, country, as_of).current
    return {part.operation for parts in current.values() for part in parts}
