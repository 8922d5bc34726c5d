"""`docs/vocabulary.md`, generated from the field descriptions of the model.

Run `python -m peaceops.vocabulary` to write it anew; a test says when it has drifted.
"""

from __future__ import annotations

import inspect
import types
import typing
from pathlib import Path

from peaceops import model
from peaceops.model import Record

HEADER = """# Vocabulary

Generated from `src/peaceops/model.py` by `python -m peaceops.vocabulary`. Every fact also has the
fields of *Cited*: the source's id, where in it, how far it was checked, and a note.

"""


def write_vocabulary() -> str:
    """Every record of the model with its fields, as Markdown."""
    parts = [HEADER]
    for name, record in vars(model).items():
        if not (inspect.isclass(record) and issubclass(record, Record) and record is not Record):
            continue
        parts.append(f"## {name}\n{inspect.getdoc(record)}\n\n| field | holds |\n|---|---|\n")
        inherited = set(model.Cited.model_fields) if name != "Cited" else set()
        for field, info in record.model_fields.items():
            if field in inherited:
                continue
            text = info.description or next(
                (getattr(m, "description", "") for m in info.metadata), ""
            )
            text = text or _describe(info.annotation)
            parts.append(f"| `{field}` | {text}{'' if info.is_required() else ' *optional*'} |\n")
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def _describe(annotation: object) -> str:
    """A type in words, where a field has no description of its own."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return "one of " + ", ".join(f"`{a}`" for a in args) + "."
    if origin is typing.Annotated:
        found = [getattr(m, "description", None) for m in args[1:]]
        return next((text for text in found if isinstance(text, str)), "")
    if origin in (typing.Union, types.UnionType):
        kept = [a for a in args if a is not type(None)]
        return " ".join(filter(None, (_describe(a) for a in kept)))
    if origin is tuple:
        return f"a list of {getattr(args[0], '__name__', 'values')}."
    words: dict[object, str] = {
        str: "text.", int: "a whole number.", float: "a number.", bool: "true or false.",
    }  # fmt: skip
    return words.get(annotation, "")


if __name__ == "__main__":
    target = Path(__file__).parents[2] / "docs" / "vocabulary.md"
    target.write_text(write_vocabulary(), encoding="utf-8")
