"""The paragraphs of two texts side by side, each beside its other version, and how words changed.

Paragraphs are aligned by their words, not by their numbers, because a renewal renumbers. Words that
are rare in both texts weigh more, so that a lead such as `Requests the Secretary-General to` does
not make two paragraphs alike. What does the same act (extend the mandate, ask for a report, remain
seized) is put together first; an item of a list is looked for in the same list before elsewhere.

Spelling, punctuation, the numbers of paragraphs referred to and dates that move on do not make
another wording: such a paragraph is `adjusted`, not `reworded`.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from peaceops.resolutions.decisions import read_day
from peaceops.resolutions.document import Paragraph
from peaceops.resolutions.lexicon import DATE_SOURCE
from peaceops.resolutions.spelling import fold_words, join_words, spell_words

Change = Literal["kept", "adjusted", "reworded", "moved", "added", "dropped"]
CHANGES: tuple[Change, ...] = ("reworded", "moved", "added", "dropped", "adjusted", "kept")
Trifle = Literal["spelling", "dates", "numbers"]
# Below this likeness two paragraphs are not versions of one: anywhere; in one list; of one act.
LEAST_LIKENESS = 0.42
LEAST_IN_LIST = 0.26
LEAST_OF_ACT = 0.2
# Two that begin with the same words are so much more alike.
SAME_BEGINNING = 6
BONUS = 0.15
# A paragraph of so many words that stands whole in a longer one was shortened or lengthened.
LEAST_WORDS_CONTAINED = 8
MOST_YEARS_ON = 3


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words: in both texts, only in the earlier, or only in the later."""

    kind: Literal["same", "dropped", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Aligned:
    """One paragraph of the earlier mandate beside its version in the later one.

    A paragraph that stands elsewhere is `moved`, whether or not its words changed too.
    `same_but_for` names what alone makes the two differ, where that is no other wording; `within`
    is the paragraph of the other text that holds all words of one added or dropped.
    """

    change: Change
    before: Paragraph | None
    after: Paragraph | None
    words: tuple[Segment, ...]
    same_but_for: tuple[Trifle, ...] = ()
    within: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """As in the JSON of `compare`."""
        return {
            "change": self.change,
            "before": _paragraph_dict(self.before),
            "after": _paragraph_dict(self.after),
            "words": [[s.kind, s.text] for s in self.words],
            "same_but_for": list(self.same_but_for),
            "within": self.within,
        }


def _paragraph_dict(paragraph: Paragraph | None) -> dict[str, str] | None:
    if paragraph is None:
        return None
    return {
        "number": paragraph.number,
        "kind": paragraph.kind,
        "section": paragraph.section,
        "text": paragraph.text,
    }


# --- words that count as the same -----------------------------------------------------------

_PARAGRAPH_NUMBERS = re.compile(
    r"\b(paragraphe?s?|para\.)\s+\d+(?:\s*\([a-z]+\))*"
    r"(?:\s*(?:,|and|to|or|et|à|au|ou|[-–])\s*(?:(?:du\s+)?paragraphe?s?\s+)?\d+(?:\s*\([a-z]+\))*)*",
    re.I,
)
_DATE = re.compile(DATE_SOURCE, re.I)
_DOCUMENT = re.compile(r"\bS/(?:PRST/)?(\d{4})/\d+(?:/Add\.\d+)?")


def _days(text: str) -> list[date]:
    return [d for m in _DATE.finditer(text) if (d := read_day(m))]


def _move_on(before: str, after: str) -> bool:
    """Whether the dates of the later text are those of the earlier, each the same or later."""
    first, second = _days(before), _days(after)
    return len(first) == len(second) and all(
        a <= b and b.year - a.year <= MOST_YEARS_ON for a, b in zip(first, second, strict=True)
    )


def find_trifles(before: str, after: str) -> tuple[Trifle, ...] | None:
    """What alone makes two texts differ, if that is no other wording; None if it is.

    >>> find_trifles("Authorises it until 30 June 2020, (para. 4)",
    ...              "authorizes it until 30 June 2021 (para. 5)")
    ('spelling', 'dates', 'numbers')
    """
    if fold_words(before) == fold_words(after):
        return ()
    undated = [_DOCUMENT.sub("⟨S⟩", _DATE.sub("⟨day⟩", t)) for t in (before, after)]
    plain = [_PARAGRAPH_NUMBERS.sub(r"paragraph", t) for t in undated]
    if join_words(plain[0]) != join_words(plain[1]):
        return None
    dates = _dated(before) != _dated(after)
    if dates and not _move_on(before, after):
        return None
    numbers = _numbers(before) != _numbers(after)
    spelling = fold_words(plain[0]) != fold_words(plain[1])
    found: list[Trifle] = []
    if spelling or not (dates or numbers):
        found.append("spelling")
    if dates:
        found.append("dates")
    if numbers:
        found.append("numbers")
    return tuple(found)


def _dated(text: str) -> list[str]:
    return [m.group().lower() for p in (_DATE, _DOCUMENT) for m in p.finditer(text)]


def _numbers(text: str) -> list[str]:
    return [m.group().lower() for m in _PARAGRAPH_NUMBERS.finditer(text)]


# --- the act a paragraph does ---------------------------------------------------------------

_ACTS = tuple(
    (act, re.compile(pattern, re.I))
    for act, pattern in (
        (
            "extend",
            r"^(?:\w+\s){0,2}?(?:decides|decide|décide)\b.{0,40}?"
            r"\b(?:extend|renew|proroger|renouveler)\b.{0,90}?\bmandat",
        ),
        ("seized", r"^(?:decides|décide)\b.{0,12}?\b(?:seized|saisi)\b"),
        (
            "report",
            r"^(?:\w+\s){0,2}?(?:requests|prie|demande)\b.{0,60}?"
            r"(?:secretary-general|secrétaire général)\b.{0,70}?"
            r"\b(?:report|rendre compte|présenter|faire rapport|faire le point|inform|provide)\b"
            r".{0,120}?\b(?:council|conseil|it)\b",
        ),
    )
)


def name_act(paragraph: Paragraph) -> str | None:
    """The act of an operative paragraph that stands by itself: extend, report or seized."""
    if paragraph.kind != "operative" or paragraph.parent is not None:
        return None
    return next((act for act, pattern in _ACTS if pattern.search(paragraph.text)), None)


# --- matching -------------------------------------------------------------------------------


@dataclass
class _Matching:
    """Places of the earlier text and their versions in the later, as they are found."""

    before: Sequence[Paragraph]
    after: Sequence[Paragraph]
    pairs: dict[int, int] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.begins = [[spell_words(p.text)[:SAME_BEGINNING] for p in side] for side in self.sides]
        self.bags = [[Counter(spell_words(p.text)) for p in side] for side in self.sides]
        seen = Counter(w for bags in self.bags for bag in bags for w in bag)
        total = sum(map(len, self.bags)) + 1
        self.weight = {w: math.log(total / n) + 0.1 for w, n in seen.items()}
        self.sizes = [[self._sum(bag) for bag in bags] for bags in self.bags]

    @property
    def sides(self) -> tuple[Sequence[Paragraph], Sequence[Paragraph]]:
        return self.before, self.after

    def _sum(self, bag: Mapping[str, int]) -> float:
        weight = self.weight
        return sum(weight[w] * n for w, n in bag.items())

    def likeness(self, n: int, m: int) -> float:
        """From 0 to 1: the share of words, rare ones more, that two paragraphs have in common."""
        first, second = self.bags[0][n], self.bags[1][m]
        sizes = self.sizes[0][n], self.sizes[1][m]
        if not first or not second:
            return 0.0
        if len(second) < len(first):
            first, second = second, first
        weight = self.weight
        common = sum(weight[w] * min(c, second[w]) for w, c in first.items() if w in second)
        alike = 2 * common / (sizes[0] + sizes[1])
        if min(len(first), len(second)) >= LEAST_WORDS_CONTAINED:
            alike = max(alike, 0.62 * common / min(sizes))
        return alike + BONUS * (self.begins[0][n] == self.begins[1][m])

    def free(self, side: int) -> list[int]:
        if side == 0:
            return [n for n in range(len(self.before)) if n not in self.pairs]
        return [m for m in range(len(self.after)) if m not in self.taken]

    def pair(self, n: int, m: int) -> None:
        self.pairs[n] = m
        self.taken.add(m)

    def best(self, first: Iterable[int], second: Iterable[int], least: float) -> None:
        """Pair those of two groups that are most alike, first the likest."""
        others = list(second)
        scores = []
        for n in first:
            for m in others:
                if self.before[n].kind != self.after[m].kind:
                    continue
                alike = self.likeness(n, m)
                if alike >= least:
                    distance = abs(n / len(self.before) - m / len(self.after))
                    scores.append((alike - 0.1 * distance, -n, -m))
        for _, n, m in sorted(scores, reverse=True):
            if -n not in self.pairs and -m not in self.taken:
                self.pair(-n, -m)

    def match_same(self) -> None:
        """Those with the very same words."""
        where: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
        for m, p in enumerate(self.after):
            where[p.kind, fold_words(p.text)].append(m)
        for n, p in enumerate(self.before):
            places = where.get((p.kind, fold_words(p.text)))
            if places and self.bags[0][n]:
                self.pair(n, places.pop(0))

    def match_acts(self) -> None:
        """Operative paragraphs that do the same act."""
        acts = [{i: name_act(p) for i, p in enumerate(side)} for side in self.sides]
        for act, _ in _ACTS:
            first = [n for n in self.free(0) if acts[0][n] == act]
            second = [m for m in self.free(1) if acts[1][m] == act]
            alone = len(first) == len(second) == 1 and act != "report"
            self.best(first, second, 0.0 if alone else LEAST_OF_ACT)

    def match_lists(self, least: float) -> None:
        """Items of lists whose heads are a pair already, the outermost lists first."""
        items: list[dict[int, list[int]]] = []
        for side in self.sides:
            place = {p.index: i for i, p in enumerate(side)}
            found: dict[int, list[int]] = defaultdict(list)
            for i, p in enumerate(side):
                if p.parent is not None and p.parent in place:
                    found[place[p.parent]].append(i)
            items.append(found)
        for n in range(len(self.before)):
            if n in self.pairs and items[0].get(n) and items[1].get(self.pairs[n]):
                first = [i for i in items[0][n] if i not in self.pairs]
                second = [i for i in items[1][self.pairs[n]] if i not in self.taken]
                self.best(first, second, least)


def _match(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> dict[int, int]:
    found = _Matching(before, after)
    found.match_same()
    found.match_acts()
    first, second = (
        [i for i in found.free(side) if found.sides[side][i].parent is None] for side in (0, 1)
    )
    found.best(first, second, LEAST_LIKENESS)
    found.match_lists(LEAST_LIKENESS)
    found.best(found.free(0), found.free(1), LEAST_LIKENESS)
    found.match_lists(LEAST_IN_LIST)
    return found.pairs


def align_paragraphs(
    before: Sequence[Paragraph], after: Sequence[Paragraph]
) -> tuple[Aligned, ...]:
    """Each paragraph beside its other version, in the order of the later text.

    Dropped paragraphs stand where they stood, after the last paragraph kept before them.
    """
    pairs = _match(before, after)
    in_order = _longest_increasing(sorted(pairs.items()))
    partner = {a: b for b, a in pairs.items()}
    rows: list[Aligned] = []
    dropped = [n for n in range(len(before)) if n not in pairs]
    for place, paragraph in enumerate(after):
        other = partner.get(place)
        if other is None:
            words = (Segment("added", paragraph.text),)
            rows.append(
                Aligned("added", None, paragraph, words, within=_find_within(paragraph, before))
            )
            continue
        while dropped and dropped[0] < other and other in in_order:
            rows.append(_dropped(before[dropped.pop(0)], after))
        rows.append(_aligned(before[other], paragraph, moved=other not in in_order))
    rows += [_dropped(before[n], after) for n in dropped]
    return tuple(rows)


def _dropped(paragraph: Paragraph, after: Sequence[Paragraph]) -> Aligned:
    words = (Segment("dropped", paragraph.text),)
    return Aligned("dropped", paragraph, None, words, within=_find_within(paragraph, after))


def _find_within(paragraph: Paragraph, others: Iterable[Paragraph]) -> str | None:
    """The number of the paragraph of the other text that holds all the words side by side."""
    words = join_words(paragraph.text)
    if len(words) < 20:
        return None
    return next(
        (p.number for p in others if p.kind == paragraph.kind and words in join_words(p.text)),
        None,
    )


def _aligned(before: Paragraph, after: Paragraph, moved: bool) -> Aligned:
    trifles = find_trifles(before.text, after.text)
    if trifles and "dates" in trifles and name_act(after) == "extend":
        trifles = None  # until when is what the paragraph is about
    same = trifles == ()
    change: Change = (
        "moved" if moved else "kept" if same else "reworded" if trifles is None else "adjusted"
    )
    segments = (Segment("same", after.text),) if same else word_changes(before.text, after.text)
    return Aligned(change, before, after, segments, trifles or ())


def _longest_increasing(pairs: Sequence[tuple[int, int]]) -> set[int]:
    """The first members of the longest run of pairs whose second members rise."""
    previous: dict[int, int] = {}
    tails: list[int] = []
    for n, (_, place) in enumerate(pairs):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if pairs[tails[middle]][1] < place:
                low = middle + 1
            else:
                high = middle
        if low:
            previous[n] = tails[low - 1]
        tails[low : low + 1] = [n]
    run: set[int] = set()
    at: int | None = tails[-1] if tails else None
    while at is not None:
        run.add(pairs[at][0])
        at = previous.get(at)
    return run


# --- words ----------------------------------------------------------------------------------

_WORD = re.compile(r"\d{1,3}(?:,\d{3})+\b|\w+(?:['’/-]\w+)*|[^\w\s]")


def word_changes(before: str, after: str) -> tuple[Segment, ...]:
    """What became of the words, as runs; words that differ in spelling alone are the same.

    >>> [(s.kind, s.text) for s in word_changes("until 30 June 2020", "until 30 June 2021")]
    [('same', 'until 30 June'), ('dropped', '2020'), ('added', '2021')]
    """
    first, second = list(_WORD.finditer(before)), list(_WORD.finditer(after))
    keys = [
        ["".join(spell_words(m.group())) or m.group() for m in side] for side in (first, second)
    ]
    matcher = difflib.SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    segments: list[Segment] = []
    for tag, i1, i2, j1, j2 in _join_runs(matcher.get_opcodes(), keys[0]):
        if tag == "equal":
            segments.append(Segment("same", after[second[j1].start() : second[j2 - 1].end()]))
            continue
        if i2 > i1:
            segments.append(Segment("dropped", before[first[i1].start() : first[i2 - 1].end()]))
        if j2 > j1:
            segments.append(Segment("added", after[second[j1].start() : second[j2 - 1].end()]))
    return tuple(segments)


_Opcode = tuple[str, int, int, int, int]
_LITTLE = re.compile(
    r"\W+|the|a|an|of|and|to|in|on|for|by|as|its|de|du|des|la|le|les|et|à|l|d|en|au|aux", re.I
)


def _join_runs(opcodes: Sequence[_Opcode], words: Sequence[str]) -> Iterator[_Opcode]:
    """Changes between which only little words stand are one: nobody reads `[of] the [all]`."""
    held: _Opcode | None = None
    little: _Opcode | None = None
    for code in opcodes:
        tag, i1, i2 = code[:3]
        if tag != "equal":
            held = ("replace", held[1], i2, held[3], code[4]) if held and little else code
            little = None
        elif held and i2 - i1 <= 2 and all(_LITTLE.fullmatch(w) for w in words[i1:i2]):
            little = code
        else:
            if held:
                yield held
            yield code
            held = None
    yield from (code for code in (held, little) if code)
