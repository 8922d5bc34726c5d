"""Which of many patterns a text can hold, told from its words alone.

A pattern of the lexicon cannot match where a word it needs does not stand. `AnchorIndex` knows
those words for thousands of patterns and answers from the words of a text, a few look-ups
for each: only the patterns it names need be searched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache, partial
from typing import Any, TypeVar

T = TypeVar("T")

_WORD = re.compile(r"\w+")
_MOST_WORDS = 200_000  # nothing a batch of resolutions reaches

_MOST_TEXTS = 10_000  # paragraphs, about 30 MB; the years in which a wording is renewed

# Sets of keys of which a text must hold one each. A key is a whole word or, with `*`, its
# beginning.
Needs = Sequence[Sequence[str]]


def lower_text(text: str) -> str:
    """The text in small letters, each at its place: a letter that would become two is kept."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return small


class _Spellings(dict[str, str]):
    """Every spelling met so far as one and the same object, which makes sets of them quick."""

    def __missing__(self, piece: str) -> str:
        self[piece] = piece
        return piece


_spellings = _Spellings()


def _pieces_of(lowered: str) -> list[str]:
    if len(_spellings) > _MOST_WORDS:
        _spellings.clear()
    return list(map(_spellings.__getitem__, lowered.split()))


_SAME = (("’", "'"), ("‘", "'"), ("‑", "-"), ("–", "-"))


def fold_signs(text: str) -> str:
    """The text with one kind of apostrophe and hyphen, same length."""
    if not text.isascii():
        for odd, plain in _SAME:
            text = text.replace(odd, plain)
    return text


def words_of(lowered: str) -> set[str]:
    """The different words of a text in small letters, with the signs printed beside them.

    To split at spaces is many times quicker than to look for words; `AnchorIndex` finds the words
    in each such piece once and knows it from then on.

    >>> sorted(words_of("l'ordre public, l'ordre"))
    ["l'ordre", 'public,']
    """
    return set(_pieces_of(lowered))


@lru_cache(maxsize=_MOST_WORDS)
def _split_piece(piece: str) -> tuple[str, ...]:
    """The words in a piece of text; all indexes learn from the same pieces."""
    return tuple(_WORD.findall(piece))


class Wording:
    """What a text is to every search: its small letters and words, and what was made of them.

    `lowered` has each letter at its place, `folded` has one kind of apostrophe and hyphen besides,
    `count` counts every word, `words` holds the different ones. The Council repeats itself from
    one resolution to the next: the same text shares its wording (see `wording_of`), which
    therefore holds nothing that depends on where it is printed.
    """

    __slots__ = ("_made", "count", "folded", "lowered", "words")

    def __init__(self, text: str):
        self.lowered = lower_text(text)
        self.folded = fold_signs(self.lowered)
        pieces = _pieces_of(self.lowered)
        self.count = len(pieces)
        self.words: AbstractSet[str] = set(pieces)
        self._made: dict[Callable[[Wording], Any], Any] = {}

    def recall(self, make: Callable[[Wording], T]) -> T:
        """What a function makes of this wording; made once for the same text, so never changed."""
        try:
            return self._made[make]  # type: ignore[no-any-return]
        except KeyError:
            made = self._made[make] = make(self)
            return made

    def held(self, index: AnchorIndex) -> AbstractSet[int]:
        """The numbers of the patterns of an index that the text can hold."""
        return self.recall(index.find_in)


@lru_cache(maxsize=_MOST_TEXTS)
def wording_of(text: str) -> Wording:
    """The wording of a text, shared with the same text elsewhere."""
    return Wording(text)


def find_places(lowered: str, words: Iterable[str]) -> list[int]:
    """Where some words may begin in a text, in order; also the beginnings of longer words.

    >>> find_places("calls on it and recalls", ["calls"])
    [0, 18]
    """
    places: list[int] = []
    for word in words:
        at = lowered.find(word)
        while at >= 0:
            places.append(at)
            at = lowered.find(word, at + 1)
    places.sort()
    return places


def _commonness(uses: Counter[str], keys: Sequence[str]) -> float:
    """How often one of some keys may stand in a text: short words do, and words of many patterns.

    The weight of a short word is the one that led to the fewest patterns tried in vain.
    """
    return sum(uses[key] * (1 + 30 / len(key) ** 2) for key in keys)


class AnchorIndex:
    """Patterns by the words they need; a pattern is known by a number, which may come twice.

    Of a pattern's sets of keys the one that is least common is its anchor: a pattern whose anchor
    does not stand in a text costs nothing.

    >>> index = AnchorIndex([(7, [["monitor*"], ["truce", "cease"]]), (8, [["border"]])])
    >>> index.find(words_of("monitoring the truce")), index.find(words_of("a truce"))
    ({7}, set())
    """

    def __init__(self, patterns: Iterable[tuple[int, Needs]]):
        self._always: set[int] = set()
        self._exact: dict[str, list[int]] = {}  # key → places in `_sets`
        self._begins: dict[str, list[tuple[str, int]]] = {}  # first letters → key, place
        self._shortest = 0  # of the keys in `_begins`
        self._sets: list[list[tuple[int, int]]] = []  # the patterns whose anchor each is
        self._seen: set[str] = set()
        self._met: dict[str, int] = {}  # word → a bit for each set of keys it meets
        # word → patterns it is an anchor of: those that need nothing else, and the others by
        # number with a bit for each set of keys they need
        self._enough: dict[str, tuple[int, ...]] = {}
        self._anchored: dict[str, tuple[tuple[int, int], ...]] = {}
        self._telling: set[str] = set()
        listed = list(patterns)
        uses = Counter(key for _, needs in listed for keys in needs for key in keys)
        places: dict[tuple[str, ...], int] = {}  # patterns that need the same words share a set
        for number, needs in listed:
            if not needs:
                self._always.add(number)
                continue
            bits = 0
            for keys in map(tuple, needs):
                if keys not in places:
                    places[keys] = len(self._sets)
                    self._sets.append([])
                    for key in keys:
                        self._add_key(key, places[keys])
                bits |= 1 << places[keys]
            anchor = min(needs, key=partial(_commonness, uses))
            self._sets[places[tuple(anchor)]].append((number, bits))
        begins = [(key, place) for entries in self._begins.values() for key, place in entries]
        self._shortest = min((len(key) for key, _ in begins), default=0)
        self._begins = {}
        for key, place in begins:
            self._begins.setdefault(key[: self._shortest], []).append((key, place))

    def _add_key(self, key: str, place: int) -> None:
        # A key such as "l'ordre" is looked up by its last word.
        word = _WORD.findall(key)[-1]
        if key.endswith("*"):
            self._begins.setdefault(word, []).append((word, place))
        else:
            self._exact.setdefault(word, []).append(place)

    def _learn(self, pieces: AbstractSet[str]) -> None:
        """Notes which sets of keys the words of some new pieces of text meet."""
        if len(self._seen) > _MOST_WORDS:
            for known in (self._seen, self._met, self._enough, self._anchored, self._telling):
                known.clear()
        for piece in pieces:
            met: set[int] = set()
            for word in _split_piece(piece):
                met.update(self._exact.get(word, ()))
                for key, place in self._begins.get(word[: self._shortest], ()):
                    if word.startswith(key):
                        met.add(place)
            if met:
                self._met[piece] = sum(1 << place for place in met)
                self._telling.add(piece)
                patterns = [(p, place) for place in met for p in self._sets[place]]
                enough = tuple(n for (n, needed), place in patterns if needed == 1 << place)
                if enough:
                    self._enough[piece] = enough
                others = tuple(p for p, place in patterns if p[1] != 1 << place)
                if others:
                    self._anchored[piece] = others
        self._seen |= pieces

    def find_words(self, words: AbstractSet[str]) -> AbstractSet[str]:
        """Those of some words that any pattern needs."""
        if not words <= self._seen:
            self._learn(words - self._seen)
        return words & self._telling

    def find_in(self, wording: Wording) -> set[int]:
        """The numbers of the patterns that a text can hold."""
        return self.find(wording.words)

    def find(self, words: AbstractSet[str]) -> set[int]:
        """The numbers of the patterns that a text with these words can hold."""
        telling = self.find_words(words)
        found = set(self._always)
        bits = 0
        waiting = []
        for word in telling:
            bits |= self._met[word]
            if word in self._enough:
                found.update(self._enough[word])
            if word in self._anchored:
                waiting.append(self._anchored[word])
        for patterns in waiting:
            for number, needed in patterns:
                if bits & needed == needed:
                    found.add(number)
        return found
