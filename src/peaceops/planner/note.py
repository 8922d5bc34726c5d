"""The plan as a short note (DOCX): what is proposed, where we are present, what stands empty and
why.
"""

from __future__ import annotations

import io
from collections import defaultdict
from typing import Any

from docx import Document
from docx.document import Document as Text
from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Pt
from docx.table import Table, _Cell

from peaceops.planner.problem import Plan, Problem, month_spans, month_text, span_text


def plan_note(problem: Problem, plan: Plan) -> bytes:
    """A .docx of a few pages."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    document.styles["Normal"].font.size = Pt(10)
    months = span_text(problem.rules.first, problem.rules.last)
    document.add_heading(f"Who fills which post, {months}", level=0)
    if plan.status == "infeasible":
        document.add_paragraph("No plan is possible. These requirements cannot stand together:")
        for clash in plan.clashes:
            document.add_paragraph(clash, style="List Bullet")
        return _bytes(document)
    if plan.objective is None or plan.bound is None:
        document.add_paragraph("No plan was found in the time given.")
        return _bytes(document)
    gap = plan.gap or 0.0
    proof = (
        "proved to be the best possible"
        if plan.status == "optimal"
        else f"at most {100 * gap:.2f} % below the best possible"
    )
    held = sum(len(a.held) for a in plan.assignments)
    offered = sum(len(post.months) for post in problem.posts)
    document.add_paragraph(
        f"The plan sends {plan.people} people on {len(plan.assignments)} tours and holds {held} of "
        f"{offered} post-months. It is worth {plan.objective:,.1f} points, {proof}."
    )
    _add_operations(document, problem, plan)
    _add_money(document, problem, plan)
    if plan.binding:
        document.add_heading("What holds it back", level=1)
        for b in plan.binding:
            worth = "" if b.worth is None else f": {b.worth:,.1f} points for {b.per} ({b.kind})"
            document.add_paragraph(f"{b.limit}{worth}", style="List Bullet")
    document.add_heading("Tours", level=1)
    table = _table(document, ["Post", "Operation", "Person", "Arrives", "From", "To"])
    for a in plan.assignments:
        cells = _new_row(table)
        operation = problem.post_by_id[a.post].operation
        texts = [a.post, operation, a.person, *map(month_text, (a.arrive, a.start, a.end))]
        for cell, text in zip(cells, texts, strict=True):
            cell.text = text
    if plan.unfilled:
        document.add_heading("Months that stand empty", level=1)
        table = _table(document, ["Post", "Months", "Why"])
        for u in plan.unfilled:
            spans = ", ".join(
                month_text(a) if a == b else f"{month_text(a)} to {month_text(b)}"
                for a, b in month_spans(u.months)
            )
            for cell, text in zip(_new_row(table), (u.post, spans, u.reason), strict=True):
                cell.text = text
    return _bytes(document)


def _add_operations(document: Text, problem: Problem, plan: Plan) -> None:
    document.add_heading("Where", level=1)
    months: dict[str, set[int]] = defaultdict(set)
    held: dict[str, int] = defaultdict(int)
    for a in plan.assignments:
        operation = problem.post_by_id[a.post].operation
        months[operation].update(a.held)
        held[operation] += len(a.held)
    table = _table(document, ["Operation", "Months present", "Post-months held"])
    horizon = problem.rules.last - problem.rules.first + 1
    for operation in sorted({post.operation for post in problem.posts}):
        texts = (operation, f"{len(months[operation])} of {horizon}", str(held[operation]))
        for cell, text in zip(_new_row(table), texts, strict=True):
            cell.text = text


def _add_money(document: Text, problem: Problem, plan: Plan) -> None:
    spent: dict[int, float] = defaultdict(float)
    for a in plan.assignments:
        for month in a.deployed:
            spent[month // 12] += float(problem.post_by_id[a.post].cost)
    if not any(spent.values()):
        return
    document.add_heading("Cost", level=1)
    table = _table(document, ["Year", "Spent, EUR", "Budget, EUR"])
    for year in sorted(spent):
        budget = problem.budget.get(year)
        texts = (str(year), f"{spent[year]:,.0f}", "-" if budget is None else f"{budget:,.0f}")
        for cell, text in zip(_new_row(table), texts, strict=True):
            cell.text = text


def _table(document: Text, names: list[str]) -> Table:
    table: Table = document.add_table(rows=1, cols=len(names))
    table.style = "Light Grid Accent 1"
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        cell.text = name
    return table


def _new_row(table: Table) -> tuple[_Cell, ...]:
    row: Any = table.add_row()  # type: ignore[no-untyped-call]
    return tuple(row.cells)


def _bytes(document: Text) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
