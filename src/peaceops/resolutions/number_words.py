"""Numbers written in words, in English and French: `seven thousand`, `cent vingt`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_ENGLISH = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_FRENCH = (
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
    "dix-sept dix-huit dix-neuf"
)
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40,
    "cinquante": 50, "soixante": 60,
}  # fmt: skip
_VALUES: Mapping[str, int] = {
    **{word: n for n, word in enumerate(_ENGLISH.split(), 1)},
    **{word: n for n, word in enumerate(_FRENCH.split(), 1)},
    **_TENS,
}
_HUNDREDS = frozenset({"hundred", "cent", "cents"})
_THOUSANDS = frozenset({"thousand", "mille"})
_WORD = "|".join(sorted((*_VALUES, *_HUNDREDS, *_THOUSANDS), key=len, reverse=True))
# Old texts read by machine have `eighty~eight`.
_NUMBER = re.compile(rf"\b(?:{_WORD})(?:(?:[\s~-]+(?:and\s+|et\s+|et-)?)(?:{_WORD}))*\b", re.I)


class WrittenNumber(NamedTuple):
    """A number in words: where it stands and how much it is."""

    start: int
    end: int
    value: int


def find_written_numbers(text: str) -> Iterator[WrittenNumber]:
    """Every number in words, longest reading first.

    >>> [n.value for n in find_written_numbers("one hundred and twenty to seven thousand")]
    [120, 7000]
    >>> [n.value for n in find_written_numbers("quatre-vingt-huit ou deux mille cinq cents")]
    [88, 2500]
    """
    for match in _NUMBER.finditer(text):
        value = _value_of(re.findall(_WORD, match.group().lower()))
        yield WrittenNumber(match.start(), match.end(), value)


def _value_of(words: list[str]) -> int:
    total = current = 0
    for word in words:
        if word in _THOUSANDS:
            total, current = total + (current or 1) * 1000, 0
        elif word in _HUNDREDS:
            current = (current or 1) * 100
        elif word in ("vingt", "vingts") and current % 100 == 4:
            current += 76  # quatre-vingts
        else:
            current += _VALUES[word]
    return total + current
