"""Pages on resolutions that a visitor sends: one read as a mandate, two compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from peaceops.errors import Problem
from peaceops.web.correction_notes import CorrectionNote, note_corrections
from peaceops.web.mandate_card import MandateCard, Statement, read_card
from peaceops.web.statements import name_operation, say_ceiling, say_decision, say_since
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


# Comparison --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What changed in one thing: as it was, as it is, and whether it did."""

    what: str
    before: str
    after: str
    changed: bool


@dataclass(frozen=True)
class TaskChange:
    """A task gained, lost or kept, with its paragraphs."""

    operation: str
    task: str
    before: str
    after: str


@dataclass(frozen=True)
class ParagraphPair:
    """A paragraph beside its other version; `words` are (same, dropped or added; text)."""

    change: str
    before: str
    after: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Passage:
    """A run of paragraphs: kept ones together, changed ones one by one."""

    is_kept: bool
    pairs: tuple[ParagraphPair, ...]


@dataclass(frozen=True)
class ComparePage:
    """The form, and once two texts were sent what changed from the first to the second."""

    title: str
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    gained: tuple[TaskChange, ...] = ()
    lost: tuple[TaskChange, ...] = ()
    kept: tuple[TaskChange, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    operative: tuple[Passage, ...] = ()
    preamble: tuple[Passage, ...] = ()
    remarks: tuple[Problem, ...] = ()
    is_compared: bool = False
    problems: tuple[Problem, ...] = ()
    texts: tuple[str, str] = ("", "")


def compare_page(view: View) -> ComparePage:
    """The empty form."""
    return ComparePage(title=view.language.say("Compare two mandates"))


def compared_page(view: View, compared: Mapping[str, Any], texts: tuple[str, str]) -> ComparePage:
    """The comparison (the JSON of `compare`): what was decided first, then the text."""
    tasks = compared["tasks"]
    rows = compared["paragraphs"]
    return ComparePage(
        title=view.language.say("Compare two mandates"),
        before=_head(compared["before"]),
        after=_head(compared["after"]),
        changes=tuple(_changes(view, compared)),
        gained=tuple(_task_change(view, t) for t in tasks["added"]),
        lost=tuple(_task_change(view, t) for t in tasks["dropped"]),
        kept=tuple(_task_change(view, t) for t in tasks["kept"]),
        counts=dict(compared["counts"]),
        operative=_passages([r for r in rows if _kind(r) == "operative"]),
        preamble=_passages([r for r in rows if _kind(r) != "operative"]),
        remarks=tuple(Problem(**p) for p in compared["problems"]),
        is_compared=True,
        texts=texts,
    )


def _head(side: Mapping[str, Any]) -> dict[str, str]:
    return {k: side[k] or "" for k in ("symbol", "date", "language")}


def _changes(view: View, compared: Mapping[str, Any]) -> list[Change]:
    say, language = view.language.say, view.language
    out = []
    for d in compared["decisions"]:
        old, new = (_decided(view, d[side]) for side in ("before", "after"))
        out.append(Change(name_operation(view, d["operation"]), old, new, old != new))
    for c in compared["ceilings"]:
        what = f"{name_operation(view, c['operation'])} – {language.label('ceiling', c['kind'])}"
        old, new = (
            language.number(c[side]) if c[side] is not None else "–" for side in ("before", "after")
        )
        if c["after"] is None and c["change"]:
            new = f"{'+' if c['change'] > 0 else '−'}{language.number(abs(c['change']))}"
        elif c["change"]:
            sign = "+" if c["change"] > 0 else "−"
            new += f" ({sign}{language.number(abs(c['change']))})"
        if c["from"]:
            new += f" {say_since(c['from'], language)}"
        out.append(Change(what, old, new, old != new))
    seven = compared["chapter_vii"]
    yes, no = say("yes"), say("no")
    out.append(
        Change(say("Chapter VII"), yes if seven["before"] else no, yes if seven["after"] else no,
               seven["before"] != seven["after"])
    )  # fmt: skip
    means = compared["all_necessary_means"]
    if means["before"] or means["after"]:
        out.append(
            Change(say("All necessary means"), ", ".join(means["before"]) or no,
                   ", ".join(means["after"]) or no, bool(means["before"]) != bool(means["after"]))
        )  # fmt: skip
    length = compared["length"]
    for key, name in (
        ("operative_paragraphs", say("Operative paragraphs")),
        ("words", say("Words")),
        ("tasks", say("Tasks")),
    ):
        old_n, new_n = length["before"][key], length["after"][key]
        out.append(Change(name, language.number(old_n), language.number(new_n), old_n != new_n))
    return out


def _decided(view: View, act: Mapping[str, Any] | None) -> str:
    if act is None:
        return "–"
    text = view.language.label("action", act["action"])
    if act.get("until"):
        text += ", " + view.language.say("until %(date)s", date=view.language.date(act["until"]))
    return text


def _task_change(view: View, row: Mapping[str, Any]) -> TaskChange:
    return TaskChange(
        name_operation(view, row["operation"]),
        name_task(row["task"], view.language.content),
        ", ".join(row["before"]),
        ", ".join(row["after"]),
    )


def _kind(row: Mapping[str, Any]) -> str:
    return str((row["after"] or row["before"])["kind"])


def _passages(rows: list[Any]) -> tuple[Passage, ...]:
    """Kept paragraphs gathered in runs, so that the eye meets only what changed."""
    out: list[Passage] = []
    for row in rows:
        pair = ParagraphPair(
            row["change"],
            row["before"]["number"] if row["before"] else "",
            row["after"]["number"] if row["after"] else "",
            tuple((kind, text) for kind, text in row["words"]),
        )
        is_kept = row["change"] == "kept"
        if is_kept and out and out[-1].is_kept:
            out[-1] = Passage(True, (*out[-1].pairs, pair))
        else:
            out.append(Passage(is_kept, (pair,)))
    return tuple(out)
