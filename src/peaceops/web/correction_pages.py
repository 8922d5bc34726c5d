"""The page on which a reader marks a coding as wrong: the form, and what the entry would change.

The form is made of the coding itself, so that what is right need not be written again; the entry
is made of what differs from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from peaceops.analysis.texts import read_paragraphs
from peaceops.correcting import (
    LONGEST_REASON,
    CheckedCorrection,
    check_entry,
    name_file,
    read_known_words,
)
from peaceops.errors import DataError, NotFound, Problem, UsageError
from peaceops.resolutions.corrections import FIELDS, PARTS, find_entries, tell_apart
from peaceops.resolutions.stored import read_symbol
from peaceops.web.languages import mark, sort_key
from peaceops.web.problems import tell_problems
from peaceops.web.statements import name_operation, say_entry, say_part
from peaceops.web.text_pages import CODED, Choice, text_of
from peaceops.web.view import View

NEW = "new"  # in place of a statement's number: one that is missing
FORM_FIELDS = ("field", "is_new", "verdict", "because", "source")
_SHOWN = {  # the parts a form asks for, in the order in which people think of them
    "acts_on": ("operation", "action", "until", "months", "paragraph"),
    "ceilings": ("operation", "kind", "persons", "change", "paragraph"),
    "tasks": ("operation", "task", "mode", "strength", "paragraph"),
    "mentions": ("operation",),
    "chapter_vii": ("value", "paragraph"),
}


@dataclass(frozen=True)
class FormPart:
    """One part of a statement in the form: a list to choose from, a day, a number or a text."""

    name: str
    kind: str
    value: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Wrong:
    """A mistake in what was sent, in the reader's language, and the field of the form it is in."""

    anchor: str
    label: str
    problem: Problem


@dataclass(frozen=True)
class Preview:
    """What an entry changes, the entry itself, and what is sent along to take or to write it."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    entry: str
    file_name: str
    sent: tuple[tuple[str, str], ...]
    can_write: bool = False
    token: str = ""


@dataclass(frozen=True)
class CorrectPage:
    """A statement of a coding beside its paragraph, the form that marks it as wrong, the entry."""

    title: str
    symbol: str
    number: int
    text_language: str
    is_stored: bool
    field: str
    is_new: bool
    fields: tuple[str, ...]
    statement: str
    place: str
    passage: str
    where: tuple[tuple[str, str], ...]
    parts: tuple[FormPart, ...]
    verdict: str
    because: str
    source: str
    longest: int
    wrong: tuple[Wrong, ...]
    preview: Preview | None
    text: str


def correct_page(view: View, number: str, read: Mapping[str, Any] | None) -> CorrectPage:
    """The form on a statement of an imported text; `read` is the JSON of `peaceops read` on it.

    Without a statement in the address the page asks what is missing.
    """
    paragraphs = paragraphs_of(view, number)
    return marked_page(view, needed(read), view.choice("mark"), paragraphs)


def needed(read: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The coding; raises `NotFound` where the text is in a language that is not coded."""
    if read is None:
        raise NotFound(
            Problem("text", "", mark("in this language the text is not coded"), ", ".join(CODED))
        )
    return read


def paragraphs_of(view: View, number: str) -> dict[str, str]:
    """The paragraphs of an imported text by number."""
    found: dict[str, str] = {}
    for p in read_paragraphs(view.db, text_of(view, number)):
        if p.kind != "heading" and p.number:
            found.setdefault(p.number, p.text)
    return found


def marked_page(
    view: View,
    coded: Mapping[str, Any],
    marked: str,
    paragraphs: Mapping[str, str] | None = None,
    text: str = "",
) -> CorrectPage:
    """The form on the statement marked (`acts_on:0`), or on one to be added (`acts_on:new`).

    Raises `UsageError` where the coding has no such statement.
    """
    field, _, place = marked.partition(":")
    if not marked:
        return _page(view, coded, "", True, None, paragraphs, text)
    if field in FIELDS and place == NEW and (field != "chapter_vii" or _is_silent(coded)):
        return _page(view, coded, field, True, None, paragraphs, text)
    entries = _entries(coded, field)
    if not (place.isascii() and place.isdigit() and len(place) < 5 and int(place) < len(entries)):
        raise UsageError(
            Problem("mark", "", mark("the coding has no such statement"),
                    mark("Go back to the resolution and mark the statement there."))
        )  # fmt: skip
    page = _page(view, coded, field, False, entries[int(place)], paragraphs, text)
    if field == "chapter_vii":
        return page
    where = tell_apart(field, entries, int(place))
    return replace(page, where=tuple((k, _plain(v)) for k, v in where.items()))


def _is_silent(coded: Mapping[str, Any]) -> bool:
    """Whether Chapter VII was not read, so that it may be missing."""
    return not coded["chapter_vii"]["value"]


def _entries(coded: Mapping[str, Any], field: str) -> list[Any]:
    if field not in FIELDS:
        return []
    return [coded[field]] if field == "chapter_vii" else list(coded[field])


def _plain(value: Any) -> str:
    """A part as a form has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _page(
    view: View,
    coded: Mapping[str, Any],
    field: str,
    is_new: bool,
    entry: Any,
    paragraphs: Mapping[str, str] | None,
    text: str,
) -> CorrectPage:
    symbol = read_symbol(coded["symbol"] or "")
    if symbol is None or not coded["symbol"].startswith("S/RES/"):
        raise DataError(
            Problem("text", "", mark("the text does not tell which resolution it is"),
                    mark("Corrections are kept by symbol. Send the text with its heading."))
        )  # fmt: skip
    values = {"operation": entry} if isinstance(entry, str) else dict(entry or {})
    if field == "chapter_vii" and is_new:
        values = {"value": True}
    elif field == "tasks" and is_new:
        values = {"strength": "requested"}
    place = values.get("paragraph") or ""
    return CorrectPage(
        title=view.language.say(mark("Add what is missing") if is_new else
                                mark("Mark a coding as wrong")),
        symbol=coded["symbol"],
        number=symbol[0],
        text_language=coded["language"] or "",
        is_stored=paragraphs is not None,
        field=field,
        is_new=is_new,
        fields=tuple(f for f in FIELDS if f != "chapter_vii" or _is_silent(coded)),
        statement=say_entry(view, field, entry) if entry else "",
        place=place,
        passage=(paragraphs or {}).get(place, "") or values.get("quote") or "",
        where=(),
        parts=tuple(
            _part(view, field, name, _plain(values.get(name)), paragraphs)
            for name in _SHOWN.get(field, ())
            if not (field == "chapter_vii" and name == "value")
        ),
        verdict="add" if is_new else "change",
        because="",
        source="",
        longest=LONGEST_REASON,
        wrong=(),
        preview=None,
        text=text,
    )  # fmt: skip


def _part(
    view: View, field: str, name: str, value: str, paragraphs: Mapping[str, str] | None
) -> FormPart:
    known = read_known_words().choices(name)
    if known is not None:
        named = (
            (code, _name_choice(view, name, code)) for code in {*known, *filter(None, [value])}
        )
        order = sorted(named, key=lambda pair: sort_key(pair[1]))
        if name in ("action", "mode", "strength"):
            order = [(code, _name_choice(view, name, code)) for code in known]
        listed = tuple(Choice(code, label, code == value) for code, label in order)
        return FormPart(name, "select", value, listed)
    if name == "paragraph" and paragraphs:
        listed = tuple(Choice(n, n, n == value) for n in paragraphs)
        return FormPart(name, "place", value, listed)
    return FormPart(name, {"day": "date", "number": "number"}.get(PARTS[field][name], "text"),
                    value, ())  # fmt: skip


def _name_choice(view: View, name: str, code: str) -> str:
    if name != "operation":
        return say_part(view, name, code)
    known = view.facts.operations.get(code)
    if known is None:
        return code
    acronym, long = name_operation(view, code), known.name(view.language.content)
    return acronym if acronym == long else f"{acronym} – {long}"


# What was sent -----------------------------------------------------------------------------------


def entry_of(coded: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """The entry that a form asks for: of the parts only those that differ from the coding.

    Raises `UsageError` where the statement is not in the coding, which may have changed since.
    """
    field = fields.get("field", "")
    entry: dict[str, Any] = {
        "symbol": coded["symbol"],
        "field": field,
        "because": fields.get("because", ""),
        "source": fields.get("source", "").strip(),
    }
    if field not in FIELDS:
        return entry
    where = {n: fields[f"w.{n}"] for n in PARTS[field] if fields.get(f"w.{n}")}
    sent = {n: fields[f"s.{n}"].strip() for n in _SHOWN[field] if f"s.{n}" in fields}
    verdict = fields.get("verdict", "")
    if verdict == "add":
        if field == "chapter_vii":
            sent["value"] = "true"
        return {**entry, "set": {n: v for n, v in sent.items() if v}}
    current = statement_meant(coded, field, where)
    if field != "chapter_vii":
        entry["where"] = where
    if verdict == "remove":
        return {**entry, "remove": True}
    changed = {n: v for n, v in sent.items() if v != _plain(current.get(n))}
    return {**entry, "set": {n: v or None for n, v in changed.items()}}


def statement_meant(coded: Mapping[str, Any], field: str, where: Mapping[str, str]) -> Any:
    """The statement a form is on; raises `UsageError` where the coding has it no longer."""
    entries = _entries(coded, field)
    if field == "chapter_vii":
        return entries[0]
    typed = {k: int(v) if _is_number(field, k, v) else v for k, v in where.items()}
    found = find_entries(entries, typed)
    if not where or not found:
        raise UsageError(
            Problem("mark", "", mark("the coding has no such statement"),
                    mark("Go back to the resolution and mark the statement there."))
        )  # fmt: skip
    entry = entries[found[0]]
    return {"operation": entry} if isinstance(entry, str) else entry


def _is_number(field: str, part: str, value: str) -> bool:
    return PARTS[field][part] == "number" and value.lstrip("-").isascii() and (
        value.lstrip("-").isdigit()
    )  # fmt: skip


def check_form(
    coded: Mapping[str, Any],
    fields: Mapping[str, str],
    paragraphs: Mapping[str, str] | None,
) -> CheckedCorrection:
    """What was sent, found right. Raises `DataError` with all that is wrong with it."""
    return check_entry(
        entry_of(coded, fields), read_known_words(), coded, "form", tuple(paragraphs or ())
    )


def sent_page(
    view: View,
    coded: Mapping[str, Any],
    fields: Mapping[str, str],
    paragraphs: Mapping[str, str] | None = None,
) -> CorrectPage:
    """The form as it was sent, with the preview, or with what is wrong with it."""
    field = fields.get("field", "")
    text = fields.get("text", "")
    if field not in FIELDS:
        raise UsageError(
            Problem("field", "", mark("this value is not one of the choices"), ", ".join(FIELDS))
        )
    is_new = fields.get("verdict") == "add"
    where = {n: fields[f"w.{n}"] for n in PARTS[field] if fields.get(f"w.{n}")}
    entry = None if is_new else statement_meant(coded, field, where)
    if field == "mentions" and entry is not None:
        entry = entry["operation"]
    page = _page(view, coded, field, is_new, entry, paragraphs, text)
    parts = tuple(
        _part(view, field, p.name, fields.get(f"s.{p.name}", p.value).strip()[:200], paragraphs)
        for p in page.parts
    )
    page = replace(
        page,
        where=tuple(where.items()),
        parts=parts,
        verdict=fields.get("verdict", page.verdict),
        because=fields.get("because", "")[: 4 * LONGEST_REASON],
        source=fields.get("source", "")[:200],
    )
    try:
        checked = check_form(coded, fields, paragraphs)
    except DataError as error:
        return replace(page, wrong=tell_wrong(view, page, error.problems))
    said = tuple((n, v) for n, v in fields.items() if is_of_form(n) and n != "because")
    return replace(
        page,
        because=checked.correction.because,
        preview=Preview(
            tuple(say_entry(view, field, e) for e in checked.before),
            tuple(say_entry(view, field, e) for e in checked.after),
            checked.entry,
            name_file(checked.correction),
            (*said, ("because", checked.correction.because)),
        ),
    )


def is_of_form(name: str) -> bool:
    """Whether a field says something of the entry, so that it is sent on."""
    return name in FORM_FIELDS or name[:2] in ("s.", "w.")


def tell_wrong(view: View, page: CorrectPage, problems: tuple[Problem, ...]) -> tuple[Wrong, ...]:
    """Mistakes in the reader's language, each with the field it is in."""
    return tuple(_wrong(view, page, p) for p in problems)


def _wrong(view: View, page: CorrectPage, problem: Problem) -> Wrong:
    """A mistake with the field it is in; what belongs to none is at the top of the form."""
    told = tell_problems(view.language, (problem,))[0]
    if problem.hint.startswith("Accepted: "):  # the form has the choices in words
        told = replace(told, hint="")
    kind, _, part = problem.field.partition(".")
    if kind in ("set", "where") and part in {p.name for p in page.parts}:
        return Wrong(f"s-{part}", view.language.label("part", part), told)
    if kind in _BESIDES:
        return Wrong(kind, view.language.say(_BESIDES[kind]), told)
    return Wrong("", "", told)


_BESIDES = {"because": mark("Why"), "source": mark("Source card")}
