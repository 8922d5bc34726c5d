"""Describes the API from the table of routes, so that it cannot say anything else.

`docs/openapi.json` is written by `python -m peaceops.web.openapi docs/openapi.json`; a test
compares it with what this module says.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from peaceops import __version__
from peaceops.correcting import LONGEST_REASON
from peaceops.model import LANGUAGES
from peaceops.resolutions.corrections import FIELDS
from peaceops.web.languages import Language
from peaceops.web.plan_api import describe_plan_paths, list_plan_paths
from peaceops.web.routes import BY_NAME, PAGES, PageRoute

_REFERENCE = "#/components/schemas/{model}"
_DAY = {"type": "string", "format": "date"}


def list_paths(languages: Mapping[str, Language]) -> dict[str, Any]:
    """The index of the API: every path, what it answers, and what it may be asked."""
    return {
        "name": "peaceops",
        "version": __version__,
        "description": "/api/v1/openapi.json",
        "languages": list(languages),
        "paths": [
            {
                "path": f"/api/v1{route.data_path}",
                "summary": route.summary,
                "parameters": ["lang", "date", *(p.name for p in route.parameters)],
            }
            for route in PAGES
            if route.has_data
        ]
        + [
            {
                "path": "/api/v1/review",
                "method": "POST",
                "summary": _REVIEW,
                "parameters": ["lang", "date", "country"],
            },
            {"path": "/api/v1/mandates/read", "method": "POST", "summary": _READ, "parameters": []},
            {
                "path": "/api/v1/mandates/compare",
                "method": "POST",
                "summary": _COMPARE,
                "parameters": [],
            },
            *(
                {
                    "path": _file_path(kind),
                    "summary": told,
                    "parameters": [p.name for p in BY_NAME["compare-of"].parameters],
                }
                for kind, told in _COMPARED_FILES.items()
            ),
            {
                "path": "/api/v1/corrections/check",
                "method": "POST",
                "summary": _CORRECT,
                "parameters": ["lang"],
            },
            *list_plan_paths(),
        ],
    }


_REVIEW = "A page (form field `text` or `file`, or the body itself) read back on the date."


_READ = "A Security Council resolution (form field `text` or file `text_file`, or the body) coded."
_COMPARE = "Two resolutions (fields `before`, `after`, or files `before_file`, `after_file`)."


_CORRECT = (
    "A correction of a coding (one entry as YAML or JSON: the body, or form field `entry`) checked,"
    " and tried on its text: the one imported, or form field `text`. Nothing is written."
)


def _describe_correction() -> dict[str, Any]:
    """The path on which an entry is checked."""
    entry = {
        "type": "object",
        "required": ["symbol", "field", "because"],
        "properties": {
            "symbol": {"type": "string", "examples": ["S/RES/2690 (2023)"]},
            "field": {"enum": list(FIELDS)},
            "where": {"type": "object"},
            "set": {"type": "object"},
            "remove": {"type": "boolean"},
            "because": {"type": "string", "maxLength": LONGEST_REASON},
            "source": {"type": "string"},
        },
    }
    form = {
        "type": "object",
        "required": ["entry"],
        "properties": {"entry": {"type": "string"}, "text": {"type": "string"}},
    }
    return {
        "post": {
            "operationId": "check-correction",
            "summary": _CORRECT,
            "parameters": [_COMMON[0]],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": entry},
                    "application/yaml": {"schema": {"type": "string"}},
                    "multipart/form-data": {"schema": form},
                },
            },
            "responses": {
                "200": {
                    "description": "As `peaceops correct --dry-run --json` answers: the entry, and"
                    " the statements that differ before and after.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                "413": _problems("More was sent than a correction can be."),
                "422": _problems("Everything that is wrong with the entry."),
            },
        }
    }


def _describe_texts(name: str, summary: str, fields: tuple[str, ...]) -> dict[str, Any]:
    """A path to which resolutions are sent."""
    properties: dict[str, Any] = {}
    for f in fields:
        properties[f] = {"type": "string"}
        properties[f"{f}_file"] = {"type": "string", "format": "binary"}
    form = {"schema": {"type": "object", "properties": properties}}
    return {
        "post": {
            "operationId": f"{name}-texts",
            "summary": summary,
            "requestBody": {"required": True, "content": {"multipart/form-data": form}},
            "responses": {
                "200": {
                    "description": "As `peaceops " + name + " --json` answers.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                "413": _problems("More than 10 MB was sent."),
                "422": _problems("A text cannot be read."),
            },
        }
    }


_COMPARED_FILES = {
    "docx": "The comparison as a Word file in the language.",
    "json": "The comparison, as `peaceops compare --json` answers.",
}


def _file_path(kind: str) -> str:
    """Where a comparison is to be had as a file; not below `/api/v1`, being in a language."""
    return f"/{{language}}{BY_NAME['compare-of'].path}.{kind}"


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _describe_compared_file(kind: str) -> dict[str, Any]:
    """A comparison of two decisions as a file to take along."""
    described = _describe_page(BY_NAME["compare-of"])
    content: dict[str, Any] = {_WORD: {"schema": {"type": "string", "format": "binary"}}}
    told = _COMPARED_FILES[kind]
    if kind == "json":
        content = {"application/json": {"schema": {"type": "object"}}}
    language = {
        "name": "language", "in": "path", "required": True,
        "description": "The language of names and texts.",
        "schema": {"type": "string", "enum": list(LANGUAGES)},
    }  # fmt: skip
    left_out = {p["name"] for p in _COMMON}
    return {
        "operationId": f"compare-of-{kind}",
        "summary": told,
        "parameters": [
            language,
            *(p for p in described["parameters"] if p["name"] not in left_out),
        ],
        "responses": {
            "200": {"description": told, "content": content},
            "400": _problems("Two resolutions must be named, both on this operation."),
            "404": _problems("There is no such operation, or no such text."),
        },
    }


def describe_api() -> dict[str, Any]:
    """The API as an OpenAPI 3.1 document."""
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for route in PAGES:
        if route.has_data:
            schema = TypeAdapter(route.record).json_schema(
                mode="serialization", ref_template=_REFERENCE
            )
            schemas.update(schema.pop("$defs", {}))
            schemas[route.record.__name__] = schema
            paths[f"/api/v1{route.data_path}"] = {"get": _describe_page(route)}
    paths["/api/v1/review"] = {
        "post": {
            "operationId": "review",
            "summary": _REVIEW,
            "parameters": [*_COMMON, _describe_parameter("country", "Whose page it is.", ())],
            "requestBody": {
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "properties": {
                                "text": {"type": "string"},
                                "file": {"type": "string", "format": "binary"},
                                "country": {"type": "string"},
                            },
                        }
                    },
                    "text/plain": {"schema": {"type": "string"}},
                    "text/html": {"schema": {"type": "string"}},
                    "application/pdf": {"schema": {"type": "string", "format": "binary"}},
                },
            },
            "responses": {
                "200": {
                    "description": "Mentions and claims with their verdicts.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                "413": _problems("More than 10 MB was sent."),
                "422": _problems("The file cannot be read."),
            },
        }
    }
    paths["/api/v1/mandates/read"] = _describe_texts("read", _READ, ("text",))
    paths["/api/v1/mandates/compare"] = _describe_texts("compare", _COMPARE, ("before", "after"))
    for kind in _COMPARED_FILES:
        paths[_file_path(kind)] = {"get": _describe_compared_file(kind)}
    paths["/api/v1/corrections/check"] = _describe_correction()
    paths.update(describe_plan_paths())
    schemas["Problems"] = {
        "type": "object",
        "properties": {
            "status": {"type": "integer"},
            "problems": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        name: {"type": "string"} for name in ("where", "field", "message", "hint")
                    },
                },
            },
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "peaceops",
            "version": __version__,
            "description": "Every page of the portal as data. Facts under CC BY 4.0. The same"
            " address on the same date and database gives the same bytes and entity tag.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _describe_parameter(name: str, text: str, choices: tuple[str, ...]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if choices:
        schema["enum"] = list(choices)
    return {"name": name, "in": "query", "description": text, "schema": schema}


_COMMON = [
    _describe_parameter("lang", "The language of names and texts (default en).", LANGUAGES),
    {
        "name": "date",
        "in": "query",
        "description": "The date to answer for (default today, UTC).",
        "schema": _DAY,
    },
]


def _problems(text: str) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model="Problems")}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _describe_page(route: PageRoute) -> dict[str, Any]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    head = {
        "type": "object",
        "properties": {
            "page": {"const": route.name},
            "language": {"type": "string"},
            "as_of": _DAY,
            "built_at": {"type": "string", "format": "date-time"},
            "licence": {"type": "string"},
        },
    }
    body = {"$ref": _REFERENCE.format(model=route.record.__name__)}
    responses: dict[str, Any] = {
        "200": {
            "description": (route.record.__doc__ or "").strip(),
            "content": {"application/json": {"schema": {"allOf": [head, body]}}},
        },
        "304": {"description": "Unchanged since the entity tag that was sent."},
        "400": _problems("A date or choice that is none."),
    }
    if in_path:
        responses["404"] = _problems("Nothing has this id.")
    return {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": [
            *in_path,
            *_COMMON,
            *(_describe_parameter(p.name, p.description, p.choices) for p in route.parameters),
        ],
        "responses": responses,
    }


def write_description() -> str:
    """The document as it is kept in `docs/openapi.json`."""
    return json.dumps(describe_api(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(write_description(), "utf-8")
