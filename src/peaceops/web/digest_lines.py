"""The digest of a comparison in the reader's words: one line each, with the place it speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peaceops.web.languages import LABELS, mark
from peaceops.web.mandate_card import say_interval
from peaceops.web.statements import Speaker, name_operation, say_since
from peaceops.web.task_names import name_task

# What an extension is called that is the last, or after which the operation leaves.
_EXTENSIONS = {
    (True, False): mark("final extension"),
    (True, True): mark("final extension, then withdrawal"),
    (False, True): mark("extension, then withdrawal"),
}
_GAINED = {
    "principles": mark("Principles newly stated"),
    "tensions": mark("New tension with the principles"),
    "cooperation": mark("Co-operation newly with"),
    "tasks": mark("Tasks gained"),
    "reports": mark("Reports newly asked for"),
    "exit": mark("Drawdown and exit newly in"),
    "means": mark("All necessary means newly in"),
}
_LOST = {
    "principles": mark("Principles no longer stated"),
    "tensions": mark("No tension any more by"),
    "cooperation": mark("Co-operation no longer named with"),
    "tasks": mark("Tasks lost"),
    "reports": mark("Reports no longer asked for"),
    "exit": mark("Drawdown and exit no longer in"),
    "means": mark("All necessary means no longer in"),
}


@dataclass(frozen=True)
class DigestLine:
    """One line: a head, what is said, words of the resolution, and the paragraph (row) meant.

    `change` is gained, lost, added, dropped, changed or same; `row` is a place in `paragraphs`.
    """

    kind: str
    change: str
    head: str
    text: str
    quote: str = ""
    row: int | None = None


def say_digest(view: Speaker, compared: Mapping[str, Any]) -> tuple[DigestLine, ...]:
    """The lines of the JSON of `compare`, in its order."""
    return tuple(
        DigestLine(
            line["kind"], line["change"], head, text,
            line["text"] if line["kind"] == "paragraph" else "", line["row"],
        )
        for line in compared["digest"]
        for head, text in (_say_line(view, line, compared),)
    )  # fmt: skip


def _say_line(
    view: Speaker, line: Mapping[str, Any], compared: Mapping[str, Any]
) -> tuple[str, str]:
    """The head of a line and what it says."""
    language, say = view.language, view.language.say
    kind, change = line["kind"], line["change"]
    if kind in ("until", "action"):
        return name_operation(view, line["operation"]), _say_decisions(view, line)
    if kind == "ceilings":
        return say("Ceilings"), say("; ").join(_say_ceiling(view, c) for c in line["items"])
    if kind == "chapter_vii":
        return say("Chapter VII"), say("newly") if change == "gained" else say("no longer")
    if kind == "tasks" and change == "unstated":
        return say("Tasks"), _say_unstated(view, line, compared)
    if kind == "paragraph":
        return (say("New") if change == "added" else say("Dropped")), say_place(
            view, line["number"]
        )
    if kind == "more":
        return say("Besides"), _say_more(view, line)
    if kind == "same":
        topics = [language.label("topic", t) for t in line["items"]]
        return say("As before"), language.join(topics)
    if kind == "reports" and change == "changed":
        return say("Reports at another rhythm"), _say_reports(view, line["items"])
    head = say((_GAINED if change == "gained" else _LOST)[kind])
    if kind == "tasks" and change == "lost":
        last = _last_day(line["operation"], compared)
        head = say("Tasks that end on %(date)s", date=language.date(last)) if last else head
    return head, _say_items(view, kind, line)


def _last_day(operation: str, compared: Mapping[str, Any]) -> str | None:
    """Until when tasks in force go on that a text which ends the operation does not name."""
    if operation not in compared["tasks"].get("in_force", ()):
        return None
    act = next((d["after"] for d in compared["decisions"] if d["operation"] == operation), None)
    if act and (act["final"] or act["withdrawal"] or act["action"] == "terminate"):
        until: str | None = act["until"]
        return until
    return None


def _say_items(view: Speaker, kind: str, line: Mapping[str, Any]) -> str:
    language = view.language
    if kind == "tasks":
        return ", ".join(name_task(t, language.content) for t in line["items"])
    if kind == "reports":
        return _say_reports(view, line["items"])
    if kind in ("exit", "means"):
        return say_places(view, line["paragraphs"])
    if kind == "cooperation":
        return language.join(name_partner(view, p) for p in line["items"])
    scheme = {"principles": "principle", "tensions": "tension"}[kind]
    return ", ".join(language.label(scheme, item) for item in line["items"])


def name_partner(view: Speaker, partner: str) -> str:
    """An organisation, or an operation by its acronym."""
    if partner in LABELS["partner"]:
        return view.language.label("partner", partner)
    return name_operation(view, partner)


def say_place(view: Speaker, number: str) -> str:
    """'paragraph 7', 'preamble 4' in the reader's language."""
    say = view.language.say
    if number.startswith("preamble "):
        return say("preamble %(n)s", n=number.removeprefix("preamble "))
    return say("paragraph %(n)s", n=number)


def say_places(view: Speaker, numbers: Sequence[str]) -> str:
    """'paragraphs 1, 5 and 7'; each by itself where one is of the preamble."""
    if len(numbers) == 1 or any(n.startswith("preamble ") for n in numbers):
        return view.language.join(say_place(view, n) for n in numbers)
    return view.language.say("paragraphs %(list)s", list=view.language.join(numbers))


def say_act(view: Speaker, act: Mapping[str, Any] | None, until: bool = True) -> str:
    """'final extension, then withdrawal, until 31 December 2026'; '–' for none."""
    if act is None:
        return "–"
    message = None
    if act["action"] == "extend":
        message = _EXTENSIONS.get((bool(act.get("final")), bool(act.get("withdrawal"))))
    say = view.language.say
    text = say(message) if message else view.language.label("action", act["action"])
    if until and act.get("until"):
        text += ", " + say("until %(date)s", date=view.language.date(act["until"]))
    return text


def _say_decisions(view: Speaker, line: Mapping[str, Any]) -> str:
    """What is decided, and in brackets what was before."""
    before, after = line["before"], line["after"]
    say = view.language.say

    def told(act: Mapping[str, Any] | None) -> str:
        if line["kind"] == "action" or act is None or not act["until"]:
            return say_act(view, act, until=False)
        return say("until %(date)s", date=view.language.date(act["until"]))

    if after is None:
        return say("nothing decided any more (before: %(old)s)", old=told(before))
    if before is None:
        return say_act(view, after)
    if line["change"] == "same":
        return told(after)
    plain = line["kind"] == "until" and before["action"] == after["action"] and not after["final"]
    what = say_act(view, after) if plain and not after["withdrawal"] else told(after)
    return say("%(what)s (before: %(old)s)", what=what, old=told(before))


def _say_ceiling(view: Speaker, ceiling: Mapping[str, Any]) -> str:
    """'military personnel 14,400 → 14,046 (−354)'."""
    language = view.language
    sides = [
        language.number(ceiling[s]) if ceiling[s] is not None else language.say("none stated")
        for s in ("before", "after")
    ]
    text = f"{language.label('ceiling', ceiling['kind'])} {sides[0]} → {sides[1]}"
    change = ceiling["change"]
    if change:
        text += f" ({'+' if change > 0 else '−'}{language.number(abs(change))})"
    return f"{text} {say_since(ceiling['from'], language)}" if ceiling.get("from") else text


def _say_reports(view: Speaker, items: Sequence[Mapping[str, Any]]) -> str:
    return view.language.say("; ").join(
        f"{say_report(view, r)} ({_short_place(view, r)})" for r in items
    )


def _short_place(view: Speaker, report: Mapping[str, Any]) -> str:
    number: str = report["paragraph"]
    return say_place(view, number) if number.startswith("preamble ") else number


def say_report(view: Speaker, report: Mapping[str, Any]) -> str:
    """When a report falls due: '15 February and 15 June 2026', 'at intervals of 90 days'."""
    language = view.language
    if report["every"]:
        return say_interval(view, report["every"])
    days = report.get("days") or ([report["due"]] if report["due"] else [])
    if days:
        return language.join(language.date(d, "medium") for d in days)
    return language.label("basis", report["basis"]) if report["basis"] else language.say("no day")


def _say_unstated(view: Speaker, line: Mapping[str, Any], compared: Mapping[str, Any]) -> str:
    say = view.language.say
    symbol = compared[line["side"]]["symbol"]
    if line["side"] == "after":
        return say(
            "%(symbol)s states none itself; what an earlier text asked for stands as far as it is"
            " renewed", symbol=symbol,
        )  # fmt: skip
    names = ", ".join(name_task(t, view.language.content) for t in line["items"])
    return say(
        "%(symbol)s states none itself; the later text names: %(tasks)s", symbol=symbol, tasks=names
    )


def _say_more(view: Speaker, line: Mapping[str, Any]) -> str:
    language = view.language
    parts = []
    if line["added"]:
        parts.append(
            language.say_number(
                "%(n)s other new paragraph", "%(n)s other new paragraphs", line["added"]
            )
        )
    if line["dropped"]:
        parts.append(
            language.say_number(
                "%(n)s other dropped paragraph", "%(n)s other dropped paragraphs", line["dropped"]
            )
        )
    return language.join(parts)
