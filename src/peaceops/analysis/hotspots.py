"""Where people die in conflicts, and which operations are there: by country and by grid cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from peaceops.analysis.facts import Facts, SourceRef, read_facts
from peaceops.analysis.participation import show_country
from peaceops.model import last_day
from peaceops.store import Database

WINDOW_MONTHS = 12
GET_UCDP = (
    "No conflict data are imported. Fetch them with 'peaceops sync ucdp-ged ucdp-candidate', or"
    " download the CSV from https://ucdp.uu.se/downloads/ and run 'peaceops import ucdp-ged FILE'."
)
GET_SITES = (
    "No places of deployment are imported. Download Geo-PKO and run 'peaceops import geo-pko FILE'."
)


@dataclass(frozen=True)
class OperationThere:
    """An operation at work in a country on the date, and whether the country asked for is in it."""

    operation: str
    framework: str
    status: str
    present: bool | None


@dataclass(frozen=True)
class HotspotCountry:
    """Conflict deaths of one country in the window, and the operations it hosts on the date.

    `share` is its part of all deaths of the window (0 to 1). `present` says whether the country
    asked for is in one of the operations; None when no country was asked for.
    """

    country: str | None
    name: str
    deaths: int
    low: int
    high: int
    civilians: int
    events: int
    share: float
    operations: tuple[OperationThere, ...]
    present: bool | None
    source: SourceRef


@dataclass(frozen=True)
class HotCell:
    """Conflict deaths in one PRIO-GRID cell (half a degree) in the window; lat/lon its middle."""

    cell: int
    lat: float
    lon: float
    country: str | None
    deaths: int
    civilians: int
    events: int
    operations: tuple[str, ...]


@dataclass(frozen=True)
class SiteFact:
    """A place where an operation's people are stationed, with the deaths in its cell and around.

    `year` is the latest known up to the date; `troops` is a standard unit size, not a count.
    `deaths_near` adds up the cell and the eight around it.
    """

    operation: str
    year: int
    place: str
    country: str | None
    lat: float
    lon: float
    cell: int
    troops: int | None
    headquarters: bool
    deaths_near: int
    source: SourceRef


@dataclass(frozen=True)
class Hotspots:
    """`show hotspots`: the window, countries and cells by deaths, operations and their sites.

    The window ends on the date, or on the last day the data cover where that is earlier;
    `is_late` says so. `missing` says what is not there and how to get it.
    """

    as_of: str
    first: str | None
    last: str | None
    is_late: bool
    country: str | None
    deaths: int
    countries: tuple[HotspotCountry, ...]
    without_operation: tuple[str, ...]
    without_country: tuple[str, ...]
    cells: tuple[HotCell, ...]
    sites: tuple[SiteFact, ...]
    missing: tuple[str, ...]


def list_hotspots(
    db: Database,
    as_of: date,
    country: str | None = None,
    *,
    cells: int = 2000,
    private: bool = False,
) -> Hotspots:
    """Conflict deaths of the twelve months to a date, beside the operations there.

    `country` asks in which of them that country's people are; `cells` bounds how many cells are
    listed. `private` uses the user's own export in place of the public data: its rows must be
    shown to nobody else. Raises `NotFound` for a code that is no country.
    """
    facts = read_facts(db)
    mine = _presence(db, country, as_of) if country else None
    iso3 = facts.country(country).iso3 if country else None
    sites_missing = () if db.ask_one("any_site") else (GET_SITES,)
    kind = "private" if private else "conflict"
    until = db.ask_one("private_until" if private else "events_until", day=as_of.isoformat())
    if until is None or not until["any"]:
        sites = _sites(db, facts, as_of, {})
        return Hotspots(as_of.isoformat(), None, None, False, iso3, 0, (), (), (), (), sites,
                        (GET_UCDP, *sites_missing))  # fmt: skip
    covered = _last_covered(str(until["last_day"]), private)
    last = min(as_of, covered)
    first = _year_before(last)
    span = {"first": first.isoformat(), "last": last.isoformat()}
    hosts = _operations_by_host(facts, as_of, mine)
    sources = {
        r["source_id"]: facts.sources_by_citation[r["citation_id"]]
        for r in db.ask("source_citations")
    }
    rows = db.ask(f"{kind}_by_country", **span)
    total = sum(r["best"] for r in rows)
    merged: dict[str, HotspotCountry] = {}
    for r in rows:
        key = r["country_iso3"] or r["country_text"]
        there = hosts.get(r["country_iso3"] or "", ())
        known = merged.get(key)
        merged[key] = HotspotCountry(
            country=r["country_iso3"],
            name=facts.countries[r["country_iso3"]].name("en")
            if r["country_iso3"] in facts.countries else r["country_text"],
            deaths=r["best"] + (known.deaths if known else 0),
            low=r["low"] + (known.low if known else 0),
            high=r["high"] + (known.high if known else 0),
            civilians=r["civilians"] + (known.civilians if known else 0),
            events=r["events"] + (known.events if known else 0),
            share=(r["best"] + (known.deaths if known else 0)) / total if total else 0.0,
            operations=there,
            present=None if mine is None else any(o.present for o in there),
            source=sources[r["source_id"]],
        )  # fmt: skip
    countries = tuple(sorted(merged.values(), key=lambda c: (-c.deaths, c.name)))
    by_cell = db.ask(f"{kind}_by_cell", **span)
    deaths_in: dict[int, int] = {}
    for r in by_cell:
        deaths_in[r["cell"]] = deaths_in.get(r["cell"], 0) + r["best"]
    sites = _sites(db, facts, as_of, deaths_in)
    at_cell: dict[int, set[str]] = {}
    for s in sites:
        at_cell.setdefault(s.cell, set()).add(s.operation)
    found = tuple(
        HotCell(r["cell"], *cell_middle(r["cell"]), r["country_iso3"], r["best"], r["civilians"],
                r["events"], tuple(sorted(at_cell.get(r["cell"], ()))))
        for r in by_cell[:cells]
    )  # fmt: skip
    return Hotspots(
        as_of=as_of.isoformat(),
        first=first.isoformat(),
        last=last.isoformat(),
        is_late=covered < as_of,
        country=iso3,
        deaths=total,
        countries=countries,
        without_operation=tuple(
            c.country or c.name for c in countries if c.deaths and not c.operations
        ),
        without_country=tuple(
            c.country or c.name
            for c in countries
            if mine is not None and c.deaths and c.operations and not c.present
        ),
        cells=found,
        sites=sites,
        missing=(
            *sites_missing,
            *(
                (f"The conflict data end on {covered}; for later months run 'peaceops sync"
                 " ucdp-ged ucdp-candidate'.",)
                if covered < as_of
                else ()
            ),
        ),
    )  # fmt: skip


def hotspot_weights(db: Database, as_of: date) -> dict[str, int]:
    """Conflict deaths by country in the window to a date; empty without conflict data."""
    until = db.ask_one("events_until", day=as_of.isoformat())
    if until is None or not until["any"]:
        return {}
    last = min(as_of, _last_covered(str(until["last_day"]), False))
    out: dict[str, int] = {}
    for r in db.ask("conflict_by_country", first=_year_before(last).isoformat(),
                    last=last.isoformat()):  # fmt: skip
        if r["country_iso3"] and r["best"]:
            out[r["country_iso3"]] = out.get(r["country_iso3"], 0) + r["best"]
    return out


def _last_covered(last_event: str, private: bool) -> date:
    """The end of the month of the last event: months are published whole."""
    day = date.fromisoformat(last_event)
    return day if private else last_day(f"{day.year:04d}-{day.month:02d}")


def _year_before(last: date) -> date:
    """The first day of the twelve months that end on a day."""
    try:
        return last.replace(year=last.year - 1) + timedelta(days=1)
    except ValueError:
        return last.replace(year=last.year - 1, day=28) + timedelta(days=1)


def cell_middle(cell: int) -> tuple[float, float]:
    """Latitude and longitude of the middle of a PRIO-GRID cell.

    >>> cell_middle(135765)
    (4.25, 22.25)
    """
    row, column = divmod(cell - 1, 720)
    return row / 2 - 89.75, column / 2 - 179.75


def _presence(db: Database, country: str, as_of: date) -> set[str]:
    """Operations in which a country currently is."""
    shown = show_country(db, country, as_of)
    return {p.operation for parts in shown.current.values() for p in parts}


def _operations_by_host(
    facts: Facts, as_of: date, mine: set[str] | None
) -> dict[str, tuple[OperationThere, ...]]:
    out: dict[str, list[OperationThere]] = {}
    for o in facts.operations.values():
        status = o.status(as_of)
        if status not in ("active", "unconfirmed"):
            continue
        for host in {h.country for h in o.hosts_on(as_of)}:
            out.setdefault(host, []).append(
                OperationThere(o.id, o.framework, status, None if mine is None else o.id in mine)
            )
    return {host: tuple(sorted(ops, key=lambda o: o.operation)) for host, ops in out.items()}


def _sites(
    db: Database, facts: Facts, as_of: date, deaths_in: dict[int, int]
) -> tuple[SiteFact, ...]:
    """Sites of operations at work on the date, in the latest year known."""
    out = []
    for r in db.ask("sites_of_year", year=as_of.year):
        operation = facts.operations.get(r["operation_id"])
        if operation is None or operation.status(as_of) not in ("active", "unconfirmed"):
            continue
        near = sum(
            deaths_in.get(r["cell"] + down + across, 0)
            for down in (-720, 0, 720)
            for across in (-1, 0, 1)
        )
        out.append(
            SiteFact(
                r["operation_id"], r["year"], r["place"], r["country_iso3"], r["lat"], r["lon"],
                r["cell"], r["troops"], (r["headquarters"] or 0) >= 3, near,
                facts.sources_by_citation[r["citation_id"]],
            )
        )  # fmt: skip
    return tuple(out)
