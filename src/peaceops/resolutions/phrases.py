"""Phrases as a lawyer writes them in the lexicon, found in a text quickly.

A phrase is a row of words with four signs:

    monitor*            any letters: monitor, monitors, monitoring; also inside, organi*ation
    (truce|cease fire)  one of several
    <the> parties       may be absent
    ~  ~~               a few words, or up to about twenty, in between, never across a full stop

Letter case, hyphens, commas between two words and the form of the apostrophe do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from peaceops.errors import DataError, Problem
from peaceops.resolutions.anchors import AnchorIndex, Wording, fold_signs, lower_text, words_of


def read_phrase_file(path: Path) -> Any:
    """A YAML file of the lexicon as plain values.

    Raises `DataError` for one that cannot be read.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, loader)  # noqa: S506 - a safe loader, the quick one if there
    except OSError as error:
        raise DataError(Problem(str(path), "", f"cannot be read: {error.strerror}")) from None
    except yaml.YAMLError as error:
        raise DataError(Problem(str(path), "", f"not readable YAML: {error}")) from None


_BREAK = r"[^\w.;]"
_GAP = {"~": rf"(?:[^;.]{{0,45}}{_BREAK})?", "~~": rf"(?:[^;.]{{0,150}}{_BREAK})?"}
_TOKEN = re.compile(r"~~|~|[()|<>]|[\w'’][\w'’*]*|\s+|-")
_BETWEEN = rf"{_BREAK}{{1,3}}"
_AFRESH = r"(?<!\w)"


def fold(text: str) -> str:
    """The text in small letters with one kind of apostrophe and hyphen, same length.

    >>> fold("L’Opération")
    "l'opération"
    """
    return fold_signs(lower_text(text))


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of the lexicon: what must stand there, and what must not stand near it.

    `keys` are sets of words (or beginnings, with `*`); a text must hold one of each set for the
    phrase to match at all. `need` and `unless` look at the same clause.
    """

    written: str
    pattern: re.Pattern[str]
    keys: tuple[tuple[str, ...], ...]
    need: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()

    def find(self, folded: str, reach: int = 110) -> Iterator[re.Match[str]]:
        """Matches in a folded text; `unless` and `need` look `reach` characters around each."""
        match = self.search(folded, reach)
        while match:
            yield match
            match = self.search(folded, reach, match.end())

    def search(self, folded: str, reach: int = 110, start: int = 0) -> re.Match[str] | None:
        """The first of the matches that `find` gives, from a place on."""
        match = self.pattern.search(folded, start)
        if match is None or not (self.need or self.unless):
            return match
        for match in self.pattern.finditer(folded, start):
            near = folded[max(0, match.start() - reach) : match.end() + reach]
            if self.unless and any(p.search(near) for p in self.unless):
                continue
            if self.need and not any(p.search(near) for p in self.need):
                continue
            return match
        return None


class PhraseError(ValueError):
    """A phrase is not written as this module's docstring says."""


def compile_phrase(written: str, need: Sequence[str] = (), unless: Sequence[str] = ()) -> Phrase:
    """A phrase ready to be found; raises `PhraseError` with the reason when it cannot be read.

    >>> [m.group() for m in compile_phrase("monitor* ~ truce").find("to monitor the truce")]
    ['monitor the truce']
    """
    source, keys = _translate(written)
    return Phrase(
        written,
        re.compile(source),
        keys,
        tuple(re.compile(_translate(p)[0]) for p in need),
        tuple(re.compile(_translate(p)[0]) for p in unless),
    )


def _translate(written: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
    tokens = _TOKEN.findall(fold(written))
    if "".join(tokens).replace(" ", "") != fold(written).replace(" ", ""):
        raise PhraseError("holds a sign that is not one of * ~ ( | ) < >")
    reader = _PhraseReader([t for t in tokens if not t.isspace() and t != "-"])
    source, keys = reader.sequence(opens=True)
    if reader.position != len(reader.tokens):
        raise PhraseError(f"closes {reader.tokens[reader.position]!r} that was not opened")
    if not keys:
        raise PhraseError("has no word that must stand in the text")
    return rf"{source}(?!\w)", tuple(keys)


class _PhraseReader:
    """Recursive descent over the tokens of one phrase."""

    def __init__(self, tokens: list[str]):
        self.tokens, self.position = tokens, 0

    def _peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def sequence(self, opens: bool = False) -> tuple[str, list[tuple[str, ...]]]:
        """Words, groups and gaps up to `|`, a closing sign or the end, with their keys.

        What `opens` the phrase looks back for the beginning of a word.
        """
        source = ""
        keys: list[tuple[str, ...]] = []
        joint = ""
        while (sign := self._peek()) and sign not in "|)>":
            self.position += 1
            if sign in _GAP:
                joint = rf"{_AFRESH if opens else ''}{_BREAK}{_GAP[sign]}"
                opens = False
                continue
            if sign == "<":
                inner, _ = self.alternatives(">", opens)
                source += rf"(?:{joint}{inner})?" if joint else rf"(?:{inner}{_BETWEEN})?"
                continue
            if sign == "(":
                inner, found = self.alternatives(")", opens)
            else:
                inner, found = _word(sign, opens), (_key(sign),)
            source += joint + inner
            joint, opens = _BETWEEN, False
            if found:
                keys.append(found)
        return source, keys

    def alternatives(self, closing: str, opens: bool) -> tuple[str, tuple[str, ...]]:
        """`a|b|c` up to the closing sign; its keys hold the longest word of each alternative."""
        sources: list[str] = []
        keys: list[str] = []
        complete = True
        while True:
            source, found = self.sequence(opens)
            sources.append(source)
            complete = complete and bool(found)
            if found:
                keys.extend(max(found, key=lambda words: min(map(len, words))))
            sign = self._peek()
            self.position += 1
            if sign == "|":
                continue
            if sign != closing:
                raise PhraseError(f"opens a group that {closing!r} does not close")
            return f"(?:{'|'.join(sources)})", tuple(keys) if complete else ()


def _word(token: str, opens: bool) -> str:
    source = r"\w*".join(re.escape(part) for part in token.split("*"))
    if not opens:
        return source
    first = token[0]
    if not first.isalnum():
        return _AFRESH + source
    # The letter first, then the look back: so the search can leap from one such letter to the next.
    return rf"{first}(?<!\w{first}){source[1:]}"


def _key(token: str) -> str:
    """The part of a word that is sure to stand in the text: `organi*` for `organi*ation`."""
    begin, star, _ = token.partition("*")
    return begin + star


# Label, start and end of each match.
FoundPhrases = tuple[tuple[str, int, int], ...]


class PhraseBook:
    """Many phrases, each under a label, and the quick answer which of them a text can hold."""

    def __init__(self, entries: Iterable[tuple[str, Phrase]]):
        self.entries = tuple(entries)
        self._index = AnchorIndex((n, p.keys) for n, (_, p) in enumerate(self.entries))

    def candidates(self, words: Iterable[str]) -> list[int]:
        """The places in `entries` of the phrases a text with these words can hold, in order."""
        return sorted(self._index.find(words))

    def find(self, folded: str) -> FoundPhrases:
        """Each label with the place of its first match in a folded text, in the book's order."""
        return self._search(folded, self.candidates(words_of(folded)))

    def find_in(self, wording: Wording) -> FoundPhrases:
        """As `find`, in a text whose wording is known."""
        return self._search(wording.folded, self.candidates(wording.words))

    def _search(self, folded: str, candidates: Iterable[int]) -> FoundPhrases:
        found: dict[str, tuple[str, int, int]] = {}
        for number in candidates:
            label, phrase = self.entries[number]
            if label not in found and (match := phrase.search(folded)):
                found[label] = (label, match.start(), match.end())
        return tuple(found.values())
