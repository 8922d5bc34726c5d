"""Which of many patterns a text can hold, told from its words alone.

A pattern of the lexicon cannot match where a word it needs does not stand. `AnchorIndex` knows
those words for thousands of patterns and answers from the words of a text, a few look-ups
for each: only the patterns it names need be searched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T", covariant=True)

_WORD = re.compile(r"\w+")
_MOST_WORDS = 200_000  # nothing a batch of resolutions reaches

_MOST_TEXTS = 20_000  # paragraphs: some seven years of resolutions, about 40 MB

# Sets of keys of which a text must hold one each. A key is a whole word or, with `*`, its
# beginning.
Needs = Sequence[Sequence[str]]
# What a word tells an index: a bit for each set of keys it meets; the patterns that need no more;
# and those it is the anchor of, each with a bit for each set of keys it needs.
_Meaning = tuple[int, tuple[int, ...], tuple[tuple[int, int], ...]]


def lower_text(text: str) -> str:
    """The text in small letters, each at its place: a letter that would become two is kept."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return small


class Kept(dict[K, V]):
    """What a function makes of each key, made once; all is forgotten when it grows too large.

    Plain texts and tuples kept so cost the garbage collector nothing.
    """

    def __init__(self, make: Callable[[K], V], most: int):
        super().__init__()
        self._make, self._most = make, most

    def __missing__(self, key: K) -> V:
        if len(self) >= self._most:
            self.clear()
        self[key] = made = self._make(key)
        return made


# Every spelling as one and the same object, which makes sets of them quick.
_spellings = Kept[str, str](str, _MOST_WORDS)
# The words in each spelling; all indexes learn from the same.
_words_in = Kept[str, "tuple[str, ...]"](lambda piece: tuple(_WORD.findall(piece)), _MOST_WORDS)


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
    return set(map(_spellings.__getitem__, lowered.split()))


class Wording(dict["Finder[Any]", Any]):
    """What a text is to every search: its small letters and words, and what was made of them.

    `text` is as printed, `lowered` has each letter at its place, `folded` has one kind of
    apostrophe and hyphen besides; `count` counts every word, `words` holds the different ones. The
    Council repeats itself from one resolution to the next: the same text shares its wording (see
    `wording_of`), which therefore holds nothing that depends on where it is printed.
    """

    __slots__ = ("count", "folded", "lowered", "text", "words")

    def __init__(self, text: str):
        super().__init__()
        self.text = text
        self.lowered = lower_text(text)
        self.folded = fold_signs(self.lowered)
        pieces = list(map(_spellings.__getitem__, self.lowered.split()))
        self.count = len(pieces)
        # Plain tuples of plain values cost the garbage collector nothing, sets do.
        self.words: tuple[str, ...] = tuple(set(pieces))

    def __missing__(self, finder: Finder[Any]) -> Any:
        found = self[finder] = finder.find_in(self)
        return found

    def recall(self, finder: Finder[T]) -> T:
        """What a finder finds in this wording; found once for the same text, so never changed."""
        return self[finder]  # type: ignore[no-any-return]


class Finder(Protocol[T]):
    """What looks for something in a text and needs nothing but its wording."""

    def find_in(self, wording: Wording) -> T:
        """What the text holds: plain tuples, best without objects inside."""


_wordings = Kept[str, Wording](Wording, _MOST_TEXTS)


def wording_of(text: str) -> Wording:
    """The wording of a text, shared with the same text elsewhere."""
    return _wordings[text]


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
        self._meanings = Kept[str, _Meaning | None](self._meaning_of, _MOST_WORDS)
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

    def _meaning_of(self, piece: str) -> _Meaning | None:
        """Which sets of keys the words in a piece of text meet, if any."""
        met: set[int] = set()
        for word in _words_in[piece]:
            if word in self._exact:
                met.update(self._exact[word])
            beginning = word[: self._shortest]
            if beginning in self._begins:
                met.update(p for key, p in self._begins[beginning] if word.startswith(key))
        if not met:
            return None
        patterns = [(p, 1 << place) for place in met for p in self._sets[place]]
        return (
            sum(1 << place for place in met),
            tuple(number for (number, needed), bit in patterns if needed == bit),
            tuple(pattern for pattern, bit in patterns if pattern[1] != bit),
        )

    def knows_any(self, words: Iterable[str]) -> bool:
        """Whether any pattern needs one of some words."""
        return any(map(self._meanings.__getitem__, words))

    def find_in(self, wording: Wording) -> tuple[int, ...]:
        """The numbers of the patterns that a text can hold, in order."""
        return tuple(sorted(self.find(wording.words)))

    def find(self, words: Iterable[str]) -> set[int]:
        """The numbers of the patterns that a text with these words can hold."""
        found = set(self._always)
        bits = 0
        waiting: list[tuple[int, int]] = []
        for met, enough, others in filter(None, map(self._meanings.__getitem__, words)):
            bits |= met
            if enough:
                found.update(enough)
            if others:
                waiting += others
        for number, needed in waiting:
            if bits & needed == needed:
                found.add(number)
        return found
