"""How many persons of which category a resolution lets an operation have, and what changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from peaceops.resolutions.decisions import Clause
from peaceops.resolutions.lexicon import CeilingWords

_DIGIT = re.compile(r"\d")
_PLAIN_MARK = re.compile(r"⟦([^|⟧]+)\|\d+⟧(?:['’]s)?")


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A number of persons of one kind; `change` where the text says by how many it moves.

    `persons` is None where a text only says by how many a ceiling rises or falls.
    """

    operation: str
    kind: str
    persons: int | None
    paragraph: str
    change: int | None
    quote: str


def find_ceilings(
    clauses: Iterable[Clause],
    deciding: frozenset[str],
    words: CeilingWords,
    main: str | None,
    acted_on: Iterable[str],
) -> tuple[Ceiling, ...]:
    """Ceilings in the clauses that decide, each once, in order of appearance."""
    found: dict[tuple[str, str, int | None, int | None], Ceiling] = {}
    acted = tuple(acted_on)
    for clause in clauses:
        if clause.verb not in deciding or words.cues.number not in clause.held:
            continue
        if not _DIGIT.search(clause.text, clause.own):
            continue
        if not words.cues.pattern.search(clause.lowered):
            continue
        for ceiling in _ceilings_of(clause, words, main, acted):
            key = (ceiling.operation, ceiling.kind, ceiling.persons, ceiling.change)
            found.setdefault(key, ceiling)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of persons in a clause, before it is known whose and whether it is a level."""

    start: int
    end: int
    persons: int
    kind: str


_UNITS = re.compile(r"units?\W*$|unités de police constituées\W*$", re.I)
_OLD_LEVEL = re.compile(
    r"\bfrom\s(?:the\s)?(?:a\smaximum\sof\s|current\s|up\sto\s|level\sof\s"
    r"|authorized\slevel\sof\s)*$|\bremaining\s$|\b(?:December|June|current|present)\s(?:\d{4}\s)?level\sof\s$",
    re.I,
)
_NEW_LEVEL = re.compile(
    r"\b(?:to|à)\s(?:a\s)?(?:new\s)?(?:maximum\sof\s|up\sto\s|total\sof\s|ceiling\sof\s)*$", re.I
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
            if following and not _DIGIT.search(text, match.end(), following.start()):
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
    start = max(0, at - 110)
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
    r"\b(?:from|de)\s(?:the\s|its\s)?(?:current\s)?(\d{1,3}(?:[, ]\d{3})+|\d{2,5})\s(?:to|à)\s"
    r"(?:a\smaximum\sof\s|up\sto\s|a\sceiling\sof\s)?$"
)
_MORE = re.compile(r"\W{0,2}(?:additional|supplémentaires?)\b", re.I)


def _is_old_level(before: str, after: str, follows_new: bool) -> bool:
    """`from 3,590 to 1,240`, `de 3 590 à 1 240`, `à 13 000 … du plafond fixé à 15 000`."""
    if _OLD_LEVEL.search(before):
        return True
    found = _FRENCH_OLD.search(before)
    if found is None:
        return False
    return follows_new if found.group().startswith("fix") else bool(_TO_NEW.match(after))


def _ceilings_of(
    clause: Clause, words: CeilingWords, main: str | None, acted: tuple[str, ...]
) -> Iterator[Ceiling]:
    text = clause.text
    numbers = _numbers_in(text, clause.own, words)
    if not numbers:
        return
    moved_away = words.transfer.search(text)
    marks = [(m.start(), m.end(), m[1]) for m in _PLAIN_MARK.finditer(text)]
    quote = clause.marked.restore(text[clause.own :].strip(" ,;."))
    found: list[Ceiling] = []
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
        follows_new = bool(found) and found[-1].kind == number.kind and found[-1].change is None
        if _is_old_level(before, after, follows_new):
            old_level = number.persons
            if follows_new:
                level = found[-1].persons or 0
                found[-1] = replace(found[-1], change=level - number.persons)
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
            Ceiling(operation, number.kind, persons, clause.paragraph.number, change, quote)
        )
    yield from found


def _sign_of(
    number: _Number, text: str, before: str, between: str, sign: int, words: CeilingWords
) -> int:
    """1 or -1 where the number says by how many a ceiling moves, 0 where it is a level."""
    moved = words.moved_by.search(before)
    if moved:
        return -1 if words.down.match(moved["move"] or moved["move2"]) else 1
    if words.at_once.search(before):
        return -1
    digits = re.match(r"[\d, ]*\d", text[number.start :])
    end_of_digits = number.start + (digits.end() if digits else 0)
    if re.search(r"\badditional\s$", before) or _MORE.match(text, end_of_digits):
        return 1
    if _MORE.match(text, number.end):
        return 1
    continues = sign and _ALSO_CHANGES.match(between) and not _STOPS_CHANGE.search(between)
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
