"""Which of many patterns a text can hold, told from its words alone.

A pattern of the lexicon cannot match where a word it needs does not stand. `AnchorIndex` knows
those words for thousands of patterns and answers from the words of a text, a few look-ups
for each: only the patterns it names need be searched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

_WORD = re.compile(r"\w+")
_MOST_WORDS = 200_000  # nothing a batch of resolutions reaches

# Sets of keys of which a text must hold one each. A key is a whole word or, with `*`, its
# beginning.
Needs = Sequence[Sequence[str]]


def lower_text(text: str) -> str:
    """The text in small letters, each at its place: a letter that would become two is kept."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return small


def words_of(lowered: str) -> set[str]:
    """The different words of a text in small letters, with the signs printed beside them.

    To split at spaces is many times quicker than to look for words; `AnchorIndex` finds the words
    in each such piece once and knows it from then on.

    >>> sorted(words_of("l'ordre public, l'ordre"))
    ["l'ordre", 'public,']
    """
    return set(lowered.split())


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
        self._owner: list[int] = []
        self._always: set[int] = set()
        self._exact: dict[str, list[int]] = {}
        self._begins: dict[str, list[int]] = {}
        self._shortest = _MOST_WORDS
        # For each set of keys: the entry it belongs to, and whether it is that entry's anchor.
        self._sets: list[tuple[int, bool]] = []
        self._others: list[tuple[set[str], ...]] = []  # by entry: known words of each other set
        self._met: list[set[str]] = []  # by set of keys
        self._seen: set[str] = set()
        self._anchored: dict[str, list[int]] = {}
        self._anchors: set[str] = set()
        listed = list(patterns)
        uses = Counter(key for _, needs in listed for keys in needs for key in keys)
        for number, needs in listed:
            if needs:
                self._add(number, needs, min(needs, key=partial(_commonness, uses)))
            else:
                self._always.add(number)

    def _add(self, number: int, needs: Needs, anchor: Sequence[str]) -> None:
        entry = len(self._owner)
        self._owner.append(number)
        others: list[set[str]] = []
        for keys in needs:
            for key in keys:
                self._add_key(key, len(self._sets))
            self._sets.append((entry, keys is anchor))
            self._met.append(set())
            if keys is not anchor:
                others.append(self._met[-1])
        self._others.append(tuple(others))

    def _add_key(self, key: str, keys: int) -> None:
        # A key such as "l'ordre" is looked up by its last word.
        word = _WORD.findall(key)[-1]
        if key.endswith("*"):
            self._begins.setdefault(word, []).append(keys)
            self._shortest = min(self._shortest, len(word))
        else:
            self._exact.setdefault(word, []).append(keys)

    def _learn(self, words: Iterable[str]) -> None:
        """Notes which sets of keys words not seen before meet."""
        if len(self._seen) > _MOST_WORDS:
            for met in (*self._met, self._seen, self._anchored, self._anchors):
                met.clear()
        for word in words:
            for keys in {k for part in _WORD.findall(word) for k in self._sets_of(part)}:
                entry, is_anchor = self._sets[keys]
                if is_anchor:
                    self._anchored.setdefault(word, []).append(entry)
                    self._anchors.add(word)
                else:
                    self._met[keys].add(word)
            self._seen.add(word)

    def _sets_of(self, word: str) -> Iterator[int]:
        yield from self._exact.get(word, ())
        for length in range(self._shortest, len(word) + 1):
            yield from self._begins.get(word[:length], ())

    def find(self, words: AbstractSet[str]) -> set[int]:
        """The numbers of the patterns that a text with these words can hold."""
        unseen = words - self._seen
        if unseen:
            self._learn(unseen)
        found = set(self._always)
        anchored = self._anchored
        for word in words & self._anchors:
            for entry in anchored[word]:
                for others in self._others[entry]:
                    if others.isdisjoint(words):
                        break
                else:
                    found.add(self._owner[entry])
        return found
