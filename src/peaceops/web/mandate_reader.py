"""Pages on resolutions that a visitor sends: one read as a mandate, two compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from peaceops.errors import Problem
from peaceops.web.correction_notes import CorrectionNote, note_corrections
from peaceops.web.languages import mark
from peaceops.web.statements import Speaker, name_operation, say_ceiling, say_decision
from peaceops.web.task_names import name_task
from peaceops.web.view import View

_PRINCIPLES = {
    "consent": mark("Consent of the parties"),
    "impartiality": mark("Impartiality"),
    "use_of_force": mark("Force only in self-defence and in defence of the mandate"),
    "tensions": mark("Tensions"),
}
_CLAUSES = {
    "all_necessary_means": mark("All necessary means"),
    "reports": mark("Reports"),
    "reviews": mark("Reviews"),
    "exit": mark("Drawdown and exit"),
}


@dataclass(frozen=True)
class Statement:
    """Something the text says: what, in which paragraph, in which words.

    `mark` names it where it can be marked as wrong: `acts_on:0` is the first operation acted on.
    """

    what: str
    paragraph: str
    quote: str
    mark: str = ""
    is_corrected: bool = False


@dataclass(frozen=True)
class Section:
    """Statements of one kind."""

    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class TaskGroup:
    """One task of one operation, and every place that gives it."""

    operation: str
    task: str
    strength: str
    places: tuple[Statement, ...]


@dataclass(frozen=True)
class Score:
    """One priority or area: how far the mandate covers it (None where not scored), and where."""

    name: str
    score: float | None
    places: tuple[Statement, ...]


@dataclass(frozen=True)
class ReadPage:
    """The form, and once a text was sent the mandate as it was read."""

    title: str
    symbol: str = ""
    date: str = ""
    language: str = ""
    decisions: tuple[Statement, ...] = ()
    ceilings: tuple[Statement, ...] = ()
    chapter_vii: Statement | None = None
    tasks: tuple[TaskGroup, ...] = ()
    sections: tuple[Section, ...] = ()
    priorities: tuple[Score, ...] = ()
    a4p: tuple[Score, ...] = ()
    mentions: tuple[Statement, ...] = ()
    corrections: tuple[CorrectionNote, ...] = ()
    is_written: bool = False
    length: dict[str, int] = field(default_factory=dict)
    remarks: tuple[Problem, ...] = ()
    is_read: bool = False
    problems: tuple[Problem, ...] = ()
    text: str = ""


def read_page(view: View) -> ReadPage:
    """The empty form."""
    return ReadPage(title=view.language.say("Read a resolution"))


def coded_page(view: View, coded: Mapping[str, Any], text: str) -> ReadPage:
    """The mandate (the JSON of `read`) in the reader's words; quotes as the text has them."""
    say, language = view.language.say, view.language
    tasks: dict[tuple[str, str], list[tuple[int, dict[str, Any]]]] = {}
    for n, t in enumerate(coded["tasks"]):
        tasks.setdefault((t["operation"], t["task"]), []).append((n, t))
    sections = [
        Section(say(title), tuple(_statement(view, key, s) for s in coded[key]))
        for key, title in _CLAUSES.items()
        if coded.get(key)
    ]
    sections += [
        Section(say(title), tuple(_statement(view, key, s) for s in coded["principles"][key]))
        for key, title in _PRINCIPLES.items()
        if coded.get("principles", {}).get(key)
    ]
    seven = coded["chapter_vii"]
    return ReadPage(
        title=say("Read a resolution"),
        symbol=coded["symbol"] or "",
        date=coded["date"] or "",
        language=coded["language"] or "",
        decisions=tuple(
            _correctable(say_decision(view, a["operation"], a), a, f"acts_on:{n}")
            for n, a in enumerate(coded["acts_on"])
        ),
        ceilings=tuple(
            _correctable(
                f"{name_operation(view, c['operation'])} – {say_ceiling(view, c)}",
                c, f"ceilings:{n}",
            )
            for n, c in enumerate(coded["ceilings"])
        ),
        chapter_vii=_correctable("", seven, "chapter_vii:0") if seven["value"] else None,
        tasks=tuple(
            TaskGroup(
                name_operation(view, operation), name_task(task, language.content),
                "requested"
                if any(t["strength"] == "requested" for _, t in found) else "encouraged",
                tuple(
                    _correctable(language.label("mode", t["mode"]), t, f"tasks:{n}")
                    for n, t in found
                ),
            )
            for (operation, task), found in tasks.items()
        ),
        sections=tuple(sections),
        priorities=_scores(view, "priorities", coded.get("priorities", {})),
        a4p=_scores(view, "a4p-areas", coded.get("a4p", {})),
        mentions=tuple(
            Statement(name_operation(view, o), "", "", f"mentions:{n}")
            for n, o in enumerate(coded["mentions"])
        ),
        corrections=note_corrections(view, coded),
        length=dict(coded["length"]),
        remarks=tuple(Problem(**p) for p in coded["problems"]),
        is_read=True,
        text=text,
    )  # fmt: skip


def _correctable(what: str, said: Mapping[str, Any], mark: str) -> Statement:
    return Statement(
        what, said["paragraph"] or "", said["quote"] or "", mark, bool(said.get("corrected"))
    )


def _statement(view: View, key: str, said: Mapping[str, Any]) -> Statement:
    what = ""
    if key == "all_necessary_means" and said.get("operation"):
        what = name_operation(view, said["operation"])
    elif key in ("reports", "reviews"):
        parts = [view.language.date(said["due"])] if said.get("due") else []
        if said.get("every"):
            parts.append(say_interval(view, said["every"]))
        what = ", ".join(parts)
    return Statement(what, said.get("paragraph") or "", said.get("quote") or "")


def say_interval(view: Speaker, every: str) -> str:
    """'at intervals of 90 days' in the reader's language."""
    amount, unit = every.split()
    n = int(amount)
    language = view.language
    if unit == "days":
        return language.say_number("at intervals of %(n)s day", "at intervals of %(n)s days", n)
    if unit == "weeks":
        return language.say_number("at intervals of %(n)s week", "at intervals of %(n)s weeks", n)
    if unit == "years":
        return language.say_number("at intervals of %(n)s year", "at intervals of %(n)s years", n)
    return language.say_number("at intervals of %(n)s month", "at intervals of %(n)s months", n)


def _scores(view: View, scheme: str, found: Mapping[str, Any]) -> tuple[Score, ...]:
    out = []
    for key, value in found.items():
        scored = isinstance(value, Mapping)
        evidence = value["evidence"] if scored else value
        out.append(
            Score(
                view.facts.label(scheme, key, view.language.content),
                value["score"] if scored else None,
                tuple(Statement("", e["paragraph"], e["quote"]) for e in evidence),
            )
        )
    return tuple(out)
