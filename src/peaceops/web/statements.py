"""What a coding says, in the reader's words: operations, decisions, ceilings, tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from peaceops.web.languages import Language, mark
from peaceops.web.task_names import name_task


class Speaker(Protocol):
    """In which language something is said, and what operations are called in it.

    A `View` is one; where there is no database, `comparison_file.PlainSpeaker`.
    """

    @property
    def language(self) -> Language:
        """The reader's language."""
        ...

    def acronym(self, operation: str) -> str:
        """What an operation is called, by its id."""
        ...


def name_operation(view: Speaker, operation: str) -> str:
    """An operation's acronym where the catalogue has it, else its id."""
    return view.acronym(operation)


def say_decision(view: Speaker, operation: str, act: Mapping[str, Any] | None) -> str:
    """'MINUSMA – extension, until 30 June 2022'."""
    name = name_operation(view, operation)
    if act is None:
        return name
    text = f"{name} – {view.language.label('action', act['action'])}"
    if act.get("until"):
        text += ", " + view.language.say("until %(date)s", date=view.language.date(act["until"]))
    return text


def say_ceiling(view: Speaker, ceiling: Mapping[str, Any]) -> str:
    """'13,289 military personnel (+240) from 1 July 2024'; 'of which 580 military observers'."""
    language = view.language
    persons, change = ceiling.get("persons"), ceiling.get("change")
    parts = [] if persons is None else [language.number(persons)]
    if change:
        sign = "+" if change > 0 else "−"
        parts.append(f"({sign}{language.number(abs(change))})")
    parts.append(language.label("ceiling", ceiling["kind"]))
    if ceiling.get("within"):
        parts.insert(0, language.say("of which"))
    if ceiling.get("from"):
        parts.append(say_since(ceiling["from"], language))
    return " ".join(parts)


def say_since(day: str, language: Language) -> str:
    """'from 1 July 2024', or 'from July 2024' where the text gives no day."""
    if len(day) == len("2024-07-01"):
        return language.say("from %(date)s", date=language.date(day))
    return language.say("from %(month)s", month=language.date(day))


def say_part(view: Speaker, part: str, value: Any) -> str:
    """One part of a statement: a name, a day, a number; '–' where it says nothing."""
    language = view.language
    if value is None or value == "":
        return "–"
    if part == "operation":
        return name_operation(view, str(value))
    if part == "task":
        return name_task(str(value), language.content)
    if part in ("action", "mode", "strength"):
        return language.label(part, str(value))
    if part in ("kind", "within"):
        return language.label("ceiling", str(value))
    if part in ("until", "from"):
        return language.date(str(value))
    if part == "value":
        return language.say(_YES if value else _NO)
    if isinstance(value, int):
        return language.number(value)
    return str(value)


_YES, _NO = mark("yes"), mark("no")


def say_entry(view: Speaker, field: str, entry: Any) -> str:
    """A whole statement of a coding as one line, with its paragraph."""
    language = view.language
    if isinstance(entry, str):
        return name_operation(view, entry)
    if field == "chapter_vii":
        chapter = language.say("Chapter VII")
        text = f"{chapter}: {say_part(view, 'value', entry['value'])}"
    elif field == "acts_on":
        text = say_decision(view, entry["operation"], entry)
        if entry["months"]:
            text += ", " + language.say_number("%(n)s month", "%(n)s months", entry["months"])
    elif field == "ceilings":
        text = f"{name_operation(view, entry['operation'])} – {say_ceiling(view, entry)}"
    else:
        words = [say_part(view, part, entry[part]) for part in ("task", "mode", "strength")]
        text = f"{name_operation(view, entry['operation'])} – {', '.join(words)}"
    place = entry.get("paragraph") or ""
    if place.startswith("preamble "):
        place = language.say("preamble %(n)s", n=place.removeprefix("preamble "))
    elif place:
        place = language.say("paragraph %(n)s", n=place)
    return f"{text} ({place})" if place else text
