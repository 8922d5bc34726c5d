"""Describes the paths of planning for the index of the API and its OpenAPI document."""

from __future__ import annotations

from typing import Any

API = "/api/v1/plan"

# path, method, name, summary, what is sent
_PATHS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    (API, "post", "begin_plan",
     "A planning workbook (form file `file`, or form field `example=1`) checked: 201 and the visit,"
     " or 422 and every mistake.", ("file", "example")),
    (f"{API}/{{plan_id}}", "get", "show_plan",
     "The problem, how far the search is, and the plan; `only=progress` for the progress.", ()),
    (f"{API}/{{plan_id}}", "delete", "forget_plan",
     "Everything of the problem and its plans forgotten at once.", ()),
    (f"{API}/{{plan_id}}/solve", "post", "solve_plan",
     "The search begun: fields `seconds`, `little`, `limit-0`…, `cap`, `budget-2027`…,"
     " `dwell_ratio`.", ("seconds", "little", "cap", "dwell_ratio")),
    (f"{API}/{{plan_id}}/stop", "post", "stop_plan",
     "The search ended; the best plan so far is kept.", ()),
    (f"{API}/{{plan_id}}/plan.{{kind}}", "get", "take_plan",
     "The plan as a file: xlsx, docx or json.", ()),
    (f"{API}/example.xlsx", "get", "take_example", "The example problem as a workbook.", ()),
)  # fmt: skip


def list_plan_paths() -> list[dict[str, Any]]:
    """The paths of planning for the index."""
    return [
        {"path": path, "method": method.upper(), "summary": summary, "parameters": list(fields)}
        for path, method, _, summary, fields in _PATHS
    ]


def describe_plan_paths() -> dict[str, dict[str, Any]]:
    """The paths of planning as OpenAPI."""
    found: dict[str, dict[str, Any]] = {}
    for path, method, name, summary, fields in _PATHS:
        names = [part for part in ("plan_id", "kind") if f"{{{part}}}" in path]
        described: dict[str, Any] = {
            "operationId": name,
            "summary": summary,
            "parameters": [
                {"name": n, "in": "path", "required": True, "schema": {"type": "string"}}
                for n in names
            ],
            "responses": {
                {"begin_plan": "201", "solve_plan": "202"}.get(name, "200"): {
                    "description": summary
                },
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
