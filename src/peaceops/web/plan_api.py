"""Describes the paths of planning for the index of the API and its OpenAPI document."""

from __future__ import annotations

from typing import Any

API = "/api/v1/plan"

_ID = f"{API}/{{plan_id}}"
_CLOSE = ("close-0", "close-month-0", "out-0", "out-month-0")

# path, method, name, summary, what is sent, what may be asked
_PATHS: tuple[tuple[str, str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (API, "post", "begin_plan",
     "A planning workbook, or a ZIP of CSV tables (form file `file`, or form field `example=1`),"
     " checked: 201 and the visit, or 422 and every mistake.", ("file", "example"), ()),
    (f"{API}/example.xlsx", "get", "take_example", "The example problem as a workbook.", (), ()),
    (f"{API}/template.xlsx", "get", "draw_template",
     "A workbook with posts drawn from the catalogue; asked like `/api/v1/plan/template`, weights"
     " as `w-hot-spot`, `w-framework:eu`…", (),
     ("first", "last", "framework", "country", "host")),
    (_ID, "get", "show_plan",
     "The problem, how far the work is, every plan in short and one in full (`plan`, else the"
     " newest); `only=progress` for the progress.", (), ("plan", "only")),
    (_ID, "delete", "forget_plan",
     "Everything of the problem and its plans forgotten at once.", (), ()),
    (f"{_ID}/solve", "post", "solve_plan",
     "The search begun: fields `seconds`, `little`, `limit-0`…, `cap`, `budget-2027`…,"
     " `dwell_ratio`.", ("seconds", "little", "cap", "dwell_ratio"), ("plan",)),
    (f"{_ID}/stop", "post", "stop_plan",
     "The work ended; what was found so far is kept.", (), ()),
    (f"{_ID}/plan.{{kind}}", "get", "take_plan",
     "The plan as a file: xlsx, docx or json.", (), ("plan",)),
    (f"{_ID}/simulate", "get", "show_simulation",
     "What the plan met when it was simulated, as `simulate --json`; null before.", (),
     ("plan",)),
    (f"{_ID}/simulate", "post", "simulate_plan",
     "A simulation begun: fields `runs`, `seed`, `reserve=0`, `replan`, `delay`,"
     " `rate-early-return`…", ("runs", "seed", "reserve", "replan", "delay"), ("plan",)),
    (f"{_ID}/simulation.{{kind}}", "get", "take_simulation",
     "The simulation as a file: xlsx, json or csv (`table`: posts or operations).", (),
     ("plan", "table")),
    (f"{_ID}/curves", "get", "show_curves",
     "The points computed so far of the curves `people` and `money`.", (), ("plan",)),
    (f"{_ID}/curves", "post", "draw_curve",
     "A curve begun: fields `kind` (people, money), `steps`, `seconds`.",
     ("kind", "steps", "seconds"), ("plan",)),
    (f"{_ID}/curve.csv", "get", "take_curve", "A curve as CSV.", (), ("plan", "kind")),
    (f"{_ID}/plans", "get", "list_plans", "Every plan of the visit in short.", (), ()),
    (f"{_ID}/plans", "post", "find_alternatives",
     "The search for clearly different plans begun.", ("seconds",), ("plan",)),
    (f"{_ID}/what-if", "get", "show_changes",
     "What happened to a plan, and the tours that changed.", (), ("plan",)),
    (f"{_ID}/what-if", "post", "change_plan",
     "A plan made anew with least disturbance, from `plan`: posts that close, people who fall out"
     " (five of each), months that are history (`served`), a changed problem (`file`); with"
     " `afresh` a scenario of its own.",
     (*_CLOSE, "served", "disturbance", "seconds", "afresh", "file"), ("plan",)),
    (f"{_ID}/compare", "get", "compare_plans",
     "Two plans of the visit side by side, as `plan --versus --json`.", (), ("first", "second")),
)  # fmt: skip
_STATUS = {"begin_plan": "201", "solve_plan": "202", "simulate_plan": "202", "draw_curve": "202",
           "find_alternatives": "202", "change_plan": "202"}  # fmt: skip


def list_plan_paths() -> list[dict[str, Any]]:
    """The paths of planning for the index."""
    return [
        {"path": path, "method": method.upper(), "summary": summary, "parameters": list(fields)}
        for path, method, _, summary, fields, _ in _PATHS
    ]


def describe_plan_paths() -> dict[str, dict[str, Any]]:
    """The paths of planning as OpenAPI."""
    found: dict[str, dict[str, Any]] = {}
    for path, method, name, summary, fields, asked in _PATHS:
        names = [part for part in ("plan_id", "kind") if f"{{{part}}}" in path]
        described: dict[str, Any] = {
            "operationId": name,
            "summary": summary,
            "parameters": [
                {"name": n, "in": "path", "required": True, "schema": {"type": "string"}}
                for n in names
            ]
            + [{"name": n, "in": "query", "schema": {"type": "string"}} for n in asked],
            "responses": {
                _STATUS.get(name, "200"): {"description": summary},
            },
        }
        problems = {"$ref": "#/components/schemas/Problems"}
        content = {"application/json": {"schema": problems}}
        if names:
            described["responses"]["404"] = {
                "description": "Nothing is kept under this id.",
                "content": content,
            }
        if fields:
            properties: dict[str, Any] = {f: {"type": "string"} for f in fields}
            if "file" in properties:
                properties["file"]["format"] = "binary"
            form = {"schema": {"type": "object", "properties": properties}}
            described["requestBody"] = {"content": {"multipart/form-data": form}}
            described["responses"]["422"] = {
                "description": "Every mistake, with its place.",
                "content": content,
            }
        found.setdefault(path, {})[method] = described
    return found
