"""An existing page read back: which operations it names, what it says of them, what is no longer
true on a date.

The page is cut into sentences; names of operations are found under any spelling the catalogue
knows; what a sentence claims (now, past, neutral) follows from cues kept as data in
`catalogue/lexicon/review.yaml`. The verdict compares the claim with the facts of the date.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from peaceops.analysis.facts import Facts, OperationFacts, SourceRef, Status, read_facts
from peaceops.analysis.participation import OperationParticipation, show_country
from peaceops.importers.page_text import PageLine, PageText
from peaceops.model import LANGUAGES, first_day, last_day
from peaceops.places import catalogue_dir
from peaceops.store import Database

Claim = Literal["current", "past", "neutral"]
Verdict = Literal["ok", "stale", "check"]
OLD_PAGE_DAYS = 365


# Why a verdict was given: a code, said in English here and in each language by the portal.
REASONS: Mapping[str, str] = {
    "ended": "%(name)s ended on %(date)s",
    "ended-by": "%(name)s ended on %(date)s, by %(decision)s",
    "ended-undated": "%(name)s has ended; the date is not known",
    "ended-unverified": "%(name)s ended on %(date)s as far as is known; this date is still to be"
    " checked",
    "ended-neutral": "%(name)s ended on %(date)s; the sentence leaves open whether it still exists",
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


# Words ------------------------------------------------------------------------------------------

_WORD = re.compile(r"\w+", re.UNICODE)


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Text without case and accents, with plain apostrophes and hyphens.

    >>> fold("Opération de l’ONU à Chypre")
    "operation de l'onu a chypre"
    """
    text = text.replace("’", "'").replace("‘", "'").replace("\u2011", "-").replace("\u2010", "-")
    text = text.replace("ß", "ss").replace("œ", "oe").replace("Œ", "OE").replace("\xa0", " ")
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _tokens(text: str) -> list[tuple[str, int, int]]:
    """Folded words of a text with their place in it."""
    return [(fold(m[0]), m.start(), m.end()) for m in _WORD.finditer(text)]


class _Names:
    """Every spelling of every operation, found by its first word, longest first."""

    def __init__(self, facts: Facts):
        self.by_first: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        for operation in facts.operations.values():
            spellings: dict[str, None] = {}
            for name in operation.names:
                spellings.setdefault(name.name)
                spellings.setdefault(name.acronym)
            for alias in operation.aliases:
                spellings.setdefault(alias)
            for spelling in spellings:
                words = tuple(t for t, _, _ in _tokens(spelling))
                if words and len(spelling) > 2:
                    self.by_first.setdefault(words[0], []).append((words, operation.id, spelling))
        for entries in self.by_first.values():
            entries.sort(key=lambda e: -len(e[0]))

    def find(self, text: str) -> Iterator[tuple[int, int, list[str]]]:
        """Start, end and operations of each name in a text; longer names win."""
        tokens = _tokens(text)
        index = 0
        while index < len(tokens):
            best: tuple[int, list[str]] | None = None
            for words, operation, spelling in self.by_first.get(tokens[index][0], ()):
                if best and len(words) < best[0]:
                    break
                end = index + len(words)
                if end > len(tokens) or any(tokens[index + i][0] != w for i, w in enumerate(words)):
                    continue
                written = text[tokens[index][1] : tokens[end - 1][2]]
                if not _written_as_name(written, spelling):
                    continue
                if best:
                    best[1].append(operation)
                else:
                    best = (len(words), [operation])
            if best:
                yield (
                    tokens[index][1],
                    tokens[index + best[0] - 1][2],
                    list(dict.fromkeys(best[1])),
                )
                index += best[0]
            else:
                index += 1


def _written_as_name(written: str, spelling: str) -> bool:
    """Whether a match is written as a name: a capital where the spelling has one."""
    if written == spelling or " " in written or "-" in written:
        return True
    capitals = sum(c.isupper() for c in written)
    if spelling.isupper() and len(spelling) <= 4:
        return capitals == len(written)
    return capitals > 0 and written[0].isupper()


class _Cues:
    """The words of one kind in one language, as one pattern over folded text."""

    def __init__(self, words: Iterable[str]):
        parts = []
        for word in words:
            body = re.escape(fold(word.rstrip("*"))).replace(r"\ ", r"\s+")
            parts.append(body + (r"\w*" if word.endswith("*") else ""))
        self.pattern = re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if parts else None

    def spans(self, folded: str) -> list[tuple[int, int]]:
        """Where the words stand in a folded text."""
        return [m.span() for m in self.pattern.finditer(folded)] if self.pattern else []


@dataclass(frozen=True)
class Lexicon:
    """`review.yaml`, ready for use."""

    data: Mapping[str, Any]
    cues: dict[tuple[str, ...], _Cues] = field(default_factory=dict)

    def get(self, *path: str) -> _Cues:
        """The cues at a path such as ('current', 'strong', 'fr')."""
        found = self.cues.get(path)
        if found is None:
            node: Any = self.data
            for step in path:
                node = node.get(step, {}) if isinstance(node, dict) else {}
            found = self.cues[path] = _Cues(node if isinstance(node, list) else ())
        return found


@lru_cache(maxsize=4)
def read_lexicon(path: Path | None = None) -> Lexicon:
    """The cues of the catalogue, or of another file."""
    path = path or catalogue_dir() / "lexicon" / "review.yaml"
    return Lexicon(yaml.safe_load(path.read_text("utf-8")))


# Sentences --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sentence:
    """A sentence, the lines it came from, and what stands above it."""

    text: str
    offsets: tuple[tuple[int, int], ...]  # (place in text, line number)
    heading: str
    intro: str  # the sentence that opens a list, for its items

    @cached_property
    def folded(self) -> str:
        """The text folded letter by letter, so that places agree."""
        return "".join((fold(c) or c)[:1] for c in self.text)

    def line_at(self, place: int) -> int:
        """The line on which a place of the text stands."""
        line = self.offsets[0][1]
        for start, number in self.offsets:
            if start <= place:
                line = number
        return line


_STOP = re.compile(r"(?<=[.!?…])[»”\"')]*\s+(?=[«„“\"'(]?[A-ZÀ-ÖØ-Þ0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:\d{1,2}|[A-Za-z]|op|art|no|nr|env|ca|cf|resp|bzw|sog|z\.B|d\.h|u\.a|o\.a|bijv|ong|"
    r"vgl|rés|res|gen|maj|col|lt|st|dr|mr|mme|approx|incl|inkl|t\.e\.m|c\.-à-d|p\.ex)\.)$",
    re.IGNORECASE,
)


def _sentences(page: PageText) -> Iterator[_Sentence]:
    """The sentences of a page with the heading and list opening each stands under."""
    heading = intro = ""
    paragraph: list[PageLine] = []

    def close() -> Iterator[_Sentence]:
        nonlocal intro
        if not paragraph:
            return
        text, offsets = "", []
        for line in paragraph:
            if text:
                text += " "
            offsets.append((len(text), line.number))
            text += line.text
        bullet = paragraph[0].bullet
        opened = intro if bullet else ""
        paragraph.clear()
        start = 0
        pieces: list[tuple[int, str]] = []
        for match in _STOP.finditer(text):
            if _ABBREVIATION.search(text[start : match.start()]):
                continue
            pieces.append((start, text[start : match.start()]))
            start = match.end()
        pieces.append((start, text[start:]))
        for place, piece in pieces:
            inside = [(max(0, o - place), n) for o, n in offsets if o < place + len(piece)]
            before = [n for o, n in offsets if o <= place]
            first = before[-1] if before else offsets[0][1]
            lines = ((0, first), *((o, n) for o, n in inside if o > 0))
            if piece.strip():
                yield _Sentence(piece, lines, heading, opened)
        if not bullet:
            intro = pieces[-1][1] if text.rstrip().endswith(":") else ""

    for line in page.lines:
        if not line.text:
            if page.form == "text":
                yield from close()
            continue
        if line.heading and not line.text.endswith(":"):
            yield from close()
            heading, intro = line.text, ""
            yield _Sentence(line.text, ((0, line.number),), "", "")
            continue
        if line.bullet or page.form in ("html", "docx"):
            yield from close()
        paragraph.append(line)
        if page.form in ("html", "docx"):
            yield from close()
    yield from close()


def detect_language(page: PageText) -> str:
    """The page's language among fr, nl, de and en, by its commonest small words."""
    if page.language in LANGUAGES:
        return str(page.language)
    small = {
        "fr": "le la les des du et dans une est sont pour au aux sur par qui nos notre",
        "nl": "de het een en van in is zijn voor met op aan door niet ook wij onze",
        "de": "der die das und in den von ist sind für mit auf an im zu des wir unser",
        "en": "the of and in to a is are for with on at by we our its has",
    }
    words = Counter(token for line in page.lines[:2_000] for token, _, _ in _tokens(line.text))
    score = {code: sum(words[fold(w)] for w in text.split()) for code, text in small.items()}
    return max(LANGUAGES, key=lambda code: (score[code], code == "en"))


# Claims -----------------------------------------------------------------------------------------

_RANGE = re.compile(
    r"(?<!\d)(?:19|20)\d\d\s*(?:-|–|—|/|to|a|tot|bis|until|and|et|en|und)\s*((?:19|20)\d\d)(?!\d)"
)
_OPEN_RANGE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-–—]\s*(?=[\s).,;]|$)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_CLAUSE = re.compile(
    r"[;:]|,\s(?=(?:mais|tandis|alors|but|while|whereas|maar|terwijl|aber|während|et|and|en|und)\b)"
    r"|\s(?:mais|tandis que|alors que|but|while|whereas|maar|terwijl|aber|während)\s"
)


def _claim_of(sentence: _Sentence, place: int, lang: str, lexicon: Lexicon, as_of: date) -> Claim:
    """What a sentence says of the operation named at a place in it."""
    text = sentence.folded
    clauses = [0, *(m.start() for m in _CLAUSE.finditer(text)), len(text)]
    start = max(c for c in clauses if c <= place)
    end = min(c for c in clauses if c > place)
    dated = _claim_of_dates(text, place, start, end, lang, lexicon, as_of)
    if dated:
        return dated
    for weight in ("strong", "weak"):
        for low, high in ((start, end), (0, len(text))):
            marks = [
                (kind, span)
                for kind in ("current", "past")
                for span in lexicon.get(kind, weight, lang).spans(text)
                if low <= span[0] < high
            ]
            marks = [m for m in marks if not _covered(m, marks)]
            if lang == "en" and weight == "weak":
                marks = [_passive(m, text) for m in marks]
            chosen = _nearest(marks, place)
            if chosen:
                return chosen
    if sentence.intro:
        opened = _claim_of_text(sentence.intro, lang, lexicon)
        if opened:
            return opened
    if sentence.heading:
        folded = fold(sentence.heading)
        for kind in ("past", "current"):
            if lexicon.get("headings", kind, lang).spans(folded):
                return "past" if kind == "past" else "current"
    return "neutral"


def _claim_of_text(text: str, lang: str, lexicon: Lexicon) -> Claim | None:
    """What an opening sentence says of the list below it."""
    folded = fold(text)
    for weight in ("strong", "weak"):
        marks = [
            (kind, span)
            for kind in ("current", "past")
            for span in lexicon.get(kind, weight, lang).spans(folded)
        ]
        marks = [m for m in marks if not _covered(m, marks)]
        chosen = _nearest(marks, len(folded))
        if chosen:
            return chosen
    return None


def _covered(mark: tuple[str, tuple[int, int]], marks: list[tuple[str, tuple[int, int]]]) -> bool:
    """Whether a longer cue holds this one inside: 'no longer' holds 'longer'."""
    _, (a, b) = mark
    return any((c <= a and b <= d and d - c > b - a) for _, (c, d) in marks if (c, d) != (a, b))


def _passive(mark: tuple[str, tuple[int, int]], text: str) -> tuple[str, tuple[int, int]]:
    """'is provided' and 'are deployed' speak of now though the verb looks past."""
    kind, (a, b) = mark
    if kind == "past" and re.search(r"\b(?:is|are|being)\s+(?:\w+ly\s+)?$", text[:a]):
        return ("current", (a, b))
    return mark


def _nearest(marks: list[tuple[str, tuple[int, int]]], place: int) -> Claim | None:
    """The kind of the cue that governs a place: the last before it, else the first behind it."""
    before = [m for m in marks if m[1][0] <= place]
    if before:
        kind = max(before, key=lambda m: m[1][0])[0]
    elif marks:
        kind = min(marks, key=lambda m: m[1][0])[0]
    else:
        return None
    return "current" if kind == "current" else "past"


def _claim_of_dates(
    text: str, place: int, start: int, end: int, lang: str, lexicon: Lexicon, as_of: date
) -> Claim | None:
    """Past where years in the clause end before the date; now where one says 'since'."""
    near = text[place : min(end, place + 160)]
    bracket = re.match(r"[^(]{0,60}\(([^)]*)\)", near)
    scope = [bracket[1]] if bracket else []
    scope.append(text[start:end])
    for index, part in enumerate(scope):
        ranges = [int(m[1]) for m in _RANGE.finditer(part)]
        if ranges:
            return "past" if max(ranges) < as_of.year else None
        if index == 0 and (
            _OPEN_RANGE.search(part) or lexicon.get("current", "since", lang).spans(part)
        ):
            return "current"
    clause = text[start:end]
    begun = [s for s in lexicon.get("current", "since", lang).spans(clause)
             if _YEAR.search(clause[s[1] : s[1] + 30])]  # fmt: skip
    if begun and not lexicon.get("past", "strong", lang).spans(clause):
        years = [int(m[1]) for m in _YEAR.finditer(clause)]
        untils = lexicon.get("until", lang).spans(clause)
        if not untils or max(years) >= as_of.year:
            return "current"
    return None


# Verdicts ---------------------------------------------------------------------------------------


class _Reviewer:
    def __init__(self, db: Database, page: PageText, country: str | None, as_of: date):
        self.facts = read_facts(db)
        self.page, self.as_of = page, as_of
        self.lexicon = read_lexicon()
        self.language = detect_language(page)
        self.names = _names_of(self.facts)
        self.country = country or self._guess_country()
        self.parts: dict[str, OperationParticipation] = {}
        self.past_parts: set[str] = set()
        if self.country:
            answer = show_country(db, self.country, as_of)
            self.parts = {p.operation: p for ps in answer.current.values() for p in ps}
            self.past_parts = {p.operation for ps in answer.past.values() for p in ps}

    def review(self) -> Review:
        mentions: list[Mention] = []
        claims: list[PageClaim] = []
        for sentence in _sentences(self.page):
            found = [
                (start, end, self._choose(ids, sentence))
                for start, end, ids in self.names.find(sentence.text)
            ]
            for start, end, operation in found:
                mentions.append(self._mention(sentence, start, end, operation))
            claims += self._operation_counts(sentence)
            claims += self._people_counts(sentence, mentions[-len(found) :] if found else [])
            claims += self._expiries(sentence, mentions[-len(found) :] if found else [])
        claims.append(self._last_updated())
        return Review(
            self.page.name, self.as_of.isoformat(), self.country, self.language,
            tuple(mentions), tuple(claims),
        )  # fmt: skip

    def _guess_country(self) -> str | None:
        """The country that the page speaks of most and that is no host of what it names."""
        text = " ".join(line.text for line in self.page.lines)
        folded = f" {' '.join(t for t, _, _ in _tokens(text))} "
        hosts = {
            h.country
            for _, _, ids in self.names.find(text)
            for i in ids
            for h in self.facts.operations[i].hosts
        }
        counts: Counter[str] = Counter()
        for country in self.facts.countries.values():
            name = " ".join(t for t, _, _ in _tokens(country.name(self.language)))
            if len(name) > 3:
                counts[country.iso3] += folded.count(f" {name} ")
        best = [(n, c) for c, n in counts.items() if n and c not in hosts]
        return max(best, key=lambda b: (b[0], b[1]))[1] if best else None

    def _choose(self, ids: list[str], sentence: _Sentence) -> OperationFacts:
        """The operation meant where a name serves several: the one whose host stands beside it."""
        operations = [self.facts.operations[i] for i in ids]
        if len(operations) == 1:
            return operations[0]
        folded = sentence.folded

        def rank(o: OperationFacts) -> tuple[bool, bool, str]:
            beside = any(
                fold(self.facts.country(h.country).name(self.language)) in folded for h in o.hosts
            )
            return (beside, o.status(self.as_of) in ("active", "unconfirmed"), o.start or "")

        return max(operations, key=rank)

    def _mention(
        self, sentence: _Sentence, start: int, end: int, operation: OperationFacts
    ) -> Mention:
        status = operation.status(self.as_of)
        claim = _claim_of(sentence, start, self.language, self.lexicon, self.as_of)
        verdict, reason = self._verdict(operation, status, claim, sentence)
        ending = [d for d in operation.decisions if d.action == "terminate"]
        ends = [d.source for d in operation.dates if d.what == "end" and d.preferred]
        mandate = operation.mandate_on(self.as_of)
        sources = [*(d.source for d in ending[-1:]), *ends] if status == "ended" else []
        if not sources and mandate:
            sources = [mandate.source]
        if operation.id in self.parts and status != "ended":
            sources += self.parts[operation.id].sources[:2]
        decisions = ending[-1:] if status == "ended" else ([mandate] if mandate else [])
        return Mention(
            text=sentence.text[start:end],
            line=sentence.line_at(start),
            operation=operation.id,
            sentence=sentence.text.strip(),
            claim=claim,
            status=status,
            verdict=verdict,
            reason=reason,
            since=operation.ending
            if status == "ended"
            else operation.unconfirmed_since(self.as_of),
            decision=decisions[0].symbol if decisions else None,
            sources=tuple(dict.fromkeys(sources)),
        )

    def _verdict(
        self, operation: OperationFacts, status: Status, claim: Claim, sentence: _Sentence
    ) -> tuple[Verdict, Reason]:
        name, date_ = operation.acronym("en"), operation.ending
        if status == "ended":
            if date_ is None:
                ended = _because("ended-undated", name=name)
                return ("ok" if claim == "past" else "check"), ended
            if claim == "neutral":
                return "check", _because("ended-neutral", name=name, date=date_)
            if operation.end_trust == "unverified":
                ended = _because("ended-unverified", name=name, date=date_)
                return ("check" if claim == "current" else "ok"), ended
            by = [d.symbol for d in operation.decisions if d.action == "terminate"]
            ended = _because("ended", name=name, date=date_)
            if by:
                ended = _because("ended-by", name=name, date=date_, decision=by[-1])
            return ("stale" if claim == "current" else "ok"), ended
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
            if part:
                return "check", _because("last-known", name=name, date=part.last_known)
            if self.country and self._speaks_of_country(sentence):
                return "check", _because("not-there", name=name)
        elif (
            claim == "past" and part and not part.unconfirmed and self._speaks_of_country(sentence)
        ):
            return "check", _because("still-there", name=name)
        return "ok", runs

    def _speaks_of_country(self, sentence: _Sentence) -> bool:
        """Whether a sentence, or what opens or heads it, is about the page's own country."""
        if not self.country:
            return False
        country = self.facts.country(self.country)
        stem = fold(country.name(self.language))[:5]
        text = " ".join((sentence.folded, fold(sentence.intro), fold(sentence.heading)))
        if re.search(rf"\b{re.escape(stem)}", text):
            return True
        return bool(self.lexicon.get("ourselves", self.language).spans(text))

    # numbers -------------------------------------------------------------------------------------

    def _number(self, word: str) -> int | None:
        if word.isdigit():
            return int(word)
        known: dict[str, int] = self.lexicon.data["numbers"][self.language]
        return {fold(k): v for k, v in known.items()}.get(word)

    def _operation_counts(self, sentence: _Sentence) -> Iterator[PageClaim]:
        text = sentence.folded
        seen: set[int] = set()
        for entry in self.lexicon.data["operations_counted"]:
            nouns = sorted((fold(w) for w in entry["words"][self.language]), key=len, reverse=True)
            pattern = re.compile(
                rf"(?<![\w.,])(\d{{1,3}}|[a-z-]{{3,12}})\s+(?:(?!\d)[\w-]+\s+){{0,3}}?"
                rf"(?:{'|'.join(map(re.escape, nouns))})(?!\w)"
            )
            for match in pattern.finditer(text):
                stated = self._number(match[1])
                if stated is None or match.start() in seen:
                    continue
                seen.add(match.start())
                yield self._judge_count(sentence, match.start(), match.end(), stated, entry)

    def _judge_count(
        self, sentence: _Sentence, start: int, end: int, stated: int, entry: Mapping[str, Any]
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
        claim = _claim_of(sentence, start, self.language, self.lexicon, self.as_of)
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

    def _people_counts(self, sentence: _Sentence, here: list[Mention]) -> Iterator[PageClaim]:
        """A number of people beside one operation of which the sentence says 'now'."""
        operations = {m.operation for m in here}
        if len(operations) != 1 or here[0].claim != "current" or not self.country:
            return
        nouns = self.lexicon.data["people_counted"][self.language]
        words = "|".join(
            re.escape(fold(w.rstrip("*"))) + (r"\w*" if w.endswith("*") else "") for w in nouns
        )
        pattern = re.compile(
            rf"(?<![\w.,])(\d{{1,3}}(?:[. \u202f]\d{{3}})?|[a-z-]{{3,12}})\s+"
            rf"(?:[\w-]+\s+){{0,2}}?(?:{words})(?!\w)"
        )
        mention = here[0]
        part = self.parts.get(mention.operation)
        for match in pattern.finditer(sentence.folded):
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

    def _expiries(self, sentence: _Sentence, here: list[Mention]) -> Iterator[PageClaim]:
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
        months = [fold(m) for m in self.lexicon.data["months"][self.language]]
        names = "|".join(f"{m[:3]}[a-z]*" if len(m) > 4 else m for m in months)
        match = re.search(
            rf"(?:(\d{{1,2}})(?:er|\.|st|nd|rd|th)?\s+)?({names})\.?\s+((?:19|20)\d\d)"
            rf"|({names})\s+(\d{{1,2}}),?\s+((?:19|20)\d\d)"
            r"|(\d{1,2})[./-](\d{1,2})[./-]((?:19|20)\d\d)|((?:19|20)\d\d)-(\d\d)-(\d\d)"
            r"|((?:19|20)\d\d)",
            folded,
        )
        if not match:
            return None
        d, m, y, m2, d2, y2, d3, n3, y3, y4, n4, d4, y5 = match.groups()
        if y5:
            return str(y5)
        name = m or m2
        if name:
            number = next(i for i, full in enumerate(months, 1) if full.startswith(name[:3])
                          and (name[:4] == full[:4] or len(name) < 4))  # fmt: skip
            day, year = d or d2, y or y2
        else:
            number, day, year = int(n3 or n4), d3 or d4, y3 or y4
        text = f"{year}-{number:02d}" + (f"-{int(day):02d}" if day else "")
        try:
            last_day(text)
            first_day(text)
        except ValueError:
            return None
        return text

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


_NAMES: dict[int, tuple[Facts, _Names]] = {}


def _names_of(facts: Facts) -> _Names:
    """The names of a database's operations, made once."""
    kept = _NAMES.get(id(facts))
    if kept is None or kept[0] is not facts:
        _NAMES.clear()
        kept = _NAMES[id(facts)] = (facts, _Names(facts))
    return kept[1]


def review_page(db: Database, page: PageText, as_of: date, country: str | None = None) -> Review:
    """Every operation and number a page names, with what is no longer true on the date.

    `country` (ISO3) is the country whose page it is; guessed from the text when not given.
    Raises `NotFound` for a code that is no country.
    """
    if country:
        country = read_facts(db).country(country).iso3
    return _Reviewer(db, page, country, as_of).review()
