"""Which operations a text names, under any of their names.

A text names an operation in full, by acronym, by a word it has introduced ("the Mission"), or,
before the operation has a name, by a description. `Naming` finds all four in one resolution.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from peaceops.resolutions.anchors import Kept, find_places, wording_of
from peaceops.resolutions.document import Paragraph, Resolution
from peaceops.resolutions.lexicon import Lexicon, fold_name

_LONG_AGO = 60
_PARENTHESIS = re.compile(r"\s?\(([^()]{2,70})\)")
_FRENCH_WORDS = {
    "Operation": "Opération",
    "Office": "Bureau",
    "Group": "Groupe",
    "Authority": "Autorité",
    "Observer Group": "Groupe d’observateurs",
    "Interim Force": "Force intérimaire",
    "Verification Mission": "Mission de vérification",
}


# Over small letters; both alternatives begin with a letter, to which the search can leap.
_POSSESSIVE = re.compile(
    r"(?P<its>i(?<!\wi)ts)(?=\s(?:(?:present|current|existing|authorized|military|overall)\s)*"
    r"(?:mandate|authorizations?|authorisations?|deployment|strength|ceiling)\b)"
    r"|(?P<present>t(?:(?<=\bextend\st)|(?<=\brenew\st)|(?<=\bextends\st))he\s"
    r"(?:present|current))(?=\smandate(?!\sof|s))"
)
_POSSESSIVE_BEGINS = ("its ", "the present mandate", "the current mandate")
_EXTENDS_ITS = re.compile(r"\b(?:extends|renews|proroge|prolonge|reconduit)\s$", re.I)
_FRENCH_POSSESSIVE = re.compile(
    r"\b(?:(?P<its>en(?=\s(?:proroger|renouveler|reconduire|prolonger)\b)"
    r"|(?:son|ses)(?=\s(?:mandat|autorisation|déploiement|effectif)s?\b))"
    r"|(?P<present>(?:(?<=\bproroger\s)|(?<=\brenouveler\s))le"
    r"(?=\s(?:présent\smandat|mandat\sactuel)\b(?!\sd))"
    r"|les(?=\sautorisations\squ[’']il\sy\sa\sdonnées)))",
    re.I,
)


class Mention(NamedTuple):
    """An operation named at a place of a text."""

    start: int
    end: int
    operation: str

    def moved(self, by: int) -> Mention:
        """The same in a text that has something more before it."""
        return Mention(self.start + by, self.end + by, self.operation)


@lru_cache(maxsize=512)
def _descriptions_in(
    lexicon: Lexicon, language: str, year: int
) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """The descriptions of operations of a year, longest first: what is near, pattern, operation."""
    found = [
        (d.near.replace("'", "’"), re.escape(d.words.lower()).replace("'", "['’]"), d.operation)
        for operation in lexicon.described
        if operation.exists_in(year, 1)
        for d in operation.described
        if d.language == language
    ]
    found.sort(key=lambda entry: -len(entry[1]))
    return tuple((near, re.compile(source), owner) for near, source, owner in found)


@lru_cache(maxsize=512)
def _owners_in(lexicon: Lexicon, year: int) -> Kept[str, str | None]:
    """Name → the operation it means in a year, if it can mean one."""

    def choose(name: str) -> str | None:
        owners = [lexicon.operations[o] for o in lexicon.name_owner.get(fold_name(name), ())]
        if not year:
            return owners[-1].id if owners else None
        possible = [o for o in owners if o.first_year - 1 <= year]
        possible = [o for o in possible if year - (o.last_year or 9999) <= _LONG_AGO]
        if not possible:
            return None
        living = [o for o in possible if o.exists_in(year)]
        return max(living or possible, key=lambda o: o.first_year).id

    return Kept(choose, 10_000)


class Naming:
    """The names of operations in one resolution."""

    def __init__(self, document: Resolution, lexicon: Lexicon):
        self._lexicon = lexicon
        self._french = document.language == "fr"
        self.year = document.date.year if document.date else 0
        self._described = self._find_descriptions(document)
        self._generic: re.Pattern[str] | None = None
        self._generic_owner: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.first_seen: dict[str, int] = {}
        self._by_paragraph: dict[int, list[Mention]] = {}
        self._complete: dict[int, list[Mention]] = {}
        # One search over the whole text is quicker than one a paragraph; annexes name nobody new.
        searched = [p for p in document.paragraphs if p.kind != "annex"]
        starts: list[int] = []
        at = 0
        for paragraph in searched:
            starts.append(at)
            at += len(paragraph.text) + 1
        grouped: dict[int, list[Mention]] = {}
        for mention in self._find_named(searched):
            place = bisect_right(starts, mention.start) - 1
            shift = starts[place]
            grouped.setdefault(place, []).append(
                Mention(mention.start - shift, mention.end - shift, mention.operation)
            )
        for place, mentions in grouped.items():
            paragraph = searched[place]
            found = self._absorb_parentheses(paragraph.text, mentions)
            self._by_paragraph[paragraph.index] = found
            for mention in found:
                self.counts[mention.operation] += 1
                self.first_seen.setdefault(mention.operation, paragraph.index)
        self._learn_generic_words()

    def in_paragraph(self, paragraph: Paragraph) -> list[Mention]:
        """Mentions in a paragraph of this resolution, also by generic words and `its mandate`."""
        known = self._complete.get(paragraph.index)
        if known is None:
            known = self._by_paragraph.get(paragraph.index, [])
            if self._generic is not None:
                known = self._with_generic(paragraph.text, known)
            known = self._with_possessive(paragraph.text, known)
            self._complete[paragraph.index] = known
        return known

    def _with_possessive(self, text: str, named: list[Mention]) -> list[Mention]:
        """`its mandate` is the last operation's; `the present mandate` the main one's."""
        if not self._french and "its " not in text and "nt mandate" not in text:
            return named
        extra: list[Mention] = []
        ends = [m.end for m in named]
        if self._french:
            matches: Iterable[re.Match[str]] = _FRENCH_POSSESSIVE.finditer(text)
        else:
            lowered = wording_of(text).lowered
            places = find_places(lowered, _POSSESSIVE_BEGINS)
            matches = filter(None, (_POSSESSIVE.match(lowered, place) for place in places))
        for match in matches:
            at = bisect_right(ends, match.start())
            if match["its"] and at:
                extra.append(Mention(match.start(), match.end(), named[at - 1].operation))
            elif self.main and (match["present"] or _EXTENDS_ITS.search(text, 0, match.start())):
                extra.append(Mention(match.start(), match.end(), self.main))
        return sorted([*named, *extra], key=lambda m: m.start) if extra else named

    @property
    def main(self) -> str | None:
        """The operation named most often among those that exist."""
        living = [o for o in self.counts if self._lexicon.operations[o].exists_in(self.year, 1)]
        return max(living, key=lambda o: (self.counts[o], -self.first_seen[o]), default=None)

    @property
    def mentioned(self) -> tuple[str, ...]:
        """Every operation the text names, in order of appearance."""
        return tuple(sorted(self.counts, key=lambda o: (self.first_seen[o], o)))

    # -- names and acronyms --

    def _find_named(self, paragraphs: list[Paragraph]) -> list[Mention]:
        """Names and descriptions in paragraphs, placed as in all of them joined by line ends."""
        text = "\n".join(p.text for p in paragraphs)
        found: list[Mention] = []
        if self._described:
            lowered = "\n".join(wording_of(p.text).lowered for p in paragraphs)
            for pattern, owner in self._described:
                found += [Mention(m.start(), m.end(), owner) for m in pattern.finditer(lowered)]
        taken = sorted((m.start, m.end) for m in found)
        taken_starts = [start for start, _ in taken]
        owners = _owners_in(self._lexicon, self.year)
        folded = "\n".join(wording_of(p.text).folded for p in paragraphs)
        for match in self._lexicon.find_names(text, folded):
            start, end = match.span()
            if start and (text[start - 1].isalnum() or text[start - 1] == "-"):
                continue
            operation = owners[match.group()]
            if operation is None:
                continue
            nearest = bisect_right(taken_starts, end - 1) - 1
            if nearest >= 0 and taken[nearest][1] > start:
                continue
            found.append(Mention(start, end, operation))
        found.sort(key=lambda m: m.start)
        return found

    def _absorb_parentheses(self, text: str, found: list[Mention]) -> list[Mention]:
        """`United Nations Mission in Liberia (UNMIL)` is one mention, not two."""
        result: list[Mention] = []
        for mention in found:
            if result and mention.start < result[-1].end:
                continue
            after = _PARENTHESIS.match(text, mention.end)
            if after:
                inside = after.group(1)
                known = self._lexicon.operations[mention.operation]
                if (
                    any(a in inside for a in known.acronyms)
                    or inside[0] in "“\"«'‘"
                    or inside.lower().startswith(("hereinafter", "ci-après"))
                ):
                    result.append(Mention(mention.start, after.end(), mention.operation))
                    continue
            result.append(mention)
        return result

    # -- descriptions --

    def _find_descriptions(self, document: Resolution) -> list[tuple[re.Pattern[str], str]]:
        described = _descriptions_in(self._lexicon, "fr" if self._french else "en", self.year)
        if not described:
            return []
        whole = "\n".join(p.text for p in document.paragraphs)
        if any("’" in near for near, _, _ in described):
            whole = whole.replace("'", "’")
        speaks_of = {near: near in whole for near in {near for near, _, _ in described}}
        return [(pattern, owner) for near, pattern, owner in described if speaks_of[near]]

    # -- generic words --

    def _learn_generic_words(self) -> None:
        best: dict[str, tuple[int, int, str]] = {}
        for operation, count in self.counts.items():
            known = self._lexicon.operations[operation]
            if self.year and not known.exists_in(self.year, 1):
                continue
            for word in known.generic:
                printed = _FRENCH_WORDS.get(word, word) if self._french else word
                score = (count, -self.first_seen[operation], operation)
                if printed not in best or score > best[printed]:
                    best[printed] = score
        if not best:
            return
        self._generic_owner = {word: operation for word, (_, _, operation) in best.items()}
        words = "|".join(sorted(map(re.escape, best), key=len, reverse=True))
        if self._french:
            lead, stop = r"\b(?:la|le|l[’']|cette|ce)\s?", r"(?! (?:de|du|des|d[’'])\b)"
        else:
            lead = r"\b(?:the|this|said)\s(?:present\s|current\s)?"
            stop = r"(?! (?:of|to(?! \d)|in|on)\b)"
        self._generic = re.compile(rf"(?i:{lead})(?P<word>{words})\b(?!-)(?!\s[A-Z]){stop}")

    def _with_generic(self, text: str, named: list[Mention]) -> list[Mention]:
        assert self._generic is not None
        if not any(word in text for word in self._generic_owner):
            return named
        extra = []
        place = 0
        for match in self._generic.finditer(text):
            while place < len(named) and named[place].end <= match.start():
                place += 1
            if place < len(named) and named[place].start < match.end():
                continue
            extra.append(
                Mention(match.start("word"), match.end(), self._generic_owner[match["word"]])
            )
        return sorted([*named, *extra], key=lambda m: m.start) if extra else named


class MarkedText(NamedTuple):
    """A text in which each mention is replaced by a mark such as `⟦unmil|2⟧`."""

    text: str
    originals: tuple[str, ...]

    def restore(self, part: str) -> str:
        """Part of the marked text as it was printed."""
        return _MARK.sub(lambda m: self.originals[int(m[2])], part)


_MARK = re.compile(r"⟦([^|⟧]+)\|(\d+)⟧")


def mark_mentions(text: str, mentions: list[Mention]) -> MarkedText:
    """Replace mentions by marks, so that patterns can speak of operations."""
    parts: list[str] = []
    originals: list[str] = []
    last = 0
    for mention in mentions:
        if mention.start < last:
            continue
        parts += [text[last : mention.start], f"⟦{mention.operation}|{len(originals)}⟧"]
        originals.append(text[mention.start : mention.end])
        last = mention.end
    parts.append(text[last:])
    return MarkedText("".join(parts).replace("⟦⟦", "⟦"), tuple(originals))
