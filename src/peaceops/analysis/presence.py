"""Qualitative presence: how few people count, measured component by component.

There is no index. Where nothing tells in which operations a country is (no folder of its own, no
table of all contributors near the date), nothing is counted: not known is not none. Each component
has its definition and what it was worked out from; one that cannot be worked out is None, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from peaceops.analysis.contributions import MOST_COMPARED, list_months
from peaceops.analysis.facts import SourceRef, read_facts
from peaceops.analysis.hotspots import GET_UCDP, hotspot_weights
from peaceops.analysis.participation import OperationParticipation, show_country
from peaceops.errors import Problem, UsageError
from peaceops.model import first_day, last_day
from peaceops.store import Database

# component → (unit, what it means)
DEFINITIONS: dict[str, tuple[str, str]] = {
    "operations": ("operations", "Operations in which the country is on the date."),
    "hosts": ("countries", "Countries that host those operations on the date."),
    "frameworks": ("frameworks", "Frameworks (UN, NATO, EU, OSCE, others) of those operations."),
    "people": ("persons", "People in those operations, each by its latest known count."),
    "counted": ("operations", "Operations for which a count is known; the others add nobody."),
    "command_posts": ("posts", "Command posts that nationals hold on the date."),
    "staff_share": ("share", "Staff officers among the people told apart by category."),
    "observation_share": (
        "share",
        "Military experts on mission (observers, liaison officers, advisers) among the people told"
        " apart by category.",
    ),
    "police_share": ("share", "Police among the people told apart by category."),
    "civil_share": (
        "share",
        "Civilian, justice, corrections and civil protection experts among the people told apart"
        " by category.",
    ),
    "operations_with_command": ("operations", "Operations in which a function is command."),
    "operations_with_staff": ("operations", "Operations with staff officers or a staff function."),
    "operations_with_observation": (
        "operations",
        "Operations with military experts, or the function observation or liaison.",
    ),
    "per_100": ("operations", "Operations reached for each 100 people sent."),
    "hotspots": (
        "countries",
        "Countries with conflict deaths in the last 12 months of data that host an operation the"
        " country is in.",
    ),
    "hotspot_deaths_share": (
        "share",
        "Part of all conflict deaths of those 12 months that fell in these countries: the hot"
        " spots covered, weighted by deaths.",
    ),
}

_STAFF = frozenset({"staff-officer"})
_OBSERVATION = frozenset({"military-expert"})
_POLICE = frozenset({"formed-police-unit", "individual-police", "police"})
_CIVIL = frozenset(
    {"justice-expert", "corrections-expert", "civil-protection-expert", "civilian-expert",
     "civilian"}
)  # fmt: skip
# too coarse to say what people do
_COARSE = frozenset({"total", "military"})


@dataclass(frozen=True)
class Component:
    """One measured component: its value, the unit, what it means, and out of how much."""

    id: str
    value: float | None
    unit: str
    definition: str
    of: float | None


@dataclass(frozen=True)
class PresenceYear:
    """People and operations of a country in one framework at the end of a year."""

    framework: str
    year: str
    date: str
    persons: int
    operations: int | None
    police: int | None
    civilian: int | None
    per_100: float | None
    source: SourceRef


@dataclass(frozen=True)
class CountryPresence:
    """The components of one country, the operations they stand on, and the years."""

    country: str
    components: tuple[Component, ...]
    operations: tuple[str, ...]
    oldest_count: str | None
    newest_count: str | None
    years: tuple[PresenceYear, ...]

    def value(self, component: str) -> float | None:
        """One component's value."""
        return next((c.value for c in self.components if c.id == component), None)


@dataclass(frozen=True)
class Presence:
    """`show presence ISO3 --compare …`: the country first, then those beside it."""

    as_of: str
    countries: tuple[CountryPresence, ...]
    missing: tuple[str, ...]


def show_presence(
    db: Database, iso3: str, as_of: date, compare: Sequence[str] = ()
) -> Presence:  # fmt: skip
    """The presence of a country, and of up to five beside it, on a date and over the years.

    Raises `NotFound` for a code that is no country, `UsageError` for too many.
    """
    facts = read_facts(db)
    codes = tuple(dict.fromkeys(facts.country(c).iso3 for c in (iso3, *compare)))
    if len(codes) > MOST_COMPARED:
        raise UsageError(
            Problem("--compare", "", f"{len(codes)} countries",
                    f"Compare at most {MOST_COMPARED}, the first included.")
        )  # fmt: skip
    weights = hotspot_weights(db, as_of)
    shown = tuple(_presence(db, c, as_of, weights) for c in codes)
    missing = [] if weights else [GET_UCDP]
    if not any(r["source_id"] == "un-dpo-uchistorical" for r in db.ask("all_imports")):
        missing.append(
            "UN contributions after March 2014 are those a country's own folder holds; for every"
            " country run: peaceops sync un-dpo-uchistorical"
        )
    return Presence(as_of.isoformat(), shown, tuple(missing))


def _presence(
    db: Database, country: str, as_of: date, weights: dict[str, int]
) -> CountryPresence:  # fmt: skip
    facts = read_facts(db)
    answer = show_country(db, country, as_of)
    current = [p for parts in answer.current.values() for p in parts]
    hosts = {
        h.country for p in current for h in facts.operations[p.operation].hosts_on(as_of)
    }  # fmt: skip
    counted = [p for p in current if p.persons is not None]
    people = sum(p.persons or 0 for p in counted) if counted else None
    by_category: dict[str, int] = {}
    for p in current:
        for category, n in p.categories.items():
            by_category[category] = by_category.get(category, 0) + n
    told = sum(n for c, n in by_category.items() if c not in _COARSE)
    posts = [
        c for c in answer.commands
        if (not c.start or first_day(c.start) <= as_of) and c.end and last_day(c.end) >= as_of
    ]  # fmt: skip
    known = bool(current) or answer.has_folder or _tables_tell(db, as_of)
    covered = {c: n for c, n in weights.items() if c in hosts}
    total = sum(weights.values())

    def share(categories: frozenset[str]) -> float | None:
        return sum(by_category.get(c, 0) for c in categories) / told if told else None

    values: dict[str, tuple[float | None, float | None]] = {
        "operations": (len(current), None),
        "hosts": (len(hosts), None),
        "frameworks": (len({facts.operations[p.operation].framework for p in current}), None),
        "people": (people, None),
        "counted": (len(counted), len(current)),
        "command_posts": (len(posts), None),
        "staff_share": (share(_STAFF), told),
        "observation_share": (share(_OBSERVATION), told),
        "police_share": (share(_POLICE), told),
        "civil_share": (share(_CIVIL), told),
        "operations_with_command": (_with(current, frozenset(), {"command"}), len(current)),
        "operations_with_staff": (_with(current, _STAFF, {"staff"}), len(current)),
        "operations_with_observation": (
            _with(current, _OBSERVATION, {"observation", "liaison"}), len(current),
        ),
        "per_100": (len(counted) / people * 100 if people else None, people),
        "hotspots": (len(covered) if weights else None, len(weights) or None),
        "hotspot_deaths_share": (sum(covered.values()) / total if total else None, total or None),
    }  # fmt: skip
    if not known:
        values = dict.fromkeys(values, (None, None))
    counts = [p.counted_on for p in counted if p.counted_on]
    return CountryPresence(
        country,
        tuple(Component(key, *values[key][:1], *DEFINITIONS[key], values[key][1])
              for key in DEFINITIONS),
        tuple(sorted(p.operation for p in current)),
        min(counts, key=last_day) if counts else None,
        max(counts, key=last_day) if counts else None,
        _years(db, country, as_of),
    )  # fmt: skip


def _tables_tell(db: Database, as_of: date) -> bool:
    """Whether a table of every contributor by operation covers a month of the year to the date."""
    row = db.ask_one(
        "last_complete_month_by_operation", month=as_of.isoformat()[:7]
    )  # fmt: skip
    if row is None or row["date"] is None:
        return False
    return (as_of - last_day(row["date"])).days <= 366


def _with(
    parts: Sequence[OperationParticipation], categories: frozenset[str], functions: set[str]
) -> int:
    """How many operations show a category with people, or a function."""
    return sum(
        any(p.categories.get(c) for c in categories) or bool(functions & set(p.functions))
        for p in parts
    )


def _years(db: Database, country: str, as_of: date) -> tuple[PresenceYear, ...]:
    """The last month of each year in each framework of which a source tells."""
    last: dict[tuple[str, str], PresenceYear] = {}
    for m in list_months(db, country, as_of):
        last[m.framework, m.month[:4]] = PresenceYear(
            m.framework, m.month[:4], m.date, m.persons, m.operations, m.police, m.civilian,
            m.operations / m.persons * 100 if m.operations and m.persons else None, m.source,
        )  # fmt: skip
    return tuple(last[key] for key in sorted(last))
