"""Regular expressions that are tried only where a text holds words they cannot match without.

To look for a few words is many times quicker than to try a pattern at every place of a text, and
most patterns of a lexicon match few texts. The words are derived from how a pattern is written.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import Any

codes: Any
parser: Any
try:  # how Python parses a pattern is not part of what it promises
    from re import _constants as codes  # type: ignore[attr-defined,no-redef]
    from re import _parser as parser  # type: ignore[attr-defined,no-redef]

    _ZERO_WIDTH = (codes.AT, codes.ASSERT, codes.ASSERT_NOT)
    _REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
except (ImportError, AttributeError):  # every pattern is then tried, with the same result
    parser = None
_MOST_TEXTS = 6  # more would take longer to look for than they spare


class KeyedPattern:
    """A pattern for texts in small letters, with words of which every match holds one.

    It is written as alternatives. `pattern` is the same without the look for the words.

    >>> KeyedPattern(["(?:assisted|led) by"]).search("it led by far").span()
    (3, 9)
    """

    __slots__ = ("keys", "pattern")

    def __init__(self, written: Iterable[str], source: str = ""):
        """`source` is what the alternatives come to, if that is more than one of them."""
        listed = list(written)
        self.pattern = re.compile(source or "|".join(listed))
        needed = [literals_of(one) for one in listed]
        found = [key for keys in needed for key in keys] if all(needed) else []
        self.keys = _without_longer(found)

    def may_match(self, text: str) -> bool:
        """Whether a text holds one of the words."""
        for key in self.keys:  # quicker than any() by half
            if key in text:
                return True
        return not self.keys

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """The first match in a stretch of a text."""
        return self.pattern.search(text, start, end) if self.may_match(text) else None

    def finditer(
        self, text: str, start: int = 0, end: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        """Every match in a stretch of a text."""
        return self.pattern.finditer(text, start, end) if self.may_match(text) else iter(())

    def sub(self, replace: Callable[[re.Match[str]], str], text: str) -> str:
        """The text with each match replaced."""
        return self.pattern.sub(replace, text) if self.may_match(text) else text


def literals_of(source: str) -> tuple[str, ...]:
    """Texts of which every match of a pattern holds one; none where that cannot be told.

    >>> literals_of(r"(?<!\\w)(?:assisted|led) by|with (?:the )?help of \\w+")
    ('led by', 'assisted by', 'with help of ', 'with the help of ')
    """
    if parser is None:
        return ()
    parsed = parser.parse(source)
    if parsed.state.flags & re.IGNORECASE:
        return ()
    return _needed(parsed)


def _needed(items: Sequence[tuple[Any, Any]]) -> tuple[str, ...]:
    """The most telling of the sets of texts that a row of items needs."""
    sets: list[tuple[str, ...]] = []
    run: tuple[str, ...] = ("",)  # what may stand in a row up to here
    for code, value in items:
        texts = _all_texts(code, value)
        if texts and len(run) * len(texts) <= _MOST_TEXTS:
            run = tuple(before + text for before, text in product(run, texts))
            continue
        sets.append(run)
        run = texts or ("",)
        if code is codes.SUBPATTERN and not value[1]:
            sets.append(_needed(value[-1]))
        elif code is codes.BRANCH:
            branches = [_needed(branch) for branch in value[1]]
            if all(branches):
                sets.append(tuple(text for found in branches for text in found))
        elif code in _REPEATS and value[0] > 0:
            sets.append(_needed(value[2]))
    sets.append(run)
    return max(
        (_without_longer(texts) for texts in sets if texts and all(texts)), key=_tells, default=()
    )


def _all_texts(code: Any, value: Any) -> tuple[str, ...]:
    """Every text an item can match, if they are few; none otherwise."""
    if code is codes.LITERAL:
        return (chr(value),)
    if code in _ZERO_WIDTH:
        return ("",)  # what stands on both sides of it stands together
    if code is codes.SUBPATTERN and not value[1]:
        return _texts_in_row(value[-1])
    if code is codes.IN and all(kind is codes.LITERAL for kind, _ in value):
        return tuple(chr(sign) for _, sign in value)
    if code is codes.BRANCH:
        branches = [_texts_in_row(branch) for branch in value[1]]
        return tuple(text for found in branches for text in found) if all(branches) else ()
    if code in _REPEATS and value[:2] == (0, 1):
        once = _texts_in_row(value[2])
        return (*once, "") if once else ()
    return ()


def _texts_in_row(items: Sequence[tuple[Any, Any]]) -> tuple[str, ...]:
    row: tuple[str, ...] = ("",)
    for code, value in items:
        row = tuple(before + text for before, text in product(row, _all_texts(code, value)))
        if not 0 < len(row) <= _MOST_TEXTS:
            return ()
    return row


def _without_longer(texts: Iterable[str]) -> tuple[str, ...]:
    """Texts without those that hold another of them: where they stand, the other does."""
    kept: list[str] = []
    for text in sorted(dict.fromkeys(texts), key=len):
        if not any(shorter in text for shorter in kept):
            kept.append(text)
    return tuple(kept)


def _tells(texts: Sequence[str]) -> tuple[int, int]:
    """How rarely a text will hold one of some texts: long ones are rare, few rarer than many."""
    return min(len(text.strip()) for text in texts), -len(texts)
