"""Words in one spelling, so that `authorises` and `Authorizes` are the same word."""

from __future__ import annotations

import re
from functools import lru_cache

_LETTERS = re.compile(r"\w+(?:['’-]\w+)*")
_SIMPLE = re.compile(r"\w+")
_SPELLINGS = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"is(?=(?:e|ed|es|er|ers|ing|able|ations?|ational)$)", "iz"),
        (r"ys(?=(?:e|ed|es|ing)$)", "yz"),
        (r"(col|fav|hon|lab|rum|neighb|behavi|endeav|harb)our", r"\1or"),
        (r"^programme(?=s?$)", "program"),
        (r"^while$", "whil"),
        (r"^cent(?:re|er)(s?)$", r"center\1"),
        (r"^(def|off|lic|pret)ence(s?)$", r"\1ense\2"),
        (r"(?<=dg)ement", "ment"),
        (r"^(fulfil|enrol|instal)l(?=$|s$|ment)", r"\1"),
        (r"(travel|cancel|counsel|signal|label)l(?=ed|ing|er|or)", r"\1"),
        (r"^adviser(s?)$", r"advisor\1"),
        (r"^(toward|afterward)s$", r"\1"),
        (r"^(whil|among|amid)st$", r"\1"),
    )
)
_NAMES = (
    (re.compile(r"\bunited nations\b"), "un"),
    (re.compile(r"\b(?:l['’])?organisation des nations unies\b|\bnations unies\b"), "onu"),
)


def fold_words(text: str) -> tuple[str, ...]:
    """The words alone, in small letters."""
    return tuple(w.lower() for w in _LETTERS.findall(text))


@lru_cache(maxsize=8192)
def spell_words(text: str) -> tuple[str, ...]:
    """The words in one spelling, parts of compounds one by one.

    >>> spell_words("authorises the well-organised Centre") == spell_words(
    ...     "Authorizes the Well Organized Center")
    True
    """
    lowered = text.lower()
    for pattern, short in _NAMES:
        lowered = pattern.sub(short, lowered)
    return tuple(_spell(word) for word in _SIMPLE.findall(lowered))


@lru_cache(maxsize=1024)
def join_words(text: str) -> str:
    """The words in one spelling, run together, so that hyphens make no difference."""
    return "".join(spell_words(text))


@lru_cache(maxsize=8192)
def _spell(word: str) -> str:
    for pattern, written in _SPELLINGS:
        word = pattern.sub(written, word)
    return word
