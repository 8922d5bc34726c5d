"""A comparison of two mandates as a Word document: the summary first, then the two texts."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from peaceops.resolutions.compare import Comparison

DROPPED = RGBColor(0xA6, 0x1C, 0x1C)
ADDED = RGBColor(0x1B, 0x5E, 0x20)
LABELS = {
    "kept": "kept",
    "reworded": "reworded",
    "moved": "moved",
    "added": "added",
    "dropped": "dropped",
}


def comparison_docx(comparison: Comparison) -> bytes:
    """The document's bytes. Words dropped are struck through, words added underlined."""
    data = comparison.as_dict()
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Cm(1.8)
    document.styles["Normal"].font.size = Pt(9.5)
    document.core_properties.title = f"{data['before']['symbol']} and {data['after']['symbol']}"
    document.core_properties.author = "peaceops"
    document.add_heading(
        f"{data['after']['symbol']} compared with {data['before']['symbol']}", level=1
    )
    _add_summary(document, data)
    _add_text(document, data)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add_rows(document: Any, heading: str, columns: list[str], rows: list[list[str]]) -> None:
    if not rows:
        return
    document.add_heading(heading, level=2)
    table = document.add_table(rows=1, cols=len(columns))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, columns, strict=True):
        cell.text = text
        cell.paragraphs[0].runs[0].bold = True
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _add_summary(document: Any, data: dict[str, Any]) -> None:
    counts = data["counts"]
    document.add_paragraph(", ".join(f"{counts[c]} {LABELS[c]}" for c in counts if counts[c]) + ".")
    _add_rows(
        document,
        "Decisions",
        ["operation", data["before"]["symbol"], data["after"]["symbol"]],
        [
            [d["operation"], _decision(d["before"]), _decision(d["after"])]
            for d in data["decisions"]
        ],
    )
    _add_rows(
        document,
        "Ceilings",
        ["operation", "kind", "before", "after", "change", "from"],
        [
            [
                c["operation"],
                c["kind"],
                _number(c["before"]),
                _number(c["after"]),
                _sign(c["change"]),
                c["from"] or "",
            ]
            for c in data["ceilings"]
        ],
    )
    rows = [
        [change, t["operation"], t["task"], ", ".join(t["before"]), ", ".join(t["after"])]
        for change in ("added", "dropped", "kept")
        for t in data["tasks"][change]
    ]
    _add_rows(document, "Tasks", ["", "operation", "task", "paragraphs before", "after"], rows)


def _decision(act: dict[str, Any] | None) -> str:
    if act is None:
        return "–"
    until = f" until {act['until']}" if act["until"] else ""
    return f"{act['action']}{until} (para. {act['paragraph']})"


def _number(persons: int | None) -> str:
    return "–" if persons is None else f"{persons:,}"


def _sign(change: int | None) -> str:
    return "" if change is None else f"{change:+,}"


def _add_text(document: Any, data: dict[str, Any]) -> None:
    document.add_heading("Text", level=2)
    table = document.add_table(rows=1, cols=3)
    table.style = "Table Grid"
    heads = ("", data["before"]["symbol"], data["after"]["symbol"])
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
    for row in data["paragraphs"]:
        if row["change"] == "kept":
            continue
        cells = table.add_row().cells
        cells[0].text = LABELS[row["change"]]
        _write_side(cells[1].paragraphs[0], row, "before", "dropped")
        _write_side(cells[2].paragraphs[0], row, "after", "added")
    kept = data["counts"]["kept"]
    document.add_paragraph(f"{kept} paragraphs were kept word for word and are not shown.")


def _write_side(target: WordParagraph, row: dict[str, Any], side: str, own: str) -> None:
    paragraph = row[side]
    if paragraph is None:
        return
    target.add_run(f"{paragraph['number']}  ").bold = True
    for kind, text in row["words"]:
        if kind not in ("same", own):
            continue
        run = target.add_run(text + " ")
        if kind == "dropped":
            run.font.strike, run.font.color.rgb = True, DROPPED
        elif kind == "added":
            run.font.underline, run.font.color.rgb = True, ADDED
