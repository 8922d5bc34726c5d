"""Clauses found by their words: Chapter VII, means, reports, reviews, exit, partners."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from peaceops.errors import Problem
from peaceops.resolutions.anchors import lower_text, wording_of
from peaceops.resolutions.decisions import (
    Clause,
    add_period,
    clauses_in,
    read_day,
    read_number,
)
from peaceops.resolutions.document import Paragraph, Resolution
from peaceops.resolutions.lexicon import Keyed, Lexicon, Phrases
from peaceops.resolutions.naming import Naming

QUOTE_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Quoted:
    """A statement with the paragraph and words it rests on, and the operation if there is one."""

    paragraph: str
    quote: str
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that falls due: a report to the Council, or its review of a mandate.

    `every` is an interval such as `90 days`; `basis` a word such as `quarterly`; `due` the first
    day the text fixes, counted from adoption where it gives a delay.
    """

    paragraph: str
    quote: str
    due: date | None
    every: str | None
    basis: str | None

    def as_dict(self) -> dict[str, Any]:
        """As in the JSON of `read`."""
        return {
            "paragraph": self.paragraph,
            "due": self.due.isoformat() if self.due else None,
            "every": self.every,
            "basis": self.basis,
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class Cooperation:
    """A clause on working with a partner outside the operation."""

    partner: str
    paragraph: str
    quote: str


def cut_quote(text: str, start: int, end: int, limit: int = QUOTE_LENGTH) -> str:
    """The words around a place, verbatim, whole words, at most about `limit` characters.

    Where the text goes on after them, `…` follows the last word.

    >>> cut_quote("one two three four five", 8, 13, 14)
    'three four…'
    """
    text_end = len(text)
    if text_end <= limit:
        return text.strip(" ;,.")
    room = max(0, limit - (end - start))
    left = max(0, start - room // 3)
    right = min(text_end, left + limit)
    left = max(0, min(left, right - limit))
    if left and not text[left - 1].isspace():
        space = text.find(" ", left, start + 1)
        left = space + 1 if space >= 0 else start
    if right < text_end and not text[right].isspace():
        space = text.rfind(" ", end, right)
        right = space if space >= 0 else end
    return text[left:right].strip(" ;,.") + "…" * bool(text[right:].strip(" ;,."))


def find_chapter_vii(document: Resolution, lexicon: Lexicon) -> Quoted | None:
    """The words by which the Council acts under Chapter VII, not those recalling that it did."""
    phrases = lexicon.phrases.get(document.language)
    if phrases is None:
        return None
    for paragraph in document.paragraphs:
        if paragraph.kind == "annex" or not _may_speak_of_it(paragraph.text):
            continue
        for match in phrases.chapter_vii.find(lower_text(paragraph.text)):
            if not _recalls(paragraph, match.start()):
                quote = cut_quote(paragraph.text, match.start(), match.end())
                return Quoted(paragraph.number, quote)
    return None


_ARTICLES = re.compile(r"Articles? (?:4|39)")


def _may_speak_of_it(text: str) -> bool:
    return "VII" in text or ("Article" in text and _ARTICLES.search(text) is not None)


# `and to these ends acting under`, `in that context acting under`
_BEFORE_ACTING = (",", ";", ":", "–", "and", "also", "et", "these ends", "this end", "that context")


def _recalls(paragraph: Paragraph, start: int) -> bool:
    """`resolution 1373 (2001) … acting under Chapter VII` recalls; `…, acting under` acts."""
    before = paragraph.text[:start].rstrip()
    if before.endswith(("which,", "that,", "qui,", "whereby,", "laquelle,")):
        return True
    return bool(before) and not before.endswith(_BEFORE_ACTING)


def find_means(
    document: Resolution,
    naming: Naming,
    lexicon: Lexicon,
    acted_on: Mapping[str, str],
) -> tuple[Quoted, ...]:
    """Where an operation may use all necessary means, once for each operation and paragraph.

    Only where the Council gives that authority, or says that it did, to the operation or to States
    acting through it: what parties, governments or the Secretary-General are asked to do is no
    such thing. `acted_on` maps each operation acted on to the paragraph that does.
    """
    phrases = lexicon.phrases.get(document.language)
    if phrases is None:
        return ()
    found: dict[tuple[str, str], Quoted] = {}
    index = lexicon.indexes[document.language]
    for paragraph in document.operative:
        if phrases.means.number not in wording_of(paragraph.text).recall(index):
            continue
        printed = phrases.means.find(wording_of(paragraph.text).lowered)
        for clause in clauses_in(paragraph, document, naming, lexicon):
            for means in phrases.means.pattern.finditer(clause.lowered, clause.own):
                match = next((m for m in printed if m[0] == means[0]), None)
                if match is None:
                    break
                words = _words_giving(clause, means, phrases)
                if words is None and clause.own:
                    words = _words_listing(document, paragraph, clause.lowered, means, phrases)
                if words is None:
                    continue
                quote = cut_quote(paragraph.text, match.start(), match.end())
                for operation in _authorized_in(
                    document, naming, paragraph, match.start(), words, phrases, acted_on
                ):
                    found.setdefault(
                        (operation, paragraph.number), Quoted(paragraph.number, quote, operation)
                    )
    return tuple(found.values())


def _words_giving(clause: Clause, means: re.Match[str], phrases: Phrases) -> str | None:
    """From the words that give authority to the means they give, None where none are given."""
    given = [
        m.start() for m in phrases.means_given.pattern.finditer(clause.lowered, 0, means.end())
    ]
    if not given:
        return None
    words = clause.lowered[given[-1] : means.end()]
    what_for = clause.lowered[means.end() : means.end() + _FEW_WORDS]
    return None if phrases.means_barred.search(words + what_for) else words


def _words_listing(
    document: Resolution,
    paragraph: Paragraph,
    lowered: str,
    means: re.Match[str],
    phrases: Phrases,
) -> str | None:
    """The same for an item such as `to use all necessary means`, of a list that authorizes."""
    lead = " ".join(wording_of(above.text).lowered for above in document.ancestors(paragraph))
    own = lowered[: means.end()]
    if phrases.means_barred.search(own) or not phrases.means_listed.search(lead):
        return None
    return own


def _authorized_in(
    document: Resolution,
    naming: Naming,
    paragraph: Paragraph,
    at: int,
    words: str,
    phrases: Phrases,
    acted_on: Mapping[str, str],
) -> list[str]:
    """Whom a paragraph authorizes: who is named, or acts under the paragraphs it refers to."""
    under = phrases.means_under.search(words)
    if under:
        numbers = _LISTED_NUMBERS.match(words, under.end())
        wanted = re.findall(r"\d+", numbers[0]) if numbers else []
        acting = [o for o, p in acted_on.items() if p.partition("(")[0] in wanted]
        if acting:
            return acting
    beside = _ends_of(phrases.means_beside, words)
    named = [m for m in _OTHER.finditer(words) if not _follows(m.start(), beside)]
    if named:
        # the first named: `authorizes the French forces, until the end of MINUSCA's mandate, to`
        joined = _ends_of(phrases.means_joined, words)
        together = [m for m in named[1:] if _follows(m.start(), joined)]
        return list(dict.fromkeys(m[1] for m in (named[0], *together)))
    operation = _nearest_operation(document, naming, paragraph, at, phrases, list(acted_on))
    return [operation] if operation else []


_FEW_WORDS = 25
_LISTED_NUMBERS = re.compile(r"\s?\d+(?:(?:,? (?:and|to|or|et|à|ou) |, )\d+)*")


def _ends_of(phrase: Keyed, lowered: str) -> list[int]:
    return [m.end() for m in phrase.find(lowered)]


def _follows(start: int, ends: Iterable[int]) -> bool:
    """Whether something begins right after one of some places, but for a space or a sign."""
    return any(0 <= start - end <= 2 for end in ends)


def _nearest_operation(
    document: Resolution,
    naming: Naming,
    paragraph: Paragraph,
    at: int,
    phrases: Phrases,
    acted: list[str],
) -> str | None:
    beside = _ends_of(phrases.means_beside, wording_of(paragraph.text).lowered)
    named = naming.in_paragraph(paragraph)
    chief = [m for m in named if not _follows(m.start, beside)]
    before = [m for m in chief if m.start <= at]
    if before:
        return before[-1].operation
    for above in reversed(document.ancestors(paragraph)):
        mentions = naming.in_paragraph(above)
        if mentions:
            return mentions[-1].operation
    if chief:
        return chief[0].operation
    return acted[0] if len(acted) == 1 and not named else None


# --- duties ---------------------------------------------------------------------------------


_TO_THE_COUNCIL = re.compile(r"\b(?:council|conseil)\b|\bto it\b")


def find_duties(
    document: Resolution, lexicon: Lexicon
) -> tuple[tuple[Duty, ...], tuple[Duty, ...]]:
    """Reports asked for, and reviews the Council announces, in order of appearance."""
    phrases = lexicon.phrases.get(document.language)
    words = lexicon.decisions.get(document.language)
    if phrases is None or words is None:
        return (), ()
    asking = words.requesting | phrases.asking
    index = lexicon.indexes[document.language]
    reports: dict[tuple[str, str], Duty] = {}
    reviews: dict[tuple[str, str], Duty] = {}
    for paragraph in document.operative:
        if paragraph.parent is not None:
            continue
        wording = wording_of(paragraph.text)
        held = wording.recall(index)
        if phrases.report.number not in held and phrases.review.number not in held:
            continue
        whole = wording.lowered
        if phrases.may_be_due.number not in held or not phrases.may_be_due.search(whole):
            continue
        text = paragraph.text
        cuts = list(words.find_verbs(whole, held))
        ends = [*(c.start() for c in cuts[1:]), len(text)]
        asks = False
        for cut, end in zip(cuts, ends, strict=False):
            asks = cut["verb"] in asking
            lowered = whole[cut.start() : end]
            if cut["verb"] in phrases.asking and not _TO_THE_COUNCIL.search(lowered):
                continue
            if (phrases.report if asks else phrases.review).search(lowered):
                duty = _duty(document, paragraph, text[cut.start() : end], lowered, phrases)
                (reports if asks else reviews).setdefault((duty.paragraph, duty.quote), duty)
        if asks and text.rstrip().endswith(":"):
            for item in document.operative:
                if item.parent == paragraph.index:
                    told = wording_of(item.text).lowered
                    if not (phrases.report.search(whole) or phrases.report.search(told)):
                        continue
                    duty = _duty(document, item, item.text, told, phrases)
                    if duty.due or duty.every or duty.basis:
                        reports.setdefault((duty.paragraph, duty.quote), duty)
    return tuple(reports.values()), tuple(reviews.values())


def _duty(
    document: Resolution, paragraph: Paragraph, clause: str, lowered: str, phrases: Phrases
) -> Duty:
    every = next((m for p in phrases.every if (m := p.search(lowered))), None)
    within = next((m for p in phrases.within if (m := p.search(lowered))), None)
    due = next(iter(sorted(_days_by(lowered, document.date, phrases))), None)
    if due is None and within and document.date:
        due = add_period(document.date, read_number(within["number"]), _unit_in(within.group()))
    interval = None
    if every:
        written = every.groupdict().get("number")
        interval = f"{read_number(written) if written else 1} {_unit_in(every.group())}"
        if due is None and document.date:
            due = add_period(document.date, int(interval.split()[0]), interval)
    basis = next((b for b, pattern in phrases.basis.items() if pattern.search(lowered)), None)
    if basis == "monthly" and (every or "bi-monthly" in lowered):
        basis = None  # "at three-monthly intervals" says how often in `every`
    return Duty(paragraph.number, cut_quote(clause, 0, min(60, len(clause))), due, interval, basis)


def _days_by(lowered: str, adopted: date | None, phrases: Phrases) -> Iterator[date]:
    """Days named as a term; a day before adoption is the date of something else."""
    for match in phrases.by.finditer(lowered):
        day = read_day(match)
        if day and (adopted is None or day > adopted):
            yield day


_UNIT_WORDS = (
    ("months", re.compile(r"\bmonth|\bmois|\btrimestre", re.I)),
    ("weeks", re.compile(r"\bweek|\bsemaine", re.I)),
    ("years", re.compile(r"\byear|\bann|\bans?\b", re.I)),
    ("days", re.compile(r"\bday|\bjour", re.I)),
)


def _unit_in(text: str) -> str:
    return next((unit for unit, pattern in _UNIT_WORDS if pattern.search(text)), "days")


# --- what cannot be ---

_MOST_PERSONS = 200_000  # three times what any operation has been authorized
_LONG_NUMBER = re.compile(r"(?<![\d.,(/])\d[\d, ]{4,}\d(?![\d(])")


def find_impossible(
    clauses: Iterable[Clause], lexicon: Lexicon, language: str, where: str
) -> tuple[Problem, ...]:
    """Days that no calendar has and numbers of persons that no operation has, in decisions.

    They are left out of the coding, or would mislead; the reader is told, once each.
    """
    phrases, words = lexicon.phrases.get(language), lexicon.decisions.get(language)
    if phrases is None or words is None:
        return ()
    found: dict[Problem, None] = {}
    for clause in clauses:
        if clause.verb not in words.deciding:
            continue
        at = f"paragraph {clause.paragraph.number}"
        for cues in (words.until, words.ended_on, words.starting):
            for match in cues.finditer(clause.lowered, clause.own):
                if read_day(match) is None:
                    first = min(match.start(k) for k in ("day", "month2") if match[k])
                    printed = clause.text[first : match.end()]
                    message = f"{printed!r} is no day of the calendar"
                    found[Problem(where, at, message, "It is left out; check the text.")] = None
        for match in _LONG_NUMBER.finditer(clause.lowered, clause.own):
            persons = int(re.sub(r"\D", "", match[0]))
            near = clause.lowered[match.end() : match.end() + _FEW_WORDS]
            if persons > _MOST_PERSONS and phrases.persons.search(near):
                message = f"{match[0].strip()} persons is more than any operation has had"
                found[Problem(where, at, message, "Check the number in the text.")] = None
    return tuple(found)


# --- exit and partners ----------------------------------------------------------------------


def find_exit(document: Resolution, lexicon: Lexicon) -> tuple[Quoted, ...]:
    """Drawdown, transition and closure, one entry a paragraph."""
    phrases = lexicon.phrases.get(document.language)
    if phrases is None:
        return ()
    found: dict[str, Quoted] = {}
    index = lexicon.indexes[document.language]
    for paragraph in document.operative:
        if phrases.exit.number not in wording_of(paragraph.text).recall(index):
            continue
        match = phrases.exit.pattern.search(wording_of(paragraph.text).lowered)
        if match and paragraph.number not in found:
            quote = cut_quote(paragraph.text, match.start(), match.end())
            found[paragraph.number] = Quoted(paragraph.number, quote)
    return tuple(found.values())


def find_cooperation(
    clauses: Iterable[Clause], lexicon: Lexicon, language: str, acted_on: Iterable[str]
) -> tuple[Cooperation, ...]:
    """Clauses on working with organizations and with other operations, once each a paragraph."""
    phrases = lexicon.phrases.get(language)
    if phrases is None:
        return ()
    acted = set(acted_on)
    found: dict[tuple[str, str], Cooperation] = {}
    for clause in clauses:
        text = clause.text
        if phrases.works_with.number not in clause.held:
            continue
        if acted.isdisjoint(_OTHER.findall(clause.lowered)):
            continue
        if not phrases.works_with.pattern.search(clause.lowered, clause.own):
            continue
        quote = cut_quote(clause.marked.restore(text[clause.own :]), 0, 60)
        number = clause.paragraph.number
        for partner, pattern in phrases.partners.items():
            if pattern.number in clause.held and pattern.pattern.search(clause.lowered, clause.own):
                found.setdefault((partner, number), Cooperation(partner, number, quote))
        for operation in _OTHER.findall(clause.lowered[clause.own :]):
            if operation not in acted:
                found.setdefault((operation, number), Cooperation(operation, number, quote))
    return tuple(found.values())


_OTHER = re.compile(r"⟦([^|⟧]+)\|")
