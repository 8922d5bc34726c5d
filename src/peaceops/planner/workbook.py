"""The plan as a workbook: summary, tours, Gantt by post and by person, presence, money, reasons.

Sums are formulas, so that a figure changed by hand carries through; months are real dates.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import defaultdict
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from peaceops.planner.problem import ANY, Plan, Problem, month_text

HEAD = PatternFill("solid", fgColor="1F3864")
HANDOVER = PatternFill("solid", fgColor="F4B183")
HELD = PatternFill("solid", fgColor="8FAADC")
EMPTY = PatternFill("solid", fgColor="F2F2F2")
MUST = PatternFill("solid", fgColor="FF9999")
REST = PatternFill("solid", fgColor="E2F0D9")
THIN = Border(left=Side("hair", color="BFBFBF"), bottom=Side("hair", color="BFBFBF"))
MONTH_FORMAT = "yyyy-mm"


def first_day(month: int) -> dt.date:
    """The first day of a month."""
    return dt.date(month // 12, month % 12 + 1, 1)


def safe_text(value: Any) -> Any:
    """Text from a problem never becomes a formula."""
    if isinstance(value, str) and value[:1] in "=+-@\t":
        return "'" + value
    return value


def plan_workbook(
    problem: Problem, plan: Plan, changes: list[dict[str, str]] | None = None
) -> bytes:
    """An .xlsx with every sheet ready to print."""
    book = Workbook()
    summary = book.active
    assert isinstance(summary, Worksheet)
    summary.title = "summary"
    _write_tours(book, problem, plan)
    _write_posts_gantt(book, problem, plan)
    _write_people_gantt(book, problem, plan)
    _write_presence(book, problem, plan)
    _write_money(book, problem, plan)
    _write_limits(book, problem, plan)
    _write_reasons(book, problem, plan)
    if changes is not None:
        write_table(
            book, "changes", ["kind", "post", "change"], [list(c.values()) for c in changes]
        )
    if problem.weights:
        rows = [[w.kind, w.key, w.weight] for w in problem.weights]
        write_table(book, "weights", ["kind", "key", "weight"], rows)
    _write_summary(summary, problem, plan)
    return print_ready(book)


def print_ready(book: Workbook) -> bytes:
    """The workbook as bytes, each sheet on A4 across, one page wide, numbered."""
    for sheet in book.worksheets:
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth = 1
        sheet.page_setup.fitToHeight = 0
        assert sheet.sheet_properties.pageSetUpPr is not None
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        footer: Any = sheet.oddFooter
        footer.center.text = "&A, page &P of &N"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Worksheet, names: list[Any], widths: list[float], row: int = 1) -> None:
    for column, name in enumerate(names, start=1):
        cell = sheet.cell(row, column, safe_text(name))
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        if isinstance(name, dt.date):
            cell.number_format = MONTH_FORMAT
            cell.alignment = Alignment(text_rotation=90, horizontal="center")
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.print_title_rows = f"{row}:{row}"


def write_table(book: Workbook, title: str, names: list[str], rows: list[list[Any]]) -> Worksheet:
    """A new sheet with header, rows, filter and widths that fit; text never becomes a formula."""
    sheet: Worksheet = book.create_sheet(title)
    widths = [
        min(90.0, max([len(str(name)), *(len(str(row[c])) for row in rows)]) + 2.0)
        for c, name in enumerate(names)
    ]
    _head(sheet, names, widths)
    for row in rows:
        sheet.append([safe_text(value) for value in row])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if isinstance(cell.value, dt.date):
                cell.number_format = MONTH_FORMAT
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    if rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{len(rows) + 1}"
    return sheet


def _write_summary(sheet: Worksheet, problem: Problem, plan: Plan) -> None:
    tours = len(plan.assignments)
    rows: list[list[Any]] = [
        ["Plan", ""],
        ["months", f"{month_text(problem.rules.first)} to {month_text(problem.rules.last)}"],
        ["status", plan.status],
        ["points", plan.objective],
        ["points at most (bound)", plan.bound],
        ["gap", "=IF(B5=0,0,(B5-B4)/B5)" if plan.objective is not None else None],
        ["tours", f"=COUNTA(tours!A2:A{tours + 1})" if tours else 0],
        ["people sent", plan.people],
        ["post-months held", f"=SUM(tours!H2:H{tours + 1})" if tours else 0],
        ["cost, EUR", f"=SUM(tours!K2:K{tours + 1})" if tours else 0],
        ["ended by", plan.stopped_by],
    ]
    for row in rows:
        sheet.append(row)
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["B6"].number_format = "0.000%"
    for row_number in (4, 5, 10):
        sheet.cell(row_number, 2).number_format = "#,##0.0" if row_number < 10 else "#,##0"
    for cell in sheet["B"]:
        cell.alignment = Alignment(horizontal="left")
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 40
    at = len(rows) + 2
    for title, lines in (
        ("Limits that bind", [_binding_words(b) for b in plan.binding]),
        ("Requirements that clash", list(plan.clashes)),
        ("Notes", [*problem.notes, *plan.notes]),
    ):
        if lines:
            sheet.cell(at, 1, title).font = Font(bold=True)
            for line in lines:
                at += 1
                sheet.cell(at, 1, safe_text(line))
            at += 2


def _binding_words(binding: Any) -> str:
    if binding.worth is None:
        return str(binding.limit)
    return f"{binding.limit}: {binding.worth:,.1f} points for {binding.per} ({binding.kind})"


TOUR_COLUMNS = (
    *("post", "operation", "function", "person", "arrive", "start", "end", "months held"),
    *("months deployed", "EUR a month", "cost, EUR", "points a month", "points"),
)


def _write_tours(book: Workbook, problem: Problem, plan: Plan) -> None:
    rows: list[list[Any]] = []
    for number, a in enumerate(plan.assignments, start=2):
        post = problem.post_by_id[a.post]
        dates = [first_day(month) for month in (a.arrive, a.start, a.end)]
        rows.append(
            [
                *(safe_text(t) for t in (a.post, post.operation, post.function, a.person)),
                *dates,
                f"=(YEAR(G{number})-YEAR(F{number}))*12+MONTH(G{number})-MONTH(F{number})+1",
                f"=(YEAR(G{number})-YEAR(E{number}))*12+MONTH(G{number})-MONTH(E{number})+1",
                post.cost,
                f"=I{number}*J{number}",
                post.value,
                f"=H{number}*L{number}",
            ]
        )
    sheet = book.create_sheet("tours")
    _head(sheet, list(TOUR_COLUMNS), [12, 14, 14, 12, 10, 10, 10, 8, 10, 10, 12, 9, 10])
    for row in rows:
        sheet.append(row)
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if isinstance(cell.value, dt.date):
                cell.number_format = MONTH_FORMAT
            elif cell.column_letter in "JK":
                cell.number_format = "#,##0"
    sheet.freeze_panes = "B2"
    if rows:
        sheet.auto_filter.ref = f"A1:M{len(rows) + 1}"


def _gantt(book: Workbook, problem: Problem, title: str, names: list[str]) -> tuple[Worksheet, int]:
    sheet = book.create_sheet(title)
    months = range(problem.rules.first, problem.rules.last + 1)
    heads: list[Any] = [*names, *(first_day(month) for month in months)]
    _head(sheet, heads, [13.0] * len(names) + [4.2] * len(months))
    sheet.row_dimensions[1].height = 48
    sheet.freeze_panes = sheet.cell(2, len(names) + 1)
    sheet.print_title_cols = f"A:{get_column_letter(len(names))}"
    return sheet, len(names) + 1 - problem.rules.first


def _write_posts_gantt(book: Workbook, problem: Problem, plan: Plan) -> None:
    sheet, shift = _gantt(book, problem, "by post", ["post", "operation"])
    tours = plan.by_post()
    for row, post in enumerate(problem.posts, start=2):
        sheet.cell(row, 1, safe_text(post.post))
        sheet.cell(row, 2, safe_text(post.operation))
        for month in post.months:
            cell = sheet.cell(row, month + shift)
            cell.fill = MUST if post.must_fill else EMPTY
            cell.border = THIN
        for a in tours.get(post.post, ()):
            for month in a.held:
                sheet.cell(row, month + shift).fill = HELD
            for month in range(a.arrive, a.start):
                sheet.cell(row, month + shift).fill = HANDOVER
            sheet.cell(row, a.start + shift, safe_text(a.person)).font = Font(size=8)


def _write_people_gantt(book: Workbook, problem: Problem, plan: Plan) -> None:
    sheet, shift = _gantt(book, problem, "by person", ["person", "category"])
    for row, (name, tours) in enumerate(sorted(plan.by_person().items()), start=2):
        sheet.cell(row, 1, safe_text(name))
        sheet.cell(row, 2, safe_text(problem.person_by_id[name].category))
        for a in tours:
            for month in a.deployed:
                sheet.cell(row, month + shift).fill = HELD if month >= a.start else HANDOVER
            sheet.cell(row, a.arrive + shift, safe_text(a.post)).font = Font(size=8)
            rest = problem.rules.rest(a.end - a.arrive + 1)
            for month in range(a.end + 1, min(a.end + rest, problem.rules.last) + 1):
                sheet.cell(row, month + shift).fill = REST


def _write_presence(book: Workbook, problem: Problem, plan: Plan) -> None:
    sheet, shift = _gantt(book, problem, "presence", ["operation", "points a month"])
    held: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for a in plan.assignments:
        for month in a.held:
            held[problem.post_by_id[a.post].operation][month] += 1
    for row, operation in enumerate(sorted({p.operation for p in problem.posts}), start=2):
        sheet.cell(row, 1, safe_text(operation))
        sheet.cell(row, 2, problem.presence.get(operation, 0))
        for month in range(problem.rules.first, problem.rules.last + 1):
            count = held[operation][month]
            cell = sheet.cell(row, month + shift, count or None)
            cell.fill = HELD if count else EMPTY
            cell.border = THIN
    last = len({p.operation for p in problem.posts}) + 1
    sheet.cell(last + 1, 1, "posts held").font = Font(bold=True)
    for month in range(problem.rules.first, problem.rules.last + 1):
        letter = get_column_letter(month + shift)
        sheet.cell(last + 1, month + shift, f"=SUM({letter}2:{letter}{last})")


def _write_money(book: Workbook, problem: Problem, plan: Plan) -> None:
    sheet = book.create_sheet("money")
    _head(sheet, ["year", "spent, EUR", "budget, EUR", "left, EUR", "used"], [8, 16, 16, 16, 10])
    spent: dict[int, float] = defaultdict(float)
    for a in plan.assignments:
        for month in a.deployed:
            spent[month // 12] += problem.post_by_id[a.post].cost
    years = range(problem.rules.first // 12, problem.rules.last // 12 + 1)
    for row, year in enumerate(years, start=2):
        budget = problem.budget.get(year)
        sheet.append(
            [
                year,
                spent[year],
                budget,
                f'=IF(C{row}="","",C{row}-B{row})',
                f'=IF(N(C{row})=0,"",B{row}/C{row})',
            ]
        )
        for column in "BCD":
            sheet[f"{column}{row}"].number_format = "#,##0"
        sheet[f"E{row}"].number_format = "0.0%"
    end = len(years) + 1
    sheet.append(["total", f"=SUM(B2:B{end})", f"=SUM(C2:C{end})"])
    for column in "BC":
        sheet[f"{column}{end + 1}"].number_format = "#,##0"
        sheet[f"{column}{end + 1}"].font = Font(bold=True)


def _write_limits(book: Workbook, problem: Problem, plan: Plan) -> None:
    if not problem.limits:
        return
    sheet, shift = _gantt(book, problem, "people out", ["limit", "at most"])
    out: dict[tuple[str, int], int] = defaultdict(int)
    for a in plan.assignments:
        for month in a.deployed:
            out[problem.post_by_id[a.post].category, month] += 1
            out[ANY, month] += 1
    for row, limit in enumerate(problem.limits, start=2):
        sheet.cell(row, 1, "all" if limit.category == ANY else safe_text(limit.category))
        sheet.cell(row, 2, limit.max_deployed)
        first = max(limit.first, problem.rules.first)
        for month in range(first, min(limit.last, problem.rules.last) + 1):
            count = out[limit.category, month]
            cell = sheet.cell(row, month + shift, count)
            cell.fill = HANDOVER if count >= limit.max_deployed else EMPTY


def _write_reasons(book: Workbook, problem: Problem, plan: Plan) -> None:
    rows: list[list[Any]] = []
    for u in plan.unfilled:
        post = problem.post_by_id[u.post]
        months = ", ".join(month_text(m) for m in u.months)
        rows.append([u.post, post.operation, len(u.months), months, u.reason])
    write_table(book, "empty", ["post", "operation", "months", "which", "reason"], rows)
