"""Resolutions whose texts are in the database: found by symbol, read again, searched by words."""

from __future__ import annotations

import re
import sqlite3
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from peaceops.errors import NotFound, Problem, UsageError
from peaceops.resolutions.stored import read_symbol, unpack_json, unpack_resolution
from peaceops.store import Database

if TYPE_CHECKING:
    from peaceops.resolutions.document import Resolution

HOW_TO_GET = (
    "Bring texts in with: peaceops sync un-sc-resolutions,"
    " or peaceops import un-sc-resolutions FILE…"
)


@dataclass(frozen=True)
class TextAtHand:
    """One imported text: which resolution, in which language, from which file."""

    text_id: int
    number: int
    year: int
    symbol: str
    language: str
    date: str | None
    file: str
    sha256: str
    imported_at: str


@dataclass(frozen=True)
class Texts:
    """All imported texts of a database by number, each number's by language."""

    by_number: dict[int, dict[str, TextAtHand]] = field(default_factory=dict)
    by_id: dict[int, TextAtHand] = field(default_factory=dict)

    def of(self, symbol: str) -> dict[str, TextAtHand]:
        """The texts of a resolution by language; empty for none, or for another kind of symbol."""
        if not symbol.startswith("S/RES/"):
            return {}
        known = read_symbol(symbol)
        return self.by_number.get(known[0], {}) if known else {}


_READ: weakref.WeakKeyDictionary[Database, Texts] = weakref.WeakKeyDictionary()


def list_texts(db: Database) -> Texts:
    """The texts of a database, read once."""
    found = _READ.get(db)
    if found is None:
        found = Texts()
        for row in db.ask("all_texts"):
            text = TextAtHand(**dict(row))
            found.by_number.setdefault(text.number, {})[text.language] = text
            found.by_id[text.text_id] = text
        _READ[db] = found
    return found


def choose_language(found: dict[str, TextAtHand], wished: str) -> TextAtHand:
    """The text in the language wished for, else in English, French, or any other."""
    order = (wished, "en", "fr", *sorted(found))
    return next(found[code] for code in order if code in found)


def find_text(db: Database, wanted: str, language: str = "") -> TextAtHand:
    """The text of a resolution by its symbol, `S/RES/2531 (2020)` or `2531`.

    Without a language the English one is preferred; with one, only that will do. Raises
    `NotFound`, saying which command brings texts in.
    """
    symbol = read_symbol(wanted)
    found = list_texts(db).by_number.get(symbol[0], {}) if symbol else {}
    if symbol is None or not found:
        raise NotFound(Problem(wanted, "", "no text of it in the database", HOW_TO_GET))
    if language and language not in found:
        raise NotFound(
            Problem(wanted, "", f"no text of it in '{language}' in the database",
                    f"There in: {', '.join(sorted(found))}. {HOW_TO_GET}")
        )  # fmt: skip
    text = choose_language(found, language)
    if symbol[1] is not None and symbol[1] != text.year:
        raise NotFound(
            Problem(wanted, "", "no resolution has this number and year",
                    f"In the database is {text.symbol}.")
        )  # fmt: skip
    return text


def load_packed(db: Database, text: TextAtHand) -> bytes:
    """The text as it is kept, for a process that unpacks it."""
    row = db.ask_one("text_content", text_id=text.text_id)
    assert row is not None
    return bytes(row["content"])


def load_text(db: Database, text: TextAtHand) -> Resolution:
    """The resolution, as `read_document` gave it when its file was imported."""
    return unpack_resolution(load_packed(db, text), text.symbol)


@dataclass(frozen=True)
class StoredParagraph:
    """A paragraph of an imported text as it is shown; the fields are those of `Paragraph`."""

    index: int
    number: str
    kind: str
    text: str
    depth: int


def read_paragraphs(db: Database, text: TextAtHand) -> tuple[StoredParagraph, ...]:
    """The paragraphs of a text in print order, without loading what reads mark-up."""
    data = unpack_json(load_packed(db, text), text.symbol)
    return tuple(
        StoredParagraph(index, number, kind, words, depth)
        for index, (number, kind, words, _, _, depth) in enumerate(data["paragraphs"])
    )


# Words -------------------------------------------------------------------------------------------

MOST_WORDS = 12
PAGE = 25  # paragraphs on one page of results
MOST_PAGES = 20
_OPEN, _CLOSE = "\x02", "\x03"


@dataclass(frozen=True)
class Hit:
    """A paragraph that holds the words: `runs` are (whether it is one of the words, text)."""

    number: int
    symbol: str
    date: str | None
    language: str
    paragraph: str
    anchor: str
    runs: tuple[tuple[bool, str], ...]


def name_anchors(numbers: Sequence[str]) -> list[str]:
    """A name for each paragraph's place on a page: of its number, or of its order where several
    bear one number.

    >>> name_anchors(["preamble 1", "16(c)(i)", "16(c)(i)"])
    ['preamble-1', 'para-16-c-i', 'place-3']
    """
    out: list[str] = []
    taken: set[str] = set()
    for place, number in enumerate(numbers, 1):
        plain = re.sub(r"[^0-9a-z]+", "-", number.lower()).strip("-")
        name = plain if plain[:1].isalpha() else f"para-{plain}"
        if not plain or name in taken or name.startswith("place-"):
            name = f"place-{place}"
        taken.add(name)
        out.append(name)
    return out


@dataclass(frozen=True)
class Found:
    """One page of hits, how many there are in all, and whether a page follows."""

    hits: tuple[Hit, ...]
    total: int
    more: bool


def write_match(question: str) -> str:
    """What a reader asks as an FTS5 expression: all words, "quoted words" side by side, word* open.

    Every word is quoted, so nothing a reader writes is an operator; '' where there is no word.

    >>> write_match('civilians "all necessary means" protect*')
    '"civilians" "all necessary means" "protect" *'
    >>> write_match('a" OR NEAR(b) -c:d')
    '"a" "OR" "NEAR" "b" "c" "d"'
    """
    parts: list[str] = []
    for quoted, bare in re.findall(r'"([^"]*)"|([^\s"]+)', question):
        words = re.findall(r"\w+", quoted or bare)
        if quoted and words:
            parts.append(f'"{" ".join(words)}"')
        elif words:
            parts += [f'"{w}"' for w in words]
            if bare.endswith("*") and len(words[-1]) >= 3:
                parts[-1] += " *"
    return " ".join(parts[:MOST_WORDS])


def search_texts(
    db: Database,
    question: str,
    language: str,
    *,
    operation: str = "",
    year: str = "",
    page: int = 1,
) -> Found:
    """Paragraphs with all the words, `PAGE` at a time, the newest resolution first.

    Accents and capitals do not matter. Raises `UsageError` for a question without a word.
    """
    match = write_match(question)
    if not match:
        raise UsageError(
            Problem("q", "", "there is no word to search for",
                    'Write words, or words side by side in quotes: "protection of civilians".')
        )  # fmt: skip
    page = min(max(page, 1), MOST_PAGES)
    rows = db.ask(
        "search_texts", words=match, language=language, operation_id=operation, year=year,
        most=PAGE + 1, skip=(page - 1) * PAGE,
    )  # fmt: skip
    more = len(rows) > PAGE and page < MOST_PAGES
    texts = list_texts(db)
    contents: dict[int, tuple[list[str], list[str], list[str]]] = {}
    found: list[tuple[TextAtHand, str, str, str]] = []
    for row in rows[:PAGE]:
        text, place = texts.by_id[row["text_id"]], row["place"]
        if text.text_id not in contents:
            paragraphs = read_paragraphs(db, text)
            numbers = [p.number for p in paragraphs]
            contents[text.text_id] = numbers, name_anchors(numbers), [p.text for p in paragraphs]
        numbers, anchors, words = contents[text.text_id]
        found.append((text, numbers[place], anchors[place], words[place]))
    marked = _mark_words([words for *_, words in found], match)
    return Found(
        tuple(
            Hit(text.number, text.symbol, text.date, text.language, number, anchor, runs)
            for (text, number, anchor, _), runs in zip(found, marked, strict=True)
        ),
        rows[0]["total"] if rows else 0,
        more,
    )


def _mark_words(paragraphs: Sequence[str], match: str) -> list[tuple[tuple[bool, str], ...]]:
    """Each paragraph cut to some words around those asked for, which are marked.

    A small index of these paragraphs alone finds the words just as the large one did.
    """
    index = sqlite3.connect(":memory:")
    try:
        index.execute(
            "create virtual table text_index using fts5"
            " (words, tokenize = 'unicode61 remove_diacritics 2')"
        )
        plain = str.maketrans("", "", _OPEN + _CLOSE)
        index.executemany(
            "insert into text_index (rowid, words) values (?, ?)",
            ((n, text.translate(plain)) for n, text in enumerate(paragraphs)),
        )
        cut = dict(
            index.execute(
                "select rowid, snippet(text_index, 0, ?, ?, '…', 48) from text_index"
                " where text_index match ?",
                (_OPEN, _CLOSE, match),
            )
        )
    finally:
        index.close()
    out = []
    for n, text in enumerate(paragraphs):
        pieces = re.split(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}", cut.get(n, text[:300]))
        out.append(tuple((place % 2 == 1, piece) for place, piece in enumerate(pieces) if piece))
    return out
