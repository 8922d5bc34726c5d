"""The vocabulary: what the catalogue holds and the store keeps, as frozen records.

Text becomes a record once, at the border; after that, code may trust it. Every fact carries a
citation the whole way: the source's id, where in it, and how far the source was read.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

LANGUAGES = ("fr", "nl", "de", "en")
Language = Literal["fr", "nl", "de", "en"]

# The days a question can be asked for: from the founding of the United Nations on.
EARLIEST_DAY, LATEST_DAY = date(1945, 1, 1), date(2099, 12, 31)

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@lru_cache(maxsize=65_536)  # the same days return in thousands of rows
def check_partial_date(text: str) -> str:
    """The text itself when it is a date of 1900 or later; raises `ValueError` with a hint."""
    match = _PARTIAL.fullmatch(text)
    hint = f"'{text}' is not a date; write 2013, 2013-04 or 2013-04-25"
    if not match:
        raise ValueError(hint)
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if year < 1900 or (month is not None and not 1 <= month <= 12):
        raise ValueError(hint)
    if (
        month is not None
        and day is not None
        and not 1 <= day <= calendar.monthrange(year, month)[1]
    ):
        raise ValueError(hint)
    return text


def _check_slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise ValueError(f"'{text}' is not an id; write lower-case letters, digits and single '-'")
    return text


PartialDate = Annotated[
    str,
    AfterValidator(check_partial_date),
    Field(description="A date as precise as its source: 2013, 2013-04 or 2013-04-25."),
]
Slug = Annotated[str, AfterValidator(_check_slug), Field(description="A permanent identifier.")]
CountryCode = Annotated[
    str, Field(pattern=r"^[A-Z]{3}$", description="ISO 3166 alpha-3; XKX for Kosovo.")
]
Persons = Annotated[int, Field(ge=0, description="A number of people.")]

Trust = Literal["verified", "partial", "unverified"]
FrameworkId = Literal["un", "nato", "eu", "osce", "au", "other"]
Kind = Literal[
    "peacekeeping",
    "special-political",
    "support-office",
    "military",
    "military-training",
    "maritime",
    "air",
    "civilian",
    "civilian-military",
    "police",
    "observer",
    "field-operation",
    "support",
]
DecisionAction = Literal["establish", "extend", "amend", "terminate", "launch", "endorse"]
Category = Literal[
    "contingent-troops",
    "staff-officer",
    "military-expert",
    "formed-police-unit",
    "individual-police",
    "justice-expert",
    "corrections-expert",
    "civil-protection-expert",
    "civilian-expert",
    "military",
    "police",
    "civilian",
    "total",
]
Function = Literal[
    "command",
    "staff",
    "observation",
    "liaison",
    "training",
    "policing",
    "justice",
    "civil-protection",
    "support",
    "contingent",
]
Measure = Literal["present", "peak", "cumulative", "decided", "planned"]


@lru_cache(maxsize=32768)
def first_day(partial: str) -> date:
    """The earliest day a partial date can mean.

    >>> first_day("2013-04")
    datetime.date(2013, 4, 1)
    """
    parts = [int(p) for p in partial.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


@lru_cache(maxsize=32768)
def last_day(partial: str) -> date:
    """The latest day a partial date can mean.

    >>> last_day("2013-04")
    datetime.date(2013, 4, 30)
    """
    parts = [int(p) for p in partial.split("-")]
    month = parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(parts[0], month)[1]
    return date(parts[0], month, day)


class Record(BaseModel):
    """Frozen, and rejects unknown keys, so that a typing slip is found at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Cited(Record):
    """A fact with the source that states it."""

    source: Slug = Field(description="Id of a card in catalogue/sources.")
    at: str = Field(default="", description="Where in the source: 'para. 17', 'p. 4', 'table 2'.")
    trust: Trust | None = Field(
        default=None,
        description="How far this fact was checked; without it, what the source's card says.",
    )
    note: str = Field(default="", description="What a reader should know about this fact.")


class Source(Record):
    """A document or data file that states facts, and how far it was read."""

    id: Slug
    title: str
    publisher: str
    kind: Literal["resolution", "legal-act", "decision", "report", "page", "data", "press", "book"]
    url: str = Field(pattern=r"^https?://\S+$", description="An address a reader can open.")
    date: PartialDate | None = Field(default=None, description="When it was published.")
    trust: Trust = Field(
        description="verified: the passage was read; partial: only a part or a copy was read, or a"
        " secondary source states it; unverified: not opened, the address is where to check."
    )
    licence: str = ""
    note: str = ""
    complete: bool = Field(
        default=False,
        description="A table that names every contributor: who is absent sent nobody.",
    )


class DataFile(Record):
    """One file of a data source that `sync` fetches."""

    url: str = Field(
        pattern=r"^https://\S+$",
        description="Its address; {yy} stands for this year in two digits, else the year before.",
    )
    name: str = Field(
        pattern=r"^[\w.{}-]+$", description="What the file is called when kept; {yy} as above."
    )
    optional: bool = Field(default=False, description="May not be published yet.")


class ExpectedTotal(Record):
    """A total the publisher prints; a file that covers its date must add up to it."""

    on: PartialDate
    operation: str = Field(default="*", description="As the publisher writes it; '*' for all.")
    category: str = "*"
    persons: Persons
    at: str = Field(default="", description="Where it is printed.")


class DataCard(Source):
    """A data file that can be imported or fetched: `sources/<id>.yaml`."""

    dataset: str = Field(default="", description="The publisher's own id of the data set.")
    files: tuple[DataFile, ...] = ()
    hosts: tuple[str, ...] = Field(default=(), description="The only hosts ever contacted.")
    rank: int = Field(default=50, description="Lower is preferred where sources differ.")
    separate: bool = Field(
        default=False,
        description="Counts people that no other source counts: adds to it, never competes.",
    )
    private: bool = Field(default=False, description="Terms forbid passing the data on.")
    how_to_get: str = Field(default="", description="What to do where it cannot be fetched.")
    documents: bool = Field(
        default=False, description="An archive of documents to unpack and read, not a table."
    )
    expected: tuple[ExpectedTotal, ...] = ()


class ParityTarget(Cited):
    """The share of women that the UN asks of its uniformed people of a category in a year."""

    category: Literal["contingent-troops", "staff-and-experts", "formed-police-unit",
                      "individual-police"]  # fmt: skip
    year: int = Field(ge=2018, le=2028)
    percent: float = Field(gt=0, le=100)


class OperationSpelling(Record):
    """One more name under which a publisher lists an operation, for all time or a part of it."""

    name: str
    operation: Slug
    first: PartialDate | None = Field(default=None, description="First day it has this meaning.")
    last: PartialDate | None = None
    note: str = ""


class OperationName(Cited):
    """An official name, or one in official use, in one language."""

    lang: str = Field(pattern=r"^[a-z]{2}$", description="ISO 639-1 code.")
    name: str
    acronym: str = ""


class Host(Cited):
    """A country or territory on whose soil an operation works or worked."""

    country: CountryCode
    start: PartialDate | None = None
    end: PartialDate | None = None


class Headquarters(Cited):
    """Where an operation is led from."""

    place: str
    country: CountryCode
    lat: float = Field(ge=-90, le=90, description="Degrees north.")
    lon: float = Field(ge=-180, le=180, description="Degrees east.")
    start: PartialDate | None = None
    end: PartialDate | None = None


class DatedFact(Cited):
    """A start, an end, or a day on which a source says the operation was at work."""

    date: PartialDate
    preferred: bool = Field(default=True, description="False where another source is preferred.")
    why: str = Field(default="", description="Why this one is, or is not, preferred.")


class Decision(Cited):
    """An act that creates, extends, changes or ends an operation."""

    symbol: str = Field(description="'S/RES/2100 (2013)', '2013/34/CFSP', 'PC.DEC/1117'.")
    date: PartialDate
    action: DecisionAction
    until: PartialDate | None = Field(
        default=None, description="Last day the decision authorises; absent if open or not stated."
    )
    open_ended: bool = Field(default=False, description="The act sets no end.")
    summary: str = Field(default="", description="What it changed, in English, in own words.")
    tasks: tuple[Slug, ...] = Field(
        default=(), description="Tasks the source says it gives; where its text was read, those go."
    )
    sets_out: bool = Field(default=False, description="Whether the tasks are the whole mandate.")
    chapter_vii: bool | None = Field(
        default=None, description="Whether the source says the Council acted under Chapter VII."
    )


class Ceiling(Cited):
    """The number of people a decision authorises, in force until another replaces it."""

    kind: Literal["military", "police", "civilian", "uniformed", "total", "observers"]
    persons: Persons
    start: PartialDate


class Strength(Cited):
    """The number of people present on a day."""

    kind: Literal["military", "police", "civilian", "uniformed", "total", "observers"]
    persons: Persons
    on: PartialDate


class Relation(Cited):
    """The operation that this one took over from."""

    operation: Slug


class Operation(Record):
    """A peace operation of one framework."""

    id: Slug
    framework: FrameworkId
    kind: Kind
    names: tuple[OperationName, ...] = Field(min_length=1)
    aliases: tuple[str, ...] = Field(
        default=(), description="Other spellings people use, in any language."
    )
    hosts: tuple[Host, ...] = ()
    area: str = Field(default="", description="In English, where no host country says it (seas).")
    headquarters: tuple[Headquarters, ...] = ()
    start: tuple[DatedFact, ...] = ()
    end: tuple[DatedFact, ...] = ()
    active_on: tuple[DatedFact, ...] = ()
    decisions: tuple[Decision, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    strengths: tuple[Strength, ...] = ()
    predecessors: tuple[Relation, ...] = ()
    official_page: str | None = Field(default=None, pattern=r"^https?://\S+$")
    note: str = ""

    @model_validator(mode="after")
    def _one_preferred_date(self) -> Operation:
        for field in ("start", "end"):
            facts: tuple[DatedFact, ...] = getattr(self, field)
            if facts and sum(f.preferred for f in facts) != 1:
                raise ValueError(f"{field}: mark exactly one date as preferred")
            if len(facts) > 1 and not all(f.why for f in facts if not f.preferred):
                raise ValueError(f"{field}: say why each other date is not preferred")
        return self


class Country(Record):
    """A country or territory, under the UN's designation where it has one."""

    iso3: CountryCode
    iso2: str = ""
    m49: str = ""
    gw: str = Field(default="", description="Gleditsch-Ward state number.")
    cow: str = Field(default="", description="Correlates of War state number.")
    name_en: str
    name_fr: str
    name_nl: str
    name_de: str
    lat: float | None = Field(default=None, description="A point inside, degrees north.")
    lon: float | None = Field(default=None, description="A point inside, degrees east.")
    note: str = ""


class CountryName(Record):
    """One more spelling under which a publisher or a reader names a country."""

    name: str
    iso3: CountryCode
    note: str = ""


class CountryPhrase(Record):
    """How a sentence names a country: as the place where, and as who acts."""

    iso3: CountryCode
    in_fr: str
    in_nl: str
    in_de: str
    in_en: str
    subject_fr: str
    subject_nl: str
    subject_de: str
    subject_en: str
    plural: tuple[Language, ...] = Field(
        default=(), description="Languages in which the subject takes a plural verb."
    )


class DecisionSummary(Record):
    """The summary of decisions, as the operations' files give it, in the other languages."""

    en: str = Field(description="As written at the decision.")
    fr: str
    nl: str
    de: str


class Concept(Cited):
    """A principle, category, function, priority or commitment, in four languages."""

    id: Slug
    label: dict[Language, str]
    text: dict[Language, str] = Field(default_factory=dict)
    start: PartialDate | None = None
    end: PartialDate | None = None
    parent: Slug | None = None
    url: str = ""

    @model_validator(mode="after")
    def _all_languages(self) -> Concept:
        for name, words in (("label", self.label), ("text", self.text)):
            missing = [code for code in LANGUAGES if code not in words]
            if missing and (name == "label" or words):
                raise ValueError(f"{name}: no {', '.join(missing)}")
        return self


class Participation(Cited):
    """A country's people in an operation over a time, or counted on a day."""

    operation: str = Field(description="An operation's id; '*' for all of a framework together.")
    framework: FrameworkId | Literal["all"] | None = None
    category: Category
    functions: tuple[Function, ...] = ()
    start: PartialDate | None = None
    end: PartialDate | None = None
    persons: Persons | None = None
    counted_on: PartialDate | None = None
    measure: Measure = "present"


class CommandPost(Cited):
    """A public command post held by a national of the country."""

    operation: Slug
    post: str
    holder: str = ""
    start: PartialDate | None = None
    end: PartialDate | None = None


class NationalDecision(Cited):
    """A decision of a government or parliament on taking part in an operation."""

    date: PartialDate
    body: str
    operation: str
    action: Literal["join", "extend", "change", "end", "plan", "inform"]
    until: PartialDate | None = None
    persons: Persons | None = None
    summary: str = ""


class Death(Cited):
    """Deaths of a country's people in an operation."""

    operation: str
    date: PartialDate | None = None
    persons: Persons
    category: Category | None = None
    cause: Literal["malicious-act", "accident", "illness", "other"] | None = None


class PolicyPoint(Cited):
    """One point of a country's policy on peace operations, in its own words in four languages."""

    id: Slug
    section: Literal["aim", "means", "priority", "support", "framework"]
    text: dict[Language, str]
    start: PartialDate | None = None
    end: PartialDate | None = None
    scheme: str = Field(default="", description="Concept scheme this point refers to, if any.")

    @model_validator(mode="after")
    def _all_languages(self) -> PolicyPoint:
        missing = [code for code in LANGUAGES if code not in self.text]
        if missing:
            raise ValueError(f"text: no {', '.join(missing)}")
        return self


class Contributor(Record):
    """What a country's desk says of it: policy, links, and the facts in its folder."""

    country: CountryCode
    policy: tuple[PolicyPoint, ...] = ()
    links: dict[str, str] = Field(default_factory=dict, description="Label → address.")
    compare_with: tuple[CountryCode, ...] = ()
    participation: tuple[Participation, ...] = ()
    commands: tuple[CommandPost, ...] = ()
    decisions: tuple[NationalDecision, ...] = ()
    deaths: tuple[Death, ...] = ()


class Contribution(Cited):
    """People a country had in an operation (or in all of a framework) on a day, as published."""

    country: CountryCode
    operation: str = Field(description="An operation's id, or '*' for all of the framework.")
    framework: FrameworkId = "un"
    on: PartialDate
    category: Category
    sex: Literal["f", "m", ""] = ""
    persons: Persons


class MandateDecision(Record):
    """A Security Council decision on an operation, as read from the resolution's text."""

    operation: Slug
    symbol: str
    date: PartialDate
    action: Literal["establish", "extend", "amend", "terminate"]
    until: PartialDate | None = None
    months: int | None = None
    paragraph: str = ""
    ceilings: tuple[str, ...] = Field(default=(), description="'military=13289' and so on.")
    tasks: tuple[str, ...] = ()
    sets_out: bool = Field(default=False, description="Whether the tasks are the whole mandate.")
    chapter_vii: bool | None = None


class MandateDuty(Record):
    """A report or review that a Security Council decision asks for, as read from its text."""

    operation: Slug
    symbol: str
    date: PartialDate
    kind: Literal["report", "review"]
    paragraph: str = ""
    due: tuple[PartialDate, ...] = Field(default=(), description="Days the text names or counts.")
    every: str | None = Field(
        default=None,
        pattern=r"^[1-9]\d* (days|weeks|months|years)$",
        description="An interval: '90 days'.",
    )
    words: str = Field(default="", description="How the paragraph begins to ask for it.")


class Catalogue(Record):
    """Everything the catalogue says, checked."""

    sources: tuple[Source, ...]
    countries: tuple[Country, ...]
    country_names: tuple[CountryName, ...]
    country_phrases: tuple[CountryPhrase, ...]
    decision_summaries: tuple[DecisionSummary, ...]
    concepts: dict[str, tuple[Concept, ...]]
    operations: tuple[Operation, ...]
    contributors: tuple[Contributor, ...]
    contributions: tuple[Contribution, ...]
    data_cards: tuple[DataCard, ...]
    operation_spellings: tuple[OperationSpelling, ...]
    parity_targets: tuple[ParityTarget, ...]
    mandate_decisions: tuple[MandateDecision, ...]
    mandate_duties: tuple[MandateDuty, ...] = ()
