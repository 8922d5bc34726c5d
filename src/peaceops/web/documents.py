"""A document as blocks, and its faces: Markdown, HTML, DOCX and JSON.

A page that leaves the portal (`page`, notes, comparisons) is made once as a `Document`; the
writers arrange it and compute nothing.
"""

from __future__ import annotations

import html
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from peaceops.analysis.facts import SourceRef
from peaceops.web.languages import known_languages


@dataclass(frozen=True)
class Span:
    """A run of text; `notes` are numbers of sources, `mark` a warning such as 'old figure'."""

    text: str
    url: str | None = None
    notes: tuple[int, ...] = ()
    mark: bool = False
    strong: bool = False


Text = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: Text


@dataclass(frozen=True)
class Bullets:
    items: tuple[Text, ...]


@dataclass(frozen=True)
class Table:
    """Cells are texts; the first column heads its row; `numeric` names right-aligned columns."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    numeric: tuple[int, ...] = ()


Block = Heading | Paragraph | Bullets | Table


@dataclass(frozen=True)
class Document:
    """A page of its own: title, blocks in order, and the numbered sources behind its facts."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    sources: tuple[SourceRef, ...] = ()
    sources_heading: str = "Sources"
    about: dict[str, Any] = field(default_factory=dict)


class SourceNotes:
    """Numbers sources in the order in which a document first cites them."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self.sources: list[SourceRef] = []

    def cite(self, sources: Iterable[SourceRef], most: int = 3) -> tuple[int, ...]:
        """The numbers of some sources, each document part counted once."""
        out: list[int] = []
        for source in sources:
            key = (source.id, source.at)
            if key not in self._numbers:
                if len(out) >= most:
                    continue
                self.sources.append(source)
                self._numbers[key] = len(self.sources)
            number = self._numbers[key]
            if number not in out and len(out) < most:
                out.append(number)
        return tuple(out)


def say(text: str, **options: Any) -> Text:
    """A text of one span."""
    return (Span(text, **options),)


def describe_source(source: SourceRef, code: str) -> str:
    """Title, publisher, date and place in the source, as a list of sources in a language prints."""
    language = known_languages()[code]
    parts = [language.source_title(source.title)]
    if source.publisher and source.publisher not in source.title:
        parts.append(source.publisher)
    if source.date:
        parts.append(source.date)
    if source.at:
        parts.append(language.place(source.at))
    return ", ".join(parts)


# Markdown ---------------------------------------------------------------------------------------


def _md_escape(text: str) -> str:
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, "\\" + sign)
    return text


def _md(text: Text) -> str:
    out = []
    for span in text:
        body = _md_escape(span.text)
        if span.url:
            body = f"[{body}]({span.url})"
        if span.strong:
            body = f"**{body}**"
        if span.mark:
            body = f" *({body.strip()})*"
        out.append(body + "".join(f"[^{n}]" for n in span.notes))
    return "".join(out)


def write_markdown(document: Document) -> str:
    """The document as Markdown with footnotes."""
    lines = [f"# {_md_escape(document.title)}", ""]
    for block in document.blocks:
        if isinstance(block, Heading):
            lines += ["#" * block.level + " " + _md_escape(block.text), ""]
        elif isinstance(block, Paragraph):
            lines += [_md(block.text), ""]
        elif isinstance(block, Bullets):
            lines += [*(f"- {_md(item)}" for item in block.items), ""]
        else:
            lines += [f"*{_md_escape(block.caption)}*", ""]
            lines.append("| " + " | ".join(_md_escape(c) for c in block.columns) + " |")
            lines.append(
                "|" + "|".join("---:" if i in block.numeric else "---"
                               for i in range(len(block.columns))) + "|"
            )  # fmt: skip
            lines += ["| " + " | ".join(_md(c) for c in row) + " |" for row in block.rows]
            lines.append("")
    for number, source in enumerate(document.sources, 1):
        told = _md_escape(describe_source(source, document.language))
        lines.append(f"[^{number}]: {told}. <{source.url}>")
    return "\n".join(lines).rstrip() + "\n"


# HTML -------------------------------------------------------------------------------------------


def _html(text: Text) -> str:
    out = []
    for span in text:
        body = html.escape(span.text)
        if span.url:
            body = f'<a href="{html.escape(span.url)}">{body}</a>'
        if span.strong:
            body = f"<strong>{body}</strong>"
        if span.mark:
            body = f' <em class="mark">({body.strip()})</em>'
        notes = "".join(
            f'<sup><a href="#source-{n}" class="note">[{n}]</a></sup>' for n in span.notes
        )
        out.append(body + notes)
    return "".join(out)


def write_html_fragment(document: Document) -> str:
    """The document's body as HTML: headings from h1, tables with captions and scopes."""
    out = [f"<h1>{html.escape(document.title)}</h1>"]
    for block in document.blocks:
        if isinstance(block, Heading):
            out.append(f"<h{block.level}>{html.escape(block.text)}</h{block.level}>")
        elif isinstance(block, Paragraph):
            out.append(f"<p>{_html(block.text)}</p>")
        elif isinstance(block, Bullets):
            items = "".join(f"<li>{_html(item)}</li>" for item in block.items)
            out.append(f"<ul>{items}</ul>")
        else:
            out.append(_html_table(block))
    if document.sources:
        out.append(
            f'<h2 id="sources">{html.escape(document.sources_heading)}</h2><ol class="sources">'
        )
        out += [
            f'<li id="source-{n}"><a href="{html.escape(s.url)}">'
            f"{html.escape(describe_source(s, document.language))}</a></li>"
            for n, s in enumerate(document.sources, 1)
        ]
        out.append("</ol>")
    return "\n".join(out)


def _html_table(table: Table) -> str:
    def cell(index: int, text: Text) -> str:
        kind = ' class="number"' if index in table.numeric else ""
        if index == 0:
            return f'<th scope="row"{kind}>{_html(text)}</th>'
        return f"<td{kind}>{_html(text)}</td>"

    head = "".join(
        f'<th scope="col"{" class=number" if i in table.numeric else ""}>{html.escape(c)}</th>'
        for i, c in enumerate(table.columns)
    )
    rows = "".join(
        "<tr>" + "".join(cell(i, c) for i, c in enumerate(row)) + "</tr>" for row in table.rows
    )
    return (
        '<div class="table-scroll" tabindex="0" role="region" aria-label="'
        f'{html.escape(table.caption)}"><table><caption>{html.escape(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


_STYLE = (
    ":root{color-scheme:light}body{font:1.05rem/1.55 system-ui,sans-serif;max-width:52rem;"
    "margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}h1,h2,h3{line-height:1.2}"
    "table{border-collapse:collapse;width:100%;font-size:.95rem}caption{text-align:left;"
    "font-weight:600;padding:.5rem 0}th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;"
    "border-bottom:1px solid #767676}.number{text-align:right}.table-scroll{overflow-x:auto}"
    "a{color:#0b4f8a}sup{font-size:.7em;line-height:0}.mark{font-style:normal;color:#7a3b00}"
    "@media print{body{max-width:none;margin:0;font-size:10pt}a{color:inherit}}"
)


def write_html(document: Document) -> str:
    """The document as one HTML file that needs nothing else: no script, font or picture."""
    return (
        f'<!doctype html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(document.title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{write_html_fragment(document)}\n</main>\n</body>\n</html>\n"
    )


# DOCX -------------------------------------------------------------------------------------------


def write_docx(document: Document) -> bytes:
    """The document as a Word file with its real styles: title, headings, lists, tables, notes."""
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    word = docx.Document()
    word.core_properties.title = document.title
    word.core_properties.language = document.language
    word.core_properties.author = "peaceops"
    for style in word.styles:
        fonts = style.element.find(qn("w:rPr"))
        if fonts is not None and fonts.find(qn("w:lang")) is not None:
            fonts.find(qn("w:lang")).set(qn("w:val"), document.language)

    def link(paragraph: Any, span: Span) -> None:
        target = paragraph.part.relate_to(span.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        element = OxmlElement("w:hyperlink")
        element.set(qn("r:id"), target)
        run = paragraph.add_run(span.text)
        run.font.underline = True
        element.append(run._element)
        paragraph._element.append(element)

    def fill(paragraph: Any, text: Text) -> None:
        for span in text:
            if span.url:
                link(paragraph, span)
            else:
                run = paragraph.add_run(f" ({span.text.strip()})" if span.mark else span.text)
                run.bold = span.strong or None
                run.italic = span.mark or None
            if span.notes:
                mark = paragraph.add_run("".join(f"[{n}]" for n in span.notes))
                mark.font.superscript = True

    word.add_heading(document.title, 0)
    for block in document.blocks:
        if isinstance(block, Heading):
            word.add_heading(block.text, min(block.level - 1, 4))
        elif isinstance(block, Paragraph):
            fill(word.add_paragraph(), block.text)
        elif isinstance(block, Bullets):
            for item in block.items:
                fill(word.add_paragraph(style="List Bullet"), item)
        else:
            word.add_paragraph(block.caption, style="Caption")
            table = word.add_table(rows=1, cols=len(block.columns), style="Light Grid Accent 1")
            for cell, name in zip(table.rows[0].cells, block.columns, strict=True):
                cell.text = name
            header = OxmlElement("w:tblHeader")
            header.set(qn("w:val"), "true")
            table.rows[0]._tr.get_or_add_trPr().append(header)
            for row in block.rows:
                cells = table.add_row().cells
                for index, text in enumerate(row):
                    fill(cells[index].paragraphs[0], text)
                    if index in block.numeric:
                        cells[index].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
            word.add_paragraph()
    if document.sources:
        word.add_heading(document.sources_heading, 1)
        for number, source in enumerate(document.sources, 1):
            paragraph = word.add_paragraph(
                f"[{number}] {describe_source(source, document.language)}. "
            )
            link(paragraph, Span(source.url, url=source.url))
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


# JSON -------------------------------------------------------------------------------------------


def as_json(document: Document) -> dict[str, Any]:
    """The document's blocks and sources as JSON values."""

    def text(spans: Text) -> list[dict[str, Any]]:
        return [
            {
                "text": s.text,
                **({"url": s.url} if s.url else {}),
                **({"notes": list(s.notes)} if s.notes else {}),
                **({"mark": True} if s.mark else {}),
            }
            for s in spans
        ]

    def block(b: Block) -> dict[str, Any]:
        if isinstance(b, Heading):
            return {"type": "heading", "level": b.level, "text": b.text}
        if isinstance(b, Paragraph):
            return {"type": "paragraph", "text": text(b.text)}
        if isinstance(b, Bullets):
            return {"type": "list", "items": [text(i) for i in b.items]}
        return {
            "type": "table",
            "caption": b.caption,
            "columns": list(b.columns),
            "rows": [[text(c) for c in row] for row in b.rows],
        }

    return {
        **document.about,
        "title": document.title,
        "language": document.language,
        "blocks": [block(b) for b in document.blocks],
        "sources": [{"number": n, **s.__dict__} for n, s in enumerate(document.sources, 1)],
    }


def plain_text(text: Sequence[Span]) -> str:
    """A text without links and notes."""
    return "".join(s.text for s in text)
