"""A page as somebody keeps it (text, HTML, DOCX, PDF) → its lines, with their numbers.

Bounded: a file is told apart by its content, archives are checked before they are unpacked,
scripts and styles in HTML are dropped, and nothing is fetched.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peaceops.errors import Problem, RefusedFile

MAX_BYTES = 20_000_000
MAX_UNPACKED = 100_000_000
MAX_LINES = 200_000
MAX_PAGES = 2_000


@dataclass(frozen=True)
class PageLine:
    """A line or block of a page: its number (from 1), its text, and what it is.

    A heading has its `level` from 1 where the page says it, else 0. A table row has its `cells`
    and, above them, the names of its `columns`; its text is the cells joined by ` | `.
    """

    number: int
    text: str
    heading: bool = False
    bullet: bool = False
    level: int = 0
    cells: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageText:
    """A page read: its name, what it is, its lines, and the date its file says it was changed."""

    name: str
    form: str
    lines: tuple[PageLine, ...]
    modified: str | None = None
    language: str | None = None


def read_page_file(path: Path) -> PageText:
    """The lines of a file; raises `RefusedFile` with what is wrong with it."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise RefusedFile(_too_large(str(path), size))
        content = path.read_bytes()
    except OSError as error:
        raise RefusedFile(Problem(str(path), "", f"cannot be read: {error.strerror}")) from None
    return read_page(content, str(path))


def read_page(content: bytes, name: str) -> PageText:
    """The lines of a page given as bytes; `name` is used in messages and as a last hint.

    Raises `RefusedFile`.
    """
    if len(content) > MAX_BYTES:
        raise RefusedFile(_too_large(name, len(content)))
    if not content.strip():
        raise RefusedFile(Problem(name, "", "an empty file", "Give a page with text."))
    if content.startswith(b"%PDF"):
        return _read_pdf(content, name)
    if content.startswith(b"PK\x03\x04"):
        return _read_docx(content, name)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise RefusedFile(
            Problem(name, "", "an old Word file (.doc)", "Save it as DOCX, PDF or text.")
        )
    text = _decode(content, name)
    head = text[:2000].lower()
    if re.search(
        r"<(?:!doctype html|html|head|body|div|p|h[1-6]|article|main|section|table|ul|ol|span"
        r"|br)\b",
        head,
    ):
        return _read_html(text, name)
    return PageText(name, "text", tuple(_read_lines(text)))


def _read_lines(text: str) -> Iterator[PageLine]:
    """The lines of a plain text or Markdown page; tables drawn with `|` or tabs become rows."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    columns: tuple[str, ...] | None = None
    for number, line in enumerate(lines[:MAX_LINES], 1):
        cells = _cells_of(line)
        if cells:
            if all(re.fullmatch(r":?-+:?", c) for c in cells if c):
                continue
            if columns is None:
                columns = cells if _names_columns(cells) else ()
            yield PageLine(number, " | ".join(cells), cells=cells, columns=columns)
            continue
        columns = None
        hashes = re.match(r"(#{1,6})\s", line.strip())
        yield PageLine(
            number, re.sub(r"^(?:[•·▪◦*\-–—]|#+|\d{1,3}[.)])\s+", "", line.strip()),
            heading=_looks_like_heading(lines, number - 1),
            bullet=bool(_BULLET.match(line)),
            level=len(hashes[1]) if hashes else 0,
        )  # fmt: skip


_BULLET = re.compile(r"\s*(?:[•·▪◦*\-–—]\s|\d+[.)]\s)")


def _cells_of(line: str) -> tuple[str, ...]:
    """The cells of a table row in plain text; none where the line is no row."""
    stripped = line.strip()
    if stripped.count("|") >= 2:
        return tuple(c.strip() for c in stripped.strip("|").split("|"))
    if "\t" in stripped:
        return tuple(c.strip() for c in re.split(r"\t+", stripped))
    return ()


def _names_columns(cells: tuple[str, ...]) -> bool:
    """Whether a table's first row names its columns: short words without figures."""
    return all(len(c) <= 40 and not re.search(r"\d", c) for c in cells)


def _too_large(name: str, size: int) -> Problem:
    return Problem(
        name, "", f"{size / 1e6:.0f} MB is too large",
        f"A page may have up to {MAX_BYTES // 1_000_000} MB.",
    )  # fmt: skip


def _looks_like_heading(lines: list[str], index: int) -> bool:
    """A short line that is no statement, alone between empty lines, or a Markdown heading."""
    line = lines[index].strip()
    if line.startswith("#"):
        return True
    alone = (index == 0 or not lines[index - 1].strip()) and (
        index + 1 >= len(lines) or not lines[index + 1].strip()
    )
    bullet = _BULLET.match(line)
    return bool(line) and alone and len(line) <= 90 and line[-1] not in ".;,!" and not bullet


def _decode(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            raise RefusedFile(Problem(name, "", "broken UTF-16 text")) from None
    if b"\x00" in content[:4096]:
        raise RefusedFile(Problem(name, "", "not a text", "Give text, HTML, DOCX or PDF."))
    match = re.search(rb"charset=[\"']?([\w-]+)", content[:2048])
    for encoding in ("utf-8-sig", match[1].decode() if match else "", "cp1252", "latin-1"):
        try:
            if encoding:
                return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise RefusedFile(Problem(name, "", "text in an unknown encoding", "Save it as UTF-8."))


_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "p div li h1 h2 h3 h4 h5 h6 td th tr table ul ol section article header footer main nav"
        " aside blockquote dd dt dl figcaption caption br hr body title summary details pre",
    )
)
_CHANGED = (
    "//meta[@property='article:modified_time']/@content",
    "//meta[@name='dcterms.modified' or @name='DCTERMS.modified']/@content",
    "//meta[@name='last-modified']/@content",
    "//*[@itemprop='dateModified']/@content | //*[@itemprop='dateModified']/@datetime",
)


def _read_html(text: str, name: str) -> PageText:
    import lxml.etree
    import lxml.html

    parser = lxml.html.HTMLParser(huge_tree=False, no_network=True, remove_comments=True,
                                  remove_pis=True)  # fmt: skip
    try:
        root = lxml.html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise RefusedFile(Problem(name, "", f"HTML that cannot be read: {error}")) from None
    modified = None
    for query in _CHANGED:
        found: Any = root.xpath(query)
        if found and re.match(r"\d{4}-\d\d-\d\d", str(found[0])):
            modified = str(found[0])[:10]
            break
    silent: Any = root.xpath("//script | //style | //noscript | //template | //svg")
    for element in silent:
        element.drop_tree()
    lines: list[PageLine] = []
    buffer: list[str] = []
    state = {"line": 1, "level": 0, "bullet": False}
    columns: dict[Any, tuple[str, ...]] = {}  # of each table

    def flush() -> None:
        joined = re.sub(r"\s+", " ", "".join(buffer)).strip()
        buffer.clear()
        if joined and len(lines) < MAX_LINES:
            lines.append(
                PageLine(state["line"], joined, bool(state["level"]), bool(state["bullet"]),
                         state["level"])
            )  # fmt: skip

    def take_row(row: lxml.html.HtmlElement) -> bool:
        """Take a table's row as one line; False for a row that only lays out the page."""
        cells = [c for c in row if c.tag in ("td", "th")]
        if len(cells) < 2:
            return False
        holds_blocks: Any = row.xpath(
            "count(.//table | .//ul | .//ol | .//h1 | .//h2 | .//h3 | .//h4 | .//p[2])"
        )
        if holds_blocks:
            return False
        texts = tuple(re.sub(r"\s+", " ", str(c.text_content())).strip() for c in cells)
        if sum(map(len, texts)) > 2_000:
            return False
        table = next(row.iterancestors("table"), None)
        if table not in columns:
            heads = all(c.tag == "th" for c in cells) or _names_columns(texts)
            columns[table] = texts if heads else ()
        flush()
        if any(texts) and len(lines) < MAX_LINES:
            lines.append(
                PageLine(row.sourceline or state["line"], " | ".join(texts), cells=texts,
                         columns=columns[table])
            )  # fmt: skip
        return True

    # depth-first without recursion: (element, opening?)
    stack: list[tuple[lxml.html.HtmlElement, bool]] = [(root, True)]
    while stack:
        element, opening = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        block = tag in _BLOCKS
        if opening:
            if tag == "tr" and take_row(element):
                continue
            if block:
                flush()
                state = {
                    "line": element.sourceline or state["line"],
                    "level": int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else 0,
                    "bullet": tag == "li",
                }
            if element.text and tag != "title":
                buffer.append(element.text)
            stack.append((element, False))
            stack.extend((child, True) for child in reversed(element))
        else:
            if block:
                flush()
                state = {**state, "level": 0}
            if element.tail:
                buffer.append(element.tail)
    flush()
    lang = (root.get("lang") or "")[:2].lower() or None
    if not lines:
        raise RefusedFile(Problem(name, "", "HTML without any text"))
    return PageText(name, "html", tuple(lines), modified, lang)


def _read_docx(content: bytes, name: str) -> PageText:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            total = sum(e.file_size for e in entries)
            if len(entries) > 5_000 or total > MAX_UNPACKED:
                raise RefusedFile(
                    Problem(
                        name,
                        "",
                        f"unpacks to {total / 1e6:.0f} MB in {len(entries)} files",
                        "Save the page anew as a plain DOCX or as text.",
                    )
                )
            if "word/document.xml" not in archive.namelist():
                raise RefusedFile(
                    Problem(
                        name,
                        "",
                        "an archive, but no Word document",
                        "Give text, HTML, DOCX or PDF.",
                    )
                )
    except zipfile.BadZipFile:
        raise RefusedFile(Problem(name, "", "a broken or cut-off archive")) from None
    import docx
    from docx.table import Table as WordTable

    try:
        word = docx.Document(io.BytesIO(content))
        lines: list[PageLine] = []
        for block in word.iter_inner_content():
            if isinstance(block, WordTable):
                lines.extend(_read_word_table(block, len(lines) + 1))
                continue
            style = (block.style.name or "") if block.style is not None else ""
            if block.text.strip() and len(lines) < MAX_LINES:
                level = re.fullmatch(r"Heading (\d)", style)
                lines.append(
                    PageLine(
                        len(lines) + 1, block.text.strip(),
                        style.startswith(("Heading", "Title")), style.startswith("List"),
                        int(level[1]) if level else 0,
                    )
                )  # fmt: skip
        modified = word.core_properties.modified
    except Exception as error:  # the library raises what its XML parser and its own checks raise
        raise RefusedFile(
            Problem(name, "", f"a Word file that cannot be read ({type(error).__name__})",
                    "Open it in Word, save it anew, or save it as text.")
        ) from None  # fmt: skip
    if not lines:
        raise RefusedFile(Problem(name, "", "a Word file without text"))
    return PageText(name, "docx", tuple(lines), modified.date().isoformat() if modified else None)


def _read_word_table(table: Any, number: int) -> Iterator[PageLine]:
    """The rows of a Word table, from a line number on."""
    columns: tuple[str, ...] | None = None
    for row in table.rows:
        cells = tuple(re.sub(r"\s+", " ", cell.text).strip() for cell in row.cells)
        if not any(cells):
            continue
        if columns is None:
            columns = cells if _names_columns(cells) else ()
        yield PageLine(number, " | ".join(cells), cells=cells, columns=columns)
        number += 1


def _read_pdf(content: bytes, name: str) -> PageText:
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise RefusedFile(Problem(name, "", "a PDF locked by a password"))
        if len(reader.pages) > MAX_PAGES:
            raise RefusedFile(Problem(name, "", f"a PDF of more than {MAX_PAGES} pages"))
        texts = [page.extract_text() or "" for page in reader.pages]
        info = reader.metadata
        changed = info.modification_date if info else None
    except RefusedFile:
        raise
    except Exception as error:  # pypdf meets broken files with many exception types
        raise RefusedFile(
            Problem(name, "", f"a PDF that cannot be read ({type(error).__name__})",
                    "Save it anew, or copy its text into a text file.")
        ) from None  # fmt: skip
    raw = "\n".join(texts).split("\n")[:MAX_LINES]
    if not any(line.strip() for line in raw):
        raise RefusedFile(
            Problem(name, "", "a PDF without text, probably a scanned picture",
                    "Give a PDF with a text layer, or the text itself.")
        )  # fmt: skip
    lines = tuple(
        PageLine(
            number, line.strip().lstrip("•·▪◦").strip(),
            bullet=bool(re.match(r"\s*[•·▪◦]", line)),
        )
        for number, line in enumerate(raw, 1)
    )  # fmt: skip
    return PageText(name, "pdf", lines, changed.date().isoformat() if changed else None)
