"""A resolution as its paragraphs, read from Akoma Ntoso XML or from plain text.

`read_document` is the only way in. What comes out is the text as printed: paragraph numbers as
printed (`16(c)(i)`, French `16 c) i)` likewise), preambular paragraphs counted (`preamble 4`),
lists and sublists under their paragraph, annexes apart. Nothing is interpreted here.

The publisher's files are not uniform. Handled here, so that nobody else need know: a `sublist`
that follows its `point` as a sibling; operative paragraphs inside the preamble as
`blockList/item`; lettered items flattened into plain paragraphs; parts (`section`) with preambular
text as headings; texts of one unnumbered paragraph; continuations without number; dates of
`0001-01-01`; lost spaces, odd hyphens and invisible characters.
"""

from __future__ import annotations

import difflib
import errno
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from lxml import etree

from peaceops.errors import Problem, RefusedFile
from peaceops.resolutions.anchors import Kept

MAX_BYTES = 10_000_000
MAX_DEPTH = 64
MAX_PARAGRAPHS = 20_000
MAX_PARAGRAPH_LENGTH = 50_000

Kind = Literal["preamble", "operative", "annex", "heading"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One printed paragraph, list item, continuation or heading.

    A bulleted item and a continuation have no number of their own: they carry the number of the
    paragraph they belong to, so `number` is what one would cite, not a key. `index` is the key.
    """

    index: int
    number: str
    kind: Kind
    text: str
    section: str = ""
    parent: int | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class LibraryHeadings:
    """What the United Nations library says of a resolution inside the file; never used to code."""

    title: str = ""
    chapter_vii: bool | None = None
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resolution:
    """A resolution: its symbol, date, language and paragraphs in printed order."""

    symbol: str
    date: date | None
    language: str
    paragraphs: tuple[Paragraph, ...]
    title: str = ""
    library: LibraryHeadings | None = None
    where: str = ""
    problems: tuple[Problem, ...] = field(default=())

    @cached_property
    def operative(self) -> tuple[Paragraph, ...]:
        """Operative paragraphs with their items and continuations, without headings."""
        return tuple(p for p in self.paragraphs if p.kind == "operative")

    @cached_property
    def preamble(self) -> tuple[Paragraph, ...]:
        """Preambular paragraphs."""
        return tuple(p for p in self.paragraphs if p.kind == "preamble")

    def ancestors(self, paragraph: Paragraph) -> tuple[Paragraph, ...]:
        """The paragraphs a list item stands under, outermost first."""
        chain: list[Paragraph] = []
        parent = paragraph.parent
        while parent is not None:
            above = self.paragraphs[parent]
            chain.append(above)
            parent = above.parent
        return tuple(reversed(chain))

    def text_with_lead(self, paragraph: Paragraph) -> str:
        """An item's text after the words that lead to it: `Decides that …: protect civilians`."""
        return " ".join([*(above.text for above in self.ancestors(paragraph)), paragraph.text])

    @cached_property
    def top_level(self) -> tuple[Paragraph, ...]:
        """Operative paragraphs that stand under no other."""
        return tuple(p for p in self.operative if p.parent is None)

    def under(self, paragraph: Paragraph) -> tuple[Paragraph, ...]:
        """Everything that stands under a paragraph, in printed order."""
        found: list[Paragraph] = []
        inside = {paragraph.index}
        for other in self.paragraphs[paragraph.index + 1 :]:
            if other.parent in inside:
                inside.add(other.index)
                found.append(other)
        return tuple(found)


# --- characters -----------------------------------------------------------------------------

_ODD = {
    **dict.fromkeys(map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006"), " "),
    **dict.fromkeys(map(ord, "\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u2028\u2029"), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2043\u2212"), "-"),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), None),
    **dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e"), None),
    ord("\u02bc"): "’",
    # The coder marks mentions with these; a text never needs them.
    ord("⟦"): "[",
    ord("⟧"): "]",
    ord("\u00b4"): "’",
}
_ODD_PRINTABLE = [chr(c) for c in _ODD if chr(c).isprintable()]
# Two quick looks tell whether any of the slower repairs can apply. With all digits the same, both
# patterns begin with one sign, to which the search can leap.
_SAME_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_GLUED_DIGIT = re.compile(rb"0(?:(?<=[a-z]0)|(?=[A-Za-z(]))")
_GLUED_BRACKET = re.compile(r"\)(?=[A-Za-zé])")
_LOST_BEFORE_YEAR = re.compile(r"(?<!\d)(\d{3,4})(\((?:19|20)\d\d\))")
_LOST_AFTER_WORD = re.compile(r"\b(resolutions?|résolutions?|paragraphs?|paragraphes?)(\d)")
_LOST_AFTER_YEAR = re.compile(r"(\((?:19|20)\d\d\))(?=[A-Za-zé])")
_LOST_IN_DATE = re.compile(
    r"(?<=\d)(?=(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre"
    r"|décembre)\b)"
)
_SPACE_BEFORE = re.compile(r" +([,.)])")


def clean_text(text: str) -> str:
    """Text with plain spaces and hyphens, nothing invisible, lost spaces put back.

    >>> clean_text("resolution2531(2020)and\\u00a0paragraph7")
    'resolution 2531 (2020) and paragraph 7'
    """
    return _cleaned[text]


def _clean(text: str) -> str:
    text = text.strip()
    if not text.isascii():
        text = text.replace("\u00a0", " ").replace("\u2011", "-")
        if not text.isprintable() or any(odd in text for odd in _ODD_PRINTABLE):
            text = text.translate(_ODD).strip()
    if "  " in text or not text.isprintable():
        # The space is the only white space that is printable; most texts are spaced well.
        text = " ".join(text.split())
    if " ," in text or " ." in text or " )" in text:
        text = _SPACE_BEFORE.sub(r"\1", text)
    digits = text.encode(errors="replace").translate(_SAME_DIGITS)
    if not (_GLUED_DIGIT.search(digits) or _GLUED_BRACKET.search(text)):
        return text
    text = _LOST_BEFORE_YEAR.sub(r"\1 \2", text)
    text = _LOST_AFTER_YEAR.sub(r"\1 ", text)
    text = _LOST_IN_DATE.sub(" ", text)
    return _LOST_AFTER_WORD.sub(r"\1 \2", text)


_cleaned = Kept[str, str](_clean, 10_000)  # many paragraphs and most numbers come again


# --- numbering ------------------------------------------------------------------------------

_LABEL = re.compile(r"[(’‘'\s]*(\d+(?:\.\d+)*|[^\W\d_]{1,5})\s*[.)’‘'\s-]*")
# The order of letters as the other official languages number their lists.
_IDEOGRAPHS = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
_OTHER_ALPHABETS = ("абвгдежзиклмнопрстуфхцчшщэюя", "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ")
_LABEL_IN_TEXT = re.compile(r"(?:\W{0,3}(\d{1,3})\.?\s+(?=[A-ZÉ]))|^\(?([a-z]{1,4})\)\s+")
_ROMAN = re.compile(r"(?:x{0,3})(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}


@lru_cache(maxsize=1000)
def _bare_label(label: str) -> str:
    """`c` for `(c)`, `16` for `16.`; nothing for a bullet."""
    match = _LABEL.fullmatch(label)
    return match.group(1) if match else ""


def _roman_value(label: str) -> int:
    """12 for `xii`, 0 for what is no roman number below 40."""
    if not label or not _ROMAN.fullmatch(label):
        return 0
    total = 0
    for this, following in zip(label, [*label[1:], ""], strict=True):
        value = _ROMAN_VALUES[this]
        total += -value if _ROMAN_VALUES.get(following, 0) > value else value
    return total


def _letter_value(label: str) -> int:
    """1 for `a`, 27 for `aa`, 0 for what is no such letter."""
    if label and label == label[0] * len(label) and len(label) <= 2:
        return ord(label[0].lower()) - 96 + 26 * (len(label) - 1)
    return 0


@dataclass(slots=True)
class _Level:
    style: str
    value: int
    index: int
    depth: int


class _Numbering:
    """Full printed numbers from bare labels: after `16`, `(c)` comes `(i)` as `16(c)(i)`.

    The labels themselves say most (a roman one opens a list under a letter); the depth in the
    markup only settles what labels leave open, because many files are flattened.
    """

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self.section = ""
        self.part = ""
        self.zone: Kind = "operative"
        self.prefix = ""
        self.scanned = False
        self._levels: list[_Level] = []
        self._preambles = 0
        self._unnumbered = 0

    def start_zone(self, zone: Kind, prefix: str = "") -> None:
        """From here on paragraphs are preambular, operative or of an annex."""
        self.zone, self.prefix = zone, prefix
        self._levels = []

    def _append(self, number: str, kind: Kind, text: str, parent: int | None, depth: int) -> int:
        if len(self.paragraphs) >= MAX_PARAGRAPHS:
            raise RefusedFile(
                Problem("", "", f"more than {MAX_PARAGRAPHS} paragraphs", "This is no resolution.")
            )
        if len(text) > MAX_PARAGRAPH_LENGTH:
            raise RefusedFile(
                Problem(
                    "",
                    f"paragraph {number}",
                    f"{len(text):,} characters; no printed paragraph is that long",
                    f"Accepted: up to {MAX_PARAGRAPH_LENGTH:,}.",
                )
            )
        index = len(self.paragraphs)
        self.paragraphs.append(Paragraph(index, number, kind, text, self.section, parent, depth))
        return index

    def add_heading(self, text: str) -> None:
        """A heading: what follows stands in its section."""
        if not text:
            return
        self.section = text
        number = self.paragraphs[self._levels[0].index].number if self._levels else self.prefix
        self._append(number, "heading", text, None, 0)

    def add_preamble(self, text: str) -> None:
        """The next preambular paragraph."""
        if not text:
            return
        self._preambles += 1
        index = self._append(f"preamble {self._preambles}", "preamble", text, None, 0)
        self._levels = [_Level("preamble", self._preambles, index, 0)]

    def add_unnumbered(self, text: str) -> None:
        """A continuation of what stands above, or a whole text without numbers."""
        if not text:
            return
        if self.awaits_text:
            self.paragraphs[-1] = replace(self.paragraphs[-1], text=text)
            return
        labelled = _LABEL_IN_TEXT.match(text)
        if labelled and self.zone != "preamble":
            bare, rest = labelled.group(1) or labelled.group(2), text[labelled.end() :]
            if not bare.isdigit():
                self.add_numbered(f"({bare})", rest, 0)
                return
            if self._levels and bare == str(self._last_number + 1):
                self.add_numbered(f"{bare}.", rest, 0)
                return
        if self.zone == "preamble" or self._is_late_preamble(text):
            self.add_preamble(text)
        elif self._levels and self._levels[0].style in ("number", "plain"):
            top = self.paragraphs[self._levels[0].index]
            if self._levels[0].style == "plain":
                self._add_plain(text)
            else:
                kind = top.kind
                self._append(top.number, kind, text, top.index, 1)
        else:
            self._add_plain(text)

    def open_part(self, text: str) -> bool:
        """Takes the opening of a part (`Acting under Chapter VII …,`) that follows its letter."""
        last = self.paragraphs[-1] if self.paragraphs else None
        if last is None or last.kind != "heading" or not _PART_LETTER.fullmatch(last.text):
            return False
        if not text.endswith(",") or _OPERATIVE_VERB.match(text):
            return False
        self.add_preamble(text)
        return True

    @property
    def awaits_text(self) -> bool:
        """Whether a number has come without its text, which some files put in the next element."""
        if not self.paragraphs or not self._levels:
            return False
        last = self.paragraphs[-1]
        return not last.text and last.kind != "heading" and last.index == self._levels[-1].index

    def _is_late_preamble(self, text: str) -> bool:
        """Preambular text that the file puts among the operative paragraphs, before the first."""
        if self.zone != "operative" or not self._preambles:
            return False
        if self._levels and self._levels[0].style != "preamble":
            return False
        return text.endswith(",") and not _OPERATIVE_VERB.match(text)

    @property
    def _last_number(self) -> int:
        if not self._levels or self._levels[0].style != "number":
            return -1
        return self._levels[0].value

    def _add_plain(self, text: str) -> None:
        self._unnumbered += 1
        kind: Kind = self.zone if self.zone != "preamble" else "operative"
        index = self._append(self.prefix or str(self._unnumbered), kind, text, None, 0)
        self._levels = [_Level("plain", self._unnumbered, index, 0)]

    def add_numbered(self, label: str, text: str, depth: int) -> None:
        """A paragraph or item with the label as printed, at a depth in the markup (0: none)."""
        bare = _bare_label(label)
        if self.scanned and label[:1] == "(":
            bare = self._mend_letter(bare)
        if bare[:1].isdigit() and label[0].isdigit() and (depth == 0 or self._goes_on(bare)):
            number = f"{self.prefix} {bare}".strip()
            kind: Kind = self.zone if self.zone != "preamble" else "operative"
            index = self._append(number, kind, text, None, 0)
            self._levels = [_Level("number", int(bare.partition(".")[0]), index, 0)]
            return
        style, value = self._style_of(bare, depth)
        self._close_levels(style, value, depth)
        parent = self._levels[-1].index if self._levels else None
        above = self.paragraphs[parent].number if parent is not None else self.prefix
        if style == "bullet":
            number = above
        elif parent is None and self.prefix and not self._levels:
            number = f"{self.prefix} ({bare})"
        else:
            number = f"{above}({bare})"
        zone: Kind = self.zone if self.zone != "preamble" or self._levels else "operative"
        kind = self.paragraphs[parent].kind if parent is not None else zone
        if kind == "heading":
            kind = zone
        index = self._append(number, kind, text, parent, len(self._levels))
        self._levels.append(_Level(style, value, index, depth))

    def _goes_on(self, bare: str) -> bool:
        """Whether an item numbered `5.` below `4(d)(iv)` is the paragraph after 4.

        Some files put what follows a list inside it. An item of its own list comes after another.
        """
        if not bare.isdigit() or self.zone == "annex":
            return False
        value = int(bare)
        own = any(x.style == "digit" and x.value == value - 1 for x in self._levels)
        return value == self._last_number + 1 > 1 and not own

    def _mend_letter(self, bare: str) -> str:
        """The letter that a scan has as a number or with too much: `(6)` or `(bob)` after `(a)`.

        A list below a letter begins with `(i)` or `(1)`; another number there is a misread letter.
        """
        items = [x for x in self._levels if x.style not in ("number", "preamble", "plain")]
        letter = next((x for x in reversed(items) if x.style == "letter"), None)
        following = chr(ord("a") + letter.value) if letter and letter.value < 26 else ""
        if bare in "23456789" and bare and not any(x.style == "digit" for x in items):
            if letter:
                return following
            above = self.paragraphs[self._levels[0].index].text if self._levels else ""
            return "a" if not items and f"({int(bare) - 1})" not in above else bare
        odd = (
            len(bare) > 1 and bare.isalpha() and not _roman_value(bare) and not _letter_value(bare)
        )
        return following if odd and following and following in bare else bare

    def _style_of(self, bare: str, depth: int) -> tuple[str, int]:
        if not bare:
            return "bullet", 0
        if bare[0].isdigit():
            return "digit", int(bare.split(".")[0])
        if bare in _IDEOGRAPHS:
            return "ideograph", _IDEOGRAPHS.index(bare) + 1
        if not bare.isascii():
            low = bare.lower()
            return "letter", next((a.index(low) + 1 for a in _OTHER_ALPHABETS if low in a), 0)
        if bare.isupper():
            return "upper", _letter_value(bare)
        letter, roman = _letter_value(bare), _roman_value(bare)
        if not roman:
            return "letter", letter
        if not letter:
            return "roman", roman
        open_levels = [x for x in self._levels if x.style in ("letter", "roman")]
        for level in reversed(open_levels):
            if level.style == "roman" and roman == level.value + 1:
                return "roman", roman
            if level.style == "letter" and letter == level.value + 1:
                return "letter", letter
        return ("roman", roman) if bare == "i" else ("letter", letter)

    def _close_levels(self, style: str, value: int, depth: int) -> None:
        """Drop the open levels that end where this item begins."""
        items = [
            n for n, x in enumerate(self._levels) if x.style not in ("number", "preamble", "plain")
        ]
        same = [n for n in items if self._levels[n].style == style]
        if not same:
            if depth:
                # A new style beside items at least as deep in the markup replaces them.
                for n in items:
                    if self._levels[n].depth > depth:
                        del self._levels[n:]
                        return
            return
        last = same[-1]
        level = self._levels[last]
        deeper_restart = (
            depth > level.depth > 0 and value <= 1 and style != "bullet" and len(items) > 0
        ) or (style == "bullet" and depth > level.depth > 0)
        if deeper_restart:
            return
        if style == "bullet" and depth:
            for n in same:
                if self._levels[n].depth >= depth:
                    del self._levels[n:]
                    return
        del self._levels[last:]


# --- Akoma Ntoso ----------------------------------------------------------------------------

_NAMESPACE = "{http://docs.oasis-open.org/legaldocml/ns/akn/3.0}"
_NOTE = f"{_NAMESPACE}authorialNote"
_LANGUAGES = {
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "rus": "ru",
    "ara": "ar",
    "zho": "zh",
    "chi": "zh",
}
_HEADING_END = re.compile(r"[;.,:–-]\s*$|\b(?:and|et|or|ou)$")
_ARABIC_LABEL = re.compile(r"\d+\s*\.?")


_ANNEX_HEADING = re.compile(r"Annexe?\b", re.I)


def _whole_text(element: etree._Element) -> str:
    """The text of an element that holds no footnote, cleaned."""
    return clean_text(etree.tostring(element, method="text", encoding="unicode", with_tail=False))


def _text_without_notes(element: etree._Element) -> str:
    """The text of an element without its footnotes, cleaned."""
    parts: list[str] = []
    note_depth = 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if not isinstance(node.tag, str):
            if event == "end" and not note_depth and node is not element and node.tail:
                parts.append(node.tail)
            continue
        is_note = node.tag == _NOTE
        if event == "start":
            note_depth += is_note
            if not note_depth and node.text:
                parts.append(node.text)
        else:
            note_depth -= is_note
            if not note_depth and node is not element and node.tail:
                parts.append(node.tail)
    return clean_text("".join(parts))


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _is_heading(text: str) -> bool:
    """A short line without a verb's punctuation is a heading, not a continuation."""
    return len(text) <= 160 and not _HEADING_END.search(text)


class _AknReader:
    """Walks the parts of one Akoma Ntoso statement into a `_Numbering`."""

    def __init__(self, numbering: _Numbering, has_notes: bool):
        self.out = numbering
        self._text_of = _text_without_notes if has_notes else _whole_text

    def read_preamble(self, preamble: etree._Element) -> None:
        self.out.start_zone("preamble")
        for child in preamble:
            name = _local(child)
            if name == "container":
                for part in child:
                    if _local(part) == "p":
                        self.out.add_preamble(self._text_of(part))
                    elif _local(part) == "blockList":
                        self._read_block_list(part)
            elif name in ("p", "block"):
                text = self._text_of(child)
                if text:
                    self.out.add_preamble(text)

    def _read_block_list(self, block: etree._Element) -> None:
        for part in block:
            name = _local(part)
            if name == "listIntroduction":
                self.out.add_preamble(self._text_of(part))
            elif name == "item":
                label, text = "", ""
                for node in part:
                    if _local(node) == "num":
                        label = self._text_of(node)
                    elif _local(node) == "p":
                        text = f"{text} {self._text_of(node)}".strip()
                if _ARABIC_LABEL.fullmatch(label):
                    self.out.start_zone("operative")
                    self.out.add_numbered(label, text, 0)
                else:
                    self.out.add_numbered(label or "–", text, 1)

    def read_body(self, body: etree._Element, depth: int = 0) -> None:
        for child in body:
            name = _local(child)
            if name == "paragraph":
                self._read_paragraph(child)
            elif name == "section":
                self._read_section(child)
            elif name == "container":
                self._read_table(child)
            elif name in ("p", "alinea", "content", "point"):
                self._add_loose(self._text_of(child))
            elif name in ("heading", "subheading", "crossHeading"):
                self.out.add_heading(self._text_of(child))

    def _add_loose(self, text: str) -> None:
        """Text without a number: a heading if it looks like one, else a continuation."""
        if not text:
            return
        if self.out.awaits_text:
            self.out.add_unnumbered(text)
            return
        plain = _is_heading(text)
        title = plain and (len(text) <= 60 or not _OPERATIVE_VERB.match(text))
        if not title and text.endswith(":") and len(text) <= 120 and text[0].isupper():
            title = not _OPERATIVE_VERB.match(text)
        if title:
            if _ANNEX_HEADING.match(text) and self.out.zone == "operative":
                self.out.start_zone("annex", "annex")
            self.out.add_heading(text.rstrip(":").rstrip())
        else:
            self.out.add_unnumbered(text)

    def _read_section(self, section: etree._Element) -> None:
        for child in section:
            name = _local(child)
            if name == "num":
                self.out.part = self._text_of(child)
                self.out.add_heading(self.out.part)
            elif name == "crossHeading":
                text = self._text_of(child)
                if _is_heading(text):
                    self.out.add_heading(text)
                elif text:
                    self.out.add_preamble(text)
                    self.out.start_zone("operative")
            elif name == "paragraph":
                self._read_paragraph(child)
            elif name == "container":
                self._read_table(child)
            else:
                self._add_loose(self._text_of(child))

    def _read_table(self, container: etree._Element) -> None:
        for child in container:
            if _local(child) == "table":
                for row in child:
                    cells = [t for t in (self._text_of(cell) for cell in row) if t]
                    self.out.add_unnumbered(" | ".join(cells))
            else:
                self._add_loose(self._text_of(child))

    def _read_paragraph(self, paragraph: etree._Element) -> None:
        label, label_depth = "", 0
        stack: list[tuple[Iterator[etree._Element], int, bool]] = [(iter(paragraph), 0, False)]
        while stack:
            children, depth, is_point = stack[-1]
            child = next(children, None)
            if child is None:
                if is_point and label:
                    self.out.add_numbered(label, "", label_depth)
                    label = ""
                stack.pop()
                continue
            name = _local(child)
            if name == "num":
                label, label_depth = self._text_of(child), depth
            elif name in ("heading", "subheading", "crossHeading"):
                self.out.add_heading(self._text_of(child))
            elif name in ("content", "intro", "alinea", "p", "wrapUp"):
                text = self._text_of(child)
                if not text:
                    continue
                if label and name != "wrapUp":
                    self.out.add_numbered(label, text, label_depth)
                    label = ""
                elif name == "wrapUp" or depth:
                    self.out.add_unnumbered(text)
                else:
                    self._add_loose(text)
            elif name == "point":
                if label:
                    self.out.add_numbered(label, "", label_depth)
                    label = ""
                stack.append((iter(child), max(depth, 1), True))
            elif name in ("list", "sublist"):
                stack.append((iter(child), depth + 1, False))
        if label:
            self.out.add_numbered(label, "", label_depth)

    def read_attachments(self, attachments: etree._Element) -> None:
        bodies = list(attachments.iter(f"{_NAMESPACE}mainBody"))
        for body in bodies:
            first = next((t for t in (self._text_of(p) for p in body) if t), "")
            named = re.match(
                r"(?:annexe?|appendi(?:x|ce)|enclosure)\s+([IVX]+|[A-Z]|\d+)\b", first, re.I
            )
            self.out.section = ""
            self.out.start_zone("annex", f"annex {named.group(1)}" if named else "annex")
            self.read_body(body)


def _parse_xml(data: bytes, where: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=False,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        message = f"not well-formed XML: {error.msg}"
        if "XML_PARSE_HUGE" in message:
            message = "not well-formed XML: an element or a text larger than any resolution has"
        raise RefusedFile(Problem(where, "", message, "Fetch the file again.")) from None
    except (ValueError, LookupError) as error:
        raise RefusedFile(Problem(where, "", f"not readable XML: {error}")) from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise RefusedFile(
            Problem(
                where,
                "",
                "the file declares a document type, which resolutions never do",
                "Entities are not read; remove the declaration or fetch the file again.",
            )
        )
    _refuse_deep(root, where)
    return root


_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")


def _refuse_deep(root: etree._Element, where: str) -> None:
    if _TOO_DEEP(root):
        raise RefusedFile(
            Problem(
                where,
                "",
                f"elements are nested more than {MAX_DEPTH} levels deep",
                "No published resolution is; fetch the file again.",
            )
        )


_SYMBOL = re.compile(r"S/RES/(\d{1,5})\s*(?:\(((?:19|20)\d\d)\))?")


# What the head of a file says in elements that may stand anywhere in it.
_MARKS = ("docNumber", "docDate", "FRBRlanguage", "FRBRdate", "keyword", "step", "authorialNote")
_MARK_TAGS = {f"{_NAMESPACE}{mark}": mark for mark in _MARKS}


def _find_marks(statement: etree._Element) -> dict[str, list[etree._Element]]:
    """The elements of each of `_MARKS`, in printed order, from one walk over the statement."""
    found: dict[str, list[etree._Element]] = {mark: [] for mark in _MARKS}
    for element in statement.iter(*_MARK_TAGS):
        found[_MARK_TAGS[str(element.tag)]].append(element)
    return found


def _read_date(value: str | None) -> date | None:
    """A day, or None for what is missing, wrong or the publisher's 0001-01-01."""
    try:
        found = date.fromisoformat((value or "").strip())
    except ValueError:
        return None
    return found if found.year >= 1945 else None


def _adoption_date(
    marks: Mapping[str, list[etree._Element]], year: str | None, where: str
) -> tuple[date | None, list[Problem]]:
    """The day of adoption by the weight of what the file says in several places.

    Attribute, printed text and identification differ in some files; the day of issue settles ties,
    and a day outside the year of the symbol does not count if another day is inside it.
    """
    votes: dict[date, float] = {}

    def vote(day: date | None, weight: float) -> None:
        if day:
            votes[day] = votes.get(day, 0) + weight

    for element in marks["docDate"]:
        if element.get("refersTo") in ("#adoptionDate", "#dateOfAdoption"):
            vote(_read_date(element.get("date")), 1)
            vote(find_date(_text_without_notes(element)), 1.5)
        else:
            vote(_read_date(element.get("date")), 0.6)
    for element in marks["FRBRdate"]:
        if element.get("name") == "adoption":
            vote(_read_date(element.get("date")), 1)
            break
    inside = {d: w for d, w in votes.items() if not year or str(d.year) == year}
    if not votes:
        return None, []
    chosen = max(inside or votes, key=lambda d: (votes[d], d))
    rivals = sorted(d for d, w in votes.items() if d != chosen and w >= 1)
    if not rivals:
        return chosen, []
    listed = ", ".join(map(str, rivals))
    return chosen, [Problem(where, "date", f"the file also says {listed}; {chosen} is taken")]


def _read_library(marks: Mapping[str, list[etree._Element]]) -> LibraryHeadings | None:
    title, subjects = "", []
    for keyword in marks["keyword"]:
        if keyword.get("refersTo") == "title":
            title = clean_text(keyword.get("value", ""))
        elif keyword.get("dictionary") in ("DHLAUTH", "UNBIS Thesaurus"):
            subjects.append(clean_text(keyword.get("value", "")))
    adopted = [step for step in marks["step"] if step.get("outcome") == "adopted"]
    chapter = any("VII" in (step.get("refersTo") or "") for step in adopted) if adopted else None
    if not title and not subjects:
        return None
    return LibraryHeadings(title, chapter, tuple(subjects))


def _read_akn(data: bytes, where: str) -> Resolution:
    root = _parse_xml(data, where)
    statement = root.find(f"{_NAMESPACE}statement")
    if root.tag != f"{_NAMESPACE}akomaNtoso" or statement is None:
        raise RefusedFile(
            Problem(
                where,
                "",
                f"XML, but no resolution: the outermost element is <{_local(root)}>",
                "Accepted: Akoma Ntoso 3.0 with a <statement>, as in UNxml/SCresolutions.",
            )
        )
    problems: list[Problem] = []
    symbol = ""
    marks = _find_marks(statement)
    for element in marks["docNumber"]:
        if element.get("refersTo") == "#symbol":
            symbol = clean_text("".join(map(str, element.itertext())))
    number = _SYMBOL.search(symbol)
    day, date_problems = _adoption_date(marks, number.group(2) if number else None, where)
    problems += date_problems
    if number:
        year = number.group(2) or (str(day.year) if day else "")
        symbol = f"S/RES/{number.group(1)} ({year})" if year else f"S/RES/{number.group(1)}"
    else:
        problems.append(Problem(where, "symbol", f"{symbol!r} is not the symbol of a resolution"))
    if day is None:
        problems.append(Problem(where, "date", "no date of adoption", "Periods cannot be dated."))
    language = ""
    for element in marks["FRBRlanguage"]:
        language = _LANGUAGES.get(element.get("language", ""), language)
    numbering = _Numbering()
    reader = _AknReader(numbering, bool(marks["authorialNote"]))
    for part in statement:
        name = _local(part)
        if name == "preamble":
            reader.read_preamble(part)
        elif name == "mainBody":
            if numbering.zone != "operative" or not numbering.paragraphs:
                numbering.start_zone("operative")
            reader.read_body(part)
        elif name == "attachments":
            reader.read_attachments(part)
    if not numbering.paragraphs:
        raise RefusedFile(Problem(where, "", "no paragraph in the file", "Fetch it again."))
    if not any(p.kind == "operative" for p in numbering.paragraphs):
        problems.append(Problem(where, "text", "no operative paragraph"))
    return Resolution(
        symbol=symbol,
        date=day,
        language=language or _guess_language(p.text for p in numbering.paragraphs),
        paragraphs=tuple(numbering.paragraphs),
        library=_read_library(marks),
        where=where,
        problems=tuple(problems),
    )


# --- plain text -----------------------------------------------------------------------------

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            ("january", "janvier"),
            ("february", "février"),
            ("march", "mars"),
            ("april", "avril"),
            ("may", "mai"),
            ("june", "juin"),
            ("july", "juillet"),
            ("august", "août"),
            ("september", "septembre"),
            ("october", "octobre"),
            ("november", "novembre"),
            ("december", "décembre"),
        ),
        1,
    )
    for name in names
}
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|\s?º)?\s+({_MONTH})\s*,?\s+(\d{{4}})\b", re.I)


def find_date(text: str) -> date | None:
    """The first day written out in English or French.

    >>> find_date("Adopted on 1er juillet 2020")
    datetime.date(2020, 7, 1)
    """
    for match in _DATE.finditer(text):
        try:
            return date(int(match[3]), _MONTHS[match[2].lower()], int(match[1]))
        except ValueError:
            continue
    return None


_OPENING = re.compile(
    r"^\W{0,3}(?:The Security Council|Le Conseil de sécurité)\b\s*[,:.;]?\s*", re.I
)
# `1, Decides` is a misprint for `1. Decides`
_PART_LETTER = re.compile(r"[A-H]")
_TEXT_NUMBER = re.compile(r"^(\d{1,3})\s*(?:[.)]\s*(?=\S)|,\s+(?=[A-Z][a-z]{2,}s\s))")
_TEXT_ITEM = re.compile(r"^[(*]?([a-z]{1,2}|[ivx]{1,5}|\d{1,2})\)\s*(?=\S)")
_TEXT_HEAD = re.compile(
    r"^\W*(?:R[eé]solution\s+)?(\d{1,4})\s*\(((?:19|20)[\d-]{2,3})\)|S/RES/(\d{1,4})\s*\(((?:19|20)\d\d)\)",
    re.I | re.M,
)
_TEXT_HEAD_WITHOUT_YEAR = re.compile(
    r"\A\W*Resolution\s+(\d{1,4})\s*\nof\s[^\n]{3,20}?((?:19|20)\d\d)\s*$()()", re.I | re.M
)
_TEXT_HEAD_ANYWHERE = re.compile(r"R[eé]solution\s+(\d{1,4})\s*\(((?:19|20)\d\d)\)()()", re.I)
_TEXT_HEAD_LINE = re.compile(r"^R[eé]solution\s+\d{1,4}\s*\((?:19|20)\d\d\)\s*$", re.I)
_TEXT_END = re.compile(r"^(?:Adopted|Adoptée?|The draft resolution was|Voted on)\b")
_OPERATIVE_VERB = re.compile(
    r"(?:(?:Also|Further|Deeply|Strongly|Once again|Solemnly|Again|Hereby|Accordingly|Therefore"
    r"|Urgently)\s+)?(?!Conscious\b|Desirous\b|Mindful|Anxious|Inter alia\b|Pursuant|As\b"
    r"|This\b|His\b|Its\b"
    r"|Thus\b|Unless\b|Whereas\b|Always\b)[A-ZÉ]?[a-zé]{2,}(?:s|es)\b"
    r"|(?:Se |S’)?(?:Décide|Prie|Demande|Autorise|Recommande|Exhorte|Engage|Réaffirme|Souligne)\b"
)


def _text_blocks(lines: list[str]) -> Iterator[str]:
    """Paragraphs of a printed page: split at blank lines and before numbers, lines rejoined."""
    block: list[str] = []
    for line in lines:
        stripped = line.strip()
        starts = bool(_TEXT_NUMBER.match(stripped)) and _ends_sentence(block)
        starts = starts or (bool(_TEXT_ITEM.match(stripped)) and _ends_sentence(block))
        starts = starts or (
            bool(_OPERATIVE_VERB.match(stripped))
            and stripped[0].isupper()
            and bool(block)
            and block[-1].rstrip("0123456789 ").endswith((",", ";"))
        )
        starts = starts or (len(block) == 1 and bool(_PART_LETTER.fullmatch(block[0])))
        if not stripped or starts:
            if block:
                yield _join_lines(block)
            block = []
        if stripped:
            block.append(stripped)
    if block:
        yield _join_lines(block)


def _ends_sentence(block: list[str]) -> bool:
    return not block or block[-1].rstrip("0123456789 ").endswith((";", ".", ":", ",", "and", "or"))


def _join_lines(lines: list[str]) -> str:
    """Lines of one paragraph as a text; `peace-` + `keeping` stays hyphenated."""
    return clean_text(" ".join(lines).replace("- ", "-") if lines else "")


_SCANNED_15 = re.compile(rf"\b[I1]S(?=\s+(?:{_MONTH}))", re.I)
_SCANNED_YEAR = re.compile(r"\b(19\d)[\]|](?=[\s;,.])")
_SCANNED_CENTURY = re.compile(r"\b[iIl](?=9\d\d\b)")
_SCANNED_STROKE = re.compile(r"(?<=[a-z])! (?=\d)")
_HYPHEN_BREAK = re.compile(r"([a-z])-\s*\n\s*([a-z])")


def _read_plain(text: str, where: str) -> Resolution:
    text = _HYPHEN_BREAK.sub(r"\1-\2", text)
    text = _SCANNED_15.sub("15", text)
    text = _SCANNED_YEAR.sub(r"\g<1>1", text)
    text = _SCANNED_CENTURY.sub("1", text)
    text = _SCANNED_STROKE.sub(" ", text)
    lines = _from_heading(text.splitlines())
    head = "\n".join(lines[:12])
    named = _TEXT_HEAD_WITHOUT_YEAR.search(head) or _TEXT_HEAD.search(head)
    if named is None:
        named = _TEXT_HEAD_ANYWHERE.search(head)
    opening = next(
        (n for n, line in enumerate(lines) if _OPENING.match(line.strip()) and n < 200), None
    )
    if named and opening is None:
        # A few early texts lack the opening words; the text begins below the heading.
        opening = _first_line_of_text(lines)
    if opening is None or named is None:
        raise RefusedFile(
            Problem(
                where,
                "",
                "text, but no resolution of the Security Council",
                "Accepted: a heading such as 'Resolution 425 (1978)' and, below it, "
                "'The Security Council,'.",
            )
        )
    number = named.group(1) or named.group(3)
    year = (named.group(2) or named.group(4)).replace("-", "")
    problems = []
    day = _text_date(lines, opening, int(year))
    if day is None:
        problems.append(Problem(where, "date", "no date of adoption", "Periods cannot be dated."))
    elif str(day.year) != year:
        problems.append(Problem(where, "symbol", f"headed ({year}), but dated {day}"))
        year = str(day.year)
    out = _Numbering()
    out.scanned = True
    out.start_zone("preamble")
    first = _OPENING.sub("", lines[opening].strip(), count=1)
    for block in _text_blocks([first, *lines[opening + 1 :]]):
        if _TEXT_END.match(block):
            break
        _add_text_block(out, block)
    if not out.paragraphs:
        raise RefusedFile(Problem(where, "", "no paragraph after 'The Security Council,'"))
    if not any(p.kind == "operative" for p in out.paragraphs):
        problems.append(
            Problem(where, "text", "no operative paragraph", "The text may be cut short.")
        )
    language = _guess_language(p.text for p in out.paragraphs)
    return Resolution(
        symbol=f"S/RES/{number} ({year})",
        date=day,
        language=language,
        paragraphs=tuple(out.paragraphs),
        where=where,
        problems=tuple(problems),
    )


def _from_heading(lines: list[str]) -> list[str]:
    """The lines from a heading that stands alone, where a page begins with other matter."""
    opening = next((n for n, line in enumerate(lines) if _OPENING.match(line.strip())), None)
    above = range(max((opening or 0) - 6, 0), opening or 0)
    start = next((n for n in above if _TEXT_HEAD_LINE.match(lines[n].strip())), 0)
    return lines[start:]


_HEADING_LINE = re.compile(
    r"(?:R[eé]solution\s+)?\d{1,4}\s*\((?:19|20)\d\d\)|\[?S/|of \d|\(?Adopted|on \d|\W|at its",
    re.I,
)
_LOOSE_DATE = re.compile(r"\b(\d{1,2})\s+([A-Z][a-z]{2,8})\W?\s+\W?\d{3,4}\b")


def _first_line_of_text(lines: list[str]) -> int | None:
    """Where the text begins below a heading that is not followed by the opening words."""
    headed = False
    for n, line in enumerate(lines[:40]):
        stripped = line.strip()
        if _HEADING_LINE.match(stripped):
            headed = True
        elif headed and len(stripped) > 20:
            return n
    return None


def _text_date(lines: list[str], opening: int, year: int) -> date | None:
    """The day in the heading, else at the end; a misprinted month or year is read leniently."""
    head, end = " ".join(lines[:opening]), " ".join(lines[-15:])
    day = find_date(head)
    if day is None:
        loose = _LOOSE_DATE.search(head)
        month = _nearest_month(loose[2]) if loose else 0
        if loose and month:
            try:
                day = date(year, month, int(loose[1]))
            except ValueError:
                day = None
    if day is None:
        last = find_date(end)
        day = last if last and abs(last.year - year) <= 1 else None
    return day


def _nearest_month(word: str) -> int:
    """8 for `Auqust` and `Aug`, 0 for a word that is like no month."""
    small = word.lower()
    near = [name for name in _MONTHS if name.startswith(small[:3])]
    near = near or difflib.get_close_matches(small, _MONTHS, n=1, cutoff=0.75)
    return _MONTHS[near[0]] if near else 0


def _add_text_block(out: _Numbering, block: str) -> None:
    numbered = _TEXT_NUMBER.match(block)
    if numbered:
        if out.zone == "preamble":
            out.start_zone("operative")
        out.add_numbered(f"{numbered[1]}.", block[numbered.end() :], 0)
        return
    item = _TEXT_ITEM.match(block)
    if item:
        out.add_numbered(f"({item[1]})", block[item.end() :], 0)
    elif _OPENING.match(block):
        out.start_zone("preamble")
        rest = _OPENING.sub("", block, count=1)
        if rest:
            out.add_preamble(rest)
    elif len(block) <= 3 and block.isupper():
        out.add_heading(block)
    elif out.open_part(block):
        return
    elif out.zone == "preamble" and not _OPERATIVE_VERB.match(block):
        out.add_preamble(block)
    else:
        if out.zone == "preamble":
            out.start_zone("operative")
        out.add_unnumbered(block)


_FRENCH = re.compile(r"\b(?:le|les|des|du|et|que|dans|aux)\b")
_ENGLISH = re.compile(r"\b(?:the|of|and|to|in|that|its)\b")


def _guess_language(texts: Iterable[str]) -> str:
    sample = " ".join(texts)[:5000]
    french, english = len(_FRENCH.findall(sample)), len(_ENGLISH.findall(sample))
    if max(french, english) < 3:
        return ""
    return "fr" if french > english else "en"


# --- any file -------------------------------------------------------------------------------

_NO_SUCH_FILE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


def read_document(path: Path | str) -> Resolution:
    """One resolution from a file of Akoma Ntoso XML or plain text.

    Raises `RefusedFile` with one clear line for a file that is missing, too large, not text, not
    well-formed, too deep, or no resolution. No entity is resolved and nothing is fetched.
    """
    path = Path(path)
    where = str(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise RefusedFile(Problem(where, "", "no such file"))
        size = status.st_size
        if size > MAX_BYTES:
            raise RefusedFile(
                Problem(
                    where,
                    "",
                    f"{size:,} bytes; no resolution is that large",
                    f"Accepted: up to {MAX_BYTES:,} bytes.",
                )
            )
        with path.open("rb", buffering=0) as file:
            data = file.read()
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) or error.errno in _NO_SUCH_FILE:
            message = "no such file"
        else:
            message = f"cannot be read: {error.strerror}"
        raise RefusedFile(Problem(where, "", message)) from None
    return _with_other_name(read_bytes(data, where), path.name)


_NAMED_NUMBER = re.compile(r"(?:S[ _/-]?RES|resolution)[ _/-]{0,2}0*(\d{1,4})(?!\d)", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d")


def _with_other_name(document: Resolution, name: str) -> Resolution:
    """The document, with a remark where its file is clearly named after another resolution."""
    stem = name.partition(".")[0]
    named = _NAMED_NUMBER.search(stem)
    if named is None and stem.isdigit() and len(stem) <= 4 and not _YEAR.fullmatch(stem):
        named = re.fullmatch(r"0*(\d+)", stem)
    own = _SYMBOL.search(document.symbol)
    if named is None or own is None or int(named[1]) == int(own[1]):
        return document
    remark = Problem(
        document.where,
        "symbol",
        f"the file is named after resolution {named[1]}, but its text is {document.symbol}",
        "The text counts.",
    )
    return replace(document, problems=(*document.problems, remark))


def read_bytes(data: bytes, where: str = "<bytes>") -> Resolution:
    """As `read_document`, from the file's content; `where` names it in problems."""
    start = data[:400].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    if start.startswith(b"<") or where.lower().endswith(".xml"):
        try:
            return _read_akn(data, where)
        except RefusedFile as refused:
            raise _with_where(refused, where) from None
    if b"\x00" in data[:4000]:
        raise RefusedFile(
            Problem(where, "", "neither XML nor text", "Accepted: Akoma Ntoso XML, UTF-8 text.")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedFile(
            Problem(where, "", f"not UTF-8 text (byte {error.start})", "Save it as UTF-8.")
        ) from None
    try:
        return _read_plain(text, where)
    except RefusedFile as refused:
        raise _with_where(refused, where) from None


def _with_where(refused: RefusedFile, where: str) -> RefusedFile:
    return RefusedFile(
        [Problem(p.where or where, p.field, p.message, p.hint) for p in refused.problems]
    )
