"""Clauses found by their words: Chapter VII, all necessary means, reports, reviews, exit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peaceops.resolutions.document import Paragraph, Resolution
from peaceops.resolutions.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Quoted:
    """A statement with the paragraph and words it rests on."""

    paragraph: str
    quote: str

    def as_dict(self) -> dict[str, Any]:
        """As in `chapter_vii`: with the value."""
        return {"value": True, "paragraph": self.paragraph, "quote": self.quote}


def find_chapter_vii(document: Resolution, lexicon: Lexicon) -> Quoted | None:
    """The words by which the Council acts under Chapter VII, not those recalling that it did."""
    pattern = lexicon.phrases.get(document.language, {}).get("chapter_vii")
    if pattern is None:
        return None
    best: Quoted | None = None
    for paragraph in document.paragraphs:
        if paragraph.kind == "annex" or "VII" not in paragraph.text:
            continue
        match = pattern.search(paragraph.text)
        if match and not _recalls(paragraph, match.start()):
            return Quoted(paragraph.number, paragraph.text[:400])
    return best


def _recalls(paragraph: Paragraph, start: int) -> bool:
    """`resolution 1373 (2001) … acting under Chapter VII` recalls; `…, acting under` acts."""
    before = paragraph.text[:start].rstrip()
    return bool(before) and not before.endswith((",", ";", ":", "–", "and", "also", "et"))
