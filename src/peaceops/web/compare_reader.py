"""The page of two mandates compared: the digest first, then decisions, tasks and the text.

A changed paragraph is shown by an excerpt, the changed words with a few around them; the whole of
it is folded away, as is what stayed the same or differs in spelling or dates alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peaceops.errors import Problem
from peaceops.web.digest_lines import (
    DigestLine,
    name_partner,
    say_act,
    say_digest,
    say_places,
    say_report,
)
from peaceops.web.languages import LABELS
from peaceops.web.statements import Speaker, name_operation, say_since
from peaceops.web.task_names import name_task

# So many words of excerpts a section has in all; each paragraph between these two.
EXCERPT_WORDS = 560
FEWEST, MOST = 7, 36
AROUND = 3


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
    """A paragraph beside its other version; `words` are (same, dropped or added; text).

    `row` is its place among all; `excerpt` the changed words with a few around them (empty where
    the whole is as short, and where it is folded away); `remark` what else is to be said of it.
    """

    change: str
    before: str
    after: str
    words: tuple[tuple[str, str], ...]
    row: int = 0
    excerpt: tuple[tuple[str, str], ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class Passage:
    """A run of paragraphs: those that say the same together, changed ones one by one.

    `is_kept` also where they moved, or differ in spelling, dates or the numbers referred to alone.
    """

    is_kept: bool
    pairs: tuple[ParagraphPair, ...]


@dataclass(frozen=True)
class ComparePage:
    """The form, and once two texts were sent what changed from the first to the second.

    `in_force` are the operations whose tasks in force were compared because a text states none;
    `silent` is the text (before or after) that states none where those in force are not known.
    """

    title: str
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    digest: tuple[DigestLine, ...] = ()
    changes: tuple[Change, ...] = ()
    gained: tuple[TaskChange, ...] = ()
    lost: tuple[TaskChange, ...] = ()
    kept: tuple[TaskChange, ...] = ()
    in_force: tuple[str, ...] = ()
    silent: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    operative: tuple[Passage, ...] = ()
    preamble: tuple[Passage, ...] = ()
    remarks: tuple[Problem, ...] = ()
    is_compared: bool = False
    problems: tuple[Problem, ...] = ()
    texts: tuple[str, str] = ("", "")


def compared_page(
    view: Speaker, compared: Mapping[str, Any], texts: tuple[str, str] = ("", "")
) -> ComparePage:
    """The comparison (the JSON of `compare`): what was decided first, then the text."""
    tasks = compared["tasks"]
    rows = list(enumerate(compared["paragraphs"]))
    digest = say_digest(view, compared)
    return ComparePage(
        title=view.language.say("Compare two mandates"),
        before=_head(compared["before"]),
        after=_head(compared["after"]),
        digest=digest,
        changes=tuple(_changes(view, compared)),
        gained=tuple(_task_change(view, t) for t in tasks["added"]),
        lost=tuple(_task_change(view, t) for t in tasks["dropped"]),
        kept=tuple(_task_change(view, t) for t in tasks["kept"]),
        in_force=tuple(name_operation(view, o) for o in tasks.get("in_force", ())),
        silent=next((d["side"] for d in compared["digest"] if d["change"] == "unstated"), ""),
        counts=dict(compared["counts"]),
        operative=_passages(view, [(n, r) for n, r in rows if _kind(r) == "operative"]),
        preamble=_passages(view, [(n, r) for n, r in rows if _kind(r) != "operative"]),
        remarks=tuple(Problem(**p) for p in compared["problems"]),
        is_compared=True,
        texts=texts,
    )


def _head(side: Mapping[str, Any]) -> dict[str, str]:
    return {k: side[k] or "" for k in ("symbol", "date", "language")}


def _changes(view: Speaker, compared: Mapping[str, Any]) -> list[Change]:
    say, language = view.language.say, view.language
    out = []
    for d in compared["decisions"]:
        old, new = (say_act(view, d[side]) for side in ("before", "after"))
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
    out += _clauses(view, compared)
    length = compared["length"]
    for key, name in (
        ("operative_paragraphs", say("Operative paragraphs")),
        ("words", say("Words")),
        ("tasks", say("Tasks")),
    ):
        old_n, new_n = length["before"][key], length["after"][key]
        out.append(Change(name, language.number(old_n), language.number(new_n), old_n != new_n))
    return out


def _clauses(view: Speaker, compared: Mapping[str, Any]) -> list[Change]:
    """Reports, drawdown, principles and co-operation: as they were, as they are."""
    say, language = view.language.say, view.language
    changed = {line["kind"] for line in compared["digest"] if line["change"] != "same"}
    out = []

    def add(key: str, what: str, sides: Sequence[str]) -> None:
        if any(sides):
            old, new = (side or "–" for side in sides)
            out.append(Change(what, old, new, key in changed))

    both = ("before", "after")
    add(
        "reports", say("Reports"),
        [say("; ").join(
            dict.fromkeys(
                f"{say_report(view, r)} ({r['paragraph']})" for r in compared["reports"][side]
                if r["due"] or r["every"] or r["basis"]
            )
        ) for side in both],
    )  # fmt: skip
    add(
        "exit", say("Drawdown and exit"),
        [say_places(view, list(dict.fromkeys(e["paragraph"] for e in compared["exit"][side])))
         if compared["exit"][side] else "" for side in both],
    )  # fmt: skip
    principles = compared["principles"]
    for key in LABELS["principle"]:
        add(
            "principles", language.label("principle", key),
            [say_places(view, list(dict.fromkeys(e["paragraph"] for e in principles[side][key])))
             if principles[side].get(key) else "" for side in both],
        )  # fmt: skip
    add(
        "tensions", say("Tensions"),
        [say("; ").join(language.label("tension", t["kind"])
                   for t in principles[side].get("tensions", ())) for side in both],
    )  # fmt: skip
    add(
        "cooperation", say("Co-operation"),
        [", ".join(
            dict.fromkeys(name_partner(view, c["partner"]) for c in compared["cooperation"][side])
        ) for side in both],
    )  # fmt: skip
    return out


def _task_change(view: Speaker, row: Mapping[str, Any]) -> TaskChange:
    """A task with its paragraphs, or the resolution from which it is in force."""
    sides = [", ".join(row[side]) or row.get(f"given_{side}") or "" for side in ("before", "after")]
    return TaskChange(
        name_operation(view, row["operation"]),
        name_task(row["task"], view.language.content),
        *sides,
    )


def _kind(row: Mapping[str, Any]) -> str:
    return str((row["after"] or row["before"])["kind"])


def _passages(view: Speaker, rows: Sequence[tuple[int, Any]]) -> tuple[Passage, ...]:
    """Paragraphs that say the same gathered in runs, so that the eye meets only what changed."""
    changed = sum(not _says_the_same(row) for _, row in rows)
    room = max(FEWEST, min(MOST, EXCERPT_WORDS // max(changed, 1)))
    out: list[Passage] = []
    for n, row in rows:
        is_kept = _says_the_same(row)
        words = tuple((kind, text) for kind, text in row["words"])
        pair = ParagraphPair(
            row["change"],
            row["before"]["number"] if row["before"] else "",
            row["after"]["number"] if row["after"] else "",
            words,
            n,
            () if is_kept else cut_excerpt(words, room),
            _remark(view, row),
        )
        if is_kept and out and out[-1].is_kept:
            out[-1] = Passage(True, (*out[-1].pairs, pair))
        else:
            out.append(Passage(is_kept, (pair,)))
    return tuple(out)


def _says_the_same(row: Mapping[str, Any]) -> bool:
    if row["change"] == "moved":
        return bool(row["same_but_for"]) or len(row["words"]) == 1
    return row["change"] in ("kept", "adjusted") or bool(row["within"])


def _remark(view: Speaker, row: Mapping[str, Any]) -> str:
    if not row["within"]:
        return ""
    say, where = view.language.say, say_places(view, [row["within"]])
    if row["change"] == "dropped":
        return say("now within %(place)s", place=where)
    return say("stood within %(place)s", place=where)


def cut_excerpt(words: Sequence[tuple[str, str]], most: int) -> tuple[tuple[str, str], ...]:
    """The changed words with a few around them, at most about `most`; () where that is all.

    >>> cut_excerpt([("same", "a b c d e f g h"), ("added", "x"), ("same", ";")], 6)
    (('same', '… f g h'), ('added', 'x'), ('same', ';'))
    """
    if sum(len(text.split()) for _, text in words) <= most:
        return ()
    out: list[tuple[str, str]] = []
    left, last = most, 0
    changes = [n for n, (kind, text) in enumerate(words) if kind != "same" and _has_words(text)]
    longest = max(FEWEST, most // 2 if len(changes) > 1 else most - AROUND)
    for n, (kind, text) in enumerate(words):
        if left <= 0:
            break
        parts = text.split()
        if kind != "same":
            if n not in changes:
                continue
            size = min(longest, max(left, 2))
            told = text if len(parts) <= size else " ".join(parts[:size]) + " …"
            out.append((kind, told))
            last = n
            left -= min(len(parts), size)
            continue
        opens = n + 1 in changes
        closes = bool(out) and n - 1 in changes
        told = _around(parts, opens, closes)
        if told:
            out.append(("same", told))
            left -= len(told.split())
    if last < max(changes, default=0):
        out.append(("same", "…"))
    return tuple(out)


def _has_words(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _around(parts: Sequence[str], opens: bool, closes: bool) -> str:
    """The words of a run that stand beside a change: its last ones, its first ones, or both."""
    if len(parts) <= AROUND * 2 and (opens or closes):
        return " ".join(parts)
    first = " ".join(parts[:AROUND]) + " …" if closes and opens else ""
    last = "… " + " ".join(parts[-AROUND:]) if opens else ""
    if first and last:
        return f"{first} {' '.join(parts[-AROUND:])}"
    return last or (" ".join(parts[:1]) + " …" if closes else "")
