"""A simulation as a workbook: what was assumed, risk by operation, months held, distributions."""

from __future__ import annotations

from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from peaceops.planner.workbook import print_ready, safe_text, write_table

_SPREAD = ("planned", "mean", "p5", "p50", "p95")


def simulation_workbook(result: dict[str, Any]) -> bytes:
    """An .xlsx of what `simulate_plan` answers, every sheet ready to print."""
    book = Workbook()
    summary = book.active
    assert isinstance(summary, Worksheet)
    summary.title = "summary"
    objective, policy = result["objective"], result["policy"]
    rows: list[list[Any]] = [
        ["Simulation", ""],
        ["runs", result["runs"]],
        ["seed", result["seed"]],
        ["points planned", objective["planned"]],
        ["points on average", objective["mean"]],
        ["points in the worst run of twenty", objective["p5"]],
        ["points in the middle run", objective["p50"]],
        ["points in the best run of twenty", objective["p95"]],
        ["vacancies a run", result["vacancies_per_run"]],
        ["filled again, a run", result["replaced_per_run"]],
        ["people at home step in", "yes" if policy["reserve"] else "no"],
        ["people step in between their tours", "yes" if policy["replan"] else "no"],
        ["months until a replacement arrives", policy["delay_months"]],
    ]
    for row in rows:
        summary.append([safe_text(value) for value in row])
    summary["A1"].font = Font(bold=True, size=16)
    for number in range(4, 11):
        summary.cell(number, 2).number_format = "#,##0.0"
    for cell in summary["B"]:
        cell.alignment = Alignment(horizontal="left")
    summary.column_dimensions["A"].width = 38
    summary.column_dimensions["B"].width = 18
    sheet = write_table(
        book, "operations", ["operation", *_SPREAD, "risk of losing presence", "while it is open"],
        [[o["operation"], *(o[c] for c in _SPREAD), o["risk_of_losing_presence"],
          o["risk_while_open"]] for o in result["operations"]],
    )  # fmt: skip
    for cells in sheet.iter_rows(min_row=2):
        cells[2].number_format = "0.0"
        cells[6].number_format = cells[7].number_format = "0.0%"
    sheet = write_table(
        book, "posts", ["post", "operation", *_SPREAD],
        [[p["post"], p["operation"], *(p[c] for c in _SPREAD)] for p in result["posts"]],
    )  # fmt: skip
    for cells in sheet.iter_rows(min_row=2):
        cells[3].number_format = "0.0"
    spread = [
        [kind, row[kind], int(months), runs]
        for kind, name in (("operation", "operations"), ("post", "posts"))
        for row in result[name]
        for months, runs in row["distribution"].items()
    ]
    write_table(book, "distributions", ["kind", "name", "months held", "runs"], spread)
    months = [[m["month"], m["posts_held"]] for m in result["months"]]
    for cells in write_table(book, "months", ["month", "posts held"], months).iter_rows(min_row=2):
        cells[1].number_format = "0.0"
    rates = [[r["cause"], r["rate"], r["source"]] for r in result["rates"]]
    write_table(book, "rates", ["cause", "rate", "source"], rates)
    return print_ready(book)
