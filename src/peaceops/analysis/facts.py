"""What every question needs: operations, countries and sources of one database, read once.

The database is read-only, so a `Facts` object stays true as long as the database is open. Dates
of 1948–today are compared as ISO text where both are days, else through `first_day`/`last_day`.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from peaceops.errors import NotFound, Problem, did_you_mean
from peaceops.model import LANGUAGES, first_day, last_day
from peaceops.store import Database

Status = Literal["active", "ended", "unconfirmed", "not-yet"]

# Without an act that sets an end or says there is none, an operation is held active only so long
# after the last day on which a source saw it at work.
CONFIRMATION_DAYS = 730


@dataclass(frozen=True)
class SourceRef:
    """A source as shown beside a fact."""

    id: str
    title: str
    publisher: str
    url: str
    date: str | None
    kind: str
    at: str
    trust: str
    note: str


@dataclass(frozen=True)
class Name:
    lang: str
    name: str
    acronym: str


@dataclass(frozen=True)
class HostFact:
    country: str
    start: str | None
    end: str | None
    source: SourceRef


@dataclass(frozen=True)
class Seat:
    place: str
    country: str
    lat: float
    lon: float
    start: str | None
    end: str | None
    source: SourceRef


@dataclass(frozen=True)
class DateFact:
    what: str
    date: str
    preferred: bool
    why: str
    source: SourceRef


@dataclass(frozen=True)
class DecisionFact:
    symbol: str
    date: str
    action: str
    until: str | None
    open_ended: bool
    summary: str
    tasks: tuple[str, ...]
    sets_out: bool
    ceilings: tuple[str, ...]
    chapter_vii: bool | None
    source: SourceRef
    summaries: Mapping[str, str] = field(default_factory=dict)

    def tell(self, language: str) -> tuple[str, str]:
        """What it changed, and the language that is in: English where there is no translation."""
        told = self.summaries.get(language)
        return (told, language) if told else (self.summary, "en")


@dataclass(frozen=True)
class DutyFact:
    """A report or review that a decision asks for, on days it names or at intervals."""

    symbol: str
    date: str
    kind: str
    due: tuple[str, ...]
    every: str | None
    source: SourceRef
    words: str = ""


@dataclass(frozen=True)
class Figure:
    """A ceiling (from a date on) or a strength (on a date)."""

    what: str
    kind: str
    persons: int
    date: str
    source: SourceRef


@dataclass(frozen=True)
class OperationFacts:
    """All the catalogue says of one operation."""

    id: str
    framework: str
    kind: str
    area: str
    official_page: str | None
    note: str
    start: str | None
    start_trust: str | None
    end: str | None
    end_trust: str | None
    names: tuple[Name, ...]
    aliases: tuple[str, ...]
    hosts: tuple[HostFact, ...]
    seats: tuple[Seat, ...]
    dates: tuple[DateFact, ...]
    decisions: tuple[DecisionFact, ...]
    figures: tuple[Figure, ...]
    predecessors: tuple[str, ...]
    successors: tuple[str, ...] = field(default=())
    duties: tuple[DutyFact, ...] = field(default=())

    def name(self, lang: str) -> str:
        """The name in a language, else in English, else in any."""
        by_lang = self.name_by_lang
        return by_lang.get(lang) or by_lang.get("en") or self.names[0].name

    def acronym(self, lang: str) -> str:
        """The acronym in a language, else in English, else the name itself."""
        by_lang = self.acronym_by_lang
        return by_lang.get(lang) or by_lang.get("en") or self.name(lang)

    @cached_property
    def name_by_lang(self) -> dict[str, str]:
        """First name in each language."""
        out: dict[str, str] = {}
        for n in self.names:
            out.setdefault(n.lang, n.name)
        return out

    @cached_property
    def acronym_by_lang(self) -> dict[str, str]:
        """First acronym in each language that has one."""
        out: dict[str, str] = {}
        for n in self.names:
            if n.acronym:
                out.setdefault(n.lang, n.acronym)
        return out

    @cached_property
    def first_day(self) -> date | None:
        """The earliest day its start can mean; without a known start, its first decision's."""
        if self.start:
            return first_day(self.start)
        return first_day(self.decisions[0].date) if self.decisions else None

    @cached_property
    def last_day(self) -> date | None:
        """The last day of its life: its known end, else what a terminating decision names."""
        if self.end:
            return last_day(self.end)
        for d in reversed(self.decisions):
            if d.action == "terminate":
                return last_day(d.until or d.date)
        return None

    @cached_property
    def ending(self) -> str | None:
        """The end as precise as known."""
        if self.end:
            return self.end
        for d in reversed(self.decisions):
            if d.action == "terminate":
                return d.until or d.date
        return None

    def mandate_on(self, day: date) -> DecisionFact | None:
        """The decision whose authority ran last on a day: the latest with an end or without.

        An amendment moves the mandate's end only outwards: the end it bears is else that of what
        it changed, such as a reinforcement for some months.
        """
        found = None
        for d in self.decisions:
            if first_day(d.date) > day:
                break
            if d.action == "amend" and d.until and found and found.until:
                standing = last_day(found.until)
                if last_day(d.until) <= standing and standing >= first_day(d.date):
                    continue
            if d.until or d.open_ended or (found is None and d.action != "terminate"):
                found = d
        return found

    def mandate_until(self, day: date) -> str | None:
        """The date to which the last decision taken by then authorises the operation.

        None where no date is set, and where the date had passed though the operation is known to
        have gone on: the renewal is then one that the catalogue does not hold.
        """
        mandate = self.mandate_on(day)
        if mandate is None or mandate.open_ended or not mandate.until:
            return None
        passed = last_day(mandate.until) < day
        return None if passed and self.status(day) == "active" else mandate.until

    def last_confirmed(self, day: date) -> date | None:
        """The latest day, up to a day, on which anything shows the operation at work."""
        seen = [
            *(first_day(d.date) for d in self.decisions if d.action != "terminate"),
            *(first_day(f.date) for f in self.dates if f.what in ("active", "start")),
            *(first_day(f.date) for f in self.figures if f.what == "strength"),
        ]
        past = [d for d in seen if d <= day]
        return max(past) if past else None

    def shown_after(self, day: date) -> bool:
        """Whether anything shows the operation at work on a later day."""
        return (
            any(first_day(d.date) > day for d in self.decisions if d.action in ("extend", "amend"))
            or any(first_day(f.date) > day for f in self.dates if f.what == "active")
            or any(first_day(f.date) > day for f in self.figures if f.what == "strength")
        )

    def status(self, day: date) -> Status:
        """What is known of the operation on a day.

        `unconfirmed`: no end is known, and the last known mandate had run out by then (or no act
        sets an end and nothing shows it at work for two years), with nothing later to show that
        it went on.
        """
        start, end = self.first_day, self.last_day
        if start and day < start:
            return "not-yet"
        if end:
            return "ended" if day > end else "active"
        if self.shown_after(day):
            return "active"
        mandate = self.mandate_on(day)
        if mandate and mandate.open_ended:
            return "active"
        seen = self.last_confirmed(day)
        until = mandate.until if mandate else None
        if until:
            return "active" if last_day(until) >= day else "unconfirmed"
        if seen and (day - seen).days <= CONFIRMATION_DAYS:
            return "active"
        return "unconfirmed"

    def unconfirmed_since(self, day: date) -> str | None:
        """When unconfirmed: the day the last known authority ran out, or it was last seen."""
        if self.status(day) != "unconfirmed":
            return None
        until = self.mandate_until(day)
        if until:
            return last_day(until).isoformat()
        seen = self.last_confirmed(day)
        return seen.isoformat() if seen else None

    def hosts_on(self, day: date) -> tuple[HostFact, ...]:
        """Hosts on a day; once the operation has ended, every host it had."""
        if self.status(day) == "ended":
            return self.hosts
        here = tuple(
            h
            for h in self.hosts
            if (not h.start or first_day(h.start) <= day) and (not h.end or last_day(h.end) >= day)
        )
        return here or self.hosts

    def seat_on(self, day: date) -> Seat | None:
        """Where it is led from on a day, if known."""
        here = [
            s
            for s in self.seats
            if (not s.start or first_day(s.start) <= day) and (not s.end or last_day(s.end) >= day)
        ]
        return (here or list(self.seats) or [None])[-1]  # type: ignore[list-item]


@dataclass(frozen=True)
class CountryFacts:
    iso3: str
    iso2: str
    m49: str
    names: dict[str, str]
    lat: float | None
    lon: float | None
    note: str
    places: dict[str, str]
    subjects: dict[str, str]
    plural: tuple[str, ...]

    def place(self, lang: str) -> str:
        """'in Mali', 'au Mali': where, as a sentence says it; the bare name without a phrase."""
        return self.places.get(lang) or self.name(lang)

    def subject(self, lang: str) -> str:
        """'la Belgique': who acts, as a sentence says it; the bare name without a phrase."""
        return self.subjects.get(lang) or self.name(lang)

    def name(self, lang: str) -> str:
        """The UN's designation in a language of the portal."""
        return self.names.get(lang) or self.names["en"]


@dataclass(frozen=True)
class ConceptFacts:
    id: str
    label: dict[str, str]
    text: dict[str, str]
    start: str | None
    end: str | None
    parent: str | None
    url: str
    source: SourceRef


def split(text: str) -> tuple[str, ...]:
    """The parts of a list kept in one cell."""
    return tuple(text.split(";")) if text else ()


class Facts:
    """Operations, countries, concepts and sources of one database, by id."""

    def __init__(self, db: Database):
        self.sources_by_citation = {
            row["citation_id"]: SourceRef(
                row["source_id"], row["title"], row["publisher"], row["url"], row["date"],
                row["kind"], row["locator"], row["trust"], row["note"],
            )
            for row in db.ask("all_citations")
        }  # fmt: skip
        self.countries = {
            row["iso3"]: CountryFacts(
                row["iso3"], row["iso2"], row["m49"],
                {code: row[f"name_{code}"] for code in LANGUAGES},
                row["lat"], row["lon"], row["note"],
                {code: row[f"in_{code}"] for code in LANGUAGES if row[f"in_{code}"]},
                {code: row[f"subject_{code}"] for code in LANGUAGES if row[f"subject_{code}"]},
                split(row["plural"] or ""),
            )
            for row in db.ask("all_countries")
        }  # fmt: skip
        self.concepts: dict[str, dict[str, ConceptFacts]] = {}
        for row in db.ask("all_concepts"):
            self.concepts.setdefault(row["scheme"], {})[row["concept_id"]] = ConceptFacts(
                row["concept_id"],
                {code: row[f"label_{code}"] for code in LANGUAGES},
                {code: row[f"text_{code}"] for code in LANGUAGES},
                row["start_date"], row["end_date"], row["parent_id"], row["url"],
                self.sources_by_citation[row["citation_id"]],
            )  # fmt: skip
        self.operations = self._operations(db)

    def _operations(self, db: Database) -> dict[str, OperationFacts]:
        def grouped(question: str) -> dict[str, list[Any]]:
            out: dict[str, list[Any]] = {}
            for row in db.ask(question):
                out.setdefault(row["operation_id"], []).append(row)
            return out

        cite = self.sources_by_citation
        names, aliases, hosts = grouped("all_names"), grouped("all_aliases"), grouped("all_hosts")
        seats, dates = grouped("all_headquarters"), grouped("all_dates")
        decisions, figures = grouped("all_decisions"), grouped("all_figures")
        before, duties = grouped("all_predecessors"), grouped("all_duties")
        after: dict[str, list[str]] = {}
        for operation, rows in before.items():
            for row in rows:
                after.setdefault(row["predecessor_id"], []).append(operation)

        return {
            (key := row["operation_id"]): OperationFacts(
                id=key,
                framework=row["framework"],
                kind=row["kind"],
                area=row["area"],
                official_page=row["official_page"],
                note=row["note"],
                start=row["start_date"],
                start_trust=row["start_trust"],
                end=row["end_date"],
                end_trust=row["end_trust"],
                names=tuple(Name(n["lang"], n["name"], n["acronym"]) for n in names.get(key, ())),
                aliases=tuple(a["alias"] for a in aliases.get(key, ())),
                hosts=tuple(
                    HostFact(
                        h["country_iso3"], h["start_date"], h["end_date"], cite[h["citation_id"]]
                    )
                    for h in hosts.get(key, ())
                ),
                seats=tuple(
                    Seat(
                        s["place"], s["country_iso3"], s["lat"], s["lon"],
                        s["start_date"], s["end_date"], cite[s["citation_id"]],
                    )
                    for s in seats.get(key, ())
                ),
                dates=tuple(
                    DateFact(
                        d["what"], d["date"], bool(d["is_preferred"]), d["why"],
                        cite[d["citation_id"]],
                    )
                    for d in dates.get(key, ())
                ),
                decisions=tuple(
                    DecisionFact(
                        d["symbol"], d["date"], d["action"], d["until"], bool(d["is_open_ended"]),
                        d["summary"], split(d["tasks"]), bool(d["sets_out"]),
                        split(d["ceilings"]),
                        None if d["chapter_vii"] is None else bool(d["chapter_vii"]),
                        cite[d["citation_id"]],
                        {k: t for k in ("fr", "nl", "de") if (t := d[f"summary_{k}"])},
                    )
                    for d in decisions.get(key, ())
                ),
                figures=tuple(
                    Figure(f["what"], f["kind"], f["persons"], f["date"], cite[f["citation_id"]])
                    for f in figures.get(key, ())
                ),
                predecessors=tuple(p["predecessor_id"] for p in before.get(key, ())),
                successors=tuple(after.get(key, ())),
                duties=tuple(
                    DutyFact(
                        d["symbol"], d["date"], d["kind"], split(d["due"]), d["every"],
                        cite[d["citation_id"]], d["words"],
                    )
                    for d in duties.get(key, ())
                ),
            )
            for row in db.ask("all_operations")
        }  # fmt: skip

    def operation(self, operation_id: str) -> OperationFacts:
        """One operation; raises `NotFound` with the nearest ids."""
        found = self.operations.get(operation_id)
        if found is None:
            raise NotFound(
                Problem(operation_id, "", "no operation has this id",
                        did_you_mean(operation_id.lower(), self.operations)
                        or "List them with: peaceops show operations --all")
            )  # fmt: skip
        return found

    def country(self, iso3: str) -> CountryFacts:
        """One country; raises `NotFound` with the nearest codes."""
        found = self.countries.get(iso3.upper())
        if found is None:
            raise NotFound(
                Problem(iso3, "", "no country has this code",
                        did_you_mean(iso3.upper(), self.countries)
                        or "Write an ISO 3166 alpha-3 code such as BEL.")
            )  # fmt: skip
        return found

    def label(self, scheme: str, concept: str, lang: str) -> str:
        """A concept's label in a language, or its id where the catalogue has none."""
        found = self.concepts.get(scheme, {}).get(concept)
        return found.label[lang] if found else concept.replace("-", " ")


_FACTS: weakref.WeakKeyDictionary[Database, Facts] = weakref.WeakKeyDictionary()


def read_facts(db: Database) -> Facts:
    """The facts of an open database, read at the first call and kept with it."""
    facts = _FACTS.get(db)
    if facts is None:
        facts = _FACTS[db] = Facts(db)
    return facts
