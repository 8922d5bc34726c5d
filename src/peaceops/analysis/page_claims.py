"""What a page says of an operation it names: that it is so now, that it was, or neither.

A page is cut into sentences, list items and table rows, each with the headings, list opening and
columns it stands under. In a sentence the verb that governs the name decides: its tense, whether
it is denied, whether it speaks of a plan or of a beginning. Years and words such as "currently"
or "formerly" in the same clause go before it; where a line has no verb, what stands above it
decides. The words are data: `catalogue/lexicon/review.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import yaml

from peaceops.analysis.page_names import fold, fold_in_place
from peaceops.importers.page_text import PageLine, PageText
from peaceops.model import last_day
from peaceops.places import catalogue_dir

Claim = Literal["current", "past", "neutral"]
MAX_SENTENCE = 1_200  # characters


# The lexicon ------------------------------------------------------------------------------------


def _body(word: str) -> str:
    return r"\w*".join(re.escape(fold(part)).replace(r"\ ", r"\s+") for part in word.split("*"))


class Cues:
    """The words of one kind in one language, as one pattern over folded text."""

    def __init__(self, words: Iterable[str]):
        bodies = [_body(str(word)) for word in words]
        self.pattern = (
            re.compile(rf"(?<!\w)(?:{'|'.join(sorted(bodies, key=len, reverse=True))})(?!\w)")
            if bodies
            else None
        )

    def spans(self, folded: str) -> list[tuple[int, int]]:
        """Where the words stand in a folded text."""
        return [m.span() for m in self.pattern.finditer(folded)] if self.pattern else []

    def found(self, folded: str) -> bool:
        """Whether any of the words stands in a folded text."""
        return bool(self.pattern and self.pattern.search(folded))

    def match(self, word: str) -> bool:
        """Whether a folded word is one of them."""
        return bool(self.pattern and self.pattern.fullmatch(word))


@dataclass(frozen=True)
class Lexicon:
    """`review.yaml`, ready for use."""

    data: Mapping[str, Any]
    cues: dict[tuple[str, ...], Cues] = field(default_factory=dict)

    def get(self, *path: str) -> Cues:
        """The cues at a path such as ('now', 'fr'); none where the path leads nowhere."""
        found = self.cues.get(path)
        if found is None:
            node: Any = self.data
            for step in path:
                node = node.get(step, {}) if isinstance(node, dict) else {}
            found = self.cues[path] = Cues(node if isinstance(node, list) else ())
        return found


@lru_cache(maxsize=4)
def read_lexicon(path: Path | None = None) -> Lexicon:
    """The cues of the catalogue, or of another file."""
    path = path or catalogue_dir() / "lexicon" / "review.yaml"
    return Lexicon(yaml.safe_load(path.read_text("utf-8")))


def date_in(folded: str, lang: str, lexicon: Lexicon) -> str | None:
    """The first date of a folded text, as precise as it is written: `2022-12-31`, `2022-12`.

    >>> date_in("le 31 decembre 2022", "fr", read_lexicon())
    '2022-12-31'
    """
    months = _months(lang, lexicon)
    match = months[1].search(folded)
    if not match:
        return None
    d, m, y, m2, d2, y2, d3, n3, y3, y4, n4, d4, y5 = match.groups()
    if y5:
        return str(y5)
    name = m or m2
    if name:
        number = next(i for i, full in enumerate(months[0], 1) if full.startswith(name[:3])
                      and (name[:4] == full[:4] or len(name) < 4))  # fmt: skip
        day, year = d or d2, y or y2
    else:
        number, day, year = int(n3 or n4), d3 or d4, y3 or y4
    text = f"{year}-{number:02d}" + (f"-{int(day):02d}" if day else "")
    try:
        last_day(text)
    except ValueError:
        return None
    return text


@lru_cache(maxsize=8)
def _month_table(names: tuple[str, ...]) -> tuple[tuple[str, ...], re.Pattern[str]]:
    forms = "|".join(sorted({f"{m[:4]}[a-z]*" if len(m) > 4 else m for m in names}
                            | {rf"{m[:3]}\b" for m in names}, key=len, reverse=True))  # fmt: skip
    return names, re.compile(
        rf"(?:\b(\d{{1,2}})(?:er|\.|st|nd|rd|th)?\s+)?\b({forms})\.?,?\s+((?:19|20)\d\d)"
        rf"|\b({forms})\s+(\d{{1,2}}),?\s+((?:19|20)\d\d)"
        r"|(?<!\d)(\d{1,2})[./-](\d{1,2})[./-]((?:19|20)\d\d)"
        r"|(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)|(?<!\d)((?:19|20)\d\d)(?!\d)"
    )


def _months(lang: str, lexicon: Lexicon) -> tuple[tuple[str, ...], re.Pattern[str]]:
    return _month_table(tuple(fold(m) for m in lexicon.data["months"][lang]))


# Sentences --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sentence:
    """A sentence, list item, heading or table row, and what stands above it."""

    text: str
    offsets: tuple[tuple[int, int], ...]  # (place in text, line number)
    headings: tuple[str, ...] = ()  # outermost first
    intro: str = ""  # the sentence that opens a list, for its items
    before: str = ""  # what stands before it in the same paragraph
    bullet: bool = False
    heading: bool = False
    cells: tuple[tuple[int, str, str], ...] = ()  # (place, column, text) of a table row

    @cached_property
    def folded(self) -> str:
        """The text folded letter by letter, so that places agree."""
        return fold_in_place(self.text)

    def line_at(self, place: int) -> int:
        """The line on which a place of the text stands."""
        line = self.offsets[0][1]
        for start, number in self.offsets:
            if start <= place:
                line = number
        return line


_STOP = re.compile(r"(?<=[.!?…])[»”\"')]*\s+(?=[«„“\"'(]?[A-ZÀ-ÖØ-Þ0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:\d{1,2}|[A-Za-z]|op|art|no|nr|env|ca|cf|resp|bzw|sog|z\.B|d\.h|u\.a|o\.a|bijv|ong|"
    r"vgl|rés|res|gen|maj|col|lt|st|dr|mr|mme|approx|incl|inkl|t\.e\.m|c\.-à-d|p\.ex)\.)$",
    re.IGNORECASE,
)


def split_sentences(page: PageText, keeps: Any = None) -> Iterator[Sentence]:
    """The sentences of a page with the headings and list opening each stands under.

    `keeps(text)` says whether a heading without a level stays under the one before it (it names
    a place or an operation); without it every heading stands alone.
    """
    headings: list[tuple[int, str]] = []
    intro = ""
    paragraph: list[PageLine] = []

    def above() -> tuple[str, ...]:
        return tuple(text for _, text in headings)

    def close() -> Iterator[Sentence]:
        nonlocal intro
        if not paragraph:
            return
        text, offsets = "", []
        for line in paragraph:
            if text:
                text += " "
            offsets.append((len(text), line.number))
            text += line.text
        bullet, last = paragraph[0].bullet, paragraph[-1].text
        paragraph.clear()
        opened = intro
        if not bullet and not (intro.rstrip().endswith(":") and _continues(text)):
            opened = ""
        start = 0
        pieces: list[tuple[int, str]] = []
        for match in _STOP.finditer(text):
            if _ABBREVIATION.search(text[start : match.start()]):
                continue
            pieces.append((start, text[start : match.start()]))
            start = match.end()
        pieces.append((start, text[start:]))
        pieces = [part for piece in pieces for part in _cut_long(*piece)]
        numbers = [o for o, _ in offsets]
        for place, piece in pieces:
            inside = [(o - place, n) for o, n in offsets if place < o < place + len(piece)]
            first = offsets[max(i for i, o in enumerate(numbers) if o <= place)][1]
            if piece.strip():
                yield Sentence(
                    piece, ((0, first), *inside), above(), opened, text[:place][-2_000:],
                    bullet=bullet,
                )  # fmt: skip
        if not bullet:
            intro = pieces[-1][1] if text.rstrip().endswith(":") else ""
            if not intro and _continues(last):
                intro = last

    items = _find_items(page)
    for line in page.lines:
        if not line.text:
            if page.form == "text":
                yield from close()
            continue
        if line.cells:
            yield from close()
            place, cells = 0, []
            for index, cell in enumerate(line.cells):
                column = line.columns[index] if index < len(line.columns) else ""
                cells.append((place, column, cell))
                place += len(cell) + len(" | ")
            yield Sentence(line.text, ((0, line.number),), above(), intro, cells=tuple(cells))
            continue
        if line.heading:
            yield from close()
            level = line.level or 9
            if line.level:
                headings = [h for h in headings if h[0] < level]
            elif not (keeps and keeps(line.text)):
                headings = [h for h in headings if h[0] < 8]
            else:
                headings = [h for h in headings if h[0] < 9]
            place_of = (8 if not (keeps and keeps(line.text)) else 9) if not line.level else level
            yield Sentence(line.text, ((0, line.number),), above(), "", heading=True)
            headings.append((place_of, line.text))
            intro = line.text if line.text.endswith(":") else ""
            continue
        if line.bullet or page.form in ("html", "docx"):
            yield from close()
        if paragraph and line.number in items:
            yield from close()
        paragraph.append(line)
        if page.form in ("html", "docx"):
            yield from close()
    yield from close()


def _find_items(page: PageText) -> set[int]:
    """Numbers of lines that are items of a list drawn without marks.

    Three short lines or more in a row, each beginning with a capital or a year and none ending
    as a sentence does, are no paragraph.
    """
    items: set[int] = set()
    run: list[PageLine] = []
    since = re.compile(r"(?:[A-ZÀ-ÖØ-Þ0-9«„“\"(]|\w+ (?:19|20)\d\d\b)")
    for line in (*page.lines, PageLine(0, "")):
        short = 0 < len(line.text) <= 100 and line.text[-1] not in ".!?,;" and not line.cells
        if short and since.match(line.text) and not line.bullet:
            run.append(line)
            continue
        if len(run) >= 3:
            items.update(item.number for item in run)
        run = []
    return items


def _cut_long(place: int, text: str) -> Iterator[tuple[int, str]]:
    """A stretch without any stop in parts of bearable length: what governs a name stands near."""
    start = 0
    while len(text) - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        cut = cut + 1 if cut > 0 else start + MAX_SENTENCE
        yield place + start, text[start:cut]
        start = cut
    yield place + start, text[start:]


def _continues(text: str) -> bool:
    """Whether a line without a list mark reads as an item: short, without a closing stop."""
    return len(text) <= 120 and text.rstrip()[-1:] not in ".!?"


# Verbs ------------------------------------------------------------------------------------------

# `perfect`: has been, `began`: was founded, `undone`: does not, `gone`: is over, no longer.
Kind = Literal["current", "past", "perfect", "future", "began", "undone", "gone"]


@dataclass(frozen=True)
class Mark:
    """A verb group or adverb that says when: its kind, its place, and whether it settles all."""

    kind: Kind
    place: int
    end: int
    strong: bool = False


_TOKEN = re.compile(r"[^\W_]+")
_FRENCH_PARTICIPLE = re.compile(r"[^\W\d]{2,}(?:é|ée|és|ées)")
# German verbs that are past without dots ('wurde') and conditional with them ('würde')
_UMLAUTS = frozenset(
    re.findall(r"\w+", "wurde wurden konnte konnten musste mussten hatte hatten ware waren")
)
# past auxiliaries, which may have a participle of their own
_PAST_HELPERS = frozenset(
    re.findall(
        r"\w+",
        "was were had werd werden wurde wurden waren hadden hatte hatten avait avaient etait"
        " etaient fut furent",
    )
)
_ADVERBS: tuple[tuple[str, Kind], ...] = (
    ("now", "current"), ("then", "past"), ("planned", "future"), ("no_longer", "gone"),
)  # fmt: skip


class _VerbGroups:
    """Finds the verb groups of one sentence: auxiliaries with their participles, and plain verbs.

    `folded` is the sentence without case and accents, `written` as it stands, letter for letter
    the same length: French needs its accents ('engagé' is a participle, 'engage' a verb), German
    its capitals (nouns) and dots.
    """

    def __init__(self, folded: str, written: str, lang: str, lexicon: Lexicon):
        self.folded, self.written, self.lang, self.lexicon = folded, written, lang, lexicon
        self.tokens = [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(folded)]
        self.final = lang in ("nl", "de")  # participles stand at the end of the clause
        self.used: set[int] = set()

    def find(self) -> list[Mark]:
        """The marks of the sentence in its order; an adverb's mark holds those inside it."""
        silent = self.lexicon.get("not_cues", self.lang).spans(self.folded)
        strong = [
            Mark(kind, start, end, True)
            for key, kind in _ADVERBS
            for start, end in self.lexicon.get(key, self.lang).spans(self.folded)
            if not any(a <= start < b for a, b in silent)
        ]
        marks = list(strong)
        for index, (_, start, end) in enumerate(self.tokens):
            if index in self.used:
                continue
            kind = self._kind_at(index)
            if kind is None:
                continue
            if kind in ("current", "future", "perfect", "past") and self._denied(index):
                kind = "undone"
            marks.append(Mark(kind, start, end))
        alone = [
            m for m in marks
            if not any(o is not m and o.place <= m.place and m.end <= o.end
                       and o.end - o.place > m.end - m.place for o in strong)
        ]  # fmt: skip
        return sorted(alone, key=lambda m: m.place)

    def _is(self, kind: str, word: str) -> bool:
        return self.lexicon.get("verbs", kind, self.lang).match(word)

    def _word(self, index: int) -> str:
        return self.tokens[index][0] if index < len(self.tokens) else ""

    def _kind_at(self, index: int) -> Kind | None:
        word, start, end = self.tokens[index]
        own = self.written[start:end]
        if self._is("not_verbs", word) and not self._is("present", word):
            return None
        if self.lang == "fr" and word == "a" and own.lower() != "a":
            return None  # 'à'
        if self.lang == "de" and start and own[0].isupper():
            return None  # a noun
        if self.lang == "en" and start and self.folded[start - 1] == "-":
            return None  # 'EU-led'
        dotted = self.lang == "de" and word in _UMLAUTS and re.search("[äöü]", own.lower())
        if self._is("future", word) or dotted:
            near = (w for w, _, _ in self.tokens[index : index + 4])
            return "current" if any(self._is("goes_on", w) for w in near) else "future"
        if self._is("have", word):
            return self._having(index)
        if self._is("be", word):
            return self._being(index)
        if self._is("become", word):  # a passive of now, or the German future
            return "current" if self._take_partners(index) or self.lang == "nl" else "future"
        if self._is("past", word) and not self._is("not_verbs", word):
            if self.lang == "fr" and "é" in own.lower()[-2:]:
                return None
            if self.lang == "en" and self._only_describes(index):
                return None
            with_it = self._take_partners(index) if word in _PAST_HELPERS else []
            return self._over_or_begun([*with_it, word], passive=bool(with_it)) or "past"
        if self._is("present", word):
            bent = self.lang == "fr" and self._is_participle(index)
            return None if bent and not self._is("participle", word) else "current"
        return None

    def _having(self, index: int) -> Kind:
        """'has left', 'has been deployed', 'has been working', 'has a seat'."""
        words = self._take_partners(index)
        if not words:
            return "current"
        if {"been", "ete"} & set(words):
            at = index + 1
            while self._word(at) not in ("been", "ete"):
                at += 1
            following = self._word(at + 1)
            if self.lang == "en" and following.endswith("ing"):
                return "current"
            settled = self._over_or_begun([following], passive=True)
            if settled or (at + 1 < len(self.tokens) and self._is_participle(at + 1)):
                self.used.add(at + 1)
            return settled or ("past" if self.lang == "fr" else "perfect")
        return self._over_or_begun(words, passive=False) or "perfect"

    def _being(self, index: int) -> Kind:
        """'is deployed', 'is closed', 'est rentré', 's'est achevée'."""
        words = self._take_partners(index)
        near = [w for w, _, _ in self.tokens[index + 1 : index + 3]]
        settled = self._over_or_begun(words, passive=True)
        if settled == "gone" or any(self._is("over", w) for w in near):
            return "gone"
        reflexive = self.lang == "fr" and index and self._word(index - 1) in ("s", "se")
        if reflexive or any(self._is("moved", w) for w in words):
            return "past"
        return "began" if settled and self.final else "current"

    def _over_or_begun(self, words: list[str], *, passive: bool) -> Kind | None:
        """Whether participles or a past verb say that something ended, or that it began."""
        replaced = self.lexicon.get("replaced", self.lang)
        if any(self._is("over", w) or (passive and replaced.match(w)) for w in words):
            return "gone"
        return "began" if any(self._is("begun", w) for w in words) else None

    def _take_partners(self, index: int) -> list[str]:
        """The participles that belong to the auxiliary at an index, taken out of the sentence."""
        found = []
        for other in range(index + 1, min(len(self.tokens), index + (22 if self.final else 7))):
            if self._cut(self.tokens[index][2], self.tokens[other][1]):
                break
            if self._is_participle(other):
                found.append(other)
                if not self.final:
                    break
            elif self.final and other > index + 1 and self._is_finite(self._word(other)):
                break
        if self.final and not found and index and self._is_participle(index - 1):
            found.append(index - 1)  # 'beteiligt hatte': the auxiliary ends the clause
        self.used.update(found)
        return [self._word(i) for i in found]

    def _is_finite(self, word: str) -> bool:
        return any(self._is(kind, word) for kind in ("have", "be", "past"))

    def _is_participle(self, index: int) -> bool:
        word, start, end = self.tokens[index]
        own = self.written[start:end]
        if self.lang == "fr":
            plain = own.lower()
            accented = plain != word and plain.endswith(("é", "è", "ê"))
            return bool(_FRENCH_PARTICIPLE.fullmatch(plain)) or (
                self._is("participle", word) and not accented
            )
        if self.lang == "de" and start and own[0].isupper():
            return False
        return self._is("participle", word) and not self._is("not_verbs", word)

    def _cut(self, low: int, high: int) -> bool:
        """Whether a stop stands between two places; in Dutch and German a comma is none."""
        return bool(
            re.search(r"[;:()|]" if self.final else r"[;:()|]|,(?!\s*\d)", self.folded[low:high])
        )

    def _denied(self, index: int) -> bool:
        _, start, end = self.tokens[index]
        return any(
            self._is("not", word) and not self._cut(min(start, low), max(end, high))
            for word, low, high in self.tokens[max(0, index - 2) : index + 5]
        )

    def _only_describes(self, index: int) -> bool:
        """Whether an English word in -ed only describes a noun: 'soldiers deployed in Mali serve'.

        It does where a form of 'to be' or 'to have' precedes it, where it opens a phrase after a
        comma or at the start, where it stands before a noun after an article, and where a
        preposition follows and another verb of the clause is finite.
        """
        word, start, _ = self.tokens[index]
        if word in _PAST_HELPERS or not word.endswith(("ed", "sent", "led", "set", "run", "made")):
            return False
        before = [w for w, _, _ in self.tokens[max(0, index - 2) : index]]
        helpers = ("be", "been", "being", "was", "were", "can", "to")
        if any(self._is("have", w) or self._is("be", w) or w in helpers for w in before):
            return True
        if index == 0 or self.folded[:start].rstrip().endswith((",", "(", "–", "-")):
            return True
        if before[-1] in ("the", "a", "an", "its", "our", "of", "newly", "well"):
            return True
        if self._word(index + 1) not in (
            "in", "to", "with", "at", "by", "as", "under", "on", "from", "for", "out"
        ):  # fmt: skip
            return False
        return any(
            (self._is("have", w) or self._is("be", w) or w in ("was", "were")
             or self._is("present", w))
            and not re.search(r"[;,:]", self.folded[min(s, start) : max(s, start)])
            for i, (w, s, _) in enumerate(self.tokens) if i != index
        )  # fmt: skip


def find_marks(text: str, lang: str, lexicon: Lexicon) -> list[Mark]:
    """The verb groups and adverbs of time of a sentence, in its order.

    >>> [m.kind for m in find_marks("Troops left Mali.", "en", read_lexicon())]
    ['gone']
    """
    return _VerbGroups(fold_in_place(text), text, lang, lexicon).find()


# Clauses ----------------------------------------------------------------------------------------

_HARD = re.compile(r";|:(?!\d)|\s[–—-]\s")
_CONJUNCTION = re.compile(
    r",?\s(?:mais|tandis que|alors que|but|while|whereas|maar|terwijl|aber|wahrend|sondern)\s"
    r"|,\s(?:et|and|en|und|puis|then|dann|dan)\s"
)
_RELATIVE = re.compile(
    r"\s*(?:qui|que|qu'|dont|ou\s|(?:a|dans|de|pour|par|avec|sur|a l'instar de)?\s*"
    r"(?:la|le|les|a la|au|du|aux|des)?(?:quel(?:le|les|s)?|auquel|duquel|auxquel(?:le)?s|lequel)\b"
    r"|(?:in|of|to|for|with|under|from|through|by|at|on)?\s*(?:which|whom)\b|who\b|whose\b|where\b"
    r"|when\b|although\b|after\b|because\b"
    r"|die\b(?=.*\b\w+(?:t|en)\s*$)|dat\b|waar\w*\b|wie\b|nadat\b|hoewel\b|omdat\b|toen\b"
    r"|(?:an|in|mit|von|bei|fur|unter|aus|auf|zu)?\s*(?:der|die|das|dem|den|deren|dessen|denen)"
    r"\b(?=.*\b\w+(?:t|en|te|ten)\s*$)|wo\b|wobei\b|nachdem\b|obwohl\b|weil\b|dass\b|als\b"
    r"|apres que\b|lorsque\b|quand\b)"
)
_PHRASE = re.compile(
    r"\s*(?:\w+(?:e|ee|es|ees|ed)\s+(?:en|in|par|by|au|a|for|first|depuis|since)\b)"
)


@dataclass(frozen=True)
class _Piece:
    """A stretch of a sentence between commas or harder marks."""

    start: int
    end: int
    part: int  # pieces of one part belong to one another
    aside: bool  # a relative clause or a phrase set off by commas


@lru_cache(maxsize=4_096)
def _pieces(folded: str) -> tuple[_Piece, ...]:
    cuts = sorted({m.start() for m in _HARD.finditer(folded)}
                  | {m.start() for m in _CONJUNCTION.finditer(folded)})  # fmt: skip
    bounds = [0, *cuts, len(folded)]
    out: list[_Piece] = []
    for part, (low, high) in enumerate(pairwise(bounds)):
        at = low
        stops = [m.start() for m in re.finditer(r",(?!\d)", folded[low:high])]
        for stop in [*(low + s for s in stops), high]:
            text = folded[at:stop].lstrip(",; ")
            aside = bool(out and out[-1].part == part and _RELATIVE.match(text)) or bool(
                _PHRASE.match(text) and stop < high and text
            )
            out.append(_Piece(at, stop, part, aside))
            at = stop
    return tuple(p for p in out if p.end > p.start)


@dataclass(frozen=True)
class Reading:
    """What is known of a place in a sentence before its claim is told."""

    place: int
    end: int
    last_end: int  # where the name before it ends
    next_place: int  # where the next name begins
    began: int | None  # the year the operation began


_RANGE = re.compile(
    r"(?<!\d)(?:19|20)\d\d\s*(?:-|–|—|/|to|a|tot|bis|until|and|et|en|und|jusqu'en|t/m)\s*"
    r"((?:19|20)\d\d)(?!\d)"
)
_OPEN_RANGE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-–—]\s*(?=[\s).,;|]|$|\.\.\.|…)")
# '5 Bedienstete', '1.200 soldiers', and no year
_COUNTED = re.compile(r"(?<![\d./-])(?!(?:19|20)\d\d\b)\d{1,3}(?:[. ]\d{3})?\s+[a-z]{3}")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")


class ClaimReader:
    """Tells what the sentences of one page say, in its language, on a date."""

    def __init__(self, lang: str, as_of: date, lexicon: Lexicon):
        self.lang, self.as_of, self.lexicon = lang, as_of, lexicon
        self._last: tuple[str, list[Mark]] | None = None
        self._masked: tuple[Sentence, str] | None = None

    def _marks(self, text: str) -> list[Mark]:
        if self._last is None or self._last[0] != text:
            self._last = (text, find_marks(text, self.lang, self.lexicon))
        return self._last[1]

    def _mask(self, sentence: Sentence, names: Sequence[tuple[int, int]]) -> str:
        """A sentence whose names are nouns without a meaning, whatever words they hold."""
        if self._masked is None or self._masked[0] is not sentence:
            parts, place = [], 0
            for low, high in names:
                parts += [sentence.text[place:low], "X", "x" * (high - low - 1)]
                place = high
            self._masked = (sentence, "".join([*parts, sentence.text[place:]]))
        return self._masked[1]

    def _cue(self, *path: str) -> Cues:
        return self.lexicon.get(*path, self.lang)

    def claim_of(self, sentence: Sentence, place: int, end: int | None = None, *,
                 last_end: int = 0, next_place: int | None = None, began: int | None = None,
                 names: Sequence[tuple[int, int]] = ()) -> Claim:  # fmt: skip
        """What a sentence says of what is named from `place` to `end` in it.

        `last_end` is where the name before it ends, `next_place` where the next one begins, and
        `began` the year the operation began: "since 1948" says nothing of an operation of 2013.
        `names` are the places of all names: no word in them is a verb ("Resolute Support").
        """
        text = sentence.folded
        reading = Reading(place, end or place, last_end, next_place or len(text), began)
        marks = self._marks(self._mask(sentence, names))
        if sentence.cells:
            told = self._row(sentence, reading, marks)
            if told:
                return told
        elif not sentence.heading:
            told = self._near(text, reading)
            if told:
                return told
            above = self._above(sentence)
            if (
                sentence.bullet
                and above == "past"
                and all(m.kind in ("current", "undone", "began") and not m.strong for m in marks)
            ):
                return "past"
            if self._refers(text) and not any(m.strong for m in marks):
                return "neutral"
            told = self._clause(sentence, text, reading, marks)
            if told:
                return told
        else:
            told = self._near(text, reading)
            if told:
                return told
        above = self._above(sentence)
        if above:
            return above
        if not sentence.heading and _is_sentence(text) and not sentence.cells:
            return "current"
        if self._takes_part(sentence):
            return "current"
        return "neutral"

    # what stands beside the name -----------------------------------------------------------------

    def _near(self, text: str, reading: Reading) -> Claim | None:
        """Years in the bracket after a name, or between it and the next name."""
        behind = text[reading.end : min(reading.next_place, reading.end + 120)]
        bracket = re.match(r"[^(;.]{0,60}?\(([^)]*)\)", behind)
        if bracket:
            told = self._of_years(bracket[1])
            if told:
                return told
        stretch = re.split(r"[;.](?:\s|$)", behind)[0]
        if re.match(r"[\s,:(–—-]*(?:\w+\s+){0,2}?\(?(?:19|20)\d\d\s*[-–—/]", stretch):
            return self._of_years(stretch)
        return None

    def _of_years(self, text: str) -> Claim | None:
        ranges = [int(m[1]) for m in _RANGE.finditer(text)]
        if ranges:
            return "past" if max(ranges) < self.as_of.year else "current"
        if _OPEN_RANGE.search(text) or self._cue("since").found(text):
            return "current"
        return self._until(text)

    def _until(self, text: str) -> Claim | None:
        for _, stop in self._cue("until").spans(text):
            stated = date_in(text[stop : stop + 40], self.lang, self.lexicon)
            if stated and re.match(r"[^,;.]{0,25}(?:19|20)\d\d", text[stop:]):
                return "past" if last_day(stated) < self.as_of else "current"
        return None

    # the clause ----------------------------------------------------------------------------------

    def _of_dates_alone(self, text: str) -> Claim | None:
        """What the years of a line without a verb say: '1992: UNPROFOR', 'KFOR since 1999'."""
        led = re.match(r"\W*(?:en |in )?((?:19|20)\d\d)\s*[:–—-]\s", text)
        if led and int(led[1]) < self.as_of.year - 1:
            return "past"
        return self._of_years(text)

    def _unknown_past(self, text: str, sentence: Sentence) -> Claim | None:
        """A German verb in -te(n) that no list holds: 'räumten belgische Soldaten Minen'."""
        if self.lang != "de":
            return None
        words = list(_TOKEN.finditer(text))
        articles = re.compile(r"(?:d(?:er|ie|as|en|em|es)|\w*ein\w*|\w+er|\w+em|im|am|zum|zur)")
        for before, match in pairwise([None, *words]):
            assert match is not None
            word = match[0]
            if (
                re.fullmatch(r"[^\W\d_]{3,}ten?", word)
                and not sentence.text[match.start()].isupper()
                and not self._cue("verbs", "not_past").match(word)
                and not (before and articles.fullmatch(before[0]))
            ):
                return "past"
        return None

    def _clause(
        self, sentence: Sentence, text: str, reading: Reading, marks: list[Mark]
    ) -> Claim | None:
        followed = self._handed_over(text, reading)
        if followed:
            return followed
        if not marks:
            return self._of_dates_alone(text) or self._unknown_past(text, sentence)
        place = reading.place
        pieces = _pieces(text)
        own = next((p for p in pieces if p.start <= place < p.end), pieces[-1])
        part = [p for p in pieces if p.part == own.part]
        bracket = _bracket_around(text, place)
        scopes: list[list[tuple[int, int]]] = []
        if bracket:
            scopes.append([bracket])
        if own.aside:
            scopes.append([(own.start, own.end)])
        scopes.append([(p.start, p.end) for p in part if not p.aside])
        scopes.append([(p.start, p.end) for p in part])
        scopes.append([(0, len(text))])
        brackets = [m.span() for m in re.finditer(r"\([^)]*\)", text)]
        for scope in scopes:
            inside = [
                m for m in marks
                if any(a <= m.place < b for a, b in scope)
                and (bracket or not any(a <= m.place < b for a, b in brackets))
            ]  # fmt: skip
            if not inside:
                continue
            return self._judge(text, reading, scope, inside)
        return None

    def _judge(
        self, text: str, reading: Reading, scope: list[tuple[int, int]], marks: list[Mark]
    ) -> Claim | None:
        stretch = " ".join(text[a:b] for a, b in scope)
        strong = [m for m in marks if m.strong]
        mark = _governing(strong, reading.place) or _governing(marks, reading.place)
        assert mark is not None
        verbs = [m for m in marks if not m.strong]
        verb = _governing(verbs, reading.place)
        settled = verb and (
            verb.kind == "gone" or (verb.kind == "undone" and verb.place > mark.place)
        )
        if mark.strong and mark.kind == "current" and verb and settled:
            mark = verb
        if mark.kind == "gone":
            return "past"
        since = self._since_year(stretch)
        if mark.strong:
            if mark.kind == "future":
                return "neutral"
            return "current" if mark.kind == "current" else "past"
        ranges = [int(m[1]) for m in _RANGE.finditer(stretch)]
        if ranges and max(ranges) < self.as_of.year and since is None:
            return "past"
        until = self._until(stretch)
        if until == "past" or (until and mark.kind == "current"):
            return until
        if mark.kind == "perfect":
            if since is not None and (reading.began is None or since >= reading.began):
                return "current"
            if since is None and self._cue("since").found(stretch) and reading.began is None:
                return "current"
            return "past"
        if mark.kind == "current" and self._lists_what_is_over(text, scope, mark):
            return "past"
        if mark.kind == "current":
            years = [int(m[1]) for m in _YEAR.finditer(stretch)]
            led = re.match(r"\W*(?:en|in|im jahre?|des|ab)?\s*((?:19|20)\d\d)\b", stretch)
            if led and since is None and int(led[1]) < self.as_of.year - 1 and len(set(years)) == 1:
                return "past"
            return "current"
        if mark.kind == "past":
            if since is not None and self._cue("now").found(stretch):
                return "current"
            return "past"
        return "neutral"  # future, began, undone

    def _lists_what_is_over(self, text: str, scope: list[tuple[int, int]], mark: Mark) -> bool:
        """'Completed missions include X', 'parmi les missions achevées figure X'."""
        if not self._cue("verbs", "lists").match(text[mark.place : mark.end]):
            return False
        before = " ".join(text[a : min(b, mark.place)] for a, b in scope if a < mark.place)
        return self.lexicon.get("headings", "past", self.lang).found(before)

    def _since_year(self, text: str) -> int | None:
        for _, stop in self._cue("since").spans(text):
            year = _YEAR.search(text[stop : stop + 30])
            if year:
                return int(year[1])
        return None

    def _handed_over(self, text: str, reading: Reading) -> Claim | None:
        """'successor of X' says that X is over; 'replaced by X' says nothing more of X."""
        before = text[max(reading.last_end, reading.place - 70) : reading.place]
        before = re.split(r"[;:.]\s", before)[-1]
        near = r"\W*(?:\w+\W+){0,3}$"
        pattern = self._cue("successor_of").pattern
        if pattern and re.search(pattern.pattern + near, before):
            return "past"
        pattern = self._cue("replaced_by").pattern
        if pattern and re.search(pattern.pattern + near, before):
            return "neutral"
        if self.lang in ("nl", "de"):
            by = re.search(r"\b(?:durch|door|von)\W+(?:\w+\W+){0,3}$", before)
            behind = text[reading.end : reading.end + 60]
            if by and self._cue("replaced").found(behind.split(",")[0]):
                return "neutral"
        return None

    def _refers(self, text: str) -> bool:
        """Whether a line only points to a page elsewhere."""
        return self._cue("see_also").found(text)

    # what stands above ---------------------------------------------------------------------------

    def _above(self, sentence: Sentence) -> Claim | None:
        """What the list's opening or the headings say."""
        if sentence.intro:
            told = self.claim_of_heading(sentence.intro)
            if not told and sentence.intro.rstrip().endswith(":"):
                told = self.claim_of_opening(sentence.intro)
            if told:
                return told
        for heading in reversed(sentence.headings):
            told = self.claim_of_heading(heading)
            if told:
                return told
        return None

    def claim_of_heading(self, text: str) -> Claim | None:
        """What a heading says of all below it."""
        folded = fold_in_place(text)
        if len(folded) > 120:
            return None
        for kind in ("past", "current"):
            if self.lexicon.get("headings", kind, self.lang).found(folded):
                return "past" if kind == "past" else "current"
        return None

    def verb_before(self, sentence: Sentence, place: int) -> int | None:
        """Where the first verb of a sentence stands, if it stands before a place in it."""
        marks = self._marks(self._mask(sentence, ()))
        verbs = [m.place for m in marks if not m.strong and m.place < place]
        return min(verbs) if verbs else None

    def claim_of_opening(self, text: str) -> Claim | None:
        """What an opening sentence says of the list below it."""
        marks = self._marks(text)
        if not marks:
            return None
        return self._judge(
            fold_in_place(text), Reading(len(text), len(text), 0, len(text), None),
            [(0, len(text))], marks,
        )  # fmt: skip

    def _takes_part(self, sentence: Sentence) -> bool:
        """Whether a line without a verb stands in a list of what a country takes part in."""
        return any(
            self._cue("taking_part").found(fold_in_place(h))
            for h in (sentence.intro, *sentence.headings)
            if h
        ) or bool(sentence.bullet and _COUNTED.search(sentence.folded))

    def _column(self, kind: str, head: str) -> bool:
        """Whether a column's name is of a kind, in any language: tables hold few words."""
        columns = self.lexicon.data["columns"][kind]
        return any(self.lexicon.get("columns", kind, lang).found(head) for lang in columns)

    # tables --------------------------------------------------------------------------------------

    def _row(self, sentence: Sentence, reading: Reading, marks: list[Mark]) -> Claim | None:
        """What the cells of a table row say: an end, a state, a span of years, a strength."""
        began = False
        counted = False
        for place, column, cell in sentence.cells:
            folded, head = fold_in_place(cell), fold_in_place(column)
            own = place <= reading.place < place + len(cell)
            if own:
                told = self._near(sentence.folded, Reading(
                    reading.place, reading.end, 0,
                    min(reading.next_place, place + len(cell)), reading.began))  # fmt: skip
                if told:
                    return told
            if self._column("end", head) and not self._column("start", head):
                stated = date_in(folded, self.lang, self.lexicon)
                if stated:
                    return "past" if last_day(stated) < self.as_of else "current"
                return "current"
            ranges = [int(m[1]) for m in _RANGE.finditer(folded)]
            if ranges and not own:
                return "past" if max(ranges) < self.as_of.year else "current"
            if _OPEN_RANGE.search(folded) and not own:
                return "current"
            if self._cue("since").found(folded) and _YEAR.search(folded):
                began = True
            began = began or (self._column("start", head) and bool(_YEAR.search(folded)))
            if self._column("people", head) and re.search(r"\d", folded):
                counted = True
            if not own and len(folded) <= 60:
                if self.lexicon.get("headings", "past", self.lang).found(folded):
                    return "past"
                if self.lexicon.get("headings", "current", self.lang).found(folded):
                    return "current"
        for place, _, cell in sentence.cells:
            inside = [m for m in marks if place <= m.place < place + len(cell)]
            if inside and place <= reading.place < place + len(cell) and _is_sentence(
                fold_in_place(cell)
            ):  # fmt: skip
                return self._judge(sentence.folded, reading, [(place, place + len(cell))], inside)
        above = self._above(sentence)
        if above:
            return above
        return "current" if began or counted else None


def _governing(marks: list[Mark], place: int) -> Mark | None:
    """The mark that governs a place: the last before it, else the first behind it."""
    before = [m for m in marks if m.place <= place]
    if before:
        return max(before, key=lambda m: m.place)
    return min(marks, key=lambda m: m.place) if marks else None


def _bracket_around(text: str, place: int) -> tuple[int, int] | None:
    opened = text.rfind("(", 0, place)
    if opened < 0 or text.find(")", opened, place) >= 0:
        return None
    closed = text.find(")", place)
    return (opened, closed if closed >= 0 else len(text))


def _is_sentence(folded: str) -> bool:
    """Whether a line reads as a sentence: it ends with a stop and has some words."""
    return folded.rstrip(" »”\"')").endswith((".", "!", "?")) and len(folded.split()) >= 7
