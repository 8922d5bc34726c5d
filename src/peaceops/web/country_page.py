"""A country's public page, from facts alone, as a `Document` in one of four languages.

Every sentence is a fact of the store put into a pattern of `locales/country_page.yaml`; where
nothing is known, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources

import yaml
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal

from peaceops.analysis.facts import (
    ConceptFacts,
    CountryFacts,
    Facts,
    OperationFacts,
    SourceRef,
    read_facts,
    split,
)
from peaceops.analysis.participation import (
    FRAMEWORKS,
    STALE_DAYS,
    CountryParticipation,
    OperationParticipation,
    show_country,
)
from peaceops.model import LANGUAGES, first_day, last_day
from peaceops.store import Database, Row
from peaceops.web.documents import (
    Block,
    Bullets,
    Document,
    Heading,
    Paragraph,
    SourceNotes,
    Span,
    Table,
    Text,
    say,
)

DUE_DAYS = 365
_RUNNING = ("active", "unconfirmed")
# languages in which a page may be written, with the locale of their dates and numbers
_LOCALES = {"fr": "fr_BE", "nl": "nl_BE", "de": "de_DE", "en": "en_GB"}


@cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    text = (resources.files(__package__) / "locales" / "country_page.yaml").read_text("utf-8")
    found: dict[str, dict[str, str]] = yaml.safe_load(text)
    return found


@dataclass
class _Writer:
    """One page being written: its language, its date, its facts, the sources cited so far."""

    facts: Facts
    country: CountryFacts
    lang: str
    as_of: date
    answer: CountryParticipation
    notes: SourceNotes = field(default_factory=SourceNotes)
    blocks: list[Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.locale = Locale.parse(_LOCALES[self.lang])

    # words ---------------------------------------------------------------------------------------

    def say(self, key: str, **values: object) -> str:
        """A sentence in the page's language; the plural form where the country takes one."""
        sentences = _sentences()
        if self.lang in self.country.plural and f"{key}_plural" in sentences:
            key = f"{key}_plural"
        text = sentences[key][self.lang].format(**values)
        return (
            text[:1].upper() + text[1:] if key.startswith(("title", "deploys", "was_in")) else text
        )

    def date(self, partial: str) -> str:
        """A date as precise as it is, in words."""
        day = first_day(partial)
        if len(partial) == 4:
            return partial
        if len(partial) == 7:
            return str(format_skeleton("yMMMM", day, locale=self.locale))
        text = str(format_date(day, "long", locale=self.locale))
        return text.replace("1 ", "1er ", 1) if self.lang == "fr" and day.day == 1 else text

    def on(self, key: str, partial: str) -> str:
        """'on 30 June 2021', or only the month or year where no day is known."""
        full = len(partial) == 10
        return self.say(key if full else f"{key}_partial", date=self.date(partial))

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self.locale))

    def join(self, words: Iterable[str]) -> str:
        items = list(words)
        return str(format_list(items, locale=self.locale)) if items else ""

    def listing(self, labels: Iterable[str]) -> str:
        """Labels in a row: after the first, without their capital where the language has none."""
        words = list(labels)
        if self.lang != "de":
            words[1:] = [w[:1].lower() + w[1:] if w[1:2].islower() else w for w in words[1:]]
        return self.join(words)

    def label(self, scheme: str, concept: str) -> str:
        return self.facts.label(scheme, concept, self.lang)

    # places --------------------------------------------------------------------------------------

    def area(self, operation: OperationFacts) -> ConceptFacts | None:
        """The named region of an operation, where the catalogue's `areas` has it."""
        return next(
            (a for a in self.facts.concepts.get("areas", {}).values()
             if operation.area and a.label["en"] == operation.area),
            None,
        )  # fmt: skip

    def place(self, operation: OperationFacts) -> str:
        """'in Mali', 'au Moyen-Orient': where an operation is, as a sentence says it."""
        area = self.area(operation)
        if area and area.text[self.lang]:
            return area.text[self.lang]
        hosts = list(dict.fromkeys(h.country for h in operation.hosts_on(self.as_of)))
        return self.join(self.facts.country(h).place(self.lang) for h in hosts[:3])

    def places(self, operation_id: str) -> list[str]:
        """The region, else each host, as a sentence says where."""
        operation = self.facts.operations[operation_id]
        if self.area(operation):
            return [self.place(operation)]
        hosts = dict.fromkeys(h.country for h in operation.hosts_on(self.as_of))
        return [self.facts.country(h).place(self.lang) for h in hosts]

    def where(self, operation: OperationFacts) -> str:
        """Host countries, else the sea or region, for a table."""
        area = self.area(operation)
        if area:
            return area.label[self.lang]
        hosts = dict.fromkeys(h.country for h in operation.hosts_on(self.as_of))
        return ", ".join(self.facts.country(h).name(self.lang) for h in hosts) or operation.area

    def short(self, operation: OperationFacts) -> str:
        return operation.acronym(self.lang)

    def title(self, operation: OperationFacts) -> Text:
        """Acronym with a link, and the name beside it where it says more."""
        short, name = self.short(operation), operation.name(self.lang)
        link = Span(short, url=operation.official_page)
        return (link,) if name == short else (link, Span(f" – {name}"))

    # blocks --------------------------------------------------------------------------------------

    def heading(self, level: int, text: str) -> None:
        self.blocks.append(Heading(level, text))

    def paragraph(self, *spans: Span | None) -> None:
        kept = tuple(s for s in spans if s is not None)
        if kept:
            self.blocks.append(Paragraph(kept))

    def cited(self, text: str, sources: Iterable[SourceRef], most: int = 2) -> Span:
        return Span(text, notes=self.notes.cite(sources, most))


def write_country_page(db: Database, iso3: str, lang: str, as_of: date) -> Document:
    """The public page of a country on a date.

    `lang` is one of fr, nl, de, en. Raises `NotFound` for a code that is no country.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no page in {lang!r}")
    facts = read_facts(db)
    country = facts.country(iso3)
    answer = show_country(db, iso3, as_of)
    page = _Writer(facts, country, lang, as_of, answer)
    day = as_of.isoformat()
    page.paragraph(
        Span(page.say("as_of", date=page.date(day)) + " "),
        Span(page.say("last_updated", date=page.date(answer.last_updated)))
        if answer.last_updated
        else None,
    )
    if not answer.last_updated and not answer.has_folder:
        page.paragraph(Span(page.say("nothing_known")))
    points = [
        p
        for p in db.ask("policy_of_country", country=country.iso3)
        if (not p["start_date"] or first_day(p["start_date"]) <= as_of)
        and (
            not p["end_date"]
            or last_day(p["end_date"]) >= as_of
            or p["section"] in ("priority", "support")
        )
    ]
    _write_policy(page, [p for p in points if p["section"] in ("aim", "means")])
    _write_overview(page)
    for framework in FRAMEWORKS:
        shown = framework in FRAMEWORKS[:4] or framework in {**answer.current, **answer.past}
        if shown:
            own = [p for p in points if p["point_id"] == f"framework-{framework}"]
            _write_framework(page, framework, own)
        if framework == "un":
            _write_priorities(page, points)
    _write_commands(page)
    _write_deaths(page)
    _write_due(page)
    _write_links(page)
    page.paragraph(Span(page.say("reading")))
    return Document(
        title=page.say("title", country=country.subject(lang)),
        language=lang,
        blocks=tuple(page.blocks),
        sources=tuple(page.notes.sources),
        sources_heading=page.say("sources"),
        about={
            "country": country.iso3,
            "as_of": day,
            "last_updated": answer.last_updated,
            "facts": answer.as_contract(),
        },
    )


def _write_policy(page: _Writer, points: list[Row]) -> None:
    if not points:
        return
    page.heading(2, page.say("policy"))
    for p in points:
        _write_point(page, p)


def _write_point(page: _Writer, point: Row) -> None:
    source = page.facts.sources_by_citation[point["citation_id"]]
    page.paragraph(page.cited(point[f"text_{page.lang}"], [source]))


def _running(page: _Writer, framework: str) -> list[OperationFacts]:
    return [
        o
        for o in page.facts.operations.values()
        if o.framework == framework and o.status(page.as_of) in _RUNNING
    ]


def _write_overview(page: _Writer) -> None:
    page.heading(2, page.say("overview"))
    rows: list[tuple[Text, ...]] = []
    for framework in FRAMEWORKS:
        parts = page.answer.current.get(framework, ())
        running = _running(page, framework)
        if not parts and framework not in FRAMEWORKS[:4]:
            continue
        known = [p.persons for p in parts if p.persons is not None]
        people = "–"
        if known:
            people = page.number(sum(known))
            missing = len(parts) - len(known)
            people += f" (+ {missing} × {page.say('unknown')})" if missing else ""
        rows.append(
            (
                say(page.label("frameworks", framework)),
                say(page.number(len(running))),
                say(page.number(len(parts))),
                say(people),
            )
        )
    page.blocks.append(
        Table(
            page.say("overview_caption", date=page.date(page.as_of.isoformat())),
            tuple(page.say(c) for c in ("col_framework", "col_running", "col_with", "col_people")),
            tuple(rows),
            numeric=(1, 2, 3),
        )
    )


def _write_framework(page: _Writer, framework: str, points: list[Row]) -> None:
    page.heading(2, page.say(framework))
    for p in points:
        _write_point(page, p)
    if framework == "un":
        _write_principles(page)
    running = _running(page, framework)
    current = page.answer.current.get(framework, ())
    past = page.answer.past.get(framework, ())
    day = page.date(page.as_of.isoformat())
    if framework == "un":
        count = sum(o.kind == "peacekeeping" and o.status(page.as_of) == "active" for o in running)
        unsure = sum(
            o.kind == "peacekeeping" and o.status(page.as_of) == "unconfirmed" for o in running
        )
        page.paragraph(
            Span(page.say("un_count", date=day, n=page.number(count))),
            Span(" " + page.say("un_count_unsure", n=page.number(unsure))) if unsure else None,
        )
    sure = [p for p in current if not p.unconfirmed]
    if sure:
        page.paragraph(Span(_places_sentence(page, "deploys", sure)))
    elif not current and (past or page.answer.has_folder):
        page.paragraph(Span(page.say("not_present")))
    doubtful = [p for p in current if p.unconfirmed]
    if doubtful:
        page.paragraph(Span(_places_sentence(page, "deploys_unconfirmed", doubtful)))
    if current:
        _write_current(page, framework, current)
    totals = [t for t in page.answer.totals if t.framework == framework]
    if framework == "un" and totals:
        newest = max(totals, key=lambda t: t.date)
        text = page.say("totals", n=page.number(newest.persons), date=page.date(newest.date))
        old = (page.as_of - last_day(newest.date)).days > 365
        page.paragraph(
            page.cited(text, [newest.source]),
            Span(f" {page.say('stale')}", mark=True) if old else None,
        )
    if past:
        _write_past(page, framework, past)
    others = [o for o in running if o.id not in {p.operation for p in current}]
    if others or not running:
        _write_running(page, running, day)


def _places_sentence(
    page: _Writer, key: str, parts: Iterable[OperationParticipation], acronyms: bool = True
) -> str:
    """The sentence that names where, each place once with its operations in brackets."""
    places: dict[str, list[str]] = {}
    for part in parts:
        operation = page.facts.operations[part.operation]
        place = page.place(operation)
        places.setdefault(place, []).append(page.short(operation))
    words = []
    for place, names in places.items():
        bracket = f"({', '.join(names)})" if acronyms else ""
        words.append(" ".join(w for w in (place, bracket) if w) if place else ", ".join(names))
    return page.say(key, country=page.country.subject(page.lang), places=page.join(words))


def _write_principles(page: _Writer) -> None:
    principles = page.facts.concepts.get("principles", {})
    page.paragraph(Span(page.say("evolution")))
    if principles:
        page.paragraph(Span(page.say("principles_intro")))
        page.blocks.append(
            Bullets(
                tuple(
                    (Span(c.label[page.lang], notes=page.notes.cite([c.source], 1)),)
                    for c in principles.values()
                )
            )
        )


def _write_current(
    page: _Writer, framework: str, parts: tuple[OperationParticipation, ...]
) -> None:
    rows = []
    for part in parts:
        operation = page.facts.operations[part.operation]
        rows.append(
            (
                page.title(operation),
                say(page.where(operation)),
                _people(page, part),
                say(page.listing(page.label("functions", f) for f in part.functions) or "–"),
                say(page.date(part.start) if part.start else "–"),
                _mandate(page, operation),
            )
        )
    columns = ("col_operation", "col_where", "col_people", "col_functions", "col_since",
               "col_mandate")  # fmt: skip
    page.blocks.append(
        Table(
            page.say("current_caption", framework=page.label("frameworks", framework)),
            tuple(page.say(c) for c in columns),
            tuple(rows),
            numeric=(2,),
        )
    )


def _people(page: _Writer, part: OperationParticipation) -> Text:
    """How many, when counted, and whether the figure is old or the presence to be confirmed."""
    spans: list[Span] = []
    if part.persons is not None and part.counted_on:
        counts = [f.source for f in part.figures if f.counted_on == part.counted_on]
        when = page.on("counted", part.counted_on)
        if _counts_a_part(part):
            whom = page.listing(page.label("categories", c) for c in part.categories)
            whom = whom if page.lang == "de" else whom[0].lower() + whom[1:]
            when = f"{whom}, {when}"
        spans.append(page.cited(f"{page.number(part.persons)} ({when})", counts, 1))
    else:
        spans.append(page.cited("–", part.sources, 1))
    marks = [
        page.say(name)
        for name, true in (("stale", part.stale), ("unconfirmed", part.unconfirmed))
        if true
    ]
    if marks:
        spans.append(Span(", ".join(marks), mark=True))
    return tuple(spans)


def _counts_a_part(part: OperationParticipation) -> bool:
    """Whether more people of other categories were counted at another time.

    The latest figure then says little about the whole: ten police officers of a year after a
    battalion. Its category is told with it.
    """
    told = set(part.categories) | {f.category for f in part.figures
                                   if f.counted_on == part.counted_on}  # fmt: skip
    return (
        bool(part.categories)
        and "total" not in told
        and any(f.category not in told and f.persons > (part.persons or 0) for f in part.figures)
    )


def _mandate(page: _Writer, operation: OperationFacts) -> Text:
    """Until when the operation is authorised on the page's date, and by which decision."""
    mandate = operation.mandate_on(page.as_of)
    if mandate is None:
        return say("–")
    until = operation.mandate_until(page.as_of)
    if operation.status(page.as_of) == "unconfirmed":
        lapsed = operation.unconfirmed_since(page.as_of)
        key = "mandate_lapsed" if until else "last_seen"
        text = page.say(key, date=page.date(lapsed)) if lapsed else page.say("unconfirmed")
    elif until:
        # renewed since by a decision the catalogue does not hold: no date rather than a past one
        text = page.on("until", until) if last_day(until) >= page.as_of else "–"
    else:
        text = page.say("open_mandate") if mandate.open_ended else "–"
    if text == "–":
        return say(text)
    return (
        Span(f"{text} ("),
        Span(mandate.symbol, url=mandate.source.url),
        page.cited(")", [mandate.source], 1),
    )


def _write_past(page: _Writer, framework: str, parts: tuple[OperationParticipation, ...]) -> None:
    ended = [p for p in parts if page.place(page.facts.operations[p.operation])]
    page.heading(3, page.say("past_heading"))
    if framework == "un" and ended:
        hosts = dict.fromkeys(w for p in ended for w in page.places(p.operation))
        page.paragraph(
            Span(
                page.say("was_in", country=page.country.subject(page.lang), places=page.join(hosts))
            )
        )
    rows = []
    for part in parts:
        operation = page.facts.operations[part.operation]
        rows.append(
            (
                page.title(operation),
                say(page.where(operation)),
                _period(page, part),
                _people(page, part),
                _became(page, operation),
            )
        )
    columns = ("col_operation", "col_where", "col_period", "col_people", "col_became")
    page.blocks.append(
        Table(
            page.say("past_caption", framework=page.label("frameworks", framework)),
            tuple(page.say(c) for c in columns),
            tuple(rows),
            numeric=(3,),
        )
    )


def _period(page: _Writer, part: OperationParticipation) -> Text:
    if part.start and part.end and part.start != part.end:
        text = page.say("from_to", start=page.date(part.start), end=page.date(part.end))
    elif part.start and part.end:
        text = page.date(part.start)
    elif part.start:
        key = "since" if part.current else "from_open"
        text = page.say(key, date=page.date(part.start))
    elif part.end:
        text = page.say("period_until", date=page.date(part.end))
    elif part.last_known:
        text = page.say("last_seen", date=page.date(part.last_known))
    else:
        text = "–"
    return (page.cited(text, part.sources, 1),)


def _became(page: _Writer, operation: OperationFacts) -> Text:
    """What became of an operation by the page's date, and by which decision."""
    status = operation.status(page.as_of)
    if status == "active":
        return say(page.say("still_running"))
    if status == "unconfirmed":
        return _mandate(page, operation)
    ending = operation.ending
    ends = [d.source for d in operation.dates if d.what == "end" and d.preferred]
    deciding = [d for d in operation.decisions if d.action == "terminate"]
    text = (
        page.say("ended_on", date=page.date(ending)) if ending else page.say("ended_date_unknown")
    )
    spans = [page.cited(text, ends or [d.source for d in deciding], 1)]
    if deciding:
        spans = [Span(text + ", "), Span(deciding[-1].symbol, url=deciding[-1].source.url),
                 Span("", notes=page.notes.cite([deciding[-1].source], 1))]  # fmt: skip
    if operation.end_trust == "unverified":
        spans.append(Span(page.say("to_check"), mark=True))
    following = [page.short(page.facts.operations[s]) for s in operation.successors]
    if following:
        spans.append(Span(" – " + page.say("succeeded_by", name=page.join(following))))
    return tuple(spans)


def _write_running(page: _Writer, running: list[OperationFacts], day: str) -> None:
    """The framework's operations that run on the date, each with its place and mandate."""
    if not running:
        page.paragraph(Span(page.say("none_running")))
        return
    page.paragraph(Span(page.say("running", date=day)))
    items: list[Text] = []
    for o in running:
        where = page.where(o)
        spans = [*page.title(o), Span(f" ({where})" if where else "")]
        if o.status(page.as_of) == "unconfirmed":
            spans.append(Span(page.say("unconfirmed"), mark=True))
        items.append(tuple(spans))
    page.blocks.append(Bullets(tuple(items)))


def _write_priorities(page: _Writer, points: list[Row]) -> None:
    """What the country asks of mandates, and that it supports the UN's own reform."""
    asked = [p for p in points if p["section"] == "priority"]
    if asked:
        page.heading(3, page.say("priorities"))
        spans = sorted({(p["start_date"] or "", p["end_date"] or "") for p in asked})
        if len(spans) == 1 and all(spans[0]):
            page.paragraph(Span(page.say("priorities_term", start=spans[0][0][:4],
                                         end=spans[0][1][:4])))  # fmt: skip
        page.blocks.append(
            Bullets(
                tuple(
                    (
                        page.cited(
                            p[f"text_{page.lang}"],
                            [page.facts.sources_by_citation[p["citation_id"]]],
                        ),
                    )
                    for p in asked
                )
            )
        )
    support = [p for p in points if p["section"] == "support"]
    if not support:
        return
    page.heading(3, page.say("a4p"))
    for p in support:
        _write_point(page, p)
    for scheme in dict.fromkeys(s for p in support for s in split(p["scheme"])):
        concepts = [c for c in page.facts.concepts.get(scheme, {}).values() if c.parent is None]
        if concepts:
            page.paragraph(Span(page.say("a4p_areas", n=page.number(len(concepts)))))
            page.blocks.append(
                Bullets(
                    tuple(
                        (Span(c.label[page.lang], notes=page.notes.cite([c.source], 1)),)
                        for c in concepts
                    )
                )
            )


def _write_commands(page: _Writer) -> None:
    commands = page.answer.commands
    if not commands:
        return
    page.heading(2, page.say("commands"))
    rows = []
    for c in sorted(commands, key=lambda c: c.start or "", reverse=True):
        if c.start and c.end and last_day(c.end) <= page.as_of:
            period = page.say("from_to", start=page.date(c.start), end=page.date(c.end))
        elif c.start:  # "since" would say that it still is so
            recent = first_day(c.start) + timedelta(days=STALE_DAYS) >= page.as_of
            running = page.facts.operations[c.operation].status(page.as_of) == "active"
            key = "since" if c.end or (recent and running) else "from_open"
            period = page.say(key, date=page.date(c.start))
        else:
            period = "–"
        rows.append(
            (
                say(page.short(page.facts.operations[c.operation])),
                say(c.post),
                say(c.holder or "–"),
                (page.cited(period, [c.source], 1),),
            )
        )
    columns = ("col_operation", "col_post", "col_holder", "col_period")
    page.blocks.append(
        Table(page.say("commands"), tuple(page.say(c) for c in columns), tuple(rows))
    )


def _write_deaths(page: _Writer) -> None:
    deaths = page.answer.deaths
    total = sum(d.persons for d in deaths)
    if not total:
        return
    page.heading(2, page.say("deaths"))
    key = "deaths_one" if total == 1 else "deaths_text"
    page.paragraph(
        page.cited(page.say(key, n=page.number(total)), dict.fromkeys(d.source for d in deaths), 3)
    )


def _write_due(page: _Writer) -> None:
    """Mandates of the country's operations that end within a year."""
    if not page.answer.last_updated:
        return
    horizon = page.as_of + timedelta(days=DUE_DAYS)
    rows: list[tuple[date, tuple[Text, ...]]] = []
    for parts in page.answer.current.values():
        for part in parts:
            operation = page.facts.operations[part.operation]
            mandate = operation.mandate_on(page.as_of)
            until = operation.mandate_until(page.as_of)
            ending = operation.ending
            final = bool(ending and operation.last_day and page.as_of <= operation.last_day
                         and any(d.action == "terminate" and first_day(d.date) <= page.as_of
                                 for d in operation.decisions))  # fmt: skip
            due = ending if final else until
            if not due or not mandate or not page.as_of <= last_day(due) <= horizon:
                continue
            what = page.say("due_ends" if final else "due_expires")
            rows.append(
                (
                    last_day(due),
                    (
                        say(page.date(due)),
                        say(page.short(operation)),
                        say(what),
                        (Span(mandate.symbol, url=mandate.source.url,
                              notes=page.notes.cite([mandate.source], 1)),),
                    ),
                )
            )  # fmt: skip
    page.heading(2, page.say("due"))
    if not rows:
        page.paragraph(Span(page.say("due_none")))
        return
    columns = ("col_due", "col_operation", "col_became", "col_decision")
    heads = [page.say(c) for c in columns]
    heads[2] = page.say("due")
    page.blocks.append(
        Table(
            page.say("due_caption"),
            tuple(heads),
            tuple(cells for _, cells in sorted(rows, key=lambda r: r[0])),
        )
    )


def _write_links(page: _Writer) -> None:
    items: list[Text] = []
    for framework in FRAMEWORKS[:4]:
        concept = page.facts.concepts.get("frameworks", {}).get(framework)
        if concept and concept.url:
            name = page.say("links_official", name=concept.label[page.lang])
            items.append((Span(name, url=concept.url),))
    items += [(Span(name, url=url),) for name, url in page.answer.links.items()]
    if items:
        page.heading(2, page.say("links"))
        page.blocks.append(Bullets(tuple(items)))
