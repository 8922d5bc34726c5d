"""What a resolution decides about operations: founded, extended, changed, ended, until when."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from peaceops.resolutions.anchors import lower_text, wording_of
from peaceops.resolutions.document import Paragraph, Resolution
from peaceops.resolutions.lexicon import (
    ACTIONS,
    MONTHS,
    NUMBER_WORDS,
    DecisionWords,
    Lexicon,
)
from peaceops.resolutions.naming import MarkedText, Naming, mark_mentions


@dataclass(frozen=True, slots=True)
class Act:
    """One decision about one operation, with the clause that makes it."""

    operation: str
    action: str
    until: date | None
    months: int | None
    paragraph: str
    quote: str


class Clause(NamedTuple):
    """A stretch of a paragraph that one verb of the Council governs.

    `own` is where the paragraph's own words begin, after those of the list's introduction.
    `text` is as printed, with mentions marked; `lowered` is the same in small letters, with spaces
    in the place of words that speak of an earlier or a later decision: there patterns are sought.
    """

    verb: str
    marked: MarkedText
    text: str
    own: int
    paragraph: Paragraph
    lowered: str
    held: Collection[int]  # the numbers of the patterns its paragraph can hold


def split_clauses(document: Resolution, naming: Naming, lexicon: Lexicon) -> Iterator[Clause]:
    """The clauses of the operative part that name an operation, each with its verb."""
    words = lexicon.decisions[document.language]
    inherited = ""
    for paragraph in document.operative:
        if paragraph.parent is None:
            leads_on = paragraph.text.endswith(":") or "following" in paragraph.text
            if leads_on or inherited:
                opening = words.clause.match(wording_of(paragraph.text).lowered)
                if opening:
                    inherited = opening["verb"] if leads_on else ""
        above = document.ancestors(paragraph)
        if naming.in_paragraph(paragraph) or any(naming.in_paragraph(a) for a in above):
            yield from _clauses_of(paragraph, above, document, naming, lexicon, inherited)


def clauses_in(
    paragraph: Paragraph, document: Resolution, naming: Naming, lexicon: Lexicon
) -> Iterator[Clause]:
    """The clauses of one paragraph, whether or not it names an operation.

    One that begins otherwise (`Emphasizing that MONUC is authorized …`) is a clause of its own.
    """
    above = document.ancestors(paragraph)
    return _clauses_of(paragraph, above, document, naming, lexicon, _NO_VERB)


_NO_VERB = "–"


def _clauses_of(
    paragraph: Paragraph,
    above: tuple[Paragraph, ...],
    document: Resolution,
    naming: Naming,
    lexicon: Lexicon,
    inherited: str,
) -> Iterator[Clause]:
    words = lexicon.decisions[document.language]
    lead, mentions = "", []
    known: Collection[str] = wording_of(paragraph.text).words
    for part in (*above, paragraph):
        shift = len(lead)
        named = naming.in_paragraph(part)
        mentions += [m.moved(shift) for m in named] if shift else named
        if part is not paragraph and part.text:
            lead += part.text + " "
            known = {*known, *wording_of(part.text).words}
    index = lexicon.indexes[document.language]
    named_words = {m.operation for m in mentions}
    held: Collection[int]
    if lead or index.knows_any(named_words):
        held = index.find({*known, *named_words})
    else:
        held = wording_of(paragraph.text).recall(index)
    marked = mark_mentions(lead + paragraph.text, mentions)
    text = marked.text
    own_start = 0
    if lead:
        own_start = len(mark_mentions(lead, [m for m in mentions if m.end <= len(lead)]).text)
    lowered = lower_text(text)
    cuts = [m for m in words.find_verbs(lowered, held) if not _is_subordinate(text, m)]
    if not cuts and inherited and not above:
        # `Recommends the following measures:`, and the measures numbered as paragraphs.
        yield Clause(inherited, marked, text, 0, paragraph, lowered, held)
    elif cuts and inherited == _NO_VERB and not above and (first := cuts[0].start()):
        yield Clause(inherited, marked, text[:first], 0, paragraph, lowered[:first], held)
    for number, cut in enumerate(cuts):
        end = cuts[number + 1].start() if number + 1 < len(cuts) else len(text)
        if end <= own_start:
            continue
        start = cut.start()
        kept, verb = text[start:end], cut["verb"]
        small = lowered[start:end]
        if (verb in words.deciding or verb in words.welcoming) and "⟦" in kept:
            told = kept
            if any(word in small for word in _PREDECESSOR_WORDS):
                told = _blank(_PREDECESSOR.finditer(small), kept)
            if words.ignored.number in held:
                told = _blank(words.ignored.find(lower_text(told)), told)
            if told != kept:
                small = lower_text(told)
                if not told[cut.start("verb") - start : cut.end("verb") - start].strip():
                    verb = ""  # `Renews its call` renews nothing
        own = max(0, own_start - start)
        yield Clause(verb, marked, kept, own, paragraph, small, held)


def _blank(matches: Iterable[re.Match[str]], text: str) -> str:
    """The text, same length, with spaces in the place of some matches."""
    for match in matches:
        text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return text


# `as a legal successor to SFOR`, `, as a follow-on mission to UNOA,` do not act on SFOR or UNOA.
_PREDECESSOR = re.compile(
    r",?\s(?:as\s)?(?:a|an|the|une?|le|la)?\s?(?:legal\s|follow-on\s|successeur\s|juridique\s)*"
    r"(?:successor|follow-on|succeeding|success(?:eur|rice)\s?(?:juridique)?|mission|presence(?!\sof))\s?"
    r"(?:mission\s)?(?:to|of|de|à)\s(?:the\s|la\s|l[’'])?⟦[^⟧]+⟧,?"
)
_PREDECESSOR_WORDS = ("success", "succeed", "follow-on", "mission", "presence")
_SUBORDINATE = re.compile(
    r"(?:\b(?:Council|it|he|who|which|that|Secretary-General|Government|Conseil|unless|they)"
    r"\s+(?:\w+ly\s+)?|\bnot\s+)$",
    re.I,
)


def _is_subordinate(text: str, match: re.Match[str]) -> bool:
    """`unless the Council decides otherwise` opens no clause of its own."""
    return bool(_SUBORDINATE.search(text[max(0, match.start() - 30) : match.start("verb")]))


def find_acts(
    clauses: Iterable[Clause], document: Resolution, naming: Naming, lexicon: Lexicon
) -> tuple[Act, ...]:
    """Every operation acted on, once, in order of appearance."""
    words = lexicon.decisions[document.language]
    clauses = list(clauses)
    found: dict[str, list[Act]] = {}
    settled: set[str] = set()
    for clause in clauses:
        for act in _acts_of_clause(clause, document, naming, lexicon, words, settled):
            found.setdefault(act.operation, []).append(act)
            if act.action == "extend" and act.until:
                settled.add(act.operation)
    chosen = [
        _with_first_period(_choose_act(acts), clauses, document.date, words)
        for acts in found.values()
    ]
    chosen = [_with_end_of_other(act, clauses, chosen, words) for act in chosen]
    order = {p.number: p.index for p in reversed(document.operative)}
    return tuple(sorted(chosen, key=lambda a: (order.get(a.paragraph, 0), a.operation)))


_RANK = {"establish": 3, "extend": 2, "terminate": 1, "amend": 0}


def _choose_act(acts: list[Act]) -> Act:
    """The act that says most: founding, then extending, ending, changing; a dated one first."""
    extended = next((n for n, a in enumerate(acts) if a.action == "extend" and a.until), None)
    founded = next((n for n, a in enumerate(acts) if a.action == "establish"), None)
    if extended is not None and founded is not None and extended < founded:
        # What is first extended existed before, whatever else the text then sets up around it.
        acts = [a for a in acts if a.action != "establish"]
    best = max(acts, key=lambda a: (_RANK[a.action], a.until or date.min))
    if best.action == "establish" and best.until is None:
        dated = [a for a in acts if a.until]
        if dated:
            best = replace(best, until=max(a.until for a in dated if a.until))
    return best


def _with_first_period(
    act: Act, clauses: Iterable[Clause], adopted: date | None, words: DecisionWords
) -> Act:
    """A founding act with the end of its first period where that stands in another clause.

    Either the next clause of the paragraph gives the period (`and authorises, for an initial
    period of 12 months, …`), or another paragraph says when the work begins, from which the period
    then runs.
    """
    if act.action != "establish" or adopted is None:
        return act
    if act.until is None:
        for clause in clauses:
            decides = clause.verb in words.deciding or "initial period" in clause.lowered
            if clause.paragraph.number == act.paragraph and decides:
                until, months = _end_of_period(clause.lowered, adopted, words, founds=True)
                if months:
                    return replace(act, until=until, months=months)
        mark = f"⟦{act.operation}|"
        for clause in clauses:
            # `Recommends that the stationing of the Force shall be for a period of three months`
            lasting = words.lasting.search(clause.lowered)
            if lasting and mark in lasting[0] and clause.verb in words.deciding:
                until, months = _end_of_period(clause.lowered, adopted, words, founds=True)
                return replace(act, until=until, months=months)
    elif act.months and act.until == add_months(adopted, act.months):
        mark = f"⟦{act.operation}|"
        for clause in clauses:
            if clause.verb not in words.deciding or mark not in clause.lowered:
                continue
            begun = _first_day_after(words.begins, clause.lowered, adopted)
            if begun:
                return replace(act, until=add_months(begun, act.months) - timedelta(days=1))
    return act


def _with_end_of_other(
    act: Act, clauses: Iterable[Clause], acts: Iterable[Act], words: DecisionWords
) -> Act:
    """An act that lasts `until the end of MINUSMA's mandate`, with the day the text gives that."""
    if act.until is not None or act.action != "extend":
        return act
    until = {other.operation: other.until for other in acts}
    mark = f"⟦{act.operation}|"
    for clause in clauses:
        if clause.paragraph.number != act.paragraph or mark not in clause.lowered:
            continue
        ends = words.until_end_of.search(clause.lowered)
        for operation in _ID_IN_MARK.findall(ends[0]) if ends else ():
            if until.get(operation):
                return replace(act, until=until[operation])
    return act


def _first_day_after(cues: re.Pattern[str], text: str, adopted: date) -> date | None:
    """The first day within a year of the adoption that stands after one of the cues."""
    days = (read_day(m) for m in cues.finditer(text))
    return next((d for d in days if d and adopted < d <= add_months(adopted, 12)), None)


def _acts_of_clause(
    clause: Clause,
    document: Resolution,
    naming: Naming,
    lexicon: Lexicon,
    words: DecisionWords,
    settled: set[str],
) -> Iterator[Act]:
    """Acts in a clause; what is `settled` as extended is not searched for lesser changes."""
    if clause.verb in words.deciding:
        patterns = words.actions
    elif clause.verb in words.requesting:
        patterns = words.requested
    elif clause.verb in words.welcoming:
        patterns = words.welcomed
    else:
        return
    if "⟦" not in clause.lowered:
        return
    seen: set[tuple[str, str]] = set()
    only_settled = settled.issuperset(_ID_IN_MARK.findall(clause.lowered)) if settled else False
    for action in ("extend", "establish", "terminate", "amend"):
        if only_settled and action in ("amend", "terminate"):
            continue
        for keyed in patterns[action]:
            if keyed.number not in clause.held:
                continue
            for match in keyed.find(clause.lowered):
                if match.end() <= clause.own:
                    continue
                if clause.own and not _acts_in_list(clause, match.start()):
                    continue
                for operation in _operations_in(match):
                    known = lexicon.operations.get(operation)
                    if known is None or (operation, action) in seen:
                        continue
                    if naming.year and not known.exists_in(naming.year, 1):
                        continue
                    kind = action
                    if action == "establish" and naming.year - known.first_year > 1:
                        if clause.verb not in words.deciding:
                            continue
                        kind = "amend"
                    seen.add((operation, action))
                    until, months = _find_expiry(clause, match, kind, document.date, words)
                    yield Act(
                        operation=operation,
                        action=kind,
                        until=until,
                        months=months,
                        paragraph=clause.paragraph.number,
                        quote=clause.marked.restore(clause.text[clause.own :].strip(" ,;.")),
                    )


def _acts_in_list(clause: Clause, start: int) -> bool:
    """Whether a list item itself decides: its lead names no operation and it opens with the act.

    `Decides: (b) To renew the mandate of UNDOF` decides; `Decides that MONUC shall: (e) establish
    links with ONUB` gives MONUC a task.
    """
    return "⟦" not in clause.lowered[: clause.own] and clause.own <= start <= clause.own + 60


_ID_IN_MARK = re.compile(r"⟦([^|⟧]+)\|")


def _operations_in(match: re.Match[str]) -> list[str]:
    """The operations a pattern's {operation} stands for, also `UNOCI and the French forces`."""
    found: list[str] = []
    for part in match.groupdict().values():
        if part:
            found += [o for o in _ID_IN_MARK.findall(part) if o not in found]
    return found


def _find_expiry(
    clause: Clause,
    match: re.Match[str],
    action: str,
    adopted: date | None,
    words: DecisionWords,
) -> tuple[date | None, int | None]:
    """The last day and the months, as the clause says; computed from a period if it must be."""
    text = clause.lowered
    if action == "amend":
        # A change may itself be for a time: a temporary reinforcement, a ceiling kept until a day.
        return next((read_day(m) for m in words.until.finditer(text)), None), None
    if action == "terminate":
        found = words.ended_on.search(text, match.start())
        return (read_day(found) if found else None), None
    following = words.then_until.search(text)
    if following and (last := read_day(following)):
        # `for six months, with a view to six months more, until 20 May`: first until 20 November
        _, months = _end_of_period(text[: following.start()], adopted, words, founds=False)
        if months:
            return add_months(last, -read_number(following["number"])), months
    until = max((d for m in words.until.finditer(text) if (d := read_day(m))), default=None)
    computed, months = _end_of_period(text, adopted, words, founds=action == "establish")
    return until or computed, months


def _end_of_period(
    text: str, adopted: date | None, words: DecisionWords, *, founds: bool
) -> tuple[date | None, int | None]:
    """The last day and the months of the period a clause gives.

    It runs from the day named after it, in a text that `founds` also from one named before it,
    else from the adoption; where it runs from an event to come, its last day is not known. The text
    is in small letters.
    """
    period = next((m for p in words.periods if (m := p.search(text))), None)
    if period is None:
        return None, None
    amount, unit = read_number(period["number"]), period.group().lower()
    months = _months_in(amount, unit)
    if adopted is None:
        return None, months
    start = words.starting.search(text, period.start())
    base = read_day(start) if start else None
    first_day = bool(start and _FIRST_DAY.match(start["cue"]))
    if base is None and words.from_later.match(text, period.end() + 1):
        return None, months
    if base is None and founds:
        # `as of 20 May and for an initial period of 12 months`
        for begun in words.starting.finditer(text, 0, period.start()):
            day = read_day(begun)
            if day and adopted < day <= add_months(adopted, 12):
                base, first_day = day, bool(_FIRST_DAY.match(begun["cue"]))
                break
    if base is None and founds:
        base = _first_day_after(words.founded_by, text[: period.start()], adopted)
        first_day = base is not None
    until = add_period(base or adopted, amount, unit)
    return (until - timedelta(days=1) if until and first_day else until), months


# `for six months beginning on 1 June` ends on 30 November; `from 4 April` ends on 4 October.
_FIRST_DAY = re.compile(r"(?:beginning|starting|commencing|commençant|prenant effet)", re.I)


def read_day(match: re.Match[str]) -> date | None:
    """The day a cue pattern found, or None if there is no such day."""
    day, month, year = (match[k] or match[f"{k}2"] for k in ("day", "month", "year"))
    try:
        return date(int(year), MONTHS[month.lower().rstrip(".")], int(day))
    except ValueError:
        return None


def read_number(written: str) -> int:
    """6 for `6`, `six` and `six (6)`; 0 for what is no number."""
    word = written.lower().partition("(")[0].strip()
    return int(word) if word.isdigit() else NUMBER_WORDS.get(word, 0)


_UNIT = re.compile(r"(day|jour|week|semaine|month|mois|year|ann|ans?\b)\w*$")


def _months_in(amount: int, period: str) -> int | None:
    unit = _UNIT.search(period.strip().removesuffix(" period"))
    if not unit or unit[1] in ("day", "jour", "week", "semaine"):
        return None
    return amount * 12 if unit[1] in ("year", "ann", "an", "ans") else amount


def add_period(start: date, amount: int, period: str) -> date | None:
    """The day a period such as `6 months` or `90 jours` after another; None without a unit."""
    unit = _UNIT.search(period.strip().removesuffix(" period"))
    if not unit or not amount:
        return None
    if unit[1] in ("day", "jour"):
        return start + timedelta(days=amount)
    if unit[1] in ("week", "semaine"):
        return start + timedelta(weeks=amount)
    months = amount * 12 if unit[1] in ("year", "ann", "an", "ans") else amount
    return add_months(start, months)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day.

    >>> add_months(date(2020, 8, 31), 6)
    datetime.date(2021, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


assert set(_RANK) == set(ACTIONS)
