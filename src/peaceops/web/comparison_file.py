"""A comparison of two mandates as a Word file in the reader's language, to be edited and sent."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peaceops.web.compare_reader import ComparePage, ParagraphPair, TaskChange
from peaceops.web.languages import Language


@dataclass(frozen=True)
class PlainSpeaker:
    """A language, and operations by the acronyms of the lexicon, where no database is open."""

    language: Language

    def acronym(self, operation: str) -> str:
        """The first acronym an operation bears, or its id."""
        from peaceops.resolutions.lexicon import load_lexicon

        known = load_lexicon().operations.get(operation)
        return known.acronyms[0] if known and known.acronyms else operation


def write_comparison(page: ComparePage, language: Language, source: str = "") -> bytes:
    """The digest first, then decisions and tasks, then the changed paragraphs side by side.

    Words dropped are struck through, words added underlined; paragraphs that say the same are only
    counted. `source` is written at the end.
    """
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    say = language.say
    before = page.before["symbol"] or say("Earlier resolution")
    after = page.after["symbol"] or say("Later resolution")
    word = docx.Document()
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Cm(1.8)
    word.styles["Normal"].font.size = Pt(10)
    word.core_properties.title = f"{before} – {after}"
    word.core_properties.author = "peaceops"
    word.core_properties.language = language.code
    word.add_heading(f"{before} → {after}", 1)
    for line in page.digest:
        target = word.add_paragraph(style="List Bullet")
        target.paragraph_format.space_after = Pt(2)
        target.add_run(line.head + language.say(": ")).bold = True
        target.add_run(line.text + (f" – {line.quote}" if line.quote else ""))
    word.add_paragraph(say_counts(page, language))
    if page.changes:
        _write_decisions(word, page, language, before, after)
    for title, passages in (
        (say("Operative paragraphs"), page.operative),
        (say("Preamble"), page.preamble),
    ):
        pairs = [pair for p in passages if not p.is_kept for pair in p.pairs]
        same = [pair for p in passages if p.is_kept for pair in p.pairs]
        word.add_heading(title, 2)
        if same:
            left_out = say("left out here")
            word.add_paragraph(f"{say_same(same, language)} – {left_out}.")
        if pairs:
            table = _table(word, ("", before, after))
            for pair in pairs:
                _write_pair(table.add_row().cells, pair, language)
    word.add_paragraph(say("Words added are underlined, words dropped are struck through."))
    if source:
        word.add_paragraph(source)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def say_same(pairs: Sequence[ParagraphPair], language: Language) -> str:
    """How many paragraphs say the same: '7 paragraphs unchanged' where no word differs."""
    if all(pair.change == "kept" for pair in pairs):
        return language.say_number(
            "%(n)s paragraph unchanged", "%(n)s paragraphs unchanged", len(pairs)
        )
    return language.say_number(
        "%(n)s paragraph that says the same", "%(n)s paragraphs that say the same", len(pairs)
    )


def _write_decisions(
    word: Any, page: ComparePage, language: Language, before: str, after: str
) -> None:
    """What was decided, and the tasks gained and lost."""
    say = language.say
    word.add_heading(say("What was decided"), 2)
    dates = [language.date(side["date"], "medium") for side in (page.before, page.after)]
    heads = (say("What"), f"{before}\n{dates[0]}".strip(), f"{after}\n{dates[1]}".strip())
    table = _table(word, heads)
    for change in page.changes:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = change.what, change.before
        cells[2].paragraphs[0].add_run(change.after).bold = change.changed or None
    word.add_heading(say("Tasks gained and lost"), 2)
    note = say_task_note(page, language)
    if note:
        word.add_paragraph(note)
    gained, lost = task_heads(page, language)
    for title, tasks in ((gained, page.gained), (lost, page.lost)):
        if not title:
            continue
        word.add_heading(title, 3)
        if not tasks:
            word.add_paragraph(say("none"))
        for task in tasks:
            word.add_paragraph(say_task(task), style="List Bullet")


def task_heads(page: ComparePage, language: Language) -> tuple[str, str]:
    """What the two lists of tasks are called; '' for one that says nothing.

    Where one text states no task, those of the other are neither gained nor lost.
    """
    say = language.say
    if page.silent == "before":
        return say("Named in the later text"), ""
    if page.silent == "after":
        return "", say("Named in the earlier text")
    return say("Gained"), say("Lost")


def say_task_note(page: ComparePage, language: Language) -> str:
    """Why tasks cannot be compared by the two texts alone; '' where they can."""
    if page.in_force:
        return language.say(
            "One of the two texts states no task of %(name)s itself: compared are the tasks in"
            " force under each, from whichever resolution.",
            name=", ".join(page.in_force),
        )
    if page.silent == "after":
        return language.say(
            "The second text gives no task in its own words. What an earlier text asked for stands"
            " as far as the second renews it."
        )
    if page.silent == "before":
        return language.say(
            "The first text gives no task in its own words; which of those named now are new cannot"
            " be told from the two texts."
        )
    return ""


def say_counts(page: ComparePage, language: Language) -> str:
    """How many paragraphs were reworded, moved, added, dropped, trivially changed and kept."""
    count = page.counts.get
    parts = [
        language.say_number(
            "%(n)s paragraph reworded", "%(n)s paragraphs reworded", count("reworded", 0)
        ),
        language.say_number("%(n)s moved", "%(n)s moved", count("moved", 0)),
        language.say_number("%(n)s added", "%(n)s added", count("added", 0)),
        language.say_number("%(n)s dropped", "%(n)s dropped", count("dropped", 0)),
        language.say_number("%(n)s kept", "%(n)s kept", count("kept", 0)),
    ]
    if count("adjusted"):
        told = language.say_number(
            "%(n)s the same but for spelling or dates",
            "%(n)s the same but for spelling or dates",
            count("adjusted", 0),
        )
        parts.insert(-1, told)
    return ", ".join(parts) + "."


def say_task(task: TaskChange) -> str:
    """A task with its operation and place."""
    return f"{task.task} ({task.operation}, {task.after or task.before})"


def _table(word: Any, heads: Sequence[str]) -> Any:
    """A table whose head is repeated on every page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    table = word.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    return table


def _write_pair(cells: Sequence[Any], pair: ParagraphPair, language: Language) -> None:
    """One changed paragraph: what became of it, as it was, as it is."""
    from docx.shared import RGBColor

    cells[0].text = language.label("change", pair.change)
    for cell, number, own in (
        (cells[1], pair.before, "dropped"),
        (cells[2], pair.after, "added"),
    ):
        if not number:
            continue
        target = cell.paragraphs[0]
        target.add_run(f"{say_place(number, language)}  ").bold = True
        for kind, text in pair.words:
            if kind not in ("same", own):
                continue
            run = target.add_run(text + " ")
            if kind == "dropped":
                run.font.strike, run.font.color.rgb = True, RGBColor(0x9B, 0x1C, 0x1C)
            elif kind == "added":
                run.font.underline, run.font.color.rgb = True, RGBColor(0x1F, 0x6B, 0x3F)


def say_place(number: str, language: Language) -> str:
    """A paragraph's number, 'preamble 4' in the language."""
    if number.startswith("preamble "):
        return language.say("preamble %(n)s", n=number.removeprefix("preamble "))
    return number
