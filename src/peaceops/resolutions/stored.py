"""A resolution as it is kept in the database: its paragraphs as read, small, and bounded.

What is packed is what `read_document` gave, not the file, so that nothing of the publisher's
mark-up has to be read again: neither by the portal nor by a later command. The reader of mark-up is
loaded only where a whole `Resolution` is made.
"""

from __future__ import annotations

import json
import re
import zlib
from datetime import date
from typing import TYPE_CHECKING, Any

from peaceops.errors import Problem, RefusedFile

if TYPE_CHECKING:
    from peaceops.resolutions.document import Resolution

MAX_UNPACKED = 24_000_000  # bytes of JSON; a resolution has some 10,000

_SYMBOL = re.compile(r"(?:S\s?/?\s?RES\s?/?\s?)?0*([1-9]\d{0,3})\s*(?:\(\s*(\d{4})\s*\))?", re.I)


def read_symbol(text: str) -> tuple[int, int | None] | None:
    """The number and year of a resolution as people write it; None for what is no symbol.

    >>> read_symbol("S/RES/2531 (2020)"), read_symbol("res 186"), read_symbol("mandate.xml")
    ((2531, 2020), (186, None), None)
    """
    found = _SYMBOL.fullmatch(text.strip())
    if found is None:
        return None
    return int(found[1]), int(found[2]) if found[2] else None


def pack_resolution(document: Resolution) -> bytes:
    """The resolution as bytes. Raises `RefusedFile` for one of more than `MAX_UNPACKED`."""
    sections: dict[str, int] = {}
    paragraphs = [
        [p.number, p.kind, p.text, sections.setdefault(p.section, len(sections)), p.parent, p.depth]
        for p in document.paragraphs
    ]
    library = document.library
    data = json.dumps(
        {
            "symbol": document.symbol,
            "date": document.date.isoformat() if document.date else None,
            "language": document.language,
            "title": document.title,
            "library": library and [library.title, library.chapter_vii, library.subjects],
            "problems": [[p.field, p.message, p.hint] for p in document.problems],
            "sections": list(sections),
            "paragraphs": paragraphs,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    if len(data) > MAX_UNPACKED:
        raise RefusedFile(
            Problem(document.where, "", f"{len(data):,} bytes of paragraphs; no resolution has that"
                    " many", f"Accepted: up to {MAX_UNPACKED:,}.")
        )  # fmt: skip
    return zlib.compress(data, 9)


def unpack_json(content: bytes, where: str = "") -> Any:
    """What `pack_resolution` packed, as plain JSON; never more than `MAX_UNPACKED` bytes of it.

    Raises `RefusedFile` for bytes that are damaged or unpack to more.
    """
    reader = zlib.decompressobj()
    try:
        data = reader.decompress(content, MAX_UNPACKED + 1)
        if len(data) > MAX_UNPACKED or not reader.eof:
            raise ValueError
        return json.loads(data)
    except (zlib.error, ValueError):
        raise RefusedFile(
            Problem(where or "text", "", "the text in the database is damaged",
                    "Import its file again.")
        ) from None  # fmt: skip


def unpack_resolution(content: bytes, where: str = "") -> Resolution:
    """The resolution again; `where` names it in problems (default: its symbol)."""
    from peaceops.resolutions.document import LibraryHeadings, Paragraph, Resolution

    data = unpack_json(content, where)
    where = where or data["symbol"]
    sections, library = data["sections"], data["library"]
    return Resolution(
        symbol=data["symbol"],
        date=date.fromisoformat(data["date"]) if data["date"] else None,
        language=data["language"],
        paragraphs=tuple(
            Paragraph(index, number, kind, text, sections[section], parent, depth)
            for index, (number, kind, text, section, parent, depth) in enumerate(data["paragraphs"])
        ),
        title=data["title"],
        library=LibraryHeadings(library[0], library[1], tuple(library[2])) if library else None,
        where=where,
        problems=tuple(Problem(where, *p) for p in data["problems"]),
    )
