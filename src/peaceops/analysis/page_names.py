"""Names of operations in running text, under any spelling the catalogue knows.

Three ways lead to an operation: its acronym or name word by word, inside compounds too
("MINUSMA-Einsatz", "l'EUTM Mali"); its long name with the words in another order or with other
endings ("der Sonderbeobachtungsmission der OSZE", "OSZE-Sonderbeobachtungsmission"); and nothing
else: a name that is an ordinary word (Concordia, Artemis, OM) counts only beside something that
says it is an operation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"\w+", re.UNICODE)


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Text without case and accents, with plain apostrophes and hyphens.

    >>> fold("Opération de l’ONU à Chypre")
    "operation de l'onu a chypre"
    """
    text = text.replace("’", "'").replace("‘", "'").replace("\u2011", "-").replace("\u2010", "-")
    text = text.replace("ß", "ss").replace("œ", "oe").replace("Œ", "OE").replace("\xa0", " ")
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


@lru_cache(maxsize=20_000)
def fold_letter(letter: str) -> str:
    """A letter folded to exactly one character, so that places in a text stay where they are."""
    return (fold(letter) or letter)[:1]


def fold_in_place(text: str) -> str:
    """A text folded letter by letter: as long as it was."""
    return "".join(map(fold_letter, text))


def words_of(text: str) -> list[tuple[str, int, int]]:
    """Folded words of a text with their place in it."""
    return [(fold(m[0]), m.start(), m.end()) for m in _WORD.finditer(text)]


@dataclass(frozen=True)
class FoundName:
    """A name in a text: its place, and the operations it can mean.

    `doubtful`: an ordinary word or a very short acronym, to be believed only where something else
    speaks of operations.
    """

    start: int
    end: int
    operations: tuple[str, ...]
    doubtful: bool


# Organisations under their names in four languages, as one word each.
_BODIES = (
    (re.compile(r"\b(?:organi[sz]ation des )?nations unies\b|\b(?:the )?united nations\b"
                r"|\bverenigde naties\b|\bvereint(?:e|en|er) nationen\b"), "un"),
    (re.compile(r"\bunion europeenne\b|\beuropean union\b|\beuropese unie\b"
                r"|\beuropaisch(?:e|en|er) union\b"), "eu"),
)  # fmt: skip
_SAME = {
    "onu": "un", "vn": "un", "uno": "un", "ue": "eu", "osze": "osce", "ovse": "osce",
    "otan": "nato", "navo": "nato",
}  # fmt: skip
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "a au aux d de des du en et l la le les pour sur par dans s"
        " der die das dem den des im in ins zu zur zum fur und von vom bei am an auf mit"
        " het een van voor te ter ten op aan bij met the of for to on and at by with its",
    )
)
_COMPOUND = re.compile(
    r"(?<=\w)-(?=ordinat)", re.IGNORECASE
)  # "Co-ordinator" is written "Coordinator" as well


def _stem(word: str) -> str:
    """A long word without the endings that inflection changes."""
    word = _SAME.get(word, word)
    if len(word) < 6:
        return word
    return re.sub(r"(?:ses|es|en|er|em|s|n|e)$", "", word)


_KINDS = frozenset(map(_stem, ("mission", "missie", "operation", "operatie", "einsatz")))


def _content(text: str) -> list[tuple[str, int, int]]:
    """The words of a text that carry meaning, as stems, with their places."""
    folded = fold_in_place(text)
    for pattern, short in _BODIES:
        folded = pattern.sub(lambda m, s=short: s + "\x00" * (len(m[0]) - len(s)), folded)  # type: ignore[misc]
    folded = _COMPOUND.sub("\x01", folded)
    out = []
    for match in re.finditer(r"[^\W\x00\x01]+(?:\x01[^\W\x00\x01]+)*", folded):
        word = match[0].replace("\x01", "")
        if word in _SMALL:
            continue
        end = match.end()
        while end < len(folded) and folded[end] == "\x00":
            end += 1
        out.append((_stem(word), match.start(), end))
    return out


class OperationNames:
    """Every spelling of every operation."""

    def __init__(self, spellings: Mapping[str, Iterable[str]], doubtful: Iterable[str] = ()):
        """`spellings`: operation id → its names; `doubtful`: names that are ordinary words."""
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        self._by_stems: dict[frozenset[str], list[str]] = {}
        self._stems: set[str] = set()
        self._doubtful = {fold(word) for word in doubtful}
        for operation, names in spellings.items():
            for name in dict.fromkeys(names):
                words = tuple(w for w, _, _ in words_of(name))
                if not words or len(name) <= 2:
                    continue
                self._by_first.setdefault(words[0], []).append((words, operation, name))
                stems = frozenset(s for s, _, _ in _content(name))
                for known in {stems, stems - _KINDS}:
                    if len(known) >= 3 or (len(known) == 2 and max(map(len, known)) >= 10):
                        owners = self._by_stems.setdefault(known, [])
                        if operation not in owners:
                            owners.append(operation)
                        self._stems |= known
        for entries in self._by_first.values():
            entries.sort(key=lambda e: -len(e[0]))
        self._sizes = sorted({len(s) for s in self._by_stems}, reverse=True)

    def find(self, text: str) -> Iterator[FoundName]:
        """Each name in a text, in its order; the longer of two that overlap."""
        exact = list(self._find_written(text))
        loose = list(self._find_reordered(text))
        found = sorted(exact + loose, key=lambda f: (f.start - f.end, f.start))
        taken: list[FoundName] = []
        held = bytearray(len(text) + 1)
        for name in found:
            if not any(held[name.start : name.end]):
                taken.append(name)
                held[name.start : name.end] = b"\x01" * (name.end - name.start)
        yield from sorted(taken, key=lambda f: f.start)

    def _find_written(self, text: str) -> Iterator[FoundName]:
        tokens = words_of(text)
        index = 0
        while index < len(tokens):
            first, start, end = tokens[index]
            entries = self._by_first.get(first)
            if entries is None and first.endswith("s") and text[start : end - 1].isupper():
                entries = [e for e in self._by_first.get(first[:-1], ()) if len(e[0]) == 1]
                end -= 1
            best = 0
            owners: list[str] = []
            spelled = ""
            for words, operation, name in entries or ():
                if len(words) < best:
                    break
                last = index + len(words)
                if last > len(tokens) or any(
                    tokens[index + i][0] != w for i, w in enumerate(words) if i
                ):
                    continue
                finish = end if len(words) == 1 else tokens[last - 1][2]
                written = text[start:finish]
                if not (_joined(written) or not _joined(name)) or not _written_as(written, name):
                    continue
                best = len(words)
                spelled = name
                owners.append(operation)
            if best:
                finish = end if best == 1 else tokens[index + best - 1][2]
                yield FoundName(
                    start, finish, tuple(dict.fromkeys(owners)), self._is_doubtful(spelled)
                )
                index += best
            else:
                index += 1

    def _is_doubtful(self, name: str) -> bool:
        if fold(name) in self._doubtful:
            return True
        letters = len(re.sub(r"\W", "", name))
        return letters <= 3 or (letters == 4 and not name.isupper() and " " not in name)

    def _find_reordered(self, text: str) -> Iterator[FoundName]:
        content = _content(text)
        index, count = 0, len(content)
        while index < count:
            if content[index][0] not in self._stems:
                index += 1
                continue
            run = index
            while (
                run < count
                and content[run][0] in self._stems
                and (run == index or _joined(text[content[run - 1][1] : content[run][2]]))
            ):
                run += 1
            while index < run:
                for size in self._sizes:
                    if index + size > run:
                        continue
                    window = content[index : index + size]
                    stems = frozenset(s for s, _, _ in window)
                    if len(stems) < size:
                        continue
                    owners = self._by_stems.get(stems) or self._by_stems.get(stems - _KINDS)
                    written = text[window[0][1] : window[-1][2]]
                    if owners and any(c.isupper() for c in written):
                        yield FoundName(window[0][1], window[-1][2], tuple(owners), False)
                        index += size - 1
                        break
                index += 1


def _joined(written: str) -> bool:
    """Whether words stand together as one expression: no stop, bracket or list mark between."""
    return not re.search(r"[.;:!?()\[\]|\n•]|,\s| [–—-] ", written)


def _written_as(written: str, name: str) -> bool:
    """Whether a match is written as a name: with a capital wherever the spelling has one."""
    if written == name:
        return True
    own, spelled = _WORD.findall(written), _WORD.findall(name)
    if len(spelled) == 1:
        if name.isupper() and len(name) <= 4:
            return written.isupper()
        return bool(written) and written[0].isupper()
    proper = [(o, s) for o, s in zip(own, spelled, strict=False) if s[0].isupper() and len(s) > 1]
    if not proper:
        return True
    capitals = sum(o[0].isupper() for o, _ in proper)
    return capitals == len(proper) or (len(proper) >= 4 and capitals >= 2)
