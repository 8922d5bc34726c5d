"""Pages on resolutions that a visitor sends: one read as a mandate, two compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from peaceops.errors import Problem
from peaceops.web.correction_notes import CorrectionNote, note_corrections
from peaceops.web.mandate_card import MandateCard, Statement, read_card
from peaceops.web.statements import name_operation, say_ceiling, say_decision
from peaceops.web.task_names import name_task
from peaceops.web.view import View


@dataclass(frozen=True)
class TaskGroup:
    """One task of one operation, and every place that gives it."""

    operation: str
    task: str
    strength: str
    places: tuple[Statement, ...]


@dataclass(frozen=True)
class ReadPage:
    """The form, and once a text was sent the mandate as it was read.

    `text` is what was sent, so that a statement of it can be marked as wrong; that of a file
    (`is_file`) is not put into the form.
    """

    title: str
    symbol: str = ""
    date: str = ""
    language: str = ""
    decisions: tuple[Statement, ...] = ()
    ceilings: tuple[Statement, ...] = ()
    chapter_vii: Statement | None = None
    tasks: tuple[TaskGroup, ...] = ()
    card: MandateCard | None = None
    mentions: tuple[Statement, ...] = ()
    corrections: tuple[CorrectionNote, ...] = ()
    is_written: bool = False
    length: dict[str, int] = field(default_factory=dict)
    remarks: tuple[Problem, ...] = ()
    is_read: bool = False
    problems: tuple[Problem, ...] = ()
    text: str = ""
    is_file: bool = False


def read_page(view: View) -> ReadPage:
    """The empty form."""
    return ReadPage(title=view.language.say("Read a resolution"))


def coded_page(view: View, coded: Mapping[str, Any], text: str, is_file: bool = False) -> ReadPage:
    """The mandate (the JSON of `read`) in the reader's words; quotes as the text has them."""
    say, language = view.language.say, view.language
    tasks: dict[tuple[str, str], list[tuple[int, dict[str, Any]]]] = {}
    for n, t in enumerate(coded["tasks"]):
        tasks.setdefault((t["operation"], t["task"]), []).append((n, t))
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
        card=read_card(view, coded),
        mentions=tuple(
            Statement(name_operation(view, o), "", "", f"mentions:{n}")
            for n, o in enumerate(coded["mentions"])
        ),
        corrections=note_corrections(view, coded),
        length=dict(coded["length"]),
        remarks=tuple(Problem(**p) for p in coded["problems"]),
        is_read=True,
        text=text,
        is_file=is_file,
    )  # fmt: skip


def _correctable(what: str, said: Mapping[str, Any], mark: str) -> Statement:
    return Statement(
        what, said["paragraph"] or "", said["quote"] or "", mark, bool(said.get("corrected"))
    )
