"""An existing page read back: which operations it names, what it says of them, what is no longer
true on a date.

The page is cut into sentences; names of operations are found under any spelling the catalogue
knows; what a sentence claims (now, past, neutral) follows from cues kept as data in
`catalogue/lexicon/review.yaml`. The verdict compares the claim with the facts of the date.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from peaceops.analysis.facts import (
    DecisionFact,
    Facts,
    OperationFacts,
    SourceRef,
    Status,
    read_facts,
)
from peaceops.analysis.page_claims import (
    Claim,
    ClaimReader,
    Sentence,
    date_in,
    read_lexicon,
    split_sentences,
)
from peaceops.analysis.page_names import FoundName, OperationNames, fold, words_of
from peaceops.analysis.participation import OperationParticipation, show_country
from peaceops.importers.page_text import PageText
from peaceops.model import LANGUAGES, first_day, last_day
from peaceops.store import Database

Verdict = Literal["ok", "stale", "check"]
OLD_PAGE_DAYS = 365
# "the UN mission in X": no operation's own name
_GENERIC = re.compile(
    r"^(?:un|vn|uno|onu|eu|ue|nato|navo|otan|osce|ovse|osze|united nations)[\s-]"
    r"(?:peacekeeping |vredes|friedens)?"
    r"(?:mission|missie|operation|operatie|einsatz)\b"
    r"|^mission de (?:l'|maintien de la paix de l')?(?:onu|ue|otan|osce)\b"
    r"|^mission des nations unies (?:au|en|a|aux)\b"
)
# words of countries' names that many share
_COMMON_IN_COUNTRIES = frozenset(
    re.findall(
        r"\w+",
        "republic republique republiek republik democratic democratique democratische"
        " demokratische central south soud northern islamic islamique islamitische islamische"
        " arab arabe arabische united etats state states kingdom people former",
    )
)


# Why a verdict was given: a code, said in English here and in each language by the portal.
REASONS: Mapping[str, str] = {
    "ended": "%(name)s ended on %(date)s",
    "ended-by": "%(name)s ended on %(date)s, by %(decision)s",
    "ended-undated": "%(name)s has ended; the date is not known",
    "ended-unverified": "%(name)s ended on %(date)s as far as is known; this date is still to be"
    " checked",
    "ended-neutral": "%(name)s ended on %(date)s; the sentence leaves open whether it still exists",
    "ended-neutral-by": "%(name)s ended on %(date)s, by %(decision)s; the sentence leaves open"
    " whether it still exists",
    "ended-with": "%(name)s ended on %(date)s with its last mandate, %(decision)s",
    "ended-neutral-with": "%(name)s ended on %(date)s with its last mandate, %(decision)s; the"
    " sentence leaves open whether it still exists",
    "not-yet": "%(name)s began only on %(date)s",
    "unconfirmed": "the last known mandate of %(name)s ran out on %(date)s; neither a renewal nor"
    " an end is known",
    "running": "%(name)s is under way",
    "present": "%(name)s is under way and the country is known to be there",
    "last-known": "%(name)s is under way; the country was last known there on %(date)s",
    "not-there": "%(name)s is under way, but the country is not known to be there",
    "still-there": "%(name)s is under way and the country is still there",
    "count-past": "said of the past; the catalogue counts %(found)s on %(date)s",
    "count-agrees": "the catalogue counts the same on %(date)s",
    "count-unsure": "the catalogue counts %(found)s on %(date)s and %(unsure)s more not confirmed",
    "count-differs": "the page says %(stated)s; the catalogue counts %(found)s on %(date)s",
    "people-unknown": "no figure of the country in this operation is known",
    "people-agree": "the newest known figure is the same, counted %(date)s",
    "people-differ": "the newest known figure is %(found)s, counted %(date)s",
    "date-passed": "this date has passed; the catalogue has %(found)s",
    "date-passed-unknown": "this date has passed; the catalogue has no later one",
    "date-agrees": "the catalogue has the same date",
    "date-differs": "the catalogue has %(found)s",
    "date-unknown": "the catalogue has no date",
    "page-undated": "the page does not say when it was last brought up to date",
    "page-old": "the page was last brought up to date %(days)s days before %(date)s",
    "page-future": "the page's date lies after %(date)s",
    "page-fresh": "the page is less than a year old",
}


@dataclass(frozen=True)
class Reason:
    """Why a verdict was given: a code of `REASONS` and its values."""

    code: str
    values: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return REASONS[self.code] % self.values


def _because(code: str, **values: object) -> Reason:
    return Reason(code, {k: str(v) for k, v in values.items()})


@dataclass(frozen=True)
class Mention:
    """An operation named in a page, what the sentence says of it, and whether that still holds."""

    text: str
    line: int
    operation: str
    sentence: str
    claim: Claim
    status: Status
    verdict: Verdict
    reason: Reason
    since: str | None
    decision: str | None
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True)
class PageClaim:
    """A number or a date that a page states, and what the facts say."""

    kind: Literal["count", "last-updated", "date"]
    text: str
    line: int
    stated: str | None
    found: str | None
    verdict: Verdict
    reason: Reason


@dataclass(frozen=True)
class Review:
    """`review FILE`: every mention and claim of a page with its verdict."""

    page: str
    as_of: str
    country: str | None
    language: str
    mentions: tuple[Mention, ...]
    claims: tuple[PageClaim, ...]

    def as_contract(self) -> dict[str, Any]:
        """The JSON of the contract."""
        return {
            "page": self.page,
            "as_of": self.as_of,
            "country": self.country,
            "language": self.language,
            "mentions": [
                {**m.__dict__, **_say(m.reason), "sources": [s.__dict__ for s in m.sources]}
                for m in self.mentions
            ],
            "claims": [{**c.__dict__, **_say(c.reason)} for c in self.claims],
        }


def _say(reason: Reason) -> dict[str, Any]:
    return {"reason": str(reason), "reason_code": reason.code, "reason_values": reason.values}


# The page ----------------------------------------------------------------------------------------


def detect_language(page: PageText) -> str:
    """The page's language among fr, nl, de and en, by its commonest small words."""
    if page.language in LANGUAGES:
        return str(page.language)
    small = {
        "fr": "le la les des du et dans une est sont pour au aux sur par qui nos notre de en"
        " depuis effectif pays",
        "nl": "de het een en van in is zijn voor met op aan door niet ook wij onze"
        " missie missies sinds aantal operatie landen",
        "de": "der die das und in den von ist sind für mit auf an im zu des wir unser"
        " einsatz einsätze seit personal stärke",
        "en": "the of and in to a is are for with on at by we our its has"
        " since personnel country strength",
    }
    words = Counter(token for line in page.lines[:2_000] for token, _, _ in words_of(line.text))
    lists = {code: {fold(w) for w in text.split()} for code, text in small.items()}
    shared = Counter(word for words_ in lists.values() for word in words_)
    score = {code: sum(words[w] / shared[w] for w in own) for code, own in lists.items()}
    if max(score.values()) < 3:  # a list or a table: its few words of the subject tell
        lexicon = read_lexicon()
        text = fold(" ".join(line.text for line in page.lines[:200]))
        for code in LANGUAGES:
            for kind in ("people", "taking_part", "operation_words", "months"):
                score[code] += len(lexicon.get(kind, code).spans(text)) / 2
    return max(LANGUAGES, key=lambda code: (score[code], code == "en"))


# Verdicts ---------------------------------------------------------------------------------------


class _Reviewer:
    def __init__(self, db: Database, page: PageText, country: str | None, as_of: date):
        self.facts = read_facts(db)
        self.page, self.as_of = page, as_of
        self.lexicon = read_lexicon()
        self.language = detect_language(page)
        self.names = _names_of(self.facts)
        self.claims = ClaimReader(self.language, as_of, self.lexicon)
        self.found: dict[str, list[FoundName]] = {}
        self.plain = self._plainly_named()
        self.country = country or self._guess_country()
        self.parts: dict[str, OperationParticipation] = {}
        self.about: dict[str, bool] = {"": False}
        self.stem = re.compile(r"(?!)")  # no country: nothing is about it
        if self.country:
            name = fold(self.facts.country(self.country).name(self.language))
            self.stem = re.compile(rf"\b{re.escape(name[:5])}")
            answer = show_country(db, self.country, as_of)
            self.parts = {p.operation: p for ps in answer.current.values() for p in ps}

    def review(self) -> Review:
        mentions: list[Mention] = []
        claims: list[PageClaim] = []
        for sentence in split_sentences(self.page, self._names_something):
            names = self._names_in(sentence.text)
            believed = [n for n in names if not n.doubtful or self._believe(n, names, sentence)]
            here: list[Mention] = []
            for index in range(len(believed)):
                here.append(self._mention(sentence, believed, index))
            mentions += here
            if any(c.isdigit() for c in sentence.text) or sentence.folded.count(" ") > 3:
                claims += self._operation_counts(sentence)
            claims += self._people_counts(sentence, here)
            claims += self._expiries(sentence, here)
        claims.append(self._last_updated())
        return Review(
            self.page.name, self.as_of.isoformat(), self.country, self.language,
            tuple(mentions), tuple(claims),
        )  # fmt: skip

    # names ---------------------------------------------------------------------------------------

    def _names_in(self, text: str) -> list[FoundName]:
        found = self.found.get(text)
        if found is None:
            found = self.found[text] = list(self.names.find(text))
        return found

    def _plainly_named(self) -> set[str]:
        """Operations that the page names in a way that leaves no doubt."""
        return {
            operation
            for line in self.page.lines
            for name in self._names_in(line.text)
            if not name.doubtful
            for operation in name.operations
        }

    def _names_something(self, text: str) -> bool:
        """Whether a heading names an operation, a country or an organisation."""
        folded = f" {' '.join(w for w, _, _ in words_of(text))} "
        if self._names_in(text):
            return True
        if self.lexicon.get("organisations", self.language).found(folded):
            return True
        return any(f" {name} " in folded for name in self.countries)

    @cached_property
    def countries(self) -> set[str]:
        """Names of countries in the page's language, folded, as words."""
        return {
            " ".join(w for w, _, _ in words_of(c.name(self.language)))
            for c in self.facts.countries.values()
        }

    def _believe(self, name: FoundName, names: list[FoundName], sentence: Sentence) -> bool:
        """Whether an ordinary word or a very short acronym is an operation's name here."""
        if any(o in self.plain for o in name.operations):
            return True
        bodies = {self.facts.operations[o].framework for o in name.operations}
        operation_words = self.lexicon.get("operation_words", self.language)
        for other in names:  # 'Irini löste die Operation Sophia ab'
            beside = operation_words.found(sentence.folded[max(0, other.start - 12) : other.start])
            if other is not name and (not other.doubtful or beside):
                others = {self.facts.operations[o].framework for o in other.operations}
                if bodies & others:
                    return True
        text = sentence.folded
        before = text[max(0, name.start - 40) : name.start]
        behind = text[name.end : name.end + 25]
        words = self.lexicon.get("operation_words", self.language)
        near = " ".join(re.findall(r"\w+", re.split(r"[.;:,]", before)[-1])[-2:])
        if words.found(near) or words.found(" ".join(re.findall(r"\w+", behind)[:1])):
            return True
        written = sentence.text[name.start : name.end]
        if not written.isupper() and not re.fullmatch(r"[a-z][A-Z]+", written):
            return False
        if len(self.plain) >= 2:
            return True
        if not (sentence.bullet or sentence.heading or sentence.cells or "(" in before[-2:]
                or words.found(text)):  # fmt: skip
            return False
        around = f"{text} {' '.join(map(fold, sentence.headings))} {fold(sentence.intro)}"
        return any(
            self._stands_in(around, h.country)
            for o in name.operations
            for h in self.facts.operations[o].hosts
        )

    def _stands_in(self, folded: str, country: str) -> bool:
        """Whether a country is named in a folded text, by the stem of its name."""
        name = fold(self.facts.country(country).name(self.language))
        words = sorted(re.findall(r"[a-z]{4,}", name), key=len) or [name]
        longest = next((w for w in re.findall(r"[a-z]{4,}", name)
                        if w not in _COMMON_IN_COUNTRIES), words[-1])  # fmt: skip
        return f" {longest[:6]}" in re.sub(r"[^a-z]+", " ", f" {folded}")

    def _choose(
        self, name: FoundName, sentence: Sentence, following: FoundName | None
    ) -> OperationFacts:
        """The operation meant where a name serves several.

        The one whose acronym follows; the one whose host stands beside it; then the one that
        existed in the year beside it; then one that exists on the date, or existed last. What
        only says "the UN mission in X" can be any of the UN's there.
        """
        operations = [self.facts.operations[i] for i in name.operations]
        written = fold(sentence.text[name.start : name.end])
        if _GENERIC.search(written):
            hosts = {h.country for o in operations for h in o.hosts}
            operations += [
                o for o in self.facts.operations.values()
                if o.framework == operations[0].framework and o not in operations
                and {h.country for h in o.hosts} & hosts
                and (o.framework != "un" or o.kind == "peacekeeping")
            ]  # fmt: skip
            between = sentence.text[name.end : following.start] if following else "."
            if following and re.fullmatch(r"[\s,(–„“«\"-]*", between):
                named = [o for o in operations if o.id in following.operations]
                operations = named or operations
        if len(operations) == 1:
            return operations[0]
        beside = sentence.folded[max(0, name.start - 60) : name.end + 60]
        around = f"{sentence.folded} {' '.join(map(fold, sentence.headings))}"
        years = [int(y) for y in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", beside)]

        def lived(o: OperationFacts) -> int:
            first = o.first_day.year if o.first_day else 0
            last = o.last_day.year if o.last_day else 9999
            return sum(first <= y <= last for y in years)

        def rank(o: OperationFacts) -> tuple[bool, bool, int, bool, bool, str]:
            return (
                any(self._stands_in(beside, h.country) for h in o.hosts),
                any(self._stands_in(around, h.country) for h in o.hosts),
                lived(o),
                o.status(self.as_of) in ("active", "unconfirmed"),
                o.id in self.plain and len(self.plain & set(name.operations)) == 1,
                o.start or "",
            )

        return max(operations, key=rank)

    # the country ---------------------------------------------------------------------------------

    def _guess_country(self) -> str | None:
        """The country whose name and people the page speaks of most; no host of what it names."""
        text = " ".join(line.text for line in self.page.lines[:2_000])
        folded = f" {' '.join(t for t, _, _ in words_of(text))} "
        hosts = {
            h.country
            for line in self.page.lines[:2_000]
            for n in self._names_in(line.text)
            for o in n.operations
            for h in self.facts.operations[o].hosts
        }
        counts: Counter[str] = Counter()
        named = {
            " ".join(t for t, _, _ in words_of(c.name(self.language))): c.iso3
            for c in self.facts.countries.values()
        }
        for name in sorted(named, key=len, reverse=True):  # 'South Sudan' is no 'Sudan'
            if len(name) > 3 and f" {name} " in folded:
                peoples = self.lexicon.get("peoples", named[name])
                if not peoples.found(name):
                    counts[named[name]] += folded.count(f" {name} ")
                    folded = folded.replace(f" {name} ", "  ")
        for country in self.facts.countries.values():
            counts[country.iso3] += len(self.lexicon.get("peoples", country.iso3).spans(folded))
        for host in hosts:
            del counts[host]
        best = [(n, c) for c, n in counts.items() if n]
        return max(best, key=lambda b: (b[0], b[1]))[1] if best else None

    def _speaks_of_country(self, sentence: Sentence, place: int) -> bool:
        """Whether what is named at a place is named as something the page's country takes part in.

        It is where the sentence, or what opens or heads its list, names the country or "us" or
        people sent; and where the sentence before did and the operation is not what acts here.
        """
        if not self.country:
            return False
        about = self._about_country
        listed = sentence.bullet or bool(sentence.cells) or sentence.heading
        above = (sentence.intro, *sentence.headings) if listed else (sentence.intro,)
        if about(sentence.text) or any(map(about, above)):
            return True
        if self.lexicon.get("people", self.language).found(sentence.folded):
            return True
        if listed:
            part = self.lexicon.get("taking_part", self.language)
            if re.search(r"(?<!\d)\d{1,3}(?!\d)", sentence.text):
                return True
            if any(part.found(fold(h)) for h in above):
                return True
            bodies = self.lexicon.get("organisations", self.language)
            return any(self.claims.claim_of_heading(h) == "current" for h in above) and not any(
                bodies.found(fold(h)) for h in above
            )
        verb = self.claims.verb_before(sentence, place)
        if verb is None or not about(sentence.before):
            return False
        bodies = self.lexicon.get("organisations", self.language)
        return not bodies.found(sentence.folded[:verb])

    def _about_country(self, text: str) -> bool:
        known = self.about.get(text)
        if known is None:
            folded = fold(text)
            known = bool(
                self.stem.search(folded)
                or self.lexicon.get("peoples", self.country or "").found(folded)
                or self.lexicon.get("ourselves", self.language).found(folded)
            )
            self.about[text] = known
        return known

    # mentions ------------------------------------------------------------------------------------

    def _mention(self, sentence: Sentence, names: list[FoundName], index: int) -> Mention:
        name = names[index]
        following = names[index + 1] if index + 1 < len(names) else None
        operation = self._choose(name, sentence, following)
        status = operation.status(self.as_of)
        began = operation.first_day.year if operation.first_day else None
        claim = self.claims.claim_of(
            sentence, name.start, name.end, last_end=names[index - 1].end if index else 0,
            next_place=following.start if following else None, began=began,
            names=[(n.start, n.end) for n in names],
        )  # fmt: skip
        ours = self._speaks_of_country(sentence, name.start)
        verdict, reason = self._verdict(operation, status, claim, ours)
        _, ending = self._ended_by(operation)
        ends = [d.source for d in operation.dates if d.what == "end" and d.preferred]
        mandate = operation.mandate_on(self.as_of)
        sources = [*([ending.source] if ending else []), *ends] if status == "ended" else []
        if not sources and mandate:
            sources = [mandate.source]
        if operation.id in self.parts and status != "ended":
            sources += self.parts[operation.id].sources[:2]
        decision = ending if status == "ended" else mandate
        return Mention(
            text=sentence.text[name.start : name.end],
            line=sentence.line_at(name.start),
            operation=operation.id,
            sentence=sentence.text.strip(),
            claim=claim,
            status=status,
            verdict=verdict,
            reason=reason,
            since=operation.ending
            if status == "ended"
            else operation.unconfirmed_since(self.as_of),
            decision=decision.symbol if decision else None,
            sources=tuple(dict.fromkeys(sources)),
        )

    def _verdict(
        self, operation: OperationFacts, status: Status, claim: Claim, ours: bool
    ) -> tuple[Verdict, Reason]:
        """`ours`: the sentence speaks of the part of the page's own country."""
        name = _call(operation)
        if status == "ended":
            return self._verdict_ended(operation, claim)
        if status == "not-yet":
            return "check", _because("not-yet", name=name, date=operation.start)
        if status == "unconfirmed":
            since = operation.unconfirmed_since(self.as_of)
            reason = _because("unconfirmed", name=name, date=since)
            return ("ok" if claim == "past" else "check"), reason
        part = self.parts.get(operation.id)
        runs = _because("running", name=name)
        if claim == "current":
            if part and not part.unconfirmed:
                return "ok", _because("present", name=name)
            if ours:
                if part:
                    return "check", _because("last-known", name=name, date=part.last_known)
                return "check", _because("not-there", name=name)
        elif claim == "past" and part and not part.unconfirmed and ours:
            return "ok", _because("still-there", name=name)
        return "ok", runs

    def _verdict_ended(self, operation: OperationFacts, claim: Claim) -> tuple[Verdict, Reason]:
        """Of an operation that has ended, with when and by which decision."""
        name, date_ = _call(operation), operation.ending
        verdict: Verdict = {"current": "stale", "past": "ok", "neutral": "check"}[claim]  # type: ignore[assignment]
        if date_ is None:
            return verdict, _because("ended-undated", name=name)
        how, decision = self._ended_by(operation)
        values = {"name": name, "date": date_} | ({"decision": decision.symbol} if decision else {})
        if operation.end_trust == "unverified":
            return verdict, _because("ended-unverified", name=name, date=date_)
        code = ("ended-neutral" if claim == "neutral" else "ended") + how
        return verdict, _because(code, **values)

    def _ended_by(self, operation: OperationFacts) -> tuple[str, DecisionFact | None]:
        """How an operation ended: by a decision (`-by`), or when its last mandate ran out."""
        ending = [d for d in operation.decisions if d.action == "terminate"]
        if ending:
            return "-by", ending[-1]
        last = operation.mandate_on(self.as_of)
        if last and last.until and operation.ending and last.until == operation.ending:
            return "-with", last
        return "", None

    # numbers -------------------------------------------------------------------------------------

    def _number(self, word: str) -> int | None:
        if word.isdigit():
            return int(word)
        return self.numbers.get(word)

    @cached_property
    def _number_words(self) -> str:
        return "|".join(map(re.escape, sorted(self.numbers, key=len, reverse=True)))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Numbers written as words, folded."""
        known: dict[str, int] = self.lexicon.data["numbers"][self.language]
        return {fold(word): number for word, number in known.items()}

    def _operation_counts(self, sentence: Sentence) -> Iterator[PageClaim]:
        """Counts of an organisation's operations; not of those the page's country takes part in."""
        text = sentence.folded
        seen: set[int] = set()
        for entry, own, beside in self.counted:
            # '14 vredesoperaties' counts where the sentence says whose they are
            body = self.lexicon.get("bodies", entry["framework"])
            pattern = beside if body.found(text) else own
            for match in pattern.finditer(text):
                stated = self._number(match[1])
                if stated is None or match.start() in seen or self._about_country(sentence.text):
                    continue
                seen.add(match.start())
                yield self._judge_count(sentence, match.start(), match.end(), stated, entry)

    @cached_property
    def counted(self) -> list[tuple[Mapping[str, Any], re.Pattern[str], re.Pattern[str]]]:
        """What a number may count: its entry, its pattern, its pattern beside its organisation."""

        def pattern(nouns: list[str]) -> re.Pattern[str]:
            words = sorted(map(fold, nouns), key=len, reverse=True)
            return re.compile(
                rf"(?<![\w.,])(\d{{1,3}}|{self._number_words})\s+(?:(?!\d)[\w-]+\s+){{0,3}}?"
                rf"(?:{'|'.join(map(re.escape, words))})(?!\w)"
            )

        out = []
        for entry in self.lexicon.data["operations_counted"]:
            nouns = list(entry["words"][self.language])
            more = list(entry.get("beside", {}).get(self.language, ()))
            out.append((entry, pattern(nouns), pattern(nouns + more)))
        return out

    def _judge_count(
        self, sentence: Sentence, start: int, end: int, stated: int, entry: Mapping[str, Any]
    ) -> PageClaim:
        framework, kind = entry["framework"], entry["kind"]
        statuses = [
            o.status(self.as_of)
            for o in self.facts.operations.values()
            if o.framework == framework and (not kind or o.kind == kind)
        ]
        ever = self.lexicon.get("everything_ever", self.language).spans(sentence.folded)
        unsure = 0 if ever else statuses.count("unconfirmed")
        found = sum(s != "not-yet" for s in statuses) if ever else statuses.count("active")
        claim = self.claims.claim_of(sentence, start)
        verdict: Verdict
        if claim == "past" and not ever:
            verdict, reason = "ok", _because("count-past", found=found, date=self.as_of)
        elif unsure and found <= stated <= found + unsure:
            verdict = "check"
            reason = _because("count-unsure", found=found, unsure=unsure, date=self.as_of)
        elif found == stated:
            verdict, reason = "ok", _because("count-agrees", date=self.as_of)
        elif unsure and framework != "un":
            verdict = "check"
            reason = _because("count-unsure", found=found, unsure=unsure, date=self.as_of)
        else:
            verdict = "stale"
            reason = _because("count-differs", stated=stated, found=found, date=self.as_of)
        return PageClaim(
            "count", sentence.text[start:end].strip(), sentence.line_at(start), str(stated),
            str(found), verdict, reason,
        )  # fmt: skip

    def _people_counts(self, sentence: Sentence, here: list[Mention]) -> Iterator[PageClaim]:
        """A number of people beside one operation of which the sentence says 'now'."""
        operations = {m.operation for m in here}
        if len(operations) != 1 or here[0].claim != "current" or not self.country:
            return
        mention = here[0]
        part = self.parts.get(mention.operation)
        for match in self.people.finditer(sentence.folded):
            stated = self._number(re.sub(r"\D", "", match[1]) or match[1])
            if stated is None:
                continue
            found = part.persons if part else None
            verdict: Verdict = "check"
            counted = part.counted_on if part else None
            if mention.verdict == "stale":
                verdict, reason = "stale", mention.reason
            elif found is None:
                reason = _because("people-unknown")
            elif found == stated:
                verdict = "check" if part and part.stale else "ok"
                reason = _because("people-agree", date=counted)
            else:
                reason = _because("people-differ", found=found, date=counted)
            yield PageClaim(
                "count", match[0], sentence.line_at(match.start()), str(stated),
                None if found is None else str(found), verdict, reason,
            )  # fmt: skip
            return

    @cached_property
    def people(self) -> re.Pattern[str]:
        """A number and the people it counts."""
        words = "|".join(
            re.escape(fold(w.rstrip("*"))) + (r"\w*" if w.endswith("*") else "")
            for w in self.lexicon.data["people_counted"][self.language]
        )
        return re.compile(
            rf"(?<![\w.,])(\d{{1,3}}(?:[. \u202f]\d{{3}})?|{self._number_words})\s+"
            rf"(?:[\w-]+\s+){{0,2}}?(?:{words})(?!\w)"
        )

    def _expiries(self, sentence: Sentence, here: list[Mention]) -> Iterator[PageClaim]:
        """'mandate until 31 December 2022' said of one operation as if it still ran."""
        if len({m.operation for m in here}) != 1 or here[0].claim == "past":
            return
        operation = self.facts.operations[here[0].operation]
        for _, end in self.lexicon.get("until", self.language).spans(sentence.folded):
            stated = self._date_at(sentence.folded[end : end + 40])
            if not stated:
                continue
            known = operation.mandate_until(self.as_of)
            found = operation.ending if operation.status(self.as_of) == "ended" else known
            verdict: Verdict
            unsure = (
                operation.end_trust == "unverified" or operation.status(self.as_of) == "unconfirmed"
            )
            same = found is not None and found[: len(stated)] == stated[: len(found)]
            if last_day(stated) < self.as_of:
                verdict = "check" if unsure or same or not found else "stale"
                reason = (
                    _because("date-passed", found=found)
                    if found
                    else _because("date-passed-unknown")
                )
            elif same:
                verdict, reason = "ok", _because("date-agrees")
            else:
                verdict = "check"
                reason = (
                    _because("date-differs", found=found) if found else _because("date-unknown")
                )
            yield PageClaim(
                "date", sentence.text[max(0, end - 12) : end + 25].strip(),
                sentence.line_at(end), stated, found, verdict, reason,
            )  # fmt: skip

    def _date_at(self, folded: str) -> str | None:
        """The first date of a text, as precise as it is written."""
        return date_in(folded, self.language, self.lexicon)

    def _last_updated(self) -> PageClaim:
        """The page's own date: what it prints, else what its file says, else missing."""
        stated, place, text = None, 1, ""
        for line in self.page.lines:
            folded = fold(line.text)
            spans = self.lexicon.get("last_updated", self.language).spans(folded)
            if not spans or (len(line.text) > 120 and "stand" in folded):
                continue
            text, place = line.text, line.number
            stated = self._date_at(folded[spans[0][1] :])
            if stated:
                break
        if stated is None and self.page.modified:
            stated, text = self.page.modified, text or f"file: {self.page.modified}"
        verdict: Verdict = "check"
        if stated is None:
            reason = _because("page-undated")
        else:
            age = (self.as_of - last_day(stated)).days
            if age > OLD_PAGE_DAYS:
                reason = _because("page-old", days=age, date=self.as_of)
            elif age < 0 and first_day(stated) > self.as_of:
                reason = _because("page-future", date=self.as_of)
            else:
                verdict, reason = "ok", _because("page-fresh")
        return PageClaim("last-updated", text, place, stated, None, verdict, reason)


def _call(operation: OperationFacts) -> str:
    """An operation's acronym, or its name where the acronym says little ("OM")."""
    acronym = operation.acronym("en")
    return acronym if len(acronym) > 3 else operation.name("en")


_NAMES: dict[int, tuple[Facts, OperationNames]] = {}


def _names_of(facts: Facts) -> OperationNames:
    """The names of a database's operations, made once."""
    kept = _NAMES.get(id(facts))
    if kept is None or kept[0] is not facts:
        spellings = {}
        for o in facts.operations.values():
            acronyms = [n.acronym for n in o.names if n.acronym]
            bare = [a.rsplit(" ", 1)[0] for a in acronyms if re.search(r" I{1,3}$", a)]
            spellings[o.id] = [*(n.name for n in o.names), *acronyms, *o.aliases, *bare]
        names = OperationNames(spellings, read_lexicon().data["ordinary_names"])
        _NAMES.clear()
        kept = _NAMES[id(facts)] = (facts, names)
    return kept[1]


def review_page(db: Database, page: PageText, as_of: date, country: str | None = None) -> Review:
    """Every operation and number a page names, with what is no longer true on the date.

    `country` (ISO3) is the country whose page it is; guessed from the text when not given.
    Raises `NotFound` for a code that is no country.
    """
    if country:
        country = read_facts(db).country(country).iso3
    return _Reviewer(db, page, country, as_of).review()
