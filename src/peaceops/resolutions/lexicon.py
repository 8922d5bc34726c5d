"""The words of the coder: operations' names and the phrases of decisions, read from YAML.

Everything that a lawyer may want to extend lies in `catalogue/lexicon/`; this module turns it
into patterns. The signs a pattern may hold are explained at the top of `decisions.yaml`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from peaceops.errors import DataError, Problem
from peaceops.places import catalogue_dir
from peaceops.resolutions.anchors import (
    AnchorIndex,
    Needs,
    find_places,
    fold_signs,
    lower_text,
)

LANGUAGES = ("en", "fr")
ACTIONS = ("establish", "terminate", "extend", "amend")


@dataclass(frozen=True)
class OperationName:
    """An operation as the lexicon names it."""

    id: str
    first_year: int
    last_year: int | None
    acronyms: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    generic: tuple[str, ...]
    described: tuple[Description, ...]

    def exists_in(self, year: int, slack: int = 0) -> bool:
        """Whether the operation existed in a year, give or take `slack` years."""
        return self.first_year - slack <= year <= (self.last_year or 9999) + slack


@dataclass(frozen=True)
class Description:
    """Words that mean an operation in a text that also speaks of `near`."""

    operation: str
    language: str
    words: str
    near: str


@dataclass(frozen=True, slots=True)
class Keyed:
    """A pattern with words of which a text must hold one for it to match at all.

    Looking for the keys first is many times quicker than trying the pattern on every clause.
    Where many patterns are tried on one text, the index of the language says which are worth it:
    there the pattern has its `number`. It is written in small letters and runs over such: that
    again is quicker than a pattern for which letter case does not matter. Places in its matches
    are those of the text.
    """

    pattern: re.Pattern[str]
    number: int
    keys: tuple[str, ...]

    def may_match(self, lowered: str) -> bool:
        """Whether a text in small letters holds one of the keys."""
        for key in self.keys:  # quicker than any() by half
            if key in lowered:
                return True
        return not self.keys

    def search(self, lowered: str, start: int = 0) -> re.Match[str] | None:
        """The first match in a text in small letters (see `lower_text`)."""
        return self.pattern.search(lowered, start) if self.may_match(lowered) else None

    def find(self, lowered: str) -> Iterator[re.Match[str]]:
        """Every match in a text in small letters."""
        return self.pattern.finditer(lowered) if self.may_match(lowered) else iter(())


class _Keying:
    """Numbers the patterns of one language and keeps what they need, for its index."""

    def __init__(self) -> None:
        self.needs: list[tuple[int, Needs]] = []
        self._count = 0

    def key(self, source: str, *written: str) -> Keyed:
        """A pattern that matches where one of those written does."""
        number = self._count
        self._count += 1
        needs = [needs_of(one) for one in written]
        self.needs += [(number, one) for one in needs]
        keys: dict[str, None] = {}
        if all(needs):
            for one in needs:
                telling = max(one, key=lambda keys: (min(map(len, keys)), -len(keys)))
                keys |= dict.fromkeys(key.rstrip("*") for key in telling)
        return Keyed(_compile_lowered(source), number, tuple(keys))

    def word(self, word: str) -> int:
        """The number by which the index tells that a word stands in a text."""
        number = self._count
        self._count += 1
        self.needs.append((number, [[word]]))
        return number

    def either(self, patterns: Iterable[str]) -> Keyed:
        """Several patterns as one alternative."""
        listed = [p.lower() for p in patterns]
        return self.key("|".join(f"(?:{pattern_source(p)})" for p in listed), *listed)


_WORD_BEGINS = re.compile(r"\\b(\w)")


def _compile_lowered(source: str) -> re.Pattern[str]:
    """A pattern over small letters, from one written in small letters.

    `\\bmandate` becomes `m(?<!\\wm)andate`: a pattern that begins with a letter lets the search
    leap to the next such letter instead of trying every place.
    """
    return re.compile(_WORD_BEGINS.sub(r"\1(?<!\\w\1)", source))


_SIGNS = ",;:.–"
# Four adverbs, the longest of them "in this context,", and "that it".
_LONGEST_OPENING = 100


@dataclass(frozen=True)
class DecisionWords:
    """The patterns of one language."""

    clause: re.Pattern[str]
    openings: re.Pattern[str]
    heads: Mapping[int, str]  # the first word of each verb by its number
    deciding: frozenset[str]
    requesting: frozenset[str]
    welcoming: frozenset[str]
    actions: Mapping[str, tuple[Keyed, ...]]
    requested: Mapping[str, tuple[Keyed, ...]]
    welcomed: Mapping[str, tuple[Keyed, ...]]
    ignored: Keyed
    until: re.Pattern[str]
    ended_on: re.Pattern[str]
    starting: re.Pattern[str]
    then_until: re.Pattern[str]
    until_end_of: re.Pattern[str]
    from_later: re.Pattern[str]
    lasting: re.Pattern[str]
    founded_by: re.Pattern[str]
    begins: re.Pattern[str]
    periods: tuple[re.Pattern[str], ...]

    def find_verbs(self, lowered: str, held: Iterable[int]) -> Iterator[re.Match[str]]:
        """Every verb of the Council that opens a clause of a text in small letters, with adverbs.

        A clause opens at the beginning, after a sign or with a word such as `and`, shortly before
        its verb: only there the pattern is tried, which finds what `clause.finditer` would.
        `held` are the numbers the index of the language gives for the text.
        """
        end = tried = 0
        heads = [self.heads[number] for number in held if number in self.heads]
        for verb in find_places(lowered, heads):
            if verb < end:
                continue
            begin = max(tried, verb - _LONGEST_OPENING)
            places = [
                opening.end() if opening[0][0] in _SIGNS else opening.start()
                for opening in self.openings.finditer(lowered, begin, verb)
            ]
            if begin == 0 == end:
                places.insert(0, 0)
            for place in places:
                if place >= end and (match := self.clause.match(lowered, place)):
                    end = match.end()
                    yield match
            tried = verb


@dataclass(frozen=True)
class CeilingWords:
    """How one language writes ceilings: a number with its category, and what moves it."""

    kinds: tuple[str, ...]
    number: re.Pattern[str]
    cues: Keyed
    moved_by: re.Pattern[str]
    down: re.Pattern[str]
    counted: re.Pattern[str]
    counted_kinds: tuple[str, ...]
    bare: re.Pattern[str]
    transfer: re.Pattern[str]
    at_once: re.Pattern[str]
    not_after: re.Pattern[str]
    on_top: re.Pattern[str]
    part: re.Pattern[str]
    possible: re.Pattern[str]
    results: re.Pattern[str]
    kept: re.Pattern[str]
    few: re.Pattern[str]
    terms: re.Pattern[str]


@dataclass(frozen=True)
class Phrases:
    """The other phrases of one language."""

    chapter_vii: Keyed
    means: Keyed
    means_given: Keyed
    means_listed: Keyed
    means_barred: Keyed
    means_under: Keyed
    means_joined: Keyed
    means_beside: Keyed
    report: Keyed
    review: Keyed
    exit: Keyed
    persons: Keyed
    works_with: Keyed
    may_be_due: Keyed
    asking: frozenset[str]
    every: tuple[Keyed, ...]
    within: tuple[Keyed, ...]
    by: re.Pattern[str]
    basis: Mapping[str, Keyed]
    partners: Mapping[str, Keyed]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All words, ready to be matched."""

    folder: Path
    operations: Mapping[str, OperationName]
    decisions: Mapping[str, DecisionWords]
    ceilings: Mapping[str, CeilingWords]
    phrases: Mapping[str, Phrases]
    indexes: Mapping[str, AnchorIndex]
    name_pattern: re.Pattern[str]
    capital_pattern: re.Pattern[str]
    small_names: Mapping[str, tuple[str, ...]]
    name_owner: Mapping[str, tuple[str, ...]]
    described: tuple[OperationName, ...]

    def find_names(self, text: str, folded: str | None = None) -> Iterator[re.Match[str]]:
        """The longest name of an operation at each place of a text; none goes over a line's end.

        Few lines hold a name that begins with a small letter; in the others the search leaps from
        capital to capital. `folded` is the text in small letters with plain apostrophes, each at
        its place, if it is known.
        """
        if folded is None:
            folded = fold_signs(lower_text(text))
        if not self._holds_small_name(folded):
            return self.capital_pattern.finditer(text)
        return self._names_by_line(text, folded)

    def _names_by_line(self, text: str, folded: str) -> Iterator[re.Match[str]]:
        start = 0
        for line in folded.split("\n"):
            end = start + len(line)
            pattern = self.name_pattern if self._holds_small_name(line) else self.capital_pattern
            yield from pattern.finditer(text, start, end)
            start = end + 1

    def _holds_small_name(self, folded: str) -> bool:
        for word, names in self.small_names.items():
            if word in folded and any(name in folded for name in names):
                return True
        return False


# --- reading --------------------------------------------------------------------------------


def load_lexicon(folder: Path | None = None) -> Lexicon:
    """The lexicon of a folder (default: `lexicon/` in the catalogue); read once and kept.

    Raises `DataError` naming every entry that cannot be used.
    """
    return _load(folder or catalogue_dir() / "lexicon")


@lru_cache(maxsize=4)
def _load(folder: Path) -> Lexicon:
    problems: list[Problem] = []
    operations = _read_operations(folder / "operations.yaml", problems)
    keying = {language: _Keying() for language in LANGUAGES}
    decisions = _read_decisions(folder / "decisions.yaml", keying, problems)
    ceilings = _read_ceilings(folder / "ceilings.yaml", keying, problems)
    phrases = _read_phrases(folder / "phrases.yaml", keying, problems)
    if problems:
        raise DataError(problems)
    owner = _owners(operations.values())
    small = _written_small(operations.values())
    return Lexicon(
        folder=folder,
        operations=operations,
        decisions=decisions,
        ceilings=ceilings,
        phrases=phrases,
        indexes={language: AnchorIndex(keying[language].needs) for language in LANGUAGES},
        name_pattern=re.compile(_trie_source(owner, small)),
        capital_pattern=re.compile(_trie_source(owner, ())),
        small_names=_shortest_of(small),
        name_owner=owner,
        described=tuple(o for o in operations.values() if o.described),
    )


def _read_yaml(path: Path, problems: list[Problem]) -> Any:
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=_SafeLoader)  # noqa: S506 - it is the safe one, in C
    except OSError as error:
        problems.append(Problem(str(path), "", f"cannot be read: {error.strerror}"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problems.append(Problem(f"{path}{line}", "", "not valid YAML"))
    return None


_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _read_operations(path: Path, problems: list[Problem]) -> dict[str, OperationName]:
    found: dict[str, OperationName] = {}
    for entry in _read_yaml(path, problems) or []:
        where = f"{path}: {entry.get('id', '?')}"
        identifier = entry.get("id")
        years = [y for y in entry.get("years", []) if y is not None]
        if not identifier or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", identifier):
            problems.append(Problem(where, "id", "is not a slug", "Write e.g. 'unavem-i'."))
            continue
        if identifier in found:
            problems.append(Problem(where, "id", "stands twice"))
        if not years or not all(isinstance(y, int) for y in years):
            problems.append(Problem(where, "years", "no first year", "Write e.g. [1988, 1991]."))
            continue
        described = []
        for words in entry.get("described", []):
            for language in LANGUAGES:
                if language in words:
                    described.append(
                        Description(identifier, language, words[language], words["near"])
                    )
        found[identifier] = OperationName(
            id=identifier,
            first_year=years[0],
            last_year=years[1] if len(years) > 1 else None,
            acronyms=tuple(entry.get("acronyms", [])),
            names={
                language: tuple(
                    name for written in entry.get(language) or [] for name in _variants(written)
                )
                for language in LANGUAGES
            },
            generic=tuple(entry.get("generic", [])),
            described=tuple(described),
        )
    return found


_PART = re.compile(r"\(([^()]*\|[^()]*)\)|\[([^\]]*)\]")


def _variants(written: str) -> list[str]:
    """`Force in [the] (A|B)` as its four readings."""
    pieces: list[list[str]] = []
    last = 0
    for match in _PART.finditer(written):
        pieces.append([written[last : match.start()]])
        pieces.append(match[1].split("|") if match[1] is not None else [*match[2].split("|"), ""])
        last = match.end()
    pieces.append([written[last:]])
    return list(
        dict.fromkeys(" ".join("".join(choice).split()) for choice in itertools.product(*pieces))
    )


def _owners(operations: Iterable[OperationName]) -> dict[str, tuple[str, ...]]:
    """Name as matched (folded) → the operations that bear it."""
    owners: dict[str, list[str]] = {}
    for operation in operations:
        names = [*operation.acronyms, *(n for names in operation.names.values() for n in names)]
        for name in names:
            forms = [name]
            if name.startswith("United Nations "):
                forms.append("UN " + name.removeprefix("United Nations "))
            elif name.startswith("African Union "):
                forms.append("AU " + name.removeprefix("African Union "))
            for form in forms:
                owned = owners.setdefault(fold_name(form), [])
                if operation.id not in owned:
                    owned.append(operation.id)
    return {name: tuple(ids) for name, ids in owners.items()}


def _written_small(operations: Iterable[OperationName]) -> list[str]:
    """Names that the lexicon writes with a small first letter, folded."""
    return [
        fold_name(name)
        for operation in operations
        for names in operation.names.values()
        for name in names
        if name[:1].islower()
    ]


def _shortest_of(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Names in small letters under their longest word, without those that hold another of them."""
    kept: list[str] = []
    for name in sorted({n.lower() for n in names}, key=len):
        if not any(shorter in name for shorter in kept):
            kept.append(name)
    by_word: dict[str, tuple[str, ...]] = {}
    for name in kept:
        word = max(name.split(), key=len)
        by_word[word] = (*by_word.get(word, ()), name)
    return by_word


def fold_name(name: str) -> str:
    """A name as a key: one kind of apostrophe and space, first letters of words small.

    >>> fold_name("UN Mission in Côte d’Ivoire")
    "UN mission in côte d'ivoire"
    """
    words = name.replace("’", "'").split()
    return " ".join(w if w[1:].isupper() or len(w) == 1 else _fold_word(w) for w in words)


def _fold_word(word: str) -> str:
    return word if sum(map(str.isupper, word)) > 1 and "-" not in word else word.lower()


def _trie_source(names: Iterable[str], small: Iterable[str]) -> str:
    """One pattern that finds the longest name at each place; `small` may begin with a small letter.

    Each alternative begins with one letter and only then looks back for the word's beginning:
    so the search can leap from capital to capital instead of stopping everywhere.
    """
    capital, low = _trie_of(names), _trie_of(small)
    branches = [
        f"{letter}(?<![\\w-]{letter}){_node_source(node)}"
        for root, change in ((capital, str.upper), (low, str.lower))
        for letter, node in ((change(first), node) for first, node in root.items())
    ]
    return rf"(?:{'|'.join(branches)})(?!\w)"


def _trie_of(names: Iterable[str]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name in names:
        node = root
        for place, char in enumerate(name):
            starts = place > 0 and not name[place - 1].isalnum()
            node = node.setdefault(_char_source(char, starts), {})
        node[""] = {}
    return root


def _char_source(char: str, starts_word: bool) -> str:
    if char == "'":
        return "['’]"
    if char.islower() and starts_word:
        return f"[{char}{char.upper()}]"
    return re.escape(char)


def _node_source(node: dict[str, Any]) -> str:
    branches = [key + _node_source(node[key]) for key in node if key]
    if not branches:
        return ""
    source = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    if "" in node:
        return f"(?:{source})?"
    return source


# --- patterns of decisions ------------------------------------------------------------------

_NUMBERS = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze "
    "seize dix-sept dix-huit",
}
NUMBER_WORDS: Mapping[str, int] = {
    **{w: n for words in _NUMBERS.values() for n, w in enumerate(words.split(), 1)},
    "a": 1,
    "an": 1,
    "une": 1,
    "ninety": 90,
    "sixty": 60,
    "thirty": 30,
    "forty-five": 45,
    "twenty-four": 24,
    "quatre-vingt-dix": 90,
    "soixante": 60,
    "trente": 30,
}
_NUMBER_SOURCE = (
    r"(?P<number>\d{1,3}|"
    + "|".join(sorted((w for w in NUMBER_WORDS if len(w) > 2 or w == "un"), key=len, reverse=True))
    + r")(?:\s?\([\w-]+\))?"
)
_ONE_OPERATION = r"⟦[^⟧]+⟧(?:['’]s?\b|['’])?"
_JOINED = (
    r"(?:,?\s(?:and|et|or|ou)\s(?:of\s|de\s|des\s|du\s)?(?:the\s|la\s|le\s|les\s|l['’])?"
    rf"{_ONE_OPERATION})"
)
OPERATION_SOURCE = rf"(?:(?:the|la|le|les)\s|l['’])?{_ONE_OPERATION}{_JOINED}*"
_SIGN = re.compile(
    r"\{operation\}|\{other\}|\{number\}|~~|~|\[|\]|\(|\)|\||[^\s\[\]()|~{}*]+\*?|\*|\s+",
    re.UNICODE,
)


def pattern_source(written: str, barrier: str = "") -> str:
    """A pattern of the lexicon as a regular expression.

    >>> pattern_source("extend* [the] mandate")
    '\\\\bextend\\\\w*(?:[\\\\s,-]+(?:\\\\bthe\\\\b))?[\\\\s,-]+\\\\bmandate\\\\b'
    """
    stop = rf"(?!{barrier})" if barrier else ""
    gaps = {"~~": rf"(?:{stop}[^;⟦⟧]){{0,170}}?", "~": rf"(?:{stop}[^;⟦⟧]){{0,40}}?"}
    out: list[str] = []
    glue = ""  # what must stand between the last word and the next
    open_groups: list[str] = []
    named = 0
    for sign in _SIGN.findall(written.strip()):
        if sign.isspace():
            continue
        if sign in gaps:
            out.append(gaps[sign])
            glue = ""
        elif sign == "[":
            # An optional word brings its space along: before it, or after it at the beginning.
            open_groups.append("" if glue else _SPACE)
            out.append(f"(?:{glue}(?:" if glue else "(?:(?:")
            glue = ""
        elif sign == "]":
            trailing = open_groups.pop()
            out.append(f"){trailing})?")
            glue = "" if trailing else _SPACE
        elif sign == "(":
            out.append(f"{glue}(?:")
            glue = ""
        elif sign == ")":
            out.append(")")
            glue = _SPACE
        elif sign == "|":
            out.append("|")
            glue = ""
        elif sign == "{other}":
            out.append(glue + OPERATION_SOURCE)
            glue = _SPACE
        elif sign == "{operation}":
            named += 1
            out.append(f"{glue}(?P<operation{named}>{OPERATION_SOURCE})")
            glue = _SPACE
        else:
            out.append(glue + _word_source(sign))
            glue = _SPACE
    return "".join(out)


_SPACE = r"[\s,-]+"


def needs_of(written: str) -> list[tuple[str, ...]]:
    """What every match of a pattern holds: one word or beginning of a word of each set.

    Words outside brackets are a set each; so is a group of alternatives.

    >>> needs_of("(extend*|renew*) ~~ [the] mandate of {operation}")
    [('extend*', 'renew*'), ('mandate',), ('of',)]
    """
    needs: list[tuple[str, ...]] = []
    optional, depth = 0, 0
    group: list[list[str]] | None = None
    for sign in _SIGN.findall(written):
        if sign == "[":
            optional += 1
        elif sign == "]":
            optional -= 1
        elif sign == "(":
            depth += 1
            if depth == 1 and not optional:
                group = [[]]
        elif sign == ")":
            depth -= 1
            if depth == 0 and group is not None:
                if all(group):
                    needs.append(tuple(max(words, key=len) for words in group))
                group = None
        elif sign == "|":
            if depth == 1 and group is not None and not optional:
                group.append([])
        elif sign[0].isalpha() and not optional:
            key = _key_of(sign)
            if depth == 0:
                needs.append((key,))
            elif depth == 1 and group is not None:
                group[-1].append(key)
    return needs


def _key_of(sign: str) -> str:
    """The longest word of a sign, with `*` where the text's word may go on."""
    *whole, last = re.split(r"\W", sign.rstrip("*").lower())
    goes_on = sign.endswith("*") or last[-1:].isdigit()
    return max([*whole, last + "*" * goes_on], key=len)


def _word_source(sign: str) -> str:
    if sign == "{number}":
        return _NUMBER_SOURCE
    ending = r"\w*" if sign.endswith("*") else r"\b" if sign[-1].isalpha() else ""
    word = re.escape(sign.rstrip("*")).replace("’", "['’]")
    return rf"\b{word}{ending}" if sign[0].isalpha() else word + ending


def _read_decisions(
    path: Path, keying: Mapping[str, _Keying], problems: list[Problem]
) -> dict[str, DecisionWords]:
    data = _read_yaml(path, problems) or {}
    found: dict[str, DecisionWords] = {}
    for language in LANGUAGES:
        words = data.get(language)
        if not isinstance(words, dict):
            problems.append(Problem(str(path), language, "no words of this language"))
            continue
        try:
            found[language] = _decision_words(language, words, keying[language])
        except (KeyError, re.error, TypeError, AttributeError) as error:
            problems.append(Problem(str(path), language, f"cannot be used: {error}"))
    return found


def _decision_words(language: str, words: dict[str, Any], keying: _Keying) -> DecisionWords:
    deciding, requesting = words["deciding"], words["requesting"]
    barrier = rf"\b(?:{'|'.join(pattern_source(b.lower()) for b in words['barriers'])})"

    def compiled(group: dict[str, Any], action: str) -> tuple[Keyed, ...]:
        more = words.get("barriers_of", {}).get(action, ())
        stops = [barrier, *(pattern_source(b.lower()) for b in more)]
        source = stops[0] if len(stops) == 1 else f"(?:{'|'.join(stops)})"
        return tuple(
            keying.key(pattern_source(p.lower(), source), p.lower()) for p in group.get(action, ())
        )

    verbs = sorted(
        [*deciding, *requesting, *words["welcoming"], *words["other"]], key=len, reverse=True
    )
    heads = tuple(dict.fromkeys(re.split(r"\W", verb, maxsplit=1)[0] for verb in verbs))
    verb_source = "|".join(re.escape(v).replace("’", "['’]") for v in verbs)
    if language == "en":
        lead = r"(?:^|(?<=[,;:.–] )|(?<=[,;:.–])|\band\s+|\bthat\s+it\s+)"
        joining = r"\band\s|\bthat\s+it\s"
        adverbs = (
            r"(?:(?:and|also|further|furthermore|therefore|hereby|accordingly|strongly|again|once|"
            r"in\s+this\s+regard|in\s+this\s+context|to\s+this\s+end|in\s+particular|it|again|"
            r"additionally|moreover|consequently|thus|once\s+more|\w{3,12}ly),?\s+){0,4}"
        )
    else:
        lead = r"(?:^|(?<=[,;:.–] )|(?<=[,;:.–])|\bet\s+|\bqu[’']il\s+)"
        joining = r"\bet\s|\bqu[’']il\s"
        adverbs = (
            r"(?:(?:et|en\s+outre|également|à\s+cet\s+égard|par\s+ailleurs|"
            r"dans\s+ce\s+contexte),?\s+){0,3}"
        )
    clause = _compile_lowered(rf"{lead}{adverbs}(?P<verb>{verb_source})(?![\w-])")
    return DecisionWords(
        clause=clause,
        openings=_compile_lowered(rf"[,;:.–] ?|{joining}"),
        heads={keying.word(head): head for head in heads},
        deciding=frozenset(deciding),
        requesting=frozenset(requesting),
        welcoming=frozenset(words["welcoming"]),
        actions={a: compiled(words["actions"], a) for a in ACTIONS},
        requested={a: compiled(words["requested"], a) for a in ACTIONS},
        welcomed={a: compiled(words["welcomed"], a) for a in ACTIONS},
        ignored=keying.either(words["ignored"]),
        until=_cue_pattern(words["until"]),
        ended_on=_cue_pattern(words["ended_on"]),
        starting=_cue_pattern(words["starting"]),
        then_until=_cue_pattern(words["then_until"]),
        until_end_of=_one_of(words["until_end_of"]),
        from_later=_one_of(words["from_later"]),
        lasting=_one_of(words["lasting"]),
        founded_by=_cue_pattern(words["founded_by"]),
        begins=_cue_pattern(words["begins"]),
        periods=tuple(_compile_lowered(pattern_source(p.lower())) for p in words["period"]),
    )


def _one_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Several patterns as one over small letters; where an operation is meant, it is a group."""
    written = [pattern.lower().replace("{operation}", "{other}") for pattern in patterns]
    return _compile_lowered("|".join(f"(?:{pattern_source(p)})" for p in written))


MONTHS: Mapping[str, int] = {
    name: month
    for month, names in enumerate(
        (
            "january janvier jan",
            "february février fevrier feb févr",
            "march mars mar",
            "april avril apr avr",
            "may mai",
            "june juin jun",
            "july juillet jul juil",
            "august août aout aug",
            "september septembre sept sep",
            "october octobre oct",
            "november novembre nov",
            "december décembre decembre dec déc",
        ),
        1,
    )
    for name in names.split()
}
DATE_SOURCE = (
    r"(?:(?:the\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th|er)?\s+(?:of\s+)?(?P<month>"
    + "|".join(sorted((m for m in MONTHS if len(m) > 2), key=len, reverse=True))
    + r")\.?,?\s+(?P<year>(?:19|20)\d\d)|(?P<month2>"
    + "|".join(sorted((m for m in MONTHS if len(m) > 2), key=len, reverse=True))
    + r")\.?\s+(?P<day2>\d{1,2}),?\s+(?P<year2>(?:19|20)\d\d))"
)


def _cue_pattern(cues: Iterable[str]) -> re.Pattern[str]:
    """A cue word and the day after it, with at most a few words between them, in small letters."""
    ordered = sorted((cue.lower() for cue in cues), key=len, reverse=True)
    source = "|".join(pattern_source(cue) for cue in ordered)
    between = (
        r"[\s,]+(?:(?:2400\s+hours|midnight|minuit|and\s+including|and\s+no\s+later\s+than|"
        r"the\s+end\s+of|at\s+the\s+latest|the|on|to)[\s,]+){0,2}"
    )
    return _compile_lowered(rf"(?P<cue>{source}){between}{DATE_SOURCE}")


def _read_ceilings(
    path: Path, keying: Mapping[str, _Keying], problems: list[Problem]
) -> dict[str, CeilingWords]:
    data = _read_yaml(path, problems) or {}
    found: dict[str, CeilingWords] = {}
    for language in LANGUAGES:
        try:
            found[language] = _ceiling_words(data[language], keying[language])
        except (KeyError, re.error, TypeError, AttributeError) as error:
            problems.append(Problem(str(path), language, f"cannot be used: {error}"))
    return found


_PERSONS = r"(?<![\d,.(/])(?P<persons>\d{1,3}(?:, ?\d{3}| \d{3})+|\d{1,5})(?![\d(]|,\s?\d{3}\b)"
_BEFORE_CATEGORY = r"\s+(?:⟦[^⟧]+⟧['’s]*\s)?(?:(?:newly|more|other|authorized|seconded)\s)?"


def _ceiling_words(words: dict[str, Any], keying: _Keying) -> CeilingWords:
    kinds = tuple(words["categories"])
    groups = "|".join(
        f"(?P<{kind.replace('-', '_')}>"
        + "|".join(f"(?:{pattern_source(p)})" for p in words["categories"][kind])
        + ")"
        for kind in kinds
    )
    counted = "|".join(
        f"(?P<{kind.replace('-', '_')}>" + "|".join(pattern_source(p) for p in patterns) + ")"
        for kind, patterns in words["counted"].items()
    )
    up = "|".join(pattern_source(w) for w in words["up"])
    down = "|".join(pattern_source(w) for w in words["down"])
    by = "|".join(pattern_source(w) for w in sorted(words["by"], key=len, reverse=True))
    of = "|".join(pattern_source(w) for w in sorted(words["of"], key=len, reverse=True))
    return CeilingWords(
        kinds=kinds,
        number=re.compile(
            rf"{_PERSONS}(?:{_BEFORE_CATEGORY}|,\s+(?=all\sranks))(?:{groups})", re.I
        ),
        cues=keying.either(words["cues"]),
        moved_by=re.compile(
            rf"(?P<move>{up}|{down})(?:(?!\bto\b|\bfrom\b|\bà\b)[^;.]){{0,120}}?\s?(?:{by})\s?$"
            rf"|(?P<move2>{up}|{down})(?:(?!\bto\b|\bfrom\b|\bà\b|\bceiling|\bmaint|\bplafond"
            rf"|\btotal|\bmaxim|\blevel|\band of an?\b|\bet d['’]une?\b)"
            rf"[^;.]){{0,120}}?\s?(?:{of})\s?$",
            re.I,
        ),
        not_after=re.compile(
            r"\W{0,2}(?:\w+\W){0,2}?(?:"
            + "|".join(pattern_source(w) for w in words["not_after"])
            + ")",
            re.I,
        ),
        down=re.compile(down, re.I),
        counted=re.compile(counted, re.I),
        counted_kinds=tuple(words["counted"]),
        bare=re.compile(
            rf"{pattern_source(words['level'])}\s{_PERSONS}"
            r"(?=\s*(?:$|[;,.)]|(?:personnel|officers|and|et|until|by|as|consistent|from|which"
            r"|consisting|to|jusqu|militaires|policiers|personnes)\b))",
            re.I,
        ),
        transfer=re.compile("|".join(pattern_source(w) for w in words["transfer"]), re.I),
        at_once=re.compile(
            rf"(?:{'|'.join(pattern_source(w) for w in words['at_once'])})\s?$", re.I
        ),
        on_top=re.compile(rf"(?:{_any_of(words['on_top'])})\s?$", re.I),
        part=re.compile(_any_of(words["part"]), re.I),
        possible=re.compile(_any_of(words["possible"]), re.I),
        results=re.compile(_any_of(words["results"]), re.I),
        kept=re.compile(_any_of(words["kept"]), re.I),
        few=re.compile(rf"\s+(?:{_any_of(words['few'])})", re.I),
        terms=_term_pattern(words["dates"]),
    )


def _any_of(patterns: Iterable[str]) -> str:
    return "|".join(pattern_source(p) for p in sorted(patterns, key=len, reverse=True))


def _term_pattern(words: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Words that give a ceiling its time, with the one or two days after them."""
    month = "|".join(sorted((m for m in MONTHS if len(m) > 2), key=len, reverse=True))
    year, ordinal = r"(?:19|20)\d\d", r"(?:st|nd|rd|th|er)?"

    def day(n: int) -> str:
        return (
            rf"(?:(?P<d{n}>\d{{1,2}}){ordinal}\s+(?P<m{n}>{month})\.?(?:,?\s+(?P<y{n}>{year}))?"
            rf"|(?P<M{n}>{month})\s+(?P<D{n}>\d{{1,2}}){ordinal},?\s+(?P<Y{n}>{year})"
            rf"|(?P<mm{n}>{month})\s+(?P<yy{n}>{year}))"
        )

    between = (
        r"(?:[\s,]+(?:(?:and|no\s+later\s+than|the\s+end\s+of|including|le|la\s+fin\s+de)\s+)*"
        r"|(?<=['’]))"
    )
    return re.compile(
        rf"(?P<same>{_any_of(words['same'])})"
        rf"|(?:(?P<since>{_any_of(words['since'])})|(?P<by>{_any_of(words['by'])})"
        rf"|(?P<until>{_any_of(words['until'])})|(?P<between>{_any_of(words['between'])}))"
        rf"{between}{day(1)}"
        rf"(?:,?\s+(?:{_any_of(words['to'])})\s+(?:le\s+|and\s+including\s+)?{day(2)})?",
        re.I,
    )


def _read_phrases(
    path: Path, keying: Mapping[str, _Keying], problems: list[Problem]
) -> dict[str, Phrases]:
    data = _read_yaml(path, problems) or {}
    found: dict[str, Phrases] = {}
    for language in LANGUAGES:
        try:
            found[language] = _phrases_of(data[language], keying[language].either)
        except (KeyError, re.error, TypeError, AttributeError) as error:
            problems.append(Problem(str(path), language, f"cannot be used: {error}"))
    return found


def _phrases_of(words: dict[str, Any], either: Callable[[Iterable[str]], Keyed]) -> Phrases:
    return Phrases(
        chapter_vii=either(words["chapter_vii"]),
        means=either(words["means"]),
        means_given=either(words["means_given"]),
        means_listed=either(words["means_listed"]),
        means_barred=either(words["means_barred"]),
        means_under=either(words["means_under"]),
        means_joined=either(words["means_joined"]),
        means_beside=either(words["means_beside"]),
        report=either(words["report"]),
        review=either(words["review"]),
        exit=either(words["exit"]),
        persons=either(words["persons"]),
        works_with=either(words["works_with"]),
        may_be_due=either(words["may_be_due"]),
        asking=frozenset(words["asking"]),
        every=tuple(either([p]) for p in words["every"]),
        within=tuple(either([p]) for p in words["within"]),
        by=_cue_pattern(words["by"]),
        basis={name: either(patterns) for name, patterns in words["basis"].items()},
        partners={name: either(patterns) for name, patterns in words["partners"].items()},
    )
