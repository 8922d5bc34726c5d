"""How many persons of which category a resolution lets an operation have, and what changes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from peaceops.model import last_day
from peaceops.resolutions.ceiling_dates import Term, find_terms
from peaceops.resolutions.decisions import Clause
from peaceops.resolutions.lexicon import CeilingWords
from peaceops.resolutions.number_words import find_written_numbers

_DIGIT = re.compile(r"\d")
_PLAIN_MARK = re.compile(r"⟦([^|⟧]+)\|\d+⟧(?:['’]s)?")


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A number of persons of one kind; `change` where the text says by how many it moves.

    `persons` is None where a text only says by how many a ceiling rises or falls. `start` is the
    day from which the text lets it apply, `2024-07-01` or `2024-07`, None where it says none;
    `within` the kind of the number it is a part of ("of which", "including").
    """

    operation: str
    kind: str
    persons: int | None
    paragraph: str
    change: int | None
    quote: str
    start: str | None = None
    within: str | None = None


def find_ceilings(
    clauses: Iterable[Clause],
    deciding: frozenset[str],
    words: CeilingWords,
    main: str | None,
    acted_on: Iterable[str],
) -> tuple[Ceiling, ...]:
    """Ceilings in the clauses that decide, each once, in order of appearance."""
    drafts: list[_Draft] = []
    acted = tuple(acted_on)
    for clause in clauses:
        if clause.verb not in deciding or words.cues.number not in clause.held:
            continue
        if not words.cues.pattern.search(clause.lowered):
            continue
        text = _in_digits(clause.text, words)
        if _DIGIT.search(text, clause.own):
            drafts += _ceilings_of(clause, text, words, main, acted)
    _follow_on(drafts)
    _set_apart(drafts)
    found: dict[tuple[object, ...], Ceiling] = {}
    for d in drafts:
        ceiling = Ceiling(
            d.operation, d.kind, d.persons, d.paragraph, d.change, d.quote, d.start, d.within
        )
        key = (d.operation, d.kind, d.persons, d.change, d.start, d.within)
        found.setdefault(key, ceiling)
    return tuple(found.values())


def _in_digits(text: str, words: CeilingWords) -> str:
    """The text with numbers in words as digits, every letter at its place.

    Numbers below twenty are left where they may count anything: `three units`, `two phases`.
    """
    for number in find_written_numbers(text):
        if number.value >= 20 or words.few.match(text, number.end):
            digits = str(number.value).ljust(number.end - number.start)
            if len(digits) == number.end - number.start:
                text = text[: number.start] + digits + text[number.end :]
    return text


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of persons in a clause, before it is known whose and whether it is a level."""

    start: int
    end: int
    persons: int
    kind: str


@dataclass(slots=True)
class _Draft:
    """A ceiling while its clause is read: where its number stands, until when it is to stay."""

    operation: str
    kind: str
    persons: int | None
    change: int | None
    paragraph: str
    quote: str
    first: int
    end: int
    additional: bool
    detached: bool
    start: str | None = None
    until: str | None = None
    within: str | None = None

    @property
    def amount(self) -> int:
        return self.persons if self.persons is not None else abs(self.change or 0)


_UNITS = re.compile(r"units?\W*$|unités de police constituées\W*$", re.I)
_OLD_LEVEL = re.compile(
    r"\bfrom\s(?:the\s)?(?:a\smaximum\sof\s|current\s|up\sto\s|level\sof\s"
    r"|authorized\slevel\sof\s|(?:its|⟦[^⟧]+⟧(?:['’]s)?)\scurrent\sstrength\sof\s[^,;\d]{0,60},\stotalling\s)*$|\bremaining\s$|\b(?:December|June|current|present)\s(?:\d{4}\s)?level\sof\s$",
    re.I,
)
_NEW_LEVEL = re.compile(
    r"\b(?:to|à)\s(?:a\s)?(?:new\s)?(?:maximum\sof\s|up\sto\s|total\sof\s|ceiling\sof\s)*$"
    r"|\bfor\sa\snew\s(?:authorized\s)?(?:ceiling|total|level)\sof\s$",
    re.I,
)
_ALSO_CHANGES = re.compile(r"^[^;.]{0,90}$")
_STOPS_CHANGE = re.compile(
    r"(?<!up\s)\bto\b|\b(?:ceiling|total|comprise|consist|plafond|comptera|level|à)\b", re.I
)


def _numbers_in(text: str, own: int, words: CeilingWords) -> list[_Number]:
    """Every number of persons: with its category after it, or that of the words before it."""
    found: list[_Number] = []
    for match in words.number.finditer(text):
        kind = next((k for k in words.kinds if match[k.replace("-", "_")]), "")
        persons = _whole(match["persons"])
        if match.start() < own or not kind or words.not_after.match(text, match.end()):
            continue
        if _is_year(match["persons"]):
            continue
        if kind == "formed-police" and persons < 60 and _UNITS.search(match.group()):
            continue  # so many units, not persons
        if kind == "total":
            kind = _counted_before(text, match.start(), words) or kind
        if kind == "total":
            following = words.counted.search(text, match.end(), match.end() + 75)
            between = text[match.end() : following.start()] if following else ""
            if following and not _DIGIT.search(_PLAIN_MARK.sub("", between)):
                kind = next(k for k in words.counted_kinds if following[k.replace("-", "_")])
        found.append(_Number(match.start(), match.end(), persons, kind))
    for match in words.bare.finditer(text):
        start = match.start("persons")
        if start < own or any(n.start <= start < n.end for n in found):
            continue
        if words.not_after.match(text, match.end()):
            continue
        kind = _counted_before(text, match.start(), words)
        if kind and not _is_year(match["persons"]):
            found.append(_Number(start, match.end(), _whole(match["persons"]), kind))
    return sorted(found, key=lambda n: n.start)


def _is_year(written: str) -> bool:
    """`2014` is a year; `2,014` and `2 014` are persons."""
    return written.isdigit() and 1945 <= int(written) <= 2100


_JOINT = re.compile(r"\b(?:and|et)\s+(?:to|of|de|à|d[’'])", re.I)


def _counted_before(text: str, at: int, words: CeilingWords) -> str:
    """The category of the component or strength named shortly before a number."""
    start = max(0, at - 140)
    for joint in _JOINT.finditer(text, start, at):
        start = joint.start()
    kind, whole = "", False
    for match in words.counted.finditer(text, start, at):
        is_component = "compo" in match.group().lower()
        if is_component or not whole:
            kind = next(k for k in words.counted_kinds if match[k.replace("-", "_")])
        whole = whole or is_component
    return kind


_FRENCH_OLD = re.compile(r"\bfixée?s?\sà\s$|\bde\s$", re.I)
_TO_NEW = re.compile(r"\D{0,40}?\sà\s(?:un\s(?:maximum|plafond)\sde\s)?\d")
_FROM_TO = re.compile(
    r"\b(?:from|de)\s(?:the\s|its\s)?(?:current\s)?(\d{1,3}(?:[, ]\d{3})+|\d{2,5})\s+(?:to|à)\s"
    r"(?:a\smaximum\sof\s|up\sto\s|a\sceiling\sof\s|approximately\s|environ\s)?$"
)
_MORE = re.compile(r"(?:\s+|\W{0,2})(?:additional|supplémentaires?)\b", re.I)


def _is_old_level(before: str, after: str, follows_new: bool) -> bool:
    """`from 3,590 to 1,240`, `de 3 590 à 1 240`, `à 13 000 … du plafond fixé à 15 000`."""
    if _OLD_LEVEL.search(before):
        return True
    found = _FRENCH_OLD.search(before)
    if found is None:
        return False
    return follows_new if found.group().startswith("fix") else bool(_TO_NEW.match(after))


def _ceilings_of(
    clause: Clause, text: str, words: CeilingWords, main: str | None, acted: tuple[str, ...]
) -> list[_Draft]:
    numbers = _numbers_in(text, clause.own, words)
    if not numbers:
        return []
    moved_away = words.transfer.search(text)
    marks = [(m.start(), m.end(), m[1]) for m in _PLAIN_MARK.finditer(text)]
    quote = clause.marked.restore(clause.text[clause.own :].strip(" ,;."))
    found: list[_Draft] = []
    old_level: int | None = None
    last_end, sign = 0, 0
    for number in numbers:
        operation = _operation_at(marks, number.start, number.end, acted) or main
        if operation is None or operation not in acted:
            continue
        before = text[max(clause.own, number.start - 160) : number.start]
        after = text[number.end : number.end + 60]
        if moved_away and moved_away.start() < number.start and not words.at_once.search(before):
            continue  # persons lent by one operation to another
        if words.possible.search(text, max(clause.own, last_end), number.start):
            continue  # a level to be thought about
        follows_new = bool(found) and found[-1].kind == number.kind and found[-1].change is None
        if _is_old_level(before, after, follows_new):
            old_level = number.persons
            if follows_new:
                found[-1].change = (found[-1].persons or 0) - number.persons
                old_level = None
            continue
        sign = _sign_of(number, text, before, text[last_end : number.start], sign, words)
        persons: int | None = number.persons
        change: int | None = None
        if sign:
            persons, change = None, sign * number.persons
        elif old_level is not None and _NEW_LEVEL.search(before):
            change = number.persons - old_level
        elif moved_from := _FROM_TO.search(before):
            change = number.persons - _whole(moved_from[1])
        old_level = None
        last_end = number.end
        found.append(
            _Draft(
                operation, number.kind, persons, change, clause.paragraph.number, quote,
                number.start, number.end,
                additional=_is_additional(number, text, before),
                detached=bool(_DEPLOYS.search(text, 0, number.start)),
            )
        )  # fmt: skip
    _find_parts(found, text, clause.own, words)
    found = _join_changes(found, text, words)
    _date(found, text, words)
    return found


# --- parts of a number ----------------------------------------------------------------------

_SOLDIERS = frozenset({"military", "military-observers", "liaison-officers", "staff-officers"})
_POLICE = frozenset({"police", "formed-police", "individual-police", "corrections"})
_CAN_HOLD = {
    "total": _SOLDIERS | _POLICE | {"uniformed", "civilian"},
    "uniformed": _SOLDIERS | _POLICE,
    "military": _SOLDIERS,
    "military-observers": frozenset({"liaison-officers", "staff-officers"}),
    "police": _POLICE,
    "civilian": _POLICE | {"civilian"},
    "corrections": frozenset({"corrections"}),
}


def _can_hold(whole: _Draft, part: _Draft) -> bool:
    same = whole.kind == part.kind
    return (
        whole.operation == part.operation
        and part.kind in _CAN_HOLD.get(whole.kind, ())
        and (whole.amount > part.amount if same else whole.amount >= part.amount)
    )


def _find_parts(found: list[_Draft], text: str, own: int, words: CeilingWords) -> None:
    """`within` for what is "including" another number; a part may have parts of its own.

    Corrections officers are counted with the police only where they come first after the word:
    elsewhere the texts add them up apart.
    """
    whole_of: dict[int, _Draft] = {}
    for n, part in enumerate(found):
        since = found[n - 1].end if n else own
        told = words.part.search(text, since, part.first)
        whole = None
        if told:
            whole = next((w for w in reversed(found[:n]) if _can_hold(w, part)), None)
            if whole is None and n == 0:  # "including 1,040 police, and to reduce … to 20,626"
                part.within = next((w.kind for w in found[1:] if _can_hold(w, part)), None)
        elif n and part.kind != "corrections" and _one_list(found, n, text):
            above = whole_of.get(id(found[n - 1]))
            while above is not None and (above.kind == part.kind or not _can_hold(above, part)):
                above = whole_of.get(id(above))
            whole = above
        if whole is None:
            continue
        part.within = whole.kind
        whole_of[id(part)] = whole
        if part.persons is None and whole.persons is not None:
            part.persons, part.change = abs(part.change or 0), None


def _join_changes(found: list[_Draft], text: str, words: CeilingWords) -> list[_Draft]:
    """A change and the level it leads to as one; none where the level stays as it was."""
    joined: list[_Draft] = []
    for draft in found:
        before = joined[-1] if joined else None
        if before is not None and before.kind == draft.kind and draft.persons is not None:
            if draft.within == draft.kind and draft.additional and before.persons is not None:
                if before.change is None and not _STAYS.search(text):
                    before.change = draft.persons  # "108 officers, which includes an additional 68"
                    before.end = draft.end
                    continue
            elif before.persons is None:
                if words.kept.search(text, before.end, draft.first):
                    joined.pop()
                elif words.results.search(text, before.end, draft.first):
                    draft.change = before.change
                    draft.first = before.first
                    joined.pop()
        joined.append(draft)
    return joined


_STAYS = re.compile(r"\b(?:remain|maintain|reste|maint|demeur)", re.I)
_ADDITIONAL = re.compile(r"\badditional\s$", re.I)
_DEPLOYS = re.compile(r"⟧[^;]{0,160}?\bto\sdeploy\b|⟧[^;]{0,160}?\bà\sdéployer\b")


def _is_additional(number: _Number, text: str, before: str) -> bool:
    if _ADDITIONAL.search(before):
        return True
    digits = re.match(r"[\d, ]*\d", text[number.start :])
    end_of_digits = number.start + (digits.end() if digits else 0)
    return bool(_MORE.match(text, end_of_digits) or _MORE.match(text, number.end))


def _set_apart(drafts: list[_Draft]) -> None:
    """What an operation may send elsewhere is a part of the larger level the same text gives."""
    for draft in drafts:
        if draft.detached and draft.persons is not None and draft.within is None:
            for other in drafts:
                larger = other.persons is not None and other.persons > draft.persons
                same = (other.operation, other.kind) == (draft.operation, draft.kind)
                if same and larger and other.paragraph != draft.paragraph and not other.detached:
                    draft.within = draft.kind


# --- from when ------------------------------------------------------------------------------

_OPENS_NEXT = re.compile(r"(?:\b(?:and|that|then|et|que|puis)\s*|\bqu['’]|;\s*)$", re.I)
_NEW_MOVE = re.compile(
    r";|\b(?:reduc|decreas|increas|to complete|leaving|maintain|réduc|rédui|augment|ramen|acheve)",
    re.I,
)
_FOR_ALL = re.compile(r"(?:,\s*|\b(?:both|two|deux)\b[^;]{0,60})$", re.I)


def _date(found: list[_Draft], text: str, words: CeilingWords) -> None:
    """`start` and `until` for every ceiling of a clause from the days named beside it."""
    terms = find_terms(text, words.terms)
    if not terms or not found:
        return
    after: list[list[Term]] = [[] for _ in found]
    ahead: list[list[Term]] = [[] for _ in found]
    for term in terms:
        behind = [n for n, d in enumerate(found) if d.end <= term.start]
        if not behind:
            ahead[0].append(term)
            continue
        at = behind[-1]
        refers = term.same and bool(after[at])  # "until 30 June, and to complete by this date …"
        if at + 1 < len(found) and (refers or _OPENS_NEXT.search(text[: term.start])):
            ahead[at + 1].append(term)
        else:
            after[at].append(term)
    for n, draft in enumerate(found):
        _apply(draft, after[n], first=True)
        if draft.start is None and draft.until is None:
            _apply(draft, [t for t in ahead[n] if t.since], first=False)
    # A day said of a list holds for each of it.
    for n in range(len(found) - 1, 0, -1):
        if after[n] and not after[n - 1] and not ahead[n] and _one_list(found, n, text):
            _apply(found[n - 1], after[n], first=True)
            after[n - 1] = after[n]
    for n in range(1, len(found)):
        alone = not (after[n - 1] or after[n] or ahead[n])
        if ahead[n - 1] and alone and _one_list(found, n, text):
            ahead[n] = ahead[n - 1]
            if found[n].within is None:
                _apply(found[n], [t for t in ahead[n] if t.since], first=False)
    for n, draft in enumerate(found):
        if draft.within and draft.start is None and draft.until is None:
            whole = next((w for w in reversed(found[:n]) if w.kind == draft.within), None)
            if whole is not None:
                draft.start, draft.until = whole.start, whole.until
    last = after[-1][0] if after[-1] else None
    if last is not None and last.reached and _FOR_ALL.search(text[: last.start]):
        for n, draft in enumerate(found[:-1]):
            if not after[n] and not ahead[n] and draft.start is None and draft.until is None:
                draft.start = last.since


def _one_list(found: list[_Draft], n: int, text: str) -> bool:
    between = text[found[n - 1].end : found[n].first]
    return len(between) <= 90 and not _NEW_MOVE.search(between)


def _apply(draft: _Draft, terms: list[Term], *, first: bool) -> None:
    """The day that matters of those beside a number: the nearest one.

    Of a period it is the first day for a level, the last for people who leave.
    """
    if not terms:
        return
    term = terms[0] if first else terms[-1]
    falls = (draft.change or 0) < 0
    draft.start = term.last if falls and term.since and term.last else term.since
    draft.until = term.last


def _follow_on(drafts: list[_Draft]) -> None:
    """A level without a day that comes after one kept until a day applies from the day after."""
    for n, draft in enumerate(drafts):
        if draft.start or draft.persons is None or draft.within:
            continue
        for before in reversed(drafts[:n]):
            if (before.operation, before.kind) != (draft.operation, draft.kind) or before.within:
                continue
            if before.until and not draft.until and before.persons not in (None, draft.persons):
                draft.start = (last_day(before.until) + timedelta(days=1)).isoformat()
            break


# --- levels and changes ---------------------------------------------------------------------


def _sign_of(
    number: _Number, text: str, before: str, between: str, sign: int, words: CeilingWords
) -> int:
    """1 or -1 where the number says by how many a ceiling moves, 0 where it is a level."""
    moved = words.moved_by.search(before)
    if moved:
        return -1 if words.down.match(moved["move"] or moved["move2"]) else 1
    if words.on_top.search(before):
        return 1
    if words.at_once.search(before):
        return -1
    digits = re.match(r"[\d, ]*\d", text[number.start :])
    end_of_digits = number.start + (digits.end() if digits else 0)
    if _ADDITIONAL.search(before) or _MORE.match(text, end_of_digits):
        return 1
    if _MORE.match(text, number.end):
        return 1
    stops = _STOPS_CHANGE.search(between) or words.results.search(between)
    continues = sign and _ALSO_CHANGES.match(between) and not stops
    return sign if continues else 0


def _operation_at(
    marks: list[tuple[int, int, str]], start: int, end: int, acted: tuple[str, ...]
) -> str | None:
    """The operation a number belongs to: the last named before it, else the next after."""
    inside = [o for s, e, o in marks if start <= s < end + 40 and o in acted]
    before = [o for s, e, o in marks if e <= start and o in acted]
    after = [o for s, e, o in marks if s >= end and o in acted]
    if before:
        return before[-1]
    following = inside or after
    return following[0] if following else None


def _whole(written: str) -> int:
    return int(re.sub(r"\D", "", written))
